/* One generation of the match: what is in the store, through the engine, to the pairs that changed (37, 72①). */
#include "analyse.h"

#include "analyse/match/match.h"
#include "analyse/match/vers.h"
#include "base/text.h"
#include "base/world.h"

#include <stdlib.h>
#include <string.h>

#define PAGE       400
#define ENGINE_CAP ((size_t)6 << 30)
#define WHY_MAX    (64 * 1024)

/* A pair's hash covers all it says (asset, vulnerability, level, reason). */
static void pair_hash(slice asset, slice vuln, slice level, slice why, struct arena *a, char hex[65])
{
    uint8_t h[SHA_LEN];
    sha256(sl(arena_fmt(a, PRIs "\n" PRIs "\n" PRIs "\n" PRIs, ARGs(asset), ARGs(vuln), ARGs(level), ARGs(why))), h);
    hex_of(h, sizeof h, hex);
}

/* Of what stood before, `level` is the machine's and `why` that which a person decided on; empty if nobody did. */
struct pair {
    slice asset, vuln, level, why;
};

struct generation {
    struct gate_reader *r;
    struct gate *g;
    struct match_engine *engine;
    struct arena *a; /* of the whole run */
    struct pair *now, *was, *changed;
    size_t n_now, room_now, n_was, room_was, n_changed, room_changed;
    int64_t serial, assets, vulns;
    int64_t seen, seen_before; /* the newest leaf that was read, now and by the generation before */
    json_t *names;             /* unresolved names that are new */
    json_t *target;            /* what each decided name means: part:vendor:product */
    struct fault *f;
    enum err e;
    char (*hash)[65];
};

static void pair_add(struct pair **v, size_t *n, size_t *room, struct pair p)
{
    if (*n == *room) {
        *room = *room ? *room * 2 : 1024;
        *v = mem_more(*v, *room * sizeof **v);
    }
    (*v)[(*n)++] = p;
}

/* --- filling the engine --- */
static char *name_key(struct arena *a, slice maker, slice product)
{
    return arena_dup(a, text_fold(a, sl(arena_fmt(a, PRIs " / " PRIs, ARGs(maker), ARGs(product)))));
}

static slice text_of(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    return json_is_string(v) ? (slice){json_string_value(v), json_string_length(v)} : SLN;
}

/* One version as it stands in a CPE name, its special characters quoted; empty if it is no single version. */
static slice exact_version(struct arena *a, slice v)
{
    char *out = arena_get(a, 2 * v.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++) {
        unsigned char c = (unsigned char)v.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_';
        if (!plain && !strchr("-+~:", c))
            return SLN;
        if (!plain)
            out[n++] = '\\';
        out[n++] = v.p[i];
    }
    return v.n && v.n <= VULN_BOUND_MAX && v.p[0] >= '0' && v.p[0] <= '9' ? (slice){out, n} : SLN;
}

/* The criteria of a product that a record only names, once a person has decided the name; false if what the record
 * says of its versions cannot be compared: it stays in the queue. */
static bool decided_product(struct arena *a, const json_t *o, slice target, struct vuln_node *out)
{
    struct vers_interval *in = arena_arr(a, struct vers_interval, VERS_MAX);
    enum version_scheme order = VERSION_GENERIC;
    size_t count = 1;
    slice said = text_of(o, "version"), version = SL("*");
    if (sl_starts(said, "vers:")) {
        if (vers_parse(said, in, &count, &order))
            return false;
    } else if (said.n) {
        version = exact_version(a, said);
        if (!version.n)
            return false;
    }
    struct vuln_match *m = arena_arr(a, struct vuln_match, count + 1);
    for (size_t i = 0; i < count; i++) {
        m[i] = (struct vuln_match){
            .vulnerable = true,
            .scheme = order,
            .cpe = sl(arena_fmt(a, "cpe:2.3:" PRIs ":" PRIs ":*:*:*:*:*:*:*", ARGs(target), ARGs(version)))};
        for (int b = 0; b < VULN_BOUNDS; b++)
            m[i].bound[b] = in[i].bound[b].n ? arena_sl(a, in[i].bound[b]) : SLN;
    }
    *out = (struct vuln_node){.match = m, .matches = count};
    return true;
}

