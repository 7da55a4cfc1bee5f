/* The verb `tobuhi match`, from files to files. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyse/match/matchcli.h"
#include "base/world.h"

static char dir[64];
static struct arena *arena;
static char said[2][64 << 10]; /* what the verb wrote: stdout, stderr */

static int begin(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/matchcli.XXXXXX");
    arena = arena_new((size_t)16 << 20);
    return mkdtemp(dir) ? chdir(dir) : -1;
}

static int end(void **state)
{
    (void)state;
    static const char *const name[] = {"a.jsonl", "m.jsonl", "v.json", "w.json", "n.jsonl", "u.jsonl", "0", "1"};
    for (size_t i = 0; i < TB_COUNT(name); i++)
        unlink(name[i]);
    arena_free(arena);
    return chdir("/") || rmdir(dir);
}

static void put(const char *name, const char *text)
{
    struct fault f = {0};
    if (file_write_atomic(name, sl(text), 0600, &f))
        fail_msg("%s", f.what);
}

static const char *got(const char *name)
{
    struct fault f = {0};
    slice s;
    if (file_read(arena, name, (size_t)1 << 20, &s, &f))
        fail_msg("%s: %s", name, f.what);
    return arena_dup(arena, s);
}

/* Runs the verb on words, with its two outputs caught. */
static int match(bool ja, const char *words)
{
    char *argv[32], *w = arena_dup(arena, sl(words));
    int argc = 0, old[2];
    for (slice rest = sl(w), word; rest.n;) {
        sl_cut(rest, ' ', &word, &rest);
        argv[argc++] = arena_dup(arena, word);
    }
    argv[argc] = NULL;
    fflush(NULL);
    for (int fd = 1; fd <= 2; fd++) {
        old[fd - 1] = dup(fd);
        int to = open(fd == 1 ? "0" : "1", O_CREAT | O_TRUNC | O_RDWR, 0600);
        dup2(to, fd);
        close(to);
    }
    int rc = match_cli(argc, argv, ja);
    fflush(NULL);
    for (int fd = 1; fd <= 2; fd++) {
        dup2(old[fd - 1], fd);
        close(old[fd - 1]);
        snprintf(said[fd - 1], sizeof said[0], "%s", got(fd == 1 ? "0" : "1"));
    }
    return rc;
}

#define NVD2(id, crit, more)                                                                                           \
    "{\"cve\":{\"id\":\"" id                                                                                           \
    "\",\"vulnStatus\":\"Analyzed\",\"configurations\":[{\"nodes\":[{\"operator\":\"OR\",\"negate\":false,"            \
    "\"cpeMatch\":[{\"vulnerable\":true,\"criteria\":\"" crit "\"" more "}]}]}]}}"
#define FEED(v) "{\"format\":\"NVD_CVE\",\"version\":\"2.0\",\"vulnerabilities\":[" v "]}"
#define P       "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"
#define ARGS    "match --assets a.jsonl --vulns v.json --out m.jsonl"

static const char two_assets[] =
    "{\"asset_id\":\"A2\",\"operator_id\":\"O\",\"system_id\":\"S\",\"cpe\":\"cpe:2.3:a:v:p:1:*:*:*:*:*:*:*\"}\n"
    "{\"asset_id\":\"A1\",\"operator_id\":\"O\",\"system_id\":\"S\",\"cpe\":\"cpe:/a:v:p\",\"sector\":\"電気\"}\n";

