/* What the store's tests share. Every test has a fresh store of the kind named on the command line. */
#ifndef TB_STORE_CHECK_H
#define TB_STORE_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store_int.h"
#include "testdb.h"

extern enum test_db kind; /* what this run is about */
struct test_of {
    struct CMUnitTest t;
    unsigned on; /* bit set of enum test_db */
};
#define MEM   (1u << TEST_SQLITE_MEM)
#define FILE_ (1u << TEST_SQLITE_FILE)
#define PG    (1u << TEST_PG)
#define ON(which, f)                                                                                                   \
    {                                                                                                                  \
        cmocka_unit_test_setup_teardown(f, fresh_store, drop_store), which                                             \
    }
#define EVERY(f)  ON(MEM | FILE_ | PG, f)
#define SHARED(f) ON(FILE_ | PG, f)
int fresh_store(void **state);
int drop_store(void **state);
int run_those(const char *name, const struct test_of *of, size_t n);

struct on_store {
    struct testdb t;
    struct db *db;
    struct arena *a;
    struct fault f;
};

/* Runs and demands an answer: E_OK gives the rows. */
struct dbrows run_ok(struct on_store *s, struct db *d, enum query q, const struct dbval *arg, size_t n);
void assert_err_at(struct on_store *s, enum err got, enum err want, const char *where, int line);
#define assert_err(s, got, want) assert_err_at((s), (got), (want), __FILE__, __LINE__)
#define ARG(...)                 (const struct dbval[]){__VA_ARGS__}, TB_COUNT(((const struct dbval[]){__VA_ARGS__}))
#define NOARG                    NULL, 0
#define ADD(s, d, id)            db_run((d), Q_test_add, ARG(DBI(id), DBNULL, DBNULL, DBNULL), NULL, NULL, &(s)->f)
int64_t count_items(struct on_store *s, struct db *d);

/* SQL behind the driver's back, to break what it guards. */
void raw_sql(struct db *d, const char *text);

#endif
