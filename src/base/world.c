#include "base/world.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- randomness --- */

static void sodium_once(void)
{
    must(sodium_init() >= 0);
}

void world_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    must(pthread_once(&once, sodium_once) == 0);
}

static void system_fill(struct rng *r, void *p, size_t n)
{
    (void)r;
    randombytes_buf(p, n);
}

struct rng *rng_system(void)
{
    static struct rng r = {system_fill};
    world_init();
    return &r;
}

/* One ChaCha20 stream a call, the call's number as its nonce: the bytes depend on the seed and the order of calls. */
static void seeded_fill(struct rng *r, void *p, size_t n)
{
    struct rng_seeded *s = (struct rng_seeded *)r; /* r is its first member */
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    for (size_t i = 0; i < sizeof nonce; i++)
        nonce[i] = (uint8_t)(s->at >> (8 * i));
    s->at++;
    crypto_stream_chacha20(p, n, nonce, s->seed);
}

void rng_seed(struct rng_seeded *r, slice seed)
{
    world_init();
    *r = (struct rng_seeded){.r = {seeded_fill}};
    sha256(seed, r->seed);
}

void uuid_new(struct rng *r, char out[UUID_LEN + 1])
{
    uint8_t b[16];
    char hex[33];
    r->fill(r, b, sizeof b);
    b[6] = (uint8_t)((b[6] & 0x0F) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3F) | 0x80);
    hex_of(b, sizeof b, hex);
    snprintf(out, UUID_LEN + 1, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

bool uuid_ok(slice s)
{
    if (s.n != UUID_LEN)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
        if (dash ? s.p[i] != '-' : !hex)
            return false;
    }
    return true;
}

/* --- files --- */

static enum err io_fault(struct fault *f, const char *path, const char *what)
{
    int e = errno;
    return fault_set(f, e == ENOENT ? E_ABSENT : E_IO, path, "%s: %s", what, strerror(e));
}

/* Reads to the end, or to one byte more than max. */
static enum err read_all(int fd, const char *path, size_t max, struct buf *b, struct fault *f)
{
    char chunk[65536];
    for (;;) {
        ssize_t n = read(fd, chunk, sizeof chunk);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return io_fault(f, path, "cannot read");
        if (n == 0)
            return E_OK;
        buf_add(b, chunk, (size_t)n);
        if (b->over)
            return fault_set(f, E_TOO_BIG, path, "the file is larger than %zu bytes", max);
    }
}

enum err file_read(struct arena *a, const char *path, size_t max, slice *out, struct fault *f)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return io_fault(f, path, "cannot open");
    struct buf b = BUF(max);
    enum err e = read_all(fd, path, max, &b, f);
    close(fd);
    char *p = e == E_OK ? arena_try(a, b.n + 1) : NULL;
    if (p) {
        if (b.n)
            memcpy(p, b.p, b.n);
        *out = (slice){p, b.n};
    } else if (e == E_OK) {
        e = fault_set(f, E_TOO_BIG, path, "no memory left in this request for %zu bytes", b.n);
    }
    buf_free(&b);
    return e;
}

static bool write_all(int fd, slice s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        s.p += n;
        s.n -= (size_t)n;
    }
    return true;
}

/* Makes the names in the folder of `path` durable. */
static bool sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    char *dir = mem_text(!slash ? "." : n ? path : "/");
    if (n)
        dir[n] = '\0';
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(dir);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    int e = errno;
    close(fd);
    errno = e;
    return ok;
}

static bool fill_temp(int fd, slice data, unsigned mode)
{
    bool ok = fchmod(fd, (mode_t)mode) == 0 && write_all(fd, data) && fdatasync(fd) == 0;
    int e = errno;
    if (close(fd) != 0 && ok)
        return false;
    errno = e;
    return ok;
}

enum err file_write_atomic(const char *path, slice data, unsigned mode, struct fault *f)
{
    struct buf temp = BUF(4096);
    buf_fmt(&temp, "%s.tmp.XXXXXX", path);
    if (temp.over) {
        buf_free(&temp);
        return fault_set(f, E_IO, path, "the path is longer than 4,000 bytes");
    }
    enum err e = E_OK;
    int fd = mkostemp(temp.p, O_CLOEXEC);
    if (fd < 0) {
        e = io_fault(f, path, "cannot make a temporary file beside it");
    } else if (!fill_temp(fd, data, mode) || rename(temp.p, path) != 0) {
        e = io_fault(f, path, "cannot write");
        unlink(temp.p);
    } else if (!sync_folder(path)) {
        e = io_fault(f, path, "cannot sync its folder");
    }
    buf_free(&temp);
    return e;
}

