/* An address: a byte for the method, then path and query, against the tables that the server serves; the rest of the
 * line as Host, Origin and the server's own address. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "query.h"
#include "web/console/console.h"
#include "web/http_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { QUERY = 32 };

static void query(struct http_req *r, slice rest, struct http_kv *kv)
{
    query_take(r, rest, kv, QUERY);
    int64_t n;
    if (http_int(r->query, "limit", 1, 500, &n))
        must(n >= 1 && n <= 500 && http_has(r->query, "limit"));
    slice all[4];
    must((http_all(r->query, "state", all, 4) > 0) == http_has(r->query, "state"));
}

static void find(struct http_req *r, const struct http_route *table, size_t n)
{
    struct buf allow = BUF(200);
    enum route_found found = route_find(table, n, r);
    route_allow(table, n, r, &allow);
    must(!allow.over && allow.n);
    if (found == ROUTE_HIT) {
        must(r->route && (r->route->method == r->method || r->method == HTTP_HEAD));
        for (size_t i = 0; i < HTTP_SEGS; i++)
            must(text_clean(r->seg[i], false) && !memchr(r->seg[i].p ? r->seg[i].p : "", 0, r->seg[i].n));
    } else {
        must(!r->route && (found == ROUTE_METHOD) == (strcmp(allow.p, "OPTIONS") != 0));
    }
    buf_free(&allow);
}

static void outside(struct http_req *r, slice s)
{
    struct listen_at at;
    struct fault f = {0};
    struct http_kv head[2] = {{SL("Origin"), s}, {SL("Host"), s}};
    r->head = (struct http_list){head, 2};
    r->host = s;
    must(!host_allowed(s, 80, false, "a.example, b.example") || s.n == 9);
    must(!host_allowed(s, 8080, true, NULL) || s.n <= 14);
    (void)!sender_allowed(r, &f);
    if (listen_parse(arena_dup(r->a, s), &at, &f) == E_OK)
        must(at.port <= 65535 && at.host[0]);
    else
        must(f.err == E_CONFIG && f.what[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    struct http_kv kv[QUERY];
    size_t n;
    if (size < 2)
        return 0;
    if (!a) {
        a = arena_new((size_t)16 << 20);
        route_check(console_routes(&n), n);
        route_check(api_routes, api_route_count);
    }
    arena_reset(a);
    struct http_req r = {.method = (enum http_method)(data[0] % (HTTP_OTHER + 1)), .a = a};
    slice line, rest, args;
    sl_cut((slice){(const char *)data + 1, size - 1}, '\n', &line, &rest);
    sl_cut(line, '?', &r.path, &args);
    query(&r, args, kv);
    find(&r, api_routes, api_route_count);
    const struct http_route *table = console_routes(&n);
    find(&r, table, n);
    outside(&r, rest);
    return 0;
}
