/* 当直ボード: what presses, what is new, who waits, where it is thick, who can decide. */
#include <stdlib.h>
#include <string.h>

#include "console2.h"
#include "ticks.h"
#include "web/svg.h"

#define HOUR  (3600 * USEC)
#define DAY   (24 * HOUR)
#define WEEK  (7 * DAY)
#define NEXT  5
#define DRAWN 16
#define NEWS  8
#define WAITS 12
#define SEATS 16
#define WEEKS 8

/* --- the next five --- */
static void next_words(struct page *p, const struct tick *t, struct page_board_next *o)
{
    const struct words_clock *w = &t->w;
    bool aim = !w->dated && w->target && w->target > p->now;
    slice since = words_span(p->a, p->now - w->started);
    o->small = w->dated ? (w->due > p->now ? SL("残り") : SL("超過")) : aim ? SL("目安まで") : SL("経過");
    o->big = w->dated ? words_span(p->a, w->due - p->now) : aim ? words_span(p->a, w->target - p->now) : since;
    o->title = w->name;
    o->of = t->of;
    o->basis = aim ? sl(arena_fmt(p->a, PRIs "・経過 " PRIs, ARGs(w->basis), ARGs(since))) : w->basis;
    o->href = t->href;
    o->word = w->word;
    o->css = w->css;
    o->ic = w->icon;
}

static void next_fill(struct page *p, const struct tick *t, size_t n, struct page_board *x)
{
    struct page_board_next *o = arena_arr(p->a, struct page_board_next, NEXT);
    for (size_t i = 0; i < n && x->next_n < NEXT; i++)
        next_words(p, &t[i], &o[x->next_n++]);
    x->next = o;
}

/* --- 72 hours --- */
static slice limit_words(struct page *p, const struct words_clock *w)
{
    int y, m, d, ny, nm, nd;
    if (!w->dated)
        return sl(arena_fmt(p->a, PRIs " から", ARGs(words_when(p->a, w->started, p->now))));
    day_t day = day_of_instant(w->due);
    if (w->due != instant_of_day(day))
        return words_when(p->a, w->due, p->now);
    day_parts(day - 1, &y, &m, &d); /* midnight is the end of the day before */
    day_parts(p->today, &ny, &nm, &nd);
    return sl(y == ny ? arena_fmt(p->a, "%d月%d日 24:00", m, d) : arena_fmt(p->a, "%d年%d月%d日 24:00", y, m, d));
}

static struct svg_clock drawn(struct page *p, const struct tick *t, int no)
{
    const struct words_clock *w = &t->w;
    slice note = sl(arena_fmt(p->a, PRIs "・" PRIs, ARGs(w->word), ARGs(limit_words(p, w))));
    return (struct svg_clock){.no = no,
                              .name = w->name,
                              .sub = t->of,
                              .value = w->value,
                              .note = note,
                              .start = w->started,
                              .limit = w->dated ? w->due : 0,
                              .unrolled = w->unrolled,
                              .target = w->target,
                              .escalate = w->escalate,
                              .tone = w->level == WORDS_LATE   ? SVG_LATE
                                      : w->level == WORDS_SOON ? SVG_SOON
                                                               : SVG_CALM};
}

static slice finding(struct page *p, const struct tick *t, size_t n)
{
    size_t late = 0;
    if (!n)
        return SL("動いている時計はない。");
    for (size_t i = 0; i < n; i++)
        late += t[i].mark <= p->now;
    return sl(arena_fmt(
        p->a, "%zu本の時計。いちばん迫っているのは、" PRIs "（" PRIs "）で、" PRIs "。目安や期限を過ぎたものは %zu本。",
        n, ARGs(t[0].w.name), ARGs(t[0].of), ARGs(t[0].w.value), late));
}

static slice drawing(struct page *p, void (*draw)(struct buf *, const struct svg_board *), const struct svg_board *b)
{
    struct buf out = BUF((size_t)1 << 20);
    draw(&out, b);
    slice s = out.over ? SLN : arena_sl(p->a, buf_slice(&out));
    buf_free(&out);
    return s;
}

