/* 提供先提案: recipients out of the match, with the reason and what is missing (45, 40, 41, 43). */
#include <string.h>

#include "console2.h"
#include "web/svg.h"

struct target {
    slice org;
    int64_t sure, maybe;
    struct gate_gap gap;
    const struct gate_row *provision;
};

static size_t targets_load(struct page *p, const struct gate_row *cas, struct target **out)
{
    const struct view_target *seen;
    const struct gate_row **prov;
    size_t count = view_targets(p->v, cas->id, &seen), n = related(p, KIND_provision, cas->id, &prov);
    struct target *t = arena_arr(p->a, struct target, count + 1);
    for (size_t i = 0; i < count; i++) {
        t[i] = (struct target){seen[i].org, seen[i].confirmed, seen[i].possible, gate_gap_of(p->c.reader, cas->id, seen[i].org, BASIS_A45, CLASS_VULN_S), NULL};
        for (size_t k = 0; k < n; k++)
            if (sl_eq(field_text(prov[k], N_recipient), t[i].org) && prov[k]->state != ST_REFUSED && !t[i].provision)
                t[i].provision = prov[k];
    }
    *out = t;
    return count;
}

/* --- the picture: drawn from the matrix that decides --- */
static slice flow(struct page *p, const struct target *t, size_t n)
{
    unsigned ready = 0, held = 0;
    for (size_t i = 0; i < n; i++)
        t[i].gap.possible ? ready++ : held++;
    const struct svg_source source[] = {{SL("未公表の脆弱性関連情報"), SL("秘密を含む"), false}, {SL("周知等用"), SL("まだない"), true}};
    uint32_t missing;
    bool a40 = law_release_to(CLASS_VULN_S, LABEL_S, RECIPIENT_OPERATOR, BASIS_A40, UINT32_MAX, &missing) >= 0;
    bool a41 = law_release_to(CLASS_VULN_S, LABEL_S, RECIPIENT_PUBLIC, BASIS_A41, UINT32_MAX, &missing) >= 0;
    const struct svg_target target[] = {{SL("協議会の構成員"), SL("45条3項"), sl(arena_fmt(p->a, "%u者", ready)), SLN, false},
                                        {SL("構成員でない事業者"), SL("40条1項"), sl(arena_fmt(p->a, "%u者", held)), SL("秘密は運べない"), false},
                                        {SL("公表"), SL("41条"), SL("一般"), SL("公表の日時まで出さない"), false}};
    struct svg_ribbon ribbon[3];
    size_t m = 0;
    if (ready)
        ribbon[m++] = (struct svg_ribbon){0, 0, SVG_FLOWS_NOW, ready};
    ribbon[m++] = (struct svg_ribbon){0, 1, a40 ? SVG_FLOWS_NOW : SVG_FLOW_CUT, held ? held : 1};
    ribbon[m++] = (struct svg_ribbon){0, 2, a41 ? SVG_FLOWS_NOW : SVG_FLOW_CUT, 1};
    struct svg_flow x = {.id = "fl", .title = SL("提供の流れ"), .source = source, .sources = 2, .target = target, .targets = 3, .ribbon = ribbon, .ribbons = m};
    x.desc = sl(arena_fmt(p->a, "45条で%u者に渡せる。構成員でない%u者には、40条と41条が秘密を運べないので渡せない。", ready, held));
    struct buf b = BUF((size_t)1 << 20);
    svg_flow(&b, &x);
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

/* --- the table --- */
static slice way(struct page *p, enum flag_id flag, slice org)
{
    if (flag == FLAG_council_member && page_role(p, ROLE_CAO_COUNCIL))
        return sl(arena_fmt(p->a, "/act/member.invite?org=" PRIs, ARGs(org)));
    return SLN;
}

static void rows_fill(struct page *p, const struct target *t, size_t n, struct page_release *x)
{
    struct page_release_rows *o = arena_arr(p->a, struct page_release_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct gate_row *org = view_get(p->v, KIND_org, t[i].org);
        struct page_release_rows_missing *m = arena_arr(p->a, struct page_release_rows_missing, FLAG_COUNT);
        o[i] = (struct page_release_rows){.id = t[i].org, .name = view_org_name(p->v, t[i].org), .sector = field_text(org, N_sector), .sure = t[i].sure, .maybe = t[i].maybe, .ok = t[i].gap.possible, .missing = m};
        for (int k = 0; k < FLAG_COUNT; k++)
            if (t[i].gap.missing >> k & 1)
                m[o[i].missing_n++] = (struct page_release_rows_missing){sl(law_flag[k].ja), sl(law_flag[k].todo), way(p, (enum flag_id)k, t[i].org)};
        if (t[i].provision) {
            struct words_state st = words_state(KIND_provision, t[i].provision->state);
            o[i].state = st.word;
            o[i].css = st.css;
            o[i].ic = st.icon;
            o[i].statehref = page_href(p, KIND_provision, t[i].provision->id);
        }
    }
    x->rows = o;
    x->rows_n = n;
}

static void extracts_fill(struct page *p, const struct target *t, size_t n, struct page_release *x)
{
    struct page_release_extracts *o = arena_arr(p->a, struct page_release_extracts, n + 1);
    for (size_t i = 0; i < n; i++) {
        slice text = field_text(t[i].provision, N_extract);
        json_t *list = text.n ? json_loadb(text.p, text.n, 0, NULL) : NULL, *v;
        size_t k;
        if (!json_array_size(list)) {
            json_decref(list);
            continue;
        }
        struct page_release_extracts_rows *row = arena_arr(p->a, struct page_release_extracts_rows, json_array_size(list));
        struct page_release_extracts *e = &o[x->extracts_n];
        *e = (struct page_release_extracts){.name = view_org_name(p->v, t[i].org), .n = (int64_t)x->extracts_n + 1, .rows = row};
        json_array_foreach(list, k, v)
        {
            static const char *const key[] = {"op_ref", "product", "version", "level"};
            slice s[4];
            for (size_t c = 0; c < 4; c++) {
                const char *z = json_string_value(json_object_get(v, key[c]));
                s[c] = arena_sl(p->a, sl(z ? z : ""));
            }
            row[e->rows_n++] = (struct page_release_extracts_rows){s[0], s[1], s[2].n ? s[2] : SL("記載なし"), words_option(&law_field[FIELD_match_level], s[3])};
        }
        x->extracts_n++;
        json_decref(list);
    }
    x->extracts = o;
}

static void next_fill(struct page *p, const struct gate_row *cas, struct page_release *x)
{
    const struct gate_row **resp;
    size_t n = related(p, KIND_response, cas->id, &resp);
    for (size_t i = 0; i < n; i++)
        if (resp[i]->state == ST_PROPOSED) {
            x->decide = page_act_href(p, ACT_response_decide, resp[i]->id);
            x->decidename = SL("対応の決定へ（承認者）");
            x->whynot = SL("提案した人は決められません。承認者が、抜粋を見て決めます。");
            return;
        }
    x->whynot = n ? SL("対応の決定は済んでいます。") : SL("提案すると、別の人（提供承認者）の決定を待ちます。");
}

void release_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct target *t;
    if (!page_begin(&p, r, ans, "提供先提案"))
        return;
    const struct gate_row *cas = view_get(p.v, KIND_case, r->seg[0]);
    if (!cas || !(page_role(&p, ROLE_CAO_ANALYST) || page_role(&p, ROLE_CAO_APPR) || page_role(&p, ROLE_CAO_DUTY) || page_role(&p, ROLE_CAO_HEAD))) {
        page_absent(&p);
        return;
    }
    size_t n = targets_load(&p, cas, &t);
    struct page_release x = {.serial = field_text(cas, N_serial), .title = page_title_of(&p, cas), .casehref = page_href(&p, KIND_case, cas->id), .flow = flow(&p, t, n), .csrf = page_token(&p),
                             .action = sl(arena_fmt(p.a, "/case/" PRIs "/release", ARGs(cas->id))), .canpropose = page_role(&p, ROLE_CAO_ANALYST) && cas->state == ST_RESPONDING};
    rows_fill(&p, t, n, &x);
    extracts_fill(&p, t, n, &x);
    next_fill(&p, cas, &x);
    page_crumb(&p, SL("事案"), SL("/cases"));
    page_crumb(&p, x.serial, x.casehref);
    page_crumb(&p, SL("提供先提案"), SLN);
    page_release(&p.body, &x);
    page_end(&p);
}

