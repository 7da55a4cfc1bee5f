/* Acts of a story: who, what, on which subject, with which inputs; and what the gate must answer. */
#include "scn_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/analyse.h"

#define NOBODY "00000000-0000-4000-8000-000000000000" /* the story's `unknown` */

enum scn_feed { F_KEV, F_EPSS, F_CVE5, F_CSAF };

struct bulk {
    struct world *w;
    slice key; /* feed, or number of the generation */
};

struct asked {
    enum act_id act;
    struct thing *who; /* NULL: a machine */
    slice machine, subject;
    json_t *in;
};

/* --- who --- */
static bool is_machine(slice name)
{
    enum role_id r = law_role_named(name);
    return r != ROLE_COUNT && law_role[r].sort == ROLE_MACHINE;
}

static bool person_active(struct world *w, slice id)
{
    struct gate_person p;
    return gate_person_load(w->r, id, w->tmp, &p) && sl_is(p.actor.state, "ACTIVE");
}

/* A person signs in before his first act, as on a page; a session that ended is not opened again by itself. */
static bool sign_in(struct world *w, struct thing *t)
{
    struct gate_ans ans;
    if (t->session[0] || !person_active(w, t->id))
        return true;
    json_t *in =
        json_pack("{s:s%, s:s}", "person", t->id.p, t->id.n, "authenticator", w->exercise ? "EXERCISE" : "PASSKEY");
    struct gate_req req = {.act = ACT_session_open, .actor.person = t->id, .in = in};
    gate_act(w->g, &req, &ans);
    json_decref(in);
    if (ans.err != E_OK)
        return story_no(w, PRIs "が利用を始められません: %s", ARGs(t->name), ans.fault.what);
    snprintf(t->session, sizeof t->session, "%s", ans.subject);
    return true;
}

static struct gate_actor actor_of(const struct asked *q)
{
    return q->who ? (struct gate_actor){.person = q->who->id, .session = sl(q->who->session)}
                  : (struct gate_actor){.person = q->machine};
}

/* --- inputs --- */
static const struct law_field *field_of(enum act_id act, slice key)
{
    for (size_t i = 0; act != ACT_COUNT && i < law_act[act].ins; i++)
        if (sl_is(key, law_field[law_act[act].in[i].field].name))
            return &law_field[law_act[act].in[i].field];
    return NULL;
}

static slice id_of(struct world *w, slice name)
{
    struct thing *t = story_known(w, name);
    return t ? t->id : sl_is(name, "unknown") ? SL(NOBODY) : name;
}

/* $(name) stands for the id of what the story calls so. */
static slice with_ids(struct world *w, slice v)
{
    struct buf b = BUF(1 << 20);
    while (v.n) {
        slice head, rest, name, after;
        if (!sl_cut(v, '$', &head, &rest) || !rest.n || rest.p[0] != '(' ||
            !sl_cut((slice){rest.p + 1, rest.n - 1}, ')', &name, &after)) {
            buf_sl(&b, v);
            break;
        }
        buf_sl(&b, head);
        buf_sl(&b, id_of(w, name));
        v = after;
    }
    slice s = arena_sl(w->tmp, buf_slice(&b));
    buf_free(&b);
    return s;
}

static json_t *text_json(slice s)
{
    return json_stringn(s.p ? s.p : "", s.n);
}

static json_t *ids_json(struct world *w, slice v)
{
    json_t *list = json_array();
    while (v.n) {
        slice one;
        if (!sl_cut(v, ',', &one, &v))
            v = SLN;
        if (one.n)
            json_array_append_new(list, text_json(id_of(w, one)));
    }
    return list;
}

static json_t *hash_json(struct world *w, slice v)
{
    uint8_t h[SHA_LEN];
    char hex[65];
    if (sl_is(v, "(staged)"))
        return json_string(w->root);
    if (!sl_starts(v, "sha:"))
        return text_json(v);
    sha256((slice){v.p + 4, v.n - 4}, h);
    hex_of(h, sizeof h, hex);
    return json_string(hex);
}