static void lanes_fill(struct page *p, const struct tick *t, size_t n, struct page_board *x)
{
    struct svg_clock *c = arena_arr(p->a, struct svg_clock, DRAWN + 1);
    struct page_board_lanes *o = arena_arr(p->a, struct page_board_lanes, DRAWN + 1);
    size_t m = 0;
    for (int dated = 1; dated >= 0; dated--)
        for (size_t i = 0; i < n && m < DRAWN; i++) {
            const struct words_clock *w = &t[i].w;
            if (w->dated != (dated == 1))
                continue;
            c[m] = drawn(p, &t[i], (int)m + 1);
            o[m] = (struct page_board_lanes){.no = (int64_t)m + 1,
                                             .name = w->name,
                                             .of = t[i].of,
                                             .href = t[i].href,
                                             .basis = w->basis,
                                             .limit = limit_words(p, w),
                                             .value = w->value,
                                             .word = w->word,
                                             .css = w->css,
                                             .ic = w->icon,
                                             .aim = SL("―")};
            if (w->target)
                o[m].aim = w->target > p->now ? words_span(p->a, w->target - p->now) : SL("過ぎた");
            m++;
        }
    struct svg_board b = {.id = "dl",
                          .title = SL("72時間の時計"),
                          .desc = finding(p, t, n),
                          .now = p->now,
                          .holidays = &law_holidays,
                          .clock = c,
                          .clocks = m};
    x->wide = drawing(p, svg_board, &b);
    b.id = "dn";
    x->tall = drawing(p, svg_board_narrow, &b);
    x->finding = b.desc;
    x->lanes = o;
    x->lanes_n = m;
    x->day = words_full(p->a, p->now);
}

/* --- what is new for the roles this person holds --- */
struct news {
    int64_t leaf, at;
    slice kind, subject, act;
};

static int news_cmp(const void *a, const void *b)
{
    const struct news *x = a, *y = b;
    return x->leaf > y->leaf ? -1 : x->leaf < y->leaf;
}

static size_t news_load(struct page *p, struct news **out)
{
    struct news *w = arena_arr(p->a, struct news, ROLE_COUNT * 4 * NEWS);
    size_t n = 0;
    for (int r = 0; r < ROLE_COUNT; r++) {
        struct dbrows rows;
        struct fault f;
        if (!page_role(p, (enum role_id)r) ||
            db_run(gate_reader_db(p->c.reader), Q_console_news,
                   (struct dbval[]){DBT(sl(law_role[r].name)), DBT(p->c.who.actor.org), DBI(4 * NEWS)}, 3, &rows, p->a,
                   &f) != E_OK)
            continue;
        for (size_t i = 0; i < rows.rows; i++)
            w[n++] = (struct news){ROW(&rows, i, 2).i, ROW(&rows, i, 4).i, ROW(&rows, i, 0).s, ROW(&rows, i, 1).s,
                                   ROW(&rows, i, 3).s};
    }
    qsort(w, n, sizeof *w, news_cmp);
    *out = w;
    return n;
}

static void news_fill(struct page *p, struct page_board *x)
{
    struct page_board_news *o = arena_arr(p->a, struct page_board_news, NEWS);
    struct news *w;
    size_t n = news_load(p, &w);
    for (size_t i = 0; i < n && x->news_n < NEWS; i++) {
        enum kind_id k = law_kind_named(w[i].kind);
        enum act_id act = law_act_named(w[i].act);
        bool again = i && w[i].leaf == w[i - 1].leaf && sl_eq(w[i].subject, w[i - 1].subject);
        const struct gate_row *row =
            again || k == KIND_COUNT || act == ACT_COUNT ? NULL : view_get(p->v, k, w[i].subject);
        if (!row)
            continue;
        bool fresh = p->now - w[i].at < DAY;
        o[x->news_n++] = (struct page_board_news){.iso = words_iso(p->a, w[i].at),
                                                  .when = words_when(p->a, w[i].at, p->now),
                                                  .title = page_title_of(p, row),
                                                  .href = page_href(p, k, row->id),
                                                  .what = sl(law_act[act].title),
                                                  .basis = sl(law_act[act].basis),
                                                  .fresh = fresh};
        x->fresh += fresh;
    }
    x->news = o;
}

