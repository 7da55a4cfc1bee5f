#include "check.h"

#include "base/text.h"

static struct arena *arena;

static int arena_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return 0;
}

static int arena_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* The whole file in one line: fields between [ ], records after their line number, "!" for a bad one. */
static const char *shown(slice file)
{
    struct csv c = {.rest = file};
    struct buf b = BUF(1 << 16);
    slice field[4];
    size_t n;
    buf_str(&b, "");
    while (csv_next(&c, arena, field, TB_COUNT(field), &n)) {
        buf_fmt(&b, "%zu:%s", c.line, c.bad ? "!" : "");
        for (size_t i = 0; i < n; i++)
            buf_fmt(&b, "[" PRIs "]", ARGs(field[i]));
        buf_chr(&b, ' ');
    }
    char *z = arena_dup(arena, buf_slice(&b));
    buf_free(&b);
    return z;
}

static void records_are_read_with_either_line_end(void **state)
{
    (void)state;
    assert_string_equal(shown(SL("a,b\r\nc,d\r\n")), "1:[a][b] 2:[c][d] ");
    assert_string_equal(shown(SL("a,b\nc,d")), "1:[a][b] 2:[c][d] ");
    assert_string_equal(shown(SL("a,,\n,\n")), "1:[a][][] 2:[][] ");
    assert_string_equal(shown(SLN), "");
    assert_string_equal(shown(SL("a")), "1:[a] ");
    assert_string_equal(shown(SL(",")), "1:[][] ");
    assert_string_equal(shown(SL("\"\"\n")), "1:[] ");
    assert_string_equal(shown(SL(" a , b ")), "1:[ a ][ b ] ");
}

static void a_byte_order_mark_is_passed_over_at_the_start_only(void **state)
{
    (void)state;
    assert_string_equal(shown(SL("\xEF\xBB\xBF"
                                 "a,b\nc")),
                        "1:[a][b] 2:[c] ");
    assert_string_equal(shown(SL("\xEF\xBB\xBF\"a\"\n")), "1:[a] ");
    assert_string_equal(shown(SL("a\n\xEF\xBB\xBF"
                                 "b")),
                        "1:[a] 2:[\xEF\xBB\xBF"
                        "b] ");
    assert_string_equal(shown(SL("\xEF\xBB\xBF")), "");
}

static void empty_lines_count_but_are_no_records(void **state)
{
    (void)state;
    assert_string_equal(shown(SL("\n\r\na\n\n\nb\n\n")), "3:[a] 6:[b] ");
}

static void quoted_fields_hold_anything(void **state)
{
    (void)state;
    assert_string_equal(shown(SL("\"a,b\",\"c\"\"d\"\n")), "1:[a,b][c\"d] ");
    assert_string_equal(shown(SL("\"\"\"\"\n")), "1:[\"] ");
    assert_string_equal(shown(SL("\"\"\"a\"\"\",\"\"\n")), "1:[\"a\"][] ");
    assert_string_equal(shown(SL("\"a\nb\r\nc\",d\ne\n")), "1:[a\nb\r\nc][d] 4:[e] ");
    assert_string_equal(shown(SL("\"a\rb\"\n")), "1:[a\rb] ");
    assert_string_equal(shown(SL("x,\"烽\"")), "1:[x][烽] ");
}

static void a_malformed_record_is_skipped_to_the_end_of_its_line(void **state)
{
    (void)state;
    assert_string_equal(shown(SL("a\"b,c\nd\n")), "1:! 2:[d] ");
    assert_string_equal(shown(SL("\"a\"b,c\nd\n")), "1:! 2:[d] ");
    assert_string_equal(shown(SL("\"a\" ,c\nd\n")), "1:! 2:[d] ");
    assert_string_equal(shown(SL("a,b,c,d,e\nf\n")), "1:! 2:[f] "); /* five where four are asked for */
    assert_string_equal(shown(SL("a\rb\nc\n")), "1:! 2:[c] ");
    assert_string_equal(shown(SL("a\xFF,b\nc\n")), "1:! 2:[c] ");
    assert_string_equal(shown(SL("a\x83\x65,b\nc\n")), "1:! 2:[c] ");
    assert_string_equal(shown(SL("a,b\"")), "1:! ");
    assert_string_equal(shown(SL("a\r")), "1:! ");
}