static void rows_come_in_order_and_the_account_adds_up(void **state)
{
    (void)state;
    put("a.jsonl", two_assets);
    put("v.json", FEED(NVD2("CVE-2026-0002", P, ",\"versionEndExcluding\":\"2\"") "," NVD2("CVE-2026-0001", P, "")));
    for (int threads = 1; threads < 3; threads++) {
        assert_int_equal(match(false, threads == 1 ? ARGS " --json" : ARGS " --json --threads 2"), 0);
        assert_string_equal(got("m.jsonl"), "{\"asset_id\":\"A2\",\"cve\":\"CVE-2026-0001\",\"level\":\"confirmed\"}\n"
                                            "{\"asset_id\":\"A2\",\"cve\":\"CVE-2026-0002\",\"level\":\"confirmed\"}\n"
                                            "{\"asset_id\":\"A1\",\"cve\":\"CVE-2026-0001\",\"level\":\"confirmed\"}\n"
                                            "{\"asset_id\":\"A1\",\"cve\":\"CVE-2026-0002\",\"level\":\"possible\"}\n");
        assert_string_equal(said[0],
                            "{\"assets\":2,\"vulns\":2,\"confirmed\":3,\"possible\":1,\"unresolved\":0,\"bad_lines\":0,"
                            "\"bad_records\":0,\"unclear\":0}\n");
        assert_string_equal(said[1], "");
    }
}

static void a_bad_line_is_rejected_with_file_line_and_reason(void **state)
{
    (void)state;
    static const struct {
        const char *line, *says;
    } row[] = {
        {"{\"asset_id\":\"A1\",", "a.jsonl:2: no JSON object"},
        {"[]", "a.jsonl:2: no JSON object"},
        {"7", "a.jsonl:2: no JSON object"},
        {"{\"asset_id\":7}", "a.jsonl:2: asset_id must be a string"},
        {"{\"operator_id\":\"O\"}", "a.jsonl:2: asset_id is empty"},
        {"{\"asset_id\":\"A1\",\"asset_id\":\"A1\"}", "duplicate object key"},
        {"{\"asset_id\":\"A1\",\"cpe\":\"cpe:2.3:a:v:p:1\"}", "a.jsonl:2: 4 components after cpe:2.3:, not 11"},
        {"{\"asset_id\":\"A1\",\"cpe\":\"openssl\"}", "a.jsonl:2: a CPE name begins with"},
        {"{\"asset_id\":\"A0\",\"cpe\":\"" P "\"}", "a.jsonl:2: asset_id A0 was given before"},
        {"{\"asset_id\":\"A1\",\"vendor\":\"\xff\"}", "a.jsonl:2: no JSON object"},
    };
    put("v.json", FEED(NVD2("CVE-2026-0001", P, "")));
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        put("a.jsonl", arena_fmt(arena,
                                 "\xEF\xBB\xBF{\"asset_id\":\"A0\",\"purl\":null,\"cpe\":\"" P "\"}\r\n%s\n\n"
                                 "{\"asset_id\":\"A9\",\"cpe\":\"" P "\"}",
                                 row[i].line));
        assert_int_equal(match(false, ARGS " --json"), 0);
        if (!strstr(said[1], row[i].says))
            fail_msg("%s: %s", row[i].line, said[1]);
        assert_non_null(strstr(
            said[0], "{\"assets\":2,\"vulns\":1,\"confirmed\":2,\"possible\":0,\"unresolved\":0,\"bad_lines\":1,"));
        assert_int_equal(match(true, ARGS), 0); /* the reason in Japanese, the account in words */
        assert_non_null(strstr(said[0], "受け付けなかった行 1"));
    }
}

static void a_line_too_long_is_passed_over_whole(void **state)
{
    (void)state;
    struct buf b = BUF((size_t)1 << 20);
    buf_str(&b, "{\"asset_id\":\"A1\",\"vendor\":\"");
    for (int i = 0; i < 70000; i++)
        buf_chr(&b, 'x');
    buf_str(&b, "\"}\n{\"asset_id\":\"A2\",\"cpe\":\"" P "\"}\n");
    put("a.jsonl", b.p);
    put("v.json", FEED(NVD2("CVE-2026-0001", P, "")));
    assert_int_equal(match(false, ARGS " --json"), 0);
    assert_non_null(strstr(said[1], "a.jsonl:1: a line has at most 65536 bytes"));
    assert_non_null(strstr(said[0], "{\"assets\":1,\"vulns\":1,\"confirmed\":1,"));
    buf_free(&b);
}

