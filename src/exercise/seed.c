#include "exercise.h"

#include "analyse/analyse.h"
#include "base/text.h"
#include "collect/collect.h"

#include <stdlib.h>
#include <string.h>

#define BATCH    400
#define FILE_MAX ((size_t)16 << 20)

/* One seeding: names of the data files to ids of the store. */
struct seed {
    struct gate *g;
    struct clock_set *legal;
    const char *data;
    void (*say)(const char *);
    struct arena *a;
    struct fault *f;
    json_t *org, *person, *session, *facility, *asset; /* key -> id */
    struct gate_req req[BATCH];
    json_t *in[BATCH];
    json_t *into[BATCH]; /* where the new subject's id goes, by */
    const char *key[BATCH];
    size_t n;
};

/* --- acts in batches --- */
static enum err flush(struct seed *s)
{
    static struct gate_ans ans[BATCH];
    enum err e = E_OK;
    gate_acts(s->g, s->req, ans, s->n);
    for (size_t i = 0; i < s->n; i++) {
        if (ans[i].err && !e) {
            e = fault_set(s->f, ans[i].err, law_act[s->req[i].act].name,
                          "演習の準備で、手続ができませんでした（%s）: %.300s", s->key[i] ? s->key[i] : "",
                          ans[i].fault.what);
        }
        if (s->into[i])
            json_object_set_new(s->into[i], s->key[i], json_string(ans[i].subject));
        json_decref(s->in[i]);
    }
    s->n = 0;
    return e;
}

static slice id_of(const json_t *map, const char *key)
{
    const char *z = json_string_value(json_object_get(map, key));
    return z ? sl(z) : SLN;
}

static struct gate_actor actor(struct seed *s, const char *person)
{
    return (struct gate_actor){.person = id_of(s->person, person), .session = id_of(s->session, person)};
}

/* Takes `in`. The id of a created subject goes to into[key]. */
static enum err act(struct seed *s, const char *person, enum act_id id, slice subject, json_t *in, json_t *into,
                    const char *key)
{
    size_t i = s->n++;
    s->req[i] = (struct gate_req){.act = id, .subject = subject, .actor = actor(s, person), .in = in};
    s->in[i] = in;
    s->into[i] = into;
    s->key[i] = key ? arena_dup(s->a, sl(key)) : NULL;
    return s->n == BATCH ? flush(s) : E_OK;
}

static enum err act_now(struct seed *s, const char *person, enum act_id id, slice subject, json_t *in,
                        char made[UUID_LEN + 1])
{
    json_t *got = json_object();
    enum err e = act(s, person, id, subject, in, got, "made");
    if (!e && s->n)
        e = flush(s);
    if (made)
        snprintf(made, UUID_LEN + 1, PRIs, ARGs(id_of(got, "made")));
    json_decref(got);
    return e;
}

/* --- data files --- */
static enum err data_read(struct seed *s, const char *name, slice *out)
{
    return file_read(s->a, arena_fmt(s->a, "%s/%s", s->data, name), FILE_MAX, out, s->f);
}

typedef enum err csv_fn(struct seed *s, const slice *v, size_t n);

static enum err csv_each(struct seed *s, const char *name, size_t cols, csv_fn *fn)
{
    slice text, v[32];
    size_t n;
    enum err e = data_read(s, name, &text);
    struct csv c = {.rest = text};
    bool head = true;
    while (!e && csv_next(&c, s->a, v, TB_COUNT(v), &n)) {
        if (c.bad || n < cols)
            return fault_set(s->f, E_PARSE, name, "%zu行目: 列が足りません。", c.line);
        if (!head)
            e = fn(s, v, n);
        head = false;
    }
    return !e && s->n ? flush(s) : e;
}

#define Z(x) arena_dup(s->a, x)

