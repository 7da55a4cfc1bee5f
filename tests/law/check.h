/* What the tests of the law share: cmocka with its includes, and one decision's context with nothing known in it. */
#ifndef TB_TEST_LAW_CHECK_H
#define TB_TEST_LAW_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "law/law.h"

struct known {
    struct law_ctx c;
    struct val in[NAME_COUNT], sub[NAME_COUNT], row[NAME_COUNT], fact[FACT_COUNT];
};

/* Everything unknown, but who asks and when. */
static inline void know_nothing(struct known *k, enum act_id act, day_t today)
{
    *k = (struct known){0};
    k->c = (struct law_ctx){.act = &law_act[act],
                            .id = act,
                            .in = k->in,
                            .sub = k->sub,
                            .row = k->row,
                            .fact = k->fact,
                            .cond_fact = FACT_COUNT,
                            .today = today,
                            .now = instant_of_day(today),
                            .drop = {.act = ACT_COUNT}};
}

static inline day_t day(const char *iso)
{
    day_t d = DAY_NONE;
    if (!day_parse(sl(iso), &d))
        fail_msg("no such day: %s", iso);
    return d;
}

#define assert_day(d, iso) check_day((d), (iso), __FILE__, __LINE__)
static inline void check_day(day_t d, const char *iso, const char *file, int line)
{
    char got[11];
    day_iso(d, got);
    _assert_string_equal(got, iso, file, line);
}

/* An error of one case in a table: says which and fails. */
#define assert_case(ok, ...)                                                                                           \
    do {                                                                                                               \
        if (!(ok))                                                                                                     \
            fail_msg(__VA_ARGS__);                                                                                     \
    } while (0)

#endif
