/* One text in three forms: for a terminal, as HTML, as Markdown. The pages of the law are written once (print.c) and
 * come out in each; escaping and widths are looked after here. Internal to the law's printing. */
#ifndef TB_LAW_PAGE_H
#define TB_LAW_PAGE_H

#include "law/law.h"

enum page_form { PAGE_TEXT, PAGE_HTML, PAGE_MD };
#define PAGE_COLS 24

struct page_line;
struct page {
    struct buf *out;
    struct arena *a;
    enum page_form form;
    bool ja;     /* headings of the terminal's tables; the other forms are Japanese */
    day_t today; /* of terminal and HTML; the Markdown says from when, never whether today: it is committed */
    const char *const *head; /* of the open table */
    size_t cols, col;
    struct page_line *first, *last;
    struct buf cell; /* being written */
    bool in_cell;
};
void page_init(struct page *p, struct buf *out, struct arena *a, enum page_form form);
void page_end(struct page *p);

void page_title(struct page *p, int level, const char *id, const char *text);
void page_para(struct page *p, const char *fmt, ...) TB_PRINTF(2, 3);

/* A table: open, then for each row `page_row` and for each of its cells `page_cell`, then close. A head is Japanese, or
 * Japanese and English with '/' between ("根拠/Basis"). A column whose head begins with '|' is left out of the
 * terminal's form. */
void page_open(struct page *p, const char *caption, const char *const *head, size_t cols);
void page_row(struct page *p);
void page_cell(struct page *p);
void page_close(struct page *p);

/* Into the open cell, or between blocks. */
void put(struct page *p, const char *fmt, ...) TB_PRINTF(2, 3);
void put_code(struct page *p, const char *name);
void put_link(struct page *p, const char *page, const char *id, const char *text); /* page: "clocks", NULL: this one */
void put_line(struct page *p);                                                     /* next line, unless at the start */

int text_width(slice s); /* cells of a terminal */

#endif