/* --- founding: the Cabinet Office, two registrars --- */
static enum err found(struct seed *s)
{
    struct rng *rng = gate_config_of(s->g)->rng;
    char cao[UUID_LEN + 1], pub[UUID_LEN + 1], reg[2][UUID_LEN + 1], grant[2][UUID_LEN + 1];
    uuid_new(rng, cao);
    uuid_new(rng, pub);
    for (int i = 0; i < 2; i++) {
        uuid_new(rng, reg[i]);
        uuid_new(rng, grant[i]);
    }
    json_t *doc =
        json_pack("{s:s, s:[{s:s,s:s,s:s,s:s,s:s},{s:s,s:s,s:s,s:s,s:s}], "
                  "s:[{s:s,s:s,s:s,s:s,s:s},{s:s,s:s,s:s,s:s,s:s}], s:[{s:s,s:s,s:s,s:s,s:s},{s:s,s:s,s:s,s:s,s:s}]}",
                  "name", "Tobuhi 演習", "orgs", "id", cao, "number", "7999991000001", "name", "内閣府", "kana",
                  "ナイカクフ", "org_kind", "CABINET", "id", pub, "number", "000000", "name", "一般（発見者）", "kana",
                  "イッパン", "org_kind", "PUBLIC", "persons", "id", reg[0], "org", cao, "name", "久我 瑞生", "post",
                  "登録官", "acks", "8_2", "id", reg[1], "org", cao, "name", "椎葉 灯", "post", "登録官", "acks", "8_2",
                  "grants", "id", grant[0], "person", reg[0], "role", "REGISTRAR", "org", cao, "until", "2027-09-30",
                  "id", grant[1], "person", reg[1], "role", "REGISTRAR", "org", cao, "until", "2027-09-30");
    must(doc);
    enum err e = gate_found(s->g, doc, s->f);
    json_decref(doc);
    json_object_set_new(s->org, "cao", json_string(cao));
    json_object_set_new(s->org, "", json_string(pub));
    json_object_set_new(s->person, "cao-registrar-1", json_string(reg[0]));
    json_object_set_new(s->person, "cao-registrar-2", json_string(reg[1]));
    return e;
}

static enum err session_open(struct seed *s, const char *key)
{
    return act(s, key, ACT_session_open, SLN,
               json_pack("{s:s, s:s}", "person", Z(id_of(s->person, key)), "authenticator", "EXERCISE"), s->session,
               key);
}

/* --- organisations --- */
static enum err org_add(struct seed *s, const slice *v, const char *kind, slice sector, const char *body)
{
    if (id_of(s->org, Z(v[0])).n)
        return E_OK;
    json_t *in =
        json_pack("{s:s, s:s, s:s, s:s}", "number", Z(v[1]), "name", Z(v[2]), "kana", Z(v[3]), "org_kind", kind);
    if (sector.n)
        json_object_set_new(in, "sector", json_string(Z(sector)));
    if (body)
        json_object_set_new(in, "body", json_string(body));
    return act(s, "cao-registrar-1", ACT_org_register, SLN, in, s->org, Z(v[0]));
}
static enum err org_operator(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    return org_add(s, v, "OPERATOR", v[4], NULL);
}
static enum err org_ministry(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    return org_add(s, v, "MINISTRY", v[5], NULL);
}
static enum err org_body(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    const char *body = sl_is(v[0], "ipa")      ? "IPA"
                       : sl_is(v[0], "jpcert") ? "JPCERT"
                       : sl_is(v[0], "nict")   ? "NICT"
                                               : NULL;
    const char *kind = Z(v[4]);
    if (strcmp(kind, "POLICE") == 0 || strcmp(kind, "SDF") == 0)
        return E_OK; /* their acts come with the chapters that need them */
    return org_add(s, v, kind, SLN, body);
}

static enum err orgs_activate(struct seed *s)
{
    const char *key;
    json_t *v;
    enum err e = E_OK;
    json_object_foreach(s->org, key, v) if (!e && key[0] && strcmp(key, "cao") != 0) e =
        act(s, "cao-registrar-2", ACT_org_activate, id_of(s->org, key), json_pack("{s:s}", "evidence", "演習の名簿"),
            NULL, key);
    return e ? e : flush(s);
}

