/* One act: inputs and rows before the decision, consequences after it. */
#include "gate_int.h"

#include <string.h>

static gate_effect_fn *effects[ACT_COUNT];

void gate_effect(enum act_id act, gate_effect_fn *fn)
{
    effects[act] = fn;
}
gate_effect_fn *gate_effect_of(enum act_id id)
{
    return effects[id];
}

void run_init(struct run *r, struct db *d, struct arena *a, enum act_id id, struct fault *f)
{
    r->db = d;
    r->a = a;
    r->f = f;
    r->act = &law_act[id];
    r->drop.act = ACT_COUNT;
    r->c = (struct law_ctx){.act = r->act,
                            .id = id,
                            .in = r->in,
                            .sub = r->before.f,
                            .row = r->row.f,
                            .fact = r->fact,
                            .cond_fact = FACT_COUNT,
                            .drop.act = ACT_COUNT};
}

/* --- inputs --- */
static const struct law_in *input_named(const struct law_act *a, const char *name)
{
    for (size_t i = 0; i < a->ins; i++)
        if (sl_is(sl(law_field[a->in[i].field].name), name))
            return &a->in[i];
    return NULL;
}

static enum err outcome_take(struct run *r, const json_t *v)
{
    if (r->act->to_mode != TO_OUTCOME)
        return fault_set(r->f, E_FIELD, "outcome", "この手続に outcome はありません。除いてください。");
    enum state_id s = json_is_string(v) ? law_state_named(sl(json_string_value(v))) : ST_COUNT;
    for (size_t i = 0; i < r->act->tos; i++)
        if (r->act->to[i].state == s) {
            r->c.outcome = s;
            return E_OK;
        }
    struct buf b = BUF(200);
    for (size_t i = 0; i < r->act->tos; i++)
        buf_fmt(&b, "%s%s", i ? "、" : "", law_state_name[r->act->to[i].state]);
    enum err e = fault_set(r->f, E_FIELD, "outcome", "判断: 次の中から選んでください: " PRIs, ARGs(buf_slice(&b)));
    buf_free(&b);
    return e;
}

enum err run_inputs(struct run *r, const json_t *in)
{
    const char *key;
    json_t *v;
    if (in && !json_is_object(in))
        return fault_set(r->f, E_PARSE, "", "入力は一つのJSONオブジェクトで書いてください。");
    json_object_foreach((json_t *)(uintptr_t)in, key, v)
    {
        enum err e;
        const struct law_in *want = input_named(r->act, key);
        if (json_is_null(v))
            continue;
        if (sl_is(sl(key), "outcome")) {
            e = outcome_take(r, v);
        } else if (!want) {
            e = fault_set(r->f, E_FIELD, "", "%.60s という事項は、この手続（%s）にありません。除いてください。", key,
                          r->act->name);
        } else {
            const struct law_field *f = &law_field[want->field];
            e = gate_field_parse(f, v, r->a, &r->in[f->id], r->f);
        }
        if (e)
            return e;
    }
    if (r->act->to_mode == TO_OUTCOME && r->c.outcome == ST_NONE)
        return fault_set(r->f, E_FIELD, "outcome", "判断を選んでください。");
    for (size_t i = 0; i < r->act->ins; i++) {
        const struct law_field *f = &law_field[r->act->in[i].field];
        bool empty = r->in[f->id].t == VAL_NONE || (r->in[f->id].t == VAL_TEXT && r->in[f->id].s.n == 0);
        if (r->act->in[i].required && empty)
            return fault_set(r->f, E_FIELD, f->name, "%s: 入力してください（%s）。", f->ja, r->act->basis);
    }
    return E_OK;
}

