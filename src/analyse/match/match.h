/* Which assets a vulnerability holds for: CONFIRMED, POSSIBLE, or (no row) not.
 *
 * Assets and vulnerability records go in, in any order; match_run gives the rows, by asset in the order they were
 * added, then by vulnerability id bytewise, whatever the number of threads. match_explain gives the reason of any one
 * pair, a "no" included. An engine knows no database and no law; it is filled, run, and freed. One thread at a time
 * calls it.
 *
 * Semantics (docs/adr/0005-matching-semantics.md has the reasons):
 *  leaf   criterion = source, asset = target of NISTIR 7696. DISJOINT on any attribute: no. SUBSET on any (the asset
 *         leaves open what the criterion names): POSSIBLE. Else CONFIRMED. With version bounds the version attribute is
 *         not compared; the asset's version (and update, if it has one) is tested: left open POSSIBLE, NA no, else
 *         every bound must hold in version.h's order: the generic one, or that of the ecosystem that the range
 *         names (VERS); there a version that the ecosystem does not know is POSSIBLE.
 *  tree   Kleene: OR = max, AND = min, negate swaps CONFIRMED and no. A leaf is as good as the best asset of the same
 *         system of the same operator. A platform (vulnerable false) found nowhere in the system is POSSIBLE: an
 *         inventory is never complete.
 *  row    an asset's level is min(tree, its own best vulnerable leaf), over configurations the best.
 *  record of one id the source of highest precedence that has configurations counts (override > NVD > CVE 5), of equal
 *         ones the last modified, else the first added. A record withdrawn (REJECTED) by its newest word gives no rows.
 *
 * Where this is not the letter of the specifications:
 *  1. 7696 leaves SUBSET mixed with SUPERSET undefined and says no more than the relation; here it is POSSIBLE, also
 *     for vendor and product. Such assets (CPE that leaves part, vendor or product open) are reported as unclear.
 *  2. 7696 leaves a wildcard in the target undefined; an asset's `*` or `?` inside a value is read as plain text, and
 * the asset is reported as unclear.
 *  3. 7695 allows wildcards only at a value's ends and only printable ASCII; feeds are read without these limits.
 *  4. Without bounds versions are compared as text, as 7696 says: criterion 1.0 does not meet asset 1.0.0. With bounds
 *     they are equal.
 *  5. 7696's `?` is none or one character wherever it stands.
 *  6. A criterion that is no CPE name is left out and counted; its record stands. A node with nothing left in it has no
 *     level and is left out of its parent.
 *  7. An empty system id is a system of its own, and systems of two operators are never one.
 *  8. A package of a Linux distribution (purl type deb, rpm, apk, alpm) known by name is never CONFIRMED: its version
 * is not upstream's. */
#ifndef TB_MATCH_H
#define TB_MATCH_H

#include "analyse/match/cpe.h"
#include "analyse/match/vulnrec.h"

#define MATCH_TEXT_MAX    2048 /* bytes of an asset's id, names, version or purl */
#define MATCH_THREADS_MAX 64

enum match_level { MATCH_NO, MATCH_POSSIBLE, MATCH_CONFIRMED };
const char *match_level_name(enum match_level l); /* "no" "possible" "confirmed" */

struct match_engine;
/* cap: bytes for everything the engine keeps, rows of a run included; over it, adding and running fail with E_TOO_BIG.
 * ja: faults in Japanese, else English. */
struct match_engine *match_new(size_t cap, bool ja);
void match_free(struct match_engine *e);

/* E_FIELD or E_TOO_BIG for a record that is not taken; a record of lower precedence is E_OK and changes nothing. */
enum err match_add_vuln(struct match_engine *e, const struct vuln_record *r, struct fault *f) TB_MUST_CHECK;

struct match_asset {
    slice id; /* unique in the engine */
    slice operator_id, system_id;
    slice cpe; /* 2.3 or 2.2; empty: known by name */
    slice vendor, product, version, purl;
};
/* E_PARSE or E_FIELD for a CPE name that cannot be read or an id that is empty; E_CONFLICT for an id taken before. */
enum err match_add_asset(struct match_engine *e, const struct match_asset *a, struct fault *f) TB_MUST_CHECK;

/* A name decided by a person or a dictionary: vendor and product as written (compared as text_fold folds them) mean
 * the part, vendor and product of `cpe`. `rule` is kept for the explanation. A name that already means another product
 * is E_CONFLICT: what is ambiguous is no alias. */
struct match_alias {
    slice vendor, product, cpe, rule;
};
enum err match_add_alias(struct match_engine *e, const struct match_alias *a, struct fault *f) TB_MUST_CHECK;

