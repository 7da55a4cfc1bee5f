/* Replayable legality: every act is decided again on its stored facts, every row is built again, and the two stores
 * compared. */
#include "gate_int.h"

#include <stdio.h>
#include <string.h>

struct replay {
    struct db *live, *copy;
    struct arena *a, *row_a;
    struct gate_replay_report *out;
};

static void differ(struct replay *p, int64_t leaf, const char *table, slice key)
{
    struct gate_replay_report *o = p->out;
    if (o->differences < TB_COUNT(o->diff)) {
        struct gate_diff *d = &o->diff[o->differences];
        d->leaf = leaf;
        snprintf(d->table, sizeof d->table, "%s", table);
        snprintf(d->key, sizeof d->key, PRIs, ARGs(key));
    }
    o->differences++;
}

static slice index_key(struct replay *p, int64_t idx)
{
    return sl(arena_fmt(p->a, "%" PRId64, idx));
}

/* --- one leaf --- */
struct leafrow {
    int64_t idx, at;
    slice act, subject, person;
    int64_t ok; /* 1 or 0, and nothing else */
    slice entry, salt, body;
};

static const char *text_of(const json_t *o, const char *k)
{
    const char *z = json_string_value(json_object_get(o, k));
    return z ? z : "";
}

/* The columns beside the entry say what the entry says. */
static bool columns_agree(const struct leafrow *l, const json_t *entry)
{
    return sl_is(l->act, text_of(entry, "act")) && sl_is(l->subject, text_of(entry, "subject")) &&
           sl_is(l->person, text_of(entry, "who")) && json_integer_value(json_object_get(entry, "at")) == l->at &&
           l->ok == json_is_true(json_object_get(entry, "ok"));
}

static bool decision_agrees(const struct run *r, bool ok, const json_t *body)
{
    const json_t *why = json_object_get(body, "why");
    if (r->d.allowed != ok || json_array_size(why) != r->d.reasons)
        return false;
    for (size_t i = 0; i < r->d.reasons; i++) {
        const char *z = json_string_value(json_array_get(why, i));
        if (!z || !sl_is(sl(z), law_pred[r->d.reason[i]].name))
            return false;
    }
    return true;
}

/* The entry byte for byte as this run would write it. Only of which law image and program it was decided under the
 * entry itself is the witness; that it was not changed since is what the published tiles say (gate_replay). */
static bool entry_agrees(struct run *r, const struct leafrow *l, const json_t *entry)
{
    static const char *const witness[] = {"law", "program"};
    slice mine = run_entry(r, text_of(entry, "commit"));
    json_t *want = json_loadb(mine.p, mine.n, 0, NULL);
    for (size_t i = 0; i < TB_COUNT(witness); i++)
        if (json_is_string(json_object_get(entry, witness[i])))
            json_object_set(want, witness[i], json_object_get(entry, witness[i]));
    bool same = sl_eq(json_canon(want, r->a), l->entry);
    json_decref(want);
    return same;
}

/* Bulk rows stand beside the leaf in the live store; they are checked and copied before the effect reads them. */
struct bulk_copy {
    struct replay *p;
    struct run *r;
    bool feed;
    int64_t want, have; /* the next row; how many an earlier act of the same filing brought */
    int64_t to;         /* rows of this act: below */
    struct tree t;
    enum err e;
    struct fault f;
};

static void bulk_differs(struct bulk_copy *b, int64_t n)
{
    struct replay *p = b->p;
    if (b->feed)
        differ(p, b->r->leaf, "b_feed_record", sl(arena_fmt(p->row_a, PRIs "/%" PRId64, ARGs(b->r->subject_id), n)));
    else
        differ(p, b->r->leaf, "b_match_row", sl(arena_fmt(p->row_a, "%" PRId64 "/%" PRId64, b->r->in[N_serial].i, n)));
}

static void bulk_gone(struct bulk_copy *b, int64_t below)
{
    for (; b->want < below && b->p->out->differences <= TB_COUNT(b->p->out->diff); b->want++)
        bulk_differs(b, b->want);
    b->want = below;
}

