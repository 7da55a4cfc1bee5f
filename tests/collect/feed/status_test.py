"""CVE 5's versions[], defaultStatus and changes[] as the record format means them: random lists, every version of a pool
asked of an oracle that walks the list (order of versions: ../shared/tools/vuln/vercmp.py), and of the program.

usage: status_test.py TOBUHI SHARED"""
import json
import os
import random
import subprocess
import sys
import tempfile

TOBUHI, SHARED = sys.argv[1:3]
TOOLS = os.path.join(SHARED, "tools/vuln")
if not os.path.isdir(TOOLS):
    print("1..0 # SKIP skipped: no ../shared")
    sys.exit(0)
sys.dont_write_bytecode = True
sys.path.insert(0, TOOLS)
from vercmp import key  # noqa: E402

dice = random.Random(20261124)
POOL = sorted({"%d.%d%s" % (a, b, t) for a in range(1, 5) for b in range(4) for t in ("", ".1", "-rc1", "k")}, key=lambda v: (key(v), v))
RECORDS = 600
ORG = "134c704f-9b21-4f2e-91b3-4a467353bcc0"


def entries():
    """Ranges that do not meet, in any order; single versions among them; changes inside, in any order."""
    cuts = sorted(dice.sample(range(len(POOL)), dice.randrange(1, 5) * 2))
    out = []
    for lo, hi in zip(cuts[::2], cuts[1::2]):
        e = {"status": dice.choice(["affected", "unaffected"]), "version": POOL[lo]}
        if dice.random() < 0.75 and key(POOL[lo]) != key(POOL[hi]):
            e[dice.choice(["lessThan", "lessThanOrEqual"])] = POOL[hi]
            inside = [v for v in POOL[lo + 1:hi] if key(POOL[lo]) < key(v) < key(POOL[hi])]
            at = {key(v): v for v in dice.sample(inside, min(len(inside), dice.randrange(0, 4)))}
            if at:
                e["changes"] = [{"at": v, "status": dice.choice(["affected", "unaffected"])} for v in at.values()]
        out.append(e)
    if cuts[0] > 0 and dice.random() < 0.2:
        out.append({"status": dice.choice(["affected", "unaffected"]), "version": "0", "lessThan": POOL[cuts[0]]})
    if cuts[-1] < len(POOL) - 2 and key(POOL[cuts[-1] + 1]) > key(POOL[cuts[-1]]) and dice.random() < 0.2:
        out.append({"status": dice.choice(["affected", "unaffected"]), "version": POOL[cuts[-1] + 1], "lessThan": "*"})
    dice.shuffle(out)
    return out


def holds(e, v):
    k, lo = key(v), b"" if e["version"] == "0" else key(e["version"])
    if e.get("lessThan") == "*":
        return k >= lo
    if "lessThan" in e:
        return lo <= k < key(e["lessThan"])
    if "lessThanOrEqual" in e:
        return lo <= k <= key(e["lessThanOrEqual"])
    return None if e["status"] == "affected" and v != e["version"] and k == lo else k == lo


def status(e, v):
    now = e["status"]
    for c in sorted(e.get("changes", []), key=lambda c: key(c["at"])):
        now = c["status"] if key(c["at"]) <= key(v) else now
    return now


def oracle(default, versions, v):
    """None: the same version in another spelling, which a single affected version does not mean (7696)."""
    if default == "affected" and not any(e["status"] == "unaffected" for e in versions) and any(e["status"] == "affected" for e in versions):
        default = "unaffected"  # a list of affected versions alone is the whole list (cve5.c)
    for e in versions:
        h = holds(e, v)
        if h is None:
            return None
        if h:
            return status(e, v) == "affected"
    return default == "affected"


with tempfile.TemporaryDirectory() as place:
    folder = os.path.join(place, "cve")
    os.mkdir(folder)
    made = {}
    for i in range(RECORDS):
        cve = "CVE-2024-%05d" % (10000 + i)
        made[cve] = (dice.choice(["affected", "unaffected"]), entries())
        record = {"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": cve, "state": "PUBLISHED", "assignerOrgId": ORG},
                  "containers": {"cna": {"providerMetadata": {"orgId": ORG}, "descriptions": [{"lang": "en", "value": "T"}],
                                         "affected": [{"cpes": ["cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"], "defaultStatus": made[cve][0], "versions": made[cve][1]}]}}}
        with open(os.path.join(folder, cve + ".json"), "w", encoding="utf-8") as f:
            json.dump(record, f)
    assets, rows = os.path.join(place, "a.jsonl"), os.path.join(place, "m.jsonl")
    with open(assets, "w", encoding="utf-8") as f:
        for n, v in enumerate(POOL):
            f.write(json.dumps({"asset_id": "%04d" % n, "cpe": "cpe:2.3:a:v:p:%s:*:*:*:*:*:*:*" % v.replace("-", "\\-")}) + "\n")
    r = subprocess.run([TOBUHI, "match", "--assets", assets, "--vulns", folder, "--out", rows], capture_output=True, text=True, check=False)
    print("1..1")
    if r.returncode:
        print("not ok 1 - the_program_reads_the_records\n# " + r.stderr[-500:].replace("\n", "\n# "))
        sys.exit(1)
    got = {}
    with open(rows, encoding="utf-8") as f:
        for line in f:
            row = json.loads(line)
            got[row["asset_id"], row.get("vuln", row.get("vuln_id", row.get("cve")))] = True
    asked = wrong = 0
    for cve, (default, versions) in made.items():
        for n, v in enumerate(POOL):
            want, have = oracle(default, versions, v), ("%04d" % n, cve) in got
            asked += want is not None
            if want is not None and want != have:
                wrong += 1
                if wrong < 6:
                    print("# %s %s: oracle %s, program %s: %s %s" % (cve, v, want, have, default, json.dumps(versions)))
    ok = not wrong and asked > 30000 and len(got) > 10000
    print("%sok 1 - every_version_has_the_status_that_the_list_gives_it (%d asked, %d affected, %d wrong)" % ("" if ok else "not ", asked, len(got), wrong))
    sys.exit(0 if ok else 1)
