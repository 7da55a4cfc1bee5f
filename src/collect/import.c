/* 公開情報の取込み: one file, one filing; the records wait beside it until the file has been read to its end. */
#include "collect.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK     400 /* records in one transaction */
#define PAGE      500
#define PAGE_ROOM ((size_t)8 << 20) /* for the JSON values of a page */

static const char *const format_code[FEED_FORMATS] = {
    [FEED_CVE5] = "CVE5", [FEED_NVD1] = "NVD1", [FEED_NVD2] = "NVD2", [FEED_OVERRIDE] = "NVD_OVERRIDE",
    [FEED_KEV] = "KEV",   [FEED_EPSS] = "EPSS", [FEED_CSAF] = "CSAF"};

/* --- effect of feed.finish: which record of which feed counts now --- */

/* "part:vendor:product" of a CPE 2.3 name, escapes kept; empty if it has not so many components. */
static slice product_of(slice cpe)
{
    size_t colons = 0, start = 8;
    if (!sl_starts(cpe, "cpe:2.3:"))
        return SLN;
    for (size_t i = start; i < cpe.n; i++) {
        if (cpe.p[i] == '\\')
            i++;
        else if (cpe.p[i] == ':' && ++colons == 3)
            return (slice){cpe.p + start, i - start};
    }
    return SLN;
}

/* Which products were just put: a file names the same ones over and over, and the store keeps the first. A slot that
 * another has taken costs a statement and no more. */
struct lately {
    char name[4096][96];
};

static bool lately_put(struct lately *l, slice p)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < p.n; i++)
        h = (h ^ (uint8_t)p.p[i]) * 16777619u;
    char *slot = l->name[h % TB_COUNT(l->name)];
    if (p.n >= sizeof l->name[0])
        return false;
    if (sl_is(p, slot))
        return true;
    memcpy(slot, p.p, p.n);
    slot[p.n] = 0;
    return false;
}

static enum err products_of_tree(struct gate_tx *tx, const json_t *tree, slice feed, struct lately *l, struct arena *a,
                                 struct fault *f)
{
    size_t i;
    json_t *m, *c;
    enum err e = E_OK;
    json_array_foreach(json_object_get(tree, "m"), i, m)
    {
        const char *z = json_string_value(json_array_get(m, 1));
        slice p = z ? product_of(sl(z)) : SLN;
        if (e || !p.n || lately_put(l, p))
            continue;
        e = db_run(tx->db, Q_product_put, (struct dbval[]){DBT(p), DBT(feed)}, 2, NULL, a, f);
    }
    json_array_foreach(json_object_get(tree, "c"), i, c) e = e ? e : products_of_tree(tx, c, feed, l, a, f);
    return e;
}

/* The CVEs of an advisory's vulnerabilities take the place of those it named before. */
static enum err links_project(struct gate_tx *tx, const char *source, slice vuln, slice feed, const json_t *advisory,
                              struct arena *a, struct fault *f)
{
    const json_t *list = json_object_get(advisory, "vulnerabilities");
    json_t *v;
    size_t i;
    if (!advisory)
        return E_OK;
    enum err e = db_run(tx->db, Q_vuln_link_clear, (struct dbval[]){DBT(sl(source)), DBT(vuln)}, 2, NULL, a, f);
    json_array_foreach(list, i, v)
    {
        const char *cve = json_string_value(json_object_get(v, "cve"));
        if (cve && !e)
            e = db_run(tx->db, Q_vuln_link_put, (struct dbval[]){DBT(sl(source)), DBT(vuln), DBT(sl(cve)), DBT(feed)},
                       4, NULL, a, f);
    }
    return e;
}

struct opens {
    struct gate_tx *tx;
    const char *source;
    slice vuln, feed;
    struct arena *a;
    int64_t n;
    bool *any; /* something of this source is or was just put open */
};

static slice said(const json_t *o, const char *key)
{
    const json_t *v = json_object_get(o, key);
    return json_is_string(v) ? (slice){json_string_value(v), json_string_length(v)} : SL("");
}

