/* 資産届出 (4①②): what has been recorded, filed and passed on; one machine's form; the ministry passes on many at once.
 */
#include <stdlib.h>
#include <string.h>

#include "console2.h"

#define PAGE_ROWS 50
#define DUE_ROWS  100 /* in the order of their limits, not of the ledger */

slice words_asset_kind(struct arena *a, slice kind)
{
    char *z = arena_dup(a, kind);
    for (char *c = z; *c; c++)
        *c = *c == '_' ? '.' : *c;
    return sl(z);
}

/* --- rows --- */
struct shown {
    const struct gate_row *row;
    struct words_clock w;
    bool ticks;
};

static bool clock_of(struct page *p, const struct gate_row *row, struct words_clock *out)
{
    const struct gate_row **clock;
    size_t n = view_clocks(p->v, row, &clock);
    for (size_t i = 0; i < n; i++) {
        *out = words_clock(p->a, clock[i], p->now);
        if (out->running)
            return true;
    }
    return false;
}

static int due_cmp(const void *a, const void *b)
{
    const struct shown *x = a, *y = b;
    usec_t dx = x->ticks && x->w.dated ? x->w.due : INT64_MAX, dy = y->ticks && y->w.dated ? y->w.due : INT64_MAX;
    return dx < dy ? -1 : dx > dy;
}

static slice limit_of(struct page *p, const struct words_clock *w)
{
    if (!w->dated)
        return sl(arena_fmt(p->a, PRIs " から", ARGs(words_when(p->a, w->started, p->now))));
    return words_day(p->a, day_of_instant(w->due) - (w->due == instant_of_day(day_of_instant(w->due))));
}

static void row_fill(struct page *p, const struct shown *s, struct page_assets_rows *o, bool filer, bool desk)
{
    const struct gate_row *row = s->row;
    struct words_state st = words_state(KIND_asset, row->state);
    slice version = field_text(row, N_version);
    *o = (struct page_assets_rows){.id = row->id,
                                   .ref = field_text(row, N_op_ref),
                                   .href = page_href(p, KIND_asset, row->id),
                                   .maker = field_text(row, N_maker),
                                   .title = sl(arena_fmt(p->a, PRIs "%s" PRIs, ARGs(field_text(row, N_product)),
                                                         version.n ? " " : "", ARGs(version))),
                                   .org = filer ? SLN : view_org_name(p->v, field_text(row, N_operator)),
                                   .kind = words_asset_kind(p->a, field_text(row, N_asset_kind)),
                                   .facility = field_text(row, N_facility_class),
                                   .word = st.word,
                                   .css = st.css,
                                   .ic = st.icon};
    if (row->state == ST_OVERDUE) {
        o->css = SL("st--late");
        o->ic = ICON_LATE;
    }
    if (field_text(row, N_due_basis).n)
        o->basis = words_option(&law_field[FIELD_asset_due_basis], field_text(row, N_due_basis));
    if (s->ticks) {
        o->clock = s->w.value;
        o->limit = limit_of(p, &s->w);
        o->ccss = s->w.css;
        o->cic = s->w.icon;
    }
    bool due = row->state == ST_DUE || row->state == ST_OVERDUE;
    if (filer && due) {
        o->notify = page_act_href(p, ACT_asset_notify, row->id);
        o->exempt = page_act_href(p, ACT_asset_exempt, row->id);
    }
    if (desk && row->state == ST_FILED) {
        o->forward = page_act_href(p, ACT_asset_forward, row->id);
        o->pick = true;
    }
}

