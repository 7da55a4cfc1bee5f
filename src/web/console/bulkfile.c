/* まとめて届け出る: a file in, a result for every line out, on the page and as a file. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "console2.h"

#define SHOWN 500               /* lines on the page; the file has all */
#define KEPT  8                 /* results that may still be fetched, of all people */
#define MOST  ((size_t)4 << 20) /* of one */

/* --- results for a while: not the ledger's, gone with the program --- */
struct kept {
    char key[UUID_LEN + 1], person[UUID_LEN + 1];
    struct buf csv;
};
static struct kept kept[KEPT];
static size_t kept_next;
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;

static void keep(const char *key, slice person, struct buf *csv)
{
    pthread_mutex_lock(&kept_lock);
    struct kept *k = &kept[kept_next++ % KEPT];
    buf_free(&k->csv);
    memcpy(k->key, key, sizeof k->key);
    snprintf(k->person, sizeof k->person, PRIs, ARGs(person));
    k->csv = *csv;
    pthread_mutex_unlock(&kept_lock);
}

static bool fetch(slice key, slice person, struct arena *a, slice *out)
{
    bool found = false;
    pthread_mutex_lock(&kept_lock);
    for (size_t i = 0; i < KEPT && !found; i++)
        if (kept[i].csv.n && sl_is(key, kept[i].key) && sl_is(person, kept[i].person)) {
            *out = arena_sl(a, buf_slice(&kept[i].csv));
            found = true;
        }
    pthread_mutex_unlock(&kept_lock);
    return found;
}

/* --- the file's columns: the inputs of the two acts that a line becomes --- */
static size_t columns(const struct law_in **out, size_t max)
{
    static const enum act_id act[] = {ACT_asset_record, ACT_asset_notify};
    size_t n = 0;
    for (size_t k = 0; k < TB_COUNT(act); k++)
        for (size_t i = 0; i < law_act[act[k]].ins; i++) {
            const struct law_in *in = &law_act[act[k]].in[i];
            bool twice = false;
            for (size_t j = 0; j < n; j++)
                twice = twice || out[j]->field == in->field;
            if (!twice && n < max)
                out[n++] = in;
        }
    return n;
}

/* A line that is right as it stands. */
static slice example(const struct law_field *f)
{
    static const struct {
        enum field_id field;
        const char *text;
    } sample[] = {{FIELD_asset_op_ref, "REF-0001"},
                  {FIELD_asset_asset_kind, "K2_3"},
                  {FIELD_asset_connection, "NONPUBLIC"},
                  {FIELD_asset_facility_class, "系統運用システム（中央給電指令）"},
                  {FIELD_asset_object, "APPLIANCE_HW"},
                  {FIELD_asset_product, "FortiGate 100F"},
                  {FIELD_asset_maker, "Fortinet"},
                  {FIELD_asset_version, "7.2.5"},
                  {FIELD_asset_cpe, "cpe:2.3:o:fortinet:fortios:7.2.5:*:*:*:*:*:*:*"},
                  {FIELD_asset_system, "SYS-1"},
                  {FIELD_asset_introduced_on, "2026-10-01"},
                  {FIELD_asset_facility_existed, "1"},
                  {FIELD_asset_contact, "情報システム部　届出担当　03-0000-0000"},
                  {FIELD_asset_form_ver, "様式第一（2026-10）"}};
    for (size_t i = 0; i < TB_COUNT(sample); i++)
        if (&law_field[sample[i].field] == f)
            return sl(sample[i].text);
    return SLN;
}

static void bom(struct buf *b)
{
    buf_str(b, "\xEF\xBB\xBF"); /* or spreadsheets take it for Shift_JIS */
}

void bulk_template_get(const struct http_req *r, struct http_ans *ans)
{
    const struct law_in *in[40];
    size_t n = columns(in, TB_COUNT(in));
    bom(&ans->body);
    for (size_t i = 0; i < n; i++)
        csv_put(&ans->body, sl(law_field[in[i]->field].name), i + 1 == n);
    for (size_t i = 0; i < n; i++)
        csv_put(&ans->body, example(&law_field[in[i]->field]), i + 1 == n);
    ans->type = "text/csv; charset=utf-8";
    http_download(r, ans, SL("tobuhi-届出の書式.csv"));
}

void bulk_result_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    slice csv;
    if (!page_begin(&p, r, ans, "一括の届出の結果"))
        return;
    if (!fetch(r->seg[0], p.c.actor.person, p.a, &csv)) {
        struct fault f;
        fault_set(&f, E_ABSENT, "",
                  "結果のファイルは、もう残っていません。行ごとの結果は、資産の一覧で確かめてください。");
        page_fault(&p, &f);
        return;
    }
    buf_free(&p.body);
    buf_clear(&ans->body);
    buf_sl(&ans->body, csv);
    ans->type = "text/csv; charset=utf-8";
    http_download(r, ans, SL("tobuhi-届出の結果.csv"));
}

/* --- the page --- */
/* Also what the form's five items ask for, though it may be written later. */
static bool needed(const struct law_in *in)
{
    const struct law_pred *five = &law_pred[P_five_items_complete];
    bool need = in->required;
    for (size_t i = 0; i < five->reads; i++)
        need = need || five->read[i].name == law_field[in->field].id;
    return need;
}

