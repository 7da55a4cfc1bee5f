#include "cli.h"

#include <stdio.h>
#include <string.h>

const struct cli_verb cli_verbs[] = {
    {"serve", "[--exercise]", "サーバーを動かす", "runs the server", verb_serve},
    {"exercise", "init | play | advance DAYS | status [--json]", "演習を始める・筋書を進める・日付を進める",
     "founds the exercise, plays its story, moves its date", verb_exercise},
    {"import", "FORMAT PATH… [--json]", "公開情報を取り込む（cve5 nvd1 nvd2 nvd-override kev epss csaf）",
     "imports feeds (cve5 nvd1 nvd2 nvd-override kev epss csaf)", verb_import},
    {"match", "--assets A.jsonl --vulns PATH… --out M.jsonl [--threads N] | --store", "資産と脆弱性を照合する",
     "matches assets with vulnerabilities", verb_match},
    {"law", "[--unsure] [--json] | --html | --markdown DIR | --openapi",
     "規則の行を表にする。--unsure は確かめきれていない行、--openapi はAPIの記述",
     "prints the rows of the law; --unsure: those of low confidence, --openapi: the API's description", verb_law},
    {"ledger",
     "verify | replay | rebuild [CHECKPOINT] | show INDEX | proof INDEX | check PROOF KEY.pub [--json] | key FILE NAME "
     "| "
     "sign FOUNDING KEY | found FOUNDING",
     "台帳を確かめる・作り直す・創設する", "verifies, replays, rebuilds and founds the ledger", verb_ledger},
    {"act", "NAME [SUBJECT] --as PERSON [事項=値…] [--json]", "手続を一つする（動いているサーバーへ）",
     "does one act through the running server", verb_act},
    {"case", "list | show CASE --as PERSON [--state S --before LEAF --limit N --purpose TEXT] [--json]",
     "その人に見える事案を読む（動いているサーバーから）", "reads the cases a person may see, from the running server",
     verb_case},
    {"asset",
     "list | show ASSET --as PERSON [--state S --owner ORG --sector S --before LEAF --limit N --purpose TEXT] [--json]",
     "その人に見える届出資産を読む（動いているサーバーから）",
     "reads the reported machines a person may see, from the running server", verb_asset},
    {"export", "list | show EXPORT | get EXPORT [--out FILE] | trace FILE --as PERSON [--state S …] [--json]",
     "持出しを読む・承認された写しを受け取る・だれの写しかをたどる（動いているサーバーへ）",
     "reads exports, fetches an approved copy, says whose copy a file is", verb_export},
    {"db", "check | backup DIR [--with-key] | restore DIR [--json]", "データベースを確かめる・控えを取る・控えから戻す",
     "checks, backs up and restores the database with its ledger", verb_db},
};
const size_t cli_verb_count = TB_COUNT(cli_verbs);

const struct cli_verb *cli_verb_named(const char *name)
{
    for (size_t i = 0; i < cli_verb_count; i++)
        if (strcmp(cli_verbs[i].name, name) == 0)
            return &cli_verbs[i];
    return NULL;
}

const char *cli_say(const struct app *a, const char *ja, const char *en)
{
    return a->ja ? ja : en;
}

int cli_usage(const struct cli_verb *v, bool ja)
{
    fprintf(stderr, "%s: tobuhi %s %s\n", ja ? "使い方" : "usage", v->name, v->args);
    return CLI_USAGE;
}

int cli_fault(const struct app *a, const struct fault *f)
{
    fprintf(stderr, "tobuhi: %s", err_text(f->err, a->ja));
    if (f->where[0])
        fprintf(stderr, " [%s]", f->where);
    fprintf(stderr, ": %s\n", f->what);
    return CLI_FAIL;
}

void cli_json(const json_t *o)
{
    json_dumpf(o, stdout, JSON_COMPACT);
    putchar('\n');
    fflush(stdout);
}

static void take(int *argc, char **argv, int i, int n)
{
    memmove(argv + i, argv + i + n, (size_t)(*argc - i - n + 1) * sizeof *argv);
    *argc -= n;
}

bool cli_flag(int *argc, char **argv, const char *name)
{
    for (int i = 1; i < *argc; i++)
        if (strcmp(argv[i], name) == 0) {
            take(argc, argv, i, 1);
            return true;
        }
    return false;
}

const char *cli_option(int *argc, char **argv, const char *name)
{
    size_t n = strlen(name);
    for (int i = 1; i < *argc; i++) {
        const char *v = argv[i];
        if (strcmp(v, name) == 0 && i + 1 < *argc) {
            const char *value = argv[i + 1];
            take(argc, argv, i, 2);
            return value;
        }
        if (strncmp(v, name, n) == 0 && v[n] == '=') {
            take(argc, argv, i, 1);
            return v + n + 1;
        }
    }
    return NULL;
}
