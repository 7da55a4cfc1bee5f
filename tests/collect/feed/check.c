#include "check.h"

#include <archive.h>
#include <archive_entry.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

char box[64];

enum { OUT_MAX = 1 << 26 };
static struct buf shown = BUF(OUT_MAX);

int box_up(void **state)
{
    (void)state;
    snprintf(box, sizeof box, "/tmp/tobuhi-feed-XXXXXX");
    return mkdtemp(box) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

int box_down(void **state)
{
    (void)state;
    buf_free(&shown);
    return nftw(box, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *box_path(const char *name)
{
    static char path[4][4096];
    static int turn;
    char *p = path[turn++ % 4];
    snprintf(p, sizeof path[0], "%s/%s", box, name);
    return p;
}

const char *data_path(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", FEED_DATA, name);
    return path;
}

const char *box_put(const char *name, const void *p, size_t n)
{
    const char *path = box_path(name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(p, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    return path;
}

const char *box_say(const char *name, const char *text)
{
    return box_put(name, text, strlen(text));
}

/* --- packing --- */

static la_ssize_t into_buf(struct archive *a, void *ctx, const void *p, size_t n)
{
    (void)a;
    buf_add(ctx, p, n);
    return (la_ssize_t)n;
}

static void write_member(struct archive *a, const struct member *m, slice text)
{
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, m->name);
    archive_entry_set_filetype(e, m->type ? m->type : AE_IFREG);
    archive_entry_set_perm(e, 0644);
    if (m->type == AE_IFLNK)
        archive_entry_set_symlink(e, m->text);
    else
        archive_entry_set_size(e, (la_int64_t)text.n);
    assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
    if (!m->type)
        assert_int_equal(archive_write_data(a, text.p, text.n), text.n);
    archive_entry_free(e);
}

void pack(struct buf *out, enum packing how, slice in)
{
    static int (*const filter[])(struct archive *) = {archive_write_add_filter_none, archive_write_add_filter_gzip,
                                                      archive_write_add_filter_zstd, archive_write_add_filter_bzip2,
                                                      archive_write_add_filter_lz4};
    struct archive *a = archive_write_new();
    assert_int_equal(filter[how](a), ARCHIVE_OK);
    archive_write_set_format_raw(a);
    archive_write_set_bytes_in_last_block(a, 1);
    assert_int_equal(archive_write_open(a, out, NULL, into_buf, NULL), ARCHIVE_OK);
    write_member(a, &(struct member){.name = "x"}, in);
    assert_int_equal(archive_write_free(a), ARCHIVE_OK);
}

void pack_zstd_window(struct buf *out, int window_log, slice in)
{
    ZSTD_CCtx *c = ZSTD_createCCtx();
    static char block[1 << 16];
    assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, window_log)));
    assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_enableLongDistanceMatching, 1)));
    assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1)));
    ZSTD_inBuffer from = {in.p, in.n, 0};
    size_t left = 1;
    while (left) {
        ZSTD_outBuffer to = {block, sizeof block, 0};
        bool last = from.pos == from.size;
        left = ZSTD_compressStream2(c, &to, &from, last ? ZSTD_e_end : ZSTD_e_continue);
        assert_false(ZSTD_isError(left));
        left = last ? left : 1;
        buf_add(out, block, to.pos);
    }
    ZSTD_freeCCtx(c);
}

void pack_tar(struct buf *out, const struct member *m, size_t n)
{
    struct archive *a = archive_write_new();
    archive_write_set_format_pax_restricted(a);
    assert_int_equal(archive_write_open(a, out, NULL, into_buf, NULL), ARCHIVE_OK);
    for (size_t i = 0; i < n; i++)
        write_member(a, &m[i], m[i].n ? (slice){m[i].text, m[i].n} : sl(m[i].type ? "" : m[i].text));
    assert_int_equal(archive_write_free(a), ARCHIVE_OK);
}

/* --- reading --- */

static slice without_box(slice name)
{
    size_t n = strlen(box);
    return n && sl_starts(name, box) ? (slice){name.p + n + 1, name.n - n - 1} : name;
}

