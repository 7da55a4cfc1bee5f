/* Periods as the rows of clocks.def count them: law.md §8 (due-1 … due-5, rep-1, rep-2), 民法140–143. */
#include "check.h"

struct due_case {
    const char *name, *today, *introduced, *first, *last, *list_changed;
    int succession, existed; /* -1: not known */
    const char *variant, *nominal, *due;
};

/* first, last: the operator's first and latest designation. The ordinary operator is designated in 2023. */
static const struct due_case cases[] = {
    {"due-1", "2026-10-15", "2026-10-15", "2023-11-16", "2023-11-16", NULL, 0, 0, "INTRO_4M", "2027-02-15",
     "2027-02-15"},
    {"due-2", "2026-10-31", "2026-10-31", "2023-11-16", "2023-11-16", NULL, 0, 0, "INTRO_4M", "2027-02-28",
     "2027-03-01"},
    {"due-2, a day earlier", "2026-10-30", "2026-10-30", "2023-11-16", "2023-11-16", NULL, 0, 0, "INTRO_4M",
     "2027-02-28", "2027-03-01"},
    {"due-3", "2026-11-22", "2026-11-22", "2023-11-16", "2023-11-16", NULL, 0, 0, "INTRO_4M", "2027-03-22",
     "2027-03-23"},
    {"due-4", "2026-11-22", "2026-11-22", "2023-11-16", "2023-11-16", NULL, 0, 1, "EXISTING_FACILITY_NEW_6M",
     "2027-03-31", "2027-03-31"},
    {"due-5", "2026-10-01", "2019-04-01", "2023-11-16", "2023-11-16", NULL, 0, 1, "EXISTING_6M", "2027-03-31",
     "2027-03-31"},
    {"installed on the day of force", "2026-10-01", "2026-10-01", "2023-11-16", "2023-11-16", NULL, 0, 0, "EXISTING_6M",
     "2027-03-31", "2027-03-31"},
    {"installed the day after", "2026-10-02", "2026-10-02", "2023-11-16", "2023-11-16", NULL, 0, 0, "INTRO_4M",
     "2027-02-02", "2027-02-02"},
    {"last day of the window of 命令附則2", "2026-11-30", "2026-11-30", "2023-11-16", "2023-11-16", NULL, 0, 1,
     "EXISTING_FACILITY_NEW_6M", "2027-03-31", "2027-03-31"},
    {"a day after that window", "2026-12-01", "2026-12-01", "2023-11-16", "2023-11-16", NULL, 0, 1, "INTRO_4M",
     "2027-04-01", "2027-04-01"},
    {"2026-12-02", "2026-12-02", "2026-12-02", "2023-11-16", "2023-11-16", NULL, 0, 0, "INTRO_4M", "2027-04-02",
     "2027-04-02"},
    {"within two months of a new designation", "2027-05-31", "2027-05-31", "2027-04-01", "2027-04-01", NULL, 0, 0,
     "DESIGNATION_6M", "2027-10-01", "2027-10-01"},
    {"the last day of those two months", "2027-06-01", "2027-06-01", "2027-04-01", "2027-04-01", NULL, 0, 0,
     "DESIGNATION_6M", "2027-10-01", "2027-10-01"},
    {"a day after them", "2027-06-02", "2027-06-02", "2027-04-01", "2027-04-01", NULL, 0, 0, "INTRO_4M", "2027-10-02",
     "2027-10-04"},
    {"designated by succession (53①)", "2027-05-31", "2027-05-31", "2027-04-01", "2027-04-01", NULL, 1, 0, "INTRO_4M",
     "2027-09-30", "2027-09-30"},
    {"within two months of a change of the list", "2027-08-01", "2027-08-01", "2023-11-16", "2023-11-16", "2027-07-01",
     0, 0, "LISTCHANGE_6M", "2028-01-01", "2028-01-04"},
    {"before the list changed", "2027-06-30", "2027-06-30", "2023-11-16", "2023-11-16", "2027-07-01", 0, 0, "INTRO_4M",
     "2027-10-31", "2027-11-01"},
    {"two months after the list changed are over", "2027-09-02", "2027-09-02", "2023-11-16", "2023-11-16", "2027-07-01",
     0, 0, "INTRO_4M", "2028-01-02", "2028-01-04"},
    {"designated after the day of force, machine older than it", "2027-04-05", "2019-04-01", "2027-04-01", "2027-04-01",
     NULL, 0, 1, "DESIGNATION_6M", "2027-10-01", "2027-10-01"},
};

