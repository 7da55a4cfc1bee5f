/* Each condition by itself: what it holds on, that it holds on nothing less, and that the unknown is never true. */
#include "check.h"

enum where { END, IN, SUB, ROW, FACT };
struct given {
    enum where where;
    int id;
    const char *text; /* NULL: the number */
    int64_t n;
    bool spare; /* the condition holds without it too */
};
#define T(w, id, z)                                                                                                    \
    {                                                                                                                  \
        w, id, z, 0, false                                                                                             \
    }
#define N(w, id, i)                                                                                                    \
    {                                                                                                                  \
        w, id, NULL, i, false                                                                                          \
    }

struct sample {
    enum pred_id pred;
    enum act_id act;
    bool holds;
    struct given g[7];
    const char *person, *org, *kind, *body, *acks, *subject, *today;
    uint64_t roles;
    enum state_id state, outcome;
    void (*more)(struct known *k);
};

/* --- lists --- */
static struct val cell[4][8], list[4];
static void list_set(struct known *k, enum fact_id f, size_t n)
{
    for (size_t i = 0; i < n; i++)
        list[i] = (struct val){.t = VAL_LIST, .v = cell[i], .n = 0};
    k->fact[f] = (struct val){.t = VAL_LIST, .v = list, .n = n};
}

static void roles_of_reading(struct known *k)
{
    list[0] = VT(SL("CAO_DUTY"));
    k->fact[FACT_live_roles] = (struct val){.t = VAL_LIST, .v = list, .n = 1};
}
static void no_roles(struct known *k)
{
    k->fact[FACT_live_roles] = (struct val){.t = VAL_LIST, .v = list, .n = 0};
}
/* A name that nobody gave is in no text. */
static void no_name_known(struct known *k)
{
    list[0] = VT(SLN);
    k->fact[FACT_case_names] = (struct val){.t = VAL_LIST, .v = list, .n = 1};
}
static void names_known(struct known *k)
{
    list[0] = VT(SL("甲電力"));
    k->fact[FACT_case_names] = k->fact[FACT_product_names] = (struct val){.t = VAL_LIST, .v = list, .n = 1};
}
static void asked_names_known(struct known *k)
{
    list[0] = VT(SL("甲電力"));
    k->fact[FACT_inquiry_names] = k->fact[FACT_asked_names] = k->fact[FACT_inquiry_finder] =
        (struct val){.t = VAL_LIST, .v = list, .n = 1};
}
static void one_target(struct known *k)
{
    list[0] = VT(SL("p1"));
    k->in[N_targets] = (struct val){.t = VAL_LIST, .v = list, .n = 1};
}
static void no_target(struct known *k)
{
    k->in[N_targets] = (struct val){.t = VAL_LIST, .v = list, .n = 0};
}
/* So many operators have been shown today; now the first of them again, another one twice, the reader's own, and a
 * machine that is nobody's. */
static void shown(struct known *k, size_t n)
{
    static const char *const name = "ABCDEFGHIJKLMNOPQRSTabcdefghijklmnopqrst";
    static struct val seen[40], now[5];
    for (size_t i = 0; i < 40; i++)
        seen[i] = VT(((slice){name + i, 1}));
    now[0] = seen[0];
    now[1] = VT(SL("u"));
    now[2] = VT(SL("own"));
    now[3] = now[1];
    now[4] = (struct val){0};
    k->fact[FACT_operators_seen] = (struct val){.t = VAL_LIST, .v = seen, .n = n};
    k->row[N_operators] = (struct val){.t = VAL_LIST, .v = now, .n = TB_COUNT(now)};
}
static void shown_one_less(struct known *k)
{
    shown(k, 39);
}
static void shown_all(struct known *k)
{
    shown(k, 40);
}
static void shown_none_more(struct known *k)
{
    shown(k, 40);
    k->row[N_operators].n = 1;
}
static void shown_nobody(struct known *k)
{
    shown(k, 40);
    k->row[N_operators] = (struct val){0};
}
static void one_match(struct known *k)
{
    list_set(k, FACT_own_matches, 1);
}
static void no_match(struct known *k)
{
    list_set(k, FACT_own_matches, 0);
}

static struct val names[2];
static void sentence(struct known *k, size_t i, const char *text, const char *secret, int64_t sources, int64_t level)
{
    cell[i][0] = VT(sl(text));
    cell[i][1] = VT(sl(secret));
    cell[i][2] = VI(sources);
    cell[i][3] = VI(level);
    list[i] = (struct val){.t = VAL_LIST, .v = cell[i], .n = 4};
    k->fact[FACT_sentences] = (struct val){.t = VAL_LIST, .v = list, .n = i + 1};
    names[0] = VT(SL("甲電力"));
    k->fact[FACT_product_names] = (struct val){.t = VAL_LIST, .v = names, .n = 1};
}
static void good_sentences(struct known *k)
{
    sentence(k, 0, "更新してください。", "NO", 1, 2);
    sentence(k, 1, "回避策があります。", "NO", 2, 2);
}
static void one_undecided(struct known *k)
{
    good_sentences(k);
    sentence(k, 1, "回避策があります。", "UNDECIDED", 2, 2);
}
static void one_without_source(struct known *k)
{
    good_sentences(k);
    sentence(k, 1, "回避策があります。", "NO", 0, 2);
}
static void one_of_others(struct known *k)
{
    good_sentences(k);
    sentence(k, 1, "ある資産に見つかりました。", "NO", 1, 0);
}
static void one_of_our_own(struct known *k)
{
    good_sentences(k);
    sentence(k, 1, "影響は大きいと見ます。", "NO", 1, 1);
}
static void one_with_a_name(struct known *k)
{
    good_sentences(k);
    sentence(k, 1, "甲電力に影響します。", "NO", 1, 2);
}

static void release(struct known *k, int64_t class, int64_t mask, int64_t to, int64_t basis, int64_t flags)
{
    const int64_t v[] = {class, mask, to, basis, flags};
    for (size_t i = 0; i < TB_COUNT(v); i++)
        cell[0][i] = VI(v[i]);
    list[0] = (struct val){.t = VAL_LIST, .v = cell[0], .n = 5};
    k->fact[FACT_release] = (struct val){.t = VAL_LIST, .v = list, .n = 1};
}
static void release_good(struct known *k)
{
    release(k, CLASS_SHUCHI, 0, RECIPIENT_OPERATOR, BASIS_A40, 1 << FLAG_issued | 1 << FLAG_rights_note);
}
static void release_missing(struct known *k)
{
    release(k, CLASS_SHUCHI, 0, RECIPIENT_OPERATOR, BASIS_A40, 1 << FLAG_issued);
}
static void release_denied(struct known *k)
{
    release(k, CLASS_VULN_S, LABEL_S, RECIPIENT_OPERATOR, BASIS_A40, -1);
}
static void release_nonsense(struct known *k)
{
    release(k, CLASS_COUNT, 0, RECIPIENT_COUNT, -1, -1);
}

static void of_electricity(struct known *k)
{
    k->c.actor.sectors = SL("電気 水道");
}

#define R(n) (UINT64_C(1) << ROLE_##n)
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* 2026-11-22 0:00 of Japan, the hour of who knows nothing else. */
#define DAY_USEC (INT64_C(86400) * USEC)
#define NOW      (20779 * DAY_USEC - INT64_C(9 * 3600) * USEC)

