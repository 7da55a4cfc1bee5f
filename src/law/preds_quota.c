/* The conditions of reading and of taking out (8①): purpose, the quota of a day, a second proof of who one is. */
#include "preds_int.h"

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
