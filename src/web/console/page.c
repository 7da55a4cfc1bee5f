#include "page.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console.h"

#ifndef TOBUHI_VERSION
#define TOBUHI_VERSION "0"
#endif

/* --- who is where --- */
#define KIND(x) (UINT64_C(1) << KIND_##x)
#define OPENS   3

/* A screen is for whose work the rows say it is: who reads one of its kinds at his desk (roles.def), or may do one of
 * its acts (acts.def). The first that a person has is where he begins. */
static const struct {
    const char *name, *href;
    const char *bodies; /* kinds of organisation, NULL: any */
    enum { BY_ROWS, BY_ANYBODY, BY_NO_ROLE /* a finder holds none */ } by;
    uint64_t desk;
    enum act_id act[OPENS];
    size_t acts;
} screen[] = {
    {"当直ボード", "/board", "CABINET", BY_ROWS, KIND(provision), {0}, 0},
    {"提供箱", "/box", "OPERATOR", BY_ROWS, 0, {ACT_provision_receive, ACT_member_answer, ACT_asset_record}, 3},
    {"発見者の照会", "/finder", "PUBLIC", BY_NO_ROLE, 0, {0}, 0},
    {"資産の届出", "/assets", "MINISTRY", BY_ROWS, KIND(asset), {0}, 0},
    {"資産の届出", "/assets", "OPERATOR", BY_ROWS, 0, {ACT_asset_record}, 1},
    {"受付箱", "/inbox", NULL, BY_ANYBODY, 0, {0}, 0},
    {"当直ボード", "/board", "ENTRUSTEE MINISTRY", BY_ROWS, KIND(vulreport) | KIND(provision), {0}, 0},
    {"事案", "/cases", NULL, BY_ROWS, KIND(case), {0}, 0},
    {"再評価一覧", "/watch", NULL, BY_ROWS, 0, {ACT_case_review_watch}, 1},
    {"提供先提案", "/release", NULL, BY_ROWS, KIND(response), {0}, 0},
    {"届出の照合", "/matches", NULL, BY_ROWS, KIND(match), {0}, 0},
    {"提供", "/list/provision", NULL, BY_ROWS, KIND(provision), {0}, 0},
    {"引継ぎ", "/handover", NULL, BY_ROWS, KIND(handover), {0}, 0},
    {"公表", "/publish", NULL, BY_ROWS, KIND(embargo), {0}, 0},
    {"周知", "/list/notice", NULL, BY_ROWS, KIND(notice), {0}, 0},
    {"組織と役割", "/list/grant", NULL, BY_ROWS, 0, {ACT_grant_propose}, 1},
    {"持出し", "/list/export", NULL, BY_ROWS, 0, {ACT_export_propose, ACT_export_decide}, 2},
    {"規則・期限表", "/rules", NULL, BY_ANYBODY, 0, {0}, 0},
    {"監査証明", "/proof", NULL, BY_ANYBODY, 0, {0}, 0},
    {"記録", "/list", NULL, BY_ANYBODY, 0, {0}, 0},
};

bool page_role(const struct page *p, enum role_id role)
{
    return p->c.who.actor.roles >> role & 1;
}

bool page_may(const struct page *p, enum act_id act)
{
    for (size_t i = 0; i < law_act[act].bys; i++)
        if (law_role[law_act[act].by[i]].sort == ROLE_HELD && page_role(p, law_act[act].by[i]))
            return true;
    return false;
}

bool page_desk(const struct page *p, enum kind_id kind)
{
    for (int r = 0; r < ROLE_COUNT; r++)
        if (page_role(p, (enum role_id)r) && (law_role[r].desk >> kind & 1))
            return true;
    return false;
}

size_t page_rows(const struct page *p, enum kind_id k, slice owner, size_t most)
{
    size_t few = (size_t)law_quota(&p->c.who.actor, p->today) / 8 + 1;
    return law_kind[k].quota && !owner.n && !p->c.who.actor.sectors.n && few < most ? few : most;
}

/* Whoever holds two of the roles stands there once. */
static bool listed(const slice *ids, size_t n, slice id)
{
    for (size_t i = 0; i < n; i++)
        if (sl_eq(ids[i], id))
            return true;
    return false;
}

