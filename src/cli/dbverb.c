/* db: the database with the ledger that vouches for it. A copy is worth what its verification says, so none is called a
 * backup, and none restored, before every leaf of it has been recomputed under the signed checkpoint it came with. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COPY_MAX   ((size_t)256 << 20) /* one file of a ledger; entry bundles are the largest */
#define COPY_TRIES 3

struct place {
    char path[800];
};

static struct place at(const char *dir, const char *name)
{
    struct place p;
    if ((size_t)snprintf(p.path, sizeof p.path, "%s/%s", dir, name) >= sizeof p.path)
        p.path[0] = 0; /* no file has that name, and opening it says so */
    return p;
}

static bool there(const char *dir, const char *name)
{
    return access(at(dir, name).path, F_OK) == 0;
}

/* --- what a place holds, verified --- */

static int db_said(const struct app *a, const char *dir, const char *damage, const struct ledger_report *rep, bool json)
{
    bool ok = !damage[0] && rep->ok;
    if (json) {
        json_t *o = json_pack("{s:b, s:s, s:I, s:s, s:s, s:s}", "ok", ok, "place", dir, "size", (json_int_t)rep->size,
                              "root", rep->root, "database", damage, "ledger", rep->what);
        cli_json(o);
        json_decref(o);
    } else {
        printf(cli_say(a, "%s: %s。葉の数 %" PRIu64 " %s\n", "%s: %s; leaves %" PRIu64 " %s\n"), dir,
               ok ? cli_say(a, "データベースも台帳も正しい", "database and ledger are sound")
                  : cli_say(a, "異常があります", "damaged"),
               rep->size, rep->root);
        if (damage[0])
            printf("  %s: %s\n", cli_say(a, "データベース", "database"), damage);
        if (!rep->ok)
            printf("  %s: %s\n", cli_say(a, "台帳", "ledger"), rep->what);
    }
    return ok ? CLI_OK : CLI_NO;
}

/* Pages, indexes and queries of the database, then every leaf. A database too damaged to be opened is an answer too. */
static enum err place_check(const char *dir, const char *url, char damage[300], struct ledger_report *rep,
                            struct fault *f)
{
    struct gate_config c = {.which = DB_PARTNERS, .home = dir, .db = url};
    struct db *d = NULL;
    *rep = (struct ledger_report){.first_bad = -1};
    damage[0] = 0;
    enum err e = store_open(&d, DB_PARTNERS, dir, url, DB_READER, f);
    if (!e)
        e = db_damage(d, damage, f);
    db_close(d);
    if (e == E_CORRUPT) {
        snprintf(damage, 300, "%.299s", f->what);
        e = E_OK;
    }
    if (!e && !damage[0])
        e = gate_verify(&c, rep, f);
    return e;
}

static enum err founded(const struct app *a, const char *dir, struct fault *f)
{
    if (strcmp(a->db, "sqlite") != 0 || there(dir, "partners.db"))
        return E_OK;
    return fault_set(f, E_ABSENT, dir, "%s",
                     cli_say(a, "ここにデータベース（partners.db）はありません。場所を確かめてください。",
                             "There is no database (partners.db) here; look at the place again."));
}

static int db_check(struct app *a, bool json)
{
    struct ledger_report rep;
    struct fault f;
    char damage[300];
    enum err e = founded(a, a->home, &f);
    if (!e)
        e = place_check(a->home, a->db, damage, &rep, &f);
    return e ? cli_fault(a, &f) : db_said(a, a->home, damage, &rep, json);
}

/* --- copying --- */

static enum err file_copy(const char *from, const char *to, struct fault *f)
{
    struct stat st;
    slice all;
    if (stat(from, &st) != 0)
        return fault_set(f, E_IO, from, "%s", strerror(errno));
    struct arena *m = arena_new((size_t)st.st_size + (1 << 16));
    enum err e = file_read(m, from, COPY_MAX, &all, f);
    if (!e)
        e = file_write_atomic(to, all, st.st_mode & 0777, f);
    arena_free(m);
    return e;
}

/* The checkpoint and not the tiles: the writer takes partial tiles away when wider ones come, also while they are
 * copied. They follow from the rows, and the rows have to give the root that is signed here. */
static enum err checkpoint_copy(const char *from, const char *to, struct fault *f)
{
    struct place one = at(from, "partners.ledger"), two = at(to, "partners.ledger");
    enum err e = dir_make(two.path, 0700, f);
    return e ? e : file_copy(at(one.path, "checkpoint").path, at(two.path, "checkpoint").path, f);
}

static enum err keys_copy(const char *from, const char *to, bool secret, struct fault *f)
{
    struct place one = at(from, "keys"), two = at(to, "keys");
    enum err e = dir_make(two.path, 0700, f);
    if (!e)
        e = file_copy(at(one.path, "partners.key.pub").path, at(two.path, "partners.key.pub").path, f);
    if (!e && secret)
        e = file_copy(at(one.path, "partners.key").path, at(two.path, "partners.key").path, f);
    if (!e && there(from, "exercise.json"))
        e = file_copy(at(from, "exercise.json").path, at(to, "exercise.json").path, f);
    return e;
}

