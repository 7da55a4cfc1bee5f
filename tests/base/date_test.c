#include "check.h"

#include "base/date.h"

/* Published for 2026 and 2027 (国民の祝日), as far as these tests reach; sorted. */
static day_t holiday[16];
static struct holidays holidays;

static int fill_holidays(void **state)
{
    (void)state;
    static const char *const list[] = {
        "2026-11-03", "2026-11-23", "2027-01-01", "2027-01-11", "2027-02-11", "2027-02-23",
        "2027-03-21", "2027-03-22", "2027-04-29", "2027-05-03", "2027-05-04", "2027-05-05",
    };
    for (size_t i = 0; i < TB_COUNT(list); i++) {
        if (!day_parse(sl(list[i]), &holiday[i]))
            return 1;
    }
    holidays = (struct holidays){holiday, TB_COUNT(list)};
    return 0;
}

static day_t day(const char *iso)
{
    day_t d = DAY_NONE;
    if (!day_parse(sl(iso), &d))
        fail_msg("no such day: %s", iso);
    return d;
}

#define assert_day(d, iso) check_day((d), (iso), __FILE__, __LINE__)
static void check_day(day_t d, const char *iso, const char *file, int line)
{
    char got[11];
    day_iso(d, got);
    _assert_string_equal(got, iso, file, line);
}

/* --- civil days --- */

static void every_day_of_ten_thousand_years_comes_back(void **state)
{
    (void)state;
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    day_t expect = day_of(1, 1, 1);
    int weekday = 1; /* 0001-01-01 was a Monday */
    assert_int_equal(expect, -719162);
    for (int y = 1; y <= 9999; y++) {
        for (int m = 1; m <= 12; m++) {
            bool leap = m == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
            for (int d = 1; d <= length[m - 1] + leap; d++, expect++, weekday = (weekday + 1) % 7) {
                int yy, mm, dd;
                if (day_of(y, m, d) != expect || day_weekday(expect) != weekday)
                    fail_msg("%d-%d-%d is not day %d", y, m, d, expect);
                day_parts(expect, &yy, &mm, &dd);
                if (yy != y || mm != m || dd != d)
                    fail_msg("day %d is not %d-%d-%d but %d-%d-%d", expect, y, m, d, yy, mm, dd);
            }
            if (day_of(y, m, length[m - 1] + leap + 1) != DAY_NONE)
                fail_msg("%d-%d is too long", y, m);
        }
    }
    assert_int_equal(expect - 1, 2932896);
}

static void known_days_have_their_numbers(void **state)
{
    (void)state;
    assert_int_equal(day_of(1970, 1, 1), 0);
    assert_int_equal(day_of(1969, 12, 31), -1);
    assert_int_equal(day_of(2000, 2, 29), 11016);
    assert_int_equal(day_weekday(day_of(2026, 11, 22)), 0);
    assert_int_equal(day_weekday(day_of(1868, 10, 23)), 5);
}

static void there_are_no_other_days(void **state)
{
    (void)state;
    assert_int_equal(day_of(2026, 2, 29), DAY_NONE);
    assert_int_equal(day_of(1900, 2, 29), DAY_NONE);
    assert_int_equal(day_of(2026, 0, 1), DAY_NONE);
    assert_int_equal(day_of(2026, 13, 1), DAY_NONE);
    assert_int_equal(day_of(2026, 1, 0), DAY_NONE);
    assert_int_equal(day_of(0, 1, 1), DAY_NONE);
    assert_int_equal(day_of(10000, 1, 1), DAY_NONE);
}

