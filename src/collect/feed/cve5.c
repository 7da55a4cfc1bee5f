/* CVE JSON 5.x: the CNA's own container and those of others (ADP), of which CISA's brings SSVC, KEV and CPE names.
 *
 * `affected` lists products, each with CPE names and with versions, and does not say which version belongs to which
 * name: every name stands for every version, but a name that carries a version of its own stands for itself alone
 * (crossing those once made 966,298 criteria of one record, CVE-2024-20433). Of the CPE names only formatted strings
 * count: the URIs (cpe:/o:redhat:…) name the distribution that carries a product, not the product. */
#include "collect/feed/norm.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "analyse/match/version.h"

#define CISA_ORG "134c704f-9b21-4f2e-91b3-4a467353bcc0"

/* A CPE name that is affected by default, but for some versions. */
struct but {
    slice any;
    const json_t *versions;
    bool done;
};
enum { BUT_MAX = 4096 };

/* The criteria of one record, gathered; one configuration, all joined by OR. */
struct gather {
    struct norm *n;
    struct vuln_match *leaf;
    size_t count, room;
    struct but *but; /* of one container */
    size_t buts;
};

static void add(struct gather *g, slice cpe, slice start_incl, slice start_excl, slice end_incl, slice end_excl)
{
    if (++g->n->leaves > FEED_LEAVES_MAX)
        norm_bad(g->n, "CPE と版の組合せが 100,000 を超えます", "more than 100,000 combinations of CPE and version",
                 NULL);
    if (g->n->bad)
        return;
    if (start_incl.n > VULN_BOUND_MAX || start_excl.n > VULN_BOUND_MAX || end_incl.n > VULN_BOUND_MAX ||
        end_excl.n > VULN_BOUND_MAX || cpe.n == 0) {
        g->n->dropped++;
        return;
    }
    if (g->count == g->room) {
        g->room = g->room ? g->room * 2 : 64;
        g->leaf = mem_more(g->leaf, g->room * sizeof *g->leaf);
    }
    g->leaf[g->count++] =
        (struct vuln_match){.vulnerable = true, .cpe = cpe, .bound = {start_incl, start_excl, end_incl, end_excl}};
}

/* --- versions --- */

static bool is_star(slice s)
{
    return sl_is(s, "*");
}

/* Words that mean "no version in particular". */
static bool unbounded(slice v)
{
    static const char *const word[] = {"*", "-", "0", "unspecified", "n/a", "unknown", "all", "all versions", "any"};
    for (size_t i = 0; i < TB_COUNT(word); i++) {
        if (v.n == strlen(word[i]) && strncasecmp(v.p, word[i], v.n) == 0)
            return true;
    }
    return v.n == 0;
}

/* One entry of versions[], as written. */
struct said {
    slice status, version, less, less_equal;
    const json_t *changes;
};

static struct said read_version(struct norm *n, const json_t *j)
{
    struct said s = {norm_string(n, j, "status"), norm_string(n, j, "version"), norm_string(n, j, "lessThan"),
                     norm_string(n, j, "lessThanOrEqual"), norm_array(n, j, "changes")};
    return s;
}

/* A place inside a range from which on its status is another. */
struct change {
    slice at, key, status;
};

static int by_at(const void *a, const void *b)
{
    return version_key_cmp(((const struct change *)a)->key, ((const struct change *)b)->key);
}

/* In the order of versions: the record format does not ask for one. */
static struct change *read_changes(struct norm *n, const json_t *list)
{
    size_t count = json_array_size(list);
    struct change *c = norm_take(n, sizeof *c, count + 1);
    for (size_t i = 0; c && i < count; i++) {
        const json_t *j = norm_element(n, list, i);
        c[i] = (struct change){.at = norm_string(n, j, "at"), .status = norm_string(n, j, "status")};
        c[i].key = version_key_in(n->a, VERSION_GENERIC, c[i].at.n > VULN_BOUND_MAX ? SLN : c[i].at);
    }
    if (c && count)
        qsort(c, count, sizeof *c, by_at);
    return c;
}

