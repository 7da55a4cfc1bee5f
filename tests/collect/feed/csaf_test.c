#include "check.h"

#define HEAD(status, tlp)                                                                                              \
    "\"document\":{\"csaf_version\":\"2.0\",\"category\":\"csaf_security_advisory\",\"title\":\"T\","                  \
    "\"distribution\":{\"tlp\":{\"label\":\"" tlp "\"}},\"publisher\":{\"name\":\"V\",\"namespace\":\"https://v\"},"   \
    "\"tracking\":{\"id\":\"VA-1\",\"version\":\"3\",\"status\":\"" status "\"}}"
#define DOC(head, tree, status)                                                                                        \
    "{" head ",\"product_tree\":{" tree                                                                                \
    "},\"vulnerabilities\":[{\"cve\":\"CVE-2024-0001\",\"product_status\":{" status "}}]}"
#define FINAL HEAD("final", "WHITE")
#define CPE   "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"
#define TREE(category, name, helper)                                                                                   \
    "\"branches\":[{\"category\":\"vendor\",\"name\":\"V\",\"branches\":[{\"category\":\"product_name\",\"name\":"     \
    "\"P\",\"branches\":[{\"category\":\"" category "\",\"name\":\"" name                                              \
    "\",\"product\":{\"product_id\":\"1\",\"name\":\"V P\"" helper "}}]}]}]"
#define HELPER(cpe)          ",\"product_identification_helper\":{\"cpe\":\"" cpe "\"}"
#define HIT                  "\"known_affected\":[\"1\"]"
#define LEAF(si, se, ei, ee) "[1,\"" CPE "\",\"" si "\",\"" se "\",\"" ei "\",\"" ee "\"]"
#define OR(leaves)           "[{\"c\":[],\"m\":[" leaves "],\"neg\":0,\"op\":\"OR\"}]"
#define RANGE(range)         DOC(FINAL, TREE("product_version_range", range, HELPER(CPE)), HIT)
#define WHOLE(id, cpe)       "{\"product_id\":\"" id "\",\"name\":\"" id "\"" HELPER(cpe) "}"
#define RELATION(helper)                                                                                               \
    "\"full_product_names\":[" WHOLE("a", CPE) "," WHOLE(                                                              \
        "b", "cpe:/o:v:os:1") "],\"relationships\":[{\"category\":"                                                    \
                              "\"installed_on\",\"product_reference\":\"a\",\"relates_to_product_reference\":\"b\","   \
                              "\"full_product_name\":"                                                                 \
                              "{\"product_id\":\"1\",\"name\":\"a on b\"" helper "}}]"

static void is(const char *record, const char *configs)
{
    assert_string_equal(configs_of(FEED_CSAF, record), configs);
}

static void says(const char *record, const char *words)
{
    const char *got = reading(FEED_CSAF, box_say("a.json", record));
    if (!strstr(got, words))
        fail_msg("%s is not in %s", words, got);
}

static void a_vers_range_becomes_bounds(void **state)
{
    (void)state;
    is(RANGE("vers:generic/>=1.0|<1.5"), OR(LEAF("1.0", "", "", "1.5")));
    is(RANGE("vers:generic/<=1|>2|<3|>=4"),
       OR(LEAF("", "", "1", "") "," LEAF("", "2", "", "3") "," LEAF("4", "", "", "")));
    is(RANGE("vers:generic/2.1"), OR(LEAF("2.1", "", "2.1", "")));
    is(RANGE("vers:all/*"), OR(LEAF("", "", "", "")));
    is(RANGE("vers:pypi/<1.0rc1"), OR("[1,\"" CPE "\",\"\",\"\",\"\",\"1.0rc1\",\"pypi\"]"));
    is(RANGE("vers:npm/<1.0.0-rc.1"), OR("[1,\"" CPE "\",\"\",\"\",\"\",\"1.0.0-rc.1\",\"semver\"]"));
}

static void a_range_that_cannot_be_compared_goes_to_the_unresolved_with_its_words(void **state)
{
    (void)state;
    says(RANGE("< V16"),
         "\"unresolved\":[{\"product\":\"P\",\"vendor\":\"V\",\"version\":\"< V16\",\"why\":\"range-in-words\"}]");
    is(RANGE("< V16"), "[]");
    says(RANGE("vers:deb/<1:2"), "\"why\":\"vers-scheme\"");
    says(RANGE("vers:all/>=V2022.4<V2023.1"), "\"why\":\"vers-malformed\"");
    says(RANGE("vers:generic/>=1|>=2"), "\"why\":\"vers-malformed\"");
    says(RANGE("vers:generic/!=1"), "\"why\":\"vers-malformed\"");
    says(RANGE("vers:generic/>1|<2|<3"), "\"why\":\"vers-malformed\"");
}

