"""tmplpy_test.py TMPL.PY STATIC.PY - what the page translator says of bad templates, with file and line, and that what
it makes of good ones is C that names a missing member at the template's line."""
import importlib.util
import os
import subprocess
import sys
import tempfile

from tap import run

TMPL, STATIC = sys.argv[1], sys.argv[2]
SRC = os.path.join(os.path.dirname(os.path.abspath(TMPL)), "..", "src")
ICONS = '<svg class="sprite" aria-hidden="true"><symbol id="i-done" viewBox="0 0 1 1"></symbol></svg>'


class Result:
    def __init__(self, returncode, stderr):
        self.returncode, self.stderr = returncode, stderr


def call(path, argv):
    """The tool's main(), in this process: seventy interpreters would take longer than all the checks."""
    spec = importlib.util.spec_from_file_location("tool", path)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    try:
        tool.main(argv)
    except SystemExit as e:
        return Result(e.code if isinstance(e.code, int) else 1, str(e.code))
    return Result(0, "")


def translate(folder, files):
    for name, text in {"icons.svg": ICONS, **files}.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write(text)
    pages = sorted(os.path.join(folder, n) for n in files if n.endswith(".html"))
    return call(TMPL, ["--c", os.path.join(folder, "o.c"), "--h", os.path.join(folder, "o.h"),
                       "--icons", os.path.join(folder, "icons.svg")] + pages)


def refuses(text, line, what, **more):
    """The template is refused at that line with words that hold `what`."""
    with tempfile.TemporaryDirectory(prefix="tbtmpl.") as folder:
        r = translate(folder, {"x.html": text, **{k + ".html": v for k, v in more.items()}})
        want = "x.html:%d: error: " % line
        assert r.returncode != 0, "accepted: " + text
        assert want in r.stderr and what in r.stderr, "%r says %r" % (text, r.stderr)


def accepts(text, **more):
    with tempfile.TemporaryDirectory(prefix="tbtmpl.") as folder:
        r = translate(folder, {"x.html": text, **{k + ".html": v for k, v in more.items()}})
        assert r.returncode == 0, r.stderr
        with open(os.path.join(folder, "o.c"), encoding="utf-8") as c:
            return c.read()


def a_value_must_be_declared_and_a_declaration_used():
    refuses("<!-- data: -->\n<p>{{who}}</p>", 2, "'who' is not declared")
    refuses("<!-- data:\n a text;\n b text; -->\n<p>{{a}}</p>", 3, "'b' is declared and not used")
    refuses("<!-- data: r[] { a text; b text; } -->\n{{#r}}<p>{{a}}</p>{{/r}}", 1, "'b' is declared and not used")
    refuses("<!-- data: r[] { a text; } -->\n{{#r}}<p>{{a}}</p>{{/r}}<p>{{a}}</p>", 2, "'a' is not declared")
    refuses("<p>x</p>", 1, "no data block")
    refuses("<!-- data: a text; a int; -->\n{{a}}", 1, "declared twice")
    refuses("<!-- data: a string; -->\n{{a}}", 1, "'a' has no type")
    refuses("<!-- data: a text; -->\n<!-- data: b text; -->\n{{a}}", 2, "second data block")


def a_value_in_an_unquoted_place_is_refused():
    refuses("<!-- data: a text; -->\n<p class={{a}}>x</p>", 2, "without quotes")
    refuses("<!-- data: a text; -->\n<p {{a}}>x</p>", 2, "tag or attribute name")
    refuses("<!-- data: a text; -->\n<{{a}}>x</p>", 2, "tag or attribute name")
    refuses("<!-- data: -->\n<p class=x>x</p>", 2, "not between double quotes")
    refuses("<!-- data: -->\n<p class='x'>x</p>", 2, "not between double quotes")
    refuses("<!-- data: a text; -->\n<!DOCTYPE {{a}}>", 2, "comment or declaration")


def an_address_takes_addresses_only():
    refuses('<!-- data: a text; -->\n<a href="{{a}}">x</a>', 2, "only behind a literal local path")
    refuses('<!-- data: a text; -->\n<a href="//{{a}}">x</a>', 2, "only behind a literal local path")
    refuses('<!-- data: a text; -->\n<a href="https://{{a}}/">x</a>', 2, "only behind a literal local path")
    refuses('<!-- data: a text; -->\n<img alt="" src="{{a}}">', 2, "only behind a literal local path")
    refuses('<!-- data: a text; -->\n<form method="get" action="{{a}}"></form>', 2, "only behind a literal local path")
    refuses('<!-- data: u url; -->\n<p title="{{u}}">x</p>', 2, "outside an address attribute")
    refuses('<!-- data: u url; -->\n<p>{{u}}</p>', 2, "outside an address attribute")
    refuses('<!-- data: u url; -->\n<a href="/x{{u}}">x</a>', 2, "a whole address")
    refuses('<!-- data: u url; -->\n<a href="{{u}}x">x</a>', 2, "a whole address")
    refuses('<!-- data: u url; t text; -->\n<a href="{{u}}{{t}}">x</a>', 2, "a whole address")
    refuses('<!-- data: f bool; t text; -->\n<a href="{{?f}}/{{/f}}{{t}}">x</a>', 2, "a section within href")
    refuses('<!-- data: -->\n<a href="javascript:alert(1)">x</a>', 2, "forbidden")
    refuses('<!-- data: -->\n<a href=" data:text/html,x">x</a>', 2, "forbidden")
    c = accepts('<!-- data: u url; l link; t text; n int; -->\n<a href="{{u}}">1</a><a href="{{l}}">2</a><a href="/c/{{t}}?n={{n}}">3</a>')
    for call in ("tmpl_url(b, p->u)", "tmpl_link(b, p->l)", "url_esc(b, p->t)", "tmpl_int(b, p->n)"):
        assert call in c, call


