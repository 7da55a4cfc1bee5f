/* The read side: every row is checked against the recipient matrix, and a read leaf comes before the bytes. */
#include "gate_int.h"

#include <string.h>

struct gate_reader {
    struct gate *g;
    struct db *db;
    bool own; /* the handle is ours to close */
};

enum err gate_reader_open(struct gate *g, struct gate_reader **out, struct fault *f)
{
    struct gate_reader *r = mem_zero(1, sizeof *r);
    r->g = g;
    /* a private in-memory database has one handle */
    r->own = strcmp(g->cfg.db, "sqlite::memory:") != 0;
    r->db = g->db;
    enum err e = r->own ? store_open(&r->db, g->cfg.which, g->cfg.home, g->cfg.db, DB_READER, f) : E_OK;
    if (e) {
        free(r);
        r = NULL;
    }
    *out = r;
    return e;
}

void gate_reader_hold(struct gate_reader *r)
{
    struct fault f;
    gate_reader_let(r);
    if (r->own && !db_is_pg(r->db) && db_begin_read(r->db, &f) != E_OK)
        log_line(1, "reader not held what=\"%s\"", f.what); /* then each read takes its own lock */
}

void gate_reader_let(struct gate_reader *r)
{
    if (r->own)
        db_rollback(r->db);
}

void gate_reader_close(struct gate_reader *r)
{
    if (!r)
        return;
    gate_reader_let(r);
    if (r->own)
        db_close(r->db);
    free(r);
}

struct db *gate_reader_db(struct gate_reader *r)
{
    return r->db;
}

enum err gate_person_get(struct gate_reader *r, slice person, struct arena *a, struct gate_person *out, struct fault *f)
{
    *out = (struct gate_person){0};
    day_t today = day_of_instant(r->g->cfg.legal->now(r->g->cfg.legal));
    enum err e = actor_load(r->db, person, today, a, &out->actor, &out->standing, out, f);
    if (e)
        return e;
    out->machine = !out->actor.org.n;
    return E_OK;
}

bool gate_person_load(struct gate_reader *r, slice person, struct arena *a, struct gate_person *out)
{
    struct fault f;
    return gate_person_get(r, person, a, out, &f) == E_OK;
}

/* --- views --- */
struct view {
    struct gate_reader *r;
    const struct gate_person *who;
    struct gate_actor actor;
    const char *purpose, *object;
    struct arena *a;
    uint64_t classes, bases; /* of labelled rows released so far */
    int64_t rows;
    slice *seen; /* whose machines and matches, each once: the day's quota is asked of them (view_seal) */
    size_t operators, operators_max;
};

struct view *view_new(struct gate_reader *r, const struct gate_person *who, struct gate_actor actor,
                      const char *purpose, const char *object, struct arena *a)
{
    struct view *v = arena_get(a, sizeof *v);
    *v = (struct view){.r = r, .who = who, .actor = actor, .purpose = purpose, .object = object, .a = a};
    return v;
}

struct gate_reader *view_reader(struct view *v)
{
    return v->r;
}

static void released(struct view *v, enum class_id class, bool labelled, enum basis_id basis)
{
    if (!labelled)
        return;
    v->classes |= UINT64_C(1) << class;
    v->bases |= UINT64_C(1) << basis;
    v->rows++;
}

static void operator_seen(struct view *v, slice org)
{
    for (size_t i = v->operators; i > 0; i--) /* rows come in order of their operators: mostly the last one */
        if (sl_eq(v->seen[i - 1], org))
            return;
    if (v->operators == v->operators_max) {
        v->operators_max = v->operators_max ? 2 * v->operators_max : 16;
        slice *more = arena_arr(v->a, slice, v->operators_max);
        if (v->operators)
            memcpy(more, v->seen, v->operators * sizeof *more);
        v->seen = more;
    }
    v->seen[v->operators++] = org;
}

