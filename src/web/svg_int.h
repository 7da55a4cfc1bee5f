/* Between the pictures only. Lengths are tenths of a pixel in whole numbers: the same bytes on every machine. */
#ifndef TB_SVG_INT_H
#define TB_SVG_INT_H

#include "web/svg.h"

#define PX 10
typedef int len; /* tenths of a pixel */

void svg_open(struct buf *b, const char *class, const char *id, len w, len h, slice title, slice desc);
void svg_end(struct buf *b);
/* Attributes and elements; a class of "" is left out. */
void svg_rect(struct buf *b, len x, len y, len w, len h, const char *class);
void svg_hatched(struct buf *b, len x, len y, len w, len h);
void svg_rule(struct buf *b, len x1, len y1, len x2, len y2, const char *class);
void svg_circle(struct buf *b, len x, len y, len r, const char *class);
void svg_text(struct buf *b, len x, len y, const char *class, slice text);
void svg_textf(struct buf *b, len x, len y, const char *class, const char *fmt, ...) TB_PRINTF(5, 6);
void svg_len(struct buf *b, len v);
len svg_width(slice text, len size); /* about: full-width characters are square */
struct svg_cut {
    char at[200];
};
slice svg_fit(struct svg_cut *c, slice text, len size, len room); /* the text, or a copy in c cut with … */

/* "11/18 水", "23 祝": the month with the first one and on the 1st */
void svg_day_label(day_t day, const struct holidays *h, bool month, char out[32]);

#endif
