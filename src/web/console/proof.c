/* 監査証明: a leaf of a record that the reader may see, with what others need to check it without this program's
 * store. What the page says of the proof is what checking the file has said, not what writing it has meant. */
#include <stdio.h>

#include "console2.h"
#include "web/svg.h"

#define NONE (-1)

/* The record that the leaf is of, as far as this reader may see it. */
const struct gate_row *proof_subject(struct page *p, int64_t leaf)
{
    struct dbrows rows;
    struct fault f;
    if (db_run(gate_reader_db(p->c.reader), Q_console_leaf_of, (struct dbval[]){DBI(leaf)}, 1, &rows, p->a, &f) !=
            E_OK ||
        rows.rows == 0)
        return NULL;
    enum act_id act = law_act_named(ROW(&rows, 0, 0).s);
    return act == ACT_COUNT ? NULL : view_get(p->v, law_act[act].kind, ROW(&rows, 0, 1).s);
}

static slice hash_words(struct page *p, const struct hash *h, size_t digits)
{
    char hex[2 * HASH_LEN + 1];
    hex_of(h->b, HASH_LEN, hex);
    return words_hash(p->a, sl(hex), digits);
}

/* --- the way up --- */
static slice range_of(struct page *p, const struct tree_step *s)
{
    return sl(s->below - s->from == 1 ? arena_fmt(p->a, "%" PRIu64, s->from)
                                      : arena_fmt(p->a, "%" PRIu64 "–%" PRIu64, s->from, s->below - 1));
}

static void rungs_fill(struct page *p, const struct ledger_proved *v, const struct tree_step *step,
                       struct svg_rung *rung, struct page_proof *x)
{
    struct page_proof_rungs *o = arena_arr(p->a, struct page_proof_rungs, v->path.n + 1);
    struct hash at = hash_leaf(v->entry);
    for (size_t i = 0; i < v->path.n; i++) {
        slice range = range_of(p, &step[i]);
        rung[i] = (struct svg_rung){.left = step[i].left,
                                    .range = range,
                                    .beside = hash_words(p, &step[i].beside, 8),
                                    .level = i ? sl(arena_fmt(p->a, "%zu段", i)) : SL("この葉"),
                                    .node = hash_words(p, &at, 8)};
        o[i] = (struct page_proof_rungs){.level = sl(arena_fmt(p->a, "%zu", i + 1)),
                                         .side = step[i].left ? SL("左") : SL("右"),
                                         .range = range,
                                         .beside = hash_words(p, &step[i].beside, 32),
                                         .node = hash_words(p, &step[i].node, 32)};
        at = step[i].node;
    }
    x->rungs = o;
    x->rungs_n = v->path.n;
    x->levels = (int64_t)v->path.n;
}

static void picture(struct page *p, const struct ledger_proved *v, slice act, struct page_proof *x)
{
    struct tree_step step[TREE_PROOF_MAX];
    struct svg_rung rung[TREE_PROOF_MAX];
    struct hash leaf = hash_leaf(v->entry);
    must(tree_climb(&leaf, v->index, v->at.size, &v->path, step)); /* the proof has been checked */
    rungs_fill(p, v, step, rung, x);
    struct svg_climb c = {
        .id = "cl",
        .title = sl(arena_fmt(p->a, "葉 %" PRIu64 " から署名された頭部までの道", v->index)),
        .desc = sl(arena_fmt(p->a, "葉 %" PRIu64 " は、%zu個のとなりの節と順に結ばれて、署名された根になる。", v->index,
                             v->path.n)),
        .leaf = sl(arena_fmt(p->a, "葉 %" PRIu64 "　" PRIs, v->index, ARGs(act))),
        .leaf_sub = hash_words(p, &leaf, 24),
        .head = sl(arena_fmt(p->a, "署名された頭部　葉の数 %" PRIu64, v->at.size)),
        .head_sub = sl(arena_fmt(p->a, "根 " PRIs, ARGs(hash_words(p, &v->at.root, 24)))),
        .rung = rung,
        .rungs = v->path.n};
    struct buf b = BUF((size_t)1 << 18);
    svg_climb(&b, &c);
    x->pic = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
}

