/* 提供箱: an organisation sees what was given to it and nothing of anybody else. No count, order, number or word here
 * is made of another's. */
#include <string.h>

#include "console2.h"
#include "web/svg.h"

#define SENTENCES 12
#define HANDLERS  12

/* --- the list --- */
static slice title_of(const struct gate_row *row)
{
    if (sl_is(field_text(row, N_item_kind), "PRODUCT"))
        return SL("周知等用の情報");
    if (sl_is(field_text(row, N_item_kind), "TEIKYO"))
        return SL("提供用の分析情報（秘密を含みます）");
    return row->state == ST_RECALLED ? SL("公表前の脆弱性の情報（回収を求められています）")
                                     : SL("公表前の脆弱性の情報");
}

/* The clock that runs for a provision; the receipt or the answer. */
static bool running(struct page *p, const struct gate_row *row, struct words_clock *out)
{
    const struct gate_row **clock;
    size_t n = view_clocks(p->v, row, &clock);
    for (size_t i = 0; i < n; i++) {
        *out = words_clock(p->a, clock[i], p->now);
        if (out->running)
            return true;
    }
    return false;
}

static slice todo_of(const struct gate_row *row)
{
    return row->state == ST_SENT       ? SL("読んで、受け取ったことを知らせる")
           : row->state == ST_RECEIVED ? SL("対応状況を答える")
           : row->state == ST_RECALLED ? SL("写しを消して、知らせる")
                                       : SLN;
}

static void given_fill(struct page *p, struct page_opbox *x)
{
    const struct gate_row **row;
    size_t n =
        view_list(p->v, KIND_provision, &(struct view_filter){.recipient = p->c.who.actor.org, .max = 100}, &row);
    struct page_opbox_rows *o = arena_arr(p->a, struct page_opbox_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct words_state st = words_state(KIND_provision, row[i]->state);
        struct words_clock w;
        o[i] = (struct page_opbox_rows){.iso = words_iso(p->a, row[i]->made),
                                        .when = words_when(p->a, row[i]->moved, p->now),
                                        .title = title_of(row[i]),
                                        .href = page_href(p, KIND_provision, row[i]->id),
                                        .todo = todo_of(row[i]),
                                        .word = st.word,
                                        .css = st.css,
                                        .ic = st.icon};
        if (row[i]->state == ST_SENT) {
            o[i].word = SL("新着");
            o[i].css = SL("st--now");
            o[i].ic = ICON_MAIL;
        }
        if (running(p, row[i], &w))
            o[i].clock = sl(arena_fmt(p->a, PRIs " " PRIs, ARGs(w.name), ARGs(w.value)));
        x->open += o[i].todo.n > 0;
    }
    x->rows = o;
    x->rows_n = n;
}

/* What the council asks of the organisation; its administrator answers. */
static void invited_fill(struct page *p, struct page_opbox *x)
{
    const struct gate_row **row;
    size_t n = view_list(p->v, KIND_member, &(struct view_filter){.owner = p->c.who.actor.org, .max = 10}, &row);
    struct page_opbox_members *o = arena_arr(p->a, struct page_opbox_members, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct words_state st = words_state(KIND_member, row[i]->state);
        bool ask = row[i]->state == ST_INVITED;
        o[i] = (struct page_opbox_members){.href = page_href(p, KIND_member, row[i]->id),
                                           .when = words_when(p->a, row[i]->moved, p->now),
                                           .why = field_text(row[i], N_why),
                                           .word = st.word,
                                           .css = st.css,
                                           .ic = st.icon,
                                           .ask = ask};
        if (ask)
            o[i].answer = page_act_href(p, ACT_member_answer, row[i]->id);
    }
    x->members = o;
    x->members_n = n;
}

void box_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (!page_begin(&p, r, ans, "提供箱"))
        return;
    struct page_opbox x = {.reader = page_may(&p, ACT_provision_receive)};
    given_fill(&p, &x);
    invited_fill(&p, &x);
    x.h = x.open ? sl(arena_fmt(p.a, "することが %" PRId64 "件あります", x.open)) : SL("いま、することはありません");
    page_crumb(&p, SL("提供箱"), SLN);
    page_opbox(&p.body, &x);
    page_end(&p);
}

