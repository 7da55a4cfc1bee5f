/* The rows hold together: states can be reached and left, clocks stop, nothing stands in the tables unused. */
#include "check.h"

/* --- which states of a kind an act, a side or a lapse makes and leaves --- */
struct flow {
    bool made[KIND_COUNT][ST_COUNT], left[KIND_COUNT][ST_COUNT];
};

static void flow_of_act(struct flow *f, const struct law_act *a)
{
    for (size_t i = 0; i < a->tos; i++)
        f->made[a->kind][a->to[i].state] = true;
    for (size_t i = 0; i < a->froms; i++)
        f->left[a->kind][a->from[i]] |= a->to_mode != TO_SAME;
    for (size_t i = 0; i < a->sides; i++) {
        const struct law_side *s = &a->side[i];
        if (s->to == ST_NONE)
            continue; /* it stays where it is */
        f->made[s->kind][s->to] = true;
        for (size_t k = 0; k < s->froms; k++)
            f->left[s->kind][s->from[k]] |= s->from[k] != s->to;
    }
    for (size_t i = 0; a->from_any && a->to_mode != TO_SAME && i < law_kind[a->kind].states; i++)
        f->left[a->kind][law_kind[a->kind].state[i].id] |= law_kind[a->kind].state[i].sort != STATE_FINAL;
}

/* What the effect of an act writes beside its own row (acts.md §4.1, 4.21, 4.22, 4.24), and the clocks themselves. */
static const struct {
    enum kind_id kind;
    enum state_id from, to;
} by_effect[] = {
    {KIND_designation, ST_NONE, ST_DESIGNATED}, {KIND_designation, ST_DESIGNATED, ST_ENDED}, /* list.decide */
    {KIND_match, ST_NONE, ST_COMPUTED},         {KIND_match, ST_DECIDED, ST_STALE},          /* match.run */
    {KIND_name, ST_NONE, ST_UNRESOLVED},                                                     /* match.run */
    {KIND_clock, ST_NONE, ST_RUNNING},          {KIND_clock, ST_RUNNING, ST_MET},
    {KIND_clock, ST_LAPSED, ST_VOID},
};

static void flow_of_all(struct flow *f)
{
    memset(f, 0, sizeof *f);
    for (int a = 0; a < ACT_COUNT; a++)
        flow_of_act(f, &law_act[a]);
    for (int c = 0; c < CLOCK_COUNT; c++)
        for (size_t i = 0; i < law_clock[c].lapses; i++) {
            f->made[law_clock[c].lapse[i].kind][law_clock[c].lapse[i].to] = true;
            f->left[law_clock[c].lapse[i].kind][law_clock[c].lapse[i].from] = true;
        }
    for (size_t i = 0; i < TB_COUNT(by_effect); i++) {
        f->made[by_effect[i].kind][by_effect[i].to] = true;
        f->left[by_effect[i].kind][by_effect[i].from] = true;
    }
}

static void every_state_can_be_reached(void **state)
{
    (void)state;
    static struct flow f;
    flow_of_all(&f);
    for (int k = 0; k < KIND_COUNT; k++)
        for (size_t i = 0; i < law_kind[k].states; i++)
            assert_case(f.made[k][law_kind[k].state[i].id], "nothing leads to %s %s", law_kind[k].name,
                        law_state_name[law_kind[k].state[i].id]);
}

static void every_state_that_is_not_final_or_standing_can_be_left(void **state)
{
    (void)state;
    static struct flow f;
    flow_of_all(&f);
    for (int k = 0; k < KIND_COUNT; k++)
        for (size_t i = 0; i < law_kind[k].states; i++) {
            const struct law_state *s = &law_kind[k].state[i];
            assert_case(s->sort != STATE_PASSING || f.left[k][s->id], "nothing leaves %s %s", law_kind[k].name,
                        law_state_name[s->id]);
            assert_case(s->sort == STATE_PASSING || !f.left[k][s->id], "%s %s is left all the same", law_kind[k].name,
                        law_state_name[s->id]);
        }
}

