#include "check.h"

#include <errno.h>

/* A ledger of 300 leaves in memory, and everything that can be done to it behind its back. */

#define DIR "home/partners.ledger"
enum { LEAVES = 300, CHECKPOINT = -1 };

static struct note_key *key;
static struct sim disk;

static const char *const files[] = {
    "checkpoint", "tile/entries/000", "tile/entries/001.p/44", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1",
};

static void build(struct sim *s, uint64_t size)
{
    struct ledger *l;
    struct test_rows rows = rows_of(size);
    sim_init(s, 1);
    sim_write(s, "home/partners.db", "", 0);
    assert_ok(ledger_found(DIR, key, &s->d, &fault));
    assert_ok(ledger_open(&l, DIR, key, &s->d, &fault));
    assert_ok(ledger_catch_up(l, size, &rows.r, &fault));
    ledger_close(l);
}

static int begin(void **state)
{
    (void)state;
    key = key_of(ORIGIN);
    build(&disk, LEAVES);
    return 0;
}

static int end(void **state)
{
    (void)state;
    sim_free(&disk);
    note_key_free(key);
    return 0;
}

static struct sim_inode *inode_of(struct sim *s, const char *rel)
{
    char path[160];
    (void)snprintf(path, sizeof path, DIR "/%s", rel);
    int i = sim_find(s, path);
    assert_true(i >= 0);
    return &s->inode[i];
}

/* The leaf that a byte of a file belongs to. */
static int64_t leaf_of_byte(const char *rel, size_t at)
{
    struct tile t;
    if (!tile_parse(sl(rel), &t))
        return CHECKPOINT;
    if (t.level != TILE_ENTRIES)
        return (int64_t)((t.n * 256 + at / HASH_LEN) << 8 * t.level);
    uint64_t i = t.n * 256;
    for (size_t end = 0;; i++) {
        char room[64];
        end += 2 + entry_of(i, room).n;
        if (at < end)
            return (int64_t)i;
    }
}

static void assert_found(struct sim *s, struct test_rows *rows, int64_t leaf, const char *what, size_t at)
{
    struct ledger_report r = verified(DIR, key, &s->d, rows);
    if (r.ok || r.first_bad != leaf || !r.what[0])
        fail_msg("%s, at %zu: ok %d, first bad %" PRId64 " instead of %" PRId64 ": %s", what, at, r.ok, r.first_bad,
                 leaf, r.what);
}

static void the_untouched_ledger_is_whole(void **state)
{
    (void)state;
    struct test_rows rows = rows_of(LEAVES);
    struct ledger_report r = verified(DIR, key, &disk.d, &rows);
    assert_whole(r, LEAVES);
    r = verified(DIR, key, &disk.d, NULL);
    assert_whole(r, LEAVES);
    assert_int_equal(r.pending, 0);
}

static void every_flipped_byte_of_every_file_is_found_where_it_is(void **state)
{
    (void)state;
    struct test_rows rows = rows_of(LEAVES);
    for (size_t f = 0; f < TB_COUNT(files); f++) {
        struct sim_inode *file = inode_of(&disk, files[f]);
        for (size_t i = 0; i < file->n; i++) {
            char was = file->p[i];
            int64_t leaf = leaf_of_byte(files[f], i);
            file->p[i] = (char)(was ^ 1 << i % 8);
            assert_found(&disk, &rows, leaf, files[f], i);
            if (i % 16 == 0) /* the files by themselves give it away as well */
                assert_found(&disk, NULL, leaf, files[f], i);
            file->p[i] = was;
        }
    }
    the_untouched_ledger_is_whole(state);
}

