/* 提供先提案: recipients out of the match, with the reason and what is missing (45③, 40, 41, 43). One page proposes
 * them all, each by an act of its own, and the response over them; another person compares the extracts and decides. */
#include <string.h>

#include "base/text.h"
#include "console2.h"
#include "web/svg.h"

#define TARGETS  100 /* operators on one page */
#define DECIDERS 40
#define MACHINES 3  /* of each, as the reason */
#define AT_ONCE  64 /* proposals of one form */

struct target {
    slice org;
    int64_t sure, maybe;
    struct gate_gap gap;
    const struct gate_row *provision;
};

struct proposal {
    const struct gate_row *cas, *response;
    struct target *t;
    size_t n, more;         /* more: operators beyond the page */
    bool issued, published; /* a text for the public (周知等用) of this case */
};

static bool ask(struct page *p, enum query q, const struct dbval *v, size_t n, struct dbrows *out)
{
    struct fault f;
    if (db_run(gate_reader_db(p->c.reader), q, v, n, out, p->a, &f) == E_OK)
        return true;
    log_line(0, "proposal not read what=\"%s\"", f.what);
    *out = (struct dbrows){0};
    return false;
}

/* --- who is hurt --- */
static const struct gate_row *provision_of(struct page *p, const struct dbrows *prov, slice org)
{
    for (size_t i = 0; i < prov->rows; i++)
        if (sl_eq(ROW(prov, i, 1).s, org))
            return view_get(p->v, KIND_provision, ROW(prov, i, 0).s);
    return NULL;
}

/* Those that can be given now, then those that lack something, then those that have it. */
static int order_of(const struct target *t)
{
    return t->provision ? 2 : t->gap.possible ? 0 : 1;
}

static void targets_load(struct page *p, struct proposal *x)
{
    struct dbrows prov;
    const struct view_target *seen;
    size_t found = view_targets(p->v, x->cas->id, &seen), n = found < TARGETS ? found : TARGETS;
    ask(p, Q_console_case_provisions, (struct dbval[]){DBT(x->cas->id), DBI(500)}, 2, &prov);
    struct target *all = arena_arr(p->a, struct target, TARGETS + 1);
    x->more = found - n;
    for (size_t i = 0; i < n; i++) {
        all[i] = (struct target){seen[i].org, seen[i].confirmed, seen[i].possible,
                                 gate_gap_of(p->c.reader, x->cas->id, seen[i].org, BASIS_A45, CLASS_VULN_S),
                                 provision_of(p, &prov, seen[i].org)};
    }
    x->t = arena_arr(p->a, struct target, n + 1);
    for (int o = 0; o < 3; o++)
        for (size_t i = 0; i < n; i++)
            if (order_of(&all[i]) == o)
                x->t[x->n++] = all[i];
}

static bool proposal_load(struct page *p, slice id, struct proposal *x)
{
    struct dbrows rows;
    *x = (struct proposal){.cas = view_get(p->v, KIND_case, id)};
    if (!x->cas || !page_desk(p, KIND_response))
        return false;
    if (ask(p, Q_console_case_response, (struct dbval[]){DBT(id)}, 1, &rows) && rows.rows)
        x->response = view_get(p->v, KIND_response, ROW(&rows, 0, 0).s);
    if (ask(p, Q_console_case_shuchi, (struct dbval[]){DBT(id)}, 1, &rows) && rows.rows) {
        x->issued = ROW(&rows, 0, 0).i > 0;
        x->published = ROW(&rows, 0, 1).i > 0;
    }
    targets_load(p, x);
    return true;
}

static slice basis_words(enum basis_id b)
{
    slice name = sl(law_basis[b].name), ja = words_option(&law_field[FIELD_provision_basis], name);
    return sl_eq(ja, name) ? words_option(&law_field[FIELD_notice_basis], name) : ja;
}

/* --- the picture and its table: drawn from the matrix that decides --- */
static const struct {
    enum recipient_id to;
    const char *name;
} side[] = {{RECIPIENT_MEMBER, "協議会の構成員（事業者）"},
            {RECIPIENT_OPERATOR, "構成員でない事業者"},
            {RECIPIENT_VENDOR, "製品開発者"},
            {RECIPIENT_PUBLIC, "公衆"}};