/* What an input refers to must exist and be visible to who refers to it; both faults read the same. */
static enum err refs_check(struct run *r)
{
    for (size_t i = 0; i < r->act->ins; i++) {
        const struct law_field *f = &law_field[r->act->in[i].field];
        struct val v = r->in[f->id];
        struct rowbuf *ref;
        enum basis_id basis;
        if ((f->type != FT_ID && f->type != FT_IDS) || v.t == VAL_NONE)
            continue;
        ref = arena_get(r->a, sizeof *ref);
        size_t n = v.t == VAL_LIST ? v.n : 1;
        for (size_t k = 0; k < n; k++) {
            slice id = v.t == VAL_LIST ? v.v[k].s : v.s;
            enum err e = row_load(r->db, f->ref, id, r->a, ref, r->f);
            bool machine = !r->c.actor.org.n, open = f->ref == KIND_person;
            if (e && e != E_ABSENT)
                return e;
            if (e || (!machine && !open && !may_see(r->db, f->ref, ref, &r->c.actor, r->standing, r->a, &basis)))
                return fault_set(r->f, E_FIELD, f->name, "%s: 該当するものがありません。番号を確かめてください。",
                                 f->ja);
        }
    }
    return E_OK;
}

/* A constant is written as text in the row of the act; its field may hold a number. */
static struct val typed_value(struct run *r, enum kind_id k, const struct law_set *s)
{
    struct val v = source_value(r, &s->from, r->row.f, 0);
    const struct law_field *f = law_kind_field(k, s->name);
    int64_t n;
    if (v.t == VAL_TEXT && f && (f->type == FT_INT || f->type == FT_BOOL))
        return sl_int(v.s, &n) ? VI(n) : (struct val){0};
    return v;
}

/* --- the row as it would be after --- */
enum err run_sets(struct run *r, bool late)
{
    for (size_t i = 0; i < r->act->sets; i++) {
        const struct law_set *s = &r->act->set[i];
        bool is_late = s->from.op == SRC_FACT || s->from.op == SRC_FN;
        if (is_late != late)
            continue;
        r->row.f[s->name] = typed_value(r, r->act->kind, s);
    }
    return E_OK;
}

enum err run_rows(struct run *r)
{
    r->row = r->before;
    for (size_t i = 0; i < r->act->ins; i++) {
        const struct law_field *f = &law_field[r->act->in[i].field];
        if (f->kind == r->act->kind && r->in[f->id].t != VAL_NONE)
            r->row.f[f->id] = r->in[f->id];
    }
    return run_sets(r, false);
}

static enum err subject_load(struct run *r, slice subject)
{
    enum basis_id basis;
    r->c.visible = true;
    if (subject.n == 0) {
        if (!law_act_creates(r->act))
            return fault_set(r->f, E_FIELD, "subject", "対象の番号がありません。どの%sについてかを書いてください。",
                             law_kind[r->act->kind].ja);
        uuid_new(r->rng, r->subject);
        r->subject_id = sl(r->subject);
        r->c.state = ST_NONE;
        r->before.state = ST_NONE;
    } else {
        r->subject_id = arena_sl(r->a, subject);
        enum err e = row_load(r->db, r->act->kind, subject, r->a, &r->before, r->f);
        if (e)
            return e;
        r->exists = true;
        r->c.state = r->before.state;
        bool machine = !r->c.actor.org.n;
        r->c.visible = machine || may_see(r->db, r->act->kind, &r->before, &r->c.actor, r->standing, r->a, &basis);
    }
    r->c.subject = r->subject_id;
    return E_OK;
}

static enum err session_check(struct run *r)
{
    struct dbrows n;
    bool free = !r->c.actor.org.n || r->c.id == ACT_session_open || r->c.id == ACT_person_accept;
    r->c.live = free;
    if (free)
        return E_OK;
    if (!r->session.n)
        return E_OK;
    enum err e =
        db_run(r->db, Q_session_live, (struct dbval[]){DBT(r->session), DBT(r->c.actor.person)}, 2, &n, r->a, r->f);
    if (!e)
        r->c.live = ROW(&n, 0, 0).i > 0;
    return e;
}

/* Side subjects: ids are drawn here, before the decision, so that an effect draws nothing. */
static enum err sides_choose(struct run *r)
{
    must(r->act->sides <= GATE_SIDES && r->act->thens <= GATE_SIDES);
    for (size_t i = 0; i < r->act->sides; i++) {
        if (r->act->side[i].sel != SEL_new) {
            enum err e = select_ids(r, r->act->side[i].sel, &r->side[i]);
            if (e)
                return e;
            continue;
        }
        char *id = arena_get(r->a, UUID_LEN + 1);
        uuid_new(r->rng, id);
        r->side[i].v = arena_arr(r->a, slice, 1);
        r->side[i].v[0] = (slice){id, UUID_LEN};
        r->side[i].n = 1;
    }
    return E_OK;
}

