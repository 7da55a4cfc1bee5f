#include "check.h"

/* The eight leaves that Certificate Transparency's implementations share, and their roots. */
static const struct {
    const char *entry, *root;
} ct[8] = {
    {"", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
    {"00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
    {"10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
    {"2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
    {"3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
    {"40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
    {"5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
    {"606162636465666768696a6b6c6d6e6f", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
};

static void assert_hash(struct hash h, const char *hex)
{
    char got[2 * HASH_LEN + 1];
    hex_of(h.b, HASH_LEN, got);
    assert_string_equal(got, hex);
}

static struct hash ct_leaf(size_t i)
{
    uint8_t b[16];
    size_t n = strlen(ct[i].entry) / 2;
    assert_true(hex_to(sl(ct[i].entry), b, n));
    return hash_leaf((slice){(const char *)b, n});
}

static void the_empty_tree_has_the_hash_of_nothing(void **state)
{
    (void)state;
    struct tree t = {0};
    assert_hash(tree_root(&t), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void the_eight_leaves_of_certificate_transparency_give_its_roots(void **state)
{
    (void)state;
    struct tree t = {0};
    for (size_t i = 0; i < TB_COUNT(ct); i++) {
        struct hash h = ct_leaf(i);
        tree_add(&t, &h);
        assert_hash(tree_root(&t), ct[i].root);
    }
}

static void a_perfect_subtree_added_by_its_root_is_its_leaves(void **state)
{
    (void)state;
    struct tree by_leaf = {0}, by_root = {0};
    for (size_t i = 0; i < 8; i++) {
        struct hash h = ct_leaf(i);
        tree_add(&by_leaf, &h);
    }
    for (size_t i = 0; i < 8; i += 4) { /* the second one carries */
        struct tree sub = {0};
        for (size_t k = i; k < i + 4; k++) {
            struct hash h = ct_leaf(k);
            tree_add(&sub, &h);
        }
        struct hash root = tree_root(&sub);
        tree_add_perfect(&by_root, 2, &root);
        assert_hash(tree_root(&by_root), ct[i + 3].root);
    }
    struct hash last = ct_leaf(0), a, b;
    tree_add(&by_leaf, &last);
    tree_add(&by_root, &last);
    a = tree_root(&by_leaf);
    b = tree_root(&by_root);
    assert_true(by_leaf.size == by_root.size && hash_eq(&a, &b));
}

/* --- hashes out of memory --- */

struct memory {
    struct hash_reader r;
    struct hash leaf[1100];
    uint64_t size, reads;
    uint64_t fail_at; /* the read that fails; 0: none */
};

static enum err memory_get(struct hash_reader *r, unsigned level, uint64_t index, struct hash *out, struct fault *f)
{
    struct memory *m = (struct memory *)r;
    struct tree sub = {0};
    if (++m->reads == m->fail_at)
        return fault_set(f, E_IO, "memory", "as the test asks");
    assert_true(((index + 1) << level) <= m->size); /* never asks for what the tree does not have */
    for (uint64_t i = index << level; i < (index + 1) << level; i++)
        tree_add(&sub, &m->leaf[i]);
    *out = tree_root(&sub);
    return E_OK;
}

static struct memory mem;

static int fill_memory(void **state)
{
    char room[64];
    (void)state;
    mem = (struct memory){.r = {memory_get}};
    for (uint64_t i = 0; i < TB_COUNT(mem.leaf); i++)
        mem.leaf[i] = hash_leaf(entry_of(i, room));
    return 0;
}

static void every_size_to_1025_has_the_root_of_the_recursive_definition(void **state)
{
    (void)state;
    struct tree t = {0};
    for (uint64_t n = 0; n <= 1025; n++) {
        struct hash naive = naive_root(0, n), got = tree_root(&t), read;
        mem.size = n;
        assert_true(hash_eq(&naive, &got));
        assert_ok(tree_root_at(&mem.r, n, &read, &fault));
        assert_true(hash_eq(&naive, &read));
        tree_add(&t, &mem.leaf[n]);
    }
}

static void a_saved_frontier_grows_on_as_if_never_saved(void **state)
{
    (void)state;
    struct tree t = {0}, back;
    for (uint64_t n = 0; n < 600; n++) {
        struct buf b = BUF(4096);
        tree_save(&t, &b);
        assert_true(tree_load(&back, buf_slice(&b)));
        tree_add(&t, &mem.leaf[n]);
        tree_add(&back, &mem.leaf[n]);
        struct hash x = tree_root(&t), y = tree_root(&back);
        assert_true(hash_eq(&x, &y));
        assert_false(tree_load(&back, (slice){b.p, b.n - 1}));
        buf_chr(&b, 'x');
        assert_false(tree_load(&back, buf_slice(&b)));
        buf_free(&b);
    }
    uint8_t huge[8 + HASH_LEN] = {0x40}; /* 2^62 leaves */
    assert_false(tree_load(&back, (slice){(const char *)huge, sizeof huge}));
    assert_false(tree_load(&back, SLN));
}

/* --- proofs --- */

static void the_proofs_of_certificate_transparency_come_out(void **state)
{
    (void)state;
    static const char *const path_0_of_8[] = {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                                              "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                                              "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"};
    static const char *const from_6_to_8[] = {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                                              "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"};
    struct memory m = {.r = {memory_get}, .size = 8};
    struct proof p;
    for (size_t i = 0; i < 8; i++)
        m.leaf[i] = ct_leaf(i);
    assert_ok(tree_inclusion(&m.r, 0, 8, &p, &fault));
    assert_int_equal(p.n, 3);
    for (size_t i = 0; i < 3; i++)
        assert_hash(p.h[i], path_0_of_8[i]);
    assert_ok(tree_consistency(&m.r, 6, 8, &p, &fault));
    assert_int_equal(p.n, 3);
    for (size_t i = 0; i < 3; i++)
        assert_hash(p.h[i], from_6_to_8[i]);
}

static struct hash flipped(struct hash h, uint64_t bit)
{
    h.b[bit / 8 % HASH_LEN] ^= (uint8_t)(1 << bit % 8);
    return h;
}

static void refuse_mutants_of_inclusion(uint64_t i, uint64_t n, const struct proof *p, const struct hash *root)
{
    struct hash leaf = mem.leaf[i], other = flipped(leaf, i + n), other_root = flipped(*root, i * n);
    assert_false(tree_check_inclusion(&other, i, n, p, root));
    assert_false(tree_check_inclusion(&leaf, i, n, p, &other_root));
    assert_false(tree_check_inclusion(&leaf, n, n, p, root));
    for (uint64_t j = 0; j < n; j++)
        if (j != i)
            assert_false(tree_check_inclusion(&leaf, j, n, p, root));
    for (size_t k = 0; k < p->n; k++) {
        struct proof q = *p;
        q.h[k] = flipped(q.h[k], k + i);
        assert_false(tree_check_inclusion(&leaf, i, n, &q, root));
        q = *p; /* one hash less */
        memmove(&q.h[k], &q.h[k + 1], (q.n - k - 1) * sizeof q.h[0]);
        q.n--;
        assert_false(tree_check_inclusion(&leaf, i, n, &q, root));
    }
    struct proof longer = *p;
    longer.h[longer.n++] = *root;
    assert_false(tree_check_inclusion(&leaf, i, n, &longer, root));
}

static void every_inclusion_proof_to_64_holds_and_its_mutants_do_not(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= 64; n++) {
        struct hash root = naive_root(0, n);
        mem.size = n;
        for (uint64_t i = 0; i < n; i++) {
            struct proof p;
            assert_ok(tree_inclusion(&mem.r, i, n, &p, &fault));
            assert_true(tree_check_inclusion(&mem.leaf[i], i, n, &p, &root));
            refuse_mutants_of_inclusion(i, n, &p, &root);
        }
    }
}

static void refuse_mutants_of_consistency(uint64_t m, const struct hash *old, uint64_t n, const struct hash *root,
                                          const struct proof *p)
{
    struct hash x = flipped(*old, m + n), y = flipped(*root, m * n);
    assert_false(tree_check_consistency(m, &x, n, root, p));
    assert_false(tree_check_consistency(m, old, n, &y, p) && m > 0); /* the empty tree is before any */
    if (m > 0 && m < n) {
        assert_false(tree_check_consistency(m, old, 2 * n, root, p)); /* too short for that */
        assert_false(tree_check_consistency(n, root, m, old, p));
        assert_false(tree_check_consistency(m, root, n, root, p));
    }
    for (size_t k = 0; k < p->n; k++) {
        struct proof q = *p;
        q.h[k] = flipped(q.h[k], k + m);
        assert_false(tree_check_consistency(m, old, n, root, &q));
        q = *p;
        memmove(&q.h[k], &q.h[k + 1], (q.n - k - 1) * sizeof q.h[0]);
        q.n--;
        assert_false(tree_check_consistency(m, old, n, root, &q));
    }
    struct proof longer = *p;
    longer.h[longer.n++] = *root;
    assert_false(tree_check_consistency(m, old, n, root, &longer));
}

static void the_way_up_of_every_proof_to_64_ends_at_the_root_and_leaves_nothing_out(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= 64; n++) {
        struct hash root;
        mem.size = n;
        assert_ok(tree_root_at(&mem.r, n, &root, &fault));
        for (uint64_t i = 0; i < n; i++) {
            struct proof p;
            struct tree_step step[TREE_PROOF_MAX];
            uint64_t from = i, below = i + 1;
            assert_ok(tree_inclusion(&mem.r, i, n, &p, &fault));
            assert_true(tree_climb(&mem.leaf[i], i, n, &p, step));
            for (size_t k = 0; k < p.n; k++) {
                assert_true(step[k].left ? step[k].below == from : step[k].from == below);
                from = step[k].left ? step[k].from : from;
                below = step[k].left ? below : step[k].below;
            }
            assert_int_equal(from, 0);
            assert_int_equal(below, n);
            assert_true(hash_eq(p.n ? &step[p.n - 1].node : &mem.leaf[i], &root));
            p.n++;
            assert_false(tree_climb(&mem.leaf[i], i, n, &p, step));
        }
        assert_false(tree_climb(&mem.leaf[0], n, n, &(struct proof){0}, NULL));
    }
}

static void every_consistency_proof_to_64_holds_and_its_mutants_do_not(void **state)
{
    (void)state;
    for (uint64_t n = 0; n <= 64; n++) {
        struct hash root = naive_root(0, n);
        mem.size = n;
        for (uint64_t m = 0; m <= n; m++) {
            struct hash old = naive_root(0, m);
            struct proof p;
            assert_ok(tree_consistency(&mem.r, m, n, &p, &fault));
            assert_true(tree_check_consistency(m, &old, n, &root, &p));
            refuse_mutants_of_consistency(m, &old, n, &root, &p);
        }
    }
}

/* Two trees that part at one leaf: no proof from the one fits the other. */
static void a_rewritten_history_has_no_consistency_proof(void **state)
{
    (void)state;
    for (uint64_t m = 1; m < 40; m++) {
        struct memory other = mem;
        struct hash old = naive_root(0, m), root;
        struct proof p;
        other.size = 40;
        other.leaf[m - 1] = flipped(other.leaf[m - 1], m);
        assert_ok(tree_root_at(&other.r, 40, &root, &fault));
        assert_ok(tree_consistency(&other.r, m, 40, &p, &fault));
        assert_false(tree_check_consistency(m, &old, 40, &root, &p));
    }
}

static void large_and_senseless_sizes_are_refused(void **state)
{
    (void)state;
    struct hash h = mem.leaf[0];
    struct proof p = {0};
    assert_false(tree_check_inclusion(&h, 0, 0, &p, &h));
    assert_false(tree_check_inclusion(&h, TREE_SIZE_MAX, TREE_SIZE_MAX + 1, &p, &h));
    assert_false(tree_check_consistency(2, &h, 1, &h, &p));
    assert_false(tree_check_consistency(1, &h, TREE_SIZE_MAX, &h, &p));
    assert_false(tree_check_consistency(0, &h, 1, &h, &p)); /* h is not the empty tree's root */
    p.n = TREE_PROOF_MAX + 1;
    assert_false(tree_check_inclusion(&h, 0, 1, &p, &h));
}

static void a_hash_that_cannot_be_read_fails_the_proof(void **state)
{
    (void)state;
    struct proof p;
    struct hash root;
    mem.size = 47;
    for (uint64_t k = 1; k <= 4; k++) {
        mem.reads = 0;
        mem.fail_at = k;
        assert_int_equal(tree_inclusion(&mem.r, 5, 47, &p, &fault), E_IO);
        mem.reads = 0;
        assert_int_equal(tree_consistency(&mem.r, 21, 47, &p, &fault), E_IO);
        mem.reads = 0;
        assert_int_equal(tree_root_at(&mem.r, 47, &root, &fault), E_IO);
    }
    mem.fail_at = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_empty_tree_has_the_hash_of_nothing),
        cmocka_unit_test(the_eight_leaves_of_certificate_transparency_give_its_roots),
        cmocka_unit_test(a_perfect_subtree_added_by_its_root_is_its_leaves),
        cmocka_unit_test(every_size_to_1025_has_the_root_of_the_recursive_definition),
        cmocka_unit_test(a_saved_frontier_grows_on_as_if_never_saved),
        cmocka_unit_test(the_proofs_of_certificate_transparency_come_out),
        cmocka_unit_test(every_inclusion_proof_to_64_holds_and_its_mutants_do_not),
        cmocka_unit_test(the_way_up_of_every_proof_to_64_ends_at_the_root_and_leaves_nothing_out),
        cmocka_unit_test(every_consistency_proof_to_64_holds_and_its_mutants_do_not),
        cmocka_unit_test(a_rewritten_history_has_no_consistency_proof),
        cmocka_unit_test(large_and_senseless_sizes_are_refused),
        cmocka_unit_test(a_hash_that_cannot_be_read_fails_the_proof),
    };
    return cmocka_run_group_tests(tests, fill_memory, NULL);
}
