/* What is not in the table is refused: every act × who acts × state × day around each gate, against the rows as they
 * are written. The rows are read here from acts.def, kinds.def and gates.def once more, so that a fault of the
 * generator shows too. */
#include "check.h"

#include "base/world.h"

enum { BY_MAX = 8, FROM_MAX = 12, DAYS_MAX = 16, WHO_MAX = 48 };

struct row {
    char name[40], kind[20], gate[8], by[BY_MAX][16], from[FROM_MAX][16];
    size_t bys, froms;
    bool any;
};
static struct row row[ACT_COUNT + 1];
static size_t rows;
static struct {
    char name[8];
    day_t from;
} gate[GATE_COUNT];
static size_t gates;
static struct {
    char kind[20], name[16];
    bool final;
} kstate[256];
static size_t kstates;
static const char *law_dir;

/* --- reading the rows --- */
static void copy(char *out, size_t room, slice s)
{
    assert_true(s.n < room);
    memcpy(out, s.p, s.n);
    out[s.n] = 0;
}

static slice word(slice *rest)
{
    slice w = SLN;
    *rest = sl_trim(*rest);
    if (rest->n && !sl_cut(*rest, ' ', &w, rest))
        *rest = SLN;
    return w;
}

static void each_line(const char *file, void (*take)(bool top, slice line))
{
    char path[600];
    slice text, line;
    struct fault f;
    struct arena *a = arena_new(1 << 20);
    snprintf(path, sizeof path, "%s/%s", law_dir, file);
    if (file_read(a, path, 1 << 19, &text, &f) != E_OK)
        fail_msg("%s: %s", path, f.what);
    while (text.n) {
        if (!sl_cut(text, '\n', &line, &text))
            text = SLN;
        if (sl_trim(line).n && sl_trim(line).p[0] != '#')
            take(line.p[0] != ' ', sl_trim(line));
    }
    arena_free(a);
}

static void take_act(bool top, slice line)
{
    slice key = word(&line), w;
    if (top) {
        struct row *r = &row[rows++];
        assert_true(rows <= ACT_COUNT);
        copy(r->name, sizeof r->name, word(&line));
        assert_true(sl_cut(sl(r->name), '.', &w, &line));
        copy(r->kind, sizeof r->kind, w);
        return;
    }
    struct row *r = &row[rows - 1];
    if (sl_is(key, "on"))
        copy(r->kind, sizeof r->kind, line);
    if (sl_is(key, "gate"))
        copy(r->gate, sizeof r->gate, line);
    if (sl_is(key, "by"))
        while ((w = word(&line)).n)
            copy(r->by[r->bys++], sizeof r->by[0], w);
    if (sl_is(key, "from")) {
        r->any = sl_is(line, "any");
        while (!r->any && (w = word(&line)).n)
            copy(r->from[r->froms++], sizeof r->from[0], sl_is(w, "none") ? SL("NONE") : w);
    }
}

static void take_gate(bool top, slice line)
{
    (void)top;
    (void)word(&line);
    copy(gate[gates].name, sizeof gate[0].name, word(&line));
    slice date = word(&line);
    gate[gates].from = DAY_NONE;
    assert_true(sl_is(date, "none") || day_parse(date, &gate[gates].from));
    gates++;
}

static void take_kind(bool top, slice line)
{
    static char kind[20];
    slice key = word(&line);
    if (top)
        copy(kind, sizeof kind, word(&line));
    if (top || !sl_is(key, "state"))
        return;
    copy(kstate[kstates].kind, sizeof kind, sl(kind));
    copy(kstate[kstates].name, sizeof kstate[0].name, word(&line));
    (void)word(&line);
    kstate[kstates++].final = sl_is(line, "final");
}

static int read_rows(void **state)
{
    (void)state;
    each_line("acts.def", take_act);
    each_line("gates.def", take_gate);
    each_line("kinds.def", take_kind);
    return 0;
}

/* --- who acts --- */
struct who {
    enum role_id role; /* ROLE_COUNT: none */
    bool active, open, self, nobody;
};
static struct who who[WHO_MAX];
static size_t whos;

static void add_who(struct who w)
{
    assert_true(whos < WHO_MAX);
    who[whos++] = w;
}

