/* JSON API under /api/v1: its routes are the rows. An act is POST /api/v1/<kind>[/<id>]/<verb>. */
#include "web/server.h"

#include "law/doc.h"
#include "openapi.h"

#include "base/text.h"
#include "web/problem.h"

#include <string.h>

static void fail(const struct http_req *r, struct http_ans *ans, enum err e, const char *where, const char *what)
{
    struct fault f;
    fault_set(&f, e, where, "%s", what);
    problem_put(r, ans, &f, NULL, 0);
}

/* Signed-in callers only; answers by itself when there is none. */
static bool caller_of(const struct http_req *r, struct http_ans *ans, struct caller *c)
{
    struct fault f;
    if (server_caller(r, c, &f) != E_OK) {
        problem_put(r, ans, &f, NULL, 0);
        return false;
    }
    if (!c->known)
        fail(r, ans, E_CALLER, "", "利用を開始してください（POST /api/v1/session）。");
    return c->known;
}

/* --- sessions --- */
static void session_post(const struct http_req *r, struct http_ans *ans)
{
    struct fault f;
    json_t *in = NULL;
    enum err e = json_body(r, &in, &f);
    const char *person = json_string_value(json_object_get(in, "person"));
    if (!e && !person)
        e = fault_set(&f, E_FIELD, "person", "利用者の番号を書いてください。");
    if (!e)
        e = server_sign_in(r, ans, sl(person), &f);
    if (e) {
        problem_put(r, ans, &f, NULL, 0);
    } else {
        char token[SESS_ID_LEN + 1];
        sess_token(r->sess, ans->cookie_new, token);
        json_t *o = json_pack("{s:s, s:s}", "person", person, "token", token);
        ans->status = 201;
        json_answer(ans, o);
        json_decref(o);
    }
    json_decref(in);
}

static void session_delete(const struct http_req *r, struct http_ans *ans)
{
    server_sign_out(r, ans);
    ans->status = 204;
}

/* The exercise's people, for choosing one. */
static void people_get(const struct http_req *r, struct http_ans *ans)
{
    struct caller c;
    struct fault f;
    struct dbrows rows;
    if (!server_of(r)->exercise) {
        fail(r, ans, E_ABSENT, "", "演習のほかでは、利用者の一覧はありません。");
        return;
    }
    if (server_caller(r, &c, &f) != E_OK ||
        db_run(gate_reader_db(c.reader), Q_exercise_people, NULL, 0, &rows, r->a, &f) != E_OK) {
        problem_put(r, ans, &f, NULL, 0);
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < rows.rows; i++)
        json_array_append_new(list,
                              json_pack("{s:s%, s:s%, s:s%, s:s%, s:s%}", "id", ROW(&rows, i, 0).s.p,
                                        ROW(&rows, i, 0).s.n, "name", ROW(&rows, i, 1).s.p, ROW(&rows, i, 1).s.n,
                                        "post", ROW(&rows, i, 2).s.p, ROW(&rows, i, 2).s.n, "org", ROW(&rows, i, 3).s.p,
                                        ROW(&rows, i, 3).s.n, "roles", ROW(&rows, i, 4).s.p, ROW(&rows, i, 4).s.n));
    json_answer(ans, list);
    json_decref(list);
}

/* --- acts --- */
static void act_answer(struct http_ans *ans, enum act_id act, const struct gate_ans *a, bool created)
{
    json_t *other = json_array();
    for (size_t i = 0; i < a->made; i++)
        json_array_append_new(other,
                              json_pack("{s:s, s:s}", "kind", law_kind[a->other[i].kind].name, "id", a->other[i].id));
    json_t *o = json_pack("{s:s, s:I, s:s, s:s, s:o, s:i, s:i, s:s}", "act", law_act[act].name, "leaf",
                          (json_int_t)a->leaf, "subject", a->subject, "state",
                          a->d.to < ST_COUNT && a->d.to != ST_NONE ? law_state_name[a->d.to] : "", "other", other,
                          "then", (int)a->thens, "then_refused", (int)a->thens_refused, "says", law_act[act].says);
    ans->status = created ? 201 : 200;
    json_answer(ans, o);
    json_decref(o);
}

static enum act_id act_of(slice kind, slice verb, struct arena *a)
{
    return law_act_named(sl(arena_fmt(a, PRIs "." PRIs, ARGs(kind), ARGs(verb))));
}

