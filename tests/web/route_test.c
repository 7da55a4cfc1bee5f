#include "check.h"

#include "web/http_int.h"

static void nothing(const struct http_req *r, struct http_ans *ans)
{
    (void)r;
    (void)ans;
}

static const struct http_route table[] = {
    {HTTP_GET, "/", nothing, 0},
    {HTTP_GET, "/case/{id}", nothing, 0},
    {HTTP_POST, "/case/{id}", nothing, HTTP_FORM},
    {HTTP_GET, "/case/new", nothing, 0},
    {HTTP_GET, "/case/{id}/act/{name}", nothing, 0},
    {HTTP_POST, "/api/v1/act/{name}", nothing, HTTP_JSON},
    {HTTP_DELETE, "/api/v1/key/{id}", nothing, 0},
};
enum { N = TB_COUNT(table) };

static struct arena *a;
static struct http_req req;

static enum route_found find(enum http_method m, const char *path)
{
    req = (struct http_req){.method = m, .path = sl(path), .a = a};
    return route_find(table, N, &req);
}

#define assert_hit(m, path, row)                                                                                       \
    do {                                                                                                               \
        assert_int_equal(find((m), (path)), ROUTE_HIT);                                                                \
        assert_int_equal(req.route - table, (row));                                                                    \
    } while (0)

static void literals_beat_what_is_caught(void **state)
{
    (void)state;
    assert_hit(HTTP_GET, "/", 0);
    assert_hit(HTTP_GET, "/case/2026-0147", 1);
    assert_sl(req.seg[0], "2026-0147");
    assert_hit(HTTP_POST, "/case/2026-0147", 2);
    assert_hit(HTTP_GET, "/case/new", 3);
    assert_hit(HTTP_HEAD, "/case/new", 3);
    assert_hit(HTTP_GET, "/case/x/act/case.finish", 4);
    assert_sl(req.seg[0], "x");
    assert_sl(req.seg[1], "case.finish");
    assert_sl(req.seg[2], "");
}

static void a_known_path_with_another_method_is_told_apart_from_an_unknown_path(void **state)
{
    (void)state;
    assert_int_equal(find(HTTP_DELETE, "/case/1"), ROUTE_METHOD);
    assert_int_equal(find(HTTP_POST, "/case/new"), ROUTE_METHOD); /* not POST /case/{id} with id "new" */
    assert_int_equal(find(HTTP_OTHER, "/"), ROUTE_METHOD);
    assert_int_equal(find(HTTP_GET, "/nowhere"), ROUTE_NONE);
    assert_int_equal(find(HTTP_GET, "/case"), ROUTE_NONE);
    assert_int_equal(find(HTTP_GET, "/case/"), ROUTE_NONE);
    assert_int_equal(find(HTTP_GET, "/case/1/"), ROUTE_NONE);
    assert_int_equal(find(HTTP_GET, "//"), ROUTE_NONE);
    assert_int_equal(find(HTTP_GET, "case/1"), ROUTE_NONE);
    assert_int_equal(find(HTTP_GET, ""), ROUTE_NONE);
    assert_null(req.route);
}

static void a_caught_piece_is_decoded_once_and_must_be_text(void **state)
{
    (void)state;
    assert_hit(HTTP_GET, "/case/%E4%BA%8B%E6%A1%88", 1);
    assert_sl(req.seg[0], "事案");
    assert_hit(HTTP_GET, "/case/a%2Fb", 1);
    assert_sl(req.seg[0], "a/b"); /* an escaped slash makes no segment */
    assert_hit(HTTP_GET, "/case/%2525", 1);
    assert_sl(req.seg[0], "%25");
    assert_hit(HTTP_GET, "/case/a+b", 1);
    assert_sl(req.seg[0], "a+b");
    const char *const bad[] = {"/case/%00", "/case/a%0Ab", "/case/%",      "/case/%4",
                               "/case/%zz", "/case/%FF",   "/case/%C0%AF", "/case/\x01"};
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        assert_int_equal(find(HTTP_GET, bad[i]), ROUTE_NONE);
}

