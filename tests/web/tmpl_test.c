/* What the generated pages write: whatever a value holds, it stays a value. */
#include "check.h"

#include "hostile_gen.h"
#include "web/tmpl.h"

static const char *const hostile[] = {
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" onfocus=alert(1) autofocus=\"",
    "</title><script>alert(1)</script>",
    "</textarea><svg onload=alert(1)>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/",
    "/\\evil.example",
    "/\t/evil.example",
    "https://evil.example/\"><script>",
    "&lt;script&gt;",
    "&#x3c;script&#x3e;",
    "-->",
    "]]>",
    "<!--",
    "${7*7}{{7*7}}",
    "\xF0\x9F\x92\xA9<",
    "株式会社<b>太字</b>&「引用」",
    "%3Cscript%3E",
    "?x=\"><b>",
    "#\"><b>",
    "/ok\"><b>",
};

static slice draw(struct buf *b, slice t)
{
    struct page_hostile_rows_sub sub[] = {{t}, {t}};
    struct page_hostile_rows rows[] = {{.t = t, .sub = sub, .sub_n = 2}, {.t = t}};
    struct page_hostile p = {.t = t,
                             .u = t,
                             .l = t,
                             .n = INT64_MIN,
                             .rows = rows,
                             .rows_n = 2,
                             .on = true,
                             .st = ICON_DONE,
                             .csrf = t,
                             .csrf_of = t};
    buf_clear(b);
    page_hostile(b, &p);
    assert_false(b->over);
    return buf_slice(b);
}

static size_t count(slice s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == c;
    return n;
}

static void a_hostile_value_adds_no_tag_quote_or_attribute(void **state)
{
    struct buf b = BUF(1 << 20);
    (void)state;
    slice plain = draw(&b, SL("x"));
    size_t lt = count(plain, '<'), gt = count(plain, '>'), q = count(plain, '"'), apo = count(plain, '\'');
    for (size_t i = 0; i < TB_COUNT(hostile); i++) {
        slice s = draw(&b, sl(hostile[i]));
        if (count(s, '<') != lt || count(s, '>') != gt || count(s, '"') != q || count(s, '\'') != apo)
            fail_msg("%s breaks out: " PRIs, hostile[i], ARGs(s));
    }
    buf_free(&b);
}

static void an_address_is_local_or_https_and_else_harmless(void **state)
{
    static const struct {
        const char *in, *url, *link;
    } cases[] = {
        {"/case/1?x=1#y", "/case/1?x=1#y", "#"},
        {"?page=2", "?page=2", "#"},
        {"#h", "#h", "#"},
        {"/", "/", "#"},
        {"https://nvd.example/x?a=1&b=2", "#", "https://nvd.example/x?a=1&amp;b=2"},
        {"//evil.example", "#", "#"},
        {"/\\evil.example", "#", "#"},
        {"/\t/evil.example", "#", "#"},
        {"/a b", "#", "#"},
        {"/a\nb", "#", "#"},
        {"javascript:alert(1)", "#", "#"},
        {"JaVaScRiPt:alert(1)", "#", "#"},
        {"data:text/html,x", "#", "#"},
        {"http://plain.example", "#", "#"},
        {"HTTPS://x.example", "#", "#"},
        {"https://", "#", "#"},
        {"case/1", "#", "#"},
        {"", "#", "#"},
        {"/x\"y", "/x&quot;y", "#"},
    };
    struct buf b = BUF(1000);
    (void)state;
    for (size_t i = 0; i < TB_COUNT(cases); i++) {
        buf_clear(&b);
        tmpl_url(&b, sl(cases[i].in));
        assert_sl(buf_slice(&b), cases[i].url);
        buf_clear(&b);
        tmpl_link(&b, sl(cases[i].in));
        assert_sl(buf_slice(&b), cases[i].link);
    }
    buf_free(&b);
}

static void each_place_writes_its_value_in_its_own_way(void **state)
{
    struct buf b = BUF(1 << 20);
    (void)state;
    slice s = draw(&b, SL("a&b/ｃ"));
    assert_true(sl_starts(s, "<!DOCTYPE html>"));
    assert_has(s, "<title>a&amp;b/ｃ</title>");
    assert_has(s, "<p id=\"a-9223372036854775808\" title=\"a&amp;b/ｃ\" class=\"x on\">a&amp;b/ｃ</p>");
    assert_has(s, "href=\"/case/a%26b%2F%EF%BD%83?q=a%26b%2F%EF%BD%83&amp;n=-9223372036854775808#a%26b%2F%EF%BD%83\"");
    assert_has(s, "<i id=\"r1\">a&amp;b/ｃ<b>1.1 a&amp;b/ｃ -9223372036854775808</b><b>1.2 ");
    assert_has(s, "<i id=\"r2\">a&amp;b/ｃ-</i>");
    assert_has(s, "<p>empty</p>");
    assert_has_not(s, "not here");
    assert_has(s, "<svg class=\"ic\" aria-hidden=\"true\"><use href=\"#i-done\"/></svg>");
    assert_has(s, "<input type=\"hidden\" name=\"_t\" value=\"a&amp;b/ｃ\">");
    buf_free(&b);
}

static void an_absent_icon_draws_nothing_and_a_false_flag_hides(void **state)
{
    struct buf b = BUF(1 << 20);
    struct page_hostile p = {.t = SL("t")};
    (void)state;
    page_hostile(&b, &p);
    assert_has_not(buf_slice(&b), "<svg");
    assert_has(buf_slice(&b), "class=\"x\"");
    assert_has_not(buf_slice(&b), "<i id");
    buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hostile_value_adds_no_tag_quote_or_attribute),
        cmocka_unit_test(an_address_is_local_or_https_and_else_harmless),
        cmocka_unit_test(each_place_writes_its_value_in_its_own_way),
        cmocka_unit_test(an_absent_icon_draws_nothing_and_a_false_flag_hides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
