/* 照合: operators by products. A number is made of matches that its reader may read one by one, each group asked of the
 * view; the numbers go out after a leaf of their own, and a cell opens the matches themselves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console2.h"
#include "base/text.h"
#include "values.h"

#define COLS   8
#define GOODS  400 /* products of one sector */
#define FIRMS  200 /* operators of one sector */
#define SHOWN  60
#define LOOKED 1000

/* What was filed under several spellings is one product where its CPE says so. */
static slice product_key(slice cpe, slice name)
{
    slice rest = cpe, part, from = SLN;
    for (int i = 0; i < 5 && rest.n; i++) {
        sl_cut(rest, ':', &part, &rest);
        if (i == 3)
            from = part;
    }
    return from.n ? (slice){from.p, (size_t)(part.p + part.n - from.p)} : name;
}

/* --- the numbers --- */
struct goods {
    slice key, name;
    int64_t named; /* matches under that name */
    size_t firms;  /* operators that have it */
};
struct cellv {
    int64_t sure, maybe;
};
struct grid {
    struct goods g[GOODS];
    size_t goods, firms;
    struct firm {
        slice id;
        int64_t sure, maybe;
        struct cellv *cell; /* by product */
    } f[FIRMS];
    enum basis_id basis;
};

static size_t goods_of(struct grid *m, slice key)
{
    for (size_t i = 0; i < m->goods; i++)
        if (sl_eq(m->g[i].key, key))
            return i;
    if (m->goods == GOODS)
        return GOODS;
    m->g[m->goods] = (struct goods){.key = key};
    return m->goods++;
}

static struct firm *firm_of(struct page *p, struct grid *m, slice id)
{
    for (size_t i = 0; i < m->firms; i++)
        if (sl_eq(m->f[i].id, id))
            return &m->f[i];
    if (m->firms == FIRMS)
        return NULL;
    m->f[m->firms] = (struct firm){.id = id, .cell = arena_arr(p->a, struct cellv, GOODS)};
    return &m->f[m->firms++];
}

static void count_in(struct firm *f, struct goods *g, struct cellv *c, slice name, slice level, int64_t n)
{
    bool sure = sl_is(level, "CONFIRMED");
    g->firms += c->sure + c->maybe == 0;
    *(sure ? &c->sure : &c->maybe) += n;
    *(sure ? &f->sure : &f->maybe) += n;
    if (n > g->named) {
        g->name = name;
        g->named = n;
    }
}

/* Columns: alike, id, operator, product, cpe, level, count. */
static void grid_load(struct page *p, slice sector, struct grid *m)
{
    struct dbrows r;
    struct fault f;
    struct tally *c = arena_get(p->a, sizeof *c);
    *c = (struct tally){.p = p, .kind = KIND_match};
    if (db_run(gate_reader_db(p->c.reader), Q_console_match_cells,
               (struct dbval[]){DBT(sector), DBT(p->c.who.actor.org)}, 2, &r, p->a, &f) != E_OK) {
        log_line(0, "matches not counted what=\"%s\"", f.what);
        return;
    }
    for (size_t i = 0; i < r.rows; i++) {
        if (!tally_may(c, &r, i))
            continue;
        slice name = ROW(&r, i, 3).s;
        size_t g = goods_of(m, product_key(ROW(&r, i, 4).s, name));
        struct firm *firm = g < GOODS ? firm_of(p, m, ROW(&r, i, 2).s) : NULL;
        if (firm)
            count_in(firm, &m->g[g], &firm->cell[g], name, ROW(&r, i, 5).s, ROW(&r, i, 6).i);
    }
    m->basis = c->basis;
}

/* --- the table --- */
static int firm_cmp(const void *a, const void *b)
{
    const struct firm *x = a, *y = b;
    if (x->sure != y->sure)
        return x->sure < y->sure ? 1 : -1;
    if (x->maybe != y->maybe)
        return x->maybe < y->maybe ? 1 : -1;
    return sl_cmp(x->id, y->id);
}