/* The row lives in the view's arena and is the reader's from here: a list of a thousand is not kept twice. */
static const struct gate_row *release_row(struct view *v, enum kind_id k, const struct rowbuf *row)
{
    enum basis_id basis = BASIS_OWN;
    struct law_item it = item_of(k, row);
    if (!may_see(v->r->db, k, row, &v->who->actor, v->who->standing, v->a, &basis))
        return NULL;
    struct gate_row *out = arena_get(v->a, sizeof *out);
    *out = (struct gate_row){.kind = k,
                             .id = row->id,
                             .label = row->label,
                             .state = row->state,
                             .made = row->made,
                             .moved = row->moved,
                             .leaf = row->leaf,
                             .f = row->f,
                             .basis = basis};
    released(v, it.class, row->label.n > 0 || law_class[it.class].mask != 0, basis);
    if (law_kind[k].quota && row->f[law_kind[k].owner].t == VAL_TEXT)
        operator_seen(v, row->f[law_kind[k].owner].s);
    return out;
}

bool view_may(struct view *v, enum kind_id k, slice id, enum basis_id *basis)
{
    struct rowbuf *row = arena_get(v->a, sizeof *row);
    struct fault f;
    return row_load(v->r->db, k, id, v->a, row, &f) == E_OK &&
           may_see(v->r->db, k, row, &v->who->actor, v->who->standing, v->a, basis);
}

const struct gate_row *view_get(struct view *v, enum kind_id k, slice id)
{
    struct rowbuf *row = arena_get(v->a, sizeof *row);
    struct fault f;
    if (row_load(v->r->db, k, id, v->a, row, &f) != E_OK)
        return NULL;
    return release_row(v, k, row);
}

/* Pages of rows are looked at in memory of their own; only what is released is loaded into the reader's. A long list of
 * which little may be shown costs him time, never the arena of his request. */
#define PAGE_ROWS  200
#define PAGE_ARENA ((size_t)256 << 20)

struct page_scan {
    enum kind_id k;
    slice id[PAGE_ROWS]; /* to be shown, in the arena of the page */
    size_t ids, rows;
    int64_t before;
    slice after; /* of the rows of that leaf, those after this id (in the caller's buffer) */
    char last[256];
};

static enum err page_scan(struct view *v, const struct view_filter *f, struct arena *a, struct page_scan *s)
{
    struct dbrows rows;
    struct fault why;
    struct rowbuf *row = arena_get(a, sizeof *row);
    struct dbval arg[] = {DBT(f->state.p ? f->state : SL("")),
                          DBT(f->owner.p ? f->owner : SL("")),
                          DBT(f->sector.p ? f->sector : SL("")),
                          DBT(f->recipient.p ? f->recipient : SL("")),
                          DBI(s->before),
                          DBI(PAGE_ROWS),
                          DBT(s->after)};
    s->ids = s->rows = 0;
    enum err e = db_run(v->r->db, kind_query[s->k].list, arg, TB_COUNT(arg), &rows, a, &why);
    for (size_t i = 0; !e && i < rows.rows; i++) {
        enum basis_id basis;
        row_take(s->k, rows.v + i * rows.cols, a, row);
        s->before = row->leaf;
        s->rows++;
        snprintf(s->last, sizeof s->last, PRIs, ARGs(row->id));
        s->after = sl(s->last);
        if (f->vuln.n && !(row->f[N_vuln].t == VAL_TEXT && sl_eq(row->f[N_vuln].s, f->vuln)))
            continue;
        if (may_see(v->r->db, s->k, row, &v->who->actor, v->who->standing, a, &basis))
            s->id[s->ids++] = row->id;
    }
    return e;
}