/* --- how many in each state --- */
static void states_fill(struct page *p, slice owner, slice now, struct page_assets *x)
{
    const struct law_kind *k = &law_kind[KIND_asset];
    struct page_assets_states *o = arena_arr(p->a, struct page_assets_states, k->states);
    struct dbrows rows = {0};
    struct fault f;
    struct tally *c = arena_get(p->a, sizeof *c);
    struct buf text = BUF(4000);
    size_t counted = 0;
    *c = (struct tally){.p = p, .kind = KIND_asset};
    for (size_t i = 0; i < k->states; i++)
        o[i] = (struct page_assets_states){.value = sl(law_state_name[k->state[i].id]),
                                           .label = sl(k->state[i].ja),
                                           .on = sl_is(now, law_state_name[k->state[i].id])};
    if (db_run(gate_reader_db(p->c.reader), Q_console_asset_counts,
               (struct dbval[]){DBT(owner.p ? owner : SL("")), DBT(p->c.who.actor.org)}, 2, &rows, p->a, &f) != E_OK)
        log_line(0, "filings not counted what=\"%s\"", f.what);
    for (size_t r = 0; r < rows.rows; r++)
        for (size_t i = 0; tally_may(c, &rows, r) && i < k->states; i++)
            if (sl_eq(o[i].value, ROW(&rows, r, 2).s)) {
                o[i].n += ROW(&rows, r, 3).i;
                x->all += ROW(&rows, r, 3).i;
                counted++;
            }
    for (size_t i = 0; i < k->states; i++)
        buf_fmt(&text, "%" PRId64 " ", o[i].n);
    if (counted && tally_told(p, "/assets（件数）", "REPORTED", c->basis, counted, buf_slice(&text))) {
        x->states = o;
        x->states_n = k->states;
    }
    buf_free(&text);
}

static void words_fill(struct page_assets *x)
{
    if (x->filer) {
        x->h = SL("あなたの組織の、特定重要電子計算機の届出");
        x->lead = SL("導入を記録すると期限の時計が動きます。届け出ると、事業所管大臣が内閣総理大臣に通知します（4②）。"
                     "届出が要らないものでも、侵害事象の報告（5）は要ります。");
    } else if (x->desk) {
        x->h = SL("所管する分野の届出");
        x->lead = SL("届出を受けたら、速やかに内閣総理大臣に通知します（4②④）。提出前の記録は、事業者だけのものです。");
    } else {
        x->h = SL("特定重要電子計算機の届出");
        x->lead = SL("提出前の記録は、事業者だけのものです。");
    }
}

void assets_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **row;
    int64_t before = 0;
    if (!page_begin(&p, r, ans, "資産の届出"))
        return;
    slice state = http_get(r->query, "state");
    enum state_id s = law_state_named(state);
    if ((http_has(r->query, "before") && !http_int(r->query, "before", 1, INT64_MAX, &before)) ||
        (state.n && (s == ST_COUNT || !law_state_of(KIND_asset, s)))) {
        page_absent(&p);
        return;
    }
    bool own = sl_is(p.c.who.actor.org_kind, "OPERATOR"), by_due = s == ST_DUE || s == ST_OVERDUE;
    struct page_assets x = {.filer = own && page_may(&p, ACT_asset_record),
                            .desk = page_may(&p, ACT_asset_forward),
                            .csrf = page_token(&p),
                            .any = !state.n,
                            .guided = p.guided};
    struct view_filter f = {.state = state, .before = before, .owner = own ? p.c.who.actor.org : SLN};
    f.max = page_rows(&p, KIND_asset, f.owner, by_due ? DUE_ROWS : PAGE_ROWS);
    size_t n = view_list(p.v, KIND_asset, &f, &row);
    struct shown *sh = arena_arr(p.a, struct shown, n + 1);
    struct page_assets_rows *o = arena_arr(p.a, struct page_assets_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        sh[i].row = row[i];
        sh[i].ticks = clock_of(&p, row[i], &sh[i].w);
    }
    if (by_due)
        qsort(sh, n, sizeof *sh, due_cmp);
    for (size_t i = 0; i < n; i++) {
        row_fill(&p, &sh[i], &o[i], own, x.desk);
        x.picks = x.picks || o[i].pick;
    }
    x.rows = o;
    x.rows_n = n;
    words_fill(&x);
    states_fill(&p, f.owner, state, &x);
    if (n == f.max)
        x.next = sl(arena_fmt(p.a, "/assets?before=%" PRId64 "%s" PRIs, row[n - 1]->leaf, state.n ? "&state=" : "",
                              ARGs(state)));
    page_crumb(&p, SL("資産の届出"), SLN);
    page_assets(&p.body, &x);
    page_end(&p);
}

