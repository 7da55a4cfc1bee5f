/* What the pages say, row by row. The rows' own words are Japanese; the heads of a terminal's tables also English. */
#include "print_int.h"

#include <string.h>

#define HEADS(...)       static const char *const head[] = {__VA_ARGS__}
#define OPEN(p, caption) doc_open(p, caption, head, TB_COUNT(head))

static const char *id_of(struct doc_page *p, const char *what, const char *name)
{
    return arena_fmt(p->a, "%s-%s", what, name);
}

static void put_anchor(struct doc_page *p, const char *what, const char *name)
{
    if (p->form != DOC_TEXT)
        buf_fmt(&p->cell, "<a id=\"%s-%s\"></a>", what, name);
}

static void put_act(struct doc_page *p, enum act_id i)
{
    doc_link(p, "acts", id_of(p, "act", law_act[i].name), law_act[i].name);
}

static const char *sure(char conf)
{
    switch (conf) {
    case 'H':
        return "H";
    case 'M':
        return "M 一部未確認";
    case 'L':
        return "L 未確認";
    default:
        return "P 内規";
    }
}

static void put_day(struct doc_page *p, day_t d)
{
    char z[11];
    if (d == DAY_NONE) {
        doc_put(p, "未定（閉じている）");
        return;
    }
    day_iso(d, z);
    doc_put(p, "%s", z);
}

/* --- acts --- */
static void cell_name(struct doc_page *p, const struct law_act *a)
{
    doc_cell(p);
    put_anchor(p, "act", a->name);
    doc_put(p, "%s", a->title);
    doc_line(p);
    doc_code(p, a->name);
    doc_line(p);
    doc_put(p, "%s", a->basis);
}

static void cell_roles(struct doc_page *p, const enum role_id *v, size_t n)
{
    doc_cell(p);
    for (size_t i = 0; i < n; i++) {
        doc_line(p);
        doc_put(p, "%s", law_role[v[i]].ja);
    }
}

static void put_states(struct doc_page *p, const enum state_id *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        doc_put(p, "%s", i ? "、" : "");
        if (v[i] == ST_NONE)
            doc_put(p, "（作成）");
        else
            doc_code(p, law_state_name[v[i]]);
    }
}

static void cell_move(struct doc_page *p, const struct law_act *a)
{
    doc_cell(p);
    if (a->from_any)
        doc_put(p, "終わりでない状態");
    put_states(p, a->from, a->froms);
    doc_line(p);
    doc_put(p, "→ ");
    if (a->to_mode == TO_SAME)
        doc_put(p, "変わらない");
    for (size_t i = 0; i < a->tos; i++) {
        doc_put(p, "%s", i ? "、" : "");
        doc_code(p, law_state_name[a->to[i].state]);
        doc_put(p, "%s", a->to[i].negative ? "（退ける）" : "");
    }
}

static void cell_inputs(struct doc_page *p, const struct law_act *a)
{
    doc_cell(p);
    for (size_t i = 0; i < a->ins; i++) {
        doc_line(p);
        doc_put(p, "%s%s ", law_field[a->in[i].field].ja, a->in[i].required ? "（必須）" : "");
        doc_code(p, law_field[a->in[i].field].name);
    }
}

static void cell_conditions(struct doc_page *p, const struct law_act *a)
{
    doc_cell(p);
    for (size_t i = 0; i < a->conds; i++) {
        const struct law_cond *c = &a->cond[i];
        doc_line(p);
        if (c->act) {
            put_act(p, law_act_named(sl(c->act)));
            doc_put(p, " とは別の者");
        } else if (p->form == DOC_TEXT)
            doc_code(p, law_pred[c->pred].name);
        else
            doc_link(p, NULL, id_of(p, "cond", law_pred[c->pred].name), law_pred[c->pred].ja);
    }
}

static void put_tick(struct doc_page *p, const struct law_act *a, const struct law_tick *t)
{
    static const char *const op[] = {
        [CLOCK_START] = "＋", [CLOCK_MEET] = "－", [CLOCK_CANCEL] = "×", [CLOCK_RESTART] = "±"};
    doc_line(p);
    doc_put(p, "%s", op[t->op]);
    doc_link(p, "clocks", id_of(p, "clock", law_clock[t->clock].name), law_clock[t->clock].ja);
    if (t->on == ON_SIDE)
        doc_put(p, "（%sの）", law_kind[t->arg].ja);
    if (t->on == ON_FIELD)
        doc_put(p, "（%sの）", law_kind_field(a->kind, (enum name_id)t->arg)->ja);
    if (t->on == ON_INPUT)
        doc_put(p, "（一件ごと）");
    if (t->when != WHEN_ALWAYS)
        doc_put(p, "（%s%s）", law_state_of(a->kind, t->state)->ja, t->when == WHEN_TO ? "に移るとき" : "からのとき");
    if (t->always)
        doc_put(p, "（退ける決定でも）");
}

