/* The engine: precedence, withdrawal, systems, names, reasons, limits. */
#include "check.h"

#define V1(v)  "{\"op\":\"OR\",\"m\":[[1,\"cpe:2.3:a:v:p:" v ":*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]]}"
#define ASSET1 "cpe:2.3:a:v:p:1:*:*:*:*:*:*:*"

static struct match_engine *engine;
static struct buf lines;
static struct match_stats st;

static int begin(void **state)
{
    (void)state;
    engine = match_new(ENGINE_CAP, false);
    lines = BUF((size_t)1 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    match_free(engine);
    buf_free(&lines);
    return 0;
}

static void add(const char *id, const char *src, const char *state, int64_t modified, const char *configs)
{
    struct buf b = BUF((size_t)1 << 20);
    buf_fmt(&b, "{\"id\":\"%s\",\"src\":\"%s\",\"state\":\"%s\",\"modified\":%" PRId64 ",\"configs\":[%s]}", id, src,
            state, modified, configs);
    must_add_vuln(engine, b.p);
    buf_free(&b);
}

static const char *run(unsigned threads)
{
    run_lines(engine, threads, &lines, &st);
    return lines.p;
}

static struct match_why why_of(const char *asset, const char *vuln)
{
    static struct arena *a;
    struct match_why w;
    struct fault f = {0};
    arena_free(a);
    a = arena_new((size_t)1 << 20);
    if (match_explain(engine, sl(asset), sl(vuln), a, &w, &f))
        fail_msg("%s %s: %s", asset, vuln, f.what);
    return w;
}

/* --- which record counts --- */

static void the_source_of_highest_precedence_with_configurations_counts(void **state)
{
    (void)state;
    static const char *const source[] = {"cve5", "nvd1", "nvd2", "override"};
    must_add_asset(engine, "a", "S", ASSET1);
    for (unsigned order = 0; order < 24; order++) { /* in whatever order they come */
        unsigned left[4] = {0, 1, 2, 3}, n = 4, pick = order;
        char id[16];
        snprintf(id, sizeof id, "CVE-%02u", order);
        for (; n; n--) {
            unsigned k = pick % n, s = left[k];
            pick /= n;
            left[k] = left[n - 1];
            add(id, source[s], "published", 0, s == 2 ? V1("1") : V1("9"));
            if (s == 2)
                add(id, "override", "published", 0, ""); /* without configurations: no word */
        }
        assert_int_equal(why_of("a", id).source, VULN_OVERRIDE);
        assert_int_equal(why_of("a", id).level, MATCH_NO);
    }
    assert_string_equal(run(1), "");
    add("CVE-24", "nvd2", "published", 0, V1("1"));
    add("CVE-24", "cve5", "published", 0, V1("9"));
    add("CVE-24", "override", "published", 0, "");
    assert_string_equal(run(1), "a CVE-24 confirmed\n");
    assert_int_equal(why_of("a", "CVE-24").source, VULN_NVD2);
}

static void of_one_source_the_last_modified_counts_and_else_the_first(void **state)
{
    (void)state;
    must_add_asset(engine, "a", "S", ASSET1);
    add("CVE-1", "nvd1", "published", 0, V1("1"));
    add("CVE-1", "nvd1", "published", 0, V1("9"));
    add("CVE-2", "nvd2", "published", 5, V1("9"));
    add("CVE-2", "nvd2", "published", 7, V1("1"));
    add("CVE-2", "nvd2", "published", 6, V1("9"));
    add("CVE-3", "nvd2", "published", 7, V1("9"));
    add("CVE-3", "nvd2", "published", 5, V1("1"));
    assert_string_equal(run(1), "a CVE-1 confirmed\na CVE-2 confirmed\n");
}

/* Trap 22. */
static void a_withdrawn_record_gives_no_rows(void **state)
{
    (void)state;
    must_add_asset(engine, "a", "S", ASSET1);
    add("CVE-1", "nvd2", "published", 5, V1("1"));
    add("CVE-1", "cve5", "rejected", 5, "");
    add("CVE-2", "cve5", "rejected", 6, "");
    add("CVE-2", "nvd2", "published", 5, V1("1"));
    add("CVE-3", "cve5", "rejected", 5, ""); /* published again later */
    add("CVE-3", "nvd2", "published", 6, V1("1"));
    add("CVE-4", "nvd2", "rejected", 5, "");
    add("CVE-4", "override", "published", 9, V1("1")); /* corrects products, not the state */
    assert_string_equal(run(1), "a CVE-3 confirmed\n");
    assert_int_equal(st.rejected, 3);
    assert_int_equal(why_of("a", "CVE-1").by, MATCH_BY_REJECTED);
    assert_int_equal(why_of("a", "CVE-4").by, MATCH_BY_REJECTED);
}

static void a_malformed_leaf_is_counted_and_the_record_stands(void **state)
{
    (void)state;
    must_add_asset(engine, "a", "S", ASSET1);
    add("CVE-1", "nvd2", "published", 0,
        "{\"op\":\"OR\",\"m\":[[1,\"cpe:2.3:a:v:p:1:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"],"
        "[1,\"cpe:2.3:a:v:p:1:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]]}");
    assert_string_equal(run(1), "a CVE-1 confirmed\n");
    assert_int_equal(st.leaves, 2);
    assert_int_equal(st.bad_leaves, 1);
    assert_int_equal(why_of("a", "CVE-1").leaf, 1); /* numbered as in the feed */
}

