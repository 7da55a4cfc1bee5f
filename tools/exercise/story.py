"""The campaign 演習『暁の烽』 as constants that the generators and the tests share. exercise/story.md tells it to people."""

DAY = "2026-11-24"                          # the exercise's first legal day, a Tuesday after a holiday
PRODUCT, MAKER = "カガリ・ゲート", "篝ネットワークス株式会社"
CPE = "cpe:2.3:o:kagari_networks:kagarigate_os:%s:*:*:*:*:*:*:*"
CONFIGURATIONS = [{"nodes": [{"operator": "OR", "negate": False, "cpeMatch": [
    {"vulnerable": True, "criteria": CPE % "*", "versionStartIncluding": "7.0.0", "versionEndExcluding": "7.0.12"},
    {"vulnerable": True, "criteria": CPE % "*", "versionStartIncluding": "7.2.0", "versionEndExcluding": "7.2.4"}]}]}]
PUBLISHED = "CVE-2023-27997"                # the published vulnerability of the same night: in KEV, FortiOS SSL-VPN

# Operators that run the product: key -> root, kana, trade, kana of the trade.
STORY_OPERATORS = {
    "OP007": ("暁浜", "あかつきはま", "電力", "でんりょく"),
    "OP021": ("翠槌", "みどりつち", "送配電", "そうはいでん"),
    "OP052": ("碧籠", "あおかご", "ガス", "がす"),
    "OP075": ("樅錨", "もみいかり", "石油", "せきゆ"),
    "OP094": ("朧帆", "おぼろほ", "水道企業団", "すいどうきぎょうだん"),
    "OP101": ("雫環", "しずくわ", "広域水道企業団", "こういきすいどうきぎょうだん"),
    "OP116": ("虹笛", "にじふえ", "旅客鉄道", "りょかくてつどう"),
    "OP121": ("蓬弓", "よもぎゆみ", "通運", "つううん"),
    "OP136": ("凪錨", "なぎいかり", "港運", "こううん"),
    "OP162": ("鴎笛", "かもめふえ", "国際空港", "こくさいくうこう"),
    "OP170": ("昴紬", "すばるつむぎ", "通信", "つうしん"),
    "OP181": ("鶫鈴", "つぐみすず", "放送", "ほうそう"),
    "OP203": ("霞鐘", "かすみかね", "銀行", "ぎんこう"),
    "OP229": ("蛍籠", "ほたるかご", "損害保険", "そんがいほけん"),
}
NON_MEMBER = "OP136"                        # not of the council: may be told nothing secret before it joins (45②)
NEWCOMER = ["OP007", "OP116", "OP136"]      # the three that a newcomer follows

# operator, op_ref, kind, model, version ("" = the operator did not write one), introduced_on, system
STORY_ASSETS = [
    ("OP007", "VPN-01", "K2_3", "5000", "7.2.3", "2022-06-13", "SYS-901"),
    ("OP007", "VPN-02", "K2_4", "5000", "7.2.3", "2022-06-13", "SYS-902"),
    ("OP094", "VPN-01", "K2_3", "3000", "7.0.11", "2021-03-01", "SYS-901"),
    ("OP116", "VPN-01", "K2_7", "5000", "7.2.1", "2023-01-20", "SYS-901"),
    ("OP116", "VPN-02", "K2_7", "3000", "", "2019-09-02", "SYS-902"),
    ("OP136", "VPN-01", "K2_7", "3000", "7.2.0", "2022-11-07", "SYS-901"),
    ("OP203", "VPN-01", "K2_3", "5000", "7.2.2", "2023-07-03", "SYS-901"),
    ("OP021", "VPN-01", "K2_3", "5000", "7.2.4", "2022-04-18", "SYS-901"),
    ("OP052", "VPN-01", "K2_4", "3000", "7.4.0", "2024-02-26", "SYS-901"),
    ("OP075", "VPN-01", "K2_7", "3000", "7.0.12", "2021-08-30", "SYS-901"),
    ("OP101", "VPN-01", "K2_3", "3000", "7.2.5", "2022-12-05", "SYS-901"),
    ("OP121", "VPN-01", "K2_7", "3000", "6.4.9", "2018-05-21", "SYS-901"),
    ("OP162", "VPN-01", "K2_3", "5000", "7.4.1", "2024-10-15", "SYS-901"),
    ("OP170", "VPN-01", "K2_4", "5000", "7.4.1", "2024-09-09", "SYS-901"),
    ("OP181", "VPN-01", "K2_7", "3000", "7.2.4", "2023-03-27", "SYS-901"),
    ("OP229", "VPN-01", "K2_3", "5000", "7.4.2", "2025-06-16", "SYS-901"),
]
