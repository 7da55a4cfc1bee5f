/* CSAF 2.0: an advisory of a vendor or a coordinator, one record a document (OASIS, 18 November 2022).
 *
 * The record is the advisory, "csaf:" and its tracking id: one CVE stands in many advisories, each of which speaks of
 * its own products only, and one must not displace another. A later version of the same advisory takes its place.
 *
 * A product is affected if any vulnerability of the advisory says so. One that has a CPE name and a version that can
 * be compared becomes a criterion; every other (a name only, a range in words) goes to "unresolved" with what was
 * written and why, for a person to decide: guessing at words would make false matches, leaving them out would hide
 * them. Drafts and advisories under a TLP of GREEN or more are refused: what a feed brings counts as published. */
#include "collect/feed/norm.h"

#include <stdlib.h>
#include <string.h>

#include "analyse/match/cpe.h"
#include "analyse/match/vers.h"
#include "base/text.h"

enum { ID_MAX = 60, BRANCH_DEPTH_MAX = 40 };

/* A product id's meaning. Slices lie in the document, which outlives the record. */
struct product {
    slice vendor, product, version, range, cpe, purl;
    slice of, on; /* a relationship: the part, and what it is installed on */
    bool affected;
};

/* What the branches from the root down to a place have said. */
struct path {
    slice vendor, product, version, range;
};

struct advisory {
    struct norm *n;
    struct product *p;
    size_t count, room;
    json_t *index; /* product id to its place in p */
    json_t *unresolved;
    struct vuln_node *node;
    size_t nodes;
};

/* --- the product tree --- */

static void clash(struct norm *n, const char *ja, const char *en, slice id)
{
    char shown[64];
    bool fits = id.n && id.n < sizeof shown && text_clean(id, false);
    snprintf(shown, sizeof shown, PRIs, fits ? (int)id.n : 1, fits ? id.p : "-");
    norm_bad(n, ja, en, shown);
}

static struct product *find(struct advisory *v, slice id)
{
    const json_t *at = json_object_getn(v->index, id.n ? id.p : "", id.n);
    return at ? &v->p[json_integer_value(at)] : NULL;
}

static slice first_string(const json_t *value)
{
    const json_t *s = json_is_array(value) ? json_array_get(value, 0) : value;
    return json_is_string(s) ? (slice){json_string_value(s), json_string_length(s)} : SLN;
}

/* A full_product_name_t; its own name counts only where no branch has named the product. */
static struct product *add_product(struct advisory *v, const json_t *j, const struct path *at)
{
    struct norm *n = v->n;
    const json_t *helper = norm_object(n, j, "product_identification_helper");
    slice id = norm_string(n, j, "product_id"), name = norm_string(n, j, "name");
    if (!id.n)
        norm_bad(n, "項目がありません", "a member is missing", "product_id");
    else if (find(v, id))
        clash(n, "同じ product_id が二度あります", "a product_id is defined twice", id);
    if (n->bad)
        return NULL;
    if (v->count == v->room) {
        v->room = v->room ? v->room * 2 : 64;
        v->p = mem_more(v->p, v->room * sizeof *v->p);
    }
    v->p[v->count] = (struct product){.vendor = at->vendor,
                                      .product = at->product.n ? at->product : name,
                                      .version = at->version,
                                      .range = at->range,
                                      .cpe = norm_string(n, helper, "cpe"),
                                      .purl = norm_string(n, helper, "purl")};
    json_object_setn_new(v->index, id.p, id.n, json_integer((json_int_t)v->count));
    return &v->p[v->count++];
}

static void read_branches(struct advisory *v, const json_t *in, struct path at, int depth)
{
    struct norm *n = v->n;
    const json_t *list = norm_array(n, in, "branches");
    if (depth > BRANCH_DEPTH_MAX)
        norm_bad(n, "入れ子が深すぎます", "nested too deep", "branches");
    for (size_t i = 0; i < json_array_size(list) && !n->bad; i++) {
        const json_t *b = norm_element(n, list, i), *product = norm_object(n, b, "product");
        slice category = norm_string(n, b, "category"), name = norm_string(n, b, "name");
        struct path below = at;
        if (sl_is(category, "vendor"))
            below.vendor = name;
        else if (sl_is(category, "product_name"))
            below.product = name;
        else if (sl_is(category, "product_version"))
            below.version = name;
        else if (sl_is(category, "product_version_range"))
            below.range = name;
        if (product)
            add_product(v, product, &below);
        read_branches(v, b, below, depth + 1);
    }
}