/* --- people: invited, acknowledged, signed in, granted --- */
static bool person_wanted(struct seed *s, const slice *v)
{
    return id_of(s->org, Z(v[3])).n && !sl_starts(v[0], "cao-registrar");
}
static enum err person_invite(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    if (!person_wanted(s, v))
        return E_OK;
    return act(s, "cao-registrar-1", ACT_person_invite, SLN,
               json_pack("{s:s, s:s, s:s}", "org", Z(id_of(s->org, Z(v[3]))), "name", Z(v[1]), "post", Z(v[2])),
               s->person, Z(v[0]));
}
/* "8② 44② 45⑦" -> "8_2 44_2 45_7" */
static char *acks_of(struct seed *s, slice text)
{
    static const struct {
        const char *ja, *id;
    } map[] = {{"8②", "8_2"}, {"45⑦", "45_7"}, {"72④", "72_4"}};
    struct buf b = BUF(100);
    for (size_t i = 0; i < TB_COUNT(map); i++)
        if (law_words_have(text, sl(map[i].ja)))
            buf_fmt(&b, "%s%s", b.n ? " " : "", map[i].id);
    if (!b.n)
        buf_str(&b, "-");
    char *z = Z(buf_slice(&b));
    buf_free(&b);
    return z;
}
static enum err person_accept(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    if (!person_wanted(s, v))
        return E_OK;
    return act(s, Z(v[0]), ACT_person_accept, id_of(s->person, Z(v[0])), json_pack("{s:s}", "acks", acks_of(s, v[5])),
               NULL, Z(v[0]));
}
static enum err person_session(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    return person_wanted(s, v) ? session_open(s, Z(v[0])) : E_OK;
}
static bool next_word(slice *rest, slice *word)
{
    while (rest->n) {
        if (!sl_cut(*rest, ' ', word, rest))
            *rest = SLN;
        if (word->n)
            return true;
    }
    return false;
}
static char *grant_key(struct seed *s, slice person, slice role)
{
    return arena_fmt(s->a, "grant:" PRIs ":" PRIs, ARGs(person), ARGs(role));
}
static bool grant_wanted(struct seed *s, const slice *v, slice role)
{
    enum role_id r = law_role_named(role);
    return person_wanted(s, v) && r != ROLE_COUNT && law_role[r].sort == ROLE_HELD;
}
static enum err grant_propose(struct seed *s, const slice *v, size_t n)
{
    slice rest = v[4], role;
    enum err e = E_OK;
    while (!e && next_word(&rest, &role)) {
        if (!grant_wanted(s, v, role))
            continue;
        json_t *in = json_pack("{s:s, s:s, s:s}", "person", Z(id_of(s->person, Z(v[0]))), "role", Z(role), "until",
                               "2027-09-30");
        if (n > 6 && v[6].n)
            json_object_set_new(in, "scope", json_string(Z(v[6])));
        e = act(s, "cao-registrar-1", ACT_grant_propose, SLN, in, s->person, grant_key(s, v[0], role));
    }
    return e;
}
static enum err grant_decide(struct seed *s, const slice *v, size_t n)
{
    slice rest = v[4], role;
    enum err e = E_OK;
    (void)n;
    while (!e && next_word(&rest, &role))
        if (grant_wanted(s, v, role))
            e = act(s, "cao-registrar-2", ACT_grant_decide, id_of(s->person, grant_key(s, v[0], role)),
                    json_pack("{s:s}", "outcome", "ACTIVE"), NULL, Z(v[0]));
    return e;
}

/* --- lists, council, entrustment --- */
static json_t *list_rows;
static enum err list_row(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    json_t *o = json_pack("{s:s, s:s, s:s, s:b}", "operator", Z(id_of(s->org, Z(v[0]))), "facility_class", Z(v[4]),
                          "designated_on", Z(v[6]), "by_succession", sl_is(v[7], "1"));
    if (v[8].n)
        json_object_set_new(o, "list_changed_on", json_string(Z(v[8])));
    json_array_append_new(list_rows, o);
    return E_OK;
}
static enum err lists(struct seed *s)
{
    char list[UUID_LEN + 1];
    list_rows = json_array();
    enum err e = csv_each(s, "operators.csv", 10, list_row);
    if (!e)
        e = act_now(s, "cao-registrar-1", ACT_list_load, SLN,
                    json_pack("{s:s, s:s, s:s, s:o}", "list_kind", "DESIGNATION", "effective_on", "2026-10-01",
                              "source", "演習の指定一覧（架空）", "rows", list_rows),
                    list);
    if (!e)
        e = act_now(s, "cao-registrar-2", ACT_list_decide, sl(list), json_pack("{s:s}", "outcome", "ADOPTED"), NULL);
    return e;
}