static void a_day_is_read_in_one_form_only(void **state)
{
    (void)state;
    static const char *const bad[] = {"",           "2026-1-22",   "2026-11-2",     "26-11-22",
                                      "2026/11/22", "20261122",    "2026-11-31",    "2026-02-29",
                                      "202a-11-22", "2026-1a-22",  "2026-11-2a",    "2026-11/22",
                                      "2026-00-10", "0000-01-01",  "2026-11-22 ",   " 2026-11-22",
                                      "+026-11-22", "2026-11-22T", "２０２６-11-22"};
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        day_t d = 7;
        assert_false(day_parse(sl(bad[i]), &d));
        assert_int_equal(d, 7);
    }
    assert_day(day("2026-11-22"), "2026-11-22");
    assert_day(day("0001-01-01"), "0001-01-01");
    assert_day(day("9999-12-31"), "9999-12-31");
}

static void the_fiscal_year_turns_on_the_first_of_april(void **state)
{
    (void)state;
    assert_int_equal(fiscal_year(day("2027-03-31")), 2026);
    assert_int_equal(fiscal_year(day("2027-04-01")), 2027);
    assert_int_equal(fiscal_year(day("2027-01-01")), 2026);
    assert_int_equal(fiscal_year(day("2026-12-31")), 2026);
}

/* --- periods (民法140–143) --- */

struct vector {
    const char *from;
    int n;
    enum period_unit unit;
    bool first_counts;
    const char *last, *rolled;
};

static void check_vectors(const struct vector *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        day_t last = period_last(day(v[i].from), v[i].n, v[i].unit, v[i].first_counts);
        assert_day(last, v[i].last);
        assert_day(day_roll(last, &holidays), v[i].rolled);
    }
}

static void asset_notices_fall_due_as_the_order_says(void **state)
{
    (void)state;
    static const struct vector v[] = {
        /* due-1 */ {"2026-10-15", 4, PERIOD_MONTHS, false, "2027-02-15", "2027-02-15"},
        /* due-2 */ {"2026-10-31", 4, PERIOD_MONTHS, false, "2027-02-28", "2027-03-01"},
        {"2026-10-30", 4, PERIOD_MONTHS, false, "2027-02-28", "2027-03-01"},
        /* due-3 */ {"2026-11-22", 4, PERIOD_MONTHS, false, "2027-03-22", "2027-03-23"},
        /* due-4, due-5: from the day of enforcement, which began at 0:00 and counts (附則4) */
        {"2026-10-01", 6, PERIOD_MONTHS, true, "2027-03-31", "2027-03-31"},
        {"2026-10-01", 2, PERIOD_MONTHS, true, "2026-11-30", "2026-11-30"},
        {"2026-12-02", 4, PERIOD_MONTHS, false, "2027-04-02", "2027-04-02"},
    };
    check_vectors(v, TB_COUNT(v));
}

static void incident_reports_fall_due_in_thirty_days(void **state)
{
    (void)state;
    static const struct vector v[] = {
        /* rep-1 */ {"2026-11-22", 30, PERIOD_DAYS, false, "2026-12-22", "2026-12-22"},
        /* rep-2 */ {"2026-12-01", 30, PERIOD_DAYS, false, "2026-12-31", "2027-01-04"},
    };
    check_vectors(v, TB_COUNT(v));
}

static void months_end_the_day_before_the_corresponding_day_or_at_their_own_end(void **state)
{
    (void)state;
    static const struct vector v[] = {
        {"2026-12-31", 1, PERIOD_MONTHS, false, "2027-01-31", "2027-02-01"}, /* begins on 1 January: the whole month */
        {"2027-01-30", 1, PERIOD_MONTHS, false, "2027-02-28", "2027-03-01"}, /* no 31 February */
        {"2027-01-28", 1, PERIOD_MONTHS, false, "2027-02-28", "2027-03-01"}, /* no 29 February either */
        {"2027-01-27", 1, PERIOD_MONTHS, false, "2027-02-27", "2027-03-01"},
        {"2028-01-28", 1, PERIOD_MONTHS, false, "2028-02-28", "2028-02-28"}, /* but in 2028 there is one */
        {"2028-01-29", 1, PERIOD_MONTHS, false, "2028-02-29", "2028-02-29"},
        {"2026-11-30", 3, PERIOD_MONTHS, true, "2027-02-28", "2027-03-01"},
        {"2026-11-30", 3, PERIOD_MONTHS, false, "2027-02-28", "2027-03-01"}, /* begins on 1 December */
        {"2026-11-22", 18, PERIOD_MONTHS, false, "2028-05-22", "2028-05-22"},
        {"2028-02-28", 1, PERIOD_YEARS, false, "2029-02-28", "2029-02-28"}, /* begins on 29 February */
        {"2028-02-29", 4, PERIOD_YEARS, true, "2032-02-28", "2032-03-01"},
        {"2026-04-01", 2, PERIOD_YEARS, true, "2028-03-31", "2028-03-31"},
        {"2026-11-22", 1, PERIOD_DAYS, true, "2026-11-22", "2026-11-24"},
        {"2026-11-22", 1, PERIOD_DAYS, false, "2026-11-23", "2026-11-24"},
    };
    check_vectors(v, TB_COUNT(v));
}

