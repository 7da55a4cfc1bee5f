#include "check.h"

#define ITEM(id, text, nodes)                                                                                          \
    "{\"cve\":{\"CVE_data_meta\":{\"ID\":\"" id                                                                        \
    "\"},\"description\":{\"description_data\":[{\"lang\":\"en\",\"value\":\"" text                                    \
    "\"}]}},\"configurations\":{\"nodes\":[" nodes "]}}"
#define ONE(nodes) "{\"CVE_Items\":[" ITEM("CVE-2004-0001", "t", nodes) "]}"
#define TWO(cve)   "{\"vulnerabilities\":[{\"cve\":{\"id\":\"CVE-2004-0001\"" cve "}}]}"
#define CPE        "cpe:2.3:a:v:p:1:*:*:*:*:*:*:*"
#define LEAF1      "{\"vulnerable\":true,\"cpe23Uri\":\"" CPE "\"}"
#define LEAF2      "{\"vulnerable\":true,\"criteria\":\"" CPE "\"}"

static void a_tree_of_nvd_1_is_taken_over_as_it_is(void **state)
{
    (void)state;
    assert_string_equal(
        configs_of(
            FEED_NVD1,
            ONE("{\"operator\":\"AND\",\"negate\":true,\"cpe_match\":[{\"vulnerable\":false,\"cpe23Uri\":\"" CPE
                "\",\"versionStartExcluding\":\"1\",\"versionEndIncluding\":\"2\",\"cpe_name\":[]}],\"children\":["
                "{\"operator\":\"OR\",\"cpe_match\":[" LEAF1 "]}]},{\"cpe_match\":[{\"cpe23Uri\":\"" CPE
                "\",\"versionStartIncluding\":\"3\",\"versionEndExcluding\":\"\"}]}")),
        "[{\"c\":[{\"c\":[],\"m\":[[1,\"" CPE "\",\"\",\"\",\"\",\"\"]],\"neg\":0,\"op\":\"OR\"}],\"m\":[[0,\"" CPE
        "\",\"\",\"1\",\"2\",\"\"]],\"neg\":1,\"op\":\"AND\"},{\"c\":[],\"m\":[[0,\"" CPE
        "\",\"3\",\"\",\"\",\"\"]],\"neg\":0,\"op\":\"OR\"}]");
}

static void a_configuration_of_nvd_2_is_an_operator_over_nodes(void **state)
{
    (void)state;
    assert_string_equal(
        configs_of(FEED_NVD2,
                   TWO(",\"configurations\":[{\"operator\":\"AND\",\"nodes\":[{\"operator\":\"OR\",\"negate\":false,"
                       "\"cpeMatch\":[" LEAF2 ",{\"vulnerable\":false,\"criteria\":\"" CPE
                       "\",\"versionEndExcluding\":\"9\"}]},{\"negate\":true}]},{\"negate\":true}]")),
        "[{\"c\":[{\"c\":[],\"m\":[[1,\"" CPE "\",\"\",\"\",\"\",\"\"],[0,\"" CPE
        "\",\"\",\"\",\"\",\"9\"]],\"neg\":0,\"op\":\"OR\"},{\"c\":[],\"m\":[],\"neg\":1,\"op\":\"OR\"}],\"m\":[],"
        "\"neg\":0,"
        "\"op\":\"AND\"},{\"c\":[],\"m\":[],\"neg\":1,\"op\":\"OR\"}]");
}

static void a_name_of_ten_or_twelve_parts_is_dropped_and_the_record_stands(void **state)
{
    (void)state;
    assert_string_equal(
        outline(FEED_NVD1,
                box_say("a.json", ONE("{\"cpe_match\":[{\"cpe23Uri\":\"cpe:2.3:a:v:p:1:*:*:*:*:*:*\"}," LEAF1
                                      ",{\"cpe23Uri\":\"cpe:2.3:a:v:p:1:*:*:*:*:*:*:*:*\"},{\"vulnerable\":true}]}"))),
        "+ CVE-2004-0001\n= 1 1 0 1 0 3 0\n");
    assert_string_equal(
        outline(FEED_NVD2,
                box_say("a.json",
                        TWO(",\"configurations\":[{\"nodes\":[{\"cpeMatch\":[{\"criteria\":\"cpe:2.3:a:v:p:\"}]}]}]"))),
        "+ CVE-2004-0001\n= 1 1 0 1 0 1 0\n");
}

