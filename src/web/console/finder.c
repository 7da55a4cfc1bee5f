/* 発見者の照会: how far one's own reports have come, in plain words (付録7、告示平成29年19号). All of it stands in the
 * report itself; of the case that the government makes of it the finder sees nothing, not even that there is one. */
#include <string.h>

#include "console2.h"

static const char *const way[] = {"受付", "受理", "調整", "公表", "終了"};

/* Where it has come to: the last of the ways that is done, and the one that is on. */
static size_t done_of(const struct gate_row *row)
{
    if (field_text(row, N_told).n)
        return 5;
    if (sl_is(field_text(row, N_progress), "PUBLISHED"))
        return 4;
    if (sl_is(field_text(row, N_progress), "COORDINATING"))
        return 2;
    return row->state == ST_ACCEPTED ? 2 : 1;
}

static bool coord_ended(const struct gate_row *row)
{
    return sl_is(field_text(row, N_progress), "ENDED");
}

static slice heading(const struct gate_row *row)
{
    if (field_text(row, N_told).n)
        return SL("対応が終わりました");
    if (coord_ended(row))
        return SL("製品開発者との調整を終えました");
    if (sl_is(field_text(row, N_progress), "PUBLISHED"))
        return SL("公表されました");
    switch (row->state) {
    case ST_HELD_JPCERT:
        return SL("JPCERT/CCが受け取りました");
    case ST_RECEIVED:
        return SL("受け付けました");
    case ST_ACCEPTED:
        return field_text(row, N_progress).n ? SL("製品開発者と調整しています") : SL("受理しました");
    case ST_REJECTED:
        return SL("受理しませんでした");
    default:
        return SL("取り下げられました");
    }
}

static slice plain(struct page *p, const struct gate_row *row)
{
    if (field_text(row, N_told).n)
        return SL("IPAからのお知らせを、下でお読みください。");
    if (sl_is(field_text(row, N_progress), "PUBLISHED"))
        return SL("JVNなどで、対策とともに公表されました。もう、人に話してかまいません。");
    if (coord_ended(row))
        return SL("終えた理由は、下のとおりです。");
    if (row->state == ST_ACCEPTED && row->f[N_planned_on].t == VAL_INT)
        return sl(arena_fmt(
            p->a, "公表の予定は " PRIs " です。変わることがあります。それまでは、だれにも話さないでください。",
            ARGs(words_day(p->a, (day_t)row->f[N_planned_on].i))));
    switch (row->state) {
    case ST_HELD_JPCERT:
        return SL("まもなくIPAに渡ります。することはありません。");
    case ST_RECEIVED:
        return SL(
            "受理するかどうかを、IPAが確かめています。することはありません。追加の情報があれば、いつでも書けます。");
    case ST_ACCEPTED:
        return SL("製品開発者に連絡し、対策ができるのを待ちます。公表の日は、決まりしだいここに出ます。それまでは、だれ"
                  "にも話さないでください。");
    case ST_REJECTED:
        return SL("理由は下のとおりです。新しい内容があれば、追加できます。");
    default:
        return SL("あなたの求めで取り下げました。ご連絡いただいた内容は、取扱いの定めのとおりに残ります。");
    }
}

/* --- the list --- */
void finder_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **row;
    if (!page_begin(&p, r, ans, "あなたの届出"))
        return;
    size_t n = view_list(p.v, KIND_vulreport, &(struct view_filter){.owner = p.c.actor.person}, &row);
    struct page_finder_rows *o = arena_arr(p.a, struct page_finder_rows, n + 1);
    struct page_finder x = {.rows = o, .guided = p.guided};
    for (size_t i = 0; i < n; i++) {
        struct words_state st = words_state(KIND_vulreport, row[i]->state);
        if (!sl_eq(field_text(row[i], N_finder), p.c.actor.person))
            continue; /* one's own alone, whatever else one may see by another role */
        bool over = field_text(row[i], N_told).n > 0;
        o[x.rows_n++] = (struct page_finder_rows){.title = field_text(row[i], N_product),
                                                  .serial = field_text(row[i], N_serial),
                                                  .href = sl(arena_fmt(p.a, "/finder/" PRIs, ARGs(row[i]->id))),
                                                  .plain = heading(row[i]),
                                                  .word = over ? SL("終了") : st.word,
                                                  .css = over ? SL("st--done") : st.css,
                                                  .ic = over ? ICON_DONE : st.icon,
                                                  .iso = words_iso(p.a, row[i]->moved),
                                                  .when = words_when(p.a, row[i]->moved, p.now)};
    }
    x.h = x.rows_n ? sl(arena_fmt(p.a, "あなたの届出 %zu件", x.rows_n)) : SL("あなたの届出は、まだありません");
    page_crumb(&p, SL("あなたの届出"), SLN);
    page_finder(&p.body, &x);
    page_end(&p);
}

/* --- one report --- */
static void steps_fill(struct page *p, const struct gate_row *row, struct page_finding *x)
{
    struct page_finding_steps *s = arena_arr(p->a, struct page_finding_steps, TB_COUNT(way));
    bool ended = row->state == ST_REJECTED || row->state == ST_WITHDRAWN;
    size_t done = done_of(row), n = ended && done < 4 ? 1 : TB_COUNT(way);
    if (coord_ended(row) && done < 4)
        done = n = ended ? 1 : 3; /* what comes after it is not known */
    for (size_t i = 0; i < n; i++)
        s[i] = (struct page_finding_steps){sl(way[i]), i == done,
                                           i < done    ? ICON_DONE
                                           : i == done ? ICON_DOING
                                                       : ICON_TODO};
    x->steps = s;
    x->steps_n = n;
    if (ended && n == 1)
        s[x->steps_n++] =
            (struct page_finding_steps){row->state == ST_REJECTED ? SL("不受理") : SL("取下げ"), true, ICON_NO};
}

