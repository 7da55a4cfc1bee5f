/* Extracts of the real feeds, in the packings they are shipped in: every byte of what is made of them is fixed. */
#include "check.h"

#include <stdio.h>

static const char *expected(const char *name)
{
    static char text[1 << 16];
    FILE *f = fopen(data_path(name), "r");
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static void gives(enum feed_format format, const char *name, const char *expect)
{
    char path[4096];
    snprintf(path, sizeof path, "%s", data_path(name));
    assert_string_equal(reading(format, path), expected(expect));
}

static void cve_records_come_alike_from_a_folder_and_a_packed_tar(void **state)
{
    (void)state;
    gives(FEED_CVE5, "cve5", "cve5.expect");
    gives(FEED_CVE5, "cve5.tar.zst", "cve5.expect");
}

static void nvd_1_comes_alike_plain_and_packed(void **state)
{
    (void)state;
    gives(FEED_NVD1, "nvd1.json", "nvd1.expect");
    gives(FEED_NVD1, "nvd1.json.gz", "nvd1.expect");
}

static void nvd_2_comes_through_a_window_of_27_bits(void **state)
{
    (void)state;
    gives(FEED_NVD2, "nvd2.json.zst", "nvd2.expect");
}

static void overrides_come_from_a_packed_tar(void **state)
{
    (void)state;
    gives(FEED_OVERRIDE, "override.tar.gz", "override.expect");
}

static void the_catalogue_comes_alike_plain_and_packed(void **state)
{
    (void)state;
    gives(FEED_KEV, "kev.json", "kev.expect");
    gives(FEED_KEV, "kev.json.bz2", "kev.expect");
}

static void scores_are_the_same_in_both_writings(void **state)
{
    (void)state;
    gives(FEED_EPSS, "epss.csv.zst", "epss.expect");
    gives(FEED_EPSS, "epss-first.csv.gz", "epss.expect");
}

static void the_format_is_told_from_the_content(void **state)
{
    static const char *const file[][2] = {{"cve5.tar.zst", "cve5.expect"},
                                          {"nvd1.json", "nvd1.expect"},
                                          {"nvd1.json.gz", "nvd1.expect"},
                                          {"nvd2.json.zst", "nvd2.expect"},
                                          {"kev.json", "kev.expect"},
                                          {"kev.json.bz2", "kev.expect"},
                                          {"override.tar.gz", "override.expect"},
                                          {"epss.csv.zst", "epss.expect"},
                                          {"epss-first.csv.gz", "epss.expect"},
                                          {"cve5", "cve5.expect"}};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(file); i++)
        gives(FEED_NONE, file[i][0], file[i][1]);
}

/* The date that each file gives of itself. */
static void a_file_says_how_old_it_is(void **state)
{
    static const struct {
        enum feed_format format;
        const char *name, *date;
    } file[] = {{FEED_NVD1, "nvd1.json.gz", "2025-02-21T08:02Z"},
                {FEED_NVD2, "nvd2.json.zst", "2025-02-21T08:02:00.000"},
                {FEED_KEV, "kev.json", "2025-08-25T17:04:19.9796Z"},
                {FEED_EPSS, "epss-first.csv.gz", "2026-08-16T00:00:00+0000"},
                {FEED_EPSS, "epss.csv.zst", ""},
                {FEED_CVE5, "cve5.tar.zst", ""}};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(file); i++) {
        struct fault f;
        struct feed_item item;
        struct feed *s = feed_open(&(struct feed_unit){.format = file[i].format, .path = data_path(file[i].name)},
                                   &(struct feed_opt){0}, &f);
        while (feed_next(s, &item, &f) == FEED_RECORD)
            continue;
        assert_string_equal(feed_result(s)->date, file[i].date);
        feed_close(s);
    }
}

/* sha256sum of the files, and of its own output for a folder. */
static void the_hash_of_a_unit_is_what_sha256sum_says(void **state)
{
    static const struct {
        enum feed_format format;
        const char *name, *sha;
        bool folder;
    } unit[] = {{FEED_CVE5, "cve5.tar.zst", "5bedfe072a94c84aeb9b3ef948ab2e88b37b2434fbcaae64d0b97037dc7b4b09", false},
                {FEED_CVE5, "cve5", "6fa97033142fcce0f28387ba0dfd749303ec57801fbc708e2611d03d5080ff7c", true}};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(unit); i++) {
        uint8_t sha[SHA_LEN];
        char hex[2 * SHA_LEN + 1];
        struct fault f;
        struct feed_unit u = {.format = unit[i].format, .path = data_path(unit[i].name), .folder = unit[i].folder};
        assert_int_equal(feed_hash(&u, false, sha, &f), E_OK);
        hex_of(sha, SHA_LEN, hex);
        assert_string_equal(hex, unit[i].sha);
    }
}

/* What was published, as canonical JSON: jq -cS (here: python's json with sorted keys) gives the same hash. */
static void the_published_record_has_a_hash_of_its_own(void **state)
{
    struct fault f;
    struct feed_item item;
    char hex[2 * SHA_LEN + 1];
    (void)state;
    struct feed *s = feed_open(&(struct feed_unit){.format = FEED_KEV, .path = data_path("kev.json")},
                               &(struct feed_opt){.raw = true}, &f);
    assert_int_equal(feed_next(s, &item, &f), FEED_RECORD);
    hex_of(item.record.raw_sha, SHA_LEN, hex);
    assert_string_equal(hex, "abb87c27c92b6265acfb715be059e99b6f97a4a4a17393d8d098263b41115557");
    feed_close(s);
    s = feed_open(&(struct feed_unit){.format = FEED_EPSS, .path = data_path("epss.csv.zst")},
                  &(struct feed_opt){.raw = true}, &f);
    assert_int_equal(feed_next(s, &item, &f), FEED_RECORD);
    hex_of(item.record.raw_sha, SHA_LEN, hex);
    assert_string_equal(hex, "2d5145a4cee82aa819b235493a9a3046b1656f94a079623b15ceb20085dae07e");
    feed_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cve_records_come_alike_from_a_folder_and_a_packed_tar),
        cmocka_unit_test(nvd_1_comes_alike_plain_and_packed),
        cmocka_unit_test(nvd_2_comes_through_a_window_of_27_bits),
        cmocka_unit_test(overrides_come_from_a_packed_tar),
        cmocka_unit_test(the_catalogue_comes_alike_plain_and_packed),
        cmocka_unit_test(scores_are_the_same_in_both_writings),
        cmocka_unit_test(the_format_is_told_from_the_content),
        cmocka_unit_test(a_file_says_how_old_it_is),
        cmocka_unit_test(the_hash_of_a_unit_is_what_sha256sum_says),
        cmocka_unit_test(the_published_record_has_a_hash_of_its_own),
    };
    return cmocka_run_group_tests_name("real", tests, box_up, box_down);
}