/* --- provisions that nobody has received yet --- */
static void waits_fill(struct page *p, struct page_board *x)
{
    const struct gate_row **row, **clock;
    size_t n = view_list(p->v, KIND_provision, &(struct view_filter){.state = SL("SENT"), .max = WAITS}, &row);
    struct page_board_waits *o = arena_arr(p->a, struct page_board_waits, n + 1);
    for (size_t i = n; i-- > 0;) { /* the oldest first: the one to ring */
        struct page_board_waits *w = &o[x->waits_n++];
        *w = (struct page_board_waits){
            .iso = words_iso(p->a, row[i]->moved),
            .when = words_when(p->a, row[i]->moved, p->now),
            .to = view_org_name(p->v, field_text(row[i], N_recipient)),
            .href = page_href(p, KIND_provision, row[i]->id),
            .what = words_option(&law_field[FIELD_provision_item_kind], field_text(row[i], N_item_kind)),
            .value = SL("提供済"),
            .ic = ICON_CLOCK};
        size_t m = view_clocks(p->v, row[i], &clock);
        for (size_t k = 0; k < m; k++) {
            struct words_clock c = words_clock(p->a, clock[k], p->now);
            if (c.running && c.id == CLOCK_c_receipt) {
                w->value = c.level == WORDS_LATE ? c.word : c.value;
                w->css = c.css;
                w->ic = c.icon;
            }
        }
    }
    x->waits = o;
}

/* --- by sector and week --- */
struct sector {
    slice name;
    int64_t filed[WEEKS], hit, given;
};

static struct sector *sector_of(struct sector *s, size_t *n, size_t max, slice name)
{
    for (size_t i = 0; i < *n; i++)
        if (sl_eq(s[i].name, name))
            return &s[i];
    if (*n == max || !name.n)
        return NULL;
    s[*n] = (struct sector){.name = name};
    return &s[(*n)++];
}

#define SECTORS 40
struct heat {
    struct sector s[SECTORS];
    size_t n;
    enum basis_id basis;
};

/* Of each sector the rows come by one who is counted once: how many. */
static void heat_count(struct page *p, struct heat *h, enum kind_id kind, const struct dbrows *rows, bool given)
{
    struct tally *c = arena_get(p->a, sizeof *c);
    const struct dbval *last = NULL;
    *c = (struct tally){.p = p, .kind = kind};
    for (size_t i = 0; i < rows->rows; i++) {
        const struct dbval *who = &ROW(rows, i, 3);
        struct sector *x = tally_may(c, rows, i) ? sector_of(h->s, &h->n, SECTORS, ROW(rows, i, 2).s) : NULL;
        if (!x || (last && sl_eq(last->s, who->s)))
            continue;
        ++*(given ? &x->given : &x->hit);
        last = who;
        h->basis = c->basis;
    }
}

static void heat_filed(struct page *p, struct heat *h, const struct dbrows *rows)
{
    struct tally *c = arena_get(p->a, sizeof *c);
    *c = (struct tally){.p = p, .kind = KIND_asset};
    for (size_t i = 0; i < rows->rows; i++) {
        int64_t week = ROW(rows, i, 3).i;
        struct sector *x = tally_may(c, rows, i) ? sector_of(h->s, &h->n, SECTORS, ROW(rows, i, 2).s) : NULL;
        if (!x || week >= WEEKS)
            continue;
        x->filed[week] += ROW(rows, i, 4).i;
        h->basis = c->basis;
    }
}

