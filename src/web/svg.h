/* Pictures, made on the server as SVG: no script, no request of their own, classes instead of styles, so that they
 * follow light, dark and print. Pure functions from plain structs; the same structs give the same bytes.
 *
 * Rules (all pictures): role="img" with title and a desc that says the finding; text of 13 px and more at natural
 * size; nothing told by colour alone (late is hatched, held is dashed, planned is a dashed mark); what has no number
 * of hours in the law is drawn as time elapsed, never as a countdown. The page puts the same numbers in a table.
 * `id` makes the ids in the picture unique on the page. What falls outside the picture is left out or ends in an
 * arrow; what is more than the limits below is counted in a note, not dropped in silence. */
#ifndef TB_SVG_H
#define TB_SVG_H

#include "base/base.h"
#include "base/date.h"

enum {
    SVG_LANES = 16,
    SVG_EVENTS = 120,
    SVG_BARS = 60,
    SVG_LINES = 6,
    SVG_CLOCKS = 30,
    SVG_STEPS = 4,
    SVG_FLOWS = 24,
    SVG_RUNGS = 64,
    SVG_FORKS = 6
};

/* --- a case: who did what when, and which clocks run --- */
struct svg_event {
    size_t lane;
    int no; /* as in the list of events below the picture */
    usec_t at;
    slice label;
    bool planned;
};
enum svg_bar_kind {
    SVG_LIMIT,   /* start to limit, outlined; past the limit hatched */
    SVG_ELAPSED, /* no number of hours: filled from start to now; past the target hatched */
    SVG_DONE,    /* start to end */
    SVG_HELD     /* stopped: start to limit, dashed */
};
struct svg_bar {
    size_t lane;
    enum svg_bar_kind kind;
    usec_t from, to; /* to: limit, internal target (0: none) or end */
    slice label;
};
struct svg_line { /* a moment agreed for all: the day of publication */
    usec_t at;
    slice label;
};
struct svg_timeline {
    const char *id;
    slice title, desc;
    usec_t from, to, now;
    const struct holidays *holidays;
    const slice *lane;
    size_t lanes;
    const struct svg_event *event; /* in order of time */
    size_t events;
    const struct svg_bar *bar;
    size_t bars;
    const struct svg_line *line;
    size_t lines;
};
void svg_timeline(struct buf *b, const struct svg_timeline *t);

/* --- the duty board: 36 hours back and 72 ahead, the next 12 stretched --- */
enum svg_tone { SVG_CALM, SVG_SOON, SVG_LATE };
struct svg_clock {
    int no;
    slice name, sub, value, note; /* "速報", "2026-0152・東雲鉄道", "経過 5:32", "認知 21日 21:40" */
    usec_t start;
    usec_t limit, unrolled;  /* 0: the law has no number; unrolled: before a holiday moved it, or 0 */
    usec_t target, escalate; /* internal marks of a clock without a number; 0: none */
    enum svg_tone tone;
};
struct svg_board {
    const char *id;
    slice title, desc;
    usec_t now;
    const struct holidays *holidays;
    const struct svg_clock *clock; /* those with a limit first: two groups are drawn */
    size_t clocks;
};
void svg_board(struct buf *b, const struct svg_board *t);        /* for wide screens and paper */
void svg_board_narrow(struct buf *b, const struct svg_board *t); /* for a phone */

/* --- small ones --- */
enum svg_state { SVG_STEP_TODO, SVG_STEP_NOW, SVG_STEP_DONE };
struct svg_step {
    slice label, sub;
    enum svg_state state;
};
void svg_steps(struct buf *b, const char *id, slice title, slice desc, const struct svg_step *step, size_t n);

struct svg_point { /* on a bar from now to the last of them */
    usec_t at;
    slice label, sub;
};
void svg_until(struct buf *b, const char *id, slice title, slice desc, usec_t now, const struct svg_point *point,
               size_t n);

/* --- a leaf of the ledger and the way up to the head that is signed (RFC 6962) --- */
struct svg_rung {        /* one level, from the foot up */
    bool left;           /* where the neighbour stands */
    slice range, beside; /* "12–15", the neighbour's fingerprint */
    slice level, node;   /* "3段", the fingerprint of the node that was reached below this join */
};
struct svg_climb {
    const char *id;
    slice title, desc;
    slice leaf, leaf_sub, head, head_sub;
    const struct svg_rung *rung;
    size_t rungs;
};
void svg_climb(struct buf *b, const struct svg_climb *t);

/* --- a decision of several questions: what was answered, and what else would have led where --- */
struct svg_choice {
    slice name;
    slice least, most; /* of one that was not taken: the results that were still open */
    bool taken;
};
struct svg_fork {
    slice question;
    const struct svg_choice *choice;
    size_t choices;
};
struct svg_decide {
    const char *id;
    slice title, desc;
    const struct svg_fork *fork;
    size_t forks;
    slice result, result_sub;
};
void svg_decide(struct buf *b, const struct svg_decide *t);

/* --- who may be given what: classes on the left, recipients on the right --- */
struct svg_source {
    slice name, sub;
    bool off; /* not in force or not there: dashed, nothing flows */
};
struct svg_target {
    slice name, article, sub, why_not; /* why_not: under the name of a target that a ribbon was cut for */
    bool held;
};
enum svg_flow_kind { SVG_FLOWS_NOW, SVG_FLOW_HELD, SVG_FLOW_CUT };
struct svg_ribbon {
    size_t source, target;
    enum svg_flow_kind kind;
    unsigned count; /* recipients: the width */
};
struct svg_flow {
    const char *id;
    slice title, desc;
    const struct svg_source *source;
    size_t sources;
    const struct svg_target *target;
    size_t targets;
    const struct svg_ribbon *ribbon;
    size_t ribbons;
};
void svg_flow(struct buf *b, const struct svg_flow *t);

#endif
