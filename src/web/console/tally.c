#include "tally.h"

#include "base/base.h"
#include "web/server.h"

bool tally_may(struct tally *c, const struct dbrows *rows, size_t row)
{
    slice alike = ROW(rows, row, 0).s;
    for (size_t i = 0; i < c->n; i++)
        if (sl_eq(c->seen[i].alike, alike))
            return c->seen[i].may;
    bool may = view_may(c->p->v, c->kind, ROW(rows, row, 1).s, &c->basis);
    if (c->n < TALLY_SEEN) {
        c->seen[c->n].alike = alike;
        c->seen[c->n++].may = may;
    }
    return may;
}

/* A view counts rows; numbers made of rows that are not shown go out after a leaf of their own. */
bool tally_told(struct page *p, const char *object, const char *class, enum basis_id basis, size_t rows, slice text)
{
    uint8_t h[SHA_LEN];
    char hex[65];
    struct gate_ans a;
    sha256(text, h);
    hex_of(h, sizeof h, hex);
    json_t *in =
        json_pack("{s:s, s:s, s:s, s:s, s:I, s:s}", "object", object, "class", class, "basis", law_basis[basis].name,
                  "purpose", "職務の遂行（画面）", "rows", (json_int_t)rows, "page_hash", hex);
    server_act(p->r, &p->c, ACT_read_release, SLN, in, SLN, &a);
    json_decref(in);
    return a.err == E_OK;
}
