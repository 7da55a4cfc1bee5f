/* The floor of what is written: a copy of the store as it stands, and the rows that a measure has added to the original
 * put into the copy by nothing but SQLite: same schema, same indexes, same size, same rows, as many leaves to a
 * transaction, same durability. Between two measures the two files stay alike. */
#ifndef TB_BENCH_FLOOR_H
#define TB_BENCH_FLOOR_H

#include "base/base.h"

struct floor;
struct floor *floor_open(const char *store, const char *copy); /* paths; nobody may be writing */
void floor_close(struct floor *f);                             /* the copy is removed */

/* Rows that have come into the original since the last call (or the opening) are read into memory; how many leaves. */
size_t floor_take(struct floor *f);
/* Puts them into the copy, `per` leaves to a transaction on average; seconds. Bulk rows count as one leaf each. */
double floor_put(struct floor *f, double per);
/* Every entry of the original's leaves, one after another: for the floor of the verifier. */
struct floor_entries {
    char *text;
    size_t *len, n;
};
struct floor_entries floor_entries(struct floor *f);

#endif
