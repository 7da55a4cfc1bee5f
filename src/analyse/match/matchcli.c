#include "matchcli.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyse/match/match.h"
#include "collect/feed/feed.h"
#include "collect/feed/progress.h"

#define LINE_MAX_BYTES ((size_t)64 << 10) /* of an asset or alias line */
#define ENGINE_CAP     ((size_t)8 << 30)
#define TOLD_MAX       1000 /* lines of complaint on stderr; the rest is counted */

static const char usage_ja[] =
    "使い方: tobuhi match --assets A.jsonl --vulns PATH… --out M.jsonl [選択肢]\n"
    "資産の一覧と脆弱性の情報を照合し、該当するもの（confirmed 確実・possible 可能性あり）だけを書き出します。\n"
    "\n"
    "  --assets FILE      資産。1行に1件のJSON: asset_id と、operator_id system_id vendor product version cpe purl\n"
    "  --vulns PATH…      脆弱性の情報。ファイルかフォルダー。CVE JSON 5、NVD 1.1、NVD "
    "2.0、NVD上書き（形式は内容で判別）\n"
    "  --out FILE         結果。1行に1件 {\"asset_id\",\"cve\",\"level\"}。資産の順、CVEの順。- は標準出力\n"
    "  --aliases FILE     名前の対応。1行に1件 {\"vendor\",\"product\",\"cpe\",\"rule\"}。cpeのない資産に使います\n"
    "  --unresolved FILE  照合できなかった資産と、人の確認が要る資産。1行に1件 {\"asset_id\",…,\"doubt\"}\n"
    "  --reasons          結果の各行に理由（\"why\"）を付けます\n"
    "  --threads N        1～64（既定 1）\n"
    "  --json             最後の行を {\"assets\",\"vulns\",\"confirmed\",\"possible\",\"unresolved\",\"bad_lines\",…} "
    "とします\n"
    "  --help             この説明\n"
    "\n"
    "終了コード: 0 照合した（受け付けなかった行や記録があっても）、1 最後まで読み書きできなかった、2 使い方の誤り\n";
static const char usage_en[] =
    "usage: tobuhi match --assets A.jsonl --vulns PATH... --out M.jsonl [options]\n"
    "Matches assets with vulnerabilities and writes what holds (confirmed or possible); a \"no\" is not written.\n"
    "\n"
    "  --assets FILE      one JSON object a line: asset_id, and operator_id system_id vendor product version cpe purl\n"
    "  --vulns PATH...    files or folders: CVE JSON 5, NVD 1.1, NVD 2.0, NVD overrides (told apart by content)\n"
    "  --out FILE         one row a line {\"asset_id\",\"cve\",\"level\"}, by asset, then CVE; - is standard output\n"
    "  --aliases FILE     one name a line {\"vendor\",\"product\",\"cpe\",\"rule\"}, for assets without cpe\n"
    "  --unresolved FILE  assets that were not matched or need a person's look: {\"asset_id\",...,\"doubt\"}\n"
    "  --reasons          adds the reason (\"why\") to every row\n"
    "  --threads N        1 to 64 (1)\n"
    "  --json             last line "
    "{\"assets\",\"vulns\",\"confirmed\",\"possible\",\"unresolved\",\"bad_lines\",...}\n"
    "  --help             this text\n"
    "\n"
    "exit: 0 matched (lines and records may have been rejected), 1 not read or written to the end, 2 usage\n";

/* --- a file that appears whole or not at all --- */

struct sheet {
    FILE *f;
    const char *path;
    char part[4096]; /* written here, then renamed; empty when path is no regular file */
};

static bool sheet_open(struct sheet *s, const char *path)
{
    struct stat st;
    *s = (struct sheet){.path = path};
    if (!strcmp(path, "-")) {
        s->f = stdout;
        return true;
    }
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) { /* a pipe or device takes what it is given */
        s->f = fopen(path, "w");
        return s->f != NULL;
    }
    if ((size_t)snprintf(s->part, sizeof s->part, "%s.part", path) >= sizeof s->part) {
        errno = ENAMETOOLONG;
        return false;
    }
    s->f = fopen(s->part, "w");
    return s->f != NULL;
}