static void act_run(const struct http_req *r, struct http_ans *ans, enum act_id act, slice subject)
{
    struct caller c;
    struct fault f;
    struct gate_ans a;
    json_t *in = NULL, *key;
    if (act == ACT_COUNT) {
        fail(r, ans, E_ABSENT, "act",
             "そのような手続はありません。法令に定めのない手続はできません。GET /api/v1/law に一覧があります。");
        return;
    }
    if (!caller_of(r, ans, &c))
        return;
    if (r->body.n && json_body(r, &in, &f) != E_OK) {
        problem_put(r, ans, &f, NULL, 0);
        return;
    }
    key = json_object_get(in, "idempotency_key");
    slice idem = json_is_string(key) ? arena_sl(r->a, sl(json_string_value(key))) : SLN;
    json_object_del(in, "idempotency_key");
    if (idem.n > 100)
        fail(r, ans, E_FIELD, "idempotency_key", "100字までです。");
    else {
        server_act(r, &c, act, subject, in, idem, &a);
        if (a.err)
            server_refuse(r, ans, act, &a);
        else
            act_answer(ans, act, &a, subject.n == 0);
    }
    json_decref(in);
}

/* Some acts are named after another kind than their own (match.run makes a generation). */
static void act_create(const struct http_req *r, struct http_ans *ans)
{
    act_run(r, ans, act_of(r->seg[0], r->seg[1], r->a), SLN);
}
static void act_on(const struct http_req *r, struct http_ans *ans)
{
    act_run(r, ans, act_of(r->seg[0], r->seg[2], r->a), r->seg[1]);
}

/* --- reading --- */
static bool kind_of(const struct http_req *r, struct http_ans *ans, enum kind_id *k)
{
    *k = law_kind_named(r->seg[0]);
    if (*k == KIND_COUNT)
        fail(r, ans, E_ABSENT, "kind", "そのような種類はありません。");
    return *k != KIND_COUNT;
}

static void sealed_answer(const struct http_req *r, struct http_ans *ans, struct view *v, json_t *value)
{
    struct fault f;
    int64_t leaf;
    json_answer(ans, value);
    if (view_seal(v, buf_slice(&ans->body), &leaf, &f) != E_OK) {
        buf_clear(&ans->body); /* nothing labelled goes out without its leaf */
        problem_put(r, ans, &f, NULL, 0);
    } else if (leaf >= 0) {
        http_add(ans, "X-Tobuhi-Leaf", sl(arena_fmt(r->a, "%" PRId64, leaf)));
    }
}

static struct view *view_of(const struct http_req *r, struct caller *c)
{
    slice purpose = http_get(r->query, "purpose");
    return view_new(c->reader, &c->who, c->actor,
                    purpose.n && text_clean(purpose, false) && utf8_count(purpose) <= 200 ? arena_dup(r->a, purpose)
                                                                                          : "職務の遂行（API）",
                    arena_dup(r->a, (slice){r->path.p, r->path.n > 190 ? 190 : r->path.n}), r->a);
}

static void list_of(const struct http_req *r, struct http_ans *ans, enum kind_id k)
{
    struct caller c;
    int64_t before = 0, limit = 100;
    const struct gate_row **rows;
    if (!caller_of(r, ans, &c))
        return;
    if ((http_has(r->query, "before") && !http_int(r->query, "before", 1, INT64_MAX, &before)) ||
        (http_has(r->query, "limit") && !http_int(r->query, "limit", 1, 500, &limit))) {
        fail(r, ans, E_FIELD, "before, limit", "before は葉の番号、limit は1から500までの整数です。");
        return;
    }
    struct view *v = view_of(r, &c);
    struct view_filter f = {.state = http_get(r->query, "state"),
                            .owner = http_get(r->query, "owner"),
                            .sector = http_get(r->query, "sector"),
                            .before = before,
                            .max = (size_t)limit};
    size_t n = view_list(v, k, &f, &rows);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, gate_row_json(rows[i]));
    json_t *o = json_pack("{s:s, s:o, s:I}", "kind", law_kind[k].name, "items", list, "next",
                          (json_int_t)(n == (size_t)limit ? rows[n - 1]->leaf : 0));
    sealed_answer(r, ans, v, o);
    json_decref(o);
}

