/* 発見者の照会: own reports in plain words (付録7). */
#include "console2.h"

void finder_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **row;
    if (!page_begin(&p, r, ans, "あなたの届出"))
        return;
    size_t n = view_list(p.v, KIND_vulreport, &(struct view_filter){.owner = p.c.actor.person}, &row);
    struct page_finder_rows *o = arena_arr(p.a, struct page_finder_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct words_state st = words_state(KIND_vulreport, row[i]->state);
        o[i] = (struct page_finder_rows){page_title_of(&p, row[i]), sl(arena_fmt(p.a, "/finder/" PRIs, ARGs(row[i]->id))), st.word, st.css, st.icon, words_when(p.a, row[i]->moved, p.now)};
    }
    struct page_finder x = {.rows = o, .rows_n = n};
    page_crumb(&p, SL("あなたの届出"), SLN);
    page_finder(&p.body, &x);
    page_end(&p);
}

static const char *plain(const struct gate_row *row)
{
    if (field_text(row, N_told).n)
        return "対応が終わりました。下のお知らせをお読みください。";
    switch (row->state) {
    case ST_HELD_JPCERT:
        return "JPCERT/CCが受け取りました。まもなくIPAに通知されます。";
    case ST_RECEIVED:
        return "受け付けました。受理するかどうかを確かめています。";
    case ST_ACCEPTED:
        return "受理しました。製品開発者との調整を進めています。公表の日は、決まりしだいお知らせします。";
    case ST_REJECTED:
        return "受理しませんでした。理由は記録のとおりです。新しい内容があれば、追加できます。";
    default:
        return "取り下げられました。";
    }
}

void finding_get(const struct http_req *r, struct http_ans *ans)
{
    static const char *const way[] = {"届出", "受理", "調整", "お知らせ"};
    struct page p;
    if (!page_begin(&p, r, ans, "届出の進みぐあい"))
        return;
    const struct gate_row *row = view_get(p.v, KIND_vulreport, r->seg[0]);
    if (!row || !sl_eq(field_text(row, N_finder), p.c.actor.person)) {
        page_absent(&p);
        return;
    }
    struct page_finding x = {.serial = field_text(row, N_serial), .title = page_title_of(&p, row), .plain = sl(plain(row)), .told = field_text(row, N_told), .description = field_text(row, N_description),
                             .story = page_story_of(&p, row), .acts = page_acts(&p, KIND_vulreport, row)};
    struct page_finding_steps *s = arena_arr(p.a, struct page_finding_steps, TB_COUNT(way));
    size_t here = x.told.n ? 3 : row->state == ST_ACCEPTED ? 2 : 1;
    for (size_t i = 0; i < TB_COUNT(way); i++)
        s[i] = (struct page_finding_steps){sl(way[i]), i == here, i < here || here == 3 ? ICON_DONE : i == here ? ICON_DOING : ICON_TODO};
    x.steps = s;
    x.steps_n = TB_COUNT(way);
    page_crumb(&p, SL("あなたの届出"), SL("/finder"));
    page_crumb(&p, x.serial, SLN);
    page_finding(&p.body, &x);
    page_end(&p);
}
