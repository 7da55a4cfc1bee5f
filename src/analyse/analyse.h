/* ② Analysing: a generation of the match, the sentences of a product. */
#ifndef TB_ANALYSE_H
#define TB_ANALYSE_H

#include "gate/gate.h"

void analyse_effects(void); /* match.run, case.notify_cao, product.draft, product.classify */

struct generation_report {
    int64_t serial, assets, vulns, confirmed, possible, changed, unresolved;
    int64_t leaf;
};
/* Matches every notified asset with every current record and every case that says what it affects; one act (match.run)
 * whose root covers the pairs that changed. Nothing changed and no new name: no act, serial 0. */
enum err generation_run(struct gate *g, struct gate_reader *r, unsigned threads, struct generation_report *out,
                        void (*progress)(void *ctx, uint64_t done, uint64_t all), void *ctx,
                        struct fault *f) TB_MUST_CHECK;

#endif