/* --- clocks --- */
static void every_clock_is_started_by_some_act_and_comes_to_an_end(void **state)
{
    (void)state;
    for (int c = 0; c < CLOCK_COUNT; c++) {
        bool started = false, stopped = false;
        for (int a = 0; a < ACT_COUNT; a++)
            for (size_t i = 0; i < law_act[a].ticks; i++) {
                const struct law_tick *t = &law_act[a].tick[i];
                started |= t->clock == (enum clock_id)c && t->op == CLOCK_START;
                stopped |= t->clock == (enum clock_id)c && (t->op == CLOCK_MEET || t->op == CLOCK_CANCEL);
            }
        bool dated = law_clock[c].variant[0].count != COUNT_ELAPSED;
        assert_case(started, "%s is never started", law_clock[c].name);
        assert_case(stopped || dated, "%s has no date and no act that ends it", law_clock[c].name);
        assert_case(dated || law_clock[c].lapses == 0, "%s has no date but a lapse", law_clock[c].name);
    }
}

static void a_mark_that_hangs_on_a_state_hangs_on_one_the_act_knows(void **state)
{
    (void)state;
    for (int a = 0; a < ACT_COUNT; a++)
        for (size_t i = 0; i < law_act[a].ticks; i++) {
            const struct law_tick *t = &law_act[a].tick[i];
            bool known = t->when == WHEN_ALWAYS;
            for (size_t k = 0; t->when == WHEN_FROM && k < law_act[a].froms; k++)
                known |= law_act[a].from[k] == t->state;
            for (size_t k = 0; t->when == WHEN_TO && k < law_act[a].tos; k++)
                known |= law_act[a].to[k].state == t->state;
            assert_case(known, "%s: %s hangs on %s", law_act[a].name, law_clock[t->clock].name,
                        law_state_name[t->state]);
        }
}

static void an_elapsed_clock_has_three_levels_that_rise(void **state)
{
    (void)state;
    for (int c = 0; c < CLOCK_COUNT; c++)
        for (size_t i = 0; i < law_clock[c].variants; i++) {
            const struct law_variant *v = &law_clock[c].variant[i];
            if (v->count != COUNT_ELAPSED)
                continue;
            slice rest = law_param_value(v->level, day("2026-10-15")), w;
            int64_t last = 0, s;
            for (int n = 0; n < 3; n++) {
                if (!sl_cut(rest, ' ', &w, &rest))
                    rest = SLN;
                assert_case(sl_int(w, &s) && s > last, "%s: level %s", law_clock[c].name, v->level);
                last = s;
            }
        }
}

static void every_day_that_a_pure_function_reads_is_in_the_parameters(void **state)
{
    (void)state;
    static const char *const need[] = {"existing_cutoff", "newmachine_cutoff", "introduction_window_months",
                                       "grant_max_days"};
    for (size_t i = 0; i < TB_COUNT(need); i++)
        assert_case(law_param_value(need[i], day("2026-10-01")).n, "no parameter %s on 2026-10-01", need[i]);
    assert_int_equal(law_param_value("existing_cutoff", day("2026-09-30")).n, 0);
}

/* --- nothing unused --- */
static bool fact_used(enum fact_id f)
{
    for (int p = 0; p < PRED_COUNT; p++)
        for (size_t i = 0; i < law_pred[p].facts; i++)
            if (law_pred[p].fact[i] == f)
                return true;
    for (int n = 0; n < FN_COUNT; n++)
        for (size_t i = 0; i < law_fn[n].facts; i++)
            if (law_fn[n].fact[i] == f)
                return true;
    for (int a = 0; a < ACT_COUNT; a++) {
        for (size_t i = 0; i < law_act[a].conds; i++)
            if (law_act[a].cond[i].fact == f)
                return true;
        for (size_t i = 0; i < law_act[a].sets; i++)
            if (law_act[a].set[i].from.op == SRC_FACT && law_act[a].set[i].from.id == (int)f)
                return true;
    }
    for (int c = 0; c < CLOCK_COUNT; c++)
        for (size_t i = 0; i < law_clock[c].variants; i++)
            if (law_clock[c].variant[i].from == SRC_FACT && law_clock[c].variant[i].from_id == (int)f)
                return true;
    return f == FACT_ref_labels; /* the join of labels (makes join) */
}