/* A range whose status changes inside (5.0 to 6.0, but from 5.0.7 on unaffected): only the affected stretches. */
static void add_changing(struct gather *g, slice any, const struct said *s)
{
    slice from = unbounded(s->version) ? SLN : s->version;
    bool on = sl_is(s->status, "affected");
    const struct change *c = read_changes(g->n, s->changes);
    for (size_t i = 0; c && i < json_array_size(s->changes); i++) {
        if (on)
            add(g, any, from, SLN, SLN, c[i].at);
        on = sl_is(c[i].status, "affected");
        from = c[i].at;
    }
    if (on)
        add(g, any, from, SLN, is_star(s->less_equal) ? SLN : s->less_equal, is_star(s->less) ? SLN : s->less);
}

static void add_affected(struct gather *g, slice cpe, slice any, const struct said *s)
{
    if (json_array_size(s->changes))
        add_changing(g, any, s);
    else if (s->less.n || s->less_equal.n)
        add(g, any, unbounded(s->version) ? SLN : s->version, SLN, is_star(s->less_equal) ? SLN : s->less_equal,
            is_star(s->less) ? SLN : s->less);
    else if (unbounded(s->version))
        add(g, any, SLN, SLN, SLN, SLN);
    else if (norm_cpe_exact(s->version))
        add(g, norm_cpe_version(g->n, cpe, s->version), SLN, SLN, SLN, SLN);
}

/* --- "affected by default, except": the complement of what is unaffected --- */

/* An unaffected stretch. No lower end: lo.n = 0; no upper end: hi.n = 0 and !hi_incl. */
struct span {
    slice lo, hi, lo_key, hi_key;
    bool hi_incl;
};

/* "5.10.*" as an upper end means all of 5.10, so that the first version behind it is 5.11. */
static slice behind_wildcard(struct norm *n, slice v)
{
    size_t end = v.n - 2, from = end;
    while (from && v.p[from - 1] >= '0' && v.p[from - 1] <= '9')
        from--;
    int64_t last;
    if (from == end || !sl_int((slice){v.p + from, end - from}, &last) || last == INT64_MAX)
        return v;
    char *out = norm_take(n, 1, v.n + 24);
    int k = out ? snprintf(out, v.n + 24, PRIs "%" PRId64, (int)from, v.p, last + 1) : 0;
    return (slice){out, (size_t)k};
}

static bool ends_in_wildcard(slice v)
{
    return v.n > 2 && v.p[v.n - 1] == '*' && v.p[v.n - 2] == '.';
}

static bool span_keys(struct norm *n, struct span *out)
{
    if (out->lo.n > VULN_BOUND_MAX || out->hi.n > VULN_BOUND_MAX || n->bad)
        return false;
    out->lo_key = version_key_in(n->a, VERSION_GENERIC, out->lo);
    out->hi_key = version_key_in(n->a, VERSION_GENERIC, out->hi);
    return true;
}

/* From the said version to the said end. */
static bool read_span(struct norm *n, const struct said *s, struct span *out)
{
    *out = (struct span){.lo = unbounded(s->version) ? SLN : s->version};
    if (!s->less.n && !s->less_equal.n && unbounded(s->version))
        return is_star(s->version); /* "unspecified" is no version that could be taken out */
    if (s->less.n)
        out->hi = is_star(s->less) ? SLN : s->less;
    else if (s->less_equal.n)
        out->hi = is_star(s->less_equal) ? SLN : s->less_equal;
    else
        out->hi = out->lo;
    if (ends_in_wildcard(out->hi))
        out->hi = behind_wildcard(n, out->hi);
    else
        out->hi_incl = !s->less.n && out->hi.n;
    return span_keys(n, out);
}

/* The unaffected stretches of one entry, at most one more than it has changes. */
static void read_spans(struct norm *n, const struct said *s, struct span *out, size_t *count)
{
    struct said rest = *s;
    bool off = sl_is(s->status, "unaffected");
    const struct change *c = read_changes(n, s->changes);
    for (size_t i = 0; c && i < json_array_size(s->changes); i++) {
        out[*count] = (struct span){.lo = unbounded(rest.version) ? SLN : rest.version, .hi = c[i].at};
        *count += off && c[i].at.n && span_keys(n, &out[*count]);
        off = sl_is(c[i].status, "unaffected");
        rest.version = c[i].at;
    }
    *count += off && read_span(n, &rest, &out[*count]);
}

