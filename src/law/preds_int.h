/* Of this room: what the files of conditions share. A value that is not known is of no type, and nothing holds of it;
 * each condition is law_p_NAME and each function law_f_NAME, called by their tables (preds.c, fns.c). */
#ifndef TB_PREDS_INT_H
#define TB_PREDS_INT_H

#include "law.h"

#include <string.h>

static inline bool text(struct val v)
{
    return v.t == VAL_TEXT && v.s.n > 0;
}
static inline bool is(struct val v, const char *z)
{
    return v.t == VAL_TEXT && sl_is(v.s, z);
}
static inline bool same(struct val v, slice s)
{
    return v.t == VAL_TEXT && s.n && sl_eq(v.s, s);
}
static inline bool positive(struct val v)
{
    return v.t == VAL_INT && v.i > 0;
}
static inline bool zero(struct val v)
{
    return v.t == VAL_INT && v.i == 0;
}
static inline bool has_role(const struct law_ctx *c, enum role_id r)
{
    return c->actor.roles >> r & 1;
}

bool contains(slice hay, slice needle); /* preds.c; nothing contains the empty text */

#define PRED(n) bool law_p_##n(const struct law_ctx *c)
#define FN(n)   struct val law_f_##n(const struct law_ctx *c, struct arena *a)

#define X(n) PRED(n);
LAW_PREDS(X)
#undef X
#define X(n) FN(n);
LAW_FNS(X)
#undef X

#endif
