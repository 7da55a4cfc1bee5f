/* web-kit PORT: serves the made-up screens of pages/ on 127.0.0.1 until its input ends; prints its URL.
 * For the eye, and for the checks that a browser makes (fonts, axe). */
#include <unistd.h>

#include "sample.h"
#include "kit_gen.h"
#include "web/http.h"

static struct part_frame frame(const struct http_req *r, struct http_ans *ans, const char *title)
{
    static const struct part_frame_nav nav[] = {{SL("当直ボード"), SL("/"), false, SLN},
                                                {SL("受付箱"), SL("/form"), false, SL("7")},
                                                {SL("事案"), SL("/case"), false, SL("12")},
                                                {SL("期限表"), SL("/nothing"), false, SLN}};
    static const struct part_frame_crumb crumb[] = {{SL("内閣府"), SL("/")}, {SL("見本"), SLN}};
    struct part_frame_nav *mine = arena_arr(r->a, struct part_frame_nav, TB_COUNT(nav));
    for (size_t i = 0; i < TB_COUNT(nav); i++) {
        mine[i] = nav[i];
        mine[i].here = sl_eq(nav[i].href, r->path);
    }
    struct part_frame f = {.title = sl(title),
                           .drill = SL("合同演習「あかつき」の画面です。実在の事業者・製品・通報ではありません。"),
                           .org = SL("内閣府　サイバー対処 当直"),
                           .person = SL("佐伯 真帆（分析官・当直責任）"),
                           .now_iso = SL("2026-11-22T03:12+09:00"),
                           .now_hm = SL("03:12"),
                           .day = SL("2026年（令和8年）11月22日（日）"),
                           .search = true,
                           .nav = mine,
                           .nav_n = TB_COUNT(nav),
                           .crumb = crumb,
                           .crumb_n = TB_COUNT(crumb),
                           .version = SL("0.1（演習用）"),
                           .rules = SL("2026-10-01 版"),
                           .seen = SL("8f3c 21d0 97ab 5e44"),
                           .csrf = http_token(r, ans)};
    return f;
}

static slice picture(const struct http_req *r, void (*draw)(struct buf *))
{
    struct buf b = BUF(1 << 20);
    draw(&b);
    must(!b.over);
    slice out = arena_sl(r->a, buf_slice(&b));
    buf_free(&b);
    return out;
}

static struct buf tall;
static void board_wide(struct buf *b)
{
    tall = BUF(1 << 20);
    sample_board(b, &tall);
}

static void board(const struct http_req *r, struct http_ans *ans)
{
    static const struct page_kit_board_weeks week[] = {{SL("9/28")},  {SL("10/5")}, {SL("10/12")}, {SL("10/19")},
                                                       {SL("10/26")}, {SL("11/2")}, {SL("11/9")},  {SL("11/16")}};
    static const char *const name[] = {"電気", "水道", "鉄道", "電気通信", "金融"}, *const sum[] = {"27–29", "42–44",
                                                                                                    "11–15", "50",
                                                                                                    "45"};
    static const struct page_kit_board_sectors_cells cell[] = {{0, SL("0")},   {1, SL("1–2")}, {2, SL("3")},
                                                               {1, SL("1–2")}, {2, SL("4")},   {3, SL("5")},
                                                               {4, SL("8")},   {5, SL("14")}};
    struct page_kit_board_sectors row[TB_COUNT(name)];
    for (size_t i = 0; i < TB_COUNT(name); i++)
        row[i] = (struct page_kit_board_sectors){sl(name[i]), sl(sum[i]), cell, TB_COUNT(cell)};
    struct page_kit_board p = {.frame = frame(r, ans, "当直ボード"),
                               .wide = picture(r, board_wide),
                               .weeks = week,
                               .weeks_n = TB_COUNT(week),
                               .sectors = row,
                               .sectors_n = TB_COUNT(row)};
    p.tall = arena_sl(r->a, buf_slice(&tall));
    buf_free(&tall);
    page_kit_board(&ans->body, &p);
}

