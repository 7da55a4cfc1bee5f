#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void tb_die(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: impossible: %s\n", file, line, what);
    abort();
}

/* --- slices --- */

slice sl(const char *z)
{
    return z ? (slice){z, strlen(z)} : SLN;
}

bool sl_eq(slice a, slice b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool sl_is(slice a, const char *z)
{
    return sl_eq(a, sl(z));
}

int sl_cmp(slice a, slice b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    if (c != 0)
        return c < 0 ? -1 : 1;
    return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}

bool sl_starts(slice s, const char *z)
{
    size_t n = strlen(z);
    return s.n >= n && (n == 0 || memcmp(s.p, z, n) == 0);
}

/* Not isspace(): that one asks the locale. */
static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

slice sl_trim(slice s)
{
    while (s.n && is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool sl_cut(slice s, char c, slice *head, slice *tail)
{
    const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
    if (!at) {
        *head = s;
        *tail = SLN;
        return false;
    }
    size_t n = (size_t)(at - s.p);
    *head = (slice){s.p, n};
    *tail = (slice){at + 1, s.n - n - 1};
    return true;
}

bool sl_int(slice s, int64_t *out)
{
    bool minus = s.n && s.p[0] == '-';
    size_t i = minus ? 1 : 0;
    int64_t v = 0;
    if (i == s.n)
        return false;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        int d = s.p[i] - '0';
        /* Downwards for negative numbers, so that INT64_MIN can be read. */
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, minus ? -d : d, &v))
            return false;
    }
    *out = v;
    return true;
}

/* --- errors --- */

static const struct {
    int http;
    const char *code, *ja, *en;
} errs[E_COUNT] = {
#define X(id, http, code, ja, en) [E_##id] = {http, code, ja, en},
#include "base/err.def"
#undef X
};

int err_http(enum err e)
{
    must((unsigned)e < E_COUNT);
    return errs[e].http;
}

const char *err_code(enum err e)
{
    must((unsigned)e < E_COUNT);
    return errs[e].code;
}

const char *err_text(enum err e, bool ja)
{
    must((unsigned)e < E_COUNT);
    return ja ? errs[e].ja : errs[e].en;
}

enum err fault_set(struct fault *f, enum err e, const char *where, const char *fmt, ...)
{
    if (!f)
        return e;
    f->err = e;
    snprintf(f->where, sizeof f->where, "%s", where ? where : "");
    utf8_mend(f->where); /* cut at its room, or by whoever said it: what is told is whole */
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(f->what, sizeof f->what, fmt, ap);
    va_end(ap);
    utf8_mend(f->what);
    return e;
}
