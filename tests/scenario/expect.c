/* What must have come true: rows, clocks, records, who sees what, leaves; and the whole ledger replayed at the end. */
#include "scn_int.h"

#include <stdio.h>
#include <string.h>

enum { COL_ID, COL_STATE, COL_LABEL, COL_MADE, COL_MOVED, COL_LEAF, COL_FIELDS };

int64_t expect_leaves(struct world *w)
{
    struct dbrows n;
    struct fault f;
    return db_run(w->db, Q_leaf_size, NULL, 0, &n, w->tmp, &f) == E_OK ? ROW(&n, 0, 0).i : -1;
}

/* --- values as the story writes them --- */
static slice shown(struct world *w, const struct law_field *f, const struct dbval *v)
{
    char buf[34], hm[6];
    if (v->t == DB_NULL)
        return SL("none");
    if (v->t == DB_TEXT)
        return f->type == FT_ID ? story_name_of(w, v->s) : v->s;
    switch (f->type) {
    case FT_DAY:
        day_iso((day_t)v->i, buf);
        return arena_sl(w->tmp, sl(buf));
    case FT_TIME:
        day_iso(day_of_instant(v->i), buf);
        instant_hm(v->i, hm);
        return sl(arena_fmt(w->tmp, "%s %s", buf, hm));
    case FT_BOOL:
        return v->i ? SL("yes") : SL("no");
    default:
        return sl(arena_fmt(w->tmp, "%" PRId64, v->i));
    }
}

static bool row_of(struct world *w, const struct thing *t, struct dbrows *out)
{
    struct fault f = {0};
    enum query q = db_query_named(sl(arena_fmt(w->tmp, "kind_get_%s", law_kind[t->kind].name)));
    if (db_run(w->db, q, (struct dbval[]){DBT(t->id)}, 1, out, w->tmp, &f) != E_OK || out->rows != 1)
        return story_no(w, PRIs "の記録がありません。%s", ARGs(t->name), f.what);
    return true;
}

/* The column of a field; -1 if the kind has none of that name. */
static int column_of(enum kind_id k, slice name)
{
    for (size_t i = 0; i < law_kind[k].fields; i++)
        if (sl_is(name, law_field[law_kind[k].field[i]].name))
            return (int)i;
    return -1;
}

static bool contains(slice hay, slice needle)
{
    return hay.n >= needle.n && memmem(hay.p, hay.n, needle.p, needle.n);
}

static bool is_value(struct world *w, const struct thing *t, slice got, struct words *x, slice field)
{
    slice op = story_next(x), want = story_next(x);
    struct thing *named = story_known(w, want);
    bool has = contains(got, named ? named->id : want);
    if (sl_is(op, "=") ? !sl_eq(got, want) : sl_is(op, "~") ? !has : sl_is(op, "!~") ? has : true)
        return story_no(w, PRIs " の " PRIs " は「" PRIs "」です。", ARGs(t->name), ARGs(field), ARGs(got));
    return story_end(w, x);
}

static bool field_is(struct world *w, const struct thing *t, slice field, struct words *x)
{
    struct dbrows r;
    int col = column_of(t->kind, field);
    if (col < 0)
        return story_no(w, "%s に " PRIs " という欄はありません。", law_kind[t->kind].name, ARGs(field));
    return row_of(w, t, &r) &&
           is_value(w, t,
                    shown(w, &law_field[law_kind[t->kind].field[col]], &ROW(&r, 0, (size_t)COL_FIELDS + (size_t)col)),
                    x, field);
}

static bool state_is(struct world *w, const struct thing *t, struct words *x)
{
    struct dbrows r;
    slice want = story_next(x);
    if (!row_of(w, t, &r))
        return false;
    if (!sl_eq(ROW(&r, 0, COL_STATE).s, want))
        return story_no(w, PRIs " の状態は " PRIs " です。", ARGs(t->name), ARGs(ROW(&r, 0, COL_STATE).s));
    return story_end(w, x);
}

