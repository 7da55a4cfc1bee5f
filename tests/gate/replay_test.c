/* Replay finds what stands in the store and no act has put there: 200 random updates behind the gate's back, one at a
 * time, on the small exercise played to its end; every table's rows lost and invented; and nothing where nothing is. */
#include "house.h"

#define TEST(name)  static void name(void **state)
#define UPDATES     200
#define TABLES_MAX  80
#define COLUMNS_MAX 64

struct column {
    char name[40];
    bool number, key;
};
struct table {
    char name[40];
    int64_t rows;
    struct column col[COLUMNS_MAX];
    size_t cols, keys;
};

static struct house played; /* one for all: every test leaves it as it was */
static struct table table[TABLES_MAX];
static size_t tables;
static struct rng_seeded dice;

static uint64_t roll(uint64_t below)
{
    uint64_t x;
    dice.r.fill(&dice.r, &x, sizeof x);
    return x % below;
}

/* --- what there is --- */
static const char *const listed[] = {
    [TEST_SQLITE_FILE] =
        "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name)",
    [TEST_PG] = "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'",
};
/* name:type:place in the primary key, 0 for none */
static const char *const described[] = {
    [TEST_SQLITE_FILE] = "SELECT group_concat(name || ':' || type || ':' || pk, ' ') FROM (SELECT * FROM "
                         "pragma_table_info('%s') ORDER BY cid)",
    [TEST_PG] = "SELECT string_agg(column_name || ':' || upper(data_type) || ':' || COALESCE((SELECT "
                "k.ordinal_position FROM information_schema.key_column_usage k "
                "WHERE k.table_name = c.table_name AND k.column_name = c.column_name AND k.constraint_name LIKE "
                "'%%_pkey'), 0), ' ' ORDER BY ordinal_position) "
                "FROM information_schema.columns c WHERE table_schema = 'public' AND table_name = '%s'",
};

static bool projected(slice name)
{
    static const char *const begins[] = {"s_", "x_", "p_", "b_", "leaf"};
    for (size_t i = 0; i < TB_COUNT(begins); i++)
        if (sl_starts(name, begins[i]))
            return true;
    return false;
}

static void table_describe(struct table *t)
{
    char text[1000];
    snprintf(text, sizeof text, described[played.kind], t->name);
    slice rest = sl(house_ask(&played, "%s", text)), one, name, type;
    while (rest.n) {
        sl_cut(rest, ' ', &one, &rest);
        assert_true(t->cols < COLUMNS_MAX);
        struct column *c = &t->col[t->cols++];
        sl_cut(one, ':', &name, &type);
        snprintf(c->name, sizeof c->name, PRIs, ARGs(name));
        c->number = sl_starts(type, "BIGINT") || sl_starts(type, "INTEGER");
        c->key = type.p[type.n - 1] != '0';
        t->keys += c->key;
    }
    assert_true(t->cols > 1 && t->keys >= 1);
    for (size_t i = 0; i < t->keys; i++)
        if (!t->col[i].key)
            fail_msg("%s: the key does not come first", t->name); /* row_key relies on it */
    t->rows = house_count(&played, "SELECT count(*) FROM %s", t->name);
}

static int play_once(void **state)
{
    (void)state;
    house_begin(&played, true);
    house_played(&played);
    house_shut(&played);
    rng_seed(&dice, sl(test_db_word(played.kind)));
    slice rest = sl(house_ask(&played, "%s", listed[played.kind])), name;
    while (rest.n) {
        sl_cut(rest, ' ', &name, &rest);
        if (!projected(name))
            continue;
        assert_true(tables < TABLES_MAX);
        table[tables] = (struct table){0};
        snprintf(table[tables].name, sizeof table[0].name, PRIs, ARGs(name));
        table_describe(&table[tables]);
        tables += table[tables].rows > 0;
    }
    return 0;
}

static int play_over(void **state)
{
    (void)state;
    played.g = NULL;
    played.r = NULL;
    house_end(&played);
    return 0;
}

/* --- one row --- */
struct row {
    const struct table *t;
    char *v[COLUMNS_MAX]; /* NULL: NULL */
};

static char *quoted(const char *v)
{
    struct buf b = BUF(1 << 20);
    if (!v)
        return arena_dup(played.a, SL("NULL"));
    buf_chr(&b, '\'');
    for (; *v; v++) {
        buf_chr(&b, *v);
        if (*v == '\'')
            buf_chr(&b, '\'');
    }
    buf_chr(&b, '\'');
    char *z = arena_dup(played.a, buf_slice(&b));
    buf_free(&b);
    return z;
}

static char *where_key(const struct row *r)
{
    struct buf b = BUF(4000);
    for (size_t i = 0; i < r->t->keys; i++)
        buf_fmt(&b, "%s\"%s\" = %s", i ? " AND " : "", r->t->col[i].name, quoted(r->v[i]));
    char *z = arena_dup(played.a, buf_slice(&b));
    buf_free(&b);
    return z;
}