static void cell_after(struct doc_page *p, const struct law_act *a)
{
    doc_cell(p);
    for (size_t i = 0; i < a->ticks; i++)
        put_tick(p, a, &a->tick[i]);
    for (size_t i = 0; i < a->sides; i++) {
        doc_line(p);
        doc_put(p, a->side[i].to == ST_NONE ? "同じ葉で %s に記す" : "同じ葉で %s → ", law_kind[a->side[i].kind].ja);
        if (a->side[i].to != ST_NONE)
            doc_code(p, law_state_name[a->side[i].to]);
    }
    for (size_t i = 0; i < a->thens; i++) {
        doc_line(p);
        doc_put(p, "続いて ");
        put_act(p, a->then[i].act);
        if (a->then[i].as != ROLE_COUNT)
            doc_put(p, "（%s）", law_role[a->then[i].as].ja);
    }
}

static void cell_gate(struct doc_page *p, const struct law_act *a)
{
    doc_cell(p);
    doc_link(p, "gates", id_of(p, "gate", law_gate[a->gate].name), law_gate[a->gate].name);
    if (p->form != DOC_MD && !law_gate_open(a->gate, p->today))
        doc_put(p, " 施行前");
}

void doc_part_acts(struct doc_page *p, enum kind_id k)
{
    HEADS("手続/Act", "行う者/By", "状態/State", "|事項", "条件/Conditions", "期限と続き/Clocks, what follows",
          "施行/Gate");
    size_t n = 0;
    for (int i = 0; i < ACT_COUNT; i++)
        n += law_act[i].kind == k;
    if (n == 0)
        return;
    OPEN(p, arena_fmt(p->a, "%sの手続", law_kind[k].ja));
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct law_act *a = &law_act[i];
        if (a->kind != k)
            continue;
        doc_row(p);
        cell_name(p, a);
        cell_roles(p, a->by, a->bys);
        cell_move(p, a);
        cell_inputs(p, a);
        cell_conditions(p, a);
        cell_after(p, a);
        cell_gate(p, a);
    }
    doc_close(p);
}

void doc_part_conditions(struct doc_page *p)
{
    HEADS("名/Name", "条件/Condition", "足りないとき/When it is not met", "問うとき/Asked");
    OPEN(p, "条件");
    for (int i = 0; i < PRED_COUNT; i++) {
        const struct law_pred *c = &law_pred[i];
        doc_row(p);
        doc_cell(p);
        put_anchor(p, "cond", c->name);
        doc_code(p, c->name);
        doc_cell(p);
        doc_put(p, "%s", c->ja);
        doc_cell(p);
        doc_put(p, "%s", c->todo);
        doc_cell(p);
        doc_put(p, "%s", c->general ? "どの手続にも" : c->always ? "退ける決定にも" : "");
    }
    doc_close(p);
}

void doc_part_roles(struct doc_page *p)
{
    HEADS("役割/Role", "日本語", "持てる組織/Organisations", "提供先として/As recipient",
          "秘密保持の条/Secrecy article", "分離の群/Separation");
    const struct law_field *kinds = law_kind_field(KIND_org, N_org_kind);
    OPEN(p, "役割");
    for (int i = 0; i < ROLE_COUNT; i++) {
        const struct law_role *r = &law_role[i];
        doc_row(p);
        doc_cell(p);
        doc_code(p, r->name);
        doc_cell(p);
        doc_put(p, "%s", r->ja);
        doc_cell(p);
        for (size_t o = 0; o < kinds->options; o++)
            if (r->org_kinds >> o & 1) {
                doc_line(p);
                doc_put(p, "%s", kinds->option[o].ja);
            }
        doc_put(p, "%s", r->sort == ROLE_MACHINE ? "機械" : "");
        doc_cell(p);
        doc_put(p, "%s", r->recipient == RECIPIENT_COUNT ? "" : law_recipient[r->recipient]);
        doc_cell(p);
        doc_put(p, "%s", r->ack ? r->ack : "");
        doc_cell(p);
        doc_put(p, "%s", r->sod ? r->sod : "");
    }
    doc_close(p);
}