static void retention_ends_with_a_fiscal_year(void **state)
{
    (void)state;
    /* ret-1: two years from the first day of the fiscal year after the selection ended; no rolling to a working day */
    static const char *const ended[] = {"2028-03-31", "2028-04-01"}, *const limit[] = {"2030-03-31", "2031-03-31"};
    for (size_t i = 0; i < TB_COUNT(ended); i++) {
        day_t first = day_of(fiscal_year(day(ended[i])) + 1, 4, 1);
        assert_day(period_last(first, 2, PERIOD_YEARS, true), limit[i]);
    }
}

/* The definition by the article's own words, day by day, over two leap cycles. */
static void periods_agree_with_the_words_of_the_article(void **state)
{
    (void)state;
    for (day_t from = day("2023-12-01"); from <= day("2032-03-05"); from++) {
        for (int n = 1; n <= 25; n++) {
            int y, m, d;
            day_t first = from + 1; /* 初日不算入 */
            day_parts(first, &y, &m, &d);
            int months = y * 12 + (m - 1) + n;
            day_t same = day_of(months / 12, months % 12 + 1, d); /* 応当する日 */
            if (same == DAY_NONE) { /* その月の末日に満了: before the next first */
                months++;
                same = day_of(months / 12, months % 12 + 1, 1);
            }
            day_t last = same - 1; /* 前日に満了 */
            assert_int_equal(period_last(from, n, PERIOD_MONTHS, false), last);
            assert_int_equal(period_last(first, n, PERIOD_MONTHS, true), last);
            assert_int_equal(period_last(from, n, PERIOD_YEARS, false),
                             period_last(from, 12 * n, PERIOD_MONTHS, false));
            assert_true(last >= from);
        }
    }
}

static void a_period_beyond_the_calendar_has_no_last_day(void **state)
{
    (void)state;
    assert_int_equal(period_last(DAY_NONE, 1, PERIOD_DAYS, true), DAY_NONE);
    assert_int_equal(period_last(0, 0, PERIOD_DAYS, true), DAY_NONE);
    assert_int_equal(period_last(0, -1, PERIOD_MONTHS, true), DAY_NONE);
    assert_int_equal(period_last(0, INT32_MAX, PERIOD_DAYS, false), DAY_NONE);
    assert_int_equal(period_last(0, INT32_MAX, PERIOD_MONTHS, false), DAY_NONE);
    assert_int_equal(period_last(0, INT32_MAX, PERIOD_YEARS, false), DAY_NONE);
    assert_int_equal(period_last(INT32_MAX, 1, PERIOD_DAYS, false), DAY_NONE);
    assert_int_equal(period_last(day("9999-11-30"), 2, PERIOD_MONTHS, false), DAY_NONE);
    assert_int_equal(period_last(day("9999-12-31"), 1, PERIOD_DAYS, false), DAY_NONE);
    assert_int_equal(period_last(day("0001-01-01") - 1, 1, PERIOD_DAYS, true), DAY_NONE);
    assert_day(period_last(day("9999-12-30"), 1, PERIOD_DAYS, false), "9999-12-31");
    assert_day(period_last(day("9999-10-31"), 1, PERIOD_MONTHS, false), "9999-11-30");
    assert_day(period_last(day("0001-01-01"), 1, PERIOD_YEARS, true), "0001-12-31");
    assert_int_equal(day_roll(DAY_NONE, &holidays), DAY_NONE);
}

