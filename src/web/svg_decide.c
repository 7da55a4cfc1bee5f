#include "web/svg_int.h"

/* A decision's way from one question to the next: what was answered is lit and leads on; beside it stands what the
 * other answers would still have led to. As narrow as a phone, so that it is the same picture everywhere. */
enum { W = 330 * PX, GAP = 9 * PX, BOX_H = 34 * PX, TITLE = 20 * PX, PITCH = 106 * PX, MOST = 4 };

static len box_w(size_t n)
{
    return (W - 2 * PX - (len)(n - 1) * GAP) / (len)n;
}

static len box_x(size_t n, size_t i)
{
    return 1 * PX + (len)i * (box_w(n) + GAP);
}

static len box_mid(size_t n, size_t i)
{
    return box_x(n, i) + box_w(n) / 2;
}

static size_t options_of(const struct svg_fork *f)
{
    return f->choices < MOST ? f->choices : MOST;
}

static void choice(struct buf *b, const struct svg_choice *c, len x, len y, len w)
{
    struct svg_cut cut;
    svg_rect(b, x, y, w, BOX_H, c->taken ? "bar" : "node-off");
    svg_text(b, x + w / 2, y + 22 * PX, c->taken ? "a-m t-on" : "a-m t-2", svg_fit(&cut, c->name, 13 * PX, w - 4 * PX));
    svg_text(b, x + w / 2, y + BOX_H + 17 * PX, "a-m t-2", svg_fit(&cut, c->least, 13 * PX, w));
    svg_text(b, x + w / 2, y + BOX_H + 34 * PX, "a-m t-2", svg_fit(&cut, c->most, 13 * PX, w));
}

/* From what was answered here to what is asked next: down past the words, then across. */
static void lead(struct buf *b, len from, len y, len to, len next)
{
    svg_rule(b, from, y, from, next - 10 * PX, "line-key");
    svg_rule(b, from, next - 10 * PX, to, next - 10 * PX, "line-key");
    svg_rule(b, to, next - 10 * PX, to, next, "line-key");
}

void svg_decide(struct buf *b, const struct svg_decide *t)
{
    size_t n = t->forks < SVG_FORKS ? t->forks : SVG_FORKS;
    len end = (len)n * PITCH + 4 * PX;
    svg_open(b, "pic pic--climb", t->id, W, end + 46 * PX, t->title, t->desc);
    for (size_t i = 0; i < n; i++) {
        const struct svg_fork *f = &t->fork[i];
        size_t m = options_of(f);
        len y = (len)i * PITCH + TITLE;
        for (size_t k = 0; k < m; k++) {
            if (!f->choice[k].taken)
                continue;
            lead(b, box_mid(m, k), y + BOX_H, W / 2, i + 1 < n ? y + PITCH - TITLE - 2 * PX : end);
        }
    }
    for (size_t i = 0; i < n; i++) {
        const struct svg_fork *f = &t->fork[i];
        size_t m = options_of(f);
        len y = (len)i * PITCH + TITLE;
        len w = svg_width(f->question, 13 * PX) + 12 * PX;
        svg_rect(b, (W - w) / 2, y - TITLE, w, TITLE, "ground");
        svg_text(b, W / 2, y - 6 * PX, "a-m t-b", f->question);
        for (size_t k = 0; k < m; k++)
            choice(b, &f->choice[k], box_x(m, k), y, box_w(m));
    }
    svg_rect(b, 1 * PX, end, W - 2 * PX, 42 * PX, "bar-soft");
    svg_text(b, W / 2, end + 18 * PX, "a-m t-2", t->result_sub);
    svg_text(b, W / 2, end + 36 * PX, "a-m t-b t-16 t-key", t->result);
    svg_end(b);
}
