/* The clocks that run, of what a reader may see, in the order in which they press. */
#ifndef TB_TICKS_H
#define TB_TICKS_H

#include "related.h"

struct tick {
    struct words_clock w;
    const struct gate_row *clock, *subject;
    usec_t mark;    /* when it presses: the limit, or the internal target; INT64_MAX: never */
    int64_t count;  /* how many it stands for */
    slice of, href; /* what it belongs to; where to go */
};

/* For a board: clocks of machines and of names come in hundreds, and those of one sort are told as one. */
size_t ticks_board(struct page *p, size_t max, struct tick **out, size_t *past);
/* One by one: of this name, or of all when it is empty. *more: there are others. */
size_t ticks_list(struct page *p, slice name, size_t max, struct tick **out, bool *more);

#endif