/* --- holidays (行政機関の休日に関する法律1) --- */

static void offices_rest_on_weekends_holidays_and_over_the_new_year(void **state)
{
    (void)state;
    assert_true(day_is_holiday(day("2026-11-22"), &holidays));
    assert_true(day_is_holiday(day("2026-11-21"), &holidays));
    assert_true(day_is_holiday(day("2026-11-23"), &holidays));
    assert_false(day_is_holiday(day("2026-11-23"), NULL)); /* a Monday: only the list knows */
    assert_false(day_is_holiday(day("2026-11-24"), &holidays));
    assert_false(day_is_holiday(day("2026-12-28"), &holidays));
    /* Over the years each of those days falls on a working day of the week. */
    for (int y = 2026; y <= 2036; y++) {
        for (day_t d = day_of(y, 12, 29); d <= day_of(y + 1, 1, 3); d++)
            assert_true(day_is_holiday(d, NULL));
        for (day_t d = day_of(y, 12, 28); d <= day_of(y + 1, 1, 4); d += 7) {
            bool weekend = day_weekday(d) == 0 || day_weekday(d) == 6;
            assert_int_equal(day_is_holiday(d, NULL), weekend);
        }
    }
    assert_true(day_is_holiday(holiday[0], &holidays));
    assert_true(day_is_holiday(holiday[holidays.n - 1], &holidays));
}

static void a_day_rolls_forward_to_the_next_working_day(void **state)
{
    (void)state;
    assert_day(day_roll(day("2026-11-21"), &holidays), "2026-11-24");
    assert_day(day_roll(day("2026-12-29"), &holidays), "2027-01-04");
    assert_day(day_roll(day("2027-05-01"), &holidays), "2027-05-06");
    assert_day(day_roll(day("2026-11-24"), &holidays), "2026-11-24");
    assert_day(day_roll(day("2026-11-22"), NULL), "2026-11-23");
}

/* --- words --- */

static void days_are_shown_with_their_era(void **state)
{
    (void)state;
    static const char *const shown[][2] = {
        {"2026-11-22", "2026年（令和8年）11月22日（日）"},  {"2019-05-01", "2019年（令和元年）5月1日（水）"},
        {"2019-04-30", "2019年（平成31年）4月30日（火）"},  {"2020-01-01", "2020年（令和2年）1月1日（水）"},
        {"1989-01-08", "1989年（平成元年）1月8日（日）"},   {"1989-01-07", "1989年（昭和64年）1月7日（土）"},
        {"1926-12-25", "1926年（昭和元年）12月25日（土）"}, {"1926-12-24", "1926年12月24日（金）"},
    };
    for (size_t i = 0; i < TB_COUNT(shown); i++) {
        char out[64];
        day_ja(day(shown[i][0]), out);
        assert_string_equal(out, shown[i][1]);
    }
}

static void what_is_no_day_is_shown_as_nothing(void **state)
{
    (void)state;
    char iso[11] = "x", ja[64] = "x", at[33] = "x";
    day_iso(DAY_NONE, iso);
    day_ja(INT32_MAX, ja);
    instant_iso(INT64_MAX, at);
    assert_string_equal(iso, "");
    assert_string_equal(ja, "");
    assert_string_equal(at, "");
    day_iso(day("0001-01-01") - 1, iso);
    assert_string_equal(iso, "");
    day_ja(day("0001-01-01"), ja);
    assert_string_equal(ja, "1年1月1日（月）");
    day_ja(day("0001-01-01") - 1, ja);
    assert_string_equal(ja, "");
    instant_iso(INT64_MIN, at);
    assert_string_equal(at, "");
}

