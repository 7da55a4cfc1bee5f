#!/usr/bin/env python3
"""Turns the console's page templates into C at build time. There is no template engine at run time.

  tmpl.py --c OUT.c --h OUT.h --icons icons.svg [--known _frame.html --base pages_gen.h] PAGE.html...

A file NAME.html becomes `struct page_NAME` and `void page_NAME(struct buf *, const struct page_NAME *)`; a file
_NAME.html is a part and becomes part_NAME. A template begins by declaring its data:

  <!-- layout: frame -->                      optional: the part _frame.html is drawn around this page; the page gets a
                                              member `struct part_frame frame`, and _frame.html says {{body}} once
  <!-- data: title text; href url; n int; on bool; st icon; pic frag; chip >status; rows[] { name text; }  // remark
  -->

  text   slice, escaped for where it stands: HTML, a quoted attribute, or percent-encoded behind a literal local path
  url    slice; a local address ("/…", "#…", "?…"), the whole value of an address attribute
  link   slice; https:// alone, the whole value of an address attribute
  int    int64_t        bool   bool        icon   enum icon of the sprite (ICON_NONE draws nothing)
  frag   slice of HTML that this program made itself (a picture); written {{&name}} so that it is seen
  >part  another part, drawn with {{>name}}

  {{name}} {{&frag}} {{>part}}        values
  {{#rows}}…{{/rows}}                 for each row; names are sought in the row, then outside it; {{@rows}} is 1, 2, 3…
  {{?name}}…{{/name}} {{^name}}…{{/name}}   if there is something, if there is nothing
  {{icon done}} {{icon =name}}        an icon of the sprite, by name or by a member of type icon
  {{sprite}} {{static console.css}}   the sprite itself; the address of a static file
  {{csrf}}                            the form token, in every form with method="post"

What is checked, with file and line: undeclared and unused names, a value in an unquoted attribute, an address that is
not one, a value in a tag or attribute name, script, style and on… attributes (the policy sent with every page forbids
them), tags that do not close within their section, forms without a token, ids used twice or written out in a loop,
pictures without a name, table heads without a scope. The C says #line, so that a member that does not exist is an
error at the template's line.
"""
import argparse
import os
import re
import sys

VOID = set("area base br col embed hr img input link meta source track wbr".split())
BANNED = set("script style iframe object embed base applet frame frameset".split())
URL_ATTRS = set("href src action formaction cite poster data xlink:href".split())
TYPES = {"text": "slice", "url": "slice", "link": "slice", "frag": "slice", "int": "int64_t", "bool": "bool", "icon": "enum icon"}
IDENT = re.compile(r"[a-z][a-z0-9_]*$")


class Wrong(Exception):
    pass


class Field:
    def __init__(self, name, type_, kids=None, part=None, line=0):
        self.name, self.type, self.kids, self.part, self.line = name, type_, kids, part, line
        self.used = False


# --- the data block -------------------------------------------------------------------------------------------------

def parse_data(t, text, line):
    text = re.sub(r"//[^\n]*", "", text)
    tokens = [(m.group(0), line + text.count("\n", 0, m.start())) for m in re.finditer(r"\[\]|[{};]|>?[A-Za-z0-9_]+|\S", text)]
    at = 0

    def fields(closing):
        nonlocal at
        out = {}
        while at < len(tokens) and tokens[at][0] != "}":
            name, ln = tokens[at]
            if name == ";":
                at += 1
                continue
            if not IDENT.match(name):
                t.error(ln, "'%s' is no name (a-z, 0-9, _)" % name)
            if name in out:
                t.error(ln, "'%s' is declared twice" % name)
            at += 1
            kind = tokens[at][0] if at < len(tokens) else "end"
            if kind == "[]":
                if at + 1 >= len(tokens) or tokens[at + 1][0] != "{":
                    t.error(ln, "rows are declared as '%s[] { … }'" % name)
                at += 2
                out[name] = Field(name, "rows", kids=fields(True), line=ln)
            elif kind.startswith(">") and len(kind) > 1:
                out[name] = Field(name, "part", part=kind[1:], line=ln)
                at += 1
            elif kind in TYPES:
                out[name] = Field(name, kind, line=ln)
                at += 1
            else:
                t.error(ln, "'%s' has no type: %s, []{…} or >part" % (name, ", ".join(TYPES)))
        if closing:
            if at >= len(tokens):
                t.error(line, "a '{' of the data block is not closed")
            at += 1
        return out

    out = fields(False)
    if at < len(tokens):
        t.error(tokens[at][1], "'}' without '{' in the data block")
    return out


