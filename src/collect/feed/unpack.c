#include "collect/feed/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct unpack {
    struct feed_pipe from;
    bool begun, below_failed, member; /* member: in the middle of a gzip member */
    char head[UNPACK_BLOCK];          /* the first block, looked at to tell the compression */
    size_t head_n;
    uint64_t got; /* bytes from below */
    enum { AS_IS, GZIP, ARCHIVE } how;
    z_stream z;
    char *out;
    struct archive *ar;
    char why[200];
};

struct unpack *unpack_open(struct feed_pipe from)
{
    struct unpack *u = mem_zero(1, sizeof *u);
    u->from = from;
    return u;
}

void unpack_close(struct unpack *u)
{
    if (!u)
        return;
    if (u->how == GZIP)
        inflateEnd(&u->z);
    if (u->ar)
        archive_read_free(u->ar);
    free(u->out);
    free(u);
}

const char *unpack_why(const struct unpack *u)
{
    return u->why[0] ? u->why : NULL;
}

bool unpack_empty(const struct unpack *u)
{
    return u->begun && u->got == 0;
}

static ptrdiff_t fail(struct unpack *u, const char *why)
{
    if (!u->below_failed)
        snprintf(u->why, sizeof u->why, "%s", why ? why : "damaged or cut short");
    return -1;
}

/* From below, the first block again before the rest. */
static ptrdiff_t pull_below(struct unpack *u, const char **p)
{
    if (u->head_n) {
        *p = u->head;
        ptrdiff_t n = (ptrdiff_t)u->head_n;
        u->head_n = 0;
        return n;
    }
    ptrdiff_t n = u->from.pull(u->from.ctx, p);
    u->below_failed = u->below_failed || n < 0;
    u->got += n > 0 ? (uint64_t)n : 0;
    return n;
}

/* --- gzip --- */

/* Behind a member there may be another, zeros, or nothing. */
static bool next_member(struct unpack *u)
{
    while (u->z.avail_in && *u->z.next_in == 0) {
        u->z.next_in++;
        u->z.avail_in--;
    }
    if (!u->z.avail_in)
        return true;
    u->member = true;
    return inflateReset(&u->z) == Z_OK;
}

static ptrdiff_t pull_gzip(struct unpack *u, const char **p)
{
    for (;;) {
        if (u->z.avail_in == 0) {
            const char *in;
            ptrdiff_t n = pull_below(u, &in);
            if (n < 0)
                return -1;
            if (n == 0)
                return u->member ? fail(u, "gzip: unexpected end of file") : 0;
            u->z.next_in = (Bytef *)(uintptr_t)in;
            u->z.avail_in = (uInt)n;
        }
        if (!u->member && !next_member(u))
            return fail(u, u->z.msg);
        if (!u->member)
            continue;
        u->z.next_out = (Bytef *)u->out;
        u->z.avail_out = (uInt)UNPACK_BLOCK;
        int r = inflate(&u->z, Z_NO_FLUSH);
        if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
            return fail(u, u->z.msg);
        u->member = r != Z_STREAM_END;
        *p = u->out;
        if (u->z.avail_out < UNPACK_BLOCK)
            return (ptrdiff_t)(UNPACK_BLOCK - u->z.avail_out);
    }
}

static ptrdiff_t begin_gzip(struct unpack *u)
{
    u->out = mem_take(UNPACK_BLOCK);
    u->member = true;
    if (inflateInit2(&u->z, 15 + 16) != Z_OK)
        return fail(u, "gzip: no memory");
    u->how = GZIP;
    return 0;
}

/* --- the others --- */

static la_ssize_t read_below(struct archive *ar, void *ctx, const void **p)
{
    const char *at = NULL;
    ptrdiff_t n = pull_below(ctx, &at);
    if (n < 0)
        archive_set_error(ar, EIO, "read failed");
    *p = at;
    return n;
}

static ptrdiff_t begin_archive(struct unpack *u)
{
    u->ar = archive_read_new();
    must(u->ar);
    archive_read_support_filter_zstd(u->ar);
    archive_read_support_filter_bzip2(u->ar);
    archive_read_support_filter_lz4(u->ar);
    archive_read_support_format_raw(u->ar);
    u->how = ARCHIVE;
    struct archive_entry *entry;
    if (archive_read_open(u->ar, u, NULL, read_below, NULL) != ARCHIVE_OK ||
        archive_read_next_header(u->ar, &entry) != ARCHIVE_OK)
        return fail(u, archive_error_string(u->ar));
    return 0;
}

/* libarchive stops where the packed data ends; a whole file has nothing behind it. */
static ptrdiff_t end_archive(struct unpack *u)
{
    const char *p;
    ptrdiff_t n;
    while ((n = pull_below(u, &p)) > 0) {
        for (ptrdiff_t i = 0; i < n; i++) {
            if (p[i] != 0)
                return fail(u, "bytes behind the end of the packed data");
        }
    }
    return n;
}

static ptrdiff_t pull_archive(struct unpack *u, const char **p)
{
    const void *at = NULL;
    size_t n = 0;
    la_int64_t offset;
    int r = ARCHIVE_OK;
    while (r == ARCHIVE_OK && n == 0)
        r = archive_read_data_block(u->ar, &at, &n, &offset);
    if (r == ARCHIVE_EOF)
        return end_archive(u);
    if (r != ARCHIVE_OK)
        return fail(u, archive_error_string(u->ar));
    *p = at;
    return (ptrdiff_t)n;
}

/* --- which --- */

/* Looks at the first bytes; magic numbers of RFC 1952, RFC 8878, and of bzip2 and lz4 frames. */
static ptrdiff_t begin(struct unpack *u)
{
    static const struct {
        const char *magic;
        size_t n;
    } other[] = {{"\x28\xb5\x2f\xfd", 4}, {"BZh", 3}, {"\x04\x22\x4d\x18", 4}};
    u->begun = true;
    while (u->head_n < 8) {
        const char *p;
        ptrdiff_t n = u->from.pull(u->from.ctx, &p);
        u->below_failed = n < 0;
        if (n <= 0 || (size_t)n > sizeof u->head - u->head_n) {
            if (n > 0)
                return fail(u, "block too long");
            break;
        }
        memcpy(u->head + u->head_n, p, (size_t)n);
        u->head_n += (size_t)n;
        u->got += (uint64_t)n;
    }
    if (u->below_failed)
        return -1;
    if (u->head_n >= 3 && memcmp(u->head, "\x1f\x8b\x08", 3) == 0)
        return begin_gzip(u);
    if (u->head_n >= 6 && memcmp(u->head, "\xfd\x37\x7a\x58\x5a\x00", 6) == 0)
        return fail(u, "xz is not read here; unpack it first");
    for (size_t i = 0; i < TB_COUNT(other); i++) {
        if (u->head_n >= other[i].n && memcmp(u->head, other[i].magic, other[i].n) == 0)
            return begin_archive(u);
    }
    return 0;
}

ptrdiff_t unpack_pull(void *unpack, const char **p)
{
    struct unpack *u = unpack;
    if (u->why[0] || u->below_failed || (!u->begun && begin(u) < 0))
        return -1;
    if (u->how == GZIP)
        return pull_gzip(u, p);
    return u->how == ARCHIVE ? pull_archive(u, p) : pull_below(u, p);
}
