"""A published record is changed after operators have been told what it hits: what no longer holds is withdrawn with its
trail, and everybody who was told is told of that once – whatever is killed in between, however often it is run again."""
import json
import os
import random
import re
import subprocess

from served import FILED, KIND, PLACE, TOBUHI, Client, Home, Server, asset, can_strace, equal, filer, note, run, strace, wait_for_writer

MACHINES = 5
KILLS = 3
dice = random.Random()
seed = dice.randrange(1 << 32)
dice.seed(seed)


def advisory(revision, versions, more=0):
    """One product with a CPE name; `more` advisories on others stand around it, so that there is something to kill."""
    folder = os.path.join(PLACE, "advisories-%s" % revision)
    os.makedirs(folder)
    for i in range(more + 1):
        name = "VA-%d" % i
        product = {"product_id": "1", "name": "P", "product_identification_helper": {"cpe": "cpe:2.3:a:retracting:p%d:*:*:*:*:*:*:*:*" % i}}
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as f:
            json.dump({"document": {"csaf_version": "2.0", "title": "T", "tracking": {"id": name, "version": revision, "status": "final"}},
                       "product_tree": {"branches": [{"category": "product_version_range", "name": versions, "product": product}]},
                       "vulnerabilities": [{"cve": "CVE-2026-%04d" % i, "product_status": {"known_affected": ["1"]}}]}, f)
    return folder


def killed_until_done(home, *args):
    """Runs it, killed at a system call that the dice choose, until it has been let finish; how often it died."""
    call, most = {"sqlite": ("fdatasync", 12), "pg": ("sendto", 400)}[KIND]
    died = 0
    for turn in range(KILLS + 1):
        before = strace(call, dice.randrange(1, most)) if turn < KILLS else []
        r = subprocess.run([*before, TOBUHI, *args, "--json"], env=home.env, capture_output=True, text=True, timeout=300, check=False)
        wait_for_writer(home)
        died += r.returncode != 0
    equal(r.returncode, 0, r.stderr)
    return died


TOLD = "SELECT t.role, t.org, t.subject, count(*) FROM cache_told t JOIN leaf l ON l.idx = t.leaf WHERE l.act = 'match.retract' GROUP BY t.role, t.org, t.subject ORDER BY 1, 2, 3"
MATCH = "SELECT level, retracted_in, told_in FROM s_match WHERE vuln = 'csaf:VA-0' ORDER BY id"


def news(home, who):
    """How often the inbox of a person leads to a match of that advisory."""
    with Server(home) as s:
        page = Client(s, who).call("GET", "/inbox")[2].decode()
    return page.count('href="/item/match/')


def a_changed_record_is_withdrawn_with_its_trail_and_told_once_through_kills_and_second_runs():
    can_strace()
    home = Home().seed()
    with Server(home) as s:
        c = Client(s, filer)
        who = c.who["name"]
        ((org,),) = home.sql("SELECT org FROM s_person WHERE id = '%s'" % c.who["id"])
        for i in range(MACHINES):
            made = c.do("asset.record", **{**asset("R-%d" % i), "cpe": "cpe:2.3:a:retracting:p0:1.%d:*:*:*:*:*:*:*" % i})
            c.do("asset.notify", made["subject"], **FILED)
    home.tobuhi("import", "csaf", advisory("1", "vers:generic/<2", 120), "--json", check=0)
    home.tobuhi("match", "--store", "--json", check=0)
    equal(home.sql(MATCH), [("CONFIRMED", "", "")] * MACHINES, "before")
    equal(home.sql(TOLD), [], "nobody has been told yet")
    before = news(home, who)

    changed = advisory("2", "vers:generic/<1", 120)
    died = killed_until_done(home, "import", "csaf", changed)
    old, new = ("SELECT r.hash FROM b_feed_record r JOIN s_feed f ON f.id = r.feed WHERE r.cve = 'csaf:VA-0' ORDER BY f.leaf %s LIMIT 1" % way for way in ("", "DESC"))
    died += killed_until_done(home, "match", "--store")
    for _ in range(2):
        home.tobuhi("import", "csaf", changed, "--json", check=0)
        home.tobuhi("match", "--store", "--json", check=0)

    rows = home.sql(MATCH)
    equal([r[0] for r in rows], ["NO"] * MACHINES)
    assert all(r[1] and r[1] == r[2] for r in rows), rows
    told = home.sql(TOLD)
    equal([(r[0], r[1], r[3]) for r in told], [(role, org, "1") for role in ("OP_FILER", "OP_RECV") for _ in range(MACHINES)], "each desk of the operator once a machine, nobody else")
    equal(len({r[2] for r in told}), MACHINES)
    equal(home.sql("SELECT count(*) FROM leaf WHERE act = 'match.retract'"), [(str(MACHINES),)])
    for (why,) in home.sql("SELECT why FROM s_match WHERE vuln = 'csaf:VA-0'"):
        (c,) = json.loads(why)["changes"]
        equal((c["source"], c["record"], c["old"], c["new"]), ("CSAF", "csaf:VA-0", home.sql(old)[0][0], home.sql(new)[0][0]), "the trail")
        assert c["old"] != c["new"]
    equal(news(home, who) - before, MACHINES, "lines of the inbox")
    home.clean()
    note("seed %d: killed %d times" % (seed, died))
    assert died, "nothing was killed"
    home.drop()


