/* The orders of package ecosystems, by the examples of their own specifications. */
#include "check.h"

#include <jansson.h>

#include "analyse/match/vers.h"
#include "analyse/match/version.h"
#include "base/world.h"

/* -2: one of them is no version of the scheme. */
static int order(enum version_scheme s, const char *a, const char *b)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    slice x = version_key_in(arena, s, sl(a)), y = version_key_in(arena, s, sl(b));
    int c = x.n && y.n ? version_key_cmp(x, y) : -2;
    arena_free(arena);
    return c;
}

/* Ascending, each with each. */
static void ascend(enum version_scheme s, const char *const *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            int want = i < k ? -1 : i > k, got = order(s, v[i], v[k]);
            if (got != want)
                fail_msg("%s: %s to %s is %d, not %d", version_scheme_name(s), v[i], v[k], got, want);
        }
}

static void equal(enum version_scheme s, const char *const (*v)[2], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (order(s, v[i][0], v[i][1]) != 0)
            fail_msg("%s: %s is not %s", version_scheme_name(s), v[i][0], v[i][1]);
}

#define ASCEND(s, v) ascend(s, v, TB_COUNT(v))
#define EQUAL(s, v)  equal(s, v, TB_COUNT(v))

static void python_versions_stand_as_pep_440_says(void **state)
{
    (void)state;
    /* Version specifiers, "Summary of permitted suffixes and relative ordering" and the examples before it. */
    static const char *const summary[] = {"1.dev0",
                                          "1.0.dev456",
                                          "1.0a1",
                                          "1.0a2.dev456",
                                          "1.0a12.dev456",
                                          "1.0a12",
                                          "1.0b1.dev456",
                                          "1.0b2",
                                          "1.0b2.post345.dev456",
                                          "1.0b2.post345",
                                          "1.0rc1.dev456",
                                          "1.0rc1",
                                          "1.0",
                                          "1.0+abc.5",
                                          "1.0+abc.7",
                                          "1.0+5",
                                          "1.0.post456.dev34",
                                          "1.0.post456",
                                          "1.0.15",
                                          "1.1.dev1"};
    /* "Version epochs" */
    static const char *const epoch[] = {"2013.10", "2014.04", "1!1.0", "1!1.1", "1!2.0"};
    /* "Normalization" */
    static const char *const same[][2] = {{"1.1", "1.1.0"},
                                          {"1.1RC1", "1.1rc1"},
                                          {"1.1.a1", "1.1a1"},
                                          {"1.1-a1", "1.1a1"},
                                          {"1.1alpha1", "1.1a1"},
                                          {"1.1beta2", "1.1b2"},
                                          {"1.1c3", "1.1rc3"},
                                          {"1.1pre3", "1.1rc3"},
                                          {"1.2a", "1.2a0"},
                                          {"1.2-post2", "1.2.post2"},
                                          {"1.2post2", "1.2.post2"},
                                          {"1.0-r4", "1.0.post4"},
                                          {"1.0-1", "1.0.post1"},
                                          {"1.2.post", "1.2.post0"},
                                          {"1.2-dev2", "1.2.dev2"},
                                          {"1.2.dev", "1.2.dev0"},
                                          {"1.0+ubuntu-1", "1.0+ubuntu.1"},
                                          {"v1.0", "1.0"},
                                          {"00.1", "0.1"},
                                          {"0!1.0", "1.0"}};
    ASCEND(VERSION_PYPI, summary);
    ASCEND(VERSION_PYPI, epoch);
    EQUAL(VERSION_PYPI, same);
    assert_int_equal(order(VERSION_PYPI, "1.0-x", "1"), -2);
    assert_int_equal(order(VERSION_PYPI, "1.0.", "1"), -2);
    assert_int_equal(order(VERSION_PYPI, "1.0+", "1"), -2);
    assert_int_equal(order(VERSION_PYPI, "rc1", "1"), -2);
}

static void maven_versions_stand_as_the_pom_reference_says(void **state)
{
    (void)state;
    /* maven.apache.org/pom.html, "Version Order Specification": its end result examples */
    static const char *const line[] = {"1-alpha", "1-beta", "1-milestone", "1-rc", "1-snapshot", "1",
                                       "1-sp",    "1-foo2", "1-foo10",     "1-1",  "1.1"};
    static const char *const same[][2] = {
        {"1.foo", "1-foo"}, {"1-a1", "1-alpha-1"}, {"1.ga", "1-ga"},           {"1-0", "1.0"},
        {"1.0", "1"},       {"1-ga", "1"},         {"1.0.0-foo.0.0", "1-foo"}, {"1.0.0-0.0.0", "1"},
        {"1-cr", "1-rc"},   {"1.final", "1"},      {"1.0.RC2", "1.0-rc2"}};
    ASCEND(VERSION_MAVEN, line);
    EQUAL(VERSION_MAVEN, same);
    assert_int_equal(order(VERSION_MAVEN, "1-sp", "1-ga"), 1);
    assert_int_equal(order(VERSION_MAVEN, "5.0.0.RC1", "5.0.0.RELEASE"), -1);
    assert_int_equal(order(VERSION_MAVEN, "5.0.0.M5", "5.0.0.RC1"), -1);
    assert_int_equal(order(VERSION_MAVEN, "1-sp.1", "1-ga.1"), 1);
    assert_int_equal(order(VERSION_MAVEN, "1-sp-1", "1-ga-1"), -1);
    assert_int_equal(order(VERSION_MAVEN, "1-99999999999", "1-100000000000"), -1);
}

