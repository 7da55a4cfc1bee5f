/* A full disk, on the little file system that full.sh mounts: full_test file|pg FOLDER. */
#include "check.h"

static const char *folder;

static void fill(struct on_store *s, struct db *d, int64_t *kept)
{
    static char block[20000];
    memset(block, 'x', sizeof block);
    enum err e = E_OK;
    for (*kept = 0; !e && *kept < 1000; *kept += !e) {
        e = db_begin(d, &s->f);
        for (int64_t i = 0; !e && i < 2; i++)
            e = db_run(d, Q_test_add, ARG(DBI(*kept * 2 + i), DBNULL, DBNULL, DBB(((slice){block, sizeof block}))),
                       NULL, NULL, &s->f);
        e = e ? (db_rollback(d), e) : db_commit(d, &s->f);
    }
    assert_err(s, e, E_IO);
    assert_non_null(strstr(s->f.what, "full"));
}

/* What was acknowledged stands, nothing of the failed batch does, and with room again the same handle goes on. */
static void the_disk_of(struct on_store *s, struct db *d)
{
    int64_t kept;
    fill(s, d, &kept);
    assert_true(kept > 0);
    assert_int_equal(count_items(s, d), kept * 2);
    struct dbrows r = run_ok(s, d, Q_test_all, NOARG);
    assert_int_equal(ROW(&r, r.rows - 1, 0).i, kept * 2 - 1);
}

static void a_full_disk_loses_nothing_that_was_acknowledged_by_sqlite(void **state)
{
    struct on_store *s = *state;
    struct db *d;
    char path[128];
    /* Something to take away later. */
    snprintf(path, sizeof path, "%s/ballast", folder);
    FILE *f = fopen(path, "w");
    assert_int_equal(ftruncate(fileno(f), 0) + fseek(f, 0, SEEK_SET), 0);
    for (int i = 0; i < 100000; i++)
        assert_int_equal(fputc('b', f), 'b');
    fclose(f);
    assert_err(s, store_open(&d, DB_CUSTODY, folder, "sqlite", DB_WRITER, &s->f), E_OK);
    the_disk_of(s, d);
    unlink(path);
    assert_err(s, ADD(s, d, 5000), E_OK);
    int64_t have = count_items(s, d);
    db_close(d);
    assert_err(s, store_open(&d, DB_CUSTODY, folder, "sqlite", DB_READER, &s->f), E_OK);
    assert_int_equal(count_items(s, d), have);
    db_close(d);
}

static void a_full_disk_loses_nothing_that_was_acknowledged_by_postgresql(void **state)
{
    struct on_store *s = *state;
    char text[200];
    raw_sql(s->db, "ALTER TABLE b_item ALTER COLUMN body SET STORAGE EXTERNAL");
    snprintf(text, sizeof text, "CREATE TABLESPACE little LOCATION '%s'", folder);
    raw_sql(s->db, text);
    raw_sql(s->db, "ALTER TABLE b_item SET TABLESPACE little");
    the_disk_of(s, s->db);
    raw_sql(s->db, "ALTER TABLE b_item SET TABLESPACE pg_default");
    raw_sql(s->db, "DROP TABLESPACE little");
    assert_err(s, ADD(s, s->db, 5000), E_OK);
}

int main(int argc, char **argv)
{
    static const struct test_of test[] = {
        ON(FILE_, a_full_disk_loses_nothing_that_was_acknowledged_by_sqlite),
        ON(PG, a_full_disk_loses_nothing_that_was_acknowledged_by_postgresql),
    };
    kind = test_db_kind(argc > 2 ? argv[1] : NULL);
    folder = argv[2];
    return run_those("store: a full disk", test, TB_COUNT(test));
}