/* --- states --- */
static void cell_ways(struct doc_page *p, const struct way *way, size_t n, size_t state, bool into)
{
    static const char *const after[] = {[WAY_ACT] = "", [WAY_SIDE] = "に続いて", [WAY_LAPSE] = "の徒過"};
    doc_cell(p);
    for (size_t i = 0; i < n; i++) {
        bool leaves = way[i].from >> state & 1, enters = way[i].to >> state & 1;
        if (!(into ? enters : leaves && !way[i].same))
            continue;
        doc_line(p);
        doc_put(p, "%s%s", way[i].title, after[way[i].sort]);
    }
}

void doc_part_states(struct doc_page *p, enum kind_id kind)
{
    HEADS("状態/State", "日本語", "入る手続/Entered by", "出る手続/Left by", "種類/Sort");
    static const char *const sort[] = {[STATE_PASSING] = "", [STATE_FINAL] = "終わり", [STATE_STANDING] = "離れない"};
    const struct law_kind *k = &law_kind[kind];
    struct way way[WAYS_MAX];
    size_t n = law_ways(kind, way);
    uint32_t reached = 0;
    OPEN(p, arena_fmt(p->a, "%sの状態", k->ja));
    for (size_t i = 0; i < k->states; i++) {
        doc_row(p);
        doc_cell(p);
        doc_code(p, law_state_name[k->state[i].id]);
        doc_cell(p);
        doc_put(p, "%s", k->state[i].ja);
        cell_ways(p, way, n, i, true);
        cell_ways(p, way, n, i, false);
        doc_cell(p);
        doc_put(p, "%s", sort[k->state[i].sort]);
    }
    doc_close(p);
    for (size_t i = 0; i < n; i++)
        reached |= way[i].to;
    if (kind != KIND_clock && reached != (k->states == 32 ? UINT32_MAX : (1u << k->states) - 1))
        doc_para(p, "どの手続も入らない状態は、多くの対象を一度に扱う手続（list.decide、match."
                    "run）が、その葉の中身のとおりに書く。");
    if (kind == KIND_clock)
        doc_para(p, "期限は、手続の行の「＋」で始まり、「－」で履行、「×」で消滅する。対象が終わりの状態に移ると、残っ"
                    "た期限は消滅する。");
}

/* --- clocks --- */
static void put_span(struct doc_page *p, int64_t s)
{
    if (s % 86400 == 0)
        doc_put(p, "%" PRId64 "日", s / 86400);
    else if (s % 3600 == 0)
        doc_put(p, "%" PRId64 "時間", s / 3600);
    else
        doc_put(p, "%" PRId64 "分", s / 60);
}

/* Levels of an elapsed clock, from the newest row of its parameter. */
static void put_levels(struct doc_page *p, const char *param)
{
    slice rest = SLN, word;
    for (size_t i = 0; i < law_params; i++)
        if (strcmp(law_param[i].name, param) == 0)
            rest = sl(law_param[i].value);
    doc_put(p, "経過だけを示す（");
    for (bool more = rest.n > 0, first = true; more; first = false) {
        int64_t s = 0;
        more = sl_cut(rest, ' ', &word, &rest);
        must(sl_int(word, &s));
        doc_put(p, "%s", first ? "" : "・");
        put_span(p, s);
    }
    doc_put(p, "）");
}

static void put_count(struct doc_page *p, const struct law_clock *k, const struct law_variant *v)
{
    static const char *const unit[] = {
        [COUNT_MONTHS] = "月", [COUNT_YEARS] = "年", [COUNT_DAYS] = "日", [COUNT_WORKDAYS] = "開庁日"};
    const char *from = v->from == SRC_NOW    ? "手続の日"
                       : v->from == SRC_FACT ? law_fact[v->from_id].name
                                             : law_name[v->from_id];
    doc_line(p);
    if (v->name[0]) {
        doc_code(p, v->name);
        doc_put(p, " ");
    }
    if (v->count == COUNT_ELAPSED)
        put_levels(p, v->level);
    else if (v->count == COUNT_FIXED)
        put_day(p, v->fixed);
    else if (v->count == COUNT_SET)
        doc_put(p, "手続で定める日（%s）", law_name[v->set]);
    else if (v->count == COUNT_INSTANT)
        doc_put(p, "手続で定める日時（%s）", law_name[v->set]);
    else
        doc_put(p, "%s から%d%s", from, v->n, unit[v->count]);
    if (strcmp(v->basis, k->basis) != 0)
        doc_put(p, "（%s）", v->basis);
}

