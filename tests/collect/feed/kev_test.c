#include "check.h"

#include "collect/feed/norm.h"

#define KEV(entries) "{\"title\":\"t\",\"catalogVersion\":\"2025.08.25\",\"count\":1,\"vulnerabilities\":[" entries "]}"

static void an_entry_keeps_its_dates_its_action_and_its_product(void **state)
{
    (void)state;
    assert_string_equal(
        reading(
            FEED_KEV,
            box_say("a.json",
                    KEV("{\"cveID\":\"CVE-2021-44228\",\"vendorProject\":\"Apache\",\"product\":\"Log4j2\","
                        "\"vulnerabilityName\":\"n\",\"dateAdded\":\"2021-12-10\",\"shortDescription\":\"d\","
                        "\"requiredAction\":\"a\",\"dueDate\":\"2021-12-24\",\"knownRansomwareCampaignUse\":\"Known\","
                        "\"notes\":\"x\",\"cwes\":[\"CWE-502\",\"CWE-20\",7]}"))),
        "+ CVE-2021-44228 "
        "{\"cwe\":[\"CWE-20\",\"CWE-502\"],\"id\":\"CVE-2021-44228\",\"kev\":{\"dateAdded\":\"2021-12-10\","
        "\"dueDate\":\"2021-12-24\",\"notes\":\"x\",\"ransomware\":\"known\",\"requiredAction\":\"a\"},\"names\":[["
        "\"Apache\","
        "\"Log4j2\"]],\"src\":\"kev\",\"summary\":\"d\",\"title\":\"n\"}\n= 1 1 0 1 0 0 0\n");
}

static void an_entry_that_is_none_is_rejected(void **state)
{
    (void)state;
    assert_string_equal(
        outline(FEED_KEV,
                box_say("a.json",
                        KEV("{\"cveID\":\"CVE-2021-0001\"},{\"cveID\":\"CVE-2021-0002\",\"dateAdded\":\"10/12/2021\"},"
                            "{\"cveID\":\"CVE-2021-0003\",\"dateAdded\":\"2021-12-10\","
                            "\"knownRansomwareCampaignUse\":\"Maybe\"},{\"cve\":{\"id\":\"CVE-2021-0004\"}}"))),
        "- CVE-2021-0001: a member is missing: dateAdded\n- CVE-2021-0002: no date: dateAdded\n"
        "- CVE-2021-0003: neither Known nor Unknown: knownRansomwareCampaignUse\n- #3: no CVE id: -\n= 1 4 0 0 4 0 "
        "0\n");
}

/* --- EPSS --- */

static void numbers_from_0_to_1_become_billionths(void **state)
{
    static const struct {
        const char *text;
        int64_t want; /* -1: refused */
    } n[] = {{"0", 0},
             {"1", 1000000000},
             {"1.0", 1000000000},
             {"0.00043", 430000},
             {"0.000430000", 430000},
             {"9e-05", 90000},
             {"9E-5", 90000},
             {"0.123456789", 123456789},
             {"0.1234567894", 123456789},
             {"0.1234567896", 123456790},
             {"1.0000000001", -1},
             {"1.1", -1},
             {"-0.1", -1},
             {"", -1},
             {".5", -1},
             {"5.", -1},
             {"0x1", -1},
             {"nan", -1},
             {"\"0\"", -1},
             {"0.1 ", 100000000},
             {"1e999", -1},
             {"00.1", -1}};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(n); i++) {
        int64_t got;
        bool ok = feed_billionths(sl(n[i].text), &got);
        assert_int_equal(ok ? got : -1, n[i].want);
    }
}

#define SCORE(id, p, s)                                                                                                \
    "+ " id " {\"epss\":{\"percentile\":" p ",\"score\":" s "},\"id\":\"" id "\",\"src\":\"epss\"}\n"

static void both_separators_both_line_ends_and_the_header_are_read(void **state)
{
    (void)state;
    const char *want =
        SCORE("CVE-1999-0001", "876500000", "33510000") SCORE("CVE-1999-0002", "0", "1000000000") "= 1 2 0 2 0 0 0\n";
    assert_string_equal(
        reading(FEED_EPSS, box_say("a.csv", "CVE-1999-0001;0.033510000;0.876500000\nCVE-1999-0002;1;0\n")), want);
    assert_string_equal(
        reading(FEED_EPSS, box_say("a.csv", "#model_version:v1,score_date:2024-03-07T00:00:00+0000\r\n"
                                            "cve,epss,percentile\r\n\r\nCVE-1999-0001,0.03351,0.8765\r\n"
                                            "CVE-1999-0002,1.0,0.0")),
        want);
    assert_string_equal(reading(FEED_EPSS, box_say("a.csv", "\xEF\xBB\xBF"
                                                            "cve,epss,percentile\nCVE-1999-0001,0.03351,0.8765\n"
                                                            "CVE-1999-0002,1.0,0.0\n")),
                        want);
}

