/* What is known of exploitation: CISA's catalogue of known exploited vulnerabilities, and FIRST's EPSS. */
#include "collect/feed/norm.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

void feed_read_kev(struct norm *n, const json_t *j)
{
    norm_id(n, norm_string(n, j, "cveID"));
    json_t *kev = json_object();
    json_object_set_new(n->extra, "kev", kev);
    norm_day(n, kev, "dateAdded", norm_string(n, j, "dateAdded"));
    if (!json_object_get(kev, "dateAdded"))
        norm_bad(n, "項目がありません", "a member is missing", "dateAdded");
    norm_day(n, kev, "dueDate", norm_string(n, j, "dueDate"));
    norm_text(n, kev, "requiredAction", norm_string(n, j, "requiredAction"));
    norm_text(n, kev, "notes", norm_string(n, j, "notes"));
    slice ransomware = norm_string(n, j, "knownRansomwareCampaignUse");
    if (sl_is(ransomware, "Known"))
        json_object_set_new(kev, "ransomware", json_string("known"));
    else if (ransomware.n && !sl_is(ransomware, "Unknown"))
        norm_bad(n, "Known か Unknown ではありません", "neither Known nor Unknown", "knownRansomwareCampaignUse");
    norm_text(n, n->extra, "title", norm_string(n, j, "vulnerabilityName"));
    norm_text(n, n->extra, "summary", norm_string(n, j, "shortDescription"));
    norm_name(n, norm_string(n, j, "vendorProject"), norm_string(n, j, "product"));
    const json_t *cwes = norm_array(n, j, "cwes");
    for (size_t i = 0; i < json_array_size(cwes); i++) {
        const json_t *c = json_array_get(cwes, i);
        norm_cwe(n, (slice){json_string_value(c), json_string_length(c)});
    }
}

/* --- EPSS --- */

/* "0." and up to nine decimals, as the file has them almost always: they are the billionths. */
static bool plain_billionths(slice s, int64_t *out)
{
    int64_t v = 0, unit = 1000000000;
    if (s.n < 3 || s.n > 11 || s.p[0] != '0' || s.p[1] != '.')
        return false;
    for (size_t i = 2; i < s.n; i++, unit /= 10) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v * unit;
    return true;
}

/* A number as JSON writes it. Nine decimals are far coarser than a double's, so the rounding is exact. */
bool feed_billionths(slice decimal, int64_t *out)
{
    if (plain_billionths(decimal, out))
        return true;
    json_t *j = json_loadb(decimal.n ? decimal.p : "", decimal.n, JSON_DECODE_ANY, NULL);
    double v = json_is_number(j) ? json_number_value(j) : -1;
    json_decref(j);
    *out = v >= 0 && v <= 1 ? llround(v * 1e9) : -1;
    return *out >= 0;
}

static bool split3(slice line, slice field[3])
{
    char c = memchr(line.p, ';', line.n) ? ';' : ',';
    slice rest, none;
    return sl_cut(line, c, &field[0], &rest) && sl_cut(rest, c, &field[1], &field[2]) && field[2].n &&
           !sl_cut(field[2], c, &rest, &none);
}

enum epss_line feed_read_epss(struct norm *n, slice line)
{
    slice field[3];
    int64_t score, percentile;
    line = sl_trim(line);
    if (line.n == 0)
        return EPSS_BLANK;
    if (line.p[0] == '#')
        return EPSS_COMMENT;
    if (!utf8_ok(line) || !split3(line, field)) {
        norm_bad(n, "「CVE,score,percentile」の行ではありません", "no line of CVE, score, percentile", NULL);
        return EPSS_WRONG;
    }
    if (sl_is(field[0], "cve") && sl_is(field[1], "epss") && sl_is(field[2], "percentile"))
        return EPSS_HEADER;
    norm_id(n, field[0]);
    if (!sl_starts(field[0], "CVE-"))
        return EPSS_WRONG;
    if (!feed_billionths(field[1], &score) || !feed_billionths(field[2], &percentile)) {
        norm_bad(n, "0 から 1 までの数ではありません", "not a number from 0 to 1", "epss, percentile");
        return EPSS_RECORD;
    }
    n->percentile = percentile;
    n->score = score;
    return EPSS_RECORD;
}

#define EPSS_HEAD  "{\"epss\":{\"percentile\":"
#define EPSS_SCORE ",\"score\":"
#define EPSS_ID    "},\"id\":\""
#define EPSS_TAIL  "\",\"src\":\"epss\"}"

void feed_epss_body(const struct norm *n, struct buf *out)
{
    buf_fmt(out, EPSS_HEAD "%" PRId64 EPSS_SCORE "%" PRId64 EPSS_ID PRIs EPSS_TAIL, n->percentile, n->score,
            ARGs(n->rec.id));
}

static bool pass(slice *s, const char *z)
{
    size_t n = strlen(z);
    bool there = sl_starts(*s, z);
    if (there)
        *s = (slice){s->p + n, s->n - n};
    return there;
}

/* Billionths, as written above: at most ten digits, no zero before them. */
static bool pass_number(slice *s, int64_t *out)
{
    size_t n = 0;
    *out = 0;
    for (; n < s->n && n < 10 && s->p[n] >= '0' && s->p[n] <= '9'; n++)
        *out = *out * 10 + (s->p[n] - '0');
    bool one = n > 0 && (n == 1 || s->p[0] != '0');
    *s = (slice){s->p + n, s->n - n};
    return one;
}

bool feed_epss_score(slice body, slice id, int64_t *score)
{
    int64_t percentile;
    if (!pass(&body, EPSS_HEAD) || !pass_number(&body, &percentile) || !pass(&body, EPSS_SCORE) ||
        !pass_number(&body, score) || !pass(&body, EPSS_ID) || body.n < id.n || memcmp(body.p, id.p, id.n) != 0)
        return false;
    for (size_t i = 0; i < id.n; i++) /* what JSON would not write so is no such line */
        if (id.p[i] != '-' && (id.p[i] < '0' || id.p[i] > '9') && (id.p[i] < 'A' || id.p[i] > 'Z'))
            return false;
    return sl_is((slice){body.p + id.n, body.n - id.n}, EPSS_TAIL);
}