static const enum class_id shown[] = {CLASS_VULN_S, CLASS_SHUCHI};

struct counts {
    unsigned ready, lacking, outside; /* members that can be given, members that lack something, no members */
};

static struct counts count(const struct proposal *x)
{
    struct counts c = {0};
    for (size_t i = 0; i < x->n; i++) {
        bool outside = x->t[i].gap.missing >> FLAG_council_member & 1;
        c.outside += outside;
        c.ready += !outside && (x->t[i].gap.possible || (x->t[i].provision && x->t[i].provision->state != ST_PROPOSED));
        c.lacking +=
            !outside && !x->t[i].gap.possible && !(x->t[i].provision && x->t[i].provision->state != ST_PROPOSED);
    }
    return c;
}

static size_t at_recipient(enum recipient_id to)
{
    for (size_t i = 0; i < TB_COUNT(side); i++)
        if (side[i].to == to)
            return i;
    return TB_COUNT(side);
}

static size_t at_class(enum class_id class)
{
    for (size_t i = 0; i < TB_COUNT(shown); i++)
        if (shown[i] == class)
            return i;
    return TB_COUNT(shown);
}

static unsigned how_many(const struct counts *c, enum recipient_id to)
{
    return to == RECIPIENT_MEMBER ? c->ready + c->lacking : to == RECIPIENT_OPERATOR ? c->outside : 1;
}

/* One row of the matrix as a ribbon: what is allowed flows once its conditions hold. */
static enum svg_flow_kind flows(const struct proposal *x, const struct law_release *r)
{
    if (!r->allow)
        return SVG_FLOW_CUT;
    if (r->class == CLASS_SHUCHI)
        return x->issued && (r->recipient != RECIPIENT_PUBLIC || x->published) ? SVG_FLOWS_NOW : SVG_FLOW_HELD;
    return SVG_FLOWS_NOW;
}

struct flow {
    struct svg_source source[TB_COUNT(shown)];
    struct svg_target target[TB_COUNT(side)];
    struct svg_ribbon ribbon[SVG_FLOWS];
    size_t ribbons;
};

static void ribbon_add(struct flow *f, const struct proposal *x, const struct law_release *r, const struct counts *c)
{
    struct svg_ribbon b = {at_class(r->class), at_recipient(r->recipient), flows(x, r), how_many(c, r->recipient)};
    for (size_t i = 0; i < f->ribbons; i++)
        if (f->ribbon[i].source == b.source && f->ribbon[i].target == b.target)
            return; /* two bases for one way */
    if (b.kind == SVG_FLOW_CUT)
        b.count = 0;
    if (r->class == CLASS_VULN_S && b.kind == SVG_FLOWS_NOW && c->lacking) {
        if (f->ribbons < SVG_FLOWS)
            f->ribbon[f->ribbons++] = (struct svg_ribbon){b.source, b.target, SVG_FLOW_HELD, c->lacking};
        b.count = c->ready;
    }
    if (f->ribbons < SVG_FLOWS && (b.count || b.kind == SVG_FLOW_CUT))
        f->ribbon[f->ribbons++] = b;
}