static const struct sample samples[] = {
    {P_letter_type_in_force, ACT_letter_draft, true, {T(ROW, N_letter_type, "COOP71_1")}, .today = "2026-04-01"},
    {P_letter_type_in_force, ACT_letter_draft, false, {T(ROW, N_letter_type, "INSTRUCT")}, .today = "2026-09-30"},
    {P_letter_type_in_force, ACT_letter_draft, true, {T(ROW, N_letter_type, "INSTRUCT")}, .today = "2026-10-01"},
    /* two persons, own affairs */
    {P_second, ACT_org_activate, true, {T(FACT, FACT_last_by_org_register, "p2")}, .person = "p1"},
    {P_second, ACT_org_activate, false, {T(FACT, FACT_last_by_org_register, "p1")}, .person = "p1"},
    {P_not_self, ACT_grant_decide, true, {T(ROW, N_person, "p2")}, .person = "p1"},
    {P_not_self, ACT_grant_decide, false, {T(ROW, N_person, "p1")}, .person = "p1"},
    {P_not_self, ACT_person_suspend, true, {{0}}, .person = "p1", .subject = "p2"},
    {P_not_self, ACT_person_suspend, false, {{0}}, .person = "p1", .subject = "p1"},
    {P_granter_competent, ACT_grant_propose, true, {T(FACT, FACT_org_of_person, "o1")}, .org = "o1"},
    {P_granter_competent, ACT_grant_propose, false, {T(FACT, FACT_org_of_person, "o2")}, .org = "o1"},
    {P_granter_competent, ACT_grant_propose, true, {{0}}, .roles = R(REGISTRAR)},
    {P_own_org, ACT_person_invite, true, {T(ROW, N_org, "o1")}, .org = "o1"},
    {P_own_org, ACT_person_invite, false, {T(ROW, N_org, "o2")}, .org = "o1"},
    {P_own_org, ACT_product_draft, false, {T(ROW, N_org, "o1"), T(SUB, N_org, "o2")}, .org = "o1"},
    {P_own_org, ACT_person_invite, true, {{0}}, .roles = R(REGISTRAR)},
    /* founding, organisations, people */
    {P_ledger_empty, ACT_store_found, true, {N(FACT, FACT_ledger_size, 0)}},
    {P_ledger_empty, ACT_store_found, false, {N(FACT, FACT_ledger_size, 1)}},
    {P_two_holders_signed, ACT_store_found, true, {N(FACT, FACT_founding_signatures, 2)}},
    {P_two_holders_signed, ACT_store_found, false, {N(FACT, FACT_founding_signatures, 1)}},
    {P_no_live_twin, ACT_org_register, true, {N(FACT, FACT_twins, 0)}},
    {P_no_live_twin, ACT_org_register, false, {N(FACT, FACT_twins, 1)}},
    {P_id_check_digit_ok, ACT_org_register, true, {T(ROW, N_number, "7000012050002")}},
    {P_id_check_digit_ok, ACT_org_register, true, {T(ROW, N_number, "131016")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "7000012050003")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "131017")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "13101x")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "70000120500")}},
    {P_id_check_digit_ok, ACT_org_register, true, {T(ROW, N_number, "AU-ASD2"), T(ROW, N_org_kind, "FOREIGN")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "AU-"), T(ROW, N_org_kind, "FOREIGN")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "AUSASD"), T(ROW, N_org_kind, "FOREIGN")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "A1-ASD"), T(ROW, N_org_kind, "FOREIGN")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "AU-Asd"), T(ROW, N_org_kind, "FOREIGN")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "AU-AS_"), T(ROW, N_org_kind, "FOREIGN")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "AU-A S"), T(ROW, N_org_kind, "FOREIGN")}},
    {P_id_check_digit_ok, ACT_org_register, false, {T(ROW, N_number, "JP-NCO"), T(ROW, N_org_kind, "FOREIGN")}},
    {P_no_open_duty_or_successor, ACT_org_close, true, {N(FACT, FACT_org_open_clocks, 0)}},
    {P_no_open_duty_or_successor,
     ACT_org_close,
     true,
     {{FACT, FACT_org_open_clocks, NULL, 2, true}, T(FACT, FACT_successor_state, "ACTIVE")}},
    {P_no_open_duty_or_successor,
     ACT_org_close,
     false,
     {N(FACT, FACT_org_open_clocks, 2), T(FACT, FACT_successor_state, "CLOSED")}},
    {P_org_active, ACT_person_invite, true, {T(FACT, FACT_org_state, "ACTIVE")}},
    {P_org_active, ACT_person_invite, false, {T(FACT, FACT_org_state, "DRAFT")}},
    {P_person_active, ACT_session_open, true, {{0}}, .person = "p1"},
    {P_acks_cover_org_kind, ACT_person_accept, true, {T(FACT, FACT_org_kind_own, "CABINET"), T(ROW, N_acks, "8_2")}},
    {P_acks_cover_org_kind,
     ACT_person_accept,
     true,
     {T(FACT, FACT_org_kind_own, "ENTRUSTEE"), T(ROW, N_acks, "8_2 72_4")}},
    {P_acks_cover_org_kind,
     ACT_person_accept,
     false,
     {T(FACT, FACT_org_kind_own, "ENTRUSTEE"), T(ROW, N_acks, "8_2 72")}},
    {P_acks_cover_org_kind, ACT_person_accept, true, {T(FACT, FACT_org_kind_own, "OPERATOR")}},
    {P_acks_cover_role, ACT_grant_decide, true, {T(ROW, N_role, "OP_RECV"), T(FACT, FACT_acks_of_person, "45_7")}},
    {P_acks_cover_role, ACT_grant_decide, false, {T(ROW, N_role, "OP_RECV"), T(FACT, FACT_acks_of_person, "8_2")}},
    {P_acks_cover_role, ACT_grant_decide, true, {T(ROW, N_role, "OP_FILER"), T(FACT, FACT_acks_of_person, "-")}},
    {P_own_acks_cover, ACT_member_answer, true, {{0}}, .kind = "OPERATOR", .acks = "45_7"},
    {P_own_acks_cover, ACT_member_answer, false, {{0}}, .kind = "OPERATOR", .acks = "72_4"},
    {P_own_acks_cover, ACT_member_answer, true, {{0}}, .kind = "MINISTRY", .acks = "72_4"},
    {P_role_fits_org,
     ACT_grant_propose,
     true,
     {T(ROW, N_role, "OP_FILER"), T(FACT, FACT_org_kind_of_person, "OPERATOR")}},
    {P_role_fits_org,
     ACT_grant_propose,
     false,
     {T(ROW, N_role, "OP_FILER"), T(FACT, FACT_org_kind_of_person, "CABINET")}},
    {P_role_fits_org,
     ACT_grant_propose,
     false,
     {T(ROW, N_role, "M_CLOCK"), T(FACT, FACT_org_kind_of_person, "CABINET")}},
    {P_no_sod_conflict, ACT_grant_decide, true, {T(ROW, N_role, "CAO_APPR")}, .more = roles_of_reading},
    {P_no_sod_conflict, ACT_grant_decide, false, {T(ROW, N_role, "REGISTRAR")}, .more = roles_of_reading},
    {P_no_sod_conflict, ACT_grant_decide, true, {T(ROW, N_role, "REGISTRAR")}, .more = no_roles},
    {P_until_within_max, ACT_grant_propose, true, {N(ROW, N_until, 20779 + 366)}, .today = "2026-11-22"},
    {P_until_within_max, ACT_grant_propose, false, {N(ROW, N_until, 20779 + 367)}, .today = "2026-11-22"},
    {P_until_within_max, ACT_grant_propose, false, {N(ROW, N_until, 20779)}, .today = "2026-11-22"},
    {P_rows_parse_all, ACT_list_load, true, {N(FACT, FACT_list_rows_bad, 0)}},
    {P_rows_parse_all, ACT_list_load, false, {N(FACT, FACT_list_rows_bad, 1)}},
    /* assets */
    {P_operator_is_special, ACT_asset_record, true, {N(FACT, FACT_designation_live, 1)}},
    {P_operator_is_special, ACT_asset_record, false, {N(FACT, FACT_designation_live, 0)}},
    {P_asset_kind_consistent, ACT_asset_record, true, {T(ROW, N_asset_kind, "K1"), T(ROW, N_connection, "PART_OF")}},
    {P_asset_kind_consistent,
     ACT_asset_record,
     true,
     {T(ROW, N_asset_kind, "K2_7"), T(ROW, N_connection, "NONPUBLIC")}},
    {P_asset_kind_consistent, ACT_asset_record, true, {T(ROW, N_asset_kind, "K3_1"), T(ROW, N_connection, "FEEDS")}},
    {P_asset_kind_consistent, ACT_asset_record, false, {T(ROW, N_asset_kind, "K3_1"), T(ROW, N_connection, "PART_OF")}},
    {P_date_not_future, ACT_asset_record, true, {N(IN, N_introduced_on, 20779)}, .today = "2026-11-22"},
    {P_date_not_future, ACT_asset_record, false, {N(IN, N_introduced_on, 20780)}, .today = "2026-11-22"},
    {P_exemption_applies,
     ACT_asset_exempt,
     true,
     {T(IN, N_exempt, "BESPOKE_ONE_GROUP"), T(IN, N_group_evidence, "契約書")}},
    {P_exemption_applies,
     ACT_asset_exempt,
     true,
     {T(IN, N_exempt, "DESIGNATED_COMMON"), T(IN, N_notice_no, "告示第1号"),
      T(FACT, FACT_product_folded, "windows server 2022")},
     .today = "2026-11-22"},
    {P_exemption_applies,
     ACT_asset_exempt,
     false,
     {T(IN, N_exempt, "DESIGNATED_COMMON"), T(IN, N_notice_no, "告示第1号"),
      T(FACT, FACT_product_folded, "windows server 2022")},
     .today = "2026-09-30"},
    {P_exemption_applies,
     ACT_asset_exempt,
     false,
     {T(IN, N_exempt, "DESIGNATED_COMMON"), T(IN, N_notice_no, "告示第1号"),
      T(FACT, FACT_product_folded, "windowsill")},
     .today = "2026-11-22"},
    {P_exemption_ended,
     ACT_asset_unexempt,
     true,
     {N(IN, N_exempt_ended_on, 20779), T(SUB, N_exempt, "BESPOKE_ONE_GROUP")},
     .today = "2026-11-22"},
    {P_exemption_ended,
     ACT_asset_unexempt,
     false,
     {N(IN, N_exempt_ended_on, 20780), T(SUB, N_exempt, "BESPOKE_ONE_GROUP")},
     .today = "2026-11-22"},
    {P_exemption_ended,
     ACT_asset_unexempt,
     false,
     {N(IN, N_exempt_ended_on, 20779), T(SUB, N_exempt, "DESIGNATED_COMMON"),
      T(FACT, FACT_product_folded, "windows 11")},
     .today = "2026-11-22"},
    {P_exemption_ended,
     ACT_asset_unexempt,
     true,
     {N(IN, N_exempt_ended_on, 20700), T(SUB, N_exempt, "DESIGNATED_COMMON"),
      T(FACT, FACT_product_folded, "windows 11")},
     .today = "2026-11-22"},
    {P_five_items_complete,
     ACT_asset_notify,
     true,
     {T(ROW, N_contact, "電話"), T(ROW, N_facility_class, "発電"), T(ROW, N_asset_kind, "K1"), T(ROW, N_product, "甲"),
      T(ROW, N_maker, "乙")}},
    /* changes, substitutes, succession; days around 2026-11-22 are written as numbers */
    {P_substitute_doc_fits, ACT_asset_notify_substitute, true, {T(IN, N_substitute_doc, "PLAN52")}},
    {P_substitute_doc_fits, ACT_asset_notify_substitute, true, {T(IN, N_substitute_doc, "URGENT52")}},
    {P_substitute_doc_fits, ACT_asset_notify_substitute, false, {T(IN, N_substitute_doc, "REPORT54")}},
    {P_substitute_doc_fits, ACT_asset_notify_change, true, {T(IN, N_substitute_doc, "REPORT54")}},
    {P_substitute_doc_fits, ACT_asset_notify_change, false, {T(IN, N_substitute_doc, "PLAN52")}},
    {P_substitute_doc_fits, ACT_asset_notify_change, true, {T(IN, N_form_ver, "様式第二")}},
    {P_substitute_names_match,
     ACT_asset_notify_substitute,
     true,
     {T(IN, N_substitute_doc, "PLAN52"), T(IN, N_doc_product, "盤"), T(IN, N_doc_maker, "丙"), T(ROW, N_product, "盤"),
      T(ROW, N_maker, "丙")}},
    {P_substitute_names_match,
     ACT_asset_notify_substitute,
     false,
     {T(IN, N_substitute_doc, "PLAN52"), T(IN, N_doc_product, "卓"), T(IN, N_doc_maker, "丙"), T(ROW, N_product, "盤"),
      T(ROW, N_maker, "丙")}},
    {P_substitute_names_match,
     ACT_asset_notify_substitute,
     false,
     {T(IN, N_substitute_doc, "PLAN52"), T(IN, N_doc_product, "盤"), T(IN, N_doc_maker, "丁"), T(ROW, N_product, "盤"),
      T(ROW, N_maker, "丙")}},
    {P_substitute_names_match, ACT_asset_notify_change, true, {T(IN, N_form_ver, "様式第二")}},
    {P_change_is_notifiable, ACT_asset_record_change, true, {T(IN, N_change_item, "MAKER")}},
    {P_change_is_notifiable, ACT_asset_record_change, false, {T(IN, N_change_item, "OPERATOR_NAME")}},
    {P_change_is_minor, ACT_asset_note_minor, true, {T(IN, N_change_item, "OPERATOR_NAME")}},
    {P_change_is_minor, ACT_asset_note_minor, false, {T(IN, N_change_item, "MAKER")}},
    {P_change_items_complete,
     ACT_asset_notify_change,
     true,
     {{SUB, N_contact, "K1", 0, true}, T(ROW, N_contact, "K2_1")}},
    {P_change_items_complete, ACT_asset_notify_change, false, {T(SUB, N_contact, "K1"), T(ROW, N_contact, "K1")}},
    {P_change_items_complete,
     ACT_asset_notify_change,
     true,
     {{SUB, N_facility_class, "K1", 0, true}, T(ROW, N_facility_class, "K2_1")}},
    {P_change_items_complete,
     ACT_asset_notify_change,
     false,
     {T(SUB, N_facility_class, "K1"), T(ROW, N_facility_class, "K1")}},
    {P_change_items_complete,
     ACT_asset_notify_change,
     true,
     {{SUB, N_asset_kind, "K1", 0, true}, T(ROW, N_asset_kind, "K2_1")}},
    {P_change_items_complete, ACT_asset_notify_change, false, {T(SUB, N_asset_kind, "K1"), T(ROW, N_asset_kind, "K1")}},
    {P_change_items_complete,
     ACT_asset_notify_change,
     true,
     {{SUB, N_product, "K1", 0, true}, T(ROW, N_product, "K2_1")}},
    {P_change_items_complete, ACT_asset_notify_change, false, {T(SUB, N_product, "K1"), T(ROW, N_product, "K1")}},
    {P_change_items_complete, ACT_asset_notify_change, true, {{SUB, N_maker, "K1", 0, true}, T(ROW, N_maker, "K2_1")}},
    {P_change_items_complete, ACT_asset_notify_change, false, {T(SUB, N_maker, "K1"), T(ROW, N_maker, "K1")}},
    {P_change_items_complete, ACT_asset_notify_change, false, {T(SUB, N_version, "1"), T(ROW, N_version, "2")}},
    {P_done_day_not_future, ACT_asset_record_change, true, {N(IN, N_changed_on, 20779)}},
    {P_done_day_not_future, ACT_asset_record_change, false, {N(IN, N_changed_on, 20780)}},
    {P_void_ground_holds, ACT_asset_void, true, {T(IN, N_void_ground, "ERROR")}},
    {P_void_ground_holds, ACT_asset_void, true, {T(IN, N_void_ground, "NOT_SPECIAL")}},
    {P_void_ground_holds,
     ACT_asset_void,
     true,
     {T(IN, N_void_ground, "UNDESIGNATED"), N(FACT, FACT_void_designated, 0)}},
    {P_void_ground_holds,
     ACT_asset_void,
     false,
     {T(IN, N_void_ground, "UNDESIGNATED"), N(FACT, FACT_void_designated, 1)}},
    {P_void_asked, ACT_asset_accept_void, true, {N(SUB, N_void_asked, 1)}},
    {P_void_asked, ACT_asset_accept_void, false, {N(SUB, N_void_asked, 0)}},
    {P_no_order_on_asset, ACT_asset_accept_void, true, {N(FACT, FACT_asset_orders, 0)}},
    {P_no_order_on_asset, ACT_asset_accept_void, false, {N(FACT, FACT_asset_orders, 1)}},
    {P_done_day_not_future, ACT_asset_retire, true, {N(IN, N_retired_on, 20779)}},
    {P_done_day_not_future, ACT_asset_retire, false, {N(IN, N_retired_on, 20780)}},
    {P_done_day_not_future, ACT_order_refer, true, {N(IN, N_referred_on, 20779)}},
    {P_done_day_not_future, ACT_order_refer, false, {N(IN, N_referred_on, 20780)}},
    {P_limit_not_past, ACT_asset_ask_fix, true, {N(ROW, N_fix_until, 20779)}},
    {P_limit_not_past, ACT_asset_ask_fix, false, {N(ROW, N_fix_until, 20778)}},
    {P_has_unforwarded_filing, ACT_asset_forward, true, {{0}}, .state = ST_FILED},
    {P_has_unforwarded_filing, ACT_asset_forward, true, {{0}}, .state = ST_CHANGE_FILED},
    {P_has_unforwarded_filing, ACT_asset_forward, true, {N(SUB, N_unforwarded, 1)}, .state = ST_CHANGE_DUE},
    {P_has_unforwarded_filing, ACT_asset_forward, false, {N(SUB, N_unforwarded, 0)}, .state = ST_CHANGE_DUE},
    {P_has_successor, ACT_asset_succeed, true, {T(FACT, FACT_successor_of_operator, "o2")}},
    {P_has_successor, ACT_asset_succeed, false, {T(FACT, FACT_successor_of_operator, "")}},
    {P_order_role_fits, ACT_order_draft, true, {T(ROW, N_order_type, "ORDER6")}, .roles = R(SM_DESK)},
    {P_order_role_fits, ACT_order_issue, true, {T(ROW, N_order_type, "ORDER6")}, .roles = R(SM_HEAD)},
    {P_order_role_fits, ACT_order_draft, false, {T(ROW, N_order_type, "ORDER6")}, .roles = R(SM_HEAD)},
    {P_order_role_fits, ACT_order_issue, false, {T(ROW, N_order_type, "ORDER6")}, .roles = R(SM_DESK)},
    {P_order_role_fits, ACT_order_issue, false, {T(ROW, N_order_type, "ORDER6")}, .roles = R(CAO_HEAD)},
    {P_order_role_fits, ACT_order_draft, true, {T(ROW, N_order_type, "OPINION7")}, .roles = R(CAO_ANALYST)},
    {P_order_role_fits, ACT_order_close, true, {T(ROW, N_order_type, "OPINION7")}, .roles = R(CAO_HEAD)},
    {P_order_role_fits, ACT_order_close, false, {T(ROW, N_order_type, "OPINION7")}, .roles = R(SM_HEAD)},
    {P_order_role_fits, ACT_order_draft, true, {T(ROW, N_order_type, "DEMAND9")}, .roles = R(SM_DESK)},
    {P_order_role_fits, ACT_order_draft, true, {T(ROW, N_order_type, "GUIDE10")}, .roles = R(SM_DESK)},
    {P_order_role_fits, ACT_order_draft, false, {T(ROW, N_order_type, "GUIDE10")}, .roles = R(CAO_ANALYST)},
    {P_order_to_special, ACT_order_draft, true, {N(FACT, FACT_order_designated, 1), T(ROW, N_addressee, "o1")}},
    {P_order_to_special, ACT_order_draft, false, {N(FACT, FACT_order_designated, 0), T(ROW, N_addressee, "o1")}},
    {P_order_of_own_sector, ACT_order_draft, true, {{0}}, .kind = "CABINET"},
    {P_order_of_own_sector,
     ACT_order_draft,
     true,
     {T(FACT, FACT_order_sector, "電気")},
     .kind = "MINISTRY",
     .more = of_electricity},
    {P_order_of_own_sector,
     ACT_order_draft,
     false,
     {T(FACT, FACT_order_sector, "ガス")},
     .kind = "MINISTRY",
     .more = of_electricity},
    {P_order_asset_fits, ACT_order_draft, true, {T(ROW, N_operator, "o1")}},
    {P_order_asset_fits,
     ACT_order_draft,
     true,
     {T(ROW, N_operator, "o1"), {ROW, N_asset, "a1", 0, true}, T(FACT, FACT_order_asset_operator, "o1")}},
    {P_order_asset_fits,
     ACT_order_draft,
     false,
     {T(ROW, N_operator, "o1"), T(ROW, N_asset, "a1"), T(FACT, FACT_order_asset_operator, "o2")}},
    {P_order_necessity_stated, ACT_order_draft, true, {T(ROW, N_order_type, "GUIDE10")}},
    {P_order_necessity_stated, ACT_order_draft, true, {T(ROW, N_order_type, "DEMAND9"), T(ROW, N_necessity, "要る")}},
    {P_order_necessity_stated, ACT_order_draft, false, {T(ROW, N_order_type, "DEMAND9"), T(ROW, N_necessity, "")}},
    {P_order_is_order6, ACT_order_hear, true, {T(SUB, N_order_type, "ORDER6")}},
    {P_order_is_order6, ACT_order_hear, false, {T(SUB, N_order_type, "DEMAND9")}},
    {P_hearing_days_given, ACT_order_hear, true, {N(ROW, N_hearing_until, 20786)}},
    {P_hearing_days_given, ACT_order_hear, false, {N(ROW, N_hearing_until, 20785)}},
    {P_order_limit_given, ACT_order_issue, true, {T(SUB, N_order_type, "ORDER6"), N(SUB, N_limit_on, 20779)}},
    {P_order_limit_given, ACT_order_issue, false, {T(SUB, N_order_type, "ORDER6"), N(SUB, N_limit_on, 20778)}},
    {P_order_limit_given, ACT_order_issue, true, {T(SUB, N_order_type, "DEMAND9"), N(SUB, N_limit_on, 20779)}},
    {P_order_limit_given, ACT_order_issue, false, {T(SUB, N_order_type, "DEMAND9"), N(SUB, N_limit_on, 20778)}},
    {P_order_limit_given, ACT_order_issue, true, {T(SUB, N_order_type, "OPINION7")}},
    {P_order_limit_given, ACT_order_issue, true, {T(SUB, N_order_type, "GUIDE10")}},
    {P_hearing_done_or_excepted, ACT_order_issue, true, {T(SUB, N_order_type, "GUIDE10")}, .state = ST_DRAFT},
    {P_hearing_done_or_excepted,
     ACT_order_issue,
     true,
     {{SUB, N_order_type, "ORDER6", 0, true}, T(SUB, N_plea, "弁明")},
     .state = ST_HEARING},
    {P_hearing_done_or_excepted,
     ACT_order_issue,
     true,
     {{SUB, N_order_type, "ORDER6", 0, true}, N(SUB, N_hearing_until, 20778)},
     .state = ST_HEARING},
    {P_hearing_done_or_excepted,
     ACT_order_issue,
     false,
     {T(SUB, N_order_type, "ORDER6"), N(SUB, N_hearing_until, 20779)},
     .state = ST_HEARING},
    {P_hearing_done_or_excepted,
     ACT_order_issue,
     false,
     {T(SUB, N_order_type, "ORDER6"), T(SUB, N_plea, "弁明")},
     .state = ST_DRAFT},
    {P_hearing_done_or_excepted,
     ACT_order_issue,
     true,
     {{SUB, N_order_type, "ORDER6", 0, true}, T(ROW, N_hearing_exception, "13②一")},
     .state = ST_DRAFT},
    {P_order_has_unmet_duty, ACT_order_issue, true, {T(SUB, N_order_type, "DEMAND9")}},
    {P_order_has_unmet_duty,
     ACT_order_issue,
     true,
     {{SUB, N_order_type, "ORDER6", 0, true}, T(SUB, N_duty, "NOT_FILED")}},
    {P_order_has_unmet_duty,
     ACT_order_issue,
     false,
     {{SUB, N_order_type, "ORDER6", 0, true},
      T(SUB, N_duty, "NOT_FILED"),
      {SUB, N_asset, "a1", 0, true},
      T(FACT, FACT_order_asset_state, "FILED")}},
    {P_order_has_unmet_duty,
     ACT_order_issue,
     true,
     {{SUB, N_order_type, "ORDER6", 0, true},
      T(SUB, N_duty, "CHANGE_NOT_FILED"),
      {SUB, N_asset, "a1", 0, true},
      T(FACT, FACT_order_asset_state, "CHANGE_OVERDUE")}},
    {P_order_has_unmet_duty,
     ACT_order_issue,
     false,
     {{SUB, N_order_type, "ORDER6", 0, true},
      T(SUB, N_duty, "CHANGE_NOT_FILED"),
      {SUB, N_asset, "a1", 0, true},
      T(FACT, FACT_order_asset_state, "CHANGE_DUE")}},
    {P_order_has_unmet_duty,
     ACT_order_issue,
     true,
     {{SUB, N_order_type, "ORDER6", 0, true},
      T(SUB, N_duty, "DEFICIENT"),
      {SUB, N_asset, "a1", 0, true},
      T(FACT, FACT_order_asset_state, "FORWARDED")}},
    {P_order_has_unmet_duty,
     ACT_order_issue,
     false,
     {{SUB, N_order_type, "ORDER6", 0, true},
      T(SUB, N_duty, "DEFICIENT"),
      {SUB, N_asset, "a1", 0, true},
      T(FACT, FACT_order_asset_state, "RETIRED")}},
    {P_order_has_unmet_duty,
     ACT_order_issue,
     false,
     {T(SUB, N_order_type, "ORDER6"), T(SUB, N_duty, "DEFICIENT"), T(FACT, FACT_order_asset_state, "VOIDED")}},
    {P_order_closable, ACT_order_close, true, {T(SUB, N_order_type, "ORDER6")}, .state = ST_ANSWERED},
    {P_order_closable, ACT_order_close, false, {T(SUB, N_order_type, "ORDER6")}, .state = ST_OVERDUE},
    {P_order_closable, ACT_order_close, true, {T(SUB, N_order_type, "DEMAND9")}, .state = ST_ANSWERED},
    {P_order_closable, ACT_order_close, false, {T(SUB, N_order_type, "DEMAND9")}, .state = ST_ISSUED},
    {P_order_closable, ACT_order_close, true, {T(SUB, N_order_type, "GUIDE10")}, .state = ST_ISSUED},
    {P_order_closable, ACT_order_close, true, {T(SUB, N_order_type, "OPINION7")}, .state = ST_ISSUED},
    {P_referable,
     ACT_order_refer,
     true,
     {T(SUB, N_order_type, "ORDER6"), T(IN, N_refer_ground, "A83")},
     .state = ST_OVERDUE},
    {P_referable,
     ACT_order_refer,
     false,
     {T(SUB, N_order_type, "ORDER6"), T(IN, N_refer_ground, "A83")},
     .state = ST_ANSWERED},
    {P_referable,
     ACT_order_refer,
     false,
     {T(SUB, N_order_type, "ORDER6"), T(IN, N_refer_ground, "A84")},
     .state = ST_OVERDUE},
    {P_referable,
     ACT_order_refer,
     true,
     {T(SUB, N_order_type, "DEMAND9"), T(IN, N_refer_ground, "A84")},
     .state = ST_OVERDUE},
    {P_referable,
     ACT_order_refer,
     true,
     {T(SUB, N_order_type, "DEMAND9"), T(IN, N_refer_ground, "A84")},
     .state = ST_ANSWERED},
    {P_referable,
     ACT_order_refer,
     false,
     {T(SUB, N_order_type, "DEMAND9"), T(IN, N_refer_ground, "A83")},
     .state = ST_OVERDUE},
    {P_referable,
     ACT_order_refer,
     false,
     {T(SUB, N_order_type, "GUIDE10"), T(IN, N_refer_ground, "A84")},
     .state = ST_OVERDUE},
    {P_rows_counted, ACT_bulk_receive, true, {N(IN, N_rows, 3), N(IN, N_accepted, 2), N(IN, N_refused, 1)}},
    {P_rows_counted, ACT_bulk_receive, false, {N(IN, N_rows, 3), N(IN, N_accepted, 3), N(IN, N_refused, 1)}},
    /* reports and triage */
    {P_reject_has_reason, ACT_vulreport_decide, true, {T(IN, N_reject_reason, "KNOWN")}, .outcome = ST_REJECTED},
    {P_reject_has_reason, ACT_vulreport_decide, true, {{0}}, .outcome = ST_ACCEPTED},
    {P_evidence_pinned, ACT_case_add_evidence, true, {T(IN, N_source_hash, HASH)}},
    {P_evidence_pinned, ACT_case_add_evidence, false, {T(IN, N_source_hash, "0123")}},
    {P_case_has_evidence, ACT_case_decide_notify, true, {N(FACT, FACT_case_evidence, 1)}},
    {P_case_has_evidence, ACT_case_decide_notify, false, {N(FACT, FACT_case_evidence, 0)}},
    {P_prong_a_or_b, ACT_case_decide_notify, true, {T(IN, N_prong_a, "YES"), {IN, N_prong_b, "NO", 0, true}}},
    {P_prong_a_or_b, ACT_case_decide_notify, true, {{IN, N_prong_a, "UNKNOWN", 0, true}, T(IN, N_prong_b, "YES")}},
    {P_prong_a_or_b, ACT_case_decide_notify, false, {T(IN, N_prong_a, "UNKNOWN"), T(IN, N_prong_b, "UNKNOWN")}},
    {P_triage_inputs_seen,
     ACT_case_propose_no,
     true,
     {N(FACT, FACT_generations, 1), T(SUB, N_jp_exploitation, "NONE")}},
    {P_triage_inputs_seen,
     ACT_case_propose_no,
     false,
     {N(FACT, FACT_generations, 0), T(SUB, N_jp_exploitation, "NONE")}},
    {P_watch_is_complete,
     ACT_case_propose_no,
     true,
     {T(ROW, N_product, "門番"), T(ROW, N_watch_products, "甲 門番"), N(ROW, N_watch_epss, 100)}},
    {P_watch_is_complete,
     ACT_case_propose_no,
     false,
     {T(ROW, N_product, "門番"), T(ROW, N_watch_products, "甲"), N(ROW, N_watch_epss, 100)}},
    {P_watch_touched, ACT_case_rewake, true, {N(FACT, FACT_kev_listed, 1)}},
    {P_watch_touched, ACT_case_rewake, true, {N(FACT, FACT_epss_permille, 100), N(SUB, N_watch_epss, 100)}},
    {P_watch_touched, ACT_case_rewake, false, {N(FACT, FACT_epss_permille, 99), N(SUB, N_watch_epss, 100)}},
    {P_watch_touched, ACT_case_rewake, true, {N(FACT, FACT_case_newest, 3), N(SUB, N_watch_news, 2)}},
    {P_watch_touched, ACT_case_rewake, false, {N(FACT, FACT_case_newest, 2), N(SUB, N_watch_news, 2)}},
    {P_own_case_or_notified, ACT_case_take, true, {N(SUB, N_cao_opened, 1)}, .state = ST_TRIAGE},
    {P_own_case_or_notified, ACT_case_take, true, {{0}}, .state = ST_NOTIFIED},
    {P_own_case_or_notified, ACT_case_take, false, {N(SUB, N_cao_opened, 0)}, .state = ST_TRIAGE},
    /* 対応②: the hold, the embargo, the letters */
    {P_hold_not_exploited, ACT_hold_propose, true, {N(FACT, FACT_hold_exploited, 0)}},
    {P_hold_not_exploited, ACT_hold_propose, false, {N(FACT, FACT_hold_exploited, 1)}},
    {P_hold_large_effect, ACT_hold_propose, true, {N(FACT, FACT_hold_effect, 1)}},
    {P_hold_large_effect, ACT_hold_propose, false, {N(FACT, FACT_hold_effect, 0)}},
    {P_hold_until_within_max,
     ACT_hold_propose,
     true,
     {N(ROW, N_until, NOW + 90 * DAY_USEC), N(FACT, FACT_hold_first_at, 0)}},
    {P_hold_until_within_max,
     ACT_hold_propose,
     false,
     {N(ROW, N_until, NOW + 90 * DAY_USEC + 1), N(FACT, FACT_hold_first_at, 0)}},
    {P_hold_until_within_max, ACT_hold_propose, false, {N(ROW, N_until, NOW), N(FACT, FACT_hold_first_at, 0)}},
    {P_hold_until_within_max,
     ACT_hold_propose,
     true,
     {N(ROW, N_until, NOW + 1), N(FACT, FACT_hold_first_at, NOW - 90 * DAY_USEC + 1)}},
    {P_hold_until_within_max,
     ACT_hold_propose,
     false,
     {N(ROW, N_until, NOW + 1), N(FACT, FACT_hold_first_at, NOW - 90 * DAY_USEC)}},
    {P_hold_until_within_max, /* the ceiling is dated data: before its first day there is none to stay within */
     ACT_hold_propose,
     false,
     {N(ROW, N_until, INT64_C(1)), N(FACT, FACT_hold_first_at, 0)},
     .today = "2025-05-22"},
    {P_hold_replaces_fits, ACT_hold_propose, true, {N(FACT, FACT_holds_off, 0)}},
    {P_hold_replaces_fits, ACT_hold_propose, false, {N(FACT, FACT_holds_off, 1)}},
    {P_hold_must_end, ACT_hold_lift, true, {N(FACT, FACT_hold_exploited, 1)}},
    {P_hold_must_end, ACT_hold_lift, true, {N(FACT, FACT_hold_declined, 1)}},
    {P_hold_must_end, ACT_hold_lift, true, {N(FACT, FACT_hold_replaced, 1)}},
    {P_hold_must_end, ACT_hold_lift, true, {N(FACT, FACT_hold_ready, 1)}},
    {P_hold_must_end,
     ACT_hold_lift,
     false,
     {N(FACT, FACT_hold_exploited, 0), N(FACT, FACT_hold_declined, 0), N(FACT, FACT_hold_replaced, 0),
      N(FACT, FACT_hold_ready, 0)}},
    {P_bodies_known, ACT_hold_decide, true, {T(FACT, FACT_org_ipa, "o1"), T(FACT, FACT_org_jpcert, "o2")}},
    {P_bodies_known, ACT_hold_decide, false, {T(FACT, FACT_org_ipa, "o1")}},
    {P_no_active_hold, ACT_coord_publish, true, {N(FACT, FACT_holds_over, 0)}},
    {P_no_active_hold, ACT_coord_publish, false, {N(FACT, FACT_holds_over, 1)}},
    {P_planned_not_before_hold_end, ACT_coord_progress, true, {N(FACT, FACT_hold_until, 0)}},
    {P_planned_not_before_hold_end,
     ACT_coord_progress,
     true,
     {N(FACT, FACT_hold_until, 20779 * DAY_USEC), {IN, N_planned_on, NULL, 20779, true}}},
    {P_planned_not_before_hold_end,
     ACT_coord_progress,
     false,
     {N(FACT, FACT_hold_until, 20779 * DAY_USEC), N(IN, N_planned_on, 20778)}},
    {P_ends_ahead, ACT_embargo_propose, true, {N(ROW, N_ends_at, NOW + 1)}},
    {P_ends_ahead, ACT_embargo_propose, false, {N(ROW, N_ends_at, NOW)}},
    {P_new_end_ahead, ACT_embargo_revise, true, {N(ROW, N_new_ends_at, NOW + 1)}},
    {P_new_end_ahead, ACT_embargo_revise, false, {N(ROW, N_new_ends_at, NOW)}},
    {P_embargo_over_or_reached, ACT_coord_publish, true, {N(FACT, FACT_embargo_until, NOW)}},
    {P_embargo_over_or_reached, ACT_coord_publish, false, {N(FACT, FACT_embargo_until, NOW + 1)}},
    {P_addressee_fits_type,
     ACT_letter_draft,
     true,
     {T(ROW, N_letter_type, "INSTRUCT"),
      T(FACT, FACT_addressee_kind, "ENTRUSTEE"),
      T(FACT, FACT_addressee_body, "JPCERT"),
      {ROW, N_case, "c1", 0, true},
      {ROW, N_addressee, "o2", 0, true}},
     .org = "o1"},
    {P_addressee_fits_type,
     ACT_letter_draft,
     false,
     {T(ROW, N_letter_type, "INSTRUCT"), T(FACT, FACT_addressee_kind, "ENTRUSTEE"),
      T(FACT, FACT_addressee_body, "NICT")}},
    {P_addressee_fits_type,
     ACT_letter_draft,
     true,
     {T(ROW, N_letter_type, "COOP71_1"), T(FACT, FACT_addressee_kind, "OPERATOR")}},
    {P_addressee_fits_type,
     ACT_letter_draft,
     true,
     {T(ROW, N_letter_type, "COOP71_1"), T(FACT, FACT_addressee_kind, "MINISTRY"), {ROW, N_case, "c1", 0, true}}},
    {P_addressee_fits_type,
     ACT_letter_draft,
     false,
     {T(ROW, N_letter_type, "COOP71_1"), T(FACT, FACT_addressee_kind, "OPERATOR"), T(ROW, N_case, "c1")}},
    {P_addressee_fits_type,
     ACT_letter_draft,
     false,
     {T(ROW, N_letter_type, "COOP71_1"), T(FACT, FACT_addressee_kind, "CABINET"), T(ROW, N_addressee, "o1")},
     .org = "o1"},
    {P_addressee_fits_type,
     ACT_letter_draft,
     true,
     {T(ROW, N_letter_type, "REPORT73"), T(FACT, FACT_addressee_kind, "ENTRUSTEE"), N(FACT, FACT_addressee_works, 1)}},
    {P_addressee_fits_type,
     ACT_letter_draft,
     false,
     {T(ROW, N_letter_type, "REPORT73"), T(FACT, FACT_addressee_kind, "ENTRUSTEE"), N(FACT, FACT_addressee_works, 0)}},
    {P_addressee_fits_type, /* a contact under 71② is no letter that the Cabinet Office drafts */
     ACT_letter_draft,
     false,
     {T(ROW, N_letter_type, "CONTACT71_2"), T(FACT, FACT_addressee_kind, "ENTRUSTEE"),
      N(FACT, FACT_addressee_works, 1)}},
    {P_public_org_known, ACT_person_receipt, true, {T(FACT, FACT_org_public, "o1")}},
    {P_public_org_known, ACT_person_receipt, false, {T(FACT, FACT_org_public, "")}},
    {P_jpcert_known, ACT_letter_contact, true, {T(FACT, FACT_org_jpcert, "o1")}},
    {P_jpcert_known, ACT_letter_contact, false, {T(FACT, FACT_org_jpcert, "")}},
    /* a finder's inquiry */
    {P_inquiry_open, ACT_inquiry_consult, true, {T(FACT, FACT_inquiry_state, "ASKED")}},
    {P_inquiry_open, ACT_inquiry_consult, false, {T(FACT, FACT_inquiry_state, "ANSWERED")}},
    {P_inquiry_case_notified, ACT_inquiry_consult, true, {N(FACT, FACT_inquiry_notified, 1)}},
    {P_inquiry_case_notified, ACT_inquiry_consult, false, {N(FACT, FACT_inquiry_notified, 0)}},
    {P_identity_not_sent,
     ACT_inquiry_consult,
     true,
     {T(ROW, N_question, "公表の日"), T(ROW, N_draft, "未定")},
     .more = asked_names_known},
    {P_identity_not_sent,
     ACT_inquiry_consult,
     false,
     {T(ROW, N_question, "甲電力から"), T(ROW, N_draft, "未定")},
     .more = asked_names_known},
    {P_identity_not_sent,
     ACT_inquiry_consult,
     false,
     {T(ROW, N_question, "公表の日"), T(ROW, N_draft, "甲電力へ")},
     .more = asked_names_known},
    {P_agreed_reveals_nothing, ACT_inquiry_agree, true, {T(ROW, N_agreed, "未定です。")}, .more = asked_names_known},
    {P_agreed_reveals_nothing,
     ACT_inquiry_agree,
     false,
     {T(ROW, N_agreed, "甲電力は無事です。")},
     .more = asked_names_known},
    {P_answer_within_agreed,
     ACT_inquiry_answer,
     true,
     {T(ROW, N_answer, "三。\n一。"), T(FACT, FACT_asked_agreed, "一。 二。三"), N(FACT, FACT_asked_notified, 1)}},
    {P_answer_within_agreed,
     ACT_inquiry_answer,
     false,
     {T(ROW, N_answer, "一。四。"), T(FACT, FACT_asked_agreed, "一。二。"), N(FACT, FACT_asked_notified, 1)}},
    {P_answer_within_agreed, /* a part of a sentence may say the opposite of it */
     ACT_inquiry_answer,
     false,
     {T(ROW, N_answer, "公表します"), T(FACT, FACT_asked_agreed, "公表しますとは言えません。"),
      N(FACT, FACT_asked_notified, 1)}},
    {P_answer_within_agreed, ACT_inquiry_answer, false, {T(ROW, N_answer, "一。"), N(FACT, FACT_asked_notified, 1)}},
    {P_answer_within_agreed, ACT_inquiry_answer, true, {T(ROW, N_answer, "一。"), N(FACT, FACT_asked_notified, 0)}},
    {P_reply_reveals_nothing, ACT_inquiry_answer, true, {T(ROW, N_answer, "未定です。")}, .more = asked_names_known},
    {P_reply_reveals_nothing,
     ACT_inquiry_answer,
     false,
     {T(ROW, N_answer, "甲電力は無事です。")},
     .more = asked_names_known},
    /* joint advice, the end of coordination */
    {P_advice_to_vendor_of_coord,
     ACT_coord_offer_advice,
     true,
     {T(ROW, N_advice_to, "丁社"), T(SUB, N_vendors, "丙製作所 丁社")}},
    {P_advice_to_vendor_of_coord,
     ACT_coord_offer_advice,
     false,
     {T(ROW, N_advice_to, "己社"), T(SUB, N_vendors, "丙製作所 丁社")}},
    {P_advice_offered, ACT_coord_advise, true, {N(SUB, N_advice_no, 2), N(IN, N_advice_read, 2)}},
    {P_advice_offered, ACT_coord_advise, false, {N(SUB, N_advice_no, 2), N(IN, N_advice_read, 1)}},
    {P_advice_offered,
     ACT_coord_advise,
     false,
     {N(SUB, N_advice_no, 2), N(IN, N_advice_read, 2), N(SUB, N_advice_given, NOW)}},
    {P_end_reason_holds, ACT_coord_end, true, {T(ROW, N_end_reason, "UNREACHABLE"), N(FACT, FACT_coord_lapsed, 1)}},
    {P_end_reason_holds,
     ACT_coord_end,
     false,
     {T(ROW, N_end_reason, "UNREACHABLE"), N(FACT, FACT_coord_lapsed, 0), N(FACT, FACT_finder_free, 1)}},
    {P_end_reason_holds, ACT_coord_end, true, {T(ROW, N_end_reason, "FINDER_RELEASED"), N(FACT, FACT_finder_free, 1)}},
    {P_end_reason_holds,
     ACT_coord_end,
     false,
     {T(ROW, N_end_reason, "FINDER_RELEASED"), N(FACT, FACT_finder_free, 0), N(FACT, FACT_coord_lapsed, 1)}},
    {P_end_reason_holds, ACT_coord_end, true, {T(ROW, N_end_reason, "NOT_VULN")}},
    {P_limit_ahead, ACT_letter_draft, true, {N(ROW, N_limit_on, 20779)}, .today = "2026-11-22"},
    {P_limit_ahead, ACT_letter_draft, false, {N(ROW, N_limit_on, 20778)}, .today = "2026-11-22"},
    {P_issuer_fits_type, ACT_letter_issue, true, {T(ROW, N_letter_type, "INSTRUCT")}, .roles = R(CAO_APPR)},
    {P_issuer_fits_type, ACT_letter_issue, false, {T(ROW, N_letter_type, "INSTRUCT")}, .roles = R(CAO_HEAD)},
    {P_issuer_fits_type, ACT_letter_issue, true, {T(ROW, N_letter_type, "REPORT73")}, .roles = R(CAO_HEAD)},
    {P_issuer_fits_type, ACT_letter_issue, false, {T(ROW, N_letter_type, "COOP71_1")}, .roles = R(CAO_APPR)},
    {P_letter_declinable, ACT_letter_decline, true, {T(ROW, N_letter_type, "INSTRUCT")}},
    {P_letter_declinable, ACT_letter_decline, false, {T(ROW, N_letter_type, "REPORT73")}},
    {P_hold_of_letter_over, ACT_letter_close, true, {N(FACT, FACT_hold_of_letter, 0)}},
    {P_hold_of_letter_over, ACT_letter_close, false, {N(FACT, FACT_hold_of_letter, 1)}},
    {P_no_live_response, ACT_case_finish, true, {N(FACT, FACT_live_responses, 0)}},
    {P_no_live_response, ACT_case_finish, false, {N(FACT, FACT_live_responses, 1)}},
    {P_no_unsettled_provision, ACT_case_finish, true, {N(FACT, FACT_unsettled, 0)}},
    {P_no_unsettled_provision, ACT_case_finish, false, {N(FACT, FACT_unsettled, 1)}},
    {P_answer_reveals_nothing, ACT_case_tell_finder, true, {T(IN, N_told_text, "甲")}, .more = names_known},
    {P_answer_reveals_nothing, ACT_case_tell_finder, true, {T(IN, N_told_text, "甲")}, .more = no_name_known},
    {P_answer_reveals_nothing,
     ACT_case_tell_finder,
     true,
     {T(IN, N_told_text, "対応が終わりました。")},
     .more = names_known},
    {P_answer_reveals_nothing,
     ACT_case_tell_finder,
     false,
     {T(IN, N_told_text, "甲電力の対応が終わりました。")},
     .more = names_known},
    /* response and provision */
    {P_label_release_ok, ACT_provision_propose, true, {{0}}, .more = release_good},
    {P_label_release_ok, ACT_provision_propose, false, {{0}}, .more = release_missing},
    {P_label_release_ok, ACT_provision_propose, false, {{0}}, .more = release_denied},
    {P_label_release_ok, ACT_provision_propose, false, {{0}}, .more = release_nonsense},
    {P_case_responding, ACT_response_propose, true, {T(FACT, FACT_case_state, "RESPONDING")}},
    {P_case_responding, ACT_response_propose, false, {T(FACT, FACT_case_state, "NOTIFIED")}},
    {P_response_kind_fits,
     ACT_response_propose,
     true,
     {N(FACT, FACT_case_prongs, 1), N(FACT, FACT_targets_off, 0), T(IN, N_response_kind, "R1_PRE_INFO")},
     .more = one_target},
    {P_response_kind_fits,
     ACT_response_propose,
     false,
     {N(FACT, FACT_case_prongs, 0), N(FACT, FACT_targets_off, 0), T(IN, N_response_kind, "R1_PRE_INFO")},
     .more = one_target},
    {P_response_kind_fits,
     ACT_response_propose,
     false,
     {N(FACT, FACT_case_prongs, 1), N(FACT, FACT_targets_off, 0)},
     .more = one_target},
    {P_response_kind_fits,
     ACT_response_propose,
     true,
     {N(FACT, FACT_targets_off, 0), T(IN, N_response_kind, "R3_ALLIES")},
     .more = one_target},
    {P_response_kind_fits,
     ACT_response_propose,
     false,
     {N(FACT, FACT_targets_off, 1), T(IN, N_response_kind, "R3_ALLIES")},
     .more = one_target},
    {P_grade_fits_issue, ACT_product_issue_teikyo, true, {T(SUB, N_grade, "TEIKYO")}},
    {P_grade_fits_issue, ACT_product_issue_teikyo, false, {T(SUB, N_grade, "SHUCHI")}},
    {P_grade_fits_issue, ACT_product_issue_shuchi, true, {T(SUB, N_grade, "SHUCHI")}},
    {P_recipient_is_foreign, ACT_protection_find, true, {T(FACT, FACT_protected_kind, "FOREIGN")}},
    {P_recipient_is_foreign, ACT_protection_find, false, {T(FACT, FACT_protected_kind, "OPERATOR")}},
    {P_response_kind_fits,
     ACT_response_propose,
     false,
     {N(FACT, FACT_case_prongs, 1), N(FACT, FACT_targets_off, 1)},
     .more = one_target},
    {P_response_kind_fits,
     ACT_response_propose,
     false,
     {N(FACT, FACT_case_prongs, 1), N(FACT, FACT_targets_off, 0)},
     .more = no_target},
    {P_targets_still_fit, ACT_response_decide, true, {N(FACT, FACT_targets_off_now, 0)}},
    {P_targets_still_fit, ACT_response_decide, false, {N(FACT, FACT_targets_off_now, 1)}},
    {P_item_issued_or_extract,
     ACT_provision_propose,
     true,
     {T(ROW, N_item_kind, "PRODUCT"), T(FACT, FACT_product_state, "ISSUED")}},
    {P_item_issued_or_extract,
     ACT_provision_propose,
     false,
     {T(ROW, N_item_kind, "PRODUCT"), T(FACT, FACT_product_state, "REVIEW")}},
    {P_item_issued_or_extract,
     ACT_provision_propose,
     true,
     {T(ROW, N_item_kind, "TEIKYO"), T(FACT, FACT_product_state, "ISSUED_S"), T(FACT, FACT_product_case, "c1"),
      T(ROW, N_case, "c1")}},
    {P_item_issued_or_extract,
     ACT_provision_propose,
     false,
     {T(ROW, N_item_kind, "TEIKYO"), T(FACT, FACT_product_state, "ISSUED_S"), T(FACT, FACT_product_case, "c2"),
      T(ROW, N_case, "c1")}},
    {P_item_issued_or_extract,
     ACT_provision_propose,
     true,
     {{ROW, N_item_kind, "CASE_EXTRACT", 0, true}},
     .more = one_match},
    {P_item_issued_or_extract, ACT_provision_propose, false, {T(ROW, N_item_kind, "CASE_EXTRACT")}, .more = no_match},
    {P_basis_open_to_provider, ACT_provision_propose, true, {T(ROW, N_basis, "A40")}, .kind = "MINISTRY"},
    {P_basis_open_to_provider, ACT_provision_propose, false, {T(ROW, N_basis, "A40")}, .kind = "CABINET"},
    {P_basis_open_to_provider, ACT_provision_propose, false, {T(ROW, N_basis, "A45")}, .kind = "MINISTRY"},
    {P_basis_open_to_provider,
     ACT_notice_draft,
     true,
     {T(ROW, N_basis, "A41"), N(FACT, FACT_entrust_41, 1)},
     .kind = "ENTRUSTEE",
     .body = "IPA"},
    {P_basis_open_to_provider,
     ACT_notice_draft,
     false,
     {T(ROW, N_basis, "A41"), N(FACT, FACT_entrust_42, 1)},
     .kind = "ENTRUSTEE",
     .body = "IPA"},
    {P_basis_open_to_provider,
     ACT_notice_draft,
     false,
     {T(ROW, N_basis, "A41"), N(FACT, FACT_entrust_41, 1)},
     .kind = "ENTRUSTEE",
     .body = "NICT"},
    {P_basis_open_to_provider,
     ACT_notice_draft,
     true,
     {T(ROW, N_basis, "A42_1"), N(FACT, FACT_entrust_42, 1)},
     .kind = "ENTRUSTEE",
     .body = "NICT"},
    {P_basis_open_to_provider, ACT_notice_draft, true, {T(ROW, N_basis, "GL7")}, .kind = "ENTRUSTEE", .body = "JPCERT"},
    /* council and entrustment */
    {P_council_organised, ACT_member_invite, true, {N(FACT, FACT_council_live, 1)}},
    {P_council_organised, ACT_member_invite, false, {N(FACT, FACT_council_live, 0)}},
    {P_is_recipient, ACT_member_answer, true, {T(ROW, N_org, "o1")}, .org = "o1"},
    {P_is_recipient, ACT_member_answer, false, {T(ROW, N_org, "o2")}, .org = "o1"},
    {P_is_recipient, ACT_entrust_accept, true, {T(ROW, N_body, "o1")}, .org = "o1"},
    {P_is_recipient, ACT_case_finish, false, {T(ROW, N_org, "o1")}, .org = "o1"},
    {P_work_entrusted, ACT_name_decide, true, {N(FACT, FACT_entrust_37, 1)}, .kind = "ENTRUSTEE"},
    {P_work_entrusted, ACT_name_decide, false, {N(FACT, FACT_entrust_37, 0)}, .kind = "ENTRUSTEE"},
    {P_work_entrusted, ACT_name_decide, true, {{0}}, .kind = "CABINET"},
    {P_handed_fits, ACT_entrust_give, true, {N(FACT, FACT_handed_off, 0)}},
    {P_handed_fits, ACT_entrust_give, false, {N(FACT, FACT_handed_off, 1)}},
    {P_entrust_matrix_ok, ACT_entrust_offer, true, {T(ROW, N_work, "A41"), T(FACT, FACT_body_code, "JPCERT")}},
    {P_entrust_matrix_ok, ACT_entrust_offer, false, {T(ROW, N_work, "A37"), T(FACT, FACT_body_code, "JPCERT")}},
    {P_entrust_matrix_ok, ACT_entrust_offer, false, {T(ROW, N_work, "A41"), T(FACT, FACT_body_code, "NICT")}},
    /* products */
    {P_provenance_complete, ACT_product_draft, true, {{0}}, .more = good_sentences},
    {P_provenance_complete, ACT_product_draft, false, {{0}}, .more = one_without_source},
    {P_classifier_may_lower_within_source, ACT_product_classify, true, {T(IN, N_secret, "YES")}},
    {P_classifier_may_lower_within_source,
     ACT_product_classify,
     true,
     {{IN, N_secret, "NO", 0, true}, N(IN, N_sentence, 1)},
     .kind = "CABINET",
     .more = one_of_others},
    {P_classifier_may_lower_within_source,
     ACT_product_classify,
     false,
     {T(IN, N_secret, "NO"), N(IN, N_sentence, 1)},
     .kind = "ENTRUSTEE",
     .more = one_of_others},
    {P_classifier_may_lower_within_source,
     ACT_product_classify,
     true,
     {{IN, N_secret, "NO", 0, true}, N(IN, N_sentence, 1)},
     .kind = "ENTRUSTEE",
     .more = one_of_our_own},
    {P_classifier_may_lower_within_source,
     ACT_product_classify,
     false,
     {T(IN, N_secret, "NO"), N(IN, N_sentence, 2)},
     .kind = "ENTRUSTEE",
     .more = good_sentences},
    {P_every_sentence_decided_not_secret, ACT_product_issue_shuchi, true, {{0}}, .more = good_sentences},
    {P_every_sentence_decided_not_secret, ACT_product_issue_shuchi, false, {{0}}, .more = one_undecided},
    {P_no_masked_token_survives, ACT_product_issue_shuchi, true, {{0}}, .more = good_sentences},
    {P_no_masked_token_survives, ACT_product_issue_shuchi, false, {{0}}, .more = one_with_a_name},
    {P_issuer_covers_sources, ACT_product_issue_shuchi, true, {{0}}, .kind = "ENTRUSTEE", .more = good_sentences},
    {P_issuer_covers_sources, ACT_product_issue_shuchi, false, {{0}}, .kind = "ENTRUSTEE", .more = one_of_our_own},
    {P_issuer_covers_sources,
     ACT_product_issue_shuchi,
     true,
     {N(FACT, FACT_entrust_41, 1)},
     .kind = "ENTRUSTEE",
     .more = one_of_our_own},
    {P_issuer_covers_sources, ACT_product_issue_shuchi, true, {{0}}, .kind = "CABINET"},
    {P_product_is_shuchi_issued,
     ACT_notice_draft,
     true,
     {T(FACT, FACT_product_state, "ISSUED"), T(FACT, FACT_product_grade, "SHUCHI")}},
    {P_product_is_shuchi_issued,
     ACT_notice_draft,
     false,
     {T(FACT, FACT_product_state, "DRAFT"), T(FACT, FACT_product_grade, "SHUCHI")}},
    {P_at_reached, ACT_notice_publish, true, {N(SUB, N_at, 0)}},
    {P_at_reached, ACT_notice_publish, false, {N(SUB, N_at, INT64_MAX)}},
    {P_vulreport_accepted_or_own,
     ACT_coord_start,
     true,
     {T(FACT, FACT_case_report, "r1"), T(FACT, FACT_case_report_state, "ACCEPTED")}},
    {P_vulreport_accepted_or_own, ACT_coord_start, true, {T(FACT, FACT_case_report, "")}},
    {P_vulreport_accepted_or_own,
     ACT_coord_start,
     false,
     {T(FACT, FACT_case_report, "r1"), T(FACT, FACT_case_report_state, "RECEIVED")}},
    {P_recall_confirmed, ACT_provision_confirm_recall, true, {N(IN, N_destroyed, 1)}},
    {P_recall_confirmed, ACT_provision_confirm_recall, false, {N(IN, N_destroyed, 0)}},
    /* feeds, matches, sessions, clocks */
    {P_feeds_complete, ACT_match_run, true, {N(FACT, FACT_open_feeds, 0)}},
    {P_feeds_complete, ACT_match_run, false, {N(FACT, FACT_open_feeds, 1)}},
    {P_retraction_untold, ACT_match_retract, true, {T(SUB, N_level, "NO"), N(SUB, N_retracted_in, 3)}},
    {P_retraction_untold,
     ACT_match_retract,
     false,
     {T(SUB, N_level, "NO"), N(SUB, N_retracted_in, 3), N(SUB, N_told_in, 3)}},
    {P_retraction_untold,
     ACT_match_retract,
     false,
     {T(SUB, N_level, "POSSIBLE"), N(SUB, N_retracted_in, 3), N(SUB, N_told_in, 2)}},
    {P_provision_retraction_untold, ACT_provision_retract, true, {N(FACT, FACT_retracted_under, 3)}},
    {P_provision_retraction_untold,
     ACT_provision_retract,
     false,
     {N(FACT, FACT_retracted_under, 3), N(SUB, N_told_in, 3)}},
    {P_counts_add_up,
     ACT_feed_finish,
     true,
     {N(IN, N_count_in, 6), N(IN, N_accepted, 3), N(IN, N_unchanged, 2), N(IN, N_rejected, 1)}},
    {P_counts_add_up,
     ACT_feed_finish,
     false,
     {N(IN, N_count_in, 7), N(IN, N_accepted, 3), N(IN, N_unchanged, 2), N(IN, N_rejected, 1)}},
    {P_root_matches, ACT_feed_finish, true, {N(FACT, FACT_bulk_root_ok, 1)}},
    {P_root_matches, ACT_feed_finish, false, {N(FACT, FACT_bulk_root_ok, 0)}},
    {P_target_in_dictionary, ACT_name_decide, true, {N(FACT, FACT_target_known, 1)}},
    {P_target_in_dictionary, ACT_name_decide, false, {N(FACT, FACT_target_known, 0)}},
    {P_authenticator_verified, ACT_session_open, true, {N(FACT, FACT_authenticated, 1)}},
    {P_authenticator_verified, ACT_session_open, false, {N(FACT, FACT_authenticated, 0)}},
    {P_purpose_given_if_protected, ACT_read_release, true, {T(IN, N_class, "OPEN")}},
    {P_purpose_given_if_protected,
     ACT_read_release,
     true,
     {{IN, N_class, "VULN_S", 0, true}, T(IN, N_purpose, "当直")}},
    {P_purpose_given_if_protected, ACT_read_release, false, {T(IN, N_class, "VULN_S")}},
    {P_purpose_given_if_protected, ACT_read_release, false, {T(IN, N_class, "VULN_S"), T(IN, N_purpose, "")}},
    {P_quota_ok, ACT_read_release, true, .org = "own", .more = shown_one_less},
    {P_quota_ok, ACT_read_release, true, .org = "own", .more = shown_none_more},
    {P_quota_ok, ACT_read_release, true, .org = "own", .more = shown_nobody},
    {P_quota_ok, ACT_read_release, true, .org = "own", .roles = 1u << ROLE_CAO_ANALYST, .more = shown_all},
    {P_quota_ok, ACT_read_release, false, .org = "own", .more = shown_all},
    {P_quota_ok, ACT_read_release, false, .org = "other", .more = shown_one_less},
    {P_quota_ok, ACT_read_release, false, .org = "own", .today = "2025-05-22", .more = shown_one_less},
    {P_step_up_live, ACT_export_decide, true, {N(FACT, FACT_step_up_until, INT64_MAX)}},
    {P_step_up_live, ACT_export_decide, false, {N(FACT, FACT_step_up_until, 0)}},
    {P_giver_self, ACT_handover_amend, true, {T(SUB, N_giver, "p")}, .person = "p"},
    {P_giver_self, ACT_handover_amend, false, {T(SUB, N_giver, "q")}, .person = "p"},
    {P_export_own, ACT_export_release, true, {T(ROW, N_person, "p")}, .person = "p"},
    {P_export_own, ACT_export_release, false, {T(ROW, N_person, "q")}, .person = "p"},
    {P_export_fresh, ACT_export_release, true, {N(ROW, N_decided_on, INT32_MAX)}},
    {P_export_fresh, ACT_export_release, false, {N(ROW, N_decided_on, 0)}},
    {P_export_fresh, ACT_export_release, false, {N(ROW, N_decided_on, INT32_MAX)}, .today = "2025-05-22"},
    {P_export_made, ACT_export_release, true, {N(FACT, FACT_export_rows, 5000)}},
    {P_export_made, ACT_export_release, false, {N(FACT, FACT_export_rows, 5001)}},
    {P_export_made, ACT_export_release, false, {N(FACT, FACT_export_rows, 1)}, .today = "2025-05-22"},
    {P_due_reached, ACT_clock_lapse, true, {N(SUB, N_due, 0)}},
    {P_due_reached, ACT_clock_lapse, false, {N(SUB, N_due, INT64_MAX)}},
};