static enum err open_put(struct opens *x, slice why, slice maker, slice product, slice text, struct fault *f)
{
    *x->any = true;
    return db_run(x->tx->db, Q_vuln_open_put,
                  (struct dbval[]){DBT(sl(x->source)), DBT(x->vuln), DBI(x->n++), DBT(why), DBT(maker), DBT(product),
                                   DBT(text), DBT(x->feed)},
                  8, NULL, x->a, f);
}

/* What a record leaves open takes the place of what it left open before: an advisory says why, another format only
 * which names it gives no usable CPE name for. */
static enum err opens_project(struct opens *x, const json_t *o, struct fault *f)
{
    const json_t *list = json_object_get(o, "unresolved"), *names = json_object_get(o, "names");
    json_t *v;
    size_t i;
    enum err e = E_OK;
    if (*x->any)
        e = db_run(x->tx->db, Q_vuln_open_clear, (struct dbval[]){DBT(sl(x->source)), DBT(x->vuln)}, 2, NULL, x->a, f);
    json_array_foreach(list, i, v)
    {
        slice version = said(v, "version");
        e = e ? e
              : open_put(x, said(v, "why"), said(v, "vendor"), said(v, "product"),
                         version.n ? version : said(v, "purl"), f);
    }
    json_array_foreach(list ? NULL : names, i, v)
    {
        const char *maker = json_string_value(json_array_get(v, 0)), *product = json_string_value(json_array_get(v, 1));
        e = e ? e : open_put(x, SL("name-only"), sl(maker ? maker : ""), sl(product ? product : ""), SL(""), f);
    }
    return e;
}

/* What the records of one filing are projected with. */
struct project {
    struct gate_tx *tx;
    const char *source;
    slice feed;
    struct lately lately;
    bool open; /* see struct opens */
};

/* What a record says beside its key: its body, or of an EPSS record nothing but the score. */
struct said {
    json_t *o;
    int64_t epss; /* -1: see o */
};

static enum err vuln_write(const struct project *x, const struct dbval *v, bool kev, int64_t epss, struct arena *a,
                           struct fault *f)
{
    return db_run(
        x->tx->db, Q_vuln_put,
        (struct dbval[]){DBT(sl(x->source)), DBT(v[1].s), DBT(x->feed), DBI(v[0].i), DBI(kev), DBI(epss / 1000000)}, 6,
        NULL, a, f);
}

static enum err record_project(struct project *x, const struct dbval *v, const struct said *said, struct arena *a,
                               struct fault *f)
{
    const json_t *o = said->o, *epss = json_object_get(json_object_get(o, "epss"), "score"), *t;
    struct opens opens = {.tx = x->tx, .source = x->source, .vuln = v[1].s, .feed = x->feed, .a = a, .any = &x->open};
    bool kev = json_object_get(o, "kev") != NULL;
    size_t i;
    if (!o && said->epss < 0)
        return fault_set(f, E_CORRUPT, "b_feed_record", "記録が読めません: " PRIs, ARGs(v[1].s));
    enum err e = vuln_write(x, v, kev, o ? json_integer_value(epss) : said->epss, a, f);
    e = e ? e : opens_project(&opens, o, f);
    e = e ? e : links_project(x->tx, x->source, v[1].s, x->feed, json_object_get(o, "advisory"), a, f);
    json_array_foreach(json_object_get(o, "configs"), i, t) e =
        e ? e : products_of_tree(x->tx, t, x->feed, &x->lately, a, f);
    return e;
}

/* A page of the filing's records; their bodies are parsed in a thread of their own while the page before is written,
 * and given up there, where their memory is at hand. */
struct page {
    struct arena *a;
    struct mem_room *room; /* of the values of `said`, then `old` */
    struct dbrows rows;
    struct said said[PAGE], old[PAGE]; /* old: of the page that was here before */
    size_t olds;
    pthread_t thread;
    bool away;
};

static void page_forget(struct page *p)
{
    struct mem_room *outside = mem_room_enter(p->room);
    for (size_t i = 0; i < p->olds; i++)
        json_decref(p->old[i].o);
    p->olds = 0;
    mem_room_clear(p->room);
    (void)mem_room_enter(outside);
}

