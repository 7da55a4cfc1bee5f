#!/usr/bin/env python3
"""Make exercise/{operators,ministries,bodies,people,facilities}.csv: who plays. Deterministic; nothing here is a real person,
and no operator, vendor or carrier is a real company. The offices of the state and the three entrustees bear their names, but
their numbers are the exercise's own and their people are invented.

usage: make_operators.py [OUT]
"""
import csv
import os
import random
import sys

from sectors import MINISTRY_OF, SECTOR_NAMES, SECTORS, facilities
from story import NON_MEMBER, STORY_OPERATORS

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SEED = 20261124

# Two rare words of nature or tools make a root that is no town and, as far as we could see, no company: every root was
# compared with the names of Japan's towns and municipalities before it was taken.
FIRST = ("暁=あかつき 朧=おぼろ 霞=かすみ 虹=にじ 凪=なぎ 雫=しずく 翠=みどり 霙=みぞれ 霜=しも 碧=あお 緋=ひ 宵=よい 薄=すすき 葦=あし "
         "楓=かえで 樅=もみ 柊=ひいらぎ 菫=すみれ 苔=こけ 蕗=ふき 蓬=よもぎ 鳰=にお 鶫=つぐみ 鴎=かもめ 鵲=かささぎ 蛍=ほたる 昴=すばる 曙=あけぼの")
SECOND = ("汀=みぎわ 渚=なぎさ 澪=みお 帆=ほ 笛=ふえ 鐘=かね 灯=ともしび 弓=ゆみ 琴=こと 籠=かご 環=わ 舟=ふね 錨=いかり 槌=つち 鏡=かがみ "
          "紬=つむぎ 梯=かけはし 砂=すな 雁=かり 鈴=すず 筏=いかだ")
# Words of the dictionary, brands, and combinations that read badly.
NOT_TAKEN = set("虹梯 蛍灯 宵灯 宵鐘 暁鐘 暁鏡 緋雁 緋帆 霜鏡 鴎舟 翠環 翠琴 翠帆 碧環 碧砂 葦舟 葦笛 葦雁 薄紬 薄雁 薄灯 楓琴 昴環 昴鏡 虹環 虹砂 "
                "虹鏡 虹灯 曙灯 曙鐘 霞灯 霞帆 朧灯 蛍籠 蛍舟 緋砂 緋紬 緋灯 緋鈴 緋環 柊灯 菫灯".split())

# Trades: what comes after the root, with its kana; {R} is the root (a municipality of that invented name for water).
TRADES = {
    "電気": ["電力=でんりょく", "送配電=そうはいでん", "発電=はつでん", "電力ネットワーク=でんりょくねっとわーく", "パワー=ぱわー"],
    "ガス": ["ガス=がす", "都市ガス=としがす", "ガスネットワーク=がすねっとわーく"],
    "石油": ["石油=せきゆ", "石油精製=せきゆせいせい", "オイルターミナル=おいるたーみなる"],
    "水道": ["水道企業団=すいどうきぎょうだん", "広域水道企業団=こういきすいどうきぎょうだん", "市上下水道局=しじょうげすいどうきょく"],
    "鉄道": ["旅客鉄道=りょかくてつどう", "鉄道=てつどう", "電鉄=でんてつ"],
    "貨物自動車運送": ["通運=つううん", "運輸=うんゆ", "急送=きゅうそう"],
    "外航貨物": ["汽船=きせん", "海運=かいうん", "郵船=ゆうせん"],
    "港湾運送": ["港運=こううん", "埠頭=ふとう", "海陸運送=かいりくうんそう", "港湾荷役=こうわんにえき"],
    "航空": ["航空=こうくう", "エアラインズ=えあらいんず"],
    "空港": ["国際空港=こくさいくうこう", "空港運営=くうこううんえい"],
    "電気通信": ["通信=つうしん", "テレコム=てれこむ", "モバイル=もばいる", "ネットワークス=ねっとわーくす"],
    "放送": ["放送=ほうそう", "テレビ=てれび"],
    "郵便": ["郵便=ゆうびん"],
    "金融": ["銀行=ぎんこう", "信託銀行=しんたくぎんこう", "証券=しょうけん", "生命保険=せいめいほけん", "損害保険=そんがいほけん",
           "資金決済=しきんけっさい", "清算=せいさん"],
    "クレジットカード": ["カード=かーど", "信販=しんぱん", "ペイメント=ぺいめんと"],
}
NO_COMPANY = {"水道"}                      # public bodies: no 株式会社
COUNCIL_SHARE = 0.6

