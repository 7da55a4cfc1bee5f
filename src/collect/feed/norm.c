#include "collect/feed/norm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/match/cpe.h"
#include "base/text.h"

enum { CVE_DIGITS_MAX = 19, CWE_MAX = 20, VECTOR_MAX = 256, NAME_POINTS_MAX = 512 };

void norm_begin(struct norm *n)
{
    arena_reset(n->a);
    n->bad = false;
    n->reason[0] = '\0';
    n->rec = (struct vuln_record){0};
    n->extra = json_object();
    must(n->extra);
    n->leaves = n->nodes = 0;
    n->dropped = 0;
}

void norm_end(struct norm *n)
{
    json_decref(n->extra);
    json_decref(n->names);
    json_decref(n->cwes);
    n->extra = n->names = n->cwes = NULL;
}

/* Most records have neither names nor weaknesses, and an EPSS line never has: a set is made with its first member. */
static json_t *set_of(json_t **set)
{
    if (!*set)
        *set = json_object();
    must(*set);
    return *set;
}

void norm_bad(struct norm *n, const char *ja, const char *en, const char *what)
{
    if (!n->bad)
        snprintf(n->reason, sizeof n->reason, what ? "%s: %s" : "%s", n->ja ? ja : en, what);
    n->bad = true;
}

/* --- members --- */

static const json_t *member(struct norm *n, const json_t *in, const char *key, json_type type)
{
    const json_t *j = json_object_get(in, key);
    if (!j || json_is_null(j) || json_typeof(j) == type)
        return json_is_null(j) ? NULL : j;
    norm_bad(n, "項目の型が違います", "a member has the wrong type", key);
    return NULL;
}

const json_t *norm_object(struct norm *n, const json_t *in, const char *key)
{
    return member(n, in, key, JSON_OBJECT);
}

const json_t *norm_array(struct norm *n, const json_t *in, const char *key)
{
    return member(n, in, key, JSON_ARRAY);
}

slice norm_string(struct norm *n, const json_t *in, const char *key)
{
    const json_t *j = member(n, in, key, JSON_STRING);
    return j ? (slice){json_string_value(j), json_string_length(j)} : SLN;
}

bool norm_flag(struct norm *n, const json_t *in, const char *key)
{
    const json_t *j = json_object_get(in, key);
    if (j && !json_is_null(j) && !json_is_boolean(j))
        norm_bad(n, "項目の型が違います", "a member has the wrong type", key);
    return json_is_true(j);
}

const json_t *norm_element(struct norm *n, const json_t *array, size_t i)
{
    const json_t *j = json_array_get(array, i);
    if (!json_is_object(j))
        norm_bad(n, "配列の要素がオブジェクトではありません", "an element of an array is no object", NULL);
    return j;
}

/* --- texts --- */

static bool all_digits(slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return s.n > 0;
}

/* CVE-YYYY-N…, four to nineteen digits (the CVE record format's own pattern). */
void norm_id(struct norm *n, slice id)
{
    if (id.n < 13 || id.n > 9 + CVE_DIGITS_MAX || !sl_starts(id, "CVE-") || !all_digits((slice){id.p + 4, 4}) ||
        id.p[8] != '-' || !all_digits((slice){id.p + 9, id.n - 9})) {
        char shown[64] = "-";
        if (id.n && id.n < sizeof shown && text_clean(id, false))
            snprintf(shown, sizeof shown, PRIs, ARGs(id));
        norm_bad(n, "CVE 番号の形ではありません", "no CVE id", shown);
        return;
    }
    n->rec.id = id;
}

/* Each byte that may not stand becomes a space, and over the limit the text ends in an ellipsis. What needs neither is
 * given back as it is. */
static slice cleaned(struct norm *n, slice s, size_t points)
{
    if (text_clean(s, true) && utf8_count(s) <= points)
        return sl_trim(s);
    char *out = norm_take(n, 1, s.n + 4);
    size_t at = 0, kept = 0;
    for (size_t i = 0; out && i < s.n && kept < points;) {
        size_t len = 1;
        while (i + len < s.n && ((unsigned char)s.p[i + len] & 0xC0) == 0x80)
            len++;
        slice point = {s.p + i, len};
        if (text_clean(point, true)) {
            memcpy(out + at, point.p, len);
            at += len;
        } else {
            out[at++] = ' ';
        }
        i += len;
        if (++kept == points - 1 && i < s.n && utf8_count((slice){s.p + i, s.n - i}) > 1) {
            memcpy(out + at, "…", 3);
            at += 3;
            break;
        }
    }
    return out ? sl_trim((slice){out, at}) : SLN;
}

static void set_string(json_t *into, const char *key, slice s)
{
    json_object_set_new(into, key, json_stringn(s.p, s.n));
}

void norm_text(struct norm *n, json_t *into, const char *key, slice text)
{
    slice s = cleaned(n, text, FEED_SUMMARY_MAX);
    if (s.n)
        set_string(into, key, s);
}