/* One act for each recipient chosen, then the response over all of them: each decided by itself. */
void release_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    slice to[64];
    size_t n = http_all(r->form, "to", to, TB_COUNT(to)), done = 0;
    struct gate_ans a = {0};
    if (!page_begin(&p, r, ans, "提供先提案"))
        return;
    const struct gate_row *cas = view_get(p.v, KIND_case, r->seg[0]);
    if (!cas) {
        page_absent(&p);
        return;
    }
    json_t *targets = json_array();
    slice need = http_get(r->form, "need"), rights = http_get(r->form, "rights_note"), advice = http_get(r->form, "advice");
    for (size_t i = 0; i < n && !a.err; i++) {
        json_t *in = json_pack("{s:s%, s:s, s:s%, s:s, s:s%, s:s%}", "case", cas->id.p, cas->id.n, "item_kind", "CASE_EXTRACT", "recipient", to[i].p, to[i].n, "basis", "A45", "need",
                               need.p ? need.p : "", need.n, "rights_note", rights.p ? rights.p : "", rights.n);
        if (advice.n)
            json_object_set_new(in, "advice", json_stringn(advice.p, advice.n));
        server_act(r, &p.c, ACT_provision_propose, SLN, in, SLN, &a);
        json_decref(in);
        if (!a.err) {
            json_array_append_new(targets, json_string(a.subject));
            done++;
        }
    }
    if (done && !a.err) {
        json_t *in = json_pack("{s:s%, s:s, s:s%, s:O}", "case", cas->id.p, cas->id.n, "response_kind", "R1_PRE_INFO", "reason", need.p ? need.p : "", need.n, "targets", targets);
        server_act(r, &p.c, ACT_response_propose, SLN, in, SLN, &a);
        json_decref(in);
    }
    json_decref(targets);
    slice back = sl(arena_fmt(p.a, "/case/" PRIs "/release", ARGs(cas->id)));
    if (n == 0)
        page_leave(&p, back, FLASH_ERR, "提供先を一つ以上選んでください。");
    else if (a.err)
        page_leave(&p, back, FLASH_ERR, arena_fmt(p.a, "%zu件を提案し、次で止まりました: %s", done, a.fault.what));
    else
        page_leave(&p, back, FLASH_DONE, arena_fmt(p.a, "%zu件の提供と、対応①を提案しました。別の者の決定が要ります。", done));
}

void releases_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **row;
    if (!page_begin(&p, r, ans, "提供先提案"))
        return;
    size_t n = view_list(p.v, KIND_case, &(struct view_filter){.state = SL("RESPONDING")}, &row);
    struct page_releases_rows *o = arena_arr(p.a, struct page_releases_rows, n + 1);
    for (size_t i = 0; i < n; i++)
        o[i] = (struct page_releases_rows){page_title_of(&p, row[i]), field_text(row[i], N_serial), sl(arena_fmt(p.a, "/case/" PRIs "/release", ARGs(row[i]->id)))};
    struct page_releases x = {.rows = o, .rows_n = n};
    page_crumb(&p, SL("提供先提案"), SLN);
    page_releases(&p.body, &x);
    page_end(&p);
}
