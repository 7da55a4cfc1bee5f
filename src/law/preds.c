/* The named predicates (acts.md §5): pure, total; a missing fact gives false. */
#include "law.h"

#include <string.h>

static bool text(struct val v)
{
    return v.t == VAL_TEXT && v.s.n > 0;
}
static bool is(struct val v, const char *z)
{
    return v.t == VAL_TEXT && sl_is(v.s, z);
}
static bool same(struct val v, slice s)
{
    return v.t == VAL_TEXT && s.n && sl_eq(v.s, s);
}
static bool positive(struct val v)
{
    return v.t == VAL_INT && v.i > 0;
}
static bool zero(struct val v)
{
    return v.t == VAL_INT && v.i == 0;
}
static bool has_role(const struct law_ctx *c, enum role_id r)
{
    return c->actor.roles >> r & 1;
}

static bool contains(slice hay, slice needle)
{
    return needle.n && hay.n >= needle.n && memmem(hay.p, hay.n, needle.p, needle.n);
}

#define PRED(n) static bool p_##n(const struct law_ctx *c)

PRED(second)
{
    struct val last = c->fact[c->cond_fact];
    return text(last) && c->actor.person.n && !sl_eq(last.s, c->actor.person);
}
PRED(not_self)
{
    if (c->act->kind == KIND_person)
        return !sl_eq(c->subject, c->actor.person);
    return text(c->row[N_person]) && !same(c->row[N_person], c->actor.person);
}
PRED(granter_competent)
{
    return has_role(c, ROLE_REGISTRAR) || same(c->fact[FACT_org_of_person], c->actor.org);
}
/* Of what stands already, the organisation it stands under; of what is new, the one it would stand under. */
PRED(own_org)
{
    struct val org = text(c->sub[N_org]) ? c->sub[N_org] : c->row[N_org];
    return has_role(c, ROLE_REGISTRAR) || same(org, c->actor.org);
}
PRED(ledger_empty)
{
    return zero(c->fact[FACT_ledger_size]);
}
PRED(two_holders_signed)
{
    return c->fact[FACT_founding_signatures].t == VAL_INT && c->fact[FACT_founding_signatures].i >= 2;
}
PRED(no_live_twin)
{
    return zero(c->fact[FACT_twins]);
}

/* A foreign body has no number here: its country's two letters (ISO 3166), a hyphen, and its short name. */
static bool foreign_number(slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool letter = s.p[i] >= 'A' && s.p[i] <= 'Z', digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (i == 2 ? s.p[i] != '-' : !letter && (i < 2 || !digit))
            return false;
    }
    return s.n > 3 && !sl_starts(s, "JP");
}
/* 法人番号: 13 digits, the first is 9 − (Σ digit × (1 or 2)) mod 9; 団体コード: 6 digits, mod 11. */
PRED(id_check_digit_ok)
{
    if (!text(c->row[N_number]))
        return false;
    slice s = c->row[N_number].s;
    if (is(c->row[N_org_kind], "FOREIGN"))
        return foreign_number(s);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    int sum = 0;
    if (s.n == 13) {
        for (size_t i = 1; i <= 12; i++)
            sum += (s.p[13 - i] - '0') * (i % 2 ? 1 : 2);
        return s.p[0] - '0' == 9 - sum % 9;
    }
    if (s.n != 6)
        return false;
    for (size_t i = 0; i < 5; i++)
        sum += (s.p[i] - '0') * (int)(6 - i);
    return s.p[5] - '0' == (11 - sum % 11) % 10;
}
PRED(no_open_duty_or_successor)
{
    return zero(c->fact[FACT_org_open_clocks]) || is(c->fact[FACT_successor_state], "ACTIVE");
}
PRED(org_active)
{
    return is(c->fact[FACT_org_state], "ACTIVE");
}
PRED(person_active)
{
    return sl_is(c->actor.state, "ACTIVE");
}

PRED(public_org_known)
{
    return text(c->fact[FACT_org_public]);
}

static slice acks_for(slice org_kind)
{
    if (sl_is(org_kind, "CABINET") || sl_is(org_kind, "MINISTRY"))
        return SL("8_2");
    return sl_is(org_kind, "ENTRUSTEE") ? SL("72_4") : SLN;
}
PRED(acks_cover_org_kind)
{
    struct val acks = c->row[N_acks], kind = c->fact[FACT_org_kind_own];
    slice need = text(kind) ? acks_for(kind.s) : SLN;
    return text(kind) && (!need.n || (text(acks) && law_words_have(acks.s, need)));
}

static enum role_id row_role(const struct law_ctx *c)
{
    return text(c->row[N_role]) ? law_role_named(c->row[N_role].s) : ROLE_COUNT;
}
PRED(acks_cover_role)
{
    enum role_id r = row_role(c);
    if (r == ROLE_COUNT || c->fact[FACT_acks_of_person].t != VAL_TEXT)
        return false;
    return !law_role[r].ack || law_words_have(c->fact[FACT_acks_of_person].s, sl(law_role[r].ack));
}
PRED(own_acks_cover)
{
    bool partner = sl_is(c->actor.org_kind, "OPERATOR") || sl_is(c->actor.org_kind, "VENDOR");
    return law_words_have(c->actor.acks, partner ? SL("45_7") : SL("72_4"));
}
PRED(role_fits_org)
{
    enum role_id r = row_role(c);
    return r != ROLE_COUNT && law_role[r].sort == ROLE_HELD && text(c->fact[FACT_org_kind_of_person]) &&
           law_role_fits_org(r, c->fact[FACT_org_kind_of_person].s);
}
/* acts.md §3 static rule 2: housekeeping roles exclude every reading role, and the other way round. */
PRED(no_sod_conflict)
{
    enum role_id r = row_role(c);
    struct val live = c->fact[FACT_live_roles];
    if (r == ROLE_COUNT || live.t != VAL_LIST)
        return false;
    for (size_t i = 0; i < live.n && law_role[r].sod; i++) {
        enum role_id other = law_role_named(live.v[i].s);
        if (other != ROLE_COUNT && law_role[other].sod && !sl_is(sl(law_role[other].sod), law_role[r].sod))
            return false;
    }
    return true;
}
PRED(until_within_max)
{
    int64_t most;
    return c->row[N_until].t == VAL_INT && c->row[N_until].i > c->today &&
           sl_int(law_param_value("grant_max_days", c->today), &most) && c->row[N_until].i <= c->today + most;
}
PRED(rows_parse_all)
{
    return zero(c->fact[FACT_list_rows_bad]);
}

