#include "match_int.h"

#include <stdlib.h>
#include <string.h>

#include "analyse/match/version.h"
#include "base/text.h"

static const char *const level_name[] = {"no", "possible", "confirmed"};
static const char *const by_name[] = {"name",      "range", "open", "platform", "package",
                                      "attribute", "bound", "tree", "rejected", "nothing"};
static const char *const range_name[] = {"none", "inside", "open", "na", "outside"};
static const char *const doubt_name[MATCH_DOUBTS] = {"name-unknown", "name-missing", "cpe-unclear", "version-unclear"};

const char *match_level_name(enum match_level l)
{
    return (unsigned)l < TB_COUNT(level_name) ? level_name[l] : "?";
}

const char *match_by_name(enum match_by b)
{
    return (unsigned)b < TB_COUNT(by_name) ? by_name[b] : "?";
}

const char *match_range_name(enum match_range r)
{
    return (unsigned)r < TB_COUNT(range_name) ? range_name[r] : "?";
}

const char *match_doubt_name(enum match_doubt d)
{
    return (unsigned)d < MATCH_DOUBTS ? doubt_name[d] : "?";
}

/* --- life --- */

struct match_engine *match_new(size_t cap, bool ja)
{
    struct match_engine *e = mem_zero(1, sizeof *e);
    e->ja = ja;
    e->budget = (struct budget){.left = cap, .keys = arena_new(cap)};
    return e;
}

static void index_free(struct match_index *ix)
{
    free(ix->pvp_first);
    free(ix->pvp_class);
    free(ix->open_class);
    free(ix->class_first);
    free(ix->class_asset);
    free(ix->system_first);
    free(ix->member);
    free(ix->order);
    *ix = (struct match_index){0};
}

void match_free(struct match_engine *e)
{
    if (!e)
        return;
    struct table *const t[] = {&e->syms,    &e->pvps,   &e->tails,   &e->crits,    &e->ranges,    &e->vers,
                               &e->classes, &e->filers, &e->systems, &e->vuln_ids, &e->asset_ids, &e->aliases};
    for (size_t i = 0; i < TB_COUNT(t); i++)
        table_free(t[i]);
    index_free(&e->ix);
    free(e->crit);
    free(e->leaf);
    free(e->node);
    free(e->vuln);
    free(e->asset);
    free(e->alias);
    free(e->vkey);
    free(e->class_ver);
    arena_free(e->budget.keys);
    free(e);
}

static enum err full(const struct match_engine *e, struct fault *f)
{
    return fault_set(f, E_TOO_BIG, "match",
                     e->ja ? "照合に使えるメモリーの上限に達しました。上限を上げるか、資産を分けて照合してください"
                           : "the match engine's memory limit is reached; raise it or match fewer assets");
}

/* --- symbols --- */

/* A symbol's key is its kind and its text. An asset's value with a wildcard is plain text (match.h, 2). */
static uint32_t sym_put(struct match_engine *e, const struct cpe_value *v, bool target)
{
    char key[CPE_TEXT_MAX + 1];
    size_t n = 1;
    bool plain = target && v->kind == CPE_WILD;
    key[0] = (char)('0' + (plain ? CPE_LITERAL : v->kind));
    must(v->text.n <= CPE_TEXT_MAX);
    for (size_t i = 0; i < v->text.n; i++) {
        if (plain && v->text.p[i] == '\\' && i + 1 < v->text.n)
            i++;
        key[n++] = v->text.p[i];
    }
    return table_put(&e->syms, &e->budget, (slice){key, n});
}

struct cpe_value match_sym_value(const struct match_engine *e, uint32_t sym)
{
    slice k = e->syms.key[sym];
    return (struct cpe_value){(enum cpe_kind)(k.p[0] - '0'), {k.p + 1, k.n - 1}};
}

static bool syms_begin(struct match_engine *e)
{
    static const struct cpe_value any = {.kind = CPE_ANY}, na = {.kind = CPE_NA};
    return sym_put(e, &any, false) == SYM_ANY && sym_put(e, &na, false) == SYM_NA;
}

