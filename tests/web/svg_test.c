/* The pictures: golden files, and that no row of any length breaks one. TOBUHI_GOLDEN=write writes the files anew. */
#include "check.h"

#include "base/text.h"
#include "base/world.h"
#include "sample.h"

static const char *golden; /* the folder */

static void compare(const char *name, struct buf *b)
{
    char path[400];
    struct fault f;
    struct arena *a = arena_new(4 << 20);
    slice want;
    assert_false(b->over);
    snprintf(path, sizeof(path), "%s/%s.svg", golden, name);
    if (getenv("TOBUHI_GOLDEN"))
        assert_int_equal(file_write_atomic(path, buf_slice(b), 0644, &f), E_OK);
    assert_int_equal(file_read(a, path, 1 << 20, &want, &f), E_OK);
    if (!sl_eq(want, buf_slice(b)))
        fail_msg("%s differs from the golden file; look at both, and write it anew if the new one is right", path);
    arena_free(a);
    buf_free(b);
}

static void the_timeline_is_the_golden_one(void **state)
{
    struct buf b = BUF(1 << 20);
    (void)state;
    sample_timeline(&b);
    compare("timeline", &b);
}

static void the_board_is_the_golden_one_wide_and_narrow(void **state)
{
    struct buf wide = BUF(1 << 20), tall = BUF(1 << 20);
    (void)state;
    sample_board(&wide, &tall);
    compare("board", &wide);
    compare("board-narrow", &tall);
}

static void the_small_ones_and_the_flow_are_the_golden_ones(void **state)
{
    struct buf a = BUF(1 << 20), b = BUF(1 << 20), c = BUF(1 << 20);
    (void)state;
    sample_steps(&a);
    compare("steps", &a);
    sample_until(&b);
    compare("until", &b);
    sample_flow(&c);
    compare("flow", &c);
}

static void the_way_up_is_the_golden_one(void **state)
{
    struct buf b = BUF(1 << 20);
    (void)state;
    sample_climb(&b);
    compare("climb", &b);
}

static void the_decision_is_the_golden_one(void **state)
{
    struct buf b = BUF(1 << 20);
    (void)state;
    sample_decide(&b);
    compare("decide", &b);
}

static size_t count(slice s, const char *z)
{
    size_t n = 0, len = strlen(z);
    for (size_t i = 0; i + len <= s.n; i++)
        n += memcmp(s.p + i, z, len) == 0;
    return n;
}

static struct rng_seeded rng;
static uint32_t draw(uint32_t below)
{
    uint32_t v;
    rng.r.fill(&rng.r, &v, sizeof(v));
    return v % below;
}

static const slice label[] = {
    SLN, {"届出", 6}, {"<script>", 8}, {"「速やかに」経過 39:30 & ほか、とても長い名前のできごと", 78}, {"a", 1}};

/* No NaN, nothing outside the view box to the left or above, tags in pairs, values escaped. */
static void well_formed(struct buf *b)
{
    slice s = buf_slice(b);
    assert_false(b->over);
    assert_true(utf8_ok(s));
    assert_int_equal(count(s, "<svg "), 1);
    assert_int_equal(count(s, "</svg>"), 1);
    assert_int_equal(count(s, "<text"), count(s, "</text>"));
    assert_int_equal(count(s, "<script"), 0);
    assert_int_equal(count(s, "width=\"-"), 0);
    assert_int_equal(count(s, "style="), 0);
    buf_free(b);
}

static void any_rows_make_a_well_formed_timeline(void **state)
{
    static struct svg_event event[300];
    static struct svg_bar bar[100];
    static slice lane[40];
    (void)state;
    for (int round = 0; round < 400; round++) {
        usec_t from = sample_at("2026-11-18T00:00"), now = from + (usec_t)draw(200) * 3600 * USEC;
        usec_t span = ((usec_t)draw(1000000) + 1) * 60 * USEC;
        struct svg_line line[] = {{from + span / 2, label[draw(5)]}, {from - 1, label[1]}};
        size_t events = draw(300), bars = draw(100), lanes = draw(40);
        for (size_t i = 0; i < lanes; i++)
            lane[i] = label[draw(5)];
        for (size_t i = 0; i < events; i++)
            event[i] = (struct svg_event){draw(42), (int)draw(1000), from - span / 4 + span / 200 * draw(300),
                                          label[draw(5)], draw(2)};
        for (size_t i = 0; i < bars; i++) {
            usec_t at = from - span / 4 + span / 200 * draw(300);
            bar[i] = (struct svg_bar){draw(42), (enum svg_bar_kind)draw(4), at,
                                      draw(3) ? at + span / 200 * draw(300) : 0, label[draw(5)]};
        }
        struct svg_timeline t = {"id",  label[2], label[3], from, from + span, now,  NULL, lane,
                                 lanes, event,    events,   bar,  bars,        line, 2};
        struct buf b = BUF(4 << 20);
        svg_timeline(&b, &t);
        well_formed(&b);
    }
}

static void any_way_up_is_well_formed(void **state)
{
    static struct svg_rung rung[80];
    (void)state;
    for (size_t n = 0; n < TB_COUNT(rung); n++) {
        for (size_t i = 0; i < n; i++)
            rung[i] = (struct svg_rung){draw(2), label[draw(5)], label[draw(5)], label[draw(5)], label[draw(5)]};
        struct svg_climb t = {"id",           label[2], label[3], label[draw(5)], label[draw(5)], label[draw(5)],
                              label[draw(5)], rung,     n};
        struct buf b = BUF(1 << 20);
        svg_climb(&b, &t);
        well_formed(&b);
    }
}

