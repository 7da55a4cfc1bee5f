#include "web/svg_int.h"

#define HOUR (3600 * USEC)

struct knot { /* the axis: straight between knots */
    int hour;
    len x;
};

struct axis {
    const struct knot *knot; /* -36, 0, +12, +72 */
    usec_t now;
};

static const struct knot wide[] = {{-36, 372 * PX}, {0, 560 * PX}, {12, 920 * PX}, {72, 1216 * PX}};
static const struct knot narrow[] = {{-36, 6 * PX}, {0, 82 * PX}, {12, 230 * PX}, {72, 356 * PX}};
#define FIRST(a) ((a)->knot[0].x)
#define NOW(a)   ((a)->knot[1].x)
#define LAST(a)  ((a)->knot[3].x)

static len x_of(const struct axis *a, usec_t at)
{
    usec_t d = at - a->now;
    if (d <= a->knot[0].hour * HOUR)
        return FIRST(a);
    for (int i = 1; i < 4; i++) {
        const struct knot *p = &a->knot[i - 1], *q = &a->knot[i];
        if (d <= q->hour * HOUR)
            return p->x + (len)((d - p->hour * HOUR) / 1000000 * (q->x - p->x) / ((q->hour - p->hour) * 3600));
    }
    return LAST(a);
}

/* --- one clock's bar, in a strip whose middle is y --- */

static void arrow_left(struct buf *b, len x, len y)
{
    svg_rule(b, x + 7 * PX, y - 6 * PX, x, y, "line-thin");
    svg_rule(b, x, y, x + 7 * PX, y + 6 * PX, "line-thin");
}

static void with_limit(struct buf *b, const struct axis *a, const struct svg_clock *c, len y, len h)
{
    len x0 = x_of(a, c->start), now = NOW(a), x1 = x_of(a, c->limit);
    len seen = x1 < now ? x1 : now;
    svg_rect(b, x0, y - 3 * PX, seen - x0, 6 * PX, "bar-past");
    if (c->start < a->now + a->knot[0].hour * HOUR)
        arrow_left(b, x0, y);
    if (c->limit <= a->now)
        svg_hatched(b, x1, y - h / 2, now - x1, h);
    else
        svg_rect(b, now, y - h / 2, x1 - now, h, c->tone == SVG_CALM ? "bar" : "bar-warn");
    if (c->unrolled && c->unrolled < c->limit && c->unrolled > a->now) {
        len cut = x_of(a, c->unrolled);
        svg_rect(b, cut, y - 1 * PX, x1 - cut, 2 * PX, "ground");
        svg_rule(b, cut, y - h / 2 - 2 * PX, cut, y + h / 2 + 2 * PX, "line-ink");
    }
    if (c->limit <= a->now + 72 * HOUR)
        svg_rule(b, x1, y - h / 2 - 4 * PX, x1, y + h / 2 + 4 * PX, "line-ink");
    else
        svg_text(b, x1 + 2 * PX, y + 5 * PX, "", SL("→"));
}

static void diamond(struct buf *b, len x, len y)
{
    buf_str(b, "<path class=\"mark\" d=\"M");
    svg_len(b, x);
    buf_chr(b, ' ');
    svg_len(b, y - 7 * PX);
    buf_str(b, "l7 7-7 7-7-7z\"/>\n");
}

static void without_limit(struct buf *b, const struct axis *a, const struct svg_clock *c, len y, len h)
{
    len x0 = x_of(a, c->start), now = NOW(a);
    bool late = c->target && c->target < a->now;
    len sound = late ? x_of(a, c->target) : now;
    svg_rect(b, x0, y - h / 2, sound - x0, h, "bar-elapsed");
    if (late)
        svg_hatched(b, sound, y - h / 2, now - sound, h);
    if (c->start < a->now + a->knot[0].hour * HOUR)
        arrow_left(b, x0 - 10 * PX, y);
    usec_t end = c->escalate > c->target ? c->escalate : c->target;
    if (end > a->now)
        svg_rule(b, now, y, x_of(a, end), y, "rule dash");
    if (c->target)
        svg_rule(b, x_of(a, c->target), y - h / 2 - 2 * PX, x_of(a, c->target), y + h / 2 + 2 * PX, "line-ink");
    if (c->escalate)
        diamond(b, x_of(a, c->escalate), y);
}