static enum err member_invite(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    if (!sl_is(v[9], "1"))
        return E_OK;
    return act(s, "cao-council", ACT_member_invite, SLN,
               json_pack("{s:s, s:s, s:s}", "org", Z(id_of(s->org, Z(v[0]))), "member_kind", "USER", "why",
                         "特別社会基盤事業者として、公表前の情報の共有が必要なため"),
               s->org, arena_fmt(s->a, "member:" PRIs, ARGs(v[0])));
}
static char *lower(struct seed *s, slice key)
{
    char *z = Z(key);
    for (char *p = z; *p; p++)
        *p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
    return z;
}
static enum err member_answer(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    if (!sl_is(v[9], "1"))
        return E_OK;
    return act(s, arena_fmt(s->a, "%s-admin", lower(s, v[0])), ACT_member_answer,
               id_of(s->org, arena_fmt(s->a, "member:" PRIs, ARGs(v[0]))), json_pack("{s:s}", "outcome", "MEMBER"),
               NULL, Z(v[0]));
}

static enum err council(struct seed *s)
{
    static const struct {
        const char *work, *body, *head;
    } e41[] = {{"A37", "ipa", "ipa-head"},
               {"A41", "ipa", "ipa-head"},
               {"A41", "jpcert", "jp-head"},
               {"A42_1", "jpcert", "jp-head"}};
    enum err e =
        act_now(s, "cao-head", ACT_council_organise, SLN,
                json_pack("{s:s}", "agencies", "内閣府、警察庁、総務省、経済産業省、国土交通省、金融庁、防衛省"), NULL);
    if (!e)
        e = csv_each(s, "operators.csv", 10, member_invite);
    if (!e)
        e = csv_each(s, "operators.csv", 10, member_answer);
    for (size_t i = 0; !e && i < TB_COUNT(e41); i++) {
        char id[UUID_LEN + 1];
        e = act_now(s, "cao-head", ACT_entrust_offer, SLN,
                    json_pack("{s:s, s:s, s:s, s:s}", "work", e41[i].work, "body", Z(id_of(s->org, e41[i].body)),
                              "scope", "脆弱性に関する情報の整理・分析、周知及び供給者への情報提供", "until",
                              "2027-03-31"),
                    id);
        if (!e)
            e = act_now(s, e41[i].head, ACT_entrust_accept, sl(id), json_pack("{s:s}", "outcome", "ACTIVE"), NULL);
    }
    return e;
}

/* --- assets, day by day --- */
struct event {
    day_t day;
    int what; /* 0 record, 1 exempt, 2 notify, 3 forward */
    const json_t *o;
    char *key;
};

static enum err facility_row(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    json_object_set_new(s->facility, Z(v[0]), json_string(Z(v[2])));
    return E_OK;
}

static const char *text(const json_t *o, const char *k)
{
    const char *z = json_string_value(json_object_get(o, k));
    return z ? z : "";
}

static json_t *record_input(struct seed *s, const json_t *o)
{
    const char *kind = text(o, "kind"), *cpe = text(o, "cpe"), *version = text(o, "version");
    const char *how = strcmp(kind, "K1") == 0 ? "PART_OF" : kind[1] == '2' ? "NONPUBLIC" : "FEEDS";
    slice facility = id_of(s->facility, text(o, "facility_class"));
    json_t *in =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "op_ref", text(o, "op_ref"), "asset_kind", kind,
                  "connection", how, "facility_class", facility.n ? facility.p : text(o, "facility_class"), "object",
                  text(o, "object"), "product", text(o, "product"), "maker", text(o, "maker"), "system",
                  text(o, "system"), "introduced_on", text(o, "introduced_on"), "facility_existed",
                  json_is_true(json_object_get(o, "facility_existed")));
    if (cpe[0])
        json_object_set_new(in, "cpe", json_string(cpe));
    if (version[0])
        json_object_set_new(in, "version", json_string(version));
    return in;
}

static const char *desk_of(const char *sector)
{
    static const struct {
        const char *desk, *sectors;
    } desk[] = {{"mic-desk", "電気通信 放送 郵便"},
                {"meti-desk", "電気 ガス 石油 クレジットカード"},
                {"fsa-desk", "金融"},
                {"mlit-desk", "水道 鉄道 貨物自動車運送 外航貨物 港湾運送 航空 空港"}};
    for (size_t i = 0; i < TB_COUNT(desk); i++)
        if (law_words_have(sl(desk[i].sectors), sl(sector)))
            return desk[i].desk;
    return "";
}

