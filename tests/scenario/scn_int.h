/* Inside the runner: the world of one story, its lines, what it remembers. */
#ifndef TB_SCN_INT_H
#define TB_SCN_INT_H

#include "scn.h"

#define WORDS_MAX   64
#define KNOWN_MAX   400
#define WITH_MAX    32
#define STAGED_MAX  64
#define DEPTH_MAX   4
#define STORY_ARENA ((size_t)64 << 20)

/* One line of a story as words; a word keeps its quotation marks off. */
struct words {
    slice w[WORDS_MAX];
    bool quoted[WORDS_MAX];
    size_t n, at;
};

struct thing { /* a subject by the story's name for it */
    slice name, id;
    enum kind_id kind;
    char session[UUID_LEN + 1]; /* of a person: his open session */
};

struct staged {          /* rows that go beside the next act */
    slice cell[4], hash; /* feed: cve, body; match: asset, vuln, level, why */
};

struct world {
    const struct scn_config *cfg;
    struct scn_result *out;
    struct arena *a, *tmp; /* of the story; of one line */
    const char *dir;
    size_t depth;
    slice file;
    size_t line;
    bool failed;
    /* the store */
    struct gate *g;
    struct gate_reader *r;
    struct db *db;
    struct clock_set clock;
    struct rng_seeded rng;
    char home[48], url[200];
    bool exercise;
    uint64_t serial; /* organisations get consecutive numbers */
    /* what it remembers */
    struct thing known[KNOWN_MAX];
    size_t n_known;
    struct {
        slice name;
        struct words w;
    } with[WITH_MAX];
    size_t n_with;
    struct staged staged[STAGED_MAX];
    size_t n_staged;
    bool staged_feed;
    char root[65];
    int64_t before, size; /* leaves before and after the last act */
};

/* story.c: words and names */
bool story_words(struct world *w, slice line, struct words *out);
bool story_no(struct world *w, const char *fmt, ...) TB_PRINTF(2, 3); /* the line did not come true; false */
bool story_is(const struct words *x, const char *z);                  /* the next word is z; takes it */
slice story_next(struct words *x);                                    /* empty at the end */
bool story_next_is(const struct words *x, const char *z);             /* looks only */
bool story_end(struct world *w, const struct words *x);
struct thing *story_known(struct world *w, slice name); /* NULL if not */
struct thing *story_thing(struct world *w, slice name); /* complains if not */
bool story_remember(struct world *w, slice name, enum kind_id kind, slice id);
slice story_name_of(struct world *w, slice id);        /* the id itself if it has no name */
bool story_pair(slice word, slice *key, slice *value); /* KEY=VALUE */

/* setting.c: the world and who is in it */
bool setting_begin(struct world *w, struct words *x, bool found);
bool setting_found(struct world *w, struct words *x, bool refused);
void setting_end(struct world *w);
bool setting_pass(struct world *w, usec_t to);
bool setting_org(struct world *w, struct words *x);
bool setting_person(struct world *w, struct words *x);
bool setting_designate(struct world *w, struct words *x);

/* act.c */
enum want { WANT_DONE, WANT_REFUSED, WANT_ABSENT, WANT_BAD, WANT_NO_ACT };
bool act_line(struct world *w, slice who, struct words *x, enum want want);
/* An act of the setting: inputs as a new JSON object, which it takes. False: the story stops. */
bool act_do(struct world *w, slice person, const char *act, slice subject, json_t *in, char id[UUID_LEN + 1]);
bool act_read(struct world *w, slice who, struct words *x);
bool act_export(struct world *w, slice who, struct words *x);
bool act_stage(struct world *w, struct words *x);
bool act_feed(struct world *w, struct words *x);
bool act_matched(struct world *w, struct words *x);
bool act_generation(struct world *w, struct words *x);

/* expect.c */
bool expect_line(struct world *w, struct words *x);
bool expect_find(struct world *w, struct words *x);
bool expect_replay(struct world *w);
int64_t expect_leaves(struct world *w);

#endif
