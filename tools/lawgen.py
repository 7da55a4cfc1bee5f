#!/usr/bin/env python3
"""The statute as rows (src/law/*.def) -> C tables, the schema of the projections and their queries.

usage: lawgen.py DEF_DIR OUT_DIR
Writes law_gen.h, law_gen.c, schema_gen.sql, kinds_gen.sql. Every name in a row must exist; an error names file and line.
"""
import hashlib
import os
import re
import sys


class Bad(Exception):
    pass


def fail(at, what):
    raise Bad(f"{at[0]}:{at[1]}: {what}")


def read_entries(path):
    """Top-level lines begin in column 0; indented lines belong to the entry above."""
    entries, name = [], os.path.basename(path)
    for number, line in enumerate(open(path, encoding="utf-8"), 1):
        text = line.rstrip("\n")
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        if text[0] in " \t":
            if not entries:
                fail((name, number), "an indented line before any entry")
            entries[-1]["more"].append(((name, number), text.strip()))
        else:
            entries.append({"at": (name, number), "text": text, "more": []})
    return entries


def c_str(s):
    return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"' if s is not None else "NULL"


def c_id(s):
    return re.sub(r"[^A-Za-z0-9]", "_", s)


class Law:
    def __init__(self, folder):
        self.folder = folder
        self.gates, self.roles, self.kinds, self.fields, self.children = [], [], [], [], []
        self.facts, self.preds, self.fns, self.clocks = [], [], [], []
        self.classes, self.recipients, self.bases, self.flags, self.releases = [], [], [], [], []
        self.ssvc, self.ssvc_size = {}, []
        self.params, self.notices, self.entrusts, self.providers, self.touches, self.holidays, self.acts = [], [], [], [], [], [], []
        self.orders = []
        self.states = ["NONE"]
        self.names = []
        self.orgkinds = []
        self.image = hashlib.sha256()
        for part in ("gates", "roles", "kinds", "fields", "classes", "recipients", "params", "ssvc", "clocks", "facts", "preds", "acts"):
            path = os.path.join(folder, part + ".def")
            self.image.update(open(path, "rb").read())
            getattr(self, "read_" + part)(read_entries(path))

    # --- small tables ---
    def read_gates(self, entries):
        for e in entries:
            w = e["text"].split(None, 4)
            if w[0] != "gate" or len(w) != 5:
                fail(e["at"], "expected: gate NAME DATE|none CONFIDENCE TEXT")
            self.gates.append({"name": w[1], "from": None if w[2] == "none" else w[2], "conf": w[3], "ja": w[4]})

    def read_roles(self, entries):
        for e in entries:
            w = e["text"].split(None, 2)
            r = {"sort": w[0], "name": w[1], "ja": w[2].strip(), "of": [], "recipient": None, "ack": None, "desk": [], "sod": None, "told": False, "open": False, "at": e["at"]}
            if w[0] not in ("role", "machine", "special"):
                fail(e["at"], f"unknown entry {w[0]}")
            for at, line in e["more"]:
                k, _, v = line.partition(" ")
                if k == "of":
                    r["of"] = v.split()
                elif k == "desk":
                    r["desk"] = v.split()
                elif k == "ack":
                    r["ack"] = None if v.strip() == "-" else v.strip()
                elif (k, v.strip()) in (("told", "own"), ("open", "yes")):
                    r[k] = True
                elif k in ("recipient", "sod"):
                    r[k] = v.strip()
                else:
                    fail(at, f"unknown property {k}")
            self.roles.append(r)

    def read_kinds(self, entries):
        for e in entries:
            w = e["text"].split(None, 2)
            k = {"name": w[1], "ja": w[2], "class": None, "class2": None, "class2_when": None, "classes": [], "owner": None, "owner_person": None,
                 "recipient": None, "recipient_when": [], "sector": None, "id": [], "flags": [], "states": [], "fields": [], "quota": False, "at": e["at"]}
            for at, line in e["more"]:
                p = line.split()
                if p[0] == "state":
                    k["states"].append({"name": p[1], "ja": p[2], "mark": p[3] if len(p) > 3 else None})
                    if p[1] not in self.states:
                        self.states.append(p[1])
                elif p[0] == "class" and len(p) > 2:
                    if p[2] not in ("while", "until") or len(p) < 4 or (p[2] == "until" and len(p) != 4):
                        fail(at, "expected: class CLASS while STATE… or class CLASS until FIELD")
                    k["classes"].append({"class": p[1], "states": p[3:] if p[2] == "while" else [], "until": p[3] if p[2] == "until" else None, "at": at})
                elif p[0] == "class2":
                    k["class2"], k["class2_when"] = p[1], p[2]
                elif p[0] == "recipient":
                    k["recipient"] = p[1]
                    k["recipient_when"] = p[3:] if len(p) > 3 else []
                elif p[0] in ("class", "owner", "owner_person", "sector"):
                    k[p[0]] = p[1]
                elif p[0] == "id":
                    k["id"] = p[1:]
                elif p == ["quota", "yes"]:
                    k["quota"] = True
                elif p[0] == "flag":
                    flag, _, field = p[1].partition("=")
                    k["flags"].append((flag, field))
                else:
                    fail(at, f"unknown property {p[0]}")
            if k["quota"] and not k["owner"]:
                fail(e["at"], "quota yes counts the owners: the kind has none")
            self.kinds.append(k)

    def kind(self, name, at):
        for k in self.kinds:
            if k["name"] == name:
                return k
        fail(at, f"unknown kind {name}")

    def read_fields(self, entries):
        kinds = {k["name"]: k for k in self.kinds}
        children = {}
        for e in entries:
            w = e["text"].split(None, 1)
            if w[0] == "child":
                m = re.match(r"(\w+) of (\w+) (\S+) (\w+)$", w[1])
                if not m:
                    fail(e["at"], "expected: child NAME of KIND TITLE CLASS")
                c = {"name": m[1], "kind": m[2], "ja": m[3], "class": m[4], "fields": []}
                self.kind(m[2], e["at"])
                children[m[1]] = c
                self.children.append(c)
                continue
            # the type ends the name: text(200), enum(..|..), day …
            m = re.match(r"(\S+) (.*?) ((?:text|long|int|enum|id|ids|texts)\((?:[^()]|\([^()]*\))*\)|day|time|bool|hash|json)(?: (.*))?$", w[1])
            if w[0] not in ("field", "input") or not m:
                fail(e["at"], "expected: field KIND.NAME TITLE TYPE [HINT]")
            full, ja, typ, hint = m[1], m[2], m[3], m[4]
            owner, _, name = full.rpartition(".") if w[0] == "field" else ("", "", full)
            f = {"owner": owner, "name": name, "ja": ja, "hint": hint, "at": e["at"], "options": [], "min": 0, "max": 0, "ref": None}
            t = re.match(r"(\w+)(?:\((.*)\))?$", typ)
            f["type"] = t[1]
            if t[1] in ("text", "long", "texts"):
                f["max"] = int(t[2])
            elif t[1] == "int":
                f["min"], f["max"] = (int(x) for x in t[2].split(","))
            elif t[1] == "enum":
                f["options"] = [tuple(o.partition(":")[::2]) for o in t[2].split("|")]
                f["max"] = max(len(o[0]) for o in f["options"])
            elif t[1] in ("id", "ids"):
                f["ref"] = t[2]
                self.kind(t[2], e["at"])
            if w[0] == "input":
                f["home"] = ("input", None)
            elif owner in kinds:
                f["home"] = ("kind", owner)
                kinds[owner]["fields"].append(f)
            elif owner in children:
                f["home"] = ("child", owner)
                children[owner]["fields"].append(f)
            else:
                fail(e["at"], f"unknown kind {owner}")
            if name not in self.names:
                self.names.append(name)
            f["index"] = len(self.fields)
            self.fields.append(f)
            if name == "org_kind":
                self.orgkinds = [o[0] for o in f["options"]]
        for r in self.roles:
            for o in r["of"]:
                if o not in self.orgkinds:
                    fail(r["at"], f"unknown kind of organisation {o}")
            for d in r["desk"]:
                if d not in kinds and d not in ("finder",):
                    fail(r["at"], f"unknown kind {d}")
        for k in self.kinds:
            have = {f["name"] for f in k["fields"]}
            for n in [k["owner"], k["owner_person"], k["recipient"], k["sector"], k["class2_when"]] + k["id"] + [x[1] for x in k["flags"]] + [c["until"] for c in k["classes"]]:
                if n and n not in have:
                    fail(k["at"], f"kind {k['name']} has no field {n}")

    def read_classes(self, entries):
        for e in entries:
            w = e["text"].split()
            self.classes.append({"name": w[1], "ja": w[2], "mask": w[3]})
        names = {c["name"] for c in self.classes}
        for k in self.kinds:
            for c in [k["class"], k["class2"]] + [x["class"] for x in k["classes"]]:
                if c and c not in names:
                    fail(k["at"], f"unknown class {c}")
            for c in k["classes"]:
                for s in c["states"]:
                    if s not in [x["name"] for x in k["states"]]:
                        fail(c["at"], f"kind {k['name']} has no state {s}")

    def read_recipients(self, entries):
        for e in entries:
            head, *rest = [x.strip() for x in e["text"].split(";")]
            w = head.split()
            if w[0] == "carries":
                self.bases.append({"name": w[1], "mask": w[2]})
            elif w[0] == "flag":
                self.flags.append({"name": w[1], "ja": " ".join(w[2:]), "todo": rest[0]})
            elif w[0] == "release":
                if w[2] not in self.recipients:
                    self.recipients.append(w[2])
                if w[1] not in [c["name"] for c in self.classes]:
                    fail(e["at"], f"unknown class {w[1]}")
                if w[3] not in [b["name"] for b in self.bases]:
                    fail(e["at"], f"unknown basis {w[3]}")
                if w[4] not in ("allow", "deny"):
                    fail(e["at"], "expected allow or deny")
                for c in w[5:]:
                    if c not in [f["name"] for f in self.flags]:
                        fail(e["at"], f"unknown condition {c}")
                self.releases.append({"class": w[1], "recipient": w[2], "basis": w[3], "allow": w[4] == "allow", "flags": w[5:], "conf": rest[0], "ja": rest[1]})
            else:
                fail(e["at"], f"unknown entry {w[0]}")
        for r in self.roles:
            if r["recipient"] and r["recipient"] not in self.recipients:
                self.recipients.append(r["recipient"])
        for k in self.kinds:
            for flag, _ in k["flags"]:
                if flag not in [f["name"] for f in self.flags]:
                    fail(k["at"], f"unknown condition {flag}")

    def read_params(self, entries):
        for e in entries:
            w = e["text"].split(None, 1)
            if w[0] == "param":
                m = re.match(r'(\w+) (?:"([^"]*)"|(\S+)) (\d{4}-\d\d-\d\d) ([HMLP]) (.*)$', w[1])
                if not m:
                    fail(e["at"], "expected: param NAME VALUE FROM CONFIDENCE SOURCE")
                self.params.append({"name": m[1], "value": m[2] if m[2] is not None else m[3], "from": m[4], "conf": m[5], "ja": m[6]})
            elif w[0] == "notice":
                m = re.match(r'(\S+) "([^"]*)" (\d{4}-\d\d-\d\d) ([HMLP])$', w[1])
                self.notices.append({"no": m[1], "product": m[2], "from": m[3]})
            elif w[0] == "entrust":
                self.entrusts.append(w[1].split())
            elif w[0] == "provider":
                self.providers.append(w[1].split())
            elif w[0] == "touches":
                self.read_touches(e["at"], w[1].split())
            elif w[0] == "order":
                self.read_order(e["at"], w[1].split())
            elif w[0] == "holiday":
                self.holidays += w[1].split()
            else:
                fail(e["at"], f"unknown entry {w[0]}")
        for p in self.params:
            if p["name"].startswith("quota_operators"):
                self.check_quota(p)
        if self.holidays != sorted(self.holidays):
            fail(("params.def", 0), "holidays are not in order")

    def check_quota(self, p):
        """quota_operators or quota_operators_ROLE: of how many operators a person may be shown machines and matches in a day."""
        role = p["name"][len("quota_operators"):].lstrip("_")
        if role and role not in [r["name"] for r in self.roles]:
            fail(("params.def", 0), f"{p['name']}: unknown role {role}")
        if not p["value"].isdigit() or int(p["value"]) < 1:
            fail(("params.def", 0), f"{p['name']}: at least the one operator whom a day's work is about")

    def read_order(self, at, p):
        """A sort of letter of chapter 2: who drafts, who issues, whether it must be answered by a day, what enforces it."""
        if len(p) != 5 or p[3] not in ("needed", "free"):
            fail(at, "expected: order TYPE DRAFTER ISSUER needed|free PENALTY|-")
        types = [o[0] for f in self.fields if f["owner"] == "order" and f["name"] == "order_type" for o in f["options"]]
        if p[0] not in types:
            fail(at, f"{p[0]} is no value of order.order_type")
        for r in p[1:3]:
            if r not in [x["name"] for x in self.roles]:
                fail(at, f"unknown role {r}")
        if p[4] != "-" and p[4] not in [x["name"] for x in self.params]:
            fail(at, f"unknown parameter {p[4]}")
        self.orders.append(p)

    def read_touches(self, at, p):
        """Which of the two tests of the guideline a sort of material bears on; the page prints it beside the material."""
        kinds = [o[0] for f in self.fields if f["owner"] == "evidence" and f["name"] == "ev_kind" for o in f["options"]]
        tests = [f["name"] for f in self.fields if f["owner"] == "case" and f["name"].startswith("prong_")]
        if len(p) != 2 or p[0] not in kinds or p[1] not in tests:
            fail(at, f"expected: touches {'|'.join(kinds)} {'|'.join(tests)}")
        if p in self.touches:
            fail(at, "this row stands twice")
        self.touches.append(p)

    def read_ssvc(self, entries):
        points = ("ssvc_exploitation", "ssvc_automatable", "ssvc_impact", "ssvc_mission", "ssvc_decision")
        by = {f["name"]: [o[0] for o in f["options"]] for f in self.fields if f["name"] in points}
        self.ssvc = {}
        for e in entries:
            m = re.match(r"ssvc (\w+) (\w+) (\w+) (\w+) -> (\w+)$", e["text"])
            if not m:
                fail(e["at"], "expected: ssvc EXPLOITATION AUTOMATABLE IMPACT MISSION -> DECISION")
            for name, value in zip(points, m.groups()):
                if value not in by[name]:
                    fail(e["at"], f"{value} is no value of case.{name}")
            key = tuple(by[n].index(v) for n, v in zip(points, m.groups()[:4]))
            if key in self.ssvc:
                fail(e["at"], "this row stands twice")
            self.ssvc[key] = m[5]
        self.ssvc_size = [len(by[n]) for n in points[:4]]
        want = 1
        for n in self.ssvc_size:
            want *= n
        if len(self.ssvc) != want:
            fail(entries[-1]["at"], f"{len(self.ssvc)} rows of {want}: the table must name every combination")

    def read_clocks(self, entries):
        for e in entries:
            w = e["text"].split(None, 2)
            c = {"name": w[1], "ja": w[2], "pick": None, "variants": [], "roll": False, "lapse": [], "escalate": "", "conf": "P",
                 "basis": "", "statutory": True, "at": e["at"]}
            def unit(p, at):
                v = {"name": "", "from": None, "unit": None, "n": 0, "fixed": None, "set": None, "elapsed": None, "basis": ""}
                i = 0
                while i < len(p):
                    if p[i] == "from":
                        v["from"] = p[i + 1]
                        i += 2
                    elif p[i] in ("months", "years", "days", "workdays"):
                        v["unit"], v["n"] = p[i], int(p[i + 1])
                        i += 2
                    elif p[i] == "fixed":
                        v["fixed"] = p[i + 1]
                        i += 2
                    elif p[i] == "set":
                        v["set"] = p[i + 1]
                        i += 2
                    elif p[i] == "elapsed":
                        v["elapsed"] = p[i + 1]
                        i += 2
                    elif p[i] == "basis":
                        v["basis"] = " ".join(p[i + 1:])
                        break
                    else:
                        fail(at, f"unknown word {p[i]}")
                return v
            for at, line in e["more"]:
                p = line.split()
                if p[0] == "pick":
                    c["pick"] = p[1]
                elif p[0] == "variant":
                    v = unit(p[2:], at)
                    v["name"] = p[1]
                    c["variants"].append(v)
                elif p[0] in ("from", "elapsed", "set", "fixed"):
                    c["variants"].append(unit(p, at))
                elif p[0] == "holiday":
                    c["roll"] = p[1] == "roll"
                elif p[0] == "lapse":
                    m = re.match(r"lapse (\w+) (\w+) -> (\w+)$", line)
                    if not m:
                        fail(at, "expected: lapse KIND FROM -> TO")
                    self.kind(m[1], at)
                    for s in (m[2], m[3]):
                        if s not in [x["name"] for x in self.kind(m[1], at)["states"]]:
                            fail(at, f"{m[1]} has no state {s}")
                    c["lapse"].append((m[1], m[2], m[3]))
                elif p[0] == "statutory":
                    c["statutory"] = p[1] != "no"
                elif p[0] in ("escalate", "conf", "basis"):
                    c[p[0]] = line.split(None, 1)[1]
                else:
                    fail(at, f"unknown property {p[0]}")
            if not c["variants"]:
                fail(e["at"], "a clock without a count")
            self.clocks.append(c)

    def read_facts(self, entries):
        for e in entries:
            m = re.match(r"fact (\w+)\s+(int|text|list|rows)\s+(?:native|(?:each (in|sub)\.(\w+) )?(fact_\w+)\((.*)\))$", e["text"])
            if not m:
                fail(e["at"], "expected: fact NAME TYPE QUERY(ARGS) | native")
            f = {"name": m[1], "type": m[2], "query": m[5], "each": (m[3], m[4]) if m[3] else None, "args": [], "at": e["at"]}
            if m[5]:
                for a in [x.strip() for x in m[6].split(",") if x.strip()]:
                    f["args"].append(self.arg(a, e["at"]))
            self.facts.append(f)

    def arg(self, a, at):
        if a.startswith("'"):
            return ("CONST", a.strip("'"))
        if a in ("subject", "today", "each"):
            return (a.upper(), None)
        if a == "actor.person":
            return ("ACTOR_PERSON", None)
        if a == "actor.org":
            return ("ACTOR_ORG", None)
        where, _, name = a.partition(".")
        if where in ("in", "sub", "row") and name in self.names:
            return (where.upper(), name)
        fail(at, f"unknown argument {a}")

    def read_preds(self, entries):
        fact_names = [f["name"] for f in self.facts]
        for e in entries:
            w = e["text"].split(None, 2)
            if w[0] == "fn":
                p = {"name": w[1], "facts": [], "at": e["at"]}
                self.fns.append(p)
            elif w[0] in ("pred", "general"):
                ja, _, todo = w[2].partition(" ; ")
                p = {"name": w[1], "ja": ja.strip(), "todo": todo.strip(), "general": w[0] == "general", "always": False, "waits": False, "facts": [], "at": e["at"]}
                self.preds.append(p)
            else:
                fail(e["at"], f"unknown entry {w[0]}")
            for at, line in e["more"]:
                if line in ("always", "waits"):
                    p[line] = True
                elif line.startswith("facts "):
                    for f in line.split()[1:]:
                        where, _, name = f.partition(".")
                        if f in fact_names or f == "subject" or (where in ("row", "sub", "in") and name in self.names) or where == "actor":
                            p["facts"].append(f)
                        else:
                            fail(at, f"unknown fact {f}")
                else:
                    fail(at, f"unknown property {line}")

    # --- acts ---
    def source(self, text, at, kind):
        if text.startswith("'"):
            return ("CONST", text.strip("'"))
        simple = {"actor.person": "ACTOR_PERSON", "actor.org": "ACTOR_ORG", "now": "NOW", "today": "TODAY", "serial": "SERIAL", "subject": "SUBJECT", "law": "LAW", "none": "NONE"}
        if text in simple:
            return (simple[text], None)
        if text.startswith("fact:"):
            if text[5:] not in [f["name"] for f in self.facts]:
                fail(at, f"unknown fact {text[5:]}")
            return ("FACT", text[5:])
        if text.startswith("fn:"):
            if text[3:] not in [f["name"] for f in self.fns]:
                fail(at, f"unknown function {text[3:]}")
            return ("FN", text[3:])
        where, _, name = text.partition(".")
        if where in ("in", "row") and name in self.names:
            return (where.upper(), name)
        fail(at, f"unknown source {text}")

    def state_of(self, kind, s, at):
        if s not in [x["name"] for x in kind["states"]]:
            fail(at, f"{kind['name']} has no state {s}")
        return s

    def read_acts(self, entries):
        names = [e["text"].split()[1] for e in entries]
        for e in entries:
            w = e["text"].split(None, 2)
            if w[0] != "act" or len(w) != 3:
                fail(e["at"], "expected: act NAME TITLE")
            if names.count(w[1]) > 1:
                fail(e["at"], f"act {w[1]} stands twice")
            a = {"name": w[1], "title": w[2], "at": e["at"], "kind": w[1].split(".")[0], "basis": None, "by": [], "from": [], "from_mode": "LIST",
                 "to": [], "to_mode": None, "fn": None, "in": [], "set": [], "adds": None, "adds_set": [], "if": [], "clocks": [], "sides": [],
                 "thens": [], "makes": None, "gate": None, "tells": [], "says": None}
            for at, line in e["more"]:
                if line.startswith("on "):
                    a["kind"] = line[3:].strip()
            kind = self.kind(a["kind"], e["at"])
            later = []
            for at, line in e["more"]:
                k, _, v = line.partition(" ")
                v = v.strip()
                if k == "on":
                    continue
                if k == "basis":
                    a["basis"] = v
                elif k == "by":
                    a["by"] = v.split()
                    for r in a["by"]:
                        if r not in [x["name"] for x in self.roles]:
                            fail(at, f"unknown role {r}")
                elif k == "from":
                    if v == "any":
                        a["from_mode"] = "ANY"
                    else:
                        for s in v.split():
                            if s == "none":
                                a["from"].append("NONE")
                            else:
                                a["from"].append(self.state_of(kind, s, at))
                elif k == "to":
                    parts = v.split()
                    if len(parts) > 1:
                        if not parts[1].startswith("fn:"):
                            fail(at, "expected fn:NAME")
                        a["fn"] = parts[1][3:]
                    if parts[0] == "=":
                        a["to_mode"] = "SAME"
                    else:
                        for s in parts[0].split("/"):
                            neg = s.endswith("-")
                            a["to"].append((self.state_of(kind, s.rstrip("-"), at), neg))
                        a["to_mode"] = "FN" if a["fn"] else ("OUTCOME" if len(a["to"]) > 1 or a["to"][0][1] else "FIXED")
                elif k == "in":
                    for item in v.split():
                        a["in"].append((item.rstrip("!"), item.endswith("!"), at))
                elif k == "set":
                    for item in v.split():
                        n, _, s = item.partition("=")
                        if n not in [f["name"] for f in kind["fields"]]:
                            fail(at, f"{a['kind']} has no field {n}")
                        a["set"].append((n, self.source(s, at, kind)))
                elif k == "adds":
                    p = v.split()
                    if p[0] not in [c["name"] for c in self.children]:
                        fail(at, f"unknown record {p[0]}")
                    a["adds"] = p[0]
                    for item in p[1:]:
                        n, _, s = item.partition("=")
                        a["adds_set"].append((n, self.source(s, at, kind)))
                elif k == "if":
                    for c in v.split():
                        m = re.match(r"(\w+)(?:\((.*)\))?$", c)
                        if m[1] not in [p["name"] for p in self.preds if not p["general"]]:
                            fail(at, f"unknown condition {c}")
                        if m[1] == "second" and (not m[2] or m[2] not in names):
                            fail(at, f"second() of an unknown act {m[2]}")
                        a["if"].append((m[1], m[2]))
                elif k == "clock":
                    for c in v.split():
                        m = re.match(r"([+\-x~])(c_\w+)((?:@(?:in\.)?\w+)?)(\*?)(?:([<>])(\w+))?$", c)
                        if not m or m[2] not in [x["name"] for x in self.clocks]:
                            fail(at, f"unknown clock mark {c}")
                        if m[6]:
                            self.state_of(kind, m[6], at)
                        a["clocks"].append({"op": m[1], "clock": m[2], "on": m[3][1:], "always": m[4] == "*", "when": m[5], "state": m[6]})
                elif k == "side":
                    m = re.match(r"(\w+)\((\w+)\): ([A-Z_ a-z]+) -> (\w+|=)((?: \S+=\S+)*)$", v)
                    if not m:
                        fail(at, "expected: side KIND(SELECTOR): STATES -> STATE [FIELD=SOURCE]")
                    sk = self.kind(m[1], at)
                    frm = ["NONE"] if m[3] == "none" else [self.state_of(sk, s, at) for s in m[3].split()]
                    sets = []
                    for item in m[5].split():
                        n, _, s = item.partition("=")
                        sets.append((n, self.source(s, at, sk)))
                    a["sides"].append({"kind": m[1], "sel": m[2], "from": frm, "to": "NONE" if m[4] == "=" else self.state_of(sk, m[4], at), "set": sets})
                elif k in ("then", "then?"):
                    m = re.match(r"([\w.]+)\((\w+)\) as (\w+)((?: \w+='[^']*')*)$", v)
                    if not m or m[1] not in names:
                        fail(at, "expected: then ACT(SELECTOR) as ROLE [NAME='VALUE']")
                    a["thens"].append({"act": m[1], "sel": m[2], "as": m[3], "quiet": k == "then?", "in": re.findall(r"(\w+)='([^']*)'", m[4])})
                elif k == "makes":
                    a["makes"] = v
                    if v not in ("0", "S", "W", "REPORTED", "join", "-"):
                        fail(at, f"unknown mark {v}")
                elif k == "gate":
                    a["gate"] = v
                    if v not in [g["name"] for g in self.gates]:
                        fail(at, f"unknown gate {v}")
                elif k == "tells":
                    a["tells"] = v.split()
                elif k == "says":
                    a["says"] = v
                else:
                    fail(at, f"unknown property {k}")
            for must in ("basis", "by", "to_mode", "makes", "gate", "says"):
                if not a[must]:
                    fail(e["at"], f"act {a['name']} has no {must.replace('_mode', '')}")
            if a["from_mode"] == "LIST" and not a["from"]:
                fail(e["at"], f"act {a['name']} has no from")
            own = {f["name"]: f for f in kind["fields"]}
            child = {f["name"]: f for c in self.children if c["name"] == a["adds"] for f in c["fields"]}
            inputs = {f["name"]: f for f in self.fields if f["home"][0] == "input"}
            resolved = []
            for n, req, at in a["in"]:
                f = child.get(n) or own.get(n) or inputs.get(n)
                if not f:
                    fail(at, f"no field or input {n} for {a['name']}")
                resolved.append((f["index"], req))
            a["in"] = resolved
            self.acts.append(a)
        self.lastby = sorted({arg for a in self.acts for c, arg in a["if"] if c == "second"})
        for n in self.lastby:
            self.facts.append({"name": "last_by_" + c_id(n), "type": "text", "query": "fact_last_by", "each": None,
                               "args": [("SUBJECT", None), ("CONST", n)], "at": ("acts.def", 0)})
        self.selectors = sorted({s["sel"] for a in self.acts for s in a["sides"] if s["sel"] != "new"} |
                                {t["sel"] for a in self.acts for t in a["thens"] if t["sel"] != "self"})


