/* The leaf: what the ledger hashes (entry), and what was decided on (body), which the entry commits to. */
#include "gate_int.h"

#include <string.h>

#ifndef TOBUHI_VERSION
#define TOBUHI_VERSION "0"
#endif

static json_t *text(slice s)
{
    return json_stringn(s.p ? s.p : "", s.n);
}

static json_t *actor_json(const struct run *r)
{
    const struct law_actor *a = &r->c.actor;
    json_t *o = json_object(), *roles = json_array();
    const struct {
        const char *k;
        slice v;
    } part[] = {{"org", a->org},   {"st", a->state},  {"ost", a->org_state}, {"ok", a->org_kind},
                {"body", a->body}, {"acks", a->acks}, {"sec", a->sectors}};
    for (size_t i = 0; i < TB_COUNT(part); i++)
        if (part[i].v.n)
            json_object_set_new(o, part[i].k, text(part[i].v));
    for (int i = 0; i < ROLE_COUNT; i++)
        if (a->roles >> i & 1)
            json_array_append_new(roles, json_string(law_role[i].name));
    json_object_set_new(o, "roles", roles);
    return o;
}

static json_t *ids_json(const struct idlist *l)
{
    json_t *a = json_array();
    for (size_t i = 0; i < l->n; i++)
        json_array_append_new(a, text(l->v[i]));
    return a;
}

slice run_body(struct run *r)
{
    json_t *o = json_object(), *in = json_object(), *facts = json_object(), *sides = json_array(), *why = json_array();
    for (size_t i = 0; i < r->act->ins; i++) {
        const struct law_field *f = &law_field[r->act->in[i].field];
        if (r->in[f->id].t != VAL_NONE)
            json_object_set_new(in, f->name, val_json(r->in[f->id]));
    }
    if (r->c.outcome != ST_NONE)
        json_object_set_new(in, "outcome", json_string(law_state_name[r->c.outcome]));
    for (int i = 0; i < FACT_COUNT; i++)
        if (r->known[i])
            json_object_set_new(facts, law_fact[i].name, val_json(r->fact[i]));
    for (size_t i = 0; i < r->act->sides; i++)
        json_array_append_new(sides, ids_json(&r->side[i]));
    for (size_t i = 0; i < r->d.reasons; i++)
        json_array_append_new(why, json_string(law_pred[r->d.reason[i]].name));
    json_object_set_new(o, "a", actor_json(r));
    json_object_set_new(o, "in", in);
    json_object_set_new(o, "f", facts);
    json_object_set_new(o, "sides", sides);
    json_object_set_new(o, "why", why);
    json_object_set_new(o, "new", json_boolean(!r->exists));
    json_object_set_new(o, "vis", json_boolean(r->c.visible));
    json_object_set_new(o, "live", json_boolean(r->c.live));
    slice s = json_canon(o, r->a);
    json_decref(o);
    return s;
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
    json_t *o = json_object();
    unsigned mask = label_mask(sl(r->label));
    json_object_set_new(o, "v", json_integer(1));
    json_object_set_new(o, "at", json_integer(r->now));
    json_object_set_new(o, "act", json_string(r->act->name));
    json_object_set_new(o, "article", json_string(r->act->basis));
    json_object_set_new(o, "kind", json_string(law_kind[r->act->kind].name));
    json_object_set_new(o, "subject", text(r->subject_id));
    json_object_set_new(o, "who", text(r->c.actor.person));
    json_object_set_new(o, "role", json_string(r->d.role == ROLE_COUNT ? "" : law_role[r->d.role].name));
    json_object_set_new(o, "ok", json_boolean(r->d.allowed));
    json_object_set_new(o, "from", json_string(law_state_name[r->before.state]));
    json_object_set_new(o, "to", json_string(law_state_name[r->d.allowed ? r->d.to : r->before.state]));
    json_object_set_new(o, "label",
                        json_string(mask & LABEL_T   ? (mask & LABEL_S ? "TS" : "T")
                                    : mask & LABEL_S ? "S"
                                                     : ""));
    json_object_set_new(o, "law", json_stringn(law_image_hash, 16));
    json_object_set_new(o, "program", json_string(TOBUHI_VERSION));
    json_object_set_new(o, "realm", json_string(r->exercise ? "exercise" : "real"));
    json_object_set_new(o, "commit", json_string(commit_hex));
    slice s = json_canon(o, r->a);
    json_decref(o);
    return s;
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
