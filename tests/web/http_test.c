/* The server as a client meets it: over a socket, in the same process, on a port of its own. */
#include "check.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <jansson.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "base/world.h"
#include "web/http.h"
#include "web/problem.h"
#include "web/static.h"

/* --- the handlers under test --- */

static atomic_int slow_began, slow_ended;

static void put_list(struct buf *b, const char *name, struct http_list l)
{
    for (size_t i = 0; i < l.n; i++)
        buf_fmt(b, "%s " PRIs "=[" PRIs "]\n", name, ARGs(l.v[i].k), ARGs(l.v[i].v));
}

/* Says back what it was given. */
static void echo(const struct http_req *r, struct http_ans *ans)
{
    ans->type = "text/plain; charset=utf-8";
    buf_fmt(&ans->body, "seg [" PRIs "][" PRIs "]\n", ARGs(r->seg[0]), ARGs(r->seg[1]));
    put_list(&ans->body, "query", r->query);
    put_list(&ans->body, "form", r->form);
    put_list(&ans->body, "cookie", r->cookie);
    if (r->file.data.p)
        buf_fmt(&ans->body, "file " PRIs " name=[" PRIs "] %zu bytes, first %d\n", ARGs(r->file.field),
                ARGs(r->file.name), r->file.data.n, r->file.data.n ? (unsigned char)r->file.data.p[0] : -1);
    buf_fmt(&ans->body, "body %zu [" PRIs "]\n", r->body.n, ARGs(r->body));
    buf_fmt(&ans->body, "who [%s] remote " PRIs "\n", r->signed_in ? r->who.person : "", ARGs(r->remote));
}

static void token(const struct http_req *r, struct http_ans *ans)
{
    slice text;
    enum flash_kind kind = sess_flash_take(r->sess, r->cookie_id, r->a, &text);
    ans->type = "text/plain; charset=utf-8";
    buf_sl(&ans->body, http_token(r, ans));
    if (kind)
        buf_fmt(&ans->body, " %d " PRIs, kind, ARGs(text));
}

static void sign_in(const struct http_req *r, struct http_ans *ans)
{
    struct fault f;
    if (http_sign_in(r, ans, http_get(r->form, "person"), &f))
        http_fail(r, ans, &f);
    else
        http_done(r, ans, SL("/token"), FLASH_DONE, SL("入りました"));
}

static void sign_out(const struct http_req *r, struct http_ans *ans)
{
    http_sign_out(r, ans);
    http_see_other(r, ans, SL("/token"));
}

static void json(const struct http_req *r, struct http_ans *ans)
{
    struct fault f;
    json_t *v;
    if (json_body(r, &v, &f)) {
        problem_put(r, ans, &f, NULL, 0);
        return;
    }
    json_object_set_new(v, "who", json_string(r->signed_in ? r->who.person : ""));
    json_answer(ans, v);
    json_decref(v);
}

static void refuse(const struct http_req *r, struct http_ans *ans)
{
    struct fault f;
    struct problem_reason reason[] = {
        {SL("second"), SL("法45条"), SL("起案した本人だから"), SL("別の人が承認する"), SLN},
        {SL("secret"), SL("法40条"), SL("秘密を含む"), SLN, SL("class")}};
    fault_set(&f, E_REFUSED, "case 2026-0147", "いまはできません");
    problem_put(r, ans, &f, reason, 2);
}

static void slow(const struct http_req *r, struct http_ans *ans)
{
    (void)r;
    atomic_store(&slow_began, 1);
    usleep(300000);
    buf_str(&ans->body, "slow");
    atomic_store(&slow_ended, 1);
}

static void huge(const struct http_req *r, struct http_ans *ans)
{
    (void)r;
    for (int i = 0; i < 100; i++)
        buf_fmt(&ans->body, "%100000d", i);
}

static void count(const struct http_req *r, struct http_ans *ans)
{
    buf_fmt(&ans->body, "%zu", r->body.n);
}

static const struct http_route route[] = {
    {HTTP_POST, "/api/v1/count", count, HTTP_JSON},
    {HTTP_POST, "/api/v1/bulk", count, HTTP_ROWS | HTTP_BULK},
    {HTTP_GET, "/healthz", http_healthz, 0},
    {HTTP_GET, "/static/{name}", http_static, 0},
    {HTTP_GET, "/echo/{a}/{b}", echo, 0},
    {HTTP_POST, "/echo/{a}", echo, HTTP_FORM},
    {HTTP_POST, "/upload", echo, HTTP_FORM | HTTP_BULK},
    {HTTP_GET, "/token", token, 0},
    {HTTP_POST, "/sign-in", sign_in, HTTP_FORM},
    {HTTP_POST, "/sign-out", sign_out, HTTP_FORM},
    {HTTP_GET, "/slow", slow, 0},
    {HTTP_GET, "/huge", huge, 0},
    {HTTP_GET, "/api/v1/refuse", refuse, 0},
    {HTTP_GET, "/api/v1/who", echo, 0},
    {HTTP_POST, "/api/v1/json", json, HTTP_JSON},
    {HTTP_POST, "/api/v1/rows", echo, HTTP_ROWS | HTTP_BULK},
};

