/* What `make bench` measures: ours and a floor in turn, in one run, on the same rows; the median of the rounds. */
#ifndef TB_BENCH_MEASURE_H
#define TB_BENCH_MEASURE_H

#include "floor.h"
#include "place.h"

#define ROUNDS 3

struct ratio {
    double ours[ROUNDS], floor[ROUNDS];         /* a second */
    double ours_cpu[ROUNDS], floor_cpu[ROUNDS]; /* a second of processor time, all threads of this process */
};
/* A line of what tools/bench.py reads: what, subjects in the store, ours, floor, ours over floor, and ours over floor
 * by processor time, which others on the machine disturb less. */
void measure_say(const char *what, size_t subjects, const struct ratio *r);

struct stage {
    struct place *place;
    struct floor *floor;
    size_t subjects;
};
void measure_acts(const struct stage *s);
void measure_pages(const struct stage *s);
void measure_import(const struct stage *s);
void measure_verify(const struct stage *s);

#endif
