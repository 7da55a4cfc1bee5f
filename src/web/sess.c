#include "web/sess.h"

#include <pthread.h>
#include <sodium.h>

#define NONE SIZE_MAX

struct row {
    uint8_t id[SHA_LEN];
    struct sess s;
    enum flash_kind flash;
    char text[FLASH_MAX + 1];
    size_t next; /* in the chain of its bucket, or of the free rows */
};

struct sess_table {
    pthread_mutex_t lock;
    struct clock *wall;
    struct rng *rng;
    struct sess_limits limits;
    uint8_t key[32];
    size_t *bucket, mask;
    struct row *row;
    size_t free;
};

struct sess_table *sess_open(struct clock *wall, struct rng *rng, struct sess_limits limits)
{
    must(wall && rng && limits.max > 0);
    struct sess_table *t = mem_zero(1, sizeof(*t));
    size_t buckets = 16;
    while (buckets < limits.max)
        buckets *= 2;
    *t = (struct sess_table){.wall = wall, .rng = rng, .limits = limits, .mask = buckets - 1};
    must(pthread_mutex_init(&t->lock, NULL) == 0);
    t->bucket = mem_zero(buckets, sizeof(*t->bucket));
    t->row = mem_zero(limits.max, sizeof(*t->row));
    for (size_t i = 0; i < buckets; i++)
        t->bucket[i] = NONE;
    for (size_t i = 0; i < limits.max; i++)
        t->row[i].next = i + 1 < limits.max ? i + 1 : NONE;
    rng->fill(rng, t->key, sizeof(t->key));
    return t;
}

void sess_close(struct sess_table *t)
{
    if (!t)
        return;
    sodium_memzero(t->key, sizeof(t->key));
    pthread_mutex_destroy(&t->lock);
    free(t->bucket);
    free(t->row);
    free(t);
}

bool sess_cookie_ok(slice cookie)
{
    uint8_t raw[SESS_ID_LEN / 2];
    return cookie.n == SESS_ID_LEN && hex_to(cookie, raw, sizeof(raw));
}

void sess_guest(struct sess_table *t, char cookie[SESS_ID_LEN + 1])
{
    uint8_t raw[SESS_ID_LEN / 2];
    pthread_mutex_lock(&t->lock);
    t->rng->fill(t->rng, raw, sizeof(raw));
    pthread_mutex_unlock(&t->lock);
    hex_of(raw, sizeof(raw), cookie);
}

static size_t *bucket_of(struct sess_table *t, const uint8_t id[SHA_LEN])
{
    uint32_t h;
    memcpy(&h, id, sizeof(h));
    return &t->bucket[h & t->mask];
}

/* Where the row's index stands, so that it can be taken out; NULL if it is not there. */
static size_t *link_of(struct sess_table *t, const uint8_t id[SHA_LEN])
{
    for (size_t *at = bucket_of(t, id); *at != NONE; at = &t->row[*at].next)
        if (sodium_memcmp(t->row[*at].id, id, SHA_LEN) == 0)
            return at;
    return NULL;
}

static void drop(struct sess_table *t, size_t *link)
{
    size_t i = *link;
    *link = t->row[i].next;
    sodium_memzero(&t->row[i], sizeof(t->row[i]));
    t->row[i].next = t->free;
    t->free = i;
}

static bool run_out(const struct sess_table *t, const struct row *r, usec_t now)
{
    return now - r->s.seen > t->limits.idle || now - r->s.since > t->limits.absolute;
}

/* The live row of a cookie; one that has run out is dropped on sight. Called under the lock. */
static struct row *live(struct sess_table *t, slice cookie)
{
    if (!sess_cookie_ok(cookie))
        return NULL;
    uint8_t id[SHA_LEN];
    sha256(cookie, id);
    size_t *link = link_of(t, id);
    if (!link)
        return NULL;
    if (run_out(t, &t->row[*link], t->wall->now(t->wall))) {
        drop(t, link);
        return NULL;
    }
    return &t->row[*link];
}

/* Makes room: what has run out goes, and if nothing has, the session that was idle for longest. */
static void make_room(struct sess_table *t, usec_t now)
{
    const uint8_t *oldest = NULL;
    usec_t seen = INT64_MAX;
    for (size_t b = 0; b <= t->mask; b++)
        for (size_t *at = &t->bucket[b]; *at != NONE;) {
            struct row *r = &t->row[*at];
            if (run_out(t, r, now)) {
                drop(t, at);
                continue;
            }
            if (r->s.seen < seen) {
                seen = r->s.seen;
                oldest = r->id;
            }
            at = &r->next;
        }
    if (t->free == NONE && oldest)
        drop(t, link_of(t, oldest));
}

