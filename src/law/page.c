#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

#define CELL_MAX ((size_t)64 * 1024)
#define WRAP     40 /* cells of a terminal's column, at most */

struct page_line {
    slice cell[PAGE_COLS];
    struct page_line *next;
};

void page_init(struct page *p, struct buf *out, struct arena *a, enum page_form form)
{
    *p = (struct page){.out = out, .a = a, .form = form, .ja = true, .cell = BUF(CELL_MAX)};
}

void page_end(struct page *p)
{
    buf_free(&p->cell);
}

/* --- words --- */
static void md_escape(struct buf *b, slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (strchr("|*<>[]", s.p[i]))
            buf_chr(b, '\\');
        buf_chr(b, s.p[i]);
    }
}

static void escaped(const struct page *p, struct buf *b, slice s)
{
    if (p->form == PAGE_HTML)
        html_esc(b, s);
    else if (p->form == PAGE_MD)
        md_escape(b, s);
    else
        buf_sl(b, s);
}

static struct buf *sink(struct page *p)
{
    return p->in_cell ? &p->cell : p->out;
}

static void words(const struct page *p, struct buf *b, const char *fmt, va_list ap)
{
    char *z;
    int n = vasprintf(&z, fmt, ap);
    must(n >= 0);
    escaped(p, b, (slice){z, (size_t)n});
    free(z);
}

void put(struct page *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    words(p, sink(p), fmt, ap);
    va_end(ap);
}

void put_code(struct page *p, const char *name)
{
    static const char *const open[] = {[PAGE_TEXT] = "", [PAGE_HTML] = "<code>", [PAGE_MD] = "`"};
    static const char *const close[] = {[PAGE_TEXT] = "", [PAGE_HTML] = "</code>", [PAGE_MD] = "`"};
    buf_str(sink(p), open[p->form]);
    buf_str(sink(p), name); /* a name of the rows: nothing in it to escape */
    buf_str(sink(p), close[p->form]);
}

void put_link(struct page *p, const char *page, const char *id, const char *text)
{
    struct buf *b = sink(p);
    if (p->form == PAGE_HTML)
        buf_fmt(b, "<a href=\"#%s\">", id);
    else if (p->form == PAGE_MD)
        buf_chr(b, '[');
    escaped(p, b, sl(text));
    if (p->form == PAGE_HTML)
        buf_str(b, "</a>");
    else if (p->form == PAGE_MD)
        buf_fmt(b, "](%s%s#%s)", page ? page : "", page ? ".md" : "", id);
}

void put_line(struct page *p)
{
    if (p->in_cell && p->cell.n)
        buf_chr(&p->cell, '\n');
}

/* --- blocks --- */
void page_title(struct page *p, int level, const char *id, const char *text)
{
    if (p->form == PAGE_HTML)
        buf_fmt(p->out, "<h%d id=\"%s\">", level, id);
    else if (p->form == PAGE_MD)
        buf_fmt(p->out, "\n<a id=\"%s\"></a>\n\n%.*s ", id, level, "######");
    else
        buf_str(p->out, level < 3 ? "\n== " : "\n-- ");
    escaped(p, p->out, sl(text));
    if (p->form == PAGE_HTML)
        buf_fmt(p->out, "</h%d>", level);
    buf_chr(p->out, '\n');
}

static void block(struct page *p, const char *const around[][2], const char *fmt, va_list ap)
{
    buf_str(p->out, around[p->form][0]);
    words(p, p->out, fmt, ap);
    buf_str(p->out, around[p->form][1]);
}

void page_para(struct page *p, const char *fmt, ...)
{
    static const char *const around[][2] = {
        [PAGE_TEXT] = {"\n", "\n"}, [PAGE_HTML] = {"<p>", "</p>\n"}, [PAGE_MD] = {"\n", "\n"}};
    va_list ap;
    va_start(ap, fmt);
    block(p, around, fmt, ap);
    va_end(ap);
}

/* --- tables --- */
static bool hidden(const struct page *p, size_t col)
{
    return p->form == PAGE_TEXT && p->head[col][0] == '|';
}

static slice head_of(const struct page *p, size_t col)
{
    slice ja, en;
    slice both = sl(p->head[col] + (p->head[col][0] == '|'));
    return sl_cut(both, '/', &ja, &en) && !p->ja ? en : ja;
}

static void cell_end(struct page *p)
{
    if (!p->in_cell)
        return;
    must(!p->cell.over && p->col < p->cols);
    p->last->cell[p->col++] = arena_sl(p->a, buf_slice(&p->cell));
    p->in_cell = false;
    buf_clear(&p->cell);
}

void page_open(struct page *p, const char *caption, const char *const *head, size_t cols)
{
    must(cols <= PAGE_COLS);
    p->head = head;
    p->cols = cols;
    p->first = p->last = NULL;
    if (p->form == PAGE_HTML) {
        buf_str(p->out, "<table>\n<caption>");
        html_esc(p->out, sl(caption));
        buf_str(p->out, "</caption>\n");
    }
}

void page_row(struct page *p)
{
    cell_end(p);
    struct page_line *l = arena_get(p->a, sizeof *l);
    if (p->last)
        p->last->next = l;
    else
        p->first = l;
    p->last = l;
    p->col = 0;
}

void page_cell(struct page *p)
{
    cell_end(p);
    p->in_cell = true;
}

/* Lines of a cell, with `br` between. */
static void cell_lines(struct buf *b, slice s, const char *br)
{
    slice line;
    for (bool more = s.n > 0; more;) {
        more = sl_cut(s, '\n', &line, &s);
        buf_sl(b, line);
        if (more)
            buf_str(b, br);
    }
}

