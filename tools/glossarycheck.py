#!/usr/bin/env python3
"""One English identifier per statutory term: docs/glossary.md against the rows of src/law and the sources.

usage: glossarycheck.py ROOT
Says file:line of each fault; ends with 1 if there is one:
 - a kind or class of information whose name is not in the glossary with its identifier;
 - a word in the rows' titles that is put together as the Act's words are (…電子計算機, …事業者, …情報) and is not there;
 - a term with two identifiers, or an identifier with two terms;
 - a term or identifier that nothing uses any more;
 - a term of the later chapters that the rows use already: it belongs in the first table then.
"""
import glob
import os
import re
import sys

GLOSSARY = "docs/glossary.md"
USED, LATER = "使う語", "後の章の語"
# What the Act's own words end in. Words of everyday office life end in other ways, and are left alone.
ENDINGS = ("電子計算機", "計算機", "事業者", "供給者", "開発者", "受託者", "情報", "協定", "措置", "設備", "大臣", "委員会", "協議会")


def glossary(root, faults):
    """{section: {term: (identifier, line)}}"""
    out, section = {USED: {}, LATER: {}}, None
    for number, line in enumerate(open(os.path.join(root, GLOSSARY), encoding="utf-8"), 1):
        if line.startswith("## "):
            section = line[3:].strip()
        m = re.match(r"\| ([^|]+) \| `(\w+)` \|", line)
        if not m or section not in out:
            continue
        term, name = m[1].strip(), m[2]
        both = {**out[USED], **out[LATER]}
        if term in both:
            faults.append(f"{GLOSSARY}:{number}: {term} stands here twice")
        for other, (known, _) in both.items():
            if known == name:
                faults.append(f"{GLOSSARY}:{number}: {name} stands for {other} already")
        out[section][term] = (name, number)
    return out


def titles(root):
    """(file, line, words) of everything in the rows that a person reads; comments are not rows."""
    for path in sorted(glob.glob(os.path.join(root, "src/law/*.def"))):
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            if line.strip() and not line.lstrip().startswith("#"):
                yield os.path.relpath(path, root), number, line.strip()


def named(root):
    """(file, line, identifier, term) that the glossary must repeat."""
    for file, number, line in titles(root):
        m = re.match(r"(kind|class) (\w+)\s+(\S+)", line)
        if m and m[1] == os.path.basename(file)[:len(m[1])]:
            yield file, number, m[2], m[3]


def unknown_words(line, terms):
    """Words put together as statutory terms are that remain when the known ones are taken out."""
    for term in terms:
        line = line.replace(term, "｜")
    for word in re.findall(r"[一-鿿々]+", line):
        ending = next((e for e in ENDINGS if word.endswith(e)), None)
        if ending and word != ending:
            yield word


def sources(root):
    out = []
    for pattern in ("src/**/*.c", "src/**/*.h", "src/**/*.def", "src/**/*.html", "sql/**/*.sql"):
        for path in glob.glob(os.path.join(root, pattern), recursive=True):
            out.append(open(path, encoding="utf-8").read())
    return "\n".join(out)


def check(root):
    faults = []
    words = glossary(root, faults)
    used, later = words[USED], words[LATER]
    for file, number, name, term in named(root):
        if term not in used:
            faults.append(f"{file}:{number}: {term} has no row in {GLOSSARY}")
        elif used[term][0] != name:
            faults.append(f"{file}:{number}: {term} is {name} here and {used[term][0]} in {GLOSSARY}")
    longest = sorted(used, key=len, reverse=True)
    for file, number, line in titles(root):
        for word in unknown_words(line, longest):
            if word not in later:
                faults.append(f"{file}:{number}: {word} looks like a statutory term and has no row in {GLOSSARY}")
        bare = line
        for term in longest:
            bare = bare.replace(term, "｜")
        for term in later:
            if term in bare:
                faults.append(f"{file}:{number}: {term} is used; move its row in {GLOSSARY} to 「{USED}」")
    text = sources(root)
    known = set(re.findall(r"\w+", text, re.ASCII))
    parts = {p for w in known for p in w.split("_")}
    for term, (name, number) in used.items():
        if term not in text:
            faults.append(f"{GLOSSARY}:{number}: nothing says {term} any more")
        if name not in known and name not in parts and not any(w.endswith("_" + name) for w in known):
            faults.append(f"{GLOSSARY}:{number}: nothing is called {name} any more")
    return faults


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = check(sys.argv[1])
    print("\n".join(found))
    sys.exit(1 if found else 0)