static uint32_t put_u32(struct match_engine *e, struct table *t, const uint32_t *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (v[i] == TABLE_FULL)
            return TABLE_FULL;
    return table_put(t, &e->budget, (slice){(const char *)v, n * sizeof *v});
}

static bool put_name(struct match_engine *e, const struct cpe *c, bool target, uint32_t *pvp, uint32_t *tail)
{
    uint32_t sym[CPE_ATTRS];
    if (!syms_begin(e))
        return false;
    for (size_t i = 0; i < CPE_ATTRS; i++)
        sym[i] = sym_put(e, &c->at[i], target);
    *pvp = put_u32(e, &e->pvps, sym, PVP_ATTRS);
    *tail = put_u32(e, &e->tails, sym + PVP_ATTRS, TAIL_ATTRS);
    return *pvp != TABLE_FULL && *tail != TABLE_FULL;
}

/* A version of an ecosystem's order is another one than the same text in the generic order: a zero byte and the scheme
 * follow the text in the table. */
static uint32_t put_version(struct match_engine *e, enum version_scheme scheme, slice text)
{
    uint8_t key[VERSION_KEY_ROOM(2 * CPE_TEXT_MAX + 1)];
    char named[2 * CPE_TEXT_MAX + 3];
    must(text.n <= 2 * CPE_TEXT_MAX + 1);
    memcpy(named, text.p, text.n);
    named[text.n] = '\0';
    named[text.n + 1] = (char)scheme;
    slice entry = scheme == VERSION_GENERIC ? text : (slice){named, text.n + 2};
    uint32_t known = table_find(&e->vers, entry);
    if (known != TABLE_FULL)
        return known;
    if (!array_room(&e->budget, &e->vkey, &e->vkey_room, (size_t)e->vers.n + 1, sizeof *e->vkey))
        return TABLE_FULL;
    size_t n = version_key(scheme, text, key);
    char *copy = n <= e->budget.left ? arena_try(e->budget.keys, n) : NULL;
    if (!copy)
        return TABLE_FULL;
    e->budget.left -= n;
    memcpy(copy, key, n);
    uint32_t v = table_put(&e->vers, &e->budget, entry);
    if (v != TABLE_FULL)
        e->vkey[v] = (slice){copy, n};
    return v;
}

/* --- vulnerabilities --- */

static uint32_t put_crit(struct match_engine *e, slice text)
{
    uint32_t known = table_find(&e->crits, text);
    if (known != TABLE_FULL)
        return known;
    struct crit c = {.pvp = NONE, .tail = NONE};
    struct arena *scratch = arena_new((size_t)8 * CPE_TEXT_MAX);
    struct cpe cpe;
    struct fault why = {0};
    c.bad = cpe_parse(scratch, text, &cpe, e->ja, &why) != E_OK;
    for (size_t i = 0; !c.bad && i < PVP_ATTRS; i++)
        c.wide = c.wide || cpe.at[i].kind != CPE_LITERAL;
    bool ok = c.bad || put_name(e, &cpe, false, &c.pvp, &c.tail);
    arena_free(scratch);
    if (!ok || !array_room(&e->budget, &e->crit, &e->crit_room, (size_t)e->crits.n + 1, sizeof *e->crit))
        return TABLE_FULL;
    uint32_t i = table_put(&e->crits, &e->budget, text);
    if (i != TABLE_FULL)
        e->crit[i] = c;
    return i;
}

