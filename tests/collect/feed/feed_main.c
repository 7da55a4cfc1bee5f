/* feed-main FORMAT SKIP PATH...: the bodies of all records to stdout, a line each; what each unit came to, and what
 * was rejected, to stderr. For pack.py. */
#include <stdio.h>
#include <stdlib.h>

#include "collect/feed/feed.h"

static bool print_item(void *ctx, enum feed_step step, const struct feed_item *item)
{
    (void)ctx;
    if (step == FEED_RECORD)
        printf(PRIs "\n", ARGs(item->record.body));
    else
        fprintf(stderr, "%s " PRIs " " PRIs ": %s\n", step == FEED_REJECT ? "rejected" : "passed", ARGs(item->file),
                ARGs(item->reject.record), item->reject.reason);
    return true;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    const struct feed_opt opt = {.skip = strtoull(argv[2], NULL, 10)};
    const struct feed_sink sink = {NULL, print_item, NULL};
    struct arena *a = arena_new(1 << 20);
    struct feed_units units;
    struct fault f = {0};
    enum err e =
        feed_plan(a, feed_format_of(sl(argv[1])), (const char *const *)argv + 3, (size_t)argc - 3, false, &units, &f);
    for (size_t i = 0; e == E_OK && i < units.n; i++) {
        struct feed_result r;
        bool stopped;
        e = feed_each(&units.u[i], &opt, &sink, &r, &stopped, &f);
        fprintf(stderr,
                "unit %s in %" PRIu64 " skipped %" PRIu64 " accepted %" PRIu64 " rejected %" PRIu64 " dropped %" PRIu64
                "\n",
                units.u[i].path, r.in, r.skipped, r.accepted, r.rejected, r.dropped);
    }
    if (e != E_OK)
        fprintf(stderr, "failed %s: %s\n", f.where, f.what);
    arena_free(a);
    return e != E_OK;
}
