/* Rows whose reading has not been confirmed in the article itself: (M) from secondary material, (L) one reading of
 * several. The command, the page and the tests all ask here, so that none of them shows another list. */
#ifndef TB_LAW_UNSURE_H
#define TB_LAW_UNSURE_H

#include <jansson.h>

#include "law/law.h"

enum unsure_sort { UNSURE_ACT, UNSURE_CLOCK, UNSURE_VARIANT, UNSURE_GATE, UNSURE_RELEASE, UNSURE_PARAM };

struct law_unsure {
    enum unsure_sort sort;
    char conf; /* 'M' or 'L' */
    const char *name, *title, *basis;
    const char *anchor; /* of the row on 規則・期限表: "act-asset-exempt" */
};

/* Acts, clocks with their variants, gates, recipients, values, each in the order of its rows; how many. The text lives
 * in the arena or for ever. */
size_t law_unsure(struct arena *a, struct law_unsure **out);
json_t *law_unsure_json(void);
void law_unsure_print(struct buf *out, bool ja);

/* Of an act, whose mark stands in its basis: 付録7（M）. The weakest mark counts; 'H' when there is none. */
char law_conf_of_basis(const char *basis);
bool law_conf_weak(char conf);
const char *law_conf_word(char conf); /* 条文, 二次の資料, 推測, 内規 */

/* Anchors of rows on 規則・期限表. */
const char *law_anchor_act(struct arena *a, enum act_id id);
const char *law_anchor_clock(struct arena *a, enum clock_id id);
const char *law_anchor_gate(struct arena *a, enum law_gate_id id);
const char *law_anchor_release(struct arena *a, size_t row);
const char *law_anchor_param(struct arena *a, size_t row);

#endif
