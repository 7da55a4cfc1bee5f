#include "web/svg_int.h"

/* Geometry of the picture, in px: lane names, then time to the right edge. A lane holds rows of events and below them
 * rows of bars; as many as are needed for nothing to overlap. */
enum {
    WIDTH = 940 * PX,
    EDGE = 936 * PX,
    R = 10 * PX,
    EVENT_H = 26 * PX,
    BAR_H = 21 * PX,
    BAR_ROW = 26 * PX,
    GAP = 4 * PX
};
enum { ROWS = 8, TEXT = 13 * PX, HEAD = 56 * PX, PAD = 6 * PX, LANE_MIN = 40 * PX };

enum label { LABEL_NONE, LABEL_RIGHT, LABEL_LEFT, LABEL_IN };
struct put { /* an event's or bar's place: its row in the lane and what it covers */
    int row;
    len x0, x1;
    enum label label;
};

struct lay {
    const struct svg_timeline *t;
    len left;                                  /* where time begins */
    size_t lanes, events, bars, lines, event0; /* event0: the first event drawn; older ones are counted in a note */
    struct put event[SVG_EVENTS], bar[SVG_BARS];
    int event_rows[SVG_LANES], bar_rows[SVG_LANES];
    len top[SVG_LANES + 1];
};

static len x_of(const struct lay *y, usec_t at)
{
    const struct svg_timeline *t = y->t;
    usec_t c = at < t->from ? t->from : at > t->to ? t->to : at;
    return y->left + (len)((c - t->from) / 1000000 * (EDGE - y->left) / ((t->to - t->from) / 1000000));
}

static bool within(const struct svg_timeline *t, usec_t at)
{
    return at >= t->from && at <= t->to;
}

/* --- where things go --- */

static bool free_at(const struct put *put, const size_t *lane, size_t n, size_t mine, int row, len x0, len x1)
{
    for (size_t i = 0; i < n; i++)
        if (lane[i] == mine && put[i].row == row && x0 < put[i].x1 + GAP && put[i].x0 < x1 + GAP)
            return false;
    return true;
}

static const struct svg_event *event_at(const struct lay *y, size_t i)
{
    return &y->t->event[y->event0 + i];
}

/* The x of the next event's circle in the same lane: a label to the right stops before it. */
static len next_circle(const struct lay *y, size_t i)
{
    for (size_t j = i + 1; j < y->events; j++)
        if (event_at(y, j)->lane == event_at(y, i)->lane && within(y->t, event_at(y, j)->at))
            return x_of(y, event_at(y, j)->at) - R;
    return EDGE + GAP;
}

static bool try_event(struct lay *y, size_t i, const size_t *lane, int row, enum label label, bool polite)
{
    const struct svg_event *e = event_at(y, i);
    len x = x_of(y, e->at), w = svg_width(e->label, TEXT), x0 = x - R, x1 = x + R;
    if (label == LABEL_RIGHT)
        x1 = x + R + 5 * PX + w;
    if (label == LABEL_LEFT)
        x0 = x - R - 5 * PX - w;
    if (x0 < y->left - R || x1 > EDGE + (label == LABEL_RIGHT ? 0 : R))
        return false;
    if (polite && label == LABEL_RIGHT && x1 + GAP > next_circle(y, i))
        return false;
    len now = x_of(y, y->t->now);
    if (polite && ((x + R < now && now < x1) || (x0 < now && now < x - R)))
        return false; /* the now line would cut the label */
    if (!free_at(y->event, lane, i, e->lane, row, x0, x1))
        return false;
    y->event[i] = (struct put){row, x0, x1, label};
    return true;
}

static void place_event(struct lay *y, size_t i, const size_t *lane)
{
    static const enum label order[] = {LABEL_RIGHT, LABEL_LEFT};
    for (int polite = 1; polite >= 0; polite--)
        for (int row = 0; row < (polite ? 3 : ROWS); row++)
            for (size_t o = 0; o < TB_COUNT(order); o++)
                if (try_event(y, i, lane, row, order[o], polite))
                    return;
    for (int row = 0; row < ROWS; row++)
        if (try_event(y, i, lane, row, LABEL_NONE, false))
            return;
    len x = x_of(y, event_at(y, i)->at);
    y->event[i] = (struct put){ROWS - 1, x - R, x + R, LABEL_NONE}; /* the number alone, over others */
}

