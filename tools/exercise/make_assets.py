#!/usr/bin/env python3
"""Make exercise/assets.jsonl, exercise/aliases.csv and exercise/story.json: what the operators run, how they write it, and what
the story must find. Deterministic; reads only this repository (exercise/operators.csv, exercise/vuln, exercise/kev.json).

usage: make_assets.py [OUT]
"""
import collections
import csv
import datetime
import json
import os
import random
import re
import sys
import unicodedata

import catalog
import deadlines
import oracle
import story
from sectors import SECTORS, facility_code

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SEED = 42
TOTAL = 5000

# What a system is made of: group -> expected number of machines of it.
TEMPLATES = {
    "perimeter": {"vpn": 1.3, "router": 1.2, "unix": 0.4},
    "control": {"scada": 1.2, "plc": 2.2, "win": 0.4, "router": 0.5, "db": 0.3},
    "server": {"unix": 1.6, "mw": 2.6, "db": 0.6, "own": 0.4, "win": 0.25},
    "platform": {"virt": 1.8, "backup": 0.6, "monitor": 0.7, "av": 0.7, "router": 0.3},
    "office": {"mail": 1.0, "web": 0.7, "transfer": 0.7, "mw": 0.6, "unix": 0.4},
}
PLANT = {"perimeter": 3, "control": 4, "server": 2, "platform": 1, "office": 1}
TRADE = {"perimeter": 3, "control": 0.3, "server": 4, "platform": 2, "office": 2}
PLANT_SECTORS = {"電気", "ガス", "石油", "水道", "鉄道", "空港", "港湾運送"}
PREFIX = {"vpn": "FW", "router": "RT", "virt": "VM", "backup": "BK", "monitor": "MN", "av": "AV", "win": "OS", "unix": "OS",
          "mw": "MW", "db": "DB", "mail": "ML", "transfer": "FT", "web": "WB", "scada": "SC", "plc": "PL", "own": "MW",
          "bespoke": "AP"}
BESPOKE = ["需給監視支援システム", "運転計画システム", "設備台帳連携システム", "帳票出力システム", "遠隔監視中継システム"]
RENAMED = {"vmware": "Broadcom Inc.", "pulsesecure": "Ivanti", "nginx": "F5, Inc.", "pivotal_software": "VMware, Inc.",
           "fortra": "Fortra", "zimbra": "Zimbra, Inc."}
# Succeeded to a designation after the Act came into force: their machines are near or past the last day.
LATE_SUCCESSIONS = ("OP043", "OP237")
# The vectors due-1 … due-4 of the law's date rules must occur.
VECTORS = [("2026-10-15", False), ("2026-10-31", False), ("2026-11-22", False), ("2026-11-22", True)]


def read_operators(out):
    with open(os.path.join(out, "operators.csv"), encoding="utf-8") as f:
        return list(csv.DictReader(f))


def read_vulns(out):
    records = {}
    for name in sorted(os.listdir(os.path.join(out, "vuln"))):
        with open(os.path.join(out, "vuln", name), encoding="utf-8") as f:
            record = json.load(f)
        records[record["cveMetadata"]["cveId"]] = oracle.trees_of_record(record)
    return records


def step_back(version):
    """The release before a fix: 7.2.5 -> 7.2.4. Only for plain numbers, where it is likely to exist."""
    m = re.fullmatch(r"(\d+(?:\.\d+){1,2})\.(\d+)", version)
    return "%s.%d" % (m.group(1), int(m.group(2)) - 1) if m and int(m.group(2)) > 0 else None


