/* Any bytes as a vulnerability record in JSON: what is taken is written and read back the same, and the engine takes
 * it. */
#include <stddef.h>
#include <stdint.h>

#include "analyse/match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 64 << 10 };

static bool take(void *ctx, const struct match_row *r)
{
    struct buf why = BUF((size_t)1 << 20);
    match_why_write(r->why, &why);
    must(why.n && !why.over && r->why->level != MATCH_NO);
    buf_free(&why);
    ++*(unsigned *)ctx;
    return true;
}

static void match(const struct vuln_record *r)
{
    static const slice cpe[] = {SL("cpe:2.3:a:v:p:1:*:*:*:*:*:*:*"), SL("cpe:2.3:*:*:*:*:*:*:*:*:*:*:*"),
                                SL("cpe:2.3:o:v:os:-:*:*:*:*:*:*:*")};
    struct match_engine *e = match_new((size_t)16 << 20, false);
    struct match_stats st;
    struct fault f = {0};
    unsigned rows = 0;
    const struct match_sink sink = {.ctx = &rows, .row = take};
    for (size_t i = 0; i < TB_COUNT(cpe); i++) {
        const struct match_asset a = {.id = {&"abc"[i], 1}, .system_id = SL("S"), .cpe = cpe[i]};
        must(match_add_asset(e, &a, &f) == E_OK);
    }
    if (match_add_vuln(e, r, &f) == E_OK && match_run(e, 1, &sink, &st, &f) == E_OK)
        must(rows <= TB_COUNT(cpe) && rows == st.confirmed + st.possible && st.leaves == vuln_record_leaves(r));
    match_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    static struct buf one, two;
    struct vuln_record r, back;
    struct fault f = {0};
    if (size > INPUT_MAX)
        return 0;
    if (!a)
        a = arena_new(2 * VULN_ROOM(INPUT_MAX));
    arena_reset(a);
    one.max = two.max = (size_t)8 << 20;
    buf_clear(&one);
    buf_clear(&two);
    if (vuln_record_parse(a, (slice){(const char *)data, size}, &r, &f) == E_OK) {
        vuln_record_write(&r, &one);
        must(one.over || vuln_record_parse(a, buf_slice(&one), &back, &f) == E_OK);
        if (!one.over) {
            vuln_record_write(&back, &two);
            must(sl_eq(buf_slice(&one), buf_slice(&two)));
        }
        match(&r);
    }
    return 0;
}