# --- HTML, far enough to know where a value stands --------------------------------------------------------------------

class Html:
    """State of the text read so far: in text, in a tag, in a quoted value; and the open tags."""

    def __init__(self, t):
        self.t = t
        self.state = "text"
        self.stack, self.lines = [], []  # the open tags, and where each was opened
        self.tag = self.attr = self.value = ""
        self.attrs = {}
        self.closing = False
        self.whole = None
        self.apart = False

    def settle(self, line, in_loop):
        """A section may begin or end behind a tag or attribute name, which then ends there too."""
        if self.state == "open" and self.tag:
            self.attrs, self.state, self.apart = {}, "tag", True
        elif self.state == "name":
            self.set_attr(line, in_loop, None)
            self.state, self.apart = "tag", True

    def here(self):
        return (self.state, self.tag if self.state != "text" else "", self.attr if self.state == "value" else "", tuple(self.stack))

    def feed(self, text, line, in_loop):
        for ch in text:
            getattr(self, "in_" + self.state)(ch, line, in_loop)
            if ch == "\n":
                line += 1
        return line

    def in_text(self, ch, line, _):
        if ch == "<":
            self.state, self.tag, self.closing = "open", "", False

    def in_open(self, ch, line, in_loop):
        if ch == "!":
            self.state = "decl"
        elif ch == "/" and not self.tag:
            self.closing = True
        elif re.match(r"[A-Za-z0-9:-]", ch):
            self.tag += ch
        elif not self.tag:
            self.t.error(line, "'<' is written &lt;")
        else:
            self.attrs = {}
            self.state = "tag"
            self.in_tag(ch, line, in_loop)

    def in_decl(self, ch, line, _):
        if ch == ">":
            self.state = "text"

    def in_tag(self, ch, line, in_loop):
        if self.apart and not (ch.isspace() or ch in ">/"):
            self.t.error(line, "a section within a tag or attribute name of <%s>" % self.tag)
        self.apart = False
        if ch.isspace():
            return
        if ch == ">":
            self.end_tag(line, False)
        elif ch == "/":
            self.state = "slash"
        elif ch in "\"'=<":
            self.t.error(line, "'%s' does not belong in <%s>" % (ch, self.tag))
        else:
            self.attr, self.state = ch, "name"

    def in_slash(self, ch, line, _):
        if ch != ">":
            self.t.error(line, "'/' in <%s>" % self.tag)
        self.end_tag(line, True)

    def in_name(self, ch, line, in_loop):
        if ch == "=":
            self.state = "eq"
        elif ch.isspace() or ch in ">/":
            self.set_attr(line, in_loop, None)
            self.state = "tag"
            self.in_tag(ch, line, in_loop)
        else:
            self.attr += ch

    def in_eq(self, ch, line, in_loop):
        if ch != '"':
            self.t.error(line, "the value of %s is not between double quotes" % self.attr)
        self.state, self.value, self.whole = "value", "", None

    def in_value(self, ch, line, in_loop):
        if ch == '"':
            self.set_attr(line, in_loop, self.value)
            self.state = "tag"
        elif ch == "<":
            self.t.error(line, "'<' in the value of %s" % self.attr)
        elif self.whole:
            self.t.error(line, "%s is a whole address and stands alone in %s" % (self.whole, self.attr))
        else:
            self.value += ch

    def set_attr(self, line, in_loop, value):
        name = self.attr.lower()
        if name == "style" or name.startswith("on"):
            self.t.error(line, "%s= is forbidden by the content security policy" % name)
        if name in self.attrs and value is not None and "\0" not in (self.attrs[name] or "") + value:
            self.t.error(line, "%s stands twice in <%s>" % (name, self.tag))
        self.attrs[name] = value
        if name == "id" and value:
            if "\0" not in value:
                if in_loop:
                    self.t.error(line, 'id="%s" in a loop would stand there several times: add {{@rows}} or a value' % value)
                if value in self.t.ids:
                    self.t.error(line, 'id="%s" stands already in line %d' % (value, self.t.ids[value]))
                self.t.ids[value] = line
        if name in URL_ATTRS and value and value.lower().replace("\t", "").strip().startswith(("javascript:", "data:", "vbscript:")):
            self.t.error(line, "%s= to %s is forbidden" % (name, value.split(":")[0]))

    def end_tag(self, line, self_closed):
        tag = self.tag.lower()
        self.state = "text"
        if tag in BANNED:
            self.t.error(line, "<%s> is forbidden by the content security policy" % tag)
        if self.closing:
            if not self.stack or self.stack[-1] != tag:
                self.t.error(line, "</%s> closes %s" % (tag, "<%s>" % self.stack[-1] if self.stack else "nothing"))
            self.stack.pop()
            self.lines.pop()
            if tag == "form" and self.t.form and not self.t.form[1]:
                self.t.error(self.t.form[0], 'a form with method="post" needs {{csrf}}')
            if tag == "form":
                self.t.form = None
            return
        self.check_tag(tag, line)
        if self_closed and "svg" not in self.stack and tag != "svg" and tag not in VOID:
            self.t.error(line, "<%s/> is no HTML: close it with </%s>" % (tag, tag))
        if tag not in VOID and not self_closed:
            self.stack.append(tag)
            self.lines.append(line)

    def check_tag(self, tag, line):
        a = self.attrs
        if tag == "form":
            if "form" in self.stack:
                self.t.error(line, "a form within a form")
            method = (a.get("method") or "").lower()
            if method not in ("get", "post"):
                self.t.error(line, '<form> says method="get" or method="post"')
            self.t.form = [line, method == "get"]
        if tag == "img" and "alt" not in a:
            self.t.error(line, "<img> without alt")
        if tag == "svg" and "aria-hidden" not in a and a.get("role") != "img":
            self.t.error(line, '<svg> says aria-hidden="true" or role="img"')
        if tag == "th" and "scope" not in a:
            self.t.error(line, "<th> without scope")
        if tag == "html" and "lang" not in a:
            self.t.error(line, "<html> without lang")
        if tag == "a" and a.get("target"):
            self.t.error(line, "target= opens windows that nobody asked for")
        if tag in ("button",) and "form" not in self.stack and a.get("form") is None:
            self.t.error(line, "a <button> outside a form does nothing without scripts")