/* --- assets and systems --- */

static const char platform[] =
    "{\"op\":\"AND\",\"c\":[" V1("1") ",{\"op\":\"OR\",\"m\":[[0,\"cpe:2.3:o:v:os:1:*:*:*:*:*:*:*\","
                                      "\"\",\"\",\"\",\"\"]]}]}";

static void a_system_is_one_operators_and_an_empty_one_is_nobodys(void **state)
{
    (void)state;
    struct fault f = {0};
    const slice os = SL("cpe:2.3:o:v:os:1:*:*:*:*:*:*:*");
    add("CVE-1", "nvd2", "published", 0, platform);
    const struct match_asset asset[] = {
        {.id = SL("a"), .operator_id = SL("OP1"), .system_id = SL("S1"), .cpe = SL(ASSET1)},
        {.id = SL("b"), .operator_id = SL("OP1"), .system_id = SL("S1"), .cpe = os},
        {.id = SL("c"), .operator_id = SL("OP2"), .system_id = SL("S1"), .cpe = SL(ASSET1)},
        {.id = SL("d"), .operator_id = SL("OP3"), .cpe = SL(ASSET1)},
        {.id = SL("e"), .operator_id = SL("OP3"), .cpe = os},
    };
    for (size_t i = 0; i < TB_COUNT(asset); i++)
        assert_int_equal(match_add_asset(engine, &asset[i], &f), E_OK);
    assert_string_equal(run(1), "a CVE-1 confirmed\nc CVE-1 possible\nd CVE-1 possible\n");
}

static void an_asset_that_cannot_be_taken_is_refused_by_field(void **state)
{
    (void)state;
    static const char big[MATCH_TEXT_MAX + 1] = {[0 ... MATCH_TEXT_MAX] = 'x'};
    struct fault f = {0};
    must_add_asset(engine, "a", "S", ASSET1);
    const struct {
        struct match_asset a;
        enum err err;
        const char *where;
    } row[] = {
        {{.id = SLN, .cpe = SL(ASSET1)}, E_FIELD, "asset_id"},
        {{.id = SL("a"), .cpe = SL(ASSET1)}, E_CONFLICT, "asset_id"},
        {{.id = SL("b"), .cpe = SL("cpe:2.3:a:v:p:1")}, E_PARSE, "cpe"},
        {{.id = SL("b"), .cpe = SL("p 1.0")}, E_PARSE, "cpe"},
        {{.id = SL("b"), .vendor = SL("\xff")}, E_FIELD, "vendor"},
        {{.id = SL("b"), .product = {big, sizeof big}}, E_TOO_BIG, "product"},
    };
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        assert_int_equal(match_add_asset(engine, &row[i].a, &f), row[i].err);
        assert_string_equal(f.where, row[i].where);
    }
    add("CVE-1", "nvd2", "published", 0, V1("1"));
    assert_string_equal(run(1), "a CVE-1 confirmed\n");
    assert_int_equal(st.assets, 1);
}

