/* Files, folders, tars and compressions; damaged ones; where a reading goes on. */
#include "check.h"

#include <archive_entry.h>
#include <sys/stat.h>
#include <unistd.h>

#define ITEM(n)   "{\"cveID\":\"CVE-2021-000" n "\",\"dateAdded\":\"2021-12-10\"}"
#define KEV(list) "{\"title\":\"t\",\"vulnerabilities\":[" list "],\"count\":1}"
#define THREE     KEV(ITEM("1") "," ITEM("2") "," ITEM("3"))
#define OUTLINE3  "+ CVE-2021-0001\n+ CVE-2021-0002\n+ CVE-2021-0003\n= 1 3 0 3 0 0 0\n"
#define CVE(n)                                                                                                         \
    "{\"dataType\":\"CVE_RECORD\",\"dataVersion\":\"5.1\",\"cveMetadata\":{\"cveId\":\"CVE-2024-000" n                 \
    "\",\"state\":\"PUBLISHED\"},\"containers\":{\"cna\":{}}}"

#define KEV_BODY(n)                                                                                                    \
    "+ CVE-2021-000" n " {\"id\":\"CVE-2021-000" n "\",\"kev\":{\"dateAdded\":\"2021-12-10\"},\"src\":\"kev\"}\n"

static const char *const packing[] = {"none", "gzip", "zstd", "bzip2", "lz4"};

static const char *put_packed(const char *name, enum packing how, const char *text)
{
    struct buf b = BUF((size_t)1 << 24);
    pack(&b, how, sl(text));
    const char *path = box_put(name, b.p, b.n);
    buf_free(&b);
    return path;
}

/* --- compressions --- */

static void every_compression_gives_the_same(void **state)
{
    (void)state;
    for (unsigned how = PACK_NONE; how <= PACK_LZ4; how++) {
        print_message("# %s\n", packing[how]);
        assert_string_equal(outline(FEED_KEV, put_packed("a", (enum packing)how, THREE)), OUTLINE3);
        assert_string_equal(outline(FEED_NONE, put_packed("a", (enum packing)how, THREE)), OUTLINE3);
    }
}

static void gzip_members_follow_one_another_and_zeros_end_them(void **state)
{
    (void)state;
    struct buf b = BUF(1 << 20);
    pack(&b, PACK_GZIP, SL("{\"vulnerabilities\":["));
    pack(&b, PACK_GZIP, SL(ITEM("1") "]}"));
    assert_string_equal(outline(FEED_KEV, box_put("a.gz", b.p, b.n)), "+ CVE-2021-0001\n= 1 1 0 1 0 0 0\n");
    buf_add(&b, "\0\0\0\0\0\0", 6);
    assert_string_equal(outline(FEED_KEV, box_put("a.gz", b.p, b.n)), "+ CVE-2021-0001\n= 1 1 0 1 0 0 0\n");
    buf_str(&b, "more");
    assert_string_equal(outline(FEED_KEV, box_put("a.gz", b.p, b.n)),
                        "! parse a.gz: the compressed file cannot be unpacked to its end (incorrect header check)\n");
    buf_free(&b);
}

/* A byte of the packed data is wrong, or a piece of its end is missing: each is noticed, wherever it is. */
static void a_packed_file_that_is_cut_fails_at_every_length(void **state)
{
    (void)state;
    for (unsigned how = PACK_GZIP; how <= PACK_LZ4; how++) {
        struct buf b = BUF(1 << 20);
        pack(&b, (enum packing)how, SL(THREE));
        for (size_t n = 8; n < b.n; n++) {
            const char *got = outline(FEED_KEV, box_put("a", b.p, n));
            const char *end = strchr(got, '!');
            if (!end || strncmp(end, "! parse a", 9) != 0)
                fail_msg("%s cut to %zu of %zu bytes: %s", packing[how], n, b.n, got);
        }
        buf_free(&b);
    }
}

static void xz_is_refused_in_so_many_words(void **state)
{
    (void)state;
    assert_string_equal(outline(FEED_KEV, box_put("a.json.xz",
                                                  "\xfd"
                                                  "7zXZ\0\0\4",
                                                  8)),
                        "! parse a.json.xz: the compressed file cannot be unpacked to its end (xz is not read here; "
                        "unpack it first)\n");
}

static void a_wrong_checksum_fails_the_file(void **state)
{
    (void)state;
    struct buf b = BUF(1 << 20);
    pack(&b, PACK_GZIP, SL(THREE));
    b.p[b.n - 8] ^= 1; /* the CRC (RFC 1952 §2.3.1) */
    assert_string_equal(outline(FEED_KEV, box_put("a.gz", b.p, b.n)),
                        "! parse a.gz: the compressed file cannot be unpacked to its end (incorrect data check)\n");
    buf_clear(&b);
    pack_zstd_window(&b, 20, SL(THREE));
    b.p[b.n - 1] ^= 1;
    assert_string_equal(
        outline(FEED_KEV, box_put("a.zst", b.p, b.n)),
        "! parse a.zst: the compressed file cannot be unpacked to its end (Zstd decompression failed: Restored "
        "data doesn't match checksum)\n");
    buf_free(&b);
}

