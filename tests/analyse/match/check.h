/* What the matcher's tests share: cmocka with its includes, a small engine filled from text. */
#ifndef TB_MATCH_CHECK_H
#define TB_MATCH_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/match/match.h"

#define assert_sl(s, z) check_sl((s), (z), __FILE__, __LINE__)
static inline void check_sl(slice s, const char *z, const char *file, int line)
{
    if (!sl_is(s, z)) {
        print_error("\"" PRIs "\" is not \"%s\"\n", ARGs(s), z);
        _fail(file, line);
    }
}

#define ENGINE_CAP ((size_t)64 << 20)

/* A record in canonical JSON; E_OK or the fault. */
static inline enum err add_vuln(struct match_engine *e, const char *json, struct fault *f)
{
    struct arena *a = arena_new(VULN_ROOM(strlen(json)));
    struct vuln_record r;
    enum err bad = vuln_record_parse(a, sl(json), &r, f);
    if (!bad)
        bad = match_add_vuln(e, &r, f);
    arena_free(a);
    return bad;
}

static inline void must_add_vuln(struct match_engine *e, const char *json)
{
    struct fault f = {0};
    if (add_vuln(e, json, &f))
        fail_msg("%s: %s\n%s", f.where, f.what, json);
}

static inline enum err add_asset(struct match_engine *e, const char *id, const char *system, const char *cpe,
                                 struct fault *f)
{
    struct match_asset a = {.id = sl(id), .operator_id = SL("OP"), .system_id = sl(system), .cpe = sl(cpe)};
    return match_add_asset(e, &a, f);
}

static inline void must_add_asset(struct match_engine *e, const char *id, const char *system, const char *cpe)
{
    struct fault f = {0};
    if (add_asset(e, id, system, cpe, &f))
        fail_msg("%s: %s (%s)", f.where, f.what, cpe);
}

/* The rows of a run as lines "asset vuln level\n". */
static inline bool row_line(void *ctx, const struct match_row *r)
{
    buf_fmt(ctx, PRIs " " PRIs " %s\n", ARGs(r->asset), ARGs(r->vuln), match_level_name(r->why->level));
    return true;
}

static inline void run_lines(struct match_engine *e, unsigned threads, struct buf *out, struct match_stats *st)
{
    struct match_stats none;
    struct fault f = {0};
    const struct match_sink sink = {.ctx = out, .row = row_line};
    buf_clear(out);
    buf_str(out, "");
    if (match_run(e, threads, &sink, st ? st : &none, &f))
        fail_msg("%s: %s", f.where, f.what);
}

/* The level that the run gave one pair, MATCH_NO without a row. */
static inline enum match_level level_in(const struct buf *lines, const char *asset, const char *vuln)
{
    char key[256];
    snprintf(key, sizeof key, "%s %s ", asset, vuln);
    const char *at = strstr(lines->p, key);
    if (!at)
        return MATCH_NO;
    return at[strlen(key)] == 'c' ? MATCH_CONFIRMED : MATCH_POSSIBLE;
}

#endif
