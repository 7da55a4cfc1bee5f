/* 規則・期限表: drawn from the rows that decide, never from a copy; and the clocks that run by them. */
#include <string.h>

#include "console2.h"
#include "law/unsure.h"
#include "ticks.h"

#define LISTED 100

/* What a person must know of a row's footing: nothing when the article itself was read. */
struct footing {
    slice word;
    bool weak;
};

static struct footing footing(char conf)
{
    return (struct footing){sl(law_conf_word(conf)), law_conf_weak(conf)};
}

static slice closed(struct page *p, struct buf *b)
{
    slice s = arena_sl(p->a, buf_slice(b));
    buf_free(b);
    return s;
}

/* --- acts --- */
static slice way_of(struct page *p, const struct law_act *a)
{
    struct buf b = BUF(2000);
    if (a->from_any)
        buf_str(&b, "終わりでない状態");
    for (size_t i = 0; i < a->froms; i++) {
        const struct law_state *s = law_state_of(a->kind, a->from[i]);
        buf_fmt(&b, "%s%s", i ? "・" : "", s ? s->ja : "（作成）");
    }
    buf_str(&b, a->to_mode == TO_SAME ? " → 同じ" : " → ");
    for (size_t i = 0; i < a->tos; i++) {
        const struct law_state *s = law_state_of(a->kind, a->to[i].state);
        buf_fmt(&b, "%s%s%s", i ? " か " : "", s ? s->ja : "", a->to[i].negative ? "（退ける）" : "");
    }
    return closed(p, &b);
}

static void conds_fill(struct page *p, const struct law_act *a, struct page_rules_kinds_acts *o)
{
    struct page_rules_kinds_acts_conds *c = arena_arr(p->a, struct page_rules_kinds_acts_conds, a->conds + 1);
    for (size_t i = 0; i < a->conds; i++) {
        enum act_id other = a->cond[i].act ? law_act_named(sl(a->cond[i].act)) : ACT_COUNT;
        c[i].text = other == ACT_COUNT ? sl(law_pred[a->cond[i].pred].ja)
                                       : sl(arena_fmt(p->a, "「%s」をした者と別の者が行うこと", law_act[other].title));
    }
    o->conds = c;
    o->conds_n = a->conds;
}

/* Clocks, what moves with it, what follows. */
static void after_fill(struct page *p, const struct law_act *a, struct page_rules_kinds_acts *o)
{
    static const char *const op[] = {"始まる", "履行になる", "消える", "やり直す"};
    struct page_rules_kinds_acts_after *w =
        arena_arr(p->a, struct page_rules_kinds_acts_after, a->ticks + a->sides + a->thens + 1);
    for (size_t i = 0; i < a->ticks; i++)
        w[o->after_n++] = (struct page_rules_kinds_acts_after){
            sl(law_clock[a->tick[i].clock].ja), sl(arena_fmt(p->a, "#clock-%s", law_clock[a->tick[i].clock].name)),
            sl(op[a->tick[i].op])};
    for (size_t i = 0; i < a->sides; i++) {
        const struct law_state *s = law_state_of(a->side[i].kind, a->side[i].to);
        w[o->after_n++].text = sl(s ? arena_fmt(p->a, "同じ葉で、%sが「%s」になる", law_kind[a->side[i].kind].ja, s->ja)
                                    : arena_fmt(p->a, "同じ葉で、%sに記す", law_kind[a->side[i].kind].ja));
    }
    for (size_t i = 0; i < a->thens; i++)
        w[o->after_n++] = (struct page_rules_kinds_acts_after){sl(law_act[a->then[i].act].title),
                                                               sl(arena_fmt(p->a, "#%s", law_act[a->then[i].act].name)),
                                                               SL("続いて行われる")};
    o->after = w;
}

static bool by_role(const struct law_act *a, enum role_id role)
{
    for (size_t i = 0; i < a->bys; i++)
        if (a->by[i] == role)
            return true;
    return role == ROLE_COUNT;
}

