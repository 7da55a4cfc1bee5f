/* 受付箱: what waits for the roles this person holds, found from the rows of acts.def, and what has come for them. */
#include <stdlib.h>
#include <string.h>

#include "console.h"
#include "screens.h"

#define GROUPS   24 /* sorts of work at once */
#define SHOW     10 /* of each; the rest is a list away */
#define LOOK     41
#define NEWS_MAX 12
#define NEWS_ASK 200

static bool has_from(const struct law_act *a, enum state_id s)
{
    for (size_t i = 0; i < a->froms; i++)
        if (a->from[i] == s)
            return true;
    return false;
}

/* A clock of the subject runs until this act is done. */
static bool meets_clock(const struct law_act *a, enum state_id s)
{
    for (size_t i = 0; i < a->ticks; i++) {
        const struct law_tick *t = &a->tick[i];
        bool now = t->when == WHEN_ALWAYS || (t->when == WHEN_FROM && t->state == s);
        if ((t->op == CLOCK_MEET || t->op == CLOCK_RESTART) && t->on == ON_SUBJECT && now)
            return true;
    }
    return false;
}

/* Somebody has asked, and another answers: a second person, or yes against no. A correction of what was decided is
 * open for as long as it stands, and nobody waits for it. */
static bool answers(const struct law_act *a)
{
    bool yes = false, no = false;
    for (size_t i = 0; i < a->conds; i++)
        if (a->cond[i].pred == P_second)
            return true;
    for (size_t i = 0; a->to_mode == TO_OUTCOME && i < a->tos; i++) {
        no = no || a->to[i].negative;
        yes = yes || !a->to[i].negative;
        if (!a->to[i].negative && has_from(a, a->to[i].state))
            return false;
    }
    return yes && no;
}

static bool awaited(const struct page *p, enum act_id act, enum kind_id k, enum state_id s)
{
    const struct law_act *a = &law_act[act];
    return a->kind == k && !a->from_any && has_from(a, s) && page_may(p, act) && (meets_clock(a, s) || answers(a));
}

/* What this person does about a subject in this state; empty: it does not wait for him. */
static slice doing_of(struct page *p, enum kind_id k, enum state_id s, slice *basis)
{
    struct buf b = BUF(1000);
    for (int i = 0; i < ACT_COUNT; i++) {
        if (!awaited(p, (enum act_id)i, k, s))
            continue;
        buf_fmt(&b, "%s%s", b.n ? "・" : "", law_act[i].title);
        if (!basis->n)
            *basis = sl(law_act[i].basis);
    }
    slice out = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return out;
}

/* The most pressing running clock of a subject; false if none runs. */
static bool pressing(struct page *p, const struct gate_row *row, struct words_clock *out)
{
    const struct gate_row **clock;
    size_t n = view_clocks(p->v, row, &clock);
    bool found = false;
    *out = (struct words_clock){.level = WORDS_CALM};
    for (size_t i = 0; i < n; i++) {
        struct words_clock w = words_clock(p->a, clock[i], p->now);
        if (w.running && (!found || w.level > out->level)) {
            *out = w;
            found = true;
        }
    }
    return found;
}

struct group {
    struct page_inbox_groups g;
    enum words_level worst;
    usec_t newest;
};

static int group_cmp(const void *a, const void *b)
{
    const struct group *x = a, *y = b;
    if (x->worst != y->worst)
        return x->worst > y->worst ? -1 : 1;
    return x->newest > y->newest ? -1 : x->newest < y->newest;
}

static void group_fill(struct page *p, struct group *out, const struct gate_row **row, size_t n)
{
    struct page_inbox_groups_rows *r = arena_arr(p->a, struct page_inbox_groups_rows, SHOW);
    out->g.rows = r;
    out->newest = row[0]->moved;
    for (size_t i = 0; i < n && i < SHOW; i++) {
        struct words_clock c;
        r[i] = (struct page_inbox_groups_rows){.title = page_title_of(p, row[i]),
                                               .href = page_href(p, row[i]->kind, row[i]->id),
                                               .iso = words_iso(p->a, row[i]->moved),
                                               .when = words_when(p->a, row[i]->moved, p->now)};
        if (pressing(p, row[i], &c)) {
            r[i].clock = sl(arena_fmt(p->a, PRIs " " PRIs, ARGs(c.name), ARGs(c.value)));
            r[i].ccss = c.css;
            r[i].cic = c.icon;
            out->worst = c.level > out->worst ? c.level : out->worst;
        }
        out->g.rows_n++;
    }
    const char *over = n == LOOK ? "以上" : "";
    out->g.count = sl(arena_fmt(p->a, "%zu%s", n == LOOK ? n - 1 : n, over));
    if (n > SHOW)
        out->g.more = sl(arena_fmt(p->a, "ほか%zu件%sを一覧で見る", n == LOOK ? n - 1 - SHOW : n - SHOW, over));
}

