/* What a console's form sent, to the inputs of its act, each as the gate takes it. Two bytes choose the act; then, over
 * and over, a byte chooses one of its inputs, a byte which part of it this is, and a byte how long its text is. */
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "web/console/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SENT = 100 };
static const char *const part[] = {"",        ".d",      ".t",        ".how",      ".shown",  ".raw",
                                   ".1.text", ".2.text", ".1.source", ".2.source", ".1.cpe",  ".1.from",
                                   ".1.to",   ".1.toop", ".1.fromop", ".40.text",  ".6.from", ".file"};

static size_t take(enum act_id act, const uint8_t *p, size_t n, struct arena *a, struct http_kv *kv)
{
    size_t got = 0;
    while (n >= 3 && got < SENT && law_act[act].ins) {
        size_t len = p[2] < n - 3 ? p[2] : n - 3;
        slice v = {(const char *)p + 3, len};
        const char *name = law_field[law_act[act].in[p[0] % law_act[act].ins].field].name;
        if (p[0] > 250)
            name = p[0] % 2 ? "outcome" : "source";
        if (text_clean(v, true)) /* the reader of the form lets nothing else through */
            kv[got++] = (struct http_kv){sl(arena_fmt(a, "%s%s", name, p[0] > 250 ? "" : part[p[1] % TB_COUNT(part)])),
                                         arena_sl(a, v)};
        p += 3 + len;
        n -= 3 + len;
    }
    return got;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    struct http_kv kv[SENT];
    if (size < 2)
        return 0;
    if (!a)
        a = arena_new((size_t)64 << 20);
    arena_reset(a);
    enum act_id act = (enum act_id)((data[0] << 8 | data[1]) % ACT_COUNT);
    struct http_req r = {.a = a, .form = {kv, take(act, data + 2, size - 2, a, kv)}};
    if (data[0] & 0x80)
        r.file = (struct http_file){SL("text_hash.file"), SL("a"), SL("b"), SL("c")};
    json_t *vals = fields_of_form(&r, act);
    must(json_is_object(vals));
    for (size_t i = 0; i < law_act[act].ins; i++) {
        const struct law_field *f = &law_field[law_act[act].in[i].field];
        const json_t *v = json_object_get(vals, f->name);
        struct val got;
        struct fault why = {0};
        if (v && gate_field_parse(f, v, a, &got, &why) != E_OK)
            must(why.err == E_FIELD && sl_is(sl(why.where), f->name) && utf8_ok(sl(why.what)));
    }
    json_decref(vals);
    return 0;
}