static usec_t bar_end(const struct svg_timeline *t, const struct svg_bar *bar)
{
    if (bar->kind == SVG_ELAPSED || (bar->kind == SVG_LIMIT && bar->to < t->now))
        return t->now;
    return bar->to;
}

static void place_bar(struct lay *y, size_t i, const size_t *lane)
{
    const struct svg_bar *bar = &y->t->bar[i];
    len x0 = x_of(y, bar->from), x1 = x_of(y, bar_end(y->t, bar)), w = svg_width(bar->label, TEXT) + 14 * PX;
    struct put p = {0, x0, x1, LABEL_IN};
    if (w > x1 - x0) {
        len now = x_of(y, y->t->now);
        bool cut = x1 < now && now < x1 + w && x0 - w >= y->left; /* by the now line, and there is room elsewhere */
        bool right = x1 + w <= EDGE && !cut;
        p.label = right ? LABEL_RIGHT : LABEL_LEFT;
        p.x0 = right ? x0 : x0 - w;
        p.x1 = right ? x1 + w : x1;
    }
    while (p.row < ROWS - 1 && !free_at(y->bar, lane, i, bar->lane, p.row, p.x0, p.x1))
        p.row++;
    y->bar[i] = p;
}

static void place_all(struct lay *y)
{
    size_t lane_e[SVG_EVENTS], lane_b[SVG_BARS];
    for (size_t i = 0; i < y->events; i++) {
        lane_e[i] = event_at(y, i)->lane;
        if (lane_e[i] >= y->lanes || !within(y->t, event_at(y, i)->at)) {
            lane_e[i] = SIZE_MAX; /* not drawn */
            continue;
        }
        place_event(y, i, lane_e);
        int *rows = &y->event_rows[lane_e[i]];
        *rows = y->event[i].row + 1 > *rows ? y->event[i].row + 1 : *rows;
    }
    for (size_t i = 0; i < y->bars; i++) {
        const struct svg_bar *bar = &y->t->bar[i];
        lane_b[i] = bar->lane;
        if (bar->lane >= y->lanes || bar->from > y->t->to || bar_end(y->t, bar) < y->t->from) {
            lane_b[i] = SIZE_MAX;
            continue;
        }
        place_bar(y, i, lane_b);
        int *rows = &y->bar_rows[lane_b[i]];
        *rows = y->bar[i].row + 1 > *rows ? y->bar[i].row + 1 : *rows;
    }
    y->top[0] = HEAD;
    for (size_t l = 0; l < y->lanes; l++) {
        len h = 2 * PAD + y->event_rows[l] * EVENT_H + y->bar_rows[l] * BAR_ROW;
        y->top[l + 1] = y->top[l] + (h < LANE_MIN ? LANE_MIN : h);
    }
}

/* --- drawing --- */

static int day_step(const struct lay *y)
{
    static const int steps[] = {1, 2, 7, 14, 28, 91};
    day_t days = day_of_instant(y->t->to) - day_of_instant(y->t->from) + 1;
    for (size_t i = 0; i < TB_COUNT(steps); i++)
        if ((EDGE - y->left) / days * steps[i] >= 58 * PX)
            return steps[i];
    return 365;
}

static void draw_days(struct buf *b, const struct lay *y, len bottom)
{
    const struct svg_timeline *t = y->t;
    int step = day_step(y);
    bool first = true;
    for (day_t d = day_of_instant(t->from); d <= day_of_instant(t->to); d += step) {
        len x0 = x_of(y, instant_of_day(d)), x1 = x_of(y, instant_of_day(d + step));
        char label[32];
        if (instant_of_day(d) >= t->from)
            svg_rule(b, x0, 6 * PX, x0, bottom, "grid");
        svg_day_label(d, t->holidays, first || step > 1, label);
        if (x1 - x0 >= svg_width(sl(label), TEXT) + 4 * PX) {
            svg_text(b, (x0 + x1) / 2, 18 * PX, "a-m t-2", sl(label));
            first = false;
        }
    }
}

