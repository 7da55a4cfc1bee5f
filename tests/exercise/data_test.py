#!/usr/bin/env python3
"""The exercise's data is whole: numbers, names, references, days, roles, CPEs, records, and the story's expectation. TAP.

Rules are written out here again rather than taken from the generators, where that is short enough.
"""
import collections
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DATA = os.path.join(ROOT, "exercise")
TOOLS = os.path.join(ROOT, "tools", "exercise")
SCHEMA = os.path.join(os.path.dirname(ROOT), "shared", "data", "schemas", "cve", "CVE_JSON_5.1_bundled.json.zst")
sys.path.insert(0, TOOLS)
import deadlines  # noqa: E402
import make_assets  # noqa: E402
import oracle  # noqa: E402

DAY = "2026-11-24"
SECTORS = ("電気 ガス 石油 水道 鉄道 貨物自動車運送 外航貨物 港湾運送 航空 空港 電気通信 放送 郵便 金融 クレジットカード").split()
KINDS = {"K1", "K3_1", "K3_2"} | {"K2_%d" % i for i in range(1, 8)}
OBJECTS = {"APPLIANCE_HW", "OS", "MIDDLEWARE", "APPLICATION"}
BASES = {"EXISTING_6M", "EXISTING_FACILITY_NEW_6M", "DESIGNATION_6M", "LISTCHANGE_6M", "INTRO_4M"}
WANTS = {"forwarded", "filed", "fix_asked", "due", "overdue", "exempt", "change_due", "change_filed"}
ROLES = set("""FINDER OP_FILER OP_RECOG OP_RECV PARTY_SIGN ORG_ADMIN VENDOR CARRIER MEMBER AG_RECV AG_HEAD FG_RECV SM_DESK SM_HEAD
RO_DESK RO_HEAD SUP_DESK SUP_HEAD MIC_DESK MIC_HEAD CAO_DUTY CAO_ANALYST CAO_CLASS CAO_APPR CAO_HEAD CAO_COMMS CAO_CUST CAO_CONV REID_A
REID_B CAO_COUNCIL CAO_POLICY HQ_DESK REGISTRAR IPA_DESK IPA_TRIAGE IPA_HEAD JP_COORD JP_HEAD NICT_LAB NICT_NOTICE NICT_HEAD SYS_ADMIN KEY_CUST
LAW_ED LAW_AP SAFETY EX_CTRL""".split())
ALONE = {"SYS_ADMIN", "REGISTRAR", "KEY_CUST", "LAW_ED", "LAW_AP", "EX_CTRL"}     # no reading role beside them
ACKS = {"8②", "44②", "45⑦", "72④"}
# What a CPE 2.3 formatted string may be (NISTIR 7695 6.2): quoted or plain characters, * and ? only at an end.
ATTR = r"(?:[*-]|[?*]*(?:[a-zA-Z0-9._-]|\\[\\*?!\"#$%&'()+,/:;<=>@\[\]^`{|}~-])+[?*]*)"
CPE = re.compile(r"cpe:2\.3:[aho](?::%s){10}" % ATTR)
TESTS = []


class Skip(Exception):
    pass


def test(fn):
    TESTS.append(fn)
    return fn


def rows(name):
    with open(os.path.join(DATA, name), encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def load(name):
    with open(os.path.join(DATA, name), encoding="utf-8") as f:
        return json.load(f)


class Data:
    def __init__(self):
        self.operators, self.people, self.facilities = rows("operators.csv"), rows("people.csv"), rows("facilities.csv")
        self.ministries, self.bodies, self.aliases = rows("ministries.csv"), rows("bodies.csv"), rows("aliases.csv")
        self.by_key = {o["key"]: o for o in self.operators}
        with open(os.path.join(DATA, "assets.jsonl"), encoding="utf-8") as f:
            self.assets = [json.loads(line) for line in f]
        self.vulns = {n[:-5]: load("vuln/" + n) for n in sorted(os.listdir(os.path.join(DATA, "vuln")))}
        self.story, self.kev = load("story.json"), load("kev.json")


def number_ok(number):
    """法人番号: the first digit is 9 less (the weighted sum of the others mod 9)."""
    if not re.fullmatch(r"[1-9]\d{12}", number):
        return False
    total = 0
    for n in range(1, 13):                  # n-th digit from the right; weight 1 when n is odd, else 2
        total += int(number[13 - n]) * (1 if n % 2 else 2)
    return int(number[0]) == 9 - total % 9


def day_ok(text, last=DAY):
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text)) and datetime.date.fromisoformat(text).isoformat() == text and text <= last