static void heat_load(struct page *p, day_t monday, struct heat *h)
{
    struct db *db = gate_reader_db(p->c.reader);
    struct dbrows filed = {0}, hit = {0}, given = {0};
    struct fault f;
    struct dbval own = DBT(p->c.who.actor.org);
    *h = (struct heat){.basis = BASIS_OWN};
    if (db_run(db, Q_console_filed, (struct dbval[]){DBI(instant_of_day(monday)), own}, 2, &filed, p->a, &f) != E_OK ||
        db_run(db, Q_console_hit, &own, 1, &hit, p->a, &f) != E_OK ||
        db_run(db, Q_console_given, &own, 1, &given, p->a, &f) != E_OK) {
        log_line(0, "sectors not counted what=\"%s\"", f.what);
        return;
    }
    heat_filed(p, h, &filed);
    heat_count(p, h, KIND_match, &hit, false);
    heat_count(p, h, KIND_provision, &given, true);
}

/* One or two would point at who it is. */
static slice few(struct page *p, int64_t n)
{
    return n == 1 || n == 2 ? SL("1–2") : sl(arena_fmt(p->a, "%" PRId64, n));
}

static int64_t level_of(int64_t n)
{
    return n == 0 ? 0 : n < 3 ? 1 : n < 6 ? 2 : n < 12 ? 3 : n < 24 ? 4 : 5;
}

static slice range_of(struct page *p, const int64_t *v)
{
    int64_t low = 0, high = 0;
    for (size_t i = 0; i < WEEKS; i++) {
        bool hidden = v[i] == 1 || v[i] == 2;
        low += hidden ? 1 : v[i];
        high += hidden ? 2 : v[i];
    }
    return low == high ? sl(arena_fmt(p->a, "%" PRId64, low)) : sl(arena_fmt(p->a, "%" PRId64 "–%" PRId64, low, high));
}

static void heat_draw(struct page *p, day_t monday, const struct sector *s, size_t n, struct page_board *x)
{
    struct page_board_weeks *w = arena_arr(p->a, struct page_board_weeks, WEEKS);
    struct page_board_sectors *o = arena_arr(p->a, struct page_board_sectors, n + 1);
    for (int i = 0; i < WEEKS; i++) {
        int y, m, d;
        day_parts(monday + 7 * i, &y, &m, &d);
        w[i].name = sl(arena_fmt(p->a, "%d/%d", m, d));
    }
    x->hits = page_desk(p, KIND_match);
    x->gives = x->hits && page_desk(p, KIND_provision);
    for (size_t i = 0; i < n; i++) {
        struct page_board_sectors_cells *c = arena_arr(p->a, struct page_board_sectors_cells, WEEKS);
        for (size_t k = 0; k < WEEKS; k++)
            c[k] = (struct page_board_sectors_cells){level_of(s[i].filed[k]), few(p, s[i].filed[k])};
        o[i] = (struct page_board_sectors){.name = s[i].name,
                                           .cells = c,
                                           .cells_n = WEEKS,
                                           .sum = range_of(p, s[i].filed),
                                           .hit = few(p, s[i].hit),
                                           .given = few(p, s[i].given)};
    }
    x->weeks = w;
    x->weeks_n = WEEKS;
    x->sectors = o;
    x->sectors_n = n;
}

static bool heat_read(struct page *p, enum basis_id basis, const struct page_board *x)
{
    struct buf all = BUF((size_t)1 << 16);
    for (size_t i = 0; i < x->sectors_n; i++) {
        const struct page_board_sectors *s = &x->sectors[i];
        buf_sl(&all, s->name);
        for (size_t k = 0; k < s->cells_n; k++)
            buf_sl(&all, s->cells[k].text);
        buf_sl(&all, s->hit);
        buf_sl(&all, s->given);
    }
    bool ok = tally_told(p, "/board 分野の濃淡（件数）", x->hits ? "REPORTED VULN_S" : "REPORTED", basis, x->sectors_n,
                         buf_slice(&all));
    buf_free(&all);
    return ok;
}

