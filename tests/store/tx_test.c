/* Transactions: what is acknowledged, what a fault leaves behind, who may write. */
#include "check.h"

#include <sys/prctl.h>

/* --- batches --- */

static void a_constraint_fault_is_isolated_within_its_batch(void **state)
{
    struct on_store *s = *state;
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    for (int64_t i = 0; i < 10; i++) {
        bool twin = i == 4 || i == 7;
        assert_err(s, db_savepoint(s->db, &s->f), E_OK);
        assert_err(s, db_run(s->db, Q_test_note_set, ARG(DBI(i), DBT(SL("of this act"))), NULL, NULL, &s->f), E_OK);
        assert_err(s, ADD(s, s->db, twin ? 1 : i), twin ? E_CONFLICT : E_OK);
        if (twin) {
            assert_err(s, db_release(s->db, &s->f), E_CONFLICT);
            db_back_to_savepoint(s->db);
        } else {
            assert_err(s, db_release(s->db, &s->f), E_OK);
        }
    }
    assert_err(s, db_commit(s->db, &s->f), E_OK);
    assert_int_equal(count_items(s, s->db), 8);
    for (int64_t i = 0; i < 10; i++)
        assert_int_equal(run_ok(s, s->db, Q_test_note_take, ARG(DBI(i))).rows, i != 4 && i != 7);
}

static void savepoints_nest(void **state)
{
    struct on_store *s = *state;
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    for (int64_t i = 1; i <= 3; i++) {
        assert_err(s, db_savepoint(s->db, &s->f), E_OK);
        assert_err(s, ADD(s, s->db, i), E_OK);
    }
    assert_err(s, db_commit(s->db, &s->f), E_INTERNAL);
    db_back_to_savepoint(s->db);
    assert_int_equal(count_items(s, s->db), 2);
    assert_err(s, db_release(s->db, &s->f), E_OK);
    db_back_to_savepoint(s->db);
    assert_int_equal(count_items(s, s->db), 0);
    assert_err(s, ADD(s, s->db, 9), E_OK);
    assert_err(s, db_release(s->db, &s->f), E_INTERNAL);
    assert_err(s, db_commit(s->db, &s->f), E_OK);
    assert_int_equal(count_items(s, s->db), 1);
}

static void a_rollback_undoes_everything(void **state)
{
    struct on_store *s = *state;
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_err(s, db_savepoint(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 2), E_OK);
    db_rollback(s->db);
    assert_int_equal(count_items(s, s->db), 0);
    db_rollback(s->db);
    assert_err(s, db_commit(s->db, &s->f), E_INTERNAL);
    assert_err(s, db_savepoint(s->db, &s->f), E_INTERNAL);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, db_begin(s->db, &s->f), E_INTERNAL);
    assert_err(s, db_commit(s->db, &s->f), E_OK);
}

static void a_doomed_transaction_is_never_acknowledged(void **state)
{
    struct on_store *s = *state;
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 2), E_OK);
    assert_err(s, ADD(s, s->db, 1), E_CONFLICT);
    assert_err(s, ADD(s, s->db, 3), E_CONFLICT);
    assert_err(s, db_savepoint(s->db, &s->f), E_CONFLICT);
    assert_err(s, db_commit(s->db, &s->f), E_CONFLICT);
    assert_int_equal(count_items(s, s->db), 1);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 2), E_OK);
    assert_err(s, db_commit(s->db, &s->f), E_OK);
    assert_int_equal(count_items(s, s->db), 2);
}

/* The driver's own note of the fault is wiped here: what is left to tell is the database's answer. */
static void only_the_databases_word_commit_acknowledges(void **state)
{
    struct on_store *s = *state;
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 1), E_CONFLICT);
    s->db->doom = E_OK;
    assert_err(s, s->db->drv->control(s->db, Q_store_commit, "COMMIT", &s->f), E_DB);
    assert_non_null(strstr(s->f.what, "ROLLBACK"));
    db_rollback(s->db);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 1), E_CONFLICT);
    s->db->doom = E_OK;
    assert_err(s, db_commit(s->db, &s->f), E_DB);
    assert_int_equal(count_items(s, s->db), 1);
}