# --- who ---
@test
def every_number_has_a_right_check_digit_in_the_invented_range(data):
    orgs = data.operators + data.ministries + data.bodies
    assert all(number_ok(o["number"]) and o["number"][1:5] == "9999" for o in orgs)
    assert len({o["number"] for o in orgs}) == len(orgs) and len({o["key"] for o in orgs}) == len(orgs)


@test
def a_wrong_check_digit_is_seen(data):
    assert number_ok("7000012050002")       # 国税庁, published by itself
    assert not number_ok("6000012050002") and not number_ok("7000012050020") and not number_ok("0000012050002")


@test
def there_are_249_operators_in_the_15_sectors_each_with_its_ministry(data):
    assert len(data.operators) == 249
    assert [s for s in dict.fromkeys(o["sector"] for o in data.operators)] == SECTORS
    of = {s: m["key"] for m in data.ministries for s in m["sectors"].split()}
    assert set(of) == set(SECTORS)
    assert all(o["ministry"] == of[o["sector"]] for o in data.operators)
    assert all(int(o["number"][5:7]) == SECTORS.index(o["sector"]) + 1 for o in data.operators)


@test
def names_are_unique_and_their_kana_is_katakana(data):
    orgs = data.operators + data.ministries + data.bodies
    assert len({o["name"] for o in orgs}) == len(orgs)
    assert all(re.fullmatch(r"[ァ-ヺー]+", o["kana"]) for o in orgs)


@test
def designations_cover_before_and_after_the_act_came_into_force(data):
    assert all(day_ok(o["designated_on"]) and o["designated_on"] >= "2023-11-16" for o in data.operators)
    late = [o for o in data.operators if o["designated_on"] > "2026-10-01"]
    assert any(o["by_succession"] == "1" for o in late) and any(o["by_succession"] == "0" for o in late)
    assert sum(o["designated_on"] == "2023-11-16" for o in data.operators) > 150
    changed = [o for o in data.operators if o["list_changed_on"]]
    assert 3 <= len(changed) <= 10 and all(day_ok(o["list_changed_on"]) for o in changed)


@test
def about_sixty_in_a_hundred_are_council_members(data):
    share = sum(o["member"] == "1" for o in data.operators) / 249
    assert 0.55 <= share <= 0.65, share


@test
def persons_have_known_roles_one_organisation_and_names_of_their_own(data):
    orgs = {o["key"] for o in data.operators + data.ministries + data.bodies}
    assert len({p["key"] for p in data.people}) == len({p["name"] for p in data.people}) == len(data.people)
    for p in data.people:
        roles = p["roles"].split()
        assert roles and set(roles) <= ROLES, p
        assert p["org"] in orgs or roles == ["FINDER"] and not p["org"], p
        assert set(p["secrecy_ack"].split()) <= ACKS, p
        assert set(p["scope"].split()) <= set(SECTORS), p
    names = "".join(p["name"] for p in data.people)
    assert "髙" in names and "﨑" in names


@test
def static_separation_of_duties_holds(data):
    for p in data.people:
        roles = set(p["roles"].split())
        assert not roles & ALONE or len(roles) == 1, p
        for desk in ("SM", "MIC", "SUP", "RO"):
            assert not {desk + "_DESK", desk + "_HEAD"} <= roles, p
        assert len(roles & {"CAO_ANALYST", "CAO_CLASS", "CAO_APPR", "CAO_HEAD"}) < 2, p
        assert not ("ORG_ADMIN" in roles and roles & {"OP_RECV", "MEMBER"}), p
    holders = collections.Counter(r for p in data.people for r in p["roles"].split())
    for role, least in {"REGISTRAR": 2, "IPA_TRIAGE": 2, "JP_COORD": 2, "CAO_ANALYST": 2, "KEY_CUST": 2, "CAO_DUTY": 1, "CAO_CLASS": 1,
                        "CAO_APPR": 1, "CAO_HEAD": 1, "CAO_COUNCIL": 1, "IPA_DESK": 1, "IPA_HEAD": 1, "JP_HEAD": 1, "NICT_LAB": 1,
                        "VENDOR": 1, "CARRIER": 1, "FINDER": 1, "SUP_DESK": 1, "SUP_HEAD": 1, "SM_DESK": 4, "SM_HEAD": 4}.items():
        assert holders[role] >= least, role


