/* A store for one test: SQLite in memory, SQLite in a file, or an empty database of the private PostgreSQL
 * that tests/lib/pg.sh has started. Opening fails the test that asks; closing removes what was made. On PostgreSQL one
 * test at a time of a process may have a store. */
#ifndef TB_TESTDB_H
#define TB_TESTDB_H

#include "store/store.h"

enum test_db { TEST_SQLITE_MEM, TEST_SQLITE_FILE, TEST_PG };

struct testdb {
    enum test_db kind;
    struct db *db; /* DB_WRITER on DB_PARTNERS; the lock is not taken */
    char home[48]; /* an empty folder of this test; also for what else it keeps on disk */
    char url[160]; /* of store_open */
};

enum test_db test_db_kind(const char *word); /* "memory", "file", "pg"; ends the program on another */
const char *test_db_word(enum test_db kind);
void test_db_open(struct testdb *t, enum test_db kind);
/* One more handle on the same store (not in memory, where a store is its handle). */
struct db *test_db_again(const struct testdb *t, enum db_mode mode);
/* t->db may have been closed by the test, and set to NULL. */
void test_db_close(struct testdb *t);

#endif
