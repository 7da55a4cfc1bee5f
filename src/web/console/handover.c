/* 引継ぎ: the sheet that one desk gives the next at three in the morning – what runs out within hours, what has changed
 * since the last time, what waits for this desk – and the two acts that bear witness to it (8①). The sheet is made of
 * what its reader may read; the leaf keeps what was on it by numbers, and who took it over ticks what he has seen. */
#include <stdio.h>
#include <string.h>

#include "console2.h"

#define AHEAD  ((usec_t)12 * 3600 * USEC)
#define CLOCKS 60
#define EACH   10 /* of one kind, in one list */
#define ITEMS  120
#define SEEN   (2 * ITEMS)
#define ON_A4  12 /* lines of a list that a printed sheet has room for */
#define NIGHT  ((usec_t)24 * 3600 * USEC)

struct sheet {
    const struct gate_row *given, *before; /* the one that waits to be taken, and the last that was */
    int64_t since;                         /* leaf; 0: there was none before */
    usec_t since_at;
    const struct gate_row *changed[ITEMS], *waiting[ITEMS];
    size_t changes, waits;
    bool more_changes, more_waits;
    struct tick *tick;
    size_t ticks;
    char hash[65];
};

/* --- the last time --- */
static void since_load(struct page *p, struct sheet *s)
{
    const struct gate_row **h;
    const struct gate_leaf *l;
    size_t n = view_list(p->v, KIND_handover, &(struct view_filter){.owner = p->c.who.actor.org, .max = 5}, &h);
    for (size_t i = n; i-- > 0;)
        *(h[i]->state == ST_GIVEN ? &s->given : &s->before) = h[i];
    s->since_at = p->now - NIGHT;
    for (size_t i = 0, m = s->before ? view_leaves(p->v, s->before, &l) : 0; i < m; i++)
        if (l[i].ok && l[i].act == ACT_handover_give) {
            s->since = l[i].idx;
            s->since_at = l[i].at;
        }
}

/* --- what has changed, and what waits --- */
static bool from_here(enum act_id act, enum state_id st)
{
    for (size_t i = 0; i < law_act[act].froms; i++)
        if (law_act[act].from[i] == st)
            return true;
    return false;
}

/* Somebody of this desk moves such a thing on: then it is not done with. */
static bool moved_by_desk(const struct page *p, enum kind_id k, enum state_id st)
{
    for (int a = 0; a < ACT_COUNT; a++)
        if (law_act[a].kind == k && from_here((enum act_id)a, st) && page_may(p, (enum act_id)a))
            return true;
    return false;
}

/* Machines, matches and what feeds bring come in thousands and have lists of their own. */
static bool on_sheet(const struct page *p, enum kind_id k)
{
    bool people = false;
    for (int a = 0; a < ACT_COUNT; a++)
        people = people || (law_act[a].kind == k && page_may(p, (enum act_id)a));
    return people && page_desk(p, k) && !law_kind[k].quota && k != KIND_handover && k != KIND_name;
}

static void changed_load(struct page *p, enum kind_id k, struct sheet *s)
{
    const struct gate_row **r;
    size_t n = view_list(p->v, k, &(struct view_filter){.max = EACH + 1}, &r);
    for (size_t i = 0; i < n; i++) {
        if (r[i]->moved < s->since_at || r[i]->leaf <= s->since)
            continue;
        if (i == EACH || s->changes == ITEMS)
            s->more_changes = true;
        else
            s->changed[s->changes++] = r[i];
    }
}

static void waiting_load(struct page *p, enum kind_id k, struct sheet *s)
{
    for (size_t i = 0; i < law_kind[k].states; i++) {
        const struct law_state *st = &law_kind[k].state[i];
        const struct gate_row **r;
        if (st->sort != STATE_PASSING || !moved_by_desk(p, k, st->id))
            continue;
        size_t n = view_list(p->v, k, &(struct view_filter){.state = sl(law_state_name[st->id]), .max = EACH + 1}, &r);
        for (size_t j = 0; j < n; j++) {
            if (j == EACH || s->waits == ITEMS)
                s->more_waits = true;
            else
                s->waiting[s->waits++] = r[j];
        }
    }
}

static void ticks_load(struct page *p, struct sheet *s)
{
    size_t past, n = ticks_board(p, CLOCKS, &s->tick, &past);
    while (s->ticks < n && s->tick[s->ticks].mark <= p->now + AHEAD)
        s->ticks++;
}