static bool sheet_close(struct sheet *s, bool good)
{
    if (!s->f)
        return true;
    bool ok = fflush(s->f) == 0 && !ferror(s->f);
    if (s->f == stdout) {
        s->f = NULL;
        return ok;
    }
    if (s->part[0])
        ok = ok && fsync(fileno(s->f)) == 0;
    ok = fclose(s->f) == 0 && ok;
    s->f = NULL;
    if (!s->part[0])
        return ok;
    if (!good || !ok) {
        unlink(s->part);
        return ok;
    }
    return rename(s->part, s->path) == 0;
}

/* --- the job --- */

struct job {
    bool ja, json, reasons;
    const char *assets, *out, *aliases, *unresolved;
    const char **vulns;
    size_t vuln_paths;
    unsigned threads;
    struct match_engine *engine;
    struct sheet rows, queue;
    uint64_t bad_lines, bad_records, told;
    struct match_stats st;
    struct progress bar;
};

static void tell(struct job *j, const char *fmt, ...) TB_PRINTF(2, 3);
static void tell(struct job *j, const char *fmt, ...)
{
    va_list ap;
    progress_end(&j->bar);
    va_start(ap, fmt);
    fputs("tobuhi match: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
}

/* A rejected line or record: each is told, up to a limit. */
static void reject(struct job *j, const char *where, const char *record, const char *what)
{
    if (++j->told <= TOLD_MAX)
        tell(j, "%s:%s: %s", where, record, what);
    if (j->told == TOLD_MAX)
        tell(j, "%s", j->ja ? "これより後の誤りは数だけ示します" : "further rejections are only counted");
}

/* --- lines of JSON --- */

struct lines {
    FILE *f;
    const char *path;
    uint64_t at;
    char *buf;
};

enum line { LINE_ONE, LINE_LONG, LINE_END, LINE_FAIL };

/* The next line that is not blank; over the limit it is passed over to its end. */
static enum line line_next(struct lines *l, slice *out)
{
    for (;;) {
        size_t n = 0;
        bool over = false;
        int c;
        while ((c = getc_unlocked(l->f)) != EOF && c != '\n') {
            over = over || n == LINE_MAX_BYTES;
            if (!over)
                l->buf[n++] = (char)c;
        }
        if (c == EOF && ferror(l->f))
            return LINE_FAIL;
        if (c == EOF && n == 0)
            return LINE_END;
        l->at++;
        slice s = {l->buf, n};
        if (l->at == 1 && sl_starts(s, "\xEF\xBB\xBF"))
            s = (slice){s.p + 3, s.n - 3};
        *out = sl_trim(s);
        if (over)
            return LINE_LONG;
        if (out->n)
            return LINE_ONE;
    }
}

/* Missing and null are the empty text; anything but a string is a fault. */
static bool member(const json_t *j, const char *name, slice *out, bool ja, struct fault *f)
{
    const json_t *v = json_object_get(j, name);
    *out = SLN;
    if (!v || json_is_null(v))
        return true;
    if (!json_is_string(v)) {
        fault_set(f, E_FIELD, name, ja ? "%s は文字列で書いてください" : "%s must be a string", name);
        return false;
    }
    *out = (slice){json_string_value(v), json_string_length(v)};
    return true;
}

static bool members(const json_t *j, const char *const *name, slice *const *to, size_t n, bool ja, struct fault *f)
{
    for (size_t i = 0; i < n; i++)
        if (!member(j, name[i], to[i], ja, f))
            return false;
    return true;
}

static bool add_asset(struct job *job, const json_t *j, struct fault *f)
{
    struct match_asset a;
    static const char *const name[] = {"asset_id", "operator_id", "system_id", "cpe",
                                       "vendor",   "product",     "version",   "purl"};
    slice *const to[] = {&a.id, &a.operator_id, &a.system_id, &a.cpe, &a.vendor, &a.product, &a.version, &a.purl};
    return members(j, name, to, TB_COUNT(name), job->ja, f) && match_add_asset(job->engine, &a, f) == E_OK;
}

static bool add_alias(struct job *job, const json_t *j, struct fault *f)
{
    struct match_alias a;
    static const char *const name[] = {"vendor", "product", "cpe", "rule"};
    slice *const to[] = {&a.vendor, &a.product, &a.cpe, &a.rule};
    return members(j, name, to, TB_COUNT(name), job->ja, f) && match_add_alias(job->engine, &a, f) == E_OK;
}

typedef bool line_taker(struct job *job, const json_t *j, struct fault *f);

/* False when the engine is full: nothing that follows could be right. */
static bool take_line(struct job *job, const struct lines *l, enum line got, slice text, line_taker *take)
{
    struct fault f = {0};
    char at[24];
    snprintf(at, sizeof at, "%" PRIu64, l->at);
    if (got == LINE_LONG) {
        fault_set(&f, E_PARSE, "", job->ja ? "1行は%zuバイトまでです" : "a line has at most %zu bytes", LINE_MAX_BYTES);
    } else {
        json_error_t why;
        json_t *j = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why);
        if (!json_is_object(j))
            fault_set(&f, E_PARSE, "", job->ja ? "JSONのオブジェクトとして読めません：%s" : "no JSON object: %s",
                      j ? "{" : why.text);
        else
            take(job, j, &f);
        json_decref(j);
    }
    if (f.err == E_OK)
        return true;
    if (f.err == E_TOO_BIG && !strcmp(f.where, "match")) {
        tell(job, "%s", f.what);
        return false;
    }
    job->bad_lines++;
    reject(job, l->path, at, f.what);
    return true;
}

