/* The rules of the store that do not depend on the database: who may run what, when a transaction can still be
 * committed, how a result gets into an arena, and the schema. */
#include "store/store_int.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

const char *store_name(enum db_which w)
{
    static const char *const name[] = {"partners", "custody", "committee"};
    must((size_t)w < TB_COUNT(name));
    return name[w];
}

/* --- queries by name --- */

static int by_name(const void *key, const void *def)
{
    const slice *k = key;
    const char *name = ((const struct query_def *)def)->name;
    size_t n = strlen(name);
    int c = memcmp(k->p, name, k->n < n ? k->n : n);
    return c ? c : (k->n > n) - (k->n < n);
}

enum query db_query_named(slice name)
{
    if (!name.n)
        return Q_COUNT;
    const struct query_def *q = bsearch(&name, query_def, Q_COUNT, sizeof query_def[0], by_name);
    return q ? (enum query)(q - query_def) : Q_COUNT;
}

const char *db_query_name(enum query q)
{
    return (size_t)q < Q_COUNT ? query_def[q].name : "";
}

const char *db_query_class(enum query q)
{
    return (size_t)q < Q_COUNT ? query_def[q].label : "";
}

const char *db_query_roles(enum query q)
{
    return (size_t)q < Q_COUNT ? query_def[q].roles : "";
}

/* --- running --- */

static enum err arg_ok(const struct query_def *q, size_t i, const struct dbval *v, struct fault *f)
{
    static const char letter[] = {[DB_NULL] = 0, [DB_INT] = 'i', [DB_TEXT] = 't', [DB_BLOB] = 'b'};
    if (v->t == DB_NULL)
        return E_OK;
    if ((size_t)v->t >= sizeof letter || letter[v->t] != q->in[i])
        return fault_set(f, E_INTERNAL, q->name, "$%zu is of another type than the query declares", i + 1);
    if (v->t != DB_INT && v->s.n > DB_VALUE_MAX)
        return fault_set(f, E_TOO_BIG, q->name, "$%zu is over %zu bytes", i + 1, DB_VALUE_MAX);
    /* SQLite would keep such text, PostgreSQL not: the same input gets the same answer. */
    if (v->t == DB_TEXT && v->s.n && (memchr(v->s.p, 0, v->s.n) || !utf8_ok(v->s)))
        return fault_set(f, E_FIELD, q->name, "$%zu is not UTF-8 text without NUL", i + 1);
    return E_OK;
}

static enum err may_run(const struct db *d, const struct query_def *q, struct fault *f)
{
    if (d->running)
        return fault_set(f, E_INTERNAL, q->name, "the handle is inside db_each");
    if (!(d->pg ? q->pg : q->lite))
        return fault_set(f, E_INTERNAL, q->name, "the query has no text for this database");
    if (d->mode == DB_READER && q->kind == QUERY_WRITE)
        return fault_set(f, E_REFUSED, q->name, "a reader of the store changes cache_* tables only");
    if (d->tx == TX_READ && (q->kind == QUERY_WRITE || q->kind == QUERY_CACHE))
        return fault_set(f, E_REFUSED, q->name, "nothing is changed inside a read snapshot");
    if (d->doom)
        return fault_set(f, d->doom, q->name, "an earlier statement of this transaction failed (%s)",
                         err_text(d->doom, false));
    return E_OK;
}

static enum err run_any(struct db *d, enum query q, const struct dbval *arg, size_t n, db_each_fn *each, void *ud,
                        int64_t *changed, struct fault *f)
{
    const struct query_def *def = &query_def[q];
    enum err e = may_run(d, def, f);
    if (!e && n != strlen(def->in))
        e = fault_set(f, E_INTERNAL, def->name, "takes %zu parameters, got %zu", strlen(def->in), n);
    for (size_t i = 0; !e && i < n; i++)
        e = arg_ok(def, i, &arg[i], f);
    if (e)
        return e;
    d->running = true;
    e = d->drv->run(d, q, arg, n, each, ud, changed, f);
    d->running = false;
    if (e && d->tx != TX_NONE)
        d->doom = e;
    return e;
}

static enum err run(struct db *d, enum query q, const struct dbval *arg, size_t n, db_each_fn *each, void *ud,
                    int64_t *changed, struct fault *f)
{
    must((size_t)q < Q_COUNT);
    if (query_def[q].kind == QUERY_CONTROL)
        return fault_set(f, E_INTERNAL, query_def[q].name, "is the driver's own");
    return run_any(d, q, arg, n, each, ud, changed, f);
}

