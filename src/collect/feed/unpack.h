/* One level of compression taken off a stream of bytes: gzip by zlib (libarchive does not check its CRC), zstd, bzip2
 * and lz4 by libarchive, anything else as it is. Each of them needs at most 128 MiB (zstd's window of 2^27); xz may ask
 * for four gigabytes and is refused. */
#ifndef TB_FEED_UNPACK_H
#define TB_FEED_UNPACK_H

#include "base/base.h"

#define UNPACK_BLOCK ((size_t)65536)

/* Where bytes come from: how many lie at *p, 0 at the end, -1 on failure (which whoever failed keeps the words of). */
struct feed_pipe {
    ptrdiff_t (*pull)(void *ctx, const char **p);
    void *ctx;
};

struct unpack;
struct unpack *unpack_open(struct feed_pipe from);
void unpack_close(struct unpack *u);
/* To its end: what lies behind the packed data is an error, unless it is zeros behind gzip. */
ptrdiff_t unpack_pull(void *unpack, const char **p);
/* Why it failed; NULL if the bytes below failed, or nothing did. English, from the libraries. */
const char *unpack_why(const struct unpack *u);
bool unpack_empty(const struct unpack *u); /* there was not one byte to unpack */

#endif
