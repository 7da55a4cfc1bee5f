/* The record that readers hand over: its canonical text and its limits. */
#include "check.h"

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new((size_t)256 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void equal_records_are_equal_bytes(void **state)
{
    (void)state;
    static const char canonical[] =
        "{\"configs\":[{\"c\":[{\"c\":[],\"m\":[[0,\"cpe:2.3:h:v:p:-:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]],\"neg\":1,"
        "\"op\":"
        "\"OR\"}],\"m\":[[1,\"cpe:2.3:o:v:日本:*:*:*:*:*:*:*:*\",\"1.0\",\"\",\"\",\"2.0\"]],\"neg\":0,\"op\":\"AND\"}]"
        ","
        "\"id\":\"CVE-2026-0001\",\"modified\":1750000000000000,\"src\":\"nvd2\",\"state\":\"published\"}";
    static const char shuffled[] =
        "{ \"title\": \"not ours\", \"src\": \"nvd2\", \"modified\": 1750000000000000, \"id\": \"CVE-2026-0001\", "
        "\"configs\": "
        "[ {\"op\": \"AND\", \"m\": [[true, \"cpe:2.3:o:v:\\u65e5本:*:*:*:*:*:*:*:*\", \"1.0\", \"\", \"\", \"2.0\"]], "
        "\"c\": [{\"op\": \"OR\", \"neg\": true, \"m\": [[0, \"cpe:2.3:h:v:p:-:*:*:*:*:*:*:*\", \"\", \"\", \"\", "
        "\"\"]]}]}]}";
    const char *const text[] = {canonical, shuffled};
    for (size_t i = 0; i < TB_COUNT(text); i++) {
        struct vuln_record r;
        struct fault f = {0};
        struct buf out = BUF(1 << 16);
        if (vuln_record_parse(arena, sl(text[i]), &r, &f))
            fail_msg("%s: %s", f.where, f.what);
        assert_sl(r.id, "CVE-2026-0001");
        assert_int_equal(r.source, VULN_NVD2);
        assert_int_equal(vuln_record_leaves(&r), 2);
        assert_true(r.config[0].is_and && r.config[0].child[0].negate && r.config[0].match[0].vulnerable);
        assert_sl(r.config[0].match[0].bound[VULN_END_EXCL], "2.0");
        vuln_record_write(&r, &out);
        assert_string_equal(out.p, canonical);
        buf_free(&out);
    }
}

static void every_source_has_a_name_that_reads_back(void **state)
{
    (void)state;
    enum vuln_source s;
    for (unsigned i = 0; i < VULN_SOURCES; i++) {
        assert_true(vuln_source_of(sl(vuln_source_name((enum vuln_source)i)), &s));
        assert_int_equal(s, i);
    }
    assert_true(vuln_source_of(SL("override"), &s) && s == VULN_OVERRIDE);
    assert_true(vuln_source_of(SL("nvd11"), &s) && s == VULN_NVD1);
    assert_false(vuln_source_of(SL("jvn"), &s));
}

static void a_text_that_is_no_record_is_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *text, *where, *says;
    } row[] = {
        {"", "", "no JSON"},
        {"[]", "", "JSON object"},
        {"{\"id\":\"A\",\"id\":\"A\"}", "", "duplicate"},
        {"{}", "id", "id is a string"},
        {"{\"id\":7}", "id", "id is a string"},
        {"{\"id\":\"\"}", "id", "id is a string"},
        {"{\"id\":\"a\\nb\",\"src\":\"cve5\"}", "a\nb", "control characters"},
        {"{\"id\":\"CVE-1\"}", "CVE-1", "src is none of"},
        {"{\"id\":\"CVE-1\",\"src\":\"x\"}", "CVE-1", "src is none of"},
        {"{\"id\":\"CVE-1\",\"src\":\"cve5\",\"state\":\"gone\"}", "CVE-1", "state is"},
        {"{\"id\":\"CVE-1\",\"src\":\"cve5\",\"modified\":\"now\"}", "CVE-1", "modified is"},
        {"{\"id\":\"CVE-1\",\"src\":\"cve5\",\"configs\":{}}", "CVE-1", "configurations are an array"},
        {"{\"id\":\"CVE-1\",\"src\":\"cve5\",\"configs\":[7]}", "CVE-1", "op is AND or OR"},
        {"{\"id\":\"CVE-1\",\"src\":\"cve5\",\"configs\":[{\"op\":\"XOR\"}]}", "CVE-1", "op is AND or OR"},
        {"{\"id\":\"CVE-1\",\"src\":\"cve5\",\"configs\":[{\"op\":\"OR\",\"neg\":\"no\"}]}", "CVE-1", "neg is"},
        {"{\"id\":\"CVE-1\",\"src\":\"cve5\",\"configs\":[{\"op\":\"OR\",\"m\":{}}]}", "CVE-1", "m is an array"},
        {"{\"id\":\"CVE-1\",\"src\":\"cve5\",\"configs\":[{\"op\":\"OR\",\"m\":[[1,\"x\"]]}]}", "CVE-1",
         "an array of 6"},
        {"{\"id\":\"CVE-1\",\"src\":\"cve5\",\"configs\":[{\"op\":\"OR\",\"m\":[[\"1\",\"x\",\"\",\"\",\"\",\"\"]]}]}",
         "CVE-1", "an array of 6"},
        {"{\"id\":\"CVE-1\",\"src\":\"cve5\",\"configs\":[{\"op\":\"OR\",\"m\":[[1,\"x\",\"\",2,\"\",\"\"]]}]}",
         "CVE-1", "strings"},
    };
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        struct vuln_record r;
        struct fault f = {0};
        enum err e = vuln_record_parse(arena, sl(row[i].text), &r, &f);
        if (e == E_OK || strcmp(f.where, row[i].where) || !strstr(f.what, row[i].says))
            fail_msg("%s: \"%s\" %s", row[i].text, f.where, e ? f.what : "was taken");
    }
}

