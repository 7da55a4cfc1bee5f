/* The orders of package ecosystems, each as its own specification has it; a key's bytes are in that order. */
#include "version.h"

#include <string.h>

static char low(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}
static bool digit(char c)
{
    return c >= '0' && c <= '9';
}
static bool letter(char c)
{
    return low(c) >= 'a' && low(c) <= 'z';
}

struct key {
    uint8_t *out;
    size_t n;
    slice text; /* what is left to read */
};

static void put(struct key *k, unsigned byte)
{
    k->out[k->n++] = (uint8_t)byte;
}

/* Any length; more digits, greater number. */
static void put_number(struct key *k, slice d)
{
    while (d.n && *d.p == '0') {
        d.p++;
        d.n--;
    }
    put(k, d.n < 255 ? (unsigned)d.n : 255);
    if (d.n)
        memcpy(k->out + k->n, d.p, d.n);
    k->n += d.n;
}

static void put_text(struct key *k, slice s)
{
    for (size_t i = 0; i < s.n; i++)
        put(k, (unsigned char)low(s.p[i]));
    put(k, 0);
}

static slice take(struct key *k, size_t n)
{
    slice s = {k->text.p, n};
    k->text.p += n;
    k->text.n -= n;
    return s;
}

static slice take_run(struct key *k, bool (*is)(char))
{
    size_t n = 0;
    while (n < k->text.n && is(k->text.p[n]))
        n++;
    return take(k, n);
}

static bool zero(slice d)
{
    for (size_t i = 0; i < d.n; i++)
        if (d.p[i] != '0')
            return false;
    return true;
}

static bool word_is(slice w, const char *z)
{
    size_t n = strlen(z), i = 0;
    while (i < w.n && i < n && low(w.p[i]) == z[i])
        i++;
    return w.n == n && i == n;
}

static bool next_is(const struct key *k, const char *among)
{
    return k->text.n && strchr(among, *k->text.p);
}

/* --- PEP 440 (packaging.python.org/specifications/version-specifiers) --- */
enum { PRE_DEV = 1, PRE_A, PRE_B, PRE_RC, PRE_NONE };

/* A separator may stand before a word and before its number; a word without a number means 0. */
static bool pep_word(struct key *k, const char *const *word, slice *number)
{
    struct key was = *k;
    if (next_is(k, "-_."))
        take(k, 1);
    slice w = take_run(k, letter);
    for (; *word; word++)
        if (word_is(w, *word))
            break;
    if (!*word) {
        *k = was;
        return false;
    }
    was = *k;
    if (next_is(k, "-_."))
        take(k, 1);
    *number = take_run(k, digit);
    if (!number->n)
        *k = was;
    return true;
}

static bool pep_release(struct key *k)
{
    size_t zeros = 0;
    for (;;) {
        slice d = take_run(k, digit);
        if (!d.n)
            return false;
        if (zero(d)) {
            zeros++; /* 1.0 is 1 */
        } else {
            for (; zeros; zeros--) {
                put(k, 2);
                put(k, 0);
            }
            put(k, 2);
            put_number(k, d);
        }
        if (!(k->text.n > 1 && *k->text.p == '.' && digit(k->text.p[1])))
            break;
        take(k, 1);
    }
    put(k, 1);
    return true;
}

static bool pep_local(struct key *k)
{
    if (!next_is(k, "+")) {
        put(k, 0);
        return true;
    }
    do {
        take(k, 1);
        size_t n = 0;
        bool number = true;
        for (; n < k->text.n && (digit(k->text.p[n]) || letter(k->text.p[n])); n++)
            number = number && digit(k->text.p[n]);
        slice s = take(k, n);
        if (!s.n)
            return false;
        put(k, number ? 2 : 1);
        if (number)
            put_number(k, s);
        else
            put_text(k, s);
    } while (next_is(k, "-_."));
    put(k, 0);
    return true;
}