static int by_lo(const void *a, const void *b)
{
    const struct span *x = a, *y = b;
    if (!x->lo.n || !y->lo.n)
        return (x->lo.n > 0) - (y->lo.n > 0);
    return version_key_cmp(x->lo_key, y->lo_key);
}

/* Everything outside the spans: the gaps between them, in order. */
static void add_complement(struct gather *g, slice any, struct span *span, size_t count)
{
    const struct span *top = NULL; /* the one that reaches farthest so far */
    if (count)
        qsort(span, count, sizeof *span, by_lo);
    for (size_t i = 0; i < count; i++) {
        int gap = !span[i].lo.n ? -1 : !top ? 1 : version_key_cmp(span[i].lo_key, top->hi_key);
        if (gap > 0)
            add(g, any, top && !top->hi_incl ? top->hi : SLN, top && top->hi_incl ? top->hi : SLN, SLN, span[i].lo);
        int farther = !top ? 1 : version_key_cmp(span[i].hi_key, top->hi_key);
        if (!span[i].hi.n)
            return;
        if (farther > 0 || (farther == 0 && span[i].hi_incl))
            top = &span[i];
    }
    add(g, any, top && !top->hi_incl ? top->hi : SLN, top && top->hi_incl ? top->hi : SLN, SLN, SLN);
}

/* Entries of one container with the same CPE name belong together: vendors list each fixed branch as an entry of its
 * own. */
static void add_but(struct gather *g, size_t first)
{
    size_t total = 0, count = 0;
    bool affected = false, except = false;
    slice any = g->but[first].any;
    for (size_t i = first; i < g->buts; i++)
        for (size_t k = 0; sl_eq(g->but[i].any, any) && k < json_array_size(g->but[i].versions); k++)
            total += 1 + json_array_size(json_object_get(json_array_get(g->but[i].versions, k), "changes"));
    struct span *span = norm_take(g->n, sizeof *span, total + 1);
    for (size_t i = first; span && i < g->buts; i++) {
        if (!sl_eq(g->but[i].any, any))
            continue;
        g->but[i].done = true;
        for (size_t k = 0; k < json_array_size(g->but[i].versions); k++) {
            struct said s = read_version(g->n, json_array_get(g->but[i].versions, k));
            affected = affected || sl_is(s.status, "affected");
            size_t before = count;
            read_spans(g->n, &s, span, &count);
            except = except || (sl_is(s.status, "unaffected") && count > before);
        }
    }
    /* A list of affected versions alone is meant as the whole list, whatever the default says. */
    if (span && !g->n->bad && (except || !affected))
        add_complement(g, any, span, count);
}

static void keep_but(struct gather *g, slice any, const json_t *versions)
{
    if (!g->but) {
        g->but = mem_zero(BUT_MAX, sizeof *g->but);
    }
    if (g->buts == BUT_MAX)
        norm_bad(g->n, "製品の一覧が長すぎます", "the list of products is too long", "affected");
    else
        g->but[g->buts++] = (struct but){.any = any, .versions = versions};
}

/* --- products --- */

static bool may_be_affected(struct norm *n, const json_t *entry, const json_t *versions)
{
    size_t size = json_array_size(versions);
    bool any = size == 0 || sl_is(norm_string(n, entry, "defaultStatus"), "affected");
    for (size_t i = 0; i < size; i++)
        any = any || !sl_is(norm_string(n, json_array_get(versions, i), "status"), "unaffected");
    return any;
}

