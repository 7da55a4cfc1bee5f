#include "version.h"

#include <string.h>

#include "base/text.h"

/* --- the generic order --- */

/* First bytes of a token in a key; their order is the order of versions. */
enum { K_PRE = 1, K_END, K_WORD, K_NUMBER };

static const struct {
    const char *word;
    uint8_t rank;
} pre[] = {{"dev", 1},       {"snapshot", 1}, {"nightly", 1}, {"canary", 1},     {"ea", 2}, {"alpha", 3}, {"beta", 4},
           {"milestone", 5}, {"pre", 6},      {"preview", 6}, {"prerelease", 6}, {"rc", 7}, {"cr", 7}};

static char low(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return low(c) >= 'a' && low(c) <= 'z';
}

static bool word_is(slice w, const char *z)
{
    size_t n = strlen(z);
    if (w.n != n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (low(w.p[i]) != z[i])
            return false;
    return true;
}

/* The rank of a pre-release word, 0 for any other word. `glued`: digits touch it on both sides. */
static uint8_t pre_rank(slice w, bool glued)
{
    for (size_t i = 0; i < TB_COUNT(pre); i++)
        if (word_is(w, pre[i].word))
            return pre[i].rank;
    if (w.n == 1 && glued)
        return word_is(w, "a") ? 3 : word_is(w, "b") ? 4 : word_is(w, "m") ? 5 : 0;
    return 0;
}

struct keyer {
    uint8_t *out;
    size_t n;
    size_t zeros; /* zero numbers held back until it is known that a number follows */
};

static void put_number(struct keyer *k, slice digits)
{
    while (digits.n && *digits.p == '0') {
        digits.p++;
        digits.n--;
    }
    if (digits.n == 0) {
        k->zeros++;
        return;
    }
    for (; k->zeros; k->zeros--) {
        k->out[k->n++] = K_NUMBER;
        k->out[k->n++] = 0;
    }
    k->out[k->n++] = K_NUMBER;
    k->out[k->n++] = digits.n < 255 ? (uint8_t)digits.n : 255; /* more digits, greater number */
    memcpy(k->out + k->n, digits.p, digits.n);
    k->n += digits.n;
}

static void put_word(struct keyer *k, slice w, bool glued)
{
    k->zeros = 0;
    uint8_t rank = pre_rank(w, glued);
    k->out[k->n++] = rank ? K_PRE : K_WORD;
    if (rank) {
        k->out[k->n++] = rank;
        return;
    }
    for (size_t i = 0; i < w.n; i++)
        k->out[k->n++] = (uint8_t)low(w.p[i]);
    k->out[k->n++] = 0;
}

size_t version_key(enum version_scheme s, slice text, uint8_t *out)
{
    if (s != VERSION_GENERIC)
        return version_key_scheme(s, text, out);
    struct keyer k = {.out = out};
    size_t i = 0;
    if (text.n > 1 && low(text.p[0]) == 'v' && is_digit(text.p[1]))
        i = 1;
    size_t first = i;
    while (i < text.n) {
        size_t j = i;
        if (is_digit(text.p[i])) {
            while (j < text.n && is_digit(text.p[j]))
                j++;
            put_number(&k, (slice){text.p + i, j - i});
        } else if (is_letter(text.p[i])) {
            while (j < text.n && is_letter(text.p[j]))
                j++;
            bool glued = i > first && is_digit(text.p[i - 1]) && j < text.n && is_digit(text.p[j]);
            put_word(&k, (slice){text.p + i, j - i}, glued);
        } else {
            if (text.p[j++] == '~') {
                k.zeros = 0;
                out[k.n++] = K_PRE;
                out[k.n++] = 0;
            }
        }
        i = j;
    }
    out[k.n++] = K_END;
    return k.n;
}

slice version_key_in(struct arena *a, enum version_scheme s, slice text)
{
    uint8_t *out = arena_get(a, VERSION_KEY_ROOM(text.n));
    return (slice){(char *)out, version_key(s, text, out)};
}

int version_key_cmp(slice a, slice b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? (c > 0) - (c < 0) : (a.n > b.n) - (a.n < b.n);
}

/* --- what people write --- */

static const char *const lead[] = {"バージョン", "ヴァージョン", "ファームウェア", "version", "ver.", "ver", "v.",
                                   "第"};
static const char *const unknown[] = {"-",      "*",      "不明",    "なし",        "無し", "未定", "最新",
                                      "最新版", "latest", "unknown", "unspecified", "n/a",  "na",   "any"};
static const char *const span[] = {"and earlier", "or earlier", "and later", "or later", "and prior",
                                   "or prior",    "before ",    "prior to ", "through ", "..",
                                   ",",           "<",          ">"};

static slice skip(slice s, size_t n)
{
    return sl_trim((slice){s.p + n, s.n - n});
}

static bool holds(slice s, const char *z)
{
    return s.n && memmem(s.p, s.n, z, strlen(z));
}

static bool takes_off(slice *s, const char *z)
{
    size_t n = strlen(z);
    if (!sl_starts(*s, z) || s->n == n)
        return false;
    if (is_letter(z[n - 1]) && is_letter(s->p[n])) /* "ver" must not eat the head of "vera" */
        return false;
    *s = skip(*s, n);
    return true;
}

static slice stripped(slice s)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < TB_COUNT(lead); i++)
            again = takes_off(&s, lead[i]) || again;
        while (s.n > 1 && (*s.p == ':' || *s.p == '.'))
            s = skip(s, 1);
        if (s.n > 1 && *s.p == 'v' && is_digit(s.p[1]))
            s = skip(s, 1);
    }
    size_t n = strlen("版");
    if (s.n > n && !memcmp(s.p + s.n - n, "版", n))
        s = sl_trim((slice){s.p, s.n - n});
    return s;
}