static void any_decision_is_well_formed(void **state)
{
    static struct svg_choice choice[8];
    static struct svg_fork fork[9];
    (void)state;
    for (size_t n = 0; n < TB_COUNT(fork); n++) {
        for (size_t i = 0; i < TB_COUNT(choice); i++)
            choice[i] = (struct svg_choice){label[draw(5)], label[draw(5)], label[draw(5)], draw(3) == 0};
        for (size_t i = 0; i < n; i++)
            fork[i] = (struct svg_fork){label[draw(5)], choice, draw(TB_COUNT(choice) + 1)};
        struct svg_decide t = {"id", label[2], label[3], fork, n, label[draw(5)], label[draw(5)]};
        struct buf b = BUF(1 << 20);
        svg_decide(&b, &t);
        well_formed(&b);
    }
}

static void any_clocks_make_a_well_formed_board(void **state)
{
    static struct svg_clock clock[60];
    usec_t now = sample_at("2026-12-31T23:59");
    (void)state;
    for (int round = 0; round < 400; round++) {
        size_t n = draw(60), limits = n ? draw((uint32_t)n) : 0;
        for (size_t i = 0; i < n; i++) {
            usec_t t[5];
            for (size_t k = 0; k < 5; k++)
                t[k] = now + ((usec_t)draw(8000) - 4000) * 120 * USEC;
            clock[i] = (struct svg_clock){(int)i,
                                          label[draw(5)],
                                          label[draw(5)],
                                          label[draw(5)],
                                          label[draw(5)],
                                          t[0],
                                          i < limits ? t[1] : 0,
                                          draw(2) ? t[2] : 0,
                                          draw(2) ? t[3] : 0,
                                          draw(2) ? t[4] : 0,
                                          (enum svg_tone)draw(3)};
        }
        struct svg_board t = {"id", label[2], label[3], now, NULL, clock, n};
        struct buf wide = BUF(4 << 20), tall = BUF(4 << 20);
        svg_board(&wide, &t);
        svg_board_narrow(&tall, &t);
        well_formed(&wide);
        well_formed(&tall);
    }
}

static void what_does_not_fit_is_counted_in_a_note(void **state)
{
    static struct svg_event event[SVG_EVENTS + 5];
    struct buf b = BUF(1 << 20);
    usec_t from = sample_at("2026-11-18T00:00");
    slice lane[] = {SL("IPA")};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(event); i++)
        event[i] = (struct svg_event){0, (int)i + 1, from + (usec_t)i * 3600 * USEC, SLN, false};
    struct svg_timeline t = {.id = "x",
                             .from = from,
                             .to = from + 200 * 3600 * USEC,
                             .now = from,
                             .lane = lane,
                             .lanes = 1,
                             .event = event,
                             .events = TB_COUNT(event)};
    svg_timeline(&b, &t);
    assert_has(buf_slice(&b), "できごと 5件、時計 0件");
    assert_has_not(buf_slice(&b), ">5</text>"); /* the oldest are left out */
    assert_has(buf_slice(&b), ">6</text>");
    buf_free(&b);
}

static void a_clock_past_its_limit_is_hatched_and_one_without_a_number_is_no_countdown(void **state)
{
    usec_t now = sample_at("2026-11-22T03:12"), hour = 3600 * USEC;
    struct svg_clock late = {1, SL("遅い"), SLN, SLN, SLN, now - 5 * hour, now - hour, 0, 0, 0, SVG_LATE};
    struct svg_clock open = {1, SL("速やかに"), SLN, SLN, SLN, now - 5 * hour, 0, 0, 0, 0, SVG_CALM};
    struct svg_board t = {"id", SL("t"), SL("d"), now, NULL, &late, 1};
    struct buf b = BUF(1 << 20);
    (void)state;
    svg_board(&b, &t);
    assert_has(buf_slice(&b), "url(#hatch)");
    assert_has_not(buf_slice(&b), "class=\"bar\"");
    buf_clear(&b);
    t.clock = &open;
    svg_board(&b, &t);
    assert_has(buf_slice(&b), "class=\"bar-elapsed\"");
    assert_has_not(buf_slice(&b), "class=\"bar\"");
    assert_has_not(buf_slice(&b), "url(#hatch)");
    buf_free(&b);
}

int main(int argc, char **argv)
{
    golden = argc > 1 ? argv[1] : "golden";
    rng_seed(&rng, SL("pictures"));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_timeline_is_the_golden_one),
        cmocka_unit_test(the_board_is_the_golden_one_wide_and_narrow),
        cmocka_unit_test(the_small_ones_and_the_flow_are_the_golden_ones),
        cmocka_unit_test(the_way_up_is_the_golden_one),
        cmocka_unit_test(any_way_up_is_well_formed),
        cmocka_unit_test(the_decision_is_the_golden_one),
        cmocka_unit_test(any_decision_is_well_formed),
        cmocka_unit_test(any_rows_make_a_well_formed_timeline),
        cmocka_unit_test(any_clocks_make_a_well_formed_board),
        cmocka_unit_test(what_does_not_fit_is_counted_in_a_note),
        cmocka_unit_test(a_clock_past_its_limit_is_hatched_and_one_without_a_number_is_no_countdown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
