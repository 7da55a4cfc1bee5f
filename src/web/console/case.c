/* 事案: one vulnerability's way from the report to the answer, on one screen. */
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "related.h"
#include "screens.h"
#include "web/svg.h"

slice field_text(const struct gate_row *row, enum name_id n)
{
    return row && row->f[n].t == VAL_TEXT ? row->f[n].s : SLN;
}

size_t related(struct page *p, enum kind_id k, slice case_id, const struct gate_row ***out)
{
    const struct gate_row **row;
    size_t n = view_list(p->v, k, &(struct view_filter){.max = 500}, &row), m = 0;
    for (size_t i = 0; i < n; i++)
        if (sl_eq(field_text(row[i], N_case), case_id))
            row[m++] = row[i];
    *out = row;
    return m;
}

/* --- everything that hangs on the case --- */
#define PARTS 120
struct whole {
    const struct gate_row *row[PARTS];
    size_t n;
};

static void whole_add(struct whole *w, const struct gate_row *row)
{
    if (row && w->n < PARTS)
        w->row[w->n++] = row;
}

static void whole_load(struct page *p, const struct gate_row *cas, struct whole *w)
{
    static const enum kind_id kinds[] = {KIND_coord, KIND_response, KIND_provision, KIND_product};
    whole_add(w, cas);
    if (field_text(cas, N_report).n)
        whole_add(w, view_get(p->v, KIND_vulreport, field_text(cas, N_report)));
    for (size_t k = 0; k < TB_COUNT(kinds); k++) {
        const struct gate_row **row;
        size_t n = related(p, kinds[k], cas->id, &row);
        for (size_t i = 0; i < n; i++)
            whole_add(w, row[i]);
    }
}

/* --- the picture --- */
static const char *const lane_name[] = {"発見者", "IPA", "JPCERT/CC", "内閣府", "事業所管省", "事業者", "機械"};

static size_t lane_of(slice office)
{
    for (size_t i = 0; i < TB_COUNT(lane_name); i++)
        if (sl_is(office, lane_name[i]))
            return i;
    return TB_COUNT(lane_name) - 1;
}

static size_t lane_of_clock(enum clock_id k)
{
    const char *n = law_clock[k].name;
    if (strncmp(n, "c_jp", 4) == 0 || strncmp(n, "c_publish", 9) == 0)
        return 2;
    if (strncmp(n, "c_cao", 5) == 0 || strncmp(n, "c_receipt", 9) == 0 || strncmp(n, "c_recall", 8) == 0)
        return 3;
    return strcmp(n, "c_status") == 0 ? 5 : strcmp(n, "c_finder_1y") == 0 ? 0 : 1;
}

static int event_cmp(const void *a, const void *b)
{
    const struct page_event *x = a, *y = b;
    return x->leaf->idx < y->leaf->idx ? -1 : x->leaf->idx > y->leaf->idx;
}

struct told {
    struct page_event ev[400];
    size_t n;
    const struct gate_row *clock[SVG_BARS];
    slice of[SVG_BARS];
    size_t clocks;
};

static void told_load(struct page *p, const struct whole *w, struct told *t)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct gate_leaf *leaf;
        const struct gate_row **clock;
        size_t n = view_leaves(p->v, w->row[i], &leaf), m = view_clocks(p->v, w->row[i], &clock);
        for (size_t k = 0; k < n && t->n < TB_COUNT(t->ev); k++)
            t->ev[t->n++] = (struct page_event){&leaf[k], w->row[i]};
        for (size_t k = 0; k < m && t->clocks < SVG_BARS; k++) {
            t->clock[t->clocks] = clock[k];
            t->of[t->clocks++] = page_title_of(p, w->row[i]);
        }
    }
    qsort(t->ev, t->n, sizeof *t->ev, event_cmp);
}

