#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* The key and note that the documentation of Go's golang.org/x/mod/sumdb/note shows. */
#define PN_SECRET "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
#define PN_PUBLIC "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PN_TEXT   "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
#define PN_SIG                                                                                                         \
    "\xE2\x80\x94 PeterNeumann "                                                                                       \
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="                     \
    "\n"

static char dir[] = "/tmp/tobuhi-note-XXXXXX";
static char path[64], pub_path[64];

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    (void)snprintf(path, sizeof path, "%s/k", dir);
    (void)snprintf(pub_path, sizeof pub_path, "%s/k.pub", dir);
    return 0;
}

static int remove_keys(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(pub_path);
    return 0;
}

static int remove_dir(void **state)
{
    (void)remove_keys(state);
    return rmdir(dir);
}

static void put(const char *where, const char *text, mode_t mode)
{
    int fd = open(where, O_WRONLY | O_CREAT | O_TRUNC, mode);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static void a_known_key_signs_the_known_note(void **state)
{
    (void)state;
    struct note_key *k;
    struct buf b = BUF(NOTE_MAX);
    put(path, PN_SECRET "\n", 0600);
    assert_ok(note_key_load(&k, path, &fault));
    const struct note_key *keys[] = {k};
    assert_ok(note_sign(SL(PN_TEXT), keys, 1, &b, &fault));
    assert_string_equal(b.p, PN_TEXT "\n" PN_SIG);
    buf_clear(&b);
    note_verifier_text(note_key_public(k), &b);
    assert_string_equal(b.p, PN_PUBLIC);
    buf_free(&b);
    note_key_free(k);
}

static void a_known_note_opens_with_its_key(void **state)
{
    (void)state;
    struct note_verifier v;
    slice text;
    assert_ok(note_verifier_parse(SL(PN_PUBLIC "\n"), &v, &fault));
    assert_ok(note_open(SL(PN_TEXT "\n" PN_SIG), &v, &text, &fault));
    assert_true(sl_is(text, PN_TEXT));
}

static void a_key_is_made_once_and_only_its_owner_reads_it(void **state)
{
    (void)state;
    struct rng_seeded rng;
    struct stat st;
    struct note_key *k;
    struct note_verifier v;
    struct arena *a = arena_new(65536);
    slice text;
    rng_seed(&rng, SL("once"));
    assert_int_equal(note_key_load(&k, path, &fault), E_ABSENT);
    assert_ok(note_key_make(path, ORIGIN, &rng.r, &fault));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(note_key_make(path, ORIGIN, &rng.r, &fault), E_CONFLICT);
    assert_ok(file_read(a, pub_path, 4096, &text, &fault));
    assert_ok(note_verifier_parse(text, &v, &fault));
    assert_ok(note_key_load(&k, path, &fault));
    assert_memory_equal(&v, note_key_public(k), sizeof v);
    assert_string_equal(v.name, ORIGIN);
    note_key_free(k);
    for (mode_t bit = 1; bit <= 040; bit <<= 1) {
        assert_int_equal(chmod(path, 0600 | bit), 0);
        assert_int_equal(note_key_load(&k, path, &fault), E_CONFIG);
        assert_null(k);
    }
    arena_free(a);
}

static void two_keys_are_two(void **state)
{
    (void)state;
    struct note_key *a = key_of("tobuhi.exercise/partners"), *b = key_of("tobuhi.example/partners");
    assert_true(memcmp(note_key_public(a)->pub, note_key_public(b)->pub, 32) != 0);
    assert_true(note_key_public(a)->id != note_key_public(b)->id);
    note_key_free(a);
    note_key_free(b);
}

static void names_that_a_note_cannot_carry_make_no_key(void **state)
{
    (void)state;
    char longer[NOTE_NAME_MAX + 2];
    memset(longer, 'a', sizeof longer);
    longer[NOTE_NAME_MAX + 1] = '\0';
    const char *const bad[] = {"", "a b", "a+b", "a\nb", "\xE7\x83\xBD", "a\x7F", longer};
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        assert_int_equal(note_key_make(path, bad[i], rng_system(), &fault), E_CONFIG);
    assert_int_equal(access(path, F_OK), -1);
    longer[NOTE_NAME_MAX] = '\0';
    assert_ok(note_key_make(path, longer, rng_system(), &fault));
}

static void damaged_secret_keys_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "PRIVATE+KEY+",
        PN_PUBLIC,
        "PRIVATE+KEY+PeterNeumann+c74f20a4+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        "PRIVATE+KEY+PeterNeumanx+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDF",
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AoEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFzAAAA",
        PN_SECRET "\n\n",
        PN_SECRET " ",
    };
    struct note_key *k;
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        put(path, bad[i], 0600);
        assert_int_equal(note_key_load(&k, path, &fault), E_CONFIG);
        assert_null(k);
    }
    (void)unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(note_key_load(&k, path, &fault), E_CONFIG);
    assert_int_equal(rmdir(path), 0);
}

