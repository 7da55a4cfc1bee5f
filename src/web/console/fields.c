#include "fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define PICK_MAX  1000 /* candidates looked at */
#define PICK_SHOW 300  /* and shown */
#define PICK_FIND 12   /* with more than so many there is a box to narrow them */
#define LINES     8
#define LINES_MAX 40
#define SPANS     6

static slice str(struct page *p, const json_t *v)
{
    if (json_is_string(v))
        return arena_sl(p->a, ((slice){json_string_value(v), json_string_length(v)}));
    if (json_is_integer(v))
        return sl(arena_fmt(p->a, "%" JSON_INTEGER_FORMAT, json_integer_value(v)));
    if (json_is_boolean(v))
        return json_is_true(v) ? SL("1") : SL("0");
    if (!json_is_array(v) && !json_is_object(v))
        return SLN;
    char *z = json_dumps(v, JSON_INDENT(1));
    slice s = z ? arena_sl(p->a, sl(z)) : SLN;
    free(z);
    return s;
}

static json_t *jtext(slice s)
{
    return json_stringn(s.p ? s.p : "", s.n);
}

static const struct law_field *input_of(enum act_id act, enum name_id name)
{
    for (size_t i = 0; i < law_act[act].ins; i++)
        if (law_field[law_act[act].in[i].field].id == name)
            return &law_field[law_act[act].in[i].field];
    return NULL;
}

json_t *fields_of_row(enum act_id act, const struct gate_row *row)
{
    json_t *all = gate_row_json(row), *vals = json_object();
    for (size_t i = 0; i < law_act[act].ins; i++) {
        const struct law_field *f = &law_field[law_act[act].in[i].field];
        json_t *v = json_object_get(all, f->name);
        if (f->kind == law_act[act].kind && v && f->type != FT_HASH)
            json_object_set(vals, f->name, v);
    }
    json_decref(all);
    return vals;
}

/* --- what was sent --- */
static slice sent(const struct http_req *r, const char *name, const char *part)
{
    return sl_trim(http_get(r->form, arena_fmt(r->a, "%s.%s", name, part)));
}

static slice sent_n(const struct http_req *r, const char *name, int n, const char *part)
{
    return sl_trim(http_get(r->form, arena_fmt(r->a, "%s.%d.%s", name, n, part)));
}

static json_t *words_array(slice s)
{
    json_t *list = json_array();
    slice word;
    while (s.n) {
        if (!sl_cut(s, ' ', &word, &s))
            s = SLN;
        if (word.n)
            json_array_append_new(list, jtext(word));
    }
    return list;
}

static json_t *sentences_sent(const struct http_req *r, const char *name)
{
    json_t *list = json_array();
    for (int i = 1; i <= LINES_MAX; i++) {
        slice t = sent_n(r, name, i, "text");
        if (t.n)
            json_array_append_new(list, json_pack("{s:o, s:o}", "text", jtext(t), "provenance",
                                                  words_array(sent_n(r, name, i, "source"))));
    }
    if (json_array_size(list))
        return list;
    json_decref(list);
    return NULL;
}

static const struct {
    const char *op, *from, *to;
} bound[] = {{"in", "versionStartIncluding", "versionEndIncluding"},
             {"ex", "versionStartExcluding", "versionEndExcluding"}};

static json_t *span_sent(const struct http_req *r, const char *name, int i)
{
    slice cpe = sent_n(r, name, i, "cpe"), from = sent_n(r, name, i, "from"), to = sent_n(r, name, i, "to");
    if (!cpe.n && !from.n && !to.n)
        return NULL;
    json_t *m = json_pack("{s:b, s:o}", "vulnerable", 1, "criteria", jtext(cpe));
    if (from.n)
        json_object_set_new(m, bound[sl_is(sent_n(r, name, i, "fromop"), "ex")].from, jtext(from));
    if (to.n)
        json_object_set_new(m, bound[!sl_is(sent_n(r, name, i, "toop"), "in")].to, jtext(to));
    return m;
}

