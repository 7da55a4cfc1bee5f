/* One input of an act: two bytes choose the field, the rest is its value, as JSON or else as a form's text. What is
 * taken is answered as a value that is taken again as the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "gate/gate_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(const struct law_field *f, const json_t *in, struct arena *a)
{
    struct val v, again;
    struct fault fault = {0};
    if (gate_field_parse(f, in, a, &v, &fault) != E_OK) {
        must(fault.err == E_FIELD && sl_is(sl(fault.where), f->name) && fault.what[0] && utf8_ok(sl(fault.what)));
        return;
    }
    json_t *out = gate_value_json(f, v), *one = val_json(v);
    must(out && one);
    if (v.t != VAL_NONE) {
        must(gate_field_parse(f, out, a, &again, &fault) == E_OK);
        json_t *two = val_json(again);
        must(sl_eq(json_canon(one, a), json_canon(two, a)));
        json_decref(two);
    }
    json_decref(one);
    json_decref(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    if (size < 2)
        return 0;
    if (!a)
        a = arena_new((size_t)64 << 20);
    arena_reset(a);
    const struct law_field *f = &law_field[(data[0] << 8 | data[1]) % FIELD_COUNT];
    const char *text = (const char *)data + 2;
    json_t *in = json_loadb(text, size - 2, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (!in)
        in = json_stringn(text, size - 2);
    if (in)
        parse(f, in, a);
    json_decref(in);
    return 0;
}
