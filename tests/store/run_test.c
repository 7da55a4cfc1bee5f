/* Values, results and refusals: the same on SQLite and PostgreSQL. */
#include "check.h"

#define assert_sl(s, z) assert_true(sl_is((s), (z)))

static void parameters_are_bound_by_number_and_not_by_place(void **state)
{
    struct on_store *s = *state;
    struct dbrows r = run_ok(s, s->db, Q_test_add_turned, ARG(DBI(7), DBT(SL("seven"))));
    assert_int_equal(r.changed, 1);
    r = run_ok(s, s->db, Q_test_get, ARG(DBI(7)));
    assert_int_equal(r.rows, 1);
    assert_int_equal(r.cols, 4);
    assert_int_equal(ROW(&r, 0, 0).i, 7);
    assert_sl(ROW(&r, 0, 1).s, "seven");
    assert_int_equal(ROW(&r, 0, 2).i, 7);
}

static void a_parameter_that_one_database_does_not_use_is_passed_over(void **state)
{
    struct on_store *s = *state;
    struct dbrows r = run_ok(s, s->db, Q_test_which, ARG(DBT(SL("15"))));
    assert_sl(ROW(&r, 0, 0).s, db_is_pg(s->db) ? "pg15" : "sqlite");
}

static void null_is_not_empty(void **state)
{
    struct on_store *s = *state;
    run_ok(s, s->db, Q_test_add, ARG(DBI(1), DBNULL, DBNULL, DBNULL));
    run_ok(s, s->db, Q_test_add, ARG(DBI(2), DBT(SLN), DBI(0), DBB(SLN)));
    struct dbrows r = run_ok(s, s->db, Q_test_get, ARG(DBI(1)));
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(ROW(&r, 0, i).t, DB_NULL);
    r = run_ok(s, s->db, Q_test_get, ARG(DBI(2)));
    assert_int_equal(ROW(&r, 0, 1).t, DB_TEXT);
    assert_int_equal(ROW(&r, 0, 1).s.n, 0);
    assert_non_null(ROW(&r, 0, 1).s.p);
    assert_int_equal(ROW(&r, 0, 2).t, DB_INT);
    assert_int_equal(ROW(&r, 0, 3).t, DB_BLOB);
    assert_int_equal(ROW(&r, 0, 3).s.n, 0);
    assert_non_null(ROW(&r, 0, 3).s.p);
}

static bool points_somewhere(void *ud, const struct dbval *v, size_t cols)
{
    *(bool *)ud = cols == 4 && v[1].t == DB_TEXT && v[1].s.p && !v[1].s.n && v[3].t == DB_BLOB && v[3].s.p && !v[3].s.n;
    return true;
}

static void an_empty_value_has_an_address(void **state)
{
    struct on_store *s = *state;
    bool ok = false;
    run_ok(s, s->db, Q_test_add, ARG(DBI(1), DBT(SLN), DBI(0), DBB(SLN)));
    assert_err(s, db_each(s->db, Q_test_get, ARG(DBI(1)), points_somewhere, &ok, &s->f), E_OK);
    assert_true(ok);
}

/* A handle keeps its prepared statements: what one run bound must not stand in the next. */
static void a_value_does_not_survive_into_the_next_run(void **state)
{
    struct on_store *s = *state;
    run_ok(s, s->db, Q_test_add, ARG(DBI(1), DBT(SL("first")), DBI(1), DBB(SL("x"))));
    run_ok(s, s->db, Q_test_add, ARG(DBI(2), DBNULL, DBNULL, DBNULL));
    struct dbrows r = run_ok(s, s->db, Q_test_get, ARG(DBI(2)));
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(ROW(&r, 0, i).t, DB_NULL);
}

static void integers_keep_all_64_bits(void **state)
{
    struct on_store *s = *state;
    static const int64_t n[] = {INT64_MIN, INT64_MIN + 1, -4294967297,          -1,       0,
                                1,         2147483648,    INT64_C(1) << 53 | 1, INT64_MAX};
    for (size_t i = 0; i < TB_COUNT(n); i++) {
        run_ok(s, s->db, Q_test_add, ARG(DBI((int64_t)i), DBNULL, DBI(n[i]), DBNULL));
        struct dbrows r = run_ok(s, s->db, Q_test_get, ARG(DBI((int64_t)i)));
        assert_int_equal(ROW(&r, 0, 2).t, DB_INT);
        assert_true(ROW(&r, 0, 2).i == n[i]);
    }
}

