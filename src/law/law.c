#include "law.h"

#include <stdio.h>
#include <string.h>

/* --- look-ups --- */
#define LOOKUP(fn, type, table, count)                                                                                 \
    type fn(slice name)                                                                                                \
    {                                                                                                                  \
        for (int i = 0; i < (int)(count); i++)                                                                         \
            if (sl_is(name, table))                                                                                    \
                return (type)i;                                                                                        \
        return (type)(count);                                                                                          \
    }
LOOKUP(law_act_named, enum act_id, law_act[i].name, ACT_COUNT)
LOOKUP(law_kind_named, enum kind_id, law_kind[i].name, KIND_COUNT)
LOOKUP(law_role_named, enum role_id, law_role[i].name, ROLE_COUNT)
LOOKUP(law_clock_named, enum clock_id, law_clock[i].name, CLOCK_COUNT)
LOOKUP(law_basis_named, enum basis_id, law_basis[i].name, BASIS_COUNT)
LOOKUP(law_fn_named, enum fn_id, law_fn[i].name, FN_COUNT)
LOOKUP(law_state_named, enum state_id, law_state_name[i], ST_COUNT)

bool law_act_creates(const struct law_act *a)
{
    for (size_t i = 0; i < a->froms; i++)
        if (a->from[i] == ST_NONE)
            return true;
    return false;
}

bool law_act_machine_only(const struct law_act *a)
{
    for (size_t i = 0; i < a->bys; i++)
        if (law_role[a->by[i]].sort != ROLE_MACHINE)
            return false;
    return true;
}

const struct law_state *law_state_of(enum kind_id k, enum state_id s)
{
    for (size_t i = 0; i < law_kind[k].states; i++)
        if (law_kind[k].state[i].id == s)
            return &law_kind[k].state[i];
    return NULL;
}

static bool class_holds(const struct law_classmap *m, enum state_id s, const struct val *f)
{
    if (m->until != NAME_COUNT)
        return f[m->until].t == VAL_NONE;
    for (size_t i = 0; i < m->states; i++)
        if (m->state[i] == s)
            return true;
    return false;
}

enum class_id law_class_of(enum kind_id k, slice label, enum state_id s, const struct val *f)
{
    if (sl_starts(label, "W:")) /* kept for its owner alone */
        return CLASS_WORK;
    for (size_t i = 0; i < law_kind[k].ases; i++)
        if (class_holds(&law_kind[k].as[i], s, f))
            return law_kind[k].as[i].class;
    return law_kind[k].class;
}

const char *law_option_ja(const struct law_field *f, slice name)
{
    for (size_t i = 0; i < f->options; i++)
        if (sl_is(name, f->option[i].name))
            return f->option[i].ja;
    return NULL;
}

const struct law_field *law_kind_field(enum kind_id k, enum name_id n)
{
    for (size_t i = 0; i < law_kind[k].fields; i++)
        if (law_field[law_kind[k].field[i]].id == n)
            return &law_field[law_kind[k].field[i]];
    return NULL;
}

slice law_param_among(const struct law_param *p, size_t n, const char *name, day_t today)
{
    const struct law_param *best = NULL;
    for (size_t i = 0; i < n; i++)
        if (sl_is(sl(p[i].name), name) && p[i].from <= today && (!best || p[i].from >= best->from))
            best = &p[i];
    return best ? sl(best->value) : SLN;
}

slice law_param_value(const char *name, day_t today)
{
    return law_param_among(law_param, law_params, name, today);
}

static int64_t quota_of(const char *role, day_t today)
{
    char name[60];
    int64_t n = 0;
    snprintf(name, sizeof name, "quota_operators%s%s", role ? "_" : "", role ? role : "");
    return sl_int(law_param_value(name, today), &n) ? n : 0;
}

int64_t law_quota(const struct law_actor *a, day_t today)
{
    int64_t most = quota_of(NULL, today);
    for (int r = 0; r < ROLE_COUNT; r++) {
        int64_t n = a->roles >> r & 1 ? quota_of(law_role[r].name, today) : 0;
        most = n > most ? n : most;
    }
    return most;
}