SQLTYPE = {"text": "TEXT", "long": "TEXT", "enum": "TEXT", "id": "TEXT", "ids": "TEXT", "hash": "TEXT", "json": "TEXT", "texts": "TEXT",
           "day": "BIGINT", "time": "BIGINT", "int": "BIGINT", "bool": "BIGINT"}
QTYPE = {"TEXT": "text", "BIGINT": "int"}


def quoted(n):
    return '"' + n + '"'


def identity(column):
    """A column of a kind's identity as the search for a twin asks for it; the index is over the same words."""
    return f"COALESCE({quoted(column)}, '')"


def schema(law):
    out = ["-- Made by tools/lawgen.py from src/law/fields.def and kinds.def: the projections of the ledger.\n"]
    for k in law.kinds:
        cols = ["    id TEXT NOT NULL PRIMARY KEY", "    state TEXT NOT NULL", "    label TEXT NOT NULL", "    made BIGINT NOT NULL", "    moved BIGINT NOT NULL", "    leaf BIGINT NOT NULL"]
        cols += [f"    {quoted(f['name'])} {SQLTYPE[f['type']]}" for f in k["fields"]]
        out.append(f"CREATE TABLE s_{k['name']} (\n" + ",\n".join(cols) + "\n);\n")
        out.append(f"CREATE INDEX s_{k['name']}_state ON s_{k['name']} (state, leaf);\n")
        wanted = [k["owner"], k["recipient"]] + ([k["id"][0]] if k["id"] else []) + [f["name"] for f in k["fields"] if f["name"] in ("case", "report", "serial", "subject", "asset", "vuln", "operator", "org", "person")]
        for n in sorted({x for x in wanted if x}):
            out.append(f"CREATE INDEX s_{k['name']}_{n} ON s_{k['name']} ({quoted(n)});\n")
        if any(f["name"] == "due" for f in k["fields"]):
            out.append(f"CREATE INDEX s_{k['name']}_due ON s_{k['name']} (state, \"due\");\n")
        if k["id"]:
            out.append(f"CREATE INDEX s_{k['name']}_twin ON s_{k['name']} (" + ", ".join(f"({identity(c)})" for c in k["id"]) + ");\n")
    for c in law.children:
        cols = ["    leaf BIGINT NOT NULL PRIMARY KEY", "    parent TEXT NOT NULL", "    label TEXT NOT NULL"]
        cols += [f"    {quoted(f['name'])} {SQLTYPE[f['type']]}" for f in c["fields"]]
        out.append(f"CREATE TABLE x_{c['name']} (\n" + ",\n".join(cols) + "\n);\n")
        out.append(f"CREATE INDEX x_{c['name']}_parent ON x_{c['name']} (parent, leaf);\n")
    return "\n".join(out)


