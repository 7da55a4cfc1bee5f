"""The 15 sectors of 経済安保推進法50条1項, their ministers and the facility classes of the exercise.

The number of operators a sector is an assumption that sums to 249; the real list is data a ministry loads.
Facility classes are modelled on the ministries' ordinances and shortened: they are the exercise's own words.
"""

# sector, operators, ministry key, facility classes (code suffix, name)
SECTORS = [
    ("電気", 45, "meti", [("01", "発電用の出力制御システム"), ("02", "系統運用システム（中央給電指令）"), ("03", "需給管理システム"),
                         ("04", "特定卸供給の遠隔制御システム")]),
    ("ガス", 25, "meti", [("01", "ガス製造監視制御システム"), ("02", "導管圧力監視・遠隔遮断システム"), ("03", "託送受払計量システム")]),
    ("石油", 18, "meti", [("01", "精製装置の分散制御システム"), ("02", "出荷管理システム"), ("03", "備蓄基地の受払制御システム")]),
    ("水道", 26, "mlit", [("01", "浄水処理監視制御システム"), ("02", "送配水テレメータシステム"), ("03", "水運用管理システム")]),
    ("鉄道", 5, "mlit", [("01", "列車運行管理システム"), ("02", "電力管理システム"), ("03", "列車制御システム")]),
    ("貨物自動車運送", 6, "mlit", [("01", "貨物追跡・仕分管理システム"), ("02", "配車・運行管理システム")]),
    ("外航貨物", 3, "mlit", [("01", "本船動静管理システム"), ("02", "貨物積付管理システム")]),
    ("港湾運送", 30, "mlit", [("01", "ターミナルオペレーションシステム"), ("02", "搬出入予約・ゲート管理システム")]),
    ("航空", 2, "mlit", [("01", "運航管理システム"), ("02", "旅客搭載管理システム"), ("03", "整備管理システム")]),
    ("空港", 6, "mlit", [("01", "手荷物搬送制御システム"), ("02", "旅客案内・搭乗橋管理システム"), ("03", "空港電力監視システム")]),
    ("電気通信", 12, "mic", [("01", "加入者管理装置"), ("02", "コア網交換設備"), ("03", "網監視・制御システム"), ("04", "名前解決設備")]),
    ("放送", 6, "mic", [("01", "番組送出設備"), ("02", "放送網監視制御設備")]),
    ("郵便", 1, "mic", [("01", "郵便物区分・輸送管理システム"), ("02", "窓口共通基盤システム")]),
    ("金融", 54, "fsa", [("01", "預金・為替の勘定系システム"), ("02", "資金決済中継システム"), ("03", "証券売買・清算システム"),
                        ("04", "保険契約・支払管理システム")]),
    ("クレジットカード", 10, "meti", [("01", "与信・売上承認システム"), ("02", "決済ネットワーク接続システム")]),
]

SECTOR_NAMES = [s[0] for s in SECTORS]
MINISTRY_OF = {s[0]: s[2] for s in SECTORS}


def facility_code(sector, suffix):
    """F0501: sector 05, class 01. ASCII, so that it can stand in a URL and a CSV."""
    return "F%02d%s" % (SECTOR_NAMES.index(sector) + 1, suffix)


def facilities():
    for name, _, _, classes in SECTORS:
        for suffix, title in classes:
            yield facility_code(name, suffix), name, title
