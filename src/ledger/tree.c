#include "tree.h"

#include "base/world.h"
#include <string.h>

bool hash_eq(const struct hash *a, const struct hash *b)
{
    return memcmp(a->b, b->b, HASH_LEN) == 0;
}

struct hash hash_leaf(slice entry)
{
    struct hash h;
    sha256_2((slice){"\x00", 1}, entry, h.b);
    return h;
}

struct hash hash_node(const struct hash *left, const struct hash *right)
{
    uint8_t in[1 + 2 * HASH_LEN] = {0x01};
    struct hash h;
    memcpy(in + 1, left->b, HASH_LEN);
    memcpy(in + 1 + HASH_LEN, right->b, HASH_LEN);
    sha256((slice){(const char *)in, sizeof in}, h.b);
    return h;
}

static struct hash empty_root(void)
{
    struct hash h;
    sha256(SLN, h.b);
    return h;
}

/* --- the frontier --- */

void tree_add(struct tree *t, const struct hash *leaf)
{
    tree_add_perfect(t, 0, leaf);
}

void tree_add_perfect(struct tree *t, unsigned bits, const struct hash *root)
{
    uint64_t leaves = UINT64_C(1) << bits;
    must(t->size < TREE_SIZE_MAX - leaves && t->size % leaves == 0);
    struct hash h = *root;
    unsigned bit = bits;
    for (; t->size >> bit & 1; bit++)
        h = hash_node(&t->at[bit], &h);
    t->at[bit] = h;
    t->size += leaves;
}

struct hash tree_root(const struct tree *t)
{
    struct hash acc = empty_root();
    bool any = false;
    for (unsigned bit = 0; t->size >> bit; bit++) {
        if (!(t->size >> bit & 1))
            continue;
        acc = any ? hash_node(&t->at[bit], &acc) : t->at[bit];
        any = true;
    }
    return acc;
}

void tree_save(const struct tree *t, struct buf *out)
{
    uint8_t head[8];
    for (unsigned i = 0; i < 8; i++)
        head[i] = (uint8_t)(t->size >> (56 - 8 * i));
    buf_add(out, head, sizeof head);
    for (unsigned bit = 0; t->size >> bit; bit++)
        if (t->size >> bit & 1)
            buf_add(out, t->at[bit].b, HASH_LEN);
}

bool tree_load(struct tree *t, slice saved)
{
    memset(t, 0, sizeof *t);
    if (saved.n < 8)
        return false;
    uint64_t size = 0;
    for (size_t i = 0; i < 8; i++)
        size = size << 8 | (uint8_t)saved.p[i];
    size_t hashes = (size_t)__builtin_popcountll(size);
    if (size >= TREE_SIZE_MAX || saved.n != 8 + hashes * HASH_LEN)
        return false;
    const char *p = saved.p + 8;
    for (unsigned bit = 0; size >> bit; bit++) {
        if (!(size >> bit & 1))
            continue;
        memcpy(t->at[bit].b, p, HASH_LEN);
        p += HASH_LEN;
    }
    t->size = size;
    return true;
}

/* --- proofs from stored hashes --- */