def queries(law):
    out = ["-- Made by tools/lawgen.py: reading and writing the projections. Handled by the gate alone.\n"]

    def q(name, ins, sql, cls=None):
        head = f"-- name: {name}\n"
        if ins:
            head += "-- in: " + ", ".join(f"${i} {t} {n}" for i, (t, n) in enumerate(ins, 1)) + "\n"
        if cls:
            head += f"-- class: {cls}\n"
        out.append(head + sql + ";\n")

    for k in law.kinds:
        n, fs = k["name"], k["fields"]
        base = ["id", "state", "label", "made", "moved", "leaf"]
        names = base + [quoted(f["name"]) for f in fs]
        types = ["text", "text", "text", "int", "int", "int"] + [QTYPE[SQLTYPE[f["type"]]] for f in fs]
        collist = ", ".join(names)
        q("kind_get_" + n, [("text", "id")], f"SELECT {collist} FROM s_{n} WHERE id = $1", k["class"])
        q("kind_put_" + n, list(zip(types, [x.strip('"') for x in names])),
          f"INSERT INTO s_{n} ({collist}) VALUES ({', '.join('$%d' % i for i in range(1, len(names) + 1))})")
        q("kind_set_" + n, list(zip(types, [x.strip('"') for x in names])),
          f"UPDATE s_{n} SET " + ", ".join(f"{c} = ${i}" for i, c in enumerate(names[1:], 2)) + " WHERE id = $1")
        owner = quoted(k["owner"]) if k["owner"] else (quoted(k["owner_person"]) if k["owner_person"] else "id")
        sector = quoted(k["sector"]) if k["sector"] else "id"
        rec = quoted(k["recipient"]) if k["recipient"] else "id"
        q("kind_list_" + n, [("text", "state or empty"), ("text", "owner or empty"), ("text", "sector or empty"), ("text", "recipient or empty"), ("int", "leaf not above"), ("int", "at most"), ("text", "id after in that leaf")],
          f"SELECT {collist} FROM s_{n} WHERE ($1 = '' OR state = $1) AND ($2 = '' OR {owner} = $2) AND ($3 = '' OR {sector} = $3) AND ($4 = '' OR {rec} = $4) AND leaf <= $5 AND (leaf < $5 OR id > $7) ORDER BY leaf DESC, id LIMIT $6", k["class"])
        q("kind_since_" + n, [("int", "leaf"), ("text", "id after in that leaf"), ("int", "at most")],
          f"SELECT {collist} FROM s_{n} WHERE leaf > $1 OR (leaf = $1 AND id > $2) ORDER BY leaf, id LIMIT $3", k["class"])
        q("kind_ids_" + n, [], f"SELECT id FROM s_{n} ORDER BY id")
        q("kind_dump_" + n, [], f"SELECT {collist} FROM s_{n} ORDER BY id")
        if k["id"]:
            finals = [s["name"] for s in k["states"] if s["mark"] == "final"]
            cond = " AND ".join(f"{identity(c)} = ${i}" for i, c in enumerate(k["id"], 1))
            if finals:
                cond += " AND state NOT IN (" + ", ".join("'%s'" % s for s in finals) + ")"
            q("kind_twin_" + n, [("text", c) for c in k["id"]], f"SELECT count(*) FROM s_{n} WHERE {cond}")
    for c in law.children:
        names = ["leaf", "parent", "label"] + [quoted(f["name"]) for f in c["fields"]]
        types = ["int", "text", "text"] + [QTYPE[SQLTYPE[f["type"]]] for f in c["fields"]]
        q("child_put_" + c["name"], list(zip(types, [x.strip('"') for x in names])),
          f"INSERT INTO x_{c['name']} ({', '.join(names)}) VALUES ({', '.join('$%d' % i for i in range(1, len(names) + 1))})")
        q("child_list_" + c["name"], [("text", "parent")], f"SELECT {', '.join(names)} FROM x_{c['name']} WHERE parent = $1 ORDER BY leaf", c["class"])
        q("child_dump_" + c["name"], [], f"SELECT {', '.join(names)} FROM x_{c['name']} ORDER BY leaf")
    return "\n".join(out)