static void an_open_quotation_mark_does_not_swallow_the_file(void **state)
{
    (void)state;
    assert_string_equal(shown(SL("a,\"b\nc,d\ne,f\n")), "1:! 2:[c][d] 3:[e][f] ");
    assert_string_equal(shown(SL("\"")), "1:! ");
    assert_string_equal(shown(SL("a,\"")), "1:! ");
    assert_string_equal(shown(SL("\"a\"\"")), "1:! ");
    /* closed by the next line's mark, and so seen there */
    assert_string_equal(shown(SL("\"a\n\"b\",c\nd\n")), "1:! 2:[b][c] 3:[d] ");
}

static void the_fault_names_the_paragraph_of_the_rfc(void **state)
{
    (void)state;
    static const struct {
        slice file;
        const char *says;
    } bad[] = {
        {{"a\"b", 3}, "RFC 4180 2.5"}, {{"\"a", 2}, "閉じられていません"},
        {{"\"a\"b", 4}, "後に文字"},   {{"a\rb", 3}, "RFC 4180 2.1"},
        {{"\xFF", 1}, "UTF-8"},        {{"1,2,3", 5}, "欄の数"},
    };
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        struct csv c = {.rest = bad[i].file};
        slice field[2];
        size_t n = 9;
        assert_true(csv_next(&c, arena, field, 2, &n));
        assert_non_null(c.bad);
        assert_non_null(strstr(c.bad, bad[i].says));
        assert_int_equal(n, 0);
        assert_false(csv_next(&c, arena, field, 2, &n));
        assert_null(c.bad);
    }
}

static slice put(struct buf *b, slice s)
{
    buf_clear(b);
    csv_put(b, s, true);
    return buf_slice(b);
}

static void fields_are_quoted_when_needed(void **state)
{
    (void)state;
    struct buf b = BUF(4096);
    csv_put(&b, SL("a"), false);
    csv_put(&b, SL("b,c"), false);
    csv_put(&b, SLN, false);
    csv_put(&b, SL("d"), true);
    assert_sl(buf_slice(&b), "a,\"b,c\",,d\r\n");
    assert_sl(put(&b, SL("say \"x\"")), "\"say \"\"x\"\"\"\r\n");
    assert_sl(put(&b, SL("a\nb")), "\"a\nb\"\r\n");
    assert_sl(put(&b, SL("a\rb")), "\"a\rb\"\r\n");
    assert_sl(put(&b, SL(" a")), "\" a\"\r\n");
    assert_sl(put(&b, SL("烽火")), "烽火\r\n");
    buf_free(&b);
}