size_t view_list(struct view *v, enum kind_id k, const struct view_filter *filter, const struct gate_row ***out)
{
    static const struct view_filter any = {0};
    const struct view_filter *f = filter ? filter : &any;
    size_t max = f->max ? f->max : 200, n = 0;
    struct page_scan s = {.k = k, .before = f->before ? f->before - 1 : INT64_MAX, .after = SL("")};
    const struct gate_row **list = arena_arr(v->a, const struct gate_row *, max);
    struct arena *page = arena_new(PAGE_ARENA);
    *out = list;
    do { /* a page of rows at a time until enough may be shown */
        arena_reset(page);
        if (page_scan(v, f, page, &s) != E_OK)
            break;
        for (size_t i = 0; i < s.ids && n < max; i++) {
            const struct gate_row *x = view_get(v, k, s.id[i]);
            if (x)
                list[n++] = x;
        }
    } while (n < max && s.rows == PAGE_ROWS);
    arena_free(page);
    return n;
}

size_t view_targets(struct view *v, slice case_id, const struct view_target **out)
{
    struct dbrows ids;
    struct fault why;
    *out = NULL;
    if (db_run(v->r->db, Q_case_match_ids, (struct dbval[]){DBT(case_id)}, 1, &ids, v->a, &why) != E_OK)
        return 0;
    struct view_target *t = arena_arr(v->a, struct view_target, ids.rows + 1);
    size_t n = 0;
    for (size_t i = 0; i < ids.rows; i++) { /* in the order of operators */
        const struct gate_row *m = view_get(v, KIND_match, ROW(&ids, i, 0).s);
        if (!m)
            continue;
        if (n == 0 || !sl_eq(t[n - 1].org, m->f[N_operator].s))
            t[n++] = (struct view_target){.org = m->f[N_operator].s};
        if (sl_is(m->f[N_level].s, "CONFIRMED"))
            t[n - 1].confirmed++;
        else
            t[n - 1].possible++;
    }
    *out = t;
    return n;
}

/* A record under a subject goes out only to whom its own class allows too. */
static bool child_visible(struct view *v, const struct gate_row *of, enum child_id c, enum basis_id *basis)
{
    struct rowbuf *row = arena_get(v->a, sizeof *row);
    row->id = of->id;
    row->state = of->state;
    memcpy(row->f, of->f, sizeof row->f);
    uint32_t known = known_of(of->kind, row, &v->who->actor, v->who->standing);
    if (law_child[c].class == CLASS_FINDERID) {
        bool desk = false;
        for (int r = 0; r < ROLE_COUNT; r++)
            desk = desk || ((v->who->actor.roles >> r & 1) && law_role[r].desk_finder);
        if (!desk)
            known &= ~(1u << FLAG_need_to_know);
    }
    struct law_item it = {law_child[c].class, CLASS_COUNT, law_class[law_child[c].class].mask};
    return law_may_see(&v->who->actor, &it, known, basis);
}

size_t view_children(struct view *v, const struct gate_row *of, enum child_id c, const struct gate_child **out)
{
    struct dbrows rows;
    struct fault f;
    enum basis_id basis = BASIS_OWN;
    *out = NULL;
    if (!child_visible(v, of, c, &basis) ||
        db_run(v->r->db, child_query[c].list, (struct dbval[]){DBT(of->id)}, 1, &rows, v->a, &f) != E_OK)
        return 0;
    struct gate_child *list = arena_arr(v->a, struct gate_child, rows.rows + 1);
    for (size_t i = 0; i < rows.rows; i++) {
        struct val *x = arena_arr(v->a, struct val, NAME_COUNT);
        for (size_t k = 0; k < law_child[c].fields; k++)
            x[law_field[law_child[c].field[k]].id] = val_of_db(&ROW(&rows, i, 3 + k));
        list[i] = (struct gate_child){ROW(&rows, i, 0).i, ROW(&rows, i, 2).s, x};
        released(v, law_child[c].class, true, basis);
    }
    *out = list;
    return rows.rows;
}

size_t view_clocks(struct view *v, const struct gate_row *of, const struct gate_row ***out)
{
    struct dbrows ids;
    struct fault f;
    if (db_run(v->r->db, Q_clock_of_subject, (struct dbval[]){DBT(of->id)}, 1, &ids, v->a, &f) != E_OK)
        return 0;
    const struct gate_row **list = arena_arr(v->a, const struct gate_row *, ids.rows + 1);
    size_t n = 0;
    for (size_t i = 0; i < ids.rows; i++) {
        const struct gate_row *c = view_get(v, KIND_clock, ROW(&ids, i, 0).s);
        if (c)
            list[n++] = c;
    }
    *out = list;
    return n;
}

