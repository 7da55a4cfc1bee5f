/* The queue before the door, the batch behind it, and the files that follow. */
#include "gate_int.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BATCH_JOBS    64
#define BATCH_ACTS    1000
#define ACT_ARENA     ((size_t)512 << 20) /* of one act with all that follows from it */
#define BATCH_RETRIES 5

/* --- one act in the batch's transaction --- */
static void answer_new(struct run *r, struct gate_ans *ans)
{
    for (size_t i = 0; i < r->act->sides; i++)
        for (size_t k = 0; r->act->side[i].sel == SEL_new && k < r->side[i].n && ans->made < GATE_NEW; k++) {
            ans->other[ans->made].kind = r->act->side[i].kind;
            snprintf(ans->other[ans->made++].id, sizeof ans->other[0].id, PRIs, ARGs(r->side[i].v[k]));
        }
}

/* Pointers without content for the desks that must act (cache_told is a queue, not the ledger's). */
static enum err tell(struct gate *g, struct run *r)
{
    enum err e = E_OK;
    const struct law_kind *k = &law_kind[r->act->kind];
    for (size_t i = 0; !e && i < r->act->tell; i++) {
        enum role_id role = r->act->tells[i];
        slice org = SL("");
        if (law_role[role].sort == ROLE_SPECIAL)
            continue;
        enum name_id whose = k->recipient != NAME_COUNT ? k->recipient : k->owner; /* to him it goes, or of him it is */
        if (law_role[role].told_own && whose != NAME_COUNT && r->row.f[whose].t == VAL_TEXT)
            org = r->row.f[whose].s;
        e = db_run(g->db, Q_told_put,
                   (struct dbval[]){DBT(sl(law_role[role].name)), DBT(org), DBT(sl(k->name)), DBT(r->subject_id),
                                    DBI(r->leaf)},
                   5, NULL, r->a, r->f);
    }
    return e;
}

static enum err leaf_write(struct gate *g, struct run *r)
{
    uint8_t salt[32];
    char salt_hex[65], commit[65];
    g->cfg.rng->fill(g->cfg.rng, salt, sizeof salt);
    hex_of(salt, sizeof salt, salt_hex);
    slice body = run_body(r);
    must(run_commit(sl(salt_hex), body, commit));
    slice entry = run_entry(r, commit);
    if (entry.n > LEDGER_ENTRY_MAX)
        return fault_set(r->f, E_TOO_BIG, "", "台帳の葉が大きすぎます。");
    enum err e = db_run(g->db, Q_leaf_put,
                        (struct dbval[]){DBI(r->leaf), DBI(r->now), DBT(sl(r->act->name)), DBT(r->subject_id),
                                         DBT(r->c.actor.person), DBI(r->d.allowed), DBT(entry)},
                        7, NULL, r->a, r->f);
    return e ? e
             : db_run(g->db, Q_leaf_body_put, (struct dbval[]){DBI(r->leaf), DBT(sl(salt_hex)), DBT(body)}, 3, NULL,
                      r->a, r->f);
}

static enum err act_one(struct gate *g, const struct gate_req *q, slice subject, const json_t *in, int depth,
                        bool quiet, struct gate_ans *ans, struct fault *f);

/* What follows by rows: each its own act, its own leaf, the same transaction. */
static enum err thens_run(struct gate *g, struct run *r, const struct gate_req *q, int depth, struct gate_ans *ans)
{
    for (size_t i = 0; i < r->act->thens; i++) {
        const struct law_then *t = &r->act->then[i];
        struct idlist ids = {0};
        enum err e = select_ids(r, t->sel, &ids);
        json_t *in = json_object();
        for (size_t k = 0; k < t->ins; k++)
            json_object_set_new(in, t->in[k].a, json_string(t->in[k].b));
        if (t->act == ACT_case_add_evidence) { /* the source is this very leaf's subject */
            uint8_t h[SHA_LEN];
            char hex[65];
            sha256(r->subject_id, h);
            hex_of(h, sizeof h, hex);
            json_object_set_new(in, "source_hash", json_string(hex));
        }
        struct gate_req next = {.act = t->act, .actor = q->actor};
        if (t->as != ROLE_COUNT)
            next.actor = (struct gate_actor){.person = sl(law_role[t->as].name)};
        for (size_t k = 0; !e && k < ids.n; k++) {
            struct gate_ans sub = {.leaf = -1};
            struct fault why = {0};
            e = act_one(g, &next, ids.v[k], in, depth + 1, t->quiet, &sub, &why);
            if (e == E_OK)
                ans->thens += sub.leaf >= 0;
            else if (e == E_REFUSED || e == E_FIELD) {
                ans->thens_refused++;
                e = E_OK;
            } else {
                *r->f = why;
            }
            ans->thens += sub.thens;
            ans->thens_refused += sub.thens_refused;
        }
        json_decref(in);
        if (e)
            return e;
    }
    return E_OK;
}