static void flow_fill(struct page *p, const struct proposal *x, const struct counts *c, struct flow *f)
{
    f->source[0] = (struct svg_source){sl(law_class[CLASS_VULN_S].ja), SL("秘密を含む・この事案の抜粋"), false};
    f->source[1] = (struct svg_source){sl(law_class[CLASS_SHUCHI].ja),
                                       x->published ? SL("秘密なし・公表済み")
                                       : x->issued  ? SL("秘密なし・確定済み")
                                                    : SL("秘密なし・まだない"),
                                       false};
    for (size_t i = 0; i < TB_COUNT(side); i++) {
        unsigned n = how_many(c, side[i].to);
        f->target[i] = (struct svg_target){.name = sl(side[i].name)};
        if (side[i].to == RECIPIENT_MEMBER)
            f->target[i].sub = sl(c->lacking ? arena_fmt(p->a, "渡せる %u者・足りない %u者", c->ready, c->lacking)
                                             : arena_fmt(p->a, "渡せる %u者", c->ready));
        else if (side[i].to == RECIPIENT_OPERATOR)
            f->target[i].sub = sl(arena_fmt(p->a, "%u者", n));
    }
    for (size_t i = 0; i < law_release_rows; i++) {
        const struct law_release *r = &law_release_row[i];
        size_t s = at_class(r->class), t = at_recipient(r->recipient);
        if (s == TB_COUNT(shown) || t == TB_COUNT(side))
            continue;
        struct svg_target *o = &f->target[t];
        if (!r->allow && !o->why_not.n) {
            const char *end = strstr(r->ja, "。"); /* the first sentence: the way out stands in the table */
            o->why_not = sl(arena_fmt(p->a, "✕ %.*s", end ? (int)(end - r->ja) : (int)strlen(r->ja), r->ja));
        }
        if (r->allow && !o->article.n)
            o->article = basis_words(r->basis);
        ribbon_add(f, x, r, c);
    }
    for (size_t i = 0; i < f->ribbons; i++)
        f->target[f->ribbon[i].target].held = f->target[f->ribbon[i].target].held || f->ribbon[i].kind == SVG_FLOW_HELD;
}

static void picture(struct page *p, const struct proposal *x, const struct counts *c, struct page_release *out)
{
    struct flow *f = arena_get(p->a, sizeof *f);
    flow_fill(p, x, c, f);
    const char *outside =
        !c->outside
            ? ""
            : arena_fmt(p->a, "構成員でない %u者には、40条と41条が秘密を運べないので、加入か周知等用の作成が先。",
                        c->outside);
    out->finding = sl(arena_fmt(p->a, "公表前の情報を45条で渡せるのは構成員 %u者。%s%s", c->ready,
                                c->lacking ? "足りないことのある構成員がいる。" : "", outside));
    struct svg_flow g = {.id = "fl",
                         .title = SL("情報の区分から提供先への流れ"),
                         .desc = out->finding,
                         .source = f->source,
                         .sources = TB_COUNT(shown),
                         .target = f->target,
                         .targets = TB_COUNT(side),
                         .ribbon = f->ribbon,
                         .ribbons = f->ribbons};
    struct buf b = BUF((size_t)1 << 20);
    svg_flow(&b, &g);
    out->flow = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
}

static void matrix_fill(struct page *p, const struct proposal *x, const struct counts *c, struct page_release *out)
{
    struct page_release_cells *o = arena_arr(p->a, struct page_release_cells, law_release_rows);
    for (size_t i = 0; i < law_release_rows; i++) {
        const struct law_release *r = &law_release_row[i];
        if (at_class(r->class) == TB_COUNT(shown) || at_recipient(r->recipient) == TB_COUNT(side))
            continue;
        enum svg_flow_kind k = flows(x, r);
        o[out->cells_n++] = (struct page_release_cells){.cls = sl(law_class[r->class].ja),
                                                        .who = sl(side[at_recipient(r->recipient)].name),
                                                        .count = how_many(c, r->recipient),
                                                        .basis = basis_words(r->basis),
                                                        .why = sl(r->ja),
                                                        .word = k == SVG_FLOW_CUT    ? SL("不可")
                                                                : k == SVG_FLOW_HELD ? SL("保留")
                                                                                     : SL("可"),
                                                        .css = k == SVG_FLOW_CUT    ? SL("st--no")
                                                               : k == SVG_FLOW_HELD ? SL("st--soon")
                                                                                    : SL("st--done"),
                                                        .ic = k == SVG_FLOW_CUT    ? ICON_NO
                                                              : k == SVG_FLOW_HELD ? ICON_WAIT
                                                                                   : ICON_DONE};
    }
    out->cells = o;
}

/* --- the operators --- */
static slice esc(struct page *p, slice s)
{
    struct buf b = BUF(4000);
    url_esc(&b, s);
    slice out = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return out;
}

/* The act that would meet a condition. */
static slice remedy(struct page *p, enum flag_id flag, const struct proposal *x, slice org)
{
    if (flag == FLAG_council_member)
        return sl(arena_fmt(p->a, "/act/member.invite?org=" PRIs "&member_kind=USER&why=" PRIs, ARGs(org),
                            ARGs(esc(p, SL("公表前の脆弱性の情報を共有するため")))));
    if (flag == FLAG_response_active && (x->cas->state == ST_NOTIFIED || x->cas->state == ST_TRIAGE))
        return page_act_href(p, ACT_case_take, x->cas->id);
    return SLN;
}

