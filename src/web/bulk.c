/* 一括の届出: a file of machines, each row decided by itself, one envelope act for the file. */
#include "server.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define BULK_ROWS  10000
#define BULK_COLS  40
#define BULK_BATCH 200 /* rows that wait for one commit */

struct waiting { /* a row that reads well, until its batch is decided */
    struct bulk_row *row;
    json_t *record, *notify; /* the inputs of its two acts */
};

struct bulk {
    const struct http_req *r;
    const struct caller *c;
    struct bulk_result *out;
    size_t room;          /* rows that have been counted */
    struct waiting *wait; /* BULK_BATCH of them, as of the next two */
    size_t waits;
    struct gate_req *req;
    struct gate_ans *ans;
};

static struct bulk_row *row_add(struct bulk *b, size_t line)
{
    must(b->out->rows < b->room);
    struct bulk_row *x = &b->out->row[b->out->rows++];
    *x = (struct bulk_row){.line = line, .leaf = -1};
    return x;
}

static void row_bad(struct bulk *b, struct bulk_row *x, const char *what)
{
    x->ok = false;
    snprintf(x->what, sizeof x->what, "%s", what);
    b->out->refused++;
}

/* The fields of one act out of a row of both. */
static json_t *pick(enum act_id act, const json_t *all)
{
    json_t *in = json_object();
    for (size_t i = 0; i < law_act[act].ins; i++) {
        const char *name = law_field[law_act[act].in[i].field].name;
        json_t *v = json_object_get(all, name);
        if (v)
            json_object_set(in, name, v);
    }
    return in;
}

static const char *stranger(const json_t *all)
{
    const char *k;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)all, k, v)
    {
        bool known = false;
        const enum act_id act[] = {ACT_asset_record, ACT_asset_notify};
        for (size_t a = 0; a < TB_COUNT(act); a++)
            for (size_t i = 0; i < law_act[act[a]].ins; i++)
                known = known || strcmp(k, law_field[law_act[act[a]].in[i].field].name) == 0;
        if (!known)
            return k;
    }
    return NULL;
}

/* The acts of one kind for the rows that have come so far: each decided by itself, all in one commit. */
static size_t decide(struct bulk *b, enum act_id act, struct waiting **of)
{
    size_t n = 0;
    for (size_t i = 0; i < b->waits; i++) {
        struct waiting *w = &b->wait[i];
        bool record = act == ACT_asset_record;
        if (!record && !w->row->asset[0])
            continue;
        of[n] = w;
        b->req[n++] = (struct gate_req){.act = act,
                                        .subject = record ? SLN : sl(w->row->asset),
                                        .actor = b->c->actor,
                                        .in = record ? w->record : w->notify};
    }
    gate_acts(server_of(b->r)->gate, b->req, b->ans, n);
    return n;
}

static void batch_file(struct bulk *b)
{
    struct waiting *of[BULK_BATCH];
    size_t n = decide(b, ACT_asset_record, of);
    for (size_t i = 0; i < n; i++) {
        const struct gate_ans *a = &b->ans[i];
        of[i]->row->leaf = a->leaf;
        if (a->err)
            row_bad(b, of[i]->row, a->fault.what);
        else
            snprintf(of[i]->row->asset, sizeof of[i]->row->asset, "%s", a->subject);
    }
    n = decide(b, ACT_asset_notify, of);
    for (size_t i = 0; i < n; i++) {
        const struct gate_ans *a = &b->ans[i];
        if (a->leaf >= 0)
            of[i]->row->leaf = a->leaf;
        if (a->err)
            row_bad(b, of[i]->row, a->fault.what);
        else
            b->out->accepted++;
        of[i]->row->ok = !a->err;
    }
    for (size_t i = 0; i < b->waits; i++) {
        json_decref(b->wait[i].record);
        json_decref(b->wait[i].notify);
    }
    b->waits = 0;
}

static void row_file(struct bulk *b, struct bulk_row *x, const json_t *all)
{
    const char *ref = json_string_value(json_object_get(all, "op_ref")), *odd = stranger(all);
    snprintf(x->op_ref, sizeof x->op_ref, "%s", ref ? ref : "");
    if (odd) {
        char what[200];
        snprintf(what, sizeof what, "%.80s という列は、届出の事項にありません。", odd);
        row_bad(b, x, what);
        return;
    }
    b->wait[b->waits++] = (struct waiting){x, pick(ACT_asset_record, all), pick(ACT_asset_notify, all)};
    if (b->waits == BULK_BATCH)
        batch_file(b);
}

