#include "check.h"

#include <stdio.h>

#include "base/date.h"

/* What f writes to stderr. */
static char *heard(void (*f)(void))
{
    static char text[8192];
    FILE *to = tmpfile();
    assert_non_null(to);
    int was = dup(STDERR_FILENO);
    dup2(fileno(to), STDERR_FILENO);
    f();
    dup2(was, STDERR_FILENO);
    close(was);
    rewind(to);
    size_t n = fread(text, 1, sizeof text - 1, to);
    text[n] = '\0';
    fclose(to);
    return text;
}

static void four_lines(void)
{
    log_line(0, "e");
    log_line(1, "w");
    log_line(2, "i %d", 7);
    log_line(3, "d");
}

static void only_what_the_level_lets_through_is_written(void **state)
{
    (void)state;
    char *text = heard(four_lines);
    assert_non_null(strstr(text, " level=error "));
    assert_non_null(strstr(text, " level=warning "));
    assert_non_null(strstr(text, " level=info "));
    assert_non_null(strstr(text, " msg=\"i 7\"\n"));
    assert_null(strstr(text, "level=debug"));
    log_level(0);
    text = heard(four_lines);
    assert_non_null(strstr(text, "level=error"));
    assert_null(strstr(text, "level=warning"));
    log_level(3);
    assert_non_null(strstr(heard(four_lines), "level=debug"));
    log_level(2);
}

static void one_line(void)
{
    log_line(2, "a \"b\" \\ c\nat=forged level=error\t\x1b[31m 烽");
}

static void no_message_can_forge_a_line(void **state)
{
    (void)state;
    char *text = heard(one_line);
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    assert_non_null(strstr(text, "msg=\"a \\\"b\\\" \\\\ c\\nat=forged level=error\\x09\\x1b[31m 烽\"\n"));
}

static void long_line(void)
{
    char text[3000];
    memset(text, '\x01', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_line(2, "%s", text);
}

static void a_long_message_is_cut(void **state)
{
    (void)state;
    char *text = heard(long_line);
    assert_in_range(strlen(text), 4 * 1023, 4 * 1023 + 100);
    assert_int_equal(text[strlen(text) - 1], '\n');
}

static void a_line_begins_with_its_time(void **state)
{
    (void)state;
    char *text = heard(one_line);
    usec_t t;
    assert_memory_equal(text, "at=", 3);
    assert_true(instant_parse((slice){text + 3, 32}, &t));
    struct clock *wall = clock_wall();
    assert_true(wall->now(wall) >= t && wall->now(wall) - t < 60 * USEC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_the_level_lets_through_is_written),
        cmocka_unit_test(no_message_can_forge_a_line),
        cmocka_unit_test(a_long_message_is_cut),
        cmocka_unit_test(a_line_begins_with_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