static void pep_post(struct key *k, bool *post, slice *n)
{
    static const char *const words[] = {"post", "rev", "r", NULL};
    *post = pep_word(k, words, n);
    if (!*post && k->text.n > 1 && *k->text.p == '-' && digit(k->text.p[1])) {
        take(k, 1);
        *n = take_run(k, digit); /* 1.0-1 */
        *post = true;
    }
}

static bool pep440(struct key *k)
{
    static const char *const a[] = {"a", "alpha", NULL}, *const b[] = {"b", "beta", NULL},
                             *const rc[] = {"rc", "c", "pre", "preview", NULL}, *const dev_words[] = {"dev", NULL};
    slice pre_n = SLN, post_n = SLN, dev_n = SLN;
    if (k->text.n && low(*k->text.p) == 'v')
        take(k, 1);
    struct key was = *k;
    slice epoch = take_run(k, digit);
    if (epoch.n && next_is(k, "!")) {
        take(k, 1);
    } else {
        *k = was;
        epoch = SLN;
    }
    put_number(k, epoch);
    if (!pep_release(k))
        return false;
    int pre = pep_word(k, a, &pre_n)    ? PRE_A
              : pep_word(k, b, &pre_n)  ? PRE_B
              : pep_word(k, rc, &pre_n) ? PRE_RC
                                        : PRE_NONE;
    bool post;
    pep_post(k, &post, &post_n);
    bool dev = pep_word(k, dev_words, &dev_n);
    put(k, pre == PRE_NONE && !post && dev ? PRE_DEV : (unsigned)pre);
    if (pre != PRE_NONE)
        put_number(k, pre_n);
    put(k, post);
    if (post)
        put_number(k, post_n);
    put(k, dev ? 0 : 1);
    if (dev)
        put_number(k, dev_n);
    return pep_local(k) && k->text.n == 0;
}

/* --- Maven (maven.apache.org/pom.html, Version Order Specification) --- */
enum { MVN_NULL = 6, MVN_SP, MVN_WORD, MVN_DASH, MVN_DOT }; /* 1 to 5: alpha, beta, milestone, rc, snapshot */

