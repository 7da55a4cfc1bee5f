/* A story's lines, words and names. */
#include "scn_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool story_no(struct world *w, const char *fmt, ...)
{
    va_list ap;
    if (w->failed)
        return false;
    w->failed = true;
    va_start(ap, fmt);
    vsnprintf(w->out->what, sizeof w->out->what, fmt, ap);
    va_end(ap);
    snprintf(w->out->file, sizeof w->out->file, PRIs, ARGs(w->file));
    w->out->line = w->line;
    return false;
}

/* --- words --- */
static bool space(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* A quoted part: \n and \" and \\ as in C; brackets stand for themselves. */
static bool take_quoted(struct world *w, slice line, size_t *i, struct buf *b)
{
    for ((*i)++; *i < line.n && line.p[*i] != '"'; (*i)++) {
        char c = line.p[*i];
        if (c == '\\' && *i + 1 < line.n) {
            c = line.p[++*i];
            c = c == 'n' ? '\n' : c;
        }
        buf_chr(b, c);
    }
    if (*i >= line.n)
        return story_no(w, "引用符が閉じていません。");
    (*i)++;
    return true;
}

/* JSON as it stands, spaces and quotation marks included. */
static bool take_bracket(struct world *w, slice line, size_t *i, struct buf *b)
{
    int depth = 0;
    bool text = false;
    for (; *i < line.n; (*i)++) {
        char c = line.p[*i];
        buf_chr(b, c);
        if (text && c == '\\' && *i + 1 < line.n)
            buf_chr(b, line.p[++*i]);
        else if (c == '"')
            text = !text;
        else if (!text && (c == '{' || c == '['))
            depth++;
        else if (!text && (c == '}' || c == ']') && --depth == 0) {
            (*i)++;
            return true;
        }
    }
    return story_no(w, "括弧が閉じていません。");
}

static bool take_word(struct world *w, slice line, size_t *i, struct words *out)
{
    struct buf b = BUF(1 << 20);
    bool ok = true;
    out->quoted[out->n] = line.p[*i] == '"';
    while (ok && *i < line.n && !space(line.p[*i])) {
        char c = line.p[*i];
        if (c == '"')
            ok = take_quoted(w, line, i, &b);
        else if (c == '{' || c == '[')
            ok = take_bracket(w, line, i, &b);
        else {
            buf_chr(&b, c);
            (*i)++;
        }
    }
    out->w[out->n++] = arena_sl(w->a, buf_slice(&b));
    buf_free(&b);
    return ok;
}

bool story_words(struct world *w, slice line, struct words *out)
{
    *out = (struct words){0};
    for (size_t i = 0; i < line.n;) {
        if (space(line.p[i])) {
            i++;
            continue;
        }
        if (line.p[i] == '#') { /* to the end of its own line */
            while (i < line.n && line.p[i] != '\n')
                i++;
            continue;
        }
        if (out->n == WORDS_MAX)
            return story_no(w, "一行の語は%d までです。", WORDS_MAX);
        if (!take_word(w, line, &i, out))
            return false;
    }
    return true;
}

slice story_next(struct words *x)
{
    return x->at < x->n ? x->w[x->at++] : SLN;
}

bool story_next_is(const struct words *x, const char *z)
{
    return x->at < x->n && !x->quoted[x->at] && sl_is(x->w[x->at], z);
}

bool story_is(const struct words *x, const char *z)
{
    if (!story_next_is(x, z))
        return false;
    ((struct words *)(uintptr_t)x)->at++;
    return true;
}

bool story_end(struct world *w, const struct words *x)
{
    return x->at == x->n || story_no(w, "余分な語があります: " PRIs, ARGs(x->w[x->at]));
}

bool story_pair(slice word, slice *key, slice *value)
{
    if (!sl_cut(word, '=', key, value) || !key->n)
        return false;
    for (size_t i = 0; i < key->n; i++)
        if (!(key->p[i] == '_' || (key->p[i] >= 'a' && key->p[i] <= 'z') || (key->p[i] >= '0' && key->p[i] <= '9')))
            return false;
    return true;
}

/* --- names --- */
struct thing *story_known(struct world *w, slice name)
{
    for (size_t i = 0; i < w->n_known; i++)
        if (sl_eq(w->known[i].name, name))
            return &w->known[i];
    return NULL;
}

struct thing *story_thing(struct world *w, slice name)
{
    struct thing *t = story_known(w, name);
    if (!t)
        story_no(w, "「" PRIs "」という名は、まだ出てきていません。", ARGs(name));
    return t;
}

bool story_remember(struct world *w, slice name, enum kind_id kind, slice id)
{
    struct thing *t = story_known(w, name);
    if (!t && w->n_known == KNOWN_MAX)
        return story_no(w, "名は%d までです。", KNOWN_MAX);
    if (!t)
        t = &w->known[w->n_known++];
    *t = (struct thing){.name = arena_sl(w->a, name), .id = arena_sl(w->a, id), .kind = kind};
    return true;
}

slice story_name_of(struct world *w, slice id)
{
    for (size_t i = 0; i < w->n_known; i++)
        if (sl_eq(w->known[i].id, id))
            return w->known[i].name;
    return id;
}

/* --- lines --- */
static bool use_file(struct world *w, slice name);

static bool when_of(struct world *w, struct words *x, usec_t *out)
{
    slice day = story_next(x),
          hm = x->at < x->n && sl_cut(x->w[x->at], ':', &(slice){0}, &(slice){0}) ? story_next(x) : SL("09:00");
    if (!instant_parse(sl(arena_fmt(w->tmp, PRIs "T" PRIs, ARGs(day), ARGs(hm))), out))
        return story_no(w, "日時は 2026-10-15 09:00 の形です: " PRIs " " PRIs, ARGs(day), ARGs(hm));
    return true;
}

static bool line_at(struct world *w, struct words *x)
{
    usec_t t;
    return when_of(w, x, &t) && story_end(w, x) && setting_pass(w, t);
}

/* `after 3d`, `after 25h`, `after 10m` */
static bool line_after(struct world *w, struct words *x)
{
    slice s = story_next(x);
    int64_t n, unit = 0;
    char u = s.n ? s.p[s.n - 1] : 0;
    if (s.n)
        s.n--;
    unit = u == 'd' ? 86400 : u == 'h' ? 3600 : u == 'm' ? 60 : 0;
    if (!unit || !sl_int(s, &n) || n <= 0)
        return story_no(w, "after は 3d、25h、10m の形です。");
    return story_end(w, x) && setting_pass(w, w->clock.c.now(&w->clock.c) + n * unit * USEC);
}

static bool line_with(struct world *w, struct words *x)
{
    slice name = story_next(x), key, value;
    if (name.n < 2 || name.p[name.n - 1] != ':' || w->n_with == WITH_MAX)
        return story_no(w, "with 名: 事項=値 …（%d まで）の形です。", WITH_MAX);
    name.n--;
    for (size_t i = x->at; i < x->n; i++)
        if (!story_pair(x->w[i], &key, &value))
            return story_no(w, "事項=値の形でありません: " PRIs, ARGs(x->w[i]));
    w->with[w->n_with].name = name;
    w->with[w->n_with++].w = *x;
    return true;
}

static bool expected(struct world *w, struct words *x, enum want want)
{
    slice who = story_next(x);
    if (!who.n || who.p[who.n - 1] != ':')
        return story_no(w, "だれの手続か（名:）を書いてください。");
    who.n--;
    return act_line(w, who, x, want);
}

static bool line_refuse(struct world *w, struct words *x)
{
    return story_is(x, "found") ? setting_found(w, x, true) : expected(w, x, WANT_REFUSED);
}

static bool line_plain(struct world *w, struct words *x)
{
    slice first = story_next(x);
    if (first.n > 1 && first.p[first.n - 1] == ':') {
        first.n--;
        return story_is(x, "reads")     ? act_read(w, first, x)
               : story_is(x, "exports") ? act_export(w, first, x)
                                        : act_line(w, first, x, WANT_DONE);
    }
    return story_no(w, "分からない行です: " PRIs, ARGs(first));
}

static bool line_do(struct world *w, struct words *x)
{
    static const struct {
        const char *word;
        bool (*fn)(struct world *w, struct words *x);
    } verb[] = {{"org", setting_org},
                {"person", setting_person},
                {"designate", setting_designate},
                {"at", line_at},
                {"after", line_after},
                {"with", line_with},
                {"refuse", line_refuse},
                {"expect", expect_line},
                {"find", expect_find},
                {"stage", act_stage},
                {"feed", act_feed},
                {"matched", act_matched},
                {"generation", act_generation}};
    arena_reset(w->tmp);
    if (story_is(x, "use"))
        return use_file(w, story_next(x)) && story_end(w, x);
    if (story_is(x, "day"))
        return setting_begin(w, x, true);
    if (story_is(x, "empty"))
        return setting_begin(w, x, false);
    if (!w->g)
        return story_no(w, "初めに day 日付 で世界を始めてください。");
    if (story_is(x, "found"))
        return setting_found(w, x, false);
    if (story_is(x, "absent"))
        return expected(w, x, WANT_ABSENT);
    if (story_is(x, "bad"))
        return expected(w, x, WANT_BAD);
    if (story_is(x, "noact"))
        return expected(w, x, WANT_NO_ACT);
    for (size_t i = 0; i < TB_COUNT(verb); i++)
        if (story_is(x, verb[i].word))
            return verb[i].fn(w, x);
    return line_plain(w, x);
}

/* A line that begins with a space goes on with the one above. */
static bool line_joined(slice *rest, size_t *count, slice *line, size_t *at)
{
    if (!rest->n)
        return false;
    const char *start = rest->p;
    *at = *count + 1;
    for (bool first = true; rest->n && (first || rest->p[0] == ' '); first = false) {
        slice one;
        if (!sl_cut(*rest, '\n', &one, rest))
            *rest = SLN;
        (*count)++;
        *line = (slice){start, (size_t)(one.p + one.n - start)};
    }
    return true;
}

static bool story_lines(struct world *w, slice text)
{
    size_t count = 0;
    slice line;
    while (line_joined(&text, &count, &line, &w->line)) {
        struct words x;
        if (!w->depth && !w->out->title[0] && sl_starts(line, "# "))
            snprintf(w->out->title, sizeof w->out->title, PRIs, ARGs(sl_trim(((slice){line.p + 2, line.n - 2}))));
        if (!story_words(w, line, &x))
            return false;
        if (x.n && !line_do(w, &x))
            return story_no(w, "この行は成り立ちません。");
    }
    return true;
}

static bool use_file(struct world *w, slice name)
{
    char path[600];
    struct fault f;
    slice text, file = w->file;
    size_t line = w->line;
    if (w->depth + 1 >= DEPTH_MAX)
        return story_no(w, "use が深すぎます。");
    snprintf(path, sizeof path, "%s/" PRIs ".cast", w->dir, ARGs(name));
    if (file_read(w->a, path, 1 << 20, &text, &f) != E_OK)
        return story_no(w, "%s: %s", path, f.what);
    w->depth++;
    w->file = sl(arena_fmt(w->a, PRIs ".cast", ARGs(name)));
    bool ok = story_lines(w, text);
    w->depth--;
    w->file = file;
    w->line = line;
    return ok;
}

void scn_run(const char *path, const struct scn_config *c, struct scn_result *out)
{
    struct world *w = calloc(1, sizeof *w);
    struct fault f;
    slice text;
    must(w);
    *out = (struct scn_result){0};
    w->cfg = c;
    w->out = out;
    w->a = arena_new(STORY_ARENA);
    w->tmp = arena_new(STORY_ARENA);
    const char *slash = strrchr(path, '/');
    w->dir = slash ? arena_dup(w->a, (slice){path, (size_t)(slash - path)}) : ".";
    w->file = sl(slash ? slash + 1 : path);
    out->ok = file_read(w->a, path, 1 << 20, &text, &f) == E_OK || story_no(w, "%s", f.what);
    out->ok = out->ok && story_lines(w, text);
    if (out->ok && w->g && c->drop.act == ACT_COUNT)
        out->ok = expect_replay(w);
    setting_end(w);
    arena_free(w->a);
    arena_free(w->tmp);
    free(w);
}
