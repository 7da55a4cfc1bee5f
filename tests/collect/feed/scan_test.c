#include "check.h"

#include "collect/feed/scan.h"

static const char *const want[] = {"A", "vulnerabilities", NULL};

/* The elements between | and the skeleton after =, fed in pieces of `step` bytes. */
static const char *scanned(const char *text, size_t step)
{
    static struct buf out = BUF(1 << 16);
    struct scan s;
    enum scan_step r = SCAN_MORE;
    scan_init(&s, want, 1000, 1000);
    buf_clear(&out);
    for (size_t at = 0, n = strlen(text); at < n && r != SCAN_BAD;) {
        size_t used, len = step < n - at ? step : n - at;
        r = scan_feed(&s, text + at, len, &used);
        at += used;
        if (r == SCAN_ELEMENT)
            buf_fmt(&out, "|" PRIs, ARGs(buf_slice(&s.elem)));
    }
    buf_fmt(&out, "=" PRIs "%s", ARGs(buf_slice(&s.skel)), r == SCAN_BAD ? "!" : "");
    scan_free(&s);
    return out.p;
}

static void elements_are_the_same_however_the_bytes_come(void **state)
{
    static const struct {
        const char *text, *want;
    } doc[] = {
        {"{\"A\":[1,2]}", "|1|2={\"A\":[]}"},
        {"{\"A\":[]}", "={\"A\":[]}"},
        {"{\"A\" : [ {} ,\n[ ] ]\n, \"z\":0}", "|{} |[ ] ={\"A\" : [], \"z\":0}"},
        {"{\"b\":[\"A\",[1]],\"A\":[{\"A\":[1,{}]},\"]\\\"[,\\\\\",\"\"]}",
         "|{\"A\":[1,{}]}|\"]\\\"[,\\\\\"|\"\"={\"b\":[\"A\",[1]],\"A\":[]}"},
        {"{\"x\":{\"A\":[1]},\"vulnerabilities\":[tru],\"A\":[3]}",
         "|tru={\"x\":{\"A\":[1]},\"vulnerabilities\":[],\"A\":[3]}"},
        {"{\"x\":\"A\",\"B\":[1]}", "={\"x\":\"A\",\"B\":[1]}"},
        {"{\"\\\"A\":[1]}", "={\"\\\"A\":[1]}"},
        {"{\"A\":1,\"A\":[2", "={\"A\":1,\"A\":["},
        {"{\"A\":[1,]}", "|1={\"A\":[!"},
        {"{\"A\":[,1]}", "={\"A\":[!"},
        {"{\"A\":[1,,2]}", "|1={\"A\":[!"},
        {"[\"A\",[1]]", "=[\"A\",[1]]"},
        {"{\"A\":[}]}", "|}={\"A\":[]}"},
        {"A long key is no short one {\"vulnerabilities of many kinds\":[1]}",
         "=A long key is no short one {\"vulnerabilities of many kinds\":[1]}"},
    };
    (void)state;
    for (size_t i = 0; i < TB_COUNT(doc); i++) {
        for (size_t step = 1; step <= strlen(doc[i].text); step++) {
            const char *got = scanned(doc[i].text, step);
            /* White space between the array's bracket and what follows belongs to the skeleton. */
            struct buf flat = BUF(1 << 16);
            for (const char *c = got; *c; c++)
                if (*c != '\n')
                    buf_chr(&flat, *c);
            if (strcmp(flat.p, doc[i].want) != 0)
                fail_msg("in steps of %zu: %s is not %s", step, flat.p, doc[i].want);
            buf_free(&flat);
        }
    }
}

static void an_element_over_its_limit_is_told_and_the_next_is_whole(void **state)
{
    (void)state;
    struct scan s;
    size_t used;
    const char *text = "{\"A\":[\"0123456789\",7]}";
    scan_init(&s, want, 10, 1000);
    assert_int_equal(scan_feed(&s, text, strlen(text), &used), SCAN_ELEMENT);
    assert_true(s.elem.over);
    assert_int_equal(scan_feed(&s, text + used, strlen(text) - used, &used), SCAN_ELEMENT);
    assert_false(s.elem.over);
    assert_string_equal(s.elem.p, "7");
    scan_free(&s);
}

static void the_cost_counts_nesting_and_values_outside_strings(void **state)
{
    (void)state;
    assert_int_equal(scan_cost(SL("{\"a\":[[1]],\"b\":\"[[[[\\\"[[\"}")).depth, 3);
    assert_int_equal(scan_cost(SL("]]][")).depth, 1);
    assert_int_equal(scan_cost(SL("")).depth, 0);
    assert_true(scan_cost(SL("[[],[],[]]")).bytes > 4 * 100);
    assert_true(scan_cost(SL("\"[[],[],[]]\"")).bytes < 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_the_same_however_the_bytes_come),
        cmocka_unit_test(an_element_over_its_limit_is_told_and_the_next_is_whole),
        cmocka_unit_test(the_cost_counts_nesting_and_values_outside_strings),
    };
    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
