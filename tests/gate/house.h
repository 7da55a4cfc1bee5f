/* A house for one test: a store of its own on the database named, with its gate. Either a founding with the few people
 * that a test of the gate needs, or the small exercise (tests/lib/small.py), seeded and played by acts alone. */
#ifndef TB_TEST_HOUSE_H
#define TB_TEST_HOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gate/gate.h"
#include "testdb.h"

/* The founding's people. Operator A and B are designated by house_founded. */
enum who { REG_1, REG_2, FILER_A, FILER_A2, FILER_B, TRIAGE, FINDER, WHO_COUNT };
enum whose { AT_CAO, AT_A, AT_B, AT_IPA, AT_PUBLIC, AT_COUNT };

struct house {
    enum test_db kind;
    char home[48], url[160]; /* home is "" in memory */
    struct clock_set legal;
    struct gate_config cfg;
    struct gate *g;
    struct gate_reader *r;
    struct arena *a;
    void *raw; /* a connection behind the gate's back: sqlite3 or PGconn */
    char person[WHO_COUNT][UUID_LEN + 1], org[AT_COUNT][UUID_LEN + 1];
};

extern enum test_db house_kind;         /* what this run is about */
extern const char *house_data;          /* the folder of the small exercise */
void house_args(int argc, char **argv); /* memory|file|pg [FOLDER] */

void house_begin(struct house *h, bool exercise); /* an empty store with an open gate, at 2026-10-15 09:00 */
void house_end(struct house *h);
void house_shut(struct house *h);            /* closes the gate; the store stays */
void house_open(struct house *h);            /* opens it again */
void house_number(uint64_t n, char out[14]); /* a corporate number with its check digit */
json_t *house_founding(struct house *h);
void house_founded(struct house *h); /* founded by the exercise's own key, two operators designated */
void house_seeded(struct house *h);  /* the small exercise */
void house_played(struct house *h);  /* … and its story to the end */

/* One act, by a person who opens a session first if he has none. Takes `in`. */
void house_try(struct house *h, const char *person, enum act_id act, slice subject, json_t *in, struct gate_ans *ans);
/* … that must succeed: the id of its subject, in the arena. */
slice house_do(struct house *h, const char *person, enum act_id act, slice subject, json_t *in);
struct gate_actor house_actor(struct house *h, const char *person);
slice house_asset(struct house *h, enum who filer, const char *op_ref); /* recorded by him, as a DUE asset */
json_t *house_asset_in(const char *op_ref);

int64_t house_leaves(struct house *h);
json_t *house_body(struct house *h, int64_t leaf); /* what a leaf was decided on */
void house_clean(struct house *h);                 /* replay finds nothing, and so does verify where there are files */

/* SQL behind the gate's back. The first row's values as text in the arena, NULL as NULL; how many (0: no row). */
size_t house_row(struct house *h, const char *text, char **v, size_t room);
void house_sql(struct house *h, const char *fmt, ...) TB_PRINTF(2, 3);
char *house_ask(struct house *h, const char *fmt, ...) TB_PRINTF(2, 3); /* its first value */
int64_t house_count(struct house *h, const char *fmt, ...) TB_PRINTF(2, 3);

/* The tests of a program: each on a house of its own. */
struct house_test {
    struct CMUnitTest t;
    unsigned on;
};
int house_setup(void **state);
int house_teardown(void **state);
int house_run(const char *name, const struct house_test *t, size_t n);
#define ON_MEM  (1u << TEST_SQLITE_MEM)
#define ON_FILE (1u << TEST_SQLITE_FILE)
#define ON_PG   (1u << TEST_PG)
#define HOUSE_ON(which, f)                                                                                             \
    {                                                                                                                  \
        cmocka_unit_test_setup_teardown(f, house_setup, house_teardown), which                                         \
    }
#define EVERYWHERE(f) HOUSE_ON(ON_MEM | ON_FILE | ON_PG, f)
#define ON_DISK(f)    HOUSE_ON(ON_FILE | ON_PG, f)

#endif