static void act_fill(struct page *p, enum act_id id, struct page_rules_kinds_acts *o)
{
    const struct law_act *a = &law_act[id];
    struct footing f = footing(law_conf_of_basis(a->basis));
    slice by = page_act_by(p, id);
    *o = (struct page_rules_kinds_acts){.id = sl(law_anchor_act(p->a, id)),
                                        .name = sl(a->name),
                                        .title = sl(a->title),
                                        .basis = sl(a->basis),
                                        .foot = f.word,
                                        .weak = f.weak,
                                        .by = by.n ? by : SL("機械"),
                                        .way = way_of(p, a),
                                        .gate = sl(law_gate[a->gate].name),
                                        .closed = !law_gate_open(a->gate, p->today)};
    conds_fill(p, a, o);
    after_fill(p, a, o);
}

static void acts_fill(struct page *p, enum role_id role, struct page_rules *x)
{
    struct page_rules_kinds *k = arena_arr(p->a, struct page_rules_kinds, KIND_COUNT);
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        struct page_rules_kinds_acts *o = arena_arr(p->a, struct page_rules_kinds_acts, ACT_COUNT);
        size_t n = 0;
        for (int i = 0; i < ACT_COUNT; i++)
            if (law_act[i].kind == (enum kind_id)kind && by_role(&law_act[i], role))
                act_fill(p, (enum act_id)i, &o[n++]);
        if (n) {
            k[x->kinds_n] = (struct page_rules_kinds){.id = sl(arena_fmt(p->a, "kind-%s", law_kind[kind].name)),
                                                      .title = sl(law_kind[kind].ja),
                                                      .acts = o,
                                                      .acts_n = n};
            x->kinds_n++;
            x->acts += (int64_t)n;
        }
    }
    x->kinds = k;
}

/* --- clocks --- */
static slice from_of(struct page *p, const struct law_variant *v)
{
    if (v->from == SRC_NOW || v->from == SRC_NONE)
        return SLN;
    if (v->from == SRC_FACT)
        return v->from_id == FACT_designated_on     ? SL("指定の日から")
               : v->from_id == FACT_list_changed_on ? SL("設備一覧の改正の日から")
                                                    : SL("事実の日から");
    for (int f = 0; f < FIELD_COUNT; f++)
        if ((int)law_field[f].id == v->from_id)
            return sl(arena_fmt(p->a, "%sから", law_field[f].ja));
    return SLN;
}

static slice seconds(struct page *p, int64_t s)
{
    return s % 86400 == 0  ? sl(arena_fmt(p->a, "%" PRId64 "日", s / 86400))
           : s % 3600 == 0 ? sl(arena_fmt(p->a, "%" PRId64 "時間", s / 3600))
                           : sl(arena_fmt(p->a, "%" PRId64 "分", s / 60));
}

static slice elapsed_of(struct page *p, const struct law_variant *v)
{
    slice rest = v->level ? law_param_value(v->level, p->today) : SLN, word;
    int64_t mark[3];
    for (int i = 0; i < 3; i++)
        if (!sl_cut(sl_trim(rest), ' ', &word, &rest) && i < 2)
            return SL("時間数の定めなし。経過を示す");
        else if (!sl_int(word, &mark[i]))
            return SL("時間数の定めなし。経過を示す");
    return sl(arena_fmt(p->a, "時間数の定めなし。経過を示し、内規の目安 " PRIs "、引上げ " PRIs,
                        ARGs(seconds(p, mark[0])), ARGs(seconds(p, mark[1]))));
}

static slice count_of(struct page *p, const struct law_clock *c, const struct law_variant *v)
{
    static const char *const unit[] = {
        [COUNT_MONTHS] = "月", [COUNT_YEARS] = "年", [COUNT_DAYS] = "日", [COUNT_WORKDAYS] = "開庁日"};
    const char *roll = c->roll ? "（休日は次の開庁日）" : "";
    slice from = from_of(p, v);
    switch (v->count) {
    case COUNT_ELAPSED:
        return elapsed_of(p, v);
    case COUNT_FIXED:
        return sl(arena_fmt(p->a, PRIs "%s", ARGs(words_day(p->a, v->fixed)), roll));
    case COUNT_SET:
        return SL("手続で定めた日まで");
    case COUNT_INSTANT:
        return SL("手続で定めた日時まで");
    default:
        return sl(arena_fmt(p->a, PRIs "%d%s%s", ARGs(from), v->n, unit[v->count], roll));
    }
}