static enum err allowed(struct gate *g, struct run *r, const struct gate_req *q, int depth, struct gate_ans *ans)
{
    enum err e = run_apply(r);
    if (!e)
        e = leaf_write(g, r);
    if (!e)
        e = tell(g, r);
    g->next++;
    if (!e && !r->d.negative)
        e = thens_run(g, r, q, depth, ans);
    answer_new(r, ans);
    return e;
}

/* What the matrix still asks for, so that a refusal names the act that would meet it. */
static void release_gaps(const struct run *r, struct gate_ans *ans)
{
    const struct val *fact = &r->fact[FACT_release];
    for (size_t i = 0; fact->t == VAL_LIST && i < fact->n; i++) {
        const struct val *x = fact->v[i].v;
        uint32_t missing = 0;
        int row = law_release_to((enum class_id)x[0].i, (unsigned)x[1].i, (enum recipient_id)x[2].i,
                                 (enum basis_id)x[3].i, (uint32_t)x[4].i, &missing);
        ans->missing |= missing;
        for (size_t k = 0; row < 0 && !ans->denied && k < law_release_rows; k++) {
            const struct law_release *l = &law_release_row[k];
            if (l->class == (enum class_id)x[0].i && l->recipient == (enum recipient_id)x[2].i &&
                l->basis == (enum basis_id)x[3].i && !l->allow)
                ans->denied = l->ja;
        }
        if (row < 0 && !ans->denied)
            ans->denied = "提供先の表にない組合せです（既定は不可）";
    }
}

static enum err refused(struct gate *g, struct run *r, bool quiet, struct gate_ans *ans, struct fault *f)
{
    enum err e = E_OK;
    quiet = quiet || g->next == 0; /* leaf 0 is the genesis and nothing else: before it nothing is recorded */
    for (size_t i = 0; i < r->d.reasons; i++)
        if (r->d.reason[i] == P_label_release_ok)
            release_gaps(r, ans);
    if (!quiet) {
        snprintf(r->label, sizeof r->label, PRIs, ARGs(r->before.label));
        e = leaf_write(g, r);
        g->next++;
    }
    if (e)
        return e;
    if (!r->c.visible) /* the same bytes as for an unknown id */
        return fault_set(f, E_ABSENT, law_kind[r->act->kind].name,
                         "該当するものがありません。番号を確かめてください。");
    const struct law_pred *p = &law_pred[r->d.reason[0]];
    return fault_set(f, E_REFUSED, p->name, "%s（%s）は、いまはできません。%s。%s", r->act->title, r->act->basis, p->ja,
                     p->todo);
}

static enum err act_one(struct gate *g, const struct gate_req *q, slice subject, const json_t *in, int depth,
                        bool quiet, struct gate_ans *ans, struct fault *f)
{
    must(depth < 8);
    struct run *r = arena_get(g->a, sizeof *r);
    run_init(r, g->db, g->a, q->act, f);
    r->exercise = g->cfg.exercise;
    r->rng = g->cfg.rng;
    r->drop = g->cfg.drop;
    r->person = q->actor.person;
    r->session = q->actor.session;
    r->leaf = g->next;
    r->carried = depth ? NULL : q->carried;
    usec_t now = g->cfg.legal->now(g->cfg.legal);
    r->now = now > g->last_at ? now : g->last_at;
    r->founder = g->key ? note_key_public(g->key) : NULL;
    enum err e = run_prepare(r, subject, in);
    if (e)
        return e;
    law_decide(&r->c, &r->d);
    ans->d = r->d;
    if (!r->d.allowed && !quiet && q->bulk) { /* the bulk rows of a refused act do not stay */
        db_back_to_savepoint(g->db);
        e = db_savepoint(g->db, f);
        if (e)
            return e;
    }
    g->last_at = r->now;
    e = r->d.allowed ? allowed(g, r, q, depth, ans) : refused(g, r, quiet, ans, f);
    if (e == E_OK || ((e == E_REFUSED || e == E_ABSENT) && g->next > r->leaf))
        ans->leaf = r->leaf;
    snprintf(ans->subject, sizeof ans->subject, PRIs, ARGs(r->subject_id));
    return e;
}

