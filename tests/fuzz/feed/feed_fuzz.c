/* Any bytes as a file of one format: read to its end or to its failure, twice, the second time from the middle on. What
 * comes out must be whole: a body is JSON in canonical form that the matcher's own reader takes. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyse/match/vulnrec.h"
#include "base/text.h"
#include "collect/feed/feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_body(const struct feed_record *r)
{
    static struct arena *a;
    struct vuln_record back;
    struct fault f = {0};
    json_t *j = json_loadb(r->body.p, r->body.n, JSON_REJECT_DUPLICATES, NULL);
    must(j);
    char *again = json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS);
    must(again && sl_is(r->body, again));
    free(again);
    if (!a)
        a = arena_new(VULN_ROOM(FEED_RECORD_MAX));
    arena_reset(a);
    must(!r->rec || vuln_record_from_json(a, j, &back, &f) == E_OK);
    json_decref(j);
}

static uint64_t read_all(const char *path, enum feed_format format, uint64_t skip)
{
    struct feed_unit u = {.format = format, .path = path};
    struct feed_item item;
    struct fault f = {0};
    enum feed_step step;
    struct feed *s = feed_open(&u, &(struct feed_opt){.skip = skip, .ja = skip > 0}, &f);
    must(s);
    while ((step = feed_next(s, &item, &f)) != FEED_END && step != FEED_FAIL) {
        must(utf8_ok(item.file));
        if (step == FEED_RECORD)
            check_body(&item.record);
        else
            must(utf8_ok(sl(item.reject.reason)) && utf8_ok(item.reject.record));
    }
    must(step == FEED_END || (f.err != E_OK && utf8_ok(sl(f.what)) && utf8_ok(sl(f.where))));
    uint64_t in = feed_result(s)->in;
    feed_close(s);
    return in;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    int fd = memfd_create("feed", MFD_CLOEXEC);
    must(fd >= 0);
    for (size_t at = 0; at < size;) {
        ssize_t n = write(fd, data + at, size - at);
        must(n > 0);
        at += (size_t)n;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    enum feed_format format = feed_format_of(sl(FUZZ_FORMAT));
    uint64_t in = read_all(path, format, 0);
    must(read_all(path, format, in / 2) == in);
    close(fd);
    return 0;
}
