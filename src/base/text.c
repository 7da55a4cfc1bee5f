#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

/* --- UTF-8 --- */

/* The code point at s.p[*at], stepping over it; -1 if the bytes are not UTF-8. */
static int32_t next_point(slice s, size_t *at)
{
    unsigned char c = (unsigned char)s.p[*at];
    if (c < 0x80) {
        ++*at;
        return c;
    }
    utf8proc_int32_t cp;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + *at, (utf8proc_ssize_t)(s.n - *at), &cp);
    if (n <= 0)
        return -1;
    *at += (size_t)n;
    return cp;
}

/* How many of the bytes from `at` on are ASCII, told by eights: most of what is stored is nothing else. */
static size_t ascii_run(slice s, size_t at)
{
    size_t from = at;
    for (uint64_t eight; at + sizeof eight <= s.n; at += sizeof eight) {
        memcpy(&eight, s.p + at, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
    }
    return at - from;
}

void utf8_mend(char *z)
{
    slice s = sl(z);
    size_t to = 0;
    for (size_t at = 0; at < s.n;) {
        size_t from = at;
        if (next_point(s, &at) < 0) {
            at = from + 1;
            continue;
        }
        memmove(z + to, z + from, at - from);
        to += at - from;
    }
    z[to] = '\0';
}

bool utf8_ok(slice s)
{
    for (size_t at = 0; at < s.n;) {
        at += ascii_run(s, at);
        if (at < s.n && next_point(s, &at) < 0)
            return false;
    }
    return true;
}

size_t utf8_count(slice s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

/* What makes a line read otherwise than it is stored: C0, DEL, C1, and the marks that turn the direction of writing. */
static bool is_control(int32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

bool text_clean(slice s, bool multiline)
{
    for (size_t at = 0; at < s.n;) {
        int32_t cp = next_point(s, &at);
        if (cp < 0)
            return false;
        bool line = cp == '\n' || cp == '\t' || cp == 0x2028 || cp == 0x2029;
        if (line ? !multiline : is_control(cp))
            return false;
    }
    return true;
}

/* --- normal forms --- */

static bool is_ascii(slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    }
    return true;
}

/* In the arena, so that its cap bounds what a normal form may grow to. */
static slice map(struct arena *a, slice s, utf8proc_option_t how)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s.p;
    utf8proc_ssize_t n = utf8proc_decompose(p, (utf8proc_ssize_t)s.n, NULL, 0, how);
    if (n < 0)
        return SLN;
    /* One word more than code points: the re-encoding puts a NUL behind them. */
    utf8proc_int32_t *cp = arena_arr(a, utf8proc_int32_t, n + 1);
    must(utf8proc_decompose(p, (utf8proc_ssize_t)s.n, cp, n, how) == n);
    utf8proc_ssize_t len = utf8proc_reencode(cp, n, how);
    must(len >= 0);
    return (slice){(char *)cp, (size_t)len};
}

slice text_nfkc(struct arena *a, slice s)
{
    if (is_ascii(s))
        return arena_sl(a, s);
    return map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}

static slice nfkc_fold(struct arena *a, slice s)
{
    if (!is_ascii(s))
        return map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    char *p = arena_dup(a, s);
    for (size_t i = 0; i < s.n; i++) {
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] - 'A' + 'a');
    }
    return (slice){p, s.n};
}

/* --- names --- */

/* As they stand after NFKC and case folding (㈱ is then "(株)", ㍿ "株式会社"); longer ones before what they begin
 * with. */
static const char *const ja_form[] = {"株式会社",
                                      "株式會社",
                                      "有限会社",
                                      "合同会社",
                                      "合資会社",
                                      "合名会社",
                                      "相互会社",
                                      "特定目的会社",
                                      "一般社団法人",
                                      "一般財団法人",
                                      "公益社団法人",
                                      "公益財団法人",
                                      "独立行政法人",
                                      "国立研究開発法人",
                                      "地方独立行政法人",
                                      "国立大学法人",
                                      "学校法人",
                                      "医療法人社団",
                                      "医療法人財団",
                                      "医療法人",
                                      "社会福祉法人",
                                      "特定非営利活動法人",
                                      "npo法人",
                                      "(株)",
                                      "(有)",
                                      "(同)",
                                      "(資)",
                                      "(名)",
                                      "(相)",
                                      "(一社)",
                                      "(一財)",
                                      "(公社)",
                                      "(公財)",
                                      "(独)",
                                      "(学)",
                                      "(医)",
                                      "(福)",
                                      "(社)",
                                      "(財)"};

/* Words at the end of a name, dots already spaces ("S.A." is "s a"). Words that end names of products as well
 * (SE, AB, AS, KG, LP) are not among them. */
static const char *const latin_form[] = {
    " inc",   " incorporated", " corp", " corporation", " co",   " company", " ltd",   " limited", " llc",
    " l l c", " llp",          " plc",  " p l c",       " gmbh", " mbh",     " ag",    " kgaa",    " co kg",
    " pty",   " pte",          " sdn",  " bhd",         " srl",  " s r l",   " s p a", " sarl",    " s a r l",
    " s a s", " s a",          " bv",   " b v",         " nv",   " n v",     " oy",    " oyj",     " aps",
    " a s",   " kk",           " k k",  " g k",         " y k",
};