static void columns_fill(struct page *p, struct page_assetbulk *x)
{
    const struct law_in *in[40];
    size_t n = columns(in, TB_COUNT(in));
    struct page_assetbulk_cols *o = arena_arr(p->a, struct page_assetbulk_cols, n);
    for (size_t i = 0; i < n; i++) {
        const struct law_field *f = &law_field[in[i]->field];
        struct buf b = BUF(4000);
        for (size_t k = 0; k < f->options; k++)
            buf_fmt(&b, "%s%s", k ? "、" : "", f->option[k].name);
        slice values = f->options           ? arena_sl(p->a, buf_slice(&b))
                       : f->type == FT_BOOL ? SL("1（はい）、0（いいえ）")
                       : f->type == FT_DAY  ? SL("年-月-日")
                                            : sl(arena_fmt(p->a, "%" PRId64 "字まで", f->max));
        buf_free(&b);
        o[i] = (struct page_assetbulk_cols){sl(f->name), sl(f->ja), values, needed(in[i])};
    }
    x->cols = o;
    x->cols_n = n;
}

static void result_keep(struct page *p, const struct bulk_result *res, struct page_assetbulk *x)
{
    static const char *const head[] = {"line", "op_ref", "result", "reason", "leaf", "asset"};
    struct buf csv = BUF(MOST);
    char key[UUID_LEN + 1];
    bom(&csv);
    for (size_t i = 0; i < TB_COUNT(head); i++)
        csv_put(&csv, sl(head[i]), i + 1 == TB_COUNT(head));
    for (size_t i = 0; i < res->rows; i++) {
        const struct bulk_row *w = &res->row[i];
        csv_put(&csv, sl(arena_fmt(p->a, "%zu", w->line)), false);
        csv_put(&csv, sl(w->op_ref), false);
        csv_put(&csv, w->ok ? SL("accepted") : SL("refused"), false);
        csv_put(&csv, sl(w->what), false);
        csv_put(&csv, w->leaf >= 0 ? sl(arena_fmt(p->a, "%" PRId64, w->leaf)) : SLN, false);
        csv_put(&csv, sl(w->asset), true);
    }
    if (csv.over) {
        buf_free(&csv);
        return; /* the page says all that matters */
    }
    uuid_new(rng_system(), key);
    keep(key, p->c.actor.person, &csv);
    x->file = sl(arena_fmt(p->a, "/assets/bulk/result/%s", key));
}

/* Those that were refused first: they are what a person must see to. */
static void results_fill(struct page *p, const struct bulk_result *res, struct page_assetbulk *x)
{
    struct page_assetbulk_results *o = arena_arr(p->a, struct page_assetbulk_results, SHOWN);
    for (int ok = 0; ok < 2; ok++)
        for (size_t i = 0; i < res->rows && x->results_n < SHOWN; i++) {
            const struct bulk_row *w = &res->row[i];
            if (w->ok == (ok == 1))
                o[x->results_n++] =
                    (struct page_assetbulk_results){.line = (int64_t)w->line,
                                                    .ref = sl(w->op_ref),
                                                    .ok = w->ok,
                                                    .what = sl(w->what),
                                                    .leaf = w->leaf,
                                                    .recorded = w->leaf >= 0,
                                                    .href = w->asset[0] ? page_href(p, KIND_asset, sl(w->asset)) : SLN};
        }
    x->done = true;
    x->rows = (int64_t)res->rows;
    x->accepted = (int64_t)res->accepted;
    x->refused = (int64_t)res->refused;
    x->envelope = res->envelope;
    x->results = o;
    x->more = (int64_t)(res->rows - x->results_n);
    result_keep(p, res, x);
}

static void draw(struct page *p, const struct bulk_result *res, slice text, const char *wrong)
{
    struct page_assetbulk x = {.csrf = page_token(p),
                               .text = text,
                               .wrong = sl(wrong ? wrong : ""),
                               .guided = p->guided,
                               .filer = page_may(p, ACT_bulk_receive)};
    if (res)
        results_fill(p, res, &x);
    columns_fill(p, &x);
    page_crumb(p, SL("資産の届出"), SL("/assets"));
    page_crumb(p, SL("まとめて届け出る"), SLN);
    page_assetbulk(&p->body, &x);
    page_end(p);
}

void bulk_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (page_begin(&p, r, ans, "まとめて届け出る"))
        draw(&p, NULL, SLN, NULL);
}

void bulk_form_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct bulk_result res;
    struct fault f;
    if (!page_begin(&p, r, ans, "まとめて届け出る"))
        return;
    slice typed = http_get(r->form, "text"), text = r->file.data.n ? r->file.data : typed;
    slice again = typed.n > ((size_t)1 << 20) ? SLN : typed;
    if (sl_starts(text, "\xEF\xBB\xBF"))
        text = (slice){text.p + 3, text.n - 3};
    if (sl_trim(text).n == 0) {
        ans->status = 422;
        draw(&p, NULL, again, "ファイルを選ぶか、行を貼り付けてください。");
    } else if (server_bulk_assets(r, &p.c, text, sl_starts(sl_trim(text), "{"), &res, &f) == E_OK) {
        draw(&p, &res, SLN, NULL);
    } else {
        ans->status = err_http(f.err);
        draw(&p, NULL, again, f.what);
    }
}
