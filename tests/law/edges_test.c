/* Where the pure decisions end: names that are none, values of the wrong type or shape, tables that have no row for the
 * day. What the gate never hands over must not decide anything either. */
#include "check.h"

static struct known k;
static struct val list[8], cell[8][8];

#define NONE ((struct val){0})

static void given(enum act_id act)
{
    know_nothing(&k, act, day("2026-11-22"));
}

static struct val list_of(size_t n)
{
    return (struct val){.t = VAL_LIST, .v = list, .n = n};
}

static bool holds(enum pred_id p)
{
    return law_pred_holds(&k.c, p, FACT_COUNT);
}

static struct val value(enum fn_id f, struct arena *a)
{
    return law_fn_value(&k.c, f, a);
}

/* --- look-ups --- */
#define LOOKUP(named, count, name)                                                                                     \
    do {                                                                                                               \
        for (int i = 0; i < (int)(count); i++)                                                                         \
            assert_int_equal(named(sl(name)), i);                                                                      \
        assert_int_equal(named(SL("no such name")), (count));                                                          \
        assert_int_equal(named(SLN), (count));                                                                         \
    } while (0)

static void a_name_finds_its_row_and_another_none(void **state)
{
    (void)state;
    LOOKUP(law_act_named, ACT_COUNT, law_act[i].name);
    LOOKUP(law_kind_named, KIND_COUNT, law_kind[i].name);
    LOOKUP(law_role_named, ROLE_COUNT, law_role[i].name);
    LOOKUP(law_clock_named, CLOCK_COUNT, law_clock[i].name);
    LOOKUP(law_basis_named, BASIS_COUNT, law_basis[i].name);
    LOOKUP(law_fn_named, FN_COUNT, law_fn[i].name);
    for (int i = 0; i < ST_COUNT; i++)
        assert_string_equal(law_state_name[law_state_named(sl(law_state_name[i]))], law_state_name[i]);
    assert_int_equal(law_state_named(SL("no such name")), ST_COUNT);
    assert_null(law_option_ja(law_kind_field(KIND_asset, N_asset_kind), SL("no such name")));
    assert_null(law_kind_field(KIND_asset, N_hearing_until));
    assert_null(law_state_of(KIND_asset, ST_HEARING));
}

static void an_act_creates_if_it_begins_where_nothing_is(void **state)
{
    (void)state;
    assert_true(law_act_creates(&law_act[ACT_asset_record]));
    assert_false(law_act_creates(&law_act[ACT_asset_forward]));
}

static void words_are_parted_by_any_white_space(void **state)
{
    (void)state;
    slice words = SL(" 8_2\t72_4\n45_7 ");
    assert_true(law_words_have(words, SL("8_2")) && law_words_have(words, SL("72_4")));
    assert_true(law_words_have(words, SL("45_7")));
    assert_false(law_words_have(words, SL("8_2\t72_4")) || law_words_have(words, SL("72")));
    assert_false(law_words_have(words, SLN) || law_words_have(SLN, SL("8_2")));
}

static void a_gate_without_a_day_never_opens(void **state)
{
    (void)state;
    for (int g = 0; g < GATE_COUNT; g++) {
        bool dated = law_gate[g].from != DAY_NONE;
        assert_case(law_gate_open((enum law_gate_id)g, day("9999-12-31")) == dated, "%s", law_gate[g].name);
        assert_case(!dated || !law_gate_open((enum law_gate_id)g, law_gate[g].from - 1), "%s", law_gate[g].name);
    }
}

static void a_role_fits_no_organisation_of_an_unknown_kind(void **state)
{
    (void)state;
    assert_true(law_role_fits_org(ROLE_OP_FILER, SL("OPERATOR")));
    assert_false(law_role_fits_org(ROLE_OP_FILER, SL("no such kind")) || law_role_fits_org(ROLE_OP_FILER, SLN));
}