static void damaged_verifier_keys_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "PeterNeumann+c74f20a3+",
        "PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a33+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AQpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TX",
        "PeterNeumann+c74f20a3+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PN_PUBLIC "\n\n",
        "\tPeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    };
    struct note_verifier v;
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        assert_int_equal(note_verifier_parse(sl(bad[i]), &v, &fault), E_PARSE);
}

static void texts_that_are_no_notes_are_not_signed(void **state)
{
    (void)state;
    struct note_key *k = key_of(ORIGIN);
    const struct note_key *keys[] = {k};
    static const char *const bad[] = {"", "no newline", "tab\there\n", "cr\r\n", "\xFF\n", "\xC3\n"};
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        struct buf b = BUF(NOTE_MAX);
        assert_int_equal(note_sign(sl(bad[i]), keys, 1, &b, &fault), E_PARSE);
        buf_free(&b);
    }
    struct buf small = BUF(20);
    assert_int_equal(note_sign(SL("x\n"), keys, 0, &small, &fault), E_PARSE);
    assert_int_equal(note_sign(SL("x\n"), keys, 1, &small, &fault), E_TOO_BIG);
    buf_free(&small);
    note_key_free(k);
}

static void two_holders_sign_one_note_and_each_is_checked(void **state)
{
    (void)state;
    struct note_key *a = key_of("holder/a"), *b = key_of("holder/b"), *c = key_of("holder/c");
    const struct note_key *keys[] = {a, b};
    struct buf n = BUF(NOTE_MAX);
    slice text;
    assert_ok(note_sign(SL("founding\n\nfile\n"), keys, 2, &n, &fault));
    assert_ok(note_open(buf_slice(&n), note_key_public(a), &text, &fault));
    assert_true(sl_is(text, "founding\n\nfile\n"));
    assert_ok(note_open(buf_slice(&n), note_key_public(b), &text, &fault));
    assert_int_equal(note_open(buf_slice(&n), note_key_public(c), &text, &fault), E_CORRUPT);
    n.p[0] = 'F';
    assert_int_equal(note_open(buf_slice(&n), note_key_public(b), &text, &fault), E_CORRUPT);
    buf_free(&n);
    note_key_free(a);
    note_key_free(b);
    note_key_free(c);
}

