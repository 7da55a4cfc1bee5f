#include "base/date.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { YEAR_MIN = 1, YEAR_MAX = 9999 };
#define DAY_USEC (INT64_C(86400) * USEC)
#define JST_USEC (INT64_C(9) * 3600 * USEC)

/* --- civil days: the proleptic Gregorian calendar, in eras of 400 years that begin on 1 March --- */

static bool is_leap(int y)
{
    return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int month_days(int y, int m)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[m - 1] + (m == 2 && is_leap(y));
}

/* Downwards, not towards zero; b > 0. The product floor_div(a, b) * b may not be representable: the rest is its own. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t floor_rest(int64_t a, int64_t b)
{
    int64_t rest = a % b;
    return rest < 0 ? rest + b : rest;
}

day_t day_of(int y, int m, int d)
{
    if (y < YEAR_MIN || y > YEAR_MAX || m < 1 || m > 12 || d < 1 || d > month_days(y, m))
        return DAY_NONE;
    /* March is month 0, so that the leap day is the last of its year. */
    int my = m > 2 ? y : y - 1, mm = (m + 9) % 12;
    int before = my * 365 + my / 4 - my / 100 + my / 400 + (153 * mm + 2) / 5;
    return before + d - 1 - 719468;
}

void day_parts(day_t day, int *y, int *m, int *d)
{
    int64_t z = (int64_t)day + 719468, era = floor_div(z, 146097);
    int64_t of_era = floor_rest(z, 146097);
    int64_t yoe = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mm = (5 * of_year + 2) / 153;
    *d = (int)(of_year - (153 * mm + 2) / 5 + 1);
    *m = (int)(mm < 10 ? mm + 3 : mm - 9);
    *y = (int)(yoe + era * 400 + (*m <= 2));
}

int day_weekday(day_t day)
{
    return (int)floor_rest((int64_t)day + 4, 7); /* 1970-01-01 was a Thursday */
}

static bool digits(slice s, size_t at, size_t n, int *out)
{
    int v = 0;
    if (at + n > s.n)
        return false;
    for (size_t i = at; i < at + n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (s.p[i] - '0');
    }
    *out = v;
    return true;
}

static bool has(slice s, size_t at, char c)
{
    return at < s.n && s.p[at] == c;
}

bool day_parse(slice s, day_t *out)
{
    int y, m, d;
    if (s.n != 10 || !digits(s, 0, 4, &y) || !has(s, 4, '-') || !digits(s, 5, 2, &m) || !has(s, 7, '-') ||
        !digits(s, 8, 2, &d))
        return false;
    day_t day = day_of(y, m, d);
    if (day == DAY_NONE)
        return false;
    *out = day;
    return true;
}

int fiscal_year(day_t day)
{
    int y, m, d;
    day_parts(day, &y, &m, &d);
    return m >= 4 ? y : y - 1;
}

/* --- instants --- */

day_t day_of_instant(usec_t t)
{
    /* Days first: adding nine hours to the last instants of the range would overflow. */
    return (day_t)(floor_div(t, DAY_USEC) + (floor_rest(t, DAY_USEC) >= DAY_USEC - JST_USEC));
}

usec_t instant_of_day(day_t day)
{
    return (int64_t)day * DAY_USEC - JST_USEC;
}

struct parse {
    slice s;
    size_t at;
};

static bool take2(struct parse *p, int max, int *out)
{
    if (!digits(p->s, p->at, 2, out) || *out > max)
        return false;
    p->at += 2;
    return true;
}

static bool take_chr(struct parse *p, const char *any)
{
    if (p->at >= p->s.n || p->s.p[p->at] == '\0' || !strchr(any, p->s.p[p->at]))
        return false;
    p->at++;
    return true;
}

