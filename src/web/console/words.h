/* Words for values: days and instants as people read them, states, clocks. Pure; everything lives in the arena. */
#ifndef TB_WORDS_H
#define TB_WORDS_H

#include "gate/gate.h"
#include "web/pages_gen.h"

slice words_day(struct arena *a, day_t d);               /* 2026年（令和8年）11月24日（火） */
slice words_full(struct arena *a, usec_t t);             /* the same, and 09:12 */
slice words_when(struct arena *a, usec_t t, usec_t now); /* 09:12 today, 11月22日 09:12, the year when it is another */
slice words_iso(struct arena *a, usec_t t);              /* for datetime="" */
slice words_span(struct arena *a, usec_t span);          /* 0:32, 39:30, 41日 */
slice words_hash(struct arena *a, slice hex, size_t n);  /* groups of four of the first n digits */

/* A state: its word, and the icon and class that stand with it. */
struct words_state {
    slice word, css;
    enum icon icon;
};
struct words_state words_state(enum kind_id k, enum state_id s);
bool words_state_negative(enum kind_id k, enum state_id s); /* only refusing outcomes lead there */

/* A clock's row as people read it. Where the law gives no hours, time runs up from the start and the marks are our own
 * (内規); where it gives a day, time runs down to it. */
enum words_level { WORDS_CALM, WORDS_SOON, WORDS_LATE, WORDS_OVER }; /* OVER: the clock has stopped */
struct words_clock {
    enum clock_id id;
    const struct law_variant *variant; /* NULL when the row names none that the law has */
    slice name, basis;
    slice value;     /* 残り 13:55, 経過 0:32, 完了 */
    slice word, css; /* 進行中, まもなく, 目安超過, 期限超過, 完了 */
    enum icon icon;
    enum words_level level;
    bool dated, running;
    usec_t started, due, unrolled, stopped; /* 0: none; unrolled: where the limit was before a holiday moved it */
    usec_t target, escalate;                /* internal marks of a clock without hours */
};
struct words_clock words_clock(struct arena *a, const struct gate_row *clock, usec_t now);

slice words_option(const struct law_field *f, slice name); /* 語 of an enum's value */
const char *words_role_office(enum role_id r); /* IPA, JPCERT/CC, 内閣府, 事業所管省, 事業者, 発見者 */

#endif