static void a_window_of_27_bits_is_read_and_one_of_28_is_refused(void **state)
{
    (void)state;
    struct buf b = BUF(1 << 20), tar = BUF(1 << 20);
    pack_zstd_window(&b, 27, SL(THREE));
    assert_string_equal(outline(FEED_KEV, box_put("a.zst", b.p, b.n)), OUTLINE3);
    const struct member m[] = {{"a.json", CVE("1"), 0}, {"b.json", CVE("2"), 0}};
    pack_tar(&tar, m, TB_COUNT(m));
    buf_clear(&b);
    pack_zstd_window(&b, 27, buf_slice(&tar));
    assert_string_equal(outline(FEED_CVE5, box_put("a.tar.zst", b.p, b.n)),
                        "+ CVE-2024-0001\n+ CVE-2024-0002\n= 2 2 0 2 0 0 0\n");
    buf_clear(&b);
    pack_zstd_window(&b, 28, SL(THREE));
    assert_string_equal(
        outline(FEED_KEV, box_put("a.zst", b.p, b.n)),
        "! parse a.zst: the compressed file cannot be unpacked to its end (Zstd decompression failed: Frame "
        "requires too much memory for decoding)\n");
    buf_free(&b);
    buf_free(&tar);
}

/* --- tars --- */

static const char *long_name(void)
{
    static char name[300];
    memset(name, 'n', 200);
    memcpy(name + 120, "/", 1);
    memcpy(name + 200, ".json", 6);
    return name;
}

static void a_tar_gives_its_regular_files_of_the_kind_in_their_order(void **state)
{
    (void)state;
    const struct member m[] = {{"dir.json", "", AE_IFDIR},          {"z.json", CVE("3"), 0},
                               {long_name(), CVE("1"), 0},          {"link.json", "z.json", AE_IFLNK},
                               {"README.md", "hello", 0},           {"dir/._a.json", "x", 0},
                               {"../../outside.json", CVE("2"), 0}, {"DIR/A.JSON", CVE("4"), 0}};
    struct buf b = BUF(1 << 20);
    pack_tar(&b, m, TB_COUNT(m));
    assert_string_equal(outline(FEED_CVE5, box_put("a.tar", b.p, b.n)),
                        "+ CVE-2024-0003\n+ CVE-2024-0001\n+ CVE-2024-0002\n+ CVE-2024-0004\n= 4 4 0 4 0 0 0\n");
    struct stat st;
    assert_int_equal(stat("../../outside.json", &st), -1);
    buf_free(&b);
}

static void a_record_of_a_tar_is_named_by_tar_and_member(void **state)
{
    (void)state;
    const struct member m[] = {{"d/a.json", CVE("1"), 0}, {"d/b\x1b.json", "{", 0}};
    struct buf b = BUF(1 << 20);
    struct fault f;
    struct feed_item item;
    pack_tar(&b, m, TB_COUNT(m));
    struct feed_unit u = {.format = FEED_CVE5, .path = box_put("a.tar", b.p, b.n)};
    struct feed *s = feed_open(&u, &(struct feed_opt){.ja = true}, &f);
    assert_int_equal(feed_next(s, &item, &f), FEED_RECORD);
    assert_memory_equal(item.file.p + strlen(box), "/a.tar:d/a.json", item.file.n - strlen(box));
    assert_int_equal(feed_next(s, &item, &f), FEED_REJECT);
    assert_memory_equal(item.file.p + strlen(box), "/a.tar:d/b?.json", item.file.n - strlen(box));
    assert_string_equal(item.reject.reason, "JSON として読めません");
    assert_int_equal(feed_next(s, &item, &f), FEED_END);
    feed_close(s);
    buf_free(&b);
}

static void a_bad_member_stops_nothing(void **state)
{
    (void)state;
    const struct member m[] = {{"a.json", CVE("1"), 0},
                               {"b.json", "{\"dataType\":", 0},
                               {"c.json", "", 0},
                               {"d.json", "[]", 0},
                               {"e.json", CVE("5"), 0}};
    struct buf b = BUF(1 << 20);
    pack_tar(&b, m, TB_COUNT(m));
    assert_string_equal(
        outline(FEED_CVE5, box_put("a.tar", b.p, b.n)),
        "+ CVE-2024-0001\n- #1: unexpected token near end of file\n- #2: unexpected token near end of file\n"
        "- #3: the record is no object\n+ CVE-2024-0005\n= 5 5 0 2 3 0 0\n");
    buf_free(&b);
}

