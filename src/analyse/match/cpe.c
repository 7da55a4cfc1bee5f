#include "cpe.h"

#include <string.h>

static const char *const attr_name[CPE_ATTRS] = {"part",      "vendor",    "product",  "version",
                                                 "update",    "edition",   "language", "sw_edition",
                                                 "target_sw", "target_hw", "other"};
static const char *const rel_name[] = {"disjoint", "subset", "equal", "superset", "undefined"};

const char *cpe_attr_name(enum cpe_attr a)
{
    return (unsigned)a < CPE_ATTRS ? attr_name[a] : "?";
}

const char *cpe_rel_name(enum cpe_rel r)
{
    return (unsigned)r < TB_COUNT(rel_name) ? rel_name[r] : "?";
}

static char low(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_plain(char c) /* stands unquoted in a formatted string */
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-' || (c & 0x80); /* a quote must not split a UTF-8 sequence */
}

/* --- reading --- */

/* One component, still quoted, to a value; the text is rewritten where it lies. */
static struct cpe_value value_of(char *p, size_t n)
{
    if (n == 1 && (*p == '*' || *p == '-'))
        return (struct cpe_value){.kind = *p == '*' ? CPE_ANY : CPE_NA};
    bool wild = false;
    for (size_t i = 0; i < n; i++) {
        p[i] = low(p[i]);
        if (p[i] == '\\' && i + 1 < n) {
            i++;
            p[i] = low(p[i]);
        } else if (p[i] == '*' || p[i] == '?') {
            wild = true;
        }
    }
    if (wild)
        return (struct cpe_value){CPE_WILD, {p, n}};
    size_t w = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\\' && i + 1 < n)
            i++;
        p[w++] = p[i];
    }
    return (struct cpe_value){CPE_LITERAL, {p, w}};
}

static size_t component_end(const char *p, size_t n) /* n + 1 when a quote is left dangling */
{
    for (size_t i = 0; i < n; i++) {
        if (p[i] == ':')
            return i;
        if (p[i] == '\\' && ++i == n)
            return n + 1;
    }
    return n;
}

/* The part of reading that all share. */
struct reading {
    bool ja;
    struct fault *f;
};

static enum err parse_components(const struct reading *r, char *p, size_t n, struct cpe *out)
{
    size_t count = 0;
    for (;;) {
        size_t end = component_end(p, n);
        if (end > n)
            return fault_set(r->f, E_PARSE, "cpe",
                             r->ja ? "CPE名の末尾に \\ だけを置けません"
                                   : "a CPE name must not end in a single backslash");
        if (count < CPE_ATTRS && end == 0)
            return fault_set(r->f, E_PARSE, "cpe",
                             r->ja ? "%zu番目の要素（%s）が空です。任意の値は * と書いてください"
                                   : "component %zu (%s) is empty; write * for any value",
                             count + 1, attr_name[count]);
        if (count < CPE_ATTRS)
            out->at[count] = value_of(p, end);
        count++;
        if (end == n)
            break;
        p += end + 1;
        n -= end + 1;
    }
    if (count != CPE_ATTRS)
        return fault_set(r->f, E_PARSE, "cpe",
                         r->ja ? "cpe:2.3: のあとの要素が%zu個あります（11個。NISTIR 7695 6.2）"
                               : "%zu components after cpe:2.3:, not 11 (NISTIR 7695 6.2)",
                         count);
    return E_OK;
}

