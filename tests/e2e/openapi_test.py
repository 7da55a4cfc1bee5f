"""The description of the API is what the API does: the whole story, every list and every kind of thing, all refusals,
each answer held against it; and an answer that lacks a member, or has one more, is seen."""
import copy
import json
import os
import re
import time

from contract import Broken
from served import FILED, ROOT, TOBUHI, Client, Home, Server, asset, contract, equal, filer, note, run

home = Home()
NOBODY = "00000000-0000-4000-8000-000000000000"


def the_command_and_the_server_give_the_same_description():
    home.seed()
    with Server(home) as s:
        status, served = Client(s).json("GET", "/api/v1/openapi.json")
    equal(status, 200)
    equal(served, contract().document)
    equal(served["openapi"], "3.1.0")


def every_act_that_a_person_can_do_has_its_path_and_no_other():
    law = json.loads(home.tobuhi("law", "--json", check=0).stdout)
    described = {(op["x-law"]["act"], "{id}" in path) for path, item in contract().document["paths"].items() for op in item.values() if "x-law" in op}
    machines = {r["name"] for r in law["roles"] if r["name"].startswith("M_")}
    want = {(a["name"], False) for a in law["acts"] if "NONE" in a["from"]}
    want |= {(a["name"], True) for a in law["acts"] if [x for x in a["from"] if x != "NONE"]}
    hidden = {a["name"] for a in law["acts"] if set(a["by"]) <= machines}
    assert hidden and len(want) > 60, (hidden, len(want))
    equal(described, {x for x in want if x[0] not in hidden})


def the_inputs_are_those_of_the_rows():
    law = json.loads(home.tobuhi("law", "--json", check=0).stdout)
    schemas = contract().document["components"]["schemas"]
    for act in law["acts"]:
        schema = schemas.get(act["name"] + ".in")
        if not schema:
            continue
        equal(sorted(set(schema["properties"]) - {"outcome", "idempotency_key"}), sorted(i["name"] for i in act["inputs"]), act["name"])
        equal(sorted(set(schema.get("required", [])) - {"outcome"}), sorted(i["name"] for i in act["inputs"] if i["required"]), act["name"])
        for i in act["inputs"]:
            got = schema["properties"][i["name"]]
            if i["type"] == "enum":
                equal(got["enum"], list(i["options"]), i["name"])
            if i["type"] in ("text", "long"):
                equal(got["maxLength"], i["max"], i["name"])


def as_described_or_refused_at_the_same_place(s):
    """What the description forbids, the server refuses (422) and names."""
    c = Client(s, filer)
    good = asset("O-1")
    tries = [("op_ref", "x" * 65), ("op_ref", "一行\n二行"), ("op_ref", "\u202e逆"), ("asset_kind", "K9"), ("introduced_on", "2026-13-01"), ("introduced_on", "11/1"),
             ("facility_existed", "たぶん"), ("op_ref", ["x"]), ("extra", "x"), ("outcome", "DUE")]
    op = contract().operation("POST", "/api/v1/asset/record")
    schema = op["requestBody"]["content"]["application/json"]["schema"]
    equal(contract().faults(schema, good), [])
    for name, value in tries:
        bad = {**good, name: value}
        assert contract().faults(schema, bad), (name, value)
        equal(c.act("asset.record", **bad)[0], 422, "%s=%r" % (name, value))
    for name in op and contract().resolve(schema)["required"]:
        bad = {k: v for k, v in good.items() if k != name}
        assert contract().faults(schema, bad), name
        equal(c.act("asset.record", **bad)[0], 422, "without " + name)
    longest = {**good, "op_ref": "火" * 64}
    equal(contract().faults(schema, longest), [])
    equal(c.act("asset.record", **longest)[0], 201)


def a_request_is_refused_where_its_description_forbids_it():
    with Server(home) as s:
        as_described_or_refused_at_the_same_place(s)


def every_refusal_is_a_described_problem():
    with Server(home) as s:
        visitor, c = Client(s), Client(s, filer)
        for who, method, path, body, kind, want in (
                (visitor, "GET", "/api/v1/asset", None, "application/json", 401), (visitor, "POST", "/api/v1/asset/record", "{}", "application/json", 401),
                (c, "POST", "/api/v1/asset/record", "{", "application/json", 400), (c, "POST", "/api/v1/asset/record", "[]", "application/json", 400),
                (c, "POST", "/api/v1/asset/%s/forward" % NOBODY, "{}", "application/json", 404), (c, "GET", "/api/v1/asset/" + NOBODY, None, "application/json", 404),
                (c, "GET", "/api/v1/nothing", None, "application/json", 404), (c, "POST", "/api/v1/asset/burn", "{}", "application/json", 404),
                (c, "GET", "/api/v1/asset?limit=501", None, "application/json", 422), (c, "PUT", "/api/v1/asset", "{}", "application/json", 405),
                (c, "POST", "/api/v1/asset/record", "a=b", "text/plain", 415), (c, "POST", "/api/v1/session", {"person": "x"}, "application/json", 422),
                (c, "POST", "/api/v1/council/organise", {"agencies": "x"}, "application/json", 403), (c, "POST", "/api/v1/exercise/advance", {"days": 0}, "application/json", 422),
                (c, "POST", "/api/v1/asset/record", json.dumps({"op_ref": "x" * (9 << 20)}), "application/json", 413),
                (c, "POST", "/api/v1/clock/%s/lapse" % NOBODY, "{}", "application/json", None)):
            status = who.call(method, path, body, kind)[0]
            assert status == want or (want is None and 400 <= status < 500), (method, path, status, want)


