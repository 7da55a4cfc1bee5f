#include "web/http_int.h"

#include <microhttpd.h>

#include "base/text.h"

enum { FIELDS_MAX = 2000, KEY_MAX = 100, PIECE = 64 * 1024 };

static const struct {
    const char *type;
    unsigned flag;
} known[] = {{"application/x-www-form-urlencoded", HTTP_FORM},
             {"multipart/form-data", HTTP_FORM},
             {"application/json", HTTP_JSON},
             {"text/csv", HTTP_ROWS},
             {"application/x-ndjson", HTTP_ROWS},
             {"application/jsonl", HTTP_ROWS}};

static slice lower(struct arena *a, slice s)
{
    slice out = arena_sl(a, s);
    char *p = (char *)(uintptr_t)out.p;
    for (size_t i = 0; i < out.n; i++)
        if (p[i] >= 'A' && p[i] <= 'Z')
            p[i] = (char)(p[i] + 32);
    return out;
}

static void accepted(unsigned flags, struct buf *list)
{
    for (size_t i = 0; i < TB_COUNT(known); i++)
        if (flags & known[i].flag)
            buf_fmt(list, "%s%s", list->n ? ", " : "", known[i].type);
}

static enum err wrong_type(struct http_req *r, unsigned flags, struct fault *f)
{
    struct buf list = BUF(300);
    accepted(flags, &list);
    fault_set(f, E_TYPE, "Content-Type", "%.80s は受け付けません。受け付ける形式：%s",
              r->type.n ? r->type.p : "（指定なし）", list.n ? list.p : "なし");
    buf_free(&list);
    return E_TYPE;
}

/* charset, if said, must be UTF-8: everything here is. */
static bool charset_ok(slice params)
{
    slice one;
    while (params.n) {
        sl_cut(params, ';', &one, &params);
        one = sl_trim(one);
        if (one.n > 8 && strncasecmp(one.p, "charset=", 8) == 0) {
            slice name = {one.p + 8, one.n - 8};
            if (name.n >= 2 && name.p[0] == '"' && name.p[name.n - 1] == '"')
                name = (slice){name.p + 1, name.n - 2};
            return name.n == 5 && strncasecmp(name.p, "utf-8", 5) == 0;
        }
    }
    return true;
}

enum err body_type(struct http_req *r, unsigned flags, struct fault *f)
{
    slice type, params;
    sl_cut(http_header(r, "Content-Type"), ';', &type, &params);
    r->type = lower(r->a, sl_trim(type));
    slice coding = http_header(r, "Content-Encoding");
    if (coding.n && !sl_is(coding, "identity"))
        return fault_set(f, E_TYPE, "Content-Encoding", "圧縮した本文は受け付けません");
    for (size_t i = 0; i < TB_COUNT(known); i++)
        if (sl_is(r->type, known[i].type) && (flags & known[i].flag))
            return charset_ok(params) ? E_OK : fault_set(f, E_TYPE, "Content-Type", "文字コードは UTF-8 だけです");
    return wrong_type(r, flags, f);
}

/* --- forms --- */

struct form {
    struct http_req *r;
    size_t room;
    struct buf value, file; /* of the field being read */
    char key[KEY_MAX + 1];
    slice file_name, file_type;
    bool open, is_file;
    struct fault *f;
};

/* A browser ends the lines of a text area with CRLF; here a line ends with LF. */
static size_t only_lf(char *p, size_t n)
{
    size_t to = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\r' && i + 1 < n && p[i + 1] == '\n')
            continue;
        p[to++] = p[i] == '\r' ? '\n' : p[i];
    }
    return to;
}

static enum err text_field(struct form *m)
{
    struct http_list *l = &m->r->form;
    if (l->n == m->room) {
        size_t room = m->room ? m->room * 2 : 32;
        struct http_kv *v = arena_try(m->r->a, room * sizeof(*v));
        if (!v || room > FIELDS_MAX)
            return fault_set(m->f, E_TOO_BIG, "form", "項目は%dまでです", FIELDS_MAX / 2);
        if (l->n)
            memcpy(v, l->v, l->n * sizeof(*v));
        l->v = v;
        m->room = room;
    }
    size_t n = m->value.n ? only_lf(m->value.p, m->value.n) : 0;
    char *text = arena_try(m->r->a, n + 1);
    if (!text)
        return fault_set(m->f, E_TOO_BIG, m->key, "入力が大きすぎます");
    if (n)
        memcpy(text, m->value.p, n);
    if (!text_clean((slice){text, n}, true))
        return fault_set(m->f, E_PARSE, m->key, "UTF-8 の文章として読めないか、制御文字を含みます");
    l->v[l->n++] = (struct http_kv){arena_sl(m->r->a, sl(m->key)), {text, n}};
    return E_OK;
}