static void malformed_notes_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "\n",
        PN_TEXT,
        PN_TEXT "\n",
        PN_TEXT PN_SIG,
        PN_TEXT "\n\n",
        PN_TEXT "\n" PN_SIG "\n",
        PN_TEXT "\n" PN_SIG "junk\n",
        PN_TEXT "\n" PN_SIG "\xE2\x80\x94 name\n",
        PN_TEXT "\n" PN_SIG "\xE2\x80\x94 name \n",
        PN_TEXT "\n" PN_SIG "\xE2\x80\x94  AAAAAAA=\n",
        PN_TEXT "\n" PN_SIG "\xE2\x80\x94 na+me AAAAAAA=\n",
        PN_TEXT "\n" PN_SIG "\xE2\x80\x94 name AAAAAA==\n", /* four bytes: an id and no signature */
        PN_TEXT "\n" PN_SIG "\xE2\x80\x94 name AAAAAAB=\n", /* padding bits that are not zero */
        PN_TEXT "\n" PN_SIG "\xE2\x80\x94 name AAAA AAA=\n",
        PN_TEXT "\n" PN_SIG "\xE2\x80\x94 name AAAAAAA\n",
        PN_TEXT "\n" PN_SIG "- name AAAAAAA=\n",
        PN_TEXT "\n" PN_SIG "\xE2\x80\x94 name AAAAAAA=", /* no newline at the end */
        "tab\t\n\n" PN_SIG,
        "\xC3\x28\n\n" PN_SIG,
    };
    struct note_verifier v;
    slice text;
    assert_ok(note_verifier_parse(SL(PN_PUBLIC), &v, &fault));
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        assert_int_equal(note_open(sl(bad[i]), &v, &text, &fault), E_PARSE);
}

static void lines_of_other_keys_are_passed_over_up_to_a_bound(void **state)
{
    (void)state;
    struct note_verifier v;
    slice text;
    struct buf b = BUF(2 * NOTE_MAX);
    assert_ok(note_verifier_parse(SL(PN_PUBLIC), &v, &fault));
    buf_str(&b, PN_TEXT "\n" PN_SIG);
    for (int i = 1; i < NOTE_SIGS_MAX; i++) {
        buf_fmt(&b, "\xE2\x80\x94 witness/%d AAAAAAA=\n", i);
        assert_ok(note_open(buf_slice(&b), &v, &text, &fault));
    }
    buf_str(&b, "\xE2\x80\x94 witness AAAAAAA=\n");
    assert_int_equal(note_open(buf_slice(&b), &v, &text, &fault), E_PARSE);
    while (b.n <= NOTE_MAX)
        buf_chr(&b, 'x');
    assert_int_equal(note_open(buf_slice(&b), &v, &text, &fault), E_TOO_BIG);
    buf_free(&b);
}

/* A line by the known key that is wrong spoils the note, even after a right one. */
static void one_wrong_line_of_a_known_key_spoils_the_note(void **state)
{
    (void)state;
    struct note_verifier v;
    slice text;
    assert_ok(note_verifier_parse(SL(PN_PUBLIC), &v, &fault));
    assert_int_equal(note_open(SL(PN_TEXT "\n" PN_SIG "\xE2\x80\x94 PeterNeumann x08gowA=\n"), &v, &text, &fault),
                     E_CORRUPT);
}

static void any_changed_byte_of_a_checkpoint_is_seen(void **state)
{
    (void)state;
    struct note_key *k = key_of(ORIGIN);
    struct checkpoint c = {.size = 1234567, .root = naive_root(0, 3)}, back;
    struct buf b = BUF(NOTE_MAX);
    assert_ok(checkpoint_sign(&c, k, &b, &fault));
    assert_true(sl_starts(buf_slice(&b), ORIGIN "\n1234567\n"));
    assert_ok(checkpoint_open(buf_slice(&b), note_key_public(k), &back, &fault));
    assert_true(back.size == c.size && hash_eq(&back.root, &c.root));
    for (size_t i = 0; i < b.n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            b.p[i] = (char)(b.p[i] ^ 1 << bit);
            assert_int_not_equal(checkpoint_open(buf_slice(&b), note_key_public(k), &back, &fault), E_OK);
            b.p[i] = (char)(b.p[i] ^ 1 << bit);
        }
        assert_int_not_equal(checkpoint_open((slice){b.p, i}, note_key_public(k), &back, &fault), E_OK);
    }
    buf_free(&b);
    note_key_free(k);
}

