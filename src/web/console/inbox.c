/* 受付箱: what waits for the roles this person holds, found from the rows of acts.def, and what came for them. */
#include <string.h>

#include "console.h"
#include "screens.h"

#define WAIT_MAX 60
#define NEWS_MAX 30

/* The states in which an act of one of this person's roles is the next thing to do. */
static bool mine(const struct page *p, const struct law_act *a)
{
    for (size_t i = 0; i < a->bys; i++)
        if (law_role[a->by[i]].sort == ROLE_HELD && page_role(p, a->by[i]))
            return true;
    return false;
}

static slice doing_of(struct page *p, enum kind_id k, enum state_id s)
{
    struct buf b = BUF(400);
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct law_act *a = &law_act[i];
        if (a->kind != k || !mine(p, a))
            continue;
        for (size_t j = 0; j < a->froms; j++)
            if (a->from[j] == s)
                buf_fmt(&b, "%s%s", b.n ? "・" : "", a->title);
    }
    slice out = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return out;
}

/* A decision is open in these, clock or not. */
static bool pending(enum state_id s)
{
    static const enum state_id open[] = {ST_PROPOSED, ST_REVIEW, ST_NO_PROPOSED, ST_OFFERED, ST_INVITED, ST_NOTIFY_DUE, ST_NOTIFIED, ST_HELD_JPCERT};
    for (size_t i = 0; i < TB_COUNT(open); i++)
        if (open[i] == s)
            return true;
    return false;
}

/* The most pressing running clock of a subject; false if none runs. */
static bool pressing(struct page *p, const struct gate_row *row, struct words_clock *out)
{
    const struct gate_row **clock;
    size_t n = view_clocks(p->v, row, &clock);
    bool found = false;
    for (size_t i = 0; i < n; i++) {
        struct words_clock w = words_clock(p->a, clock[i], p->now);
        if (w.running && (!found || w.level > out->level)) {
            *out = w;
            found = true;
        }
    }
    return found;
}

static void wait_add(struct page *p, enum kind_id k, enum state_id s, slice doing, struct page_inbox *x, struct page_inbox_wait *w)
{
    const struct gate_row **row;
    size_t n = view_list(p->v, k, &(struct view_filter){.state = sl(law_state_name[s]), .max = 40}, &row);
    for (size_t i = 0; i < n && x->wait_n < WAIT_MAX; i++) {
        struct words_state st = words_state(k, s);
        struct words_clock c;
        bool runs = pressing(p, row[i], &c);
        if (!runs && !pending(s))
            continue;
        w[x->wait_n] = (struct page_inbox_wait){page_title_of(p, row[i]), page_href(p, k, row[i]->id), sl(law_kind[k].ja), st.word, st.css, st.icon, doing, SLN, SLN, ICON_NONE};
        if (runs) {
            w[x->wait_n].clock = sl(arena_fmt(p->a, PRIs " " PRIs, ARGs(c.name), ARGs(c.value)));
            w[x->wait_n].ccss = c.css;
            w[x->wait_n].cic = c.icon;
        }
        x->wait_n++;
    }
}

static void wait_fill(struct page *p, struct page_inbox *x)
{
    struct page_inbox_wait *w = arena_arr(p->a, struct page_inbox_wait, WAIT_MAX);
    x->wait = w;
    for (int k = 0; k < KIND_COUNT; k++)
        for (size_t i = 0; i < law_kind[k].states; i++) {
            enum state_id s = law_kind[k].state[i].id;
            slice doing = law_kind[k].state[i].sort == STATE_FINAL ? SLN : doing_of(p, (enum kind_id)k, s);
            if (doing.n)
                wait_add(p, (enum kind_id)k, s, doing, x, w);
        }
}

static void news_fill(struct page *p, struct page_inbox *x)
{
    struct page_inbox_news *w = arena_arr(p->a, struct page_inbox_news, NEWS_MAX);
    struct fault f;
    x->news = w;
    for (int r = 0; r < ROLE_COUNT; r++) {
        struct dbrows rows;
        if (!page_role(p, (enum role_id)r) ||
            db_run(gate_reader_db(p->c.reader), Q_told_list, (struct dbval[]){DBT(sl(law_role[r].name)), DBT(p->c.who.actor.org), DBI(NEWS_MAX)}, 3, &rows, p->a, &f) != E_OK)
            continue;
        for (size_t i = 0; i < rows.rows && x->news_n < NEWS_MAX; i++) {
            enum kind_id k = law_kind_named(ROW(&rows, i, 0).s);
            const struct gate_row *row = k == KIND_COUNT ? NULL : view_get(p->v, k, ROW(&rows, i, 1).s);
            if (row)
                w[x->news_n++] = (struct page_inbox_news){page_title_of(p, row), page_href(p, k, row->id), sl(law_kind[k].ja), words_when(p->a, row->moved, p->now), ROW(&rows, i, 2).i};
        }
    }
}

void inbox_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (!page_begin(&p, r, ans, "受付箱"))
        return;
    struct page_inbox x = {0};
    wait_fill(&p, &x);
    news_fill(&p, &x);
    x.h = x.wait_n ? sl(arena_fmt(p.a, "%zu件が、あなたを待っています", x.wait_n)) : SL("待っているものはありません");
    page_crumb(&p, SL("受付箱"), SLN);
    page_inbox(&p.body, &x);
    page_end(&p);
}
