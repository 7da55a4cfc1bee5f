/* PostgreSQL 15 behind the store: values travel in binary, rows come one by one, and only the tag COMMIT
 * acknowledges. */
#include "store/store_int.h"

#include <ctype.h>
#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25 };

/* --- faults --- */

/* libpq ends its messages with a line feed and may put several lines into one. */
static enum err pg_said(enum err e, const char *where, const char *before, const char *msg, struct fault *f)
{
    char line[300];
    size_t n = 0;
    for (; *msg && n + 1 < sizeof line; msg++)
        line[n++] = *msg == '\n' || *msg == '\t' ? ' ' : *msg;
    while (n && line[n - 1] == ' ')
        n--;
    line[n] = 0;
    return fault_set(f, e, where, "%s%s", before, line);
}

#define LOST "the connection to PostgreSQL was lost, and with it what was not committed; open it again: "

static enum err pg_fault(struct db *d, const char *where, const PGresult *r, struct fault *f)
{
    static const struct {
        const char *state; /* SQLSTATE or the beginning of one */
        enum err err;
        const char *say;
    } known[] = {
        {"23", E_CONFLICT, ""},
        {"40001", E_BUSY, "another transaction was in the way; try the whole batch again: "},
        {"40P01", E_BUSY, "two transactions waited for each other; try the whole batch again: "},
        {"55P03", E_BUSY, "another transaction holds the lock; try again: "},
        {"53100", E_IO,
         "the disk of the database server is full: nothing of this transaction was kept; free some "
         "space and try again: "},
        {"58030", E_IO, "the disk of the database server fails: "},
        {"XX001", E_CORRUPT, "the database is damaged: "},
        {"XX002", E_CORRUPT, "an index of the database is damaged: "},
        {"54000", E_TOO_BIG, ""},
        {"08", E_DB, LOST},
        {"57P", E_DB, LOST}, /* the server is being stopped; the result comes before the end of the connection */
    };
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *msg = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    for (size_t i = 0; state && msg && i < TB_COUNT(known); i++)
        if (!strncmp(state, known[i].state, strlen(known[i].state)))
            return pg_said(known[i].err, where, known[i].say, msg, f);
    if (PQstatus(d->pg) != CONNECTION_OK)
        return pg_said(E_DB, where, LOST, msg ? msg : PQerrorMessage(d->pg), f);
    return pg_said(E_DB, where, "", msg ? msg : PQerrorMessage(d->pg), f);
}

/* --- statements --- */

static const char *stmt_name(enum query q, char out[16])
{
    snprintf(out, 16, "q%u", (unsigned)q);
    return out;
}

static enum err pg_prepare(struct db *d, enum query q, struct fault *f)
{
    const struct query_def *def = &query_def[q];
    Oid type[DB_PARAMS_MAX] = {0};
    char name[16];
    if (d->prepared[q])
        return E_OK;
    size_t n = 0;
    for (; def->in[n]; n++)
        type[n] = def->in[n] == 'i' ? OID_INT8 : def->in[n] == 't' ? OID_TEXT : OID_BYTEA;
    PGresult *r = PQprepare(d->pg, stmt_name(q, name), def->pg, (int)n, type);
    enum err e = PQresultStatus(r) == PGRES_COMMAND_OK ? E_OK : pg_fault(d, def->name, r, f);
    PQclear(r);
    d->prepared[q] = !e;
    return e;
}

static enum err pg_send(struct db *d, enum query q, const struct dbval *arg, size_t n, struct fault *f)
{
    const char *value[DB_PARAMS_MAX];
    int length[DB_PARAMS_MAX], format[DB_PARAMS_MAX];
    uint64_t big_endian[DB_PARAMS_MAX];
    char name[16];
    for (size_t i = 0; i < n; i++) {
        format[i] = 1;
        if (arg[i].t == DB_INT) {
            big_endian[i] = htobe64((uint64_t)arg[i].i);
            value[i] = (const char *)&big_endian[i];
            length[i] = 8;
        } else {
            value[i] = arg[i].t == DB_NULL ? NULL : arg[i].s.p ? arg[i].s.p : "";
            length[i] = (int)arg[i].s.n;
        }
    }
    if (PQsendQueryPrepared(d->pg, stmt_name(q, name), (int)n, value, length, format, 1) && PQsetSingleRowMode(d->pg))
        return E_OK;
    return pg_fault(d, query_def[q].name, NULL, f);
}

