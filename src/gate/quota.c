/* The day's quota over the national target list: whose machines and matches a person has been shown (8①). */
#include "gate_int.h"

/* A read that was refused has no effect: only what was shown counts. */
enum err seen_effect(struct gate_tx *tx, const struct law_ctx *c, struct val *row, struct fault *f)
{
    struct val list = row[N_operators];
    enum err e = E_OK;
    for (size_t i = 0; !e && list.t == VAL_LIST && i < list.n; i++)
        e = db_run(tx->db, Q_seen_put,
                   (struct dbval[]){DBT(c->actor.person), DBI(c->today), DBT(list.v[i].s), DBI(tx->leaf)}, 4, NULL,
                   tx->arena, f);
    return e;
}

void gate_own_effects(void)
{
    gate_effect(ACT_store_found, found_effect);
    gate_effect(ACT_read_release, seen_effect);
}
