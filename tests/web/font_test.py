"""font_test.py STATIC-FOLDER - that our faces hold what an office in Japan writes: read from the fonts themselves."""
import os
import re
import sys

from fontTools.ttLib import TTFont

from tap import run

FOLDER = sys.argv[1]
MUST = {
    "circled numbers": "".join(chr(c) for c in list(range(0x2460, 0x2474)) + list(range(0x3251, 0x3260)) + list(range(0x32B1, 0x32C0))),
    "names": "髙橋﨑山渡邉邊齋齊德永濵栁𠮷野辻葛祇塡剝頰𠮟",
    "roman numbers": "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅰⅱⅳⅸ",
    "corporate and era signs": "㈱㈲㈳㍻㍼㍽㍾㋿№℡㎡㊤",
    "half-width kana": "".join(chr(c) for c in range(0xFF61, 0xFFA0)),
    "kana": "".join(chr(c) for c in range(0x3041, 0x3097)) + "".join(chr(c) for c in range(0x30A1, 0x30FF)),
    "signs": "→←↑↓✕✔…―～−×÷±≠≧∞§¥€©®™「」『』【】〒〃〆々〇・、。",
    "letters of the world": "ŠŽőłÅüïñçΕλάΜоскваŞğİş",
    "ascii": "".join(chr(c) for c in range(0x20, 0x7F)),
}


def faces():
    with open(os.path.join(FOLDER, "fonts.css"), encoding="utf-8") as f:
        css = f.read()
    for rule in re.findall(r"@font-face \{(.*?)\}", css, re.S):
        get = dict(re.findall(r"([\w-]+): (.*?);", rule, re.S))
        ranges = [r[2:].split("-") for r in re.sub(r"\s", "", get["unicode-range"]).split(",")]
        spans = [(int(r[0], 16), int(r[-1], 16)) for r in ranges]
        yield get["font-family"].strip('"'), int(get["font-weight"]), re.search(r'url\("([^"]+)"\)', get["src"]).group(1), spans


RULES = list(faces())
FONTS = {file: TTFont(os.path.join(FOLDER, file)) for file in {r[2] for r in RULES}}
CMAPS = {file: font.getBestCmap() for file, font in FONTS.items()}


def drawn_by(family, weight, ch):
    """The file a browser asks for the character: of the rules whose range has it, the last (CSS Fonts 4, 5.2)."""
    c, hit = ord(ch), None
    for fam, w, file, spans in RULES:
        if (fam, w) == (family, weight) and any(a <= c <= b for a, b in spans):
            hit = file
    return hit if hit and c in CMAPS[hit] else None


def missing(chars, weight):
    return "".join(ch for ch in chars if not drawn_by("Tobuhi Sans", weight, ch))


def what_a_legal_text_and_a_product_name_need_is_there_in_both_weights():
    for name, chars in MUST.items():
        for weight in (400, 700):
            assert not missing(chars, weight), "%s, %d: %s" % (name, weight, missing(chars, weight))


def rows(plane_rows):
    for ku in plane_rows:
        for ten in range(1, 95):
            try:
                yield bytes((0xA0 + ku, 0xA0 + ten)).decode("euc_jis_2004")
            except UnicodeDecodeError:
                pass


def the_kanji_of_jis_levels_one_to_three_are_all_there():
    chars = "".join(rows(range(16, 85))) + "".join(t for t in rows([14, 15] + list(range(85, 95))))
    lost = "".join(ch for ch in missing(chars, 400) if ch >= "\u3400")
    assert len(chars) > 7500 and not lost, "%d: %s" % (len(lost), lost)
    assert not "".join(ch for ch in missing(chars, 700) if ch >= "\u3400")


def every_character_of_jis_x_0208_and_windows_31j_is_there():
    chars = set()
    for lead in list(range(0x81, 0xA0)) + list(range(0xE0, 0xFD)):
        for trail in range(0x40, 0xFD):
            try:
                chars.update(bytes((lead, trail)).decode("cp932"))
            except UnicodeDecodeError:
                pass
    chars = {ch for ch in chars if not 0xE000 <= ord(ch) < 0xF900}  # the user's own, which no font can know
    lost = missing(sorted(chars), 400) + missing(sorted(chars), 700)
    assert len(chars) > 7000 and not lost, "%d: %s" % (len(lost), lost)


def a_character_that_is_not_there_is_seen_as_missing():
    assert missing("あ\U0001F680", 400) == "\U0001F680"


def the_faces_carry_our_name_and_the_licence():
    for file, font in FONTS.items():
        name = font["name"]
        assert name.getDebugName(1) in ("Tobuhi Sans", "Tobuhi Mono"), file
        assert "Open Font License" in name.getDebugName(13), file
    with open(os.path.join(FOLDER, "OFL.txt"), encoding="utf-8") as f:
        assert "SIL OPEN FONT LICENSE Version 1.1" in f.read()


def hashes_are_drawn_in_the_fixed_width_face():
    for ch in "0123456789abcdef ":
        for weight in (400, 700):
            file = drawn_by("Tobuhi Mono", weight, ch)
            assert file, ch
            width = FONTS[file]["hmtx"][CMAPS[file][ord(ch)]][0]
            assert width == FONTS[file]["hmtx"][CMAPS[file][ord("0")]][0], ch


def digits_of_the_sans_face_have_one_width_so_that_columns_align():
    for weight in (400, 700):
        file = drawn_by("Tobuhi Sans", weight, "0")
        widths = {FONTS[file]["hmtx"][CMAPS[file][ord(ch)]][0] for ch in "0123456789"}
        assert len(widths) == 1, widths


run([what_a_legal_text_and_a_product_name_need_is_there_in_both_weights, the_kanji_of_jis_levels_one_to_three_are_all_there,
     every_character_of_jis_x_0208_and_windows_31j_is_there, a_character_that_is_not_there_is_seen_as_missing,
     the_faces_carry_our_name_and_the_licence, hashes_are_drawn_in_the_fixed_width_face,
     digits_of_the_sans_face_have_one_width_so_that_columns_align])
