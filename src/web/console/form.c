/* The form of any act, made of its row; and what comes of sending it. */
#include <string.h>

#include "base/text.h"
#include "fields.h"
#include "screens.h"

#define PICK_ROWS 100

/* What a person may do by a form; machines have none. */
static enum act_id act_of(const struct http_req *r)
{
    enum act_id act = law_act_named(r->seg[0]);
    return act == ACT_COUNT || law_act_machine_only(&law_act[act]) ? ACT_COUNT : act;
}

static bool begins(enum act_id act, enum state_id s)
{
    const struct law_state *st = law_state_of(law_act[act].kind, s);
    if (law_act[act].from_any)
        return st && st->sort != STATE_FINAL;
    for (size_t i = 0; i < law_act[act].froms; i++)
        if (law_act[act].from[i] == s)
            return true;
    return false;
}

/* --- what the act rests on --- */
static slice moves(struct page *p, enum act_id act)
{
    const struct law_act *a = &law_act[act];
    struct buf b = BUF(2000);
    for (size_t i = 0; i < a->froms; i++) {
        const struct law_state *s = law_state_of(a->kind, a->from[i]);
        buf_fmt(&b, "%s%s", i ? "・" : "", s ? s->ja : "（新しく作る）");
    }
    for (size_t i = 0; i < a->tos; i++) {
        const struct law_state *s = law_state_of(a->kind, a->to[i].state);
        buf_fmt(&b, "%s%s", i ? "・" : " → ", s ? s->ja : "");
    }
    slice s = a->tos ? arena_sl(p->a, buf_slice(&b)) : SLN;
    buf_free(&b);
    return s;
}

static slice tick_words(struct page *p, const struct law_tick *t)
{
    static const char *const op[] = {"が始まる", "が履行になる", "が消える", "をやり直す"};
    const char *basis = law_clock[t->clock].basis;
    if (!basis && law_clock[t->clock].variants)
        basis = law_clock[t->clock].variant[0].basis;
    return sl(arena_fmt(p->a, "%s%s（%s）", law_clock[t->clock].ja, op[t->op], basis ? basis : "内規"));
}

static void basis_fill(struct page *p, enum act_id act, struct page_form *x)
{
    const struct law_act *a = &law_act[act];
    struct page_form_conds *c = arena_arr(p->a, struct page_form_conds, a->conds + 1);
    struct page_form_ticks *t = arena_arr(p->a, struct page_form_ticks, a->ticks + 1);
    struct page_form_tells *w = arena_arr(p->a, struct page_form_tells, a->tell + 1);
    for (size_t i = 0; i < a->conds; i++) {
        enum act_id other = a->cond[i].act ? law_act_named(sl(a->cond[i].act)) : ACT_COUNT;
        c[i].text = other == ACT_COUNT
                        ? sl(law_pred[a->cond[i].pred].ja)
                        : sl(arena_fmt(p->a, "「%s」をした人と別の人が行うこと（二人の確認）", law_act[other].title));
    }
    for (size_t i = 0; i < a->ticks; i++)
        t[i].text = tick_words(p, &a->tick[i]);
    for (size_t i = 0; i < a->tell; i++)
        w[i].text = sl(law_role[a->tells[i]].ja);
    x->conds = c;
    x->conds_n = a->conds;
    x->ticks = t;
    x->ticks_n = a->ticks;
    x->tells = w;
    x->tells_n = a->tell;
    x->gate = sl(law_gate[a->gate].ja);
    x->by = page_act_by(p, act);
    x->moves = moves(p, act);
    if (console_has("/rules"))
        x->rule = sl(arena_fmt(p->a, "/rules#%s", a->name));
}

/* --- the page --- */
static void draw(struct page *p, enum act_id act, const struct gate_row *row, const json_t *vals,
                 const struct field_faults *faults, bool step)
{
    const struct law_act *a = &law_act[act];
    char key[UUID_LEN + 1];
    struct fields_shown shown = fields_shown(p, act, row);
    struct page_form_errs *e = arena_arr(p->a, struct page_form_errs, FIELD_FAULTS);
    struct page_form x = {.title = sl(a->title),
                          .basis = sl(a->basis),
                          .action = sl(arena_fmt(p->a, "/act/%s", a->name)),
                          .subject = row ? row->id : SLN,
                          .button = sl(a->title),
                          .back = row ? page_href(p, row->kind, row->id) : page_home(p),
                          .shown = shown.row,
                          .shown_n = shown.n,
                          .errs = e,
                          .step = step,
                          .csrf = page_token(p)};
    uuid_new(rng_system(), key);
    x.key = arena_sl(p->a, sl(key));
    if (row) {
        x.subject_name = page_title_of(p, row);
        x.subject_href = page_href(p, row->kind, row->id);
        page_crumb(p, x.subject_name, x.subject_href);
    }
    page_crumb(p, x.title, SLN);
    x.fields = fields_draw(p, act, row, vals, faults, &shown, step, &x.fields_n);
    for (size_t i = 0; i < faults->n; i++)
        e[x.errs_n++] = (struct page_form_errs){sl(faults->v[i].name), faults->v[i].text};
    basis_fill(p, act, &x);
    page_form(&p->body, &x);
    page_end(p);
}

