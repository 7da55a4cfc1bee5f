#include "web/http_int.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/text.h"
#include "web/problem.h"

struct http {
    struct http_cfg cfg;
    struct MHD_Daemon *daemon;
    struct rate *rate;
    unsigned port;
    char url[64];
    atomic_size_t bodies; /* bytes of bodies held now */
    atomic_uint running;  /* requests between their first and last call */
};

/* One request from its headers to the last byte of its answer. */
struct ctx {
    struct http *h;
    struct MHD_Connection *c;
    struct http_req r;
    struct http_ans ans;
    struct buf raw, file;
    size_t limit, counted, dropped;
    usec_t began;
    struct fault fault;
    int status; /* of the fault; 0: the error's own */
    bool refused, answered;
};

struct http_cfg http_cfg_default(void)
{
    return (struct http_cfg){.listen = "127.0.0.1:0",
                             .threads = 4,
                             .connections = 1024,
                             .connections_per_address = 512,
                             .idle_s = 30,
                             .body_s = 120,
                             .rate = 2000,
                             .burst = 8000,
                             .body_max = 8u << 20,
                             .bulk_max = 64u << 20,
                             .bodies_max = 256u << 20,
                             .answer_max = 32u << 20,
                             .arena_max = 32u << 20};
}

/* --- from the connection into the request --- */

struct fill {
    struct http_list *l;
    struct arena *a;
    size_t room;
    bool decode, bad;
};

static bool take_text(struct fill *x, const char *p, size_t n, slice *out)
{
    slice raw = {p ? p : "", p ? n : 0};
    if (!x->decode) {
        *out = arena_sl(x->a, raw);
        return true;
    }
    return url_unesc(x->a, raw, false, out) && text_clean(*out, true);
}

static enum MHD_Result take(void *ud, enum MHD_ValueKind kind, const char *k, size_t kn, const char *v, size_t vn)
{
    struct fill *x = ud;
    (void)kind;
    if (x->l->n == x->room) {
        x->room = x->room ? x->room * 2 : 16;
        struct http_kv *more = arena_arr(x->a, struct http_kv, x->room);
        if (x->l->n)
            memcpy(more, x->l->v, x->l->n * sizeof(*more));
        x->l->v = more;
    }
    struct http_kv *kv = &x->l->v[x->l->n];
    if (!take_text(x, k, kn, &kv->k) || !take_text(x, v, vn, &kv->v)) {
        x->bad = true;
        return MHD_NO;
    }
    x->l->n++;
    return MHD_YES;
}

/* The library bounds the header block, and so what is allocated here. */
static bool read_list(struct ctx *x, enum MHD_ValueKind kind, struct http_list *l, bool decode)
{
    struct fill fill = {.l = l, .a = x->r.a, .decode = decode};
    MHD_get_connection_values_n(x->c, kind, take, &fill);
    return !fill.bad;
}

static void read_remote(struct ctx *x)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(x->c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    const struct sockaddr *sa = info ? info->client_addr : NULL;
    if (sa && sa->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)sa)->sin_addr, text, sizeof(text));
    else if (sa && sa->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)sa)->sin6_addr, text, sizeof(text));
    x->r.remote = arena_sl(x->r.a, sl(text));
}

static enum http_method method_of(const char *name)
{
    static const char *const all[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    for (size_t i = 0; i < TB_COUNT(all); i++)
        if (strcmp(name, all[i]) == 0)
            return (enum http_method)i;
    return HTTP_OTHER;
}

static bool writes(enum http_method m)
{
    return m == HTTP_POST || m == HTTP_PUT || m == HTTP_PATCH || m == HTTP_DELETE;
}

static size_t count_of(struct http_list l, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < l.n; i++)
        n += l.v[i].k.n == strlen(name) && strncasecmp(l.v[i].k.p, name, l.v[i].k.n) == 0;
    return n;
}

/* --- what is refused before a handler --- */

static enum err refuse_at(struct ctx *x, int status, enum err e)
{
    x->status = status;
    return e;
}