static enum err event_do(struct seed *s, const struct event *ev)
{
    char *filer = arena_fmt(s->a, "%s-filer", lower(s, sl(text(ev->o, "op"))));
    slice id = id_of(s->asset, ev->key);
    const char *sector;
    switch (ev->what) {
    case 0:
        return act(s, filer, ACT_asset_record, SLN, record_input(s, ev->o), s->asset, ev->key);
    case 1:
        if (strcmp(text(ev->o, "exempt"), "BESPOKE_ONE_GROUP") == 0)
            return act(
                s, filer, ACT_asset_exempt, id,
                json_pack("{s:s, s:s}", "exempt", "BESPOKE_ONE_GROUP", "group_evidence", "専用品の契約書（演習）"),
                NULL, ev->key);
        return act(s, filer, ACT_asset_exempt, id,
                   json_pack("{s:s, s:s}", "exempt", "DESIGNATED_COMMON", "notice_no", "告示第1号"), NULL, ev->key);
    case 2:
        return act(
            s, filer, ACT_asset_notify, id,
            json_pack("{s:s, s:s}", "contact", "情報システム部 届出担当（演習）", "form_ver", "様式第一（2026-10）"),
            NULL, ev->key);
    default:
        sector = text(ev->o, "sector");
        return act(s, desk_of(sector), ACT_asset_forward, id, NULL, NULL, ev->key);
    }
}

static int event_cmp(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    if (x->what != y->what)
        return x->what < y->what ? -1 : 1;
    return strcmp(x->key, y->key);
}

static day_t day_or(const json_t *o, const char *k, day_t other)
{
    day_t d;
    return day_parse(sl(text(o, k)), &d) && d > other ? d : other;
}

static json_t *sector_by_op;
static enum err sector_row(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    json_object_set_new(sector_by_op, Z(v[0]), json_string(Z(v[4])));
    return E_OK;
}

static size_t events_of(struct seed *s, json_t *o, struct event *ev)
{
    const char *want = text(o, "want");
    day_t start = day_of(2026, 10, 1), made = day_or(o, "introduced_on", start);
    char *key = arena_fmt(s->a, "%s/%s", text(o, "op"), text(o, "op_ref"));
    size_t n = 0;
    ev[n++] = (struct event){made, 0, o, key};
    if (text(o, "exempt")[0] && strcmp(want, "exempt") == 0)
        ev[n++] = (struct event){made, 1, o, key};
    else if (text(o, "filed_on")[0])
        ev[n++] = (struct event){day_or(o, "filed_on", made), 2, o, key};
    if (n == 2 && text(o, "forwarded_on")[0] && strcmp(want, "filed") != 0 && strcmp(want, "fix_asked") != 0)
        ev[n++] = (struct event){day_or(o, "forwarded_on", ev[1].day), 3, o, key};
    return n;
}

static enum err assets(struct seed *s)
{
    slice data, line;
    json_t *all = json_array();
    sector_by_op = json_object();
    enum err e = csv_each(s, "facilities.csv", 3, facility_row);
    if (!e)
        e = csv_each(s, "operators.csv", 10, sector_row);
    if (!e)
        e = data_read(s, "assets.jsonl", &data);
    struct event *ev = mem_zero(20000, sizeof *ev);
    size_t n = 0;
    while (!e && data.n) {
        sl_cut(data, '\n', &line, &data);
        json_t *o = json_loadb(line.p, line.n, 0, NULL);
        if (!json_is_object(o) || n + 3 > 20000) {
            e = fault_set(s->f, E_PARSE, "assets.jsonl", "資産の行が読めません。");
            json_decref(o);
            break;
        }
        json_object_set(o, "sector", json_object_get(sector_by_op, text(o, "op")));
        json_array_append_new(all, o);
        n += events_of(s, o, ev + n);
    }
    qsort(ev, n, sizeof *ev, event_cmp);
    for (size_t i = 0; !e && i < n; i++) {
        if (i > 0 && (ev[i].day != ev[i - 1].day || ev[i].what != ev[i - 1].what) && s->n)
            e = flush(s);
        if (i == 0 || ev[i].day != ev[i - 1].day) {
            /* the last day has begun three hours before the exercise does: what follows must not come before it */
            usec_t at = instant_of_day(ev[i].day) + 5 * 3600 * USEC;
            if (at > s->legal->at)
                s->legal->at = at;
            gate_tick(s->g);
        }
        if (!e)
            e = event_do(s, &ev[i]);
    }
    if (!e)
        e = flush(s);
    free(ev);
    json_decref(all);
    json_decref(sector_by_op);
    return e;
}