/* An advisory's products that it only names, as name.decide has decided them. */
static void decided_names(struct generation *x, slice body, struct arena *a, struct vuln_record *v)
{
    if (v->source != VULN_CSAF || !json_object_size(x->target))
        return;
    json_t *j = json_loadb(body.p, body.n, 0, NULL), *o;
    const json_t *list = json_object_get(j, "unresolved");
    struct vuln_node *all = arena_arr(a, struct vuln_node, v->configs + json_array_size(list) + 1);
    size_t n = v->configs, i;
    for (i = 0; i < n; i++)
        all[i] = v->config[i];
    json_array_foreach(list, i, o)
    {
        const char *target =
            json_string_value(json_object_get(x->target, name_key(a, text_of(o, "vendor"), text_of(o, "product"))));
        if (target && sl_is(text_of(o, "why"), "name-only") && decided_product(a, o, sl(target), &all[n]))
            n++;
    }
    v->config = all;
    v->configs = n;
    json_decref(j);
}

static enum err vulns_load(struct generation *x)
{
    struct arena *page = arena_new((size_t)256 << 20), *rec = arena_new((size_t)256 << 20);
    char after[VULN_ID_MAX + 1] = "", source[32] = "";
    enum err e;
    for (;;) {
        struct dbrows rows;
        arena_reset(page);
        e = db_run(gate_reader_db(x->r), Q_match_vulns_page,
                   (struct dbval[]){DBT(sl(after)), DBT(sl(source)), DBI(PAGE)}, 3, &rows, page, x->f);
        if (e || rows.rows == 0)
            break;
        for (size_t i = 0; !e && i < rows.rows; i++) {
            struct vuln_record v;
            arena_reset(rec);
            e = vuln_record_parse(rec, ROW(&rows, i, 2).s, &v, x->f);
            if (!e) {
                decided_names(x, ROW(&rows, i, 2).s, rec, &v);
                e = match_add_vuln(x->engine, &v, x->f);
            }
            x->vulns++;
        }
        snprintf(after, sizeof after, PRIs, ARGs(ROW(&rows, rows.rows - 1, 0).s));
        snprintf(source, sizeof source, PRIs, ARGs(ROW(&rows, rows.rows - 1, 1).s));
        if (e)
            break;
    }
    arena_free(page);
    arena_free(rec);
    return e;
}

/* One criterion of NVD's form, as a case's configuration is written: {"criteria","vulnerable"?,"versionStart…"?}. */
static enum err case_match(struct arena *a, const json_t *o, struct vuln_match *out, struct fault *f)
{
    const char *cpe = json_string_value(json_object_get(o, "criteria"));
    if (!cpe)
        return fault_set(f, E_FIELD, "config", "影響を受ける製品: criteria（CPE 2.3）がありません。");
    *out = (struct vuln_match){.vulnerable = !json_is_false(json_object_get(o, "vulnerable")),
                               .cpe = arena_sl(a, sl(cpe))};
    for (int i = 0; i < VULN_BOUNDS; i++) {
        const char *b = json_string_value(json_object_get(o, vuln_bound_name((enum vuln_bound)i)));
        out->bound[i] = b ? arena_sl(a, sl(b)) : SLN;
    }
    return E_OK;
}

static enum err case_node(struct arena *a, const json_t *o, struct vuln_node *out, struct fault *f)
{
    const json_t *list = json_object_get(o, "cpeMatch");
    const char *op = json_string_value(json_object_get(o, "operator"));
    struct vuln_match *m = arena_arr(a, struct vuln_match, json_array_size(list) + 1);
    json_t *x;
    size_t i;
    json_array_foreach(list, i, x)
    {
        enum err e = case_match(a, x, &m[i], f);
        if (e)
            return e;
    }
    *out = (struct vuln_node){.is_and = op && strcmp(op, "AND") == 0,
                              .negate = json_is_true(json_object_get(o, "negate")),
                              .match = m,
                              .matches = json_array_size(list)};
    return E_OK;
}

