#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "tile.h"

/* The check climbs from the entries: every tile is compared with what the tiles below it give. A difference above a
 * leaf that has been reported is its echo and is not reported again, so that the first leaf named is the one that is
 * wrong; a difference above sound leaves is a fault of that tile. At last the root is compared with the signed one. */

enum { DEPTH_MAX = 12, LISTED_MAX = 1 << 27 };

struct listed {
    struct tile t;
    bool seen;
};

/* The tile being gathered at one level. */
struct storey {
    uint64_t n;
    unsigned count;
    struct hash h[TILE_WIDTH];
    bool bad[TILE_WIDTH]; /* something under this hash has been reported */
    bool rooted;          /* root: of all TILE_WIDTH, known already */
    struct hash root;
};

/* Up to 256 entries, from one source. */
struct chunk {
    struct buf bytes;
    size_t at[TILE_WIDTH];
    uint16_t len[TILE_WIDTH];
    bool have[TILE_WIDTH];
    unsigned end; /* one past the last one */
};

/* Rows are read in a thread of their own while those before them are hashed. Only full chunks below the checkpoint,
 * which nobody may ever change: whatever else there is, or whatever is wrong with them, the check reads for itself. */
enum { AHEAD = 4, STRETCH = 16 * TILE_WIDTH }; /* chunks waiting; rows in one question */
struct ahead {
    struct leaf_rows *rows;
    struct chunk ring[AHEAD];
    uint64_t next, end;   /* rows: the next one, and where to end */
    uint64_t made, taken; /* chunks */
    bool running, over, stop;
    pthread_mutex_t lock;
    pthread_cond_t moved;
};

struct verify {
    struct disk *d;
    const char *dir;
    struct leaf_rows *rows;
    const struct note_verifier *key;
    struct checkpoint c;
    uint64_t now; /* size of a checkpoint that has been read since */
    struct ledger_report *out;
    struct fault *f;
    struct listed *list;
    size_t n_list, room;
    struct tree tree; /* over what the rows give, or the entries where there are no rows */
    bool root_known;
    struct hash root;
    struct storey storey[TILE_LEVELS];
    struct chunk row, ent, other;
    struct tile ent_file; /* where ent came from */
    struct buf file;
    struct ahead ahead;
    enum err checked;
};

/* --- findings --- */

static void report(struct verify *v, int64_t leaf, const char *fmt, ...) TB_PRINTF(3, 4);
static void report(struct verify *v, int64_t leaf, const char *fmt, ...)
{
    struct ledger_report *out = v->out;
    if (!out->ok && (leaf < 0 || (out->first_bad >= 0 && out->first_bad <= leaf)))
        return;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(out->what, sizeof out->what, fmt, ap);
    va_end(ap);
    out->ok = false;
    out->first_bad = leaf;
}

/* Place i of the tile being gathered at `level`: once is enough. */
static void report_at(struct verify *v, int level, unsigned i, const char *what, const struct tile *t)
{
    struct storey *s = &v->storey[level];
    char rel[TILE_PATH_MAX];
    if (s->bad[i])
        return;
    s->bad[i] = true;
    tile_path(t, rel);
    uint64_t leaf = (s->n * TILE_WIDTH + i) << 8 * level;
    report(v, (int64_t)leaf, "leaf %" PRIu64 ": %s (%s)", leaf, what, rel);
}

/* --- what lies in the directory --- */

struct walk {
    struct verify *v;
    char rel[LEDGER_PATH_MAX];
    size_t n;
    int depth;
    bool entries; /* the second walk, through tile/entries */
};

static void list_add(struct verify *v, const struct tile *t)
{
    if (v->n_list == v->room) {
        must(v->room < LISTED_MAX);
        v->room = v->room ? 2 * v->room : 1024;
        v->list = mem_more(v->list, v->room * sizeof *v->list);
    }
    v->list[v->n_list++] = (struct listed){.t = *t};
}

