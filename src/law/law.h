/* The statute as rows, and the pure decisions over them: no I/O, no clock, no allocation.
 *
 * The rows are src/law/ (.def files); tools/lawgen.py turns them into the tables below. The gate loads exactly the
 * facts that an act's conditions name, fills a `struct law_ctx` and asks law_decide(), which answers with
 * all reasons, not the first. The same context read back from the ledger gives the same answer (replay). */
#ifndef TB_LAW_H
#define TB_LAW_H

#include "base/base.h"
#include "base/date.h"
#include "law_gen.h"

/* --- values: unknown is never true --- */
enum val_type { VAL_NONE, VAL_INT, VAL_TEXT, VAL_LIST };
struct val {
    enum val_type t;
    int64_t i;
    slice s;
    const struct val *v; /* VAL_LIST: n elements (a row of a table is a list too) */
    size_t n;
};
#define VI(x) ((struct val){.t = VAL_INT, .i = (x)})
#define VT(x) ((struct val){.t = VAL_TEXT, .s = (x)})

/* --- labels: mask ∪ marks, as canonical text: "" | "S" | "S|R:<org>" | "W:<org>" ; join = union --- */
enum { LABEL_S = 1, LABEL_T = 2 };
#define LABEL_MAX 2000
unsigned label_mask(slice label);
bool label_has(slice label, slice mark); /* exact mark */
bool label_ok(slice label);
/* Writes the union into out (LABEL_MAX bytes); false when it would not fit. */
bool label_join(slice a, slice b, char *out);

