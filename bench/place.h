/* A place for a bench that needs a store: a folder of its own, a gate on SQLite in it, an operator with somebody who
 * files. Everything is gone at the end. */
#ifndef TB_BENCH_PLACE_H
#define TB_BENCH_PLACE_H

#include "gate/gate.h"

struct place {
    char dir[40];
    struct gate *g;
    struct clock_set legal;
    char person[3][UUID_LEN + 1], session[3][UUID_LEN + 1]; /* two registrars, and who files */
    char org[2][UUID_LEN + 1];
};
#define PLACE_FILER 2
void place_open(struct place *p, bool threaded);
void place_close(struct place *p);
struct gate_actor place_actor(struct place *p, int who);
json_t *place_asset(unsigned n); /* the inputs of asset.record for the n-th machine */
double place_since(usec_t from); /* seconds */

#endif
