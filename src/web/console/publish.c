/* 公表: what the law still wants before a case is made public, condition by condition, with the records that each
 * speaks of and the acts that bring it about (告示平成29年19号、41、42①、付録7②). The gate is asked; nothing is decided
 * here. */
#include <stdio.h>
#include <string.h>

#include "console2.h"

#define PARTS  120
#define LISTED 60
#define WAYS   8

static const enum kind_id spoken_of[] = {KIND_coord, KIND_hold, KIND_embargo};

/* Conditions tell of holds and dates agreed on: for whose desk these are, and for nobody else. */
static bool mine(const struct page *p)
{
    for (size_t i = 0; i < TB_COUNT(spoken_of); i++)
        if (!page_desk(p, spoken_of[i]))
            return false;
    return true;
}

slice publish_href(struct page *p, const struct gate_row *cas)
{
    return mine(p) ? sl(arena_fmt(p->a, "/case/" PRIs "/publish", ARGs(cas->id))) : SLN;
}

/* --- what hangs on the case --- */
struct parts {
    const struct gate_row *row[PARTS];
    size_t n;
};

static void parts_load(struct page *p, slice case_id, struct parts *x)
{
    struct dbrows r;
    struct fault f;
    if (db_run(gate_reader_db(p->c.reader), Q_console_publish_parts, (struct dbval[]){DBT(case_id)}, 1, &r, p->a, &f) !=
        E_OK) {
        log_line(0, "parts of a publication not read what=\"%s\"", f.what);
        return;
    }
    for (size_t i = 0; i < r.rows && x->n < PARTS; i++) {
        enum kind_id k = law_kind_named(ROW(&r, i, 0).s);
        const struct gate_row *row = k == KIND_COUNT ? NULL : view_get(p->v, k, ROW(&r, i, 1).s);
        if (row)
            x->row[x->n++] = row;
    }
}

static bool over(const struct gate_row *row)
{
    const struct law_state *s = law_state_of(row->kind, row->state);
    return s && s->sort == STATE_FINAL;
}

/* The text that would go out: the newest that is fixed, else the newest that is worked on. */
static const struct gate_row *text_of_case(const struct parts *x)
{
    const struct gate_row *best = NULL;
    for (size_t i = 0; i < x->n; i++)
        if (x->row[i]->kind == KIND_product && !over(x->row[i]) &&
            (!best || (best->state != ST_ISSUED && x->row[i]->state == ST_ISSUED)))
            best = x->row[i];
    return best;
}

/* --- the ways out --- */
/* An act that makes something public, on the record from which it starts. */
struct way {
    enum act_id act;
    const struct gate_row *on;
    const struct gate_cond *cond;
    size_t conds, met;
};

static bool begins_here(enum act_id act, enum state_id s)
{
    for (size_t i = 0; i < law_act[act].froms; i++)
        if (law_act[act].from[i] == s)
            return true;
    return false;
}

static void way_ask(struct page *p, enum act_id act, const struct gate_row *on, const struct gate_row *text,
                    struct way *w)
{
    struct fault f;
    struct gate_given given = {N_product, text ? VT(text->id) : (struct val){0}};
    *w = (struct way){.act = act, .on = on};
    if (gate_conds(p->c.reader, &p->c.who, p->c.actor, act, on, &given, on->kind == KIND_coord, p->a, &w->cond,
                   &w->conds, &f) != E_OK)
        log_line(0, "conditions not asked act=%s what=\"%s\"", law_act[act].name, f.what);
    for (size_t i = 0; i < w->conds; i++)
        w->met += w->cond[i].met;
}

static size_t ways_of(struct page *p, const struct parts *x, struct way out[WAYS])
{
    const struct gate_row *text = text_of_case(x);
    size_t n = 0;
    for (size_t i = 0; i < x->n && n < WAYS; i++) {
        const struct gate_row *r = x->row[i];
        if (r->kind == KIND_coord && r->state != ST_PUBLISHED && !over(r))
            way_ask(p, ACT_coord_publish, r, text, &out[n++]);
        else if (r->kind == KIND_notice && begins_here(ACT_notice_decide, r->state))
            way_ask(p, ACT_notice_decide, r, text, &out[n++]);
        else if (r->kind == KIND_notice && begins_here(ACT_notice_publish, r->state))
            way_ask(p, ACT_notice_publish, r, text, &out[n++]);
    }
    return n;
}