static void clocks_fill(struct page *p, struct page_rules *x)
{
    struct page_rules_clocks *o = arena_arr(p->a, struct page_rules_clocks, CLOCK_COUNT);
    for (int i = 0; i < CLOCK_COUNT; i++) {
        const struct law_clock *c = &law_clock[i];
        struct page_rules_clocks_variants *v = arena_arr(p->a, struct page_rules_clocks_variants, c->variants + 1);
        struct footing f = footing(c->conf);
        for (size_t k = 0; k < c->variants; k++) {
            slice name = sl(c->variant[k].name ? c->variant[k].name : ""),
                  ja = words_option(&law_field[FIELD_asset_due_basis], name);
            v[k] = (struct page_rules_clocks_variants){
                .when = sl_eq(ja, name) && name.n ? SL("届出不要でなくなったもの") : ja,
                .count = count_of(p, c, &c->variant[k]),
                .basis = sl(c->variant[k].basis ? c->variant[k].basis
                            : c->basis          ? c->basis
                                                : "")};
        }
        o[i] = (struct page_rules_clocks){.id = sl(law_anchor_clock(p->a, (enum clock_id)i)),
                                          .name = sl(c->name),
                                          .title = sl(c->ja),
                                          .variants = v,
                                          .variants_n = c->variants,
                                          .foot = f.word,
                                          .weak = f.weak};
        for (size_t k = 0; k < c->lapses && !o[i].lapse.n; k++) {
            const struct law_state *s = law_state_of(c->lapse[k].kind, c->lapse[k].to);
            o[i].lapse = sl(arena_fmt(p->a, "過ぎると、%sは「%s」になる。義務は続く", law_kind[c->lapse[k].kind].ja,
                                      s ? s->ja : ""));
        }
    }
    x->clocks = o;
    x->clocks_n = CLOCK_COUNT;
}

/* --- gates, the matrix, values --- */
static void gates_fill(struct page *p, struct page_rules *x)
{
    struct page_rules_gates *o = arena_arr(p->a, struct page_rules_gates, GATE_COUNT);
    for (int i = 0; i < GATE_COUNT; i++) {
        struct footing f = footing(law_gate[i].conf);
        o[i] = (struct page_rules_gates){.id = sl(law_anchor_gate(p->a, (enum law_gate_id)i)),
                                         .name = sl(law_gate[i].name),
                                         .when = law_gate[i].from == DAY_NONE ? SL("政令で定める日")
                                                                              : words_day(p->a, law_gate[i].from),
                                         .open = law_gate_open((enum law_gate_id)i, p->today),
                                         .text = sl(law_gate[i].ja),
                                         .foot = f.word,
                                         .weak = f.weak};
    }
    x->gates = o;
    x->gates_n = GATE_COUNT;
}

static const char *recipient_words(enum recipient_id to)
{
    static const struct {
        const char *name, *ja;
    } word[] = {{"ANYONE", "だれにでも"},
                {"OWNER", "作成・提出した本人か組織"},
                {"ADDRESSEE", "名あて人"},
                {"SECMIN", "事業所管省"},
                {"CAO", "内閣府"},
                {"ENT_IPA", "IPA"},
                {"ENT_JP", "JPCERT/CC"},
                {"ENT_NICT", "NICT"},
                {"OPERATOR", "事業者"},
                {"MEMBER", "協議会の構成員"},
                {"VENDOR", "電子計算機等供給者"},
                {"PUBLIC", "公衆"}};
    for (size_t i = 0; i < TB_COUNT(word); i++)
        if (strcmp(word[i].name, law_recipient[to]) == 0)
            return word[i].ja;
    return law_recipient[to];
}