enum kind { LETTER, GAP, DASH };

static bool is_dash(int32_t cp)
{
    return cp == '-' || (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2212 || cp == 0x30FC || cp == 0x2500 ||
           cp == 0x2501 || cp == 0x02D7 || cp == 0x2043 || cp == 0x301C || cp == '~';
}

static enum kind kind_of(int32_t cp)
{
    if (is_dash(cp))
        return DASH;
    if (cp == '#' || cp == '+')
        return LETTER; /* C# is not C++ */
    switch (utf8proc_category(cp)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PI:
    case UTF8PROC_CATEGORY_PF:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SO:
        return GAP;
    default:
        return LETTER;
    }
}

/* Length of the Japanese corporate form that s begins with, or 0. */
static size_t ja_form_at(slice s)
{
    for (size_t i = 0; i < TB_COUNT(ja_form); i++) {
        if (s.p[0] == ja_form[i][0] && sl_starts(s, ja_form[i]))
            return strlen(ja_form[i]);
    }
    return 0;
}

/* A name being written: one space between words, one '-' for a run of dashes and long vowel marks, none of either at a
 * word's edge (so サーバー and サーバ are one). */
struct name {
    char *p;
    size_t n;
};

static void put_gap(struct name *o)
{
    while (o->n && (o->p[o->n - 1] == '-' || o->p[o->n - 1] == ' '))
        o->n--;
    if (o->n)
        o->p[o->n++] = ' ';
}

static void put_dash(struct name *o)
{
    if (o->n && o->p[o->n - 1] != ' ' && o->p[o->n - 1] != '-')
        o->p[o->n++] = '-';
}

static slice squeeze(struct arena *a, slice s)
{
    /* A dropped form becomes a space and nothing else grows. */
    struct name o = {arena_get(a, s.n + 2), 0};
    for (size_t at = 0; at < s.n;) {
        size_t form = ja_form_at((slice){s.p + at, s.n - at}), from = at;
        enum kind k = GAP;
        if (form)
            at += form;
        else
            k = kind_of(next_point(s, &at));
        if (k == GAP)
            put_gap(&o);
        else if (k == DASH)
            put_dash(&o);
        else
            for (; from < at; from++)
                o.p[o.n++] = s.p[from];
    }
    put_gap(&o);
    if (o.n)
        o.n--;
    o.p[o.n] = '\0';
    return (slice){o.p, o.n};
}

static size_t latin_form_len(slice s)
{
    size_t longest = 0;
    for (size_t i = 0; i < TB_COUNT(latin_form); i++) {
        size_t n = strlen(latin_form[i]);
        if (n > longest && n < s.n && memcmp(s.p + s.n - n, latin_form[i], n) == 0)
            longest = n;
    }
    return longest;
}

slice text_fold(struct arena *a, slice s)
{
    slice low = nfkc_fold(a, s), out = squeeze(a, low);
    for (size_t n; (n = latin_form_len(out)) > 0;)
        out.n -= n;
    /* A name that is nothing but forms, marks or invisible characters is compared as it stands: no two such names may
     * meet in "". */
    if (out.n == 0)
        out = low.n ? low : utf8_ok(s) ? s : SLN;
    return arena_sl(a, out);
}

/* The two blocks of kana run side by side (U+3041–3096, 309D, 309E and U+30A1–30F6, 30FD, 30FE). */
static int32_t as_katakana(int32_t cp)
{
    return (cp >= 0x3041 && cp <= 0x3096) || cp == 0x309D || cp == 0x309E ? cp + 0x60 : cp;
}

slice text_sought(struct arena *a, slice s)
{
    slice low = nfkc_fold(a, s);
    char *p = arena_get(a, low.n + 1);
    size_t n = 0;
    for (size_t at = 0; at < low.n;) {
        int32_t cp = next_point(low, &at);
        if (kind_of(cp) == LETTER)
            n += (size_t)utf8proc_encode_char(as_katakana(cp), (utf8proc_uint8_t *)p + n); /* no longer than it was */
    }
    return n ? (slice){p, n} : low; /* marks alone are sought as they stand */
}

/* --- escaping --- */

void html_esc(struct buf *b, slice s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        const char *e = NULL;
        switch (s.p[i]) {
        case '&':
            e = "&amp;";
            break;
        case '<':
            e = "&lt;";
            break;
        case '>':
            e = "&gt;";
            break;
        case '"':
            e = "&quot;";
            break;
        case '\'':
            e = "&#39;";
            break;
        default:
            continue;
        }
        buf_add(b, s.p + from, i - from);
        buf_str(b, e);
        from = i + 1;
    }
    if (from < s.n)
        buf_add(b, s.p + from, s.n - from);
}