static json_t *input_json(struct world *w, const struct law_field *f, slice v)
{
    if (f && f->type == FT_IDS)
        return ids_json(w, v);
    if (f && f->type == FT_ID)
        return text_json(id_of(w, v));
    return f && f->type == FT_HASH ? hash_json(w, v) : text_json(with_ids(w, v));
}

static bool add_pair(struct world *w, struct asked *q, slice word)
{
    slice key, value;
    if (!story_pair(word, &key, &value))
        return story_no(w, "事項=値の形でありません: " PRIs, ARGs(word));
    json_object_set_new(q->in, arena_dup(w->tmp, key), input_json(w, field_of(q->act, key), value));
    return true;
}

static bool add_with(struct world *w, struct asked *q, slice name)
{
    for (size_t i = 0; i < w->n_with; i++) {
        if (!sl_eq(w->with[i].name, name))
            continue;
        const struct words *x = &w->with[i].w;
        for (size_t k = x->at; k < x->n; k++)
            if (!add_pair(w, q, x->w[k]))
                return false;
        return true;
    }
    return story_no(w, "with " PRIs ": はまだ書かれていません。", ARGs(name));
}

static bool ends_inputs(const struct words *x)
{
    return x->at == x->n || story_next_is(x, "->") || story_next_is(x, "because") || story_next_is(x, "where");
}

/* ACT [SUBJECT] [+TEMPLATE…] [KEY=VALUE…] */
static bool take_asked(struct world *w, slice who, struct words *x, enum want want, struct asked *q)
{
    slice name = story_next(x), key, value;
    *q = (struct asked){.act = law_act_named(name), .in = json_object()};
    if ((q->act == ACT_COUNT) != (want == WANT_NO_ACT))
        return story_no(w, "手続 " PRIs " は表に%s。", ARGs(name), q->act == ACT_COUNT ? "ありません" : "あります");
    if (is_machine(who))
        q->machine = who;
    else if (!(q->who = story_thing(w, who)) || q->who->kind != KIND_person)
        return story_no(w, PRIs "は利用者ではありません。", ARGs(who));
    if (!ends_inputs(x) && !story_pair(x->w[x->at], &key, &value) && x->w[x->at].p[0] != '+') {
        slice s = story_next(x);
        if (!sl_is(s, "unknown") && !story_thing(w, s))
            return false;
        q->subject = id_of(w, s);
    }
    while (!ends_inputs(x)) {
        slice word = story_next(x);
        bool ok = word.p[0] == '+' ? add_with(w, q, (slice){word.p + 1, word.n - 1}) : add_pair(w, q, word);
        if (!ok)
            return false;
    }
    return true;
}

/* --- rows beside an act --- */
static enum err bulk_put(void *ud, struct db *d, struct fault *f)
{
    const struct bulk *b = ud;
    enum err e = E_OK;
    for (size_t i = 0; !e && i < b->w->n_staged; i++) {
        const struct staged *s = &b->w->staged[i];
        int64_t serial = 0;
        if (b->w->staged_feed) {
            e = db_run(d, Q_bulk_feed_put,
                       (struct dbval[]){DBT(b->key), DBI((int64_t)i), DBT(s->cell[0]), DBT(s->cell[1]), DBT(s->hash)},
                       5, NULL, NULL, f);
            continue;
        }
        if (!sl_int(b->key, &serial))
            return fault_set(f, E_FIELD, "serial", "世代の番号がありません。");
        e = db_run(d, Q_bulk_match_put,
                   (struct dbval[]){DBI(serial), DBI((int64_t)i), DBT(s->cell[0]), DBT(s->cell[1]), DBT(s->cell[2]),
                                    DBT(s->cell[3]), DBT(s->hash)},
                   7, NULL, NULL, f);
    }
    return e;
}

static void send(struct world *w, const struct asked *q, struct gate_ans *ans)
{
    const char *serial = json_string_value(json_object_get(q->in, "serial"));
    struct bulk bulk = {w, w->staged_feed ? q->subject : sl(serial)};
    struct gate_req req = {.act = q->act, .subject = q->subject, .actor = actor_of(q), .in = q->in};
    if (w->n_staged) {
        req.bulk = bulk_put;
        req.ud = &bulk;
    }
    gate_act(w->g, &req, ans);
}

