/* Search: words in the texts of records, whatever their spelling (base/text.h). The table of folded texts follows the
 * records a step behind and vouches for nothing; what it finds is asked of the view like any other row, so that what
 * may not be read is neither found nor counted. */
#include "gate_int.h"

#include "base/text.h"

#include <string.h>

#define CHUNK      1000
#define CHUNK_MEM  ((size_t)64 << 20)
#define CHUNKS     40 /* of all kinds, for one reader who waits */
#define FOLDED_MAX ((size_t)64 << 10)
#define PAGE       200

/* Records of reading, of time and of machines' work are found by what they are about. */
static bool sought(enum kind_id k)
{
    static const enum kind_id passed[] = {KIND_store, KIND_session, KIND_read,       KIND_clock,
                                          KIND_match, KIND_feed,    KIND_generation, KIND_bulk};
    for (size_t i = 0; i < TB_COUNT(passed); i++)
        if (passed[i] == k)
            return false;
    return true;
}

/* --- the table follows --- */
static slice folded_of(enum kind_id k, const struct rowbuf *row, struct arena *a)
{
    struct buf b = BUF(FOLDED_MAX);
    for (size_t i = 0; i < law_kind[k].fields; i++) {
        const struct law_field *f = &law_field[law_kind[k].field[i]];
        if ((f->type != FT_TEXT && f->type != FT_LONG) || row->f[f->id].t != VAL_TEXT)
            continue;
        buf_sl(&b, text_sought(a, row->f[f->id].s));
        buf_chr(&b, '\n');
    }
    slice s = arena_sl(a, buf_slice(&b));
    buf_free(&b);
    return s;
}

struct step {
    enum kind_id k;
    size_t rows;
};

static enum err chunk_read(void *ud, struct db *db, struct fault *f)
{
    struct step *st = ud;
    struct arena *a = arena_new(CHUNK_MEM);
    slice kind = sl(law_kind[st->k].name), id = SL("");
    struct dbrows at, rows;
    int64_t leaf = -1;
    enum err e = db_run(db, Q_search_at, (struct dbval[]){DBT(kind)}, 1, &at, a, f);
    if (!e && at.rows) {
        leaf = ROW(&at, 0, 0).i;
        id = ROW(&at, 0, 1).s;
    }
    if (!e)
        e = db_run(db, kind_query[st->k].since, (struct dbval[]){DBI(leaf), DBT(id), DBI(CHUNK)}, 3, &rows, a, f);
    st->rows = e ? 0 : rows.rows;
    struct rowbuf *row = arena_get(a, sizeof *row);
    for (size_t i = 0; !e && i < st->rows; i++) {
        row_take(st->k, rows.v + i * rows.cols, a, row);
        e = db_run(db, Q_search_put,
                   (struct dbval[]){DBT(kind), DBT(row->id), DBI(row->leaf), DBT(folded_of(st->k, row, a))}, 4, NULL, a,
                   f);
    }
    if (!e && st->rows)
        e = db_run(db, Q_search_at_put, (struct dbval[]){DBT(kind), DBI(row->leaf), DBT(row->id)}, 3, NULL, a, f);
    arena_free(a);
    return e;
}

/* Where nothing waits, the writer is not troubled. */
static bool waits(struct db *db, enum kind_id k, struct arena *a)
{
    struct dbrows at, rows;
    struct fault f;
    bool some = db_run(db, Q_search_at, (struct dbval[]){DBT(sl(law_kind[k].name))}, 1, &at, a, &f) == E_OK && at.rows;
    return db_run(db, kind_query[k].since,
                  (struct dbval[]){DBI(some ? ROW(&at, 0, 0).i : -1), DBT(some ? ROW(&at, 0, 1).s : SL("")), DBI(1)}, 3,
                  &rows, a, &f) != E_OK ||
           rows.rows > 0;
}

enum err gate_search_follow(struct gate *g, struct gate_reader *r, struct arena *a, bool *behind, struct fault *f)
{
    size_t chunks = 0;
    enum err e = E_OK;
    *behind = false;
    for (int k = 0; !e && k < KIND_COUNT; k++) {
        struct step st = {.k = (enum kind_id)k};
        st.rows = sought(st.k) && waits(gate_reader_db(r), st.k, a) ? CHUNK : 0;
        while (!e && st.rows == CHUNK && !*behind) {
            *behind = chunks++ == CHUNKS;
            if (!*behind)
                e = gate_bulk(g, chunk_read, &st, f);
        }
    }
    return e;
}

