/* Any subject and any list of subjects: what stands in the store, as the matrix lets this person see it. */
#include <string.h>

#include "base/text.h"
#include "console.h"
#include "known.h"
#include "related.h"
#include "screens.h"
#include "values.h"

static void values_fill(struct page *p, const struct gate_row *row, struct page_item *x)
{
    const struct law_kind *k = &law_kind[row->kind];
    struct page_item_rows *r = arena_arr(p->a, struct page_item_rows, k->fields + 1);
    for (size_t i = 0; i < k->fields; i++) {
        const struct law_field *f = &law_field[k->field[i]];
        struct part_value v = value_of(p, f, row->f[f->id]);
        if (v.text.n || v.lines_n)
            r[x->rows_n++] = (struct page_item_rows){sl(f->ja), v};
    }
    x->rows = r;
}

/* What is known of the vulnerability that a record names. */
static void known_fill(struct page *p, const struct gate_row *row, struct page_item *x)
{
    slice vuln = law_kind_field(row->kind, N_vuln) ? field_text(row, N_vuln) : SLN;
    struct known k = vuln_known(p, vuln);
    if (!k.any && !k.cves.n)
        return;
    const struct {
        const char *name;
        slice text, at;
    } fact[] = {{"扱うCVE", k.cves, SLN},
                {"KEV", k.kev, k.kev_at},
                {"EPSS", k.epss, k.epss_at},
                {"SSVC（CISA）", k.ssvc, k.ssvc_at}};
    struct page_item_known *o = arena_arr(p->a, struct page_item_known, TB_COUNT(fact));
    for (size_t i = 0; i < TB_COUNT(fact); i++)
        if (fact[i].text.n)
            o[x->known_n++] = (struct page_item_known){sl(fact[i].name), fact[i].text, fact[i].at};
    x->known = o;
}

static usec_t leaf_at(struct page *p, int64_t idx)
{
    struct dbrows rows;
    struct fault f;
    return db_run(gate_reader_db(p->c.reader), Q_console_leaf_head, (struct dbval[]){DBI(idx)}, 1, &rows, p->a, &f) ==
                       E_OK &&
                   rows.rows
               ? ROW(&rows, 0, 0).i
               : 0;
}

static void record_fill(struct page *p, enum child_id c, const struct gate_child *from,
                        struct page_item_groups_rows *out)
{
    struct page_item_groups_rows_cells *cell = arena_arr(p->a, struct page_item_groups_rows_cells, law_child[c].fields);
    usec_t at = leaf_at(p, from->leaf);
    *out = (struct page_item_groups_rows){
        .leaf = from->leaf, .when = words_when(p->a, at, p->now), .iso = words_iso(p->a, at), .cells = cell};
    for (size_t k = 0; k < law_child[c].fields; k++) {
        const struct law_field *f = &law_field[law_child[c].field[k]];
        struct part_value v = value_of(p, f, from->f[f->id]);
        if (v.text.n || v.lines_n)
            cell[out->cells_n++] = (struct page_item_groups_rows_cells){sl(f->ja), v};
    }
}

static void records_fill(struct page *p, const struct gate_row *row, struct page_item *x)
{
    struct page_item_groups *g = arena_arr(p->a, struct page_item_groups, CHILD_COUNT + 1);
    for (int c = 0; c < CHILD_COUNT; c++) {
        const struct gate_child *list;
        size_t n = law_child[c].kind == row->kind ? view_children(p->v, row, (enum child_id)c, &list) : 0;
        struct page_item_groups_rows *r = arena_arr(p->a, struct page_item_groups_rows, n + 1);
        for (size_t i = 0; i < n; i++)
            record_fill(p, (enum child_id)c, &list[i], &r[i]);
        if (n) {
            g[x->groups_n] = (struct page_item_groups){
                .n = (int64_t)x->groups_n + 1, .title = sl(law_child[c].ja), .rows = r, .rows_n = n};
            x->groups_n++;
        }
    }
    x->groups = g;
}

struct part_story page_story_of(struct page *p, const struct gate_row *row)
{
    const struct gate_leaf *leaf;
    size_t n = view_leaves(p->v, row, &leaf);
    struct page_event *ev = arena_arr(p->a, struct page_event, n + 1);
    for (size_t i = 0; i < n; i++)
        ev[i] = (struct page_event){&leaf[i], row};
    return page_story(p, ev, n, false);
}