slice norm_described(struct norm *n, const json_t *list)
{
    slice best = SLN;
    int rank = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *d = norm_element(n, list, i);
        slice lang = norm_string(n, d, "lang"), value = norm_string(n, d, "value");
        int r = sl_starts(lang, "ja") ? 3 : sl_starts(lang, "en") ? 2 : 1;
        if (value.n && r > rank) {
            best = value;
            rank = r;
        }
    }
    return best;
}

void norm_description(struct norm *n, const json_t *list)
{
    norm_text(n, n->extra, "summary", norm_described(n, list));
}

usec_t norm_instant(slice s)
{
    char text[64];
    usec_t t;
    if (s.n < 16 || s.n > 40)
        return 0;
    bool seconds = s.n > 16 && s.p[16] == ':';
    slice rest = {s.p + 16, s.n - 16};
    bool zone = memchr(rest.p, 'Z', rest.n) || memchr(rest.p, '+', rest.n) || memchr(rest.p, '-', rest.n);
    int k = snprintf(text, sizeof text, "%.16s%s" PRIs "%s", s.p, seconds ? "" : ":00", ARGs(rest), zone ? "" : "Z");
    return k > 0 && instant_parse((slice){text, (size_t)k}, &t) ? t : 0;
}

void norm_published(struct norm *n, usec_t t)
{
    if (t)
        json_object_set_new(n->extra, "published", json_integer(t));
}

void norm_day(struct norm *n, json_t *into, const char *key, slice day)
{
    day_t d;
    if (day.n == 0)
        return;
    if (!day_parse(day, &d)) {
        norm_bad(n, "日付ではありません", "no date", key);
        return;
    }
    set_string(into, key, day);
}

/* --- scores and names --- */

void norm_cvss(struct norm *n, const json_t *data)
{
    slice version = norm_string(n, data, "version"), vector = norm_string(n, data, "vectorString");
    const json_t *score = json_object_get(data, "baseScore");
    if (!data || !version.n || !json_is_number(score))
        return;
    double base = json_number_value(score);
    if (!(base >= 0 && base <= 10) || version.n > 8 || vector.n > VECTOR_MAX || !text_clean(vector, false) ||
        !text_clean(version, false)) {
        norm_bad(n, "CVSS の値が範囲の外です", "a CVSS value is out of range", "baseScore");
        return;
    }
    const json_t *had = json_object_get(json_object_get(n->extra, "cvss"), "version");
    if (had && sl_cmp(version, sl(json_string_value(had))) <= 0)
        return;
    json_t *c = json_object();
    json_object_set_new(c, "base", json_integer(lround(base * 10)));
    set_string(c, "version", version);
    if (vector.n)
        set_string(c, "vector", vector);
    json_object_set_new(n->extra, "cvss", c);
}

/* "CWE-79", also at the head of a sentence; NVD's own "NVD-CWE-noinfo" says nothing. */
void norm_cwe(struct norm *n, slice text)
{
    if (!sl_starts(text, "CWE-"))
        return;
    size_t len = 4;
    while (len < text.n && text.p[len] >= '0' && text.p[len] <= '9')
        len++;
    if (len > 4 && len <= CWE_MAX)
        json_object_setn_new(set_of(&n->cwes), text.p, len, json_true());
}

static bool says_nothing(slice s)
{
    return s.n == 0 || sl_is(s, "n/a") || sl_is(s, "N/A") || sl_is(s, "-");
}

void norm_name(struct norm *n, slice vendor, slice product)
{
    if (says_nothing(product))
        return;
    slice v = says_nothing(vendor) ? SLN : cleaned(n, vendor, NAME_POINTS_MAX),
          p = cleaned(n, product, NAME_POINTS_MAX);
    if (n->bad || !p.n)
        return;
    json_t *of = json_object_getn(n->names, v.n ? v.p : "", v.n);
    if (!of) {
        of = json_object();
        json_object_setn_new(set_of(&n->names), v.n ? v.p : "", v.n, of);
    }
    json_object_setn_new(of, p.p, p.n, json_true());
}

/* --- CPE --- */

void *norm_take(struct norm *n, size_t size, size_t count)
{
    void *p = count > SIZE_MAX / size ? NULL : arena_try(n->a, size * count);
    if (!p)
        norm_bad(n, "記録が大きすぎます", "the record is too big", NULL);
    return p;
}

bool norm_cpe_ok(struct norm *n, slice cpe)
{
    struct cpe c;
    struct fault f;
    arena_reset(n->scratch);
    bool ok = sl_starts(cpe, "cpe:2.3:") && cpe.n <= CPE_TEXT_MAX && cpe_parse(n->scratch, cpe, &c, n->ja, &f) == E_OK;
    n->dropped += !ok;
    return ok;
}

