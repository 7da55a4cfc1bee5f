/* VERS, the version range specifier that CSAF uses ("vers:generic/>=1.0|<1.5|2.1"). */
#ifndef TB_VERS_H
#define TB_VERS_H

#include "analyse/match/vulnrec.h"

#define VERS_MAX 256 /* constraints of one range */

struct vers_interval {
    slice bound[VULN_BOUNDS]; /* of the text */
};
/* The range as intervals, in the order that VERS demands (ascending); NULL, or why it is none that can be compared:
 * "range-in-words", "vers-malformed", "vers-scheme". `out` has room for VERS_MAX; *order: in which they are. */
const char *vers_parse(slice text, struct vers_interval *out, size_t *count, enum version_scheme *order);

#endif