static void set_day(struct val *v, const char *iso)
{
    if (iso)
        *v = VI(day(iso));
}

static void the_due_day_of_a_filing_follows_the_first_basis_that_holds(void **state)
{
    (void)state;
    static struct known k;
    struct arena *a = arena_new(1 << 16);
    for (size_t i = 0; i < TB_COUNT(cases); i++) {
        const struct due_case *t = &cases[i];
        struct law_due due;
        know_nothing(&k, ACT_asset_record, day(t->today));
        set_day(&k.row[N_introduced_on], t->introduced);
        set_day(&k.fact[FACT_first_designated_on], t->first);
        set_day(&k.fact[FACT_designated_on], t->last);
        set_day(&k.fact[FACT_list_changed_on], t->list_changed);
        k.fact[FACT_by_succession] = VI(t->succession);
        k.row[N_facility_existed] = VI(t->existed);
        assert_case(law_due(&k.c, CLOCK_c_asset_due, a, &due), "%s: no due day", t->name);
        char nominal[11], last[11];
        day_iso(due.nominal, nominal);
        day_iso(due.last, last);
        assert_case(sl_is(sl(due.variant->name), t->variant) && !strcmp(nominal, t->nominal) && !strcmp(last, t->due),
                    "%s: %s, nominal %s, due %s", t->name, due.variant->name, nominal, last);
        /* The last day counts to its end. */
        assert_int_equal(due.lapses_at, instant_of_day(due.last + 1));
    }
    arena_free(a);
}

static void without_a_day_of_introduction_there_is_no_due_day(void **state)
{
    (void)state;
    static struct known k;
    struct law_due due;
    struct arena *a = arena_new(1 << 16);
    know_nothing(&k, ACT_asset_record, day("2026-10-15"));
    assert_false(law_due(&k.c, CLOCK_c_asset_due, a, &due));
    arena_free(a);
}

static void a_filing_that_is_owed_again_is_due_four_months_after_the_exemption_ended(void **state)
{
    (void)state;
    static struct known k;
    struct law_due due;
    struct arena *a = arena_new(1 << 16);
    know_nothing(&k, ACT_asset_unexempt, day("2027-01-20"));
    k.row[N_introduced_on] = VI(day("2026-10-15"));
    k.row[N_exempt_ended_on] = VI(day("2027-01-10"));
    assert_true(law_due(&k.c, CLOCK_c_asset_due, a, &due));
    assert_string_equal(due.variant->name, "UNEXEMPT_4M");
    assert_day(due.nominal, "2027-05-10");
    assert_day(due.last, "2027-05-10");
    arena_free(a);
}

/* 命令3: six months from the change of the list only for what follows it within two. */
static void the_due_day_of_a_change_follows_the_list_it_comes_from(void **state)
{
    (void)state;
    static const struct {
        const char *changed, *list, *variant, *due;
    } t[] = {
        {"2026-11-02", NULL, "CHANGE_4M", "2027-03-02"},
        {"2027-03-03", "2027-02-01", "CHANGE_LIST_6M", "2027-08-02"}, /* the 1st is a Sunday */
        {"2027-04-01", "2027-02-01", "CHANGE_LIST_6M", "2027-08-02"},
        {"2027-04-02", "2027-02-01", "CHANGE_4M", "2027-08-02"},
        {"2027-01-31", "2027-02-01", "CHANGE_4M", "2027-05-31"},
    };
    static struct known k;
    struct law_due due;
    struct arena *a = arena_new(1 << 16);
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        know_nothing(&k, ACT_asset_record_change, day("2027-05-01"));
        assert_false(law_due(&k.c, CLOCK_c_asset_change, a, &due));
        set_day(&k.row[N_changed_on], t[i].changed);
        set_day(&k.fact[FACT_list_changed_on], t[i].list);
        assert_true(law_due(&k.c, CLOCK_c_asset_change, a, &due));
        assert_string_equal(due.variant->name, t[i].variant);
        assert_day(due.last, t[i].due);
    }
    arena_free(a);
}