static void list_get(const struct http_req *r, struct http_ans *ans)
{
    enum kind_id k;
    if (kind_of(r, ans, &k))
        list_of(r, ans, k);
}

/* The address where one signs in is also that of a kind: without a route of its own, reading would be 405. */
static void session_list(const struct http_req *r, struct http_ans *ans)
{
    list_of(r, ans, KIND_session);
}

static json_t *children_json(struct view *v, const struct gate_row *row)
{
    json_t *all = json_object();
    for (int i = 0; i < CHILD_COUNT; i++) {
        const struct gate_child *c;
        if (law_child[i].kind != row->kind)
            continue;
        size_t n = view_children(v, row, (enum child_id)i, &c);
        json_t *list = json_array();
        for (size_t k = 0; k < n; k++) {
            json_t *o = json_object();
            for (size_t j = 0; j < law_child[i].fields; j++) {
                const struct law_field *f = &law_field[law_child[i].field[j]];
                if (c[k].f[f->id].t != VAL_NONE)
                    json_object_set_new(o, f->name, gate_value_json(f, c[k].f[f->id]));
            }
            json_object_set_new(o, "leaf", json_integer(c[k].leaf));
            json_array_append_new(list, o);
        }
        json_object_set_new(all, law_child[i].name, list);
    }
    return all;
}

static json_t *may_json(struct caller *c, const struct gate_row *row, enum kind_id k, struct arena *a)
{
    const struct gate_may *may;
    size_t n = gate_may(c->reader, &c->who, c->actor, k, row, a, &may);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *why = json_array();
        for (size_t j = 0; j < may[i].d.reasons; j++)
            json_array_append_new(why, json_string(law_pred[may[i].d.reason[j]].name));
        json_array_append_new(list, json_pack("{s:s, s:b, s:o}", "act", law_act[may[i].act].name, "allowed",
                                              may[i].d.allowed, "reasons", why));
    }
    return list;
}

static void item_get(const struct http_req *r, struct http_ans *ans)
{
    enum kind_id k;
    struct caller c;
    const struct gate_row **clock;
    if (!kind_of(r, ans, &k) || !caller_of(r, ans, &c))
        return;
    struct view *v = view_of(r, &c);
    const struct gate_row *row = view_get(v, k, r->seg[1]);
    if (!row) {
        fail(r, ans, E_ABSENT, law_kind[k].name, "該当するものがありません。番号を確かめてください。");
        return;
    }
    json_t *o = gate_row_json(row), *clocks = json_array();
    size_t n = view_clocks(v, row, &clock);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(clocks, gate_row_json(clock[i]));
    json_object_set_new(o, "clocks", clocks);
    json_object_set_new(o, "records", children_json(v, row));
    json_object_set_new(o, "acts", may_json(&c, row, k, r->a));
    sealed_answer(r, ans, v, o);
    json_decref(o);
}

/* 提供先提案: who would be hurt, and what is missing before he may be told. */
static void proposals_get(const struct http_req *r, struct http_ans *ans)
{
    struct caller c;
    const struct view_target *t;
    if (!caller_of(r, ans, &c))
        return;
    struct view *v = view_of(r, &c);
    const struct gate_row *cas = view_get(v, KIND_case, r->seg[0]);
    if (!cas) {
        fail(r, ans, E_ABSENT, "case", "該当するものがありません。番号を確かめてください。");
        return;
    }
    json_t *list = json_array();
    size_t n = view_targets(v, cas->id, &t);
    for (size_t i = 0; i < n; i++) {
        slice org = t[i].org, name = view_org_name(v, org);
        struct gate_gap gap = gate_gap_of(c.reader, cas->id, org, BASIS_A45, CLASS_VULN_S);
        json_t *missing = json_array();
        for (int k = 0; k < FLAG_COUNT; k++)
            if (gap.missing >> k & 1)
                json_array_append_new(missing, json_pack("{s:s, s:s, s:s}", "code", law_flag[k].name, "text",
                                                         law_flag[k].ja, "way_out", law_flag[k].todo));
        json_array_append_new(list, json_pack("{s:s%, s:s%, s:I, s:I, s:b, s:o}", "recipient", org.p, org.n, "name",
                                              name.p, name.n, "confirmed", (json_int_t)t[i].confirmed, "possible",
                                              (json_int_t)t[i].possible, "allowed", gap.possible, "missing", missing));
    }
    json_t *o = json_pack("{s:s%, s:s, s:o}", "case", cas->id.p, cas->id.n, "basis", "A45", "recipients", list);
    sealed_answer(r, ans, v, o);
    json_decref(o);
}

