#include "web/problem.h"

static bool wants_english(const struct http_req *r)
{
    slice lang = sl_trim(http_header(r, "Accept-Language"));
    return lang.n >= 2 && strncasecmp(lang.p, "en", 2) == 0 && (lang.n == 2 || strchr("-,; ", lang.p[2]));
}

static void put(json_t *o, const char *key, slice text)
{
    if (text.n)
        json_object_set_new(o, key, json_stringn(text.p, text.n)); /* not UTF-8: left out */
}

static json_t *reasons_of(const struct problem_reason *reason, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        json_t *o = json_object();
        put(o, "code", reason[i].code);
        put(o, "article", reason[i].article);
        put(o, "field", reason[i].field);
        put(o, "text", reason[i].text);
        put(o, "way_out", reason[i].way_out);
        json_array_append_new(list, o);
    }
    return list;
}

static int into_buf(const char *p, size_t n, void *ud)
{
    buf_add(ud, p, n);
    return ((struct buf *)ud)->over ? -1 : 0;
}

void json_answer(struct http_ans *ans, const json_t *value)
{
    ans->type = "application/json";
    json_dump_callback(value, into_buf, &ans->body, JSON_COMPACT | JSON_ENCODE_ANY);
    buf_chr(&ans->body, '\n');
}

void problem_put(const struct http_req *r, struct http_ans *ans, const struct fault *f,
                 const struct problem_reason *reason, size_t n)
{
    char type[64];
    if (!ans->status)
        ans->status = err_http(f->err);
    json_t *o = json_object();
    must(o);
    snprintf(type, sizeof(type), "/api/v1/problem/%s", err_code(f->err));
    put(o, "type", sl(type));
    put(o, "title", sl(err_text(f->err, !wants_english(r))));
    json_object_set_new(o, "status", json_integer(ans->status));
    put(o, "detail", sl(f->what));
    put(o, "instance", r->path);
    put(o, "code", sl(err_code(f->err)));
    put(o, "where", sl(f->where));
    if (n)
        json_object_set_new(o, "reasons", reasons_of(reason, n));
    buf_clear(&ans->body);
    json_answer(ans, o);
    ans->type = "application/problem+json";
    json_decref(o);
}

enum err json_body(const struct http_req *r, json_t **out, struct fault *f)
{
    json_error_t e;
    *out = NULL;
    if (r->body.n == 0)
        return fault_set(f, E_PARSE, "body", "本文（JSON）がありません");
    *out = json_loadb(r->body.p, r->body.n, JSON_REJECT_DUPLICATES, &e);
    if (!*out)
        return fault_set(f, E_PARSE, "body", "JSON の%d行%d列を読み取れません：%s（RFC 8259）", e.line, e.column,
                         e.text);
    return E_OK;
}