/* --- rows --- */
/* Laid out by tools/lawgen.py in this order. */
struct law_gate {
    const char *name;
    day_t from;
    char conf;
    const char *ja;
};
enum role_sort { ROLE_HELD, ROLE_MACHINE, ROLE_SPECIAL };
struct law_role {
    const char *name, *ja;
    enum role_sort sort;
    uint64_t org_kinds;
    enum recipient_id recipient;
    const char *ack; /* article of the secrecy duty, NULL if none */
    uint64_t desk;   /* kinds this role reads as its work (need to know) */
    bool desk_finder;
    const char *sod; /* group of static separation of duties */
    bool told_own;   /* a pointer reaches only those of the organisation that the row is addressed to */
    bool open;       /* who holds no grant may begin an act in it */
};
enum state_sort { STATE_PASSING, STATE_FINAL, STATE_STANDING };
struct law_state {
    enum state_id id;
    const char *ja;
    enum state_sort sort;
};
enum field_type {
    FT_TEXT,
    FT_LONG,
    FT_DAY,
    FT_TIME,
    FT_INT,
    FT_BOOL,
    FT_ENUM,
    FT_ID,
    FT_IDS,
    FT_HASH,
    FT_JSON,
    FT_TEXTS
};
struct law_option {
    const char *name, *ja;
};
struct law_field {
    const char *name, *ja, *hint;
    enum name_id id;
    enum field_type type;
    int64_t min, max; /* code points of a text, bounds of an int */
    enum kind_id ref;
    const struct law_option *option;
    size_t options;
    enum kind_id kind; /* KIND_COUNT: an input or a child's field */
    enum child_id child;
};
struct law_flagmap {
    enum flag_id flag;
    enum name_id field;
};
/* Another class than the kind's own: while it is in one of the states, or until a field is set. */
struct law_classmap {
    enum class_id class;
    const enum state_id *state;
    size_t states;
    enum name_id until; /* NAME_COUNT: by state */
};
struct law_kind {
    const char *name, *ja;
    enum class_id class, class2;
    enum name_id class2_when, owner, owner_person, recipient, sector;
    const enum state_id *recipient_when;
    size_t recipient_whens;
    const struct law_state *state;
    size_t states;
    const enum field_id *field;
    size_t fields;
    const enum name_id *id;
    size_t ids;
    const struct law_flagmap *flag;
    size_t flags;
    const struct law_classmap *as; /* the first that holds */
    size_t ases;
    bool quota; /* showing it counts its owner against the reader's day (law_quota) */
};
struct law_child {
    const char *name, *ja;
    enum kind_id kind;
    enum class_id class;
    const enum field_id *field;
    size_t fields;
};
enum source_op {
    SRC_NONE,
    SRC_SUBJECT,
    SRC_ACTOR_PERSON,
    SRC_ACTOR_ORG,
    SRC_NOW,
    SRC_TODAY,
    SRC_SERIAL,
    SRC_LAW,
    SRC_CONST,
    SRC_IN,
    SRC_ROW,
    SRC_SUB,
    SRC_FACT,
    SRC_FN,
    SRC_EACH
};
struct law_source {
    enum source_op op;
    int id;
    const char *text;
};
enum fact_type { FACT_TYPE_INT, FACT_TYPE_TEXT, FACT_TYPE_LIST, FACT_TYPE_ROWS };
struct law_fact {
    const char *name;
    enum fact_type type;
    const char *query; /* NULL: the gate finds it itself */
    const struct law_source *arg;
    size_t args;
    enum source_op each; /* SRC_IN/SRC_SUB: once per element of that list, summed */
    enum name_id each_of;
};
struct law_read {
    bool row;
    enum name_id name;
}; /* a field of the new row, or of the row before */
struct law_pred {
    const char *name, *ja, *todo;
    bool general, always; /* always: asked of a refusing outcome too */
    bool waits;           /* cannot be known before the inputs are there: not asked for a button */
    const enum fact_id *fact;
    size_t facts;
    const struct law_read *read;
    size_t reads;
};
struct law_fn {
    const char *name;
    const enum fact_id *fact;
    size_t facts;
    const struct law_read *read;
    size_t reads;
};
enum count_op {
    COUNT_ELAPSED,
    COUNT_FIXED,
    COUNT_SET,
    COUNT_INSTANT,
    COUNT_MONTHS,
    COUNT_YEARS,
    COUNT_DAYS,
    COUNT_WORKDAYS
};
struct law_variant {
    const char *name;
    enum source_op from;
    int from_id;
    enum count_op count;
    int n;
    day_t fixed;
    enum name_id set;
    const char *level; /* parameter: seconds until it is amber, red, called late */
    const char *basis;
};
struct law_lapse {
    enum kind_id kind;
    enum state_id from, to;
};
struct law_clock {
    const char *name, *ja;
    enum fn_id pick;
    const struct law_variant *variant;
    size_t variants;
    bool roll;
    const struct law_lapse *lapse;
    size_t lapses;
    const char *basis;
    char conf;
    bool statutory;
    const char *escalate;
};
struct law_class {
    const char *name, *ja;
    unsigned mask;
};
struct law_basis {
    const char *name;
    unsigned mask;
};
struct law_flag {
    const char *name, *ja, *todo;
};
struct law_release {
    enum class_id class;
    enum recipient_id recipient;
    enum basis_id basis;
    bool allow;
    uint32_t flags;
    char conf;
    const char *ja;
};
struct law_param {
    const char *name, *value;
    day_t from;
    char conf;
    const char *ja;
};
struct law_notice {
    const char *no, *product;
    day_t from;
};
struct law_pair {
    const char *a, *b;
};
/* 命令等（6、7、9、10）: one sort of letter, an option of order.order_type. */
struct law_order {
    const char *type;
    enum role_id drafter, issuer;
    bool needed;         /* a limit, and an answer by it */
    const char *penalty; /* the parameter that says what follows disobedience; NULL: nothing does */
};