/* --- 持出し --- */
static void export_file(const struct http_req *r, struct http_ans *ans)
{
    struct caller c;
    struct gate_ans a;
    if (!caller_of(r, ans, &c))
        return;
    server_export(r, &c, r->seg[0], ans, &a);
    if (a.err)
        server_refuse(r, ans, ACT_export_release, &a);
}

#define TRACE_MAX 5000
static bool trace_ids(const struct http_req *r, const json_t *in, slice **out, size_t *n)
{
    size_t i;
    const json_t *x, *list = json_object_get(in, "ids");
    if (!json_is_array(list) || json_array_size(list) < 1 || json_array_size(list) > TRACE_MAX)
        return false;
    *out = arena_arr(r->a, slice, json_array_size(list));
    *n = 0;
    json_array_foreach(list, i, x)
    {
        if (!json_is_string(x) || !uuid_ok(sl(json_string_value(x))))
            return false;
        (*out)[(*n)++] = arena_sl(r->a, sl(json_string_value(x)));
    }
    return true;
}

static json_t *copy_json(struct view *v, const struct gate_found_copy *x)
{
    slice person = x->release->f[N_person].s, name = view_person_name(v, person), purpose = x->release->f[N_purpose].s;
    char at[33];
    instant_iso(x->release->f[N_released_at].i, at);
    return json_pack("{s:s%, s:s%, s:s%, s:s, s:s%, s:I, s:I}", "export", x->release->id.p, x->release->id.n, "person",
                     person.p, person.n, "name", name.p, name.n, "released_at", at, "purpose", purpose.p, purpose.n,
                     "leaf", (json_int_t)x->release->leaf, "found", (json_int_t)x->found);
}

static void export_trace(const struct http_req *r, struct http_ans *ans)
{
    struct caller c;
    struct fault f;
    struct gate_traced t;
    json_t *in = NULL;
    slice *id = NULL;
    size_t n = 0;
    if (!caller_of(r, ans, &c))
        return;
    struct view *v = view_of(r, &c);
    if (json_body(r, &in, &f) != E_OK) {
        problem_put(r, ans, &f, NULL, 0);
    } else if (!trace_ids(r, in, &id, &n)) {
        fail(r, ans, E_FIELD, "ids", "写しに書かれた番号（UUID）の一覧を、1件から5000件までで書いてください。");
    } else if (gate_trace(server_of(r)->gate, v, id, n, r->a, &t, &f) != E_OK) {
        problem_put(r, ans, &f, NULL, 0);
    } else {
        json_t *list = json_array();
        for (size_t i = 0; i < t.copies; i++)
            json_array_append_new(list, copy_json(v, &t.copy[i]));
        json_t *o =
            json_pack("{s:I, s:I, s:o}", "ids", (json_int_t)t.ids, "unknown", (json_int_t)t.unknown, "copies", list);
        sealed_answer(r, ans, v, o);
        json_decref(o);
    }
    json_decref(in);
}

/* --- bulk filing --- */
static void bulk_post(const struct http_req *r, struct http_ans *ans)
{
    struct caller c;
    struct bulk_result b;
    struct fault f;
    if (!caller_of(r, ans, &c))
        return;
    if (server_bulk_assets(r, &c, r->body, !sl_is(r->type, "text/csv"), &b, &f) != E_OK) {
        problem_put(r, ans, &f, NULL, 0);
        return;
    }
    json_t *rows = json_array();
    for (size_t i = 0; i < b.rows; i++)
        json_array_append_new(rows,
                              json_pack("{s:I, s:s, s:b, s:I, s:s, s:s}", "line", (json_int_t)b.row[i].line, "op_ref",
                                        b.row[i].op_ref, "ok", b.row[i].ok, "leaf", (json_int_t)b.row[i].leaf, "asset",
                                        b.row[i].asset, "reason", b.row[i].what));
    json_t *o = json_pack("{s:I, s:I, s:I, s:I, s:o}", "rows", (json_int_t)b.rows, "accepted", (json_int_t)b.accepted,
                          "refused", (json_int_t)b.refused, "leaf", (json_int_t)b.envelope, "results", rows);
    json_answer(ans, o);
    json_decref(o);
}