static void close_html(struct page *p)
{
    buf_str(p->out, "<thead><tr>");
    for (size_t i = 0; i < p->cols; i++)
        buf_fmt(p->out, "<th scope=\"col\">" PRIs "</th>", ARGs(head_of(p, i)));
    buf_str(p->out, "</tr></thead>\n<tbody>\n");
    for (const struct page_line *l = p->first; l; l = l->next) {
        buf_str(p->out, "<tr>");
        for (size_t i = 0; i < p->cols; i++) {
            buf_str(p->out, i ? "<td>" : "<th scope=\"row\">");
            cell_lines(p->out, l->cell[i], "<br>");
            buf_str(p->out, i ? "</td>" : "</th>");
        }
        buf_str(p->out, "</tr>\n");
    }
    buf_str(p->out, "</tbody>\n</table>\n");
}

static void close_md(struct page *p)
{
    buf_str(p->out, "\n|");
    for (size_t i = 0; i < p->cols; i++)
        buf_fmt(p->out, " " PRIs " |", ARGs(head_of(p, i)));
    buf_str(p->out, "\n|");
    for (size_t i = 0; i < p->cols; i++)
        buf_str(p->out, "---|");
    for (const struct page_line *l = p->first; l; l = l->next) {
        buf_str(p->out, "\n|");
        for (size_t i = 0; i < p->cols; i++) {
            buf_chr(p->out, ' ');
            cell_lines(p->out, l->cell[i], "<br>");
            buf_str(p->out, " |");
        }
    }
    buf_chr(p->out, '\n');
}

/* --- the terminal: columns of wide characters, folded --- */
static int char_width(slice s, size_t *bytes)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &c);
    *bytes = n > 0 ? (size_t)n : 1;
    return n > 0 ? utf8proc_charwidth(c) : 1;
}

int text_width(slice s)
{
    int w = 0;
    for (size_t i = 0, n; i < s.n; i += n)
        w += char_width((slice){s.p + i, s.n - i}, &n);
    return w;
}

/* A line may not begin with these. */
static bool closing(slice s)
{
    static const char *const mark[] = {"。", "、", "）", "」"};
    for (size_t i = 0; i < TB_COUNT(mark); i++)
        if (sl_starts(s, mark[i]))
            return true;
    return false;
}

/* May a line end before this place? Inside a word of ASCII letters it may not. */
static bool breakable(slice s, size_t at)
{
    bool wide_before = (s.p[at - 1] & 0x80) != 0, wide_after = (s.p[at] & 0x80) != 0;
    return (wide_before || wide_after || s.p[at] == ' ') && !closing((slice){s.p + at, s.n - at});
}

/* Takes the next line that fits. */
static slice fold(slice *rest)
{
    size_t i = 0, n, good = 0;
    for (int w = 0; i < rest->n && rest->p[i] != '\n'; i += n) {
        int more = char_width((slice){rest->p + i, rest->n - i}, &n);
        if (i && breakable(*rest, i))
            good = i;
        if ((w += more) > WRAP && !closing((slice){rest->p + i, rest->n - i}))
            break;
    }
    bool whole = i == rest->n || rest->p[i] == '\n';
    size_t end = whole || !good ? i : good;
    slice line = {rest->p, end};
    end += end < rest->n && (rest->p[end] == '\n' || rest->p[end] == ' ');
    *rest = (slice){rest->p + end, rest->n - end};
    return line;
}

static int column_width(const struct page *p, size_t col)
{
    int w = text_width(head_of(p, col));
    for (const struct page_line *l = p->first; l; l = l->next)
        for (slice rest = l->cell[col]; rest.n;) {
            int x = text_width(fold(&rest));
            w = x > w ? x : w;
        }
    return w;
}

static void padded(struct buf *b, slice s, int width, bool last)
{
    buf_sl(b, s);
    for (int w = text_width(s); !last && w < width + 2; w++)
        buf_chr(b, ' ');
}

static bool line_text(struct page *p, slice *rest, const int *width)
{
    bool more = false;
    size_t last = 0;
    for (size_t i = 0; i < p->cols; i++)
        if (!hidden(p, i) && rest[i].n)
            last = i;
    for (size_t i = 0; i < p->cols && i <= last; i++) {
        if (hidden(p, i))
            continue;
        padded(p->out, fold(&rest[i]), width[i], i == last);
        more = more || rest[i].n;
    }
    buf_chr(p->out, '\n');
    return more;
}

static void close_text(struct page *p)
{
    int width[PAGE_COLS] = {0}, all = 0;
    slice rest[PAGE_COLS];
    for (size_t i = 0; i < p->cols; i++) {
        width[i] = column_width(p, i);
        all += hidden(p, i) ? 0 : width[i] + 2;
        rest[i] = head_of(p, i);
    }
    buf_chr(p->out, '\n');
    line_text(p, rest, width);
    for (int i = 0; i < all - 2; i++)
        buf_chr(p->out, '-');
    buf_chr(p->out, '\n');
    for (const struct page_line *l = p->first; l; l = l->next) {
        memcpy(rest, l->cell, sizeof rest);
        bool tall = false;
        while (line_text(p, rest, width))
            tall = true;
        if (tall && l->next)
            buf_chr(p->out, '\n');
    }
}

void page_close(struct page *p)
{
    cell_end(p);
    if (p->form == PAGE_HTML)
        close_html(p);
    else if (p->form == PAGE_MD)
        close_md(p);
    else
        close_text(p);
}
