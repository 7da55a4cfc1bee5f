#include "check.h"

#include "analyse/match/vulnrec.h"

/* One published record whose CNA container has these members, with these ADP containers. */
#define RECORD(cna, adp)                                                                                               \
    "{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{\"cveId\":\"CVE-2024-0001\","               \
    "\"state\":\"PUBLISHED\"},\"containers\":{\"cna\":{" cna "},\"adp\":[" adp "]}}"
#define AFFECTED(entries) RECORD("\"affected\":[" entries "]", "")
#define ENTRY(cpe, status, versions)                                                                                   \
    "{\"cpes\":[\"" cpe "\"],\"defaultStatus\":\"" status "\",\"versions\":[" versions "]}"
#define P                         "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"
#define Q                         "cpe:2.3:a:v:q:-:*:*:*:*:*:*:*"
#define OR(leaves)                "[{\"c\":[],\"m\":[" leaves "],\"neg\":0,\"op\":\"OR\"}]"
#define LEAF(cpe, si, se, ei, ee) "[1,\"" cpe "\",\"" si "\",\"" se "\",\"" ei "\",\"" ee "\"]"

static void is(const char *record, const char *configs)
{
    assert_string_equal(configs_of(FEED_CVE5, record), configs);
}

/* --- versions --- */

static void every_name_stands_for_every_affected_version(void **state)
{
    (void)state;
    is(AFFECTED("{\"cpes\":[\"" P "\",\"" Q "\"],\"versions\":["
                "{\"status\":\"affected\",\"version\":\"1.0\",\"lessThan\":\"1.5\"},"
                "{\"status\":\"unaffected\",\"version\":\"1.5\"},"
                "{\"status\":\"affected\",\"version\":\"2.0\",\"lessThanOrEqual\":\"2.3\"}]}"),
       OR(LEAF(P, "1.0", "", "", "1.5") "," LEAF(P, "2.0", "", "2.3", "") "," LEAF(
           "cpe:2.3:a:v:q:*:*:*:*:*:*:*:*", "1.0", "", "", "1.5") "," LEAF("cpe:2.3:a:v:q:*:*:*:*:*:*:*:*", "2.0", "",
                                                                           "2.3", "")));
}

static void a_name_with_its_own_version_is_never_crossed(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY("cpe:2.3:a:v:p:1.2:*:*:*:*:*:*:*", "unaffected",
                      "{\"status\":\"affected\",\"version\":\"1.0\"},{\"status\":\"affected\",\"version\":\"1.1\"}")),
       OR(LEAF("cpe:2.3:a:v:p:1.2:*:*:*:*:*:*:*", "", "", "", "")));
}

static void one_exact_version_goes_into_the_name_quoted_and_in_lower_case(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY(P, "unaffected", "{\"status\":\"affected\",\"version\":\"1.0~RC1-a_b\"}")),
       OR(LEAF("cpe:2.3:a:v:p:1.0\\\\~rc1-a_b:*:*:*:*:*:*:*", "", "", "", "")));
    is(AFFECTED(ENTRY(P, "unaffected", "{\"status\":\"affected\",\"version\":\"AZaz09\"}")),
       OR(LEAF("cpe:2.3:a:v:p:azaz09:*:*:*:*:*:*:*", "", "", "", "")));
    is(AFFECTED(ENTRY(Q, "unaffected", "{\"status\":\"affected\",\"version\":\"7\"}")),
       OR(LEAF("cpe:2.3:a:v:q:7:*:*:*:*:*:*:*", "", "", "", "")));
}

static void words_for_no_version_mean_all_versions(void **state)
{
    static const char *const word[] = {"0",       "*", "-",   "unspecified",  "N/A",
                                       "unknown", "",  "all", "All Versions", "any"};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(word); i++) {
        char record[1024];
        snprintf(record, sizeof record,
                 AFFECTED(ENTRY(Q, "unaffected", "{\"status\":\"affected\",\"version\":\"%s\"}")), word[i]);
        is(record, OR(LEAF("cpe:2.3:a:v:q:*:*:*:*:*:*:*:*", "", "", "", "")));
        snprintf(record, sizeof record,
                 AFFECTED(ENTRY(P, "unaffected", "{\"status\":\"affected\",\"version\":\"%s\",\"lessThan\":\"3\"}")),
                 word[i]);
        is(record, OR(LEAF(P, "", "", "", "3")));
    }
}