/* --- one provision --- */
/* The advice, one sentence a number: at three in the morning a list is followed, a paragraph is not. */
static size_t sentences(struct page *p, slice text, slice *out)
{
    size_t n = 0, from = 0;
    static const char stop[] = "。";
    for (size_t i = 0; i < text.n && n < SENTENCES; i++) {
        bool dot = i + 3 <= text.n && memcmp(text.p + i, stop, 3) == 0,
             end = dot || text.p[i] == '\n' || i + 1 == text.n;
        if (!end)
            continue;
        size_t upto = dot ? i + 3 : text.p[i] == '\n' ? i : i + 1;
        slice s = sl_trim((slice){text.p + from, upto - from});
        if (s.n)
            out[n++] = arena_sl(p->a, s);
        i = dot ? i + 2 : i;
        from = dot ? i + 1 : upto;
    }
    return n;
}

static void todo_fill(struct page *p, const struct gate_row *row, struct page_opitem *x)
{
    slice s[SENTENCES];
    size_t n = sentences(p, field_text(row, N_advice), s);
    struct page_opitem_todos *o = arena_arr(p->a, struct page_opitem_todos, SENTENCES);
    bool product = sl_is(field_text(row, N_item_kind), "PRODUCT");
    x->h = n ? s[0] : product ? SL("周知等用の情報が届いています") : SL("公表前の脆弱性の情報が届いています");
    if (n && sl_is((slice){x->h.p + x->h.n - 3, 3}, "。"))
        x->h.n -= 3;
    for (size_t i = 0; i < n; i++)
        o[x->todos_n++].text = s[i];
    if (!n)
        o[x->todos_n++].text = SL("内容を読み、下の装置が当てはまるかを確かめる");
    x->todos = o;
}

/* A 提供用 is read itself: its sentences, as they were given. */
static void given_text_fill(struct page *p, const struct gate_row *row, struct page_opitem *x)
{
    slice text = field_text(row, N_extract);
    json_t *list = text.n ? json_loadb(text.p, text.n, 0, NULL) : NULL, *v;
    struct page_opitem_todos *o = arena_arr(p->a, struct page_opitem_todos, json_array_size(list) + 1);
    size_t k;
    x->todos_n = 0;
    json_array_foreach(list, k, v)
    {
        const char *z = json_string_value(json_object_get(v, "text"));
        o[x->todos_n++].text = arena_sl(p->a, sl(z ? z : ""));
    }
    json_decref(list);
    x->h = title_of(row);
    x->todos = o;
}

static void print_fill(struct page *p, slice extract, struct page_opitem *x)
{
    uint8_t h[SHA_LEN];
    char hex[65];
    if (!extract.n)
        return;
    sha256(extract, h);
    hex_of(h, sizeof h, hex);
    x->print = words_hash(p->a, arena_sl(p->a, sl(hex)), 16);
}

static void extract_fill(struct page *p, const struct gate_row *row, struct page_opitem *x)
{
    static const char *const key[] = {"op_ref", "product", "version", "level", "asset"};
    slice text = field_text(row, N_extract);
    json_t *list = text.n ? json_loadb(text.p, text.n, 0, NULL) : NULL, *v;
    size_t k;
    struct page_opitem_rows *o = arena_arr(p->a, struct page_opitem_rows, json_array_size(list) + 1);
    json_array_foreach(list, k, v)
    {
        slice s[TB_COUNT(key)];
        for (size_t c = 0; c < TB_COUNT(key); c++) {
            const char *z = json_string_value(json_object_get(v, key[c]));
            s[c] = arena_sl(p->a, sl(z ? z : ""));
        }
        bool sure = sl_is(s[3], "CONFIRMED");
        o[x->rows_n++] =
            (struct page_opitem_rows){.ref = s[0],
                                      .product = s[1],
                                      .version = s[2].n ? s[2] : SL("記載なし"),
                                      .level = words_option(&law_field[FIELD_match_level], s[3]),
                                      .css = sure ? SL("st--done") : SLN,
                                      .ic = sure ? ICON_DONE : ICON_UNKNOWN,
                                      .href = view_get(p->v, KIND_asset, s[4]) ? page_href(p, KIND_asset, s[4]) : SLN};
    }
    json_decref(list);
    x->rows = o;
    x->machines = (int64_t)x->rows_n;
}

