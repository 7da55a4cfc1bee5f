#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_free(struct buf *b)
{
    free(b->p);
    *b = BUF(b->max);
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->over = false;
    if (b->p)
        b->p[0] = '\0';
}

/* Room for n more bytes and the NUL, or `over`. */
static bool make_room(struct buf *b, size_t n)
{
    if (b->over || n > b->max - b->n || b->max == SIZE_MAX) {
        b->over = true;
        return false;
    }
    if (b->p && b->n + n < b->room)
        return true;
    size_t room = b->room < 64 ? 64 : b->room;
    while (room <= b->n + n)
        room = room > SIZE_MAX / 2 ? SIZE_MAX : room * 2;
    if (room > b->max + 1)
        room = b->max + 1;
    b->p = mem_more(b->p, room);
    b->room = room;
    return true;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    if (!make_room(b, n))
        return;
    if (n)
        memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_sl(struct buf *b, slice s)
{
    buf_add(b, s.p, s.n);
}

void buf_str(struct buf *b, const char *z)
{
    buf_sl(b, sl(z));
}

void buf_chr(struct buf *b, char c)
{
    buf_add(b, &c, 1);
}

/* Written at once if it fits what room there is; else its length is known, and it is written again. */
void buf_fmt(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    size_t room = b->p && !b->over ? b->room - b->n : 0;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(room ? b->p + b->n : NULL, room, fmt, ap);
    va_end(ap);
    must(n >= 0);
    bool fits = (size_t)n < room;
    if (make_room(b, (size_t)n)) {
        if (!fits)
            vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    } else if (room) {
        b->p[b->n] = '\0'; /* what did not fit is not there in part */
    }
    va_end(again);
}
