/* The conditions of a hold of publication (付録7②) and of a day that the parties agreed on (告示). */
#include "preds_int.h"

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
FN(hold_end)
{
    (void)a;
    const char *why = hold_ended_by(c);
    return why ? VT(sl(why)) : (struct val){0};
}
