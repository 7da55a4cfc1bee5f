/* The exercise's sign-in: choosing a person is the authenticator and the step-up (acts.md §0.1, 11). */
#include <string.h>

#include "base/text.h"
#include "console.h"
#include "screens.h"

#define HITS      60
#define QUERY_MAX 100

/* One row of the people who may be chosen. */
struct folk {
    slice id, name, post, org, role, org_kind, sector;
};

static enum err folk_load(struct page *p, struct folk **out, size_t *n, struct fault *f)
{
    struct dbrows rows;
    enum err e = db_run(gate_reader_db(p->c.reader), Q_exercise_people, NULL, 0, &rows, p->a, f);
    if (e)
        return e;
    struct folk *list = arena_arr(p->a, struct folk, rows.rows + 1);
    for (size_t i = 0; i < rows.rows; i++)
        list[i] = (struct folk){ROW(&rows, i, 0).s, ROW(&rows, i, 1).s, ROW(&rows, i, 2).s, ROW(&rows, i, 3).s,
                                ROW(&rows, i, 4).s, ROW(&rows, i, 5).s, ROW(&rows, i, 6).s};
    *out = list;
    *n = rows.rows;
    return E_OK;
}

static slice role_words(slice role)
{
    enum role_id r = law_role_named(role);
    return r == ROLE_COUNT ? SLN : sl(law_role[r].ja);
}

static slice kind_words(slice kind)
{
    const struct law_field *f = law_kind_field(KIND_org, N_org_kind);
    return f ? words_option(f, kind) : kind;
}

static slice row_words(const struct folk *x)
{
    slice role = role_words(x->role);
    return role.n && !law_role[law_role_named(x->role)].open ? role : kind_words(x->org_kind);
}

/* --- the cast, by organisation --- */
static void cast_fill(struct page *p, const struct story_member *m, size_t n, const struct folk *all, size_t all_n,
                      struct page_start *x)
{
    struct page_start_groups *g = arena_arr(p->a, struct page_start_groups, n + 1);
    struct page_start_groups_people *who = arena_arr(p->a, struct page_start_groups_people, n + 1);
    x->groups = g;
    for (size_t i = 0; i < n; i++) {
        const struct folk *f = NULL;
        for (size_t k = 0; k < all_n && !f; k++)
            f = sl_eq(all[k].id, m[i].person) ? &all[k] : NULL;
        if (!f)
            continue;
        if (!x->groups_n || !sl_eq(g[x->groups_n - 1].org, f->org)) {
            g[x->groups_n] = (struct page_start_groups){.n = (int64_t)x->groups_n + 1,
                                                        .org = f->org,
                                                        .sub = f->sector.n ? f->sector : kind_words(f->org_kind),
                                                        .people = &who[i]};
            x->groups_n++;
        }
        /* a group's people lie one after another: skipped ones would leave holes */
        struct page_start_groups *last = &g[x->groups_n - 1];
        who[(size_t)(last->people - who) + last->people_n++] =
            (struct page_start_groups_people){.id = f->id,
                                              .name = f->name,
                                              .post = f->post,
                                              .does = sl(m[i].does),
                                              .you = p->c.known && sl_eq(f->id, p->c.actor.person)};
    }
}

/* --- everybody else, by words --- */
static bool folded_has(slice hay, slice needle)
{
    return needle.n == 0 || (hay.n >= needle.n && memmem(hay.p, hay.n, needle.p, needle.n));
}

static bool folk_fits(struct page *p, const struct folk *x, slice q)
{
    slice hay = text_fold(p->a, sl(arena_fmt(p->a, PRIs " " PRIs " " PRIs " " PRIs " " PRIs, ARGs(x->name),
                                             ARGs(x->post), ARGs(x->org), ARGs(x->sector), ARGs(row_words(x)))));
    slice word;
    while (q.n) {
        if (!sl_cut(q, ' ', &word, &q))
            q = SLN;
        if (!folded_has(hay, word))
            return false;
    }
    return true;
}

static void hits_fill(struct page *p, const struct folk *all, size_t n, struct page_start *x)
{
    slice q = text_fold(p->a, x->q);
    struct page_start_hits *hit = arena_arr(p->a, struct page_start_hits, HITS);
    x->hits = hit;
    x->searched = true;
    for (size_t i = 0; i < n; i++) {
        if (!folk_fits(p, &all[i], q))
            continue;
        x->found++;
        if (x->hits_n < HITS)
            hit[x->hits_n++] = (struct page_start_hits){all[i].id,  all[i].name,   all[i].post,
                                                        all[i].org, all[i].sector, row_words(&all[i])};
    }
    x->more = (size_t)x->found > x->hits_n;
}

void start_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct fault f;
    struct folk *all;
    size_t n, cast_n;
    struct story_member *cast;
    if (!page_visitor(&p, r, ans, "だれとして入るか"))
        return;
    struct page_start x = {.drill = p.s->exercise && p.s->story, .csrf = page_token(&p), .q = http_get(r->query, "q")};
    if (x.q.n > QUERY_MAX * 4)
        x.q.n = 0;
    page_crumb(&p, SL("だれとして入るか"), SLN);
    if (x.drill) {
        enum err e = folk_load(&p, &all, &n, &f);
        if (!e)
            e = story_cast(p.s->story, p.c.reader, p.a, &cast, &cast_n, &f);
        if (e) {
            page_fault(&p, &f);
            return;
        }
        cast_fill(&p, cast, cast_n, all, n, &x);
        if (sl_trim(x.q).n)
            hits_fill(&p, all, n, &x);
    }
    page_start(&p.body, &x);
    page_end(&p);
}

/* Ends the session of whoever sits here, then opens one for the person chosen. */
static enum err become(const struct http_req *r, struct http_ans *ans, const struct caller *was, slice person,
                       struct fault *f)
{
    struct gate_ans a;
    if (was->known) {
        json_t *in = json_pack("{s:s}", "reason", "演習でほかの人に替わった");
        server_act(r, was, ACT_session_end, was->actor.session, in, SLN, &a);
        json_decref(in);
    }
    return server_sign_in(r, ans, person, f);
}

void start_post(const struct http_req *r, struct http_ans *ans)
{
    struct caller was;
    struct fault f;
    enum err e = server_caller(r, &was, &f);
    if (!e)
        e = become(r, ans, &was, http_get(r->form, "person"), &f);
    if (e)
        http_fail(r, ans, &f);
    else
        http_see_other(r, ans, SL("/"));
}

void leave_post(const struct http_req *r, struct http_ans *ans)
{
    server_sign_out(r, ans);
    http_see_other(r, ans, SL("/start"));
}

/* The next step of the story: signs in as who must do it, and goes to the form. */
void story_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct fault f;
    if (!page_visitor(&p, r, ans, "次にすること"))
        return;
    if (!p.step.total) {
        page_absent(&p);
        return;
    }
    if (p.step.index > p.step.total || p.step.wait) {
        page_leave(&p, SL("/"), FLASH_NONE, NULL);
        return;
    }
    slice href = page_step_href(&p);
    if (become(r, ans, &p.c, p.step.person, &f) != E_OK)
        page_fault(&p, &f);
    else
        page_leave(&p, href, FLASH_NONE, NULL);
}
