/* CPE names: NISTIR 7695 (naming) and the relations of NISTIR 7696. */
#include "check.h"

#include "base/world.h"

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new((size_t)16 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const char *bound(const struct cpe *c)
{
    struct buf b = BUF(64 << 10);
    cpe_bind(c, &b);
    char *z = arena_dup(arena, buf_slice(&b));
    buf_free(&b);
    return z;
}

static struct cpe parsed(const char *text)
{
    struct cpe c;
    struct fault f = {0};
    if (cpe_parse(arena, sl(text), &c, false, &f))
        fail_msg("%s: %s", text, f.what);
    return c;
}

static void names_are_read_and_written_back_in_one_form(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } row[] = {
        /* 7695 6.2: examples of unbinding a formatted string */
        {"cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*",
         "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*"},
        {"cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*",
         "cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*"},
        {"cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:-:*:*:online:win2003:x64:*",
         "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:-:*:*:online:win2003:x64:*"},
        {"cpe:2.3:a:foo\\\\bar:big\\$money:2010:*:*:*:special:ipod_touch:80gb:*",
         "cpe:2.3:a:foo\\\\bar:big\\$money:2010:*:*:*:special:ipod_touch:80gb:*"},
        /* Case is folded; quotes that are not needed go, those that are needed come. */
        {"cpe:2.3:A:Foo\\.COM:B!r:1\\.0\\-x:*:*:*:*:*:*:*", "cpe:2.3:a:foo.com:b\\!r:1.0-x:*:*:*:*:*:*:*"},
        {"cpe:2.3:a:v:p:\\-:*:*:*:*:*:*:*", "cpe:2.3:a:v:p:\\-:*:*:*:*:*:*:*"},
        {"cpe:2.3:a:v:\\*:\\?:*:*:*:*:*:*:*", "cpe:2.3:a:v:\\*:\\?:*:*:*:*:*:*:*"},
        /* Trap 12: escaped colon and backslash, a backslash before a line feed, quotation marks in a product. */
        {"cpe:2.3:a:v:module\\:\\:name:1:*:*:*:*:*:*:*", "cpe:2.3:a:v:module\\:\\:name:1:*:*:*:*:*:*:*"},
        {"cpe:2.3:a:v:a\\\\:1:*:*:*:*:*:*:*", "cpe:2.3:a:v:a\\\\:1:*:*:*:*:*:*:*"},
        {"cpe:2.3:a:v:a\\\nb:1:*:*:*:*:*:*:*", "cpe:2.3:a:v:a\\\nb:1:*:*:*:*:*:*:*"},
        {"cpe:2.3:a:v:\"p\":1:*:*:*:*:*:*:*", "cpe:2.3:a:v:\\\"p\\\":1:*:*:*:*:*:*:*"},
        {"cpe:2.3:a:日立:p:1:*:*:*:*:*:*:*", "cpe:2.3:a:日立:p:1:*:*:*:*:*:*:*"},
        /* 7695 6.1: examples of unbinding a URI */
        {"cpe:/a:microsoft:internet_explorer:8.0.6001:beta",
         "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*"},
        {"cpe:/a:microsoft:internet_explorer:8.%2a:sp%3f",
         "cpe:2.3:a:microsoft:internet_explorer:8.\\*:sp\\?:*:*:*:*:*:*"},
        {"cpe:/a:microsoft:internet_explorer:8.%02:sp%01", "cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*"},
        {"cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~",
         "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:*:*:*:online:win2003:x64:*"},
        {"cpe:/a:hp:openview_network_manager:7.51:-:~~~linux~~",
         "cpe:2.3:a:hp:openview_network_manager:7.51:-:*:*:*:linux:*:*"},
        {"cpe:/a:foo%5cbar:big%24money_2010%07:::~~special~ipod_touch~80gb~", NULL}, /* %07: 7695 makes it a fault */
        {"cpe:/a:foo~bar:big%7emoney_2010", "cpe:2.3:a:foo\\~bar:big\\~money_2010:*:*:*:*:*:*:*:*"},
        {"cpe:/a:foo:bar:12.%02.1234", NULL}, /* a wildcard inside: 7695 makes it a fault */
        {"cpe:/o:cisco:ios", "cpe:2.3:o:cisco:ios:*:*:*:*:*:*:*:*"},
        {"cpe:/a:v:p:%2d", "cpe:2.3:a:v:p:\\-:*:*:*:*:*:*:*"},
        {"cpe:/a:v:p:-:::ja", "cpe:2.3:a:v:p:-:*:*:ja:*:*:*:*"},
        {"cpe:/", "cpe:2.3:*:*:*:*:*:*:*:*:*:*:*"},
        {"cpe:/a:v:p%01%01", "cpe:2.3:a:v:p??:*:*:*:*:*:*:*:*"},
    };
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        struct cpe c;
        struct fault f = {0};
        enum err e = cpe_parse(arena, sl(row[i].in), &c, false, &f);
        if (row[i].out && e == E_OK)
            assert_string_equal(bound(&c), row[i].out);
        else if (row[i].out || e == E_OK)
            fail_msg("%s: %s", row[i].in, e ? f.what : "was taken");
    }
}

