#include "house.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <unistd.h>

#include "analyse/analyse.h"
#include "collect/collect.h"
#include "exercise/exercise.h"
#include "exercise/story.h"

enum test_db house_kind;
const char *house_data;

void house_args(int argc, char **argv)
{
    house_kind = test_db_kind(argc > 1 ? argv[1] : NULL);
    house_data = argc > 2 ? argv[2] : NULL;
    log_level(0);
    collect_effects();
    analyse_effects();
}

static void raw_close(struct house *h);

/* --- where it stands --- */
static void pg_named(struct house *h, const char *name, char *out, size_t room)
{
    const char *query = strchr(getenv("TOBUHI_TEST_PG") ? getenv("TOBUHI_TEST_PG") : "", '?');
    (void)h;
    if (!query)
        fail_msg("TOBUHI_TEST_PG is not postgresql:///NAME?host=DIR; run this test under tests/lib/pg.sh");
    assert_true((size_t)snprintf(out, room, "postgresql:///%s%s", name, query) < room);
}

/* A new database takes half a second: each program makes one, and empties it for its next test. */
static void pg_empty(struct house *h)
{
    static const char *const text[] = {
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
        "pg_backend_pid()",
        "SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public",
    };
    for (size_t i = 0; i < TB_COUNT(text); i++)
        house_sql(h, "%s", text[i]);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

void house_open(struct house *h)
{
    struct fault f = {0};
    if (gate_open(&h->g, &h->cfg, &f) != E_OK || gate_reader_open(h->g, &h->r, &f) != E_OK)
        fail_msg("gate_open: %s: %s", f.where, f.what);
}

void house_shut(struct house *h)
{
    gate_reader_close(h->r);
    gate_close(h->g);
    h->r = NULL;
    h->g = NULL;
}

void house_begin(struct house *h, bool exercise)
{
    char name[40];
    *h = (struct house){.kind = house_kind, .url = "sqlite::memory:", .a = arena_new((size_t)256 << 20)};
    clock_set_init(&h->legal, instant_of_day(day_of(2026, 10, 15)) + 9 * 3600 * USEC, false);
    if (h->kind != TEST_SQLITE_MEM) {
        snprintf(h->home, sizeof h->home, "/tmp/tbhouse.XXXXXX");
        assert_non_null(mkdtemp(h->home));
        snprintf(h->url, sizeof h->url, "sqlite");
    }
    if (h->kind == TEST_PG) {
        snprintf(name, sizeof name, "h%ld", (long)getpid());
        pg_named(h, name, h->url, sizeof h->url);
    }
    h->cfg = (struct gate_config){.which = DB_PARTNERS,
                                  .home = h->home[0] ? h->home : NULL,
                                  .db = h->url,
                                  .legal = &h->legal.c,
                                  .wall = clock_wall(),
                                  .rng = rng_system(),
                                  .exercise = exercise,
                                  .drop.act = ACT_COUNT};
    house_open(h);
}

void house_end(struct house *h)
{
    house_shut(h);
    if (h->kind == TEST_PG && h->url[0])
        pg_empty(h);
    raw_close(h);
    if (h->home[0])
        nftw(h->home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(h->a);
    *h = (struct house){0};
}

/* --- acts --- */
struct gate_actor house_actor(struct house *h, const char *person)
{
    struct dbrows s;
    struct fault f;
    struct gate_ans ans;
    if (law_role_named(sl(person)) != ROLE_COUNT)
        return (struct gate_actor){.person = sl(person)};
    assert_int_equal(
        db_run(gate_reader_db(h->r), Q_sel_sessions_of_person, (struct dbval[]){DBT(sl(person))}, 1, &s, h->a, &f),
        E_OK);
    if (s.rows)
        return (struct gate_actor){.person = sl(person), .session = ROW(&s, 0, 0).s};
    json_t *in = json_pack("{s:s, s:s}", "person", person, "authenticator", "EXERCISE");
    gate_act(h->g, &(struct gate_req){.act = ACT_session_open, .actor.person = sl(person), .in = in}, &ans);
    json_decref(in);
    if (ans.err)
        fail_msg("session.open: %s", ans.fault.what);
    return (struct gate_actor){.person = sl(person), .session = arena_sl(h->a, sl(ans.subject))};
}

void house_try(struct house *h, const char *person, enum act_id act, slice subject, json_t *in, struct gate_ans *ans)
{
    struct gate_req q = {.act = act, .subject = subject, .actor = house_actor(h, person), .in = in};
    gate_act(h->g, &q, ans);
    json_decref(in);
}

slice house_do(struct house *h, const char *person, enum act_id act, slice subject, json_t *in)
{
    struct gate_ans ans;
    house_try(h, person, act, subject, in, &ans);
    if (ans.err)
        fail_msg("%s: %s: %s", law_act[act].name, ans.fault.where, ans.fault.what);
    return arena_sl(h->a, sl(ans.subject));
}

json_t *house_asset_in(const char *op_ref)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "op_ref", op_ref, "asset_kind", "K1",
                     "connection", "PART_OF", "facility_class", "発電設備", "object", "OS", "product", "制御機",
                     "maker", "丙製作所", "introduced_on", "2026-10-02", "facility_existed", 1);
}

