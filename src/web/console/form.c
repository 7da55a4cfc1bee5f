/* The form of any act, made of its row: fields, hints, limits, what it rests on. */
#include <string.h>

#include "base/text.h"
#include "console.h"
#include "screens.h"

#define PICK_MAX  400
#define LINES     6
#define SPANS     4

static enum act_id act_of(const struct http_req *r)
{
    enum act_id act = law_act_named(r->seg[0]);
    for (size_t i = 0; act != ACT_COUNT && i < law_act[act].bys; i++)
        if (law_role[law_act[act].by[i]].sort != ROLE_MACHINE)
            return act;
    return ACT_COUNT;
}

/* --- values: what stands in the form, by field name --- */
static slice str(struct page *p, const json_t *v)
{
    if (json_is_string(v))
        return arena_sl(p->a, ((slice){json_string_value(v), json_string_length(v)}));
    if (json_is_integer(v))
        return sl(arena_fmt(p->a, "%" JSON_INTEGER_FORMAT, json_integer_value(v)));
    if (json_is_boolean(v))
        return json_is_true(v) ? SL("1") : SL("0");
    if (json_is_array(v) || json_is_object(v)) {
        char *z = json_dumps(v, JSON_INDENT(1));
        slice s = z ? arena_sl(p->a, sl(z)) : SLN;
        free(z);
        return s;
    }
    return SLN;
}

/* An edit begins with what stands: the fields of the subject itself. */
static void from_row(struct page *p, enum act_id act, const struct gate_row *row, json_t *vals)
{
    json_t *all = gate_row_json(row);
    (void)p;
    for (size_t i = 0; i < law_act[act].ins; i++) {
        const struct law_field *f = &law_field[law_act[act].in[i].field];
        json_t *v = json_object_get(all, f->name);
        if (f->kind == law_act[act].kind && v)
            json_object_set(vals, f->name, v);
    }
    json_decref(all);
}

static slice form_one(const struct http_req *r, struct arena *a, const char *name, int n)
{
    return http_get(r->form, arena_fmt(a, "%s.%d", name, n));
}

static json_t *sentences_of(const struct http_req *r, struct arena *a)
{
    json_t *list = json_array();
    for (int i = 1; i <= LINES; i++) {
        slice t = sl_trim(form_one(r, a, "sentence", i)), src = sl_trim(form_one(r, a, "source", i)), word;
        if (!t.n)
            continue;
        json_t *prov = json_array();
        while (src.n) {
            if (!sl_cut(src, ' ', &word, &src))
                src = SLN;
            if (word.n)
                json_array_append_new(prov, json_stringn(word.p, word.n));
        }
        json_array_append_new(list, json_pack("{s:o, s:o}", "text", json_stringn(t.p, t.n), "provenance", prov));
    }
    return list;
}

static const struct { const char *input, *key; } bound[] = {
    {"ge", "versionStartIncluding"}, {"gt", "versionStartExcluding"}, {"le", "versionEndIncluding"}, {"lt", "versionEndExcluding"}};

static json_t *config_of(const struct http_req *r, struct arena *a)
{
    json_t *list = json_array();
    for (int i = 1; i <= SPANS; i++) {
        slice cpe = sl_trim(form_one(r, a, "cpe", i));
        if (!cpe.n)
            continue;
        json_t *m = json_pack("{s:b, s:o}", "vulnerable", 1, "criteria", json_stringn(cpe.p, cpe.n));
        for (size_t k = 0; k < TB_COUNT(bound); k++) {
            slice v = sl_trim(form_one(r, a, bound[k].input, i));
            if (v.n)
                json_object_set_new(m, bound[k].key, json_stringn(v.p, v.n));
        }
        json_array_append_new(list, m);
    }
    if (json_array_size(list) == 0) {
        json_decref(list);
        return NULL;
    }
    return json_pack("[{s:[{s:s, s:b, s:o}]}]", "nodes", "operator", "OR", "negate", 0, "cpeMatch", list);
}

