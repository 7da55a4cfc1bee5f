/* An append-only Merkle log over entries that the caller owns (RFC 6962 tree, C2SP tlog-tiles files).
 *
 * The rows of the store are the truth; the files follow them:
 *     DIR/checkpoint                     signed note: origin, size, root
 *     DIR/tile/<L>/<N>[.p/<W>]           256 hashes of 32 bytes (W of them in a partial tile)
 *     DIR/tile/entries/<N>[.p/<W>]       256 entries, each with a big-endian 16-bit length before it
 *     DIR/tmp                            the file being written
 * Order: entries, tiles, their directories, checkpoint; each is durable before the next. A checkpoint is signed
 * only when the right edge, read back from the files, gives its root and extends the checkpoint before it. Superseded
 * partial files are removed (each is a prefix of the one that replaces it). One process writes; any number may read
 * meanwhile. Not thread-safe. */
#ifndef TB_LEDGER_H
#define TB_LEDGER_H

#include "disk.h"
#include "note.h"

#define LEDGER_ENTRY_MAX 65535

/* Where entries come from: hands out the rows with from <= index < to in ascending order, skipping what is
 * not there. `leaf` returns false to stop (that is no error). Must see whatever was committed before the call:
 * do not hold an older snapshot over a call of ledger_verify, which may call it from a thread of its own, never from
 * two at once. */
typedef bool leaf_fn(void *ud, uint64_t index, slice entry);
struct leaf_rows {
    enum err (*each)(struct leaf_rows *rows, uint64_t from, uint64_t to, leaf_fn *leaf, void *ud, struct fault *f);
};

struct ledger;
/* Founds a ledger: the directory and a signed checkpoint of the empty tree. To be called before the store has
 * its first leaf; again on a founded empty ledger it does nothing, on anything else E_CONFLICT.
 * disk: NULL for the real one. */
enum err ledger_found(const char *dir, const struct note_key *key, struct disk *disk, struct fault *f) TB_MUST_CHECK;

/* Opens for writing: checks the checkpoint and the right edge, sweeps away what a crash left. E_CORRUPT if there
 * is no checkpoint, if it is not by `key`, or if the right edge does not give its root. key must outlive l. */
enum err ledger_open(struct ledger **out, const char *dir, const struct note_key *key, struct disk *disk,
                     struct fault *f) TB_MUST_CHECK;
void ledger_close(struct ledger *l);
const struct checkpoint *ledger_head(const struct ledger *l); /* the last durable checkpoint */

/* Brings the files up to `size` rows and signs. size equal to the head's does nothing; a smaller one is E_CORRUPT
 * (rows were lost). After a fault the head stands as it was and the next call repairs and tries again. */
enum err ledger_catch_up(struct ledger *l, uint64_t size, struct leaf_rows *rows, struct fault *f) TB_MUST_CHECK;

/* Writes every file anew from the rows, and only if the rows give the root that the checkpoint has signed: the one that
 * stands in the directory, the one given (its signature checked; NULL: none), or both where there are both. E_ABSENT
 * when there is neither, E_CORRUPT when the rows disagree or the one that stands there cannot be read; then nothing has
 * been written. For a directory whose files were damaged or lost, while nobody else writes to it. */
enum err ledger_rebuild(const char *dir, const struct note_key *key, struct disk *disk, const struct checkpoint *given,
                        struct leaf_rows *rows, struct fault *f) TB_MUST_CHECK;

struct ledger_report {
    uint64_t size;               /* of the checkpoint; 0 if it cannot be trusted */
    char root[2 * HASH_LEN + 1]; /* hex, of the checkpoint; "" if it cannot be trusted */
    uint64_t pending;            /* rows beyond the checkpoint, not caught up yet */
    bool ok;
    int64_t first_bad; /* first leaf that is affected; -1: none in particular (see what) */
    char what[400];    /* "" when ok */
};
/* Reads every file, recomputes every hash, compares with the rows (NULL: files alone). E_OK whenever the check
 * could be made, whatever it found; out->ok says the rest. May run while the writer writes. */
enum err ledger_verify(const char *dir, const struct note_verifier *v, struct disk *disk, struct leaf_rows *rows,
                       struct ledger_report *out, struct fault *f) TB_MUST_CHECK;

/* The checkpoint of a directory, its signature checked. */
enum err ledger_checkpoint(const char *dir, const struct note_verifier *v, struct disk *disk, struct checkpoint *out,
                           struct fault *f) TB_MUST_CHECK;

/* Proof for one leaf, text for an offline check (C2SP tlog-proof v1: the entry in the `extra` line, its index, the
 * path's hashes, the checkpoint). E_ABSENT if index lies beyond the checkpoint. */
#define LEDGER_PROOF_MAX (2 * NOTE_MAX + 96 * 1024)
enum err ledger_proof(const char *dir, const struct note_verifier *v, struct disk *disk, uint64_t index,
                      struct buf *out, struct fault *f) TB_MUST_CHECK;
struct ledger_proved {
    uint64_t index;
    struct checkpoint at;
    struct proof path;
    slice entry; /* in the arena */
};
enum err ledger_proof_check(slice text, const struct note_verifier *v, struct arena *a, struct ledger_proved *out,
                            struct fault *f) TB_MUST_CHECK;
/* Proof that the tree of `size` extends that of `old` (for witnesses and recipients of earlier checkpoints). */
enum err ledger_consistency(const char *dir, struct disk *disk, uint64_t old, uint64_t size, struct proof *out,
                            struct fault *f) TB_MUST_CHECK;

#endif