/* --- answers --- */
static slice reasons_of(struct world *w, const struct law_decision *d)
{
    struct buf b = BUF(2000);
    for (size_t i = 0; i < d->reasons; i++)
        buf_fmt(&b, "%s%s", i ? " " : "", law_pred[d->reason[i]].name);
    slice s = arena_sl(w->tmp, buf_slice(&b));
    buf_free(&b);
    return s;
}

static bool want_done(struct world *w, const struct asked *q, struct words *x, const struct gate_ans *ans)
{
    if (ans->err == E_REFUSED)
        return story_no(w, "%s が拒まれました: " PRIs, law_act[q->act].name, ARGs(reasons_of(w, &ans->d)));
    if (ans->err != E_OK)
        return story_no(w, "%s: %s: %s: %s", law_act[q->act].name, err_code(ans->err), ans->fault.where,
                        ans->fault.what);
    if (q->act == ACT_session_open && q->who)
        snprintf(q->who->session, sizeof q->who->session, "%s", ans->subject);
    if (!story_is(x, "->"))
        return story_end(w, x);
    for (bool first = true; x->at < x->n; first = false) {
        enum kind_id kind = first ? law_act[q->act].kind : law_kind_named(story_next(x));
        slice name = story_next(x), id = first ? sl(ans->subject) : SLN;
        if (name.n && name.p[name.n - 1] == ',')
            name.n--;
        for (size_t i = 0; !first && i < ans->made; i++)
            if (ans->other[i].kind == kind)
                id = sl(ans->other[i].id);
        if (!id.n || !name.n)
            return story_no(w, "%s は、そのような対象を作りませんでした。", law_act[q->act].name);
        if (!story_remember(w, name, kind, id))
            return false;
    }
    return true;
}

/* Exactly these conditions are missing, in any order. */
static bool want_refused(struct world *w, const struct asked *q, struct words *x, const struct gate_ans *ans)
{
    size_t n = 0;
    slice got = reasons_of(w, &ans->d);
    if (ans->err == E_OK)
        return story_no(w, "%s は拒まれませんでした。", law_act[q->act].name);
    if (ans->err != E_REFUSED)
        return story_no(w, "%s: 拒む判断でなく %s: %s: %s", law_act[q->act].name, err_code(ans->err), ans->fault.where,
                        ans->fault.what);
    if (!story_is(x, "because"))
        return story_no(w, "because 条件 … を書いてください（理由: " PRIs "）。", ARGs(got));
    for (; x->at < x->n; n++) {
        slice p = story_next(x);
        p.n -= p.p[p.n - 1] == ',';
        if (!law_words_have(got, p))
            return story_no(w, "%s の拒否の理由に " PRIs " がありません（理由: " PRIs "）。", law_act[q->act].name,
                            ARGs(p), ARGs(got));
        for (int i = 0; i < PRED_COUNT; i++)
            if (sl_is(p, law_pred[i].name))
                w->out->refused[q->act][i] = true;
    }
    if (n != ans->d.reasons)
        return story_no(w, "%s の拒否の理由がほかにもあります: " PRIs, law_act[q->act].name, ARGs(got));
    return ans->leaf >= 0 || story_no(w, "拒否が台帳に残っていません。");
}

/* The same bytes as for an id that nobody has. */
static bool want_absent(struct world *w, struct asked *q, struct words *x, const struct gate_ans *ans)
{
    struct gate_ans unknown;
    if (ans->err != E_ABSENT)
        return story_no(w, "%s: 該当なしでなく %s（" PRIs "）", law_act[q->act].name,
                        ans->err ? err_code(ans->err) : "できました", ARGs(reasons_of(w, &ans->d)));
    q->subject = SL(NOBODY);
    send(w, q, &unknown);
    if (unknown.err != ans->err || strcmp(unknown.fault.where, ans->fault.where) != 0 ||
        strcmp(unknown.fault.what, ans->fault.what) != 0)
        return story_no(w, "見えない対象への答えが、ない番号への答えと違います: %s / %s", ans->fault.what,
                        unknown.fault.what);
    return story_end(w, x);
}