static void list_who(void)
{
    whos = 0;
    for (int r = 0; r < ROLE_COUNT; r++)
        if (law_role[r].sort != ROLE_SPECIAL)
            add_who((struct who){(enum role_id)r, law_role[r].sort == ROLE_HELD, law_role[r].sort == ROLE_HELD, false,
                                 false});
    add_who((struct who){ROLE_COUNT, true, true, false, false});     /* a finder */
    add_who((struct who){ROLE_COUNT, true, true, true, false});      /* the person himself, without a role */
    add_who((struct who){ROLE_COUNT, false, true, true, false});     /* himself, invited or suspended */
    add_who((struct who){ROLE_OP_FILER, true, true, true, false});   /* himself, with a role */
    add_who((struct who){ROLE_OP_FILER, false, true, false, false}); /* a suspended official */
    add_who((struct who){ROLE_OP_FILER, true, false, false, false}); /* an official of a closed organisation */
    add_who((struct who){ROLE_COUNT, false, false, false, true});    /* nobody */
}

static void be(struct known *k, const struct who *w)
{
    bool machine = w->role != ROLE_COUNT && law_role[w->role].sort == ROLE_MACHINE;
    k->c.actor = (struct law_actor){.person = w->nobody ? SLN : SL("p1")};
    k->c.actor.state = w->active || machine ? SL("ACTIVE") : SL("SUSPENDED");
    k->c.actor.org_state = w->open ? SL("ACTIVE") : machine ? SLN : SL("CLOSED");
    k->c.actor.roles = w->role == ROLE_COUNT ? 0 : UINT64_C(1) << w->role;
    k->c.subject = w->self ? SL("p1") : SL("p2");
    k->row[N_person] = w->self ? VT(SL("p1")) : VT(SL("p2"));
}

static bool may_by(const struct row *r, const struct who *w)
{
    bool machine = w->role != ROLE_COUNT && law_role[w->role].sort == ROLE_MACHINE;
    for (size_t i = 0; i < r->bys; i++) {
        if (!strcmp(r->by[i], "SELF")     ? w->self && !w->nobody
            : !strcmp(r->by[i], "FINDER") ? w->role == ROLE_COUNT && w->active && !w->nobody
            : !strcmp(r->by[i], "ANY")    ? w->role != ROLE_COUNT && w->active && w->open
                                          : w->role != ROLE_COUNT && !strcmp(r->by[i], law_role[w->role].name) &&
                                             (machine || (w->active && w->open)))
            return true;
    }
    return false;
}

static bool may_from(const struct row *r, enum state_id s)
{
    for (size_t i = 0; i < r->froms; i++)
        if (!strcmp(r->from[i], law_state_name[s]))
            return true;
    for (size_t i = 0; r->any && i < kstates; i++)
        if (!strcmp(kstate[i].kind, r->kind) && !strcmp(kstate[i].name, law_state_name[s]))
            return !kstate[i].final;
    return false;
}

static bool may_on(const struct row *r, day_t d)
{
    for (size_t i = 0; i < gates; i++)
        if (!strcmp(gate[i].name, r->gate))
            return gate[i].from != DAY_NONE && d >= gate[i].from;
    fail_msg("%s: no gate %s", r->name, r->gate);
    return false;
}

/* --- the walk --- */
static bool has(const struct law_decision *d, enum pred_id p)
{
    for (size_t i = 0; i < d->reasons; i++)
        if (d->reason[i] == p)
            return true;
    return false;
}

static size_t list_days(day_t *days)
{
    size_t n = 0;
    for (size_t i = 0; i < gates; i++)
        if (gate[i].from != DAY_NONE) {
            days[n++] = gate[i].from - 1;
            days[n++] = gate[i].from;
        }
    days[n++] = day("2035-04-01");
    assert_true(n <= DAYS_MAX);
    return n;
}

static int64_t calls;

