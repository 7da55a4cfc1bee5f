#include "served.h"

#include "base/text.h"
#include "house.h"

enum { LEAVES_MAX = 2000 };

static struct house house;
static struct server server;
static struct sess_table *sessions;
static struct http_cfg cfg;
static struct http_req request;
static char both[WHO_COUNT][SESS_PERSON_MAX + 1], asset[UUID_LEN + 1];

static void house_make(void)
{
    house_args(2, (char *[]){"", "memory", NULL});
    house_begin(&house, true);
    house_founded(&house);
    slice id = house_asset(&house, FILER_A, "A-1");
    snprintf(asset, sizeof asset, PRIs, ARGs(id));
    for (int i = 0; i < WHO_COUNT; i++) {
        struct gate_actor who = house_actor(&house, house.person[i]);
        snprintf(both[i], sizeof both[i], PRIs " " PRIs, ARGs(who.person), ARGs(who.session));
    }
    server = (struct server){.gate = house.g, .legal = &house.legal.c, .exercise = true};
}

struct http_req *served(unsigned who)
{
    struct http_req *r = &request;
    if (!house.g)
        house_make();
    if (!sessions) {
        sessions = sess_open(clock_wall(), rng_system(), SESS_LIMITS);
        cfg = http_cfg_default();
    }
    struct arena *a = r->a ? r->a : arena_new((size_t)64 << 20);
    arena_reset(a);
    *r = (struct http_req){.a = a, .api = true, .sess = sessions, .cfg = &cfg, .ud = &server};
    if (who < WHO_COUNT) {
        memcpy(r->who.person, both[who], sizeof both[who]);
        r->signed_in = true;
    }
    return r;
}

static const char *stands_for(const struct http_req *r, unsigned char c)
{
    if (c >= 1 && c <= WHO_COUNT)
        return house.person[c - 1];
    if (c >= 14 && c < 14 + AT_COUNT)
        return house.org[c - 14];
    if (c == 19)
        return asset;
    return c == 20 && r->signed_in ? strchr(r->who.person, ' ') + 1 : NULL;
}

slice served_text(struct http_req *r, slice s)
{
    struct buf b = BUF((size_t)1 << 20);
    for (size_t i = 0; i < s.n; i++) {
        const char *id = stands_for(r, (unsigned char)s.p[i]);
        if (id)
            buf_str(&b, id);
        else
            buf_chr(&b, s.p[i]);
    }
    slice out = arena_sl(r->a, buf_slice(&b));
    buf_free(&b);
    return out;
}

void served_done(struct http_req *r, struct http_ans *ans)
{
    int status = ans->status ? ans->status : 200;
    must(status < 500 && !ans->body.over);
    if (status != 204) {
        json_t *j = json_loadb(ans->body.p, ans->body.n, JSON_REJECT_DUPLICATES, NULL);
        must(j && ans->type && strncmp(ans->type, "application/", 12) == 0);
        if (status >= 400)
            must(json_integer_value(json_object_get(j, "status")) == status && json_object_get(j, "code"));
        json_decref(j);
    }
    buf_free(&ans->body);
    (void)r;
    if (house_leaves(&house) < LEAVES_MAX)
        return arena_reset(house.a);
    server_readers_close();
    house_end(&house);
}
