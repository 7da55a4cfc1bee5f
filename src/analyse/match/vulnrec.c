#include "vulnrec.h"

#include <string.h>

#include "base/text.h"

static const char *const source_name[VULN_SOURCES] = {"csaf", "cve5", "nvd1", "nvd2", "nvd-override", "case"};
static const char *const state_name[] = {"published", "rejected"};
static const char *const bound_name[VULN_BOUNDS] = {"versionStartIncluding", "versionStartExcluding",
                                                    "versionEndIncluding", "versionEndExcluding"};

const char *vuln_source_name(enum vuln_source s)
{
    return (unsigned)s < VULN_SOURCES ? source_name[s] : "?";
}

bool vuln_source_of(slice name, enum vuln_source *out)
{
    static const struct {
        const char *name;
        enum vuln_source s;
    } also[] = {{"override", VULN_OVERRIDE}, {"nvd11", VULN_NVD1}};
    for (unsigned i = 0; i < VULN_SOURCES; i++)
        if (sl_is(name, source_name[i])) {
            *out = (enum vuln_source)i;
            return true;
        }
    for (size_t i = 0; i < TB_COUNT(also); i++)
        if (sl_is(name, also[i].name)) {
            *out = also[i].s;
            return true;
        }
    return false;
}

const char *vuln_state_name(enum vuln_state s)
{
    return (unsigned)s < TB_COUNT(state_name) ? state_name[s] : "?";
}

const char *vuln_bound_name(enum vuln_bound b)
{
    return (unsigned)b < VULN_BOUNDS ? bound_name[b] : "?";
}

/* --- limits --- */

struct census {
    size_t leaves, nodes;
    struct fault *f;
    const char *where;
};

static enum err check_match(struct census *c, const struct vuln_match *m)
{
    for (size_t b = 0; b < VULN_BOUNDS; b++)
        if (m->bound[b].n > VULN_BOUND_MAX)
            return fault_set(c->f, E_TOO_BIG, c->where, "%s has %zu bytes, more than %d", bound_name[b], m->bound[b].n,
                             VULN_BOUND_MAX);
    return E_OK;
}

static enum err check_node(struct census *c, const struct vuln_node *n, size_t depth)
{
    c->nodes++;
    c->leaves += n->matches;
    if (depth > VULN_DEPTH_MAX)
        return fault_set(c->f, E_TOO_BIG, c->where, "configurations nested deeper than %d", VULN_DEPTH_MAX);
    if (c->nodes > VULN_NODES_MAX || c->leaves > VULN_LEAVES_MAX)
        return fault_set(c->f, E_TOO_BIG, c->where, "more than %d criteria or %d configuration nodes", VULN_LEAVES_MAX,
                         VULN_NODES_MAX);
    enum err e = E_OK;
    for (size_t i = 0; !e && i < n->matches; i++)
        e = check_match(c, &n->match[i]);
    for (size_t i = 0; !e && i < n->children; i++)
        e = check_node(c, &n->child[i], depth + 1);
    return e;
}

enum err vuln_record_check(const struct vuln_record *r, struct fault *f)
{
    char where[VULN_ID_MAX + 1];
    snprintf(where, sizeof where, PRIs, (int)(r->id.n < VULN_ID_MAX ? r->id.n : VULN_ID_MAX), r->id.p ? r->id.p : "");
    if (r->id.n == 0 || r->id.n > VULN_ID_MAX || !text_clean(r->id, false))
        return fault_set(f, E_FIELD, where, "id: 1 to %d bytes without control characters", VULN_ID_MAX);
    struct census c = {.f = f, .where = where};
    for (size_t i = 0; i < r->configs; i++) {
        enum err e = check_node(&c, &r->config[i], 1);
        if (e)
            return e;
    }
    return E_OK;
}

static size_t node_leaves(const struct vuln_node *n)
{
    size_t leaves = n->matches;
    for (size_t i = 0; i < n->children; i++)
        leaves += node_leaves(&n->child[i]);
    return leaves;
}

size_t vuln_record_leaves(const struct vuln_record *r)
{
    size_t leaves = 0;
    for (size_t i = 0; i < r->configs; i++)
        leaves += node_leaves(&r->config[i]);
    return leaves;
}

/* --- to JSON --- */

/* Feeds are UTF-8 by the time they are records; a record made otherwise is our own fault. */
static json_t *jstr(slice s)
{
    json_t *j = json_stringn(s.n ? s.p : "", s.n);
    must(j);
    return j;
}