static bool want_bad(struct world *w, const struct asked *q, struct words *x, const struct gate_ans *ans)
{
    slice field = story_is(x, "where") ? story_next(x) : SLN;
    if (ans->err == E_OK || ans->err == E_REFUSED || ans->leaf >= 0)
        return story_no(w, "%s: 入力の誤りになりませんでした（%s " PRIs "）。", law_act[q->act].name,
                        ans->err ? err_code(ans->err) : "ok", ARGs(reasons_of(w, &ans->d)));
    if (!field.n || !sl_is(field, ans->fault.where))
        return story_no(w, "%s: 誤りは %s にあります: %s", law_act[q->act].name, ans->fault.where, ans->fault.what);
    return ans->fault.what[0] && story_end(w, x);
}

static bool want_no_act(struct world *w, struct words *x, const struct gate_ans *ans)
{
    if (ans->err != E_ABSENT || ans->leaf >= 0 || strcmp(ans->fault.where, "act") != 0)
        return story_no(w, "ない手続への答えが違います: %s: %s", err_code(ans->err), ans->fault.what);
    return story_end(w, x);
}

static bool answer(struct world *w, struct asked *q, struct words *x, enum want want, const struct gate_ans *ans)
{
    switch (want) {
    case WANT_DONE:
        return want_done(w, q, x, ans);
    case WANT_REFUSED:
        return want_refused(w, q, x, ans);
    case WANT_ABSENT:
        return want_absent(w, q, x, ans);
    case WANT_BAD:
        return want_bad(w, q, x, ans);
    case WANT_NO_ACT:
        break;
    }
    return want_no_act(w, x, ans);
}

bool act_line(struct world *w, slice who, struct words *x, enum want want)
{
    struct asked q;
    struct gate_ans ans;
    bool ok = take_asked(w, who, x, want, &q);
    if (ok && q.who && q.act != ACT_session_open)
        ok = sign_in(w, q.who);
    if (ok) {
        w->before = expect_leaves(w);
        send(w, &q, &ans);
        w->size = expect_leaves(w);
        w->n_staged = 0;
        ok = answer(w, &q, x, want, &ans);
    }
    json_decref(q.in);
    return ok;
}

bool act_do(struct world *w, slice person, const char *act, slice subject, json_t *in, char id[UUID_LEN + 1])
{
    struct asked q = {.act = law_act_named(sl(act)), .subject = subject, .in = in};
    struct gate_ans ans;
    for (size_t i = 0; i < w->n_known; i++)
        if (w->known[i].kind == KIND_person && sl_eq(w->known[i].id, person))
            q.who = &w->known[i];
    if (!q.who)
        q.machine = person;
    bool ok = (!q.who || sign_in(w, q.who));
    if (ok) {
        send(w, &q, &ans);
        ok = want_done(w, &q, &(struct words){0}, &ans);
        w->n_staged = 0;
        if (id)
            snprintf(id, UUID_LEN + 1, "%s", ans.subject);
    }
    json_decref(in);
    return ok;
}

/* NAME: reads SUBJECT [purpose "…"] [-> READ]: what is shown is sealed by a leaf first. */
bool act_read(struct world *w, slice who, struct words *x)
{
    struct thing *p = story_thing(w, who), *t = story_thing(w, story_next(x));
    slice purpose = story_is(x, "purpose") ? story_next(x) : SLN;
    struct gate_person person;
    struct fault f = {0};
    int64_t leaf = -1;
    if (!p || !t || !sign_in(w, p))
        return false;
    if (!gate_person_load(w->r, p->id, w->tmp, &person))
        return story_no(w, PRIs "を読み込めません。", ARGs(who));
    struct view *v = view_new(w->r, &person, (struct gate_actor){.person = p->id, .session = sl(p->session)},
                              purpose.n ? arena_dup(w->tmp, purpose) : NULL,
                              arena_fmt(w->tmp, "%s/" PRIs, law_kind[t->kind].name, ARGs(t->id)), w->tmp);
    const struct gate_row *row = view_get(v, t->kind, t->id);
    if (!row)
        return story_no(w, PRIs "には " PRIs " が見えません。", ARGs(who), ARGs(t->name));
    w->before = expect_leaves(w);
    enum err e = view_seal(v, SL("page"), &leaf, &f);
    w->size = expect_leaves(w);
    if (story_is(x, "refused"))
        return (e == E_REFUSED || story_no(w, "開示が拒まれませんでした。")) && story_end(w, x);
    if (e != E_OK)
        return story_no(w, "開示できません: %s", f.what);
    return story_end(w, x);
}