@test
def every_operator_has_a_filer_a_receiver_and_an_administrator(data):
    has = collections.defaultdict(set)
    for p in data.people:
        has[p["org"]] |= set(p["roles"].split())
    for o in data.operators:
        assert {"OP_FILER", "OP_RECV", "ORG_ADMIN"} <= has[o["key"]], o
        assert ("MEMBER" in has[o["key"]]) == (o["member"] == "1"), o
    scoped = {s for p in data.people if "SM_DESK" in p["roles"] for s in p["scope"].split()}
    assert scoped == set(SECTORS)


# --- what ---
@test
def facility_classes_belong_to_sectors(data):
    assert len({f["code"] for f in data.facilities}) == len(data.facilities)
    for f in data.facilities:
        assert f["code"][:3] == "F%02d" % (SECTORS.index(f["sector"]) + 1) and f["name"], f
    assert min(collections.Counter(f["sector"] for f in data.facilities).values()) >= 2


@test
def there_are_5000_assets_each_well_formed_and_in_its_operators_sector(data):
    assert len(data.assets) == 5000
    assert len({(a["op"], a["op_ref"]) for a in data.assets}) == 5000
    sector = {f["code"]: f["sector"] for f in data.facilities}
    for a in data.assets:
        assert a["kind"] in KINDS and a["object"] in OBJECTS and a["want"] in WANTS, a
        assert a["op"] in data.by_key and sector[a["facility_class"]] == data.by_key[a["op"]]["sector"], a
        assert a["product"] and a["maker"] and a["system"] and len(a["op_ref"]) <= 64 and len(a["version"]) <= 100, a
        assert len(a["product"]) <= 200 and len(a["maker"]) <= 200 and isinstance(a["facility_existed"], bool), a
        assert not a["cpe"] or CPE.fullmatch(a["cpe"]), a
    assert set(a["op"] for a in data.assets) == set(data.by_key)
    assert {a["kind"] for a in data.assets} == KINDS and {a["object"] for a in data.assets} == OBJECTS


@test
def every_due_day_follows_from_the_law(data):
    for a in data.assets:
        assert day_ok(a["introduced_on"]), a
        basis, last = deadlines.due(data.by_key[a["op"]], deadlines.day(a["introduced_on"]), a["facility_existed"])
        assert (a["due_basis"], a["due_on"]) == (basis, last.isoformat()), a
    assert {a["due_basis"] for a in data.assets} == BASES
    assert {a["change"]["due_basis"] for a in data.assets if "change" in a} >= {"CHANGE_4M"}


@test
def the_laws_own_date_vectors_occur(data):
    old = {"designated_on": "2023-11-16", "by_succession": "0", "list_changed_on": ""}
    vectors = [("2026-10-15", False, "2027-02-15"), ("2026-10-31", False, "2027-03-01"), ("2026-11-22", False, "2027-03-23"),
               ("2026-11-22", True, "2027-03-31"), ("2026-09-30", True, "2027-03-31")]
    for introduced, existed, due in vectors:
        assert deadlines.due(old, deadlines.day(introduced), existed)[1].isoformat() == due, introduced
    there = {(a["introduced_on"], a["facility_existed"], a["due_on"]) for a in data.assets if a["want"] == "due"}
    assert set(vectors[:4]) <= there
    assert deadlines.months_after(deadlines.day("2026-11-30"), 4).isoformat() == "2027-03-31"


