#include "print.h"

#include <stdio.h>
#include <string.h>

#include "base/world.h"
#include "print_int.h"

#define DOC_ARENA ((size_t)64 << 20)
#define BOOK_MAX  ((size_t)8 << 20)

/* --- the terminal --- */
void law_print_tables(struct buf *out, day_t today, bool ja)
{
    struct arena *a = arena_new(DOC_ARENA);
    struct doc_page p;
    doc_init(&p, out, a, DOC_TEXT);
    p.ja = ja;
    p.today = today;
    for (int k = 0; k < KIND_COUNT; k++) {
        doc_title(&p, 3, "", arena_fmt(a, "%s %s", law_kind[k].ja, law_kind[k].name));
        doc_part_acts(&p, (enum kind_id)k);
        doc_part_states(&p, (enum kind_id)k);
    }
    doc_title(&p, 2, "", ja ? "期限" : "Clocks");
    doc_part_clocks(&p);
    doc_title(&p, 2, "", ja ? "提供先" : "Recipients");
    doc_part_recipients(&p);
    doc_title(&p, 2, "", ja ? "施行の日と値" : "Gates and dated values");
    doc_part_gates(&p);
    doc_title(&p, 2, "", ja ? "条件" : "Conditions");
    doc_part_conditions(&p);
    doc_title(&p, 2, "", ja ? "役割" : "Roles");
    doc_part_roles(&p);
    doc_end(&p);
    arena_free(a);
}

/* --- one HTML page --- */
static const char css[] =
    "body{font:16px/1.7 sans-serif;color:#1a1a1a;background:#fff;margin:0 auto;padding:16px;max-width:1400px}"
    "h2{border-bottom:2px solid #1a1a1a;margin-top:48px}table{border-collapse:collapse;margin:16px "
    "0;font-size:14px;line-height:1.5}"
    "caption{text-align:left;font-weight:bold;padding:4px 0}th,td{border:1px solid #767676;padding:4px "
    "8px;text-align:left;vertical-align:top}"
    "thead "
    "th{background:#f2f2f2}th[scope=row]{font-weight:normal}code{font-family:monospace;font-size:13px}a{color:#0017c1}"
    ".wide{overflow-x:auto}nav ul{columns:3;list-style:none;padding:0}svg{max-width:none}";

static void html_kind(struct doc_page *p, enum kind_id k)
{
    doc_title(p, 3, arena_fmt(p->a, "kind-%s", law_kind[k].name),
              arena_fmt(p->a, "%s（%s）", law_kind[k].ja, law_kind[k].name));
    doc_para(p, "情報の区分: %s", law_class[law_kind[k].class].ja);
    buf_str(p->out, "<div class=\"wide\" tabindex=\"0\">");
    law_diagram_svg(p->out, k, false);
    doc_part_states(p, k);
    doc_part_acts(p, k);
    buf_str(p->out, "</div>\n");
}

static void html_part(struct doc_page *p, const char *id, const char *title, void (*part)(struct doc_page *p))
{
    doc_title(p, 2, id, title);
    buf_str(p->out, "<div class=\"wide\" tabindex=\"0\">");
    part(p);
    buf_str(p->out, "</div>\n");
}

static void html_contents(struct doc_page *p)
{
    buf_str(p->out, "<nav aria-label=\"目次\"><ul>\n");
    for (int k = 0; k < KIND_COUNT; k++)
        buf_fmt(p->out, "<li><a href=\"#kind-%s\">%s</a></li>\n", law_kind[k].name, law_kind[k].ja);
    buf_str(p->out, "<li><a href=\"#clocks\">期限</a></li>\n<li><a href=\"#recipients\">提供先</a></li>\n"
                    "<li><a href=\"#gates\">施行の日と値</a></li>\n<li><a href=\"#conditions\">条件</a></li>\n"
                    "<li><a href=\"#roles\">役割</a></li>\n</ul></nav>\n");
}

void law_print_html(struct buf *out, day_t today)
{
    struct arena *a = arena_new(DOC_ARENA);
    struct doc_page p;
    char day[64];
    doc_init(&p, out, a, DOC_HTML);
    p.today = today;
    day_ja(today, day);
    buf_fmt(out,
            "<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            "content=\"width=device-width\">\n"
            "<title>規則の行 — Tobuhi</title>\n<style>%s%s</style>\n</head>\n<body>\n<main>\n<h1>規則の行</h1>\n",
            css, law_diagram_style);
    doc_para(&p, "%sの時点。法令データの指紋 %s", day, law_image_hash);
    doc_para(&p, "図の読み方: "
                 "縦の線が状態、横の矢印が手続。黒い点の状態から、矢印の先の状態に移る。輪は状態が変わらないもの、破線"
                 "は退ける決定。"
                 "二重の枠は終わりの状態、太い枠は離れない状態、∅ は作成。");
    html_contents(&p);
    doc_title(&p, 2, "kinds", "対象の種類ごとの状態と手続");
    for (int k = 0; k < KIND_COUNT; k++)
        html_kind(&p, (enum kind_id)k);
    html_part(&p, "clocks", "期限", doc_part_clocks);
    html_part(&p, "recipients", "提供先", doc_part_recipients);
    html_part(&p, "gates", "施行の日と値", doc_part_gates);
    html_part(&p, "conditions", "条件", doc_part_conditions);
    html_part(&p, "roles", "役割", doc_part_roles);
    buf_str(out, "</main>\n</body>\n</html>\n");
    doc_end(&p);
    arena_free(a);
}

