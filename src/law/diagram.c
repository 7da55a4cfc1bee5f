/* A picture of one kind's states: a column for each, and a line of its own for each way between them, so that no
 * arrow crosses a label. Drawn from the rows, at the size its words need. */
#include "print_int.h"

#include "base/text.h"

#define LANE  34 /* height of a way */
#define TOP   64 /* of the first way's line */
#define CELL  7  /* width of half a full-width letter at 13px */
#define SMALL 6  /* the same at 11px */
#define CAPS  8  /* a capital letter at 11px */
#define DOT   4

struct drawing {
    struct buf *out;
    const struct law_kind *k;
    struct way way[WAYS_MAX];
    size_t ways;
    int column[33];  /* x of ∅ and of each state */
    bool made;       /* some way begins from nothing */
    int right, base; /* the picture's size */
};

static int label_width(const struct way *w)
{
    int n = CELL * doc_width(sl(w->title)) + SMALL * doc_width(sl(w->name)) + 24;
    return w->sort == WAY_ACT ? n : n + 14 * CELL;
}

static int first_column(const struct drawing *d, const struct way *w)
{
    if (w->made)
        return 0;
    for (size_t i = 0; i < d->k->states; i++)
        if ((w->from | w->to) >> i & 1)
            return (int)i + 1;
    return 1;
}

static void layout(struct drawing *d)
{
    int x = 24;
    for (size_t i = 0; i < d->ways; i++)
        d->made = d->made || d->way[i].made;
    d->column[0] = x + 12;
    x += d->made ? 48 : 0;
    for (size_t i = 0; i < d->k->states; i++) {
        const struct law_state *s = &d->k->state[i];
        int ja = CELL * doc_width(sl(s->ja)), en = CAPS * doc_width(sl(law_state_name[s->id]));
        int w = (ja > en ? ja : en) + 20;
        d->column[i + 1] = x + w / 2;
        x += w + 16;
    }
    d->right = x + 8;
    for (size_t i = 0; i < d->ways; i++) {
        int end = d->column[first_column(d, &d->way[i])] + 8 + label_width(&d->way[i]);
        d->right = end > d->right ? end : d->right;
    }
    d->base = TOP + LANE * (int)d->ways + 4;
}

static void text_at(struct drawing *d, int x, int y, const char *class, const char *text)
{
    buf_fmt(d->out, "<text x=\"%d\" y=\"%d\" class=\"%s\">", x, y, class);
    html_esc(d->out, sl(text));
    buf_str(d->out, "</text>\n");
}

static void state_head(struct drawing *d, size_t i)
{
    const struct law_state *s = &d->k->state[i];
    int x = d->column[i + 1], ja = CELL * doc_width(sl(s->ja)), en = CAPS * doc_width(sl(law_state_name[s->id]));
    int w = (ja > en ? ja : en) + 16;
    static const char *const class[] = {
        [STATE_PASSING] = "box", [STATE_FINAL] = "box end", [STATE_STANDING] = "box stay"};
    buf_fmt(d->out, "<line x1=\"%d\" y1=\"44\" x2=\"%d\" y2=\"%d\" class=\"life\"/>\n", x, x, d->base - 8);
    buf_fmt(d->out, "<rect x=\"%d\" y=\"6\" width=\"%d\" height=\"36\" rx=\"4\" class=\"%s\"/>\n", x - w / 2, w,
            class[s->sort]);
    if (s->sort == STATE_FINAL)
        buf_fmt(d->out, "<rect x=\"%d\" y=\"9\" width=\"%d\" height=\"30\" rx=\"2\" class=\"box\"/>\n", x - w / 2 + 3,
                w - 6);
    text_at(d, x, 22, "ja", s->ja);
    text_at(d, x, 36, "en", law_state_name[s->id]);
}

static void dot(struct drawing *d, int x, int y)
{
    buf_fmt(d->out, "<circle cx=\"%d\" cy=\"%d\" r=\"%d\" class=\"dot\"/>\n", x, y, DOT);
}

/* From one column to another; the head stops short of the line it points at. */
static void arrow(struct drawing *d, int from, int to, int y, bool negative)
{
    int side = to > from ? -1 : 1;
    buf_fmt(d->out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" class=\"%s\"/>\n", from, y, to + 8 * side, y,
            negative ? "go no" : "go");
    buf_fmt(d->out, "<path d=\"M%d %dl%d -4v8z\" class=\"%s\"/>\n", to, y, 9 * side, negative ? "head no" : "head");
}

static void stay(struct drawing *d, int x, int y)
{
    buf_fmt(d->out, "<circle cx=\"%d\" cy=\"%d\" r=\"8\" class=\"ring\"/>\n", x, y);
}

static void way_arrows(struct drawing *d, const struct way *w, int y)
{
    for (size_t f = 0; f <= d->k->states; f++) {
        bool is_from = f == 0 ? w->made : w->from >> (f - 1) & 1;
        if (!is_from)
            continue;
        dot(d, d->column[f], y);
        if (w->same)
            stay(d, d->column[f], y);
        for (size_t t = 0; t < d->k->states; t++) {
            if (!(w->to >> t & 1))
                continue;
            if (t + 1 == f)
                stay(d, d->column[f], y);
            else
                arrow(d, d->column[f], d->column[t + 1], y, w->negative >> t & 1);
        }
    }
}

static void way_draw(struct drawing *d, const struct way *w, int y)
{
    static const char *const after[] = {[WAY_ACT] = "", [WAY_SIDE] = "に続いて", [WAY_LAPSE] = "の徒過"};
    way_arrows(d, w, y);
    buf_fmt(d->out, "<text x=\"%d\" y=\"%d\" class=\"way\">", d->column[first_column(d, w)] + 8, y - 9);
    html_esc(d->out, sl(w->title));
    buf_fmt(d->out, "%s <tspan class=\"name\">%s</tspan></text>\n", after[w->sort], w->name);
}

const char law_diagram_style[] =
    "text{font:13px "
    "sans-serif;fill:#1a1a1a;paint-order:stroke;stroke:#fff;stroke-width:3px}.ja{text-anchor:middle;stroke:none}"
    ".en,.name{font-size:11px;fill:#555}.en{text-anchor:middle;stroke:none}.box{fill:#fff;stroke:#1a1a1a}.stay{stroke-"
    "width:3}"
    ".life{stroke:#ccc}.go{stroke:#1a1a1a;stroke-width:1.5}.head{fill:#1a1a1a}.go.no{stroke-dasharray:4 3}"
    ".head.no{fill:#fff;stroke:#1a1a1a}.ring{fill:none;stroke:#1a1a1a}.dot{fill:#1a1a1a}";

void law_diagram_svg(struct buf *out, enum kind_id kind, bool file)
{
    struct drawing d = {.out = out, .k = &law_kind[kind]};
    d.ways = law_ways(kind, d.way);
    layout(&d);
    buf_fmt(out, "<svg%s viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"",
            file ? " xmlns=\"http://www.w3.org/2000/svg\"" : "", d.right, d.base, d.right, d.base);
    html_esc(out, sl(d.k->ja));
    buf_str(out, "の状態と手続の図。同じことを下の表に書いている。\">\n");
    if (file) {
        buf_fmt(out, "<style>%s</style>\n", law_diagram_style);
        buf_str(out, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    }
    if (d.made)
        text_at(&d, d.column[0], 30, "ja", "∅");
    for (size_t i = 0; i < d.k->states; i++)
        state_head(&d, i);
    for (size_t i = 0; i < d.ways; i++)
        way_draw(&d, &d.way[i], TOP + LANE * (int)i + 14);
    buf_str(out, "</svg>\n");
}