enum err run_prepare(struct run *r, slice subject, const json_t *in)
{
    r->c.now = r->now;
    r->c.today = day_of_instant(r->now);
    r->c.drop = r->drop;
    enum err e = actor_load(r->db, r->person, r->c.today, r->a, &r->c.actor, &r->standing, NULL, r->f);
    if (!e)
        e = subject_load(r, subject);
    if (!e)
        e = session_check(r);
    if (!e && !r->c.visible)
        return E_OK; /* answered as absent; its inputs are not even looked at */
    if (!e)
        e = run_inputs(r, in);
    if (!e)
        e = refs_check(r);
    if (!e)
        e = run_rows(r);
    if (!e)
        e = facts_load(r, false);
    if (!e)
        e = run_sets(r, true);
    if (!e)
        e = sides_choose(r);
    r->c.inputs_ok = !e;
    return e;
}

/* --- after --- */
enum err run_label(struct run *r)
{
    slice old = r->before.label;
    char mark[80];
    r->label[0] = 0;
    switch (r->act->makes) {
    case MAKES_NONE:
        return E_OK;
    case MAKES_KEEP:
        snprintf(r->label, sizeof r->label, PRIs, ARGs(old));
        return E_OK;
    case MAKES_S:
        return label_join(old, SL("S"), r->label) ? E_OK : fault_set(r->f, E_TOO_BIG, "label", "印が多すぎます。");
    case MAKES_W:
        snprintf(r->label, sizeof r->label, "W:" PRIs, ARGs(r->c.actor.org));
        return E_OK;
    case MAKES_REPORTED: {
        struct val owner = r->row.f[law_kind[r->act->kind].owner];
        snprintf(mark, sizeof mark, "R:" PRIs, ARGs(owner.s));
        return label_join(sl(mark), SL("S"), r->label) ? E_OK : fault_set(r->f, E_TOO_BIG, "label", "印が多すぎます。");
    }
    case MAKES_JOIN: {
        struct val refs = r->fact[FACT_ref_labels];
        char next[LABEL_MAX];
        snprintf(r->label, sizeof r->label, PRIs, ARGs(old));
        for (size_t i = 0; refs.t == VAL_LIST && i < refs.n; i++) {
            if (!label_join(sl(r->label), refs.v[i].s, next))
                return fault_set(r->f, E_TOO_BIG, "label", "印が多すぎます。");
            memcpy(r->label, next, sizeof next);
        }
        return E_OK;
    }
    }
    return E_OK;
}

/* --- clocks --- */
static enum err clock_start(struct run *r, enum clock_id k, slice subject, enum kind_id kind)
{
    struct law_due due;
    struct rowbuf *c = arena_get(r->a, sizeof *c);
    if (!law_due(&r->c, k, r->a, &due))
        return fault_set(r->f, E_INTERNAL, law_clock[k].name, "期限を数えるための事項がありません。");
    c->id = sl(arena_fmt(r->a, "%" PRId64 ".%zu", r->leaf, r->clocks++));
    c->state = ST_RUNNING;
    c->made = c->moved = r->now;
    c->leaf = r->leaf;
    c->f[N_name] = VT(sl(law_clock[k].name));
    c->f[N_subject] = VT(subject);
    c->f[N_subject_kind] = VT(sl(law_kind[kind].name));
    c->f[N_variant] = due.variant->name[0] ? VT(sl(due.variant->name)) : (struct val){0};
    c->f[N_started] = VI(due.started);
    if (due.dated) {
        c->f[N_due] = VI(due.lapses_at);
        c->f[N_due_day] = VI(due.last);
        c->f[N_nominal_day] = VI(due.nominal);
    }
    return row_write(r->db, KIND_clock, c, true, r->a, r->f);
}