/* One CPE name with all versions. True if it brought criteria, now or (keep_but) at the container's end. */
static bool read_cpe(struct gather *g, slice cpe, const json_t *entry, const json_t *versions)
{
    slice version;
    size_t before = g->count, size = json_array_size(versions);
    if (!sl_starts(cpe, "cpe:2.3:") || !norm_cpe_ok(g->n, cpe) || !norm_cpe_field(cpe, 3, &version))
        return false;
    if (!is_star(version) && !sl_is(version, "-")) {
        add(g, cpe, SLN, SLN, SLN, SLN);
        return true;
    }
    bool by_default = sl_is(norm_string(g->n, entry, "defaultStatus"), "affected");
    if (!size && by_default)
        add(g, cpe, SLN, SLN, SLN, SLN);
    slice any = norm_cpe_version(g->n, cpe, SL("*"));
    for (size_t i = 0; i < size && !g->n->bad; i++) {
        struct said s = read_version(g->n, norm_element(g->n, versions, i));
        if (sl_is(s.status, "affected") || json_array_size(s.changes))
            add_affected(g, cpe, any, &s);
    }
    if (size && by_default)
        keep_but(g, any, versions);
    return g->count > before || (size && by_default);
}

static void read_product(struct gather *g, const json_t *entry)
{
    const json_t *cpes = norm_array(g->n, entry, "cpes"), *versions = norm_array(g->n, entry, "versions");
    bool brought = false;
    for (size_t i = 0; i < json_array_size(cpes) && !g->n->bad; i++) {
        const json_t *c = json_array_get(cpes, i);
        if (!json_is_string(c))
            norm_bad(g->n, "項目の型が違います", "a member has the wrong type", "cpes");
        slice cpe = {json_string_value(c), json_string_length(c)};
        brought = read_cpe(g, cpe, entry, versions) || brought;
    }
    if (!brought && may_be_affected(g->n, entry, versions))
        norm_name(g->n, norm_string(g->n, entry, "vendor"), norm_string(g->n, entry, "product"));
}

static void read_affected(struct gather *g, const json_t *container)
{
    const json_t *list = norm_array(g->n, container, "affected");
    g->buts = 0;
    for (size_t i = 0; i < json_array_size(list) && !g->n->bad; i++)
        read_product(g, norm_element(g->n, list, i));
    for (size_t i = 0; i < g->buts && !g->n->bad; i++) {
        if (!g->but[i].done)
            add_but(g, i);
    }
}

/* --- what CISA adds --- */

/* SSVC writes "PoC" and "Active" in some records and "poc" and "active" in others; a value it does not know is none. */
static void set_choice(json_t *into, const char *key, slice said, const char *const *known)
{
    for (; *known; known++) {
        if (said.n == strlen(*known) && strncasecmp(said.p, *known, said.n) == 0)
            json_object_set_new(into, key, json_string(*known));
    }
}

static void read_ssvc(struct norm *n, const json_t *content)
{
    static const char *const exploitation[] = {"none", "poc", "active", NULL},
                             *const automatable[] = {"no", "yes", NULL}, *const impact[] = {"partial", "total", NULL};
    const json_t *options = norm_array(n, content, "options"), *had = json_object_get(n->extra, "ssvc");
    usec_t at = norm_instant(norm_string(n, content, "timestamp"));
    if (had && json_integer_value(json_object_get(had, "at")) >= at)
        return;
    json_t *s = json_object();
    for (size_t i = 0; i < json_array_size(options); i++) {
        const json_t *o = norm_element(n, options, i);
        set_choice(s, "exploitation", norm_string(n, o, "Exploitation"), exploitation);
        set_choice(s, "automatable", norm_string(n, o, "Automatable"), automatable);
        set_choice(s, "technicalImpact", norm_string(n, o, "Technical Impact"), impact);
    }
    if (json_object_size(s) && at)
        json_object_set_new(s, "at", json_integer(at));
    if (json_object_size(s))
        json_object_set(n->extra, "ssvc", s);
    json_decref(s);
}

static void read_kev(struct norm *n, const json_t *content)
{
    json_t *kev = json_object();
    norm_day(n, kev, "dateAdded", norm_string(n, content, "dateAdded"));
    json_object_set_new(n->extra, "kev", kev);
}

/* --- a container --- */

static bool is_cisa(struct norm *n, const json_t *container)
{
    const json_t *who = norm_object(n, container, "providerMetadata");
    return sl_is(norm_string(n, who, "orgId"), CISA_ORG) || sl_is(norm_string(n, who, "shortName"), "CISA-ADP");
}