# --- one template -----------------------------------------------------------------------------------------------------

class Scope:
    def __init__(self, fields, expr, name=None, index=None, up=None):
        self.fields, self.expr, self.name, self.index, self.up = fields, expr, name, index, up


class Template:
    def __init__(self, path, icons):
        self.path = path
        self.base = os.path.splitext(os.path.basename(path))[0]
        self.is_part = self.base.startswith("_")
        self.name = self.base.lstrip("_").replace("-", "_")
        self.cname = ("part_" if self.is_part else "page_") + self.name
        self.icons = icons
        self.ids, self.form = {}, None
        self.needs_csrf = self.has_body = False
        self.out, self.lit, self.lit_line = [], "", 0
        self.loops = 0
        with open(path, encoding="utf-8") as f:
            self.text = f.read()
        if not IDENT.match(self.name):
            self.error(1, "the file name is no name for C: a-z, 0-9, - and _")
        self.layout = None
        self.fields = {}
        self.read_head()

    def error(self, line, what):
        raise Wrong("%s:%d: error: %s" % (self.path, line, what))

    def read_head(self):
        found = False
        for m in re.finditer(r"<!--\s*(\w+):(.*?)-->", self.text, re.S):
            line = self.text.count("\n", 0, m.start()) + 1
            if m.group(1) == "layout":
                self.layout = m.group(2).strip()
            elif m.group(1) == "data":
                if found:
                    self.error(line, "a second data block")
                found = True
                self.fields = parse_data(self, m.group(2), line)
        if not found:
            self.error(1, "no data block: <!-- data: title text; -->, or <!-- data: --> if there is none")

    # --- output ---

    def flush(self):
        if self.lit:
            self.line(self.lit_line)
            self.out.append("    TMPL_LIT(b, %s);" % c_string(self.lit))
            self.lit = ""

    def line(self, n):
        self.out.append('#line %d "%s"' % (n, self.path))

    def literal(self, text, line):
        if text and not self.lit:
            self.lit_line = line
        self.lit += text

    def emit(self, code, line):
        self.flush()
        self.line(line)
        self.out.append("    " + code)

    # --- names ---

    def find(self, name, scope, line):
        s = scope
        while s:
            if name in s.fields:
                s.fields[name].used = True
                return s.fields[name], s.expr + name
            s = s.up
        self.error(line, "'%s' is not declared in the data block" % name)

    def value(self, name, scope, html, line):
        f, expr = self.find(name, scope, line)
        st = html.state
        if st == "value" and html.whole:
            self.error(line, "%s is a whole address and stands alone in %s" % (html.whole, html.attr))
        if st not in ("text", "value"):
            where = "a comment or declaration" if st == "decl" else "a tag or attribute name, or a value without quotes"
            self.error(line, "{{%s}} stands in %s" % (name, where))
        if f.type == "frag":
            self.error(line, "frag %s is written {{&%s}}" % (name, name))
        if f.type in ("rows", "part", "bool", "icon"):
            self.error(line, "%s is of type %s and cannot be written as a value" % (name, f.type))
        if st == "value" and html.attr.lower() in URL_ATTRS:
            self.address(f, name, expr, html, line)
        elif f.type in ("url", "link"):
            self.error(line, "%s %s stands outside an address attribute (%s)" % (f.type, name, ", ".join(sorted(URL_ATTRS))))
        elif f.type == "int":
            self.emit("tmpl_int(b, %s);" % expr, line)
        else:
            self.emit("html_esc(b, %s);" % expr, line)
        html.value += "\0"

    def address(self, f, name, expr, html, line):
        if f.type in ("url", "link"):
            if html.value:
                self.error(line, "%s %s is a whole address and stands alone in %s" % (f.type, name, html.attr))
            html.whole = "%s %s" % (f.type, name)
            self.emit("tmpl_%s(b, %s);" % (f.type, expr), line)
            return
        lead = html.value.split("\0")[0]
        if not re.match(r"(/(?![/\\])|#|\?|tel:|mailto:)", lead):
            self.error(line, "%s of type %s in %s: only behind a literal local path, or as type url or link" % (name, f.type, html.attr))
        if f.type == "int":
            self.emit("tmpl_int(b, %s);" % expr, line)
        else:
            self.emit("url_esc(b, %s);" % expr, line)

    def something(self, f, expr):
        if f.type == "rows":
            return expr + "_n > 0"
        if f.type in ("bool",):
            return expr
        if f.type == "int":
            return expr + " != 0"
        if f.type == "icon":
            return expr + " != ICON_NONE"
        return expr + ".n > 0"

    # --- directives ---

    def directive(self, d, line, scope, html, in_loop):
        kind, rest = d[:1], d[1:].strip()
        if d == "sprite":
            self.emit("tmpl_sprite(b);", line)
        elif d == "body":
            if not self.is_part or self.has_body or html.state != "text":
                self.error(line, "{{body}} stands once, in the text of a layout")
            self.flush()
            self.has_body = True
            self.out.append("\0body")
        elif d == "csrf":
            if not self.form or html.state != "text":
                self.error(line, "{{csrf}} stands in a form")
            self.form[1] = True
            self.needs_csrf = True
            self.emit("tmpl_csrf(b, p->csrf);", line)
        elif d.startswith("static "):
            name = d[7:].strip()
            self.emit("TMPL_LIT(b, STATIC_%s);" % re.sub(r"\W", "_", name), line)
            html.value += "/static"
        elif d.startswith("icon "):
            self.icon(d[5:].strip(), line, scope, html)
        elif kind == "&":
            f, expr = self.find(rest, scope, line)
            if f.type != "frag" or html.state != "text":
                self.error(line, "{{&%s}} is for members of type frag, in text" % rest)
            self.emit("buf_sl(b, %s);" % expr, line)
        elif kind == ">":
            f, expr = self.find(rest, scope, line)
            if f.type != "part" or html.state != "text":
                self.error(line, "{{>%s}} is for members of type >part, in text" % rest)
            self.emit("part_%s(b, &%s);" % (f.part, expr), line)
        elif kind == "@":
            s = scope
            while s and s.name != rest:
                s = s.up
            if not s:
                self.error(line, "{{@%s}}: no loop of that name around" % rest)
            if html.state not in ("text", "value"):
                self.error(line, "{{@%s}} stands in a tag or attribute name, or a value without quotes" % rest)
            self.emit("tmpl_int(b, (int64_t)%s + 1);" % s.index, line)
            html.value += "\0"
        elif IDENT.match(d):
            self.value(d, scope, html, line)
        else:
            self.error(line, "{{%s}} is none of the forms" % d)

    def icon(self, what, line, scope, html):
        if html.state != "text":
            self.error(line, "an icon stands in text")
        if what.startswith("="):
            f, expr = self.find(what[1:].strip(), scope, line)
            if f.type != "icon":
                self.error(line, "%s is not of type icon" % f.name)
            self.emit("tmpl_icon(b, %s);" % expr, line)
        elif what in self.icons:
            self.literal(icon_html(what), line)
        else:
            self.error(line, "the sprite has no icon '%s'" % what)

    # --- the walk ---

    def tokens(self):
        text = re.sub(r"<!--.*?-->", lambda m: "\n" * m.group(0).count("\n"), self.text, flags=re.S)
        line, at = 1, 0
        for m in re.finditer(r"\{\{(.*?)\}\}", text, re.S):
            lit = text[at:m.start()]
            yield "lit", lit, line
            line += lit.count("\n")
            yield "dir", m.group(1).strip(), line
            line += m.group(0).count("\n")
            at = m.end()
        lit = text[at:]
        if "{{" in lit or "}}" in lit:
            self.error(line + lit[:max(lit.find("{{"), 0)].count("\n"), "'{{' and '}}' do not match")
        yield "lit", lit, line

    def translate(self):
        root = Scope(self.fields, "p->")
        html = Html(self)
        scope, open_ = root, []
        loops = 0
        self.last_line = 1
        for kind, text, line in self.tokens():
            self.last_line = line
            if kind == "lit":
                html.feed(text, line, loops > 0)
                text = squeeze(text, html)
                self.literal(text if self.out or self.lit else text.lstrip(), line)
                continue
            mark, name = text[:1], text[1:].strip()
            if mark in ("#", "?", "^", "/"):
                html.settle(line, loops > 0)
            if mark in "#?^" and mark:
                f, expr = self.find(name, scope, line)
                if html.state == "value" and html.attr.lower() in URL_ATTRS:
                    self.error(line, "a section within %s: an address has one form" % html.attr)
                if mark == "#":
                    if f.type != "rows":
                        self.error(line, "{{#%s}}: %s is no list" % (name, name))
                    i = "i%d" % self.loops
                    self.loops += 1
                    loops += 1
                    open_.append((name, mark, line, html.here(), scope))
                    self.emit("for (size_t %s = 0; %s < %s_n; %s++) {" % (i, i, expr, i), line)
                    scope = Scope(f.kids, "%s[%s]." % (expr, i), name, i, scope)
                else:
                    if f.type == "part":
                        self.error(line, "a part is always there")
                    cond = self.something(f, expr)
                    open_.append((name, mark, line, html.here(), scope))
                    self.emit("if (%s) {" % cond if mark == "?" else "if (!(%s)) {" % cond, line)
            elif mark == "/":
                if not open_ or open_[-1][0] != name:
                    self.error(line, "{{/%s}} closes %s" % (name, "{{%s%s}} of line %d" % (open_[-1][1], open_[-1][0], open_[-1][2]) if open_ else "nothing"))
                _, m, begun, was, scope_before = open_.pop()
                if html.here() != was:
                    self.error(line, "the section {{%s%s}} of line %d opens or closes tags or quotes that it does not end itself" % (m, name, begun))
                scope = scope_before
                loops -= m == "#"
                self.flush()
                self.out.append("    }")
            else:
                self.directive(text, line, scope, html, loops > 0)
        if open_:
            self.error(open_[-1][2], "{{%s%s}} is never closed" % (open_[-1][1], open_[-1][0]))
        if html.state != "text" or html.stack:
            self.error(html.lines[-1] if html.stack else self.last_line,
                       "the file ends within <%s>" % (html.stack[-1] if html.stack else html.tag))
        self.flush()
        self.unused(self.fields)

    def unused(self, fields):
        for f in fields.values():
            if not f.used:
                self.error(f.line, "'%s' is declared and not used" % f.name)
            if f.kids:
                self.unused(f.kids)