static bool space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

bool law_words_have(slice words, slice word)
{
    for (size_t i = 0; word.n && i < words.n;) {
        while (i < words.n && space(words.p[i]))
            i++;
        size_t j = i;
        while (j < words.n && !space(words.p[j]))
            j++;
        if (sl_eq((slice){words.p + i, j - i}, word))
            return true;
        i = j;
    }
    return false;
}

bool law_gate_open(enum law_gate_id g, day_t today)
{
    return law_gate[g].from != DAY_NONE && today >= law_gate[g].from;
}

bool law_role_fits_org(enum role_id r, slice org_kind)
{
    const struct law_field *f = law_kind_field(KIND_org, N_org_kind);
    for (size_t i = 0; i < f->options; i++)
        if (sl_is(org_kind, f->option[i].name))
            return law_role[r].org_kinds >> i & 1;
    return false;
}

/* --- the decision --- */
bool law_act_lacks(const struct law_ctx *c, enum drop_part part, size_t index)
{
    return c->drop.act == c->id && c->drop.part == part && (part == DROP_ROW || c->drop.index == index);
}

static bool is_finder(const struct law_ctx *c)
{
    return c->actor.roles == 0 && c->actor.person.n && sl_is(c->actor.state, "ACTIVE");
}

/* 本人: the person the row is about, or who is named in it. */
static bool is_self(const struct law_ctx *c)
{
    if (!c->actor.person.n)
        return false;
    if (c->act->kind == KIND_person)
        return sl_eq(c->subject, c->actor.person);
    return c->row[N_person].t == VAL_TEXT && sl_eq(c->row[N_person].s, c->actor.person);
}

static bool holds(const struct law_ctx *c, enum role_id r)
{
    bool active = sl_is(c->actor.state, "ACTIVE") && sl_is(c->actor.org_state, "ACTIVE");
    if (law_role[r].sort == ROLE_MACHINE)
        return c->actor.roles >> r & 1;
    if (law_role[r].sort == ROLE_HELD)
        return active && (c->actor.roles >> r & 1);
    if (r == ROLE_SELF)
        return is_self(c);
    if (r == ROLE_FINDER)
        return is_finder(c);
    return active && c->actor.roles != 0; /* ANY */
}

static enum role_id role_used(const struct law_ctx *c)
{
    for (size_t i = 0; i < c->act->bys; i++)
        if (holds(c, c->act->by[i]))
            return c->act->by[i];
    return ROLE_COUNT;
}

static bool state_matches(const struct law_ctx *c)
{
    if (c->act->from_any) {
        const struct law_state *s = law_state_of(c->act->kind, c->state);
        return s && s->sort != STATE_FINAL;
    }
    for (size_t i = 0; i < c->act->froms; i++)
        if (c->act->from[i] == c->state)
            return true;
    return false;
}

/* Where the act leads; false when the outcome is not one of the row's. */
static bool destination(const struct law_ctx *c, enum state_id *to, bool *negative)
{
    const struct law_act *a = c->act;
    *negative = false;
    *to = c->state;
    if (a->to_mode == TO_SAME)
        return true;
    if (a->to_mode == TO_FIXED) {
        *to = a->to[0].state;
        return true;
    }
    enum state_id want = c->outcome;
    if (a->to_mode == TO_FN) {
        struct val v = law_fn_value(c, a->to_fn, NULL);
        want = v.t == VAL_TEXT ? law_state_named(v.s) : ST_COUNT;
    }
    for (size_t i = 0; i < a->tos; i++)
        if (a->to[i].state == want) {
            *to = want;
            *negative = a->to[i].negative;
            return true;
        }
    return false;
}

static void lacking(struct law_decision *d, enum pred_id p)
{
    if (d->reasons < LAW_REASONS)
        d->reason[d->reasons++] = p;
}