static size_t wait_fill(struct page *p, struct page_inbox *x, bool *over)
{
    struct group *g = arena_arr(p->a, struct group, GROUPS);
    size_t n = 0, all = 0;
    for (int k = 0; k < KIND_COUNT; k++)
        for (size_t i = 0; i < law_kind[k].states && n < GROUPS; i++) {
            enum state_id s = law_kind[k].state[i].id;
            slice basis = SLN, doing = doing_of(p, (enum kind_id)k, s, &basis);
            const struct gate_row **row;
            size_t rows = doing.n ? view_list(p->v, (enum kind_id)k,
                                              &(struct view_filter){.state = sl(law_state_name[s]), .max = LOOK}, &row)
                                  : 0;
            if (!rows)
                continue;
            struct words_state w = words_state((enum kind_id)k, s);
            g[n].g = (struct page_inbox_groups){
                .title = doing,
                .basis = basis,
                .kind = sl(law_kind[k].ja),
                .state = w.word,
                .css = w.css,
                .ic = w.icon,
                .list = sl(arena_fmt(p->a, "/list/%s?state=%s", law_kind[k].name, law_state_name[s]))};
            group_fill(p, &g[n++], row, rows);
            all += rows == LOOK ? rows - 1 : rows;
            *over = *over || rows == LOOK;
        }
    qsort(g, n, sizeof *g, group_cmp);
    struct page_inbox_groups *out = arena_arr(p->a, struct page_inbox_groups, n + 1);
    for (size_t i = 0; i < n; i++) {
        out[i] = g[i].g;
        out[i].n = (int64_t)i + 1;
    }
    x->groups = out;
    x->groups_n = n;
    return all;
}

/* --- what has come --- */
struct pointer {
    enum kind_id kind;
    slice id;
    int64_t leaf;
};

static int pointer_cmp(const void *a, const void *b)
{
    const struct pointer *x = a, *y = b;
    return x->leaf > y->leaf ? -1 : x->leaf < y->leaf;
}

static size_t pointers_load(struct page *p, struct pointer *out, size_t max)
{
    struct dbrows rows;
    struct fault f;
    size_t n = 0;
    for (int r = 0; r < ROLE_COUNT; r++) {
        if (!page_role(p, (enum role_id)r) ||
            db_run(gate_reader_db(p->c.reader), Q_told_list,
                   (struct dbval[]){DBT(sl(law_role[r].name)), DBT(p->c.who.actor.org), DBI(NEWS_ASK)}, 3, &rows, p->a,
                   &f) != E_OK)
            continue;
        for (size_t i = 0; i < rows.rows && n < max; i++)
            out[n++] = (struct pointer){law_kind_named(ROW(&rows, i, 0).s), ROW(&rows, i, 1).s, ROW(&rows, i, 2).i};
    }
    qsort(out, n, sizeof *out, pointer_cmp);
    return n;
}

static bool told_before(const struct pointer *all, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (sl_eq(all[k].id, all[i].id))
            return true;
    return false;
}

static void news_fill(struct page *p, struct page_inbox *x)
{
    struct pointer *all = arena_arr(p->a, struct pointer, NEWS_ASK * 4);
    struct page_inbox_news *w = arena_arr(p->a, struct page_inbox_news, NEWS_MAX);
    size_t n = pointers_load(p, all, NEWS_ASK * 4);
    x->news = w;
    for (size_t i = 0; i < n && x->news_n < NEWS_MAX; i++) {
        struct dbrows leaf;
        struct fault f;
        if (all[i].kind == KIND_COUNT || told_before(all, i))
            continue;
        const struct gate_row *row = view_get(p->v, all[i].kind, all[i].id);
        if (!row ||
            db_run(gate_reader_db(p->c.reader), Q_console_leaf_head, (struct dbval[]){DBI(all[i].leaf)}, 1, &leaf, p->a,
                   &f) != E_OK ||
            !leaf.rows)
            continue;
        enum act_id act = law_act_named(ROW(&leaf, 0, 1).s);
        w[x->news_n++] =
            (struct page_inbox_news){page_title_of(p, row), page_href(p, row->kind, row->id),
                                     act == ACT_COUNT ? sl(law_kind[row->kind].ja) : sl(law_act[act].title),
                                     words_iso(p->a, ROW(&leaf, 0, 0).i), words_when(p->a, ROW(&leaf, 0, 0).i, p->now)};
    }
}

/* --- what may be begun --- */
static void begin_fill(struct page *p, struct page_inbox *x)
{
    struct part_acts_ok *ok = arena_arr(p->a, struct part_acts_ok, ACT_COUNT);
    x->acts.ok = ok;
    for (int k = 0; k < KIND_COUNT; k++) {
        bool any = false;
        for (int i = 0; i < ACT_COUNT && !any; i++)
            any = law_act[i].kind == (enum kind_id)k && has_from(&law_act[i], ST_NONE) &&
                  (page_may(p, (enum act_id)i) || law_role[law_act[i].by[0]].open);
        struct part_acts one = any ? page_acts(p, (enum kind_id)k, NULL) : (struct part_acts){.ok_n = 0};
        for (size_t i = 0; i < one.ok_n; i++) {
            ok[x->acts.ok_n] = one.ok[i];
            ok[x->acts.ok_n++].first = false;
        }
    }
}

void inbox_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (!page_begin(&p, r, ans, "受付箱"))
        return;
    struct page_inbox x = {.groups_n = 0};
    bool over = false;
    size_t n = wait_fill(&p, &x, &over);
    news_fill(&p, &x);
    begin_fill(&p, &x);
    x.none = n == 0;
    x.h = n ? sl(arena_fmt(p.a, "%zu件%sが、あなたを待っています", n, over ? "以上" : ""))
            : SL("待っているものはありません");
    page_crumb(&p, SL("受付箱"), SLN);
    page_inbox(&p.body, &x);
    page_end(&p);
}