static void a_case(const struct http_req *r, struct http_ans *ans)
{
    static const struct page_kit_case_events event[] = {
        {SL("18日 14:20"), SL("発見者がIPAに届け出た（基本経路）"), SL("届出 IPA#2026-1187"), SL("発見者"), false},
        {SL("18日 17:05"), SL("IPAが受理した"), SL("法72条1項の受託業務"), SL("IPA"), false},
        {SL("22日 02:40"), SL("提供先提案を起案した"), SL("佐伯 真帆 → 承認待ち"), SL("内閣府"), false},
        {SL("24日 10:00"), SL("修正版の公開（製品開発者）"), SL("7.2.4"), SLN, true}};
    struct page_kit_case p = {.frame = frame(r, ans, "事案 2026-0147"),
                              .pic = picture(r, sample_timeline),
                              .flow = picture(r, sample_flow),
                              .events = event,
                              .events_n = TB_COUNT(event),
                              .csrf = http_token(r, ans)};
    page_kit_case(&ans->body, &p);
}

static void form(const struct http_req *r, struct http_ans *ans)
{
    static const struct page_kit_form_glyphs glyph[] = {
        {SL("丸数字"), SL("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㊿")},
        {SL("人名"), SL("髙橋 﨑山 渡邉 渡邊 齋藤 齊藤 德永 濵田 栁 𠮷野 辻 葛城 祇園 塡 剝 頰")},
        {SL("記号"),
         SL("Ⅰ Ⅱ Ⅳ ⅸ ㈱ ㈲ ㍻ ㋿ № ℡ ㎡ → ← ✕ ✔ … ― ～ − × ÷ ± ≠ ≧ ∞")},
        {SL("通貨など"), SL("§ ¥ € © ® ™")},
        {SL("かな"), SL("いろはゔ アイウヴヷ ｱｲｳﾞｶﾞ々〆〇ゝヽー")},
        {SL("欧文"), SL("FortiOS Citrix Ivanti Zürich Škoda Ångström naïve Ελλάδα Москва 0O1lI")}};
    struct page_kit_form p = {.frame = frame(r, ans, "速報"),
                              .steps = picture(r, sample_steps),
                              .until = picture(r, sample_until),
                              .what = SL("04:31、湾岸供給指令所のVPN装置で見覚えのない管理者のログインを検知。"),
                              .glyphs = glyph,
                              .glyphs_n = TB_COUNT(glyph),
                              .csrf = http_token(r, ans)};
    page_kit_form(&ans->body, &p);
}

static void posted(const struct http_req *r, struct http_ans *ans)
{
    http_see_other(r, ans, SL("/form"));
}

static void error_page(const struct http_req *r, struct http_ans *ans, const struct fault *f)
{
    struct page_error p = {.frame = frame(r, ans, "開けません"),
                           .status = ans->status,
                           .title = sl(err_text(f->err, true)),
                           .what = sl(f->what),
                           .where = sl(f->where),
                           .back = SL("/")};
    page_error(&ans->body, &p);
}

int main(int argc, char **argv)
{
    static const struct http_route route[] = {{HTTP_GET, "/", board, 0},
                                              {HTTP_GET, "/case", a_case, 0},
                                              {HTTP_GET, "/form", form, 0},
                                              {HTTP_POST, "/kit", posted, HTTP_FORM},
                                              {HTTP_GET, "/static/{name}", http_static, 0}};
    char listen[40], byte;
    struct fault f;
    struct http *h;
    struct sess_table *sess = sess_open(clock_wall(), rng_system(), SESS_LIMITS);
    struct http_cfg cfg = http_cfg_default();
    snprintf(listen, sizeof(listen), "127.0.0.1:%s", argc > 1 ? argv[1] : "0");
    cfg.listen = listen;
    cfg.route = route;
    cfg.routes = TB_COUNT(route);
    cfg.wall = clock_wall();
    cfg.sess = sess;
    cfg.loopback_only = true;
    cfg.error_page = error_page;
    if (http_start(&h, &cfg, &f)) {
        fprintf(stderr, "%s: %s\n", f.where, f.what);
        return 1;
    }
    printf("%s\n", http_url(h));
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    http_stop(h, 1000);
    sess_close(sess);
    return 0;
}