size_t page_holders(struct page *p, enum act_id act, slice *out, size_t max)
{
    struct dbrows rows;
    struct fault f;
    size_t n = 0;
    for (size_t i = 0; i < law_act[act].bys; i++) {
        slice role = sl(law_role[law_act[act].by[i]].name);
        if (db_run(gate_reader_db(p->c.reader), Q_console_holders,
                   (struct dbval[]){DBT(p->c.who.actor.org), DBT(role), DBI(p->today)}, 3, &rows, p->a, &f) != E_OK) {
            log_line(0, "holders not read what=\"%s\"", f.what);
            continue;
        }
        for (size_t k = 0; k < rows.rows && n < max; k++)
            if (!listed(out, n, ROW(&rows, k, 0).s))
                out[n++] = ROW(&rows, k, 0).s;
    }
    return n;
}

static bool screen_mine(const struct page *p, size_t i)
{
    for (int k = 0; k < KIND_COUNT; k++)
        if ((screen[i].desk >> k & 1) && page_desk(p, (enum kind_id)k))
            return true;
    for (size_t k = 0; k < screen[i].acts; k++)
        if (page_may(p, screen[i].act[k]))
            return true;
    return false;
}

static bool screen_fits(const struct page *p, size_t i)
{
    const struct law_actor *who = &p->c.who.actor;
    if (screen[i].bodies && !law_words_have(sl(screen[i].bodies), who->org_kind))
        return false;
    if ((screen[i].by == BY_NO_ROLE && who->roles != 0) || (screen[i].by == BY_ROWS && !screen_mine(p, i)))
        return false;
    return console_has(screen[i].href) || (strncmp(screen[i].href, "/list/", 6) == 0 && console_has("/list/{kind}"));
}

slice page_home(const struct page *p)
{
    for (size_t i = 0; i < TB_COUNT(screen); i++)
        if (screen_fits(p, i))
            return sl(screen[i].href);
    return SL("/list");
}

/* What waits in the operator's box: counted for him alone, and not shown. */
static slice waiting(struct page *p, const char *href)
{
    const struct gate_row **row;
    if (strcmp(href, "/box") != 0)
        return SLN;
    struct view *v = view_new(p->c.reader, &p->c.who, p->c.actor, "件数", "nav", p->a);
    size_t n = view_list(v, KIND_provision,
                         &(struct view_filter){.state = SL("SENT"), .recipient = p->c.who.actor.org, .max = 100}, &row);
    return n ? sl(arena_fmt(p->a, "%zu", n)) : SLN;
}

static void nav_fill(struct page *p)
{
    struct part_frame_nav *nav = arena_arr(p->a, struct part_frame_nav, TB_COUNT(screen));
    size_t n = 0, best = 0, len = 0;
    for (size_t i = 0; i < TB_COUNT(screen); i++) {
        slice href = sl(screen[i].href);
        if (!screen_fits(p, i))
            continue;
        nav[n] = (struct part_frame_nav){.name = sl(screen[i].name), .href = href, .count = waiting(p, screen[i].href)};
        if (sl_starts(p->r->path, screen[i].href) && (p->r->path.n == href.n || p->r->path.p[href.n] == '/') &&
            href.n > len) {
            best = n;
            len = href.n;
        }
        n++;
    }
    if (len)
        nav[best].here = true;
    p->frame.nav = nav;
    p->frame.nav_n = n;
}

static void frame_fill(struct page *p, const char *title)
{
    char hm[6];
    instant_hm(p->now, hm);
    p->frame = (struct part_frame){.title = sl(title),
                                   .now_iso = words_iso(p->a, p->now),
                                   .now_hm = arena_sl(p->a, sl(hm)),
                                   .day = words_day(p->a, p->today),
                                   .version = SL(TOBUHI_VERSION),
                                   .rules = words_hash(p->a, sl(law_image_hash), 12),
                                   .crumb = p->crumb,
                                   .csrf = http_token(p->r, p->ans)};
    if (p->s->exercise)
        p->frame.drill = SL("『暁の烽』の画面です。時計は演習の時計で、事業者・人・製品は作りものです。実在の設備を止め"
                            "ないでください。");
    if (!p->c.known)
        return;
    p->frame.org = p->c.who.org_name;
    p->frame.person = p->c.who.post.n
                          ? sl(arena_fmt(p->a, PRIs "（" PRIs "）", ARGs(p->c.who.name), ARGs(p->c.who.post)))
                          : p->c.who.name;
    p->frame.search = console_has("/search");
    nav_fill(p);
}