static uint32_t put_range(struct match_engine *e, enum version_scheme scheme, const slice bound[VULN_BOUNDS])
{
    static const uint32_t none[VULN_BOUNDS + 1];
    uint32_t ver[VULN_BOUNDS + 1];
    bool any = false;
    if (put_u32(e, &e->ranges, none, VULN_BOUNDS + 1) != 0)
        return TABLE_FULL;
    for (size_t b = 0; b < VULN_BOUNDS; b++) {
        any = any || bound[b].n;
        ver[b] = bound[b].n ? put_version(e, scheme, bound[b]) : 0;
        if (bound[b].n && ver[b] != TABLE_FULL)
            ver[b]++; /* 0 is no bound */
    }
    ver[VULN_BOUNDS] = any ? (uint32_t)scheme : 0;
    return put_u32(e, &e->ranges, ver, VULN_BOUNDS + 1);
}

static bool put_leaf(struct match_engine *e, const struct vuln_match *m)
{
    uint32_t crit = put_crit(e, m->cpe), range = put_range(e, m->scheme, m->bound);
    if (crit == TABLE_FULL || range == TABLE_FULL ||
        !array_room(&e->budget, &e->leaf, &e->leaf_room, (size_t)e->leaves + 1, sizeof *e->leaf))
        return false;
    e->bad_leaves += e->crit[crit].bad;
    e->leaf[e->leaves++] = (struct leaf){crit, range, m->vulnerable};
    return true;
}

static bool put_node(struct match_engine *e, const struct vuln_node *n)
{
    if (!array_room(&e->budget, &e->node, &e->node_room, (size_t)e->nodes + 1, sizeof *e->node))
        return false;
    uint32_t at = e->nodes++;
    e->node[at] =
        (struct node){.leaf = e->leaves, .leaves = (uint32_t)n->matches, .is_and = n->is_and, .negate = n->negate};
    for (size_t i = 0; i < n->matches; i++)
        if (!put_leaf(e, &n->match[i]))
            return false;
    for (size_t i = 0; i < n->children; i++)
        if (!put_node(e, &n->child[i]))
            return false;
    e->node[at].end = e->nodes;
    return true;
}

/* Whether the newest word is that the record was withdrawn; of two equally new ones, withdrawn. An override corrects
 * configurations and says nothing of the state. */
static void take_state(struct vuln *v, const struct vuln_record *r)
{
    usec_t at = r->source == VULN_OVERRIDE ? 0 : r->modified;
    bool rejected = r->state == VULN_REJECTED;
    if (at > v->state_at) {
        v->state_at = at;
        v->rejected = rejected;
    } else if (at == v->state_at) {
        v->rejected = v->rejected || rejected;
    }
}

static bool counts_before(const struct vuln *v, const struct vuln_record *r)
{
    if (r->configs == 0)
        return false;
    if (v->configs == 0 || r->source > v->source)
        return true;
    return r->source == v->source && r->modified > v->modified;
}

enum err match_add_vuln(struct match_engine *e, const struct vuln_record *r, struct fault *f)
{
    enum err bad = vuln_record_check(r, f);
    if (bad)
        return bad;
    uint32_t i = table_find(&e->vuln_ids, r->id);
    if (i == TABLE_FULL) {
        if (!array_room(&e->budget, &e->vuln, &e->vuln_room, (size_t)e->vuln_ids.n + 1, sizeof *e->vuln) ||
            (i = table_put(&e->vuln_ids, &e->budget, r->id)) == TABLE_FULL)
            return full(e, f);
        e->vuln[i] = (struct vuln){.source = r->source};
    }
    e->ix.fresh = false;
    take_state(&e->vuln[i], r);
    if (!counts_before(&e->vuln[i], r))
        return E_OK;
    uint32_t nodes = e->nodes, leaves = e->leaves;
    uint64_t bad_leaves = e->bad_leaves;
    for (size_t c = 0; c < r->configs; c++)
        if (!put_node(e, &r->config[c])) { /* a record is whole or absent */
            e->nodes = nodes;
            e->leaves = leaves;
            e->bad_leaves = bad_leaves;
            return full(e, f);
        }
    struct vuln *v = &e->vuln[i];
    v->node = nodes;
    v->leaf = leaves;
    v->configs = (uint32_t)r->configs;
    v->source = r->source;
    v->modified = r->modified;
    return E_OK;
}

