#include "sample.h"

usec_t sample_at(const char *text)
{
    usec_t t;
    must(instant_parse(sl(text), &t));
    return t;
}

#define AT sample_at
static const day_t feast[] = {20780}; /* 2026-11-23 */
static const struct holidays holidays = {feast, 1};

void sample_timeline(struct buf *b)
{
    static const slice lane[] = {{"発見者", 9},    {"IPA", 3},    {"JPCERT/CC", 9},  {"内閣府", 9},
                                 {"所管大臣", 12}, {"事業者", 9}, {"製品開発者", 15}};
    const struct svg_event event[] = {
        {0, 1, AT("2026-11-18T14:20"), SL("届出"), false},
        {1, 2, AT("2026-11-18T17:05"), SL("受理"), false},
        {2, 3, AT("2026-11-18T17:30"), SL("調整開始"), false},
        {2, 4, AT("2026-11-19T16:40"), SL("海外から悪用の疑い"), false},
        {1, 5, AT("2026-11-20T09:15"), SL("照合"), false},
        {1, 6, AT("2026-11-20T11:00"), SL("通知要"), false},
        {3, 7, AT("2026-11-20T11:42"), SL("受領"), false},
        {5, 8, AT("2026-11-21T22:08"), SL("認知"), false},
        {4, 9, AT("2026-11-21T23:31"), SL("速報を受領"), false},
        {3, 10, AT("2026-11-22T01:55"), SL("対応①"), false},
        {3, 11, AT("2026-11-22T02:40"), SL("提案"), false},
        {6, 12, AT("2026-11-24T10:00"), SL("修正版"), true},
        {2, 13, AT("2026-11-24T14:00"), SLN, true},
    };
    const struct svg_bar bar[] = {
        {1, SVG_DONE, AT("2026-11-18T17:05"), AT("2026-11-20T11:00"), SL("峻別 完了")},
        {2, SVG_LIMIT, AT("2026-11-18T17:30"), AT("2027-01-02T00:00"), SL("公表の目安 約45日 → 2027-01-02")},
        {3, SVG_ELAPSED, AT("2026-11-20T11:42"), 0, SL("提供「速やかに」経過 39:30")},
        {5, SVG_LIMIT, AT("2026-11-21T22:08"), AT("2026-12-22T00:00"), SL("詳報 30日 → 12-21（月）")},
        {6, SVG_LIMIT, AT("2026-11-19T10:00"), AT("2026-11-24T10:00"), SL("修正版の作成 → 24日 10:00（予定）")},
        {4, SVG_LIMIT, AT("2026-11-20T12:00"), AT("2026-11-21T18:00"), SL("照会への回答 期限超過")},
    };
    const struct svg_line line[] = {{AT("2026-11-24T14:00"), SL("公表予定 14:00")}};
    struct svg_timeline t = {.id = "ct",
                             .title = SL("事案2026-0147の流れと時計"),
                             .desc = SL("18日の届出から22日3時12分まで、七つの機関の列に13の出来事と6本の時計。"),
                             .from = AT("2026-11-18T00:00"),
                             .to = AT("2026-11-25T00:00"),
                             .now = AT("2026-11-22T03:12"),
                             .holidays = &holidays,
                             .lane = lane,
                             .lanes = TB_COUNT(lane),
                             .event = event,
                             .events = TB_COUNT(event),
                             .bar = bar,
                             .bars = TB_COUNT(bar),
                             .line = line,
                             .lines = TB_COUNT(line)};
    svg_timeline(b, &t);
}

