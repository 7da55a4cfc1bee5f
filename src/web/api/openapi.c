#include "openapi.h"

#include "base/base.h"
#include "law/law.h"
#include "openapi_gen.h"

#include <string.h>

/* One line of text as the gate takes it (text_clean): no controls, no line ends, no marks that turn the direction. */
#define CONTROLS "\\u007f-\\u009f\\u202a-\\u202e\\u2066-\\u2069"
#define ONE_LINE "^[^\\u0000-\\u001f\\u2028\\u2029" CONTROLS "]*$"
#define LINES    "^[^\\u0000-\\u0008\\u000b-\\u001f" CONTROLS "]*$"
#define DAY      "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
#define HOUR     "([01][0-9]|2[0-3]):[0-5][0-9]"
#define TIME_IN  "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]" HOUR "(:([0-5][0-9]|60)((\\.[0-9]{1,18})?([Zz]|[+-]" HOUR "))?)?$"
#define TIME_OUT "^[0-9]{4}-[0-9]{2}-[0-9]{2}T" HOUR ":[0-5][0-9]\\.[0-9]{6}\\+09:00$"
#define ID       "^[^\\u0000-\\u0020\"%\\\\\\u007f]+$"
#define IDS_MAX  10000
#define IDEM_MAX 100

static void put(json_t *o, const char *key, json_t *v)
{
    must(json_object_set_new(o, key, v) == 0);
}

static json_t *ref(const char *sort, const char *name)
{
    char path[160];
    snprintf(path, sizeof path, "#/components/%s/%s", sort, name);
    return json_pack("{s:s}", "$ref", path);
}

static json_t *schema_ref(const char *name, const char *more)
{
    char both[120];
    snprintf(both, sizeof both, "%s%s", name, more);
    return ref("schemas", both);
}

/* Several rows meet at one address: session is a kind to read, and the place where one signs in. */
static void path_put(json_t *paths, const char *path, const char *method, json_t *op)
{
    json_t *at = json_object_get(paths, path);
    if (!at) {
        at = json_object();
        put(paths, path, at);
    }
    must(!json_object_get(at, method));
    put(at, method, op);
}

/* --- one field --- */
static json_t *text_schema(const struct law_field *f, bool in)
{
    json_t *o = json_pack("{s:s, s:s}", "type", "string", "pattern", f->type == FT_LONG ? LINES : ONE_LINE);
    if (f->max && in) /* what the system writes itself is not held to the limit of an input */
        put(o, "maxLength", json_integer(f->max));
    return o;
}

static json_t *options_schema(const struct law_field *f)
{
    json_t *list = json_array();
    for (size_t i = 0; i < f->options; i++)
        json_array_append_new(list, json_string(f->option[i].name));
    return json_pack("{s:s, s:o}", "type", "string", "enum", list);
}

static json_t *id_schema(void)
{
    return json_pack("{s:s, s:i, s:i, s:s}", "type", "string", "minLength", 1, "maxLength", 200, "pattern", ID);
}

/* Forms and command lines send words: the gate takes them for what they say. */
static json_t *int_schema(const struct law_field *f, bool in)
{
    json_t *o = json_pack("{s:I, s:I}", "minimum", (json_int_t)f->min, "maximum", (json_int_t)f->max);
    put(o, "type", in ? json_pack("[s,s]", "integer", "string") : json_string("integer"));
    if (in)
        put(o, "pattern", json_string("^-?[0-9]{1,19}$"));
    return o;
}

static json_t *bool_schema(bool in)
{
    return in ? json_pack("{s:[b,b,i,i,s,s,s,s,s,s,s,s,s,s]}", "enum", 1, 0, 1, 0, "1", "0", "true", "false", "yes",
                          "no", "on", "off", "はい", "いいえ")
              : json_pack("{s:s}", "type", "boolean");
}

static json_t *type_schema(const struct law_field *f, bool in)
{
    switch (f->type) {
    case FT_DAY:
        return json_pack("{s:s, s:s, s:s}", "type", "string", "format", "date", "pattern", DAY);
    case FT_TIME:
        return json_pack("{s:s, s:s}", "type", "string", "pattern", in ? TIME_IN : TIME_OUT);
    case FT_INT:
        return int_schema(f, in);
    case FT_BOOL:
        return bool_schema(in);
    case FT_ENUM:
        return options_schema(f);
    case FT_ID:
        return id_schema();
    case FT_IDS:
        return json_pack("{s:s, s:i, s:o}", "type", "array", "maxItems", IDS_MAX, "items", id_schema());
    case FT_HASH:
        return json_pack("{s:s, s:s}", "type", "string", "pattern", "^[0-9A-Fa-f]{64}$");
    case FT_JSON:
        return json_object();
    default:
        return text_schema(f, in);
    }
}