/* Rows of the form, or the whole as JSON where rows cannot say it (AND, negate). */
static json_t *config_sent(const struct http_req *r, const char *name)
{
    slice raw = sent(r, name, "raw");
    if (raw.n) {
        json_t *j = json_loadb(raw.p, raw.n, JSON_REJECT_DUPLICATES, NULL);
        return j ? j : jtext(raw); /* the gate says what is wrong with it */
    }
    json_t *list = json_array();
    for (int i = 1; i <= SPANS; i++) {
        json_t *m = span_sent(r, name, i);
        if (m)
            json_array_append_new(list, m);
    }
    if (json_array_size(list))
        return json_pack("[{s:[{s:s, s:b, s:o}]}]", "nodes", "operator", "OR", "negate", 0, "cpeMatch", list);
    json_decref(list);
    return NULL;
}

static json_t *hex_json(slice bytes)
{
    uint8_t h[SHA_LEN];
    char hex[65];
    sha256(bytes, h);
    hex_of(h, sizeof h, hex);
    return json_string(hex);
}

/* A fingerprint is never made unasked: how it is found is chosen each time. */
static json_t *hash_sent(const struct http_req *r, const char *name)
{
    slice how = sent(r, name, "how"), value = sl_trim(http_get(r->form, name));
    if (sl_is(how, "file") && r->file.data.p && sl_is(r->file.field, arena_fmt(r->a, "%s.file", name)))
        return hex_json(r->file.data);
    if (sl_is(how, "text") && sl_trim(http_get(r->form, "source")).n)
        return hex_json(sl_trim(http_get(r->form, "source")));
    if (sl_is(how, "shown"))
        return jtext(sent(r, name, "shown"));
    return sl_is(how, "value") && value.n ? jtext(value) : NULL;
}

static json_t *time_sent(const struct http_req *r, const char *name)
{
    slice d = sent(r, name, "d"), t = sent(r, name, "t");
    return d.n || t.n ? json_string(arena_fmt(r->a, PRIs "T" PRIs, ARGs(d), ARGs(t))) : NULL;
}

static json_t *many_sent(const struct http_req *r, const char *name)
{
    slice many[PICK_SHOW];
    size_t n = http_all(r->form, name, many, PICK_SHOW);
    json_t *list = n ? json_array() : NULL;
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, jtext(many[i]));
    return list;
}

static json_t *joined_sent(const struct http_req *r, const char *name)
{
    slice many[10];
    size_t n = http_all(r->form, name, many, TB_COUNT(many));
    struct buf b = BUF(1000);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%s" PRIs, i ? " " : "", ARGs(many[i]));
    json_t *j = n ? jtext(buf_slice(&b)) : NULL;
    buf_free(&b);
    return j;
}

static json_t *one_sent(const struct http_req *r, const struct law_field *f)
{
    slice v = http_get(r->form, f->name);
    if (f->type == FT_IDS)
        return many_sent(r, f->name);
    if (f->type == FT_HASH)
        return hash_sent(r, f->name);
    if (f->type == FT_TIME)
        return time_sent(r, f->name);
    if (f->id == N_sentences)
        return sentences_sent(r, f->name);
    if (f->id == N_config)
        return config_sent(r, f->name);
    if (f->id == N_acks)
        return joined_sent(r, f->name);
    return sl_trim(v).n ? jtext(v) : NULL;
}

json_t *fields_of_form(const struct http_req *r, enum act_id act)
{
    json_t *vals = json_object();
    slice outcome = http_get(r->form, "outcome");
    for (size_t i = 0; i < law_act[act].ins; i++) {
        const struct law_field *f = &law_field[law_act[act].in[i].field];
        json_t *j = one_sent(r, f);
        if (j)
            json_object_set_new(vals, f->name, j);
    }
    if (outcome.n)
        json_object_set_new(vals, "outcome", jtext(outcome));
    return vals;
}

/* --- faults --- */
static void fault_add(struct field_faults *out, const char *name, slice text)
{
    if (out->n < FIELD_FAULTS) {
        out->v[out->n].name = name;
        out->v[out->n++].text = text;
    }
}

void fields_check(struct page *p, enum act_id act, const json_t *vals, struct field_faults *out)
{
    const struct law_act *a = &law_act[act];
    if (a->to_mode == TO_OUTCOME && !json_object_get(vals, "outcome"))
        fault_add(out, "outcome", SL("判断を選んでください。"));
    for (size_t i = 0; i < a->ins; i++) {
        const struct law_field *f = &law_field[a->in[i].field];
        const json_t *v = json_object_get(vals, f->name);
        struct val got = {0};
        struct fault why;
        if (v && gate_field_parse(f, v, p->a, &got, &why) != E_OK)
            fault_add(out, f->name, arena_sl(p->a, sl(why.what)));
        else if (a->in[i].required && (got.t == VAL_NONE || (got.t == VAL_TEXT && !got.s.n)))
            fault_add(out, f->name, sl(arena_fmt(p->a, "%s: 入力してください（%s）。", f->ja, a->basis)));
    }
}

