/* Opening: addresses, files and databases that do not exist yet, and a schema that is not the program's. */
#include "check.h"

static enum err open_as(struct on_store *s, struct db **d, enum db_which w, const char *home, const char *url)
{
    return store_open(d, w, home, url, DB_WRITER, &s->f);
}

static void an_address_that_is_none_is_refused_by_name(void **state)
{
    struct on_store *s = *state;
    static const char *const url[] = {"",
                                      "sqlite3",
                                      "sqlite:x.db",
                                      "mysql://x",
                                      "/tmp/x.db",
                                      "postgresql:",
                                      "postgresql://",
                                      "postgresql:///",
                                      "postgresql:///Upper?host=/nowhere",
                                      "postgresql:///a%22b?host=/nowhere",
                                      "postgresql:///9a?host=/nowhere",
                                      "postgresql:///a?nonsense=1"};
    for (size_t i = 0; i < TB_COUNT(url); i++) {
        struct db *d;
        assert_err(s, open_as(s, &d, DB_PARTNERS, s->t.home, url[i]), E_CONFIG);
        assert_string_equal(s->f.where, "TOBUHI_DB");
        assert_true(s->f.what[0] != 0);
        assert_null(d);
    }
}

static void a_server_that_is_not_there_is_a_clear_fault(void **state)
{
    struct on_store *s = *state;
    struct db *d;
    char url[128];
    snprintf(url, sizeof url, "postgresql:///a?host=%s/nowhere", s->t.home);
    assert_err(s, open_as(s, &d, DB_PARTNERS, s->t.home, url), E_DB);
    assert_non_null(strstr(s->f.what, "cannot connect"));
    assert_null(strchr(s->f.what, '\n'));
}

static void a_home_that_is_none_is_refused(void **state)
{
    struct on_store *s = *state;
    struct db *d;
    char path[128];
    assert_err(s, open_as(s, &d, DB_PARTNERS, NULL, "sqlite"), E_CONFIG);
    assert_err(s, open_as(s, &d, DB_PARTNERS, "", "sqlite"), E_CONFIG);
    snprintf(path, sizeof path, "%s/file", s->t.home);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
    assert_err(s, open_as(s, &d, DB_PARTNERS, path, "sqlite"), E_IO);
}

static void a_file_that_is_no_database_is_left_alone(void **state)
{
    struct on_store *s = *state;
    struct db *d;
    char path[128], back[40] = "";
    snprintf(path, sizeof path, "%s/custody.db", s->t.home);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 100; i++)
        fputs("this is somebody's diary, page ", f);
    fclose(f);
    assert_err(s, open_as(s, &d, DB_CUSTODY, s->t.home, "sqlite"), E_CORRUPT);
    f = fopen(path, "r");
    assert_non_null(fgets(back, 22, f));
    fclose(f);
    assert_string_equal(back, "this is somebody's di");
}

/* As when two processes open a new store, and the other one has just begun to turn WAL on. */
static void a_file_that_another_is_setting_up_is_waited_for(void **state)
{
    struct on_store *s = *state;
    char path[128], c;
    int p[2];
    snprintf(path, sizeof path, "%s/custody.db", s->t.home);
    assert_int_equal(pipe(p), 0);
    pid_t pid = fork();
    if (!pid) {
        sqlite3 *other;
        int rc = sqlite3_open(path, &other) + sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        if (write(p[1], rc ? "n" : "y", 1) == 1)
            usleep(200000);
        _exit(0);
    }
    struct db *d;
    assert_int_equal(read(p[0], &c, 1), 1);
    assert_int_equal(c, 'y');
    assert_err(s, open_as(s, &d, DB_CUSTODY, s->t.home, "sqlite"), E_OK);
    assert_int_equal(count_items(s, d), 0);
    db_close(d);
    waitpid(pid, NULL, 0);
    close(p[0]);
    close(p[1]);
}

static unsigned mode_of(const struct on_store *s, const char *name)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", s->t.home, name);
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void nobody_else_may_read_the_files(void **state)
{
    struct on_store *s = *state;
    umask(0);
    struct db *d;
    assert_err(s, open_as(s, &d, DB_COMMITTEE, s->t.home, "sqlite"), E_OK);
    assert_err(s, ADD(s, d, 1), E_OK);
    assert_err(s, db_writer_lock(d, &s->f), E_OK);
    static const char *const name[] = {"committee.db", "committee.db-wal", "committee.db-shm", "committee.lock"};
    for (size_t i = 0; i < TB_COUNT(name); i++)
        assert_int_equal(mode_of(s, name[i]), 0600);
    db_close(d);
    umask(022);
}

