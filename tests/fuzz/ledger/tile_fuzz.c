/* The files of a tiled log (C2SP tlog-tiles): any text as a tile's path, any bytes as an entry bundle, as a saved
 * frontier, and as everything that lies on a disk under a checkpoint that is truly signed: what is proved from it is
 * so, and what was changed is noticed. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "keys.h"
#include "ledger/ledger.h"
#include "ledger/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void paths(slice s)
{
    struct tile t;
    char again[TILE_PATH_MAX];
    if (!tile_parse(s, &t))
        return;
    tile_path(&t, again);
    must(sl_is(s, again) && t.w >= 1 && t.w <= TILE_WIDTH && tile_cmp(&t, &t) == 0);
    must(t.level == TILE_ENTRIES || (t.level >= 0 && t.level < TILE_LEVELS));
}

static void bundle(slice s)
{
    static struct buf back;
    slice rest = s, entry;
    back.max = TILE_BYTES_MAX;
    buf_clear(&back);
    while (bundle_next(&rest, &entry))
        bundle_add(&back, entry);
    must(back.n + rest.n == s.n && (back.n == 0 || memcmp(back.p, s.p, back.n) == 0));
}

static void frontier(slice s)
{
    static struct buf back;
    struct tree t;
    back.max = 4096;
    buf_clear(&back);
    if (!tree_load(&t, s))
        return;
    tree_save(&t, &back);
    must(sl_eq(buf_slice(&back), s));
}

/* --- a disk of five leaves --- */
enum { LEAVES = 5 };
struct memory {
    struct disk d;
    slice checkpoint, bundle, tile;
};

static int get(struct disk *d, const char *path, struct buf *out)
{
    const struct memory *m = (const struct memory *)d;
    slice s = sl_is(sl(path), "d/checkpoint")             ? m->checkpoint
              : sl_is(sl(path), "d/tile/entries/000.p/5") ? m->bundle
              : sl_is(sl(path), "d/tile/0/000.p/5")       ? m->tile
                                                          : SLN;
    if (!s.p)
        return -ENOENT;
    buf_sl(out, s);
    return out->over ? -EFBIG : 0;
}

static int list(struct disk *d, const char *path, int (*each)(void *ud, const char *name, enum disk_kind kind),
                void *ud)
{
    static const struct {
        const char *dir, *name;
        enum disk_kind kind;
    } all[] = {{"d", "checkpoint", DISK_FILE},
               {"d", "tile", DISK_DIR},
               {"d/tile", "0", DISK_DIR},
               {"d/tile", "entries", DISK_DIR},
               {"d/tile/0", "000.p", DISK_DIR},
               {"d/tile/0/000.p", "5", DISK_FILE},
               {"d/tile/entries", "000.p", DISK_DIR},
               {"d/tile/entries/000.p", "5", DISK_FILE}};
    (void)d;
    int r = 0;
    for (size_t i = 0; i < TB_COUNT(all) && r == 0; i++)
        if (sl_is(sl(path), all[i].dir))
            r = each(ud, all[i].name, all[i].kind);
    return r;
}

static struct memory *truth(void)
{
    static struct memory m;
    static struct buf note, bundled, hashes;
    struct tree t = {0};
    struct fault f;
    if (m.d.get)
        return &m;
    note = BUF(NOTE_MAX), bundled = BUF(1000), hashes = BUF(1000);
    for (unsigned i = 0; i < LEAVES; i++) {
        slice e = {&"abcde"[i], 1};
        struct hash h = hash_leaf(e);
        bundle_add(&bundled, e);
        buf_add(&hashes, h.b, sizeof h.b);
        tree_add(&t, &h);
    }
    const struct checkpoint c = {LEAVES, tree_root(&t)};
    must(checkpoint_sign(&c, fuzz_key(), &note, &f) == E_OK);
    m = (struct memory){{.get = get, .list = list}, buf_slice(&note), buf_slice(&bundled), buf_slice(&hashes)};
    return &m;
}

/* The given part of the truth with bytes laid over it, or put in its place. */
static slice changed(slice was, slice with, bool whole)
{
    static char text[4096];
    if (whole)
        return with.p ? with : SL("");
    must(was.n <= sizeof text);
    memcpy(text, was.p, was.n);
    for (size_t i = 0; i + 1 < with.n; i += 2)
        text[(uint8_t)with.p[i] % was.n] = with.p[i + 1];
    return (slice){text, was.n};
}

static void disk(uint8_t how, slice s)
{
    struct memory m = *truth();
    const struct memory was = m;
    struct ledger_report report;
    struct fault f = {0};
    if (how % 2)
        m.bundle = changed(m.bundle, s, how & 4);
    else
        m.tile = changed(m.tile, s, how & 4);
    bool intact = sl_eq(m.bundle, was.bundle) && sl_eq(m.tile, was.tile);
    must(ledger_verify("d", fuzz_verifier(), &m.d, NULL, &report, &f) == E_OK);
    must(report.ok == intact && (report.ok || report.what[0]));
    static struct buf proof;
    static struct arena *a;
    struct ledger_proved got;
    if (!a)
        a = arena_new((size_t)1 << 20);
    arena_reset(a);
    proof.max = LEDGER_PROOF_MAX;
    buf_clear(&proof);
    unsigned leaf = how / 8 % LEAVES;
    if (ledger_proof("d", fuzz_verifier(), &m.d, leaf, &proof, &f) == E_OK) {
        must(ledger_proof_check(buf_slice(&proof), fuzz_verifier(), a, &got, &f) == E_OK);
        must(got.index == leaf && got.entry.n == 1 && got.entry.p[0] == "abcde"[leaf]);
    } else {
        must(!intact);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    slice rest = {(const char *)data + 2, size - 2};
    switch (data[0] % 8) {
    case 0:
        disk(data[1], rest);
        break;
    case 1:
    case 2:
        frontier(rest);
        break;
    case 3:
    case 4:
        bundle(rest);
        break;
    default:
        paths(rest);
    }
    return 0;
}
