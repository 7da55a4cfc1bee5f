/* What hangs on a case: everything of a kind whose field `case` names it, as far as the reader may see it. */
#ifndef TB_RELATED_H
#define TB_RELATED_H

#include "page.h"

size_t related(struct page *p, enum kind_id k, slice case_id, const struct gate_row ***out);
struct part_story page_story_of(struct page *p, const struct gate_row *row); /* item.c */
const struct gate_row *proof_subject(struct page *p, int64_t leaf);          /* whose leaf, if he may see it. proof.c */
slice field_text(const struct gate_row *row, enum name_id n);                /* empty when there is none */

#endif