static void members_may_be_packed_themselves(void **state)
{
    (void)state;
    struct buf b = BUF(1 << 20), inner = BUF(1 << 16);
    for (unsigned how = PACK_GZIP; how <= PACK_ZSTD; how++) {
        buf_clear(&b);
        buf_clear(&inner);
        pack(&inner, (enum packing)how, SL(THREE));
        const struct member m[] = {{how == PACK_GZIP ? "a.json.gz" : "a.json.zst", inner.p, 0, inner.n},
                                   {"b.json", THREE, 0}};
        pack_tar(&b, m, TB_COUNT(m));
        assert_string_equal(outline(FEED_KEV, box_put("a.tar", b.p, b.n)),
                            "+ CVE-2021-0001\n+ CVE-2021-0002\n+ CVE-2021-0003\n+ CVE-2021-0001\n+ CVE-2021-0002\n"
                            "+ CVE-2021-0003\n= 2 6 0 6 0 0 0\n");
        const struct member cut[] = {{"a.json.gz", inner.p, 0, inner.n - 5}};
        buf_clear(&b);
        pack_tar(&b, cut, 1);
        const char *got = outline(FEED_KEV, box_put("a.tar", b.p, b.n));
        assert_non_null(strstr(got, "! parse a.tar:a.json.gz: the compressed file cannot be unpacked to its end ("));
    }
    buf_free(&b);
    buf_free(&inner);
}

static void a_tar_cut_anywhere_fails(void **state)
{
    (void)state;
    const struct member m[] = {{"a.json", CVE("1"), 0}, {"b.json", CVE("2"), 0}};
    struct buf b = BUF(1 << 20);
    pack_tar(&b, m, TB_COUNT(m));
    assert_true(b.n >= 4 * 512 + 1024);
    for (size_t n = 512; n <= 4 * 512; n += 256) {
        const char *got = outline(FEED_CVE5, box_put("a.tar", b.p, n)), *end = strchr(got, '!');
        if (!end || strncmp(end, "! parse a.tar", 13) != 0)
            fail_msg("cut to %zu bytes: %s", n, got);
    }
    assert_string_equal(outline(FEED_CVE5, box_put("a.tar", b.p, 4 * 512)),
                        "+ CVE-2024-0001\n+ CVE-2024-0002\n! parse a.tar:b.json: the tar file is cut short\n");
    assert_string_equal(outline(FEED_CVE5, box_put("a.tar", b.p, 5 * 512)),
                        "+ CVE-2024-0001\n+ CVE-2024-0002\n= 2 2 0 2 0 0 0\n");
    buf_free(&b);
}

static void a_tar_with_nothing_for_us_is_a_failure_when_it_was_named(void **state)
{
    (void)state;
    const struct member m[] = {{"README.md", "x", 0}};
    struct buf b = BUF(1 << 20);
    pack_tar(&b, m, 1);
    assert_string_equal(outline(FEED_KEV, box_put("a.tar", b.p, b.n)),
                        "! type a.tar #0: no file of this format in it\n");
    const struct member other[] = {{"schema.json", "{\"properties\":{\"vulnerabilities\":[]}}", 0},
                                   {"kev.json", THREE, 0}};
    buf_clear(&b);
    pack_tar(&b, other, 2);
    assert_string_equal(
        outline(FEED_KEV, box_put("a.tar", b.p, b.n)),
        "~ a.tar:schema.json: no file of this format\n+ CVE-2021-0001\n+ CVE-2021-0002\n+ CVE-2021-0003\n"
        "= 1 3 0 3 0 0 1\n");
    buf_free(&b);
}

/* --- folders --- */

static void make(const char *name)
{
    assert_int_equal(mkdir(box_path(name), 0755), 0);
}

static void a_folder_is_read_in_the_order_of_its_bytes(void **state)
{
    (void)state;
    make("f");
    make("f/b");
    make("f/.git");
    box_say("f/b/a.json", CVE("2"));
    box_say("f/b-.json", CVE("1")); /* '-' comes before '/' */
    box_say("f/z.json", CVE("4"));
    box_say("f/c.json", "{}");
    box_say("f/notes.txt", "x");
    box_say("f/.hidden.json", "x");
    box_say("f/.git/x.json", "x");
    assert_int_equal(symlink("z.json", box_path("f/link.json")), 0);
    assert_int_equal(symlink("/", box_path("f/root")), 0);
    assert_int_equal(symlink("..", box_path("f/b/up")), 0);
    assert_string_equal(outline(FEED_CVE5, box_path("f")),
                        "+ CVE-2024-0001\n+ CVE-2024-0002\n- #2: no CVE id: -\n+ CVE-2024-0004\n= 4 4 0 3 1 0 0\n");
    assert_string_equal(outline(FEED_EPSS, box_path("f")), "! absent f: no file of this format in the folder\n");
}