static json_t *match_json(const struct vuln_match *m)
{
    json_t *j = json_array();
    json_array_append_new(j, json_integer(m->vulnerable));
    json_array_append_new(j, jstr(m->cpe));
    for (size_t b = 0; b < VULN_BOUNDS; b++)
        json_array_append_new(j, jstr(m->bound[b]));
    if (m->scheme != VERSION_GENERIC)
        json_array_append_new(j, json_string(version_scheme_name(m->scheme)));
    return j;
}

static json_t *node_json(const struct vuln_node *n)
{
    json_t *j = json_object(), *m = json_array(), *c = json_array();
    for (size_t i = 0; i < n->matches; i++)
        json_array_append_new(m, match_json(&n->match[i]));
    for (size_t i = 0; i < n->children; i++)
        json_array_append_new(c, node_json(&n->child[i]));
    json_object_set_new(j, "c", c);
    json_object_set_new(j, "m", m);
    json_object_set_new(j, "neg", json_integer(n->negate));
    json_object_set_new(j, "op", json_string(n->is_and ? "AND" : "OR"));
    return j;
}

json_t *vuln_configs_json(const struct vuln_record *r)
{
    json_t *j = json_array();
    for (size_t i = 0; i < r->configs; i++)
        json_array_append_new(j, node_json(&r->config[i]));
    return j;
}

json_t *vuln_record_json(const struct vuln_record *r)
{
    json_t *j = json_object();
    json_object_set_new(j, "configs", vuln_configs_json(r));
    json_object_set_new(j, "id", jstr(r->id));
    if (r->modified)
        json_object_set_new(j, "modified", json_integer(r->modified));
    json_object_set_new(j, "src", json_string(vuln_source_name(r->source)));
    json_object_set_new(j, "state", json_string(vuln_state_name(r->state)));
    return j;
}

void vuln_record_write(const struct vuln_record *r, struct buf *out)
{
    json_t *j = vuln_record_json(r);
    char *text = json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS);
    must(text);
    buf_str(out, text);
    free(text);
    json_decref(j);
}

/* --- from JSON --- */

/* Leaves and nodes are counted before room is taken for them, so a hostile text cannot use up the arena. */
struct reader {
    struct arena *a;
    size_t leaves, nodes;
    const char *where;
    struct fault *f;
};

static slice text_in(struct arena *a, const json_t *j)
{
    size_t n = json_string_length(j);
    return n ? arena_sl(a, (slice){json_string_value(j), n}) : SLN;
}

static bool is_flag(const json_t *j)
{
    return json_is_boolean(j) || json_is_integer(j);
}

static bool flag(const json_t *j)
{
    return json_is_true(j) || json_integer_value(j) != 0;
}

static enum err read_match(struct reader *r, const json_t *j, struct vuln_match *out)
{
    const size_t plain = 2 + VULN_BOUNDS, n = json_array_size(j);
    if (!json_is_array(j) || (n != plain && n != plain + 1) || !is_flag(json_array_get(j, 0)))
        return fault_set(r->f, E_PARSE, r->where,
                         "a criterion is an array of 6 or 7: 0 or 1, CPE name, four version bounds, their scheme");
    const json_t *scheme = json_array_get(j, plain);
    slice said = {json_string_value(scheme), json_string_length(scheme)};
    if (n > plain && (!json_is_string(scheme) || !version_scheme_of(said, &out->scheme)))
        return fault_set(r->f, E_PARSE, r->where, "a criterion's seventh member is a version scheme");
    out->vulnerable = flag(json_array_get(j, 0));
    for (size_t i = 1; i < 2 + VULN_BOUNDS; i++) {
        const json_t *s = json_array_get(j, i);
        if (!json_is_string(s))
            return fault_set(r->f, E_PARSE, r->where, "a criterion's name and bounds are strings");
        slice text = text_in(r->a, s);
        if (i == 1)
            out->cpe = text;
        else
            out->bound[i - 2] = text;
    }
    return E_OK;
}

static enum err read_matches(struct reader *r, const json_t *j, struct vuln_node *out)
{
    if (j && !json_is_array(j))
        return fault_set(r->f, E_PARSE, r->where, "m is an array of criteria");
    out->matches = json_array_size(j);
    r->leaves += out->matches;
    if (r->leaves > VULN_LEAVES_MAX)
        return fault_set(r->f, E_TOO_BIG, r->where, "more than %d criteria", VULN_LEAVES_MAX);
    if (out->matches == 0)
        return E_OK;
    struct vuln_match *match = arena_arr(r->a, struct vuln_match, out->matches);
    out->match = match;
    enum err e = E_OK;
    for (size_t i = 0; !e && i < out->matches; i++)
        e = read_match(r, json_array_get(j, i), &match[i]);
    return e;
}

