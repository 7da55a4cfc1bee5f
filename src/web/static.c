#include "web/static.h"

#include "web/http.h"

void http_healthz(const struct http_req *r, struct http_ans *ans)
{
    (void)r;
    ans->type = "text/plain; charset=utf-8";
    buf_str(&ans->body, "ok");
}

void http_static(const struct http_req *r, struct http_ans *ans)
{
    for (size_t i = 0; i < static_files_n; i++) {
        const struct static_file *s = &static_files[i];
        if (!sl_is(r->seg[0], s->name))
            continue;
        ans->type = s->type;
        ans->cacheable = true;
        ans->fixed = (slice){s->p, s->n};
        return;
    }
    struct fault f;
    fault_set(&f, E_ABSENT, "", "この版にはないファイルです。画面を読み込み直してください");
    http_fail(r, ans, &f);
}