# Days of designation. G3 begins on 2026-10-01; three groups come after it, so that every due basis occurs.
FIRST_DAY = "2023-11-16"
PORT_DAY = "2026-02-02"
LATER_DAYS = ["2024-05-17", "2024-11-29", "2025-04-01", "2026-04-01", "2026-07-01"]
NEW_DAY = "2026-10-15"                     # not by succession: six months from the designation
NEW_OPERATORS = ["OP044", "OP070", "OP114", "OP177", "OP238", "OP249"]
SUCCESSIONS = {"OP043": "2026-10-05", "OP237": "2026-10-19", "OP069": "2025-04-01", "OP153": "2026-07-01"}
LIST_CHANGED = {k: "2026-10-20" for k in ("OP166", "OP178", "OP184", "OP165", "OP183")}


def check_digit(base):
    """法人番号: nine less the remainder by nine of the digits, weighted 1, 2, 1, 2 … from the right (法人番号省令2条)."""
    total = sum(int(d) * (1 if i % 2 == 0 else 2) for i, d in enumerate(reversed(base)))
    return 9 - total % 9


def number(group, serial):
    """9999 is no registry office: 9999 GG SSSSSS, GG = 01–15 the sector, 90 ministry, 91 body, 92 vendor, 93 carrier."""
    base = "9999%02d%06d" % (group, serial)
    return "%d%s" % (check_digit(base), base)


def katakana(text):
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def roots(rng):
    pairs = [(a.split("="), b.split("=")) for a in FIRST.split() for b in SECOND.split()]
    rng.shuffle(pairs)
    for (a, a_kana), (b, b_kana) in pairs:
        if a + b not in NOT_TAKEN:
            yield a + b, a_kana + b_kana


def company(rng, sector, root, kana, trade):
    word, word_kana = trade.split("=")
    name, reading = root + word, kana + word_kana
    if sector in NO_COMPANY:
        return name, reading
    if rng.random() < 0.7:
        return name + "株式会社", reading + "かぶしきがいしゃ"
    return "株式会社" + name, "かぶしきがいしゃ" + reading


def operators(rng):
    taken = {root for root, *_ in STORY_OPERATORS.values()}
    pool = (r for r in roots(rng) if r[0] not in taken)
    rows, n = [], 0
    for group, (sector, count, ministry, _) in enumerate(SECTORS, 1):
        for i in range(count):
            n += 1
            key = "OP%03d" % n
            if key in STORY_OPERATORS:
                root, kana, word, word_kana = STORY_OPERATORS[key]
                name, reading = company(rng, sector, root, kana, word + "=" + word_kana)
            else:
                root, kana = next(pool)
                name, reading = company(rng, sector, root, kana, TRADES[sector][i % len(TRADES[sector])])
            day = PORT_DAY if sector == "港湾運送" else FIRST_DAY
            if rng.random() < 0.12:
                day = rng.choice(LATER_DAYS)
            day = NEW_DAY if key in NEW_OPERATORS else SUCCESSIONS.get(key, day)
            member = key in STORY_OPERATORS and key != NON_MEMBER or key not in STORY_OPERATORS and rng.random() < COUNCIL_SHARE
            rows.append({"key": key, "number": number(group, i + 1), "name": name, "kana": katakana(reading), "sector": sector,
                         "ministry": ministry, "designated_on": day, "by_succession": int(key in SUCCESSIONS),
                         "list_changed_on": LIST_CHANGED.get(key, ""), "member": int(member)})
    return rows


