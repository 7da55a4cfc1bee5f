#include "check.h"

#include "base/text.h"

static struct arena *arena;

static int arena_up(void **state)
{
    (void)state;
    arena = arena_new(1 << 22);
    return 0;
}

static int arena_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* --- UTF-8 --- */

static void utf8_is_accepted_to_its_edges(void **state)
{
    (void)state;
    static const char *const good[] = {
        "",
        "a",
        "\x7f",
        "\xC2\x80",
        "\xDF\xBF",
        "\xE0\xA0\x80",
        "\xED\x9F\xBF",
        "\xEE\x80\x80",
        "\xEF\xBF\xBF",
        "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF",
        "烽火",
        "髙﨑",
        "𠮷野家",
        "👩‍💻",
    };
    for (size_t i = 0; i < TB_COUNT(good); i++)
        assert_true(utf8_ok(sl(good[i])));
    assert_true(utf8_ok(SL("a\0b")));
    assert_true(utf8_ok((slice){"a\xFF", 1})); /* what lies behind the end is not looked at */
    assert_false(utf8_ok((slice){"烽", 2}));
}

static void what_is_not_utf8_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    static const slice bad[] = {
        {"\x80", 1}, /* a tail without a head */
        {"\xBF", 1},
        {"\xC2", 1}, /* heads without tails */
        {"\xE3\x81", 2},
        {"\xF0\x9F\x92", 3},
        {"\xC2"
         "a",
         2},
        {"\xE3\x81"
         "a",
         3},
        {"\xC0\x80", 2}, /* longer than needed */
        {"\xC1\xBF", 2},
        {"\xE0\x80\x80", 3},
        {"\xE0\x9F\xBF", 3},
        {"\xF0\x80\x80\x80", 4},
        {"\xF0\x8F\xBF\xBF", 4},
        {"\xED\xA0\x80", 3}, /* surrogates */
        {"\xED\xBF\xBF", 3},
        {"\xF4\x90\x80\x80", 4}, /* beyond U+10FFFF */
        {"\xF5\x80\x80\x80", 4},
        {"\xF8\x88\x80\x80\x80", 5},
        {"\xFE", 1},
        {"\xFF", 1},
        {"\x83\x65\x83\x58", 4}, /* テス in Shift_JIS */
        {"\xA5\xC6", 2},         /* テ in EUC-JP */
    };
    char text[64];
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        assert_false(utf8_ok(bad[i]));
        assert_false(text_clean(bad[i], true));
        assert_int_equal(text_fold(arena, bad[i]).n, 0);
        assert_int_equal(text_nfkc(arena, bad[i]).n, 0);
        /* and in the middle of good text */
        int n = snprintf(text, sizeof text, "烽" PRIs "火", ARGs(bad[i]));
        assert_false(utf8_ok((slice){text, (size_t)n}));
    }
}

static void code_points_are_counted(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(SLN), 0);
    assert_int_equal(utf8_count(SL("abc")), 3);
    assert_int_equal(utf8_count(SL("烽火")), 2);
    assert_int_equal(utf8_count(SL("𠮷")), 1);
    assert_int_equal(utf8_count(SL("か\u3099")), 2);
}

static void clean_text_has_no_controls(void **state)
{
    (void)state;
    assert_true(text_clean(SL("㈱飛火 ①–㉚ 髙﨑 「」"), false));
    assert_true(text_clean(SLN, false));
    static const char *const never[] = {"\x01",     "\x08",   "\r",     "\x1b[31m", "\x7f",   "\xC2\x80", "\xC2\x85",
                                        "\xC2\x9F", "\u202a", "\u202e", "\u2066",   "\u2069", "a\vb",     "\f"};
    for (size_t i = 0; i < TB_COUNT(never); i++) {
        assert_false(text_clean(sl(never[i]), false));
        assert_false(text_clean(sl(never[i]), true));
    }
    assert_false(text_clean(SL("a\0b"), true));
    static const char *const lines[] = {"a\nb", "a\tb", "a\u2028b", "a\u2029b"};
    for (size_t i = 0; i < TB_COUNT(lines); i++) {
        assert_false(text_clean(sl(lines[i]), false));
        assert_true(text_clean(sl(lines[i]), true));
    }
}

/* --- normal forms --- */

