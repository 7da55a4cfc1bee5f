/* 持出し: what leaves as a file, once, with the mark of who took it (8①, 45③二; acts.md §4.23 read.export).
 *
 * The rows are those the person may see at that moment, each asked of the matrix like any other. Their hash goes into
 * the act's leaf, and the leaf is durable before the first byte exists. Only then is the copy made his own: a line that
 * says who took it, when, for what and by which leaf, and in the place of each record's number one that only this copy
 * has: HMAC(key of the release, number), written like any number. The key follows from the ledger's and is in no row,
 * so that nobody who sees the release can make a copy look like another's. Each row tells by itself: sorted, cut or
 * pasted, what is left of a copy says whose it was (gate_trace). */
#include "gate_int.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define EXPORT_ARENA ((size_t)1 << 30) /* of one release: rows as they are loaded */

/* --- the mark --- */
static void key_of(struct gate *g, slice release, uint8_t key[32])
{
    char use[300];
    snprintf(use, sizeof use, "export " PRIs, ARGs(release));
    note_key_derive(g->key, sl(use), key);
}

static void mark_of(const uint8_t key[32], slice id, char out[UUID_LEN + 1])
{
    uint8_t mac[SHA_LEN];
    char hex[65];
    hmac_sha256(key, id, mac);
    mac[6] = (uint8_t)((mac[6] & 0x0f) | 0x40); /* it looks like any number (RFC 9562, 5.4) */
    mac[8] = (uint8_t)((mac[8] & 0x3f) | 0x80);
    hex_of(mac, 16, hex);
    snprintf(out, UUID_LEN + 1, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
}

/* --- what goes out --- */
struct taken {
    enum kind_id kind;
    const struct gate_row **row;
    size_t rows;
    struct val *org; /* each once */
    size_t operators;
    slice hash;
};

static slice text_of(const struct gate_row *row, enum name_id name)
{
    return row->f[name].t == VAL_TEXT ? row->f[name].s : SLN;
}

/* An option of export.what is a kind that counts against the quota, in capitals. */
static enum kind_id kind_taken(const struct gate_row *release)
{
    slice what = text_of(release, N_what);
    for (int k = 0; k < KIND_COUNT; k++)
        if (law_kind[k].quota && strlen(law_kind[k].name) == what.n &&
            strncasecmp(law_kind[k].name, what.p, what.n) == 0)
            return (enum kind_id)k;
    return KIND_COUNT;
}

static int row_cmp(const void *a, const void *b)
{
    return sl_cmp((*(const struct gate_row *const *)a)->id, (*(const struct gate_row *const *)b)->id);
}

static void operator_add(struct taken *t, slice org)
{
    for (size_t i = t->operators; i > 0; i--)
        if (sl_eq(t->org[i - 1].s, org))
            return;
    t->org[t->operators++] = VT(org);
}

static bool leaves(const struct gate_row *row)
{
    struct rowbuf *x = calloc(1, sizeof *x);
    must(x);
    memcpy(x->f, row->f, sizeof x->f);
    x->label = row->label;
    x->state = row->state;
    struct law_item it = item_of(row->kind, x);
    bool may = law_may_export(&it, row->label);
    free(x);
    return may;
}

static void hash_rows(struct taken *t, struct arena *a)
{
    uint8_t h[SHA_LEN];
    char hex[65];
    json_t *list = json_array();
    for (size_t i = 0; i < t->rows; i++)
        json_array_append_new(list, gate_row_json(t->row[i]));
    sha256(json_canon(list, a), h);
    json_decref(list);
    hex_of(h, sizeof h, hex);
    t->hash = arena_sl(a, sl(hex));
}

/* One row more than may leave is taken, so that the act says no to it. */
static void take(struct view *v, const struct gate_row *release, day_t today, struct arena *a, struct taken *t)
{
    int64_t most = 0;
    const struct gate_row **row;
    *t = (struct taken){.kind = kind_taken(release)};
    if (t->kind == KIND_COUNT)
        return;
    (void)sl_int(law_param_value("export_rows_max", today), &most);
    struct view_filter f = {.owner = text_of(release, N_operator),
                            .sector = text_of(release, N_sector),
                            .vuln = text_of(release, N_vuln),
                            .max = (size_t)most + 1};
    size_t n = view_list(v, t->kind, &f, &row);
    t->row = arena_arr(a, const struct gate_row *, n + 1);
    t->org = arena_arr(a, struct val, n + 1);
    for (size_t i = 0; i < n; i++)
        if (leaves(row[i])) {
            t->row[t->rows++] = row[i];
            operator_add(t, text_of(row[i], law_kind[t->kind].owner));
        }
    qsort(t->row, t->rows, sizeof *t->row, row_cmp);
    hash_rows(t, a);
}

/* --- the copy --- */
/* Numbers of what counts against the quota are this copy's own; an organisation is open and has its name. */
static json_t *number_out(struct view *v, const uint8_t key[32], enum kind_id ref, slice id)
{
    char mark[UUID_LEN + 1];
    if (ref == KIND_org) {
        slice name = view_org_name(v, id);
        return json_stringn(name.p, name.n);
    }
    if (!law_kind[ref].quota)
        return json_stringn(id.p, id.n);
    mark_of(key, id, mark);
    return json_string(mark);
}

static json_t *row_out(struct view *v, const struct gate_row *row, const uint8_t key[32])
{
    json_t *o = json_object();
    const struct law_kind *k = &law_kind[row->kind];
    json_object_set_new(o, "id", number_out(v, key, row->kind, row->id));
    json_object_set_new(o, "state", json_string(law_state_name[row->state]));
    for (size_t i = 0; i < k->fields; i++) {
        const struct law_field *f = &law_field[k->field[i]];
        struct val x = row->f[f->id];
        if (x.t == VAL_TEXT && f->type == FT_ID)
            json_object_set_new(o, f->name, number_out(v, key, f->ref, x.s));
        else if (x.t != VAL_NONE)
            json_object_set_new(o, f->name, gate_value_json(f, x));
    }
    return o;
}

static int item_cmp(const void *a, const void *b)
{
    return strcmp(json_string_value(json_object_get(*(json_t *const *)a, "id")),
                  json_string_value(json_object_get(*(json_t *const *)b, "id")));
}

/* In the order of the copy's own numbers: another order in each copy. */
static json_t *items_out(struct view *v, const struct taken *t, const uint8_t key[32])
{
    json_t **item = calloc(t->rows + 1, sizeof *item), *list = json_array();
    must(item);
    for (size_t i = 0; i < t->rows; i++)
        item[i] = row_out(v, t->row[i], key);
    qsort(item, t->rows, sizeof(json_t *), item_cmp);
    for (size_t i = 0; i < t->rows; i++)
        json_array_append_new(list, item[i]);
    free(item);
    return list;
}

/* A cell that a spreadsheet would take for a formula is told that it is text. */
static void cell_put(struct buf *b, slice s, bool first)
{
    if (!first)
        buf_chr(b, ',');
    buf_chr(b, '"');
    if (s.n && strchr("=+-@\t\r", s.p[0]))
        buf_chr(b, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buf_chr(b, '"');
        buf_chr(b, s.p[i]);
    }
    buf_chr(b, '"');
}

static void value_put(struct buf *b, const json_t *v, bool first)
{
    char *z = v && !json_is_string(v) ? json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS) : NULL;
    cell_put(b, z ? sl(z) : v ? sl(json_string_value(v)) : SLN, first);
    free(z);
}