static slice fault_of(const struct field_faults *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (strcmp(f->v[i].name, name) == 0)
            return f->v[i].text;
    return SLN;
}

/* --- what is confirmed --- */
static slice secret_words(const json_t *s)
{
    const char *v = json_string_value(json_object_get(s, "secret"));
    return v && strcmp(v, "NO") == 0    ? SL("秘密を含まない")
           : v && strcmp(v, "YES") == 0 ? SL("秘密を含む：除かれる")
                                        : SL("まだ判断していない：秘密として扱う");
}

static const struct gate_row *product_shown(struct page *p, enum act_id act, const struct gate_row *row)
{
    if (!row)
        return NULL;
    if (act == ACT_product_issue_shuchi)
        return row;
    return act == ACT_notice_decide && row->f[N_product].t == VAL_TEXT
               ? view_get(p->v, KIND_product, row->f[N_product].s)
               : NULL;
}

struct fields_shown fields_shown(struct page *p, enum act_id act, const struct gate_row *row)
{
    const struct gate_row *prod = product_shown(p, act, row);
    struct fields_shown out = {0};
    if (!prod || prod->f[N_sentences].t != VAL_TEXT)
        return out;
    json_t *list = json_loadb(prod->f[N_sentences].s.p, prod->f[N_sentences].s.n, 0, NULL);
    struct page_form_shown *x = arena_arr(p->a, struct page_form_shown, json_array_size(list) + 1);
    struct buf all = BUF((size_t)1 << 20);
    buf_sl(&all, page_title_of(p, prod));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *s = json_array_get(list, i);
        x[out.n] = (struct page_form_shown){str(p, json_object_get(s, "text")),
                                            act == ACT_product_issue_shuchi ? secret_words(s) : SLN};
        buf_fmt(&all, "\n" PRIs "\t" PRIs, ARGs(x[out.n].text), ARGs(x[out.n].sub));
        out.n++;
    }
    if (act == ACT_notice_decide)
        buf_fmt(&all, "\n" PRIs "\n%" PRId64,
                ARGs(page_value(p, law_kind_field(KIND_notice, N_channels), row->f[N_channels])), row->f[N_at].i);
    json_t *hex = hex_json(buf_slice(&all));
    out.row = x;
    out.hash = str(p, hex);
    json_decref(hex);
    json_decref(list);
    buf_free(&all);
    return out;
}

/* --- one field of the page --- */

static void option_add(struct page_form_fields_options *o, size_t *n, slice value, slice label, bool on)
{
    o[(*n)++] = (struct page_form_fields_options){value, label, on};
}

static bool among(const json_t *v, slice id)
{
    if (json_is_string(v))
        return sl_is(id, json_string_value(v));
    for (size_t i = 0; i < json_array_size(v); i++)
        if (json_is_string(json_array_get(v, i)) && sl_is(id, json_string_value(json_array_get(v, i))))
            return true;
    return false;
}

/* Which state or kind of organisation makes a sensible choice; the gate decides in any case. */
static bool sensible(enum act_id act, const struct law_field *f, const struct gate_row *row, slice case_id)
{
    const struct law_state *s = law_state_of(f->ref, row->state);
    slice kind = f->ref == KIND_org && row->f[N_org_kind].t == VAL_TEXT ? row->f[N_org_kind].s : SLN;
    if (s && s->sort == STATE_FINAL)
        return false;
    if (case_id.n && f->ref != KIND_case && row->f[N_case].t == VAL_TEXT && !sl_eq(row->f[N_case].s, case_id))
        return false;
    if (f->ref == KIND_product)
        return row->state == ST_ISSUED || (row->state == ST_ISSUED_S && law_act[act].kind == KIND_provision);
    if (act == ACT_response_propose && f->id == N_targets)
        return row->state == ST_PROPOSED;
    if (act == ACT_protection_find)
        return sl_is(kind, "FOREIGN");
    if (f->id == N_recipient && (sl_is(kind, "FOREIGN") || sl_is(kind, "ENTRUSTEE")))
        return true;
    if (f->id == N_recipient || act == ACT_member_invite)
        return sl_is(kind, "OPERATOR") || sl_is(kind, "VENDOR") || f->ref != KIND_org;
    return f->id != N_body || sl_is(kind, "ENTRUSTEE");
}

