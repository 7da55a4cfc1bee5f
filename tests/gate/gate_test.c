/* The gate: what is acknowledged, what stays, what is told, and what nobody gets to see (acts.md §0, §4.23). */
#include "house.h"
#include "gate/gate_int.h"
#include "store/store_int.h"

#include <dirent.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEST(name) static void name(void **state)

static struct house *founded(void **state)
{
    house_founded(*state);
    return *state;
}

static struct gate_req req(struct house *h, enum who who, enum act_id act, slice subject, json_t *in)
{
    return (struct gate_req){.act = act, .subject = subject, .actor = house_actor(h, h->person[who]), .in = in};
}

static json_t *org_in(void)
{
    char number[14];
    house_number(77, number);
    return json_pack("{s:s, s:s, s:s}", "number", number, "name", "丙航空", "org_kind", "OPERATOR");
}

/* --- batches and savepoints --- */
TEST(each_act_of_a_batch_is_decided_by_itself_and_has_a_leaf_of_its_own)
{
    struct house *h = founded(state);
    json_t *good = house_asset_in("A-1"), *other = house_asset_in("A-2"), *bad = house_asset_in("A-3"),
           *twin = house_asset_in("A-1");
    json_object_set_new(bad, "introduced_on", json_string("きのう"));
    struct gate_req q[] = {req(h, FILER_A, ACT_asset_record, SLN, good), req(h, FILER_A, ACT_asset_record, SLN, bad),
                           req(h, FILER_A, ACT_asset_record, SLN, twin), req(h, REG_1, ACT_asset_record, SLN, other),
                           req(h, FILER_B, ACT_asset_record, SLN, other)};
    static struct gate_ans a[TB_COUNT(q)];
    int64_t before = house_leaves(h);
    gate_acts(h->g, q, a, TB_COUNT(q));
    assert_int_equal(a[0].err, E_OK);
    assert_int_equal(a[1].err, E_FIELD); /* what does not parse is no decision: no leaf */
    assert_string_equal(a[1].fault.where, "introduced_on");
    assert_int_equal(a[1].leaf, -1);
    assert_int_equal(a[2].err, E_REFUSED); /* sees the row that the first of the same batch has written */
    assert_int_equal(a[2].d.reason[0], P_no_live_twin);
    assert_int_equal(a[3].err, E_REFUSED);
    assert_int_equal(a[4].err, E_OK);
    assert_int_equal(a[0].leaf, before);
    assert_int_equal(a[2].leaf, before + 1);
    assert_int_equal(a[3].leaf, before + 2);
    assert_int_equal(a[4].leaf, before + 3);
    assert_int_equal(house_leaves(h), before + 4);
    json_decref(good);
    json_decref(bad);
    json_decref(twin);
    json_decref(other);
    house_clean(h);
}

/* What is hashed is put together by hand; jansson, which reads it, would write the very same bytes. */
static void same_as_jansson_writes(const char *text)
{
    json_t *j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(j);
    char *again = json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(again, text);
    free(again);
    json_decref(j);
}

TEST(entry_and_body_are_the_canonical_json_of_what_they_say)
{
    static const char odd[] = "\"引用\" \\ /\b\f\n\r\t\x01\x1f\x7f 制御機 é 😀";
    struct house *h = founded(state);
    json_t *in = house_asset_in("A-1");
    json_object_set_new(in, "product", json_string("CX-900 \"七\" \\ 型"));
    house_do(h, h->person[FILER_A], ACT_asset_record, SLN, in);
    struct fault f;
    int64_t n = house_leaves(h);
    for (int64_t i = 0; i < n; i++) {
        struct dbrows leaf;
        assert_int_equal(db_run(gate_reader_db(h->r), Q_leaf_one, (struct dbval[]){DBI(i)}, 1, &leaf, h->a, &f), E_OK);
        same_as_jansson_writes(arena_dup(h->a, ROW(&leaf, 0, 5).s));
        same_as_jansson_writes(arena_dup(h->a, ROW(&leaf, 0, 7).s));
    }
    struct run *r = arena_get(h->a, sizeof *r);
    run_init(r, NULL, h->a, ACT_asset_record, &f);
    struct val list[] = {VT(sl(odd)), VI(INT64_MIN), {0}};
    r->c.outcome = ST_NONE;
    r->c.actor = (struct law_actor){.person = SL("x"), .acks = sl(odd), .roles = 3};
    r->d.role = ROLE_COUNT;
    r->known[0] = r->known[FACT_COUNT - 1] = true;
    r->fact[0] = (struct val){.t = VAL_LIST, .v = list, .n = TB_COUNT(list)};
    r->side[0].n = 0;
    same_as_jansson_writes(arena_dup(h->a, run_body(r)));
    r->subject_id = sl(odd);
    same_as_jansson_writes(arena_dup(h->a, run_entry(r, "00")));
}