/* Only what this organisation and the delivery did: when it was thought of elsewhere is no matter of theirs. */
static bool told(enum act_id act)
{
    static const enum act_id own[] = {ACT_provision_send,   ACT_provision_receive, ACT_provision_set_status,
                                      ACT_provision_waive,  ACT_provision_recall,  ACT_provision_confirm_recall,
                                      ACT_provision_retract};
    for (size_t i = 0; i < TB_COUNT(own); i++)
        if (own[i] == act)
            return true;
    return false;
}

static slice by_whom(struct page *p, const struct gate_leaf *l)
{
    bool machine = l->act == ACT_provision_send || l->act == ACT_provision_retract;
    return machine ? SL("内閣府") : view_person_name(p->v, l->person);
}

static void history_fill(struct page *p, const struct gate_row *row, struct page_opitem *x)
{
    const struct gate_leaf *l;
    size_t n = view_leaves(p->v, row, &l);
    struct page_opitem_past *o = arena_arr(p->a, struct page_opitem_past, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!l[i].ok || !told(l[i].act))
            continue;
        o[x->past_n++] = (struct page_opitem_past){words_iso(p->a, l[i].at), words_when(p->a, l[i].at, p->now),
                                                   sl(law_act[l[i].act].title), by_whom(p, &l[i])};
        if (l[i].act == ACT_provision_send)
            x->sent = words_when(p->a, l[i].at, p->now);
        if (l[i].act == ACT_provision_retract)
            x->retracted = words_when(p->a, l[i].at, p->now);
        if (l[i].act == ACT_provision_receive && !x->read.n)
            x->read =
                sl(arena_fmt(p->a, PRIs "　" PRIs, ARGs(words_when(p->a, l[i].at, p->now)), ARGs(by_whom(p, &l[i]))));
    }
    x->past = o;
}

/* 読んだ → 対応中 → 終わった */
static void steps_draw(struct page *p, const struct gate_row *row, struct page_opitem *x)
{
    bool read = row->state != ST_SENT, answered = field_text(row, N_status).n > 0,
         done = row->state == ST_SETTLED && answered;
    const struct svg_step step[] = {
        {SL("読んだ"), read ? SL("伝えた") : SL("あなたの番"), read ? SVG_STEP_DONE : SVG_STEP_NOW},
        {SL("対応中"),
         done   ? SL("済んだ")
         : read ? (answered ? x->status : SL("あなたの番"))
                : SL("まだ"),
         done   ? SVG_STEP_DONE
         : read ? SVG_STEP_NOW
                : SVG_STEP_TODO},
        {SL("終わった"), done ? x->status : SL("まだ"), done ? SVG_STEP_DONE : SVG_STEP_TODO}};
    struct buf b = BUF((size_t)1 << 16);
    svg_steps(&b, "is", SL("対応の段階"),
              done   ? SL("三段階のすべてが済んだ。")
              : read ? SL("三段階のうち、読んだ は完了、対応中 がいま。")
                     : SL("三段階のうち、読んだ がいま。"),
              step, TB_COUNT(step));
    x->steps = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
}

/* How long: from now to the marks of the clock that runs. The law gives no hours; the marks are our own. */
static void until_draw(struct page *p, const struct gate_row *row, struct page_opitem *x)
{
    struct words_clock w;
    struct svg_point pt[2];
    size_t n = 0;
    if (!running(p, row, &w))
        return;
    bool aim = !w.dated && w.target > p->now;
    x->small = w.dated ? SL("残り") : aim ? SL("目安まで") : SL("経過");
    x->big =
        w.dated ? words_span(p->a, w.due - p->now) : words_span(p->a, aim ? w.target - p->now : p->now - w.started);
    x->what = w.name;
    x->basis_clock = w.basis;
    x->word = w.word;
    x->wcss = w.css;
    x->wic = w.icon;
    x->started = words_when(p->a, w.started, p->now);
    if (aim)
        pt[n++] = (struct svg_point){w.target, SL("目安（内規）"), words_when(p->a, w.target, p->now)};
    if (!w.dated && w.escalate > p->now)
        pt[n++] = (struct svg_point){w.escalate, SL("確認の連絡が行く"), words_when(p->a, w.escalate, p->now)};
    if (aim)
        x->aim = words_when(p->a, w.target, p->now);
    if (w.escalate)
        x->call = words_when(p->a, w.escalate, p->now);
    if (!n)
        return;
    struct buf b = BUF((size_t)1 << 16);
    svg_until(
        &b, "ib", SL("いつまでか"),
        sl(arena_fmt(p->a, "いまから、" PRIs "の目安は " PRIs "。", ARGs(w.name), ARGs(x->aim.n ? x->aim : x->call))),
        p->now, pt, n);
    x->until = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
}