static struct val *slot(struct known *k, const struct given *g)
{
    return g->where == IN    ? &k->in[g->id]
           : g->where == SUB ? &k->sub[g->id]
           : g->where == ROW ? &k->row[g->id]
                             : &k->fact[g->id];
}

/* `without`: the one given that is left out; SIZE_MAX: none. */
static bool asked(const struct sample *s, size_t without)
{
    static struct known k;
    enum fact_id last = FACT_COUNT;
    know_nothing(&k, s->act, day(s->today ? s->today : "2026-11-22"));
    k.c.actor = (struct law_actor){.person = sl(s->person),
                                   .org = sl(s->org),
                                   .org_kind = sl(s->kind),
                                   .body = sl(s->body),
                                   .acks = sl(s->acks),
                                   .state = s->person ? SL("ACTIVE") : SLN,
                                   .roles = s->roles};
    k.c.subject = sl(s->subject);
    k.c.state = s->state;
    k.c.outcome = s->outcome;
    if (s->more)
        s->more(&k);
    for (size_t i = 0; i < TB_COUNT(s->g) && s->g[i].where != END; i++)
        if (i != without)
            *slot(&k, &s->g[i]) = s->g[i].text ? VT(sl(s->g[i].text)) : VI(s->g[i].n);
    for (size_t i = 0; i < law_act[s->act].conds; i++)
        if (law_act[s->act].cond[i].pred == P_second)
            last = law_act[s->act].cond[i].fact;
    return law_pred_holds(&k.c, s->pred, last);
}

