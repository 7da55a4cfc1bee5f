#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/world.h"

static struct arena *arena;
static char home[] = "/tmp/tobuhi-world-XXXXXX";

static int world_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    return mkdtemp(home) ? 0 : 1;
}

static const char *in(const char *name)
{
    return arena_fmt(arena, "%s/%s", home, name);
}

static void remove_all(const char *dir)
{
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && unlink(path) != 0)
            remove_all(path);
    }
    if (d)
        closedir(d);
    rmdir(dir);
}

static int world_down(void **state)
{
    (void)state;
    remove_all(home);
    arena_free(arena);
    return 0;
}

static size_t count_names(const char *dir)
{
    size_t n = 0;
    DIR *d = opendir(dir);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

/* --- randomness --- */

static void the_system_does_not_repeat_itself(void **state)
{
    (void)state;
    uint8_t a[32] = {0}, b[32] = {0}, zero[32] = {0};
    struct rng *r = rng_system();
    r->fill(r, a, sizeof a);
    r->fill(r, b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    assert_memory_not_equal(a, zero, sizeof a);
    r->fill(r, b, 0);
}

static void a_seed_gives_the_same_bytes_in_the_same_order(void **state)
{
    (void)state;
    struct rng_seeded a, b, other;
    rng_seed(&a, SL("演習"));
    rng_seed(&b, SL("演習"));
    rng_seed(&other, SL("演習2"));
    uint8_t x[100], y[100], z[100], first[100];
    for (int i = 0; i < 10; i++) {
        a.r.fill(&a.r, x, sizeof x);
        b.r.fill(&b.r, y, sizeof y);
        other.r.fill(&other.r, z, sizeof z);
        assert_memory_equal(x, y, sizeof x);
        assert_memory_not_equal(x, z, sizeof x);
        if (i)
            assert_memory_not_equal(x, first, sizeof x);
        else
            memcpy(first, x, sizeof x);
    }
}

/* The exercise's ids rest on these bytes: ChaCha20 with the key SHA-256("tobuhi") and the nonces 0 and 1, as OpenSSL
 * computes it. */
static void a_seed_gives_the_bytes_of_chacha20(void **state)
{
    (void)state;
    struct rng_seeded r;
    char id[UUID_LEN + 1];
    rng_seed(&r, SL("tobuhi"));
    uuid_new(&r.r, id);
    assert_string_equal(id, "fcc33890-7f93-4428-ab4f-179f6df48302");
    uuid_new(&r.r, id);
    assert_string_equal(id, "00154b94-d9bf-4bc9-a6dc-b49c5ea10e79");
}

static void uuids_are_version_4_and_lower_case(void **state)
{
    (void)state;
    char last[UUID_LEN + 1] = "", id[UUID_LEN + 1];
    for (int i = 0; i < 1000; i++) {
        uuid_new(rng_system(), id);
        assert_true(uuid_ok(sl(id)));
        assert_int_equal(id[14], '4');
        assert_non_null(strchr("89ab", id[19]));
        assert_string_not_equal(id, last);
        memcpy(last, id, sizeof id);
    }
}

static void what_has_not_the_form_is_no_uuid(void **state)
{
    (void)state;
    assert_true(uuid_ok(SL("00000000-0000-5000-8000-000000000000")));
    static const char *const bad[] = {
        "",
        "0123",
        "8c2ee85a-54af-410e-8495-23af8d67c2a",
        "8c2ee85a-54af-410e-8495-23af8d67c2a9a",
        "8C2EE85A-54AF-410E-8495-23AF8D67C2A9",
        "8c2ee85a054af-410e-8495-23af8d67c2a9",
        "8c2ee85a-54af-410e-8495-23af8d67c2ag",
        "{c2ee85a-54af-410e-8495-23af8d67c2a}",
        "8c2ee85-a54af-410e-8495-23af8d67c2a9",
        "8c2ee85a-54af-410e-8495 23af8d67c2a9",
    };
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        assert_false(uuid_ok(sl(bad[i])));
}

/* --- hashes --- */

#define assert_hash(h, hex) check_hash((h), (hex), __FILE__, __LINE__)
static void check_hash(const uint8_t *h, const char *hex, const char *file, int line)
{
    char got[2 * SHA_LEN + 1];
    hex_of(h, SHA_LEN, got);
    _assert_string_equal(got, hex, file, line);
}

static void sha256_is_that_of_fips_180(void **state)
{
    (void)state;
    uint8_t h[SHA_LEN];
    sha256(SLN, h);
    assert_hash(h, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    sha256(SL("abc"), h);
    assert_hash(h, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(SL("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"), h);
    assert_hash(h, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    sha256_2(SL("a"), SL("bc"), h);
    assert_hash(h, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256_2(SLN, SL("abc"), h);
    assert_hash(h, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void hmac_is_that_of_rfc_4231(void **state)
{
    (void)state;
    /* Cases 1 and 2 with their keys filled up by zeros to 32 bytes, which HMAC does itself (RFC 2104 2). */
    uint8_t key[32] = {0}, h[SHA_LEN];
    memset(key, 0x0b, 20);
    hmac_sha256(key, SL("Hi There"), h);
    assert_hash(h, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    memset(key, 0, sizeof key);
    memcpy(key, "Jefe", 4);
    hmac_sha256(key, SL("what do ya want for nothing?"), h);
    assert_hash(h, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void hex_goes_both_ways(void **state)
{
    (void)state;
    uint8_t b[4] = {0, 0x7f, 0x80, 0xff}, back[4] = {9, 9, 9, 9};
    char hex[9];
    hex_of(b, 4, hex);
    assert_string_equal(hex, "007f80ff");
    assert_true(hex_to(SL("007F80fF"), back, 4));
    assert_memory_equal(b, back, 4);
    assert_true(hex_to(SLN, back, 0));
    assert_true(hex_to((slice){"0aFF", 2}, back, 1));
    assert_int_equal(back[0], 10);
    static const char *const bad[] = {"",         "007f80f",  "007f80ff0", "007f80ff00",
                                      "007f80fg", "00 7f80f", "0x7f80ff",  "-07f80ff"};
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        assert_false(hex_to(sl(bad[i]), back, 4));
}

/* --- files --- */

static void what_is_written_is_read(void **state)
{
    (void)state;
    struct fault f;
    slice s;
    const char *path = in("file");
    assert_int_equal(file_write_atomic(path, SL("a\0b"), 0600, &f), E_OK);
    assert_int_equal(file_read(arena, path, 100, &s, &f), E_OK);
    assert_int_equal(s.n, 3);
    assert_memory_equal(s.p, "a\0b", 4);
    assert_int_equal(file_write_atomic(path, SL("second"), 0600, &f), E_OK);
    assert_int_equal(file_read(arena, path, 6, &s, &f), E_OK);
    assert_sl(s, "second");
    assert_int_equal(file_write_atomic(path, SLN, 0600, &f), E_OK);
    assert_int_equal(file_read(arena, path, 0, &s, &f), E_OK);
    assert_int_equal(s.n, 0);
    assert_non_null(s.p);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(count_names(home), 0); /* no temporary file is left */
}

static void the_mode_is_the_one_asked_for(void **state)
{
    (void)state;
    struct fault f;
    struct stat st;
    const char *path = in("key");
    mode_t was = umask(0);
    assert_int_equal(file_write_atomic(path, SL("k"), 0600, &f), E_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    umask(0777);
    assert_int_equal(file_write_atomic(path, SL("k"), 0644, &f), E_OK);
    umask(was);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
    unlink(path);
}

static void a_file_over_the_limit_is_refused(void **state)
{
    (void)state;
    struct fault f;
    slice s = SL("untouched");
    const char *path = in("big");
    assert_int_equal(file_write_atomic(path, SL("12345"), 0600, &f), E_OK);
    assert_int_equal(file_read(arena, path, 4, &s, &f), E_TOO_BIG);
    assert_string_equal(f.where, path);
    assert_non_null(strstr(f.what, "4"));
    assert_sl(s, "untouched");
    struct arena *small = arena_new(4);
    assert_int_equal(file_read(small, path, 100, &s, &f), E_TOO_BIG);
    arena_free(small);
    unlink(path);
}

static void a_pipe_is_read_to_its_end(void **state)
{
    (void)state;
    struct fault f;
    slice s;
    int fd[2];
    assert_int_equal(pipe(fd), 0);
    assert_int_equal(write(fd[1], "through a pipe", 14), 14);
    close(fd[1]);
    assert_int_equal(file_read(arena, arena_fmt(arena, "/proc/self/fd/%d", fd[0]), 100, &s, &f), E_OK);
    assert_sl(s, "through a pipe");
    close(fd[0]);
}

static void what_cannot_be_read_is_a_fault_with_its_place(void **state)
{
    (void)state;
    struct fault f;
    slice s = SL("untouched");
    const char *path = in("nowhere/file");
    assert_int_equal(file_read(arena, path, 10, &s, &f), E_ABSENT);
    assert_string_equal(f.where, path);
    assert_int_equal(file_read(arena, home, 10, &s, &f), E_IO); /* a folder */
    assert_string_equal(f.where, home);
    assert_sl(s, "untouched");
}

static void a_write_that_fails_leaves_the_old_file_and_no_rest(void **state)
{
    (void)state;
    struct fault f;
    slice s;
    const char *dir = in("d"), *path = in("d/file");
    assert_int_equal(dir_make(dir, 0700, &f), E_OK);
    assert_int_equal(file_write_atomic(path, SL("old"), 0600, &f), E_OK);
    assert_int_equal(file_write_atomic(in("absent/file"), SL("x"), 0600, &f), E_ABSENT);
    assert_int_equal(file_write_atomic(dir, SL("x"), 0600, &f), E_IO); /* a file cannot replace a folder */

    /* A disk that is full after one byte: the limit on file sizes stands for it. */
    struct rlimit was, one;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    one = (struct rlimit){1, was.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &one), 0);
    enum err e = file_write_atomic(path, SL("new and longer"), 0600, &f);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(e, E_IO);
    assert_string_equal(f.where, path);
    assert_int_equal(file_read(arena, path, 100, &s, &f), E_OK);
    assert_sl(s, "old");
    assert_int_equal(count_names(dir), 1);
    remove_all(dir);
    assert_int_equal(count_names(home), 0);
}

/* A writer killed at any moment leaves the old file or the new one, whole. */
static void a_killed_writer_leaves_one_whole_file(void **state)
{
    (void)state;
    enum { SIZE = 1 << 18 };
    struct fault f;
    const char *path = in("whole");
    static char text[2][SIZE];
    memset(text[0], 'a', SIZE);
    memset(text[1], 'b', SIZE);
    assert_int_equal(file_write_atomic(path, (slice){text[0], SIZE}, 0600, &f), E_OK);
    struct arena *own = arena_new(SIZE * 2);
    for (int i = 0; i < 40; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            for (int k = 0;; k++) {
                if (file_write_atomic(path, (slice){text[k % 2], SIZE}, 0600, &f) != E_OK)
                    _exit(1);
            }
        }
        assert_true(pid > 0);
        usleep((useconds_t)(i * 150));
        int status;
        kill(pid, SIGKILL);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status));
        slice s;
        arena_reset(own);
        assert_int_equal(file_read(own, path, SIZE, &s, &f), E_OK);
        assert_int_equal(s.n, SIZE);
        assert_memory_equal(s.p, text[s.p[0] == 'b'], SIZE);
    }
    arena_free(own);
    remove_all(home);
    assert_int_equal(mkdir(home, 0700), 0);
}

static void folders_are_made_with_their_parents(void **state)
{
    (void)state;
    struct fault f;
    struct stat st;
    assert_int_equal(dir_make(in("a/b//c/"), 0700, &f), E_OK);
    assert_int_equal(stat(in("a/b/c"), &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_int_equal(dir_make(in("a/b/c"), 0700, &f), E_OK);
    assert_int_equal(dir_make("/", 0700, &f), E_OK);

    int was = open(".", O_RDONLY | O_DIRECTORY);
    assert_true(was >= 0);
    assert_int_equal(chdir(home), 0);
    enum err e = dir_make("rel/ative", 0700, &f), w = file_write_atomic("plain", SL("x"), 0600, &f);
    assert_int_equal(fchdir(was), 0);
    close(was);
    assert_int_equal(e, E_OK);
    assert_int_equal(w, E_OK);
    assert_int_equal(stat(in("rel/ative"), &st), 0);
    assert_int_equal(stat(in("plain"), &st), 0);
}

static void a_file_in_the_way_of_a_folder_is_a_fault(void **state)
{
    (void)state;
    struct fault f;
    assert_int_equal(file_write_atomic(in("way"), SL("x"), 0600, &f), E_OK);
    assert_int_equal(dir_make(in("way"), 0700, &f), E_IO);
    assert_non_null(strstr(f.what, strerror(ENOTDIR)));
    assert_string_equal(f.where, in("way"));
    assert_int_equal(dir_make(in("way/in"), 0700, &f), E_IO);
    assert_string_equal(f.where, in("way"));
    assert_int_equal(dir_make("", 0700, &f), E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_system_does_not_repeat_itself),
        cmocka_unit_test(a_seed_gives_the_same_bytes_in_the_same_order),
        cmocka_unit_test(a_seed_gives_the_bytes_of_chacha20),
        cmocka_unit_test(uuids_are_version_4_and_lower_case),
        cmocka_unit_test(what_has_not_the_form_is_no_uuid),
        cmocka_unit_test(sha256_is_that_of_fips_180),
        cmocka_unit_test(hmac_is_that_of_rfc_4231),
        cmocka_unit_test(hex_goes_both_ways),
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(the_mode_is_the_one_asked_for),
        cmocka_unit_test(a_file_over_the_limit_is_refused),
        cmocka_unit_test(a_pipe_is_read_to_its_end),
        cmocka_unit_test(what_cannot_be_read_is_a_fault_with_its_place),
        cmocka_unit_test(a_write_that_fails_leaves_the_old_file_and_no_rest),
        cmocka_unit_test(a_killed_writer_leaves_one_whole_file),
        cmocka_unit_test(folders_are_made_with_their_parents),
        cmocka_unit_test(a_file_in_the_way_of_a_folder_is_a_fault),
    };
    return cmocka_run_group_tests(tests, world_up, world_down);
}
