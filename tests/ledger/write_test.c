#include "check.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* On the machine's own disk. */
static char home[] = "/tmp/tobuhi-ledger-XXXXXX";
static char dir[64];
static struct note_key *key;

static int begin(void **state)
{
    (void)state;
    key = key_of(ORIGIN);
    if (!mkdtemp(home))
        return -1;
    (void)snprintf(dir, sizeof dir, "%s/partners.ledger", home);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static int empty(void **state)
{
    (void)state;
    return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int end(void **state)
{
    (void)state;
    note_key_free(key);
    return rmdir(home);
}

static struct ledger *opened(void)
{
    struct ledger *l;
    assert_ok(ledger_open(&l, dir, key, NULL, &fault));
    return l;
}

static void grow(struct ledger *l, uint64_t size)
{
    struct test_rows rows = rows_of(size);
    struct hash root = naive_root(0, size);
    assert_ok(ledger_catch_up(l, size, &rows.r, &fault));
    assert_int_equal(ledger_head(l)->size, size);
    assert_true(hash_eq(&ledger_head(l)->root, &root));
}

static bool there(const char *rel)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", dir, rel);
    return access(path, F_OK) == 0;
}

static unsigned n_files;
static int count_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)path;
    (void)st;
    (void)at;
    n_files += type == FTW_F;
    return 0;
}

static unsigned files(void)
{
    n_files = 0;
    assert_int_equal(nftw(dir, count_one, 16, FTW_PHYS), 0);
    return n_files;
}

static void a_ledger_is_founded_once_and_empty(void **state)
{
    (void)state;
    struct ledger *l;
    struct checkpoint c;
    assert_int_equal(ledger_open(&l, dir, key, NULL, &fault), E_CORRUPT);
    assert_null(l);
    assert_ok(ledger_found(dir, key, NULL, &fault));
    assert_ok(ledger_found(dir, key, NULL, &fault));
    assert_ok(ledger_checkpoint(dir, note_key_public(key), NULL, &c, &fault));
    assert_int_equal(c.size, 0);
    l = opened();
    grow(l, 1);
    ledger_close(l);
    assert_int_equal(ledger_found(dir, key, NULL, &fault), E_CONFLICT);
    assert_int_equal(files(), 3);
    assert_true(there("tile/entries/000.p/1") && there("tile/0/000.p/1"));
}

static void files_without_a_checkpoint_found_no_ledger(void **state)
{
    (void)state;
    char path[128];
    struct ledger *l;
    assert_ok(ledger_found(dir, key, NULL, &fault));
    l = opened();
    grow(l, 3);
    ledger_close(l);
    (void)snprintf(path, sizeof path, "%s/checkpoint", dir);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(ledger_found(dir, key, NULL, &fault), E_CONFLICT);
    assert_int_equal(ledger_open(&l, dir, key, NULL, &fault), E_CORRUPT);
}

static void another_key_neither_opens_nor_founds_it(void **state)
{
    (void)state;
    struct note_key *other = key_of("tobuhi.example/partners");
    struct ledger *l;
    assert_ok(ledger_found(dir, key, NULL, &fault));
    assert_int_equal(ledger_open(&l, dir, other, NULL, &fault), E_CORRUPT);
    assert_int_equal(ledger_found(dir, other, NULL, &fault), E_CORRUPT);
    note_key_free(other);
}

/* One by one past a bundle, reopening now and then: roots, files and proofs stay right. */
static void it_grows_one_by_one_and_is_reopened(void **state)
{
    (void)state;
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    for (uint64_t n = 1; n <= 520; n++) {
        grow(l, n);
        if (n % 37 != 0 && n % 256 > 1)
            continue;
        struct test_rows rows = rows_of(n);
        struct ledger_report r = verified(dir, key, NULL, &rows);
        assert_whole(r, n);
        /* checkpoint; bundles and tiles alike; the tile above from 256 on */
        uint64_t tiles = (n + 255) / 256;
        assert_int_equal(files(), 1 + 2 * tiles + (n >= 256 ? 1 : 0));
        ledger_close(l);
        l = opened();
        assert_int_equal(ledger_head(l)->size, n);
    }
    ledger_close(l);
    assert_true(there("tile/entries/001") && there("tile/0/001") && there("tile/1/000.p/2"));
    assert_false(there("tile/entries/000.p") || there("tile/0/000.p"));
}