static void what_is_no_name_is_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        enum err err;
        const char *says;
    } row[] = {
        {"", E_PARSE, "begins with"},
        {"cpe:2.3", E_PARSE, "begins with"},
        {"cpe:2.3:", E_PARSE, "component 1 (part) is empty"},
        {"CPE:2.3:a:v:p:1:*:*:*:*:*:*:*", E_PARSE, "begins with"},
        {"cpe:2.3:a:v:p:1:*:*:*:*:*:*", E_PARSE, "10 components"},     /* trap 13 */
        {"cpe:2.3:a:v:p:1:*:*:*:*:*:*:*:*", E_PARSE, "12 components"}, /* trap 13 */
        {"cpe:2.3:a::p:1:*:*:*:*:*:*:*", E_PARSE, "component 2 (vendor) is empty"},
        {"cpe:2.3:a:v:p:1:*:*:*:*:*:*:", E_PARSE, "component 11 (other) is empty"},
        {"cpe:2.3:a:v:p:1:*:*:*:*:*:*:x\\", E_PARSE, "single backslash"},
        {"cpe:/a:v:p:1:u:e:l:x", E_PARSE, "more than 7"},
        {"cpe:/a:v:p:1:u:~a~b~c", E_PARSE, "five parts"},
        {"cpe:/a:v:p:1:u:~a~b~c~d~e~f", E_PARSE, "five parts"},
        {"cpe:/a:v%zz", E_PARSE, "vendor: a wrong or misplaced % sequence at byte 2"},
        {"cpe:/a:v%2", E_PARSE, "misplaced % sequence"},
        {"cpe:/a:v%00", E_PARSE, "misplaced % sequence"},
        {"cpe:/a:v%01w", E_PARSE, "misplaced % sequence"},
    };
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        struct cpe c;
        struct fault f = {0};
        enum err e = cpe_parse(arena, sl(row[i].in), &c, false, &f);
        if (e != row[i].err || !strstr(f.what, row[i].says))
            fail_msg("%s: %s", row[i].in, e ? f.what : "was taken");
        assert_int_equal(cpe_parse(arena, sl(row[i].in), &c, true, &f), e); /* in Japanese too */
        assert_non_null(memchr(f.what, 0xE3, strlen(f.what)));              /* kana begin with this byte */
    }
}

static void a_name_has_at_most_1024_bytes(void **state)
{
    (void)state;
    char text[CPE_TEXT_MAX + 2];
    static const char head[] = "cpe:2.3:a:v:", tail[] = ":1:*:*:*:*:*:*:*";
    memset(text, 'x', sizeof text);
    memcpy(text, head, sizeof head - 1);
    memcpy(text + CPE_TEXT_MAX - (sizeof tail - 1), tail, sizeof tail - 1);
    struct cpe c;
    struct fault f = {0};
    assert_int_equal(cpe_parse(arena, (slice){text, CPE_TEXT_MAX}, &c, false, &f), E_OK);
    assert_int_equal(c.at[CPE_PRODUCT].text.n, CPE_TEXT_MAX - (sizeof head - 1) - (sizeof tail - 1));
    text[CPE_TEXT_MAX] = '*';
    assert_int_equal(cpe_parse(arena, (slice){text, CPE_TEXT_MAX + 1}, &c, false, &f), E_TOO_BIG);
}