/* SQLite ends a transaction by itself on some faults, and would then keep each statement for itself. */
static void a_transaction_that_the_database_gave_up_is_not_acknowledged(void **state)
{
    struct on_store *s = *state;
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 1), E_OK);
    raw_sql(s->db, "ROLLBACK");
    assert_err(s, db_commit(s->db, &s->f), E_DB);
    assert_int_equal(count_items(s, s->db), 0);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_err(s, db_commit(s->db, &s->f), E_OK);
}

static void no_statement_of_a_doomed_batch_is_kept_when_the_database_has_left_it(void **state)
{
    struct on_store *s = *state;
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, db_savepoint(s->db, &s->f), E_OK);
    raw_sql(s->db, "ROLLBACK");
    db_back_to_savepoint(s->db);
    assert_true(ADD(s, s->db, 2) != E_OK);
    assert_true(db_commit(s->db, &s->f) != E_OK);
    assert_int_equal(count_items(s, s->db), 1);
}

/* --- several handles --- */

static void quick(struct db *d)
{
    if (!db_is_pg(d))
        sqlite3_busy_timeout(d->lite, 50);
}

/* A batch of a and one of b meet on the same row. On SQLite the second cannot begin, on PostgreSQL it cannot go on. */
static enum err meet(struct on_store *s, struct db *a, struct db *b)
{
    assert_err(s, db_begin(a, &s->f), E_OK);
    run_ok(s, a, Q_test_thing_state, ARG(DBT(SL("t"))));
    enum err e = db_begin(b, &s->f);
    if (e) {
        run_ok(s, a, Q_test_thing_move, ARG(DBT(SL("t")), DBT(SL("A"))));
        assert_err(s, db_commit(a, &s->f), E_OK);
        return e;
    }
    run_ok(s, b, Q_test_thing_state, ARG(DBT(SL("t"))));
    run_ok(s, a, Q_test_thing_move, ARG(DBT(SL("t")), DBT(SL("A"))));
    assert_err(s, db_commit(a, &s->f), E_OK);
    assert_err(s, db_savepoint(b, &s->f), E_OK);
    e = db_run(b, Q_test_thing_move, ARG(DBT(SL("t")), DBT(SL("B"))), NULL, NULL, &s->f);
    /* Going back to the savepoint does not help: the whole batch is lost. */
    db_back_to_savepoint(b);
    assert_err(s, db_savepoint(b, &s->f), E_BUSY);
    assert_err(s, ADD(s, b, 1), E_BUSY);
    assert_err(s, db_commit(b, &s->f), E_BUSY);
    return e;
}

static void batches_that_meet_are_told_to_try_again(void **state)
{
    struct on_store *s = *state;
    struct db *b = test_db_again(&s->t, DB_WRITER);
    quick(b);
    run_ok(s, s->db, Q_test_thing_add, ARG(DBT(SL("t"))));
    assert_err(s, meet(s, s->db, b), E_BUSY);
    assert_non_null(strstr(s->f.what, "again"));
    assert_err(s, db_begin(b, &s->f), E_OK);
    run_ok(s, b, Q_test_thing_move, ARG(DBT(SL("t")), DBT(SL("B"))));
    assert_err(s, db_commit(b, &s->f), E_OK);
    struct dbrows r = run_ok(s, s->db, Q_test_thing_state, ARG(DBT(SL("t"))));
    assert_true(sl_is(ROW(&r, 0, 0).s, "B"));
    assert_int_equal(count_items(s, s->db), 0);
    db_close(b);
}

/* Neither changes what the other changes, only what the other read: no order of the two gives this result. */
static void write_skew_is_not_acknowledged(void **state)
{
    struct on_store *s = *state;
    struct db *b = test_db_again(&s->t, DB_WRITER);
    run_ok(s, s->db, Q_test_thing_add, ARG(DBT(SL("x"))));
    run_ok(s, s->db, Q_test_thing_add, ARG(DBT(SL("y"))));
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, db_begin(b, &s->f), E_OK);
    run_ok(s, s->db, Q_test_thing_state, ARG(DBT(SL("y"))));
    run_ok(s, b, Q_test_thing_state, ARG(DBT(SL("x"))));
    run_ok(s, s->db, Q_test_thing_move, ARG(DBT(SL("x")), DBT(SL("A"))));
    enum err e = db_run(b, Q_test_thing_move, ARG(DBT(SL("y")), DBT(SL("B"))), NULL, NULL, &s->f);
    enum err c = db_commit(s->db, &s->f);
    enum err c2 = db_commit(b, &s->f);
    assert_int_equal(e == E_BUSY || c == E_BUSY || c2 == E_BUSY, true);
    assert_false(!c && !c2);
    db_close(b);
}