/* A fingerprint of what the form says, when the person asks for it rather than giving one of a document. */
static json_t *hash_of(const struct http_req *r, const char *name)
{
    struct buf all = BUF(1 << 20);
    uint8_t h[SHA_LEN];
    char hex[65];
    for (size_t i = 0; i < r->form.n; i++) {
        if (sl_starts(r->form.v[i].k, "_") || sl_starts(r->form.v[i].k, name))
            continue;
        buf_sl(&all, r->form.v[i].k);
        buf_chr(&all, '\n');
        buf_sl(&all, r->form.v[i].v);
        buf_chr(&all, '\n');
    }
    sha256(buf_slice(&all), h);
    hex_of(h, sizeof h, hex);
    buf_free(&all);
    return json_string(hex);
}

static json_t *from_form(const struct http_req *r, enum act_id act)
{
    json_t *vals = json_object();
    slice outcome = http_get(r->form, "outcome"), many[200];
    for (size_t i = 0; i < law_act[act].ins; i++) {
        const struct law_field *f = &law_field[law_act[act].in[i].field];
        slice v = http_get(r->form, f->name);
        json_t *j = NULL;
        if (f->type == FT_IDS) {
            size_t n = http_all(r->form, f->name, many, TB_COUNT(many));
            j = n ? json_array() : NULL;
            for (size_t k = 0; k < n; k++)
                json_array_append_new(j, json_stringn(many[k].p, many[k].n));
        } else if (f->id == N_sentences) {
            j = sentences_of(r, r->a);
        } else if (f->id == N_config) {
            j = config_of(r, r->a);
        } else if (f->type == FT_HASH && http_has(r->form, arena_fmt(r->a, "%s.auto", f->name))) {
            j = hash_of(r, f->name);
        } else if (v.n) {
            j = json_stringn(v.p, v.n);
        }
        if (j)
            json_object_set_new(vals, f->name, j);
    }
    if (outcome.n)
        json_object_set_new(vals, "outcome", json_stringn(outcome.p, outcome.n));
    return vals;
}

/* --- one field --- */
static void option_add(struct page_form_fields_options *o, size_t *n, slice value, slice label, slice now)
{
    o[(*n)++] = (struct page_form_fields_options){value, label, sl_eq(value, now)};
}

/* Which state a subject must be in to be a sensible choice; empty: any. */
static slice wanted_state(enum act_id act, const struct law_field *f)
{
    if (act == ACT_response_propose && f->id == N_targets)
        return SL("PROPOSED");
    if (f->ref == KIND_product)
        return SL("ISSUED");
    return f->ref == KIND_org || f->ref == KIND_person ? SL("ACTIVE") : SLN;
}

static void subjects(struct page *p, enum act_id act, const struct law_field *f, const json_t *v, struct page_form_fields *out)
{
    const struct gate_row **row;
    size_t n = view_list(p->v, f->ref, &(struct view_filter){.state = wanted_state(act, f), .max = PICK_MAX}, &row);
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, n + 2);
    slice now = str(p, json_is_array(v) ? NULL : v);
    for (size_t i = 0; i < n; i++) {
        const struct law_state *s = law_state_of(f->ref, row[i]->state);
        slice label = f->ref == KIND_org || f->ref == KIND_person ? page_title_of(p, row[i]) : sl(arena_fmt(p->a, PRIs "（%s）", ARGs(page_title_of(p, row[i])), s ? s->ja : ""));
        option_add(o, &out->options_n, row[i]->id, label, now);
        for (size_t k = 0; json_is_array(v) && k < json_array_size(v); k++)
            if (sl_is(row[i]->id, json_string_value(json_array_get(v, k))))
                o[out->options_n - 1].on = true;
    }
    out->options = o;
}

static void enumerated(struct page *p, const struct law_field *f, slice now, struct page_form_fields *out)
{
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, f->options + 1);
    for (size_t i = 0; i < f->options; i++)
        option_add(o, &out->options_n, sl(f->option[i].name), sl(f->option[i].ja), now);
    out->options = o;
    out->choose = f->options <= 6;
    out->pick = !out->choose;
}

