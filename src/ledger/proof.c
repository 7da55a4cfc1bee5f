#include <string.h>

#include "b64.h"
#include "ledger.h"
#include "tile.h"

#define PROOF_HEAD "c2sp.org/tlog-proof@v1"

enum err ledger_consistency(const char *dir, struct disk *disk, uint64_t old, uint64_t size, struct proof *out,
                            struct fault *f)
{
    enum err e = ledger_dir_ok(dir, f);
    if (e != E_OK)
        return e;
    if (old > size || size >= TREE_SIZE_MAX)
        return fault_set(f, E_FIELD, "size", "the older size must not be larger than the newer one");
    struct tile_reader *t = tile_reader_new(disk ? disk : disk_real(), dir, size);
    e = tree_consistency(&t->r, old, size, out, f);
    tile_reader_free(t);
    return e;
}

/* --- writing --- */

static enum err add_entry(struct disk *d, const char *dir, uint64_t index, uint64_t size, struct buf *out,
                          struct hash *leaf, struct fault *f)
{
    struct tile t = {TILE_ENTRIES, index / TILE_WIDTH, tile_width_at(TILE_ENTRIES, index / TILE_WIDTH, size)};
    char rel[TILE_PATH_MAX];
    struct buf file = BUF(TILE_BYTES_MAX);
    tile_path(&t, rel);
    int r = tile_fetch(d, dir, &t, &file);
    slice rest = buf_slice(&file), entry = SLN;
    bool have = r == 0;
    for (uint64_t i = 0; have && i <= index % TILE_WIDTH; i++)
        have = bundle_next(&rest, &entry);
    if (have) {
        *leaf = hash_leaf(entry);
        buf_str(out, "extra ");
        b64_add(out, entry.p, entry.n);
        buf_chr(out, '\n');
    }
    buf_free(&file);
    return have ? E_OK : fault_set(f, E_CORRUPT, rel, "leaf %" PRIu64 " cannot be read; see `ledger verify`", index);
}

static void add_path(struct buf *out, uint64_t index, const struct proof *p)
{
    buf_fmt(out, "index %" PRIu64 "\n", index);
    for (size_t i = 0; i < p->n; i++) {
        b64_add(out, p->h[i].b, HASH_LEN);
        buf_chr(out, '\n');
    }
    buf_chr(out, '\n');
}

static enum err read_note(struct disk *d, const char *dir, struct buf *note, struct fault *f)
{
    char path[LEDGER_PATH_MAX];
    ledger_path(path, dir, "checkpoint");
    int r = d->get(d, path, note);
    return r == 0 ? E_OK : disk_fault(f, r, "read the checkpoint", path);
}

enum err ledger_proof(const char *dir, const struct note_verifier *v, struct disk *disk, uint64_t index,
                      struct buf *out, struct fault *f)
{
    struct disk *d = disk ? disk : disk_real();
    struct buf note = BUF(NOTE_MAX);
    struct checkpoint c;
    struct hash leaf;
    struct proof p;
    enum err e = ledger_dir_ok(dir, f);
    if (e == E_OK)
        e = read_note(d, dir, &note, f);
    if (e == E_OK)
        e = checkpoint_open(buf_slice(&note), v, &c, f);
    if (e == E_OK && index >= c.size)
        e = fault_set(f, E_ABSENT, "index", "the checkpoint signs %" PRIu64 " leaves", c.size);
    if (e == E_OK) {
        struct tile_reader *t = tile_reader_new(d, dir, c.size);
        buf_str(out, PROOF_HEAD "\n");
        e = tree_inclusion(&t->r, index, c.size, &p, f);
        if (e == E_OK)
            e = add_entry(d, dir, index, c.size, out, &leaf, f);
        tile_reader_free(t);
    }
    if (e == E_OK && !tree_check_inclusion(&leaf, index, c.size, &p, &c.root))
        e = fault_set(f, E_CORRUPT, dir, "leaf %" PRIu64 " does not lead to the signed root; see `ledger verify`",
                      index);
    if (e == E_OK) {
        add_path(out, index, &p);
        buf_sl(out, buf_slice(&note));
        if (out->over)
            e = fault_set(f, E_TOO_BIG, "proof", "over %zu bytes", out->max);
    }
    buf_free(&note);
    return e;
}

/* --- checking --- */

static bool line_after(slice *rest, const char *lead, slice *value)
{
    slice line, tail;
    size_t n = strlen(lead);
    if (!sl_starts(*rest, lead) || !sl_cut(*rest, '\n', &line, &tail))
        return false;
    *value = (slice){line.p + n, line.n - n};
    *rest = tail;
    return true;
}

static bool index_parse(slice s, uint64_t *out)
{
    int64_t v;
    if (s.n == 0 || s.p[0] < '0' || s.p[0] > '9' || (s.n > 1 && s.p[0] == '0') || !sl_int(s, &v))
        return false;
    *out = (uint64_t)v;
    return true;
}

static bool path_parse(slice *rest, struct proof *p)
{
    slice line;
    for (p->n = 0; sl_cut(*rest, '\n', &line, rest) && p->n <= TREE_PROOF_MAX; p->n++) {
        size_t n;
        if (line.n == 0)
            return true;
        if (p->n == TREE_PROOF_MAX || !b64_to(line, p->h[p->n].b, HASH_LEN, &n) || n != HASH_LEN)
            return false;
    }
    return false;
}

enum err ledger_proof_check(slice text, const struct note_verifier *v, struct arena *a, struct ledger_proved *out,
                            struct fault *f)
{
    slice rest = text, head, extra, index;
    size_t n;
    if (text.n > LEDGER_PROOF_MAX)
        return fault_set(f, E_TOO_BIG, "proof", "over %d bytes", LEDGER_PROOF_MAX);
    uint8_t *entry = arena_try(a, LEDGER_ENTRY_MAX);
    if (!entry)
        return fault_set(f, E_TOO_BIG, "proof", "no room for the entry");
    bool ok = line_after(&rest, PROOF_HEAD, &head) && head.n == 0 && line_after(&rest, "extra ", &extra) &&
              b64_to(extra, entry, LEDGER_ENTRY_MAX, &n) && line_after(&rest, "index ", &index) &&
              index_parse(index, &out->index) && path_parse(&rest, &out->path);
    if (!ok)
        return fault_set(f, E_PARSE, "proof", "not a " PROOF_HEAD " text with extra, index and path");
    enum err e = checkpoint_open(rest, v, &out->at, f);
    if (e != E_OK)
        return e;
    out->entry = (slice){(const char *)entry, n};
    struct hash leaf = hash_leaf(out->entry);
    if (!tree_check_inclusion(&leaf, out->index, out->at.size, &out->path, &out->at.root))
        return fault_set(f, E_CORRUPT, "proof", "the entry does not lead to the root that the checkpoint signs");
    return E_OK;
}
