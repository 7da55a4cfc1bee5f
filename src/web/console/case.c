/* 事案: one vulnerability's way from the report to the answer, on one screen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "known.h"
#include "tally.h"
#include "related.h"
#include "console2.h"
#include "screens.h"
#include "web/svg.h"

slice field_text(const struct gate_row *row, enum name_id n)
{
    return row && row->f[n].t == VAL_TEXT ? row->f[n].s : SLN;
}

/* --- everything that hangs on the case, as far as the reader may see it --- */
#define PARTS 124
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
    struct dbrows rows;
    struct fault f;
    whole_add(w, cas);
    if (field_text(cas, N_report).n)
        whole_add(w, view_get(p->v, KIND_vulreport, field_text(cas, N_report)));
    if (db_run(gate_reader_db(p->c.reader), Q_console_case_parts, (struct dbval[]){DBT(cas->id)}, 1, &rows, p->a, &f) !=
        E_OK) {
        log_line(0, "case parts failed what=\"%s\"", f.what);
        return;
    }
    for (size_t i = 0; i < rows.rows; i++) {
        enum kind_id k = law_kind_named(ROW(&rows, i, 0).s);
        if (k != KIND_COUNT)
            whole_add(w, view_get(p->v, k, ROW(&rows, i, 1).s));
    }
}

size_t related(struct page *p, enum kind_id k, slice case_id, const struct gate_row ***out)
{
    const struct gate_row *cas = view_get(p->v, KIND_case, case_id);
    struct whole *w = arena_get(p->a, sizeof *w);
    size_t n = 0;
    *out = arena_arr(p->a, const struct gate_row *, PARTS);
    if (cas)
        whole_load(p, cas, w);
    for (size_t i = 1; i < w->n; i++)
        if (w->row[i]->kind == k)
            (*out)[n++] = w->row[i];
    return n;
}

/* --- what has happened to it, and its clocks --- */
#define EVENTS 400
struct told {
    struct page_event ev[EVENTS];
    slice office[EVENTS];
    size_t n;
    const struct gate_row *clock[SVG_BARS];
    slice of[SVG_BARS];
    size_t clocks;
};

static int event_cmp(const void *a, const void *b)
{
    const struct page_event *x = a, *y = b;
    return x->leaf->idx < y->leaf->idx ? -1 : x->leaf->idx > y->leaf->idx;
}

static void told_load(struct page *p, const struct whole *w, struct told *t)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct gate_leaf *leaf;
        const struct gate_row **clock;
        size_t n = view_leaves(p->v, w->row[i], &leaf), m = view_clocks(p->v, w->row[i], &clock);
        for (size_t k = 0; k < n && t->n < EVENTS; k++)
            t->ev[t->n++] = (struct page_event){&leaf[k], w->row[i]};
        for (size_t k = 0; k < m && t->clocks < SVG_BARS; k++) {
            t->clock[t->clocks] = clock[k];
            t->of[t->clocks++] = i ? page_title_of(p, w->row[i]) : SLN;
        }
    }
    qsort(t->ev, t->n, sizeof *t->ev, event_cmp);
    for (size_t i = 0; i < t->n; i++)
        t->office[i] = page_office(p, t->ev[i].leaf->person);
}

/* --- the picture --- */
static const char *const lane_name[] = {"発見者",     "IPA",    "JPCERT/CC",  "NICT", "内閣府",
                                        "事業所管省", "事業者", "製品開発者", "機械"};
#define LANES TB_COUNT(lane_name)

static size_t lane_of(slice office)
{
    for (size_t i = 0; i < LANES; i++)
        if (sl_is(office, lane_name[i]))
            return i;
    return LANES - 1;
}

/* A clock runs against the office whose act stops it; one that nothing stops, against whose act starts it. */
static size_t lane_of_clock(enum clock_id k)
{
    size_t lane = LANES - 1;
    bool stops = false;
    for (int a = 0; a < ACT_COUNT; a++)
        for (size_t i = 0; i < law_act[a].ticks; i++) {
            bool meets = law_act[a].tick[i].op == CLOCK_MEET || law_act[a].tick[i].op == CLOCK_RESTART;
            if (law_act[a].tick[i].clock != k || law_role[law_act[a].by[0]].sort == ROLE_MACHINE || stops ||
                (!meets && lane != LANES - 1))
                continue;
            lane = lane_of(sl(words_role_office(law_act[a].by[0])));
            stops = meets;
        }
    return lane;
}