static bool read_lines(struct job *job, const char *path, line_taker *take)
{
    struct lines l = {.f = fopen(path, "r"), .path = path};
    if (!l.f) {
        tell(job, "%s: %s", path, strerror(errno));
        return false;
    }
    l.buf = mem_take(LINE_MAX_BYTES);
    bool ok = true;
    slice text;
    enum line got = LINE_END;
    while (ok && ((got = line_next(&l, &text)) == LINE_ONE || got == LINE_LONG))
        ok = take_line(job, &l, got, text, take);
    if (got == LINE_FAIL) {
        tell(job, "%s: %s", path, strerror(errno));
        ok = false;
    }
    free(l.buf);
    fclose(l.f);
    return ok;
}

/* --- feeds --- */

static bool take_item(struct job *j, enum feed_step step, const struct feed_item *it)
{
    char file[512], record[128];
    struct fault f = {0};
    if (step == FEED_PASSED || (step == FEED_RECORD && !it->record.rec))
        return true; /* KEV and EPSS name no products */
    snprintf(file, sizeof file, PRIs, ARGs(it->file));
    if (step == FEED_RECORD) {
        enum err e = match_add_vuln(j->engine, it->record.rec, &f);
        if (e == E_OK)
            return true;
        if (!strcmp(f.where, "match")) {
            tell(j, "%s", f.what);
            return false;
        }
        snprintf(record, sizeof record, PRIs, ARGs(it->record.id));
    } else {
        snprintf(record, sizeof record, PRIs, ARGs(it->reject.record));
    }
    j->bad_records++;
    reject(j, file, record, step == FEED_RECORD ? f.what : it->reject.reason);
    return true;
}

static bool read_unit(struct job *j, const struct feed_unit *u, struct fault *f)
{
    struct feed_opt opt = {.ja = j->ja};
    struct feed *s = feed_open(u, &opt, f);
    if (!s)
        return false;
    enum feed_step step;
    bool ok = true;
    struct feed_item it;
    while (ok && ((step = feed_next(s, &it, f)) == FEED_RECORD || step == FEED_REJECT || step == FEED_PASSED)) {
        ok = take_item(j, step, &it);
        const struct feed_result *r = feed_result(s);
        progress_at(&j->bar, r->done, r->size, r->in);
    }
    if (!ok)
        fault_set(f, E_TOO_BIG, u->path, j->ja ? "途中で止めました" : "stopped");
    ok = ok && step == FEED_END;
    feed_close(s);
    return ok;
}