/* --- ① assets --- */
PRED(operator_is_special)
{
    return positive(c->fact[FACT_designation_live]);
}
PRED(asset_kind_consistent)
{
    struct val kind = c->row[N_asset_kind], how = c->row[N_connection];
    if (!text(kind) || !text(how))
        return false;
    const char *want = sl_is(kind.s, "K1") ? "PART_OF" : sl_starts(kind.s, "K2") ? "NONPUBLIC" : "FEEDS";
    return sl_is(how.s, want);
}
PRED(date_not_future)
{
    return c->in[N_introduced_on].t == VAL_INT && c->in[N_introduced_on].i <= c->today;
}

/* The folded product name begins with a 告示第1号 row valid on the day; no letter may follow (windows, not windowsill).
 */
static bool named_in_notice(struct val folded, day_t day)
{
    for (size_t i = 0; text(folded) && i < law_notices; i++) {
        slice want = sl(law_notice[i].product), p = folded.s;
        if (law_notice[i].from > day || p.n < want.n || memcmp(p.p, want.p, want.n) != 0)
            continue;
        if (p.n == want.n || p.p[want.n] < 'a' || p.p[want.n] > 'z')
            return true;
    }
    return false;
}
PRED(exemption_applies)
{
    if (is(c->in[N_exempt], "BESPOKE_ONE_GROUP"))
        return text(c->in[N_group_evidence]);
    return is(c->in[N_exempt], "DESIGNATED_COMMON") && text(c->in[N_notice_no]) &&
           named_in_notice(c->fact[FACT_product_folded], c->today);
}
PRED(exemption_ended)
{
    struct val on = c->in[N_exempt_ended_on];
    if (on.t != VAL_INT || on.i > c->today)
        return false;
    if (is(c->sub[N_exempt], "DESIGNATED_COMMON"))
        return text(c->fact[FACT_product_folded]) && !named_in_notice(c->fact[FACT_product_folded], (day_t)on.i);
    return is(c->sub[N_exempt], "BESPOKE_ONE_GROUP");
}
PRED(five_items_complete)
{
    return text(c->row[N_contact]) && text(c->row[N_facility_class]) && text(c->row[N_asset_kind]) &&
           text(c->row[N_product]) && text(c->row[N_maker]);
}
/* 命令2④: a plan or an urgent filing stands for the filing; 命令3: a report under 54④ for that of a change. */
PRED(substitute_doc_fits)
{
    struct val doc = c->in[N_substitute_doc];
    if (c->id == ACT_asset_notify_change)
        return text(doc) ? is(doc, "REPORT54") : text(c->in[N_form_ver]);
    return is(doc, "PLAN52") || is(doc, "URGENT52");
}
PRED(substitute_names_match)
{
    if (!text(c->in[N_substitute_doc])) /* by the form, which names what it is about itself */
        return c->id == ACT_asset_notify_change && text(c->in[N_form_ver]);
    return text(c->in[N_doc_product]) && same(c->row[N_product], c->in[N_doc_product].s) && text(c->in[N_doc_maker]) &&
           same(c->row[N_maker], c->in[N_doc_maker].s);
}
PRED(change_is_notifiable)
{
    return text(c->in[N_change_item]) && !is(c->in[N_change_item], "OPERATOR_NAME");
}
PRED(change_is_minor)
{
    return is(c->in[N_change_item], "OPERATOR_NAME");
}

/* What the Act wants told of a machine (命令2⑤): of a change, each that differs. */
static const struct {
    enum name_id name;
    enum field_id field;
} told_item[] = {{N_contact, FIELD_asset_contact},
                 {N_facility_class, FIELD_asset_facility_class},
                 {N_asset_kind, FIELD_asset_asset_kind},
                 {N_product, FIELD_asset_product},
                 {N_maker, FIELD_asset_maker}};
static bool item_changed(const struct law_ctx *c, size_t i)
{
    struct val was = c->sub[told_item[i].name], is_now = c->row[told_item[i].name];
    return text(is_now) && !same(was, is_now.s);
}
PRED(change_items_complete)
{
    for (size_t i = 0; i < TB_COUNT(told_item); i++)
        if (item_changed(c, i))
            return true;
    return false;
}
PRED(done_day_not_future)
{
    static const enum name_id day[] = {N_changed_on, N_retired_on, N_referred_on};
    for (size_t i = 0; i < TB_COUNT(day); i++)
        if (c->in[day[i]].t == VAL_INT)
            return c->in[day[i]].i <= c->today;
    return false;
}
PRED(limit_not_past)
{
    return c->row[N_fix_until].t == VAL_INT && c->row[N_fix_until].i >= c->today;
}
/* A change that is recorded meanwhile never holds the earlier filing back. */
PRED(has_unforwarded_filing)
{
    return c->state == ST_FILED || c->state == ST_CHANGE_FILED || positive(c->sub[N_unforwarded]);
}
PRED(void_ground_holds)
{
    struct val why = c->in[N_void_ground];
    if (is(why, "UNDESIGNATED"))
        return zero(c->fact[FACT_void_designated]);
    return is(why, "ERROR") || is(why, "NOT_SPECIAL");
}
PRED(void_asked)
{
    return positive(c->sub[N_void_asked]);
}
PRED(no_order_on_asset)
{
    return zero(c->fact[FACT_asset_orders]);
}
PRED(has_successor)
{
    return text(c->fact[FACT_successor_of_operator]);
}

