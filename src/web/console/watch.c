/* 再評価一覧: what was not notified goes on being asked (付録7 ※2). The standing query in words, with what is true now
 * beside it; whether it has been met is for the machine and its row to say. */
#include <stdio.h>

#include "console2.h"

#define LISTED 100

struct public
{ /* of the case's number, from what is published */
    bool kev;
    int64_t epss; /* per mille; -1: none */
};

static struct public public_of(struct page *p, slice cve)
{
    struct public o = {.epss = -1};
    struct dbrows r;
    struct fault f;
    if (!cve.n ||
        db_run(gate_reader_db(p->c.reader), Q_console_vuln, (struct dbval[]){DBT(cve)}, 1, &r, p->a, &f) != E_OK)
        return o;
    for (size_t i = 0; i < r.rows; i++) {
        o.kev = o.kev || (sl_is(ROW(&r, i, 0).s, "KEV") && ROW(&r, i, 1).i);
        if (sl_is(ROW(&r, i, 0).s, "EPSS"))
            o.epss = ROW(&r, i, 2).i;
    }
    return o;
}

static slice per_cent(struct page *p, int64_t mille)
{
    return sl(arena_fmt(p->a, "%" PRId64 ".%" PRId64 "％", mille / 10, mille % 10));
}

/* --- the standing query --- */
static void waits_fill(struct page *p, const struct gate_row *c, size_t newer, struct page_watch_rows *o)
{
    struct page_watch_rows_waits *w = arena_arr(p->a, struct page_watch_rows_waits, 4);
    struct public now = public_of(p, field_text(c, N_cve));
    const struct val *kev = &c->f[N_watch_kev], *epss = &c->f[N_watch_epss], *news = &c->f[N_watch_news];
    if (!(kev->t == VAL_INT && kev->i))
        w[o->waits_n++] = (struct page_watch_rows_waits){SL("悪用が確認された脆弱性の一覧（KEV）に載る"),
                                                         now.kev                  ? SL("載っている")
                                                         : field_text(c, N_cve).n ? SL("載っていない")
                                                                                  : SL("公表前で、番号がない")};
    if (epss->t == VAL_INT)
        w[o->waits_n++] = (struct page_watch_rows_waits){
            sl(arena_fmt(p->a, "悪用される見込み（EPSS）が " PRIs " 以上になる", ARGs(per_cent(p, epss->i)))),
            now.epss < 0 ? SL("値がない") : per_cent(p, now.epss)};
    if (field_text(c, N_watch_products).n)
        w[o->waits_n++] =
            (struct page_watch_rows_waits){sl(arena_fmt(p->a, "次の製品に、新しい届出資産との照合が出る：" PRIs,
                                                        ARGs(field_text(c, N_watch_products)))),
                                           SL("照合のたびに確かめている")};
    w[o->waits_n++] = (struct page_watch_rows_waits){
        news->t == VAL_INT && news->i ? sl(arena_fmt(p->a, "葉 %" PRId64 " より新しい材料が添付される", news->i))
                                      : SL("材料が添付される"),
        newer ? sl(arena_fmt(p->a, "%zu件", newer)) : SL("ない")};
    o->waits = w;
}

static size_t touched_fill(struct page *p, const struct gate_row *c, struct page_watch_rows *o)
{
    const struct gate_child *e;
    size_t n = view_children(p->v, c, CHILD_evidence, &e);
    struct page_watch_rows_touched *t = arena_arr(p->a, struct page_watch_rows_touched, n + 1);
    int64_t since = c->f[N_watch_news].t == VAL_INT ? c->f[N_watch_news].i : 0;
    for (size_t i = 0; i < n; i++)
        if (e[i].leaf > since)
            t[o->touched_n++] = (struct page_watch_rows_touched){
                sl(arena_fmt(p->a, PRIs "：" PRIs,
                             ARGs(page_value(p, &law_field[FIELD_evidence_ev_kind], e[i].f[N_ev_kind])),
                             ARGs(page_value(p, &law_field[FIELD_evidence_source], e[i].f[N_source])))),
                e[i].leaf};
    o->touched = t;
    return o->touched_n;
}

/* --- looked at, and to be looked at --- */
static bool starts_clock(enum act_id act, enum clock_id clock)
{
    for (size_t i = 0; act != ACT_COUNT && i < law_act[act].ticks; i++)
        if (law_act[act].tick[i].clock == clock &&
            (law_act[act].tick[i].op == CLOCK_START || law_act[act].tick[i].op == CLOCK_RESTART))
            return true;
    return false;
}