def header(law):
    o = ["/* Made by tools/lawgen.py from the .def files of src/law. */", "#ifndef TB_LAW_GEN_H", "#define TB_LAW_GEN_H", ""]

    def enum(name, prefix, items, count):
        o.append(f"enum {name} {{")
        o.extend(f"    {prefix}{c_id(i)}," for i in items)
        o.append(f"    {count}\n}};")

    enum("law_gate_id", "GATE_", [g["name"] for g in law.gates], "GATE_COUNT")
    enum("role_id", "ROLE_", [r["name"] for r in law.roles], "ROLE_COUNT")
    enum("kind_id", "KIND_", [k["name"] for k in law.kinds], "KIND_COUNT")
    enum("state_id", "ST_", law.states, "ST_COUNT")
    enum("field_id", "FIELD_", [(f["home"][1] or "input") + "_" + f["name"] for f in law.fields], "FIELD_COUNT")
    enum("name_id", "N_", law.names, "NAME_COUNT")
    enum("child_id", "CHILD_", [c["name"] for c in law.children], "CHILD_COUNT")
    enum("fact_id", "FACT_", [f["name"] for f in law.facts], "FACT_COUNT")
    enum("pred_id", "P_", [p["name"] for p in law.preds], "PRED_COUNT")
    enum("fn_id", "FN_", [f["name"] for f in law.fns], "FN_COUNT")
    enum("clock_id", "CLOCK_", [c["name"] for c in law.clocks], "CLOCK_COUNT")
    enum("class_id", "CLASS_", [c["name"] for c in law.classes], "CLASS_COUNT")
    enum("recipient_id", "RECIPIENT_", law.recipients, "RECIPIENT_COUNT")
    enum("basis_id", "BASIS_", [b["name"] for b in law.bases], "BASIS_COUNT")
    enum("flag_id", "FLAG_", [f["name"] for f in law.flags], "FLAG_COUNT")
    enum("selector_id", "SEL_", ["new", "self"] + [s[4:] for s in law.selectors], "SEL_COUNT")
    enum("act_id", "ACT_", [a["name"] for a in law.acts], "ACT_COUNT")
    enum("orgkind_id", "ORG_", law.orgkinds, "ORGKIND_COUNT")
    o.append("#define LAW_KINDS(X) " + " ".join(f"X({k['name']})" for k in law.kinds))
    o.append("#define LAW_KINDS_WITH_ID(X) " + " ".join(f"X({k['name']})" for k in law.kinds if k["id"]))
    o.append("#define LAW_CHILDREN(X) " + " ".join(f"X({c['name']})" for c in law.children))
    o.append("#define LAW_FACT_QUERIES(X) " + " ".join(f"X({f['name']}, {f['query']})" for f in law.facts if f["query"]))
    o.append("#define LAW_SELECTORS(X) " + " ".join(f"X({s[4:]}, {s})" for s in law.selectors))
    o.append("#define LAW_PREDS(X) " + " ".join(f"X({p['name']})" for p in law.preds if not p["general"]))
    o.append("#define LAW_FNS(X) " + " ".join(f"X({f['name']})" for f in law.fns))
    o.append("#define LAW_MAX_FIELDS %d" % max(len(k["fields"]) for k in law.kinds))
    o.append("#endif")
    return "\n".join(o) + "\n"