static void each_condition_holds_on_what_meets_it_and_on_nothing_less(void **state)
{
    (void)state;
    for (size_t i = 0; i < TB_COUNT(samples); i++) {
        const struct sample *s = &samples[i];
        assert_case(asked(s, SIZE_MAX) == s->holds, "sample %zu: %s", i, law_pred[s->pred].name);
        for (size_t k = 0; s->holds && k < TB_COUNT(s->g) && s->g[k].where != END; k++)
            assert_case(asked(s, k) == s->g[k].spare, "sample %zu: %s without its %zu. fact", i, law_pred[s->pred].name,
                        k + 1);
    }
}

static void every_condition_has_a_sample_that_meets_it_and_one_that_does_not(void **state)
{
    (void)state;
    for (int p = 0; p < PRED_COUNT; p++) {
        bool yes = law_pred[p].general, no = law_pred[p].general;
        for (size_t i = 0; i < TB_COUNT(samples); i++) {
            const struct sample *s = &samples[i];
            if (s->pred != (enum pred_id)p)
                continue;
            yes |= s->holds;
            no |= !s->holds;
            for (size_t k = 0; s->holds && k < TB_COUNT(s->g) && s->g[k].where != END; k++)
                no |= !s->g[k].spare;
        }
        assert_case(yes && (no || p == P_person_active), "%s has no sample", law_pred[p].name);
    }
}

