#!/usr/bin/env python3
"""Draws the sample: some systems with all their assets, records that hold for them and records that nearly do.

usage: make.py CORPUS.jsonl IDENTITY.jsonl TRUTH.jsonl TRUTH.py
CORPUS is what build_corpus.py makes of the data pack, IDENTITY and TRUTH the acceptance set's, TRUTH.py the brute-force
matcher, which is run with --really-brute on what was drawn. Writes vulns.jsonl, assets.jsonl and expected.jsonl here.
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
CORPUS, IDENTITY, TRUTH, ORACLE = sys.argv[1:5]
LEAVES, SYSTEMS, ASSETS = 30, 24, 96
R = random.Random(20261122)
SOURCE = {"nvd11": "nvd1", "override": "nvd-override", "cve5": "cve5"}


def leaves(tree):
    yield from tree["m"]
    for child in tree["c"]:
        yield from leaves(child)


def products(cpe):
    return ":".join(cpe.split(":")[2:5])


def flavour(record):
    """What a record exercises: its source, operators, bounds, platforms."""
    found = {record["src"]}
    for config in record["configs"]:
        found.add(config["op"])
        for m in leaves(config):
            found.update(("bounds",) if any(m[2:6]) else ())
            found.update(("platform",) if not m[0] else ())
            version = m[1].split(":")[5]
            found.add({"*": "any", "-": "na"}.get(version, "exact"))
    return found


def draw_assets(rows):
    systems = {}
    for asset in map(json.loads, open(IDENTITY)):
        systems.setdefault(asset["system_id"], []).append(asset)
    chosen = R.sample(sorted(systems), len(systems))
    chosen.sort(key=lambda s: -len({level for a in systems[s] for level in rows.get(a["asset_id"], {}).values()}))
    out = []
    for system in chosen[:SYSTEMS]:
        out += systems[system]
    return out[:ASSETS]


def draw_records(assets, rows):
    """Up to six a product and flavour, the ones that hold first."""
    mine = {products(a["cpe"]) for a in assets}
    hit = {cve for a in assets for cve in rows.get(a["asset_id"], {})}
    taken, count = [], {}
    for want_hit in (True, False):
        for line in open(CORPUS):
            record = json.loads(line)
            if (record["id"] in hit) != want_hit:
                continue
            all_leaves = [m for c in record["configs"] for m in leaves(c)]
            near = {products(m[1]) for m in all_leaves} & mine
            if len(all_leaves) > LEAVES or not near:
                continue
            key = (min(near), want_hit, frozenset(flavour(record)))
            count[key] = count.get(key, 0) + 1
            if count[key] <= 2:
                taken.append((want_hit, record))
    hits = [r for h, r in taken if h]
    misses = [r for h, r in taken if not h]
    return R.sample(hits, min(len(hits), 140)) + R.sample(misses, min(len(misses), 60))


def by_hand(assets):
    """What real feeds do not hold: negation, a tree in a tree, patterns, malformed names; and assets left open."""
    a, b = (x["cpe"] for x in (assets[0], assets[1]))
    any_a = ":".join(a.split(":")[:5] + ["*"] * 8)
    any_b = ":".join(b.split(":")[:5] + ["*"] * 8)
    vendor = ":".join(a.split(":")[:4] + ["*"] * 9)
    wild = ":".join(a.split(":")[:4] + [a.split(":")[4][:3] + "*"] + ["*"] * 8)
    leaf = lambda cpe, vulnerable=1, *bound: [vulnerable, cpe] + (list(bound) + [""] * 4)[:4]
    tree = lambda op, m=(), c=(), neg=0: {"op": op, "neg": neg, "m": list(m), "c": list(c)}
    absent = "cpe:2.3:o:example:absent:-:*:*:*:*:*:*:*"
    configs = [
        [tree("AND", c=[tree("OR", [leaf(any_a)]), tree("OR", [leaf(any_b, 0)], neg=1)])],
        [tree("AND", c=[tree("OR", [leaf(any_a)]), tree("OR", [leaf(absent, 0)], neg=1)])],
        [tree("AND", c=[tree("OR", [leaf(any_a)]), tree("OR", [leaf(absent)], neg=1)])],
        [tree("AND", [leaf(any_a)], [tree("OR", [leaf(any_b)], [tree("AND", [leaf(absent, 0), leaf(any_b)])])])],
        [tree("OR", [leaf(vendor)])],
        [tree("OR", [leaf(wild, 1, "", "", "", "999999")])],
        [tree("OR", [leaf(any_a + ":*"), leaf(":".join(any_a.split(":")[:-1])), leaf(any_a)])],
        [tree("AND", [leaf(any_a + ":*")])],
        [tree("OR", [leaf(any_a, 1, "2", "", "", "1")]), tree("OR", [leaf(any_b, 1, "0", "", "", "")])],
        [tree("OR", [leaf("cpe:2.3:*:*:*:*:*:*:*:*:*:*:*")])],
    ]
    for i, config in enumerate(configs):
        yield {"id": "case:00000000-0000-4000-8000-%012d" % i, "src": "case", "configs": config}


def open_assets(assets):
    """Assets as careless as people are: vendor, product or version left open, a pattern, no version at all."""
    for i, asset in enumerate(assets[:5]):
        part = asset["cpe"].split(":")
        part[3 + i % 3] = "*"
        yield dict(asset, asset_id="X%d" % i, cpe=":".join(part))
    part = assets[0]["cpe"].split(":")
    part[5] = "-"
    yield dict(assets[0], asset_id="X5", cpe=":".join(part))
    part[5] = "1.*"
    yield dict(assets[0], asset_id="X6", cpe=":".join(part))


def main():
    rows = {}
    for row in map(json.loads, open(TRUTH)):
        rows.setdefault(row["asset_id"], {})[row["cve"]] = row["level"]
    assets = draw_assets(rows)
    records = draw_records(assets, rows) + list(by_hand(assets))
    assets += list(open_assets(assets))
    for record in records:
        record["src"] = SOURCE.get(record["src"], record["src"])
        record["state"] = "published"
    records.sort(key=lambda r: r["id"])
    compact = dict(ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    (HERE / "vulns.jsonl").write_text("".join(json.dumps(r, **compact) + "\n" for r in records))
    (HERE / "assets.jsonl").write_text("".join(
        json.dumps({k: a[k] for k in ("asset_id", "cpe", "operator_id", "system_id")}, **compact) + "\n" for a in assets))
    with tempfile.TemporaryDirectory() as tmp:
        out = pathlib.Path(tmp) / "out"
        subprocess.run([sys.executable, ORACLE, HERE / "vulns.jsonl", HERE / "assets.jsonl", out, "--really-brute"], check=True)
        order = {a["asset_id"]: i for i, a in enumerate(assets)}
        found = sorted(map(json.loads, out.open()), key=lambda r: (order[r["asset_id"]], r["cve"]))
    (HERE / "expected.jsonl").write_text("".join(json.dumps(r, separators=(",", ":")) + "\n" for r in found))
    print(len(records), "records,", len(assets), "assets,", len(found), "rows")


main()