static void an_upper_end_of_star_is_no_upper_end(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY(P, "unaffected", "{\"status\":\"affected\",\"version\":\"2\",\"lessThan\":\"*\"}")),
       OR(LEAF(P, "2", "", "", "")));
    is(AFFECTED(ENTRY(P, "unaffected", "{\"status\":\"affected\",\"version\":\"0\",\"lessThanOrEqual\":\"*\"}")),
       OR(LEAF(P, "", "", "", "")));
}

static void prose_is_no_version_and_the_product_is_kept_by_name(void **state)
{
    (void)state;
    assert_string_equal(
        reading(FEED_CVE5, box_say("a.json", AFFECTED("{\"vendor\":\"V\",\"product\":\"Pump\",\"cpes\":[\"" P
                                                      "\"],\"versions\":[{\"status\":\"affected\","
                                                      "\"version\":\"< 3.0.6\"}]}"))),
        "+ CVE-2024-0001 {\"configs\":[],\"id\":\"CVE-2024-0001\",\"names\":[[\"V\",\"Pump\"]],\"src\":\"cve5\","
        "\"state\":\"published\"}\n= 1 1 0 1 0 0 0\n");
}

static void affected_by_default_without_versions_is_the_name_itself(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY(Q, "affected", "")), OR(LEAF(Q, "", "", "", "")));
    is(AFFECTED(ENTRY(Q, "unknown", "")), "[]");
    is(AFFECTED(ENTRY(Q, "unaffected", "")), "[]");
}

static void a_change_inside_a_range_ends_what_is_affected(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY(P, "unaffected",
                      "{\"status\":\"affected\",\"version\":\"5.0\",\"lessThan\":\"6.0\",\"changes\":["
                      "{\"at\":\"5.0.7\",\"status\":\"unaffected\"},{\"at\":\"5.2\",\"status\":\"affected\"}]}")),
       OR(LEAF(P, "5.0", "", "", "5.0.7") "," LEAF(P, "5.2", "", "", "6.0")));
}

static void changes_count_in_the_order_of_versions_however_often_they_come(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY(P, "unaffected",
                      "{\"status\":\"affected\",\"version\":\"1\",\"lessThan\":\"9\",\"changes\":["
                      "{\"at\":\"6\",\"status\":\"affected\"},{\"at\":\"3\",\"status\":\"unaffected\"},"
                      "{\"at\":\"7\",\"status\":\"unaffected\"}]}")),
       OR(LEAF(P, "1", "", "", "3") "," LEAF(P, "6", "", "", "7")));
    is(AFFECTED(ENTRY(P, "unaffected",
                      "{\"status\":\"unaffected\",\"version\":\"0\",\"lessThan\":\"*\",\"changes\":["
                      "{\"at\":\"2\",\"status\":\"affected\"}]}")),
       OR(LEAF(P, "2", "", "", "")));
}

/* --- affected by default, except --- */

static void a_change_inside_what_is_taken_out_counts_to_its_next_change(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY(P, "affected",
                      "{\"status\":\"unaffected\",\"version\":\"1\",\"lessThan\":\"9\",\"changes\":["
                      "{\"at\":\"3\",\"status\":\"affected\"},{\"at\":\"6\",\"status\":\"unaffected\"}]}")),
       OR(LEAF(P, "3", "", "", "6") "," LEAF(P, "", "", "", "1") "," LEAF(P, "3", "", "", "6") "," LEAF(P, "9", "", "",
                                                                                                        "")));
    /* 5.0.7 to 6 is unaffected by its change, 7 by its entry; all else is affected by default */
    is(AFFECTED(ENTRY(P, "affected",
                      "{\"status\":\"affected\",\"version\":\"5\",\"lessThan\":\"6\",\"changes\":["
                      "{\"at\":\"5.0.7\",\"status\":\"unaffected\"}]},{\"status\":\"unaffected\",\"version\":\"7\"}")),
       OR(LEAF(P, "5", "", "", "5.0.7") "," LEAF(P, "", "", "", "5.0.7") "," LEAF(P, "6", "", "",
                                                                                  "7") "," LEAF(P, "", "7", "", "")));
}

