/* Any text as versions of every scheme: an order without contradictions, in keys that fit their room; and as what a
 * person wrote as a version. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analyse/match/version.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { THREE = 3 };

static void order(struct arena *a, enum version_scheme s, const slice v[THREE])
{
    slice k[THREE];
    int c[THREE][THREE];
    for (int i = 0; i < THREE; i++) {
        k[i] = version_key_in(a, s, v[i]);
        must(k[i].n <= VERSION_KEY_ROOM(v[i].n));
    }
    for (int i = 0; i < THREE; i++)
        for (int j = 0; j < THREE; j++)
            c[i][j] = version_key_cmp(k[i], k[j]);
    for (int i = 0; i < THREE; i++)
        for (int j = 0; j < THREE; j++) {
            must(c[i][j] == -c[j][i] && (i != j || c[i][j] == 0));
            must(!sl_eq(v[i], v[j]) || c[i][j] == 0);
            for (int l = 0; l < THREE; l++)
                must(c[i][j] > 0 || c[j][l] > 0 || c[i][l] <= 0);
        }
}

static void written(struct arena *a, slice s)
{
    struct version_text t;
    version_read(a, s, &t);
    must(t.said <= VERSION_UNCLEAR);
    must(t.said == VERSION_ONE ? t.version.n > 0 : t.version.n == 0 && t.update.n == 0);
    must(text_clean(t.version, false) && text_clean(t.update, false));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    slice v[THREE] = {{0}}, rest = {(const char *)data, size};
    if (!a)
        a = arena_new((size_t)8 << 20);
    arena_reset(a);
    written(a, rest);
    for (int i = 0; i < THREE; i++)
        if (!sl_cut(rest, '\n', &v[i], &rest))
            rest = SLN;
    for (int s = 0; s < VERSION_SCHEMES; s++)
        order(a, (enum version_scheme)s, v);
    return 0;
}