/* --- one condition --- */
/* The records that show whether it holds; the record itself when none is named. */
static enum kind_id shown_by(enum pred_id pred)
{
    static const struct {
        enum pred_id pred;
        enum kind_id kind;
    } by[] = {{P_product_is_shuchi_issued, KIND_product},
              {P_no_active_hold, KIND_hold},
              {P_embargo_over_or_reached, KIND_embargo}};
    for (size_t i = 0; i < TB_COUNT(by); i++)
        if (by[i].pred == pred)
            return by[i].kind;
    return KIND_COUNT;
}

static void record_fill(struct page *p, const struct gate_row *r, struct page_publish_ways_conds_records *o)
{
    struct words_state st = words_state(r->kind, r->state);
    enum name_id at = r->kind == KIND_hold      ? N_until
                      : r->kind == KIND_embargo ? N_ends_at
                      : r->kind == KIND_notice  ? N_at
                                                : NAME_COUNT;
    *o = (struct page_publish_ways_conds_records){
        .name = sl(arena_fmt(p->a, "%s：" PRIs, law_kind[r->kind].ja, ARGs(page_title_of(p, r)))),
        .href = page_href(p, r->kind, r->id),
        .state = st.word,
        .leaf = r->leaf};
    if (sl_is(page_title_of(p, r), law_kind[r->kind].ja))
        o->name = sl(law_kind[r->kind].ja);
    if (at != NAME_COUNT && r->f[at].t == VAL_INT)
        o->when = words_full(p->a, r->f[at].i);
}

static void records_fill(struct page *p, const struct parts *x, const struct way *w, enum pred_id pred,
                         struct page_publish_ways_conds *o)
{
    struct page_publish_ways_conds_records *r = arena_arr(p->a, struct page_publish_ways_conds_records, x->n + 1);
    enum kind_id k = shown_by(pred);
    for (size_t i = 0; i < x->n; i++)
        if (x->row[i]->kind == k && (!over(x->row[i]) || k != KIND_product))
            record_fill(p, x->row[i], &r[o->records_n++]);
    if (k == KIND_COUNT && pred != P_gate_open)
        record_fill(p, w->on, &r[o->records_n++]);
    o->records = r;
}

/* Where an act starts: the record of its kind, if there is one from whose state it may be done. */
static const struct gate_row *starts_at(const struct parts *x, enum act_id act)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->row[i]->kind == law_act[act].kind && begins_here(act, x->row[i]->state))
            return x->row[i];
    return NULL;
}

/* The way out that the condition's own row names, act by act. */
static void todo_fill(struct page *p, const struct parts *x, enum pred_id pred, struct page_publish_ways_conds *o)
{
    const char *todo = law_pred[pred].todo ? law_pred[pred].todo : "";
    struct page_publish_ways_conds_acts *a = arena_arr(p->a, struct page_publish_ways_conds_acts, ACT_COUNT);
    o->todo = sl(todo);
    o->acts = a;
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct gate_row *on = strstr(todo, law_act[i].name) ? starts_at(x, (enum act_id)i) : NULL;
        if (on)
            a[o->acts_n++] = (struct page_publish_ways_conds_acts){
                sl(law_act[i].title), page_act_href(p, (enum act_id)i, on->id), page_act_by(p, (enum act_id)i)};
    }
}

static void way_fill(struct page *p, const struct parts *x, const struct way *w, size_t no, struct page_publish_ways *o)
{
    struct page_publish_ways_conds *c = arena_arr(p->a, struct page_publish_ways_conds, w->conds + 1);
    bool machine = law_act_machine_only(&law_act[w->act]);
    *o = (struct page_publish_ways){.no = (int64_t)no,
                                    .title = sl(law_act[w->act].title),
                                    .basis = sl(law_act[w->act].basis),
                                    .of = page_title_of(p, w->on),
                                    .by = machine ? SL("機械（条件がそろい、日時が来たとき）") : page_act_by(p, w->act),
                                    .met = (int64_t)w->met,
                                    .all = (int64_t)w->conds,
                                    .ready = w->conds && w->met == w->conds,
                                    .conds = c,
                                    .conds_n = w->conds};
    for (size_t i = 0; i < w->conds; i++) {
        bool met = w->cond[i].met;
        c[i] = (struct page_publish_ways_conds){.text = sl(law_pred[w->cond[i].pred].ja),
                                                .met = met,
                                                .word = met ? SL("そろった") : SL("まだ"),
                                                .css = met ? SL("st--done") : SL("st--soon"),
                                                .ic = met ? ICON_DONE : ICON_WAIT};
        records_fill(p, x, w, w->cond[i].pred, &c[i]);
        if (!met)
            todo_fill(p, x, w->cond[i].pred, &c[i]);
    }
}