static void one_version_goes_into_the_name_and_a_name_only_product_to_the_unresolved(void **state)
{
    (void)state;
    is(DOC(FINAL, TREE("product_version", "1.2", HELPER(CPE)), HIT),
       OR("[1,\"cpe:2.3:a:v:p:1.2:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]"));
    says(DOC(FINAL, TREE("product_version", "1.2", ""), HIT), "\"names\":[[\"V\",\"P\"]]");
    says(DOC(FINAL, TREE("product_version", "1.2", ""), HIT), "\"why\":\"name-only\"");
}

static void only_what_is_affected_is_matched(void **state)
{
    (void)state;
    is(DOC(FINAL, TREE("product_version", "1", HELPER(CPE)), "\"fixed\":[\"1\"]"), "[]");
    is(DOC(FINAL, TREE("product_version", "1", HELPER(CPE)), "\"known_not_affected\":[\"1\"]"), "[]");
    is(DOC(FINAL, TREE("product_version", "1", HELPER(CPE)), "\"under_investigation\":[\"1\"]"), "[]");
}

static void a_part_on_a_platform_needs_both_unless_the_whole_has_a_name(void **state)
{
    (void)state;
    is(DOC(FINAL, RELATION(""), HIT),
       "[{\"c\":[{\"c\":[],\"m\":[" LEAF(
           "", "", "", "") "],\"neg\":0,\"op\":\"OR\"},{\"c\":[],\"m\":[[0,\"cpe:2.3:o:v:os:1:*:*:*:*:*:*:*\",\"\","
                           "\"\",\"\",\"\"]],\"neg\":0,\"op\":\"OR\"}],\"m\":[],\"neg\":0,\"op\":\"AND\"}]");
    is(DOC(FINAL, RELATION(HELPER(CPE)), HIT), OR(LEAF("", "", "", "")));
}

static void the_record_is_the_advisory_with_its_revision(void **state)
{
    (void)state;
    says(RANGE("vers:all/*"), "+ csaf:VA-1 {");
    says(RANGE("vers:all/*"), "\"revision\":\"3\"");
}

static void what_may_not_or_cannot_be_used_is_refused_with_its_reason(void **state)
{
    (void)state;
    says(DOC(HEAD("draft", "WHITE"), TREE("product_version", "1", ""), HIT), "- csaf:VA-1: a draft");
    says(DOC(HEAD("gone", "WHITE"), TREE("product_version", "1", ""), HIT), "neither final nor interim");
    says(DOC(HEAD("final", "AMBER"), TREE("product_version", "1", ""), HIT), "its TLP is not WHITE: AMBER");
    says(DOC(FINAL, TREE("product_version", "1", ""), "\"known_affected\":[\"9\"]"),
         "no such product_id in the product_tree: 9");
    says(DOC(FINAL, TREE("product_version", "1", ""), HIT ",\"fixed\":[\"1\"]"), "both affected and not affected: 1");
    says(DOC(FINAL, "\"full_product_names\":[" WHOLE("1", CPE) "," WHOLE("1", CPE) "]", HIT), "defined twice: 1");
    says("{}", "a member is missing: document");
    says("{\"document\":{\"csaf_version\":\"1.2\"}}", "no document of CSAF 2.0");
}

static void remedies_are_kept_with_the_products_of_their_groups(void **state)
{
    (void)state;
    says("{" FINAL ",\"product_tree\":{" TREE("product_version", "1",
                                              "") ",\"product_groups\":[{\"group_id\":\"g\",\"product_ids\":[\"1\"]}]},"
                                                  "\"vulnerabilities\":[{\"remediations\":[{\"category\":\"vendor_"
                                                  "fix\",\"details\":\"D\",\"group_ids\":[\"g\"]}]}]}",
         "\"remedies\":[{\"category\":\"vendor_fix\",\"details\":\"D\",\"products\":[\"1\"]}]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vers_range_becomes_bounds),
        cmocka_unit_test(a_range_that_cannot_be_compared_goes_to_the_unresolved_with_its_words),
        cmocka_unit_test(one_version_goes_into_the_name_and_a_name_only_product_to_the_unresolved),
        cmocka_unit_test(only_what_is_affected_is_matched),
        cmocka_unit_test(a_part_on_a_platform_needs_both_unless_the_whole_has_a_name),
        cmocka_unit_test(the_record_is_the_advisory_with_its_revision),
        cmocka_unit_test(what_may_not_or_cannot_be_used_is_refused_with_its_reason),
        cmocka_unit_test(remedies_are_kept_with_the_products_of_their_groups),
    };
    return cmocka_run_group_tests(tests, box_up, box_down);
}