static enum err database_copy(const char *from, const char *to, struct fault *f)
{
    struct db *d = NULL;
    enum err e = store_open(&d, DB_PARTNERS, from, "sqlite", DB_READER, f);
    if (!e)
        e = db_copy(d, at(to, "partners.db").path, f);
    db_close(d);
    return e;
}

/* The checkpoint before the database, so that the database holds every leaf that is signed. A server may be writing. */
static enum err place_copy(const char *from, const char *to, const char *key, bool secret, char damage[300],
                           struct ledger_report *rep, struct fault *f)
{
    struct gate_config c = {.which = DB_PARTNERS, .home = to, .db = "sqlite"};
    enum err e = dir_make(to, 0700, f);
    if (!e)
        e = keys_copy(from, to, secret, f);
    if (!e)
        e = checkpoint_copy(from, to, f);
    if (!e)
        e = database_copy(from, to, f);
    if (!e)
        e = gate_rebuild(&c, key, NULL, f);
    return e ? e : place_check(to, "sqlite", damage, rep, f);
}

static enum err sqlite_only(const struct app *a, struct fault *f)
{
    if (strcmp(a->db, "sqlite") == 0)
        return E_OK;
    return fault_set(f, E_CONFIG, "TOBUHI_DB", "%s",
                     cli_say(a,
                             "PostgreSQL のデータベースは、その道具で控えてください（pg_dump、pg_restore。"
                             "先に partners.ledger、次にデータベース。docs/operations.md「控え」）。",
                             "PostgreSQL is backed up by its own tools (pg_dump, pg_restore; partners.ledger first, "
                             "then the database; docs/operations.md)."));
}

static int db_backup(struct app *a, const char *dir, bool secret, bool json)
{
    struct ledger_report rep;
    struct fault f;
    char damage[300] = "", part[800];
    enum err e = sqlite_only(a, &f);
    if (!e)
        e = founded(a, a->home, &f);
    if (!e && ((size_t)snprintf(part, sizeof part, "%s.part", dir) >= sizeof part || access(dir, F_OK) == 0 ||
               access(part, F_OK) == 0))
        e = fault_set(
            &f, E_CONFLICT, dir, "%s",
            cli_say(a, "この場所（又は、途中で止まった控えの .part）がもうあります。別の名にするか、消してください。",
                    "The place, or the .part of a backup that was broken off, is there already; take another "
                    "name or remove it."));
    if (!e)
        e = place_copy(a->home, part, at(a->home, "keys/partners.key").path, secret, damage, &rep, &f);
    if (!e && !damage[0] && rep.ok && rename(part, dir) != 0)
        e = fault_set(&f, E_IO, dir, "%s", strerror(errno));
    if (e)
        return cli_fault(a, &f);
    return db_said(a, damage[0] || !rep.ok ? part : dir, damage, &rep, json);
}

/* Into an empty home: what is there already is somebody's ledger, and is not written over. A home without its key would
 * make itself another one, whose signatures the ledger then refuses. */
static enum err restorable(const struct app *a, const char *dir, struct fault *f)
{
    if (there(a->home, "partners.db") || there(a->home, "partners.ledger"))
        return fault_set(f, E_CONFLICT, a->home, "%s",
                         cli_say(a, "このホームには、もう台帳があります。空のホームに戻してください（TOBUHI_HOME）。",
                                 "This home has a ledger already; restore into an empty one (TOBUHI_HOME)."));
    if (!there(dir, "keys/partners.key") && !there(a->home, "keys/partners.key"))
        return fault_set(f, E_CONFIG, "keys/partners.key", "%s",
                         cli_say(a,
                                 "この控えに署名鍵はありません。別に控えた鍵を、先にホームの keys/partners.key "
                                 "に置いてください。",
                                 "This backup has no signing key; put the one you kept elsewhere into the home's "
                                 "keys/partners.key first."));
    return E_OK;
}

static int db_restore(struct app *a, const char *dir, bool json)
{
    struct ledger_report rep;
    struct fault f;
    char damage[300] = "";
    bool held = there(dir, "keys/partners.key");
    enum err e = sqlite_only(a, &f);
    if (!e)
        e = founded(a, dir, &f);
    if (!e)
        e = restorable(a, dir, &f);
    if (!e)
        e = place_check(dir, "sqlite", damage, &rep, &f);
    if (!e && (damage[0] || !rep.ok))
        return db_said(a, dir, damage, &rep, json); /* not restored */
    if (!e)
        e = place_copy(dir, a->home, at(held ? dir : a->home, "keys/partners.key").path, held, damage, &rep, &f);
    return e ? cli_fault(a, &f) : db_said(a, a->home, damage, &rep, json);
}

int verb_db(struct app *a, int argc, char **argv)
{
    bool json = cli_flag(&argc, argv, "--json"), secret = cli_flag(&argc, argv, "--with-key");
    if (argc == 2 && !secret && strcmp(argv[1], "check") == 0)
        return db_check(a, json);
    if (argc == 3 && strcmp(argv[1], "backup") == 0)
        return db_backup(a, argv[2], secret, json);
    if (argc == 3 && !secret && strcmp(argv[1], "restore") == 0)
        return db_restore(a, argv[2], json);
    return cli_usage(cli_verb_named("db"), a->ja);
}