/* An empty file control still sends a part, with no name and no bytes: that is no file. */
static enum err file_field(struct form *m, struct buf *keep)
{
    if (m->file_name.n == 0 && m->value.n == 0)
        return E_OK;
    if (m->r->file.data.p)
        return fault_set(m->f, E_FIELD, m->key, "ファイルは一度に一つです");
    if (!text_clean(m->file_name, false))
        return fault_set(m->f, E_PARSE, m->key, "ファイル名を読み取れません");
    *keep = m->value;
    m->value = BUF(m->value.max);
    m->r->file = (struct http_file){.field = arena_sl(m->r->a, sl(m->key)),
                                    .name = m->file_name,
                                    .type = m->file_type,
                                    .data = {keep->p ? keep->p : "", keep->n}};
    return E_OK;
}

static enum err field_done(struct form *m)
{
    if (!m->open)
        return E_OK;
    m->open = false;
    if (m->value.over)
        return fault_set(m->f, E_TOO_BIG, m->key, "入力が大きすぎます");
    return m->is_file ? file_field(m, &m->file) : text_field(m);
}

static enum err field_begin(struct form *m, const char *key, const char *name, const char *type)
{
    enum err e = field_done(m);
    if (e)
        return e;
    slice k = sl(key);
    if (k.n == 0 || k.n > KEY_MAX || !text_clean(k, false))
        return fault_set(m->f, E_PARSE, "form", "項目名は1～%dバイトの文字列です", KEY_MAX);
    memcpy(m->key, key, k.n + 1);
    m->is_file = name != NULL;
    m->file_name = arena_sl(m->r->a, sl(name));
    m->file_type = arena_sl(m->r->a, sl(type));
    buf_clear(&m->value);
    m->open = true;
    return E_OK;
}

static enum MHD_Result piece(void *ud, enum MHD_ValueKind kind, const char *key, const char *name, const char *type,
                             const char *coding, const char *data, uint64_t off, size_t n)
{
    struct form *m = ud;
    (void)kind;
    (void)coding;
    if (off == 0 && field_begin(m, key, name, type))
        return MHD_NO;
    if (n)
        buf_add(&m->value, data, n);
    return m->value.over ? MHD_NO : MHD_YES;
}

/* The processor is lenient about broken escapes, so urlencoded bytes are looked at first. */
static bool escapes_ok(slice s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] != '%')
            continue;
        uint8_t byte;
        if (s.n - i < 3 || !hex_to((slice){s.p + i + 1, 2}, &byte, 1) || byte == 0)
            return false;
        i += 2;
    }
    return true;
}

static enum err form_read(struct form *m, struct MHD_Connection *c, slice raw)
{
    if (raw.n == 0)
        return E_OK;
    if (m->r->type.n && m->r->type.p[0] == 'a' && !escapes_ok(raw))
        return fault_set(m->f, E_PARSE, "form", "フォームの符号化（%%の後の二桁）が壊れています");
    struct MHD_PostProcessor *pp = MHD_create_post_processor(c, PIECE, piece, m);
    if (!pp)
        return fault_set(m->f, E_PARSE, "Content-Type", "multipart/form-data の区切り（boundary）がありません");
    bool ok = MHD_post_process(pp, raw.p, raw.n) == MHD_YES;
    ok = MHD_destroy_post_processor(pp) == MHD_YES && ok;
    if (m->f->err)
        return m->f->err;
    if (m->value.over)
        return fault_set(m->f, E_TOO_BIG, m->key, "入力が大きすぎます");
    if (!ok)
        return fault_set(m->f, E_PARSE, "form", "フォームの内容を読み取れません（途中で切れています）");
    return field_done(m);
}

enum err body_read(struct http_req *r, struct MHD_Connection *c, struct buf *raw, struct buf *file, size_t max,
                   struct fault *f)
{
    bool form = sl_is(r->type, known[0].type) || sl_is(r->type, known[1].type);
    if (!form) {
        r->body = buf_slice(raw);
        return E_OK;
    }
    struct form m = {.r = r, .value = BUF(max), .file = BUF(max), .f = f};
    f->err = E_OK;
    enum err e = form_read(&m, c, buf_slice(raw));
    buf_free(&m.value);
    *file = m.file;
    buf_free(raw);
    return e;
}
