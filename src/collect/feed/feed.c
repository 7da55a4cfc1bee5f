#include "collect/feed/feed.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "collect/feed/norm.h"
#include "collect/feed/scan.h"
#include "collect/feed/source.h"

#define RECORD_ARENA   ((size_t)64 << 20)
#define RECORD_ROOM    ((size_t)256 << 10) /* for the JSON values of one record; few need more */
#define CPE_ARENA      ((size_t)64 << 10)
#define SKELETON_MAX   ((size_t)1 << 20)  /* of a file of many records: all but the records */
#define COST_MAX       ((size_t)96 << 20) /* of one record as JSON values in memory */
#define LINE_MAX_BYTES ((size_t)4096)
#define WHERE_NAME_MAX ((size_t)120)
#define PROGRESS_STEP  ((uint64_t)65536)

static const char *const name_of[FEED_FORMATS] = {"auto",         "cve5", "nvd1", "nvd2",
                                                  "nvd-override", "kev",  "epss", "csaf"};

/* How a format's documents are built: one record a document, an array of them, or lines. */
enum shape { ONE, ARRAY, LINES };
static const struct {
    enum shape shape;
    const char *array, *date[2]; /* the array's name; the members of the document that tell its date */
    void (*read)(struct norm *n, const json_t *j);
} kind[FEED_FORMATS] = {
    [FEED_CVE5] = {ONE, NULL, {NULL, NULL}, feed_read_cve5},
    [FEED_NVD1] = {ARRAY, "CVE_Items", {"CVE_data_timestamp", NULL}, feed_read_nvd1},
    [FEED_NVD2] = {ARRAY, "vulnerabilities", {"timestamp", NULL}, feed_read_nvd2},
    [FEED_OVERRIDE] = {ONE, NULL, {NULL, NULL}, feed_read_override},
    [FEED_KEV] = {ARRAY, "vulnerabilities", {"dateReleased", "catalogVersion"}, feed_read_kev},
    [FEED_EPSS] = {LINES, NULL, {NULL, NULL}, NULL},
    [FEED_CSAF] = {ONE, NULL, {NULL, NULL}, feed_read_csaf},
};

struct feed {
    struct feed_unit unit;
    struct feed_opt opt;
    struct source *src;
    struct feed_result res;
    uint64_t index; /* of the next record */
    bool ended;
    enum feed_step last; /* how it ended, said again to whoever asks again */
    struct fault fault;
    struct norm n;
    struct mem_room *room;
    json_t *json; /* the published record */
    json_t *out;  /* its body */
    struct buf body, id;

    /* the document being read */
    bool in_doc, at_end;
    enum feed_format format;
    const char *const *want;
    struct buf peek; /* what was read to tell the format, given again */
    size_t peek_at;
    const char *p; /* what is left of the block being read */
    size_t left;
    struct scan scan;
    struct buf text; /* a whole document, or a line */
    bool first_line;
};

enum feed_format feed_format_of(slice name)
{
    for (int i = FEED_NONE + 1; i < FEED_FORMATS; i++) {
        if (sl_is(name, name_of[i]))
            return (enum feed_format)i;
    }
    return FEED_NONE;
}

const char *feed_format_name(enum feed_format f)
{
    return (unsigned)f < FEED_FORMATS ? name_of[f] : "?";
}

/* --- failures and rejections --- */

static enum feed_step failed(struct feed *s, struct fault *f, enum err e, const char *ja, const char *en,
                             const char *why)
{
    char where[sizeof f->where];
    slice name = source_name(s->src);
    size_t n = name.n < WHERE_NAME_MAX ? name.n : WHERE_NAME_MAX;
    while (n && n < name.n && ((unsigned char)name.p[n] & 0xC0) == 0x80)
        n--;
    snprintf(where, sizeof where, PRIs " #%" PRIu64, (int)n, name.p, s->index);
    fault_set(f, e, where, why ? "%s: %s" : "%s", s->opt.ja ? ja : en, why);
    return FEED_FAIL;
}