static bool label_is(struct world *w, const struct thing *t, struct words *x)
{
    struct dbrows r;
    if (!row_of(w, t, &r))
        return false;
    return is_value(w, t, ROW(&r, 0, COL_LABEL).s, x, SL("label"));
}

/* --- clocks --- */
/* The newest of that name: by its start, then by the leaf that started it (ids are LEAF.N). */
static bool clock_newest(struct world *w, const struct thing *t, slice name, struct dbrows *out, size_t *at)
{
    struct fault f;
    int64_t best_start = INT64_MIN, best_leaf = -1;
    bool found = false;
    if (db_run(w->db, Q_clock_of_subject, (struct dbval[]){DBT(t->id)}, 1, out, w->tmp, &f) != E_OK)
        return false;
    for (size_t i = 0; i < out->rows; i++) {
        slice head, tail;
        int64_t leaf = 0, started = ROW(out, i, 4).i;
        (void)sl_cut(ROW(out, i, 0).s, '.', &head, &tail);
        if (!sl_eq(ROW(out, i, 2).s, name) || !sl_int(head, &leaf) || started < best_start ||
            (started == best_start && leaf < best_leaf))
            continue;
        best_start = started;
        best_leaf = leaf;
        *at = i;
        found = true;
    }
    return found;
}

static slice clock_day(struct world *w, const struct dbval *v)
{
    char iso[11];
    if (v->t != DB_INT)
        return SL("none");
    day_iso((day_t)v->i, iso);
    return arena_sl(w->tmp, sl(iso));
}

/* clock NAME none | clock NAME STATE [due DAY] [nominal DAY] [variant NAME] [elapsed] */
static bool clock_is(struct world *w, const struct thing *t, struct words *x)
{
    struct dbrows r;
    size_t at = 0;
    slice name = story_next(x), want = story_next(x);
    if (law_clock_named(name) == CLOCK_COUNT)
        return story_no(w, PRIs " という期限はありません。", ARGs(name));
    bool found = clock_newest(w, t, name, &r, &at);
    if (sl_is(want, "none"))
        return (!found || story_no(w, PRIs " に " PRIs " があります。", ARGs(t->name), ARGs(name))) && story_end(w, x);
    if (!found)
        return story_no(w, PRIs " に " PRIs " がありません。", ARGs(t->name), ARGs(name));
    slice state = ROW(&r, at, 1).s, due = clock_day(w, &ROW(&r, at, 6)), nominal = clock_day(w, &ROW(&r, at, 7)),
          variant = ROW(&r, at, 3).s;
    bool ok = sl_eq(state, want);
    while (ok && x->at < x->n) {
        if (story_is(x, "due"))
            ok = sl_eq(due, story_next(x));
        else if (story_is(x, "nominal"))
            ok = sl_eq(nominal, story_next(x));
        else if (story_is(x, "variant"))
            ok = sl_eq(variant, story_next(x));
        else if (story_is(x, "elapsed"))
            ok = sl_is(due, "none");
        else
            return story_end(w, x);
    }
    return ok || story_no(w, PRIs " の " PRIs " は " PRIs "、期限 " PRIs "（名目 " PRIs "）、" PRIs " です。",
                          ARGs(t->name), ARGs(name), ARGs(state), ARGs(due), ARGs(nominal), ARGs(variant));
}

/* --- who sees it --- */
static bool sees(struct world *w, const struct thing *t, struct words *x, bool want)
{
    slice who = story_next(x);
    struct thing *p = story_thing(w, who);
    struct gate_person person;
    if (!p)
        return false;
    if (!gate_person_load(w->r, p->id, w->tmp, &person))
        return story_no(w, PRIs "を読み込めません。", ARGs(who));
    struct view *v = view_new(w->r, &person, (struct gate_actor){.person = p->id}, NULL, "expect", w->tmp);
    bool got = view_get(v, t->kind, t->id) != NULL;
    if (got != want)
        return story_no(w, PRIs " は " PRIs " に%s。", ARGs(t->name), ARGs(who), got ? "見えます" : "見えません");
    return story_end(w, x);
}

