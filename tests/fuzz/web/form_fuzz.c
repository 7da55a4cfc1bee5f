/* A form's body as a browser sends it, urlencoded or multipart, read by the server's own reader. It asks the library
 * for the type of a connection's body, so there is one for each, which has sent its heads and stands still. */
#include <microhttpd.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "web/http_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const sent_type[] = {"application/x-www-form-urlencoded",
                                        "multipart/form-data; boundary=b",
                                        "multipart/form-data; boundary=\"----WebKitFormBoundaryA\"",
                                        "Application/X-WWW-Form-Urlencoded; charset=utf-8",
                                        "multipart/form-data",
                                        "text/plain"};
enum { TYPES = TB_COUNT(sent_type), BODY_MAX = 1 << 20 };

static struct MHD_Connection *standing[TYPES];

static enum MHD_Result keep(void *ud, struct MHD_Connection *c, const char *url, const char *method,
                            const char *version, const char *body, size_t *n, void **mine)
{
    (void)ud, (void)method, (void)version, (void)body, (void)n, (void)mine;
    standing[url[1] - '0'] = c;
    MHD_suspend_connection(c);
    return MHD_YES;
}

static void stand(void)
{
    struct MHD_Daemon *d = MHD_start_daemon(MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, keep,
                                            NULL, MHD_OPTION_END);
    must(d);
    for (size_t i = 0; i < TYPES; i++) {
        int fd[2];
        char head[200];
        struct sockaddr sa = {.sa_family = AF_UNIX};
        must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) == 0);
        int n =
            snprintf(head, sizeof head,
                     "POST /%zu HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: 9\r\n\r\n", i, sent_type[i]);
        must(write(fd[0], head, (size_t)n) == n);
        must(MHD_add_connection(d, fd[1], &sa, sizeof sa) == MHD_YES);
        for (int tries = 0; tries < 100 && !standing[i]; tries++)
            must(MHD_run(d) == MHD_YES);
        must(standing[i]);
    }
}

static void check(const struct http_req *r)
{
    for (size_t i = 0; i < r->form.n; i++) {
        slice k = r->form.v[i].k, v = r->form.v[i].v;
        must(k.n > 0 && text_clean(k, false) && text_clean(v, true) && !memchr(v.p, '\r', v.n));
        must(http_has(r->form, k.p));
    }
    if (r->file.data.p)
        must(text_clean(r->file.field, false) && text_clean(r->file.name, false));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    if (size < 1)
        return 0;
    if (!a) {
        stand();
        a = arena_new((size_t)16 << 20);
    }
    arena_reset(a);
    size_t k = data[0] % TYPES;
    struct http_kv head = {SL("Content-Type"), sl(sent_type[k])};
    struct http_req r = {.method = HTTP_POST, .a = a, .head = {&head, 1}};
    struct buf raw = BUF(BODY_MAX), file = BUF(BODY_MAX);
    struct fault f = {0};
    buf_add(&raw, data + 1, size - 1);
    enum err e = body_type(&r, HTTP_FORM, &f);
    if (e == E_OK)
        e = body_read(&r, standing[k], &raw, &file, BODY_MAX, &f);
    if (e == E_OK)
        check(&r);
    else
        must(f.err == e && f.what[0] && utf8_ok(sl(f.what)) && utf8_ok(sl(f.where)));
    buf_free(&raw);
    buf_free(&file);
    return 0;
}
