/* Memory of the system, or the end (docs/adr/0012-out-of-memory.md). */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Nothing here may allocate: a text on the stack, one write, and an exit that runs no handler. */
_Noreturn void mem_out(size_t n)
{
    char text[700];
    int len =
        snprintf(text, sizeof text,
                 "tobuhi: 記憶が足りないので終わります（%zuバイトが得られません）。受け付けたと答えた手続は、すべて"
                 "残っています。記憶を増やすか、ほかの仕事を減らして、同じ命令をもう一度始めてください。\n"
                 "tobuhi: out of memory (%zu bytes could not be had), ending. Whatever was acknowledged is kept. "
                 "Give it more memory, or run less beside it, and start the same command again.\n",
                 n, n);
    for (int at = 0; at < len;) {
        ssize_t w = write(STDERR_FILENO, text + at, (size_t)(len - at));
        if (w <= 0)
            break;
        at += (int)w;
    }
    _exit(MEM_OUT_EXIT);
}

void *mem_take(size_t n)
{
    void *p = malloc(n ? n : 1);
    if (!p)
        mem_out(n);
    return p;
}

void *mem_zero(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        mem_out(n * size);
    return p;
}

void *mem_more(void *p, size_t n)
{
    void *q = realloc(p, n ? n : 1);
    if (!q)
        mem_out(n);
    return q;
}

char *mem_text(const char *z)
{
    size_t n = strlen(z) + 1;
    return memcpy(mem_take(n), z, n);
}
