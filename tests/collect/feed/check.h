/* What the tests of the feed readers share: a folder of their own, and a unit read into one text. */
#ifndef TB_TEST_FEED_CHECK_H
#define TB_TEST_FEED_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collect/feed/feed.h"

/* A folder that is made before and removed after each group. */
extern char box[64];
int box_up(void **state);
int box_down(void **state);

const char *box_path(const char *name); /* box/name; the next four calls keep it */
const char *box_put(const char *name, const void *p, size_t n);
const char *box_say(const char *name, const char *text);
const char *data_path(const char *name); /* tests/collect/feed/data/name */

enum packing { PACK_NONE, PACK_GZIP, PACK_ZSTD, PACK_BZIP2, PACK_LZ4 };
void pack(struct buf *out, enum packing how, slice in);
void pack_zstd_window(struct buf *out, int window_log, slice in);
struct member {
    const char *name, *text;
    unsigned type; /* AE_IF…; 0 is a regular file */
    size_t n;      /* bytes of text; 0: up to its NUL */
};
void pack_tar(struct buf *out, const struct member *m, size_t n);

/* Everything that reading gives, a line an item:
 *   + CVE-2024-0001 {"configs":…}        - #2: reason        ~ name: reason (passed over)
 * and at the end "= files in skipped accepted rejected dropped passed", or "! code where: what".
 * The box's path is left out of names. English unless ja. */
const char *reading(enum feed_format format, const char *path);
const char *reading_from(enum feed_format format, const char *path, uint64_t skip, bool ja);
/* The same without bodies. */
const char *outline(enum feed_format format, const char *path);
/* Only the "configs" of the one record in this text, as JSON. */
const char *configs_of(enum feed_format format, const char *text);

#endif