/* --- 選んだ届出を通知する: each an act of its own, all in one commit --- */
void forward_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    slice id[DUE_ROWS + 1];
    struct gate_req req[DUE_ROWS] = {0};
    size_t n = http_all(r->form, "asset", id, TB_COUNT(id)), done = 0;
    if (!page_begin(&p, r, ans, "通知の結果"))
        return;
    if (n == 0 || n > DUE_ROWS) {
        page_leave(&p, SL("/assets?state=FILED"), FLASH_ERR,
                   n ? "一度に通知できるのは100件までです。" : "通知する届出を選んでください。");
        return;
    }
    struct page_forwarded_rows *o = arena_arr(p.a, struct page_forwarded_rows, n);
    struct gate_ans *a = arena_arr(p.a, struct gate_ans, n);
    for (size_t i = 0; i < n; i++)
        req[i] = (struct gate_req){.act = ACT_asset_forward, .subject = id[i], .actor = p.c.actor};
    gate_acts(p.s->gate, req, a, n);
    for (size_t i = 0; i < n; i++) {
        const struct gate_row *row = view_get(p.v, KIND_asset, id[i]);
        o[i] = (struct page_forwarded_rows){.ok = a[i].err == E_OK,
                                            .leaf = a[i].leaf,
                                            .recorded = a[i].leaf >= 0,
                                            .name = row ? page_title_of(&p, row) : SL("該当するものがありません"),
                                            .org = row ? view_org_name(p.v, field_text(row, N_operator)) : SLN,
                                            .href = row ? page_href(&p, KIND_asset, id[i]) : SLN};
        done += o[i].ok;
        if (!o[i].ok)
            o[i].why = a[i].err == E_REFUSED && a[i].d.reasons
                           ? sl(arena_fmt(p.a, "%s：" PRIs, law_pred[a[i].d.reason[0]].ja,
                                          ARGs(page_reason_todo(&p, ACT_asset_forward, a[i].d.reason[0]))))
                           : arena_sl(p.a, sl(a[i].fault.what));
    }
    struct page_forwarded x = {
        .h = sl(arena_fmt(p.a, "%zu件のうち %zu件を通知しました", n, done)), .rows = o, .rows_n = n};
    page_crumb(&p, SL("資産の届出"), SL("/assets"));
    page_crumb(&p, SL("通知の結果"), SLN);
    page_forwarded(&p.body, &x);
    page_end(&p);
}

/* --- one machine --- */
static const struct {
    const char *title, *lead;
    enum field_id field[8];
    size_t n;
} group[] = {
    {"どの機械か",
     "型番や版が分かるほど、照合が確かになります。分からない版は、空のままにします。",
     {FIELD_asset_op_ref, FIELD_asset_maker, FIELD_asset_product, FIELD_asset_version, FIELD_asset_cpe,
      FIELD_asset_object, FIELD_asset_system},
     7},
    {"どの設備の、どの区分か",
     "設備そのものは一号、公衆でない回線でつながるものは二号、一定の間隔で設備に入る記録を作るものは三号です（命令1）"
     "。",
     {FIELD_asset_facility_class, FIELD_asset_connection, FIELD_asset_asset_kind},
     3},
    {"いつからか",
     "期限の数え方は、導入の日と、設備がいつからあったかで決まります。",
     {FIELD_asset_introduced_on, FIELD_asset_facility_existed},
     2},
};

static bool needed(enum field_id id)
{
    for (size_t i = 0; i < law_act[ACT_asset_record].ins; i++)
        if (law_act[ACT_asset_record].in[i].field == id)
            return law_act[ACT_asset_record].in[i].required;
    return false;
}