static void rows_come_by_asset_then_by_id_whatever_the_threads(void **state)
{
    (void)state;
    char id[32];
    struct buf one = BUF((size_t)1 << 20);
    for (int i = 0; i < 300; i++) {
        snprintf(id, sizeof id, "CVE-%d", (i * 7919) % 1000);
        add(id, "nvd2", "published", 0, i % 3 ? V1("1") : V1("*"));
        snprintf(id, sizeof id, "A%d", 999 - i);
        must_add_asset(engine, id, i % 2 ? "S" : "", i % 5 ? ASSET1 : "cpe:2.3:a:v:p:2:*:*:*:*:*:*:*");
    }
    buf_str(&one, run(1));
    assert_true(strncmp(one.p, "A999 CVE-0 confirmed\nA999 CVE-103 confirmed\n", 20) == 0);
    assert_int_equal(st.confirmed, 240 * 300 + 60 * 100);
    for (unsigned threads = 2; threads <= 5; threads++)
        assert_string_equal(run(threads), one.p);
    buf_free(&one);
}

static bool stop_at_two(void *ctx, const struct match_row *r)
{
    (void)r;
    return ++*(int *)ctx < 2;
}

static void a_taker_of_rows_can_stop_the_run(void **state)
{
    (void)state;
    int taken = 0;
    struct fault f = {0};
    const struct match_sink sink = {.ctx = &taken, .row = stop_at_two};
    for (int i = 0; i < 5; i++)
        must_add_asset(engine, (char[]){(char)('a' + i), 0}, "", ASSET1);
    add("CVE-1", "nvd2", "published", 0, V1("1"));
    assert_int_equal(match_run(engine, 1, &sink, &st, &f), E_OK);
    assert_int_equal(taken, 2);
}

/* --- names --- */

static bool no_row(void *ctx, const struct match_row *r)
{
    (void)ctx;
    (void)r;
    return true;
}

static void doubt_line(void *ctx, const struct match_unresolved *u)
{
    buf_fmt(ctx, PRIs " %s\n", ARGs(u->asset), match_doubt_name(u->doubt));
}

static const char *doubts(void)
{
    struct fault f = {0};
    const struct match_sink sink = {.ctx = &lines, .row = no_row, .unresolved = doubt_line};
    buf_clear(&lines);
    buf_str(&lines, "");
    assert_int_equal(match_run(engine, 1, &sink, &st, &f), E_OK);
    return lines.p;
}

static enum err alias(const char *vendor, const char *product, const char *cpe, struct fault *f)
{
    const struct match_alias a = {sl(vendor), sl(product), sl(cpe), SL("rule-1")};
    return match_add_alias(engine, &a, f);
}

static void named(const char *id, const char *vendor, const char *product, const char *version, const char *purl)
{
    struct fault f = {0};
    const struct match_asset a = {.id = sl(id),
                                  .operator_id = SL("OP"),
                                  .vendor = sl(vendor),
                                  .product = sl(product),
                                  .version = sl(version),
                                  .purl = sl(purl)};
    if (match_add_asset(engine, &a, &f))
        fail_msg("%s", f.what);
}

#define IOS_XE "cpe:2.3:o:cisco:ios_xe:*:*:*:*:*:*:*:*"

