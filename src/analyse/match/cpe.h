/* CPE names: NISTIR 7695 (naming: formatted string and URI) and NISTIR 7696 (matching).
 *
 * Reading takes what real feeds hold: any byte may stand quoted or not, a wildcard may stand anywhere. What the
 * specification asks of a person who writes a new name is cpe_check's. Letters are folded to lower case (ASCII).
 * A value's text is in the caller's arena. ja: faults in Japanese, else English. */
#ifndef TB_CPE_H
#define TB_CPE_H

#include "base/base.h"

#define CPE_TEXT_MAX 1024 /* bytes of a name as written; the longest in NVD has 273 */

enum cpe_attr {
    CPE_PART,
    CPE_VENDOR,
    CPE_PRODUCT,
    CPE_VERSION,
    CPE_UPDATE,
    CPE_EDITION,
    CPE_LANGUAGE,
    CPE_SW_EDITION,
    CPE_TARGET_SW,
    CPE_TARGET_HW,
    CPE_OTHER,
    CPE_ATTRS
};
enum cpe_kind { CPE_ANY, CPE_NA, CPE_LITERAL, CPE_WILD };

struct cpe_value {
    enum cpe_kind kind;
    slice text; /* CPE_LITERAL: quotes taken off; CPE_WILD: as written, `\` quotes the next byte */
};
struct cpe {
    struct cpe_value at[CPE_ATTRS];
};

const char *cpe_attr_name(enum cpe_attr a); /* "part" … "other" */

/* Either form, told apart by its prefix `cpe:2.3:` or `cpe:/` (with the `~` packed edition of 7695 6.1). */
enum err cpe_parse(struct arena *a, slice text, struct cpe *out, bool ja, struct fault *f) TB_MUST_CHECK;
/* 7695 5.3: printable ASCII, part a|o|h, wildcards at the ends only, no value that is a lone quoted hyphen,
 * language like "ja" or "en-us". */
enum err cpe_check(const struct cpe *c, bool ja, struct fault *f) TB_MUST_CHECK;
/* The formatted string (7695 6.2): everything quoted but letters, digits, `_`, `.` and `-`. */
void cpe_bind(const struct cpe *c, struct buf *out);
void cpe_bind_value(const struct cpe_value *v, struct buf *out);

/* 7696 table 6-2, the source's view of the target. */
enum cpe_rel { CPE_DISJOINT, CPE_SUBSET, CPE_EQUAL, CPE_SUPERSET, CPE_UNDEFINED };
const char *cpe_rel_name(enum cpe_rel r);
enum cpe_rel cpe_value_rel(const struct cpe_value *source, const struct cpe_value *target);
/* `*` any number of bytes, `?` none or one. */
bool cpe_wild_match(slice pattern, slice text);
/* 7696 table 6-4: one relation out of the attributes'. */
enum cpe_rel cpe_name_rel(const enum cpe_rel rel[CPE_ATTRS]);
enum cpe_rel cpe_rel(const struct cpe *source, const struct cpe *target);

#endif
