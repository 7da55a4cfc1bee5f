#include "base/base.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/date.h"

static atomic_int threshold = 2;

void log_level(int level)
{
    atomic_store(&threshold, level);
}

/* A value between quotation marks; what could end the line or the value is escaped, so that no input forges a line. */
static void put_quoted(struct buf *b, const char *z)
{
    buf_chr(b, '"');
    for (; *z; z++) {
        unsigned char c = (unsigned char)*z;
        if (c == '"' || c == '\\')
            buf_chr(b, '\\');
        if (c == '\n')
            buf_str(b, "\\n");
        else if (c < 0x20 || c == 0x7F)
            buf_fmt(b, "\\x%02x", c);
        else
            buf_chr(b, (char)c);
    }
    buf_str(b, "\"\n");
}

void log_line(int level, const char *fmt, ...)
{
    static const char *const name[] = {"error", "warning", "info", "debug"};
    must(level >= 0 && level < (int)TB_COUNT(name));
    if (level > atomic_load(&threshold))
        return;
    char msg[1024], at[33];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    struct clock *wall = clock_wall();
    instant_iso(wall->now(wall), at);

    /* One write a line, so that lines of several threads and processes do not mix. */
    struct buf line = BUF(8192);
    buf_fmt(&line, "at=%s level=%s pid=%d msg=", at, name[level], (int)getpid());
    put_quoted(&line, msg);
    must(!line.over);
    ssize_t put = write(STDERR_FILENO, line.p, line.n);
    (void)put; /* nobody is left to be told that the log cannot be written */
    buf_free(&line);
}