def squeeze(text, html):
    """Indentation is for the author; within pre and textarea every blank counts."""
    if "pre" in html.stack or "textarea" in html.stack or re.search("<(pre|textarea)", text):
        return text
    return re.sub(r"\n\s+", "\n", text)


def c_string(text):
    out = []
    for piece in re.findall(r".*?\n|.+$", text, re.S):
        esc = piece.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("?", "\\?").replace("\t", "\\t")
        out.append('"%s"' % esc)
    return "\n             ".join(out)


def icon_html(name):
    return '<svg class="ic" aria-hidden="true"><use href="#i-%s"/></svg>' % name


# --- the files ----------------------------------------------------------------------------------------------------------

def struct_members(fields, indent, cname, before):
    out = []
    for f in fields.values():
        if f.type == "rows":
            sub = "%s_%s" % (cname, f.name)
            before.append("struct %s {\n%s\n};" % (sub, "\n".join(struct_members(f.kids, indent, sub, before))))
            out.append("%sconst struct %s *%s;\n%ssize_t %s_n;" % (indent, sub, f.name, indent, f.name))
        elif f.type == "part":
            out.append("%sstruct part_%s %s;" % (indent, f.part, f.name))
        else:
            out.append("%s%s %s;" % (indent, TYPES[f.type], f.name))
    return out