static void a_withdrawn_cve_is_rejected_in_each_writing(void **state)
{
    (void)state;
    const char *want =
        "+ CVE-2004-0001 {\"configs\":[],\"id\":\"CVE-2004-0001\",\"src\":\"%s\",\"state\":\"rejected\"%s}\n"
        "= 1 1 0 1 0 0 0\n";
    char text[512];
    snprintf(text, sizeof text, want, "nvd1", ",\"summary\":\"** REJECT ** x\"");
    assert_string_equal(
        reading(FEED_NVD1, box_say("a.json", "{\"CVE_Items\":[" ITEM("CVE-2004-0001", "** REJECT ** x", "") "]}")),
        text);
    snprintf(text, sizeof text, want, "nvd1", ",\"summary\":\"Rejected reason: x\"");
    assert_string_equal(
        reading(FEED_NVD1, box_say("a.json", "{\"CVE_Items\":[" ITEM("CVE-2004-0001", "Rejected reason: x", "") "]}")),
        text);
    snprintf(text, sizeof text, want, "nvd2", "");
    assert_string_equal(reading(FEED_NVD2, box_say("a.json", TWO(",\"vulnStatus\":\"Rejected\""))), text);
}

/* NVD 2.0 writes no zone and means UTC; 1.1 leaves the seconds out. */
static void dates_without_a_zone_are_utc(void **state)
{
    (void)state;
    assert_string_equal(reading(FEED_NVD2, box_say("a.json", TWO(",\"published\":\"2024-11-21T08:45:25.493\","
                                                                 "\"lastModified\":\"2024-11-21T08:45Z\""))),
                        "+ CVE-2004-0001 {\"configs\":[],\"id\":\"CVE-2004-0001\",\"modified\":1732178700000000,"
                        "\"published\":1732178725493000,\"src\":\"nvd2\",\"state\":\"published\"}\n= 1 1 0 1 0 0 0\n");
    assert_string_equal(
        reading(FEED_NVD2, box_say("a.json", TWO(",\"published\":\"yesterday at the latest\""))),
        "+ CVE-2004-0001 {\"configs\":[],\"id\":\"CVE-2004-0001\",\"src\":\"nvd2\",\"state\":\"published\"}\n"
        "= 1 1 0 1 0 0 0\n");
}

static void nvd_2_repeats_the_catalogue_and_its_own_score_comes_first(void **state)
{
    (void)state;
    assert_string_equal(
        reading(
            FEED_NVD2,
            box_say("a.json",
                    TWO(",\"cisaExploitAdd\":\"2021-12-10\",\"cisaActionDue\":\"2021-12-24\",\"cisaRequiredAction\":"
                        "\"patch\","
                        "\"cisaVulnerabilityName\":\"Log4Shell\",\"weaknesses\":[{\"description\":[{\"lang\":\"en\","
                        "\"value\":\"CWE-502\"},{\"value\":\"NVD-CWE-noinfo\"},{\"value\":\"CWE-20\"},{\"value\":\"CWE-"
                        "20\"}]}],"
                        "\"metrics\":{\"cvssMetricV31\":[{\"type\":\"Secondary\",\"cvssData\":{\"version\":\"3.1\","
                        "\"baseScore\":1.0}},"
                        "{\"type\":\"Primary\",\"cvssData\":{\"version\":\"3.1\",\"vectorString\":\"V\",\"baseScore\":"
                        "10.0}}],"
                        "\"cvssMetricV2\":[{\"type\":\"Primary\",\"cvssData\":{\"version\":\"2.0\",\"baseScore\":9.3}}]"
                        "}"))),
        "+ CVE-2004-0001 "
        "{\"configs\":[],\"cvss\":{\"base\":100,\"vector\":\"V\",\"version\":\"3.1\"},\"cwe\":[\"CWE-20\","
        "\"CWE-502\"],\"id\":\"CVE-2004-0001\",\"kev\":{\"dateAdded\":\"2021-12-10\",\"dueDate\":\"2021-12-24\","
        "\"requiredAction\":\"patch\"},\"src\":\"nvd2\",\"state\":\"published\",\"title\":\"Log4Shell\"}\n= 1 1 0 1 0 "
        "0 0\n");
}

static void an_override_is_known_by_its_note(void **state)
{
    (void)state;
    assert_string_equal(
        reading(
            FEED_OVERRIDE,
            box_say("a.json",
                    "{\"_annotation\":{\"cve_id\":\"CVE-2024-0072\",\"modified\":\"2024-08-01T17:41:15.878000+00:00\"},"
                    "\"cve\":{\"configurations\":[{\"nodes\":[{\"cpeMatch\":[" LEAF2 "]}]}]}}")),
        "+ CVE-2024-0072 {\"configs\":[{\"c\":[{\"c\":[],\"m\":[[1,\"" CPE
        "\",\"\",\"\",\"\",\"\"]],\"neg\":0,\"op\":\"OR\"}],"
        "\"m\":[],\"neg\":0,\"op\":\"OR\"}],\"id\":\"CVE-2024-0072\",\"modified\":1722534075878000,\"src\":\"nvd-"
        "override\","
        "\"state\":\"published\"}\n= 1 1 0 1 0 0 0\n");
    assert_string_equal(outline(FEED_OVERRIDE, box_say("a.json", "{\"cve\":{}}")),
                        "- #0: a member is missing: _annotation\n= 1 1 0 0 1 0 0\n");
    assert_string_equal(outline(FEED_OVERRIDE, box_say("a.json", "{\"_annotation\":{\"cve_id\":\"CVE-2024-0072\"}}")),
                        "- CVE-2024-0072: a member is missing: cve\n= 1 1 0 0 1 0 0\n");
}