/* config: one {"operator"?,"nodes":[…]} or a list of them, or a list of bare nodes. */
static enum err case_tree(struct arena *a, const json_t *o, struct vuln_node *out, struct fault *f)
{
    const json_t *nodes = json_object_get(o, "nodes");
    const char *op = json_string_value(json_object_get(o, "operator"));
    if (!nodes)
        return case_node(a, o, out, f);
    struct vuln_node *child = arena_arr(a, struct vuln_node, json_array_size(nodes) + 1);
    json_t *x;
    size_t i;
    json_array_foreach(nodes, i, x)
    {
        enum err e = case_node(a, x, &child[i], f);
        if (e)
            return e;
    }
    *out = (struct vuln_node){.is_and = op && strcmp(op, "AND") == 0,
                              .negate = json_is_true(json_object_get(o, "negate")),
                              .child = child,
                              .children = json_array_size(nodes)};
    return E_OK;
}

static enum err case_add(struct generation *x, slice id, slice config)
{
    json_t *j = json_loadb(config.p, config.n, 0, NULL), *o;
    struct arena *a = arena_new((size_t)64 << 20);
    size_t n = json_is_array(j) ? json_array_size(j) : 1, i;
    struct vuln_node *trees = arena_arr(a, struct vuln_node, n);
    enum err e = j ? E_OK : fault_set(x->f, E_CORRUPT, "s_case", "事案 " PRIs " の構成が読めません。", ARGs(id));
    if (!e && json_is_object(j))
        e = case_tree(a, j, &trees[0], x->f);
    if (!e && json_is_array(j))
        json_array_foreach(j, i, o) if (!e) e = case_tree(a, o, &trees[i], x->f);
    struct vuln_record v = {
        .id = sl(arena_fmt(a, "case:" PRIs, ARGs(id))), .source = VULN_CASE, .config = trees, .configs = n};
    if (!e)
        e = match_add_vuln(x->engine, &v, x->f);
    if (e == E_FIELD || e == E_TOO_BIG || e == E_PARSE) { /* one case that cannot be matched stops no other */
        log_line(1, "case not matched id=" PRIs " what=\"%s\"", ARGs(id), x->f->what);
        e = E_OK;
    }
    x->vulns++;
    json_decref(j);
    arena_free(a);
    return e;
}

static enum err cases_load(struct generation *x)
{
    struct dbrows rows;
    enum err e = db_run(gate_reader_db(x->r), Q_match_cases, NULL, 0, &rows, x->a, x->f);
    for (size_t i = 0; !e && i < rows.rows; i++)
        e = case_add(x, ROW(&rows, i, 0).s, ROW(&rows, i, 1).s);
    return e;
}

static enum err names_load(struct generation *x)
{
    struct dbrows rows;
    enum err e = db_run(gate_reader_db(x->r), Q_match_names, NULL, 0, &rows, x->a, x->f);
    for (size_t i = 0; !e && i < rows.rows; i++) {
        slice target = ROW(&rows, i, 5).s;
        const char *key = name_key(x->a, ROW(&rows, i, 1).s, ROW(&rows, i, 2).s);
        json_object_set_new(x->names, key, json_null()); /* known already */
        if (!sl_is(ROW(&rows, i, 4).s, "DECIDED") || !target.n)
            continue;
        struct match_alias al = {.vendor = ROW(&rows, i, 1).s,
                                 .product = ROW(&rows, i, 2).s,
                                 .rule = ROW(&rows, i, 0).s,
                                 .cpe = sl(arena_fmt(x->a, "cpe:2.3:" PRIs ":*:*:*:*:*:*:*:*", ARGs(target)))};
        struct fault why;
        json_object_set_new(x->target, key, json_stringn(target.p, target.n));
        if (match_add_alias(x->engine, &al, &why) != E_OK)
            log_line(1, "alias not used id=" PRIs " what=\"%s\"", ARGs(al.rule), why.what);
    }
    return e;
}