/* Integers of any width and booleans fit an int64 exactly; everything else is for the query to cast. */
static enum err pg_type(const PGresult *r, int col, const char *where, struct fault *f)
{
    switch (PQftype(r, col)) {
    case OID_INT8:
    case OID_INT4:
    case OID_INT2:
    case OID_BOOL:
    case OID_TEXT:
    case OID_NAME:
    case OID_BYTEA:
        return E_OK;
    default:
        return fault_set(f, E_DB, where,
                         "column %d (%s) has the type with oid %u; the query must cast it to BIGINT or TEXT", col + 1,
                         PQfname(r, col), PQftype(r, col));
    }
}

static struct dbval pg_value(const PGresult *r, int col)
{
    const char *p = PQgetvalue(r, 0, col);
    uint64_t u64;
    uint32_t u32;
    uint16_t u16;
    if (PQgetisnull(r, 0, col))
        return DBNULL;
    switch (PQftype(r, col)) {
    case OID_INT8:
        memcpy(&u64, p, sizeof u64);
        return DBI((int64_t)be64toh(u64));
    case OID_INT4:
        memcpy(&u32, p, sizeof u32);
        return DBI((int32_t)be32toh(u32));
    case OID_INT2:
        memcpy(&u16, p, sizeof u16);
        return DBI((int16_t)be16toh(u16));
    case OID_BOOL:
        return DBI(*p != 0);
    case OID_BYTEA:
        return DBB(((slice){p, (size_t)PQgetlength(r, 0, col)}));
    default:
        return DBT(((slice){p, (size_t)PQgetlength(r, 0, col)}));
    }
}

static enum err pg_columns(const PGresult *r, const char *where, struct fault *f)
{
    int cols = PQnfields(r);
    if (cols > DB_COLS_MAX)
        return fault_set(f, E_DB, where, "more than %d columns", DB_COLS_MAX);
    enum err e = E_OK;
    for (int i = 0; !e && i < cols; i++)
        e = pg_type(r, i, where, f);
    return e;
}

static enum err pg_row(struct db *d, const PGresult *r, const char *where, struct fault *f)
{
    enum err e = pg_columns(r, where, f);
    for (int i = 0; !e && i < PQnfields(r); i++)
        d->row[i] = pg_value(r, i);
    return e;
}

/* Nobody wants the rest. A cancel would doom an open transaction and undo a change, so those are read to the end. */
static void pg_stop(struct db *d, enum query q)
{
    char said[256];
    if (d->tx != TX_NONE || query_def[q].kind != QUERY_READ)
        return;
    PGcancel *c = PQgetCancel(d->pg);
    if (c)
        PQcancel(c, said, sizeof said);
    PQfreeCancel(c);
}

struct pg_answer {
    db_each_fn *each;
    void *ud;
    int64_t changed;
    bool stopped, ended; /* ended: it came to its end, in one way or another */
    enum err e;
};

static void pg_take(struct db *d, enum query q, const PGresult *r, struct pg_answer *a, struct fault *f)
{
    const char *where = query_def[q].name;
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    a->ended = PQresultStatus(r) != PGRES_SINGLE_TUPLE;
    switch (PQresultStatus(r)) {
    case PGRES_SINGLE_TUPLE:
        if (a->e || a->stopped || !a->each)
            return;
        a->e = pg_row(d, r, where, f);
        a->stopped = !a->e && !a->each(a->ud, d->row, (size_t)PQnfields(r));
        if (a->e || a->stopped)
            pg_stop(d, q);
        return;
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
        a->changed = query_def[q].kind == QUERY_READ ? 0 : strtoll(PQcmdTuples((PGresult *)(uintptr_t)r), NULL, 10);
        return;
    default:
        if (!a->e && !(a->stopped && state && !strcmp(state, "57014"))) /* our own cancel */
            a->e = pg_fault(d, where, r, f);
    }
}