static void cell_ticking(struct doc_page *p, enum clock_id c, bool starts)
{
    doc_cell(p);
    for (int i = 0; i < ACT_COUNT; i++)
        for (size_t t = 0; t < law_act[i].ticks; t++) {
            const struct law_tick *k = &law_act[i].tick[t];
            if (k->clock != c || (k->op == CLOCK_START || k->op == CLOCK_RESTART) != starts)
                continue;
            doc_line(p);
            put_act(p, (enum act_id)i);
        }
}

void doc_part_clocks(struct doc_page *p)
{
    HEADS("期限/Clock", "数え方/Count", "休日/Holiday", "徒過したとき/On lapse", "始める手続/Started by", "|止める手続",
          "|督促", "|根拠", "確度/Confidence");
    OPEN(p, "期限");
    for (int i = 0; i < CLOCK_COUNT; i++) {
        const struct law_clock *k = &law_clock[i];
        doc_row(p);
        doc_cell(p);
        put_anchor(p, "clock", k->name);
        doc_put(p, "%s", k->ja);
        doc_line(p);
        doc_code(p, k->name);
        doc_cell(p);
        for (size_t v = 0; v < k->variants; v++)
            put_count(p, k, &k->variant[v]);
        doc_cell(p);
        doc_put(p, "%s", k->roll ? "次の開庁日" : "");
        doc_cell(p);
        for (size_t l = 0; l < k->lapses; l++) {
            doc_line(p);
            doc_put(p, "%s ", law_kind[k->lapse[l].kind].ja);
            doc_code(p, law_state_name[k->lapse[l].to]);
        }
        cell_ticking(p, (enum clock_id)i, true);
        cell_ticking(p, (enum clock_id)i, false);
        doc_cell(p);
        doc_put(p, "%s", k->escalate);
        doc_cell(p);
        doc_put(p, "%s", k->basis);
        doc_cell(p);
        doc_put(p, "%s%s", sure(k->conf), k->statutory || k->conf == 'P' ? "" : "（内規の期限）");
    }
    doc_close(p);
}

/* --- recipients --- */
static void put_mask(struct doc_page *p, unsigned m)
{
    doc_put(p, "%s%s", m & LABEL_S ? "秘密" : "", m & LABEL_T ? "通信情報" : "");
    doc_put(p, "%s", m ? "" : "印のない情報だけ");
}

static void matrix(struct doc_page *p)
{
    const char *head[DOC_COLS];
    enum recipient_id col[DOC_COLS];
    size_t cols = 1;
    head[0] = "区分/Class";
    must(RECIPIENT_COUNT < DOC_COLS);
    for (int r = 0; r < RECIPIENT_COUNT; r++) {
        if (r == RECIPIENT_ANYONE || r == RECIPIENT_OWNER || r == RECIPIENT_ADDRESSEE)
            continue;
        col[cols] = (enum recipient_id)r;
        head[cols++] = law_recipient[r];
    }
    doc_open(p, "区分と提供先", head, cols);
    for (int c = 0; c < CLASS_COUNT; c++) {
        doc_row(p);
        doc_cell(p);
        doc_code(p, law_class[c].name);
        for (size_t k = 1; k < cols; k++) {
            doc_cell(p);
            for (size_t i = 0; i < law_release_rows; i++) {
                const struct law_release *l = &law_release_row[i];
                if ((int)l->class != c || (l->recipient != col[k] && l->recipient != RECIPIENT_ANYONE))
                    continue;
                doc_line(p);
                doc_put(p, "%s %s", law_basis[l->basis].name, !l->allow ? "不可" : l->flags ? "条件" : "可");
            }
        }
    }
    doc_close(p);
}

