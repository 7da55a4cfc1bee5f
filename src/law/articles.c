/* From an article to the rows that cite it, and from there to the scenarios that name those acts. */
#include "print_int.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/world.h"

#define SCENARIO_MAX ((size_t)1 << 20)

enum cited_by { BY_ACT, BY_CLOCK, BY_RELEASE };
struct citing {
    slice group; /* what is shown as the article: "第4条", "命令第2条", "付録7" */
    int part, number;
    slice words; /* as the row writes it */
    enum cited_by by;
    int row;
};
struct citings {
    struct arena *a;
    struct citing *v;
    size_t n, room;
};

/* --- what a basis cites --- */
static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Instruments in the order they are shown in; the statute's own articles come first. */
static const struct {
    const char *word, *name;
    bool articles;
} instruments[] = {
    {"", "", true},
    {"法附則", "附則", true},
    {"附則", "附則", true},
    {"命令附則", "命令附則", true},
    {"命令", "命令", true},
    {"施行令", "施行令", true},
    {"経済安保推進法", "経済安保推進法", true},
    {"付録", "付録", false},
};

static slice article_name(struct citings *c, slice words, int *part, int *number)
{
    size_t i = 0, j;
    int64_t n = 0;
    while (i < words.n && !digit(words.p[i]))
        i++;
    for (j = i; j < words.n && digit(words.p[j]); j++)
        ;
    *part = (int)TB_COUNT(instruments);
    *number = 0;
    for (size_t k = 0; k < TB_COUNT(instruments); k++) {
        if (i == j || !sl_is((slice){words.p, i}, instruments[k].word) || !sl_int((slice){words.p + i, j - i}, &n))
            continue;
        *part = (int)k;
        *number = (int)n;
        return sl(arena_fmt(c->a, instruments[k].articles ? "%s第%d条" : "%s%d", instruments[k].name, *number));
    }
    return words;
}

/* One citing for each piece between "、"; a range 37–45 stands under its first article. */
static void cite(struct citings *c, const char *basis, enum cited_by by, int row)
{
    static const char comma[] = "、";
    for (const char *at = basis, *end; at; at = end ? end + strlen(comma) : NULL) {
        end = strstr(at, comma);
        slice words = sl_trim((slice){at, end ? (size_t)(end - at) : strlen(at)});
        if (!words.n)
            continue;
        if (c->n == c->room) {
            struct citing *more = arena_arr(c->a, struct citing, c->room ? 2 * c->room : 256);
            if (c->n)
                memcpy(more, c->v, c->n * sizeof *more);
            c->room = c->room ? 2 * c->room : 256;
            c->v = more;
        }
        struct citing *x = &c->v[c->n++];
        *x = (struct citing){.words = words, .by = by, .row = row};
        slice bare = words, paren = SL("（");
        for (size_t i = 0; i + paren.n <= words.n; i++)
            if (memcmp(words.p + i, paren.p, paren.n) == 0) {
                bare.n = i;
                break;
            }
        x->group = article_name(c, sl_trim(bare), &x->part, &x->number);
    }
}

/* A45, A4_2, A42_1: the bases of the matrix carry their article in their name. */
static void cite_release(struct citings *c, int row)
{
    const char *name = law_basis[law_release_row[row].basis].name;
    if (name[0] != 'A' || !digit(name[1]))
        return;
    char *words = arena_dup(c->a, sl(name + 1)), *sub = strchr(words, '_');
    static const char *const circled[] = {"", "①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨"};
    if (sub) {
        *sub++ = 0;
        words = arena_fmt(c->a, "%s%s", words, digit(*sub) ? circled[*sub - '0'] : "");
    }
    cite(c, words, BY_RELEASE, row);
}

static int order(const void *pa, const void *pb)
{
    const struct citing *a = pa, *b = pb;
    if (a->part != b->part)
        return a->part - b->part;
    if (a->number != b->number)
        return a->number - b->number;
    int g = sl_cmp(a->group, b->group);
    if (g)
        return g;
    return a->by != b->by ? (int)a->by - (int)b->by : a->row - b->row;
}

static void gather(struct citings *c)
{
    for (int i = 0; i < ACT_COUNT; i++)
        cite(c, law_act[i].basis, BY_ACT, i);
    for (int i = 0; i < CLOCK_COUNT; i++) {
        bool own = true;
        for (size_t v = 0; v < law_clock[i].variants; v++) {
            cite(c, law_clock[i].variant[v].basis, BY_CLOCK, i);
            own = own && strcmp(law_clock[i].variant[v].basis, law_clock[i].basis) != 0;
        }
        if (own)
            cite(c, law_clock[i].basis, BY_CLOCK, i);
    }
    for (size_t i = 0; i < law_release_rows; i++)
        cite_release(c, (int)i);
    qsort(c->v, c->n, sizeof *c->v, order);
}