static void text_keeps_every_character(void **state)
{
    struct on_store *s = *state;
    static const char *const t[] = {
        "烽", "髙﨑 𠮷野 ①㉚Ⅱ", "e\xCC\x81", "'; DROP TABLE b_item; --", "$1 ? \\ \" % _", "\xF0\x9F\x94\xA5\n\t"};
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        run_ok(s, s->db, Q_test_add, ARG(DBI((int64_t)i), DBT(sl(t[i])), DBNULL, DBNULL));
        struct dbrows r = run_ok(s, s->db, Q_test_get, ARG(DBI((int64_t)i)));
        assert_int_equal(ROW(&r, 0, 1).t, DB_TEXT);
        assert_sl(ROW(&r, 0, 1).s, t[i]);
        assert_int_equal(ROW(&r, 0, 1).s.p[ROW(&r, 0, 1).s.n], 0);
    }
}

static void text_sorts_by_bytes(void **state)
{
    struct on_store *s = *state;
    /* A locale would put a before B and é before z; UTF-16 would put 𠮷 before 﨑. */
    static const char *const in_order[] = {"", "A", "B", "Z", "_", "a", "ab", "b", "z", "é", "あ", "ア", "﨑", "𠮷"};
    for (size_t i = TB_COUNT(in_order); i-- > 0;)
        run_ok(s, s->db, Q_test_add, ARG(DBI((int64_t)i), DBT(sl(in_order[i])), DBNULL, DBNULL));
    struct dbrows r = run_ok(s, s->db, Q_test_by_name, NOARG);
    assert_int_equal(r.rows, TB_COUNT(in_order));
    for (size_t i = 0; i < r.rows; i++)
        assert_sl(ROW(&r, i, 0).s, in_order[i]);
}

static void like_tells_case_apart(void **state)
{
    struct on_store *s = *state;
    static const char *const name[] = {"Forti", "forti", "FORTI", "for_i"};
    for (size_t i = 0; i < TB_COUNT(name); i++)
        run_ok(s, s->db, Q_test_add, ARG(DBI((int64_t)i), DBT(sl(name[i])), DBNULL, DBNULL));
    struct dbrows r = run_ok(s, s->db, Q_test_like, ARG(DBT(SL("for%"))));
    assert_int_equal(r.rows, 2);
    r = run_ok(s, s->db, Q_test_like, ARG(DBT(SL("for\\_i"))));
    assert_int_equal(r.rows, 1);
    assert_int_equal(ROW(&r, 0, 0).i, 3);
}

static void blobs_keep_every_byte(void **state)
{
    struct on_store *s = *state;
    char all[512];
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (char)(i & 0xff);
    run_ok(s, s->db, Q_test_add, ARG(DBI(1), DBNULL, DBNULL, DBB(((slice){all, sizeof all}))));
    struct dbrows r = run_ok(s, s->db, Q_test_get, ARG(DBI(1)));
    assert_int_equal(ROW(&r, 0, 3).t, DB_BLOB);
    assert_int_equal(ROW(&r, 0, 3).s.n, sizeof all);
    assert_memory_equal(ROW(&r, 0, 3).s.p, all, sizeof all);
    r = run_ok(s, s->db, Q_test_blob_cast, NOARG);
    assert_int_equal(ROW(&r, 0, 0).t, DB_BLOB);
    assert_sl(ROW(&r, 0, 0).s, "ab");
}

static void a_file_of_some_megabytes_comes_back_whole(void **state)
{
    struct on_store *s = *state;
    size_t n = (size_t)9 << 20;
    char *p = malloc(n);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)(i * 2654435761u >> 13);
    run_ok(s, s->db, Q_test_add, ARG(DBI(1), DBNULL, DBNULL, DBB(((slice){p, n}))));
    struct dbrows r = run_ok(s, s->db, Q_test_get, ARG(DBI(1)));
    assert_true(sl_eq(ROW(&r, 0, 3).s, (slice){p, n}));
    free(p);
}

static void no_rows_is_an_answer(void **state)
{
    struct on_store *s = *state;
    struct dbrows r = run_ok(s, s->db, Q_test_get, ARG(DBI(404)));
    assert_int_equal(r.rows, 0);
    assert_int_equal(r.changed, 0);
    r = run_ok(s, s->db, Q_test_set_n, ARG(DBI(404), DBI(1)));
    assert_int_equal(r.changed, 0);
}