/* --- assets --- */

static uint32_t put_class(struct match_engine *e, const struct cpe *c)
{
    uint32_t pair[2];
    if (!put_name(e, c, true, &pair[0], &pair[1]))
        return TABLE_FULL;
    slice key = {(const char *)pair, sizeof pair};
    uint32_t known = table_find(&e->classes, key);
    if (known != TABLE_FULL)
        return known;
    const struct cpe_value version = match_sym_value(e, sym_of(e, pair[0], pair[1], CPE_VERSION));
    const struct cpe_value update = match_sym_value(e, sym_of(e, pair[0], pair[1], CPE_UPDATE));
    uint32_t ver = NONE;
    if (version.kind == CPE_LITERAL) {
        struct buf text = BUF(2 * CPE_TEXT_MAX + 1);
        buf_sl(&text, version.text);
        if (update.kind == CPE_LITERAL) {
            buf_chr(&text, '-');
            buf_sl(&text, update.text);
        }
        ver = put_version(e, VERSION_GENERIC, buf_slice(&text));
        buf_free(&text);
        if (ver == TABLE_FULL)
            return TABLE_FULL;
    }
    if (!array_room(&e->budget, &e->class_ver, &e->class_room, (size_t)e->classes.n + 1, sizeof *e->class_ver))
        return TABLE_FULL;
    uint32_t class = table_put(&e->classes, &e->budget, key);
    if (class != TABLE_FULL)
        e->class_ver[class] = ver;
    return class;
}

static bool cpe_unclear(const struct cpe *c)
{
    for (size_t i = 0; i < CPE_ATTRS; i++)
        if (c->at[i].kind == CPE_WILD || (i < PVP_ATTRS && c->at[i].kind == CPE_ANY))
            return true;
    return false;
}

static bool is_package(slice purl)
{
    return sl_starts(purl, "pkg:deb/") || sl_starts(purl, "pkg:rpm/") || sl_starts(purl, "pkg:apk/") ||
           sl_starts(purl, "pkg:alpm/");
}

static bool keep(struct match_engine *e, slice from, slice *to)
{
    *to = SLN;
    if (from.n == 0)
        return true;
    char *p = from.n <= e->budget.left ? arena_try(e->budget.keys, from.n) : NULL;
    if (!p)
        return false;
    e->budget.left -= from.n;
    memcpy(p, from.p, from.n);
    *to = (slice){p, from.n};
    return true;
}

static uint32_t put_system(struct match_engine *e, const struct match_asset *a)
{
    struct buf key = BUF(3 * MATCH_TEXT_MAX);
    buf_sl(&key, a->operator_id);
    buf_chr(&key, '\0');
    buf_sl(&key, a->system_id);
    if (a->system_id.n == 0) { /* alone */
        buf_chr(&key, '\0');
        buf_sl(&key, a->id);
    }
    uint32_t s = table_put(&e->systems, &e->budget, buf_slice(&key));
    buf_free(&key);
    return s;
}

static enum err check_text(const char *name, slice s, bool ja, struct fault *f)
{
    if (s.n > MATCH_TEXT_MAX)
        return fault_set(f, E_TOO_BIG, name,
                         ja ? "%s は%dバイトまでです（%zuバイト）" : "%s: at most %d bytes, this one has %zu", name,
                         MATCH_TEXT_MAX, s.n);
    if (!text_clean(s, true))
        return fault_set(
            f, E_FIELD, name,
            ja ? "%s が制御文字を含むか、UTF-8 ではありません" : "%s holds control characters or is not UTF-8", name);
    return E_OK;
}