/* jansson's words quote the input, cut anywhere. */
static void only_ascii(char *text)
{
    for (; *text; text++) {
        if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7F)
            *text = '?';
    }
}

static enum feed_step broken(struct feed *s, struct fault *f, const json_error_t *why)
{
    char text[JSON_ERROR_TEXT_LENGTH + 40];
    snprintf(text, sizeof text, "%s (byte %d)", why->text, why->position);
    only_ascii(text);
    return failed(s, f, E_PARSE, "JSON として終わりまで読めません", "no JSON that can be read to its end", text);
}

static enum feed_step reject(struct feed *s, struct feed_item *out)
{
    char at[32];
    snprintf(at, sizeof at, "#%" PRIu64, s->index);
    buf_clear(&s->id);
    buf_sl(&s->id, s->n.rec.id.n ? s->n.rec.id : sl(at));
    out->reject.record = buf_slice(&s->id);
    snprintf(out->reject.reason, sizeof out->reject.reason, "%s", s->n.reason);
    s->res.rejected++;
    return FEED_REJECT;
}

static enum feed_step passed(struct feed *s, struct feed_item *out, const char *ja, const char *en)
{
    snprintf(out->reject.reason, sizeof out->reject.reason, "%s", s->opt.ja ? ja : en);
    out->reject.record = SLN;
    s->res.passed++;
    s->res.files -= s->in_doc;
    return FEED_PASSED;
}

/* --- bytes of a document --- */

/* One more block in p/left: 1, 0 at the end, -1 on failure. */
static int pull(struct feed *s, struct fault *f)
{
    ptrdiff_t n = source_pull(s->src, &s->p, f);
    s->left = n > 0 ? (size_t)n : 0;
    return n > 0 ? 1 : (int)n;
}

/* The same, unless some is left; what was looked at to tell the format comes first. */
static int more(struct feed *s, struct fault *f)
{
    if (s->left)
        return 1;
    if (s->peek_at == s->peek.n)
        return pull(s, f);
    s->p = s->peek.p + s->peek_at;
    s->left = s->peek.n - s->peek_at;
    s->peek_at = s->peek.n;
    return 1;
}