static int hex_digit(char c)
{
    c = low(c);
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void put_quoted(struct buf *b, char c)
{
    if (!is_plain(c))
        buf_chr(b, '\\');
    buf_chr(b, c);
}

/* %01 and %02 are the wildcards ? and *: legal only in a run at either end (7695 6.1). */
static bool wild_place_ok(slice s, size_t i)
{
    size_t j = i;
    while (j >= 3 && s.p[j - 3] == '%' && s.p[j - 2] == '0' && (s.p[j - 1] == '1' || s.p[j - 1] == '2'))
        j -= 3;
    if (j == 0)
        return true;
    for (j = i; j < s.n; j += 3)
        if (s.n - j < 3 || s.p[j] != '%' || s.p[j + 1] != '0' || (s.p[j + 2] != '1' && s.p[j + 2] != '2'))
            return false;
    return true;
}

static enum err uri_value(const struct reading *r, slice s, const char *name, struct buf *b)
{
    if (s.n == 0 || sl_is(s, "-")) {
        buf_chr(b, s.n ? '-' : '*');
        return E_OK;
    }
    size_t start = b->n;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '%') {
            put_quoted(b, s.p[i]);
            continue;
        }
        int hi = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1, lo = hi < 0 ? -1 : hex_digit(s.p[i + 2]);
        int c = hi < 0 || lo < 0 ? 0 : hi * 16 + lo;
        if (c == 0x7F || (c < 0x20 && (c < 1 || c > 2 || !wild_place_ok(s, i))))
            return fault_set(r->f, E_PARSE, "cpe",
                             r->ja ? "%s の%zuバイト目の%%の並びが誤っています（NISTIR 7695 6.1）"
                                   : "%s: a wrong or misplaced %% sequence at byte %zu (NISTIR 7695 6.1)",
                             name, i + 1);
        if (c == 1 || c == 2)
            buf_chr(b, c == 1 ? '?' : '*');
        else
            put_quoted(b, (char)c);
        i += 2;
    }
    if (b->n == start + 1 && b->p[start] == '-') { /* %2d alone is the character, not the value NA */
        b->n = start;
        buf_str(b, "\\-");
    }
    return E_OK;
}

/* The edition component of a URI: "~edition~sw_edition~target_sw~target_hw~other", or the edition alone. */
static enum err uri_edition(const struct reading *r, slice s, slice part[5])
{
    for (size_t i = 0; i < 5; i++)
        part[i] = SLN;
    if (s.n == 0 || s.p[0] != '~') {
        part[0] = s;
        return E_OK;
    }
    slice rest = {s.p + 1, s.n - 1};
    for (size_t i = 0; i < 5; i++) {
        bool more = sl_cut(rest, '~', &part[i], &rest);
        if (more != (i < 4))
            return fault_set(r->f, E_PARSE, "cpe",
                             r->ja ? "~ で始まる edition は五つの部分から成ります（NISTIR 7695 6.1）"
                                   : "a packed edition has five parts: ~edition~sw_edition~target_sw~target_hw~other "
                                     "(NISTIR 7695 6.1)");
    }
    return E_OK;
}

/* The URI's components, rewritten as those of a formatted string. */
static enum err uri_to_fs(const struct reading *r, slice rest, struct buf *b)
{
    slice at[CPE_ATTRS] = {{0}};
    static const enum cpe_attr packed[5] = {CPE_EDITION, CPE_SW_EDITION, CPE_TARGET_SW, CPE_TARGET_HW, CPE_OTHER};
    slice part[5];
    size_t i = 0;
    for (bool more = true; more; i++) {
        if (i > CPE_LANGUAGE)
            return fault_set(r->f, E_PARSE, "cpe",
                             r->ja ? "cpe:/ のあとの要素は七つまでです" : "more than 7 components after cpe:/");
        more = sl_cut(rest, ':', &at[i], &rest);
    }
    enum err e = uri_edition(r, at[CPE_EDITION], part);
    if (e)
        return e;
    for (i = 0; i < 5; i++)
        at[packed[i]] = part[i];
    for (i = 0; i < CPE_ATTRS; i++) {
        if (i)
            buf_chr(b, ':');
        if ((e = uri_value(r, at[i], attr_name[i], b)))
            return e;
    }
    return E_OK;
}

static enum err parse_uri(const struct reading *r, struct arena *a, slice rest, struct cpe *out)
{
    struct buf b = BUF(2 * CPE_TEXT_MAX + 2 * CPE_ATTRS);
    enum err e = uri_to_fs(r, rest, &b);
    if (!e) {
        must(!b.over);
        e = parse_components(r, arena_dup(a, buf_slice(&b)), b.n, out);
    }
    buf_free(&b);
    return e;
}