bool bulk_cve_agrees(slice body, slice cve)
{
    json_t *o = json_loadb(body.p, body.n, 0, NULL);
    bool same = sl_is(cve, text_of(o, "id"));
    json_decref(o);
    return same;
}

static bool bulk_row(void *ud, const struct dbval *v, size_t cols)
{
    struct bulk_copy *b = ud;
    uint8_t h[SHA_LEN];
    char hex[65];
    struct hash leaf;
    slice hashed = v[cols - 1].s, content = v[cols - 2].s;
    int64_t n = v[1].i;
    if (n >= b->to) /* of a later act; or of none, which the end of the replay tells */
        return false;
    arena_reset(b->p->row_a);
    slice full = b->feed ? content
                         : sl(arena_fmt(b->p->row_a, PRIs "\n" PRIs "\n" PRIs "\n" PRIs, ARGs(v[2].s), ARGs(v[3].s),
                                        ARGs(v[4].s), ARGs(content)));
    sha256(full, h);
    hex_of(h, sizeof h, hex);
    if (n > b->want)
        bulk_gone(b, n);
    if (n < b->want || !sl_is(hashed, hex) || (b->feed && !bulk_cve_agrees(content, v[2].s)))
        bulk_differs(b, n);
    b->want = n < b->want ? b->want : n + 1;
    if (hex_to(hashed, leaf.b, HASH_LEN))
        tree_add(&b->t, &leaf);
    if (n < b->have)
        return true;
    b->e = db_run(b->p->copy, b->feed ? Q_bulk_feed_put : Q_bulk_match_put, v, cols, NULL, b->p->row_a, &b->f);
    return b->e == E_OK;
}

/* An import that stopped and was taken up again has two acts over one sequence of rows: each vouches for the rows that
 * its count covers. */
static enum err bulk_range(struct bulk_copy *b, struct fault *f)
{
    struct val n = b->r->in[b->feed ? N_accepted : N_changed];
    struct dbrows have;
    b->to = n.t == VAL_INT ? n.i : 0;
    if (!b->feed)
        return E_OK;
    enum err e =
        db_run(b->p->copy, Q_bulk_feed_count, (struct dbval[]){DBT(b->r->subject_id)}, 1, &have, b->p->row_a, f);
    if (!e)
        b->have = ROW(&have, 0, 0).i;
    return e;
}

static enum err bulk_bring(struct replay *p, struct run *r, struct fault *f)
{
    struct bulk_copy b = {.p = p, .r = r, .feed = r->c.id == ACT_feed_finish};
    if (!b.feed && r->c.id != ACT_match_run)
        return E_OK;
    struct val root = r->in[N_root];
    if (root.t != VAL_TEXT || (!b.feed && r->in[N_serial].t != VAL_INT))
        return E_OK;
    enum err e = bulk_range(&b, f);
    struct dbval key = b.feed ? DBT(r->subject_id) : DBI(r->in[N_serial].i);
    if (!e)
        e = db_each(p->live, b.feed ? Q_bulk_feed_all : Q_bulk_match_all, &key, 1, bulk_row, &b, f);
    if (e)
        return e;
    if (b.e) {
        *f = b.f;
        return b.e;
    }
    size_t before = p->out->differences;
    char hex[65];
    struct hash h = tree_root(&b.t);
    hex_of(h.b, HASH_LEN, hex);
    bulk_gone(&b, b.to);
    if (!sl_is(root.s, hex) && p->out->differences == before)
        differ(p, r->leaf, b.feed ? "s_feed" : "s_generation", r->subject_id);
    return E_OK;
}

