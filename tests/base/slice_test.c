#include "check.h"

static void an_empty_slice_and_null_are_one(void **state)
{
    (void)state;
    assert_true(sl_eq(sl(NULL), SLN));
    assert_true(sl_eq(sl(""), SLN));
    assert_true(sl_is(SLN, ""));
    assert_false(sl_is(SLN, "a"));
    assert_int_equal(sl_cmp(SLN, sl("")), 0);
    assert_true(sl_starts(SLN, ""));
    assert_false(sl_starts(SLN, "a"));
    assert_sl(sl_trim(SLN), "");
}

static void slices_compare_bytewise_and_the_shorter_comes_first(void **state)
{
    (void)state;
    assert_int_equal(sl_cmp(SL("a"), SL("ab")), -1);
    assert_int_equal(sl_cmp(SL("ab"), SL("a")), 1);
    assert_int_equal(sl_cmp(SL("ab"), SL("ab")), 0);
    assert_int_equal(sl_cmp(SL("b"), SL("ab")), 1);
    assert_int_equal(sl_cmp(SL("\x7f"), SL("\x80")), -1); /* bytes are unsigned */
    assert_true(sl_cmp(SL("a\0b"), SL("a\0c")) < 0);
}

static void a_slice_starts_with_a_string_only_if_all_of_it_is_there(void **state)
{
    (void)state;
    assert_true(sl_starts(SL("CVE-2026-1"), "CVE-"));
    assert_false(sl_starts(SL("CVE"), "CVE-"));
    assert_true(sl_starts(SL("x"), ""));
}

static void trimming_takes_ascii_space_off_both_ends_only(void **state)
{
    (void)state;
    assert_sl(sl_trim(SL(" \t\r\n\v\f a b \n")), "a b");
    assert_sl(sl_trim(SL(" \n ")), "");
    assert_sl(sl_trim(SL("\u3000a")), "\u3000a"); /* the ideographic space is text */
}

static void a_cut_falls_at_the_first_separator(void **state)
{
    (void)state;
    slice h, t;
    assert_true(sl_cut(SL("a:b:c"), ':', &h, &t));
    assert_sl(h, "a");
    assert_sl(t, "b:c");
    assert_true(sl_cut(SL(":"), ':', &h, &t));
    assert_sl(h, "");
    assert_sl(t, "");
    assert_false(sl_cut(SL("abc"), ':', &h, &t));
    assert_sl(h, "abc");
    assert_sl(t, "");
    assert_false(sl_cut(SLN, ':', &h, &t));
    assert_int_equal(h.n, 0);
}

static void integers_are_read_to_the_ends_of_int64(void **state)
{
    (void)state;
    int64_t v = 0;
    assert_true(sl_int(SL("9223372036854775807"), &v));
    assert_true(v == INT64_MAX);
    assert_true(sl_int(SL("-9223372036854775808"), &v));
    assert_true(v == INT64_MIN);
    assert_true(sl_int(SL("-0"), &v));
    assert_true(v == 0);
    assert_true(sl_int(SL("007"), &v));
    assert_true(v == 7);
}

static void what_is_not_wholly_an_integer_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "", "-", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "--1", "9223372036854775808", "-9223372036854775809", "１"};
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        int64_t v = 42;
        assert_false(sl_int(sl(bad[i]), &v));
        assert_true(v == 42);
    }
    int64_t v = 42;
    assert_false(sl_int(SL("1\0"), &v));
}

static void every_error_has_its_status_code_and_both_languages(void **state)
{
    (void)state;
    for (int i = 0; i < E_COUNT; i++) {
        enum err e = (enum err)i;
        assert_in_range(err_http(e), 200, 599);
        assert_true(err_code(e)[0] && err_text(e, false)[0]);
        assert_true((unsigned char)err_text(e, true)[0] >= 0xE3); /* Japanese */
        for (int j = 0; j < i; j++)
            assert_string_not_equal(err_code(e), err_code((enum err)j));
    }
    assert_int_equal(err_http(E_TOO_BIG), 413);
    assert_string_equal(err_code(E_TOO_BIG), "too-big");
    assert_string_equal(err_text(E_ABSENT, true), "該当するものがありません");
    assert_int_equal(E_OK, 0);
}

static void an_unknown_error_is_impossible(void)
{
    (void)err_http(E_COUNT);
}

static void a_fault_says_what_and_where(void **state)
{
    (void)state;
    struct fault f;
    assert_int_equal(fault_set(&f, E_FIELD, "product", "%d 文字までです", 200), E_FIELD);
    assert_int_equal(f.err, E_FIELD);
    assert_string_equal(f.where, "product");
    assert_string_equal(f.what, "200 文字までです");
    assert_int_equal(fault_set(&f, E_IO, NULL, "x"), E_IO);
    assert_string_equal(f.where, "");
    assert_int_equal(fault_set(NULL, E_DB, "t", "x"), E_DB);
}

static void a_fault_that_is_too_long_ends_on_a_whole_character(void **state)
{
    (void)state;
    struct fault f;
    char text[700];
    /* Characters of each length, with so many bytes before them that they meet the cut at every place. */
    static const char *const character[] = {"a", "é", "烽", "ก", "𠮷", "\U0010FFFF"};
    for (size_t k = 0; k < 4 * TB_COUNT(character); k++) {
        size_t ahead = k % 4, n = ahead, size = strlen(character[k / 4]);
        memset(text, 'a', ahead);
        for (; n + size < sizeof text; n += size)
            memcpy(text + n, character[k / 4], size);
        text[n] = '\0';
        fault_set(&f, E_PARSE, text, "%s", text);
        assert_int_equal((strlen(f.what) - ahead) % size, 0);
        assert_in_range(strlen(f.what), sizeof f.what - size, sizeof f.what - 1);
        assert_int_equal((strlen(f.where) - ahead) % size, 0);
        assert_in_range(strlen(f.where), sizeof f.where - size, sizeof f.where - 1);
    }
}

static void a_fault_says_nothing_that_is_no_utf8(void **state)
{
    (void)state;
    struct fault f;
    fault_set(&f, E_FIELD, "\xda", "%.4s という事項 \xff\xfe。", "かき");
    assert_string_equal(f.where, "");
    assert_string_equal(f.what, "か という事項 。");
}

static void must_of_a_falsehood(void)
{
    int one = 1;
    must(one == 2);
}

static void the_impossible_aborts_and_says_where(void **state)
{
    (void)state;
    must(true);
    assert_true(dies_saying(must_of_a_falsehood, "slice_test.c"));
    assert_true(dies_saying(must_of_a_falsehood, "one == 2"));
    assert_true(dies_saying(an_unknown_error_is_impossible, "E_COUNT"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_slice_and_null_are_one),
        cmocka_unit_test(slices_compare_bytewise_and_the_shorter_comes_first),
        cmocka_unit_test(a_slice_starts_with_a_string_only_if_all_of_it_is_there),
        cmocka_unit_test(trimming_takes_ascii_space_off_both_ends_only),
        cmocka_unit_test(a_cut_falls_at_the_first_separator),
        cmocka_unit_test(integers_are_read_to_the_ends_of_int64),
        cmocka_unit_test(what_is_not_wholly_an_integer_is_refused_and_changes_nothing),
        cmocka_unit_test(every_error_has_its_status_code_and_both_languages),
        cmocka_unit_test(a_fault_says_what_and_where),
        cmocka_unit_test(a_fault_that_is_too_long_ends_on_a_whole_character),
        cmocka_unit_test(a_fault_says_nothing_that_is_no_utf8),
        cmocka_unit_test(the_impossible_aborts_and_says_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