static void *page_parse(void *ud)
{
    struct page *p = ud;
    page_forget(p);
    struct mem_room *outside = mem_room_enter(p->room);
    for (size_t i = 0; i < p->rows.rows; i++) {
        slice body = ROW(&p->rows, i, 2).s;
        struct said *s = &p->said[i];
        *s = (struct said){.epss = -1};
        if (!feed_epss_score(body, ROW(&p->rows, i, 1).s, &s->epss)) {
            s->epss = -1;
            s->o = json_loadb(body.p, body.n, 0, NULL);
        }
    }
    (void)mem_room_enter(outside);
    return NULL;
}

static void page_wait(struct page *p)
{
    if (p->away)
        must(pthread_join(p->thread, NULL) == 0);
    p->away = false;
}

static void page_clear(struct page *p)
{
    page_wait(p);
    page_forget(p);
    memcpy(p->old, p->said, p->rows.rows * sizeof *p->old);
    p->olds = p->rows.rows;
    p->rows.rows = 0;
    arena_reset(p->a);
}

static void page_end(struct page *p)
{
    page_clear(p);
    page_forget(p);
    mem_room_free(p->room);
    arena_free(p->a);
}

/* Reads the records from number *from on, and has them parsed. */
static enum err page_begin(struct page *p, const struct project *x, int64_t *from, struct fault *f)
{
    struct dbrows rows;
    page_clear(p);
    enum err e =
        db_run(x->tx->db, Q_feed_record_page, (struct dbval[]){DBT(x->feed), DBI(*from), DBI(PAGE)}, 3, &rows, p->a, f);
    if (e || rows.rows == 0)
        return e;
    p->rows = rows;
    *from = ROW(&rows, rows.rows - 1, 0).i + 1;
    p->away = pthread_create(&p->thread, NULL, page_parse, p) == 0;
    if (!p->away)
        page_parse(p);
    return E_OK;
}

static enum err page_project(struct page *p, struct project *x, struct arena *a, struct fault *f)
{
    enum err e = E_OK;
    page_wait(p);
    arena_reset(a);
    for (size_t i = 0; !e && i < p->rows.rows; i++)
        e = record_project(x, p->rows.v + i * p->rows.cols, &p->said[i], a, f);
    return e;
}

/* Whether anything of this source is open that a record may take the place of. */
static enum err open_ask(struct project *x, struct arena *a, struct fault *f)
{
    struct dbrows any;
    struct dbval source = DBT(sl(x->source));
    enum err e = db_run(x->tx->db, Q_vuln_open_any, &source, 1, &any, a, f);
    x->open = !e && any.rows;
    return e;
}

static enum err feed_finish(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f)
{
    if (c->outcome != ST_DONE)
        return E_OK;
    struct project *x = arena_get(tx->arena, sizeof *x);
    struct page *page[2];
    struct arena *a = arena_new((size_t)256 << 20);
    int64_t from = 0;
    *x = (struct project){.tx = tx, .source = arena_dup(tx->arena, row[N_format].s), .feed = c->subject};
    for (int i = 0; i < 2; i++) {
        page[i] = arena_get(tx->arena, sizeof *page[i]);
        page[i]->a = arena_new((size_t)256 << 20);
        page[i]->room = mem_room_new(PAGE_ROOM);
    }
    enum err e = open_ask(x, a, f);
    if (!e)
        e = page_begin(page[0], x, &from, f);
    for (int i = 0; !e && page[i]->rows.rows; i = !i) {
        e = page_begin(page[!i], x, &from, f);
        if (!e)
            e = page_project(page[i], x, a, f);
    }
    for (int i = 0; i < 2; i++) {
        page_end(page[i]);
    }
    arena_free(a);
    return e;
}

/* --- the import --- */
struct held {
    char id[80];
    slice body;
    struct hash hash;
    char sha[65];
    bool same; /* as the store has it already */
};
/* What is durable of a file. */
struct stand {
    uint64_t accepted, unchanged;
    struct tree tree; /* over the hashes of the accepted ones */
};
/* Records on their way into the store in one transaction, and the counts that stand once it is durable. */
struct chunk {
    struct held held[CHUNK];
    size_t n;
    struct arena *a;
    uint64_t seen, rejected;
    struct stand from; /* before this chunk */
    struct import *m;
    pthread_t thread;
    bool away; /* the thread has it */
    enum err e;
    struct fault f;
};
struct import {
    struct gate *g;
    struct gate_reader *r;
    const struct import_opt *o;
    struct import_report *out;
    char feed[UUID_LEN + 1], file_hash[65];
    const char *code;
    uint64_t seen, rejected; /* of this file, those held included */
    struct stand at;         /* of the chunk that is away until it is back */
    struct arena *a;         /* of the file */
    struct chunk chunk[2];   /* one is filled while the other is written */
    int filled;
};

