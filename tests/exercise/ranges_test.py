#!/usr/bin/env python3
"""Every version range and configuration of exercise/vuln is its source's, and so are KEV, EPSS and SSVC.

TAP. Needs the data pack beside the repository (../shared/data/vuln) and zstd; says skipped otherwise. The sources are read here
anew, without the generator's readers, and compared as canonical trees.
"""
import collections
import csv
import json
import os
import shutil
import subprocess
import sys
import tarfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PACK = os.path.join(os.path.dirname(ROOT), "shared", "data", "vuln")
BOUNDS = ("versionStartIncluding", "versionStartExcluding", "versionEndIncluding", "versionEndExcluding")
TESTS = []


def test(fn):
    TESTS.append(fn)
    return fn


def unzstd(name):
    return subprocess.run(["zstd", "-q", "-dc", "--long=27", os.path.join(PACK, name)], capture_output=True, check=True).stdout


def members(name, wanted, endings=()):
    """{member: JSON} of the members of a tar that are wanted by name or by the file name they end in."""
    out = {}
    proc = subprocess.Popen(["zstd", "-q", "-dc", "--long=27", os.path.join(PACK, name)], stdout=subprocess.PIPE)
    with tarfile.open(fileobj=proc.stdout, mode="r|") as tar:
        for info in tar:
            if info.name in wanted or info.name[info.name.rfind("/"):] in endings:
                out[info.name] = json.load(tar.extractfile(info))
    proc.wait()
    return out


# --- canonical trees: (op, negate, sorted leaves, sorted children); nested nodes of one operator are one ---
def canon(op, negate, leaves, children):
    children = list(children)
    if not negate and not leaves and len(children) == 1:
        return children[0]
    leaves, kept = list(leaves), []
    for child in children:
        if not child[1] and (child[0] == op or len(child[2]) + len(child[3]) == 1):
            leaves += child[2]
            kept += child[3]
        else:
            kept.append(child)
    return (op, bool(negate), tuple(sorted(leaves)), tuple(sorted(kept)))


def leaf(match, cpe):
    return (bool(match["vulnerable"]), match[cpe], tuple(match.get(b, "") for b in BOUNDS))


def tree_11(node):
    return canon(node.get("operator", "OR"), node.get("negate", False), [leaf(m, "cpe23Uri") for m in node.get("cpe_match", [])],
                 [tree_11(c) for c in node.get("children", [])])


def tree_20(conf):
    nodes = [canon(n.get("operator", "OR"), n.get("negate", False), [leaf(m, "criteria") for m in n["cpeMatch"]], [])
             for n in conf["nodes"]]
    return canon(conf.get("operator", "OR"), conf.get("negate", False), [], nodes)


def count(tree):
    return len(tree[2]) + sum(map(count, tree[3]))


class Data:
    def __init__(self):
        self.record = {}
        for name in sorted(os.listdir(os.path.join(ROOT, "exercise", "vuln"))):
            with open(os.path.join(ROOT, "exercise", "vuln", name), encoding="utf-8") as f:
                self.record[name[:-5]] = json.load(f)
        self.source = {i: r["containers"]["cna"]["x_tobuhi_source"] for i, r in self.record.items()}
        wanted = collections.defaultdict(set)
        for r in self.record.values():
            for box in [r["containers"]["cna"]] + r["containers"].get("adp", []):
                src = box["x_tobuhi_source"]
                wanted[src["file"]].add(src.get("member"))
        self.nvd, self.member, self.override = {}, {}, {}
        for year in sorted({i[4:8] for i in self.record}):
            name = "nvd/nvdcve-1.1-%s.json.zst" % year
            if os.path.exists(os.path.join(PACK, name)):
                for item in json.loads(unzstd(name))["CVE_Items"]:
                    if item["cve"]["CVE_data_meta"]["ID"] in self.record:
                        self.nvd[item["cve"]["CVE_data_meta"]["ID"]] = item
        for name, names in wanted.items():
            if not name.endswith(".json.zst"):
                ids = {"/%s.json" % i for i in self.record} if "override" in name else set()
                for k, v in members(name, names, ids).items():
                    self.member[(name, k)] = v
                    if "override" in name and v["cve"].get("configurations"):
                        self.override[v["_annotation"]["cve_id"]] = v

    def of_feed(self, feed):
        return [(i, self.record[i], self.source[i]) for i in self.record if self.source[i]["feed"] == feed]


def same(i, mine, theirs, what):
    if sorted(mine) != sorted(theirs):
        raise AssertionError("%s: %s differ from the source\n  ours   %r\n  source %r" % (i, what, sorted(mine)[:3], sorted(theirs)[:3]))


@test
def ranges_of_nvd_records_are_those_of_the_yearly_feed(data):
    n = 0
    for i, record, _ in data.of_feed("nvd-1.1"):
        mine = [tree_20(c) for c in record["containers"]["cna"]["cpeApplicability"]]
        same(i, mine, [tree_11(t) for t in data.nvd[i]["configurations"]["nodes"]], "configurations")
        n += sum(map(count, mine))
    assert n > 5000, n
    return "%d records, %d ranges" % (len(data.of_feed("nvd-1.1")), n)