@test
def states_agree_with_days(data):
    for a in data.assets:
        want = a["want"]
        assert ("exempt" in a) == (want == "exempt"), a
        assert ("filed_on" in a) == (want not in ("due", "overdue", "exempt")), a
        assert ("forwarded_on" in a) == (want in ("forwarded", "change_due", "change_filed")), a
        assert ("change" in a) == want.startswith("change_"), a
        if want == "overdue":
            assert a["due_on"] < DAY, a
        elif want == "due":
            assert a["due_on"] >= DAY, a
        for k in ("filed_on", "forwarded_on"):
            if k in a:
                assert day_ok(a[k]) and a[k] >= "2026-10-01" and deadlines.working(deadlines.day(a[k])), a
                assert a[k] >= a["introduced_on"] and a[k] >= data.by_key[a["op"]]["designated_on"], a
        if "forwarded_on" in a:
            assert a["forwarded_on"] >= a["filed_on"], a
        if "change" in a:
            c = a["change"]
            assert day_ok(c["changed_on"]) and c["changed_on"] >= a["filed_on"] and c["old"] == a[c["item"]] != c["new"], a
            assert (c["due_basis"], c["due_on"]) == (lambda b: (b[0], b[1].isoformat()))(
                deadlines.change_due(data.by_key[a["op"]], deadlines.day(c["changed_on"]))), a


@test
def states_are_mixed_as_the_exercise_needs(data):
    n = collections.Counter(a["want"] for a in data.assets)
    assert 0.88 <= (n["forwarded"] + n["filed"] + n["change_due"] + n["change_filed"]) / 5000 <= 0.96, n
    assert n["overdue"] >= 5 and n["fix_asked"] >= 3 and n["change_due"] >= 10 and n["change_filed"] >= 10, n
    soon = [a for a in data.assets if a["want"] == "due" and a["due_on"] <= "2026-12-01"]
    assert len(soon) >= 3, len(soon)
    exempt = collections.Counter(a["exempt"] for a in data.assets if "exempt" in a)
    assert set(exempt) == {"DESIGNATED_COMMON", "BESPOKE_ONE_GROUP"} and min(exempt.values()) >= 10, exempt
    assert all("indows" in a["product"] or "ウィンドウズ" in a["product"] or "Ｗｉｎｄｏｗｓ" in a["product"]
               for a in data.assets if a.get("exempt") == "DESIGNATED_COMMON")


@test
def aliases_are_exact_and_lead_to_cpe_products(data):
    seen = set()
    for r in data.aliases:
        key = (make_assets.fold(r["maker"]), make_assets.fold(r["product"]))
        assert key not in seen and all(key), r
        seen.add(key)
        assert CPE.fullmatch("cpe:2.3:%s:%s:%s:*:*:*:*:*:*:*:*" % (r["part"], r["vendor"], r["cpe_product"])), r
    assert len(seen) >= 300


@test
def some_names_are_known_by_cpe_some_by_alias_and_some_by_nobody(data):
    table = {(make_assets.fold(r["maker"]), make_assets.fold(r["product"])) for r in data.aliases}
    n = collections.Counter()
    for a in data.assets:
        known = (make_assets.fold(a["maker"]), make_assets.fold(a["product"])) in table
        n["cpe" if a["cpe"] else "alias" if known else "queue"] += 1
    assert n["cpe"] > 3000 and n["alias"] > 700 and 100 < n["queue"] < 500, n
    text = "".join(a["maker"] + a["product"] for a in data.assets if not a["cpe"])
    assert re.search("[ｦ-ﾟ]", text) and re.search("[Ａ-Ｚ]", text) and "㈱" in text
    return "%d with a CPE, %d by alias, %d in the queue" % (n["cpe"], n["alias"], n["queue"])


# --- vulnerabilities ---
@test
def at_least_160_records_have_the_shape_of_cve_json_5_1(data):
    assert len(data.vulns) >= 160
    for i, r in data.vulns.items():
        assert r["dataType"] == "CVE_RECORD" and re.fullmatch(r"5\.1(\.\d+)?", r["dataVersion"]), i
        meta, cna = r["cveMetadata"], r["containers"]["cna"]
        assert meta["cveId"] == i and meta["state"] == "PUBLISHED" and re.fullmatch(r"[0-9a-f-]{36}", meta["assignerOrgId"]), i
        assert set(r) == {"dataType", "dataVersion", "cveMetadata", "containers"}, i
        assert any(d["lang"].startswith("en") and d["value"].strip() for d in cna["descriptions"]), i
        assert cna["references"] and all(x["url"].startswith("http") for x in cna["references"]), i
        for row in cna["affected"]:
            assert row.get("vendor") and row.get("product") and (row.get("versions") or row.get("defaultStatus")), i
        for conf in cna.get("cpeApplicability", []):
            assert set(conf) <= {"operator", "negate", "nodes"} and conf["nodes"], i
            for node in conf["nodes"]:
                assert set(node) == {"operator", "negate", "cpeMatch"} and node["operator"] in ("AND", "OR") and node["cpeMatch"], i
                for m in node["cpeMatch"]:
                    assert CPE.fullmatch(m["criteria"]) and isinstance(m["vulnerable"], bool), (i, m)
                    assert set(m) <= {"criteria", "vulnerable", "matchCriteriaId", *oracle.BOUNDS}, (i, m)
    return "%d records" % len(data.vulns)