/* rep-1, rep-2: the clock of 5条 comes with its acts; the count and the holidays it will use are these. */
static void thirty_days_from_the_recognition_roll_to_the_next_working_day(void **state)
{
    (void)state;
    static const struct {
        const char *from, *nominal, *due;
    } t[] = {
        {"2026-11-22", "2026-12-22", "2026-12-22"},
        {"2026-12-01", "2026-12-31", "2027-01-04"},
        {"2026-10-01", "2026-10-31", "2026-11-02"},
    };
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        day_t nominal = period_last(day(t[i].from), 30, PERIOD_DAYS, false);
        assert_day(nominal, t[i].nominal);
        assert_day(day_roll(nominal, &law_holidays), t[i].due);
    }
}

static void only_filings_roll_over_a_holiday(void **state)
{
    (void)state;
    static struct known k;
    struct law_due due;
    struct arena *a = arena_new(1 << 16);
    /* 2026-10-03 + 90 days = 2027-01-01, a holiday; our own review stays on it. */
    know_nothing(&k, ACT_case_confirm_no, day("2026-10-03"));
    assert_true(law_due(&k.c, CLOCK_c_watch_review, a, &due));
    assert_true(due.dated);
    assert_day(due.nominal, "2027-01-01");
    assert_day(due.last, "2027-01-01");
    for (int i = 0; i < CLOCK_COUNT; i++)
        assert_case(law_clock[i].roll == (i == CLOCK_c_asset_due || i == CLOCK_c_asset_change || i == CLOCK_c_fix ||
                                          i == CLOCK_c_order_limit),
                    "%s rolls", law_clock[i].name);
    arena_free(a);
}