static void csv_out(const struct law_kind *k, const char *line, const json_t *items, struct buf *b)
{
    size_t i;
    const json_t *x;
    cell_put(b, sl(line), true);
    buf_str(b, "\r\nid,state");
    for (size_t n = 0; n < k->fields; n++)
        buf_fmt(b, ",%s", law_field[k->field[n]].name);
    buf_str(b, "\r\n");
    json_array_foreach(items, i, x)
    {
        value_put(b, json_object_get(x, "id"), true);
        value_put(b, json_object_get(x, "state"), false);
        for (size_t n = 0; n < k->fields; n++)
            value_put(b, json_object_get(x, law_field[k->field[n]].name), false);
        buf_str(b, "\r\n");
    }
}

static void json_out(const struct law_kind *k, const char *line, int64_t leaf, slice release, json_t *items,
                     struct buf *b)
{
    json_t *o = json_pack("{s:s, s:I, s:s%, s:s, s:O}", "watermark", line, "leaf", (json_int_t)leaf, "export",
                          release.p, release.n, "kind", k->name, "items", items);
    char *z = json_dumps(o, JSON_INDENT(1));
    must(z);
    buf_str(b, z);
    buf_chr(b, '\n');
    free(z);
    json_decref(o);
}

static void copy_out(struct gate *g, struct view *v, const struct gate_person *who, const struct gate_row *release,
                     const struct taken *t, int64_t leaf, struct arena *a, struct gate_copy *out)
{
    uint8_t key[32];
    char at[33];
    key_of(g, release->id, key);
    instant_iso(g->cfg.legal->now(g->cfg.legal), at);
    const char *line = arena_fmt(a, "# 持出し 葉%" PRId64 " " PRIs "（" PRIs "） %s 目的: " PRIs, leaf, ARGs(who->name),
                                 ARGs(who->org_name), at, ARGs(text_of(release, N_purpose)));
    json_t *items = items_out(v, t, key);
    out->csv = sl_is(text_of(release, N_format), "CSV");
    if (out->csv)
        csv_out(&law_kind[t->kind], line, items, &out->file);
    else
        json_out(&law_kind[t->kind], line, leaf, release->id, items, &out->file);
    json_decref(items);
}

