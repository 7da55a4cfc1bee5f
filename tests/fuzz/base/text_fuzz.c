/* Any bytes as text: folding keeps a name from becoming nothing, escaping can be taken back, and leaves no mark that
 * a page or an address would read. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void folded(struct arena *a, slice s)
{
    slice fold = text_fold(a, s), nfkc = text_nfkc(a, s);
    must(utf8_ok(fold) && utf8_ok(nfkc));
    must(!utf8_ok(s) || s.n == 0 || fold.n > 0);
    must(sl_eq(text_nfkc(a, nfkc), nfkc));
    if (!utf8_ok(s))
        must(fold.n == 0 && nfkc.n == 0 && !text_clean(s, true));
    else
        must(utf8_count(s) <= s.n);
    must(!text_clean(s, false) || text_clean(s, true));
}

static void escaped(struct arena *a, struct buf *b, slice s)
{
    slice back;
    buf_clear(b);
    url_esc(b, s);
    if (memchr(s.p ? s.p : "", 0, s.n))
        must(!url_unesc(a, buf_slice(b), false, &back));
    else
        must(url_unesc(a, buf_slice(b), true, &back) && sl_eq(back, s));
    if (url_unesc(a, s, s.n % 2, &back))
        must(back.n <= s.n && !memchr(back.p ? back.p : "", 0, back.n));
    buf_clear(b);
    html_esc(b, s);
    for (size_t i = 0; i < b->n; i++)
        must(!strchr("<>\"'", b->p[i]) || !b->p[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    static struct buf b;
    if (!a) {
        a = arena_new((size_t)16 << 20);
        b = BUF((size_t)1 << 20);
    }
    arena_reset(a);
    folded(a, (slice){(const char *)data, size});
    escaped(a, &b, (slice){(const char *)data, size});
    return 0;
}
