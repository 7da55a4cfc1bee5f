#include "collect/feed/source.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "collect/feed/unpack.h"
#include "collect/feed/walk.h"

/* What one file may unpack to: ten times all of NVD. A bomb ends here instead of never. */
#define UNPACKED_MAX   ((uint64_t)16 << 30)
#define NAME_MAX_BYTES 8192
enum { TAR_BLOCK = 512 };

struct source {
    const struct feed_unit *unit;
    bool ja, failed;
    struct fault fault;
    struct walk files;
    size_t next_file;

    int fd; /* the file being read, -1 between files */
    const char *path;
    char block[UNPACK_BLOCK];
    uint64_t done, size;
    crypto_hash_sha256_state file_sha, unit_sha;
    uint8_t sha[SHA_LEN];

    struct unpack *outer; /* the file's own compression */
    uint64_t unpacked;
    char last[TAR_BLOCK]; /* the end of what was unpacked so far */
    struct archive *box;  /* tar, or one document as it is */
    bool tar, doc;
    uint64_t docs;        /* of this file */
    struct unpack *inner; /* a member's own compression */
    struct buf name;
};

/* --- failures: the first one stays --- */

static ptrdiff_t fail(struct source *s, enum err e, const char *ja, const char *en, const char *why)
{
    if (!s->failed) {
        const char *at = s->name.n ? s->name.p : s->unit->path;
        fault_set(&s->fault, e, at, why ? "%s (%s)" : "%s", s->ja ? ja : en, why);
    }
    s->failed = true;
    return -1;
}

static ptrdiff_t fail_unpack(struct source *s, const struct unpack *u)
{
    return fail(s, E_PARSE, "圧縮されたファイルを終わりまで展開できません",
                "the compressed file cannot be unpacked to its end", unpack_why(u));
}

/* --- bytes on disk --- */

