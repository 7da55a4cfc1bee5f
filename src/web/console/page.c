#include "page.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "console.h"

#ifndef TOBUHI_VERSION
#define TOBUHI_VERSION "0"
#endif

/* --- who is where --- */
#define R(x)      (UINT64_C(1) << ROLE_##x)
#define CABINET   (R(CAO_DUTY) | R(CAO_ANALYST) | R(CAO_APPR) | R(CAO_HEAD) | R(CAO_COUNCIL))
#define IPA       (R(IPA_DESK) | R(IPA_TRIAGE) | R(IPA_HEAD))
#define JPCERT    (R(JP_COORD) | R(JP_HEAD))
#define MINISTRY  (R(SM_DESK) | R(SM_HEAD))
#define OPERATOR  (R(OP_FILER) | R(OP_RECV))
#define EVERYBODY (~UINT64_C(0))
#define NOBODY    UINT64_C(0) /* who holds no grant: a finder */

/* The first row of a person that exists is where he begins. */
static const struct {
    const char *name, *href;
    uint64_t roles;
    const char *kinds; /* kinds of organisation, NULL: any */
} screen[] = {
    {"当直ボード", "/board", CABINET, NULL},
    {"提供箱", "/box", OPERATOR | R(ORG_ADMIN), "OPERATOR"},
    {"発見者の照会", "/finder", NOBODY, "PUBLIC"},
    {"資産の届出", "/assets", MINISTRY | R(OP_FILER), NULL},
    {"受付箱", "/inbox", EVERYBODY, NULL},
    {"当直ボード", "/board", IPA | JPCERT | MINISTRY, NULL},
    {"事案", "/cases", R(CAO_DUTY) | R(CAO_ANALYST) | R(CAO_APPR) | R(CAO_HEAD) | IPA | JPCERT, NULL},
    {"提供先提案", "/release", R(CAO_DUTY) | R(CAO_ANALYST) | R(CAO_APPR), NULL},
    {"届出の照合", "/list/match", R(CAO_DUTY) | R(CAO_ANALYST) | R(IPA_TRIAGE), NULL},
    {"提供", "/list/provision", CABINET | MINISTRY, NULL},
    {"周知", "/list/notice", CABINET | IPA | JPCERT, NULL},
    {"組織と役割", "/list/grant", R(REGISTRAR) | R(ORG_ADMIN), NULL},
    {"規則・期限表", "/rules", EVERYBODY, NULL},
    {"記録", "/list", EVERYBODY, NULL},
};

static bool screen_fits(const struct page *p, size_t i)
{
    const struct law_actor *who = &p->c.who.actor;
    if (screen[i].kinds && !sl_is(who->org_kind, screen[i].kinds))
        return false;
    if (screen[i].roles == NOBODY ? who->roles != 0 : screen[i].roles != EVERYBODY && !(who->roles & screen[i].roles))
        return false;
    return console_has(screen[i].href) || (strncmp(screen[i].href, "/list/", 6) == 0 && console_has("/list/{kind}"));
}

bool page_role(const struct page *p, enum role_id role)
{
    return p->c.who.actor.roles >> role & 1;
}

slice page_home(const struct page *p)
{
    if (page_role(p, ROLE_IPA_DESK) && console_has("/inbox"))
        return SL("/inbox");
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

static bool sees_cases(const struct page *p)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if ((p->c.who.actor.roles >> i & 1) && (law_role[i].desk >> KIND_case & 1))
            return true;
    return false;
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
    if (end && st->case_id.n && p->c.known && sees_cases(p))
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