def known_versions(records):
    """(part, vendor, product) -> (vulnerable releases, fixed releases), each sorted (version, update) pairs: those that the
    records name, and the ones just before a fix."""
    found = collections.defaultdict(lambda: (set(), set()))
    for trees in records.values():
        for tree in trees:
            for leaf in tree.all_leaves():
                if not leaf.vulnerable:
                    continue
                hit, fixed = found[leaf.cpe[:3]]
                low, above, high, below = leaf.bounds
                hit.update((b, "*") for b in (low, high, step_back(below)) if b)
                fixed.update((b, "*") for b in (above, below) if b)
                if leaf.cpe[3] != "*" and not oracle.wild(leaf.cpe[3]):
                    hit.add((oracle.plain(leaf.cpe[3]), oracle.plain(leaf.cpe[4])))
    order = lambda rows: sorted(rows, key=lambda p: (oracle.version_key(p[0]), p))  # noqa: E731
    return {k: (order(hit), order(fixed - hit)) for k, (hit, fixed) in found.items()}


class Maker:
    """One run: the random numbers, and what has been made so far."""

    def __init__(self, out):
        self.rng = random.Random(SEED)
        self.operators = {o["key"]: o for o in read_operators(out)}
        self.records = read_vulns(out)
        self.versions = known_versions(self.records)
        self.products = collections.defaultdict(list)
        for p in catalog.products():
            self.products[p.group].append(p)
        self.rows = []
        self.serial = collections.Counter()

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, rows):
        return rows[int(self.rng.random() * len(rows))]

    def weighted(self, rows, weights):
        return self.rng.choices(rows, weights)[0]

    # --- versions and spellings ---
    def version(self, p):
        """(version, update): a release that a record names, mostly a late one; or one past the last fix; or none given."""
        hit, mended = self.versions.get((p.part, p.vendor, p.product), ([], []))
        fixed = [tuple((v + ":*").split(":")[:2]) for v in p.versions] + mended[-2:]
        if self.chance(0.05) or not (hit or fixed):
            return ("", "*")
        if fixed and (not hit or self.chance(0.08)):
            return self.pick(fixed)
        return self.pick(hit[len(hit) // 2:] if self.chance(0.35) else hit)

    def spelling(self, p, how):
        """(maker, product) as written. how: any, known (an alias finds it) or unknown (nobody knows it)."""
        makers, names = catalog.makers(p.vendor), p.names
        good_makers, good_names = [list(filter(catalog.known, x)) for x in (makers, names)]
        bad = [(m, n) for m in makers for n in names if not (catalog.known(m) and catalog.known(n))]
        if how == "unknown" and bad or how == "any" and bad and self.chance(0.06):
            m, n = self.pick(bad)
            return m.lstrip("?"), n.lstrip("?")
        return self.pick(good_makers), self.pick(good_names)

    def written(self, version, update, decorated):
        text = "" if version == "-" else version
        if update not in "*-":
            text = (text + " " + update.replace("cumulative_update_", "CU").replace("update", "Update ").replace("_", " ")).strip()
        if decorated and text and self.chance(0.12):
            text = self.pick(["Ver.%s", "バージョン %s", "第%s版"]) % text
        return text

    # --- days ---
    def introduced(self, op, facility_existed):
        designated = deadlines.day(op["designated_on"])
        if op["by_succession"] == "1" and designated > deadlines.IN_FORCE:
            if self.chance(0.7):            # the predecessor's machine, its own four months running or over
                return deadlines.day("2026-06-26") + datetime.timedelta(days=self.rng.randrange(50))
            return designated
        if not facility_existed:
            first = deadlines.day("2026-10-20") if op["list_changed_on"] else deadlines.day("2026-10-02")
            return first + datetime.timedelta(days=self.rng.randrange(30))
        if self.chance(0.06):
            return deadlines.day("2026-10-02") + datetime.timedelta(days=self.rng.randrange(49))
        age = self.rng.random() ** 1.7
        return deadlines.day("2026-09-30") - datetime.timedelta(days=int(age * 4200))

    def filing_days(self, op, introduced):
        """(filed, forwarded): working days from the day the duty began to the exercise's eve."""
        start = max(introduced, deadlines.IN_FORCE, deadlines.day(op["designated_on"]))
        last = deadlines.day(story.DAY) - datetime.timedelta(days=4)
        span = max(0, (last - start).days)
        filed = deadlines.roll(start + datetime.timedelta(days=self.rng.randrange(span + 1)))
        forwarded = deadlines.roll(filed + datetime.timedelta(days=self.rng.randrange(1, 4)))
        return min(filed, deadlines.day(story.DAY)), min(forwarded, deadlines.day(story.DAY))

    # --- one machine ---
    def reference(self, op, group):
        self.serial[(op, PREFIX[group])] += 1
        return "%s-%03d" % (PREFIX[group], self.serial[(op, PREFIX[group])])

    def machine(self, op, p, system, facility, existed):
        version, update = self.version(p)
        x = self.rng.random()
        how = "any" if x < 0.74 else "known" if x < 0.95 else "unknown"
        if p.part == "-":
            how = "unknown"
        maker, product = self.spelling(p, how)
        cpe = ""
        if how == "any":
            attr = [p.part, p.vendor, p.product, "-" if version == "-" else oracle.quote(version),
                    update if update in "*-" else oracle.quote(update)]
            cpe = "cpe:2.3:" + ":".join(attr + ["*"] * 6)
        if how != "any":
            update = "*"                    # in plain words only the version is written
        return {"op": op["key"], "op_ref": self.reference(op["key"], p.group), "kind": self.pick(p.kinds), "facility_class": facility,
                "object": p.object, "product": product, "maker": maker,
                "version": self.written(version, update, decorated=how != "any"), "cpe": cpe,
                "introduced_on": self.introduced(op, existed).isoformat(), "facility_existed": existed, "system": system,
                "_product": p}

    def bespoke(self, op, system, facility, existed):
        name = self.pick(BESPOKE) + "（自社開発）"
        return {"op": op["key"], "op_ref": self.reference(op["key"], "bespoke"), "kind": self.pick(["K1", "K2_1", "K3_2"]),
                "facility_class": facility, "object": "APPLICATION", "product": name, "maker": op["name"], "version": "", "cpe": "",
                "introduced_on": self.introduced(op, existed).isoformat(), "facility_existed": existed, "system": system,
                "_product": None}

    def system(self, op, name, room):
        weights = PLANT if op["sector"] in PLANT_SECTORS else TRADE
        template = TEMPLATES[self.weighted(list(weights), list(weights.values()))]
        classes = next(s[3] for s in SECTORS if s[0] == op["sector"])
        facility = facility_code(op["sector"], self.pick(classes)[0])
        existed = not self.chance(0.35 if op["list_changed_on"] else 0.03)
        rows = []
        for group, mean in template.items():
            count = int(mean) + self.chance(mean - int(mean))
            for _ in range(count):
                p = self.weighted(self.products[group], [x.weight for x in self.products[group]])
                rows.append(self.machine(op, p, name, facility, existed))
        if self.chance(0.012):
            rows.append(self.bespoke(op, name, facility, existed))
        return rows[:room]

    # --- everything ---
    def fill(self):
        size = {k: min(self.rng.paretovariate(1.15), 10.0) for k in self.operators}
        budget = TOTAL - len(story.STORY_ASSETS)
        scale = budget / sum(size.values())
        wanted = {k: 30 if k in LATE_SUCCESSIONS else max(4, int(v * scale)) for k, v in size.items()}
        keys = [k for k in wanted if k not in LATE_SUCCESSIONS]
        while sum(wanted.values()) != budget:
            k = self.pick(keys)
            step = 1 if sum(wanted.values()) < budget else -1
            wanted[k] += step if wanted[k] + step >= 4 else 0
        for key, op in self.operators.items():
            made, n = 0, 0
            while made < wanted[key]:
                n += 1
                rows = self.system(op, "SYS-%03d" % n, wanted[key] - made)
                made += len(rows)
                self.rows += rows
            self.rows += [self.story_asset(a) for a in story.STORY_ASSETS if a[0] == key]

    def story_asset(self, row):
        op, ref, kind, model, version, introduced, system = row
        sector = self.operators[op]["sector"]
        return {"op": op, "op_ref": ref, "kind": kind, "facility_class": facility_code(sector, "01"), "object": "APPLIANCE_HW",
                "product": "%s %s" % (story.PRODUCT, model), "maker": story.MAKER, "version": version,
                "cpe": story.CPE % (oracle.quote(version)), "introduced_on": introduced, "facility_existed": True,
                "system": system, "_product": "story"}

    def vectors(self):
        rows = [r for r in self.rows if r["op"] == "OP001"][:len(VECTORS)]
        for row, (day, existed) in zip(rows, VECTORS):
            row.update(introduced_on=day, facility_existed=existed, system="SYS-9%02d" % rows.index(row), _vector=True)

    def settle(self):
        """Due basis and last day of every machine, and how far its filing has come."""
        for row in self.rows:
            op = self.operators[row["op"]]
            introduced = deadlines.day(row["introduced_on"])
            basis, last = deadlines.due(op, introduced, row["facility_existed"])
            row["due_basis"], row["due_on"] = basis, last.isoformat()
            self.want(row, op, introduced, last)

    def want(self, row, op, introduced, last):
        p, today = row["_product"], deadlines.day(story.DAY)
        if p is None:
            row.update(want="exempt", exempt="BESPOKE_ONE_GROUP", exempt_note="一の事業者の業務の用にのみ供する特注品。納入先は当社だけ")
        elif p != "story" and p.group == "win" and self.chance(0.85):
            row.update(want="exempt", exempt="DESIGNATED_COMMON", exempt_note="告示第1号")
        elif row.get("_vector"):
            row["want"] = "due"
        elif p != "story" and last <= today + datetime.timedelta(days=7):
            row["want"] = "overdue" if last < today else "due"
        elif p != "story" and self.chance(0.25 if introduced > deadlines.IN_FORCE else 0.008):
            row["want"] = "due"
        else:
            self.filed(row, op, introduced)

    def filed(self, row, op, introduced):
        filed, forwarded = self.filing_days(op, introduced)
        if row["_product"] == "story":
            filed, forwarded = deadlines.day("2026-10-09"), deadlines.day("2026-10-13")
        row.update(want="forwarded", filed_on=filed.isoformat(), forwarded_on=forwarded.isoformat())
        if row["_product"] == "story":
            return
        x = self.rng.random()
        if x < 0.008:
            row["want"] = "filed"
            del row["forwarded_on"]
        elif x < 0.0095:
            row["want"] = "fix_asked"
            del row["forwarded_on"]
        elif row["_product"].vendor in RENAMED and x < 0.25 and row["maker"] != RENAMED[row["_product"].vendor]:
            changed = max(forwarded, deadlines.day("2026-10-21") if op["list_changed_on"] else forwarded)
            basis, last = deadlines.change_due(op, changed)
            row["change"] = {"changed_on": changed.isoformat(), "item": "maker", "old": row["maker"],
                             "new": RENAMED[row["_product"].vendor], "due_basis": basis, "due_on": last.isoformat()}
            row["want"] = "change_filed" if x < 0.1 else "change_due"

    def write(self, out):
        order = ["op", "op_ref", "kind", "facility_class", "object", "product", "maker", "version", "cpe", "introduced_on",
                 "facility_existed", "system", "due_basis", "due_on", "want", "exempt", "exempt_note", "filed_on", "forwarded_on",
                 "change"]
        with open(os.path.join(out, "assets.jsonl"), "w", encoding="utf-8", newline="\n") as f:
            for row in sorted(self.rows, key=lambda r: (r["op"], r["system"], r["op_ref"])):
                kept = {k: row[k] for k in order if k in row}
                f.write(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n")


# --- names ---
def fold(text):
    """The comparable form of a maker's or product's name: width, case, corporate form, dashes, punctuation."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"\(株\)|株式会社|合同会社|有限会社|\b(inc|co|ltd|llc|corp|corporation|limited|incorporated|company|ag|se|gmbh)\b\.?", " ", text)
    text = re.sub(r"[‐‑‒–—―−－ー〜~]", "-", text)
    return re.sub(r"[\s,.・'\"()\[\]_/&-]+", " ", text).strip()


def aliases():
    """(maker, product) spellings that are exact after folding -> part, vendor, product."""
    found, clash = {}, set()
    for p in catalog.products():
        if p.part == "-":
            continue
        for m in filter(catalog.known, catalog.makers(p.vendor)):
            for n in filter(catalog.known, p.names):
                key = (fold(m), fold(n))
                if key in found and found[key][2:] != (p.part, p.vendor, p.product):
                    clash.add(key)
                found.setdefault(key, (m, n, p.part, p.vendor, p.product))
    if clash:
        raise SystemExit("aliases clash: %s" % sorted(clash))
    for model in ("3000", "5000"):
        n = "%s %s" % (story.PRODUCT, model)
        found[(fold(story.MAKER), fold(n))] = (story.MAKER, n, "o", "kagari_networks", "kagarigate_os")
    return found


def write_aliases(out, table):
    with open(os.path.join(out, "aliases.csv"), "w", encoding="utf-8", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(["maker", "product", "part", "vendor", "cpe_product"])
        w.writerows(table.values())


def plain_version(text):
    """The version in what an operator wrote: Ver.7.2, バージョン 7.2, 第7.2版."""
    m = re.fullmatch(r"(?:Ver\.|バージョン |第)?(.*?)版?", text)
    return m.group(1)


def inventory(rows, table):
    """What a matcher may know: the CPE as given, or the alias's with the version as written."""
    out = []
    for row in rows:
        cpe, known_by = row["cpe"], "cpe"
        if not cpe:
            hit = table.get((fold(row["maker"]), fold(row["product"])))
            if hit:
                known_by = "alias"
                cpe = "cpe:2.3:%s:%s:%s:%s:*:*:*:*:*:*:*" % (*hit[2:], oracle.quote(plain_version(row["version"])))
        out.append({"id": (row["op"], row["op_ref"]), "system": (row["op"], row["system"]), "cpe": cpe, "known_by": known_by})
    return out


def levels(inv, trees):
    found = inv.match(trees)
    rows = {name: [{"op": op, "op_ref": ref} for (op, ref), level in sorted(found.items()) if oracle.LEVEL[level] == name]
            for name in ("confirmed", "possible")}
    return rows


def write_story(out, rows, table, records):
    full = inventory(rows, table)
    given = oracle.Inventory([a for a in full if a["known_by"] == "cpe"])
    everything = oracle.Inventory(full)
    case = [oracle.tree_of_configuration(c) for c in story.CONFIGURATIONS]
    totals = {"given_cpe": collections.Counter(), "with_aliases": collections.Counter()}
    for trees in records.values():
        for name, inv in (("given_cpe", given), ("with_aliases", everything)):
            totals[name].update(oracle.LEVEL[x] for x in inv.match(trees).values())
    data = {
        "title": "演習『暁の烽』", "day": story.DAY,
        "case": {"product": story.PRODUCT, "maker": story.MAKER, "vendor": "kagari", "cpe": story.CPE % "*",
                 "versions": "7.0.0 以上 7.0.12 未満、7.2.0 以上 7.2.4 未満", "configurations": story.CONFIGURATIONS},
        "expect": levels(given, case),
        "operators": {"provide": sorted({r["op"] for r in levels(given, case)["confirmed"]}), "invite_first": [story.NON_MEMBER],
                      "newcomer": story.NEWCOMER, "all": sorted(story.STORY_OPERATORS)},
        "published": {"cve": story.PUBLISHED, "expect": levels(given, records[story.PUBLISHED])},
        "totals": {k: dict(sorted(v.items())) for k, v in totals.items()},
    }
    with open(os.path.join(out, "story.json"), "w", encoding="utf-8", newline="\n") as f:
        f.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    return data


def main():
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "exercise")
    maker = Maker(out)
    maker.fill()
    maker.vectors()
    maker.settle()
    maker.write(out)
    table = aliases()
    write_aliases(out, table)
    data = write_story(out, maker.rows, table, maker.records)
    print(len(maker.rows), "assets", data["totals"], dict(collections.Counter(r["want"] for r in maker.rows)))


if __name__ == "__main__":
    main()
