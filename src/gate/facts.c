/* Facts: what an act's conditions read, and nothing else; who acts; what he may see. */
#include "gate_int.h"

#include "base/text.h"

#include <sodium.h>
#include <string.h>

/* --- the actor --- */
static bool machine_load(slice person, struct law_actor *out)
{
    enum role_id r = law_role_named(person);
    if (r == ROLE_COUNT || law_role[r].sort != ROLE_MACHINE)
        return false;
    *out = (struct law_actor){
        .person = person, .state = SL("ACTIVE"), .org_state = SL("ACTIVE"), .roles = UINT64_C(1) << r};
    return true;
}

static enum err grants_load(struct db *d, day_t today, struct arena *a, struct law_actor *out, struct fault *f)
{
    struct dbrows g;
    enum err e = db_run(d, Q_actor_grants, (struct dbval[]){DBT(out->person), DBI(today)}, 2, &g, a, f);
    if (e)
        return e;
    struct buf scope = BUF(4096);
    for (size_t i = 0; i < g.rows; i++) {
        enum role_id r = law_role_named(ROW(&g, i, 0).s);
        if (r == ROLE_COUNT)
            continue;
        out->roles |= UINT64_C(1) << r;
        buf_sl(&scope, ROW(&g, i, 1).s);
        buf_chr(&scope, ' ');
    }
    out->sectors = arena_sl(a, sl_trim(buf_slice(&scope)));
    buf_free(&scope);
    return E_OK;
}

enum err actor_load(struct db *d, slice person, day_t today, struct arena *a, struct law_actor *out, uint32_t *standing,
                    struct gate_person *show, struct fault *f)
{
    *out = (struct law_actor){0};
    *standing = 0;
    if (machine_load(person, out))
        return E_OK;
    struct dbrows p, n;
    enum err e = db_run(d, Q_actor_person, (struct dbval[]){DBT(person)}, 1, &p, a, f);
    if (e)
        return e;
    if (p.rows == 0)
        return fault_set(f, E_CALLER, "", "利用者を確認できません。利用の開始からやり直してください。");
    *out = (struct law_actor){.person = arena_sl(a, person),
                              .state = ROW(&p, 0, 0).s,
                              .org = ROW(&p, 0, 1).s,
                              .acks = ROW(&p, 0, 2).s,
                              .org_state = ROW(&p, 0, 3).s,
                              .org_kind = ROW(&p, 0, 4).s,
                              .body = ROW(&p, 0, 5).s};
    if (show) {
        show->name = ROW(&p, 0, 6).s;
        show->post = ROW(&p, 0, 7).s;
        show->org_name = ROW(&p, 0, 8).s;
    }
    e = grants_load(d, today, a, out, f);
    if (!e)
        e = db_run(d, Q_actor_flags, (struct dbval[]){DBT(out->org), DBI(today)}, 2, &n, a, f);
    if (e)
        return e;
    static const enum flag_id of_org[] = {FLAG_council_member, FLAG_within_entrust, FLAG_protection_live,
                                          FLAG_entrust_live};
    for (size_t i = 0; i < TB_COUNT(of_org); i++)
        *standing |= ROW(&n, 0, i).i > 0 ? 1u << of_org[i] : 0;
    return E_OK;
}

/* --- what may be seen --- */
static bool eq(struct val v, slice s)
{
    return v.t == VAL_TEXT && s.n && sl_eq(v.s, s);
}

static bool secrecy_acked(const struct law_actor *who)
{
    for (int r = 0; r < ROLE_COUNT; r++)
        if ((who->roles >> r & 1) && law_role[r].ack && law_words_have(who->acks, sl(law_role[r].ack)))
            return true;
    return false;
}

static bool recipient_now(const struct law_kind *k, const struct rowbuf *row, slice org)
{
    if (k->recipient == NAME_COUNT || !eq(row->f[k->recipient], org))
        return false;
    for (size_t i = 0; i < k->recipient_whens; i++)
        if (k->recipient_when[i] == row->state)
            return true;
    return k->recipient_whens == 0;
}