static void read_metrics(struct norm *n, const json_t *container, bool cisa)
{
    static const char *const cvss[] = {"cvssV4_0", "cvssV3_1", "cvssV3_0", "cvssV2_0"};
    const json_t *list = norm_array(n, container, "metrics");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *m = norm_element(n, list, i), *other = norm_object(n, m, "other");
        for (size_t k = 0; k < TB_COUNT(cvss); k++)
            norm_cvss(n, norm_object(n, m, cvss[k]));
        slice type = norm_string(n, other, "type");
        if (cisa && sl_is(type, "ssvc"))
            read_ssvc(n, norm_object(n, other, "content"));
        else if (cisa && sl_is(type, "kev"))
            read_kev(n, norm_object(n, other, "content"));
    }
}

static void read_problems(struct norm *n, const json_t *container)
{
    const json_t *list = norm_array(n, container, "problemTypes");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *said = norm_array(n, norm_element(n, list, i), "descriptions");
        for (size_t k = 0; k < json_array_size(said); k++) {
            const json_t *d = norm_element(n, said, k);
            norm_cwe(n, norm_string(n, d, "cweId"));
            norm_cwe(n, norm_string(n, d, "description"));
        }
    }
}

static void read_container(struct gather *g, const json_t *container, bool adp)
{
    struct norm *n = g->n;
    usec_t updated = norm_instant(norm_string(n, norm_object(n, container, "providerMetadata"), "dateUpdated"));
    if (updated > n->rec.modified)
        n->rec.modified = updated;
    read_metrics(n, container, adp && is_cisa(n, container));
    read_problems(n, container);
    read_affected(g, container);
}

static void read_head(struct norm *n, const json_t *j, const json_t *meta, const json_t *cna)
{
    slice state = norm_string(n, meta, "state"), version = norm_string(n, j, "dataVersion");
    bool rejected = sl_is(state, "REJECTED");
    norm_id(n, norm_string(n, meta, "cveId"));
    if (!sl_is(norm_string(n, j, "dataType"), "CVE_RECORD") || !sl_starts(version, "5."))
        norm_bad(n, "CVE JSON 5 の記録ではありません", "no record of CVE JSON 5", "dataType, dataVersion");
    if (!rejected && !sl_is(state, "PUBLISHED"))
        norm_bad(n, "PUBLISHED か REJECTED ではありません", "neither PUBLISHED nor REJECTED", "state");
    if (!cna)
        norm_bad(n, "項目がありません", "a member is missing", "containers.cna");
    n->rec.state = rejected ? VULN_REJECTED : VULN_PUBLISHED;
    n->rec.modified = norm_instant(norm_string(n, meta, "dateUpdated"));
    norm_published(n, norm_instant(norm_string(n, meta, "datePublished")));
    norm_text(n, n->extra, "title", norm_string(n, cna, "title"));
    norm_description(n, norm_array(n, cna, rejected ? "rejectedReasons" : "descriptions"));
}

static void one_config(struct gather *g)
{
    struct vuln_node *node = g->count ? norm_nodes(g->n, 1) : NULL;
    struct vuln_match *leaf = node ? norm_take(g->n, sizeof *leaf, g->count) : NULL;
    if (!leaf)
        return;
    memcpy(leaf, g->leaf, g->count * sizeof *leaf);
    node->match = leaf;
    node->matches = g->count;
    norm_add_configs(g->n, node, 1);
}

void feed_read_cve5(struct norm *n, const json_t *j)
{
    struct gather g = {.n = n};
    const json_t *containers = norm_object(n, j, "containers"), *cna = norm_object(n, containers, "cna");
    const json_t *adp = norm_array(n, containers, "adp");
    n->rec.source = VULN_CVE5;
    read_head(n, j, norm_object(n, j, "cveMetadata"), cna);
    if (!n->bad)
        read_container(&g, cna, false);
    for (size_t i = 0; i < json_array_size(adp) && !n->bad; i++)
        read_container(&g, norm_element(n, adp, i), true);
    one_config(&g);
    free(g.leaf);
    free(g.but);
    if (!n->bad)
        norm_configurations(n, norm_array(n, cna, "cpeApplicability"));
    for (size_t i = 0; i < json_array_size(adp) && !n->bad; i++)
        norm_configurations(n, norm_array(n, json_array_get(adp, i), "cpeApplicability"));
}