static void what_is_left_of_all_versions_is_the_gaps_between_the_unaffected(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY(P, "affected",
                      "{\"status\":\"unaffected\",\"version\":\"7.18.0\",\"lessThan\":\"7.18.8\"},"
                      "{\"status\":\"unaffected\",\"version\":\"0\",\"lessThan\":\"7.17.5\"},"
                      "{\"status\":\"unaffected\",\"version\":\"7.18.2\",\"lessThanOrEqual\":\"7.18.3\"},"
                      "{\"status\":\"unaffected\",\"version\":\"7.19.3\",\"lessThan\":\"*\"}")),
       OR(LEAF(P, "7.17.5", "", "", "7.18.0") "," LEAF(P, "7.18.8", "", "", "7.19.3")));
}

static void single_unaffected_versions_are_cut_out_of_all(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY(P, "affected",
                      "{\"status\":\"unaffected\",\"version\":\"2\"},{\"status\":\"unaffected\",\"version\":\"1\"}")),
       OR(LEAF(P, "", "", "", "1") "," LEAF(P, "", "1", "", "2") "," LEAF(P, "", "2", "", "")));
}

static void an_unaffected_branch_with_a_star_ends_with_the_branch(void **state)
{
    (void)state;
    is(AFFECTED(
           ENTRY(P, "affected", "{\"status\":\"unaffected\",\"version\":\"5.10.214\",\"lessThanOrEqual\":\"5.10.*\"}")),
       OR(LEAF(P, "", "", "", "5.10.214") "," LEAF(P, "5.11", "", "", "")));
    is(AFFECTED(ENTRY(P, "affected", "{\"status\":\"unaffected\",\"version\":\"1\",\"lessThanOrEqual\":\"lts.*\"}")),
       OR(LEAF(P, "", "", "", "1") "," LEAF(P, "lts.*", "", "", "")));
}

static void entries_of_one_name_are_taken_together(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY(P, "affected", "{\"status\":\"unaffected\",\"version\":\"1\",\"lessThan\":\"2\"}") "," ENTRY(
           "cpe:2.3:a:v:p:-:*:*:*:*:*:*:*", "affected",
           "{\"status\":\"unaffected\",\"version\":\"0\",\"lessThan\":\"1\"}")),
       OR(LEAF(P, "2", "", "", "")));
}

static void a_list_of_affected_versions_alone_is_the_whole_list(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY(P, "affected", "{\"status\":\"affected\",\"version\":\"1\",\"lessThan\":\"2\"}")),
       OR(LEAF(P, "1", "", "", "2")));
    is(AFFECTED(ENTRY(P, "affected", "{\"status\":\"unknown\",\"version\":\"1\"}")), OR(LEAF(P, "", "", "", "")));
    is(AFFECTED(ENTRY(P, "affected", "{\"status\":\"unaffected\",\"version\":\"unspecified\"}")),
       OR(LEAF(P, "", "", "", "")));
    is(AFFECTED(ENTRY(P, "affected", "{\"status\":\"unaffected\",\"version\":\"0\",\"lessThan\":\"*\"}")), "[]");
}

/* --- names --- */

static void a_quoted_colon_does_not_part_a_name(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY("cpe:2.3:a:v:moni\\\\:\\\\:tool:*:*:*:*:*:*:*:*", "unaffected",
                      "{\"status\":\"affected\",\"version\":\"0\",\"lessThanOrEqual\":\"4.6.3\"}")),
       OR(LEAF("cpe:2.3:a:v:moni\\\\:\\\\:tool:*:*:*:*:*:*:*:*", "", "", "4.6.3", "")));
}

static void a_malformed_name_is_dropped_and_counted_and_the_record_stands(void **state)
{
    (void)state;
    assert_string_equal(
        reading(FEED_CVE5,
                box_say("a.json", AFFECTED("{\"cpes\":[\"cpe:2.3:a:ibm:cpe:2.3:a:ibm:qradar:3.12:*:*:*:*:*:*:*\","
                                           "\"cpe:2.3:a:v:p:1:*:*:*:*:*:*\",\"cpe:2.3:a:v:p:2:*:*:*:*:*:*:*\"]}"))),
        "+ CVE-2024-0001 {\"configs\":" OR(
            LEAF("cpe:2.3:a:v:p:2:*:*:*:*:*:*:*", "", "", "", "")) ",\"id\":\"CVE-2024-0001\",\"src\":\"cve5\","
                                                                   "\"state\":\"published\"}\n= 1 1 0 1 0 2 0\n");
}