uint32_t known_of(enum kind_id kind, const struct rowbuf *row, const struct law_actor *who, uint32_t standing)
{
    const struct law_kind *k = &law_kind[kind];
    uint32_t known = standing;
    /* an organisation's own things are those of whoever holds a role in it: a finder stands for himself alone */
    if ((k->owner != NAME_COUNT && who->roles != 0 && eq(row->f[k->owner], who->org)) ||
        (k->owner_person != NAME_COUNT && eq(row->f[k->owner_person], who->person)) ||
        (kind == KIND_person && sl_eq(row->id, who->person)))
        known |= 1u << FLAG_own;
    if (k->sector != NAME_COUNT && row->f[k->sector].t == VAL_TEXT && law_words_have(who->sectors, row->f[k->sector].s))
        known |= 1u << FLAG_own_sector;
    for (int r = 0; r < ROLE_COUNT; r++)
        if ((who->roles >> r & 1) && (law_role[r].desk >> kind & 1))
            known |= 1u << FLAG_need_to_know;
    if (recipient_now(k, row, who->org))
        known |= 1u << FLAG_is_recipient;
    if (secrecy_acked(who))
        known |= 1u << FLAG_secrecy_acked;
    for (size_t i = 0; i < k->flags; i++)
        if (row->f[k->flag[i].field].t == VAL_INT && row->f[k->flag[i].field].i > 0)
            known |= 1u << k->flag[i].flag;
    if ((kind == KIND_product && (row->state == ST_ISSUED || row->state == ST_ISSUED_S)) ||
        (kind == KIND_provision && eq(row->f[N_item_kind], SL("PRODUCT"))))
        known |= 1u << FLAG_issued;
    if (kind == KIND_provision && row->state == ST_RECALLED)
        known |= 1u << FLAG_recalled;
    return known;
}

struct law_item item_of(enum kind_id kind, const struct rowbuf *row)
{
    const struct law_kind *k = &law_kind[kind];
    struct law_item it = {law_class_of(kind, row->label, row->state, row->f), CLASS_COUNT, label_mask(row->label)};
    if (it.class != CLASS_WORK && k->class2 != CLASS_COUNT && row->f[k->class2_when].t == VAL_INT &&
        row->f[k->class2_when].i > 0)
        it.class2 = k->class2;
    return it;
}

/* A clock is as visible as its subject. */
static bool may_see_clock(struct db *d, const struct rowbuf *clock, const struct law_actor *who, uint32_t standing,
                          struct arena *a, enum basis_id *basis)
{
    struct rowbuf *row = arena_get(a, sizeof *row);
    struct fault f;
    enum kind_id k = law_kind_named(clock->f[N_subject_kind].s);
    return k != KIND_COUNT && k != KIND_clock && row_load(d, k, clock->f[N_subject].s, a, row, &f) == E_OK &&
           may_see(d, k, row, who, standing, a, basis);
}

bool may_see(struct db *d, enum kind_id k, const struct rowbuf *row, const struct law_actor *who, uint32_t standing,
             struct arena *a, enum basis_id *basis)
{
    if (k == KIND_clock)
        return may_see_clock(d, row, who, standing, a, basis);
    struct law_item it = item_of(k, row);
    return law_may_see(who, &it, known_of(k, row, who, standing), basis);
}

/* --- values by source --- */
static slice one_of(const struct val *v, int i)
{
    return v->v[i].t == VAL_TEXT ? v->v[i].s : SLN;
}

