#include "match_int.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/match/version.h"

/* --- one leaf, one class --- */

static enum cpe_rel rel_of(const struct match_engine *e, uint32_t source, uint32_t target)
{
    if (source == target)
        return CPE_EQUAL;
    if (source == SYM_ANY)
        return CPE_SUPERSET;
    if (target == SYM_ANY)
        return CPE_SUBSET;
    if (source == SYM_NA || target == SYM_NA)
        return CPE_DISJOINT;
    struct cpe_value s = match_sym_value(e, source);
    if (s.kind != CPE_WILD)
        return CPE_DISJOINT;
    return cpe_wild_match(s.text, match_sym_value(e, target).text) ? CPE_SUPERSET : CPE_DISJOINT;
}

/* The first bound that `ver` breaks, VULN_BOUNDS if none. */
static unsigned broken_bound(const struct match_engine *e, uint32_t range, uint32_t ver)
{
    const uint32_t *bound = table_u32(&e->ranges, range);
    enum version_scheme scheme = (enum version_scheme)bound[VULN_BOUNDS];
    uint8_t key[VERSION_KEY_ROOM(2 * CPE_TEXT_MAX + 1)];
    slice v = e->vkey[ver];
    if (scheme != VERSION_GENERIC) { /* few ranges are: the asset's key in that order is made when it is asked */
        v = (slice){(char *)key, version_key(scheme, e->vers.key[ver], key)};
        if (!v.n)
            return VULN_BOUNDS + 1; /* no version of that ecosystem */
    }
    for (unsigned b = 0; b < VULN_BOUNDS; b++) {
        if (bound[b] == 0)
            continue;
        int c = version_key_cmp(v, e->vkey[bound[b] - 1]);
        bool ok = b == VULN_START_INCL ? c >= 0 : b == VULN_START_EXCL ? c > 0 : b == VULN_END_INCL ? c <= 0 : c < 0;
        if (!ok)
            return b;
    }
    return VULN_BOUNDS;
}

static enum match_range range_of(const struct match_engine *e, uint32_t range, uint32_t class, enum vuln_bound *outside)
{
    if (range == 0)
        return MATCH_RANGE_NONE;
    if (e->class_ver[class] == NONE)
        return sym_of(e, class_pair(e, class)[0], class_pair(e, class)[1], CPE_VERSION) == SYM_ANY ? MATCH_RANGE_OPEN
                                                                                                   : MATCH_RANGE_NA;
    unsigned broken = broken_bound(e, range, e->class_ver[class]);
    if (broken > VULN_BOUNDS)
        return MATCH_RANGE_OPEN;
    *outside = (enum vuln_bound)broken;
    return *outside == VULN_BOUNDS ? MATCH_RANGE_INSIDE : MATCH_RANGE_OUTSIDE;
}

enum match_level match_leaf(const struct match_engine *e, const struct leaf *l, uint32_t class)
{
    const struct crit *c = &e->crit[l->crit];
    const uint32_t *pair = class_pair(e, class);
    enum match_level level = MATCH_CONFIRMED;
    if (c->bad)
        return MATCH_NO;
    for (unsigned a = c->pvp == pair[0] ? PVP_ATTRS : 0; a < CPE_ATTRS; a++) {
        if (a == CPE_VERSION && l->range)
            continue;
        enum cpe_rel r = rel_of(e, sym_of(e, c->pvp, c->tail, a), sym_of(e, pair[0], pair[1], a));
        if (r == CPE_DISJOINT)
            return MATCH_NO;
        if (r == CPE_SUBSET)
            level = MATCH_POSSIBLE;
    }
    enum vuln_bound outside;
    enum match_range in = range_of(e, l->range, class, &outside);
    if (in == MATCH_RANGE_NA || in == MATCH_RANGE_OUTSIDE)
        return MATCH_NO;
    return in == MATCH_RANGE_OPEN ? MATCH_POSSIBLE : level;
}

/* The same with every relation worked out, for the explanation. */
void match_leaf_test(const struct match_engine *e, const struct leaf *l, uint32_t class, struct match_test *out)
{
    const struct crit *c = &e->crit[l->crit];
    const uint32_t *pair = class_pair(e, class);
    *out = (struct match_test){.level = match_leaf(e, l, class)};
    for (unsigned a = 0; !c->bad && a < CPE_ATTRS; a++)
        out->rel[a] = rel_of(e, sym_of(e, c->pvp, c->tail, a), sym_of(e, pair[0], pair[1], a));
    out->range = range_of(e, l->range, class, &out->outside);
}

/* --- a tree over a system --- */

