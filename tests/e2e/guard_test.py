"""The day's quota over the national target list, and the copies that leave beyond it (8①, 45③二)."""
import csv
import io
import json
import os
import random
import re

from served import SMALL, Client, Home, Server, equal, run

HOME = Home(data=SMALL)
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def role(name, n=0):
    """The n-th of those who hold the role."""
    def pick(c):
        return [p for p in c.people() if name in p["roles"].split()][n]
    return pick


def client(s, name, n=0):
    c = Client(s)
    who = role(name, n)(c)
    return c.sign_in(lambda p: p["id"] == who["id"])


def machines(c):
    """One machine of each operator."""
    return {x["operator"]: x["id"] for x in c.json("GET", "/api/v1/asset?limit=500")[1]["items"]}


def others(registrar, n):
    """So many more operators, known by their numbers alone."""
    made = []
    for k in range(n):
        status, out = registrar.json("POST", "/api/v1/org/register", {"number": number(k), "name": "点検の相手%d" % k, "org_kind": "OPERATOR", "sector": "電気"})
        equal(status, 201, out)
        made.append(out["subject"])
    return made


def shown(c, names):
    """A leaf that says machines of these operators were shown, as a page of so many leaves it."""
    return c.act("read.release", object="list/asset", **{"class": "REPORTED"}, basis="A37", purpose="試験", rows=len(names), operators=names)


def the_small_exercise_is_there():
    HOME.seed()


def the_quota_is_reached_by_pages_api_and_command_together_and_the_next_day_is_free():
    with Server(HOME) as s:
        c, other = client(s, "CAO_ANALYST"), client(s, "CAO_ANALYST", 1)
        one, two, three, four = list(machines(other).values())[:4]
        equal(page(c, "/item/asset/" + one)[0], 200, "by a page")
        equal(c.json("GET", "/api/v1/asset/" + two)[0], 200, "by the API")
        HOME.tobuhi("asset", "show", three, "--as", c.who["id"], check=0, env=s.env)
        more = others(client(s, "REGISTRAR"), 78)
        equal(shown(c, more)[0], 403, "81 operators")
        equal(shown(c, more[:77])[0], 201, "80 operators")
        status, why = shown(c, more[77:])
        equal((status, [x["code"] for x in why["reasons"]]), (403, ["quota_ok"]), "one more")
        # what was shown today may be looked at again, and what does not count
        equal([c.json("GET", "/api/v1/asset/" + x)[0] for x in (one, two, three)], [200, 200, 200], "shown before")
        equal(c.json("GET", "/api/v1/case")[0], 200, "cases")
        refusals(s, c, four)
        refusals(s, client(s, "CAO_ANALYST"), four)
        equal(other.json("GET", "/api/v1/asset/" + four)[0], 200, "the twin: the same machine, and a day that is not used up")
    with Server(HOME) as s:  # a restart forgets nothing
        refusals(s, client(s, "CAO_ANALYST"), four)
        HOME.tobuhi("exercise", "advance", "1", check=0, env=s.env)
        c = client(s, "CAO_ANALYST")
        equal(c.json("GET", "/api/v1/asset/" + four)[0], 200, "the next legal day")
        equal(page(c, "/item/asset/" + four)[0], 200, "and by a page")
    HOME.clean()
    # a day that somebody has emptied or filled behind the gate's back is named
    row = HOME.sql("SELECT person, day, operator, leaf FROM p_seen ORDER BY leaf, operator LIMIT 1")[0]
    HOME.sql("DELETE FROM p_seen WHERE person = '%s' AND day = %s AND operator = '%s'" % row[:3])
    assert "p_seen" in json.dumps(HOME.replay(1)["differences"]), "a row is gone"
    HOME.sql("INSERT INTO p_seen (person, day, operator, leaf) VALUES ('%s', %s, '%s', %s)" % row)
    HOME.clean()


def number(n):
    """法人番号: the check digit comes first."""
    body = "%012d" % (880000000000 + n)
    total = sum(int(body[12 - i]) * (1 if i % 2 else 2) for i in range(1, 13))
    return "%d%s" % (9 - total % 9, body)


def page(c, path):
    status, _, out = c.call("GET", path)
    return status, out.decode()