enum err db_each(struct db *d, enum query q, const struct dbval *arg, size_t n, db_each_fn *each, void *ud,
                 struct fault *f)
{
    return run(d, q, arg, n, each, ud, NULL, f);
}

/* Rows are gathered in chunks that double, and laid out flat at the end if there was more than one. */
struct chunk {
    struct chunk *next;
    size_t n, room;
    struct dbval v[];
};
struct collect {
    struct arena *a;
    struct chunk *first, *last;
    size_t rows, cols;
    bool over;
};

static struct chunk *chunk_add(struct collect *c)
{
    size_t room = c->last ? c->last->room * 2 : 4;
    struct chunk *k = arena_try(c->a, sizeof *k + room * c->cols * sizeof k->v[0]);
    if (!k)
        return NULL;
    k->room = room;
    *(c->last ? &c->last->next : &c->first) = k;
    return c->last = k;
}

static bool collect_row(void *ud, const struct dbval *v, size_t cols)
{
    struct collect *c = ud;
    c->cols = cols;
    struct chunk *k = c->last && c->last->n < c->last->room ? c->last : chunk_add(c);
    if (!k)
        return !(c->over = true);
    struct dbval *to = k->v + k->n * cols;
    memcpy(to, v, cols * sizeof *v);
    for (size_t i = 0; i < cols; i++) {
        if (v[i].t != DB_TEXT && v[i].t != DB_BLOB)
            continue;
        char *p = arena_try(c->a, v[i].s.n + 1);
        if (!p)
            return !(c->over = true);
        memcpy(p, v[i].s.p, v[i].s.n);
        to[i].s.p = p;
    }
    k->n++;
    c->rows++;
    return true;
}

static const struct dbval *collect_flat(struct collect *c)
{
    if (!c->first || c->first == c->last)
        return c->first ? c->first->v : NULL;
    struct dbval *all = arena_try(c->a, c->rows * c->cols * sizeof *all), *to = all;
    for (struct chunk *k = c->first; all && k; k = k->next) {
        memcpy(to, k->v, k->n * c->cols * sizeof *to);
        to += k->n * c->cols;
    }
    c->over = !all;
    return all;
}

enum err db_run(struct db *d, enum query q, const struct dbval *arg, size_t n, struct dbrows *out, struct arena *a,
                struct fault *f)
{
    struct collect c = {.a = a};
    int64_t changed = 0;
    enum err e = run(d, q, arg, n, out ? collect_row : NULL, &c, &changed, f);
    if (e || !out)
        return e;
    const struct dbval *v = c.over ? NULL : collect_flat(&c);
    if (c.over) {
        /* Reading too much harms nothing; rows that were changed and cannot be told must not be committed. */
        if (d->tx == TX_WRITE && query_def[q].kind != QUERY_READ)
            d->doom = E_TOO_BIG;
        return fault_set(f, E_TOO_BIG, query_def[q].name, "the answer is over the memory limit; ask for less");
    }
    *out = (struct dbrows){.v = v, .rows = c.rows, .cols = c.cols, .changed = changed};
    return E_OK;
}

/* --- transactions --- */

static enum err begin(struct db *d, enum query q, enum tx tx, struct fault *f)
{
    if (d->tx != TX_NONE || d->running)
        return fault_set(f, E_INTERNAL, query_def[q].name, "a transaction is open already");
    enum err e = d->drv->control(d, q, "BEGIN", f);
    if (!e) {
        d->tx = tx;
        d->depth = 0;
        d->doom = E_OK;
    }
    return e;
}

enum err db_begin(struct db *d, struct fault *f)
{
    return begin(d, d->mode == DB_WRITER ? Q_store_begin : Q_store_begin_cache, TX_WRITE, f);
}

enum err db_begin_read(struct db *d, struct fault *f)
{
    return begin(d, Q_store_begin_read, TX_READ, f);
}

void db_rollback(struct db *d)
{
    struct fault f = {0};
    if (d->tx == TX_NONE)
        return;
    must(!d->running);
    /* SQLite ends a transaction by itself on a full disk; a lost connection has none. Either way it is over. */
    if (d->drv->control(d, Q_store_rollback, "ROLLBACK", &f))
        log_line(3, "store=%s rollback: %s", store_name(d->which), f.what);
    d->tx = TX_NONE;
    d->doom = E_OK;
    d->depth = 0;
}