/* A UTF-8 byte order mark may be passed over (RFC 8259 §8.1). */
static size_t mark(const char *p, size_t n)
{
    return n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static int start_bytes(struct feed *s, struct fault *f)
{
    s->left = 0;
    int r = more(s, f);
    if (r > 0) {
        size_t skip = mark(s->p, s->left);
        s->p += skip;
        s->left -= skip;
    }
    return r < 0 ? -1 : 0;
}

/* --- one record --- */

static int into_hash(const char *p, size_t n, void *state)
{
    return crypto_hash_sha256_update(state, (const unsigned char *)p, n);
}

static int into_buf(const char *p, size_t n, void *buf)
{
    struct buf *b = buf;
    buf_add(b, p, n);
    return b->over ? -1 : 0;
}

static int by_key(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of a set, sorted, in the arena. */
static const char **sorted(struct norm *n, json_t *set)
{
    size_t i = 0;
    const char **key = norm_take(n, sizeof *key, json_object_size(set) + 1), *k;
    json_t *v;
    if (!key)
        return NULL;
    json_object_foreach(set, k, v) key[i++] = k;
    qsort(key, i, sizeof *key, by_key);
    return key;
}

static void put_cwes(struct norm *n)
{
    const char **cwe = sorted(n, n->cwes);
    json_t *cwes = json_array();
    for (size_t i = 0; cwe && i < json_object_size(n->cwes); i++)
        json_array_append_new(cwes, json_string(cwe[i]));
    json_object_set_new(n->extra, "cwe", cwes);
}

static void put_names(struct norm *n)
{
    const char **vendor = sorted(n, n->names);
    json_t *names = json_array();
    for (size_t i = 0; vendor && i < json_object_size(n->names); i++) {
        json_t *of = json_object_get(n->names, vendor[i]);
        const char **product = sorted(n, of);
        for (size_t k = 0; product && k < json_object_size(of); k++)
            json_array_append_new(names, json_pack("[ss]", vendor[i], product[k]));
    }
    json_object_set_new(n->extra, "names", names);
}

/* The body, of the parts that the parser has left in s->n. */
static void make_body(struct feed *s)
{
    struct norm *n = &s->n;
    struct fault why;
    buf_clear(&s->body);
    if (s->format == FEED_EPSS) {
        feed_epss_body(n, &s->body);
        return;
    }
    if (n->cwes)
        put_cwes(n);
    if (n->names)
        put_names(n);
    if (s->format == FEED_KEV) {
        json_object_set_new(n->extra, "id", json_stringn(n->rec.id.p, n->rec.id.n));
        json_object_set_new(n->extra, "src", json_string(feed_format_name(s->format)));
    } else if (vuln_record_check(&n->rec, &why) != E_OK) {
        norm_bad(n, "記録が上限を超えています", "the record is over a limit", why.what);
        return;
    } else {
        json_t *rec = vuln_record_json(&n->rec);
        json_object_update(n->extra, rec);
        json_decref(rec);
    }
    if (json_dump_callback(n->extra, into_buf, &s->body, JSON_COMPACT | JSON_SORT_KEYS) != 0)
        norm_bad(n, "記録が 16 MiB を超えます", "the record is over 16 MiB", NULL);
}

/* After a parser: the record or its rejection. The index moves on. */
static enum feed_step give(struct feed *s, struct feed_item *out)
{
    struct norm *n = &s->n;
    if (!n->bad)
        make_body(s);
    out->index = s->index;
    s->res.in++;
    enum feed_step step = FEED_REJECT;
    if (n->bad) {
        reject(s, out);
    } else {
        step = FEED_RECORD;
        out->record = (struct feed_record){
            .format = s->format, .id = n->rec.id, .body = buf_slice(&s->body), .dropped = n->dropped};
        out->record.json = s->format == FEED_EPSS ? NULL : n->extra;
        out->record.rec = s->format == FEED_KEV || s->format == FEED_EPSS ? NULL : &n->rec;
        sha256(out->record.body, out->record.sha);
        s->res.accepted++;
        s->res.dropped += n->dropped;
    }
    s->index++;
    return step;
}

/* What jansson can refuse in a text whose end is known: the record's own fault, or a text that is broken. */
static bool own_fault(const json_error_t *why, const char **ja)
{
    switch (json_error_code(why)) {
    case json_error_invalid_utf8:
        *ja = "UTF-8 ではありません";
        return true;
    case json_error_duplicate_key:
        *ja = "同じ名前の項目が二度あります";
        return true;
    case json_error_null_character:
    case json_error_null_byte_in_key:
        *ja = "文字列に NUL があります";
        return true;
    case json_error_numeric_overflow:
        *ja = "数が大きすぎます";
        return true;
    default:
        *ja = "JSON として読めません";
        return false;
    }
}

static enum feed_step read_json(struct feed *s, slice text, bool whole, struct feed_item *out, struct fault *f)
{
    struct norm *n = &s->n;
    struct scan_cost cost = scan_cost(text);
    json_error_t why;
    const char *ja;
    if (cost.depth > FEED_DEPTH_MAX || cost.bytes > COST_MAX) {
        norm_bad(n, "入れ子が深すぎるか、値が多すぎます", "nested too deep, or too many values", NULL);
        return give(s, out);
    }
    s->json = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (!s->json && !own_fault(&why, &ja) && !whole)
        return broken(s, f, &why);
    only_ascii(why.text);
    if (!s->json)
        norm_bad(n, ja, why.text, NULL);
    else if (!json_is_object(s->json))
        norm_bad(n, "記録がオブジェクトではありません", "the record is no object", NULL);
    else
        kind[s->format].read(n, s->json);
    enum feed_step step = give(s, out);
    if (step == FEED_RECORD && s->opt.raw) {
        crypto_hash_sha256_state state;
        crypto_hash_sha256_init(&state);
        json_dump_callback(s->json, into_hash, &state, JSON_COMPACT | JSON_SORT_KEYS);
        crypto_hash_sha256_final(&state, out->record.raw_sha);
    }
    return step;
}

static enum feed_step too_long(struct feed *s, struct feed_item *out)
{
    norm_bad(&s->n, "記録が 16 MiB を超えます", "the record is over 16 MiB", NULL);
    return give(s, out);
}

static bool skipping(struct feed *s)
{
    if (s->index >= s->opt.skip)
        return false;
    s->index++;
    s->res.in++;
    s->res.skipped++;
    return true;
}

/* --- the three shapes; FEED_END means the end of the document --- */

static enum feed_step step_one(struct feed *s, struct feed_item *out, struct fault *f)
{
    int r;
    if (s->at_end)
        return FEED_END;
    s->at_end = true;
    if (skipping(s))
        return FEED_END;
    buf_clear(&s->text);
    while ((r = more(s, f)) > 0) {
        buf_add(&s->text, s->p, s->left);
        s->left = 0;
    }
    if (r < 0)
        return FEED_FAIL;
    if (s->text.over)
        return too_long(s, out);
    return read_json(s, buf_slice(&s->text), source_member(s->src), out, f);
}

/* The document is at its end: was it whole, and was the array in it? */
static enum feed_step end_array(struct feed *s, struct feed_item *out, struct fault *f)
{
    json_error_t why;
    if (s->scan.skel.over)
        return failed(s, f, E_TOO_BIG, "記録の配列のほかの部分が大きすぎます", "too much besides the array of records",
                      NULL);
    json_t *j = json_loadb(s->scan.skel.p ? s->scan.skel.p : "", s->scan.skel.n, JSON_REJECT_DUPLICATES, &why);
    if (!j)
        return broken(s, f, &why);
    for (size_t i = 0; i < TB_COUNT(kind[s->format].date) && kind[s->format].date[i]; i++) {
        const char *date = json_string_value(json_object_get(j, kind[s->format].date[i]));
        if (date && !s->res.date[0] && text_clean(sl(date), false))
            snprintf(s->res.date, sizeof s->res.date, "%.39s", date);
    }
    json_decref(j);
    if (s->scan.found >= 0)
        return FEED_END;
    if (s->unit.found || source_member(s->src))
        return passed(s, out, "この形式のファイルではありません", "no file of this format");
    return failed(s, f, E_TYPE, "この形式のファイルではありません。この名前の配列がありません",
                  "no file of this format: there is no array of this name", kind[s->format].array);
}

static enum feed_step step_array(struct feed *s, struct feed_item *out, struct fault *f)
{
    if (s->at_end)
        return FEED_END;
    for (;;) {
        size_t used;
        int r = more(s, f);
        if (r < 0)
            return FEED_FAIL;
        if (r == 0) {
            s->at_end = true;
            return end_array(s, out, f);
        }
        enum scan_step step = scan_feed(&s->scan, s->p, s->left, &used);
        s->p += used;
        s->left -= used;
        if (step == SCAN_BAD)
            return failed(s, f, E_PARSE, "JSON として終わりまで読めません", "no JSON that can be read to its end",
                          "unexpected ',' or ']' in the array");
        if (step != SCAN_ELEMENT || skipping(s))
            continue;
        return s->scan.elem.over ? too_long(s, out) : read_json(s, buf_slice(&s->scan.elem), false, out, f);
    }
}

/* No JSON value lives from one record to the next. */
static void forget(struct feed *s)
{
    json_decref(s->json);
    s->json = NULL;
    norm_end(&s->n);
    mem_room_clear(s->room);
    norm_begin(&s->n);
}

/* One line without its end in s->text; false at the end of the document or on failure. */
static bool next_line(struct feed *s, bool *ended_well, int *r, struct fault *f)
{
    bool any = false;
    buf_clear(&s->text);
    *ended_well = false;
    while ((*r = more(s, f)) > 0) {
        any = true;
        const char *nl = memchr(s->p, '\n', s->left);
        size_t n = nl ? (size_t)(nl - s->p) : s->left;
        buf_add(&s->text, s->p, n);
        s->p += n + (nl != NULL);
        s->left -= n + (nl != NULL);
        *ended_well = nl != NULL;
        if (nl)
            return true;
    }
    return any && *r == 0;
}

/* #model_version:v2023.03.01,score_date:2024-03-07T00:00:00+0000 */
static void read_comment(struct feed *s)
{
    slice rest = buf_slice(&s->text), part;
    while (rest.n) {
        sl_cut(rest, ',', &part, &rest);
        part = sl_trim(part);
        if (sl_starts(part, "score_date:") && text_clean(part, false))
            snprintf(s->res.date, sizeof s->res.date, "%.*s", (int)(part.n - 11 < 39 ? part.n - 11 : 39), part.p + 11);
    }
}

static enum feed_step no_lines(struct feed *s, struct feed_item *out, struct fault *f)
{
    s->at_end = true;
    if (s->unit.found || source_member(s->src))
        return passed(s, out, "この形式のファイルではありません", "no file of this format");
    return failed(s, f, E_TYPE, "この形式のファイルではありません", "no file of this format", "CVE,score,percentile");
}

static enum feed_step wrong_line(struct feed *s, bool ended_well, struct feed_item *out, struct fault *f)
{
    if (s->first_line)
        return no_lines(s, out, f);
    if (!ended_well)
        return failed(s, f, E_PARSE, "最後の行が途中で切れています", "the last line is cut short", NULL);
    return give(s, out);
}

static enum feed_step step_lines(struct feed *s, struct feed_item *out, struct fault *f)
{
    bool ended_well;
    int r = 0;
    while (!s->at_end && next_line(s, &ended_well, &r, f)) {
        if (s->text.over)
            norm_bad(&s->n, "行が長すぎます", "the line is too long", NULL);
        enum epss_line line = s->text.over ? EPSS_WRONG : feed_read_epss(&s->n, buf_slice(&s->text));
        if (line == EPSS_COMMENT)
            read_comment(s);
        bool first = s->first_line;
        s->first_line = s->first_line && (line == EPSS_COMMENT || line == EPSS_BLANK || line == EPSS_WRONG);
        if (line == EPSS_COMMENT || line == EPSS_BLANK || (line == EPSS_HEADER && first))
            continue; /* nothing of them stays in s->n */
        if (line == EPSS_HEADER)
            norm_bad(&s->n, "見出しの行が途中にあります", "a header line among the records", NULL);
        bool stops = s->n.bad && (s->first_line || !ended_well);
        if (!stops && skipping(s)) {
            forget(s);
            continue;
        }
        if (s->n.bad)
            return wrong_line(s, ended_well, out, f);
        enum feed_step step = give(s, out);
        if (step == FEED_RECORD && s->opt.raw)
            sha256(sl_trim(buf_slice(&s->text)), out->record.raw_sha);
        return step;
    }
    if (r < 0)
        return FEED_FAIL;
    return s->first_line && !s->at_end ? no_lines(s, out, f) : FEED_END;
}

/* --- which format --- */

static enum feed_format of_object(const json_t *j, const char *array)
{
    if (array)
        return json_is_object(json_object_get(j, "cve")) ? FEED_NVD2
               : json_object_get(j, "cveID")             ? FEED_KEV
                                                         : FEED_NONE;
    if (json_is_object(json_object_get(j, "_annotation")))
        return FEED_OVERRIDE;
    return json_object_get(j, "cveMetadata") ? FEED_CVE5 : FEED_NONE;
}

static enum feed_format of_text(slice text, const char *array)
{
    struct scan_cost cost = scan_cost(text);
    if (cost.depth > FEED_DEPTH_MAX || cost.bytes > COST_MAX)
        return FEED_NONE;
    json_t *j = json_loadb(text.p ? text.p : "", text.n, 0, NULL);
    enum feed_format format = of_object(j, array);
    json_decref(j);
    return format;
}

static const char *const either[] = {"CVE_Items", "vulnerabilities", NULL};

/* One more block into peek, looked at: true when the format can be told. */
static bool look(struct feed *s, struct scan *scan, enum scan_step *step, bool *lines)
{
    size_t skip = s->peek.n ? 0 : mark(s->p, s->left), used;
    slice block = {s->p + skip, s->left - skip}, head = sl_trim(block);
    if (s->peek.n == 0)
        *lines = head.n && head.p[0] != '{';
    buf_add(&s->peek, s->p, s->left);
    s->left = 0;
    if (*lines)
        return true;
    *step = scan_feed(scan, block.p, block.n, &used);
    return *step != SCAN_MORE || scan->where == SCAN_TAIL || scan->found == 0;
}

/* Reads as much as it takes; the format stays FEED_NONE if it is none of ours. */
static int tell_format(struct feed *s, struct fault *f)
{
    struct scan scan;
    enum scan_step step = SCAN_MORE;
    bool lines = false, sure = false;
    int r = 1;
    scan_init(&scan, either, FEED_RECORD_MAX, FEED_RECORD_MAX);
    while (!sure && !s->peek.over && (r = pull(s, f)) > 0)
        sure = look(s, &scan, &step, &lines);
    slice first = s->peek.n ? buf_slice(&s->peek) : SLN;
    first = sl_trim((slice){first.p + mark(first.p, first.n), first.n - mark(first.p, first.n)});
    if (s->peek.over)
        s->format = FEED_NONE; /* and what did not fit is lost */
    else if (lines && (sl_starts(first, "CVE-") || sl_starts(first, "#") || sl_starts(first, "cve,")))
        s->format = FEED_EPSS;
    else if (scan.found == 0)
        s->format = FEED_NVD1;
    else if (scan.found > 0)
        s->format = step == SCAN_ELEMENT ? of_text(buf_slice(&scan.elem), either[1]) : FEED_NVD2;
    else if (!lines && r == 0)
        s->format = of_text(buf_slice(&scan.skel), NULL);
    scan_free(&scan);
    return r < 0 ? -1 : 0;
}

/* --- documents --- */

static bool open_doc(struct feed *s, struct fault *f)
{
    static const char *const nvd1[] = {"CVE_Items", NULL}, *const nvd2[] = {"vulnerabilities", NULL};
    buf_clear(&s->peek);
    buf_clear(&s->text);
    s->peek_at = s->left = 0;
    s->format = s->unit.format;
    if (s->format == FEED_NONE && tell_format(s, f) < 0)
        return false;
    s->in_doc = true;
    s->at_end = false;
    s->first_line = true;
    scan_free(&s->scan);
    scan_init(&s->scan, s->format == FEED_NVD1 ? nvd1 : nvd2, FEED_RECORD_MAX, SKELETON_MAX);
    s->text.max = s->format == FEED_EPSS ? LINE_MAX_BYTES : FEED_RECORD_MAX;
    s->res.files++;
    return start_bytes(s, f) == 0;
}

static enum feed_step step_doc(struct feed *s, struct feed_item *out, struct fault *f)
{
    if (s->format == FEED_NONE) {
        if (s->at_end)
            return FEED_END;
        s->at_end = true;
        if (s->unit.found || source_member(s->src))
            return passed(s, out, "どの形式のファイルでもありません", "no file of a format we know");
        return failed(s, f, E_TYPE, "どの形式のファイルでもありません", "no file of a format we know", NULL);
    }
    switch (kind[s->format].shape) {
    case ONE:
        return step_one(s, out, f);
    case ARRAY:
        return step_array(s, out, f);
    default:
        return step_lines(s, out, f);
    }
}

/* To the next document. FEED_RECORD stands for "there is one". */
static enum feed_step next_doc(struct feed *s, struct feed_item *out, struct fault *f)
{
    s->in_doc = false;
    switch (source_next(s->src, f)) {
    case SOURCE_DOC:
        if (open_doc(s, f))
            return FEED_RECORD;
        break;
    case SOURCE_NONE:
        if (s->unit.found || s->unit.folder)
            return passed(s, out, "この形式のファイルが中にありません", "no file of this format in it");
        return failed(s, f, E_TYPE, "この形式のファイルが中にありません", "no file of this format in it", NULL);
    case SOURCE_END:
        source_sha(s->src, s->res.sha);
        return FEED_END;
    case SOURCE_FAIL:
        break;
    }
    return FEED_FAIL;
}

static enum feed_step next(struct feed *s, struct feed_item *out, struct fault *f)
{
    *out = (struct feed_item){0};
    while (!s->ended) {
        forget(s);
        enum feed_step step = s->in_doc ? step_doc(s, out, f) : FEED_END;
        if (step == FEED_END)
            step = next_doc(s, out, f);
        out->file = source_name(s->src);
        s->res.done = source_done(s->src);
        s->ended = step == FEED_END || step == FEED_FAIL;
        s->last = step;
        if (step == FEED_FAIL)
            s->fault = *f;
        if (step != FEED_RECORD || out->record.body.n)
            return step;
    }
    *f = s->fault;
    return s->last;
}

enum feed_step feed_next(struct feed *s, struct feed_item *out, struct fault *f)
{
    struct mem_room *outside = mem_room_enter(s->room);
    enum feed_step step = next(s, out, f);
    (void)mem_room_enter(outside);
    return step;
}

/* --- the whole --- */

struct feed *feed_open(const struct feed_unit *u, const struct feed_opt *opt, struct fault *f)
{
    world_init();
    struct feed *s = mem_zero(1, sizeof *s);
    s->unit = *u;
    s->opt = *opt;
    s->src = source_open(&s->unit, opt->ja, f);
    if (!s->src) {
        free(s);
        return NULL;
    }
    s->res.size = source_size(s->src);
    s->n = (struct norm){.ja = opt->ja, .a = arena_new(RECORD_ARENA), .scratch = arena_new(CPE_ARENA)};
    s->room = mem_room_new(RECORD_ROOM);
    norm_begin(&s->n);
    s->body = BUF(FEED_RECORD_MAX);
    s->id = BUF(VULN_ID_MAX);
    s->peek = BUF(FEED_RECORD_MAX + SKELETON_MAX);
    s->text = BUF(FEED_RECORD_MAX);
    return s;
}

struct feed *feed_open_auto(const char *path, const struct feed_opt *opt, struct fault *f)
{
    struct arena *a = arena_new((size_t)1 << 20);
    struct feed_units units;
    struct feed *s = NULL;
    if (feed_plan(a, FEED_NONE, &path, 1, opt->ja, &units, f) == E_OK) {
        must(units.n == 1);
        s = feed_open(&(struct feed_unit){.path = path, .folder = units.u[0].folder}, opt, f);
    }
    arena_free(a);
    return s;
}

const struct feed_result *feed_result(const struct feed *s)
{
    return &s->res;
}

void feed_close(struct feed *s)
{
    if (!s)
        return;
    struct mem_room *outside = mem_room_enter(s->room);
    json_decref(s->json);
    norm_end(&s->n);
    (void)mem_room_enter(outside);
    mem_room_free(s->room);
    arena_free(s->n.a);
    arena_free(s->n.scratch);
    source_close(s->src);
    scan_free(&s->scan);
    buf_free(&s->body);
    buf_free(&s->id);
    buf_free(&s->peek);
    buf_free(&s->text);
    free(s);
}

enum err feed_each(const struct feed_unit *u, const struct feed_opt *opt, const struct feed_sink *sink,
                   struct feed_result *out, bool *stopped, struct fault *f)
{
    struct feed_item item;
    enum feed_step step = FEED_END;
    uint64_t shown = 0;
    *stopped = false;
    *out = (struct feed_result){0};
    struct feed *s = feed_open(u, opt, f);
    if (!s)
        return f->err;
    while (!*stopped && (step = feed_next(s, &item, f)) != FEED_END && step != FEED_FAIL) {
        *stopped = !sink->item(sink->ctx, step, &item);
        if (sink->progress && s->res.done - shown >= PROGRESS_STEP) {
            shown = s->res.done;
            sink->progress(sink->ctx, &s->res);
        }
    }
    *out = s->res;
    feed_close(s);
    return step == FEED_FAIL ? f->err : E_OK;
}