/* --- client --- */

static struct http *h;
static struct http_cfg cfg;
static char jar[200];

struct got {
    long status;
    struct buf head, body;
};

static size_t put(char *p, size_t size, size_t n, void *ud)
{
    buf_add(ud, p, size * n);
    return size * n;
}

static void got_free(struct got *g)
{
    buf_free(&g->head);
    buf_free(&g->body);
}

struct ask {
    const char *method, *path, *head[6];
    slice body;
    bool cookies;
};

/* curl asks; nothing is followed. The cookie of the answer is kept in `jar`. */
static struct got ask(struct ask q)
{
    struct got g = {.head = BUF(1 << 20), .body = BUF(64 << 20)};
    char url[600];
    CURL *c = curl_easy_init();
    struct curl_slist *heads = NULL;
    for (size_t i = 0; i < TB_COUNT(q.head) && q.head[i]; i++)
        heads = curl_slist_append(heads, q.head[i]);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", http_port(h), q.path);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, q.method ? q.method : q.body.p ? "POST" : "GET");
    curl_easy_setopt(c, CURLOPT_NOBODY, (long)(q.method && strcmp(q.method, "HEAD") == 0));
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, heads);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, put);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &g.body);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, put);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &g.head);
    curl_easy_setopt(c, CURLOPT_TIMEOUT, 30L);
    if (q.body.p) {
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, q.body.p);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q.body.n);
    }
    if (q.cookies && jar[0])
        curl_easy_setopt(c, CURLOPT_COOKIE, jar);
    CURLcode rc = curl_easy_perform(c);
    if (rc != CURLE_OK)
        print_message("# curl: %s %s: %s\n", q.method ? q.method : "", q.path, curl_easy_strerror(rc));
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &g.status);
    curl_easy_cleanup(c);
    curl_slist_free_all(heads);
    const char *set = g.head.p ? strstr(g.head.p, "Set-Cookie: ") : NULL;
    if (q.cookies && set)
        snprintf(jar, sizeof(jar), "%.*s", (int)strcspn(set + 12, ";\r"), set + 12);
    return g;
}
#define ASK(...) ask((struct ask){__VA_ARGS__})

/* Bytes as they are, over a socket; what comes back until the server closes or 2 s pass. */
static struct buf raw(slice bytes)
{
    struct buf b = BUF(1 << 20);
    struct sockaddr_in in = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(h)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval tv = {.tv_sec = 2};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    char piece[4096];
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
    must(connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0);
    ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
    while (n >= 0 && (n = recv(fd, piece, sizeof(piece), 0)) > 0)
        buf_add(&b, piece, (size_t)n);
    close(fd);
    return b;
}

static int status_of(const struct buf *b)
{
    return b->n > 12 ? (int)strtol(b->p + 9, NULL, 10) : 0;
}

static void raw_status(const char *bytes, int want)
{
    struct buf b = raw(sl(bytes));
    if (status_of(&b) != want)
        fail_msg("%s gives %d, not %d", bytes, status_of(&b), want);
    buf_free(&b);
}

static void start(void)
{
    struct fault f;
    if (http_start(&h, &cfg, &f) != E_OK)
        fail_msg("%s: %s", f.where, f.what);
}

static int up(void **state)
{
    (void)state;
    jar[0] = '\0';
    log_level(0);
    cfg = http_cfg_default();
    cfg.route = route;
    cfg.routes = TB_COUNT(route);
    cfg.wall = clock_wall();
    cfg.sess = sess_open(clock_wall(), rng_system(), SESS_LIMITS);
    cfg.loopback_only = true;
    cfg.body_max = 1 << 20;
    cfg.bulk_max = 4 << 20;
    cfg.answer_max = 2 << 20;
    start();
    return 0;
}

static int down(void **state)
{
    (void)state;
    http_stop(h, 2000);
    sess_close(cfg.sess);
    return 0;
}

static char *form_token(void)
{
    static char t[SESS_ID_LEN + 1];
    struct got g = ASK(.path = "/token", .cookies = true);
    assert_int_equal(g.status, 200);
    snprintf(t, sizeof(t), "%.64s", g.body.p);
    got_free(&g);
    return t;
}