enum err db_commit(struct db *d, struct fault *f)
{
    if (d->tx != TX_WRITE || d->depth || d->running)
        return fault_set(f, E_INTERNAL, "store_commit", "no transaction is open, or a savepoint still is");
    enum err e = d->doom;
    if (e)
        fault_set(f, e, "store_commit", "nothing was kept: a statement of this transaction failed (%s)",
                  err_text(e, false));
    else if (!d->drv->in_tx(d))
        e = fault_set(f, E_DB, "store_commit", "nothing was kept: the database has given the transaction up");
    else
        e = d->drv->control(d, Q_store_commit, "COMMIT", f);
    if (e)
        db_rollback(d);
    d->tx = TX_NONE;
    return e;
}

static enum err savepoint(struct db *d, enum query q, const char *tag, size_t least, struct fault *f)
{
    if (d->tx != TX_WRITE || d->depth < least || d->running)
        return fault_set(f, E_INTERNAL, query_def[q].name, "no transaction or savepoint is open");
    if (d->doom)
        return fault_set(f, d->doom, query_def[q].name, "an earlier statement of this transaction failed (%s)",
                         err_text(d->doom, false));
    enum err e = d->drv->control(d, q, tag, f);
    if (e)
        d->doom = e;
    return e;
}

enum err db_savepoint(struct db *d, struct fault *f)
{
    enum err e = savepoint(d, Q_store_savepoint, "SAVEPOINT", 0, f);
    d->depth += !e;
    return e;
}

enum err db_release(struct db *d, struct fault *f)
{
    enum err e = savepoint(d, Q_store_release, "RELEASE", 1, f);
    d->depth -= !e;
    return e;
}

void db_back_to_savepoint(struct db *d)
{
    struct fault f = {0};
    if (d->tx != TX_WRITE || !d->depth)
        return;
    must(!d->running);
    d->depth--;
    /* One serialization failure dooms the whole batch whatever its savepoints; so does a transaction that the
     * database has already thrown away. */
    if (d->doom == E_BUSY || d->doom == E_IO)
        return;
    enum err e = d->drv->control(d, Q_store_back, "ROLLBACK", &f);
    if (!e)
        e = d->drv->control(d, Q_store_release, "RELEASE", &f);
    d->doom = !e && !d->drv->in_tx(d) ? E_DB : e;
}

enum err db_analyze(struct db *d, bool bulk, struct fault *f)
{
    if (!d->pg || d->tx != TX_NONE)
        return E_OK;
    return d->drv->control(d, bulk ? Q_store_pg_analyze_bulk : Q_store_pg_analyze, "ANALYZE", f);
}

/* --- schema --- */

struct applied {
    bool have[DB_SCHEMAS_MAX];
    struct fault *f;
    enum err e;
};

static bool applied_row(void *ud, const struct dbval *v, size_t cols)
{
    struct applied *a = ud;
    (void)cols;
    for (size_t i = 0; i < schema_count; i++) {
        if (!sl_is(v[0].s, schema_def[i].name))
            continue;
        a->have[i] = true;
        if (sl_is(v[1].s, schema_def[i].hash))
            return true;
        a->e = fault_set(a->f, E_CONFIG, schema_def[i].name,
                         "this schema file has changed since it was applied to the store; put the file back and write "
                         "the change as a new file with a higher number, or begin with an empty store");
        return false;
    }
    a->e = fault_set(a->f, E_CONFIG, "cache_schema",
                     "the store has the schema file " PRIs ", which this program does not know: it was made by a newer "
                     "version; run that one",
                     ARGs(v[0].s));
    return false;
}

static bool first_int(void *ud, const struct dbval *v, size_t cols)
{
    (void)cols;
    *(int64_t *)ud = v[0].i;
    return false;
}

/* Which files this store has; *missing = how many are still to be applied. */
static enum err schema_look(struct db *d, struct applied *a, size_t *missing, struct fault *f)
{
    int64_t exists = 0;
    *a = (struct applied){.f = f};
    enum err e = run_any(d, Q_store_schema_exists, NULL, 0, first_int, &exists, NULL, f);
    if (!e && exists)
        e = run_any(d, Q_store_schema_list, NULL, 0, applied_row, a, NULL, f);
    *missing = 0;
    for (size_t i = 0; i < schema_count; i++)
        *missing += !a->have[i];
    return e ? e : a->e;
}