struct val source_value(struct run *r, const struct law_source *s, const struct val *row, int each)
{
    switch (s->op) {
    case SRC_SUBJECT:
        return VT(r->subject_id);
    case SRC_ACTOR_PERSON:
        return VT(r->c.actor.person);
    case SRC_ACTOR_ORG:
        return VT(r->c.actor.org);
    case SRC_NOW:
        return VI(r->now);
    case SRC_TODAY:
        return VI(r->c.today);
    case SRC_SERIAL: {
        int y, m, d;
        day_parts(r->c.today, &y, &m, &d);
        return VT(sl(arena_fmt(r->a, "%d-%06" PRId64, y, r->leaf)));
    }
    case SRC_LAW:
        return VT(sl(law_image_hash));
    case SRC_CONST:
        return VT(sl(s->text));
    case SRC_IN:
        return r->in[s->id];
    case SRC_ROW:
        return row[s->id];
    case SRC_SUB:
        return r->before.f[s->id];
    case SRC_FACT:
        return r->fact[s->id];
    case SRC_FN:
        return law_fn_value(&r->c, (enum fn_id)s->id, r->a);
    case SRC_EACH:
    case SRC_NONE:
        break;
    }
    (void)each;
    return (struct val){0};
}

/* --- native facts --- */
static struct val list_of(struct arena *a, size_t n, struct val **v)
{
    *v = arena_arr(a, struct val, n + 1);
    return (struct val){.t = VAL_LIST, .v = *v, .n = n};
}

static enum err fact_twins(struct run *r, struct val *out)
{
    const struct law_kind *k = &law_kind[r->act->kind];
    enum query q = kind_twin(r->act->kind);
    struct dbval v[8];
    struct dbrows rows;
    if (q == Q_COUNT)
        return E_OK;
    must(k->ids <= TB_COUNT(v));
    for (size_t i = 0; i < k->ids; i++) {
        struct val x = r->row.f[k->id[i]];
        v[i] = DBT(x.t == VAL_TEXT ? x.s : SL(""));
    }
    enum err e = db_run(r->db, q, v, k->ids, &rows, r->a, r->f);
    if (!e)
        *out = VI(ROW(&rows, 0, 0).i);
    return e;
}

/* As whom the matrix knows a recipient under a basis. */
static enum recipient_id recipient_of(enum basis_id basis, slice org_kind, slice body)
{
    if (basis == BASIS_A45)
        return RECIPIENT_MEMBER;
    if (basis == BASIS_A39 && sl_is(org_kind, "FOREIGN"))
        return RECIPIENT_FOREIGN;
    if (basis == BASIS_A72_3 && body.n)
        return sl_is(body, "IPA") ? RECIPIENT_ENT_IPA : sl_is(body, "JPCERT") ? RECIPIENT_ENT_JP : RECIPIENT_ENT_NICT;
    return RECIPIENT_OPERATOR;
}

/* What of the matrix holds of the recipient itself and of what is written of him. */
static enum err known_of_recipient(struct run *r, enum basis_id basis, uint32_t *known, enum recipient_id *to)
{
    const struct val *row = r->row.f;
    struct dbval of[] = {DBT(row[N_recipient].s), DBT(sl(law_basis[basis].name)), DBI(r->c.today)};
    struct dbrows rec, safe, ent;
    enum err e = db_run(r->db, Q_release_recipient, (struct dbval[]){of[0], of[2]}, 2, &rec, r->a, r->f);
    if (!e)
        e = db_run(r->db, Q_release_protection, of, 3, &safe, r->a, r->f);
    if (!e)
        e = db_run(r->db, Q_release_entrust, of, 1, &ent, r->a, r->f);
    if (e)
        return e;
    const struct {
        enum flag_id flag;
        bool holds;
    } of_him[] = {{FLAG_council_member, ROW(&rec, 0, 0).i > 0},
                  {FLAG_secrecy_acked, ROW(&rec, 0, 1).i > 0},
                  {FLAG_protection_live, ROW(&safe, 0, 0).i > 0},
                  {FLAG_entrust_live, ROW(&ent, 0, 1).i > 0},
                  {FLAG_asked_72_3, ROW(&ent, 0, 2).i > 0},
                  {FLAG_rights_note, row[N_rights_note].t == VAL_TEXT && row[N_rights_note].s.n > 0}};
    for (size_t i = 0; i < TB_COUNT(of_him); i++)
        *known |= of_him[i].holds ? 1u << of_him[i].flag : 0;
    *to = recipient_of(basis, ROW(&rec, 0, 2).s, ROW(&ent, 0, 0).s);
    return E_OK;
}