@test
def every_container_names_its_source_with_commit_and_licence(data):
    for i, r in data.vulns.items():
        for box in [r["containers"]["cna"]] + r["containers"].get("adp", []):
            src = box["x_tobuhi_source"]
            assert src["file"] and src["from"] and src["feed"] in ("nvd-1.1", "nvd-override", "cve5"), i
            assert src["licence"] in ("CC0-1.0", "US Government work, public domain (NVD)"), i


@test
def records_are_valid_against_the_official_schema(data):
    if not os.path.exists(SCHEMA):
        raise Skip("no ../shared")
    try:
        import jsonschema
    except ImportError:
        raise Skip("no python3-jsonschema")
    raw = subprocess.run(["zstd", "-q", "-dc", "--long=27", SCHEMA], capture_output=True, check=True).stdout
    schema = json.loads(raw)
    # The bundle is older than cpeApplicability of CVE Record Format 5.1: its definition is added here.
    match = {"type": "object", "required": ["vulnerable", "criteria"], "additionalProperties": False, "properties": dict(
        {b: {"$ref": "#/definitions/version"} for b in oracle.BOUNDS}, vulnerable={"type": "boolean"},
        criteria={"type": "string", "pattern": "^cpe:2\\.3:"}, matchCriteriaId={"type": "string", "minLength": 36})}
    node = {"type": "object", "required": ["operator", "cpeMatch"], "additionalProperties": False, "properties": {
        "operator": {"enum": ["AND", "OR"]}, "negate": {"type": "boolean"}, "cpeMatch": {"type": "array", "minItems": 1, "items": match}}}
    box = {"type": "array", "items": {"type": "object", "required": ["nodes"], "additionalProperties": False, "properties": {
        "operator": {"enum": ["AND", "OR"]}, "negate": {"type": "boolean"}, "nodes": {"type": "array", "minItems": 1, "items": node}}}}
    schema["definitions"]["cnaPublishedContainer"]["properties"].setdefault("cpeApplicability", box)
    check = jsonschema.Draft7Validator(schema)
    for i, r in data.vulns.items():
        error = jsonschema.exceptions.best_match(check.iter_errors(r))
        assert error is None, "%s: %s: %s" % (i, error.json_path, error.message[:200])
    broken = json.loads(json.dumps(data.vulns["CVE-2023-27997"]))
    broken["containers"]["cna"]["descriptions"] = []
    assert not check.is_valid(broken)


@test
def kev_and_epss_speak_of_these_records_only(data):
    kev = data.kev["vulnerabilities"]
    assert data.kev["count"] == len(kev) >= 100 and {v["cveID"] for v in kev} <= set(data.vulns)
    with open(os.path.join(DATA, "epss.csv"), encoding="utf-8") as f:
        assert re.fullmatch(r"#model_version:[^,]+,score_date:\d{4}-\d\d-\d\dT[\d:+]+\n", f.readline())
        assert f.readline() == "cve,epss,percentile\n"
        scores = [line.strip().split(",") for line in f]
    assert {s[0] for s in scores} <= set(data.vulns) and len({s[0] for s in scores}) == len(scores) >= 160
    assert all(0 <= float(x) <= 1 for s in scores for x in s[1:])