static void each_clock_counts_as_its_row_says(void **state)
{
    (void)state;
    static const struct {
        enum clock_id clock;
        const char *today, *set, *due; /* due NULL: elapsed time only */
    } t[] = {
        {CLOCK_c_finder_1y, "2026-10-15", NULL, "2027-10-15"},
        {CLOCK_c_finder_1y, "2028-02-29", NULL, "2029-02-28"},
        {CLOCK_c_publish_45d, "2026-10-15", NULL, "2026-11-29"},
        {CLOCK_c_invite, "2026-10-15", NULL, "2026-11-14"},
        {CLOCK_c_watch_review, "2026-10-15", NULL, "2027-01-13"},
        {CLOCK_c_grant, "2026-10-15", "2027-09-30", "2027-09-30"},
        {CLOCK_c_entrust, "2026-10-15", "2027-03-31", "2027-03-31"},
        {CLOCK_c_protection, "2026-10-15", "2027-09-30", "2027-09-30"},
        {CLOCK_c_fix, "2026-10-15", "2026-10-31", "2026-11-02"},
        {CLOCK_c_hearing, "2026-10-15", "2026-10-31", "2026-10-31"},
        {CLOCK_c_order_limit, "2026-10-15", "2026-10-31", "2026-11-02"},
        {CLOCK_c_order_limit, "2026-10-15", NULL, NULL},
        {CLOCK_c_forward, "2026-10-15", NULL, NULL},
        {CLOCK_c_vul_accept, "2026-10-15", NULL, NULL},
        {CLOCK_c_jp_to_ipa, "2026-10-15", NULL, NULL},
        {CLOCK_c_nict_contact, "2026-10-15", NULL, NULL},
        {CLOCK_c_inquiry, "2026-10-15", NULL, NULL},
        {CLOCK_c_vul_triage, "2026-10-15", NULL, NULL},
        {CLOCK_c_vul_notify, "2026-10-15", NULL, NULL},
        {CLOCK_c_cao_take, "2026-10-15", NULL, NULL},
        {CLOCK_c_cao_respond, "2026-10-15", NULL, NULL},
        {CLOCK_c_tell_finder, "2026-10-15", NULL, NULL},
        {CLOCK_c_receipt, "2026-10-15", NULL, NULL},
        {CLOCK_c_status, "2026-10-15", NULL, NULL},
        {CLOCK_c_recall, "2026-10-15", NULL, NULL},
        {CLOCK_c_embargo_answer, "2026-10-15", NULL, "2026-10-22"},
        {CLOCK_c_embargo_answer, "2026-11-20", NULL, "2026-11-30"}, /* over a weekend and a holiday */
        {CLOCK_c_letter_limit, "2026-10-15", "2026-10-30", "2026-10-30"},
        {CLOCK_c_letter_answer, "2026-10-15", NULL, NULL},
        {CLOCK_c_settle, "2026-10-15", NULL, NULL},
        {CLOCK_c_name, "2026-10-15", NULL, NULL},
    };
    static struct known k;
    /* these have tables of their own */
    uint64_t seen = UINT64_C(1) << CLOCK_c_asset_due | UINT64_C(1) << CLOCK_c_asset_change |
                    UINT64_C(1) << CLOCK_c_hold | UINT64_C(1) << CLOCK_c_embargo_end;
    struct arena *a = arena_new(1 << 16);
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        struct law_due due;
        know_nothing(&k, ACT_clock_lapse, day(t[i].today));
        static const enum name_id set[] = {N_until, N_fix_until, N_hearing_until, N_limit_on};
        for (size_t s = 0; s < TB_COUNT(set); s++)
            set_day(&k.row[set[s]], t[i].set);
        assert_true(law_due(&k.c, t[i].clock, a, &due));
        assert_int_equal(due.started, k.c.now);
        assert_case(due.dated == (t[i].due != NULL), "%s", law_clock[t[i].clock].name);
        if (t[i].due)
            assert_day(due.last, t[i].due);
        seen |= UINT64_C(1) << t[i].clock;
    }
    /* A new clock needs its line here. */
    assert_int_equal(seen, (UINT64_C(1) << CLOCK_COUNT) - 1);
    arena_free(a);
}

static void a_day_set_by_hand_must_be_known(void **state)
{
    (void)state;
    static struct known k;
    struct law_due due;
    struct arena *a = arena_new(1 << 16);
    know_nothing(&k, ACT_grant_decide, day("2026-10-15"));
    assert_false(law_due(&k.c, CLOCK_c_grant, a, &due));
    arena_free(a);
}

/* 速やかに has no number: 24, 48 and 72 hours are levels, not limits. */
static void an_hour_that_an_act_sets_is_the_very_instant_and_not_the_end_of_its_day(void **state)
{
    (void)state;
    static const struct {
        enum act_id act;
        enum clock_id clock;
        enum name_id field;
        const char *at, *last;
    } t[] = {
        {ACT_embargo_answer, CLOCK_c_embargo_end, N_ends_at, "2026-12-01T09:00:00-05:00", "2026-12-01"},
        {ACT_embargo_answer, CLOCK_c_embargo_end, N_ends_at, "2026-12-01T10:00:00-05:00", "2026-12-01"},
        {ACT_embargo_answer, CLOCK_c_embargo_end, N_ends_at, "2026-12-01T10:00:01-05:00", "2026-12-02"},
        {ACT_hold_decide, CLOCK_c_hold, N_until, "2026-12-01T09:00", "2026-12-01"},
        {ACT_hold_decide, CLOCK_c_hold, N_until, "2026-12-01T00:00", "2026-11-30"},
    };
    static struct known k;
    struct arena *a = arena_new(1 << 16);
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        struct law_due due;
        usec_t at;
        know_nothing(&k, t[i].act, day("2026-11-22"));
        assert_case(!law_due(&k.c, t[i].clock, a, &due), "%s without its hour", law_clock[t[i].clock].name);
        assert_true(instant_parse(sl(t[i].at), &at));
        k.row[t[i].field] = VI(at);
        assert_case(law_due(&k.c, t[i].clock, a, &due) && due.lapses_at == at && due.last == day(t[i].last), "%s at %s",
                    law_clock[t[i].clock].name, t[i].at);
    }
    arena_free(a);
}

