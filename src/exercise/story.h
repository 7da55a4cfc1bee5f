/* 演習『暁の烽』の筋書: which step comes next, found from what the store says has been done. Nothing is remembered
 * beside the store, so the story goes on whoever does a step, in the browser or over the API. */
#ifndef TB_STORY_H
#define TB_STORY_H

#include "gate/gate.h"

struct story;
enum err story_open(struct story **out, const char *data,
                    struct fault *f) TB_MUST_CHECK; /* data: the folder exercise/ */
void story_close(struct story *s);

struct story_step {
    int index, total;        /* from 1; index > total: the story is at its end */
    const char *title, *why; /* what to do, and why */
    bool wait;               /* a machine is at it: look again in a moment */
    enum act_id act;
    slice person, person_name, org_name; /* who does it */
    slice subject;                       /* empty: the act creates */
    slice case_id;                       /* of the story, once it is there */
    json_t *in;                          /* proposed inputs; the caller drops it */
};
/* E_OK with index > total at the end. */
enum err story_next(struct story *s, struct gate_reader *r, usec_t now, struct arena *a, struct story_step *out,
                    struct fault *f) TB_MUST_CHECK;

/* Who plays the story, by organisation in its order, and in one line what he does there. */
struct story_member {
    slice person;
    const char *does;
};
enum err story_cast(struct story *s, struct gate_reader *r, struct arena *a, struct story_member **out, size_t *n,
                    struct fault *f) TB_MUST_CHECK;

#endif
