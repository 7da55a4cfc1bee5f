/* 公表したもの: what anybody may read without signing in (41、42①、告示平成29年19号), as pages and as CSAF 2.0. Who is
 * signed in reads the same bytes: the view is nobody's, so what is not public cannot be on it. */
#include <stdio.h>
#include <string.h>

#include "console2.h"

#define LISTED 100

/* --- nobody's view --- */
static struct view *public_view(struct page *p)
{
    static const struct gate_person nobody = {0};
    return view_new(p->c.reader, &nobody, (struct gate_actor){0}, "公表", "/advisories", p->a);
}

/* A notice that has been made public; corrected and withdrawn ones stay readable and say so. */
static bool is_public(const struct gate_row *n)
{
    return n && n->f[N_published_at].t == VAL_INT;
}

/* Nothing labelled may be on these pages: then a leaf would be wanted, which nobody can make. */
static bool all_public(struct page *p, struct view *v)
{
    struct fault f;
    int64_t leaf;
    if (view_seal(v, SLN, &leaf, &f) == E_OK && leaf < 0)
        return true;
    log_line(0, "a public page held what is not public what=\"%s\"", f.what);
    page_absent(p);
    return false;
}

static const struct gate_row *product_of(struct view *v, const struct gate_row *notice)
{
    return field_text(notice, N_product).n ? view_get(v, KIND_product, field_text(notice, N_product)) : NULL;
}

/* The coordination that was published with the same text, if any: who made it, the number, the fix. */
static const struct gate_row *coord_of(struct view *v, slice product)
{
    const struct gate_row **c;
    size_t n = view_list(v, KIND_coord, &(struct view_filter){.state = SL("PUBLISHED"), .max = 1000}, &c);
    for (size_t i = 0; i < n; i++)
        if (sl_eq(field_text(c[i], N_product), product))
            return c[i];
    return NULL;
}

static size_t sentences_of(struct page *p, const struct gate_row *product, slice **out)
{
    slice text = field_text(product, N_sentences);
    json_t *j = text.n ? json_loadb(text.p, text.n, 0, NULL) : NULL, *s;
    slice *list = arena_arr(p->a, slice, json_array_size(j) + 1);
    size_t i, n = 0;
    json_array_foreach(j, i, s)
    {
        const char *t = json_string_value(json_object_get(s, "text"));
        if (t)
            list[n++] = arena_sl(p->a, sl(t));
    }
    json_decref(j);
    *out = list;
    return n;
}

/* The text of a correction is public only when it has itself been published. */
static slice title_of(const struct gate_row *product)
{
    return product ? field_text(product, N_title) : SL("（文は、まだ公表されていません）");
}

/* --- the list --- */
void advisories_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    const struct gate_row **n;
    struct page_advisories x = {0};
    if (!page_visitor(&p, r, ans, "公表した注意喚起"))
        return;
    p.quiet = true; /* everybody's page: it does not speak of what the reader is to do */
    struct view *v = public_view(&p);
    size_t all = view_list(v, KIND_notice, &(struct view_filter){.max = LISTED}, &n);
    struct page_advisories_rows *o = arena_arr(p.a, struct page_advisories_rows, all + 1);
    for (size_t i = 0; i < all; i++) {
        if (!is_public(n[i]))
            continue;
        const struct gate_row *product = product_of(v, n[i]);
        struct words_state st = words_state(KIND_notice, n[i]->state);
        o[x.rows_n++] = (struct page_advisories_rows){
            .title = title_of(product),
            .href = sl(arena_fmt(p.a, "/advisories/" PRIs, ARGs(n[i]->id))),
            .when = words_full(p.a, n[i]->f[N_published_at].i),
            .iso = words_iso(p.a, n[i]->f[N_published_at].i),
            .by = view_org_name(v, field_text(n[i], N_org)),
            .basis = words_option(law_kind_field(KIND_notice, N_basis), field_text(n[i], N_basis)),
            .changed = n[i]->state != ST_PUBLISHED,
            .state = st.word,
            .css = st.css,
            .ic = st.icon};
    }
    x.rows = o;
    page_crumb(&p, SL("公表した注意喚起"), SLN);
    page_advisories(&p.body, &x);
    if (all_public(&p, v))
        page_end(&p);
}

/* --- one --- */
struct advisory {
    const struct gate_row *notice, *product, *coord;
    const struct gate_leaf *leaf; /* of the notice: when it was published, corrected, withdrawn */
    size_t leaves;
};