/* Largest power of two below n; n >= 2. */
static uint64_t split(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

/* Root over n >= 1 leaves from `start`, where start is a multiple of every power of two that n's highest bit
 * reaches: the perfect subtrees that n's bits name, folded from the right. */
static enum err range_root(struct hash_reader *r, uint64_t start, uint64_t n, struct hash *out, struct fault *f)
{
    bool any = false;
    for (unsigned bit = 0; n >> bit; bit++) {
        if (!(n >> bit & 1))
            continue;
        uint64_t at = start + (n >> bit >> 1 << 1 << bit);
        struct hash h;
        enum err e = r->get(r, bit, at >> bit, &h, f);
        if (e != E_OK)
            return e;
        *out = any ? hash_node(&h, out) : h;
        any = true;
    }
    return E_OK;
}

enum err tree_root_at(struct hash_reader *r, uint64_t size, struct hash *root, struct fault *f)
{
    *root = empty_root();
    return size == 0 ? E_OK : range_root(r, 0, size, root, f);
}

struct range {
    uint64_t start, n;
};

/* The descent meets siblings from the top; a proof lists them from the bottom. */
static enum err emit_siblings(struct hash_reader *r, const struct range *sib, size_t n, struct proof *out,
                              struct fault *f)
{
    while (n-- > 0) {
        must(out->n < TREE_PROOF_MAX);
        enum err e = range_root(r, sib[n].start, sib[n].n, &out->h[out->n], f);
        if (e != E_OK)
            return e;
        out->n++;
    }
    return E_OK;
}

/* From the root down to the leaf. */
static size_t siblings(uint64_t index, uint64_t size, struct range sib[TREE_PROOF_MAX])
{
    struct range at = {0, size};
    size_t n = 0;
    while (at.n > 1) {
        uint64_t k = split(at.n);
        struct range left = {at.start, k}, right = {at.start + k, at.n - k};
        bool go_left = index < right.start;
        sib[n++] = go_left ? right : left;
        at = go_left ? left : right;
    }
    return n;
}

enum err tree_inclusion(struct hash_reader *r, uint64_t index, uint64_t size, struct proof *out, struct fault *f)
{
    must(index < size && size < TREE_SIZE_MAX);
    struct range sib[TREE_PROOF_MAX];
    size_t n = siblings(index, size, sib);
    out->n = 0;
    return emit_siblings(r, sib, n, out, f);
}

bool tree_climb(const struct hash *leaf, uint64_t index, uint64_t size, const struct proof *p,
                struct tree_step step[TREE_PROOF_MAX])
{
    struct range sib[TREE_PROOF_MAX];
    if (index >= size || size >= TREE_SIZE_MAX)
        return false;
    size_t n = siblings(index, size, sib);
    struct hash at = *leaf;
    for (size_t i = 0; n == p->n && i < n; i++) {
        const struct range *s = &sib[n - 1 - i];
        bool left = s->start < index;
        at = left ? hash_node(&p->h[i], &at) : hash_node(&at, &p->h[i]);
        step[i] = (struct tree_step){s->start, s->start + s->n, left, p->h[i], at};
    }
    return n == p->n;
}

enum err tree_consistency(struct hash_reader *r, uint64_t old, uint64_t size, struct proof *out, struct fault *f)
{
    must(old <= size && size < TREE_SIZE_MAX);
    out->n = 0;
    if (old == 0 || old == size)
        return E_OK;
    struct range sib[TREE_PROOF_MAX], at = {0, size};
    size_t n = 0;
    bool old_is_subtree = true; /* the b of RFC 6962's SUBPROOF: the verifier knows this root already */
    while (at.start + at.n != old) {
        uint64_t k = split(at.n);
        struct range left = {at.start, k}, right = {at.start + k, at.n - k};
        bool go_left = old <= right.start;
        sib[n++] = go_left ? right : left;
        at = go_left ? left : right;
        old_is_subtree = old_is_subtree && go_left;
    }
    if (!old_is_subtree)
        sib[n++] = at;
    return emit_siblings(r, sib, n, out, f);
}

/* --- checking (RFC 9162 §2.1.3.2, §2.1.4.2) --- */

bool tree_check_inclusion(const struct hash *leaf, uint64_t index, uint64_t size, const struct proof *p,
                          const struct hash *root)
{
    if (index >= size || size >= TREE_SIZE_MAX || p->n > TREE_PROOF_MAX)
        return false;
    uint64_t fn = index, sn = size - 1;
    struct hash r = *leaf;
    for (size_t i = 0; i < p->n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            r = hash_node(&p->h[i], &r);
            for (; !(fn & 1) && fn != 0; fn >>= 1)
                sn >>= 1;
        } else {
            r = hash_node(&r, &p->h[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && hash_eq(&r, root);
}

static bool check_grown(uint64_t old, const struct hash *old_root, uint64_t size, const struct hash *root,
                        const struct proof *p)
{
    uint64_t fn = old - 1, sn = size - 1;
    for (; fn & 1; fn >>= 1)
        sn >>= 1;
    bool pow2 = (old & (old - 1)) == 0; /* then the old root itself is the first node */
    if (p->n < (pow2 ? 0u : 1u))
        return false;
    struct hash fr = pow2 ? *old_root : p->h[0], sr = fr;
    for (size_t i = pow2 ? 0 : 1; i < p->n; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            fr = hash_node(&p->h[i], &fr);
            sr = hash_node(&p->h[i], &sr);
            for (; !(fn & 1) && fn != 0; fn >>= 1)
                sn >>= 1;
        } else {
            sr = hash_node(&sr, &p->h[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && hash_eq(&fr, old_root) && hash_eq(&sr, root);
}

bool tree_check_consistency(uint64_t old, const struct hash *old_root, uint64_t size, const struct hash *root,
                            const struct proof *p)
{
    if (old > size || size >= TREE_SIZE_MAX || p->n > TREE_PROOF_MAX)
        return false;
    if (old == size)
        return p->n == 0 && hash_eq(old_root, root);
    if (old == 0) {
        struct hash none = empty_root();
        return p->n == 0 && hash_eq(old_root, &none);
    }
    return check_grown(old, old_root, size, root, p);
}
