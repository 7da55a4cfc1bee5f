#include "vers.h"

#include <string.h>

/* The schemes that can be compared, and in which order; deb, rpm, alpine …: theirs is another. */
static bool order_of(slice scheme, enum version_scheme *out)
{
    static const struct {
        const char *name;
        enum version_scheme order;
    } known[] = {{"all", VERSION_GENERIC},   {"generic", VERSION_GENERIC},  {"intdot", VERSION_GENERIC},
                 {"nuget", VERSION_GENERIC}, {"composer", VERSION_GENERIC}, {"pypi", VERSION_PYPI},
                 {"maven", VERSION_MAVEN},   {"gem", VERSION_GEM},          {"semver", VERSION_SEMVER},
                 {"npm", VERSION_SEMVER},    {"golang", VERSION_SEMVER},    {"cargo", VERSION_SEMVER}};
    for (size_t i = 0; i < TB_COUNT(known); i++)
        if (sl_is(scheme, known[i].name)) {
            *out = known[i].order;
            return true;
        }
    return false;
}

/* One constraint. A version with a second comparator in it ("V2022.4<V2023.1") or percent-encoding is none. */
static bool read_constraint(slice c, enum vuln_bound *which, bool *exact, slice *version)
{
    size_t skip = c.n > 1 && (c.p[0] == '<' || c.p[0] == '>') ? 1 + (c.p[1] == '=') : 0;
    *exact = skip == 0;
    *which = VULN_START_INCL;
    if (skip)
        *which = c.p[0] == '<' ? (skip == 2 ? VULN_END_INCL : VULN_END_EXCL)
                               : (skip == 2 ? VULN_START_INCL : VULN_START_EXCL);
    *version = (slice){c.p + skip, c.n - skip};
    for (size_t i = 0; i < version->n; i++) {
        if (strchr("<>=!|%*", version->p[i]) || (unsigned char)version->p[i] <= ' ')
            return false;
    }
    return version->n > 0 && version->n <= VULN_BOUND_MAX;
}

/* "vers:generic/>=1.0|<1.5|2.1" as intervals, in the order that VERS demands (ascending); why not, or NULL. */
const char *vers_parse(slice text, struct vers_interval *out, size_t *count, enum version_scheme *order)
{
    slice scheme, rest, one;
    bool open = false;
    uint8_t key[VERSION_KEY_ROOM(VULN_BOUND_MAX)];
    *count = 0;
    *order = VERSION_GENERIC;
    if (!sl_starts(text, "vers:"))
        return "range-in-words";
    if (!sl_cut((slice){text.p + 5, text.n - 5}, '/', &scheme, &rest) || !rest.n)
        return "vers-malformed";
    if (!order_of(scheme, order))
        return "vers-scheme";
    if (sl_is(rest, "*")) {
        out[(*count)++] = (struct vers_interval){0};
        return NULL;
    }
    while (rest.n) {
        enum vuln_bound which;
        bool exact;
        slice version;
        sl_cut(rest, '|', &one, &rest);
        if (!read_constraint(one, &which, &exact, &version) || *count == VERS_MAX || !version_key(*order, version, key))
            return "vers-malformed";
        bool lower = !exact && (which == VULN_START_INCL || which == VULN_START_EXCL);
        if (open && (lower || exact))
            return "vers-malformed";
        if (exact || lower || !open)
            out[(*count)++] = (struct vers_interval){0};
        else
            open = false;
        if (!exact && !lower && *count > 1 && !out[*count - 1].bound[VULN_START_INCL].n &&
            !out[*count - 1].bound[VULN_START_EXCL].n)
            return "vers-malformed"; /* an upper end without a lower one can only come first */
        out[*count - 1].bound[which] = version;
        if (exact)
            out[*count - 1].bound[VULN_END_INCL] = version;
        open = open || lower;
    }
    return NULL;
}
