#!/usr/bin/env python3
"""The acceptance set, whole: every row of its truth and no other. TAP.

usage: acceptance.py PROGRAM CACHE [SHARED]
Builds the corpus from the data pack and its NVD 2.0 form once into CACHE (minutes), gives every asset the CPE name of its hidden
identity and takes its purl away, runs PROGRAM (the verb `match`) on one thread and compares with truth.jsonl.zst.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

PROGRAM, CACHE = sys.argv[1], pathlib.Path(sys.argv[2])
HERE = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else HERE.parents[2].parent / "shared")
DATA, TOOLS = SHARED / "data" / "vuln", SHARED / "tools" / "vuln"
SECONDS = 600


def lines(path):
    with open(path, encoding="utf-8") as f:
        yield from map(json.loads, f)


def once(path, *command):
    """What command writes to the path that is its last word; kept when whole."""
    if not path.exists():
        part = path.with_name("part-" + path.name)
        subprocess.run([sys.executable, *command, part], check=True, stdout=subprocess.DEVNULL)
        part.rename(path)
    return path


def prepare():
    corpus = once(CACHE / "corpus.jsonl", TOOLS / "build_corpus.py", DATA)
    feed = once(CACHE / "corpus.nvd2.json", TOOLS / "corpus_to_nvd2.py", corpus)
    cpe = {a["asset_id"]: a["cpe"] for a in lines(DATA / "acceptance-2k" / "identity.jsonl")}
    assets = CACHE / "assets.jsonl"
    with open(assets, "w", encoding="utf-8") as out:
        for a in lines(DATA / "acceptance-2k" / "assets.jsonl"):
            a.pop("purl", None)
            a["cpe"] = cpe[a["asset_id"]]
            out.write(json.dumps(a, ensure_ascii=False) + "\n")
    truth = subprocess.run(["zstd", "-q", "-dc", DATA / "acceptance-2k" / "truth.jsonl.zst"], check=True, capture_output=True)
    rows = {(r["asset_id"], r["cve"]): r["level"] for r in map(json.loads, truth.stdout.splitlines())}
    return assets, feed, rows, list(cpe)


def timed(*command):
    """Exit code, what it said on stderr, seconds, peak MiB."""
    with open(CACHE / "stderr", "w+", encoding="utf-8") as said:
        began = time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        took = time.monotonic() - began
        said.seek(0)
        return child.returncode, said.read().splitlines(), took, usage.ru_maxrss // 1024


def check(n, good, says, *why):
    print(("ok" if good else "not ok"), n, "-", says)
    for line in why:
        print("#", line)
    return good


def main():
    if not (DATA / "acceptance-2k").is_dir():
        print("1..1\nok 1 - every row of the acceptance set is found and no other # SKIP no ../shared")
        return 0
    CACHE.mkdir(parents=True, exist_ok=True)
    assets, feed, truth, order = prepare()
    out = CACHE / "matches.jsonl"
    out.unlink(missing_ok=True)
    code, said, took, peak = timed(PROGRAM, "--assets", assets, "--vulns", feed, "--out", out, "--json")
    found = [(r["asset_id"], r["cve"], r["level"]) for r in lines(out)] if out.exists() else []
    got = {(a, c): level for a, c, level in found}
    wrong = sorted(k for k in truth.keys() | got.keys() if truth.get(k) != got.get(k))
    place = {a: i for i, a in enumerate(order)}
    print("1..4")
    good = [
        check(1, code == 0, "the verb ends well", *said[:20]),
        check(2, not wrong and len(found) == len(got), "every row of the acceptance set is found and no other",
              "%d rows, %d in the truth, %d differences" % (len(found), len(truth), len(wrong)),
              *("%s %s: truth %s, found %s" % (*k, truth.get(k), got.get(k)) for k in wrong[:20])),
        check(3, found == sorted(found, key=lambda r: (place[r[0]], r[1])), "rows stand by asset, then by CVE"),
        check(4, took <= SECONDS, "it takes at most ten minutes on one core", "%.1f s, %d MiB" % (took, peak)),
    ]
    return 0 if all(good) else 1


sys.exit(main())