static void jumps_give_the_same_files_as_steps(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 0, 2, 255, 256, 257, 511, 513, 1024, 1025, 5000};
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    for (size_t i = 0; i < TB_COUNT(sizes); i++) {
        struct test_rows rows = rows_of(sizes[i] + 3);
        grow(l, sizes[i]);
        struct ledger_report r = verified(dir, key, NULL, &rows);
        assert_whole(r, sizes[i]);
        assert_int_equal(r.pending, 3);
        r = verified(dir, key, NULL, NULL);
        assert_whole(r, sizes[i]);
        assert_int_equal(r.pending, 0);
        char hex[2 * HASH_LEN + 1];
        hex_of(ledger_head(l)->root.b, HASH_LEN, hex);
        assert_string_equal(r.root, hex);
    }
    ledger_close(l);
}

/* --- what a store may do wrong --- */

static void rows_that_are_missing_or_fewer_sign_nothing(void **state)
{
    (void)state;
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    struct test_rows rows = rows_of(300);
    grow(l, 10);
    for (uint64_t gap = 10; gap < 300; gap += 17) {
        rows.skip = gap;
        assert_int_equal(ledger_catch_up(l, 300, &rows.r, &fault), E_CORRUPT);
        assert_int_equal(ledger_head(l)->size, 10);
    }
    rows.skip = 299;
    assert_int_equal(ledger_catch_up(l, 300, &rows.r, &fault), E_CORRUPT);
    assert_non_null(strstr(fault.what, "299"));
    rows.skip = UINT64_MAX;
    assert_int_equal(ledger_catch_up(l, 301, &rows.r, &fault), E_CORRUPT);
    assert_int_equal(ledger_catch_up(l, 9, &rows.r, &fault), E_CORRUPT);
    assert_int_equal(ledger_catch_up(l, TREE_SIZE_MAX, &rows.r, &fault), E_TOO_BIG);
    rows.fail = E_DB;
    assert_int_equal(ledger_catch_up(l, 300, &rows.r, &fault), E_DB);
    grow(l, 300);
    ledger_close(l);
    rows = rows_of(300);
    struct ledger_report r = verified(dir, key, NULL, &rows);
    assert_whole(r, 300);
}

/* As many rows as were promised, and still not the rows: one comes twice, or two have changed places. */
struct odd_rows {
    struct leaf_rows r;
    uint64_t at, instead;
};

static enum err odd_each(struct leaf_rows *rows, uint64_t from, uint64_t to, leaf_fn *leaf, void *ud, struct fault *f)
{
    struct odd_rows *o = (struct odd_rows *)rows;
    (void)f;
    for (uint64_t i = from; i < to; i++) {
        char room[64];
        uint64_t n = i == o->at ? o->instead : i;
        if (!leaf(ud, n, entry_of(n, room)))
            break;
    }
    return E_OK;
}

static void rows_out_of_order_sign_nothing(void **state)
{
    (void)state;
    static const uint64_t odd[][2] = {{5, 4}, {0, 1}, {7, 9}, {9, 10}, {9, 0}};
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    for (size_t i = 0; i < TB_COUNT(odd); i++) {
        struct odd_rows rows = {{odd_each}, odd[i][0], odd[i][1]};
        assert_int_equal(ledger_catch_up(l, 10, &rows.r, &fault), E_CORRUPT);
        assert_int_equal(ledger_head(l)->size, 0);
    }
    grow(l, 10);
    ledger_close(l);
}

struct big_rows {
    struct leaf_rows r;
    slice entry;
};

static enum err big_each(struct leaf_rows *rows, uint64_t from, uint64_t to, leaf_fn *leaf, void *ud, struct fault *f)
{
    (void)f;
    if (from <= 0 && to > 0)
        (void)leaf(ud, 0, ((struct big_rows *)rows)->entry);
    return E_OK;
}