static void compatibility_forms_become_one(void **state)
{
    (void)state;
    static const char *const pair[][2] = {
        {"ﾌｫｰﾃｨﾈｯﾄ", "フォーティネット"},
        {"ＡＢＣ１２３", "ABC123"},
        {"①", "1"},
        {"㍿", "株式会社"},
        {"か\u3099", "が"},
        {"\uff8a\uff9f", "パ"},
        {"㈱", "(株)"},
        {"ﬁ", "fi"},
        {"\u2126", "\u03a9"},
        {"plain", "plain"},
        {"\u3000", " "},
        {"", ""},
        {"髙", "髙"},
        {"﨑", "﨑"},
        {"é", "é"},
        {"e\u0301", "é"},
    };
    for (size_t i = 0; i < TB_COUNT(pair); i++)
        assert_sl(text_nfkc(arena, sl(pair[i][0])), pair[i][1]);
}

static void folded(const char *from, const char *to)
{
    slice got = text_fold(arena, sl(from));
    if (!sl_is(got, to))
        fail_msg("%s is folded to [" PRIs "], not [%s]", from, ARGs(got), to);
    assert_int_equal(got.p[got.n], '\0');
}

static void words_are_sought_whatever_their_spelling(void **state)
{
    (void)state;
    static const char *const same[][2] = {
        {"さーばー", "サーバ"},     {"ｻｰﾊﾞｰ", "サーバー"},
        {"Ｖ−９", "v-9"},           {"CVE-2026-0001", "cve 2026‐0001"},
        {"暁 浜電力", "暁浜電力"},  {"ゔぁいす", "ヴァイス"},
        {"福\xef\xa8\x99", "福神"}, {"（株）烽", "株烽"},
    };
    static const char *const other[][2] = {
        {"サーバ", "ザーバ"}, {"か", "が"}, {"髙", "高"}, {"ッ", "ツ"}, {"v9", "v8"}};
    for (size_t i = 0; i < TB_COUNT(same); i++) {
        slice a = text_sought(arena, sl(same[i][0])), b = text_sought(arena, sl(same[i][1]));
        if (!a.n || !sl_eq(a, b))
            fail_msg("%s [" PRIs "] and %s [" PRIs "] are not one", same[i][0], ARGs(a), same[i][1], ARGs(b));
        assert_sl(text_sought(arena, a), arena_dup(arena, a)); /* folded once is folded for good */
    }
    for (size_t i = 0; i < TB_COUNT(other); i++)
        assert_false(sl_eq(text_sought(arena, sl(other[i][0])), text_sought(arena, sl(other[i][1]))));
    assert_sl(text_sought(arena, SL("%")), "%"); /* marks alone stay */
    assert_int_equal(text_sought(arena, SL("\xff")).n, 0);
}

static void case_and_width_do_not_tell_names_apart(void **state)
{
    (void)state;
    folded("ﾌｫｰﾃｨﾈｯﾄ ＦｏｒｔｉＯＳ", "フォ-ティネット fortios");
    folded("STRASSE", "strasse");
    folded("Straße", "strasse");
    folded("ΣΊΣΥΦΟΣ", "σίσυφοσ");
    folded("Zyxel\u200bUSG", "zyxelusg"); /* an invisible one */
    folded("IOS_XE", "ios xe");
    folded("e\u0301toile", "étoile");
}

static void corporate_forms_are_taken_off(void **state)
{
    (void)state;
    static const char *const tobuhi[] = {
        "飛火電機",           "株式会社飛火電機",      "飛火電機株式会社",     "㈱飛火電機",
        "飛火電機㈱",         "(株)飛火電機",          "（株）飛火電機",       "㍿飛火電機",
        "株式会社　飛火電機", "飛火電機 （株）",       "有限会社飛火電機",     "㈲飛火電機",
        "合同会社飛火電機",   "一般社団法人 飛火電機", "独立行政法人飛火電機", "国立研究開発法人飛火電機",
        "飛火電機 Co., Ltd.", "飛火電機, Inc.",
    };
    for (size_t i = 0; i < TB_COUNT(tobuhi); i++)
        folded(tobuhi[i], "飛火電機");
    static const char *const acme[] = {
        "Acme",
        "ACME, Inc.",
        "Acme Inc",
        "Acme Incorporated",
        "Acme Corp.",
        "Acme Corporation",
        "Acme Co., Ltd.",
        "Acme Co.,Ltd",
        "Acme Company Limited",
        "Acme Ltd.",
        "Acme LLC",
        "Acme L.L.C.",
        "Acme LLP",
        "Acme PLC",
        "Acme GmbH",
        "Acme GmbH & Co. KG",
        "Acme AG",
        "Acme S.A.",
        "Acme S.p.A.",
        "Acme S.r.l.",
        "Acme N.V.",
        "Acme B.V.",
        "Acme A/S",
        "Acme Oy",
        "Acme Pty Ltd",
        "Acme Pte. Ltd.",
        "Acme Sdn. Bhd.",
        "Acme K.K.",
        "Acme (K.K.)",
        "ＡＣＭＥ　Ｉｎｃ．",
    };
    for (size_t i = 0; i < TB_COUNT(acme); i++)
        folded(acme[i], "acme");
    folded("飛火電機株式会社東京支店", "飛火電機 東京支店");
}