/* His own acts, and the ones that answered him; who else did what is not told. */
static void past_fill(struct page *p, const struct gate_row *row, struct page_finding *x)
{
    const struct gate_leaf *l;
    size_t n = view_leaves(p->v, row, &l);
    struct page_finding_past *o = arena_arr(p->a, struct page_finding_past, n + 1);
    for (size_t i = 0; i < n; i++)
        if (l[i].ok && l[i].act != ACT_COUNT)
            o[x->past_n++] = (struct page_finding_past){
                words_iso(p->a, l[i].at), words_when(p->a, l[i].at, p->now), sl(law_act[l[i].act].title),
                sl_eq(l[i].person, p->c.actor.person) ? SL("あなた") : page_office(p, l[i].person)};
    x->past = o;
}

static void said_fill(struct page *p, const struct gate_row *row, struct page_finding *x)
{
    static const enum field_id shown[] = {FIELD_vulreport_maker,        FIELD_vulreport_product,
                                          FIELD_vulreport_version,      FIELD_vulreport_description,
                                          FIELD_vulreport_publish_wish, FIELD_vulreport_withdraw_reason};
    struct page_finding_said *o = arena_arr(p->a, struct page_finding_said, TB_COUNT(shown) + 200);
    const struct gate_child *more;
    for (size_t i = 0; i < TB_COUNT(shown); i++)
        if (field_text(row, law_field[shown[i]].id).n)
            o[x->said_n++] =
                (struct page_finding_said){sl(law_field[shown[i]].ja), field_text(row, law_field[shown[i]].id)};
    size_t n = view_children(p->v, row, CHILD_addition, &more);
    for (size_t i = 0; i < n && i < 200; i++)
        o[x->said_n++] = (struct page_finding_said){sl(law_child[CHILD_addition].ja),
                                                    more[i].f[N_text].t == VAL_TEXT ? more[i].f[N_text].s : SLN};
    x->said = o;
}

static void asked_fill(struct page *p, const struct gate_row *row, struct page_finding *x)
{
    const struct gate_row **asked;
    size_t n = view_list(p->v, KIND_inquiry, &(struct view_filter){.owner = p->c.actor.person}, &asked);
    struct page_finding_asked *o = arena_arr(p->a, struct page_finding_asked, n + 1);
    for (size_t i = 0; i < n; i++)
        if (sl_eq(field_text(asked[i], N_report), row->id))
            o[x->asked_n++] = (struct page_finding_asked){.iso = words_iso(p->a, asked[i]->made),
                                                          .when = words_when(p->a, asked[i]->made, p->now),
                                                          .question = field_text(asked[i], N_question),
                                                          .answer = field_text(asked[i], N_answer)};
    x->asked = o;
}

static bool may_ask(struct page *p)
{
    const struct gate_may *may;
    size_t n = gate_may(p->c.reader, &p->c.who, p->c.actor, KIND_inquiry, NULL, p->a, &may);
    for (size_t i = 0; i < n; i++)
        if (may[i].act == ACT_inquiry_ask && may[i].d.allowed)
            return true;
    return false;
}

static void acts_fill(struct page *p, const struct gate_row *row, struct page_finding *x)
{
    const struct gate_may *may;
    size_t n = gate_may(p->c.reader, &p->c.who, p->c.actor, KIND_vulreport, row, p->a, &may);
    if (may_ask(p))
        x->ask = sl(arena_fmt(p->a, "/act/%s?report=" PRIs, law_act[ACT_inquiry_ask].name, ARGs(row->id)));
    for (size_t i = 0; i < n; i++) {
        if (may[i].act == ACT_vulreport_add && may[i].d.allowed)
            x->add = page_act_href(p, ACT_vulreport_add, row->id);
        if (may[i].act == ACT_vulreport_withdraw && may[i].d.allowed && !x->told.n)
            x->withdraw = page_act_href(p, ACT_vulreport_withdraw, row->id);
    }
}

void finding_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (!page_begin(&p, r, ans, "届出の進みぐあい"))
        return;
    const struct gate_row *row = view_get(p.v, KIND_vulreport, r->seg[0]);
    if (!row || !sl_eq(field_text(row, N_finder), p.c.actor.person)) {
        page_absent(&p);
        return;
    }
    struct page_finding x = {.serial = field_text(row, N_serial),
                             .product = field_text(row, N_product),
                             .h = heading(row),
                             .plain = plain(&p, row),
                             .told = field_text(row, N_told),
                             .guided = p.guided,
                             .quiet = !sl_is(field_text(row, N_progress), "PUBLISHED") && !field_text(row, N_told).n &&
                                      row->state != ST_WITHDRAWN};
    if (row->state == ST_REJECTED && field_text(row, N_reject_reason).n)
        x.reject = words_option(&law_field[FIELD_vulreport_reject_reason], field_text(row, N_reject_reason));
    if (coord_ended(row))
        x.ended = words_option(&law_field[FIELD_vulreport_end_reason], field_text(row, N_end_reason));
    if (sl_is(field_text(row, N_end_reason), "FINDER_RELEASED"))
        x.quiet = false;
    steps_fill(&p, row, &x);
    asked_fill(&p, row, &x);
    said_fill(&p, row, &x);
    past_fill(&p, row, &x);
    acts_fill(&p, row, &x);
    page_crumb(&p, SL("あなたの届出"), SL("/finder"));
    page_crumb(&p, x.serial, SLN);
    page_finding(&p.body, &x);
    page_end(&p);
}
