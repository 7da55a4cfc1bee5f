/* make_ledger HOME SIZE...: founds HOME/partners.ledger with a key HOME/key, lets it grow to one SIZE after the
 * other, checks it, and says {"size","root"} as the C code sees them. For the verifier in another language. */
#include "rows.h"

#include <stdlib.h>

static int failed(const char *what, const struct fault *f)
{
    (void)fprintf(stderr, "%s: %s: %s\n", what, f->where, f->what);
    return 1;
}

/* HOME/proof: the leaf in the middle. */
static bool proof_written(const char *home, const char *dir, const struct note_verifier *v, uint64_t leaf,
                          struct fault *f)
{
    char path[512];
    struct buf text = BUF(LEDGER_PROOF_MAX);
    (void)snprintf(path, sizeof path, "%s/proof", home);
    bool ok = ledger_proof(dir, v, NULL, leaf, &text, f) == E_OK &&
              file_write_atomic(path, buf_slice(&text), 0644, f) == E_OK;
    buf_free(&text);
    return ok;
}

int main(int argc, char **argv)
{
    char key_path[512], dir[512];
    struct fault f;
    struct note_key *key;
    struct ledger *l;
    struct ledger_report r;
    struct rng_seeded rng;
    if (argc < 3)
        return 2;
    (void)snprintf(key_path, sizeof key_path, "%s/key", argv[1]);
    (void)snprintf(dir, sizeof dir, "%s/partners.ledger", argv[1]);
    rng_seed(&rng, SL("verifier of another language"));
    if (note_key_make(key_path, ORIGIN, &rng.r, &f) != E_OK || note_key_load(&key, key_path, &f) != E_OK)
        return failed("key", &f);
    if (ledger_found(dir, key, NULL, &f) != E_OK || ledger_open(&l, dir, key, NULL, &f) != E_OK)
        return failed("found", &f);
    struct test_rows rows = rows_of(0);
    for (int i = 2; i < argc; i++) {
        rows = rows_of(strtoull(argv[i], NULL, 10));
        if (ledger_catch_up(l, rows.own_count, &rows.r, &f) != E_OK)
            return failed("catch up", &f);
    }
    ledger_close(l);
    if (ledger_verify(dir, note_key_public(key), NULL, &rows.r, &r, &f) != E_OK)
        return failed("verify", &f);
    if (!r.ok) {
        (void)fprintf(stderr, "verify: %s\n", r.what);
        return 1;
    }
    if (r.size && !proof_written(argv[1], dir, note_key_public(key), r.size / 2, &f))
        return failed("proof", &f);
    (void)printf("{\"size\":%" PRIu64 ",\"root\":\"%s\"}\n", r.size, r.root);
    note_key_free(key);
    return 0;
}