static void tars_of_a_folder_are_units_of_their_own(void **state)
{
    (void)state;
    const struct member m[] = {{"t.json", CVE("7"), 0}}, none[] = {{"README", "x", 0}};
    struct buf b = BUF(1 << 20);
    make("g");
    pack_tar(&b, m, 1);
    box_put("g/a.tar", b.p, b.n);
    buf_clear(&b);
    pack_tar(&b, none, 1);
    box_put("g/b.tar", b.p, b.n);
    box_say("g/c.json", CVE("8"));
    assert_string_equal(outline(FEED_CVE5, box_path("g")),
                        "+ CVE-2024-0008\n= 1 1 0 1 0 0 0\n+ CVE-2024-0007\n= 1 1 0 1 0 0 0\n"
                        "~ g/b.tar: no file of this format in it\n= 0 0 0 0 0 0 1\n");
    assert_string_equal(outline(FEED_NONE, box_path("g")),
                        "+ CVE-2024-0007\n~ g/b.tar: no file of this format in it\n+ CVE-2024-0008\n= 2 2 0 2 0 0 1\n");
    buf_free(&b);
}

static void each_file_of_many_records_is_a_unit_and_others_are_passed_over(void **state)
{
    (void)state;
    make("h");
    box_say("h/1.json", KEV(ITEM("1")));
    box_say("h/2-schema.json", "{\"type\":\"object\",\"properties\":{\"vulnerabilities\":[1,2]}}");
    box_say("h/3.json", KEV(ITEM("2")));
    box_say("h/4.json", "{\"vulnerabilities\":[");
    box_say("h/5.csv", "CVE-1999-0001;0.1;0.2\n");
    assert_string_equal(
        outline(FEED_KEV, box_path("h")),
        "+ CVE-2021-0001\n= 1 1 0 1 0 0 0\n~ h/2-schema.json: no file of this format\n= 0 0 0 0 0 0 1\n"
        "+ CVE-2021-0002\n= 1 1 0 1 0 0 0\n"
        "! parse h/4.json #0: no JSON that can be read to its end: ']' expected near end of file (byte 20)\n");
}

static void a_path_that_is_not_there_is_said_to_be_absent(void **state)
{
    (void)state;
    assert_string_equal(outline(FEED_KEV, box_path("nothing")),
                        "! absent nothing: cannot open: No such file or directory\n");
    struct fault f;
    struct feed_unit u = {.format = FEED_KEV, .path = box_path("nothing")};
    struct feed_item item;
    struct feed *s = feed_open(&u, &(struct feed_opt){.ja = true}, &f);
    assert_int_equal(feed_next(s, &item, &f), FEED_FAIL);
    assert_int_equal(f.err, E_ABSENT);
    feed_close(s);
}

static void a_folder_too_deep_is_a_fault(void **state)
{
    (void)state;
    char name[256] = "deep";
    for (int depth = 0; depth <= 34; depth++) {
        make(name);
        strncat(name, "/d", sizeof name - strlen(name) - 1);
        if (depth == 32) {
            char file[300];
            snprintf(file, sizeof file, "%.*s/a.json", (int)strlen(name) - 2, name);
            box_say(file, CVE("1"));
            assert_string_equal(outline(FEED_CVE5, box_path("deep")), "+ CVE-2024-0001\n= 1 1 0 1 0 0 0\n");
        }
    }
    const char *got = outline(FEED_CVE5, box_path("deep"));
    assert_int_equal(strncmp(got, "! too-big deep/d/d/", 19), 0);
    assert_non_null(strstr(got, ": too deep, or too many files\n"));
}

static void any_path_opens_without_naming_its_format(void **state)
{
    (void)state;
    struct fault f = {0};
    struct feed_item item;
    struct feed *s = feed_open_auto(box_say("a.json", THREE), &(struct feed_opt){.skip = 2}, &f);
    assert_int_equal(feed_next(s, &item, &f), FEED_RECORD);
    assert_int_equal(item.record.format, FEED_KEV);
    assert_true(sl_is(item.record.id, "CVE-2021-0003"));
    assert_int_equal(feed_next(s, &item, &f), FEED_END);
    feed_close(s);
    make("mixed");
    box_say("mixed/1.csv", "CVE-1999-0001;0.1;0.2\n");
    box_say("mixed/2.json", CVE("1"));
    box_say("mixed/3.json", "{\"vulnerabilities\":[{\"what\":1}]}");
    s = feed_open_auto(box_path("mixed"), &(struct feed_opt){0}, &f);
    assert_int_equal(feed_next(s, &item, &f), FEED_RECORD);
    assert_int_equal(item.record.format, FEED_EPSS);
    assert_int_equal(feed_next(s, &item, &f), FEED_RECORD);
    assert_int_equal(item.record.format, FEED_CVE5);
    assert_int_equal(feed_next(s, &item, &f), FEED_PASSED);
    assert_string_equal(item.reject.reason, "no file of a format we know");
    assert_int_equal(feed_next(s, &item, &f), FEED_END);
    assert_int_equal(feed_result(s)->files, 2);
    assert_int_equal(feed_result(s)->passed, 1);
    feed_close(s);
    assert_null(feed_open_auto(box_path("nothing"), &(struct feed_opt){0}, &f));
    assert_int_equal(f.err, E_ABSENT);
}