/* --- instants --- */

static void the_day_changes_at_midnight_in_tokyo(void **state)
{
    (void)state;
    usec_t midnight = instant_of_day(day("2026-11-22"));
    char at[33], hm[6];
    assert_day(day_of_instant(midnight), "2026-11-22");
    assert_day(day_of_instant(midnight - 1), "2026-11-21");
    instant_iso(midnight - 1, at);
    assert_string_equal(at, "2026-11-21T23:59:59.999999+09:00");
    instant_iso(midnight, at);
    assert_string_equal(at, "2026-11-22T00:00:00.000000+09:00");
    instant_hm(midnight - 1, hm);
    assert_string_equal(hm, "23:59");
    instant_hm(midnight + (3 * 60 + 12) * 60 * USEC, hm);
    assert_string_equal(hm, "03:12");
    instant_iso(-1, at);
    assert_string_equal(at, "1970-01-01T08:59:59.999999+09:00");
    assert_int_equal(day_of_instant(INT64_MAX), 106751991);
    assert_int_equal(day_of_instant(INT64_MIN), -106751991);
}

static void one_instant_has_many_forms(void **state)
{
    (void)state;
    static const char *const same[] = {
        "2026-11-22T03:12:00Z",      "2026-11-22t03:12:00z",          "2026-11-22 03:12:00+00:00",
        "2026-11-22T12:12:00+09:00", "2026-11-21T22:12:00.000-05:00", "2026-11-22T03:12:00.00000000009Z",
        "2026-11-22T12:12",          "2026-11-22T12:12:00",           "2026-11-22T03:12:00-00:00",
        "2026-11-23T03:11:00+23:59",
    };
    usec_t want = instant_of_day(day("2026-11-22")) + (12 * 60 + 12) * 60 * USEC, t;
    for (size_t i = 0; i < TB_COUNT(same); i++) {
        t = 0;
        if (!instant_parse(sl(same[i]), &t) || t != want)
            fail_msg("%s is read as %" PRId64, same[i], t);
    }
    assert_true(instant_parse(SL("2026-11-22T03:12:00.123456789Z"), &t));
    assert_true(t == want + 123456);
    assert_true(instant_parse(SL("2026-11-22T03:12:00.5+00:00"), &t));
    assert_true(t == want + 500000);
}

static void what_is_no_instant_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "2026-11-22",
        "2026-11-22T",
        "2026-11-22T12",
        "2026-11-22T12:1",
        "2026-11-22T24:00",
        "2026-11-22T12:60",
        "2026-11-22T12:12:61",
        "2026-02-29T12:12",
        "2026-11-22X12:12",
        "2026-11-22T12:12Z",
        "2026-11-22T12:12+09:00",
        "2026-11-22T12:12:00.123",
        "2026-11-22T12:12:00.Z",
        "2026-11-22T12:12:00+0900",
        "2026-11-22T12:12:00+24:00",
        "2026-11-22T12:12:00+09:60",
        "2026-11-22T12:12:00+09",
        "2026-11-22T12:12:00Zx",
        "2026-11-22T12:12:00 Z",
        "2026-11-22T12:12:0a",
        "2026-11-22T12:12:",
        "2026-11-22T12:12:00.1234567890123456789Z",
        "2026-11-22T12:12:60Z",
        "2026-11-22T23:59:60",
        "0001-01-01T00:00:00+14:00", /* in Japan, the day before the first that can be written */
        "9999-12-31T23:59:59-12:00",
    };
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        usec_t t = 7;
        if (instant_parse(sl(bad[i]), &t) || t != 7)
            fail_msg("%s is read", bad[i]);
    }
    usec_t t;
    assert_false(instant_parse(SL("2026-11-22\0"
                                  "12:12"),
                               &t));
    assert_false(instant_parse(SL("2026-11-22T12:12\0"), &t));
}

