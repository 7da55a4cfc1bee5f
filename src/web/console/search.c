/* 検索: one field over all that this reader may read, whatever the spelling. What he may not read is neither found nor
 * counted, and what is found goes out after a leaf like any list. */
#include <stdio.h>

#include "console2.h"

#define SHOWN     60
#define QUERY_MAX 200 /* bytes */

/* In which of its items a word was found, by name. */
static slice where_found(struct page *p, const struct gate_row *r, slice q)
{
    struct buf b = BUF(2000);
    for (size_t i = 0; i < law_kind[r->kind].fields; i++) {
        const struct law_field *f = &law_field[law_kind[r->kind].field[i]];
        if ((f->type == FT_TEXT || f->type == FT_LONG) && r->f[f->id].t == VAL_TEXT &&
            search_holds(r->f[f->id].s, q, p->a))
            buf_fmt(&b, "%s%s", b.n ? "、" : "", f->ja);
    }
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

static void rows_fill(struct page *p, const struct gate_row *const *r, size_t n, struct page_search *x)
{
    struct page_search_rows *o = arena_arr(p->a, struct page_search_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct words_state st = words_state(r[i]->kind, r[i]->state);
        o[i] = (struct page_search_rows){.kind = sl(law_kind[r[i]->kind].ja),
                                         .name = page_title_of(p, r[i]),
                                         .href = page_href(p, r[i]->kind, r[i]->id),
                                         .where = where_found(p, r[i], x->q),
                                         .state = st.word,
                                         .css = st.css,
                                         .ic = st.icon,
                                         .when = words_when(p->a, r[i]->moved, p->now),
                                         .iso = words_iso(p->a, r[i]->moved)};
    }
    x->rows = o;
    x->rows_n = n;
}

static bool found(struct page *p, struct page_search *x)
{
    const struct gate_row **r;
    struct fault f;
    size_t n = 0;
    gate_reader_let(p->c.reader); /* the table follows by the writer's hand, and then is read afresh */
    enum err e = gate_search_follow(p->s->gate, p->c.reader, p->a, &x->behind, &f);
    if (!e)
        e = view_search(p->v, x->q, SHOWN, page_rows(p, KIND_asset, SLN, SHOWN), p->a, &r, &n, &x->more, &f);
    if (e) {
        page_fault(p, &f);
        return false;
    }
    rows_fill(p, r, n, x);
    return true;
}

void search_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct page_search x = {.h = SL("検索")};
    if (!page_begin(&p, r, ans, "検索"))
        return;
    x.q = sl_trim(http_get(r->query, "q"));
    x.too_long = x.q.n > QUERY_MAX;
    if (x.too_long)
        x.q = SLN;
    x.asked = x.q.n > 0;
    if (x.asked && !found(&p, &x))
        return;
    if (x.asked)
        x.h = x.rows_n
                  ? sl(arena_fmt(p.a, "「" PRIs "」：%zu件%s", ARGs(x.q), x.rows_n, x.more ? "を示しています" : ""))
                  : sl(arena_fmt(p.a, "「" PRIs "」は見つかりません", ARGs(x.q)));
    p.frame.query = x.q;
    page_crumb(&p, SL("検索"), SLN);
    page_search(&p.body, &x);
    page_end(&p);
}
