/* What the base room does a second: names folded, CSV fields, hashes, days; one line each, best of three. */
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "base/world.h"

static struct arena *arena;
static struct buf csv = BUF(1 << 24);
static char block[1 << 20];

static size_t fold_names(void)
{
    static const char *const name[] = {"㈱飛火電機ソフトウェアー", "ﾌｫｰﾃｨﾈｯﾄ ＦｏｒｔｉＯＳ", "Acme Networks Co., Ltd.",
                                       "一般社団法人 烽火情報センター", "ios_xe"};
    enum { TIMES = 40000 };
    for (size_t i = 0; i < TIMES; i++) {
        arena_reset(arena);
        must(text_fold(arena, sl(name[i % TB_COUNT(name)])).n > 0);
    }
    return TIMES;
}

static size_t read_csv(void)
{
    struct csv c = {.rest = buf_slice(&csv)};
    slice field[8];
    size_t n, all = 0;
    arena_reset(arena);
    while (csv_next(&c, arena, field, TB_COUNT(field), &n))
        all += n;
    return all;
}

static size_t hash_block(void)
{
    uint8_t h[SHA_LEN];
    sha256((slice){block, sizeof block}, h);
    return sizeof block / 1024;
}

static size_t count_days(void)
{
    enum { TIMES = 1000000 };
    int64_t sum = 0;
    for (day_t i = 0; i < TIMES; i++)
        sum += period_last(i / 64, 4, PERIOD_MONTHS, false);
    must(sum > 0);
    return TIMES;
}

static void measure(const char *what, size_t (*f)(void))
{
    struct clock *wall = clock_wall();
    double best = 0;
    for (int i = 0; i < 3; i++) {
        usec_t from = wall->now(wall);
        size_t n = f();
        usec_t took = wall->now(wall) - from;
        double rate = (double)n * (double)USEC / (double)(took > 0 ? took : 1);
        best = rate > best ? rate : best;
    }
    printf("%-28s %14.0f /s\n", what, best);
}

int main(void)
{
    arena = arena_new(1 << 26);
    for (int i = 0; i < 50000; i++) {
        csv_put(&csv, SL("飛火電機, 東京"), false);
        csv_put(&csv, SL("fortios"), false);
        csv_put(&csv, SL("say \"7.2.5\""), true);
    }
    memset(block, 'x', sizeof block);
    measure("names folded", fold_names);
    measure("CSV fields read", read_csv);
    measure("KiB hashed (SHA-256)", hash_block);
    measure("periods of months", count_days);
    buf_free(&csv);
    arena_free(arena);
    return 0;
}
