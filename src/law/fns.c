/* The pure functions that rows name (fn:…): states, values and texts that follow from what is known. */
#include "preds_int.h"

FN(step_up_end)
{
    int64_t minutes = 0;
    (void)a;
    (void)sl_int(law_param_value("step_up_minutes", c->today), &minutes);
    return VI(c->now + minutes * 60 * USEC);
}
FN(answer_late)
{
    (void)a;
    return VI(c->state == ST_OVERDUE);
}
FN(by_cao)
{
    (void)a;
    return VI(sl_is(c->actor.org_kind, "CABINET"));
}
FN(next_advice)
{
    (void)a;
    return VI(c->sub[N_advice_no].t == VAL_INT ? c->sub[N_advice_no].i + 1 : 1);
}
FN(entrust_begins)
{
    (void)a;
    return c->outcome == ST_ACTIVE ? VI(c->today) : (struct val){0};
}

/* Of a foreign body and of an entrusted one no answer is asked (40② is of operators): what it received is settled. */
FN(received_to)
{
    (void)a;
    bool settled = is(c->sub[N_basis], "A39") || is(c->sub[N_basis], "A72_3");
    return VT(settled ? SL("SETTLED") : SL("RECEIVED"));
}
FN(status_final)
{
    (void)a;
    if (is(c->in[N_status], "FIXED") || is(c->in[N_status], "NOT_AFFECTED"))
        return VT(SL("SETTLED"));
    return text(c->in[N_status]) ? VT(SL("RECEIVED")) : (struct val){0};
}
FN(watch_kev)
{
    (void)a;
    return c->fact[FACT_kev_listed].t == VAL_INT ? VI(c->fact[FACT_kev_listed].i > 0) : (struct val){0};
}
FN(watch_newest)
{
    (void)a;
    return c->fact[FACT_case_newest];
}
FN(actor_sector)
{
    (void)a;
    return c->fact[FACT_actor_sector];
}

static int option_at(enum field_id f, struct val v)
{
    for (size_t i = 0; v.t == VAL_TEXT && i < law_field[f].options; i++)
        if (sl_is(v.s, law_field[f].option[i].name))
            return (int)i;
    return -1;
}

/* The coordinator's tree (ssvc.def). */
FN(ssvc_decision)
{
    static const struct {
        enum field_id field;
        enum name_id name;
    } point[4] = {{FIELD_case_ssvc_exploitation, N_ssvc_exploitation},
                  {FIELD_case_ssvc_automatable, N_ssvc_automatable},
                  {FIELD_case_ssvc_impact, N_ssvc_impact},
                  {FIELD_case_ssvc_mission, N_ssvc_mission}};
    size_t at = 0;
    (void)a;
    for (size_t i = 0; i < TB_COUNT(point); i++) {
        int k = option_at(point[i].field, c->row[point[i].name]);
        if (k < 0)
            return (struct val){0};
        at = at * law_ssvc_size[i] + (size_t)k;
    }
    return VT(sl(law_ssvc_row[at]));
}

static void json_text(struct buf *b, slice s)
{
    buf_chr(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];
        if (ch == '"' || ch == '\\')
            buf_fmt(b, "\\%c", ch);
        else if (ch < 0x20)
            buf_fmt(b, "\\u%04x", ch);
        else
            buf_chr(b, (char)ch);
    }
    buf_chr(b, '"');
}

static void matches_given(struct buf *b, struct val m)
{
    static const char *const key[] = {"asset", "op_ref", "product", "version", "level"};
    for (size_t i = 0; i < m.n; i++) {
        buf_str(b, i ? ",{" : "{");
        for (size_t k = 0; k < TB_COUNT(key) && k < m.v[i].n; k++) {
            buf_fmt(b, "%s\"%s\":", k ? "," : "", key[k]);
            json_text(b, m.v[i].v[k].s);
        }
        buf_chr(b, '}');
    }
}

static void sentences_given(struct buf *b, struct val s)
{
    for (size_t i = 0; i < s.n; i++) {
        buf_str(b, i ? ",{\"text\":" : "{\"text\":");
        json_text(b, s.v[i].s);
        buf_chr(b, '}');
    }
}

/* What a recipient is given: of a case his own matches and nothing else (acts.md §0.1.7), of a 提供用 its sentences
 * without their sources. */
FN(extract)
{
    bool teikyo = is(c->row[N_item_kind], "TEIKYO");
    struct val given = c->fact[teikyo ? FACT_given_sentences : FACT_own_matches];
    if (given.t != VAL_LIST || !a || !(teikyo || is(c->row[N_item_kind], "CASE_EXTRACT")))
        return (struct val){0};
    struct buf b = BUF(1 << 20);
    buf_chr(&b, '[');
    (teikyo ? sentences_given : matches_given)(&b, given);
    buf_chr(&b, ']');
    struct val out = b.over ? (struct val){0} : VT(arena_sl(a, buf_slice(&b)));
    buf_free(&b);
    return out;
}

typedef struct val fn_fn(const struct law_ctx *c, struct arena *a);

static fn_fn *const fns[FN_COUNT] = {
#define X(n) [FN_##n] = law_f_##n,
    LAW_FNS(X)
#undef X
};

struct val law_fn_value(const struct law_ctx *c, enum fn_id f, struct arena *a)
{
    return fns[f](c, a);
}