@test
def the_products_of_japans_infrastructure_are_there(data):
    found = {leaf.cpe[1] for r in data.vulns.values() for t in oracle.trees_of_record(r) for leaf in t.all_leaves()}
    need = """fortinet pulsesecure ivanti citrix f5 cisco paloaltonetworks sonicwall vmware microsoft apache openssl zyxel arraynetworks
    northgrid soliton siemens schneider-electric mitsubishielectric yokogawa omron progress barracuda oracle atlassian zimbra sap juniper mikrotik
    veeam jenkins php sudo_project polkit_project openbsd haxx hitachi nec fujitsu yamaha trendmicro skygroup cybozu""".split()
    assert set(need) <= found, set(need) - found


# --- the story ---
@test
def the_second_matcher_knows_the_traps(data):
    order = ["1.0-rc1", "1.0", "1.0.2", "1.0.2k", "1.0.2.1", "1.9", "1.10", "4.2.8p9", "4.2.8p18", "5.8.3", "5.38"]
    keys = [oracle.version_key(v) for v in order]
    assert keys == sorted(keys) and len(set(keys)) == len(keys) and oracle.version_key("1.0.0") == oracle.version_key("1")
    relations = [("*", "x", 2), ("x", "*", 1), ("-", "*", 1), ("-", "x", 0), ("x", "-", 0), ("x", "x", 2), ("x", "y", 0), ("x?z", "xyz", 2)]
    assert [oracle.relate(a, b) for a, b, _ in relations] == [want for *_, want in relations]
    asset = oracle.split("cpe:2.3:o:v:p:7.2:*:*:*:*:*:*:*")
    row = {"cpes": ["cpe:2.3:o:v:p:*:*:*:*:*:*:*:*"], "defaultStatus": "affected",
           "versions": [{"status": "unaffected", "version": "7.2", "lessThan": "7.3"}]}
    assert [leaf.level(asset) for leaf in oracle.leaves_of_affected(row)] == [oracle.NO]
    row["versions"][0]["version"] = "7.2.1"
    assert [leaf.level(asset) for leaf in oracle.leaves_of_affected(row)] == [oracle.CONFIRMED]
    for bad in ("cpe:2.3:o:v:p:1", "cpe:/o:v:p", "cpe:2.3:x:v:p:*:*:*:*:*:*:*:*", "cpe:2.3:o:v:p::*:*:*:*:*:*:*"):
        try:
            oracle.split(bad)
        except ValueError:
            continue
        raise AssertionError(bad)


@test
def the_story_finds_exactly_what_it_says(data):
    inv = oracle.Inventory([{"id": (a["op"], a["op_ref"]), "system": (a["op"], a["system"]), "cpe": a["cpe"]} for a in data.assets])
    case = [oracle.tree_of_configuration(c) for c in data.story["case"]["configurations"]]
    published = oracle.trees_of_record(data.vulns[data.story["published"]["cve"]])
    for trees, expect in ((case, data.story["expect"]), (published, data.story["published"]["expect"])):
        found = inv.match(trees)
        for name, level in (("confirmed", oracle.CONFIRMED), ("possible", oracle.POSSIBLE)):
            assert sorted(k for k, v in found.items() if v == level) == sorted((e["op"], e["op_ref"]) for e in expect[name]), name
    return "%d and %d confirmed" % (len(data.story["expect"]["confirmed"]), len(data.story["published"]["expect"]["confirmed"]))


@test
def five_operators_are_provided_and_one_of_them_must_join_first(data):
    ops, expect = data.story["operators"], data.story["expect"]
    assert len(ops["provide"]) == 5 and ops["provide"] == sorted({e["op"] for e in expect["confirmed"]})
    assert {e["op"] for e in expect["possible"]} <= set(ops["provide"])
    members = {k for k in ops["provide"] if data.by_key[k]["member"] == "1"}
    assert sorted(set(ops["provide"]) - members) == ops["invite_first"] and len(members) == 4
    assert len(ops["all"]) == 14 and set(ops["newcomer"]) <= set(ops["provide"]) and set(ops["invite_first"]) <= set(ops["newcomer"])
    assert len({data.by_key[k]["sector"] for k in ops["provide"]}) == 5
    gates = [a for a in data.assets if a["product"].startswith(data.story["case"]["product"])]
    assert sorted({a["op"] for a in gates}) == ops["all"] and all(a["want"] == "forwarded" for a in gates)


