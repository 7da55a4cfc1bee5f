/* Subjects on a page: what they are called, where they are shown, what may be done with them, what has happened. */
#include <string.h>

#include "base/text.h"
#include "page.h"

slice page_href(struct page *p, enum kind_id k, slice id)
{
    struct buf b = BUF(1000);
    bool own_box = k == KIND_provision && sl_is(p->c.who.actor.org_kind, "OPERATOR") && console_has("/box/{id}");
    bool own_report = k == KIND_vulreport && sl_is(p->c.who.actor.org_kind, "PUBLIC");
    if (own_report)
        buf_str(&b, "/finder/");
    else if (k == KIND_case)
        buf_str(&b, "/case/");
    else if (own_box)
        buf_str(&b, "/box/");
    else
        buf_fmt(&b, "/item/%s/", law_kind[k].name);
    url_esc(&b, id);
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

/* --- names --- */
static slice text_of(const struct gate_row *row, enum name_id n)
{
    return row->f[n].t == VAL_TEXT ? row->f[n].s : SLN;
}

static slice enum_of(const struct gate_row *row, enum name_id n)
{
    const struct law_field *f = law_kind_field(row->kind, n);
    slice v = text_of(row, n);
    return f && v.n ? words_option(f, v) : v;
}

/* The word before its explanation: names of subjects stay short. */
static slice enum_short(const struct gate_row *row, enum name_id n)
{
    slice s = enum_of(row, n);
    static const char open[] = "（";
    const char *at = s.n ? memmem(s.p, s.n, open, sizeof open - 1) : NULL;
    if (at && at > s.p)
        s.n = (size_t)(at - s.p);
    return s;
}

static slice join(struct page *p, slice a, const char *between, slice b)
{
    return !a.n ? b : !b.n ? a : sl(arena_fmt(p->a, PRIs "%s" PRIs, ARGs(a), between, ARGs(b)));
}

static slice org_of(struct page *p, const struct gate_row *row, enum name_id n)
{
    return text_of(row, n).n ? view_org_name(p->v, text_of(row, n)) : SLN;
}

static slice role_ja(slice role)
{
    enum role_id r = law_role_named(role);
    return r == ROLE_COUNT ? role : sl(law_role[r].ja);
}

static slice vuln_name(struct page *p, const struct gate_row *row)
{
    slice v = text_of(row, N_vuln);
    return sl_starts(v, "case:") ? sl(arena_fmt(p->a, "未公表の事案")) : v;
}

static slice named(struct page *p, const struct gate_row *row)
{
    switch (row->kind) {
    case KIND_asset:
        return join(p, text_of(row, N_op_ref), "　", text_of(row, N_product));
    case KIND_order:
        return join(p, org_of(p, row, N_operator), "：", enum_of(row, N_order_type));
    case KIND_vulreport:
        return join(p, text_of(row, N_product), "の届出 ", text_of(row, N_serial));
    case KIND_response:
        return enum_of(row, N_response_kind);
    case KIND_coord:
        return join(p, text_of(row, N_vendors), "", SL("との調整"));
    case KIND_provision:
        return join(p, org_of(p, row, N_recipient), "への提供：", enum_short(row, N_item_kind));
    case KIND_member:
        return org_of(p, row, N_org);
    case KIND_grant:
        return join(p, role_ja(text_of(row, N_role)), "：", view_person_name(p->v, text_of(row, N_person)));
    case KIND_entrust:
        return join(p, org_of(p, row, N_body), "：", enum_of(row, N_work));
    case KIND_designation:
        return join(p, org_of(p, row, N_operator), "　", text_of(row, N_facility_class));
    case KIND_notice:
        return join(p, enum_short(row, N_basis), "　", text_of(row, N_channels));
    case KIND_match:
        return join(p, org_of(p, row, N_operator), "：", vuln_name(p, row));
    case KIND_list:
        return enum_of(row, N_list_kind);
    case KIND_generation:
        return row->f[N_serial].t == VAL_INT ? sl(arena_fmt(p->a, "第%" PRId64 "世代", row->f[N_serial].i)) : SLN;
    case KIND_export:
        return join(p, enum_of(row, N_what), "：", text_of(row, N_purpose));
    case KIND_session:
    case KIND_read:
        return view_person_name(p->v, text_of(row, N_person));
    case KIND_clock:
        return law_clock_named(text_of(row, N_name)) == CLOCK_COUNT
                   ? SLN
                   : sl(law_clock[law_clock_named(text_of(row, N_name))].ja);
    case KIND_name:
        return join(p, text_of(row, N_maker), "　", text_of(row, N_product));
    case KIND_bulk:
        return SL("一括の届出");
    default:
        return text_of(row, N_title).n ? text_of(row, N_title) : text_of(row, N_name);
    }
}

slice page_title_of(struct page *p, const struct gate_row *row)
{
    slice s = named(p, row);
    return s.n ? s : sl(law_kind[row->kind].ja);
}

/* --- values --- */
static slice ids_words(struct page *p, enum kind_id k, struct val v)
{
    return sl(arena_fmt(p->a, "%s %zu件", law_kind[k].ja, v.n));
}

static slice id_words(struct page *p, enum kind_id k, slice id)
{
    if (k == KIND_org)
        return view_org_name(p->v, id);
    if (k == KIND_person)
        return view_person_name(p->v, id);
    const struct gate_row *row = view_get(p->v, k, id);
    return row ? page_title_of(p, row) : sl(law_kind[k].ja);
}

slice page_value(struct page *p, const struct law_field *f, struct val v)
{
    if (v.t == VAL_NONE)
        return SLN;
    if (v.t == VAL_LIST)
        return f->type == FT_IDS ? ids_words(p, f->ref, v) : SLN;
    if (v.t == VAL_INT)
        switch (f->type) {
        case FT_DAY:
            return words_day(p->a, (day_t)v.i);
        case FT_TIME:
            return words_full(p->a, v.i);
        case FT_BOOL:
            return v.i ? SL("はい") : SL("いいえ");
        default:
            return sl(arena_fmt(p->a, "%" PRId64, v.i));
        }
    if (f->type == FT_ENUM)
        return words_option(f, v.s);
    if (f->type == FT_ID)
        return id_words(p, f->ref, v.s);
    if (f->type == FT_HASH)
        return words_hash(p->a, v.s, 64);
    if (f->id == N_role)
        return role_ja(v.s);
    return v.s;
}

slice page_office(struct page *p, slice person)
{
    struct gate_person who;
    if (law_role_named(person) != ROLE_COUNT || !gate_person_load(p->c.reader, person, p->a, &who))
        return SL("機械");
    const struct law_actor *a = &who.actor;
    if (sl_is(a->org_kind, "CABINET"))
        return SL("内閣府");
    if (sl_is(a->org_kind, "ENTRUSTEE"))
        return sl_is(a->body, "JPCERT") ? SL("JPCERT/CC") : arena_sl(p->a, a->body);
    if (sl_is(a->org_kind, "MINISTRY"))
        return SL("事業所管省");
    if (sl_is(a->org_kind, "OPERATOR"))
        return SL("事業者");
    return sl_is(a->org_kind, "PUBLIC") ? SL("発見者") : SL("製品開発者");
}

/* --- acts --- */
slice page_act_href(struct page *p, enum act_id act, slice subject)
{
    struct buf b = BUF(1000);
    buf_fmt(&b, "/act/%s", law_act[act].name);
    if (subject.n) {
        buf_str(&b, "?subject=");
        url_esc(&b, subject);
    }
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

slice page_act_by(struct page *p, enum act_id act)
{
    struct buf b = BUF(2000);
    for (size_t i = 0; i < law_act[act].bys; i++)
        if (law_role[law_act[act].by[i]].sort != ROLE_MACHINE)
            buf_fmt(&b, "%s%s", b.n ? "、" : "", law_role[law_act[act].by[i]].ja);
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

/* Who else must look at it before it counts, and where the subject goes. */
static slice act_more(struct page *p, enum act_id act)
{
    const struct law_act *x = &law_act[act];
    struct buf b = BUF(1000);
    for (size_t i = 0; i < x->tos; i++) {
        const struct law_state *s = law_state_of(x->kind, x->to[i].state);
        if (s)
            buf_fmt(&b, "%s%s", b.n ? "・" : "→ ", s->ja);
    }
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

slice page_reason_todo(struct page *p, enum act_id act, enum pred_id pred)
{
    if (pred == P_role_held)
        return sl(arena_fmt(p->a, PRIs "が行います。", ARGs(page_act_by(p, act))));
    return sl(law_pred[pred].todo ? law_pred[pred].todo : "");
}

static void refused_fill(struct page *p, struct part_acts_no *out, const struct gate_may *m)
{
    struct part_acts_no_why *why = arena_arr(p->a, struct part_acts_no_why, m->d.reasons + 1);
    *out = (struct part_acts_no){.title = sl(law_act[m->act].title), .basis = sl(law_act[m->act].basis), .why = why};
    for (size_t i = 0; i < m->d.reasons; i++) {
        out->gate = out->gate || m->d.reason[i] == P_gate_open;
        why[out->why_n++] =
            (struct part_acts_no_why){sl(law_pred[m->d.reason[i]].ja), page_reason_todo(p, m->act, m->d.reason[i])};
    }
}

static bool lacks_role(const struct gate_may *m)
{
    for (size_t i = 0; i < m->d.reasons; i++)
        if (m->d.reason[i] == P_role_held)
            return true;
    return false;
}

struct part_acts page_acts(struct page *p, enum kind_id kind, const struct gate_row *row)
{
    const struct gate_may *may;
    size_t n = gate_may(p->c.reader, &p->c.who, p->c.actor, kind, row, p->a, &may);
    struct part_acts_ok *ok = arena_arr(p->a, struct part_acts_ok, n + 1);
    struct part_acts_no *no = arena_arr(p->a, struct part_acts_no, n + 1);
    struct part_acts x = {.ok = ok, .no = no};
    for (size_t i = 0; i < n; i++)
        if (may[i].d.allowed) {
            bool first = x.ok_n == 0 && !p->guided;
            ok[x.ok_n++] =
                (struct part_acts_ok){sl(law_act[may[i].act].title), page_act_href(p, may[i].act, row ? row->id : SLN),
                                      sl(law_act[may[i].act].basis), act_more(p, may[i].act), first};
        }
    for (int late = 0; late < 2; late++) /* those that are this person's come first */
        for (size_t i = 0; i < n; i++)
            if (!may[i].d.allowed && lacks_role(&may[i]) == late)
                refused_fill(p, &no[x.no_n++], &may[i]);
    x.count = (int64_t)x.no_n;
    return x;
}

/* --- clocks --- */
struct part_clocks page_clocks(struct page *p, const char *label, const struct gate_row *const *clock, const slice *of,
                               size_t n)
{
    struct part_clocks_rows *row = arena_arr(p->a, struct part_clocks_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct words_clock w = words_clock(p->a, clock[i], p->now);
        row[i] = (struct part_clocks_rows){.name = w.name,
                                           .of = of ? of[i] : SLN,
                                           .basis = w.basis,
                                           .value = w.value,
                                           .word = w.word,
                                           .css = w.css,
                                           .ic = w.icon,
                                           .since = words_when(p->a, w.started, p->now),
                                           .limit = w.dated ? words_full(p->a, w.due) : SL("時間数の定めなし")};
        if (w.dated && day_of_instant(w.due) > 0 &&
            w.due == instant_of_day(day_of_instant(w.due))) /* the end of the day before */
            row[i].limit = sl(arena_fmt(p->a, PRIs "24:00", ARGs(words_day(p->a, day_of_instant(w.due) - 1))));
        if (w.unrolled)
            row[i].rolled = sl(arena_fmt(p->a, "休日により " PRIs " から繰下げ",
                                         ARGs(words_day(p->a, day_of_instant(w.unrolled) - 1))));
        if (w.target)
            row[i].rolled = sl(arena_fmt(p->a, "目安 " PRIs "（内規）", ARGs(words_when(p->a, w.target, p->now))));
    }
    return (struct part_clocks){.label = sl(label), .rows = row, .rows_n = n};
}

/* --- events --- */
/* Bodies by their short names, people of the own organisation and operators by what the view lets out. */
static slice event_who(struct page *p, slice person)
{
    struct gate_person who;
    bool known = law_role_named(person) == ROLE_COUNT && gate_person_load(p->c.reader, person, p->a, &who);
    bool own = known && sl_eq(who.actor.org, p->c.who.actor.org),
         body = known && !sl_is(who.actor.org_kind, "OPERATOR") && !sl_is(who.actor.org_kind, "VENDOR");
    return body && !own ? page_office(p, person) : view_person_name(p->v, person);
}

struct part_story page_story(struct page *p, const struct page_event *ev, size_t n, bool name_subjects)
{
    struct part_story_rows *row = arena_arr(p->a, struct part_story_rows, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct gate_leaf *l = ev[i].leaf;
        row[i] = (struct part_story_rows){.iso = words_iso(p->a, l->at),
                                          .when = words_when(p->a, l->at, p->now),
                                          .who = event_who(p, l->person),
                                          .leaf = l->idx,
                                          .refused = !l->ok};
        row[i].what = l->act == ACT_COUNT ? SL("（いまの規則にない手続）") : sl(law_act[l->act].title);
        if (name_subjects && ev[i].of->kind != KIND_case) {
            row[i].of = page_title_of(p, ev[i].of);
            row[i].href = page_href(p, ev[i].of->kind, ev[i].of->id);
        }
    }
    return (struct part_story){.rows = row, .rows_n = n};
}
