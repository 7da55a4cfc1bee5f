/* A place for a bench that needs a store: a folder of its own, a gate on SQLite in it, operators with somebody who
 * files for each. Everything is gone at the end. */
#ifndef TB_BENCH_PLACE_H
#define TB_BENCH_PLACE_H

#include "gate/gate.h"

#define PLACE_OPS   20
#define PLACE_STAFF 2 /* registrars, before those who file */
struct place {
    char dir[40];
    struct gate *g;
    struct clock_set legal;
    char person[PLACE_STAFF + PLACE_OPS][UUID_LEN + 1], session[PLACE_STAFF + PLACE_OPS][UUID_LEN + 1];
    char org[1 + PLACE_OPS][UUID_LEN + 1]; /* the office, the operators */
    unsigned serial;                       /* of the next machine */
};
void place_open(struct place *p);
void place_close(struct place *p);
struct gate_actor place_actor(struct place *p, int who);
struct gate_actor place_filer(struct place *p, unsigned machine); /* operators take turns */
json_t *place_asset(unsigned n);                                  /* the inputs of asset.record for the n-th machine */
void place_file(struct place *p, size_t n);                       /* so many machines more, in one job */
size_t place_grow(struct place *p, size_t machines);              /* how many have come */
double place_since(usec_t from);                                  /* seconds */
double place_cpu(void);                                           /* seconds of all threads of this process so far */

#endif