static enum err two_rows(void *ud, struct db *d, struct fault *f)
{
    const char *second = ud;
    enum err e = db_run(d, Q_feed_progress_put, (struct dbval[]){DBT(SL("x")), DBI(1), DBI(1), DBI(0), DBI(0)}, 5, NULL,
                        NULL, f);
    for (const char *p = second; !e && *p; p++) /* the same key twice */
        e = db_run(d, Q_idem_put, (struct dbval[]){DBT(SL("nobody")), DBT(((slice){p, 1})), DBI(0), DBT(SLN)}, 4, NULL,
                   NULL, f);
    return e;
}

static int64_t idem(struct house *h, const char *key)
{
    struct dbrows r;
    struct fault f;
    assert_int_equal(
        db_run(gate_reader_db(h->r), Q_idem_get, (struct dbval[]){DBT(SL("nobody")), DBT(sl(key))}, 2, &r, h->a, &f),
        E_OK);
    return (int64_t)r.rows;
}

TEST(a_constraint_fault_stays_in_the_savepoint_of_its_act)
{
    struct house *h = founded(state);
    json_t *in[] = {house_asset_in("A-1"), house_asset_in("A-2"), house_asset_in("A-3")};
    struct gate_req q[3];
    struct gate_ans a[3];
    for (size_t i = 0; i < 3; i++)
        q[i] = req(h, FILER_A, ACT_asset_record, SLN, in[i]);
    q[1].bulk = two_rows;
    q[1].ud = (void *)(uintptr_t) "aa";
    int64_t before = house_leaves(h);
    gate_acts(h->g, q, a, 3);
    assert_int_equal(a[0].err, E_OK);
    assert_int_equal(a[1].err, E_CONFLICT);
    assert_int_equal(a[1].leaf, -1);
    assert_int_equal(a[2].err, E_OK);
    assert_int_equal(a[2].leaf, before + 1); /* the index that was not used is used */
    assert_int_equal(idem(h, "a"), 0);
    for (size_t i = 0; i < 3; i++)
        json_decref(in[i]);
    house_clean(h);
}

static enum err rows_and_fail(void *ud, struct db *d, struct fault *f)
{
    enum err e = two_rows((void *)(uintptr_t) "bc", d, f);
    return e ? e : fault_set(f, *(enum err *)ud, "disk", "voll");
}

TEST(a_fault_of_the_disk_keeps_nothing_of_its_job_and_is_told_to_every_act_in_it)
{
    struct house *h = founded(state);
    json_t *in[] = {house_asset_in("A-1"), house_asset_in("A-2")};
    struct gate_req q[2] = {req(h, FILER_A, ACT_asset_record, SLN, in[0]),
                            req(h, FILER_A, ACT_asset_record, SLN, in[1])};
    struct gate_ans a[2];
    enum err broken = E_IO;
    q[1].bulk = rows_and_fail;
    q[1].ud = &broken;
    int64_t before = house_leaves(h);
    gate_acts(h->g, q, a, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(a[i].err, E_IO);
        assert_int_equal(a[i].leaf, -1);
        assert_string_equal(a[i].fault.where, "disk");
    }
    assert_int_equal(house_leaves(h), before);
    assert_int_equal(idem(h, "b"), 0);
    gate_acts(h->g, q, a, 1); /* and the next one is served */
    assert_int_equal(a[0].err, E_OK);
    assert_int_equal(a[0].leaf, before);
    json_decref(in[0]);
    json_decref(in[1]);
    house_clean(h);
}

TEST(rows_without_an_act_are_kept_or_not_as_a_whole)
{
    struct house *h = founded(state);
    struct fault f;
    enum err broken = E_INTERNAL;
    assert_int_equal(gate_bulk(h->g, two_rows, (void *)(uintptr_t) "de", &f), E_OK);
    assert_int_equal(idem(h, "e"), 1);
    assert_int_equal(gate_bulk(h->g, two_rows, (void *)(uintptr_t) "ff", &f), E_CONFLICT);
    assert_int_equal(idem(h, "f"), 0);
    assert_int_equal(gate_bulk(h->g, rows_and_fail, &broken, &f), E_INTERNAL);
    assert_int_equal(idem(h, "b"), 0);
    house_clean(h);
}

/* --- once --- */
TEST(the_same_key_of_the_same_person_acts_once)
{
    struct house *h = founded(state);
    json_t *in = house_asset_in("A-1"), *second = house_asset_in("A-2");
    struct gate_req q = req(h, FILER_A, ACT_asset_record, SLN, in);
    struct gate_ans first, again, other;
    q.key = SL("画面-1");
    gate_act(h->g, &q, &first);
    assert_int_equal(first.err, E_OK);
    int64_t size = house_leaves(h);
    q.in = second; /* whatever it says now */
    gate_act(h->g, &q, &again);
    assert_int_equal(again.err, E_OK);
    assert_int_equal(again.leaf, first.leaf);
    assert_string_equal(again.subject, first.subject);
    assert_int_equal(house_leaves(h), size);
    q.actor = house_actor(h, h->person[FILER_A2]); /* another person's key is another key */
    gate_act(h->g, &q, &other);
    assert_int_equal(other.err, E_OK);
    assert_string_not_equal(other.subject, first.subject);
    json_decref(in);
    json_decref(second);
    house_clean(h);
}