/* --- dated values --- */
static void the_newest_value_in_force_counts_whatever_the_order_of_the_rows(void **state)
{
    (void)state;
    static const struct law_param p[] = {{"other", "0", 0, 'P', ""},
                                         {"days", "20", 20, 'P', ""},
                                         {"days", "10", 10, 'P', ""},
                                         {"days", "30", 30, 'P', ""}};
    static const struct {
        day_t today;
        const char *want;
    } t[] = {{9, ""}, {10, "10"}, {19, "10"}, {20, "20"}, {29, "20"}, {30, "30"}, {99, "30"}};
    for (size_t i = 0; i < TB_COUNT(t); i++)
        assert_case(sl_is(law_param_among(p, TB_COUNT(p), "days", t[i].today), t[i].want), "on day %d",
                    (int)t[i].today);
    assert_int_equal(law_param_value("no such name", day("2026-11-22")).n, 0);
}

/* Before a value is in force nothing can be within it. */
static void without_its_value_in_force_a_limit_holds_nothing(void **state)
{
    (void)state;
    day_t early = day("2025-05-22");
    given(ACT_grant_propose);
    k.c.today = early;
    k.row[N_until] = k.row[N_hearing_until] = VI(early + 30);
    assert_false(holds(P_until_within_max) || holds(P_hearing_days_given));
    k.c.today = day("2026-11-22");
    k.row[N_until] = k.row[N_hearing_until] = VI(k.c.today + 30);
    assert_true(holds(P_until_within_max) && holds(P_hearing_days_given));
}

static void elapsed_time_has_no_level_before_its_levels_are_in_force(void **state)
{
    (void)state;
    const struct law_variant none = {.count = COUNT_ELAPSED}, a = {.count = COUNT_ELAPSED, .level = "level_A"};
    assert_int_equal(law_level(&none, INT64_MAX, day("2026-11-22")), 0);
    assert_int_equal(law_level(&a, INT64_MAX, day("2025-05-22")), 0);
    assert_int_equal(law_level(&a, INT64_MAX, day("2025-05-23")), 2);
    /* What is written as no number is never reached. */
    const struct law_variant words = {.count = COUNT_ELAPSED, .level = "penalty_83"};
    assert_int_equal(law_level(&words, INT64_MAX, day("2026-11-22")), 0);
}

/* --- clocks --- */
static void a_clock_has_no_variant_of_another_name(void **state)
{
    (void)state;
    for (int c = 0; c < CLOCK_COUNT; c++) {
        const struct law_clock *x = &law_clock[c];
        for (size_t i = 0; i < x->variants; i++)
            if (x->pick != FN_COUNT)
                assert_ptr_equal(law_variant_named(x, VT(sl(x->variant[i].name))), &x->variant[i]);
        assert_null(x->pick != FN_COUNT ? law_variant_named(x, VT(SL("no such name"))) : NULL);
        assert_null(law_variant_named(x, NONE));
    }
}

/* A count that begins on a day which an act or a fact gives has no end while that day is unknown, whatever the act. */
static void a_count_from_an_unknown_day_has_no_end(void **state)
{
    (void)state;
    size_t asked = 0;
    for (int act = 0; act < ACT_COUNT; act++)
        for (int c = 0; c < CLOCK_COUNT; c++) {
            struct law_due due;
            given((enum act_id)act);
            if (law_due(&k.c, (enum clock_id)c, NULL, &due))
                assert_case(due.variant->from != SRC_FACT && due.variant->from != SRC_ROW, "%s", law_clock[c].name);
            else
                asked++;
        }
    assert_true(asked > 0);
}

/* --- the decision --- */
static void more_reasons_than_fit_are_cut_off_and_still_refuse(void **state)
{
    (void)state;
    static struct law_cond many[3 * LAW_REASONS];
    struct law_act act = law_act[ACT_store_found];
    struct law_decision d;
    for (size_t i = 0; i < TB_COUNT(many); i++)
        many[i] = (struct law_cond){P_ledger_empty, FACT_COUNT};
    given(ACT_store_found);
    act.cond = many;
    act.conds = TB_COUNT(many);
    k.c.act = &act;
    law_decide(&k.c, &d);
    assert_int_equal(d.reasons, LAW_REASONS);
    assert_false(d.allowed);
}

