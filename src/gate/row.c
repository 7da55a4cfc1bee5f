/* Subjects as rows: columns to values and back. */
#include "gate_int.h"

#include <string.h>

const struct kind_query kind_query[KIND_COUNT] = {
#define X(k)                                                                                                           \
    [KIND_##k] = {Q_kind_get_##k,   Q_kind_put_##k,  Q_kind_set_##k, Q_kind_list_##k,                                  \
                  Q_kind_since_##k, Q_kind_dump_##k, Q_kind_ids_##k},
    LAW_KINDS(X)
#undef X
};
static const enum query twin_query[KIND_COUNT] = {
#define X(k) [KIND_##k] = Q_kind_twin_##k,
    LAW_KINDS_WITH_ID(X)
#undef X
};
const struct child_query child_query[CHILD_COUNT] = {
#define X(c) [CHILD_##c] = {Q_child_put_##c, Q_child_list_##c, Q_child_dump_##c},
    LAW_CHILDREN(X)
#undef X
};

enum query kind_twin(enum kind_id k)
{
    return law_kind[k].ids ? twin_query[k] : Q_COUNT;
}

slice json_canon(const json_t *j, struct arena *a)
{
    char *z = json_dumps(j, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    must(z);
    slice s = arena_sl(a, sl(z));
    free(z);
    return s;
}

json_t *val_json(struct val v)
{
    json_t *list;
    switch (v.t) {
    case VAL_INT:
        return json_integer(v.i);
    case VAL_TEXT:
        return json_stringn(v.s.p ? v.s.p : "", v.s.n);
    case VAL_LIST:
        list = json_array();
        for (size_t i = 0; i < v.n; i++)
            json_array_append_new(list, val_json(v.v[i]));
        return list;
    default:
        return json_null();
    }
}

struct val val_of_json(const json_t *j, struct arena *a)
{
    if (json_is_integer(j))
        return VI(json_integer_value(j));
    if (json_is_boolean(j))
        return VI(json_is_true(j));
    if (json_is_string(j))
        return VT(arena_sl(a, ((slice){json_string_value(j), json_string_length(j)})));
    if (json_is_array(j)) {
        size_t n = json_array_size(j);
        struct val *v = arena_arr(a, struct val, n + 1);
        for (size_t i = 0; i < n; i++)
            v[i] = val_of_json(json_array_get(j, i), a);
        return (struct val){.t = VAL_LIST, .v = v, .n = n};
    }
    return (struct val){0};
}

struct dbval val_db(struct val v, struct arena *a)
{
    switch (v.t) {
    case VAL_INT:
        return DBI(v.i);
    case VAL_TEXT:
        return DBT(v.s);
    case VAL_LIST: {
        json_t *j = val_json(v);
        slice s = json_canon(j, a);
        json_decref(j);
        return DBT(s);
    }
    default:
        return DBNULL;
    }
}

struct val val_of_db(const struct dbval *v)
{
    if (v->t == DB_INT)
        return VI(v->i);
    if (v->t == DB_TEXT || v->t == DB_BLOB)
        return VT(v->s);
    return (struct val){0};
}

static struct val column(const struct law_field *f, const struct dbval *v, struct arena *a)
{
    struct val out = val_of_db(v);
    if (f->type == FT_IDS && out.t == VAL_TEXT) {
        json_t *j = json_loadb(out.s.p, out.s.n, 0, NULL);
        out = j ? val_of_json(j, a) : (struct val){0};
        json_decref(j);
    }
    return out;
}

void row_take(enum kind_id k, const struct dbval *v, struct arena *a, struct rowbuf *out)
{
    out->id = v[COL_ID].s;
    out->state = law_state_named(v[COL_STATE].s);
    out->label = v[COL_LABEL].s;
    out->made = v[COL_MADE].i;
    out->moved = v[COL_MOVED].i;
    out->leaf = v[COL_LEAF].i;
    for (size_t i = 0; i < law_kind[k].fields; i++) {
        const struct law_field *f = &law_field[law_kind[k].field[i]];
        out->f[f->id] = column(f, &v[COL_FIELDS + i], a);
    }
}

enum err row_load(struct db *d, enum kind_id k, slice id, struct arena *a, struct rowbuf *out, struct fault *f)
{
    struct dbrows r;
    enum err e = db_run(d, kind_query[k].get, (struct dbval[]){DBT(id)}, 1, &r, a, f);
    if (e)
        return e;
    if (r.rows == 0)
        return fault_set(f, E_ABSENT, law_kind[k].name, "該当するものがありません。番号を確かめてください。");
    row_take(k, r.v, a, out);
    if (out->state == ST_COUNT)
        return fault_set(f, E_CORRUPT, law_kind[k].name, "知らない状態の記録があります: " PRIs, ARGs(id));
    return E_OK;
}

enum err row_write(struct db *d, enum kind_id k, const struct rowbuf *r, bool fresh, struct arena *a, struct fault *f)
{
    struct dbval v[COL_FIELDS + LAW_MAX_FIELDS] = {DBT(r->id),
                                                   DBT(sl(law_state_name[r->state])),
                                                   DBT(r->label.p ? r->label : SL("")),
                                                   DBI(r->made),
                                                   DBI(r->moved),
                                                   DBI(r->leaf)};
    size_t n = law_kind[k].fields;
    for (size_t i = 0; i < n; i++)
        v[COL_FIELDS + i] = val_db(r->f[law_field[law_kind[k].field[i]].id], a);
    return db_run(d, fresh ? kind_query[k].put : kind_query[k].set, v, COL_FIELDS + n, NULL, a, f);
}

enum err child_write(struct db *d, enum child_id c, int64_t leaf, slice parent, slice label, const struct val *f,
                     struct arena *a, struct fault *fault)
{
    struct dbval v[3 + LAW_MAX_FIELDS] = {DBI(leaf), DBT(parent), DBT(label)};
    size_t n = law_child[c].fields;
    for (size_t i = 0; i < n; i++)
        v[3 + i] = val_db(f[law_field[law_child[c].field[i]].id], a);
    return db_run(d, child_query[c].put, v, 3 + n, NULL, a, fault);
}

enum err gate_subject_load(struct gate_tx *tx, enum kind_id k, slice id, struct gate_subject *out, struct fault *f)
{
    struct rowbuf *r = arena_get(tx->arena, sizeof *r);
    enum err e = row_load(tx->db, k, id, tx->arena, r, f);
    memset(out, 0, sizeof *out);
    out->id = id;
    if (e == E_ABSENT)
        return E_OK;
    if (e)
        return e;
    out->found = true;
    out->label = r->label;
    out->state = r->state;
    memcpy(out->f, r->f, sizeof out->f);
    return E_OK;
}

enum err gate_subject_save(struct gate_tx *tx, enum kind_id k, const struct gate_subject *s, struct fault *f)
{
    struct rowbuf *r = arena_get(tx->arena, sizeof *r);
    enum err e = s->found ? row_load(tx->db, k, s->id, tx->arena, r, f) : E_OK;
    if (e)
        return e;
    if (!s->found)
        r->made = tx->now;
    r->id = s->id;
    r->label = s->label;
    r->state = s->state;
    r->moved = tx->now;
    r->leaf = tx->leaf;
    memcpy(r->f, s->f, sizeof r->f);
    return row_write(tx->db, k, r, !s->found, tx->arena, f);
}

json_t *gate_value_json(const struct law_field *f, struct val v)
{
    json_t *j = NULL;
    char day[11], t[33];
    if (f->type == FT_DAY && v.t == VAL_INT) {
        day_iso((day_t)v.i, day);
        j = json_string(day);
    } else if (f->type == FT_TIME && v.t == VAL_INT) {
        instant_iso(v.i, t);
        j = json_string(t);
    } else if (f->type == FT_BOOL && v.t == VAL_INT) {
        j = json_boolean(v.i);
    } else if (f->type == FT_JSON && v.t == VAL_TEXT) {
        j = json_loadb(v.s.p, v.s.n, JSON_DECODE_ANY, NULL);
    }
    return j ? j : val_json(v);
}

json_t *gate_row_json(const struct gate_row *row)
{
    json_t *o = json_object();
    json_object_set_new(o, "id", json_stringn(row->id.p, row->id.n));
    json_object_set_new(o, "state", json_string(law_state_name[row->state]));
    json_object_set_new(o, "leaf", json_integer(row->leaf));
    char t[33];
    instant_iso(row->made, t);
    json_object_set_new(o, "made", json_string(t));
    instant_iso(row->moved, t);
    json_object_set_new(o, "moved", json_string(t));
    for (size_t i = 0; i < law_kind[row->kind].fields; i++) {
        const struct law_field *f = &law_field[law_kind[row->kind].field[i]];
        if (row->f[f->id].t != VAL_NONE)
            json_object_set_new(o, f->name, gate_value_json(f, row->f[f->id]));
    }
    return o;
}
