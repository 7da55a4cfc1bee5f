#!/usr/bin/env python3
"""Cuts the console's own faces out of the Noto fonts and writes them as WOFF2.

  make.py --source DIR --out src/web/static

DIR holds NotoSansCJK-{Regular,Bold}.ttc (Debian: fonts-noto-cjk) and NotoSans-{Regular,Bold}.ttf,
NotoSansSymbols2-Regular.ttf, NotoSansMath-Regular.ttf (fonts-noto-core), in any folder below it; /usr/share/fonts does
where both are installed. Needs python3-fonttools and python3-brotli. The result is committed, so nothing of this is
needed to build or run; run it again only to change the repertoire.

Why own faces: an office machine may have any Japanese font or none, and a missing 髙 or ⑪ in a legal text is a fault.
Why three parts a weight: a page downloads the kanji of JIS level 1 nearly always, the others only when a name needs
them. unicode-range in fonts.css tells the browser which one holds a character: whole blocks for the general and the
rarer part, single characters for level 1, which stands last, and the last rule that has a character wins. Letters and
signs that the Japanese font lacks (Š, ł, ✔), as names of makers and products have them, come from its sisters.

The family is renamed to "Tobuhi Sans" / "Tobuhi Mono": the licence (SIL OFL 1.1) lets a derived font be
distributed, and a name of its own makes it certain which face drew a run of text.
"""
import argparse
import io
import os
import sys
import unicodedata

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

WEIGHTS = {400: "NotoSansCJK-Regular.ttc", 700: "NotoSansCJK-Bold.ttc"}
STAMP = 3786912000  # 2024-01-01 in the font epoch: the same bytes on every run


def jis_planes():
    """Every character of JIS X 0213:2004 with its level (0 = not kanji); combining pairs give two characters."""
    out = {}
    second = {1, 3, 4, 5, 8, 12, 13, 14, 15} | set(range(78, 95))  # other rows would be read as JIS X 0212
    for plane, lead in ((1, b""), (2, b"\x8f")):
        for row in range(0xA1, 0xFF):
            if plane == 2 and row - 0xA0 not in second:
                continue
            for cell in range(0xA1, 0xFF):
                try:
                    text = (lead + bytes((row, cell))).decode("euc_jis_2004")
                except UnicodeDecodeError:
                    continue
                ku = row - 0xA0
                kanji = unicodedata.category(text[0]) == "Lo" and ord(text[0]) >= 0x3400 and plane == 1 and ku >= 14
                level = 4 if plane == 2 else 0
                if kanji:
                    level = 1 if 16 <= ku <= 47 else 2 if 48 <= ku <= 84 else 3
                for ch in text:
                    out.setdefault(ord(ch), level)
    return out


def windows_31j():
    """The vendor characters that Japanese office machines type: NEC row 13, NEC and IBM extensions (髙 﨑 ㈱ Ⅱ)."""
    out = set()
    for lead in list(range(0x81, 0xA0)) + list(range(0xE0, 0xFD)):
        for trail in list(range(0x40, 0x7F)) + list(range(0x80, 0xFD)):
            try:
                out.update(map(ord, bytes((lead, trail)).decode("cp932")))
            except UnicodeDecodeError:
                pass
    return out


def blocks():
    """Whole blocks that names, product names and advisories use; only what the source font has is taken."""
    spans = [(0x20, 0x7E), (0xA0, 0x17F), (0x2C6, 0x2DD), (0x370, 0x3FF), (0x400, 0x45F), (0x2000, 0x206F), (0x2070, 0x209F),
             (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2150, 0x218B), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF),
             (0x2460, 0x24FF), (0x2500, 0x257F), (0x2580, 0x25FF), (0x2600, 0x266F), (0x2713, 0x2718), (0x2776, 0x2793),
             (0x3000, 0x303F), (0x3041, 0x30FF), (0x31F0, 0x31FF), (0x3200, 0x32FF), (0x3300, 0x33FF), (0xFF01, 0xFFEF)]
    return {c for a, b in spans for c in range(a, b + 1)}


def is_kanji(c):
    return 0x3400 <= c <= 0x9FFF or 0xF900 <= c <= 0xFAFF or c >= 0x20000


# 常用漢字 that stand outside JIS level 1, and the Windows name kanji that are met daily
COMMON = "塡剝頰餌箋籠謎遜遡茨葛煎鬱彙璧瘍痕諧錮埼岡髙﨑德濵栁𠮷辻祇"


def parts():
    jis = jis_planes()
    office = windows_31j()
    every = blocks() | office | set(jis)
    kanji = {c for c in every if is_kanji(c)}
    joyo = {c for c in kanji if jis.get(c) == 1} | set(map(ord, COMMON)) | {0x3005, 0x3006, 0x3007}
    rest = {c for c in kanji - joyo if jis.get(c, 2) != 4 or c in office}
    return {"base": every - kanji - joyo, "kanji1": joyo, "kanji2": rest}


BLOCKS = {"base": "U+20-33FF, U+FF00-FFEF", "kanji2": "U+3400-9FFF, U+F900-FAFF, U+20000-2FFFF", "ascii": "U+20-7E, U+A5, U+B7, U+2026"}
ORDER = ("base", "kanji2", "kanji1")


def ranges(chars):
    spans = []
    for c in sorted(chars):
        if spans and spans[-1][1] == c - 1:
            spans[-1][1] = c
        else:
            spans.append([c, c])
    return ", ".join("U+%X" % a if a == b else "U+%X-%X" % (a, b) for a, b in spans)