static void machines_fill(struct page *p, const struct proposal *x, const struct target *t, struct page_release_rows *o)
{
    struct dbrows ids;
    struct page_release_rows_machines *m = arena_arr(p->a, struct page_release_rows_machines, MACHINES);
    ask(p, Q_console_case_machines, (struct dbval[]){DBT(x->cas->id), DBT(t->org), DBI(MACHINES)}, 3, &ids);
    for (size_t i = 0; i < ids.rows; i++) {
        const struct gate_row *match = view_get(p->v, KIND_match, ROW(&ids, i, 0).s),
                              *asset = match ? view_get(p->v, KIND_asset, ROW(&ids, i, 1).s) : NULL;
        if (!asset)
            continue;
        slice version = field_text(asset, N_version), kind = words_asset_kind(p->a, field_text(asset, N_asset_kind));
        m[o->machines_n++].text = sl(
            arena_fmt(p->a, PRIs " " PRIs "・" PRIs "・届出 " PRIs, ARGs(field_text(asset, N_product)),
                      ARGs(version.n ? version : SL("版の記載なし")), ARGs(field_text(asset, N_op_ref)), ARGs(kind)));
    }
    int64_t rest = t->sure + t->maybe - (int64_t)o->machines_n;
    o->machines = m;
    o->rest = rest > 0 ? rest : 0;
}

static void missing_fill(struct page *p, const struct proposal *x, const struct target *t, struct page_release_rows *o)
{
    struct page_release_rows_missing *m = arena_arr(p->a, struct page_release_rows_missing, FLAG_COUNT);
    for (int k = 0; k < FLAG_COUNT; k++)
        if (t->gap.missing >> k & 1)
            m[o->missing_n++] = (struct page_release_rows_missing){sl(law_flag[k].ja), sl(law_flag[k].todo),
                                                                   remedy(p, (enum flag_id)k, x, t->org)};
    o->missing = m;
}

static struct page_release_rows *rows_fill(struct page *p, const struct proposal *x, struct page_release *out)
{
    struct page_release_rows *o = arena_arr(p->a, struct page_release_rows, x->n + 1);
    for (size_t i = 0; i < x->n; i++) {
        const struct target *t = &x->t[i];
        const struct gate_row *org = view_get(p->v, KIND_org, t->org);
        o[i] = (struct page_release_rows){.id = t->org,
                                          .name = view_org_name(p->v, t->org),
                                          .sector = field_text(org, N_sector),
                                          .sure = t->sure,
                                          .maybe = t->maybe,
                                          .ok = t->gap.possible};
        o[i].outside = t->gap.missing >> FLAG_council_member & 1;
        o[i].canpick = out->canpropose && t->gap.possible && !t->provision;
        out->picks = out->picks || o[i].canpick;
        machines_fill(p, x, t, &o[i]);
        if (!t->provision)
            missing_fill(p, x, t, &o[i]);
        if (t->provision) {
            struct words_state st = words_state(KIND_provision, t->provision->state);
            o[i].state = st.word;
            o[i].css = st.css;
            o[i].ic = st.icon;
            o[i].statehref = page_href(p, KIND_provision, t->provision->id);
        }
    }
    out->rows = o;
    out->rows_n = x->n;
    out->more = (int64_t)x->more;
    return o;
}

/* --- what each will be given, side by side --- */
static void extract_fill(struct page *p, const struct gate_row *row, struct page_release_extracts *e)
{
    static const char *const key[] = {"op_ref", "product", "version", "level"};
    slice text = field_text(row, N_extract);
    json_t *list = text.n ? json_loadb(text.p, text.n, 0, NULL) : NULL, *v;
    size_t k;
    struct page_release_extracts_rows *o =
        arena_arr(p->a, struct page_release_extracts_rows, json_array_size(list) + 1);
    json_array_foreach(list, k, v)
    {
        slice s[TB_COUNT(key)];
        for (size_t c = 0; c < TB_COUNT(key); c++) {
            const char *z = json_string_value(json_object_get(v, key[c]));
            s[c] = arena_sl(p->a, sl(z ? z : ""));
        }
        o[e->rows_n++] = (struct page_release_extracts_rows){s[0], s[1], s[2].n ? s[2] : SL("記載なし"),
                                                             words_option(&law_field[FIELD_match_level], s[3])};
    }
    e->rows = o;
    json_decref(list);
}

