/* Proofs. An even first byte: any text as a proof, under a checkpoint that is truly signed (the text ends where the
 * checkpoint begins), so that its path is walked; only what is in the log may be proved. An odd one: a path for a leaf
 * or an older size of a small tree, with the rest of the input laid over it; a path that was changed proves nothing. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "keys.h"
#include "ledger/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LEAVES = 11, TALL = 40 };

static slice entry_of(unsigned i)
{
    static char text[LEAVES][4];
    text[i][0] = 'e';
    text[i][1] = (char)('0' + i / 10);
    text[i][2] = (char)('0' + i % 10);
    return (slice){text[i], 3};
}

static slice checkpoint(void)
{
    static struct buf note;
    struct tree t = {0};
    struct fault f;
    if (note.n)
        return buf_slice(&note);
    note = BUF(NOTE_MAX);
    for (unsigned i = 0; i < LEAVES; i++) {
        struct hash h = hash_leaf(entry_of(i));
        tree_add(&t, &h);
    }
    const struct checkpoint c = {LEAVES, tree_root(&t)};
    must(checkpoint_sign(&c, fuzz_key(), &note, &f) == E_OK);
    return buf_slice(&note);
}

static void text(slice s, bool bare)
{
    static struct arena *a;
    static struct buf whole;
    struct ledger_proved got;
    struct fault f = {0};
    if (!a)
        a = arena_new((size_t)1 << 20);
    arena_reset(a);
    whole.max = LEDGER_PROOF_MAX + 1;
    buf_clear(&whole);
    buf_sl(&whole, s);
    if (!bare)
        buf_sl(&whole, checkpoint());
    if (ledger_proof_check(buf_slice(&whole), fuzz_verifier(), a, &got, &f) == E_OK)
        must(got.index < LEAVES && sl_eq(got.entry, entry_of((unsigned)got.index)));
    else
        must(f.err != E_OK && f.what[0]);
}

/* --- paths --- */
struct small {
    struct hash_reader r;
    struct hash h[7][TALL]; /* by level: the root of every whole subtree */
};

static enum err small_get(struct hash_reader *r, unsigned level, uint64_t index, struct hash *out, struct fault *f)
{
    (void)f;
    must(level < 7 && (index + 1) << level <= TALL);
    *out = ((struct small *)r)->h[level][index];
    return E_OK;
}

static struct small *small(void)
{
    static struct small s;
    if (s.r.get)
        return &s;
    s.r.get = small_get;
    for (unsigned i = 0; i < TALL; i++)
        s.h[0][i] = hash_leaf((slice){&"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[i], 1});
    for (unsigned l = 1; l < 7; l++)
        for (unsigned i = 0; (i + 1) << l <= TALL; i++)
            s.h[l][i] = hash_node(&s.h[l - 1][2 * i], &s.h[l - 1][2 * i + 1]);
    return &s;
}

static void lay_over(struct proof *p, slice s)
{
    if (s.n && (uint8_t)s.p[0] % 4 == 0)
        p->n = (uint8_t)s.p[0] / 4;
    if (s.n > 1)
        memcpy((char *)p->h, s.p + 1, s.n - 1 < sizeof p->h ? s.n - 1 : sizeof p->h);
}

static bool same(const struct proof *a, const struct proof *b)
{
    return a->n == b->n && memcmp(a->h, b->h, a->n * sizeof a->h[0]) == 0;
}

static void path(uint64_t part, uint64_t whole, slice over)
{
    struct small *s = small();
    struct hash root, old;
    struct proof p = {0}, q;
    struct fault f;
    must(tree_root_at(&s->r, whole, &root, &f) == E_OK && tree_root_at(&s->r, part, &old, &f) == E_OK);
    if (part < whole) {
        must(tree_inclusion(&s->r, part, whole, &p, &f) == E_OK);
        must(tree_check_inclusion(&s->h[0][part], part, whole, &p, &root));
        q = p;
        lay_over(&q, over);
        must(tree_check_inclusion(&s->h[0][part], part, whole, &q, &root) == same(&p, &q));
    }
    p = (struct proof){0};
    must(tree_consistency(&s->r, part, whole, &p, &f) == E_OK);
    must(tree_check_consistency(part, &old, whole, &root, &p));
    q = p;
    lay_over(&q, over);
    must(tree_check_consistency(part, &old, whole, &root, &q) == same(&p, &q));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 3)
        return 0;
    if (data[0] % 2 == 0) {
        text((slice){(const char *)data + 1, size - 1}, data[0] & 2);
        return 0;
    }
    uint64_t whole = data[1] % (TALL + 1);
    path(data[2] % (whole + 1), whole, (slice){(const char *)data + 3, size - 3});
    return 0;
}