struct known {
    struct chunk *c;
    bool ok;
};
/* Rows of vuln_current_hashes and vuln_seen_in_file: the place of a record, and a hash the store has under its id. */
static bool known_row(void *ud, const struct dbval *v, size_t cols)
{
    struct known *k = ud;
    (void)cols;
    k->ok = v[0].t == DB_INT && v[0].i >= 0 && (uint64_t)v[0].i < k->c->n;
    if (k->ok && sl_is(v[1].s, k->c->held[v[0].i].sha))
        k->c->held[v[0].i].same = true;
    return k->ok;
}

/* The ids as a JSON list; null in the place of one that needs no asking. */
static enum err ids_text(const struct chunk *c, struct arena *a, slice *out, struct fault *f)
{
    json_t *ids = json_array();
    enum err e = E_OK;
    for (size_t i = 0; !e && i < c->n; i++)
        if (json_array_append_new(ids, c->held[i].same ? json_null() : json_string(c->held[i].id)))
            e = fault_set(f, E_FIELD, c->held[i].id, "記録の番号が UTF-8 ではありません");
    char *text = e ? NULL : json_dumps(ids, JSON_COMPACT);
    if (text)
        *out = sl(arena_dup(a, sl(text)));
    free(text);
    json_decref(ids);
    return e;
}

/* One question for a whole chunk: what the store has is the same for each record, asked singly or together. */
static enum err known_ask(struct chunk *c, struct db *d, enum query q, struct arena *a, struct fault *f)
{
    const struct import *m = c->m;
    struct known k = {c, true};
    slice ids;
    enum err e = ids_text(c, a, &ids, f);
    if (e)
        return e;
    if (q == Q_vuln_current_hashes)
        e = db_each(d, q, (struct dbval[]){DBT(sl(m->code)), DBT(ids)}, 2, known_row, &k, f);
    else
        e = db_each(d, q, (struct dbval[]){DBT(ids), DBT(sl(m->code)), DBT(sl(m->file_hash))}, 3, known_row, &k, f);
    return e || k.ok ? e : fault_set(f, E_INTERNAL, db_query_name(q), "a place that was not asked for");
}

/* A record that stands twice in the chunk is news once: the store does not have the first one yet. */
static void twice(struct chunk *c)
{
    enum { SLOTS = 1024 };
    uint16_t first[SLOTS] = {0}; /* one more than the place */
    for (size_t i = 0; i < c->n; i++) {
        struct held *h = &c->held[i];
        size_t at = (size_t)strtoul((char[]){h->sha[0], h->sha[1], h->sha[2], 0}, NULL, 16) % SLOTS;
        while (first[at] && strcmp(c->held[first[at] - 1].sha, h->sha) != 0)
            at = (at + 1) % SLOTS;
        if (!first[at])
            first[at] = (uint16_t)(i + 1);
        else
            h->same = h->same || strcmp(c->held[first[at] - 1].id, h->id) == 0;
    }
}

static enum err held_put(struct import *m, struct db *d, const struct held *h, struct arena *a, struct fault *f)
{
    if (h->same) {
        m->at.unchanged++;
        return E_OK;
    }
    enum err e = db_run(
        d, Q_bulk_feed_put,
        (struct dbval[]){DBT(sl(m->feed)), DBI((int64_t)m->at.accepted), DBT(sl(h->id)), DBT(h->body), DBT(sl(h->sha))},
        5, NULL, a, f);
    if (!e) {
        m->at.accepted++;
        tree_add(&m->at.tree, &h->hash);
    }
    return e;
}