/* --- feeds, generations, names --- */
static enum err import_one(struct seed *s, struct gate_reader *r, enum feed_format format, const char *path)
{
    const char *paths[] = {arena_fmt(s->a, "%s/%s", s->data, path)};
    struct import_report rep;
    enum err e =
        import_run(s->g, r, &(struct import_opt){.format = format, .paths = paths, .n = 1, .ja = true}, &rep, s->f);
    if (!e && (rep.unread || rep.rejected))
        e = fault_set(s->f, E_CORRUPT, path, "演習の公開情報に、受け付けられない記録があります（%" PRIu64 "件）。",
                      rep.rejected);
    import_report_free(&rep);
    return e;
}

static json_t *alias;
static enum err alias_row(struct seed *s, const slice *v, size_t n)
{
    (void)n;
    slice folded = text_fold(s->a, sl(arena_fmt(s->a, PRIs " / " PRIs, ARGs(v[0]), ARGs(v[1]))));
    json_object_set_new(alias, Z(folded),
                        json_string(arena_fmt(s->a, PRIs ":" PRIs ":" PRIs, ARGs(v[2]), ARGs(v[3]), ARGs(v[4]))));
    return E_OK;
}

static enum err names(struct seed *s, struct gate_reader *r)
{
    struct dbrows rows, known;
    alias = json_object();
    enum err e = csv_each(s, "aliases.csv", 5, alias_row);
    if (!e)
        e = db_run(gate_reader_db(r), Q_match_names, NULL, 0, &rows, s->a, s->f);
    for (size_t i = 0; !e && i < rows.rows; i++) {
        slice target = id_of(alias, Z(ROW(&rows, i, 3).s));
        if (!target.n || !sl_is(ROW(&rows, i, 4).s, "UNRESOLVED"))
            continue;
        e = db_run(gate_reader_db(r), Q_fact_product_known, (struct dbval[]){DBT(target)}, 1, &known, s->a, s->f);
        if (!e && ROW(&known, 0, 0).i > 0)
            e = act(s, "ipa-triage-1", ACT_name_decide, arena_sl(s->a, ROW(&rows, i, 0).s),
                    json_pack("{s:s, s:s}", "outcome", "DECIDED", "target", Z(target)), NULL, NULL);
    }
    json_decref(alias);
    return e ? e : flush(s);
}

/* --- cases of the days before, so that a desk is never empty --- */
static enum err earlier(struct seed *s)
{
    char rep[UUID_LEN + 1];
    static const struct {
        const char *finder, *maker, *product, *text;
        bool accept;
    } report[] = {
        {"finder-2", "月代ソフトウェア株式会社", "月代ワークフロー",
         "申請の一覧の画面で、ほかの利用者の申請の題名が見えることがあります。版は 3.2.1 で確かめました。", true},
        {"finder-2", "株式会社星屑計装", "星屑ゲートウェイ HG-20",
         "管理画面の言語を切り替えると、短い時間、応答が止まります。", false},
    };
    enum err e = E_OK;
    for (size_t i = 0; !e && i < TB_COUNT(report); i++) {
        e = act_now(s, report[i].finder, ACT_vulreport_submit, SLN,
                    json_pack("{s:s, s:s, s:s, s:s, s:s}", "maker", report[i].maker, "product", report[i].product,
                              "description", report[i].text, "finder_name", "千代田 楽", "finder_address",
                              "finder2@example.jp"),
                    rep);
        if (!e && report[i].accept)
            e = act_now(s, "ipa-desk", ACT_vulreport_decide, sl(rep), json_pack("{s:s}", "outcome", "ACCEPTED"), NULL);
    }
    return e;
}

static void say(struct seed *s, const char *line)
{
    if (s->say)
        s->say(line);
}

static enum err people(struct seed *s)
{
    enum err e = csv_each(s, "people.csv", 7, person_invite);
    if (!e)
        e = csv_each(s, "people.csv", 7, person_accept);
    if (!e)
        e = csv_each(s, "people.csv", 7, person_session);
    if (!e)
        e = csv_each(s, "people.csv", 7, grant_propose);
    return e ? e : csv_each(s, "people.csv", 7, grant_decide);
}

