/* The leaf: what the ledger hashes (entry), and what was decided on (body), which the entry commits to. */
#include "gate_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef TOBUHI_VERSION
#define TOBUHI_VERSION "0"
#endif

/* Both are written once an act, and their bytes are what is hashed: compact JSON with its keys in order, put together
 * here without a tree in between. Replay holds every entry against this, byte for byte. */
#define TEXT_MAX ((size_t)256 << 20)

static void put_text(struct buf *b, slice s)
{
    static const char sign[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    size_t from = 0;
    buf_chr(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(b, s.p + from, i - from);
        from = i + 1;
        const char *known = c ? strchr(sign, c) : NULL;
        if (known)
            buf_add(b, (char[]){'\\', letter[known - sign]}, 2);
        else
            buf_fmt(b, "\\u%04X", c);
    }
    buf_add(b, s.p ? s.p + from : "", s.n - from);
    buf_chr(b, '"');
}

static void put_int(struct buf *b, int64_t i)
{
    char text[24];
    buf_add(b, text, (size_t)snprintf(text, sizeof text, "%" PRId64, i));
}

static void put_val(struct buf *b, const struct val *v)
{
    switch (v->t) {
    case VAL_INT:
        put_int(b, v->i);
        break;
    case VAL_TEXT:
        put_text(b, v->s);
        break;
    case VAL_LIST:
        buf_chr(b, '[');
        for (size_t i = 0; i < v->n; i++) {
            if (i)
                buf_chr(b, ',');
            put_val(b, &v->v[i]);
        }
        buf_chr(b, ']');
        break;
    default:
        buf_str(b, "null");
    }
}

/* A member of an object: the first follows its brace, the others a comma. Keys are plain words of ours. */
static void put_key(struct buf *b, const char *key)
{
    if (b->p[b->n - 1] != '{')
        buf_chr(b, ',');
    buf_chr(b, '"');
    buf_str(b, key);
    buf_str(b, "\":");
}

static void put_member(struct buf *b, const char *key, slice s)
{
    put_key(b, key);
    put_text(b, s);
}

static void put_bool(struct buf *b, const char *key, bool x)
{
    put_key(b, key);
    buf_str(b, x ? "true" : "false");
}

struct member {
    const char *key;
    struct val v;
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void put_members(struct buf *b, const char *key, struct member *m, size_t n)
{
    qsort(m, n, sizeof *m, by_key);
    put_key(b, key);
    buf_chr(b, '{');
    for (size_t i = 0; i < n; i++) {
        put_key(b, m[i].key);
        put_val(b, &m[i].v);
    }
    buf_chr(b, '}');
}

static void put_actor(struct buf *b, const struct law_actor *a)
{
    const struct {
        const char *k;
        slice v;
    } part[] = {{"acks", a->acks},     {"body", a->body}, {"ok", a->org_kind}, {"org", a->org},
                {"ost", a->org_state}, {"roles", SLN},    {"sec", a->sectors}, {"st", a->state}};
    put_key(b, "a");
    buf_chr(b, '{');
    for (size_t i = 0; i < TB_COUNT(part); i++) {
        if (part[i].v.n)
            put_member(b, part[i].k, part[i].v);
        if (part[i].k[0] != 'r')
            continue;
        put_key(b, part[i].k);
        buf_chr(b, '[');
        for (int r = 0; r < ROLE_COUNT; r++) {
            if (!(a->roles >> r & 1))
                continue;
            if (b->p[b->n - 1] != '[')
                buf_chr(b, ',');
            put_text(b, sl(law_role[r].name));
        }
        buf_chr(b, ']');
    }
    buf_chr(b, '}');
}

static void put_ids(struct buf *b, const struct idlist *l)
{
    buf_chr(b, '[');
    for (size_t i = 0; i < l->n; i++) {
        if (i)
            buf_chr(b, ',');
        put_text(b, l->v[i]);
    }
    buf_chr(b, ']');
}

static size_t inputs_of(const struct run *r, struct member *m)
{
    size_t n = 0;
    for (size_t i = 0; i < r->act->ins; i++) {
        const struct law_field *f = &law_field[r->act->in[i].field];
        if (r->in[f->id].t != VAL_NONE)
            m[n++] = (struct member){f->name, r->in[f->id]};
    }
    if (r->c.outcome != ST_NONE)
        m[n++] = (struct member){"outcome", VT(sl(law_state_name[r->c.outcome]))};
    return n;
}

static size_t facts_of(const struct run *r, struct member *m)
{
    size_t n = 0;
    for (int i = 0; i < FACT_COUNT; i++)
        if (r->known[i])
            m[n++] = (struct member){law_fact[i].name, r->fact[i]};
    return n;
}

static slice taken(struct buf *b, struct arena *a)
{
    must(!b->over);
    slice s = arena_sl(a, buf_slice(b));
    buf_free(b);
    return s;
}

slice run_body(struct run *r)
{
    struct buf b = BUF(TEXT_MAX);
    struct member m[FACT_COUNT + LAW_MAX_FIELDS + 1];
    must(r->act->ins <= LAW_MAX_FIELDS);
    buf_chr(&b, '{');
    put_actor(&b, &r->c.actor);
    put_members(&b, "f", m, facts_of(r, m));
    put_members(&b, "in", m, inputs_of(r, m));
    put_bool(&b, "live", r->c.live);
    put_bool(&b, "new", !r->exists);
    put_key(&b, "sides");
    buf_chr(&b, '[');
    for (size_t i = 0; i < r->act->sides; i++) {
        if (i)
            buf_chr(&b, ',');
        put_ids(&b, &r->side[i]);
    }
    buf_chr(&b, ']');
    put_bool(&b, "vis", r->c.visible);
    put_key(&b, "why");
    buf_chr(&b, '[');
    for (size_t i = 0; i < r->d.reasons; i++) {
        if (i)
            buf_chr(&b, ',');
        put_text(&b, sl(law_pred[r->d.reason[i]].name));
    }
    buf_str(&b, "]}");
    return taken(&b, r->a);
}

bool run_commit(slice salt_hex, slice body, char out[65])
{
    uint8_t key[32], mac[SHA_LEN];
    if (!hex_to(salt_hex, key, sizeof key))
        return false;
    hmac_sha256(key, body, mac);
    hex_of(mac, sizeof mac, out);
    return true;
}

slice run_entry(struct run *r, const char *commit_hex)
{
    struct buf b = BUF(TEXT_MAX);
    unsigned mask = label_mask(sl(r->label));
    buf_chr(&b, '{');
    put_member(&b, "act", sl(r->act->name));
    put_member(&b, "article", sl(r->act->basis));
    put_key(&b, "at");
    put_int(&b, r->now);
    put_member(&b, "commit", sl(commit_hex));
    put_member(&b, "from", sl(law_state_name[r->before.state]));
    put_member(&b, "kind", sl(law_kind[r->act->kind].name));
    put_member(&b, "label", sl(mask & LABEL_T ? (mask & LABEL_S ? "TS" : "T") : mask & LABEL_S ? "S" : ""));
    put_member(&b, "law", (slice){law_image_hash, 16});
    put_bool(&b, "ok", r->d.allowed);
    put_member(&b, "program", SL(TOBUHI_VERSION));
    put_member(&b, "realm", sl(r->exercise ? "exercise" : "real"));
    put_member(&b, "role", sl(r->d.role == ROLE_COUNT ? "" : law_role[r->d.role].name));
    put_member(&b, "subject", r->subject_id);
    put_member(&b, "to", sl(law_state_name[r->d.allowed ? r->d.to : r->before.state]));
    put_key(&b, "v");
    buf_chr(&b, '1');
    put_member(&b, "who", r->c.actor.person);
    buf_chr(&b, '}');
    return taken(&b, r->a);
}

/* --- the other way: a run as it was, for replay --- */
static slice member(const json_t *o, const char *k, struct arena *a)
{
    const json_t *v = json_object_get(o, k);
    return json_is_string(v) ? arena_sl(a, ((slice){json_string_value(v), json_string_length(v)})) : SLN;
}

static void actor_take(struct run *r, const json_t *o, slice who)
{
    struct law_actor *a = &r->c.actor;
    json_t *x;
    size_t i;
    *a = (struct law_actor){.person = who,
                            .org = member(o, "org", r->a),
                            .state = member(o, "st", r->a),
                            .org_state = member(o, "ost", r->a),
                            .org_kind = member(o, "ok", r->a),
                            .body = member(o, "body", r->a),
                            .acks = member(o, "acks", r->a),
                            .sectors = member(o, "sec", r->a)};
    json_array_foreach(json_object_get(o, "roles"), i, x)
    {
        enum role_id role = law_role_named(sl(json_string_value(x)));
        if (role != ROLE_COUNT)
            a->roles |= UINT64_C(1) << role;
    }
}

static void facts_take(struct run *r, const json_t *o)
{
    for (int i = 0; i < FACT_COUNT; i++) {
        const json_t *v = json_object_get(o, law_fact[i].name);
        r->known[i] = v != NULL;
        if (v)
            r->fact[i] = val_of_json(v, r->a);
    }
}

static void inputs_take(struct run *r, const json_t *o)
{
    for (size_t i = 0; i < r->act->ins; i++) {
        const struct law_field *f = &law_field[r->act->in[i].field];
        const json_t *v = json_object_get(o, f->name);
        if (v)
            r->in[f->id] = val_of_json(v, r->a);
    }
    const json_t *out = json_object_get(o, "outcome");
    if (json_is_string(out))
        r->c.outcome = law_state_named(sl(json_string_value(out)));
}

enum err run_from_body(struct run *r, const json_t *entry, const json_t *body)
{
    json_t *list, *x;
    size_t i, k;
    r->replaying = true;
    r->subject_id = member(entry, "subject", r->a);
    r->c.subject = r->subject_id;
    r->now = json_integer_value(json_object_get(entry, "at"));
    r->c.now = r->now;
    r->c.today = day_of_instant(r->now);
    r->exercise = sl_is(member(entry, "realm", r->a), "exercise");
    r->exists = !json_is_true(json_object_get(body, "new"));
    r->c.visible = json_is_true(json_object_get(body, "vis"));
    r->c.live = json_is_true(json_object_get(body, "live"));
    actor_take(r, json_object_get(body, "a"), member(entry, "who", r->a));
    facts_take(r, json_object_get(body, "f"));
    inputs_take(r, json_object_get(body, "in"));
    json_array_foreach(json_object_get(body, "sides"), i, list)
    {
        if (i >= GATE_SIDES)
            break;
        r->side[i].v = arena_arr(r->a, slice, json_array_size(list) + 1);
        json_array_foreach(list, k, x) r->side[i].v[r->side[i].n++] = arena_sl(r->a, sl(json_string_value(x)));
    }
    enum err e = E_OK;
    if (r->exists)
        e = row_load(r->db, r->act->kind, r->subject_id, r->a, &r->before, r->f);
    r->c.state = r->exists ? r->before.state : ST_NONE;
    r->before.state = r->c.state;
    if (e || !r->c.visible)
        return e;
    e = run_rows(r);
    if (!e)
        e = run_sets(r, true);
    r->c.inputs_ok = !e;
    return e;
}