void sample_board(struct buf *wide, struct buf *tall)
{
    const struct svg_clock clock[] = {
        {1, SL("提供情報の受領確認"), SL("2026-0143・瑞穂水道企業団（架空）"), SL("残り 1:58"),
         SL("まもなく・今日 05:10"), AT("2026-11-22T01:10"), AT("2026-11-22T05:10"), 0, 0, 0, SVG_SOON},
        {2, SL("当直の引継ぎ"), SL("内閣府 当直 → 日勤"), SL("残り 5:18"), SL("今日 08:30"), AT("2026-11-21T17:30"),
         AT("2026-11-22T08:30"), 0, 0, 0, SVG_CALM},
        {3, SL("製品開発者の見解"), SL("2026-0147・篝ネットワークス（架空）"), SL("残り 14:48"), SL("今日 18:00"),
         AT("2026-11-21T10:00"), AT("2026-11-22T18:00"), 0, 0, 0, SVG_CALM},
        {4, SL("報告徴収への回答"), SL("2026-0098・汐見港運（架空）"), SL("期限超過 3:12"), SL("22日 00:00"),
         AT("2026-11-12T10:00"), AT("2026-11-22T00:00"), 0, 0, 0, SVG_LATE},
        {5, SL("詳報（30日）"), SL("2026-0112・青嶺ガス（架空）"), SL("残り 68:48"), SL("24日（火）24:00"),
         AT("2026-10-23T10:00"), AT("2026-11-25T00:00"), AT("2026-11-23T00:00"), 0, 0, SVG_CALM},
        {6, SL("公表の目安（約45日）"), SL("2026-0147・JPCERT/CC"), SL("残り 41日"), SL("2027年1月2日"),
         AT("2026-11-18T17:30"), AT("2027-01-02T00:00"), 0, 0, 0, SVG_CALM},
        {7, SL("提供の承認（二つ目の鍵）"), SL("2026-0147・16者宛て"), SL("経過 0:32"), SL("起案 02:40"),
         AT("2026-11-22T02:40"), 0, 0, AT("2026-11-22T03:40"), AT("2026-11-22T04:40"), SVG_SOON},
        {8, SL("IPAから内閣府への通知"), SL("2026-0151・峻別済み"), SL("経過 3:22"), SL("判断 21日 23:50"),
         AT("2026-11-21T23:50"), 0, 0, AT("2026-11-22T05:50"), AT("2026-11-22T11:50"), SVG_CALM},
        {9, SL("届出の送付"), SL("経済産業省 → 内閣総理大臣"), SL("経過 33:12"), SL("目安超過・受理 20日 18:00"),
         AT("2026-11-20T18:00"), 0, 0, AT("2026-11-21T18:00"), AT("2026-11-22T18:00"), SVG_LATE},
    };
    struct svg_board t = {.id = "dl",
                          .title = SL("72時間の時計"),
                          .desc = SL("九つの時計。いちばん早い期限は今日5時10分、超過は2件。"),
                          .now = AT("2026-11-22T03:12"),
                          .holidays = &holidays,
                          .clock = clock,
                          .clocks = TB_COUNT(clock)};
    svg_board(wide, &t);
    svg_board_narrow(tall, &t);
}

void sample_flow(struct buf *b)
{
    const struct svg_source source[] = {{SL("選別後通信情報"), SL("未施行（附則1条4号）：流れなし"), true},
                                        {SL("要管理提供用総合整理分析情報"), SL("秘密を含む・通信情報なし"), false},
                                        {SL("周知等用総合整理分析情報（案）"), SL("秘密なし・作成中"), false}};
    const struct svg_target target[] = {
        {SL("協議会の構成員（事業者）"), SL("法45条"), SL("9者"), SLN, false},
        {SL("国の機関"), SL("法38条1項・44条"), SL("4機関"), SLN, false},
        {SL("構成員でない事業者"), SL("法40条1項"), SL("5者・周知等用の承認後"),
         SL("✕ 要管理は不可：秘密を含む（40条1項）"), true},
        {SL("公衆"), SL("法41条"), SL("24日 14:00 まで保留"), SL("✕ 要管理は不可：周知等用だけ（41条）"), true}};
    const struct svg_ribbon ribbon[] = {{1, 0, SVG_FLOWS_NOW, 9}, {1, 1, SVG_FLOWS_NOW, 4}, {1, 2, SVG_FLOW_CUT, 0},
                                        {1, 3, SVG_FLOW_CUT, 0},  {2, 2, SVG_FLOW_HELD, 5}, {2, 3, SVG_FLOW_HELD, 1}};
    struct svg_flow t = {.id = "fl",
                         .title = SL("だれに、どの区分で渡せるか"),
                         .desc = SL("要管理提供用は構成員9者と4機関に渡せる。ほかの相手には周知等用だけ。"),
                         .source = source,
                         .sources = TB_COUNT(source),
                         .target = target,
                         .targets = TB_COUNT(target),
                         .ribbon = ribbon,
                         .ribbons = TB_COUNT(ribbon)};
    svg_flow(b, &t);
}