static void words_that_only_look_like_forms_stay(void **state)
{
    (void)state;
    folded("Incite", "incite");
    folded("Zinc", "zinc");
    folded("Java SE", "java se");
    folded("Corporation of the Fire", "corporation of the fire");
    folded("Inc. Magazine", "inc magazine");
    folded("Tobuhi SA", "tobuhi sa");
    folded("Limited", "limited");
    folded("Co.", "co");
    folded("株式会社", "株式会社");
    folded("(株)", "(株)");
    folded("株式会社 （株）", "株式会社 (株)");
}

static void punctuation_and_spaces_are_one_space(void **state)
{
    (void)state;
    folded("  a ,;: b\t\u3000c  ", "a b c");
    folded("飛火・電機", "飛火 電機");
    folded("「飛火」電機", "飛火 電機");
    folded("Foo® Bar©", "foo bar");
    folded("C#", "c#");
    folded("C++", "c++");
    folded("7.2.5", "7 2 5");
}

static void dashes_and_long_vowel_marks_are_one(void **state)
{
    (void)state;
    static const char *const server[] = {"データセンター", "ﾃﾞｰﾀｾﾝﾀｰ",     "データーセンター",
                                         "デ‐タセンタ",    "デ—タセンタ―", "デ−タセンター",
                                         "デ－タセンタ",   "デ─タセンタ",  "データセンタ"};
    for (size_t i = 0; i < TB_COUNT(server); i++) {
        if (i != 2)
            folded(server[i], "デ-タセンタ");
    }
    folded(server[2], "デ-タ-センタ"); /* between sounds the mark does tell */
    static const char *const dash[] = {"-",  "‐", "‑", "‒", "–", "—",  "―",  "−", "ー", "ｰ",
                                       "－", "─", "━", "˗", "⁃", "〜", "～", "~", "﹘", "﹣"};
    for (size_t i = 0; i < TB_COUNT(dash); i++)
        folded(arena_fmt(arena, "a%sb", dash[i]), "a-b");
    folded("Fuji–Xerox", "fuji-xerox");
    folded("Fuji - Xerox", "fuji xerox");
    folded("a--b", "a-b");
    folded("--a--", "a");
    folded("サーバー SERVER", "サ-バ server");
}

static void no_two_bare_names_meet_in_nothing(void **state)
{
    (void)state;
    folded("!!!", "!!!");
    folded("…", "...");
    folded("-", "-");
    folded("\u200b", "\u200b");
    folded("", "");
    assert_true(text_fold(arena, SL(" ")).n > 0);
}

static void folding_twice_changes_nothing(void **state)
{
    (void)state;
    static const char *const part[] = {"飛火", "㈱", "(株)", "株式会社", "Co.", "Ltd",  "-",      "ー",
                                       " ",    "・", "ﾊﾟ",   "a",        "SE",  "S.A.", "\u3099", "İ",
                                       "ß",    "①",  "㍿",   "\u200d",   "(",   ")",    "é",      "e\u0301"};
    char text[256];
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < 20000; i++) {
        size_t n = 0;
        for (int k = 0; k < 6; k++) {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            slice p = sl(part[x % TB_COUNT(part)]);
            memcpy(text + n, p.p, p.n);
            n += p.n;
        }
        arena_reset(arena);
        slice once = text_fold(arena, (slice){text, n}), twice = text_fold(arena, once);
        if (!sl_eq(once, twice))
            fail_msg("[" PRIs "] is folded to [" PRIs "] and then to [" PRIs "]", (int)n, text, ARGs(once),
                     ARGs(twice));
        assert_true(utf8_ok(once));
    }
}