static void read_relationships(struct advisory *v, const json_t *tree)
{
    struct norm *n = v->n;
    const json_t *list = norm_array(n, tree, "relationships");
    for (size_t i = 0; i < json_array_size(list) && !n->bad; i++) {
        const json_t *r = norm_element(n, list, i), *full = norm_object(n, r, "full_product_name");
        slice of = norm_string(n, r, "product_reference"), on = norm_string(n, r, "relates_to_product_reference");
        struct product *part = find(v, of), *p;
        if (!part || !find(v, on)) {
            clash(n, "product_tree にない product_id です", "no such product_id in the product_tree", part ? on : of);
            return;
        }
        struct path at = {part->vendor, SLN, SLN, SLN};
        if ((p = add_product(v, full, &at))) {
            p->of = of;
            p->on = on;
        }
    }
}

static void read_tree(struct advisory *v, const json_t *tree)
{
    const json_t *names = norm_array(v->n, tree, "full_product_names");
    const struct path root = {SLN, SLN, SLN, SLN};
    read_branches(v, tree, root, 0);
    for (size_t i = 0; i < json_array_size(names) && !v->n->bad; i++)
        add_product(v, norm_element(v->n, names, i), &root);
    read_relationships(v, tree);
}

/* --- criteria --- */

/* The name as a formatted string; CSAF allows the URI of CPE 2.2 too. Empty if it is neither. */
static slice formatted(struct norm *n, slice written)
{
    struct cpe c;
    struct fault f;
    if (!sl_starts(written, "cpe:/"))
        return norm_cpe_ok(n, written) ? written : SLN;
    arena_reset(n->scratch);
    if (written.n > CPE_TEXT_MAX || cpe_parse(n->scratch, written, &c, n->ja, &f) != E_OK) {
        n->dropped++;
        return SLN;
    }
    struct buf b = BUF((size_t)4 * CPE_TEXT_MAX);
    cpe_bind(&c, &b);
    char *text = norm_take(n, 1, b.n + 1);
    if (text)
        memcpy(text, b.p, b.n);
    slice out = text ? (slice){text, b.n} : SLN;
    buf_free(&b);
    return out;
}

/* The product's criteria, into `out`; why it has none, or NULL. */
static const char *criteria(struct norm *n, const struct product *p, bool vulnerable, struct vuln_node *out)
{
    struct vers_interval in[VERS_MAX] = {{{SLN}}};
    enum version_scheme order = VERSION_GENERIC;
    size_t count = 1;
    slice cpe = p->cpe.n ? formatted(n, p->cpe) : SLN, version;
    if (!cpe.n || !norm_cpe_field(cpe, 3, &version))
        return p->cpe.n ? "cpe-malformed" : "name-only";
    bool open = sl_is(version, "*") || sl_is(version, "-");
    if (p->range.n) {
        const char *why = vers_parse(p->range, in, &count, &order);
        if (why)
            return why;
        cpe = norm_cpe_version(n, cpe, SL("*"));
    } else if (open && p->version.n) {
        if (!norm_cpe_exact(p->version))
            return "version-in-words";
        cpe = norm_cpe_version(n, cpe, p->version);
    }
    n->leaves += count;
    if (n->leaves > FEED_LEAVES_MAX)
        norm_bad(n, "CPE が 100,000 件を超えます", "more than 100,000 CPE criteria", NULL);
    struct vuln_match *m = n->bad ? NULL : norm_take(n, sizeof *m, count);
    for (size_t i = 0; m && i < count; i++) {
        m[i] = (struct vuln_match){.vulnerable = vulnerable, .cpe = cpe, .scheme = order};
        memcpy(m[i].bound, in[i].bound, sizeof in[i].bound);
    }
    *out = (struct vuln_node){.match = m, .matches = m ? count : 0};
    return NULL;
}

static void unresolved(struct advisory *v, const struct product *p, const char *why)
{
    json_t *o = json_object();
    norm_name(v->n, p->vendor, p->product);
    json_object_set_new(o, "why", json_string(why));
    norm_text(v->n, o, "vendor", p->vendor);
    norm_text(v->n, o, "product", p->product);
    norm_text(v->n, o, "version", p->range.n ? p->range : p->version);
    norm_text(v->n, o, "purl", p->purl);
    json_array_append_new(v->unresolved, o);
}