static enum err assets_load(struct generation *x)
{
    struct arena *page = arena_new((size_t)64 << 20);
    char after[80] = "";
    enum err e;
    for (;;) {
        struct dbrows rows;
        arena_reset(page);
        e = db_run(gate_reader_db(x->r), Q_match_assets_page, (struct dbval[]){DBT(sl(after)), DBI(PAGE)}, 2, &rows,
                   page, x->f);
        if (e || rows.rows == 0)
            break;
        for (size_t i = 0; !e && i < rows.rows; i++) {
            struct match_asset m = {.id = ROW(&rows, i, 0).s,
                                    .operator_id = ROW(&rows, i, 1).s,
                                    .system_id = ROW(&rows, i, 2).s,
                                    .cpe = ROW(&rows, i, 3).s,
                                    .vendor = ROW(&rows, i, 4).s,
                                    .product = ROW(&rows, i, 5).s,
                                    .version = ROW(&rows, i, 6).s};
            struct fault why;
            e = match_add_asset(x->engine, &m, &why);
            if (e == E_PARSE || e == E_FIELD) { /* an unreadable CPE: the names decide */
                m.cpe = SLN;
                e = match_add_asset(x->engine, &m, &why);
            }
            if (e)
                *x->f = why;
            x->assets++;
        }
        if (e)
            break;
        snprintf(after, sizeof after, PRIs, ARGs(ROW(&rows, rows.rows - 1, 0).s));
    }
    arena_free(page);
    return e;
}

static enum err was_load(struct generation *x)
{
    struct arena *page = arena_new((size_t)64 << 20);
    char asset[80] = "", vuln[VULN_ID_MAX + 16] = "";
    enum err e;
    for (;;) {
        struct dbrows rows;
        arena_reset(page);
        e = db_run(gate_reader_db(x->r), Q_match_current_page,
                   (struct dbval[]){DBT(sl(asset)), DBT(sl(vuln)), DBI(2000)}, 3, &rows, page, x->f);
        if (e || rows.rows == 0)
            break;
        for (size_t i = 0; i < rows.rows; i++)
            pair_add(&x->was, &x->n_was, &x->room_was,
                     (struct pair){arena_sl(x->a, ROW(&rows, i, 0).s), arena_sl(x->a, ROW(&rows, i, 1).s),
                                   arena_sl(x->a, ROW(&rows, i, 2).s), arena_sl(x->a, ROW(&rows, i, 3).s)});
        snprintf(asset, sizeof asset, PRIs, ARGs(ROW(&rows, rows.rows - 1, 0).s));
        snprintf(vuln, sizeof vuln, PRIs, ARGs(ROW(&rows, rows.rows - 1, 1).s));
    }
    arena_free(page);
    return e;
}

/* --- running --- */
static bool on_row(void *ctx, const struct match_row *row)
{
    struct generation *x = ctx;
    struct buf why = BUF(WHY_MAX);
    match_why_write(row->why, &why);
    slice level = row->why->level == MATCH_CONFIRMED ? SL("CONFIRMED") : SL("POSSIBLE");
    pair_add(
        &x->now, &x->n_now, &x->room_now,
        (struct pair){arena_sl(x->a, row->asset), arena_sl(x->a, row->vuln), level, arena_sl(x->a, buf_slice(&why))});
    buf_free(&why);
    return true;
}

static void on_unresolved(void *ctx, const struct match_unresolved *u)
{
    struct generation *x = ctx;
    if (u->doubt != MATCH_NAME_UNKNOWN)
        return;
    char *key = name_key(x->a, u->vendor, u->product);
    json_t *known = json_object_get(x->names, key);
    if (json_is_null(known))
        return;
    if (known) {
        json_object_set_new(known, "assets", json_integer(json_integer_value(json_object_get(known, "assets")) + 1));
        return;
    }
    char id[UUID_LEN + 1];
    struct rng *rng = gate_config_of(x->g)->rng;
    uuid_new(rng, id);
    json_object_set_new(x->names, key,
                        json_pack("{s:s, s:s%, s:s%, s:s, s:i}", "id", id, "maker", u->vendor.p ? u->vendor.p : "",
                                  u->vendor.n, "product", u->product.p ? u->product.p : "", u->product.n, "folded", key,
                                  "assets", 1));
}

static int pair_cmp(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    int c = sl_cmp(x->asset, y->asset);
    return c ? c : sl_cmp(x->vuln, y->vuln);
}

/* A person's decision stands until what it was taken on changes: the asset's product or what the record says of it. */
static bool differs(const struct pair *now, const struct pair *was)
{
    return !sl_eq(now->level, was->level) || (was->why.n && !sl_eq(now->why, was->why));
}

