/* 峻別: what was asked and answered, the two tests, and the material with its pinned source; and 再評価一覧, where a
 * "no" goes on being asked. Both are drawn from the row and from the law's own table; neither decides anything. */
#include <stdio.h>
#include <string.h>

#include "console2.h"
#include "web/svg.h"

#define POINTS 4
static const enum name_id point[POINTS] = {N_ssvc_exploitation, N_ssvc_automatable, N_ssvc_impact, N_ssvc_mission};
static const enum name_id test[] = {N_prong_a, N_prong_b};

static size_t option_at(const struct law_field *f, slice name)
{
    size_t i = 0;
    while (i < f->options && !sl_is(name, f->option[i].name))
        i++;
    return i;
}

static const struct law_field *case_field(enum name_id n)
{
    return law_kind_field(KIND_case, n);
}

/* --- the tree --- */
struct span { /* of results, by their place in the field's options */
    size_t least, most;
};

/* What the answers can still lead to when the first `n` are fixed. */
static struct span still(const size_t *answer, size_t n)
{
    const struct law_field *d = case_field(N_ssvc_decision);
    size_t rest = 1, at = 0;
    struct span s = {d->options, 0};
    for (size_t i = 0; i < POINTS; i++) {
        at = at * law_ssvc_size[i] + (i < n ? answer[i] : 0);
        rest *= i < n ? 1 : law_ssvc_size[i];
    }
    for (size_t i = at; i < at + rest; i++) {
        size_t k = option_at(d, sl(law_ssvc_row[i]));
        s.least = k < s.least ? k : s.least;
        s.most = k > s.most ? k : s.most;
    }
    return s;
}

static void choices_fill(struct page *p, size_t i, const size_t *answer, struct svg_fork *fork)
{
    const struct law_field *f = case_field(point[i]), *d = case_field(N_ssvc_decision);
    struct svg_choice *c = arena_arr(p->a, struct svg_choice, f->options);
    size_t other[POINTS];
    memcpy(other, answer, sizeof other);
    for (size_t k = 0; k < f->options; k++) {
        other[i] = k;
        struct span s = still(other, i + 1);
        c[k] = (struct svg_choice){.name = sl(f->option[k].ja), .taken = k == answer[i]};
        if (c[k].taken)
            continue;
        c[k].least = sl(d->option[s.least].ja);
        if (s.most != s.least)
            c[k].most = sl(arena_fmt(p->a, "〜%s", d->option[s.most].ja));
    }
    *fork = (struct svg_fork){.question = sl(f->ja), .choice = c, .choices = f->options};
}