/* --- ① orders, opinions, demands, guidance (6, 7, 9, 10) --- */
static const struct law_order *order_of(struct val type)
{
    for (size_t i = 0; i < law_orders; i++)
        if (is(type, law_order[i].type))
            return &law_order[i];
    return NULL;
}
static bool is_order6(struct val type)
{
    return is(type, "ORDER6");
}
PRED(order_role_fits)
{
    const struct law_order *o = order_of(c->row[N_order_type]);
    return o && has_role(c, c->id == ACT_order_draft ? o->drafter : o->issuer);
}
PRED(order_to_special)
{
    return positive(c->fact[FACT_order_designated]) && text(c->row[N_addressee]);
}
PRED(order_of_own_sector)
{
    struct val sector = c->fact[FACT_order_sector];
    return sl_is(c->actor.org_kind, "CABINET") || (text(sector) && law_words_have(c->actor.sectors, sector.s));
}
PRED(order_asset_fits)
{
    return text(c->row[N_operator]) &&
           (!text(c->row[N_asset]) || same(c->fact[FACT_order_asset_operator], c->row[N_operator].s));
}
PRED(order_necessity_stated)
{
    return text(c->row[N_order_type]) && (!is(c->row[N_order_type], "DEMAND9") || text(c->row[N_necessity]));
}
PRED(order_is_order6)
{
    return is_order6(c->sub[N_order_type]);
}
PRED(hearing_days_given)
{
    int64_t least;
    return c->row[N_hearing_until].t == VAL_INT && sl_int(law_param_value("hearing_min_days", c->today), &least) &&
           c->row[N_hearing_until].i >= c->today + least;
}
PRED(order_limit_given)
{
    const struct law_order *o = order_of(c->sub[N_order_type]);
    struct val limit = c->sub[N_limit_on];
    return o && (!o->needed || (limit.t == VAL_INT && limit.i >= c->today));
}
PRED(hearing_done_or_excepted)
{
    if (text(c->sub[N_order_type]) && !is_order6(c->sub[N_order_type]))
        return true;
    struct val until = c->sub[N_hearing_until];
    bool over = text(c->sub[N_plea]) || (until.t == VAL_INT && until.i < c->today);
    return (c->state == ST_HEARING && over) || text(c->row[N_hearing_exception]);
}
/* What was never filed is no record of the minister's: the facts of the order name it. What was filed must stand so. */
PRED(order_has_unmet_duty)
{
    struct val state = c->fact[FACT_order_asset_state], duty = c->sub[N_duty];
    if (text(c->sub[N_order_type]) && !is_order6(c->sub[N_order_type]))
        return true;
    if (is(duty, "NOT_FILED"))
        return !text(c->sub[N_asset]);
    if (is(duty, "CHANGE_NOT_FILED"))
        return is(state, "CHANGE_OVERDUE");
    return is(duty, "DEFICIENT") && text(state) && !is(state, "RETIRED") && !is(state, "VOIDED");
}
PRED(order_closable)
{
    const struct law_order *o = order_of(c->sub[N_order_type]);
    return o && (!o->needed || c->state == ST_ANSWERED);
}
/* 83: the order's limit has passed unmet. 84: the demand is unanswered, or answered falsely. */
PRED(referable)
{
    if (is_order6(c->sub[N_order_type]))
        return is(c->in[N_refer_ground], "A83") && c->state == ST_OVERDUE;
    return is(c->sub[N_order_type], "DEMAND9") && is(c->in[N_refer_ground], "A84");
}
PRED(rows_counted)
{
    return c->in[N_rows].t == VAL_INT && c->in[N_accepted].t == VAL_INT && c->in[N_refused].t == VAL_INT &&
           c->in[N_rows].i == c->in[N_accepted].i + c->in[N_refused].i;
}