/* Is there a response of that kind which lists the provision? One that is only proposed is enough to approve on, not to
 * send on; and the proposal of a provision comes before the response, when the case is responded to. */
static enum err response_known(struct run *r, const char *kind, enum flag_id flag, uint32_t *known)
{
    slice cas = r->row.f[N_case].s, quoted = sl(arena_fmt(r->a, "\"" PRIs "\"", ARGs(r->subject_id)));
    struct dbrows q;
    enum err e =
        db_run(r->db, Q_release_response, (struct dbval[]){DBT(cas), DBT(quoted), DBT(sl(kind))}, 3, &q, r->a, r->f);
    bool yes = !e && ROW(&q, 0, r->c.id == ACT_provision_send ? 0 : 1).i > 0;
    if (!e && r->act->froms == 1 && r->act->from[0] == ST_NONE) {
        e = db_run(r->db, Q_fact_case_state, (struct dbval[]){DBT(cas)}, 1, &q, r->a, r->f);
        yes = yes || (!e && q.rows && sl_is(ROW(&q, 0, 0).s, "RESPONDING"));
    }
    *known |= yes ? 1u << flag : 0;
    return e;
}

static enum err product_known(struct run *r, const char *issued, uint32_t *known)
{
    struct dbrows q;
    enum err e = db_run(r->db, Q_fact_product_state, (struct dbval[]){DBT(r->row.f[N_product].s)}, 1, &q, r->a, r->f);
    *known |= !e && q.rows && sl_is(ROW(&q, 0, 0).s, issued) ? 1u << FLAG_issued : 0;
    return e;
}

/* One row for label_release_ok: class, mask, recipient, basis, what is known. */
static struct val release_row(struct run *r, enum class_id class, enum recipient_id to, enum basis_id basis,
                              uint32_t known)
{
    const int64_t cell[] = {class, law_class[class].mask, to, basis, known};
    struct val *v, row = list_of(r->a, TB_COUNT(cell), &v);
    for (size_t i = 0; i < TB_COUNT(cell); i++)
        v[i] = VI(cell[i]);
    return row;
}

/* The conditions of the matrix that hold for giving this provision to its recipient now. A 提供用 is of two classes:
 * its own, and that of the case it speaks of; each must allow. */
static enum err fact_release(struct run *r, struct val *out)
{
    const struct val *row = r->row.f;
    enum basis_id basis = law_basis_named(row[N_basis].t == VAL_TEXT ? row[N_basis].s : SLN);
    bool product = eq(row[N_item_kind], SL("PRODUCT")), teikyo = eq(row[N_item_kind], SL("TEIKYO"));
    if (basis == BASIS_COUNT || row[N_recipient].t != VAL_TEXT || (!product && row[N_case].t != VAL_TEXT) ||
        ((product || teikyo) && row[N_product].t != VAL_TEXT))
        return E_OK;
    uint32_t known = 0;
    enum recipient_id to = RECIPIENT_COUNT;
    enum err e = known_of_recipient(r, basis, &known, &to);
    if (!e && (product || teikyo))
        e = product_known(r, product ? "ISSUED" : "ISSUED_S", &known);
    if (!e && !product)
        e = response_known(r, teikyo ? "R3_ALLIES" : "R1_PRE_INFO", teikyo ? FLAG_allies_active : FLAG_response_active,
                           &known);
    if (e)
        return e;
    if (!product) /* the extract is made by law's own function: of the recipient's matches, or of the 提供用 */
        known |= 1u << (teikyo ? FLAG_inside_teikyo : FLAG_own_matches_only);
    struct val *v;
    *out = list_of(r->a, teikyo ? 2 : 1, &v);
    v[0] = release_row(r, product ? CLASS_SHUCHI : CLASS_VULN_S, to, basis, known);
    if (teikyo)
        v[1] = release_row(r, CLASS_TEIKYO_S, to, basis, known);
    return E_OK;
}

