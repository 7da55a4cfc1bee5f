/* Sessions and form tokens. Nothing legal lives here: a session says which person's browser this is, the gate
 * decides what that person may do.
 *
 * The cookie carries a random 256-bit id; the table keeps only its SHA-256, in memory, with two limits on the wall
 * clock. The form token is HMAC-SHA-256 of the cookie under a key drawn at start, so it needs no table and also
 * guards the sign-in form of somebody who has no session yet. Every call may come from any thread. */
#ifndef TB_SESS_H
#define TB_SESS_H

#include "base/base.h"
#include "base/date.h"
#include "base/world.h"

#define SESS_COOKIE     "tobuhi"
#define SESS_ID_LEN     64  /* hex digits of a cookie, and of a token */
#define SESS_PERSON_MAX 127 /* two UUIDs: the person and his session in the ledger */

struct sess_limits {
    usec_t idle;     /* since the last request */
    usec_t absolute; /* since sign-in */
    size_t max;      /* sessions at once; a new one drops the one idle for longest */
};
#define SESS_LIMITS ((struct sess_limits){.idle = 15 * 60 * USEC, .absolute = 8 * 3600 * USEC, .max = 4096})

enum flash_kind { FLASH_NONE, FLASH_DONE, FLASH_WARN, FLASH_ERR };
struct sess { /* a copy of what the table holds */
    char person[SESS_PERSON_MAX + 1];
    usec_t since, seen; /* sign-in; the request before this one */
};

struct sess_table;
struct sess_table *sess_open(struct clock *wall, struct rng *rng, struct sess_limits limits);
void sess_close(struct sess_table *t);

void sess_guest(struct sess_table *t, char cookie[SESS_ID_LEN + 1]); /* an id that is nobody yet */
/* Signs a person in under a fresh id: an id from before sign-in is never raised. E_FIELD: the id is too long. */
enum err sess_new(struct sess_table *t, slice person, char cookie[SESS_ID_LEN + 1], struct fault *f) TB_MUST_CHECK;
bool sess_find(struct sess_table *t, slice cookie,
               struct sess *out); /* false: unknown or run out; true counts as a use */
void sess_end(struct sess_table *t, slice cookie);
size_t sess_end_person(struct sess_table *t, slice person); /* grants withdrawn: all of theirs */

bool sess_cookie_ok(slice cookie); /* has the form of one of ours */
void sess_token(struct sess_table *t, slice cookie, char token[SESS_ID_LEN + 1]);
bool sess_token_ok(struct sess_table *t, slice cookie, slice token); /* in constant time */

/* One message carried over the redirect after a POST; longer text is cut at a character. */
#define FLASH_MAX 400
void sess_flash(struct sess_table *t, slice cookie, enum flash_kind kind, slice text);
enum flash_kind sess_flash_take(struct sess_table *t, slice cookie, struct arena *a, slice *text);

#endif
