/* The rows as tables for a terminal, as one HTML page, and as the pages of docs/law/. */
#ifndef TB_LAW_PRINT_H
#define TB_LAW_PRINT_H

#include "law/law.h"

void law_print_tables(struct buf *out, day_t today, bool ja);
void law_print_html(struct buf *out, day_t today); /* Japanese, complete, without script */

/* acts.md, states.md (with states/<kind>.svg), clocks.md, recipients.md, gates.md, articles.md below dir, made if
 * absent; files of before are replaced. The same rows give the same bytes on any day. Scenarios are looked for in
 * tests/scenario of the working directory; where there is none, articles.md says so. */
enum err law_print_book(const char *dir, day_t today, struct fault *f) TB_MUST_CHECK;

#endif