/* 本人 is who is named in the row; a row that names nobody is nobody's own. */
static void a_row_that_names_nobody_is_nobodys_own(void **state)
{
    (void)state;
    size_t asked = 0;
    for (int a = 0; a < ACT_COUNT; a++) {
        struct law_act act = law_act[a];
        const enum role_id self = ROLE_SELF;
        struct law_decision d;
        if (act.kind == KIND_person)
            continue;
        given((enum act_id)a);
        act.by = &self;
        act.bys = 1;
        k.c.act = &act;
        k.c.actor.person = SL("p1");
        law_decide(&k.c, &d);
        assert_case(d.role == ROLE_COUNT, "%s", act.name);
        k.row[N_person] = VT(SL("p2"));
        law_decide(&k.c, &d);
        assert_case(d.role == ROLE_COUNT, "%s", act.name);
        k.row[N_person] = VT(SL("p1"));
        law_decide(&k.c, &d);
        assert_case(d.role == ROLE_SELF, "%s", act.name);
        asked++;
    }
    assert_true(asked > 0);
}

/* Two rows let a bulletin go out under 告示: to a body that needs it, and to anyone once it is published. */
static void of_two_rows_that_may_allow_the_one_that_lacks_least_counts(void **state)
{
    (void)state;
    const uint32_t issued = 1u << FLAG_issued, need = 1u << FLAG_need_to_know, published = 1u << FLAG_published;
    uint32_t missing;
    int near = law_release_to(CLASS_SHUCHI, 0, RECIPIENT_ENT_IPA, BASIS_GL7, issued | need, &missing);
    assert_true(near >= 0 && missing == 0);
    int far = law_release_to(CLASS_SHUCHI, 0, RECIPIENT_ENT_IPA, BASIS_GL7, issued | published, &missing);
    assert_true(far >= 0 && far != near && missing == 0);
    assert_int_equal(law_release_to(CLASS_SHUCHI, 0, RECIPIENT_ENT_IPA, BASIS_GL7, issued, &missing), near);
    assert_int_equal(missing, need);
}

/* --- conditions --- */
static void a_second_person_is_somebody(void **state)
{
    (void)state;
    given(ACT_org_activate);
    k.fact[FACT_last_by_org_register] = VT(SL("p2"));
    assert_false(law_pred_holds(&k.c, P_second, FACT_last_by_org_register));
    k.c.actor.person = SL("p1");
    assert_true(law_pred_holds(&k.c, P_second, FACT_last_by_org_register));
}

static void a_number_has_digits_only(void **state)
{
    (void)state;
    static const char *const bad[] = {"13101/", "13101:", "13101 ", "700001205000\x7F", "１３１０１６"};
    given(ACT_org_register);
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        k.row[N_number] = VT(sl(bad[i]));
        assert_case(!holds(P_id_check_digit_ok), "%s", bad[i]);
    }
}

static void each_kind_of_organisation_has_its_own_duty_of_secrecy(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *ack, *joins;
    } t[] = {{"CABINET", "8_2", "72_4"},
             {"MINISTRY", "8_2", "72_4"},
             {"ENTRUSTEE", "72_4", "72_4"},
             {"OPERATOR", NULL, "45_7"},
             {"VENDOR", NULL, "45_7"}};
    given(ACT_person_accept);
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        k.fact[FACT_org_kind_own] = VT(sl(t[i].kind));
        k.row[N_acks] = NONE;
        assert_case(holds(P_acks_cover_org_kind) == !t[i].ack, "%s without", t[i].kind);
        k.row[N_acks] = VT(SL("1_1"));
        assert_case(holds(P_acks_cover_org_kind) == !t[i].ack, "%s with another", t[i].kind);
        k.row[N_acks] = VT(sl(t[i].ack ? t[i].ack : ""));
        assert_case(holds(P_acks_cover_org_kind), "%s with its own", t[i].kind);
        k.c.actor.org_kind = sl(t[i].kind);
        k.c.actor.acks = sl(t[i].joins);
        assert_case(holds(P_own_acks_cover), "%s joins", t[i].kind);
        k.c.actor.acks = SL("1_1");
        assert_case(!holds(P_own_acks_cover), "%s joins with another", t[i].kind);
    }
}

