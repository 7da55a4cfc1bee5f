#include "collect/feed/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 32, FILES_MAX = 4000000, PATH_LEN_MAX = 4096 };

static const char *const packed[] = {".gz", ".zst", ".xz", ".bz2", ".lz4"};

static bool ends(slice s, const char *z)
{
    size_t n = strlen(z);
    return s.n > n && strncasecmp(s.p + s.n - n, z, n) == 0;
}

static slice unpacked_name(slice name)
{
    for (size_t i = 0; i < TB_COUNT(packed); i++) {
        if (ends(name, packed[i]))
            return (slice){name.p, name.n - strlen(packed[i])};
    }
    return name;
}

bool walk_packed(slice name)
{
    return unpacked_name(name).n != name.n;
}

enum walk_kind walk_kind(enum feed_format format, slice name)
{
    slice s = unpacked_name(name);
    if (ends(s, ".tar") || ends(name, ".tgz") || ends(name, ".tzst"))
        return WALK_TAR;
    bool json = ends(s, ".json"), csv = ends(s, ".csv");
    bool fits = format == FEED_NONE ? json || csv : format == FEED_EPSS ? csv : json;
    return fits ? WALK_PLAIN : WALK_OTHER;
}

bool walk_in_unit(enum feed_format format, slice name)
{
    enum walk_kind kind = walk_kind(format, name);
    bool one_each = format == FEED_CVE5 || format == FEED_OVERRIDE || format == FEED_CSAF;
    return format == FEED_NONE ? kind != WALK_OTHER : one_each && kind == WALK_PLAIN;
}

static void keep(struct walk *w, char *path)
{
    if (w->n == w->room) {
        w->room = w->room ? w->room * 2 : 256;
        w->path = mem_more(w->path, w->room * sizeof *w->path);
    }
    w->path[w->n++] = path;
}

static enum err cannot(struct fault *f, const char *path, const char *why, bool ja)
{
    enum err e = errno == ENOENT ? E_ABSENT : E_IO;
    return fault_set(f, e, path, ja ? "フォルダーを読めません: %s" : "cannot read the folder: %s", why);
}

static enum err walk_dir(struct walk *w, enum feed_format format, int fd, const char *dir, int depth, bool ja,
                         struct fault *f);

/* `name` in the open folder fd, whose path is dir. The kind is asked of the entry itself, so a link is no file. */
static enum err walk_name(struct walk *w, enum feed_format format, int fd, const char *dir, const char *name, int depth,
                          bool ja, struct fault *f)
{
    struct stat st;
    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return cannot(f, dir, strerror(errno), ja);
    bool file = S_ISREG(st.st_mode) && walk_kind(format, sl(name)) != WALK_OTHER;
    if (!file && !S_ISDIR(st.st_mode))
        return E_OK;
    struct buf path = BUF(PATH_LEN_MAX);
    buf_fmt(&path, "%s%s%s", dir, dir[strlen(dir) - 1] == '/' ? "" : "/", name);
    enum err e = E_OK;
    if (path.over || w->n >= FILES_MAX || depth > DEPTH_MAX) {
        e = fault_set(f, E_TOO_BIG, dir,
                      ja ? "フォルダーが深すぎるか、ファイルが多すぎます" : "too deep, or too many files");
    } else if (file) {
        keep(w, path.p);
        return E_OK;
    } else {
        int sub = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        e = sub < 0 ? cannot(f, path.p, strerror(errno), ja) : walk_dir(w, format, sub, path.p, depth + 1, ja, f);
    }
    buf_free(&path);
    return e;
}

/* Closes fd. */
static enum err walk_dir(struct walk *w, enum feed_format format, int fd, const char *dir, int depth, bool ja,
                         struct fault *f)
{
    DIR *d = fdopendir(fd);
    if (!d) {
        close(fd);
        return cannot(f, dir, strerror(errno), ja);
    }
    enum err e = E_OK;
    while (e == E_OK) {
        errno = 0;
        struct dirent *ent = readdir(d);
        if (!ent) {
            if (errno)
                e = cannot(f, dir, strerror(errno), ja);
            break;
        }
        if (ent->d_name[0] != '.')
            e = walk_name(w, format, dirfd(d), dir, ent->d_name, depth, ja, f);
    }
    closedir(d);
    return e;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

enum err walk_folder(struct walk *w, enum feed_format format, const char *folder, bool ja, struct fault *f)
{
    *w = (struct walk){0};
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return cannot(f, folder, strerror(errno), ja);
    enum err e = walk_dir(w, format, fd, folder, 0, ja, f);
    if (e != E_OK)
        walk_free(w);
    else if (w->n)
        qsort(w->path, w->n, sizeof *w->path, by_bytes);
    return e;
}

void walk_free(struct walk *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->path[i]);
    free(w->path);
    *w = (struct walk){0};
}

/* --- units --- */

static void add_unit(struct arena *a, struct feed_units *out, size_t *room, struct feed_unit u)
{
    if (out->n == *room) {
        struct feed_unit *more = arena_arr(a, struct feed_unit, *room ? *room * 2 : 16);
        if (out->n)
            memcpy(more, out->u, out->n * sizeof *more);
        *room = *room ? *room * 2 : 16;
        out->u = more;
    }
    u.path = arena_dup(a, sl(u.path));
    out->u[out->n++] = u;
}

static enum err plan_folder(struct arena *a, enum feed_format format, const char *folder, struct feed_units *out,
                            size_t *room, bool ja, struct fault *f)
{
    struct walk w;
    enum err e = walk_folder(&w, format, folder, ja, f);
    if (e != E_OK)
        return e;
    bool own = false;
    for (size_t i = 0; i < w.n; i++)
        own = own || walk_in_unit(format, sl(w.path[i]));
    if (own)
        add_unit(a, out, room, (struct feed_unit){.format = format, .path = folder, .folder = true});
    for (size_t i = 0; i < w.n; i++) {
        if (!walk_in_unit(format, sl(w.path[i])))
            add_unit(a, out, room, (struct feed_unit){.format = format, .path = w.path[i], .found = true});
    }
    size_t n = w.n;
    walk_free(&w);
    return n ? E_OK
             : fault_set(f, E_ABSENT, folder,
                         ja ? "フォルダーにこの形式のファイルがありません" : "no file of this format in the folder");
}

enum err feed_plan(struct arena *a, enum feed_format format, const char *const *paths, size_t n, bool ja,
                   struct feed_units *out, struct fault *f)
{
    size_t room = 0;
    *out = (struct feed_units){0};
    for (size_t i = 0; i < n; i++) {
        struct stat st;
        if (stat(paths[i], &st) != 0)
            return fault_set(f, errno == ENOENT ? E_ABSENT : E_IO, paths[i],
                             ja ? "ファイルを開けません: %s" : "cannot open: %s", strerror(errno));
        if (!S_ISDIR(st.st_mode)) {
            add_unit(a, out, &room, (struct feed_unit){.format = format, .path = paths[i]});
            continue;
        }
        enum err e = plan_folder(a, format, paths[i], out, &room, ja, f);
        if (e != E_OK)
            return e;
    }
    return E_OK;
}