/* A45, A4_2, GL7: a basis of the matrix has its article in its name. What is one's own rests on none. */
static slice basis_words(struct page *p, slice name)
{
    static const char *const circled[] = {"", "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨"};
    slice rest = {name.p + 1, name.n - 1}, article, paragraph;
    int64_t n = 0;
    if (sl_is(name, "GL7"))
        return SL("付録7");
    if (name.p[0] != 'A')
        return SLN;
    if (!sl_cut(rest, '_', &article, &paragraph))
        return rest;
    must(sl_int(paragraph, &n) && n > 0 && n < (int64_t)TB_COUNT(circled));
    return sl(arena_fmt(p->a, PRIs "%s", ARGs(article), circled[n]));
}

static void cells_fill(struct page *p, struct page_rules *x)
{
    struct page_rules_cells *o = arena_arr(p->a, struct page_rules_cells, law_release_rows);
    for (size_t i = 0; i < law_release_rows; i++) {
        const struct law_release *r = &law_release_row[i];
        struct footing f = footing(r->conf);
        struct buf b = BUF(4000);
        for (int k = 0; k < FLAG_COUNT; k++)
            if (r->flags >> k & 1)
                buf_fmt(&b, "%s%s", b.n ? "、" : "", law_flag[k].ja);
        o[i] = (struct page_rules_cells){.id = sl(law_anchor_release(p->a, i)),
                                         .cls = sl(law_class[r->class].ja),
                                         .who = sl(recipient_words(r->recipient)),
                                         .basis = basis_words(p, sl(law_basis[r->basis].name)),
                                         .ok = r->allow,
                                         .conds = closed(p, &b),
                                         .why = sl(r->ja),
                                         .foot = f.word,
                                         .weak = f.weak};
    }
    x->cells = o;
    x->cells_n = law_release_rows;
}

static void params_fill(struct page *p, struct page_rules *x)
{
    struct page_rules_params *o = arena_arr(p->a, struct page_rules_params, law_params);
    for (size_t i = 0; i < law_params; i++) {
        struct footing f = footing(law_param[i].conf);
        o[i] = (struct page_rules_params){.id = sl(law_anchor_param(p->a, i)),
                                          .name = sl(law_param[i].name),
                                          .value = sl(law_param[i].value),
                                          .when = words_day(p->a, law_param[i].from),
                                          .text = sl(law_param[i].ja),
                                          .foot = f.word,
                                          .weak = f.weak};
    }
    x->params = o;
    x->params_n = law_params;
}

/* What has not been read in the article itself, in one place: the same rows as `tobuhi law --unsure`. */
static void unsure_fill(struct page *p, struct page_rules *x)
{
    struct law_unsure *v;
    size_t n = law_unsure(p->a, &v);
    struct page_rules_unsure *o = arena_arr(p->a, struct page_rules_unsure, n + 1);
    for (size_t i = 0; i < n; i++)
        o[i] = (struct page_rules_unsure){.href = sl(arena_fmt(p->a, "/rules#%s", v[i].anchor)),
                                          .title = sl(v[i].title),
                                          .name = sl(v[i].name),
                                          .basis = v[i].sort == UNSURE_RELEASE ? basis_words(p, sl(v[i].basis))
                                                                               : sl(v[i].basis),
                                          .foot = sl(law_conf_word(v[i].conf))};
    x->unsure = o;
    x->unsure_n = n;
    x->weak = (int64_t)n;
}

static void roles_fill(struct page *p, enum role_id now, struct page_rules *x)
{
    struct page_rules_roles *o = arena_arr(p->a, struct page_rules_roles, ROLE_COUNT);
    for (int i = 0; i < ROLE_COUNT; i++)
        if (law_role[i].sort != ROLE_SPECIAL || law_role[i].open)
            o[x->roles_n++] =
                (struct page_rules_roles){sl(law_role[i].name), sl(law_role[i].ja), now == (enum role_id)i};
    x->roles = o;
}