/* A part on a platform without a name of the whole: both must be there. */
static const char *both(struct advisory *v, const struct product *p, struct vuln_node *out)
{
    struct vuln_node *child = norm_nodes(v->n, 2);
    const struct product *of = find(v, p->of), *on = find(v, p->on);
    if (!child || of->of.n || on->of.n)
        return "relationship-nested";
    const char *why = criteria(v->n, of, true, &child[0]);
    why = why ? why : criteria(v->n, on, false, &child[1]);
    *out = (struct vuln_node){.is_and = true, .child = child, .children = 2};
    return why;
}

static void resolve(struct advisory *v)
{
    v->node = norm_nodes(v->n, v->count);
    for (size_t i = 0; v->node && i < v->count && !v->n->bad; i++) {
        const struct product *p = &v->p[i];
        if (!p->affected)
            continue;
        const char *why =
            p->of.n && !p->cpe.n ? both(v, p, &v->node[v->nodes]) : criteria(v->n, p, true, &v->node[v->nodes]);
        if (why)
            unresolved(v, p, why);
        else
            v->nodes++;
    }
    if (!v->n->bad)
        norm_add_configs(v->n, v->node, v->nodes);
}

/* --- vulnerabilities --- */

static const struct {
    const char *name;
    int side; /* 1 affected, -1 not, 0 says neither */
} status_of[] = {{"first_affected", 1}, {"known_affected", 1},      {"last_affected", 1},       {"first_fixed", -1},
                 {"fixed", -1},         {"known_not_affected", -1}, {"under_investigation", 0}, {"recommended", 0}};

/* One list of ids. Ids must be of the tree, and none may be affected and not (CSAF 6.1.1, 6.1.6). */
static json_t *read_status(struct advisory *v, const json_t *list, int side, json_t *sides)
{
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(list) && !v->n->bad; i++) {
        slice id = first_string(json_array_get(list, i));
        struct product *p = find(v, id);
        if (!p) {
            clash(v->n, "product_tree にない product_id です", "no such product_id in the product_tree", id);
            break;
        }
        const json_t *had = json_object_getn(sides, id.p, id.n);
        if (had && side && json_integer_value(had) * side < 0)
            clash(v->n, "影響ありと影響なしの両方に挙がっています", "a product is both affected and not affected", id);
        if (side)
            json_object_setn_new(sides, id.p, id.n, json_integer(side));
        p->affected = p->affected || side > 0;
        json_array_append_new(out, json_stringn(id.p, id.n));
    }
    return out;
}

/* product_ids and those of product_groups. */
static json_t *products_of(struct norm *n, const json_t *j, const json_t *groups)
{
    json_t *set = json_object(), *out = json_array(), *x;
    const json_t *ids = norm_array(n, j, "product_ids"), *in = norm_array(n, j, "group_ids");
    const char *key;
    size_t i, k;
    json_array_foreach(ids, i, x) if (json_is_string(x)) json_object_set_new(set, json_string_value(x), json_true());
    for (i = 0; i < json_array_size(in); i++) {
        for (k = 0; k < json_array_size(groups); k++) {
            const json_t *g = norm_element(n, groups, k);
            if (!sl_eq(norm_string(n, g, "group_id"), first_string(json_array_get(in, i))))
                continue;
            size_t at;
            json_array_foreach(norm_array(n, g, "product_ids"), at, x) if (json_is_string(x))
                json_object_set_new(set, json_string_value(x), json_true());
        }
    }
    json_object_foreach(set, key, x) json_array_append_new(out, json_string(key));
    json_decref(set);
    return out;
}

static json_t *read_remedies(struct norm *n, const json_t *j, const json_t *groups)
{
    const json_t *list = norm_array(n, j, "remediations");
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(list) && !n->bad; i++) {
        const json_t *r = norm_element(n, list, i);
        json_t *o = json_object();
        norm_text(n, o, "category", norm_string(n, r, "category"));
        norm_text(n, o, "details", norm_string(n, r, "details"));
        norm_text(n, o, "url", norm_string(n, r, "url"));
        json_object_set_new(o, "products", products_of(n, r, groups));
        json_array_append_new(out, o);
    }
    return out;
}

