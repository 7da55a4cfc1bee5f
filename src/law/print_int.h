/* The pages of the law: what each says, whatever its form. Internal to the printing. */
#ifndef TB_LAW_PRINT_INT_H
#define TB_LAW_PRINT_INT_H

#include "page.h"

void doc_part_acts(struct doc_page *p, enum kind_id k); /* one kind's table */
void doc_part_conditions(struct doc_page *p);
void doc_part_roles(struct doc_page *p);
void doc_part_states(struct doc_page *p, enum kind_id k);
void doc_part_clocks(struct doc_page *p);
void doc_part_recipients(struct doc_page *p);
void doc_part_gates(struct doc_page *p);
void doc_part_articles(struct doc_page *p, const char *scenarios); /* folder, or NULL */

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
size_t law_ways(enum kind_id k, struct way out[WAYS_MAX]);

extern const char law_diagram_style[]; /* CSS */
void law_diagram_svg(struct buf *out, enum kind_id k,
                     bool file); /* file: with the XML name space of a file of its own */

#endif