def rename(font, family, weight):
    style = "Bold" if weight == 700 else "Regular"
    keep = {0, 7, 8, 9, 11, 13, 14}  # copyright, trademark, makers, licence stay as they are
    name = font["name"]
    name.names = [n for n in name.names if n.nameID in keep and n.platformID == 3 and n.langID == 0x409]
    full = family + ("" if weight == 400 else " " + style)
    ps = family.replace(" ", "") + "-" + style
    for nid, text in ((1, family), (2, style), (3, ps + ";tobuhi"), (4, full), (5, "Version 1.000"), (6, ps)):
        name.setName(text, nid, 3, 1, 0x409)
    if "CFF " in font:
        top = font["CFF "].cff
        top.fontNames[0] = ps
        top.topDictIndex[0].FullName = full
        top.topDictIndex[0].FamilyName = family


def cut(source, face, chars, family, weight, features):
    font = TTFont(source, lazy=True) if face is None else TTCollection(source, lazy=True).fonts[face]
    have = set(font.getBestCmap())
    opt = subset.Options()
    opt.flavor = "woff2"
    opt.hinting = False           # screens of today; a third of the bytes
    opt.desubroutinize = True     # compresses better
    opt.layout_features = features
    opt.name_IDs = ["*"]
    opt.name_languages = ["*"]
    opt.notdef_outline = True
    opt.recalc_timestamp = False
    opt.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    sub = subset.Subsetter(opt)
    sub.populate(unicodes=chars & have)
    sub.subset(font)
    rename(font, family, weight)
    font.recalcTimestamp = False
    font["head"].created = font["head"].modified = STAMP
    out = io.BytesIO()
    subset.save_font(font, out, opt)
    return out.getvalue(), chars & have


def face_index(path, wanted):
    for i, font in enumerate(TTCollection(path, lazy=True).fonts):
        if font["name"].getDebugName(6).startswith(wanted + "-"):
            return i
    sys.exit("%s: no face %s" % (path, wanted))


def find(root, name):
    for folder, _, files in os.walk(root):
        if name in files:
            return os.path.join(folder, name)
    sys.exit("%s: no %s below it" % (root, name))


def more_letters(have):
    """What the Japanese font lacks of the letters and signs: part, sources by weight, characters."""
    letters = set(range(0xA0, 0x250)) | set(range(0x370, 0x530)) | set(range(0x1E00, 0x2000)) | set(range(0x20A0, 0x20C0))
    maths = set(range(0x2190, 0x2300))
    signs = set(range(0x2300, 0x2400)) | set(range(0x25A0, 0x2670)) | set(range(0x2700, 0x27C0))
    both = {400: "NotoSans-Regular.ttf", 700: "NotoSans-Bold.ttf"}
    return [("latin", both, letters - have), ("maths", {400: "NotoSansMath-Regular.ttf"}, maths - have),
            ("signs", {400: "NotoSansSymbols2-Regular.ttf"}, signs - have)]


CSS = """@font-face {
  font-family: "%s";
  font-style: normal;
  font-weight: %d;
  font-display: swap;
  src: url("%s") format("woff2");
  unicode-range: %s;
}
"""

HEAD = """/* Tobuhi Sans and Tobuhi Mono: parts of Noto Sans CJK JP, Noto Sans Mono CJK JP (Copyright 2014-2021 Adobe), Noto Sans,
 * Noto Sans Math and Noto Sans Symbols 2 (Copyright 2015-2018 Google), cut and renamed by tools/font/make.py, which wrote
 * this file too. SIL Open Font License 1.1, text in OFL.txt. */
"""


def write(out, stem, part, weight, data, got):
    file = "tobuhi-%s-%s-%d.woff2" % (stem, part, weight)
    with open(os.path.join(out, file), "wb") as f:
        f.write(data)
    print("%-34s %5d characters %8d bytes" % (file, len(got), len(data)))
    return file


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--source", required=True)
    ap.add_argument("--out", required=True)
    arg = ap.parse_args()
    css = [HEAD]
    jobs = [("Tobuhi Sans", "NotoSansCJKjp", "sans", n, parts()[n], ["kern"]) for n in ORDER]
    jobs.append(("Tobuhi Mono", "NotoSansMonoCJKjp", "mono", "ascii", set(range(0x20, 0x7F)) | {0xA5, 0xB7, 0x2026}, []))
    have = set()
    for family, face, stem, part, chars, features in jobs:
        for weight, ttc in WEIGHTS.items():
            path = find(arg.source, ttc)
            data, got = cut(path, face_index(path, face), chars, family, weight, features)
            have |= got if stem == "sans" else set()
            file = write(arg.out, stem, part, weight, data, got)
            css.append(CSS % (family, weight, file, BLOCKS.get(part) or ranges(got)))
    for part, sources, chars in more_letters(have):
        for weight in (400, 700):  # a sign has one weight, which serves as both
            if weight in sources:
                data, got = cut(find(arg.source, sources[weight]), None, chars, "Tobuhi Sans", weight, ["kern"])
                file = write(arg.out, "sans", part, weight, data, got)
            css.append(CSS % ("Tobuhi Sans", weight, file, ranges(got)))
    with open(os.path.join(arg.out, "fonts.css"), "w") as f:
        f.write("\n".join(css))


if __name__ == "__main__":
    main()