/* The same key of the same person acts once; the answer is the first one's. */
static bool idempotent(struct gate *g, const struct gate_req *q, struct gate_ans *ans, enum err *e)
{
    struct dbrows rows;
    if (!q->key.n)
        return false;
    *e = db_run(g->db, Q_idem_get, (struct dbval[]){DBT(q->actor.person), DBT(q->key)}, 2, &rows, g->a, &ans->fault);
    if (*e || rows.rows == 0)
        return *e != E_OK;
    ans->leaf = ROW(&rows, 0, 0).i;
    snprintf(ans->subject, sizeof ans->subject, PRIs, ARGs(ROW(&rows, 0, 1).s));
    ans->d.allowed = true;
    return true;
}

static bool fatal(enum err e)
{
    return e == E_DB || e == E_IO || e == E_BUSY || e == E_CORRUPT || e == E_INTERNAL || e == E_WRITER;
}

/* One request: a constraint fault stays in its savepoint; anything worse dooms the batch. */
static enum err act_top(struct gate *g, const struct gate_req *q, struct gate_ans *ans)
{
    enum err e = E_OK;
    *ans = (struct gate_ans){.leaf = -1};
    arena_reset(g->a); /* no answer points into it */
    int64_t next = g->next;
    if (q->act >= ACT_COUNT) {
        ans->err =
            fault_set(&ans->fault, E_ABSENT, "act", "そのような手続はありません。法令に定めのない手続はできません。");
        return E_OK;
    }
    if (idempotent(g, q, ans, &e)) {
        ans->err = e;
        return fatal(e) ? e : E_OK;
    }
    e = db_savepoint(g->db, &ans->fault);
    if (!e && q->bulk)
        e = q->bulk(q->ud, g->db, &ans->fault);
    if (!e)
        e = act_one(g, q, q->subject, q->in, 0, false, ans, &ans->fault);
    if (e == E_OK && q->key.n)
        e = db_run(g->db, Q_idem_put,
                   (struct dbval[]){DBT(q->actor.person), DBT(q->key), DBI(ans->leaf), DBT(sl(ans->subject))}, 4, NULL,
                   g->a, &ans->fault);
    if (e == E_OK || ((e == E_REFUSED || e == E_ABSENT) && ans->leaf >= 0)) {
        ans->err = e;
        return db_release(g->db, &ans->fault);
    }
    db_back_to_savepoint(g->db);
    g->next = next;
    ans->leaf = -1;
    ans->err = e;
    return fatal(e) ? e : E_OK;
}

static enum err batch_once(struct gate *g, struct job *jobs, struct fault *f)
{
    enum err e = db_begin(g->db, f);
    if (e)
        return e;
    for (struct job *j = jobs; !e && j; j = j->next) {
        if (j->bulk)
            e = j->bulk(j->ud, g->db, f);
        for (size_t i = 0; !e && i < j->n; i++) {
            e = act_top(g, &j->req[i], &j->ans[i]);
            if (e)
                *f = j->ans[i].fault;
        }
    }
    if (!e)
        e = db_commit(g->db, f);
    else
        db_rollback(g->db);
    return e;
}

static void batch_fail(struct job *jobs, const struct fault *f)
{
    for (struct job *j = jobs; j; j = j->next) {
        if (j->bulk)
            *j->fault = *f;
        for (size_t i = 0; i < j->n; i++)
            j->ans[i] = (struct gate_ans){.err = f->err, .fault = *f, .leaf = -1};
    }
}

/* Each time the store has doubled. A planner that is not told does its work all the same, only slowly. */
static void grown(struct gate *g, const struct job *jobs)
{
    struct fault f = {0};
    enum err e = E_OK;
    for (; jobs; jobs = jobs->next)
        g->chunks += jobs->bulk != NULL;
    if (g->chunks > g->analyze_chunks) {
        g->analyze_chunks = 2 * g->chunks;
        e = db_analyze(g->db, true, &f);
    }
    if (!e && g->next > g->analyze_at) {
        g->analyze_at = 2 * g->next;
        e = db_analyze(g->db, false, &f);
    }
    if (e)
        log_line(1, "store not analyzed err=%s what=\"%s\"", err_code(e), f.what);
}