size_t view_leaves(struct view *v, const struct gate_row *of, const struct gate_leaf **out)
{
    struct dbrows rows;
    struct fault f;
    if (db_run(v->r->db, Q_leaf_of_subject, (struct dbval[]){DBT(of->id)}, 1, &rows, v->a, &f) != E_OK)
        return 0;
    struct gate_leaf *list = arena_arr(v->a, struct gate_leaf, rows.rows + 1);
    for (size_t i = 0; i < rows.rows; i++)
        list[i] = (struct gate_leaf){ROW(&rows, i, 0).i, ROW(&rows, i, 1).i, law_act_named(ROW(&rows, i, 2).s),
                                     ROW(&rows, i, 3).s, ROW(&rows, i, 4).i != 0};
    *out = list;
    return rows.rows;
}

slice view_org_name(struct view *v, slice org)
{
    struct rowbuf *row = arena_get(v->a, sizeof *row);
    struct fault f;
    if (row_load(v->r->db, KIND_org, org, v->a, row, &f) != E_OK || row->f[N_name].t != VAL_TEXT)
        return SL("（不明な組織）");
    return row->f[N_name].s;
}

slice view_person_name(struct view *v, slice person)
{
    struct rowbuf *row = arena_get(v->a, sizeof *row);
    struct fault f;
    enum basis_id basis;
    enum role_id machine = law_role_named(person);
    if (machine != ROLE_COUNT)
        return sl(law_role[machine].ja);
    if (row_load(v->r->db, KIND_person, person, v->a, row, &f) != E_OK)
        return SL("（不明な利用者）");
    if (may_see(v->r->db, KIND_person, row, &v->who->actor, v->who->standing, v->a, &basis) &&
        row->f[N_name].t == VAL_TEXT)
        return row->f[N_name].s;
    return row->f[N_org].t == VAL_TEXT ? sl(arena_fmt(v->a, PRIs "の担当", ARGs(view_org_name(v, row->f[N_org].s))))
                                       : SL("担当");
}

static char *names_of(struct arena *a, uint64_t bits, bool classes)
{
    struct buf b = BUF(400);
    for (int i = 0; i < 64; i++)
        if (bits >> i & 1)
            buf_fmt(&b, "%s%s", b.n ? " " : "", classes ? law_class[i].name : law_basis[i].name);
    char *z = arena_dup(a, buf_slice(&b));
    buf_free(&b);
    return z;
}

static json_t *operators_json(const struct view *v)
{
    json_t *list = json_array();
    for (size_t i = 0; i < v->operators; i++)
        json_array_append_new(list, json_stringn(v->seen[i].p, v->seen[i].n));
    return list;
}