void gate_export(struct gate *g, struct gate_reader *r, const struct gate_person *who, struct gate_actor actor,
                 slice id, struct gate_copy *out, struct gate_ans *ans)
{
    struct arena *a = arena_new(EXPORT_ARENA);
    struct view *v = view_new(r, who, actor, NULL, "export", a);
    const struct gate_row *release = view_get(v, KIND_export, id);
    struct taken t = {.kind = KIND_COUNT};
    if (release && release->state == ST_APPROVED)
        take(v, release, day_of_instant(g->cfg.legal->now(g->cfg.legal)), a, &t);
    struct gate_carried c = {(int64_t)t.rows, t.org, t.operators, t.hash};
    struct gate_req q = {
        .act = ACT_export_release, .subject = id, .actor = actor, .carried = t.kind == KIND_COUNT ? NULL : &c};
    gate_act(g, &q, ans); /* durable when it comes back; before that there is no byte of the copy */
    if (ans->err == E_OK)
        copy_out(g, v, who, release, &t, ans->leaf, a, out);
    if (ans->err == E_OK && out->file.over)
        ans->err =
            fault_set(&ans->fault, E_TOO_BIG, "export", "ファイルが大きすぎます。範囲を絞って申請し直してください。");
    arena_free(a);
}

/* --- whose copy is it --- */
struct hunt {
    uint8_t key[32];
    const slice *id; /* sorted */
    size_t ids;
    bool *known;
    int64_t found;
};

static int slice_cmp(const void *a, const void *b)
{
    return sl_cmp(*(const slice *)a, *(const slice *)b);
}

static bool hunt_row(void *ud, const struct dbval *v, size_t cols)
{
    struct hunt *h = ud;
    char mark[UUID_LEN + 1];
    (void)cols;
    mark_of(h->key, v[0].s, mark);
    slice m = sl(mark);
    const slice *at = bsearch(&m, h->id, h->ids, sizeof m, slice_cmp);
    if (at) {
        h->known[at - h->id] = true;
        h->found++;
    }
    return true;
}

enum err gate_trace(struct gate *g, struct view *v, const slice *ids, size_t n, struct arena *a,
                    struct gate_traced *out, struct fault *f)
{
    const struct gate_row **release;
    slice *sorted = arena_arr(a, slice, n + 1);
    size_t all = view_list(v, KIND_export, &(struct view_filter){.state = SL("RELEASED"), .max = 10000}, &release);
    struct hunt h = {.id = sorted, .known = arena_arr(a, bool, n + 1)};
    enum err e = E_OK;
    for (size_t i = 0; i < n; i++)
        sorted[i] = ids[i];
    qsort(sorted, n, sizeof *sorted, slice_cmp);
    for (size_t i = 0; i < n; i++) /* each once */
        if (!h.ids || !sl_eq(sorted[h.ids - 1], sorted[i]))
            sorted[h.ids++] = sorted[i];
    *out = (struct gate_traced){.ids = (int64_t)h.ids, .copy = arena_arr(a, struct gate_found_copy, all + 1)};
    for (size_t i = 0; !e && i < all; i++) {
        h.found = 0;
        key_of(g, release[i]->id, h.key);
        for (int k = 0; !e && k < KIND_COUNT; k++) /* a match names its machine: both are in one copy */
            if (law_kind[k].quota)
                e = db_each(gate_reader_db(view_reader(v)), kind_query[k].ids, NULL, 0, hunt_row, &h, f);
        if (h.found)
            out->copy[out->copies++] = (struct gate_found_copy){release[i], h.found};
    }
    for (size_t i = 0; i < h.ids; i++)
        out->unknown += !h.known[i];
    return e;
}