/* --- and is asked --- */
struct words {
    slice w[SEARCH_WORDS];
    size_t n, longest;
};

static void words_take(struct words *x, slice q, struct arena *a)
{
    slice word, rest = sl_trim(text_nfkc(a, q)); /* also a full-width space parts words */
    *x = (struct words){.n = 0};
    while (rest.n && x->n < SEARCH_WORDS) {
        if (!sl_cut(rest, ' ', &word, &rest))
            rest = SLN;
        slice s = text_sought(a, word);
        if (!s.n)
            continue;
        x->w[x->n] = s;
        if (s.n > x->w[x->longest].n)
            x->longest = x->n;
        x->n++;
    }
}

static bool holds(slice folded, const struct words *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (!memmem(folded.p, folded.n, x->w[i].p, x->w[i].n))
            return false;
    return true;
}

static slice pattern_of(slice word, struct arena *a)
{
    struct buf b = BUF(4 * word.n + 10);
    buf_chr(&b, '%');
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] == '%' || word.p[i] == '_' || word.p[i] == '!')
            buf_chr(&b, '!');
        buf_chr(&b, word.p[i]);
    }
    buf_chr(&b, '%');
    slice s = arena_sl(a, buf_slice(&b));
    buf_free(&b);
    return s;
}

struct hunt {
    struct view *v;
    const struct words *words;
    size_t each_max, max, n, kind_n[KIND_COUNT];
    const struct gate_row **out;
    bool more;
    int64_t leaf;
    char after[256];
};

/* One found row: shown when this reader may see it, and while there is room for more of its kind. */
static void hit(struct hunt *h, enum kind_id k, slice id)
{
    enum basis_id basis;
    if (h->n < h->max && h->kind_n[k] < (law_kind[k].quota ? h->each_max : h->max)) {
        const struct gate_row *row = view_get(h->v, k, id);
        if (row) {
            h->out[h->n++] = row;
            h->kind_n[k]++;
        }
    } else if (!h->more) {
        h->more = view_may(h->v, k, id, &basis); /* "there are more" is said of what he may see alone */
    }
}

static enum err hunt_page(struct hunt *h, struct db *db, slice pattern, struct arena *a, size_t *rows, struct fault *f)
{
    struct dbrows r;
    enum err e = db_run(db, Q_search_page, (struct dbval[]){DBT(pattern), DBI(h->leaf), DBT(sl(h->after)), DBI(PAGE)},
                        4, &r, a, f);
    *rows = e ? 0 : r.rows;
    for (size_t i = 0; i < *rows; i++) {
        enum kind_id k = law_kind_named(ROW(&r, i, 0).s);
        h->leaf = ROW(&r, i, 2).i;
        snprintf(h->after, sizeof h->after, PRIs, ARGs(ROW(&r, i, 1).s));
        if (k != KIND_COUNT && holds(ROW(&r, i, 3).s, h->words))
            hit(h, k, ROW(&r, i, 1).s);
    }
    return e;
}

enum err view_search(struct view *v, slice q, size_t max, size_t each_max, struct arena *a,
                     const struct gate_row ***out, size_t *n, bool *more, struct fault *f)
{
    struct words w;
    words_take(&w, q, a);
    struct hunt *h = arena_get(a, sizeof *h);
    *h = (struct hunt){.v = v,
                       .words = &w,
                       .max = max,
                       .each_max = each_max,
                       .out = arena_arr(a, const struct gate_row *, max),
                       .leaf = INT64_MAX};
    struct arena *page = arena_new(CHUNK_MEM);
    enum err e = E_OK;
    for (size_t rows = PAGE; !e && w.n && rows == PAGE && !h->more;) {
        arena_reset(page);
        e = hunt_page(h, gate_reader_db(view_reader(v)), pattern_of(w.w[w.longest], a), page, &rows, f);
    }
    arena_free(page);
    *out = h->out;
    *n = h->n;
    *more = h->more;
    return e;
}

bool search_holds(slice text, slice q, struct arena *a)
{
    struct words w;
    slice folded = text_sought(a, text);
    words_take(&w, q, a);
    for (size_t i = 0; i < w.n; i++)
        if (memmem(folded.p, folded.n, w.w[i].p, w.w[i].n))
            return true;
    return false;
}