static ptrdiff_t pull_file(void *ctx, const char **p)
{
    struct source *s = ctx;
    ssize_t n;
    do {
        n = read(s->fd, s->block, sizeof s->block);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return fail(s, E_IO, "ファイルを読めません", "the file cannot be read", strerror(errno));
    crypto_hash_sha256_update(&s->file_sha, (const unsigned char *)s->block, (size_t)n);
    s->done += (uint64_t)n;
    *p = s->block;
    return n;
}

/* --- unpacked bytes of the file --- */

static void remember_last(struct source *s, const char *p, size_t n)
{
    if (n >= sizeof s->last) {
        memcpy(s->last, p + n - sizeof s->last, sizeof s->last);
    } else {
        memmove(s->last, s->last + n, sizeof s->last - n);
        memcpy(s->last + sizeof s->last - n, p, n);
    }
}

static ptrdiff_t pull_outer(struct source *s, const char **p)
{
    ptrdiff_t n = unpack_pull(s->outer, p);
    if (n < 0)
        return fail_unpack(s, s->outer);
    s->unpacked += (uint64_t)n;
    if (s->unpacked > UNPACKED_MAX)
        return fail(s, E_TOO_BIG, "展開すると 16 GiB を超えます", "unpacks to more than 16 GiB", NULL);
    if (n)
        remember_last(s, *p, (size_t)n);
    return n;
}

static la_ssize_t read_outer(struct archive *ar, void *ctx, const void **p)
{
    const char *at = NULL;
    ptrdiff_t n = pull_outer(ctx, &at);
    if (n < 0)
        archive_set_error(ar, EIO, "read failed");
    *p = at;
    return n;
}

/* --- documents --- */

static ptrdiff_t pull_box(void *ctx, const char **p)
{
    struct source *s = ctx;
    const void *at = NULL;
    size_t n = 0;
    la_int64_t offset;
    int r = ARCHIVE_OK;
    while (r == ARCHIVE_OK && n == 0)
        r = archive_read_data_block(s->box, &at, &n, &offset);
    if (r == ARCHIVE_EOF)
        return 0;
    if (r != ARCHIVE_OK)
        return fail(s, E_PARSE, "ファイルを終わりまで読めません", "the file cannot be read to its end",
                    archive_error_string(s->box));
    *p = at;
    return (ptrdiff_t)n;
}

static void set_name(struct source *s, const char *member)
{
    buf_clear(&s->name);
    buf_str(&s->name, s->path);
    if (member) {
        buf_chr(&s->name, ':');
        buf_str(&s->name, member);
    }
    /* It goes into messages, logs and JSON: nothing that a terminal would obey, and UTF-8 only. */
    if (!text_clean(buf_slice(&s->name), false)) {
        for (size_t i = 0; i < s->name.n; i++) {
            unsigned char c = (unsigned char)s->name.p[i];
            s->name.p[i] = c < 0x20 || c >= 0x7F ? '?' : s->name.p[i];
        }
    }
}

/* Regular files whose name fits; a name that begins with a dot is some system's own. */
static bool member_fits(const struct source *s, struct archive_entry *e, const char *name)
{
    const char *base = strrchr(name, '/');
    base = base ? base + 1 : name;
    return archive_entry_filetype(e) == AE_IFREG && !archive_entry_hardlink(e) && base[0] != '.' &&
           walk_kind(s->unit->format, sl(base)) == WALK_PLAIN;
}

static void close_inner(struct source *s)
{
    unpack_close(s->inner);
    s->inner = NULL;
    s->doc = false;
}

static void close_file(struct source *s)
{
    close_inner(s);
    if (s->box)
        archive_read_free(s->box);
    unpack_close(s->outer);
    if (s->fd >= 0)
        close(s->fd);
    s->box = NULL;
    s->outer = NULL;
    s->fd = -1;
}

/* The file has been read to its last byte; a folder's hash is over the lines that sha256sum prints. */
static void seal_file(struct source *s)
{
    crypto_hash_sha256_final(&s->file_sha, s->sha);
    if (!s->unit->folder)
        return;
    char hex[2 * SHA_LEN + 1];
    hex_of(s->sha, SHA_LEN, hex);
    const char *below = s->path + strlen(s->unit->path);
    below += *below == '/';
    const char *const part[] = {hex, "  ", below, "\n"};
    for (size_t i = 0; i < TB_COUNT(part); i++)
        crypto_hash_sha256_update(&s->unit_sha, (const unsigned char *)part[i], strlen(part[i]));
}

static void seal_unit(struct source *s)
{
    if (s->unit->folder)
        crypto_hash_sha256_final(&s->unit_sha, s->sha);
}

/* Everything behind the documents is read too, for the checksums and the hash. A tar ends in a block of zeros: one
 * without it was cut between two members, which nothing else would show. */
static bool finish_file(struct source *s)
{
    static const char zeros[TAR_BLOCK];
    const char *p;
    ptrdiff_t n;
    close_inner(s);
    archive_read_free(s->box);
    s->box = NULL;
    while ((n = pull_outer(s, &p)) > 0)
        continue;
    if (n == 0 && s->tar && memcmp(s->last, zeros, sizeof zeros) != 0)
        n = fail(s, E_PARSE, "tar が途中で終わっています", "the tar file is cut short", NULL);
    close_file(s);
    if (n == 0)
        seal_file(s);
    return n == 0;
}

static bool next_member(struct source *s, bool *got)
{
    for (*got = false; !*got;) {
        struct archive_entry *e;
        int r = archive_read_next_header(s->box, &e);
        if (r == ARCHIVE_EOF)
            return true;
        if (r != ARCHIVE_OK && r != ARCHIVE_WARN) {
            fail(s, E_PARSE, "ファイルを終わりまで読めません", "the file cannot be read to its end",
                 archive_error_string(s->box));
            return false;
        }
        s->tar = (archive_format(s->box) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
        const char *name = archive_entry_pathname(e);
        name = name ? name : archive_entry_pathname_utf8(e);
        name = name ? name : "?";
        *got = !s->tar || member_fits(s, e, name);
        if (*got)
            set_name(s, s->tar ? name : NULL);
        if (*got && s->tar && walk_packed(sl(name)))
            s->inner = unpack_open((struct feed_pipe){pull_box, s});
    }
    s->doc = true;
    s->docs++;
    return true;
}

static bool open_disk(struct source *s)
{
    bool folder = s->unit->folder;
    s->path = folder ? s->files.path[s->next_file] : s->unit->path;
    s->next_file++;
    set_name(s, NULL);
    s->fd = open(s->path, O_RDONLY | O_CLOEXEC | (folder ? O_NOFOLLOW : 0));
    if (s->fd < 0) {
        fail(s, errno == ENOENT ? E_ABSENT : E_IO, "ファイルを開けません", "the file cannot be opened",
             strerror(errno));
        return false;
    }
    crypto_hash_sha256_init(&s->file_sha);
    return true;
}

static bool open_file(struct source *s)
{
    if (!open_disk(s))
        return false;
    s->outer = unpack_open((struct feed_pipe){pull_file, s});
    s->unpacked = s->docs = 0;
    s->tar = false;
    memset(s->last, 1, sizeof s->last);
    s->box = archive_read_new();
    must(s->box);
    archive_read_support_format_tar(s->box);
    archive_read_support_format_raw(s->box);
    archive_read_support_format_empty(s->box);
    if (archive_read_open(s->box, s, NULL, read_outer, NULL) == ARCHIVE_OK)
        return true;
    fail(s, E_PARSE, "ファイルを終わりまで読めません", "the file cannot be read to its end",
         archive_error_string(s->box));
    return false;
}

/* The file is at its end. Its tar held nothing for us, or there was nothing at all? */
static enum source_step after_file(struct source *s, bool *again)
{
    uint64_t docs = s->docs;
    *again = false;
    if (!finish_file(s))
        return SOURCE_FAIL;
    set_name(s, NULL);
    if (docs == 0 && s->unpacked == 0) {
        fail(s, E_PARSE, "空のファイルです", "the file is empty", NULL);
        return SOURCE_FAIL;
    }
    *again = docs > 0;
    return SOURCE_NONE;
}

static size_t file_count(const struct source *s)
{
    return s->unit->folder ? s->files.n : 1;
}

static enum source_step step(struct source *s)
{
    for (;;) {
        if (s->fd < 0 && s->next_file == file_count(s))
            break;
        if (s->fd < 0 && !open_file(s))
            return SOURCE_FAIL;
        bool got, again;
        close_inner(s);
        if (!next_member(s, &got))
            return SOURCE_FAIL;
        if (got)
            return SOURCE_DOC;
        enum source_step r = after_file(s, &again);
        if (!again)
            return r;
    }
    seal_unit(s);
    return SOURCE_END;
}

enum source_step source_next(struct source *s, struct fault *f)
{
    enum source_step r = s->failed ? SOURCE_FAIL : step(s);
    if (r == SOURCE_FAIL)
        *f = s->fault;
    return r;
}

ptrdiff_t source_pull(struct source *s, const char **p, struct fault *f)
{
    must(s->doc || s->failed);
    ptrdiff_t n = s->failed ? -1 : s->inner ? unpack_pull(s->inner, p) : pull_box(s, p);
    if (n < 0) {
        if (s->inner)
            fail_unpack(s, s->inner);
        *f = s->fault;
    }
    return n;
}

/* --- the whole --- */

static void sum_sizes(struct source *s)
{
    struct stat st;
    for (size_t i = 0; i < file_count(s); i++) {
        if (stat(s->unit->folder ? s->files.path[i] : s->unit->path, &st) == 0 && S_ISREG(st.st_mode))
            s->size += (uint64_t)st.st_size;
    }
}

struct source *source_open(const struct feed_unit *u, bool ja, struct fault *f)
{
    struct source *s = mem_zero(1, sizeof *s);
    s->unit = u;
    s->ja = ja;
    s->fd = -1;
    s->name = BUF(NAME_MAX_BYTES);
    if (u->folder && walk_folder(&s->files, u->format, u->path, ja, f) != E_OK) {
        source_close(s);
        return NULL;
    }
    size_t kept = 0;
    for (size_t i = 0; i < s->files.n; i++) {
        if (walk_in_unit(u->format, sl(s->files.path[i])))
            s->files.path[kept++] = s->files.path[i];
        else
            free(s->files.path[i]);
    }
    s->files.n = kept;
    sum_sizes(s);
    crypto_hash_sha256_init(&s->unit_sha);
    return s;
}

void source_close(struct source *s)
{
    if (!s)
        return;
    close_file(s);
    walk_free(&s->files);
    buf_free(&s->name);
    free(s);
}

slice source_name(const struct source *s)
{
    return buf_slice(&s->name);
}

bool source_member(const struct source *s)
{
    return s->tar || s->unit->folder;
}

uint64_t source_done(const struct source *s)
{
    return s->done;
}

uint64_t source_size(const struct source *s)
{
    return s->size;
}

void source_sha(const struct source *s, uint8_t out[SHA_LEN])
{
    memcpy(out, s->sha, SHA_LEN);
}

enum err feed_hash(const struct feed_unit *u, bool ja, uint8_t out[SHA_LEN], struct fault *f)
{
    struct source *s = source_open(u, ja, f);
    if (!s)
        return f->err;
    while (s->next_file < file_count(s) && open_disk(s)) {
        const char *p;
        while (pull_file(s, &p) > 0)
            continue;
        close_file(s);
        if (s->failed)
            break;
        seal_file(s);
    }
    enum err e = s->failed ? s->fault.err : E_OK;
    if (s->failed)
        *f = s->fault;
    seal_unit(s);
    source_sha(s, out);
    source_close(s);
    return e;
}
