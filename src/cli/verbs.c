/* import, match, law, ledger, exercise, act. */
#include "jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyse/analyse.h"
#include "analyse/match/matchcli.h"
#include "collect/collect.h"
#include "collect/feed/progress.h"
#include "exercise/exercise.h"
#include "exercise/story.h"
#include "law/doc.h"
#include "law/print.h"
#include "law/unsure.h"
#include "web/api/openapi.h"

static int usage(const struct app *a, const char *name)
{
    return cli_usage(cli_verb_named(name), a->ja);
}

/* --- import --- */
struct bar {
    struct progress p;
    const struct app *app;
    bool on;
};
static void on_progress(void *ctx, const char *file, const struct feed_result *so_far)
{
    struct bar *b = ctx;
    if (file) {
        if (b->on)
            progress_end(&b->p);
        const char *slash = strrchr(file, '/');
        progress_start(&b->p, clock_wall(), 2, slash ? slash + 1 : file, b->app->ja);
        b->on = true;
    } else if (b->on && so_far) {
        progress_at(&b->p, so_far->done, so_far->size, so_far->in);
    }
}

static void import_print(const struct app *a, const json_t *line, bool json)
{
    size_t i;
    json_t *x;
    if (json) {
        cli_json(line);
        return;
    }
    json_array_foreach(json_object_get(line, "rejects"), i, x)
        fprintf(stderr, "%s %s: %s\n", json_string_value(json_object_get(x, "file")),
                json_string_value(json_object_get(x, "record")), json_string_value(json_object_get(x, "reason")));
    const char *const key[] = {"files", "in", "accepted", "unchanged", "rejected", "unresolved"};
    json_int_t n[TB_COUNT(key)];
    for (size_t k = 0; k < TB_COUNT(key); k++)
        n[k] = json_integer_value(json_object_get(line, key[k]));
    printf(cli_say(a,
                   "%" JSON_INTEGER_FORMAT "ファイル: 読んだ数 %" JSON_INTEGER_FORMAT
                   " = 受け付けた %" JSON_INTEGER_FORMAT " + 変わらない %" JSON_INTEGER_FORMAT
                   " + 受け付けなかった %" JSON_INTEGER_FORMAT "。人が決めるまで照合できないもの %" JSON_INTEGER_FORMAT
                   "\n",
                   "%" JSON_INTEGER_FORMAT " files: in %" JSON_INTEGER_FORMAT " = accepted %" JSON_INTEGER_FORMAT
                   " + unchanged %" JSON_INTEGER_FORMAT " + rejected %" JSON_INTEGER_FORMAT
                   "; unresolved %" JSON_INTEGER_FORMAT "\n"),
           n[0], n[1], n[2], n[3], n[4], n[5]);
}

/* A server holds the store: it does the import, this verb waits for its account. */
static int import_by_server(struct app *a, const char *format, char **paths, size_t n, bool json)
{
    json_t *out;
    struct fault f;
    if (jobs_import(a, format, (const char *const *)paths, n, 15, &out, &f) != E_OK)
        return cli_fault(a, &f);
    json_t *line = json_object_get(out, "line");
    int code = (int)json_integer_value(json_object_get(out, "code"));
    const char *what = json_string_value(json_object_get(out, "what")),
               *where = json_string_value(json_object_get(out, "where"));
    if (what) {
        fault_set(&f, E_IO, where ? where : "", "%s", what);
        cli_fault(a, &f);
    }
    if (line)
        import_print(a, line, json);
    json_decref(out);
    return code;
}

