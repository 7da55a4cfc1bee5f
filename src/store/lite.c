/* SQLite 3.40 behind the store: one file a store, WAL, every commit on disk before it answers. */
#include "store/store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/world.h"

/* The shared memory of the WAL that finds no room is a "disk I/O error" to SQLite; whoever has to make room is told so.
 */
static bool is_full(struct db *d, int rc)
{
    int os = (rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN ? sqlite3_system_errno(d->lite) : 0;
    return os == ENOSPC || os == EDQUOT;
}

static enum err lite_fault(struct db *d, const char *where, int rc, struct fault *f)
{
    const char *store = store_name(d->which);
    switch (is_full(d, rc) ? SQLITE_FULL : rc & 0xff) {
    case SQLITE_CONSTRAINT:
        return fault_set(f, E_CONFLICT, where, "%s", sqlite3_errmsg(d->lite));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fault_set(f, E_BUSY, where, "another connection holds the %s store; try again", store);
    case SQLITE_FULL:
        return fault_set(f, E_IO, where,
                         "the disk of the %s store is full: nothing of this transaction was kept; free some space and "
                         "try again",
                         store);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return fault_set(f, E_IO, where, "the file of the %s store: %s", store, sqlite3_errmsg(d->lite));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return fault_set(f, E_CORRUPT, where, "the file of the %s store is damaged: %s", store,
                         sqlite3_errmsg(d->lite));
    case SQLITE_TOOBIG:
        return fault_set(f, E_TOO_BIG, where, "a value is too big for the database");
    default:
        return fault_set(f, E_DB, where, "%s", sqlite3_errmsg(d->lite));
    }
}

/* --- memory: SQLite's column functions say NULL both for no value and for no memory, so it is never told the latter.
 * --- */
static void *lite_malloc(int n)
{
    return mem_take((size_t)n);
}

static void *lite_realloc(void *p, int n)
{
    return mem_more(p, (size_t)n);
}

static int lite_size(void *p)
{
    return p ? (int)malloc_usable_size(p) : 0;
}

static int lite_roundup(int n)
{
    return (n + 7) & ~7;
}

static int lite_memory_begin(void *ud)
{
    (void)ud;
    return SQLITE_OK;
}

static void lite_memory_end(void *ud)
{
    (void)ud;
}

static void lite_memory(void)
{
    static const sqlite3_mem_methods own = {.xMalloc = lite_malloc,
                                            .xFree = free,
                                            .xRealloc = lite_realloc,
                                            .xSize = lite_size,
                                            .xRoundup = lite_roundup,
                                            .xInit = lite_memory_begin,
                                            .xShutdown = lite_memory_end};
    must(sqlite3_config(SQLITE_CONFIG_MALLOC, &own) == SQLITE_OK);
    /* its own count is kept under one lock that every thread takes for every piece; nobody reads it */
    must(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK);
}

/* --- statements --- */

static enum err lite_prepare(struct db *d, enum query q, struct fault *f)
{
    struct lite_stmt *s = &d->st[q];
    if (s->st)
        return E_OK;
    const char *tail = NULL;
    int rc = sqlite3_prepare_v3(d->lite, query_def[q].lite, -1, SQLITE_PREPARE_PERSISTENT, &s->st, &tail);
    if (rc)
        return lite_fault(d, query_def[q].name, rc, f);
    for (size_t i = 0; query_def[q].in[i]; i++) {
        char name[8];
        snprintf(name, sizeof name, "$%zu", i + 1);
        s->at[i] = (uint8_t)sqlite3_bind_parameter_index(s->st, name);
    }
    return E_OK;
}

static int lite_bind(struct lite_stmt *s, size_t i, const struct dbval *v)
{
    const char *p = v->s.p ? v->s.p : ""; /* a NULL pointer would bind NULL, and empty is not NULL */
    if (!s->at[i])
        return SQLITE_OK;
    switch (v->t) {
    case DB_INT:
        return sqlite3_bind_int64(s->st, s->at[i], v->i);
    case DB_TEXT:
        return sqlite3_bind_text(s->st, s->at[i], p, (int)v->s.n, SQLITE_STATIC);
    case DB_BLOB:
        return sqlite3_bind_blob(s->st, s->at[i], p, (int)v->s.n, SQLITE_STATIC);
    case DB_NULL:
        break;
    }
    return sqlite3_bind_null(s->st, s->at[i]);
}

static enum err lite_row(struct db *d, enum query q, sqlite3_stmt *st, int cols, struct fault *f)
{
    for (int i = 0; i < cols; i++) {
        struct dbval *v = &d->row[i];
        *v = DBNULL;
        switch (sqlite3_column_type(st, i)) {
        case SQLITE_INTEGER:
            *v = DBI(sqlite3_column_int64(st, i));
            break;
        case SQLITE_TEXT:
            *v = DBT(((slice){(const char *)sqlite3_column_text(st, i), 0}));
            break;
        case SQLITE_BLOB:
            *v = DBB(((slice){sqlite3_column_blob(st, i), 0}));
            break;
        case SQLITE_FLOAT:
            return fault_set(f, E_DB, query_def[q].name,
                             "column %d is a floating-point number; the query must cast it to BIGINT or TEXT", i + 1);
        }
        if (v->t == DB_TEXT || v->t == DB_BLOB)
            v->s.n = (size_t)sqlite3_column_bytes(st, i);
        if (!v->s.p)
            v->s.p = "";
    }
    return E_OK;
}

static enum err lite_cols(const struct db *d, enum query q, int *cols, struct fault *f)
{
    *cols = sqlite3_column_count(d->st[q].st);
    if (*cols > DB_COLS_MAX)
        return fault_set(f, E_DB, query_def[q].name, "more than %d columns", DB_COLS_MAX);
    return E_OK;
}

static enum err lite_run(struct db *d, enum query q, const struct dbval *arg, size_t n, db_each_fn *each, void *ud,
                         int64_t *changed, struct fault *f)
{
    int rc = SQLITE_OK, cols = 0;
    enum err e = lite_prepare(d, q, f);
    if (!e)
        e = lite_cols(d, q, &cols, f);
    if (e)
        return e;
    struct lite_stmt *s = &d->st[q];
    for (size_t i = 0; !rc && i < n; i++)
        rc = lite_bind(s, i, &arg[i]);
    bool more = !rc;
    while (more && (rc = sqlite3_step(s->st)) == SQLITE_ROW) {
        e = each ? lite_row(d, q, s->st, cols, f) : E_OK;
        more = !e && (!each || each(ud, d->row, (size_t)cols));
    }
    if (!e && rc != SQLITE_DONE && rc != SQLITE_ROW)
        e = lite_fault(d, query_def[q].name, rc, f);
    if (!e && changed && !sqlite3_stmt_readonly(s->st))
        *changed = sqlite3_changes64(d->lite);
    /* Without a transaction of ours a statement that was stopped early commits only here. */
    rc = sqlite3_reset(s->st);
    if (!e && rc)
        e = lite_fault(d, query_def[q].name, rc, f);
    return e;
}

static enum err lite_check(struct db *d, enum query q, struct fault *f)
{
    int cols;
    enum err e = lite_prepare(d, q, f);
    return e ? e : lite_cols(d, q, &cols, f);
}

static bool lite_in_tx(struct db *d)
{
    return !sqlite3_get_autocommit(d->lite);
}

static enum err lite_control(struct db *d, enum query q, const char *tag, struct fault *f)
{
    enum err e = lite_run(d, q, NULL, 0, NULL, NULL, NULL, f);
    bool open = strcmp(tag, "COMMIT") != 0 && q != Q_store_rollback;
    if (!e && lite_in_tx(d) != open)
        e = fault_set(f, E_DB, query_def[q].name, "the database did not do %s", tag);
    return e;
}

static enum err lite_script(struct db *d, const char *name, const char *text, struct fault *f)
{
    int rc = sqlite3_exec(d->lite, text, NULL, NULL, NULL);
    return rc ? lite_fault(d, name, rc, f) : E_OK;
}

/* --- the writer's lock: beside the database, since SQLite's own locks end with each transaction --- */

static enum err lite_lock(struct db *d, struct fault *f)
{
    const char *db = sqlite3_db_filename(d->lite, "main");
    char path[PATH_MAX];
    if (!db || !*db)
        return E_OK; /* in memory: nobody else can see it */
    int n = snprintf(path, sizeof path, "%.*s.lock", (int)(strlen(db) - strlen(".db")), db);
    must(n > 0 && (size_t)n < sizeof path);
    d->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (d->lock_fd < 0)
        return fault_set(f, E_IO, path, "cannot open the lock file: %s", strerror(errno));
    if (!flock(d->lock_fd, LOCK_EX | LOCK_NB))
        return E_OK;
    bool held = errno == EWOULDBLOCK;
    const char *why = strerror(errno);
    close(d->lock_fd);
    d->lock_fd = -1;
    if (held)
        return fault_set(f, E_WRITER, path, "another process is the writer of the %s store; stop it first",
                         store_name(d->which));
    return fault_set(f, E_IO, path, "cannot lock: %s", why);
}

/* --- opening --- */

/* A second lock behind the one that reads the query's kind: a trigger or a wrongly read text stops here. */
static int reader_may(void *ud, int action, const char *table, const char *detail, const char *schema,
                      const char *trigger)
{
    (void)ud, (void)detail, (void)schema, (void)trigger;
    switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
        return table && !strncmp(table, "cache_", 6) ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
        return SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

/* The file appears with mode 0600 whatever the umask. It is linked into place rather than opened here: closing a
 * descriptor of a database file drops every lock that SQLite holds on it in this process. */
static enum err lite_create(const char *path, struct fault *f)
{
    char tmp[PATH_MAX];
    if (!access(path, F_OK))
        return E_OK;
    if ((size_t)snprintf(tmp, sizeof tmp, "%s.XXXXXX", path) >= sizeof tmp)
        return fault_set(f, E_CONFIG, "TOBUHI_HOME", "the path is too long");
    int fd = mkostemp(tmp, O_CLOEXEC);
    if (fd < 0)
        return fault_set(f, E_IO, path, "cannot create the database file: %s", strerror(errno));
    close(fd);
    enum err e = E_OK;
    if (link(tmp, path) && errno != EEXIST)
        e = fault_set(f, E_IO, path, "cannot create the database file: %s", strerror(errno));
    unlink(tmp);
    return e;
}

static int pragma_row(void *ud, int n, char **v, char **name)
{
    (void)name;
    if (n)
        snprintf(ud, 16, "%s", v[0] ? v[0] : "");
    return 0;
}

/* Two that open a new file at once may find it locked while one of them turns on WAL, and the busy handler does
 * not wait for that. */
static enum err lite_wal(struct db *d, bool memory, struct fault *f)
{
    char mode[16] = "";
    int rc = SQLITE_BUSY;
    for (int ms = 0; rc == SQLITE_BUSY && ms < DB_BUSY_MS; ms += 10) {
        rc = sqlite3_exec(d->lite, "PRAGMA journal_mode = WAL", pragma_row, mode, NULL);
        if (rc == SQLITE_BUSY)
            sqlite3_sleep(10);
    }
    if (rc)
        return lite_fault(d, "journal_mode", rc, f);
    if (strcmp(mode, memory ? "memory" : "wal") != 0)
        return fault_set(f, E_DB, "journal_mode", "the disk of the %s store does not allow WAL (it is '%s')",
                         store_name(d->which), mode);
    return E_OK;
}

static enum err lite_setup(struct db *d, bool memory, struct fault *f)
{
    int on = 0;
    sqlite3_extended_result_codes(d->lite, 1);
    sqlite3_busy_timeout(d->lite, DB_BUSY_MS);
    sqlite3_limit(d->lite, SQLITE_LIMIT_ATTACHED, 0); /* no query spans two stores */
    sqlite3_db_config(d->lite, SQLITE_DBCONFIG_DEFENSIVE, 1, &on);
    sqlite3_db_config(d->lite, SQLITE_DBCONFIG_DQS_DML, 0, &on);
    sqlite3_db_config(d->lite, SQLITE_DBCONFIG_DQS_DDL, 0, &on);
    enum err e = lite_wal(d, memory, f);
    if (e)
        return e;
    /* Sorting spills into memory, never into a file of /tmp. LIKE tells case apart as PostgreSQL's does. */
    e = lite_script(d, "pragma",
                    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;"
                    "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA case_sensitive_like = ON;",
                    f);
    if (e)
        return e;
    /* json_each makes its table when a connection first names it: a reader may not make one, so it is made before */
    int rc = sqlite3_exec(d->lite, "SELECT 1 FROM json_each('[]')", NULL, NULL, NULL);
    if (rc)
        return lite_fault(d, "json_each", rc, f);
    d->st = mem_zero(Q_COUNT, sizeof *d->st);
    return E_OK;
}

static void lite_close(struct db *d)
{
    for (size_t q = 0; d->st && q < Q_COUNT; q++)
        sqlite3_finalize(d->st[q].st);
    free(d->st);
    must(sqlite3_close(d->lite) == SQLITE_OK);
    if (d->lock_fd >= 0)
        close(d->lock_fd);
}

/* --- damage and copies --- */

static void lite_ready(struct db *d);

static int first_row(void *ud, int n, char **v, char **name)
{
    char *what = ud;
    (void)name;
    if (!what[0] && strcmp(n && v[0] ? v[0] : "", "ok") != 0)
        for (int i = 0; i < n; i++) {
            size_t at = strlen(what);
            snprintf(what + at, 300 - at, "%s%s", i ? " " : "", v[i] ? v[i] : "-");
        }
    return 0;
}

/* A page that cannot even be read is what was asked for, and no fault of the asking. */
enum err lite_damage(struct db *d, char what[300], struct fault *f)
{
    static const char *const ask[] = {"PRAGMA integrity_check(1)", "PRAGMA foreign_key_check"};
    what[0] = 0;
    sqlite3_set_authorizer(d->lite, NULL, NULL); /* a reader may ask no PRAGMA; these two change nothing */
    int rc = SQLITE_OK;
    for (size_t i = 0; !rc && i < TB_COUNT(ask) && !what[0]; i++)
        rc = sqlite3_exec(d->lite, ask[i], first_row, what, NULL);
    if ((rc & 0xff) == SQLITE_CORRUPT || (rc & 0xff) == SQLITE_NOTADB)
        snprintf(what, 300, "%s", sqlite3_errmsg(d->lite));
    lite_ready(d);
    return rc && !what[0] ? lite_fault(d, "integrity_check", rc, f) : E_OK;
}

enum err lite_copy(struct db *d, const char *path, struct fault *f)
{
    sqlite3 *to = NULL;
    if (!access(path, F_OK))
        return fault_set(f, E_CONFLICT, path, "there is a file of that name already");
    enum err e = lite_create(path, f);
    if (e)
        return e;
    int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_PRIVATECACHE, NULL);
    sqlite3_backup *b = rc ? NULL : sqlite3_backup_init(to, "main", d->lite, "main");
    if (!rc && !b)
        rc = sqlite3_errcode(to);
    if (b) { /* all pages in one step: one moment, whoever writes meanwhile */
        rc = sqlite3_backup_step(b, -1);
        int end = sqlite3_backup_finish(b);
        rc = rc == SQLITE_DONE ? end : rc;
    }
    if (rc)
        e = fault_set(f, (rc & 0xff) == SQLITE_FULL || (rc & 0xff) == SQLITE_IOERR ? E_IO : E_DB, path, "%s",
                      to ? sqlite3_errmsg(to) : sqlite3_errstr(rc));
    sqlite3_close(to);
    if (e)
        unlink(path);
    return e;
}

static void lite_ready(struct db *d)
{
    if (d->mode == DB_READER)
        sqlite3_set_authorizer(d->lite, reader_may, NULL);
}

static const struct driver lite = {
    .run = lite_run,
    .control = lite_control,
    .script = lite_script,
    .check = lite_check,
    .in_tx = lite_in_tx,
    .ready = lite_ready,
    .lock = lite_lock,
    .close = lite_close,
};

enum err lite_open(struct db *d, const char *home, bool memory, struct fault *f)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    char path[PATH_MAX] = ":memory:";
    enum err e = E_OK;
    must(pthread_once(&once, lite_memory) == 0);
    if (!memory) {
        int n = snprintf(path, sizeof path, "%s/%s.db", home ? home : "", store_name(d->which));
        if (!home || !*home || (size_t)n >= sizeof path)
            return fault_set(f, E_CONFIG, "TOBUHI_HOME", "names no folder, or the path is too long");
        e = dir_make(home, 0700, f);
        if (!e)
            e = lite_create(path, f);
    }
    if (e)
        return e;
    d->drv = &lite;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
    int rc = sqlite3_open_v2(path, &d->lite, flags, NULL);
    return rc ? lite_fault(d, path, rc, f) : lite_setup(d, memory, f);
}