static void a_feed_that_breaks_off_leaves_no_result(void **state)
{
    (void)state;
    put("a.jsonl", two_assets);
    put("m.jsonl", "what was there before\n");
    put("v.json", "{\"format\":\"NVD_CVE\",\"version\":\"2.0\",\"vulnerabilities\":[" NVD2("CVE-2026-0001", P,
                                                                                           "") ",{\"cve\":{\"id\":");
    assert_int_equal(match(false, ARGS " --json"), 1);
    assert_string_equal(got("m.jsonl"), "what was there before\n");
    assert_int_equal(access("m.jsonl.part", F_OK), -1);
    assert_string_equal(said[0], "");
    assert_non_null(strstr(said[1], "v.json"));
}

static void a_file_that_is_not_there_or_cannot_be_written_fails(void **state)
{
    (void)state;
    put("a.jsonl", two_assets);
    put("v.json", FEED(NVD2("CVE-2026-0001", P, "")));
    assert_int_equal(match(false, "match --assets absent --vulns v.json --out m.jsonl"), 1);
    assert_int_equal(match(false, "match --assets a.jsonl --vulns absent --out m.jsonl"), 1);
    assert_int_equal(match(false, "match --assets a.jsonl --vulns v.json --out no/such/folder/m.jsonl"), 1);
    assert_int_equal(match(false, "match --assets . --vulns v.json --out m.jsonl"), 1); /* a folder cannot be read */
    assert_int_equal(match(false, "match --assets a.jsonl --vulns v.json --out /dev/full"), 1); /* the disk is full */
    assert_int_equal(access("m.jsonl", F_OK), -1);
}

static void several_feeds_are_one_and_the_override_counts(void **state)
{
    (void)state;
    put("a.jsonl", two_assets);
    put("v.json", FEED(NVD2("CVE-2026-0001", "cpe:2.3:a:v:p:9:*:*:*:*:*:*:*", "") "," NVD2("CVE-2026-0002", P, "")));
    put("w.json",
        "{\"_annotation\":{\"cve_id\":\"CVE-2026-0001\"},\"cve\":{\"configurations\":[{\"nodes\":[{\"operator\":"
        "\"OR\",\"negate\":"
        "false,\"cpeMatch\":[{\"vulnerable\":true,\"criteria\":\"cpe:2.3:a:v:p:1:*:*:*:*:*:*:*\"}]}]}]}}");
    static const char *const words[] = {"match --vulns w.json v.json --assets a.jsonl --out m.jsonl --json",
                                        "match --assets a.jsonl --out m.jsonl --json --vulns v.json --vulns w.json"};
    for (size_t i = 0; i < TB_COUNT(words); i++) {
        assert_int_equal(match(false, words[i]), 0);
        assert_string_equal(got("m.jsonl"),
                            "{\"asset_id\":\"A2\",\"cve\":\"CVE-2026-0001\",\"level\":\"confirmed\"}\n"
                            "{\"asset_id\":\"A2\",\"cve\":\"CVE-2026-0002\",\"level\":\"confirmed\"}\n"
                            "{\"asset_id\":\"A1\",\"cve\":\"CVE-2026-0001\",\"level\":\"possible\"}\n"
                            "{\"asset_id\":\"A1\",\"cve\":\"CVE-2026-0002\",\"level\":\"confirmed\"}\n");
    }
}

