#include "web/http_int.h"

#include <pthread.h>

#define SETS 256
#define WAYS 4

struct drops { /* one address's bucket; tokens in millionths of a request */
    char address[46];
    int64_t tokens;
    usec_t at;
};

struct rate {
    pthread_mutex_t lock;
    int64_t rate, full;
    struct drops set[SETS][WAYS];
};

struct rate *rate_open(unsigned rate, unsigned burst)
{
    struct rate *t = mem_zero(1, sizeof(*t));
    must(pthread_mutex_init(&t->lock, NULL) == 0);
    t->rate = rate;
    t->full = (int64_t)(burst > rate ? burst : rate) * USEC;
    return t;
}

void rate_close(struct rate *t)
{
    if (t)
        pthread_mutex_destroy(&t->lock);
    free(t);
}

static unsigned set_of(slice address)
{
    unsigned h = 2166136261u; /* FNV-1a: spreads addresses, hides nothing */
    for (size_t i = 0; i < address.n; i++)
        h = (h ^ (unsigned char)address.p[i]) * 16777619u;
    return h % SETS;
}

/* The address's bucket, or the one of its set that was used longest ago, made full. */
static struct drops *bucket(struct rate *t, slice address, usec_t now)
{
    struct drops *set = t->set[set_of(address)], *old = &set[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (sl_is(address, set[i].address))
            return &set[i];
        if (set[i].at < old->at)
            old = &set[i];
    }
    *old = (struct drops){.tokens = t->full, .at = now};
    size_t n = address.n < sizeof(old->address) ? address.n : sizeof(old->address) - 1;
    memcpy(old->address, address.p, n);
    return old;
}

bool rate_take_many(struct rate *t, slice address, usec_t now, unsigned many)
{
    int64_t cost = (int64_t)many * USEC;
    if (t->rate == 0 || address.n == 0)
        return true;
    pthread_mutex_lock(&t->lock);
    struct drops *d = bucket(t, address, now);
    usec_t gone = now > d->at ? now - d->at : 0; /* a clock set back gives nothing */
    if (gone > 3600 * USEC)
        gone = 3600 * USEC;
    d->tokens += gone * t->rate;
    if (d->tokens > t->full)
        d->tokens = t->full;
    d->at = now;
    bool ok = d->tokens >= cost;
    if (ok)
        d->tokens -= cost;
    pthread_mutex_unlock(&t->lock);
    return ok;
}

bool rate_take(struct rate *t, slice address, usec_t now)
{
    return rate_take_many(t, address, now, 1);
}