/* Trap 24: one company, many spellings; each is one alias, compared folded. */
static void a_name_resolves_only_through_an_alias_of_its_own(void **state)
{
    (void)state;
    struct fault f = {0};
    assert_int_equal(alias("日本電気株式会社", "ＩＸルーター", "cpe:2.3:o:nec:ix_firmware:*:*:*:*:*:*:*:*", &f), E_OK);
    assert_int_equal(alias("ＮＥＣ", "ix router", "cpe:2.3:o:nec:ix_firmware:*:*:*:*:*:*:*:*", &f), E_OK);
    assert_int_equal(alias("Cisco Systems, Inc.", "IOS XE", "cpe:/o:cisco:ios_xe", &f), E_OK);
    named("a", "㈱日本電気", "ixルーター", "1.2", "");
    named("b", "nec", "IX  Router", "Ver.1.2", "");
    named("c", "NEC", "IX Router 2", "1.2", "");  /* another product */
    named("d", "シスコ", "IOS XE", "17.9.3", ""); /* no such alias */
    named("e", "CISCO SYSTEMS INC", "ios_xe", "バージョン１７．９．３", "");
    named("f", "", "", "", "");
    add("CVE-1", "nvd2", "published", 0,
        "{\"op\":\"OR\",\"m\":[[1,\"cpe:2.3:o:nec:ix_firmware:*:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"1.3\"],"
        "[1,\"cpe:2.3:o:cisco:ios_xe:17.9.3:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]]}");
    assert_string_equal(doubts(), "c name-unknown\nd name-unknown\nf name-missing\n");
    assert_int_equal(st.unresolved, 3);
    assert_string_equal(run(1), "a CVE-1 confirmed\nb CVE-1 confirmed\ne CVE-1 confirmed\n");
    assert_sl(why_of("a", "CVE-1").rule, "rule-1");
    assert_int_equal(why_of("c", "CVE-1").by, MATCH_BY_NOTHING);
}

static void an_alias_added_later_resolves_what_waited(void **state)
{
    (void)state;
    struct fault f = {0};
    named("a", "Cisco", "IOS XE", "17", "");
    add("CVE-1", "nvd2", "published", 0, "{\"op\":\"OR\",\"m\":[[1,\"" IOS_XE "\",\"\",\"\",\"\",\"\"]]}");
    assert_string_equal(run(1), "");
    assert_int_equal(alias("cisco", "ios xe", IOS_XE, &f), E_OK);
    assert_string_equal(run(1), "a CVE-1 confirmed\n");
}

static void an_ambiguous_or_vague_alias_is_refused(void **state)
{
    (void)state;
    struct fault f = {0};
    assert_int_equal(alias("Cisco", "IOS XE", IOS_XE, &f), E_OK);
    assert_int_equal(alias("ＣＩＳＣＯ", "ios  xe", IOS_XE, &f), E_OK); /* the same again */
    assert_int_equal(alias("cisco", "ios xe", "cpe:2.3:o:cisco:ios:*:*:*:*:*:*:*:*", &f), E_CONFLICT);
    assert_int_equal(alias("cisco", "", IOS_XE, &f), E_FIELD);
    assert_int_equal(alias("cisco", "x", "cpe:2.3:o:cisco:*:*:*:*:*:*:*:*:*", &f), E_FIELD);
    assert_int_equal(alias("cisco", "x", "cpe:2.3:*:cisco:x:*:*:*:*:*:*:*:*", &f), E_FIELD);
    assert_int_equal(alias("cisco", "x", "ios", &f), E_PARSE);
}