static void reviews_fill(struct page *p, const struct gate_row *c, struct page_watch_rows *o)
{
    const struct gate_leaf *l;
    const struct gate_row **clock;
    size_t n = view_leaves(p->v, c, &l), m = view_clocks(p->v, c, &clock);
    for (size_t i = 0; i < n; i++)
        if (l[i].ok && starts_clock(l[i].act, CLOCK_c_watch_review))
            o->reviewed = sl(arena_fmt(p->a, PRIs "（%s、" PRIs "）", ARGs(words_day(p->a, day_of_instant(l[i].at))),
                                       law_act[l[i].act].title, ARGs(view_person_name(p->v, l[i].person))));
    for (size_t i = 0; i < m; i++) {
        struct words_clock w = words_clock(p->a, clock[i], p->now);
        if (w.id != CLOCK_c_watch_review || !w.running)
            continue;
        o->next =
            w.dated
                ? sl(arena_fmt(p->a, PRIs "　" PRIs, ARGs(words_day(p->a, day_of_instant(w.due) - 1)), ARGs(w.value)))
                : w.value;
        o->nword = w.level == WORDS_CALM ? SLN : w.word;
        o->ncss = w.css;
        o->nic = w.icon;
    }
}

static void watched_fill(struct page *p, struct page_watch *x)
{
    const struct gate_row **row;
    size_t n = view_list(p->v, KIND_case, &(struct view_filter){.state = SL("WATCHED"), .max = LISTED}, &row);
    struct page_watch_rows *o = arena_arr(p->a, struct page_watch_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct words_state st = words_state(KIND_case, row[i]->state);
        o[i] = (struct page_watch_rows){.serial = field_text(row[i], N_serial),
                                        .title = page_title_of(p, row[i]),
                                        .href = sl(arena_fmt(p->a, "/case/" PRIs "/triage", ARGs(row[i]->id))),
                                        .state = st.word,
                                        .css = st.css,
                                        .ic = st.icon,
                                        .reviewed = SL("まだない"),
                                        .next = SL("―")};
        waits_fill(p, row[i], touched_fill(p, row[i], &o[i]), &o[i]);
        reviews_fill(p, row[i], &o[i]);
    }
    x->rows = o;
    x->rows_n = n;
}

/* --- what has come back --- */
static slice what_woke(struct page *p, const struct gate_row *c, int64_t leaf)
{
    const struct gate_child *e;
    size_t n = view_children(p->v, c, CHILD_evidence, &e);
    int64_t since = c->f[N_watch_news].t == VAL_INT ? c->f[N_watch_news].i : 0;
    for (size_t i = 0; i < n; i++)
        if (e[i].leaf > since && e[i].leaf <= leaf)
            return sl(arena_fmt(p->a, PRIs "：" PRIs,
                                ARGs(page_value(p, &law_field[FIELD_evidence_ev_kind], e[i].f[N_ev_kind])),
                                ARGs(page_value(p, &law_field[FIELD_evidence_source], e[i].f[N_source]))));
    return SL("公開情報か照合の変化");
}

static void back_fill(struct page *p, struct page_watch *x)
{
    const struct gate_row **row;
    size_t n = view_list(p->v, KIND_case, &(struct view_filter){.max = LISTED}, &row);
    struct page_watch_back *o = arena_arr(p->a, struct page_watch_back, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct gate_leaf *l;
        size_t m = view_leaves(p->v, row[i], &l);
        while (m > 0 && !(l[m - 1].ok && l[m - 1].act == ACT_case_rewake))
            m--;
        if (m == 0)
            continue;
        struct words_state st = words_state(KIND_case, row[i]->state);
        o[x->back_n++] =
            (struct page_watch_back){.serial = field_text(row[i], N_serial),
                                     .title = page_title_of(p, row[i]),
                                     .href = sl(arena_fmt(p->a, "/case/" PRIs "/triage", ARGs(row[i]->id))),
                                     .what = what_woke(p, row[i], l[m - 1].idx),
                                     .when = words_full(p->a, l[m - 1].at),
                                     .iso = words_iso(p->a, l[m - 1].at),
                                     .leaf = l[m - 1].idx,
                                     .state = st.word,
                                     .css = st.css,
                                     .ic = st.icon};
    }
    x->back = o;
}

void watch_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct page_watch x = {0};
    if (!page_begin(&p, r, ans, "再評価一覧"))
        return;
    watched_fill(&p, &x);
    back_fill(&p, &x);
    x.h = x.rows_n ? sl(arena_fmt(p.a, "監視中の事案 %zu件、峻別に戻ったもの %zu件", x.rows_n, x.back_n))
                   : sl(arena_fmt(p.a, "監視中の事案はありません。峻別に戻ったもの %zu件", x.back_n));
    page_crumb(&p, SL("事案"), SL("/cases"));
    page_crumb(&p, SL("再評価一覧"), SLN);
    page_watch(&p.body, &x);
    page_end(&p);
}