int verb_import(struct app *a, int argc, char **argv)
{
    struct gate *g;
    struct gate_reader *r;
    struct import_report rep;
    struct fault f;
    struct bar bar = {.app = a};
    bool json = cli_flag(&argc, argv, "--json");
    enum feed_format format = argc > 1 ? feed_format_of(sl(argv[1])) : FEED_NONE;
    if (argc < 3 || format == FEED_NONE)
        return usage(a, "import");
    enum err e = app_open(a, false, false, &g, &f);
    if (e == E_WRITER)
        return import_by_server(a, argv[1], argv + 2, (size_t)argc - 2, json);
    if (e)
        return cli_fault(a, &f);
    e = gate_reader_open(g, &r, &f);
    if (!e)
        e = import_run(g, r,
                       &(struct import_opt){.format = format,
                                            .paths = (const char *const *)(argv + 2),
                                            .n = (size_t)argc - 2,
                                            .ja = a->ja,
                                            .progress = on_progress,
                                            .ctx = &bar},
                       &rep, &f);
    if (bar.on)
        progress_end(&bar.p);
    gate_reader_close(r);
    gate_close(g);
    if (e)
        return cli_fault(a, &f);
    json_t *line = import_report_json(&rep, argv[1]);
    import_print(a, line, json);
    json_decref(line);
    int code = rep.unread ? CLI_NO : CLI_OK;
    if (rep.unread)
        cli_fault(a, &rep.last);
    import_report_free(&rep);
    return code;
}

/* --- match --- */
static int match_store(struct app *a, bool json)
{
    struct gate *g;
    struct gate_reader *r;
    struct generation_report rep;
    struct fault f;
    if (app_open(a, false, false, &g, &f) != E_OK)
        return cli_fault(a, &f);
    enum err e = gate_reader_open(g, &r, &f);
    if (!e)
        e = generation_run(g, r, 1, &rep, NULL, NULL, &f);
    gate_reader_close(r);
    gate_close(g);
    if (e)
        return cli_fault(a, &f);
    json_t *o =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "generation", (json_int_t)rep.serial, "assets",
                  (json_int_t)rep.assets, "vulns", (json_int_t)rep.vulns, "confirmed", (json_int_t)rep.confirmed,
                  "possible", (json_int_t)rep.possible, "changed", (json_int_t)rep.changed, "unresolved",
                  (json_int_t)rep.unresolved, "leaf", (json_int_t)rep.leaf);
    if (json)
        cli_json(o);
    else
        printf(cli_say(a,
                       "資産 %" PRId64 "、脆弱性 %" PRId64 ": 確実 %" PRId64 "、可能性あり %" PRId64
                       "、変わった組 %" PRId64 "、名称の未解決 %" PRId64 "\n",
                       "assets %" PRId64 ", vulnerabilities %" PRId64 ": confirmed %" PRId64 ", possible %" PRId64
                       ", changed %" PRId64 ", unresolved names %" PRId64 "\n"),
               rep.assets, rep.vulns, rep.confirmed, rep.possible, rep.changed, rep.unresolved);
    json_decref(o);
    return CLI_OK;
}

int verb_match(struct app *a, int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--store") == 0) {
            cli_flag(&argc, argv, "--store");
            return match_store(a, cli_flag(&argc, argv, "--json"));
        }
    return match_cli(argc, argv, a->ja);
}

/* --- law --- */
int verb_law(struct app *a, int argc, char **argv)
{
    bool json = cli_flag(&argc, argv, "--json"), html = cli_flag(&argc, argv, "--html"),
         openapi = cli_flag(&argc, argv, "--openapi"), unsure = cli_flag(&argc, argv, "--unsure");
    const char *dir = cli_option(&argc, argv, "--markdown");
    day_t today = day_of_instant(clock_wall()->now(clock_wall()));
    struct fault f;
    struct buf b = BUF((size_t)16 << 20);
    if (argc > 1 || html + openapi + unsure + (dir != NULL) > 1 || (json && (html || dir)))
        return usage(a, "law");
    if (dir)
        return law_print_book(dir, today, &f) == E_OK ? CLI_OK : cli_fault(a, &f);
    if (json || openapi) { /* the description is JSON whether it is asked for or not */
        json_t *o = openapi ? openapi_json() : unsure ? law_unsure_json() : law_json(today);
        cli_json(o);
        json_decref(o);
        return CLI_OK;
    }
    if (unsure)
        law_unsure_print(&b, a->ja);
    else if (html)
        law_print_html(&b, today);
    else
        law_print_tables(&b, today, a->ja);
    fwrite(b.p, 1, b.n, stdout);
    buf_free(&b);
    return CLI_OK;
}