static struct row row_take(const struct table *t, int64_t at)
{
    struct row r = {.t = t};
    char text[400];
    snprintf(text, sizeof text, "SELECT * FROM %s ORDER BY %s LIMIT 1 OFFSET %" PRId64, t->name,
             t->keys > 1 ? "1, 2" : "1", at);
    assert_int_equal(house_row(&played, text, r.v, COLUMNS_MAX), t->cols);
    return r;
}

static char *cell(const struct table *t, const char *column, int64_t row)
{
    return house_ask(&played, "SELECT \"%s\" FROM %s ORDER BY \"%s\" LIMIT 1 OFFSET %" PRId64, column, t->name,
                     t->col[0].name, row);
}

static char *row_key(const struct row *r)
{
    struct buf b = BUF(400);
    for (size_t i = 0; i < r->t->keys; i++)
        buf_fmt(&b, "%s%s", i ? "/" : "", r->v[i]);
    char *z = arena_dup(played.a, buf_slice(&b));
    buf_free(&b);
    return z;
}

static void row_put(const struct row *r)
{
    struct buf b = BUF(1 << 20);
    for (size_t i = 0; i < r->t->cols; i++)
        buf_fmt(&b, "%s%s", i ? ", " : "", quoted(r->v[i]));
    house_sql(&played, "INSERT INTO %s VALUES (%s)", r->t->name, b.p);
    buf_free(&b);
}

/* --- what replay says --- */
static struct gate_replay_report rep;

static void replay(void)
{
    struct fault f = {0};
    if (gate_replay(&played.cfg, &rep, NULL, &f) != E_OK)
        fail_msg("replay: %s: %s", f.where, f.what);
}

static bool named(const char *name, const char *key)
{
    for (size_t i = 0; i < rep.differences && i < TB_COUNT(rep.diff); i++)
        if (strcmp(rep.diff[i].table, name) == 0 && strcmp(rep.diff[i].key, key) == 0)
            return true;
    return false;
}

static void must_name(const struct table *t, const char *key, const char *other, const char *what)
{
    replay();
    if (!named(t->name, key) && !(other && named(t->name, other)))
        fail_msg("%s %s: %s: replay tells %zu differences, the first of %s %s", t->name, key, what, rep.differences,
                 rep.diff[0].table, rep.diff[0].key);
}

static void must_be_clean(void)
{
    replay();
    if (rep.differences)
        fail_msg("replay: %zu differences, the first of %s %s", rep.differences, rep.diff[0].table, rep.diff[0].key);
}

TEST(an_unchanged_store_has_no_difference)
{
    (void)state;
    must_be_clean();
    assert_true(rep.acts > 300);
    for (int k = 0; k < KIND_COUNT; k++) { /* the story is long enough to be worth it */
        /* the stories of tests/scenario play these, and each of those is replayed */
        bool rare = k == KIND_bulk || k == KIND_read || k == KIND_order || k == KIND_hold || k == KIND_embargo ||
                    k == KIND_letter || k == KIND_export || k == KIND_inquiry || k == KIND_consult ||
                    k == KIND_handover || k == KIND_protection;
        assert_true(rare || house_count(&played, "SELECT count(*) FROM s_%s", law_kind[k].name) > 0);
    }
}

/* --- 200 updates --- */
/* A value that could stand there: another row's, or this one a little changed. */
static char *other_value(const struct row *r, size_t c)
{
    const struct table *t = r->t;
    char *v = cell(t, t->col[c].name, (int64_t)roll((uint64_t)t->rows)), *old = r->v[c];
    bool same = (!v && !old) || (v && old && strcmp(v, old) == 0);
    if (!same && (v || !t->col[c].key))
        return v;
    if (t->col[c].number)
        return arena_fmt(played.a, "%" PRId64, old ? (int64_t)strtoll(old, NULL, 10) + 1 + (int64_t)roll(3) : 1);
    if (!old || !*old)
        return arena_dup(played.a, SL("S"));
    char *z = arena_dup(played.a, sl(old));
    size_t at = roll(strlen(z));
    while ((unsigned char)z[at] >= 0x80 && at > 0) /* an ASCII character of it, so that it stays text */
        at--;
    if ((unsigned char)z[at] >= 0x80)
        return arena_fmt(played.a, "%s.", z);
    z[at] = z[at] == '1' ? '2' : '1';
    return z;
}

static char *set_text(const struct column *c, const char *v)
{
    return arena_fmt(played.a, "\"%s\" = %s", c->name, quoted(v));
}

static bool key_taken(const struct row *r)
{
    return house_count(&played, "SELECT count(*) FROM %s WHERE %s", r->t->name, where_key(r)) > 0;
}

