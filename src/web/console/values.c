#include "values.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LINES_MAX 300

static slice member(struct page *p, const json_t *o, const char *k)
{
    const json_t *v = json_object_get(o, k);
    return json_is_string(v) ? arena_sl(p->a, ((slice){json_string_value(v), json_string_length(v)})) : SLN;
}

slice value_origin(struct page *p, slice x)
{
    static const struct {
        const char *lead, *ja;
    } origin[] = {{"public:", "公表された情報"}, {"report:", "脆弱性の届出"}, {"coord:", "製品開発者との調整"},
                  {"own:", "自組織の分析"},      {"filing:", "事業者の届出"}, {"case:", "事案"}};
    for (size_t i = 0; i < TB_COUNT(origin); i++)
        if (sl_starts(x, origin[i].lead))
            return sl(origin[i].ja);
    return arena_sl(p->a, x);
}

slice value_range(struct page *p, const json_t *m)
{
    static const struct {
        const char *key, *ja;
    } bound[] = {{"versionStartIncluding", "以上"},
                 {"versionStartExcluding", "より新しい"},
                 {"versionEndIncluding", "以下"},
                 {"versionEndExcluding", "未満"}};
    struct buf b = BUF(2000);
    for (size_t i = 0; i < TB_COUNT(bound); i++) {
        slice v = member(p, m, bound[i].key);
        if (v.n)
            buf_fmt(&b, "%s" PRIs " %s", b.n ? " " : "", ARGs(v), bound[i].ja);
    }
    slice s = b.n ? arena_sl(p->a, buf_slice(&b)) : SL("すべての版");
    buf_free(&b);
    return s;
}

/* --- structures --- */
struct lines {
    struct page *p;
    struct part_value_lines *v;
    size_t n;
};

static void line_add(struct lines *l, slice text, slice sub, slice href, bool hash)
{
    if (l->n < LINES_MAX)
        l->v[l->n++] = (struct part_value_lines){text, sub, href, hash};
}

static void sentence(struct lines *l, const json_t *s)
{
    const json_t *prov = json_object_get(s, "provenance");
    const char *secret = json_string_value(json_object_get(s, "secret"));
    struct buf b = BUF(4000);
    buf_str(&b, "出典：");
    for (size_t k = 0; k < json_array_size(prov); k++)
        buf_fmt(&b, "%s" PRIs, k ? "、" : "", ARGs(value_origin(l->p, sl(json_string_value(json_array_get(prov, k))))));
    buf_fmt(&b, "　%s",
            secret && strcmp(secret, "NO") == 0    ? "秘密を含まない"
            : secret && strcmp(secret, "YES") == 0 ? "秘密を含む"
                                                   : "秘密の判断はまだ");
    line_add(l, member(l->p, s, "text"), arena_sl(l->p->a, buf_slice(&b)), SLN, false);
    buf_free(&b);
}

/* A machine of the recipient's own, as it was given to him. */
static void machine(struct lines *l, const json_t *s)
{
    slice version = member(l->p, s, "version"), asset = member(l->p, s, "asset");
    slice text = sl(arena_fmt(l->p->a, PRIs "　" PRIs " " PRIs, ARGs(member(l->p, s, "op_ref")),
                              ARGs(member(l->p, s, "product")), ARGs(version.n ? version : SL("（版の記載なし）"))));
    bool seen = asset.n && view_get(l->p->v, KIND_asset, asset);
    line_add(l, text, words_option(law_kind_field(KIND_match, N_level), member(l->p, s, "level")),
             seen ? page_href(l->p, KIND_asset, asset) : SLN, false);
}

static void node(struct lines *l, const json_t *n, const char *before, int depth)
{
    const json_t *kids = json_object_get(n, "nodes"), *match = json_object_get(n, "cpeMatch");
    const char *op = json_string_value(json_object_get(n, "operator")),
               *join = op && strcmp(op, "AND") == 0 ? "かつ" : "又は";
    if (depth > 8)
        return;
    if (json_is_true(json_object_get(n, "negate")))
        line_add(l, SL("次に当たらないこと"), SLN, SLN, false);
    for (size_t i = 0; i < json_array_size(kids); i++)
        node(l, json_array_get(kids, i), i ? join : before, depth + 1);
    for (size_t i = 0; i < json_array_size(match); i++) {
        const json_t *x = json_array_get(match, i);
        const char *lead = i ? join : before,
                   *place = json_is_false(json_object_get(x, "vulnerable")) ? "（動く場所の条件）" : "";
        line_add(l, member(l->p, x, "criteria"),
                 sl(arena_fmt(l->p->a, "%s%s" PRIs "%s", lead, lead[0] ? "　" : "", ARGs(value_range(l->p, x)), place)),
                 SLN, true);
    }
}