void rules_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (!page_begin(&p, r, ans, "規則・期限表"))
        return;
    slice name = http_get(r->query, "role");
    enum role_id role = law_role_named(name);
    if (name.n && role == ROLE_COUNT) {
        page_absent(&p);
        return;
    }
    struct page_rules x = {
        .today = words_day(p.a, p.today), .image = words_hash(p.a, sl(law_image_hash), 64), .one = role != ROLE_COUNT};
    acts_fill(&p, role, &x);
    clocks_fill(&p, &x);
    gates_fill(&p, &x);
    cells_fill(&p, &x);
    params_fill(&p, &x);
    unsure_fill(&p, &x);
    roles_fill(&p, role, &x);
    page_crumb(&p, SL("規則・期限表"), SLN);
    page_rules(&p.body, &x);
    page_end(&p);
}

/* --- the clocks that run --- */
static void names_fill(struct page *p, enum clock_id now, struct page_ticking *x)
{
    struct page_ticking_names *o = arena_arr(p->a, struct page_ticking_names, CLOCK_COUNT);
    for (int i = 0; i < CLOCK_COUNT; i++)
        o[i] = (struct page_ticking_names){sl(law_clock[i].name), sl(law_clock[i].ja), now == (enum clock_id)i};
    x->names = o;
    x->names_n = CLOCK_COUNT;
}

static slice limit_of(struct page *p, const struct words_clock *w)
{
    if (!w->dated)
        return SL("時間数の定めなし");
    bool end = w->due == instant_of_day(day_of_instant(w->due));
    return end ? sl(arena_fmt(p->a, PRIs "24:00", ARGs(words_day(p->a, day_of_instant(w->due) - 1))))
               : words_full(p->a, w->due);
}

void clocks_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct tick *t;
    if (!page_begin(&p, r, ans, "動いている時計"))
        return;
    slice name = http_get(r->query, "name"), show = http_get(r->query, "show");
    enum clock_id id = law_clock_named(name);
    if ((name.n && id == CLOCK_COUNT) || (show.n && !sl_is(show, "late"))) {
        page_absent(&p);
        return;
    }
    struct page_ticking x = {.late = show.n > 0};
    size_t n = ticks_list(&p, name, LISTED, &t, &x.more);
    struct page_ticking_rows *o = arena_arr(p.a, struct page_ticking_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct words_clock *w = &t[i].w;
        if (x.late && w->level != WORDS_LATE && w->level != WORDS_SOON)
            continue;
        struct page_ticking_rows *c = &o[x.rows_n++];
        *c = (struct page_ticking_rows){
            .name = w->name,
            .basis = w->basis,
            .rule = sl(arena_fmt(p.a, "/rules#clock-%s", w->id == CLOCK_COUNT ? "" : law_clock[w->id].name)),
            .of = t[i].of,
            .href = t[i].href,
            .kind = sl(law_kind[t[i].subject->kind].ja),
            .value = w->value,
            .word = w->word,
            .css = w->css,
            .ic = w->icon,
            .since = words_when(p.a, w->started, p.now),
            .limit = limit_of(&p, w)};
        if (w->target)
            c->aim = sl(arena_fmt(p.a, "目安 " PRIs "（内規）", ARGs(words_when(p.a, w->target, p.now))));
        if (w->unrolled)
            c->aim = sl(arena_fmt(p.a, "休日により " PRIs " から繰下げ",
                                  ARGs(words_day(p.a, day_of_instant(w->unrolled) - 1))));
    }
    x.rows = o;
    x.h = x.rows_n ? sl(arena_fmt(p.a, "動いている時計 %zu本%s", x.rows_n, x.more ? "以上" : ""))
                   : SL("あなたが見られる時計は、動いていません");
    names_fill(&p, id, &x);
    page_crumb(&p, SL("規則・期限表"), SL("/rules"));
    page_crumb(&p, SL("動いている時計"), SLN);
    page_ticking(&p.body, &x);
    page_end(&p);
}
