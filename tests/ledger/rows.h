/* Entries that come from their index, and rows as a store would hand them out. */
#ifndef TB_TEST_LEDGER_ROWS_H
#define TB_TEST_LEDGER_ROWS_H

#include <stdio.h>
#include <string.h>

#include "ledger/ledger.h"

#define ORIGIN "tobuhi.exercise/partners"

/* Entry i: its index in words, then i mod 23 bytes that are not text. Every eleventh is empty. */
static inline slice entry_of(uint64_t i, char out[64])
{
    if (i % 11 == 10)
        return (slice){"", 0};
    int n = snprintf(out, 32, "leaf %" PRIu64, i);
    for (uint64_t k = 0; k < i % 23; k++)
        out[n++] = (char)(i * 31 + k * 7);
    return (slice){out, (size_t)n};
}

/* Rows as a store would hand them out, with something wrong on demand. */
struct test_rows {
    struct leaf_rows r;
    _Atomic uint64_t *count; /* of rows; shared with a writer in another process */
    uint64_t own_count;
    uint64_t skip, flip; /* one row that is missing, one that is other; UINT64_MAX for none */
    enum err fail;       /* what each() answers after the rows */
};

static inline enum err test_each(struct leaf_rows *rows, uint64_t from, uint64_t to, leaf_fn *leaf, void *ud,
                                 struct fault *f)
{
    struct test_rows *t = (struct test_rows *)rows;
    uint64_t end = t->count ? *t->count : t->own_count;
    for (uint64_t i = from; i < to && i < end; i++) {
        char room[64], changed[64];
        slice e = entry_of(i, room);
        if (i == t->skip)
            continue;
        if (i == t->flip) {
            memcpy(changed, e.p, e.n);
            changed[e.n / 2] = (char)(e.n ? changed[e.n / 2] ^ 1 : 1);
            e = (slice){changed, e.n ? e.n : 1};
        }
        if (!leaf(ud, i, e))
            return E_OK;
    }
    return t->fail == E_OK ? E_OK : fault_set(f, t->fail, "rows", "as the test asks");
}

static inline struct test_rows rows_of(uint64_t count)
{
    return (struct test_rows){.r = {test_each}, .own_count = count, .skip = UINT64_MAX, .flip = UINT64_MAX};
}

#endif