/* --- vulnerability reports and triage --- */
PRED(reject_has_reason)
{
    return c->outcome != ST_REJECTED || text(c->in[N_reject_reason]);
}
static bool names_absent(struct val names, struct val where)
{
    if (names.t != VAL_LIST || !text(where))
        return false;
    for (size_t i = 0; i < names.n; i++)
        if (contains(where.s, names.v[i].s))
            return false;
    return true;
}
PRED(inquiry_open)
{
    return is(c->fact[FACT_inquiry_state], "ASKED");
}
PRED(inquiry_case_notified)
{
    return positive(c->fact[FACT_inquiry_notified]);
}
PRED(identity_not_sent)
{
    return names_absent(c->fact[FACT_inquiry_finder], c->row[N_question]) &&
           names_absent(c->fact[FACT_inquiry_finder], c->row[N_draft]);
}
PRED(agreed_reveals_nothing)
{
    return names_absent(c->fact[FACT_inquiry_names], c->row[N_agreed]);
}
/* The next sentence of a text: up to 。 or the end of its line, without the blanks around it. */
static bool sentence_next(slice *rest, slice *out)
{
    while (rest->n) {
        size_t n = 0;
        while (n < rest->n && rest->p[n] != '\n' && !sl_starts((slice){rest->p + n, rest->n - n}, "。"))
            n++;
        size_t end = n < rest->n ? (rest->p[n] == '\n' ? n + 1 : n + strlen("。")) : n;
        *out = sl_trim((slice){rest->p, n});
        *rest = (slice){rest->p + end, rest->n - end};
        if (out->n)
            return true;
    }
    return false;
}
static bool has_sentence(slice all, slice one)
{
    slice x;
    while (sentence_next(&all, &x))
        if (sl_eq(x, one))
            return true;
    return false;
}
/* Of a case that the Cabinet Office knows nothing of there is nobody to consult. */
PRED(answer_within_agreed)
{
    struct val known = c->fact[FACT_asked_notified], agreed = c->fact[FACT_asked_agreed], answer = c->row[N_answer];
    if (!text(answer) || known.t != VAL_INT)
        return false;
    if (known.i == 0)
        return true;
    if (!text(agreed))
        return false;
    slice rest = answer.s, x;
    while (sentence_next(&rest, &x))
        if (!has_sentence(agreed.s, x))
            return false;
    return true;
}
PRED(reply_reveals_nothing)
{
    return names_absent(c->fact[FACT_asked_names], c->row[N_answer]);
}
PRED(evidence_pinned)
{
    return text(c->in[N_source_hash]) && c->in[N_source_hash].s.n == 64;
}
PRED(case_has_evidence)
{
    return positive(c->fact[FACT_case_evidence]);
}
PRED(prong_a_or_b)
{
    return is(c->in[N_prong_a], "YES") || is(c->in[N_prong_b], "YES");
}
PRED(triage_inputs_seen)
{
    return positive(c->fact[FACT_generations]) && text(c->sub[N_jp_exploitation]);
}
PRED(watch_is_complete)
{
    return text(c->row[N_product]) && text(c->row[N_watch_products]) && positive(c->row[N_watch_epss]) &&
           contains(c->row[N_watch_products].s, c->row[N_product].s) &&
           (c->fact[FACT_epss_permille].t != VAL_INT ||
            c->fact[FACT_epss_permille].i < c->row[N_watch_epss].i); /* false at arming */
}
/* By the newest leaf and not by their number: a match that is taken back must hide no evidence that comes after. */
PRED(watch_touched)
{
    struct val seen = c->sub[N_watch_news], newest = c->fact[FACT_case_newest];
    if (positive(c->fact[FACT_kev_listed]) && !positive(c->sub[N_watch_kev]))
        return true;
    if (c->sub[N_watch_epss].t == VAL_INT && c->fact[FACT_epss_permille].t == VAL_INT &&
        c->fact[FACT_epss_permille].i >= c->sub[N_watch_epss].i)
        return true;
    return seen.t == VAL_INT && newest.t == VAL_INT && newest.i > seen.i;
}
PRED(own_case_or_notified)
{
    return c->state == ST_NOTIFIED || positive(c->sub[N_cao_opened]);
}
/* Once for each withdrawal: a match that held again and was withdrawn again is told again. */
PRED(retraction_untold)
{
    struct val in = c->sub[N_retracted_in], told = c->sub[N_told_in];
    return is(c->sub[N_level], "NO") && positive(in) && !(told.t == VAL_INT && told.i >= in.i);
}
PRED(provision_retraction_untold)
{
    struct val in = c->fact[FACT_retracted_under], told = c->sub[N_told_in];
    return positive(in) && !(told.t == VAL_INT && told.i >= in.i);
}
PRED(no_live_response)
{
    return zero(c->fact[FACT_live_responses]);
}
PRED(no_unsettled_provision)
{
    return zero(c->fact[FACT_unsettled]);
}
PRED(answer_reveals_nothing)
{
    struct val names = c->fact[FACT_case_names];
    if (!text(c->in[N_told_text]) || names.t != VAL_LIST)
        return false;
    for (size_t i = 0; i < names.n; i++)
        if (contains(c->in[N_told_text].s, names.v[i].s))
            return false;
    return true;
}

/* --- response, provision --- */
PRED(label_release_ok) /* one row: class, mask, recipient, basis, known conditions */
{
    struct val r = c->fact[FACT_release];
    if (r.t != VAL_LIST || r.n == 0)
        return false;
    for (size_t i = 0; i < r.n; i++) {
        const struct val *x = r.v[i].v;
        uint32_t missing;
        if (r.v[i].n != 5 || x[0].i < 0 || x[0].i >= CLASS_COUNT || x[2].i < 0 || x[2].i >= RECIPIENT_COUNT ||
            x[3].i < 0 || x[3].i >= BASIS_COUNT)
            return false;
        if (law_release_to((enum class_id)x[0].i, (unsigned)x[1].i, (enum recipient_id)x[2].i, (enum basis_id)x[3].i,
                           (uint32_t)x[4].i, &missing) < 0 ||
            missing)
            return false;
    }
    return true;
}
PRED(case_responding)
{
    return is(c->fact[FACT_case_state], "RESPONDING");
}
PRED(response_kind_fits)
{
    bool some = c->in[N_targets].t == VAL_LIST && c->in[N_targets].n > 0 && zero(c->fact[FACT_targets_off]);
    if (is(c->in[N_response_kind], "R3_ALLIES"))
        return some;
    return some && is(c->in[N_response_kind], "R1_PRE_INFO") && positive(c->fact[FACT_case_prongs]);
}
PRED(targets_still_fit)
{
    return zero(c->fact[FACT_targets_off_now]);
}
PRED(item_issued_or_extract)
{
    if (is(c->row[N_item_kind], "PRODUCT"))
        return is(c->fact[FACT_product_state], "ISSUED");
    if (is(c->row[N_item_kind], "TEIKYO"))
        return is(c->fact[FACT_product_state], "ISSUED_S") && text(c->row[N_case]) &&
               same(c->fact[FACT_product_case], c->row[N_case].s);
    return c->fact[FACT_own_matches].t == VAL_LIST && c->fact[FACT_own_matches].n > 0;
}
/* Who may use a basis (40: the sector minister; 45: the Cabinet Office; 41, 42①: also the entrusted bodies). */
PRED(basis_open_to_provider)
{
    slice basis = text(c->row[N_basis]) ? c->row[N_basis].s : SLN;
    for (size_t i = 0; i < law_provider_rows; i++) {
        if (!sl_is(basis, law_provider_row[i].a))
            continue;
        slice who = sl(law_provider_row[i].b);
        if (sl_eq(who, c->actor.org_kind))
            return true;
        if (!sl_eq(who, c->actor.body))
            continue;
        if (sl_is(basis, "GL7"))
            return true; /* 告示 of its own: no entrustment needed */
        return positive(c->fact[sl_is(basis, "A41") ? FACT_entrust_41 : FACT_entrust_42]);
    }
    return false;
}

