/* One input as a person or a program typed it, to a value; faults name the field and the limit. */
#include "gate_int.h"

#include "base/text.h"

#include <string.h>

#define JSON_INPUT_MAX (1 << 20)

static enum err bad(struct fault *fault, const struct law_field *f, const char *what)
{
    return fault_set(fault, E_FIELD, f->name, "%s: %s", f->ja, what);
}

static slice typed(const json_t *v, struct arena *a)
{
    if (json_is_string(v))
        return sl_trim(((slice){json_string_value(v), json_string_length(v)}));
    if (json_is_integer(v))
        return sl(arena_fmt(a, "%" JSON_INTEGER_FORMAT, json_integer_value(v)));
    return SLN;
}

static slice unix_lines(struct arena *a, slice s)
{
    char *p = arena_get(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r' || i + 1 >= s.n || s.p[i + 1] != '\n')
            p[n++] = s.p[i];
    return (slice){p, n};
}

static enum err text_value(const struct law_field *f, slice s, struct arena *a, struct val *out, struct fault *fault)
{
    bool lines = f->type == FT_LONG;
    if (lines)
        s = unix_lines(a, s);
    if (!text_clean(s, lines))
        return bad(fault, f,
                   lines ? "読めない文字（制御文字）があります。取り除いてください。"
                         : "改行や読めない文字があります。一行で書いてください。");
    if (utf8_count(s) > (size_t)f->max)
        return fault_set(fault, E_FIELD, f->name, "%s: %" PRId64 "字までです（いま%zu字）。短くしてください。", f->ja,
                         f->max, utf8_count(s));
    *out = VT(arena_sl(a, s));
    return E_OK;
}

static enum err int_value(const struct law_field *f, slice s, struct val *out, struct fault *fault)
{
    int64_t i;
    if (!sl_int(s, &i))
        return bad(fault, f, "整数で書いてください。");
    if (i < f->min || i > f->max)
        return fault_set(fault, E_FIELD, f->name, "%s: %" PRId64 "から%" PRId64 "までの整数です。", f->ja, f->min,
                         f->max);
    *out = VI(i);
    return E_OK;
}

static enum err bool_value(const struct law_field *f, slice s, struct val *out, struct fault *fault)
{
    static const char *const yes[] = {"1", "true", "yes", "on", "はい"}, *const no[] = {"0", "false", "no", "off",
                                                                                        "いいえ"};
    for (size_t i = 0; i < TB_COUNT(yes); i++) {
        if (sl_is(s, yes[i]) || sl_is(s, no[i])) {
            *out = VI(sl_is(s, yes[i]));
            return E_OK;
        }
    }
    return bad(fault, f, "はい（1）又はいいえ（0）を選んでください。");
}

static enum err enum_value(const struct law_field *f, slice s, struct val *out, struct fault *fault)
{
    for (size_t i = 0; i < f->options; i++)
        if (sl_is(s, f->option[i].name) || sl_is(s, f->option[i].ja)) {
            *out = VT(sl(f->option[i].name));
            return E_OK;
        }
    struct buf b = BUF(300);
    for (size_t i = 0; i < f->options && !b.over; i++)
        buf_fmt(&b, "%s%s", i ? "、" : "", f->option[i].name);
    enum err e = fault_set(fault, E_FIELD, f->name, "%s: 次の中から選んでください: " PRIs, f->ja, ARGs(buf_slice(&b)));
    buf_free(&b);
    return e;
}

/* Ids are UUIDs, or made of such by the system (clock, designation, match): no spaces, quotes, controls. */
static bool id_ok(slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '"' || s.p[i] == '\\' || s.p[i] == '%' || s.p[i] == 0x7f)
            return false;
    return s.n > 0 && s.n <= 200 && utf8_ok(s);
}