static void parts(struct page *p, const json_t *v, struct page_form_fields *out)
{
    struct page_form_fields_lines *l = arena_arr(p->a, struct page_form_fields_lines, LINES);
    for (int i = 0; i < LINES; i++) {
        const json_t *s = json_array_get(v, (size_t)i), *prov = json_object_get(s, "provenance");
        struct buf b = BUF(2000);
        for (size_t k = 0; k < json_array_size(prov); k++)
            buf_fmt(&b, "%s%s", k ? " " : "", json_string_value(json_array_get(prov, k)));
        l[i] = (struct page_form_fields_lines){i + 1, str(p, json_object_get(s, "text")), arena_sl(p->a, buf_slice(&b))};
        buf_free(&b);
    }
    out->lines = l;
    out->lines_n = LINES;
    out->parts = true;
}

static void ranges(struct page *p, const json_t *v, struct page_form_fields *out)
{
    struct page_form_fields_spans *s = arena_arr(p->a, struct page_form_fields_spans, SPANS);
    const json_t *node = json_array_get(json_object_get(json_is_array(v) ? json_array_get(v, 0) : v, "nodes"), 0), *m = json_object_get(node, "cpeMatch");
    for (int i = 0; i < SPANS; i++) {
        const json_t *x = json_array_get(m, (size_t)i);
        s[i] = (struct page_form_fields_spans){i + 1, str(p, json_object_get(x, "criteria")), str(p, json_object_get(x, bound[0].key)), str(p, json_object_get(x, bound[1].key)),
                                               str(p, json_object_get(x, bound[2].key)), str(p, json_object_get(x, bound[3].key))};
    }
    out->spans = s;
    out->spans_n = SPANS;
    out->ranges = true;
}

static void yes_no(struct page *p, slice now, struct page_form_fields *out)
{
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, 2);
    slice v = sl_is(now, "true") ? SL("1") : sl_is(now, "false") ? SL("0") : now;
    option_add(o, &out->options_n, SL("1"), SL("はい"), v);
    option_add(o, &out->options_n, SL("0"), SL("いいえ"), v);
    out->options = o;
    out->choose = true;
}

static slice limit_of(struct page *p, const struct law_field *f)
{
    if (f->type == FT_TEXT || f->type == FT_LONG)
        return sl(arena_fmt(p->a, "%s%s%" PRId64 "字まで", f->hint ? f->hint : "", f->hint ? "。" : "", f->max));
    if (f->type == FT_INT)
        return sl(arena_fmt(p->a, "%" PRId64 "から%" PRId64 "まで", f->min, f->max));
    return sl(f->hint ? f->hint : "");
}

static void field_fill(struct page *p, enum act_id act, const struct law_in *in, const json_t *vals, const struct fault *fault, struct page_form_fields *out)
{
    const struct law_field *f = &law_field[in->field];
    const json_t *v = json_object_get(vals, f->name);
    *out = (struct page_form_fields){.id = sl(arena_fmt(p->a, "f-%s", f->name)), .name = sl(f->name), .label = sl(f->ja), .need = in->required, .hint = limit_of(p, f), .value = str(p, v), .rows = 4};
    if (fault && strcmp(fault->where, f->name) == 0)
        out->err = sl(fault->what);
    switch (f->type) {
    case FT_LONG:
        out->area = true;
        break;
    case FT_DAY:
        out->day = true;
        break;
    case FT_TIME:
        out->when = true;
        break;
    case FT_INT:
        out->number = true;
        break;
    case FT_BOOL:
        yes_no(p, out->value, out);
        break;
    case FT_ENUM:
        enumerated(p, f, out->value, out);
        break;
    case FT_HASH:
        out->hash = true;
        out->hint = SL("資料の指紋。sha256sum の値を書くか、下の欄で求めます");
        break;
    case FT_ID:
        subjects(p, act, f, v, out);
        out->pick = true;
        break;
    case FT_IDS:
        subjects(p, act, f, v, out);
        out->many = true;
        break;
    case FT_JSON:
        if (f->id == N_sentences)
            parts(p, v, out);
        else if (f->id == N_config)
            ranges(p, v, out);
        else
            out->area = true;
        break;
    default:
        out->line = f->max <= 400;
        out->area = !out->line;
    }
}

