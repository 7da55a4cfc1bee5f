/* The one door: load the facts an act's row names, ask the law, run the effect, append the leaf — one transaction.
 *
 * Acts go to the one writer of the store, which takes them from a queue, decides them one by one, each in its
 * savepoint, and commits the batch; nothing is acknowledged before its leaf is durable. Reads leave through a
 * `struct view`, which checks every row against the recipient matrix and appends a read leaf before the bytes
 * may go (acts.md §4.23). */
#ifndef TB_GATE_H
#define TB_GATE_H

#include <jansson.h>

#include "base/base.h"
#include "base/date.h"
#include "base/world.h"
#include "law/law.h"
#include "ledger/ledger.h"
#include "store/store.h"

struct gate;

struct gate_config {
    enum db_which which;
    const char *home; /* state directory; NULL only with "sqlite::memory:" (then no ledger files) */
    const char *db;   /* "sqlite", "sqlite::memory:", "postgresql:///NAME?host=DIR" */
    struct clock *legal, *wall;
    struct rng *rng;
    bool exercise;        /* realm: own keys, own origin in the ledger; persons authenticate by being chosen */
    bool threaded;        /* own writer and publisher threads; else acts run in the caller */
    struct law_drop drop; /* mutation tests; .act = ACT_COUNT otherwise */
};
enum err gate_open(struct gate **out, const struct gate_config *c, struct fault *f) TB_MUST_CHECK;
void gate_close(struct gate *g); /* waits for the queue; publishes what is committed */
const struct gate_config *gate_config_of(const struct gate *g);
bool gate_founded(struct gate *g); /* leaf 0 is there */

/* --- acts --- */
struct gate_actor {
    slice person;  /* id; a machine's role name ("M_FEED") */
    slice session; /* id of his open session; empty for machines */
};
struct gate_tx;
/* Inserts the bulk rows of the act in its transaction, before it is decided. */
typedef enum err gate_bulk_fn(void *ud, struct db *d, struct fault *f);

/* What a copy carries out, as the gate itself has put it together: no caller can say it by an input (gate_export). */
struct gate_carried {
    int64_t rows;
    const struct val *org; /* whose machines and matches, each once */
    size_t operators;
    slice hash;
};

struct gate_req {
    enum act_id act;
    slice subject; /* empty: creation */
    struct gate_actor actor;
    const json_t *in; /* object of inputs by name, plus "outcome"; may be NULL */
    slice key;        /* idempotency key, or empty: the same key of the same person acts once */
    gate_bulk_fn *bulk;
    void *ud;
    const struct gate_carried *carried; /* NULL but for gate_export */
};
#define GATE_NEW 4
struct gate_ans {
    enum err err;       /* E_OK allowed; E_REFUSED decided against, a leaf; anything else: no leaf */
    struct fault fault; /* what, where, what to do */
    struct law_decision d;
    int64_t leaf; /* -1 if none */
    char subject[UUID_LEN + 1];
    size_t made; /* other subjects this act created (side … new) */
    struct {
        enum kind_id kind;
        char id[UUID_LEN + 1];
    } other[GATE_NEW];
    uint32_t missing;   /* conditions of the recipient matrix that are not met (label_release_ok) */
    const char *denied; /* the matrix denies altogether: why, and the way out; NULL otherwise */
    size_t thens;       /* consequences: leaves of their own in the same transaction */
    size_t thens_refused;
};
/* Each act decided by itself; all in one transaction. Blocks until durable. Thread-safe when threaded. */
void gate_acts(struct gate *g, const struct gate_req *req, struct gate_ans *ans, size_t n);
/* Transactions so far: how many acts share one says how a busy gate keeps up with its disk. */
int64_t gate_commits(struct gate *g);
void gate_act(struct gate *g, const struct gate_req *req, struct gate_ans *ans);

/* Writes rows that no act vouches for yet (b_* and cache_*), in a transaction of the writer, without a leaf. */
enum err gate_bulk(struct gate *g, gate_bulk_fn *fn, void *ud, struct fault *f) TB_MUST_CHECK;

/* Lapses every clock that is due and publishes every notice whose hour has come (legal now); how many acts. */
size_t gate_tick(struct gate *g);
/* Writes tiles and a signed checkpoint for what is committed. */
enum err gate_publish(struct gate *g, struct fault *f) TB_MUST_CHECK;

/* Leaf 0 (acts.md §0.1.10). `founding` = {realm,name,orgs[],persons[],grants[]} (docs/architecture.md). */
enum err gate_found(struct gate *g, const json_t *founding, struct fault *f) TB_MUST_CHECK;

/* What a holder adds to the founding file's "signatures": a note over the file's hash (without them). */
enum err gate_founding_sign(const json_t *founding, const struct note_key *key, struct buf *note,
                            struct fault *f) TB_MUST_CHECK;

/* --- effects: what an act writes beyond the fields of its own row; registered by src/app --- */
struct gate_tx {
    struct db *db;
    struct arena *arena;
    int64_t leaf;
    usec_t now;
    struct rng *rng; /* never used by effects: everything drawn is an input */
};
/* `row`: NAME_COUNT values of the subject after the act; the effect may set fields of its kind. Pure but for the db. */
typedef enum err gate_effect_fn(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f);
void gate_effect(enum act_id act, gate_effect_fn *fn);

