#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGN = 16, FIRST = 4096, LARGEST = 1 << 20 };

/* Under the address sanitizer every piece is a block of its own and exactly as long as asked for, so that a step over
 * its end is seen. */
#if defined(__SANITIZE_ADDRESS__)
#define EACH_ALONE true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EACH_ALONE true
#endif
#endif
#ifndef EACH_ALONE
#define EACH_ALONE false
#endif

struct block {
    struct block *next;
    size_t room, used;
    _Alignas(ALIGN) char at[];
};

/* `used` counts what was handed out, rounded up to 16: the cap is on that, not on the blocks. `open` is the block that
 * small pieces come from; it is kept through a reset. Blocks behind it are full or hold one large piece. */
struct arena {
    size_t cap, used;
    struct block *open, *closed;
};

struct arena *arena_new(size_t cap)
{
    struct arena *a = mem_zero(1, sizeof *a);
    a->cap = cap;
    return a;
}

static void free_list(struct block *b)
{
    while (b) {
        struct block *next = b->next;
        free(b);
        b = next;
    }
}

void arena_reset(struct arena *a)
{
    free_list(a->closed);
    a->closed = NULL;
    a->used = 0;
    if (a->open)
        a->open->used = 0;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    free_list(a->closed);
    free_list(a->open);
    free(a);
}

static void *piece_alone(struct arena *a, size_t n)
{
    struct block *b = mem_zero(1, sizeof *b + n);
    b->next = a->closed;
    a->closed = b;
    return b->at;
}

static void open_block(struct arena *a)
{
    size_t room = a->open ? a->open->room * 2 : FIRST;
    if (room > LARGEST)
        room = LARGEST;
    struct block *b = mem_take(sizeof *b + room);
    *b = (struct block){.room = room};
    if (a->open) {
        a->open->next = a->closed;
        a->closed = a->open;
    }
    a->open = b;
}

void *arena_try(struct arena *a, size_t n)
{
    size_t whole = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (whole < n || whole > a->cap - a->used)
        return NULL;
    bool fits = a->open && whole <= a->open->room - a->open->used;
    a->used += whole;
    if (EACH_ALONE || (!fits && whole >= FIRST / 4))
        return piece_alone(a, n);
    if (!fits)
        open_block(a);
    void *p = memset(a->open->at + a->open->used, 0, whole);
    a->open->used += whole;
    return p;
}

void *arena_get(struct arena *a, size_t n)
{
    void *p = arena_try(a, n);
    if (!p)
        tb_die(__FILE__, __LINE__, "arena_over");
    return p;
}

void *arena_many(struct arena *a, size_t size, size_t n)
{
    size_t all;
    if (__builtin_mul_overflow(size, n, &all))
        tb_die(__FILE__, __LINE__, "arena_over");
    return arena_get(a, all);
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

char *arena_dup(struct arena *a, slice s)
{
    must(s.n < SIZE_MAX);
    char *p = arena_get(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    return p;
}

slice arena_sl(struct arena *a, slice s)
{
    return (slice){arena_dup(a, s), s.n};
}

char *arena_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap, again;
    must(fmt);
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    must(n >= 0);
    char *p = arena_get(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}
