/* The verb `tobuhi match`: asset list and vulnerability feeds in, matches out. Needs no home, database or server. */
#ifndef TB_MATCHCLI_H
#define TB_MATCHCLI_H

#include "base/base.h"

/* argv[0] is the verb. Messages go to stderr (ja: Japanese, else English), the account to stdout. 0: matched, rejected
 * lines and records included; 1: a file could not be read to its end or written, nothing is left at --out; 2: usage. */
int match_cli(int argc, char **argv, bool ja);

#endif