static size_t bars_fill(struct page *p, const struct told *t, struct svg_bar *bar)
{
    size_t n = 0;
    for (size_t i = 0; i < t->clocks; i++) {
        struct words_clock c = words_clock(p->a, t->clock[i], p->now);
        if (c.id == CLOCK_COUNT || (!c.running && c.stopped - c.started < 60 * USEC))
            continue; /* done within the minute: it would be a stroke */
        bar[n] = (struct svg_bar){.lane = lane_of_clock(c.id), .from = c.started, .label = sl(arena_fmt(p->a, PRIs " " PRIs, ARGs(c.name), ARGs(c.value)))};
        if (!c.running) {
            bar[n].kind = SVG_DONE;
            bar[n].to = c.stopped;
        } else if (c.dated) {
            bar[n].kind = SVG_LIMIT;
            bar[n].to = c.due;
        } else {
            bar[n].kind = SVG_ELAPSED;
            bar[n].to = c.target;
        }
        n++;
    }
    return n;
}

static slice picture(struct page *p, const struct told *t)
{
    struct svg_event *ev = arena_arr(p->a, struct svg_event, SVG_EVENTS);
    struct svg_bar *bar = arena_arr(p->a, struct svg_bar, SVG_BARS);
    slice lane[TB_COUNT(lane_name)];
    size_t n = 0, first = t->n > SVG_EVENTS ? t->n - SVG_EVENTS : 0;
    for (size_t i = 0; i < TB_COUNT(lane_name); i++)
        lane[i] = sl(lane_name[i]);
    for (size_t i = first; i < t->n; i++)
        ev[n++] = (struct svg_event){lane_of(page_office(p, t->ev[i].leaf->person)), (int)i + 1, t->ev[i].leaf->at, SLN, false};
    usec_t from = t->n ? t->ev[first].leaf->at : p->now, day = 86400 * USEC;
    from = from > p->now - day ? p->now - day : from;
    struct svg_timeline x = {.id = "ct", .title = SL("事案の流れと時計"), .from = from - (p->now - from) / 20, .to = p->now + (p->now - from) / 2 + day / 2, .now = p->now, .holidays = &law_holidays,
                             .lane = lane, .lanes = TB_COUNT(lane_name), .event = ev, .events = n, .bar = bar};
    x.bars = bars_fill(p, t, bar);
    x.desc = sl(arena_fmt(p->a, "七つの列に、%zuのできごとと%zu本の時計。", t->n, x.bars));
    struct buf b = BUF((size_t)1 << 20);
    svg_timeline(&b, &x);
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

/* --- what it was decided on --- */
static int64_t ask(struct page *p, enum query q, slice a)
{
    struct dbrows r;
    struct fault f;
    if (db_run(gate_reader_db(p->c.reader), q, (struct dbval[]){DBT(a)}, 1, &r, p->a, &f) != E_OK || !r.rows || ROW(&r, 0, 0).t != DB_INT)
        return -1;
    return ROW(&r, 0, 0).i;
}

static void matches_count(struct page *p, slice case_id, size_t *sure, size_t *maybe)
{
    const struct gate_row **row;
    char vuln[80];
    size_t n = view_list(p->v, KIND_match, &(struct view_filter){.max = 2000}, &row);
    snprintf(vuln, sizeof vuln, "case:" PRIs, ARGs(case_id));
    *sure = *maybe = 0;
    for (size_t i = 0; i < n; i++) {
        if (!sl_is(field_text(row[i], N_vuln), vuln))
            continue;
        *sure += sl_is(field_text(row[i], N_level), "CONFIRMED");
        *maybe += sl_is(field_text(row[i], N_level), "POSSIBLE");
    }
}

static slice option_of(const struct gate_row *row, enum name_id n)
{
    const struct law_field *f = law_kind_field(row->kind, n);
    slice v = field_text(row, n);
    return v.n ? words_option(f, v) : SL("まだ分からない");
}

static void facts_fill(struct page *p, const struct gate_row *c, struct page_case *x)
{
    struct page_case_facts *f = arena_arr(p->a, struct page_case_facts, 10);
    slice cve = field_text(c, N_cve);
    size_t sure, maybe;
    int64_t epss = cve.n ? ask(p, Q_fact_epss_permille, cve) : -1, kev = cve.n ? ask(p, Q_fact_kev_listed, cve) : 0;
    x->facts = f;
    f[x->facts_n++] = (struct page_case_facts){SL("KEV"), kev > 0 ? SL("掲載") : SL("未掲載"), SL("CISA"), cve.n ? cve : SL("公表前のため番号がない。掲載されたら再評価に回る")};
    f[x->facts_n++] = (struct page_case_facts){SL("EPSS"), epss >= 0 ? sl(arena_fmt(p->a, "%" PRId64 "‰", epss)) : SL("値なし"), SL("FIRST"), SL("30日以内に悪用される見込み")};
    f[x->facts_n++] = (struct page_case_facts){SL("SSVC"),
                                               sl(arena_fmt(p->a, "悪用 " PRIs " → 自動化 " PRIs " → 影響 " PRIs " → 任務 " PRIs " → " PRIs, ARGs(option_of(c, N_ssvc_exploitation)), ARGs(option_of(c, N_ssvc_automatable)),
                                                            ARGs(option_of(c, N_ssvc_impact)), ARGs(option_of(c, N_ssvc_mission)), ARGs(option_of(c, N_ssvc_decision)))),
                                               SL("IPA"), SL("判断の経路は峻別の記録に固定")};
    f[x->facts_n++] = (struct page_case_facts){SL("付録7 (a)"), option_of(c, N_prong_a), SL("IPA"), SL("攻撃活動との関連・悪用のおそれ")};
    f[x->facts_n++] = (struct page_case_facts){SL("付録7 (b)"), option_of(c, N_prong_b), SL("IPA"), SL("社会への影響の大きさ")};
    f[x->facts_n++] = (struct page_case_facts){SL("悪用の状況"), option_of(c, N_jp_exploitation), SL("JPCERT/CC"), field_text(c, N_jp_spread)};
    matches_count(p, c->id, &sure, &maybe);
    f[x->facts_n++] = (struct page_case_facts){SL("照合"), sl(arena_fmt(p->a, "確実 %zu台・可能性あり %zu台", sure, maybe)), SL("照合の機械"), SL("あなたが見られる届出資産の数。名前だけの一致は確実としない")};
}

static void evidence_fill(struct page *p, const struct gate_row *c, struct page_case *x)
{
    const struct gate_child *e;
    size_t n = view_children(p->v, c, CHILD_evidence, &e);
    struct page_case_evidence *out = arena_arr(p->a, struct page_case_evidence, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct val *f = e[i].f;
        out[i] = (struct page_case_evidence){.kind = page_value(p, &law_field[FIELD_evidence_ev_kind], f[N_ev_kind]), .text = page_value(p, &law_field[FIELD_evidence_text], f[N_text]),
                                             .source = page_value(p, &law_field[FIELD_evidence_source], f[N_source]), .when = f[N_seen_at].t == VAL_INT ? words_when(p->a, f[N_seen_at].i, p->now) : SLN,
                                             .hash = f[N_source_hash].t == VAL_TEXT ? words_hash(p->a, f[N_source_hash].s, 16) : SLN, .leaf = e[i].leaf};
    }
    x->evidence = out;
    x->evidence_n = n;
}

static void steps_fill(struct page *p, const struct gate_row *c, struct page_case *x)
{
    static const struct { const char *ja; enum state_id s; } way[] = {{"峻別", ST_TRIAGE}, {"通知待ち", ST_NOTIFY_DUE}, {"内閣府に通知", ST_NOTIFIED}, {"対応", ST_RESPONDING}, {"対応終了", ST_DONE}, {"発見者に通知", ST_TOLD}};
    struct page_case_steps *s = arena_arr(p->a, struct page_case_steps, TB_COUNT(way) + 1);
    size_t here = 0;
    bool aside = c->state == ST_NO_PROPOSED || c->state == ST_WATCHED;
    for (size_t i = 0; i < TB_COUNT(way); i++)
        if (way[i].s == c->state)
            here = i;
    for (size_t i = 0; i < TB_COUNT(way); i++)
        s[x->steps_n++] = (struct page_case_steps){sl(way[i].ja), i == here && !aside, i < here || c->state == ST_TOLD ? ICON_DONE : i == here ? ICON_DOING : ICON_TODO};
    if (aside)
        s[x->steps_n++] = (struct page_case_steps){words_state(KIND_case, c->state).word, true, ICON_WAIT};
    x->steps = s;
}

static void parts_fill(struct page *p, const struct whole *w, struct page_case *x)
{
    struct page_case_parts *out = arena_arr(p->a, struct page_case_parts, PARTS);
    for (size_t i = 1; i < w->n; i++) {
        struct words_state st = words_state(w->row[i]->kind, w->row[i]->state);
        out[x->parts_n++] = (struct page_case_parts){page_title_of(p, w->row[i]), page_href(p, w->row[i]->kind, w->row[i]->id), sl(law_kind[w->row[i]->kind].ja), st.word, st.css, st.icon};
    }
    x->parts = out;
}

void case_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (!page_begin(&p, r, ans, "事案"))
        return;
    const struct gate_row *c = view_get(p.v, KIND_case, r->seg[0]);
    if (!c) {
        page_absent(&p);
        return;
    }
    struct whole *w = arena_get(p.a, sizeof *w);
    struct told *t = arena_get(p.a, sizeof *t);
    whole_load(&p, c, w);
    told_load(&p, w, t);
    struct page_case x = {.serial = field_text(c, N_serial), .title = page_title_of(&p, c), .cls = sl(law_class[CLASS_VULN_S].ja), .acts = page_acts(&p, KIND_case, c),
                          .release = sl(arena_fmt(p.a, "/case/" PRIs "/release", ARGs(c->id))), .leaves = (int64_t)t->n, .first = t->n ? t->ev[0].leaf->idx : 0, .last = t->n ? t->ev[t->n - 1].leaf->idx : 0};
    x.canrelease = console_has("/case/{id}/release") && (page_role(&p, ROLE_CAO_ANALYST) || page_role(&p, ROLE_CAO_APPR) || page_role(&p, ROLE_CAO_DUTY));
    steps_fill(&p, c, &x);
    x.pic = picture(&p, t);
    x.clocks = page_clocks(&p, "この事案の時計", t->clock, t->of, t->clocks);
    facts_fill(&p, c, &x);
    evidence_fill(&p, c, &x);
    x.story = page_story(&p, t->ev, t->n, true);
    parts_fill(&p, w, &x);
    page_crumb(&p, SL("事案"), SL("/cases"));
    page_crumb(&p, x.serial, SLN);
    page_case(&p.body, &x);
    page_end(&p);
}