void law_decide(const struct law_ctx *c, struct law_decision *d)
{
    *d = (struct law_decision){.to = c->state, .role = role_used(c)};
    bool led = destination(c, &d->to, &d->negative);
    if (law_act_lacks(c, DROP_ROW, 0) || !law_gate_open(c->act->gate, c->today))
        lacking(d, P_gate_open);
    if (d->role == ROLE_COUNT)
        lacking(d, P_role_held);
    if (!c->live)
        lacking(d, P_session_live);
    if (!state_matches(c))
        lacking(d, P_state_matches);
    if (!c->visible)
        lacking(d, P_subject_visible);
    if (!c->inputs_ok || !led)
        lacking(d, P_inputs_valid);
    for (size_t i = 0; i < c->act->conds; i++) {
        const struct law_cond *k = &c->act->cond[i];
        if (law_act_lacks(c, DROP_COND, i) || (d->negative && !law_pred[k->pred].always))
            continue;
        if (!law_pred_holds(c, k->pred, k->fact))
            lacking(d, k->pred);
    }
    d->allowed = d->reasons == 0;
}

/* --- clocks --- */
const struct law_variant *law_variant_named(const struct law_clock *k, struct val name)
{
    for (size_t i = 0; name.t == VAL_TEXT && i < k->variants; i++)
        if (sl_is(name.s, k->variant[i].name))
            return &k->variant[i];
    return NULL;
}

static day_t workdays_after(day_t day, int n) /* the first day is not counted, as in 民法140 */
{
    for (int i = 0; i < n; i++)
        day = day_roll(day + 1, &law_holidays);
    return day;
}

static struct val start_value(const struct law_ctx *c, const struct law_variant *v)
{
    switch (v->from) {
    case SRC_FACT:
        return c->fact[v->from_id];
    case SRC_ROW:
        return c->row[v->from_id];
    default:
        return VI(day_of_instant(c->now));
    }
}

bool law_due(const struct law_ctx *c, enum clock_id id, struct arena *a, struct law_due *out)
{
    const struct law_clock *k = &law_clock[id];
    const struct law_variant *v =
        k->pick == FN_COUNT ? &k->variant[0] : law_variant_named(k, law_fn_value(c, k->pick, a));
    if (!v)
        return false;
    *out = (struct law_due){.variant = v, .started = c->now};
    if (v->count == COUNT_ELAPSED)
        return true;
    struct val from = start_value(c, v);
    out->dated = true;
    switch (v->count) {
    case COUNT_FIXED:
        out->nominal = v->fixed;
        break;
    case COUNT_SET:
        if (c->row[v->set].t != VAL_INT)
            return false;
        out->nominal = (day_t)c->row[v->set].i;
        break;
    case COUNT_INSTANT: /* an hour that was agreed or decided: the very instant, and not the end of its day */
        if (c->row[v->set].t != VAL_INT)
            return false;
        out->lapses_at = c->row[v->set].i;
        out->nominal = out->last = day_of_instant(out->lapses_at - 1);
        return true;
    default:
        if (from.t != VAL_INT)
            return false;
        out->nominal = v->count == COUNT_WORKDAYS ? workdays_after((day_t)from.i, v->n)
                                                  : period_last((day_t)from.i, v->n,
                                                                v->count == COUNT_MONTHS  ? PERIOD_MONTHS
                                                                : v->count == COUNT_YEARS ? PERIOD_YEARS
                                                                                          : PERIOD_DAYS,
                                                                false);
    }
    out->last = k->roll ? day_roll(out->nominal, &law_holidays) : out->nominal;
    out->lapses_at = instant_of_day(out->last + 1);
    return true;
}

int law_level(const struct law_variant *v, usec_t elapsed, day_t today)
{
    if (!v->level)
        return 0;
    slice rest = law_param_value(v->level, today);
    int level = 0;
    while (rest.n) {
        slice word;
        int64_t s = INT64_MAX; /* what is no number is never reached */
        (void)sl_cut(rest, ' ', &word, &rest);
        (void)sl_int(word, &s);
        level += elapsed / USEC >= s;
    }
    return level > 2 ? 2 : level;
}