static void flash_fill(struct page *p)
{
    slice text;
    enum flash_kind k = sess_flash_take(p->r->sess, p->r->cookie_id, p->a, &text);
    if (k == FLASH_DONE)
        p->frame.done = text;
    else if (k == FLASH_WARN)
        p->frame.warn = text;
    else if (k == FLASH_ERR)
        p->frame.wrong = text;
}

/* --- the story --- */
static bool step_is_mine(const struct page *p)
{
    return p->c.known && p->step.act != ACT_COUNT && sl_eq(p->step.person, p->c.actor.person);
}

static bool step_is_here(const struct page *p)
{
    slice subject = http_get(p->r->method == HTTP_POST ? p->r->form : p->r->query, "subject");
    return step_is_mine(p) && sl_starts(p->r->path, "/act/") &&
           sl_is((slice){p->r->path.p + 5, p->r->path.n - 5}, law_act[p->step.act].name) &&
           sl_eq(subject, p->step.subject);
}

static void step_load(struct page *p)
{
    struct fault f;
    if (!p->s->story || !p->c.reader)
        return;
    if (story_next(p->s->story, p->c.reader, p->now, p->a, &p->step, &f) != E_OK) {
        log_line(0, "story step failed what=\"%s\"", f.what);
        p->step = (struct story_step){0};
        return;
    }
    p->guided = !step_is_here(p);
}

static void step_drop(struct page *p)
{
    if (p->step.in)
        json_decref(p->step.in);
    p->step.in = NULL;
}