static unsigned mvn_rank(slice w, bool before_digit)
{
    static const struct {
        const char *word;
        unsigned rank;
        bool glued; /* means this only in front of a digit */
    } known[] = {
        {"alpha", 1, false},          {"a", 1, true},        {"beta", 2, false},         {"b", 2, true},
        {"milestone", 3, false},      {"m", 3, true},        {"rc", 4, false},           {"cr", 4, false},
        {"snapshot", 5, false},       {"", MVN_NULL, false}, {"final", MVN_NULL, false}, {"ga", MVN_NULL, false},
        {"release", MVN_NULL, false}, {"sp", MVN_SP, false}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (word_is(w, known[i].word) && (before_digit || !known[i].glued))
            return known[i].rank;
    return MVN_WORD;
}

static void mvn_token(struct key *k, slice t, bool dash, bool before_digit)
{
    if (t.n && digit(*t.p)) {
        put(k, dash ? MVN_DASH : MVN_DOT);
        put_number(k, t);
        return;
    }
    unsigned rank = mvn_rank(t, before_digit);
    put(k, rank);
    if (rank == MVN_WORD)
        put_text(k, t);
}

/* Null values at the end, and before each hyphen, count for nothing; so `held` ones are written when it is known that a
 * dot follows with a number behind it. */
static bool maven(struct key *k)
{
    slice held[64];
    size_t n = 0;
    bool held_dash[64], dash = false, first = true;
    while (k->text.n || first) {
        bool is_number = k->text.n && digit(*k->text.p);
        size_t len = 0;
        while (len < k->text.n && !strchr(".-_", k->text.p[len]) && digit(k->text.p[len]) == is_number)
            len++;
        slice t = take(k, len);
        bool separated = next_is(k, ".-_"), glued = !separated && k->text.n && digit(*k->text.p);
        bool is_null = is_number ? zero(t) : t.n == 0 || mvn_rank(t, glued) == MVN_NULL;
        bool early = !is_number && mvn_rank(t, glued) < MVN_NULL; /* 5.0.0.RC1 is before 5, as 5-rc1 is */
        if (!first && (dash || early))
            n = 0;
        if (is_null && n < sizeof held / sizeof *held) {
            held_dash[n] = dash;
            held[n++] = t;
        } else {
            for (size_t i = 0; i < n; i++)
                mvn_token(k, held[i].n ? held[i] : SL("0"), held_dash[i], false);
            n = 0;
            mvn_token(k, t, dash, glued);
        }
        dash = !separated || *k->text.p != '.';
        if (separated)
            take(k, 1);
        if (separated && !k->text.n)
            break; /* an empty token at the end is null */
        first = false;
    }
    put(k, MVN_NULL);
    return true;
}

/* --- RubyGems (Gem::Version) --- */
static bool gem(struct key *k)
{
    size_t zeros = 0;
    bool words = false, any = false;
    while (k->text.n) {
        if (digit(*k->text.p)) {
            slice d = take_run(k, digit);
            if (zero(d)) {
                zeros++;
            } else {
                for (; zeros; zeros--) {
                    put(k, 3);
                    put(k, 0);
                }
                put(k, 3);
                put_number(k, d);
            }
            any = true;
        } else if (letter(*k->text.p)) {
            for (; zeros && words; zeros--) {
                put(k, 3);
                put(k, 0);
            }
            zeros = 0; /* 1.0.a is 1.a */
            words = true;
            put(k, 1);
            put_text(k, take_run(k, letter));
        } else if (*k->text.p == '-') { /* a hyphen says .pre. */
            take(k, 1);
            zeros = words ? zeros : 0;
            words = true;
            put(k, 1);
            put_text(k, SL("pre"));
        } else if (*k->text.p == '.') {
            take(k, 1);
            if (!k->text.n || !(digit(*k->text.p) || letter(*k->text.p)))
                return false;
        } else {
            return false;
        }
    }
    put(k, 2);
    return any;
}

/* --- SemVer 2.0.0 §11 (npm, Cargo, Go) --- */
static bool sem_name(char c)
{
    return digit(c) || letter(c) || c == '-';
}

static bool semver(struct key *k)
{
    if (k->text.n && low(*k->text.p) == 'v')
        take(k, 1);
    for (int i = 0; i < 3; i++) {
        slice d = take_run(k, digit);
        if (!d.n && i == 0)
            return false;
        put_number(k, d);
        if (i < 2 && next_is(k, "."))
            take(k, 1);
    }
    bool pre = next_is(k, "-");
    put(k, pre ? 1 : 2);
    for (bool more = pre; more; more = next_is(k, ".")) {
        take(k, 1);
        slice s = take_run(k, sem_name);
        bool number = s.n > 0;
        for (size_t i = 0; i < s.n; i++)
            number = number && digit(s.p[i]);
        if (!s.n)
            return false;
        put(k, number ? 1 : 2);
        if (number)
            put_number(k, s);
        else
            put_text(k, s);
    }
    put(k, 0);
    return k->text.n == 0 || *k->text.p == '+';
}

size_t version_key_scheme(enum version_scheme s, slice text, uint8_t *out)
{
    static bool (*const order[VERSION_SCHEMES])(struct key *) = {
        [VERSION_PYPI] = pep440, [VERSION_MAVEN] = maven, [VERSION_GEM] = gem, [VERSION_SEMVER] = semver};
    struct key k = {.out = out, .text = text};
    return order[s] && text.n && order[s](&k) ? k.n : 0;
}

static const char *const name[VERSION_SCHEMES] = {"generic", "pypi", "maven", "gem", "semver"};

const char *version_scheme_name(enum version_scheme s)
{
    return (unsigned)s < VERSION_SCHEMES ? name[s] : "?";
}

bool version_scheme_of(slice said, enum version_scheme *out)
{
    for (int i = 0; i < VERSION_SCHEMES; i++)
        if (sl_is(said, name[i])) {
            *out = (enum version_scheme)i;
            return true;
        }
    return false;
}