def day_number(s):
    import datetime
    return (datetime.date.fromisoformat(s) - datetime.date(1970, 1, 1)).days


def set_count(law, clock, full):
    """A day that an act sets lasts to its end; an hour that it sets is the instant."""
    kind, _, name = full.partition(".")
    for f in law.fields:
        if f["home"] == ("kind", kind) and f["name"] == name and f["type"] in ("day", "time"):
            return "COUNT_SET" if f["type"] == "day" else "COUNT_INSTANT"
    fail(clock["at"], f"{full} is no day and no time")


def src(s):
    op, v = s
    if op == "CONST":
        return f"{{SRC_CONST, .text = {c_str(v)}}}"
    if op in ("IN", "ROW", "SUB"):
        return f"{{SRC_{op}, .id = N_{v}}}"
    if op == "FACT":
        return f"{{SRC_FACT, .id = FACT_{v}}}"
    if op == "FN":
        return f"{{SRC_FN, .id = FN_{v}}}"
    return f"{{SRC_{op}}}"


def tables(law):
    o = ["/* Made by tools/lawgen.py from the .def files of src/law. */", '#include "law/law.h"', ""]
    o.append("const struct law_gate law_gate[GATE_COUNT] = {")
    for g in law.gates:
        o.append(f"    {{{c_str(g['name'])}, {day_number(g['from']) if g['from'] else 'DAY_NONE'}, '{g['conf']}', {c_str(g['ja'])}}},")
    o.append("};")

    def bits(names, prefix):
        return " | ".join(f"(UINT64_C(1) << {prefix}{n})" for n in names) or "0"

    o.append("const struct law_role law_role[ROLE_COUNT] = {")
    for r in law.roles:
        sort = {"role": "ROLE_HELD", "machine": "ROLE_MACHINE", "special": "ROLE_SPECIAL"}[r["sort"]]
        rec = f"RECIPIENT_{r['recipient']}" if r["recipient"] else "RECIPIENT_COUNT"
        desk = bits([d for d in r["desk"] if d != "finder"], "KIND_")
        o.append(f"    {{{c_str(r['name'])}, {c_str(r['ja'])}, {sort}, {bits(r['of'], 'ORG_')}, {rec}, {c_str(r['ack'])}, {desk}, {'true' if 'finder' in r['desk'] else 'false'}, {c_str(r['sod'])}, {'true' if r['told'] else 'false'}, {'true' if r['open'] else 'false'}}},")
    o.append("};")
    o.append("const char *const law_state_name[ST_COUNT] = {" + ", ".join(c_str(s) for s in law.states) + "};")
    o.append("const char *const law_name[NAME_COUNT] = {" + ", ".join(c_str(n) for n in law.names) + "};")
    for f in law.fields:
        if f["options"]:
            o.append(f"static const struct law_option option_{f['index']}[] = {{" + ", ".join(f"{{{c_str(a)}, {c_str(b)}}}" for a, b in f["options"]) + "};")
    o.append("const struct law_field law_field[FIELD_COUNT] = {")
    for f in law.fields:
        home, owner = f["home"]
        o.append(f"    {{{c_str(f['name'])}, {c_str(f['ja'])}, {c_str(f['hint'])}, N_{f['name']}, FT_{f['type'].upper()}, {f['min']}, {f['max']}, "
                 f"{'KIND_' + f['ref'] if f['ref'] else 'KIND_COUNT'}, {'option_%d' % f['index'] if f['options'] else 'NULL'}, {len(f['options'])}, "
                 f"{'KIND_' + owner if home == 'kind' else 'KIND_COUNT'}, {'CHILD_' + owner if home == 'child' else 'CHILD_COUNT'}}},")
    o.append("};")
    for k in law.kinds:
        o.append(f"static const struct law_state state_{k['name']}[] = {{" + ", ".join(
            f"{{ST_{s['name']}, {c_str(s['ja'])}, {'STATE_FINAL' if s['mark'] == 'final' else 'STATE_STANDING' if s['mark'] == 'standing' else 'STATE_PASSING'}}}" for s in k["states"]) + "};")
        if k["fields"]:
            o.append(f"static const enum field_id fields_{k['name']}[] = {{" + ", ".join(f"FIELD_{k['name']}_{f['name']}" for f in k["fields"]) + "};")
        if k["id"]:
            o.append(f"static const enum name_id id_{k['name']}[] = {{" + ", ".join("N_" + n for n in k["id"]) + "};")
        if k["flags"]:
            o.append(f"static const struct law_flagmap flags_{k['name']}[] = {{" + ", ".join(f"{{FLAG_{a}, N_{b}}}" for a, b in k["flags"]) + "};")
        if k["recipient_when"]:
            o.append(f"static const enum state_id recipient_when_{k['name']}[] = {{" + ", ".join("ST_" + s for s in k["recipient_when"]) + "};")

    def n_or(x):
        return f"N_{x}" if x else "NAME_COUNT"

    for k in law.kinds:
        for i, c in enumerate(k["classes"]):
            if c["states"]:
                o.append(f"static const enum state_id class_states_{k['name']}_{i}[] = {{" + ", ".join("ST_" + s for s in c["states"]) + "};")
        if k["classes"]:
            o.append(f"static const struct law_classmap classes_{k['name']}[] = {{" + ", ".join(
                f"{{CLASS_{c['class']}, {'class_states_%s_%d' % (k['name'], i) if c['states'] else 'NULL'}, {len(c['states'])}, {n_or(c['until'])}}}" for i, c in enumerate(k["classes"])) + "};")
    o.append("const struct law_kind law_kind[KIND_COUNT] = {")
    for k in law.kinds:
        o.append(f"    {{{c_str(k['name'])}, {c_str(k['ja'])}, CLASS_{k['class']}, {'CLASS_' + k['class2'] if k['class2'] else 'CLASS_COUNT'}, {n_or(k['class2_when'])}, "
                 f"{n_or(k['owner'])}, {n_or(k['owner_person'])}, {n_or(k['recipient'])}, {n_or(k['sector'])}, "
                 f"{'recipient_when_' + k['name'] if k['recipient_when'] else 'NULL'}, {len(k['recipient_when'])}, "
                 f"state_{k['name']}, {len(k['states'])}, {'fields_' + k['name'] if k['fields'] else 'NULL'}, {len(k['fields'])}, "
                 f"{'id_' + k['name'] if k['id'] else 'NULL'}, {len(k['id'])}, {'flags_' + k['name'] if k['flags'] else 'NULL'}, {len(k['flags'])}, "
                 f"{'classes_' + k['name'] if k['classes'] else 'NULL'}, {len(k['classes'])}, {'true' if k['quota'] else 'false'}}},")
    o.append("};")
    for c in law.children:
        o.append(f"static const enum field_id cfields_{c['name']}[] = {{" + ", ".join(f"FIELD_{c['name']}_{f['name']}" for f in c["fields"]) + "};")
    o.append("const struct law_child law_child[CHILD_COUNT] = {")
    for c in law.children:
        o.append(f"    {{{c_str(c['name'])}, {c_str(c['ja'])}, KIND_{c['kind']}, CLASS_{c['class']}, cfields_{c['name']}, {len(c['fields'])}}},")
    o.append("};")
    for f in law.facts:
        if f["args"]:
            o.append(f"static const struct law_source args_{f['name']}[] = {{" + ", ".join(
                f"{{SRC_{a}, .id = N_{n}}}" if a in ("IN", "SUB", "ROW") else (f"{{SRC_CONST, .text = {c_str(n)}}}" if a == "CONST" else f"{{SRC_{a}}}") for a, n in f["args"]) + "};")
    o.append("const struct law_fact law_fact[FACT_COUNT] = {")
    for f in law.facts:
        each = f["each"]
        o.append(f"    {{{c_str(f['name'])}, FACT_TYPE_{f['type'].upper()}, {c_str(f['query'])}, {'args_' + f['name'] if f['args'] else 'NULL'}, {len(f['args'])}, "
                 f"{'SRC_' + each[0].upper() if each else 'SRC_NONE'}, {'N_' + each[1] if each else 'NAME_COUNT'}}},")
    o.append("};")

    def reads(owner, facts):
        fs = [f for f in facts if "." not in f and f != "subject"]
        if fs:
            o.append(f"static const enum fact_id facts_{owner}[] = {{" + ", ".join("FACT_" + f for f in fs) + "};")
        ns = [f.split(".") for f in facts if f.split(".")[0] in ("row", "sub")]
        if ns:
            o.append(f"static const struct law_read reads_{owner}[] = {{" + ", ".join(f"{{{'true' if w == 'row' else 'false'}, N_{n}}}" for w, n in ns) + "};")
        return (f"facts_{owner}" if fs else "NULL", len(fs), f"reads_{owner}" if ns else "NULL", len(ns))

    rows = []
    for p in law.preds:
        r = reads("p_" + p["name"], p["facts"])
        rows.append(f"    {{{c_str(p['name'])}, {c_str(p['ja'])}, {c_str(p['todo'])}, {'true' if p['general'] else 'false'}, {'true' if p['always'] else 'false'}, {'true' if p['waits'] else 'false'}, {r[0]}, {r[1]}, {r[2]}, {r[3]}}},")
    o.append("const struct law_pred law_pred[PRED_COUNT] = {")
    o += rows + ["};"]
    rows = []
    for p in law.fns:
        r = reads("fn_" + p["name"], p["facts"])
        rows.append(f"    {{{c_str(p['name'])}, {r[0]}, {r[1]}, {r[2]}, {r[3]}}},")
    o.append("const struct law_fn law_fn[FN_COUNT] = {")
    o += rows + ["};"]
    for c in law.clocks:
        vs = []
        for v in c["variants"]:
            frm = "SRC_NONE"
            fid = "0"
            if v["from"] == "now" or v["from"] is None:
                frm = "SRC_NOW"
            elif v["from"].startswith("fact."):
                frm, fid = "SRC_FACT", "FACT_" + v["from"][5:]
            else:
                frm, fid = "SRC_ROW", "N_" + v["from"].split(".")[1]
            count = "COUNT_ELAPSED" if v["elapsed"] else "COUNT_FIXED" if v["fixed"] else set_count(law, c, v["set"]) if v["set"] else {"months": "COUNT_MONTHS", "years": "COUNT_YEARS", "days": "COUNT_DAYS", "workdays": "COUNT_WORKDAYS"}[v["unit"]]
            setn = "N_" + v["set"].split(".")[1] if v["set"] else "NAME_COUNT"
            vs.append(f"{{{c_str(v['name'])}, {frm}, {fid}, {count}, {v['n']}, {day_number(v['fixed']) if v['fixed'] else 'DAY_NONE'}, {setn}, {c_str('level_' + v['elapsed'] if v['elapsed'] else None)}, {c_str(v['basis'] or c['basis'])}}}")
        o.append(f"static const struct law_variant variant_{c['name']}[] = {{" + ", ".join(vs) + "};")
        if c["lapse"]:
            o.append(f"static const struct law_lapse lapse_{c['name']}[] = {{" + ", ".join(f"{{KIND_{k}, ST_{a}, ST_{b}}}" for k, a, b in c["lapse"]) + "};")
    o.append("const struct law_clock law_clock[CLOCK_COUNT] = {")
    for c in law.clocks:
        o.append(f"    {{{c_str(c['name'])}, {c_str(c['ja'])}, {'FN_' + c['pick'] if c['pick'] else 'FN_COUNT'}, variant_{c['name']}, {len(c['variants'])}, {'true' if c['roll'] else 'false'}, "
                 f"{'lapse_' + c['name'] if c['lapse'] else 'NULL'}, {len(c['lapse'])}, {c_str(c['basis'] or c['variants'][0]['basis'])}, '{c['conf'][0]}', {'true' if c['statutory'] else 'false'}, {c_str(c['escalate'])}}},")
    o.append("};")

    def mask(m):
        return "0" if m == "-" else " | ".join("LABEL_" + x for x in m)

    o.append("const struct law_class law_class[CLASS_COUNT] = {" + ", ".join(f"{{{c_str(c['name'])}, {c_str(c['ja'])}, {mask(c['mask'])}}}" for c in law.classes) + "};")
    o.append("const char *const law_recipient[RECIPIENT_COUNT] = {" + ", ".join(c_str(r) for r in law.recipients) + "};")
    o.append("const struct law_basis law_basis[BASIS_COUNT] = {" + ", ".join(f"{{{c_str(b['name'])}, {mask(b['mask'])}}}" for b in law.bases) + "};")
    o.append("const struct law_flag law_flag[FLAG_COUNT] = {" + ", ".join(f"{{{c_str(f['name'])}, {c_str(f['ja'])}, {c_str(f['todo'])}}}" for f in law.flags) + "};")
    o.append("const struct law_release law_release_row[] = {")
    for r in law.releases:
        o.append(f"    {{CLASS_{r['class']}, RECIPIENT_{r['recipient']}, BASIS_{r['basis']}, {'true' if r['allow'] else 'false'}, {' | '.join('(1u << FLAG_%s)' % f for f in r['flags']) or '0'}, '{r['conf'][0]}', {c_str(r['ja'])}}},")
    o.append("};")
    o.append(f"const size_t law_release_rows = {len(law.releases)};")
    o.append("const struct law_param law_param[] = {" + ", ".join(f"{{{c_str(p['name'])}, {c_str(p['value'])}, {day_number(p['from'])}, '{p['conf']}', {c_str(p['ja'])}}}" for p in law.params) + "};")
    o.append(f"const size_t law_params = {len(law.params)};")
    o.append("const struct law_notice law_notice[] = {" + ", ".join(f"{{{c_str(p['no'])}, {c_str(p['product'])}, {day_number(p['from'])}}}" for p in law.notices) + "};")
    o.append(f"const size_t law_notices = {len(law.notices)};")
    o.append("const struct law_order law_order[] = {")
    for kind, drafter, issuer, limit, penalty in law.orders:
        o.append(f"    {{{c_str(kind)}, ROLE_{drafter}, ROLE_{issuer}, {'true' if limit == 'needed' else 'false'}, {c_str(None if penalty == '-' else penalty)}}},")
    o.append("};")
    o.append(f"const size_t law_orders = {len(law.orders)};")
    for name, rows in (("entrust", law.entrusts), ("provider", law.providers), ("touches", law.touches)):
        o.append(f"const struct law_pair law_{name}_row[] = {{" + ", ".join(f"{{{c_str(a)}, {c_str(b)}}}" for a, b in rows) + "};")
        o.append(f"const size_t law_{name}_rows = {len(rows)};")
    n = law.ssvc_size
    flat = [law.ssvc[(a, b, c, d)] for a in range(n[0]) for b in range(n[1]) for c in range(n[2]) for d in range(n[3])]
    o.append(f"const char *const law_ssvc_row[] = {{" + ", ".join(c_str(x) for x in flat) + "};")
    o.append("const size_t law_ssvc_size[4] = {" + ", ".join(str(x) for x in n) + "};")
    o.append("static const day_t holiday[] = {" + ", ".join(str(day_number(h)) for h in law.holidays) + "};")
    o.append(f"const struct holidays law_holidays = {{holiday, {len(law.holidays)}}};")

    for a in law.acts:
        n = c_id(a["name"])
        o.append(f"static const enum role_id by_{n}[] = {{" + ", ".join("ROLE_" + r for r in a["by"]) + "};")
        if a["from"]:
            o.append(f"static const enum state_id from_{n}[] = {{" + ", ".join("ST_" + s for s in a["from"]) + "};")
        if a["to"]:
            o.append(f"static const struct law_to to_{n}[] = {{" + ", ".join(f"{{ST_{s}, {'true' if neg else 'false'}}}" for s, neg in a["to"]) + "};")
        if a["in"]:
            o.append(f"static const struct law_in in_{n}[] = {{" + ", ".join(f"{{{i}, {'true' if req else 'false'}}}" for i, req in a["in"]) + "};")
        for what in ("set", "adds_set"):
            if a[what]:
                o.append(f"static const struct law_set {what}_{n}[] = {{" + ", ".join(f"{{N_{x}, {src(s)}}}" for x, s in a[what]) + "};")
        if a["if"]:
            o.append(f"static const struct law_cond if_{n}[] = {{" + ", ".join(f"{{P_{c}, {'FACT_last_by_' + c_id(x) if x else 'FACT_COUNT'}, {c_str(x)}}}" for c, x in a["if"]) + "};")
        if a["clocks"]:
            rows = []
            for c in a["clocks"]:
                op = {"+": "CLOCK_START", "-": "CLOCK_MEET", "x": "CLOCK_CANCEL", "~": "CLOCK_RESTART"}[c["op"]]
                on, arg = "ON_SUBJECT", "0"
                if c["on"].startswith("in."):
                    on, arg = "ON_INPUT", "N_" + c["on"][3:]
                elif c["on"]:
                    if c["on"] in [s["kind"] for s in a["sides"]]:
                        on, arg = "ON_SIDE", "KIND_" + c["on"]
                    elif c["on"] in law.names:
                        on, arg = "ON_FIELD", "N_" + c["on"]
                    else:
                        fail(a["at"], f"clock on unknown {c['on']}")
                when = "WHEN_ALWAYS" if not c["when"] else ("WHEN_TO" if c["when"] == ">" else "WHEN_FROM")
                rows.append(f"{{{op}, CLOCK_{c['clock']}, {on}, {arg}, {'true' if c['always'] else 'false'}, {when}, {'ST_' + c['state'] if c['state'] else 'ST_NONE'}}}")
            o.append(f"static const struct law_tick clocks_{n}[] = {{" + ", ".join(rows) + "};")
        for i, s in enumerate(a["sides"]):
            o.append(f"static const enum state_id sidefrom_{n}_{i}[] = {{" + ", ".join("ST_" + x for x in s["from"]) + "};")
            if s["set"]:
                o.append(f"static const struct law_set sideset_{n}_{i}[] = {{" + ", ".join(f"{{N_{x}, {src(v)}}}" for x, v in s["set"]) + "};")
        if a["sides"]:
            o.append(f"static const struct law_side sides_{n}[] = {{" + ", ".join(
                f"{{KIND_{s['kind']}, SEL_{'new' if s['sel'] == 'new' else s['sel'][4:]}, sidefrom_{n}_{i}, {len(s['from'])}, ST_{s['to']}, {'sideset_%s_%d' % (n, i) if s['set'] else 'NULL'}, {len(s['set'])}}}"
                for i, s in enumerate(a["sides"])) + "};")
        for i, t in enumerate(a["thens"]):
            if t["in"]:
                o.append(f"static const struct law_pair thenin_{n}_{i}[] = {{" + ", ".join(f"{{{c_str(x)}, {c_str(v)}}}" for x, v in t["in"]) + "};")
        if a["thens"]:
            o.append(f"static const struct law_then thens_{n}[] = {{" + ", ".join(
                f"{{ACT_{c_id(t['act'])}, SEL_{'self' if t['sel'] == 'self' else t['sel'][4:]}, {'ROLE_COUNT' if t['as'] == 'ACTOR' else 'ROLE_' + t['as']}, {'true' if t['quiet'] else 'false'}, {'thenin_%s_%d' % (n, i) if t['in'] else 'NULL'}, {len(t['in'])}}}"
                for i, t in enumerate(a["thens"])) + "};")
        if a["tells"]:
            o.append(f"static const enum role_id tells_{n}[] = {{" + ", ".join("ROLE_" + r for r in a["tells"]) + "};")
    o.append("const struct law_act law_act[ACT_COUNT] = {")
    for a in law.acts:
        n = c_id(a["name"])

        def arr(what, key=None):
            items = a[key or what]
            return f"{what}_{n}, {len(items)}" if items else "NULL, 0"

        mode = {"SAME": "TO_SAME", "FIXED": "TO_FIXED", "OUTCOME": "TO_OUTCOME", "FN": "TO_FN"}[a["to_mode"]]
        makes = {"0": "MAKES_NONE", "S": "MAKES_S", "W": "MAKES_W", "REPORTED": "MAKES_REPORTED", "join": "MAKES_JOIN", "-": "MAKES_KEEP"}[a["makes"]]
        o.append(f"    {{{c_str(a['name'])}, {c_str(a['title'])}, {c_str(a['basis'])}, KIND_{a['kind']}, {arr('by')}, {'true' if a['from_mode'] == 'ANY' else 'false'}, {arr('from')}, "
                 f"{mode}, {'FN_' + a['fn'] if a['fn'] else 'FN_COUNT'}, {arr('to')}, {arr('in')}, {arr('set')}, {'CHILD_' + a['adds'] if a['adds'] else 'CHILD_COUNT'}, {arr('adds_set')}, "
                 f"{arr('if')}, {arr('clocks')}, {arr('sides')}, {arr('thens')}, {makes}, GATE_{a['gate']}, {arr('tells')}, {c_str(a['says'])}}},")
    o.append("};")
    o.append(f"const char law_image_hash[65] = {c_str(law.image.hexdigest())};")
    return "\n".join(o) + "\n"


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, out = sys.argv[1:]
    try:
        law = Law(folder)
        files = {"law_gen.h": header(law), "law_gen.c": tables(law), "schema_gen.sql": schema(law), "kinds_gen.sql": queries(law)}
    except Bad as why:
        sys.exit(str(why))
    for name, text in files.items():
        with open(os.path.join(out, name), "w", encoding="utf-8") as f:
            f.write(text)


main()