static enum err schema_apply(struct db *d, struct fault *f)
{
    struct applied a;
    size_t missing;
    struct dbval key = DBI(DB_LOCK_SCHEMA);
    enum err e = d->pg ? run_any(d, Q_store_schema_lock, &key, 1, NULL, NULL, NULL, f) : E_OK;
    if (!e)
        e = run_any(d, Q_store_schema_make, NULL, 0, NULL, NULL, NULL, f);
    if (!e)
        e = schema_look(d, &a, &missing, f);
    for (size_t i = 0; !e && i < schema_count; i++) {
        const struct schema_def *s = &schema_def[i];
        const char *text = d->pg ? s->pg : s->lite;
        if (a.have[i])
            continue;
        if (text)
            e = d->drv->script(d, s->name, text, f);
        struct dbval arg[] = {DBT(sl(s->name)), DBT(sl(s->hash))};
        if (!e)
            e = run_any(d, Q_store_schema_add, arg, 2, NULL, NULL, NULL, f);
    }
    return e;
}

static enum err schema_bring(struct db *d, struct fault *f)
{
    struct applied a;
    size_t missing;
    must(schema_count <= DB_SCHEMAS_MAX);
    enum err e = schema_look(d, &a, &missing, f);
    if (e || !missing)
        return e;
    e = begin(d, Q_store_begin_cache, TX_WRITE, f);
    if (e)
        return e;
    e = schema_apply(d, f);
    if (!e)
        return db_commit(d, f);
    db_rollback(d);
    return e;
}

/* --- opening --- */

enum err store_open(struct db **out, enum db_which which, const char *home, const char *url, enum db_mode mode,
                    struct fault *f)
{
    struct db *d = mem_zero(1, sizeof *d);
    *out = NULL;
    *d = (struct db){.which = which, .mode = mode, .lock_fd = -1};
    slice u = sl(url);
    enum err e;
    if (sl_is(u, "sqlite") || sl_is(u, "sqlite::memory:"))
        e = lite_open(d, home, u.n > strlen("sqlite"), f);
    else if (sl_starts(u, "postgresql://") || sl_starts(u, "postgres://"))
        e = pg_open(d, url, f);
    else
        e = fault_set(f, E_CONFIG, "TOBUHI_DB", "is neither sqlite nor postgresql:///NAME?host=DIR");
    if (!e)
        e = schema_bring(d, f);
    if (e) {
        db_close(d);
        return e;
    }
    d->drv->ready(d);
    *out = d;
    return E_OK;
}

void db_close(struct db *d)
{
    if (!d)
        return;
    if (d->drv)
        d->drv->close(d);
    free(d);
}

bool db_is_pg(const struct db *d)
{
    return d->pg != NULL;
}

enum err db_writer_lock(struct db *d, struct fault *f)
{
    if (d->mode != DB_WRITER)
        return fault_set(f, E_REFUSED, store_name(d->which), "a reader cannot become the writer of the store");
    enum err e = d->locked ? E_OK : d->drv->lock(d, f);
    d->locked = !e;
    return e;
}

enum err db_check_all(struct db *d, struct fault *f)
{
    for (size_t q = 0; q < Q_COUNT; q++) {
        if (!(d->pg ? query_def[q].pg : query_def[q].lite))
            continue;
        if (d->mode == DB_READER && query_def[q].kind != QUERY_READ)
            continue; /* which SQLite does not even prepare for a reader */
        enum err e = d->drv->check(d, (enum query)q, f);
        if (e)
            return e;
    }
    return E_OK;
}

enum err db_damage(struct db *d, char what[300], struct fault *f)
{
    what[0] = 0;
    enum err e = d->pg ? E_OK : lite_damage(d, what, f);
    return e || what[0] ? e : db_check_all(d, f);
}

enum err db_copy(struct db *d, const char *path, struct fault *f)
{
    if (d->pg)
        return fault_set(f, E_CONFIG, "TOBUHI_DB", "PostgreSQL's own tools copy its databases: pg_dump");
    return lite_copy(d, path, f);
}