/* "1.x" and "1.*" stand for many versions. */
static bool has_any_part(slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] == 'x' || s.p[i] == '*') && (i == 0 || s.p[i - 1] == '.') && (i + 1 == s.n || s.p[i + 1] == '.'))
            return true;
    return false;
}

static enum version_said said(slice written, slice s)
{
    if (s.n == 0)
        return VERSION_NONE;
    for (size_t i = 0; i < TB_COUNT(unknown); i++)
        if (sl_is(s, unknown[i]))
            return VERSION_NONE;
    for (size_t i = 0; i < TB_COUNT(span); i++)
        if (holds(s, span[i]))
            return VERSION_UNCLEAR;
    if (holds(written, "～") || has_any_part(s)) /* a plain ~ is Debian's pre-release mark */
        return VERSION_UNCLEAR;
    for (size_t i = 0; i < s.n; i++) /* "1.2以前", "1.2系", "日本語版 1.2"; more than a line */
        if (s.p[i] & 0x80 || s.p[i] < ' ' || s.p[i] == 0x7F)
            return VERSION_UNCLEAR;
    return VERSION_ONE;
}

void version_read(struct arena *a, slice written, struct version_text *out)
{
    *out = (struct version_text){0};
    slice nfkc = text_nfkc(a, written);
    char *p = arena_dup(a, nfkc);
    for (size_t i = 0; i < nfkc.n; i++)
        p[i] = low(p[i]);
    slice s = stripped(sl_trim((slice){p, nfkc.n}));
    out->said = s.n > VERSION_TEXT_MAX ? VERSION_UNCLEAR : said(written, s);
    if (out->said != VERSION_ONE)
        return;
    sl_cut(s, ' ', &out->version, &out->update);
    out->update = sl_trim(out->update);
    for (size_t i = 0; i < out->update.n; i++) /* CPE writes a space as _ */
        if (out->update.p[i] == ' ')
            p[out->update.p + i - p] = '_';
}