static enum err pg_run(struct db *d, enum query q, const struct dbval *arg, size_t n, db_each_fn *each, void *ud,
                       int64_t *changed, struct fault *f)
{
    struct pg_answer a = {.each = each, .ud = ud};
    enum err e = pg_prepare(d, q, f);
    if (!e)
        e = pg_send(d, q, arg, n, f);
    if (e)
        return e;
    for (PGresult *r; (r = PQgetResult(d->pg)); PQclear(r))
        pg_take(d, q, r, &a, f);
    /* Rows without an end are no answer: libpq had no memory for the rest, or the connection went. */
    if (!a.e && (!a.ended || PQstatus(d->pg) != CONNECTION_OK))
        a.e = pg_fault(d, query_def[q].name, NULL, f);
    if (changed)
        *changed = a.changed;
    return a.e;
}

static enum err pg_check(struct db *d, enum query q, struct fault *f)
{
    char name[16];
    enum err e = pg_prepare(d, q, f);
    if (e)
        return e;
    PGresult *r = PQdescribePrepared(d->pg, stmt_name(q, name));
    e = PQresultStatus(r) == PGRES_COMMAND_OK ? pg_columns(r, query_def[q].name, f)
                                              : pg_fault(d, query_def[q].name, r, f);
    PQclear(r);
    return e;
}

static enum err pg_command(struct db *d, const char *where, const char *text, const char *tag, struct fault *f)
{
    PGresult *r = PQexec(d->pg, text);
    enum err e = E_OK;
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK)
        e = pg_fault(d, where, r, f);
    else if (tag && strcmp(PQcmdStatus(r), tag) != 0)
        e = fault_set(f, E_DB, where, "PostgreSQL answered %s where %s was asked: nothing was kept", PQcmdStatus(r),
                      tag);
    PQclear(r);
    return e;
}

static enum err pg_control(struct db *d, enum query q, const char *tag, struct fault *f)
{
    return pg_command(d, query_def[q].name, query_def[q].pg, tag, f);
}

static enum err pg_script(struct db *d, const char *name, const char *text, struct fault *f)
{
    return pg_command(d, name, text, NULL, f);
}

static bool pg_in_tx(struct db *d)
{
    return PQtransactionStatus(d->pg) == PQTRANS_INTRANS;
}

static bool lock_row(void *ud, const struct dbval *v, size_t cols)
{
    (void)cols;
    *(bool *)ud = v[0].i != 0;
    return true;
}

static enum err pg_lock(struct db *d, struct fault *f)
{
    struct dbval key = DBI(DB_LOCK_WRITER);
    bool got = false;
    enum err e = pg_run(d, Q_store_lock, &key, 1, lock_row, &got, NULL, f);
    if (e || got)
        return e;
    return fault_set(f, E_WRITER, store_name(d->which), "another process is the writer of the %s store; stop it first",
                     store_name(d->which));
}

/* --- opening --- */

static void pg_notice(void *ud, const PGresult *r)
{
    (void)ud;
    const char *msg = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    log_line(3, "postgresql notice=\"%s\"", msg ? msg : "");
}

static PGconn *pg_connect(const PQconninfoOption *opt, const char *dbname)
{
    const char *key[64] = {"connect_timeout"}, *val[64] = {"10"};
    size_t n = 1;
    for (; opt->keyword && n < TB_COUNT(key) - 4; opt++) {
        if (!opt->val)
            continue;
        key[n] = opt->keyword;
        val[n++] = opt->val;
    }
    key[n] = "dbname", val[n++] = dbname;
    key[n] = "client_encoding", val[n++] = "UTF8";
    key[n] = "application_name", val[n++] = "tobuhi";
    PGconn *c = PQconnectdbParams(key, val, 0);
    PQsetNoticeReceiver(c, pg_notice, NULL);
    return c;
}

/* An identifier is no parameter, so this one text is put together; the name has been checked letter by letter. */
static enum err pg_create(struct db *d, const PQconninfoOption *opt, const char *dbname, struct fault *f)
{
    char text[256];
    PGconn *keep = d->pg;
    d->pg = pg_connect(opt, "postgres");
    enum err e = E_OK;
    if (PQstatus(d->pg) == CONNECTION_OK) {
        snprintf(text, sizeof text,
                 "CREATE DATABASE \"%s\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' "
                 "LOCALE_PROVIDER libc",
                 dbname);
        PGresult *r = PQexec(d->pg, text);
        const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
        /* 42P04, 23505: it is there, or another process has just made it. */
        if (state && strcmp(state, "42P04") != 0 && strcmp(state, "23505") != 0)
            e = pg_fault(d, dbname, r, f);
        PQclear(r);
    } else {
        e = pg_said(E_DB, "TOBUHI_DB", "cannot connect: ", PQerrorMessage(keep), f);
    }
    PQfinish(d->pg);
    d->pg = keep;
    return e;
}

