/* Inside the store room: what store.c (the rules), lite.c and pg.c (the two databases) share. */
#ifndef TB_STORE_INT_H
#define TB_STORE_INT_H

#include <libpq-fe.h>
#include <sqlite3.h>

#include "store/store.h"

#define DB_PARAMS_MAX  64
#define DB_COLS_MAX    256
#define DB_VALUE_MAX   ((size_t)256 << 20) /* one value; far above the largest file that an act takes */
#define DB_SCHEMAS_MAX 256
#define DB_BUSY_MS     10000
#define DB_LOCK_WRITER INT64_C(0x746f62756869) /* advisory locks of PostgreSQL; each store is a database */
#define DB_LOCK_SCHEMA INT64_C(0x746f62756868)

/* What a query may touch, read off its text by tools/sqlgen.py. */
enum query_kind { QUERY_READ, QUERY_CACHE, QUERY_WRITE, QUERY_CONTROL };
struct query_def {
    const char *name;
    const char *lite, *pg; /* NULL: there is none for this database */
    const char *in;        /* one letter a parameter: i, t, b */
    enum query_kind kind;
    const char *label, *roles;
};
extern const struct query_def query_def[Q_COUNT];

struct schema_def {
    const char *name, *hash;
    const char *lite, *pg; /* NULL: nothing to do on this database */
};
extern const struct schema_def schema_def[];
extern const size_t schema_count;

/* A statement in SQLite, and where each $n stands: it numbers parameters by first appearance. */
struct lite_stmt {
    sqlite3_stmt *st;
    uint8_t at[DB_PARAMS_MAX]; /* 0: this text does not use it */
};

struct driver {
    enum err (*run)(struct db *d, enum query q, const struct dbval *arg, size_t n, db_each_fn *each, void *ud,
                    int64_t *changed, struct fault *f);
    /* Transaction control. E_OK only when the database did exactly `tag`. */
    enum err (*control)(struct db *d, enum query q, const char *tag, struct fault *f);
    enum err (*script)(struct db *d, const char *name, const char *text, struct fault *f);
    enum err (*check)(struct db *d, enum query q, struct fault *f);
    bool (*in_tx)(struct db *d); /* the database still has a transaction that can be committed */
    void (*ready)(struct db *d); /* the schema stands; what a reader must not do can be forbidden now */
    enum err (*lock)(struct db *d, struct fault *f);
    void (*close)(struct db *d);
};

enum tx { TX_NONE, TX_WRITE, TX_READ };
struct db {
    const struct driver *drv;
    enum db_which which;
    enum db_mode mode;
    enum tx tx;
    size_t depth;  /* open savepoints */
    enum err doom; /* why the open transaction must not be committed; E_OK if it may */
    bool running;  /* inside db_each: a second statement would mix with the first */
    bool locked;
    int lock_fd;
    sqlite3 *lite;
    struct lite_stmt *st;
    PGconn *pg;
    bool *prepared;
    struct dbval row[DB_COLS_MAX];
};

const char *store_name(enum db_which w); /* partners, custody, committee */
enum err lite_open(struct db *d, const char *home, bool memory, struct fault *f) TB_MUST_CHECK;
enum err lite_damage(struct db *d, char what[300], struct fault *f) TB_MUST_CHECK;
enum err lite_copy(struct db *d, const char *path, struct fault *f) TB_MUST_CHECK;
enum err pg_open(struct db *d, const char *url, struct fault *f) TB_MUST_CHECK;

#endif