static struct got post(const char *path, const char *fields)
{
    char body[4000];
    snprintf(body, sizeof(body), "%s%s_t=%s", fields, *fields ? "&" : "", form_token());
    return ASK(.path = path, .body = sl(body), .cookies = true);
}

/* --- tests --- */

static void healthz_says_ok(void **state)
{
    (void)state;
    struct got g = ASK(.path = "/healthz");
    assert_int_equal(g.status, 200);
    assert_sl(buf_slice(&g.body), "ok");
    got_free(&g);
}

static void every_answer_carries_the_security_headers(void **state)
{
    const char *const paths[] = {"/healthz", "/nowhere", "/api/v1/refuse", "/static/none"};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(paths); i++) {
        struct got g = ASK(.path = paths[i]);
        slice s = buf_slice(&g.head);
        assert_has(
            s, "Content-Security-Policy: default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
               "form-action 'self'; frame-ancestors 'none'; base-uri 'none'\r\n");
        assert_has(s, "X-Content-Type-Options: nosniff\r\n");
        assert_has(s, "Referrer-Policy: no-referrer\r\n");
        assert_has(s, "Cache-Control: no-store\r\n");
        got_free(&g);
    }
}

static void head_has_the_length_and_no_body_and_options_the_methods(void **state)
{
    (void)state;
    struct got g = ASK(.method = "HEAD", .path = "/healthz");
    assert_int_equal(g.status, 200);
    assert_has(buf_slice(&g.head), "Content-Length: 2\r\n");
    assert_int_equal(g.body.n, 0);
    got_free(&g);
    g = ASK(.method = "HEAD", .path = "/nowhere");
    assert_int_equal(g.status, 404);
    assert_int_equal(g.body.n, 0);
    got_free(&g);
    g = ASK(.method = "OPTIONS", .path = "/healthz");
    assert_int_equal(g.status, 204);
    assert_has(buf_slice(&g.head), "Allow: GET, HEAD, OPTIONS\r\n");
    got_free(&g);
    g = ASK(.method = "OPTIONS", .path = "/nowhere");
    assert_int_equal(g.status, 404);
    got_free(&g);
}

static void a_refusal_is_a_japanese_page_or_problem_json_under_api(void **state)
{
    (void)state;
    struct got g = ASK(.path = "/nowhere");
    assert_int_equal(g.status, 404);
    assert_has(buf_slice(&g.head), "Content-Type: text/html; charset=utf-8\r\n");
    assert_has(buf_slice(&g.body), "lang=\"ja\"");
    got_free(&g);
    g = ASK(.path = "/api/v1/nowhere");
    assert_int_equal(g.status, 404);
    assert_has(buf_slice(&g.head), "Content-Type: application/problem+json\r\n");
    got_free(&g);
    g = ASK(.method = "PUT", .path = "/api/v1/json", .body = SL("{}"), .head = {"Content-Type: application/json"});
    assert_int_equal(g.status, 405);
    assert_has(buf_slice(&g.head), "Allow: POST, OPTIONS\r\n");
    got_free(&g);
    g = ASK(.method = "BREW", .path = "/healthz");
    assert_int_equal(g.status, 405);
    got_free(&g);
}

static void a_problem_has_all_reasons_and_the_language_asked_for(void **state)
{
    (void)state;
    struct got g = ASK(.path = "/api/v1/refuse", .head = {"Accept-Language: en-GB,ja"});
    json_t *p = json_loadb(g.body.p, g.body.n, 0, NULL), *reasons;
    assert_non_null(p);
    assert_int_equal(g.status, 403);
    assert_string_equal(json_string_value(json_object_get(p, "type")), "/api/v1/problem/refused");
    assert_string_equal(json_string_value(json_object_get(p, "title")), err_text(E_REFUSED, false));
    assert_int_equal(json_integer_value(json_object_get(p, "status")), 403);
    assert_string_equal(json_string_value(json_object_get(p, "detail")), "いまはできません");
    assert_string_equal(json_string_value(json_object_get(p, "instance")), "/api/v1/refuse");
    assert_string_equal(json_string_value(json_object_get(p, "where")), "case 2026-0147");
    reasons = json_object_get(p, "reasons");
    assert_int_equal(json_array_size(reasons), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(reasons, 0), "article")), "法45条");
    assert_null(json_object_get(json_array_get(reasons, 1), "way_out"));
    assert_string_equal(json_string_value(json_object_get(json_array_get(reasons, 1), "field")), "class");
    json_decref(p);
    got_free(&g);
    g = ASK(.path = "/api/v1/refuse");
    assert_has(buf_slice(&g.body), err_text(E_REFUSED, true));
    got_free(&g);
}