static void walk_file(struct walk *w, enum disk_kind kind)
{
    struct tile t;
    const char *rel = w->rel;
    if (kind == DISK_FILE && tile_parse(sl(rel), &t)) {
        list_add(w->v, &t);
    } else if (kind != DISK_FILE || (strcmp(rel, "checkpoint") != 0 && strcmp(rel, "tmp") != 0)) {
        char name[160];
        (void)snprintf(name, sizeof name, "%.150s", rel);
        report(w->v, -1, "a file that does not belong to the ledger: %s", name);
    }
}

static int walk_one(void *ud, const char *name, enum disk_kind kind)
{
    struct walk *w = ud;
    size_t len = strlen(name), before = w->n;
    char path[LEDGER_PATH_MAX];
    int r = 0;
    if (w->depth > DEPTH_MAX || w->n + 1 + len + strlen(w->v->dir) + 1 >= sizeof w->rel) {
        report(w->v, -1, "directories nested too deeply for a ledger");
        return 0;
    }
    (void)snprintf(w->rel + w->n, sizeof w->rel - w->n, "%s%s", w->n ? "/" : "", name);
    w->n += (w->n ? 1 : 0) + len;
    /* Entries are listed after the tiles: a writer makes them first, so no tile is seen without its entries. */
    bool later = !w->entries && strcmp(w->rel, "tile/entries") == 0;
    if (kind == DISK_DIR && !later) {
        w->depth++;
        ledger_path(path, w->v->dir, w->rel);
        r = w->v->d->list(w->v->d, path, walk_one, w);
        w->depth--;
    } else if (kind != DISK_DIR) {
        walk_file(w, kind);
    }
    w->n = before;
    w->rel[before] = '\0';
    return r == -ENOENT ? 0 : r; /* removed meanwhile */
}

static int walk_entries(struct walk *w)
{
    char path[LEDGER_PATH_MAX];
    (void)snprintf(w->rel, sizeof w->rel, "tile/entries");
    w->n = strlen(w->rel);
    ledger_path(path, w->v->dir, w->rel);
    return w->v->d->list(w->v->d, path, walk_one, w);
}

static int by_tile(const void *a, const void *b)
{
    return tile_cmp(&((const struct listed *)a)->t, &((const struct listed *)b)->t);
}

static enum err list_files(struct verify *v)
{
    struct walk *w = mem_zero(1, sizeof *w);
    w->v = v;
    int r = v->d->list(v->d, v->dir, walk_one, w);
    w->entries = true;
    if (r == 0)
        r = walk_entries(w);
    free(w);
    if (r != 0 && r != -ENOENT)
        return disk_fault(v->f, r, "list the ledger in", v->dir);
    if (v->n_list > 0)
        qsort(v->list, v->n_list, sizeof *v->list, by_tile);
    return E_OK;
}

