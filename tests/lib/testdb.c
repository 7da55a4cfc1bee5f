#include "testdb.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const word[] = {[TEST_SQLITE_MEM] = "memory", [TEST_SQLITE_FILE] = "file", [TEST_PG] = "pg"};

enum test_db test_db_kind(const char *w)
{
    for (size_t i = 0; w && i < TB_COUNT(word); i++)
        if (!strcmp(w, word[i]))
            return (enum test_db)i;
    fprintf(stderr, "usage: a store test takes memory, file or pg (with TOBUHI_TEST_PG set, see tests/lib/pg.sh)\n");
    exit(2);
}

const char *test_db_word(enum test_db kind)
{
    return word[kind];
}

/* TOBUHI_TEST_PG is postgresql:///NAME?host=DIR; here with another name. */
static void pg_url(char *out, size_t room, const char *name)
{
    const char *base = getenv("TOBUHI_TEST_PG");
    const char *query = base ? strchr(base, '?') : NULL;
    if (!query)
        fail_msg("TOBUHI_TEST_PG is not postgresql:///NAME?host=DIR; run this test under tests/lib/pg.sh");
    int n = snprintf(out, room, "postgresql:///%s%s", name, query);
    assert_true(n > 0 && (size_t)n < room);
}

/* A new database takes half a second: each program makes one, and empties it for its next test. */
static void pg_empty(const char *name)
{
    static const char *const text[] = {
        /* A test that failed may have left a handle open. */
        ("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
         "AND pid <> pg_backend_pid()"),
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' RESET ALL'; END $$",
    };
    char url[160], database[64];
    snprintf(database, sizeof database, "%s_partners", name);
    pg_url(url, sizeof url, database);
    PGconn *c = PQconnectdb(url);
    bool ok = PQstatus(c) == CONNECTION_OK;
    PQclear(PQexec(c, "SET client_min_messages = error"));
    for (size_t i = 0; ok && i < TB_COUNT(text); i++) {
        PGresult *r = PQexec(c, text[i]);
        ok = PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK;
        PQclear(r);
    }
    PQfinish(c);
    assert_true(ok);
}

static void pg_fresh(struct testdb *t)
{
    static char name[40];
    static pid_t maker;
    if (maker == getpid()) {
        pg_empty(name);
    } else {
        maker = getpid();
        snprintf(name, sizeof name, "t%ld", (long)maker);
    }
    pg_url(t->url, sizeof t->url, name);
}

void test_db_open(struct testdb *t, enum test_db kind)
{
    *t = (struct testdb){.kind = kind, .home = "/tmp/tbtest.XXXXXX", .url = "sqlite"};
    assert_non_null(mkdtemp(t->home));
    if (kind == TEST_SQLITE_MEM)
        snprintf(t->url, sizeof t->url, "sqlite::memory:");
    if (kind == TEST_PG)
        pg_fresh(t);
    struct fault f = {0};
    if (store_open(&t->db, DB_PARTNERS, t->home, t->url, DB_WRITER, &f))
        fail_msg("store_open %s: %s: %s", t->url, f.where, f.what);
}

struct db *test_db_again(const struct testdb *t, enum db_mode mode)
{
    struct db *d = NULL;
    struct fault f = {0};
    assert_true(t->kind != TEST_SQLITE_MEM);
    if (store_open(&d, DB_PARTNERS, t->home, t->url, mode, &f))
        fail_msg("store_open %s: %s: %s", t->url, f.where, f.what);
    return d;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

void test_db_close(struct testdb *t)
{
    db_close(t->db);
    t->db = NULL;
    nftw(t->home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
