#include "ledger.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tile.h"

enum { FILE_MODE = 0640, DIRS_MAX = 32 };

/* Directories whose names are durable, and those that hold names that are not yet. After a crash nothing is
 * known, so the first use of a directory in a process syncs all above it, whether they were just made or not. */
struct dirs {
    struct {
        char rel[TILE_PATH_MAX];
        bool dirty;
    } at[DIRS_MAX];
    size_t n;
};

struct ledger {
    char dir[LEDGER_PATH_MAX];
    struct disk *d;
    const struct note_key *key;
    struct checkpoint head;
    bool stale; /* a fault left edge and bundle ahead of the files */
    struct edge edge;
    struct buf bundle; /* entries of the edge's incomplete bundle */
    struct dirs dirs;
};

const struct checkpoint *ledger_head(const struct ledger *l)
{
    return &l->head;
}

static struct ledger *ledger_new(const char *dir, const struct note_key *key, struct disk *disk)
{
    struct ledger *l = mem_zero(1, sizeof *l);
    memcpy(l->dir, dir, strlen(dir) + 1);
    l->d = disk ? disk : disk_real();
    l->key = key;
    l->bundle = BUF(TILE_BYTES_MAX);
    return l;
}

void ledger_close(struct ledger *l)
{
    if (!l)
        return;
    buf_free(&l->bundle);
    free(l);
}

/* --- durable names --- */

static enum err dirs_sync(struct ledger *l, struct fault *f)
{
    char path[LEDGER_PATH_MAX];
    for (size_t i = 0; i < l->dirs.n; i++) {
        if (!l->dirs.at[i].dirty)
            continue;
        ledger_path(path, l->dir, l->dirs.at[i].rel);
        int r = l->d->sync_dir(l->d, path);
        if (r != 0)
            return disk_fault(f, r, "sync the directory", path);
        l->dirs.at[i].dirty = false;
    }
    return E_OK;
}

/* True if the directory was known before. */
static bool dirs_mark(struct ledger *l, const char *rel, size_t n)
{
    for (size_t i = 0; i < l->dirs.n; i++) {
        if (strncmp(l->dirs.at[i].rel, rel, n) == 0 && l->dirs.at[i].rel[n] == '\0') {
            l->dirs.at[i].dirty = true;
            return true;
        }
    }
    must(l->dirs.n < DIRS_MAX && n < TILE_PATH_MAX);
    memcpy(l->dirs.at[l->dirs.n].rel, rel, n);
    l->dirs.at[l->dirs.n].rel[n] = '\0';
    l->dirs.at[l->dirs.n++].dirty = true;
    return false;
}

/* The directory of file `rel` has a new name in it. */
static enum err dirs_touch(struct ledger *l, const char *rel, struct fault *f)
{
    enum { DEPTH_MAX = 12 };
    if (l->dirs.n + DEPTH_MAX > DIRS_MAX) {
        enum err e = dirs_sync(l, f);
        if (e != E_OK)
            return e;
        l->dirs.n = 0;
    }
    const char *slash = strrchr(rel, '/');
    while (slash) {
        if (dirs_mark(l, rel, (size_t)(slash - rel)))
            return E_OK;
        while (slash > rel && *--slash != '/') {
        }
        slash = slash > rel ? slash : NULL;
    }
    (void)dirs_mark(l, "", 0);
    return E_OK;
}