void sample_steps(struct buf *b)
{
    const struct svg_step step[] = {{SL("読んだ"), SL("03:58 三上"), SVG_STEP_DONE},
                                    {SL("対応中"), SL("あなたの番"), SVG_STEP_NOW},
                                    {SL("終わった"), SL("まだ"), SVG_STEP_TODO}};
    svg_steps(b, "is", SL("対応の段階"), SL("三段階のうち、読んだ は完了、対応中 がいま。"), step, TB_COUNT(step));
}

void sample_until(struct buf *b)
{
    const struct svg_point point[] = {{AT("2026-11-22T18:00"), SL("設定変更の目安"), SL("今日 18:00")},
                                      {AT("2026-11-24T14:00"), SL("公表 24日（火）14:00"), SL("ここまで口外しない")}};
    svg_until(b, "ib", SL("いつまでか"), SL("今4時05分から、目安は今日18時、公表は24日14時。"), AT("2026-11-22T04:05"),
              point, TB_COUNT(point));
}

void sample_climb(struct buf *b)
{
    const struct svg_rung rung[] = {{false, SL("11"), SL("9a41 07cc"), SL("葉"), SL("e0b2 55f1")},
                                    {true, SL("8–9"), SL("31d7 e88a"), SL("1段"), SL("77ac 0192")},
                                    {true, SL("0–7"), SL("c6f0 3b1d"), SL("2段"), SL("5d11 fe20")}};
    struct svg_climb t = {.id = "cl",
                          .title = SL("葉 10 から署名された頭部までの道"),
                          .desc = SL("三つのとなりの節を順に結ぶと、署名された根になる。"),
                          .leaf = SL("葉 10　通知要の判断"),
                          .leaf_sub = SL("e0b2 55f1 4c0d 8813 …"),
                          .head = SL("署名された頭部　葉の数 12"),
                          .head_sub = SL("根 a3f4 92b0 …"),
                          .rung = rung,
                          .rungs = TB_COUNT(rung)};
    svg_climb(b, &t);
}

void sample_decide(struct buf *b)
{
    const struct svg_choice one[] = {{SL("なし"), SL("見守る"), SL("〜注意して見守る"), false},
                                     {SL("実証コードあり"), SL("見守る"), SL("〜対応を急ぐ"), false},
                                     {SL("悪用中"), SLN, SLN, true}},
                            two[] = {{SL("できない"), SLN, SLN, true},
                                     {SL("できる"), SL("対応を急ぐ"), SL("〜直ちに対応"), false}},
                            three[] = {{SL("低い"), SL("見守る"), SLN, false},
                                       {SL("中程度"), SL("対応を急ぐ"), SLN, false},
                                       {SL("高い"), SLN, SLN, true}};
    const struct svg_fork fork[] = {{SL("悪用"), one, 3}, {SL("自動化"), two, 2}, {SL("任務と生命への影響"), three, 3}};
    struct svg_decide t = {.id = "dc",
                           .title = SL("たどった道"),
                           .desc = SL("悪用中、自動化はできない、影響は高い、だから直ちに対応。"),
                           .fork = fork,
                           .forks = TB_COUNT(fork),
                           .result = SL("直ちに対応"),
                           .result_sub = SL("結果")};
    svg_decide(b, &t);
}