struct law_to {
    enum state_id state;
    bool negative;
};
struct law_in {
    enum field_id field;
    bool required;
};
struct law_set {
    enum name_id name;
    struct law_source from;
};
struct law_cond {
    enum pred_id pred;
    enum fact_id fact;
    const char *act;
}; /* second(act): the fact that names its last person */
enum tick_op { CLOCK_START, CLOCK_MEET, CLOCK_CANCEL, CLOCK_RESTART };
enum tick_on { ON_SUBJECT, ON_SIDE, ON_FIELD, ON_INPUT };
enum tick_when { WHEN_ALWAYS, WHEN_TO, WHEN_FROM };
struct law_tick {
    enum tick_op op;
    enum clock_id clock;
    enum tick_on on;
    int arg;
    bool always;
    enum tick_when when;
    enum state_id state;
};
/* to: ST_NONE leaves the other subject where it is and sets fields alone. */
struct law_side {
    enum kind_id kind;
    enum selector_id sel;
    const enum state_id *from;
    size_t froms;
    enum state_id to;
    const struct law_set *set;
    size_t sets;
};
struct law_then {
    enum act_id act;
    enum selector_id sel;
    enum role_id as;
    bool quiet;
    const struct law_pair *in;
    size_t ins;
}; /* as ROLE_COUNT: the same actor */
enum to_mode { TO_SAME, TO_FIXED, TO_OUTCOME, TO_FN };
enum makes_rule { MAKES_NONE, MAKES_S, MAKES_W, MAKES_REPORTED, MAKES_JOIN, MAKES_KEEP };
struct law_act {
    const char *name, *title, *basis;
    enum kind_id kind;
    const enum role_id *by;
    size_t bys;
    bool from_any;
    const enum state_id *from;
    size_t froms;
    enum to_mode to_mode;
    enum fn_id to_fn;
    const struct law_to *to;
    size_t tos;
    const struct law_in *in;
    size_t ins;
    const struct law_set *set;
    size_t sets;
    enum child_id adds;
    const struct law_set *adds_set;
    size_t adds_sets;
    const struct law_cond *cond;
    size_t conds;
    const struct law_tick *tick;
    size_t ticks;
    const struct law_side *side;
    size_t sides;
    const struct law_then *then;
    size_t thens;
    enum makes_rule makes;
    enum law_gate_id gate;
    const enum role_id *tells;
    size_t tell;
    const char *says;
};

extern const struct law_gate law_gate[GATE_COUNT];
extern const struct law_role law_role[ROLE_COUNT];
extern const char *const law_state_name[ST_COUNT];
extern const char *const law_name[NAME_COUNT];
extern const struct law_field law_field[FIELD_COUNT];
extern const struct law_kind law_kind[KIND_COUNT];
extern const struct law_child law_child[CHILD_COUNT];
extern const struct law_fact law_fact[FACT_COUNT];
extern const struct law_pred law_pred[PRED_COUNT];
extern const struct law_fn law_fn[FN_COUNT];
extern const struct law_clock law_clock[CLOCK_COUNT];
extern const struct law_class law_class[CLASS_COUNT];
extern const char *const law_recipient[RECIPIENT_COUNT];
extern const struct law_basis law_basis[BASIS_COUNT];
extern const struct law_flag law_flag[FLAG_COUNT];
extern const struct law_release law_release_row[];
extern const size_t law_release_rows;
extern const struct law_param law_param[];
extern const size_t law_params;
extern const struct law_notice law_notice[];
extern const size_t law_notices;
extern const struct law_order law_order[];
extern const size_t law_orders;
extern const struct law_pair law_entrust_row[], law_provider_row[];
extern const size_t law_entrust_rows, law_provider_rows;
extern const struct law_pair law_touches_row[]; /* evidence.ev_kind, the field of the case that it bears on */
extern const size_t law_touches_rows;
extern const char
    *const law_ssvc_row[]; /* [exploitation][automatable][impact][mission], options of case.ssvc_* in order */
extern const size_t law_ssvc_size[4];
extern const struct holidays law_holidays;
extern const struct law_act law_act[ACT_COUNT];
extern const char law_image_hash[65]; /* SHA-256 over all .def files */

/* One thing taken out of one act, for the mutation tests; .act = ACT_COUNT takes nothing out. */
enum drop_part { DROP_ROW, DROP_COND, DROP_TICK };
struct law_drop {
    enum act_id act;
    enum drop_part part;
    size_t index;
};

/* --- who acts --- */
struct law_actor {
    slice person, org;                            /* ids; a machine's person is its role name, org empty */
    slice state, org_state, org_kind, body, acks; /* of the person and of his organisation; acks: "8_2 72_4" */
    slice sectors;                                /* words: scope of the ministry roles */
    uint64_t roles;                               /* live grants, 1 << role_id; a machine: its own bit */
};

/* --- the context of one decision --- */
struct law_ctx {
    const struct law_act *act;
    enum act_id id;
    enum state_id state;   /* ST_NONE for ∅ */
    enum state_id outcome; /* ST_NONE if the act asks none or it was not given */
    slice subject;
    struct law_actor actor;
    const struct val *in, *sub, *row; /* NAME_COUNT each: inputs, the row before, the row as it would be after */
    const struct val *fact;           /* FACT_COUNT */
    enum fact_id cond_fact;           /* of the condition being asked: second() */
    bool visible;                     /* the subject may be shown to the actor */
    bool live;                        /* session open (machines: true) */
    bool inputs_ok;
    day_t today;
    usec_t now;
    struct law_drop drop;
};

