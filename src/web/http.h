/* The HTTP server: libmicrohttpd parses, this room routes, limits and answers (RFC 9110, 9112).
 *
 * A handler is called once, on one of a few threads, with the whole request read and checked: the path decoded, the
 * body within its limit, the form parsed, the session found, the form token right. It fills an answer. Everything in
 * the request lives in its arena until the answer has been sent.
 *
 * What is refused before a handler sees it: another Host (in the exercise: anything but loopback, against DNS
 * rebinding), a page of another site as the sender, an unknown path (404), another method (405), another form of
 * content (415), too much (413), too often (429), a stale form (403). Under /api/ a refusal is problem+json
 * (RFC 9457), elsewhere a page. */
#ifndef TB_HTTP_H
#define TB_HTTP_H

#include "base/base.h"
#include "base/date.h"
#include "web/sess.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OPTIONS, HTTP_OTHER };

struct http_kv {
    slice k, v;
};
struct http_list {
    struct http_kv *v;
    size_t n;
};
struct http_file { /* of multipart/form-data; data.p is NULL when none was sent */
    slice field, name, type, data;
};

#define HTTP_SEGS 4
struct http_route;
struct http_cfg;
struct http_req {
    enum http_method method;
    bool api;             /* the path begins with /api/ */
    slice path;           /* as sent, without the query; decoded pieces are in seg */
    slice seg[HTTP_SEGS]; /* what the {…} of the pattern caught, in order, decoded, valid text */
    struct http_list head, query, cookie, form;
    struct http_file file;
    slice type; /* media type of the body, lower case, without parameters */
    slice body; /* raw, for JSON, CSV and JSON lines; empty when `form` was made of it */
    slice remote, host;
    slice cookie_id; /* our own cookie when it has the right form, else empty */
    bool signed_in;  /* `who` is set; under /api/ a writing method needs the token header too */
    struct sess who;
    const struct http_route *route;
    struct arena *a;
    struct sess_table *sess;
    const struct http_cfg *cfg;
    void *ud; /* of the configuration */
};

#define HTTP_ANS_HEADS 12
struct http_ans {
    int status;       /* 200 unless set */
    const char *type; /* "text/html; charset=utf-8" unless set */
    struct buf body;
    slice fixed;    /* instead of body: bytes that outlive the server */
    bool cacheable; /* for good: the name holds a hash of the content */
    struct http_kv head[HTTP_ANS_HEADS];
    size_t head_n;
    slice cookie_new; /* our cookie when this answer sets it */
};

typedef void http_handler(const struct http_req *r, struct http_ans *ans);
typedef void http_error_page(const struct http_req *r, struct http_ans *ans, const struct fault *f);

enum http_flags {                /* what a writing method takes; a form is also checked for its token */
                  HTTP_FORM = 1, /* application/x-www-form-urlencoded, multipart/form-data */
                  HTTP_JSON = 2, /* application/json */
                  HTTP_ROWS = 4, /* text/csv, application/x-ndjson, application/jsonl */
                  HTTP_BULK = 8  /* the larger limit */
};
struct http_route {          /* "/case/{id}": a literal beats a {…}; no trailing slash */
    enum http_method method; /* GET answers HEAD as well */
    const char *pattern;
    http_handler *run;
    unsigned flags;
};

struct http_cfg {
    const char *listen; /* "127.0.0.1:8080", "[::1]:0"; numbers only (TOBUHI_LISTEN) */
    const struct http_route *route;
    size_t routes;
    void *ud;
    struct clock *wall;
    struct sess_table *sess;
    bool loopback_only;          /* the exercise */
    const char *hosts;           /* else: names that Host may hold, separated by commas; NULL: any */
    bool secure;                 /* the cookie is marked Secure (behind TLS) */
    http_error_page *error_page; /* draws a refusal outside /api/; NULL: a plain page */
    void (*done)(void);          /* the answer stands, on the handler's thread; NULL: nothing to do */
    unsigned threads, connections, connections_per_address, idle_s, body_s;
    unsigned rate, burst;                  /* requests a second of one address; 0: no limit */
    size_t body_max, bulk_max, bodies_max; /* one body, one bulk upload, all bodies at once */
    size_t answer_max, arena_max;
};
struct http_cfg http_cfg_default(void);

struct http;
enum err http_start(struct http **out, const struct http_cfg *cfg, struct fault *f) TB_MUST_CHECK;
unsigned http_port(const struct http *h);          /* the one bound, when 0 was asked for */
const char *http_url(const struct http *h);        /* "http://127.0.0.1:8080" */
void http_stop(struct http *h, unsigned grace_ms); /* no new connections; running requests may end within the grace */

/* --- reading a request --- */
bool http_has(struct http_list l, const char *name);
slice http_get(struct http_list l, const char *name);                          /* the first of that name, or empty */
size_t http_all(struct http_list l, const char *name, slice *out, size_t max); /* every value of a repeated field */
slice http_header(const struct http_req *r, const char *name);                 /* any case */
bool http_int(struct http_list l, const char *name, int64_t min, int64_t max, int64_t *out);

/* --- answering --- */
void http_add(struct http_ans *ans, const char *name, slice value); /* value lives as long as the request */
void http_see_other(const struct http_req *r, struct http_ans *ans, slice path); /* 303; a local path only */
/* 303 with a message that the next page shows */
void http_done(const struct http_req *r, struct http_ans *ans, slice path, enum flash_kind kind, slice text);
/* A refusal: a page or problem+json. The status is the error's, unless ans->status is set already. A refusal of the
 * gate with its reasons: web/problem.h. */
void http_fail(const struct http_req *r, struct http_ans *ans, const struct fault *f);
/* Marks an answer as the file `name` (ASCII part and UTF-8 form, RFC 6266). */
void http_download(const struct http_req *r, struct http_ans *ans, slice name);

/* --- sign-in and forms --- */
/* The token for the forms of this answer; gives a visitor without a cookie one. */
slice http_token(const struct http_req *r, struct http_ans *ans);
enum err http_sign_in(const struct http_req *r, struct http_ans *ans, slice person, struct fault *f) TB_MUST_CHECK;
void http_sign_out(const struct http_req *r, struct http_ans *ans);
#define HTTP_TOKEN_FIELD  "_t"
#define HTTP_TOKEN_HEADER "X-Tobuhi-Token"

/* Ready-made handlers: GET /healthz, GET /static/{name} */
http_handler http_healthz, http_static;

#endif