/* --- ledger --- */
static int ledger_verify_verb(struct app *a, const struct gate_config *c, bool json)
{
    struct ledger_report rep;
    struct fault f;
    if (gate_verify(c, &rep, &f) != E_OK)
        return cli_fault(a, &f);
    if (json) {
        json_t *o = json_pack("{s:I, s:s, s:b, s:o}", "size", (json_int_t)rep.size, "root", rep.root, "ok", rep.ok,
                              "first_bad", rep.first_bad < 0 ? json_null() : json_integer(rep.first_bad));
        if (!rep.ok)
            json_object_set_new(o, "what", json_string(rep.what));
        if (rep.pending)
            json_object_set_new(o, "pending", json_integer((json_int_t)rep.pending));
        cli_json(o);
        json_decref(o);
    } else {
        printf("%s %" PRIu64 " %s %s\n",
               rep.ok ? cli_say(a, "正しい台帳です。葉の数", "The ledger is sound. Leaves")
                      : cli_say(a, "台帳に異常があります。葉の数", "The ledger is damaged. Leaves"),
               rep.size, rep.root, rep.what);
    }
    return rep.ok ? CLI_OK : CLI_NO;
}

static void replay_progress(int64_t done, int64_t all)
{
    static struct progress p;
    if (!p.clock)
        progress_start(&p, clock_wall(), 2, "replay", true);
    progress_at(&p, (uint64_t)done, (uint64_t)all, (uint64_t)done);
    if (done >= all)
        progress_end(&p);
}

static int ledger_replay_verb(struct app *a, const struct gate_config *c, bool json)
{
    struct gate_replay_report *rep = mem_zero(1, sizeof *rep);
    struct fault f;
    if (gate_replay(c, rep, replay_progress, &f) != E_OK) {
        free(rep);
        return cli_fault(a, &f);
    }
    size_t n = rep->differences < TB_COUNT(rep->diff) ? rep->differences : TB_COUNT(rep->diff);
    if (json) {
        json_t *list = json_array();
        for (size_t i = 0; i < n; i++)
            json_array_append_new(list, json_pack("{s:I, s:s, s:s}", "leaf", (json_int_t)rep->diff[i].leaf, "table",
                                                  rep->diff[i].table, "key", rep->diff[i].key));
        json_t *o = json_pack("{s:I, s:I, s:o}", "acts", (json_int_t)rep->acts, "erased", (json_int_t)rep->erased,
                              "differences", list);
        cli_json(o);
        json_decref(o);
    } else {
        printf(cli_say(a, "手続 %" PRId64 "、相違 %zu\n", "acts %" PRId64 ", differences %zu\n"), rep->acts,
               rep->differences);
        for (size_t i = 0; i < n; i++)
            printf("  leaf %" PRId64 " %s %s\n", rep->diff[i].leaf, rep->diff[i].table, rep->diff[i].key);
    }
    int code = rep->differences ? CLI_NO : CLI_OK;
    free(rep);
    return code;
}

static int ledger_show(struct app *a, const struct gate_config *c, const char *index)
{
    struct db *d;
    struct fault f;
    struct dbrows r;
    int64_t idx;
    if (!sl_int(sl(index), &idx))
        return usage(a, "ledger");
    if (store_open(&d, c->which, c->home, c->db, DB_READER, &f) != E_OK)
        return cli_fault(a, &f);
    struct arena *m = arena_new((size_t)16 << 20);
    enum err e = db_run(d, Q_leaf_one, (struct dbval[]){DBI(idx)}, 1, &r, m, &f);
    int code = e ? cli_fault(a, &f) : CLI_OK;
    if (!e && r.rows)
        printf(PRIs "\n", ARGs(ROW(&r, 0, 5).s)); /* the entry only: what it was decided on is labelled */
    else if (!e) {
        fault_set(&f, E_ABSENT, index, "%s", cli_say(a, "その番号の葉はありません。", "There is no such leaf."));
        cli_fault(a, &f);
        code = CLI_NO;
    }
    arena_free(m);
    db_close(d);
    return code;
}