def a_fragment_is_written_as_one_and_nothing_else_is():
    refuses("<!-- data: f frag; -->\n<p>{{f}}</p>", 2, "is written {{&f}}")
    refuses("<!-- data: t text; -->\n<p>{{&t}}</p>", 2, "for members of type frag")
    refuses('<!-- data: f frag; -->\n<p title="{{&f}}">x</p>', 2, "for members of type frag")


def what_the_policy_forbids_is_refused_in_the_template():
    refuses("<!-- data: -->\n<script>x</script>", 2, "<script> is forbidden")
    refuses("<!-- data: -->\n\n<STYLE>x</STYLE>", 3, "<style> is forbidden")
    refuses('<!-- data: -->\n<p style="color:red">x</p>', 2, "style= is forbidden")
    refuses('<!-- data: -->\n<p onclick="x()">x</p>', 2, "onclick= is forbidden")
    refuses('<!-- data: -->\n<p OnClick="x()">x</p>', 2, "onclick= is forbidden")
    refuses('<!-- data: -->\n<iframe src="/x"></iframe>', 2, "<iframe> is forbidden")
    refuses('<!-- data: f bool; -->\n<scr{{?f}}ipt{{/f}}>', 2, "within a tag or attribute name")


def tags_close_and_sections_keep_them_balanced():
    refuses("<!-- data: -->\n<p>x</b>", 2, "</b> closes <p>")
    refuses("<!-- data: -->\n</p>", 2, "</p> closes nothing")
    refuses("<!-- data: -->\n<div>\n<p>x</p>", 2, "the file ends within <div>")
    refuses("<!-- data: -->\n<div/>", 2, "<div/> is no HTML")
    refuses("<!-- data: f bool; -->\n{{?f}}<p>{{/f}}x</p>", 2, "opens or closes tags")
    refuses('<!-- data: f bool; -->\n<p title="{{?f}}">x</p>{{/f}}', 2, "opens or closes tags")
    refuses("<!-- data: f bool; -->\n<p>\n{{?f}}x</p>", 3, "is never closed")
    refuses("<!-- data: f bool; g bool; -->\n{{?f}}{{?g}}x{{/f}}{{/g}}", 2, "closes {{?g}} of line 2")
    refuses("<!-- data: f bool; -->\n{{?f}}x{{/f}}{{/f}}", 2, "closes nothing")
    refuses("<!-- data: a text; -->\n<p>{{a}</p>", 2, "do not match")
    refuses("<!-- data: -->\n<p>a < b</p>", 2, "written &lt;")
    accepts('<!-- data: f bool; -->\n<input{{?f}} checked{{/f}} class="a{{?f}} b{{/f}}" aria-label="x"><br>')


def forms_have_tokens_ids_are_single_and_heads_have_scopes():
    refuses('<!-- data: -->\n<form method="post" action="/x">\n<p>x</p></form>', 2, "needs {{csrf}}")
    refuses('<!-- data: -->\n<form action="/x">{{csrf}}</form>', 2, 'says method=')
    refuses('<!-- data: -->\n<p>{{csrf}}</p>', 2, "stands in a form")
    refuses('<!-- data: -->\n<p id="a">x</p>\n<p id="a">y</p>', 3, "stands already in line 2")
    refuses('<!-- data: r[] { t text; } -->\n{{#r}}<p id="a">{{t}}</p>{{/r}}', 2, "in a loop")
    refuses('<!-- data: -->\n<table><tr><th>x</th></tr></table>', 2, "without scope")
    refuses('<!-- data: -->\n<img src="/x">', 2, "without alt")
    refuses('<!-- data: -->\n<svg viewBox="0 0 1 1"></svg>', 2, "role=")
    refuses('<!-- data: -->\n<button>x</button>', 2, "outside a form")
    c = accepts('<!-- data: r[] { t text; } -->\n{{#r}}<form method="post" action="/x"><p id="a{{@r}}">{{t}}</p>{{csrf}}</form>{{/r}}')
    assert "tmpl_csrf(b, p->csrf)" in c and "(int64_t)i0 + 1" in c