static enum err clocks_stop(struct run *r, const char *name, slice subject, enum state_id to)
{
    struct dbrows open;
    struct rowbuf *c = arena_get(r->a, sizeof *c);
    enum err e = db_run(r->db, Q_clock_open, (struct dbval[]){DBT(subject), DBT(sl(name))}, 2, &open, r->a, r->f);
    for (size_t i = 0; !e && i < open.rows; i++) {
        e = row_load(r->db, KIND_clock, ROW(&open, i, 0).s, r->a, c, r->f);
        if (e)
            break;
        c->state = to;
        c->moved = r->now;
        c->leaf = r->leaf;
        c->f[N_stopped] = VI(r->now);
        e = row_write(r->db, KIND_clock, c, false, r->a, r->f);
    }
    return e;
}

static enum err tick_one(struct run *r, const struct law_tick *t, slice subject, enum kind_id kind)
{
    enum err e = E_OK;
    const char *name = law_clock[t->clock].name;
    if (t->op == CLOCK_MEET)
        return clocks_stop(r, name, subject, ST_MET);
    if (t->op == CLOCK_CANCEL)
        return clocks_stop(r, name, subject, ST_VOID);
    if (t->op == CLOCK_RESTART)
        e = clocks_stop(r, name, subject, ST_VOID);
    return e ? e : clock_start(r, t->clock, subject, kind);
}

static enum err tick_apply(struct run *r, const struct law_tick *t)
{
    const struct law_field *f;
    struct val v;
    enum err e = E_OK;
    switch (t->on) {
    case ON_SUBJECT:
        return tick_one(r, t, r->subject_id, r->act->kind);
    case ON_SIDE:
        for (size_t i = 0; i < r->act->sides; i++)
            for (size_t k = 0; r->act->side[i].kind == (enum kind_id)t->arg && !e && k < r->side[i].n; k++)
                e = tick_one(r, t, r->side[i].v[k], r->act->side[i].kind);
        return e;
    case ON_FIELD:
        f = law_kind_field(r->act->kind, (enum name_id)t->arg);
        v = r->row.f[t->arg];
        return f && v.t == VAL_TEXT ? tick_one(r, t, v.s, f->ref) : E_OK;
    case ON_INPUT: /* the subjects that a machine's bulk input names: [{id,…}] */
        v = r->in[t->arg];
        json_t *list = v.t == VAL_TEXT ? json_loadb(v.s.p, v.s.n, 0, NULL) : NULL, *x;
        size_t i;
        json_array_foreach(list, i, x)
        {
            const char *id = json_string_value(json_object_get(x, "id"));
            if (id && !e)
                e = tick_one(r, t, arena_sl(r->a, sl(id)), KIND_name);
        }
        json_decref(list);
        return e;
    }
    return E_OK;
}

static enum err clocks_apply(struct run *r)
{
    enum err e = E_OK;
    /* what stops comes before what starts, whatever their order in the row */
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; !e && i < r->act->ticks; i++) {
            const struct law_tick *t = &r->act->tick[i];
            bool stops = t->op == CLOCK_MEET || t->op == CLOCK_CANCEL;
            if (stops != (pass == 0) || law_act_lacks(&r->c, DROP_TICK, i) || (r->d.negative && !t->always))
                continue;
            if ((t->when == WHEN_TO && t->state != r->d.to) || (t->when == WHEN_FROM && t->state != r->c.state))
                continue;
            e = tick_apply(r, t);
        }
    }
    return e;
}

static enum err final_clocks(struct run *r, enum kind_id k, enum state_id to, slice subject)
{
    const struct law_state *s = law_state_of(k, to);
    return s && s->sort == STATE_FINAL ? clocks_stop(r, "", subject, ST_VOID) : E_OK;
}

/* --- other subjects --- */
static bool among(const enum state_id *v, size_t n, enum state_id s)
{
    for (size_t i = 0; i < n; i++)
        if (v[i] == s)
            return true;
    return false;
}

static enum err side_move(struct run *r, const struct law_side *s, slice id)
{
    struct rowbuf *x = arena_get(r->a, sizeof *x);
    bool fresh = s->sel == SEL_new;
    enum err e = fresh ? E_OK : row_load(r->db, s->kind, id, r->a, x, r->f);
    if (e)
        return e;
    if (!fresh && !among(s->from, s->froms, x->state))
        return E_OK;
    x->id = id;
    x->state = s->to == ST_NONE ? x->state : s->to;
    x->moved = r->now;
    x->leaf = r->leaf;
    if (fresh) {
        x->made = r->now;
        x->label = sl(r->label);
    }
    for (size_t i = 0; i < s->sets; i++)
        x->f[s->set[i].name] = typed_value(r, s->kind, &s->set[i]);
    e = row_write(r->db, s->kind, x, fresh, r->a, r->f);
    return e || s->to == ST_NONE ? e : final_clocks(r, s->kind, s->to, id);
}