static void roles_that_conflict_are_known_roles(void **state)
{
    (void)state;
    given(ACT_grant_decide);
    k.row[N_role] = VT(SL("REGISTRAR"));
    assert_false(holds(P_no_sod_conflict)); /* what he holds is not known */
    list[0] = VT(SL("no such role"));
    list[1] = VT(SL("M_CLOCK"));
    k.fact[FACT_live_roles] = list_of(2);
    assert_true(holds(P_no_sod_conflict));
    list[0] = VT(SL("CAO_DUTY"));
    assert_false(holds(P_no_sod_conflict));
}

/* 告示第1号: the name itself, or what goes on with anything but a letter. */
static void a_product_of_the_notice_is_named_to_the_end_of_a_word(void **state)
{
    (void)state;
    static const struct {
        const char *folded;
        bool named;
    } t[] = {{"windows", true},   {"windows 11", true},    {"windows11", true},
             {"windows{", true},  {"windowsサーバ", true}, {"windowsz", false},
             {"windowsa", false}, {"window", false},       {"xwindows", false}};
    given(ACT_asset_exempt);
    k.in[N_exempt] = VT(SL("DESIGNATED_COMMON"));
    k.in[N_notice_no] = VT(SL("告示第1号"));
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        k.fact[FACT_product_folded] = VT(sl(t[i].folded));
        assert_case(holds(P_exemption_applies) == t[i].named, "%s", t[i].folded);
    }
}

/* A role that stands in no group of separate duties goes with any. */
static void a_role_without_a_group_conflicts_with_none(void **state)
{
    (void)state;
    static const char *const groups[] = {"REGISTRAR", "CAO_DUTY"};
    size_t asked = 0;
    given(ACT_grant_decide);
    for (size_t g = 0; g < TB_COUNT(groups); g++)
        list[g] = VT(sl(groups[g]));
    k.fact[FACT_live_roles] = list_of(TB_COUNT(groups));
    for (int r = 0; r < ROLE_COUNT; r++) {
        k.row[N_role] = VT(sl(law_role[r].name));
        assert_case(holds(P_no_sod_conflict) == !law_role[r].sod, "%s", law_role[r].name);
        asked += !law_role[r].sod;
    }
    assert_true(asked > 0);
}

/* What is watched must not be there already when the watch begins; and it wakes by what is new. */
static void a_watch_looks_for_what_is_not_there_yet(void **state)
{
    (void)state;
    given(ACT_case_propose_no);
    k.row[N_product] = VT(SL("門番"));
    k.row[N_watch_products] = VT(SL("甲 門番"));
    k.row[N_watch_epss] = VI(100);
    assert_true(holds(P_watch_is_complete)); /* no figure is known */
    k.fact[FACT_epss_permille] = VI(99);
    assert_true(holds(P_watch_is_complete));
    k.fact[FACT_epss_permille] = VI(100);
    assert_false(holds(P_watch_is_complete));
    given(ACT_case_rewake);
    k.fact[FACT_kev_listed] = VI(1);
    assert_true(holds(P_watch_touched));
    k.sub[N_watch_kev] = VI(1); /* it was listed when the watch began */
    assert_false(holds(P_watch_touched));
}

static void an_instruction_goes_to_either_body(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        bool may;
    } t[] = {{"IPA", true}, {"JPCERT", true}, {"NICT", false}, {"", false}};
    given(ACT_letter_draft);
    k.row[N_letter_type] = VT(SL("INSTRUCT"));
    k.fact[FACT_addressee_kind] = VT(SL("ENTRUSTEE"));
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        k.fact[FACT_addressee_body] = VT(sl(t[i].body));
        assert_case(holds(P_addressee_fits_type) == t[i].may, "%s", t[i].body);
    }
}