/* No fact, no row, no input, no actor: nothing holds. What asks for a reason of a refusal has nothing to ask otherwise.
 */
static void the_unknown_is_never_true(void **state)
{
    (void)state;
    static struct known k;
    for (int a = 0; a < ACT_COUNT; a++)
        for (size_t i = 0; i < law_act[a].conds; i++) {
            const struct law_cond *c = &law_act[a].cond[i];
            know_nothing(&k, (enum act_id)a, day("2026-11-22"));
            k.c.outcome = c->pred == P_reject_has_reason ? ST_REJECTED : ST_NONE;
            assert_case(!law_pred_holds(&k.c, c->pred, c->fact), "%s of %s holds on nothing", law_pred[c->pred].name,
                        law_act[a].name);
        }
}

static void every_condition_can_be_asked_of_every_act(void **state)
{
    (void)state;
    static struct known k;
    size_t held = 0;
    for (int a = 0; a < ACT_COUNT; a++)
        for (int p = 0; p < PRED_COUNT; p++) {
            if (law_pred[p].general)
                continue;
            know_nothing(&k, (enum act_id)a, day("2026-11-22"));
            k.c.outcome = ST_REJECTED;
            held += law_pred_holds(&k.c, (enum pred_id)p, FACT_last_by_org_register);
        }
    assert_int_equal(held, 0);
}