static void options_say(struct buf *b, const struct law_field *f)
{
    for (size_t i = 0; i < f->options; i++)
        buf_fmt(b, "%s%s %s", i ? "、" : "。", f->option[i].name, f->option[i].ja);
}

static json_t *field_schema(const struct law_field *f, bool in, bool required)
{
    struct buf b = BUF(8000);
    json_t *o = type_schema(f, in);
    bool text = f->type == FT_TEXT || f->type == FT_LONG || f->type == FT_TEXTS;
    buf_str(&b, f->ja);
    if (f->hint)
        buf_fmt(&b, "。%s", f->hint);
    options_say(&b, f);
    if ((f->type == FT_ID || f->type == FT_IDS) && f->ref < KIND_COUNT)
        buf_fmt(&b, "。%sの番号", law_kind[f->ref].ja);
    put(o, "description", json_stringn(b.p, b.n));
    if (in && required && text)
        put(o, "minLength", json_integer(1));
    buf_free(&b);
    return o;
}

/* --- what an act takes --- */
static json_t *states_json(const struct law_act *a)
{
    json_t *list = json_array();
    if (a->to_mode == TO_SAME)
        for (size_t i = 0; i < law_kind[a->kind].states; i++)
            json_array_append_new(list, json_string(law_state_name[law_kind[a->kind].state[i].id]));
    for (size_t i = 0; i < a->tos; i++)
        json_array_append_new(list, json_string(law_state_name[a->to[i].state]));
    return list;
}

static json_t *input_schema(const struct law_act *a)
{
    json_t *props = json_object(), *need = json_array();
    for (size_t i = 0; i < a->ins; i++) {
        const struct law_field *f = &law_field[a->in[i].field];
        put(props, f->name, field_schema(f, true, a->in[i].required));
        if (a->in[i].required)
            json_array_append_new(need, json_string(f->name));
    }
    if (a->to_mode == TO_OUTCOME) {
        put(props, "outcome",
            json_pack("{s:s, s:o, s:s}", "type", "string", "enum", states_json(a), "description",
                      "判断。行き先の状態"));
        json_array_append_new(need, json_string("outcome"));
    }
    put(props, "idempotency_key",
        json_pack("{s:s, s:i, s:s}", "type", "string", "maxLength", IDEM_MAX, "description",
                  "同じ人の同じ鍵の要求は、一度だけ行われる（UTF-8で100バイトまで）"));
    json_t *o = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", props, "additionalProperties", 0);
    if (json_array_size(need))
        put(o, "required", json_incref(need));
    json_decref(need);
    return o;
}

/* --- what an act answers --- */
static json_t *done_schema(const struct law_act *a)
{
    json_t *states = states_json(a);
    json_array_append_new(states, json_string("")); /* a repeated key: the first answer's leaf, and no state */
    return json_pack("{s:s, s:b, s:[s,s,s,s,s,s,s,s], s:{s:{s:s}, s:o, s:o, s:{s:s, s:o}, s:{s:s, s:o}, s:{s:s, s:i}, "
                     "s:{s:s, s:i}, s:{s:s}}}",
                     "type", "object", "additionalProperties", 0, "required", "act", "leaf", "subject", "state",
                     "other", "then", "then_refused", "says", "properties", "act", "const", a->name, "leaf",
                     schema_ref("Leaf", ""), "subject", id_schema(), "state", "type", "string", "enum", states, "other",
                     "type", "array", "items", schema_ref("Made", ""), "then", "type", "integer", "minimum", 0,
                     "then_refused", "type", "integer", "minimum", 0, "says", "const", a->says);
}