TEST(a_refused_act_does_not_use_its_key_up)
{
    struct house *h = founded(state);
    json_t *in = org_in(), *ev = json_pack("{s:s}", "evidence", "登記");
    slice org = house_do(h, h->person[REG_1], ACT_org_register, SLN, json_incref(in));
    struct gate_req q = req(h, REG_1, ACT_org_activate, org, ev);
    struct gate_ans a;
    q.key = SL("k");
    gate_act(h->g, &q, &a);
    assert_int_equal(a.err, E_REFUSED);
    gate_act(h->g, &q, &a);
    assert_int_equal(a.err, E_REFUSED); /* decided again: another leaf */
    json_decref(in);
    json_decref(ev);
    house_clean(h);
}

/* --- refusals --- */
TEST(a_refusal_is_a_leaf_that_says_why_and_changes_nothing_else)
{
    struct house *h = founded(state);
    struct gate_ans a;
    struct dbrows r;
    struct fault f;
    slice org = house_do(h, h->person[REG_1], ACT_org_register, SLN, org_in());
    int64_t before = house_leaves(h);
    house_try(h, h->person[REG_1], ACT_org_activate, org, json_pack("{s:s}", "evidence", "登記"), &a);
    assert_int_equal(a.err, E_REFUSED);
    assert_int_equal(a.leaf, before);
    assert_int_equal(house_leaves(h), before + 1);
    assert_non_null(strstr(a.fault.what, law_act[ACT_org_activate].title));
    assert_int_equal(db_run(gate_reader_db(h->r), Q_leaf_one, (struct dbval[]){DBI(before)}, 1, &r, h->a, &f), E_OK);
    assert_int_equal(ROW(&r, 0, 4).i, 0);
    json_t *entry = json_loadb(ROW(&r, 0, 5).s.p, ROW(&r, 0, 5).s.n, 0, NULL), *body = house_body(h, before);
    assert_string_equal(json_string_value(json_object_get(entry, "from")), "DRAFT");
    assert_string_equal(json_string_value(json_object_get(entry, "to")), "DRAFT");
    assert_string_equal(json_string_value(json_array_get(json_object_get(body, "why"), 0)), "second");
    json_decref(entry);
    json_decref(body);
    house_do(h, h->person[REG_2], ACT_org_activate, org, json_pack("{s:s}", "evidence", "登記"));
    house_clean(h);
}

static enum err match_rows(void *ud, struct db *d, struct fault *f)
{
    (void)ud;
    return db_run(
        d, Q_bulk_match_put,
        (struct dbval[]){DBI(1), DBI(0), DBT(SL("a")), DBT(SL("v")), DBT(SL("NO")), DBT(SL("{}")), DBT(SL("00"))}, 7,
        NULL, NULL, f);
}

TEST(the_bulk_rows_of_a_refused_act_do_not_stay)
{
    struct house *h = founded(state);
    struct gate_ans a;
    struct dbrows r;
    struct fault f;
    json_t *in = json_pack("{s:i, s:i, s:i, s:i, s:s}", "serial", 1, "assets", 0, "vulns", 0, "changed", 1, "root",
                           "00000000000000000000000000000000000000000000000000000000000000ff");
    gate_act(h->g,
             &(struct gate_req){.act = ACT_match_run, .actor.person = SL("M_MATCH"), .in = in, .bulk = match_rows}, &a);
    json_decref(in);
    assert_int_equal(a.err, E_REFUSED);
    assert_int_equal(a.d.reason[0], P_root_matches);
    assert_true(a.leaf >= 0);
    assert_int_equal(db_run(gate_reader_db(h->r), Q_bulk_match_all, (struct dbval[]){DBI(1)}, 1, &r, h->a, &f), E_OK);
    assert_int_equal(r.rows, 0);
    house_clean(h);
}

/* --- what is not for him is not there --- */
TEST(what_a_person_may_not_see_is_answered_like_what_is_not_there)
{
    struct house *h = founded(state);
    struct gate_ans hidden, none;
    struct gate_person who;
    slice asset = house_asset(h, FILER_A, "A-1");
    json_t *in = json_pack("{s:s, s:s}", "contact", "情報システム部", "form_ver", "様式第一");
    house_try(h, h->person[FILER_B], ACT_asset_notify, asset, json_incref(in), &hidden);
    house_try(h, h->person[FILER_B], ACT_asset_notify, SL("00000000-0000-4000-8000-000000000000"), in, &none);
    assert_int_equal(hidden.err, E_ABSENT);
    assert_int_equal(none.err, E_ABSENT);
    assert_string_equal(hidden.fault.what, none.fault.what);
    assert_string_equal(hidden.fault.where, none.fault.where);
    assert_true(hidden.leaf >= 0 && none.leaf < 0); /* the attempt is kept, and only we know */
    struct view *v;
    assert_true(gate_person_load(h->r, sl(h->person[FILER_B]), h->a, &who));
    v = view_new(h->r, &who, house_actor(h, h->person[FILER_B]), "試験", "asset", h->a);
    const struct gate_row **rows;
    assert_null(view_get(v, KIND_asset, asset));
    assert_null(view_get(v, KIND_asset, SL("00000000-0000-4000-8000-000000000000")));
    assert_int_equal(view_list(v, KIND_asset, NULL, &rows), 0);
    assert_true(gate_person_load(h->r, sl(h->person[FILER_A2]), h->a, &who));
    v = view_new(h->r, &who, house_actor(h, h->person[FILER_A2]), "試験", "asset", h->a);
    assert_non_null(view_get(v, KIND_asset, asset));
    assert_int_equal(view_list(v, KIND_asset, NULL, &rows), 1);
    house_clean(h);
}

