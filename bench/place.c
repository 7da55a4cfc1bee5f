#include "place.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "collect/collect.h"

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

double place_since(usec_t from)
{
    usec_t took = clock_wall()->now(clock_wall()) - from;
    return (double)(took > 0 ? took : 1) / (double)USEC;
}

struct gate_actor place_actor(struct place *p, int who)
{
    return (struct gate_actor){.person = sl(p->person[who]), .session = sl(p->session[who])};
}

static void stop(const char *what, const struct fault *f)
{
    fprintf(stderr, "%s: %s: %s\n", what, f->where, f->what);
    exit(1);
}

/* Takes `in`; the new subject's id. */
static void act(struct place *p, int who, enum act_id id, slice subject, json_t *in, char made[UUID_LEN + 1])
{
    static struct gate_ans a;
    gate_act(p->g, &(struct gate_req){.act = id, .subject = subject, .actor = place_actor(p, who), .in = in}, &a);
    json_decref(in);
    if (a.err)
        stop(law_act[id].name, &a.fault);
    if (made)
        snprintf(made, UUID_LEN + 1, "%s", a.subject);
}

static void found(struct place *p)
{
    static const struct {
        const char *name, *role, *acks;
        int org;
    } who[] = {{"久我", "REGISTRAR", "8_2", 0}, {"椎葉", "REGISTRAR", "8_2", 0}, {"佐藤", "OP_FILER", "45_7", 1}};
    json_t *persons = json_array(), *grants = json_array();
    struct fault f = {0};
    for (size_t i = 0; i < 2; i++)
        uuid_new(rng_system(), p->org[i]);
    for (size_t i = 0; i < TB_COUNT(who); i++) {
        char grant[UUID_LEN + 1];
        const char *org = p->org[who[i].org];
        uuid_new(rng_system(), grant);
        uuid_new(rng_system(), p->person[i]);
        json_array_append_new(persons, json_pack("{s:s, s:s, s:s, s:s}", "id", p->person[i], "org", org, "name",
                                                 who[i].name, "acks", who[i].acks));
        json_array_append_new(grants, json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", grant, "person", p->person[i],
                                                "role", who[i].role, "org", org, "until", "2027-09-30"));
    }
    json_t *doc = json_pack("{s:s, s:[{s:s, s:s, s:s, s:s}, {s:s, s:s, s:s, s:s, s:s}], s:o, s:o}", "name", "bench",
                            "orgs", "id", p->org[0], "number", "7000012010039", "name", "内閣府", "org_kind", "CABINET",
                            "id", p->org[1], "number", "130001", "name", "甲電力", "org_kind", "OPERATOR", "sector",
                            "電気", "persons", persons, "grants", grants);
    must(doc);
    if (gate_found(p->g, doc, &f) != E_OK)
        stop("founding", &f);
    json_decref(doc);
    for (int i = 0; i < (int)TB_COUNT(who); i++)
        act(p, i, ACT_session_open, SLN, json_pack("{s:s, s:s}", "person", p->person[i], "authenticator", "EXERCISE"),
            p->session[i]);
}

static void designate(struct place *p)
{
    char list[UUID_LEN + 1];
    json_t *row = json_pack("{s:s, s:s, s:s}", "operator", p->org[1], "facility_class", "発電設備", "designated_on",
                            "2023-11-16");
    act(p, 0, ACT_list_load, SLN,
        json_pack("{s:s, s:s, s:s, s:[o]}", "list_kind", "DESIGNATION", "effective_on", "2026-10-01", "source", "官報",
                  "rows", row),
        list);
    act(p, 1, ACT_list_decide, sl(list), json_pack("{s:s}", "outcome", "ADOPTED"), NULL);
}

static void begin(struct place *p, bool threaded)
{
    struct fault f = {0};
    struct gate_config c = {.which = DB_PARTNERS,
                            .home = p->dir,
                            .db = "sqlite",
                            .legal = &p->legal.c,
                            .wall = clock_wall(),
                            .rng = rng_system(),
                            .exercise = true,
                            .threaded = threaded,
                            .drop.act = ACT_COUNT};
    if (gate_open(&p->g, &c, &f) != E_OK)
        stop("gate_open", &f);
}

void place_open(struct place *p, bool threaded)
{
    log_level(1);
    collect_effects();
    *p = (struct place){.dir = "/tmp/tbbench.XXXXXX"};
    must(mkdtemp(p->dir));
    clock_set_init(&p->legal, instant_of_day(day_of(2026, 11, 24)) + 9 * 3600 * USEC, false);
    begin(p, false);
    found(p);
    designate(p);
    if (threaded) {
        gate_close(p->g);
        begin(p, true);
    }
}

void place_close(struct place *p)
{
    gate_close(p->g);
    nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

json_t *place_asset(unsigned n)
{
    char ref[20];
    snprintf(ref, sizeof ref, "M-%06u", n);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "op_ref", ref, "asset_kind", "K1", "connection",
                     "PART_OF", "facility_class", "発電設備", "object", "OS", "product", "制御機 CX-900", "maker",
                     "丙製作所", "introduced_on", "2026-11-01", "facility_existed", 1);
}