MINISTRIES = [
    ("mic", "総務省", "ソウムショウ"), ("meti", "経済産業省", "ケイザイサンギョウショウ"),
    ("mlit", "国土交通省", "コクドコウツウショウ"), ("fsa", "金融庁", "キンユウチョウ"),
]
BODIES = [
    # key, group, name, kana, org_kind, real office or invented
    ("cao", 91, "内閣府", "ナイカクフ", "CABINET", "office"),
    ("ipa", 91, "独立行政法人情報処理推進機構", "ドクリツギョウセイホウジンジョウホウショリスイシンキコウ", "ENTRUSTEE", "office"),
    ("jpcert", 91, "一般社団法人JPCERTコーディネーションセンター", "イッパンシャダンホウジンジェーピーサートコーディネーションセンター", "ENTRUSTEE", "office"),
    ("nict", 91, "国立研究開発法人情報通信研究機構", "コクリツケンキュウカイハツホウジンジョウホウツウシンケンキュウキコウ", "ENTRUSTEE", "office"),
    ("npa", 91, "警察庁", "ケイサツチョウ", "POLICE", "office"),
    ("mod", 91, "防衛省", "ボウエイショウ", "SDF", "office"),
    ("kagari", 92, "篝ネットワークス株式会社", "カガリネットワークスカブシキガイシャ", "VENDOR", "invented"),
    ("hoshikuzu", 92, "株式会社星屑計装", "カブシキガイシャホシクズケイソウ", "VENDOR", "invented"),
    ("tsukishiro", 92, "月代ソフトウェア株式会社", "ツキシロソフトウェアカブシキガイシャ", "VENDOR", "invented"),
    ("amane", 93, "遍通信網株式会社", "アマネツウシンモウカブシキガイシャ", "CARRIER", "invented"),
    ("ibuki", 93, "株式会社息吹ケーブル回線", "カブシキガイシャイブキケーブルカイセン", "CARRIER", "invented"),
    ("watatsumi", 93, "綿津見海底線株式会社", "ワタツミカイテイセンカブシキガイシャ", "CARRIER", "invented"),
]

