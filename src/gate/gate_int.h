/* Inside the gate: one run of one act, from the request to the leaf. */
#ifndef TB_GATE_INT_H
#define TB_GATE_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "gate.h"

#define GATE_SIDES 4 /* sides of one act, at most */

/* The columns of a subject's table before its fields. */
enum { COL_ID, COL_STATE, COL_LABEL, COL_MADE, COL_MOVED, COL_LEAF, COL_FIELDS };

struct rowbuf { /* a subject as it is read and written */
    slice id, label;
    enum state_id state;
    usec_t made, moved;
    int64_t leaf;
    struct val f[NAME_COUNT];
};

struct idlist {
    slice *v;
    size_t n;
};

struct run {
    struct db *db;
    struct arena *a;
    bool exercise, replaying;
    struct law_drop drop;
    const struct law_act *act;
    struct law_ctx c;
    struct law_decision d;
    struct val in[NAME_COUNT], fact[FACT_COUNT];
    bool known[FACT_COUNT];
    struct rowbuf before, row;
    bool exists;
    char subject[UUID_LEN + 1];
    slice subject_id; /* of `subject`, or the id as stored (not every id is a UUID) */
    slice session, person;
    int64_t leaf;
    usec_t now;
    uint32_t standing;              /* 1 << FLAG_… that hold of the actor's organisation */
    struct idlist side[GATE_SIDES]; /* ids moved or made */
    struct idlist then[GATE_SIDES];
    char label[LABEL_MAX]; /* after the act */
    size_t clocks;         /* started in this run */
    struct rng *rng;
    const struct gate_carried *carried;
    const struct note_verifier *founder; /* the store's own key: signs the founding of an exercise */
    struct fault *f;
};

/* row.c */
extern const struct kind_query {
    enum query get, put, set, list, since, dump, ids;
} kind_query[KIND_COUNT];
enum query kind_twin(enum kind_id k); /* Q_COUNT: the kind has no identity of its own */
extern const struct child_query {
    enum query put, list, dump;
} child_query[CHILD_COUNT];
/* *out is zeroed memory, or held a row of the same kind: fields of other kinds are not touched. */
enum err row_load(struct db *d, enum kind_id k, slice id, struct arena *a, struct rowbuf *out, struct fault *f);
void row_take(enum kind_id k, const struct dbval *v, struct arena *a, struct rowbuf *out); /* columns in table order */
enum err row_write(struct db *d, enum kind_id k, const struct rowbuf *r, bool fresh, struct arena *a, struct fault *f);
enum err child_write(struct db *d, enum child_id c, int64_t leaf, slice parent, slice label, const struct val *f,
                     struct arena *a, struct fault *fault);
json_t *val_json(struct val v); /* VAL_NONE: json null */
struct val val_of_json(const json_t *j, struct arena *a);
struct dbval val_db(struct val v, struct arena *a);
struct val val_of_db(const struct dbval *v);
slice json_canon(const json_t *j, struct arena *a); /* compact, keys sorted */

/* facts.c */
extern const enum query fact_query_id[FACT_COUNT];
/* found.c */
int64_t founding_signatures(struct run *r);
enum err found_effect(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f);
struct gate_reader *view_reader(struct view *v);
/* quota.c */
enum err seen_effect(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f);
void gate_own_effects(void); /* the effects that are the gate's own */
enum err facts_load(struct run *r, bool partial);
enum err actor_load(struct db *d, slice person, day_t today, struct arena *a, struct law_actor *out, uint32_t *standing,
                    struct gate_person *show, struct fault *f);
uint32_t known_of(enum kind_id k, const struct rowbuf *row, const struct law_actor *who, uint32_t standing);
struct law_item item_of(enum kind_id k, const struct rowbuf *row);
bool may_see(struct db *d, enum kind_id k, const struct rowbuf *row, const struct law_actor *who, uint32_t standing,
             struct arena *a, enum basis_id *basis);
enum err select_ids(struct run *r, enum selector_id s, struct idlist *out);

/* run.c */
/* *r is zeroed memory: it is too large to be cleared twice an act. */
void run_init(struct run *r, struct db *d, struct arena *a, enum act_id id, struct fault *f);
enum err run_prepare(struct run *r, slice subject,
                     const json_t *in); /* inputs, rows, facts: everything before the decision */
enum err run_inputs(struct run *r, const json_t *in);
enum err run_rows(struct run *r); /* the row as it would be after */
enum err run_sets(struct run *r, bool late);
enum err run_apply(struct run *r); /* after an allowed decision: rows, clocks, sides, effects */
enum err run_label(struct run *r);
slice run_body(struct run *r); /* canonical JSON of what was decided on */
slice run_entry(struct run *r, const char *commit_hex);
bool run_commit(slice salt_hex, slice body, char out[65]);
struct val source_value(struct run *r, const struct law_source *s, const struct val *row, int each);

gate_effect_fn *gate_effect_of(enum act_id id);

/* replay.c */
bool bulk_cve_agrees(slice body, slice cve); /* the key column repeats what the body says */
enum err replay_stores(struct db *live, bool exercise, struct gate_replay_report *out,
                       void (*progress)(int64_t, int64_t), struct fault *f);
enum err run_from_body(struct run *r, const json_t *entry, const json_t *body);

struct job {
    const struct gate_req *req;
    struct gate_ans *ans;
    size_t n;
    gate_bulk_fn *bulk; /* a job without acts */
    void *ud;
    struct fault *fault;
    bool done;
    struct job *next;
};

struct gate {
    struct gate_config cfg;
    char home[512];
    struct db *db;   /* the writer's */
    struct arena *a; /* one act */
    int64_t next;    /* leaf index */
    usec_t last_at;
    int64_t chunks;                     /* of bulk rows in this run */
    int64_t analyze_at, analyze_chunks; /* when the planner is to look at the tables again */
    /* queue */
    pthread_mutex_t lock;
    pthread_cond_t work, done, dirty;
    struct job *head, **tail;
    bool stop, stop_publisher;
    pthread_t writer, publisher;
    /* ledger files */
    char ledger_dir[600];
    struct note_key *key;
    struct ledger *ledger;
    struct db *tile_db;
    pthread_mutex_t tile_lock;
    int64_t committed; /* leaves durable in the database */
    atomic_int_fast64_t commits;
    struct gate_reader *tick;
    pthread_mutex_t tick_lock;
};
void batch_run(struct gate *g, struct job *jobs);
/* Key and ledger files. They are made when a store is founded, and not by looking at an empty home: the key says which
 * realm the home belongs to. */
enum err files_open(struct gate *g, bool found, struct fault *f);
#endif