/* --- functions --- */
static void ssvc_is_the_coordinators_tree(void **state)
{
    (void)state;
    static const struct {
        const char *e, *a, *i, *m, *want;
    } t[] = {
        {"NONE", "NO", "PARTIAL", "LOW", "TRACK"},      {"NONE", "NO", "TOTAL", "HIGH", "TRACK_STAR"},
        {"NONE", "YES", "PARTIAL", "HIGH", "ATTEND"},   {"POC", "NO", "PARTIAL", "HIGH", "TRACK_STAR"},
        {"POC", "NO", "TOTAL", "MEDIUM", "TRACK_STAR"}, {"POC", "YES", "TOTAL", "HIGH", "ATTEND"},
        {"ACTIVE", "NO", "PARTIAL", "LOW", "TRACK"},    {"ACTIVE", "NO", "TOTAL", "HIGH", "ACT"},
        {"ACTIVE", "YES", "TOTAL", "MEDIUM", "ACT"},    {"ACTIVE", "YES", "PARTIAL", "LOW", "ATTEND"},
        {"ACTIVE", "YES", "PARTIAL", "HIGH", "ACT"},
    };
    static struct known k;
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        know_nothing(&k, ACT_case_decide_notify, day("2026-11-22"));
        k.row[N_ssvc_exploitation] = VT(sl(t[i].e));
        k.row[N_ssvc_automatable] = VT(sl(t[i].a));
        k.row[N_ssvc_impact] = VT(sl(t[i].i));
        k.row[N_ssvc_mission] = VT(sl(t[i].m));
        struct val v = law_fn_value(&k.c, FN_ssvc_decision, NULL);
        assert_case(sl_is(v.s, t[i].want), "%s %s %s %s: " PRIs, t[i].e, t[i].a, t[i].i, t[i].m, ARGs(v.s));
        k.row[N_ssvc_mission] = (struct val){0};
        assert_int_equal(law_fn_value(&k.c, FN_ssvc_decision, NULL).t, VAL_NONE);
    }
}

