/* One text in three forms: for a terminal, as HTML, as Markdown. The pages of the law are written once (print.c) and
 * come out in each; escaping and widths are looked after here. Internal to the law's printing. */
#ifndef TB_LAW_PAGE_H
#define TB_LAW_PAGE_H

#include "law/law.h"

enum doc_form { DOC_TEXT, DOC_HTML, DOC_MD };
#define DOC_COLS 24

struct doc_row;
struct doc_page {
    struct buf *out;
    struct arena *a;
    enum doc_form form;
    bool ja;     /* headings of the terminal's tables; the other forms are Japanese */
    day_t today; /* of terminal and HTML; the Markdown says from when, never whether today: it is committed */
    const char *const *head; /* of the open table */
    size_t cols, col;
    struct doc_row *first, *last;
    struct buf cell; /* being written */
    bool in_cell;
};
void doc_init(struct doc_page *p, struct buf *out, struct arena *a, enum doc_form form);
void doc_end(struct doc_page *p);

void doc_title(struct doc_page *p, int level, const char *id, const char *text);
void doc_para(struct doc_page *p, const char *fmt, ...) TB_PRINTF(2, 3);

/* A table: open, then for each row `doc_row` and for each of its cells `doc_cell`, then close. A head is Japanese, or
 * Japanese and English with '/' between ("根拠/Basis"). A column whose head begins with '|' is left out of the
 * terminal's form. */
void doc_open(struct doc_page *p, const char *caption, const char *const *head, size_t cols);
void doc_row(struct doc_page *p);
void doc_cell(struct doc_page *p);
void doc_close(struct doc_page *p);

/* Into the open cell, or between blocks. */
void doc_put(struct doc_page *p, const char *fmt, ...) TB_PRINTF(2, 3);
void doc_code(struct doc_page *p, const char *name);
void doc_link(struct doc_page *p, const char *page, const char *id,
              const char *text);   /* page: "clocks", NULL: this one */
void doc_line(struct doc_page *p); /* next line, unless at the start */

int doc_width(slice s); /* cells of a terminal */

#endif
