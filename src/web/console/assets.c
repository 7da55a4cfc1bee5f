/* 資産届出 (4①): the list, one machine, and many at once. */
#include <string.h>

#include "base/text.h"
#include "console2.h"

#define PAGE_ROWS 100

static void row_fill(struct page *p, const struct gate_row *row, bool filer, struct page_assets_rows *o)
{
    const struct gate_row **clock;
    struct words_state st = words_state(KIND_asset, row->state);
    slice version = field_text(row, N_version);
    *o = (struct page_assets_rows){.ref = field_text(row, N_op_ref), .title = sl(arena_fmt(p->a, PRIs " " PRIs, ARGs(field_text(row, N_product)), ARGs(version))), .href = page_href(p, KIND_asset, row->id),
                                   .org = filer ? SLN : view_org_name(p->v, field_text(row, N_operator)), .kind = field_text(row, N_asset_kind), .state = st.word, .css = st.css, .ic = st.icon};
    if (field_text(row, N_due_basis).n)
        o->basis = words_option(&law_field[FIELD_asset_due_basis], field_text(row, N_due_basis));
    size_t n = view_clocks(p->v, row, &clock);
    for (size_t i = 0; i < n; i++) {
        struct words_clock w = words_clock(p->a, clock[i], p->now);
        if (w.level == WORDS_OVER)
            continue;
        o->clock = sl(arena_fmt(p->a, PRIs " " PRIs, ARGs(w.name), ARGs(w.value)));
        o->ccss = w.css;
        o->cic = w.icon;
    }
}

void assets_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **row;
    int64_t before = 0;
    if (!page_begin(&p, r, ans, "資産の届出"))
        return;
    if (http_has(r->query, "before") && !http_int(r->query, "before", 1, INT64_MAX, &before)) {
        page_absent(&p);
        return;
    }
    bool filer = page_role(&p, ROLE_OP_FILER);
    slice state = http_get(r->query, "state");
    struct view_filter f = {.state = state, .before = before, .max = PAGE_ROWS};
    if (sl_is(p.c.who.actor.org_kind, "OPERATOR"))
        f.owner = p.c.who.actor.org;
    size_t n = view_list(p.v, KIND_asset, &f, &row);
    struct page_assets_rows *o = arena_arr(p.a, struct page_assets_rows, n + 1);
    for (size_t i = 0; i < n; i++)
        row_fill(&p, row[i], filer, &o[i]);
    const struct law_kind *k = &law_kind[KIND_asset];
    struct page_assets_states *s = arena_arr(p.a, struct page_assets_states, k->states);
    for (size_t i = 0; i < k->states; i++)
        s[i] = (struct page_assets_states){sl(law_state_name[k->state[i].id]), sl(k->state[i].ja), sl_is(state, law_state_name[k->state[i].id])};
    struct page_assets x = {.h = filer ? SL("あなたの組織の資産の届出") : SL("資産の届出"), .filer = filer, .states = s, .states_n = k->states, .rows = o, .rows_n = n,
                            .lead = filer ? SL("導入を記録すると、期限の時計が動きます。届け出ると、事業所管大臣が内閣総理大臣に通知します（4②）。届出が要らないものでも、侵害事象の報告（5）は要ります。")
                                          : SL("届出を受けたら、速やかに内閣総理大臣に通知します（4②）。")};
    if (n == PAGE_ROWS)
        x.next = sl(arena_fmt(p.a, "/assets?before=%" PRId64 "%s" PRIs, row[n - 1]->leaf, state.n ? "&state=" : "", ARGs(state)));
    page_crumb(&p, SL("資産の届出"), SLN);
    page_assets(&p.body, &x);
    page_end(&p);
}

void asset_new_get(const struct http_req *r, struct http_ans *ans)
{
    http_see_other(r, ans, SL("/act/asset.record"));
}

/* --- many at once --- */
static slice header(struct arena *a)
{
    struct buf b = BUF(2000);
    const enum act_id act[] = {ACT_asset_record, ACT_asset_notify};
    for (size_t k = 0; k < TB_COUNT(act); k++)
        for (size_t i = 0; i < law_act[act[k]].ins; i++) {
            const char *name = law_field[law_act[act[k]].in[i].field].name;
            if (!b.n || !memmem(b.p, b.n, name, strlen(name)))
                buf_fmt(&b, "%s%s", b.n ? "," : "", name);
        }
    slice s = arena_sl(a, buf_slice(&b));
    buf_free(&b);
    return s;
}

static void bulk_draw(struct page *p, const struct bulk_result *res, const char *wrong)
{
    struct page_assetbulk x = {.header = header(p->a), .csrf = page_token(p), .wrong = sl(wrong ? wrong : "")};
    if (res) {
        struct page_assetbulk_results *o = arena_arr(p->a, struct page_assetbulk_results, res->rows + 1);
        for (size_t i = 0; i < res->rows; i++)
            o[i] = (struct page_assetbulk_results){(int64_t)res->row[i].line, sl(res->row[i].op_ref), res->row[i].ok, sl(res->row[i].what),
                                                   res->row[i].asset[0] ? page_href(p, KIND_asset, sl(res->row[i].asset)) : SLN};
        x.done = true;
        x.rows = (int64_t)res->rows;
        x.accepted = (int64_t)res->accepted;
        x.refused = (int64_t)res->refused;
        x.leaf = res->envelope;
        x.results = o;
        x.results_n = res->rows;
    }
    page_crumb(p, SL("資産の届出"), SL("/assets"));
    page_crumb(p, SL("まとめて届け出る"), SLN);
    page_assetbulk(&p->body, &x);
    page_end(p);
}

void bulk_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (page_begin(&p, r, ans, "まとめて届け出る"))
        bulk_draw(&p, NULL, NULL);
}

void bulk_form_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct bulk_result res;
    struct fault f;
    if (!page_begin(&p, r, ans, "まとめて届け出る"))
        return;
    slice text = r->file.data.n ? r->file.data : http_get(r->form, "text");
    if (server_bulk_assets(r, &p.c, text, sl_starts(sl_trim(text), "{"), &res, &f) == E_OK) {
        bulk_draw(&p, &res, NULL);
        return;
    }
    ans->status = err_http(f.err);
    bulk_draw(&p, NULL, f.what);
}