/* The system's members that a criterion of one exact product can meet: the open ones and those of its pvp. */
static enum match_level best_exact(const struct match_engine *e, const struct leaf *l, const struct member *m,
                                   uint32_t n)
{
    uint32_t i = 0, pvp = e->crit[l->crit].pvp;
    enum match_level best = MATCH_NO;
    for (; i < n && m[i].open; i++) {
        enum match_level v = match_leaf(e, l, m[i].class);
        best = v > best ? v : best;
    }
    uint32_t lo = i, hi = n;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (m[mid].pvp < pvp)
            lo = mid + 1;
        else
            hi = mid;
    }
    for (; best < MATCH_CONFIRMED && lo < n && m[lo].pvp == pvp; lo++) {
        enum match_level v = match_leaf(e, l, m[lo].class);
        best = v > best ? v : best;
    }
    return best;
}

static int leaf_over(const struct match_engine *e, const struct leaf *l, uint32_t system)
{
    const struct crit *c = &e->crit[l->crit];
    const struct member *m = e->ix.member + e->ix.system_first[system];
    uint32_t n = e->ix.system_first[system + 1] - e->ix.system_first[system];
    enum match_level best = MATCH_NO;
    if (c->bad)
        return -1;
    if (c->wide)
        for (uint32_t i = 0; best < MATCH_CONFIRMED && i < n; i++) {
            enum match_level v = match_leaf(e, l, m[i].class);
            best = v > best ? v : best;
        }
    else
        best = best_exact(e, l, m, n);
    return best == MATCH_NO && !l->vulnerable ? MATCH_POSSIBLE : (int)best;
}

static int join(bool is_and, int so_far, int v)
{
    if (v < 0)
        return so_far;
    if (so_far < 0)
        return v;
    return is_and == (v < so_far) ? v : so_far;
}

int match_node(const struct match_engine *e, uint32_t node, uint32_t system)
{
    const struct node *n = &e->node[node];
    const int settled = n->is_and ? MATCH_NO : MATCH_CONFIRMED; /* no further member can change it */
    int level = -1;
    for (uint32_t i = 0; level != settled && i < n->leaves; i++)
        level = join(n->is_and, level, leaf_over(e, &e->leaf[n->leaf + i], system));
    for (uint32_t c = node + 1; level != settled && c < n->end; c = e->node[c].end)
        level = join(n->is_and, level, match_node(e, c, system));
    return level >= 0 && n->negate ? MATCH_CONFIRMED - level : level;
}

/* --- all vulnerabilities against all assets --- */

struct own { /* of a class in one configuration */
    uint32_t epoch, leaf;
    uint8_t level;
};
struct over { /* a configuration's level over a system */
    uint32_t epoch;
    int8_t level;
};
struct best { /* of an asset under one vulnerability */
    uint32_t epoch;
    struct hit hit;
};

struct shared {
    struct match_engine *e;
    atomic_uint next;
    atomic_bool over;
    size_t rows_each; /* bytes */
    const struct match_sink *sink;
};

struct worker {
    struct shared *s;
    uint32_t config_epoch, vuln_epoch;
    struct own *own;
    struct over *system;
    struct best *best;
    uint32_t *class, classes; /* met in this configuration */
    uint32_t *asset, assets;  /* met under this vulnerability */
    struct hit *hit;
    size_t hits, room;
    struct budget budget;
    bool leads; /* the calling thread: reports progress */
    pthread_t thread;
};

static void meet(struct worker *w, const struct leaf *l, uint32_t at, uint32_t class)
{
    struct own *o = &w->own[class];
    enum match_level v = match_leaf(w->s->e, l, class);
    if (v == MATCH_NO || (o->epoch == w->config_epoch && v <= o->level))
        return;
    if (o->epoch != w->config_epoch)
        w->class[w->classes++] = class;
    *o = (struct own){w->config_epoch, at, (uint8_t)v};
}

/* Classes that a vulnerable leaf can hold for. */
static void meet_leaf(struct worker *w, uint32_t at)
{
    const struct match_engine *e = w->s->e;
    const struct leaf *l = &e->leaf[at];
    const struct crit *c = &e->crit[l->crit];
    if (!l->vulnerable || c->bad)
        return;
    if (c->wide) {
        for (uint32_t i = 0; i < e->classes.n; i++)
            if (e->ix.class_first[i] != e->ix.class_first[i + 1])
                meet(w, l, at, i);
        return;
    }
    for (uint32_t i = e->ix.pvp_first[c->pvp]; i < e->ix.pvp_first[c->pvp + 1]; i++)
        meet(w, l, at, e->ix.pvp_class[i]);
    for (uint32_t i = 0; i < e->ix.open_n; i++)
        meet(w, l, at, e->ix.open_class[i]);
}