static void act_say(struct buf *b, const struct law_act *a)
{
    buf_fmt(b, "根拠: %s。\n\n行う人: ", a->basis);
    for (size_t i = 0; i < a->bys; i++)
        buf_fmt(b, "%s%s", i ? "、" : "", law_role[a->by[i]].ja);
    buf_str(b, "。\n\n状態: ");
    if (a->from_any)
        buf_str(b, "終わりでない状態");
    for (size_t i = 0; i < a->froms; i++) {
        const struct law_state *s = law_state_of(a->kind, a->from[i]);
        buf_fmt(b, "%s%s", i ? "・" : "", s ? s->ja : "（作成）");
    }
    buf_str(b, a->to_mode == TO_SAME ? " → 同じ" : " → ");
    for (size_t i = 0; i < a->tos; i++) {
        const struct law_state *s = law_state_of(a->kind, a->to[i].state);
        buf_fmt(b, "%s%s", i ? "か" : "", s ? s->ja : "");
    }
    buf_str(b, "。");
    for (size_t i = 0; i < a->conds; i++)
        buf_fmt(b, "%s%s（`%s`）", i ? "、" : "\n\n条件: ", law_pred[a->cond[i].pred].ja,
                law_pred[a->cond[i].pred].name);
}

static json_t *answers(const char *status, const char *what, json_t *schema, bool labelled)
{
    json_t *all = json_object(), *good = json_pack("{s:s, s:{s:{s:o}}}", "description", what, "content",
                                                   "application/json", "schema", schema);
    static const char *const bad[] = {"400", "401", "403", "404", "413", "415", "422", "429", "503"};
    if (labelled)
        put(good, "headers", json_pack("{s:o}", "X-Tobuhi-Leaf", ref("headers", "ReadLeaf")));
    put(all, status, good);
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        put(all, bad[i], ref("responses", "Problem"));
    put(all, "default", ref("responses", "Problem"));
    return all;
}

static void act_path(json_t *paths, const struct law_act *a, bool create)
{
    const char *dot = strchr(a->name, '.');
    char path[200], id[120];
    struct buf b = BUF(16000);
    int n = (int)(dot - a->name);
    snprintf(path, sizeof path, "/api/v1/%.*s/%s%s", n, a->name, create ? "" : "{id}/", dot + 1);
    snprintf(id, sizeof id, "%s%s", a->name, !create && law_act_creates(a) ? ".again" : "");
    act_say(&b, a);
    json_t *op =
        json_pack("{s:s, s:s, s:s%, s:[s], s:[{s:[], s:[]}], s:{s:b, s:{s:{s:o}}}, s:o}", "operationId", id, "summary",
                  a->title, "description", b.p, b.n, "tags", law_kind[a->kind].name, "security", "session", "token",
                  "requestBody", "required", 1, "content", "application/json", "schema", schema_ref(a->name, ".in"),
                  "responses", answers(create ? "201" : "200", "した", schema_ref(a->name, ".done"), false));
    put(op, "x-law", json_pack("{s:s, s:s, s:s}", "act", a->name, "basis", a->basis, "gate", law_gate[a->gate].name));
    if (!create)
        put(op, "parameters", json_pack("[o]", ref("parameters", "id")));
    path_put(paths, path, "post", op);
    buf_free(&b);
}

static void acts_put(json_t *paths, json_t *schemas)
{
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct law_act *a = &law_act[i];
        char name[120];
        bool none = law_act_creates(a);
        if (law_act_machine_only(a))
            continue; /* no person can do it: its path answers with a refusal, as any other path does */
        snprintf(name, sizeof name, "%s.in", a->name);
        put(schemas, name, input_schema(a));
        snprintf(name, sizeof name, "%s.done", a->name);
        put(schemas, name, done_schema(a));
        if (none)
            act_path(paths, a, true);
        if (a->from_any || a->froms > (size_t)none)
            act_path(paths, a, false);
    }
}

/* --- what a row answers --- */

/* Does what stands there after this creating act always have a value? */
static bool set_for_sure(const struct law_act *a, const struct law_set *s)
{
    switch (s->from.op) {
    case SRC_SUBJECT:
    case SRC_ACTOR_PERSON:
    case SRC_NOW:
    case SRC_TODAY:
    case SRC_SERIAL:
    case SRC_CONST:
    case SRC_LAW:
        return true;
    case SRC_ACTOR_ORG:
        return !law_act_machine_only(a);
    case SRC_IN:
    case SRC_ROW:
        for (size_t i = 0; i < a->ins; i++)
            if ((int)law_field[a->in[i].field].id == s->from.id)
                return a->in[i].required;
        return false;
    default:
        return false;
    }
}

static bool sets_it(const struct law_act *a, const struct law_set *set, size_t n, enum name_id name)
{
    for (size_t i = 0; i < n; i++)
        if (set[i].name == name)
            return set_for_sure(a, &set[i]);
    return false;
}