static enum err check_target(struct ctx *x, const char *url)
{
    struct http_req *r = &x->r;
    r->path = arena_sl(r->a, sl(url));
    if (sl_starts(r->path, "http://")) { /* absolute form, RFC 9112 3.2.2: the authority must be the Host */
        size_t i = 7;
        while (i < r->path.n && r->path.p[i] != '/')
            i++;
        if (!sl_eq((slice){r->path.p + 7, i - 7}, r->host))
            return fault_set(&x->fault, E_PARSE, "Host", "要求先と Host が違います");
        r->path = i < r->path.n ? (slice){r->path.p + i, r->path.n - i} : SL("/");
    }
    r->api = sl_starts(r->path, "/api/");
    return E_OK;
}

static enum err check_host(struct ctx *x, const char *version)
{
    struct http *h = x->h;
    if (strcmp(version, "HTTP/1.1") != 0 && strcmp(version, "HTTP/1.0") != 0)
        return refuse_at(x, 505, fault_set(&x->fault, E_PARSE, "version", "HTTP/1.1 だけを受け付けます"));
    if (count_of(x->r.head, "Host") > 1 || count_of(x->r.head, "Content-Length") > 1)
        return fault_set(&x->fault, E_PARSE, "Host", "Host と Content-Length は一つだけです（RFC 9112）");
    if (http_header(&x->r, "Content-Length").n && http_header(&x->r, "Transfer-Encoding").n)
        return fault_set(&x->fault, E_PARSE, "Content-Length", "長さの指定が二通りあります（RFC 9112 6.3）");
    x->r.host = http_header(&x->r, "Host");
    if (host_allowed(x->r.host, h->port, h->cfg.loopback_only, h->cfg.hosts))
        return E_OK;
    return refuse_at(x, 403,
                     fault_set(&x->fault, E_CALLER, "Host", "この名前では開けません。%s を開いてください", h->url));
}

static void add_allow(struct ctx *x)
{
    struct buf allow = BUF(100);
    route_allow(x->h->cfg.route, x->h->cfg.routes, &x->r, &allow);
    http_add(&x->ans, "Allow", arena_sl(x->r.a, buf_slice(&allow)));
    buf_free(&allow);
}

static enum err check_route(struct ctx *x)
{
    const struct http_cfg *cfg = &x->h->cfg;
    enum route_found found = route_find(cfg->route, cfg->routes, &x->r);
    if (x->r.method == HTTP_OPTIONS && (found != ROUTE_NONE || sl_is(x->r.path, "*")))
        return E_OK;
    if (found == ROUTE_NONE)
        return fault_set(&x->fault, E_ABSENT, "", "この場所には何もありません");
    if (found == ROUTE_HIT)
        return E_OK;
    add_allow(x);
    return fault_set(&x->fault, E_METHOD, "method", "この場所で使える方法：" PRIs,
                     ARGs(http_ans_head(&x->ans, "Allow")));
}

/* A body where none is read, or of the wrong kind, or announced too long. */
static enum err check_body(struct ctx *x)
{
    const struct http_cfg *cfg = &x->h->cfg;
    slice length = http_header(&x->r, "Content-Length");
    bool chunked = http_header(&x->r, "Transfer-Encoding").n > 0;
    int64_t n = 0;
    if (length.n && (!sl_int(length, &n) || n < 0))
        return fault_set(&x->fault, E_PARSE, "Content-Length", "長さを読み取れません");
    unsigned flags = x->r.route ? x->r.route->flags : 0;
    x->limit = !writes(x->r.method) ? 0 : flags & HTTP_BULK ? cfg->bulk_max : cfg->body_max;
    if ((n > 0 || chunked) && writes(x->r.method) && flags) {
        enum err e = body_type(&x->r, flags, &x->fault);
        if (e)
            return e;
    }
    if ((uint64_t)n > x->limit)
        return fault_set(&x->fault, E_TOO_BIG, "Content-Length", "本文は%zuバイトまでです（%" PRId64 "バイト）",
                         x->limit, n);
    return E_OK;
}

static void find_session(struct ctx *x)
{
    struct http_req *r = &x->r;
    slice cookie = http_get(r->cookie, SESS_COOKIE);
    if (!sess_cookie_ok(cookie))
        return;
    r->cookie_id = cookie;
    if (r->api && writes(r->method) && !sess_token_ok(r->sess, cookie, http_header(r, HTTP_TOKEN_HEADER)))
        return;
    r->signed_in = sess_find(r->sess, cookie, &r->who);
}