static bool advisory_load(struct page *p, struct view *v, slice id, bool text_wanted, struct advisory *a)
{
    *a = (struct advisory){.notice = view_get(v, KIND_notice, id)};
    a->product = is_public(a->notice) ? product_of(v, a->notice) : NULL;
    if (is_public(a->notice) && (a->product || !text_wanted)) {
        a->coord = a->product ? coord_of(v, a->product->id) : NULL;
        a->leaves = view_leaves(v, a->notice, &a->leaf);
        return true;
    }
    page_absent(p);
    return false;
}

/* What changed for readers: everything that happened to the notice from its publication on. */
static bool was_public(const struct advisory *a, const struct gate_leaf *l)
{
    return l->ok && l->act != ACT_COUNT && l->at >= a->notice->f[N_published_at].i &&
           (l->act == ACT_notice_publish || l->act == ACT_notice_correct);
}

void advisory_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct advisory a;
    slice *s;
    if (!page_visitor(&p, r, ans, "公表した注意喚起"))
        return;
    p.quiet = true; /* everybody's page: it does not speak of what the reader is to do */
    struct view *v = public_view(&p);
    if (!advisory_load(&p, v, r->seg[0], false, &a))
        return;
    struct words_state st = words_state(KIND_notice, a.notice->state);
    size_t n = sentences_of(&p, a.product, &s);
    struct page_advisory_sentences *t = arena_arr(p.a, struct page_advisory_sentences, n + 1);
    struct page_advisory_story *h = arena_arr(p.a, struct page_advisory_story, a.leaves + 1);
    struct page_advisory x = {
        .title = title_of(a.product),
        .by = view_org_name(v, field_text(a.notice, N_org)),
        .basis = words_option(law_kind_field(KIND_notice, N_basis), field_text(a.notice, N_basis)),
        .when = words_full(p.a, a.notice->f[N_published_at].i),
        .iso = words_iso(p.a, a.notice->f[N_published_at].i),
        .changed = a.notice->state != ST_PUBLISHED,
        .state = st.word,
        .why = field_text(a.notice, N_correct_reason),
        .vendors = field_text(a.coord, N_vendors),
        .cve = field_text(a.coord, N_cve),
        .fix = field_text(a.coord, N_fix),
        .file = a.product ? sl(arena_fmt(p.a, "/advisories/" PRIs "/csaf.json", ARGs(a.notice->id))) : SLN,
        .sentences = t,
        .sentences_n = n,
        .story = h};
    for (size_t i = 0; i < n; i++)
        t[i].text = s[i];
    for (size_t i = 0; i < a.leaves; i++)
        if (was_public(&a, &a.leaf[i]))
            h[x.story_n++] = (struct page_advisory_story){words_full(p.a, a.leaf[i].at), words_iso(p.a, a.leaf[i].at),
                                                          sl(law_act[a.leaf[i].act].title), a.leaf[i].idx};
    p.frame.title = x.title;
    page_crumb(&p, SL("公表した注意喚起"), SL("/advisories"));
    page_crumb(&p, x.title, SLN);
    page_advisory(&p.body, &x);
    if (all_public(&p, v))
        page_end(&p);
}

/* --- CSAF 2.0 (OASIS, profile csaf_base) --- */
static json_t *text(slice s)
{
    return json_stringn(s.p, s.n);
}

static json_t *when(struct page *p, usec_t t) /* RFC 3339, to the second */
{
    char iso[33];
    instant_iso(t, iso);
    return text(sl(arena_fmt(p->a, "%.19s+09:00", iso)));
}

/* CVE-YYYY-NNNN…, as the schema has it: another spelling is left out rather than written wrong. */
static bool cve_fits(slice s)
{
    size_t i = 4, digits = 0;
    if (!sl_starts(s, "CVE-"))
        return false;
    for (; i < s.n && i < 8 && s.p[i] >= '0' && s.p[i] <= '9'; i++)
        ;
    if (i != 8 || i >= s.n || s.p[i++] != '-')
        return false;
    for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
        digits++;
    return i == s.n && digits >= 4;
}

