/* Any text as a day, an instant and a period: what is taken is written back as the same day, and a period's last day
 * never lies before its first (民法140–143), nor a rolled day on a holiday. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void day(slice s)
{
    day_t d;
    char iso[11], ja[64];
    int y, m, dd;
    if (!day_parse(s, &d))
        return;
    day_iso(d, iso);
    day_ja(d, ja);
    day_parts(d, &y, &m, &dd);
    must(sl_is(s, iso) && ja[0]);
    must(day_of(y, m, dd) == d && day_of_instant(instant_of_day(d)) == d);
    must(fiscal_year(d) == (m >= 4 ? y : y - 1));
}

static void instant(slice s)
{
    usec_t t, back;
    char iso[33], hm[6];
    if (!instant_parse(s, &t))
        return;
    instant_iso(t, iso);
    instant_hm(t, hm);
    must(instant_of_day(day_of_instant(t)) <= t && t < instant_of_day(day_of_instant(t)) + 86400 * USEC);
    must(iso[0] && instant_parse(sl(iso), &back) && back == t);
}

/* 12 bytes: a day, a length, a unit, whether the first day counts, a holiday near by. */
static void period(const uint8_t *p)
{
    int32_t day, n;
    memcpy(&day, p, sizeof day);
    memcpy(&n, p + 4, sizeof n);
    if (day < day_of(1, 1, 1) || day > day_of(9999, 12, 31))
        return;
    bool first = p[8] & 1;
    day_t last = period_last(day, n, (enum period_unit)(p[9] % 3), first);
    must(last == DAY_NONE || (n >= 1 && last >= day + !first));
    must(n >= 1 || last == DAY_NONE);
    if (last == DAY_NONE || last > day_of(9999, 1, 1))
        return;
    const day_t off[] = {last, last + p[10] % 8 + 1};
    const struct holidays h = {off, TB_COUNT(off)};
    day_t rolled = day_roll(last, &h);
    must(rolled > last && !day_is_holiday(rolled, &h) && day_roll(rolled, &h) == rolled);
    for (day_t d = last; d < rolled; d++)
        must(day_is_holiday(d, &h));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    slice s = {(const char *)data, size};
    day(s);
    instant(s);
    if (size >= 12)
        period(data);
    return 0;
}
