#include "check.h"

/* The linker puts these in place of the allocator, so that a test can let it fail. */
void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
static bool no_memory;

void *__wrap_malloc(size_t n)
{
    return no_memory ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return no_memory ? NULL : __real_calloc(n, size);
}

static void pieces_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    unsigned char *last = NULL;
    size_t last_n = 0;
    for (size_t n = 1; n < 3000; n = n * 2 + 1) {
        unsigned char *p = arena_get(a, n);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xA5, n);
        for (size_t i = 0; i < last_n; i++)
            assert_int_equal(last[i], 0xA5);
        last = p;
        last_n = n;
    }
    arena_free(a);
}

/* Under the address sanitizer a room gives nothing. */
#if defined(__SANITIZE_ADDRESS__)
#define ALONE true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ALONE true
#endif
#endif
#ifndef ALONE
#define ALONE false
#endif

static void a_room_takes_pieces_in_and_leaves_the_rest_to_the_system(void **state)
{
    (void)state;
    struct mem_room *r = mem_room_new(64);
    void *outside = mem_piece(10);
    assert_null(mem_room_enter(r));
    char *in = mem_piece(33), *big = mem_piece(64), *odd = mem_piece(1), *full = mem_piece(16);
    assert_int_equal((uintptr_t)in % 16, 0);
    assert_int_equal((uintptr_t)odd % 16, 0);
    memset(in, 1, 33);
    memset(big, 2, 64);
    odd[0] = 3;
    memset(full, 4, 16);
    assert_int_equal(in[32], 1); /* apart from what came after it */
    assert_int_equal(odd[0], 3);
    mem_piece_free(in); /* no more than the room's clearing frees it */
    mem_piece_free(big);
    mem_piece_free(odd);
    mem_piece_free(full);
    mem_piece_free(outside); /* from before, so the system's */
    mem_room_clear(r);
    char *again = mem_piece(33);
    assert_true(ALONE || again == in);
    mem_piece_free(again);
    assert_ptr_equal(mem_room_enter(NULL), r);
    mem_room_free(r);
}

static void the_cap_is_hard_and_exact(void **state)
{
    (void)state;
    struct arena *a = arena_new(160);
    for (int i = 0; i < 10; i++)
        assert_non_null(arena_try(a, i % 2 ? 16 : 1)); /* a single byte counts as sixteen */
    assert_int_equal(arena_used(a), 160);
    assert_null(arena_try(a, 1));
    assert_non_null(arena_try(a, 0));
    assert_int_equal(arena_used(a), 160);
    arena_free(a);
}

static void a_piece_larger_than_the_cap_is_refused_and_takes_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 16);
    assert_null(arena_try(a, (1 << 16) + 1));
    assert_null(arena_try(a, SIZE_MAX));
    assert_null(arena_try(a, SIZE_MAX - 15));
    assert_int_equal(arena_used(a), 0);
    assert_non_null(arena_try(a, 1 << 16));
    assert_null(arena_try(a, 1));
    arena_free(a);
}

static void get_over_the_cap(void)
{
    struct arena *a = arena_new(64);
    (void)arena_get(a, 65);
}

static void array_that_overflows(void)
{
    struct arena *a = arena_new(SIZE_MAX);
    (void)arena_arr(a, int64_t, SIZE_MAX / 4);
}

static void fmt_over_the_cap(void)
{
    struct arena *a = arena_new(16);
    (void)arena_fmt(a, "%032d", 7);
}

static void whoever_does_not_ask_dies_over_the_cap(void **state)
{
    (void)state;
    assert_true(dies_saying(get_over_the_cap, "arena_over"));
    assert_true(dies_saying(array_that_overflows, "arena_over"));
    assert_true(dies_saying(fmt_over_the_cap, "arena_over"));
}

static void try_small(void)
{
    struct arena *a = arena_new(1 << 20);
    no_memory = true;
    (void)arena_try(a, 8);
}

static void try_large(void)
{
    struct arena *a = arena_new(1 << 24);
    no_memory = true;
    (void)arena_try(a, 1 << 20);
}

static void try_a_second_block(void)
{
    struct arena *a = arena_new(1 << 24);
    for (int i = 0; i < 4; i++)
        (void)arena_get(a, 960);
    no_memory = true;
    (void)arena_get(a, 960);
}

static void take_text(void)
{
    no_memory = true;
    (void)mem_text("text");
}

static void new_without_memory(void)
{
    no_memory = true;
    (void)arena_new(8);
}

/* Also whoever asks by arena_try: "over the limit" would be the wrong answer. */
static void without_memory_the_process_ends_and_says_what_to_do(void **state)
{
    (void)state;
    assert_true(ends_saying(new_without_memory, MEM_OUT_EXIT, "out of memory"));
    assert_true(ends_saying(try_small, MEM_OUT_EXIT, "Whatever was acknowledged is kept"));
    assert_true(ends_saying(try_large, MEM_OUT_EXIT, "1048"));
    assert_true(ends_saying(try_a_second_block, MEM_OUT_EXIT, "記憶が足りない"));
    assert_true(ends_saying(take_text, MEM_OUT_EXIT, "5 bytes"));
    assert_false(no_memory); /* only the children had none */
}

static void a_reset_gives_everything_back_and_zeroes_again(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 16);
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 60; i++) {
            unsigned char *p = arena_get(a, 1000);
            assert_int_equal(p[0] | p[500] | p[999], 0);
            memset(p, 0xFF, 1000);
        }
        unsigned char *own = arena_get(a, 4000); /* a block of its own */
        assert_int_equal(own[0] | own[3999], 0);
        memset(own, 0xFF, 4000);
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
    arena_free(a);
    arena_free(NULL);
}

static void copies_end_in_nul_and_keep_inner_ones(void **state)
{
    (void)state;
    struct arena *a = arena_new(4096);
    assert_string_equal(arena_dup(a, SL("abc")), "abc");
    assert_string_equal(arena_dup(a, SLN), "");
    slice s = arena_sl(a, SL("a\0b"));
    assert_int_equal(s.n, 3);
    assert_memory_equal(s.p, "a\0b", 4);
    assert_string_equal(arena_fmt(a, "%s-%d", "x", 7), "x-7");
    assert_string_equal(arena_fmt(a, "%s", ""), "");
    int *v = arena_arr(a, int, 3);
    assert_int_equal(v[0] | v[1] | v[2], 0);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_zeroed_aligned_and_apart),
        cmocka_unit_test(the_cap_is_hard_and_exact),
        cmocka_unit_test(a_piece_larger_than_the_cap_is_refused_and_takes_nothing),
        cmocka_unit_test(whoever_does_not_ask_dies_over_the_cap),
        cmocka_unit_test(without_memory_the_process_ends_and_says_what_to_do),
        cmocka_unit_test(a_room_takes_pieces_in_and_leaves_the_rest_to_the_system),
        cmocka_unit_test(a_reset_gives_everything_back_and_zeroes_again),
        cmocka_unit_test(copies_end_in_nul_and_keep_inner_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