static json_t *read_vulnerability(struct advisory *v, const json_t *j, const json_t *groups)
{
    struct norm *n = v->n;
    const json_t *status = norm_object(n, j, "product_status");
    json_t *out = json_object(), *lists = json_object(), *sides = json_object();
    norm_text(n, out, "cve", norm_string(n, j, "cve"));
    norm_text(n, out, "title", norm_string(n, j, "title"));
    norm_cwe(n, norm_string(n, norm_object(n, j, "cwe"), "id"));
    for (size_t i = 0; i < TB_COUNT(status_of) && !n->bad; i++) {
        const json_t *list = norm_array(n, status, status_of[i].name);
        if (list)
            json_object_set_new(lists, status_of[i].name, read_status(v, list, status_of[i].side, sides));
    }
    json_object_set_new(out, "status", lists);
    json_object_set_new(out, "remedies", read_remedies(n, j, groups));
    json_decref(sides);
    return out;
}

/* --- the document --- */

static void read_distribution(struct norm *n, const json_t *document, json_t *into)
{
    const json_t *tlp = norm_object(n, norm_object(n, document, "distribution"), "tlp");
    slice label = norm_string(n, tlp, "label");
    if (label.n && !sl_is(label, "WHITE") && !sl_is(label, "CLEAR"))
        clash(n, "公表されたものではありません（TLP）", "not published: its TLP is not WHITE", label);
    norm_text(n, into, "tlp", label);
}

static void read_tracking(struct norm *n, const json_t *tracking, json_t *into)
{
    slice id = norm_string(n, tracking, "id"), status = norm_string(n, tracking, "status");
    char *named = norm_take(n, 1, id.n + 6);
    if (!id.n || id.n + 5 > ID_MAX || !text_clean(id, false) || !named) {
        norm_bad(n, "文書の番号が1～55バイトの文字列ではありません", "no id of 1 to 55 bytes", "tracking.id");
        return;
    }
    memcpy(named, "csaf:", 5);
    memcpy(named + 5, id.p, id.n);
    n->rec.id = (slice){named, id.n + 5};
    if (sl_is(status, "draft"))
        norm_bad(n, "下書きの文書です。公表された版を取り込んでください", "a draft; import the published version",
                 "tracking.status");
    else if (!sl_is(status, "final") && !sl_is(status, "interim"))
        norm_bad(n, "final か interim ではありません", "neither final nor interim", "tracking.status");
    if (!norm_string(n, tracking, "version").n)
        norm_bad(n, "項目がありません", "a member is missing", "tracking.version");
    norm_text(n, into, "revision", norm_string(n, tracking, "version"));
    norm_text(n, into, "status", status);
    n->rec.modified = norm_instant(norm_string(n, tracking, "current_release_date"));
    norm_published(n, norm_instant(norm_string(n, tracking, "initial_release_date")));
}

static void read_head(struct norm *n, const json_t *document, json_t *into)
{
    const json_t *publisher = norm_object(n, document, "publisher");
    if (!document)
        norm_bad(n, "項目がありません", "a member is missing", "document");
    if (!sl_is(norm_string(n, document, "csaf_version"), "2.0"))
        norm_bad(n, "CSAF 2.0 の文書ではありません", "no document of CSAF 2.0", "csaf_version");
    read_tracking(n, norm_object(n, document, "tracking"), into);
    read_distribution(n, document, into);
    norm_text(n, into, "category", norm_string(n, document, "category"));
    norm_text(n, into, "publisher", norm_string(n, publisher, "name"));
    norm_text(n, into, "namespace", norm_string(n, publisher, "namespace"));
    norm_text(n, n->extra, "title", norm_string(n, document, "title"));
}

void feed_read_csaf(struct norm *n, const json_t *j)
{
    struct advisory v = {.n = n, .index = json_object(), .unresolved = json_array()};
    const json_t *tree = norm_object(n, j, "product_tree"), *list = norm_array(n, j, "vulnerabilities");
    json_t *advisory = json_object(), *vulns = json_array();
    n->rec.source = VULN_CSAF;
    read_head(n, norm_object(n, j, "document"), advisory);
    if (!n->bad)
        read_tree(&v, tree);
    for (size_t i = 0; i < json_array_size(list) && !n->bad; i++)
        json_array_append_new(vulns,
                              read_vulnerability(&v, norm_element(n, list, i), norm_array(n, tree, "product_groups")));
    if (!n->bad)
        resolve(&v);
    json_object_set_new(advisory, "vulnerabilities", vulns);
    json_object_set_new(n->extra, "advisory", advisory);
    if (json_array_size(v.unresolved))
        json_object_set(n->extra, "unresolved", v.unresolved);
    json_decref(v.unresolved);
    json_decref(v.index);
    free(v.p);
}