GOVERNMENT, ENTRUSTEE, OTHERS = "8② 44② 45⑦", "45⑦ 72④", "45⑦"
# key, name, post, org, roles, scope: the persons of the story and of the desks. Roles are those of the law's table.
CAST = [
    ("cao-registrar-1", "久我 瑞生", "登録官", "cao", "REGISTRAR", ""),
    ("cao-registrar-2", "椎葉 灯", "登録官", "cao", "REGISTRAR", ""),
    ("cao-duty", "葛城 直", "当直", "cao", "CAO_DUTY", ""),
    ("cao-analyst-1", "佐伯 真帆", "分析官", "cao", "CAO_ANALYST", ""),
    ("cao-analyst-2", "真鍋 柚季", "分析官", "cao", "CAO_ANALYST", ""),
    ("cao-class", "篠﨑 穂高", "秘密判断者", "cao", "CAO_CLASS", ""),
    ("cao-appr", "髙遠 慧", "審議官（提供の承認）", "cao", "CAO_APPR", ""),
    ("cao-appr-2", "若槻 湊", "参事官（提供の承認）", "cao", "CAO_APPR", ""),
    ("cao-head", "有馬 靖", "専決者（内閣総理大臣の権限）", "cao", "CAO_HEAD", ""),
    ("cao-council", "日下部 澪", "協議会事務", "cao", "CAO_COUNCIL", ""),
    ("cao-safety", "小宮山 律", "安全管理責任者", "cao", "SAFETY", ""),
    ("cao-admin", "柏原 航", "システム管理者", "cao", "SYS_ADMIN", ""),
    ("cao-law-ed", "穂積 環", "法令データ起案", "cao", "LAW_ED", ""),
    ("cao-law-ap", "阿久津 遼", "法令データ承認", "cao", "LAW_AP", ""),
    ("cao-key-1", "鳥飼 紗和", "鍵保管者", "cao", "KEY_CUST", ""),
    ("cao-key-2", "諸星 巧", "鍵保管者", "cao", "KEY_CUST", ""),
    ("cao-exctrl", "安曇 涼", "演習統制", "cao", "EX_CTRL", ""),
    ("ipa-desk", "玉置 千紘", "届出受付", "ipa", "IPA_DESK", ""),
    ("ipa-triage-1", "都築 昴", "峻別", "ipa", "IPA_TRIAGE", ""),
    ("ipa-triage-2", "﨑山 文", "峻別", "ipa", "IPA_TRIAGE", ""),
    ("ipa-head", "大垣 由良", "責任者", "ipa", "IPA_HEAD", ""),
    ("ipa-admin", "緒川 樹", "組織管理者", "ipa", "ORG_ADMIN", ""),
    ("jp-coord-1", "仁科 蒼", "調整", "jpcert", "JP_COORD", ""),
    ("jp-coord-2", "朝比奈 鈴", "調整", "jpcert", "JP_COORD", ""),
    ("jp-head", "結城 圭", "責任者", "jpcert", "JP_HEAD", ""),
    ("jp-admin", "里見 梢", "組織管理者", "jpcert", "ORG_ADMIN", ""),
    ("nict-lab", "鷲尾 雅", "発見", "nict", "NICT_LAB", ""),
    ("nict-notice", "浅生 泉", "注意喚起", "nict", "NICT_NOTICE", ""),
    ("nict-head", "御厨 洋", "責任者", "nict", "NICT_HEAD", ""),
    ("nict-admin", "稲見 澄", "組織管理者", "nict", "ORG_ADMIN", ""),
    ("mic-desk", "門倉 周", "サイバーセキュリティ担当（届出）", "mic", "SM_DESK MIC_DESK", "電気通信 放送 郵便"),
    ("mic-head", "能見 楓", "権限者", "mic", "SM_HEAD MIC_HEAD", "電気通信 放送 郵便"),
    ("meti-desk", "保科 岳", "サイバーセキュリティ担当（届出）", "meti", "SM_DESK", "電気 ガス 石油 クレジットカード"),
    ("meti-head", "津久井 望", "権限者", "meti", "SM_HEAD", "電気 ガス 石油 クレジットカード"),
    ("meti-sup-desk", "相楽 陽", "供給事業担当", "meti", "SUP_DESK", ""),
    ("meti-sup-head", "伊集院 薫", "供給事業権限者", "meti", "SUP_HEAD", ""),
    ("mlit-desk", "城戸 静", "サイバーセキュリティ担当（届出）", "mlit", "SM_DESK", "水道 鉄道 貨物自動車運送 外航貨物 港湾運送 航空 空港"),
    ("mlit-head", "八重樫 開", "権限者", "mlit", "SM_HEAD", "水道 鉄道 貨物自動車運送 外航貨物 港湾運送 航空 空港"),
    ("fsa-desk", "水守 衛", "サイバーセキュリティ担当（届出）", "fsa", "SM_DESK", "金融"),
    ("fsa-head", "九条 朔", "権限者", "fsa", "SM_HEAD", "金融"),
    ("npa-recv", "風早 塁", "情報受領", "npa", "AG_RECV", ""),
    ("npa-head", "堂前 司", "長", "npa", "AG_HEAD", ""),
    ("mod-recv", "比嘉 凪", "情報受領", "mod", "AG_RECV", ""),
    ("mod-head", "倉橋 碧", "長", "mod", "AG_HEAD", ""),
    ("kagari-psirt", "阿閉 涼風", "製品セキュリティ担当", "kagari", "VENDOR", ""),
    ("kagari-admin", "遊佐 柾", "組織管理者", "kagari", "ORG_ADMIN", ""),
    ("hoshikuzu-psirt", "長谷部 迅", "製品セキュリティ担当", "hoshikuzu", "VENDOR", ""),
    ("tsukishiro-psirt", "三枝 乃亜", "製品セキュリティ担当", "tsukishiro", "VENDOR", ""),
    ("amane-carrier", "不破 渉", "通信設備担当", "amane", "CARRIER", ""),
    ("ibuki-carrier", "神代 紡", "通信設備担当", "ibuki", "CARRIER", ""),
    ("watatsumi-carrier", "常盤 洸", "通信設備担当", "watatsumi", "CARRIER", ""),
    ("finder-1", "宮﨑 琴", "発見者（大学の研究者）", "", "FINDER", ""),
    ("finder-2", "千代田 楽", "発見者（個人）", "", "FINDER", ""),
]

SURNAMES = ("髙瀬 﨑本 髙取 宮﨑 髙城 尾﨑 青砥 赤嶺 芦沢 生駒 板垣 稲生 入江 岩楯 植草 薄井 鵜飼 海老原 大嶽 岡副 小野瀬 織部 垣内 加治 樫村 神尾 亀谷 刈谷 "
            "川名 神林 菊地原 北爪 楠瀬 沓掛 桑折 毛塚 越水 小鷹 駒場 是枝 坂巻 柵木 鮫島 猿渡 塩見 鹿野 重藤 渋江 白戸 陣内 菅沼 鈴置 砂押 瀬名 曽我部 高麗 "
            "滝口 竹鼻 舘野 田部井 玉虫 千賀 塚越 柘植 辻堂 角掛 鶴見 寺門 東海林 戸井田 常田 殿村 豊嶋 長束 夏目 七種 名取 新堀 贄田 沼尻 根来 乃木坂 芳賀 "
            "箱守 畑中 服部 羽生 浜名 原口 日比野 平群 深堀 福永 二見 舟木 辺見 保坂 堀越 前波 真壁 増渕 松枝 的場 馬淵 三雲 水町 湊川 峰岸 武藤 群司 目黒 茂木 "
            "森戸 柳瀬 山喜 湯浅 横堀 吉廻 米倉 蓬田 若狭 鷲見 渡会").split()
