/* Memory of the system, or the end (docs/adr/0012-out-of-memory.md). */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 16 }; /* what any value is aligned to */

/* The address sanitizer watches each piece by itself. */
#if defined(__SANITIZE_ADDRESS__)
#define ROOMS false
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ROOMS false
#endif
#endif
#ifndef ROOMS
#define ROOMS true
#endif

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

/* --- rooms --- */

struct mem_room {
    uintptr_t from, at, to;
    char p[];
};
static _Thread_local struct mem_room *here;

struct mem_room *mem_room_new(size_t n)
{
    struct mem_room *r = mem_take(sizeof *r + n + PIECE);
    r->from = ((uintptr_t)r->p + PIECE - 1) / PIECE * PIECE;
    r->to = ROOMS ? r->from + n : r->from;
    r->at = r->from;
    return r;
}

struct mem_room *mem_room_enter(struct mem_room *r)
{
    struct mem_room *left = here;
    here = r;
    return left;
}

void mem_room_clear(struct mem_room *r)
{
    r->at = r->from;
}

void mem_room_free(struct mem_room *r)
{
    must(!r || here != r);
    free(r);
}

void *mem_piece(size_t n)
{
    size_t room = here ? here->to - here->at : 0;
    if (n > room || (n + PIECE - 1) / PIECE * PIECE > room)
        return mem_take(n);
    void *p = here->p + (here->at - (uintptr_t)here->p);
    here->at += (n + PIECE - 1) / PIECE * PIECE;
    return p;
}

void mem_piece_free(void *p)
{
    if (!here || (uintptr_t)p < here->from || (uintptr_t)p >= here->to)
        free(p);
}
