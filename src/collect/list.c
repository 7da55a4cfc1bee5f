/* 指定の一覧（経済安保推進法50①）: an adopted list is the whole list; what it no longer names has ended. */
#include "collect.h"

#include <string.h>

static slice designation_id(struct arena *a, slice operator_id, slice facility)
{
    uint8_t h[SHA_LEN];
    char hex[33];
    sha256_2(operator_id, facility, h);
    hex_of(h, 16, hex);
    return sl(arena_fmt(a, "d-%s", hex));
}

static struct val day_member(const json_t *o, const char *k)
{
    day_t day;
    const char *z = json_string_value(json_object_get(o, k));
    return z && day_parse(sl(z), &day) ? VI(day) : (struct val){0};
}

static enum err designate(struct gate_tx *tx, const json_t *o, slice *id, struct fault *f)
{
    struct gate_subject *s = arena_get(tx->arena, sizeof *s);
    slice op = arena_sl(tx->arena, sl(json_string_value(json_object_get(o, "operator"))));
    slice cls = arena_sl(tx->arena, sl(json_string_value(json_object_get(o, "facility_class"))));
    *id = designation_id(tx->arena, op, cls);
    enum err e = gate_subject_load(tx, KIND_designation, *id, s, f);
    if (e)
        return e;
    s->f[N_operator] = VT(op);
    s->f[N_facility_class] = VT(cls);
    s->f[N_designated_on] = day_member(o, "designated_on");
    s->f[N_list_changed_on] = day_member(o, "list_changed_on");
    s->f[N_ended_on] = day_member(o, "ended_on");
    s->f[N_by_succession] = VI(json_is_true(json_object_get(o, "by_succession")));
    s->state = s->f[N_ended_on].t == VAL_INT ? ST_ENDED : ST_DESIGNATED;
    return gate_subject_save(tx, KIND_designation, s, f);
}

static enum err end_absent(struct gate_tx *tx, const slice *kept, size_t n, struct fault *f)
{
    struct dbrows live;
    struct gate_subject *s = arena_get(tx->arena, sizeof *s);
    enum err e = db_run(tx->db, Q_designations_live, NULL, 0, &live, tx->arena, f);
    for (size_t i = 0; !e && i < live.rows; i++) {
        bool keep = false;
        for (size_t k = 0; !keep && k < n; k++)
            keep = sl_eq(ROW(&live, i, 0).s, kept[k]);
        if (keep)
            continue;
        e = gate_subject_load(tx, KIND_designation, ROW(&live, i, 0).s, s, f);
        s->state = ST_ENDED;
        s->f[N_ended_on] = VI(day_of_instant(tx->now));
        if (!e)
            e = gate_subject_save(tx, KIND_designation, s, f);
    }
    return e;
}

static enum err list_decide(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f)
{
    (void)c;
    if (c->outcome != ST_ADOPTED || !sl_is(row[N_list_kind].s, "DESIGNATION"))
        return E_OK;
    json_t *rows = json_loadb(row[N_rows].s.p, row[N_rows].s.n, 0, NULL), *o;
    slice *kept = arena_arr(tx->arena, slice, json_array_size(rows) + 1);
    enum err e = E_OK;
    size_t i;
    json_array_foreach(rows, i, o) if (!e) e = designate(tx, o, &kept[i], f);
    if (!e)
        e = end_absent(tx, kept, json_array_size(rows), f);
    json_decref(rows);
    return e;
}

void collect_list_effects(void);
void collect_list_effects(void)
{
    gate_effect(ACT_list_decide, list_decide);
}