static int ledger_proof_verb(struct app *a, const struct gate_config *c, const char *index)
{
    char path[700];
    struct note_verifier v;
    struct fault f;
    slice pub;
    int64_t idx;
    if (!sl_int(sl(index), &idx) || idx < 0)
        return usage(a, "ledger");
    struct arena *m = arena_new(1 << 20);
    struct buf out = BUF(LEDGER_PROOF_MAX);
    snprintf(path, sizeof path, "%s/keys/partners.key.pub", c->home);
    enum err e = file_read(m, path, 4096, &pub, &f);
    if (!e)
        e = note_verifier_parse(pub, &v, &f);
    snprintf(path, sizeof path, "%s/partners.ledger", c->home);
    if (!e)
        e = ledger_proof(path, &v, NULL, (uint64_t)idx, &out, &f);
    if (!e)
        fwrite(out.p, 1, out.n, stdout);
    buf_free(&out);
    arena_free(m);
    return e ? cli_fault(a, &f) : CLI_OK;
}

/* Of a file that somebody was given, with a key that came to him another way: no home is looked at. */
static int ledger_check(struct app *a, const char *proof, const char *key, bool json)
{
    struct note_verifier v;
    struct ledger_proved p;
    struct fault f;
    slice text, pub;
    char root[2 * HASH_LEN + 1];
    struct arena *m = arena_new((size_t)4 << 20);
    enum err e = file_read(m, key, 4096, &pub, &f);
    if (!e)
        e = file_read(m, proof, LEDGER_PROOF_MAX, &text, &f);
    if (!e)
        e = note_verifier_parse(pub, &v, &f);
    bool asked = e == E_OK;
    if (!e)
        e = ledger_proof_check(text, &v, m, &p, &f);
    if (!e) {
        hex_of(p.at.root.b, HASH_LEN, root);
        json_t *o = json_pack("{s:b, s:I, s:I, s:s, s:s, s:s%}", "ok", 1, "leaf", (json_int_t)p.index, "size",
                              (json_int_t)p.at.size, "root", root, "origin", v.name, "entry", p.entry.p, p.entry.n);
        if (json)
            cli_json(o);
        else
            printf(cli_say(a,
                           "葉 %" PRIu64 " は、%s の署名された頭部（葉の数 %" PRIu64 "、根 %s）に入っています。\n" PRIs
                           "\n",
                           "Leaf %" PRIu64 " is in the head signed by %s (leaves %" PRIu64 ", root %s).\n" PRIs "\n"),
                   p.index, v.name, p.at.size, root, ARGs(p.entry));
        json_decref(o);
    } else {
        if (json && asked)
            printf("{\"ok\":false}\n");
        cli_fault(a, &f);
    }
    arena_free(m);
    return !e ? CLI_OK : asked ? CLI_NO : CLI_FAIL;
}

/* --- founding a real store: two holders sign the hash of the founding file, each with his own key --- */
static json_t *founding_read(const char *path, struct fault *f)
{
    json_error_t why;
    json_t *o = json_load_file(path, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(o)) {
        fault_set(f, E_PARSE, path, "創設の書面が読めません（%d行目）: %.200s", why.line, why.text);
        json_decref(o);
        return NULL;
    }
    return o;
}

static int ledger_holder_key(struct app *a, const char *path, const char *name)
{
    struct fault f;
    char pub[700];
    struct arena *m = arena_new(1 << 16);
    slice text;
    enum err e = note_key_make(path, name, rng_system(), &f);
    snprintf(pub, sizeof pub, "%s.pub", path);
    if (!e)
        e = file_read(m, pub, 4096, &text, &f);
    if (!e)
        printf(PRIs "\n", ARGs(sl_trim(text)));
    arena_free(m);
    return e ? cli_fault(a, &f) : CLI_OK;
}

static int ledger_sign(struct app *a, const char *path, const char *key)
{
    struct note_key *k;
    struct fault f;
    struct buf note = BUF(NOTE_MAX);
    json_t *doc = founding_read(path, &f);
    if (!doc || note_key_load(&k, key, &f) != E_OK) {
        json_decref(doc);
        return cli_fault(a, &f);
    }
    enum err e = gate_founding_sign(doc, k, &note, &f);
    note_key_free(k);
    if (!e) {
        json_t *list = json_object_get(doc, "signatures");
        if (!json_is_array(list)) {
            list = json_array();
            json_object_set_new(doc, "signatures", list);
        }
        json_array_append_new(list, json_string(note.p));
        char *z = json_dumps(doc, JSON_INDENT(1));
        e = file_write_atomic(path, sl(z), 0600, &f);
        free(z);
    }
    buf_free(&note);
    json_decref(doc);
    return e ? cli_fault(a, &f) : CLI_OK;
}

