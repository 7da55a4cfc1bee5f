#include "table.h"

#include <stdlib.h>
#include <string.h>

bool array_room(struct budget *b, void *array, size_t *room, size_t need, size_t size)
{
    if (need <= *room)
        return true;
    size_t more = *room ? *room * 2 : 64;
    while (more < need)
        more *= 2;
    size_t bytes = (more - *room) * size;
    if (more > UINT32_MAX || bytes > b->left)
        return false;
    b->left -= bytes;
    char *q;
    memcpy(&q, array, sizeof q); /* the array's own pointer, whatever it points to */
    q = mem_more(q, more * size);
    memset(q + *room * size, 0, bytes);
    memcpy(array, &q, sizeof q);
    *room = more;
    return true;
}

static uint32_t hash_of(slice s) /* FNV-1a, its high half mixed in */
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (uint8_t)s.p[i]) * UINT64_C(1099511628211);
    return (uint32_t)(h ^ (h >> 32));
}

void table_free(struct table *t)
{
    free(t->key);
    free(t->hash);
    free(t->slot);
    *t = (struct table){0};
}

static uint32_t place(const struct table *t, slice key, uint32_t hash)
{
    uint32_t i = hash & t->mask;
    for (; t->slot[i]; i = (i + 1) & t->mask) {
        uint32_t k = t->slot[i] - 1;
        if (t->hash[k] == hash && sl_eq(t->key[k], key))
            break;
    }
    return i;
}

static bool rehash(struct table *t, struct budget *b)
{
    size_t slots = t->mask ? ((size_t)t->mask + 1) * 2 : 256;
    if (slots > UINT32_MAX / 2 || slots * sizeof *t->slot > b->left)
        return false;
    b->left -= slots * sizeof *t->slot;
    free(t->slot);
    if (t->mask)
        b->left += ((size_t)t->mask + 1) * sizeof *t->slot;
    t->slot = mem_zero(slots, sizeof *t->slot);
    t->mask = (uint32_t)slots - 1;
    for (uint32_t k = 0; k < t->n; k++) {
        uint32_t i = t->hash[k] & t->mask;
        while (t->slot[i])
            i = (i + 1) & t->mask;
        t->slot[i] = k + 1;
    }
    return true;
}

static bool key_room(struct table *t, struct budget *b)
{
    size_t same = t->keys_room;
    return array_room(b, &t->hash, &same, (size_t)t->n + 1, sizeof *t->hash) &&
           array_room(b, &t->key, &t->keys_room, (size_t)t->n + 1, sizeof *t->key);
}

uint32_t table_find(const struct table *t, slice key)
{
    if (!t->slot)
        return TABLE_FULL;
    uint32_t i = place(t, key, hash_of(key));
    return t->slot[i] ? t->slot[i] - 1 : TABLE_FULL;
}

uint32_t table_put(struct table *t, struct budget *b, slice key)
{
    uint32_t hash = hash_of(key);
    if (t->slot) {
        uint32_t i = place(t, key, hash);
        if (t->slot[i])
            return t->slot[i] - 1;
    }
    if ((!t->slot || t->n >= t->mask / 4 * 3) && !rehash(t, b))
        return TABLE_FULL;
    size_t bytes = key.n + 16;
    if (!key_room(t, b) || bytes > b->left)
        return TABLE_FULL;
    char *copy = arena_try(b->keys, key.n ? key.n : 1);
    if (!copy)
        return TABLE_FULL;
    b->left -= bytes;
    if (key.n)
        memcpy(copy, key.p, key.n);
    uint32_t i = place(t, key, hash);
    t->key[t->n] = (slice){copy, key.n};
    t->hash[t->n] = hash;
    t->slot[i] = ++t->n;
    return t->n - 1;
}