static void release_rows(struct doc_page *p)
{
    HEADS("区分/Class", "提供先/Recipient", "根拠/Basis", "可否/Verdict", "条件/Conditions", "|説明",
          "確度/Confidence");
    OPEN(p, "提供先の表");
    for (size_t i = 0; i < law_release_rows; i++) {
        const struct law_release *l = &law_release_row[i];
        doc_row(p);
        doc_cell(p);
        doc_put(p, "%s ", law_class[l->class].ja);
        doc_code(p, law_class[l->class].name);
        doc_cell(p);
        doc_code(p, law_recipient[l->recipient]);
        doc_cell(p);
        doc_code(p, law_basis[l->basis].name);
        doc_cell(p);
        doc_put(p, "%s", l->allow ? "可" : "不可");
        doc_cell(p);
        for (int f = 0; f < FLAG_COUNT; f++)
            if (l->flags >> f & 1) {
                doc_line(p);
                doc_put(p, "%s", law_flag[f].ja);
            }
        doc_cell(p);
        doc_put(p, "%s", l->ja);
        doc_cell(p);
        doc_put(p, "%s", sure(l->conf));
    }
    doc_close(p);
}

static void carries_rows(struct doc_page *p)
{
    HEADS("根拠/Basis", "運べる印/Carries");
    OPEN(p, "根拠が運べる印");
    for (int i = 0; i < BASIS_COUNT; i++) {
        doc_row(p);
        doc_cell(p);
        doc_code(p, law_basis[i].name);
        doc_cell(p);
        put_mask(p, law_basis[i].mask);
    }
    doc_close(p);
}

static void flag_rows(struct doc_page *p)
{
    HEADS("名/Name", "条件/Condition", "足りないとき/When it is not met");
    OPEN(p, "提供の条件");
    for (int i = 0; i < FLAG_COUNT; i++) {
        doc_row(p);
        doc_cell(p);
        doc_code(p, law_flag[i].name);
        doc_cell(p);
        doc_put(p, "%s", law_flag[i].ja);
        doc_cell(p);
        doc_put(p, "%s", law_flag[i].todo);
    }
    doc_close(p);
}

static void recipient_rows(struct doc_page *p)
{
    HEADS("提供先/Recipient", "だれか/Who");
    static const char *const special[RECIPIENT_COUNT] = {
        [RECIPIENT_ANYONE] = "だれでも",
        [RECIPIENT_OWNER] = "提出した者・作った組織",
        [RECIPIENT_ADDRESSEE] = "名あて人",
        [RECIPIENT_MEMBER] = "協議会の構成員（事業者の役割を持つ者の組織が構成員であるとき）",
        [RECIPIENT_PUBLIC] = "公衆"};
    OPEN(p, "提供先");
    for (int r = 0; r < RECIPIENT_COUNT; r++) {
        doc_row(p);
        doc_cell(p);
        doc_code(p, law_recipient[r]);
        doc_cell(p);
        doc_put(p, "%s", special[r] ? special[r] : "");
        for (int i = 0; i < ROLE_COUNT; i++)
            if (law_role[i].recipient == (enum recipient_id)r)
                doc_put(p, "%s%s", p->cell.n ? "、" : "", law_role[i].ja);
    }
    doc_close(p);
}

void doc_part_recipients(struct doc_page *p)
{
    doc_para(p, "書いていない組は不可。条件のある組は、そのすべてが満たされるときだけ可。根拠ごとに運べる印が決まって"
                "いて、印が残る情報はその根拠では渡せない。");
    matrix(p);
    doc_para(
        p,
        "可: 条件なし、条件: 下の表の条件による。本人・提出した者（OWNER）と名あて人（ADDRESSEE）の行は下の表にある。");
    release_rows(p);
    flag_rows(p);
    carries_rows(p);
    recipient_rows(p);
}

/* --- gates, dated data --- */
static void gate_rows(struct doc_page *p)
{
    HEADS("区分/Gate", "施行の日/From", "きょう/Today", "手続の数/Acts", "対象/Covers", "確度/Confidence");
    OPEN(p, "施行の区分");
    for (int g = 0; g < GATE_COUNT; g++) {
        int n = 0;
        for (int i = 0; i < ACT_COUNT; i++)
            n += (int)law_act[i].gate == g;
        doc_row(p);
        doc_cell(p);
        put_anchor(p, "gate", law_gate[g].name);
        doc_code(p, law_gate[g].name);
        doc_cell(p);
        put_day(p, law_gate[g].from);
        doc_cell(p);
        doc_put(p, "%s",
                p->form == DOC_MD                              ? "日による"
                : law_gate_open((enum law_gate_id)g, p->today) ? "開いている"
                                                               : "閉じている");
        doc_cell(p);
        doc_put(p, "%d", n);
        doc_cell(p);
        doc_put(p, "%s", law_gate[g].ja);
        doc_cell(p);
        doc_put(p, "%s", sure(law_gate[g].conf));
    }
    doc_close(p);
}

