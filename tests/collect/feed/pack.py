#!/usr/bin/env python3
"""The whole data pack through the readers. TAP.

usage: pack.py PROGRAM CACHE [SHARED]
Counts of every file are exact; memory stays flat; a reading that goes on at a record gives the same bytes; and the trees are those
of the reference (tools/vuln/build_corpus.py of the pack), but for the records in EXPLAINED.
"""
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import sys

PROGRAM, CACHE = sys.argv[1], pathlib.Path(sys.argv[2])
HERE = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else HERE.parents[2].parent / "shared")
DATA, REFERENCE = SHARED / "data" / "vuln", SHARED / "tools" / "vuln" / "build_corpus.py"
MIB_MAX = 300

NVD = {"2002": 6770, "2003": 1553, "2004": 2707, "2005": 4767, "2006": 7142, "2007": 6580, "2008": 7176, "2009": 5040, "2010": 5217,
       "2011": 4861, "2012": 5893, "2013": 6780, "2014": 8982, "2015": 8748, "2017": 17014, "2018": 17344, "2019": 104, "2020": 859,
       "2021": 12156, "2022": 4008, "2023": 16268, "2024": 1177}
# format, folder, records of each file that has any
PACK = [("nvd1", "nvd", {f"nvdcve-1.1-{y}.json.zst": n for y, n in NVD.items()}),
        ("nvd-override", "nvd2-overrides", {"nvd-data-overrides-2026-08-21.tar.zst": 19350}),
        ("cve5", "cve5-vulnrichment", {"vulnrichment-2024-10-24.tar.zst": 35021}),
        ("kev", "kev", {"known_exploited_vulnerabilities.json.zst": 1404}),
        ("epss", "epss", {"epss-2026-08-16.csv.zst": 360142})]
DROPPED = {"vulnrichment-2024-10-24.tar.zst": 2}

DEFAULT = "defaultStatus affected with unaffected versions: the reference reports no match"
COLON = "a quoted colon in the CPE name: the reference parts the name there"
MALFORMED = "its only CPE name is malformed: the reference keeps it, and no matcher can read it"
EXPLAINED = {**dict.fromkeys(
    "CVE-2023-51395 CVE-2023-52447 CVE-2023-52696 CVE-2024-20885 CVE-2024-23118 CVE-2024-23897 CVE-2024-29847 CVE-2024-44103 "
    "CVE-2024-44104 CVE-2024-44105 CVE-2024-44106 CVE-2024-44107 CVE-2024-6049 CVE-2024-7345 CVE-2024-7346 CVE-2024-8012 "
    "CVE-2024-8191 CVE-2024-8320 CVE-2024-8321 CVE-2024-8459".split(), DEFAULT),
    **dict.fromkeys("CVE-2020-36706 CVE-2024-1301 CVE-2024-1302".split(), COLON),
    **dict.fromkeys("CVE-2023-33860 CVE-2023-35006".split(), MALFORMED)}

cases = []


def case(ok, name, *why):
    cases.append(ok)
    print("ok" if ok else "not ok", len(cases), "-", name)
    for line in why if not ok else ():
        print("#", line)


def run(fmt, skip, path, out):
    """Bodies into out; (exit status, {file: counts}, peak MiB)."""
    with open(out, "wb") as f, subprocess.Popen([PROGRAM, fmt, str(skip), path], stdout=f, stderr=subprocess.PIPE) as p:
        said = p.stderr.read().decode()
        _, status, usage = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
    counts = {}
    for line in said.splitlines():
        if m := re.fullmatch(r"unit (.*) in (\d+) skipped (\d+) accepted (\d+) rejected (\d+) dropped (\d+)", line):
            counts[pathlib.Path(m[1]).name] = tuple(map(int, m.groups()[1:]))
    return p.returncode, counts, usage.ru_maxrss / 1024