struct candidate {
    slice id, title;
};

static int title_cmp(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return sl_cmp(x->title, y->title);
}

static slice candidate_title(struct page *p, const struct gate_row *row)
{
    const struct law_state *s = law_state_of(row->kind, row->state);
    slice t = page_title_of(p, row);
    if (row->kind == KIND_org || row->kind == KIND_person)
        return t;
    return sl(arena_fmt(p->a, PRIs "（%s）", ARGs(t), s ? s->ja : ""));
}

static bool fits_words(struct page *p, slice title, slice q)
{
    slice hay = text_fold(p->a, title);
    return !q.n || (hay.n >= q.n && memmem(hay.p, hay.n, q.p, q.n));
}

static void candidates(struct page *p, enum act_id act, const struct law_field *f, const json_t *vals,
                       struct page_form_fields *out)
{
    const json_t *v = json_object_get(vals, f->name);
    const struct gate_row **row;
    slice case_id = str(p, json_object_get(vals, "case"));
    slice typed = http_get(p->r->form, arena_fmt(p->a, "_find.%s", f->name)), q = text_fold(p->a, typed);
    struct view_filter of = {.owner = law_kind[f->ref].quota ? str(p, json_object_get(vals, "operator")) : SLN};
    of.max = page_rows(p, f->ref, of.owner, PICK_MAX);
    size_t n = view_list(p->v, f->ref, &of, &row), all = 0, m = 0;
    struct candidate *c = arena_arr(p->a, struct candidate, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!sensible(act, f, row[i], case_id) && !among(v, row[i]->id))
            continue;
        all++;
        slice title = candidate_title(p, row[i]);
        if (fits_words(p, title, q) || among(v, row[i]->id))
            c[m++] = (struct candidate){row[i]->id, title};
    }
    if (f->ref == KIND_org || f->ref == KIND_person)
        qsort(c, m, sizeof *c, title_cmp);
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, m + 1);
    for (size_t i = 0; i < m && i < PICK_SHOW; i++)
        option_add(o, &out->options_n, c[i].id, c[i].title, among(v, c[i].id));
    out->options = o;
    out->find = all > PICK_FIND;
    out->query = typed;
    if (m > PICK_SHOW)
        out->more = sl(arena_fmt(p->a, "%zu件のうち %d件を示しています。ことばで絞ってください。", m, PICK_SHOW));
    else if (typed.n)
        out->more = sl(arena_fmt(p->a, "%zu件が当たりました。", m));
}

static void enumerated(struct page *p, const struct law_field *f, const json_t *v, bool need,
                       struct page_form_fields *out)
{
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, f->options + 2);
    for (size_t i = 0; i < f->options; i++)
        option_add(o, &out->options_n, sl(f->option[i].name), sl(f->option[i].ja), among(v, sl(f->option[i].name)));
    out->options = o;
    out->choose = f->options <= 6;
    out->pick = !out->choose;
    if (out->choose && !need) {
        out->unknown = true;
        out->unset = !v;
    }
}

static void yes_no(struct page *p, const json_t *v, bool need, struct page_form_fields *out)
{
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, 2);
    slice now = str(p, v);
    option_add(o, &out->options_n, SL("1"), SL("はい"), sl_is(now, "1") || sl_is(now, "true"));
    option_add(o, &out->options_n, SL("0"), SL("いいえ"), sl_is(now, "0") || sl_is(now, "false"));
    out->options = o;
    out->choose = true;
    out->unknown = !need;
    out->unset = !v;
}

static void roles(struct page *p, const json_t *v, struct page_form_fields *out)
{
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, ROLE_COUNT);
    for (int i = 0; i < ROLE_COUNT; i++)
        if (law_role[i].sort == ROLE_HELD)
            option_add(o, &out->options_n, sl(law_role[i].name), sl(law_role[i].ja), among(v, sl(law_role[i].name)));
    out->options = o;
    out->pick = true;
    out->hint = SLN;
}