/* Both sides sorted by (asset, vulnerability): what is new, what has another level, what no longer holds. */
static void compare(struct generation *x)
{
    size_t i = 0, k = 0;
    if (x->n_now)
        qsort(x->now, x->n_now, sizeof *x->now, pair_cmp);
    if (x->n_was)
        qsort(x->was, x->n_was, sizeof *x->was, pair_cmp);
    while (i < x->n_now || k < x->n_was) {
        int c = i == x->n_now ? 1 : k == x->n_was ? -1 : pair_cmp(&x->now[i], &x->was[k]);
        if (c < 0 || (c == 0 && differs(&x->now[i], &x->was[k])))
            pair_add(&x->changed, &x->n_changed, &x->room_changed, x->now[i]);
        else if (c > 0 && !sl_is(x->was[k].level, "NO"))
            pair_add(&x->changed, &x->n_changed, &x->room_changed,
                     (struct pair){x->was[k].asset, x->was[k].vuln, SL("NO"), SLN});
        i += c <= 0;
        k += c >= 0;
    }
}

/* --- why a match no longer holds --- */
static enum err record_changes(struct generation *x, slice vuln, json_t *out)
{
    struct dbrows rows;
    enum err e = db_run(gate_reader_db(x->r), Q_match_record_changes, (struct dbval[]){DBT(vuln), DBI(x->seen_before)},
                        2, &rows, x->a, x->f);
    for (size_t i = 0; !e && i < rows.rows; i++) {
        slice source = ROW(&rows, i, 0).s, feed = ROW(&rows, i, 1).s, now = ROW(&rows, i, 2).s,
              was = ROW(&rows, i, 3).s;
        if (!sl_eq(now, was))
            json_array_append_new(out, json_pack("{s:s%, s:s%, s:s%, s:s%, s:s%}", "source", source.p, source.n,
                                                 "record", vuln.p, vuln.n, "feed", feed.p, feed.n, "old",
                                                 was.n ? was.p : "", was.n, "new", now.p, now.n));
    }
    return e;
}

static enum err case_changes(struct generation *x, slice vuln, json_t *out)
{
    struct dbrows rows;
    uint8_t h[SHA_LEN];
    char hex[65];
    enum err e =
        db_run(gate_reader_db(x->r), Q_match_case_changes,
               (struct dbval[]){DBT(((slice){vuln.p + 5, vuln.n - 5})), DBI(x->seen_before)}, 2, &rows, x->a, x->f);
    if (e || ROW(&rows, 0, 0).i < 0)
        return e;
    sha256(ROW(&rows, 0, 1).s, h);
    hex_of(h, sizeof h, hex);
    json_array_append_new(out, json_pack("{s:s, s:s%, s:I, s:s}", "source", "CASE", "record", vuln.p, vuln.n, "leaf",
                                         (json_int_t)ROW(&rows, 0, 0).i, "new", hex));
    return E_OK;
}

/* {"by":"retracted","changes":[{"source","record","feed","old","new"}…]}: which records say otherwise than when the
 * last generation read them. No "changes": the asset or its name is another now. */
static enum err withdrawal(struct generation *x, slice vuln, slice *why)
{
    json_t *changes = json_array();
    enum err e = sl_starts(vuln, "case:") ? case_changes(x, vuln, changes) : record_changes(x, vuln, changes);
    json_t *o = json_pack("{s:s}", "by", "retracted");
    if (json_array_size(changes))
        json_object_set(o, "changes", changes);
    char *z = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
    must(z);
    *why = arena_sl(x->a, sl(z));
    free(z);
    json_decref(o);
    json_decref(changes);
    return e;
}

static enum err withdrawals(struct generation *x)
{
    json_t *known = json_object(); /* one vulnerability is asked once, however many machines it no longer meets */
    enum err e = E_OK;
    for (size_t i = 0; !e && i < x->n_changed; i++) {
        struct pair *p = &x->changed[i];
        if (!sl_is(p->level, "NO"))
            continue;
        const char *had = json_string_value(json_object_getn(known, p->vuln.p, p->vuln.n));
        if (had)
            p->why = arena_sl(x->a, sl(had));
        else if (!(e = withdrawal(x, p->vuln, &p->why)))
            json_object_setn_new(known, p->vuln.p, p->vuln.n, json_stringn(p->why.p, p->why.n));
    }
    json_decref(known);
    return e;
}