static int ledger_found_verb(struct app *a, const struct gate_config *c, const char *path)
{
    struct gate *g;
    struct fault f;
    json_t *doc = founding_read(path, &f);
    enum err e = doc ? gate_open(&g, c, &f) : f.err;
    if (!e) {
        e = gate_found(g, doc, &f);
        gate_close(g);
    }
    json_decref(doc);
    return e ? cli_fault(a, &f) : CLI_OK;
}

/* The files again, from the database's leaves; nobody else may write meanwhile. */
static int ledger_rebuild_verb(struct app *a, const struct gate_config *c, const char *given, bool json)
{
    char key[700];
    struct db *d = NULL;
    struct fault f;
    snprintf(key, sizeof key, "%s/keys/partners.key", c->home);
    enum err e = access(key, F_OK) == 0
                     ? E_OK
                     : fault_set(&f, E_ABSENT, key, "%s",
                                 cli_say(a, "署名鍵がありません。別に控えた鍵を、ここに置いてください。",
                                         "There is no signing key; put the one you kept elsewhere here."));
    if (!e)
        e = store_open(&d, c->which, c->home, c->db, DB_WRITER, &f);
    if (!e)
        e = db_writer_lock(d, &f);
    if (!e)
        e = gate_rebuild(c, key, given, &f);
    int code = e ? cli_fault(a, &f) : ledger_verify_verb(a, c, json);
    db_close(d);
    return code;
}

int verb_ledger(struct app *a, int argc, char **argv)
{
    struct gate_config c;
    struct fault f;
    bool json = cli_flag(&argc, argv, "--json");
    if (argc < 2)
        return usage(a, "ledger");
    if (argc == 4 && strcmp(argv[1], "check") == 0)
        return ledger_check(a, argv[2], argv[3], json);
    if (app_gate_config(a, false, &c, &f) != E_OK)
        return cli_fault(a, &f);
    if (argc == 2 && strcmp(argv[1], "verify") == 0)
        return ledger_verify_verb(a, &c, json);
    if (argc == 2 && strcmp(argv[1], "replay") == 0)
        return ledger_replay_verb(a, &c, json);
    if ((argc == 2 || argc == 3) && strcmp(argv[1], "rebuild") == 0)
        return ledger_rebuild_verb(a, &c, argc == 3 ? argv[2] : NULL, json);
    if (argc == 3 && strcmp(argv[1], "show") == 0)
        return ledger_show(a, &c, argv[2]);
    if (argc == 3 && strcmp(argv[1], "proof") == 0)
        return ledger_proof_verb(a, &c, argv[2]);
    if (argc == 4 && strcmp(argv[1], "key") == 0)
        return ledger_holder_key(a, argv[2], argv[3]);
    if (argc == 4 && strcmp(argv[1], "sign") == 0)
        return ledger_sign(a, argv[2], argv[3]);
    if (argc == 3 && strcmp(argv[1], "found") == 0)
        return ledger_found_verb(a, &c, argv[2]);
    return usage(a, "ledger");
}

/* --- exercise --- */
static int api_fault(struct app *a, int status, json_t *out, struct fault *f)
{
    if (status) {
        const char *detail = json_string_value(json_object_get(out, "detail"));
        fault_set(f, status == 404 ? E_ABSENT : E_REFUSED, "", "HTTP %d: %.380s", status, detail ? detail : "");
    }
    json_decref(out);
    return cli_fault(a, f);
}