static void outcome_fill(struct page *p, enum act_id act, const json_t *vals, const struct fault *fault, struct page_form_fields *out)
{
    const struct law_act *a = &law_act[act];
    slice now = str(p, json_object_get(vals, "outcome"));
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, a->tos + 1);
    *out = (struct page_form_fields){.id = SL("f-outcome"), .name = SL("outcome"), .label = SL("判断"), .need = true, .choose = true, .options = o};
    for (size_t i = 0; i < a->tos; i++) {
        const struct law_state *s = law_state_of(a->kind, a->to[i].state);
        option_add(o, &out->options_n, sl(law_state_name[a->to[i].state]), sl(arena_fmt(p->a, "%s%s", s ? s->ja : "", a->to[i].negative ? "（退ける・戻す）" : "にする")), now);
    }
    if (fault && strcmp(fault->where, "outcome") == 0)
        out->err = sl(fault->what);
}

/* --- the page --- */
static void reasons_fill(struct page *p, enum act_id act, struct page_form *x)
{
    static const char *const op[] = {"始まる", "履行になる", "消える", "やり直す"};
    const struct law_act *a = &law_act[act];
    struct page_form_conds *c = arena_arr(p->a, struct page_form_conds, a->conds + 1);
    struct page_form_ticks *t = arena_arr(p->a, struct page_form_ticks, a->ticks + 1);
    for (size_t i = 0; i < a->conds; i++) {
        enum act_id other = a->cond[i].act ? law_act_named(sl(a->cond[i].act)) : ACT_COUNT;
        c[i].text = other == ACT_COUNT ? sl(law_pred[a->cond[i].pred].ja) : sl(arena_fmt(p->a, "「%s」をした者と別の者が行うこと", law_act[other].title));
    }
    for (size_t i = 0; i < a->ticks; i++)
        t[i].text = sl(arena_fmt(p->a, "「%s」が%s（%s）", law_clock[a->tick[i].clock].ja, op[a->tick[i].op], law_clock[a->tick[i].clock].basis));
    x->conds = c;
    x->conds_n = a->conds;
    x->ticks = t;
    x->ticks_n = a->ticks;
    x->gate = sl(law_gate[a->gate].ja);
    x->by = page_act_by(p, act);
    x->anchor = sl(arena_fmt(p->a, "/rules#%s", a->name));
}

static void draw(struct page *p, enum act_id act, const struct gate_row *row, const json_t *vals, const struct fault *fault)
{
    const struct law_act *a = &law_act[act];
    char key[UUID_LEN + 1];
    struct page_form x = {.title = sl(a->title), .basis = sl(a->basis), .action = sl(arena_fmt(p->a, "/act/%s", a->name)), .subject = row ? row->id : SLN, .button = sl(a->title), .csrf = page_token(p)};
    struct page_form_fields *f = arena_arr(p->a, struct page_form_fields, a->ins + 2);
    uuid_new(rng_system(), key);
    x.key = arena_sl(p->a, sl(key));
    x.fields = f;
    if (row) {
        x.subject_name = page_title_of(p, row);
        x.subject_href = page_href(p, row->kind, row->id);
        page_crumb(p, x.subject_name, x.subject_href);
    }
    page_crumb(p, x.title, SLN);
    if (a->to_mode == TO_OUTCOME)
        outcome_fill(p, act, vals, fault, &f[x.fields_n++]);
    for (size_t i = 0; i < a->ins; i++)
        field_fill(p, act, &a->in[i], vals, fault, &f[x.fields_n++]);
    if (fault) {
        struct page_form_errs *e = arena_arr(p->a, struct page_form_errs, 1);
        e[0] = (struct page_form_errs){sl(arena_fmt(p->a, "#f-%s", fault->where[0] ? fault->where : "outcome")), sl(fault->what)};
        x.errs = e;
        x.errs_n = 1;
        p->ans->status = err_http(fault->err);
    }
    reasons_fill(p, act, &x);
    page_form(&p->body, &x);
    page_end(p);
}