static enum err bulk_put(void *ud, struct db *d, struct fault *f)
{
    struct generation *x = ud;
    struct arena *a = arena_new((size_t)16 << 20);
    enum err e = E_OK;
    for (size_t i = 0; !e && i < x->n_changed; i++) {
        struct pair *p = &x->changed[i];
        arena_reset(a);
        e = db_run(d, Q_bulk_match_put,
                   (struct dbval[]){DBI(x->serial), DBI((int64_t)i), DBT(p->asset), DBT(p->vuln), DBT(p->level),
                                    DBT(p->why), DBT(sl(x->hash[i]))},
                   7, NULL, a, f);
    }
    arena_free(a);
    return e;
}

/* Only the names found now: those that stood there before were marked with null. */
static json_t *new_names(const struct generation *x)
{
    json_t *list = json_array(), *v;
    const char *k;
    json_object_foreach(x->names, k, v) if (!json_is_null(v)) json_array_append(list, v);
    return list;
}

static enum err file_generation(struct generation *x, json_t *names, struct generation_report *out)
{
    struct tree t = {0};
    struct arena *tmp = arena_new((size_t)16 << 20);
    char hex[65];
    x->hash = mem_zero(x->n_changed + 1, sizeof *x->hash);
    for (size_t i = 0; i < x->n_changed; i++) {
        struct hash h;
        arena_reset(tmp);
        pair_hash(x->changed[i].asset, x->changed[i].vuln, x->changed[i].level, x->changed[i].why, tmp, x->hash[i]);
        must(hex_to(sl(x->hash[i]), h.b, HASH_LEN));
        tree_add(&t, &h);
    }
    arena_free(tmp);
    struct hash root = tree_root(&t);
    hex_of(root.b, HASH_LEN, hex);
    json_t *in = json_pack("{s:I, s:I, s:I, s:I, s:s, s:O, s:I}", "serial", (json_int_t)x->serial, "assets",
                           (json_int_t)x->assets, "vulns", (json_int_t)x->vulns, "changed", (json_int_t)x->n_changed,
                           "root", hex, "new_names", names, "seen", (json_int_t)x->seen);
    struct gate_req q = {.act = ACT_match_run, .actor.person = SL("M_MATCH"), .in = in, .bulk = bulk_put, .ud = x};
    struct gate_ans ans;
    gate_act(x->g, &q, &ans);
    json_decref(in);
    free(x->hash);
    *x->f = ans.fault;
    out->serial = x->serial;
    out->leaf = ans.leaf;
    return ans.err;
}

static enum err load_all(struct generation *x)
{
    struct dbrows n;
    struct db *d = gate_reader_db(x->r);
    enum err e = db_run(d, Q_leaf_size, NULL, 0, &n, x->a, x->f); /* first: what comes meanwhile is the next one's */
    if (e)
        return e;
    x->seen = ROW(&n, 0, 0).i - 1;
    e = db_run(d, Q_generation_seen, NULL, 0, &n, x->a, x->f);
    if (e)
        return e;
    x->seen_before = ROW(&n, 0, 0).i;
    e = db_run(d, Q_generation_next, NULL, 0, &n, x->a, x->f);
    if (e)
        return e;
    x->serial = ROW(&n, 0, 0).i;
    e = names_load(x);
    if (!e)
        e = vulns_load(x);
    if (!e)
        e = cases_load(x);
    if (!e)
        e = assets_load(x);
    return e ? e : was_load(x);
}