static void draw_clock(struct buf *b, const struct axis *a, const struct svg_clock *c, len y, len h)
{
    if (c->limit)
        with_limit(b, a, c, y, h);
    else
        without_limit(b, a, c, y, h);
}

static const char *value_class(const struct svg_clock *c)
{
    return c->tone == SVG_LATE ? "a-e t-b t-16 t-late" : c->tone == SVG_SOON ? "a-e t-b t-16 t-warn" : "a-e t-b t-16";
}

/* --- wide --- */

enum { ROW = 40 * PX, GROUP = 34 * PX, TOP = 56 * PX, W = 1376 * PX };

static void hours(struct buf *b, const struct axis *a, len bottom)
{
    static const int tick[] = {-36, -24, -12, 3, 6, 9, 12, 24, 36, 48, 60, 72};
    for (size_t i = 0; i < TB_COUNT(tick); i++) {
        len x = x_of(a, a->now + tick[i] * HOUR);
        svg_rule(b, x, 48 * PX, x, bottom, "grid");
        svg_textf(b, x, 42 * PX, "a-m t-2", "%s%d時間", tick[i] < 0 ? "−" : "+", tick[i] < 0 ? -tick[i] : tick[i]);
    }
}

static void days(struct buf *b, const struct axis *a, const struct holidays *h, len bottom)
{
    day_t from = day_of_instant(a->now - 36 * HOUR), to = day_of_instant(a->now + 72 * HOUR);
    static const struct holidays none;
    h = h ? h : &none;
    for (day_t d = from; d <= to; d++) {
        len x0 = x_of(a, instant_of_day(d)), x1 = x_of(a, instant_of_day(d + 1));
        char label[32], full[48];
        svg_day_label(d, h, d == from, label);
        snprintf(full, sizeof(full), "%s%s", label, day_is_holiday(d, h) && !strstr(label, "休") ? "（休）" : "");
        if (x0 > FIRST(a))
            svg_rule(b, x0, 4 * PX, x0, bottom, "grid dash");
        if (x1 - x0 > svg_width(sl(full), 13 * PX) + 6 * PX)
            svg_text(b, (x0 + x1) / 2, 18 * PX, "a-m t-2", sl(full));
    }
}

static void now_tag(struct buf *b, const struct axis *a, len bottom)
{
    char hm[6];
    instant_hm(a->now, hm);
    svg_rule(b, NOW(a), 26 * PX, NOW(a), bottom, "nowline");
    svg_rect(b, NOW(a) - 34 * PX, 26 * PX, 68 * PX, 22 * PX, "nowtag");
    svg_textf(b, NOW(a), 42 * PX, "a-m t-nowtag", "今 %s", hm);
}

static size_t with_limits(const struct svg_board *t, size_t n)
{
    size_t k = 0;
    while (k < n && t->clock[k].limit)
        k++;
    return k;
}

static const char *const group_name[] = {"期限のある時計", "経過で見る時計（法に時間数なし）"};

/* Calls back for each group's head and each clock with its place; returns the bottom. */
typedef void row_fn(struct buf *b, const struct axis *a, const struct svg_clock *c, const char *group, len y);
static len walk(struct buf *b, const struct axis *a, const struct svg_board *t, len y, len group, len row, row_fn *fn)
{
    size_t n = t->clocks < SVG_CLOCKS ? t->clocks : SVG_CLOCKS, k = with_limits(t, n);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || i == k) {
            if (fn)
                fn(b, a, NULL, group_name[i >= k], y);
            y += group;
        }
        if (fn)
            fn(b, a, &t->clock[i], NULL, y);
        y += row;
    }
    return y;
}