/* The products that most operators have: their places in m->g. */
static size_t columns_of(const struct grid *m, size_t out[COLS])
{
    size_t n = 0;
    for (size_t i = 0; i < m->goods; i++) {
        size_t at = n;
        while (at > 0 && m->g[out[at - 1]].firms < m->g[i].firms)
            at--;
        if (at == COLS)
            continue;
        n += n < COLS;
        memmove(out + at + 1, out + at, (n - at - 1) * sizeof *out);
        out[at] = i;
    }
    return n;
}

static slice number(struct page *p, int64_t n)
{
    return n ? sl(arena_fmt(p->a, "%" PRId64, n)) : SLN;
}

static slice sector_href(struct page *p, slice sector)
{
    struct buf b = BUF(1000);
    buf_str(&b, "/matches?sector=");
    url_esc(&b, sector);
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

static slice cell_href(struct page *p, slice sector, slice org, slice key)
{
    struct buf b = BUF(3000);
    buf_sl(&b, sector_href(p, sector));
    buf_str(&b, "&operator=");
    url_esc(&b, org);
    buf_str(&b, "&product=");
    url_esc(&b, key);
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

static void row_fill(struct page *p, slice sector, const struct grid *m, const struct firm *f, const size_t *col,
                     size_t cols, struct page_matches_rows *o)
{
    struct page_matches_rows_cells *c = arena_arr(p->a, struct page_matches_rows_cells, COLS);
    o->name = view_org_name(p->v, f->id);
    o->sum = sl(arena_fmt(p->a, "%" PRId64, f->sure));
    for (size_t k = 0; k < cols; k++) {
        struct cellv v = f->cell[col[k]];
        const struct goods *g = &m->g[col[k]];
        c[k] = (struct page_matches_rows_cells){.any = v.sure + v.maybe > 0,
                                                .level = v.sure >= 6   ? 3
                                                         : v.sure > 0  ? 2
                                                         : v.maybe > 0 ? 1
                                                                       : 0,
                                                .sure = number(p, v.sure),
                                                .maybe = number(p, v.maybe)};
        if (!c[k].any)
            continue;
        c[k].href = cell_href(p, sector, f->id, g->key);
        c[k].label = sl(arena_fmt(p->a, PRIs "、" PRIs, ARGs(o->name), ARGs(g->name)));
    }
    o->cells = c;
    o->cells_n = cols;
}

static void table_fill(struct page *p, slice sector, struct grid *m, struct page_matches *x)
{
    size_t col[COLS], cols = columns_of(m, col);
    struct page_matches_cols *c = arena_arr(p->a, struct page_matches_cols, COLS);
    struct page_matches_rows *o = arena_arr(p->a, struct page_matches_rows, m->firms + 1);
    qsort(m->f, m->firms, sizeof *m->f, firm_cmp);
    for (size_t k = 0; k < cols; k++)
        c[k] = (struct page_matches_cols){.name = m->g[col[k]].name,
                                          .sub = sl(arena_fmt(p->a, "%zu者", m->g[col[k]].firms))};
    for (size_t i = 0; i < m->firms; i++)
        row_fill(p, sector, m, &m->f[i], col, cols, &o[i]);
    x->cols = c;
    x->cols_n = cols;
    x->rows = o;
    x->rows_n = m->firms;
    x->cut = (int64_t)(m->goods - cols);
}

/* The read leaf of the numbers. */
static bool told(struct page *p, const struct grid *m, const struct page_matches *x)
{
    struct buf all = BUF((size_t)1 << 17);
    for (size_t i = 0; i < x->rows_n; i++) {
        buf_sl(&all, x->rows[i].name);
        for (size_t k = 0; k < x->rows[i].cells_n; k++)
            buf_fmt(&all, " " PRIs "/" PRIs, ARGs(x->rows[i].cells[k].sure), ARGs(x->rows[i].cells[k].maybe));
    }
    bool ok = tally_told(p, "/matches 事業者と製品（件数）", "REPORTED VULN_S", m->basis, x->rows_n, buf_slice(&all));
    buf_free(&all);
    return ok;
}

/* --- which sector --- */
static slice sectors_fill(struct page *p, slice asked, struct page_matches *x)
{
    struct dbrows r;
    struct fault f;
    slice own = SLN, now = SLN;
    if (db_run(gate_reader_db(p->c.reader), Q_console_sectors, NULL, 0, &r, p->a, &f) != E_OK)
        r.rows = 0;
    struct page_matches_sectors *o = arena_arr(p->a, struct page_matches_sectors, r.rows + 1);
    for (size_t i = 0; i < r.rows; i++) {
        slice name = ROW(&r, i, 0).s;
        o[i] = (struct page_matches_sectors){.name = name};
        if (!own.n && law_words_have(p->c.who.actor.sectors, name))
            own = name; /* his own comes first */
        if (sl_eq(name, asked))
            now = name;
    }
    now = now.n || asked.n ? now : own.n ? own : r.rows ? o[0].name : SLN;
    for (size_t i = 0; i < r.rows; i++)
        o[i].on = sl_eq(o[i].name, now);
    x->sectors = o;
    x->sectors_n = r.rows;
    return now;
}

/* --- one cell --- */
static void matched_row(struct page *p, const struct gate_row *m, const struct gate_row *a, struct page_matched_rows *o)
{
    struct words_state st = words_state(KIND_match, m->state);
    bool sure = sl_is(field_text(m, N_level), "CONFIRMED");
    *o = (struct page_matched_rows){.asset = page_title_of(p, a),
                                    .assethref = page_href(p, KIND_asset, a->id),
                                    .href = page_href(p, KIND_match, m->id),
                                    .version = field_text(a, N_version),
                                    .vuln = page_value(p, law_kind_field(KIND_match, N_vuln), m->f[N_vuln]),
                                    .word = words_option(law_kind_field(KIND_match, N_level), field_text(m, N_level)),
                                    .css = sure ? SL("st--soon") : SLN,
                                    .ic = sure ? ICON_LATE : ICON_UNKNOWN,
                                    .state = st.word,
                                    .why = value_of(p, law_kind_field(KIND_match, N_why), m->f[N_why])};
}

static void cell_page(struct page *p, slice sector, slice org, slice key)
{
    struct dbrows r;
    struct fault f;
    struct page_matched x = {.firm = view_org_name(p->v, org), .sector = sector, .product = key};
    struct page_matched_rows *o = arena_arr(p->a, struct page_matched_rows, SHOWN);
    if (db_run(gate_reader_db(p->c.reader), Q_console_match_cell, (struct dbval[]){DBT(org), DBT(sector), DBI(LOOKED)},
               3, &r, p->a, &f) != E_OK)
        r.rows = 0;
    for (size_t i = 0; i < r.rows && !x.more; i++) {
        if (!sl_eq(product_key(ROW(&r, i, 3).s, ROW(&r, i, 2).s), key))
            continue;
        x.more = x.rows_n == SHOWN;
        const struct gate_row *m = x.more ? NULL : view_get(p->v, KIND_match, ROW(&r, i, 0).s),
                              *a = m ? view_get(p->v, KIND_asset, ROW(&r, i, 1).s) : NULL;
        if (a)
            matched_row(p, m, a, &o[x.rows_n++]);
        if (a && x.rows_n == 1)
            x.product = field_text(a, N_product);
    }
    x.rows = o;
    x.back = sector_href(p, sector);
    page_crumb(p, SL("届出の照合"), SL("/matches"));
    page_crumb(p, x.firm, SLN);
    page_matched(&p->body, &x);
    page_end(p);
}

void matches_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct page_matches x = {0};
    if (!page_begin(&p, r, ans, "届出の照合"))
        return;
    slice sector = sectors_fill(&p, http_get(r->query, "sector"), &x);
    slice org = http_get(r->query, "operator"), product = http_get(r->query, "product");
    if (!sector.n && x.sectors_n) {
        page_absent(&p);
        return;
    }
    if (org.n && product.n) {
        cell_page(&p, sector, org, product);
        return;
    }
    struct grid *m = arena_get(p.a, sizeof *m);
    grid_load(&p, sector, m);
    table_fill(&p, sector, m, &x);
    x.told = m->firms > 0 && told(&p, m, &x);
    x.h = x.told ? sl(arena_fmt(p.a, PRIs "：%zu者に、照合の当たりがある", ARGs(sector), m->firms))
                 : sl(arena_fmt(p.a, PRIs "：照合の当たりはない", ARGs(sector)));
    page_crumb(&p, SL("届出の照合"), SLN);
    page_matches(&p.body, &x);
    page_end(&p);
}