static int make_parents(struct ledger *l, const char *rel)
{
    char part[TILE_PATH_MAX], path[LEDGER_PATH_MAX];
    for (const char *slash = strchr(rel, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t n = (size_t)(slash - rel);
        memcpy(part, rel, n);
        part[n] = '\0';
        ledger_path(path, l->dir, part);
        int r = l->d->make_dir(l->d, path);
        if (r != 0 && r != -EEXIST)
            return r;
    }
    return 0;
}

/* A whole file or none: written beside, durable, then renamed. Its name is durable after dirs_sync. */
static enum err file_put(struct ledger *l, const char *rel, slice data, struct fault *f)
{
    char tmp[LEDGER_PATH_MAX], path[LEDGER_PATH_MAX];
    ledger_path(tmp, l->dir, "tmp");
    ledger_path(path, l->dir, rel);
    int r = l->d->put(l->d, tmp, data, FILE_MODE);
    if (r != 0)
        return disk_fault(f, r, "write", path);
    r = l->d->rename(l->d, tmp, path);
    if (r == -ENOENT) {
        r = make_parents(l, rel);
        if (r == 0)
            r = l->d->rename(l->d, tmp, path);
    }
    return r == 0 ? dirs_touch(l, rel, f) : disk_fault(f, r, "name the file", path);
}

/* Where names are not journalled, a crash can leave tmp as a second name of a finished file: never write into it. */
static enum err tmp_remove(struct ledger *l, struct fault *f)
{
    char path[LEDGER_PATH_MAX];
    ledger_path(path, l->dir, "tmp");
    int r = l->d->remove(l->d, path, false);
    return r == 0 || r == -ENOENT ? E_OK : disk_fault(f, r, "remove", path);
}

static enum err tile_put(struct ledger *l, struct tile t, slice data, struct fault *f)
{
    char rel[TILE_PATH_MAX];
    tile_path(&t, rel);
    return file_put(l, rel, data, f);
}

/* --- checkpoint --- */

static enum err checkpoint_read(struct disk *d, const char *dir, const struct note_verifier *v, struct checkpoint *out,
                                struct fault *f)
{
    char path[LEDGER_PATH_MAX];
    struct buf note = BUF(NOTE_MAX);
    ledger_path(path, dir, "checkpoint");
    int r = d->get(d, path, &note);
    enum err e = r == -ENOENT  ? fault_set(f, E_ABSENT, path, "there is no checkpoint")
                 : r == -EFBIG ? fault_set(f, E_CORRUPT, path, "the checkpoint is over %d bytes", NOTE_MAX)
                 : r != 0      ? disk_fault(f, r, "read the checkpoint", path)
                               : checkpoint_open(buf_slice(&note), v, out, f);
    if (e == E_PARSE)
        f->err = e = E_CORRUPT; /* nobody typed it in */
    buf_free(&note);
    return e;
}

enum err ledger_checkpoint(const char *dir, const struct note_verifier *v, struct disk *disk, struct checkpoint *out,
                           struct fault *f)
{
    enum err e = ledger_dir_ok(dir, f);
    return e == E_OK ? checkpoint_read(disk ? disk : disk_real(), dir, v, out, f) : e;
}

static enum err checkpoint_put(struct ledger *l, const struct checkpoint *c, struct fault *f)
{
    struct buf note = BUF(NOTE_MAX);
    enum err e = checkpoint_sign(c, l->key, &note, f);
    if (e == E_OK)
        e = file_put(l, "checkpoint", buf_slice(&note), f);
    if (e == E_OK)
        e = dirs_sync(l, f);
    if (e == E_OK)
        l->head = *c;
    buf_free(&note);
    return e;
}

/* --- founding --- */

static int any_but_tmp(void *ud, const char *name, enum disk_kind kind)
{
    (void)kind;
    bool *any = ud;
    *any = *any || strcmp(name, "tmp") != 0;
    return 0;
}

static enum err sync_above(struct ledger *l, struct fault *f)
{
    char up[LEDGER_PATH_MAX];
    memcpy(up, l->dir, sizeof up);
    char *slash = strrchr(up, '/');
    if (!slash)
        memcpy(up, ".", 2);
    else
        slash[slash == up ? 1 : 0] = '\0';
    int r = l->d->sync_dir(l->d, up);
    return r == 0 ? E_OK : disk_fault(f, r, "sync the directory", up);
}

static enum err found(struct ledger *l, struct fault *f)
{
    struct checkpoint c;
    bool any = false;
    int r = l->d->make_dir(l->d, l->dir);
    if (r != 0 && r != -EEXIST)
        return disk_fault(f, r, "make the directory", l->dir);
    enum err e = sync_above(l, f);
    if (e != E_OK)
        return e;
    e = checkpoint_read(l->d, l->dir, note_key_public(l->key), &c, f);
    if (e == E_OK && c.size > 0)
        return fault_set(f, E_CONFLICT, l->dir, "a ledger of %" PRIu64 " leaves stands here already", c.size);
    if (e != E_ABSENT && e != E_OK)
        return e;
    r = l->d->list(l->d, l->dir, any_but_tmp, &any);
    if (r != 0)
        return disk_fault(f, r, "list the directory", l->dir);
    if (e == E_ABSENT && any)
        return fault_set(f, E_CONFLICT, l->dir,
                         "files without a checkpoint: restore the checkpoint, or move the directory away");
    c = (struct checkpoint){.root = tree_root(&l->edge.t)};
    e = tmp_remove(l, f);
    return e == E_OK ? checkpoint_put(l, &c, f) : e;
}

enum err ledger_found(const char *dir, const struct note_key *key, struct disk *disk, struct fault *f)
{
    enum err e = ledger_dir_ok(dir, f);
    if (e != E_OK)
        return e;
    struct ledger *l = ledger_new(dir, key, disk);
    e = found(l, f);
    ledger_close(l);
    return e;
}

/* --- opening --- */

/* Where the tile of this width is gone and a wider one stands (the checkpoint is older than the files: one that was put
 * back), the wider one's beginning is it: `ledger verify` says the same. *wider: it is to be written again. */
static enum err edge_load_level(struct ledger *l, int level, struct buf *file, bool *wider, struct fault *f)
{
    uint64_t n = l->head.size >> 8 * level >> 8;
    struct tile t = {.level = level, .n = n, .w = tile_width_at(level, n, l->head.size)};
    if (t.w == 0)
        return E_OK;
    unsigned w = t.w;
    char rel[TILE_PATH_MAX];
    tile_path(&t, rel);
    int r = tile_fetch(l->d, l->dir, &t, file);
    if (r != 0 && r != -ENOENT)
        return disk_fault(f, r, "read the tile", rel);
    if (r != 0 || file->n != (size_t)t.w * HASH_LEN)
        return fault_set(f, E_CORRUPT, rel, "the tile is missing or has not its length; see `ledger verify`");
    memcpy(l->edge.h[level], file->p, (size_t)w * HASH_LEN);
    *wider = *wider || t.w > w;
    return E_OK;
}

static enum err bundle_load(struct ledger *l, bool *wider, struct fault *f)
{
    uint64_t n = l->head.size / TILE_WIDTH;
    struct tile t = {.level = TILE_ENTRIES, .n = n, .w = tile_width_at(TILE_ENTRIES, n, l->head.size)};
    buf_clear(&l->bundle);
    if (t.w == 0)
        return E_OK;
    unsigned w = t.w, i = 0;
    char rel[TILE_PATH_MAX];
    tile_path(&t, rel);
    int r = tile_fetch(l->d, l->dir, &t, &l->bundle);
    if (r != 0 && r != -ENOENT && r != -EFBIG)
        return disk_fault(f, r, "read the entry bundle", rel);
    slice rest = buf_slice(&l->bundle), entry;
    size_t ours = 0;
    for (; r == 0 && i < t.w && bundle_next(&rest, &entry); i++) {
        struct hash h = hash_leaf(entry);
        if (i < w && !hash_eq(&h, &l->edge.h[0][i]))
            break;
        ours += i < w ? 2 + entry.n : 0;
    }
    if (r != 0 || i < t.w || rest.n > 0)
        return fault_set(f, E_CORRUPT, rel,
                         "the entry bundle is missing or does not fit its tile; see `ledger verify`");
    l->bundle.n = ours;
    *wider = *wider || t.w > w;
    return E_OK;
}

static enum err put_partials(struct ledger *l, uint64_t base, bool all, struct fault *f);

static enum err edge_load(struct ledger *l, struct fault *f)
{
    struct buf file = BUF(TILE_WIDTH * HASH_LEN + 1);
    enum err e = E_OK;
    bool wider = false;
    memset(&l->edge, 0, sizeof l->edge);
    for (int level = 0; e == E_OK && level < TILE_LEVELS; level++)
        e = edge_load_level(l, level, &file, &wider, f);
    buf_free(&file);
    if (e != E_OK)
        return e;
    edge_frontier(&l->edge, l->head.size);
    struct hash root = tree_root(&l->edge.t);
    if (!hash_eq(&root, &l->head.root))
        return fault_set(f, E_CORRUPT, l->dir,
                         "the tiles do not give the root that the checkpoint signs; see `ledger verify`");
    e = bundle_load(l, &wider, f);
    if (e == E_OK && wider) { /* before the wider ones are swept away */
        e = put_partials(l, 0, true, f);
        if (e == E_OK)
            e = dirs_sync(l, f);
    }
    return e;
}

/* --- sweeping: what a crash may leave is tmp, files ahead of the checkpoint and superseded partial files.
 * Anything else stays for `ledger verify` to show. --- */

struct sweep {
    struct ledger *l;
    char rel[TILE_PATH_MAX];
    size_t n;
    int depth;
};

static bool is_kept(const struct tile *t, uint64_t size)
{
    return tile_width_at(t->level, t->n, size) == t->w;
}

static int sweep_one(void *ud, const char *name, enum disk_kind kind)
{
    struct sweep *s = ud;
    size_t len = strlen(name), before = s->n;
    char path[LEDGER_PATH_MAX];
    struct tile t;
    int r = 0;
    if (s->n + 1 + len >= sizeof s->rel || s->depth > 12)
        return 0;
    s->rel[s->n] = '/';
    memcpy(s->rel + s->n + 1, name, len + 1);
    s->n += 1 + len;
    ledger_path(path, s->l->dir, s->rel);
    if (kind == DISK_DIR) {
        s->depth++;
        r = s->l->d->list(s->l->d, path, sweep_one, s);
        s->depth--;
        if (r == 0 && len > 2 && strcmp(name + len - 2, ".p") == 0)
            (void)s->l->d->remove(s->l->d, path, true); /* only an empty one goes */
    } else if (kind == DISK_FILE && tile_parse(sl(s->rel), &t) && !is_kept(&t, s->l->head.size)) {
        r = s->l->d->remove(s->l->d, path, false);
    }
    s->n = before;
    s->rel[s->n] = '\0';
    return r;
}

static enum err sweep(struct ledger *l, struct fault *f)
{
    char path[LEDGER_PATH_MAX];
    struct sweep s = {.l = l, .rel = "tile", .n = 4};
    ledger_path(path, l->dir, "tile");
    int r = l->d->list(l->d, path, sweep_one, &s);
    if (r == -ENOENT)
        r = 0;
    return r == 0 ? E_OK : disk_fault(f, r, "sweep what a crash left in", path);
}

static enum err reload(struct ledger *l, struct fault *f)
{
    l->dirs.n = 0;
    /* A checkpoint that was renamed but not synced may be seen now and be gone after a power cut, together with
     * what it superseded: make it durable before anything is built on it or swept away. */
    int r = l->d->sync_dir(l->d, l->dir);
    if (r != 0 && r != -ENOENT)
        return disk_fault(f, r, "sync the directory", l->dir);
    enum err e = tmp_remove(l, f);
    if (e == E_OK)
        e = checkpoint_read(l->d, l->dir, note_key_public(l->key), &l->head, f);
    if (e == E_ABSENT)
        return fault_set(f, E_CORRUPT, l->dir,
                         "no checkpoint: restore it; a new ledger is founded only for an empty store");
    if (e == E_OK)
        e = edge_load(l, f);
    if (e == E_OK)
        e = sweep(l, f);
    return e;
}

enum err ledger_open(struct ledger **out, const char *dir, const struct note_key *key, struct disk *disk,
                     struct fault *f)
{
    *out = NULL;
    enum err e = ledger_dir_ok(dir, f);
    if (e != E_OK)
        return e;
    struct ledger *l = ledger_new(dir, key, disk);
    e = reload(l, f);
    if (e == E_OK)
        *out = l;
    else
        ledger_close(l);
    return e;
}

/* --- following the rows --- */

static enum err put_full(void *ud, int level, uint64_t n, const struct hash h[TILE_WIDTH], struct fault *f)
{
    struct ledger *l = ud;
    enum err e = E_OK;
    if (level == 0) {
        e = tile_put(l, (struct tile){TILE_ENTRIES, n, TILE_WIDTH}, buf_slice(&l->bundle), f);
        buf_clear(&l->bundle);
    }
    if (e == E_OK)
        e = tile_put(l, (struct tile){level, n, TILE_WIDTH}, (slice){(const char *)h, TILE_WIDTH * HASH_LEN}, f);
    return e;
}

struct follow {
    struct ledger *l;
    uint64_t to;
    struct fault *f;
    enum err e;
};

static bool follow_leaf(void *ud, uint64_t index, slice entry)
{
    struct follow *w = ud;
    struct ledger *l = w->l;
    if (index != l->edge.t.size || index >= w->to)
        w->e = fault_set(w->f, E_CORRUPT, l->dir, "leaf row %" PRIu64 " is missing (the next one found is %" PRIu64 ")",
                         l->edge.t.size, index);
    else if (entry.n > LEDGER_ENTRY_MAX)
        w->e = fault_set(w->f, E_TOO_BIG, l->dir, "leaf %" PRIu64 " has %zu bytes; the limit is %d", index, entry.n,
                         LEDGER_ENTRY_MAX);
    if (w->e != E_OK)
        return false;
    bundle_add(&l->bundle, entry);
    struct hash h = hash_leaf(entry);
    w->e = edge_add(&l->edge, &h, put_full, l, w->f);
    return w->e == E_OK;
}

/* Partial files of what differs from the tree of `base` leaves, or all of them. */
static enum err put_partials(struct ledger *l, uint64_t base, bool all, struct fault *f)
{
    uint64_t size = l->edge.t.size;
    enum err e = E_OK;
    unsigned w = (unsigned)(size % TILE_WIDTH);
    if (w > 0)
        e = tile_put(l, (struct tile){TILE_ENTRIES, size / TILE_WIDTH, w}, buf_slice(&l->bundle), f);
    for (int level = 0; e == E_OK && level < TILE_LEVELS; level++) {
        uint64_t nodes = size >> 8 * level;
        w = (unsigned)(nodes % TILE_WIDTH);
        if (w > 0 && (all || nodes != base >> 8 * level))
            e = tile_put(l, (struct tile){level, nodes / TILE_WIDTH, w},
                         (slice){(const char *)l->edge.h[level], (size_t)w * HASH_LEN}, f);
    }
    return e;
}

static enum err put_rows(struct ledger *l, uint64_t base, uint64_t size, struct leaf_rows *rows, struct fault *f)
{
    struct follow w = {.l = l, .to = size, .f = f, .e = E_OK};
    enum err e = rows->each(rows, base, size, follow_leaf, &w, f);
    if (w.e != E_OK)
        return w.e;
    if (e != E_OK)
        return e;
    if (l->edge.t.size != size)
        return fault_set(f, E_CORRUPT, l->dir, "leaf row %" PRIu64 " is missing; %" PRIu64 " rows were promised",
                         l->edge.t.size, size);
    e = put_partials(l, base, false, f);
    return e == E_OK ? dirs_sync(l, f) : e;
}

/* The last look before signing: the edge as it stands in the files, and the checkpoint that it must extend. */
static enum err check_extends(struct ledger *l, const struct checkpoint *next, struct fault *f)
{
    struct checkpoint now;
    struct hash root;
    struct proof p;
    enum err e = checkpoint_read(l->d, l->dir, note_key_public(l->key), &now, f);
    if (e != E_OK)
        return e;
    if (now.size != l->head.size || !hash_eq(&now.root, &l->head.root))
        return fault_set(f, E_WRITER, l->dir, "the checkpoint was changed by another writer");
    struct tile_reader *t = tile_reader_new(l->d, l->dir, next->size);
    e = tree_root_at(&t->r, next->size, &root, f);
    if (e == E_OK)
        e = tree_consistency(&t->r, now.size, next->size, &p, f);
    if (e == E_OK &&
        !(hash_eq(&root, &next->root) && tree_check_consistency(now.size, &now.root, next->size, &next->root, &p)))
        e = fault_set(f, E_CORRUPT, l->dir,
                      "the files of %" PRIu64 " leaves do not extend the checkpoint of %" PRIu64 "; nothing was signed",
                      next->size, now.size);
    tile_reader_free(t);
    return e;
}

static void drop_partial(struct ledger *l, struct tile t, uint64_t size)
{
    char rel[TILE_PATH_MAX], path[LEDGER_PATH_MAX];
    if (t.w == 0 || t.w == TILE_WIDTH || is_kept(&t, size))
        return;
    /* Failing leaves a stale prefix, which verify bears and the next open sweeps. */
    tile_path(&t, rel);
    ledger_path(path, l->dir, rel);
    (void)l->d->remove(l->d, path, false);
    if (tile_width_at(t.level, t.n, size) < TILE_WIDTH)
        return;
    *strrchr(path, '/') = '\0';
    (void)l->d->remove(l->d, path, true);
}

static void drop_superseded(struct ledger *l, uint64_t old)
{
    uint64_t size = l->head.size, n = old / TILE_WIDTH;
    drop_partial(l, (struct tile){TILE_ENTRIES, n, tile_width_at(TILE_ENTRIES, n, old)}, size);
    for (int level = 0; level < TILE_LEVELS; level++) {
        n = old >> 8 * level >> 8;
        drop_partial(l, (struct tile){level, n, tile_width_at(level, n, old)}, size);
    }
}

static enum err catch_up(struct ledger *l, uint64_t size, struct leaf_rows *rows, struct fault *f)
{
    uint64_t old = l->head.size;
    enum err e = put_rows(l, old, size, rows, f);
    struct checkpoint next = {.size = size, .root = tree_root(&l->edge.t)};
    if (e == E_OK)
        e = check_extends(l, &next, f);
    if (e == E_OK)
        e = checkpoint_put(l, &next, f);
    if (e == E_OK)
        drop_superseded(l, old);
    return e;
}

enum err ledger_catch_up(struct ledger *l, uint64_t size, struct leaf_rows *rows, struct fault *f)
{
    enum err e = l->stale ? reload(l, f) : E_OK;
    if (e != E_OK)
        return e;
    l->stale = false;
    if (size >= TREE_SIZE_MAX)
        return fault_set(f, E_TOO_BIG, l->dir, "a ledger holds fewer than 2^62 leaves");
    if (size < l->head.size)
        return fault_set(f, E_CORRUPT, l->dir,
                         "the store has %" PRIu64 " leaf rows, the checkpoint signs %" PRIu64 ": rows were lost", size,
                         l->head.size);
    if (size == l->head.size)
        return E_OK;
    e = catch_up(l, size, rows, f);
    l->stale = e != E_OK;
    return e;
}

/* --- rebuilding damaged files --- */

struct rehash {
    struct tree t;
    bool gap;
    const struct checkpoint *one, *other; /* either may be NULL */
    bool differs;
};

/* Is this the tree that a checkpoint has signed, when it has come to its size? */
static void rehash_look(struct rehash *h)
{
    const struct checkpoint *c[] = {h->one, h->other};
    for (size_t i = 0; i < TB_COUNT(c); i++) {
        if (!c[i] || c[i]->size != h->t.size)
            continue;
        struct hash root = tree_root(&h->t);
        h->differs = h->differs || !hash_eq(&root, &c[i]->root);
    }
}

static bool rehash_leaf(void *ud, uint64_t index, slice entry)
{
    struct rehash *h = ud;
    h->gap = index != h->t.size || entry.n > LEDGER_ENTRY_MAX;
    if (h->gap)
        return false;
    struct hash leaf = hash_leaf(entry);
    tree_add(&h->t, &leaf);
    rehash_look(h);
    return true;
}

static enum err rows_give(struct ledger *l, const struct checkpoint *stands, const struct checkpoint *given,
                          struct leaf_rows *rows, struct fault *f)
{
    struct rehash h = {.one = stands, .other = given};
    rehash_look(&h);
    enum err e = rows->each(rows, 0, l->head.size, rehash_leaf, &h, f);
    if (e != E_OK)
        return e;
    if (h.gap || h.differs || h.t.size != l->head.size)
        return fault_set(f, E_CORRUPT, l->dir,
                         given ? "the rows do not give the roots that the checkpoints (the one that stands there, the "
                                 "one given) sign; nothing was written; restore the store"
                               : "the rows do not give the root that the checkpoint signs; restore the store");
    return E_OK;
}

static enum err rebuild(struct ledger *l, const struct checkpoint *given, struct leaf_rows *rows, struct fault *f)
{
    struct checkpoint stands;
    enum err e = checkpoint_read(l->d, l->dir, note_key_public(l->key), &stands, f);
    bool none = e == E_ABSENT, later = given && (none || given->size > stands.size);
    if (none && !given)
        return fault_set(f, E_ABSENT, l->dir,
                         "there is no checkpoint; give one that was kept elsewhere. Without one nobody could tell "
                         "whether the rows are those that were signed");
    if (e != E_OK && !none)
        return e;
    l->head = later ? *given : stands;
    e = rows_give(l, none ? NULL : &stands, given, rows, f);
    int r = e == E_OK && none ? l->d->make_dir(l->d, l->dir) : 0;
    if (r != 0 && r != -EEXIST)
        return disk_fault(f, r, "make the directory", l->dir);
    if (e == E_OK && none)
        e = sync_above(l, f);
    if (e == E_OK)
        e = tmp_remove(l, f);
    if (e == E_OK)
        e = put_rows(l, 0, l->head.size, rows, f);
    if (e == E_OK && later)
        e = checkpoint_put(l, &l->head, f);
    return e == E_OK ? sweep(l, f) : e;
}

enum err ledger_rebuild(const char *dir, const struct note_key *key, struct disk *disk, const struct checkpoint *given,
                        struct leaf_rows *rows, struct fault *f)
{
    enum err e = ledger_dir_ok(dir, f);
    if (e != E_OK)
        return e;
    struct ledger *l = ledger_new(dir, key, disk);
    e = rebuild(l, given, rows, f);
    ledger_close(l);
    return e;
}