/* One step of the story as the server tells it: who, which act, on what. */
static int play_step(struct app *a, struct client *c, const json_t *next, bool json)
{
    struct fault f = {0};
    char path[300];
    json_t *out;
    const char *act = json_string_value(json_object_get(next, "act")),
               *subject = json_string_value(json_object_get(next, "subject")),
               *person = json_string_value(json_object_get(next, "person"));
    const char *dot = act ? strchr(act, '.') : NULL;
    if (!dot || !person)
        return fault_set(&f, E_PARSE, "next", "次の一歩が読めません。"), cli_fault(a, &f);
    if (!client_sign_in(c, person, &f))
        return cli_fault(a, &f);
    if (subject && *subject)
        snprintf(path, sizeof path, "/api/v1/%.*s/%s/%s", (int)(dot - act), act, subject, dot + 1);
    else
        snprintf(path, sizeof path, "/api/v1/%.*s/%s", (int)(dot - act), act, dot + 1);
    int status = client_call(c, "POST", path, json_object_get(next, "in"), &out, &f);
    if (status != 200 && status != 201)
        return api_fault(a, status, out, &f);
    json_object_set(out, "step", json_object_get(next, "step"));
    json_object_set(out, "person", json_object_get(next, "name"));
    if (json)
        cli_json(out);
    else
        printf("%3" JSON_INTEGER_FORMAT "  %s  %s\n", json_integer_value(json_object_get(out, "leaf")), act,
               json_string_value(json_object_get(next, "title")));
    json_decref(out);
    return CLI_OK;
}

static int exercise_play(struct app *a, bool json)
{
    struct client *c = client_new(a);
    struct fault f = {0};
    int code = CLI_OK;
    for (int waits = 0, steps = 0; code == CLI_OK && steps < 200;) {
        json_t *next;
        int status = client_call(c, "GET", "/api/v1/exercise/next", NULL, &next, &f);
        if (status != 200) {
            code = api_fault(a, status, next, &f);
            break;
        }
        bool wait = json_is_true(json_object_get(next, "wait")), end = json_is_true(json_object_get(next, "end"));
        if (wait && ++waits > 300) {
            fault_set(&f, E_BUSY, "exercise", "照合が終わりません。サーバーの記録を確かめてください。");
            code = cli_fault(a, &f);
        } else if (wait) {
            usleep(200 * 1000);
        } else if (!end) {
            waits = 0;
            steps++;
            code = play_step(a, c, next, json);
        }
        json_decref(next);
        if (end)
            break;
    }
    client_free(c);
    return code;
}

static int exercise_advance(struct app *a, const char *days, bool json)
{
    struct client *c = client_new(a);
    struct fault f = {0};
    int64_t n;
    json_t *out;
    if (!sl_int(sl(days), &n) || n < 1 || n > 3650) {
        client_free(c);
        return usage(a, "exercise");
    }
    json_t *in = json_pack("{s:I}", "days", (json_int_t)n);
    int status = client_call(c, "POST", "/api/v1/exercise/advance", in, &out, &f), code = CLI_OK;
    json_decref(in);
    if (status != 200)
        code = api_fault(a, status, out, &f);
    else if (json)
        cli_json(out);
    else
        printf("%s\n", json_string_value(json_object_get(out, "today")));
    if (status == 200)
        json_decref(out);
    client_free(c);
    return code;
}

static int exercise_init(struct app *a)
{
    struct gate *g;
    struct fault f;
    if (a->exercise) {
        fault_set(&f, E_CONFLICT, a->home, "%s",
                  cli_say(a,
                          "このホームには、もう演習があります。新しく始めるには、別の TOBUHI_HOME "
                          "を使うか、この場所を空にしてください。",
                          "This home has an exercise already; use another TOBUHI_HOME or empty it."));
        return cli_fault(a, &f);
    }
    if (app_open(a, true, false, &g, &f) != E_OK)
        return cli_fault(a, &f);
    gate_close(g);
    return CLI_OK;
}

static int exercise_status(struct app *a, bool json)
{
    struct fault f;
    struct gate_config c;
    char now[33];
    if (!a->exercise) {
        fault_set(&f, E_CONFIG, a->home, "%s",
                  cli_say(a, "演習のホームではありません。", "Not the home of an exercise."));
        return cli_fault(a, &f);
    }
    if (app_gate_config(a, false, &c, &f) != E_OK)
        return cli_fault(a, &f);
    instant_iso(c.legal->now(c.legal), now);
    json_t *o = json_pack("{s:s, s:s}", "home", a->home, "legal_now", now);
    if (json)
        cli_json(o);
    else
        printf("%s %s\n", cli_say(a, "演習の日時", "legal now"), now);
    json_decref(o);
    return CLI_OK;
}