static void an_answer_is_compared_with_names_that_are_known(void **state)
{
    (void)state;
    given(ACT_case_tell_finder);
    k.in[N_told_text] = VT(SL("対応が終わりました。"));
    assert_false(holds(P_answer_reveals_nothing));
    list[0] = VT(SLN); /* an empty name is in no text */
    list[1] = VT(SL("対応が終わりました。甲電力では、さらに続きます。"));
    k.fact[FACT_case_names] = list_of(2);
    assert_true(holds(P_answer_reveals_nothing));
    list[1] = VT(SL("終わり"));
    assert_false(holds(P_answer_reveals_nothing));
}

/* class, mask, recipient, basis, known: each within its table. */
static void a_release_that_is_no_row_of_the_matrix_is_none(void **state)
{
    (void)state;
    const int64_t good[] = {CLASS_SHUCHI, 0, RECIPIENT_OPERATOR, BASIS_A40, 1 << FLAG_issued | 1 << FLAG_rights_note};
    static const struct {
        size_t at;
        int64_t v;
    } bad[] = {{0, -1}, {0, CLASS_COUNT}, {2, -1}, {2, RECIPIENT_COUNT}, {3, -1}, {3, BASIS_COUNT}, {4, 0}};
    given(ACT_provision_propose);
    for (size_t i = 0; i < TB_COUNT(bad) + 1; i++) {
        for (size_t c = 0; c < TB_COUNT(good); c++)
            cell[0][c] = VI(i < TB_COUNT(bad) && bad[i].at == c ? bad[i].v : good[c]);
        list[0] = (struct val){.t = VAL_LIST, .v = cell[0], .n = TB_COUNT(good)};
        k.fact[FACT_release] = list_of(1);
        assert_case(holds(P_label_release_ok) == (i == TB_COUNT(bad)), "%zu", i);
    }
    list[0].n = 4;
    assert_false(holds(P_label_release_ok));
    k.fact[FACT_release] = list_of(0); /* to nobody */
    assert_false(holds(P_label_release_ok));
}

static void a_response_has_a_list_of_targets(void **state)
{
    (void)state;
    given(ACT_response_propose);
    k.in[N_response_kind] = VT(SL("R1_PRE_INFO"));
    k.fact[FACT_case_prongs] = VI(1);
    k.fact[FACT_targets_off] = VI(0);
    assert_false(holds(P_response_kind_fits));
    k.in[N_targets] = VT(SL("p1"));
    assert_false(holds(P_response_kind_fits));
    k.in[N_targets] = list_of(1);
    assert_true(holds(P_response_kind_fits));
}

/* --- sentences --- */
static void one_sentence(struct val text, struct val secret, struct val sources, struct val level)
{
    const struct val v[] = {text, secret, sources, level};
    memcpy(cell[1], v, sizeof v);
    list[0] = (struct val){.t = VAL_LIST, .v = cell[1], .n = TB_COUNT(v)};
    k.fact[FACT_sentences] = list_of(1);
}

static void a_sentence_is_whole_or_none(void **state)
{
    (void)state;
    static const enum pred_id all[] = {P_provenance_complete, P_every_sentence_decided_not_secret,
                                       P_issuer_covers_sources, P_no_masked_token_survives};
    given(ACT_product_issue_shuchi);
    k.c.actor.org_kind = SL("ENTRUSTEE");
    one_sentence(VT(SL("更新してください。")), VT(SL("NO")), VI(1), VI(2));
    assert_false(holds(P_no_masked_token_survives)); /* the names to look for are not known */
    k.fact[FACT_product_names] = (struct val){.t = VAL_LIST};
    for (size_t i = 0; i < TB_COUNT(all); i++)
        assert_case(holds(all[i]), "%s", law_pred[all[i]].name);
    k.fact[FACT_sentences] = list_of(0); /* nothing is said */
    for (size_t i = 0; i < TB_COUNT(all); i++)
        assert_case(!holds(all[i]), "%s on no sentence", law_pred[all[i]].name);
    k.fact[FACT_sentences] = list_of(1);
    list[0].n = 3;
    for (size_t i = 0; i < TB_COUNT(all); i++)
        assert_case(!holds(all[i]), "%s on three columns", law_pred[all[i]].name);
    one_sentence(VT(SL("")), VT(SL("NO")), VI(1), VI(2));
    assert_false(holds(P_provenance_complete));
    one_sentence(VT(SL("更新してください。")), VT(SL("NO")), VI(1), VT(SL("2")));
    assert_false(holds(P_issuer_covers_sources)); /* the level of its sources is not known */
}