/* A batch that is tried again runs this again, also after it had gone well: it starts from what is durable. */
static enum err chunk_put(void *ud, struct db *d, struct fault *f)
{
    struct chunk *c = ud;
    struct import *m = c->m;
    struct arena *a = arena_new((size_t)64 << 20);
    m->at = c->from;
    for (size_t i = 0; i < c->n; i++)
        c->held[i].same = false;
    enum err e = c->n ? known_ask(c, d, Q_vuln_current_hashes, a, f) : E_OK;
    if (!e && c->n)
        e = known_ask(c, d, Q_vuln_seen_in_file, a, f);
    twice(c);
    for (size_t i = 0; !e && i < c->n; i++)
        e = held_put(m, d, &c->held[i], a, f);
    if (!e)
        e = db_run(d, Q_feed_progress_put,
                   (struct dbval[]){DBT(sl(m->feed)), DBI((int64_t)c->seen), DBI((int64_t)m->at.accepted),
                                    DBI((int64_t)m->at.unchanged), DBI((int64_t)c->rejected)},
                   5, NULL, a, f);
    arena_free(a);
    return e;
}

static void *chunk_write(void *ud)
{
    struct chunk *c = ud;
    c->e = gate_bulk(c->m->g, chunk_put, c, &c->f);
    return NULL;
}

/* Waits for the chunk that is being written, if one is; its records are gone then. */
static enum err chunk_back(struct chunk *c, struct fault *f)
{
    if (!c->away)
        return E_OK;
    must(pthread_join(c->thread, NULL) == 0);
    c->away = false;
    c->n = 0;
    arena_reset(c->a);
    if (c->e) {
        c->m->at = c->from;
        *f = c->f;
    }
    return c->e;
}

/* Hands the filled chunk over and goes on with the other, so that the next records are read while the disk keeps these.
 * The chunks follow each other all the same, one at a time. */
static enum err flush(struct import *m, struct fault *f)
{
    struct chunk *c = &m->chunk[m->filled];
    m->filled = !m->filled;
    enum err e = chunk_back(&m->chunk[m->filled], f);
    if (e)
        return e;
    c->seen = m->seen;
    c->rejected = m->rejected;
    c->from = m->at;
    c->f = (struct fault){0};
    must(pthread_create(&c->thread, NULL, chunk_write, c) == 0);
    c->away = true;
    return E_OK;
}

/* Nothing is away any more; the first fault stands. */
static enum err settle(struct import *m, enum err e, struct fault *f)
{
    struct fault why;
    for (int i = 0; i < 2; i++) {
        enum err back = chunk_back(&m->chunk[i], &why);
        if (back && !e) {
            e = back;
            *f = why;
        }
    }
    return e;
}

static void reject_keep(struct import_report *out, slice file, slice record, const char *reason)
{
    if (!out->reject)
        out->reject = mem_zero(IMPORT_REJECTS, sizeof *out->reject);
    if (out->rejects == IMPORT_REJECTS)
        return;
    struct import_reject *x = &out->reject[out->rejects++];
    snprintf(x->file, sizeof x->file, PRIs, ARGs(file));
    snprintf(x->record, sizeof x->record, PRIs, ARGs(record));
    snprintf(x->reason, sizeof x->reason, "%s", reason);
}

static enum err hold(struct import *m, const struct feed_record *r, struct fault *f)
{
    struct chunk *c = &m->chunk[m->filled];
    struct held *h = &c->held[c->n++];
    snprintf(h->id, sizeof h->id, PRIs, ARGs(r->id));
    h->body = arena_sl(c->a, r->body);
    memcpy(h->hash.b, r->sha, HASH_LEN);
    hex_of(r->sha, SHA_LEN, h->sha);
    m->seen++;
    return c->n == CHUNK || arena_used(c->a) > (size_t)16 << 20 ? flush(m, f) : E_OK;
}

static enum err machine_act(struct import *m, enum act_id act, json_t *in, slice subject, struct gate_ans *ans,
                            struct fault *f)
{
    struct gate_req q = {.act = act, .subject = subject, .actor.person = SL("M_FEED"), .in = in};
    gate_act(m->g, &q, ans);
    json_decref(in);
    *f = ans->fault;
    return ans->err;
}

struct root_walk {
    struct tree *t;
    bool ok;
};
static bool root_add(void *ud, const struct dbval *v, size_t cols)
{
    struct root_walk *w = ud;
    struct hash h;
    (void)cols;
    w->ok = hex_to(v[1].s, h.b, HASH_LEN);
    if (w->ok)
        tree_add(w->t, &h);
    return w->ok;
}