static enum err check_asset(const struct match_engine *e, const struct match_asset *a, struct fault *f)
{
    const struct {
        const char *name;
        slice s;
    } field[] = {{"asset_id", a->id},   {"operator_id", a->operator_id}, {"system_id", a->system_id},
                 {"vendor", a->vendor}, {"product", a->product},         {"version", a->version},
                 {"purl", a->purl}};
    enum err bad = E_OK;
    for (size_t i = 0; !bad && i < TB_COUNT(field); i++)
        bad = check_text(field[i].name, field[i].s, e->ja, f);
    if (!bad && a->id.n == 0)
        bad = fault_set(f, E_FIELD, "asset_id", e->ja ? "asset_id が空です" : "asset_id is empty");
    if (!bad && table_find(&e->asset_ids, a->id) != TABLE_FULL)
        bad = fault_set(f, E_CONFLICT, "asset_id",
                        e->ja ? "同じ asset_id の資産がすでにあります：" PRIs : "asset_id " PRIs " was given before",
                        ARGs(a->id));
    return bad;
}

static enum err class_of_cpe(struct match_engine *e, slice cpe, struct asset *out, struct fault *f)
{
    struct arena *scratch = arena_new((size_t)8 * CPE_TEXT_MAX);
    struct cpe c;
    enum err bad = cpe_parse(scratch, cpe, &c, e->ja, f);
    if (!bad) {
        out->unclear_cpe = cpe_unclear(&c);
        out->class = put_class(e, &c);
        if (out->class == TABLE_FULL)
            bad = full(e, f);
    }
    arena_free(scratch);
    return bad;
}

enum err match_add_asset(struct match_engine *e, const struct match_asset *a, struct fault *f)
{
    struct asset x = {.class = NONE, .alias = NONE, .named = a->cpe.n == 0};
    enum err bad = check_asset(e, a, f);
    if (bad)
        return bad;
    if (!x.named && (bad = class_of_cpe(e, a->cpe, &x, f)))
        return bad;
    x.package = x.named && is_package(a->purl);
    x.filer = table_put(&e->filers, &e->budget, a->operator_id);
    x.system = put_system(e, a);
    if (x.filer == TABLE_FULL || x.system == TABLE_FULL || !keep(e, a->vendor, &x.vendor) ||
        !keep(e, a->product, &x.product) || !keep(e, a->version, &x.version) ||
        !array_room(&e->budget, &e->asset, &e->asset_room, (size_t)e->asset_ids.n + 1, sizeof *e->asset))
        return full(e, f);
    uint32_t i = table_put(&e->asset_ids, &e->budget, a->id);
    if (i == TABLE_FULL)
        return full(e, f);
    e->asset[i] = x;
    e->ix.fresh = false;
    return E_OK;
}

/* --- names --- */

/* One code point of 3 bytes can become 18 (U+FDFA), of 4 bytes each while folding, so two names of MATCH_TEXT_MAX bytes
 * need a few hundred KiB. */
#define FOLD_ROOM ((size_t)4 << 20)

/* vendor NUL product, folded; in the scratch arena. */
static slice alias_key(struct arena *scratch, slice vendor, slice product)
{
    slice v = text_fold(scratch, vendor), p = text_fold(scratch, product);
    char *key = arena_get(scratch, v.n + p.n + 1);
    if (v.n)
        memcpy(key, v.p, v.n);
    if (p.n)
        memcpy(key + v.n + 1, p.p, p.n);
    return (slice){key, v.n + 1 + p.n};
}

static enum err alias_target(struct match_engine *e, struct arena *scratch, slice cpe, uint32_t *pvp, struct fault *f)
{
    struct cpe c;
    uint32_t tail;
    enum err bad = cpe_parse(scratch, cpe, &c, e->ja, f);
    if (bad)
        return bad;
    for (size_t i = 0; i < PVP_ATTRS; i++)
        if (c.at[i].kind != CPE_LITERAL)
            return fault_set(f, E_FIELD, "cpe",
                             e->ja ? "対応先のCPE名は part、vendor、product を具体的に示してください"
                                   : "an alias must name part, vendor and product");
    return put_name(e, &c, true, pvp, &tail) ? E_OK : full(e, f);
}

