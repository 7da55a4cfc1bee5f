/* Between the files of the HTTP server only. */
#ifndef TB_HTTP_INT_H
#define TB_HTTP_INT_H

#include <sys/socket.h>

#include "web/http.h"

/* route.c */
void route_check(const struct http_route *route, size_t n); /* dies on a table that cannot work */
enum route_found { ROUTE_NONE, ROUTE_METHOD, ROUTE_HIT };
/* Finds the row and fills r->route and r->seg. ROUTE_METHOD: the path is known, the method is not. */
enum route_found route_find(const struct http_route *route, size_t n, struct http_req *r);
void route_allow(const struct http_route *route, size_t n, struct http_req *r,
                 struct buf *allow); /* "GET, HEAD, OPTIONS" */

/* answer.c */
slice http_ans_head(const struct http_ans *ans, const char *name); /* empty if not set */

/* host.c: what the outside says about itself */
struct listen_at {
    char host[48]; /* as in a URL: [::1] */
    unsigned port;
    bool loopback;
    struct sockaddr_storage addr;
};
enum err listen_parse(const char *text, struct listen_at *out, struct fault *f) TB_MUST_CHECK;
bool host_allowed(slice host, unsigned port, bool loopback_only, const char *hosts);
enum err sender_allowed(const struct http_req *r, struct fault *f); /* Sec-Fetch-Site, Origin */

/* rate.c: a token bucket for each address, in a table of fixed size */
struct rate;
struct rate *rate_open(unsigned rate, unsigned burst);
void rate_close(struct rate *t);
bool rate_take(struct rate *t, slice address, usec_t now);
/* Takes `many` at once: for what may be asked less often than once a second. */
bool rate_take_many(struct rate *t, slice address, usec_t now, unsigned many);

/* body.c: from the bytes of a body to r->form, r->file or r->body */
enum err body_type(struct http_req *r, unsigned flags, struct fault *f);
struct MHD_Connection;
/* A form's raw bytes are freed; an uploaded file is kept in `file`. */
enum err body_read(struct http_req *r, struct MHD_Connection *c, struct buf *raw, struct buf *file, size_t max,
                   struct fault *f);

#endif