static void an_entry_of_65535_bytes_fits_and_one_more_does_not(void **state)
{
    (void)state;
    static char bytes[LEDGER_ENTRY_MAX + 1];
    struct big_rows rows = {{big_each}, {bytes, sizeof bytes}};
    struct ledger_report r;
    struct ledger_proved proved;
    struct arena *a = arena_new(1 << 20);
    struct buf text = BUF(LEDGER_PROOF_MAX);
    memset(bytes, 0xAB, sizeof bytes);
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    assert_int_equal(ledger_catch_up(l, 1, &rows.r, &fault), E_TOO_BIG);
    assert_non_null(strstr(fault.what, "65535"));
    rows.entry.n--;
    assert_ok(ledger_catch_up(l, 1, &rows.r, &fault));
    ledger_close(l);
    assert_ok(ledger_verify(dir, note_key_public(key), NULL, &rows.r, &r, &fault));
    assert_whole(r, 1);
    assert_ok(ledger_proof(dir, note_key_public(key), NULL, 0, &text, &fault));
    assert_ok(ledger_proof_check(buf_slice(&text), note_key_public(key), a, &proved, &fault));
    assert_true(sl_eq(proved.entry, rows.entry));
    buf_free(&text);
    arena_free(a);
}

/* Two processes that both think they are the writer: the later one signs nothing. */
static void a_second_writer_is_noticed(void **state)
{
    (void)state;
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *a = opened(), *b = opened();
    struct test_rows rows = rows_of(9);
    grow(a, 5);
    assert_int_equal(ledger_catch_up(b, 9, &rows.r, &fault), E_WRITER);
    ledger_close(a);
    ledger_close(b);
}

static void a_damaged_right_edge_is_not_built_upon(void **state)
{
    (void)state;
    static const char *const edge[] = {"checkpoint", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"};
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    grow(l, 300);
    ledger_close(l);
    for (size_t i = 0; i < TB_COUNT(edge); i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", dir, edge[i]);
        FILE *file = fopen(path, "r+b");
        assert_non_null(file);
        for (long at = 0; at >= -1; at--) { /* the first byte, then the last one */
            assert_int_equal(fseek(file, at, at ? SEEK_END : SEEK_SET), 0);
            int c = fgetc(file);
            assert_int_equal(fseek(file, at, at ? SEEK_END : SEEK_SET), 0);
            (void)fputc(c ^ 1, file);
            (void)fflush(file);
            assert_int_equal(ledger_open(&l, dir, key, NULL, &fault), E_CORRUPT);
            assert_int_equal(fseek(file, at, at ? SEEK_END : SEEK_SET), 0);
            (void)fputc(c, file);
            (void)fflush(file);
            l = opened();
            ledger_close(l);
        }
        (void)fclose(file);
    }
}

static void damaged_files_are_rebuilt_from_rows_that_give_the_signed_root(void **state)
{
    (void)state;
    char path[128];
    struct test_rows rows = rows_of(700);
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    grow(l, 600);
    ledger_close(l);
    (void)snprintf(path, sizeof path, "%s/tile/0/001", dir);
    assert_int_equal(truncate(path, 77), 0);
    (void)snprintf(path, sizeof path, "%s/tile/entries/000", dir);
    assert_int_equal(unlink(path), 0);
    assert_false(verified(dir, key, NULL, &rows).ok);
    rows.flip = 5;
    assert_int_equal(ledger_rebuild(dir, key, NULL, NULL, &rows.r, &fault), E_CORRUPT);
    rows.flip = UINT64_MAX;
    rows.skip = 599;
    assert_int_equal(ledger_rebuild(dir, key, NULL, NULL, &rows.r, &fault), E_CORRUPT);
    rows.skip = UINT64_MAX;
    assert_ok(ledger_rebuild(dir, key, NULL, NULL, &rows.r, &fault));
    struct ledger_report r = verified(dir, key, NULL, &rows);
    assert_whole(r, 600);
    assert_int_equal(r.pending, 100);
}

static struct checkpoint checkpoint_now(void)
{
    struct checkpoint c;
    assert_ok(ledger_checkpoint(dir, note_key_public(key), NULL, &c, &fault));
    return c;
}

static void lost_files_are_rebuilt_under_a_checkpoint_that_was_kept_elsewhere(void **state)
{
    (void)state;
    struct test_rows rows = rows_of(700);
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    grow(l, 300);
    struct checkpoint early = checkpoint_now(), late, false_one;
    grow(l, 600);
    ledger_close(l);
    late = checkpoint_now();
    false_one = early;
    false_one.root.b[3] ^= 1;
    /* Beside the one that stands there a given one must agree too, whether earlier or not. */
    assert_int_equal(ledger_rebuild(dir, key, NULL, &false_one, &rows.r, &fault), E_CORRUPT);
    assert_ok(ledger_rebuild(dir, key, NULL, &early, &rows.r, &fault));
    assert_int_equal(checkpoint_now().size, 600);
    assert_int_equal(empty(NULL), 0);
    assert_int_equal(ledger_rebuild(dir, key, NULL, NULL, &rows.r, &fault), E_ABSENT);
    assert_int_equal(ledger_rebuild(dir, key, NULL, &false_one, &rows.r, &fault), E_CORRUPT);
    assert_false(there("checkpoint"));
    assert_ok(ledger_rebuild(dir, key, NULL, &late, &rows.r, &fault));
    struct ledger_report r = verified(dir, key, NULL, &rows);
    assert_whole(r, 600);
    grow(l = opened(), 700);
    ledger_close(l);
}

static void a_checkpoint_older_than_the_tiles_is_taken_by_both_who_open_and_who_verify(void **state)
{
    (void)state;
    char path[128], note[NOTE_MAX];
    struct test_rows rows = rows_of(650);
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    grow(l, 600);
    (void)snprintf(path, sizeof path, "%s/checkpoint", dir);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t n = fread(note, 1, sizeof note, file);
    (void)fclose(file);
    grow(l, 650);
    ledger_close(l);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(note, 1, n, file), n);
    (void)fclose(file);
    assert_false(there("tile/0/002.p/88"));
    struct ledger_report r = verified(dir, key, NULL, &rows);
    assert_whole(r, 600);
    assert_int_equal(r.pending, 50);
    l = opened();
    assert_true(there("tile/0/002.p/88") && there("tile/entries/002.p/88"));
    assert_false(there("tile/0/002.p/138") || there("tile/entries/002.p/138"));
    r = verified(dir, key, NULL, &rows);
    assert_whole(r, 600);
    grow(l, 650);
    ledger_close(l);
    /* A wider one that is cut short is refused by both. */
    (void)snprintf(path, sizeof path, "%s/checkpoint", dir);
    file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(note, 1, n, file), n);
    (void)fclose(file);
    (void)snprintf(path, sizeof path, "%s/tile/entries/002.p/138", dir);
    assert_int_equal(truncate(path, 1500), 0);
    assert_false(verified(dir, key, NULL, &rows).ok);
    assert_int_equal(ledger_open(&l, dir, key, NULL, &fault), E_CORRUPT);
}