static void settle_asset(struct worker *w, const struct hit *config, uint32_t asset, const struct own *o)
{
    const struct match_engine *e = w->s->e;
    struct over *s = &w->system[e->asset[asset].system];
    if (s->epoch != w->config_epoch)
        *s = (struct over){w->config_epoch, (int8_t)match_node(e, config->root, e->asset[asset].system)};
    if (s->level <= MATCH_NO)
        return;
    uint8_t tree = (uint8_t)s->level, level = tree < o->level ? tree : o->level;
    if (e->asset[asset].package && level > MATCH_POSSIBLE)
        level = MATCH_POSSIBLE;
    struct best *b = &w->best[asset];
    if (b->epoch == w->vuln_epoch && level <= b->hit.level)
        return;
    if (b->epoch != w->vuln_epoch)
        w->asset[w->assets++] = asset;
    b->epoch = w->vuln_epoch;
    b->hit = *config;
    b->hit.asset = asset;
    b->hit.leaf = o->leaf;
    b->hit.level = level;
    b->hit.own = o->level;
    b->hit.tree = tree;
}

static void match_config(struct worker *w, const struct hit *config)
{
    const struct match_engine *e = w->s->e;
    const struct node *root = &e->node[config->root];
    uint32_t last = root->leaf;
    for (uint32_t n = config->root; n < root->end; n++)
        last += e->node[n].leaves;
    w->config_epoch++;
    w->classes = 0;
    for (uint32_t at = root->leaf; at < last; at++)
        meet_leaf(w, at);
    for (uint32_t i = 0; i < w->classes; i++) {
        uint32_t class = w->class[i];
        for (uint32_t k = e->ix.class_first[class]; k < e->ix.class_first[class + 1]; k++)
            settle_asset(w, config, e->ix.class_asset[k], &w->own[class]);
    }
}

static bool match_vuln(struct worker *w, uint32_t rank)
{
    const struct match_engine *e = w->s->e;
    const struct vuln *v = &e->vuln[e->ix.order[rank]];
    if (v->rejected)
        return true;
    w->vuln_epoch++;
    w->assets = 0;
    struct hit config = {.rank = rank, .root = v->node};
    for (; config.config < v->configs; config.config++) {
        match_config(w, &config);
        config.root = e->node[config.root].end;
    }
    if (!array_room(&w->budget, &w->hit, &w->room, w->hits + w->assets, sizeof *w->hit))
        return false;
    for (uint32_t i = 0; i < w->assets; i++)
        w->hit[w->hits++] = w->best[w->asset[i]].hit;
    return true;
}

static void *work(void *arg)
{
    enum { CHUNK = 64 };
    struct worker *w = arg;
    struct shared *s = w->s;
    const uint32_t all = s->e->vuln_ids.n;
    for (;;) {
        uint32_t from = atomic_fetch_add(&s->next, CHUNK);
        if (from >= all || atomic_load(&s->over))
            return NULL;
        for (uint32_t r = from; r < all && r < from + CHUNK; r++)
            if (!match_vuln(w, r))
                atomic_store(&s->over, true);
        if (w->leads && s->sink->progress)
            s->sink->progress(s->sink->ctx, from, all);
    }
}

static void *zeroes(size_t n, size_t size)
{
    void *p = mem_zero(n ? n : 1, size);
    return p;
}

static void worker_begin(struct worker *w, struct shared *s)
{
    const struct match_engine *e = s->e;
    *w = (struct worker){.s = s, .budget = {.left = s->rows_each}};
    w->own = zeroes(e->classes.n, sizeof *w->own);
    w->class = zeroes(e->classes.n, sizeof *w->class);
    w->system = zeroes(e->systems.n, sizeof *w->system);
    w->best = zeroes(e->asset_ids.n, sizeof *w->best);
    w->asset = zeroes(e->asset_ids.n, sizeof *w->asset);
}

static void worker_end(struct worker *w)
{
    free(w->own);
    free(w->class);
    free(w->system);
    free(w->best);
    free(w->asset);
    free(w->hit);
}

static int hit_cmp(const void *a, const void *b)
{
    const struct hit *x = a, *y = b;
    if (x->asset != y->asset)
        return x->asset < y->asset ? -1 : 1;
    return x->rank < y->rank ? -1 : x->rank > y->rank;
}

/* The rows of all workers in the promised order; *n of them, malloc'd. */
static struct hit *gather(struct worker *w, unsigned workers, size_t *n)
{
    *n = 0;
    for (unsigned i = 0; i < workers; i++)
        *n += w[i].hits;
    struct hit *all = workers == 1 ? w[0].hit : zeroes(*n, sizeof *all);
    size_t at = 0;
    for (unsigned i = 0; workers > 1 && i < workers; i++) {
        if (w[i].hits)
            memcpy(all + at, w[i].hit, w[i].hits * sizeof *all);
        at += w[i].hits;
        free(w[i].hit);
        w[i].hit = NULL;
    }
    if (workers == 1)
        w[0].hit = NULL;
    if (*n)
        qsort(all, *n, sizeof *all, hit_cmp);
    return all;
}