/* --- JSON that is damaged, and records that are --- */

static void keys_may_come_after_the_array_and_in_any_order(void **state)
{
    (void)state;
    assert_string_equal(outline(FEED_KEV, box_say("a.json", "{\"vulnerabilities\" \n:\t[ " ITEM("1") " , " ITEM(
                                                                "2") "\n] ,\"a\":[{\"vulnerabilities\":[1]}],"
                                                                     "\"dateReleased\":\"x\"}\n")),
                        "+ CVE-2021-0001\n+ CVE-2021-0002\n= 1 2 0 2 0 0 0\n");
    assert_string_equal(
        outline(
            FEED_KEV,
            box_say("a.json",
                    "{\"a\":{\"vulnerabilities\":[1]},\"b\":\"\\\"vulnerabilities\\\":[\",\"vulnerabilities\":[" ITEM(
                        "1") "]}")),
        "+ CVE-2021-0001\n= 1 1 0 1 0 0 0\n");
    assert_string_equal(outline(FEED_KEV, box_say("a.json", "{\"vulnerabilities\":[]}")), "= 1 0 0 0 0 0 0\n");
    assert_string_equal(outline(FEED_KEV, box_say("a.json", "{\"vulnerabilities\":[ \n ]}")), "= 1 0 0 0 0 0 0\n");
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    (void)state;
    assert_string_equal(outline(FEED_KEV, box_say("a.json", "\xEF\xBB\xBF" THREE)), OUTLINE3);
    assert_string_equal(outline(FEED_NONE, box_say("a.json", "\xEF\xBB\xBF" THREE)), OUTLINE3);
    assert_string_equal(outline(FEED_CVE5, box_say("a.json", "\xEF\xBB\xBF" CVE("1"))),
                        "+ CVE-2024-0001\n= 1 1 0 1 0 0 0\n");
    assert_string_equal(outline(FEED_CVE5, box_put("a.json", "\xFF\xFE{\0}\0", 6)),
                        "- #0: unable to decode byte 0xff\n= 1 1 0 0 1 0 0\n");
}

static void a_file_cut_anywhere_fails(void **state)
{
    (void)state;
    const char *text = THREE;
    for (size_t n = 0; n < strlen(text); n++) {
        const char *got = outline(FEED_KEV, box_put("a.json", text, n)), *end = strchr(got, '!');
        if (!end || strncmp(end, "! parse a.json", 14) != 0)
            fail_msg("cut to %zu bytes: %s", n, got);
        got = outline(FEED_CVE5, box_put("a.json", CVE("1"), n % strlen(CVE("1"))));
        if (strncmp(got, "! parse a.json", 14) != 0)
            fail_msg("cut to %zu bytes: %s", n, got);
    }
}

static void a_broken_document_fails_where_it_breaks(void **state)
{
    static const struct {
        const char *text, *got;
    } bad[] = {
        {"", "! parse a.json: the file is empty\n"},
        {"{}", "! type a.json #0: no file of this format: there is no array of this name: vulnerabilities\n"},
        {"{\"vulnerabilities\":{}}",
         "! type a.json #0: no file of this format: there is no array of this name: vulnerabilities\n"},
        {"[" ITEM("1") "]",
         "! type a.json #0: no file of this format: there is no array of this name: vulnerabilities\n"},
        {"\"x\"",
         "! parse a.json #0: no JSON that can be read to its end: '[' or '{' expected near '\"x\"' (byte 3)\n"},
        {KEV(ITEM("1") ","), "+ CVE-2021-0001\n! parse a.json #1: no JSON that can be read to its end: unexpected ',' "
                             "or ']' in the array\n"},
        {KEV(ITEM("1") ",," ITEM("2")), "+ CVE-2021-0001\n! parse a.json #1: no JSON that can be read to its end: "
                                        "unexpected ',' or ']' in the array\n"},
        {KEV("," ITEM("1")),
         "! parse a.json #0: no JSON that can be read to its end: unexpected ',' or ']' in the array\n"},
        {KEV(ITEM("1") " " ITEM("2")),
         "! parse a.json #0: no JSON that can be read to its end: end of file expected near '{' (byte "},
        {KEV(ITEM("1") ",{\"a\":tru}," ITEM("2")), "+ CVE-2021-0001\n! parse a.json #1: no JSON that can be read to "
                                                   "its end: invalid token near 'tru' (byte 8)\n"},
        {KEV(ITEM("1") ",{\"a\":\"x\ny\"}"),
         "+ CVE-2021-0001\n! parse a.json #1: no JSON that can be read to its end: unexpected newline near"},
        {KEV(ITEM("1") ",{\"a\":1]}"), "+ CVE-2021-0001\n! parse a.json #1: no JSON"},
        {KEV(ITEM("1")) "x",
         "+ CVE-2021-0001\n! parse a.json #1: no JSON that can be read to its end: end of file expected near 'x'"},
        {"{\"vulnerabilities\":[" ITEM("1") "],\"vulnerabilities\":[]}",
         "+ CVE-2021-0001\n! parse a.json #1: no JSON that can be read to its end: duplicate object key near"},
        {"{\"a\":\"\xff\",\"vulnerabilities\":[" ITEM("1") "]}",
         "+ CVE-2021-0001\n! parse a.json #1: no JSON that can be read to its end: unable to decode byte 0xff"},
    };
    (void)state;
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        const char *got = outline(FEED_KEV, box_say("a.json", bad[i].text));
        if (strncmp(got, bad[i].got, strlen(bad[i].got)) != 0)
            assert_string_equal(got, bad[i].got);
    }
}