TEST(a_reference_to_what_he_may_not_see_reads_like_one_to_nothing)
{
    struct house *h = founded(state);
    struct gate_ans hidden, none;
    slice rep = house_do(h, h->person[FINDER], ACT_vulreport_submit, SLN,
                         json_pack("{s:s, s:s, s:s, s:s, s:s}", "maker", "丙製作所", "product", "制御機", "description",
                                   "止まる", "finder_name", "宮﨑", "finder_address", "a@example.jp"));
    (void)rep;
    struct dbrows c;
    struct fault f;
    assert_int_equal(db_run(gate_reader_db(h->r), Q_story_case, (struct dbval[]){DBT(rep)}, 1, &c, h->a, &f), E_OK);
    char *cas = arena_dup(h->a, ROW(&c, 0, 0).s);
    json_t *in = json_pack("{s:s, s:s, s:s}", "case", cas, "vendors", "丙製作所", "cve", "CVE-2026-0001");
    house_try(h, h->person[FILER_A], ACT_coord_start, SLN, json_incref(in), &hidden);
    json_object_set_new(in, "case", json_string("00000000-0000-4000-8000-000000000000"));
    house_try(h, h->person[FILER_A], ACT_coord_start, SLN, in, &none);
    assert_int_equal(hidden.err, E_FIELD);
    assert_int_equal(none.err, E_FIELD);
    assert_string_equal(hidden.fault.what, none.fault.what);
    assert_string_equal(hidden.fault.where, none.fault.where);
    house_clean(h);
}

/* --- the read leaf comes first --- */
static struct view *look(struct house *h, enum who who, const char *purpose, slice asset)
{
    struct gate_person *p = arena_get(h->a, sizeof *p);
    assert_true(gate_person_load(h->r, sl(h->person[who]), h->a, p));
    struct view *v = view_new(h->r, p, house_actor(h, h->person[who]), purpose, "/assets", h->a);
    assert_non_null(view_get(v, KIND_asset, asset));
    return v;
}

static slice filed_asset(struct house *h)
{
    slice asset = house_asset(h, FILER_A, "A-1");
    house_do(h, h->person[FILER_A], ACT_asset_notify, asset,
             json_pack("{s:s, s:s}", "contact", "情報システム部", "form_ver", "様式第一"));
    return asset;
}

TEST(a_read_of_what_is_protected_leaves_a_leaf_before_the_bytes)
{
    struct house *h = founded(state);
    struct fault f;
    int64_t leaf;
    uint8_t sum[SHA_LEN];
    char hex[65];
    slice asset = filed_asset(h), page = SL("{\"op_ref\":\"A-1\"}");
    int64_t before = house_leaves(h);
    assert_int_equal(view_seal(look(h, FILER_A, "確認のため", asset), page, &leaf, &f), E_OK);
    assert_int_equal(leaf, before);
    json_t *body = house_body(h, leaf), *in = json_object_get(body, "in");
    sha256(page, sum);
    hex_of(sum, sizeof sum, hex);
    assert_string_equal(json_string_value(json_object_get(in, "page_hash")), hex);
    assert_string_equal(json_string_value(json_object_get(in, "class")), "REPORTED");
    assert_string_equal(json_string_value(json_object_get(in, "basis")), "OWN");
    assert_string_equal(json_string_value(json_object_get(in, "purpose")), "確認のため");
    assert_int_equal(json_integer_value(json_object_get(in, "rows")), 1);
    json_decref(body);
    house_clean(h);
}

TEST(a_read_of_open_rows_needs_no_leaf)
{
    struct house *h = founded(state);
    struct gate_person who;
    struct fault f;
    int64_t leaf;
    assert_true(gate_person_load(h->r, sl(h->person[FILER_A]), h->a, &who));
    struct view *v = view_new(h->r, &who, house_actor(h, h->person[FILER_A]), "", "/orgs", h->a);
    assert_non_null(view_get(v, KIND_org, sl(h->org[AT_B])));
    int64_t before = house_leaves(h);
    assert_int_equal(view_seal(v, SL("x"), &leaf, &f), E_OK);
    assert_int_equal(leaf, -1);
    assert_int_equal(house_leaves(h), before);
}

