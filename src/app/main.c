/* The composition root of `tobuhi`: wires the rooms' effects into the gate, and hands over to the verb. */
#include "cli/cli.h"

#include "analyse/analyse.h"
#include "collect/collect.h"

#include <stdio.h>
#include <string.h>

static int help(const struct app *a)
{
    printf("%s\n\n", cli_say(a, "Tobuhi（烽） — サイバー対処能力強化法の手続を動かす",
                             "Tobuhi — runs the procedures of Japan's active cyber defence law"));
    for (size_t i = 0; i < cli_verb_count; i++)
        printf("  tobuhi %-9s %s\n             %s\n", cli_verbs[i].name, cli_verbs[i].args,
               cli_say(a, cli_verbs[i].ja, cli_verbs[i].en));
    printf("\n%s\n",
           cli_say(a,
                   "環境: TOBUHI_HOME（状態の場所）、TOBUHI_DB（sqlite 又は "
                   "postgresql:///NAME?host=DIR）、TOBUHI_LISTEN（127.0.0.1:PORT）\n終わりの値: 0 済み、1 "
                   "済んだが答えは否、2 使い方、3 動かせない",
                   "Environment: TOBUHI_HOME (state), TOBUHI_DB (sqlite or postgresql:///NAME?host=DIR), TOBUHI_LISTEN "
                   "(127.0.0.1:PORT)\nExit: 0 done, 1 done and the answer is no, 2 usage, 3 could not run"));
    return CLI_OK;
}

static int verb_help(const struct app *a, const struct cli_verb *v)
{
    printf("tobuhi %s %s\n%s\n", v->name, v->args, cli_say(a, v->ja, v->en));
    return CLI_OK;
}

int main(int argc, char **argv)
{
    struct app a;
    struct fault f;
    /* Memory or the end, or a missing field of an answer would be all one sees of it. */
    json_set_alloc_funcs(mem_piece, mem_piece_free);
    if (app_env(&a, &f) != E_OK)
        return cli_fault(&a, &f);
    collect_effects();
    analyse_effects();
    if (argc < 2)
        return help(&a), CLI_USAGE;
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return help(&a);
    for (size_t i = 0; i < cli_verb_count; i++) {
        if (strcmp(argv[1], cli_verbs[i].name) != 0)
            continue;
        for (int k = 2; k < argc; k++)
            if (strcmp(argv[k], "--help") == 0 && strcmp(argv[1], "match") != 0)
                return verb_help(&a, &cli_verbs[i]);
        return cli_verbs[i].run(&a, argc - 1, argv + 1);
    }
    fprintf(
        stderr, "tobuhi: %s: %s\n", argv[1],
        cli_say(&a, "そのような動詞はありません。tobuhi --help を見てください。", "no such verb; see tobuhi --help."));
    return CLI_USAGE;
}
