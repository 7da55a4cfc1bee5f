#!/usr/bin/env python3
"""The pages made from the rows: docs/law is what the rows say today, and the other forms are whole.

usage: book_test.py BOOK ROOT    (BOOK: the program of book.c; run from ROOT)
"""
import filecmp
import html.parser
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

book, root = (os.path.abspath(x) for x in sys.argv[1:])
os.chdir(root)
count = bad = 0


def case(name, problems):
    global count, bad
    count += 1
    bad += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {count} - {name}", flush=True)
    for line in problems[:20]:
        print(f"# {line}", flush=True)


def files(folder):
    return sorted(os.path.relpath(os.path.join(d, f), folder) for d, _, fs in os.walk(folder) for f in fs)


def out(*args):
    return subprocess.run([book, *args], check=True, capture_output=True).stdout.decode()


# Pages that the rows write, and those that people write beside them.
BY_HAND = {"differences.md"}
with tempfile.TemporaryDirectory() as new:
    made = os.path.join(new, "law")
    subprocess.run([book, made], check=True)
    want, have = files(made), [f for f in files("docs/law") if f not in BY_HAND]
    wrong = [f"docs/law/{f} is not made from any row" for f in have if f not in want]
    wrong += [f"docs/law/{f} is missing" for f in want if f not in have]
    wrong += [f"docs/law/{f} differs; make it anew: build/tobuhi law --markdown docs/law"
              for f in want if f in have and not filecmp.cmp(os.path.join(made, f), os.path.join("docs/law", f), shallow=False)]
    case("docs_law_is_what_the_rows_say", wrong)

    again = os.path.join(new, "again")
    subprocess.run([book, again], check=True)
    case("the_same_rows_make_the_same_pages", [f for f in want if not filecmp.cmp(os.path.join(made, f), os.path.join(again, f), shallow=False)])

    wrong = []
    for f in want:
        if f.endswith(".svg"):
            tree = ET.parse(os.path.join(made, f)).getroot()
            width = float(tree.get("width"))
            texts = [t for t in tree.iter() if t.tag.endswith("text")]
            wrong += [f"{f}: {t.get('x')} is outside" for t in texts if not 0 <= float(t.get("x")) < width]
            wrong += [f"{f}: no accessible name"] if not tree.get("aria-label") else []
    case("every_picture_is_well_formed_and_its_words_are_inside", wrong)

# Every act, state, clock and class of the .def files is on a page.
text = "\n".join(open(os.path.join("docs/law", f), encoding="utf-8").read() for f in files("docs/law"))
names = []
for name, word in (("acts", "act"), ("clocks", "clock"), ("classes", "class"), ("gates", "gate"), ("kinds", "state")):
    for line in open(f"src/law/{name}.def", encoding="utf-8"):
        m = re.match(r"\s*" + word + r" (\S+)", line)
        if m:
            names.append(m[1])
case("every_row_is_on_a_page", [n for n in names if n not in text])

# Links of the Markdown lead somewhere.
wrong = []
for f in ["README.md", "CONTRIBUTING.md"] + [os.path.join("docs", x) for x in files("docs") if x.endswith(".md")]:
    body = open(f, encoding="utf-8").read()
    for target in re.findall(r"\]\(([^)\s]+)\)", body):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        full = os.path.normpath(os.path.join(os.path.dirname(f), path)) if path else f
        if not os.path.exists(full):
            wrong.append(f"{f}: {target} is not there")
        elif anchor and full.startswith("docs/law") and f'id="{anchor}"' not in open(full, encoding="utf-8").read():
            wrong.append(f"{f}: no #{anchor} in {full}")
case("every_link_of_the_documents_leads_somewhere", wrong)


class Page(html.parser.HTMLParser):
    """Open tags, ids and what is linked to."""
    VOID = {"meta", "br", "rect", "line", "circle", "path"}

    def __init__(self):
        super().__init__()
        self.stack, self.ids, self.links, self.wrong, self.tables = [], set(), [], [], 0

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "script" or any(k.startswith("on") for k in a) or a.get("src") or a.get("href", "#")[0] != "#":
            self.wrong.append(f"line {self.getpos()[0]}: {tag} is not self-contained")
        if "id" in a:
            if a["id"] in self.ids:
                self.wrong.append(f"the id {a['id']} stands twice")
            self.ids.add(a["id"])
        if tag == "a" and "href" in a:
            self.links.append(a["href"][1:])
        if tag == "th" and "scope" not in a:
            self.wrong.append(f"line {self.getpos()[0]}: a heading of a table without scope")
        self.tables += tag == "table"
        if tag not in self.VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.stack.pop()

    def handle_endtag(self, tag):
        if not self.stack or self.stack.pop() != tag:
            self.wrong.append(f"line {self.getpos()[0]}: </{tag}> closes nothing")


page, source = Page(), out("--html")
page.feed(source)
wrong = page.wrong + [f"#{x} is nowhere" for x in page.links if x not in page.ids] + [f"<{t}> is never closed" for t in page.stack]
if '<html lang="ja">' not in source or "<title>" not in source:
    wrong.append("no language or no title")
case("the_html_is_whole_and_stands_alone", wrong)
case("every_table_of_the_html_has_a_caption", [] if source.count("<caption>") == page.tables > 50 else [f"{page.tables} tables, {source.count('<caption>')} captions"])

plain, english = out("--tables"), out("--tables-en")
case("the_terminal_has_every_act", [n for n in names if "." in n and not re.search(rf"^{re.escape(n)}\b", plain, re.M)])
case("the_terminal_speaks_english_too", [w for w in ("Act", "On lapse", "Verdict") if w not in english or w in plain])

print(f"1..{count}")
sys.exit(bad != 0)
