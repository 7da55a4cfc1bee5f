/* Version order, and what people write as a version. */
#include "check.h"

#include "analyse/match/version.h"
#include "base/world.h"

static int order(const char *a, const char *b)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    int c =
        version_key_cmp(version_key_in(arena, VERSION_GENERIC, sl(a)), version_key_in(arena, VERSION_GENERIC, sl(b)));
    arena_free(arena);
    return c;
}

static void versions_stand_in_the_generic_order(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int want;
    } row[] = {
        /* the order's own 23 */
        {"1.0", "1.0.0", 0},
        {"1.9", "1.10", -1},
        {"1.0.2", "1.0.2k", -1},
        {"1.0.2k", "1.0.2l", -1},
        {"1.0.2k", "1.0.2.1", -1},
        {"1.0-rc1", "1.0", -1},
        {"1.0rc1", "1.0-rc.1", 0},
        {"2.0-beta2", "2.0-alpha9", 1},
        {"4.2.8p9", "4.2.8p18", -1},
        {"4.2.8", "4.2.8p1", -1},
        {"1.0a1", "1.0", -1},
        {"1.0.2a", "1.0.2", 1},
        {"v2.3", "2.3", 0},
        {"10.0.19045.5371", "10.0.19045.537", 1},
        {"5.38.4", "5.8.3", 1},
        {"2.8.123e", "2.8.75", 1},
        {"1.0~rc1", "1.0", -1},
        {"007", "7", 0},
        {"20240101", "2024.01.01", 1},
        {"6.0 SP1", "6.0", 1},
        {"11.0.13", "11.0.13-p1", -1},
        {"99999999999999999999", "100000000000000000000", -1},
        {"1.0.0-SNAPSHOT", "1.0.0-rc1", -1},
        /* more */
        {"", "0", 0},
        {"0.0", "", 0},
        {"0.1", "0", 1},
        {"1.0.0a", "1a", 0},
        {"1.0a1", "1.0b1", -1},
        {"1.0b1", "1.0m1", -1},
        {"1.0m1", "1.0rc1", -1},
        {"1.0m", "1.0", 1},
        {"a1", "1", -1},
        {"1.0.dev3", "1.0a1", -1},
        {"1.0-nightly", "1.0-canary", 0},
        {"1.0~", "1.0-dev", -1},
        {"1.0~~", "1.0~", -1},
        {"12.4(24)t", "12.4(24)t1", -1},
        {"12.4(24)t", "12.4(25)", -1},
        {"15.1(2)sy", "15.1(2)s", 1},
        {"r17", "r9", 1},
        {"V2.3", "v2.3", 0},
        {"vista", "2", -1},
        {"1..0", "1", 0},
        {"1:2.3", "1.2.3", 0},
        {"１", "1", -1}, /* only ASCII digits count here; version_read narrows what people write */
        {"00000000000000000000000000000000000000001", "1", 0},
        {"1.0.0.0.0.1", "1.0.0.0.0", 1},
    };
    for (size_t i = 0; i < TB_COUNT(row); i++)
        if (order(row[i].a, row[i].b) != row[i].want || order(row[i].b, row[i].a) != -row[i].want)
            fail_msg("%s and %s: %d, not %d", row[i].a, row[i].b, order(row[i].a, row[i].b), row[i].want);
}

static void a_key_fits_its_room_and_orders_totally(void **state)
{
    (void)state;
    static const char letters[] = "0019abmrc.-~_ vdev";
    struct rng_seeded r;
    rng_seed(&r, SL("version 2026-11-22"));
    enum { N = 200 };
    static char text[N][16];
    static uint8_t key[N][VERSION_KEY_ROOM(16)];
    static size_t len[N];
    for (size_t i = 0; i < N; i++) {
        uint8_t b[16];
        r.r.fill(&r.r, b, sizeof b);
        size_t n = b[15] % 15;
        for (size_t k = 0; k < n; k++)
            text[i][k] = letters[b[k] % (sizeof letters - 1)];
        len[i] = version_key(VERSION_GENERIC, sl(text[i]), key[i]);
        assert_in_range(len[i], 1, VERSION_KEY_ROOM(n));
    }
#define KEY(i) ((slice){(char *)key[i], len[i]})
    for (size_t a = 0; a < N; a++)
        for (size_t b = 0; b < N; b++) {
            int ab = version_key_cmp(KEY(a), KEY(b));
            assert_int_equal(ab, -version_key_cmp(KEY(b), KEY(a)));
            for (size_t c = 0; ab < 0 && c < N; c += 7)
                if (version_key_cmp(KEY(b), KEY(c)) < 0 && version_key_cmp(KEY(a), KEY(c)) >= 0)
                    fail_msg("%s < %s < %s is not in order", text[a], text[b], text[c]);
        }
#undef KEY
}

