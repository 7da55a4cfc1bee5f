/* From a published record to the normalised one: what the parsers of all formats share. */
#ifndef TB_FEED_NORM_H
#define TB_FEED_NORM_H

#include <jansson.h>

#include "analyse/match/vulnrec.h"
#include "collect/feed/feed.h"

/* One record being read. The first thing wrong with it stays in `reason`; reading goes on harmlessly and the record is
 * rejected at the end, so that parsers need not check after every step. */
struct norm {
    bool ja, bad;
    char reason[240];
    struct arena *a, *scratch; /* of this record; of one CPE name */
    struct vuln_record rec;
    json_t *extra;             /* the body's members beside rec's */
    json_t *names, *cwes;      /* objects used as sets; NULL while they are empty */
    int64_t score, percentile; /* of an EPSS line, in billionths */
    size_t leaves, nodes;
    uint32_t dropped;
};

void norm_begin(struct norm *n); /* keeps ja and the arenas */
void norm_end(struct norm *n);

void norm_bad(struct norm *n, const char *ja, const char *en, const char *what);

/* Members; absent and null are NULL or empty, another type makes the record bad. */
const json_t *norm_object(struct norm *n, const json_t *in, const char *key);
const json_t *norm_array(struct norm *n, const json_t *in, const char *key);
slice norm_string(struct norm *n, const json_t *in, const char *key);
bool norm_flag(struct norm *n, const json_t *in, const char *key);
const json_t *norm_element(struct norm *n, const json_t *array, size_t i); /* an object; {} if it is another type */

/* The record's members. A date that cannot be read counts as not given. */
void norm_id(struct norm *n, slice id);
usec_t norm_instant(slice s); /* a date without a zone is UTC, as NVD means it; 0 if it cannot be read */
void norm_published(struct norm *n, usec_t t);
void norm_text(struct norm *n, json_t *into, const char *key, slice text);
void norm_description(struct norm *n,
                      const json_t *list); /* [{lang, value}…]: Japanese, else English, else the first */
slice norm_described(struct norm *n, const json_t *list);
void norm_cvss(struct norm *n, const json_t *data);
void norm_cwe(struct norm *n, slice text);
void norm_name(struct norm *n, slice vendor, slice product);
void norm_day(struct norm *n, json_t *into, const char *key, slice day);

/* CPE */
void *norm_take(struct norm *n, size_t size, size_t count); /* of the arena, zeroed; NULL makes the record bad */
bool norm_cpe_ok(struct norm *n, slice cpe); /* a formatted string that can be matched; else counted as dropped */
bool norm_cpe_field(slice cpe, int field, slice *out); /* as written; vendor is 1, version is 3 */
/* The name with its version replaced by `v`, which is a CPE value ("*", or plain text to be quoted). */
slice norm_cpe_version(struct norm *n, slice cpe, slice v);
/* A text that can be one version in a CPE name; "< 3.0.6" or "1.2 and 1.3" is not. */
bool norm_cpe_exact(slice v);
void norm_operator(struct norm *n, const json_t *in, struct vuln_node *out); /* and negate */
/* [{vulnerable, <key>: CPE, versionStartIncluding…}…] */
void norm_matches(struct norm *n, const json_t *list, const char *key, struct vuln_node *out);
struct vuln_node *norm_nodes(struct norm *n, size_t count);
/* NVD 2.0's tree, also CVE 5's cpeApplicability and the overrides': adds to rec.config. */
void norm_configurations(struct norm *n, const json_t *list);
void norm_add_configs(struct norm *n, const struct vuln_node *node, size_t count);

/* One parser a format; each sets rec.id first. */
void feed_read_cve5(struct norm *n, const json_t *j);
void feed_read_nvd1(struct norm *n, const json_t *j);
void feed_read_nvd2(struct norm *n, const json_t *j);
void feed_read_override(struct norm *n, const json_t *j);
void feed_read_csaf(struct norm *n, const json_t *j);
void feed_read_kev(struct norm *n, const json_t *j);

/* FIRST's CSV and the one without a header: a comment, a header, or CVE, score, percentile. */
enum epss_line { EPSS_RECORD, EPSS_COMMENT, EPSS_HEADER, EPSS_BLANK, EPSS_WRONG };
enum epss_line feed_read_epss(struct norm *n, slice line);
/* Its body is always the same line but for two numbers and an id of capitals, digits and hyphens. */
void feed_epss_body(const struct norm *n, struct buf *out);
bool feed_billionths(slice decimal, int64_t *out); /* 0 to 1, plain or with an exponent; rounded half up */

#endif