static enum err read_nodes(struct reader *r, const json_t *j, size_t depth, const struct vuln_node **out,
                           size_t *count);

static enum err read_node(struct reader *r, const json_t *j, size_t depth, struct vuln_node *out)
{
    const char *op = json_string_value(json_object_get(j, "op"));
    const json_t *neg = json_object_get(j, "neg");
    if (!op || (strcmp(op, "AND") && strcmp(op, "OR")))
        return fault_set(r->f, E_PARSE, r->where, "a configuration is an object whose op is AND or OR");
    if (neg && !is_flag(neg))
        return fault_set(r->f, E_PARSE, r->where, "neg is 0 or 1");
    out->is_and = op[0] == 'A';
    out->negate = flag(neg);
    enum err e = read_matches(r, json_object_get(j, "m"), out);
    return e ? e : read_nodes(r, json_object_get(j, "c"), depth + 1, &out->child, &out->children);
}

static enum err read_nodes(struct reader *r, const json_t *j, size_t depth, const struct vuln_node **out, size_t *count)
{
    *out = NULL;
    *count = json_array_size(j);
    r->nodes += *count;
    if (j && !json_is_array(j))
        return fault_set(r->f, E_PARSE, r->where, "configurations are an array");
    if (*count == 0)
        return E_OK;
    if (depth > VULN_DEPTH_MAX || r->nodes > VULN_NODES_MAX)
        return fault_set(r->f, E_TOO_BIG, r->where, "configurations nested deeper than %d or more than %d",
                         VULN_DEPTH_MAX, VULN_NODES_MAX);
    struct vuln_node *node = arena_arr(r->a, struct vuln_node, *count);
    *out = node;
    enum err e = E_OK;
    for (size_t i = 0; !e && i < *count; i++)
        e = read_node(r, json_array_get(j, i), depth, &node[i]);
    return e;
}

static enum err read_head(struct arena *a, const json_t *j, struct vuln_record *out, struct fault *f)
{
    const json_t *id = json_object_get(j, "id"), *src = json_object_get(j, "src"), *state = json_object_get(j, "state");
    const json_t *modified = json_object_get(j, "modified");
    if (!json_is_object(j))
        return fault_set(f, E_PARSE, "", "a vulnerability record is a JSON object");
    if (!json_is_string(id) || json_string_length(id) == 0 || json_string_length(id) > VULN_ID_MAX)
        return fault_set(f, E_PARSE, "id", "a vulnerability record's id is a string of 1 to %d bytes", VULN_ID_MAX);
    out->id = text_in(a, id);
    slice s = {json_string_value(src), json_string_length(src)};
    if (!json_is_string(src) || !vuln_source_of(s, &out->source))
        return fault_set(f, E_PARSE, out->id.p, "src is none of csaf, cve5, nvd1, nvd2, nvd-override, case");
    const char *st = state ? json_string_value(state) : "published";
    if (!st || (strcmp(st, "published") && strcmp(st, "rejected")))
        return fault_set(f, E_PARSE, out->id.p, "state is published or rejected");
    out->state = st[0] == 'r' ? VULN_REJECTED : VULN_PUBLISHED;
    if (modified && !json_is_integer(modified))
        return fault_set(f, E_PARSE, out->id.p, "modified is microseconds since 1970");
    out->modified = json_integer_value(modified);
    return E_OK;
}

enum err vuln_record_from_json(struct arena *a, const json_t *j, struct vuln_record *out, struct fault *f)
{
    *out = (struct vuln_record){0};
    enum err e = read_head(a, j, out, f);
    if (e)
        return e;
    struct reader r = {.a = a, .where = out->id.p, .f = f};
    e = read_nodes(&r, json_object_get(j, "configs"), 1, &out->config, &out->configs);
    return e ? e : vuln_record_check(out, f);
}

enum err vuln_record_parse(struct arena *a, slice text, struct vuln_record *out, struct fault *f)
{
    json_error_t why;
    json_t *j = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &why);
    if (!j)
        return fault_set(f, E_PARSE, "", "no JSON: %s (byte %d)", why.text, why.position);
    enum err e = vuln_record_from_json(a, j, out, f);
    json_decref(j);
    return e;
}