/* NAME: exports EXPORT [refused]: the copy is made after the leaf of its release, and not otherwise. */
bool act_export(struct world *w, slice who, struct words *x)
{
    struct thing *p = story_thing(w, who), *t = story_thing(w, story_next(x));
    struct gate_person person;
    struct gate_copy copy = {.file = BUF(1 << 20)};
    struct gate_ans ans;
    if (!p || !t || !sign_in(w, p) || !gate_person_load(w->r, p->id, w->tmp, &person))
        return story_no(w, "exports: 人と持出しを書いてください。");
    bool refused = story_is(x, "refused");
    w->before = expect_leaves(w);
    gate_export(w->g, w->r, &person, (struct gate_actor){.person = p->id, .session = sl(p->session)}, t->id, &copy,
                &ans);
    w->size = expect_leaves(w);
    bool marked = buf_slice(&copy.file).n > 0 && memmem(copy.file.p, copy.file.n, person.name.p, person.name.n);
    slice why = reasons_of(w, &ans.d);
    buf_free(&copy.file);
    if (refused ? ans.err != E_REFUSED || marked : ans.err != E_OK || !marked)
        return story_no(w, "exports: %s " PRIs, err_code(ans.err), ARGs(why));
    return story_end(w, x);
}

/* --- feeds and matches --- */
static void stage(struct world *w, slice a, slice b, slice c, slice d, slice hashed)
{
    uint8_t h[SHA_LEN];
    char hex[65];
    struct staged *s = &w->staged[w->n_staged++];
    sha256(hashed, h);
    hex_of(h, sizeof h, hex);
    *s = (struct staged){{arena_sl(w->a, a), arena_sl(w->a, b), arena_sl(w->a, c), arena_sl(w->a, d)},
                         arena_sl(w->a, sl(hex))};
}

/* An advisory that only names its product: csaf:ID=CVE-…=?maker/product/version. */
static const char *stage_name_only(struct world *w, slice id, slice cve, slice said)
{
    slice maker, product, version;
    sl_cut(said, '/', &maker, &said);
    sl_cut(said, '/', &product, &version);
    return arena_fmt(w->tmp,
                     "{\"advisory\":{\"revision\":\"1\",\"vulnerabilities\":[{\"cve\":\"" PRIs
                     "\"}]},\"configs\":[],\"id\":\"" PRIs "\",\"modified\":1790000000000000,\"names\":[[\"" PRIs
                     "\",\"" PRIs "\"]],\"src\":\"csaf\",\"state\":\"published\",\"unresolved\":[{\"product\":\"" PRIs
                     "\",\"vendor\":\"" PRIs "\",\"version\":\"" PRIs "\",\"why\":\"name-only\"}]}",
                     ARGs(cve), ARGs(id), ARGs(maker), ARGs(product), ARGs(product), ARGs(maker), ARGs(version));
}

/* An advisory on one CVE: csaf:ID=CVE-…=a:vendor:product. */
static const char *stage_advisory(struct world *w, slice id, slice cve, slice product)
{
    return arena_fmt(w->tmp,
                     "{\"advisory\":{\"revision\":\"1\",\"vulnerabilities\":[{\"cve\":\"" PRIs
                     "\"}]},\"configs\":[{\"c\":[],\"m\":[[1,\"cpe:2.3:" PRIs
                     ":*:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]],\"neg\":0,\"op\":\"OR\"}],"
                     "\"id\":\"" PRIs "\",\"modified\":1790000000000000,\"src\":\"csaf\",\"state\":\"published\"}",
                     ARGs(cve), ARGs(product), ARGs(id));
}

