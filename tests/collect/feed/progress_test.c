#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "collect/feed/progress.h"

static const char *line(int columns, uint64_t done, uint64_t size, uint64_t records, usec_t elapsed, bool ja)
{
    static struct buf b = BUF(1024);
    buf_clear(&b);
    progress_line(&b, columns, "nvd1", done, size, records, elapsed, ja);
    return b.p;
}

static void the_line_shows_bar_percent_records_and_rate(void **state)
{
    (void)state;
    assert_string_equal(line(60, 0, 100, 0, 0, false), "nvd1 [-------------------------------]   0% 0 records (0/s)");
    assert_string_equal(line(60, 50, 100, 500, 2 * USEC, false),
                        "nvd1 [#############--------------]  50% 500 records (250/s)");
    assert_string_equal(line(60, 100, 100, 1000, 4 * USEC, true),
                        "nvd1 [#########################] 100% 1000 件 (毎秒 250 件)");
    assert_string_equal(line(60, 120, 100, 1, USEC, false),
                        "nvd1 [###############################] 100% 1 records (1/s)");
}

static void a_size_that_is_not_known_leaves_bar_and_percent_out(void **state)
{
    (void)state;
    assert_string_equal(line(60, 50, 0, 500, USEC, false), "nvd1 500 records (500/s)");
}

static void a_narrow_terminal_gets_no_bar(void **state)
{
    (void)state;
    assert_string_equal(line(30, 50, 100, 500, USEC, false), "nvd1  50% 500 records (500/s)");
}

static void the_bar_does_not_grow_without_end(void **state)
{
    (void)state;
    assert_string_equal(line(300, 100, 100, 1, USEC, false),
                        "nvd1 [########################################] 100% 1 records (1/s)");
    assert_string_equal(line(300, UINT64_MAX, UINT64_MAX, 1, USEC, false),
                        "nvd1 [########################################] 100% 1 records (1/s)");
}

static size_t heard(int fd, char *text, size_t n)
{
    struct pollfd p = {fd, POLLIN, 0};
    size_t got = 0;
    while (got < n - 1 && poll(&p, 1, 50) > 0) {
        ssize_t r = read(fd, text + got, n - 1 - got);
        if (r <= 0)
            break;
        got += (size_t)r;
    }
    text[got] = '\0';
    return got;
}

static void a_pipe_hears_nothing(void **state)
{
    (void)state;
    int fd[2];
    char text[256];
    struct clock_set c;
    struct progress p;
    assert_int_equal(pipe(fd), 0);
    clock_set_init(&c, 0, false);
    progress_start(&p, &c.c, fd[1], "nvd1", false);
    progress_at(&p, 1, 2, 3);
    progress_end(&p);
    assert_int_equal(heard(fd[0], text, sizeof text), 0);
    close(fd[0]);
    close(fd[1]);
}

static void a_terminal_sees_one_line_that_is_drawn_now_and_then_and_erased(void **state)
{
    (void)state;
    char text[1024];
    struct clock_set c;
    struct progress p;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) {
        print_message("skipped: no pseudo-terminal\n");
        skip();
    }
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    clock_set_init(&c, 0, false);
    progress_start(&p, &c.c, slave, "nvd1", false);
    progress_at(&p, 50, 100, 5);
    progress_at(&p, 51, 100, 6); /* too soon */
    c.at = USEC;
    progress_at(&p, 100, 100, 10);
    progress_end(&p);
    heard(master, text, sizeof text);
    const char *first = strstr(text, "\r\033[Knvd1 ["), *second = first ? strstr(first + 1, "\r\033[Knvd1 [") : NULL;
    assert_non_null(strstr(first, "50% 5 records (0/s)"));
    assert_null(strstr(text, "6 records"));
    assert_non_null(second);
    assert_non_null(strstr(second, "100% 10 records (10/s)\r\033[K"));
    assert_null(strchr(text, '\n'));
    close(slave);
    close(master);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_line_shows_bar_percent_records_and_rate),
        cmocka_unit_test(a_size_that_is_not_known_leaves_bar_and_percent_out),
        cmocka_unit_test(a_narrow_terminal_gets_no_bar),
        cmocka_unit_test(the_bar_does_not_grow_without_end),
        cmocka_unit_test(a_pipe_hears_nothing),
        cmocka_unit_test(a_terminal_sees_one_line_that_is_drawn_now_and_then_and_erased),
    };
    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
