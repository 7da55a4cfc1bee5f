#include "match_int.h"

#include <jansson.h>
#include <stdlib.h>

/* --- the reason of one leaf --- */

static void asset_cpe(const struct match_engine *e, uint32_t class, struct arena *a, slice *out)
{
    struct cpe c;
    struct buf b = BUF((size_t)32 * CPE_TEXT_MAX);
    for (unsigned i = 0; i < CPE_ATTRS; i++)
        c.at[i] = match_sym_value(e, sym_of(e, class_pair(e, class)[0], class_pair(e, class)[1], i));
    cpe_bind(&c, &b);
    *out = arena_sl(a, buf_slice(&b));
    buf_free(&b);
}

static bool attr_with(const struct match_why *w, enum cpe_rel r, enum cpe_attr *out)
{
    for (unsigned i = 0; i < CPE_ATTRS; i++)
        if (w->rel[i] == r && !(i == CPE_VERSION && w->range != MATCH_RANGE_NONE)) {
            *out = (enum cpe_attr)i;
            return true;
        }
    return false;
}

static enum match_by by_of(struct match_why *w)
{
    if (w->level == MATCH_CONFIRMED)
        return w->range == MATCH_RANGE_INSIDE ? MATCH_BY_RANGE : MATCH_BY_NAME;
    if (w->own == MATCH_NO)
        return attr_with(w, CPE_DISJOINT, &w->attr) ? MATCH_BY_ATTRIBUTE : MATCH_BY_BOUND;
    if (w->tree == MATCH_NO)
        return MATCH_BY_TREE;
    if (w->own == MATCH_POSSIBLE) {
        if (!attr_with(w, CPE_SUBSET, &w->attr))
            w->attr = CPE_VERSION; /* left open, and tested against bounds */
        return MATCH_BY_OPEN;
    }
    return w->tree == MATCH_POSSIBLE ? MATCH_BY_PLATFORM : MATCH_BY_PACKAGE;
}

/* The nodes from the root down to the one that holds the leaf. */
static size_t steps_to(const struct match_engine *e, const struct hit *h, struct match_step *step)
{
    uint32_t system = e->asset[h->asset].system, n = h->root;
    size_t steps = 0;
    while (steps < VULN_DEPTH_MAX) {
        const struct node *x = &e->node[n];
        int level = match_node(e, n, system);
        step[steps++] = (struct match_step){x->is_and, x->negate, level < 0 ? MATCH_NO : (enum match_level)level};
        if (h->leaf < x->leaf + x->leaves)
            break;
        uint32_t c = n + 1; /* the last child that begins at or before the leaf */
        while (e->node[c].end < x->end && e->node[e->node[c].end].leaf <= h->leaf)
            c = e->node[c].end;
        n = c;
    }
    return steps;
}

void match_fill_why(const struct match_engine *e, const struct hit *h, struct arena *a, struct match_why *out)
{
    const struct vuln *v = &e->vuln[e->ix.order[h->rank]];
    const struct asset *x = &e->asset[h->asset];
    const struct leaf *l = &e->leaf[h->leaf];
    struct match_test t;
    match_leaf_test(e, l, x->class, &t);
    *out = (struct match_why){.level = (enum match_level)h->level,
                              .own = (enum match_level)h->own,
                              .tree = (enum match_level)h->tree,
                              .source = v->source,
                              .config = h->config,
                              .leaf = h->leaf - e->node[h->root].leaf,
                              .criteria = e->crits.key[l->crit],
                              .range = t.range,
                              .outside = t.outside};
    for (unsigned i = 0; i < CPE_ATTRS; i++)
        out->rel[i] = t.rel[i];
    const uint32_t *bound = table_u32(&e->ranges, l->range);
    for (unsigned b = 0; b < VULN_BOUNDS; b++)
        out->bound[b] = bound[b] ? e->vers.key[bound[b] - 1] : SLN;
    out->scheme = (enum version_scheme)bound[VULN_BOUNDS];
    for (unsigned b = 0; b < VULN_BOUNDS && out->scheme != VERSION_GENERIC; b++)
        out->bound[b].n -= bound[b] ? 2 : 0; /* the mark of the scheme behind the text */
    out->steps = steps_to(e, h, out->step);
    out->by = by_of(out);
    asset_cpe(e, x->class, a, &out->asset_cpe);
    if (x->alias != NONE)
        out->rule = e->alias[x->alias].rule;
}

/* --- one pair --- */

/* How near a leaf that does not hold came, to tell a person the most useful "no". */
static int nearness(const struct match_engine *e, const struct leaf *l, uint32_t class)
{
    struct match_test t;
    match_leaf_test(e, l, class, &t);
    int near = 2;
    for (unsigned i = 0; i < CPE_ATTRS; i++) {
        if (t.rel[i] != CPE_DISJOINT || (i == CPE_VERSION && l->range))
            continue;
        if (i < PVP_ATTRS)
            return 0;
        near = 1;
    }
    return near;
}

struct pick {
    struct hit hit;
    int rank; /* of a configuration's answer: level, then how near a "no" came */
};