enum err generation_run(struct gate *g, struct gate_reader *r, unsigned threads, struct generation_report *out,
                        void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx, struct fault *f)
{
    struct generation x = {.g = g,
                           .r = r,
                           .f = f,
                           .a = arena_new((size_t)6 << 30),
                           .engine = match_new(ENGINE_CAP, true),
                           .names = json_object(),
                           .target = json_object()};
    struct match_stats stats = {0};
    struct match_sink sink = {.ctx = &x, .row = on_row, .unresolved = on_unresolved};
    (void)progress;
    (void)ctx;
    memset(out, 0, sizeof *out);
    out->leaf = -1;
    enum err e = load_all(&x);
    if (!e)
        e = match_run(x.engine, threads ? threads : 1, &sink, &stats, f);
    if (!e) {
        compare(&x);
        e = withdrawals(&x);
    }
    if (!e) {
        json_t *names = new_names(&x);
        *out = (struct generation_report){.assets = x.assets,
                                          .vulns = x.vulns,
                                          .confirmed = (int64_t)stats.confirmed,
                                          .possible = (int64_t)stats.possible,
                                          .changed = (int64_t)x.n_changed,
                                          .unresolved = (int64_t)stats.unresolved,
                                          .leaf = -1};
        if (x.n_changed || json_array_size(names) || x.serial == 1)
            e = file_generation(&x, names, out);
        json_decref(names);
    }
    json_decref(x.names);
    json_decref(x.target);
    match_free(x.engine);
    free(x.now);
    free(x.was);
    free(x.changed);
    arena_free(x.a);
    return e;
}

/* --- effect of match.run: the pairs become match subjects, new names a visible queue --- */
static bool by_a_record(slice why)
{
    json_t *o = json_loadb(why.p, why.n, 0, NULL);
    bool yes = json_array_size(json_object_get(o, "changes")) > 0;
    json_decref(o);
    return yes;
}

/* What a person decided is asked again, and the decision stays beside what has changed. Only where he had said that it
 * does not apply, and now no record says that it does, is there nothing to ask. */
static enum state_id state_projected(const struct gate_subject *m, slice level)
{
    bool decided = m->found && (m->state == ST_DECIDED || m->state == ST_STALE);
    bool no = decided && m->f[N_decided].t == VAL_TEXT && sl_is(m->f[N_decided].s, "NO") && sl_is(level, "NO");
    return no ? ST_DECIDED : decided ? ST_STALE : ST_COMPUTED;
}

static enum err match_project(struct gate_tx *tx, int64_t serial, const struct dbval *v, struct fault *f)
{
    struct gate_subject *m = arena_get(tx->arena, sizeof *m), *asset = arena_get(tx->arena, sizeof *asset),
                        *cas = arena_get(tx->arena, sizeof *cas);
    slice id = sl(arena_fmt(tx->arena, PRIs ":" PRIs, ARGs(v[1].s), ARGs(v[2].s)));
    bool secret = sl_starts(v[2].s, "case:");
    char label[LABEL_MAX];
    enum err e = gate_subject_load(tx, KIND_match, id, m, f);
    if (!e)
        e = gate_subject_load(tx, KIND_asset, v[1].s, asset, f);
    if (!e && secret)
        e = gate_subject_load(tx, KIND_case, (slice){v[2].s.p + 5, v[2].s.n - 5}, cas, f);
    if (e)
        return e;
    m->state = state_projected(m, v[3].s);
    if (!label_join(asset->label, secret ? cas->label : SLN, label))
        return fault_set(f, E_TOO_BIG, "label", "印が多すぎます。");
    m->label = arena_sl(tx->arena, sl(label));
    m->f[N_asset] = VT(v[1].s);
    m->f[N_vuln] = VT(v[2].s);
    m->f[N_operator] = asset->f[N_operator];
    m->f[N_sector] = asset->f[N_sector];
    m->f[N_secret] = VI(secret);
    m->f[N_seen_cao] = secret && cas->f[N_seen_cao].t == VAL_INT ? cas->f[N_seen_cao] : VI(0);
    m->f[N_level] = m->f[N_computed] = VT(v[3].s);
    m->f[N_why] = VT(v[4].s);
    m->f[N_generation] = VI(serial);
    if (sl_is(v[3].s, "NO") && by_a_record(v[4].s))
        m->f[N_retracted_in] = VI(serial);
    return gate_subject_save(tx, KIND_match, m, f);
}

