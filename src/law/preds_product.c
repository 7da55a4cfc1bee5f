/* The conditions of products and notices (37, 41, 42①): each sentence, its sources and its secrecy. */
#include "preds_int.h"

/* A sentence is (text, secret?, sources, the lowest level of them). */
enum { SENT_TEXT, SENT_SECRET, SENT_SOURCES, SENT_LEVEL, SENT_COLS };

enum { LEVEL_OTHERS, LEVEL_OWN, LEVEL_PARTNERSHIP };

static bool sentences(const struct law_ctx *c, const struct val **v, size_t *n)
{
    struct val s = c->fact[FACT_sentences];
    *v = s.v;
    *n = s.n;
    for (size_t i = 0; s.t == VAL_LIST && i < s.n; i++)
        if (s.v[i].n != SENT_COLS)
            return false;
    return s.t == VAL_LIST && s.n > 0;
}
PRED(provenance_complete)
{
    const struct val *v;
    size_t n;
    if (!sentences(c, &v, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!positive(v[i].v[SENT_SOURCES]) || !text(v[i].v[SENT_TEXT]))
            return false;
    return true;
}
PRED(classifier_may_lower_within_source)
{
    const struct val *v;
    size_t n;
    if (is(c->in[N_secret], "YES"))
        return true;
    if (!sentences(c, &v, &n) || c->in[N_sentence].t != VAL_INT || c->in[N_sentence].i < 0 ||
        (size_t)c->in[N_sentence].i >= n)
        return false;
    struct val level = v[c->in[N_sentence].i].v[SENT_LEVEL];
    return (level.t == VAL_INT && level.i >= LEVEL_OWN) || sl_is(c->actor.org_kind, "CABINET");
}
PRED(every_sentence_decided_not_secret)
{
    const struct val *v;
    size_t n;
    if (!sentences(c, &v, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is(v[i].v[SENT_SECRET], "NO"))
            return false;
    return true;
}
PRED(grade_fits_issue)
{
    return is(c->sub[N_grade], c->id == ACT_product_issue_teikyo ? "TEIKYO" : "SHUCHI");
}
PRED(recipient_is_foreign)
{
    return is(c->fact[FACT_protected_kind], "FOREIGN");
}
PRED(no_masked_token_survives)
{
    const struct val *v;
    size_t n;
    struct val names = c->fact[FACT_product_names];
    if (!sentences(c, &v, &n) || names.t != VAL_LIST)
        return false;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < names.n; k++)
            if (contains(v[i].v[SENT_TEXT].s, names.v[k].s))
                return false;
    return true;
}
PRED(issuer_covers_sources)
{
    const struct val *v;
    size_t n;
    if (sl_is(c->actor.org_kind, "CABINET") || positive(c->fact[FACT_entrust_41]))
        return true;
    if (!sentences(c, &v, &n))
        return false;
    for (size_t i = 0; i < n; i++)
        if (v[i].v[SENT_LEVEL].t != VAL_INT || v[i].v[SENT_LEVEL].i < LEVEL_PARTNERSHIP)
            return false;
    return true;
}
PRED(product_is_shuchi_issued)
{
    return is(c->fact[FACT_product_state], "ISSUED") && is(c->fact[FACT_product_grade], "SHUCHI");
}
PRED(at_reached)
{
    return c->sub[N_at].t == VAL_INT && c->now >= c->sub[N_at].i;
}
