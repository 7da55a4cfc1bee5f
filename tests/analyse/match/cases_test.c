/* Every row of cases.def, through the same doors as real data. */
#include "check.h"

#define A(vpv)     "cpe:2.3:a:" vpv ":*:*:*:*:*:*:*"
#define LEAF_V(v)  "[1,\"cpe:2.3:a:" v ":*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]"
#define LEAF_P(v)  "[0,\"cpe:2.3:a:" v ":*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]"
#define OR(m)      "{\"op\":\"OR\",\"m\":[" m "]}"
#define AND2(a, b) "{\"op\":\"AND\",\"c\":[" a "," b "]}"
#define FW         "cpe:2.3:o:cisco:asa_5505_firmware:9.1:*:*:*:*:*:*:*"
#define HW         "cpe:2.3:h:cisco:asa_5505:-:*:*:*:*:*:*:*"
#define FIRMWARE                                                                                                       \
    "[" AND2(OR("[1,\"cpe:2.3:o:cisco:asa_5505_firmware:*:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"9.2\"]"),                   \
             OR("[0,\"" HW "\",\"\",\"\",\"\",\"\"]")) "]"
#define NEGATED "[" AND2(OR(LEAF_V("v:p:1")), "{\"op\":\"OR\",\"neg\":1,\"m\":[" LEAF_P("v:patch:1") "]}") "]"

struct row {
    enum { ROW_REL, ROW_NAME, ROW_LEAF, ROW_TREE } kind;
    const char *source, *says, *criterion, *asset, *bound[VULN_BOUNDS], *want;
    int value;
};

static const struct row rows[] = {
#define REL(src, s, c, a, r) {.kind = ROW_REL, .source = src, .says = s, .criterion = c, .asset = a, .value = CPE_##r},
#define NAME(src, s, c, a, r)                                                                                          \
    {.kind = ROW_NAME, .source = src, .says = s, .criterion = c, .asset = a, .value = CPE_##r},
#define LEAF(src, s, c, si, se, ei, ee, a, l)                                                                          \
    {.kind = ROW_LEAF,                                                                                                 \
     .source = src,                                                                                                    \
     .says = s,                                                                                                        \
     .criterion = c,                                                                                                   \
     .asset = a,                                                                                                       \
     .bound = {si, se, ei, ee},                                                                                        \
     .value = MATCH_##l},
#define TREE(src, s, c, a, w) {.kind = ROW_TREE, .source = src, .says = s, .criterion = c, .asset = a, .want = w},
#include "cases.def"
};

static struct cpe name_of(struct arena *a, const char *text)
{
    struct cpe c;
    struct fault f = {0};
    if (cpe_parse(a, sl(text), &c, false, &f))
        fail_msg("%s: %s", text, f.what);
    return c;
}

static void relation_holds(const struct row *r)
{
    struct arena *a = arena_new((size_t)1 << 20);
    struct cpe c, t;
    if (r->kind == ROW_NAME) {
        c = name_of(a, r->criterion);
        t = name_of(a, r->asset);
        assert_string_equal(cpe_rel_name(cpe_rel(&c, &t)), cpe_rel_name((enum cpe_rel)r->value));
    }
    for (int at = 0; r->kind == ROW_REL && at < CPE_ATTRS; at++) { /* the table is the same for every attribute */
        struct buf s = BUF(256), g = BUF(256);
        buf_str(&s, "cpe:2.3");
        buf_str(&g, "cpe:2.3");
        for (int i = 0; i < CPE_ATTRS; i++) {
            buf_fmt(&s, ":%s", i == at ? r->criterion : "*");
            buf_fmt(&g, ":%s", i == at ? r->asset : "*");
        }
        c = name_of(a, s.p);
        t = name_of(a, g.p);
        assert_string_equal(cpe_rel_name(cpe_value_rel(&c.at[at], &t.at[at])), cpe_rel_name((enum cpe_rel)r->value));
        buf_free(&s);
        buf_free(&g);
    }
    arena_free(a);
}

static void leaf_holds(const struct row *r)
{
    struct match_engine *e = match_new(ENGINE_CAP, false);
    struct vuln_match m = {.vulnerable = true, .cpe = sl(r->criterion)};
    for (size_t b = 0; b < VULN_BOUNDS; b++)
        m.bound[b] = sl(r->bound[b]);
    const struct vuln_node node = {.match = &m, .matches = 1};
    const struct vuln_record rec = {.id = SL("CVE-1"), .source = VULN_NVD2, .config = &node, .configs = 1};
    struct fault f = {0};
    struct buf lines = BUF(4096);
    assert_int_equal(match_add_vuln(e, &rec, &f), E_OK);
    must_add_asset(e, "a", "", r->asset);
    run_lines(e, 1, &lines, NULL);
    assert_string_equal(match_level_name(level_in(&lines, "a", "CVE-1")), match_level_name((enum match_level)r->value));
    buf_free(&lines);
    match_free(e);
}

static void tree_holds(const struct row *r)
{
    struct match_engine *e = match_new(ENGINE_CAP, false);
    struct buf json = BUF(1 << 16), lines = BUF(4096), want = BUF(4096);
    buf_fmt(&json, "{\"id\":\"CVE-1\",\"src\":\"nvd2\",\"configs\":%s}", r->criterion);
    must_add_vuln(e, json.p);
    for (slice rest = sl(r->asset), line; rest.n;) {
        slice id, system, cpe;
        sl_cut(rest, '\n', &line, &rest);
        sl_cut(line, ' ', &id, &cpe);
        sl_cut(cpe, ' ', &system, &cpe);
        const struct match_asset a = {.id = id, .operator_id = SL("OP"), .system_id = system, .cpe = cpe};
        struct fault f = {0};
        if (match_add_asset(e, &a, &f))
            fail_msg("%s", f.what);
    }
    buf_str(&want, "");
    for (slice rest = sl(r->want), line; rest.n;) {
        slice id, level;
        sl_cut(rest, '\n', &line, &rest);
        sl_cut(line, ' ', &id, &level);
        buf_fmt(&want, PRIs " CVE-1 " PRIs "\n", ARGs(id), ARGs(level));
    }
    run_lines(e, 1, &lines, NULL);
    assert_string_equal(lines.p, want.p);
    buf_free(&json);
    buf_free(&lines);
    buf_free(&want);
    match_free(e);
}

static void case_holds(void **state)
{
    const struct row *r = *state;
    if (r->kind == ROW_LEAF)
        leaf_holds(r);
    else if (r->kind == ROW_TREE)
        tree_holds(r);
    else
        relation_holds(r);
}

int main(void)
{
    static struct CMUnitTest tests[TB_COUNT(rows)];
    static char name[TB_COUNT(rows)][160];
    for (size_t i = 0; i < TB_COUNT(rows); i++) {
        snprintf(name[i], sizeof name[i], "%s: %s", rows[i].source, rows[i].says);
        tests[i] = (struct CMUnitTest){name[i], case_holds, NULL, NULL, (void *)(uintptr_t)&rows[i]};
    }
    return cmocka_run_group_tests_name("cases", tests, NULL, NULL);
}
