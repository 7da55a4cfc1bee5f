#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text.h"

#define CELL_MAX ((size_t)64 * 1024)
#define WRAP     40 /* cells of a terminal's column, at most */

struct doc_row {
    slice cell[DOC_COLS];
    struct doc_row *next;
};

void doc_init(struct doc_page *p, struct buf *out, struct arena *a, enum doc_form form)
{
    *p = (struct doc_page){.out = out, .a = a, .form = form, .ja = true, .cell = BUF(CELL_MAX)};
}

void doc_end(struct doc_page *p)
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

static void escaped(const struct doc_page *p, struct buf *b, slice s)
{
    if (p->form == DOC_HTML)
        html_esc(b, s);
    else if (p->form == DOC_MD)
        md_escape(b, s);
    else
        buf_sl(b, s);
}

static struct buf *sink(struct doc_page *p)
{
    return p->in_cell ? &p->cell : p->out;
}

static void words(const struct doc_page *p, struct buf *b, const char *fmt, va_list ap)
{
    char *z;
    int n = vasprintf(&z, fmt, ap);
    must(n >= 0);
    escaped(p, b, (slice){z, (size_t)n});
    free(z);
}

void doc_put(struct doc_page *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    words(p, sink(p), fmt, ap);
    va_end(ap);
}

void doc_code(struct doc_page *p, const char *name)
{
    static const char *const open[] = {[DOC_TEXT] = "", [DOC_HTML] = "<code>", [DOC_MD] = "`"};
    static const char *const close[] = {[DOC_TEXT] = "", [DOC_HTML] = "</code>", [DOC_MD] = "`"};
    buf_str(sink(p), open[p->form]);
    buf_str(sink(p), name); /* a name of the rows: nothing in it to escape */
    buf_str(sink(p), close[p->form]);
}

void doc_link(struct doc_page *p, const char *page, const char *id, const char *text)
{
    struct buf *b = sink(p);
    if (p->form == DOC_HTML)
        buf_fmt(b, "<a href=\"#%s\">", id);
    else if (p->form == DOC_MD)
        buf_chr(b, '[');
    escaped(p, b, sl(text));
    if (p->form == DOC_HTML)
        buf_str(b, "</a>");
    else if (p->form == DOC_MD)
        buf_fmt(b, "](%s%s#%s)", page ? page : "", page ? ".md" : "", id);
}

void doc_line(struct doc_page *p)
{
    if (p->in_cell && p->cell.n)
        buf_chr(&p->cell, '\n');
}

/* --- blocks --- */
void doc_title(struct doc_page *p, int level, const char *id, const char *text)
{
    if (p->form == DOC_HTML)
        buf_fmt(p->out, "<h%d id=\"%s\">", level, id);
    else if (p->form == DOC_MD)
        buf_fmt(p->out, "\n<a id=\"%s\"></a>\n\n%.*s ", id, level, "######");
    else
        buf_str(p->out, level < 3 ? "\n== " : "\n-- ");
    escaped(p, p->out, sl(text));
    if (p->form == DOC_HTML)
        buf_fmt(p->out, "</h%d>", level);
    buf_chr(p->out, '\n');
}

static void block(struct doc_page *p, const char *const around[][2], const char *fmt, va_list ap)
{
    buf_str(p->out, around[p->form][0]);
    words(p, p->out, fmt, ap);
    buf_str(p->out, around[p->form][1]);
}

void doc_para(struct doc_page *p, const char *fmt, ...)
{
    static const char *const around[][2] = {
        [DOC_TEXT] = {"\n", "\n"}, [DOC_HTML] = {"<p>", "</p>\n"}, [DOC_MD] = {"\n", "\n"}};
    va_list ap;
    va_start(ap, fmt);
    block(p, around, fmt, ap);
    va_end(ap);
}

/* --- tables --- */
static bool hidden(const struct doc_page *p, size_t col)
{
    return p->form == DOC_TEXT && p->head[col][0] == '|';
}

static slice head_of(const struct doc_page *p, size_t col)
{
    slice ja, en;
    slice both = sl(p->head[col] + (p->head[col][0] == '|'));
    return sl_cut(both, '/', &ja, &en) && !p->ja ? en : ja;
}

static void cell_end(struct doc_page *p)
{
    if (!p->in_cell)
        return;
    must(!p->cell.over && p->col < p->cols);
    p->last->cell[p->col++] = arena_sl(p->a, buf_slice(&p->cell));
    p->in_cell = false;
    buf_clear(&p->cell);
}

void doc_open(struct doc_page *p, const char *caption, const char *const *head, size_t cols)
{
    must(cols <= DOC_COLS);
    p->head = head;
    p->cols = cols;
    p->first = p->last = NULL;
    if (p->form == DOC_HTML) {
        buf_str(p->out, "<table>\n<caption>");
        html_esc(p->out, sl(caption));
        buf_str(p->out, "</caption>\n");
    }
}

void doc_row(struct doc_page *p)
{
    cell_end(p);
    struct doc_row *l = arena_get(p->a, sizeof *l);
    if (p->last)
        p->last->next = l;
    else
        p->first = l;
    p->last = l;
    p->col = 0;
}

void doc_cell(struct doc_page *p)
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

static void close_html(struct doc_page *p)
{
    buf_str(p->out, "<thead><tr>");
    for (size_t i = 0; i < p->cols; i++)
        buf_fmt(p->out, "<th scope=\"col\">" PRIs "</th>", ARGs(head_of(p, i)));
    buf_str(p->out, "</tr></thead>\n<tbody>\n");
    for (const struct doc_row *l = p->first; l; l = l->next) {
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

static void close_md(struct doc_page *p)
{
    buf_str(p->out, "\n|");
    for (size_t i = 0; i < p->cols; i++)
        buf_fmt(p->out, " " PRIs " |", ARGs(head_of(p, i)));
    buf_str(p->out, "\n|");
    for (size_t i = 0; i < p->cols; i++)
        buf_str(p->out, "---|");
    for (const struct doc_row *l = p->first; l; l = l->next) {
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

int doc_width(slice s)
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

static int column_width(const struct doc_page *p, size_t col)
{
    int w = doc_width(head_of(p, col));
    for (const struct doc_row *l = p->first; l; l = l->next)
        for (slice rest = l->cell[col]; rest.n;) {
            int x = doc_width(fold(&rest));
            w = x > w ? x : w;
        }
    return w;
}

static void padded(struct buf *b, slice s, int width, bool last)
{
    buf_sl(b, s);
    for (int w = doc_width(s); !last && w < width + 2; w++)
        buf_chr(b, ' ');
}

static bool line_text(struct doc_page *p, slice *rest, const int *width)
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

static void close_text(struct doc_page *p)
{
    int width[DOC_COLS] = {0}, all = 0;
    slice rest[DOC_COLS];
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
    for (const struct doc_row *l = p->first; l; l = l->next) {
        memcpy(rest, l->cell, sizeof rest);
        bool tall = false;
        while (line_text(p, rest, width))
            tall = true;
        if (tall && l->next)
            buf_chr(p->out, '\n');
    }
}

void doc_close(struct doc_page *p)
{
    cell_end(p);
    if (p->form == DOC_HTML)
        close_html(p);
    else if (p->form == DOC_MD)
        close_md(p);
    else
        close_text(p);
}
