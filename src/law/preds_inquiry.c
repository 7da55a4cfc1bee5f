/* The conditions of a finder's inquiry (付録7): what he is answered says nothing that he cannot know. */
#include "preds_int.h"

static bool names_absent(struct val names, struct val where)
{
    if (names.t != VAL_LIST || !text(where))
        return false;
    for (size_t i = 0; i < names.n; i++)
        if (contains(where.s, names.v[i].s))
            return false;
    return true;
}
PRED(inquiry_open)
{
    return is(c->fact[FACT_inquiry_state], "ASKED");
}
PRED(inquiry_case_notified)
{
    return positive(c->fact[FACT_inquiry_notified]);
}
PRED(identity_not_sent)
{
    return names_absent(c->fact[FACT_inquiry_finder], c->row[N_question]) &&
           names_absent(c->fact[FACT_inquiry_finder], c->row[N_draft]);
}
PRED(agreed_reveals_nothing)
{
    return names_absent(c->fact[FACT_inquiry_names], c->row[N_agreed]);
}

/* The next sentence of a text: up to 。 or the end of its line, without the blanks around it. */
static bool sentence_next(slice *rest, slice *out)
{
    while (rest->n) {
        size_t n = 0;
        while (n < rest->n && rest->p[n] != '\n' && !sl_starts((slice){rest->p + n, rest->n - n}, "。"))
            n++;
        size_t end = n < rest->n ? (rest->p[n] == '\n' ? n + 1 : n + strlen("。")) : n;
        *out = sl_trim((slice){rest->p, n});
        *rest = (slice){rest->p + end, rest->n - end};
        if (out->n)
            return true;
    }
    return false;
}

static bool has_sentence(slice all, slice one)
{
    slice x;
    while (sentence_next(&all, &x))
        if (sl_eq(x, one))
            return true;
    return false;
}

/* Of a case that the Cabinet Office knows nothing of there is nobody to consult. */
PRED(answer_within_agreed)
{
    struct val known = c->fact[FACT_asked_notified], agreed = c->fact[FACT_asked_agreed], answer = c->row[N_answer];
    if (!text(answer) || known.t != VAL_INT)
        return false;
    if (known.i == 0)
        return true;
    if (!text(agreed))
        return false;
    slice rest = answer.s, x;
    while (sentence_next(&rest, &x))
        if (!has_sentence(agreed.s, x))
            return false;
    return true;
}
PRED(reply_reveals_nothing)
{
    return names_absent(c->fact[FACT_asked_names], c->row[N_answer]);
}