static void a_new_name_must_keep_to_the_specification(void **state)
{
    (void)state;
    static const struct {
        const char *in, *field; /* NULL: good */
    } row[] = {
        {"cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:-:*:ja:online:win2003:x64:*", NULL},
        {"cpe:2.3:*:v:p:-:*:*:en-us:*:*:*:*", NULL},
        {"cpe:2.3:o:v:*p??:1:*:*:zho-156:*:*:*:*", NULL},
        {"cpe:2.3:h:v:??p*:1:*:*:*:*:*:*:*", NULL},
        {"cpe:2.3:a:v:a\\*b:1:*:*:*:*:*:*:*", NULL},
        {"cpe:2.3:x:v:p:1:*:*:*:*:*:*:*", "part"},
        {"cpe:2.3:?:v:p:1:*:*:*:*:*:*:*", "part"},
        {"cpe:2.3:a:v:a*b:1:*:*:*:*:*:*:*", "product"},
        {"cpe:2.3:a:v:a?b:1:*:*:*:*:*:*:*", "product"},
        {"cpe:2.3:a:v:**a:1:*:*:*:*:*:*:*", "product"},
        {"cpe:2.3:a:v:a?*:1:*:*:*:*:*:*:*", "product"},
        {"cpe:2.3:a:v:p:\\-:*:*:*:*:*:*:*", "version"},
        {"cpe:2.3:a:a b:p:1:*:*:*:*:*:*:*", "vendor"},
        {"cpe:2.3:a:日立:p:1:*:*:*:*:*:*:*", "vendor"},
        {"cpe:2.3:a:v:p:1:*:*:j:*:*:*:*", "language"},
        {"cpe:2.3:a:v:p:1:*:*:japanese:*:*:*:*", "language"},
        {"cpe:2.3:a:v:p:1:*:*:ja-j:*:*:*:*", "language"},
        {"cpe:2.3:a:v:p:1:*:*:ja-jp1:*:*:*:*", "language"},
    };
    for (size_t i = 0; i < TB_COUNT(row); i++) {
        struct cpe c = parsed(row[i].in);
        struct fault f = {0};
        enum err e = cpe_check(&c, false, &f);
        if (row[i].field ? e != E_FIELD || strcmp(f.where, row[i].field) : e != E_OK)
            fail_msg("%s: %s %s", row[i].in, f.where, f.what);
    }
}

/* --- bind and unbind undo one another, on names made at random --- */

static uint8_t rnd(struct rng_seeded *r)
{
    uint8_t b;
    r->r.fill(&r->r, &b, 1);
    return b;
}

static struct cpe_value any_value(struct rng_seeded *r)
{
    static const char plain[] = "abz019_.-!\"#$%&'()+,/:;<=>@[]^`{|}~\\*? \n\x7f\xe6\x97\xa5";
    unsigned kind = rnd(r) % 8;
    if (kind < 2)
        return (struct cpe_value){.kind = kind ? CPE_NA : CPE_ANY};
    struct buf b = BUF(256);
    size_t n = 1 + rnd(r) % 12;
    bool wild = false;
    for (size_t i = 0; i < n; i++) {
        char c = plain[rnd(r) % (sizeof plain - 1)];
        bool special = c == '*' || c == '?' || c == '\\';
        if (kind == 2 && special) { /* a pattern: bare wildcards, everything else as it is bound */
            if (c == '\\')
                buf_chr(&b, c);
            else
                wild = true;
            buf_chr(&b, c);
        } else if (kind == 2 && strchr("!\"#$%&'()+,/:;<=>@[]^`{|}~ \n\x7f", c)) {
            buf_chr(&b, '\\');
            buf_chr(&b, c);
        } else {
            buf_chr(&b, c);
        }
    }
    struct cpe_value v = {kind == 2 && wild ? CPE_WILD : CPE_LITERAL, arena_sl(arena, buf_slice(&b))};
    if (v.kind == CPE_WILD && sl_is(v.text, "*")) /* alone it is the value ANY */
        v = (struct cpe_value){.kind = CPE_ANY};
    buf_free(&b);
    return v;
}