/* What an import that was killed had written. */
static enum err stand_load(struct import *m, const struct dbrows *at, struct fault *f)
{
    struct root_walk w = {&m->at.tree, true};
    struct dbval key = DBT(sl(m->feed));
    m->seen = (uint64_t)ROW(at, 0, 0).i;
    m->at.accepted = (uint64_t)ROW(at, 0, 1).i;
    m->at.unchanged = (uint64_t)ROW(at, 0, 2).i;
    m->rejected = (uint64_t)ROW(at, 0, 3).i;
    enum err e = db_each(gate_reader_db(m->r), Q_bulk_feed_hashes, &key, 1, root_add, &w, f);
    if (!e && (!w.ok || w.t->size != m->at.accepted))
        e = fault_set(f, E_CORRUPT, "b_feed_record", "途中までの取込みの行が、数えた数と合いません: %s", m->feed);
    return e;
}

/* Takes up the filing of the same file where it was left, or begins one. */
static enum err begin(struct import *m, const struct feed_unit *u, uint64_t *skip, struct fault *f)
{
    uint8_t h[SHA_LEN];
    char hex[65];
    struct dbrows was, at;
    struct gate_ans ans;
    const char *name = strrchr(u->path, '/');
    enum err e = feed_hash(u, m->o->ja, h, f);
    if (e)
        return e;
    hex_of(h, sizeof h, hex);
    memcpy(m->file_hash, hex, sizeof hex);
    e = db_run(gate_reader_db(m->r), Q_feed_of_file, (struct dbval[]){DBT(sl(m->code)), DBT(sl(hex))}, 2, &was, m->a,
               f);
    if (e)
        return e;
    slice subject = was.rows ? ROW(&was, 0, 0).s : SLN;
    json_t *in =
        json_pack("{s:s, s:s, s:s}", "format", m->code, "file_hash", hex, "name", name && name[1] ? name + 1 : u->path);
    if (was.rows && sl_is(ROW(&was, 0, 1).s, "RUNNING")) {
        snprintf(m->feed, sizeof m->feed, PRIs, ARGs(subject));
        json_decref(in);
    } else {
        e = machine_act(m, ACT_feed_import, in, subject, &ans, f);
        snprintf(m->feed, sizeof m->feed, "%s", ans.subject);
    }
    if (!e)
        e = db_run(gate_reader_db(m->r), Q_feed_progress, (struct dbval[]){DBT(sl(m->feed))}, 1, &at, m->a, f);
    if (!e && at.rows)
        e = stand_load(m, &at, f);
    *skip = m->seen;
    return e;
}

static enum err finish(struct import *m, bool whole, struct fault *f)
{
    struct gate_ans ans;
    char hex[65];
    enum err e = settle(m, flush(m, f), f);
    struct dbval key = DBT(sl(m->feed));
    if (e)
        return e;
    struct hash root = tree_root(&m->at.tree); /* the gate computes it again, from the rows */
    hex_of(root.b, HASH_LEN, hex);
    json_t *in = json_pack("{s:s, s:I, s:I, s:I, s:I, s:s}", "outcome", whole ? "DONE" : "STOPPED", "count_in",
                           (json_int_t)m->seen, "accepted", (json_int_t)m->at.accepted, "unchanged",
                           (json_int_t)m->at.unchanged, "rejected", (json_int_t)m->rejected, "root", hex);
    e = machine_act(m, ACT_feed_finish, in, sl(m->feed), &ans, f);
    struct dbrows open = {0};
    if (!e)
        e = db_run(gate_reader_db(m->r), Q_vuln_open_of_feed, &key, 1, &open, m->a, f);
    if (!e)
        m->out->unresolved += (uint64_t)ROW(&open, 0, 0).i;
    return e;
}