/* Trap 25: a text that names no one version is matched as not known, and seen. */
static void an_unclear_version_is_possible_and_reported(void **state)
{
    (void)state;
    struct fault f = {0};
    assert_int_equal(alias("cisco", "ios xe", IOS_XE, &f), E_OK);
    named("a", "cisco", "ios xe", "17.9以前", "");
    named("b", "cisco", "ios xe", "", "");
    named("c", "cisco", "ios xe", "17.9", "");
    add("CVE-1", "nvd2", "published", 0, "{\"op\":\"OR\",\"m\":[[1,\"" IOS_XE "\",\"17.1\",\"\",\"\",\"17.12\"]]}");
    assert_string_equal(doubts(), "a version-unclear\n");
    assert_int_equal(st.unclear, 1);
    assert_int_equal(st.unresolved, 0);
    assert_string_equal(run(1), "a CVE-1 possible\nb CVE-1 possible\nc CVE-1 confirmed\n");
}

/* Traps 20 and 21: a distribution's version is not upstream's. */
static void a_distributions_package_known_by_name_is_never_confirmed(void **state)
{
    (void)state;
    struct fault f = {0};
    static const char openssl[] = "cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*";
    assert_int_equal(alias("openssl", "openssl", openssl, &f), E_OK);
    named("deb", "openssl", "openssl", "1.1.1n-0+deb11u5", "pkg:deb/debian/openssl@1.1.1n-0+deb11u5");
    named("rpm", "openssl", "openssl", "1.1.1k-7.el8", "pkg:rpm/redhat/openssl@1.1.1k-7.el8");
    named("src", "openssl", "openssl", "1.1.1k", "pkg:generic/openssl@1.1.1k");
    add("CVE-1", "nvd2", "published", 0,
        "{\"op\":\"OR\",\"m\":[[1,\"cpe:2.3:a:openssl:openssl:*:*:*:*:*:*:*:*\",\"1.1.1\",\"\",\"\",\"1.1.1t\"]]}");
    assert_string_equal(run(1), "deb CVE-1 possible\nrpm CVE-1 possible\nsrc CVE-1 confirmed\n");
    assert_int_equal(why_of("deb", "CVE-1").by, MATCH_BY_PACKAGE);
}

static void an_asset_whose_cpe_is_open_or_a_pattern_is_reported(void **state)
{
    (void)state;
    must_add_asset(engine, "a", "", "cpe:2.3:a:*:p:1:*:*:*:*:*:*:*");
    must_add_asset(engine, "b", "", "cpe:2.3:a:v:p:1.*:*:*:*:*:*:*:*");
    must_add_asset(engine, "c", "", ASSET1);
    assert_string_equal(doubts(), "a cpe-unclear\nb cpe-unclear\n");
    assert_int_equal(st.unclear, 2);
    assert_int_equal(st.classes, 3);
}

/* --- reasons --- */