/* --- 対応②: hold, embargo, letters --- */
PRED(hold_not_exploited)
{
    return zero(c->fact[FACT_hold_exploited]);
}
PRED(hold_large_effect)
{
    return positive(c->fact[FACT_hold_effect]);
}
/* Counted from the first hold of the case, so that an extension cannot lengthen what the ceiling allows. */
PRED(hold_until_within_max)
{
    int64_t most;
    struct val until = c->row[N_until], first = c->fact[FACT_hold_first_at];
    if (until.t != VAL_INT || first.t != VAL_INT || !sl_int(law_param_value("hold_max_days", c->today), &most))
        return false;
    return until.i > c->now && until.i <= (first.i > 0 ? first.i : c->now) + most * 86400 * USEC;
}
PRED(hold_replaces_fits)
{
    return zero(c->fact[FACT_holds_off]);
}
static const char *hold_ended_by(const struct law_ctx *c)
{
    static const struct {
        enum fact_id fact;
        const char *why;
    } end[] = {{FACT_hold_exploited, "EXPLOITED"},
               {FACT_hold_declined, "DECLINED"},
               {FACT_hold_replaced, "REPLACED"},
               {FACT_hold_ready, "READY"}};
    for (size_t i = 0; i < TB_COUNT(end); i++)
        if (positive(c->fact[end[i].fact]))
            return end[i].why;
    return NULL;
}
PRED(hold_must_end)
{
    return hold_ended_by(c) != NULL;
}
PRED(bodies_known)
{
    return text(c->fact[FACT_org_ipa]) && text(c->fact[FACT_org_jpcert]);
}
PRED(no_active_hold)
{
    return zero(c->fact[FACT_holds_over]);
}
/* 0: there is no hold. */
PRED(planned_not_before_hold_end)
{
    struct val planned = c->in[N_planned_on], until = c->fact[FACT_hold_until];
    if (until.t != VAL_INT)
        return false;
    return until.i == 0 || planned.t != VAL_INT || planned.i >= day_of_instant(until.i);
}
PRED(ends_ahead)
{
    return c->row[N_ends_at].t == VAL_INT && c->row[N_ends_at].i > c->now;
}
PRED(new_end_ahead)
{
    return c->row[N_new_ends_at].t == VAL_INT && c->row[N_new_ends_at].i > c->now;
}
PRED(embargo_over_or_reached)
{
    return c->fact[FACT_embargo_until].t == VAL_INT && c->now >= c->fact[FACT_embargo_until].i;
}
/* 71 is in force half a year before what the other two rest on (法附則1). */
PRED(letter_type_in_force)
{
    struct val type = c->row[N_letter_type];
    return is(type, "COOP71_1") || (text(type) && law_gate_open(GATE_G3, c->today));
}
/* 付録7: IPA and JPCERT/CC; 73: a body that is entrusted; 71①: anyone but oneself. A case is named only to a body that
 * has a duty of secrecy (8②, 72④). */
PRED(addressee_fits_type)
{
    struct val type = c->row[N_letter_type], kind = c->fact[FACT_addressee_kind], body = c->fact[FACT_addressee_body];
    if (!text(type) || !text(kind) || same(c->row[N_addressee], c->actor.org))
        return false;
    if (text(c->row[N_case]) && !is(kind, "ENTRUSTEE") && !is(kind, "MINISTRY"))
        return false;
    if (is(type, "INSTRUCT"))
        return is(body, "IPA") || is(body, "JPCERT");
    return is(type, "COOP71_1") || (is(type, "REPORT73") && positive(c->fact[FACT_addressee_works]));
}
PRED(limit_ahead)
{
    return c->row[N_limit_on].t == VAL_INT && c->row[N_limit_on].i >= c->today;
}
PRED(jpcert_known)
{
    return text(c->fact[FACT_org_jpcert]);
}
PRED(issuer_fits_type)
{
    struct val type = c->row[N_letter_type];
    return text(type) && has_role(c, is(type, "INSTRUCT") ? ROLE_CAO_APPR : ROLE_CAO_HEAD);
}
PRED(letter_declinable)
{
    return text(c->row[N_letter_type]) && !is(c->row[N_letter_type], "REPORT73");
}
PRED(hold_of_letter_over)
{
    return zero(c->fact[FACT_hold_of_letter]);
}

/* --- council, entrustment --- */
PRED(council_organised)
{
    return positive(c->fact[FACT_council_live]);
}
PRED(is_recipient)
{
    enum kind_id k = c->act->kind;
    enum name_id n = law_kind[k].recipient;
    return n != NAME_COUNT && same(c->row[n], c->actor.org);
}
PRED(entrust_matrix_ok)
{
    for (size_t i = 0; text(c->row[N_work]) && i < law_entrust_rows; i++)
        if (sl_is(c->row[N_work].s, law_entrust_row[i].a) && is(c->fact[FACT_body_code], law_entrust_row[i].b))
            return true;
    return false;
}

/* What a body does outside the work it is entrusted with is nobody's; the Cabinet Office needs no entrustment. */
PRED(work_entrusted)
{
    return sl_is(c->actor.org_kind, "CABINET") || positive(c->fact[FACT_entrust_37]);
}
PRED(handed_fits)
{
    return zero(c->fact[FACT_handed_off]);
}