static void another_host_is_refused(void **state)
{
    const char *const bad[] = {"Host: evil.example", "Host: 127.0.0.1", "Host: localhost.evil.example:1"};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        struct got g = ASK(.path = "/healthz", .head = {bad[i]});
        assert_int_equal(g.status, 403);
        got_free(&g);
    }
    char good[60];
    snprintf(good, sizeof(good), "Host: localhost:%u", http_port(h));
    struct got g = ASK(.path = "/healthz", .head = {good});
    assert_int_equal(g.status, 200);
    got_free(&g);
}

static void the_query_and_the_path_are_decoded_strictly(void **state)
{
    (void)state;
    struct got g = ASK(.path = "/echo/a%2Fb/%E4%BA%8B?x=1&y=%E6%A1%88+%2B&x=2&z&%26=%3D");
    assert_has(buf_slice(&g.body), "seg [a/b][事]\n");
    assert_has(buf_slice(&g.body), "query x=[1]\nquery y=[案 +]\nquery x=[2]\nquery z=[]\nquery &=[=]\n");
    got_free(&g);
    const char *const bad[] = {"/echo/a/b?x=%zz", "/echo/a/b?x=%00", "/echo/a/b?x=%FF", "/echo/a/b?%1=1",
                               "/echo/a/b?x=%07"};
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        g = ASK(.path = bad[i]);
        assert_int_equal(g.status, 400);
        got_free(&g);
    }
    g = ASK(.path = "/echo/a/%00");
    assert_int_equal(g.status, 404);
    got_free(&g);
    g = ASK(.path = "/static/..%2f..%2fetc%2fpasswd");
    assert_int_equal(g.status, 404);
    got_free(&g);
    g = ASK(.path = "/static/../healthz");
    assert_int_equal(g.status, 404);
    got_free(&g);
}

static void a_form_is_parsed_with_its_repeated_and_empty_fields(void **state)
{
    (void)state;
    struct got g = post("/echo/x", "a=1&a=2&b=&c=%E5%B1%8A%E5%87%BA+%2B%26&d=line1%0D%0Aline2%0Dline3");
    assert_int_equal(g.status, 200);
    assert_has(buf_slice(&g.body),
               "form a=[1]\nform a=[2]\nform b=[]\nform c=[届出 +&]\nform d=[line1\nline2\nline3]\n");
    assert_has(buf_slice(&g.body), "body 0 []");
    got_free(&g);
    const char *const bad[] = {"a=%zz", "a=%", "a=%00", "a=%FF%FE", "a=%1B", "=x"};
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        g = post("/echo/x", bad[i]);
        if (g.status != 400)
            fail_msg("%s gives %ld", bad[i], g.status);
        got_free(&g);
    }
}

static void too_many_fields_are_refused(void **state)
{
    (void)state;
    struct buf b = BUF(1 << 20);
    for (int i = 0; i < 3000; i++)
        buf_fmt(&b, "f%d=1&", i);
    buf_fmt(&b, "_t=%s", form_token());
    struct got g = ASK(.path = "/echo/x", .body = buf_slice(&b), .cookies = true);
    assert_int_equal(g.status, 413);
    got_free(&g);
    buf_free(&b);
}

#define EDGE "----edge"
static struct got multipart(const char *parts, size_t n)
{
    struct buf b = BUF(8 << 20);
    buf_fmt(&b, "--" EDGE "\r\nContent-Disposition: form-data; name=\"_t\"\r\n\r\n%s\r\n", form_token());
    buf_add(&b, parts, n);
    struct got g = ASK(.path = "/upload", .body = buf_slice(&b), .cookies = true,
                       .head = {"Content-Type: multipart/form-data; boundary=" EDGE});
    buf_free(&b);
    return g;
}

