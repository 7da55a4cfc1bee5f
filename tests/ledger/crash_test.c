#include "check.h"

#include <errno.h>

/* Every operation that changes the disk fails once, is the last one of its process before or after it took
 * effect, or is the last one before a power cut. Whatever happens: what was acknowledged stays, and the next
 * opening and catching up end in a whole ledger. */

#define DIR "home/partners.ledger"

static struct note_key *key;
static const uint64_t steps[] = {1, 2, 4, 255, 256, 257, 258, 513, 515};
enum { LAST = 515 };

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

static void fresh(struct sim *s, uint64_t seed)
{
    sim_init(s, seed);
    sim_write(s, "home/partners.db", "", 0); /* home stands */
}

/* One process from the opening on. Returns how far it came: the size last acknowledged, by a success alone. */
static uint64_t live(struct sim *s, uint64_t acked, bool stubborn)
{
    struct ledger *l = NULL;
    struct fault f;
    enum err e = acked == 0 ? ledger_found(DIR, key, &s->d, &f) : E_OK;
    if (e == E_CONFLICT) /* a checkpoint that nobody was told of stands already */
        e = E_OK;
    if (e != E_OK && stubborn && !s->dead)
        e = ledger_found(DIR, key, &s->d, &f);
    if (e == E_OK)
        e = ledger_open(&l, DIR, key, &s->d, &f);
    if (e != E_OK && stubborn && !s->dead)
        e = ledger_open(&l, DIR, key, &s->d, &f);
    if (e != E_OK)
        return acked;
    acked = ledger_head(l)->size; /* opening says so, and that is as good as a success */
    for (size_t i = 0; i < TB_COUNT(steps); i++) {
        struct test_rows rows = rows_of(steps[i]);
        if (steps[i] <= ledger_head(l)->size)
            continue;
        e = ledger_catch_up(l, steps[i], &rows.r, &f);
        if (e != E_OK && stubborn && !s->dead)
            e = ledger_catch_up(l, steps[i], &rows.r, &f);
        if (e == E_OK)
            acked = ledger_head(l)->size;
        else if (s->dead || !stubborn)
            break;
    }
    ledger_close(l);
    return acked;
}

static void assert_kept(struct sim *s, uint64_t acked, const char *when)
{
    struct checkpoint c;
    if (acked == 0)
        return;
    assert_ok(ledger_checkpoint(DIR, note_key_public(key), &s->d, &c, &fault));
    struct hash root = naive_root(0, c.size);
    if (c.size < acked || !hash_eq(&root, &c.root))
        fail_msg("%s: %" PRIu64 " leaves were acknowledged, the checkpoint says %" PRIu64, when, acked, c.size);
    /* What a crash left is no alarm, before anybody repairs it: the rows are ahead, never behind. */
    struct test_rows rows = rows_of(LAST);
    struct ledger_report r = verified(DIR, key, &s->d, &rows);
    if (!r.ok)
        fail_msg("%s: leaf %" PRId64 ": %s", when, r.first_bad, r.what);
}

static void assert_repaired(struct sim *s, uint64_t acked, const char *when)
{
    assert_kept(s, acked, when);
    uint64_t reached = live(s, acked, false);
    if (reached != LAST)
        fail_msg("%s: repaired up to %" PRIu64 " only", when, reached);
    struct test_rows rows = rows_of(LAST);
    struct ledger_report r = verified(DIR, key, &s->d, &rows);
    assert_whole(r, LAST);
    unsigned names = 0;
    for (size_t i = 0; i < s->n_name; i++)
        names += s->name[i].now >= 0 && !s->inode[s->name[i].now].dir;
    /* the database; checkpoint; three bundles and tiles; one tile above */
    if (names != 1 + 1 + 3 + 3 + 1)
        fail_msg("%s: %u files are left", when, names);
    /* It was acknowledged: it must outlive the next power cut. */
    sim_power_cut(s);
    r = verified(DIR, key, &s->d, &rows);
    assert_whole(r, LAST);
}

static uint64_t count_ops(void)
{
    struct sim s;
    fresh(&s, 1);
    assert_int_equal(live(&s, 0, false), LAST);
    uint64_t n = s.ops;
    sim_free(&s);
    return n;
}

static void one_run(uint64_t at, enum sim_fault how, int error, bool power, uint64_t seed)
{
    struct sim s;
    char when[120];
    (void)snprintf(when, sizeof when, "operation %" PRIu64 " (fault %d, error %d, power cut %d, seed %" PRIu64 ")", at,
                   (int)how, error, power, seed);
    fresh(&s, seed);
    sim_arm(&s, at, how, error);
    uint64_t acked = live(&s, 0, how == SIM_FAIL);
    if (!s.struck)
        fail_msg("%s: was never reached", when);
    if (how == SIM_FAIL && acked != LAST)
        fail_msg("%s: the same process went up to %" PRIu64 " only", when, acked);
    if (power)
        sim_power_cut(&s);
    else
        sim_revive(&s);
    assert_repaired(&s, acked, when);
    sim_free(&s);
}

static void a_failing_operation_is_repaired_by_the_same_process(void **state)
{
    (void)state;
    uint64_t n = count_ops();
    assert_true(n > 60);
    for (uint64_t at = 1; at <= n; at++) {
        one_run(at, SIM_FAIL, -ENOSPC, false, at);
        one_run(at, SIM_FAIL, -EIO, true, at);
    }
}