void item_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    enum kind_id k = law_kind_named(r->seg[0]);
    const struct gate_row *row, **clock;
    if (!page_begin(&p, r, ans, k == KIND_COUNT ? "記録" : law_kind[k].ja))
        return;
    row = k == KIND_COUNT ? NULL : view_get(p.v, k, r->seg[1]);
    if (!row) {
        page_absent(&p);
        return;
    }
    struct words_state st = words_state(k, row->state);
    struct page_item x = {.kind = sl(law_kind[k].ja),
                          .name = sl(law_kind[k].name),
                          .title = page_title_of(&p, row),
                          .state = st.word,
                          .css = st.css,
                          .ic = st.icon,
                          .cls = sl(law_class[law_class_of(row->kind, row->label, row->state, row->f)].ja),
                          .secret = label_mask(row->label) != 0,
                          .made = words_full(p.a, row->made),
                          .moved = row->moved != row->made ? words_full(p.a, row->moved) : SLN,
                          .acting = p.step.total ? SL("できること") : SL("次にすること"),
                          .id = row->id};
    values_fill(&p, row, &x);
    known_fill(&p, row, &x);
    records_fill(&p, row, &x);
    x.acts = page_acts(&p, k, row);
    size_t n = view_clocks(p.v, row, &clock);
    x.clocks = page_clocks(&p, "この記録の時計", clock, NULL, n);
    x.story = page_story_of(&p, row);
    x.leaves = (int64_t)x.story.rows_n;
    x.within = row->leaf; /* made or moved by another record's leaf */
    x.proved = x.leaves > 0 || proof_subject(&p, row->leaf);
    p.frame.title = x.title;
    page_crumb(&p, sl(law_kind[k].ja), sl(arena_fmt(p.a, "/list/%s", law_kind[k].name)));
    page_crumb(&p, x.title, SLN);
    page_item(&p.body, &x);
    page_end(&p);
}

/* --- lists --- */
#define LIST_MAX 100

void list_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    enum kind_id k = law_kind_named(r->seg[0]);
    int64_t before = 0;
    const struct gate_row **row;
    if (!page_begin(&p, r, ans, k == KIND_COUNT ? "記録" : law_kind[k].ja))
        return;
    if (k == KIND_COUNT || (http_has(r->query, "before") && !http_int(r->query, "before", 1, INT64_MAX, &before))) {
        page_absent(&p);
        return;
    }
    slice state = http_get(r->query, "state");
    slice owner = http_get(r->query, "owner");
    size_t max = page_rows(&p, k, owner, LIST_MAX);
    size_t n =
        view_list(p.v, k, &(struct view_filter){.state = state, .owner = owner, .before = before, .max = max}, &row);
    struct page_list_rows *out = arena_arr(p.a, struct page_list_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct words_state st = words_state(k, row[i]->state);
        out[i] = (struct page_list_rows){page_title_of(&p, row[i]),
                                         page_href(&p, k, row[i]->id),
                                         st.word,
                                         st.css,
                                         st.icon,
                                         words_when(p.a, row[i]->moved, p.now),
                                         row[i]->leaf};
    }
    struct page_list_states *ss = arena_arr(p.a, struct page_list_states, law_kind[k].states + 1);
    for (size_t i = 0; i < law_kind[k].states; i++) {
        const char *name = law_state_name[law_kind[k].state[i].id];
        ss[i] = (struct page_list_states){sl(name), sl(law_kind[k].state[i].ja), sl_is(state, name)};
    }
    struct page_list x = {.kind = sl(law_kind[k].ja),
                          .name = sl(law_kind[k].name),
                          .rows = out,
                          .rows_n = n,
                          .states = ss,
                          .states_n = law_kind[k].states,
                          .acts = page_acts(&p, k, NULL)};
    x.mayact = x.acts.ok_n > 0;
    if (n == max)
        x.next = sl(arena_fmt(p.a, "/list/%s?before=%" PRId64 "%s" PRIs, law_kind[k].name, row[n - 1]->leaf,
                              state.n ? "&state=" : "", ARGs(state)));
    page_crumb(&p, SL("記録"), SL("/list"));
    page_crumb(&p, x.kind, SLN);
    page_list(&p.body, &x);
    page_end(&p);
}

void kinds_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (!page_begin(&p, r, ans, "記録"))
        return;
    struct page_kinds_rows *row = arena_arr(p.a, struct page_kinds_rows, KIND_COUNT);
    struct page_kinds x = {.rows = row};
    for (int k = 0; k < KIND_COUNT; k++)
        if (k != KIND_store && k != KIND_clock)
            row[x.rows_n++] =
                (struct page_kinds_rows){sl(law_kind[k].ja), sl(arena_fmt(p.a, "/list/%s", law_kind[k].name)),
                                         sl(law_class[law_kind[k].class].ja)};
    page_crumb(&p, SL("記録"), SLN);
    page_kinds(&p.body, &x);
    page_end(&p);
}
