/* The bytes of a unit: its files in order, each unpacked, and in a tar each member, as one document after another.
 * Nothing is written to disk and no link is followed. The SHA-256 of what lies on disk is made on the way. */
#ifndef TB_FEED_SOURCE_H
#define TB_FEED_SOURCE_H

#include "collect/feed/feed.h"

enum source_step {
    SOURCE_DOC,
    SOURCE_NONE, /* a tar without a file of this format; its name is source_name */
    SOURCE_END,
    SOURCE_FAIL
};

struct source;
struct source *source_open(const struct feed_unit *u, bool ja, struct fault *f);
void source_close(struct source *s);

/* The next document; what is left of the one before is passed over. */
enum source_step source_next(struct source *s, struct fault *f);
/* Bytes of the document: how many lie at *p; 0 at its end, -1 on failure. They live until the next call. */
ptrdiff_t source_pull(struct source *s, const char **p, struct fault *f);

slice source_name(const struct source *s);  /* of the document: path, or "path:member" */
bool source_member(const struct source *s); /* it is one of many: a member of a tar, a file of a folder */
uint64_t source_done(const struct source *s);
uint64_t source_size(const struct source *s);
void source_sha(const struct source *s, uint8_t out[SHA_LEN]); /* valid after SOURCE_END */

#endif
