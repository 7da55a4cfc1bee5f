#!/usr/bin/env python3
"""long.py FIGURES LOG SECONDS - docs/long.md of one run of suite 'long': what each set has counted (a JSON line each), what
meson's log says of every program, the machine, the revision and the day."""
import json
import os
import re
import subprocess
import sys
import time

WHAT = {
    "kills": "SIGKILL at a random system call: while eight clients file, while it starts and recovers, of PostgreSQL's processes",
    "kills of imports": "SIGKILL at a random system call of an import; the next one goes on",
    "races": "acts that exclude each other, by eight clients at one moment; one decision each, and the whole replays",
    "full disks": "the disk full at many byte counts: acts, ledger tiles, import, backup, start, log",
    "memory": "the n-th allocation fails, once or for good: starts, acts, pages, imports, verifications",
}


def lines(path):
    with open(path, encoding="utf-8") as f:
        return [json.loads(x) for x in f if x.strip()]


def run(*args):
    return subprocess.run(args, capture_output=True, text=True, check=False).stdout.strip()


def machine():
    with open("/proc/meminfo", encoding="ascii") as f:
        kib = int(re.search(r"MemTotal:\s+(\d+)", f.read()).group(1))
    return "%d cores, %d GiB of memory" % (os.cpu_count(), round(kib / (1 << 20)))


def revision():
    dirty = " with changes" if run("git", "status", "--porcelain", "--untracked-files=no") else ""
    return run("git", "rev-parse", "--short=12", "HEAD") + dirty


def figure_rows(figures):
    for f in sorted(figures, key=lambda f: (list(WHAT).index(f["set"]), f["db"])):
        counts = ", ".join("%s %s" % (k.replace("_", " "), format(v, ",")) for k, v in f["counts"].items())
        yield "| %s | %s | %s | %.0f |" % (f["set"], {"pg": "PostgreSQL"}.get(f["db"], "SQLite"), counts, f["seconds"])


def program_rows(log):
    for x in sorted(log, key=lambda x: x["name"]):
        ok = len(re.findall(r"^ok\b(?!.*# SKIP)", x.get("stdout", ""), re.M))
        bad = len(re.findall(r"^not ok\b", x.get("stdout", ""), re.M))
        skip = len(re.findall(r"^(?:ok\b.*|1\.\.0 )# SKIP", x.get("stdout", ""), re.M))
        yield "| %s | %s | %d passed, %d failed, %d skipped | %.0f |" % (x["name"].split(" / ")[-1], x["result"], ok, bad, skip, x["duration"])


def seeds(log):
    for x in sorted(log, key=lambda x: x["name"]):
        for seed in re.findall(r"^# seed (\d+)", x.get("stdout", ""), re.M):
            yield "%s %s" % (x["name"].split(" / ")[-1], seed)


def main():
    figures, log, seconds = lines(sys.argv[1]), lines(sys.argv[2]), int(sys.argv[3])
    print("# The long tests\n")
    print("Written by `make long`; not by hand. %s, revision %s, %s, %d min in all.\n" % (time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), revision(), machine(), round(seconds / 60)))
    print("| set | database | counted | s |\n|---|---|---|---:|")
    print("\n".join(figure_rows(figures)))
    print("\n| set | what |\n|---|---|")
    print("\n".join("| %s | %s |" % x for x in WHAT.items()))
    print("\n| program | result | cases | s |\n|---|---|---|---:|")
    print("\n".join(program_rows(log)))
    print("\nSeeds (`TOBUHI_SEED`): %s." % (", ".join(seeds(log)) or "none"))


main()