static int64_t pragma(struct db *d, const char *text)
{
    sqlite3_stmt *st;
    assert_int_equal(sqlite3_prepare_v2(d->lite, text, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t v = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return v;
}

static void sqlite_is_set_up_as_the_house_says(void **state)
{
    struct on_store *s = *state;
    struct db *r = kind == TEST_SQLITE_FILE ? test_db_again(&s->t, DB_READER) : NULL;
    for (struct db *d = s->db; d; d = d == r ? NULL : r) {
        sqlite3_set_authorizer(d->lite, NULL, NULL);
        assert_int_equal(pragma(d, "PRAGMA synchronous"), 2);
        assert_int_equal(pragma(d, "PRAGMA foreign_keys"), 1);
        assert_int_equal(pragma(d, "PRAGMA trusted_schema"), 0);
        assert_int_equal(pragma(d, "PRAGMA secure_delete"), 1);
        assert_int_equal(pragma(d, "PRAGMA temp_store"), 2);
        assert_int_equal(pragma(d, "PRAGMA busy_timeout"), DB_BUSY_MS);
        assert_int_equal(pragma(d, kind == TEST_SQLITE_MEM ? "SELECT journal_mode = 'memory' FROM pragma_journal_mode"
                                                           : "SELECT journal_mode = 'wal' FROM pragma_journal_mode"),
                         1);
        assert_int_equal(sqlite3_exec(d->lite, "SELECT * FROM b_item WHERE name = \"x\"", NULL, NULL, NULL),
                         SQLITE_ERROR);
    }
    db_close(r);
}

static void the_three_stores_are_apart(void **state)
{
    struct on_store *s = *state;
    static const char *const drop[] = {"DROP DATABASE %.*s_custody", "DROP DATABASE %.*s_committee"};
    static const enum db_which which[] = {DB_CUSTODY, DB_COMMITTEE};
    assert_err(s, ADD(s, s->db, 1), E_OK);
    for (size_t i = 0; i < TB_COUNT(which); i++) {
        struct db *d;
        assert_err(s, open_as(s, &d, which[i], s->t.home, s->t.url), E_OK);
        assert_int_equal(count_items(s, d), 0);
        db_close(d);
        if (kind != TEST_PG)
            continue;
        char text[100];
        const char *name = s->t.url + strlen("postgresql:///");
        snprintf(text, sizeof text, drop[i], (int)strcspn(name, "?"), name);
        raw_sql(s->db, text);
    }
}

static void what_was_written_is_there_after_closing(void **state)
{
    struct on_store *s = *state;
    assert_err(s, ADD(s, s->db, 1), E_OK);
    db_close(s->db);
    s->db = s->t.db = test_db_again(&s->t, DB_READER);
    assert_int_equal(count_items(s, s->db), 1);
}

/* --- the schema --- */

static void a_schema_file_is_applied_to_its_own_database_alone(void **state)
{
    struct on_store *s = *state;
    raw_sql(s->db, db_is_pg(s->db) ? "SELECT id FROM cache_only_pg" : "SELECT id FROM cache_only_sqlite");
}

static void wrong_types_are_refused_by_both(void **state)
{
    struct on_store *s = *state;
    static const char text[] = "INSERT INTO b_item (id, n) VALUES (1, 'three')";
    if (db_is_pg(s->db)) {
        PGresult *r = PQexec(s->db->pg, text);
        assert_int_equal(PQresultStatus(r), PGRES_FATAL_ERROR);
        PQclear(r);
    } else {
        assert_int_equal(sqlite3_exec(s->db->lite, text, NULL, NULL, NULL) & 0xff, SQLITE_CONSTRAINT);
    }
}

static void a_changed_schema_file_is_refused(void **state)
{
    struct on_store *s = *state;
    struct db *d;
    raw_sql(s->db, "UPDATE cache_schema SET hash = 'another' WHERE name = '0001_test.sql'");
    assert_err(s, open_as(s, &d, DB_PARTNERS, s->t.home, s->t.url), E_CONFIG);
    assert_string_equal(s->f.where, "0001_test.sql");
    assert_non_null(strstr(s->f.what, "changed"));
    assert_null(d);
}

static void a_store_of_a_newer_program_is_refused(void **state)
{
    struct on_store *s = *state;
    struct db *d;
    raw_sql(s->db, "INSERT INTO cache_schema (name, hash) VALUES ('0099_next.sql', 'x')");
    assert_err(s, open_as(s, &d, DB_PARTNERS, s->t.home, s->t.url), E_CONFIG);
    assert_non_null(strstr(s->f.what, "0099_next.sql"));
}

/* An update brings new files: those alone are applied, and what stands stays. */
static void a_missing_schema_file_is_applied_to_a_store_in_use(void **state)
{
    struct on_store *s = *state;
    assert_err(s, ADD(s, s->db, 1), E_OK);
    raw_sql(s->db, db_is_pg(s->db) ? "DROP TABLE cache_only_pg" : "DROP TABLE cache_only_sqlite");
    raw_sql(s->db, "DELETE FROM cache_schema WHERE name LIKE '0002_one%'");
    struct db *d = test_db_again(&s->t, DB_WRITER);
    a_schema_file_is_applied_to_its_own_database_alone(state);
    assert_int_equal(count_items(s, d), 1);
    db_close(d);
}

static void a_schema_that_fails_leaves_nothing(void **state)
{
    struct on_store *s = *state;
    struct db *d;
    raw_sql(s->db, "DELETE FROM cache_schema WHERE name LIKE '0002_one%' OR name = '0001_test.sql'");
    raw_sql(s->db, "DROP TABLE b_item");
    /* s_thing still stands, so that 0001 fails in its middle. */
    assert_err(s, open_as(s, &d, DB_PARTNERS, s->t.home, s->t.url), E_DB);
    assert_string_equal(s->f.where, "0001_test.sql");
    assert_true(db_run(s->db, Q_test_count, NOARG, NULL, NULL, &s->f) == E_DB);
}

static void many_processes_may_open_a_new_store_at_once(void **state)
{
    struct on_store *s = *state;
    pid_t pid[8];
    char home[64], url[200];
    snprintf(home, sizeof home, "%s/new", s->t.home);
    snprintf(url, sizeof url, "%s", s->t.url);
    if (kind == TEST_PG) {
        const char *name = s->t.url + strlen("postgresql:///");
        snprintf(url, sizeof url, "postgresql:///%.*sn%s", (int)strcspn(name, "?"), name, strchr(name, '?'));
    }
    for (size_t i = 0; i < TB_COUNT(pid); i++) {
        pid[i] = fork();
        if (pid[i])
            continue;
        struct db *d;
        struct fault f;
        enum err e = store_open(&d, DB_PARTNERS, home, url, i % 2 ? DB_READER : DB_WRITER, &f);
        if (e)
            fprintf(stderr, "# %s: %s\n", f.where, f.what);
        else
            db_close(d);
        _exit(e ? 1 : 0);
    }
    int bad = 0, status;
    for (size_t i = 0; i < TB_COUNT(pid); i++)
        bad += waitpid(pid[i], &status, 0) != pid[i] || status != 0;
    assert_int_equal(bad, 0);
    struct db *d;
    assert_err(s, open_as(s, &d, DB_PARTNERS, home, url), E_OK);
    assert_int_equal(count_items(s, d), 0);
    db_close(d);
    if (kind == TEST_PG) {
        char text[100];
        const char *name = url + strlen("postgresql:///");
        snprintf(text, sizeof text, "DROP DATABASE %.*s_partners WITH (FORCE)", (int)strcspn(name, "?"), name);
        raw_sql(s->db, text);
    }
}

static void remake(struct on_store *s, const char *how)
{
    char text[200];
    const char *name = s->t.url + strlen("postgresql:///");
    int n = (int)strcspn(name, "?");
    snprintf(text, sizeof text, "CREATE DATABASE %.*s_custody TEMPLATE template0 %s", n, name, how);
    raw_sql(s->db, text);
    struct db *d;
    assert_err(s, open_as(s, &d, DB_CUSTODY, s->t.home, s->t.url), E_CONFIG);
    snprintf(text, sizeof text, "DROP DATABASE %.*s_custody WITH (FORCE)", n, name);
    raw_sql(s->db, text);
}

static void a_database_that_breaks_the_houses_promises_is_refused(void **state)
{
    struct on_store *s = *state;
    remake(s, "ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'");
    assert_non_null(strstr(s->f.what, "LC_COLLATE"));
    remake(s, "ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'");
    assert_non_null(strstr(s->f.what, "UTF8"));
    raw_sql(s->db,
            "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET synchronous_commit = off'; END $$");
    struct db *d;
    assert_err(s, open_as(s, &d, DB_PARTNERS, s->t.home, s->t.url), E_CONFIG);
    assert_non_null(strstr(s->f.what, "synchronous_commit"));
}

int main(int argc, char **argv)
{
    static const struct test_of test[] = {
        ON(MEM, an_address_that_is_none_is_refused_by_name),
        ON(MEM, a_server_that_is_not_there_is_a_clear_fault),
        ON(MEM, a_home_that_is_none_is_refused),
        ON(MEM, a_file_that_is_no_database_is_left_alone),
        ON(MEM, a_file_that_another_is_setting_up_is_waited_for),
        ON(FILE_, nobody_else_may_read_the_files),
        ON(MEM | FILE_, sqlite_is_set_up_as_the_house_says),
        EVERY(the_three_stores_are_apart),
        SHARED(what_was_written_is_there_after_closing),
        EVERY(a_schema_file_is_applied_to_its_own_database_alone),
        EVERY(wrong_types_are_refused_by_both),
        SHARED(a_changed_schema_file_is_refused),
        SHARED(a_store_of_a_newer_program_is_refused),
        SHARED(a_missing_schema_file_is_applied_to_a_store_in_use),
        SHARED(a_schema_that_fails_leaves_nothing),
        SHARED(many_processes_may_open_a_new_store_at_once),
        ON(PG, a_database_that_breaks_the_houses_promises_is_refused),
    };
    kind = test_db_kind(argc > 1 ? argv[1] : NULL);
    return run_those("store: opening", test, TB_COUNT(test));
}