static void every_fact_is_read_by_some_row(void **state)
{
    (void)state;
    for (int f = 0; f < FACT_COUNT; f++)
        assert_case(fact_used((enum fact_id)f), "nothing reads the fact %s", law_fact[f].name);
}

static void every_condition_stands_in_some_row(void **state)
{
    (void)state;
    for (int p = 0; p < PRED_COUNT; p++) {
        bool used = law_pred[p].general;
        for (int a = 0; a < ACT_COUNT; a++)
            for (size_t i = 0; i < law_act[a].conds; i++)
                used |= law_act[a].cond[i].pred == (enum pred_id)p;
        assert_case(used, "no act asks %s", law_pred[p].name);
        assert_case(law_pred[p].ja[0] && law_pred[p].todo[0], "%s does not say what to do", law_pred[p].name);
    }
}

static void every_sort_of_material_bears_on_a_test(void **state)
{
    const struct law_field *f = &law_field[FIELD_evidence_ev_kind];
    (void)state;
    for (size_t i = 0; i < f->options; i++) {
        size_t n = 0;
        for (size_t k = 0; k < law_touches_rows; k++)
            n += strcmp(law_touches_row[k].a, f->option[i].name) == 0;
        assert_true(n == 1 || n == 2);
    }
}

static void every_function_and_every_role_is_used(void **state)
{
    (void)state;
    bool fn[FN_COUNT] = {0}, role[ROLE_COUNT] = {0};
    for (int a = 0; a < ACT_COUNT; a++) {
        const struct law_act *x = &law_act[a];
        if (x->to_fn != FN_COUNT)
            fn[x->to_fn] = true;
        for (size_t i = 0; i < x->sets; i++)
            if (x->set[i].from.op == SRC_FN)
                fn[x->set[i].from.id] = true;
        for (size_t i = 0; i < x->adds_sets; i++)
            if (x->adds_set[i].from.op == SRC_FN)
                fn[x->adds_set[i].from.id] = true;
        for (size_t i = 0; i < x->bys; i++)
            role[x->by[i]] = true;
    }
    for (int c = 0; c < CLOCK_COUNT; c++)
        if (law_clock[c].pick != FN_COUNT)
            fn[law_clock[c].pick] = true;
    for (int i = 0; i < FN_COUNT; i++)
        assert_case(fn[i], "no row uses the function %s", law_fn[i].name);
    for (int i = 0; i < ROLE_COUNT; i++)
        assert_case(role[i], "no act is done by %s", law_role[i].name);
}

/* A field that no act, effect or clock can fill would stay empty for ever. */
static bool field_filled(enum field_id id)
{
    const struct law_field *f = &law_field[id];
    static const enum kind_id by_machine[] = {KIND_designation, KIND_clock, KIND_match, KIND_name};
    for (size_t i = 0; i < TB_COUNT(by_machine); i++)
        if (f->kind == by_machine[i])
            return true;
    if (id == FIELD_store_founding)
        return true; /* the effect of store.found */
    for (int a = 0; a < ACT_COUNT; a++) {
        const struct law_act *x = &law_act[a];
        for (size_t i = 0; i < x->ins; i++)
            if (x->in[i].field == id)
                return true;
        for (size_t i = 0; f->kind == x->kind && i < x->sets; i++)
            if (x->set[i].name == f->id)
                return true;
        for (size_t i = 0; x->adds == f->child && f->child != CHILD_COUNT && i < x->adds_sets; i++)
            if (x->adds_set[i].name == f->id)
                return true;
        for (size_t s = 0; s < x->sides; s++)
            for (size_t i = 0; x->side[s].kind == f->kind && i < x->side[s].sets; i++)
                if (x->side[s].set[i].name == f->id)
                    return true;
    }
    return false;
}