static void nul_bytes_fail_the_file(void **state)
{
    (void)state;
    char zeros[2000] = {0};
    assert_string_equal(outline(FEED_KEV, box_put("a.json", zeros, sizeof zeros)),
                        "! type a.json #0: no file of this format in it\n");
    assert_string_equal(
        outline(FEED_KEV, box_put("a.json", zeros, 100)),
        "! parse a.json #0: no JSON that can be read to its end: '[' or '{' expected near end of file (byte 1)\n");
    struct buf b = BUF(1 << 16);
    buf_str(&b, "{\"vulnerabilities\":[" ITEM("1") ",");
    buf_add(&b, "{\"a\":\"\0\"}]}", 11);
    assert_string_equal(
        outline(FEED_KEV, box_put("a.json", b.p, b.n)),
        "+ CVE-2021-0001\n! parse a.json #1: no JSON that can be read to its end: control character 0x0 near "
        "'\"' (byte 6)\n");
    buf_free(&b);
}

static void a_record_that_is_well_bounded_is_rejected_alone(void **state)
{
    static const struct {
        const char *item, *reason;
    } bad[] = {
        {"{\"a\":1,\"a\":2}", "duplicate object key near '\"a\"'"},
        {"{\"a\":\"\xff\"}", "unable to decode byte 0xff near '\"'"},
        {"{\"a\":\"\xed\xa0\x80\"}", "unable to decode byte 0xed near '\"'"},
        {"{\"a\":\"\\u0000\"}", "\\u0000 is not allowed without JSON_ALLOW_NUL near '\"\\u0000\"'"},
        {"{\"a\":99999999999999999999}", "too big integer near '99999999999999999999'"},
        {"{\"a\":1e999}", "real number overflow near '1e999'"},
        {"\"text\"", "the record is no object"},
        {"null", "the record is no object"},
        {"-1.5", "the record is no object"},
    };
    (void)state;
    for (size_t i = 0; i < TB_COUNT(bad); i++) {
        char text[1024], want[512];
        snprintf(text, sizeof text, KEV(ITEM("1") ",%s," ITEM("3")), bad[i].item);
        snprintf(want, sizeof want, "+ CVE-2021-0001\n- #1: %s\n+ CVE-2021-0003\n= 1 3 0 2 1 0 0\n", bad[i].reason);
        assert_string_equal(outline(FEED_KEV, box_say("a.json", text)), want);
    }
}

static void fill(struct buf *b, const char *piece, size_t times)
{
    for (size_t i = 0; i < times; i++)
        buf_str(b, piece);
}

static void a_depth_bomb_is_rejected_and_the_next_record_is_read(void **state)
{
    (void)state;
    struct buf b = BUF((size_t)1 << 23);
    for (size_t depth = 63; depth <= 1000000; depth = depth == 63 ? 64 : depth == 64 ? 1000000 : depth + 1) {
        buf_clear(&b);
        buf_str(&b, "{\"vulnerabilities\":[{\"cveID\":\"CVE-2021-0001\",\"dateAdded\":\"2021-12-10\",\"x\":");
        fill(&b, "[", depth);
        fill(&b, "]", depth);
        buf_str(&b, "}," ITEM("2") "]}");
        assert_string_equal(outline(FEED_KEV, box_put("a.json", b.p, b.n)),
                            depth == 63
                                ? "+ CVE-2021-0001\n+ CVE-2021-0002\n= 1 2 0 2 0 0 0\n"
                                : "- #0: nested too deep, or too many values\n+ CVE-2021-0002\n= 1 2 0 1 1 0 0\n");
    }
    buf_free(&b);
}

static void a_record_of_too_many_values_is_rejected_before_they_take_memory(void **state)
{
    (void)state;
    struct buf b = BUF((size_t)1 << 24);
    buf_str(&b, "{\"vulnerabilities\":[{\"x\":[0");
    fill(&b, ",[]", 600000);
    buf_str(&b, "]}," ITEM("2") "]}");
    assert_string_equal(outline(FEED_KEV, box_put("a.json", b.p, b.n)),
                        "- #0: nested too deep, or too many values\n+ CVE-2021-0002\n= 1 2 0 1 1 0 0\n");
    buf_free(&b);
}

