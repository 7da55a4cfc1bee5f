/* Work for the server that holds the store, handed over as files in HOME/jobs (mode 0700): whoever may write there may
 * write the store itself. The verb waits; the server's second hand does the work and answers in a file beside it. */
#ifndef TB_JOBS_H
#define TB_JOBS_H

#include "cli.h"

/* Leaves an import for the server and waits for its account: {"code","line"} as the verb would print it. *out is a new
 * reference. E_BUSY when no server takes it up within `patience` seconds. */
enum err jobs_import(const struct app *a, const char *format, const char *const *paths, size_t n, unsigned patience,
                     json_t **out, struct fault *f) TB_MUST_CHECK;
/* The server's side: does one waiting job, if there is one. True if it did. */
bool jobs_serve(const struct app *a, struct gate *g, struct gate_reader *r);

#endif
