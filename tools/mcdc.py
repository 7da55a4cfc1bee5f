#!/usr/bin/env python3
"""mcdc.py EXPORT BRANCHES PAGE - reads what llvm-cov exports, prints the conditions that no pair of tests shows to decide by
itself (MC/DC), and writes PAGE: the figures by file, and the branches' figure from BRANCHES if that file is there.
Exit 1 if there is such a condition."""
import datetime
import json
import os
import sys


def shown(record):
    """Whether each condition of a decision is shown: the record's last part."""
    return [bool(x) for x in record[-1]]


def main(export, branches, page):
    root, rows, missing = os.getcwd(), [], []
    with open(export, encoding="utf-8") as f:
        files = json.load(f)["data"][0]["files"]
    for f in sorted(files, key=lambda f: f["filename"]):
        path = os.path.relpath(os.path.realpath(f["filename"]), root)
        decisions = {tuple(r[:4]): shown(r) for r in f.get("mcdc_records", [])}
        if not path.startswith("src/law/") or not f["summary"]["branches"]["covered"]:
            continue
        conditions = sum(len(c) for c in decisions.values())
        rows.append((path, len(decisions), conditions, sum(sum(c) for c in decisions.values())))
        with open(path, encoding="utf-8") as s:
            text = s.read().split("\n")
        for at, c in sorted(decisions.items()):
            if not all(c):
                which = ", ".join(str(i + 1) for i, x in enumerate(c) if not x)
                missing.append("%s:%d: condition %s of %d: %s" % (path, at[0], which, len(c), text[at[0] - 1].strip()))
    if not rows:
        sys.exit("mcdc.py: nothing of src/law was measured")
    print(*missing, sep="\n")
    total, got = sum(r[2] for r in rows), sum(r[3] for r in rows)
    print("src/law: MC/DC %.2f %% (%d of %d conditions)" % (100.0 * got / total, got, total))
    lines = ["# How much of the decisions the tests reach", "",
             "Written by `make mcdc`, %s. The decisions are the pure functions of `src/law` (`law.c`, `fns.c`, `preds*.c`, `release.c`); what"
             % datetime.datetime.now(datetime.timezone.utc).date(),
             "tells the rows to people and programs (`doc.c`, `page.c`, …) decides nothing and is not counted. No line is left out by a",
             "mark.", ""]
    if os.path.exists(branches):
        with open(branches, encoding="utf-8") as f:
            lines += ["Branches, by gcc: **%s** (`make coverage`, which fails below 100 %%)." % f.read().strip().replace("of the branches ", ""), ""]
    lines += ["Conditions that a pair of tests shows to decide by themselves (MC/DC), by clang 19: **%.2f %% (%d of %d)**." % (100.0 * got / total, got, total), "",
              "| file | decisions of several conditions | conditions | shown |", "|---|---:|---:|---:|"]
    lines += ["| %s | %d | %d | %d |" % r for r in rows]
    if missing:
        lines += ["", "Not shown:", ""] + ["- `%s`" % m.replace("`", "'") for m in missing]
    with open(page, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    if missing:
        sys.exit(1)


if len(sys.argv) != 4:
    sys.exit(__doc__)
main(*sys.argv[1:])