static void wide_row(struct buf *b, const struct axis *a, const struct svg_clock *c, const char *group, len y)
{
    struct svg_cut cut;
    if (group) {
        svg_text(b, 0, y + 22 * PX, "t-b t-14", sl(group));
        svg_rule(b, 0, y + 31 * PX, W, y + 31 * PX, "axis-thin");
        return;
    }
    svg_textf(b, 16 * PX, y + 18 * PX, "a-e t-14", "%d", c->no);
    svg_text(b, 28 * PX, y + 18 * PX, "t-b t-14", svg_fit(&cut, c->name, 14 * PX, 330 * PX));
    svg_text(b, 28 * PX, y + 34 * PX, "t-2", svg_fit(&cut, c->sub, 13 * PX, 330 * PX));
    draw_clock(b, a, c, y + 20 * PX, 14 * PX);
    svg_text(b, W, y + 18 * PX, value_class(c), c->value);
    svg_text(b, W, y + 34 * PX, "a-e t-2", c->note);
    svg_rule(b, 0, y + ROW - 1 * PX, W, y + ROW - 1 * PX, "grid");
}

void svg_board(struct buf *b, const struct svg_board *t)
{
    struct axis a = {wide, t->now};
    len bottom = walk(NULL, &a, t, TOP, GROUP, ROW, NULL);
    svg_open(b, "pic pic--wide pic--only-wide", t->id, W, bottom + 4 * PX, t->title, t->desc);
    svg_rect(b, NOW(&a), TOP - 4 * PX, x_of(&a, t->now + 12 * HOUR) - NOW(&a), bottom - TOP + 4 * PX, "zone");
    days(b, &a, t->holidays, bottom);
    hours(b, &a, bottom);
    walk(b, &a, t, TOP, GROUP, ROW, wide_row);
    now_tag(b, &a, bottom);
    svg_end(b);
}

/* --- narrow --- */

enum { N_ROW = 64 * PX, N_GROUP = 36 * PX, N_TOP = 34 * PX, N_W = 360 * PX };

static void narrow_row(struct buf *b, const struct axis *a, const struct svg_clock *c, const char *group, len y)
{
    char head[160];
    struct svg_cut cut;
    if (group) {
        svg_rect(b, 0, y, N_W, 30 * PX, "ground");
        svg_text(b, 0, y + 22 * PX, "t-b t-14", sl(group));
        return;
    }
    len room = N_W - svg_width(c->value, 16 * PX) - 12 * PX;
    snprintf(head, sizeof(head), "%d　" PRIs, c->no, ARGs(c->name));
    svg_rect(b, 0, y, N_W, 40 * PX, "ground");
    svg_text(b, 0, y + 18 * PX, "t-b t-14", svg_fit(&cut, sl(head), 14 * PX, room));
    svg_text(b, 0, y + 36 * PX, "t-2", svg_fit(&cut, c->sub, 13 * PX, N_W - svg_width(c->note, 13 * PX) - 10 * PX));
    svg_text(b, N_W, y + 18 * PX, value_class(c), c->value);
    svg_text(b, N_W, y + 36 * PX, "a-e t-2", c->note);
    draw_clock(b, a, c, y + 51 * PX, 10 * PX);
}

void svg_board_narrow(struct buf *b, const struct svg_board *t)
{
    static const int tick[] = {-24, 6, 12, 36, 72};
    struct axis a = {narrow, t->now};
    char id[60];
    len bottom = walk(NULL, &a, t, N_TOP, N_GROUP, N_ROW, NULL);
    snprintf(id, sizeof(id), "%s-n", t->id);
    svg_open(b, "pic pic--only-narrow", id, N_W, bottom + 4 * PX, t->title, t->desc);
    svg_rect(b, NOW(&a), 28 * PX, x_of(&a, t->now + 12 * HOUR) - NOW(&a), bottom - 28 * PX, "zone");
    for (size_t i = 0; i < TB_COUNT(tick); i++) {
        len x = x_of(&a, t->now + tick[i] * HOUR);
        svg_rule(b, x, 28 * PX, x, bottom, "grid");
        svg_textf(b, x, 20 * PX, tick[i] == 72 ? "a-e t-2" : "a-m t-2", "%s%dh", tick[i] < 0 ? "−" : "+",
                  tick[i] < 0 ? -tick[i] : tick[i]);
    }
    svg_rule(b, NOW(&a), 26 * PX, NOW(&a), bottom, "nowline");
    svg_text(b, NOW(&a), 20 * PX, "a-m t-b", SL("今"));
    walk(b, &a, t, N_TOP, N_GROUP, N_ROW, narrow_row);
    svg_end(b);
}