static void a_sentence_is_classified_by_its_number_and_the_level_of_its_sources(void **state)
{
    (void)state;
    given(ACT_product_classify);
    k.c.actor.org_kind = SL("ENTRUSTEE");
    k.in[N_secret] = VT(SL("NO"));
    one_sentence(VT(SL("更新してください。")), VT(SL("UNDECIDED")), VI(1), VI(2));
    k.in[N_sentence] = VI(0);
    assert_true(holds(P_classifier_may_lower_within_source));
    k.in[N_sentence] = VI(-1);
    assert_false(holds(P_classifier_may_lower_within_source));
    k.in[N_sentence] = VI(0);
    cell[1][3] = NONE;
    assert_false(holds(P_classifier_may_lower_within_source));
    k.c.actor.org_kind = SL("CABINET");
    assert_true(holds(P_classifier_may_lower_within_source));
}

/* --- functions --- */
static bool due_is(const char *want)
{
    return sl_is(value(FN_due_basis, NULL).s, want);
}

/* 法附則4、命令附則2: what was there on the day the Act came into force, and nothing where that is not known. */
static void the_time_for_what_was_there_needs_the_day_and_a_designation_by_then(void **state)
{
    (void)state;
    day_t cut = day("2026-10-01");
    given(ACT_asset_record);
    k.row[N_introduced_on] = VI(cut - 10);
    assert_true(due_is("INTRO_4M")); /* when he was designated is not known */
    k.fact[FACT_first_designated_on] = VI(cut + 1);
    assert_true(due_is("INTRO_4M"));
    k.fact[FACT_first_designated_on] = VI(cut);
    assert_true(due_is("EXISTING_6M"));
    k.c.today = day("2026-09-30"); /* the day is not in force yet */
    assert_true(due_is("INTRO_4M"));
    k.c.today = day("2026-11-22");
    k.fact[FACT_first_designated_on] = NONE;
    k.fact[FACT_by_succession] = VI(0);
    assert_true(due_is("INTRO_4M"));
    k.fact[FACT_designated_on] = VI(cut);
    assert_true(due_is("DESIGNATION_6M"));
}

static void a_filing_not_yet_forwarded_is_one_or_stands_behind_a_change(void **state)
{
    (void)state;
    static const struct {
        enum state_id state;
        int64_t held;
        int64_t want;
    } t[] = {
        {ST_FILED, 0, 1}, {ST_CHANGE_FILED, 0, 1}, {ST_CHANGE_DUE, 1, 1}, {ST_CHANGE_DUE, 0, 0}, {ST_FORWARDED, 0, 0}};
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        given(ACT_asset_record_change);
        k.c.state = t[i].state;
        k.sub[N_unforwarded] = VI(t[i].held);
        assert_case(value(FN_unforwarded, NULL).i == t[i].want, "%zu", i);
    }
}

