#include "web/svg_int.h"

void svg_steps(struct buf *b, const char *id, slice title, slice desc, const struct svg_step *step, size_t n)
{
    enum { R = 18 * PX, Y = 30 * PX, STEP = 132 * PX };
    n = n < SVG_STEPS ? n : SVG_STEPS;
    svg_open(b, "pic", id, (len)n * STEP, 96 * PX, title, desc);
    for (size_t i = 0; i + 1 < n; i++) {
        len x = (len)i * STEP + STEP / 2;
        svg_rule(b, x, Y, x + STEP, Y, step[i].state == SVG_STEP_DONE ? "line-key" : "rule dash");
    }
    for (size_t i = 0; i < n; i++) {
        len x = (len)i * STEP + STEP / 2;
        bool done = step[i].state == SVG_STEP_DONE, now = step[i].state == SVG_STEP_NOW;
        svg_circle(b, x, Y, R, done ? "mark-key" : now ? "mark" : "mark-plan");
        buf_str(b, done ? "<path class=\"line-on\" d=\"M" : now ? "<path class=\"mark-key\" d=\"M" : "");
        if (done || now) {
            svg_len(b, done ? x - 8 * PX : x);
            buf_chr(b, ' ');
            svg_len(b, done ? Y : Y - R);
            buf_str(b, done ? "l6 6 10-11\"/>\n" : "a18 18 0 0 1 0 36z\"/>\n");
        }
        svg_text(b, x, 70 * PX, "a-m t-b t-14", step[i].label);
        svg_text(b, x, 89 * PX, "a-m t-2", step[i].sub);
    }
    svg_end(b);
}

/* A label centred under its mark, kept inside the picture. */
static void under(struct buf *b, len x, len y, len w, const char *end, const char *mid, const char *start, slice text)
{
    len half = svg_width(text, 13 * PX) / 2;
    if (x + half > w)
        svg_text(b, w, y, end, text);
    else if (x < half)
        svg_text(b, 0, y, start, text);
    else
        svg_text(b, x, y, mid, text);
}

void svg_until(struct buf *b, const char *id, slice title, slice desc, usec_t now, const struct svg_point *point,
               size_t n)
{
    enum { W = 396 * PX, X0 = 6 * PX, X1 = 390 * PX, TOP = 40 * PX, H = 14 * PX };
    char hm[6];
    usec_t end = n ? point[n - 1].at : now;
    usec_t span = end - now > USEC ? (end - now) / USEC : 1;
    instant_hm(now, hm);
    svg_open(b, "pic", id, W, 106 * PX, title, desc);
    svg_rect(b, X0, TOP, X1 - X0, H, "bar-soft");
    for (size_t i = 0; i < n; i++) {
        usec_t d = point[i].at > now ? (point[i].at - now) / USEC : 0;
        len x = i + 1 == n ? X1 : X0 + (len)(d * (X1 - X0) / span);
        if (i == 0 && n > 1)
            svg_rect(b, X0, TOP, x - X0, H, "bar");
        svg_rule(b, x, i + 1 == n ? TOP - 10 * PX : TOP - 6 * PX, x, TOP + H + 8 * PX, "axis");
        if (i + 1 == n || i == 0) { /* between them there is no room: the table has all */
            bool last = i + 1 == n;
            under(b, x, 80 * PX, last ? X1 : X1 - 150 * PX, "a-e t-b", last ? "a-e t-b" : "a-m t-b", "t-b",
                  point[i].label);
            under(b, x, 98 * PX, last ? X1 : X1 - 150 * PX, "a-e t-2", last ? "a-e t-2" : "a-m t-2", "t-2",
                  point[i].sub);
        }
    }
    svg_rule(b, X0, TOP - 10 * PX, X0, TOP + H + 8 * PX, "axis");
    svg_textf(b, X0, 22 * PX, "t-b", "今 %s", hm);
    svg_end(b);
}