static void elapsed_time_turns_amber_and_red_at_its_levels(void **state)
{
    (void)state;
    static const struct {
        enum clock_id clock;
        int64_t seconds;
        int level;
    } t[] = {
        {CLOCK_c_forward, 0, 0},       {CLOCK_c_forward, 86399, 0},    {CLOCK_c_forward, 86400, 1},
        {CLOCK_c_forward, 172799, 1},  {CLOCK_c_forward, 172800, 2},   {CLOCK_c_cao_take, 899, 0},
        {CLOCK_c_cao_take, 900, 1},    {CLOCK_c_cao_take, 3600, 2},    {CLOCK_c_vul_notify, 3599, 0},
        {CLOCK_c_vul_notify, 3600, 1}, {CLOCK_c_vul_notify, 14400, 2}, {CLOCK_c_name, 259199, 0},
        {CLOCK_c_name, 259200, 1},     {CLOCK_c_name, 604800, 2},      {CLOCK_c_asset_due, 1 << 30, 0},
    };
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        int level = law_level(&law_clock[t[i].clock].variant[0], t[i].seconds * USEC, day("2026-10-15"));
        assert_case(level == t[i].level, "%s after %" PRId64 " s: %d", law_clock[t[i].clock].name, t[i].seconds, level);
    }
}

static void the_holidays_of_the_rows_are_those_of_the_calendar(void **state)
{
    (void)state;
    assert_int_equal(law_holidays.n > 0, 1);
    for (size_t i = 1; i < law_holidays.n; i++)
        assert_true(law_holidays.day[i - 1] < law_holidays.day[i]);
    static const char *const off[] = {"2026-11-23", "2027-03-21", "2027-03-22", "2027-01-02",
                                      "2026-12-29", "2028-01-03", "2026-09-22"};
    static const char *const on[] = {"2027-03-23", "2026-12-28", "2027-01-04", "2027-02-15", "2027-03-31"};
    for (size_t i = 0; i < TB_COUNT(off); i++)
        assert_case(day_is_holiday(day(off[i]), &law_holidays), "%s is a working day", off[i]);
    for (size_t i = 0; i < TB_COUNT(on); i++)
        assert_case(!day_is_holiday(day(on[i]), &law_holidays), "%s is a holiday", on[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_due_day_of_a_filing_follows_the_first_basis_that_holds),
        cmocka_unit_test(without_a_day_of_introduction_there_is_no_due_day),
        cmocka_unit_test(a_filing_that_is_owed_again_is_due_four_months_after_the_exemption_ended),
        cmocka_unit_test(thirty_days_from_the_recognition_roll_to_the_next_working_day),
        cmocka_unit_test(the_due_day_of_a_change_follows_the_list_it_comes_from),
        cmocka_unit_test(only_filings_roll_over_a_holiday),
        cmocka_unit_test(each_clock_counts_as_its_row_says),
        cmocka_unit_test(a_day_set_by_hand_must_be_known),
        cmocka_unit_test(an_hour_that_an_act_sets_is_the_very_instant_and_not_the_end_of_its_day),
        cmocka_unit_test(elapsed_time_turns_amber_and_red_at_its_levels),
        cmocka_unit_test(the_holidays_of_the_rows_are_those_of_the_calendar),
    };
    return cmocka_run_group_tests_name("law-due", tests, NULL, NULL);
}