/* --- the leaves of the record --- */
static slice act_title(const struct gate_leaf *l)
{
    return l->act == ACT_COUNT ? SLN : sl(law_act[l->act].title);
}

/* Returns the one that is asked for, or the last. */
static const struct gate_leaf *own_fill(struct page *p, const struct gate_row *row, int64_t leaf, struct page_proof *x)
{
    const struct gate_leaf *l, *here = NULL;
    size_t n = view_leaves(p->v, row, &l);
    struct page_proof_own *o = arena_arr(p->a, struct page_proof_own, n + 1);
    for (size_t i = 0; i < n; i++)
        if (l[i].idx == leaf || (leaf == NONE && i + 1 == n))
            here = &l[i];
    for (size_t i = 0; i < n; i++)
        o[i] = (struct page_proof_own){.leaf = l[i].idx,
                                       .here = &l[i] == here,
                                       .what = act_title(&l[i]),
                                       .when = words_full(p->a, l[i].at),
                                       .iso = words_iso(p->a, l[i].at),
                                       .ic = l[i].ok ? ICON_FILE : ICON_NO,
                                       .css = l[i].ok ? SLN : SL("st--no"),
                                       .word = l[i].ok ? SLN : SL("退けられた")};
    x->own = o;
    x->own_n = n;
    return here;
}

static slice file_name(struct page *p, int64_t leaf)
{
    return sl(arena_fmt(p->a, "leaf-%" PRId64 ".tlog-proof", leaf));
}

/* False: a fault has been answered. An unsigned leaf is none: its turn comes in a moment. */
static bool proof_fill(struct page *p, const struct gate_leaf *l, struct page_proof *x)
{
    struct buf text = BUF(LEDGER_PROOF_MAX);
    struct ledger_proved v;
    struct fault f;
    enum err e = gate_proof(p->s->gate, l->idx, &text, &f);
    if (!e)
        e = ledger_proof_check(arena_sl(p->a, buf_slice(&text)), gate_verifier(p->s->gate), p->a, &v, &f);
    buf_free(&text);
    if (e == E_ABSENT)
        return true;
    if (e) {
        page_fault(p, &f);
        return false;
    }
    struct hash leaf = hash_leaf(v.entry);
    x->proved = true;
    picture(p, &v, act_title(l), x);
    x->size = (int64_t)v.at.size;
    x->root = hash_words(p, &v.at.root, 64);
    x->origin = sl(gate_verifier(p->s->gate)->name);
    x->entryhash = hash_words(p, &leaf, 64);
    x->entry = v.entry;
    x->file = file_name(p, l->idx);
    x->keyfile = SL("tobuhi.vkey");
    return true;
}

static void proof_page(struct page *p, const struct gate_row *row, int64_t leaf)
{
    struct page_proof x = {.kind = sl(law_kind[row->kind].ja),
                           .title = page_title_of(p, row),
                           .href = page_href(p, row->kind, row->id),
                           .guided = p->guided};
    const struct gate_leaf *l = own_fill(p, row, leaf, &x);
    if (!l) {
        page_absent(p);
        return;
    }
    x.leaf = l->idx;
    x.told = sl(arena_fmt(p->a, PRIs "（" PRIs "）", ARGs(act_title(l)), ARGs(words_full(p->a, l->at))));
    if (!proof_fill(p, l, &x))
        return;
    x.h = sl(arena_fmt(
        p->a, x.proved ? "葉 %" PRId64 " は、署名された台帳に入っています" : "葉 %" PRId64 " は、署名を待っています",
        l->idx));
    p->frame.title = sl(arena_fmt(p->a, "葉 %" PRId64 " の証明", l->idx));
    page_crumb(p, SL("監査証明"), SL("/proof"));
    page_crumb(p, sl(arena_fmt(p->a, "葉 %" PRId64, l->idx)), SLN);
    page_proof(&p->body, &x);
    page_end(p);
}

