/* What the tests of the base room share: cmocka with its includes, and the death of a child. */
#ifndef TB_TEST_CHECK_H
#define TB_TEST_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

#define assert_sl(s, z) check_sl((s), (z), __FILE__, __LINE__)
static inline void check_sl(slice s, const char *z, const char *file, int line)
{
    if (!sl_is(s, z)) {
        print_error("\"" PRIs "\" is not \"%s\"\n", ARGs(s), z);
        _fail(file, line);
    }
}

/* Runs f in a child whose stderr is read; the child's wait status if it said `says`, else -1. */
static inline int end_of(void (*f)(void), const char *says)
{
    int pipe_fd[2], status;
    char heard[4096] = "";
    size_t n = 0;
    if (pipe(pipe_fd) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGABRT, SIG_DFL);
        dup2(pipe_fd[1], STDERR_FILENO);
        close(pipe_fd[0]);
        f();
        _exit(0);
    }
    close(pipe_fd[1]);
    for (ssize_t got; n < sizeof heard - 1 && (got = read(pipe_fd[0], heard + n, sizeof heard - 1 - n)) > 0;)
        n += (size_t)got;
    close(pipe_fd[0]);
    heard[n] = '\0';
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !strstr(heard, says))
        return -1;
    return status;
}

/* It died by abort(). */
static inline bool dies_saying(void (*f)(void), const char *says)
{
    int status = end_of(f, says);
    return status != -1 && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static inline bool ends_saying(void (*f)(void), int code, const char *says)
{
    int status = end_of(f, says);
    return status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == code;
}

#endif