static enum err matching(struct seed *s)
{
    struct gate_reader *r;
    struct generation_report rep;
    enum err e = gate_reader_open(s->g, &r, s->f);
    if (e)
        return e;
    say(s, "公開情報を取り込んでいます");
    e = import_one(s, r, FEED_CVE5, "vuln");
    if (!e)
        e = import_one(s, r, FEED_KEV, "kev.json");
    if (!e)
        e = import_one(s, r, FEED_EPSS, "epss.csv");
    say(s, "届出資産と照合しています");
    if (!e)
        e = generation_run(s->g, r, 1, &rep, NULL, NULL, s->f);
    if (!e)
        e = names(s, r);
    if (!e)
        e = generation_run(s->g, r, 1, &rep, NULL, NULL, s->f);
    gate_reader_close(r);
    return e;
}

static enum err steps(struct seed *s)
{
    usec_t start;
    must(instant_parse(SL(EXERCISE_START), &start));
    s->legal->at = instant_of_day(day_of(2026, 10, 1));
    say(s, "演習の台帳を創設しています");
    enum err e = found(s);
    for (int i = 0; !e && i < 2; i++)
        e = session_open(s, i ? "cao-registrar-2" : "cao-registrar-1");
    if (!e)
        e = flush(s);
    say(s, "組織と利用者を登録しています");
    if (!e)
        e = csv_each(s, "bodies.csv", 5, org_body);
    if (!e)
        e = csv_each(s, "ministries.csv", 6, org_ministry);
    if (!e)
        e = csv_each(s, "operators.csv", 10, org_operator);
    if (!e)
        e = orgs_activate(s);
    if (!e)
        e = people(s);
    if (!e)
        e = lists(s);
    if (!e)
        e = council(s);
    say(s, "資産の届出を受け付けています");
    if (!e)
        e = assets(s);
    s->legal->at = start - 3 * 3600 * USEC;
    if (!e)
        e = matching(s);
    if (!e)
        e = earlier(s);
    s->legal->at = start;
    gate_tick(s->g);
    return e;
}

enum err exercise_seed(struct gate *g, struct clock_set *legal, const char *data, void (*tell)(const char *),
                       struct fault *f)
{
    struct seed *s = mem_zero(1, sizeof *s);
    *s = (struct seed){.g = g,
                       .legal = legal,
                       .data = data,
                       .say = tell,
                       .f = f,
                       .a = arena_new((size_t)512 << 20),
                       .org = json_object(),
                       .person = json_object(),
                       .session = json_object(),
                       .facility = json_object(),
                       .asset = json_object()};
    enum err e = steps(s);
    json_decref(s->org);
    json_decref(s->person);
    json_decref(s->session);
    json_decref(s->facility);
    json_decref(s->asset);
    arena_free(s->a);
    free(s);
    return e;
}

/* --- the simulated date --- */
static char *clock_path(struct arena *a, const char *home)
{
    return arena_fmt(a, "%s/exercise.json", home);
}

enum err exercise_clock_save(const char *home, struct clock *wall, struct clock_set *legal, struct fault *f)
{
    struct arena *a = arena_new(1 << 16);
    slice s =
        sl(arena_fmt(a, "{\"legal\":%" PRId64 ",\"wall\":%" PRId64 "}\n", legal->c.now(&legal->c), wall->now(wall)));
    enum err e = file_write_atomic(clock_path(a, home), s, 0600, f);
    arena_free(a);
    return e;
}

/* The simulated clock ran on while the server was down, as a real one would. */
enum err exercise_clock_load(const char *home, struct clock *wall, struct clock_set *out, struct fault *f)
{
    struct arena *a = arena_new(1 << 16);
    slice s;
    enum err e = file_read(a, clock_path(a, home), 4096, &s, f);
    json_t *o = e ? NULL : json_loadb(s.p, s.n, 0, NULL);
    if (!e && !(json_is_integer(json_object_get(o, "legal")) && json_is_integer(json_object_get(o, "wall"))))
        e = fault_set(f, E_CORRUPT, clock_path(a, home), "演習の時計が読めません。");
    if (!e)
        clock_set_init(out,
                       json_integer_value(json_object_get(o, "legal")) + wall->now(wall) -
                           json_integer_value(json_object_get(o, "wall")),
                       true);
    json_decref(o);
    arena_free(a);
    return e;
}