static void a_killed_process_is_repaired_by_the_next(void **state)
{
    (void)state;
    uint64_t n = count_ops();
    for (uint64_t at = 1; at <= n; at++) {
        one_run(at, SIM_DIE_BEFORE, 0, false, at);
        one_run(at, SIM_DIE_AFTER, 0, false, at);
    }
}

static void a_power_cut_loses_nothing_that_was_acknowledged(void **state)
{
    (void)state;
    uint64_t n = count_ops();
    for (uint64_t at = 1; at <= n; at++)
        for (uint64_t seed = 1; seed <= 4; seed++)
            one_run(at, seed % 2 ? SIM_DIE_BEFORE : SIM_DIE_AFTER, 0, true, at * 1000 + seed);
}

/* Killed, started, killed again while it repairs; then the power goes. */
static void a_repair_that_is_cut_short_is_repaired_too(void **state)
{
    (void)state;
    uint64_t n = count_ops();
    for (uint64_t at = 1; at <= n; at += 4) {
        for (uint64_t second = 1; second <= 18; second++) {
            struct sim s;
            char when[80];
            (void)snprintf(when, sizeof when, "operations %" PRIu64 " and then %" PRIu64, at, second);
            fresh(&s, at * 100 + second);
            sim_arm(&s, at, second % 2 ? SIM_DIE_AFTER : SIM_DIE_BEFORE, 0);
            uint64_t acked = live(&s, 0, false);
            if (second % 3)
                sim_revive(&s);
            else
                sim_power_cut(&s);
            sim_arm(&s, second, at % 2 ? SIM_DIE_AFTER : SIM_DIE_BEFORE, 0);
            acked = live(&s, acked, false);
            sim_power_cut(&s);
            assert_repaired(&s, acked, when);
            sim_free(&s);
        }
    }
}

/* Where names are not journalled, tmp can come back as a second name of the checkpoint. */
static void a_second_name_of_the_checkpoint_is_not_written_through(void **state)
{
    (void)state;
    for (uint64_t size = 0; size <= 1; size++) {
        for (uint64_t at = 1;; at++) {
            struct sim s;
            struct ledger *l;
            struct test_rows rows = rows_of(1);
            fresh(&s, at);
            assert_ok(ledger_found(DIR, key, &s.d, &fault));
            assert_ok(ledger_open(&l, DIR, key, &s.d, &fault));
            assert_ok(ledger_catch_up(l, size, &rows.r, &fault));
            ledger_close(l);
            sim_link(&s, DIR "/checkpoint", DIR "/tmp");
            sim_arm(&s, at, SIM_DIE_BEFORE, 0);
            uint64_t acked = live(&s, size, false);
            bool struck = s.struck;
            sim_power_cut(&s);
            assert_repaired(&s, acked, "a second name");
            sim_free(&s);
            if (!struck)
                break;
        }
    }
}

/* A disk that answers "written" and has written something else into a tile. */
static int (*true_put)(struct disk *d, const char *path, slice data, unsigned mode);
static unsigned lie_at, puts_seen;

static int lying_put(struct disk *d, const char *path, slice data, unsigned mode)
{
    char other[TILE_WIDTH * HASH_LEN];
    bool tile = data.n > 0 && data.n % HASH_LEN == 0 && data.n <= sizeof other;
    if (!tile || ++puts_seen != lie_at)
        return true_put(d, path, data, mode);
    memcpy(other, data.p, data.n);
    other[data.n - 1] ^= 1;
    return true_put(d, path, (slice){other, data.n}, mode);
}

static void what_does_not_read_back_is_not_signed(void **state)
{
    (void)state;
    for (lie_at = 1; lie_at <= 5; lie_at++) { /* two full tiles, partial ones of two levels; then no lie */
        struct sim s;
        struct ledger *l;
        struct test_rows rows = rows_of(600);
        fresh(&s, 1);
        assert_ok(ledger_found(DIR, key, &s.d, &fault));
        assert_ok(ledger_open(&l, DIR, key, &s.d, &fault));
        true_put = s.d.put;
        s.d.put = lying_put;
        puts_seen = 0;
        enum err e = ledger_catch_up(l, 600, &rows.r, &fault);
        /* what a full tile holds is read back by whoever reads it; its root was not taken from it */
        assert_int_equal(e, lie_at == 3 || lie_at == 4 ? E_CORRUPT : E_OK);
        assert_int_equal(ledger_head(l)->size, e == E_OK ? 600 : 0);
        s.d.put = true_put;
        assert_ok(ledger_catch_up(l, 600, &rows.r, &fault));
        struct ledger_report r = verified(DIR, key, &s.d, &rows);
        assert_int_equal(r.ok, lie_at > 2);
        ledger_close(l);
        sim_free(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_operation_is_repaired_by_the_same_process),
        cmocka_unit_test(a_killed_process_is_repaired_by_the_next),
        cmocka_unit_test(a_power_cut_loses_nothing_that_was_acknowledged),
        cmocka_unit_test(a_repair_that_is_cut_short_is_repaired_too),
        cmocka_unit_test(what_does_not_read_back_is_not_signed),
        cmocka_unit_test(a_second_name_of_the_checkpoint_is_not_written_through),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