static enum err ids_value(const struct law_field *f, const json_t *v, struct arena *a, struct val *out,
                          struct fault *fault)
{
    size_t n = 0, cap = json_is_array(v) ? json_array_size(v) : 10001;
    if (json_is_array(v) ? cap > 10000 : !json_is_string(v))
        return bad(fault, f, "番号の一覧（10000件まで）で書いてください。");
    struct val *list = arena_arr(a, struct val, cap);
    slice rest = typed(v, a), word;
    for (size_t i = 0; json_is_array(v) ? i < cap : rest.n > 0; i++) {
        if (json_is_array(v))
            word = typed(json_array_get(v, i), a);
        else if (!sl_cut(rest, ' ', &word, &rest))
            rest = SLN;
        word = sl_trim(word);
        if (!word.n && !json_is_array(v))
            continue;
        if (!id_ok(word) || n >= 10000)
            return bad(fault, f, "番号の形が正しくありません。");
        list[n++] = VT(arena_sl(a, word));
    }
    *out = (struct val){.t = VAL_LIST, .v = list, .n = n};
    return E_OK;
}

static enum err json_value_of(const struct law_field *f, const json_t *v, struct arena *a, struct val *out,
                              struct fault *fault)
{
    json_t *parsed = NULL;
    json_error_t why;
    if (json_is_string(v)) {
        parsed = json_loadb(json_string_value(v), json_string_length(v), JSON_REJECT_DUPLICATES, &why);
        if (!parsed)
            return fault_set(fault, E_FIELD, f->name, "%s: JSONとして読めません（%d行%d字目）。", f->ja, why.line,
                             why.column);
        v = parsed;
    }
    slice s = json_canon(v, a);
    json_decref(parsed);
    if (s.n > JSON_INPUT_MAX)
        return bad(fault, f, "1 MiBまでです。");
    *out = VT(s);
    return E_OK;
}

enum err gate_field_parse(const struct law_field *f, const json_t *v, struct arena *a, struct val *out,
                          struct fault *fault)
{
    *out = (struct val){0};
    if (f->type == FT_JSON)
        return json_value_of(f, v, a, out, fault);
    if (f->type == FT_IDS)
        return ids_value(f, v, a, out, fault);
    if (json_is_boolean(v) && f->type == FT_BOOL) {
        *out = VI(json_is_true(v));
        return E_OK;
    }
    if (!json_is_string(v) && !json_is_integer(v))
        return bad(fault, f, "文字又は整数で書いてください。");
    slice s = typed(v, a);
    if (!s.n)
        return E_OK;
    day_t day;
    usec_t t;
    int64_t i;
    switch (f->type) {
    case FT_TEXT:
    case FT_LONG:
    case FT_TEXTS:
        return text_value(f, s, a, out, fault);
    case FT_INT:
        return int_value(f, s, out, fault);
    case FT_BOOL:
        return bool_value(f, s, out, fault);
    case FT_ENUM:
        return enum_value(f, s, out, fault);
    case FT_DAY:
        if (!day_parse(s, &day))
            return bad(fault, f, "日付は 2026-11-24 の形で書いてください。");
        *out = VI(day);
        return E_OK;
    case FT_TIME:
        if (json_is_integer(v) && sl_int(s, &i) && instant_ok(i))
            t = i;
        else if (!instant_parse(s, &t))
            return bad(fault, f,
                       "日時は 2026-11-24T03:12 の形（日本時間）か、時差つきの 2026-11-24T03:12:00-05:00 "
                       "の形で書いてください。");
        *out = VI(t);
        return E_OK;
    case FT_HASH:
        if (s.n != 64 || !hex_to(s, (uint8_t[32]){0}, 32))
            return bad(fault, f, "SHA-256の16進64桁で書いてください。");
        *out = VT(arena_sl(a, s));
        return E_OK;
    default:
        if (!id_ok(s))
            return bad(fault, f, "番号の形が正しくありません。");
        *out = VT(arena_sl(a, s));
        return E_OK;
    }
}
