/* One small driver over SQLite and PostgreSQL, and the three stores.
 *
 * SQL is written once in sql/ as named queries with $1 parameters; tools/sqlgen.py makes `enum query` and
 * the table behind it. No other SQL is ever run. Integers are int64, text is UTF-8, blobs are bytes; a
 * result is materialised in the caller's arena or handed row by row to a callback. A handle belongs to
 * one thread at a time. */
#ifndef TB_STORE_H
#define TB_STORE_H

#include "base/base.h"
#include "queries_gen.h" /* enum query { Q_<name>…, Q_COUNT } */

enum db_type { DB_NULL, DB_INT, DB_TEXT, DB_BLOB };
struct dbval {
    enum db_type t;
    int64_t i;
    slice s;
};
#define DBI(x) ((struct dbval){.t = DB_INT, .i = (x)})
#define DBT(x) ((struct dbval){.t = DB_TEXT, .s = (x)})
#define DBB(x) ((struct dbval){.t = DB_BLOB, .s = (x)})
#define DBNULL ((struct dbval){.t = DB_NULL})

struct dbrows { /* rows × cols values, row-major */
    const struct dbval *v;
    size_t rows, cols;
    int64_t changed; /* rows an INSERT/UPDATE/DELETE touched */
};
#define ROW(r, i, j) ((r)->v[(i) * (r)->cols + (j)])

struct db;
enum db_which { DB_PARTNERS, DB_CUSTODY, DB_COMMITTEE };
enum db_mode { DB_READER, DB_WRITER }; /* a reader can change only cache_* tables */

/* Opens one store of an installation, creating database and schema when absent.
 * url: "sqlite" (file HOME/<which>.db), "sqlite::memory:" (tests; private), or "postgresql:///NAME?host=DIR"
 * (database NAME_<which>, created through the maintenance database "postgres" when absent).
 * SQLite: WAL, synchronous=FULL, foreign_keys, trusted_schema off, secure_delete, busy_timeout 10 s. */
enum err store_open(struct db **out, enum db_which which, const char *home, const char *url, enum db_mode mode,
                    struct fault *f) TB_MUST_CHECK;
void db_close(struct db *d);
bool db_is_pg(const struct db *d);

/* The one writer of a store: flock on HOME/<which>.lock for SQLite, a session advisory lock on PostgreSQL.
 * E_WRITER when another process holds it; held until db_close. */
enum err db_writer_lock(struct db *d, struct fault *f) TB_MUST_CHECK;

/* Runs a named query. `out` (and then `a`) may be NULL. E_CONFLICT: a constraint of the database. E_BUSY: another
 * connection was in the way; the whole transaction may be tried again. E_TOO_BIG: the answer is over the arena's cap.
 * E_REFUSED: this handle may not change that table. E_FIELD: text that is not UTF-8 or holds a NUL. E_IO: the disk is
 * full or fails. E_DB: anything else, a lost connection too (close the handle and open a new one).
 * On both databases a statement that failed inside a transaction dooms it: nothing more runs in it until
 * db_back_to_savepoint (which does not help after E_BUSY, E_IO or a lost connection) or db_rollback. */
enum err db_run(struct db *d, enum query q, const struct dbval *arg, size_t n, struct dbrows *out, struct arena *a,
                struct fault *f) TB_MUST_CHECK;
/* Row by row; each returns false to stop. Values live until the next row. `each` must not use the handle. Stopping
 * early costs nothing on SQLite; PostgreSQL may send what is left inside a transaction: give long queries a LIMIT. */
typedef bool db_each_fn(void *ud, const struct dbval *v, size_t cols);
enum err db_each(struct db *d, enum query q, const struct dbval *arg, size_t n, db_each_fn *each, void *ud,
                 struct fault *f) TB_MUST_CHECK;

/* Transactions. begin takes the write lock at once (BEGIN IMMEDIATE; SERIALIZABLE). db_commit answers E_OK only when
 * the database says COMMIT (PostgreSQL answers ROLLBACK for a doomed transaction); E_BUSY = serialization failure
 * or deadlock: the whole batch may be tried again. After db_commit no transaction is open, whatever it answered. */
enum err db_begin(struct db *d, struct fault *f) TB_MUST_CHECK;
enum err db_commit(struct db *d, struct fault *f) TB_MUST_CHECK;
void db_rollback(struct db *d);
enum err db_savepoint(struct db *d, struct fault *f) TB_MUST_CHECK;
enum err db_release(struct db *d, struct fault *f) TB_MUST_CHECK;
void db_back_to_savepoint(struct db *d); /* undoes all since the last db_savepoint, and ends that savepoint */
/* A consistent snapshot for several reads (deferred BEGIN / REPEATABLE READ READ ONLY); end with db_rollback. */
enum err db_begin_read(struct db *d, struct fault *f) TB_MUST_CHECK;

/* Tells the planner how its tables have grown: to be called each time they have doubled (all of them, or those of bulk
 * rows). PostgreSQL would find out by itself, but only after a minute of reading whole tables. Nothing on SQLite. */
enum err db_analyze(struct db *d, bool bulk, struct fault *f) TB_MUST_CHECK;

/* Reads the whole database for damage: *what = the first thing found, "" when sound. SQLite's own check of pages,
 * indexes and foreign keys; PostgreSQL answers for its pages itself, so there only db_check_all is asked. */
enum err db_damage(struct db *d, char what[300], struct fault *f) TB_MUST_CHECK;
/* A copy of one moment in the new file PATH (mode 0600), while others go on writing. SQLite alone: E_CONFIG else. */
enum err db_copy(struct db *d, const char *path, struct fault *f) TB_MUST_CHECK;

enum query db_query_named(slice name); /* Q_COUNT if none */
const char *db_query_name(enum query q);
const char *db_query_class(enum query q); /* the information class in its head; "" if none */
const char *db_query_roles(enum query q);
/* Prepares every query and looks at the types of its columns, so that a fault in a text shows in a test and not
 * when somebody first needs it. */
enum err db_check_all(struct db *d, struct fault *f) TB_MUST_CHECK;
#endif