static void a_multipart_form_brings_fields_and_one_file(void **state)
{
    (void)state;
    const char parts[] = "--" EDGE "\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n届出\r\n二行\r\n"
                         "--" EDGE "\r\nContent-Disposition: form-data; name=\"csv\"; filename=\"資産.csv\"\r\n"
                         "Content-Type: text/csv\r\n\r\n\x00\xFF\r\nbinary\r\n--" EDGE "--\r\n";
    struct got g = multipart(parts, sizeof(parts) - 1);
    assert_int_equal(g.status, 200);
    assert_has(buf_slice(&g.body), "form note=[届出\n二行]\n");
    assert_has(buf_slice(&g.body), "file csv name=[資産.csv] 10 bytes, first 0\n");
    got_free(&g);
    const char none[] = "--" EDGE "\r\nContent-Disposition: form-data; name=\"csv\"; filename=\"\"\r\n"
                        "Content-Type: application/octet-stream\r\n\r\n\r\n--" EDGE "--\r\n";
    g = multipart(none, sizeof(none) - 1);
    assert_int_equal(g.status, 200);
    assert_has_not(buf_slice(&g.body), "file csv");
    got_free(&g);
    const char two[] =
        "--" EDGE "\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\n1\r\n"
        "--" EDGE "\r\nContent-Disposition: form-data; name=\"b\"; filename=\"b\"\r\n\r\n2\r\n--" EDGE "--\r\n";
    g = multipart(two, sizeof(two) - 1);
    assert_int_equal(g.status, 422);
    got_free(&g);
    const char cut[] = "--" EDGE "\r\nContent-Disposition: form-data; name=\"a\"; filename=\"a\"\r\n\r\nno end";
    g = multipart(cut, sizeof(cut) - 1);
    assert_int_equal(g.status, 400);
    got_free(&g);
}

static void a_large_file_arrives_whole(void **state)
{
    (void)state;
    struct buf b = BUF(8 << 20);
    buf_str(&b, "--" EDGE "\r\nContent-Disposition: form-data; name=\"csv\"; filename=\"x\"\r\n\r\n");
    for (int i = 0; i < 300000; i++)
        buf_fmt(&b, "%09d\n", i);
    buf_str(&b, "\r\n--" EDGE "--\r\n");
    struct got g = multipart(b.p, b.n);
    assert_int_equal(g.status, 200);
    assert_has(buf_slice(&g.body), "3000000 bytes, first 48");
    got_free(&g);
    buf_free(&b);
}

static void a_form_without_its_own_token_is_refused(void **state)
{
    (void)state;
    char *t = form_token();
    char body[200];
    struct got g = ASK(.path = "/echo/x", .body = SL("a=1"), .cookies = true);
    assert_int_equal(g.status, 403);
    assert_has(buf_slice(&g.body), "画面が古くなっています");
    got_free(&g);
    snprintf(body, sizeof(body), "a=1&_t=%s", t);
    g = ASK(.path = "/echo/x", .body = sl(body));
    assert_int_equal(g.status, 403); /* the token, but not the cookie */
    got_free(&g);
    g = ASK(.path = "/echo/x", .body = sl(body), .cookies = true);
    assert_int_equal(g.status, 200);
    got_free(&g);
    jar[0] = '\0';
    form_token(); /* another visitor */
    g = ASK(.path = "/echo/x", .body = sl(body), .cookies = true);
    assert_int_equal(g.status, 403);
    got_free(&g);
    snprintf(body, sizeof(body), "a=1&_t=%s", form_token());
    g = ASK(.path = "/echo/x", .body = sl(body), .cookies = true, .head = {"Sec-Fetch-Site: cross-site"});
    assert_int_equal(g.status, 403);
    got_free(&g);
}

static void signing_in_changes_the_cookie_and_shows_a_message_once(void **state)
{
    (void)state;
    char before[sizeof(jar)];
    form_token();
    snprintf(before, sizeof(before), "%s", jar);
    struct got g = post("/sign-in", "person=p-7");
    assert_int_equal(g.status, 303);
    assert_has(buf_slice(&g.head), "Location: /token\r\n");
    assert_has(buf_slice(&g.head), "; Path=/; HttpOnly; SameSite=Strict\r\n");
    assert_string_not_equal(before, jar);
    got_free(&g);
    g = ASK(.path = "/token", .cookies = true);
    assert_has(buf_slice(&g.body), " 1 入りました");
    assert_has_not(buf_slice(&g.head), "Set-Cookie");
    got_free(&g);
    g = ASK(.path = "/token", .cookies = true);
    assert_has_not(buf_slice(&g.body), "入りました");
    got_free(&g);
    g = ASK(.path = "/echo/a/b", .cookies = true);
    assert_has(buf_slice(&g.body), "who [p-7] remote 127.0.0.1\n");
    got_free(&g);
    char signed_in[sizeof(jar)];
    snprintf(signed_in, sizeof(signed_in), "%s", jar);
    g = post("/sign-out", "");
    assert_int_equal(g.status, 303);
    assert_has(buf_slice(&g.head), "Max-Age=0");
    got_free(&g);
    snprintf(jar, sizeof(jar), "%s", signed_in); /* a kept copy of the cookie is worth nothing */
    g = ASK(.path = "/echo/a/b", .cookies = true);
    assert_has(buf_slice(&g.body), "who []");
    got_free(&g);
    g = post("/sign-in", "person=");
    assert_int_equal(g.status, 422);
    got_free(&g);
}