static void a_record_over_16_mib_is_rejected_and_the_next_is_read(void **state)
{
    (void)state;
    struct buf b = BUF((size_t)1 << 26);
    char piece[1025];
    memset(piece, 'x', 1024);
    piece[1024] = '\0';
    buf_str(&b, "{\"vulnerabilities\":[{\"x\":\"");
    fill(&b, piece, 16 * 1024);
    buf_str(&b, "\"}," ITEM("2") "]}");
    assert_string_equal(outline(FEED_KEV, box_put("a.json", b.p, b.n)),
                        "- #0: the record is over 16 MiB\n+ CVE-2021-0002\n= 1 2 0 1 1 0 0\n");
    assert_string_equal(outline(FEED_CVE5, box_put("a.json", b.p, b.n)),
                        "- #0: the record is over 16 MiB\n= 1 1 0 0 1 0 0\n");
    buf_free(&b);
}

static void too_much_beside_the_array_fails_the_file(void **state)
{
    (void)state;
    struct buf b = BUF((size_t)1 << 23);
    buf_str(&b, "{\"x\":\"");
    fill(&b, "xxxxxxxxxxxxxxxx", 1 << 17);
    buf_str(&b, "\",\"vulnerabilities\":[]}");
    assert_string_equal(outline(FEED_KEV, box_put("a.json", b.p, b.n)),
                        "! too-big a.json #0: too much besides the array of records\n");
    buf_free(&b);
}

/* --- where it goes on; both languages --- */

static void a_reading_goes_on_behind_the_records_that_were_done(void **state)
{
    (void)state;
    const char *path = box_say("a.json", KEV(ITEM("1") ",7," ITEM("3")));
    assert_string_equal(reading_from(FEED_KEV, path, 0, false),
                        KEV_BODY("1") "- #1: the record is no object\n" KEV_BODY("3") "= 1 3 0 2 1 0 0\n");
    assert_string_equal(reading_from(FEED_KEV, path, 1, false),
                        "- #1: the record is no object\n" KEV_BODY("3") "= 1 3 1 1 1 0 0\n");
    assert_string_equal(reading_from(FEED_KEV, path, 2, false), KEV_BODY("3") "= 1 3 2 1 0 0 0\n");
    assert_string_equal(reading_from(FEED_KEV, path, 3, false), "= 1 3 3 0 0 0 0\n");
    assert_string_equal(
        reading_from(FEED_KEV, box_say("a.json", "{\"vulnerabilities\":[" ITEM("1") ","), 1, false),
        "! parse a.json #1: no JSON that can be read to its end: ']' expected near end of file (byte 20)\n");
}

static void a_folder_and_a_tar_go_on_too(void **state)
{
    (void)state;
    const struct member m[] = {{"a.json", CVE("1"), 0}, {"b.json", "{}", 0}, {"c.json", CVE("3"), 0}};
    struct buf b = BUF(1 << 20);
    const char *want =
        "+ CVE-2024-0003 {\"configs\":[],\"id\":\"CVE-2024-0003\",\"src\":\"cve5\",\"state\":\"published\"}\n= 3 3 2 1 "
        "0 0 0\n";
    pack_tar(&b, m, TB_COUNT(m));
    assert_string_equal(reading_from(FEED_CVE5, box_put("a.tar", b.p, b.n), 2, false), want);
    make("k");
    box_say("k/a.json", CVE("1"));
    box_say("k/b.json", "{}");
    box_say("k/c.json", CVE("3"));
    assert_string_equal(reading_from(FEED_CVE5, box_path("k"), 2, false), want);
    buf_free(&b);
}

static void reasons_come_in_japanese_too(void **state)
{
    (void)state;
    assert_string_equal(
        reading_from(FEED_KEV, box_say("a.json", KEV("7,{\"cveID\":\"x\"},{\"cveID\":8},{\"a\":\"\xff\"}")), 0, true),
        "- #0: 記録がオブジェクトではありません\n- #1: CVE 番号の形ではありません: x\n- #2: 項目の型が違います: cveID\n"
        "- #3: UTF-8 ではありません\n= 1 4 0 0 4 0 0\n");
    assert_string_equal(reading_from(FEED_KEV, box_say("a.json", ""), 0, true), "! parse a.json: 空のファイルです\n");
    assert_string_equal(
        reading_from(FEED_KEV, box_say("a.json", "{}"), 0, true),
        "! type a.json #0: この形式のファイルではありません。この名前の配列がありません: vulnerabilities\n");
}

/* --- pushed --- */

struct pushed {
    size_t items, progress, stop_after;
    uint64_t last_done;
};

static bool take(void *ctx, enum feed_step step, const struct feed_item *item)
{
    struct pushed *p = ctx;
    assert_int_equal(step, FEED_RECORD);
    assert_int_equal(item->index, p->items);
    return ++p->items < p->stop_after;
}