/* Labels of everything the act's inputs refer to: what is derived rises to their join. */
static enum err fact_ref_labels(struct run *r, struct val *out)
{
    struct val *v;
    size_t n = 0;
    *out = list_of(r->a, r->act->ins, &v);
    for (size_t i = 0; i < r->act->ins; i++) {
        const struct law_field *f = &law_field[r->act->in[i].field];
        struct rowbuf *ref;
        if (f->type != FT_ID || r->in[f->id].t != VAL_TEXT)
            continue;
        ref = arena_get(r->a, sizeof *ref);
        enum err e = row_load(r->db, f->ref, r->in[f->id].s, r->a, ref, r->f);
        if (e)
            return e;
        v[n++] = VT(ref->label);
    }
    out->n = n;
    return E_OK;
}

/* Where a sentence comes from: 2 public, or from the report and its coordination; 1 the body's own analysis; 0 others.
 */
static int64_t source_level(const json_t *x)
{
    static const char *const partnership[] = {"public:", "report:", "coord:"};
    slice s = json_is_string(x) ? sl(json_string_value(x)) : SLN;
    for (size_t k = 0; k < TB_COUNT(partnership); k++)
        if (sl_starts(s, partnership[k]))
            return 2;
    return sl_starts(s, "own:");
}

/* One sentence: text, secret?, number of sources, the lowest level of them. */
static void sentence_row(struct arena *a, const json_t *s, struct val *out)
{
    struct val *cell;
    const json_t *p = json_object_get(s, "provenance"), *x;
    const char *t = json_string_value(json_object_get(s, "text")),
               *secret = json_string_value(json_object_get(s, "secret"));
    int64_t level = json_array_size(p) > 0 ? 2 : 0;
    size_t i;
    json_array_foreach(p, i, x) level = source_level(x) < level ? source_level(x) : level;
    *out = list_of(a, 4, &cell);
    cell[0] = VT(arena_sl(a, sl(t ? t : "")));
    cell[1] = VT(arena_sl(a, sl(secret ? secret : "UNDECIDED")));
    cell[2] = VI((int64_t)json_array_size(p));
    cell[3] = VI(level);
}

static enum err fact_sentences(struct run *r, struct val *out)
{
    struct val text = r->row.f[N_sentences], *v;
    json_t *j = text.t == VAL_TEXT ? json_loadb(text.s.p, text.s.n, 0, NULL) : NULL;
    if (!json_is_array(j) || json_array_size(j) > 1000) {
        json_decref(j);
        return E_OK;
    }
    *out = list_of(r->a, json_array_size(j), &v);
    for (size_t i = 0; i < json_array_size(j); i++)
        sentence_row(r->a, json_array_get(j, i), &v[i]);
    json_decref(j);
    return E_OK;
}

/* The sentences of the product that a provision gives, without their sources. */
static enum err fact_given(struct run *r, struct val *out)
{
    struct val id = r->row.f[N_product], *v;
    struct rowbuf *p = arena_get(r->a, sizeof *p);
    if (id.t != VAL_TEXT || !eq(r->row.f[N_item_kind], SL("TEIKYO")))
        return E_OK;
    enum err e = row_load(r->db, KIND_product, id.s, r->a, p, r->f);
    if (e)
        return e;
    json_t *j =
        p->f[N_sentences].t == VAL_TEXT ? json_loadb(p->f[N_sentences].s.p, p->f[N_sentences].s.n, 0, NULL) : NULL;
    *out = list_of(r->a, json_array_size(j), &v);
    for (size_t i = 0; i < json_array_size(j); i++) {
        const char *t = json_string_value(json_object_get(json_array_get(j, i), "text"));
        v[i] = VT(arena_sl(r->a, sl(t ? t : "")));
    }
    json_decref(j);
    return E_OK;
}