static void names_need_an_alias_and_what_has_none_is_listed(void **state)
{
    (void)state;
    put("a.jsonl",
        "{\"asset_id\":\"A1\",\"operator_id\":\"O\",\"vendor\":\"㈱日立製作所\",\"product\":\"ＪＰ１\",\"version\":"
        "\"Ver.１．５\"}\n"
        "{\"asset_id\":\"A2\",\"operator_id\":\"O\",\"vendor\":\"日立\",\"product\":\"JP1\",\"version\":\"1.5以前\"}\n"
        "{\"asset_id\":\"A3\",\"operator_id\":\"O\",\"vendor\":\"Hitachi\",\"product\":\"JP1\",\"version\":\"1.5\"}\n");
    put("n.jsonl", "{\"vendor\":\"株式会社日立製作所\",\"product\":\"JP1\",\"cpe\":\"cpe:2.3:a:hitachi:jp1:*:*:*:*:*:*:"
                   "*:*\",\"rule\":\"n1\"}\n"
                   "{\"vendor\":\"日立\",\"product\":\"JP1\",\"cpe\":\"cpe:/a:hitachi:jp1\",\"rule\":\"n2\"}\n");
    put("v.json",
        FEED(NVD2("CVE-2026-0001", "cpe:2.3:a:hitachi:jp1:*:*:*:*:*:*:*:*", ",\"versionEndExcluding\":\"2\"")));
    assert_int_equal(match(false, ARGS " --json --aliases n.jsonl --unresolved u.jsonl --reasons"), 0);
    assert_string_equal(got("u.jsonl"), "{\"asset_id\":\"A2\",\"operator_id\":\"O\",\"vendor\":\"日立\",\"product\":"
                                        "\"JP1\",\"version\":\"1.5以前\",\"doubt\":"
                                        "\"version-unclear\"}\n"
                                        "{\"asset_id\":\"A3\",\"operator_id\":\"O\",\"vendor\":\"Hitachi\",\"product\":"
                                        "\"JP1\",\"version\":\"1.5\",\"doubt\":"
                                        "\"name-unknown\"}\n");
    const char *rows = got("m.jsonl");
    assert_true(
        sl_starts(sl(rows), "{\"asset_id\":\"A1\",\"cve\":\"CVE-2026-0001\",\"level\":\"confirmed\",\"why\":{"));
    assert_non_null(strstr(rows, "\"rule\":\"n1\""));
    assert_non_null(strstr(rows, "{\"asset_id\":\"A2\",\"cve\":\"CVE-2026-0001\",\"level\":\"possible\""));
    assert_null(strstr(rows, "A3"));
    assert_non_null(strstr(said[0], "\"unresolved\":1,\"bad_lines\":0,\"bad_records\":0,\"unclear\":1}"));
}

static void wrong_usage_is_told_and_help_is_given_in_both_languages(void **state)
{
    (void)state;
    static const char *const wrong[] = {"match",
                                        "match --assets a.jsonl --out m.jsonl",
                                        "match --vulns v.json --out m.jsonl",
                                        "match --assets a.jsonl --vulns v.json",
                                        ARGS " --threads 0",
                                        ARGS " --threads x",
                                        ARGS " --threads 65",
                                        ARGS " --frobnicate",
                                        ARGS " --aliases"};
    for (size_t i = 0; i < TB_COUNT(wrong); i++) {
        assert_int_equal(match(false, wrong[i]), 2);
        assert_true(strlen(said[1]) > 0);
        assert_string_equal(said[0], "");
    }
    assert_int_equal(match(false, "match --help"), 0);
    assert_true(sl_starts(sl(said[0]), "usage: tobuhi match"));
    assert_int_equal(match(true, "match --help"), 0);
    assert_true(sl_starts(sl(said[0]), "使い方: tobuhi match"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(rows_come_in_order_and_the_account_adds_up),
        T(a_bad_line_is_rejected_with_file_line_and_reason),
        T(a_line_too_long_is_passed_over_whole),
        T(a_feed_that_breaks_off_leaves_no_result),
        T(a_file_that_is_not_there_or_cannot_be_written_fails),
        T(several_feeds_are_one_and_the_override_counts),
        T(names_need_an_alias_and_what_has_none_is_listed),
        T(wrong_usage_is_told_and_help_is_given_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