TEST(a_read_that_is_refused_or_fails_releases_nothing)
{
    struct house *h = founded(state);
    struct fault f = {0};
    int64_t leaf;
    slice asset = filed_asset(h);
    assert_int_equal(view_seal(look(h, FILER_A, "", asset), SL("x"), &leaf, &f), E_REFUSED);
    assert_string_equal(f.where, "purpose_given_if_protected");
    if (h->kind == TEST_SQLITE_MEM)
        return;
    struct view *v = look(h, FILER_A, "確認のため", asset);
    house_sql(h, "ALTER TABLE leaf RENAME TO leaf_gone");
    assert_int_not_equal(view_seal(v, SL("x"), &leaf, &f), E_OK);
    assert_int_equal(leaf, -1);
    house_sql(h, "ALTER TABLE leaf_gone RENAME TO leaf");
    assert_int_equal(view_seal(v, SL("x"), &leaf, &f), E_OK);
    house_clean(h);
}

/* --- buttons --- */
TEST(a_button_is_shown_exactly_when_the_act_is_allowed)
{
    struct house *h = founded(state);
    struct gate_person who;
    const struct gate_may *may;
    bool seen = false;
    slice org = house_do(h, h->person[REG_1], ACT_org_register, SLN, org_in());
    for (int i = 0; i < 2; i++) {
        enum who reg = i ? REG_2 : REG_1;
        assert_true(gate_person_load(h->r, sl(h->person[reg]), h->a, &who));
        struct gate_actor actor = house_actor(h, h->person[reg]);
        struct view *v = view_new(h->r, &who, actor, "試験", "org", h->a);
        size_t n = gate_may(h->r, &who, actor, KIND_org, view_get(v, KIND_org, org), h->a, &may);
        for (size_t k = 0; k < n; k++) {
            if (may[k].act != ACT_org_activate)
                continue;
            seen = true;
            assert_int_equal(may[k].d.allowed, i == 1); /* who registered does not activate */
            assert_true(i == 1 || may[k].d.reason[0] == P_second);
        }
    }
    assert_true(seen);
}

/* --- realms and founding --- */
struct holders {
    char dir[32];
    struct note_key *key[2];
    char verifier[2][300];
};

static void holders_make(struct holders *k, const char *second_name)
{
    char path[80];
    struct fault f = {0};
    snprintf(k->dir, sizeof k->dir, "/tmp/tbholders.XXXXXX");
    assert_non_null(mkdtemp(k->dir));
    for (int i = 0; i < 2; i++) {
        struct buf b = BUF(300);
        snprintf(path, sizeof path, "%s/%d", k->dir, i);
        assert_int_equal(note_key_make(path, i ? second_name : "holder-1", rng_system(), &f), E_OK);
        assert_int_equal(note_key_load(&k->key[i], path, &f), E_OK);
        note_verifier_text(note_key_public(k->key[i]), &b);
        snprintf(k->verifier[i], sizeof k->verifier[i], "%s", b.p);
        buf_free(&b);
        unlink(path);
        snprintf(path, sizeof path, "%s/%d.pub", k->dir, i);
        unlink(path);
    }
    rmdir(k->dir);
}

static void holders_free(struct holders *k)
{
    note_key_free(k->key[0]);
    note_key_free(k->key[1]);
}

static void sign(json_t *doc, const struct note_key *key)
{
    struct buf note = BUF(NOTE_MAX);
    struct fault f = {0};
    assert_int_equal(gate_founding_sign(doc, key, &note, &f), E_OK);
    if (!json_object_get(doc, "signatures"))
        json_object_set_new(doc, "signatures", json_array());
    json_array_append_new(json_object_get(doc, "signatures"), json_string(note.p));
    buf_free(&note);
}

static void as_real(void **state)
{
    struct house *h = *state;
    house_end(h);
    house_begin(h, false);
}

TEST(a_real_store_is_founded_by_two_holders_and_by_fewer_not)
{
    as_real(state);
    struct house *h = *state;
    struct holders k = {0};
    struct fault f = {0};
    holders_make(&k, "holder-2");
    json_t *doc = house_founding(h);
    assert_int_equal(gate_found(h->g, doc, &f), E_FIELD);
    assert_string_equal(f.where, "signatures");
    json_object_set_new(doc, "holders", json_pack("[s, s]", k.verifier[0], k.verifier[1]));
    sign(doc, k.key[0]);
    assert_int_equal(gate_found(h->g, doc, &f), E_REFUSED);
    assert_string_equal(f.where, "two_holders_signed");
    assert_false(gate_founded(h->g));
    assert_int_equal(house_leaves(h), 0); /* before the genesis nothing is recorded */
    sign(doc, k.key[1]);
    assert_int_equal(gate_found(h->g, doc, &f), E_OK);
    assert_true(gate_founded(h->g));
    assert_int_equal(house_leaves(h), 1);
    assert_int_equal(gate_found(h->g, doc, &f), E_REFUSED);
    assert_string_equal(f.where, "ledger_empty");
    json_decref(doc);
    holders_free(&k);
    house_clean(h);
}

TEST(one_holder_named_twice_is_one_holder)
{
    as_real(state);
    struct house *h = *state;
    struct holders k = {0};
    struct fault f = {0};
    holders_make(&k, "holder-2");
    json_t *doc = house_founding(h);
    json_object_set_new(doc, "holders", json_pack("[s, s]", k.verifier[0], k.verifier[0]));
    sign(doc, k.key[0]);
    sign(doc, k.key[0]);
    assert_int_equal(gate_found(h->g, doc, &f), E_REFUSED);
    assert_string_equal(f.where, "two_holders_signed");
    json_decref(doc);
    holders_free(&k);
}