/* Rows of a list that are not well formed. */
static bool list_row_ok(bool designation, const json_t *x)
{
    day_t day;
    if (!designation)
        return json_is_string(json_object_get(x, "sector")) && json_is_string(json_object_get(x, "name"));
    const json_t *op = json_object_get(x, "operator"), *cls = json_object_get(x, "facility_class"),
                 *on = json_object_get(x, "designated_on");
    if (!json_is_string(op) || !uuid_ok(sl(json_string_value(op))) || !json_is_string(cls) ||
        !json_string_length(cls) || json_string_length(cls) > 300 || !json_is_string(on) ||
        !day_parse(sl(json_string_value(on)), &day))
        return false;
    static const char *const days[] = {"list_changed_on", "ended_on"};
    for (size_t i = 0; i < TB_COUNT(days); i++) {
        const json_t *o = json_object_get(x, days[i]);
        if (o && !json_is_null(o) && (!json_is_string(o) || !day_parse(sl(json_string_value(o)), &day)))
            return false;
    }
    return true;
}

static enum err fact_list_rows_bad(struct run *r, struct val *out)
{
    struct val text = r->row.f[N_rows];
    json_t *j = text.t == VAL_TEXT ? json_loadb(text.s.p, text.s.n, 0, NULL) : NULL;
    int64_t bad = json_is_array(j) && json_array_size(j) > 0 ? 0 : 1;
    bool designation = eq(r->row.f[N_list_kind], SL("DESIGNATION"));
    size_t i;
    json_t *x;
    json_array_foreach(j, i, x) bad += !list_row_ok(designation, x);
    json_decref(j);
    *out = VI(bad);
    return E_OK;
}

struct root_walk {
    struct tree t;
    int64_t want;
    bool ok;
};
static bool root_row(void *ud, const struct dbval *v, size_t cols)
{
    struct root_walk *w = ud;
    struct hash h;
    (void)cols;
    w->ok = v[0].i == w->want++ && hex_to(v[1].s, h.b, HASH_LEN);
    if (w->ok)
        tree_add(&w->t, &h);
    return w->ok;
}

/* The rows that lie beside the act give the root its input names (RFC 6962 tree over their hashes, in order). */
static enum err fact_bulk_root(struct run *r, struct val *out)
{
    struct root_walk w = {.ok = true};
    bool feed = r->act->kind == KIND_feed;
    struct val serial = r->in[N_serial], root = r->in[N_root], count = r->in[feed ? N_accepted : N_changed];
    if (root.t != VAL_TEXT || count.t != VAL_INT || (!feed && serial.t != VAL_INT))
        return E_OK;
    struct dbval key = feed ? DBT(r->subject_id) : DBI(serial.i);
    enum err e = db_each(r->db, feed ? Q_bulk_feed_hashes : Q_bulk_match_hashes, &key, 1, root_row, &w, r->f);
    char hex[2 * HASH_LEN + 1];
    struct hash h = tree_root(&w.t);
    hex_of(h.b, HASH_LEN, hex);
    *out = VI(!e && w.ok && w.want == count.i && sl_is(root.s, hex));
    return e;
}

/* Until when the session's person has proved himself again. */
static enum err fact_step_up(struct run *r, struct val *out)
{
    struct rowbuf *s = arena_get(r->a, sizeof *s);
    enum err e = r->session.n ? row_load(r->db, KIND_session, r->session, r->a, s, r->f) : E_ABSENT;
    if (e == E_OK)
        *out = s->f[N_step_up_until];
    return e == E_ABSENT ? E_OK : e;
}

/* Who has a receipt opens it by its key alone; the exercise's authenticator is the choice of a person. A passkey is
 * verified by the caller, which none does yet. */
static enum err fact_authenticated(struct run *r, struct val *out)
{
    struct dbrows q;
    struct val how = r->in[N_authenticator], given = r->in[N_receipt], person = r->row.f[N_person];
    if (how.t != VAL_TEXT || person.t != VAL_TEXT)
        return E_OK;
    enum err e = db_run(r->db, Q_fact_receipt_of, (struct dbval[]){DBT(person.s)}, 1, &q, r->a, r->f);
    if (e)
        return e;
    slice want = q.rows ? ROW(&q, 0, 0).s : SLN;
    if (want.n)
        *out = VI(sl_is(how.s, "RECEIPT") && given.t == VAL_TEXT && given.s.n == want.n &&
                  sodium_memcmp(given.s.p, want.p, want.n) == 0);
    else
        *out = VI(r->exercise && sl_is(how.s, "EXERCISE"));
    return E_OK;
}

