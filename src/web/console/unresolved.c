/* 公開情報の未解決: what records name and nobody can match until a person has decided it. A desk's work, like names. */
#include <string.h>

#include "console2.h"

#define SHOWN 100

static const struct {
    const char *value, *ja;
} whys[] = {
    {"name-only", "名だけで、製品の識別名（CPE）がない"},   {"range-in-words", "版の範囲が文で書かれている"},
    {"version-in-words", "版が文で書かれている"},           {"vers-scheme", "版の順序の決まりを知らない（vers）"},
    {"vers-malformed", "版の範囲（vers）の形が正しくない"}, {"cpe-malformed", "製品の識別名（CPE）の形が正しくない"},
    {"relationship-nested", "製品の関係が入れ子である"}};

static slice why_words(slice why)
{
    for (size_t i = 0; i < TB_COUNT(whys); i++)
        if (sl_is(why, whys[i].value))
            return sl(whys[i].ja);
    return why;
}

static slice source_words(slice source)
{
    return words_option(law_kind_field(KIND_feed, N_format), source);
}

/* Each group is made of records of feeds that are alike; the view says of one of them whether they may be shown. */
static bool groups_load(struct page *p, struct dbrows *rows, struct tally *c)
{
    struct fault f;
    *c = (struct tally){.p = p, .kind = KIND_feed};
    if (db_run(gate_reader_db(p->c.reader), Q_console_open_counts, NULL, 0, rows, p->a, &f) == E_OK)
        return true;
    log_line(0, "open records not counted what=\"%s\"", f.what);
    *rows = (struct dbrows){0};
    return false;
}

int64_t unresolved_count(struct page *p)
{
    struct dbrows rows;
    struct tally *c = arena_get(p->a, sizeof *c);
    int64_t n = 0;
    groups_load(p, &rows, c);
    for (size_t i = 0; i < rows.rows; i++)
        n += tally_may(c, &rows, i) ? ROW(&rows, i, 4).i : 0;
    return n;
}

static void counts_fill(struct page *p, slice why, slice source, struct page_unresolved *x)
{
    struct dbrows rows;
    struct tally *c = arena_get(p->a, sizeof *c);
    groups_load(p, &rows, c);
    struct page_unresolved_counts *o = arena_arr(p->a, struct page_unresolved_counts, rows.rows + 1);
    for (size_t i = 0; i < rows.rows; i++) {
        slice w = ROW(&rows, i, 2).s, s = ROW(&rows, i, 3).s;
        if (!tally_may(c, &rows, i) || (why.n && !sl_eq(w, why)) || (source.n && !sl_eq(s, source)))
            continue;
        x->n += ROW(&rows, i, 4).i;
        o[x->counts_n++] = (struct page_unresolved_counts){
            why_words(w), source_words(s), ROW(&rows, i, 4).i,
            sl(arena_fmt(p->a, "/unresolved?why=" PRIs "&source=" PRIs, ARGs(w), ARGs(s)))};
    }
    x->counts = o;
}

static slice encoded(struct page *p, slice s)
{
    char *out = arena_get(p->a, 3 * s.n + 1), *at = out;
    for (size_t i = 0; i < s.n; i++)
        at += snprintf(at, 4, "%%%02X", (unsigned)(unsigned char)s.p[i]);
    return (slice){out, (size_t)(at - out)};
}

static void row_fill(struct page *p, const struct dbval *v, struct page_unresolved_rows *o)
{
    slice maker = v[6].s, product = v[7].s;
    *o = (struct page_unresolved_rows){.source = source_words(v[2].s),
                                       .record = v[3].s,
                                       .recordhref = page_href(p, KIND_feed, v[1].s),
                                       .maker = maker,
                                       .product = product,
                                       .said = v[8].s,
                                       .why = why_words(v[5].s)};
    const struct gate_row *name = v[9].s.n ? view_get(p->v, KIND_name, v[9].s) : NULL;
    if (name) {
        o->href = page_href(p, KIND_name, name->id);
        o->state = words_state(KIND_name, name->state).word;
    } else if (!v[9].s.n && maker.n && product.n && page_may(p, ACT_name_ask)) {
        o->ask = sl(arena_fmt(p->a, "/act/name.ask?maker=" PRIs "&product=" PRIs, ARGs(encoded(p, maker)),
                              ARGs(encoded(p, product))));
    }
}

static void rows_fill(struct page *p, slice why, slice source, struct page_unresolved *x)
{
    struct dbrows rows;
    struct fault f;
    struct tally *c = arena_get(p->a, sizeof *c);
    int64_t n = -1;
    if (http_has(p->r->query, "n") && !http_int(p->r->query, "n", 0, INT64_MAX, &n))
        n = -1;
    if (db_run(gate_reader_db(p->c.reader), Q_console_open_page,
               (struct dbval[]){DBT(why.p ? why : SL("")), DBT(source.p ? source : SL("")),
                                DBT(http_has(p->r->query, "s") ? http_get(p->r->query, "s") : SL("")),
                                DBT(http_has(p->r->query, "v") ? http_get(p->r->query, "v") : SL("")), DBI(n),
                                DBI(SHOWN)},
               6, &rows, p->a, &f) != E_OK) {
        log_line(0, "open records not listed what=\"%s\"", f.what);
        return;
    }
    *c = (struct tally){.p = p, .kind = KIND_feed};
    struct page_unresolved_rows *o = arena_arr(p->a, struct page_unresolved_rows, rows.rows + 1);
    for (size_t i = 0; i < rows.rows; i++)
        if (tally_may(c, &rows, i))
            row_fill(p, rows.v + i * rows.cols, &o[x->rows_n++]);
    x->rows = o;
    if (rows.rows == SHOWN)
        x->next = sl(arena_fmt(p->a, "/unresolved?why=" PRIs "&source=" PRIs "&s=" PRIs "&v=" PRIs "&n=%" PRId64,
                               ARGs(encoded(p, why)), ARGs(encoded(p, source)), ARGs(ROW(&rows, SHOWN - 1, 2).s),
                               ARGs(encoded(p, ROW(&rows, SHOWN - 1, 3).s)), ROW(&rows, SHOWN - 1, 4).i));
}

void unresolved_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct law_field *format = law_kind_field(KIND_feed, N_format);
    if (!page_begin(&p, r, ans, "公開情報の未解決"))
        return;
    if (!page_desk(&p, KIND_name)) { /* whose work names are: which of them are decided is no public record */
        page_absent(&p);
        return;
    }
    slice why = http_get(r->query, "why"), source = http_get(r->query, "source");
    struct page_unresolved x = {.whys_n = TB_COUNT(whys), .sources_n = format->options};
    struct page_unresolved_whys *w = arena_arr(p.a, struct page_unresolved_whys, TB_COUNT(whys));
    struct page_unresolved_sources *s = arena_arr(p.a, struct page_unresolved_sources, format->options + 1);
    for (size_t i = 0; i < TB_COUNT(whys); i++)
        w[i] = (struct page_unresolved_whys){sl(whys[i].value), sl(whys[i].ja), sl_is(why, whys[i].value)};
    for (size_t i = 0; i < format->options; i++)
        s[i] = (struct page_unresolved_sources){sl(format->option[i].name), sl(format->option[i].ja),
                                                sl_is(source, format->option[i].name)};
    x.whys = w;
    x.sources = s;
    counts_fill(&p, why, source, &x);
    rows_fill(&p, why, source, &x);
    page_crumb(&p, SL("公開情報の未解決"), SLN);
    page_unresolved(&p.body, &x);
    page_end(&p);
}
