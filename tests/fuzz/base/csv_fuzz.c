/* Any bytes as a CSV file: what was read and written again reads the same. */
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COLS = 40 };

static void write_record(struct buf *out, const slice *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        csv_put(out, v[i], i + 1 == n);
}

/* A cell that a spreadsheet would take for a formula got an apostrophe; nothing else may have changed. */
static bool same_cell(slice was, slice is)
{
    return sl_eq(was, is) || (is.n == was.n + 1 && is.p[0] == '\'' && sl_eq(was, (slice){is.p + 1, is.n - 1}));
}

static void again(struct arena *a, const struct buf *text, const slice *v, size_t n)
{
    struct csv csv = {.rest = buf_slice(text)};
    slice w[COLS];
    size_t m;
    must(csv_next(&csv, a, w, COLS, &m) && !csv.bad && m == n);
    for (size_t i = 0; i < n; i++)
        must(same_cell(v[i], w[i]));
    must(!csv_next(&csv, a, w, COLS, &m));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena *a;
    static struct buf out;
    struct csv csv = {.rest = {(const char *)data, size}};
    slice v[COLS];
    size_t n, line = 0;
    if (!a) {
        a = arena_new((size_t)64 << 20);
        out = BUF((size_t)32 << 20);
    }
    arena_reset(a);
    while (csv_next(&csv, a, v, COLS, &n)) {
        must(csv.line > line && csv.line <= csv.lines + 1 && n <= COLS && (!csv.bad || n == 0));
        line = csv.line;
        if (csv.bad || (n == 1 && v[0].n == 0))
            continue; /* alone in its line, an empty cell is an empty line, and those are passed over */
        buf_clear(&out);
        buf_str(&out, "\xEF\xBB\xBF"); /* or a cell that begins so would lose it, as the first of a file */
        write_record(&out, v, n);
        again(a, &out, v, n);
    }
    must(csv.rest.n == 0);
    return 0;
}