static void under_api_the_cookie_writes_only_with_the_token_header(void **state)
{
    (void)state;
    struct got g = post("/sign-in", "person=p-7");
    got_free(&g);
    char head[120];
    snprintf(head, sizeof(head), HTTP_TOKEN_HEADER ": %s", form_token());
    g = ASK(.path = "/api/v1/json", .body = SL("{}"), .cookies = true, .head = {"Content-Type: application/json"});
    assert_sl(buf_slice(&g.body), "{\"who\":\"\"}\n");
    got_free(&g);
    g = ASK(.path = "/api/v1/json", .body = SL("{}"), .cookies = true,
            .head = {"Content-Type: application/json", head});
    assert_sl(buf_slice(&g.body), "{\"who\":\"p-7\"}\n");
    got_free(&g);
    g = ASK(.path = "/api/v1/who", .cookies = true);
    assert_has(buf_slice(&g.body), "who [p-7]");
    got_free(&g);
}

static void json_is_one_value_in_utf8_without_repeated_keys(void **state)
{
    static const struct {
        const char *body;
        long status;
    } cases[] = {{"{\"a\":1}", 200}, {"", 400},        {"{\"a\":1,\"a\":2}", 400},
                 {"{} {}", 400},     {"{", 400},       {"{\"a\":\"\xFF\"}", 400},
                 {"[1,]", 400},      {"{'a':1}", 400}, {"{\"a\":1e999}", 400}};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(cases); i++) {
        struct got g =
            ASK(.path = "/api/v1/json", .body = sl(cases[i].body), .head = {"Content-Type: application/json"});
        if (g.status != cases[i].status)
            fail_msg("%s gives %ld", cases[i].body, g.status);
        got_free(&g);
    }
}

static void a_body_of_another_form_is_415(void **state)
{
    static const struct {
        const char *path, *type;
        long status;
    } cases[] = {{"/api/v1/json", "Content-Type: text/plain", 415},
                 {"/api/v1/json", "Content-Type:", 415},
                 {"/api/v1/json", "Content-Type: application/json; charset=shift_jis", 415},
                 {"/api/v1/json", "Content-Type: Application/JSON; Charset=\"UTF-8\"", 200},
                 {"/api/v1/rows", "Content-Type: text/csv; charset=utf-8", 200},
                 {"/api/v1/rows", "Content-Type: application/x-ndjson", 200},
                 {"/api/v1/rows", "Content-Type: application/json", 415},
                 {"/echo/x", "Content-Type: application/json", 415},
                 {"/api/v1/json", "Content-Encoding: gzip", 415}};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(cases); i++) {
        bool coding = strstr(cases[i].type, "Encoding") != NULL;
        struct got g = ASK(.path = cases[i].path, .body = SL("{}"),
                           .head = {cases[i].type, coding ? "Content-Type: application/json" : NULL});
        if (g.status != cases[i].status)
            fail_msg("%s %s gives %ld", cases[i].path, cases[i].type, g.status);
        got_free(&g);
    }
}

static slice big(struct buf *b, size_t n)
{
    *b = BUF(n);
    for (size_t i = 0; i < n; i += 1000)
        buf_fmt(b, "%*d", (int)(n - i < 1000 ? n - i : 1000), 7);
    return buf_slice(b);
}

static void too_long_a_body_is_413_and_the_sender_reads_why(void **state)
{
    static const struct {
        const char *path, *type;
        size_t n;
        long status;
    } cases[] = {{"/api/v1/count", "Content-Type: application/json", 1 << 20, 200},
                 {"/api/v1/count", "Content-Type: application/json", (1 << 20) + 1, 413},
                 {"/api/v1/bulk", "Content-Type: text/csv", 4 << 20, 200},
                 {"/api/v1/bulk", "Content-Type: text/csv", (4 << 20) + 1, 413},
                 {"/api/v1/bulk", "Content-Type: text/csv", 7 << 20, 413},
                 {"/echo/x", NULL, 3 << 20, 413}};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(cases); i++) {
        struct buf b;
        big(&b, cases[i].n);
        for (int asks_first = 0; asks_first < 2; asks_first++) { /* with and without Expect: 100-continue */
            const char *expect = asks_first ? "Expect: 100-continue" : "Expect:";
            struct got g = ASK(.path = cases[i].path, .body = buf_slice(&b), .head = {expect, cases[i].type});
            if (g.status != cases[i].status)
                fail_msg("%s with %zu bytes, %s, gives %ld", cases[i].path, cases[i].n, expect, g.status);
            got_free(&g);
        }
        buf_free(&b);
    }
}