def hostile():
    """The worst that the limits allow: a whole window of 2^27, then a record of nearly 16 MiB with 99,000 criteria."""
    path = CACHE / "hostile.json.zst"
    noise = random.Random(1)
    words = [f"{noise.getrandbits(128):032x}" for _ in range(300)]
    with open(path, "wb") as f, subprocess.Popen(["zstd", "-q", "-1", "--long=27"], stdin=subprocess.PIPE, stdout=f, text=True) as z:
        z.stdin.write('{"CVE_Items":[')
        for i in range(80000):
            z.stdin.write('{"cve":{"CVE_data_meta":{"ID":"CVE-2021-%06d"}},"x":"%s"},' % (i, "".join(noise.sample(words, 60))))
        z.stdin.write('{"cve":{"CVE_data_meta":{"ID":"CVE-2004-0001"}},"configurations":{"nodes":[{"cpe_match":[')
        for i in range(99000):
            z.stdin.write('%s{"cpe23Uri":"cpe:2.3:a:v%d:p_%060d:1.%d:*:*:*:*:*:*:*","versionEndExcluding":"%d"}' % ("," * (i > 0), i, i, i, i))
        z.stdin.write("]}]}}]}")
    status, counts, mib = run("nvd1", 0, path, CACHE / "part.jsonl")
    case(status == 0 and counts == {path.name: (80001, 0, 80001, 0, 0)} and mib <= MIB_MAX,
         f"the biggest record behind the biggest window stays within {MIB_MAX} MiB", f"exit {status}", counts, f"{mib:.0f} MiB")
    print(f"# hostile: {mib:.0f} MiB at most")


def tail_hash(path, lines_off):
    h = hashlib.sha256()
    with open(path, "rb") as f:
        for i, line in enumerate(f):
            if i >= lines_off:
                h.update(line)
    return h.hexdigest()


def check(fmt, folder, records):
    out = CACHE / f"{fmt}.jsonl"
    status, counts, mib = run(fmt, 0, DATA / folder, out)
    want = {name: (n, 0, n, 0, DROPPED.get(name, 0)) for name, n in records.items()}
    got = {name: c for name, c in counts.items() if c[0]}
    case(status == 0 and got == want, f"{fmt} counts of every file are exact", f"exit {status}", *(set(got.items()) ^ set(want.items())))
    case(mib <= MIB_MAX, f"{fmt} stays within {MIB_MAX} MiB", f"{mib:.0f} MiB")
    print(f"# {fmt}: {sum(records.values())} records, {mib:.0f} MiB at most")
    name, n = max(records.items(), key=lambda r: r[1])
    before = sum(c for file, c in sorted(records.items()) if file < name)
    part = CACHE / "part.jsonl"
    status, _, _ = run(fmt, n // 2, DATA / folder / name, part)
    whole = CACHE / "whole.jsonl"
    with open(out, "rb") as f, open(whole, "wb") as g:
        for i, line in enumerate(f):
            if before + n // 2 <= i < before + n:
                g.write(line)
    case(status == 0 and tail_hash(part, 0) == tail_hash(whole, 0), f"{fmt} goes on in the middle of {name} with the same bytes")


def trees():
    """The reference's precedence: an override, then the first NVD file with a configuration, then CVE 5."""
    mine = {}
    for fmt, src in (("nvd-override", "override"), ("nvd1", "nvd11"), ("cve5", "cve5")):
        with open(CACHE / f"{fmt}.jsonl", encoding="utf-8") as f:
            for d in map(json.loads, f):
                if d["configs"] and d["id"] not in mine:
                    mine[d["id"]] = [src, d["configs"]]
    return mine


def compare():
    corpus = CACHE / "corpus.jsonl"
    if not corpus.exists():
        part = CACHE / "part-corpus.jsonl"
        subprocess.run([sys.executable, REFERENCE, DATA, part], check=True, stdout=subprocess.DEVNULL)
        part.rename(corpus)
    mine, differ, n = trees(), set(), 0
    with open(corpus, encoding="utf-8") as f:
        for d in map(json.loads, f):
            n += 1
            if mine.pop(d["id"], None) != [d["src"], d["configs"]]:
                differ.add(d["id"])
    differ |= set(mine)
    print(f"# {n} records of the reference, {len(differ)} differ, all explained: {differ == set(EXPLAINED)}")
    case(n == 168508 and differ == set(EXPLAINED), "the trees are the reference's, but for those explained",
         *sorted(differ ^ set(EXPLAINED)))


def main():
    if not DATA.is_dir():
        print("1..1\nok 1 - the data pack # SKIP skipped: no ../shared")
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    for fmt, folder, records in PACK:
        check(fmt, folder, records)
    hostile()
    compare()
    print(f"1..{len(cases)}")
    sys.exit(not all(cases))


main()