static void every_field_is_filled_by_some_act(void **state)
{
    (void)state;
    for (int f = 0; f < FIELD_COUNT; f++)
        assert_case(field_filled((enum field_id)f), "no act fills %s.%s",
                    law_field[f].kind != KIND_COUNT     ? law_kind[law_field[f].kind].name
                    : law_field[f].child != CHILD_COUNT ? law_child[law_field[f].child].name
                                                        : "input",
                    law_field[f].name);
}

/* --- consequences --- */
static void what_follows_by_itself_can_follow(void **state)
{
    (void)state;
    for (int a = 0; a < ACT_COUNT; a++)
        for (size_t i = 0; i < law_act[a].thens; i++) {
            const struct law_then *t = &law_act[a].then[i];
            const struct law_act *x = &law_act[t->act];
            bool by = t->as == ROLE_COUNT;
            for (size_t k = 0; k < x->bys; k++)
                by |= x->by[k] == t->as;
            assert_case(by, "%s is followed by %s, which %s may not do", law_act[a].name, x->name,
                        law_role[t->as].name);
            for (size_t k = 0; k < t->ins; k++) {
                bool known = sl_is(sl(t->in[k].a), "outcome") && x->to_mode == TO_OUTCOME;
                for (size_t n = 0; n < x->ins; n++)
                    known |= sl_is(sl(t->in[k].a), law_field[x->in[n].field].name);
                assert_case(known, "%s gives %s the input %s", law_act[a].name, x->name, t->in[k].a);
            }
            for (size_t n = 0; n < x->ins; n++) {
                bool given = !x->in[n].required;
                for (size_t k = 0; k < t->ins; k++)
                    given |= sl_is(sl(t->in[k].a), law_field[x->in[n].field].name);
                assert_case(given, "%s does not give %s the input %s", law_act[a].name, x->name,
                            law_field[x->in[n].field].name);
            }
        }
}

static void an_act_of_a_second_person_names_the_first_ones_act_on_the_same_kind(void **state)
{
    (void)state;
    for (int a = 0; a < ACT_COUNT; a++)
        for (size_t i = 0; i < law_act[a].conds; i++) {
            const struct law_cond *c = &law_act[a].cond[i];
            if (c->pred != P_second)
                continue;
            enum act_id first = law_act_named(sl(c->act));
            assert_true(first != ACT_COUNT && first != (enum act_id)a);
            assert_int_equal(law_act[first].kind, law_act[a].kind);
            assert_true(law_pred[P_second].always);
        }
}

static void whoever_reads_a_secret_kind_at_his_desk_has_a_secrecy_duty(void **state)
{
    (void)state;
    for (int r = 0; r < ROLE_COUNT; r++) {
        assert_case(law_role[r].sort != ROLE_HELD || law_role[r].org_kinds, "%s can be held in no organisation",
                    law_role[r].name);
        assert_case(!law_role[r].desk || law_role[r].ack, "%s reads without a secrecy duty", law_role[r].name);
        assert_case(!law_role[r].desk || law_role[r].sod, "%s reads and is in no group of separation",
                    law_role[r].name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_can_be_reached),
        cmocka_unit_test(every_state_that_is_not_final_or_standing_can_be_left),
        cmocka_unit_test(every_clock_is_started_by_some_act_and_comes_to_an_end),
        cmocka_unit_test(a_mark_that_hangs_on_a_state_hangs_on_one_the_act_knows),
        cmocka_unit_test(an_elapsed_clock_has_three_levels_that_rise),
        cmocka_unit_test(every_day_that_a_pure_function_reads_is_in_the_parameters),
        cmocka_unit_test(every_fact_is_read_by_some_row),
        cmocka_unit_test(every_condition_stands_in_some_row),
        cmocka_unit_test(every_sort_of_material_bears_on_a_test),
        cmocka_unit_test(every_function_and_every_role_is_used),
        cmocka_unit_test(every_field_is_filled_by_some_act),
        cmocka_unit_test(what_follows_by_itself_can_follow),
        cmocka_unit_test(an_act_of_a_second_person_names_the_first_ones_act_on_the_same_kind),
        cmocka_unit_test(whoever_reads_a_secret_kind_at_his_desk_has_a_secrecy_duty),
    };
    return cmocka_run_group_tests_name("law-rows", tests, NULL, NULL);
}