slice view_classes(const struct view *v)
{
    struct buf b = BUF(1000);
    for (int i = 0; i < CLASS_COUNT; i++)
        if (v->classes >> i & 1)
            buf_fmt(&b, "%s%s", b.n ? "・" : "", law_class[i].ja);
    slice s = arena_sl(v->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

enum err view_seal(struct view *v, slice bytes, int64_t *leaf, struct fault *f)
{
    uint8_t h[SHA_LEN];
    char hex[65];
    *leaf = -1;
    if (v->rows == 0)
        return E_OK;
    gate_reader_let(v->r);
    sha256(bytes, h);
    hex_of(h, sizeof h, hex);
    char *object = arena_dup(v->a, sl(v->object));
    json_t *in = json_pack("{s:s, s:s, s:s, s:s, s:I, s:s}", "object", object, "class",
                           names_of(v->a, v->classes, true), "basis", names_of(v->a, v->bases, false), "purpose",
                           v->purpose ? v->purpose : "", "rows", (json_int_t)v->rows, "page_hash", hex);
    if (v->operators)
        json_object_set_new(in, "operators", operators_json(v));
    struct gate_req req = {.act = ACT_read_release, .actor = v->actor, .in = in};
    struct gate_ans ans;
    gate_act(v->r->g, &req, &ans);
    json_decref(in);
    *leaf = ans.leaf;
    *f = ans.fault;
    return ans.err;
}

/* --- buttons --- */
static bool from_fits(const struct law_act *act, const struct gate_row *row)
{
    if (!row)
        return law_act_creates(act);
    if (act->from_any) {
        const struct law_state *s = law_state_of(act->kind, row->state);
        return s && s->sort != STATE_FINAL;
    }
    for (size_t i = 0; i < act->froms; i++)
        if (act->from[i] == row->state)
            return true;
    return false;
}

static void row_back(const struct gate_row *row, struct rowbuf *out)
{
    out->id = row->id;
    out->label = row->label;
    out->state = row->state;
    out->made = row->made;
    out->moved = row->moved;
    out->leaf = row->leaf;
    memcpy(out->f, row->f, sizeof out->f);
}

/* The condition reads a field that an input will bring and that is not there yet. */
static bool waits_for_input(const struct run *r, enum pred_id pred)
{
    for (size_t i = 0; i < law_pred[pred].reads; i++) {
        enum name_id name = law_pred[pred].read[i].name;
        for (size_t k = 0; law_pred[pred].read[i].row && k < r->act->ins; k++)
            if (law_field[r->act->in[k].field].id == name && r->row.f[name].t == VAL_NONE)
                return true;
    }
    return false;
}

/* An act as this person would begin it on this row; nothing of it is written. */
static struct run *run_supposed(struct gate_reader *rd, const struct gate_person *who, enum act_id id,
                                struct gate_actor actor, const struct gate_row *row, struct arena *a, struct fault *f)
{
    struct run *r = arena_get(a, sizeof *r);
    run_init(r, rd->db, a, id, f);
    r->exercise = rd->g->cfg.exercise;
    r->now = r->c.now = rd->g->cfg.legal->now(rd->g->cfg.legal);
    r->c.today = day_of_instant(r->now);
    r->c.actor = who->actor;
    r->session = actor.session;
    r->c.visible = r->c.live = r->c.inputs_ok = true;
    r->standing = who->standing;
    if (row) {
        row_back(row, &r->before);
        r->row = r->before;
        r->exists = true;
        r->subject_id = row->id;
        r->c.state = row->state;
    }
    r->c.subject = r->subject_id;
    return r;
}

/* Decides without inputs: conditions that wait for them count as met, the others are asked. */
static void may_decide(struct gate_reader *rd, const struct gate_person *who, enum act_id id, struct gate_actor actor,
                       const struct gate_row *row, struct arena *a, struct law_decision *d)
{
    struct fault f;
    struct run *r = run_supposed(rd, who, id, actor, row, a, &f);
    /* what the row sets by itself (the actor's organisation) is known before any input is */
    if (run_rows(r) != E_OK || facts_load(r, true) != E_OK)
        log_line(0, "button facts failed act=%s what=\"%s\"", r->act->name, f.what);
    *d = (struct law_decision){.to = r->c.state, .role = ROLE_COUNT};
    law_decide(&r->c, d);
    size_t n = 0;
    for (size_t i = 0; i < d->reasons; i++)
        if (d->reason[i] != P_inputs_valid && !law_pred[d->reason[i]].waits && !waits_for_input(r, d->reason[i]))
            d->reason[n++] = d->reason[i];
    d->reasons = n;
    d->allowed = n == 0;
}

static bool among(const struct law_decision *d, enum pred_id p)
{
    for (size_t i = 0; i < d->reasons; i++)
        if (d->reason[i] == p)
            return true;
    return false;
}

/* The outcome that a person hopes for: the first that does not refuse. */
static enum state_id hoped(const struct law_act *act)
{
    for (size_t i = 0; act->to_mode == TO_OUTCOME && i < act->tos; i++)
        if (!act->to[i].negative)
            return act->to[i].state;
    return ST_NONE;
}

enum err gate_conds(struct gate_reader *rd, const struct gate_person *who, struct gate_actor actor, enum act_id id,
                    const struct gate_row *row, const struct gate_given *in, size_t n, struct arena *a,
                    const struct gate_cond **out, size_t *outs, struct fault *f)
{
    struct run *r = run_supposed(rd, who, id, actor, row, a, f);
    struct gate_cond *c = arena_arr(a, struct gate_cond, r->act->conds + 2);
    struct law_decision d = {.role = ROLE_COUNT};
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        r->in[in[i].name] = in[i].v;
    r->c.outcome = hoped(r->act);
    enum err e = run_rows(r);
    if (!e)
        e = facts_load(r, false);
    if (!e)
        e = run_sets(r, true);
    *out = c;
    *outs = 0;
    if (e)
        return e;
    law_decide(&r->c, &d);
    c[k++] = (struct gate_cond){P_gate_open, !among(&d, P_gate_open)};
    c[k++] = (struct gate_cond){P_state_matches, !among(&d, P_state_matches)};
    for (size_t i = 0; i < r->act->conds; i++)
        c[k++] = (struct gate_cond){r->act->cond[i].pred, !among(&d, r->act->cond[i].pred)};
    *outs = k;
    return E_OK;
}

size_t gate_may(struct gate_reader *r, const struct gate_person *who, struct gate_actor actor, enum kind_id kind,
                const struct gate_row *row, struct arena *a, const struct gate_may **out)
{
    struct gate_may *list = arena_arr(a, struct gate_may, ACT_COUNT);
    size_t n = 0;
    for (int i = 0; i < ACT_COUNT; i++) {
        if (law_act[i].kind != kind || law_act_machine_only(&law_act[i]) || !from_fits(&law_act[i], row))
            continue;
        list[n].act = (enum act_id)i;
        may_decide(r, who, (enum act_id)i, actor, row, a, &list[n].d);
        n++;
    }
    *out = list;
    return n;
}

struct gate_gap gate_gap_of(struct gate_reader *rd, slice case_id, slice recipient, enum basis_id basis,
                            enum class_id class)
{
    struct arena *a = arena_new(4 << 20);
    struct dbrows rec, st, own;
    struct fault f;
    struct gate_gap gap = {.row = -1};
    day_t today = day_of_instant(rd->g->cfg.legal->now(rd->g->cfg.legal));
    uint32_t known = 1u << FLAG_rights_note | 1u << FLAG_issued; /* written with the proposal; decided by the product */
    if (db_run(rd->db, Q_release_recipient, (struct dbval[]){DBT(recipient), DBI(today)}, 2, &rec, a, &f) == E_OK &&
        db_run(rd->db, Q_fact_case_state, (struct dbval[]){DBT(case_id)}, 1, &st, a, &f) == E_OK &&
        db_run(rd->db, Q_fact_own_matches, (struct dbval[]){DBT(recipient), DBT(case_id)}, 2, &own, a, &f) == E_OK) {
        known |= (ROW(&rec, 0, 0).i > 0 ? 1u << FLAG_council_member : 0) |
                 (ROW(&rec, 0, 1).i > 0 ? 1u << FLAG_secrecy_acked : 0);
        known |= (st.rows && sl_is(ROW(&st, 0, 0).s, "RESPONDING") ? 1u << FLAG_response_active : 0) |
                 (own.rows ? 1u << FLAG_own_matches_only : 0);
        enum recipient_id to = basis == BASIS_A45 ? RECIPIENT_MEMBER : RECIPIENT_OPERATOR;
        gap.row = law_release_to(class, law_class[class].mask, to, basis, known, &gap.missing);
        gap.possible = gap.row >= 0 && gap.missing == 0;
    }
    arena_free(a);
    return gap;
}
