/* The named predicates (acts.md §5): pure, total; a missing fact gives false. Those of one idea have a file of their
 * own. */
#include "preds_int.h"

bool contains(slice hay, slice needle)
{
    return needle.n && hay.n >= needle.n && memmem(hay.p, hay.n, needle.p, needle.n);
}

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

/* --- vulnerability reports and triage --- */
PRED(reject_has_reason)
{
    return c->outcome != ST_REJECTED || text(c->in[N_reject_reason]);
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

/* --- coordination, recall --- */

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
PRED(giver_self)
{
    return same(c->sub[N_giver], c->actor.person);
}
PRED(due_reached)
{
    return c->sub[N_due].t == VAL_INT && c->now >= c->sub[N_due].i;
}

typedef bool pred_fn(const struct law_ctx *c);

static pred_fn *const pred_fns[PRED_COUNT] = {
#define X(n) [P_##n] = law_p_##n,
    LAW_PREDS(X)
#undef X
};

bool law_pred_holds(const struct law_ctx *c, enum pred_id p, enum fact_id second_fact)
{
    struct law_ctx with = *c;
    with.cond_fact = second_fact;
    return pred_fns[p](&with); /* a general one has none: law_decide asks those itself, and no row names them */
}