/* --- escaping --- */

static void html_has_its_five_marks_escaped(void **state)
{
    (void)state;
    struct buf b = BUF(4096);
    html_esc(&b, SL("<a href=\"x\" id='y'>&amp; 烽</a>"));
    assert_sl(buf_slice(&b), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp; 烽&lt;/a&gt;");
    buf_clear(&b);
    html_esc(&b, SL("plain"));
    assert_sl(buf_slice(&b), "plain");
    buf_clear(&b);
    html_esc(&b, SLN);
    assert_int_equal(b.n, 0);
    buf_free(&b);
}

static void urls_are_escaped_and_come_back(void **state)
{
    (void)state;
    struct buf b = BUF(4096);
    slice back;
    url_esc(&b, SL("aZ09-._~"));
    assert_sl(buf_slice(&b), "aZ09-._~");
    buf_clear(&b);
    url_esc(&b, SL("a b+c/烽?&=%"));
    assert_sl(buf_slice(&b), "a%20b%2Bc%2F%E7%83%BD%3F%26%3D%25");
    assert_true(url_unesc(arena, buf_slice(&b), false, &back));
    assert_sl(back, "a b+c/烽?&=%");
    assert_int_equal(back.p[back.n], '\0');
    char all[255];
    for (int i = 0; i < 255; i++)
        all[i] = (char)(i + 1);
    buf_clear(&b);
    url_esc(&b, (slice){all, sizeof all});
    assert_true(url_unesc(arena, buf_slice(&b), true, &back));
    assert_int_equal(back.n, sizeof all);
    assert_memory_equal(back.p, all, sizeof all);
    buf_free(&b);
}

static void a_plus_is_a_space_only_in_forms(void **state)
{
    (void)state;
    slice s;
    assert_true(url_unesc(arena, SL("a+b%2Bc%2bd"), true, &s));
    assert_sl(s, "a b+c+d");
    assert_true(url_unesc(arena, SL("%e7%83%bd%2F%fa%ff"), true, &s));
    assert_sl(s, "烽/\xFA\xFF");
    assert_true(url_unesc(arena, SL("a+b"), false, &s));
    assert_sl(s, "a+b");
    assert_true(url_unesc(arena, SLN, true, &s));
    assert_int_equal(s.n, 0);
}

static void broken_escapes_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"%",   "%4",   "a%",  "a%4",   "%zz", "%4g",
                                      "%g4", "%%41", "%00", "a%00b", "% 4", "%+4"};
    slice s;
    for (size_t i = 0; i < TB_COUNT(bad); i++)
        assert_false(url_unesc(arena, sl(bad[i]), true, &s));
    assert_false(url_unesc(arena, SL("a\0b"), true, &s));
    assert_false(url_unesc(arena, (slice){"%41", 2}, true, &s)); /* the rest lies behind the end */
    assert_false(url_unesc(arena, (slice){"a%41", 2}, true, &s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_accepted_to_its_edges),
        cmocka_unit_test(what_is_not_utf8_is_refused_wherever_it_stands),
        cmocka_unit_test(code_points_are_counted),
        cmocka_unit_test(words_are_sought_whatever_their_spelling),
        cmocka_unit_test(clean_text_has_no_controls),
        cmocka_unit_test(compatibility_forms_become_one),
        cmocka_unit_test(case_and_width_do_not_tell_names_apart),
        cmocka_unit_test(corporate_forms_are_taken_off),
        cmocka_unit_test(words_that_only_look_like_forms_stay),
        cmocka_unit_test(punctuation_and_spaces_are_one_space),
        cmocka_unit_test(dashes_and_long_vowel_marks_are_one),
        cmocka_unit_test(no_two_bare_names_meet_in_nothing),
        cmocka_unit_test(folding_twice_changes_nothing),
        cmocka_unit_test(html_has_its_five_marks_escaped),
        cmocka_unit_test(urls_are_escaped_and_come_back),
        cmocka_unit_test(a_plus_is_a_space_only_in_forms),
        cmocka_unit_test(broken_escapes_are_refused),
    };
    return cmocka_run_group_tests(tests, arena_up, arena_down);
}
