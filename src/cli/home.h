/* A home: the environment, its clocks, and the gate over its store. */
#ifndef TB_HOME_H
#define TB_HOME_H

#include "gate/gate.h"

struct app {
    char home[400], db[400], listen[120], data[400];
    bool ja;       /* messages in Japanese (LC_ALL, LC_MESSAGES, LANG) */
    bool exercise; /* the home is an exercise's */
    struct clock_set legal;
};

/* TOBUHI_HOME (default ./var), TOBUHI_DB (default sqlite), TOBUHI_LISTEN (default 127.0.0.1:8080),
 * TOBUHI_DATA (default: share/tobuhi/exercise beside the installed program, else where it was built from). */
enum err app_env(struct app *a, struct fault *f) TB_MUST_CHECK;
/* The gate's configuration for this home: an exercise's has its simulated date. */
enum err app_gate_config(struct app *a, bool threaded, struct gate_config *out, struct fault *f) TB_MUST_CHECK;

/* Opens the home's gate; an empty home becomes an exercise when `exercise` is asked for (founded and seeded, with
 * progress on stderr), else E_CONFIG says how to found one. */
enum err app_open(struct app *a, bool exercise, bool threaded, struct gate **out, struct fault *f) TB_MUST_CHECK;

#endif