static json_t *revisions(struct page *p, const struct advisory *a, json_t *tracking)
{
    json_t *list = json_array();
    int n = 0;
    for (size_t i = 0; i < a->leaves; i++) {
        const struct gate_leaf *l = &a->leaf[i];
        if (!was_public(a, l))
            continue;
        slice number = sl(arena_fmt(p->a, "%d", ++n));
        json_array_append_new(list, json_pack("{s:o, s:o, s:s}", "date", when(p, l->at), "number", text(number),
                                              "summary", law_act[l->act].title));
        json_object_set_new(tracking, "version", text(number));
        json_object_set_new(tracking, "current_release_date", when(p, l->at));
    }
    return list;
}

static json_t *tracking_of(struct page *p, const struct advisory *a)
{
    json_t *t = json_pack("{s:s, s:o, s:o, s:o, s:s}", "status", "final", "id", text(a->notice->id),
                          "initial_release_date", when(p, a->notice->f[N_published_at].i), "current_release_date",
                          when(p, a->notice->f[N_published_at].i), "version", "1");
    json_object_set_new(t, "revision_history", revisions(p, a, t));
    return t;
}

static json_t *notes_of(struct page *p, const struct advisory *a)
{
    slice *s, fix = field_text(a->coord, N_fix);
    json_t *notes = json_array();
    size_t n = sentences_of(p, a->product, &s);
    struct buf b = BUF((size_t)1 << 18);
    for (size_t i = 0; i < n; i++) {
        buf_sl(&b, s[i]);
        buf_chr(&b, '\n');
    }
    json_array_append_new(notes, json_pack("{s:s, s:s, s:o}", "category", "summary", "title", "概要", "text",
                                           text(sl_trim(buf_slice(&b)))));
    if (fix.n)
        json_array_append_new(notes,
                              json_pack("{s:s, s:s, s:o}", "category", "general", "title", "対策", "text", text(fix)));
    if (a->notice->state == ST_WITHDRAWN || a->notice->state == ST_CORRECTED)
        json_array_append_new(notes, json_pack("{s:s, s:s, s:o}", "category", "general", "title",
                                               a->notice->state == ST_WITHDRAWN ? "取下げ" : "訂正", "text",
                                               text(field_text(a->notice, N_correct_reason))));
    buf_free(&b);
    return notes;
}

static json_t *csaf_of(struct page *p, struct view *v, const struct advisory *a)
{
    const struct http_req *r = p->r;
    slice here = sl(arena_fmt(p->a, "%s://" PRIs, r->cfg->secure ? "https" : "http", ARGs(r->host)));
    slice self = sl(arena_fmt(p->a, PRIs "/advisories/" PRIs "/csaf.json", ARGs(here), ARGs(a->notice->id)));
    json_t *doc =
        json_pack("{s:s, s:s, s:s, s:o, s:{s:s, s:o, s:o}, s:{s:{s:s}}, s:o, s:o, s:[{s:s, s:s, s:o}]}", "csaf_version",
                  "2.0", "category", "csaf_base", "lang", "ja", "title", text(field_text(a->product, N_title)),
                  "publisher", "category", "coordinator", "name", text(view_org_name(v, field_text(a->notice, N_org))),
                  "namespace", text(here), "distribution", "tlp", "label", "WHITE", "tracking", tracking_of(p, a),
                  "notes", notes_of(p, a), "references", "category", "self", "summary", "この文書", "url", text(self));
    json_t *csaf = json_pack("{s:o}", "document", doc);
    slice cve = field_text(a->coord, N_cve);
    if (cve_fits(cve))
        json_object_set_new(csaf, "vulnerabilities",
                            json_pack("[{s:o, s:[{s:s, s:o}]}]", "cve", text(cve), "notes", "category", "summary",
                                      "text", text(field_text(a->product, N_title))));
    return csaf;
}

void csaf_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct advisory a;
    if (!page_visitor(&p, r, ans, "公表した注意喚起"))
        return;
    p.quiet = true; /* everybody's page: it does not speak of what the reader is to do */
    struct view *v = public_view(&p);
    if (!advisory_load(&p, v, r->seg[0], true, &a))
        return;
    json_t *j = csaf_of(&p, v, &a);
    char *z = json_dumps(j, JSON_INDENT(2) | JSON_SORT_KEYS);
    json_decref(j);
    if (all_public(&p, v)) {
        slice name = sl(arena_fmt(p.a, PRIs ".json", ARGs(a.notice->id)));
        page_file(&p, sl(z ? z : ""), "application/json", name);
    }
    free(z);
}