TEST(a_founding_that_was_changed_after_it_was_signed_is_refused)
{
    as_real(state);
    struct house *h = *state;
    struct holders k = {0};
    struct fault f = {0};
    holders_make(&k, "holder-2");
    json_t *doc = house_founding(h);
    json_object_set_new(doc, "holders", json_pack("[s, s]", k.verifier[0], k.verifier[1]));
    sign(doc, k.key[0]);
    sign(doc, k.key[1]);
    json_object_set_new(json_array_get(json_object_get(doc, "persons"), 0), "name", json_string("別の者"));
    assert_int_equal(gate_found(h->g, doc, &f), E_REFUSED);
    assert_int_equal(house_leaves(h), 0);
    json_decref(doc);
    holders_free(&k);
}

TEST(nobody_signs_in_to_a_real_store_by_being_chosen)
{
    as_real(state);
    struct house *h = *state;
    struct holders k = {0};
    struct fault f = {0};
    struct gate_ans a;
    holders_make(&k, "holder-2");
    json_t *doc = house_founding(h), *in;
    json_object_set_new(doc, "holders", json_pack("[s, s]", k.verifier[0], k.verifier[1]));
    sign(doc, k.key[0]);
    sign(doc, k.key[1]);
    assert_int_equal(gate_found(h->g, doc, &f), E_OK);
    in = json_pack("{s:s, s:s}", "person", h->person[REG_1], "authenticator", "EXERCISE");
    gate_act(h->g, &(struct gate_req){.act = ACT_session_open, .actor.person = sl(h->person[REG_1]), .in = in}, &a);
    assert_int_equal(a.err, E_REFUSED);
    assert_int_equal(a.d.reason[0], P_authenticator_verified);
    json_decref(in);
    in = org_in(); /* and without a session he does nothing */
    gate_act(h->g, &(struct gate_req){.act = ACT_org_register, .actor.person = sl(h->person[REG_1]), .in = in}, &a);
    assert_int_equal(a.err, E_REFUSED);
    json_decref(in);
    json_decref(doc);
    holders_free(&k);
    house_clean(h);
}

TEST(an_exercise_is_not_opened_as_a_real_store)
{
    struct house *h = founded(state);
    struct gate *g;
    struct fault f = {0};
    house_shut(h);
    h->cfg.exercise = false;
    assert_int_equal(gate_open(&g, &h->cfg, &f), E_CONFIG);
    assert_null(g);
    assert_non_null(strstr(f.what, "鍵"));
}

TEST(a_second_founding_is_refused_and_leaves_its_refusal)
{
    struct house *h = founded(state);
    struct fault f = {0};
    int64_t before = house_leaves(h);
    json_t *doc = house_founding(h);
    assert_int_equal(gate_found(h->g, doc, &f), E_REFUSED);
    assert_string_equal(f.where, "ledger_empty");
    assert_int_equal(house_leaves(h), before + 1);
    json_decref(doc);
    house_clean(h);
}

/* --- memory --- */
static size_t left_in_tmp(void)
{
    DIR *d = opendir("/tmp");
    struct dirent *e;
    size_t n = 0;
    assert_non_null(d);
    while ((e = readdir(d)) != NULL)
        n += strncmp(e->d_name, "tobuhi-key-", 11) == 0;
    closedir(d);
    return n;
}

TEST(a_store_in_memory_is_private_and_leaves_no_file)
{
    struct house *h = founded(state), other;
    size_t before = left_in_tmp();
    house_begin(&other, true);
    assert_false(gate_founded(other.g));
    assert_int_equal(house_leaves(&other), 0);
    assert_true(house_leaves(h) > 0);
    assert_true(left_in_tmp() <= before);
    house_end(&other);
    house_clean(h);
}

/* --- dates (law.md §8, gate-1) --- */
TEST(an_act_of_a_chapter_that_is_not_in_force_is_no_act)
{
    struct house *h = founded(state);
    struct gate_ans a;
    int64_t before = house_leaves(h);
    for (int i = 0; i < ACT_COUNT; i++) /* chapters 3–7 have no date yet: no row of theirs is in the table */
        assert_true(law_act[i].name && strncmp(law_act[i].name, "measure.", 8) != 0 &&
                    strncmp(law_act[i].name, "agreement.", 10) != 0);
    assert_int_equal(law_act_named(SL("measure.start")), ACT_COUNT);
    gate_act(h->g, &(struct gate_req){.act = ACT_COUNT, .actor = house_actor(h, h->person[REG_1])}, &a);
    assert_int_equal(a.err, E_ABSENT);
    assert_string_equal(a.fault.where, "act");
    assert_int_equal(house_leaves(h), before);
}