/* --- reasons --- */

enum match_by {
    MATCH_BY_NAME,      /* every attribute EQUAL or SUPERSET */
    MATCH_BY_RANGE,     /* and the version inside the bounds */
    MATCH_BY_OPEN,      /* possible: the asset leaves `attr` open */
    MATCH_BY_PLATFORM,  /* possible: another part of the configuration is only possible */
    MATCH_BY_PACKAGE,   /* possible: a distribution's package, known by name */
    MATCH_BY_ATTRIBUTE, /* no: `attr` differs */
    MATCH_BY_BOUND,     /* no: outside `outside` */
    MATCH_BY_TREE,      /* no: the leaf holds, the configuration does not */
    MATCH_BY_REJECTED,  /* no: the record was withdrawn */
    MATCH_BY_NOTHING    /* no: the record names no vulnerable product, or the asset is not resolved */
};
const char *match_by_name(enum match_by b);

enum match_range { MATCH_RANGE_NONE, MATCH_RANGE_INSIDE, MATCH_RANGE_OPEN, MATCH_RANGE_NA, MATCH_RANGE_OUTSIDE };
const char *match_range_name(enum match_range r);

struct match_step { /* one node on the way from a configuration's root to the leaf */
    bool is_and, negate;
    enum match_level level; /* after negation, over the asset's system */
};

struct match_why {
    enum match_level level, own, tree; /* own: the leaf against this asset; tree: the configuration over the system */
    enum match_by by;
    enum cpe_attr attr;      /* MATCH_BY_OPEN, MATCH_BY_ATTRIBUTE */
    bool leafless;           /* MATCH_BY_NOTHING, MATCH_BY_REJECTED: what follows is not set */
    enum vuln_source source; /* whose record */
    uint32_t config, leaf;   /* from 0; leaves in document order, a node's own before its children's */
    slice criteria;          /* as the feed wrote it */
    slice bound[VULN_BOUNDS];
    enum version_scheme scheme; /* in whose order the bounds are */
    enum match_range range;
    enum vuln_bound outside;     /* MATCH_RANGE_OUTSIDE: the bound that failed */
    enum cpe_rel rel[CPE_ATTRS]; /* criterion to asset; with bounds the version's is not used */
    struct match_step step[VULN_DEPTH_MAX];
    size_t steps;
    slice asset_cpe; /* the name that was compared */
    slice rule;      /* of the alias that resolved it; empty: the asset's own CPE */
};
/* {"level","own","tree","by","attr"?,"source","config","leaf","criteria","bounds"?,"scheme"?,"range","outside"?,"relations",
 *  "path","asset_cpe","rule"?}, keys sorted, compact. */
void match_why_write(const struct match_why *w, struct buf *out);

/* E_ABSENT for an id the engine does not have. Slices live as long as the engine, asset_cpe as the arena. */
enum err match_explain(struct match_engine *e, slice asset, slice vuln, struct arena *a, struct match_why *out,
                       struct fault *f) TB_MUST_CHECK;

/* --- running --- */

struct match_row {
    slice asset, operator_id, system_id, vuln;
    const struct match_why *why; /* until the callback returns */
};

enum match_doubt {
    MATCH_NAME_UNKNOWN,    /* in no alias: not matched */
    MATCH_NAME_MISSING,    /* neither CPE nor product: not matched */
    MATCH_CPE_UNCLEAR,     /* matched, but the CPE leaves part, vendor or product open or holds a wildcard */
    MATCH_VERSION_UNCLEAR, /* matched as version not known; the text names no one version */
    MATCH_DOUBTS
};
const char *match_doubt_name(enum match_doubt d);
struct match_unresolved {
    slice asset, operator_id, vendor, product, version;
    enum match_doubt doubt;
};

struct match_stats {
    uint64_t assets, classes; /* classes: distinct products-and-versions among the assets */
    uint64_t vulns, rejected, leaves, bad_leaves;
    uint64_t confirmed, possible;
    uint64_t unresolved, unclear; /* assets not matched; assets matched that need a person's look */
};

struct match_sink {
    void *ctx;
    bool (*row)(void *ctx, const struct match_row *row);                 /* false stops */
    void (*unresolved)(void *ctx, const struct match_unresolved *asset); /* may be NULL; before the rows */
    void (*progress)(void *ctx, uint64_t done, uint64_t all);            /* may be NULL; vulnerabilities */
};
enum err match_run(struct match_engine *e, unsigned threads, const struct match_sink *sink, struct match_stats *out,
                   struct fault *f) TB_MUST_CHECK;

#endif
