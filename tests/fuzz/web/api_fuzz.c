/* A request of the API, from its address and body to its answer, over a gate in memory: a byte says who asks, a byte
 * the method; then path and query, a new line, the body. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "query.h"
#include "served.h"
#include "web/http_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { QUERY = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum http_method method[] = {HTTP_POST, HTTP_GET, HTTP_DELETE, HTTP_POST};
    struct http_kv kv[QUERY];
    slice line, args;
    if (size < 3)
        return 0;
    struct http_req *r = served(data[0] % 8);
    r->method = method[data[1] % TB_COUNT(method)];
    sl_cut((slice){(const char *)data + 2, size - 2}, '\n', &line, &r->body);
    sl_cut(served_text(r, line), '?', &r->path, &args);
    r->body = served_text(r, r->body);
    r->type = sl_starts(r->body, "{") ? SL("application/json") : SL("text/csv");
    if (!text_clean(r->path, false) || route_find(api_routes, api_route_count, r) != ROUTE_HIT)
        return 0;
    /* The law's own pages are long and the same for everybody. */
    if (sl_is(sl(r->route->pattern), "/api/v1/law") || sl_is(sl(r->route->pattern), "/api/v1/openapi.json"))
        return 0;
    struct http_ans ans = {.body = BUF((size_t)16 << 20)};
    query_take(r, args, kv, QUERY);
    r->route->run(r, &ans);
    served_done(r, &ans);
    return 0;
}
