#include "check.h"

#include "web/sess.h"

struct set {
    struct clock_set clock;
    struct rng_seeded rng;
    struct sess_table *t;
    struct fault f;
    char id[SESS_ID_LEN + 1];
};

static int up(void **state)
{
    struct set *s = calloc(1, sizeof(*s));
    clock_set_init(&s->clock, 1800000000 * USEC, false);
    rng_seed(&s->rng, SL("sess"));
    s->t =
        sess_open(&s->clock.c, &s->rng.r, (struct sess_limits){.idle = 900 * USEC, .absolute = 28800 * USEC, .max = 4});
    *state = s;
    return 0;
}

static int down(void **state)
{
    struct set *s = *state;
    sess_close(s->t);
    free(s);
    return 0;
}

static slice in(struct set *s, const char *person)
{
    assert_int_equal(sess_new(s->t, sl(person), s->id, &s->f), E_OK);
    return (slice){s->id, SESS_ID_LEN};
}

static void a_session_is_found_by_its_cookie_alone(void **state)
{
    struct set *s = *state;
    struct sess who;
    slice id = in(s, "p-1");
    assert_true(sess_find(s->t, id, &who));
    assert_string_equal(who.person, "p-1");
    char other[SESS_ID_LEN + 1];
    memcpy(other, s->id, sizeof(other));
    other[63] = other[63] == '0' ? '1' : '0';
    assert_false(sess_find(s->t, sl(other), &who));
    assert_false(sess_find(s->t, SLN, &who));
    assert_false(sess_find(s->t, (slice){s->id, 63}, &who));
    assert_false(sess_find(s->t, SL("../../etc/passwd"), &who));
}

static void two_sessions_have_different_ids_of_256_bits(void **state)
{
    struct set *s = *state;
    char first[SESS_ID_LEN + 1];
    memcpy(first, in(s, "p-1").p, sizeof(first));
    in(s, "p-1");
    assert_string_not_equal(first, s->id);
    assert_int_equal(strlen(first), 64);
    assert_true(sess_cookie_ok(sl(first)));
}

static void idle_for_15_minutes_ends_it_and_use_keeps_it(void **state)
{
    struct set *s = *state;
    struct sess who;
    slice id = in(s, "p-1");
    for (int i = 0; i < 4; i++) {
        s->clock.at += 900 * USEC;
        assert_true(sess_find(s->t, id, &who));
    }
    s->clock.at += 900 * USEC + 1;
    assert_false(sess_find(s->t, id, &who));
    s->clock.at -= 900 * USEC;
    assert_false(sess_find(s->t, id, &who)); /* gone for good, even if the clock is set back */
}

static void eight_hours_end_it_however_busy_it_was(void **state)
{
    struct set *s = *state;
    struct sess who;
    slice id = in(s, "p-1");
    for (int i = 0; i < 48; i++) {
        s->clock.at += 600 * USEC;
        assert_true(sess_find(s->t, id, &who));
    }
    s->clock.at += 1;
    assert_false(sess_find(s->t, id, &who));
}

static void signing_out_ends_one_and_withdrawing_a_person_ends_all_of_theirs(void **state)
{
    struct set *s = *state;
    struct sess who;
    char a[SESS_ID_LEN + 1], b[SESS_ID_LEN + 1];
    memcpy(a, in(s, "p-1").p, sizeof(a));
    memcpy(b, in(s, "p-1").p, sizeof(b));
    slice other = in(s, "p-2");
    sess_end(s->t, sl(a));
    assert_false(sess_find(s->t, sl(a), &who));
    assert_true(sess_find(s->t, sl(b), &who));
    assert_int_equal(sess_end_person(s->t, SL("p-1")), 1);
    assert_false(sess_find(s->t, sl(b), &who));
    assert_true(sess_find(s->t, other, &who));
}