/* The fingerprint of the sheet: of its lines, as the leaf of whoever gives or takes it says. */
static void hash_fill(struct page *p, struct sheet *s)
{
    struct buf b = BUF((size_t)1 << 17);
    uint8_t h[SHA_LEN];
    for (size_t i = 0; i < s->ticks; i++)
        buf_fmt(&b, "clock " PRIs " %" PRId64 "\n", ARGs(s->tick[i].clock->id), s->tick[i].mark);
    for (size_t i = 0; i < s->changes; i++)
        buf_fmt(&b, "changed " PRIs " %" PRId64 "\n", ARGs(s->changed[i]->id), s->changed[i]->leaf);
    for (size_t i = 0; i < s->waits; i++)
        buf_fmt(&b, "waiting " PRIs " %" PRId64 "\n", ARGs(s->waiting[i]->id), s->waiting[i]->leaf);
    if (s->given)
        buf_fmt(&b, "note " PRIs "\nasks " PRIs "\n", ARGs(field_text(s->given, N_note)),
                ARGs(field_text(s->given, N_asks)));
    sha256(buf_slice(&b), h);
    hex_of(h, sizeof h, s->hash);
    buf_free(&b);
    (void)p;
}

static struct sheet *sheet_load(struct page *p)
{
    struct sheet *s = arena_get(p->a, sizeof *s);
    since_load(p, s);
    for (int k = 0; k < KIND_COUNT; k++)
        if (on_sheet(p, (enum kind_id)k)) {
            changed_load(p, (enum kind_id)k, s);
            waiting_load(p, (enum kind_id)k, s);
        }
    ticks_load(p, s);
    hash_fill(p, s);
    return s;
}

/* --- the page --- */
static slice mark_of(struct page *p, const struct gate_row *r)
{
    return sl(arena_fmt(p->a, "%s " PRIs " 葉 %" PRId64, law_kind[r->kind].ja, ARGs(r->id), r->leaf));
}

static void items_fill(struct page *p, const struct gate_row *const *r, size_t n, struct page_handover_waiting *o)
{
    for (size_t i = 0; i < n; i++) {
        struct words_state st = words_state(r[i]->kind, r[i]->state);
        o[i] = (struct page_handover_waiting){.kind = sl(law_kind[r[i]->kind].ja),
                                              .name = page_title_of(p, r[i]),
                                              .href = page_href(p, r[i]->kind, r[i]->id),
                                              .state = st.word,
                                              .css = st.css,
                                              .ic = st.icon,
                                              .when = words_when(p->a, r[i]->moved, p->now),
                                              .iso = words_iso(p->a, r[i]->moved),
                                              .leaf = r[i]->leaf,
                                              .mark = mark_of(p, r[i])};
    }
}

/* Both lists have the same columns; the templates' compiler gives each a type of its own. */
static void changes_fill(struct page *p, const struct sheet *s, struct page_handover *x)
{
    struct page_handover_waiting *w = arena_arr(p->a, struct page_handover_waiting, s->changes + 1);
    struct page_handover_changed *o = arena_arr(p->a, struct page_handover_changed, s->changes + 1);
    items_fill(p, s->changed, s->changes, w);
    for (size_t i = 0; i < s->changes; i++)
        o[i] = (struct page_handover_changed){.kind = w[i].kind,
                                              .name = w[i].name,
                                              .href = w[i].href,
                                              .state = w[i].state,
                                              .css = w[i].css,
                                              .ic = w[i].ic,
                                              .when = w[i].when,
                                              .iso = w[i].iso,
                                              .leaf = w[i].leaf};
    x->changed = o;
    x->changed_n = s->changes;
}

static void clocks_fill(struct page *p, const struct sheet *s, struct page_handover *x)
{
    struct page_handover_clocks *o = arena_arr(p->a, struct page_handover_clocks, s->ticks + 1);
    for (size_t i = 0; i < s->ticks; i++) {
        const struct tick *t = &s->tick[i];
        o[i] = (struct page_handover_clocks){.name = t->w.name,
                                             .of = t->of,
                                             .href = t->href,
                                             .value = t->w.value,
                                             .word = t->w.word,
                                             .css = t->w.css,
                                             .ic = t->w.icon,
                                             .when = words_when(p->a, t->mark, p->now)};
    }
    x->clocks = o;
    x->clocks_n = s->ticks;
}

static slice last_words(struct page *p, const struct sheet *s)
{
    if (!s->before)
        return SL("この机の前の引継ぎは、まだありません。この一日の動きを示します。");
    return sl(arena_fmt(p->a, "前の引継ぎは " PRIs "、" PRIs " から " PRIs "。", ARGs(words_full(p->a, s->since_at)),
                        ARGs(view_person_name(p->v, field_text(s->before, N_giver))),
                        ARGs(view_person_name(p->v, field_text(s->before, N_taker)))));
}

static bool able(struct page *p, enum act_id act, const struct gate_row *row)
{
    bool second;
    return console_able(p, &p->c.who, act, row, &second);
}

