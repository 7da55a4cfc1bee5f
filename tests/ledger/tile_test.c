#include "check.h"

static void assert_path(int level, uint64_t n, unsigned w, const char *path)
{
    char got[TILE_PATH_MAX];
    struct tile t = {level, n, w}, back;
    tile_path(&t, got);
    assert_string_equal(got, path);
    assert_true(tile_parse(sl(path), &back));
    assert_int_equal(tile_cmp(&t, &back), 0);
}

static void paths_are_those_of_the_specification(void **state)
{
    (void)state;
    assert_path(0, 0, 256, "tile/0/000");
    assert_path(0, 7, 256, "tile/0/007");
    assert_path(0, 999, 256, "tile/0/999");
    assert_path(0, 1000, 256, "tile/0/x001/000");
    assert_path(0, 1001, 256, "tile/0/x001/001");
    assert_path(1, 1234, 256, "tile/1/x001/234");
    assert_path(0, 1234067, 256, "tile/0/x001/x234/067");
    assert_path(2, 1234067, 1, "tile/2/x001/x234/067.p/1");
    assert_path(TILE_ENTRIES, 0, 255, "tile/entries/000.p/255");
    assert_path(TILE_ENTRIES, 1000000, 256, "tile/entries/x001/x000/000");
    assert_path(7, TREE_SIZE_MAX / 256, 200, "tile/7/x018/x014/x398/x509/x481/984.p/200");
}

static void every_path_reads_back(void **state)
{
    (void)state;
    for (uint64_t n = 0; n < 3000; n++)
        for (int level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
            struct tile t = {level, n * n * 7 + n, (unsigned)(n % 256) + 1}, back;
            char path[TILE_PATH_MAX];
            tile_path(&t, path);
            assert_true(tile_parse(sl(path), &back));
            assert_int_equal(tile_cmp(&t, &back), 0);
        }
}

static void other_paths_are_foreign(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/1",
        "tile/0/01",
        "tile/0/0000",
        "tile/0/00a",
        "tile/8/000",
        "tile/00/000",
        "tile/-1/000",
        "tile/+1/000",
        "tile/ 0/000",
        "tile/0/-01",
        "tile/0/+01",
        "tile/data/000",
        "Tile/0/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/x1/002",
        "tile/0/x001/2",
        "tile/0/xx01/002",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p/5 ",
        "tile/0/000.q/5",
        "tile/0/000.p/5/6",
        "tile/0/000.p/5.p/6",
        "tile/0/000/",
        "/tile/0/000",
        "tile//0/000",
        "tile/entries/000.tmp",
        "tile/entries/x000/x000/000",
        "entries/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "checkpoint",
        "tmp",
    };
    struct tile t;
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        if (tile_parse(sl(bad[i]), &t))
            fail_msg("%s was taken for a tile", bad[i]);
}

static void widths_are_those_of_the_example_with_70000_leaves(void **state)
{
    (void)state;
    assert_int_equal(tile_width_at(0, 272, 70000), 256);
    assert_int_equal(tile_width_at(0, 273, 70000), 112);
    assert_int_equal(tile_width_at(0, 274, 70000), 0);
    assert_int_equal(tile_width_at(TILE_ENTRIES, 273, 70000), 112);
    assert_int_equal(tile_width_at(1, 0, 70000), 256);
    assert_int_equal(tile_width_at(1, 1, 70000), 17);
    assert_int_equal(tile_width_at(2, 0, 70000), 1);
    assert_int_equal(tile_width_at(2, 1, 70000), 0);
    assert_int_equal(tile_width_at(3, 0, 70000), 0);
    assert_int_equal(tile_width_at(1, 0, 256), 1);
    assert_int_equal(tile_width_at(0, 1, 256), 0);
    assert_int_equal(tile_width_at(1, 0, 255), 0);
    assert_int_equal(tile_width_at(0, 0, 0), 0);
}

static void bundles_read_back_and_end_where_they_are_cut(void **state)
{
    (void)state;
    char big[LEDGER_ENTRY_MAX], room[64];
    memset(big, 'x', sizeof big);
    struct buf b = BUF(200000);
    for (uint64_t i = 0; i < 20; i++)
        bundle_add(&b, entry_of(i, room));
    bundle_add(&b, (slice){big, sizeof big});
    for (size_t cut = 0; cut <= b.n; cut += cut < 400 ? 1 : 997) {
        slice rest = {b.p, cut}, entry;
        uint64_t i = 0;
        for (; bundle_next(&rest, &entry); i++)
            assert_true(i == 20 ? entry.n == sizeof big : sl_eq(entry, entry_of(i, room)));
        assert_true(rest.n == 0 || rest.n < 2 || rest.n - 2 < ((size_t)(uint8_t)rest.p[0] << 8 | (uint8_t)rest.p[1]));
    }
    slice rest = buf_slice(&b), entry;
    int n = 0;
    while (bundle_next(&rest, &entry))
        n++;
    assert_int_equal(n, 21);
    assert_int_equal(rest.n, 0);
    buf_free(&b);
}

/* --- the right edge --- */

struct seen {
    uint64_t full[TILE_LEVELS];
    uint64_t leaves;
    int last_level;
};

static enum err count_full(void *ud, int level, uint64_t n, const struct hash h[TILE_WIDTH], struct fault *f)
{
    struct seen *s = ud;
    struct hash expect = naive_root(n * 256 << 8 * level, UINT64_C(256) << 8 * level), got;
    struct tree t = {0};
    (void)f;
    for (unsigned i = 0; i < TILE_WIDTH; i++)
        tree_add(&t, &h[i]);
    got = tree_root(&t);
    if (level == 0 || n == 0)
        assert_true(hash_eq(&expect, &got));
    assert_int_equal(n, s->full[level]++);
    assert_true(level == 0 || s->last_level == level - 1);
    s->last_level = level;
    return E_OK;
}

static void the_edge_hands_out_each_full_tile_once_lowest_first(void **state)
{
    (void)state;
    struct edge *e = calloc(1, sizeof *e), *again = calloc(1, sizeof *e);
    struct seen s = {0};
    struct tree t = {0};
    assert_true(e && again);
    for (uint64_t i = 0; i < 66000; i++) {
        char room[64];
        struct hash h = hash_leaf(entry_of(i, room));
        assert_ok(edge_add(e, &h, count_full, &s, &fault));
        tree_add(&t, &h);
        if (i % 1009 != 0 && i < 65530)
            continue;
        struct hash a = tree_root(&t), b = tree_root(&e->t);
        assert_true(hash_eq(&a, &b));
        memcpy(again->h, e->h, sizeof e->h);
        edge_frontier(again, i + 1);
        b = tree_root(&again->t);
        assert_true(hash_eq(&a, &b));
    }
    assert_int_equal(s.full[0], 257);
    assert_int_equal(s.full[1], 1);
    assert_int_equal(s.full[2], 0);
    free(e);
    free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_those_of_the_specification),
        cmocka_unit_test(every_path_reads_back),
        cmocka_unit_test(other_paths_are_foreign),
        cmocka_unit_test(widths_are_those_of_the_example_with_70000_leaves),
        cmocka_unit_test(bundles_read_back_and_end_where_they_are_cut),
        cmocka_unit_test(the_edge_hands_out_each_full_tile_once_lowest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