slice page_step_href(struct page *p)
{
    struct buf b = BUF(1000);
    buf_fmt(&b, "/act/%s?step=1", law_act[p->step.act].name);
    if (p->step.subject.n) {
        buf_str(&b, "&subject=");
        url_esc(&b, p->step.subject);
    }
    slice s = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

static slice same_page(struct page *p)
{
    struct buf b = BUF(4000);
    if (p->r->method != HTTP_GET)
        return SL("/");
    buf_sl(&b, p->r->path);
    for (size_t i = 0; i < p->r->query.n; i++) {
        buf_chr(&b, i ? '&' : '?');
        url_esc(&b, p->r->query.v[i].k);
        buf_chr(&b, '=');
        url_esc(&b, p->r->query.v[i].v);
    }
    slice s = b.over ? SL("/") : arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
    return s;
}

static void guide_draw(struct page *p, struct buf *b)
{
    const struct story_step *st = &p->step;
    bool end = st->total && st->index > st->total;
    if (!st->total || p->quiet)
        return;
    struct part_guide g = {.k = st->index,
                           .n = st->total,
                           .title = sl(st->title),
                           .why = sl(st->why),
                           .wait = st->wait,
                           .end = end,
                           .reload = same_page(p),
                           .csrf = p->frame.csrf};
    if (end && st->case_id.n && p->c.known && page_desk(p, KIND_case))
        g.look = page_href(p, KIND_case, st->case_id);
    if (!end && !st->wait) {
        g.org = st->org_name;
        g.person = st->person_name;
        g.mine = step_is_mine(p);
        g.here = step_is_here(p);
        g.href = g.mine ? page_step_href(p) : SLN;
    }
    part_guide(b, &g);
}

/* --- the life of a page --- */
static bool begin(struct page *p, const struct http_req *r, struct http_ans *ans, const char *title)
{
    struct fault f;
    *p = (struct page){
        .r = r, .ans = ans, .s = server_of(r), .a = r->a, .body = BUF(r->cfg->answer_max), .step.act = ACT_COUNT};
    p->now = p->s->legal->now(p->s->legal);
    p->today = day_of_instant(p->now);
    if (server_caller(r, &p->c, &f) != E_OK) {
        http_fail(r, ans, &f);
        return false;
    }
    frame_fill(p, title);
    step_load(p);
    if (p->c.known) {
        slice path = {r->path.p, r->path.n > 190 ? 190 : r->path.n};
        p->v = view_new(p->c.reader, &p->c.who, p->c.actor, "職務の遂行（画面）", arena_dup(r->a, path), r->a);
    }
    return true;
}

bool page_visitor(struct page *p, const struct http_req *r, struct http_ans *ans, const char *title)
{
    return begin(p, r, ans, title);
}

bool page_begin(struct page *p, const struct http_req *r, struct http_ans *ans, const char *title)
{
    if (!begin(p, r, ans, title))
        return false;
    if (!p->c.known) {
        page_leave(p, SL("/start"), FLASH_NONE, NULL);
        return false;
    }
    return true;
}

void page_crumb(struct page *p, slice name, slice href)
{
    must(p->frame.crumb_n < PAGE_CRUMBS);
    p->crumb[p->frame.crumb_n++] = (struct part_frame_crumb){arena_sl(p->a, name), href};
}

static void send(struct page *p)
{
    if (p->v)
        p->frame.classes = view_classes(p->v);
    buf_clear(&p->ans->body);
    part_frame_open(&p->ans->body, &p->frame);
    guide_draw(p, &p->ans->body);
    buf_sl(&p->ans->body, buf_slice(&p->body));
    part_frame_close(&p->ans->body, &p->frame);
    buf_free(&p->body);
    step_drop(p);
}

void page_end(struct page *p)
{
    struct fault f;
    int64_t leaf = -1;
    if (p->body.over)
        page_fault(p, (fault_set(&f, E_TOO_BIG, "", "画面が大きすぎます。範囲を絞ってください。"), &f));
    else if (p->v && view_seal(p->v, buf_slice(&p->body), &leaf, &f) != E_OK)
        page_fault(p, &f); /* nothing labelled goes out without its leaf */
    else {
        if (leaf >= 0)
            p->frame.seen = sl(arena_fmt(p->a, "葉 %" PRId64, leaf));
        flash_fill(p);
        send(p);
    }
}

void page_fault(struct page *p, const struct fault *f)
{
    buf_free(&p->body);
    step_drop(p);
    http_fail(p->r, p->ans, f);
}

void page_yield(struct page *p)
{
    buf_free(&p->body);
    step_drop(p);
}

void page_absent(struct page *p)
{
    struct fault f;
    fault_set(&f, E_ABSENT, "",
              "該当するものがありません。番号を確かめてください。見られないものも、同じ答えになります。");
    page_fault(p, &f);
}

void page_leave(struct page *p, slice path, enum flash_kind kind, const char *text)
{
    buf_free(&p->body);
    step_drop(p);
    if (text)
        http_done(p->r, p->ans, path, kind, sl(text));
    else
        http_see_other(p->r, p->ans, path);
}

void page_file(struct page *p, slice bytes, const char *type, slice name)
{
    page_yield(p);
    buf_clear(&p->ans->body);
    buf_sl(&p->ans->body, bytes);
    p->ans->type = type;
    http_download(p->r, p->ans, name);
}

/* Also for requests that no handler saw: an unknown path, a stale form. */
void console_error_page(const struct http_req *r, struct http_ans *ans, const struct fault *f)
{
    struct page p = {
        .r = r, .ans = ans, .s = server_of(r), .a = r->a, .body = BUF(r->cfg->answer_max), .step.act = ACT_COUNT};
    struct fault why;
    p.now = p.s->legal->now(p.s->legal);
    p.today = day_of_instant(p.now);
    if (server_caller(r, &p.c, &why) != E_OK)
        p.c = (struct caller){0};
    frame_fill(&p, "開けません");
    step_load(&p);
    struct page_wrong x = {
        .status = ans->status, .title = sl(err_text(f->err, true)), .what = sl(f->what), .where = sl(f->where)};
    page_wrong(&p.body, &x);
    send(&p);
}