/* One act for one person in one state on one day; `bare` is the act without its own conditions. */
static void one(struct known *k, const struct row *r, const struct law_act *full, const struct law_act *bare, bool by,
                bool from, bool on)
{
    struct law_decision d;
    k->c.act = bare;
    law_decide(&k->c, &d);
    calls += 2;
    bool want = by && from && on;
    if (d.allowed != want || has(&d, P_role_held) == by || has(&d, P_state_matches) == from ||
        has(&d, P_gate_open) == on || d.reasons != (size_t)!by + (size_t)!from + (size_t)!on)
        fail_msg("%s by roles %" PRIx64 " from %s: allowed %d, by %d from %d gate %d", r->name, k->c.actor.roles,
                 law_state_name[k->c.state], d.allowed, by, from, on);
    k->c.act = full;
    law_decide(&k->c, &d);
    if ((d.allowed && !want) || has(&d, P_role_held) == by || has(&d, P_state_matches) == from ||
        has(&d, P_gate_open) == on)
        fail_msg("%s with its conditions, by roles %" PRIx64 " from %s: allowed %d", r->name, k->c.actor.roles,
                 law_state_name[k->c.state], d.allowed);
}

static void act_walk(size_t i, const day_t *days, size_t n)
{
    static struct known k;
    const struct row *r = &row[i];
    const struct law_act *full = &law_act[i];
    struct law_act bare = *full;
    bare.conds = 0;
    assert_string_equal(r->name, full->name);
    assert_string_equal(r->kind, law_kind[full->kind].name);
    for (size_t w = 0; w < whos; w++)
        for (size_t dn = 0; dn < n; dn++)
            for (size_t o = 0; o < (full->to_mode == TO_OUTCOME ? full->tos : 1); o++) {
                know_nothing(&k, (enum act_id)i, days[dn]);
                be(&k, &who[w]);
                k.c.visible = k.c.live = k.c.inputs_ok = true;
                k.c.outcome = full->to_mode == TO_OUTCOME ? full->to[o].state : ST_NONE;
                k.in[N_status] = VT(SL("FIXED"));
                bool by = may_by(r, &who[w]), on = may_on(r, days[dn]);
                for (int s = 0; s < ST_COUNT; s++) {
                    k.c.state = (enum state_id)s;
                    one(&k, r, full, &bare, by, may_from(r, (enum state_id)s), on);
                }
            }
}

static void an_act_is_open_to_those_states_and_days_of_its_row_and_to_no_other(void **state)
{
    (void)state;
    day_t days[DAYS_MAX];
    size_t n = list_days(days);
    assert_int_equal(rows, ACT_COUNT);
    assert_int_equal(gates, GATE_COUNT);
    list_who();
    for (size_t i = 0; i < ACT_COUNT; i++)
        act_walk(i, days, n);
    print_message("# %" PRId64 " decisions\n", calls);
    assert_true(calls > 2000000);
}

static void everything_else_in_place(struct known *k, enum act_id a)
{
    know_nothing(k, a, day("2035-04-01"));
    k->c.visible = k->c.live = k->c.inputs_ok = true;
    k->c.outcome = law_act[a].to_mode == TO_OUTCOME ? law_act[a].to[0].state : ST_NONE;
    k->in[N_status] = VT(SL("FIXED"));
    k->c.state = law_act[a].from_any ? law_kind[law_act[a].kind].state[0].id : law_act[a].from[0];
    enum role_id r = law_act[a].by[0];
    be(k, &(struct who){law_role[r].sort == ROLE_SPECIAL && r != ROLE_ANY ? ROLE_COUNT
                        : r == ROLE_ANY                                   ? ROLE_OP_FILER
                                                                          : r,
                        true, law_role[r].sort != ROLE_MACHINE, r == ROLE_SELF, false});
}

static void a_closed_session_an_unseen_subject_or_a_bad_input_alone_refuses(void **state)
{
    (void)state;
    static struct known k;
    for (int a = 0; a < ACT_COUNT; a++) {
        struct law_act bare = law_act[a];
        struct law_decision d;
        bare.conds = 0;
        everything_else_in_place(&k, (enum act_id)a);
        k.c.act = &bare;
        law_decide(&k.c, &d);
        assert_case(d.allowed, "%s with everything in place", bare.name);
        static const enum pred_id why[] = {P_session_live, P_subject_visible, P_inputs_valid};
        for (size_t i = 0; i < TB_COUNT(why); i++) {
            k.c.live = why[i] != P_session_live;
            k.c.visible = why[i] != P_subject_visible;
            k.c.inputs_ok = why[i] != P_inputs_valid;
            law_decide(&k.c, &d);
            assert_case(!d.allowed && d.reasons == 1 && d.reason[0] == why[i], "%s without %s", bare.name,
                        law_pred[why[i]].name);
        }
    }
}

