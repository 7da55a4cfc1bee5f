/* Vulnerability feeds as their publishers ship them: CVE JSON 5.x, NVD JSON 1.1, NVD API 2.0, bare NVD
 * overrides, CISA's KEV, FIRST's EPSS and CSAF 2.0 advisories; plain, gzip, zstd (windows up to 2^27), or inside a tar.
 *
 * A pure reader: paths in, records out, one at a time and in bounded memory. It knows no store and no law.
 * The same bytes give the same records in the same order, on every machine; so an import that was killed
 * goes on at record N by skipping N. Two kinds of trouble are kept apart:
 *   a bad record is rejected with its reason and stops nothing;
 *   a file that cannot be read to its end is a failure: what came from it must not be used. */
#ifndef TB_FEED_H
#define TB_FEED_H

#include <jansson.h>

#include "base/base.h"
#include "base/world.h"

enum feed_format {
    FEED_NONE,
    FEED_CVE5,
    FEED_NVD1,
    FEED_NVD2,
    FEED_OVERRIDE,
    FEED_KEV,
    FEED_EPSS,
    FEED_CSAF,
    FEED_FORMATS
};
enum feed_format feed_format_of(slice name);      /* "nvd-override" …; FEED_NONE if unknown */
const char *feed_format_name(enum feed_format f); /* also the `src` of a record's body */

/* Limits on one record; over one of them it is rejected. */
#define FEED_RECORD_MAX  ((size_t)16 << 20) /* bytes of JSON */
#define FEED_LEAVES_MAX  100000             /* CPE leaves, after CVE 5's cpes × versions */
#define FEED_DEPTH_MAX   64                 /* nested arrays and objects */
#define FEED_SUMMARY_MAX 2000               /* code points of title and summary */

/* A unit is what is read, hashed and filed as one: a file; or, for a folder of CVE 5, override or CSAF records
 * (one record a file), all its plain record files together, in bytewise order of their paths. */
struct feed_unit {
    enum feed_format format; /* FEED_NONE: each document is recognised from its content */
    const char *path;
    bool folder;
    bool found; /* not named but found in a folder: passed over if no such feed */
};
struct feed_units {
    struct feed_unit *u;
    size_t n;
};
/* Turns paths into units, folders searched recursively (no symbolic link is followed inside them; other kinds of
 * files, by name, are left out). A path that is absent or unreadable is a fault. */
enum err feed_plan(struct arena *a, enum feed_format format, const char *const *paths, size_t n, bool ja,
                   struct feed_units *out, struct fault *f) TB_MUST_CHECK;

/* SHA-256 of the file's bytes as on disk. For a folder: of the lines "<hex>  <path below the folder>\n" of its
 * files, as sha256sum prints them. feed_next computes the same while reading (feed_result.sha). */
enum err feed_hash(const struct feed_unit *u, bool ja, uint8_t out[SHA_LEN], struct fault *f) TB_MUST_CHECK;

struct vuln_record; /* analyse/match/vulnrec.h */

/* The body has the keys of a vuln_record ("configs" "id" "modified" "src" "state"; kev and epss: "id" and "src" only)
 * and, each only when the source says so (instants in microseconds, texts free of control characters):
 *   "title" "summary" "published"
 *   "cvss"  {"base":78 (tenths),"vector":"…","version":"3.1"}        the newest version given
 *   "cwe"   ["CWE-79"…]                                              sorted
 *   "ssvc"  {"at","automatable","exploitation","technicalImpact"}    of CISA's container; lower case: none poc active
 *   "kev"   {"dateAdded":"2025-08-25","dueDate","notes","ransomware":"known","requiredAction"}
 *   "epss"  {"percentile","score"}                                   in billionths
 *   "advisory" {"revision","status","tlp","publisher","vulnerabilities":[{"cve","status","remedies"}…]…}   CSAF only
 *   "unresolved" [{"why","vendor","product","version","purl"}…]       CSAF: affected, but a person must say what it is
 *   "names" [["vendor","product"]…]                                  products named without a usable CPE; sorted */
struct feed_record {
    enum feed_format format;
    slice id;                      /* "CVE-2024-12345" */
    slice body;                    /* canonical JSON (sorted keys, compact) of the normalised content */
    uint8_t sha[SHA_LEN];          /* of body */
    uint8_t raw_sha[SHA_LEN];      /* if asked for: of the published record, canonical JSON or the CSV line */
    const json_t *json;            /* the body, as an object; NULL for epss, whose body is one plain line */
    const struct vuln_record *rec; /* its id, state and configurations; NULL for kev and epss */
    uint32_t dropped;              /* malformed CPE leaves left out */
};

/* The score, if the body is an EPSS record's of this id, byte for byte as feed_next makes them; whatever else stands
 * there is for the JSON parser to say. */
bool feed_epss_score(slice body, slice id, int64_t *score);

struct feed_reject {
    slice record;     /* its id if it has one, else "#<index>" */
    char reason[240]; /* for a person, Japanese or English */
};

enum feed_step {
    FEED_RECORD, /* .record is set */
    FEED_REJECT, /* .reject is set */
    FEED_PASSED, /* .reject.reason: a file of a folder or tar that is no such feed; not counted */
    FEED_END,    /* the unit was read to its end */
    FEED_FAIL    /* it was not: fault says where and why; nothing follows */
};

/* What feed_next has just read. Everything in it lives until the next call. */
struct feed_item {
    slice file;     /* path; below a folder or in a tar "path:entry" */
    uint64_t index; /* of this record in the unit, from 0, rejected ones counted */
    struct feed_record record;
    struct feed_reject reject;
};

struct feed_result {
    uint64_t files;                           /* record files or arrays read (tar entries counted one by one) */
    uint64_t in, skipped, accepted, rejected; /* in = skipped + accepted + rejected */
    uint64_t dropped, passed;                 /* malformed leaves; files passed over */
    uint64_t done, size;                      /* bytes read on disk, and in all (0 if not known) */
    uint8_t sha[SHA_LEN];                     /* valid after FEED_END only */
    char date[40];                            /* what the file says of its own date or version, "" if nothing */
};

struct feed_opt {
    uint64_t skip; /* pass over the first N records without parsing them */
    bool ja;       /* reasons and faults in Japanese */
    bool raw;      /* the hash of each published record is wanted: raw_sha */
};

struct feed;
/* NULL and *f when the unit cannot be opened. `u` and its path must outlive the reader. */
struct feed *feed_open(const struct feed_unit *u, const struct feed_opt *opt, struct fault *f);
/* One path, file or folder, of any format: that of each document is found from its content. */
struct feed *feed_open_auto(const char *path, const struct feed_opt *opt, struct fault *f);
enum feed_step feed_next(struct feed *s, struct feed_item *out, struct fault *f);
const struct feed_result *feed_result(const struct feed *s);
void feed_close(struct feed *s);

/* The same pushed into a sink, with progress; a sink that answers false stops (E_OK, *stopped set). */
struct feed_sink {
    void *ctx;
    bool (*item)(void *ctx, enum feed_step step, const struct feed_item *item); /* RECORD, REJECT, PASSED */
    void (*progress)(void *ctx, const struct feed_result *so_far); /* may be NULL; every ~64 KiB of input */
};
enum err feed_each(const struct feed_unit *u, const struct feed_opt *opt, const struct feed_sink *sink,
                   struct feed_result *out, bool *stopped, struct fault *f) TB_MUST_CHECK;

#endif