def the_same_key_answers_once_and_as_described():
    with Server(home) as s:
        c = Client(s, filer)
        first = c.act("asset.record", **asset("O-2"), idempotency_key="k-1")[1]
        again = c.act("asset.record", **asset("O-2"), idempotency_key="k-1")[1]
        equal((again["leaf"], again["subject"]), (first["leaf"], first["subject"]))


def the_whole_story_is_as_described():
    with Server(home) as s:
        people, steps = {}, 0
        visitor = Client(s)
        for _ in range(400):
            step = visitor.json("GET", "/api/v1/exercise/next")[1]
            if step["end"]:
                break
            if step["wait"]:
                time.sleep(0.1)
                continue
            who = step["person"]
            if who not in people:
                people[who] = Client(s, lambda p, i=who: p["id"] == i)
            people[who].do(step["act"], step["subject"] or None, **step["in"])
            steps += 1
        assert step["end"] and steps >= 30, (step, steps)
        every_list_and_one_of_each(s)


def every_list_and_one_of_each(s):
    """By all roles, so that every kind is seen in full by somebody."""
    seen, children = {}, set()
    kinds = [k["name"] for k in json.loads(home.tobuhi("law", "--json", check=0).stdout)["kinds"]]
    for role in sorted({p["roles"] for p in Client(s).people()}):
        c = Client(s, lambda p, r=role: p["roles"] == r)
        for kind in kinds:
            status, out = c.json("GET", "/api/v1/%s?limit=20" % kind)
            equal(status, 200, kind)
            for item in out["items"][:2]:
                status, full = c.json("GET", "/api/v1/%s/%s" % (kind, item["id"]))
                equal(status, 200, kind)
                seen[kind] = seen.get(kind, 0) + 1
                children |= {name for name, rows in full["records"].items() if rows}
        for case in c.json("GET", "/api/v1/case?limit=3")[1]["items"]:
            equal(c.json("GET", "/api/v1/case/%s/recipients" % case["id"])[0], 200)
    note("%d answers of %d kinds of operation and status" % (sum(contract().seen.values()), len(contract().seen)))
    assert len(seen) >= 20, sorted(set(kinds) - set(seen))
    equal(children, {"contact", "addition", "evidence"} & children)
    assert {"contact", "evidence"} <= children, children
    equal(c.json("GET", "/api/v1/law")[0], 200)
    equal(c.call("DELETE", "/api/v1/session")[0], 204)


class Heads(dict):
    """Names in any case are not needed here; the test makes them."""


def broken(method, path, status, value, kind="application/json", leaf=None):
    try:
        contract().answer(method, path, status, Heads({"Content-Type": kind, **({"X-Tobuhi-Leaf": leaf} if leaf else {})}), json.dumps(value).encode())
    except Broken:
        return True
    return False


def twins(method, path, status, value, kind="application/json"):
    """Each member that must be there dropped, each of another type, one more: all are seen. How many."""
    assert not broken(method, path, status, value, kind), (path, value)
    op = contract().operation(method, path)
    schema = contract().resolve(contract().resolve(op["responses"].get(str(status), op["responses"]["default"]))["content"][kind]["schema"])
    n = 0
    for name in schema["required"]:
        less = copy.deepcopy(value)
        del less[name]
        assert broken(method, path, status, less, kind), "%s without %s passed" % (path, name)
        n += 1
    for name in value:
        assert broken(method, path, status, {**value, name: {"wrong": []}}, kind) or schema["properties"][name] in ({}, {"type": "object"}) or \
            "type" not in contract().resolve(schema["properties"][name]) and "const" not in schema["properties"][name], "%s with another %s passed" % (path, name)
    assert broken(method, path, status, {**value, "unheard_of": 1}, kind), path
    return n