static enum err leaf_replay(struct replay *p, const struct leafrow *l, const json_t *entry, const json_t *body, bool ok,
                            struct fault *f)
{
    enum act_id id = law_act_named(sl(text_of(entry, "act")));
    struct run *r = arena_get(p->a, sizeof *r);
    if (id == ACT_COUNT)
        return fault_set(f, E_ABSENT, "act", "知らない手続の記録です。");
    run_init(r, p->copy, p->a, id, f);
    r->leaf = l->idx;
    enum err e = run_from_body(r, entry, body);
    if (e)
        return e;
    law_decide(&r->c, &r->d);
    bool agrees = decision_agrees(r, ok, body);
    bool allowed = r->d.allowed;
    if (ok) {
        if (!allowed)
            r->d.to = law_state_named(sl(text_of(entry, "to")));
        e = bulk_bring(p, r, f);
        if (!e)
            e = run_apply(r);
        if (e)
            return e;
    } else {
        snprintf(r->label, sizeof r->label, PRIs, ARGs(r->before.label));
    }
    if (!agrees || !entry_agrees(r, l, entry))
        differ(p, l->idx, "leaf", index_key(p, l->idx));
    return E_OK;
}

/* An act that cannot be done again is a difference of its own, and stops no other. */
static enum err leaf_again(struct replay *p, const struct leafrow *l, const json_t *entry, const json_t *body,
                           struct fault *f)
{
    struct fault why = {0};
    enum err e = db_savepoint(p->copy, f);
    if (e)
        return e;
    e = leaf_replay(p, l, entry, body, json_is_true(json_object_get(entry, "ok")), &why);
    if (!e)
        return db_release(p->copy, f);
    db_back_to_savepoint(p->copy);
    if (e == E_IO || e == E_DB || e == E_BUSY) {
        *f = why;
        return e;
    }
    differ(p, l->idx, "leaf", index_key(p, l->idx));
    return E_OK;
}

static enum err leaf_check(struct replay *p, const struct leafrow *l, struct fault *f)
{
    char commit[65];
    json_t *entry = json_loadb(l->entry.p, l->entry.n, 0, NULL), *body = json_loadb(l->body.p, l->body.n, 0, NULL);
    enum err e = E_OK;
    if (!entry || !columns_agree(l, entry) || !l->salt.n) /* a leaf without a body was put there by no act */
        differ(p, l->idx, "leaf", index_key(p, l->idx));
    if (!body || !run_commit(l->salt, l->body, commit) || !sl_is(sl(commit), text_of(entry, "commit")))
        differ(p, l->idx, "leaf_body", index_key(p, l->idx));
    if (entry && body)
        e = leaf_again(p, l, entry, body, f); /* decided on what the entry says, whatever the columns beside it do */
    json_decref(entry);
    json_decref(body);
    return e;
}

/* --- the two stores side by side --- */
struct dump {
    struct replay *p;
    const struct dbrows *want;
    const char *table;
    size_t at, keys, leaf_col;
};

static int cell_cmp(const struct dbval *a, const struct dbval *b)
{
    if (a->t != b->t)
        return a->t < b->t ? -1 : 1;
    if (a->t == DB_INT)
        return a->i < b->i ? -1 : a->i > b->i;
    return a->t == DB_NULL ? 0 : sl_cmp(a->s, b->s);
}

static int key_cmp(const struct dbval *a, const struct dbval *b, size_t keys)
{
    for (size_t i = 0; i < keys; i++) {
        int c = cell_cmp(&a[i], &b[i]);
        if (c)
            return c;
    }
    return 0;
}

static void row_differs(struct dump *d, const struct dbval *v)
{
    struct buf key = BUF(120);
    for (size_t i = 0; i < d->keys; i++) {
        if (i)
            buf_chr(&key, '/');
        if (v[i].t == DB_INT)
            buf_fmt(&key, "%" PRId64, v[i].i);
        else
            buf_sl(&key, v[i].s);
    }
    differ(d->p, d->leaf_col != SIZE_MAX && v[d->leaf_col].t == DB_INT ? v[d->leaf_col].i : -1, d->table,
           buf_slice(&key));
    buf_free(&key);
}

static bool dump_row(void *ud, const struct dbval *v, size_t cols)
{
    struct dump *d = ud;
    while (d->at < d->want->rows && key_cmp(d->want->v + d->at * cols, v, d->keys) < 0)
        row_differs(d, d->want->v + d->at++ * cols); /* a row the ledger made is gone */
    if (d->at >= d->want->rows || key_cmp(d->want->v + d->at * cols, v, d->keys) > 0) {
        row_differs(d, v); /* a row no act made */
        return true;
    }
    const struct dbval *w = d->want->v + d->at++ * cols;
    for (size_t i = d->keys; i < cols; i++)
        if (cell_cmp(&w[i], &v[i])) {
            row_differs(d, w);
            break;
        }
    return true;
}