/* Commits the jobs together; if that cannot be, each by itself, so that one bad job fails alone. */
void batch_run(struct gate *g, struct job *jobs)
{
    struct fault f = {0};
    enum err e = E_BUSY;
    int64_t next = g->next;
    usec_t last = g->last_at;
    for (int i = 0; e == E_BUSY && i < BATCH_RETRIES; i++) {
        g->next = next;
        g->last_at = last;
        e = batch_once(g, jobs, &f);
    }
    if (e == E_OK) {
        g->committed = g->next;
        g->commits++;
        grown(g, jobs);
        return;
    }
    g->next = next;
    g->last_at = last;
    log_line(0, "gate batch failed err=%s where=%s what=\"%s\"", err_code(e), f.where, f.what);
    if (!jobs->next) {
        batch_fail(jobs, &f);
        return;
    }
    for (struct job *j = jobs, *after; j; j = after) {
        after = j->next;
        j->next = NULL;
        batch_run(g, j);
        j->next = after;
    }
}

/* --- the queue --- */
static void *writer_main(void *ud)
{
    struct gate *g = ud;
    pthread_mutex_lock(&g->lock);
    for (;;) {
        while (!g->head && !g->stop)
            pthread_cond_wait(&g->work, &g->lock);
        if (!g->head)
            break;
        struct job *jobs = g->head, *last = jobs;
        size_t acts = jobs->n;
        for (int n = 1; last->next && n < BATCH_JOBS && acts + last->next->n <= BATCH_ACTS; n++) {
            last = last->next;
            acts += last->n;
        }
        g->head = last->next;
        if (!g->head)
            g->tail = &g->head;
        last->next = NULL;
        pthread_mutex_unlock(&g->lock);
        batch_run(g, jobs);
        pthread_mutex_lock(&g->lock);
        for (struct job *j = jobs; j; j = j->next)
            j->done = true;
        pthread_cond_broadcast(&g->done);
        pthread_cond_signal(&g->dirty);
    }
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

static void job_run(struct gate *g, struct job *job)
{
    if (!g->cfg.threaded) {
        batch_run(g, job);
        return;
    }
    pthread_mutex_lock(&g->lock);
    if (g->stop) {
        struct fault f;
        fault_set(&f, E_BUSY, "", "終了の準備をしています。しばらくして、もう一度お試しください。");
        pthread_mutex_unlock(&g->lock);
        batch_fail(job, &f);
        return;
    }
    *g->tail = job;
    g->tail = &job->next;
    pthread_cond_signal(&g->work);
    while (!job->done)
        pthread_cond_wait(&g->done, &g->lock);
    pthread_mutex_unlock(&g->lock);
}

void gate_acts(struct gate *g, const struct gate_req *req, struct gate_ans *ans, size_t n)
{
    struct job j = {.req = req, .ans = ans, .n = n};
    if (n)
        job_run(g, &j);
}

enum err gate_bulk(struct gate *g, gate_bulk_fn *fn, void *ud, struct fault *f)
{
    struct job j = {.bulk = fn, .ud = ud, .fault = f};
    *f = (struct fault){0};
    job_run(g, &j);
    return f->err;
}

void gate_act(struct gate *g, const struct gate_req *req, struct gate_ans *ans)
{
    gate_acts(g, req, ans, 1);
}

/* --- files after rows --- */
struct db_rows {
    struct leaf_rows rows;
    struct db *db;
};
struct db_rows_each {
    leaf_fn *leaf;
    void *ud;
    bool stopped;
};
static bool entry_row(void *ud, const struct dbval *v, size_t cols)
{
    struct db_rows_each *e = ud;
    (void)cols;
    e->stopped = !e->leaf(e->ud, (uint64_t)v[0].i, v[1].s);
    return !e->stopped;
}
static enum err entries_each(struct leaf_rows *rows, uint64_t from, uint64_t to, leaf_fn *leaf, void *ud,
                             struct fault *f)
{
    struct db_rows *self = (struct db_rows *)rows;
    struct db_rows_each e = {leaf, ud, false};
    return db_each(self->db, Q_leaf_entries,
                   (struct dbval[]){DBI((int64_t)from), DBI(to > INT64_MAX ? INT64_MAX : (int64_t)to)}, 2, entry_row,
                   &e, f);
}

enum err gate_publish(struct gate *g, struct fault *f)
{
    if (!g->ledger)
        return E_OK;
    pthread_mutex_lock(&g->tile_lock);
    struct arena *a = arena_new(1 << 20);
    struct dbrows n;
    struct db_rows rows = {{entries_each}, g->tile_db};
    enum err e = db_run(g->tile_db, Q_leaf_size, NULL, 0, &n, a, f);
    if (!e)
        e = ledger_catch_up(g->ledger, (uint64_t)ROW(&n, 0, 0).i, &rows.rows, f);
    arena_free(a);
    pthread_mutex_unlock(&g->tile_lock);
    return e;
}

#define PUBLISH_PAUSE (USEC / 20) /* one checkpoint covers a burst */
#define PUBLISH_LATER (5 * USEC)  /* the most between two tries while the files refuse */

static bool publish_try(struct gate *g)
{
    struct fault f = {0};
    if (gate_publish(g, &f) == E_OK)
        return true;
    log_line(0, "ledger not published err=%s where=%s what=\"%s\"", err_code(f.err), f.where, f.what);
    return false;
}

/* Sleeps for so long, or until something was committed or the gate closes. The lock is held. */
static void dirty_wait(struct gate *g, int64_t usec)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    int64_t end = t.tv_nsec / 1000 + usec;
    t.tv_sec += end / USEC;
    t.tv_nsec = end % USEC * 1000;
    pthread_cond_timedwait(&g->dirty, &g->lock, &t);
}