static enum err add_alias(struct match_engine *e, struct arena *scratch, const struct match_alias *a, struct fault *f)
{
    uint32_t pvp = NONE;
    enum err bad = alias_target(e, scratch, a->cpe, &pvp, f);
    if (bad)
        return bad;
    slice key = alias_key(scratch, a->vendor, a->product);
    if (key.n == 0 || key.p[key.n - 1] == '\0')
        return fault_set(f, E_FIELD, "product", e->ja ? "製品名が空です" : "an alias needs a product name");
    uint32_t i = table_find(&e->aliases, key);
    if (i != TABLE_FULL)
        return e->alias[i].pvp == pvp ? E_OK
                                      : fault_set(f, E_CONFLICT, "cpe",
                                                  e->ja ? PRIs "／" PRIs " は、すでに別の製品を指しています"
                                                        : PRIs " / " PRIs " already means another product",
                                                  ARGs(a->vendor), ARGs(a->product));
    slice rule;
    if (!array_room(&e->budget, &e->alias, &e->alias_room, (size_t)e->aliases.n + 1, sizeof *e->alias) ||
        !keep(e, a->rule, &rule) || (i = table_put(&e->aliases, &e->budget, key)) == TABLE_FULL)
        return full(e, f);
    e->alias[i] = (struct alias){pvp, rule};
    e->ix.fresh = false;
    return E_OK;
}

enum err match_add_alias(struct match_engine *e, const struct match_alias *a, struct fault *f)
{
    enum err bad = check_text("vendor", a->vendor, e->ja, f);
    if (!bad)
        bad = check_text("product", a->product, e->ja, f);
    if (!bad)
        bad = check_text("rule", a->rule, e->ja, f);
    if (bad)
        return bad;
    struct arena *scratch = arena_new(FOLD_ROOM);
    bad = add_alias(e, scratch, a, f);
    arena_free(scratch);
    return bad;
}

/* An asset known by name becomes a class, if an alias has exactly its folded names. */
static bool resolve(struct match_engine *e, struct asset *x, struct arena *scratch)
{
    uint32_t i = table_find(&e->aliases, alias_key(scratch, x->vendor, x->product));
    if (i == TABLE_FULL)
        return true;
    struct version_text v;
    version_read(scratch, x->version, &v);
    struct cpe c = {0}; /* all ANY */
    for (size_t k = 0; k < PVP_ATTRS; k++)
        c.at[k] = match_sym_value(e, table_u32(&e->pvps, e->alias[i].pvp)[k]);
    if (v.version.n)
        c.at[CPE_VERSION] = (struct cpe_value){CPE_LITERAL, v.version};
    if (v.update.n)
        c.at[CPE_UPDATE] = (struct cpe_value){CPE_LITERAL, v.update};
    x->unclear_version = v.said == VERSION_UNCLEAR;
    x->alias = i;
    x->class = put_class(e, &c);
    return x->class != TABLE_FULL;
}

static enum err resolve_all(struct match_engine *e, struct fault *f)
{
    struct arena *scratch = arena_new(FOLD_ROOM);
    bool ok = true;
    for (uint32_t i = 0; ok && i < e->asset_ids.n; i++) {
        if (e->asset[i].class != NONE || e->asset[i].product.n == 0)
            continue;
        ok = resolve(e, &e->asset[i], scratch);
        arena_reset(scratch);
    }
    arena_free(scratch);
    return ok ? E_OK : full(e, f);
}

/* --- indexes --- */

static void *zeroes(size_t n, size_t size)
{
    void *p = mem_zero(n ? n : 1, size);
    return p;
}

static bool pvp_open(const struct match_engine *e, uint32_t pvp)
{
    const uint32_t *s = table_u32(&e->pvps, pvp);
    return s[0] == SYM_ANY || s[1] == SYM_ANY || s[2] == SYM_ANY;
}

