/* The pages of the law: what each says, whatever its form. Internal to the printing. */
#ifndef TB_LAW_PRINT_INT_H
#define TB_LAW_PRINT_INT_H

#include "page.h"

void part_acts(struct page *p, enum kind_id k); /* one kind's table */
void part_conditions(struct page *p);
void part_roles(struct page *p);
void part_states(struct page *p, enum kind_id k);
void part_clocks(struct page *p);
void part_recipients(struct page *p);
void part_gates(struct page *p);
void part_articles(struct page *p, const char *scenarios); /* folder, or NULL */

/* Every way a subject of the kind gets from a state to another: by an act of its own, in the wake of another's act, by
 * a lapse. */
enum way_sort { WAY_ACT, WAY_SIDE, WAY_LAPSE };
struct way {
    enum way_sort sort;
    const char *title, *name; /* of the act, or of the clock */
    uint32_t from;            /* bit i: states[i] of the kind; */
    bool made;                /* also from nothing */
    bool same;                /* stays where it is */
    uint32_t to, negative;    /* negative: of a refusing outcome */
};
#define WAYS_MAX 80
size_t ways_of(enum kind_id k, struct way out[WAYS_MAX]);

extern const char diagram_style[];                            /* CSS */
void diagram_svg(struct buf *out, enum kind_id k, bool file); /* file: with the XML name space of a file of its own */

#endif