static void show_item(enum feed_step step, const struct feed_item *item, bool bodies)
{
    slice file = without_box(item->file);
    if (step == FEED_RECORD && bodies)
        buf_fmt(&shown, "+ " PRIs " " PRIs "\n", ARGs(item->record.id), ARGs(item->record.body));
    else if (step == FEED_RECORD)
        buf_fmt(&shown, "+ " PRIs "\n", ARGs(item->record.id));
    else if (step == FEED_REJECT)
        buf_fmt(&shown, "- " PRIs ": %s\n", ARGs(item->reject.record), item->reject.reason);
    else
        buf_fmt(&shown, "~ " PRIs ": %s\n", ARGs(file), item->reject.reason);
}

static void show_end(enum feed_step step, const struct feed_result *r, const struct fault *f)
{
    slice where = without_box(sl(f->where));
    if (step == FEED_FAIL)
        buf_fmt(&shown, "! %s " PRIs ": %s\n", err_code(f->err), ARGs(where), f->what);
    else
        buf_fmt(&shown, "= %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
                r->files, r->in, r->skipped, r->accepted, r->rejected, r->dropped, r->passed);
    assert_int_equal(r->in, r->skipped + r->accepted + r->rejected);
}

/* A record's hash is of its body; its index counts on. */
static void check_item(enum feed_step step, const struct feed_item *item, uint64_t *index)
{
    uint8_t sha[SHA_LEN];
    if (step != FEED_RECORD && step != FEED_REJECT)
        return;
    assert_int_equal(item->index, *index);
    ++*index;
    if (step == FEED_RECORD) {
        sha256(item->record.body, sha);
        assert_memory_equal(sha, item->record.sha, SHA_LEN);
    }
}

static void read_unit(const struct feed_unit *u, const struct feed_opt *opt, bool bodies)
{
    struct fault f = {0};
    struct feed_item item;
    enum feed_step step;
    uint64_t index = opt->skip;
    struct feed *s = feed_open(u, opt, &f);
    if (!s) {
        show_end(FEED_FAIL, &(struct feed_result){0}, &f);
        return;
    }
    while ((step = feed_next(s, &item, &f)) != FEED_END && step != FEED_FAIL) {
        check_item(step, &item, &index);
        show_item(step, &item, bodies);
    }
    show_end(step, feed_result(s), &f);
    assert_int_equal(feed_next(s, &item, &f), step); /* asked again it says the same */
    if (step == FEED_END) {
        uint8_t sha[SHA_LEN];
        assert_int_equal(feed_hash(u, false, sha, &f), E_OK);
        assert_memory_equal(sha, feed_result(s)->sha, SHA_LEN);
        assert_int_equal(feed_result(s)->done, feed_result(s)->size);
    }
    feed_close(s);
}

static const char *read_paths(enum feed_format format, const char *path, const struct feed_opt *opt, bool bodies)
{
    struct arena *a = arena_new(1 << 20);
    struct feed_units units;
    struct fault f = {0};
    buf_clear(&shown);
    buf_str(&shown, "");
    if (feed_plan(a, format, &path, 1, opt->ja, &units, &f) != E_OK)
        show_end(FEED_FAIL, &(struct feed_result){0}, &f);
    else
        for (size_t i = 0; i < units.n; i++)
            read_unit(&units.u[i], opt, bodies);
    arena_free(a);
    return shown.p;
}

const char *reading_from(enum feed_format format, const char *path, uint64_t skip, bool ja)
{
    return read_paths(format, path, &(struct feed_opt){.skip = skip, .ja = ja}, true);
}

const char *reading(enum feed_format format, const char *path)
{
    return reading_from(format, path, 0, false);
}

const char *outline(enum feed_format format, const char *path)
{
    return read_paths(format, path, &(struct feed_opt){0}, false);
}

const char *configs_of(enum feed_format format, const char *text)
{
    struct fault f;
    struct feed_item item;
    struct feed_unit u = {.format = format, .path = box_say("configs.json", text)};
    struct feed *s = feed_open(&u, &(struct feed_opt){0}, &f);
    buf_clear(&shown);
    enum feed_step step = feed_next(s, &item, &f);
    if (step != FEED_RECORD) {
        buf_str(&shown, step == FEED_REJECT ? item.reject.reason : f.what);
    } else {
        char *json = json_dumps(json_object_get(item.record.json, "configs"), JSON_COMPACT | JSON_SORT_KEYS);
        buf_str(&shown, json);
        free(json);
    }
    feed_close(s);
    return shown.p;
}