static void a_reason_says_which_leaf_relation_or_bound_decided(void **state)
{
    (void)state;
    must_add_asset(engine, "in", "S", "cpe:2.3:a:v:p:1.5:*:*:*:*:*:*:*");
    must_add_asset(engine, "out", "S2", "cpe:2.3:a:v:p:2.0:*:*:*:*:*:*:*");
    must_add_asset(engine, "open", "S3", "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*");
    must_add_asset(engine, "na", "S4", "cpe:2.3:a:v:p:-:*:*:*:*:*:*:*");
    must_add_asset(engine, "sw", "S5", "cpe:2.3:a:v:p:1.5:*:*:*:*:joomla:*:*");
    must_add_asset(engine, "os", "S", "cpe:2.3:o:v:os:1:*:*:*:*:*:*:*");
    must_add_asset(engine, "else", "S6", "cpe:2.3:a:v:else:1:*:*:*:*:*:*:*");
    must_add_asset(engine, "alone", "S7", "cpe:2.3:a:v:p:1.5:*:*:*:*:*:*:*");
#define RANGED "[1,\"cpe:2.3:a:v:p:*:*:*:*:*:*:*:*\",\"1.0\",\"\",\"\",\"2.0\"]"
    add("CVE-1", "nvd2", "published", 0,
        "{\"op\":\"OR\",\"m\":[[1,\"cpe:2.3:a:v:q:1:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]," RANGED "]}");
    add("CVE-2", "cve5", "published", 0,
        "{\"op\":\"AND\",\"c\":[{\"op\":\"OR\",\"m\":[" RANGED
        "]},{\"op\":\"OR\",\"m\":[[0,\"cpe:2.3:o:v:os:1:*:*:*:*:*:*:*\",\"\","
        "\"\",\"\",\"\"]]}]}");
    add("CVE-3", "nvd2", "published", 0,
        "{\"op\":\"OR\",\"m\":[[1,\"cpe:2.3:a:v:p:1.5:*:*:*:*:wordpress:*:*\",\"\",\"\",\"\",\"\"]]}");
    add("CVE-4", "nvd2", "published", 0,
        "{\"op\":\"AND\",\"m\":[" RANGED ",[1,\"cpe:2.3:a:v:absent:1:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]]}");
    static const struct {
        const char *asset, *vuln;
        enum match_level level;
        enum match_by by;
    } row[] = {{"in", "CVE-1", MATCH_CONFIRMED, MATCH_BY_RANGE},      {"out", "CVE-1", MATCH_NO, MATCH_BY_BOUND},
               {"open", "CVE-1", MATCH_POSSIBLE, MATCH_BY_OPEN},      {"na", "CVE-1", MATCH_NO, MATCH_BY_BOUND},
               {"else", "CVE-1", MATCH_NO, MATCH_BY_NOTHING},         {"in", "CVE-2", MATCH_CONFIRMED, MATCH_BY_RANGE},
               {"alone", "CVE-2", MATCH_POSSIBLE, MATCH_BY_PLATFORM}, {"in", "CVE-3", MATCH_POSSIBLE, MATCH_BY_OPEN},
               {"sw", "CVE-3", MATCH_NO, MATCH_BY_ATTRIBUTE},         {"in", "CVE-4", MATCH_NO, MATCH_BY_TREE}};
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        struct match_why w = why_of(row[i].asset, row[i].vuln);
        if (w.level != row[i].level || w.by != row[i].by)
            fail_msg("%s %s: %s by %s", row[i].asset, row[i].vuln, match_level_name(w.level), match_by_name(w.by));
    }
    assert_int_equal(why_of("out", "CVE-1").outside, VULN_END_EXCL);
    assert_int_equal(why_of("na", "CVE-1").range, MATCH_RANGE_NA);
    assert_int_equal(why_of("open", "CVE-1").attr, CPE_VERSION);
    assert_int_equal(why_of("in", "CVE-3").attr, CPE_TARGET_SW);
    assert_int_equal(why_of("sw", "CVE-3").attr, CPE_TARGET_SW);
    assert_int_equal(why_of("in", "CVE-1").leaf, 1);
}

static void a_reason_has_one_machine_form(void **state)
{
    (void)state;
    struct buf out = BUF(1 << 16);
    must_add_asset(engine, "a", "S", "cpe:2.3:a:v:p:1.5:sp1:*:*:*:*:*:*");
    add("CVE-1", "nvd2", "published", 0,
        V1("9") ",{\"op\":\"AND\",\"c\":[{\"op\":\"OR\",\"m\":[" RANGED
                "]},{\"op\":\"OR\",\"neg\":1,\"m\":[[0,\"cpe:2.3:o:v:os:1:*:*:*:*:*:"
                "*:*\",\"\",\"\",\"\",\"\"]]}]}");
    struct match_why w = why_of("a", "CVE-1");
    match_why_write(&w, &out);
    assert_string_equal(
        out.p,
        "{\"asset_cpe\":\"cpe:2.3:a:v:p:1.5:sp1:*:*:*:*:*:*\",\"bounds\":{\"versionEndExcluding\":\"2.0\","
        "\"versionStartIncluding\":\"1.0\"},\"by\":\"platform\",\"config\":1,\"criteria\":\"cpe:2.3:a:v:p:*:*:*:*:*:*:*"
        ":*\",\"leaf\":0,"
        "\"level\":\"possible\",\"own\":\"confirmed\",\"path\":[{\"level\":\"possible\",\"negate\":false,\"op\":"
        "\"AND\"},"
        "{\"level\":\"confirmed\",\"negate\":false,\"op\":\"OR\"}],\"range\":\"inside\",\"relations\":{\"edition\":"
        "\"equal\","
        "\"language\":\"equal\",\"other\":\"equal\",\"part\":\"equal\",\"product\":\"equal\",\"sw_edition\":\"equal\","
        "\"target_hw\":\"equal\",\"target_sw\":\"equal\",\"update\":\"superset\",\"vendor\":\"equal\"},\"source\":"
        "\"nvd2\",\"tree\":"
        "\"possible\"}");
    buf_clear(&out);
    add("CVE-2", "nvd2", "published", 0, V1("9"));
    w = why_of("a", "CVE-2");
    match_why_write(&w, &out);
    assert_non_null(strstr(out.p, "\"attr\":\"version\""));
    assert_non_null(strstr(out.p, "\"version\":\"disjoint\""));
    buf_free(&out);
}