static void a_full_table_drops_the_one_idle_for_longest(void **state)
{
    struct set *s = *state;
    struct sess who;
    char id[5][SESS_ID_LEN + 1];
    for (int i = 0; i < 4; i++) {
        memcpy(id[i], in(s, "p").p, SESS_ID_LEN + 1);
        s->clock.at += USEC;
    }
    assert_true(sess_find(s->t, sl(id[0]), &who)); /* used again: now the second is the oldest */
    memcpy(id[4], in(s, "p").p, SESS_ID_LEN + 1);
    assert_false(sess_find(s->t, sl(id[1]), &who));
    assert_true(sess_find(s->t, sl(id[0]), &who));
    assert_true(sess_find(s->t, sl(id[4]), &who));
}

static void a_person_id_that_is_empty_or_too_long_is_refused(void **state)
{
    struct set *s = *state;
    char longest[SESS_PERSON_MAX + 2];
    memset(longest, 'a', SESS_PERSON_MAX + 1);
    longest[SESS_PERSON_MAX + 1] = '\0';
    assert_int_equal(sess_new(s->t, sl(longest), s->id, &s->f), E_FIELD);
    assert_string_equal(s->f.where, "person");
    assert_int_equal(sess_new(s->t, SLN, s->id, &s->f), E_FIELD);
    assert_int_equal(sess_new(s->t, (slice){longest, SESS_PERSON_MAX}, s->id, &s->f), E_OK);
}

static void a_token_fits_its_own_cookie_and_server_only(void **state)
{
    struct set *s = *state;
    char guest[SESS_ID_LEN + 1], other[SESS_ID_LEN + 1], token[SESS_ID_LEN + 1];
    sess_guest(s->t, guest);
    sess_guest(s->t, other);
    sess_token(s->t, sl(guest), token);
    assert_true(sess_token_ok(s->t, sl(guest), sl(token)));
    assert_false(sess_token_ok(s->t, sl(other), sl(token)));
    assert_false(sess_token_ok(s->t, sl(guest), sl(guest)));
    assert_false(sess_token_ok(s->t, sl(guest), SLN));
    assert_false(sess_token_ok(s->t, SLN, sl(token)));
    token[0] = token[0] == 'a' ? 'b' : 'a';
    assert_false(sess_token_ok(s->t, sl(guest), sl(token)));
    struct sess_table *again = sess_open(&s->clock.c, &s->rng.r, SESS_LIMITS);
    sess_token(again, sl(guest), token);
    assert_false(sess_token_ok(s->t, sl(guest), sl(token)));
    sess_close(again);
}

static void a_message_is_shown_once_and_cut_at_a_character(void **state)
{
    struct set *s = *state;
    struct arena *a = arena_new(1 << 16);
    slice id = in(s, "p-1"), text;
    struct buf b = BUF(4000);
    for (int i = 0; i < 200; i++)
        buf_str(&b, "受");
    buf_str(&b, "x");
    sess_flash(s->t, id, FLASH_DONE, buf_slice(&b));
    assert_int_equal(sess_flash_take(s->t, id, a, &text), FLASH_DONE);
    assert_int_equal(text.n, 399);
    assert_int_equal(sess_flash_take(s->t, id, a, &text), FLASH_NONE);
    assert_int_equal(text.n, 0);
    sess_flash(s->t, id, FLASH_WARN, SL("短い"));
    assert_int_equal(sess_flash_take(s->t, id, a, &text), FLASH_WARN);
    assert_sl(text, "短い");
    buf_free(&b);
    arena_free(a);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, up, down)
    const struct CMUnitTest tests[] = {
        T(a_session_is_found_by_its_cookie_alone),
        T(two_sessions_have_different_ids_of_256_bits),
        T(idle_for_15_minutes_ends_it_and_use_keeps_it),
        T(eight_hours_end_it_however_busy_it_was),
        T(signing_out_ends_one_and_withdrawing_a_person_ends_all_of_theirs),
        T(a_full_table_drops_the_one_idle_for_longest),
        T(a_person_id_that_is_empty_or_too_long_is_refused),
        T(a_token_fits_its_own_cookie_and_server_only),
        T(a_message_is_shown_once_and_cut_at_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