static bool read_vulns(struct job *j)
{
    struct fault f = {0};
    struct feed_units units;
    struct arena *a = arena_new((size_t)256 << 20);
    bool ok = feed_plan(a, FEED_NONE, j->vulns, j->vuln_paths, j->ja, &units, &f) == E_OK;
    for (size_t i = 0; ok && i < units.n; i++) {
        progress_start(&j->bar, clock_wall(), 2, units.u[i].path, j->ja);
        ok = read_unit(j, &units.u[i], &f);
        progress_end(&j->bar);
    }
    if (!ok)
        tell(j, "%s: %s", f.where, f.what);
    arena_free(a);
    return ok;
}

/* --- results --- */

static json_t *jstr(slice s)
{
    return json_stringn(s.n ? s.p : "", s.n);
}

static bool put_row(void *ctx, const struct match_row *r)
{
    struct job *j = ctx;
    json_t *o = json_pack("{s:o, s:o, s:s}", "asset_id", jstr(r->asset), "cve", jstr(r->vuln), "level",
                          match_level_name(r->why->level));
    must(o);
    if (j->reasons) {
        struct buf why = BUF((size_t)1 << 20);
        match_why_write(r->why, &why);
        json_object_set_new(o, "why", json_loadb(why.p, why.n, 0, NULL));
        buf_free(&why);
    }
    bool ok = json_dumpf(o, j->rows.f, JSON_COMPACT) == 0 && fputc('\n', j->rows.f) != EOF;
    json_decref(o);
    return ok;
}

static void put_unresolved(void *ctx, const struct match_unresolved *u)
{
    struct job *j = ctx;
    json_t *o = json_pack("{s:o, s:o, s:o, s:o, s:o, s:s}", "asset_id", jstr(u->asset), "operator_id",
                          jstr(u->operator_id), "vendor", jstr(u->vendor), "product", jstr(u->product), "version",
                          jstr(u->version), "doubt", match_doubt_name(u->doubt));
    must(o);
    json_dumpf(o, j->queue.f, JSON_COMPACT);
    fputc('\n', j->queue.f);
    json_decref(o);
}

static void put_account(const struct job *j)
{
    const struct match_stats *s = &j->st;
    if (!j->json) {
        printf(j->ja ? "資産 %" PRIu64 "、脆弱性 %" PRIu64 "：確実 %" PRIu64 "、可能性あり %" PRIu64
                       "。照合できない資産 %" PRIu64 "、確認が要る資産 %" PRIu64 "、受け付けなかった行 %" PRIu64
                       "、同記録 %" PRIu64 "\n"
                     : "%" PRIu64 " assets, %" PRIu64 " vulnerabilities: %" PRIu64 " confirmed, %" PRIu64
                       " possible; assets not resolved %" PRIu64 ", to be looked at %" PRIu64
                       "; lines rejected %" PRIu64 ", records %" PRIu64 "\n",
               s->assets, s->vulns, s->confirmed, s->possible, s->unresolved, s->unclear, j->bad_lines, j->bad_records);
        return;
    }
    json_t *o =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "assets", (json_int_t)s->assets, "vulns",
                  (json_int_t)s->vulns, "confirmed", (json_int_t)s->confirmed, "possible", (json_int_t)s->possible,
                  "unresolved", (json_int_t)s->unresolved, "bad_lines", (json_int_t)j->bad_lines, "bad_records",
                  (json_int_t)j->bad_records, "unclear", (json_int_t)s->unclear);
    must(o);
    json_dumpf(o, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(o);
}

static void run_progress(void *ctx, uint64_t done, uint64_t all)
{
    struct job *j = ctx;
    progress_at(&j->bar, done, all, done);
}

static bool run(struct job *j)
{
    struct fault f = {0};
    const struct match_sink sink = {
        .ctx = j, .row = put_row, .unresolved = j->queue.f ? put_unresolved : NULL, .progress = run_progress};
    progress_start(&j->bar, clock_wall(), 2, j->ja ? "照合" : "match", j->ja);
    enum err e = match_run(j->engine, j->threads, &sink, &j->st, &f);
    progress_end(&j->bar);
    if (e)
        tell(j, "%s", f.what);
    return e == E_OK; /* a row that could not be written shows when the sheet is closed */
}

