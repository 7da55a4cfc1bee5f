/* The conditions of letters: instructions (付録7), requests (71①), demands of an entrusted body (73), contact (71②). */
#include "preds_int.h"

/* 71 is in force half a year before what the other two rest on (法附則1). */
PRED(letter_type_in_force)
{
    struct val type = c->row[N_letter_type];
    return is(type, "COOP71_1") || (text(type) && law_gate_open(GATE_G3, c->today));
}

/* 付録7: IPA and JPCERT/CC; 73: a body that is entrusted; 71①: anyone but oneself. A case is named only to a body that
 * has a duty of secrecy (8②, 72④). */
PRED(addressee_fits_type)
{
    struct val type = c->row[N_letter_type], kind = c->fact[FACT_addressee_kind], body = c->fact[FACT_addressee_body];
    if (!text(type) || !text(kind) || same(c->row[N_addressee], c->actor.org))
        return false;
    if (text(c->row[N_case]) && !is(kind, "ENTRUSTEE") && !is(kind, "MINISTRY"))
        return false;
    if (is(type, "INSTRUCT"))
        return is(body, "IPA") || is(body, "JPCERT");
    return is(type, "COOP71_1") || (is(type, "REPORT73") && positive(c->fact[FACT_addressee_works]));
}
PRED(limit_ahead)
{
    return c->row[N_limit_on].t == VAL_INT && c->row[N_limit_on].i >= c->today;
}
PRED(jpcert_known)
{
    return text(c->fact[FACT_org_jpcert]);
}
PRED(issuer_fits_type)
{
    struct val type = c->row[N_letter_type];
    return text(type) && has_role(c, is(type, "INSTRUCT") ? ROLE_CAO_APPR : ROLE_CAO_HEAD);
}
PRED(letter_declinable)
{
    return text(c->row[N_letter_type]) && !is(c->row[N_letter_type], "REPORT73");
}
PRED(hold_of_letter_over)
{
    return zero(c->fact[FACT_hold_of_letter]);
}