# --- what is known of a CVE is known of the advisory that speaks of it ---
def hits(client):
    """分野の濃淡, by sector: how many operators have a machine that a vulnerability surely hits which is exploited."""
    page = client.call("GET", "/board")[2].decode()
    rows = re.findall(r'<tr><th scope="row">([^<]*)</th>(<td class="n h.*?)</tr>', page)
    return {name: re.findall(r'<td class="n sum">([^<]*)</td>', cells)[1] for name, cells in rows}


def known(client, match):
    page = client.call("GET", "/item/match/" + match)[2].decode()
    part = page[page.index("公開情報の言うこと"):]
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<　]*)", part[:part.index("</section>")]))


def lines(name, *text):
    path = os.path.join(PLACE, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(text))
    return path


def an_advisory_is_shown_and_counted_with_what_kev_epss_and_ssvc_say_of_its_cve():
    home = Home().seed()
    duty = lambda p: p["roles"] == "CAO_DUTY"
    with Server(home) as s:
        had = hits(Client(s, duty))
        sector = {p: x for p, x in home.sql("SELECT p.id, o.sector FROM s_person p JOIN s_org o ON o.id = p.org")}
        c = Client(s, lambda p: filer(p) and had.get(sector[p["id"]], "0") == "0")
        mine = sector[c.who["id"]]
        made = c.do("asset.record", **{**asset("R-9"), "cpe": "cpe:2.3:a:retracting:p7:1.0:*:*:*:*:*:*:*"})
        c.do("asset.notify", made["subject"], **FILED)
    home.tobuhi("import", "csaf", advisory("known", "vers:generic/<2", 9), "--json", check=0)
    home.tobuhi("match", "--store", "--json", check=0)
    ((match,),) = home.sql("SELECT id FROM s_match WHERE vuln = 'csaf:VA-7'")
    with Server(home) as s:
        c = Client(s, duty)
        equal(known(c, match), {"扱うCVE": "CVE-2026-0007", "KEV": "未掲載", "EPSS": "値なし", "SSVC（CISA）": "記載なし"})
        equal(hits(c)[mine], "0", "before the CVE is listed")
    home.tobuhi("import", "kev", lines("k.json", json.dumps({"title": "CISA Catalog of Known Exploited Vulnerabilities", "catalogVersion": "2026.11.20", "dateReleased": "2026-11-20T00:00:00Z", "count": 1, "vulnerabilities": [
        {"cveID": "CVE-2026-0007", "vendorProject": "V", "product": "P", "vulnerabilityName": "N", "dateAdded": "2026-11-20", "shortDescription": "S", "requiredAction": "A", "dueDate": "2026-12-01"}]})), "--json", check=0)
    home.tobuhi("import", "epss", lines("e.csv", "#model_version:v2025.03.14,score_date:2026-11-20T00:00:00+0000", "cve,epss,percentile", "CVE-2026-0007,0.123,0.9", "CVE-2026-0008,0.9,0.99", ""), "--json", check=0)
    ssvc = {"timestamp": "2026-11-20T00:00:00Z", "options": [{"Exploitation": "active"}, {"Automatable": "yes"}, {"Technical Impact": "total"}]}
    home.tobuhi("import", "cve5", lines("c.json", json.dumps({"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": {"cveId": "CVE-2026-0007", "state": "PUBLISHED", "assignerOrgId": "134c704f-9b21-4f2e-91b3-4a467353bcc0"}, "containers": {
        "cna": {"providerMetadata": {"orgId": "134c704f-9b21-4f2e-91b3-4a467353bcc0"}, "descriptions": [{"lang": "en", "value": "T"}], "affected": []},
        "adp": [{"providerMetadata": {"orgId": "134c704f-9b21-4f2e-91b3-4a467353bcc0", "shortName": "CISA-ADP"}, "metrics": [{"other": {"type": "ssvc", "content": ssvc}}]}]}})), "--json", check=0)
    with Server(home) as s:
        c = Client(s, duty)
        equal(known(c, match), {"扱うCVE": "CVE-2026-0007", "KEV": "掲載（悪用が確認されている）", "EPSS": "12.3％", "SSVC（CISA）": "悪用 悪用中・自動化 できる・技術的影響 全体"})
        equal(hits(c)[mine], "1–2", "one operator, not told apart from two")
    home.clean()
    home.drop()


