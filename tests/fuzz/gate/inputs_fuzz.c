/* A JSON body of an act, from its bytes to the inputs the act is decided on: two bytes choose the act. */
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "gate/gate_int.h"
#include "web/problem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Only inputs of the row have a value, each of the kind that its type says. */
static void taken(const struct run *r)
{
    bool named[NAME_COUNT] = {false};
    for (size_t i = 0; i < r->act->ins; i++) {
        const struct law_field *f = &law_field[r->act->in[i].field];
        const struct val *v = &r->in[f->id];
        bool number = f->type == FT_INT || f->type == FT_BOOL || f->type == FT_DAY || f->type == FT_TIME;
        named[f->id] = true;
        must(v->t == VAL_NONE || v->t == (f->type == FT_IDS ? VAL_LIST : number ? VAL_INT : VAL_TEXT));
        must(!r->act->in[i].required || v->t != VAL_NONE);
        must(v->t != VAL_TEXT || utf8_ok(v->s));
    }
    for (size_t i = 0; i < NAME_COUNT; i++)
        must(named[i] || r->in[i].t == VAL_NONE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    struct run *r;
    static struct http_req req;
    struct fault f = {0};
    json_t *in;
    if (size < 2)
        return 0;
    if (!a)
        a = arena_new((size_t)64 << 20);
    arena_reset(a);
    r = arena_get(a, sizeof *r); /* clear, as every run begins */
    req.body = (slice){(const char *)data + 2, size - 2};
    enum err e = json_body(&req, &in, &f);
    if (e == E_OK) {
        run_init(r, NULL, a, (enum act_id)((data[0] << 8 | data[1]) % ACT_COUNT), &f);
        e = run_inputs(r, in);
        if (e == E_OK)
            taken(r);
    }
    must(e == E_OK || (f.what[0] && utf8_ok(sl(f.what)) && utf8_ok(sl(f.where))));
    json_decref(in);
    return 0;
}
