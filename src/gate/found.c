/* Leaf 0: the founding file, signed by two holders (exercise: by the exercise key), on an empty ledger only. */
#include "gate_int.h"

#include <string.h>

/* What the holders sign. */
static slice founding_text(const json_t *doc, struct arena *a)
{
    uint8_t h[SHA_LEN];
    char hex[65];
    sha256(json_canon(doc, a), h);
    hex_of(h, sizeof h, hex);
    return sl(arena_fmt(a, "tobuhi founding\n%s\n", hex));
}

static bool signed_by(const struct note_verifier *v, slice text, const json_t *notes)
{
    struct fault f;
    size_t i;
    json_t *n;
    json_array_foreach(notes, i, n)
    {
        slice got;
        if (json_is_string(n) && note_open(sl(json_string_value(n)), v, &got, &f) == E_OK && sl_eq(got, text))
            return true;
    }
    return false;
}

/* Two holders are two keys: whoever is named twice, under whatever names, counts once. */
static int64_t holders_signed(const json_t *holders, slice text, const json_t *notes, struct arena *a)
{
    struct note_verifier *v = arena_arr(a, struct note_verifier, json_array_size(holders) + 1);
    struct fault f;
    size_t n = 0, i, k;
    json_t *h;
    json_array_foreach(holders, i, h)
    {
        if (!json_is_string(h) || note_verifier_parse(sl(json_string_value(h)), &v[n], &f) != E_OK ||
            !signed_by(&v[n], text, notes))
            continue;
        for (k = 0; k < n && memcmp(v[k].pub, v[n].pub, sizeof v[n].pub) != 0; k++)
            continue;
        n += k == n;
    }
    return (int64_t)n;
}

/* How many of the holders that the file names have signed it. In the exercise its own key stands for both. */
int64_t founding_signatures(struct run *r)
{
    struct val d = r->in[N_founding_doc], s = r->in[N_signatures];
    json_t *doc = d.t == VAL_TEXT ? json_loadb(d.s.p, d.s.n, 0, NULL) : NULL,
           *notes = s.t == VAL_TEXT ? json_loadb(s.s.p, s.s.n, 0, NULL) : NULL;
    int64_t n = 0;
    if (doc && json_is_array(notes)) {
        slice text = founding_text(doc, r->a);
        if (r->exercise && r->founder)
            n = signed_by(r->founder, text, notes) ? 2 : 0;
        else
            n = holders_signed(json_object_get(doc, "holders"), text, notes, r->a);
    }
    json_decref(doc);
    json_decref(notes);
    return n;
}

/* One founding row: fields by name, as the fields of the kind allow. */
static enum err row_found(struct gate_tx *tx, enum kind_id k, enum state_id state, const json_t *o, const char *label,
                          struct fault *f)
{
    struct rowbuf *r = arena_get(tx->arena, sizeof *r);
    const char *id = json_string_value(json_object_get(o, "id"));
    if (!id || !uuid_ok(sl(id)))
        return fault_set(f, E_FIELD, law_kind[k].name, "創設の書面の %s に、正しい id（UUID）がありません。",
                         law_kind[k].ja);
    r->id = arena_sl(tx->arena, sl(id));
    r->state = state;
    r->label = sl(label);
    r->made = r->moved = tx->now;
    r->leaf = tx->leaf;
    for (size_t i = 0; i < law_kind[k].fields; i++) {
        const struct law_field *fd = &law_field[law_kind[k].field[i]];
        const json_t *v = json_object_get(o, fd->name);
        enum err e = v && !json_is_null(v) ? gate_field_parse(fd, v, tx->arena, &r->f[fd->id], f) : E_OK;
        if (e)
            return e;
    }
    return row_write(tx->db, k, r, true, tx->arena, f);
}

enum err found_effect(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f)
{
    static const struct {
        const char *list;
        enum kind_id kind;
        const char *label;
    } part[] = {{"orgs", KIND_org, ""}, {"persons", KIND_person, "S"}, {"grants", KIND_grant, ""}};
    struct val d = c->in[N_founding_doc];
    json_t *doc = json_loadb(d.s.p, d.s.n, 0, NULL), *o;
    enum err e = E_OK;
    size_t i;
    for (size_t k = 0; k < TB_COUNT(part); k++)
        json_array_foreach(json_object_get(doc, part[k].list), i, o) if (!e) e =
            row_found(tx, part[k].kind, ST_ACTIVE, o, part[k].label, f);
    json_decref(doc);
    uint8_t h[SHA_LEN];
    char *hex = arena_get(tx->arena, 65);
    sha256(d.s, h);
    hex_of(h, sizeof h, hex);
    row[N_founding] = VT(sl(hex));
    return e;
}

enum err gate_founding_sign(const json_t *founding, const struct note_key *key, struct buf *note, struct fault *f)
{
    json_t *doc = json_deep_copy(founding);
    struct arena *a = arena_new((size_t)8 << 20);
    json_object_del(doc, "signatures");
    enum err e = note_sign(founding_text(doc, a), &key, 1, note, f);
    arena_free(a);
    json_decref(doc);
    return e;
}

enum err gate_found(struct gate *g, const json_t *founding, struct fault *f)
{
    json_t *doc = json_deep_copy(founding), *in = json_object(), *notes = json_object_get(founding, "signatures");
    struct arena *a = arena_new(8 << 20);
    json_t *own = NULL;
    struct buf note = BUF(NOTE_MAX);
    enum err e = files_open(g, true, f);
    json_object_del(doc, "signatures");
    if (!e && g->cfg.exercise && !notes) {
        const struct note_key *key = g->key;
        e = note_sign(founding_text(doc, a), &key, 1, &note, f);
        own = json_pack("[s]", note.p ? note.p : "");
        notes = own;
    }
    buf_free(&note);
    if (e) {
        json_decref(own);
        json_decref(doc);
        json_decref(in);
        arena_free(a);
        return e;
    }
    const char *name = json_string_value(json_object_get(doc, "name"));
    json_object_set_new(in, "realm", json_string(g->cfg.exercise ? "EXERCISE" : "REAL"));
    json_object_set_new(in, "name", json_string(name ? name : "Tobuhi"));
    json_object_set_new(in, "founding_doc", doc);
    json_object_set(in, "signatures", notes ? notes : json_null());
    if (own)
        json_decref(own);
    struct gate_req req = {.act = ACT_store_found, .actor.person = SL("M_GENESIS"), .in = in};
    struct gate_ans ans;
    gate_act(g, &req, &ans);
    json_decref(in);
    arena_free(a);
    *f = ans.fault;
    return ans.err;
}