static void param_rows(struct doc_page *p)
{
    HEADS("名/Name", "値/Value", "適用の日/From", "出典/Source", "確度/Confidence");
    OPEN(p, "日付を持つ値");
    for (size_t i = 0; i < law_params; i++) {
        doc_row(p);
        doc_cell(p);
        doc_code(p, law_param[i].name);
        doc_cell(p);
        doc_put(p, "%s", law_param[i].value);
        doc_cell(p);
        put_day(p, law_param[i].from);
        doc_cell(p);
        doc_put(p, "%s", law_param[i].ja);
        doc_cell(p);
        doc_put(p, "%s", sure(law_param[i].conf));
    }
    doc_close(p);
}

static void notice_rows(struct doc_page *p)
{
    HEADS("告示/Notice", "製品名の前方一致（畳んだ形）/Product begins with", "適用の日/From");
    OPEN(p, "届出を要しないものとして告示されたもの");
    for (size_t i = 0; i < law_notices; i++) {
        doc_row(p);
        doc_cell(p);
        doc_put(p, "%s", law_notice[i].no);
        doc_cell(p);
        doc_put(p, "%s", law_notice[i].product);
        doc_cell(p);
        put_day(p, law_notice[i].from);
    }
    doc_close(p);
}

static void pair_rows(struct doc_page *p, const char *caption, const char *const head[2], const struct law_pair *v,
                      size_t n)
{
    doc_open(p, caption, head, 2);
    for (size_t i = 0; i < n; i++) {
        doc_row(p);
        doc_cell(p);
        doc_code(p, v[i].a);
        doc_cell(p);
        doc_code(p, v[i].b);
    }
    doc_close(p);
}

static const struct law_field *ssvc_field(size_t i)
{
    static const enum name_id point[] = {N_ssvc_exploitation, N_ssvc_automatable, N_ssvc_impact, N_ssvc_mission,
                                         N_ssvc_decision};
    return law_kind_field(KIND_case, point[i]);
}

static void ssvc_rows(struct doc_page *p)
{
    HEADS("悪用/Exploitation", "自動化/Automatable", "技術的影響/Technical impact", "任務と生命/Mission and well-being",
          "結果/Decision");
    const struct law_field *decision = ssvc_field(4);
    size_t all = law_ssvc_size[0] * law_ssvc_size[1] * law_ssvc_size[2] * law_ssvc_size[3];
    OPEN(p, "峻別に使う決定表（SSVC 2.0.3 の調整者の木）");
    for (size_t i = 0; i < all; i++) {
        size_t rest = i, at[4];
        for (size_t k = 4; k-- > 0; rest /= law_ssvc_size[k])
            at[k] = rest % law_ssvc_size[k];
        doc_row(p);
        for (size_t k = 0; k < 4; k++) {
            doc_cell(p);
            doc_put(p, "%s", ssvc_field(k)->option[at[k]].ja);
        }
        doc_cell(p);
        doc_put(p, "%s", law_option_ja(decision, sl(law_ssvc_row[i])));
    }
    doc_close(p);
}

void doc_part_gates(struct doc_page *p)
{
    static const char *const entrust[] = {"事務/Work", "受託機関/Body"},
                             *const provider[] = {"根拠/Basis", "使える提供者/Provider"},
                             *const touches[] = {"材料/Material", "要件/Test"};
    gate_rows(p);
    doc_para(p, "確度: H 条文又は公的な資料で確かめた。M 二次の資料による、又は一部だけを確かめた。L "
                "読みの一つで、確かめていない。"
                "P 内規であって、法令ではない。");
    param_rows(p);
    notice_rows(p);
    pair_rows(p, "委託できる事務と機関（72①②、施行令2）", entrust, law_entrust_row, law_entrust_rows);
    pair_rows(p, "提供の根拠と、使える提供者", provider, law_provider_row, law_provider_rows);
    pair_rows(p, "判断の材料が触れる要件（付録7、割当ては内規）", touches, law_touches_row, law_touches_rows);
    ssvc_rows(p);
    char first[11], last[11];
    day_iso(law_holidays.day[0], first);
    day_iso(law_holidays.day[law_holidays.n - 1], last);
    doc_para(p, "行政機関の休日: 土曜、日曜、12月29日から1月3日まで、及び %s から %s までの国民の祝日 %zu 日。", first,
             last, law_holidays.n);
}
