/* Base 64 of RFC 4648 §4, padded and canonical, over libsodium's codec. Internal to the ledger. */
#ifndef TB_LEDGER_B64_H
#define TB_LEDGER_B64_H

#include "base/base.h"

void b64_add(struct buf *out, const void *p, size_t n);
bool b64_to(slice s, uint8_t *out, size_t room, size_t *n); /* whole slice; stray padding bits are refused */

#endif