static bool subject_of(struct page *p, enum act_id act, slice id, const struct gate_row **row)
{
    *row = id.n ? view_get(p->v, law_act[act].kind, id) : NULL;
    return !id.n || *row;
}

void form_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    enum act_id act = act_of(r);
    const struct gate_row *row;
    if (!page_begin(&p, r, ans, act == ACT_COUNT ? "手続" : law_act[act].title))
        return;
    if (act == ACT_COUNT || !subject_of(&p, act, http_get(r->query, "subject"), &row)) {
        page_absent(&p);
        return;
    }
    json_t *vals = json_object();
    if (row)
        from_row(&p, act, row, vals);
    for (size_t i = 0; i < r->query.n; i++) /* a link may propose values */
        if (!sl_is(r->query.v[i].k, "subject") && !sl_is(r->query.v[i].k, "step"))
            json_object_setn_new(vals, r->query.v[i].k.p, r->query.v[i].k.n, json_stringn(r->query.v[i].v.p, r->query.v[i].v.n));
    if (http_has(r->query, "step") && p.step.act == act && p.step.in)
        json_object_update(vals, p.step.in);
    draw(&p, act, row, vals, NULL);
    json_decref(vals);
}

static void refuse(struct page *p, enum act_id act, const struct gate_row *row, const struct gate_ans *a)
{
    struct page_refused_rows *w = arena_arr(p->a, struct page_refused_rows, a->d.reasons + FLAG_COUNT + 2);
    struct page_refused x = {.title = sl(law_act[act].title), .basis = sl(law_act[act].basis), .leaf = a->leaf, .recorded = a->leaf >= 0, .rows = w,
                             .back = row ? page_href(p, row->kind, row->id) : page_home(p)};
    x.summary = SL("法令の定めにより、いまはできません。足りないことを下に示します。");
    for (size_t i = 0; i < a->d.reasons; i++)
        w[x.rows_n++] = (struct page_refused_rows){sl(law_pred[a->d.reason[i]].ja), page_reason_todo(p, act, a->d.reason[i]), a->d.reason[i] == P_gate_open};
    for (int i = 0; i < FLAG_COUNT; i++)
        if (a->missing >> i & 1)
            w[x.rows_n++] = (struct page_refused_rows){sl(law_flag[i].ja), sl(law_flag[i].todo), false};
    if (a->denied)
        w[x.rows_n++] = (struct page_refused_rows){SL("提供先の表が許しません"), sl(a->denied), false};
    page_crumb(p, x.title, SLN);
    p->ans->status = 403;
    page_refused(&p->body, &x);
    page_end(p);
}

void form_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct gate_ans a;
    enum act_id act = act_of(r);
    const struct gate_row *row;
    slice subject = http_get(r->form, "subject"), key = http_get(r->form, "_key");
    if (!page_begin(&p, r, ans, act == ACT_COUNT ? "手続" : law_act[act].title))
        return;
    if (act == ACT_COUNT || key.n > 100 || !subject_of(&p, act, subject, &row)) {
        page_absent(&p);
        return;
    }
    json_t *vals = from_form(r, act);
    server_act(r, &p.c, act, subject, vals, key, &a);
    if (a.err == E_OK)
        page_leave(&p, page_href(&p, law_act[act].kind, subject.n ? subject : arena_sl(p.a, sl(a.subject))), FLASH_DONE, law_act[act].says);
    else if (a.err == E_REFUSED)
        refuse(&p, act, row, &a);
    else if (a.err == E_FIELD || a.err == E_PARSE || a.err == E_TOO_BIG)
        draw(&p, act, row, vals, &a.fault);
    else if (a.err == E_ABSENT)
        page_absent(&p);
    else
        page_fault(&p, &a.fault);
    json_decref(vals);
}
