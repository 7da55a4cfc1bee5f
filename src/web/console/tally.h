/* Numbers on pages: counts of rows are released like the rows themselves, by the view, and after a leaf of their own.
 */
#ifndef TB_CONSOLE_TALLY_H
#define TB_CONSOLE_TALLY_H

#include "page.h"

/* What the view has said of rows that are alike; zeroed but for the first two. */
#define TALLY_SEEN 256
struct tally {
    struct page *p;
    enum kind_id kind;
    enum basis_id basis; /* of the last that may be shown */
    size_t n;
    struct {
        slice alike;
        bool may;
    } seen[TALLY_SEEN];
};

/* May the rows behind this group be counted? Its first two columns are `alike` and the id of one of them. */
bool tally_may(struct tally *c, const struct dbrows *rows, size_t row);
/* The read leaf for numbers; true when they may go out. `class`: names of classes, `text`: what is shown. */
bool tally_told(struct page *p, const char *object, const char *class, enum basis_id basis, size_t rows, slice text);

#endif