/* Whom nothing is asked of afterwards has settled with the receipt: a foreign government (39), an entrusted body (72③).
 */
static void what_is_received_is_settled_where_no_status_is_owed(void **state)
{
    (void)state;
    static const char *const t[][2] = {{"A39", "SETTLED"}, {"A72_3", "SETTLED"}, {"A40", "RECEIVED"}};
    static struct known k;
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        know_nothing(&k, ACT_provision_receive, day("2026-11-22"));
        k.sub[N_basis] = VT(sl(t[i][0]));
        assert_case(sl_is(law_fn_value(&k.c, FN_received_to, NULL).s, t[i][1]), "%s", t[i][0]);
    }
}

static void an_extract_holds_its_recipients_own_matches_and_escapes_them(void **state)
{
    (void)state;
    static struct known k;
    struct arena *a = arena_new(1 << 16);
    know_nothing(&k, ACT_provision_propose, day("2026-11-22"));
    const char *v[] = {"a1", "R\"1", "制御\n装置", "1.0", "CONFIRMED"};
    for (size_t i = 0; i < TB_COUNT(v); i++)
        cell[0][i] = VT(sl(v[i]));
    list[0] = (struct val){.t = VAL_LIST, .v = cell[0], .n = 5};
    k.fact[FACT_own_matches] = (struct val){.t = VAL_LIST, .v = list, .n = 1};
    k.row[N_item_kind] = VT(SL("CASE_EXTRACT"));
    struct val x = law_fn_value(&k.c, FN_extract, a);
    assert_true(sl_is(x.s, "[{\"asset\":\"a1\",\"op_ref\":\"R\\\"1\",\"product\":\"制御\\u000a装置\",\"version\":\"1."
                           "0\",\"level\":\"CONFIRMED\"}]"));
    k.row[N_item_kind] = VT(SL("PRODUCT"));
    assert_int_equal(law_fn_value(&k.c, FN_extract, a).t, VAL_NONE);
    /* of a 提供用 its sentences, and none of the matches */
    k.row[N_item_kind] = VT(SL("TEIKYO"));
    assert_int_equal(law_fn_value(&k.c, FN_extract, a).t, VAL_NONE);
    list[0] = VT(SL("一つ"));
    list[1] = VT(SL("二\"つ"));
    k.fact[FACT_given_sentences] = (struct val){.t = VAL_LIST, .v = list, .n = 2};
    assert_true(sl_is(law_fn_value(&k.c, FN_extract, a).s, "[{\"text\":\"一つ\"},{\"text\":\"二\\\"つ\"}]"));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_condition_holds_on_what_meets_it_and_on_nothing_less),
        cmocka_unit_test(every_condition_has_a_sample_that_meets_it_and_one_that_does_not),
        cmocka_unit_test(the_unknown_is_never_true),
        cmocka_unit_test(every_condition_can_be_asked_of_every_act),
        cmocka_unit_test(ssvc_is_the_coordinators_tree),
        cmocka_unit_test(what_is_received_is_settled_where_no_status_is_owed),
        cmocka_unit_test(an_extract_holds_its_recipients_own_matches_and_escapes_them),
    };
    return cmocka_run_group_tests_name("law-preds", tests, NULL, NULL);
}