void cases_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **row, **clock;
    if (!page_begin(&p, r, ans, "事案"))
        return;
    size_t n = view_list(p.v, KIND_case, &(struct view_filter){.max = 200}, &row);
    struct page_cases_rows *out = arena_arr(p.a, struct page_cases_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct words_state st = words_state(KIND_case, row[i]->state);
        out[i] = (struct page_cases_rows){.serial = field_text(row[i], N_serial), .title = page_title_of(&p, row[i]), .href = page_href(&p, KIND_case, row[i]->id), .state = st.word, .css = st.css, .ic = st.icon,
                                          .when = words_when(p.a, row[i]->moved, p.now)};
        size_t m = view_clocks(p.v, row[i], &clock);
        for (size_t k = 0; k < m; k++) {
            struct words_clock c = words_clock(p.a, clock[k], p.now);
            if (c.running) {
                out[i].clock = sl(arena_fmt(p.a, PRIs " " PRIs, ARGs(c.name), ARGs(c.value)));
                out[i].ccss = c.css;
                out[i].cic = c.icon;
            }
        }
    }
    struct page_cases x = {.h = sl(arena_fmt(p.a, "事案 %zu件", n)), .rows = out, .rows_n = n, .canopen = page_role(&p, ROLE_CAO_ANALYST) || page_role(&p, ROLE_IPA_TRIAGE), .open = SL("/act/case.open_own")};
    page_crumb(&p, SL("事案"), SLN);
    page_cases(&p.body, &x);
    page_end(&p);
}
