/* 規則・期限表: drawn from the rows that decide, never from a copy. */
#include <stdlib.h>
#include <string.h>

#include "console2.h"

static slice day_or_none(struct page *p, day_t d)
{
    return d == DAY_NONE ? SL("政令で定める日") : words_day(p->a, d);
}

static slice conf(struct page *p, char c)
{
    return sl(arena_fmt(p->a, "%c", c));
}

static slice way_of(struct page *p, const struct law_act *a)
{
    struct buf b = BUF(1000);
    if (a->from_any)
        buf_str(&b, "終わりでない状態");
    for (size_t i = 0; i < a->froms; i++) {
        const struct law_state *s = law_state_of(a->kind, a->from[i]);
        buf_fmt(&b, "%s%s", i ? "・" : "", s ? s->ja : "なし");
    }
    buf_str(&b, " → ");
    if (a->to_mode == TO_SAME)
        buf_str(&b, "同じ");
    for (size_t i = 0; i < a->tos; i++) {
        const struct law_state *s = law_state_of(a->kind, a->to[i].state);
        buf_fmt(&b, "%s%s", i ? "・" : "", s ? s->ja : "");
    }
    slice out = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return out;
}

static slice conds_of(struct page *p, const struct law_act *a)
{
    struct buf b = BUF(4000);
    for (size_t i = 0; i < a->conds; i++) {
        enum act_id other = a->cond[i].act ? law_act_named(sl(a->cond[i].act)) : ACT_COUNT;
        buf_fmt(&b, "%s", i ? "、" : "");
        if (other == ACT_COUNT)
            buf_str(&b, law_pred[a->cond[i].pred].ja);
        else
            buf_fmt(&b, "「%s」と別の者", law_act[other].title);
    }
    slice out = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return out;
}

static slice ticks_of(struct page *p, const struct law_act *a)
{
    static const char *const op[] = {"＋", "履行 ", "消滅 ", "やり直し "};
    struct buf b = BUF(2000);
    for (size_t i = 0; i < a->ticks; i++)
        buf_fmt(&b, "%s%s%s", i ? "、" : "", op[a->tick[i].op], law_clock[a->tick[i].clock].ja);
    slice out = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return out;
}

static void acts_fill(struct page *p, struct page_rules *x)
{
    struct page_rules_kinds *k = arena_arr(p->a, struct page_rules_kinds, KIND_COUNT);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct page_rules_kinds_acts *o = arena_arr(p->a, struct page_rules_kinds_acts, ACT_COUNT);
        size_t n = 0;
        for (int i = 0; i < ACT_COUNT; i++) {
            const struct law_act *a = &law_act[i];
            if (a->kind != (enum kind_id)kind)
                continue;
            slice by = page_act_by(p, (enum act_id)i);
            o[n++] = (struct page_rules_kinds_acts){sl(a->name), sl(a->title), sl(a->name), sl(a->basis), by.n ? by : SL("機械"), way_of(p, a), conds_of(p, a), ticks_of(p, a), sl(law_gate[a->gate].name),
                                                    !law_gate_open(a->gate, p->today)};
        }
        if (n) {
            k[x->kinds_n] = (struct page_rules_kinds){.n = (int64_t)x->kinds_n + 1, .title = sl(law_kind[kind].ja), .acts = o, .acts_n = n};
            x->kinds_n++;
        }
    }
    x->kinds = k;
}

static slice count_of(struct page *p, const struct law_clock *c)
{
    const struct law_variant *v = &c->variant[0];
    const char *roll = c->roll ? "（休日は次の開庁日）" : "";
    switch (v->count) {
    case COUNT_ELAPSED:
        return SL("時間数の定めなし。経過を示し、目安は内規");
    case COUNT_FIXED:
        return sl(arena_fmt(p->a, PRIs "%s", ARGs(words_day(p->a, v->fixed)), roll));
    case COUNT_SET:
        return SL("手続で定める日まで");
    case COUNT_MONTHS:
        return sl(arena_fmt(p->a, "%d月%s%s", v->n, c->variants > 1 ? "ほか（根拠により異なる）" : "", roll));
    case COUNT_YEARS:
        return sl(arena_fmt(p->a, "%d年%s", v->n, roll));
    default:
        return sl(arena_fmt(p->a, "%d日%s", v->n, roll));
    }
}