/* {"op":"OR","c":[…]} inside one another, or `leaves` criteria in one node. */
static const char *record_of(size_t depth, size_t leaves, size_t bound)
{
    struct buf b = BUF((size_t)64 << 20);
    buf_str(&b, "{\"id\":\"CVE-1\",\"src\":\"cve5\",\"configs\":[");
    for (size_t i = 1; i < depth; i++)
        buf_str(&b, "{\"op\":\"OR\",\"c\":[");
    buf_str(&b, "{\"op\":\"OR\",\"m\":[");
    for (size_t i = 0; i < leaves; i++) {
        buf_str(&b, i ? ",[1,\"x\",\"" : "[1,\"x\",\"");
        for (size_t k = 0; k < bound; k++)
            buf_chr(&b, '1');
        buf_str(&b, "\",\"\",\"\",\"\"]");
    }
    buf_str(&b, "]}");
    for (size_t i = 1; i < depth; i++)
        buf_str(&b, "]}");
    buf_str(&b, "]}");
    must(!b.over);
    const char *text = arena_dup(arena, buf_slice(&b));
    buf_free(&b);
    return text;
}

static void a_record_has_limits_and_stands_at_them(void **state)
{
    (void)state;
    static const struct {
        size_t depth, leaves, bound;
        enum err want;
    } row[] = {{VULN_DEPTH_MAX, 1, 1, E_OK},  {VULN_DEPTH_MAX + 1, 1, 1, E_TOO_BIG},
               {1, VULN_LEAVES_MAX, 0, E_OK}, {1, VULN_LEAVES_MAX + 1, 0, E_TOO_BIG}, /* trap 1: 966,298 leaves */
               {1, 1, VULN_BOUND_MAX, E_OK},  {1, 1, VULN_BOUND_MAX + 1, E_TOO_BIG}};
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        struct vuln_record r;
        struct fault f = {0};
        const char *text = record_of(row[i].depth, row[i].leaves, row[i].bound);
        assert_int_equal(vuln_record_parse(arena, sl(text), &r, &f), row[i].want);
        arena_reset(arena);
    }
}

static void a_hostile_text_takes_no_more_room_than_promised(void **state)
{
    (void)state;
    /* More nodes than may be, each a list of its own: every node is counted before room is taken. */
    struct buf b = BUF((size_t)64 << 20);
    buf_str(&b, "{\"id\":\"CVE-1\",\"src\":\"cve5\",\"configs\":[{\"op\":\"OR\",\"c\":[{\"op\":\"OR\",\"c\":[");
    for (size_t i = 0; i < 400000; i++)
        buf_str(&b, i ? ",{\"op\":\"OR\"}" : "{\"op\":\"OR\"}");
    buf_str(&b, "]}]}]}");
    struct arena *small = arena_new(VULN_ROOM(b.n));
    struct vuln_record r;
    struct fault f = {0};
    assert_int_equal(vuln_record_parse(small, buf_slice(&b), &r, &f), E_TOO_BIG);
    arena_free(small);
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_records_are_equal_bytes),
        cmocka_unit_test(every_source_has_a_name_that_reads_back),
        cmocka_unit_test(a_text_that_is_no_record_is_refused_by_name),
        cmocka_unit_test(a_record_has_limits_and_stands_at_them),
        cmocka_unit_test(a_hostile_text_takes_no_more_room_than_promised),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