/* Empty unless all say the same. */
static slice common(const struct proposal *x, enum name_id n)
{
    slice s = SLN;
    bool first = true;
    for (size_t i = 0; i < x->n; i++) {
        if (!x->t[i].provision)
            continue;
        slice v = field_text(x->t[i].provision, n);
        if (!first && !sl_eq(s, v))
            return SLN;
        s = v;
        first = false;
    }
    return s;
}

static void extracts_fill(struct page *p, const struct proposal *x, struct page_release *out)
{
    struct page_release_extracts *o = arena_arr(p->a, struct page_release_extracts, x->n + 1);
    out->need = common(x, N_need);
    out->rights = common(x, N_rights_note);
    out->advice = common(x, N_advice);
    for (size_t i = 0; i < x->n; i++) {
        const struct gate_row *row = x->t[i].provision;
        if (!row)
            continue;
        struct page_release_extracts *e = &o[out->extracts_n];
        *e =
            (struct page_release_extracts){.n = (int64_t)out->extracts_n + 1, .name = view_org_name(p->v, x->t[i].org)};
        e->need = out->need.n ? SLN : field_text(row, N_need);
        e->rights = out->rights.n ? SLN : field_text(row, N_rights_note);
        e->advice = out->advice.n ? SLN : field_text(row, N_advice);
        extract_fill(p, row, e);
        out->extracts_n++;
    }
    out->extracts = o;
}

/* --- proposer and approver --- */
static slice last_by(struct page *p, slice subject, enum act_id act)
{
    struct dbrows rows;
    return ask(p, Q_console_last_by, (struct dbval[]){DBT(subject), DBT(sl(law_act[act].name))}, 2, &rows) && rows.rows
               ? ROW(&rows, 0, 0).s
               : SLN;
}

static void decider_add(struct page *p, const struct proposal *x, slice person, struct page_release_deciders *o,
                        size_t *n)
{
    struct gate_person who;
    bool second, me = sl_eq(person, p->c.actor.person);
    if (!gate_person_load(p->c.reader, person, p->a, &who))
        return;
    struct page_release_deciders *d = &o[(*n)++];
    *d = (struct page_release_deciders){.name = view_person_name(p->v, person),
                                        .post = who.post,
                                        .me = me,
                                        .word = SL("押せる"),
                                        .css = SL("st--done"),
                                        .ic = ICON_DONE};
    if (console_able(p, &who, ACT_response_decide, x->response, &second))
        return;
    d->word = SL("いまは不可");
    d->css = SL("st--no");
    d->ic = ICON_NO;
    d->why = second ? SL("自分が提案した。二人の確認が要る") : SL("提供先が変わったか、役割が足りない");
}

static void deciders_fill(struct page *p, const struct proposal *x, struct page_release *out)
{
    slice who[DECIDERS];
    size_t n = page_holders(p, ACT_response_decide, who, DECIDERS);
    struct page_release_deciders *o = arena_arr(p->a, struct page_release_deciders, n + 1);
    for (size_t i = 0; i < n; i++)
        decider_add(p, x, who[i], o, &out->deciders_n);
    out->deciders = o;
}

/* Why this person may not decide, in the law's words, each with its way out. */
static void reasons_fill(struct page *p, const struct proposal *x, struct page_release *out)
{
    const struct gate_may *may;
    size_t n = gate_may(p->c.reader, &p->c.who, p->c.actor, KIND_response, x->response, p->a, &may);
    struct page_release_whys *o = arena_arr(p->a, struct page_release_whys, LAW_REASONS);
    for (size_t i = 0; i < n; i++) {
        if (may[i].act != ACT_response_decide)
            continue;
        if (may[i].d.allowed)
            out->decide = sl(
                arena_fmt(p->a, PRIs "&outcome=ACTIVE", ARGs(page_act_href(p, ACT_response_decide, x->response->id))));
        for (size_t k = 0; k < may[i].d.reasons; k++)
            o[out->whys_n++] = (struct page_release_whys){sl(law_pred[may[i].d.reason[k]].ja),
                                                          page_reason_todo(p, ACT_response_decide, may[i].d.reason[k])};
    }
    out->whys = o;
}