static void changed_counts_the_rows_of_this_statement_alone(void **state)
{
    struct on_store *s = *state;
    struct dbrows r = run_ok(s, s->db, Q_test_add_many, ARG(DBI(1), DBI(1000)));
    assert_int_equal(r.changed, 1000);
    assert_int_equal(r.rows, 1000);
    r = run_ok(s, s->db, Q_test_all, NOARG);
    assert_int_equal(r.changed, 0);
    assert_int_equal(r.rows, 1000);
    for (size_t i = 0; i < r.rows; i++)
        assert_int_equal(ROW(&r, i, 0).i, (int64_t)i + 1);
    r = run_ok(s, s->db, Q_test_set_n, ARG(DBI(901), DBI(5)));
    assert_int_equal(r.changed, 100);
    r = run_ok(s, s->db, Q_test_delete, ARG(DBI(998)));
    assert_int_equal(r.changed, 3);
    assert_int_equal(count_items(s, s->db), 997);
}

static void returning_tells_what_became_of_the_row(void **state)
{
    struct on_store *s = *state;
    for (int64_t i = 1; i <= 3; i++) {
        struct dbrows r = run_ok(s, s->db, Q_test_upsert, ARG(DBI(5), DBT(SL("again"))));
        assert_int_equal(r.rows, 1);
        assert_int_equal(r.changed, 1);
        assert_int_equal(ROW(&r, 0, 2).i, i);
    }
}

static void narrow_integers_and_booleans_are_exact(void **state)
{
    struct on_store *s = *state;
    static const int64_t want[] = {1, 0, 1};
    struct dbrows r = run_ok(s, s->db, Q_test_small, NOARG);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(ROW(&r, 0, i).t, DB_INT);
        assert_int_equal(ROW(&r, 0, i).i, want[i]);
    }
    assert_int_equal(ROW(&r, 0, 3).t, DB_NULL);
}

static void a_number_that_is_no_integer_is_a_clear_fault(void **state)
{
    struct on_store *s = *state;
    struct dbrows r;
    assert_err(s, db_run(s->db, Q_test_fraction, NOARG, &r, s->a, &s->f), E_DB);
    assert_string_equal(s->f.where, "test_fraction");
    assert_non_null(strstr(s->f.what, "column 2"));
    assert_non_null(strstr(s->f.what, "cast"));
    assert_int_equal(count_items(s, s->db), 0);
}

static void wrong_arguments_never_reach_the_database(void **state)
{
    struct on_store *s = *state;
    struct db *d = s->db;
    assert_err(s, db_run(d, Q_test_get, NOARG, NULL, NULL, &s->f), E_INTERNAL);
    assert_err(s, db_run(d, Q_test_get, ARG(DBI(1), DBI(2)), NULL, NULL, &s->f), E_INTERNAL);
    assert_err(s, db_run(d, Q_test_get, ARG(DBT(SL("1"))), NULL, NULL, &s->f), E_INTERNAL);
    assert_non_null(strstr(s->f.what, "$1"));
    assert_err(s, db_run(d, Q_test_add, ARG(DBI(1), DBB(SL("x")), DBNULL, DBNULL), NULL, NULL, &s->f), E_INTERNAL);
    assert_err(s, db_run(d, Q_test_add, ARG(DBI(1), DBNULL, DBNULL, DBT(SL("x"))), NULL, NULL, &s->f), E_INTERNAL);
    assert_non_null(strstr(s->f.what, "$4"));
    assert_int_equal(count_items(s, d), 0);
}

static void text_that_one_database_would_refuse_is_refused_by_both(void **state)
{
    struct on_store *s = *state;
    static const slice bad[] = {{"a\0b", 3}, {"\xff", 1}, {"\xE7\x83", 2}, {"\xED\xA0\x80", 3}, {"\xC0\xAF", 2}};
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        assert_err(s, db_run(s->db, Q_test_add, ARG(DBI(1), DBT(bad[i]), DBNULL, DBNULL), NULL, NULL, &s->f), E_FIELD);
        assert_non_null(strstr(s->f.what, "$2"));
    }
    /* It was found before the database saw it, so the transaction goes on. */
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_err(s, db_commit(s->db, &s->f), E_OK);
    assert_int_equal(count_items(s, s->db), 1);
}

static void constraints_are_conflicts(void **state)
{
    struct on_store *s = *state;
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_err(s, ADD(s, s->db, 1), E_CONFLICT);
    assert_non_null(strstr(s->f.what, "b_item"));
    assert_err(s, db_run(s->db, Q_test_part_add, ARG(DBI(1), DBT(SL("nobody"))), NULL, NULL, &s->f), E_CONFLICT);
    assert_err(s, db_run(s->db, Q_test_thing_add, ARG(DBNULL), NULL, NULL, &s->f), E_CONFLICT);
    run_ok(s, s->db, Q_test_thing_add, ARG(DBT(SL("somebody"))));
    run_ok(s, s->db, Q_test_part_add, ARG(DBI(1), DBT(SL("somebody"))));
}