/* SUBJECT CHILD N [for PERSON]: how many records of that sort stand under it, or how many of them a person is shown. */
static bool children_are(struct world *w, const struct thing *t, enum child_id c, struct words *x)
{
    struct dbrows rows;
    struct fault f;
    int64_t want = -1;
    size_t got = 0;
    if (!sl_int(story_next(x), &want))
        return story_no(w, "数を書いてください。");
    if (story_is(x, "for")) {
        struct thing *p = story_thing(w, story_next(x));
        struct gate_person person;
        const struct gate_child *list;
        if (!p || !gate_person_load(w->r, p->id, w->tmp, &person))
            return story_no(w, "利用者を読み込めません。");
        struct view *v = view_new(w->r, &person, (struct gate_actor){.person = p->id}, NULL, "expect", w->tmp);
        const struct gate_row *row = view_get(v, t->kind, t->id);
        got = row ? view_children(v, row, c, &list) : 0;
    } else {
        enum query q = db_query_named(sl(arena_fmt(w->tmp, "child_list_%s", law_child[c].name)));
        if (db_run(w->db, q, (struct dbval[]){DBT(t->id)}, 1, &rows, w->tmp, &f) == E_OK)
            got = rows.rows;
    }
    if ((int64_t)got != want)
        return story_no(w, PRIs " の %s は%zu件です。", ARGs(t->name), law_child[c].name, got);
    return story_end(w, x);
}

/* --- acts that are open now --- */
/* SUBJECT may PERSON ACT | may-not PERSON ACT: the button that a page would show. */
static bool may_is(struct world *w, const struct thing *t, struct words *x, bool want)
{
    struct thing *p = story_thing(w, story_next(x));
    enum act_id act = law_act_named(story_next(x));
    struct gate_person person;
    const struct gate_may *list;
    bool got = false;
    if (!p || act == ACT_COUNT || !gate_person_load(w->r, p->id, w->tmp, &person))
        return story_no(w, "may 利用者 手続 の形です。");
    struct gate_actor actor = {.person = p->id, .session = sl(p->session)};
    struct view *v = view_new(w->r, &person, actor, NULL, "expect", w->tmp);
    const struct gate_row *row = view_get(v, t->kind, t->id);
    size_t n = row ? gate_may(w->r, &person, actor, t->kind, row, w->tmp, &list) : 0;
    for (size_t i = 0; i < n; i++)
        got |= list[i].act == act && list[i].d.allowed;
    if (got != want)
        return story_no(w, PRIs " に %s のボタンが%s。", ARGs(p->name), law_act[act].name, got ? "出ます" : "出ません");
    return story_end(w, x);
}

/* --- leaves and pointers --- */
/* leaves +N: how many the last act made, with what followed by itself. */
static bool leaves_are(struct world *w, struct words *x)
{
    slice s = story_next(x);
    int64_t want;
    if (s.n < 2 || s.p[0] != '+' || !sl_int((slice){s.p + 1, s.n - 1}, &want))
        return story_no(w, "leaves +数 の形です。");
    if (w->size - w->before != want)
        return story_no(w, "葉は+%" PRId64 "です。", w->size - w->before);
    return story_end(w, x);
}

/* told ROLE: the last act left a pointer for that desk. */
static bool told_is(struct world *w, struct words *x)
{
    struct dbrows rows;
    struct fault f;
    slice role = story_next(x);
    struct thing *org = x->at < x->n ? story_thing(w, story_next(x)) : NULL;
    if (db_run(w->db, Q_told_list, (struct dbval[]){DBT(role), DBT(org ? org->id : SL("")), DBI(1)}, 3, &rows, w->tmp,
               &f) != E_OK)
        return story_no(w, "%s", f.what);
    if (rows.rows == 0 || ROW(&rows, 0, 2).i < w->before)
        return story_no(w, PRIs " への知らせはありません。", ARGs(role));
    return story_end(w, x);
}