static void tables_fill(struct page *p, struct page_rules *x)
{
    struct page_rules_clocks *c = arena_arr(p->a, struct page_rules_clocks, CLOCK_COUNT);
    struct page_rules_gates *g = arena_arr(p->a, struct page_rules_gates, GATE_COUNT);
    struct page_rules_cells *m = arena_arr(p->a, struct page_rules_cells, law_release_rows);
    struct page_rules_params *v = arena_arr(p->a, struct page_rules_params, law_params);
    for (int i = 0; i < CLOCK_COUNT; i++)
        c[i] = (struct page_rules_clocks){sl(law_clock[i].ja), sl(law_clock[i].basis), count_of(p, &law_clock[i]), conf(p, law_clock[i].conf)};
    for (int i = 0; i < GATE_COUNT; i++)
        g[i] = (struct page_rules_gates){sl(law_gate[i].name), day_or_none(p, law_gate[i].from), law_gate_open((enum law_gate_id)i, p->today), conf(p, law_gate[i].conf), sl(law_gate[i].ja)};
    for (size_t i = 0; i < law_release_rows; i++) {
        const struct law_release *r = &law_release_row[i];
        struct buf b = BUF(2000);
        for (int k = 0; k < FLAG_COUNT; k++)
            if (r->flags >> k & 1)
                buf_fmt(&b, "%s%s", b.n ? "、" : "", law_flag[k].ja);
        m[i] = (struct page_rules_cells){sl(law_class[r->class].ja), sl(law_recipient[r->recipient]), sl(law_basis[r->basis].name), r->allow, arena_sl(p->a, buf_slice(&b)), sl(r->ja), conf(p, r->conf)};
        buf_free(&b);
    }
    for (size_t i = 0; i < law_params; i++)
        v[i] = (struct page_rules_params){sl(law_param[i].name), sl(law_param[i].value), conf(p, law_param[i].conf), sl(law_param[i].ja)};
    x->clocks = c;
    x->clocks_n = CLOCK_COUNT;
    x->gates = g;
    x->gates_n = GATE_COUNT;
    x->cells = m;
    x->cells_n = law_release_rows;
    x->params = v;
    x->params_n = law_params;
}

void rules_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (!page_begin(&p, r, ans, "規則・期限表"))
        return;
    struct page_rules x = {.today = words_day(p.a, p.today)};
    acts_fill(&p, &x);
    tables_fill(&p, &x);
    page_crumb(&p, SL("規則・期限表"), SLN);
    page_rules(&p.body, &x);
    page_end(&p);
}

void clocks_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **row;
    if (!page_begin(&p, r, ans, "動いている時計"))
        return;
    size_t n = view_list(p.v, KIND_clock, &(struct view_filter){.state = SL("RUNNING"), .max = 200}, &row);
    slice *of = arena_arr(p.a, slice, n + 1);
    for (size_t i = 0; i < n; i++) {
        enum kind_id k = law_kind_named(field_text(row[i], N_subject_kind));
        const struct gate_row *s = k == KIND_COUNT ? NULL : view_get(p.v, k, field_text(row[i], N_subject));
        of[i] = s ? page_title_of(&p, s) : SLN;
    }
    struct page_ticking x = {.h = sl(arena_fmt(p.a, "動いている時計（新しいものから%zu本）", n)), .clocks = page_clocks(&p, "動いている時計", row, of, n)};
    page_crumb(&p, SL("規則・期限表"), SL("/rules"));
    page_crumb(&p, SL("動いている時計"), SLN);
    page_ticking(&p.body, &x);
    page_end(&p);
}
