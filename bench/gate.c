/* Acts a second through the gate, on SQLite in a file: one after another, 8 people at once (group commit), and a bulk
 * filing's batches of 200. The floor is what SQLite itself takes for the same bytes in as many commits: rows of the
 * same sizes (leaf, body, machine, clock) into a bare table, same durability. */
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"

#define ACTS   2000
#define PEOPLE 8
#define BATCH  200

static struct place place;
static unsigned serial;

static double one_by_one(void)
{
    usec_t from = clock_wall()->now(clock_wall());
    for (int i = 0; i < ACTS; i++) {
        static struct gate_ans a;
        json_t *in = place_asset(serial++);
        gate_act(place.g,
                 &(struct gate_req){.act = ACT_asset_record, .actor = place_actor(&place, PLACE_FILER), .in = in}, &a);
        must(a.err == E_OK);
        json_decref(in);
    }
    return ACTS / place_since(from);
}

static void *files(void *ud)
{
    unsigned first = *(unsigned *)ud;
    struct gate_ans a;
    for (unsigned i = 0; i < ACTS / PEOPLE; i++) {
        json_t *in = place_asset(first + i);
        gate_act(place.g,
                 &(struct gate_req){.act = ACT_asset_record, .actor = place_actor(&place, PLACE_FILER), .in = in}, &a);
        must(a.err == E_OK);
        json_decref(in);
    }
    return NULL;
}

static double together(void)
{
    pthread_t t[PEOPLE];
    unsigned first[PEOPLE];
    usec_t from = clock_wall()->now(clock_wall());
    for (int i = 0; i < PEOPLE; i++) {
        first[i] = serial;
        serial += ACTS / PEOPLE;
        must(pthread_create(&t[i], NULL, files, &first[i]) == 0);
    }
    for (int i = 0; i < PEOPLE; i++)
        pthread_join(t[i], NULL);
    return ACTS / place_since(from);
}

static double in_batches(void)
{
    static struct gate_req q[BATCH];
    static struct gate_ans a[BATCH];
    usec_t from = clock_wall()->now(clock_wall());
    for (int n = 0; n < ACTS; n += BATCH) {
        for (int i = 0; i < BATCH; i++)
            q[i] = (struct gate_req){
                .act = ACT_asset_record, .actor = place_actor(&place, PLACE_FILER), .in = place_asset(serial++)};
        gate_acts(place.g, q, a, BATCH);
        for (int i = 0; i < BATCH; i++) {
            must(a[i].err == E_OK);
            json_decref((json_t *)(uintptr_t)q[i].in);
        }
    }
    return ACTS / place_since(from);
}

/* --- the floor --- */
static sqlite3 *bare_open(char path[80])
{
    sqlite3 *d;
    snprintf(path, 80, "%s/bare.db", place.dir);
    must(sqlite3_open(path, &d) == SQLITE_OK);
    must(sqlite3_exec(
             d,
             "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (k INTEGER PRIMARY KEY, v TEXT)",
             NULL, NULL, NULL) == SQLITE_OK);
    return d;
}

/* Sizes as an asset.record writes them. */
static const int bytes[] = {430, 64 + 1500, 420, 130};

static double bare(int commit_every)
{
    static char text[2000];
    char path[80];
    sqlite3 *d = bare_open(path);
    sqlite3_stmt *put;
    memset(text, 'x', sizeof text);
    must(sqlite3_prepare_v2(d, "INSERT INTO bare (v) VALUES (?1)", -1, &put, NULL) == SQLITE_OK);
    usec_t from = clock_wall()->now(clock_wall());
    for (int i = 0; i < ACTS; i++) {
        if (i % commit_every == 0)
            must(sqlite3_exec(d, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK);
        for (size_t k = 0; k < TB_COUNT(bytes); k++) {
            sqlite3_bind_text(put, 1, text, bytes[k], SQLITE_STATIC);
            must(sqlite3_step(put) == SQLITE_DONE);
            sqlite3_reset(put);
        }
        if (i % commit_every == commit_every - 1)
            must(sqlite3_exec(d, "COMMIT", NULL, NULL, NULL) == SQLITE_OK);
    }
    double rate = ACTS / place_since(from);
    sqlite3_finalize(put);
    sqlite3_close(d);
    remove(path);
    return rate;
}

static void line(const char *what, double rate, double floor)
{
    printf("%-44s %9.0f /s   %5.2f of bare SQLite (%.0f /s)\n", what, rate, rate / floor, floor);
    fflush(stdout);
}

int main(void)
{
    place_open(&place, true);
    double single = bare(1), batch = bare(BATCH);
    line("acts, one after another", one_by_one(), single);
    line("acts, 8 people at once", together(), single);
    line("acts, 200 to a commit", in_batches(), batch);
    place_close(&place);
    return 0;
}