static void leaf_page(struct page *p, int64_t leaf)
{
    const struct gate_row *row = proof_subject(p, leaf);
    if (row)
        proof_page(p, row, leaf);
    else
        page_absent(p);
}

void proof_leaf_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    int64_t leaf;
    if (!page_begin(&p, r, ans, "監査証明"))
        return;
    if (sl_int(r->seg[0], &leaf) && leaf >= 0)
        leaf_page(&p, leaf);
    else
        page_absent(&p);
}

void proof_of_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    enum kind_id k = law_kind_named(r->seg[0]);
    if (!page_begin(&p, r, ans, "監査証明"))
        return;
    const struct gate_row *row = k == KIND_COUNT ? NULL : view_get(p.v, k, r->seg[1]);
    if (!row)
        page_absent(&p);
    else if (row->leaf >= 0 && view_leaves(p.v, row, &(const struct gate_leaf *){NULL}) == 0)
        leaf_page(&p, row->leaf); /* made by an act on another record: its leaf, if that may be seen */
    else
        proof_page(&p, row, NONE);
}

/* --- files --- */
static void give(struct page *p, const struct buf *text, slice name)
{
    struct fault f;
    int64_t leaf;
    if (view_seal(p->v, buf_slice(text), &leaf, &f) != E_OK) {
        page_fault(p, &f);
        return;
    }
    page_file(p, buf_slice(text), "text/plain; charset=utf-8", name);
}

void proof_file_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct buf text = BUF(LEDGER_PROOF_MAX);
    struct fault f;
    int64_t leaf;
    if (!page_begin(&p, r, ans, "監査証明"))
        return;
    if (!sl_int(r->seg[0], &leaf) || leaf < 0 || !proof_subject(&p, leaf))
        page_absent(&p);
    else if (gate_proof(p.s->gate, leaf, &text, &f) != E_OK)
        page_fault(&p, &f);
    else
        give(&p, &text, file_name(&p, leaf));
    buf_free(&text);
}

/* The head says how many leaves there are and their root, and nothing of what they hold. */
void proof_head_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct buf text = BUF(NOTE_MAX);
    struct checkpoint head;
    struct fault f;
    if (!page_begin(&p, r, ans, "監査証明"))
        return;
    if (gate_head(p.s->gate, &text, &head, &f) != E_OK)
        page_fault(&p, &f);
    else
        give(&p, &text, sl(arena_fmt(p.a, "checkpoint-%" PRIu64, head.size)));
    buf_free(&text);
}

void proof_key_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct buf text = BUF(1000);
    if (!page_begin(&p, r, ans, "監査証明"))
        return;
    const struct note_verifier *v = gate_verifier(p.s->gate);
    if (!v) {
        page_absent(&p);
        return;
    }
    note_verifier_text(v, &text);
    buf_chr(&text, '\n');
    give(&p, &text, SL("tobuhi.vkey"));
    buf_free(&text);
}

/* --- the beginning --- */
void proofs_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct buf note = BUF(NOTE_MAX), key = BUF(1000);
    struct checkpoint head;
    struct fault f;
    int64_t leaf;
    if (!page_begin(&p, r, ans, "監査証明"))
        return;
    slice asked = sl_trim(http_get(r->query, "leaf"));
    if (asked.n && sl_int(asked, &leaf) && leaf >= 0) {
        leaf_page(&p, leaf);
        return;
    }
    struct page_proofs x = {.asked = asked, .wrong = asked.n > 0};
    x.founded = gate_head(p.s->gate, &note, &head, &f) == E_OK;
    if (x.founded) {
        x.size = (int64_t)head.size;
        x.root = hash_words(&p, &head.root, 64);
        x.origin = sl(gate_verifier(p.s->gate)->name);
        note_verifier_text(gate_verifier(p.s->gate), &key);
        x.key = arena_sl(p.a, buf_slice(&key));
    }
    buf_free(&note);
    buf_free(&key);
    page_crumb(&p, SL("監査証明"), SLN);
    page_proofs(&p.body, &x);
    page_end(&p);
}
