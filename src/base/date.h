/* Civil days and legal periods (民法138–143, 行政機関の休日に関する法律), and instants.
 *
 * A day is a count of days since 1970-01-01 in Asia/Tokyo; an instant is UTC microseconds since 1970.
 * Japan has no daylight saving since 1952, so JST = UTC + 9 h. */
#ifndef TB_DATE_H
#define TB_DATE_H

#include "base.h"

#define DAY_NONE INT32_MIN
typedef int32_t day_t;  /* days since 1970-01-01 */
typedef int64_t usec_t; /* UTC microseconds since 1970-01-01T00:00Z */
#define USEC INT64_C(1000000)

day_t day_of(int y, int m, int d); /* DAY_NONE if there is no such day in the years 1 to 9999 */
void day_parts(day_t day, int *y, int *m, int *d);
int day_weekday(day_t day);          /* 0 Sunday … 6 Saturday */
bool day_parse(slice s, day_t *out); /* "2026-11-22" only */
int fiscal_year(day_t day);          /* April to March */

day_t day_of_instant(usec_t t);           /* the JST day */
usec_t instant_of_day(day_t day);         /* 0:00 JST of the day */
bool instant_ok(usec_t t);                /* its day lies in the years 1 to 9999 */
bool instant_parse(slice s, usec_t *out); /* RFC 3339 with zone, or "YYYY-MM-DDTHH:MM[:SS]" read as JST;
                                           * a fraction without a zone is refused: its sender means some other zone */

enum period_unit { PERIOD_DAYS, PERIOD_MONTHS, PERIOD_YEARS };
/* Last day of a period that is counted from `day` (民法140–143). first_counts: day one is counted
 * (the period begins at 0:00, or 起算して). Ends the day before the corresponding day; if there is
 * none in the last month, on that month's last day. DAY_NONE if n < 1 or beyond the year 9999. */
day_t period_last(day_t day, int n, enum period_unit unit, bool first_counts);

/* 行政機関の休日: Saturday, Sunday, the given holidays, 29 December to 3 January. `holidays` is sorted. */
struct holidays {
    const day_t *day;
    size_t n;
};
bool day_is_holiday(day_t day, const struct holidays *h);
day_t day_roll(day_t day, const struct holidays *h); /* this day or the next working day */

/* Words; empty outside the years 1 to 9999. 和暦 from 昭和 on. */
void day_iso(day_t day, char out[11]);    /* 2026-11-22 */
void day_ja(day_t day, char out[64]);     /* 2026年（令和8年）11月22日（日） */
void instant_iso(usec_t t, char out[33]); /* 2026-11-22T03:12:00.000000+09:00 */
void instant_hm(usec_t t, char out[6]);   /* 03:12 in JST */

/* --- clocks: nobody calls time(); legal now decides, wall now runs sessions --- */
struct clock {
    usec_t (*now)(struct clock *c);
};
struct clock *clock_wall(void); /* the machine's own */
/* A clock that stands still until moved (tests), or runs on from an offset of the wall (exercise). */
struct clock_set {
    struct clock c;
    usec_t at; /* standing: the time; running: offset to the wall */
    bool running;
};
void clock_set_init(struct clock_set *c, usec_t at, bool running); /* `at` = the time it shows at this moment */

#endif
