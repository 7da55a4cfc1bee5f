#include "floor.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"

#define TABLES 160
#define COLS   64

struct value {
    int type, n;
    int64_t i;
    char *p;
};
struct row {
    size_t table, cols;
    int64_t order;
    struct value *v;
};
struct table {
    char name[80];
    int64_t seen; /* the highest rowid in both */
    sqlite3_stmt *take, *put;
};
struct floor {
    sqlite3 *from, *to;
    char path[200];
    struct table t[TABLES];
    size_t tables;
    struct row *row;
    size_t rows, room, leaves;
};

static void run(sqlite3 *d, const char *sql)
{
    if (sqlite3_exec(d, sql, NULL, NULL, NULL) == SQLITE_OK)
        return;
    fprintf(stderr, "floor: %s: %s\n", sql, sqlite3_errmsg(d));
    exit(1);
}

static sqlite3_stmt *prepare(sqlite3 *d, const char *sql)
{
    sqlite3_stmt *st;
    if (sqlite3_prepare_v3(d, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL) == SQLITE_OK)
        return st;
    fprintf(stderr, "floor: %s: %s\n", sql, sqlite3_errmsg(d));
    exit(1);
}

static void copy(struct floor *f)
{
    sqlite3_backup *b = sqlite3_backup_init(f->to, "main", f->from, "main");
    must(b && sqlite3_backup_step(b, -1) == SQLITE_DONE && sqlite3_backup_finish(b) == SQLITE_OK);
    /* as src/store/lite.c opens the original */
    run(f->to, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
               "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY");
}

/* What comes first: bulk rows by their number, then leaves with all that stands under them, then what has no leaf. */
#define AFTER_BULK   (INT64_C(1) << 40)
#define AFTER_LEAVES (INT64_C(1) << 50)

static void order_of(const struct floor *f, const char *table, char out[60])
{
    char sql[200];
    snprintf(out, 60, "%" PRId64, AFTER_LEAVES);
    snprintf(sql, sizeof sql, "SELECT name FROM pragma_table_info('%s')", table);
    sqlite3_stmt *st = prepare(f->from, sql);
    bool leaf_table = strncmp(table, "leaf", 4) == 0, bulk = strncmp(table, "b_", 2) == 0;
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(st, 0);
        if (bulk && strcmp(name, "n") == 0)
            snprintf(out, 60, "n");
        if (!bulk && strcmp(name, leaf_table ? "idx" : "leaf") == 0)
            snprintf(out, 60, "%s + %" PRId64, name, AFTER_BULK);
    }
    sqlite3_finalize(st);
}