static void an_outcome_that_the_row_does_not_have_is_no_outcome(void **state)
{
    (void)state;
    static struct known k;
    for (int a = 0; a < ACT_COUNT; a++) {
        if (law_act[a].to_mode != TO_OUTCOME)
            continue;
        struct law_act bare = law_act[a];
        bare.conds = 0;
        everything_else_in_place(&k, (enum act_id)a);
        k.c.act = &bare;
        for (int s = 0; s < ST_COUNT; s++) {
            struct law_decision d;
            bool in_row = false, negative = false;
            for (size_t i = 0; i < bare.tos; i++)
                if (bare.to[i].state == (enum state_id)s) {
                    in_row = true;
                    negative = bare.to[i].negative;
                }
            k.c.outcome = (enum state_id)s;
            law_decide(&k.c, &d);
            assert_case(d.allowed == in_row && has(&d, P_inputs_valid) == !in_row, "%s with outcome %s", bare.name,
                        law_state_name[s]);
            assert_case(!in_row || (d.to == (enum state_id)s && d.negative == negative), "%s leads to %s", bare.name,
                        law_state_name[d.to]);
        }
    }
}

static void a_refusing_outcome_asks_only_what_is_always_asked(void **state)
{
    (void)state;
    static struct known k;
    for (int a = 0; a < ACT_COUNT; a++)
        for (size_t o = 0; law_act[a].to_mode == TO_OUTCOME && o < law_act[a].tos; o++) {
            struct law_decision d;
            everything_else_in_place(&k, (enum act_id)a);
            k.c.outcome = law_act[a].to[o].state;
            law_decide(&k.c, &d);
            for (size_t i = 0; i < d.reasons; i++)
                assert_case(!law_act[a].to[o].negative || law_pred[d.reason[i]].always, "%s asks %s of a refusal",
                            law_act[a].name, law_pred[d.reason[i]].name);
        }
}

/* What --drop-row of the scenarios rests on. */
static void what_a_test_drops_is_dropped_and_nothing_else(void **state)
{
    (void)state;
    static struct known k;
    for (int a = 0; a < ACT_COUNT; a++) {
        struct law_decision full, less;
        everything_else_in_place(&k, (enum act_id)a);
        law_decide(&k.c, &full);
        for (size_t i = 0; i < law_act[a].conds; i++) {
            k.c.drop = (struct law_drop){(enum act_id)a, DROP_COND, i};
            law_decide(&k.c, &less);
            assert_true(less.reasons == full.reasons || less.reasons + 1 == full.reasons);
            assert_true(law_act_lacks(&k.c, DROP_COND, i));
            assert_false(law_act_lacks(&k.c, DROP_COND, i + 1) || law_act_lacks(&k.c, DROP_TICK, i) ||
                         law_act_lacks(&k.c, DROP_ROW, 0));
        }
        k.c.drop = (struct law_drop){(enum act_id)a, DROP_ROW, 0};
        law_decide(&k.c, &less);
        assert_true(has(&less, P_gate_open) && !less.allowed);
        k.c.drop = (struct law_drop){(enum act_id)((a + 1) % ACT_COUNT), DROP_ROW, 0};
        law_decide(&k.c, &less);
        assert_int_equal(less.reasons, full.reasons);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: decide_test FOLDER-OF-DEF-FILES\n");
        return 2;
    }
    law_dir = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_act_is_open_to_those_states_and_days_of_its_row_and_to_no_other),
        cmocka_unit_test(a_closed_session_an_unseen_subject_or_a_bad_input_alone_refuses),
        cmocka_unit_test(an_outcome_that_the_row_does_not_have_is_no_outcome),
        cmocka_unit_test(a_refusing_outcome_asks_only_what_is_always_asked),
        cmocka_unit_test(what_a_test_drops_is_dropped_and_nothing_else),
    };
    return cmocka_run_group_tests_name("law-decide", tests, read_rows, NULL);
}