static void a_uri_names_the_distribution_and_is_no_criterion(void **state)
{
    (void)state;
    is(AFFECTED(ENTRY("cpe:/o:redhat:enterprise_linux:6", "affected", "")), "[]");
}

static void applicability_trees_are_read_beside_the_products(void **state)
{
    (void)state;
    is(RECORD("\"affected\":[" ENTRY(
                  P, "affected",
                  "") "],\"cpeApplicability\":[{\"operator\":\"AND\",\"nodes\":["
                      "{\"operator\":\"OR\",\"negate\":true,\"cpeMatch\":[{\"vulnerable\":true,\"criteria\":\"" Q
                      "\",\"versionStartIncluding\":\"1\",\"versionEndExcluding\":\"2\"}]}]}]",
              "{\"cpeApplicability\":[{\"nodes\":[]}]}"),
       "[{\"c\":[],\"m\":[" LEAF(P, "", "", "", "") "],\"neg\":0,\"op\":\"OR\"},{\"c\":[{\"c\":[],\"m\":[" LEAF(
           Q, "1", "", "", "2") "],\"neg\":1,\"op\":\"OR\"}],\"m\":[],\"neg\":0,\"op\":\"AND\"},"
                                "{\"c\":[],\"m\":[],\"neg\":0,\"op\":\"OR\"}]");
}

static void names_without_a_usable_cpe_are_kept_once_and_sorted(void **state)
{
    (void)state;
    assert_string_equal(
        reading(FEED_CVE5,
                box_say("a.json",
                        AFFECTED("{\"vendor\":\"z\",\"product\":\"b\"},{\"vendor\":\"z\",\"product\":\"a\"},"
                                 "{\"vendor\":\"n/a\",\"product\":\"only\"},{\"vendor\":\"z\",\"product\":\"b\"},"
                                 "{\"vendor\":\"n/a\",\"product\":\"n/a\"},{\"vendor\":\"x\",\"product\":\"safe\","
                                 "\"versions\":[{\"status\":\"unaffected\",\"version\":\"1\"}]}"))),
        "+ CVE-2024-0001 "
        "{\"configs\":[],\"id\":\"CVE-2024-0001\",\"names\":[[\"\",\"only\"],[\"z\",\"a\"],[\"z\",\"b\"]],"
        "\"src\":\"cve5\",\"state\":\"published\"}\n= 1 1 0 1 0 0 0\n");
}

/* --- limits --- */

/* 1,001 names times 100 versions; the real record that did this had 966,298 combinations. */
static void a_cross_product_over_the_cap_rejects_the_record(void **state)
{
    (void)state;
    struct buf b = BUF(1 << 22);
    for (int over = 0; over < 2; over++) {
        buf_clear(&b);
        buf_str(&b, "{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.0\",\"cveMetadata\":{\"cveId\":\"CVE-2024-0001\","
                    "\"state\":\"PUBLISHED\"},\"containers\":{\"cna\":{\"affected\":[{\"cpes\":[");
        for (int i = 0; i < 1000 + over; i++)
            buf_fmt(&b, "%s\"cpe:2.3:a:v:p%d:*:*:*:*:*:*:*:*\"", i ? "," : "", i);
        buf_str(&b, "],\"versions\":[");
        for (int i = 0; i < 100; i++)
            buf_fmt(&b, "%s{\"status\":\"affected\",\"version\":\"1.%d\"}", i ? "," : "", i);
        buf_str(&b, "]}]}}}");
        assert_string_equal(
            outline(FEED_CVE5, box_put("a.json", b.p, b.n)),
            over ? "- CVE-2024-0001: more than 100,000 combinations of CPE and version\n= 1 1 0 0 1 0 0\n"
                 : "+ CVE-2024-0001\n= 1 1 0 1 0 0 0\n");
    }
    buf_free(&b);
}