static void what_a_spreadsheet_would_run_is_made_text(void **state)
{
    (void)state;
    struct buf b = BUF(4096);
    assert_sl(put(&b, SL("=1+1")), "'=1+1\r\n");
    assert_sl(put(&b, SL("=\"a\"")), "\"'=\"\"a\"\"\"\r\n");
    assert_sl(put(&b, SL("@SUM(A1)")), "'@SUM(A1)\r\n");
    assert_sl(put(&b, SL("+81-3-1234-5678")), "'+81-3-1234-5678\r\n");
    assert_sl(put(&b, SL("-cmd|x")), "'-cmd|x\r\n");
    assert_sl(put(&b, SL("-")), "'-\r\n");
    assert_sl(put(&b, SL("\t=1")), "'\t=1\r\n");
    assert_sl(put(&b, SL("＝1+1")), "'＝1+1\r\n");
    assert_sl(put(&b, SL("-5")), "-5\r\n");
    assert_sl(put(&b, SL("+0.25")), "+0.25\r\n");
    assert_sl(put(&b, SL("-1.2.3")), "'-1.2.3\r\n");
    assert_sl(put(&b, SL("-.5")), "'-.5\r\n");
    assert_sl(put(&b, SL("-5.")), "'-5.\r\n");
    assert_sl(put(&b, SL("-90")), "-90\r\n");
    assert_sl(put(&b, SL("+1-2")), "'+1-2\r\n");
    assert_sl(put(&b, SL("a=1")), "a=1\r\n");
    buf_free(&b);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const char *const part[] = {"a", ",", "\"", "\n", "\r", "\r\n", " ", "烽", "=", "-", "9", "'"};
    uint64_t x = 88172645463325252u;
    struct buf b = BUF(1 << 16);
    for (int i = 0; i < 5000; i++) {
        char text[2][64];
        slice field[2] = {{text[0], 1}, {text[1], 1}}, got[3];
        text[0][0] = text[1][0] = '"'; /* nothing a spreadsheet would run, so nothing is put before it */
        for (int k = 0; k < 12; k++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            slice p = sl(part[(x >> 8) % TB_COUNT(part)]);
            memcpy(text[x & 1] + field[x & 1].n, p.p, p.n);
            field[x & 1].n += p.n;
        }
        buf_clear(&b);
        csv_put(&b, field[0], false);
        csv_put(&b, field[1], true);
        buf_str(&b, "next,line\r\n");
        arena_reset(arena);
        struct csv c = {.rest = buf_slice(&b)};
        size_t n;
        assert_true(csv_next(&c, arena, got, 3, &n));
        assert_null(c.bad);
        assert_int_equal(n, 2);
        assert_true(sl_eq(got[0], field[0]) && sl_eq(got[1], field[1]));
        assert_true(csv_next(&c, arena, got, 3, &n));
        assert_int_equal(n, 2);
        assert_sl(got[1], "line");
    }
    buf_free(&b);
}

/* Whatever the bytes: it ends, lines go up, and no more fields come than there is room for. */
static void no_bytes_hang_the_reader(void **state)
{
    (void)state;
    static const char *const part[] = {"a", ",", "\"", "\"\"", "\n", "\r", "\r\n", "\xFF", "烽", "\xEF\xBB\xBF"};
    uint64_t x = 362436069;
    for (int i = 0; i < 20000; i++) {
        char text[64];
        size_t len = 0;
        for (int k = 0; k < 14; k++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            slice p = sl(part[(x >> 8) % TB_COUNT(part)]);
            memcpy(text + len, p.p, p.n);
            len += p.n;
        }
        arena_reset(arena);
        char *exact = malloc(len); /* so that the sanitizer sees a step too far */
        assert_non_null(exact);
        memcpy(exact, text, len);
        struct csv c = {.rest = {exact, len}};
        slice field[2];
        size_t n, last = 0, records = 0;
        while (csv_next(&c, arena, field, 2, &n)) {
            assert_true(c.line > last && n <= 2 && (n == 0) == (c.bad != NULL) && ++records <= len);
            last = c.line;
        }
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_read_with_either_line_end),
        cmocka_unit_test(a_byte_order_mark_is_passed_over_at_the_start_only),
        cmocka_unit_test(empty_lines_count_but_are_no_records),
        cmocka_unit_test(quoted_fields_hold_anything),
        cmocka_unit_test(a_malformed_record_is_skipped_to_the_end_of_its_line),
        cmocka_unit_test(an_open_quotation_mark_does_not_swallow_the_file),
        cmocka_unit_test(the_fault_names_the_paragraph_of_the_rfc),
        cmocka_unit_test(fields_are_quoted_when_needed),
        cmocka_unit_test(what_a_spreadsheet_would_run_is_made_text),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(no_bytes_hang_the_reader),
    };
    return cmocka_run_group_tests(tests, arena_up, arena_down);
}