/* Digits after the point; beyond the sixth they are read and dropped. */
static bool take_fraction(struct parse *p, int64_t *usec)
{
    int64_t unit = USEC / 10;
    size_t from = p->at;
    *usec = 0;
    for (; p->at < p->s.n && p->s.p[p->at] >= '0' && p->s.p[p->at] <= '9'; p->at++) {
        *usec += (p->s.p[p->at] - '0') * unit;
        unit /= 10;
    }
    return p->at > from && p->at - from <= 18;
}

/* "Z", "+09:00"; the seconds that local time is ahead of UTC. */
static bool take_zone(struct parse *p, int64_t *ahead)
{
    if (take_chr(p, "Zz")) {
        *ahead = 0;
        return true;
    }
    int sign = has(p->s, p->at, '-') ? -1 : 1, h, m;
    if (!take_chr(p, "+-") || !take2(p, 23, &h) || !take_chr(p, ":") || !take2(p, 59, &m))
        return false;
    *ahead = sign * (h * 3600 + m * 60);
    return true;
}

bool instant_ok(usec_t t)
{
    return t >= instant_of_day(day_of(YEAR_MIN, 1, 1)) && t < instant_of_day(day_of(YEAR_MAX, 12, 31) + 1);
}

bool instant_parse(slice s, usec_t *out)
{
    struct parse p = {s, 11};
    day_t day;
    int h, min, sec = 0;
    int64_t usec = 0, ahead = JST_USEC / USEC;
    if (s.n < 16 || !day_parse((slice){s.p, 10}, &day) || !strchr("Tt ", s.p[10]) || s.p[10] == '\0')
        return false;
    if (!take2(&p, 23, &h) || !take_chr(&p, ":") || !take2(&p, 59, &min))
        return false;
    bool seconds = take_chr(&p, ":"), fraction = false;
    if (seconds && !take2(&p, 60, &sec))
        return false;
    if (seconds && take_chr(&p, ".")) {
        fraction = true;
        if (!take_fraction(&p, &usec))
            return false;
    }
    /* A fraction or a left-out second with a zone is not what either form allows. */
    if (p.at == s.n ? fraction : (!seconds || !take_zone(&p, &ahead) || p.at != s.n))
        return false;
    int64_t t = (int64_t)day * 86400 + h * 3600 + min * 60 + sec - ahead;
    if (sec == 60 && floor_rest(t, 86400) != 0)
        return false;                 /* a leap second ends a UTC day; it becomes the first second of the next */
    if (!instant_ok(t * USEC + usec)) /* a zone can lead out of the years that can be written */
        return false;
    *out = t * USEC + usec;
    return true;
}

/* --- legal periods --- */

/* The day that corresponds to `first`, n months later; *none: there is no such day, and it is the month's last. */
static day_t corresponding(day_t first, int64_t n, bool *none)
{
    int y, m, d;
    day_parts(first, &y, &m, &d);
    int64_t months = (int64_t)y * 12 + m - 1 + n;
    if (months < YEAR_MIN * 12 || months >= (YEAR_MAX + 1) * 12)
        return DAY_NONE;
    y = (int)(months / 12);
    m = (int)(months % 12) + 1;
    *none = d > month_days(y, m);
    return day_of(y, m, *none ? month_days(y, m) : d);
}

day_t period_last(day_t day, int n, enum period_unit unit, bool first_counts)
{
    static const day_t least = -719162, most = 2932896; /* 0001-01-01, 9999-12-31 */
    if (day < least || day > most || n < 1)
        return DAY_NONE;
    int64_t first = (int64_t)day + (first_counts ? 0 : 1);
    if (unit == PERIOD_DAYS) {
        int64_t last = first + n - 1;
        return last > most ? DAY_NONE : (day_t)last;
    }
    bool none = false;
    day_t same = corresponding((day_t)first, unit == PERIOD_YEARS ? (int64_t)n * 12 : n, &none);
    return same == DAY_NONE || none ? same : same - 1;
}

/* --- holidays --- */

static int cmp_day(const void *a, const void *b)
{
    day_t x = *(const day_t *)a, y = *(const day_t *)b;
    return (x > y) - (x < y);
}