bool norm_cpe_field(slice cpe, int field, slice *out)
{
    size_t from = 0;
    int at = -2; /* "cpe" and "2.3" come before part */
    for (size_t i = 0; i <= cpe.n; i++) {
        if (i < cpe.n && cpe.p[i] == '\\') {
            i++;
        } else if (i == cpe.n || cpe.p[i] == ':') {
            if (at++ == field) {
                *out = (slice){cpe.p + from, i - from};
                return true;
            }
            from = i + 1;
        }
    }
    return false;
}

slice norm_cpe_version(struct norm *n, slice cpe, slice v)
{
    slice old;
    if (!norm_cpe_field(cpe, 3, &old))
        return SLN;
    size_t head = (size_t)(old.p - cpe.p), tail = cpe.n - head - old.n;
    char *out = norm_take(n, 1, cpe.n + 2 * v.n + 1);
    if (!out)
        return SLN;
    memcpy(out, cpe.p, head);
    size_t at = head;
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];
        if (c == '~')
            out[at++] = '\\';
        out[at++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    memcpy(out + at, old.p + old.n, tail);
    return (slice){out, at + tail};
}

bool norm_cpe_exact(slice v)
{
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];
        bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'), number = c >= '0' && c <= '9';
        if (!letter && !number && (c == '\0' || !strchr("._~-", c)))
            return false;
    }
    return v.n > 0;
}

static void read_bounds(struct norm *n, const json_t *in, struct vuln_match *m)
{
    for (int b = 0; b < VULN_BOUNDS; b++) {
        m->bound[b] = norm_string(n, in, vuln_bound_name((enum vuln_bound)b));
        if (m->bound[b].n > VULN_BOUND_MAX)
            norm_bad(n, "版の範囲の文字が長すぎます", "a version bound is too long",
                     vuln_bound_name((enum vuln_bound)b));
    }
}

/* --- NVD 2.0 configurations --- */

void norm_operator(struct norm *n, const json_t *j, struct vuln_node *out)
{
    slice op = norm_string(n, j, "operator");
    if (op.n && !sl_is(op, "AND") && !sl_is(op, "OR"))
        norm_bad(n, "operator は AND か OR です", "an operator is AND or OR", NULL);
    out->is_and = sl_is(op, "AND");
    out->negate = norm_flag(n, j, "negate");
}

void norm_matches(struct norm *n, const json_t *list, const char *key, struct vuln_node *out)
{
    size_t size = json_array_size(list);
    n->leaves += size;
    if (n->leaves > FEED_LEAVES_MAX) {
        norm_bad(n, "CPE が 100,000 件を超えます", "more than 100,000 CPE criteria", NULL);
        return;
    }
    struct vuln_match *m = norm_take(n, sizeof *m, size + 1);
    for (size_t i = 0; m && i < size && !n->bad; i++) {
        const json_t *j = norm_element(n, list, i);
        struct vuln_match *at = &m[out->matches];
        at->vulnerable = norm_flag(n, j, "vulnerable");
        at->cpe = norm_string(n, j, key);
        read_bounds(n, j, at);
        if (!n->bad && norm_cpe_ok(n, at->cpe))
            out->matches++;
    }
    out->match = m;
}

struct vuln_node *norm_nodes(struct norm *n, size_t count)
{
    n->nodes += count;
    if (n->nodes > VULN_NODES_MAX)
        norm_bad(n, "構成の節が 100,000 を超えます", "more than 100,000 configuration nodes", NULL);
    return n->bad ? NULL : norm_take(n, sizeof(struct vuln_node), count + 1);
}

static void read_configuration(struct norm *n, const json_t *j, struct vuln_node *out)
{
    const json_t *nodes = norm_array(n, j, "nodes");
    size_t size = json_array_size(nodes);
    struct vuln_node *child = norm_nodes(n, size);
    norm_operator(n, j, out);
    for (size_t i = 0; child && i < size && !n->bad; i++) {
        const json_t *k = norm_element(n, nodes, i);
        norm_operator(n, k, &child[i]);
        norm_matches(n, norm_array(n, k, "cpeMatch"), "criteria", &child[i]);
    }
    out->child = child;
    out->children = size;
}

void norm_configurations(struct norm *n, const json_t *list)
{
    size_t size = json_array_size(list);
    struct vuln_node *node = norm_nodes(n, size);
    for (size_t i = 0; node && i < size && !n->bad; i++)
        read_configuration(n, norm_element(n, list, i), &node[i]);
    if (!n->bad)
        norm_add_configs(n, node, size);
}

void norm_add_configs(struct norm *n, const struct vuln_node *node, size_t count)
{
    if (count == 0)
        return;
    struct vuln_node *all = norm_take(n, sizeof *all, n->rec.configs + count);
    if (!all)
        return;
    if (n->rec.configs)
        memcpy(all, n->rec.config, n->rec.configs * sizeof *all);
    memcpy(all + n->rec.configs, node, count * sizeof *all);
    n->rec.config = all;
    n->rec.configs += count;
}