static void handlers_fill(struct page *p, struct page_opitem *x)
{
    slice who[HANDLERS];
    struct page_opitem_handlers *o = arena_arr(p->a, struct page_opitem_handlers, HANDLERS);
    x->handlers_n = page_holders(p, ACT_provision_receive, who, HANDLERS);
    for (size_t i = 0; i < x->handlers_n; i++)
        o[i].name = view_person_name(p->v, who[i]);
    x->handlers = o;
}

static void forms_fill(struct page *p, const struct gate_row *row, struct page_opitem *x)
{
    const struct law_field *status = &law_field[FIELD_provision_status];
    const struct gate_may *may;
    char key[UUID_LEN + 1];
    size_t n = gate_may(p->c.reader, &p->c.who, p->c.actor, KIND_provision, row, p->a, &may);
    for (size_t i = 0; i < n; i++) {
        x->canreceive = x->canreceive || (may[i].act == ACT_provision_receive && may[i].d.allowed);
        x->canstatus = x->canstatus || (may[i].act == ACT_provision_set_status && may[i].d.allowed);
        x->canreturn = x->canreturn || (may[i].act == ACT_provision_confirm_recall && may[i].d.allowed);
    }
    struct page_opitem_options *o = arena_arr(p->a, struct page_opitem_options, status->options);
    for (size_t i = 0; i < status->options; i++)
        o[i] = (struct page_opitem_options){sl(status->option[i].name), sl(status->option[i].ja),
                                            sl_is(field_text(row, N_status), status->option[i].name)};
    x->options = o;
    x->options_n = status->options;
    uuid_new(rng_system(), key);
    x->key = arena_sl(p->a, sl(key));
}

void boxitem_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (!page_begin(&p, r, ans, "提供された情報"))
        return;
    const struct gate_row *row = view_get(p.v, KIND_provision, r->seg[0]);
    if (!row || !sl_eq(field_text(row, N_recipient), p.c.who.actor.org)) {
        page_absent(&p);
        return;
    }
    struct words_state st = words_state(KIND_provision, row->state);
    struct page_opitem x = {.state = st.word,
                            .css = st.css,
                            .ic = st.icon,
                            .subject = row->id,
                            .csrf = page_token(&p),
                            .guided = p.guided,
                            .basis = words_option(&law_field[FIELD_provision_basis], field_text(row, N_basis)),
                            .need = field_text(row, N_need),
                            .rights = field_text(row, N_rights_note),
                            .mark = field_text(row, N_watermark),
                            .note = field_text(row, N_status_note),
                            .recall = field_text(row, N_recall_reason)};
    if (field_text(row, N_status).n)
        x.status = words_option(&law_field[FIELD_provision_status], field_text(row, N_status));
    if (sl_is(field_text(row, N_item_kind), "PRODUCT"))
        x.producthref = page_href(&p, KIND_product, field_text(row, N_product));
    x.secret = !x.producthref.n;
    todo_fill(&p, row, &x);
    if (sl_is(field_text(row, N_item_kind), "TEIKYO"))
        given_text_fill(&p, row, &x);
    else
        extract_fill(&p, row, &x);
    print_fill(&p, field_text(row, N_extract), &x);
    history_fill(&p, row, &x);
    steps_draw(&p, row, &x);
    until_draw(&p, row, &x);
    handlers_fill(&p, &x);
    forms_fill(&p, row, &x);
    page_crumb(&p, SL("提供箱"), SL("/box"));
    page_crumb(&p, x.mark.n ? x.mark : SL("提供された情報"), SLN);
    page_opitem(&p.body, &x);
    page_end(&p);
}