static void a_chunked_body_is_counted_as_it_comes(void **state)
{
    struct buf b;
    (void)state;
    big(&b, 2 << 20);
    struct got g = ASK(.path = "/api/v1/json", .body = buf_slice(&b),
                       .head = {"Content-Type: application/json", "Transfer-Encoding: chunked", "Content-Length:"});
    assert_int_equal(g.status, 413);
    got_free(&g);
    g = ASK(.path = "/api/v1/json", .body = SL("{\"a\":1}"),
            .head = {"Content-Type: application/json", "Transfer-Encoding: chunked", "Content-Length:"});
    assert_int_equal(g.status, 200);
    got_free(&g);
    buf_free(&b);
}

static void a_get_takes_no_body(void **state)
{
    (void)state;
    struct got g = ASK(.method = "GET", .path = "/healthz", .body = SL("hello"));
    assert_int_equal(g.status, 413);
    got_free(&g);
}

static void malformed_requests_are_4xx_and_the_server_stays(void **state)
{
    char one[300];
    unsigned p = http_port(h);
    (void)state;
    struct buf b = raw(SL("GARBAGE\r\n\r\n")); /* no request line: an answer, if any, refuses */
    assert_true(b.n == 0 || status_of(&b) == 400);
    buf_free(&b);
    raw_status("GET /healthz HTTP/1.1\r\n\r\n", 400); /* no Host */
    snprintf(one, sizeof(one),
             "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nHost: evil.example\r\nConnection: close\r\n\r\n", p);
    raw_status(one, 400);
    snprintf(one, sizeof(one),
             "POST /api/v1/json HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
             "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
             p);
    raw_status(one, 400);
    snprintf(one, sizeof(one),
             "POST /api/v1/json HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: application/json\r\n"
             "Content-Length: -1\r\n\r\n{}",
             p);
    raw_status(one, 400);
    snprintf(one, sizeof(one),
             "GET http://127.0.0.1:%u/healthz HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n\r\n", p, p);
    raw_status(one, 200); /* absolute form */
    snprintf(one, sizeof(one),
             "GET http://evil.example/healthz HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n\r\n", p);
    raw_status(one, 400);
    snprintf(one, sizeof(one), "OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n\r\n", p);
    raw_status(one, 204);
    snprintf(one, sizeof(one), "GET healthz HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n\r\n", p);
    raw_status(one, 404);
    healthz_says_ok(state);
}