#define LAW_REASONS 24
struct law_decision {
    bool allowed, negative;
    enum state_id to;
    enum role_id role; /* under which the actor acts; ROLE_COUNT if none */
    size_t reasons;
    enum pred_id reason[LAW_REASONS]; /* every condition that is not met */
};
void law_decide(const struct law_ctx *c, struct law_decision *d);
/* For buttons: asks only the general conditions and those whose facts do not wait for inputs. */
bool law_pred_holds(const struct law_ctx *c, enum pred_id p, enum fact_id second_fact);
bool law_act_lacks(const struct law_ctx *c, enum drop_part part, size_t index); /* dropped by the test? */

struct val law_fn_value(const struct law_ctx *c, enum fn_id f, struct arena *a);

/* --- clocks --- */
struct law_due {
    const struct law_variant *variant;
    usec_t started;
    bool dated;          /* false: elapsed only */
    day_t nominal, last; /* last day, before and after the holiday roll */
    usec_t lapses_at;    /* 0:00 JST of the day after `last` */
};
const struct law_variant *law_variant_named(const struct law_clock *k, struct val name); /* NULL if it has none such */
/* false when a fact the count needs is missing. */
bool law_due(const struct law_ctx *c, enum clock_id k, struct arena *a, struct law_due *out);
/* Of an elapsed clock after so many microseconds: 0 green, 1 amber, 2 red (acts.md §4.24). What is past the third
 * number of its parameter is called late and is no other level: there is no due day to be late by. */
int law_level(const struct law_variant *v, usec_t elapsed, day_t today);

/* --- release: the one way out --- */
struct law_item {
    enum class_id class, class2; /* class2 CLASS_COUNT if none: then both must allow */
    unsigned mask;
};
/* Verdict for one recipient and basis over the known-true conditions; -1: no row, denied. Otherwise the row
 * index; *missing = its conditions that are not known true (0 and allow: released). Of several rows, a denial stands,
 * else the one that lacks least. */
int law_release_to(enum class_id class, unsigned mask, enum recipient_id to, enum basis_id basis, uint32_t known,
                   uint32_t *missing);
/* May this actor see such an item? Tries every recipient he is and every basis; *basis is the one found. */
bool law_may_see(const struct law_actor *a, const struct law_item *item, uint32_t known, enum basis_id *basis);

/* May such an item leave in a file at all? Communications information (T), its selectors (P) and finders (D): never. */
bool law_may_export(const struct law_item *item, slice label);

/* --- look-ups --- */
enum act_id law_act_named(slice name); /* ACT_COUNT if none; likewise the others */
enum kind_id law_kind_named(slice name);
enum state_id law_state_named(slice name);
enum role_id law_role_named(slice name);
enum clock_id law_clock_named(slice name);
enum basis_id law_basis_named(slice name);
enum fn_id law_fn_named(slice name);
const struct law_state *law_state_of(enum kind_id k, enum state_id s); /* NULL if the kind has no such state */
/* The class of a record of that kind by its label, its state and its fields (by name). */
enum class_id law_class_of(enum kind_id k, slice label, enum state_id s, const struct val *f);
const char *law_option_ja(const struct law_field *f, slice name);       /* NULL if unknown */
const struct law_field *law_kind_field(enum kind_id k, enum name_id n); /* NULL if none */
slice law_param_value(const char *name, day_t today); /* of the newest row in force on the day; empty if none */
slice law_param_among(const struct law_param *p, size_t n, const char *name, day_t today); /* the same of given rows */
/* Of how many operators other than his own this person may be shown machines and matches in one legal day: the widest
 * of his roles' numbers, the general one for a role without its own. */
int64_t law_quota(const struct law_actor *a, day_t today);
bool law_act_creates(const struct law_act *a);      /* it makes its subject */
bool law_act_machine_only(const struct law_act *a); /* no person may do it */
bool law_words_have(slice words, slice word);       /* white-space separated */
bool law_gate_open(enum law_gate_id g, day_t today);
bool law_role_fits_org(enum role_id r, slice org_kind);

#endif