static void an_answer_over_the_cap_is_refused_and_harms_nothing(void **state)
{
    struct on_store *s = *state;
    struct dbrows r;
    static const size_t cap[] = {16, 256, 4096, 100000};
    for (size_t i = 0; i < TB_COUNT(cap); i++) {
        struct arena *small = arena_new(cap[i]);
        assert_err(s, db_run(s->db, Q_test_numbers, ARG(DBI(50000)), &r, small, &s->f), E_TOO_BIG);
        assert_string_equal(s->f.where, "test_numbers");
        assert_true(arena_used(small) <= cap[i]);
        arena_free(small);
        assert_int_equal(count_items(s, s->db), 0);
    }
}

static void an_answer_over_the_cap_leaves_a_transaction_as_it_was(void **state)
{
    struct on_store *s = *state;
    struct dbrows r;
    struct arena *small = arena_new(4096);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, ADD(s, s->db, 1), E_OK);
    assert_err(s, db_run(s->db, Q_test_numbers, ARG(DBI(50000)), &r, small, &s->f), E_TOO_BIG);
    assert_err(s, ADD(s, s->db, 2), E_OK);
    assert_err(s, db_commit(s->db, &s->f), E_OK);
    assert_int_equal(count_items(s, s->db), 2);
    arena_free(small);
}

static void changes_that_cannot_be_told_are_not_kept(void **state)
{
    struct on_store *s = *state;
    struct dbrows r;
    struct arena *small = arena_new(4096);
    assert_err(s, db_begin(s->db, &s->f), E_OK);
    assert_err(s, db_run(s->db, Q_test_add_many, ARG(DBI(1), DBI(5000)), &r, small, &s->f), E_TOO_BIG);
    assert_err(s, db_commit(s->db, &s->f), E_TOO_BIG);
    assert_int_equal(count_items(s, s->db), 0);
    arena_free(small);
}

struct seen {
    struct db *d;
    int64_t rows, stop_at, sum;
    enum err nested;
};

static bool see(void *ud, const struct dbval *v, size_t cols)
{
    struct seen *n = ud;
    n->rows += cols == 2 && v[1].t == DB_TEXT && v[1].s.n == 37;
    n->sum += v[0].i;
    if (n->d)
        n->nested = db_run(n->d, Q_test_count, NOARG, NULL, NULL, NULL);
    return n->rows != n->stop_at;
}

static void each_hands_over_every_row_once(void **state)
{
    struct on_store *s = *state;
    struct seen n = {0};
    assert_err(s, db_each(s->db, Q_test_numbers, ARG(DBI(30000)), see, &n, &s->f), E_OK);
    assert_int_equal(n.rows, 30000);
    assert_int_equal(n.sum, INT64_C(30000) * 30001 / 2);
}

static void each_can_stop_early_with_and_without_a_transaction(void **state)
{
    struct on_store *s = *state;
    for (int tx = 0; tx < 2; tx++) {
        if (tx)
            assert_err(s, db_begin(s->db, &s->f), E_OK);
        for (int64_t stop = 1; stop <= 1000; stop *= 10) {
            struct seen n = {.stop_at = stop};
            assert_err(s, db_each(s->db, Q_test_numbers, ARG(DBI(200000)), see, &n, &s->f), E_OK);
            assert_int_equal(n.rows, stop);
            assert_int_equal(count_items(s, s->db), 0);
        }
        if (tx)
            assert_err(s, db_commit(s->db, &s->f), E_OK);
    }
}

static void a_change_that_each_stops_early_is_whole(void **state)
{
    struct on_store *s = *state;
    struct seen n = {.stop_at = 0};
    assert_err(s, db_each(s->db, Q_test_add_many, ARG(DBI(1), DBI(3000)), see, &n, &s->f), E_OK);
    assert_int_equal(n.sum, 1);
    assert_int_equal(count_items(s, s->db), 3000);
}

static void the_handle_is_taken_while_each_runs(void **state)
{
    struct on_store *s = *state;
    struct seen n = {.d = s->db, .stop_at = 3};
    assert_err(s, db_each(s->db, Q_test_numbers, ARG(DBI(10)), see, &n, &s->f), E_OK);
    assert_err(s, n.nested, E_INTERNAL);
    assert_int_equal(count_items(s, s->db), 0);
}