static void every_file_cut_short_or_too_long_is_found(void **state)
{
    (void)state;
    struct test_rows rows = rows_of(LEAVES);
    for (size_t f = 0; f < TB_COUNT(files); f++) {
        struct sim_inode *file = inode_of(&disk, files[f]);
        size_t whole = file->n;
        for (size_t n = 0; n < whole; n += whole < 2000 || n % 32 == 31 ? 1 : 31) {
            file->n = n;
            /* of a hash or entry that is cut, the first byte that is gone shows the leaf */
            assert_found(&disk, &rows, leaf_of_byte(files[f], n), files[f], n);
        }
        char *longer = malloc(whole + 1);
        assert_non_null(longer);
        memcpy(longer, file->p, whole);
        longer[whole] = 0;
        char *p = file->p;
        file->p = longer;
        file->n = whole + 1;
        assert_false(verified(DIR, key, &disk.d, &rows).ok);
        assert_false(verified(DIR, key, &disk.d, NULL).ok);
        free(longer);
        file->p = p;
        file->n = whole;
    }
    the_untouched_ledger_is_whole(state);
}

static void every_lost_file_is_found(void **state)
{
    (void)state;
    static const int64_t leaf[] = {CHECKPOINT, 0, 256, 0, 256, 0};
    struct test_rows rows = rows_of(LEAVES);
    for (size_t f = 0; f < TB_COUNT(files); f++) {
        struct sim s;
        char path[160];
        (void)snprintf(path, sizeof path, DIR "/%s", files[f]);
        sim_copy(&s, &disk);
        sim_unlink(&s, path);
        assert_found(&s, &rows, leaf[f], files[f], 0);
        assert_found(&s, NULL, leaf[f], files[f], 0);
        sim_free(&s);
    }
}

static void a_ledger_that_is_gone_is_no_empty_ledger(void **state)
{
    (void)state;
    struct sim s;
    struct test_rows rows = rows_of(LEAVES);
    sim_init(&s, 1);
    assert_found(&s, &rows, CHECKPOINT, "no directory", 0);
    assert_found(&s, NULL, CHECKPOINT, "no directory", 0);
    sim_free(&s);
}

static void every_changed_row_is_found(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < LEAVES; i++) {
        struct test_rows rows = rows_of(LEAVES);
        rows.flip = i;
        assert_found(&disk, &rows, (int64_t)i, "row flipped", i);
    }
}

static void every_dropped_row_is_found(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < LEAVES; i++) {
        struct test_rows rows = rows_of(LEAVES);
        rows.skip = i;
        assert_found(&disk, &rows, (int64_t)i, "row dropped", i);
        rows.own_count = LEAVES + 50; /* with rows that are not caught up yet */
        assert_found(&disk, &rows, (int64_t)i, "row dropped", i);
    }
}

static void every_tail_cut_off_the_rows_is_found(void **state)
{
    (void)state;
    for (uint64_t n = 0; n < LEAVES; n++) {
        struct test_rows rows = rows_of(n);
        assert_found(&disk, &rows, (int64_t)n, "rows cut", n);
    }
}

static void rows_ahead_are_pending_and_a_gap_in_them_is_not(void **state)
{
    (void)state;
    for (uint64_t n = LEAVES; n < 1100; n += 50) {
        struct test_rows rows = rows_of(n);
        struct ledger_report r = verified(DIR, key, &disk.d, &rows);
        assert_whole(r, LEAVES);
        assert_int_equal(r.pending, n - LEAVES);
        for (rows.skip = LEAVES; rows.skip + 1 < n; rows.skip += 97)
            assert_found(&disk, &rows, (int64_t)rows.skip, "row ahead dropped", rows.skip);
    }
}

struct gap_rows {
    struct test_rows t;
    uint64_t from, to; /* these are gone */
};

static enum err gap_each(struct leaf_rows *rows, uint64_t from, uint64_t to, leaf_fn *leaf, void *ud, struct fault *f)
{
    struct gap_rows *g = (struct gap_rows *)rows;
    if (from >= g->from && from < g->to)
        from = g->to;
    enum err e = test_each(rows, from, to < g->from ? to : from < g->from ? g->from : to, leaf, ud, f);
    if (e == E_OK && from < g->from && to > g->to)
        e = test_each(rows, g->to, to, leaf, ud, f);
    return e;
}