/* --- refusals --- */
static void refused_page(struct page *p, enum act_id act, const struct gate_row *row, const struct law_decision *d,
                         const struct gate_ans *a)
{
    struct page_refused_rows *w = arena_arr(p->a, struct page_refused_rows, LAW_REASONS + FLAG_COUNT + 2);
    struct page_refused x = {.title = sl(law_act[act].title),
                             .basis = sl(law_act[act].basis),
                             .leaf = a ? a->leaf : -1,
                             .recorded = a && a->leaf >= 0,
                             .rows = w,
                             .summary = SL("法令の定めにより、いまはできません。"),
                             .back = row ? page_href(p, row->kind, row->id) : page_home(p)};
    for (size_t i = 0; i < d->reasons; i++)
        w[x.rows_n++] = (struct page_refused_rows){sl(law_pred[d->reason[i]].ja),
                                                   page_reason_todo(p, act, d->reason[i]), d->reason[i] == P_gate_open};
    for (int i = 0; a && i < FLAG_COUNT; i++)
        if (a->missing >> i & 1)
            w[x.rows_n++] = (struct page_refused_rows){sl(law_flag[i].ja), sl(law_flag[i].todo), false};
    if (a && a->denied)
        w[x.rows_n++] = (struct page_refused_rows){SL("提供先の表が許すこと"), sl(a->denied), false};
    if (row)
        page_crumb(p, page_title_of(p, row), page_href(p, row->kind, row->id));
    page_crumb(p, x.title, SLN);
    p->ans->status = 403;
    page_refused(&p->body, &x);
    page_end(p);
}

/* Before the form is drawn: what cannot be done now has none. */
static bool may(struct page *p, enum act_id act, const struct gate_row *row, struct law_decision *d)
{
    const struct gate_may *m;
    size_t n = gate_may(p->c.reader, &p->c.who, p->c.actor, law_act[act].kind, row, p->a, &m);
    *d = (struct law_decision){.reasons = 1, .reason = {P_state_matches}};
    for (size_t i = 0; i < n; i++)
        if (m[i].act == act)
            *d = m[i].d;
    return d->allowed;
}

/* --- which one --- */
static void pick_page(struct page *p, enum act_id act)
{
    const struct law_act *a = &law_act[act];
    const struct gate_row **row;
    struct page_pick_rows *out = arena_arr(p->a, struct page_pick_rows, PICK_ROWS);
    struct page_pick x = {.title = sl(a->title),
                          .basis = sl(a->basis),
                          .kind = sl(law_kind[a->kind].ja),
                          .rows = out,
                          .list = sl(arena_fmt(p->a, "/list/%s", law_kind[a->kind].name))};
    for (size_t s = 0; s < law_kind[a->kind].states; s++) {
        enum state_id st = law_kind[a->kind].state[s].id;
        struct words_state w = words_state(a->kind, st);
        size_t n = begins(act, st) ? view_list(p->v, a->kind,
                                               &(struct view_filter){.state = sl(law_state_name[st]),
                                                                     .max = page_rows(p, a->kind, SLN, PICK_ROWS)},
                                               &row)
                                   : 0;
        for (size_t i = 0; i < n && x.rows_n < PICK_ROWS; i++)
            out[x.rows_n++] = (struct page_pick_rows){page_title_of(p, row[i]),
                                                      page_act_href(p, act, row[i]->id),
                                                      w.word,
                                                      w.css,
                                                      w.icon,
                                                      words_when(p->a, row[i]->moved, p->now)};
    }
    x.more = x.rows_n == PICK_ROWS;
    page_crumb(p, x.title, SLN);
    page_pick(&p->body, &x);
    page_end(p);
}

