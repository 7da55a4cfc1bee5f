/* The Merkle tree of RFC 6962 §2.1, pure: no I/O, no allocation, no clock.
 *
 * leaf hash = SHA-256(0x00 ∥ entry), node = SHA-256(0x01 ∥ left ∥ right), the empty tree's root is
 * SHA-256 of nothing. Sizes and indices stay below 2^62, so every sum fits and a database can hold them. */
#ifndef TB_LEDGER_TREE_H
#define TB_LEDGER_TREE_H

#include "base/base.h"

#define HASH_LEN       32
#define TREE_SIZE_MAX  (UINT64_C(1) << 62)
#define TREE_PROOF_MAX 64

struct hash {
    uint8_t b[HASH_LEN];
};
bool hash_eq(const struct hash *a, const struct hash *b);
struct hash hash_leaf(slice entry);
struct hash hash_node(const struct hash *left, const struct hash *right);

/* The frontier: the roots of the perfect subtrees that make up a tree, one per set bit of `size`.
 * A zeroed struct is the empty tree. */
struct tree {
    uint64_t size;
    struct hash at[62];
};
void tree_add(struct tree *t, const struct hash *leaf);
/* The same for 2^bits leaves at once, of which this is the root; the size must be a multiple of as many. */
void tree_add_perfect(struct tree *t, unsigned bits, const struct hash *root);
struct hash tree_root(const struct tree *t);
void tree_save(const struct tree *t,
               struct buf *out);             /* size (big-endian 8 bytes), then the set hashes, low bit first */
bool tree_load(struct tree *t, slice saved); /* false: not something tree_save wrote */

/* Where proofs get their hashes: the root of the perfect subtree over the leaves
 * [index·2^level, (index+1)·2^level), which is whole in the tree that is asked about. */
struct hash_reader {
    enum err (*get)(struct hash_reader *r, unsigned level, uint64_t index, struct hash *out, struct fault *f);
};
struct proof {
    size_t n;
    struct hash h[TREE_PROOF_MAX]; /* from the leaf's side up, as in RFC 6962 §2.1.1, §2.1.2 */
};
enum err tree_root_at(struct hash_reader *r, uint64_t size, struct hash *root, struct fault *f) TB_MUST_CHECK;
enum err tree_inclusion(struct hash_reader *r, uint64_t index, uint64_t size, struct proof *out,
                        struct fault *f) TB_MUST_CHECK; /* index < size */
enum err tree_consistency(struct hash_reader *r, uint64_t old, uint64_t size, struct proof *out,
                          struct fault *f) TB_MUST_CHECK; /* old <= size; empty when old is 0 or size */

/* One level of an inclusion proof's way up, for whoever is to see it. */
struct tree_step {
    uint64_t from, below; /* the leaves under the neighbour */
    bool left;            /* the neighbour stands on the left */
    struct hash beside, node;
};
/* p->n steps from the leaf up; the last node is the root that the proof leads to. false: it has not the length of a
 * proof of this leaf. */
bool tree_climb(const struct hash *leaf, uint64_t index, uint64_t size, const struct proof *p,
                struct tree_step step[TREE_PROOF_MAX]) TB_MUST_CHECK;

bool tree_check_inclusion(const struct hash *leaf, uint64_t index, uint64_t size, const struct proof *p,
                          const struct hash *root) TB_MUST_CHECK;
bool tree_check_consistency(uint64_t old, const struct hash *old_root, uint64_t size, const struct hash *root,
                            const struct proof *p) TB_MUST_CHECK;

#endif