static void a_leap_second_is_the_first_of_the_next_day(void **state)
{
    (void)state;
    usec_t leap, next;
    assert_true(instant_parse(SL("2016-12-31T23:59:60Z"), &leap));
    assert_true(instant_parse(SL("2017-01-01T00:00:00Z"), &next));
    assert_true(leap == next);
    assert_true(instant_parse(SL("2017-01-01T08:59:60"), &leap));
    assert_true(leap == next);
}

static void instants_come_back_from_their_words(void **state)
{
    (void)state;
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        usec_t t = (usec_t)(x % (UINT64_C(250000000000) * 1000000)) - INT64_C(60000000000) * USEC, back;
        char at[33];
        instant_iso(t, at);
        if (!instant_parse(sl(at), &back) || back != t)
            fail_msg("%" PRId64 " is shown as %s", t, at);
    }
}

/* --- clocks --- */

static void the_wall_clock_runs(void **state)
{
    (void)state;
    struct clock *wall = clock_wall();
    usec_t a = wall->now(wall);
    usleep(2000);
    usec_t b = wall->now(wall);
    assert_true(b > a && b - a < 60 * USEC);
    assert_true(a > instant_of_day(day("2024-01-01")));
}

static void a_standing_clock_moves_only_when_moved(void **state)
{
    (void)state;
    struct clock_set set;
    clock_set_init(&set, 1000, false);
    assert_true(set.c.now(&set.c) == 1000);
    usleep(1000);
    assert_true(set.c.now(&set.c) == 1000);
    set.at += 30 * 86400 * USEC;
    assert_true(set.c.now(&set.c) == 1000 + 30 * 86400 * USEC);
}

static void a_running_clock_runs_on_from_where_it_was_set(void **state)
{
    (void)state;
    struct clock_set set;
    usec_t at = instant_of_day(day("2027-11-22"));
    clock_set_init(&set, at, true);
    usec_t a = set.c.now(&set.c);
    usleep(2000);
    usec_t b = set.c.now(&set.c);
    assert_true(a >= at && a < at + 60 * USEC);
    assert_true(b >= a + 2000 && b < at + 60 * USEC);
    set.at += 86400 * USEC; /* moved a day on */
    assert_true(set.c.now(&set.c) - b >= 86400 * USEC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_ten_thousand_years_comes_back),
        cmocka_unit_test(known_days_have_their_numbers),
        cmocka_unit_test(there_are_no_other_days),
        cmocka_unit_test(a_day_is_read_in_one_form_only),
        cmocka_unit_test(the_fiscal_year_turns_on_the_first_of_april),
        cmocka_unit_test(asset_notices_fall_due_as_the_order_says),
        cmocka_unit_test(incident_reports_fall_due_in_thirty_days),
        cmocka_unit_test(months_end_the_day_before_the_corresponding_day_or_at_their_own_end),
        cmocka_unit_test(retention_ends_with_a_fiscal_year),
        cmocka_unit_test(periods_agree_with_the_words_of_the_article),
        cmocka_unit_test(a_period_beyond_the_calendar_has_no_last_day),
        cmocka_unit_test(offices_rest_on_weekends_holidays_and_over_the_new_year),
        cmocka_unit_test(a_day_rolls_forward_to_the_next_working_day),
        cmocka_unit_test(days_are_shown_with_their_era),
        cmocka_unit_test(what_is_no_day_is_shown_as_nothing),
        cmocka_unit_test(the_day_changes_at_midnight_in_tokyo),
        cmocka_unit_test(one_instant_has_many_forms),
        cmocka_unit_test(what_is_no_instant_is_refused),
        cmocka_unit_test(a_leap_second_is_the_first_of_the_next_day),
        cmocka_unit_test(instants_come_back_from_their_words),
        cmocka_unit_test(the_wall_clock_runs),
        cmocka_unit_test(a_standing_clock_moves_only_when_moved),
        cmocka_unit_test(a_running_clock_runs_on_from_where_it_was_set),
    };
    return cmocka_run_group_tests(tests, fill_holidays, NULL);
}