/* A case of hours is told in hours. */
static void draw_hours(struct buf *b, const struct lay *y, len bottom)
{
    static const int64_t steps[] = {1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720};
    const usec_t minute = 60 * USEC, whole = y->t->to - y->t->from;
    usec_t step = 0;
    for (size_t i = 0; i < TB_COUNT(steps) && !step; i++)
        if ((EDGE - y->left) * (steps[i] * minute / USEC) / (whole / USEC) >= 58 * PX)
            step = steps[i] * minute;
    step = step ? step : 720 * minute;
    usec_t day = instant_of_day(day_of_instant(y->t->from));
    for (usec_t at = day + (y->t->from - day + step - 1) / step * step; at <= y->t->to; at += step) {
        char label[32], hm[6];
        len x = x_of(y, at), w;
        instant_hm(at, hm);
        snprintf(label, sizeof(label), "%s", hm);
        if (at == instant_of_day(day_of_instant(at)))
            svg_day_label(day_of_instant(at), y->t->holidays, true, label);
        w = svg_width(sl(label), TEXT) / 2;
        svg_rule(b, x, 24 * PX, x, bottom, "grid");
        if (x + w <= WIDTH)
            svg_text(b, x, 18 * PX, "a-m t-2", sl(label));
    }
}

static void draw_lanes(struct buf *b, const struct lay *y)
{
    for (size_t l = 0; l < y->lanes; l++) {
        struct svg_cut cut;
        len mid = (y->top[l] + y->top[l + 1]) / 2;
        svg_text(b, 0, mid + 5 * PX, "t-b t-14", svg_fit(&cut, y->t->lane[l], 14 * PX, y->left - 8 * PX));
        svg_rule(b, 0, y->top[l + 1], WIDTH, y->top[l + 1], "grid");
    }
}

/* The label of a bar is moved behind the now line when that would cut it. */
static len label_x(const struct lay *y, const struct svg_bar *bar, len x0, len x1)
{
    len now = x_of(y, y->t->now), w = svg_width(bar->label, TEXT), x = x0 + 7 * PX;
    if (now > x - 3 * PX && now < x + w + 3 * PX && now + 8 * PX + w <= x1 - 4 * PX)
        x = now + 8 * PX;
    return x;
}

static void bar_label(struct buf *b, const struct lay *y, size_t i, len x0, len x1, len top)
{
    const struct svg_bar *bar = &y->t->bar[i];
    const char *in = bar->kind == SVG_ELAPSED ? "t-on"
                     : bar->kind == SVG_DONE  ? "t-done"
                     : bar->kind == SVG_HELD  ? ""
                                              : "t-key";
    len line = top + 15 * PX;
    if (y->bar[i].label == LABEL_IN)
        svg_text(b, label_x(y, bar, x0, x1), line, in, bar->label);
    else if (y->bar[i].label == LABEL_RIGHT)
        svg_text(b, x1 + 7 * PX, line, "halo", bar->label);
    else
        svg_text(b, x0 - 7 * PX, line, "a-e halo", bar->label);
}

static void draw_bar(struct buf *b, const struct lay *y, size_t i)
{
    const struct svg_timeline *t = y->t;
    const struct svg_bar *bar = &t->bar[i];
    len x0 = x_of(y, bar->from), x1 = x_of(y, bar_end(t, bar)), now = x_of(y, t->now), to = x_of(y, bar->to);
    len top = y->top[bar->lane] + PAD + y->event_rows[bar->lane] * EVENT_H + y->bar[i].row * BAR_ROW + 2 * PX;
    bool late = bar->to && bar->to < t->now && (bar->kind == SVG_LIMIT || bar->kind == SVG_ELAPSED);
    len sound = late ? (to > x0 ? to : x0) : x1;
    static const char *const class[] = {"bar-soft", "bar-elapsed", "bar-done", "bar-held"};
    svg_rect(b, x0, top, sound - x0, BAR_H, class[bar->kind]);
    if (late)
        svg_hatched(b, sound, top, now - sound, BAR_H);
    if (bar->to > t->to && bar->kind != SVG_ELAPSED)
        svg_text(b, x1 - 6 * PX, top + 15 * PX, "a-e t-key", SL("→"));
    if (bar->from < t->from)
        svg_text(b, x0 - 2 * PX, top + 15 * PX, "a-e", SL("←"));
    bar_label(b, y, i, x0, x1, top);
}

