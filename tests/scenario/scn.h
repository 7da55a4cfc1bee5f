/* Scenarios: a text that a lawyer can read and write (README.md), told to a gate of its own with a clock that stands
 * still.
 *
 * A story is done line by line, as it is read. Nothing goes round the gate: what a setting needs (organisations,
 * people, roles, designations) is done by acts of the founding registrars. The first line that does not come true ends
 * the story. */
#ifndef TB_SCN_H
#define TB_SCN_H

#include "gate/gate.h"

struct scn_config {
    const char *pg;       /* postgresql:///NAME?host=DIR of a private server; NULL: SQLite in memory */
    struct law_drop drop; /* .act = ACT_COUNT: nothing */
};

struct scn_result {
    bool ok;
    char file[200]; /* of the line that did not come true; base name */
    size_t line;
    char what[700];
    char title[160]; /* the story's first comment */
    size_t acts;
    bool touched[ACT_COUNT];             /* asked of the gate or followed by itself */
    bool refused[ACT_COUNT][PRED_COUNT]; /* a refusal that names the condition was expected */
};

void scn_run(const char *path, const struct scn_config *c, struct scn_result *out);

#endif
