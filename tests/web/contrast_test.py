"""contrast_test.py TOKENS.CSS CONSOLE.CSS - the pairs of colour roles that meet on a page, light and dark: 4.5:1 for
text, 3:1 for marks and borders of controls (WCAG 2.2, 1.4.3 and 1.4.11); and that pages use roles only."""
import re
import sys

from tap import run

TEXT = [("ink", "ground"), ("ink", "sunken"), ("ink-2", "ground"), ("ink-2", "sunken"), ("key", "ground"), ("key", "sunken"),
        ("key-hover", "ground"), ("key-hover", "key-soft"), ("key", "key-soft"), ("ink", "key-soft"), ("ink-2", "key-soft"),
        ("on-key", "key"), ("on-key", "key-hover"), ("done", "ground"), ("done", "sunken"), ("done", "done-soft"),
        ("warn", "ground"), ("warn", "sunken"), ("warn", "warn-soft"), ("late", "ground"), ("late", "sunken"),
        ("late", "late-soft"), ("drill-ink", "drill-a"), ("drill-ink", "drill-b"), ("ground", "ink"), ("ground", "ink-2"),
        ("ink", "heat-1"), ("ink", "heat-2"), ("ink", "heat-3"), ("on-key", "heat-4"), ("on-key", "heat-5")]
MARKS = [("line-2", "ground"), ("key", "ground"), ("warn", "ground"), ("late", "late-soft"), ("done", "done-soft"),
         ("focus", "ground"), ("focus", "sunken"), ("ink-2", "sunken")]

with open(sys.argv[1], encoding="utf-8") as f:
    tokens = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
with open(sys.argv[2], encoding="utf-8") as f:
    console = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)


def read(text):
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", text))


light_text, dark_text = tokens.split("@media", 1)
light = read(light_text)
dark = {**light, **read(dark_text)}


def colour(roles, name):
    value = roles[name].strip()
    while value.startswith("var("):
        value = roles[value[6:-1]].strip()
    digits = value.lstrip("#")
    return [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]


def luminance(rgb):
    return sum(w * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for w, c in zip((0.2126, 0.7152, 0.0722), rgb))


def ratio(roles, a, b):
    hi, lo = sorted((luminance(colour(roles, a)), luminance(colour(roles, b))), reverse=True)
    return (hi + 0.05) / (lo + 0.05)


def low(pairs, least):
    return ["%s on %s, %s: %.2f" % (a, b, n, ratio(r, a, b)) for a, b in pairs for n, r in (("light", light), ("dark", dark))
            if ratio(r, a, b) < least]


def the_measure_knows_black_on_white_and_equal_colours():
    assert abs(ratio({"a": "#000000", "b": "#ffffff"}, "a", "b") - 21) < 0.001
    assert ratio({"a": "#123456", "b": "#123456"}, "a", "b") == 1
    assert abs(ratio({"a": "#767676", "b": "#ffffff"}, "a", "b") - 4.54) < 0.01


def text_has_four_and_a_half_to_one():
    assert not low(TEXT, 4.5), low(TEXT, 4.5)


def marks_and_borders_of_controls_have_three_to_one():
    assert not low(MARKS, 3), low(MARKS, 3)


def pages_use_roles_and_never_a_colour_of_their_own():
    assert "--color-" not in console
    own = [c for c in re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\([^)]*\)", console)]
    assert own == ["#fff", "rgb(65 4 142 / 7%)"], own  # under forced colours, and the watermark on paper


def every_role_that_is_used_is_there_in_light_and_dark():
    used = set(re.findall(r"var\(--([\w-]+)\)", console))
    assert used <= set(light), used - set(light)
    coloured = {n for n, v in light.items() if not n.startswith("color-") and ("#" in v or "var(--color" in v)}
    assert coloured <= set(read(dark_text)), coloured - set(read(dark_text))


run([the_measure_knows_black_on_white_and_equal_colours, text_has_four_and_a_half_to_one, marks_and_borders_of_controls_have_three_to_one,
     pages_use_roles_and_never_a_colour_of_their_own, every_role_that_is_used_is_there_in_light_and_dark])