GIVEN = ("葵 明里 暁 梓 綾 彩乃 郁 泉 一颯 伊吹 衣織 詠 咲 恵那 大翔 央 薫 和佳 克己 奏 果歩 環奈 樹里 京 恭平 桐子 久遠 慶 健吾 小春 琴音 幸穂 早紀 朔太 聡 早苗 "
         "沙羅 詩織 紫苑 静香 周平 純 翔子 晋 紳 須磨子 澄江 青児 聖 瀬里 創 颯太 空 拓真 匠 千景 千鶴 紬 翼 哲 輝 透 智 直哉 奈々 南緒 新菜 希 野乃 遥 波留 "
         "光 日和 広夢 蕗 史 冬馬 歩 星華 帆乃 誠 麻衣 正臣 茉莉 真弓 瑞希 路 美月 睦 芽衣 萌 桃 八雲 泰 雄大 優希 由佳 柚 夢乃 洋介 陽菜 良平 嶺 瑠衣 怜 麗 "
         "朗 若菜 和奏").split()


def people(rng, rows):
    for key, name, post, org, roles, scope in CAST:
        kind = GOVERNMENT if org in ("cao", "mic", "meti", "mlit", "fsa", "npa", "mod") else ENTRUSTEE
        acks = "" if not org else kind if org in ("ipa", "jpcert", "nict") or kind == GOVERNMENT else OTHERS
        yield {"key": key, "name": name, "post": post, "org": org, "roles": roles, "secrecy_ack": acks, "scope": scope}
    names = [s + " " + g for s in SURNAMES for g in GIVEN]
    rng.shuffle(names)
    taken = {c[1] for c in CAST}
    pool = (n for n in names if n not in taken)
    for op in rows:
        member = " MEMBER" if op["member"] else ""
        if op["key"] in STORY_OPERATORS:
            trio = [("filer", "システム部 届出担当", "OP_FILER"), ("recv", "セキュリティ対応班 情報受領者", "OP_RECV" + member),
                    ("admin", "総務部 組織管理者", "ORG_ADMIN")]
        else:
            trio = [("filer", "システム部 届出・情報受領担当", "OP_FILER OP_RECV" + member), ("admin", "総務部 組織管理者", "ORG_ADMIN")]
        for short, post, roles in trio:
            yield {"key": "%s-%s" % (op["key"].lower(), short), "name": next(pool), "post": post, "org": op["key"],
                   "roles": roles, "secrecy_ack": OTHERS, "scope": ""}


def write(out, name, rows):
    rows = list(rows)
    with open(os.path.join(out, name), "w", encoding="utf-8", newline="") as f:
        w = csv.DictWriter(f, list(rows[0]), lineterminator="\n")
        w.writeheader()
        w.writerows(rows)


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "exercise")
    rng = random.Random(SEED)
    rows = operators(rng)
    write(out, "operators.csv", rows)
    write(out, "ministries.csv", [
        {"key": k, "number": number(90, i), "name": n, "kana": kana, "org_kind": "MINISTRY",
         "sectors": " ".join(s for s in SECTOR_NAMES if MINISTRY_OF[s] == k)} for i, (k, n, kana) in enumerate(MINISTRIES, 1)])
    serial = {}
    bodies = []
    for key, group, name, kana, kind, real in BODIES:
        serial[group] = serial.get(group, 0) + 1
        bodies.append({"key": key, "number": number(group, serial[group]), "name": name, "kana": kana, "org_kind": kind,
                       "nature": real})
    write(out, "bodies.csv", bodies)
    write(out, "facilities.csv", [{"code": c, "sector": s, "name": t} for c, s, t in facilities()])
    write(out, "people.csv", people(random.Random(SEED + 1), rows))


if __name__ == "__main__":
    main()