static void a_bound_that_no_version_has_is_dropped(void **state)
{
    static const char *const member[] = {"\"version\":\"%s\",\"lessThan\":\"3\"", "\"lessThan\":\"%s\"",
                                         "\"lessThanOrEqual\":\"%s\""};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(member); i++) {
        for (size_t n = VULN_BOUND_MAX; n <= VULN_BOUND_MAX + 1; n++) {
            char record[2048], bound[VULN_BOUND_MAX + 2] = "", versions[512];
            memset(bound, '1', n);
            snprintf(versions, sizeof versions, member[i], bound);
            snprintf(record, sizeof record, AFFECTED(ENTRY(P, "unaffected", "{\"status\":\"affected\",%s}")), versions);
            assert_string_equal(outline(FEED_CVE5, box_say("a.json", record)),
                                n > VULN_BOUND_MAX ? "+ CVE-2024-0001\n= 1 1 0 1 0 1 0\n"
                                                   : "+ CVE-2024-0001\n= 1 1 0 1 0 0 0\n");
            assert_int_equal(strcmp(configs_of(FEED_CVE5, record), "[]") == 0, n > VULN_BOUND_MAX);
        }
    }
}

/* --- what CISA adds --- */

#define CISA  "\"providerMetadata\":{\"orgId\":\"134c704f-9b21-4f2e-91b3-4a467353bcc0\",\"shortName\":\"CISA-ADP\"}"
#define OTHER "\"providerMetadata\":{\"orgId\":\"00000000-0000-4000-9000-000000000000\",\"shortName\":\"CVE\"}"
#define SSVC(e, a, t, at)                                                                                              \
    "{\"other\":{\"type\":\"ssvc\",\"content\":{\"options\":[{\"Exploitation\":\"" e "\"},{\"Automatable\":\"" a       \
    "\"},{\"Technical Impact\":\"" t "\"}],\"timestamp\":\"" at "\"}}}"

static const char *body_of(const char *adp)
{
    static char record[8192];
    snprintf(record, sizeof record, RECORD("", "%s"), adp);
    return reading(FEED_CVE5, box_say("a.json", record));
}

static void ssvc_comes_from_cisa_alone_in_lower_case_and_the_newest_counts(void **state)
{
    (void)state;
    assert_string_equal(
        body_of("{" CISA ",\"metrics\":[" SSVC("Active", "Yes", "Total", "2024-03-01T00:00:00.5Z") "," SSVC(
            "none", "no", "partial", "2024-02-01T00:00:00Z") "]}"),
        "+ CVE-2024-0001 {\"configs\":[],\"id\":\"CVE-2024-0001\",\"src\":\"cve5\",\"ssvc\":{"
        "\"at\":1709251200500000,\"automatable\":\"yes\",\"exploitation\":\"active\",\"technicalImpact\":"
        "\"total\"},\"state\":\"published\"}\n= 1 1 0 1 0 0 0\n");
    assert_string_equal(
        body_of("{" OTHER ",\"metrics\":[" SSVC("poc", "no", "partial", "2024-02-01T00:00:00Z") "]}"),
        "+ CVE-2024-0001 {\"configs\":[],\"id\":\"CVE-2024-0001\",\"src\":\"cve5\",\"state\":\"published\"}\n"
        "= 1 1 0 1 0 0 0\n");
}

static void a_value_that_ssvc_does_not_know_is_left_out(void **state)
{
    (void)state;
    assert_string_equal(
        body_of("{" CISA ",\"metrics\":[" SSVC("rumoured", "maybe", "partial", "") "]}"),
        "+ CVE-2024-0001 {\"configs\":[],\"id\":\"CVE-2024-0001\",\"src\":\"cve5\",\"ssvc\":{\"technicalImpact\":"
        "\"partial\"},\"state\":\"published\"}\n= 1 1 0 1 0 0 0\n");
}

static void the_catalogue_of_exploited_ones_is_read_from_the_container(void **state)
{
    (void)state;
    assert_string_equal(
        body_of("{" CISA ",\"metrics\":[{\"other\":{\"type\":\"kev\",\"content\":{\"dateAdded\":\"2022-03-15\"}}}]}"),
        "+ CVE-2024-0001 "
        "{\"configs\":[],\"id\":\"CVE-2024-0001\",\"kev\":{\"dateAdded\":\"2022-03-15\"},\"src\":\"cve5\","
        "\"state\":\"published\"}\n= 1 1 0 1 0 0 0\n");
    assert_string_equal(
        body_of("{" CISA ",\"metrics\":[{\"other\":{\"type\":\"kev\",\"content\":{\"dateAdded\":\"2022-02-30\"}}}]}"),
        "- CVE-2024-0001: no date: dateAdded\n= 1 1 0 0 1 0 0\n");
}