static void a_wide_gap_in_the_rows_is_found_at_its_start(void **state)
{
    (void)state;
    static const uint64_t gap[][2] = {{0, 299}, {0, 256}, {1, 257}, {255, 258}, {256, 299}, {300, 520}, {310, 800}};
    for (size_t i = 0; i < TB_COUNT(gap); i++) {
        struct gap_rows rows = {rows_of(900), gap[i][0], gap[i][1]};
        rows.t.r.each = gap_each;
        assert_found(&disk, &rows.t, (int64_t)gap[i][0], "rows", i);
    }
}

/* --- files that should not be there, or may be --- */

static void foreign_files_are_found(void **state)
{
    (void)state;
    static const char *const rel[] = {
        "tile/entries/999", "tile/entries/002",       "tile/0/002",     "tile/1/000",     "tile/2/000.p/1",
        "tile/0/x001/000",  "tile/entries/000.p/300", "tile/0/000.bak", "note.txt",       "checkpoint.old",
        "tile/x",           "other/deep/file",        ".hidden",        "tile/1/001.p/1",
    };
    struct test_rows rows = rows_of(LEAVES);
    for (size_t i = 0; i < TB_COUNT(rel); i++) {
        struct sim s;
        char path[160];
        (void)snprintf(path, sizeof path, DIR "/%s", rel[i]);
        sim_copy(&s, &disk);
        sim_write(&s, path, "foreign", 7);
        assert_false(verified(DIR, key, &s.d, &rows).ok);
        assert_false(verified(DIR, key, &s.d, NULL).ok);
        sim_free(&s);
    }
}

static void what_a_crash_leaves_is_borne_if_it_is_true(void **state)
{
    (void)state;
    /* superseded, and ahead */
    static const char *const rel[] = {"tile/entries/001.p/20", "tile/0/001.p/20", "tile/0/000.p/7",
                                      "tile/entries/000.p/7",  "tile/0/001.p/90", "tile/entries/001.p/90"};
    struct test_rows rows = rows_of(400);
    for (size_t i = 0; i < TB_COUNT(rel); i++) {
        struct tile t;
        struct sim s;
        struct ledger_report r;
        struct buf b = BUF(65536);
        char path[160], room[64];
        assert_true(tile_parse(sl(rel[i]), &t));
        for (unsigned k = 0; k < t.w; k++) {
            struct hash h = hash_leaf(entry_of(t.n * 256 + k, room));
            if (t.level == TILE_ENTRIES)
                bundle_add(&b, entry_of(t.n * 256 + k, room));
            else
                buf_add(&b, h.b, HASH_LEN);
        }
        (void)snprintf(path, sizeof path, DIR "/%s", rel[i]);
        sim_copy(&s, &disk);
        sim_write(&s, path, b.p, b.n);
        sim_write(&s, DIR "/tmp", "half a fi", 9);
        r = verified(DIR, key, &s.d, &rows);
        assert_whole(r, LEAVES);
        struct sim_inode *file = inode_of(&s, rel[i]);
        for (size_t at = 0; at < file->n; at += 5) {
            file->p[at] ^= 4;
            assert_found(&s, &rows, leaf_of_byte(rel[i], at), rel[i], at);
            file->p[at] ^= 4;
        }
        buf_free(&b);
        sim_free(&s);
    }
}

/* A tile whose beginning is right and that goes on where neither rows nor entries do. */
static void a_tile_that_goes_beyond_the_leaves_is_found(void **state)
{
    (void)state;
    struct sim s;
    struct test_rows rows = rows_of(LEAVES);
    char tile[60 * HASH_LEN] = {0};
    sim_copy(&s, &disk);
    struct sim_inode *now = inode_of(&s, "tile/0/001.p/44");
    memcpy(tile, now->p, now->n);
    sim_write(&s, DIR "/tile/0/001.p/60", tile, sizeof tile);
    assert_found(&s, &rows, LEAVES, "beyond", 0);
    assert_found(&s, NULL, LEAVES, "beyond", 0);
    sim_free(&s);
}

