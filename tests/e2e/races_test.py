"""1,000 races (or as many as the last word says) of opposing acts by eight clients at the API: of two acts that exclude each other exactly one is done,
whichever of the eight comes first, and everything that was done can be replayed."""
import json
import subprocess
import sys
import time

from served import TOBUHI, Client, Home, Server, asset, equal, figures, filer, how_many, progress, run

CLIENTS = sys.argv[4] if len(sys.argv) > 4 else ""
HASH = "0" * 63 + "1"
ROUNDS = {"asset": 400, "list": 150, "notice": 150, "product": 100, "withdraw": 100, "accept": 80, "response": 20}
MANY = how_many(1000)
ROUNDS = {what: n * MANY // 1000 for what, n in ROUNDS.items()}
counted = {"races": 0, "acts": 0}
began = time.monotonic()


class Racers:
    """The eight; one process for all races on a server."""

    def __init__(self, server):
        self.p = subprocess.Popen([CLIENTS, "race", str(server.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def race(self, subject, x, y):
        self.p.stdin.write(json.dumps({"subject": subject, "x": x, "y": y}) + "\n")
        self.p.stdin.flush()
        out = json.loads(self.p.stdout.readline())
        assert all(s in (200, 201, 403) for s in out["status"]), out  # done or decided against; nothing else
        return [(leaf, n % 2) for n, (s, leaf) in enumerate(zip(out["status"], out["leaf"])) if s != 403]

    def end(self):
        self.p.stdin.close()
        equal(self.p.wait(60), 0)
        self.p.stdout.close()


def move(client, act, subject, **values):
    kind, verb = act.split(".")
    return {"person": client.who["id"], "path": "/api/v1/%s/%s/%s" % (kind, subject, verb), "in": values}


class Lasting(Client):
    """Whoever was idle for so long that his session has ended opens another."""

    def json(self, method, path, body=None):
        answer = super().json(method, path, body)
        if answer[0] == 401 and self.head:
            self.head = {}
            self.sign_in(lambda p: p["id"] == self.who["id"])
            answer = super().json(method, path, body)
        return answer


def person(server, name, n=0, org=None):
    people = [p for p in Client(server).people() if p["roles"] == name and (not org or p["org"] == org)]
    return Lasting(server, lambda p: p["id"] == people[n]["id"])


def count(races):
    counted["races"] += races
    counted["acts"] += 8 * races


def exclusive(home, racers, many, what):
    """Runs races; each had exactly one winner, and the store says the same. How often x won."""
    won = [0, 0]
    for n, (subject, x, y) in enumerate(many, 1):
        winners = racers.race(subject, x, y)
        equal(len(winners), 1, "%s %s: winners" % (what, subject))
        won[winners[0][1]] += 1
        if n % 1000 == 0:
            progress("%s: %d of %d" % (what, n, len(many)))
    ids = ", ".join("'%s'" % s for s, _, _ in many)
    acts = sorted({m["path"].split("/")[3] + "." + m["path"].split("/")[-1] for _, x, y in many for m in (x, y)})
    rows = home.sql("SELECT subject, count(*) FROM leaf WHERE ok = 1 AND subject IN (%s) AND act IN (%s) GROUP BY subject" % (ids, ", ".join("'%s'" % a for a in acts)))
    equal(sorted(rows), sorted((s, "1") for s, _, _ in many), what)
    tries = home.sql("SELECT count(*) FROM leaf WHERE subject IN (%s) AND act IN (%s)" % (ids, ", ".join("'%s'" % a for a in acts)))
    equal(int(tries[0][0]), 8 * len(many), "every attempt is a leaf")
    count(len(many))
    progress("%s: %d races, %d to %d" % (what, len(many), won[0], won[1]))
    assert len(many) < 50 or min(won) > 0, won  # it has been a race


def chains(home, ids):
    """Whatever was done to a subject was done from the state that the act before had left."""
    last = {}
    for subject, entry in home.sql("SELECT subject, entry FROM leaf WHERE ok = 1 AND subject IN (%s) ORDER BY idx" % ", ".join("'%s'" % s for s in ids)):
        e = json.loads(entry)
        equal(e["from"], last.get(subject, "NONE"), subject)
        last[subject] = e["to"]
    return last


def opposing_acts_on_the_played_exercise():
    home = Home().seed()
    home.play()
    product = home.sql("SELECT id FROM s_product WHERE state = 'ISSUED'")[0][0]
    case = home.sql("SELECT id FROM s_case WHERE state = 'TOLD'")[0][0]
    with Server(home) as s:
        racers = Racers(s)
        op, reg1, reg2 = person(s, "OP_FILER"), person(s, "REGISTRAR"), person(s, "REGISTRAR", 1)
        jp, head = person(s, "JP_COORD"), person(s, "JP_HEAD")
        finder, desk = Lasting(s, "宮﨑 琴"), person(s, "IPA_DESK")

        ids = [op.do("asset.record", **asset("R-%d" % i))["subject"] for i in range(ROUNDS["asset"])]
        exclusive(home, racers, [(i, move(op, "asset.notify", i, contact="情報システム部", form_ver="様式第一"),
                                  move(op, "asset.exempt", i, exempt="BESPOKE_ONE_GROUP", group_evidence="契約書")) for i in ids], "notified or exempted")

        rows = [{"sector": "電気", "name": "発電用の出力制御システム"}]
        ids = [reg1.do("list.load", list_kind="FACILITY", effective_on="2026-10-01", source="官報", rows=rows)["subject"] for _ in range(ROUNDS["list"])]
        exclusive(home, racers, [(i, move(reg2, "list.decide", i, outcome="ADOPTED"), move(reg2, "list.decide", i, outcome="REFUSED")) for i in ids], "adopted or refused")

        ids = [jp.do("notice.draft", product=product, basis="GL7", at="2027-01-10T09:00", channels="JVN")["subject"] for _ in range(ROUNDS["notice"])]
        exclusive(home, racers, [(i, move(head, "notice.decide", i, outcome="SCHEDULED", page_hash=HASH), move(head, "notice.decide", i, outcome="WITHDRAWN", page_hash=HASH))
                                 for i in ids], "scheduled or withdrawn")

        ids = []
        for n in range(ROUNDS["product"]):
            ids.append(jp.do("product.draft", case=case, grade="SHUCHI", title="周知 %d" % n, sentences=[{"text": "更新してください。", "provenance": ["coord:vendor"]}])["subject"])
            jp.do("product.classify", ids[-1], sentence=0, secret="NO", reason="公表する事実")
            jp.do("product.propose", ids[-1])
        exclusive(home, racers, [(i, move(head, "product.issue_shuchi", i, diff_hash=HASH), move(head, "product.send_back", i, outcome="DISCARDED", back_reason="重複"))
                                 for i in ids], "issued or discarded")

        report = {"maker": "丙製作所", "product": "制御機", "description": "止まる", "finder_name": "宮﨑", "finder_address": "a@example.jp"}
        ids = [finder.do("vulreport.submit", **report)["subject"] for _ in range(ROUNDS["withdraw"])]
        exclusive(home, racers, [(i, move(finder, "vulreport.withdraw", i, withdraw_reason="取下げ"), move(desk, "vulreport.withdraw", i, withdraw_reason="取下げの申出"))
                                 for i in ids], "withdrawn by the one or the other")

        # A rejected report may still be accepted, so here several may win; but only from what the one before had left.
        ids = [finder.do("vulreport.submit", **report)["subject"] for _ in range(ROUNDS["accept"])]
        for i in ids:
            winners = racers.race(i, move(desk, "vulreport.decide", i, outcome="ACCEPTED"), move(desk, "vulreport.decide", i, outcome="REJECTED", reject_reason="KNOWN"))
            equal(sum(1 for _, y in winners if y == 0), 1, "accepted once")
        assert set(chains(home, ids).values()) == {"ACCEPTED"}
        count(len(ids))
        racers.end()
    progress("verified %d leaves; replaying" % home.verify()["size"])
    home.clean()
    home.drop()


def opposing_decisions_of_two_approvers_while_a_case_is_answered():
    """付録7, 45: a response is decided, its provisions with it, and those that were sent are called back for the next round."""
    home = Home().seed()
    with Server(home) as s:
        c = Client(s)
        while True:
            step = c.json("GET", "/api/v1/exercise/next")[1]
            if step.get("act") == "provision.propose":
                break
            if not step["wait"]:
                Client(s, lambda p, i=step["person"]: p["id"] == i).do(step["act"], step["subject"] or None, **step["in"])
        racers = Racers(s)
        analyst, one, two = person(s, "CAO_ANALYST"), person(s, "CAO_APPR"), person(s, "CAO_APPR", 1)
        proposal = step["in"]
        recipients = [r["recipient"] for r in analyst.json("GET", "/api/v1/case/%s/recipients" % proposal["case"])[1]["recipients"]][:2]
        names = {p["org"]: p for p in c.people() if p["roles"] == "OP_RECV"}
        open_, won, recv = [], [0, 0], {}
        for org in recipients:
            name = home.sql("SELECT name FROM s_org WHERE id = '%s'" % org)[0][0]
            recv[org] = Lasting(s, lambda p, n=names[name]["id"]: p["id"] == n)
        for _ in range(ROUNDS["response"]):
            if not open_:
                open_ = [(org, analyst.do("provision.propose", **dict(proposal, recipient=org))["subject"]) for org in recipients]
            response = analyst.do("response.propose", case=proposal["case"], response_kind="R1_PRE_INFO", reason="悪用の疑い", targets=[i for _, i in open_])["subject"]
            winners = racers.race(response, move(one, "response.decide", response, outcome="ACTIVE"), move(two, "response.decide", response, outcome="REFUSED", reason="早い"))
            equal(len(winners), 1, "decided once")
            won[winners[0][1]] += 1
            states = {i: home.sql("SELECT state FROM s_provision WHERE id = '%s'" % i)[0][0] for _, i in open_}
            equal(set(states.values()), {"PROPOSED" if winners[0][1] else "SENT"})
            if winners[0][1]:
                continue
            for org, i in open_:  # recalled by one of the two, waived by the other: both ways lead to the recall
                racers.race(i, move(one, "provision.recall", i, recall_reason="演習"), move(two, "provision.waive", i, waive_reason="演習"))
                if home.sql("SELECT state FROM s_provision WHERE id = '%s'" % i)[0][0] != "RECALLED":
                    one.do("provision.recall", i, recall_reason="演習")
                recv[org].do("provision.confirm_recall", i, destroyed=True)
            chains(home, [i for _, i in open_])
            analyst.do("response.end", response, result="演習")
            open_ = []
        count(ROUNDS["response"])
        progress("response: %d active, %d refused" % tuple(won))
        racers.end()
    home.clean()
    figures("races", counted, time.monotonic() - began)
    home.drop()


run([opposing_acts_on_the_played_exercise, opposing_decisions_of_two_approvers_while_a_case_is_answered] if TOBUHI else [])