enum err sess_new(struct sess_table *t, slice person, char cookie[SESS_ID_LEN + 1], struct fault *f)
{
    if (person.n == 0 || person.n > SESS_PERSON_MAX)
        return fault_set(f, E_FIELD, "person", "利用者の識別子は1～%d文字です", SESS_PERSON_MAX);
    sess_guest(t, cookie);
    pthread_mutex_lock(&t->lock);
    usec_t now = t->wall->now(t->wall);
    if (t->free == NONE)
        make_room(t, now);
    must(t->free != NONE);
    size_t i = t->free;
    struct row *r = &t->row[i];
    t->free = r->next;
    *r = (struct row){.s = {.since = now, .seen = now}};
    sha256((slice){cookie, SESS_ID_LEN}, r->id);
    memcpy(r->s.person, person.p, person.n);
    size_t *b = bucket_of(t, r->id);
    r->next = *b;
    *b = i;
    pthread_mutex_unlock(&t->lock);
    return E_OK;
}

bool sess_find(struct sess_table *t, slice cookie, struct sess *out)
{
    pthread_mutex_lock(&t->lock);
    struct row *r = live(t, cookie);
    if (r) {
        *out = r->s;
        r->s.seen = t->wall->now(t->wall);
    }
    pthread_mutex_unlock(&t->lock);
    return r != NULL;
}

void sess_end(struct sess_table *t, slice cookie)
{
    if (!sess_cookie_ok(cookie))
        return;
    uint8_t id[SHA_LEN];
    sha256(cookie, id);
    pthread_mutex_lock(&t->lock);
    size_t *link = link_of(t, id);
    if (link)
        drop(t, link);
    pthread_mutex_unlock(&t->lock);
}

size_t sess_end_person(struct sess_table *t, slice person)
{
    size_t n = 0;
    pthread_mutex_lock(&t->lock);
    for (size_t b = 0; b <= t->mask; b++)
        for (size_t *at = &t->bucket[b]; *at != NONE;) {
            if (sl_is(person, t->row[*at].s.person)) {
                drop(t, at);
                n++;
            } else {
                at = &t->row[*at].next;
            }
        }
    pthread_mutex_unlock(&t->lock);
    return n;
}

void sess_token(struct sess_table *t, slice cookie, char token[SESS_ID_LEN + 1])
{
    char text[5 + SESS_ID_LEN];
    must(cookie.n == SESS_ID_LEN);
    memcpy(text, "form:", 5);
    memcpy(text + 5, cookie.p, SESS_ID_LEN);
    uint8_t mac[SHA_LEN];
    hmac_sha256(t->key, (slice){text, sizeof(text)}, mac);
    hex_of(mac, sizeof(mac), token);
}

bool sess_token_ok(struct sess_table *t, slice cookie, slice token)
{
    if (!sess_cookie_ok(cookie) || token.n != SESS_ID_LEN)
        return false;
    char want[SESS_ID_LEN + 1];
    sess_token(t, cookie, want);
    return sodium_memcmp(want, token.p, SESS_ID_LEN) == 0;
}

void sess_flash(struct sess_table *t, slice cookie, enum flash_kind kind, slice text)
{
    size_t n = text.n <= FLASH_MAX ? text.n : FLASH_MAX;
    while (n > 0 && n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
        n--;
    pthread_mutex_lock(&t->lock);
    struct row *r = live(t, cookie);
    if (r) {
        r->flash = kind;
        if (n)
            memcpy(r->text, text.p, n);
        r->text[n] = '\0';
    }
    pthread_mutex_unlock(&t->lock);
}

enum flash_kind sess_flash_take(struct sess_table *t, slice cookie, struct arena *a, slice *text)
{
    enum flash_kind kind = FLASH_NONE;
    *text = SLN;
    pthread_mutex_lock(&t->lock);
    struct row *r = live(t, cookie);
    if (r && r->flash != FLASH_NONE) {
        kind = r->flash;
        *text = arena_sl(a, sl(r->text));
        r->flash = FLASH_NONE;
    }
    pthread_mutex_unlock(&t->lock);
    return kind;
}