enum err cpe_parse(struct arena *a, slice text, struct cpe *out, bool ja, struct fault *f)
{
    const struct reading r = {ja, f};
    *out = (struct cpe){0};
    if (text.n > CPE_TEXT_MAX)
        return fault_set(f, E_TOO_BIG, "cpe",
                         ja ? "CPE名は%dバイトまでです（%zuバイト）" : "a CPE name has at most %d bytes, this one %zu",
                         CPE_TEXT_MAX, text.n);
    if (sl_starts(text, "cpe:2.3:")) {
        slice rest = {text.p + 8, text.n - 8};
        return parse_components(&r, arena_dup(a, rest), rest.n, out);
    }
    if (sl_starts(text, "cpe:/"))
        return parse_uri(&r, a, (slice){text.p + 5, text.n - 5}, out);
    return fault_set(f, E_PARSE, "cpe",
                     ja ? "CPE名は cpe:2.3: か cpe:/ で始まります" : "a CPE name begins with cpe:2.3: or cpe:/");
}

/* --- what a new name must keep to --- */

static bool wildcards_at_ends(slice s)
{
    size_t i = 0, end = s.n;
    if (i < end && s.p[i] == '*')
        i++;
    else
        while (i < end && s.p[i] == '?')
            i++;
    for (; i < end; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == '*')
            return i + 1 == end;
        else if (s.p[i] == '?')
            break;
    }
    while (i < end && s.p[i] == '?')
        i++;
    return i >= end;
}

static bool language_ok(slice s) /* 7695 5.3: language[-region] of RFC 5646 */
{
    size_t i = 0, j;
    while (i < s.n && s.p[i] >= 'a' && s.p[i] <= 'z')
        i++;
    if (i < 2 || i > 3)
        return false;
    if (i == s.n)
        return true;
    if (s.p[i] != '-')
        return false;
    slice region = {s.p + i + 1, s.n - i - 1};
    bool letters = region.n == 2, digits = region.n == 3;
    for (j = 0; j < region.n; j++) {
        letters = letters && region.p[j] >= 'a' && region.p[j] <= 'z';
        digits = digits && region.p[j] >= '0' && region.p[j] <= '9';
    }
    return letters || digits;
}

static enum err check_value(const struct cpe_value *v, const char *name, bool ja, struct fault *f)
{
    for (size_t k = 0; k < v->text.n; k++)
        if (v->text.p[k] <= ' ' || v->text.p[k] > '~')
            return fault_set(f, E_FIELD, name,
                             ja ? "%s に使えるのは空白を除くASCIIの図形文字だけです（NISTIR 7695 5.3.2）"
                                : "%s: only printable ASCII without spaces (NISTIR 7695 5.3.2)",
                             name);
    if (v->kind == CPE_WILD && !wildcards_at_ends(v->text))
        return fault_set(f, E_FIELD, name,
                         ja ? "%s の * と ? は値の両端にだけ置けます（NISTIR 7695 5.3.2）"
                            : "%s: * and ? may stand only at the ends (NISTIR 7695 5.3.2)",
                         name);
    if (v->kind == CPE_LITERAL && sl_is(v->text, "-"))
        return fault_set(f, E_FIELD, name,
                         ja ? "%s の値を \\- だけにはできません（NISTIR 7695 5.3.2）"
                            : "%s: a quoted hyphen alone is no value (NISTIR 7695 5.3.2)",
                         name);
    return E_OK;
}

enum err cpe_check(const struct cpe *c, bool ja, struct fault *f)
{
    for (size_t i = 0; i < CPE_ATTRS; i++) {
        enum err e = check_value(&c->at[i], attr_name[i], ja, f);
        if (e)
            return e;
    }
    const struct cpe_value *part = &c->at[CPE_PART], *lang = &c->at[CPE_LANGUAGE];
    if (part->kind == CPE_WILD ||
        (part->kind == CPE_LITERAL && !sl_is(part->text, "a") && !sl_is(part->text, "o") && !sl_is(part->text, "h")))
        return fault_set(f, E_FIELD, "part",
                         ja ? "part は a（アプリケーション）、o（OS・ファームウェア）、h（ハードウェア）のいずれかです"
                            : "part is a (application), o (operating system) or h (hardware)");
    if (lang->kind == CPE_WILD || (lang->kind == CPE_LITERAL && !language_ok(lang->text)))
        return fault_set(f, E_FIELD, "language",
                         ja ? "language は ja や en-us のような言語タグです（RFC 5646、NISTIR 7695 5.3）"
                            : "language is a tag such as ja or en-us (RFC 5646, NISTIR 7695 5.3)");
    return E_OK;
}

/* --- writing --- */