/* CVE-… | CVE-…=0.42 (EPSS) | CVE-…=a:vendor:product (CVE5) | csaf:ID=CVE-…=a:vendor:product (CSAF) */
static bool stage_record(struct world *w, enum scn_feed kind, slice word)
{
    slice cve, value, of, product;
    int64_t permille = 0;
    const char *body;
    if (word.n && word.p[word.n - 1] == ',')
        word.n--;
    (void)sl_cut(word, '=', &cve, &value);
    if (kind == F_KEV)
        body = arena_fmt(w->tmp, "{\"id\":\"" PRIs "\",\"kev\":{\"dateAdded\":\"2026-10-01\"},\"src\":\"kev\"}",
                         ARGs(cve));
    else if (kind == F_EPSS && sl_starts(value, "0.") && value.n == 5 && sl_int((slice){value.p + 2, 3}, &permille))
        body = arena_fmt(
            w->tmp, "{\"epss\":{\"percentile\":500000000,\"score\":%" PRId64 "},\"id\":\"" PRIs "\",\"src\":\"epss\"}",
            permille * 1000000, ARGs(cve));
    else if (kind == F_CVE5 && value.n)
        body = arena_fmt(w->tmp,
                         "{\"configs\":[{\"c\":[],\"m\":[[1,\"cpe:2.3:" PRIs
                         ":*:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]],\"neg\":0,\"op\":\"OR\"}],"
                         "\"id\":\"" PRIs "\",\"modified\":1790000000000000,\"src\":\"cve5\",\"state\":\"published\"}",
                         ARGs(value), ARGs(cve));
    else if (kind == F_CSAF && sl_cut(value, '=', &of, &product))
        body = product.n && product.p[0] == '?' ? stage_name_only(w, cve, of, (slice){product.p + 1, product.n - 1})
                                                : stage_advisory(w, cve, of, product);
    else
        return story_no(w,
                        "KEV は CVE-…、EPSS は CVE-…=0.123、CVE5 は CVE-…=part:vendor:product、"
                        "CSAF は csaf:ID=CVE-…=part:vendor:product の形です: " PRIs,
                        ARGs(word));
    stage(w, cve, sl(body), SLN, SLN, sl(body));
    return true;
}

static bool stage_match(struct world *w, struct words *x)
{
    struct thing *asset = story_thing(w, story_next(x));
    slice vuln = story_next(x), level = story_next(x);
    if (!asset)
        return false;
    if (level.n && level.p[level.n - 1] == ',')
        level.n--;
    struct thing *c = story_known(w, vuln);
    slice v = c ? sl(arena_fmt(w->tmp, "case:" PRIs, ARGs(c->id))) : vuln, why = SL("{\"by\":\"scenario\"}");
    stage(w, asset->id, v, level, why,
          sl(arena_fmt(w->tmp, PRIs "\n" PRIs "\n" PRIs "\n" PRIs, ARGs(asset->id), ARGs(v), ARGs(level), ARGs(why))));
    return true;
}

static void stage_root(struct world *w)
{
    struct tree t = {0};
    for (size_t i = 0; i < w->n_staged; i++) {
        struct hash h;
        must(hex_to(w->staged[i].hash, h.b, HASH_LEN));
        tree_add(&t, &h);
    }
    struct hash root = tree_root(&t);
    hex_of(root.b, HASH_LEN, w->root);
}

static bool feed_kind_of(slice word, enum scn_feed *out)
{
    static const char *const name[] = {"KEV", "EPSS", "CVE5", "CSAF"};
    for (size_t i = 0; i < TB_COUNT(name); i++)
        if (sl_is(word, name[i])) {
            *out = (enum scn_feed)i;
            return true;
        }
    return false;
}

