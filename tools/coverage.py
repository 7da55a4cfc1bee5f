#!/usr/bin/env python3
"""coverage.py BUILD SOURCES... - what the tests that just ran in BUILD (made with -Db_coverage=true) reached of the given
folders: a line for each file, each line with a branch that no test took, and the figure of all, which is also left in
BUILD/coverage.txt. Exit 1 below 100 %. Asks gcov."""
import collections
import json
import os
import subprocess
import sys


def gathered(build):
    """The counts of every object; the same file compiled into several libraries is added up."""
    notes = [os.path.join(d, f) for d, _, files in os.walk(build) for f in files if f.endswith(".gcda")]
    for i in range(0, len(notes), 50):
        out = subprocess.run(["gcov", "--branch-probabilities", "--json-format", "--stdout", *notes[i:i + 50]], capture_output=True, text=True, check=True)
        for line in filter(None, out.stdout.splitlines()):
            yield json.loads(line)


def main(build, folders):
    root = os.getcwd()
    branches = collections.defaultdict(collections.Counter)
    lines = collections.defaultdict(collections.Counter)
    for unit in gathered(build):
        for f in unit["files"]:
            path = os.path.relpath(os.path.join(unit["current_working_directory"], f["file"]), root)
            if not any(path.startswith(x.rstrip("/") + "/") for x in folders) or path.startswith(build):
                continue
            for l in f["lines"]:
                lines[path][l["line_number"]] += l["count"]
                for k, b in enumerate(l["branches"]):
                    branches[path][(l["line_number"], l.get("function_name"), k)] += b["count"]
    if not lines:
        sys.exit("coverage.py: nothing was measured of %s in %s; have its tests run?" % (" ".join(folders), build))
    total = taken = 0
    for path in sorted(lines):
        here = branches[path]
        missed = sorted({key[0] for key, count in here.items() if not count})
        got = sum(1 for c in here.values() if c)
        ran = sum(1 for c in lines[path].values() if c)
        total, taken = total + len(here), taken + got
        print("%-28s branches %4d of %4d   lines %4d of %4d" % (path, got, len(here), ran, len(lines[path])))
        with open(path, encoding="utf-8") as f:
            text = f.read().split("\n")
        for n in missed:
            print("  %s:%d: %s" % (path, n, text[n - 1].strip()))
    figure = "%.2f %% of the branches (%d of %d)" % (100.0 * taken / total if total else 100.0, taken, total)
    print("%s: %s" % (" ".join(folders), figure))
    with open(os.path.join(build, "coverage.txt"), "w", encoding="utf-8") as f:
        f.write(figure + "\n")
    if taken < total:
        sys.exit(1)


if len(sys.argv) < 3:
    sys.exit(__doc__)
main(sys.argv[1], sys.argv[2:])
