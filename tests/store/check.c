#include "check.h"

enum test_db kind;

int fresh_store(void **state)
{
    struct on_store *s = calloc(1, sizeof *s);
    test_db_open(&s->t, kind);
    s->db = s->t.db;
    s->a = arena_new((size_t)64 << 20);
    *state = s;
    return 0;
}

int drop_store(void **state)
{
    struct on_store *s = *state;
    test_db_close(&s->t);
    arena_free(s->a);
    free(s);
    return 0;
}

int run_those(const char *name, const struct test_of *of, size_t n)
{
    struct CMUnitTest t[64];
    size_t m = 0;
    for (size_t i = 0; i < n; i++)
        if (of[i].on & 1u << kind)
            t[m++] = of[i].t;
    must(m <= TB_COUNT(t));
    return _cmocka_run_group_tests(name, t, m, NULL, NULL);
}

struct dbrows run_ok(struct on_store *s, struct db *d, enum query q, const struct dbval *arg, size_t n)
{
    struct dbrows r = {0};
    if (db_run(d, q, arg, n, &r, s->a, &s->f))
        fail_msg("%s: %s: %s", db_query_name(q), s->f.where, s->f.what);
    return r;
}

void assert_err_at(struct on_store *s, enum err got, enum err want, const char *where, int line)
{
    if (got == want)
        return;
    print_error("%s instead of %s: %s: %s\n", err_code(got), err_code(want), s->f.where, s->f.what);
    _fail(where, line);
}

int64_t count_items(struct on_store *s, struct db *d)
{
    struct dbrows r = run_ok(s, d, Q_test_count, NOARG);
    assert_int_equal(r.rows, 1);
    return ROW(&r, 0, 0).i;
}

void raw_sql(struct db *d, const char *text)
{
    if (!d->pg) {
        assert_int_equal(sqlite3_exec(d->lite, text, NULL, NULL, NULL), SQLITE_OK);
        return;
    }
    PGresult *r = PQexec(d->pg, text);
    ExecStatusType got = PQresultStatus(r);
    PQclear(r);
    assert_true(got == PGRES_COMMAND_OK || got == PGRES_TUPLES_OK);
}