static void a_header_block_without_end_is_cut_off(void **state)
{
    struct buf b = BUF(1 << 20);
    (void)state;
    buf_fmt(&b, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n", http_port(h));
    for (int i = 0; i < 10000; i++)
        buf_fmt(&b, "X-%d: %050d\r\n", i, i);
    buf_str(&b, "\r\n");
    struct buf got = raw(buf_slice(&b));
    assert_true(status_of(&got) == 431 || status_of(&got) == 413 || got.n == 0);
    buf_free(&got);
    buf_free(&b);
    healthz_says_ok(state);
}

static void random_bytes_never_stop_the_server(void **state)
{
    struct rng_seeded rng;
    char bytes[600];
    (void)state;
    rng_seed(&rng, SL("http"));
    for (int i = 0; i < 200; i++) {
        int n = snprintf(bytes, 200,
                         "POST /echo/x HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Type: multipart/form-data; "
                         "boundary=x\r\nContent-Length: 300\r\n\r\n--x\r\n",
                         http_port(h));
        rng.r.fill(&rng.r, bytes + n, 300);
        for (int k = 0; k < 5; k++) {
            uint8_t at[2];
            rng.r.fill(&rng.r, at, 2);
            bytes[at[0] % (i % 2 ? n : n + 300)] = (char)at[1];
        }
        struct buf got = raw((slice){bytes, (size_t)n + 300});
        buf_free(&got);
    }
    healthz_says_ok(state);
}

static void a_static_file_may_be_kept_for_good_and_an_old_name_is_404(void **state)
{
    (void)state;
    struct got g = ASK(.path = "/static/console.css");
    assert_int_equal(g.status, 404);
    got_free(&g);
    assert_true(static_files_n >= 10);
    for (size_t i = 0; i < static_files_n; i++) {
        char path[200];
        snprintf(path, sizeof(path), "/static/%s", static_files[i].name);
        g = ASK(.path = path);
        assert_int_equal(g.status, 200);
        assert_int_equal(g.body.n, static_files[i].n);
        assert_memory_equal(g.body.p, static_files[i].p, g.body.n);
        assert_has(buf_slice(&g.head), "Cache-Control: public, max-age=31536000, immutable\r\n");
        assert_has(buf_slice(&g.head), static_files[i].type);
        got_free(&g);
    }
}

static void more_requests_than_the_rate_are_429(void **state)
{
    (void)state;
    http_stop(h, 1000);
    cfg.rate = 1;
    cfg.burst = 3;
    start();
    int limited = 0;
    for (int i = 0; i < 6; i++) {
        struct got g = ASK(.path = "/healthz");
        limited += g.status == 429;
        if (g.status == 429)
            assert_has(buf_slice(&g.head), "Retry-After: 1\r\n");
        got_free(&g);
    }
    assert_true(limited >= 2);
}

static void too_large_an_answer_is_a_fault_not_a_half_page(void **state)
{
    (void)state;
    struct got g = ASK(.path = "/huge");
    assert_int_equal(g.status, 500);
    assert_true(g.body.n < 2000);
    got_free(&g);
}

static void *ask_slow(void *status)
{
    struct got g = ASK(.path = "/slow");
    *(long *)status = g.status;
    got_free(&g);
    return NULL;
}

static void stopping_lets_a_running_request_end(void **state)
{
    pthread_t th;
    long status = 0;
    (void)state;
    atomic_store(&slow_began, 0);
    atomic_store(&slow_ended, 0);
    assert_int_equal(pthread_create(&th, NULL, ask_slow, &status), 0);
    while (!atomic_load(&slow_began))
        usleep(1000);
    http_stop(h, 5000);
    h = NULL;
    assert_true(atomic_load(&slow_ended));
    pthread_join(th, NULL);
    assert_int_equal(status, 200);
}

static void a_taken_port_and_a_public_address_are_clear_faults(void **state)
{
    struct http *other = NULL;
    struct fault f;
    char listen[40];
    (void)state;
    struct http_cfg c = cfg;
    snprintf(listen, sizeof(listen), "127.0.0.1:%u", http_port(h));
    c.listen = listen;
    assert_int_equal(http_start(&other, &c, &f), E_CONFIG);
    assert_non_null(strstr(f.what, "待ち受けられません"));
    c.listen = "0.0.0.0:0";
    assert_int_equal(http_start(&other, &c, &f), E_CONFIG);
    assert_non_null(strstr(f.what, "演習は"));
    assert_null(other);
}

static void bodies_at_once_are_bounded(void **state)
{
    struct buf b;
    (void)state;
    http_stop(h, 1000);
    cfg.bodies_max = 100000;
    start();
    big(&b, 200000);
    struct got g = ASK(.path = "/api/v1/rows", .body = buf_slice(&b), .head = {"Content-Type: text/csv"});
    assert_int_equal(g.status, 503);
    got_free(&g);
    buf_free(&b);
    big(&b, 90000);
    for (int i = 0; i < 3; i++) { /* what was counted is given back */
        g = ASK(.path = "/api/v1/rows", .body = buf_slice(&b), .head = {"Content-Type: text/csv"});
        assert_int_equal(g.status, 200);
        got_free(&g);
    }
    buf_free(&b);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, up, down)
    const struct CMUnitTest tests[] = {
        T(healthz_says_ok),
        T(every_answer_carries_the_security_headers),
        T(head_has_the_length_and_no_body_and_options_the_methods),
        T(a_refusal_is_a_japanese_page_or_problem_json_under_api),
        T(a_problem_has_all_reasons_and_the_language_asked_for),
        T(another_host_is_refused),
        T(the_query_and_the_path_are_decoded_strictly),
        T(a_form_is_parsed_with_its_repeated_and_empty_fields),
        T(too_many_fields_are_refused),
        T(a_multipart_form_brings_fields_and_one_file),
        T(a_large_file_arrives_whole),
        T(a_form_without_its_own_token_is_refused),
        T(signing_in_changes_the_cookie_and_shows_a_message_once),
        T(under_api_the_cookie_writes_only_with_the_token_header),
        T(json_is_one_value_in_utf8_without_repeated_keys),
        T(a_body_of_another_form_is_415),
        T(too_long_a_body_is_413_and_the_sender_reads_why),
        T(a_chunked_body_is_counted_as_it_comes),
        T(a_get_takes_no_body),
        T(malformed_requests_are_4xx_and_the_server_stays),
        T(a_header_block_without_end_is_cut_off),
        T(random_bytes_never_stop_the_server),
        T(a_static_file_may_be_kept_for_good_and_an_old_name_is_404),
        T(more_requests_than_the_rate_are_429),
        T(too_large_an_answer_is_a_fault_not_a_half_page),
        T(stopping_lets_a_running_request_end),
        T(a_taken_port_and_a_public_address_are_clear_faults),
        T(bodies_at_once_are_bounded),
    };
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return rc;
}