/* --- telling --- */

static slice system_id(const struct match_engine *e, uint32_t system)
{
    slice op, id, rest;
    sl_cut(e->systems.key[system], '\0', &op, &rest);
    sl_cut(rest, '\0', &id, &rest);
    return id;
}

static void tell_doubt(struct match_engine *e, uint32_t i, enum match_doubt d, const struct match_sink *sink)
{
    const struct asset *x = &e->asset[i];
    struct match_unresolved u = {e->asset_ids.key[i], e->filers.key[x->filer], x->vendor, x->product, x->version, d};
    if (sink->unresolved)
        sink->unresolved(sink->ctx, &u);
}

static void tell_doubts(struct match_engine *e, const struct match_sink *sink, struct match_stats *st)
{
    for (uint32_t i = 0; i < e->asset_ids.n; i++) {
        const struct asset *x = &e->asset[i];
        st->unresolved += x->class == NONE;
        st->unclear += x->unclear_cpe || x->unclear_version;
        if (x->class == NONE)
            tell_doubt(e, i, x->product.n ? MATCH_NAME_UNKNOWN : MATCH_NAME_MISSING, sink);
        if (x->unclear_cpe)
            tell_doubt(e, i, MATCH_CPE_UNCLEAR, sink);
        if (x->unclear_version)
            tell_doubt(e, i, MATCH_VERSION_UNCLEAR, sink);
    }
}

static void tell_rows(struct match_engine *e, const struct hit *hit, size_t n, const struct match_sink *sink,
                      struct match_stats *st)
{
    struct arena *scratch = arena_new((size_t)64 * CPE_TEXT_MAX);
    for (size_t i = 0; i < n; i++) {
        const struct asset *x = &e->asset[hit[i].asset];
        struct match_why why;
        match_fill_why(e, &hit[i], scratch, &why);
        struct match_row row = {e->asset_ids.key[hit[i].asset], e->filers.key[x->filer], system_id(e, x->system),
                                e->vuln_ids.key[e->ix.order[hit[i].rank]], &why};
        if (hit[i].level == MATCH_CONFIRMED)
            st->confirmed++;
        else
            st->possible++;
        if (!sink->row(sink->ctx, &row))
            break;
        arena_reset(scratch);
    }
    arena_free(scratch);
}

static void count(const struct match_engine *e, struct match_stats *st)
{
    *st = (struct match_stats){.assets = e->asset_ids.n, .vulns = e->vuln_ids.n, .bad_leaves = e->bad_leaves};
    for (uint32_t c = 0; c < e->classes.n; c++)
        st->classes += e->ix.class_first[c] != e->ix.class_first[c + 1];
    for (uint32_t i = 0; i < e->vuln_ids.n; i++) {
        st->rejected += e->vuln[i].rejected;
        for (uint32_t n = e->vuln[i].node, c = 0; c < e->vuln[i].configs; c++)
            for (uint32_t end = e->node[n].end; n < end; n++)
                st->leaves += e->node[n].leaves;
    }
}

static bool run_workers(struct worker *w, unsigned workers, struct shared *s)
{
    for (unsigned i = 0; i < workers; i++)
        worker_begin(&w[i], s);
    w[0].leads = true;
    unsigned started = 1;
    for (; started < workers; started++)
        if (pthread_create(&w[started].thread, NULL, work, &w[started]))
            break; /* fewer threads do the same */
    work(&w[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(w[i].thread, NULL);
    return !atomic_load(&s->over);
}

enum err match_run(struct match_engine *e, unsigned threads, const struct match_sink *sink, struct match_stats *out,
                   struct fault *f)
{
    enum err bad = match_prepare(e, f);
    if (bad)
        return bad;
    count(e, out);
    tell_doubts(e, sink, out);
    unsigned workers = threads < 1 ? 1 : threads > MATCH_THREADS_MAX ? MATCH_THREADS_MAX : threads;
    struct worker w[MATCH_THREADS_MAX];
    struct shared s = {.e = e, .rows_each = e->budget.left / workers / 2, .sink = sink};
    bool ok = run_workers(w, workers, &s);
    size_t n = 0;
    struct hit *hit = ok ? gather(w, workers, &n) : NULL;
    for (unsigned i = 0; i < workers; i++)
        worker_end(&w[i]);
    if (!ok)
        return fault_set(
            f, E_TOO_BIG, "match",
            e->ja ? "照合の結果が、使えるメモリーの上限を超えます。上限を上げるか、資産を分けて照合してください"
                  : "the rows of this run are over the match engine's memory limit");
    tell_rows(e, hit, n, sink, out);
    free(hit);
    return E_OK;
}