/* --- products; a sentence is (text, secret?, sources, the lowest level of them) --- */
enum { SENT_TEXT, SENT_SECRET, SENT_SOURCES, SENT_LEVEL, SENT_COLS };
enum { LEVEL_OTHERS, LEVEL_OWN, LEVEL_PARTNERSHIP };
static bool sentences(const struct law_ctx *c, const struct val **v, size_t *n)
{
    struct val s = c->fact[FACT_sentences];
    *v = s.v;
    *n = s.n;
    for (size_t i = 0; s.t == VAL_LIST && i < s.n; i++)
        if (s.v[i].n != SENT_COLS)
            return false;
    return s.t == VAL_LIST && s.n > 0;
}
PRED(provenance_complete)
{
    const struct val *v;
    size_t n;
    if (!sentences(c, &v, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!positive(v[i].v[SENT_SOURCES]) || !text(v[i].v[SENT_TEXT]))
            return false;
    return true;
}
PRED(classifier_may_lower_within_source)
{
    const struct val *v;
    size_t n;
    if (is(c->in[N_secret], "YES"))
        return true;
    if (!sentences(c, &v, &n) || c->in[N_sentence].t != VAL_INT || c->in[N_sentence].i < 0 ||
        (size_t)c->in[N_sentence].i >= n)
        return false;
    struct val level = v[c->in[N_sentence].i].v[SENT_LEVEL];
    return (level.t == VAL_INT && level.i >= LEVEL_OWN) || sl_is(c->actor.org_kind, "CABINET");
}
PRED(every_sentence_decided_not_secret)
{
    const struct val *v;
    size_t n;
    if (!sentences(c, &v, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is(v[i].v[SENT_SECRET], "NO"))
            return false;
    return true;
}
PRED(grade_fits_issue)
{
    return is(c->sub[N_grade], c->id == ACT_product_issue_teikyo ? "TEIKYO" : "SHUCHI");
}
PRED(recipient_is_foreign)
{
    return is(c->fact[FACT_protected_kind], "FOREIGN");
}
PRED(no_masked_token_survives)
{
    const struct val *v;
    size_t n;
    struct val names = c->fact[FACT_product_names];
    if (!sentences(c, &v, &n) || names.t != VAL_LIST)
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < names.n; k++)
            if (contains(v[i].v[SENT_TEXT].s, names.v[k].s))
                return false;
    return true;
}
PRED(issuer_covers_sources)
{
    const struct val *v;
    size_t n;
    if (sl_is(c->actor.org_kind, "CABINET") || positive(c->fact[FACT_entrust_41]))
        return true;
    if (!sentences(c, &v, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (v[i].v[SENT_LEVEL].t != VAL_INT || v[i].v[SENT_LEVEL].i < LEVEL_PARTNERSHIP)
            return false;
    return true;
}
PRED(product_is_shuchi_issued)
{
    return is(c->fact[FACT_product_state], "ISSUED") && is(c->fact[FACT_product_grade], "SHUCHI");
}
PRED(at_reached)
{
    return c->sub[N_at].t == VAL_INT && c->now >= c->sub[N_at].i;
}
/* The query answers the empty text for a case without a report. */
PRED(vulreport_accepted_or_own)
{
    struct val report = c->fact[FACT_case_report];
    return report.t == VAL_TEXT && (!text(report) || is(c->fact[FACT_case_report_state], "ACCEPTED"));
}
PRED(advice_to_vendor_of_coord)
{
    return text(c->row[N_advice_to]) && text(c->sub[N_vendors]) && contains(c->sub[N_vendors].s, c->row[N_advice_to].s);
}
/* Both stand behind one text: what JPCERT/CC read is what NICT wrote last. */
PRED(advice_offered)
{
    struct val no = c->sub[N_advice_no], read = c->in[N_advice_read];
    return no.t == VAL_INT && read.t == VAL_INT && read.i == no.i && c->sub[N_advice_given].t != VAL_INT;
}
PRED(end_reason_holds)
{
    struct val why = c->row[N_end_reason];
    if (is(why, "UNREACHABLE"))
        return positive(c->fact[FACT_coord_lapsed]);
    return is(why, "NOT_VULN") || (is(why, "FINDER_RELEASED") && positive(c->fact[FACT_finder_free]));
}
PRED(recall_confirmed)
{
    return positive(c->in[N_destroyed]);
}

/* --- feeds, matching, names --- */
PRED(feeds_complete)
{
    return zero(c->fact[FACT_open_feeds]);
}
PRED(counts_add_up)
{
    const enum name_id part[] = {N_count_in, N_accepted, N_unchanged, N_rejected};
    for (size_t i = 0; i < TB_COUNT(part); i++)
        if (c->in[part[i]].t != VAL_INT)
            return false;
    return c->in[N_count_in].i == c->in[N_accepted].i + c->in[N_unchanged].i + c->in[N_rejected].i;
}
PRED(root_matches)
{
    return positive(c->fact[FACT_bulk_root_ok]);
}
PRED(target_in_dictionary)
{
    return positive(c->fact[FACT_target_known]);
}

/* --- sessions, reads, clocks --- */
PRED(authenticator_verified)
{
    return positive(c->fact[FACT_authenticated]);
}
PRED(purpose_given_if_protected)
{
    return is(c->in[N_class], "OPEN") || text(c->in[N_purpose]);
}
static bool listed(struct val list, size_t n, slice id)
{
    for (size_t i = 0; i < n; i++)
        if (same(list.v[i], id))
            return true;
    return false;
}
/* What is the own organisation's, and whom one has been shown already today, takes nothing from the day. */
PRED(quota_ok)
{
    struct val now = c->row[N_operators], seen = c->fact[FACT_operators_seen];
    int64_t before = 0, more = 0;
    if (seen.t != VAL_LIST)
        return false;
    for (size_t i = 0; i < seen.n; i++)
        before += !same(seen.v[i], c->actor.org);
    for (size_t i = 0; now.t == VAL_LIST && i < now.n; i++)
        more += text(now.v[i]) && !same(now.v[i], c->actor.org) && !listed(seen, seen.n, now.v[i].s) &&
                !listed(now, i, now.v[i].s);
    return more == 0 || before + more <= law_quota(&c->actor, c->today);
}
/* In the exercise choosing a person is the authenticator and the step-up (acts.md §0.1.11). */
PRED(step_up_live)
{
    struct val until = c->fact[FACT_step_up_until];
    return until.t == VAL_INT && until.i > c->now;
}
PRED(export_own)
{
    return same(c->row[N_person], c->actor.person);
}
PRED(export_fresh)
{
    int64_t days;
    return c->row[N_decided_on].t == VAL_INT && sl_int(law_param_value("export_days", c->today), &days) &&
           c->today <= c->row[N_decided_on].i + days;
}
PRED(export_made)
{
    struct val rows = c->fact[FACT_export_rows];
    int64_t most;
    return rows.t == VAL_INT && sl_int(law_param_value("export_rows_max", c->today), &most) && rows.i <= most;
}
PRED(due_reached)
{
    return c->sub[N_due].t == VAL_INT && c->now >= c->sub[N_due].i;
}

typedef bool pred_fn(const struct law_ctx *c);
static pred_fn *const pred_fns[PRED_COUNT] = {
#define X(n) [P_##n] = p_##n,
    LAW_PREDS(X)
#undef X
};

bool law_pred_holds(const struct law_ctx *c, enum pred_id p, enum fact_id second_fact)
{
    struct law_ctx with = *c;
    with.cond_fact = second_fact;
    return pred_fns[p](&with); /* a general one has none: law_decide asks those itself, and no row names them */
}

/* --- functions --- */
#define FN(n) static struct val f_##n(const struct law_ctx *c, struct arena *a)

/* 命令2③, 法附則4, 命令附則2: the first that holds (acts.md §5 due_basis). */
FN(step_up_end)
{
    int64_t minutes = 0;
    (void)a;
    (void)sl_int(law_param_value("step_up_minutes", c->today), &minutes);
    return VI(c->now + minutes * 60 * USEC);
}
FN(due_basis)
{
    (void)a;
    struct val intro = c->row[N_introduced_on], first = c->fact[FACT_first_designated_on],
               last = c->fact[FACT_designated_on];
    struct val list = c->fact[FACT_list_changed_on];
    if (c->id == ACT_asset_unexempt)
        return VT(SL("UNEXEMPT_4M"));
    if (intro.t != VAL_INT)
        return (struct val){0};
    day_t cut = DAY_NONE, window = DAY_NONE;
    int64_t months = 2;
    (void)day_parse(law_param_value("existing_cutoff", c->today), &cut);
    (void)day_parse(law_param_value("newmachine_cutoff", c->today), &window);
    (void)sl_int(law_param_value("introduction_window_months", c->today), &months);
    bool by_cut = cut != DAY_NONE && first.t == VAL_INT && first.i <= cut;
    if (by_cut && intro.i <= cut)
        return VT(SL("EXISTING_6M"));
    if (by_cut && positive(c->row[N_facility_existed]) && intro.i <= window)
        return VT(SL("EXISTING_FACILITY_NEW_6M"));
    if (last.t == VAL_INT && zero(c->fact[FACT_by_succession]) &&
        intro.i <= period_last((day_t)last.i, (int)months, PERIOD_MONTHS, false))
        return VT(SL("DESIGNATION_6M"));
    if (list.t == VAL_INT && intro.i <= period_last((day_t)list.i, (int)months, PERIOD_MONTHS, false) &&
        intro.i >= list.i)
        return VT(SL("LISTCHANGE_6M"));
    return VT(SL("INTRO_4M"));
}
/* 命令3: four months from the change; six from the change of the list that it follows within two. */
FN(change_basis)
{
    (void)a;
    struct val on = c->row[N_changed_on], list = c->fact[FACT_list_changed_on];
    int64_t months = 2;
    (void)sl_int(law_param_value("introduction_window_months", c->today), &months);
    if (on.t != VAL_INT)
        return (struct val){0};
    bool follows =
        list.t == VAL_INT && on.i >= list.i && on.i <= period_last((day_t)list.i, (int)months, PERIOD_MONTHS, false);
    return VT(follows ? SL("CHANGE_LIST_6M") : SL("CHANGE_4M"));
}
/* A further change takes nobody out of a limit that has passed. */
FN(change_to)
{
    (void)a;
    return VT(sl(law_state_name[c->state == ST_CHANGE_OVERDUE ? ST_CHANGE_OVERDUE : ST_CHANGE_DUE]));
}
FN(forward_to)
{
    (void)a;
    bool stays = c->state == ST_CHANGE_DUE || c->state == ST_CHANGE_OVERDUE;
    return VT(sl(law_state_name[stays ? c->state : ST_FORWARDED]));
}
/* A correction leads back to where it was asked for. */
FN(fix_from)
{
    (void)a;
    enum state_id from = is(c->sub[N_fix_from], "CHANGE_FILED") ? ST_CHANGE_FILED : ST_FILED;
    return VT(sl(law_state_name[c->id == ACT_asset_ask_fix ? c->state : from]));
}
FN(unforwarded)
{
    (void)a;
    return VI(c->state == ST_FILED || c->state == ST_CHANGE_FILED || positive(c->sub[N_unforwarded]));
}
static struct val changes_told(const struct law_ctx *c, struct arena *a, const struct val *from)
{
    struct buf b = BUF(8000);
    for (size_t i = 0; i < TB_COUNT(told_item); i++) {
        const struct law_field *f = &law_field[told_item[i].field];
        if (!item_changed(c, i))
            continue;
        slice v = text(from[told_item[i].name]) ? from[told_item[i].name].s : SL("（なし）");
        const char *ja = f->type == FT_ENUM ? law_option_ja(f, v) : NULL;
        buf_fmt(&b, "%s%s: ", b.n ? "\n" : "", f->ja);
        buf_sl(&b, ja ? sl(ja) : v);
    }
    struct val out = b.over ? (struct val){0} : VT(arena_sl(a, buf_slice(&b)));
    buf_free(&b);
    return out;
}
FN(change_old)
{
    return a ? changes_told(c, a, c->sub) : (struct val){0};
}
FN(change_new)
{
    return a ? changes_told(c, a, c->row) : (struct val){0};
}
/* The successor may use the same number for a machine of his own: then the predecessor's number tells them apart. */
FN(succeeded_ref)
{
    struct val ref = c->sub[N_op_ref], number = c->fact[FACT_predecessor_number];
    if (!text(ref) || !a || !positive(c->fact[FACT_successor_ref_taken]) || !text(number))
        return ref;
    return VT(sl(arena_fmt(a, "%s-%s", arena_dup(a, ref.s), arena_dup(a, number.s))));
}
FN(order_limit)
{
    (void)a;
    return VT(c->row[N_limit_on].t == VAL_INT ? SL("LIMIT") : SL("SILENCE"));
}
FN(order_sanction)
{
    (void)a;
    const struct law_order *o = order_of(c->row[N_order_type]);
    if (!o || !o->penalty)
        return (struct val){0};
    return VT(law_param_value(o->penalty, c->today));
}
FN(answer_late)
{
    (void)a;
    return VI(c->state == ST_OVERDUE);
}
FN(by_cao)
{
    (void)a;
    return VI(sl_is(c->actor.org_kind, "CABINET"));
}
FN(next_advice)
{
    (void)a;
    return VI(c->sub[N_advice_no].t == VAL_INT ? c->sub[N_advice_no].i + 1 : 1);
}
FN(entrust_begins)
{
    (void)a;
    return c->outcome == ST_ACTIVE ? VI(c->today) : (struct val){0};
}
/* Of a foreign body and of an entrusted one no answer is asked (40② is of operators): what it received is settled. */
FN(received_to)
{
    (void)a;
    bool settled = is(c->sub[N_basis], "A39") || is(c->sub[N_basis], "A72_3");
    return VT(settled ? SL("SETTLED") : SL("RECEIVED"));
}
FN(status_final)
{
    (void)a;
    if (is(c->in[N_status], "FIXED") || is(c->in[N_status], "NOT_AFFECTED"))
        return VT(SL("SETTLED"));
    return text(c->in[N_status]) ? VT(SL("RECEIVED")) : (struct val){0};
}
FN(watch_kev)
{
    (void)a;
    return c->fact[FACT_kev_listed].t == VAL_INT ? VI(c->fact[FACT_kev_listed].i > 0) : (struct val){0};
}
FN(watch_newest)
{
    (void)a;
    return c->fact[FACT_case_newest];
}
FN(actor_sector)
{
    (void)a;
    return c->fact[FACT_actor_sector];
}
FN(hold_end)
{
    (void)a;
    const char *why = hold_ended_by(c);
    return why ? VT(sl(why)) : (struct val){0};
}

static int option_at(enum field_id f, struct val v)
{
    for (size_t i = 0; v.t == VAL_TEXT && i < law_field[f].options; i++)
        if (sl_is(v.s, law_field[f].option[i].name))
            return (int)i;
    return -1;
}
/* The coordinator's tree (ssvc.def). */
FN(ssvc_decision)
{
    static const struct {
        enum field_id field;
        enum name_id name;
    } point[4] = {{FIELD_case_ssvc_exploitation, N_ssvc_exploitation},
                  {FIELD_case_ssvc_automatable, N_ssvc_automatable},
                  {FIELD_case_ssvc_impact, N_ssvc_impact},
                  {FIELD_case_ssvc_mission, N_ssvc_mission}};
    size_t at = 0;
    (void)a;
    for (size_t i = 0; i < TB_COUNT(point); i++) {
        int k = option_at(point[i].field, c->row[point[i].name]);
        if (k < 0)
            return (struct val){0};
        at = at * law_ssvc_size[i] + (size_t)k;
    }
    return VT(sl(law_ssvc_row[at]));
}

static void json_text(struct buf *b, slice s)
{
    buf_chr(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (ch == '"' || ch == '\\')
            buf_fmt(b, "\\%c", ch);
        else if (ch < 0x20)
            buf_fmt(b, "\\u%04x", ch);
        else
            buf_chr(b, (char)ch);
    }
    buf_chr(b, '"');
}
static void matches_given(struct buf *b, struct val m)
{
    static const char *const key[] = {"asset", "op_ref", "product", "version", "level"};
    for (size_t i = 0; i < m.n; i++) {
        buf_str(b, i ? ",{" : "{");
        for (size_t k = 0; k < TB_COUNT(key) && k < m.v[i].n; k++) {
            buf_fmt(b, "%s\"%s\":", k ? "," : "", key[k]);
            json_text(b, m.v[i].v[k].s);
        }
        buf_chr(b, '}');
    }
}
static void sentences_given(struct buf *b, struct val s)
{
    for (size_t i = 0; i < s.n; i++) {
        buf_str(b, i ? ",{\"text\":" : "{\"text\":");
        json_text(b, s.v[i].s);
        buf_chr(b, '}');
    }
}
/* What a recipient is given: of a case his own matches and nothing else (acts.md §0.1.7), of a 提供用 its sentences
 * without their sources. */
FN(extract)
{
    bool teikyo = is(c->row[N_item_kind], "TEIKYO");
    struct val given = c->fact[teikyo ? FACT_given_sentences : FACT_own_matches];
    if (given.t != VAL_LIST || !a || !(teikyo || is(c->row[N_item_kind], "CASE_EXTRACT")))
        return (struct val){0};
    struct buf b = BUF(1 << 20);
    buf_chr(&b, '[');
    (teikyo ? sentences_given : matches_given)(&b, given);
    buf_chr(&b, ']');
    struct val out = b.over ? (struct val){0} : VT(arena_sl(a, buf_slice(&b)));
    buf_free(&b);
    return out;
}

typedef struct val fn_fn(const struct law_ctx *c, struct arena *a);
static fn_fn *const fns[FN_COUNT] = {
#define X(n) [FN_##n] = f_##n,
    LAW_FNS(X)
#undef X
};
struct val law_fn_value(const struct law_ctx *c, enum fn_id f, struct arena *a)
{
    return fns[f](c, a);
}
