#include "tile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- paths --- */

void tile_path(const struct tile *t, char out[TILE_PATH_MAX])
{
    char level[4] = "", index[32] = "", partial[8] = "";
    must(t->w >= 1 && t->w <= TILE_WIDTH && t->n < TREE_SIZE_MAX);
    (void)snprintf(level, sizeof level, "%d", t->level & (TILE_LEVELS - 1));
    (void)snprintf(index, sizeof index, "%03u", (unsigned)(t->n % 1000));
    for (uint64_t rest = t->n / 1000; rest > 0; rest /= 1000) {
        char longer[32];
        (void)snprintf(longer, sizeof longer, "x%03u/%.*s", (unsigned)(rest % 1000), 25, index);
        memcpy(index, longer, sizeof index);
    }
    if (t->w < TILE_WIDTH)
        (void)snprintf(partial, sizeof partial, ".p/%u", t->w);
    (void)snprintf(out, TILE_PATH_MAX, "tile/%s/%s%s", t->level == TILE_ENTRIES ? "entries" : level, index, partial);
}

/* Up to 1,000^6 > 2^62 / 256 bundles; decimal digits only, value below `limit`. */
static bool digits(slice s, uint64_t limit, uint64_t *out)
{
    int64_t v;
    if (s.n == 0 || s.n > 3 || s.p[0] < '0' || s.p[0] > '9' || !sl_int(s, &v) || v < 0 || (uint64_t)v >= limit)
        return false;
    *out = (uint64_t)v;
    return true;
}

static bool index_parse(slice s, uint64_t *n)
{
    uint64_t part;
    *n = 0;
    for (slice head; sl_starts(s, "x"); *n = *n * 1000 + part) {
        s.p++;
        s.n--;
        if (*n >= TREE_SIZE_MAX / 1000000 || !sl_cut(s, '/', &head, &s) || !digits(head, 1000, &part))
            return false;
    }
    if (!digits(s, 1000, &part))
        return false;
    *n = *n * 1000 + part;
    return true;
}

bool tile_parse(slice path, struct tile *out)
{
    slice level, rest = path, index, width;
    uint64_t l = 0, w = TILE_WIDTH;
    if (!sl_starts(rest, "tile/"))
        return false;
    rest = (slice){rest.p + 5, rest.n - 5};
    if (!sl_cut(rest, '/', &level, &rest) || !(sl_is(level, "entries") || digits(level, TILE_LEVELS, &l)))
        return false;
    if (sl_cut(rest, '.', &index, &width)) {
        if (!sl_starts(width, "p/") || !digits((slice){width.p + 2, width.n - 2}, TILE_WIDTH, &w) || w == 0)
            return false;
    }
    *out = (struct tile){.level = sl_is(level, "entries") ? TILE_ENTRIES : (int)l, .w = (unsigned)w};
    char again[TILE_PATH_MAX];
    if (!index_parse(index, &out->n))
        return false;
    tile_path(out, again); /* only the one canonical spelling */
    return sl_is(path, again);
}

int tile_cmp(const struct tile *a, const struct tile *b)
{
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    return a->w < b->w ? -1 : a->w > b->w;
}

unsigned tile_width_at(int level, uint64_t n, uint64_t size)
{
    uint64_t nodes = level == TILE_ENTRIES ? size : size >> 8 * level, from = n * TILE_WIDTH;
    return nodes <= from ? 0 : nodes - from < TILE_WIDTH ? (unsigned)(nodes - from) : TILE_WIDTH;
}

void ledger_path(char out[LEDGER_PATH_MAX], const char *dir, const char *rel)
{
    int n = snprintf(out, LEDGER_PATH_MAX, "%s%s%s", dir, *rel ? "/" : "", rel);
    must(n > 0 && n < LEDGER_PATH_MAX);
}

enum err ledger_dir_ok(const char *dir, struct fault *f)
{
    if (*dir == '\0' || strlen(dir) > LEDGER_PATH_MAX - 512)
        return fault_set(f, E_CONFIG, "ledger", "the directory's path is empty or too long");
    return E_OK;
}

enum err disk_fault(struct fault *f, int r, const char *doing, const char *path)
{
    return fault_set(f, E_IO, path, "cannot %s: %s", doing, strerror(-r));
}

/* --- entry bundles --- */

void bundle_add(struct buf *b, slice entry)
{
    must(entry.n <= UINT16_MAX);
    const uint8_t len[2] = {(uint8_t)(entry.n >> 8), (uint8_t)entry.n};
    buf_add(b, len, sizeof len);
    buf_sl(b, entry);
}

bool bundle_next(slice *rest, slice *entry)
{
    if (rest->n < 2)
        return false;
    size_t n = (size_t)(uint8_t)rest->p[0] << 8 | (uint8_t)rest->p[1];
    if (rest->n - 2 < n)
        return false;
    *entry = (slice){rest->p + 2, n};
    *rest = (slice){rest->p + 2 + n, rest->n - 2 - n};
    return true;
}

/* --- reading --- */

static int get_tile(struct disk *d, const char *dir, const struct tile *t, struct buf *out)
{
    char rel[TILE_PATH_MAX], path[LEDGER_PATH_MAX];
    tile_path(t, rel);
    ledger_path(path, dir, rel);
    buf_clear(out);
    return d->get(d, path, out);
}

struct widest {
    unsigned w;
};