static void a_piece_longer_than_200_bytes_is_no_id(void **state)
{
    char path[1000] = "/case/";
    (void)state;
    memset(path + 6, 'x', 200);
    assert_hit(HTTP_GET, path, 1);
    path[206] = 'x';
    assert_int_equal(find(HTTP_GET, path), ROUTE_NONE);
}

static void allow_names_what_the_best_row_takes(void **state)
{
    struct buf b = BUF(100);
    (void)state;
    find(HTTP_DELETE, "/case/1");
    route_allow(table, N, &req, &b);
    assert_sl(buf_slice(&b), "GET, HEAD, POST, OPTIONS");
    buf_clear(&b);
    find(HTTP_POST, "/case/new");
    route_allow(table, N, &req, &b);
    assert_sl(buf_slice(&b), "GET, HEAD, OPTIONS");
    buf_clear(&b);
    find(HTTP_GET, "/api/v1/key/1");
    route_allow(table, N, &req, &b);
    assert_sl(buf_slice(&b), "DELETE, OPTIONS");
    buf_free(&b);
}

static void an_address_to_listen_on_is_numbers_and_a_port(void **state)
{
    struct listen_at at;
    struct fault f;
    (void)state;
    assert_int_equal(listen_parse("127.0.0.1:8080", &at, &f), E_OK);
    assert_true(at.loopback && at.port == 8080 && at.addr.ss_family == AF_INET);
    assert_int_equal(listen_parse("[::1]:0", &at, &f), E_OK);
    assert_true(at.loopback && at.port == 0 && at.addr.ss_family == AF_INET6);
    assert_string_equal(at.host, "[::1]");
    assert_int_equal(listen_parse("127.9.9.9:1", &at, &f), E_OK);
    assert_true(at.loopback);
    assert_int_equal(listen_parse("0.0.0.0:80", &at, &f), E_OK);
    assert_false(at.loopback);
    assert_int_equal(listen_parse("[::]:80", &at, &f), E_OK);
    assert_false(at.loopback);
    const char *const bad[] = {"",
                               "8080",
                               ":8080",
                               "127.0.0.1",
                               "127.0.0.1:",
                               "127.0.0.1:65536",
                               "127.0.0.1:-1",
                               "127.0.0.1:+1",
                               "localhost:80",
                               "127.0.0.1:80x",
                               "::1:80",
                               "[::1:80",
                               "127.1:80",
                               "[127.0.0.1]:80",
                               "1.2.3.4.5:80"};
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        assert_int_equal(listen_parse(bad[i], &at, &f), E_CONFIG);
        assert_string_equal(f.where, "TOBUHI_LISTEN");
    }
}

static void the_exercise_answers_to_loopback_names_with_its_port_only(void **state)
{
    const char *const good[] = {"127.0.0.1:8080", "localhost:8080", "LocalHost:8080", "[::1]:8080"};
    const char *const bad[] = {"",
                               "127.0.0.1",
                               "127.0.0.1:8081",
                               "evil.example:8080",
                               "localhost.evil.example:8080",
                               "127.0.0.1.nip.io:8080",
                               "localhost:8080 ",
                               "127.0.0.2:8080",
                               "::1:8080",
                               "localhost:08080"};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(good); i++)
        assert_true(host_allowed(sl(good[i]), 8080, true, NULL));
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        assert_false(host_allowed(sl(bad[i]), 8080, true, NULL));
    assert_true(host_allowed(SL("localhost"), 80, true, NULL));
    assert_true(host_allowed(SL("Tobuhi.example"), 443, false, "a.example, tobuhi.example"));
    assert_false(host_allowed(SL("b.example"), 443, false, "a.example,tobuhi.example"));
    assert_true(host_allowed(SL("anything"), 443, false, NULL));
    assert_false(host_allowed(SLN, 443, false, NULL));
}