static enum err steps(struct import *m, struct feed *s, bool *whole, struct fault *f)
{
    struct feed_item item;
    struct fault why;
    enum err e = E_OK;
    uint64_t n = 0;
    for (;;) {
        enum feed_step step = feed_next(s, &item, &why);
        if (m->o->progress && n++ % 200 == 0)
            m->o->progress(m->o->ctx, NULL, feed_result(s));
        if (step == FEED_RECORD) {
            e = hold(m, &item.record, f);
        } else if (step == FEED_REJECT) {
            m->seen++;
            m->rejected++;
            reject_keep(m->out, item.file, item.reject.record, item.reject.reason);
        } else if (step == FEED_END || step == FEED_FAIL) {
            *whole = step == FEED_END;
            if (!*whole) {
                m->out->unread++;
                m->out->last = why;
                reject_keep(m->out, sl(why.where), SL(""), why.what);
            }
            return E_OK;
        }
        if (e)
            return e;
    }
}

static enum err unit_run(struct import *m, const struct feed_unit *u, struct fault *f)
{
    struct feed_opt opt = {.ja = m->o->ja};
    bool whole = false;
    m->seen = m->rejected = 0;
    m->at = (struct stand){0};
    m->chunk[0].n = m->chunk[1].n = 0;
    enum err e = begin(m, u, &opt.skip, f);
    if (e)
        return e;
    if (m->o->progress)
        m->o->progress(m->o->ctx, u->path, NULL);
    struct fault why;
    struct feed *s = feed_open(u, &opt, &why);
    if (!s) {
        m->out->unread++;
        m->out->last = why;
        reject_keep(m->out, sl(u->path), SL(""), why.what);
    } else {
        e = steps(m, s, &whole, f);
        if (m->o->progress)
            m->o->progress(m->o->ctx, NULL, feed_result(s));
        feed_close(s);
    }
    e = e ? settle(m, e, f) : finish(m, whole, f);
    m->out->files++;
    m->out->in += m->seen;
    m->out->accepted += m->at.accepted;
    m->out->unchanged += m->at.unchanged;
    m->out->rejected += m->rejected;
    return e;
}

/* A path that cannot be opened is a file not read; the others go on. */
static enum err path_run(struct import *m, const char *path, struct arena *plan, struct fault *f)
{
    struct feed_units units;
    struct fault why;
    enum err e = E_OK;
    if (feed_plan(plan, m->o->format, &path, 1, m->o->ja, &units, &why) != E_OK) {
        m->out->unread++;
        m->out->last = why;
        reject_keep(m->out, sl(path), SL(""), why.what);
        return E_OK;
    }
    for (size_t i = 0; !e && i < units.n; i++) {
        arena_reset(m->a);
        e = unit_run(m, &units.u[i], f);
    }
    return e;
}

enum err import_run(struct gate *g, struct gate_reader *r, const struct import_opt *o, struct import_report *out,
                    struct fault *f)
{
    struct arena *plan = arena_new((size_t)64 << 20);
    struct import *m = mem_zero(1, sizeof *m);
    memset(out, 0, sizeof *out);
    *m = (struct import){
        .g = g, .r = r, .o = o, .out = out, .code = format_code[o->format], .a = arena_new((size_t)128 << 20)};
    for (int i = 0; i < 2; i++) {
        m->chunk[i].a = arena_new((size_t)128 << 20);
        m->chunk[i].m = m;
    }
    enum err e = E_OK;
    for (size_t i = 0; !e && i < o->n; i++)
        e = path_run(m, o->paths[i], plan, f);
    for (int i = 0; i < 2; i++)
        arena_free(m->chunk[i].a);
    arena_free(m->a);
    free(m);
    arena_free(plan);
    return e;
}

void import_report_free(struct import_report *r)
{
    free(r->reject);
    r->reject = NULL;
}

json_t *import_report_json(const struct import_report *r, const char *format)
{
    json_t *rejects = json_array();
    for (size_t i = 0; i < r->rejects; i++)
        json_array_append_new(rejects, json_pack("{s:s, s:s, s:s}", "file", r->reject[i].file, "record",
                                                 r->reject[i].record, "reason", r->reject[i].reason));
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "format", format, "files", (json_int_t)r->files, "in",
                     (json_int_t)r->in, "accepted", (json_int_t)r->accepted, "unchanged", (json_int_t)r->unchanged,
                     "rejected", (json_int_t)r->rejected, "unresolved", (json_int_t)r->unresolved, "rejects", rejects);
}

void collect_list_effects(void);
void collect_effects(void)
{
    collect_list_effects();
    gate_effect(ACT_feed_finish, feed_finish);
}
