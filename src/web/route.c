#include "web/http_int.h"

#include "base/text.h"

#define SEG_MAX 200
static const char *const method_name[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"};

/* Splits the next segment off a path that begins with '/'. */
static bool segment(slice *path, slice *seg)
{
    if (path->n == 0 || path->p[0] != '/')
        return false;
    size_t i = 1;
    while (i < path->n && path->p[i] != '/')
        i++;
    *seg = (slice){path->p + 1, i - 1};
    *path = (slice){path->p + i, path->n - i};
    return true;
}

static bool catches(slice seg)
{
    return seg.n >= 2 && seg.p[0] == '{' && seg.p[seg.n - 1] == '}';
}

void route_check(const struct http_route *route, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        slice rest = sl(route[i].pattern), seg;
        size_t caught = 0;
        must(route[i].run && route[i].method < HTTP_OPTIONS && route[i].method != HTTP_HEAD);
        must(rest.n > 0 && rest.p[0] == '/' && (rest.n == 1 || rest.p[rest.n - 1] != '/'));
        if (sl_starts(rest, "/api/"))
            must(route[i].method == HTTP_GET || route[i].method == HTTP_DELETE || route[i].flags != 0);
        else /* a page is written to by a form alone, which carries the token */
            must(route[i].method == HTTP_GET ||
                 (route[i].method == HTTP_POST && (route[i].flags & ~(unsigned)HTTP_BULK) == HTTP_FORM));
        while (rest.n && segment(&rest, &seg))
            caught += catches(seg);
        must(caught <= HTTP_SEGS);
        for (size_t j = 0; j < i; j++)
            must(route[i].method != route[j].method || !sl_is(sl(route[i].pattern), route[j].pattern));
    }
}

/* A caught segment, decoded: valid one-line text, so that no handler meets a NUL or a line end in an id. */
static bool decode(slice raw, struct arena *a, slice *out)
{
    return raw.n > 0 && raw.n <= 3 * SEG_MAX && url_unesc(a, raw, false, out) && out->n > 0 && out->n <= SEG_MAX &&
           text_clean(*out, false);
}

/* How well the pattern fits: 0 not at all, else more for literals that stand earlier. */
static unsigned fit(const char *pattern, const struct http_req *r, slice seg[HTTP_SEGS], size_t *seg_n)
{
    slice pat = sl(pattern), path = r->path, want, got;
    unsigned score = 1;
    *seg_n = 0;
    while (pat.n && path.n) {
        if (!segment(&pat, &want) || !segment(&path, &got))
            return 0;
        score *= 2;
        if (catches(want)) {
            if (!decode(got, r->a, &seg[(*seg_n)++]))
                return 0;
        } else if (sl_eq(want, got)) {
            score++;
        } else {
            return 0;
        }
    }
    return pat.n || path.n ? 0 : score;
}

static bool serves(const struct http_route *row, enum http_method m)
{
    return row->method == m || (m == HTTP_HEAD && row->method == HTTP_GET);
}

/* The best pattern is sought over all methods first: GET /case/new must not fall to POST /case/{id}'s sibling. */
enum route_found route_find(const struct http_route *route, size_t n, struct http_req *r)
{
    unsigned best = 0, hit = 0;
    for (size_t i = 0; i < n; i++) {
        slice seg[HTTP_SEGS];
        size_t seg_n;
        unsigned score = fit(route[i].pattern, r, seg, &seg_n);
        if (score > best)
            best = score;
        if (score == 0 || score < best || !serves(&route[i], r->method))
            continue;
        hit = score;
        r->route = &route[i];
        for (size_t j = 0; j < HTTP_SEGS; j++)
            r->seg[j] = j < seg_n ? seg[j] : SLN;
    }
    if (hit && hit == best)
        return ROUTE_HIT;
    r->route = NULL;
    return best ? ROUTE_METHOD : ROUTE_NONE;
}

void route_allow(const struct http_route *route, size_t n, struct http_req *r, struct buf *allow)
{
    unsigned best = 0, methods = 0;
    for (size_t i = 0; i < n; i++) {
        slice seg[HTTP_SEGS];
        size_t seg_n;
        unsigned score = fit(route[i].pattern, r, seg, &seg_n);
        if (score > best) {
            best = score;
            methods = 0;
        }
        if (score && score == best)
            methods |= 1u << route[i].method | (route[i].method == HTTP_GET ? 1u << HTTP_HEAD : 0u);
    }
    for (unsigned m = HTTP_GET; m < HTTP_OPTIONS; m++)
        if (methods & 1u << m)
            buf_fmt(allow, "%s, ", method_name[m]);
    buf_str(allow, method_name[HTTP_OPTIONS]);
}