static void nobody_else_runs_the_drivers_own_statements(void **state)
{
    struct on_store *s = *state;
    for (size_t q = 0; q < Q_COUNT; q++)
        if (!strncmp(db_query_name((enum query)q), "store_", 6))
            assert_err(s, db_run(s->db, (enum query)q, NOARG, NULL, NULL, &s->f), E_INTERNAL);
}

static void a_query_of_the_other_database_is_refused(void **state)
{
    struct on_store *s = *state;
    assert_err(s, db_run(s->db, Q_test_only_pg, NOARG, NULL, NULL, &s->f), db_is_pg(s->db) ? E_OK : E_INTERNAL);
}

static void queries_are_found_by_their_names(void **state)
{
    (void)state;
    for (size_t q = 0; q < Q_COUNT; q++)
        assert_int_equal(db_query_named(sl(db_query_name((enum query)q))), q);
    assert_int_equal(db_query_named(SL("test_ad")), Q_COUNT);
    assert_int_equal(db_query_named(SL("test_addx")), Q_COUNT);
    assert_int_equal(db_query_named(SL("zzz")), Q_COUNT);
    assert_int_equal(db_query_named(SLN), Q_COUNT);
    assert_string_equal(db_query_class(Q_test_add), "REPORTED");
    assert_string_equal(db_query_roles(Q_test_add), "OP_FILER");
    assert_string_equal(db_query_class(Q_test_get), "");
}

/* The fraction is a fault that PostgreSQL tells beforehand; SQLite knows the type of a value only when it has one. */
static void a_check_of_all_queries_names_the_one_that_is_wrong(void **state)
{
    struct on_store *s = *state;
    assert_err(s, db_check_all(s->db, &s->f), db_is_pg(s->db) ? E_DB : E_OK);
    if (db_is_pg(s->db))
        assert_string_equal(s->f.where, "test_fraction");
    raw_sql(s->db, "DROP TABLE cache_note");
    struct db *d = kind == TEST_SQLITE_MEM ? s->db : test_db_again(&s->t, DB_WRITER);
    if (d != s->db) {
        assert_err(s, db_run(d, Q_test_note_take, ARG(DBI(1)), NULL, NULL, &s->f), E_DB);
        assert_non_null(strstr(s->f.what, "cache_note"));
        db_close(d);
    }
}

int main(int argc, char **argv)
{
    static const struct test_of test[] = {
        EVERY(parameters_are_bound_by_number_and_not_by_place),
        EVERY(a_parameter_that_one_database_does_not_use_is_passed_over),
        EVERY(null_is_not_empty),
        EVERY(an_empty_value_has_an_address),
        EVERY(a_value_does_not_survive_into_the_next_run),
        EVERY(integers_keep_all_64_bits),
        EVERY(text_keeps_every_character),
        EVERY(text_sorts_by_bytes),
        EVERY(like_tells_case_apart),
        EVERY(blobs_keep_every_byte),
        EVERY(a_file_of_some_megabytes_comes_back_whole),
        EVERY(no_rows_is_an_answer),
        EVERY(changed_counts_the_rows_of_this_statement_alone),
        EVERY(returning_tells_what_became_of_the_row),
        EVERY(narrow_integers_and_booleans_are_exact),
        EVERY(a_number_that_is_no_integer_is_a_clear_fault),
        EVERY(wrong_arguments_never_reach_the_database),
        EVERY(text_that_one_database_would_refuse_is_refused_by_both),
        EVERY(constraints_are_conflicts),
        EVERY(an_answer_over_the_cap_is_refused_and_harms_nothing),
        EVERY(an_answer_over_the_cap_leaves_a_transaction_as_it_was),
        EVERY(changes_that_cannot_be_told_are_not_kept),
        EVERY(each_hands_over_every_row_once),
        EVERY(each_can_stop_early_with_and_without_a_transaction),
        EVERY(a_change_that_each_stops_early_is_whole),
        EVERY(the_handle_is_taken_while_each_runs),
        EVERY(nobody_else_runs_the_drivers_own_statements),
        EVERY(a_query_of_the_other_database_is_refused),
        EVERY(queries_are_found_by_their_names),
        EVERY(a_check_of_all_queries_names_the_one_that_is_wrong),
    };
    kind = test_db_kind(argc > 1 ? argv[1] : NULL);
    return run_those("store: values and results", test, TB_COUNT(test));
}