/* What the files refused is tried again, also when nobody commits anything more. */
static void *publisher_main(void *ud)
{
    struct gate *g = ud;
    int64_t seen = -1, pause = PUBLISH_PAUSE;
    pthread_mutex_lock(&g->lock);
    while (!g->stop_publisher) {
        if (g->committed == seen)
            pthread_cond_wait(&g->dirty, &g->lock);
        if (g->committed == seen)
            continue;
        int64_t target = g->committed;
        pthread_mutex_unlock(&g->lock);
        bool ok = publish_try(g);
        usleep((useconds_t)PUBLISH_PAUSE);
        pthread_mutex_lock(&g->lock);
        if (ok) {
            seen = target;
            pause = PUBLISH_PAUSE;
        } else if (!g->stop_publisher) {
            pause = pause > PUBLISH_LATER / 2 ? PUBLISH_LATER : 2 * pause;
            dirty_wait(g, pause);
        }
    }
    pthread_mutex_unlock(&g->lock);
    return NULL;
}

/* --- opening --- */
static const char *const which_name[] = {"partners", "custody", "committee"};

static void origin_of(const struct gate_config *c, char out[64])
{
    snprintf(out, 64, "tobuhi%s/%s", c->exercise ? ".exercise" : "", which_name[c->which]);
}

static enum err key_open(const struct gate_config *c, const char *dir, struct note_key **out, struct fault *f)
{
    char path[700], origin[64];
    origin_of(c, origin);
    snprintf(path, sizeof path, "%s/%s.key", dir, which_name[c->which]);
    if (access(path, F_OK) != 0) {
        enum err e = note_key_make(path, origin, c->rng, f);
        if (e)
            return e;
    }
    enum err e = note_key_load(out, path, f);
    if (!e && !sl_is(sl(note_key_public(*out)->name), origin)) {
        e = fault_set(
            f, E_CONFIG, path,
            "この鍵は %s のもので、この台帳は %s です。演習と本番の鍵は混ぜられません。%s の鍵を戻してください。",
            note_key_public(*out)->name, origin, origin);
        note_key_free(*out);
        *out = NULL;
    }
    return e;
}

/* A private in-memory store signs with a key that is gone with it. */
static enum err key_private(const struct gate_config *c, struct note_key **out, struct fault *f)
{
    char dir[] = "/tmp/tobuhi-key-XXXXXX", path[700];
    if (!mkdtemp(dir))
        return fault_set(f, E_IO, "/tmp", "一時の場所を作れません。");
    enum err e = key_open(c, dir, out, f);
    snprintf(path, sizeof path, "%s/%s.key", dir, which_name[c->which]);
    unlink(path);
    snprintf(path, sizeof path, "%s/%s.key.pub", dir, which_name[c->which]);
    unlink(path);
    rmdir(dir);
    return e;
}