int verb_exercise(struct app *a, int argc, char **argv)
{
    bool json = cli_flag(&argc, argv, "--json");
    if (argc == 2 && strcmp(argv[1], "init") == 0)
        return exercise_init(a);
    if (argc == 2 && strcmp(argv[1], "play") == 0)
        return exercise_play(a, json);
    if (argc == 2 && strcmp(argv[1], "status") == 0)
        return exercise_status(a, json);
    if (argc == 3 && strcmp(argv[1], "advance") == 0)
        return exercise_advance(a, argv[2], json);
    return usage(a, "exercise");
}

/* --- act: any row, over the API --- */
const char *cli_person(const struct app *a, struct client *c, const char *who, char out[UUID_LEN + 1])
{
    struct fault f = {0};
    json_t *people, *p;
    size_t i, hits = 0;
    if (uuid_ok(sl(who)))
        return who;
    if (client_call(c, "GET", "/api/v1/people", NULL, &people, &f) == 0) {
        cli_fault(a, &f);
        return NULL;
    }
    json_array_foreach(people, i, p)
    {
        const char *name = json_string_value(json_object_get(p, "name"));
        if (name && strcmp(name, who) == 0) {
            hits++;
            snprintf(out, UUID_LEN + 1, "%s", json_string_value(json_object_get(p, "id")));
        }
    }
    json_decref(people);
    if (hits != 1) {
        fault_set(&f, E_FIELD, "--as",
                  hits ? "同じ名の利用者が%zu人います。番号で指定してください（GET /api/v1/people）。"
                       : "その名の利用者はいません（%zu人）。GET /api/v1/people で確かめてください。",
                  hits);
        cli_fault(a, &f);
        return NULL;
    }
    return out;
}

static bool act_inputs(int argc, char **argv, int from, json_t *in)
{
    for (int i = from; i < argc; i++) {
        char *eq = strchr(argv[i], '=');
        if (!eq)
            return false;
        json_object_setn_new(in, argv[i], (size_t)(eq - argv[i]), json_string(eq + 1));
    }
    return true;
}

int verb_act(struct app *a, int argc, char **argv)
{
    struct fault f = {0};
    char id[UUID_LEN + 1], path[300];
    bool json = cli_flag(&argc, argv, "--json");
    const char *as = cli_option(&argc, argv, "--as");
    enum act_id act = argc > 1 ? law_act_named(sl(argv[1])) : ACT_COUNT;
    int first = argc > 2 && !strchr(argv[2], '=') ? 3 : 2;
    json_t *in = json_object(), *out = NULL;
    if (!as || act == ACT_COUNT || !act_inputs(argc, argv, first, in)) {
        json_decref(in);
        return usage(a, "act");
    }
    struct client *c = client_new(a);
    const char *person = cli_person(a, c, as, id), *dot = strchr(argv[1], '.');
    int code = CLI_FAIL;
    if (person && !client_sign_in(c, person, &f)) {
        code = cli_fault(a, &f);
    } else if (person) {
        snprintf(path, sizeof path, "/api/v1/%.*s/%s%s%s", (int)(dot - argv[1]), argv[1], first == 3 ? argv[2] : "",
                 first == 3 ? "/" : "", dot + 1);
        int status = client_call(c, "POST", path, in, &out, &f);
        if (!status) {
            code = cli_fault(a, &f);
        } else {
            code = status < 300 ? CLI_OK : CLI_NO;
            if (json || code)
                cli_json(out);
            else
                printf("%s  leaf %" JSON_INTEGER_FORMAT "  %s\n", json_string_value(json_object_get(out, "subject")),
                       json_integer_value(json_object_get(out, "leaf")),
                       json_string_value(json_object_get(out, "says")));
        }
        json_decref(out);
    }
    client_free(c);
    json_decref(in);
    return code;
}