# --- what no machine can match waits where people see it ---
def opens(client):
    """The number on the board, that of the list, and its rows: record, maker and product, version, why."""
    board = client.call("GET", "/board")[2].decode()
    page = client.call("GET", "/unresolved?source=CSAF")[2].decode()
    table = page[page.index("未解決の一覧"):] if "未解決の一覧" in page else ""
    rows = [tuple(re.sub("<[^>]*>", "|", x) for x in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r)) for r in re.findall(r"<tr><th scope=\"row\">.*?</tr>", table)]
    return int(re.search(r'公開情報の未解決：<a href="/unresolved"><b class="num">(\d+)</b>', board).group(1)), int(re.search(r"公開情報の未解決 (\d+)件</h1>", page).group(1)), rows


def what_cannot_be_matched_is_counted_listed_and_decided():
    home = Home().seed()
    with Server(home) as s:
        c = Client(s, lambda p: "CAO_ANALYST" in p["roles"])
        before = opens(c)
    product = lambda n, name, range_, helper: {"category": "product_name", "name": name, "branches": [{"category": "product_version_range", "name": range_, "product": {"product_id": n, "name": name, **helper}}]}
    cpe = {"product_identification_helper": {"cpe": "cpe:2.3:a:retracting:queue:*:*:*:*:*:*:*:*"}}
    doc = {"document": {"csaf_version": "2.0", "title": "T", "tracking": {"id": "VA-Q", "version": "1", "status": "final"}},
           "product_tree": {"branches": [{"category": "vendor", "name": "製作所 & <Co>", "branches": [
               product("1", "品", "vers:generic/<2", {}), product("2", "言葉", "2 より前のもの", cpe), product("3", "照合", "vers:generic/<2", cpe)]}]},
           "vulnerabilities": [{"product_status": {"known_affected": ["1", "2", "3"]}}]}
    path = lines("q.json", json.dumps(doc))
    account = json.loads(home.tobuhi("import", "csaf", path, "--json", check=0).stdout.splitlines()[-1])
    equal((account["accepted"], account["rejected"], account["unresolved"]), (1, 0, 2))
    again = json.loads(home.tobuhi("import", "csaf", path, "--json", check=0).stdout.splitlines()[-1])
    equal((again["accepted"], again["unchanged"], again["unresolved"]), (0, 1, 0))
    with Server(home) as s:
        c = Client(s, lambda p: "CAO_ANALYST" in p["roles"])
        board, listed, rows = opens(c)
        equal((board, listed, len(rows)), (before[0] + 2, before[1] + 2, before[1] + 2))
        mine = [r for r in rows if "csaf:VA-Q" in r[0]]
        equal([(r[1].replace("|", " ").strip(), r[2], r[3]) for r in mine],
              [("品 製作所 &amp; &lt;Co&gt;", "vers:generic/&lt;2", "名だけで、製品の識別名（CPE）がない"), ("言葉 製作所 &amp; &lt;Co&gt;", "2 より前のもの", "版の範囲が文で書かれている")])
        form = c.call("GET", re.search(r'href="(/act/name\.ask[^"]*%E5%93%81)"', c.call("GET", "/unresolved")[2].decode()).group(1).replace("&amp;", "&"))[2].decode()
        assert 'value="品"' in form and 'value="製作所 &amp; &lt;Co&gt;"' in form, form
        made = c.do("name.ask", maker="製作所 & <Co>", product="品")
        equal(opens(c)[0], before[0] + 2, "asked is not decided")
        c.do("name.decide", made["subject"], outcome="DECIDED", target="a:retracting:queue")
        equal(opens(c)[:2], (before[0] + 1, before[1] + 1), "decided")
        equal(Client(s, filer).call("GET", "/unresolved")[0], 404, "no work of an operator's")
    doc["document"]["tracking"]["version"] = "2"
    doc["vulnerabilities"] = [{"product_status": {"known_affected": ["3"]}}]
    home.tobuhi("import", "csaf", lines("q2.json", json.dumps(doc)), "--json", check=0)
    with Server(home) as s:
        equal(opens(Client(s, lambda p: "CAO_ANALYST" in p["roles"]))[:2], before[:2], "a revision that says it leaves the queue")
    home.clean()
    home.drop()


run([a_changed_record_is_withdrawn_with_its_trail_and_told_once_through_kills_and_second_runs,
     an_advisory_is_shown_and_counted_with_what_kev_epss_and_ssvc_say_of_its_cve,
     what_cannot_be_matched_is_counted_listed_and_decided] if TOBUHI else [])