/* Which record was changed, by the hash of what it said before and of what it says now. */
static void changes(struct lines *l, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *c = json_array_get(list, i);
        slice was = member(l->p, c, "old"), now = member(l->p, c, "new");
        line_add(l,
                 sl(arena_fmt(l->p->a, "元の記録が改められた：" PRIs "（" PRIs "）", ARGs(member(l->p, c, "record")),
                              ARGs(member(l->p, c, "source")))),
                 SLN, SLN, false);
        if (was.n)
            line_add(l, was, SL("前の記録の指紋"), SLN, true);
        line_add(l, now, SL("いまの記録の指紋"), SLN, true);
    }
}

/* Why the matcher said so. */
static void why(struct lines *l, const json_t *v)
{
    static const struct {
        const char *name, *ja;
    } by[] = {{"name", "製品と版の名が当たる"},
              {"range", "版が範囲に入る"},
              {"open", "資産の届出に書かれていない事項がある（可能性あり）"},
              {"platform", "構成のほかの部分が、可能性に留まる"},
              {"package", "配布物の包みの名による（可能性あり）"},
              {"attribute", "名の一部が違う"},
              {"bound", "版が範囲の外"},
              {"tree", "構成の全体には当たらない"},
              {"rejected", "記録が取り下げられた"},
              {"nothing", "当たる製品の記載がない"},
              {"retracted", "いまは当たらない"}};
    slice how = member(l->p, v, "by"), asset = member(l->p, v, "asset_cpe"), criteria = member(l->p, v, "criteria");
    for (size_t i = 0; i < TB_COUNT(by); i++)
        if (sl_is(how, by[i].name))
            how = sl(by[i].ja);
    if (how.n)
        line_add(l, how, SLN, SLN, false);
    changes(l, json_object_get(v, "changes"));
    if (asset.n)
        line_add(l, asset, SL("届出資産"), SLN, true);
    if (criteria.n)
        line_add(l, criteria, value_range(l->p, json_object_get(v, "bounds")), SLN, true);
}

/* An extract is of machines that a case meets, or of the sentences of a 提供用. */
static void given(struct lines *l, const json_t *v)
{
    slice text = member(l->p, v, "text");
    if (text.n)
        line_add(l, text, SLN, SLN, false);
    else
        machine(l, v);
}

static void each(struct lines *l, const json_t *v, void (*one)(struct lines *, const json_t *))
{
    for (size_t i = 0; i < json_array_size(v); i++)
        one(l, json_array_get(v, i));
}

static void structure(struct page *p, const struct law_field *f, slice text, struct part_value *out)
{
    struct lines l = {.p = p, .v = arena_arr(p->a, struct part_value_lines, LINES_MAX)};
    json_t *j = json_loadb(text.p, text.n, JSON_DECODE_ANY, NULL);
    if (f->id == N_sentences)
        each(&l, j, sentence);
    else if (f->id == N_extract)
        each(&l, j, given);
    else if (f->id == N_config && !json_is_array(j))
        node(&l, j, "", 0);
    for (size_t i = 0; f->id == N_config && i < json_array_size(j); i++)
        node(&l, json_array_get(j, i), i ? "又は" : "", 0);
    if (f->id == N_why || f->id == N_decided_why)
        why(&l, j);
    out->lines = l.v;
    out->lines_n = l.n;
    if (!l.n && j) {
        char *z = json_dumps(j, JSON_INDENT(1) | JSON_ENCODE_ANY);
        out->text = z ? arena_sl(p->a, sl(z)) : SLN;
        out->raw = true;
        free(z);
    }
    json_decref(j);
}

static void many(struct page *p, const struct law_field *f, struct val v, struct part_value *out)
{
    struct lines l = {.p = p, .v = arena_arr(p->a, struct part_value_lines, LINES_MAX)};
    for (size_t i = 0; i < v.n && i < LINES_MAX; i++) {
        const struct gate_row *row = v.v[i].t == VAL_TEXT ? view_get(p->v, f->ref, v.v[i].s) : NULL;
        if (row)
            line_add(&l, page_title_of(p, row), words_state(row->kind, row->state).word,
                     page_href(p, row->kind, row->id), false);
    }
    out->lines = l.v;
    out->lines_n = l.n;
    if (!l.n)
        out->text = sl(arena_fmt(p->a, "%zu件（あなたが見られるものはありません）", v.n));
}

struct part_value value_of(struct page *p, const struct law_field *f, struct val v)
{
    struct part_value out = {.text = SLN};
    if (v.t == VAL_NONE || (v.t == VAL_TEXT && !v.s.n))
        return out;
    if (f->type == FT_IDS && v.t == VAL_LIST) {
        many(p, f, v, &out);
    } else if (f->type == FT_JSON && v.t == VAL_TEXT) {
        structure(p, f, v.s, &out);
    } else {
        out.text = page_value(p, f, v);
        out.hash = f->type == FT_HASH || f->id == N_cpe;
        if (f->type == FT_ID && v.t == VAL_TEXT && view_get(p->v, f->ref, v.s))
            out.href = page_href(p, f->ref, v.s);
    }
    return out;
}