/* --- proofs from files --- */

static void every_leaf_has_a_proof_that_others_can_check(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    grow(l, 66000);
    ledger_close(l);
    struct buf text = BUF(LEDGER_PROOF_MAX);
    for (uint64_t i = 0; i < 66000; i += i < 300 || i > 65300 ? 1 : 251) {
        struct ledger_proved p;
        char room[64];
        buf_clear(&text);
        arena_reset(a);
        assert_ok(ledger_proof(dir, note_key_public(key), NULL, i, &text, &fault));
        assert_ok(ledger_proof_check(buf_slice(&text), note_key_public(key), a, &p, &fault));
        assert_true(p.index == i && p.at.size == 66000 && sl_eq(p.entry, entry_of(i, room)));
    }
    assert_int_equal(ledger_proof(dir, note_key_public(key), NULL, 66000, &text, &fault), E_ABSENT);
    buf_free(&text);
    arena_free(a);
}

static void no_changed_byte_of_a_proof_passes(void **state)
{
    (void)state;
    struct arena *a = arena_new(1 << 20);
    struct ledger_proved p;
    struct buf text = BUF(LEDGER_PROOF_MAX);
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    grow(l, 301);
    ledger_close(l);
    assert_ok(ledger_proof(dir, note_key_public(key), NULL, 261, &text, &fault));
    assert_ok(ledger_proof_check(buf_slice(&text), note_key_public(key), a, &p, &fault));
    for (size_t i = 0; i < text.n; i++) {
        for (int bit = 0; bit < 8; bit++) {
            arena_reset(a);
            text.p[i] = (char)(text.p[i] ^ 1 << bit);
            if (ledger_proof_check(buf_slice(&text), note_key_public(key), a, &p, &fault) == E_OK)
                fail_msg("byte %zu, bit %d of %s", i, bit, text.p);
            text.p[i] = (char)(text.p[i] ^ 1 << bit);
        }
        arena_reset(a);
        assert_int_not_equal(ledger_proof_check((slice){text.p, i}, note_key_public(key), a, &p, &fault), E_OK);
    }
    struct buf zero = BUF(LEDGER_PROOF_MAX);
    const char *index = strstr(text.p, "index ");
    buf_add(&zero, text.p, (size_t)(index - text.p));
    buf_fmt(&zero, "index 0%s", index + 6);
    arena_reset(a);
    assert_int_equal(ledger_proof_check(buf_slice(&zero), note_key_public(key), a, &p, &fault), E_PARSE);
    buf_free(&zero);
    buf_free(&text);
    arena_free(a);
}

