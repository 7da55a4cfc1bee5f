#include "note.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "b64.h"
#include "base/text.h"

#define SIG_TYPE_ED25519 0x01
#define SIG_LEAD         "\xE2\x80\x94 " /* em dash, space */
#define SECRET_LEAD      "PRIVATE+KEY+"

enum { KEY_TEXT_MAX = 512, SIG_BYTES_MAX = 8192, ID_LEN = 4, ED25519_SIG = crypto_sign_BYTES };

struct note_key {
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    struct note_verifier pub;
};

bool note_name_ok(slice name)
{
    if (name.n == 0 || name.n > NOTE_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] <= ' ' || name.p[i] > '~' || name.p[i] == '+')
            return false;
    return true;
}

/* --- keys --- */

static uint32_t key_id(slice name, const uint8_t pub[32])
{
    static const uint8_t sep[2] = {'\n', SIG_TYPE_ED25519};
    uint8_t h[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state st;
    (void)crypto_hash_sha256_init(&st);
    (void)crypto_hash_sha256_update(&st, (const uint8_t *)name.p, name.n);
    (void)crypto_hash_sha256_update(&st, sep, sizeof sep);
    (void)crypto_hash_sha256_update(&st, pub, 32);
    (void)crypto_hash_sha256_final(&st, h);
    return (uint32_t)h[0] << 24 | (uint32_t)h[1] << 16 | (uint32_t)h[2] << 8 | h[3];
}

static void verifier_set(struct note_verifier *v, slice name, const uint8_t pub[32])
{
    memset(v, 0, sizeof *v);
    memcpy(v->name, name.p, name.n);
    memcpy(v->pub, pub, sizeof v->pub);
    v->id = key_id(name, pub);
}

static bool id_parse(slice s, uint32_t *id)
{
    uint8_t b[ID_LEN];
    if (!hex_to(s, b, ID_LEN))
        return false;
    *id = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    return true;
}

/* <name>+<id>+<base64(0x01 ∥ 32 bytes)>, public and secret alike. */
static bool key_parts(slice text, slice *name, uint32_t *id, uint8_t key[32])
{
    slice rest, hex, b64;
    uint8_t raw[64];
    size_t n;
    bool ok = sl_cut(text, '+', name, &rest) && note_name_ok(*name) && sl_cut(rest, '+', &hex, &b64) &&
              id_parse(hex, id) && b64_to(b64, raw, sizeof raw, &n) && n == 33 && raw[0] == SIG_TYPE_ED25519;
    if (ok)
        memcpy(key, raw + 1, 32);
    sodium_memzero(raw, sizeof raw);
    return ok;
}

static void key_text(slice lead, slice name, uint32_t id, const uint8_t key[32], struct buf *out)
{
    uint8_t raw[33] = {SIG_TYPE_ED25519};
    memcpy(raw + 1, key, 32);
    buf_sl(out, lead);
    buf_sl(out, name);
    buf_fmt(out, "+%08" PRIx32 "+", id);
    b64_add(out, raw, sizeof raw);
    sodium_memzero(raw, sizeof raw);
}

static slice without_newline(slice s)
{
    if (s.n > 0 && s.p[s.n - 1] == '\n')
        s.n--;
    return s;
}

enum err note_verifier_parse(slice text, struct note_verifier *out, struct fault *f)
{
    slice name;
    uint32_t id;
    uint8_t pub[32];
    if (!key_parts(without_newline(text), &name, &id, pub))
        return fault_set(f, E_PARSE, "verifier key", "not of the form <name>+<8 hex digits>+<base64 Ed25519 key>");
    verifier_set(out, name, pub);
    if (out->id != id)
        return fault_set(f, E_PARSE, "verifier key",
                         "key id %08" PRIx32 " does not belong to this name and key (%08" PRIx32 ")", id, out->id);
    return E_OK;
}

void note_verifier_text(const struct note_verifier *v, struct buf *out)
{
    key_text(SLN, sl(v->name), v->id, v->pub, out);
}

const struct note_verifier *note_key_public(const struct note_key *k)
{
    return &k->pub;
}

void note_key_derive(const struct note_key *k, slice use, uint8_t out[32])
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    (void)crypto_sign_ed25519_sk_to_seed(seed, k->secret);
    (void)crypto_auth_hmacsha256(out, (const uint8_t *)use.p, use.n, seed);
    sodium_memzero(seed, sizeof seed);
}