static void heat_fill(struct page *p, struct page_board *x)
{
    struct heat *h = arena_get(p->a, sizeof *h);
    day_t monday = p->today - (day_weekday(p->today) + 6) % 7 - 7 * (WEEKS - 1);
    *h = (struct heat){0};
    if (page_desk(p, KIND_asset))
        heat_load(p, monday, h);
    heat_draw(p, monday, h->s, h->n, x);
    if (h->n && !heat_read(p, h->basis, x))
        x->sectors_n = 0;
}

/* --- who can decide, and what waits for it --- */
static bool decides(const struct law_act *a)
{
    static const enum kind_id desks[] = {KIND_response, KIND_provision, KIND_product, KIND_notice, KIND_case};
    bool mine = false;
    for (size_t i = 0; i < TB_COUNT(desks); i++)
        mine = mine || a->kind == desks[i];
    for (size_t i = 0; mine && i < a->conds; i++)
        if (a->cond[i].pred == P_second)
            return true;
    return false;
}

static enum act_id first_of(const struct law_act *a)
{
    for (size_t i = 0; i < a->conds; i++)
        if (a->cond[i].pred == P_second)
            return law_act_named(sl(a->cond[i].act));
    return ACT_COUNT;
}

struct waiting {
    const struct gate_row *row; /* the newest of them */
    enum act_id act;
    size_t mine, part; /* part: of them, provisions, which a response decides on together */
    bool response;
};

bool console_able(struct page *p, const struct gate_person *who, enum act_id act, const struct gate_row *row, bool *why)
{
    const struct gate_may *may;
    size_t n = gate_may(p->c.reader, who, (struct gate_actor){.person = who->actor.person}, row->kind, row, p->a, &may);
    *why = false;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; may[i].act == act && k < may[i].d.reasons; k++)
            *why = *why || may[i].d.reason[k] == P_second;
        if (may[i].act == act)
            return may[i].d.allowed;
    }
    return false;
}

static void waiting_load(struct page *p, struct waiting *out)
{
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct law_act *a = &law_act[i];
        const struct gate_row **row;
        for (size_t f = 0; decides(a) && f < a->froms; f++) {
            bool why;
            if (a->kind == KIND_provision && a->from[f] != ST_PROPOSED)
                continue; /* an approved one has been decided on */
            size_t n = view_list(p->v, a->kind,
                                 &(struct view_filter){.state = sl(law_state_name[a->from[f]]), .max = 30}, &row);
            for (size_t k = 0; k < n; k++) {
                bool can = console_able(p, &p->c.who, (enum act_id)i, row[k], &why);
                out->mine += can;
                out->part += can && a->kind == KIND_provision;
                out->response = out->response || (can && a->kind == KIND_response);
                bool rather = out->row && row[k]->kind == KIND_response &&
                              out->row->kind == KIND_provision; /* it decides on them all */
                if (!out->row || row[k]->leaf > out->row->leaf || rather) {
                    out->row = row[k];
                    out->act = (enum act_id)i;
                }
            }
        }
    }
}

struct seats {
    slice id[SEATS];
    struct page_board_seats *seat;
    size_t n;
};

static void seat_add(struct page *p, const struct waiting *w, slice person, const char *role, struct seats *all)
{
    struct gate_person who;
    bool twice = false;
    for (size_t i = 0; i < all->n; i++)
        twice = twice || sl_eq(all->id[i], person);
    if (twice || all->n == SEATS || !gate_person_load(p->c.reader, person, p->a, &who) ||
        !sl_eq(who.actor.org, p->c.who.actor.org))
        return;
    all->id[all->n] = person;
    struct page_board_seats *s = &all->seat[all->n++];
    bool me = sl_eq(person, p->c.actor.person), same_person = false;
    *s = (struct page_board_seats){
        .name = view_person_name(p->v, person), .me = me, .word = SL("いまはない"), .ic = ICON_TODO};
    s->sub = sl(arena_fmt(p->a, PRIs "%s%s", ARGs(who.post), who.post.n ? "・" : "", role));
    if (!w->row)
        return;
    if (console_able(p, &who, w->act, w->row, &same_person)) {
        s->word = SL("押せる");
        s->css = SL("st--done");
        s->ic = ICON_DONE;
    } else {
        s->word = SL("いまは不可");
        s->css = SL("st--no");
        s->ic = ICON_NO;
        if (same_person)
            s->why =
                sl(arena_fmt(p->a, "自分が「%s」をした。二人の確認が要る", law_act[first_of(&law_act[w->act])].title));
        else
            s->why =
                sl(arena_fmt(p->a, "「%s」は、" PRIs "が行う", law_act[w->act].title, ARGs(page_act_by(p, w->act))));
    }
}