static void a_damaged_file_gives_no_proof(void **state)
{
    (void)state;
    static const struct {
        const char *rel;
        uint64_t leaf; /* whose proof needs the byte */
    } damaged[] = {{"tile/entries/000", 0}, {"tile/0/000", 1}, {"tile/0/001.p/45", 0}, {"checkpoint", 0}};
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    grow(l, 301);
    ledger_close(l);
    for (size_t i = 0; i < TB_COUNT(damaged); i++) {
        char path[128];
        struct buf text = BUF(LEDGER_PROOF_MAX);
        (void)snprintf(path, sizeof path, "%s/%s", dir, damaged[i].rel);
        FILE *file = fopen(path, "r+b");
        assert_non_null(file);
        assert_int_equal(fseek(file, 5, SEEK_SET), 0);
        int c = fgetc(file);
        assert_int_equal(fseek(file, 5, SEEK_SET), 0);
        (void)fputc(c ^ 1, file);
        (void)fflush(file);
        assert_int_equal(ledger_proof(dir, note_key_public(key), NULL, damaged[i].leaf, &text, &fault), E_CORRUPT);
        assert_int_equal(fseek(file, 5, SEEK_SET), 0);
        (void)fputc(c, file);
        (void)fclose(file);
        buf_clear(&text);
        assert_ok(ledger_proof(dir, note_key_public(key), NULL, damaged[i].leaf, &text, &fault));
        buf_free(&text);
    }
}

static void the_files_prove_that_each_size_extends_the_ones_before(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, 1, 2, 255, 256, 257, 700, 65535, 65536, 65537, 66000};
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    grow(l, 66000);
    ledger_close(l);
    for (size_t i = 0; i < TB_COUNT(sizes); i++) {
        struct hash old = naive_root(0, sizes[i]);
        for (size_t k = i; k < TB_COUNT(sizes); k++) {
            struct hash root = naive_root(0, sizes[k]);
            struct proof p;
            assert_ok(ledger_consistency(dir, NULL, sizes[i], sizes[k], &p, &fault));
            assert_true(tree_check_consistency(sizes[i], &old, sizes[k], &root, &p));
        }
    }
    struct proof p;
    assert_int_equal(ledger_consistency(dir, NULL, 3, 2, &p, &fault), E_FIELD);
    assert_int_equal(ledger_consistency(dir, NULL, 3, 99999999, &p, &fault), E_CORRUPT);
}

/* --- the disk itself --- */

static void a_full_disk_is_a_fault_and_the_next_call_repairs(void **state)
{
    (void)state;
    struct rlimit old, low = {.rlim_cur = 5000};
    struct test_rows rows = rows_of(300);
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    grow(l, 100);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    low.rlim_max = old.rlim_max;
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &low), 0); /* a write is cut short there, the next one fails */
    enum err e = ledger_catch_up(l, 300, &rows.r, &fault);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(e, E_IO);
    assert_non_null(strstr(fault.what, strerror(EFBIG)));
    assert_int_equal(ledger_head(l)->size, 100);
    struct ledger_report r = verified(dir, key, NULL, &rows);
    assert_whole(r, 100);
    grow(l, 300);
    ledger_close(l);
    r = verified(dir, key, NULL, &rows);
    assert_whole(r, 300);
}