/* Each reads what the other changes: were both serializable, one of them would have to give way. */
static void a_readers_cache_does_not_doom_the_writers_batch(void **state)
{
    struct on_store *s = *state;
    struct db *r = test_db_again(&s->t, DB_READER);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, db_begin(r, &s->f), E_OK);
    assert_int_equal(run_ok(s, s->db, Q_test_note_get, ARG(DBI(1))).rows, 0);
    assert_int_equal(count_items(s, r), 0);
    assert_err(s, ADD(s, s->db, 1), E_OK);
    run_ok(s, r, Q_test_note_set, ARG(DBI(1), DBT(SL("session"))));
    assert_err(s, db_commit(r, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 2), E_OK);
    assert_err(s, db_commit(s->db, &s->f), E_OK);
    db_close(r);
}

static void a_reader_changes_nothing_but_caches(void **state)
{
    struct on_store *s = *state;
    struct db *r = test_db_again(&s->t, DB_READER);
    assert_err(s, ADD(s, s->db, 1), E_OK);
    static const enum query write[] = {Q_test_add_turned, Q_test_upsert};
    for (size_t i = 0; i < TB_COUNT(write); i++)
        assert_err(s, db_run(r, write[i], ARG(DBI(2), DBT(SL("x"))), NULL, NULL, &s->f), E_REFUSED);
    assert_err(s, db_run(r, Q_test_delete, ARG(DBI(0)), NULL, NULL, &s->f), E_REFUSED);
    assert_err(s, db_run(r, Q_test_set_n, ARG(DBI(0), DBI(0)), NULL, NULL, &s->f), E_REFUSED);
    assert_err(s, db_run(r, Q_test_add_many, ARG(DBI(5), DBI(6)), NULL, NULL, &s->f), E_REFUSED);
    assert_err(s, db_writer_lock(r, &s->f), E_REFUSED);
    run_ok(s, r, Q_test_note_set, ARG(DBI(1), DBT(SL("mine"))));
    struct dbrows rows = run_ok(s, r, Q_test_note_take, ARG(DBI(1)));
    assert_true(sl_is(ROW(&rows, 0, 0).s, "mine"));
    assert_int_equal(count_items(s, r), 1);
    db_close(r);
}

static void sqlite_itself_refuses_a_readers_change(void **state)
{
    struct on_store *s = *state;
    static const char *const text[] = {"DELETE FROM b_item",
                                       "UPDATE s_thing SET state = 'X'",
                                       "DROP TABLE cache_note",
                                       "CREATE TABLE cache_x (i INTEGER)",
                                       "PRAGMA foreign_keys = OFF",
                                       "ATTACH ':memory:' AS other",
                                       "CREATE TEMP TABLE b_item (id INTEGER)"};
    struct db *r = test_db_again(&s->t, DB_READER);
    for (size_t i = 0; i < TB_COUNT(text); i++)
        assert_int_equal(sqlite3_exec(r->lite, text[i], NULL, NULL, NULL) & 0xff, SQLITE_AUTH);
    assert_int_equal(sqlite3_exec(r->lite, "DELETE FROM cache_note", NULL, NULL, NULL), SQLITE_OK);
    db_close(r);
}

static void a_read_snapshot_stands_still(void **state)
{
    struct on_store *s = *state;
    struct db *r = test_db_again(&s->t, DB_READER);
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_err(s, db_begin_read(r, &s->f), E_OK);
    assert_int_equal(count_items(s, r), 1);
    assert_err(s, ADD(s, s->db, 2), E_OK);
    assert_int_equal(count_items(s, r), 1);
    assert_err(s, db_run(r, Q_test_note_set, ARG(DBI(1), DBT(SL("x"))), NULL, NULL, &s->f), E_REFUSED);
    assert_err(s, db_savepoint(r, &s->f), E_INTERNAL);
    assert_err(s, db_commit(r, &s->f), E_INTERNAL);
    assert_int_equal(count_items(s, r), 1);
    db_rollback(r);
    assert_int_equal(count_items(s, r), 2);
    db_close(r);
}