def refusals(s, c, asset):
    equal(c.json("GET", "/api/v1/asset/%s" % asset)[0], 403, "API")
    status, text = page(c, "/item/asset/%s" % asset)
    equal(status, 403, "page")
    assert "丙製作所" not in text and "export.propose" in text, text[-2000:]
    r = HOME.tobuhi("asset", "show", asset, "--as", c.who["id"], check=1, env=s.env)
    assert "丙製作所" not in r.stdout + r.stderr and "export.propose" in r.stderr, r.stderr


def ask(c, **more):
    return c.do("export.propose", **{"what": "ASSET", "format": "CSV", "purpose": "一斉の連絡", **more})["subject"]


def approved(s, c, **more):
    one = ask(c, **more)
    client(s, "CAO_APPR").do("export.decide", one, outcome="APPROVED", reason="連絡に要る")
    return one


def fetch(c, one):
    status, head, out = c.call("POST", "/api/v1/export/%s/file" % one)
    equal(status, 200, out)
    return head, out.decode()


def nothing_leaves_without_a_second_person():
    with Server(HOME) as s:
        c = client(s, "CAO_ANALYST")
        one = ask(c)
        equal(c.call("POST", "/api/v1/export/%s/file" % one)[0], 403, "not decided")
        equal(c.act("export.decide", one, outcome="APPROVED")[1]["reasons"][0]["code"], "role_held", "the proposer")
        client(s, "CAO_APPR").do("export.decide", one, outcome="REFUSED", reason="一覧で足りる")
        equal(c.call("POST", "/api/v1/export/%s/file" % one)[0], 403, "refused")
        two = approved(s, c)
        status, why = c.act("export.release", two)
        equal((status, [x["code"] for x in why["reasons"]]), (403, ["export_made"]), "no copy is released by words alone")
        equal(client(s, "CAO_ANALYST", 1).call("POST", "/api/v1/export/%s/file" % two)[0], 403, "another person")
        equal(client(s, "SM_DESK").call("POST", "/api/v1/export/%s/file" % two)[0], 404, "another office")
        head, text = fetch(c, two)
        leaf = int(head["X-Tobuhi-Leaf"])
        equal(HOME.sql("SELECT act, ok FROM leaf WHERE idx = %d" % leaf), [("export.release", "1")], "the leaf")
        assert "attachment" in head["Content-Disposition"], head
        first = next(csv.reader(io.StringIO(text)))[0]
        for word in ("葉%d" % leaf, c.who["name"], "一斉の連絡"):
            assert word in first, first
        equal(c.call("POST", "/api/v1/export/%s/file" % two)[0], 403, "once")
        three = approved(s, c, format="JSON", what="MATCH")
        o = json.loads(fetch(c, three)[1])
        assert o["kind"] == "match" and c.who["name"] in o["watermark"], o
    HOME.clean()


def mixed(text, keep):
    """Rows without the line of the watermark, shuffled, and some of them alone."""
    lines = text.replace("\r\n", "\n").strip().split("\n")[2:]
    random.Random(7).shuffle(lines)
    return "\n".join(sorted(lines[: max(1, int(len(lines) * keep))], reverse=True)) + "\n"