static void field_fill(struct page *p, enum field_id id, struct page_assetnew_groups_fields *o)
{
    const struct law_field *f = &law_field[id];
    bool yes_no = f->type == FT_BOOL, one_of = f->type == FT_ENUM;
    size_t n = yes_no ? 2 : one_of ? f->options : 0;
    struct page_assetnew_groups_fields_options *c = arena_arr(p->a, struct page_assetnew_groups_fields_options, n + 1);
    *o = (struct page_assetnew_groups_fields){.name = sl(f->name),
                                              .label = sl(f->ja),
                                              .need = needed(id),
                                              .choose = yes_no || one_of,
                                              .brief = f->type == FT_DAY,
                                              .options = c,
                                              .options_n = n};
    o->hint = f->type == FT_DAY ? SL("年-月-日（例 2026-11-24）") : sl(f->hint ? f->hint : "");
    for (size_t i = 0; i < n; i++)
        c[i] = yes_no
                   ? (struct page_assetnew_groups_fields_options){i ? SL("0") : SL("1"), i ? SL("いいえ") : SL("はい")}
                   : (struct page_assetnew_groups_fields_options){sl(f->option[i].name), sl(f->option[i].ja)};
}

static slice from_words(const struct law_variant *v)
{
    switch (v->from_id) {
    case N_introduced_on:
        return SL("導入の日");
    case N_exempt_ended_on:
        return SL("届出不要の事由がなくなった日");
    default:
        return v->from == SRC_FACT && v->from_id == FACT_designated_on     ? SL("指定の日")
               : v->from == SRC_FACT && v->from_id == FACT_list_changed_on ? SL("設備一覧の改正の日")
                                                                           : SLN;
    }
}

static void limits_fill(struct page *p, struct page_assetnew *x)
{
    const struct law_clock *k = &law_clock[CLOCK_c_asset_due];
    struct page_assetnew_limits *o = arena_arr(p->a, struct page_assetnew_limits, k->variants);
    for (size_t i = 0; i < k->variants; i++) {
        const struct law_variant *v = &k->variant[i];
        slice name = sl(v->name), ja = words_option(&law_field[FIELD_asset_due_basis], name);
        o[i].basis = sl(v->basis ? v->basis : "");
        o[i].name = sl_eq(ja, name) ? SL("届出不要でなくなったもの") : ja;
        if (v->count == COUNT_FIXED)
            o[i].until = words_day(p->a, v->fixed);
        else
            o[i].until = sl(arena_fmt(p->a, PRIs "から%d月", ARGs(from_words(v)), v->n));
    }
    x->limits = o;
    x->limits_n = k->variants;
}

void asset_new_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    char key[UUID_LEN + 1];
    if (!page_begin(&p, r, ans, "一台を記録する"))
        return;
    struct page_assetnew_groups *g = arena_arr(p.a, struct page_assetnew_groups, TB_COUNT(group));
    for (size_t i = 0; i < TB_COUNT(group); i++) {
        struct page_assetnew_groups_fields *f = arena_arr(p.a, struct page_assetnew_groups_fields, group[i].n);
        for (size_t k = 0; k < group[i].n; k++)
            field_fill(&p, group[i].field[k], &f[k]);
        g[i] = (struct page_assetnew_groups){.n = (int64_t)i + 1,
                                             .title = sl(group[i].title),
                                             .lead = sl(group[i].lead),
                                             .fields = f,
                                             .fields_n = group[i].n};
    }
    uuid_new(rng_system(), key);
    const struct law_field *ex = &law_field[FIELD_asset_exempt];
    struct page_assetnew_exempts *e = arena_arr(p.a, struct page_assetnew_exempts, ex->options);
    for (size_t i = 0; i < ex->options; i++)
        e[i].text = sl(ex->option[i].ja);
    struct page_assetnew x = {.csrf = page_token(&p),
                              .key = arena_sl(p.a, sl(key)),
                              .groups = g,
                              .groups_n = TB_COUNT(group),
                              .exempts = e,
                              .exempts_n = ex->options,
                              .guided = p.guided,
                              .filer = page_may(&p, ACT_asset_record),
                              .basis = sl(law_act[ACT_asset_record].basis)};
    limits_fill(&p, &x);
    page_crumb(&p, SL("資産の届出"), SL("/assets"));
    page_crumb(&p, SL("一台を記録する"), SLN);
    page_assetnew(&p.body, &x);
    page_end(&p);
}