slice house_asset(struct house *h, enum who filer, const char *op_ref)
{
    return house_do(h, h->person[filer], ACT_asset_record, SLN, house_asset_in(op_ref));
}

/* --- the founding --- */
void house_number(uint64_t n, char out[14])
{
    int sum = 0;
    snprintf(out + 1, 13, "%012" PRIu64, UINT64_C(100000000000) + n);
    for (int i = 1; i <= 12; i++)
        sum += (out[13 - i] - '0') * (i % 2 ? 1 : 2);
    out[0] = (char)('0' + 9 - sum % 9);
}

json_t *house_founding(struct house *h)
{
    static const struct {
        const char *name, *kind, *sector, *body;
    } org[AT_COUNT] = {[AT_CAO] = {"内閣府", "CABINET", NULL, NULL},
                       [AT_A] = {"甲電力", "OPERATOR", "電気", NULL},
                       [AT_B] = {"乙鉄道", "OPERATOR", "鉄道", NULL},
                       [AT_IPA] = {"情報処理推進機構", "ENTRUSTEE", NULL, "IPA"},
                       [AT_PUBLIC] = {"一般", "PUBLIC", NULL, NULL}};
    static const struct {
        enum whose org;
        const char *name, *role, *acks;
    } person[WHO_COUNT] = {
        [REG_1] = {AT_CAO, "久我", "REGISTRAR", "8_2"}, [REG_2] = {AT_CAO, "椎葉", "REGISTRAR", "8_2"},
        [FILER_A] = {AT_A, "佐藤", "OP_FILER", "45_7"}, [FILER_A2] = {AT_A, "鈴木", "OP_FILER", "45_7"},
        [FILER_B] = {AT_B, "高橋", "OP_FILER", "45_7"}, [TRIAGE] = {AT_IPA, "都築", "IPA_TRIAGE", "72_4 45_7"},
        [FINDER] = {AT_PUBLIC, "宮﨑", NULL, "-"}};
    json_t *orgs = json_array(), *persons = json_array(), *grants = json_array();
    for (size_t i = 0; i < AT_COUNT; i++) {
        char number[14];
        uuid_new(rng_system(), h->org[i]);
        house_number(i, number);
        json_array_append_new(orgs, json_pack("{s:s, s:s, s:s, s:s, s:s*, s:s*}", "id", h->org[i], "number", number,
                                              "name", org[i].name, "org_kind", org[i].kind, "sector", org[i].sector,
                                              "body", org[i].body));
    }
    for (size_t i = 0; i < WHO_COUNT; i++) {
        char grant[UUID_LEN + 1];
        uuid_new(rng_system(), h->person[i]);
        uuid_new(rng_system(), grant);
        json_array_append_new(persons,
                              json_pack("{s:s, s:s, s:s, s:s}", "id", h->person[i], "org", h->org[person[i].org],
                                        "name", person[i].name, "acks", person[i].acks));
        if (person[i].role)
            json_array_append_new(grants,
                                  json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", grant, "person", h->person[i], "role",
                                            person[i].role, "org", h->org[person[i].org], "until", "2027-09-30"));
    }
    json_t *doc = json_pack("{s:s, s:o, s:o, s:o}", "name", "試験", "orgs", orgs, "persons", persons, "grants", grants);
    assert_non_null(doc);
    return doc;
}

