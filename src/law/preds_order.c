/* The conditions of orders, opinions, demands and guidance (6, 7, 9, 10). */
#include "preds_int.h"

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
