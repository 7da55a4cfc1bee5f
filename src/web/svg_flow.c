#include "web/svg_int.h"

/* Ribbons from classes to recipients. A ribbon is as wide as its recipients are many, within bounds; at a source they
 * leave in the order of the targets, at a target they arrive in the order of the sources. A cut ribbon is a dotted
 * line that ends in a cross before its target. */
enum { W = 1376 * PX, X0 = 250 * PX, X1 = 930 * PX, BAR_W = 9 * PX, UNIT = 14 * PX, THIN = 12 * PX, THICK = 130 * PX };
enum { SOURCE_MIN = 48 * PX, TARGET_MIN = 62 * PX, SPACE = 24 * PX, CUT_W = 6 * PX, TEXT_X = 952 * PX };

struct node {
    len top, h, out; /* out: how much of its side is used by ribbons drawn so far */
};

struct lay {
    struct node source[SVG_FLOWS], target[SVG_FLOWS];
    size_t sources, targets, ribbons;
    len h;
};

static len width_of(const struct svg_ribbon *r)
{
    if (r->kind == SVG_FLOW_CUT)
        return CUT_W;
    len w = (len)(r->count < 100 ? r->count : 100) * UNIT;
    return w < THIN ? THIN : w > THICK ? THICK : w;
}

static void place(struct lay *y, const struct svg_flow *t)
{
    len in[SVG_FLOWS] = {0}, out[SVG_FLOWS] = {0}, at = 4 * PX;
    for (size_t i = 0; i < y->ribbons; i++) {
        const struct svg_ribbon *r = &t->ribbon[i];
        must(r->source < y->sources && r->target < y->targets);
        out[r->source] += width_of(r);
        in[r->target] += r->kind == SVG_FLOW_CUT ? 0 : width_of(r);
    }
    for (size_t i = 0; i < y->targets; i++) {
        len least = TARGET_MIN - (t->target[i].why_not.n ? 0 : 18 * PX);
        y->target[i] = (struct node){at, in[i] > least ? in[i] : least, 0};
        at += y->target[i].h + SPACE / 2;
    }
    y->h = at;
    at = 4 * PX;
    for (size_t i = 0; i < y->sources; i++) {
        y->source[i] = (struct node){at, out[i] > SOURCE_MIN ? out[i] : SOURCE_MIN, 0};
        at += y->source[i].h + SPACE;
    }
    y->h = at > y->h ? at : y->h;
}

static void curve(struct buf *b, len x0, len y0, len x1, len y1, bool back)
{
    len mid = (x0 + x1) / 2, p[] = {mid, y0, mid, y1, x1, y1};
    buf_chr(b, back ? 'L' : 'M');
    svg_len(b, x0);
    buf_chr(b, ' ');
    svg_len(b, y0);
    buf_str(b, "C");
    for (size_t i = 0; i < TB_COUNT(p); i++) {
        if (i)
            buf_chr(b, ' ');
        svg_len(b, p[i]);
    }
}

static void draw_cut(struct buf *b, len y0, len y1)
{
    len x = X1 - 60 * PX;
    buf_str(b, "<path class=\"cut\" d=\"");
    curve(b, X0, y0, x - 11 * PX, y1, false);
    buf_str(b, "\"/>\n");
    svg_circle(b, x, y1, 10 * PX, "node");
    svg_rule(b, x - 5 * PX, y1 - 5 * PX, x + 5 * PX, y1 + 5 * PX, "line-ink");
    svg_rule(b, x + 5 * PX, y1 - 5 * PX, x - 5 * PX, y1 + 5 * PX, "line-ink");
}

static void draw_ribbon(struct buf *b, struct lay *y, const struct svg_ribbon *r)
{
    struct node *s = &y->source[r->source], *t = &y->target[r->target];
    len w = width_of(r), y0 = s->top + s->out, y1 = t->top + t->out;
    s->out += w;
    if (r->kind == SVG_FLOW_CUT) {
        draw_cut(b, y0 + w / 2, t->top + t->h / 2);
        return;
    }
    t->out += w;
    bool held = r->kind == SVG_FLOW_HELD;
    buf_fmt(b, "<path class=\"%s\" d=\"", held ? "ribbon ribbon--held" : "ribbon");
    curve(b, X0, y0, X1, y1, false);
    curve(b, X1, y1 + w, X0, y0 + w, true);
    buf_str(b, "z\"/>\n");
    if (!held)
        return;
    for (int edge = 0; edge < 2; edge++) {
        buf_str(b, "<path class=\"ribbon-held\" d=\"");
        curve(b, X0, y0 + edge * w, X1, y1 + edge * w, false);
        buf_str(b, "\"/>\n");
    }
}

static void draw_source(struct buf *b, const struct node *n, const struct svg_source *s)
{
    struct svg_cut cut;
    len mid = n->top + n->h / 2;
    svg_rect(b, 1 * PX, n->top, X0 - 1 * PX, n->h, s->off ? "node-off" : "node");
    svg_text(b, 14 * PX, mid - 4 * PX, "t-b t-14", svg_fit(&cut, s->name, 14 * PX, X0 - 24 * PX));
    svg_text(b, 14 * PX, mid + 15 * PX, "t-2", svg_fit(&cut, s->sub, 13 * PX, X0 - 24 * PX));
}

static void draw_target(struct buf *b, const struct node *n, const struct svg_target *t)
{
    struct svg_cut cut;
    len lines = t->why_not.n ? 54 * PX : 36 * PX, y = n->top + (n->h - lines) / 2 + 14 * PX;
    svg_rect(b, X1, n->top, BAR_W, n->h, t->held ? "node-off" : "end");
    svg_text(b, TEXT_X, y, "t-b t-14", t->name);
    svg_text(b, TEXT_X + svg_width(t->name, 14 * PX) + 14 * PX, y, "t-key t-14", t->article);
    svg_text(b, TEXT_X, y + 18 * PX, "t-2", svg_fit(&cut, t->sub, 13 * PX, W - TEXT_X));
    svg_text(b, TEXT_X, y + 36 * PX, "t-2", svg_fit(&cut, t->why_not, 13 * PX, W - TEXT_X));
}

void svg_flow(struct buf *b, const struct svg_flow *t)
{
    struct lay y = {.sources = t->sources, .targets = t->targets, .ribbons = t->ribbons};
    must(t->sources <= SVG_FLOWS && t->targets <= SVG_FLOWS);
    place(&y, t);
    svg_open(b, "pic pic--wide", t->id, W, y.h, t->title, t->desc);
    for (size_t i = 0; i < y.ribbons; i++)
        draw_ribbon(b, &y, &t->ribbon[i]);
    for (size_t i = 0; i < y.sources; i++)
        draw_source(b, &y.source[i], &t->source[i]);
    for (size_t i = 0; i < y.targets; i++)
        draw_target(b, &y.target[i], &t->target[i]);
    svg_end(b);
}