static void draw_event(struct buf *b, const struct lay *y, size_t i)
{
    const struct svg_event *e = event_at(y, i);
    len x = x_of(y, e->at), mid = y->top[e->lane] + PAD + y->event[i].row * EVENT_H + 13 * PX;
    svg_circle(b, x, mid, R, e->planned ? "mark-plan" : "mark");
    svg_textf(b, x, mid + 4 * PX + 5, "a-m t-b", "%d", e->no);
    if (y->event[i].label == LABEL_RIGHT)
        svg_text(b, x + R + 5 * PX, mid + 4 * PX + 5, "halo", e->label);
    if (y->event[i].label == LABEL_LEFT)
        svg_text(b, x - R - 5 * PX, mid + 4 * PX + 5, "a-e halo", e->label);
}

/* Planned moments: the label stands beside its line, on the side that has room beside the now tag. */
static void draw_lines(struct buf *b, const struct lay *y, len bottom)
{
    len taken0 = x_of(y, y->t->now) - 36 * PX, taken1 = taken0 + 72 * PX;
    for (size_t i = 0; i < y->lines; i++) {
        const struct svg_line *line = &y->t->line[i];
        if (!within(y->t, line->at))
            continue;
        len x = x_of(y, line->at), w = svg_width(line->label, TEXT);
        bool left = x - 6 * PX - w >= y->left && (x - 6 * PX - w > taken1 || x < taken0);
        svg_rule(b, x, 28 * PX, x, bottom, "rule dash");
        svg_text(b, left ? x - 6 * PX : x + 6 * PX, 44 * PX, left ? "a-e t-2 halo" : "t-2 halo", line->label);
    }
}

static void draw_now(struct buf *b, const struct lay *y, len bottom)
{
    char hm[6];
    len x = x_of(y, y->t->now);
    if (!within(y->t, y->t->now))
        return;
    instant_hm(y->t->now, hm);
    svg_rule(b, x, 28 * PX, x, bottom, "nowline");
    svg_rect(b, x - 34 * PX, 26 * PX, 68 * PX, 22 * PX, "nowtag");
    svg_textf(b, x, 42 * PX, "a-m t-nowtag", "今 %s", hm);
}

static size_t at_most(size_t n, size_t max)
{
    return n < max ? n : max;
}

void svg_timeline(struct buf *b, const struct svg_timeline *t)
{
    struct lay y = {.t = t, .left = 112 * PX};
    must(t->to - t->from >= 1000000);
    y.lanes = at_most(t->lanes, SVG_LANES);
    y.events = at_most(t->events, SVG_EVENTS);
    y.event0 = t->events - y.events;
    y.bars = at_most(t->bars, SVG_BARS);
    y.lines = at_most(t->lines, SVG_LINES);
    for (size_t l = 0; l < y.lanes; l++) {
        len w = svg_width(t->lane[l], 14 * PX) + 14 * PX;
        y.left = w > y.left ? (w < 190 * PX ? w : 190 * PX) : y.left;
    }
    place_all(&y);
    len bottom = y.top[y.lanes], now = x_of(&y, t->now);
    bool note = y.event0 || y.bars < t->bars;
    svg_open(b, "pic pic--mid", t->id, WIDTH, bottom + (note ? 26 : 6) * PX, t->title, t->desc);
    svg_rect(b, now, HEAD - 4 * PX, EDGE - now, bottom - HEAD + 4 * PX, "zone");
    if (t->to - t->from > 2 * 86400 * USEC)
        draw_days(b, &y, bottom);
    else
        draw_hours(b, &y, bottom);
    draw_lanes(b, &y);
    for (size_t i = 0; i < y.bars; i++)
        if (y.bar[i].x1)
            draw_bar(b, &y, i);
    draw_lines(b, &y, bottom);
    draw_now(b, &y, bottom);
    for (size_t i = 0; i < y.events; i++)
        if (y.event[i].x1)
            draw_event(b, &y, i);
    if (note)
        svg_textf(b, 0, bottom + 18 * PX, "t-2", "図に入らないもの：できごと %zu件、時計 %zu件。下の一覧にある",
                  y.event0, t->bars - y.bars);
    svg_end(b);
}