@test
def ranges_of_overrides_are_those_of_the_override_files(data):
    n = 0
    for i, record, source in data.of_feed("nvd-override"):
        theirs = data.member[(source["file"], source["member"])]
        assert theirs["_annotation"]["cve_id"] == i, i
        mine = [tree_20(c) for c in record["containers"]["cna"]["cpeApplicability"]]
        same(i, mine, [tree_20(c) for c in theirs["cve"]["configurations"]], "configurations")
        n += sum(map(count, mine))
    assert n > 100, n
    return "%d records, %d ranges" % (len(data.of_feed("nvd-override")), n)


@test
def records_that_only_vulnrichment_has_keep_every_affected_entry(data):
    n = 0
    for i, record, source in data.of_feed("cve5"):
        theirs = data.member[(source["file"], source["member"])]
        assert theirs["cveMetadata"]["cveId"] == i, i
        assert record["containers"]["cna"]["affected"] == theirs["containers"]["cna"]["affected"], i
        cisa = [a for a in theirs["containers"]["adp"] if a.get("title") == "CISA ADP Vulnrichment"]
        mine = [a.get("affected") for a in record["containers"].get("adp", [])]
        assert mine == [a.get("affected") for a in cisa], i
        n += sum(len(a.get("versions", [])) for a in record["containers"]["cna"]["affected"])
        assert "cpeApplicability" not in record["containers"]["cna"], i
    assert n > 200, n
    return "%d records, %d version entries" % (len(data.of_feed("cve5")), n)


@test
def no_better_source_was_passed_over(data):
    """An override goes before NVD, NVD before vulnrichment, wherever the better one has configurations."""
    for i, source in data.source.items():
        nvd = i in data.nvd and bool(data.nvd[i]["configurations"]["nodes"])
        best = "nvd-override" if i in data.override else "nvd-1.1" if nvd else "cve5"
        assert source["feed"] == best, "%s: ranges from %s, but %s has some" % (i, source["feed"], best)


@test
def ssvc_and_kev_marks_are_those_of_cisas_container(data):
    n = 0
    for i, record in data.record.items():
        for adp in record["containers"].get("adp", []):
            src = adp["x_tobuhi_source"]
            theirs = next(a for a in data.member[(src["file"], src["member"])]["containers"]["adp"]
                          if a.get("title") == "CISA ADP Vulnrichment")
            assert adp["metrics"] == theirs["metrics"], i
            n += any(m.get("other", {}).get("type") == "ssvc" for m in adp["metrics"])
    assert n >= 80, n
    return "%d records with SSVC" % n


@test
def kev_entries_are_the_catalogues_and_none_is_missing(data):
    full = json.loads(unzstd("kev/known_exploited_vulnerabilities.json.zst"))
    with open(os.path.join(ROOT, "exercise", "kev.json"), encoding="utf-8") as f:
        mine = json.load(f)
    theirs = [v for v in full["vulnerabilities"] if v["cveID"] in data.record]
    assert mine["vulnerabilities"] == theirs, "entries differ"
    assert mine["count"] == len(theirs) and mine["catalogVersion"] == full["catalogVersion"]
    return "%d entries" % len(theirs)


@test
def epss_scores_are_the_mirrors(data):
    theirs = {}
    for line in unzstd("epss/epss-2026-08-16.csv.zst").decode().splitlines():
        cve, score, rank = line.split(";")
        theirs[cve] = (float(score), float(rank))
    with open(os.path.join(ROOT, "exercise", "epss.csv"), encoding="utf-8") as f:
        assert f.readline().startswith("#model_version:")
        rows = list(csv.DictReader(f))
    assert {r["cve"] for r in rows} == {c for c in data.record if c in theirs}
    for r in rows:
        assert (float(r["epss"]), float(r["percentile"])) == theirs[r["cve"]], r
    return "%d scores" % len(rows)


@test
def one_changed_bound_would_be_noticed(data):
    i, record, _ = next(x for x in data.of_feed("nvd-1.1") if x[0] == "CVE-2023-27997")
    conf = json.loads(json.dumps(record["containers"]["cna"]["cpeApplicability"]))
    match = conf[0]["nodes"][0]["cpeMatch"][0]
    bound = next(b for b in BOUNDS if b in match)
    match[bound] += "1"
    try:
        same(i, [tree_20(c) for c in conf], [tree_11(t) for t in data.nvd[i]["configurations"]["nodes"]], "configurations")
    except AssertionError:
        return None
    raise AssertionError("a changed %s went unnoticed" % bound)


def main():
    print("1..%d" % len(TESTS))
    why = "no ../shared" if not os.path.isdir(PACK) else "no zstd" if not shutil.which("zstd") else ""
    if why:
        for n, fn in enumerate(TESTS, 1):
            print("ok %d - %s # SKIP skipped: %s" % (n, fn.__name__.replace("_", " "), why))
        return 0
    data, bad = Data(), 0
    for n, fn in enumerate(TESTS, 1):
        try:
            note = fn(data)
            print("ok %d - %s" % (n, fn.__name__.replace("_", " ")))
            if note:
                print("# " + note)
        except Exception as e:  # noqa: BLE001  a broken record is a failed case, not a broken test
            bad += 1
            print("not ok %d - %s" % (n, fn.__name__.replace("_", " ")))
            print("".join("# %s\n" % line for line in ("%s: %s" % (type(e).__name__, e)).splitlines()), end="")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
