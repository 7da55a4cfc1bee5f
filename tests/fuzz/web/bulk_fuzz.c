/* A file of machines, CSV or JSON lines, filed row by row over a gate in memory. */
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "served.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILER = 2 }; /* of an operator */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_req *r = served(FILER);
    struct http_ans ans = {.status = 204};
    struct caller c;
    struct bulk_result out;
    struct fault f = {0};
    slice text = {(const char *)data, size};
    must(server_caller(r, &c, &f) == E_OK && c.known);
    enum err e = server_bulk_assets(r, &c, text, sl_starts(sl_trim(text), "{"), &out, &f);
    if (e == E_OK) {
        must(out.rows && out.accepted + out.refused == out.rows && out.envelope >= 0);
        for (size_t i = 0; i < out.rows; i++)
            must(out.row[i].ok ? out.row[i].asset[0] && out.row[i].leaf >= 0 : out.row[i].what[0]);
    } else {
        must(f.err == e && f.what[0] && utf8_ok(sl(f.what)));
    }
    served_done(r, &ans);
    return 0;
}