void house_founded(struct house *h)
{
    struct fault f = {0};
    json_t *doc = house_founding(h);
    if (gate_found(h->g, doc, &f) != E_OK)
        fail_msg("gate_found: %s", f.what);
    json_decref(doc);
    json_t *rows = json_pack("[{s:s, s:s, s:s}, {s:s, s:s, s:s}]", "operator", h->org[AT_A], "facility_class",
                             "発電設備", "designated_on", "2023-11-16", "operator", h->org[AT_B], "facility_class",
                             "運行管理", "designated_on", "2023-11-16");
    slice list = house_do(h, h->person[REG_1], ACT_list_load, SLN,
                          json_pack("{s:s, s:s, s:s, s:o}", "list_kind", "DESIGNATION", "effective_on", "2026-10-01",
                                    "source", "官報", "rows", rows));
    house_do(h, h->person[REG_2], ACT_list_decide, list, json_pack("{s:s}", "outcome", "ADOPTED"));
}

/* --- the exercise --- */
void house_seeded(struct house *h)
{
    struct fault f = {0};
    if (!house_data)
        fail_msg("this test takes the folder of the small exercise");
    if (exercise_seed(h->g, &h->legal, house_data, NULL, &f) != E_OK)
        fail_msg("exercise_seed: %s: %s", f.where, f.what);
}

static void play_one(struct house *h, const struct story_step *st)
{
    struct generation_report rep;
    struct fault f = {0};
    if (!st->wait) {
        house_do(h, arena_dup(h->a, st->person), st->act, st->subject, st->in);
        return;
    }
    json_decref(st->in);
    if (generation_run(h->g, h->r, 1, &rep, NULL, NULL, &f) != E_OK)
        fail_msg("generation_run: %s: %s", f.where, f.what);
}

void house_played(struct house *h)
{
    struct story *s;
    struct story_step st;
    struct fault f = {0};
    house_seeded(h);
    if (story_open(&s, house_data, &f) != E_OK)
        fail_msg("story_open: %s: %s", f.where, f.what);
    for (int i = 0; i < 200; i++) {
        if (story_next(s, h->r, h->legal.at, h->a, &st, &f) != E_OK)
            fail_msg("story_next: %s: %s", f.where, f.what);
        if (st.index > st.total)
            break;
        play_one(h, &st);
        h->legal.at += 60 * USEC;
        gate_tick(h->g);
    }
    assert_true(st.index > st.total);
    story_close(s);
}

/* --- looking --- */
int64_t house_leaves(struct house *h)
{
    struct dbrows n;
    struct fault f;
    assert_int_equal(db_run(gate_reader_db(h->r), Q_leaf_size, NULL, 0, &n, h->a, &f), E_OK);
    return ROW(&n, 0, 0).i;
}

json_t *house_body(struct house *h, int64_t leaf)
{
    struct dbrows r;
    struct fault f;
    assert_int_equal(db_run(gate_reader_db(h->r), Q_leaf_one, (struct dbval[]){DBI(leaf)}, 1, &r, h->a, &f), E_OK);
    assert_int_equal(r.rows, 1);
    json_t *o = json_loadb(ROW(&r, 0, 7).s.p, ROW(&r, 0, 7).s.n, 0, NULL);
    assert_non_null(o);
    return o;
}

void house_clean(struct house *h)
{
    struct gate_replay_report *rep = calloc(1, sizeof *rep);
    struct ledger_report ver;
    struct fault f = {0};
    must(rep);
    enum err e = h->home[0] ? gate_replay(&h->cfg, rep, NULL, &f) : gate_replay_here(h->g, rep, &f);
    if (e)
        fail_msg("replay: %s: %s", f.where, f.what);
    if (rep->differences)
        fail_msg("replay: leaf %" PRId64 " %s %s", rep->diff[0].leaf, rep->diff[0].table, rep->diff[0].key);
    free(rep);
    if (!h->home[0])
        return;
    if (gate_verify(&h->cfg, &ver, &f) != E_OK)
        fail_msg("verify: %s: %s", f.where, f.what);
    if (!ver.ok)
        fail_msg("verify: %s", ver.what);
}