/* Lists items by group: counts, sums, places. group NONE is left out. */
static void group(const uint32_t *group_of, uint32_t items, uint32_t groups, uint32_t **first, uint32_t **list)
{
    uint32_t *at = zeroes((size_t)groups + 1, sizeof *at);
    *list = zeroes(items, sizeof **list);
    for (uint32_t i = 0; i < items; i++)
        if (group_of[i] != NONE)
            at[group_of[i] + 1]++;
    for (uint32_t g = 0; g < groups; g++)
        at[g + 1] += at[g];
    *first = zeroes((size_t)groups + 1, sizeof **first);
    memcpy(*first, at, ((size_t)groups + 1) * sizeof *at);
    for (uint32_t i = 0; i < items; i++)
        if (group_of[i] != NONE)
            (*list)[at[group_of[i]]++] = i;
    free(at);
}

static int member_cmp(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    if (x->system != y->system)
        return x->system < y->system ? -1 : 1;
    if (x->open != y->open)
        return x->open ? -1 : 1;
    if (x->pvp != y->pvp)
        return x->pvp < y->pvp ? -1 : 1;
    return x->class < y->class ? -1 : x->class > y->class;
}

static void index_systems(struct match_engine *e)
{
    struct match_index *ix = &e->ix;
    uint32_t n = 0, kept = 0;
    struct member *m = zeroes(e->asset_ids.n, sizeof *m);
    for (uint32_t i = 0; i < e->asset_ids.n; i++) {
        uint32_t class = e->asset[i].class;
        if (class == NONE)
            continue;
        uint32_t pvp = class_pair(e, class)[0];
        m[n++] = (struct member){e->asset[i].system, pvp, class, pvp_open(e, pvp)};
    }
    qsort(m, n, sizeof *m, member_cmp);
    ix->system_first = zeroes((size_t)e->systems.n + 1, sizeof *ix->system_first);
    for (uint32_t i = 0; i < n; i++)
        if (i == 0 || m[i].system != m[i - 1].system || m[i].class != m[i - 1].class) {
            ix->system_first[m[i].system + 1]++;
            m[kept++] = m[i];
        }
    for (uint32_t s = 0; s < e->systems.n; s++)
        ix->system_first[s + 1] += ix->system_first[s];
    ix->member = m;
}

static void index_classes(struct match_engine *e)
{
    struct match_index *ix = &e->ix;
    uint32_t *of = zeroes(e->classes.n, sizeof *of);
    ix->open_class = zeroes(e->classes.n, sizeof *ix->open_class);
    for (uint32_t c = 0; c < e->classes.n; c++) {
        of[c] = class_pair(e, c)[0];
        if (pvp_open(e, of[c]))
            ix->open_class[ix->open_n++] = c;
    }
    group(of, e->classes.n, e->pvps.n, &ix->pvp_first, &ix->pvp_class);
    free(of);
    of = zeroes(e->asset_ids.n, sizeof *of);
    for (uint32_t i = 0; i < e->asset_ids.n; i++)
        of[i] = e->asset[i].class;
    group(of, e->asset_ids.n, e->classes.n, &ix->class_first, &ix->class_asset);
    free(of);
}

static int id_cmp(slice a, slice b)
{
    int c = memcmp(a.p, b.p, a.n < b.n ? a.n : b.n);
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int order_cmp(const void *a, const void *b, void *ids)
{
    const slice *id = ids;
    return id_cmp(id[*(const uint32_t *)a], id[*(const uint32_t *)b]);
}

enum err match_prepare(struct match_engine *e, struct fault *f)
{
    if (e->ix.fresh)
        return E_OK;
    enum err bad = resolve_all(e, f);
    if (bad)
        return bad;
    index_free(&e->ix);
    index_classes(e);
    index_systems(e);
    e->ix.order = zeroes(e->vuln_ids.n, sizeof *e->ix.order);
    for (uint32_t i = 0; i < e->vuln_ids.n; i++)
        e->ix.order[i] = i;
    qsort_r(e->ix.order, e->vuln_ids.n, sizeof *e->ix.order, order_cmp, e->vuln_ids.key);
    e->ix.fresh = true;
    return E_OK;
}