void url_esc(struct buf *b, slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (alnum || c == '-' || c == '.' || c == '_' || c == '~')
            buf_chr(b, c);
        else
            buf_fmt(b, "%%%02X", (unsigned)(unsigned char)c);
    }
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool url_unesc(struct arena *a, slice s, bool plus_is_space, slice *out)
{
    char *p = arena_get(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int hi = s.n - i > 2 ? hex_digit(s.p[i + 1]) : -1, lo = hi >= 0 ? hex_digit(s.p[i + 2]) : -1;
            if (lo < 0)
                return false;
            c = (char)(hi << 4 | lo);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0')
            return false; /* no text has one, and a C string would end there */
        p[n++] = c;
    }
    *out = (slice){p, n};
    return true;
}

/* --- CSV --- */

/* Length of the line end that s begins with: LF or CRLF, or 0. */
static size_t line_end(slice s)
{
    return sl_starts(s, "\n") ? 1 : sl_starts(s, "\r\n") ? 2 : 0;
}

static void skip(slice *s, size_t n)
{
    s->p += n;
    s->n -= n;
}

/* A quoted field; rest stands behind its closing mark. NULL or what is wrong. */
static const char *take_quoted(slice *rest, struct arena *a, slice *out)
{
    slice s = {rest->p + 1, rest->n - 1};
    size_t n = 0, doubled = 0;
    for (;; n++) {
        if (n == s.n)
            return "引用符「\"」が閉じられていません（RFC 4180 2.5）";
        if (s.p[n] != '"')
            continue;
        if (n + 1 == s.n || s.p[n + 1] != '"')
            break;
        doubled++;
        n++;
    }
    *out = (slice){s.p, n};
    *rest = s;
    skip(rest, n + 1);
    if (!doubled)
        return NULL;
    char *p = arena_get(a, n - doubled + 1);
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        p[to++] = s.p[i];
        i += s.p[i] == '"';
    }
    *out = (slice){p, to};
    return NULL;
}

static const char *take_plain(slice *rest, slice *out)
{
    size_t n = 0;
    for (; n < rest->n && rest->p[n] != ','; n++) {
        char c = rest->p[n];
        if (line_end((slice){rest->p + n, rest->n - n}))
            break;
        if (c == '"')
            return "引用符で囲まれていない欄に「\"」があります（RFC 4180 2.5）";
        if (c == '\r')
            return "行の途中に復帰文字（CR）があります（RFC 4180 2.1）";
    }
    *out = (slice){rest->p, n};
    skip(rest, n);
    return NULL;
}

static const char *take_record(slice *rest, struct arena *a, slice *field, size_t max, size_t *n)
{
    for (*n = 0;;) {
        slice f;
        const char *bad = sl_starts(*rest, "\"") ? take_quoted(rest, a, &f) : take_plain(rest, &f);
        if (bad)
            return bad;
        if (*n == max)
            return "欄の数が多すぎます";
        if (!utf8_ok(f))
            return "UTF-8 ではない文字があります。UTF-8 の CSV で保存してください";
        field[(*n)++] = f;
        size_t end = line_end(*rest);
        if (rest->n == 0 || end) {
            skip(rest, end);
            return NULL;
        }
        if (rest->p[0] != ',')
            return "閉じた引用符「\"」の後に文字があります（RFC 4180 2.5）";
        skip(rest, 1);
    }
}

bool csv_next(struct csv *c, struct arena *a, slice *field, size_t max, size_t *n)
{
    if (c->lines == 0 && sl_starts(c->rest, "\xEF\xBB\xBF"))
        skip(&c->rest, 3);
    for (size_t end; (end = line_end(c->rest)) > 0; c->lines++)
        skip(&c->rest, end);
    c->bad = NULL;
    *n = 0;
    if (c->rest.n == 0)
        return false;
    c->line = c->lines + 1;
    slice from = c->rest, head;
    c->bad = take_record(&c->rest, a, field, max, n);
    if (c->bad) {
        *n = 0;
        sl_cut(from, '\n', &head, &c->rest);
        c->lines++;
        return true;
    }
    for (const char *p = from.p; p < c->rest.p; p++)
        c->lines += *p == '\n';
    /* The last line may end with the file; what it is counted as is then never asked. */
    return true;
}

/* Spreadsheets run what begins so (also in full width). A plain number is none of it. */
static bool is_formula(slice s)
{
    static const char *const mark[] = {"=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"};
    bool number = s.n > 1 && (s.p[0] == '-' || s.p[0] == '+');
    for (size_t i = 1, dots = 0; number && i < s.n; i++) {
        dots += s.p[i] == '.';
        number = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] == '.' && dots == 1 && i > 1 && i + 1 < s.n);
    }
    for (size_t i = 0; !number && i < TB_COUNT(mark); i++) {
        if (sl_starts(s, mark[i]))
            return true;
    }
    return false;
}

void csv_put(struct buf *b, slice s, bool last)
{
    bool quote = false, formula = is_formula(s);
    for (size_t i = 0; i < s.n && !quote; i++)
        quote = strchr("\",\r\n", s.p[i]) != NULL;
    quote = quote || (s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' '));
    if (quote)
        buf_chr(b, '"');
    if (formula)
        buf_chr(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_chr(b, '"');
        buf_chr(b, s.p[i]);
    }
    if (quote)
        buf_chr(b, '"');
    buf_str(b, last ? "\r\n" : ",");
}