static enum err sides_apply(struct run *r)
{
    enum err e = E_OK;
    for (size_t i = 0; !e && !r->d.negative && i < r->act->sides; i++)
        for (size_t k = 0; !e && k < r->side[i].n; k++)
            e = side_move(r, &r->act->side[i], r->side[i].v[k]);
    return e;
}

/* A lapse moves the clock's subject as the clock's row says (clocks.def); it never stops the duty. */
static enum err lapse_apply(struct run *r)
{
    enum clock_id k = law_clock_named(r->before.f[N_name].s);
    enum kind_id kind = law_kind_named(r->before.f[N_subject_kind].s);
    slice id = r->before.f[N_subject].s;
    if (k == CLOCK_COUNT || kind == KIND_COUNT)
        return fault_set(r->f, E_CORRUPT, "s_clock", "知らない期限の記録です。");
    struct rowbuf *x = arena_get(r->a, sizeof *x);
    for (size_t i = 0; i < law_clock[k].lapses; i++) {
        const struct law_lapse *l = &law_clock[k].lapse[i];
        if (l->kind != kind)
            continue;
        enum err e = row_load(r->db, kind, id, r->a, x, r->f);
        if (e)
            return e;
        if (x->state != l->from)
            continue;
        x->state = l->to;
        x->moved = r->now;
        x->leaf = r->leaf;
        e = row_write(r->db, kind, x, false, r->a, r->f);
        return e ? e : final_clocks(r, kind, l->to, id);
    }
    return E_OK;
}

/* --- the record the act adds --- */
static enum err adds_apply(struct run *r)
{
    const struct law_child *c;
    struct val f[NAME_COUNT] = {0};
    bool any = false;
    if (r->act->adds == CHILD_COUNT || r->d.negative)
        return E_OK;
    c = &law_child[r->act->adds];
    for (size_t i = 0; i < c->fields; i++)
        f[law_field[c->field[i]].id] = r->in[law_field[c->field[i]].id];
    for (size_t i = 0; i < r->act->adds_sets; i++)
        f[r->act->adds_set[i].name] = source_value(r, &r->act->adds_set[i].from, r->row.f, 0);
    for (size_t i = 0; i < c->fields; i++)
        any = any || f[law_field[c->field[i]].id].t != VAL_NONE;
    if (!any)
        return E_OK;
    slice label = c->class == CLASS_FINDERID ? SL("D|S") : law_class[c->class].mask & LABEL_S ? SL("S") : SL("");
    return child_write(r->db, r->act->adds, r->leaf, r->subject_id, label, f, r->a, r->f);
}

static enum err effect_apply(struct run *r)
{
    gate_effect_fn *fn = effects[r->c.id];
    struct gate_tx tx = {.db = r->db, .arena = r->a, .leaf = r->leaf, .now = r->now, .rng = NULL};
    return fn ? fn(&tx, &r->c, r->row.f, r->f) : E_OK;
}

enum err run_apply(struct run *r)
{
    enum err e = run_label(r);
    r->c.state = r->exists ? r->before.state : ST_NONE;
    r->row.id = r->subject_id;
    r->row.state = r->d.to;
    r->row.label = sl(r->label);
    r->row.made = r->exists ? r->before.made : r->now;
    r->row.moved = r->now;
    r->row.leaf = r->leaf;
    if (!e)
        e = effect_apply(r);
    if (!e && r->c.id == ACT_clock_lapse) /* before the clock's own row: a subject that ends voids its clocks, but this
                                             one has lapsed */
        e = lapse_apply(r);
    if (!e)
        e = row_write(r->db, r->act->kind, &r->row, !r->exists, r->a, r->f);
    if (!e)
        e = adds_apply(r);
    if (!e)
        e = sides_apply(r);
    if (!e)
        e = clocks_apply(r);
    return e ? e : final_clocks(r, r->act->kind, r->d.to, r->subject_id);
}
