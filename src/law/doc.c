#include "doc.h"

#include <string.h>

static json_t *day_json(day_t d)
{
    char z[11];
    if (d == DAY_NONE)
        return json_null();
    day_iso(d, z);
    return json_string(z);
}

static json_t *names(const enum role_id *v, size_t n)
{
    json_t *a = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(a, json_string(law_role[v[i]].name));
    return a;
}

static json_t *states(const enum state_id *v, size_t n)
{
    json_t *a = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(a, json_string(law_state_name[v[i]]));
    return a;
}

static const char *type_name(enum field_type t)
{
    static const char *const name[] = {"text", "long", "day", "time", "int",  "bool",
                                       "enum", "id",   "ids", "hash", "json", "texts"};
    return name[t];
}

static json_t *inputs(const struct law_act *a)
{
    json_t *list = json_array();
    for (size_t i = 0; i < a->ins; i++) {
        const struct law_field *f = &law_field[a->in[i].field];
        json_t *o = json_pack("{s:s, s:s, s:s, s:b}", "name", f->name, "title", f->ja, "type", type_name(f->type),
                              "required", a->in[i].required);
        if (f->max)
            json_object_set_new(o, "max", json_integer(f->max));
        if (f->options) {
            json_t *e = json_object();
            for (size_t k = 0; k < f->options; k++)
                json_object_set_new(e, f->option[k].name, json_string(f->option[k].ja));
            json_object_set_new(o, "options", e);
        }
        if (f->hint)
            json_object_set_new(o, "hint", json_string(f->hint));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *conditions(const struct law_act *a)
{
    json_t *list = json_array();
    for (size_t i = 0; i < a->conds; i++) {
        const struct law_cond *c = &a->cond[i];
        json_t *o = json_pack("{s:s, s:s, s:s}", "name", law_pred[c->pred].name, "text", law_pred[c->pred].ja,
                              "way_out", law_pred[c->pred].todo);
        if (c->act)
            json_object_set_new(o, "act", json_string(c->act));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *ticks(const struct law_act *a)
{
    static const char *const op[] = {"start", "meet", "cancel", "restart"};
    json_t *list = json_array();
    for (size_t i = 0; i < a->ticks; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s}", "op", op[a->tick[i].op], "clock", law_clock[a->tick[i].clock].name));
    return list;
}

static json_t *destinations(const struct law_act *a)
{
    json_t *to = json_array();
    if (a->to_mode == TO_SAME)
        json_array_append_new(to, json_string("="));
    for (size_t i = 0; i < a->tos; i++)
        json_array_append_new(to, json_string(law_state_name[a->to[i].state]));
    return to;
}

json_t *law_act_json(enum act_id id, day_t today)
{
    const struct law_act *a = &law_act[id];
    json_t *follows = json_array(), *from = a->from_any ? json_pack("[s]", "any") : states(a->from, a->froms);
    for (size_t i = 0; i < a->sides; i++)
        json_array_append_new(follows, json_pack("{s:s, s:s}", "kind", law_kind[a->side[i].kind].name, "to",
                                                 a->side[i].to == ST_NONE ? "=" : law_state_name[a->side[i].to]));
    for (size_t i = 0; i < a->thens; i++)
        json_array_append_new(follows, json_pack("{s:s}", "act", law_act[a->then[i].act].name));
    bool own = strstr(a->basis, "P）") != NULL || strcmp(a->basis, "内規") == 0;
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:b, s:o, s:s}", "name",
                     a->name, "title", a->title, own ? "basis" : "article", a->basis, "on", law_kind[a->kind].name,
                     "by", names(a->by, a->bys), "kind", law_kind[a->kind].ja, "from", from, "to", destinations(a),
                     "inputs", inputs(a), "conditions", conditions(a), "clocks", ticks(a), "follows", follows, "gate",
                     law_gate[a->gate].name, "in_force", law_gate_open(a->gate, today), "tells",
                     names(a->tells, a->tell), "says", a->says);
}

static json_t *clock_json(const struct law_clock *c)
{
    static const char *const count[] = {"elapsed", "fixed", "set", "months", "years", "days"};
    json_t *vs = json_array(), *lapse = json_array();
    for (size_t i = 0; i < c->variants; i++) {
        const struct law_variant *v = &c->variant[i];
        json_t *o = json_pack("{s:s, s:s, s:s}", "name", v->name, "count", count[v->count], "basis", v->basis);
        if (v->n)
            json_object_set_new(o, "n", json_integer(v->n));
        if (v->fixed != DAY_NONE)
            json_object_set_new(o, "day", day_json(v->fixed));
        if (v->level)
            json_object_set_new(o, "level", json_string(v->level));
        json_array_append_new(vs, o);
    }
    for (size_t i = 0; i < c->lapses; i++)
        json_array_append_new(lapse, json_pack("{s:s, s:s, s:s}", "kind", law_kind[c->lapse[i].kind].name, "from",
                                               law_state_name[c->lapse[i].from], "to", law_state_name[c->lapse[i].to]));
    return json_pack("{s:s, s:s, s:s, s:o, s:s, s:o, s:b, s:s, s:s%}", "name", c->name, "title", c->ja, "basis",
                     c->basis, "variants", vs, "holiday", c->roll ? "roll" : "none", "lapse", lapse, "statutory",
                     c->statutory, "escalate", c->escalate, "confidence", &c->conf, (size_t)1);
}

static json_t *release_json(const struct law_release *r)
{
    json_t *flags = json_array();
    for (int i = 0; i < FLAG_COUNT; i++)
        if (r->flags >> i & 1)
            json_array_append_new(flags, json_string(law_flag[i].name));
    return json_pack("{s:s, s:s, s:s, s:s, s:o, s:s%, s:s}", "class", law_class[r->class].name, "recipient",
                     law_recipient[r->recipient], "basis", law_basis[r->basis].name, "verdict",
                     r->allow ? "allow" : "deny", "conditions", flags, "confidence", &r->conf, (size_t)1, "text",
                     r->ja);
}

static const char *mask_text(unsigned m)
{
    return m & LABEL_S ? (m & LABEL_T ? "TS" : "S") : m & LABEL_T ? "T" : "";
}

static json_t *kind_json(const struct law_kind *k)
{
    static const char *const sort[] = {"passing", "final", "standing"};
    json_t *ss = json_array();
    for (size_t i = 0; i < k->states; i++)
        json_array_append_new(ss, json_pack("{s:s, s:s, s:s}", "name", law_state_name[k->state[i].id], "title",
                                            k->state[i].ja, "sort", sort[k->state[i].sort]));
    return json_pack("{s:s, s:s, s:s, s:o}", "name", k->name, "title", k->ja, "class", law_class[k->class].name,
                     "states", ss);
}

json_t *law_json(day_t today)
{
    json_t *acts = json_array(), *clocks = json_array(), *kinds = json_array(), *roles = json_array(),
           *classes = json_array(), *rec = json_array(), *gates = json_array(), *params = json_array();
    for (int i = 0; i < ACT_COUNT; i++)
        json_array_append_new(acts, law_act_json((enum act_id)i, today));
    for (int i = 0; i < CLOCK_COUNT; i++)
        json_array_append_new(clocks, clock_json(&law_clock[i]));
    for (int i = 0; i < KIND_COUNT; i++)
        json_array_append_new(kinds, kind_json(&law_kind[i]));
    for (int i = 0; i < ROLE_COUNT; i++)
        json_array_append_new(roles, json_pack("{s:s, s:s}", "name", law_role[i].name, "title", law_role[i].ja));
    for (int i = 0; i < CLASS_COUNT; i++)
        json_array_append_new(classes, json_pack("{s:s, s:s, s:s}", "name", law_class[i].name, "title", law_class[i].ja,
                                                 "mask", mask_text(law_class[i].mask)));
    for (size_t i = 0; i < law_release_rows; i++)
        json_array_append_new(rec, release_json(&law_release_row[i]));
    for (int i = 0; i < GATE_COUNT; i++)
        json_array_append_new(gates,
                              json_pack("{s:s, s:o, s:b, s:s%, s:s}", "name", law_gate[i].name, "from",
                                        day_json(law_gate[i].from), "open", law_gate_open((enum law_gate_id)i, today),
                                        "confidence", &law_gate[i].conf, (size_t)1, "text", law_gate[i].ja));
    for (size_t i = 0; i < law_params; i++)
        json_array_append_new(params, json_pack("{s:s, s:s, s:o, s:s%, s:s}", "name", law_param[i].name, "value",
                                                law_param[i].value, "from", day_json(law_param[i].from), "confidence",
                                                &law_param[i].conf, (size_t)1, "text", law_param[i].ja));
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "image", law_image_hash, "today",
                     day_json(today), "acts", acts, "clocks", clocks, "kinds", kinds, "roles", roles, "classes",
                     classes, "recipients", rec, "gates", gates, "parameters", params);
}
