/* Ed25519 keys, signed notes (C2SP signed-note) and checkpoints (C2SP tlog-checkpoint).
 *
 * A key's name is the log's origin line, e.g. "tobuhi.exercise/partners". The name is part of what the key
 * id hashes and of what is signed, so a verifier of a real store refuses an exercise's ledger, and back. */
#ifndef TB_LEDGER_NOTE_H
#define TB_LEDGER_NOTE_H

#include "base/world.h"
#include "tree.h"

#define NOTE_NAME_MAX 120
#define NOTE_MAX      65536 /* a whole note, bytes */
#define NOTE_SIGS_MAX 32    /* signature lines of one note */

/* Public half. Text form: <name>+<key id, 8 hex>+<base64(0x01 ∥ public key)>. */
struct note_verifier {
    char name[NOTE_NAME_MAX + 1];
    uint32_t id;
    uint8_t pub[32];
};
bool note_name_ok(slice name); /* 1..NOTE_NAME_MAX printable ASCII, neither space nor '+' */
enum err note_verifier_parse(slice text, struct note_verifier *out,
                             struct fault *f) TB_MUST_CHECK;             /* one trailing newline may stand */
void note_verifier_text(const struct note_verifier *v, struct buf *out); /* without newline */

/* Secret half, in guarded memory. */
struct note_key;
/* Writes PATH (secret, mode 0600: PRIVATE+KEY+<name>+<id>+<base64(0x01 ∥ seed)>) and PATH.pub (verifier).
 * E_CONFLICT if PATH exists. PATH comes last, so a crash leaves either both or no key. */
enum err note_key_make(const char *path, const char *name, struct rng *rng, struct fault *f) TB_MUST_CHECK;
/* E_CONFIG if others than the owner may read PATH. */
enum err note_key_load(struct note_key **out, const char *path, struct fault *f) TB_MUST_CHECK;
void note_key_free(struct note_key *k); /* NULL is fine */
const struct note_verifier *note_key_public(const struct note_key *k);
/* A key of its own for another use: HMAC-SHA-256(seed, use). It tells nothing of the seed or of another use's key. */
void note_key_derive(const struct note_key *k, slice use, uint8_t out[32]);

/* text: valid UTF-8, no control character but newline, ends in newline. Appends the whole note to out. */
enum err note_sign(slice text, const struct note_key *const *key, size_t n_keys, struct buf *out,
                   struct fault *f) TB_MUST_CHECK;
/* E_PARSE: not a note; E_CORRUPT: no signature by v, or a wrong one. Other keys' lines are ignored. */
enum err note_open(slice note, const struct note_verifier *v, slice *text, struct fault *f) TB_MUST_CHECK;

struct checkpoint {
    uint64_t size;
    struct hash root;
};
enum err checkpoint_sign(const struct checkpoint *c, const struct note_key *key, struct buf *out,
                         struct fault *f) TB_MUST_CHECK;
/* Signature by v, origin = v's name, canonical size and root, no extension line. */
enum err checkpoint_open(slice note, const struct note_verifier *v, struct checkpoint *out,
                         struct fault *f) TB_MUST_CHECK;

#endif
