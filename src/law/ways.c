#include "print_int.h"

static uint32_t bit_of(const struct law_kind *k, enum state_id s)
{
    for (size_t i = 0; i < k->states; i++)
        if (k->state[i].id == s)
            return 1u << i;
    return 0;
}

static uint32_t unfinished(const struct law_kind *k)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < k->states; i++)
        bits |= k->state[i].sort == STATE_FINAL ? 0 : 1u << i;
    return bits;
}

static struct way act_way(const struct law_act *a)
{
    const struct law_kind *k = &law_kind[a->kind];
    struct way w = {.sort = WAY_ACT, .title = a->title, .name = a->name, .same = a->to_mode == TO_SAME};
    w.from = a->from_any ? unfinished(k) : 0;
    for (size_t i = 0; i < a->froms; i++) {
        w.made = w.made || a->from[i] == ST_NONE;
        w.from |= bit_of(k, a->from[i]);
    }
    for (size_t i = 0; i < a->tos; i++) {
        w.to |= bit_of(k, a->to[i].state);
        w.negative |= a->to[i].negative ? bit_of(k, a->to[i].state) : 0;
    }
    return w;
}

static struct way side_way(const struct law_act *a, const struct law_side *s)
{
    const struct law_kind *k = &law_kind[s->kind];
    struct way w = {.sort = WAY_SIDE, .title = a->title, .name = a->name, .same = s->to == ST_NONE};
    w.to = w.same ? 0 : bit_of(k, s->to);
    for (size_t i = 0; i < s->froms; i++) {
        w.made = w.made || s->from[i] == ST_NONE;
        w.from |= bit_of(k, s->from[i]);
    }
    return w;
}

size_t law_ways(enum kind_id kind, struct way out[WAYS_MAX])
{
    const struct law_kind *k = &law_kind[kind];
    size_t n = 0;
    must(k->states <= 32);
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct law_act *a = &law_act[i];
        must(n + a->sides < WAYS_MAX);
        if (a->kind == kind)
            out[n++] = act_way(a);
        for (size_t s = 0; s < a->sides; s++)
            if (a->side[s].kind == kind)
                out[n++] = side_way(a, &a->side[s]);
    }
    for (int c = 0; c < CLOCK_COUNT; c++)
        for (size_t i = 0; i < law_clock[c].lapses; i++) {
            const struct law_lapse *l = &law_clock[c].lapse[i];
            must(n < WAYS_MAX);
            if (l->kind == kind)
                out[n++] = (struct way){.sort = WAY_LAPSE,
                                        .title = law_clock[c].ja,
                                        .name = law_clock[c].name,
                                        .from = bit_of(k, l->from),
                                        .to = bit_of(k, l->to)};
        }
    return n;
}