static bool open_sheets(struct job *j)
{
    const char *bad = NULL;
    if (!sheet_open(&j->rows, j->out))
        bad = j->out;
    else if (j->unresolved && !sheet_open(&j->queue, j->unresolved))
        bad = j->unresolved;
    if (bad)
        tell(j, "%s: %s", bad, strerror(errno));
    return !bad;
}

static bool match_all(struct job *j)
{
    bool ok = open_sheets(j) && (!j->aliases || read_lines(j, j->aliases, add_alias)) &&
              read_lines(j, j->assets, add_asset) && read_vulns(j) && run(j);
    bool wrote = sheet_close(&j->rows, ok);
    wrote = sheet_close(&j->queue, ok) && wrote;
    if (ok && !wrote)
        tell(j, "%s: %s", j->out, strerror(errno));
    return ok && wrote;
}

/* --- the command line --- */

enum { O_ASSETS = 256, O_VULNS, O_OUT, O_ALIASES, O_UNRESOLVED, O_REASONS, O_THREADS, O_JSON, O_HELP };

static const struct option options[] = {{"assets", required_argument, NULL, O_ASSETS},
                                        {"vulns", required_argument, NULL, O_VULNS},
                                        {"out", required_argument, NULL, O_OUT},
                                        {"aliases", required_argument, NULL, O_ALIASES},
                                        {"unresolved", required_argument, NULL, O_UNRESOLVED},
                                        {"reasons", no_argument, NULL, O_REASONS},
                                        {"threads", required_argument, NULL, O_THREADS},
                                        {"json", no_argument, NULL, O_JSON},
                                        {"help", no_argument, NULL, O_HELP},
                                        {0}};

static bool take_option(struct job *j, int o, const char *arg)
{
    int64_t n;
    switch (o) {
    case O_ASSETS:
        j->assets = arg;
        return true;
    case O_VULNS:
        j->vulns[j->vuln_paths++] = arg;
        return true;
    case O_OUT:
        j->out = arg;
        return true;
    case O_ALIASES:
        j->aliases = arg;
        return true;
    case O_UNRESOLVED:
        j->unresolved = arg;
        return true;
    case O_REASONS:
        j->reasons = true;
        return true;
    case O_THREADS:
        if (!sl_int(sl(arg), &n) || n < 1 || n > MATCH_THREADS_MAX) {
            tell(j, j->ja ? "--threads は1から%dまでです" : "--threads is 1 to %d", MATCH_THREADS_MAX);
            return false;
        }
        j->threads = (unsigned)n;
        return true;
    case O_JSON:
        j->json = true;
        return true;
    default:
        return false; /* getopt has said what is wrong */
    }
}

enum parsed { PARSED, PARSED_HELP, PARSED_WRONG };

/* Paths may follow --vulns or stand anywhere: whatever is no option is one. */
static enum parsed parse(struct job *j, int argc, char **argv)
{
    int o;
    optind = 0; /* from the start, whatever was parsed before */
    while ((o = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (o == O_HELP)
            return PARSED_HELP;
        if (!take_option(j, o, optarg))
            return PARSED_WRONG;
    }
    while (optind < argc)
        j->vulns[j->vuln_paths++] = argv[optind++];
    if (j->assets && j->vuln_paths && j->out)
        return PARSED;
    tell(j, "%s",
         j->ja ? "--assets、--vulns、--out が要ります（--help で説明）"
               : "--assets, --vulns and --out are needed (see --help)");
    return PARSED_WRONG;
}

int match_cli(int argc, char **argv, bool ja)
{
    struct job j = {.ja = ja, .threads = 1, .bar = {.fd = -1}};
    j.vulns = mem_zero((size_t)argc + 1, sizeof *j.vulns);
    enum parsed p = parse(&j, argc, argv);
    bool ok = p == PARSED_HELP;
    if (p == PARSED_HELP)
        fputs(ja ? usage_ja : usage_en, stdout);
    if (p == PARSED) {
        j.engine = match_new(ENGINE_CAP, ja);
        ok = match_all(&j);
        if (ok)
            put_account(&j);
        match_free(j.engine);
    }
    free(j.vulns);
    return p == PARSED_WRONG ? 2 : ok && fflush(stdout) == 0 ? 0 : 1;
}