static void seats_fill(struct page *p, const struct waiting *w, struct page_board *x)
{
    struct seats all = {.seat = arena_arr(p->a, struct page_board_seats, SEATS)};
    struct db *db = gate_reader_db(p->c.reader);
    struct dbrows rows;
    struct fault f;
    uint64_t roles = 0;
    for (int i = 0; i < ACT_COUNT; i++)
        for (size_t k = 0; decides(&law_act[i]) && k < law_act[i].bys; k++)
            roles |= UINT64_C(1) << law_act[i].by[k];
    for (int r = 0; r < ROLE_COUNT; r++) {
        if (!(roles >> r & 1) ||
            db_run(db, Q_console_holders,
                   (struct dbval[]){DBT(p->c.who.actor.org), DBT(sl(law_role[r].name)), DBI(p->today)}, 3, &rows, p->a,
                   &f) != E_OK)
            continue;
        for (size_t i = 0; i < rows.rows; i++)
            seat_add(p, w, ROW(&rows, i, 0).s, law_role[r].ja, &all);
    }
    enum act_id first = w->row ? first_of(&law_act[w->act]) : ACT_COUNT;
    if (first != ACT_COUNT) {
        x->waitname = page_title_of(p, w->row);
        x->waithref = page_href(p, w->row->kind, w->row->id);
        x->waitact = sl(law_act[w->act].title);
        if (db_run(db, Q_console_last_by, (struct dbval[]){DBT(w->row->id), DBT(sl(law_act[first].name))}, 2, &rows,
                   p->a, &f) == E_OK &&
            rows.rows)
            seat_add(p, w, ROW(&rows, 0, 0).s, "提案した人", &all);
    }
    x->seats = all.seat;
    x->seats_n = all.n;
}

/* --- the page --- */
static void head_fill(struct page *p, const struct waiting *w, size_t past, struct page_board *x)
{
    const struct gate_row **row;
    x->sees_names = page_desk(p, KIND_name);
    x->names = x->sees_names ? (int64_t)view_list(p->v, KIND_name,
                                                  &(struct view_filter){.state = SL("UNRESOLVED"), .max = 500}, &row)
                             : 0;
    x->more_names = x->names == 500;
    x->opens = x->sees_names ? unresolved_count(p) : 0;
    x->mine = (int64_t)(w->mine - (w->response ? w->part : 0));
    x->waiting = (int64_t)x->waits_n;
    x->h = past ? sl(arena_fmt(p->a, "目安や期限を過ぎたものが %zu件あります", past))
                : SL("目安や期限を過ぎたものは、ありません");
}

void board_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct tick *t;
    struct waiting w = {.act = ACT_COUNT};
    size_t past;
    if (!page_begin(&p, r, ans, "当直ボード"))
        return;
    size_t n = ticks_board(&p, 40, &t, &past);
    struct page_board x = {.guided = p.guided};
    next_fill(&p, t, n, &x);
    lanes_fill(&p, t, n, &x);
    news_fill(&p, &x);
    waits_fill(&p, &x);
    waiting_load(&p, &w);
    seats_fill(&p, &w, &x);
    heat_fill(&p, &x);
    head_fill(&p, &w, past, &x);
    page_crumb(&p, SL("当直ボード"), SLN);
    page_board(&p.body, &x);
    page_end(&p);
}