def parts_of(fields):
    for f in fields.values():
        if f.part:
            yield f.part, f.line
        if f.kids:
            yield from parts_of(f.kids)


def in_order(templates):
    by_part = {t.name: t for t in templates if t.is_part}
    done, out = set(), []

    def visit(t, path):
        if t.cname in done:
            return
        if t in path:
            t.error(1, "parts contain one another in a circle")
        wants = list(parts_of(t.fields))
        if t.layout:
            wants.append((t.layout, 1))
        for name, line in wants:
            if name not in by_part:
                t.error(line, "there is no part _%s.html" % name)
            visit(by_part[name], path + [t])
        done.add(t.cname)
        out.append(t)

    for t in templates:
        visit(t, [])
    return out


def write_h(path, templates, icons, base):
    guard = "TB_%s" % re.sub(r"\W", "_", os.path.basename(path)).upper()
    out = ["/* Written by tools/tmpl.py from the pages. */", "#ifndef " + guard, "#define " + guard, ""]
    if base:
        out += ['#include "%s"' % base, ""]
    else:
        out += ['#include "base/base.h"', "", "enum icon {", "    ICON_NONE,"]
        out += ["    ICON_%s," % i.upper().replace("-", "_") for i in icons]
        out += ["    ICON_COUNT", "};", ""]
    for t in templates:
        before = []
        members = struct_members(t.fields, "    ", t.cname, before)
        if t.layout:
            members.insert(0, "    struct part_%s %s;" % (t.layout, t.layout))
        if t.needs_csrf:
            members.append("    slice csrf; /* http_token() */")
        if not members:
            members.append("    char none;")
        out += before + ["struct %s {" % t.cname] + members + ["};"]
        if t.has_body:
            out.append("void %s_open(struct buf *b, const struct %s *p);" % (t.cname, t.cname))
            out.append("void %s_close(struct buf *b, const struct %s *p);" % (t.cname, t.cname))
        else:
            out.append("void %s(struct buf *b, const struct %s *p);" % (t.cname, t.cname))
        out.append("")
    out += ["#endif", ""]
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out))