/* The first listed file of tile n at this level, or the end of the list. */
static size_t list_find(const struct verify *v, int level, uint64_t n)
{
    struct tile want = {.level = level, .n = n, .w = 1};
    size_t lo = 0, hi = v->n_list;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (tile_cmp(&v->list[mid].t, &want) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool is_listed(const struct verify *v, size_t i, int level, uint64_t n)
{
    return i < v->n_list && v->list[i].t.level == level && v->list[i].t.n == n;
}

/* --- chunks of entries --- */

static void chunk_clear(struct chunk *c)
{
    buf_clear(&c->bytes);
    memset(c->have, 0, sizeof c->have);
    c->end = 0;
}

static void chunk_put(struct chunk *c, unsigned i, slice entry)
{
    c->at[i] = c->bytes.n;
    c->len[i] = (uint16_t)entry.n;
    c->have[i] = true;
    c->end = i + 1;
    buf_sl(&c->bytes, entry);
}

static slice chunk_get(const struct chunk *c, unsigned i)
{
    return (slice){c->len[i] ? c->bytes.p + c->at[i] : "", c->len[i]};
}

/* False if the bytes are not exactly w entries; those before the fault are there. */
static bool chunk_parse(struct chunk *c, slice bytes, unsigned w)
{
    slice entry;
    chunk_clear(c);
    while (c->end < w && bundle_next(&bytes, &entry))
        chunk_put(c, c->end, entry);
    return c->end == w && bytes.n == 0;
}

struct take {
    struct verify *v;
    uint64_t base, next;
    bool odd; /* out of order, outside of what was asked for, or too long */
};

static bool take_row(void *ud, uint64_t index, slice entry)
{
    struct take *t = ud;
    if (index < t->next || index - t->base >= TILE_WIDTH || entry.n > LEDGER_ENTRY_MAX) {
        t->odd = true;
        return false;
    }
    chunk_put(&t->v->row, (unsigned)(index - t->base), entry);
    t->next = index + 1;
    return true;
}

static bool take_any(void *ud, uint64_t index, slice entry)
{
    (void)index;
    (void)entry;
    *(bool *)ud = true;
    return false;
}

static enum err take_rows(struct verify *v, uint64_t base)
{
    struct take t = {.v = v, .base = base, .next = base};
    chunk_clear(&v->row);
    enum err e = v->rows->each(v->rows, base, base + TILE_WIDTH, take_row, &t, v->f);
    if (e == E_OK && t.odd)
        report(v, (int64_t)t.next, "leaf %" PRIu64 ": its row is out of order or over %d bytes", t.next,
               LEDGER_ENTRY_MAX);
    return e;
}

/* --- rows ahead --- */

static void ahead_say(struct ahead *a, uint64_t *what, uint64_t n)
{
    pthread_mutex_lock(&a->lock);
    *what = n;
    pthread_cond_broadcast(&a->moved);
    pthread_mutex_unlock(&a->lock);
}

/* Waits until the chunk after those made has a place. */
static bool ahead_room(struct ahead *a)
{
    pthread_mutex_lock(&a->lock);
    while (!a->stop && a->made - a->taken == AHEAD)
        pthread_cond_wait(&a->moved, &a->lock);
    bool go = !a->stop;
    pthread_mutex_unlock(&a->lock);
    return go;
}

static bool ahead_row(void *ud, uint64_t index, slice entry)
{
    struct ahead *a = ud;
    struct chunk *c = &a->ring[a->made % AHEAD];
    unsigned i = (unsigned)(index % TILE_WIDTH);
    if (index != a->next || entry.n > LEDGER_ENTRY_MAX)
        return false;
    if (i == 0) {
        if (!ahead_room(a))
            return false;
        chunk_clear(c);
    }
    chunk_put(c, i, entry);
    a->next++;
    if (i == TILE_WIDTH - 1)
        ahead_say(a, &a->made, a->made + 1);
    return true;
}

static void ahead_run(struct ahead *a)
{
    struct fault ignored; /* the check will meet it itself */
    enum err e = E_OK;
    for (uint64_t to = 0; e == E_OK && a->next == to && to < a->end;) {
        to = a->end - to < STRETCH ? a->end : to + STRETCH;
        e = a->rows->each(a->rows, a->next, to, ahead_row, a, &ignored);
    }
    pthread_mutex_lock(&a->lock);
    a->over = true;
    pthread_cond_broadcast(&a->moved);
    pthread_mutex_unlock(&a->lock);
}

/* The rows are the check's own from here on. */
static void ahead_end(struct ahead *a)
{
    pthread_mutex_lock(&a->lock);
    a->stop = true;
    pthread_cond_broadcast(&a->moved);
    while (a->running && !a->over)
        pthread_cond_wait(&a->moved, &a->lock);
    a->running = false;
    pthread_mutex_unlock(&a->lock);
}

/* Chunk n into `row`; false: it was not read ahead, and none after it will be. */
static bool ahead_take(struct ahead *a, uint64_t n, struct chunk *row)
{
    if (!a->running)
        return false;
    pthread_mutex_lock(&a->lock);
    while (a->made <= n && !a->over)
        pthread_cond_wait(&a->moved, &a->lock);
    bool there = a->made > n;
    pthread_mutex_unlock(&a->lock);
    if (!there) {
        ahead_end(a);
        return false;
    }
    struct chunk had = *row;
    *row = a->ring[n % AHEAD];
    a->ring[n % AHEAD] = had;
    ahead_say(a, &a->taken, n + 1);
    return true;
}

/* *more: rows follow after this chunk, so that it has to be full. */
static enum err chunk_rows(struct verify *v, uint64_t base, bool *more)
{
    *more = ahead_take(&v->ahead, base / TILE_WIDTH, &v->row);
    if (*more)
        return E_OK;
    enum err e = take_rows(v, base);
    if (e != E_OK)
        return e;
    if (v->row.end == TILE_WIDTH) {
        *more = true;
        return E_OK;
    }
    e = v->rows->each(v->rows, base + TILE_WIDTH, TREE_SIZE_MAX, take_any, more, v->f);
    /* What follows may have been written since, and what fills this chunk before it. */
    return e == E_OK && *more ? take_rows(v, base) : e;
}

/* --- one bundle of entries against its rows --- */

/* The width to ask for: what the checkpoint needs, or more if the listing showed more; 0: no such file. */
static unsigned widest_listed(const struct verify *v, int level, uint64_t n, unsigned need)
{
    for (size_t i = list_find(v, level, n); is_listed(v, i, level, n); i++)
        if (v->list[i].t.w > need)
            need = v->list[i].t.w;
    return need;
}

/* E_IO only when the check itself is hindered; a file that cannot be had is a finding of the caller's. */
static enum err fetch(struct verify *v, struct tile *t, unsigned need, bool *there)
{
    *there = false;
    t->w = widest_listed(v, t->level, t->n, need);
    if (t->w == 0) {
        t->w = 1; /* for the messages */
        return E_OK;
    }
    int r = tile_fetch(v->d, v->dir, t, &v->file);
    if (r == -ENOENT && need > 0 && t->w > need) { /* a restarted writer has swept the wider one away */
        t->w = need;
        r = tile_fetch(v->d, v->dir, t, &v->file);
    }
    *there = r == 0 || r == -EFBIG; /* of the latter, what fits is looked at, and found wrong */
    if (r == -EACCES || r == -EPERM || r == -EMFILE || r == -ENFILE || r == -ENOMEM)
        return disk_fault(v->f, r, "read the ledger in", v->dir);
    return E_OK;
}

static void compare_entries(struct verify *v, const struct chunk *ent, const struct tile *t)
{
    for (unsigned i = 0; i < TILE_WIDTH; i++) {
        if (!ent->have[i])
            continue;
        if (v->rows && !v->row.have[i])
            report_at(v, 0, i, "its row is missing", t);
        else if (v->rows && !sl_eq(chunk_get(&v->row, i), chunk_get(ent, i)))
            report_at(v, 0, i, "the entry bundle and the row differ", t);
        else if (!v->rows && ent != &v->ent && (!v->ent.have[i] || !sl_eq(chunk_get(&v->ent, i), chunk_get(ent, i))))
            report_at(v, 0, i, "two entry bundles differ", t);
    }
}

static enum err check_bundle(struct verify *v, uint64_t n, unsigned need)
{
    struct tile t = {.level = TILE_ENTRIES, .n = n};
    bool there;
    chunk_clear(&v->ent);
    enum err e = fetch(v, &t, need, &there);
    if (e != E_OK)
        return e;
    if (there && !chunk_parse(&v->ent, buf_slice(&v->file), t.w))
        report_at(v, 0, v->ent.end < t.w ? v->ent.end : t.w - 1, "the entry bundle is cut short or too long", &t);
    if (v->ent.end < need)
        report_at(v, 0, v->ent.end, there ? "it is not in the entry bundle" : "the entry bundle is missing", &t);
    v->ent_file = t;
    return E_OK;
}

/* What this leaf's hash is to be. */
static bool truth(const struct verify *v, unsigned i, struct hash *out)
{
    const struct chunk *c = v->rows && v->row.have[i] ? &v->row : &v->ent;
    if (!c->have[i])
        return false;
    *out = hash_leaf(chunk_get(c, i));
    return true;
}

/* A listed file beside the one that counts, or that one itself if it claims more than there is. */
static void check_other(struct verify *v, const struct tile *t, unsigned count)
{
    int level = t->level == TILE_ENTRIES ? 0 : t->level;
    if (t->w > count)
        report_at(v, level, count, "the file goes beyond the leaves", t);
    if (t->level == TILE_ENTRIES) {
        if (!chunk_parse(&v->other, buf_slice(&v->file), t->w))
            report_at(v, 0, v->other.end < t->w ? v->other.end : t->w - 1, "the entry bundle is cut short or too long",
                      t);
        compare_entries(v, &v->other, t);
        return;
    }
    if (v->file.n != (size_t)t->w * HASH_LEN)
        report_at(v, level, 0, "the tile has not its length", t);
    for (unsigned k = 0; k < t->w && k < count && (k + 1) * HASH_LEN <= v->file.n; k++)
        if (memcmp(v->file.p + k * HASH_LEN, v->storey[level].h[k].b, HASH_LEN) != 0)
            report_at(v, level, k, "a tile beside the current one differs", t);
}

/* Superseded files, and those ahead of the checkpoint: each must say the same as far as it goes. The listing is
 * older than the rows that were read, so none may go further than they do. */
static enum err check_others(struct verify *v, int level, uint64_t n, unsigned used, unsigned count)
{
    for (size_t i = list_find(v, level, n); is_listed(v, i, level, n); i++) {
        const struct tile *t = &v->list[i].t;
        char rel[TILE_PATH_MAX], path[LEDGER_PATH_MAX];
        v->list[i].seen = true;
        if (t->w == used && t->w <= count)
            continue;
        tile_path(t, rel);
        ledger_path(path, v->dir, rel);
        buf_clear(&v->file);
        int r = v->d->get(v->d, path, &v->file);
        if (r == 0 || r == -EFBIG)
            check_other(v, t, count);
        else if (r != -ENOENT)
            return disk_fault(v->f, r, "read", path);
    }
    return E_OK;
}

/* --- one tile against what has been gathered --- */

static enum err check_tile(struct verify *v, int level)
{
    struct storey *s = &v->storey[level];
    unsigned need = tile_width_at(level, s->n, v->c.size);
    struct tile t = {.level = level, .n = s->n};
    bool there;
    enum err e = fetch(v, &t, need, &there);
    if (e != E_OK)
        return e;
    size_t whole = there ? v->file.n / HASH_LEN : 0;
    if (there && v->file.n != (size_t)t.w * HASH_LEN)
        report_at(v, level, whole < t.w ? (unsigned)whole : t.w - 1, "the tile has not its length", &t);
    unsigned n = whole < t.w ? (unsigned)whole : t.w;
    if (!there && need > 0)
        report_at(v, level, 0, "the tile is missing", &t);
    for (unsigned i = 0; there && i < n && i < s->count; i++) {
        if (memcmp(v->file.p + i * HASH_LEN, s->h[i].b, HASH_LEN) != 0)
            report_at(v, level, i, level ? "a hash does not fit the tile below" : "the hash does not fit the entry",
                      &t);
    }
    return check_others(v, level, s->n, there ? t.w : 0, s->count);
}

static void storey_next(struct storey *s)
{
    s->n++;
    s->count = 0;
    s->rooted = false;
    memset(s->bad, 0, sizeof s->bad);
}

static struct hash storey_root(const struct storey *s)
{
    struct tree sub = {0};
    for (unsigned i = 0; i < TILE_WIDTH; i++)
        tree_add(&sub, &s->h[i]);
    return tree_root(&sub);
}

/* Hands full tiles up, as far as they go. */
static enum err climb(struct verify *v)
{
    for (int level = 0; v->storey[level].count == TILE_WIDTH; level++) {
        struct storey *s = &v->storey[level], *above = &v->storey[level + 1];
        enum err e = check_tile(v, level);
        if (e != E_OK)
            return e;
        must(level + 1 < TILE_LEVELS);
        bool bad = false;
        for (unsigned i = 0; i < TILE_WIDTH; i++)
            bad = bad || s->bad[i];
        above->h[above->count] = s->rooted ? s->root : storey_root(s);
        above->bad[above->count++] = bad;
        storey_next(s);
    }
    return E_OK;
}

/* --- the pass over all leaves --- */

/* How many leaves this chunk has or should have. */
static unsigned chunk_end(const struct verify *v, bool more)
{
    unsigned end = tile_width_at(TILE_ENTRIES, v->storey[0].n, v->c.size);
    if (v->rows && more)
        return TILE_WIDTH;
    if (v->rows && v->row.end > end)
        end = v->row.end;
    return v->ent.end > end ? v->ent.end : end;
}

static void root_if_there(struct verify *v)
{
    if (v->tree.size != v->c.size)
        return;
    v->root = tree_root(&v->tree);
    v->root_known = true;
}

/* A full chunk below the checkpoint's end goes into the tree as one. */
static void gather_tree(struct verify *v, const struct storey *s)
{
    if (s->rooted) {
        tree_add_perfect(&v->tree, 8, &s->root);
        root_if_there(v);
        return;
    }
    for (unsigned i = 0; i < s->count; i++) {
        v->out->pending += v->tree.size >= v->c.size && v->row.have[i];
        tree_add(&v->tree, &s->h[i]);
        root_if_there(v);
    }
}

static void gather(struct verify *v, bool more)
{
    struct storey *s = &v->storey[0];
    unsigned end = chunk_end(v, more);
    for (unsigned i = 0; i < end; i++) {
        struct hash h = {{0}};
        if (!truth(v, i, &h))
            report_at(v, 0, i, "it is nowhere", &v->ent_file);
        s->h[s->count++] = h;
    }
    s->rooted = end == TILE_WIDTH && v->tree.size + TILE_WIDTH <= v->c.size;
    if (s->rooted)
        s->root = storey_root(s);
    gather_tree(v, s);
}

static enum err check_chunk(struct verify *v, uint64_t n, bool *more)
{
    enum err e = check_bundle(v, n, tile_width_at(TILE_ENTRIES, n, v->c.size));
    *more = is_listed(v, list_find(v, TILE_ENTRIES, n + 1), TILE_ENTRIES, n + 1);
    if (e == E_OK && v->rows)
        e = chunk_rows(v, n * TILE_WIDTH, more);
    if (e != E_OK)
        return e;
    compare_entries(v, &v->ent, &v->ent_file);
    gather(v, *more);
    e = check_others(v, TILE_ENTRIES, n, v->ent_file.w, v->storey[0].count);
    return e == E_OK ? climb(v) : e;
}

static enum err check_leaves(struct verify *v)
{
    bool more = true;
    for (uint64_t n = 0; more || n * TILE_WIDTH < v->c.size; n++) {
        enum err e = check_chunk(v, n, &more);
        if (e != E_OK)
            return e;
        if (v->storey[0].count > 0) /* not full: this was the last */
            break;
    }
    for (int level = 0; level < TILE_LEVELS; level++) {
        if (v->storey[level].count == 0)
            continue;
        enum err e = check_tile(v, level);
        if (e != E_OK)
            return e;
    }
    return E_OK;
}

static void *check_main(void *ud)
{
    struct verify *v = ud;
    v->checked = check_leaves(v);
    ahead_end(&v->ahead);
    return NULL;
}

/* Two threads, if there is enough for two. */
static enum err check_two(struct verify *v)
{
    struct ahead *a = &v->ahead;
    pthread_t check;
    a->rows = v->rows;
    a->end = v->rows ? v->c.size / TILE_WIDTH * TILE_WIDTH : 0;
    a->running = a->end > 0;
    if (!a->running || pthread_create(&check, NULL, check_main, v) != 0) {
        a->running = false;
        return check_leaves(v);
    }
    ahead_run(a);
    must(pthread_join(check, NULL) == 0);
    return v->checked;
}

/* A writer may have replaced, between two looks, the entries that a listed tile came with. Then it has signed a
 * checkpoint since that has the tile in it, and the next check will look at it. */
static bool signed_since(struct verify *v, const struct tile *t)
{
    struct checkpoint c;
    struct fault ignored;
    if (tile_width_at(t->level, t->n, v->now) < t->w && ledger_checkpoint(v->dir, v->key, v->d, &c, &ignored) == E_OK &&
        c.size > v->now)
        v->now = c.size;
    return tile_width_at(t->level, t->n, v->now) >= t->w;
}

/* A writer that starts after a crash sweeps away what was ahead of the checkpoint. */
static bool is_gone(struct verify *v, const struct tile *t)
{
    char rel[TILE_PATH_MAX], path[LEDGER_PATH_MAX];
    tile_path(t, rel);
    ledger_path(path, v->dir, rel);
    buf_clear(&v->file);
    return v->d->get(v->d, path, &v->file) == -ENOENT;
}

static void check_rest(struct verify *v)
{
    char rel[TILE_PATH_MAX];
    for (size_t i = 0; i < v->n_list; i++) {
        if (v->list[i].seen || signed_since(v, &v->list[i].t) || is_gone(v, &v->list[i].t))
            continue;
        tile_path(&v->list[i].t, rel);
        report(v, -1, "a file beyond the last leaf: %s", rel);
    }
    if (v->c.size == 0) {
        struct tree none = {0};
        v->root = tree_root(&none);
        v->root_known = true;
    }
    if (!v->root_known || !hash_eq(&v->root, &v->c.root))
        report(v, -1, "the leaves do not give the root that the checkpoint signs");
}

static enum err verify_all(struct verify *v)
{
    enum err e = ledger_checkpoint(v->dir, v->key, v->d, &v->c, v->f);
    if (e == E_CORRUPT || e == E_ABSENT) {
        report(v, -1, "%.150s: %.200s", v->f->where, v->f->what);
        return E_OK;
    }
    if (e != E_OK)
        return e;
    v->out->size = v->now = v->c.size;
    hex_of(v->c.root.b, HASH_LEN, v->out->root);
    e = list_files(v);
    if (e == E_OK)
        e = check_two(v);
    if (e == E_OK)
        check_rest(v);
    return e;
}

static void chunk_init(struct chunk *c)
{
    c->bytes = BUF(TILE_BYTES_MAX);
}

enum err ledger_verify(const char *dir, const struct note_verifier *key, struct disk *disk, struct leaf_rows *rows,
                       struct ledger_report *out, struct fault *f)
{
    *out = (struct ledger_report){.ok = true, .first_bad = -1};
    struct verify *v = mem_zero(1, sizeof *v);
    v->d = disk ? disk : disk_real();
    v->dir = dir;
    v->rows = rows;
    v->out = out;
    v->f = f;
    v->file = BUF(TILE_BYTES_MAX + 1);
    chunk_init(&v->row);
    chunk_init(&v->ent);
    chunk_init(&v->other);
    for (int i = 0; i < AHEAD; i++)
        chunk_init(&v->ahead.ring[i]);
    pthread_mutex_init(&v->ahead.lock, NULL);
    pthread_cond_init(&v->ahead.moved, NULL);
    v->key = key;
    enum err e = verify_all(v);
    pthread_cond_destroy(&v->ahead.moved);
    pthread_mutex_destroy(&v->ahead.lock);
    for (int i = 0; i < AHEAD; i++)
        buf_free(&v->ahead.ring[i].bytes);
    buf_free(&v->file);
    buf_free(&v->row.bytes);
    buf_free(&v->ent.bytes);
    buf_free(&v->other.bytes);
    free(v->list);
    free(v);
    return e;
}