static void acks(struct page *p, const json_t *v, struct page_form_fields *out)
{
    static const struct {
        const char *name, *ja;
    } ack[] = {
        {"8_2", "国の職員として漏らさないこと（8②、44②）。漏らしたときは2年以下の拘禁刑又は100万円以下の罰金（82）"},
        {"45_7", "協議会の構成員として漏らさないこと（45⑦）。離れた後も続く（82）"},
        {"72_4", "受託した事務について漏らさないこと（72④）。離れた後も続く（82）"}};
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, TB_COUNT(ack));
    for (size_t i = 0; i < TB_COUNT(ack); i++)
        option_add(o, &out->options_n, sl(ack[i].name), sl(ack[i].ja), law_words_have(str(p, v), sl(ack[i].name)));
    out->options = o;
    out->many = true;
    out->hint = SL("自分に当たるものを読んで、確認したものを選びます");
}

/* Sentences are chosen by their words, not by their number. */
static void sentence_pick(struct page *p, const struct gate_row *row, const json_t *v, struct page_form_fields *out)
{
    json_t *list = row && row->f[N_sentences].t == VAL_TEXT
                       ? json_loadb(row->f[N_sentences].s.p, row->f[N_sentences].s.n, 0, NULL)
                       : NULL;
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, json_array_size(list) + 1);
    slice now = str(p, v);
    for (size_t i = 0; i < json_array_size(list); i++) {
        slice value = sl(arena_fmt(p->a, "%zu", i));
        option_add(
            o, &out->options_n, value,
            sl(arena_fmt(p->a, PRIs "　〔" PRIs "〕", ARGs(str(p, json_object_get(json_array_get(list, i), "text"))),
                         ARGs(secret_words(json_array_get(list, i))))),
            sl_eq(now, value));
    }
    json_decref(list);
    out->options = o;
    out->choose = true;
    out->label = SL("文");
    out->hint = SLN;
}

static const struct {
    const char *value, *ja;
} origin[] = {{"public:source", "公表された情報"},
              {"report:vulreport", "脆弱性の届出"},
              {"coord:vendor", "製品開発者との調整"},
              {"own:analysis", "自組織の分析"},
              {"filing:asset", "事業者の届出（ほかの組織の情報）"}};

static void line_fill(struct page *p, const json_t *s, struct page_form_fields_lines *l)
{
    const json_t *prov = json_object_get(s, "provenance");
    struct page_form_fields_lines_from *o = arena_arr(p->a, struct page_form_fields_lines_from, TB_COUNT(origin) + 1);
    struct buf b = BUF(2000);
    bool found = false;
    for (size_t k = 0; k < json_array_size(prov); k++)
        buf_fmt(&b, "%s" PRIs, k ? " " : "", ARGs(str(p, json_array_get(prov, k))));
    slice now = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    for (size_t i = 0; i < TB_COUNT(origin); i++) {
        bool on = sl_is(now, origin[i].value);
        found = found || on;
        o[l->from_n++] = (struct page_form_fields_lines_from){sl(origin[i].value), sl(origin[i].ja), on};
    }
    if (now.n && !found) /* several sources, or one of another system: kept as they are */
        o[l->from_n++] = (struct page_form_fields_lines_from){now, now, true};
    l->from = o;
    l->text = str(p, json_object_get(s, "text"));
}

static void parts(struct page *p, const json_t *v, struct page_form_fields *out)
{
    size_t n = json_array_size(v) + 2;
    n = n < LINES ? LINES : n > LINES_MAX ? LINES_MAX : n;
    struct page_form_fields_lines *l = arena_arr(p->a, struct page_form_fields_lines, n);
    for (size_t i = 0; i < n; i++) {
        l[i].n = (int64_t)i + 1;
        line_fill(p, json_array_get(v, i), &l[i]);
    }
    out->lines = l;
    out->lines_n = n;
    out->parts = true;
    out->hint = SL("文ごとに出典を選びます。空の行は使いません。出典のない文は受け付けられません");
}