static void weigh_config(const struct match_engine *e, struct hit config, struct pick *best)
{
    const struct asset *x = &e->asset[config.asset];
    const struct node *root = &e->node[config.root];
    uint32_t last = root->leaf;
    int near = 0;
    config.own = MATCH_NO;
    config.leaf = NONE;
    for (uint32_t n = config.root; n < root->end; n++)
        last += e->node[n].leaves;
    for (uint32_t at = root->leaf; at < last; at++) {
        const struct leaf *l = &e->leaf[at];
        if (!l->vulnerable || e->crit[l->crit].bad)
            continue;
        enum match_level v = match_leaf(e, l, x->class);
        int n = v ? 3 : nearness(e, l, x->class);
        if (v > config.own || (v == config.own && n > near)) {
            config.own = (uint8_t)v;
            config.leaf = at;
            near = n;
        }
    }
    if (config.leaf == NONE)
        return;
    int tree = match_node(e, config.root, x->system);
    config.tree = tree > 0 ? (uint8_t)tree : MATCH_NO;
    config.level = config.tree < config.own ? config.tree : config.own;
    if (x->package && config.level > MATCH_POSSIBLE)
        config.level = MATCH_POSSIBLE;
    int rank = config.level * 4 + near;
    if (rank > best->rank)
        *best = (struct pick){config, rank};
}

static uint32_t rank_of(const struct match_engine *e, uint32_t vuln)
{
    for (uint32_t r = 0; r < e->vuln_ids.n; r++)
        if (e->ix.order[r] == vuln)
            return r;
    tb_die(__FILE__, __LINE__, "a vulnerability without a place in the order");
}

enum err match_explain(struct match_engine *e, slice asset, slice vuln, struct arena *a, struct match_why *out,
                       struct fault *f)
{
    uint32_t i = table_find(&e->asset_ids, asset), k = table_find(&e->vuln_ids, vuln);
    *out = (struct match_why){.leafless = true, .by = MATCH_BY_NOTHING};
    if (i == TABLE_FULL || k == TABLE_FULL)
        return fault_set(f, E_ABSENT, i == TABLE_FULL ? "asset" : "vuln",
                         e->ja ? "この照合の対象ではありません" : "not part of this match");
    enum err bad = match_prepare(e, f);
    if (bad)
        return bad;
    const struct vuln *v = &e->vuln[k];
    out->source = v->source;
    if (v->rejected) {
        out->by = MATCH_BY_REJECTED;
        return E_OK;
    }
    struct pick best = {.rank = 0};
    struct hit config = {.asset = i, .root = v->node};
    for (; e->asset[i].class != NONE && config.config < v->configs; config.config++) {
        weigh_config(e, config, &best);
        config.root = e->node[config.root].end;
    }
    if (best.rank == 0)
        return E_OK;
    best.hit.rank = rank_of(e, k);
    match_fill_why(e, &best.hit, a, out);
    return E_OK;
}

/* --- as JSON --- */

static json_t *jstr(slice s)
{
    json_t *j = json_stringn(s.n ? s.p : "", s.n);
    return j ? j : json_string("?"); /* a criterion that is no UTF-8 cannot come from a feed */
}

static json_t *path_json(const struct match_why *w)
{
    json_t *path = json_array();
    for (size_t i = 0; i < w->steps; i++)
        json_array_append_new(path, json_pack("{s:s, s:b, s:s}", "op", w->step[i].is_and ? "AND" : "OR", "negate",
                                              w->step[i].negate, "level", match_level_name(w->step[i].level)));
    return path;
}

static void leaf_json(const struct match_why *w, json_t *j)
{
    json_t *bounds = json_object(), *rel = json_object();
    for (unsigned b = 0; b < VULN_BOUNDS; b++)
        if (w->bound[b].n)
            json_object_set_new(bounds, vuln_bound_name((enum vuln_bound)b), jstr(w->bound[b]));
    for (unsigned i = 0; i < CPE_ATTRS; i++)
        if (!(i == CPE_VERSION && w->range != MATCH_RANGE_NONE))
            json_object_set_new(rel, cpe_attr_name((enum cpe_attr)i), json_string(cpe_rel_name(w->rel[i])));
    json_object_set_new(j, "config", json_integer(w->config));
    json_object_set_new(j, "leaf", json_integer(w->leaf));
    json_object_set_new(j, "criteria", jstr(w->criteria));
    json_object_set_new(j, "bounds", bounds);
    if (w->scheme != VERSION_GENERIC)
        json_object_set_new(j, "scheme", json_string(version_scheme_name(w->scheme)));
    json_object_set_new(j, "range", json_string(match_range_name(w->range)));
    if (w->range == MATCH_RANGE_OUTSIDE)
        json_object_set_new(j, "outside", json_string(vuln_bound_name(w->outside)));
    if (w->by == MATCH_BY_OPEN || w->by == MATCH_BY_ATTRIBUTE)
        json_object_set_new(j, "attr", json_string(cpe_attr_name(w->attr)));
    json_object_set_new(j, "relations", rel);
    json_object_set_new(j, "path", path_json(w));
    json_object_set_new(j, "asset_cpe", jstr(w->asset_cpe));
    if (w->rule.n)
        json_object_set_new(j, "rule", jstr(w->rule));
}

void match_why_write(const struct match_why *w, struct buf *out)
{
    json_t *j = json_object();
    json_object_set_new(j, "level", json_string(match_level_name(w->level)));
    json_object_set_new(j, "own", json_string(match_level_name(w->own)));
    json_object_set_new(j, "tree", json_string(match_level_name(w->tree)));
    json_object_set_new(j, "by", json_string(match_by_name(w->by)));
    json_object_set_new(j, "source", json_string(vuln_source_name(w->source)));
    if (!w->leafless)
        leaf_json(w, j);
    char *text = json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS);
    must(text);
    buf_str(out, text);
    free(text);
    json_decref(j);
}