static void binding_and_unbinding_undo_one_another(void **state)
{
    (void)state;
    static const char seed[] = "cpe 2026-11-22";
    struct rng_seeded r;
    rng_seed(&r, sl(seed));
    for (int round = 0; round < 20000; round++) {
        struct cpe c, back;
        struct fault f = {0};
        for (size_t i = 0; i < CPE_ATTRS; i++)
            c.at[i] = any_value(&r);
        const char *text = bound(&c);
        if (strlen(text) > CPE_TEXT_MAX)
            continue;
        if (cpe_parse(arena, sl(text), &back, false, &f))
            fail_msg("seed \"%s\" round %d: %s: %s", seed, round, text, f.what);
        for (size_t i = 0; i < CPE_ATTRS; i++)
            if (back.at[i].kind != c.at[i].kind || !sl_eq(back.at[i].text, c.at[i].text))
                fail_msg("seed \"%s\" round %d: attribute %zu of %s came back as \"" PRIs "\"", seed, round, i, text,
                         ARGs(back.at[i].text));
        assert_string_equal(bound(&back), text);
        arena_reset(arena);
    }
}

/* --- wildcards --- */

static bool slow_match(const char *p, const char *t) /* by definition, exponential */
{
    if (!*p)
        return !*t;
    if (*p == '*')
        return slow_match(p + 1, t) || (*t && slow_match(p, t + 1));
    if (*p == '?')
        return slow_match(p + 1, t) || (*t && slow_match(p + 1, t + 1));
    if (*p == '\\')
        p++;
    return *t == *p && slow_match(p + 1, t + 1);
}

static void a_pattern_meets_what_its_definition_says(void **state)
{
    (void)state;
    struct rng_seeded r;
    rng_seed(&r, SL("wild 2026-11-22"));
    unsigned met = 0;
    for (int round = 0; round < 50000; round++) {
        char p[12], t[12];
        size_t n = rnd(&r) % 7, m = rnd(&r) % 7;
        for (size_t i = 0; i < n; i++)
            p[i] = "ab*?"[rnd(&r) % 4];
        for (size_t i = 0; i < m; i++)
            t[i] = "ab"[rnd(&r) % 2];
        p[n] = t[m] = '\0';
        bool want = slow_match(p, t);
        met += want;
        if (cpe_wild_match(sl(p), sl(t)) != want)
            fail_msg("pattern %s, text %s: not %d", p, t, want);
    }
    assert_in_range(met, 5000, 45000); /* the draw holds both answers */
}

static void a_pattern_of_many_stars_costs_no_more_than_its_length(void **state)
{
    (void)state;
    char p[CPE_TEXT_MAX], t[CPE_TEXT_MAX];
    memset(t, 'a', sizeof t);
    for (size_t i = 0; i < sizeof p; i++)
        p[i] = i % 2 ? 'a' : '*';
    p[sizeof p - 1] = 'b';
    assert_false(cpe_wild_match((slice){p, sizeof p}, (slice){t, sizeof t}));
    p[sizeof p - 1] = '*';
    assert_true(cpe_wild_match((slice){p, sizeof p}, (slice){t, sizeof t}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_and_written_back_in_one_form),
        cmocka_unit_test(what_is_no_name_is_refused_with_the_reason),
        cmocka_unit_test(a_name_has_at_most_1024_bytes),
        cmocka_unit_test(a_new_name_must_keep_to_the_specification),
        cmocka_unit_test(binding_and_unbinding_undo_one_another),
        cmocka_unit_test(a_pattern_meets_what_its_definition_says),
        cmocka_unit_test(a_pattern_of_many_stars_costs_no_more_than_its_length),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