enum err files_open(struct gate *g, bool found, struct fault *f)
{
    char keys[600];
    if (g->key)
        return E_OK;
    if (!g->home[0])
        return key_private(&g->cfg, &g->key, f);
    snprintf(keys, sizeof keys, "%s/keys", g->home);
    snprintf(g->ledger_dir, sizeof g->ledger_dir, "%s/%s.ledger", g->home, which_name[g->cfg.which]);
    if (g->next == 0 && !found && access(keys, F_OK) != 0)
        return E_OK;
    enum err e = dir_make(keys, 0700, f);
    if (!e)
        e = key_open(&g->cfg, keys, &g->key, f);
    if (!e && g->next == 0)
        e = ledger_found(g->ledger_dir, g->key, NULL, f);
    if (!e)
        e = ledger_open(&g->ledger, g->ledger_dir, g->key, NULL, f);
    if (!e)
        e = store_open(&g->tile_db, g->cfg.which, g->home, g->cfg.db, DB_READER, f);
    return e ? e : gate_publish(g, f);
}

static enum err state_load(struct gate *g, struct fault *f)
{
    struct dbrows n, t;
    enum err e = db_run(g->db, Q_leaf_size, NULL, 0, &n, g->a, f);
    if (!e)
        e = db_run(g->db, Q_leaf_last_at, NULL, 0, &t, g->a, f);
    if (e)
        return e;
    g->next = g->committed = ROW(&n, 0, 0).i;
    g->analyze_at = g->next > 100 ? 2 * g->next : 100;
    g->last_at = t.rows ? ROW(&t, 0, 0).i : 0;
    return E_OK;
}

enum err gate_open(struct gate **out, const struct gate_config *c, struct fault *f)
{
    struct gate *g = mem_zero(1, sizeof *g);
    g->cfg = *c;
    if (c->home)
        snprintf(g->home, sizeof g->home, "%s", c->home);
    g->cfg.home = c->home ? g->home : NULL;
    g->tail = &g->head;
    pthread_mutex_init(&g->lock, NULL);
    pthread_mutex_init(&g->tile_lock, NULL);
    pthread_mutex_init(&g->tick_lock, NULL);
    pthread_cond_init(&g->work, NULL);
    pthread_cond_init(&g->done, NULL);
    pthread_cond_init(&g->dirty, NULL);
    g->a = arena_new(ACT_ARENA);
    gate_own_effects();
    enum err e = c->home ? dir_make(g->home, 0700, f) : E_OK;
    if (!e)
        e = store_open(&g->db, c->which, c->home, c->db, DB_WRITER, f);
    if (!e)
        e = db_writer_lock(g->db, f);
    if (!e)
        e = state_load(g, f);
    if (!e)
        e = files_open(g, false, f);
    if (e) {
        g->cfg.threaded = false;
        gate_close(g);
        *out = NULL;
        return e;
    }
    if (c->threaded &&
        (pthread_create(&g->writer, NULL, writer_main, g) || pthread_create(&g->publisher, NULL, publisher_main, g)))
        mem_out(0);
    *out = g;
    return E_OK;
}

void gate_close(struct gate *g)
{
    struct fault f;
    if (!g)
        return;
    if (g->cfg.threaded) {
        pthread_mutex_lock(&g->lock);
        g->stop = true;
        pthread_cond_broadcast(&g->work);
        pthread_mutex_unlock(&g->lock);
        pthread_join(g->writer, NULL);
        pthread_mutex_lock(&g->lock);
        g->stop_publisher = true;
        g->committed++; /* wakes a publisher that has seen everything */
        pthread_cond_broadcast(&g->dirty);
        pthread_mutex_unlock(&g->lock);
        pthread_join(g->publisher, NULL);
    }
    if (g->ledger && g->tile_db && gate_publish(g, &f) != E_OK)
        log_line(0, "ledger not published at close err=%s what=\"%s\"", err_code(f.err), f.what);
    if (g->tick)
        gate_reader_close(g->tick);
    if (g->ledger)
        ledger_close(g->ledger);
    if (g->tile_db)
        db_close(g->tile_db);
    note_key_free(g->key);
    if (g->db)
        db_close(g->db);
    arena_free(g->a);
    pthread_mutex_destroy(&g->lock);
    pthread_mutex_destroy(&g->tile_lock);
    pthread_mutex_destroy(&g->tick_lock);
    pthread_cond_destroy(&g->work);
    pthread_cond_destroy(&g->done);
    pthread_cond_destroy(&g->dirty);
    free(g);
}

