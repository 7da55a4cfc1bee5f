/* The verbs of `tobuhi`. Exit codes: 0 done; 1 it ran and the answer is no (rejected, not clean, unread); 2 usage; 3 it
 * could not run (configuration, store, network). Messages on stderr, results on stdout; --json for programs. */
#ifndef TB_CLI_H
#define TB_CLI_H

#include "cli/home.h"
#include "law/law.h"

enum { CLI_OK = 0, CLI_NO = 1, CLI_USAGE = 2, CLI_FAIL = 3 };

struct cli_verb {
    const char *name, *args, *ja, *en;
    int (*run)(struct app *a, int argc, char **argv); /* argv[0] is the verb */
};
extern const struct cli_verb cli_verbs[];
extern const size_t cli_verb_count;

const struct cli_verb *cli_verb_named(const char *name); /* NULL if none */
int cli_usage(const struct cli_verb *v, bool ja);        /* prints, returns CLI_USAGE */
int cli_fault(const struct app *a, const struct fault *f);
void cli_json(const json_t *o); /* one line */
const char *cli_say(const struct app *a, const char *ja, const char *en);

/* --name or --name=value in any place; removes what it took. */
bool cli_flag(int *argc, char **argv, const char *name);
const char *cli_option(int *argc, char **argv, const char *name);

int verb_serve(struct app *a, int argc, char **argv);
int verb_exercise(struct app *a, int argc, char **argv);
int verb_import(struct app *a, int argc, char **argv);
int verb_match(struct app *a, int argc, char **argv);
int verb_law(struct app *a, int argc, char **argv);
int verb_ledger(struct app *a, int argc, char **argv);
int verb_act(struct app *a, int argc, char **argv);
int verb_case(struct app *a, int argc, char **argv);
int verb_asset(struct app *a, int argc, char **argv);
int verb_export(struct app *a, int argc, char **argv);
int cli_read(struct app *a, int argc, char **argv, enum kind_id kind); /* list | show of one kind */
int verb_db(struct app *a, int argc, char **argv);

/* --- a client of the running server --- */
struct client;
struct client *client_new(const struct app *a); /* of TOBUHI_LISTEN */
void client_free(struct client *c);
/* JSON in (may be NULL), JSON out (new reference, may be NULL). HTTP status, or 0 with *f when nothing answered. */
int client_call(struct client *c, const char *method, const char *path, const json_t *in, json_t **out,
                struct fault *f);
slice client_body(const struct client *c); /* of the last answer, until the next call */
bool client_sign_in(struct client *c, const char *person, struct fault *f);
/* The id of who is named so, in `out` or `who` itself; NULL once it has said that none or several are. */
const char *cli_person(const struct app *a, struct client *c, const char *who, char out[UUID_LEN + 1]);

#endif
