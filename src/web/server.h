/* What every handler of the console and the API has at hand: the gate, a reader of its own thread, who is asking. */
#ifndef TB_SERVER_H
#define TB_SERVER_H

#include "exercise/story.h"
#include "gate/gate.h"
#include "web/http.h"

struct server {
    struct gate *gate;
    struct clock *legal;
    bool exercise;
    struct story *story;                          /* exercise: what comes next; NULL otherwise */
    void (*advance)(struct server *s, usec_t by); /* exercise: moves the simulated date forward; NULL otherwise */
    void *ud;
};

/* One request's caller: found by his session; `known` is false for a visitor. */
struct caller {
    bool known;
    struct gate_person who;
    struct gate_actor actor; /* slices live in the request's arena */
    struct gate_reader *reader;
};

/* E_BUSY when no reader could be opened. Visitors are no fault. */
enum err server_caller(const struct http_req *r, struct caller *out, struct fault *f) TB_MUST_CHECK;
struct server *server_of(const struct http_req *r);
void server_readers_close(void); /* this thread's readers */
void server_done(void);          /* http_cfg.done: what a GET has read was of one moment, and that is over */

/* Signs a person in: session.open through the gate, then the browser's cookie. Exercise only (no default account
 * exists outside it). */
enum err server_sign_in(const struct http_req *r, struct http_ans *ans, slice person, struct fault *f) TB_MUST_CHECK;
/* The same by the key of a receipt: its fingerprint (acts.md §5 session_live: the finder's receipt secret). */
enum err server_sign_in_receipt(const struct http_req *r, struct http_ans *ans, slice person, slice receipt,
                                struct gate_actor *out, struct fault *f) TB_MUST_CHECK;
void server_sign_out(const struct http_req *r, struct http_ans *ans);

/* An act as this caller. `in` stays the caller's. */
void server_act(const struct http_req *r, const struct caller *c, enum act_id act, slice subject, const json_t *in,
                slice key, struct gate_ans *ans);
/* A refusal or fault of an act, as page or problem+json, with every reason and its way out. */
void server_refuse(const struct http_req *r, struct http_ans *ans, enum act_id act, const struct gate_ans *a);

/* The copy of an approved export as the answer (text/csv or application/json), by export.release; on a refusal or fault
 * (ans->err) nothing is answered yet. */
void server_export(const struct http_req *r, const struct caller *c, slice id, struct http_ans *out,
                   struct gate_ans *ans);

/* Rows of a bulk filing of assets (CSV with a header of field names, or JSON lines): each row records and notifies one
 * machine and is decided by itself; one envelope act follows. */
struct bulk_row {
    size_t line;
    char op_ref[80];
    bool ok;
    int64_t leaf;
    char what[420];
    char asset[UUID_LEN + 1];
};
struct bulk_result {
    struct bulk_row *row;
    size_t rows, accepted, refused;
    int64_t envelope;
};
enum err server_bulk_assets(const struct http_req *r, const struct caller *c, slice text, bool json_lines,
                            struct bulk_result *out, struct fault *f) TB_MUST_CHECK;

extern const struct http_route api_routes[];
extern const size_t api_route_count;

#endif