TEST(before_the_first_of_october_2026_nothing_is_notified)
{
    struct house *h = *state;
    struct gate_ans a;
    h->legal.at = instant_of_day(day_of(2026, 9, 30)) + 23 * 3600 * USEC;
    house_founded(h);
    json_t *in = house_asset_in("A-1");
    json_object_set_new(in, "introduced_on", json_string("2026-09-30"));
    house_try(h, h->person[FILER_A], ACT_asset_record, SLN, json_incref(in), &a);
    assert_int_equal(a.err, E_REFUSED);
    assert_int_equal(a.d.reason[0], P_gate_open);
    h->legal.at = instant_of_day(day_of(2026, 10, 1));
    house_do(h, h->person[FILER_A], ACT_asset_record, SLN, in);
    house_clean(h);
}

/* --- time --- */
TEST(time_in_the_ledger_does_not_go_back)
{
    struct house *h = founded(state);
    struct dbrows r;
    struct fault f;
    house_asset(h, FILER_A, "A-1");
    int64_t n = house_leaves(h);
    h->legal.at -= 3600 * USEC;
    house_asset(h, FILER_A, "A-2");
    assert_int_equal(db_run(gate_reader_db(h->r), Q_leaf_all, (struct dbval[]){DBI(n - 1), DBI(10)}, 2, &r, h->a, &f),
                     E_OK);
    assert_int_equal(r.rows, 2);
    assert_true(ROW(&r, 1, 1).i >= ROW(&r, 0, 1).i);
    house_clean(h);
}

TEST(a_clock_lapses_when_its_day_is_over_and_not_before)
{
    struct house *h = founded(state);
    struct dbrows r;
    struct fault f;
    slice asset = house_asset(h, FILER_A, "A-1");
    assert_int_equal(db_run(gate_reader_db(h->r), Q_clock_of_subject, (struct dbval[]){DBT(asset)}, 1, &r, h->a, &f),
                     E_OK);
    assert_int_equal(r.rows, 1);
    h->legal.at = ROW(&r, 0, 5).i - 1;
    assert_int_equal(gate_tick(h->g), 0);
    h->legal.at++;
    assert_int_equal(gate_tick(h->g), 1);
    assert_int_equal(gate_tick(h->g), 0);
    assert_int_equal(db_run(gate_reader_db(h->r), Q_clock_of_subject, (struct dbval[]){DBT(asset)}, 1, &r, h->a, &f),
                     E_OK);
    assert_true(sl_is(ROW(&r, 0, 1).s, "LAPSED"));
    house_clean(h);
}

/* --- one writer, and what a crash leaves --- */
TEST(a_second_writer_of_the_same_store_is_refused)
{
    struct house *h = founded(state);
    struct gate *g;
    struct fault f = {0};
    assert_int_equal(gate_open(&g, &h->cfg, &f), E_WRITER);
    assert_null(g);
    assert_non_null(strstr(f.what, "writer"));
    house_asset(h, FILER_A, "A-1"); /* the first goes on */
}

TEST(what_was_committed_and_not_published_is_published_at_the_next_start)
{
    struct house *h = founded(state);
    struct ledger_report rep;
    struct fault f = {0};
    house_shut(h);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        house_open(h);
        house_asset(h, FILER_A, "A-1");
        _exit(0); /* without closing */
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(gate_verify(&h->cfg, &rep, &f), E_OK);
    assert_true(rep.ok); /* rows ahead of the checkpoint are no damage */
    assert_int_equal(rep.pending, 2);
    house_open(h);
    assert_int_equal(gate_verify(&h->cfg, &rep, &f), E_OK);
    assert_true(rep.ok);
    assert_int_equal(rep.pending, 0);
    house_clean(h);
}