static size_t bars_fill(struct page *p, const struct told *t, usec_t least, struct svg_bar *bar)
{
    size_t n = 0;
    for (size_t i = 0; i < t->clocks; i++) {
        struct words_clock c = words_clock(p->a, t->clock[i], p->now);
        if (c.id == CLOCK_COUNT || (!c.running && c.stopped - c.started < least))
            continue; /* it would be a stroke; the table has it */
        bar[n] = (struct svg_bar){.lane = lane_of_clock(c.id),
                                  .from = c.started,
                                  .label = sl(arena_fmt(p->a, PRIs " " PRIs, ARGs(c.name), ARGs(c.value)))};
        if (!c.running) {
            bar[n].kind = SVG_DONE;
            bar[n].to = c.stopped;
        } else {
            bar[n].kind = c.dated ? SVG_LIMIT : SVG_ELAPSED;
            bar[n].to = c.dated ? c.due : c.target;
        }
        n++;
    }
    return n;
}

/* Events of one office that would lie on one another are one mark: the first number, and up to which it goes. */
static size_t events_fill(struct page *p, const struct told *t, usec_t least, struct svg_event *ev)
{
    size_t n = 0, open[LANES], last[LANES], have[LANES] = {0};
    for (size_t i = 0; i < t->n; i++) {
        size_t l = lane_of(t->office[i]);
        if (have[l] && t->ev[i].leaf->at - ev[open[l]].at < least) {
            have[l]++;
            last[l] = i + 1;
            ev[open[l]].label = sl(arena_fmt(p->a, "%d〜%zu（%zu件）", ev[open[l]].no, last[l], have[l]));
        } else if (n < SVG_EVENTS) {
            ev[n] = (struct svg_event){l, (int)i + 1, t->ev[i].leaf->at,
                                       t->ev[i].leaf->act == ACT_COUNT ? SLN : sl(law_act[t->ev[i].leaf->act].title),
                                       false};
            open[l] = n++;
            have[l] = 1;
        }
    }
    return n;
}

/* Lanes in which nothing happens are left out. */
static size_t lanes_fill(struct svg_event *ev, size_t n, struct svg_bar *bar, size_t m, slice lane[LANES])
{
    size_t to[LANES], lanes = 0;
    bool used[LANES] = {0};
    for (size_t i = 0; i < n; i++)
        used[ev[i].lane] = true;
    for (size_t i = 0; i < m; i++)
        used[bar[i].lane] = true;
    for (size_t l = 0; l < LANES; l++) {
        to[l] = lanes;
        if (used[l])
            lane[lanes++] = sl(lane_name[l]);
    }
    for (size_t i = 0; i < n; i++)
        ev[i].lane = to[ev[i].lane];
    for (size_t i = 0; i < m; i++)
        bar[i].lane = to[bar[i].lane];
    return lanes;
}