static void response_fill(struct page *p, const struct proposal *x, struct page_release *out)
{
    for (size_t i = 0; i < x->n; i++)
        out->proposed += x->t[i].provision && x->t[i].provision->state == ST_PROPOSED;
    if (!x->response)
        return;
    struct words_state st = words_state(KIND_response, x->response->state);
    slice by = last_by(p, x->response->id, ACT_response_propose);
    out->responsehref = page_href(p, KIND_response, x->response->id);
    out->state = st.word;
    out->css = st.css;
    out->ic = st.icon;
    out->since = words_span(p->a, p->now - x->response->made);
    out->at = words_when(p->a, x->response->made, p->now);
    out->by = by.n ? view_person_name(p->v, by) : SLN;
    out->byme = sl_eq(by, p->c.actor.person);
    out->waits = x->response->state == ST_PROPOSED;
    if (out->waits) {
        deciders_fill(p, x, out);
        reasons_fill(p, x, out);
    }
}

/* --- the form --- */
static slice hinted(struct page *p, const char *field, const char *otherwise)
{
    const char *z = p->step.act == ACT_provision_propose ? json_string_value(json_object_get(p->step.in, field)) : NULL;
    return arena_sl(p->a, sl(z ? z : otherwise));
}

static void form_fill(struct page *p, const struct proposal *x, struct page_release *out)
{
    char key[UUID_LEN + 1];
    uuid_new(rng_system(), key);
    out->key = arena_sl(p->a, sl(key));
    out->action = sl(arena_fmt(p->a, "/case/" PRIs "/release", ARGs(x->cas->id)));
    out->f_need = hinted(p, "need", "");
    out->f_rights = hinted(p, "rights_note", "");
    out->f_advice = hinted(p, "advice", "");
    out->canrespond = out->canpropose && out->proposed &&
                      !(x->response && (x->response->state == ST_PROPOSED || x->response->state == ST_ACTIVE));
}

/* What was sent and could not be taken: it stands in the form again. */
struct said {
    slice need, rights, advice, reason;
    const slice *to;
    size_t n;
};

static void said_fill(const struct said *w, struct page_release *out, struct page_release_rows *row)
{
    out->f_need = w->need;
    out->f_rights = w->rights;
    out->f_advice = w->advice;
    out->f_reason = w->reason;
    out->err_need = !w->need.n;
    out->err_rights = !w->rights.n;
    out->wrong = true;
    for (size_t i = 0; i < out->rows_n; i++) {
        row[i].off = true;
        for (size_t k = 0; k < w->n; k++)
            row[i].off = row[i].off && !sl_eq(row[i].id, w->to[k]);
    }
}

static void draw(struct page *p, const struct proposal *x, const struct said *said)
{
    struct counts c = count(x);
    struct page_release out = {.serial = field_text(x->cas, N_serial),
                               .title = page_title_of(p, x->cas),
                               .casehref = page_href(p, KIND_case, x->cas->id),
                               .csrf = page_token(p),
                               .canpropose = page_may(p, ACT_response_propose) && x->cas->state == ST_RESPONDING,
                               .total = (int64_t)(x->n + x->more),
                               .guided = p->guided};
    if (x->cas->state != ST_RESPONDING) {
        struct words_state st = words_state(KIND_case, x->cas->state);
        out.idle = st.word;
        out.take = x->cas->state == ST_NOTIFIED ? page_act_href(p, ACT_case_take, x->cas->id) : SLN;
    }
    picture(p, x, &c, &out);
    matrix_fill(p, x, &c, &out);
    response_fill(p, x, &out);
    struct page_release_rows *row = rows_fill(p, x, &out);
    extracts_fill(p, x, &out);
    form_fill(p, x, &out);
    if (said)
        said_fill(said, &out, row);
    page_crumb(p, SL("提供先提案"), SL("/release"));
    page_crumb(p, out.serial, out.casehref);
    page_crumb(p, SL("提供先提案"), SLN);
    page_release(&p->body, &out);
    page_end(p);
}

