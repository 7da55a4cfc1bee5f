/* The conditions of filings, changes and withdrawals of a machine (4), and the days and texts that follow from them. */
#include "preds_int.h"

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
PRED(rows_counted)
{
    return c->in[N_rows].t == VAL_INT && c->in[N_accepted].t == VAL_INT && c->in[N_refused].t == VAL_INT &&
           c->in[N_rows].i == c->in[N_accepted].i + c->in[N_refused].i;
}
/* 命令2③, 法附則4, 命令附則2: the first that holds (acts.md §5 due_basis). */
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