/* --- the exercise --- */
static void next_get(const struct http_req *r, struct http_ans *ans)
{
    struct server *s = server_of(r);
    struct caller c;
    struct story_step st;
    struct fault f;
    if (!s->story) {
        fail(r, ans, E_ABSENT, "exercise", "演習ではありません。");
        return;
    }
    if (server_caller(r, &c, &f) != E_OK ||
        story_next(s->story, c.reader, s->legal->now(s->legal), r->a, &st, &f) != E_OK) {
        problem_put(r, ans, &f, NULL, 0);
        return;
    }
    bool end = st.index > st.total;
    json_t *o = json_pack("{s:b, s:b, s:i, s:i, s:s, s:s}", "end", end, "wait", st.wait, "step", st.index, "total",
                          st.total, "title", st.title, "why", st.why);
    if (!end && !st.wait) {
        json_object_set_new(o, "act", json_string(law_act[st.act].name));
        json_object_set_new(o, "person", json_stringn(st.person.p, st.person.n));
        json_object_set_new(o, "name", json_stringn(st.person_name.p, st.person_name.n));
        json_object_set_new(o, "subject", json_stringn(st.subject.p ? st.subject.p : "", st.subject.n));
        json_object_set(o, "in", st.in);
    }
    json_decref(st.in);
    json_answer(ans, o);
    json_decref(o);
}

static void advance_post(const struct http_req *r, struct http_ans *ans)
{
    struct server *s = server_of(r);
    struct fault f;
    json_t *in = NULL;
    char now[33];
    if (!s->advance) {
        fail(r, ans, E_ABSENT, "exercise", "演習ではありません。");
        return;
    }
    if (json_body(r, &in, &f) != E_OK) {
        problem_put(r, ans, &f, NULL, 0);
        return;
    }
    json_int_t days = json_integer_value(json_object_get(in, "days"));
    json_decref(in);
    if (days < 1 || days > 3650) {
        fail(r, ans, E_FIELD, "days", "1から3650までの日数です。");
        return;
    }
    s->advance(s, days * 86400 * USEC);
    instant_iso(s->legal->now(s->legal), now);
    json_t *o = json_pack("{s:s}", "today", now);
    json_answer(ans, o);
    json_decref(o);
}

/* --- the rules, for anybody --- */
static void law_get(const struct http_req *r, struct http_ans *ans)
{
    day_t today = day_of_instant(server_of(r)->legal->now(server_of(r)->legal));
    json_t *o = law_json(today);
    json_answer(ans, o);
    json_decref(o);
}

static void openapi_get(const struct http_req *r, struct http_ans *ans)
{
    (void)r;
    json_t *o = openapi_json();
    json_answer(ans, o);
    json_decref(o);
}

const struct http_route api_routes[] = {
    {HTTP_POST, "/api/v1/session", session_post, HTTP_JSON},
    {HTTP_DELETE, "/api/v1/session", session_delete, 0},
    {HTTP_GET, "/api/v1/session", session_list, 0},
    {HTTP_GET, "/api/v1/people", people_get, 0},
    {HTTP_GET, "/api/v1/law", law_get, 0},
    {HTTP_GET, "/api/v1/openapi.json", openapi_get, 0},
    {HTTP_GET, "/api/v1/exercise/next", next_get, 0},
    {HTTP_POST, "/api/v1/exercise/advance", advance_post, HTTP_JSON},
    {HTTP_POST, "/api/v1/asset/bulk", bulk_post, HTTP_ROWS | HTTP_BULK},
    {HTTP_POST, "/api/v1/export/trace", export_trace, HTTP_JSON},
    {HTTP_POST, "/api/v1/export/{id}/file", export_file, HTTP_JSON},
    {HTTP_GET, "/api/v1/case/{id}/recipients", proposals_get, 0},
    {HTTP_POST, "/api/v1/{kind}/{verb}", act_create, HTTP_JSON},
    {HTTP_POST, "/api/v1/{kind}/{id}/{verb}", act_on, HTTP_JSON},
    {HTTP_GET, "/api/v1/{kind}", list_get, 0},
    {HTTP_GET, "/api/v1/{kind}/{id}", item_get, 0},
};
const size_t api_route_count = TB_COUNT(api_routes);