/* Files ahead of the checkpoint whose rows are gone: somebody has cut the rows. */
static void files_ahead_without_their_rows_are_found(void **state)
{
    (void)state;
    struct sim s;
    struct test_rows rows = rows_of(320);
    build(&s, 400);
    struct sim_inode *then = inode_of(&disk, "checkpoint");
    sim_write(&s, DIR "/checkpoint", then->p, then->n);
    assert_found(&s, &rows, 320, "rows end before the files", 0);
    rows = rows_of(400);
    struct ledger_report r = verified(DIR, key, &s.d, &rows);
    assert_whole(r, LEAVES);
    sim_free(&s);
}

/* --- somebody who rewrites consistently as far as he gets --- */

static void rewrite_entry(struct sim *s, uint64_t i)
{
    char path[160];
    struct tile t = {TILE_ENTRIES, i / 256, tile_width_at(TILE_ENTRIES, i / 256, LEAVES)};
    struct buf b = BUF(65536);
    char room[64], rel[TILE_PATH_MAX];
    for (uint64_t k = t.n * 256; k < t.n * 256 + t.w; k++) {
        slice e = entry_of(k, room);
        if (k == i) {
            if (e.n)
                room[e.n / 2] ^= 1;
            else
                e = (slice){"\1", 1};
        }
        bundle_add(&b, e);
    }
    tile_path(&t, rel);
    (void)snprintf(path, sizeof path, DIR "/%s", rel);
    sim_write(s, path, b.p, b.n);
    buf_free(&b);
}

static void rewrite_hash(struct sim *s, uint64_t i, const char *rel)
{
    char room[64];
    slice e = entry_of(i, room);
    if (e.n)
        room[e.n / 2] ^= 1;
    else
        e = (slice){"\1", 1};
    struct hash h = hash_leaf(e);
    memcpy(inode_of(s, rel)->p + i % 256 * HASH_LEN, h.b, HASH_LEN);
}

static void a_leaf_rewritten_in_rows_and_bundles_is_found_by_its_hash(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < LEAVES; i += 7) {
        struct sim s;
        struct test_rows rows = rows_of(LEAVES);
        sim_copy(&s, &disk);
        rows.flip = i;
        rewrite_entry(&s, i);
        assert_found(&s, &rows, (int64_t)i, "row and bundle", i);
        assert_found(&s, NULL, (int64_t)i, "row and bundle", i);
        /* and with its hash: the tile above, or at last the signed root, gives it away */
        rewrite_hash(&s, i, i < 256 ? "tile/0/000" : "tile/0/001.p/44");
        assert_found(&s, &rows, i < 256 ? 0 : -1, "row, bundle and hash", i);
        sim_free(&s);
    }
}

static void a_ledger_signed_by_another_key_is_found(void **state)
{
    (void)state;
    struct note_key *other = key_of("tobuhi.example/partners");
    struct ledger_report r;
    assert_ok(ledger_verify(DIR, note_key_public(other), &disk.d, NULL, &r, &fault));
    assert_false(r.ok);
    assert_int_equal(r.size, 0);
    assert_string_equal(r.root, "");
    note_key_free(other);
}

/* --- three storeys --- */