static enum err fact_native(struct run *r, enum fact_id id, struct val *out)
{
    struct dbrows n;
    enum err e;
    switch (id) {
    case FACT_twins:
        return fact_twins(r, out);
    case FACT_release:
        return fact_release(r, out);
    case FACT_ref_labels:
        return fact_ref_labels(r, out);
    case FACT_sentences:
        return fact_sentences(r, out);
    case FACT_given_sentences:
        return fact_given(r, out);
    case FACT_list_rows_bad:
        return fact_list_rows_bad(r, out);
    case FACT_bulk_root_ok:
        return fact_bulk_root(r, out);
    case FACT_ledger_size:
        e = db_run(r->db, Q_leaf_size, NULL, 0, &n, r->a, r->f);
        if (!e)
            *out = VI(ROW(&n, 0, 0).i);
        return e;
    case FACT_authenticated:
        return fact_authenticated(r, out);
    case FACT_product_folded:
        if (r->before.f[N_product].t == VAL_TEXT)
            *out = VT(text_fold(r->a, r->before.f[N_product].s));
        return E_OK;
    case FACT_step_up_until:
        return fact_step_up(r, out);
    case FACT_export_rows:
        *out = r->carried ? VI(r->carried->rows) : (struct val){0};
        return E_OK;
    case FACT_export_hash:
        *out = r->carried ? VT(r->carried->hash) : (struct val){0};
        return E_OK;
    case FACT_export_operators:
        if (r->carried)
            *out = (struct val){.t = VAL_LIST, .v = r->carried->org, .n = r->carried->operators};
        return E_OK;
    case FACT_founding_signatures:
        *out = VI(founding_signatures(r));
        return E_OK;
    default:
        return E_OK;
    }
}

/* --- facts by query --- */
static struct val from_rows(const struct dbrows *q, enum fact_type t, struct arena *a)
{
    struct val *v, *cell, out;
    if (t == FACT_TYPE_INT || t == FACT_TYPE_TEXT) {
        if (q->rows == 0)
            return (struct val){0};
        out = val_of_db(&ROW(q, 0, 0));
        return out.t == (t == FACT_TYPE_INT ? VAL_INT : VAL_TEXT) ? out : (struct val){0};
    }
    out = list_of(a, q->rows, &v);
    for (size_t i = 0; i < q->rows; i++) {
        if (t == FACT_TYPE_LIST) {
            v[i] = val_of_db(&ROW(q, i, 0));
            continue;
        }
        v[i] = list_of(a, q->cols, &cell);
        for (size_t k = 0; k < q->cols; k++)
            cell[k] = val_of_db(&ROW(q, i, k));
    }
    return out;
}

static enum err fact_query(struct run *r, enum fact_id id, slice each, struct val *out)
{
    const struct law_fact *f = &law_fact[id];
    struct dbval v[8];
    struct dbrows rows;
    must(f->args <= TB_COUNT(v));
    for (size_t i = 0; i < f->args; i++) {
        struct val x = f->arg[i].op == SRC_EACH ? VT(each) : source_value(r, &f->arg[i], r->row.f, 0);
        v[i] = x.t == VAL_NONE ? DBT(SL("")) : val_db(x, r->a);
    }
    enum query q = fact_query_id[id];
    enum err e = db_run(r->db, q, v, f->args, &rows, r->a, r->f);
    if (!e)
        *out = from_rows(&rows, f->type, r->a);
    return e;
}

