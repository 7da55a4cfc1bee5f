#include "check.h"

static void a_buffer_grows_to_its_cap_and_no_further(void **state)
{
    (void)state;
    struct buf b = BUF(1000);
    for (int i = 0; i < 1000; i++)
        buf_chr(&b, (char)('a' + i % 26));
    assert_false(b.over);
    assert_int_equal(b.n, 1000);
    assert_int_equal(strlen(b.p), 1000);
    assert_int_equal(b.p[999], 'a' + 999 % 26);
    buf_chr(&b, 'x');
    assert_true(b.over);
    assert_int_equal(b.n, 1000);
    buf_free(&b);
}

static void once_over_a_buffer_takes_no_more(void **state)
{
    (void)state;
    struct buf b = BUF(8);
    buf_str(&b, "1234");
    buf_str(&b, "56789"); /* one too many: nothing of it is taken */
    assert_true(b.over);
    assert_sl(buf_slice(&b), "1234");
    buf_chr(&b, '5');
    buf_fmt(&b, "%d", 5);
    assert_sl(buf_slice(&b), "1234");
    buf_clear(&b);
    assert_false(b.over);
    assert_sl(buf_slice(&b), "");
    assert_string_equal(b.p, "");
    buf_str(&b, "12345678");
    assert_false(b.over);
    assert_sl(buf_slice(&b), "12345678");
    buf_free(&b);
    buf_fmt(&b, "%s", "123456789");
    assert_true(b.over);
    assert_null(b.p);
    buf_free(&b);
    buf_str(&b, "again");
    assert_sl(buf_slice(&b), "again");
    buf_free(&b);
}

static void a_buffer_without_a_cap_of_its_own_takes_nothing(void **state)
{
    (void)state;
    struct buf zero = {0};
    buf_chr(&zero, 'x');
    assert_true(zero.over);
    struct buf none = BUF(0);
    buf_str(&none, "");
    assert_false(none.over);
    assert_string_equal(none.p, "");
    buf_free(&none);
    struct buf endless = BUF(SIZE_MAX);
    buf_chr(&endless, 'x');
    assert_true(endless.over);
}

static void sizes_near_the_end_of_the_range_do_not_wrap(void **state)
{
    (void)state;
    struct buf b = BUF(100);
    buf_str(&b, "abc");
    buf_add(&b, "x", SIZE_MAX);
    assert_true(b.over);
    assert_sl(buf_slice(&b), "abc");
    buf_free(&b);
}

static void formatting_fills_a_buffer_exactly(void **state)
{
    (void)state;
    struct buf b = BUF(70);
    buf_fmt(&b, "%s", "");
    assert_string_equal(b.p, "");
    buf_fmt(&b, "%060d", 1);
    buf_fmt(&b, "%s|%5.2f", "烽", 3.14159);
    assert_false(b.over);
    assert_int_equal(b.n, 60 + 3 + 1 + 5);
    buf_fmt(&b, "%d", 1);
    assert_false(b.over);
    assert_int_equal(b.n, 70);
    buf_fmt(&b, "%d", 1);
    assert_true(b.over);
    buf_free(&b);
}

static void bytes_with_nul_are_kept(void **state)
{
    (void)state;
    struct buf b = BUF(64);
    buf_add(&b, NULL, 0);
    buf_sl(&b, SLN);
    buf_sl(&b, SL("a\0b"));
    assert_int_equal(b.n, 3);
    assert_memory_equal(b.p, "a\0b", 4);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_buffer_grows_to_its_cap_and_no_further),
        cmocka_unit_test(once_over_a_buffer_takes_no_more),
        cmocka_unit_test(a_buffer_without_a_cap_of_its_own_takes_nothing),
        cmocka_unit_test(sizes_near_the_end_of_the_range_do_not_wrap),
        cmocka_unit_test(formatting_fills_a_buffer_exactly),
        cmocka_unit_test(bytes_with_nul_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
