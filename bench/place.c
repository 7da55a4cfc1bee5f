#include "place.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
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

struct gate_actor place_filer(struct place *p, unsigned machine)
{
    return place_actor(p, PLACE_STAFF + (int)(machine % PLACE_OPS));
}

double place_cpu(void)
{
    struct timespec t;
    must(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t) == 0);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
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

static json_t *org_row(struct place *p, int i)
{
    char number[20], name[40];
    if (i == 0)
        return json_pack("{s:s, s:s, s:s, s:s}", "id", p->org[0], "number", "7000012010039", "name", "内閣府",
                         "org_kind", "CABINET");
    snprintf(number, sizeof number, "%06d", 130000 + i);
    snprintf(name, sizeof name, "第%d電力", i);
    return json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", p->org[i], "number", number, "name", name, "org_kind",
                     "OPERATOR", "sector", "電気");
}

static void found(struct place *p)
{
    json_t *orgs = json_array(), *persons = json_array(), *grants = json_array();
    struct fault f = {0};
    for (int i = 0; i <= PLACE_OPS; i++) {
        uuid_new(rng_system(), p->org[i]);
        json_array_append_new(orgs, org_row(p, i));
    }
    for (int i = 0; i < PLACE_STAFF + PLACE_OPS; i++) {
        char grant[UUID_LEN + 1], name[40];
        bool staff = i < PLACE_STAFF;
        const char *org = p->org[staff ? 0 : i - PLACE_STAFF + 1];
        uuid_new(rng_system(), grant);
        uuid_new(rng_system(), p->person[i]);
        snprintf(name, sizeof name, "%s%d", staff ? "椎葉" : "佐藤", i);
        json_array_append_new(persons, json_pack("{s:s, s:s, s:s, s:s}", "id", p->person[i], "org", org, "name", name,
                                                 "acks", staff ? "8_2" : "45_7"));
        json_array_append_new(grants,
                              json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", grant, "person", p->person[i], "role",
                                        staff ? "REGISTRAR" : "OP_FILER", "org", org, "until", "2027-09-30"));
    }
    json_t *doc =
        json_pack("{s:s, s:o, s:o, s:o}", "name", "bench", "orgs", orgs, "persons", persons, "grants", grants);
    must(doc);
    if (gate_found(p->g, doc, &f) != E_OK)
        stop("founding", &f);
    json_decref(doc);
    for (int i = 0; i < PLACE_STAFF + PLACE_OPS; i++)
        act(p, i, ACT_session_open, SLN, json_pack("{s:s, s:s}", "person", p->person[i], "authenticator", "EXERCISE"),
            p->session[i]);
}

static void designate(struct place *p)
{
    char list[UUID_LEN + 1];
    json_t *rows = json_array();
    for (int i = 1; i <= PLACE_OPS; i++)
        json_array_append_new(rows, json_pack("{s:s, s:s, s:s}", "operator", p->org[i], "facility_class", "発電設備",
                                              "designated_on", "2023-11-16"));
    act(p, 0, ACT_list_load, SLN,
        json_pack("{s:s, s:s, s:s, s:o}", "list_kind", "DESIGNATION", "effective_on", "2026-10-01", "source", "官報",
                  "rows", rows),
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

void place_open(struct place *p)
{
    log_level(1);
    collect_effects();
    *p = (struct place){.dir = "/tmp/tbbench.XXXXXX"};
    must(mkdtemp(p->dir));
    clock_set_init(&p->legal, instant_of_day(day_of(2026, 11, 24)) + 9 * 3600 * USEC, false);
    begin(p, false);
    found(p);
    designate(p);
    gate_close(p->g);
    begin(p, true);
}

void place_close(struct place *p)
{
    gate_close(p->g);
    nftw(p->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

json_t *place_asset(unsigned n)
{
    char ref[20];
    snprintf(ref, sizeof ref, "M-%07u", n);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "op_ref", ref, "asset_kind", "K1", "connection",
                     "PART_OF", "facility_class", "発電設備", "object", "OS", "product", "制御機 CX-900", "maker",
                     "丙製作所", "introduced_on", "2026-11-01", "facility_existed", 1);
}

void place_file(struct place *p, size_t n)
{
    struct gate_req *q = calloc(n, sizeof *q);
    struct gate_ans *a = calloc(n, sizeof *a);
    json_t **in = calloc(n, sizeof *in);
    must(q && a && in);
    for (size_t i = 0; i < n; i++, p->serial++) {
        in[i] = place_asset(p->serial);
        q[i] = (struct gate_req){.act = ACT_asset_record, .actor = place_filer(p, p->serial), .in = in[i]};
    }
    gate_acts(p->g, q, a, n);
    for (size_t i = 0; i < n; i++) {
        if (a[i].err)
            stop("asset.record", &a[i].fault);
        json_decref(in[i]);
    }
    free(in);
    free(a);
    free(q);
}

size_t place_grow(struct place *p, size_t machines)
{
    unsigned from = p->serial;
    while (p->serial < machines)
        place_file(p, machines - p->serial < 1000 ? machines - p->serial : 1000);
    return p->serial - from;
}
