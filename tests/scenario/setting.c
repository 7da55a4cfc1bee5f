/* The world of a story: a fresh store with its founding, and organisations, people, roles, designations by real acts of
 * the two registrars whom the founding names, 甲 and 乙. */
#include "scn_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ftw.h>
#include <libpq-fe.h>
#include <unistd.h>

static const char *const registrar[] = {"甲", "乙"};

/* --- the store --- */
static bool pg_name(struct world *w)
{
    static unsigned count;
    const char *query = strchr(w->cfg->pg, '?');
    if (!query)
        return story_no(w, "--pg は postgresql:///NAME?host=DIR です。");
    snprintf(w->url, sizeof w->url, "postgresql:///scn%ld_%u%s", (long)getpid(), count++, query);
    snprintf(w->home, sizeof w->home, "/tmp/tbscn.XXXXXX");
    return mkdtemp(w->home) || story_no(w, "/tmp に一時の場所を作れません。");
}

static void pg_drop(struct world *w)
{
    char url[200], text[160];
    const char *name = w->url + strlen("postgresql:///");
    snprintf(url, sizeof url, "postgresql:///postgres%s", strchr(name, '?'));
    PGconn *c = PQconnectdb(url);
    snprintf(text, sizeof text, "DROP DATABASE IF EXISTS %.*s_partners WITH (FORCE)", (int)strcspn(name, "?"), name);
    PQclear(PQexec(c, text));
    PQfinish(c);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

/* Which acts the ledger of this world has seen: what follows by itself is there too. */
static void note_touched(struct world *w)
{
    struct arena *a = arena_new((size_t)256 << 20);
    struct fault f;
    struct dbrows rows;
    for (int64_t from = 0;; from += (int64_t)rows.rows) {
        arena_reset(a);
        if (db_run(w->db, Q_leaf_all, (struct dbval[]){DBI(from), DBI(200)}, 2, &rows, a, &f) != E_OK || rows.rows == 0)
            break;
        for (size_t i = 0; i < rows.rows; i++) {
            enum act_id id = law_act_named(ROW(&rows, i, 2).s);
            w->out->acts++;
            if (id == ACT_COUNT)
                continue;
            w->out->touched[id] = true;
            for (size_t k = 0; k < law_act[id].thens; k++)
                w->out->touched[law_act[id].then[k].act] = true;
        }
    }
    arena_free(a);
}

void setting_end(struct world *w)
{
    if (w->g && !w->failed && w->cfg->drop.act == ACT_COUNT)
        note_touched(w);
    gate_reader_close(w->r);
    gate_close(w->g);
    w->r = NULL;
    w->g = NULL;
    w->db = NULL;
    w->n_known = w->n_staged = 0;
    if (w->home[0]) {
        pg_drop(w);
        nftw(w->home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        w->home[0] = 0;
    }
}

static bool store_begin(struct world *w, usec_t at)
{
    struct fault f = {0};
    struct gate_config c = {.which = DB_PARTNERS,
                            .db = "sqlite::memory:",
                            .legal = &w->clock.c,
                            .wall = clock_wall(),
                            .rng = &w->rng.r,
                            .exercise = w->exercise,
                            .drop = w->cfg->drop};
    setting_end(w);
    clock_set_init(&w->clock, at, false);
    rng_seed(&w->rng, w->file);
    if (w->cfg->pg && !pg_name(w))
        return false;
    if (w->cfg->pg) {
        c.home = w->home;
        c.db = w->url;
    }
    if (gate_open(&w->g, &c, &f) != E_OK || gate_reader_open(w->g, &w->r, &f) != E_OK)
        return story_no(w, "門が開きません: %s: %s", f.where, f.what);
    w->db = gate_reader_db(w->r);
    w->before = w->size = 0;
    return true;
}

bool setting_begin(struct world *w, struct words *x, bool found)
{
    usec_t t;
    slice day = story_next(x),
          hm = x->at < x->n && x->w[x->at].n == 5 && x->w[x->at].p[2] == ':' ? story_next(x) : SL("09:00");
    if (!instant_parse(sl(arena_fmt(w->tmp, PRIs "T" PRIs, ARGs(day), ARGs(hm))), &t))
        return story_no(w, "日時は 2026-10-15 09:00 の形です。");
    w->exercise = !story_is(x, "real");
    if (!story_end(w, x) || !store_begin(w, t))
        return false;
    return !found || setting_found(w, &(struct words){0}, false);
}

/* Time goes on: what falls due in between is lapsed at the end, as a server that ticks would do it sooner. */
bool setting_pass(struct world *w, usec_t to)
{
    if (to < w->clock.c.now(&w->clock.c))
        return story_no(w, "時は戻りません。");
    clock_set_init(&w->clock, to, false);
    w->before = expect_leaves(w);
    gate_tick(w->g);
    w->size = expect_leaves(w);
    return true;
}

/* --- the founding --- */
static void houjin_number(uint64_t n, char out[14])
{
    int sum = 0;
    snprintf(out + 1, 13, "%012" PRIu64, UINT64_C(100000000000) + n);
    for (int i = 1; i <= 12; i++)
        sum += (out[13 - i] - '0') * (i % 2 ? 1 : 2);
    out[0] = (char)('0' + 9 - sum % 9);
}

static json_t *founding_doc(struct world *w)
{
    char org[UUID_LEN + 1], number[14];
    json_t *persons = json_array(), *grants = json_array();
    uuid_new(&w->rng.r, org);
    houjin_number(w->serial++, number);
    story_remember(w, SL("内閣府"), KIND_org, sl(org));
    for (size_t i = 0; i < TB_COUNT(registrar); i++) {
        char id[UUID_LEN + 1], grant[UUID_LEN + 1];
        uuid_new(&w->rng.r, id);
        uuid_new(&w->rng.r, grant);
        story_remember(w, sl(registrar[i]), KIND_person, sl(id));
        json_array_append_new(
            persons, json_pack("{s:s, s:s, s:s, s:s}", "id", id, "org", org, "name", registrar[i], "acks", "8_2"));
        json_array_append_new(grants, json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", grant, "person", id, "role",
                                                "REGISTRAR", "org", org, "until", "2099-12-31"));
    }
    return json_pack("{s:s, s:[{s:s, s:s, s:s, s:s}], s:o, s:o}", "name", "scenario", "orgs", "id", org, "number",
                     number, "name", "内閣府", "org_kind", "CABINET", "persons", persons, "grants", grants);
}

/* The holders' keys live as long as this line. */
static bool holder_sign(struct world *w, json_t *doc, int64_t holders, int64_t signers)
{
    char dir[] = "/tmp/tbscn-key.XXXXXX", path[80], hex[65];
    struct note_key *key[8] = {0};
    struct fault f = {0};
    json_t *names = json_array(), *notes = json_array();
    uint8_t h[SHA_LEN];
    bool ok = holders <= 8 && signers <= holders && mkdtemp(dir);
    for (int64_t i = 0; ok && i < holders; i++) {
        struct buf v = BUF(1024);
        snprintf(path, sizeof path, "%s/%" PRId64, dir, i);
        ok = note_key_make(path, path + 5, &w->rng.r, &f) == E_OK && note_key_load(&key[i], path, &f) == E_OK;
        if (ok)
            note_verifier_text(note_key_public(key[i]), &v);
        json_array_append_new(names, json_stringn(v.p ? v.p : "", v.n));
        buf_free(&v);
    }
    if (holders)
        json_object_set(doc, "holders", names);
    char *text = json_dumps(doc, JSON_COMPACT | JSON_SORT_KEYS);
    sha256(sl(text), h);
    hex_of(h, sizeof h, hex);
    for (int64_t i = 0; ok && i < signers; i++) {
        struct buf note = BUF(NOTE_MAX);
        const struct note_key *one = key[i];
        ok = note_sign(sl(arena_fmt(w->tmp, "tobuhi founding\n%s\n", hex)), &one, 1, &note, &f) == E_OK;
        json_array_append_new(notes, json_stringn(note.p, note.n));
        buf_free(&note);
    }
    json_object_set_new(doc, "signatures", notes);
    json_decref(names);
    free(text);
    for (size_t i = 0; i < TB_COUNT(key); i++)
        note_key_free(key[i]);
    nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return ok || story_no(w, "署名できません: %s", f.what);
}

/* The reasons as the newest leaf keeps them. */
static slice last_reasons(struct world *w)
{
    struct dbrows rows;
    struct fault f;
    struct buf b = BUF(1000);
    if (db_run(w->db, Q_leaf_one, (struct dbval[]){DBI(expect_leaves(w) - 1)}, 1, &rows, w->tmp, &f) != E_OK ||
        rows.rows == 0)
        return SLN;
    json_t *body = json_loadb(ROW(&rows, 0, 7).s.p, ROW(&rows, 0, 7).s.n, 0, NULL), *why;
    size_t i;
    json_array_foreach(json_object_get(body, "why"), i, why) buf_fmt(&b, "%s%s", i ? " " : "", json_string_value(why));
    json_decref(body);
    slice s = arena_sl(w->tmp, buf_slice(&b));
    buf_free(&b);
    return s;
}

/* found [holders=N] [signed=N] [because CONDITION…]; the exercise signs for itself when nothing is said. */
bool setting_found(struct world *w, struct words *x, bool refused)
{
    int64_t holders = -1, signers = 0;
    struct fault f = {0};
    slice key, value;
    while (x->at < x->n && story_pair(x->w[x->at], &key, &value)) {
        if (!sl_int(value, sl_is(key, "holders") ? &holders : &signers) ||
            (!sl_is(key, "holders") && !sl_is(key, "signed")))
            return story_no(w, "found [holders=数] [signed=数] の形です。");
        holders = holders < 0 ? 0 : holders;
        x->at++;
    }
    json_t *doc = founding_doc(w);
    bool ok = holders < 0 || holder_sign(w, doc, holders, signers);
    w->before = expect_leaves(w);
    enum err e = ok ? gate_found(w->g, doc, &f) : E_OK;
    json_decref(doc);
    w->size = expect_leaves(w);
    if (!ok)
        return false;
    if (!refused)
        return story_end(w, x) && (e == E_OK || story_no(w, "創設できません: %s", f.what));
    struct buf want = BUF(1000);
    if (!story_is(x, "because"))
        return story_no(w, "refuse found には because 条件 が要ります。");
    while (x->at < x->n) {
        slice p = story_next(x);
        buf_fmt(&want, "%s" PRIs, want.n ? " " : "", ARGs(p));
        for (int i = 0; i < PRED_COUNT; i++)
            if (sl_is(p, law_pred[i].name))
                w->out->refused[ACT_store_found][i] = true;
    }
    slice got = w->size > w->before ? last_reasons(w) : sl(f.where); /* before the founding nothing is recorded */
    ok = e == E_REFUSED && sl_eq(got, buf_slice(&want));
    buf_free(&want);
    return ok || story_no(w, "創設は %s（理由: " PRIs "）", e ? err_code(e) : "できました", ARGs(got));
}

/* --- who is there --- */
static slice registrar_id(struct world *w, size_t i)
{
    struct thing *t = story_known(w, sl(registrar[i]));
    return t ? t->id : SLN;
}

/* org NAME KIND [sector="…"] [body=IPA] [parent=NAME] */
bool setting_org(struct world *w, struct words *x)
{
    char id[UUID_LEN + 1], number[14];
    slice name = story_next(x), kind = story_next(x), key, value;
    json_t *in = json_object();
    houjin_number(w->serial++, number);
    json_object_set_new(in, "number", json_string(number));
    json_object_set_new(in, "name", json_stringn(name.p, name.n));
    json_object_set_new(in, "org_kind", json_stringn(kind.p ? kind.p : "", kind.n));
    while (x->at < x->n && story_pair(x->w[x->at], &key, &value)) {
        json_object_set_new(in, arena_dup(w->tmp, key), json_stringn(value.p, value.n));
        x->at++;
    }
    return story_end(w, x) && act_do(w, registrar_id(w, 0), "org.register", SLN, in, id) &&
           act_do(w, registrar_id(w, 1), "org.activate", sl(id), json_pack("{s:s}", "evidence", "登記事項証明書"),
                  NULL) &&
           story_remember(w, name, KIND_org, sl(id));
}

static bool grant(struct world *w, slice person, slice role, slice scope, const char *until)
{
    char id[UUID_LEN + 1];
    json_t *in = json_pack("{s:s%, s:s%, s:s}", "person", person.p, person.n, "role", role.p, role.n, "until", until);
    if (scope.n)
        json_object_set_new(in, "scope", json_stringn(scope.p, scope.n));
    return act_do(w, registrar_id(w, 0), "grant.propose", SLN, in, id) &&
           act_do(w, registrar_id(w, 1), "grant.decide", sl(id), json_pack("{s:s}", "outcome", "ACTIVE"), NULL);
}

/* person NAME of ORG [roles ROLE…] [acks "8_2 …"] [scope "電気 …"]; roles for a year. */
bool setting_person(struct world *w, struct words *x)
{
    char id[UUID_LEN + 1], until[11];
    slice name = story_next(x), acks = SLN, scope = SLN, role[12];
    size_t roles = 0;
    struct thing *org = story_is(x, "of") ? story_thing(w, story_next(x)) : NULL;
    if (!org)
        return story_no(w, "person 名 of 組織 … の形です。");
    while (x->at < x->n) {
        if (story_is(x, "acks"))
            acks = story_next(x);
        else if (story_is(x, "scope"))
            scope = story_next(x);
        else if (story_is(x, "roles"))
            while (x->at < x->n && !story_next_is(x, "acks") && !story_next_is(x, "scope") && roles < TB_COUNT(role))
                role[roles++] = story_next(x);
        else
            return story_end(w, x);
    }
    json_t *in = json_pack("{s:s%, s:s%}", "org", org->id.p, org->id.n, "name", name.p, name.n);
    json_t *ack = acks.n ? json_pack("{s:s%}", "acks", acks.p, acks.n) : json_object();
    bool ok =
        act_do(w, registrar_id(w, 0), "person.invite", SLN, in, id) && story_remember(w, name, KIND_person, sl(id));
    if (!ok)
        json_decref(ack);
    day_iso(day_of_instant(w->clock.c.now(&w->clock.c)) + 365, until);
    ok = ok && act_do(w, story_known(w, name)->id, "person.accept", sl(id), ack, NULL);
    for (size_t i = 0; ok && i < roles; i++)
        ok = grant(w, story_known(w, name)->id, role[i], scope, until);
    return ok;
}

static bool designate_one(struct world *w, struct words *x, json_t *rows)
{
    struct thing *op = story_thing(w, story_next(x));
    slice cls = story_next(x);
    if (!op || !story_is(x, "on"))
        return story_no(w, "designate 事業者 設備 on 日付 [succession] [changed 日付], … の形です。");
    slice on = story_next(x);
    bool more = on.n && on.p[on.n - 1] == ',';
    json_t *o = json_pack("{s:s%, s:s%, s:s%}", "operator", op->id.p, op->id.n, "facility_class", cls.p, cls.n,
                          "designated_on", on.p, on.n - more);
    json_array_append_new(rows, o);
    while (!more && x->at < x->n) {
        bool list = story_is(x, "changed");
        slice word = story_next(x);
        more = word.p[word.n - 1] == ',';
        word.n -= more;
        if (list)
            json_object_set_new(o, "list_changed_on", json_stringn(word.p, word.n));
        else if (sl_is(word, "succession"))
            json_object_set_new(o, "by_succession", json_true());
        else
            return story_no(w, "分からない語です: " PRIs, ARGs(word));
    }
    return true;
}

/* designate OPERATOR FACILITY on DAY [succession] [changed DAY][, …]: the whole list, which replaces the one before. */
bool setting_designate(struct world *w, struct words *x)
{
    char id[UUID_LEN + 1], today[11];
    json_t *rows = json_array();
    do {
        if (!designate_one(w, x, rows)) {
            json_decref(rows);
            return false;
        }
    } while (x->at < x->n);
    day_iso(day_of_instant(w->clock.c.now(&w->clock.c)), today);
    json_t *in = json_pack("{s:s, s:s, s:s, s:o}", "list_kind", "DESIGNATION", "effective_on", today, "source", "官報",
                           "rows", rows);
    return act_do(w, registrar_id(w, 0), "list.load", SLN, in, id) &&
           act_do(w, registrar_id(w, 1), "list.decide", sl(id), json_pack("{s:s}", "outcome", "ADOPTED"), NULL);
}
