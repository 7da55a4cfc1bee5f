/* Interning for the matcher: byte keys to dense numbers from 0, so that equality is one comparison and everything
 * else is an array; and arrays that grow under a common budget. */
#ifndef TB_MATCH_TABLE_H
#define TB_MATCH_TABLE_H

#include "base/base.h"

#define TABLE_FULL UINT32_MAX

/* Bytes that one engine may take. Every array and key is charged to it; arenas behind it are sized by it. */
struct budget {
    size_t left;
    struct arena *keys;
};

struct table {
    slice *key;     /* by number */
    uint32_t *hash; /* by number */
    uint32_t *slot; /* number + 1, 0 free; open addressing */
    uint32_t n, room, mask;
    size_t keys_room; /* of key[] and hash[] */
};
void table_free(struct table *t);
/* The key's number, new or old; TABLE_FULL when the budget is spent. The key is copied. */
uint32_t table_put(struct table *t, struct budget *b, slice key);
uint32_t table_find(const struct table *t, slice key); /* TABLE_FULL: absent */

/* Makes room for `need` elements of `size` bytes, new ones zeroed, by doubling; false when the budget is spent.
 * `array` is the address of the array's pointer. */
bool array_room(struct budget *b, void *array, size_t *room, size_t need, size_t size);

#endif