/* --- a hundred thousand machines --- */
/* What a decision reads must not grow with the store. */
static bool read_by_acts(const char *name)
{
    static const char *const begins[] = {"kind_get_",    "kind_twin_", "fact_", "sel_",  "actor_",    "release_",
                                         "session_live", "clock_",     "idem_", "vuln_", "notice_due"};
    for (size_t i = 0; i < TB_COUNT(begins); i++)
        if (strncmp(name, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

static void must_not_scan(sqlite3 *d, const struct query_def *q)
{
    /* counted as a whole, over its index; a row without a table; a list that the question itself brings */
    static const char *const few[] = {"s_generation", "CONSTANT ROW", "k VIRTUAL TABLE INDEX 1:"};
    char text[8192];
    sqlite3_stmt *st;
    snprintf(text, sizeof text, "EXPLAIN QUERY PLAN %s", q->lite);
    assert_int_equal(sqlite3_prepare_v2(d, text, -1, &st, NULL), SQLITE_OK);
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *plan = (const char *)sqlite3_column_text(st, 3);
        bool scan = strncmp(plan, "SCAN ", 5) == 0;
        for (size_t i = 0; i < TB_COUNT(few); i++)
            scan = scan && strncmp(plan + 5, few[i], strlen(few[i])) != 0;
        if (scan)
            fail_msg("%s: %s", q->name, plan);
    }
    sqlite3_finalize(st);
}

TEST(no_query_of_a_decision_reads_a_table_from_end_to_end)
{
    struct house *h = founded(state);
    size_t n = 0;
    house_ask(h, "SELECT 1");
    for (size_t q = 0; q < Q_COUNT; q++) {
        if (!read_by_acts(query_def[q].name) || query_def[q].kind != QUERY_READ || strstr(query_def[q].name, "_dump"))
            continue;
        must_not_scan(h->raw, &query_def[q]);
        n++;
    }
    assert_true(n > 80);
}

/* --- many at once --- */
#define THREADS 8
#define EACH    40
struct filer {
    struct house *h;
    struct gate_actor actor;
    int n;
    int64_t leaf[EACH];
    bool ok;
};

static void *file_many(void *ud)
{
    struct filer *me = ud;
    me->ok = true;
    for (int i = 0; i < EACH; i++) {
        char ref[20];
        struct gate_ans a;
        snprintf(ref, sizeof ref, "T%d-%d", me->n, i);
        json_t *in = house_asset_in(ref);
        gate_act(me->h->g, &(struct gate_req){.act = ACT_asset_record, .actor = me->actor, .in = in}, &a);
        json_decref(in);
        me->ok = me->ok && a.err == E_OK;
        me->leaf[i] = a.leaf;
    }
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

TEST(eight_threads_get_each_its_own_leaves_without_a_gap)
{
    static struct filer t[THREADS];
    static int64_t all[THREADS * EACH];
    struct house *h = founded(state);
    pthread_t id[THREADS];
    for (int i = 0; i < THREADS; i++)
        t[i] = (struct filer){.h = h, .n = i, .actor = house_actor(h, h->person[i % 2 ? FILER_A2 : FILER_A])};
    int64_t before = house_leaves(h);
    house_shut(h);
    h->cfg.threaded = true;
    house_open(h);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&id[i], NULL, file_many, &t[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(id[i], NULL);
        assert_true(t[i].ok);
        memcpy(all + i * EACH, t[i].leaf, sizeof t[i].leaf);
    }
    qsort(all, TB_COUNT(all), sizeof *all, by_value);
    for (size_t i = 0; i < TB_COUNT(all); i++)
        assert_int_equal(all[i], before + (int64_t)i);
    house_shut(h);
    house_open(h);
    assert_int_equal(house_leaves(h), before + THREADS * EACH);
    house_clean(h);
}

int main(int argc, char **argv)
{
    static const struct house_test test[] = {
        EVERYWHERE(each_act_of_a_batch_is_decided_by_itself_and_has_a_leaf_of_its_own),
        EVERYWHERE(a_constraint_fault_stays_in_the_savepoint_of_its_act),
        EVERYWHERE(entry_and_body_are_the_canonical_json_of_what_they_say),
        EVERYWHERE(a_fault_of_the_disk_keeps_nothing_of_its_job_and_is_told_to_every_act_in_it),
        EVERYWHERE(rows_without_an_act_are_kept_or_not_as_a_whole),
        EVERYWHERE(the_same_key_of_the_same_person_acts_once),
        EVERYWHERE(a_refused_act_does_not_use_its_key_up),
        EVERYWHERE(a_refusal_is_a_leaf_that_says_why_and_changes_nothing_else),
        EVERYWHERE(the_bulk_rows_of_a_refused_act_do_not_stay),
        EVERYWHERE(what_a_person_may_not_see_is_answered_like_what_is_not_there),
        EVERYWHERE(a_reference_to_what_he_may_not_see_reads_like_one_to_nothing),
        EVERYWHERE(a_read_of_what_is_protected_leaves_a_leaf_before_the_bytes),
        EVERYWHERE(a_read_of_open_rows_needs_no_leaf),
        EVERYWHERE(a_read_that_is_refused_or_fails_releases_nothing),
        EVERYWHERE(a_button_is_shown_exactly_when_the_act_is_allowed),
        EVERYWHERE(a_real_store_is_founded_by_two_holders_and_by_fewer_not),
        EVERYWHERE(one_holder_named_twice_is_one_holder),
        EVERYWHERE(a_founding_that_was_changed_after_it_was_signed_is_refused),
        EVERYWHERE(nobody_signs_in_to_a_real_store_by_being_chosen),
        ON_DISK(an_exercise_is_not_opened_as_a_real_store),
        EVERYWHERE(a_second_founding_is_refused_and_leaves_its_refusal),
        HOUSE_ON(ON_MEM, a_store_in_memory_is_private_and_leaves_no_file),
        EVERYWHERE(an_act_of_a_chapter_that_is_not_in_force_is_no_act),
        EVERYWHERE(before_the_first_of_october_2026_nothing_is_notified),
        EVERYWHERE(time_in_the_ledger_does_not_go_back),
        EVERYWHERE(a_clock_lapses_when_its_day_is_over_and_not_before),
        ON_DISK(a_second_writer_of_the_same_store_is_refused),
        ON_DISK(what_was_committed_and_not_published_is_published_at_the_next_start),
        HOUSE_ON(ON_FILE, no_query_of_a_decision_reads_a_table_from_end_to_end),
        ON_DISK(eight_threads_get_each_its_own_leaves_without_a_gap),
    };
    house_args(argc, argv);
    return house_run("the gate", test, TB_COUNT(test));
}