static enum err names_project(struct gate_tx *tx, struct val names, struct fault *f)
{
    json_t *list = names.t == VAL_TEXT ? json_loadb(names.s.p, names.s.n, 0, NULL) : NULL, *o;
    enum err e = E_OK;
    size_t i;
    json_array_foreach(list, i, o)
    {
        struct gate_subject *s = arena_get(tx->arena, sizeof *s);
        static const struct {
            const char *k;
            enum name_id n;
        } part[] = {{"maker", N_maker}, {"product", N_product}, {"folded", N_folded}};
        s->id = arena_sl(tx->arena, sl(json_string_value(json_object_get(o, "id"))));
        s->state = ST_UNRESOLVED;
        s->label = SL("S");
        for (size_t k = 0; k < TB_COUNT(part); k++)
            s->f[part[k].n] = VT(arena_sl(tx->arena, sl(json_string_value(json_object_get(o, part[k].k)))));
        s->f[N_assets] = VI(json_integer_value(json_object_get(o, "assets")));
        e = e ? e : gate_subject_save(tx, KIND_name, s, f);
    }
    json_decref(list);
    return e;
}

static enum err match_run_effect(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f)
{
    struct arena *a = arena_new((size_t)256 << 20);
    struct gate_tx page_tx = *tx;
    int64_t from = 0;
    enum err e = names_project(tx, c->in[N_new_names], f);
    page_tx.arena = a;
    while (!e) {
        struct dbrows rows;
        arena_reset(a);
        e = db_run(tx->db, Q_match_rows_page, (struct dbval[]){DBI(row[N_serial].i), DBI(from), DBI(200)}, 3, &rows, a,
                   f);
        if (e || rows.rows == 0)
            break;
        for (size_t i = 0; !e && i < rows.rows; i++)
            e = match_project(&page_tx, row[N_serial].i, rows.v + i * rows.cols, f);
        from = ROW(&rows, rows.rows - 1, 0).i + 1;
    }
    arena_free(a);
    return e;
}

/* From the notice on, the case's matches and its coordination may be seen by the Cabinet Office. */
static enum err notify_effect(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f)
{
    (void)row;
    enum err e = db_run(tx->db, Q_match_case_seen, (struct dbval[]){DBT(c->subject)}, 1, NULL, tx->arena, f);
    return e ? e : db_run(tx->db, Q_coord_case_seen, (struct dbval[]){DBT(c->subject)}, 1, NULL, tx->arena, f);
}

/* 秘密の判断: kept with the sentence. */
static enum err classify_effect(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f)
{
    json_t *list = json_loadb(row[N_sentences].s.p, row[N_sentences].s.n, 0, NULL);
    json_t *s = c->in[N_sentence].i >= 0 ? json_array_get(list, (size_t)c->in[N_sentence].i) : NULL;
    if (!json_is_object(s)) {
        json_decref(list);
        return fault_set(f, E_FIELD, "sentence", "文の番号: その番号の文はありません。");
    }
    json_object_set_new(s, "secret", json_stringn(c->in[N_secret].s.p, c->in[N_secret].s.n));
    json_object_set_new(s, "reason", json_stringn(c->in[N_reason].s.p, c->in[N_reason].s.n));
    char *z = json_dumps(list, JSON_COMPACT | JSON_SORT_KEYS);
    must(z);
    row[N_sentences] = VT(arena_sl(tx->arena, sl(z)));
    free(z);
    json_decref(list);
    return E_OK;
}

/* 起案: whatever the drafter wrote of secrecy is not a judgement; each sentence begins undecided. */
static enum err draft_effect(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f)
{
    (void)c;
    json_t *list = json_loadb(row[N_sentences].s.p, row[N_sentences].s.n, 0, NULL), *s;
    size_t i;
    if (!json_is_array(list)) {
        json_decref(list);
        return fault_set(f, E_FIELD, "sentences", "文: 文の一覧で書いてください。");
    }
    json_array_foreach(list, i, s)
    {
        json_object_set_new(s, "secret", json_string("UNDECIDED"));
        json_object_del(s, "reason");
    }
    char *z = json_dumps(list, JSON_COMPACT | JSON_SORT_KEYS);
    must(z);
    row[N_sentences] = VT(arena_sl(tx->arena, sl(z)));
    free(z);
    json_decref(list);
    return E_OK;
}

void analyse_effects(void)
{
    gate_effect(ACT_match_run, match_run_effect);
    gate_effect(ACT_case_notify_cao, notify_effect);
    gate_effect(ACT_product_draft, draft_effect);
    gate_effect(ACT_product_classify, classify_effect);
}