static bool may_be_null(const struct table *t, size_t c)
{
    static const char *const fixed[] = {"id", "state", "label", "made", "moved", "leaf", "parent"};
    for (size_t i = 0; i < TB_COUNT(fixed); i++)
        if (strcmp(t->col[c].name, fixed[i]) == 0)
            return false;
    return t->name[0] == 's' || t->name[0] == 'x';
}

/* One update, replay, and back. False: the dice showed nothing that could be written. */
static bool one_update(int n, size_t *touched)
{
    size_t which = roll(tables);
    const struct table *t = &table[which];
    struct row old = row_take(t, (int64_t)roll((uint64_t)t->rows)), new = old;
    size_t c = roll(t->cols);
    new.v[c] = other_value(&old, c);
    if (!new.v[c] && !may_be_null(t, c))
        return false;
    if (t->col[c].key && key_taken(&new))
        return false;
    house_sql(&played, "UPDATE %s SET %s WHERE %s", t->name, set_text(&t->col[c], new.v[c]), where_key(&old));
    must_name(t, row_key(&old), t->col[c].key ? row_key(&new) : NULL,
              arena_fmt(played.a, "update %d of %s", n, t->col[c].name));
    if (!t->col[c].key && (t->name[0] == 's' || t->name[0] == 'x' || t->name[0] == 'p'))
        assert_int_equal(rep.differences, 1); /* of the projections this record and no other */
    house_sql(&played, "UPDATE %s SET %s WHERE %s", t->name, set_text(&t->col[c], old.v[c]), where_key(&new));
    touched[which]++;
    return true;
}

TEST(replay_names_each_of_200_records_that_were_changed_behind_the_gate)
{
    (void)state;
    size_t touched[TABLES_MAX] = {0};
    for (int n = 0; n < UPDATES;) {
        arena_reset(played.a);
        n += one_update(n, touched);
    }
    size_t different = 0;
    for (size_t i = 0; i < tables; i++)
        different += touched[i] > 0;
    assert_true(different * 4 > tables * 3); /* the dice have been nearly everywhere */
    must_be_clean();
}

/* --- rows lost and invented, once in every table --- */
TEST(replay_names_a_row_that_was_deleted_in_every_table)
{
    (void)state;
    for (size_t i = 0; i < tables; i++) {
        arena_reset(played.a);
        struct row r = row_take(&table[i], (int64_t)roll((uint64_t)table[i].rows));
        house_sql(&played, "DELETE FROM %s WHERE %s", r.t->name, where_key(&r));
        must_name(r.t, row_key(&r), NULL, "deleted");
        row_put(&r);
    }
    must_be_clean();
}

/* A key that nobody has, of the form that the table's keys have. */
static char *free_key(const struct row *r, size_t c)
{
    const struct table *t = r->t;
    if (t->col[c].number)
        return arena_fmt(played.a, "%" PRId64,
                         house_count(&played, "SELECT max(\"%s\") + 1 FROM %s", t->col[c].name, t->name));
    return arena_fmt(played.a, "%s.1", r->v[c]);
}

TEST(replay_names_a_row_that_was_invented_in_every_table)
{
    (void)state;
    for (size_t i = 0; i < tables; i++) {
        arena_reset(played.a);
        struct row r = row_take(&table[i], (int64_t)roll((uint64_t)table[i].rows));
        size_t c = r.t->keys - 1;
        r.v[c] = free_key(&r, c);
        row_put(&r);
        must_name(r.t, row_key(&r), NULL, "invented");
        house_sql(&played, "DELETE FROM %s WHERE %s", r.t->name, where_key(&r));
    }
    must_be_clean();
}

TEST(replay_names_the_last_leaf_when_the_tail_is_cut_off)
{
    (void)state;
    int64_t last = house_count(&played, "SELECT max(idx) FROM leaf");
    static const char *const both[] = {"leaf", "leaf_body"};
    struct row r[2];
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < tables; k++)
            if (strcmp(table[k].name, both[i]) == 0)
                r[i] = row_take(&table[k], last);
        house_sql(&played, "DELETE FROM %s WHERE idx = %" PRId64, both[i], last);
    }
    must_name(r[0].t, arena_fmt(played.a, "%" PRId64, last), NULL, "cut off"); /* the published tiles know it */
    row_put(&r[0]);
    row_put(&r[1]);
    must_be_clean();
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest test[] = {
        cmocka_unit_test(an_unchanged_store_has_no_difference),
        cmocka_unit_test(replay_names_each_of_200_records_that_were_changed_behind_the_gate),
        cmocka_unit_test(replay_names_a_row_that_was_deleted_in_every_table),
        cmocka_unit_test(replay_names_a_row_that_was_invented_in_every_table),
        cmocka_unit_test(replay_names_the_last_leaf_when_the_tail_is_cut_off),
    };
    house_args(argc, argv);
    return cmocka_run_group_tests_name("replay", test, play_once, play_over);
}