void cpe_bind_value(const struct cpe_value *v, struct buf *out)
{
    switch (v->kind) {
    case CPE_ANY:
        buf_chr(out, '*');
        return;
    case CPE_NA:
        buf_chr(out, '-');
        return;
    case CPE_LITERAL:
        if (sl_is(v->text, "-"))
            buf_chr(out, '\\');
        for (size_t i = 0; i < v->text.n; i++)
            put_quoted(out, v->text.p[i]);
        return;
    case CPE_WILD:
        for (size_t i = 0; i < v->text.n; i++) {
            char c = v->text.p[i];
            if (c == '\\' && i + 1 < v->text.n)
                put_quoted(out, v->text.p[++i]);
            else if (c == '*' || c == '?')
                buf_chr(out, c);
            else
                put_quoted(out, c);
        }
        return;
    }
}

void cpe_bind(const struct cpe *c, struct buf *out)
{
    buf_str(out, "cpe:2.3");
    for (size_t i = 0; i < CPE_ATTRS; i++) {
        buf_chr(out, ':');
        cpe_bind_value(&c->at[i], out);
    }
}

/* --- relations --- */

/* The set of places in the pattern that the text read so far can reach is carried along, so no pattern costs more
 * than its length times the text's. */
bool cpe_wild_match(slice pattern, slice text)
{
    enum { ONE = 256, MANY };
    uint16_t tok[CPE_TEXT_MAX];
    bool reach[CPE_TEXT_MAX + 1];
    size_t n = 0;
    must(pattern.n <= CPE_TEXT_MAX);
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        if (c == '\\' && i + 1 < pattern.n)
            tok[n++] = (uint8_t)pattern.p[++i];
        else
            tok[n++] = c == '*' ? MANY : c == '?' ? ONE : (uint8_t)c;
    }
    for (size_t i = 0; i <= n; i++) /* before any text: `*` and `?` may be nothing */
        reach[i] = i == 0 || (reach[i - 1] && tok[i - 1] >= ONE);
    for (size_t k = 0; k < text.n; k++) {
        bool before = reach[0]; /* reach[i - 1] as it was before this byte */
        reach[0] = false;
        for (size_t i = 1; i <= n; i++) {
            uint16_t t = tok[i - 1];
            bool was = reach[i];
            bool takes = before && (t >= ONE || t == (uint8_t)text.p[k]);
            reach[i] = takes || (t == MANY && was) || (t >= ONE && reach[i - 1]);
            before = was;
        }
    }
    return reach[n];
}

enum cpe_rel cpe_value_rel(const struct cpe_value *source, const struct cpe_value *target)
{
    if (target->kind == CPE_WILD)
        return CPE_UNDEFINED;
    if (source->kind == CPE_ANY)
        return target->kind == CPE_ANY ? CPE_EQUAL : CPE_SUPERSET;
    if (target->kind == CPE_ANY)
        return CPE_SUBSET;
    if (source->kind == CPE_NA || target->kind == CPE_NA)
        return source->kind == target->kind ? CPE_EQUAL : CPE_DISJOINT;
    if (source->kind == CPE_WILD)
        return cpe_wild_match(source->text, target->text) ? CPE_SUPERSET : CPE_DISJOINT;
    return sl_eq(source->text, target->text) ? CPE_EQUAL : CPE_DISJOINT;
}

enum cpe_rel cpe_name_rel(const enum cpe_rel rel[CPE_ATTRS])
{
    size_t count[CPE_UNDEFINED + 1] = {0};
    for (size_t i = 0; i < CPE_ATTRS; i++)
        count[rel[i]]++;
    if (count[CPE_DISJOINT])
        return CPE_DISJOINT;
    if (count[CPE_EQUAL] == CPE_ATTRS)
        return CPE_EQUAL;
    if (count[CPE_SUBSET] + count[CPE_EQUAL] == CPE_ATTRS)
        return CPE_SUBSET;
    if (count[CPE_SUPERSET] + count[CPE_EQUAL] == CPE_ATTRS)
        return CPE_SUPERSET;
    return CPE_UNDEFINED;
}

enum cpe_rel cpe_rel(const struct cpe *source, const struct cpe *target)
{
    enum cpe_rel rel[CPE_ATTRS];
    for (size_t i = 0; i < CPE_ATTRS; i++)
        rel[i] = cpe_value_rel(&source->at[i], &target->at[i]);
    return cpe_name_rel(rel);
}