/* One OR of ranges is what the rows can say. */
static const json_t *plain_matches(const json_t *v)
{
    const json_t *top = json_is_array(v) ? json_array_get(v, 0) : v, *nodes = json_object_get(top, "nodes"),
                 *node = json_array_get(nodes, 0);
    const char *op = json_string_value(json_object_get(node, "operator"));
    bool one = (!json_is_array(v) || json_array_size(v) == 1) && json_array_size(nodes) == 1 &&
               !json_object_get(top, "operator");
    const json_t *m = json_object_get(node, "cpeMatch");
    if (!one || json_is_true(json_object_get(node, "negate")) || (op && strcmp(op, "OR") != 0) ||
        json_array_size(m) > SPANS)
        return NULL;
    for (size_t i = 0; i < json_array_size(m); i++)
        if (json_is_false(json_object_get(json_array_get(m, i), "vulnerable")))
            return NULL;
    return m;
}

static void ranges(struct page *p, const json_t *v, struct page_form_fields *out)
{
    struct page_form_fields_spans *s = arena_arr(p->a, struct page_form_fields_spans, SPANS);
    const json_t *m = plain_matches(v);
    for (int i = 0; i < SPANS; i++) {
        const json_t *x = json_array_get(m, (size_t)i);
        slice from_ex = str(p, json_object_get(x, bound[1].from)), to_in = str(p, json_object_get(x, bound[0].to));
        s[i] = (struct page_form_fields_spans){.n = i + 1,
                                               .cpe = str(p, json_object_get(x, "criteria")),
                                               .fromex = from_ex.n > 0,
                                               .toin = to_in.n > 0,
                                               .from = from_ex.n ? from_ex : str(p, json_object_get(x, bound[0].from)),
                                               .to = to_in.n ? to_in : str(p, json_object_get(x, bound[1].to))};
    }
    out->spans = s;
    out->spans_n = SPANS;
    out->ranges = true;
    if (v && !m)
        out->value = str(p, v);
    else
        out->value = SLN;
    out->hint = SL("CPE 2.3 と版の範囲。どれか一つに当たれば影響を受けます。空の行は使いません");
}

static void moment(struct page *p, const json_t *v, struct page_form_fields *out)
{
    slice s = str(p, v), d, t;
    usec_t at;
    char day[11], hm[6];
    out->when = true;
    out->hint = SL("日本時間。2026-11-24 と 14:00 の形");
    if (instant_parse(s, &at)) {
        day_iso(day_of_instant(at), day);
        instant_hm(at, hm);
        out->date = arena_sl(p->a, sl(day));
        out->time = arena_sl(p->a, sl(hm));
    } else if (sl_cut(s, 'T', &d, &t)) {
        out->date = d;
        out->time = t;
    } else {
        out->date = s;
    }
}

static void fingerprint(struct page *p, enum act_id act, const struct law_field *f, const json_t *v,
                        const struct fields_shown *shown, bool step, struct page_form_fields *out)
{
    slice how = sent(p->r, f->name, "how");
    out->hash = true;
    out->hint = SLN;
    out->bytext = input_of(act, N_source) != NULL;
    out->shown = shown->hash;
    out->print = words_hash(p->a, shown->hash, 16);
    out->howshown = sl_is(how, "shown") || (step && shown->hash.n);
    out->howtext = sl_is(how, "text") || (step && v && out->bytext && !shown->hash.n);
    out->howfile = sl_is(how, "file");
    out->howvalue = sl_is(how, "value") || (!step && !how.n && v);
    if (!out->howvalue)
        out->value = SLN;
}

static slice limit_of(struct page *p, const struct law_field *f)
{
    const char *hint = f->hint ? f->hint : "";
    if (f->type == FT_TEXT || f->type == FT_LONG)
        return sl(arena_fmt(p->a, "%s%s%" PRId64 "字まで", hint, hint[0] ? "。" : "", f->max));
    if (f->type == FT_INT)
        return sl(arena_fmt(p->a, "%s%s%" PRId64 "から%" PRId64 "まで", hint, hint[0] ? "。" : "", f->min, f->max));
    if (f->type == FT_DAY)
        return sl(arena_fmt(p->a, "%s%s2026-11-24 の形", hint, hint[0] ? "。" : ""));
    return sl(hint);
}