/* --- beside the conditions: what a publication is planned on --- */
static slice or_none(slice s)
{
    return s.n ? s : SL("まだ書かれていない");
}

static void plan_fill(struct page *p, const struct gate_row *coord, struct page_publish *x)
{
    static const enum name_id shown[] = {N_planned_on, N_fix, N_cve};
    struct page_publish_plan *o = arena_arr(p->a, struct page_publish_plan, TB_COUNT(shown) + 1);
    struct words_state st = words_state(KIND_coord, coord->state);
    o[x->plan_n++] = (struct page_publish_plan){SL("調整の状態"), st.word};
    for (size_t i = 0; i < TB_COUNT(shown); i++) {
        const struct law_field *f = law_kind_field(KIND_coord, shown[i]);
        o[x->plan_n++] = (struct page_publish_plan){sl(f->ja), or_none(page_value(p, f, coord->f[shown[i]]))};
    }
    x->plan = o;
}

static void clocks_fill(struct page *p, const struct parts *x, struct page_publish *o)
{
    const struct gate_row **all = arena_arr(p->a, const struct gate_row *, 40);
    slice *of = arena_arr(p->a, slice, 40);
    size_t n = 0;
    for (size_t i = 0; i < x->n; i++) {
        const struct gate_row **c;
        size_t m = view_clocks(p->v, x->row[i], &c);
        for (size_t k = 0; k < m && n < 40; k++)
            if (c[k]->state == ST_RUNNING || c[k]->state == ST_LAPSED) {
                of[n] = page_title_of(p, x->row[i]);
                all[n++] = c[k];
            }
    }
    o->clocks = page_clocks(p, "公表にかかる時計の表", all, of, n);
}

/* How far operators are: numbers alone, and none of few that would name one (対応②). */
static void ready_fill(struct page *p, slice case_id, struct page_publish *x)
{
    struct dbrows r;
    struct fault f;
    struct tally c = {.p = p, .kind = KIND_provision};
    int64_t n[4] = {0}; /* proposed or approved, given, received, settled */
    static const char *const word[] = {"提案・承認", "提供済（まだ受領していない）", "受領済", "対応完了"};
    if (db_run(gate_reader_db(p->c.reader), Q_console_ready_counts,
               (struct dbval[]){DBT(case_id), DBT(p->c.who.actor.org)}, 2, &r, p->a, &f) != E_OK)
        r.rows = 0;
    for (size_t i = 0; i < r.rows; i++) {
        if (!tally_may(&c, &r, i))
            continue;
        enum state_id s = law_state_named(ROW(&r, i, 2).s);
        n[s == ST_SETTLED ? 3 : s == ST_RECEIVED ? 2 : s == ST_SENT ? 1 : 0] += ROW(&r, i, 4).i;
    }
    struct page_publish_ready *o = arena_arr(p->a, struct page_publish_ready, TB_COUNT(word));
    struct buf text = BUF(400);
    for (size_t i = 0; i < TB_COUNT(word); i++) {
        o[i] = (struct page_publish_ready){sl(word[i]), n[i]};
        x->given += n[i];
        buf_fmt(&text, "%s %" PRId64 "\n", word[i], n[i]);
    }
    x->told = x->given > 0 &&
              tally_told(p, "/case/…/publish 提供先の数", "GIVEN", c.basis, (size_t)x->given, buf_slice(&text));
    x->ready = o;
    x->ready_n = x->told ? TB_COUNT(word) : 0;
    buf_free(&text);
}

/* --- the pages --- */
static slice heading(struct page *p, const struct way *w, size_t n, const struct parts *x)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < n; i++)
        least = w[i].conds - w[i].met < least ? w[i].conds - w[i].met : least;
    for (size_t i = 0; !n && i < x->n; i++)
        if (x->row[i]->state == ST_PUBLISHED)
            return SL("公表しました");
    if (!n)
        return SL("公表の手続は、まだ始まっていません");
    return least ? sl(arena_fmt(p->a, "公表まで、条件があと %zu つ", least)) : SL("公表の条件は、そろっています");
}