static void a_change_tells_what_was_and_what_is_item_by_item(void **state)
{
    (void)state;
    static char much[9000];
    struct arena *a = arena_new(1 << 16);
    given(ACT_asset_notify_change);
    k.sub[N_maker] = k.row[N_maker] = VT(SL("丙製作所"));
    k.row[N_contact] = VT(SL("担当"));
    k.sub[N_asset_kind] = VT(SL("K1"));
    k.row[N_asset_kind] = VT(SL("no such kind"));
    struct val was = value(FN_change_old, a), is = value(FN_change_new, a);
    assert_true(was.t == VAL_TEXT && is.t == VAL_TEXT);
    assert_non_null(memmem(was.s.p, was.s.n, "（なし）\n", strlen("（なし）\n")));
    assert_non_null(memmem(was.s.p, was.s.n, law_option_ja(law_kind_field(KIND_asset, N_asset_kind), SL("K1")), 3));
    assert_non_null(memmem(is.s.p, is.s.n, "担当\n", strlen("担当\n")));
    assert_non_null(memmem(is.s.p, is.s.n, "no such kind", 12));
    assert_null(memmem(is.s.p, is.s.n, "丙製作所", 12));
    assert_int_equal(value(FN_change_old, NULL).t, VAL_NONE); /* nowhere to write it */
    assert_int_equal(value(FN_change_new, NULL).t, VAL_NONE);
    memset(much, 'x', sizeof much);
    k.row[N_product] = VT(((slice){much, sizeof much}));
    assert_int_equal(value(FN_change_new, a).t, VAL_NONE); /* half of it would be no account */
    arena_free(a);
}

static void a_number_taken_over_is_told_apart_by_its_predecessor(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 12);
    given(ACT_asset_succeed);
    assert_int_equal(value(FN_succeeded_ref, a).t, VAL_NONE);
    k.sub[N_op_ref] = VT(SL("A-1"));
    k.fact[FACT_successor_ref_taken] = VI(1);
    assert_true(sl_is(value(FN_succeeded_ref, a).s, "A-1")); /* whose it was is not known */
    k.fact[FACT_predecessor_number] = VT(SL("7000012050002"));
    assert_true(sl_is(value(FN_succeeded_ref, a).s, "A-1-7000012050002"));
    assert_true(sl_is(value(FN_succeeded_ref, NULL).s, "A-1"));
    k.fact[FACT_successor_ref_taken] = VI(0);
    assert_true(sl_is(value(FN_succeeded_ref, a).s, "A-1"));
    arena_free(a);
}

static void only_an_order_with_a_penalty_names_one(void **state)
{
    (void)state;
    given(ACT_order_draft);
    assert_int_equal(value(FN_order_sanction, NULL).t, VAL_NONE);
    for (size_t i = 0; i < law_orders; i++) {
        k.row[N_order_type] = VT(sl(law_order[i].type));
        struct val v = value(FN_order_sanction, NULL);
        assert_case((v.t == VAL_TEXT && v.s.n > 0) == (law_order[i].penalty != NULL), "%s", law_order[i].type);
    }
}

static void a_status_settles_a_machine_or_is_received(void **state)
{
    (void)state;
    static const struct {
        const char *status, *want;
    } t[] = {{"FIXED", "SETTLED"}, {"NOT_AFFECTED", "SETTLED"}, {"WORKING", "RECEIVED"}};
    given(ACT_store_found);
    assert_int_equal(value(FN_status_final, NULL).t, VAL_NONE);
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        k.in[N_status] = VT(sl(t[i].status));
        assert_case(sl_is(value(FN_status_final, NULL).s, t[i].want), "%s", t[i].status);
    }
}

static void the_watch_notes_whether_the_list_has_it_if_that_is_known(void **state)
{
    (void)state;
    given(ACT_case_propose_no);
    assert_int_equal(value(FN_watch_kev, NULL).t, VAL_NONE);
    k.fact[FACT_kev_listed] = VI(0);
    assert_true(value(FN_watch_kev, NULL).t == VAL_INT && value(FN_watch_kev, NULL).i == 0);
    k.fact[FACT_kev_listed] = VI(3);
    assert_int_equal(value(FN_watch_kev, NULL).i, 1);
}

static void the_tree_decides_nothing_on_an_option_it_does_not_have(void **state)
{
    (void)state;
    given(ACT_case_decide_notify);
    k.row[N_ssvc_exploitation] = VT(SL("no such option"));
    assert_int_equal(value(FN_ssvc_decision, NULL).t, VAL_NONE);
}

