/* 提供箱: an organisation sees its own provisions only; counts, order and words tell nothing of any other. */
#include <string.h>

#include "console2.h"

void box_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **row, **clock;
    size_t open = 0, n;
    if (!page_begin(&p, r, ans, "提供箱"))
        return;
    n = view_list(p.v, KIND_provision, &(struct view_filter){.recipient = p.c.who.actor.org, .max = 100}, &row);
    struct page_opbox_rows *o = arena_arr(p.a, struct page_opbox_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct words_state st = words_state(KIND_provision, row[i]->state);
        open += row[i]->state == ST_SENT || row[i]->state == ST_RECALLED;
        o[i] = (struct page_opbox_rows){SL("公表前の脆弱性の情報"), page_href(&p, KIND_provision, row[i]->id), st.word, st.css, st.icon, words_when(p.a, row[i]->moved, p.now), SLN};
        if (sl_is(field_text(row[i], N_item_kind), "PRODUCT"))
            o[i].title = SL("周知等用の情報");
        size_t m = view_clocks(p.v, row[i], &clock);
        for (size_t k = 0; k < m; k++) {
            struct words_clock w = words_clock(p.a, clock[k], p.now);
            if (w.running)
                o[i].clock = sl(arena_fmt(p.a, PRIs " " PRIs, ARGs(w.name), ARGs(w.value)));
        }
    }
    struct page_opbox x = {.h = open ? sl(arena_fmt(p.a, "受け取るもの・返すものが %zu件あります", open)) : SL("新しく届いたものは、ありません"), .rows = o, .rows_n = n};
    page_crumb(&p, SL("提供箱"), SLN);
    page_opbox(&p.body, &x);
    page_end(&p);
}

static void extract_fill(struct page *p, const struct gate_row *row, struct page_opitem *x)
{
    slice text = field_text(row, N_extract);
    json_t *list = text.n ? json_loadb(text.p, text.n, 0, NULL) : NULL, *v;
    size_t k;
    struct page_opitem_rows *o = arena_arr(p->a, struct page_opitem_rows, json_array_size(list) + 1);
    json_array_foreach(list, k, v)
    {
        static const char *const key[] = {"op_ref", "product", "version", "level"};
        slice s[4];
        for (size_t c = 0; c < 4; c++) {
            const char *z = json_string_value(json_object_get(v, key[c]));
            s[c] = arena_sl(p->a, sl(z ? z : ""));
        }
        o[x->rows_n++] = (struct page_opitem_rows){s[0], s[1], s[2].n ? s[2] : SL("記載なし"), words_option(&law_field[FIELD_match_level], s[3])};
    }
    x->rows = o;
    json_decref(list);
}

static void steps_fill(struct page *p, const struct gate_row *row, struct page_opitem *x)
{
    static const struct { const char *ja; enum state_id s; } way[] = {{"届いた", ST_SENT}, {"受け取った", ST_RECEIVED}, {"対応が済んだ", ST_SETTLED}};
    struct page_opitem_steps *s = arena_arr(p->a, struct page_opitem_steps, 3);
    size_t here = row->state == ST_SENT ? 0 : row->state == ST_RECEIVED ? 1 : 2;
    for (size_t i = 0; i < 3; i++)
        s[i] = (struct page_opitem_steps){sl(way[i].ja), i == here, i < here || here == 2 ? ICON_DONE : i == here ? ICON_DOING : ICON_TODO};
    x->steps = s;
    x->steps_n = 3;
}

static bool may(const struct part_acts *a, const char *href)
{
    for (size_t i = 0; i < a->ok_n; i++)
        if (sl_starts(a->ok[i].href, href))
            return true;
    return false;
}

void boxitem_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **clock;
    if (!page_begin(&p, r, ans, "提供された情報"))
        return;
    const struct gate_row *row = view_get(p.v, KIND_provision, r->seg[0]);
    if (!row || !sl_eq(field_text(row, N_recipient), p.c.who.actor.org)) {
        page_absent(&p);
        return;
    }
    struct words_state st = words_state(KIND_provision, row->state);
    const struct law_field *status = &law_field[FIELD_provision_status];
    struct page_opitem x = {.title = SL("公表前の脆弱性の情報が届いています"), .state = st.word, .css = st.css, .ic = st.icon, .subject = row->id, .csrf = page_token(&p),
                            .basis = words_option(&law_field[FIELD_provision_basis], field_text(row, N_basis)), .advice = field_text(row, N_advice), .need = field_text(row, N_need),
                            .rights = field_text(row, N_rights_note), .mark = field_text(row, N_watermark), .note = field_text(row, N_status_note), .acts = page_acts(&p, KIND_provision, row)};
    if (!x.advice.n)
        x.advice = SL("内容を確かめ、受け取ったことを知らせてください。");
    if (field_text(row, N_status).n)
        x.status = words_option(status, field_text(row, N_status));
    if (sl_is(field_text(row, N_item_kind), "PRODUCT")) {
        x.title = SL("周知等用の情報が届いています");
        x.isproduct = true;
        x.producthref = page_href(&p, KIND_product, field_text(row, N_product));
    }
    x.canreceive = may(&x.acts, "/act/provision.receive");
    x.canstatus = may(&x.acts, "/act/provision.set_status");
    struct page_opitem_options *o = arena_arr(p.a, struct page_opitem_options, status->options);
    for (size_t i = 0; i < status->options; i++)
        o[i] = (struct page_opitem_options){sl(status->option[i].name), sl(status->option[i].ja)};
    x.options = o;
    x.options_n = status->options;
    extract_fill(&p, row, &x);
    steps_fill(&p, row, &x);
    size_t n = view_clocks(p.v, row, &clock);
    x.clocks = page_clocks(&p, "この提供の時計", clock, NULL, n);
    x.story = page_story_of(&p, row);
    page_crumb(&p, SL("提供箱"), SL("/box"));
    page_crumb(&p, SL("提供された情報"), SLN);
    page_opitem(&p.body, &x);
    page_end(&p);
}