void publish_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct parts parts = {.n = 0};
    struct way w[WAYS];
    if (!page_begin(&p, r, ans, "公表"))
        return;
    const struct gate_row *c = mine(&p) ? view_get(p.v, KIND_case, r->seg[0]) : NULL;
    if (!c) {
        page_absent(&p);
        return;
    }
    struct words_state st = words_state(KIND_case, c->state);
    struct page_publish x = {.serial = field_text(c, N_serial),
                             .title = page_title_of(&p, c),
                             .href = page_href(&p, KIND_case, c->id),
                             .state = st.word,
                             .css = st.css,
                             .ic = st.icon};
    parts_load(&p, c->id, &parts);
    size_t n = ways_of(&p, &parts, w);
    struct page_publish_ways *o = arena_arr(p.a, struct page_publish_ways, WAYS);
    for (size_t i = 0; i < n; i++)
        way_fill(&p, &parts, &w[i], i + 1, &o[i]);
    x.ways = o;
    x.ways_n = n;
    x.h = heading(&p, w, n, &parts);
    const struct gate_row *on = n ? w[0].on : NULL;
    x.acting = on != NULL;
    if (on)
        x.acts = page_acts(&p, on->kind, on);
    for (size_t i = 0; i < parts.n && !x.plan_n; i++)
        if (parts.row[i]->kind == KIND_coord)
            plan_fill(&p, parts.row[i], &x);
    clocks_fill(&p, &parts, &x);
    ready_fill(&p, c->id, &x);
    p.frame.title = sl(arena_fmt(p.a, "公表 " PRIs, ARGs(x.serial)));
    page_crumb(&p, SL("公表"), SL("/publish"));
    page_crumb(&p, x.serial, x.href);
    page_crumb(&p, SL("公表の条件"), SLN);
    page_publish(&p.body, &x);
    page_end(&p);
}

static bool row_fill(struct page *p, const struct gate_row *cas, struct page_publishes_rows *o)
{
    struct parts *parts = arena_get(p->a, sizeof *parts);
    struct way w[WAYS];
    parts_load(p, cas->id, parts);
    size_t n = ways_of(p, parts, w);
    if (!n)
        return false;
    const struct way *near = &w[0];
    for (size_t i = 1; i < n; i++)
        if (w[i].conds - w[i].met < near->conds - near->met)
            near = &w[i];
    struct page_publishes_rows_wants *wants = arena_arr(p->a, struct page_publishes_rows_wants, near->conds + 1);
    *o = (struct page_publishes_rows){.serial = field_text(cas, N_serial),
                                      .title = page_title_of(p, cas),
                                      .href = publish_href(p, cas),
                                      .way = sl(law_act[near->act].title),
                                      .met = (int64_t)near->met,
                                      .all = (int64_t)near->conds,
                                      .ready = near->met == near->conds,
                                      .plan = SL("―"),
                                      .wants = wants};
    for (size_t i = 0; i < near->conds; i++)
        if (!near->cond[i].met)
            wants[o->wants_n++] = (struct page_publishes_rows_wants){sl(law_pred[near->cond[i].pred].ja)};
    for (size_t i = 0; i < parts->n; i++)
        if (parts->row[i]->kind == KIND_coord && parts->row[i]->f[N_planned_on].t == VAL_INT)
            o->plan = words_day(p->a, (day_t)parts->row[i]->f[N_planned_on].i);
    return true;
}

/* Cases with a coordination or a notice that is not public yet: each once. */
void publishes_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct page_publishes x = {.h = SL("公表を待つ事案はありません")};
    const struct gate_row **cas;
    if (!page_begin(&p, r, ans, "公表"))
        return;
    if (!mine(&p)) {
        page_absent(&p);
        return;
    }
    size_t n = view_list(p.v, KIND_case, &(struct view_filter){.max = 200}, &cas);
    struct page_publishes_rows *o = arena_arr(p.a, struct page_publishes_rows, LISTED);
    for (size_t i = 0; i < n && !x.more; i++) {
        struct page_publishes_rows one;
        if (!row_fill(&p, cas[i], &one))
            continue;
        x.more = x.rows_n == LISTED;
        if (!x.more)
            o[x.rows_n++] = one;
    }
    x.rows = o;
    if (x.rows_n)
        x.h = sl(arena_fmt(p.a, "公表を待つ事案 %zu件", x.rows_n));
    page_crumb(&p, SL("公表"), SLN);
    page_publishes(&p.body, &x);
    page_end(&p);
}
