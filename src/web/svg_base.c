#include "web/svg_int.h"

#include <utf8proc.h>

#include "base/text.h"

void svg_len(struct buf *b, len v)
{
    if (v < 0) {
        buf_chr(b, '-');
        v = -v;
    }
    buf_fmt(b, v % PX ? "%d.%d" : "%d", v / PX, v % PX);
}

static void attr(struct buf *b, const char *name, len v)
{
    buf_fmt(b, " %s=\"", name);
    svg_len(b, v);
    buf_chr(b, '"');
}

static void class_of(struct buf *b, const char *class)
{
    if (*class)
        buf_fmt(b, " class=\"%s\"", class);
}

void svg_open(struct buf *b, const char *class, const char *id, len w, len h, slice title, slice desc)
{
    buf_fmt(b, "<svg class=\"%s\" viewBox=\"0 0 ", class);
    svg_len(b, w);
    buf_chr(b, ' ');
    svg_len(b, h);
    buf_fmt(b, "\" role=\"img\" aria-labelledby=\"%s-t %s-d\"><title id=\"%s-t\">", id, id, id);
    html_esc(b, title);
    buf_fmt(b, "</title><desc id=\"%s-d\">", id);
    html_esc(b, desc);
    buf_str(b, "</desc>\n");
}

void svg_end(struct buf *b)
{
    buf_str(b, "</svg>\n");
}

static void box(struct buf *b, len x, len y, len w, len h)
{
    buf_str(b, "<rect");
    attr(b, "x", x);
    attr(b, "y", y);
    attr(b, "width", w > 0 ? w : 0);
    attr(b, "height", h);
}

void svg_rect(struct buf *b, len x, len y, len w, len h, const char *class)
{
    box(b, x, y, w, h);
    class_of(b, class);
    buf_str(b, "/>\n");
}

void svg_hatched(struct buf *b, len x, len y, len w, len h)
{
    box(b, x, y, w, h);
    buf_str(b, " class=\"edge-late\" fill=\"url(#hatch)\"/>\n");
}

void svg_rule(struct buf *b, len x1, len y1, len x2, len y2, const char *class)
{
    buf_str(b, "<line");
    attr(b, "x1", x1);
    attr(b, "y1", y1);
    attr(b, "x2", x2);
    attr(b, "y2", y2);
    class_of(b, class);
    buf_str(b, "/>\n");
}

void svg_circle(struct buf *b, len x, len y, len r, const char *class)
{
    buf_str(b, "<circle");
    attr(b, "cx", x);
    attr(b, "cy", y);
    attr(b, "r", r);
    class_of(b, class);
    buf_str(b, "/>\n");
}

void svg_text(struct buf *b, len x, len y, const char *class, slice text)
{
    if (text.n == 0)
        return;
    buf_str(b, "<text");
    attr(b, "x", x);
    attr(b, "y", y);
    class_of(b, class);
    buf_chr(b, '>');
    html_esc(b, text);
    buf_str(b, "</text>\n");
}

void svg_textf(struct buf *b, len x, len y, const char *class, const char *fmt, ...)
{
    char text[200];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    svg_text(b, x, y, class, sl(text));
}

/* Our face: full-width characters are square, the rest 0.56 of the size on the average. */
static len point_width(int32_t cp, len size)
{
    bool wide = utf8proc_charwidth(cp) == 2 || (cp >= 0x2460 && cp <= 0x24FF) || (cp >= 0x2190 && cp <= 0x21FF);
    return wide ? size : size * 56 / 100;
}

static size_t next_point(slice s, int32_t *cp)
{
    utf8proc_ssize_t n = utf8proc_iterate((const uint8_t *)s.p, (utf8proc_ssize_t)s.n, cp);
    return n > 0 ? (size_t)n : 1;
}

len svg_width(slice text, len size)
{
    len w = 0;
    int32_t cp = 0;
    while (text.n && w < 100000 * PX) {
        size_t n = next_point(text, &cp);
        w += point_width(cp, size);
        text = (slice){text.p + n, text.n - n};
    }
    return w;
}

slice svg_fit(struct svg_cut *c, slice text, len size, len room)
{
    if (svg_width(text, size) <= room)
        return text;
    len w = size; /* of the dots */
    int32_t cp = 0;
    size_t at = 0;
    while (at < text.n) {
        size_t n = next_point((slice){text.p + at, text.n - at}, &cp);
        w += point_width(cp, size);
        if (w > room || at + n + sizeof("…") > sizeof(c->at))
            break;
        at += n;
    }
    int n = snprintf(c->at, sizeof(c->at), PRIs "…", (int)at, text.p);
    return (slice){c->at, (size_t)n};
}

void svg_day_label(day_t day, const struct holidays *h, bool month, char out[32])
{
    static const char *const week[] = {"日", "月", "火", "水", "木", "金", "土"};
    int y, m, d, w = day_weekday(day);
    day_parts(day, &y, &m, &d);
    bool feast = w != 0 && w != 6 && h && day_is_holiday(day, h);
    if (month || d == 1)
        snprintf(out, 32, "%d/%d %s", m, d, feast ? "休" : week[w]);
    else
        snprintf(out, 32, "%d %s", d, feast ? "休" : week[w]);
}
