/* What the ledger's tests share: keys, roots, findings. */
#ifndef TB_TEST_LEDGER_CHECK_H
#define TB_TEST_LEDGER_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/tile.h"
#include "rows.h"
#include "sim.h"

#define assert_ok(call) check_ok((call), &fault, #call, __FILE__, __LINE__)
static struct fault fault;
static inline void check_ok(enum err e, const struct fault *f, const char *call, const char *file, int line)
{
    if (e != E_OK) {
        print_error("%s: %s: %s: %s\n", call, err_code(e), f->where, f->what);
        _fail(file, line);
    }
}

/* Root of the first n entries, straight from RFC 6962 §2.1. */
static inline struct hash naive_root(uint64_t from, uint64_t n)
{
    char room[64];
    if (n == 0) {
        struct tree none = {0};
        return tree_root(&none);
    }
    if (n == 1)
        return hash_leaf(entry_of(from, room));
    uint64_t k = 1;
    while (k * 2 < n)
        k *= 2;
    struct hash left = naive_root(from, k), right = naive_root(from + k, n - k);
    return hash_node(&left, &right);
}

/* A key made in a directory of its own, then loaded; always the same one for the same name. */
static inline struct note_key *key_of(const char *name)
{
    char dir[] = "/tmp/tobuhi-key-XXXXXX", path[64], pub[64];
    struct rng_seeded rng;
    struct note_key *k;
    assert_non_null(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/key", dir);
    (void)snprintf(pub, sizeof pub, "%s/key.pub", dir);
    rng_seed(&rng, sl(name));
    assert_ok(note_key_make(path, name, &rng.r, &fault));
    assert_ok(note_key_load(&k, path, &fault));
    assert_int_equal(remove(path) | remove(pub) | remove(dir), 0);
    return k;
}

static inline struct ledger_report verified(const char *dir, const struct note_key *key, struct disk *d,
                                            struct test_rows *rows)
{
    struct ledger_report r;
    assert_ok(ledger_verify(dir, note_key_public(key), d, rows ? &rows->r : NULL, &r, &fault));
    return r;
}

#define assert_whole(report, n) check_whole(&(report), (n), __FILE__, __LINE__)
static inline void check_whole(const struct ledger_report *r, uint64_t size, const char *file, int line)
{
    if (!r->ok || r->size != size || r->first_bad != -1 || r->what[0]) {
        print_error("size %" PRIu64 " (expected %" PRIu64 "), first bad %" PRId64 ": %s\n", r->size, size, r->first_bad,
                    r->what);
        _fail(file, line);
    }
}

#endif