static void what_the_engine_does_not_have_cannot_be_explained(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 20);
    struct match_why w;
    struct fault f = {0};
    must_add_asset(engine, "a", "S", ASSET1);
    add("CVE-1", "nvd2", "published", 0, V1("1"));
    assert_int_equal(match_explain(engine, SL("b"), SL("CVE-1"), a, &w, &f), E_ABSENT);
    assert_int_equal(match_explain(engine, SL("a"), SL("CVE-2"), a, &w, &f), E_ABSENT);
    assert_int_equal(match_explain(engine, SL("a"), SL("CVE-1"), a, &w, &f), E_OK);
    arena_free(a);
}

/* --- limits --- */

static void an_engine_that_is_full_says_so_and_keeps_what_it_has(void **state)
{
    (void)state;
    for (size_t cap = 20000; cap < 400000; cap += 3001) {
        struct match_engine *e = match_new(cap, true);
        struct buf out = BUF((size_t)4 << 20), json = BUF(1 << 16);
        struct fault f = {0};
        enum err full = E_OK;
        int taken = 0;
        for (int i = 0; !full && i < 2000; i++) {
            char id[16], cpe[80];
            snprintf(id, sizeof id, "%04d", i);
            snprintf(cpe, sizeof cpe, "cpe:2.3:a:v:p:%d:*:*:*:*:*:*:*", i);
            buf_clear(&json);
            buf_fmt(&json,
                    "{\"id\":\"CVE-%s\",\"src\":\"nvd2\",\"configs\":[{\"op\":\"OR\",\"m\":[[1,\"%s\",\"\",\"\",\"\","
                    "\"\"],[1,\"%s\",\"1\",\"\",\"\","
                    "\"%d\"]]}]}",
                    id, cpe, cpe, i + 1);
            full = add_asset(e, id, "", cpe, &f);
            if (!full)
                full = add_vuln(e, json.p, &f);
            taken += !full;
        }
        assert_int_equal(full, E_TOO_BIG);
        assert_string_equal(f.where, "match");
        const struct match_sink sink = {.ctx = &out, .row = row_line};
        enum err ran = match_run(e, 1, &sink, &st, &f);
        assert_true(ran == E_OK || ran == E_TOO_BIG);
        if (ran == E_OK && taken > 1)
            assert_int_equal(level_in(&out, "0001", "CVE-0001"), MATCH_CONFIRMED);
        buf_free(&out);
        buf_free(&json);
        match_free(e);
    }
}

