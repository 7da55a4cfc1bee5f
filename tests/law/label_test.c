/* Labels: join is union (commutative, associative, idempotent) and never loses a mark. */
#include "check.h"

#include "base/world.h"

enum { ROUNDS = 20000, MARKS = 12 };

static const char *const mark[MARKS] = {"A:agr", "C:council", "D",      "F:us",  "K:m17", "O:x",
                                        "P",     "R:op1",     "R:op10", "R:op2", "S",     "T"};

static uint64_t draw(struct rng_seeded *r)
{
    uint64_t v;
    r->r.fill(&r->r, &v, sizeof v);
    return v;
}

/* The canonical text of a set of marks: `mark` is sorted. */
static slice text_of(uint64_t set, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < MARKS; i++) {
        if (!(set >> i & 1))
            continue;
        n += (size_t)snprintf(out + n, LABEL_MAX - n, "%s%s", n ? "|" : "", mark[i]);
    }
    out[n] = 0;
    return (slice){out, n};
}

static slice join(slice a, slice b, char *out)
{
    assert_true(label_join(a, b, out));
    return sl(out);
}

static void joining_is_the_union_of_marks(void **state)
{
    (void)state;
    static char x[LABEL_MAX], y[LABEL_MAX], z[LABEL_MAX], xy[LABEL_MAX], yx[LABEL_MAX], xy_z[LABEL_MAX], yz[LABEL_MAX],
        x_yz[LABEL_MAX], want[LABEL_MAX], self[LABEL_MAX];
    struct rng_seeded rng;
    rng_seed(&rng, SL("labels"));
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t a = draw(&rng) & ((1u << MARKS) - 1), b = draw(&rng) & ((1u << MARKS) - 1),
                 c = draw(&rng) & ((1u << MARKS) - 1);
        slice la = text_of(a, x), lb = text_of(b, y), lc = text_of(c, z);
        assert_true(label_ok(la));
        slice ab = join(la, lb, xy);
        assert_true(label_ok(ab));
        assert_string_equal(xy, text_of(a | b, want).p);
        assert_string_equal(join(lb, la, yx).p, xy);
        assert_string_equal(join(ab, lc, xy_z).p, join(la, join(lb, lc, yz), x_yz).p);
        assert_string_equal(join(la, la, self).p, x);
        for (size_t m = 0; m < MARKS; m++)
            assert_int_equal(label_has(ab, sl(mark[m])), (a | b) >> m & 1);
        assert_int_equal(label_mask(ab), label_mask(la) | label_mask(lb));
    }
}

static void the_empty_label_changes_nothing(void **state)
{
    (void)state;
    char out[LABEL_MAX];
    assert_true(label_join(SLN, SLN, out));
    assert_string_equal(out, "");
    assert_true(label_join(SL("R:op1|S"), SLN, out));
    assert_string_equal(out, "R:op1|S");
    assert_true(label_join(SLN, SL("R:op1|S"), out));
    assert_string_equal(out, "R:op1|S");
}

static void a_mark_is_never_a_part_of_a_mark(void **state)
{
    (void)state;
    assert_false(label_has(SL("R:op10|S"), SL("R:op1")));
    assert_false(label_has(SL("R:op1"), SL("R:op10")));
    assert_int_equal(label_mask(SL("SX|TX")), 0);
    assert_int_equal(label_mask(SL("S")), LABEL_S);
    assert_int_equal(label_mask(SL("S|T")), LABEL_S | LABEL_T);
    assert_false(label_has(SL("S"), SLN));
}

static void only_the_canonical_text_is_a_label(void **state)
{
    (void)state;
    static const char *const bad[] = {"T|S", "S|S", "|S", "S|", "S||T", "|"};
    static const char *const good[] = {"", "S", "S|T", "R:a|S", "W:op"};
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        assert_case(!label_ok(sl(bad[i])), "\"%s\" passes", bad[i]);
    for (size_t i = 0; i < TB_COUNT(good); i++)
        assert_case(label_ok(sl(good[i])), "\"%s\" does not pass", good[i]);
}

static void a_join_that_would_not_fit_says_so(void **state)
{
    (void)state;
    static char a[LABEL_MAX], b[LABEL_MAX], out[LABEL_MAX];
    memset(a, 'a', LABEL_MAX / 2 + 10);
    memset(b, 'b', LABEL_MAX / 2 + 10);
    assert_false(label_join(sl(a), sl(b), out));
    a[10] = 0;
    assert_true(label_join(sl(a), sl(b), out));
    assert_false(label_ok((slice){out, LABEL_MAX}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joining_is_the_union_of_marks),     cmocka_unit_test(the_empty_label_changes_nothing),
        cmocka_unit_test(a_mark_is_never_a_part_of_a_mark),  cmocka_unit_test(only_the_canonical_text_is_a_label),
        cmocka_unit_test(a_join_that_would_not_fit_says_so),
    };
    return cmocka_run_group_tests_name("law-label", tests, NULL, NULL);
}