/* Trap 25: what stands in a notification's version field. */
static void a_written_version_is_made_ready_for_a_name(void **state)
{
    (void)state;
    static const struct {
        const char *written;
        enum version_said said;
        const char *version, *update;
    } row[] = {
        {"1.2", VERSION_ONE, "1.2", ""},
        {" 1.2 ", VERSION_ONE, "1.2", ""},
        {"Ver.1.2", VERSION_ONE, "1.2", ""},
        {"Ver. 1.2", VERSION_ONE, "1.2", ""},
        {"ver1.2", VERSION_ONE, "1.2", ""},
        {"Ver.nr17", VERSION_ONE, "nr17", ""},
        {"VERSION 1.2", VERSION_ONE, "1.2", ""},
        {"Version: 1.2", VERSION_ONE, "1.2", ""},
        {"v1.2", VERSION_ONE, "1.2", ""},
        {"V.1.2", VERSION_ONE, "1.2", ""},
        {"バージョン1.2", VERSION_ONE, "1.2", ""},
        {"バージョン 1.2", VERSION_ONE, "1.2", ""},
        {"ﾊﾞｰｼﾞｮﾝ1.2", VERSION_ONE, "1.2", ""},
        {"第3版", VERSION_ONE, "3", ""},
        {"第１．２版", VERSION_ONE, "1.2", ""},
        {"１．２．３", VERSION_ONE, "1.2.3", ""},
        {"Ｖｅｒ．１．２ｋ", VERSION_ONE, "1.2k", ""},
        {"6.0 SP1", VERSION_ONE, "6.0", "sp1"},
        {"2008 R2 SP1", VERSION_ONE, "2008", "r2_sp1"},
        {"15.1(4)M", VERSION_ONE, "15.1(4)m", ""},
        {"1.0~rc1", VERSION_ONE, "1.0~rc1", ""},
        {"vista", VERSION_ONE, "vista", ""},
        {"vera", VERSION_ONE, "vera", ""},
        {"", VERSION_NONE, "", ""},
        {"　", VERSION_NONE, "", ""},
        {"-", VERSION_NONE, "", ""},
        {"不明", VERSION_NONE, "", ""},
        {"最新版", VERSION_NONE, "", ""},
        {"N/A", VERSION_NONE, "", ""},
        {"unspecified", VERSION_NONE, "", ""},
        {"1.2\n1.3", VERSION_UNCLEAR, "", ""},
        {"1.2\x7F", VERSION_UNCLEAR, "", ""},
        {"1.2以前", VERSION_UNCLEAR, "", ""},
        {"1.2系", VERSION_UNCLEAR, "", ""},
        {"1.2 and earlier", VERSION_UNCLEAR, "", ""},
        {"< 1.2", VERSION_UNCLEAR, "", ""},
        {"1.2, 1.3", VERSION_UNCLEAR, "", ""},
        {"1.2～1.5", VERSION_UNCLEAR, "", ""},
        {"1.2〜1.5", VERSION_UNCLEAR, "", ""},
        {"1.x", VERSION_UNCLEAR, "", ""},
        {"1.*", VERSION_UNCLEAR, "", ""},
        {"日本語版 1.2", VERSION_UNCLEAR, "", ""},
    };
    struct arena *a = arena_new((size_t)1 << 20);
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        struct version_text v;
        version_read(a, sl(row[i].written), &v);
        if (v.said != row[i].said || !sl_is(v.version, row[i].version) || !sl_is(v.update, row[i].update))
            fail_msg("\"%s\": said %d, version \"" PRIs "\", update \"" PRIs "\"", row[i].written, v.said,
                     ARGs(v.version), ARGs(v.update));
    }
    arena_free(a);
}

static void a_written_version_that_is_a_page_of_text_names_none(void **state)
{
    (void)state;
    char page[VERSION_TEXT_MAX + 1];
    memset(page, '1', sizeof page);
    struct arena *a = arena_new((size_t)1 << 20);
    struct version_text v;
    version_read(a, (slice){page, VERSION_TEXT_MAX}, &v);
    assert_int_equal(v.said, VERSION_ONE);
    version_read(a, (slice){page, VERSION_TEXT_MAX + 1}, &v);
    assert_int_equal(v.said, VERSION_UNCLEAR);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_stand_in_the_generic_order),
        cmocka_unit_test(a_key_fits_its_room_and_orders_totally),
        cmocka_unit_test(a_written_version_is_made_ready_for_a_name),
        cmocka_unit_test(a_written_version_that_is_a_page_of_text_names_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