def kinds_are_used_for_what_they_are():
    refuses("<!-- data: r[] { t text; } -->\n<p>{{r}}</p>{{#r}}{{t}}{{/r}}", 2, "cannot be written as a value")
    refuses("<!-- data: t text; -->\n{{#t}}x{{/t}}", 2, "is no list")
    refuses("<!-- data: -->\n{{icon gone}}", 2, "no icon 'gone'")
    refuses("<!-- data: t text; -->\n{{icon =t}}", 2, "not of type icon")
    refuses("<!-- data: t text; -->\n<p>{{t}}{{!}}</p>", 2, "none of the forms")
    refuses("<!-- data: r[] { t text; } -->\n{{#r}}{{t}}{{/r}}{{@r}}", 2, "no loop of that name")


def parts_and_layouts_are_found_and_do_not_turn_in_circles():
    refuses("<!-- data: a >gone; -->\n{{>a}}", 1, "no part _gone.html")
    refuses("<!-- layout: gone -->\n<!-- data: -->\nx", 1, "no part _gone.html")
    refuses("<!-- layout: l -->\n<!-- data: -->\nx", 1, "does not say {{body}}", _l="<!-- data: -->\n<p></p>")
    c = accepts("<!-- layout: l -->\n<!-- data: a >q; -->\n<p>{{>a}}</p>", _l="<!-- data: t text; -->\n<main>{{t}}{{body}}</main>",
                _q="<!-- data: t text; -->\n<b>{{t}}</b>")
    assert "part_l_open(b, &p->l);" in c and "part_q(b, &p->a);" in c and c.index("part_q(b, &p->a)") < c.index("part_l_close(b, &p->l);")
    with tempfile.TemporaryDirectory(prefix="tbtmpl.") as folder:
        r = translate(folder, {"_a.html": "<!-- data: x >b; -->\n{{>x}}", "_b.html": "<!-- data: x >a; -->\n{{>x}}"})
        assert r.returncode != 0 and "in a circle" in r.stderr, r.stderr


def a_member_that_does_not_exist_is_a_compile_error_in_the_template():
    with tempfile.TemporaryDirectory(prefix="tbtmpl.") as folder:
        r = translate(folder, {"x.html": "<!-- data: who text; -->\n\n<p>{{who}}</p>"})
        assert r.returncode == 0, r.stderr
        header = os.path.join(folder, "o.h")
        with open(header, encoding="utf-8") as f:
            text = f.read()
        with open(header, "w", encoding="utf-8") as f:
            f.write(text.replace("slice who;", "slice whom;"))
        os.makedirs(os.path.join(folder, "web"))
        with open(os.path.join(folder, "web", "static_gen.h"), "w", encoding="utf-8"):
            pass
        r = subprocess.run(["cc", "-std=c17", "-fsyntax-only", "-I", folder, "-I", SRC, os.path.join(folder, "o.c")],
                           capture_output=True, text=True)
        assert r.returncode != 0 and "x.html:3:" in r.stderr and "who" in r.stderr, r.stderr


def indentation_is_dropped_but_not_in_a_text_area():
    c = accepts("<!-- data: -->\n<div>\n    <p>x</p>\n</div>")
    assert '<p>x' in c and '    <p>' not in c
    c = accepts('<!-- data: -->\n<form method="get" action="/x"><textarea name="w" aria-label="w">\n  a</textarea></form>')
    assert '  a</textarea>' in c


def a_style_sheet_may_name_static_files_only():
    with tempfile.TemporaryDirectory(prefix="tbtmpl.") as folder:
        def pack(css):
            path = os.path.join(folder, "a.css")
            with open(path, "w", encoding="utf-8") as f:
                f.write(css)
            with open(os.path.join(folder, "a.woff2"), "wb") as f:
                f.write(b"font")
            out = [os.path.join(folder, n) for n in ("o.c", "o.h", "o.css")]
            return call(STATIC, ["--c", out[0], "--h", out[1], "--css", out[2], path, os.path.join(folder, "a.woff2")])
        r = pack('a{}\nb { src: url("b.woff2"); }')
        assert r.returncode != 0 and "a.css:2: error" in r.stderr, r.stderr
        r = pack('b { src: url(https://example.com/x.woff2); }')
        assert r.returncode != 0 and "a.css:1: error" in r.stderr, r.stderr
        r = pack('b { src: url("a.woff2"); }')
        assert r.returncode == 0, r.stderr
        with open(os.path.join(folder, "o.css"), encoding="utf-8") as f:
            assert f.read() == 'b { src: url("a.795ea3efa43d.woff2"); }'


run([a_value_must_be_declared_and_a_declaration_used, a_value_in_an_unquoted_place_is_refused, an_address_takes_addresses_only,
     a_fragment_is_written_as_one_and_nothing_else_is, what_the_policy_forbids_is_refused_in_the_template,
     tags_close_and_sections_keep_them_balanced, forms_have_tokens_ids_are_single_and_heads_have_scopes,
     kinds_are_used_for_what_they_are, parts_and_layouts_are_found_and_do_not_turn_in_circles,
     a_member_that_does_not_exist_is_a_compile_error_in_the_template, indentation_is_dropped_but_not_in_a_text_area,
     a_style_sheet_may_name_static_files_only])