static void a_range_of_an_ecosystem_is_in_its_own_order(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *end, *version;
        enum match_level level;
    } row[] = {
        {"", "1.0", "1.0.post1", MATCH_NO},
        {"pypi", "1.0", "1.0.post1", MATCH_NO},
        {"pypi", "1.0", "1.0.dev1", MATCH_CONFIRMED},
        {"", "1.0", "1.0-foo", MATCH_NO},
        {"semver", "1.0.0", "1.0.0-foo", MATCH_CONFIRMED}, /* any word behind a hyphen comes before */
        {"", "2.0.b", "2.0.a", MATCH_CONFIRMED},
        {"gem", "2.0", "2.0.a", MATCH_CONFIRMED}, /* any letter is a pre-release */
        {"", "2.0", "2.0.a", MATCH_NO},
        {"maven", "1-1", "1-sp", MATCH_CONFIRMED},
        {"maven", "1-1", "1.1", MATCH_NO},
        {"pypi", "1.0", "1.0~x", MATCH_POSSIBLE}, /* no version of that ecosystem: a person must look */
    };
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        char asset[16], cpe[200], vuln[16], configs[300], last[40] = "";
        struct buf quoted = BUF(200);
        for (const char *c = row[i].version; *c; c++)
            buf_fmt(&quoted, strchr("-~", *c) ? "\\%c" : "%c", *c);
        snprintf(asset, sizeof asset, "a%02zu", i);
        snprintf(vuln, sizeof vuln, "CVE-%02zu", i);
        snprintf(cpe, sizeof cpe, "cpe:2.3:a:v:p%zu:%s:*:*:*:*:*:*:*", i, quoted.p);
        if (row[i].scheme[0])
            snprintf(last, sizeof last, ",\"%s\"", row[i].scheme);
        snprintf(configs, sizeof configs,
                 "{\"op\":\"OR\",\"m\":[[1,\"cpe:2.3:a:v:p%zu:*:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"%s\"%s]]}", i,
                 row[i].end, last);
        must_add_asset(engine, asset, "S", cpe);
        add(vuln, "csaf", "published", 0, configs);
        struct match_why w = why_of(asset, vuln);
        if (w.level != row[i].level)
            fail_msg("%s < %s %s: %s", row[i].version, row[i].end, row[i].scheme, match_level_name(w.level));
        assert_string_equal(version_scheme_name(w.scheme), row[i].scheme[0] ? row[i].scheme : "generic");
        assert_sl(w.bound[VULN_END_EXCL], row[i].end);
        buf_free(&quoted);
    }
}

static void an_empty_engine_runs(void **state)
{
    (void)state;
    assert_string_equal(run(4), "");
    assert_int_equal(st.assets + st.vulns + st.leaves, 0);
    must_add_asset(engine, "a", "S", ASSET1);
    assert_string_equal(run(4), "");
    add("CVE-1", "cve5", "published", 0, "");
    assert_string_equal(run(4), "");
    assert_int_equal(why_of("a", "CVE-1").by, MATCH_BY_NOTHING);
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_source_of_highest_precedence_with_configurations_counts),
        T(of_one_source_the_last_modified_counts_and_else_the_first),
        T(a_withdrawn_record_gives_no_rows),
        T(a_malformed_leaf_is_counted_and_the_record_stands),
        T(a_system_is_one_operators_and_an_empty_one_is_nobodys),
        T(an_asset_that_cannot_be_taken_is_refused_by_field),
        T(rows_come_by_asset_then_by_id_whatever_the_threads),
        T(a_taker_of_rows_can_stop_the_run),
        T(a_name_resolves_only_through_an_alias_of_its_own),
        T(an_alias_added_later_resolves_what_waited),
        T(an_ambiguous_or_vague_alias_is_refused),
        T(an_unclear_version_is_possible_and_reported),
        T(a_distributions_package_known_by_name_is_never_confirmed),
        T(an_asset_whose_cpe_is_open_or_a_pattern_is_reported),
        T(a_reason_says_which_leaf_relation_or_bound_decided),
        T(a_reason_has_one_machine_form),
        T(what_the_engine_does_not_have_cannot_be_explained),
        T(an_engine_that_is_full_says_so_and_keeps_what_it_has),
        T(a_range_of_an_ecosystem_is_in_its_own_order),
        T(an_empty_engine_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