/* For effects that keep subjects of their own (designations, matches, names): one row by name, read and written. */
struct gate_subject {
    slice id, label;
    enum state_id state;
    struct val f[NAME_COUNT];
    bool found;
};
enum err gate_subject_load(struct gate_tx *tx, enum kind_id k, slice id, struct gate_subject *out, struct fault *f);
enum err gate_subject_save(struct gate_tx *tx, enum kind_id k, const struct gate_subject *s, struct fault *f);

/* --- reading --- */
struct gate_reader; /* one per thread */
enum err gate_reader_open(struct gate *g, struct gate_reader **out, struct fault *f) TB_MUST_CHECK;
void gate_reader_close(struct gate_reader *r);
struct db *gate_reader_db(struct gate_reader *r);
/* Until it is let go, all that this reader reads is of one moment, and on SQLite under one lock instead of one for each
 * query. Only for reading, and not while waiting for an act: a moment that is held keeps the log of writes from being
 * taken up. On PostgreSQL, where it would cost two more round trips, and on a handle that is shared with the writer it
 * does nothing. view_seal lets go by itself. */
void gate_reader_hold(struct gate_reader *r);
void gate_reader_let(struct gate_reader *r);

/* A person as the console shows him; false if unknown. Loaded afresh. */
struct gate_person {
    struct law_actor actor; /* slices live in the arena */
    slice name, post, org_name;
    uint32_t standing; /* 1 << FLAG_… that hold of his organisation: a member, entrusted, found to protect */
    bool machine;
};
/* E_CALLER: there is no such person; anything else: it could not be asked. */
enum err gate_person_get(struct gate_reader *r, slice person, struct arena *a, struct gate_person *out,
                         struct fault *f) TB_MUST_CHECK;
bool gate_person_load(struct gate_reader *r, slice person, struct arena *a, struct gate_person *out);

struct gate_row {
    enum kind_id kind;
    slice id, label;
    enum state_id state;
    usec_t made, moved;
    int64_t leaf;
    const struct val *f; /* NAME_COUNT values; f[N_x].t == VAL_NONE when empty */
    enum basis_id basis; /* under which it was released to this reader */
};
/* A view collects what one answer releases; view_seal must succeed before the first byte of it goes out. */
struct view;
struct view *view_new(struct gate_reader *r, const struct gate_person *who, struct gate_actor actor,
                      const char *purpose, const char *object, struct arena *a);
/* NULL when absent or not for this reader: the same answer. */
/* Might this row be shown? Nothing is released: for numbers made of rows that the matrix cannot tell apart (one owner
 * or not the reader's, sector, label, flags), of which one speaks for all. The numbers go out after a leaf of their
 * own. */
bool view_may(struct view *v, enum kind_id k, slice id, enum basis_id *basis);
const struct gate_row *view_get(struct view *v, enum kind_id k, slice id);
struct view_filter {
    slice state, owner, sector, recipient; /* empty: any */
    slice vuln;                            /* of rows that name one: this one; empty: any */
    int64_t before;                        /* leaf below; 0: the newest */
    size_t max;                            /* at most so many released rows; 0: 200 */
};
size_t view_list(struct view *v, enum kind_id k, const struct view_filter *f, const struct gate_row ***out);
/* Whom a case's vulnerability hurts: the operators of the matches this reader may see, each with how many machines. */
struct view_target {
    slice org;
    int64_t confirmed, possible;
};
size_t view_targets(struct view *v, slice case_id, const struct view_target **out);
struct gate_child {
    int64_t leaf;
    slice label;
    const struct val *f;
};
size_t view_children(struct view *v, const struct gate_row *of, enum child_id c, const struct gate_child **out);
/* Clocks and leaves of a subject the reader may see. */
size_t view_clocks(struct view *v, const struct gate_row *of, const struct gate_row ***out);
struct gate_leaf {
    int64_t idx;
    usec_t at;
    enum act_id act;
    slice person;
    bool ok;
};
size_t view_leaves(struct view *v, const struct gate_row *of, const struct gate_leaf **out);
/* Names that stand for ids on a page: organisations are open; persons only of the own organisation, else the office. */
slice view_org_name(struct view *v, slice org);
slice view_person_name(struct view *v, slice person);
/* What has been released so far is of these classes, in words; empty: of none that needs one. For the head of a sheet.
 */
slice view_classes(const struct view *v);
/* Appends the read leaf when anything labelled was released. *leaf = its index, or -1 when none was needed. */
enum err view_seal(struct view *v, slice bytes, int64_t *leaf, struct fault *f) TB_MUST_CHECK;

/* Search over the texts of records, whatever their spelling. The table it uses follows the records when it is told to;
 * *behind: there were too many for one wait. Of kinds that count against the day (law_quota) at most each_max are
 * shown; *more says that this reader may see others, and of what he may not see nothing is said. */