static void a_ledger_of_66000_leaves_is_checked_on_every_storey(void **state)
{
    (void)state;
    static const struct {
        const char *rel;
        size_t at;
        int64_t leaf;
    } flip[] = {
        {"tile/1/000", 77 * 32 + 5, 77 * 256}, {"tile/1/000", 255 * 32, 255 * 256},
        {"tile/1/001.p/1", 3, 65536},          {"tile/2/000.p/1", 31, 0},
        {"tile/0/200", 9 * 32, 200 * 256 + 9}, {"tile/0/257.p/208", 0, 65792},
    };
    struct sim s;
    struct test_rows rows = rows_of(66000);
    build(&s, 66000);
    struct ledger_report r = verified(DIR, key, &s.d, &rows);
    assert_whole(r, 66000);
    for (size_t i = 0; i < TB_COUNT(flip); i++) {
        struct sim_inode *file = inode_of(&s, flip[i].rel);
        file->p[flip[i].at] ^= 32;
        assert_found(&s, &rows, flip[i].leaf, flip[i].rel, flip[i].at);
        file->p[flip[i].at] ^= 32;
    }
    /* Two faults far apart: the first leaf is named, whichever storey shows it. */
    inode_of(&s, "tile/1/000")->p[3 * 32] ^= 1;
    inode_of(&s, "tile/0/230")->p[0] ^= 1;
    assert_found(&s, &rows, 3 * 256, "two faults", 0);
    inode_of(&s, "tile/1/000")->p[3 * 32] ^= 1;
    inode_of(&s, "tile/2/000.p/1")->p[0] ^= 1; /* it covers leaf 230·256, where the fault is known already */
    assert_found(&s, &rows, 230 * 256, "two faults", 1);
    sim_free(&s);
}

/* --- what hinders the check is a fault, not a finding --- */

static enum err broken_each(struct leaf_rows *rows, uint64_t from, uint64_t to, leaf_fn *leaf, void *ud,
                            struct fault *f)
{
    (void)rows;
    (void)from;
    (void)to;
    (void)leaf;
    (void)ud;
    return fault_set(f, E_DB, "rows", "as the test asks");
}

static void rows_that_cannot_be_read_are_a_fault(void **state)
{
    (void)state;
    struct leaf_rows rows = {broken_each};
    struct ledger_report r;
    assert_int_equal(ledger_verify(DIR, note_key_public(key), &disk.d, &rows, &r, &fault), E_DB);
}

static int no_access(struct disk *d, const char *path, struct buf *out)
{
    (void)d;
    (void)path;
    (void)out;
    return -EACCES;
}

static void files_that_may_not_be_read_are_a_fault(void **state)
{
    (void)state;
    struct sim s;
    struct ledger_report r;
    sim_copy(&s, &disk);
    s.d.get = no_access;
    assert_int_equal(ledger_verify(DIR, note_key_public(key), &s.d, NULL, &r, &fault), E_IO);
    sim_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_untouched_ledger_is_whole),
        cmocka_unit_test(every_flipped_byte_of_every_file_is_found_where_it_is),
        cmocka_unit_test(every_file_cut_short_or_too_long_is_found),
        cmocka_unit_test(every_lost_file_is_found),
        cmocka_unit_test(a_ledger_that_is_gone_is_no_empty_ledger),
        cmocka_unit_test(every_changed_row_is_found),
        cmocka_unit_test(every_dropped_row_is_found),
        cmocka_unit_test(every_tail_cut_off_the_rows_is_found),
        cmocka_unit_test(rows_ahead_are_pending_and_a_gap_in_them_is_not),
        cmocka_unit_test(a_wide_gap_in_the_rows_is_found_at_its_start),
        cmocka_unit_test(foreign_files_are_found),
        cmocka_unit_test(what_a_crash_leaves_is_borne_if_it_is_true),
        cmocka_unit_test(a_tile_that_goes_beyond_the_leaves_is_found),
        cmocka_unit_test(files_ahead_without_their_rows_are_found),
        cmocka_unit_test(a_leaf_rewritten_in_rows_and_bundles_is_found_by_its_hash),
        cmocka_unit_test(a_ledger_signed_by_another_key_is_found),
        cmocka_unit_test(a_ledger_of_66000_leaves_is_checked_on_every_storey),
        cmocka_unit_test(rows_that_cannot_be_read_are_a_fault),
        cmocka_unit_test(files_that_may_not_be_read_are_a_fault),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