static void a_bad_line_is_rejected_and_the_next_is_read(void **state)
{
    (void)state;
    struct buf b = BUF(1 << 16);
    buf_str(
        &b,
        "CVE-1999-0001;0.1;0.2\nCVE-1999-0002;0.1\nCVE-1999-0003;2;0.5\nCVE-99-4;0.1;0.2\nCVE-1999-0005;0.1;0.2;0.3\n"
        "cve,epss,percentile\nGHSA-x;0.1;0.2\n\xff;0.1;0.2\n");
    for (int i = 0; i < 5000; i++)
        buf_chr(&b, 'x');
    buf_str(&b, "\nCVE-1999-0009;0.1;0.2\n");
    assert_string_equal(
        outline(FEED_EPSS, box_put("a.csv", b.p, b.n)),
        "+ CVE-1999-0001\n- #1: no line of CVE, score, percentile\n"
        "- CVE-1999-0003: not a number from 0 to 1: epss, percentile\n- #3: no CVE id: CVE-99-4\n"
        "- #4: no line of CVE, score, percentile\n- #5: a header line among the records\n- #6: no CVE id: GHSA-x\n"
        "- #7: no line of CVE, score, percentile\n- #8: the line is too long\n+ CVE-1999-0009\n= 1 10 0 2 8 0 0\n");
    buf_free(&b);
}

static void a_last_line_cut_short_fails_the_file(void **state)
{
    (void)state;
    assert_string_equal(outline(FEED_EPSS, box_say("a.csv", "CVE-1999-0001;0.1;0.2\nCVE-1999-00")),
                        "+ CVE-1999-0001\n! parse a.csv #1: the last line is cut short\n");
    assert_string_equal(outline(FEED_EPSS, box_say("a.csv", "CVE-1999-0001;0.1;0.2\nCVE-1999-0002;0.1;")),
                        "+ CVE-1999-0001\n! parse a.csv #1: the last line is cut short\n");
}

static void another_csv_is_no_epss(void **state)
{
    (void)state;
    assert_string_equal(outline(FEED_EPSS, box_say("a.csv", "# Notes\n\n")),
                        "! type a.csv #0: no file of this format: CVE,score,percentile\n");
    assert_string_equal(outline(FEED_EPSS, box_say("a.csv", "cve,epss,percentile\n")), "= 1 0 0 0 0 0 0\n");
    assert_string_equal(outline(FEED_EPSS, box_say("a.csv", "cve,base,epss\nCVE-1999-0001,0.1,0.2\n")),
                        "! type a.csv #0: no file of this format: CVE,score,percentile\n");
    assert_string_equal(outline(FEED_EPSS, box_say("a.csv", "cveID,vendorProject,product\nCVE-1999-0001,a,b\n")),
                        "! type a.csv #0: no file of this format: CVE,score,percentile\n");
    assert_string_equal(outline(FEED_NONE, box_say("a.csv", "cveID,vendorProject,product\nCVE-1999-0001,a,b\n")),
                        "! type a.csv #0: no file of a format we know\n");
}

static void a_date_with_control_characters_is_not_taken_over(void **state)
{
    static const struct {
        const char *comment, *date;
    } file[] = {{"#model_version:v1, score_date:2024-03-07 ,x", "2024-03-07"},
                {"#score_date:2024\x1b[31m", ""},
                {"#model_version:v1", ""},
                {"#model_version:v1,score_date:2024-03-07T00:00:00+0000-and-a-long-tail",
                 "2024-03-07T00:00:00+0000-and-a-long-tai"}};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(file); i++) {
        struct fault f;
        struct feed_item item;
        char text[256];
        snprintf(text, sizeof text, "%s\ncve,epss,percentile\n", file[i].comment);
        box_say("a.csv", text);
        struct feed_unit u = {.format = FEED_EPSS, .path = box_path("a.csv")};
        struct feed *s = feed_open(&u, &(struct feed_opt){0}, &f);
        assert_int_equal(feed_next(s, &item, &f), FEED_END);
        assert_string_equal(feed_result(s)->date, file[i].date);
        feed_close(s);
    }
}

static void skipping_counts_lines_as_the_first_reading_did(void **state)
{
    (void)state;
    const char *path = box_say("a.csv", "cve,epss,percentile\nCVE-1999-0001,0.1,0.2\nbad\nCVE-1999-0003,0.1,0.2");
    assert_string_equal(outline(FEED_EPSS, path),
                        "+ CVE-1999-0001\n- #1: no line of CVE, score, percentile\n+ CVE-1999-0003\n"
                        "= 1 3 0 2 1 0 0\n");
    assert_string_equal(reading_from(FEED_EPSS, path, 2, false),
                        SCORE("CVE-1999-0003", "200000000", "100000000") "= 1 3 2 1 0 0 0\n");
    assert_string_equal(reading_from(FEED_EPSS, path, 3, false), "= 1 3 3 0 0 0 0\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_keeps_its_dates_its_action_and_its_product),
        cmocka_unit_test(an_entry_that_is_none_is_rejected),
        cmocka_unit_test(numbers_from_0_to_1_become_billionths),
        cmocka_unit_test(both_separators_both_line_ends_and_the_header_are_read),
        cmocka_unit_test(a_bad_line_is_rejected_and_the_next_is_read),
        cmocka_unit_test(a_last_line_cut_short_fails_the_file),
        cmocka_unit_test(another_csv_is_no_epss),
        cmocka_unit_test(a_date_with_control_characters_is_not_taken_over),
        cmocka_unit_test(skipping_counts_lines_as_the_first_reading_did),
    };
    return cmocka_run_group_tests_name("kev", tests, box_up, box_down);
}