void note_key_free(struct note_key *k)
{
    if (k)
        sodium_free(k); /* wipes */
}

/* Between pages that nobody may read, and never in a core or the swap. */
static void *guarded(size_t n)
{
    void *p = sodium_malloc(n);
    if (!p)
        mem_out(n);
    return p;
}

static struct note_key *key_new(slice name, const uint8_t seed[crypto_sign_SEEDBYTES])
{
    must(sodium_init() >= 0);
    struct note_key *k = guarded(sizeof *k);
    uint8_t pub[crypto_sign_PUBLICKEYBYTES];
    (void)crypto_sign_seed_keypair(pub, k->secret, seed);
    verifier_set(&k->pub, name, pub);
    (void)sodium_mprotect_readonly(k);
    return k;
}

static enum err key_write(const char *path, const struct note_key *k, const uint8_t *seed, struct fault *f)
{
    char pub_path[4096];
    if (snprintf(pub_path, sizeof pub_path, "%s.pub", path) >= (int)sizeof pub_path)
        return fault_set(f, E_CONFIG, "key", "path too long");
    slice name = sl(k->pub.name);
    struct buf pub = BUF(KEY_TEXT_MAX), secret = BUF(KEY_TEXT_MAX);
    key_text(SLN, name, k->pub.id, k->pub.pub, &pub);
    buf_chr(&pub, '\n');
    key_text(SL(SECRET_LEAD), name, k->pub.id, seed, &secret);
    buf_chr(&secret, '\n');
    must(!pub.over && !secret.over);
    enum err e = file_write_atomic(pub_path, buf_slice(&pub), 0644, f);
    if (e == E_OK)
        e = file_write_atomic(path, buf_slice(&secret), 0600, f);
    sodium_memzero(secret.p, secret.n);
    buf_free(&secret);
    buf_free(&pub);
    return e;
}

enum err note_key_make(const char *path, const char *name, struct rng *rng, struct fault *f)
{
    if (!note_name_ok(sl(name)))
        return fault_set(f, E_CONFIG, name, "a key's name is 1 to %d printable ASCII characters without space and '+'",
                         NOTE_NAME_MAX);
    struct stat st;
    if (lstat(path, &st) == 0)
        return fault_set(f, E_CONFLICT, path, "a key is there already; it is never overwritten");
    uint8_t seed[crypto_sign_SEEDBYTES];
    rng->fill(rng, seed, sizeof seed);
    struct note_key *k = key_new(sl(name), seed);
    enum err e = key_write(path, k, seed, f);
    sodium_memzero(seed, sizeof seed);
    note_key_free(k);
    return e;
}

/* Into the caller's own bytes, so that no heap block keeps a copy. */
static enum err secret_read(const char *path, char text[KEY_TEXT_MAX], size_t *n, struct fault *f)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return fault_set(f, errno == ENOENT ? E_ABSENT : E_IO, path, "cannot open the signing key: %s",
                         strerror(errno));
    struct stat st;
    enum err e = E_OK;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        e = fault_set(f, E_CONFIG, path, "the signing key is not a regular file");
    else if ((st.st_mode & 077) != 0)
        e = fault_set(f, E_CONFIG, path, "others can reach the signing key (mode %03o); set mode 600",
                      (unsigned)(st.st_mode & 0777));
    *n = 0;
    while (e == E_OK && *n < KEY_TEXT_MAX) {
        ssize_t got = read(fd, text + *n, KEY_TEXT_MAX - *n);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            e = fault_set(f, E_IO, path, "cannot read the signing key: %s", strerror(errno));
        *n += got > 0 ? (size_t)got : 0;
    }
    (void)close(fd);
    return e;
}