/* --- the book --- */
struct book {
    const char *dir;
    struct arena *a;
    struct buf b;
    struct doc_page p;
    struct fault *f;
};

static enum err save(struct book *k, const char *name)
{
    must(!k->b.over);
    enum err e = file_write_atomic(arena_fmt(k->a, "%s/%s", k->dir, name), buf_slice(&k->b), 0644, k->f);
    buf_clear(&k->b);
    return e;
}

static void leaf_begin(struct book *k, const char *title)
{
    doc_init(&k->p, &k->b, k->a, DOC_MD);
    buf_fmt(&k->b, "# %s\n\n<!-- src/law/*.def から tobuhi law --markdown docs/law が作る。手で直さない。 -->\n",
            title);
}

static enum err leaf_end(struct book *k, const char *name)
{
    doc_end(&k->p);
    return save(k, name);
}

static enum err book_acts(struct book *k)
{
    leaf_begin(k, "手続");
    doc_para(&k->p, "一つの行が、法令上の一歩で、台帳の一葉になる。＋は期限の始まり、－は履行、×は消滅、±はやり直し。"
                    "「退ける」決定には、別の者・本人でないことなど、退ける決定にも問う条件だけが問われる。表にない手"
                    "続は、行えない。");
    for (int i = 0; i < KIND_COUNT; i++) {
        doc_title(&k->p, 2, arena_fmt(k->a, "kind-%s", law_kind[i].name), law_kind[i].ja);
        buf_fmt(&k->b, "\n[状態の図](states.md#kind-%s)　情報の区分: %s\n", law_kind[i].name,
                law_class[law_kind[i].class].ja);
        doc_part_acts(&k->p, (enum kind_id)i);
    }
    doc_title(&k->p, 2, "conditions", "条件");
    doc_part_conditions(&k->p);
    doc_title(&k->p, 2, "roles", "役割");
    doc_part_roles(&k->p);
    return leaf_end(k, "acts.md");
}

static enum err book_diagrams(struct book *k)
{
    enum err e = dir_make(arena_fmt(k->a, "%s/states", k->dir), 0755, k->f);
    for (int i = 0; !e && i < KIND_COUNT; i++) {
        law_diagram_svg(&k->b, (enum kind_id)i, true);
        e = save(k, arena_fmt(k->a, "states/%s.svg", law_kind[i].name));
    }
    return e;
}

static enum err book_states(struct book *k)
{
    leaf_begin(k, "状態");
    doc_para(&k->p, "縦の線が状態、横の矢印が手続。黒い点の状態から、矢印の先の状態に移る。輪は状態が変わらないもの、"
                    "破線は退ける決定。"
                    "二重の枠は終わりの状態、太い枠は離れない状態、∅ は作成。");
    for (int i = 0; i < KIND_COUNT; i++) {
        const char *name = law_kind[i].name;
        doc_title(&k->p, 2, arena_fmt(k->a, "kind-%s", name), law_kind[i].ja);
        buf_fmt(&k->b,
                "\n[手続](acts.md#kind-%s)\n\n![%sの状態と手続の図。同じことを下の表に書いている。](states/%s.svg)\n",
                name, law_kind[i].ja, name);
        doc_part_states(&k->p, (enum kind_id)i);
    }
    return leaf_end(k, "states.md");
}

static enum err book_part(struct book *k, const char *name, const char *title, void (*part)(struct doc_page *p))
{
    leaf_begin(k, title);
    part(&k->p);
    return leaf_end(k, name);
}

static enum err book_articles(struct book *k)
{
    leaf_begin(k, "条から行と試験へ");
    doc_para(&k->p,
             "条は令和7年法律第42号。命令・告示・付録は、行に書いたとおりの名で示す。（P）は内規、（M）（L）は確度。"
             "試験の欄は、その手続の名が書かれている筋書で、設定の行が行う手続や、ほかの手続に続く手続は数えない。");
    doc_part_articles(&k->p, "tests/scenario");
    return leaf_end(k, "articles.md");
}

enum err law_print_book(const char *dir, day_t today, struct fault *f)
{
    struct book k = {.dir = dir, .a = arena_new(DOC_ARENA), .b = BUF(BOOK_MAX), .f = f};
    (void)today; /* the same pages on any day */
    enum err e = dir_make(dir, 0755, f);
    if (!e)
        e = book_acts(&k);
    if (!e)
        e = book_diagrams(&k);
    if (!e)
        e = book_states(&k);
    if (!e)
        e = book_part(&k, "clocks.md", "期限", doc_part_clocks);
    if (!e)
        e = book_part(&k, "recipients.md", "提供先", doc_part_recipients);
    if (!e)
        e = book_part(&k, "gates.md", "施行の日と値", doc_part_gates);
    if (!e)
        e = book_articles(&k);
    buf_free(&k.b);
    arena_free(k.a);
    return e;
}