static bool act_gives(const struct law_act *a, enum name_id name)
{
    for (size_t i = 0; i < a->ins; i++)
        if (law_field[a->in[i].field].id == name && a->in[i].required)
            return true;
    return sets_it(a, a->set, a->sets, name);
}

/* A field that every act which makes such a subject gives it stands in every answer. Kinds that no row makes (what an
 * effect writes: designations, matches, names) promise nothing. */
static bool always_there(enum kind_id k, enum name_id name)
{
    bool made = false;
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct law_act *a = &law_act[i];
        if (a->kind == k && law_act_creates(a)) {
            made = true;
            if (!act_gives(a, name))
                return false;
        }
        for (size_t j = 0; j < a->sides; j++) {
            const struct law_side *s = &a->side[j];
            if (s->kind != k || !s->froms || s->from[0] != ST_NONE)
                continue;
            made = true;
            if (!sets_it(a, s->set, s->sets, name))
                return false;
        }
    }
    return made;
}

static void row_fields(const struct law_kind *k, enum kind_id id, json_t *props, json_t *need)
{
    json_t *states = json_array();
    for (size_t i = 0; i < k->states; i++)
        json_array_append_new(states, json_string(law_state_name[k->state[i].id]));
    static const char *const base[] = {"id", "state", "leaf", "made", "moved"};
    put(props, "id", id_schema());
    put(props, "state", json_pack("{s:s, s:o}", "type", "string", "enum", states));
    put(props, "leaf", schema_ref("Leaf", ""));
    put(props, "made", schema_ref("Time", ""));
    put(props, "moved", schema_ref("Time", ""));
    for (size_t i = 0; i < TB_COUNT(base); i++)
        json_array_append_new(need, json_string(base[i]));
    for (size_t i = 0; i < k->fields; i++) {
        const struct law_field *f = &law_field[k->field[i]];
        put(props, f->name, field_schema(f, false, false));
        if (always_there(id, f->id))
            json_array_append_new(need, json_string(f->name));
    }
}

static json_t *object_schema(json_t *props, json_t *need)
{
    return json_pack("{s:s, s:b, s:o, s:o}", "type", "object", "additionalProperties", 0, "properties", props,
                     "required", need);
}

static json_t *child_schema(const struct law_child *c)
{
    json_t *props = json_object(), *need = json_array();
    put(props, "leaf", schema_ref("Leaf", ""));
    json_array_append_new(need, json_string("leaf"));
    for (size_t i = 0; i < c->fields; i++)
        put(props, law_field[c->field[i]].name, field_schema(&law_field[c->field[i]], false, false));
    return object_schema(props, need);
}

/* One subject: the row, its clocks, its records, and what may be done with it now. */
static json_t *item_schema(enum kind_id k)
{
    json_t *props = json_object(), *need = json_array(), *records = json_object(), *names = json_array();
    row_fields(&law_kind[k], k, props, need);
    for (int i = 0; i < CHILD_COUNT; i++)
        if (law_child[i].kind == k) {
            put(records, law_child[i].name,
                json_pack("{s:s, s:o}", "type", "array", "items", schema_ref(law_child[i].name, ".record")));
            json_array_append_new(names, json_string(law_child[i].name));
        }
    put(props, "clocks", json_pack("{s:s, s:o}", "type", "array", "items", schema_ref("clock", "")));
    put(props, "records", object_schema(records, names));
    put(props, "acts", json_pack("{s:s, s:o}", "type", "array", "items", schema_ref("May", "")));
    json_array_extend(need, json_pack("[s,s,s]", "clocks", "records", "acts"));
    return object_schema(props, need);
}