/* --- scenarios --- */
struct scenario {
    slice name, text;
};
struct scenarios {
    struct scenario *v;
    size_t n;
};

static int by_scenario(const void *a, const void *b)
{
    return sl_cmp(((const struct scenario *)a)->name, ((const struct scenario *)b)->name);
}

static bool is_story(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, ".scn") == 0;
}

static void scenarios_read(struct arena *a, const char *folder, struct scenarios *out)
{
    DIR *d = folder ? opendir(folder) : NULL;
    struct fault f;
    size_t room = 0;
    *out = (struct scenarios){0};
    for (const struct dirent *e; d && (e = readdir(d));)
        room += is_story(e->d_name);
    if (d)
        rewinddir(d);
    out->v = arena_arr(a, struct scenario, room + 1);
    for (const struct dirent *e; d && out->n < room && (e = readdir(d));) {
        struct scenario *s = &out->v[out->n];
        s->name = arena_sl(a, sl(e->d_name));
        if (is_story(e->d_name) &&
            file_read(a, arena_fmt(a, "%s/%s", folder, e->d_name), SCENARIO_MAX, &s->text, &f) == E_OK)
            out->n++;
    }
    if (d)
        closedir(d);
    qsort(out->v, out->n, sizeof *out->v, by_scenario);
}

static bool name_part(char c)
{
    return (c >= 'a' && c <= 'z') || digit(c) || c == '_' || c == '.';
}

static bool names_act(slice text, const char *act)
{
    size_t n = strlen(act);
    for (const char *at = text.p, *end = text.p + text.n; at && at < end; at++) {
        at = memmem(at, (size_t)(end - at), act, n);
        if (!at)
            return false;
        bool before = at > text.p && name_part(at[-1]), after = at + n < end && name_part(at[n]);
        if (!before && !after)
            return true;
    }
    return false;
}

/* --- the page --- */
static void cell_rows(struct doc_page *p, const struct citing *v, size_t n, enum cited_by by)
{
    int last = -1;
    doc_cell(p);
    for (size_t i = 0; i < n; i++) {
        if (v[i].by != by || v[i].row == last)
            continue;
        last = v[i].row;
        doc_line(p);
        if (by == BY_ACT)
            doc_link(p, "acts", arena_fmt(p->a, "act-%s", law_act[last].name), law_act[last].name);
        else if (by == BY_CLOCK)
            doc_link(p, "clocks", arena_fmt(p->a, "clock-%s", law_clock[last].name), law_clock[last].ja);
        else
            doc_put(p, "%s → %s", law_class[law_release_row[last].class].name,
                    law_recipient[law_release_row[last].recipient]);
    }
}

static void cell_words(struct doc_page *p, const struct citing *v, size_t n)
{
    doc_cell(p);
    for (size_t i = 0; i < n; i++) {
        bool seen = false;
        for (size_t k = 0; !seen && k < i; k++)
            seen = sl_eq(v[k].words, v[i].words);
        if (!seen)
            doc_put(p, "%s" PRIs, p->cell.n ? "、" : "", ARGs(v[i].words));
    }
}

static void cell_scenarios(struct doc_page *p, const struct citing *v, size_t n, const struct scenarios *s)
{
    doc_cell(p);
    for (size_t k = 0; k < s->n; k++) {
        bool touched = false;
        for (size_t i = 0; !touched && i < n; i++)
            touched = v[i].by == BY_ACT && names_act(s->v[k].text, law_act[v[i].row].name);
        if (!touched)
            continue;
        doc_line(p);
        buf_fmt(&p->cell, "[" PRIs "](../../tests/scenario/" PRIs ")", ARGs(s->v[k].name), ARGs(s->v[k].name));
    }
}

void doc_part_articles(struct doc_page *p, const char *folder)
{
    static const char *const head[] = {"条", "行の根拠の書き方", "手続", "期限", "提供先の表", "筋書の試験"};
    struct citings c = {.a = p->a};
    struct scenarios s;
    gather(&c);
    scenarios_read(p->a, folder, &s);
    if (s.n == 0)
        doc_para(p, "筋書の試験（tests/scenario）が見当たらないので、その欄は空である。");
    doc_open(p, "条から行と試験へ", head, TB_COUNT(head));
    for (size_t i = 0, n; i < c.n; i += n) {
        for (n = 1; i + n < c.n && sl_eq(c.v[i + n].group, c.v[i].group); n++)
            ;
        doc_row(p);
        doc_cell(p);
        doc_put(p, PRIs, ARGs(c.v[i].group));
        cell_words(p, &c.v[i], n);
        cell_rows(p, &c.v[i], n, BY_ACT);
        cell_rows(p, &c.v[i], n, BY_CLOCK);
        cell_rows(p, &c.v[i], n, BY_RELEASE);
        cell_scenarios(p, &c.v[i], n, &s);
    }
    doc_close(p);
}
