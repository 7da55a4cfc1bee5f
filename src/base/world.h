/* The other vtables that touch the world: randomness and the disk, so that tests own them. */
#ifndef TB_WORLD_H
#define TB_WORLD_H

#include "base.h"

void world_init(void); /* libsodium, once; rng_system and rng_seed do it themselves */

struct rng {
    void (*fill)(struct rng *r, void *p, size_t n);
};
struct rng *rng_system(void); /* libsodium randombytes */
struct rng_seeded {           /* deterministic: ChaCha20 of a seed; tests and the exercise seed only */
    struct rng r;
    uint8_t seed[32];
    uint64_t at;
};
void rng_seed(struct rng_seeded *r, slice seed);
#define UUID_LEN 36
void uuid_new(struct rng *r, char out[UUID_LEN + 1]); /* version 4, lower case */
bool uuid_ok(slice s);                                /* the form alone: 8-4-4-4-12, lower case; any version */

/* Files. Paths are NUL-terminated. Atomic write = temp file (path.tmp.XXXXXX), fdatasync, rename, fsync of the
 * directory; mode is exact whatever the umask. No such file is E_ABSENT, more than max E_TOO_BIG, the rest E_IO. */
enum err file_read(struct arena *a, const char *path, size_t max, slice *out, struct fault *f) TB_MUST_CHECK;
enum err file_write_atomic(const char *path, slice data, unsigned mode, struct fault *f) TB_MUST_CHECK;
enum err dir_make(const char *path, unsigned mode, struct fault *f) TB_MUST_CHECK; /* with parents; existing is fine */

/* SHA-256 (libsodium). hex writes 2n+1 bytes. */
#define SHA_LEN 32
void sha256(slice s, uint8_t out[SHA_LEN]);
void sha256_2(slice a, slice b, uint8_t out[SHA_LEN]); /* of a ∥ b */
void hmac_sha256(const uint8_t key[32], slice s, uint8_t out[SHA_LEN]);
void hex_of(const uint8_t *p, size_t n, char *out);
bool hex_to(slice s, uint8_t *out, size_t n); /* exactly 2n hex digits */

#endif