static void reading_paths(json_t *paths, enum kind_id k)
{
    char path[100], id[100], what[200];
    const struct law_kind *kind = &law_kind[k];
    json_t *params = json_array(), *states = json_array();
    static const char *const filter[] = {"owner", "sector", "before", "limit", "purpose"};
    for (size_t i = 0; i < kind->states; i++)
        json_array_append_new(states, json_string(law_state_name[kind->state[i].id]));
    json_array_append_new(params,
                          json_pack("{s:s, s:s, s:s, s:{s:s, s:o}}", "name", "state", "in", "query", "description",
                                    "この状態のものだけ", "schema", "type", "string", "enum", states));
    for (size_t i = 0; i < TB_COUNT(filter); i++)
        json_array_append_new(params, ref("parameters", filter[i]));
    snprintf(path, sizeof path, "/api/v1/%s", kind->name);
    snprintf(id, sizeof id, "%s.list", kind->name);
    snprintf(what, sizeof what, "%sの一覧", kind->ja);
    path_put(paths, path, "get",
             json_pack("{s:s, s:s, s:s, s:[s], s:[{s:[]}], s:o, s:o}", "operationId", id, "summary", what,
                       "description", "見てよいものだけが入る。見ることは葉になる。", "tags", kind->name, "security",
                       "session", "parameters", params, "responses",
                       answers("200", what, schema_ref(kind->name, ".list"), true)));
    snprintf(path, sizeof path, "/api/v1/%s/{id}", kind->name);
    snprintf(id, sizeof id, "%s.get", kind->name);
    path_put(paths, path, "get",
             json_pack("{s:s, s:s, s:s, s:[s], s:[{s:[]}], s:[o,o], s:o}", "operationId", id, "summary", kind->ja,
                       "description", "ないものと、見てよくないものは、同じ答えになる。", "tags", kind->name,
                       "security", "session", "parameters", ref("parameters", "id"), ref("parameters", "purpose"),
                       "responses", answers("200", kind->ja, schema_ref(kind->name, ".item"), true)));
}

static void kinds_put(json_t *paths, json_t *schemas, json_t *tags)
{
    for (int i = 0; i < KIND_COUNT; i++) {
        const char *name = law_kind[i].name;
        char full[100];
        json_t *props = json_object(), *need = json_array();
        row_fields(&law_kind[i], (enum kind_id)i, props, need);
        put(schemas, name, object_schema(props, need));
        snprintf(full, sizeof full, "%s.item", name);
        put(schemas, full, item_schema((enum kind_id)i));
        snprintf(full, sizeof full, "%s.list", name);
        put(schemas, full,
            json_pack("{s:s, s:b, s:[s,s,s], s:{s:{s:s}, s:{s:s, s:o}, s:o}}", "type", "object", "additionalProperties",
                      0, "required", "kind", "items", "next", "properties", "kind", "const", name, "items", "type",
                      "array", "items", schema_ref(name, ""), "next", schema_ref("Leaf", "")));
        json_array_append_new(tags, json_pack("{s:s, s:s}", "name", name, "description", law_kind[i].ja));
        reading_paths(paths, (enum kind_id)i);
    }
    for (int i = 0; i < CHILD_COUNT; i++) {
        char full[100];
        snprintf(full, sizeof full, "%s.record", law_child[i].name);
        put(schemas, full, child_schema(&law_child[i]));
    }
}

/* --- closed lists that many answers share --- */
static void closed_lists(json_t *schemas)
{
    json_t *acts = json_array(), *kinds = json_array(), *conds = json_array(), *codes = json_array();
    for (int i = 0; i < ACT_COUNT; i++)
        json_array_append_new(acts, json_string(law_act[i].name));
    for (int i = 0; i < KIND_COUNT; i++)
        json_array_append_new(kinds, json_string(law_kind[i].name));
    for (int i = 0; i < PRED_COUNT; i++)
        json_array_append_new(conds, json_string(law_pred[i].name));
#define X(id, status, code, ja, en)                                                                                    \
    if (status != 200)                                                                                                 \
        json_array_append_new(codes, json_string(code));
#include "base/err.def"
#undef X
    put(schemas, "ActName", json_pack("{s:s, s:o}", "type", "string", "enum", acts));
    put(schemas, "KindName", json_pack("{s:s, s:o}", "type", "string", "enum", kinds));
    put(schemas, "Condition", json_pack("{s:s, s:o}", "type", "string", "enum", conds));
    put(schemas, "ProblemCode", json_pack("{s:s, s:o}", "type", "string", "enum", codes));
}

json_t *openapi_json(void)
{
    json_error_t why;
    json_t *doc = json_loads(openapi_base, JSON_REJECT_DUPLICATES, &why);
    must(doc);
    json_t *paths = json_object_get(doc, "paths"), *tags = json_object_get(doc, "tags"),
           *schemas = json_object_get(json_object_get(doc, "components"), "schemas");
    kinds_put(paths, schemas, tags);
    acts_put(paths, schemas);
    closed_lists(schemas);
    put(doc, "x-law-image", json_string(law_image_hash));
    return doc;
}