static slice picture(struct page *p, const struct told *t)
{
    struct svg_event *ev = arena_arr(p->a, struct svg_event, SVG_EVENTS);
    struct svg_bar *bar = arena_arr(p->a, struct svg_bar, SVG_BARS);
    slice lane[LANES];
    usec_t first = t->n ? t->ev[0].leaf->at : p->now, span = p->now - first, floor = 240 * USEC;
    span = span < floor ? floor : span;
    struct svg_timeline x = {.id = "ct",
                             .title = SL("事案の流れと時計"),
                             .from = first - span / 16,
                             .to = p->now + span / 3,
                             .now = p->now,
                             .holidays = &law_holidays,
                             .lane = lane,
                             .event = ev,
                             .bar = bar};
    x.events = events_fill(p, t, (x.to - x.from) / 24, ev);
    x.bars = bars_fill(p, t, (x.to - x.from) / 40, bar);
    x.lanes = lanes_fill(ev, x.events, bar, x.bars, lane);
    x.desc = sl(arena_fmt(p->a, "%zuの機関の列に、%zuのできごとと%zu本の時計。できごとの番号は下の一覧と同じ。",
                          x.lanes, t->n, x.bars));
    struct buf b = BUF((size_t)1 << 20);
    svg_timeline(&b, &x);
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

/* --- what it was decided on --- */
static void fact_add(struct page_case *x, const char *name, slice value, slice when, slice more)
{
    struct page_case_facts *f = (struct page_case_facts *)(uintptr_t)x->facts;
    f[x->facts_n++] = (struct page_case_facts){sl(name), value, when, more};
}

static slice when_of(struct page *p, const struct told *t, enum act_id act)
{
    for (size_t i = t->n; i > 0; i--)
        if (t->ev[i - 1].leaf->act == act && t->ev[i - 1].leaf->ok)
            return words_when(p->a, t->ev[i - 1].leaf->at, p->now);
    return SLN;
}

static void feeds_fill(struct page *p, slice cve, struct page_case *x)
{
    struct known k = vuln_known(p, cve);
    fact_add(x, "KEV", k.kev, k.kev_at, cve.n ? cve : SL("公表前のため番号がない。掲載されたら再評価に回る"));
    fact_add(x, "EPSS", k.epss, k.epss_at, SL("30日以内に悪用される見込み（FIRST）"));
    fact_add(x, "SSVC", k.ssvc, k.ssvc_at, SL("CISAの判断。この事案の判断は、峻別の欄のとおり"));
}

static slice option_of(const struct gate_row *row, enum name_id n)
{
    const struct law_field *f = law_kind_field(row->kind, n);
    slice v = field_text(row, n);
    return v.n ? words_option(f, v) : SLN;
}

static void triage_fill(struct page *p, const struct gate_row *c, const struct told *t, struct page_case *x)
{
    slice at = when_of(p, t, ACT_case_decide_notify);
    at = at.n ? at : when_of(p, t, ACT_case_propose_no);
    if (field_text(c, N_ssvc_exploitation).n)
        fact_add(x, "SSVC",
                 sl(arena_fmt(p->a, "悪用 " PRIs " → 自動化 " PRIs " → 影響 " PRIs " → 任務 " PRIs " → 結果 " PRIs,
                              ARGs(option_of(c, N_ssvc_exploitation)), ARGs(option_of(c, N_ssvc_automatable)),
                              ARGs(option_of(c, N_ssvc_impact)), ARGs(option_of(c, N_ssvc_mission)),
                              ARGs(option_of(c, N_ssvc_decision)))),
                 at, SL("判断の経路は峻別の記録に固定"));
    if (field_text(c, N_prong_a).n || field_text(c, N_prong_b).n)
        fact_add(x, "付録7",
                 sl(arena_fmt(p->a, "(a) 攻撃活動との関連 " PRIs "　(b) 社会への影響 " PRIs,
                              ARGs(option_of(c, N_prong_a)), ARGs(option_of(c, N_prong_b)))),
                 at, field_text(c, N_reason));
    if (field_text(c, N_jp_exploitation).n)
        fact_add(x, "悪用の状況", option_of(c, N_jp_exploitation), when_of(p, t, ACT_case_assist),
                 sl(arena_fmt(p->a, "JPCERT/CC　" PRIs, ARGs(field_text(c, N_jp_spread)))));
}

struct met {
    int64_t sure, maybe, no, orgs, at;
    size_t groups;
};

/* Rows come by level and operator. */
static void matches_count(struct tally *c, const struct dbrows *r, struct met *m)
{
    const struct dbval *last = NULL;
    for (size_t i = 0; i < r->rows; i++) {
        slice level = ROW(r, i, 2).s;
        bool sure = sl_is(level, "CONFIRMED");
        if (!tally_may(c, r, i))
            continue;
        *(sure ? &m->sure : sl_is(level, "POSSIBLE") ? &m->maybe : &m->no) += ROW(r, i, 4).i;
        m->orgs += sure && !(last && sl_eq(last->s, ROW(r, i, 3).s));
        m->at = ROW(r, i, 5).i > m->at ? ROW(r, i, 5).i : m->at;
        last = sure ? &ROW(r, i, 3) : last;
        m->groups++;
    }
}

/* Numbers alone, of the matches that this person could read one by one. */
static void matches_fill(struct page *p, const struct gate_row *cas, struct page_case *x)
{
    struct dbrows r;
    struct fault f;
    struct met m = {0};
    struct tally *c = arena_get(p->a, sizeof *c);
    slice vuln = sl(arena_fmt(p->a, "case:" PRIs, ARGs(cas->id)));
    *c = (struct tally){.p = p, .kind = KIND_match};
    if (!page_desk(p, KIND_match) ||
        db_run(gate_reader_db(p->c.reader), Q_console_match_counts,
               (struct dbval[]){DBT(vuln), DBT(p->c.who.actor.org)}, 2, &r, p->a, &f) != E_OK)
        return;
    matches_count(c, &r, &m);
    if (r.rows && !m.groups)
        return; /* there are some, and this person sees none of them: not even that there are none */
    slice text =
        sl(arena_fmt(p->a, "届出資産 確実 %" PRId64 "台（%" PRId64 "者）・可能性 %" PRId64 "台・否定 %" PRId64 "台",
                     m.sure, m.orgs, m.maybe, m.no));
    if (m.groups && !tally_told(p, arena_fmt(p->a, "/case/" PRIs "（照合の件数）", ARGs(cas->id)), "REPORTED VULN_S",
                                c->basis, m.groups, text))
        return;
    fact_add(x, "照合", text, m.at ? words_when(p->a, m.at, p->now) : SLN,
             r.rows ? SL("名前だけの一致は「可能性」に留める") : SL("影響する製品と版が書かれると、照合が始まる"));
}

static void evidence_fill(struct page *p, const struct gate_row *c, struct page_case *x)
{
    const struct gate_child *e;
    size_t n = view_children(p->v, c, CHILD_evidence, &e);
    struct page_case_evidence *out = arena_arr(p->a, struct page_case_evidence, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct val *f = e[i].f;
        out[i] = (struct page_case_evidence){
            .kind = page_value(p, &law_field[FIELD_evidence_ev_kind], f[N_ev_kind]),
            .text = page_value(p, &law_field[FIELD_evidence_text], f[N_text]),
            .source = page_value(p, &law_field[FIELD_evidence_source], f[N_source]),
            .when = f[N_seen_at].t == VAL_INT ? words_when(p->a, f[N_seen_at].i, p->now) : SLN,
            .hash = f[N_source_hash].t == VAL_TEXT ? words_hash(p->a, f[N_source_hash].s, 16) : SLN,
            .leaf = e[i].leaf,
            .fact = f[N_exploited].t == VAL_INT && f[N_exploited].i};
    }
    x->evidence = out;
    x->evidence_n = n;
}

/* --- the state line --- */
static void steps_fill(struct page *p, const struct gate_row *c, struct page_case *x)
{
    static const enum state_id way[] = {ST_TRIAGE, ST_NOTIFY_DUE, ST_NOTIFIED, ST_RESPONDING, ST_DONE, ST_TOLD},
                               aside[] = {ST_TRIAGE, ST_NO_PROPOSED, ST_WATCHED};
    bool off = c->state == ST_NO_PROPOSED || c->state == ST_WATCHED;
    const enum state_id *w = off ? aside : way;
    size_t n = off ? TB_COUNT(aside) : TB_COUNT(way), here = 0;
    struct page_case_steps *s = arena_arr(p->a, struct page_case_steps, TB_COUNT(way));
    for (size_t i = 0; i < n; i++)
        here = w[i] == c->state ? i : here;
    for (size_t i = 0; i < n; i++)
        s[i] = (struct page_case_steps){words_state(KIND_case, w[i]).word, i == here,
                                        i < here || c->state == ST_TOLD ? ICON_DONE
                                        : i == here                     ? (off ? ICON_WAIT : ICON_DOING)
                                                                        : ICON_TODO};
    x->steps = s;
    x->steps_n = n;
}

/* --- beside it --- */
static void parts_fill(struct page *p, const struct whole *w, struct page_case *x)
{
    struct page_case_parts *out = arena_arr(p->a, struct page_case_parts, PARTS);
    for (size_t i = 1; i < w->n; i++) {
        struct words_state st = words_state(w->row[i]->kind, w->row[i]->state);
        out[x->parts_n++] = (struct page_case_parts){page_title_of(p, w->row[i]),
                                                     page_href(p, w->row[i]->kind, w->row[i]->id),
                                                     sl(law_kind[w->row[i]->kind].ja),
                                                     st.word,
                                                     st.css,
                                                     st.icon};
    }
    x->parts = out;
}

/* Offices that have acted; by name only who the reader may know by name. */
static void seats_fill(struct page *p, const struct told *t, struct page_case *x)
{
    struct page_case_seats *s = arena_arr(p->a, struct page_case_seats, LANES);
    for (size_t l = 0; l < LANES; l++) {
        struct buf who = BUF(1000);
        const struct page_event *last = NULL;
        int64_t n = 0;
        for (size_t i = 0; i < t->n; i++) {
            if (lane_of(t->office[i]) != l)
                continue;
            slice name = view_person_name(p->v, t->ev[i].leaf->person);
            if (!who.n || !memmem(who.p, who.n, name.p, name.n))
                buf_fmt(&who, "%s" PRIs, who.n ? "、" : "", ARGs(name));
            last = &t->ev[i];
            n++;
        }
        if (last)
            s[x->seats_n++] =
                (struct page_case_seats){sl(lane_name[l]), arena_sl(p->a, buf_slice(&who)), n,
                                         last->leaf->act == ACT_COUNT ? SLN : sl(law_act[last->leaf->act].title),
                                         words_when(p->a, last->leaf->at, p->now)};
        buf_free(&who);
    }
    x->seats = s;
}

static void head_fill(struct page *p, const struct gate_row *c, struct page_case *x)
{
    slice title = page_title_of(p, c);
    x->id = c->id;
    x->serial = field_text(c, N_serial);
    x->title =
        sl_eq(title, field_text(c, N_product)) ? sl(arena_fmt(p->a, "「" PRIs "」の脆弱性", ARGs(title))) : title;
    x->maker = field_text(c, N_maker);
    x->cve = field_text(c, N_cve);
    x->cls = sl(law_class[CLASS_VULN_S].ja);
    x->acting = p->step.total ? SL("できること") : SL("次にすること");
    x->release = sl(arena_fmt(p->a, "/case/" PRIs "/release", ARGs(c->id)));
    x->canrelease = console_has("/case/{id}/release") && page_desk(p, KIND_response);
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
    struct page_case x = {.acts = page_acts(&p, KIND_case, c),
                          .facts = arena_arr(p.a, struct page_case_facts, 10),
                          .leaves = (int64_t)t->n,
                          .first = t->n ? t->ev[0].leaf->idx : 0,
                          .last = t->n ? t->ev[t->n - 1].leaf->idx : 0};
    head_fill(&p, c, &x);
    x.publish = publish_href(&p, c);
    steps_fill(&p, c, &x);
    x.pic = picture(&p, t);
    x.clocks = page_clocks(&p, "この事案の時計", t->clock, t->of, t->clocks);
    x.clocks_n = (int64_t)t->clocks;
    feeds_fill(&p, x.cve, &x);
    triage_fill(&p, c, t, &x);
    matches_fill(&p, c, &x);
    evidence_fill(&p, c, &x);
    x.story = page_story(&p, t->ev, t->n, true);
    parts_fill(&p, w, &x);
    seats_fill(&p, t, &x);
    p.frame.title = x.title;
    page_crumb(&p, SL("事案"), SL("/cases"));
    page_crumb(&p, x.serial, SLN);
    page_case(&p.body, &x);
    page_end(&p);
}

/* --- the list --- */
static void case_row(struct page *p, const struct gate_row *row, struct page_cases_rows *out)
{
    struct words_state st = words_state(KIND_case, row->state);
    const struct gate_row **clock;
    enum words_level worst = WORDS_CALM;
    size_t n = view_clocks(p->v, row, &clock);
    *out = (struct page_cases_rows){.serial = field_text(row, N_serial),
                                    .title = page_title_of(p, row),
                                    .href = page_href(p, KIND_case, row->id),
                                    .state = st.word,
                                    .css = st.css,
                                    .ic = st.icon,
                                    .when = words_when(p->a, row->moved, p->now)};
    for (size_t k = 0; k < n; k++) {
        struct words_clock c = words_clock(p->a, clock[k], p->now);
        if (!c.running || (out->clock.n && c.level < worst))
            continue;
        worst = c.level;
        out->clock = sl(arena_fmt(p->a, PRIs " " PRIs, ARGs(c.name), ARGs(c.value)));
        out->ccss = c.css;
        out->cic = c.icon;
    }
}

void cases_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **row;
    if (!page_begin(&p, r, ans, "事案"))
        return;
    slice state = http_get(r->query, "state");
    size_t n = view_list(p.v, KIND_case, &(struct view_filter){.state = state, .max = 200}, &row);
    struct page_cases_rows *out = arena_arr(p.a, struct page_cases_rows, n + 1);
    for (size_t i = 0; i < n; i++)
        case_row(&p, row[i], &out[i]);
    struct page_cases_states *ss = arena_arr(p.a, struct page_cases_states, law_kind[KIND_case].states);
    for (size_t i = 0; i < law_kind[KIND_case].states; i++) {
        const char *name = law_state_name[law_kind[KIND_case].state[i].id];
        ss[i] = (struct page_cases_states){sl(name), sl(law_kind[KIND_case].state[i].ja), sl_is(state, name)};
    }
    struct page_cases x = {.h = sl(arena_fmt(p.a, "事案 %zu件", n)),
                           .rows = out,
                           .rows_n = n,
                           .states = ss,
                           .states_n = law_kind[KIND_case].states,
                           .canopen = page_may(&p, ACT_case_open_own),
                           .watches = page_may(&p, ACT_case_review_watch),
                           .open = SL("/act/case.open_own")};
    page_crumb(&p, SL("事案"), SLN);
    page_cases(&p.body, &x);
    page_end(&p);
}
