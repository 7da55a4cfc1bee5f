/* A vulnerability as every feed's parser hands it over: who says so, and which products it holds for.
 *
 * Only what matching needs is here: an id and trees of CPE criteria. Title, summary, scores and KEV dates are
 * the reader's own. Plain structs that live in the caller's arena; slices never own. The text form is JSON,
 * compact, keys sorted, so that equal records are equal bytes and can be hashed:
 *   {"configs":[TREE…],"id":"CVE-…","modified":MICROSECONDS,"src":"nvd2","state":"published"}
 *   TREE = {"c":[TREE…],"m":[[1,"cpe:2.3:…",vsi,vse,vei,vee]…],"neg":0,"op":"OR"}     ("" = no such bound)
 * A criterion whose bounds are in an ecosystem's own order has its scheme as a seventh member ("pypi").
 * "modified" is left out when it is not known. Keys that are not ours are passed over when reading. */
#ifndef TB_VULNREC_H
#define TB_VULNREC_H

#include <jansson.h>

#include "base/base.h"
#include "analyse/match/version.h"
#include "base/date.h"

#define VULN_ID_MAX     64     /* bytes of an id */
#define VULN_DEPTH_MAX  8      /* trees inside trees; real feeds use 2 */
#define VULN_LEAVES_MAX 100000 /* criteria of one record (CVE 5's cpes × versions once gave 966,298) */
#define VULN_NODES_MAX  100000 /* trees of one record, nested ones counted */
#define VULN_BOUND_MAX  256    /* bytes of a version bound; real feeds use 53 */

/* Who says so. The order is the precedence between records of one id, lowest first. */
enum vuln_source { VULN_CSAF, VULN_CVE5, VULN_NVD1, VULN_NVD2, VULN_OVERRIDE, VULN_CASE, VULN_SOURCES };
enum vuln_state { VULN_PUBLISHED, VULN_REJECTED };

enum vuln_bound { VULN_START_INCL, VULN_START_EXCL, VULN_END_INCL, VULN_END_EXCL, VULN_BOUNDS };

/* One criterion (NVD's cpeMatch). `cpe` is kept as the feed wrote it, malformed or not: the matcher leaves out a
 * malformed one and says so; the record stands. */
struct vuln_match {
    bool vulnerable; /* false: a platform that must be there, not itself vulnerable */
    slice cpe;
    slice bound[VULN_BOUNDS];   /* empty: no such bound */
    enum version_scheme scheme; /* in whose order the bounds are */
};

struct vuln_node {
    bool is_and; /* else OR */
    bool negate;
    const struct vuln_match *match;
    size_t matches;
    const struct vuln_node *child;
    size_t children;
};

struct vuln_record {
    slice id; /* "CVE-2024-12345", or "case:<UUID>" for a report not yet public */
    enum vuln_source source;
    enum vuln_state state;
    usec_t modified;                /* when the source last changed it; 0 = not known */
    const struct vuln_node *config; /* each configuration alone can make a product vulnerable */
    size_t configs;
};

const char *vuln_source_name(enum vuln_source s);       /* "csaf" "cve5" "nvd1" "nvd2" "nvd-override" "case" */
bool vuln_source_of(slice name, enum vuln_source *out); /* also "override" and "nvd11" */
const char *vuln_state_name(enum vuln_state s);         /* "published" "rejected" */
const char *vuln_bound_name(enum vuln_bound b);         /* "versionStartIncluding" … */

/* The limits above, the id's form; fault names record and member. */
enum err vuln_record_check(const struct vuln_record *r, struct fault *f) TB_MUST_CHECK;
size_t vuln_record_leaves(const struct vuln_record *r);

json_t *vuln_configs_json(const struct vuln_record *r); /* the array under "configs"; new reference */
json_t *vuln_record_json(const struct vuln_record *r);  /* new reference */
void vuln_record_write(const struct vuln_record *r, struct buf *out);
/* Checked. Slices point into the arena, not into the JSON; VULN_ROOM of the text's bytes is enough of an arena. */
#define VULN_ROOM(n) (((size_t)40 << 20) + 2 * (size_t)(n))
enum err vuln_record_from_json(struct arena *a, const json_t *j, struct vuln_record *out,
                               struct fault *f) TB_MUST_CHECK;
enum err vuln_record_parse(struct arena *a, slice text, struct vuln_record *out, struct fault *f) TB_MUST_CHECK;

#endif
