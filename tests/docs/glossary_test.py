#!/usr/bin/env python3
"""The glossary covers the rows, and tools/glossarycheck.py notices when it does not.

usage: glossary_test.py ROOT
"""
import importlib.util
import os
import shutil
import sys
import tempfile

root = os.path.abspath(sys.argv[1])
spec = importlib.util.spec_from_file_location("glossarycheck", os.path.join(root, "tools/glossarycheck.py"))
glossarycheck = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
spec.loader.exec_module(glossarycheck)
count = bad = 0


def case(name, problems):
    global count, bad
    count += 1
    bad += bool(problems)
    print(f"{'not ok' if problems else 'ok'} {count} - {name}", flush=True)
    for line in problems[:20]:
        print(f"# {line}", flush=True)


def altered(file, old, new):
    """What is said of a copy in which one file was changed."""
    with tempfile.TemporaryDirectory() as copy:
        os.makedirs(os.path.join(copy, "docs"))
        shutil.copy(os.path.join(root, "docs/glossary.md"), os.path.join(copy, "docs"))
        shutil.copytree(os.path.join(root, "src"), os.path.join(copy, "src"), ignore=shutil.ignore_patterns("*.woff2"))
        shutil.copytree(os.path.join(root, "sql"), os.path.join(copy, "sql"))
        path = os.path.join(copy, file)
        text = open(path, encoding="utf-8").read()
        if old not in text:
            return []
        open(path, "w", encoding="utf-8").write(text.replace(old, new, 1))
        return glossarycheck.check(copy)


def noticed(name, part, file, old, new):
    said = altered(file, old, new)
    case(name, [] if any(part in line for line in said) else ["not noticed: " + part] + said)


case("every_statutory_term_of_the_rows_is_in_the_glossary", glossarycheck.check(root))
noticed("a_kind_without_its_row_is_noticed", "協議会 has no row", "docs/glossary.md", "| 協議会 | `council`", "| 評議の会 | `council`")
noticed("another_identifier_is_noticed", "構成員 is member here", "docs/glossary.md", "| 構成員 | `member`", "| 構成員 | `membership`")
noticed("a_new_term_in_a_title_is_noticed", "特別管理情報 looks like", "src/law/acts.def", "act asset.forward 内閣総理大臣への通知", "act asset.forward 特別管理情報の通知")
noticed("a_term_of_a_later_chapter_is_noticed", "当事者協定 is used", "src/law/acts.def", "act asset.forward 内閣総理大臣への通知", "act asset.forward 当事者協定の通知")
noticed("a_term_that_nothing_uses_is_noticed", "nothing says 烽火 any more", "docs/glossary.md", "| 葉 | `leaf`", "| 烽火 | `leaf`")
noticed("one_identifier_for_two_terms_is_noticed", "leaf stands for", "docs/glossary.md", "| 葉 | `leaf` | 自分たちの語 | 台帳の一つの記録 |",
        "| 葉 | `leaf` | 自分たちの語 | 台帳の一つの記録 |\n| 回収 | `leaf` | | |")
noticed("one_term_twice_is_noticed", "秘密 stands here twice", "docs/glossary.md", "| 葉 | `leaf`", "| 秘密 | `secret` | | |\n| 葉 | `leaf`")
print(f"1..{count}")
sys.exit(bad != 0)