static void gem_versions_stand_as_gem_version_says(void **state)
{
    (void)state;
    /* The documentation of Gem::Version: "1.0.b1 < 1.0"; "a prerelease version contains a letter, and sorts before". */
    static const char *const line[] = {"0.9",   "1.0.a", "1.0.a.2", "1.0.b1", "1.0.rc1", "1.0",
                                       "1.0.1", "1.1.a", "1.1",     "1.9",    "1.10"};
    /* test_gem_version.rb: test_eql_is_case_sensitive aside, test_spaceship and test_equality */
    static const char *const same[][2] = {
        {"1.2", "1.2.0"}, {"1.2.b1", "1.2.b.1"}, {"1-2", "1.pre.2"}, {"1.0.a", "1.a"}};
    ASCEND(VERSION_GEM, line);
    EQUAL(VERSION_GEM, same);
    assert_int_equal(order(VERSION_GEM, "1.8.2", "0.0.0"), 1);
    assert_int_equal(order(VERSION_GEM, "1.8.2", "1.8.2.a"), 1);
    assert_int_equal(order(VERSION_GEM, "1.8.2.b", "1.8.2.a"), 1);
    assert_int_equal(order(VERSION_GEM, "1.8.2.a10", "1.8.2.a9"), 1);
    assert_int_equal(order(VERSION_GEM, "5.0.0.rc2", "5.0.0"), -1);
    assert_int_equal(order(VERSION_GEM, "1..2", "1"), -2);
    assert_int_equal(order(VERSION_GEM, "1.+", "1"), -2);
}

static void semantic_versions_stand_as_semver_11_says(void **state)
{
    (void)state;
    static const char *const line[] = {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta",
                                       "1.0.0-beta",  "1.0.0-beta.2",  "1.0.0-beta.11",
                                       "1.0.0-rc.1",  "1.0.0",         "2.0.0",
                                       "2.1.0",       "2.1.1"};
    static const char *const same[][2] = {{"1.0.0+20130313144700", "1.0.0"}, {"v1.2.3", "1.2.3"}};
    ASCEND(VERSION_SEMVER, line);
    EQUAL(VERSION_SEMVER, same);
    assert_int_equal(order(VERSION_SEMVER, "1.2.3.4", "1"), -2);
    assert_int_equal(order(VERSION_SEMVER, "1.0.0-", "1"), -2);
}

static const char *vers_tests;

/* Every comparison of the VERS project's own tests. */
static void the_tests_of_vers_agree(void **state)
{
    (void)state;
    json_t *j = json_load_file(vers_tests, 0, NULL), *t;
    size_t i, wrong = 0, n = 0;
    if (!j) {
        print_message("# skipped: no %s\n", vers_tests);
        skip();
    }
    json_array_foreach(json_object_get(j, "tests"), i, t)
    {
        const json_t *v = json_object_get(json_object_get(t, "input"), "versions");
        const json_t *want = json_object_get(t, "expected_output");
        const char *a = json_string_value(json_array_get(v, 0)), *b = json_string_value(json_array_get(v, 1));
        int got = order(VERSION_MAVEN, a, b);
        bool ok;
        if (json_is_boolean(want))
            ok = (got == 0) == json_is_true(want);
        else
            ok = got == (strcmp(json_string_value(json_array_get(want, 0)), a) == 0 ? -1 : 1) || strcmp(a, b) == 0;
        n++;
        wrong += !ok;
        if (!ok)
            print_message("# %s %s: %d\n", a, b, got);
    }
    json_decref(j);
    assert_true(n > 900);
    assert_int_equal(wrong, 0);
}

static const char *parsed(const char *text, enum version_scheme want)
{
    static struct vers_interval in[VERS_MAX];
    size_t n;
    enum version_scheme got;
    const char *why = vers_parse(sl(text), in, &n, &got);
    if (!why)
        assert_int_equal(got, want);
    return why ? why : "";
}

static void a_range_is_in_the_order_of_its_scheme_and_holds_its_versions_only(void **state)
{
    (void)state;
    assert_string_equal(parsed("vers:pypi/>=1.0a1|<1.0", VERSION_PYPI), "");
    assert_string_equal(parsed("vers:maven/>=1.0-alpha|<1", VERSION_MAVEN), "");
    assert_string_equal(parsed("vers:gem/<2.0.rc1", VERSION_GEM), "");
    assert_string_equal(parsed("vers:npm/<1.0.0-rc.1", VERSION_SEMVER), "");
    assert_string_equal(parsed("vers:generic/<1.0-anything", VERSION_GENERIC), "");
    assert_string_equal(parsed("vers:pypi/<1.0-anything", VERSION_PYPI), "vers-malformed");
    assert_string_equal(parsed("vers:npm/<1.2.3.4", VERSION_SEMVER), "vers-malformed");
    assert_string_equal(parsed("vers:deb/<1:2", VERSION_GENERIC), "vers-scheme");
}

int main(int argc, char **argv)
{
    vers_tests = argc > 1 ? argv[1] : "";
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(python_versions_stand_as_pep_440_says),
        cmocka_unit_test(maven_versions_stand_as_the_pom_reference_says),
        cmocka_unit_test(gem_versions_stand_as_gem_version_says),
        cmocka_unit_test(semantic_versions_stand_as_semver_11_says),
        cmocka_unit_test(the_tests_of_vers_agree),
        cmocka_unit_test(a_range_is_in_the_order_of_its_scheme_and_holds_its_versions_only),
    };
    return cmocka_run_group_tests_name("match-scheme", tests, NULL, NULL);
}
