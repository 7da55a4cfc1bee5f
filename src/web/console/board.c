/* 当直ボード. */
#include <stdlib.h>
#include <string.h>

#include "console2.h"
#include "web/svg.h"

#define RUNNING_MAX 1500
#define DRAWN       14

struct tick {
    struct words_clock w;
    const struct gate_row *row;
    int64_t rank;
};

/* The late first, then what is soon, then by the hour left or gone; what lies beyond three days is not the board's. */
static bool rank(struct page *p, struct tick *t)
{
    usec_t left = t->w.dated ? t->w.due - p->now : 0;
    if (!t->w.running || (t->w.dated && left > 72 * 3600 * USEC))
        return false;
    int64_t hours = (t->w.dated ? left : -(p->now - t->w.started)) / (60 * USEC);
    t->rank = (3 - (int64_t)t->w.level) * 10000000 + hours;
    return true;
}

static int tick_cmp(const void *a, const void *b)
{
    const struct tick *x = a, *y = b;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

static size_t ticks_load(struct page *p, struct tick **out, size_t *late)
{
    const struct gate_row **row;
    size_t n = view_list(p->v, KIND_clock, &(struct view_filter){.state = SL("RUNNING"), .max = RUNNING_MAX}, &row), m = 0;
    struct tick *t = arena_arr(p->a, struct tick, n + 1);
    *late = 0;
    for (size_t i = 0; i < n; i++) {
        t[m] = (struct tick){words_clock(p->a, row[i], p->now), row[i], 0};
        *late += t[m].w.level == WORDS_LATE;
        m += rank(p, &t[m]);
    }
    qsort(t, m, sizeof *t, tick_cmp);
    *out = t;
    return m;
}

static const struct gate_row *subject_of(struct page *p, const struct gate_row *clock)
{
    enum kind_id k = law_kind_named(field_text(clock, N_subject_kind));
    return k == KIND_COUNT ? NULL : view_get(p->v, k, field_text(clock, N_subject));
}

static void next_fill(struct page *p, const struct tick *t, size_t n, struct page_board *x)
{
    struct page_board_next *o = arena_arr(p->a, struct page_board_next, 5);
    for (size_t i = 0; i < n && x->next_n < 5; i++) {
        const struct gate_row *s = subject_of(p, t[i].row);
        if (!s)
            continue;
        slice head = SLN, value = SLN;
        sl_cut(t[i].w.value, ' ', &head, &value);
        o[x->next_n++] = (struct page_board_next){head, value.n ? value : t[i].w.value, t[i].w.name, page_href(p, s->kind, s->id),
                                                  sl(arena_fmt(p->a, PRIs "　" PRIs, ARGs(page_title_of(p, s)), ARGs(t[i].w.basis))), t[i].w.word, t[i].w.css, t[i].w.icon};
    }
    x->next = o;
}

static void pictures(struct page *p, const struct tick *t, size_t n, struct page_board *x)
{
    struct svg_clock *c = arena_arr(p->a, struct svg_clock, DRAWN + 1);
    const struct gate_row **row = arena_arr(p->a, const struct gate_row *, DRAWN + 1);
    slice *of = arena_arr(p->a, slice, DRAWN + 1);
    size_t m = 0;
    for (int dated = 1; dated >= 0; dated--)
        for (size_t i = 0; i < n && m < DRAWN; i++) {
            const struct words_clock *w = &t[i].w;
            const struct gate_row *s = w->dated == (dated == 1) ? subject_of(p, t[i].row) : NULL;
            if (!s)
                continue;
            of[m] = page_title_of(p, s);
            row[m] = t[i].row;
            c[m] = (struct svg_clock){(int)m + 1, w->name, of[m], w->value, w->word, w->started, w->dated ? w->due : 0, w->unrolled, w->target, w->escalate,
                                      w->level == WORDS_LATE ? SVG_LATE : w->level == WORDS_SOON ? SVG_SOON : SVG_CALM};
            m++;
        }
    struct svg_board b = {.id = "dl", .title = SL("72時間の時計"), .now = p->now, .holidays = &law_holidays, .clock = c, .clocks = m};
    b.desc = sl(arena_fmt(p->a, "%zu本の時計。", m));
    struct buf wide = BUF((size_t)1 << 20), tall = BUF((size_t)1 << 20);
    svg_board(&wide, &b);
    b.id = "dn";
    svg_board_narrow(&tall, &b);
    x->wide = arena_sl(p->a, buf_slice(&wide));
    x->tall = arena_sl(p->a, buf_slice(&tall));
    buf_free(&wide);
    buf_free(&tall);
    x->clocks = page_clocks(p, "72時間の時計", row, of, m);
}

static void wait_fill(struct page *p, struct page_board *x)
{
    static const enum state_id open[] = {ST_SENT, ST_RECEIVED};
    struct page_board_wait *o = arena_arr(p->a, struct page_board_wait, 20);
    for (size_t s = 0; s < TB_COUNT(open); s++) {
        const struct gate_row **row;
        size_t n = view_list(p->v, KIND_provision, &(struct view_filter){.state = sl(law_state_name[open[s]]), .max = 10}, &row);
        for (size_t i = 0; i < n; i++) {
            struct words_state st = words_state(KIND_provision, row[i]->state);
            o[x->wait_n++] = (struct page_board_wait){page_title_of(p, row[i]), page_href(p, KIND_provision, row[i]->id), words_when(p->a, row[i]->moved, p->now), st.word, st.css, st.icon};
        }
    }
    x->wait = o;
}

/* Persons of the own organisation who hold a role that decides. */
static void seats_fill(struct page *p, struct page_board *x)
{
    static const enum role_id head[] = {ROLE_CAO_APPR, ROLE_CAO_HEAD, ROLE_IPA_HEAD, ROLE_JP_HEAD, ROLE_SM_HEAD};
    struct page_board_seats *o = arena_arr(p->a, struct page_board_seats, 20);
    struct dbrows rows;
    struct fault f;
    if (db_run(gate_reader_db(p->c.reader), Q_org_approvers, (struct dbval[]){DBT(p->c.who.actor.org), DBI(p->today)}, 2, &rows, p->a, &f) != E_OK)
        return;
    for (size_t i = 0; i < rows.rows && x->seats_n < 20; i++) {
        enum role_id r = law_role_named(ROW(&rows, i, 1).s);
        for (size_t k = 0; k < TB_COUNT(head); k++)
            if (head[k] == r) {
                bool self = sl_eq(ROW(&rows, i, 0).s, p->c.actor.person);
                o[x->seats_n++] = (struct page_board_seats){view_person_name(p->v, ROW(&rows, i, 0).s), sl(arena_fmt(p->a, "%s%s", law_role[r].ja, self ? "（あなた。自分の提案は決められません）" : ""))};
            }
    }
    x->seats = o;
}

static void sectors_fill(struct page *p, struct page_board *x)
{
    struct dbrows rows;
    struct fault f;
    if (!(law_role[ROLE_CAO_DUTY].desk >> KIND_match & 1) || !(page_role(p, ROLE_CAO_DUTY) || page_role(p, ROLE_CAO_ANALYST) || page_role(p, ROLE_CAO_APPR) || page_role(p, ROLE_IPA_TRIAGE)) ||
        db_run(gate_reader_db(p->c.reader), Q_board_sectors, NULL, 0, &rows, p->a, &f) != E_OK)
        return;
    struct page_board_sectors *o = arena_arr(p->a, struct page_board_sectors, rows.rows + 1);
    for (size_t i = 0; i < rows.rows; i++) {
        int64_t n = ROW(&rows, i, 1).i;
        o[i] = (struct page_board_sectors){ROW(&rows, i, 0).s, n == 0 ? 0 : n < 3 ? 1 : n < 8 ? 2 : n < 15 ? 3 : n < 25 ? 4 : 5, n < 3 ? SL("1–2") : sl(arena_fmt(p->a, "%" PRId64, n))};
    }
    x->sectors = o;
    x->sectors_n = rows.rows;
}

void board_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct tick *t;
    size_t late;
    struct dbrows names;
    struct fault f;
    if (!page_begin(&p, r, ans, "当直ボード"))
        return;
    size_t n = ticks_load(&p, &t, &late);
    struct page_board x = {.h = late ? sl(arena_fmt(p.a, "目安や期限を過ぎたものが %zu件あります", late)) : SL("過ぎたものは、ありません"), .nameshref = SL("/list/name?state=UNRESOLVED")};
    next_fill(&p, t, n, &x);
    pictures(&p, t, n, &x);
    wait_fill(&p, &x);
    seats_fill(&p, &x);
    sectors_fill(&p, &x);
    if (db_run(gate_reader_db(p.c.reader), Q_board_names, NULL, 0, &names, p.a, &f) == E_OK)
        x.names = ROW(&names, 0, 0).i;
    x.lead = sl(arena_fmt(p.a, "72時間のうちに動く時計 %zu本、受領や回答を待つもの %zu件。", n, x.wait_n));
    page_crumb(&p, SL("当直ボード"), SLN);
    page_board(&p.body, &x);
    page_end(&p);
}