bool expect_line(struct world *w, struct words *x)
{
    if (story_is(x, "leaves"))
        return leaves_are(w, x);
    if (story_is(x, "told"))
        return told_is(w, x);
    struct thing *t = story_thing(w, story_next(x));
    if (!t)
        return false;
    if (story_is(x, "state"))
        return state_is(w, t, x);
    if (story_is(x, "clock"))
        return clock_is(w, t, x);
    if (story_is(x, "label"))
        return label_is(w, t, x);
    if (story_is(x, "may"))
        return may_is(w, t, x, true);
    if (story_is(x, "may-not"))
        return may_is(w, t, x, false);
    if (story_is(x, "seen"))
        return (story_is(x, "by") || story_no(w, "seen by 利用者 の形です。")) && sees(w, t, x, true);
    if (story_is(x, "hidden"))
        return (story_is(x, "from") || story_no(w, "hidden from 利用者 の形です。")) && sees(w, t, x, false);
    slice field = story_next(x);
    for (int c = 0; c < CHILD_COUNT; c++)
        if (law_child[c].kind == t->kind && sl_is(field, law_child[c].name))
            return children_are(w, t, (enum child_id)c, x);
    return field_is(w, t, field, x);
}

/* find KIND FIELD=VALUE… -> NAME | none: what came about by the way (clocks, designations, matches, names, sessions).
 */
static bool find_fits(struct world *w, enum kind_id k, const struct dbrows *r, size_t i, const struct words *x,
                      bool *fits)
{
    *fits = true;
    for (size_t n = x->at; n < x->n && !sl_is(x->w[n], "->") && !sl_is(x->w[n], "none"); n++) {
        slice key, value;
        if (!story_pair(x->w[n], &key, &value))
            return story_no(w, "欄=値の形でありません: " PRIs, ARGs(x->w[n]));
        int col = sl_is(key, "state") ? COL_STATE - COL_FIELDS : column_of(k, key);
        if (col == -1)
            return story_no(w, "%s に " PRIs " という欄はありません。", law_kind[k].name, ARGs(key));
        const struct dbval *v = &ROW(r, i, (size_t)(COL_FIELDS + col));
        slice got = col < 0 ? v->s : shown(w, &law_field[law_kind[k].field[col]], v);
        struct thing *named = story_known(w, value);
        bool same =
            sl_eq(got, value) || (named && v->t == DB_TEXT &&
                                  (sl_eq(v->s, named->id) || (sl_starts(v->s, "case:") && contains(v->s, named->id))));
        *fits = *fits && same;
    }
    return true;
}

bool expect_find(struct world *w, struct words *x)
{
    enum kind_id k = law_kind_named(story_next(x));
    struct dbrows r;
    struct fault f;
    slice id = SLN;
    size_t found = 0;
    if (k == KIND_COUNT)
        return story_no(w, "find 種類 欄=値 … -> 名 の形です。");
    enum query q = db_query_named(sl(arena_fmt(w->tmp, "kind_dump_%s", law_kind[k].name)));
    if (db_run(w->db, q, NULL, 0, &r, w->tmp, &f) != E_OK)
        return story_no(w, "%s", f.what);
    for (size_t i = 0; i < r.rows; i++) {
        bool fits;
        if (!find_fits(w, k, &r, i, x, &fits))
            return false;
        if (fits) {
            id = ROW(&r, i, COL_ID).s;
            found++;
        }
    }
    while (x->at < x->n && !story_next_is(x, "->") && !story_next_is(x, "none"))
        x->at++;
    if (story_is(x, "none"))
        return (!found || story_no(w, "%zu件あります。", found)) && story_end(w, x);
    if (found != 1 || !story_is(x, "->"))
        return story_no(w, "一つに決まりません（%zu件）。", found);
    slice name = story_next(x);
    return story_end(w, x) && story_remember(w, name, k, id);
}

/* The whole ledger of the story, decided again and built again. */
bool expect_replay(struct world *w)
{
    struct gate_replay_report report;
    struct fault f = {0};
    if (gate_replay_here(w->g, &report, &f) != E_OK)
        return story_no(w, "再現できません: %s: %s", f.where, f.what);
    if (report.differences)
        return story_no(w, "再現に%zuの違い: 葉 %" PRId64 " %s %s", report.differences, report.diff[0].leaf,
                        report.diff[0].table, report.diff[0].key);
    return true;
}