static enum err check(struct ctx *x, const char *url, const char *version)
{
    struct http_req *r = &x->r;
    bool readable = read_list(x, MHD_HEADER_KIND, &r->head, false);
    r->host = http_header(r, "Host");
    enum err e = check_target(x, url);
    if (!e)
        e = check_host(x, version);
    if (e)
        return e;
    if (!rate_take(x->h->rate, r->remote, x->began)) {
        http_add(&x->ans, "Retry-After", SL("1"));
        return fault_set(&x->fault, E_RATE, "", "一つのアドレスからの要求は毎秒%uまでです", x->h->cfg.rate);
    }
    readable = readable && read_list(x, MHD_COOKIE_KIND, &r->cookie, false);
    if (!readable || !read_list(x, MHD_GET_ARGUMENT_KIND, &r->query, true))
        return fault_set(&x->fault, E_PARSE, "query", "問合せの符号化が壊れているか、UTF-8 ではありません");
    find_session(x); /* before the route: a page that says "no such page" is still his, and must not sign him out */
    e = check_route(x);
    if (!e && writes(r->method) && sender_allowed(r, &x->fault))
        e = refuse_at(x, 403, x->fault.err = E_CALLER);
    if (!e)
        e = check_body(x);
    return e;
}

/* --- answering --- */