static void readers_read_while_the_writer_is_in_its_batch(void **state)
{
    struct on_store *s = *state;
    struct db *r = test_db_again(&s->t, DB_READER);
    quick(r);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_int_equal(count_items(s, r), 0);
    struct db *late = test_db_again(&s->t, DB_READER);
    assert_int_equal(count_items(s, late), 0);
    assert_err(s, db_commit(s->db, &s->f), E_OK);
    assert_int_equal(count_items(s, r), 1);
    db_close(r);
    db_close(late);
}

/* --- the one writer --- */

static pid_t child(struct on_store *s, void (*what)(struct on_store *s, int fd), int *from)
{
    int p[2];
    assert_int_equal(pipe(p), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (!pid) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* of a test that fails while this one waits */
        close(p[0]);
        what(s, p[1]);
        _exit(0);
    }
    close(p[1]);
    *from = p[0];
    return pid;
}

static enum err lock_of_a_new_handle(struct on_store *s, struct db **out)
{
    struct fault f;
    *out = NULL;
    enum err e = store_open(out, DB_PARTNERS, s->t.home, s->t.url, DB_WRITER, &f);
    return e ? e : db_writer_lock(*out, &f);
}

static void hold_the_lock(struct on_store *s, int fd)
{
    struct db *d;
    char e = (char)lock_of_a_new_handle(s, &d);
    if (write(fd, &e, 1) == 1)
        pause();
}

/* The lock falls with its process, however that ends; a server may need a moment to see it. */
static enum err lock_soon(struct db *d, struct fault *f)
{
    enum err e = E_WRITER;
    for (int i = 0; e == E_WRITER && i < 400; i++) {
        e = db_writer_lock(d, f);
        usleep(e ? 25000 : 0);
    }
    return e;
}

static void one_process_is_the_writer(void **state)
{
    struct on_store *s = *state;
    int from;
    char e;
    pid_t pid = child(s, hold_the_lock, &from);
    assert_int_equal(read(from, &e, 1), 1);
    assert_int_equal(e, E_OK);
    assert_err(s, db_writer_lock(s->db, &s->f), E_WRITER);
    assert_non_null(strstr(s->f.what, "partners"));
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(from);
    assert_err(s, lock_soon(s->db, &s->f), E_OK);
    assert_err(s, db_writer_lock(s->db, &s->f), E_OK);
    pid = child(s, hold_the_lock, &from);
    assert_int_equal(read(from, &e, 1), 1);
    assert_int_equal(e, E_WRITER);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(from);
}

static void the_lock_holds_within_one_process_and_ends_with_its_handle(void **state)
{
    struct on_store *s = *state;
    struct db *b;
    assert_err(s, db_writer_lock(s->db, &s->f), E_OK);
    assert_err(s, lock_of_a_new_handle(s, &b), E_WRITER);
    db_close(s->db);
    s->db = s->t.db = NULL;
    assert_err(s, lock_soon(b, &s->f), E_OK);
    db_close(b);
}

/* --- kills --- */

/* Batches of three rows; the number of a batch is told only when its commit has answered. */
static void write_batches(struct on_store *s, int fd)
{
    struct db *d = test_db_again(&s->t, DB_WRITER);
    if (lock_soon(d, &s->f))
        _exit(1);
    for (int64_t batch = 0;; batch++) {
        enum err e = db_begin(d, &s->f);
        for (int64_t i = 0; !e && i < 3; i++)
            e = ADD(s, d, batch * 3 + i);
        if (!e)
            e = db_commit(d, &s->f);
        if (e || write(fd, &batch, sizeof batch) != sizeof batch)
            _exit(1);
    }
}

static int64_t kill_after(struct on_store *s, unsigned batches, unsigned usec)
{
    int from;
    int64_t batch, acked = -1;
    pid_t pid = child(s, write_batches, &from);
    for (unsigned i = 0; i < batches; i++, acked = batch)
        assert_int_equal(read(from, &batch, sizeof batch), sizeof batch);
    usleep(usec);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    while (read(from, &batch, sizeof batch) == sizeof batch)
        acked = batch;
    close(from);
    return acked;
}