static void the_newest_cvss_is_kept_and_the_makers_own_first(void **state)
{
    (void)state;
    assert_string_equal(
        reading(FEED_CVE5,
                box_say("a.json",
                        RECORD("\"metrics\":[{\"cvssV3_1\":{\"version\":\"3.1\",\"vectorString\":\"CVSS:3.1/AV:N\","
                               "\"baseScore\":9.8}},{\"cvssV2_0\":{\"version\":\"2.0\",\"vectorString\":\"AV:N\","
                               "\"baseScore\":5}}]",
                               "{\"metrics\":[{\"cvssV3_1\":{\"version\":\"3.1\",\"vectorString\":\"CVSS:3.1/"
                               "AV:L\",\"baseScore\":1}}]}"))),
        "+ CVE-2024-0001 {\"configs\":[],\"cvss\":{\"base\":98,\"vector\":\"CVSS:3.1/AV:N\",\"version\":\"3.1\"},"
        "\"id\":\"CVE-2024-0001\",\"src\":\"cve5\",\"state\":\"published\"}\n= 1 1 0 1 0 0 0\n");
}

/* --- the record --- */

static void texts_are_cleaned_and_cut(void **state)
{
    (void)state;
    for (int points = 2000; points <= 2001; points++) {
        struct buf b = BUF(1 << 16);
        buf_str(&b, "{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{\"cveId\":\"CVE-2024-0001\","
                    "\"state\":\"PUBLISHED\"},\"containers\":{\"cna\":{\"title\":\" a\\u001b[31mb\\u202e\","
                    "\"descriptions\":[{\"lang\":\"en\",\"value\":\"english\"},{\"lang\":\"ja\",\"value\":\"");
        for (int i = 0; i < points; i++)
            buf_str(&b, "あ");
        buf_str(&b, "\"}]}}}");
        struct fault f;
        struct feed_item item;
        struct feed_unit u = {.format = FEED_CVE5, .path = box_put("a.json", b.p, b.n)};
        struct feed *s = feed_open(&u, &(struct feed_opt){0}, &f);
        assert_int_equal(feed_next(s, &item, &f), FEED_RECORD);
        assert_string_equal(json_string_value(json_object_get(item.record.json, "title")), "a [31mb");
        const char *summary = json_string_value(json_object_get(item.record.json, "summary"));
        assert_int_equal(strlen(summary), 2000 * strlen("あ"));
        assert_string_equal(summary + 1998 * strlen("あ"), points > 2000 ? "あ…" : "ああ");
        feed_close(s);
        buf_free(&b);
    }
}

static void a_rejected_cve_says_so_and_why(void **state)
{
    (void)state;
    assert_string_equal(
        reading(FEED_CVE5,
                box_say("a.json",
                        "{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{\"cveId\":"
                        "\"CVE-2024-0001\",\"state\":\"REJECTED\",\"dateUpdated\":\"2024-01-01T00:00:00\"},"
                        "\"containers\":{\"cna\":{\"rejectedReasons\":[{\"lang\":\"en\",\"value\":\"twice\"}]}}}")),
        "+ CVE-2024-0001 {\"configs\":[],\"id\":\"CVE-2024-0001\",\"modified\":1704067200000000,\"src\":\"cve5\","
        "\"state\":\"rejected\",\"summary\":\"twice\"}\n= 1 1 0 1 0 0 0\n");
}