def an_answer_with_a_field_dropped_fails():
    n = 0
    with Server(home) as s:
        c = Client(s, filer)
        done = c.do("asset.record", **asset("O-3"))
        n += twins("POST", "/api/v1/asset/record", 201, done)
        path = "/api/v1/asset/" + done["subject"]
        n += twins("GET", path, 200, c.json("GET", path)[1])
        item = c.json("GET", path)[1]
        for name in ("operator", "op_ref", "asset_kind", "product", "introduced_on", "clocks"):
            less = {k: v for k, v in item.items() if k != name}
            assert broken("GET", path, 200, less), name
        assert broken("GET", path, 200, {**item, "state": "BURNT"}) and broken("GET", path, 200, {**item, "introduced_on": 20000}), item
        listed = c.json("GET", "/api/v1/asset")[1]
        n += twins("GET", "/api/v1/asset", 200, listed)
        del listed["items"][0]["op_ref"]
        assert broken("GET", "/api/v1/asset", 200, listed)
        status, refused = c.json("POST", "/api/v1/council/organise", {"agencies": "x"})
        equal(status, 403)
        n += twins("POST", "/api/v1/council/organise", 403, refused, "application/problem+json")
        assert broken("POST", "/api/v1/council/organise", 403, refused), "a problem of another media type"
        assert broken("POST", "/api/v1/council/organise", 404, refused, "application/problem+json"), "the status of the body is another"
        assert broken("GET", "/api/v1/nothing", 200, {}), "an answer of a path that is not described"
        assert broken("POST", "/api/v1/asset/record", 201, done, leaf="7"), "a header that is not described"
        n += twins("GET", "/api/v1/law", 200, c.json("GET", "/api/v1/law")[1])
    assert n >= 40, n
    note("%d twins" % n)


def a_request_that_was_accepted_and_is_not_described_fails():
    body = json.dumps({**asset("O-4"), "asset_kind": "K9"}).encode()
    try:
        contract().request("POST", "/api/v1/asset/record", "application/json", body)
    except Broken:
        return
    raise AssertionError("an unknown kind of machine is described")


def rows_of_low_confidence_are_those_that_bear_the_mark():
    """The marks are read out of the rows' files here, by another way than the program's."""
    marked = set()
    for name in ("acts", "clocks", "gates", "params", "recipients"):
        head = ""
        with open(os.path.join(ROOT, "src/law/%s.def" % name), encoding="utf-8") as f:
            lines = [x.rstrip("\n") for x in f if x.strip() and not x.lstrip().startswith("#")]
        for line in lines:
            words = line.split()
            if words[0] in ("act", "clock"):
                head = words[1]
            if name == "acts" and words[0] == "basis" and re.search("（[ML]）", line):
                marked.add(("act", head))
            if words[0] == "conf" and words[1] in "ML":
                marked.add(("clock", head))
            if words[0] == "variant" and re.search("（[ML]）", line):
                marked.add(("clock-variant", "%s/%s" % (head, words[1])))
    rows = json.loads(home.tobuhi("law", "--unsure", "--json", check=0).stdout)["rows"]
    equal({(r["sort"], r["name"]) for r in rows if r["sort"] in ("act", "clock", "clock-variant")}, marked)
    law = json.loads(home.tobuhi("law", "--json", check=0).stdout)
    for sort, list_ in (("recipient", "recipients"), ("gate", "gates"), ("parameter", "parameters")):
        equal(len([r for r in rows if r["sort"] == sort]), len([x for x in law[list_] if x["confidence"] in "ML"]), sort)
    text = home.tobuhi("law", "--unsure", check=0).stdout.splitlines()
    equal([t.rsplit("#", 1)[1] for t in text], [r["anchor"] for r in rows])


def the_page_of_rules_has_the_same_rows_and_each_link_leads_to_one():
    rows = json.loads(home.tobuhi("law", "--unsure", "--json", check=0).stdout)["rows"]
    with Server(home) as s:
        c = Client(s, lambda p: p["name"] == "葛城 直")
        status, _, page = c.call("GET", "/rules")
    equal(status, 200)
    text = page.decode()
    part = text[text.index('id="h-un"'):]
    equal(re.findall(r'href="/rules#([^"]+)"', part[:part.index("</table>")]), [r["anchor"] for r in rows])
    for r in rows:
        equal(text.count(' id="%s"' % r["anchor"]), 1, r["anchor"])
    ids = re.findall(r' id="([^"]+)"', text)
    equal([i for i in set(ids) if ids.count(i) > 1], [], "ids that stand twice")
    weak = text[:text.index('id="h-un"')]
    equal(len(re.findall("二次の資料</span>|推測</span>", weak)), len([r for r in rows if r["sort"] != "clock-variant"]))


run([the_command_and_the_server_give_the_same_description, every_act_that_a_person_can_do_has_its_path_and_no_other, the_inputs_are_those_of_the_rows,
     a_request_is_refused_where_its_description_forbids_it, every_refusal_is_a_described_problem, the_same_key_answers_once_and_as_described,
     the_whole_story_is_as_described, an_answer_with_a_field_dropped_fails, a_request_that_was_accepted_and_is_not_described_fails,
     rows_of_low_confidence_are_those_that_bear_the_mark, the_page_of_rules_has_the_same_rows_and_each_link_leads_to_one] if TOBUHI else [])