static bool settings_row(void *ud, const struct dbval *v, size_t cols)
{
    const char **bad = ud;
    (void)cols;
    if (!sl_is(v[0].s, "C") && !sl_is(v[0].s, "POSIX"))
        *bad = "the database does not sort by bytes; make it with LC_COLLATE 'C' TEMPLATE template0";
    else if (!sl_is(v[1].s, "UTF8"))
        *bad = "the database is not in UTF8; make it with ENCODING 'UTF8' TEMPLATE template0";
    else if (sl_is(v[2].s, "off"))
        *bad = "synchronous_commit is off: an act would be acknowledged before it is on disk; turn it on";
    return true;
}

static enum err pg_setup(struct db *d, const char *dbname, struct fault *f)
{
    const char *bad = NULL;
    if (PQstatus(d->pg) != CONNECTION_OK)
        return pg_said(E_DB, "TOBUHI_DB", "cannot connect: ", PQerrorMessage(d->pg), f);
    if (PQserverVersion(d->pg) < 150000)
        return fault_set(f, E_CONFIG, dbname, "PostgreSQL 15 or later is needed");
    d->prepared = mem_zero(Q_COUNT, sizeof *d->prepared);
    enum err e = pg_run(d, Q_store_pg_settings, NULL, 0, settings_row, &bad, NULL, f);
    if (!e && bad)
        e = fault_set(f, E_CONFIG, dbname, "%s", bad);
    return e ? e : pg_control(d, Q_store_pg_by_key, "SET", f);
}

static void pg_ready(struct db *d)
{
    (void)d;
}

static void pg_close(struct db *d)
{
    free(d->prepared);
    PQfinish(d->pg);
}

static const struct driver pg = {
    .run = pg_run,
    .control = pg_control,
    .script = pg_script,
    .check = pg_check,
    .in_tx = pg_in_tx,
    .ready = pg_ready,
    .lock = pg_lock,
    .close = pg_close,
};

/* NAME of postgresql:///NAME: what stands in the database's name is also what CREATE DATABASE gets. */
static enum err pg_database(const PQconninfoOption *opt, enum db_which which, char out[64], struct fault *f)
{
    const char *name = "";
    for (; opt->keyword; opt++)
        if (!strcmp(opt->keyword, "dbname") && opt->val)
            name = opt->val;
    size_t n = strlen(name);
    bool ok = n > 0 && n <= 48;
    for (size_t i = 0; ok && i < n; i++)
        ok = name[i] == '_' || (name[i] >= 'a' && name[i] <= 'z') || (i && isdigit((unsigned char)name[i]));
    if (!ok)
        return fault_set(f, E_CONFIG, "TOBUHI_DB", "NAME of postgresql:///NAME must be 1 to 48 of a-z, 0-9 and _");
    snprintf(out, 64, "%s_%s", name, store_name(which));
    return E_OK;
}

enum err pg_open(struct db *d, const char *url, struct fault *f)
{
    char dbname[64], *said = NULL;
    PQconninfoOption *opt = PQconninfoParse(url, &said);
    if (!opt) {
        enum err e = pg_said(E_CONFIG, "TOBUHI_DB", "", said ? said : "out of memory", f);
        PQfreemem(said);
        return e;
    }
    enum err e = pg_database(opt, d->which, dbname, f);
    if (!e) {
        d->drv = &pg;
        d->pg = pg_connect(opt, dbname);
        /* Asked only then: a database made beforehand needs no right to make one. */
        if (PQstatus(d->pg) != CONNECTION_OK)
            e = pg_create(d, opt, dbname, f);
        if (!e && PQstatus(d->pg) != CONNECTION_OK) {
            PQfinish(d->pg);
            d->pg = pg_connect(opt, dbname);
        }
        if (!e)
            e = pg_setup(d, dbname, f);
    }
    PQconninfoFree(opt);
    return e;
}
