/* Values of a record as a page shows them: words, links to what is referred to, lists of what a structure holds. */
#ifndef TB_VALUES_H
#define TB_VALUES_H

#include "page.h"

/* .text and .lines are empty when there is nothing to show. */
struct part_value value_of(struct page *p, const struct law_field *f, struct val v);
slice value_origin(struct page *p, slice provenance);   /* 出典 of a sentence, in words */
slice value_range(struct page *p, const json_t *match); /* 7.2.0 以上 7.2.4 未満 */

#endif
