/* Where the records of a big JSON document begin and end. Only strings, escapes and brackets are followed, to find
 * the elements of one top-level array; reading them is jansson's work. All that is not an element is kept as a small
 * skeleton, `{"version":"2.0","vulnerabilities":[]}`, which jansson reads at the end: so a cut or damaged file is
 * noticed, and keys before and after the array are had in any order. A document without such an array is all
 * skeleton. */
#ifndef TB_FEED_SCAN_H
#define TB_FEED_SCAN_H

#include "base/base.h"

enum scan_step {
    SCAN_MORE,    /* all input is used up */
    SCAN_ELEMENT, /* elem holds one element's text */
    SCAN_BAD      /* no comma, or one too many, between elements */
};

enum scan_where { SCAN_HEAD, SCAN_FIRST, SCAN_INSIDE, SCAN_AFTER, SCAN_TAIL };

struct scan {
    const char *const *want; /* names of the array, NULL at the end */
    int found;               /* which of them, -1 */
    enum scan_where where;
    bool begun, in_string, escaped, key_ready;
    uint32_t depth; /* outside the array: of the document; inside: of the element */
    char key[24];   /* the last string at the document's own level */
    size_t key_n;
    struct buf elem, skel;
};

void scan_init(struct scan *s, const char *const *want, size_t elem_max, size_t skel_max);
void scan_free(struct scan *s);
/* Takes bytes until an element is whole. *used says how many were taken. elem is cleared by the next call; when it
 * is `over`, the element was longer than elem_max and is passed over. */
enum scan_step scan_feed(struct scan *s, const char *p, size_t n, size_t *used);
static inline bool scan_closed(const struct scan *s)
{
    return s->where == SCAN_TAIL || s->found < 0;
}

/* What reading this text as JSON would take: nesting, and a bound on the memory for the values. */
struct scan_cost {
    uint32_t depth;
    size_t bytes;
};
struct scan_cost scan_cost(slice json);

#endif