static void wrong_types_reject_the_record_alone(void **state)
{
    static const struct {
        const char *item, *reason;
    } bad[] = {
        {"7", "#1: the record is no object"},
        {"{}", "#1: no CVE id: -"},
        {"{\"cve\":[]}", "#1: a member has the wrong type: cve"},
        {"{\"cve\":{\"CVE_data_meta\":{\"ID\":\"CVE-2004-1\"}}}", "#1: no CVE id: CVE-2004-1"},
        {"{\"cve\":{\"CVE_data_meta\":{\"ID\":\"CVE-2004-00000000000000000001\"}}}",
         "#1: no CVE id: CVE-2004-00000000000000000001"},
        {ITEM("CVE-2004-0002", "t", "{\"operator\":\"XOR\"}"), "CVE-2004-0002: an operator is AND or OR"},
        {ITEM("CVE-2004-0002", "t", "{\"negate\":1}"), "CVE-2004-0002: a member has the wrong type: negate"},
        {ITEM("CVE-2004-0002", "t", "{\"cpe_match\":{}}"), "CVE-2004-0002: a member has the wrong type: cpe_match"},
        {ITEM("CVE-2004-0002", "t", "{\"cpe_match\":[{\"vulnerable\":\"yes\"}]}"),
         "CVE-2004-0002: a member has the wrong type: vulnerable"},
        {ITEM("CVE-2004-0002", "t", "{\"cpe_match\":[{\"cpe23Uri\":7}]}"),
         "CVE-2004-0002: a member has the wrong type: cpe23Uri"},
        {ITEM("CVE-2004-0002", "t",
              "{\"children\":[{\"children\":[{\"children\":[{\"children\":[{\"children\":[{\"children\":[{\"children\":"
              "[{\"children\":"
              "[{}]}]}]}]}]}]}]}]}"),
         "CVE-2004-0002: configurations are nested too deep: children"},
    };
    (void)state;
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        char text[2048], want[512];
        snprintf(text, sizeof text, "{\"CVE_Items\":[%s,%s,%s]}", ITEM("CVE-2004-0001", "t", ""), bad[i].item,
                 ITEM("CVE-2004-0003", "t", ""));
        snprintf(want, sizeof want, "+ CVE-2004-0001\n- %s\n+ CVE-2004-0003\n= 1 3 0 2 1 0 0\n", bad[i].reason);
        assert_string_equal(outline(FEED_NVD1, box_say("a.json", text)), want);
    }
}

static void more_than_100_000_criteria_reject_the_record(void **state)
{
    (void)state;
    struct buf b = BUF((size_t)1 << 23);
    for (int over = 0; over < 2; over++) {
        buf_clear(&b);
        buf_str(
            &b,
            "{\"CVE_Items\":[{\"cve\":{\"CVE_data_meta\":{\"ID\":\"CVE-2004-0001\"}},\"configurations\":{\"nodes\":["
            "{\"cpe_match\":[");
        for (int i = 0; i < 100000 + over; i++)
            buf_str(&b, i ? ",{\"cpe23Uri\":\"cpe:2.3:a:v:p:1:*:*:*:*:*:*:*\"}" : "{}");
        buf_str(&b, "]}]}}]}");
        assert_false(b.over);
        assert_string_equal(outline(FEED_NVD1, box_put("a.json", b.p, b.n)),
                            over ? "- CVE-2004-0001: more than 100,000 CPE criteria\n= 1 1 0 0 1 0 0\n"
                                 : "+ CVE-2004-0001\n= 1 1 0 1 0 1 0\n");
    }
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_of_nvd_1_is_taken_over_as_it_is),
        cmocka_unit_test(a_configuration_of_nvd_2_is_an_operator_over_nodes),
        cmocka_unit_test(a_name_of_ten_or_twelve_parts_is_dropped_and_the_record_stands),
        cmocka_unit_test(a_withdrawn_cve_is_rejected_in_each_writing),
        cmocka_unit_test(dates_without_a_zone_are_utc),
        cmocka_unit_test(nvd_2_repeats_the_catalogue_and_its_own_score_comes_first),
        cmocka_unit_test(an_override_is_known_by_its_note),
        cmocka_unit_test(wrong_types_reject_the_record_alone),
        cmocka_unit_test(more_than_100_000_criteria_reject_the_record),
    };
    return cmocka_run_group_tests_name("nvd", tests, box_up, box_down);
}
