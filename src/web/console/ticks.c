#include "ticks.h"

#include <stdlib.h>
#include <string.h>

#define SCANNED 2000 /* rows looked at for one page */

static usec_t mark_of(const struct words_clock *w)
{
    if (w->dated)
        return w->due;
    return w->target ? w->target : INT64_MAX;
}

/* What is kept of each clock while looking for those that press: a whole row of each would fill the request. */
struct cand {
    slice id;
    usec_t mark, started;
    int64_t count;
    enum clock_id clock;
    enum kind_id kind;
    enum state_id state, subject_state;
};

static int cand_cmp(const void *a, const void *b)
{
    const struct cand *x = a, *y = b;
    if (x->mark != y->mark)
        return x->mark < y->mark ? -1 : 1;
    if (x->started != y->started)
        return x->started < y->started ? -1 : 1;
    return sl_cmp(x->id, y->id);
}

/* Both the clock and its subject, for this reader. */
static const struct gate_row *subject_of(struct view *v, const struct gate_row *clock)
{
    enum kind_id k = clock ? law_kind_named(field_text(clock, N_subject_kind)) : KIND_COUNT;
    return k == KIND_COUNT ? NULL : view_get(v, k, field_text(clock, N_subject));
}

/* Looks through a view of its own that releases nothing: what is shown is read again. */
static bool probe(struct page *p, struct arena *scratch, slice id, int64_t count, struct cand *out)
{
    arena_reset(scratch);
    struct view *v = view_new(p->c.reader, &p->c.who, p->c.actor, "", "", scratch);
    const struct gate_row *c = view_get(v, KIND_clock, id), *s = subject_of(v, c);
    if (!s)
        return false;
    struct words_clock w = words_clock(scratch, c, p->now);
    *out = (struct cand){id, mark_of(&w), w.started, count, w.id, s->kind, c->state, s->state};
    return true;
}

static size_t probe_all(struct page *p, const struct dbrows *ids, struct cand *out)
{
    struct arena *scratch = arena_new((size_t)4 << 20);
    size_t n = 0;
    for (size_t i = 0; i < ids->rows; i++)
        n += probe(p, scratch, ROW(ids, i, 0).s, ids->cols > 1 ? ROW(ids, i, 1).i : 1, &out[n]);
    arena_free(scratch);
    return n;
}

/* --- those of one sort as one --- */
static bool many(const struct cand *c)
{
    return c->kind == KIND_asset || c->kind == KIND_name;
}

static bool same(const struct cand *a, const struct cand *b)
{
    return many(a) && a->clock == b->clock && a->kind == b->kind && a->state == b->state &&
           a->subject_state == b->subject_state;
}

/* In order: the first of a sort stays and counts the others. */
static size_t join(struct cand *c, size_t n)
{
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        struct cand *first = NULL;
        for (size_t k = 0; k < m && !first; k++)
            first = same(&c[k], &c[i]) ? &c[k] : NULL;
        if (first)
            first->count += c[i].count;
        else
            c[m++] = c[i];
    }
    return m;
}

/* --- words --- */
static slice list_of(struct page *p, const struct tick *t)
{
    const char *state = law_state_name[t->subject->state];
    if (t->subject->kind == KIND_asset && console_has("/assets"))
        return sl(arena_fmt(p->a, "/assets?state=%s", state));
    return sl(arena_fmt(p->a, "/list/%s?state=%s", law_kind[t->subject->kind].name, state));
}

static void words(struct page *p, struct tick *t)
{
    slice org = field_text(t->subject, N_operator);
    t->of = page_title_of(p, t->subject);
    if (t->count > 1) {
        t->href = list_of(p, t);
        t->of = sl(
            arena_fmt(p->a, "%" PRId64 "%s、もっとも早いもの", t->count, t->subject->kind == KIND_asset ? "台" : "件"));
        return;
    }
    t->href = page_href(p, t->subject->kind, t->subject->id);
    if (org.n && !sl_eq(org, p->c.who.actor.org))
        t->of = sl(arena_fmt(p->a, PRIs "　" PRIs, ARGs(view_org_name(p->v, org)), ARGs(t->of)));
}

static size_t take(struct page *p, const struct cand *c, size_t n, struct tick **out)
{
    struct tick *t = arena_arr(p->a, struct tick, n + 1);
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        const struct gate_row *clock = view_get(p->v, KIND_clock, c[i].id), *s = subject_of(p->v, clock);
        if (!s)
            continue; /* gone between the two looks */
        t[m] = (struct tick){.w = words_clock(p->a, clock, p->now),
                             .clock = clock,
                             .subject = s,
                             .mark = c[i].mark,
                             .count = c[i].count};
        words(p, &t[m++]);
    }
    *out = t;
    return m;
}

static bool run(struct page *p, enum query q, const struct dbval *v, size_t n, struct dbrows *out)
{
    struct fault f;
    if (db_run(gate_reader_db(p->c.reader), q, v, n, out, p->a, &f) == E_OK)
        return true;
    log_line(0, "clocks not read what=\"%s\"", f.what);
    *out = (struct dbrows){0};
    return false;
}

size_t ticks_board(struct page *p, size_t max, struct tick **out, size_t *past)
{
    struct dbrows one, grouped;
    *past = 0;
    run(p, Q_console_ticks, (struct dbval[]){DBI(SCANNED)}, 1, &one);
    run(p, Q_console_ticks_grouped, (struct dbval[]){DBT(p->c.who.actor.org)}, 1, &grouped);
    struct cand *c = arena_arr(p->a, struct cand, one.rows + grouped.rows + 1);
    size_t n = probe_all(p, &one, c);
    n += probe_all(p, &grouped, c + n);
    qsort(c, n, sizeof *c, cand_cmp);
    n = join(c, n);
    for (size_t i = 0; i < n && c[i].mark <= p->now; i++)
        *past += (size_t)c[i].count;
    return take(p, c, n < max ? n : max, out);
}

size_t ticks_list(struct page *p, slice name, size_t max, struct tick **out, bool *more)
{
    struct dbrows ids;
    run(p, Q_console_ticks_of, (struct dbval[]){DBT(name.p ? name : SL("")), DBI(SCANNED)}, 2, &ids);
    struct cand *c = arena_arr(p->a, struct cand, ids.rows + 1);
    size_t n = probe_all(p, &ids, c);
    qsort(c, n, sizeof *c, cand_cmp);
    *more = n > max || ids.rows == SCANNED;
    return take(p, c, n < max ? n : max, out);
}