static void a_killed_process_loses_only_what_was_not_acknowledged(void **state)
{
    struct on_store *s = *state;
    for (unsigned round = 0; round < 12; round++) {
        int64_t acked = kill_after(s, 1 + round * 7, round * 531);
        /* A server may still be finishing the last commit of a client that is gone: the next writer waits for that. */
        struct db *next = test_db_again(&s->t, DB_WRITER);
        assert_err(s, lock_soon(next, &s->f), E_OK);
        int64_t have = count_items(s, next);
        assert_true(have >= (acked + 1) * 3 && have <= (acked + 2) * 3);
        assert_int_equal(have % 3, 0);
        run_ok(s, next, Q_test_delete, ARG(DBI(0)));
        db_close(next);
    }
}

static void begin_and_hang(struct on_store *s, int fd)
{
    struct db *d = test_db_again(&s->t, DB_WRITER);
    bool ok = !db_begin(d, &s->f) && !ADD(s, d, 1) && !db_savepoint(d, &s->f) && !ADD(s, d, 2);
    if (ok && write(fd, "x", 1) == 1)
        pause();
}

static void a_process_killed_in_a_transaction_leaves_nothing_of_it(void **state)
{
    struct on_store *s = *state;
    int from;
    char x;
    pid_t pid = child(s, begin_and_hang, &from);
    assert_int_equal(read(from, &x, 1), 1);
    assert_int_equal(count_items(s, s->db), 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(from);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_err(s, ADD(s, s->db, 2), E_OK);
    assert_err(s, db_commit(s->db, &s->f), E_OK);
    assert_int_equal(count_items(s, s->db), 2);
}

static void a_lost_connection_is_told_and_a_new_handle_goes_on(void **state)
{
    struct on_store *s = *state;
    char text[80];
    struct db *b = test_db_again(&s->t, DB_WRITER);
    for (int in_batch = 0; in_batch < 2; in_batch++) {
        struct db *d = test_db_again(&s->t, DB_WRITER);
        if (in_batch) {
            assert_err(s, db_begin(d, &s->f), E_OK);
            assert_err(s, ADD(s, d, 1), E_OK);
            assert_err(s, db_savepoint(d, &s->f), E_OK);
        }
        snprintf(text, sizeof text, "SELECT pg_terminate_backend(%d, 5000)", PQbackendPID(d->pg));
        raw_sql(b, text);
        assert_err(s, ADD(s, d, 2), E_DB);
        assert_non_null(strstr(s->f.what, "open it again"));
        if (in_batch) {
            db_back_to_savepoint(d);
            assert_err(s, ADD(s, d, 3), E_DB);
            assert_err(s, db_commit(d, &s->f), E_DB);
        }
        assert_err(s, db_begin(d, &s->f), E_DB);
        db_close(d);
    }
    assert_int_equal(count_items(s, s->db), 0);
    db_close(b);
}

int main(int argc, char **argv)
{
    static const struct test_of test[] = {
        EVERY(a_constraint_fault_is_isolated_within_its_batch),
        EVERY(savepoints_nest),
        EVERY(a_rollback_undoes_everything),
        EVERY(a_doomed_transaction_is_never_acknowledged),
        ON(PG, only_the_databases_word_commit_acknowledges),
        EVERY(a_transaction_that_the_database_gave_up_is_not_acknowledged),
        EVERY(no_statement_of_a_doomed_batch_is_kept_when_the_database_has_left_it),
        SHARED(batches_that_meet_are_told_to_try_again),
        ON(PG, write_skew_is_not_acknowledged),
        ON(PG, a_readers_cache_does_not_doom_the_writers_batch),
        SHARED(a_reader_changes_nothing_but_caches),
        ON(FILE_, sqlite_itself_refuses_a_readers_change),
        SHARED(a_read_snapshot_stands_still),
        SHARED(readers_read_while_the_writer_is_in_its_batch),
        SHARED(one_process_is_the_writer),
        SHARED(the_lock_holds_within_one_process_and_ends_with_its_handle),
        SHARED(a_killed_process_loses_only_what_was_not_acknowledged),
        SHARED(a_process_killed_in_a_transaction_leaves_nothing_of_it),
        ON(PG, a_lost_connection_is_told_and_a_new_handle_goes_on),
    };
    kind = test_db_kind(argc > 1 ? argv[1] : NULL);
    return run_those("store: transactions", test, TB_COUNT(test));
}