static void draw(struct page *p, const struct sheet *s, slice note, slice asks, slice wrong)
{
    const struct gate_row *g = s->given;
    struct page_handover_waiting *w = arena_arr(p->a, struct page_handover_waiting, s->waits + 1);
    struct page_handover x = {.csrf = page_token(p),
                              .desk = p->c.who.org_name,
                              .last = last_words(p, s),
                              .now = words_full(p->a, p->now),
                              .me = p->c.who.name,
                              .more_changes = s->more_changes,
                              .more_waits = s->more_waits,
                              .hash = sl(s->hash),
                              .print = words_hash(p->a, sl(s->hash), 16),
                              .given = g != NULL,
                              .wrong = wrong,
                              .waiting = w,
                              .waiting_n = s->waits,
                              .long_changes = s->changes > ON_A4,
                              .long_waits = s->waits > ON_A4};
    items_fill(p, s->waiting, s->waits, w);
    changes_fill(p, s, &x);
    clocks_fill(p, s, &x);
    if (g) {
        x.from = view_person_name(p->v, field_text(g, N_giver));
        x.at = words_full(p->a, g->made);
        x.note = field_text(g, N_note);
        x.asks = field_text(g, N_asks);
        x.subject = g->id;
        x.leaf = g->leaf;
        x.cantake = able(p, ACT_handover_take, g);
        x.canamend = able(p, ACT_handover_amend, g);
    } else {
        x.cangive = page_may(p, ACT_handover_give);
    }
    x.draft = note;
    x.draft_asks = asks;
    if (x.canamend && !note.n) {
        x.draft = x.note;
        x.draft_asks = x.asks;
    }
    x.h = g ? sl(arena_fmt(p->a, PRIs "の引継ぎを、引き受ける人を待っています", ARGs(x.from)))
            : sl(arena_fmt(p->a, "引継ぎ：12時間のうちに尽きる時計 %zu、机に残るもの %zu", s->ticks, s->waits));
    page_crumb(p, SL("引継ぎ"), SLN);
    page_handover(&p->body, &x);
    page_end(p);
}

void handover_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (!page_begin(&p, r, ans, "引継ぎ"))
        return;
    if (page_desk(&p, KIND_handover))
        draw(&p, sheet_load(&p), SLN, SLN, SLN);
    else
        page_absent(&p);
}

/* --- giving and taking --- */
static json_t *seen_sent(const struct http_req *r)
{
    slice line[SEEN];
    size_t n = http_all(r->form, "seen", line, TB_COUNT(line));
    struct buf b = BUF(8000 * 4);
    for (size_t i = 0; i < n; i++) {
        buf_sl(&b, line[i]);
        buf_chr(&b, '\n');
    }
    slice all = sl_trim(buf_slice(&b));
    json_t *j = all.n ? json_stringn(all.p, all.n) : json_null();
    buf_free(&b);
    return j;
}

static json_t *text_sent(const struct http_req *r, const char *name)
{
    slice v = sl_trim(http_get(r->form, name));
    return v.n ? json_stringn(v.p, v.n) : json_null();
}

/* Which of the three acts the button says; each is decided by its row. */
static enum act_id act_sent(const struct http_req *r)
{
    static const enum act_id any[] = {ACT_handover_give, ACT_handover_amend, ACT_handover_take};
    for (size_t i = 0; i < TB_COUNT(any); i++)
        if (sl_is(http_get(r->form, "act"), law_act[any[i]].name))
            return any[i];
    return ACT_COUNT;
}

void handover_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct gate_ans a;
    enum act_id act = act_sent(r);
    if (!page_begin(&p, r, ans, "引継ぎ"))
        return;
    if (act == ACT_COUNT || !page_desk(&p, KIND_handover)) {
        page_absent(&p);
        return;
    }
    json_t *in = json_pack("{s:o, s:o}", "seen", seen_sent(r), "page_hash", text_sent(r, "page_hash"));
    if (act != ACT_handover_take) {
        json_object_set_new(in, "note", text_sent(r, "note"));
        json_object_set_new(in, "asks", text_sent(r, "asks"));
    }
    server_act(r, &p.c, act, http_get(r->form, "subject"), in, SLN, &a);
    json_decref(in);
    if (a.err == E_OK) {
        page_leave(&p, SL("/handover"), FLASH_DONE, law_act[act].says);
    } else if (a.err == E_FIELD || a.err == E_TOO_BIG) { /* what was typed stays */
        ans->status = err_http(a.err);
        draw(&p, sheet_load(&p), http_get(r->form, "note"), http_get(r->form, "asks"), arena_sl(p.a, sl(a.fault.what)));
    } else {
        page_yield(&p);
        server_refuse(r, ans, act, &a);
    }
}
