/* 演習: a simulated legal date, own keys, fictional operators. Everything in it is done by acts through the gate. */
#ifndef TB_EXERCISE_H
#define TB_EXERCISE_H

#include "gate/gate.h"

#define EXERCISE_START "2026-11-24T09:00:00+09:00"

/* The simulated date of an exercise home: kept beside its store, never in it. */
enum err exercise_clock_load(const char *home, struct clock *wall, struct clock_set *out,
                             struct fault *f) TB_MUST_CHECK;
enum err exercise_clock_save(const char *home, struct clock *wall, struct clock_set *legal,
                             struct fault *f) TB_MUST_CHECK;

/* Founds the store and brings in organisations, people, grants, lists, council, entrustments, feeds, assets, the first
 * generations of the match and a few cases of the days before. `legal` is the standing clock the gate was opened with;
 * seeding moves it from 2026-10-01 to EXERCISE_START. data: the folder exercise/. say may be NULL. */
enum err exercise_seed(struct gate *g, struct clock_set *legal, const char *data, void (*say)(const char *line),
                       struct fault *f) TB_MUST_CHECK;

#endif
