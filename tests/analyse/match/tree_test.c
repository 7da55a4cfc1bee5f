/* Kleene logic over a system, against truth tables worked out here by definition.
 *
 * Three products stand for the three levels: criterion `yes` meets the asset fully, `may` names an update that the
 * asset leaves open, `no` is another version of it. */
#include "check.h"

static const char *const leaf[3] = {"[1,\"cpe:2.3:a:v:no:9:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]",
                                    "[1,\"cpe:2.3:a:v:may:1:sp2:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]",
                                    "[1,\"cpe:2.3:a:v:yes:1:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]"};

/* The level of the tree: an asset that meets a configuration's own leaf fully has level min(tree, CONFIRMED) = tree. So
 * the tree under test is one side of an AND, the other side the asset's own sure leaf. */
static enum match_level tree_level(const char *tree)
{
    struct match_engine *e = match_new(ENGINE_CAP, false);
    struct buf json = BUF(1 << 16), lines = BUF(1 << 16);
    buf_fmt(&json,
            "{\"id\":\"CVE-1\",\"src\":\"case\",\"configs\":[{\"op\":\"AND\",\"m\":[[1,\"cpe:2.3:a:v:own:1:*:*:*:*:*:*:"
            "*\",\"\",\"\","
            "\"\",\"\"]],\"c\":[%s]}]}",
            tree);
    must_add_vuln(e, json.p);
    must_add_asset(e, "own", "S", "cpe:2.3:a:v:own:1:*:*:*:*:*:*:*");
    must_add_asset(e, "no", "S", "cpe:2.3:a:v:no:1:*:*:*:*:*:*:*");
    must_add_asset(e, "may", "S", "cpe:2.3:a:v:may:1:*:*:*:*:*:*:*");
    must_add_asset(e, "yes", "S", "cpe:2.3:a:v:yes:1:*:*:*:*:*:*:*");
    run_lines(e, 1, &lines, NULL);
    enum match_level l = level_in(&lines, "own", "CVE-1");
    buf_free(&json);
    buf_free(&lines);
    match_free(e);
    return l;
}

static int min(int a, int b)
{
    return a < b ? a : b;
}

static int max(int a, int b)
{
    return a > b ? a : b;
}

static void and_is_the_least_and_or_the_greatest_of_two(void **state)
{
    (void)state;
    char tree[1024];
    for (int is_and = 0; is_and < 2; is_and++)
        for (int neg = 0; neg < 2; neg++)
            for (int a = 0; a < 3; a++)
                for (int b = 0; b < 3; b++) {
                    snprintf(tree, sizeof tree, "{\"op\":\"%s\",\"neg\":%d,\"m\":[%s,%s]}", is_and ? "AND" : "OR", neg,
                             leaf[a], leaf[b]);
                    int want = is_and ? min(a, b) : max(a, b);
                    want = neg ? 2 - want : want;
                    if ((int)tree_level(tree) != want)
                        fail_msg("%s is not %s", tree, match_level_name((enum match_level)want));
                }
}

static void trees_inside_trees_follow_the_same_tables(void **state)
{
    (void)state;
    char tree[2048];
    for (int outer = 0; outer < 4; outer++)
        for (int inner = 0; inner < 4; inner++)
            for (int abc = 0; abc < 27; abc++) {
                int a = abc / 9, b = abc / 3 % 3, c = abc % 3;
                snprintf(tree, sizeof tree,
                         "{\"op\":\"%s\",\"neg\":%d,\"m\":[%s],\"c\":[{\"op\":\"%s\",\"neg\":%d,\"m\":[%s,%s]}]}",
                         outer & 1 ? "AND" : "OR", outer >> 1, leaf[a], inner & 1 ? "AND" : "OR", inner >> 1, leaf[b],
                         leaf[c]);
                int in = inner & 1 ? min(b, c) : max(b, c);
                in = inner >> 1 ? 2 - in : in;
                int want = outer & 1 ? min(a, in) : max(a, in);
                want = outer >> 1 ? 2 - want : want;
                if ((int)tree_level(tree) != want)
                    fail_msg("%s is not %s", tree, match_level_name((enum match_level)want));
            }
}

static void possible_stays_possible_under_negation(void **state)
{
    (void)state;
    char tree[512];
    snprintf(tree, sizeof tree, "{\"op\":\"OR\",\"neg\":1,\"c\":[{\"op\":\"AND\",\"neg\":1,\"m\":[%s]}]}", leaf[1]);
    assert_int_equal(tree_level(tree), MATCH_POSSIBLE);
}

static void what_cannot_be_read_is_left_out_of_its_node(void **state)
{
    (void)state;
    static const char bad[] = "[1,\"cpe:2.3:a:v:yes:1:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]"; /* 10 components */
    static const struct {
        const char *form;
        enum match_level want;
    } row[] = {
        {"{\"op\":\"AND\",\"m\":[%s,[1,\"cpe:2.3:a:v:yes:1:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]]}", MATCH_CONFIRMED},
        {"{\"op\":\"OR\",\"m\":[%s,[1,\"cpe:2.3:a:v:no:9:*:*:*:*:*:*:*\",\"\",\"\",\"\",\"\"]]}", MATCH_NO},
        {"{\"op\":\"AND\",\"m\":[%s]}", MATCH_CONFIRMED},           /* nothing left: left out of its parent */
        {"{\"op\":\"AND\",\"neg\":1,\"m\":[%s]}", MATCH_CONFIRMED}, /* nothing has no negation */
        {"{\"op\":\"OR\",\"c\":[{\"op\":\"OR\",\"m\":[%s]}]}", MATCH_CONFIRMED},
    };
    char tree[1024];
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        snprintf(tree, sizeof tree, row[i].form, bad);
        if (tree_level(tree) != row[i].want)
            fail_msg("%s is not %s", tree, match_level_name(row[i].want));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(and_is_the_least_and_or_the_greatest_of_two),
        cmocka_unit_test(trees_inside_trees_follow_the_same_tables),
        cmocka_unit_test(possible_stays_possible_under_negation),
        cmocka_unit_test(what_cannot_be_read_is_left_out_of_its_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