static enum err table_compare(struct replay *p, enum query q, const char *table, size_t keys, size_t leaf_col,
                              struct fault *f)
{
    struct arena *a = arena_new((size_t)2 << 30);
    struct dbrows want;
    struct dump d = {.p = p, .want = &want, .table = table, .keys = keys, .leaf_col = leaf_col};
    enum err e = db_run(p->copy, q, NULL, 0, &want, a, f);
    if (!e)
        e = db_each(p->live, q, NULL, 0, dump_row, &d, f);
    while (!e && d.at < want.rows)
        row_differs(&d, want.v + d.at++ * want.cols);
    arena_free(a);
    return e;
}

static enum err tables_compare(struct replay *p, struct fault *f)
{
    char table[40];
    enum err e = E_OK;
    for (int k = 0; !e && k < KIND_COUNT; k++) {
        snprintf(table, sizeof table, "s_%s", law_kind[k].name);
        e = table_compare(p, kind_query[k].dump, table, 1, COL_LEAF, f);
    }
    for (int c = 0; !e && c < CHILD_COUNT; c++) {
        snprintf(table, sizeof table, "x_%s", law_child[c].name);
        e = table_compare(p, child_query[c].dump, table, 1, 0, f);
    }
    if (!e)
        e = table_compare(p, Q_vuln_dump, "p_vuln", 2, SIZE_MAX, f);
    if (!e)
        e = table_compare(p, Q_vuln_link_dump, "p_vuln_link", 3, SIZE_MAX, f);
    if (!e)
        e = table_compare(p, Q_vuln_open_dump, "p_unresolved", 3, SIZE_MAX, f);
    if (!e)
        e = table_compare(p, Q_product_dump, "p_product", 1, SIZE_MAX, f);
    if (!e)
        e = table_compare(p, Q_seen_dump, "p_seen", 3, 3, f);
    return e;
}

/* Rows of one filing or generation that no act has vouched for. Those of an import that runs wait for their act. */
static enum err bulk_beyond(struct replay *p, bool feed, const struct dbval *key, struct fault *f)
{
    struct dbrows n, rows;
    enum err e = db_run(p->copy, feed ? Q_bulk_feed_count : Q_bulk_match_count, key, 1, &n, p->a, f);
    if (e || (feed && ROW(&n, 0, 1).i > 0))
        return e;
    e = db_run(p->live, feed ? Q_bulk_feed_beyond : Q_bulk_match_beyond, (struct dbval[]){*key, ROW(&n, 0, 0)}, 2,
               &rows, p->a, f);
    for (size_t i = 0; !e && i < rows.rows; i++) {
        slice id = feed ? key->s : index_key(p, key->i);
        differ(p, -1, feed ? "b_feed_record" : "b_match_row",
               sl(arena_fmt(p->a, PRIs "/%" PRId64, ARGs(id), ROW(&rows, i, 0).i)));
    }
    return e;
}

static enum err strays(struct replay *p, struct fault *f)
{
    struct arena *a = arena_new((size_t)256 << 20);
    struct dbrows keys;
    enum err e = E_OK;
    for (int feed = 0; !e && feed < 2; feed++) {
        arena_reset(a);
        e = db_run(p->live, feed ? Q_bulk_feed_keys : Q_bulk_match_keys, NULL, 0, &keys, a, f);
        for (size_t i = 0; !e && i < keys.rows; i++) {
            arena_reset(p->a);
            e = bulk_beyond(p, feed, &ROW(&keys, i, 0), f);
        }
    }
    arena_reset(a);
    if (!e)
        e = db_run(p->live, Q_leaf_body_strays, NULL, 0, &keys, a, f);
    for (size_t i = 0; !e && i < keys.rows; i++) {
        arena_reset(p->a);
        differ(p, ROW(&keys, i, 0).i, "leaf_body", index_key(p, ROW(&keys, i, 0).i));
    }
    arena_free(a);
    return e;
}