static struct note_key *secret_parse(slice text)
{
    slice s = without_newline(text), name;
    uint8_t seed[32];
    uint32_t id;
    struct note_key *k = NULL;
    if (!sl_starts(s, SECRET_LEAD))
        return NULL;
    s = (slice){s.p + sizeof SECRET_LEAD - 1, s.n - (sizeof SECRET_LEAD - 1)};
    if (key_parts(s, &name, &id, seed)) {
        k = key_new(name, seed);
        if (k->pub.id != id) {
            note_key_free(k);
            k = NULL;
        }
    }
    sodium_memzero(seed, sizeof seed);
    return k;
}

enum err note_key_load(struct note_key **out, const char *path, struct fault *f)
{
    char text[KEY_TEXT_MAX];
    size_t n = 0;
    *out = NULL;
    enum err e = secret_read(path, text, &n, f);
    if (e == E_OK && !(*out = secret_parse((slice){text, n})))
        e = fault_set(f, E_CONFIG, path, "not a signing key (PRIVATE+KEY+<name>+<id>+<base64>), or damaged");
    sodium_memzero(text, sizeof text);
    return e;
}

/* --- notes --- */

static bool note_text_ok(slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' && s.p[i] != '\n')
            return false;
    return utf8_ok(s);
}

enum err note_sign(slice text, const struct note_key *const *key, size_t n_keys, struct buf *out, struct fault *f)
{
    if (text.n == 0 || text.p[text.n - 1] != '\n' || !note_text_ok(text))
        return fault_set(f, E_PARSE, "note", "text to sign is UTF-8 without control characters and ends in a newline");
    if (n_keys == 0 || n_keys > NOTE_SIGS_MAX)
        return fault_set(f, E_PARSE, "note", "1 to %d signatures", NOTE_SIGS_MAX);
    buf_sl(out, text);
    buf_chr(out, '\n');
    for (size_t i = 0; i < n_keys; i++) {
        const struct note_verifier *v = &key[i]->pub;
        uint8_t sig[ID_LEN + ED25519_SIG] = {(uint8_t)(v->id >> 24), (uint8_t)(v->id >> 16), (uint8_t)(v->id >> 8),
                                             (uint8_t)v->id};
        (void)crypto_sign_detached(sig + ID_LEN, NULL, (const uint8_t *)text.p, text.n, key[i]->secret);
        buf_str(out, SIG_LEAD);
        buf_str(out, v->name);
        buf_chr(out, ' ');
        b64_add(out, sig, sizeof sig);
        buf_chr(out, '\n');
    }
    return out->over ? fault_set(f, E_TOO_BIG, "note", "the signed note is over %zu bytes", out->max) : E_OK;
}

/* The last empty line parts the text from the signatures. */
static bool note_split(slice note, slice *text, slice *sigs)
{
    for (size_t i = note.n; i >= 2; i--) {
        if (note.p[i - 1] == '\n' && note.p[i - 2] == '\n') {
            *text = (slice){note.p, i - 1};
            *sigs = (slice){note.p + i, note.n - i};
            return sigs->n > 0;
        }
    }
    return false;
}

struct sig {
    slice name;
    uint32_t id;
    size_t n; /* bytes after the id */
    uint8_t b[SIG_BYTES_MAX];
};

static bool sig_parse(slice line, struct sig *out)
{
    if (!sl_starts(line, SIG_LEAD))
        return false;
    slice rest = {line.p + sizeof SIG_LEAD - 1, line.n - (sizeof SIG_LEAD - 1)}, b64;
    size_t n;
    if (!sl_cut(rest, ' ', &out->name, &b64) || out->name.n == 0 || memchr(out->name.p, '+', out->name.n) ||
        !b64_to(b64, out->b, sizeof out->b, &n) || n <= ID_LEN)
        return false;
    out->id = (uint32_t)out->b[0] << 24 | (uint32_t)out->b[1] << 16 | (uint32_t)out->b[2] << 8 | out->b[3];
    out->n = n - ID_LEN;
    return true;
}