const struct gate_config *gate_config_of(const struct gate *g)
{
    return &g->cfg;
}

int64_t gate_commits(struct gate *g)
{
    return g->commits;
}

bool gate_founded(struct gate *g)
{
    return g->committed > 0;
}

/* --- time passes --- */
static size_t tick_query(struct gate *g, struct db *db, enum query q, enum act_id act, const char *machine)
{
    struct arena *a = arena_new(16 << 20);
    struct fault f;
    struct dbrows due;
    size_t done = 0;
    usec_t now = g->cfg.legal->now(g->cfg.legal);
    if (db_run(db, q, (struct dbval[]){DBI(now), DBI(500)}, 2, &due, a, &f) == E_OK && due.rows) {
        struct gate_req *req = arena_arr(a, struct gate_req, due.rows);
        struct gate_ans *ans = arena_arr(a, struct gate_ans, due.rows);
        for (size_t i = 0; i < due.rows; i++)
            req[i] = (struct gate_req){.act = act, .subject = ROW(&due, i, 0).s, .actor.person = sl(machine)};
        gate_acts(g, req, ans, due.rows);
        for (size_t i = 0; i < due.rows; i++)
            done += ans[i].err == E_OK;
    }
    arena_free(a);
    return done;
}

size_t gate_tick(struct gate *g)
{
    struct fault f;
    struct db *db = g->db; /* without threads the writer's own handle is free between acts */
    size_t done = 0, n = 0;
    pthread_mutex_lock(&g->tick_lock);
    if (g->cfg.threaded) {
        if (!g->tick && gate_reader_open(g, &g->tick, &f) != E_OK) {
            pthread_mutex_unlock(&g->tick_lock);
            return 0;
        }
        db = gate_reader_db(g->tick);
    }
    do {
        n = tick_query(g, db, Q_clock_due, ACT_clock_lapse, "M_CLOCK");
        done += n;
    } while (n);
    done += tick_query(g, db, Q_notice_due, ACT_notice_publish, "M_PROV");
    pthread_mutex_unlock(&g->tick_lock);
    return done;
}

/* --- proof of the files --- */
enum err gate_verify(const struct gate_config *c, struct ledger_report *out, struct fault *f)
{
    char path[700];
    struct db *db = NULL;
    struct note_verifier v;
    struct arena *a = arena_new(1 << 20);
    slice pub;
    snprintf(path, sizeof path, "%s/keys/%s.key.pub", c->home, which_name[c->which]);
    enum err e = file_read(a, path, 4096, &pub, f);
    if (!e)
        e = note_verifier_parse(pub, &v, f);
    if (!e)
        e = store_open(&db, c->which, c->home, c->db, DB_READER, f);
    if (!e) {
        struct db_rows rows = {{entries_each}, db};
        snprintf(path, sizeof path, "%s/%s.ledger", c->home, which_name[c->which]);
        e = ledger_verify(path, &v, NULL, &rows.rows, out, f);
    }
    if (db)
        db_close(db);
    arena_free(a);
    return e;
}

static enum err given_read(const char *path, const struct note_key *key, struct checkpoint *out, struct fault *f)
{
    struct arena *a = arena_new(1 << 20);
    slice text;
    enum err e = file_read(a, path, NOTE_MAX, &text, f);
    if (!e)
        e = checkpoint_open(text, note_key_public(key), out, f);
    arena_free(a);
    return e;
}

enum err gate_rebuild(const struct gate_config *c, const char *key_path, const char *given, struct fault *f)
{
    char path[700];
    struct db *db = NULL;
    struct note_key *key = NULL;
    struct checkpoint at;
    enum err e = note_key_load(&key, key_path, f);
    if (!e && given)
        e = given_read(given, key, &at, f);
    if (!e)
        e = store_open(&db, c->which, c->home, c->db, DB_READER, f);
    if (!e) {
        struct db_rows rows = {{entries_each}, db};
        snprintf(path, sizeof path, "%s/%s.ledger", c->home, which_name[c->which]);
        e = ledger_rebuild(path, key, NULL, given ? &at : NULL, &rows.rows, f);
    }
    db_close(db);
    note_key_free(key);
    return e;
}