void release_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct proposal x;
    if (!page_begin(&p, r, ans, "提供先提案"))
        return;
    if (proposal_load(&p, r->seg[0], &x))
        draw(&p, &x, NULL);
    else
        page_absent(&p);
}

/* --- proposing --- */
struct run {
    struct page *p;
    slice cas, need, rights, advice, reason, key;
    json_t *targets;
    struct page_released *out;
    struct page_released_rows *row;
};

static void result(struct run *r, slice name, enum act_id act, const struct gate_ans *a)
{
    struct page *p = r->p;
    struct page_released_rows *o = &r->row[r->out->rows_n++];
    *o = (struct page_released_rows){
        .name = name, .act = sl(law_act[act].title), .ok = a->err == E_OK, .leaf = a->leaf, .recorded = a->leaf >= 0};
    if (a->err == E_OK) {
        o->href = page_href(p, law_act[act].kind, arena_sl(p->a, sl(a->subject)));
        r->out->done++;
        return;
    }
    struct page_released_rows_whys *w = arena_arr(p->a, struct page_released_rows_whys, LAW_REASONS + FLAG_COUNT + 2);
    for (size_t i = 0; a->err == E_REFUSED && i < a->d.reasons; i++)
        w[o->whys_n++] =
            (struct page_released_rows_whys){sl(law_pred[a->d.reason[i]].ja), page_reason_todo(p, act, a->d.reason[i])};
    for (int i = 0; a->err == E_REFUSED && i < FLAG_COUNT; i++)
        if (a->missing >> i & 1)
            w[o->whys_n++] = (struct page_released_rows_whys){sl(law_flag[i].ja), sl(law_flag[i].todo)};
    if (a->denied)
        w[o->whys_n++] = (struct page_released_rows_whys){SL("提供先の表が許しません"), sl(a->denied)};
    if (!o->whys_n) {
        const struct law_field *f = NULL;
        for (size_t i = 0; i < law_act[act].ins; i++)
            if (strcmp(law_field[law_act[act].in[i].field].name, a->fault.where) == 0)
                f = &law_field[law_act[act].in[i].field];
        w[o->whys_n++] = (struct page_released_rows_whys){
            arena_sl(p->a, sl(a->fault.what)), f ? sl(arena_fmt(p->a, "事項「%s」を直してください。", f->ja)) : SLN};
    }
    o->whys = w;
}

static json_t *text_in(slice s)
{
    return json_stringn(s.p ? s.p : "", s.n);
}

static void propose_one(struct run *r, slice org, size_t i)
{
    struct gate_ans a;
    json_t *in = json_pack("{s:o, s:s, s:o, s:s}", "case", text_in(r->cas), "item_kind", "CASE_EXTRACT", "recipient",
                           text_in(org), "basis", "A45");
    if (r->need.n)
        json_object_set_new(in, "need", text_in(r->need));
    if (r->rights.n)
        json_object_set_new(in, "rights_note", text_in(r->rights));
    if (r->advice.n)
        json_object_set_new(in, "advice", text_in(r->advice));
    server_act(r->p->r, &r->p->c, ACT_provision_propose, SLN, in, sl(arena_fmt(r->p->a, PRIs "-%zu", ARGs(r->key), i)),
               &a);
    json_decref(in);
    result(r, view_org_name(r->p->v, org), ACT_provision_propose, &a);
    if (!a.err)
        json_array_append_new(r->targets, json_string(a.subject));
}

/* Those proposed before and not yet decided on belong to the response as well. */
static void earlier(struct run *r, const struct proposal *x)
{
    for (size_t i = 0; i < x->n; i++)
        if (x->t[i].provision && x->t[i].provision->state == ST_PROPOSED)
            json_array_append_new(r->targets, text_in(x->t[i].provision->id));
}