#define SEARCH_WORDS 8
enum err gate_search_follow(struct gate *g, struct gate_reader *r, struct arena *a, bool *behind,
                            struct fault *f) TB_MUST_CHECK;
enum err view_search(struct view *v, slice q, size_t max, size_t each_max, struct arena *a,
                     const struct gate_row ***out, size_t *n, bool *more, struct fault *f) TB_MUST_CHECK;
bool search_holds(slice text, slice q, struct arena *a); /* some word of q is in it */

/* 持出し: releases an approved export once, to the person who asked for it. The copy is made after the leaf is durable;
 * on a refusal or a fault (ans->err) there is none. The caller gives file an empty buffer with its limit and frees it.
 */
struct gate_copy {
    struct buf file;
    bool csv; /* else JSON */
};
void gate_export(struct gate *g, struct gate_reader *r, const struct gate_person *who, struct gate_actor actor,
                 slice id, struct gate_copy *out, struct gate_ans *ans);
/* Of the releases this reader may see, those from whose copies some of these record numbers come. */
struct gate_found_copy {
    const struct gate_row *release;
    int64_t found;
};
struct gate_traced {
    struct gate_found_copy *copy;
    size_t copies;
    int64_t ids, unknown; /* different numbers asked about; those of no copy */
};
enum err gate_trace(struct gate *g, struct view *v, const slice *ids, size_t n, struct arena *a,
                    struct gate_traced *out, struct fault *f) TB_MUST_CHECK;

/* Which acts the row's state leaves open, decided for this person now without inputs (buttons). */
struct gate_may {
    enum act_id act;
    struct law_decision d; /* allowed: show the button; else the reasons */
};
size_t gate_may(struct gate_reader *r, const struct gate_person *who, struct gate_actor actor, enum kind_id kind,
                const struct gate_row *row /* NULL: creating acts */, struct arena *a, const struct gate_may **out);

/* Each condition of one act's row, and whether it holds now, as if these inputs were given: for pages that say what is
 * still wanting. Nothing is done and no leaf stands; the role is not asked. What is given must have been released to
 * the reader, and what a condition speaks of must be his desk's: the answer tells of it. */
struct gate_given {
    enum name_id name;
    struct val v;
};
struct gate_cond {
    enum pred_id pred;
    bool met;
};
enum err gate_conds(struct gate_reader *r, const struct gate_person *who, struct gate_actor actor, enum act_id act,
                    const struct gate_row *row, const struct gate_given *in, size_t n, struct arena *a,
                    const struct gate_cond **out, size_t *outs, struct fault *f) TB_MUST_CHECK;

/* Conditions of the matrix that would still be missing to give `recipient` an item of the case (提供先提案). */
struct gate_gap {
    bool possible;
    uint32_t missing;
    int row;
};
struct gate_gap gate_gap_of(struct gate_reader *r, slice case_id, slice recipient_org, enum basis_id basis,
                            enum class_id class);

/* --- proof --- */
/* Of a leaf that the caller has asked a view about; text for ledger_proof_check. E_ABSENT: not signed yet. */
enum err gate_proof(struct gate *g, int64_t leaf, struct buf *out, struct fault *f) TB_MUST_CHECK;
enum err gate_head(struct gate *g, struct buf *note, struct checkpoint *out, struct fault *f) TB_MUST_CHECK;
const struct note_verifier *gate_verifier(struct gate *g); /* the ledger's own; NULL before the founding */
struct gate_diff {
    int64_t leaf;
    char table[40];
    char key[128];
};
struct gate_replay_report {
    int64_t acts, erased;
    size_t differences;
    struct gate_diff diff[100]; /* the first hundred */
};
/* Re-decides every act on its stored facts, rebuilds every row in a private store and compares. Read-only. */
enum err gate_replay(const struct gate_config *c, struct gate_replay_report *out,
                     void (*progress)(int64_t done, int64_t all), struct fault *f) TB_MUST_CHECK;
/* The same on an open gate without threads (in-memory stores of tests). */
enum err gate_replay_here(struct gate *g, struct gate_replay_report *out, struct fault *f) TB_MUST_CHECK;
enum err gate_verify(const struct gate_config *c, struct ledger_report *out, struct fault *f) TB_MUST_CHECK;
/* Writes the ledger's files of a home nobody serves from its rows, under the checkpoint that stands there, the one in
 * the file `given` (NULL: none), or both: as ledger_rebuild. The key is the ledger's own, wherever it is kept. */
enum err gate_rebuild(const struct gate_config *c, const char *key_path, const char *given,
                      struct fault *f) TB_MUST_CHECK;

/* Values of inputs and columns: parsing one field's text as a person typed it. Japanese fault naming field and limit.
 */
enum err gate_field_parse(const struct law_field *f, const json_t *v, struct arena *a, struct val *out,
                          struct fault *fault);
/* The row as JSON for the API (only fields; ids, state and label are added). */
json_t *gate_row_json(const struct gate_row *row);
/* One value as answers write it: days and times in words, booleans, structures; val_json for the rest. */
json_t *gate_value_json(const struct law_field *f, struct val v);
#endif
