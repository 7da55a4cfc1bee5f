/* The query of an address, taken apart as the server does it: at most `max` pairs, those that are clean. */
#ifndef TB_FUZZ_QUERY_H
#define TB_FUZZ_QUERY_H

#include "base/text.h"
#include "web/http_int.h"

static inline void query_take(struct http_req *r, slice rest, struct http_kv *kv, size_t max)
{
    slice one;
    r->query = (struct http_list){kv, 0};
    while (rest.n && r->query.n < max) {
        struct http_kv *x = &kv[r->query.n];
        if (!sl_cut(rest, '&', &one, &rest))
            rest = SLN;
        sl_cut(one, '=', &x->k, &x->v);
        if (url_unesc(r->a, x->k, true, &x->k) && text_clean(x->k, true) && url_unesc(r->a, x->v, true, &x->v) &&
            text_clean(x->v, true))
            r->query.n++;
    }
}

#endif