/* Signed by the right key, and still not a checkpoint. */
static void signed_texts_that_are_no_checkpoints_are_refused(void **state)
{
    (void)state;
    struct note_key *k = key_of(ORIGIN);
    const struct note_key *keys[] = {k};
#define ROOT "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    static const struct {
        const char *text;
        enum err e;
    } bad[] = {
        {"\n", E_PARSE},
        {ORIGIN "\n", E_PARSE},
        {ORIGIN "\n0\n", E_PARSE},
        {ORIGIN "\n\n" ROOT "\n", E_PARSE},
        {ORIGIN "\n00\n" ROOT "\n", E_PARSE},
        {ORIGIN "\n01\n" ROOT "\n", E_PARSE},
        {ORIGIN "\n+1\n" ROOT "\n", E_PARSE},
        {ORIGIN "\n-1\n" ROOT "\n", E_PARSE},
        {ORIGIN "\n 1\n" ROOT "\n", E_PARSE},
        {ORIGIN "\n1 \n" ROOT "\n", E_PARSE},
        {ORIGIN "\n0x1\n" ROOT "\n", E_PARSE},
        {ORIGIN "\n4611686018427387904\n" ROOT "\n", E_PARSE}, /* 2^62 */
        {ORIGIN "\n18446744073709551616\n" ROOT "\n", E_PARSE},
        {ORIGIN "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF==\n", E_PARSE},
        {ORIGIN "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n", E_PARSE},
        {ORIGIN "\n1\n47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=\n", E_PARSE},
        {ORIGIN "\n1\n\n", E_PARSE},
        {ORIGIN "\n1\n" ROOT "\nextension\n", E_PARSE},
        {"tobuhi.example/partners\n1\n" ROOT "\n", E_CORRUPT},
        {ORIGIN "x\n1\n" ROOT "\n", E_CORRUPT},
    };
    struct checkpoint c;
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        struct buf b = BUF(NOTE_MAX);
        assert_ok(note_sign(sl(bad[i].text), keys, 1, &b, &fault));
        assert_int_equal(checkpoint_open(buf_slice(&b), note_key_public(k), &c, &fault), bad[i].e);
        buf_free(&b);
    }
    note_key_free(k);
}

/* The exercise's ledger must not pass for a real one, nor the other way round. */
static void an_exercise_checkpoint_is_refused_by_a_real_verifier(void **state)
{
    (void)state;
    struct note_key *play = key_of(ORIGIN), *real = key_of("tobuhi.example/partners");
    struct checkpoint c = {.size = 1, .root = naive_root(0, 1)}, out;
    struct buf a = BUF(NOTE_MAX), b = BUF(NOTE_MAX);
    assert_ok(checkpoint_sign(&c, play, &a, &fault));
    assert_ok(checkpoint_sign(&c, real, &b, &fault));
    assert_int_equal(checkpoint_open(buf_slice(&a), note_key_public(real), &out, &fault), E_CORRUPT);
    assert_int_equal(checkpoint_open(buf_slice(&b), note_key_public(play), &out, &fault), E_CORRUPT);
    buf_free(&a);
    buf_free(&b);
    note_key_free(play);
    note_key_free(real);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_known_key_signs_the_known_note, remove_keys),
        cmocka_unit_test(a_known_note_opens_with_its_key),
        cmocka_unit_test_teardown(a_key_is_made_once_and_only_its_owner_reads_it, remove_keys),
        cmocka_unit_test(two_keys_are_two),
        cmocka_unit_test_teardown(names_that_a_note_cannot_carry_make_no_key, remove_keys),
        cmocka_unit_test_teardown(damaged_secret_keys_are_refused, remove_keys),
        cmocka_unit_test(damaged_verifier_keys_are_refused),
        cmocka_unit_test(texts_that_are_no_notes_are_not_signed),
        cmocka_unit_test(two_holders_sign_one_note_and_each_is_checked),
        cmocka_unit_test(malformed_notes_are_refused),
        cmocka_unit_test(lines_of_other_keys_are_passed_over_up_to_a_bound),
        cmocka_unit_test(one_wrong_line_of_a_known_key_spoils_the_note),
        cmocka_unit_test(any_changed_byte_of_a_checkpoint_is_seen),
        cmocka_unit_test(signed_texts_that_are_no_checkpoints_are_refused),
        cmocka_unit_test(an_exercise_checkpoint_is_refused_by_a_real_verifier),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