/* E_OK with *found set by the verifier's own lines only; one wrong signature of a known key spoils the note. */
static enum err sigs_check(slice sigs, slice text, const struct note_verifier *v, bool *found, struct fault *f)
{
    static const char *const form = "signature line %zu is not \"— name base64\"";
    size_t count = 0;
    *found = false;
    for (slice line, rest = sigs; rest.n > 0;) {
        struct sig s;
        count++;
        if (count > NOTE_SIGS_MAX)
            return fault_set(f, E_PARSE, "note", "more than %d signature lines", NOTE_SIGS_MAX);
        if (!sl_cut(rest, '\n', &line, &rest) || !sig_parse(line, &s))
            return fault_set(f, E_PARSE, "note", form, count);
        if (s.id != v->id || !sl_is(s.name, v->name))
            continue;
        if (s.n != ED25519_SIG ||
            crypto_sign_verify_detached(s.b + ID_LEN, (const uint8_t *)text.p, text.n, v->pub) != 0)
            return fault_set(f, E_CORRUPT, "note", "the signature by %s does not fit the text", v->name);
        *found = true;
    }
    return E_OK;
}

enum err note_open(slice note, const struct note_verifier *v, slice *text, struct fault *f)
{
    slice body, sigs;
    bool found;
    if (note.n > NOTE_MAX)
        return fault_set(f, E_TOO_BIG, "note", "over %d bytes", NOTE_MAX);
    if (!note_text_ok(note) || !note_split(note, &body, &sigs))
        return fault_set(f, E_PARSE, "note", "not a signed note (UTF-8 text, an empty line, signature lines)");
    enum err e = sigs_check(sigs, body, v, &found, f);
    if (e != E_OK)
        return e;
    if (!found)
        return fault_set(f, E_CORRUPT, "note", "no signature by %s (key id %08" PRIx32 ")", v->name, v->id);
    *text = body;
    return E_OK;
}

/* --- checkpoints --- */

enum err checkpoint_sign(const struct checkpoint *c, const struct note_key *key, struct buf *out, struct fault *f)
{
    struct buf text = BUF(NOTE_MAX);
    buf_fmt(&text, "%s\n%" PRIu64 "\n", key->pub.name, c->size);
    b64_add(&text, c->root.b, HASH_LEN);
    buf_chr(&text, '\n');
    enum err e = note_sign(buf_slice(&text), &key, 1, out, f);
    buf_free(&text);
    return e;
}

static bool size_parse(slice s, uint64_t *out)
{
    int64_t v;
    if (s.n == 0 || s.p[0] < '0' || s.p[0] > '9' || (s.n > 1 && s.p[0] == '0') || !sl_int(s, &v) || v < 0)
        return false;
    *out = (uint64_t)v;
    return *out < TREE_SIZE_MAX;
}

enum err checkpoint_open(slice note, const struct note_verifier *v, struct checkpoint *out, struct fault *f)
{
    slice text, origin, size, root, rest;
    enum err e = note_open(note, v, &text, f);
    if (e != E_OK)
        return e;
    size_t n = 0;
    uint8_t raw[HASH_LEN];
    bool three = sl_cut(text, '\n', &origin, &rest) && sl_cut(rest, '\n', &size, &rest) &&
                 sl_cut(rest, '\n', &root, &rest) && rest.n == 0;
    if (!three || !size_parse(size, &out->size) || !b64_to(root, raw, sizeof raw, &n) || n != HASH_LEN)
        return fault_set(f, E_PARSE, "checkpoint", "not three lines of origin, size and root");
    if (!sl_is(origin, v->name))
        return fault_set(f, E_CORRUPT, "checkpoint", "its origin is not %s", v->name);
    memcpy(out->root.b, raw, HASH_LEN);
    return E_OK;
}