static void watch(void *ctx, const struct feed_result *so_far)
{
    struct pushed *p = ctx;
    assert_true(so_far->done >= p->last_done && so_far->done <= so_far->size);
    p->last_done = so_far->done;
    p->progress++;
}

static void a_sink_is_told_of_progress_and_may_stop(void **state)
{
    (void)state;
    struct buf b = BUF((size_t)1 << 22);
    buf_str(&b, "{\"vulnerabilities\":[");
    for (int i = 0; i < 5000; i++)
        buf_fmt(&b, "%s{\"cveID\":\"CVE-2021-%05d\",\"dateAdded\":\"2021-12-10\"}", i ? "," : "", i);
    buf_str(&b, "]}");
    struct feed_unit u = {.format = FEED_KEV, .path = box_put("a.json", b.p, b.n)};
    struct feed_result r;
    struct fault f;
    bool stopped;
    struct pushed all = {.stop_after = 10000}, some = {.stop_after = 7};
    const struct feed_sink sink = {&all, take, watch}, stopper = {&some, take, NULL};
    assert_int_equal(feed_each(&u, &(struct feed_opt){0}, &sink, &r, &stopped, &f), E_OK);
    assert_false(stopped);
    assert_int_equal(all.items, 5000);
    assert_int_equal(r.accepted, 5000);
    assert_int_equal(r.done, r.size);
    assert_true(all.progress >= 3 && all.progress <= 6);
    assert_int_equal(feed_each(&u, &(struct feed_opt){0}, &stopper, &r, &stopped, &f), E_OK);
    assert_true(stopped);
    assert_int_equal(some.items, 7);
    u.path = box_say("a.json", "{");
    assert_int_equal(feed_each(&u, &(struct feed_opt){0}, &sink, &r, &stopped, &f), E_PARSE);
    buf_free(&b);
}

static void formats_go_by_their_names(void **state)
{
    static const char *const name[] = {"cve5", "nvd1", "nvd2", "nvd-override", "kev", "epss", "csaf"};
    (void)state;
    for (size_t i = 0; i < TB_COUNT(name); i++)
        assert_string_equal(feed_format_name(feed_format_of(sl(name[i]))), name[i]);
    assert_int_equal(feed_format_of(SL("auto")), FEED_NONE);
    assert_int_equal(feed_format_of(SL("stix")), FEED_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_compression_gives_the_same),
        cmocka_unit_test(gzip_members_follow_one_another_and_zeros_end_them),
        cmocka_unit_test(a_packed_file_that_is_cut_fails_at_every_length),
        cmocka_unit_test(xz_is_refused_in_so_many_words),
        cmocka_unit_test(a_wrong_checksum_fails_the_file),
        cmocka_unit_test(a_window_of_27_bits_is_read_and_one_of_28_is_refused),
        cmocka_unit_test(a_tar_gives_its_regular_files_of_the_kind_in_their_order),
        cmocka_unit_test(a_record_of_a_tar_is_named_by_tar_and_member),
        cmocka_unit_test(a_bad_member_stops_nothing),
        cmocka_unit_test(members_may_be_packed_themselves),
        cmocka_unit_test(a_tar_cut_anywhere_fails),
        cmocka_unit_test(a_tar_with_nothing_for_us_is_a_failure_when_it_was_named),
        cmocka_unit_test(a_folder_is_read_in_the_order_of_its_bytes),
        cmocka_unit_test(tars_of_a_folder_are_units_of_their_own),
        cmocka_unit_test(each_file_of_many_records_is_a_unit_and_others_are_passed_over),
        cmocka_unit_test(a_path_that_is_not_there_is_said_to_be_absent),
        cmocka_unit_test(a_folder_too_deep_is_a_fault),
        cmocka_unit_test(any_path_opens_without_naming_its_format),
        cmocka_unit_test(keys_may_come_after_the_array_and_in_any_order),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(a_file_cut_anywhere_fails),
        cmocka_unit_test(a_broken_document_fails_where_it_breaks),
        cmocka_unit_test(nul_bytes_fail_the_file),
        cmocka_unit_test(a_record_that_is_well_bounded_is_rejected_alone),
        cmocka_unit_test(a_depth_bomb_is_rejected_and_the_next_record_is_read),
        cmocka_unit_test(a_record_of_too_many_values_is_rejected_before_they_take_memory),
        cmocka_unit_test(a_record_over_16_mib_is_rejected_and_the_next_is_read),
        cmocka_unit_test(too_much_beside_the_array_fails_the_file),
        cmocka_unit_test(a_reading_goes_on_behind_the_records_that_were_done),
        cmocka_unit_test(a_folder_and_a_tar_go_on_too),
        cmocka_unit_test(reasons_come_in_japanese_too),
        cmocka_unit_test(a_sink_is_told_of_progress_and_may_stop),
        cmocka_unit_test(formats_go_by_their_names),
    };
    return cmocka_run_group_tests_name("read", tests, box_up, box_down);
}
