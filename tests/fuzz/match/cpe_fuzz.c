/* Any bytes as a CPE name, a version and a pattern: nothing breaks, and what was read comes back the same. */
#include <stddef.h>
#include <stdint.h>

#include "analyse/match/cpe.h"
#include "analyse/match/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void names(struct arena *a, slice text)
{
    struct cpe c, back;
    struct fault f = {0};
    static struct buf one, two;
    one.max = two.max = (size_t)64 << 10;
    buf_clear(&one);
    buf_clear(&two);
    if (cpe_parse(a, text, &c, text.n % 2, &f) == E_OK) {
        cpe_bind(&c, &one);
        if (one.n <= CPE_TEXT_MAX) { /* quoting can lengthen a name beyond what may be read */
            must(cpe_parse(a, buf_slice(&one), &back, false, &f) == E_OK);
            cpe_bind(&back, &two);
            must(sl_eq(buf_slice(&one), buf_slice(&two)));
            enum cpe_rel r = cpe_rel(&c, &back);
            must(r == CPE_EQUAL || r == CPE_UNDEFINED); /* undefined: a pattern is in it */
        }
        (void)!cpe_check(&c, true, &f);
    } else {
        must(f.what[0]);
    }
}

static void versions(struct arena *a, slice text)
{
    slice half = {text.p, text.n / 2}, rest = {text.p + half.n, text.n - half.n};
    slice x = version_key_in(a, VERSION_GENERIC, half), y = version_key_in(a, VERSION_GENERIC, rest);
    must(x.n <= VERSION_KEY_ROOM(half.n) && y.n <= VERSION_KEY_ROOM(rest.n));
    must(version_key_cmp(x, y) == -version_key_cmp(y, x));
    if (half.n <= CPE_TEXT_MAX)
        (void)cpe_wild_match(half, rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    slice text = {(const char *)data, size};
    if (!a)
        a = arena_new((size_t)4 << 20);
    arena_reset(a);
    if (size <= 2 * (size_t)CPE_TEXT_MAX) {
        names(a, text);
        versions(a, text);
    }
    return 0;
}