static void table_add(struct floor *f, const char *name)
{
    char order[60], sql[400];
    must(f->tables < TABLES);
    struct table *t = &f->t[f->tables++];
    snprintf(t->name, sizeof t->name, "%s", name);
    order_of(f, name, order);
    snprintf(sql, sizeof sql, "SELECT %s, rowid, * FROM %s WHERE rowid > ?1 ORDER BY rowid", order, name);
    t->take = prepare(f->from, sql);
    int n = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (", name), cols = sqlite3_column_count(t->take) - 2;
    must(cols < COLS);
    for (int i = 0; i < cols; i++)
        n += snprintf(sql + n, sizeof sql - (size_t)n, "%s?", i ? ", " : "");
    snprintf(sql + n, sizeof sql - (size_t)n, ")");
    t->put = prepare(f->to, sql);
    snprintf(sql, sizeof sql, "SELECT COALESCE(max(rowid), 0) FROM %s", name);
    sqlite3_stmt *st = prepare(f->from, sql);
    must(sqlite3_step(st) == SQLITE_ROW);
    t->seen = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
}

struct floor *floor_open(const char *store, const char *path)
{
    struct floor *f = calloc(1, sizeof *f);
    must(f);
    snprintf(f->path, sizeof f->path, "%s", path);
    must(sqlite3_open_v2(store, &f->from, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    must(sqlite3_open(path, &f->to) == SQLITE_OK);
    copy(f);
    sqlite3_stmt *st = prepare(f->from, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                                        "'sqlite_%' AND name <> 'cache_schema' ORDER BY name");
    while (sqlite3_step(st) == SQLITE_ROW)
        table_add(f, (const char *)sqlite3_column_text(st, 0));
    sqlite3_finalize(st);
    return f;
}

static void rows_free(struct floor *f)
{
    for (size_t i = 0; i < f->rows; i++) {
        for (size_t k = 0; k < f->row[i].cols; k++)
            free(f->row[i].v[k].p);
        free(f->row[i].v);
    }
    f->rows = 0;
}

void floor_close(struct floor *f)
{
    char more[220];
    rows_free(f);
    for (size_t i = 0; i < f->tables; i++) {
        sqlite3_finalize(f->t[i].take);
        sqlite3_finalize(f->t[i].put);
    }
    must(sqlite3_close(f->from) == SQLITE_OK && sqlite3_close(f->to) == SQLITE_OK);
    remove(f->path);
    for (int i = 0; i < 2; i++) {
        snprintf(more, sizeof more, "%s%s", f->path, i ? "-wal" : "-shm");
        remove(more);
    }
    free(f->row);
    free(f);
}

/* --- taking --- */
static struct value value_of(sqlite3_stmt *st, int col)
{
    struct value v = {.type = sqlite3_column_type(st, col)};
    if (v.type == SQLITE_INTEGER)
        v.i = sqlite3_column_int64(st, col);
    if (v.type != SQLITE_TEXT)
        return v;
    const unsigned char *p = sqlite3_column_text(st, col);
    v.n = sqlite3_column_bytes(st, col);
    v.p = malloc((size_t)v.n + 1);
    must(v.p);
    memcpy(v.p, p, (size_t)v.n + 1);
    return v;
}

static void row_take(struct floor *f, size_t table)
{
    sqlite3_stmt *st = f->t[table].take;
    if (f->rows == f->room) {
        f->room = f->room ? 2 * f->room : 4096;
        f->row = realloc(f->row, f->room * sizeof *f->row);
        must(f->row);
    }
    size_t cols = (size_t)sqlite3_column_count(st) - 2;
    struct row *r = &f->row[f->rows++];
    *r = (struct row){table, cols, sqlite3_column_int64(st, 0), calloc(cols, sizeof *r->v)};
    must(r->v);
    for (size_t i = 0; i < cols; i++)
        r->v[i] = value_of(st, (int)i + 2);
    f->t[table].seen = sqlite3_column_int64(st, 1);
}

static int by_order(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return x->table < y->table ? -1 : x->table > y->table;
}

size_t floor_take(struct floor *f)
{
    size_t leaves = 0;
    rows_free(f);
    for (size_t i = 0; i < f->tables; i++) {
        sqlite3_bind_int64(f->t[i].take, 1, f->t[i].seen);
        for (size_t before = f->rows; sqlite3_step(f->t[i].take) == SQLITE_ROW;
             leaves += before < f->rows && !strcmp(f->t[i].name, "leaf"))
            row_take(f, i);
        sqlite3_reset(f->t[i].take);
    }
    qsort(f->row, f->rows, sizeof *f->row, by_order);
    return leaves;
}

/* --- putting --- */
static void row_put(struct floor *f, const struct row *r)
{
    sqlite3_stmt *st = f->t[r->table].put;
    for (size_t i = 0; i < r->cols; i++) {
        const struct value *v = &r->v[i];
        if (v->type == SQLITE_INTEGER)
            sqlite3_bind_int64(st, (int)i + 1, v->i);
        else if (v->type == SQLITE_TEXT)
            sqlite3_bind_text(st, (int)i + 1, v->p, v->n, SQLITE_STATIC);
        else
            sqlite3_bind_null(st, (int)i + 1);
    }
    must(sqlite3_step(st) == SQLITE_DONE);
    sqlite3_reset(st);
}

double floor_put(struct floor *f, double per)
{
    double due = 0; /* leaves that the open transaction may still take */
    bool open = false;
    sqlite3_stmt *begin = prepare(f->to, "BEGIN IMMEDIATE"), *commit = prepare(f->to, "COMMIT");
    usec_t from = clock_wall()->now(clock_wall());
    for (size_t i = 0; i < f->rows; i++) {
        if (i == 0 || f->row[i].order != f->row[i - 1].order) {
            if (open && due < 1) {
                must(sqlite3_step(commit) == SQLITE_DONE);
                sqlite3_reset(commit);
                open = false;
            }
            if (!open) {
                must(sqlite3_step(begin) == SQLITE_DONE);
                sqlite3_reset(begin);
                open = true;
                due += per;
            }
            due -= 1;
        }
        row_put(f, &f->row[i]);
    }
    if (open)
        must(sqlite3_step(commit) == SQLITE_DONE);
    double s = place_since(from);
    sqlite3_finalize(begin);
    sqlite3_finalize(commit);
    return s;
}

struct floor_entries floor_entries(struct floor *f)
{
    struct floor_entries e = {0};
    size_t bytes = 0, at = 0;
    sqlite3_stmt *st = prepare(f->from, "SELECT count(*), sum(length(CAST(entry AS BLOB))) FROM leaf");
    must(sqlite3_step(st) == SQLITE_ROW);
    e.n = (size_t)sqlite3_column_int64(st, 0);
    bytes = (size_t)sqlite3_column_int64(st, 1);
    sqlite3_finalize(st);
    e.text = malloc(bytes + 1);
    e.len = calloc(e.n + 1, sizeof *e.len);
    must(e.text && e.len);
    st = prepare(f->from, "SELECT entry FROM leaf ORDER BY idx");
    for (size_t i = 0; sqlite3_step(st) == SQLITE_ROW; i++) {
        const unsigned char *p = sqlite3_column_text(st, 0);
        e.len[i] = (size_t)sqlite3_column_bytes(st, 0);
        memcpy(e.text + at, p, e.len[i]);
        at += e.len[i];
    }
    sqlite3_finalize(st);
    return e;
}