static enum err make_one(const char *path, unsigned mode, struct fault *f)
{
    if (mkdir(path, (mode_t)mode) == 0)
        return sync_folder(path) ? E_OK : io_fault(f, path, "cannot sync the folder it is in");
    int e = errno;
    struct stat st;
    if (e == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return E_OK;
    return fault_set(f, E_IO, path, "cannot make the folder: %s", strerror(e == EEXIST ? ENOTDIR : e));
}

enum err dir_make(const char *path, unsigned mode, struct fault *f)
{
    char *p = mem_text(path);
    size_t n = strlen(p);
    while (n > 1 && p[n - 1] == '/')
        p[--n] = '\0';
    enum err e = E_OK;
    for (size_t i = 1; e == E_OK && i < n; i++) {
        if (p[i] != '/' || p[i - 1] == '/')
            continue;
        p[i] = '\0';
        e = make_one(p, mode, f);
        p[i] = '/';
    }
    if (e == E_OK)
        e = make_one(p, mode, f);
    free(p);
    return e;
}

/* --- hashes --- */

/* OpenSSL's, which knows the processor's own instructions: several times as fast as libsodium's on one that has them.
 * What it takes to begin a hash is kept for each thread, since most of what is hashed here is short. */
static pthread_key_t sha_key;
static pthread_once_t sha_once = PTHREAD_ONCE_INIT;

static void sha_drop(void *ctx)
{
    EVP_MD_CTX_free(ctx);
}

#define SHA_STATE 256 /* about what a state takes: want of memory is the one reason these calls have to fail */

static void sha_ready(void)
{
    /* No configuration file: nothing from outside chooses the hash, and a caged process opens none. OpenSSL makes its
     * default context when it is first asked for, and goes on with half of it when memory ended on the way (3.0: a
     * lock that is NULL is taken): so it is asked for, and looked at, before anything else is. */
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1 || !OSSL_LIB_CTX_get0_global_default() ||
        pthread_key_create(&sha_key, sha_drop) != 0)
        mem_out(SHA_STATE);
}

static EVP_MD_CTX *sha_ctx(void)
{
    static _Thread_local EVP_MD_CTX *mine;
    if (mine)
        return mine;
    must(pthread_once(&sha_once, sha_ready) == 0);
    mine = EVP_MD_CTX_new();
    if (!mine || EVP_DigestInit_ex(mine, EVP_sha256(), NULL) != 1 || pthread_setspecific(sha_key, mine) != 0)
        mem_out(SHA_STATE);
    return mine;
}

void sha256(slice s, uint8_t out[SHA_LEN])
{
    sha256_2(s, SLN, out);
}

void sha256_2(slice a, slice b, uint8_t out[SHA_LEN])
{
    EVP_MD_CTX *c = sha_ctx();
    if (!(EVP_DigestInit_ex(c, NULL, NULL) == 1 && (a.n == 0 || EVP_DigestUpdate(c, a.p, a.n) == 1) &&
          (b.n == 0 || EVP_DigestUpdate(c, b.p, b.n) == 1) && EVP_DigestFinal_ex(c, out, NULL) == 1))
        mem_out(SHA_STATE);
}

void hmac_sha256(const uint8_t key[32], slice s, uint8_t out[SHA_LEN])
{
    crypto_auth_hmacsha256(out, (const uint8_t *)s.p, s.n, key);
}

void hex_of(const uint8_t *p, size_t n, char *out)
{
    must(sodium_bin2hex(out, 2 * n + 1, p, n) == out);
}

bool hex_to(slice s, uint8_t *out, size_t n)
{
    size_t got = 0;
    if (s.n != 2 * n)
        return false;
    return n == 0 || (sodium_hex2bin(out, n, s.p, s.n, NULL, &got, NULL) == 0 && got == n);
}
