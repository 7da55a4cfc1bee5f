#include "check.h"

/* A reader, and between any two of its looks at disk and rows a writer that goes on, or one that was killed and starts
 * anew: never an alarm. */

#define DIR "home/partners.ledger"

static struct note_key *key;
static struct sim start; /* where the reader finds the ledger */
static struct ledger *writer;
static struct test_rows rows;
static uint64_t again;    /* and by 300 more before this one, if not 0 */
static uint64_t at, step; /* the writer moves before this look (0: before every one), by so many leaves */

static int begin(void **state)
{
    (void)state;
    key = key_of(ORIGIN);
    return 0;
}

static int end(void **state)
{
    (void)state;
    note_key_free(key);
    return 0;
}

static void build(struct sim *s, uint64_t size)
{
    struct ledger *l;
    struct test_rows all = rows_of(size);
    sim_init(s, 1);
    sim_write(s, "home/partners.db", "", 0);
    assert_ok(ledger_found(DIR, key, &s->d, &fault));
    assert_ok(ledger_open(&l, DIR, key, &s->d, &fault));
    assert_ok(ledger_catch_up(l, size, &all.r, &fault));
    ledger_close(l);
}

/* The rows are looked at as well, and may have grown between two looks. */
static struct sim *beside;
static enum err racing_each(struct leaf_rows *r, uint64_t from, uint64_t to, leaf_fn *leaf, void *ud, struct fault *f)
{
    sim_look(beside);
    return test_each(r, from, to, leaf, ud, f);
}

static struct test_rows racing_rows(uint64_t count)
{
    struct test_rows r = rows_of(count);
    r.r.each = racing_each;
    return r;
}

/* A writer that has come to removing superseded bundles, but not yet to removing tiles. */
static int (*true_remove)(struct disk *d, const char *path, bool dir);
static int half_remove(struct disk *d, const char *path, bool dir)
{
    return strstr(path, "/tile/entries/") ? true_remove(d, path, dir) : 0;
}

static void go_on(struct sim *s)
{
    struct fault f;
    bool second = again != 0 && s->reads == again;
    if (at != 0 && s->reads != at && !second)
        return;
    rows.own_count += second ? 300 : step; /* committed before the files follow */
    check_ok(ledger_catch_up(writer, rows.own_count, &rows.r, &f), &f, "catch up", __FILE__, __LINE__);
}

/* Reads one ledger with the writer moving at one place. False when the reader is done before. */
static bool read_beside(uint64_t size, bool with_rows, bool half)
{
    struct sim s;
    struct ledger_report r;
    sim_copy(&s, &start);
    beside = &s;
    rows = racing_rows(size);
    assert_ok(ledger_open(&writer, DIR, key, &s.d, &fault));
    true_remove = s.d.remove;
    s.d.remove = half ? half_remove : true_remove;
    s.reads = 0;
    s.before = go_on;
    r = verified(DIR, key, &s.d, with_rows ? &rows : NULL);
    uint64_t reads = s.reads;
    if (!r.ok)
        fail_msg("size %" PRIu64 ", %" PRIu64 " more before look %" PRIu64 ", rows %d: leaf %" PRId64 ": %s", size,
                 step, at, with_rows, r.first_bad, r.what);
    ledger_close(writer);
    s.before = NULL;
    sim_free(&s);
    return reads >= at;
}

static void a_writer_that_moves_once_at_any_place_raises_no_alarm(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 1, 5, 255, 256, 257, 300, 512}, steps[] = {1, 250, 256, 300, 600};
    for (size_t i = 0; i < TB_COUNT(sizes); i++) {
        build(&start, sizes[i]);
        for (size_t k = 0; k < 4 * TB_COUNT(steps); k++) {
            step = steps[k / 4];
            for (at = 1; read_beside(sizes[i], k % 2, k / 2 % 2); at++) {
            }
            assert_true(at > 3);
        }
        sim_free(&start);
    }
}

/* A little, so that a partial file is listed; then on, so that it is replaced before its entries are. */
static void a_writer_that_moves_twice_raises_no_alarm(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 256};
    for (size_t i = 0; i < TB_COUNT(sizes); i++) {
        build(&start, sizes[i]);
        step = 5;
        for (at = 2; at < 30; at++)
            for (again = at + 1; again < 30; again++)
                (void)read_beside(sizes[i], false, true);
        again = 0;
        sim_free(&start);
    }
}

static void a_writer_that_moves_at_every_look_raises_no_alarm(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 5, 250, 300}, steps[] = {1, 2, 17, 100};
    for (size_t i = 0; i < TB_COUNT(sizes); i++) {
        build(&start, sizes[i]);
        for (size_t k = 0; k < 4 * TB_COUNT(steps); k++) {
            step = steps[k / 4];
            at = 0;
            (void)read_beside(sizes[i], k % 2, k / 2 % 2);
        }
        sim_free(&start);
    }
}

/* The writer was killed after files and before the checkpoint; another one opens while somebody reads. */
static void open_anew(struct sim *s)
{
    struct fault f;
    struct ledger *l;
    if (s->reads != at)
        return;
    check_ok(ledger_open(&l, DIR, key, &s->d, &f), &f, "open", __FILE__, __LINE__);
    if (step > 0)
        check_ok(ledger_catch_up(l, rows.own_count, &rows.r, &f), &f, "catch up", __FILE__, __LINE__);
    ledger_close(l);
}

static void read_after_a_kill(uint64_t size, uint64_t ops)
{
    for (int turn = 0; turn < 4; turn++) {
        step = (uint64_t)turn / 2;
        for (bool more = (at = 1); more; at++) {
            struct sim s;
            struct ledger_report r;
            sim_copy(&s, &start);
            beside = &s;
            rows = racing_rows(size + 300);
            assert_ok(ledger_open(&writer, DIR, key, &s.d, &fault));
            sim_arm(&s, ops, SIM_DIE_AFTER, 0);
            assert_int_equal(ledger_catch_up(writer, size + 300, &rows.r, &fault), E_IO);
            ledger_close(writer);
            sim_revive(&s);
            s.reads = 0;
            s.before = open_anew;
            r = verified(DIR, key, &s.d, turn % 2 ? &rows : NULL);
            if (!r.ok)
                fail_msg("size %" PRIu64 ", killed after %" PRIu64 ", opened before look %" PRIu64
                         ", turn %d: leaf %" PRId64 ": %s",
                         size, ops, at, turn, r.first_bad, r.what);
            more = s.reads >= at;
            s.before = NULL;
            sim_free(&s);
        }
    }
}

static void a_writer_that_starts_after_a_kill_raises_no_alarm(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {5, 256, 300};
    for (size_t i = 0; i < TB_COUNT(sizes); i++) {
        build(&start, sizes[i]);
        for (uint64_t ops = 4; ops <= 16; ops += 4)
            read_after_a_kill(sizes[i], ops);
        sim_free(&start);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_writer_that_moves_once_at_any_place_raises_no_alarm),
        cmocka_unit_test(a_writer_that_moves_twice_raises_no_alarm),
        cmocka_unit_test(a_writer_that_moves_at_every_look_raises_no_alarm),
        cmocka_unit_test(a_writer_that_starts_after_a_kill_raises_no_alarm),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