static enum err fact_each(struct run *r, enum fact_id id, struct val *out)
{
    const struct law_fact *f = &law_fact[id];
    struct val list = (f->each == SRC_IN ? r->in : r->before.f)[f->each_of], one;
    int64_t sum = 0;
    if (list.t != VAL_LIST)
        return E_OK;
    for (size_t i = 0; i < list.n; i++) {
        one = (struct val){0};
        enum err e = fact_query(r, id, one_of(&list, (int)i), &one);
        if (e)
            return e;
        sum += one.t == VAL_INT ? one.i : 1;
    }
    *out = VI(sum);
    return E_OK;
}

static enum err fact_want(struct run *r, enum fact_id id)
{
    if (r->known[id] || r->replaying)
        return E_OK;
    r->known[id] = true;
    if (!law_fact[id].query)
        return fact_native(r, id, &r->fact[id]);
    return law_fact[id].each != SRC_NONE ? fact_each(r, id, &r->fact[id]) : fact_query(r, id, SLN, &r->fact[id]);
}

static enum err facts_of_fn(struct run *r, enum fn_id fn)
{
    enum err e = E_OK;
    for (size_t i = 0; fn != FN_COUNT && !e && i < law_fn[fn].facts; i++)
        e = fact_want(r, law_fn[fn].fact[i]);
    return e;
}

static enum err facts_of_clock(struct run *r, enum clock_id k)
{
    enum err e = facts_of_fn(r, law_clock[k].pick);
    for (size_t i = 0; !e && i < law_clock[k].variants; i++)
        if (law_clock[k].variant[i].from == SRC_FACT)
            e = fact_want(r, (enum fact_id)law_clock[k].variant[i].from_id);
    return e;
}

static enum err facts_of_sets(struct run *r, const struct law_set *s, size_t n)
{
    enum err e = E_OK;
    for (size_t i = 0; !e && i < n; i++) {
        if (s[i].from.op == SRC_FACT)
            e = fact_want(r, (enum fact_id)s[i].from.id);
        else if (s[i].from.op == SRC_FN)
            e = facts_of_fn(r, (enum fn_id)s[i].from.id);
    }
    return e;
}

/* partial: for a button; conditions that wait for inputs are left out. */
enum err facts_load(struct run *r, bool partial)
{
    const struct law_act *a = r->act;
    enum err e = facts_of_fn(r, a->to_fn);
    for (size_t i = 0; !e && i < a->conds; i++) {
        const struct law_pred *p = &law_pred[a->cond[i].pred];
        if (partial && p->waits)
            continue;
        if (a->cond[i].fact != FACT_COUNT)
            e = fact_want(r, a->cond[i].fact);
        for (size_t k = 0; !e && k < p->facts; k++)
            e = fact_want(r, p->fact[k]);
    }
    if (!e && !partial)
        e = facts_of_sets(r, a->set, a->sets);
    for (size_t i = 0; !e && !partial && i < a->ticks; i++)
        e = facts_of_clock(r, a->tick[i].clock);
    if (!e && !partial && a->makes == MAKES_JOIN)
        e = fact_want(r, FACT_ref_labels);
    return e;
}

/* --- selectors --- */
static const enum query selector_query[SEL_COUNT] = {
#define X(n, q) [SEL_##n] = Q_##q,
    LAW_SELECTORS(X)
#undef X
};

enum err select_ids(struct run *r, enum selector_id s, struct idlist *out)
{
    struct dbrows rows;
    if (s == SEL_self) {
        out->v = arena_arr(r->a, slice, 1);
        out->v[0] = r->subject_id;
        out->n = 1;
        return E_OK;
    }
    enum err e = db_run(r->db, selector_query[s], (struct dbval[]){DBT(r->subject_id)}, 1, &rows, r->a, r->f);
    if (e)
        return e;
    out->n = rows.rows;
    out->v = arena_arr(r->a, slice, rows.rows + 1);
    for (size_t i = 0; i < rows.rows; i++)
        out->v[i] = ROW(&rows, i, 0).s;
    return E_OK;
}

const enum query fact_query_id[FACT_COUNT] = {
#define X(n, q) [FACT_##n] = Q_##q,
    LAW_FACT_QUERIES(X)
#undef X
};