def write_c(path, h, templates, icons, sprite, base):
    out = ["/* Written by tools/tmpl.py from the pages. */", '#include "%s"' % os.path.basename(h), '#include "web/static_gen.h"',
           '#include "web/tmpl.h"', ""]
    if not base:
        out += ["const char *const tmpl_icons[ICON_COUNT] = {", "    NULL,"] + ['    "%s",' % i for i in icons]
        out += ["};", "", "void tmpl_sprite(struct buf *b)", "{", "    TMPL_LIT(b, %s);" % c_string(sprite), "}", ""]
    for t in templates:
        code = "\n".join(t.out)
        if t.has_body:
            a, b = code.split("\0body")
            bodies = [("_open", a), ("_close", b)]
        else:
            bodies = [("", code)]
        for suffix, text in bodies:
            out += ["void %s%s(struct buf *b, const struct %s *p)" % (t.cname, suffix, t.cname), "{", "    (void)p;"]
            if t.layout:
                out.append("    part_%s_open(b, &p->%s);" % (t.layout, t.layout))
            out.append(text.strip("\n"))
            if t.layout:
                out.append("    part_%s_close(b, &p->%s);" % (t.layout, t.layout))
            out += ["}", ""]
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out))


def read_icons(path):
    with open(path, encoding="utf-8") as f:
        sprite = f.read()
    sprite = re.sub(r"<!--.*?-->", "", sprite, flags=re.S)
    sprite = re.sub(r"\s*\n\s*", "", sprite).strip()
    return sprite, re.findall(r'<symbol id="i-([a-z0-9-]+)"', sprite)


def main(argv=None):
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--c", required=True)
    ap.add_argument("--h", required=True)
    ap.add_argument("--icons", required=True)
    ap.add_argument("--known", action="append", default=[], help="a part that another run translates")
    ap.add_argument("--base", help="the header of that run")
    ap.add_argument("pages", nargs="*")
    arg = ap.parse_args(argv)
    try:
        sprite, icons = read_icons(arg.icons)
        known = [Template(p, icons) for p in arg.known]
        templates = known + [Template(p, icons) for p in arg.pages]
        for t in templates:
            t.translate()
        layouts = {t.name for t in templates if t.has_body}
        ordered = in_order(templates)
        for t in templates:
            if t.layout and t.layout not in layouts:
                t.error(1, "the layout _%s.html does not say {{body}}" % t.layout)
            for part, line in parts_of(t.fields):
                if part in layouts:
                    t.error(line, "_%s.html is a layout, not a part" % part)
        templates = [t for t in ordered if t not in known]
        write_h(arg.h, templates, icons, arg.base)
        write_c(arg.c, arg.h, templates, icons, sprite, arg.base)
    except Wrong as e:
        sys.exit(str(e))


if __name__ == "__main__":
    main()