static void links_and_pipes_in_the_ledger_are_foreign(void **state)
{
    (void)state;
    char path[128], to[128];
    struct test_rows rows = rows_of(5);
    assert_ok(ledger_found(dir, key, NULL, &fault));
    struct ledger *l = opened();
    grow(l, 5);
    ledger_close(l);
    (void)snprintf(path, sizeof path, "%s/tile/0/000", dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(verified(dir, key, NULL, &rows).ok);
    assert_int_equal(unlink(path), 0);
    (void)snprintf(path, sizeof path, "%s/tile/0/000.p/5", dir);
    (void)snprintf(to, sizeof to, "%s/moved", home);
    assert_int_equal(rename(path, to), 0);
    assert_int_equal(symlink(to, path), 0);
    struct ledger_report r = verified(dir, key, NULL, &rows);
    assert_false(r.ok);
    assert_int_equal(r.first_bad, 0);
    assert_int_equal(unlink(to), 0);
}

/* --- readers beside the writer --- */

static _Noreturn void write_on(_Atomic uint64_t *count, uint64_t to)
{
    struct ledger *l;
    struct fault f;
    struct test_rows rows = rows_of(0);
    rows.count = count;
    if (ledger_open(&l, dir, key, NULL, &f) != E_OK)
        _exit(1);
    for (uint64_t n = 0, step = 1; n < to; step = step * 5 % 61 + 1) {
        n += step;
        atomic_store(count, n); /* the rows are committed before the files follow */
        if (ledger_catch_up(l, n, &rows.r, &f) != E_OK)
            _exit(2);
    }
    ledger_close(l);
    _exit(0);
}

static void a_reader_beside_the_writer_sees_no_false_alarm(void **state)
{
    (void)state;
    enum { TO = 6000 };
    _Atomic uint64_t *count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(count != MAP_FAILED);
    atomic_store(count, 0);
    assert_ok(ledger_found(dir, key, NULL, &fault));
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        write_on(count, TO);
    int status = 0;
    unsigned looks = 0, sizes = 0;
    uint64_t last = 0;
    struct test_rows rows = rows_of(0);
    rows.count = count;
    for (bool running = true; running; looks++) {
        running = waitpid(pid, &status, WNOHANG) == 0;
        struct ledger_report r = verified(dir, key, NULL, looks % 2 ? &rows : NULL);
        if (!r.ok)
            fail_msg("look %u at size %" PRIu64 ": leaf %" PRId64 ": %s", looks, r.size, r.first_bad, r.what);
        sizes += r.size != last;
        last = r.size;
    }
    assert_int_equal(status, 0);
    assert_true(last >= TO && looks > 10 && sizes > 5);
    assert_int_equal(munmap((void *)count, sizeof *count), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_ledger_is_founded_once_and_empty, empty),
        cmocka_unit_test_teardown(files_without_a_checkpoint_found_no_ledger, empty),
        cmocka_unit_test_teardown(another_key_neither_opens_nor_founds_it, empty),
        cmocka_unit_test_teardown(it_grows_one_by_one_and_is_reopened, empty),
        cmocka_unit_test_teardown(jumps_give_the_same_files_as_steps, empty),
        cmocka_unit_test_teardown(rows_that_are_missing_or_fewer_sign_nothing, empty),
        cmocka_unit_test_teardown(rows_out_of_order_sign_nothing, empty),
        cmocka_unit_test_teardown(an_entry_of_65535_bytes_fits_and_one_more_does_not, empty),
        cmocka_unit_test_teardown(a_second_writer_is_noticed, empty),
        cmocka_unit_test_teardown(a_damaged_right_edge_is_not_built_upon, empty),
        cmocka_unit_test_teardown(damaged_files_are_rebuilt_from_rows_that_give_the_signed_root, empty),
        cmocka_unit_test_teardown(lost_files_are_rebuilt_under_a_checkpoint_that_was_kept_elsewhere, empty),
        cmocka_unit_test_teardown(a_checkpoint_older_than_the_tiles_is_taken_by_both_who_open_and_who_verify, empty),
        cmocka_unit_test_teardown(every_leaf_has_a_proof_that_others_can_check, empty),
        cmocka_unit_test_teardown(no_changed_byte_of_a_proof_passes, empty),
        cmocka_unit_test_teardown(a_damaged_file_gives_no_proof, empty),
        cmocka_unit_test_teardown(the_files_prove_that_each_size_extends_the_ones_before, empty),
        cmocka_unit_test_teardown(a_full_disk_is_a_fault_and_the_next_call_repairs, empty),
        cmocka_unit_test_teardown(links_and_pipes_in_the_ledger_are_foreign, empty),
        cmocka_unit_test_teardown(a_reader_beside_the_writer_sees_no_false_alarm, empty),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
