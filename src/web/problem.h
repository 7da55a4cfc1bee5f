/* Refusals for machines: application/problem+json (RFC 9457), and JSON bodies in and out. */
#ifndef TB_PROBLEM_H
#define TB_PROBLEM_H

#include <jansson.h>

#include "web/http.h"

struct problem_reason { /* one reason of a refusal; empty members are left out */
    slice code, article, text, way_out, field;
};

/* {"type","title","status","detail","instance","code","where","reasons":[…]}. The title is English when the client
 * asks for it first; the detail is what the room said. The status is the error's, unless ans->status is set. */
void problem_put(const struct http_req *r, struct http_ans *ans, const struct fault *f,
                 const struct problem_reason *reason, size_t n);

/* The body as one JSON value: UTF-8, no repeated keys, nothing after it. The caller drops it with json_decref. */
enum err json_body(const struct http_req *r, json_t **out, struct fault *f) TB_MUST_CHECK;
void json_answer(struct http_ans *ans, const json_t *value); /* application/json; the reference stays the caller's */

#endif