static const char *const always[][2] = {
    {"Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
                                "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
};

/* An answer without one of its headers would be another answer. */
static void put_head(struct MHD_Response *out, const char *name, const char *value)
{
    if (MHD_add_response_header(out, name, value) != MHD_YES)
        mem_out(strlen(name) + strlen(value));
}

static void put_heads(struct MHD_Response *out, const struct ctx *x)
{
    const struct http_ans *ans = &x->ans;
    for (size_t i = 0; i < TB_COUNT(always); i++)
        put_head(out, always[i][0], always[i][1]);
    put_head(out, "Cache-Control", ans->cacheable ? "public, max-age=31536000, immutable" : "no-store");
    if (ans->type && ans->status != 204 && ans->status != 304)
        put_head(out, "Content-Type", ans->type);
    for (size_t i = 0; i < ans->head_n; i++)
        put_head(out, ans->head[i].k.p, ans->head[i].v.p);
    if (x->refused)
        put_head(out, "Connection", "close");
}

static void drop_body(struct ctx *x)
{
    buf_free(&x->raw);
    buf_free(&x->file);
    x->r.body = x->r.file.data = SLN;
    atomic_fetch_sub(&x->h->bodies, x->counted);
    x->counted = 0;
}

/* The bytes stay in the context, which outlives the response; the request's body goes before the client hears, so
 * that its next one finds the room. */
static enum MHD_Result send_answer(struct ctx *x)
{
    struct http_ans *ans = &x->ans;
    drop_body(x);
    if (ans->body.over) {
        struct fault f;
        fault_set(&f, E_TOO_BIG, "", "答えが大きすぎます。範囲を絞ってください");
        log_line(1, "answer over %zu bytes: " PRIs, ans->body.max, ARGs(x->r.path));
        buf_free(&ans->body);
        ans->status = 500;
        http_fail(&x->r, ans, &f);
    }
    if (x->h->cfg.done)
        x->h->cfg.done();
    slice bytes = ans->fixed.p ? ans->fixed : buf_slice(&ans->body);
    if (ans->status == 204 || ans->status == 304)
        bytes = SLN;
    void *p = (void *)(uintptr_t)(bytes.p ? bytes.p : "");
    struct MHD_Response *out = MHD_create_response_from_buffer(bytes.n, p, MHD_RESPMEM_PERSISTENT);
    if (!out)
        return MHD_NO;
    put_heads(out, x);
    x->answered = true;
    enum MHD_Result ok = MHD_queue_response(x->c, (unsigned)ans->status, out);
    MHD_destroy_response(out);
    return ok;
}

static enum MHD_Result send_fault(struct ctx *x)
{
    x->refused = true;
    x->ans.status = x->status;
    http_fail(&x->r, &x->ans, &x->fault);
    return send_answer(x);
}

/* A form must carry the token of the cookie it was drawn for. */
static enum err check_token(struct ctx *x)
{
    struct http_req *r = &x->r;
    if (r->api || !writes(r->method))
        return E_OK;
    if (sess_token_ok(r->sess, r->cookie_id, http_get(r->form, HTTP_TOKEN_FIELD)))
        return E_OK;
    return refuse_at(x, 403,
                     fault_set(&x->fault, E_CALLER, HTTP_TOKEN_FIELD,
                               "画面が古くなっています。前の画面を読み込み直してから、もう一度送ってください"));
}

static enum MHD_Result run(struct ctx *x)
{
    struct http_req *r = &x->r;
    if (r->method == HTTP_OPTIONS) {
        x->ans.status = 204;
        if (sl_is(r->path, "*"))
            http_add(&x->ans, "Allow", SL("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
        else
            add_allow(x);
        return send_answer(x);
    }
    if (body_read(r, x->c, &x->raw, &x->file, x->limit, &x->fault) || check_token(x))
        return send_fault(x);
    r->route->run(r, &x->ans);
    if (x->ans.status == 0)
        x->ans.status = 200;
    return send_answer(x);
}

/* --- the library's calls --- */

static struct ctx *ctx_new(struct http *h, struct MHD_Connection *c, const char *method)
{
    struct ctx *x = mem_zero(1, sizeof(*x));
    *x = (struct ctx){.h = h, .c = c, .began = h->cfg.wall->now(h->cfg.wall)};
    x->ans = (struct http_ans){.type = "text/html; charset=utf-8", .body = BUF(h->cfg.answer_max)};
    x->r = (struct http_req){.method = method_of(method), .sess = h->cfg.sess, .cfg = &h->cfg, .ud = h->cfg.ud};
    x->r.a = arena_new(h->cfg.arena_max);
    atomic_fetch_add(&h->running, 1);
    read_remote(x);
    return x;
}

static void ctx_free(struct ctx *x)
{
    drop_body(x);
    buf_free(&x->ans.body);
    arena_free(x->r.a);
    atomic_fetch_sub(&x->h->running, 1);
    free(x);
}

/* The headers are there. A refusal whose body is already on its way is sent after reading past it: to close at once
 * would reset the connection, and the sender would never see why. */
static enum MHD_Result begin(struct ctx *x, const char *url, const char *version)
{
    x->raw = BUF(0);
    x->refused = check(x, url, version) != E_OK;
    x->raw.max = x->limit;
    if (!x->refused)
        return MHD_YES;
    bool body = http_header(&x->r, "Content-Length").n || http_header(&x->r, "Transfer-Encoding").n;
    bool asks_first = http_header(&x->r, "Expect").n > 0;
    return body && !asks_first ? MHD_YES : send_fault(x);
}

static void refuse_body(struct ctx *x, enum err e, const char *where)
{
    x->refused = true;
    drop_body(x);
    if (e == E_BUSY)
        fault_set(&x->fault, E_BUSY, where, "ほかの取込みの最中です。しばらくして、もう一度お試しください");
    else
        fault_set(&x->fault, E_TOO_BIG, where, "本文は%zuバイトまでです", x->limit);
}

static enum MHD_Result more(struct ctx *x, const char *data, size_t *n)
{
    struct http *h = x->h;
    if (h->cfg.wall->now(h->cfg.wall) - x->began > (usec_t)h->cfg.body_s * USEC)
        return MHD_NO; /* dripping: the connection is closed */
    if (!x->refused) {
        x->counted += *n; /* before the sum is tried: a refusal gives all of it back */
        if (atomic_fetch_add(&h->bodies, *n) + *n > h->cfg.bodies_max)
            refuse_body(x, E_BUSY, "");
        else
            buf_add(&x->raw, data, *n);
        if (!x->refused && x->raw.over)
            refuse_body(x, E_TOO_BIG, "body");
    }
    x->dropped += x->refused ? *n : 0;
    *n = 0;
    return x->dropped > 2 * h->cfg.bulk_max ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_request(void *ud, struct MHD_Connection *c, const char *url, const char *method,
                                  const char *version, const char *data, size_t *n, void **con)
{
    struct ctx *x = *con;
    if (!x) {
        x = ctx_new(ud, c, method);
        *con = x;
        return x ? begin(x, url, version) : MHD_NO;
    }
    if (*n)
        return more(x, data, n);
    if (x->answered)
        return MHD_NO;
    return x->refused ? send_fault(x) : run(x);
}

static void on_end(void *ud, struct MHD_Connection *c, void **con, enum MHD_RequestTerminationCode why)
{
    struct ctx *x = *con;
    (void)ud;
    (void)c;
    if (!x)
        return;
    struct clock *wall = x->h->cfg.wall;
    log_line(why == MHD_REQUEST_TERMINATED_COMPLETED_OK ? 3 : 2, "http %d " PRIs " %" PRId64 " us%s", x->ans.status,
             ARGs(x->r.path), wall->now(wall) - x->began,
             why == MHD_REQUEST_TERMINATED_COMPLETED_OK ? "" : " broken off");
    ctx_free(x);
    *con = NULL;
}

/* Paths and queries stay as they came: decoding before splitting would let %2F make a segment and %00 end a string. */
static size_t keep_escapes(void *ud, struct MHD_Connection *c, char *s)
{
    (void)ud;
    (void)c;
    return strlen(s);
}

static void TB_PRINTF(2, 0) on_log(void *ud, const char *fmt, va_list ap)
{
    char text[300];
    (void)ud;
    vsnprintf(text, sizeof(text), fmt, ap);
    log_line(2, "http: " PRIs, ARGs(sl_trim(sl(text))));
}

static void name_self(struct http *h, const char *host, unsigned port)
{
    h->port = port;
    snprintf(h->url, sizeof(h->url), "http://%s:%u", host, port);
}

static enum err started(struct http *h, const struct listen_at *at, struct fault *f)
{
    const struct http_cfg *cfg = &h->cfg;
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG;
    flags |= at->addr.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0u;
    h->daemon = MHD_start_daemon(
        flags, (uint16_t)at->port, NULL, NULL, on_request, h, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_SOCK_ADDR, (const struct sockaddr *)&at->addr, MHD_OPTION_THREAD_POOL_SIZE, cfg->threads,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_escapes, NULL, MHD_OPTION_CONNECTION_LIMIT, cfg->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        cfg->connections_per_address, MHD_OPTION_CONNECTION_TIMEOUT, cfg->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)(128 * 1024), MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)4096, MHD_OPTION_END);
    if (!h->daemon)
        return fault_set(f, E_CONFIG, "TOBUHI_LISTEN",
                         "%s:%u で待ち受けられません。ほかのプログラムが使っていないか確かめてください", at->host,
                         at->port);
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
    must(info);
    if (at->port == 0)
        name_self(h, at->host, info->port);
    return E_OK;
}

enum err http_start(struct http **out, const struct http_cfg *cfg, struct fault *f)
{
    struct listen_at at;
    *out = NULL;
    enum err e = listen_parse(cfg->listen, &at, f);
    if (e)
        return e;
    if (cfg->loopback_only && !at.loopback)
        return fault_set(f, E_CONFIG, "TOBUHI_LISTEN", "演習は 127.0.0.1 か [::1] だけで開けます（%s）", at.host);
    must(cfg->wall && cfg->sess && cfg->threads > 0);
    /* Each request has memory of its own and gives it back whole: kept for the next one rather than handed to the
     * system, which would have to clear it again and tell every core. */
    (void)mallopt(M_TRIM_THRESHOLD, 64 << 20);
    (void)mallopt(M_MMAP_THRESHOLD, 4 << 20);
    route_check(cfg->route, cfg->routes);
    struct http *h = mem_zero(1, sizeof(*h));
    h->cfg = *cfg;
    name_self(h, at.host, at.port);
    h->rate = rate_open(cfg->rate, cfg->burst);
    e = started(h, &at, f);
    if (e) {
        rate_close(h->rate);
        free(h);
        return e;
    }
    *out = h;
    return E_OK;
}

unsigned http_port(const struct http *h)
{
    return h->port;
}

const char *http_url(const struct http *h)
{
    return h->url;
}

void http_stop(struct http *h, unsigned grace_ms)
{
    if (!h)
        return;
    MHD_socket fd = MHD_quiesce_daemon(h->daemon);
    for (unsigned waited = 0; atomic_load(&h->running) > 0 && waited < grace_ms; waited += 5)
        usleep(5000);
    MHD_stop_daemon(h->daemon);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
    rate_close(h->rate);
    free(h);
}