/* Counted before the first is filed: a file is too long as a whole or not at all. */
static enum err rows_count(struct bulk *b, slice text, bool json_lines, struct fault *f)
{
    struct csv csv = {.rest = text};
    slice v[BULK_COLS];
    size_t cols, n = 0;
    if (json_lines) {
        for (slice one; text.n; n += sl_trim(one).n > 0)
            if (!sl_cut(text, '\n', &one, &text))
                text = SLN;
    } else {
        while (n <= BULK_ROWS + 1 && csv_next(&csv, b->r->a, v, BULK_COLS, &cols))
            n++;
        n -= n > 0; /* the header */
    }
    if (n > BULK_ROWS)
        return fault_set(f, E_TOO_BIG, "rows", "一度に%d行までです。分けて出してください。", BULK_ROWS);
    b->room = n;
    b->out->row = arena_arr(b->r->a, struct bulk_row, n);
    return n ? E_OK : fault_set(f, E_PARSE, "file", "行がありません。");
}

static enum err csv_file(struct bulk *b, slice text, struct fault *f)
{
    struct csv csv = {.rest = text};
    slice head[BULK_COLS], v[BULK_COLS];
    size_t cols = 0, n;
    if (!csv_next(&csv, b->r->a, head, BULK_COLS, &cols) || csv.bad || cols == 0)
        return fault_set(f, E_PARSE, "1行目", "見出しの行（事項の名、例: op_ref,asset_kind,…）がありません。");
    while (csv_next(&csv, b->r->a, v, BULK_COLS, &n)) {
        struct bulk_row *x = row_add(b, csv.line);
        if (csv.bad || n != cols) {
            row_bad(b, x, csv.bad ? csv.bad : "列の数が見出しと合いません。");
            continue;
        }
        json_t *all = json_object();
        for (size_t i = 0; i < cols; i++)
            if (v[i].n)
                json_object_setn_new(all, head[i].p, head[i].n, json_stringn(v[i].p, v[i].n));
        row_file(b, x, all);
        json_decref(all);
    }
    return E_OK;
}

static void jsonl_file(struct bulk *b, slice text)
{
    size_t line = 0;
    while (text.n) {
        slice one;
        if (!sl_cut(text, '\n', &one, &text))
            text = SLN;
        line++;
        one = sl_trim(one);
        if (!one.n)
            continue;
        struct bulk_row *x = row_add(b, line);
        json_error_t why;
        json_t *all = json_loadb(one.p, one.n, JSON_REJECT_DUPLICATES, &why);
        if (!json_is_object(all))
            row_bad(b, x, "一行に一つのJSONオブジェクトを書いてください。");
        else
            row_file(b, x, all);
        json_decref(all);
    }
}

enum err server_bulk_assets(const struct http_req *r, const struct caller *c, slice text, bool json_lines,
                            struct bulk_result *out, struct fault *f)
{
    struct bulk b = {.r = r,
                     .c = c,
                     .out = out,
                     .wait = arena_arr(r->a, struct waiting, BULK_BATCH),
                     .req = arena_arr(r->a, struct gate_req, BULK_BATCH),
                     .ans = arena_arr(r->a, struct gate_ans, BULK_BATCH)};
    uint8_t h[SHA_LEN];
    char hex[65];
    struct gate_ans a;
    *out = (struct bulk_result){.envelope = -1};
    if (!utf8_ok(text))
        return fault_set(f, E_PARSE, "file", "UTF-8で書いてください。");
    enum err e = rows_count(&b, text, json_lines, f);
    if (!e && json_lines)
        jsonl_file(&b, text);
    else if (!e)
        e = csv_file(&b, text, f);
    if (e)
        return e;
    batch_file(&b);
    sha256(text, h);
    hex_of(h, sizeof h, hex);
    json_t *in = json_pack("{s:s, s:I, s:I, s:I}", "file_hash", hex, "rows", (json_int_t)out->rows, "accepted",
                           (json_int_t)out->accepted, "refused", (json_int_t)out->refused);
    server_act(r, c, ACT_bulk_receive, SLN, in, SLN, &a);
    json_decref(in);
    out->envelope = a.leaf;
    *f = a.fault;
    return a.err;
}