static void typed(struct page *p, enum act_id act, const struct law_in *in, const json_t *vals,
                  struct page_form_fields *out)
{
    const struct law_field *f = &law_field[in->field];
    const json_t *v = json_object_get(vals, f->name);
    switch (f->type) {
    case FT_DAY:
    case FT_INT:
        out->line = out->numeric = out->brief = true;
        break;
    case FT_TIME:
        moment(p, v, out);
        break;
    case FT_BOOL:
        yes_no(p, v, in->required, out);
        break;
    case FT_ENUM:
        enumerated(p, f, v, in->required, out);
        break;
    case FT_ID:
        candidates(p, act, f, vals, out);
        out->pick = true;
        break;
    case FT_IDS:
        candidates(p, act, f, vals, out);
        out->many = true;
        break;
    case FT_TEXT:
        out->line = f->max <= 400;
        out->area = !out->line;
        out->brief = f->max <= 40;
        break;
    default:
        out->area = true;
        out->mono = f->type == FT_JSON;
    }
}

static void field_fill(struct page *p, enum act_id act, const struct law_in *in, const struct gate_row *row,
                       const json_t *vals, struct page_form_fields *out)
{
    const struct law_field *f = &law_field[in->field];
    const json_t *v = json_object_get(vals, f->name);
    *out = (struct page_form_fields){.name = sl(f->name),
                                     .label = sl(f->ja),
                                     .need = in->required,
                                     .hint = limit_of(p, f),
                                     .value = str(p, v),
                                     .rows = f->max > 1000 ? 6 : 3};
    if (f->id == N_sentences)
        parts(p, v, out);
    else if (f->id == N_config)
        ranges(p, v, out);
    else if (f->id == N_role && f->kind == KIND_grant)
        roles(p, v, out);
    else if (f->id == N_acks)
        acks(p, v, out);
    else if (f->id == N_sentence)
        sentence_pick(p, row, v, out);
    else if (f->type != FT_HASH)
        typed(p, act, in, vals, out);
}

static void outcome_fill(struct page *p, enum act_id act, const json_t *vals, struct page_form_fields *out)
{
    const struct law_act *a = &law_act[act];
    struct page_form_fields_options *o = arena_arr(p->a, struct page_form_fields_options, a->tos + 1);
    *out = (struct page_form_fields){.name = SL("outcome"), .label = SL("判断"), .need = true, .choose = true};
    for (size_t i = 0; i < a->tos; i++) {
        const struct law_state *s = law_state_of(a->kind, a->to[i].state);
        option_add(o, &out->options_n, sl(law_state_name[a->to[i].state]),
                   sl(arena_fmt(p->a, "%s%s", s ? s->ja : "", a->to[i].negative ? "（退ける・戻す）" : "にする")),
                   among(json_object_get(vals, "outcome"), sl(law_state_name[a->to[i].state])));
    }
    out->options = o;
}

static void finish(struct page *p, const struct field_faults *faults, struct page_form_fields *out)
{
    out->id = sl(arena_fmt(p->a, "f-" PRIs, ARGs(out->name)));
    out->err = fault_of(faults, arena_dup(p->a, out->name));
    out->single = out->line || out->area || out->pick;
    out->group = !out->single;
    if (out->hint.n || out->err.n)
        out->desc =
            sl(arena_fmt(p->a, "%s%s%s%s%s", out->hint.n ? out->id.p : "", out->hint.n ? "-h" : "",
                         out->hint.n && out->err.n ? " " : "", out->err.n ? out->id.p : "", out->err.n ? "-e" : ""));
}

struct page_form_fields *fields_draw(struct page *p, enum act_id act, const struct gate_row *row, const json_t *vals,
                                     const struct field_faults *faults, const struct fields_shown *shown, bool step,
                                     size_t *n)
{
    const struct law_act *a = &law_act[act];
    struct page_form_fields *f = arena_arr(p->a, struct page_form_fields, a->ins + 2);
    *n = 0;
    if (a->to_mode == TO_OUTCOME)
        outcome_fill(p, act, vals, &f[(*n)++]);
    for (size_t i = 0; i < a->ins; i++) {
        const struct law_field *lf = &law_field[a->in[i].field];
        field_fill(p, act, &a->in[i], row, vals, &f[*n]);
        if (lf->type == FT_HASH)
            fingerprint(p, act, lf, json_object_get(vals, lf->name), shown, step, &f[*n]);
        (*n)++;
    }
    for (size_t i = 0; i < *n; i++)
        finish(p, faults, &f[i]);
    return f;
}