static void respond(struct run *r)
{
    struct gate_ans a;
    json_t *in = json_pack("{s:o, s:s, s:o, s:O}", "case", text_in(r->cas), "response_kind", "R1_PRE_INFO", "reason",
                           text_in(r->reason.n ? r->reason : r->need), "targets", r->targets);
    server_act(r->p->r, &r->p->c, ACT_response_propose, SLN, in, sl(arena_fmt(r->p->a, PRIs "-r", ARGs(r->key))), &a);
    json_decref(in);
    result(r, words_option(&law_field[FIELD_response_response_kind], SL("R1_PRE_INFO")), ACT_response_propose, &a);
}

/* Each decided by itself, then the response over all that were proposed. */
void release_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct proposal x;
    slice to[AT_ONCE + 1];
    if (!page_begin(&p, r, ans, "提供先提案の結果"))
        return;
    if (!proposal_load(&p, r->seg[0], &x)) {
        page_absent(&p);
        return;
    }
    size_t n = http_all(r->form, "to", to, TB_COUNT(to));
    bool all = http_has(r->form, "respond");
    slice back = sl(arena_fmt(p.a, "/case/" PRIs "/release", ARGs(x.cas->id))), key = http_get(r->form, "_key");
    if (n > AT_ONCE || key.n > 60 || (n == 0 && !all)) {
        page_leave(&p, back, FLASH_ERR,
                   n > AT_ONCE ? "一度に提案できるのは64者までです。" : "提供先を一つ以上選んでください。");
        return;
    }
    struct said said = {sl_trim(http_get(r->form, "need")),
                        sl_trim(http_get(r->form, "rights_note")),
                        sl_trim(http_get(r->form, "advice")),
                        sl_trim(http_get(r->form, "reason")),
                        to,
                        n};
    if (n && (!said.need.n || !said.rights.n)) {
        ans->status = 422;
        draw(&p, &x, &said);
        return;
    }
    struct page_released out = {
        .serial = field_text(x.cas, N_serial), .back = back, .casehref = page_href(&p, KIND_case, x.cas->id)};
    struct run run = {.p = &p,
                      .cas = x.cas->id,
                      .need = said.need,
                      .rights = said.rights,
                      .advice = said.advice,
                      .reason = said.reason,
                      .key = key,
                      .targets = json_array(),
                      .out = &out,
                      .row = arena_arr(p.a, struct page_released_rows, n + 1)};
    out.rows = run.row;
    if (all)
        earlier(&run, &x);
    for (size_t i = 0; i < n; i++)
        propose_one(&run, to[i], i);
    if (all && json_array_size(run.targets))
        respond(&run);
    json_decref(run.targets);
    out.h = sl(arena_fmt(p.a, "%zu件のうち %" PRId64 "件を提案しました", out.rows_n, out.done));
    page_crumb(&p, SL("提供先提案"), SL("/release"));
    page_crumb(&p, out.serial, back);
    page_crumb(&p, SL("結果"), SLN);
    page_released(&p.body, &out);
    page_end(&p);
}

/* --- the cases --- */
void releases_get(const struct http_req *r, struct http_ans *ans)
{
    static const enum state_id open[] = {ST_RESPONDING, ST_NOTIFIED};
    struct page p;
    if (!page_begin(&p, r, ans, "提供先提案"))
        return;
    struct page_releases_rows *o = arena_arr(p.a, struct page_releases_rows, 200);
    struct page_releases x = {.rows = o};
    for (size_t s = 0; s < TB_COUNT(open); s++) {
        const struct gate_row **row;
        size_t n =
            view_list(p.v, KIND_case, &(struct view_filter){.state = sl(law_state_name[open[s]]), .max = 100}, &row);
        for (size_t i = 0; i < n; i++) {
            struct words_state st = words_state(KIND_case, row[i]->state);
            const struct view_target *seen;
            o[x.rows_n++] = (struct page_releases_rows){page_title_of(&p, row[i]),
                                                        field_text(row[i], N_serial),
                                                        sl(arena_fmt(p.a, "/case/" PRIs "/release", ARGs(row[i]->id))),
                                                        (int64_t)view_targets(p.v, row[i]->id, &seen),
                                                        st.word,
                                                        st.css,
                                                        st.icon};
        }
    }
    page_crumb(&p, SL("提供先提案"), SLN);
    page_releases(&p.body, &x);
    page_end(&p);
}