static enum err sent_from(const char *site, const char *origin)
{
    struct http_kv head[2];
    struct fault f;
    struct http_req r = {.head = {head, 0}, .host = SL("127.0.0.1:8080")};
    if (site)
        head[r.head.n++] = (struct http_kv){SL("sec-fetch-site"), sl(site)};
    if (origin)
        head[r.head.n++] = (struct http_kv){SL("ORIGIN"), sl(origin)};
    return sender_allowed(&r, &f);
}

static void a_page_of_another_site_may_not_write(void **state)
{
    (void)state;
    assert_int_equal(sent_from(NULL, NULL), E_OK);
    assert_int_equal(sent_from("same-origin", "null"), E_OK);
    assert_int_equal(sent_from("none", NULL), E_OK);
    assert_int_equal(sent_from("same-origin", "http://127.0.0.1:8080"), E_OK);
    assert_int_equal(sent_from("cross-site", NULL), E_REFUSED);
    assert_int_equal(sent_from("same-site", NULL), E_REFUSED); /* another port of this machine */
    assert_int_equal(sent_from(NULL, "http://evil.example"), E_REFUSED);
    assert_int_equal(sent_from(NULL, "http://127.0.0.1:8081"), E_REFUSED);
    assert_int_equal(sent_from("same-origin", "https://evil.example"), E_REFUSED);
}

static void an_address_gets_its_rate_and_not_more(void **state)
{
    struct rate *t = rate_open(10, 30);
    usec_t now = 1800000000 * USEC;
    (void)state;
    for (int i = 0; i < 30; i++)
        assert_true(rate_take(t, SL("127.0.0.1"), now));
    assert_false(rate_take(t, SL("127.0.0.1"), now));
    assert_true(rate_take(t, SL("::1"), now)); /* another address has its own */
    now += USEC / 10;
    assert_true(rate_take(t, SL("127.0.0.1"), now));
    assert_false(rate_take(t, SL("127.0.0.1"), now));
    assert_false(rate_take(t, SL("127.0.0.1"), now - 100 * USEC)); /* a clock set back gives nothing */
    now += 1000 * USEC;
    for (int i = 0; i < 30; i++)
        assert_true(rate_take(t, SL("127.0.0.1"), now));
    assert_false(rate_take(t, SL("127.0.0.1"), now));
    rate_close(t);
    t = rate_open(0, 0);
    for (int i = 0; i < 10000; i++)
        assert_true(rate_take(t, SL("127.0.0.1"), now));
    rate_close(t);
}

static void many_addresses_do_not_grow_the_table(void **state)
{
    struct rate *t = rate_open(1, 1);
    usec_t now = 1800000000 * USEC;
    char address[20];
    (void)state;
    for (int i = 0; i < 100000; i++) {
        snprintf(address, sizeof(address), "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
        assert_true(rate_take(t, sl(address), now + i));
    }
    assert_false(rate_take(t, sl(address), now + 100000));
    rate_close(t);
}

static int up(void **state)
{
    (void)state;
    a = arena_new(16 << 20);
    route_check(table, N);
    return 0;
}

static int down(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_beat_what_is_caught),
        cmocka_unit_test(a_known_path_with_another_method_is_told_apart_from_an_unknown_path),
        cmocka_unit_test(a_caught_piece_is_decoded_once_and_must_be_text),
        cmocka_unit_test(a_piece_longer_than_200_bytes_is_no_id),
        cmocka_unit_test(allow_names_what_the_best_row_takes),
        cmocka_unit_test(an_address_to_listen_on_is_numbers_and_a_port),
        cmocka_unit_test(the_exercise_answers_to_loopback_names_with_its_port_only),
        cmocka_unit_test(a_page_of_another_site_may_not_write),
        cmocka_unit_test(an_address_gets_its_rate_and_not_more),
        cmocka_unit_test(many_addresses_do_not_grow_the_table),
    };
    return cmocka_run_group_tests(tests, up, down);
}