static int note_width(void *ud, const char *name, enum disk_kind kind)
{
    struct widest *best = ud;
    uint64_t w;
    if (kind == DISK_FILE && digits(sl(name), TILE_WIDTH, &w) && w > best->w)
        best->w = (unsigned)w;
    return 0;
}

/* One look: the tile itself, a full one, the widest partial one. *seen: a wider one was listed. */
static int fetch_once(struct disk *d, const char *dir, struct tile *t, struct buf *out, bool *seen)
{
    char rel[TILE_PATH_MAX], path[LEDGER_PATH_MAX];
    struct tile try = *t;
    struct widest best = {0};
    int r = get_tile(d, dir, &try, out);
    if (r == -ENOENT && t->w < TILE_WIDTH) {
        tile_path(t, rel);
        *strrchr(rel, '/') = '\0';
        ledger_path(path, dir, rel);
        (void)d->list(d, path, note_width, &best);
        try.w = TILE_WIDTH;
        r = get_tile(d, dir, &try, out);
        if (r == -ENOENT && best.w > t->w) {
            try.w = best.w;
            r = get_tile(d, dir, &try, out);
        }
    }
    *seen = best.w > t->w;
    if (r == 0)
        t->w = try.w;
    return r;
}

int tile_fetch(struct disk *d, const char *dir, struct tile *t, struct buf *out)
{
    /* A writer may replace what was listed before it is opened, again and again. */
    int r = -ENOENT;
    bool seen = true;
    for (int looks = 0; r == -ENOENT && looks < (seen ? 100 : 3); looks++)
        r = fetch_once(d, dir, t, out, &seen);
    return r;
}

static enum err reader_load(struct tile_reader *t, int level, uint64_t n, struct fault *f)
{
    struct tile want = {.level = level, .n = n, .w = tile_width_at(level, n, t->size)};
    char rel[TILE_PATH_MAX];
    must(want.w > 0);
    unsigned need = want.w;
    tile_path(&want, rel);
    t->at[level].w = 0;
    int r = tile_fetch(t->d, t->dir, &want, &t->file);
    if (r != 0 && r != -ENOENT)
        return disk_fault(f, r, "read the tile", rel);
    if (r == -ENOENT || t->file.n != (size_t)want.w * HASH_LEN)
        return fault_set(f, E_CORRUPT, rel, "the tile is missing or has not its length; `ledger verify` tells more");
    memcpy(t->h[level], t->file.p, (size_t)need * HASH_LEN);
    t->at[level] = (struct tile){.level = level, .n = n, .w = need};
    return E_OK;
}

static enum err reader_get(struct hash_reader *r, unsigned level, uint64_t index, struct hash *out, struct fault *f)
{
    struct tile_reader *t = (struct tile_reader *)r;
    int l = (int)(level / 8);
    unsigned bits = level % 8;
    uint64_t first = index << bits, n = first / TILE_WIDTH;
    if (t->at[l].w == 0 || t->at[l].n != n) {
        enum err e = reader_load(t, l, n, f);
        if (e != E_OK)
            return e;
    }
    unsigned at = (unsigned)(first % TILE_WIDTH);
    must(at + (1u << bits) <= t->at[l].w);
    struct tree sub = {0};
    for (unsigned i = 0; i < 1u << bits; i++)
        tree_add(&sub, &t->h[l][at + i]);
    *out = tree_root(&sub);
    return E_OK;
}

struct tile_reader *tile_reader_new(struct disk *d, const char *dir, uint64_t size)
{
    struct tile_reader *t = mem_zero(1, sizeof *t);
    t->r.get = reader_get;
    t->d = d;
    t->dir = dir;
    t->size = size;
    t->file = BUF(TILE_WIDTH * HASH_LEN + 1);
    return t;
}

void tile_reader_free(struct tile_reader *t)
{
    buf_free(&t->file);
    free(t);
}

/* --- the right edge --- */

enum err edge_add(struct edge *e, const struct hash *leaf, edge_full_fn *full, void *ud, struct fault *f)
{
    enum err err = E_OK;
    uint64_t size = e->t.size;
    struct hash h = *leaf;
    unsigned bit = 0;
    must(size < TREE_SIZE_MAX - 1);
    /* The carry passes the root of every perfect subtree that this leaf completes; those of 256^l leaves are
     * the hashes that tiles hold. */
    for (;; bit++) {
        if (bit % 8 == 0) {
            unsigned l = bit / 8, i = (unsigned)(size >> bit) % TILE_WIDTH;
            e->h[l][i] = h;
            if (i == TILE_WIDTH - 1 && err == E_OK)
                err = full(ud, (int)l, size >> bit >> 8, e->h[l], f);
        }
        if (!(size >> bit & 1))
            break;
        h = hash_node(&e->t.at[bit], &h);
    }
    e->t.at[bit] = h;
    e->t.size++;
    return err;
}

void edge_frontier(struct edge *e, uint64_t size)
{
    for (unsigned l = 0; l < TILE_LEVELS; l++) {
        struct tree part = {0};
        unsigned n = (unsigned)(size >> 8 * l) % TILE_WIDTH;
        for (unsigned i = 0; i < n; i++)
            tree_add(&part, &e->h[l][i]);
        for (unsigned bit = 0; bit < 8 && 8 * l + bit < TB_COUNT(e->t.at); bit++)
            e->t.at[8 * l + bit] = part.at[bit];
    }
    e->t.size = size;
}