static enum err leaves_replay(struct replay *p, void (*progress)(int64_t, int64_t), struct fault *f)
{
    struct arena *page = arena_new((size_t)1 << 30);
    struct dbrows rows, size;
    int64_t next = 0, all = 0;
    enum err e = db_run(p->live, Q_leaf_size, NULL, 0, &size, page, f);
    if (!e)
        all = ROW(&size, 0, 0).i;
    while (!e) {
        arena_reset(page);
        e = db_run(p->live, Q_leaf_all, (struct dbval[]){DBI(next), DBI(500)}, 2, &rows, page, f);
        if (e || rows.rows == 0)
            break;
        for (size_t i = 0; !e && i < rows.rows; i++) {
            arena_reset(p->a);
            struct leafrow l = {ROW(&rows, i, 0).i, ROW(&rows, i, 1).i, ROW(&rows, i, 2).s,
                                ROW(&rows, i, 3).s, ROW(&rows, i, 4).s, ROW(&rows, i, 5).i,
                                ROW(&rows, i, 6).s, ROW(&rows, i, 7).s, ROW(&rows, i, 8).s};
            for (; next < l.idx; next++)
                differ(p, next, "leaf", index_key(p, next));
            next = l.idx + 1;
            e = leaf_check(p, &l, f);
            p->out->acts++;
        }
        if (progress)
            progress(next, all);
    }
    arena_free(page);
    return e;
}

enum err replay_stores(struct db *live, bool exercise, struct gate_replay_report *out,
                       void (*progress)(int64_t, int64_t), struct fault *f)
{
    (void)exercise;
    struct replay p = {.live = live, .out = out};
    memset(out, 0, sizeof *out);
    p.a = arena_new((size_t)1 << 30);
    p.row_a = arena_new((size_t)64 << 20);
    gate_own_effects();
    enum err e = store_open(&p.copy, DB_PARTNERS, NULL, "sqlite::memory:", DB_WRITER, f);
    if (!e)
        e = db_begin(p.copy, f);
    if (!e)
        e = leaves_replay(&p, progress, f);
    if (!e)
        e = db_commit(p.copy, f);
    if (!e)
        e = tables_compare(&p, f);
    if (!e)
        e = strays(&p, f);
    if (p.copy)
        db_close(p.copy);
    arena_free(p.a);
    arena_free(p.row_a);
    return e;
}

/* What the files have published of a leaf vouches for every byte of its row. */
static enum err published(const struct gate_config *c, struct gate_replay_report *out, struct fault *f)
{
    struct ledger_report *rep = mem_zero(1, sizeof *rep);
    char key[24];
    enum err e = c->home ? gate_verify(c, rep, f) : E_OK;
    bool known = false;
    snprintf(key, sizeof key, "%" PRId64, rep->first_bad);
    for (size_t i = 0; i < out->differences && i < TB_COUNT(out->diff); i++)
        known = known || (strcmp(out->diff[i].table, "leaf") == 0 && strcmp(out->diff[i].key, key) == 0);
    if (!e && c->home && !rep->ok && rep->first_bad >= 0 && !known) {
        struct replay p = {.out = out};
        differ(&p, rep->first_bad, "leaf", sl(key));
    }
    free(rep);
    return e;
}

enum err gate_replay(const struct gate_config *c, struct gate_replay_report *out, void (*progress)(int64_t, int64_t),
                     struct fault *f)
{
    struct db *live;
    enum err e = store_open(&live, c->which, c->home, c->db, DB_READER, f);
    if (e)
        return e;
    e = db_begin_read(live, f);
    if (!e)
        e = replay_stores(live, c->exercise, out, progress, f);
    db_rollback(live);
    db_close(live);
    return e ? e : published(c, out, f);
}

enum err gate_replay_here(struct gate *g, struct gate_replay_report *out, struct fault *f)
{
    return replay_stores(g->db, g->cfg.exercise, out, NULL, f);
}