/* --- behind the gate's back --- */
struct first {
    struct house *h;
    char **v;
    size_t room, n;
};

static int lite_first(void *ud, int n, char **v, char **name)
{
    struct first *x = ud;
    (void)name;
    if (x->n)
        return 0;
    for (int i = 0; i < n && x->n < x->room; i++)
        x->v[x->n++] = v[i] ? arena_dup(x->h->a, sl(v[i])) : NULL;
    return 0;
}

static size_t lite_row(struct house *h, const char *text, char **v, size_t room)
{
    char path[80];
    struct first x = {.h = h, .v = v, .room = room};
    sqlite3 *d = h->raw;
    if (!d) {
        snprintf(path, sizeof path, "%s/partners.db", h->home);
        assert_int_equal(sqlite3_open_v2(path, &d, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
        sqlite3_busy_timeout(d, 10000);
        h->raw = d;
    }
    if (sqlite3_exec(d, text, lite_first, &x, NULL) != SQLITE_OK)
        fail_msg("%s: %.2000s", sqlite3_errmsg(d), text);
    return x.n;
}

static size_t pg_row(struct house *h, const char *text, char **v, size_t room)
{
    char url[200];
    const char *name = h->url + strlen("postgresql:///");
    size_t n = 0;
    snprintf(url, sizeof url, "postgresql:///%.*s_partners%s", (int)strcspn(name, "?"), name, strchr(name, '?'));
    if (!h->raw)
        h->raw = PQconnectdb(url);
    PGresult *r = PQexec(h->raw, text);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        fail_msg("%s: %.2000s", PQerrorMessage(h->raw), text);
    for (int i = 0; PQntuples(r) && i < PQnfields(r) && n < room; i++)
        v[n++] = PQgetisnull(r, 0, i) ? NULL : arena_dup(h->a, sl(PQgetvalue(r, 0, i)));
    PQclear(r);
    return n;
}

static void raw_close(struct house *h)
{
    if (h->raw && h->kind == TEST_PG)
        PQfinish(h->raw);
    else if (h->raw)
        sqlite3_close(h->raw);
    h->raw = NULL;
}

size_t house_row(struct house *h, const char *text, char **v, size_t room)
{
    assert_true(h->kind != TEST_SQLITE_MEM);
    return h->kind == TEST_PG ? pg_row(h, text, v, room) : lite_row(h, text, v, room);
}

static char *first_value(struct house *h, const char *fmt, va_list ap)
{
    static char text[1 << 20];
    char *v = NULL;
    assert_true((size_t)vsnprintf(text, sizeof text, fmt, ap) < sizeof text);
    house_row(h, text, &v, 1);
    return v;
}

char *house_ask(struct house *h, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *v = first_value(h, fmt, ap);
    va_end(ap);
    return v;
}

int64_t house_count(struct house *h, const char *fmt, ...)
{
    va_list ap;
    int64_t n = -1;
    va_start(ap, fmt);
    char *v = first_value(h, fmt, ap);
    va_end(ap);
    assert_true(v && sl_int(sl(v), &n));
    return n;
}

void house_sql(struct house *h, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    first_value(h, fmt, ap);
    va_end(ap);
}

/* --- a program of tests --- */
int house_setup(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    must(h);
    house_begin(h, true);
    *state = h;
    return 0;
}

int house_teardown(void **state)
{
    struct house *h = *state;
    if (h->a)
        house_end(h);
    free(h);
    return 0;
}

int house_run(const char *name, const struct house_test *t, size_t n)
{
    struct CMUnitTest *run = calloc(n, sizeof *run);
    size_t k = 0;
    must(run);
    for (size_t i = 0; i < n; i++)
        if (t[i].on >> house_kind & 1)
            run[k++] = t[i].t;
    char title[100];
    snprintf(title, sizeof title, "%s on %s", name, test_db_word(house_kind));
    int failed = _cmocka_run_group_tests(title, run, k, NULL, NULL);
    free(run);
    return failed;
}
