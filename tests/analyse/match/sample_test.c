/* The sample of the acceptance set: every row that a brute-force matcher found, and no other. */
#include "check.h"

#include <stdio.h>

static const char *folder;
static struct match_engine *engine;

static slice member(const json_t *j, const char *name)
{
    const json_t *s = json_object_get(j, name);
    return (slice){json_string_value(s), json_string_length(s)};
}

static void each_line(const char *name, void (*take)(const char *line, struct buf *out), struct buf *out)
{
    char path[4096], *line = NULL;
    size_t room = 0;
    ssize_t n;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "r");
    if (!f)
        fail_msg("%s cannot be read", path);
    while ((n = getline(&line, &room, f)) > 0) {
        line[n - 1] = '\0';
        take(line, out);
    }
    free(line);
    fclose(f);
}

static void take_vuln(const char *line, struct buf *out)
{
    (void)out;
    must_add_vuln(engine, line);
}

static void take_asset(const char *line, struct buf *out)
{
    struct fault f = {0};
    json_t *j = json_loads(line, 0, NULL);
    const struct match_asset a = {.id = member(j, "asset_id"),
                                  .operator_id = member(j, "operator_id"),
                                  .system_id = member(j, "system_id"),
                                  .cpe = member(j, "cpe")};
    if (match_add_asset(engine, &a, &f))
        fail_msg("%s", f.what);
    buf_fmt(out, PRIs "\n", ARGs(a.id));
    json_decref(j);
}

static void take_row(const char *line, struct buf *out)
{
    json_t *j = json_loads(line, 0, NULL);
    buf_fmt(out, PRIs " " PRIs " " PRIs "\n", ARGs(member(j, "asset_id")), ARGs(member(j, "cve")),
            ARGs(member(j, "level")));
    json_decref(j);
}

static void take_id(const char *line, struct buf *out)
{
    json_t *j = json_loads(line, 0, NULL);
    buf_fmt(out, PRIs "\n", ARGs(member(j, "id")));
    json_decref(j);
}

static struct buf assets, vulns, want, got;

static int begin(void **state)
{
    (void)state;
    engine = match_new((size_t)256 << 20, false);
    assets = vulns = want = got = BUF((size_t)4 << 20);
    each_line("vulns.jsonl", take_vuln, NULL);
    each_line("vulns.jsonl", take_id, &vulns);
    each_line("assets.jsonl", take_asset, &assets);
    each_line("expected.jsonl", take_row, &want);
    return 0;
}

static int end(void **state)
{
    (void)state;
    match_free(engine);
    buf_free(&assets);
    buf_free(&vulns);
    buf_free(&want);
    buf_free(&got);
    return 0;
}

static void the_rows_are_those_of_the_brute_force_matcher(void **state)
{
    (void)state;
    struct match_stats st;
    for (unsigned threads = 1; threads <= 3; threads++) {
        run_lines(engine, threads, &got, &st);
        assert_string_equal(got.p, want.p);
        assert_int_equal(st.confirmed, 286);
        assert_int_equal(st.possible, 84);
        assert_int_equal(st.bad_leaves, 3);
    }
}

/* match_explain goes its own way to the leaf: one pair at a time, without the indexes of a run. */
static void every_pair_is_explained_as_the_run_found_it(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 20);
    struct buf line = BUF(4096);
    buf_clear(&got);
    for (slice as = buf_slice(&assets), asset; as.n;) {
        sl_cut(as, '\n', &asset, &as);
        for (slice vs = buf_slice(&vulns), vuln; vs.n;) {
            struct match_why w;
            struct fault f = {0};
            sl_cut(vs, '\n', &vuln, &vs);
            assert_int_equal(match_explain(engine, asset, vuln, a, &w, &f), E_OK);
            if (w.level != MATCH_NO)
                buf_fmt(&got, PRIs " " PRIs " %s\n", ARGs(asset), ARGs(vuln), match_level_name(w.level));
            assert_true((w.by < MATCH_BY_ATTRIBUTE) == (w.level != MATCH_NO));
            if (!w.leafless) {
                buf_clear(&line);
                match_why_write(&w, &line);
                assert_true(line.n > 100);
                assert_true(w.steps > 0 && w.step[0].level >= w.level);
            }
            arena_reset(a);
        }
    }
    assert_string_equal(got.p, want.p);
    buf_free(&line);
    arena_free(a);
}

/* The reason of a row is the run's own, and the same. */
static bool same_reason(void *ctx, const struct match_row *r)
{
    struct arena *a = ctx;
    struct match_why w;
    struct fault f = {0};
    struct buf x = BUF(1 << 16), y = BUF(1 << 16);
    assert_int_equal(match_explain(engine, r->asset, r->vuln, a, &w, &f), E_OK);
    match_why_write(&w, &x);
    match_why_write(r->why, &y);
    assert_string_equal(x.p, y.p);
    buf_free(&x);
    buf_free(&y);
    arena_reset(a);
    return true;
}

static void a_rows_reason_is_that_of_its_explanation(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 20);
    struct match_stats st;
    struct fault f = {0};
    const struct match_sink sink = {.ctx = a, .row = same_reason};
    assert_int_equal(match_run(engine, 2, &sink, &st, &f), E_OK);
    assert_int_equal(st.confirmed + st.possible, 370);
    arena_free(a);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rows_are_those_of_the_brute_force_matcher),
        cmocka_unit_test(every_pair_is_explained_as_the_run_found_it),
        cmocka_unit_test(a_rows_reason_is_that_of_its_explanation),
    };
    folder = argc > 1 ? argv[1] : "sample";
    return cmocka_run_group_tests(tests, begin, end);
}