@test
def the_published_one_is_in_kev_and_has_ssvc_and_a_plausible_number_of_machines(data):
    cve = data.story["published"]["cve"]
    assert cve in {v["cveID"] for v in data.kev["vulnerabilities"]}
    ssvc = [m["other"]["content"] for a in data.vulns[cve]["containers"]["adp"] for m in a["metrics"] if m["other"]["type"] == "ssvc"]
    assert {"Exploitation": "active"} in ssvc[0]["options"]
    assert 5 <= len(data.story["published"]["expect"]["confirmed"]) <= 60


@test
def the_told_story_names_the_same_people_operators_and_numbers(data):
    with open(os.path.join(DATA, "story.md"), encoding="utf-8") as f:
        text = f.read()
    people = {p["key"]: p for p in data.people}
    cast = re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \| ([^|]+) \|$", text, re.M)
    assert len(cast) >= 15
    for key, name, what in cast:
        assert people[key]["name"] == name, (key, name)
    for key in data.story["operators"]["all"]:
        name = data.by_key[key]["name"].replace("株式会社", "")
        assert re.search(r"\| \**%s %s\** \|" % (key, name), text), (key, name)
    assert "確実 %d台）" % len(data.story["published"]["expect"]["confirmed"]) in text
    assert "確実 %d台・可能性 %d台" % (len(data.story["expect"]["confirmed"]), len(data.story["expect"]["possible"])) in text


# --- files ---
@test
def the_generators_write_these_files_again_byte_for_byte(data):
    with tempfile.TemporaryDirectory() as tmp:
        os.symlink(os.path.join(DATA, "vuln"), os.path.join(tmp, "vuln"))
        for tool in ("make_operators.py", "make_assets.py"):
            subprocess.run([sys.executable, os.path.join(TOOLS, tool), tmp], check=True, capture_output=True)
        made = sorted(n for n in os.listdir(tmp) if n != "vuln")
        assert made == ["aliases.csv", "assets.jsonl", "bodies.csv", "facilities.csv", "ministries.csv", "operators.csv", "people.csv",
                        "story.json"], made
        for name in made:
            with open(os.path.join(tmp, name), "rb") as a, open(os.path.join(DATA, name), "rb") as b:
                assert a.read() == b.read(), name


@test
def files_are_utf8_with_lf_and_small(data):
    total = 0
    for folder, _, names in os.walk(DATA):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                raw = f.read()
            total += len(raw)
            text = raw.decode("utf-8")
            assert not raw.startswith(b"\xef\xbb\xbf") and "\r" not in text and text.endswith("\n"), name
            assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", text), name
    assert total < 6_000_000, total
    return "%d bytes" % total


@test
def every_character_is_one_that_our_own_faces_draw(data):
    """JIS X 0213 plane 1 or the vendor characters of Windows-31J: what tools/font cuts."""
    def drawn(c):
        try:
            return bool(c.encode("cp932"))
        except UnicodeEncodeError:
            try:
                return len(c.encode("euc_jis_2004")) <= 2
            except UnicodeEncodeError:
                return False
    files = [n for n in sorted(os.listdir(DATA)) if n != "vuln"] + ["vuln/%s.json" % i for i in data.vulns]
    for name in files:
        with open(os.path.join(DATA, name), encoding="utf-8") as f:
            lost = {c for c in f.read() if not (c.isspace() or drawn(c))}
        assert not lost, (name, lost)
    assert drawn("髙") and drawn("﨑") and drawn("㈱") and drawn("𠮟") and not drawn("𪚲") and not drawn("\N{GRINNING FACE}")


def main():
    print("1..%d" % len(TESTS))
    data, bad = Data(), 0
    for n, fn in enumerate(TESTS, 1):
        title = fn.__name__.replace("_", " ")
        try:
            note = fn(data)
            print("ok %d - %s" % (n, title))
            if note:
                print("# " + note)
        except Skip as why:
            print("ok %d - %s # SKIP skipped: %s" % (n, title, why))
        except Exception as e:  # noqa: BLE001  a broken file is a failed case, not a broken test
            bad += 1
            print("not ok %d - %s" % (n, title))
            print("".join("# %s\n" % line for line in ("%s: %s" % (type(e).__name__, str(e)[:600])).splitlines()), end="")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
