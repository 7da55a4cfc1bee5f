#include "web/svg_int.h"

/* From one leaf at the foot to the signed head: at every level the node that was reached (lit), its neighbour on the
 * side where it stands, and the join of both. As narrow as a phone, so that it is the same picture everywhere. */
enum { W = 330 * PX, BOX = 108 * PX, NODE = 84 * PX, H = 36 * PX, PITCH = 58 * PX, ENDS = 44 * PX, MID = W / 2 };

static len row_y(size_t rungs, size_t i) /* the top of the boxes of level i; the foot is level 0 */
{
    return ENDS + 22 * PX + (len)(rungs - 1 - i) * PITCH;
}

static void pair(struct buf *b, len x, len y, len w, const char *box, const char *first, const char *second, slice one,
                 slice two)
{
    struct svg_cut cut;
    svg_rect(b, x, y, w, H, box);
    svg_text(b, x + w / 2, y + 15 * PX, first, svg_fit(&cut, one, 13 * PX, w - 4 * PX));
    svg_text(b, x + w / 2, y + 30 * PX, second, svg_fit(&cut, two, 13 * PX, w - 4 * PX));
}

/* What is told at the foot and at the top stands in a box of the whole width. */
static void end_box(struct buf *b, len y, const char *box, const char *first, const char *second, slice one, slice two)
{
    struct svg_cut cut;
    svg_rect(b, 1 * PX, y, W - 2 * PX, ENDS, box);
    svg_text(b, MID, y + 18 * PX, first, svg_fit(&cut, one, 14 * PX, W - 12 * PX));
    svg_text(b, MID, y + 36 * PX, second, svg_fit(&cut, two, 13 * PX, W - 12 * PX));
}

static void rung(struct buf *b, const struct svg_rung *r, len y)
{
    len side = r->left ? BOX / 2 : W - BOX / 2, join = y - 11 * PX;
    svg_rule(b, side, y, side, join, "line-ink");
    svg_rule(b, side, join, MID, join, "line-ink");
    svg_rule(b, MID, y, MID, y - (PITCH - H), "line-key");
    svg_circle(b, MID, join, 5 * PX, "mark");
    pair(b, r->left ? 1 * PX : W - BOX - 1 * PX, y, BOX, "node", "a-m t-2", "a-m", r->range, r->beside);
    pair(b, MID - NODE / 2, y, NODE, "bar-soft", "a-m t-key", "a-m t-b", r->level, r->node);
}

void svg_climb(struct buf *b, const struct svg_climb *t)
{
    size_t n = t->rungs < SVG_RUNGS ? t->rungs : SVG_RUNGS;
    len foot = row_y(n, 0) + PITCH - 22 * PX + 22 * PX;
    svg_open(b, "pic pic--climb", t->id, W, foot + ENDS + 2 * PX, t->title, t->desc);
    for (size_t i = 0; i < n; i++)
        rung(b, &t->rung[i], row_y(n, i));
    svg_rule(b, MID, foot, MID, foot - (PITCH - H), "line-key");
    end_box(b, 1 * PX, "node", "a-m t-b t-14", "a-m t-2", t->head, t->head_sub);
    end_box(b, foot, "bar-soft", "a-m t-b t-14 t-key", "a-m", t->leaf, t->leaf_sub);
    svg_end(b);
}