def traced(s, text, who, code=0):
    path = os.path.join(HOME.path, "leaked.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    r = HOME.tobuhi("export", "trace", path, "--as", who, "--json", check=code, env=s.env)
    return {x["person"]: x["found"] for x in json.loads(r.stdout)["copies"]}


def a_copy_tells_whose_it_was_when_it_is_sorted_and_half_of_it_is_gone():
    with Server(HOME) as s:
        a, b, registrar = client(s, "CAO_ANALYST"), client(s, "CAO_ANALYST", 1), client(s, "REGISTRAR").who["id"]
        one, two = approved(s, a), approved(s, b)
        of_a, of_b = fetch(a, one)[1], None
        to = os.path.join(HOME.path, "b.csv")
        HOME.tobuhi("export", "get", two, "--as", b.who["id"], "--out", to, check=0, env=s.env)
        with open(to, encoding="utf-8") as f:
            of_b = f.read()
        equal(os.stat(to).st_mode & 0o777, 0o600)
        rows = len(mixed(of_a, 1).splitlines())
        assert rows > 8, of_a
        equal(traced(s, mixed(of_a, 1), registrar), {a.who["id"]: rows}, "all of A's")
        equal(traced(s, mixed(of_a, 0.5), registrar), {a.who["id"]: rows // 2}, "half of A's")
        equal(traced(s, mixed(of_b, 0.5), registrar), {b.who["id"]: rows // 2}, "half of B's")
        equal(traced(s, mixed(of_b, 0.01).upper(), registrar), {b.who["id"]: 1}, "one row of B's, in capitals")
        equal(traced(s, mixed(of_a, 0.5) + mixed(of_b, 0.3), registrar), {a.who["id"]: rows // 2, b.who["id"]: int(rows * 0.3)}, "both")
        # the same rows, with the numbers of the store: the control removed, and nothing is found
        plain = sorted(x["op_ref"] for x in a.json("GET", "/api/v1/asset?limit=500")[1]["items"])
        equal(sorted(r["op_ref"] for r in csv.DictReader(io.StringIO(of_a.split("\n", 1)[1]))), plain, "what was copied")
        store = [x["id"] for x in a.json("GET", "/api/v1/asset?limit=500")[1]["items"]]
        equal(traced(s, "\n".join(store), registrar, 1), {}, "numbers of the store")
        equal(set(UUID.findall(of_a)) & set(store), set(), "numbers of the store in a copy")
        equal(set(UUID.findall(of_a)) & set(UUID.findall(of_b)), set(), "numbers of two copies")
        # who may not see the export learns nothing of it
        equal(traced(s, mixed(of_a, 1), client(s, "SM_DESK").who["id"], 1), {}, "another office")
    HOME.clean()


def the_commands_say_what_is_wrong():
    with Server(HOME) as s:
        c = client(s, "CAO_ANALYST")
        listed = json.loads(HOME.tobuhi("export", "list", "--as", c.who["id"], "--json", check=0, env=s.env).stdout)["items"]
        assert len(listed) >= 5, listed
        one = listed[0]["id"]
        assert "export.release" in HOME.tobuhi("export", "show", one, "--as", c.who["id"], check=0, env=s.env).stdout or listed[0]["state"] == "RELEASED"
        for args in (("get",), ("get", "x", "--as", "y"), ("trace", "--as", "y"), ("look", one, "--as", "y"), ("get", one)):
            HOME.tobuhi("export", *args, check=2, env=s.env)
        HOME.tobuhi("export", "get", one, "--as", c.who["id"], "--out", os.path.join(HOME.path, "no.csv"), check=1, env=s.env)
        assert not os.path.exists(os.path.join(HOME.path, "no.csv")), "no empty file is left"
        HOME.tobuhi("export", "trace", "/nowhere", "--as", c.who["id"], check=3, env=s.env)


def a_copy_is_asked_for_decided_and_fetched_by_pages():
    with Server(HOME) as s:
        c, boss = client(s, "IPA_TRIAGE"), client(s, "IPA_HEAD")
        status, text = page(c, "/list/export")
        equal(status, 200)
        assert "持出しの申請" in text and "/act/export.propose" in text, text[-3000:]
        form(c, "export.propose", what="ASSET", format="CSV", purpose="峻別の点検", operator="", sector="", vuln="")
        one = json.loads(c.call("GET", "/api/v1/export")[2])["items"][0]
        equal((one["state"], one["purpose"]), ("PROPOSED", "峻別の点検"))
        assert one["id"] in page(boss, "/inbox")[1], "it waits for the second person"
        form(boss, "export.decide", subject=one["id"], outcome="APPROVED", reason="よい")
        status, head, out = form(c, "export.release", subject=one["id"])
        equal(status, 200, out[-800:])
        assert head["Content-Type"].startswith("text/csv") and c.who["name"] in out.decode(), head
        status, head, out = form(c, "export.release", subject=one["id"])
        equal(status, 403, "once")


def form(c, act, **values):
    """Sends the form of an act as a browser does."""
    from urllib.parse import urlencode
    subject = values.get("subject", "")
    text = page(c, "/act/%s%s" % (act, "?subject=" + subject if subject else ""))[1]
    token = re.search(r'name="_t" value="([^"]+)"', text)
    body = urlencode({**values, "_t": token.group(1) if token else c.head["X-Tobuhi-Token"]})
    status, head, out = c.call("POST", "/act/" + act, body, "application/x-www-form-urlencoded")
    assert status in (200, 303, 403), (status, out[-1500:])
    return status, head, out


run([the_small_exercise_is_there, the_quota_is_reached_by_pages_api_and_command_together_and_the_next_day_is_free,
     nothing_leaves_without_a_second_person, a_copy_tells_whose_it_was_when_it_is_sorted_and_half_of_it_is_gone,
     the_commands_say_what_is_wrong, a_copy_is_asked_for_decided_and_fetched_by_pages])