static slice others_of(struct page *p, const struct svg_fork *f)
{
    struct buf b = BUF(1000);
    for (size_t k = 0; k < f->choices; k++)
        if (!f->choice[k].taken)
            buf_fmt(&b, "%s" PRIs " → " PRIs PRIs, b.n ? "、" : "", ARGs(f->choice[k].name), ARGs(f->choice[k].least),
                    ARGs(f->choice[k].most));
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

static void way_fill(struct page *p, const struct gate_row *c, struct page_triage *x)
{
    struct svg_fork fork[POINTS];
    size_t answer[POINTS];
    struct page_triage_forks *o = arena_arr(p->a, struct page_triage_forks, POINTS);
    for (size_t i = 0; i < POINTS; i++) {
        answer[i] = option_at(case_field(point[i]), field_text(c, point[i]));
        if (answer[i] == case_field(point[i])->options)
            return; /* not answered yet */
    }
    struct buf said = BUF(1000);
    for (size_t i = 0; i < POINTS; i++) {
        choices_fill(p, i, answer, &fork[i]);
        o[i] = (struct page_triage_forks){
            .question = fork[i].question, .answer = fork[i].choice[answer[i]].name, .others = others_of(p, &fork[i])};
        buf_fmt(&said, PRIs " は " PRIs "、", ARGs(o[i].question), ARGs(o[i].answer));
    }
    x->decided = true;
    x->forks = o;
    x->forks_n = POINTS;
    x->result = words_option(case_field(N_ssvc_decision), field_text(c, N_ssvc_decision));
    struct svg_decide t = {
        .id = "dc",
        .title = SL("SSVCでたどった道"),
        .desc = sl(arena_fmt(p->a, PRIs "だから「" PRIs "」。", ARGs(buf_slice(&said)), ARGs(x->result))),
        .fork = fork,
        .forks = POINTS,
        .result = x->result,
        .result_sub = sl(case_field(N_ssvc_decision)->ja)};
    struct buf b = BUF((size_t)1 << 17);
    svg_decide(&b, &t);
    x->pic = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    buf_free(&said);
}

/* --- the two tests and the material --- */
static bool bears(slice kind, enum name_id on)
{
    for (size_t i = 0; i < law_touches_rows; i++)
        if (sl_is(kind, law_touches_row[i].a) && strcmp(law_touches_row[i].b, law_name[on]) == 0)
            return true;
    return false;
}

static const char *const test_mark[] = {"(a)", "(b)"};

static slice tests_of(struct page *p, slice kind)
{
    struct buf b = BUF(100);
    for (size_t i = 0; i < TB_COUNT(test); i++)
        if (bears(kind, test[i]))
            buf_fmt(&b, "%s%s", b.n ? " " : "", test_mark[i]);
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

static void material_fill(struct page *p, const struct gate_child *e, size_t n, struct page_triage *x)
{
    struct page_triage_evidence *o = arena_arr(p->a, struct page_triage_evidence, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct val *f = e[i].f;
        o[i] = (struct page_triage_evidence){
            .kind = page_value(p, &law_field[FIELD_evidence_ev_kind], f[N_ev_kind]),
            .tests = tests_of(p, f[N_ev_kind].s),
            .fact = f[N_exploited].t == VAL_INT && f[N_exploited].i,
            .text = page_value(p, &law_field[FIELD_evidence_text], f[N_text]),
            .source = page_value(p, &law_field[FIELD_evidence_source], f[N_source]),
            .hash = f[N_source_hash].t == VAL_TEXT ? words_hash(p->a, f[N_source_hash].s, 64) : SLN,
            .when = f[N_seen_at].t == VAL_INT ? words_full(p->a, f[N_seen_at].i) : SLN,
            .leaf = e[i].leaf};
    }
    x->evidence = o;
    x->evidence_n = n;
    x->pieces = (int64_t)n;
}

static void tests_fill(struct page *p, const struct gate_row *c, const struct gate_child *e, size_t n,
                       struct page_triage *x)
{
    struct page_triage_tests *o = arena_arr(p->a, struct page_triage_tests, TB_COUNT(test));
    for (size_t i = 0; i < TB_COUNT(test); i++) {
        const struct law_field *f = case_field(test[i]);
        size_t at = option_at(f, field_text(c, test[i]));
        bool first = at == 0; /* the option that the test is about stands first in its field */
        o[i] = (struct page_triage_tests){.title = sl(f->ja),
                                          .word = at < f->options ? sl(f->option[at].ja) : SL("まだ判断されていない"),
                                          .css = first ? SL("st--soon") : SLN,
                                          .ic = first                 ? ICON_LATE
                                                : at < f->options - 1 ? ICON_NO
                                                : at < f->options     ? ICON_UNKNOWN
                                                                      : ICON_TODO};
        for (size_t k = 0; k < n; k++)
            o[i].bears += bears(e[k].f[N_ev_kind].s, test[i]);
    }
    x->tests = o;
    x->tests_n = TB_COUNT(test);
}

/* --- who has judged --- */
static bool judges(enum act_id act)
{
    bool answers = false;
    for (size_t i = 0; act != ACT_COUNT && i < law_act[act].ins; i++)
        answers = answers || law_field[law_act[act].in[i].field].id == N_prong_a;
    for (size_t i = 0; act != ACT_COUNT && !answers && i < law_act[act].conds; i++) {
        enum act_id of = law_act[act].cond[i].act ? law_act_named(sl(law_act[act].cond[i].act)) : ACT_COUNT;
        answers = of != ACT_COUNT && of != act && judges(of); /* the second person's answer to one */
    }
    return answers;
}

static void judged_fill(struct page *p, const struct gate_row *c, struct page_triage *x)
{
    const struct gate_leaf *l;
    size_t n = view_leaves(p->v, c, &l);
    struct page_triage_bys *o = arena_arr(p->a, struct page_triage_bys, n + 1);
    for (size_t i = n; i-- > 0;)
        if (l[i].ok && judges(l[i].act))
            o[x->bys_n++] = (struct page_triage_bys){.what = sl(law_act[l[i].act].title),
                                                     .when = words_when(p->a, l[i].at, p->now),
                                                     .iso = words_iso(p->a, l[i].at),
                                                     .who = view_person_name(p->v, l[i].person),
                                                     .leaf = l[i].idx};
    x->bys = o;
}

void triage_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_child *e;
    if (!page_begin(&p, r, ans, "峻別"))
        return;
    const struct gate_row *c = view_get(p.v, KIND_case, r->seg[0]);
    if (!c) {
        page_absent(&p);
        return;
    }
    struct words_state st = words_state(KIND_case, c->state);
    struct page_triage x = {.acting = p.step.total ? SL("できること") : SL("次にすること"),
                            .serial = field_text(c, N_serial),
                            .title = page_title_of(&p, c),
                            .href = page_href(&p, KIND_case, c->id),
                            .state = st.word,
                            .css = st.css,
                            .ic = st.icon,
                            .reason = field_text(c, N_reason),
                            .acts = page_acts(&p, KIND_case, c)};
    size_t n = view_children(p.v, c, CHILD_evidence, &e);
    way_fill(&p, c, &x);
    tests_fill(&p, c, e, n, &x);
    material_fill(&p, e, n, &x);
    judged_fill(&p, c, &x);
    x.h = x.decided ? sl(arena_fmt(p.a, "(a) " PRIs "、(b) " PRIs "：" PRIs, ARGs(x.tests[0].word),
                                   ARGs(x.tests[1].word), ARGs(x.result)))
                    : SL("まだ判断されていません");
    x.told = field_text(c, N_cve);
    p.frame.title = sl(arena_fmt(p.a, "峻別 " PRIs, ARGs(x.serial)));
    page_crumb(&p, SL("事案"), SL("/cases"));
    page_crumb(&p, x.serial, x.href);
    page_crumb(&p, SL("峻別"), SLN);
    page_triage(&p.body, &x);
    page_end(&p);
}