bool day_is_holiday(day_t day, const struct holidays *h)
{
    int y, m, d, w = day_weekday(day);
    day_parts(day, &y, &m, &d);
    if (w == 0 || w == 6 || (m == 12 && d >= 29) || (m == 1 && d <= 3))
        return true;
    return h && h->n && bsearch(&day, h->day, h->n, sizeof day, cmp_day) != NULL;
}

day_t day_roll(day_t day, const struct holidays *h)
{
    if (day == DAY_NONE)
        return DAY_NONE;
    while (day_is_holiday(day, h))
        day++;
    return day;
}

/* --- words --- */

void day_iso(day_t day, char out[11])
{
    int y, m, d;
    day_parts(day, &y, &m, &d);
    out[0] = '\0';
    if (y >= YEAR_MIN && y <= YEAR_MAX)
        snprintf(out, 11, "%04u-%02u-%02u", (unsigned)y % 10000, (unsigned)m % 100, (unsigned)d % 100);
}

/* Writes "令和8年" or "令和元年"; nothing before 昭和. */
static void era_year(day_t day, int y, char *out, size_t room)
{
    static const struct {
        int y, m, d;
        const char *name;
    } era[] = {{2019, 5, 1, "令和"}, {1989, 1, 8, "平成"}, {1926, 12, 25, "昭和"}};
    out[0] = '\0';
    for (size_t i = 0; i < TB_COUNT(era); i++) {
        if (day < day_of(era[i].y, era[i].m, era[i].d))
            continue;
        if (y == era[i].y)
            snprintf(out, room, "（%s元年）", era[i].name);
        else
            snprintf(out, room, "（%s%d年）", era[i].name, y - era[i].y + 1);
        return;
    }
}

void day_ja(day_t day, char out[64])
{
    static const char *const week[] = {"日", "月", "火", "水", "木", "金", "土"};
    int y, m, d;
    char era[32];
    day_parts(day, &y, &m, &d);
    out[0] = '\0';
    if (y < YEAR_MIN || y > YEAR_MAX)
        return;
    era_year(day, y, era, sizeof era);
    snprintf(out, 64, "%d年%s%d月%d日（%s）", y, era, m, d, week[day_weekday(day)]);
}

/* Microseconds since 0:00 JST. */
static int64_t of_day(usec_t t)
{
    return (floor_rest(t, DAY_USEC) + JST_USEC) % DAY_USEC;
}

void instant_hm(usec_t t, char out[6])
{
    unsigned min = (unsigned)(of_day(t) / (60 * USEC));
    snprintf(out, 6, "%02u:%02u", min / 60 % 24, min % 60);
}

void instant_iso(usec_t t, char out[33])
{
    char day[11], hm[6];
    day_iso(day_of_instant(t), day);
    instant_hm(t, hm);
    int64_t usec = of_day(t) % (60 * USEC);
    out[0] = '\0';
    if (day[0])
        snprintf(out, 33, "%.10sT%.5s:%02u.%06u+09:00", day, hm, (unsigned)(usec / USEC) % 60,
                 (unsigned)(usec % USEC) % 1000000);
}

/* --- clocks --- */

static usec_t wall_now(struct clock *c)
{
    (void)c;
    struct timespec ts;
    must(clock_gettime(CLOCK_REALTIME, &ts) == 0);
    return (usec_t)ts.tv_sec * USEC + ts.tv_nsec / 1000;
}

struct clock *clock_wall(void)
{
    static struct clock wall = {wall_now};
    return &wall;
}

static usec_t set_now(struct clock *c)
{
    struct clock_set *s = (struct clock_set *)c; /* c is its first member */
    return s->running ? s->at + wall_now(NULL) : s->at;
}

void clock_set_init(struct clock_set *c, usec_t at, bool running)
{
    *c = (struct clock_set){.c = {set_now}, .at = running ? at - wall_now(NULL) : at, .running = running};
}