/* The subject as the caller sees it. false: there is none for him, which has been answered. */
static bool subject_of(struct page *p, enum act_id act, slice id, const struct gate_row **row)
{
    *row = act != ACT_COUNT && id.n ? view_get(p->v, law_act[act].kind, id) : NULL;
    if (act != ACT_COUNT && (*row || !id.n))
        return true;
    page_absent(p);
    return false;
}

static bool proposed(enum act_id act, const char *name)
{
    for (size_t i = 0; i < law_act[act].ins; i++)
        if (strcmp(law_field[law_act[act].in[i].field].name, name) == 0)
            return true;
    return strcmp(name, "outcome") == 0;
}

/* What stands, then what a link proposes, then what the story proposes. */
static json_t *first_values(struct page *p, enum act_id act, const struct gate_row *row, bool step)
{
    json_t *vals = row ? fields_of_row(act, row) : json_object();
    for (size_t i = 0; i < p->r->query.n; i++) {
        const struct http_kv *q = &p->r->query.v[i];
        if (proposed(act, arena_dup(p->a, q->k)))
            json_object_setn_new(vals, q->k.p, q->k.n, json_stringn(q->v.p, q->v.n));
    }
    if (step)
        json_object_update(vals, p->step.in);
    return vals;
}

void form_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct law_decision d;
    struct field_faults none = {.n = 0};
    const struct gate_row *row;
    enum act_id act = act_of(r);
    if (!page_begin(&p, r, ans, act == ACT_COUNT ? "手続" : law_act[act].title) ||
        !subject_of(&p, act, http_get(r->query, "subject"), &row))
        return;
    if (!row && !law_act_creates(&law_act[act])) {
        pick_page(&p, act);
        return;
    }
    if (!may(&p, act, row, &d)) {
        refused_page(&p, act, row, &d, NULL);
        return;
    }
    bool step =
        http_has(r->query, "step") && p.step.act == act && p.step.in && sl_eq(p.step.subject, row ? row->id : SLN);
    json_t *vals = first_values(&p, act, row, step);
    draw(&p, act, row, vals, &none, step);
    json_decref(vals);
}

/* --- sending --- */
/* Where a person stands after his act: at the subject, or at his own screen when it has left his sight. */
static void done(struct page *p, enum act_id act, slice subject)
{
    bool seen = view_get(p->v, law_act[act].kind, subject) != NULL;
    page_leave(p, seen ? page_href(p, law_act[act].kind, subject) : page_home(p), FLASH_DONE, law_act[act].says);
}

static void act_now(struct page *p, enum act_id act, const struct gate_row *row, const json_t *vals, slice key)
{
    struct gate_ans a;
    struct field_faults faults = {.n = 0};
    bool file = act == ACT_export_release && row;
    if (file)
        server_export(p->r, &p->c, row->id, p->ans, &a);
    else
        server_act(p->r, &p->c, act, row ? row->id : SLN, vals, key, &a);
    if (a.err == E_OK && file) {
        page_yield(p);
    } else if (a.err == E_OK) {
        done(p, act, arena_sl(p->a, sl(a.subject)));
    } else if (a.err == E_REFUSED) {
        refused_page(p, act, row, &a.d, &a);
    } else if (a.err == E_FIELD || a.err == E_PARSE || a.err == E_TOO_BIG) {
        faults.v[faults.n].name = arena_dup(p->a, sl(a.fault.where));
        faults.v[faults.n++].text = arena_sl(p->a, sl(a.fault.what));
        p->ans->status = err_http(a.err);
        draw(p, act, row, vals, &faults, false);
    } else if (a.err == E_ABSENT) {
        page_absent(p);
    } else {
        page_fault(p, &a.fault);
    }
}

void form_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct field_faults faults = {.n = 0};
    const struct gate_row *row;
    enum act_id act = act_of(r);
    slice key = http_get(r->form, "_key");
    if (!page_begin(&p, r, ans, act == ACT_COUNT ? "手続" : law_act[act].title) ||
        !subject_of(&p, act, http_get(r->form, "subject"), &row))
        return;
    json_t *vals = fields_of_form(r, act);
    bool find = sl_is(http_get(r->form, "_do"), "find");
    if (!find)
        fields_check(&p, act, vals, &faults);
    if (find || faults.n) {
        p.ans->status = find ? 200 : err_http(E_FIELD);
        draw(&p, act, row, vals, &faults, false);
    } else {
        act_now(&p, act, row, vals, uuid_ok(key) ? key : SLN);
    }
    json_decref(vals);
}