/* stage KEV|EPSS|CVE5|CSAF RECORD… | stage match ASSET CASE LEVEL[, …]: go beside the next act; root=(staged) is their
 * root.
 */
bool act_stage(struct world *w, struct words *x)
{
    slice what = story_next(x);
    enum scn_feed kind = F_KEV;
    w->n_staged = 0;
    w->staged_feed = feed_kind_of(what, &kind);
    if (!w->staged_feed && !sl_is(what, "match"))
        return story_no(w, "stage KEV、EPSS、CVE5、CSAF、match の形です。");
    while (x->at < x->n) {
        if (w->n_staged == STAGED_MAX)
            return story_no(w, "添える記録は%d までです。", STAGED_MAX);
        if (w->staged_feed ? !stage_record(w, kind, story_next(x)) : !stage_match(w, x))
            return false;
    }
    stage_root(w);
    return true;
}

/* feed KEV CVE-…: one whole import, feed.import … feed.finish. */
bool act_feed(struct world *w, struct words *x)
{
    char id[UUID_LEN + 1], hex[65];
    uint8_t h[SHA_LEN];
    slice format = x->at < x->n ? x->w[x->at] : SLN;
    sha256(sl(arena_fmt(w->tmp, PRIs "%zu", ARGs(w->file), w->line)), h);
    hex_of(h, sizeof h, hex);
    json_t *in = json_pack("{s:s%, s:s, s:s}", "format", format.p ? format.p : "", format.n, "file_hash", hex, "name",
                           "records");
    if (!act_do(w, SL("M_FEED"), "feed.import", SLN, in, id) || !act_stage(w, x))
        return false;
    json_int_t n = (json_int_t)w->n_staged;
    in = json_pack("{s:s, s:I, s:I, s:i, s:i, s:s}", "outcome", "DONE", "count_in", n, "accepted", n, "unchanged", 0,
                   "rejected", 0, "root", w->root);
    return act_do(w, SL("M_FEED"), "feed.finish", sl(id), in, NULL);
}

/* matched ASSET CASE|CVE LEVEL[, …]: one generation that changed these pairs. */
bool act_matched(struct world *w, struct words *x)
{
    struct dbrows n;
    struct fault f;
    w->n_staged = 0;
    w->staged_feed = false;
    while (x->at < x->n)
        if (w->n_staged == STAGED_MAX || !stage_match(w, x))
            return story_no(w, "matched 資産 事案 CONFIRMED[, …] の形です。");
    stage_root(w);
    if (db_run(w->db, Q_generation_next, NULL, 0, &n, w->tmp, &f) != E_OK)
        return story_no(w, "%s", f.what);
    json_int_t k = (json_int_t)w->n_staged;
    json_t *in =
        json_pack("{s:o, s:I, s:i, s:I, s:s}", "serial", json_string(arena_fmt(w->tmp, "%" PRId64, ROW(&n, 0, 0).i)),
                  "assets", k, "vulns", 1, "changed", k, "root", w->root);
    w->before = expect_leaves(w);
    bool ok = act_do(w, SL("M_MATCH"), "match.run", SLN, in, NULL);
    w->size = expect_leaves(w);
    return ok;
}

/* generation: the real engine over all that is in the store. */
bool act_generation(struct world *w, struct words *x)
{
    struct generation_report report;
    struct fault f = {0};
    struct dbrows due;
    w->before = expect_leaves(w);
    if (db_run(gate_reader_db(w->r), Q_match_dirty, NULL, 0, &due, w->tmp, &f) != E_OK)
        return story_no(w, "照合を待つものが分かりません: %s", f.what);
    bool waited = ROW(&due, 0, 0).i > ROW(&due, 0, 1).i;
    enum err e = generation_run(w->g, w->r, 1, &report, NULL, NULL, &f);
    w->size = expect_leaves(w);
    if (e == E_OK && report.changed > 0 && !waited) /* a server runs one only when something waits for it */
        return story_no(w, "照合は変わりましたが、何も照合を待っていませんでした（match_dirty）。");
    return (e == E_OK || story_no(w, "照合できません: %s", f.what)) && story_end(w, x);
}
