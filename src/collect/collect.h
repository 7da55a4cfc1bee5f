/* ① Collecting: designation lists, and the import of published vulnerability feeds. */
#ifndef TB_COLLECT_H
#define TB_COLLECT_H

#include "collect/feed/feed.h"
#include "gate/gate.h"

void collect_effects(void); /* list.decide, feed.finish */

struct import_reject {
    char file[300], record[80], reason[240];
};
#define IMPORT_REJECTS 1000 /* kept; more are counted only */
struct import_report {
    uint64_t files, in, accepted, unchanged, rejected;
    uint64_t unresolved; /* products that the accepted records name and a person must say what they are */
    size_t rejects;
    struct import_reject *reject; /* IMPORT_REJECTS of them */
    size_t unread;                /* files that could not be read to their end */
    struct fault last;            /* of the last of those */
};
struct import_opt {
    enum feed_format format;
    const char *const *paths;
    size_t n;
    bool ja;
    void (*progress)(void *ctx, const char *file, const struct feed_result *so_far);
    void *ctx;
};
/* One file is one filing: feed.import … feed.finish. A record is whole or absent; until a file has been read to its
 * end nothing uses its records; a killed import of the same file goes on where it stopped.
 * E_OK also with rejected records and unread files (see the report); a fault is the store's or the plan's. */
enum err import_run(struct gate *g, struct gate_reader *r, const struct import_opt *o, struct import_report *out,
                    struct fault *f) TB_MUST_CHECK;
void import_report_free(struct import_report *r);
json_t *import_report_json(const struct import_report *r, const char *format);

#endif
