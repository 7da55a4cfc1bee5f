#include "vers.h"

#include <string.h>

static bool scheme_is_ours(slice scheme)
{
    static const char *const known[] = {"all", "generic", "semver", "intdot", "npm",   "pypi",
                                        "gem", "nuget",   "maven",  "golang", "cargo", "composer"};
    for (size_t i = 0; i < TB_COUNT(known); i++) {
        if (sl_is(scheme, known[i]))
            return true;
    }
    return false; /* deb, rpm, alpine …: their order is another */
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
const char *vers_parse(slice text, struct vers_interval *out, size_t *count)
{
    slice scheme, rest, one;
    bool open = false;
    *count = 0;
    if (!sl_starts(text, "vers:"))
        return "range-in-words";
    if (!sl_cut((slice){text.p + 5, text.n - 5}, '/', &scheme, &rest) || !rest.n)
        return "vers-malformed";
    if (!scheme_is_ours(scheme))
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
        if (!read_constraint(one, &which, &exact, &version) || *count == VERS_MAX)
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
