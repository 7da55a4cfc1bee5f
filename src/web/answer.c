#include "web/http_int.h"

#include "base/text.h"
#include "web/problem.h"

/* --- reading --- */

slice http_get(struct http_list l, const char *name)
{
    for (size_t i = 0; i < l.n; i++)
        if (sl_is(l.v[i].k, name))
            return l.v[i].v;
    return SLN;
}

bool http_has(struct http_list l, const char *name)
{
    for (size_t i = 0; i < l.n; i++)
        if (sl_is(l.v[i].k, name))
            return true;
    return false;
}

size_t http_all(struct http_list l, const char *name, slice *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < l.n && n < max; i++)
        if (sl_is(l.v[i].k, name))
            out[n++] = l.v[i].v;
    return n;
}

slice http_header(const struct http_req *r, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < r->head.n; i++)
        if (r->head.v[i].k.n == n && strncasecmp(r->head.v[i].k.p, name, n) == 0)
            return r->head.v[i].v;
    return SLN;
}

bool http_int(struct http_list l, const char *name, int64_t min, int64_t max, int64_t *out)
{
    int64_t v;
    if (!sl_int(http_get(l, name), &v) || v < min || v > max)
        return false;
    *out = v;
    return true;
}

/* --- answering --- */

void http_add(struct http_ans *ans, const char *name, slice value)
{
    must(ans->head_n < HTTP_ANS_HEADS && value.p && value.p[value.n] == '\0' && text_clean(value, false));
    ans->head[ans->head_n++] = (struct http_kv){sl(name), value};
}

slice http_ans_head(const struct http_ans *ans, const char *name)
{
    for (size_t i = 0; i < ans->head_n; i++)
        if (sl_is(ans->head[i].k, name))
            return ans->head[i].v;
    return SLN;
}

/* Only printable ASCII, and not //host: nobody is sent off this server. */
static bool local_path(slice path)
{
    if (path.n == 0 || path.p[0] != '/' || (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\')))
        return false;
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] <= ' ' || path.p[i] >= 0x7F || path.p[i] == '\\')
            return false;
    return true;
}

void http_see_other(const struct http_req *r, struct http_ans *ans, slice path)
{
    must(local_path(path));
    ans->status = 303;
    http_add(ans, "Location", arena_sl(r->a, path));
}

void http_done(const struct http_req *r, struct http_ans *ans, slice path, enum flash_kind kind, slice text)
{
    sess_flash(r->sess, ans->cookie_new.n ? ans->cookie_new : r->cookie_id, kind, text);
    http_see_other(r, ans, path);
}

static void plain_page(struct http_ans *ans, const struct fault *f)
{
    buf_fmt(&ans->body, "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"utf-8\"><title>%s</title></head>\n",
            err_text(f->err, true));
    buf_fmt(&ans->body, "<body><h1>%s</h1>\n<p>", err_text(f->err, true));
    html_esc(&ans->body, sl(f->what));
    buf_str(&ans->body, "</p>\n<p><a href=\"/\">はじめの画面へ</a></p></body></html>\n");
}

void http_fail(const struct http_req *r, struct http_ans *ans, const struct fault *f)
{
    if (r->api) {
        problem_put(r, ans, f, NULL, 0);
        return;
    }
    if (!ans->status)
        ans->status = err_http(f->err);
    buf_clear(&ans->body);
    ans->type = "text/html; charset=utf-8";
    if (r->cfg->error_page)
        r->cfg->error_page(r, ans, f);
    else
        plain_page(ans, f);
}

void http_download(const struct http_req *r, struct http_ans *ans, slice name)
{
    struct buf b = BUF(2000);
    buf_str(&b, "attachment; filename=\"");
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        buf_chr(&b, c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '%' ? (char)c : '_');
    }
    buf_str(&b, "\"; filename*=UTF-8''");
    url_esc(&b, name);
    must(!b.over);
    http_add(ans, "Content-Disposition", arena_sl(r->a, buf_slice(&b)));
    buf_free(&b);
}

/* --- our cookie --- */

static void set_cookie(const struct http_req *r, struct http_ans *ans, const char *id, const char *more)
{
    slice value = sl(arena_fmt(r->a, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s%s", SESS_COOKIE, id, more,
                               r->cfg->secure ? "; Secure" : ""));
    ans->cookie_new = arena_sl(r->a, sl(id));
    for (size_t i = 0; i < ans->head_n; i++)
        if (sl_is(ans->head[i].k, "Set-Cookie")) {
            ans->head[i].v = value;
            return;
        }
    http_add(ans, "Set-Cookie", value);
}

slice http_token(const struct http_req *r, struct http_ans *ans)
{
    char id[SESS_ID_LEN + 1], token[SESS_ID_LEN + 1];
    slice cookie = ans->cookie_new.n ? ans->cookie_new : r->cookie_id;
    if (cookie.n == 0) {
        sess_guest(r->sess, id);
        set_cookie(r, ans, id, "");
        cookie = ans->cookie_new;
    }
    sess_token(r->sess, cookie, token);
    return arena_sl(r->a, sl(token));
}

enum err http_sign_in(const struct http_req *r, struct http_ans *ans, slice person, struct fault *f)
{
    char id[SESS_ID_LEN + 1];
    enum err e = sess_new(r->sess, person, id, f);
    if (e)
        return e;
    sess_end(r->sess, r->cookie_id);
    set_cookie(r, ans, id, "");
    return E_OK;
}

void http_sign_out(const struct http_req *r, struct http_ans *ans)
{
    sess_end(r->sess, r->cookie_id);
    set_cookie(r, ans, "", "; Max-Age=0");
}