static void an_extract_of_several_matches_lists_each_as_far_as_it_is_known(void **state)
{
    (void)state;
    static char much[(1 << 20) + 1];
    struct arena *a = arena_new(1 << 16);
    given(ACT_provision_propose);
    k.row[N_item_kind] = VT(SL("CASE_EXTRACT"));
    assert_int_equal(value(FN_extract, a).t, VAL_NONE);
    cell[0][0] = VT(SL("a\\1"));
    cell[1][0] = VT(SL("a2"));
    cell[1][1] = VT(SL("R-2"));
    list[0] = (struct val){.t = VAL_LIST, .v = cell[0], .n = 1};
    list[1] = (struct val){.t = VAL_LIST, .v = cell[1], .n = 2};
    k.fact[FACT_own_matches] = list_of(2);
    assert_true(sl_is(value(FN_extract, a).s, "[{\"asset\":\"a\\\\1\"},{\"asset\":\"a2\",\"op_ref\":\"R-2\"}]"));
    assert_int_equal(value(FN_extract, NULL).t, VAL_NONE);
    memset(much, 'x', sizeof much);
    cell[0][0] = VT(((slice){much, sizeof much}));
    assert_int_equal(value(FN_extract, a).t, VAL_NONE); /* too long to be given whole: not given */
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_finds_its_row_and_another_none),
        cmocka_unit_test(an_act_creates_if_it_begins_where_nothing_is),
        cmocka_unit_test(words_are_parted_by_any_white_space),
        cmocka_unit_test(a_gate_without_a_day_never_opens),
        cmocka_unit_test(a_role_fits_no_organisation_of_an_unknown_kind),
        cmocka_unit_test(the_newest_value_in_force_counts_whatever_the_order_of_the_rows),
        cmocka_unit_test(without_its_value_in_force_a_limit_holds_nothing),
        cmocka_unit_test(elapsed_time_has_no_level_before_its_levels_are_in_force),
        cmocka_unit_test(a_clock_has_no_variant_of_another_name),
        cmocka_unit_test(a_count_from_an_unknown_day_has_no_end),
        cmocka_unit_test(more_reasons_than_fit_are_cut_off_and_still_refuse),
        cmocka_unit_test(a_row_that_names_nobody_is_nobodys_own),
        cmocka_unit_test(of_two_rows_that_may_allow_the_one_that_lacks_least_counts),
        cmocka_unit_test(a_second_person_is_somebody),
        cmocka_unit_test(a_number_has_digits_only),
        cmocka_unit_test(each_kind_of_organisation_has_its_own_duty_of_secrecy),
        cmocka_unit_test(roles_that_conflict_are_known_roles),
        cmocka_unit_test(a_product_of_the_notice_is_named_to_the_end_of_a_word),
        cmocka_unit_test(a_role_without_a_group_conflicts_with_none),
        cmocka_unit_test(a_watch_looks_for_what_is_not_there_yet),
        cmocka_unit_test(an_instruction_goes_to_either_body),
        cmocka_unit_test(an_answer_is_compared_with_names_that_are_known),
        cmocka_unit_test(a_release_that_is_no_row_of_the_matrix_is_none),
        cmocka_unit_test(a_response_has_a_list_of_targets),
        cmocka_unit_test(a_sentence_is_whole_or_none),
        cmocka_unit_test(a_sentence_is_classified_by_its_number_and_the_level_of_its_sources),
        cmocka_unit_test(the_time_for_what_was_there_needs_the_day_and_a_designation_by_then),
        cmocka_unit_test(a_filing_not_yet_forwarded_is_one_or_stands_behind_a_change),
        cmocka_unit_test(a_change_tells_what_was_and_what_is_item_by_item),
        cmocka_unit_test(a_number_taken_over_is_told_apart_by_its_predecessor),
        cmocka_unit_test(only_an_order_with_a_penalty_names_one),
        cmocka_unit_test(a_status_settles_a_machine_or_is_received),
        cmocka_unit_test(the_watch_notes_whether_the_list_has_it_if_that_is_known),
        cmocka_unit_test(the_tree_decides_nothing_on_an_option_it_does_not_have),
        cmocka_unit_test(an_extract_of_several_matches_lists_each_as_far_as_it_is_known),
    };
    return cmocka_run_group_tests_name("law-edges", tests, NULL, NULL);
}