static void what_is_no_record_is_rejected_with_the_reason(void **state)
{
    static const struct {
        const char *text, *reason;
    } bad[] = {
        {"{}", "- #0: no CVE id: -\n"},
        {"{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.0\",\"cveMetadata\":{\"cveId\":\"CVE-24-1\"}}",
         "- #0: no CVE id: CVE-24-1\n"},
        {"{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"4.0\",\"cveMetadata\":{\"cveId\":\"CVE-2024-0001\"}}",
         "- CVE-2024-0001: no record of CVE JSON 5: dataType, dataVersion\n"},
        {"{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.0\",\"cveMetadata\":{\"cveId\":\"CVE-2024-0001\",\"state\":"
         "\"RESERVED\"}}",
         "- CVE-2024-0001: neither PUBLISHED nor REJECTED: state\n"},
        {"{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.0\",\"cveMetadata\":{\"cveId\":\"CVE-2024-0001\",\"state\":"
         "\"PUBLISHED\"}}",
         "- CVE-2024-0001: a member is missing: containers.cna\n"},
        {AFFECTED("{\"cpes\":\"x\"}"), "- CVE-2024-0001: a member has the wrong type: cpes\n"},
        {AFFECTED("{\"cpes\":[7]}"), "- CVE-2024-0001: a member has the wrong type: cpes\n"},
        {AFFECTED("[]"), "- CVE-2024-0001: an element of an array is no object\n"},
        {AFFECTED(ENTRY(P, "affected", "{\"status\":\"affected\",\"version\":1}")),
         "- CVE-2024-0001: a member has the wrong type: version\n"},
        {RECORD("\"metrics\":[{\"cvssV3_1\":{\"version\":\"3.1\",\"baseScore\":10.1}}]", ""),
         "- CVE-2024-0001: a CVSS value is out of range: baseScore\n"},
        {RECORD("\"metrics\":[{\"cvssV3_1\":{\"version\":\"3.\\u0007\",\"baseScore\":10}}]", ""),
         "- CVE-2024-0001: a CVSS value is out of range: baseScore\n"},
        {RECORD("\"metrics\":[{\"cvssV3_1\":{\"version\":\"3.1\",\"vectorString\":\"\\u0007\",\"baseScore\":10}}]", ""),
         "- CVE-2024-0001: a CVSS value is out of range: baseScore\n"},
    };
    (void)state;
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        char want[256];
        snprintf(want, sizeof want, "%s= 1 1 0 0 1 0 0\n", bad[i].reason);
        assert_string_equal(outline(FEED_CVE5, box_say("a.json", bad[i].text)), want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_stands_for_every_affected_version),
        cmocka_unit_test(a_name_with_its_own_version_is_never_crossed),
        cmocka_unit_test(one_exact_version_goes_into_the_name_quoted_and_in_lower_case),
        cmocka_unit_test(words_for_no_version_mean_all_versions),
        cmocka_unit_test(an_upper_end_of_star_is_no_upper_end),
        cmocka_unit_test(prose_is_no_version_and_the_product_is_kept_by_name),
        cmocka_unit_test(affected_by_default_without_versions_is_the_name_itself),
        cmocka_unit_test(a_change_inside_a_range_ends_what_is_affected),
        cmocka_unit_test(changes_count_in_the_order_of_versions_however_often_they_come),
        cmocka_unit_test(a_change_inside_what_is_taken_out_counts_to_its_next_change),
        cmocka_unit_test(what_is_left_of_all_versions_is_the_gaps_between_the_unaffected),
        cmocka_unit_test(single_unaffected_versions_are_cut_out_of_all),
        cmocka_unit_test(an_unaffected_branch_with_a_star_ends_with_the_branch),
        cmocka_unit_test(entries_of_one_name_are_taken_together),
        cmocka_unit_test(a_list_of_affected_versions_alone_is_the_whole_list),
        cmocka_unit_test(a_quoted_colon_does_not_part_a_name),
        cmocka_unit_test(a_malformed_name_is_dropped_and_counted_and_the_record_stands),
        cmocka_unit_test(a_uri_names_the_distribution_and_is_no_criterion),
        cmocka_unit_test(applicability_trees_are_read_beside_the_products),
        cmocka_unit_test(names_without_a_usable_cpe_are_kept_once_and_sorted),
        cmocka_unit_test(a_cross_product_over_the_cap_rejects_the_record),
        cmocka_unit_test(a_bound_that_no_version_has_is_dropped),
        cmocka_unit_test(ssvc_comes_from_cisa_alone_in_lower_case_and_the_newest_counts),
        cmocka_unit_test(a_value_that_ssvc_does_not_know_is_left_out),
        cmocka_unit_test(the_catalogue_of_exploited_ones_is_read_from_the_container),
        cmocka_unit_test(the_newest_cvss_is_kept_and_the_makers_own_first),
        cmocka_unit_test(texts_are_cleaned_and_cut),
        cmocka_unit_test(a_rejected_cve_says_so_and_why),
        cmocka_unit_test(what_is_no_record_is_rejected_with_the_reason),
    };
    return cmocka_run_group_tests_name("cve5", tests, box_up, box_down);
}
