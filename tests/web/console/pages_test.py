"""pages_test.py TOBUHI CACHE - the console from outside: every screen, the story by its buttons, and what must not pass."""
import hashlib
import html
import json
import os
import re
import sqlite3
import subprocess
import sys
import urllib.parse
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from tap import run  # noqa: E402
from visit import TOBUHI, Server, Visitor  # noqa: E402

server = Server()
PEOPLE = ["宮﨑 琴", "玉置 千紘", "都築 昴", "大垣 由良", "仁科 蒼", "結城 圭", "葛城 直", "佐伯 真帆", "髙遠 慧", "日下部 澪", "久我 瑞生", "保科 岳", "福永 梓", "深堀 萌", "柘植 麗"]
EVIL = "<script>alert('x')</script>\"&amp;"


def equal(got, want, what=""):
    assert got == want, "%s: got %r, want %r" % (what, got, want)


def whole(a, status=200):
    equal(a.status, status, a.text[-1500:])
    assert '<html lang="ja">' in a.text and a.text.rstrip().endswith("</html>"), a.text[-500:]
    return a


def leaves():
    """Of the store itself: the files of the ledger follow it a moment later."""
    with sqlite3.connect("file:%s/partners.db?mode=ro" % server.home, uri=True) as db:
        return db.execute("SELECT count(*) FROM leaf").fetchone()[0]


# --- who is there ---

def a_visitor_is_led_to_the_choice_of_a_person():
    v = Visitor(server)
    a = v.get("/")
    equal((a.status, a.head["Location"]), (303, "/start"))
    page = whole(v.get("/start"))
    assert "演習" in page.text and "宮﨑 琴" in page.text
    for path in ("/inbox", "/cases", "/list/org", "/act/case.open_own", "/item/org/x", "/case/x"):
        equal((v.get(path).status, v.get(path).head["Location"]), (303, "/start"), path)


def people_are_found_by_words_and_the_list_ends():
    v = Visitor(server)
    page = whole(v.get("/start?q=%E6%B0%B4%E9%81%93"))  # 水道
    assert "人が見つかりました" in page.text
    names = [b for f in page.forms("/start") for b in f["buttons"] if b[0] == "person"]
    assert len(names) <= 60 + 20, len(names)
    assert "人が見つかりました" in whole(v.get("/start?q=zzzz")).text
    equal(Visitor(server).call("POST", "/start", "person=" + str(uuid.uuid4())).status, 403, "without a token")


def choosing_nobody_is_a_fault():
    v = Visitor(server)
    form = v.get("/start").form("/start")
    equal(v.send(form, button=("person", "nobody")).status, 422)
    equal(v.send(form, button=("person", str(uuid.uuid4()))).status, 422)


def who_leaves_is_a_visitor_again():
    v = Visitor(server, "都築 昴")
    page = whole(v.open("/"))
    assert "都築 昴" in page.text
    equal(v.send(page.form("/leave")).head["Location"], "/start")
    equal(v.get("/inbox").status, 303)


# --- every screen ---

def every_screen_of_every_role_answers():
    for name in PEOPLE:
        v = Visitor(server, name)
        home = whole(v.open("/"))
        assert html.escape(name) in home.text, name
        todo, done = [x for x in home.links() if "#" not in x], set()
        while todo and len(done) < 30:
            path = todo.pop(0)
            if path in done or path.startswith("/static/"):
                continue
            done.add(path)
            a = v.follow(v.get(path))
            if not a.head["Content-Type"].startswith("text/html"):  # a file to keep
                equal(a.status, 200, path)
                continue
            whole(a, 403 if a.status == 403 and path.startswith("/act/") else 200)
            todo += [x for x in a.links() if "#" not in x and x not in done][:8]
        assert len(done) >= 5, (name, done)


def lists_of_every_kind_answer_whoever_asks():
    kinds = re.findall(r'href="/list/(\w+)"', whole(Visitor(server, "葛城 直").get("/list")).text)
    assert len(kinds) > 15, kinds
    for name in ("千代田 楽", "葛城 直", "深堀 萌"):  # a finder sees few of thousands
        v = Visitor(server, name)
        for k in kinds + ["clock"]:
            whole(v.get("/list/" + k))
    equal(v.get("/list/nothing").status, 404)
    equal(v.get("/list/org?before=x").status, 404)


def the_pages_of_a_list_follow_one_another():
    v = Visitor(server, "葛城 直")
    first = whole(v.get("/list/asset"))
    after = [x for x in first.links() if "before=" in x]
    equal(len(after), 1)
    second = whole(v.get(after[0]))
    a, b = ({x for x in p.links() if x.startswith("/item/asset/")} for p in (first, second))
    assert a and b and not a & b, len(a & b)


def a_view_is_sealed_by_its_read_leaf_before_it_is_shown():
    v = Visitor(server, "都築 昴")
    page = whole(v.get("/cases"))
    n = page.seen()
    assert n is not None, page.text[-400:]
    leaf = json.loads(server.tobuhi("ledger", "show", str(n), "--json"))
    equal((leaf["act"], leaf["ok"]), ("read.release", True))
    record = whole(v.get("/item/read/" + leaf["subject"]))
    assert "/cases" in record.main() and "都築 昴" in record.main(), record.main()
    equal(whole(Visitor(server).get("/start")).seen(), None, "a page without labelled content has no leaf")


# --- what must not pass ---

def markup_that_was_typed_is_shown_as_text():
    v = Visitor(server, "千代田 楽")
    form = whole(v.get("/act/vulreport.submit")).form("/act/")
    a = v.follow(v.send(form, {"maker": EVIL, "product": EVIL, "description": EVIL + "\n二行目"}))
    whole(a)
    assert "<script>" not in a.text and html.escape(EVIL) in a.text.replace("&#39;", "&#x27;"), a.main()[:2000]
    ipa = Visitor(server, "都築 昴")
    for path in ("/cases", "/inbox", "/list/vulreport"):
        page = whole(ipa.get(path))
        assert "<script>" not in page.text and "&lt;script&gt;" in page.text, path
    for path in ("/start?q=%3Cscript%3E", "/list/case?state=%3Cscript%3E", "/act/vulreport.submit?product=%22%3E%3Cscript%3E", "/item/%3Cscript%3E/x", "/case/%3Cscript%3E"):
        assert "<script" not in v.get(path).text, path


def a_form_without_its_token_changes_nothing():
    v, other = Visitor(server, "千代田 楽"), Visitor(server, "都築 昴")
    form = whole(v.get("/act/vulreport.submit")).form("/act/")
    others = dict(other.open("/").form("/leave")["fields"])["_t"]
    before = leaves()
    for token in (None, "", "0" * 64, others):
        whole(v.send(form, {"product": "x", "description": "y", "maker": "z", "_t": token}), 403)
    equal(leaves(), before)
    equal(v.send(form, {"product": "札あり", "description": "y", "maker": "z"}).status, 303, "with its own")


def another_method_is_refused():
    v = Visitor(server, "都築 昴")
    for method, path in (("POST", "/inbox"), ("DELETE", "/cases"), ("PUT", "/act/case.take"), ("GET", "/story/continue")):
        a = v.call(method, path, "" if method != "GET" else None)
        equal(a.status, 405, path)
        assert "GET" in a.head["Allow"] or "POST" in a.head["Allow"]


def what_is_forbidden_answers_like_what_is_absent():
    ipa = Visitor(server, "都築 昴")
    case = [x for x in whole(ipa.get("/cases")).links() if x.startswith("/case/")][0].split("/")[2]
    v = Visitor(server, "福永 梓")
    token = dict(v.open("/").form("/leave")["fields"])["_t"]
    for make in (lambda i: ("GET", "/case/" + i, None), lambda i: ("GET", "/item/case/" + i, None), lambda i: ("GET", "/act/case.take?subject=" + i, None),
                 lambda i: ("POST", "/act/case.take", "_t=%s&subject=%s" % (token, i))):
        for _ in range(3):  # the page tells the minute
            a, b = v.call(*make(case)), v.call(*make(str(uuid.uuid4())))
            if a.text == b.text:
                break
        equal((a.status, b.status), (404, 404))
        equal(a.text, b.text, make("ID"))
        assert case not in a.text


# --- forms ---

def a_fault_names_every_field_and_keeps_what_was_typed():
    v = Visitor(server, "深堀 萌")
    form = whole(v.get("/act/asset.record")).form("/act/")
    before = leaves()
    a = whole(v.send(form, {"op_ref": "N-1", "product": "ルーター<1>", "introduced_on": "2026-13-01", "asset_kind": "K1"}), 422)
    for field in ("introduced_on", "connection", "object", "facility_existed"):
        assert 'href="#f-%s"' % field in a.text and 'id="f-%s-e"' % field in a.text, field
    assert 'href="#f-product"' not in a.text
    assert 'aria-invalid="true"' in a.text
    again = dict(a.form("/act/")["fields"])
    equal((again["op_ref"], again["product"], again["introduced_on"], again["asset_kind"]), ("N-1", "ルーター<1>", "2026-13-01", "K1"))
    equal(leaves(), before, "a fault is no act")


def a_text_that_is_too_long_says_how_long_it_may_be():
    v = Visitor(server, "千代田 楽")
    form = whole(v.get("/act/vulreport.submit")).form("/act/")
    a = whole(v.send(form, {"product": "あ" * 201, "maker": "m", "description": "d"}), 422)
    assert "200字まで" in a.text.split('class="errs"')[1][:600], a.text
    equal(dict(a.form("/act/")["fields"])["product"], "あ" * 201)


def the_same_key_acts_once():
    v = Visitor(server, "千代田 楽")
    form = whole(v.get("/act/vulreport.submit")).form("/act/")
    values = {"product": "二度押し", "maker": "m", "description": "d"}
    one, two = v.send(form, values), v.send(form, values)
    equal((one.status, two.status), (303, 303))
    page = whole(Visitor(server, "玉置 千紘").get("/list/vulreport"))
    equal(page.main().count("二度押し"), 1)


def what_may_not_be_done_has_no_form_and_says_why():
    v = Visitor(server, "福永 梓")
    a = whole(v.get("/act/case.open_own"), 403)
    assert "この手続をする役割" in a.text and "IPAの峻別担当" in a.text
    equal(a.forms("/act/"), [])
    equal(v.get("/act/provision.send").status, 404, "a machine's act")
    equal(v.get("/act/nothing.at_all").status, 404)
    assert "どの" in whole(Visitor(server, "玉置 千紘").get("/act/vulreport.decide")).text


def what_waits_for_an_input_is_not_refused_before_it():
    form = whole(Visitor(server, "久我 瑞生").get("/act/grant.propose")).form("/act/")
    assert {"person", "role"} <= dict(form["fields"]).keys(), form


def a_list_is_narrowed_and_nothing_is_lost():
    v = Visitor(server, "日下部 澪")
    form = whole(v.get("/act/member.invite")).form("/act/")
    before = leaves()
    a = whole(v.send(form, {"why": "書きかけ", "_find.org": "暁浜"}, button=("_do", "find")))
    options = re.findall(r"<option value=\"[0-9a-f-]{36}\"[^>]*>([^<]+)</option>", a.text)
    equal(options, ["暁浜電力株式会社"])
    equal(dict(a.form("/act/")["fields"])["why"], "書きかけ")
    equal(leaves(), before, "looking is no act")


def the_table_of_recipients_names_articles_as_people_read_them():
    v = Visitor(server, "葛城 直")
    text = whole(v.get("/rules")).text
    part = text[text.index('id="h-rc"'):]
    bases = re.findall(r'<td class="nb">([^<]*)</td>', part[:part.index("</table>")])
    law = {r["basis"] for r in json.loads(server.tobuhi("law", "--json"))["recipients"]}
    assert {"―", "4②", "37", "45", "42①", "72③", "付録7"} <= set(bases), set(bases)
    equal([b for b in bases if b in law], [], "names of our own")


def a_fingerprint_is_found_only_as_it_was_asked_for():
    v = Visitor(server, "都築 昴")
    case = [x for x in whole(v.get("/cases")).links() if x.startswith("/case/")][-1].split("/")[2]
    path = "/act/case.add_evidence?subject=" + case
    values = {"ev_kind": "PRESS", "exploited": "0", "source": "公報", "text": "本文"}
    form = whole(v.get(path)).form("/act/")
    whole(v.send(form, values), 403)  # no fingerprint: 材料に出典の指紋があること
    form = whole(v.get(path)).form("/act/")
    data = bytes(range(256))
    a = v.follow(v.send_file(form, "source_hash.file", data, {**values, "source_hash.how": "file"}))
    want = hashlib.sha256(data).hexdigest()
    assert re.search(" ".join(want[i:i + 4] for i in range(0, 16, 4)), whole(a).text), want
    form = whole(v.get(path)).form("/act/")
    a = v.follow(v.send(form, {**values, "source_hash.how": "text"}))
    want = hashlib.sha256("公報".encode()).hexdigest()
    assert " ".join(want[i:i + 4] for i in range(0, 16, 4)) in whole(a).text, want
    form = whole(v.get(path)).form("/act/")
    whole(v.send(form, {**values, "source_hash.how": "value", "source_hash": "12"}), 422)


# --- the story ---

def press(v, page):
    """The one button of 「次にすること」, or the form that it has led to."""
    guide = page.text.split('class="guide"', 1)[1].split("</section>")[0]
    if "この画面です" in guide:
        return v.send(page.form("/act/"))
    if page.forms("/story/continue"):
        return v.send(page.form("/story/continue"))
    return v.get(html.unescape(re.search(r'<a class="btn" href="([^"]+)"', guide).group(1)))


def played_to(v, step):
    page = v.open("/")
    for _ in range(400):
        at = re.search(r"演習の筋書 (\d+)／", page.text)
        if not at or int(at.group(1)) >= step:
            return page
        page = whole(v.follow(press(v, page)))
    raise AssertionError("the story does not come to step %d: %s" % (step, page.main()[:800]))


def a_refusal_lists_its_reasons_and_the_way_out():
    v = Visitor(server)
    played_to(v, 12)
    a = Visitor(server, "佐伯 真帆")
    page = whole(a.get("/act/provision.propose"))
    form = page.form("/act/")
    case = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>カガリ・ゲート', page.text).group(1)
    to = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>暁浜電力株式会社', page.text).group(1)
    before = leaves()
    got = whole(a.send(form, {"case": case, "item_kind": "CASE_EXTRACT", "recipient": to, "basis": "A41", "need": "要る", "rights_note": "配慮"}), 403)
    assert "提供先の表が許すこと" in got.text and "41条は秘密を運べない" in got.text and "協議会への加入" in got.text, got.main()
    n = int(re.search(r"退けられたことは、葉 (\d+) として", got.text).group(1))
    assert before <= n < leaves()
    assert '"ok":false' in server.tobuhi("ledger", "show", str(n), "--json").replace(" ", "")


def the_story_is_played_to_its_end_by_its_buttons():
    v = Visitor(server)
    page = played_to(v, 1000)
    assert "演習の終わり" in page.text, page.main()[:800]
    case = whole(v.get([x for x in page.links() if x.startswith("/case/")][0]))
    for words in ("発見者通知済", "流れと時計", "判断の材料", "できごと", "関わる人", "証明"):
        assert words in case.text, words
    duty = Visitor(server, "葛城 直")
    case = whole(duty.get([x for x in whole(duty.get("/cases")).links() if x.startswith("/case/")][0]))
    assert "確実 6台（5者）・可能性 1台" in case.text, case.main()[:3000]
    assert "宮﨑" not in case.text, "the finder is not named to the government"


def recipients_do_not_see_one_another():
    names = ("暁浜電力", "虹笛旅客鉄道", "凪錨港運", "朧帆水道", "霞鐘銀行")
    for person, own in (("福永 梓", "暁浜電力"), ("白戸 瀬里", "虹笛旅客鉄道")):
        v = Visitor(server, person)
        todo = ["/inbox", "/list/provision", "/list/response", "/list/match", "/list/case"]
        todo += [x for x in whole(v.get("/list/provision")).links() if re.search(r"/(box|item)/.*[0-9a-f-]{36}", x)]
        for path in todo:
            text = v.open(path).main()
            assert not [n for n in names if n != own and n in text], (person, path)


def behind_the_gate(sql):
    with sqlite3.connect(os.path.join(server.home, "partners.db"), timeout=20) as db:
        return db.execute(sql).fetchall()


def numbers_say_no_more_than_the_rows_they_are_made_of():
    """37, 72(3): IPA reads what was reported only while it is entrusted with the analysis; so it is with counts of it."""
    triage = next(p["name"] for p in json.loads(Visitor(server).get("/api/v1/people").text) if "IPA_TRIAGE" in p["roles"].split())
    v, other = Visitor(server, triage), Visitor(server, "玉置 千紘")
    case = "/case/" + behind_the_gate("SELECT substr(vuln, 6) FROM s_match WHERE vuln LIKE 'case:%' AND level = 'CONFIRMED'")[0][0]
    counted = re.search(r"届出資産 確実 (\d+)台（(\d+)者）", whole(v.get(case)).main())
    rows = behind_the_gate("SELECT count(*), count(DISTINCT operator) FROM s_match WHERE vuln = 'case:%s' AND level = 'CONFIRMED'" % case[6:])[0]
    equal(tuple(map(int, counted.groups())), rows)
    assert "分野の濃淡" in whole(v.get("/board")).main()
    ids = [i for i, in behind_the_gate("SELECT id FROM s_entrust WHERE work = 'A37' AND state = 'ACTIVE'")]
    assert ids
    try:
        behind_the_gate("UPDATE s_entrust SET state = 'ENDED' WHERE work = 'A37' AND state = 'ACTIVE'")
        assert "届出資産 確実" not in whole(v.get(case)).main()
        assert "分野の濃淡" not in whole(v.get("/board")).main()
        assert 'class="num"' not in whole(v.get("/assets")).main()
    finally:
        behind_the_gate("UPDATE s_entrust SET state = 'ACTIVE' WHERE id IN (%s)" % ", ".join("'%s'" % i for i in ids))
    assert "届出資産 確実" in whole(v.get(case)).main() and 'class="num"' in whole(v.get("/assets")).main()
    assert "届出資産 確実" not in other.get(case).text


def what_is_told_to_operators_is_told_to_one_of_them():
    """Roles that every operator has are pointed at what goes to their own organisation, or is of it, and nothing else."""
    told = dict(behind_the_gate("SELECT org <> '', count(*) FROM cache_told WHERE role IN ('OP_RECV', 'OP_FILER', 'ORG_ADMIN') AND kind IN ('provision', 'order', 'asset') GROUP BY 1"))
    assert told.get(1) and not told.get(0), told


def kept(a, name):
    """A file that a page handed out, as it lies on somebody's machine."""
    equal(a.status, 200, a.text[:400])
    assert a.head["Content-Disposition"].startswith("attachment"), a.head["Content-Disposition"]
    path = os.path.join(server.top, name)
    with open(path, "wb") as f:
        f.write(a.text.encode())
    return path


def checked(proof, key):
    """`tobuhi ledger check` where there is no home and no ledger."""
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TOBUHI_HOME": "/nonexistent"}
    p = subprocess.run([TOBUHI, "ledger", "check", proof, key, "--json"], env=env, capture_output=True, text=True)
    return p.returncode, json.loads(p.stdout) if p.stdout else None, p.stderr


def a_proof_that_a_page_hands_out_is_checked_offline_and_with_a_flipped_byte_it_is_not():
    v = Visitor(server, "都築 昴")
    case = [x for x in whole(v.get("/cases")).links() if x.startswith("/case/")][-1]
    way = [x for x in whole(v.get(case)).links() if x.startswith("/proof/of/case/")]
    equal(len(way), 1, "the case leads to its proof")
    page = whole(v.get(way[0]))
    n = int(re.search(r"葉 (\d+) は、署名された台帳に入っています", page.main()).group(1))
    assert 'role="img"' in page.main() and "となりの下にある葉" in page.main() and "tobuhi ledger check" in page.main()
    before = leaves()
    proof, key = kept(v.get("/proof/leaf/%d/file" % n), "proof"), kept(v.get("/proof/key"), "key")
    assert leaves() > before, "taking the file home is a read like any other"
    equal(open(key).read(), open(os.path.join(server.home, "keys/partners.key.pub")).read(), "the key")
    code, said, _ = checked(proof, key)
    equal((code, said["ok"], said["leaf"]), (0, True, n))
    equal(json.loads(said["entry"]), json.loads(server.tobuhi("ledger", "show", str(n))), "the entry")
    last = re.findall(r'<td><span class="hash">([0-9a-f ]+)</span></td></tr>', page.main())[-1]
    root = re.search(r'<dt>根</dt><dd><span class="hash">([0-9a-f ]+)<', page.main()).group(1)
    assert len(last) == 39 and root.startswith(last), (last, root)
    whole_file = open(proof, "rb").read()
    for at in range(3, len(whole_file), len(whole_file) // 40):
        with open(proof + ".flipped", "wb") as f:
            f.write(whole_file[:at] + bytes([whole_file[at] ^ 1]) + whole_file[at + 1:])
        code, said, why = checked(proof + ".flipped", key)
        equal((code, said), (1, {"ok": False}), "byte %d: %s" % (at, why))
    equal(checked(proof, proof)[0], 3, "no key")
    equal(checked(proof + ".none", key)[0], 3, "no file")
    head = kept(v.get("/proof/checkpoint"), "head")
    assert open(head).read().startswith("tobuhi.exercise/partners\n"), open(head).read()


def a_proof_is_given_of_what_may_be_seen_and_of_nothing_else():
    ipa, operator = Visitor(server, "都築 昴"), Visitor(server, "福永 梓")
    case, n = behind_the_gate("SELECT subject, max(idx) FROM leaf WHERE act = 'case.decide_notify' AND ok = 1 GROUP BY subject")[0]
    whole(ipa.get("/proof/leaf/%d" % n))
    for path in ("/proof/leaf/%d" % n, "/proof/leaf/%d/file" % n, "/proof?leaf=%d" % n, "/proof/of/case/" + case):
        for _ in range(3):  # the page tells the minute
            a, b = operator.get(path), operator.get("/proof/leaf/99999999")
            if a.text == b.text:
                break
        equal((a.status, a.text), (404, b.text), path)
    equal(ipa.get("/proof/leaf/x").status, 404)
    assert "数字を書いて" in whole(ipa.get("/proof?leaf=x")).main()
    for path in ("/proof", "/proof/key", "/proof/checkpoint"):
        equal(operator.get(path).status, 200, path)


def done_by(v, act, change, subject=None):
    """Sends the form of an act; what is asked must be there in words, and no identifier shows."""
    page = whole(v.get("/act/%s%s" % (act, "?subject=" + subject if subject else "")))
    words = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page.main(), flags=re.S)
    assert not re.search(r"[a-z]{2,}_[a-z]+|[A-Z]{3,}[0-9]*_|(ORDER|GUIDE|DEMAND|OPINION)[0-9]", words), words
    return v.follow(v.send(page.form("/act/"), change))


def holder(role):
    people = json.loads(Visitor(server).get("/api/v1/people").text)
    return Visitor(server, next(p["name"] for p in people if role in p["roles"].split()))


def the_way_of_a_judgment_is_drawn_and_a_no_goes_on_being_asked():
    """付録7 and its ※2: the tree's way and what each material bears on; the standing query, and what has met it."""
    triage, head, jp = holder("IPA_TRIAGE"), holder("IPA_HEAD"), holder("JP_COORD")
    case, product = behind_the_gate("SELECT id, product FROM s_case WHERE state = 'TRIAGE' ORDER BY serial")[0]
    way = "/case/%s/triage" % case
    assert way in whole(triage.get("/case/" + case)).links() and "/watch" in whole(triage.get("/cases")).links()
    page = whole(triage.get(way)).main()
    assert "まだ判断されていません" in page and 'role="img"' not in page
    assert product not in whole(triage.get("/watch")).main()
    whole(done_by(jp, "case.assist", {"jp_exploitation": "NONE"}, case))
    whole(done_by(triage, "case.propose_no", {"prong_a": "NO", "prong_b": "UNKNOWN", "ssvc_exploitation": "POC", "ssvc_automatable": "NO", "ssvc_impact": "TOTAL", "ssvc_mission": "MEDIUM",
                                              "reason": "公表前で、悪用は見られない", "watch_products": product, "watch_epss": "125"}, case))
    page = whole(triage.get(way)).main()
    assert 'role="img"' in page and "(a) なし、(b) 分からない：注意して見守る" in page, page
    for answer, others in (("実証コードあり", "なし → 見守る〜対応を急ぐ、悪用中 → 見守る〜直ちに対応"), ("中程度", "低い → 見守る、高い → 対応を急ぐ")):
        assert "<td>%s</td><td>%s</td>" % (answer, others) in page, (answer, page)
    whole(done_by(head, "case.confirm_no", {"outcome": "WATCHED"}, case))
    watch = whole(triage.get("/watch")).main()
    part = watch[watch.index(way):]
    for words in ("監視中", "KEV）に載る", "12.5％ 以上", product, "通知不要の確認", "次の見直し", "まだない"):
        assert words in part, (words, watch)
    whole(done_by(jp, "case.add_evidence", {"ev_kind": "JP_EXPLOIT", "exploited": "1", "source": "観測第七号", "text": "悪用を観測した", "source_hash.how": "text"}, case))
    watch = whole(triage.get("/watch")).main()
    assert watch.index("峻別に戻ったもの</h2>") < watch.index(way) and "JPCERT/CCの悪用情報：観測第七号" in watch, watch
    page = whole(triage.get(way)).main()
    pinned = hashlib.sha256("観測第七号".encode()).hexdigest()
    row = page[page.index("JPCERT/CCの悪用情報"):]
    assert "悪用の事実" in row and "<td>(a)</td>" in row and " ".join(pinned[i:i + 4] for i in range(0, 64, 4)) in row, row
    other = Visitor(server, "福永 梓")
    equal(other.get(way).status, 404)
    assert product not in whole(other.get("/watch")).main()


def the_matrix_counts_what_its_reader_may_open_and_a_cell_opens_it():
    """37, 72(3): operators by products, each number made of matches that the reader may read one by one."""
    triage, other = holder("IPA_TRIAGE"), Visitor(server, "玉置 千紘")
    assert "/matches" in whole(triage.get("/inbox")).links() and "/matches" not in whole(other.get("/inbox")).links()
    path = "/matches?" + urllib.parse.urlencode({"sector": "電気"})
    before = leaves()
    page = whole(triage.get(path)).main()
    assert leaves() > before, "numbers go out after a leaf of their own"
    sums = sum(map(int, re.findall(r'<td class="n sum">(\d+)</td>', page)))
    equal(sums, behind_the_gate("SELECT count(*) FROM s_match WHERE sector = '電気' AND level = 'CONFIRMED'")[0][0], "every sure match is in one row")
    cells = [(html.unescape(h), int(s or 0), int(m or 0)) for h, s, m in
             re.findall(r'<a href="(/matches[^"]*operator=[^"]*)">.*?(?:<b>確実 (\d+)</b>)?(?:<span>可能性 (\d+)</span>)?</a>', page)]
    assert len(cells) > 20, page[:2000]
    cell, sure, maybe = max((c for c in cells if c[1] + c[2] <= 60), key=lambda c: min(c[1], c[2]))
    assert sure and maybe, cells
    opened = whole(triage.get(cell)).main()
    equal((len(re.findall(r"</svg>確実</span>", opened)), len(re.findall(r"</svg>可能性あり</span>", opened))), (sure, maybe), cell)
    equal(opened.count('href="/item/match/'), sure + maybe)
    assert "範囲" in opened or "版" in opened, opened[:2000]
    for path_ in (path, cell):  # without the entrustment, and for who has no such work: no number, no row
        text = whole(other.get(path_)).main()
        assert "確実 " not in text and "/item/match/" not in text, text[:1500]
    ids = [i for i, in behind_the_gate("SELECT id FROM s_entrust WHERE work = 'A37' AND state = 'ACTIVE'")]
    try:
        behind_the_gate("UPDATE s_entrust SET state = 'ENDED' WHERE work = 'A37' AND state = 'ACTIVE'")
        for path_ in (path, cell):
            text = whole(triage.get(path_)).main()
            assert "確実 " not in text and "/item/match/" not in text, text[:1500]
    finally:
        behind_the_gate("UPDATE s_entrust SET state = 'ACTIVE' WHERE id IN (%s)" % ", ".join("'%s'" % i for i in ids))
    equal(triage.get("/matches?sector=x").status, 404)


def a_change_is_filed_put_right_and_asked_about_by_forms_alone():
    filer, desk, head = (Visitor(server, n) for n in ("鮫島 広夢", "保科 岳", "津久井 望"))
    for path in [x for x in whole(filer.get("/list/asset?state=FORWARDED")).links() if x.startswith("/item/asset/")]:
        item = path.split("/")[-1]
        if "通知済" in whole(filer.get(path)).main():
            break
    whole(done_by(filer, "asset.record_change", {"changed_on": "2026-10-05", "change_item": "OUTLINE", "change_note": "電話"}, item))
    assert "変更届出期限内" in filer.get(path).main()
    assert "変更の記録" in filer.get(path).main() and "電話" not in desk.get(path).main(), "what is not filed is the operator's own"
    whole(done_by(filer, "asset.notify_change", {"changed_on": "2026-10-05", "form_ver": "様式第二", "contact": "新しい電話"}, item))
    assert "変更届出済" in desk.get(path).main() and "新しい電話" in desk.get(path).main()
    whole(done_by(desk, "asset.ask_fix", {"fix_defect": "FORM_VERSION", "fix_text": "様式の版が違います", "fix_until": "2027-03-31"}, item))
    whole(done_by(filer, "asset.fix", {"fix_answer": "直しました", "form_ver": "様式第二（改）"}, item))
    whole(done_by(desk, "asset.forward", {}, item))
    form = whole(desk.get("/act/order.draft")).text
    to = re.search(r'<option value="([0-9a-f-]{36})"[^>]*>株式会社宵錨電力', form).group(1)
    whole(done_by(desk, "order.draft", {"order_type": "GUIDE10", "operator": to, "facts": "変更があった", "grounds": "円滑のため", "text": "早めの届出を"}))
    order = re.search(r"/item/order/([0-9a-f-]{36})", desk.at).group(1)
    equal(filer.get("/item/order/" + order).status, 404, "a draft is nothing to its addressee")
    whole(done_by(head, "order.issue", {}, order))
    assert "助言・指導" in whole(filer.get("/item/order/" + order)).main()
    whole(done_by(filer, "order.answer", {"answer": "そうします"}, order))
    assert "回答済" in desk.get("/item/order/" + order).main()


def what_a_publication_still_wants_is_said_condition_by_condition():
    """告示平成29年19号, 42(1): the rows' own conditions, asked of the gate; the page decides nothing and tells nobody else."""
    finder, desk, jp, head, nict = Visitor(server, "千代田 楽"), holder("IPA_DESK"), holder("JP_COORD"), holder("JP_HEAD"), holder("NICT_LAB")
    whole(done_by(finder, "vulreport.submit", {"maker": "丙製作所", "product": "公表待ちの門番", "description": "認証を回避できる"}))
    report, = behind_the_gate("SELECT id FROM s_vulreport WHERE product = '公表待ちの門番'")[0]
    whole(done_by(desk, "vulreport.decide", {"outcome": "ACCEPTED"}, report))
    case, = behind_the_gate("SELECT id FROM s_case WHERE report = '%s'" % report)[0]
    way = "/case/%s/publish" % case
    assert "始まっていません" in whole(jp.get(way)).main() and "公表待ちの門番" not in whole(jp.get("/publish")).main()
    whole(done_by(jp, "coord.start", {"case": case, "vendors": "丙製作所"}))
    coord, = behind_the_gate("SELECT id FROM s_coord WHERE \"case\" = '%s'" % case)[0]

    def conditions(page):
        return dict(re.findall(r"</svg><b>([^<]+)</b><span class=\"st [^\"]*\"><svg.*?</svg>(そろった|まだ)</span>", page, flags=re.S))

    dates, state, text = "公表日の合意がないか、その日時が来ていること", "いまの状態で行える手続であること", "確定した周知等用であること"
    page = whole(jp.get(way)).main()
    said = conditions(page)
    equal((said[state], said[text], said[dates], said["公表の保留がないこと"]), ("まだ", "まだ", "そろった", "そろった"), page)
    assert "条件があと 2 つ" in page and "/item/coord/" + coord in page, page
    whole(done_by(jp, "coord.progress", {"outcome": "FIX_READY", "planned_on": "2027-02-01", "fix": "1.3版"}, coord))
    whole(done_by(jp, "embargo.propose", {"case": case, "ends_at.d": "2027-02-01", "ends_at.t": "09:00", "ends_zone": "P09", "parties": "丙製作所", "reason": "同時に"}))
    embargo, = behind_the_gate("SELECT id FROM s_embargo WHERE \"case\" = '%s'" % case)[0]
    whole(done_by(head, "embargo.answer", {"outcome": "ACTIVE"}, embargo))
    page = whole(jp.get(way))
    said = conditions(page.main())
    equal((said[state], said[dates]), ("そろった", "まだ"), page.main())
    assert any(x.startswith("/act/embargo.revise?subject=" + embargo) for x in page.links()), "the way out that the row names"
    assert "/item/embargo/" + embargo in page.main() and "1.3版" in page.main() and page.seen() is not None
    assert way in whole(jp.get("/publish")).links() and way in whole(jp.get("/case/" + case)).links()
    whole(done_by(jp, "embargo.exit", {"exit_reason": "AGREED"}, embargo))
    equal(conditions(whole(jp.get(way)).main())[dates], "そろった", "and the same page says so when it is over")
    for other in (nict, Visitor(server, "福永 梓"), finder):
        for _ in range(3):  # the page tells the minute
            a, b = other.get(way), other.get("/case/%s/publish" % uuid.uuid4())
            if a.text == b.text:
                break
        equal((a.status, a.text), (404, b.text))
        equal(other.get("/publish").status, 404)


def a_shift_is_handed_over_by_one_and_taken_over_by_another():
    """8(1): what runs out, what has changed, what waits; two leaves, and nobody outside the shift reads the note."""
    desk, triage, jp, registrar, duty = (holder(r) for r in ("IPA_DESK", "IPA_TRIAGE", "JP_COORD", "REGISTRAR", "CAO_DUTY"))
    page = whole(desk.get("/handover"))
    for words in ("12時間のうちに尽きる時計", "前の引継ぎから変わったもの", "この机が次に動かすもの", "前の引継ぎは、まだありません", "公表待ちの門番"):
        assert words in page.main(), (words, page.main()[:3000])
    assert "/handover" in page.links() and page.seen() is not None
    form = page.form("/handover")
    a = desk.send(form, {"note": " ", "asks": "開発者の返事" + EVIL})
    equal(a.status, 422)
    assert html.escape("開発者の返事" + EVIL) in a.text.replace("&#39;", "&#x27;"), "what was typed stays"
    a = desk.follow(desk.send(form, {"note": "三時の申送り" + EVIL, "asks": "開発者の返事"}))
    assert "次の当番が引き受けるまで" in whole(a).text and "<script>" not in a.text
    given, seen, sheet = behind_the_gate("SELECT id, seen, page_hash FROM s_handover")[0]
    equal(sheet, dict(form["fields"])["page_hash"], "the leaf says which sheet it was")
    sent = [v for k, v in form["fields"] if k == "seen"]
    equal(seen, "\n".join(sent))
    assert sent and all(re.fullmatch(r"\S+ \S+ 葉 \d+", x) for x in sent), sent
    # who gave it cannot take it, and may write it anew; another of the same shift takes it
    forms = whole(desk.get("/handover")).forms("/handover")
    equal([dict(f["fields"])["act"] for f in forms], ["handover.amend"])
    equal(desk.send(dict(forms[0], fields=[(k, "handover.take" if k == "act" else v) for k, v in forms[0]["fields"]])).status, 403)
    whole(desk.follow(desk.send(forms[0], {"note": "四時の申送り"})))
    page = whole(triage.get("/handover"))
    forms = page.forms("/handover")
    equal([dict(f["fields"])["act"] for f in forms], ["handover.take"])
    assert "四時の申送り" in page.main() and "開発者の返事" in page.main()
    ticked = html.unescape(re.search(r'type="checkbox" name="seen" value="([^"]+)"', page.main()).group(1))
    for other in (jp, duty, registrar, Visitor(server, "福永 梓")):
        assert "四時の申送り" not in other.get("/handover").text
        for _ in range(3):  # the page tells the minute
            b, c = other.get("/item/handover/" + given), other.get("/item/handover/" + str(uuid.uuid4()))
            if b.text == c.text:
                break
        equal((b.status, b.text), (404, c.text))
    equal((registrar.get("/handover").status, Visitor(server, "福永 梓").get("/handover").status), (404, 404))
    whole(triage.follow(triage.send(forms[0], {"seen": [ticked]})))
    taker, state, seen = behind_the_gate("SELECT p.name, h.state, h.seen FROM s_handover h JOIN s_person p ON p.id = h.taker")[0]
    assert html.escape(taker) in whole(triage.open("/")).text
    equal((state, seen), ("TAKEN", ticked))
    page = whole(desk.get("/handover")).main()
    assert "前の引継ぎは" in page and "四時の申送り" not in page
    # twin: what has moved since stands on the next sheet, and what has not does not
    case, = behind_the_gate("SELECT c.id FROM s_case c JOIN s_vulreport r ON r.id = c.report WHERE r.product = '公表待ちの門番'")[0]
    changed = page[page.index("前の引継ぎから変わったもの</h2>"):page.index("</aside")]
    changed = changed[:changed.index("この机が次に動かすもの</h2>")]
    assert "/case/" + case not in changed, changed
    whole(done_by(jp, "case.add_evidence", {"ev_kind": "JP_SPREAD", "exploited": "0", "source": "観測第八号", "text": "広がり", "source_hash.how": "text"}, case))
    page = whole(desk.get("/handover")).main()
    changed = page[page.index("前の引継ぎから変わったもの</h2>"):page.index("この机が次に動かすもの</h2>")]
    assert "/case/" + case in changed, changed


def words_are_found_in_what_a_reader_may_read_and_nothing_is_said_of_the_rest():
    duty, operator = Visitor(server, "葛城 直"), Visitor(server, "福永 梓")
    jp = holder("JP_COORD")
    page = whole(jp.get("/search?q=" + urllib.parse.quote("公表待ちノ　門番")))
    assert page.main().count("公表待ちの門番") >= 2 and page.seen() is not None, page.main()
    equal(json.loads(server.tobuhi("ledger", "show", str(page.seen()), "--json"))["act"], "read.release")
    hidden, absent = (whole(operator.get("/search?q=" + urllib.parse.quote(q))) for q in ("公表待ちの門番", "公表待ちの門版"))
    equal(hidden.main().replace("門番", "門版"), absent.main(), "what may not be read is as if it were not there")
    assert "見つかりません" in hidden.main() and hidden.seen() is None
    day = "SELECT count(*) FROM p_seen WHERE person = (SELECT id FROM s_person WHERE name = '葛城 直')"
    before = behind_the_gate(day)[0][0]
    page = whole(duty.get("/search?q=" + urllib.parse.quote("ｶｶﾞﾘ")))
    assert "特定重要電子計算機" in page.main(), page.main()
    operators = {o for i in re.findall(r"/item/asset/([0-9a-f-]{36})", page.main()) for o, in behind_the_gate("SELECT operator FROM s_asset WHERE id = '%s'" % i)}
    assert operators and behind_the_gate(day)[0][0] >= max(before, len(operators)), "machines that are found count against the day"
    page = whole(duty.get("/search?q=" + urllib.parse.quote(EVIL)))
    assert "<script>" not in page.text
    assert "長すぎます" in whole(duty.get("/search?q=" + "x" * 201)).main()
    assert duty.get("/").status == 303 and 'role="search"' in whole(duty.open("/")).text


def what_is_public_is_read_by_anybody_and_nothing_else_is():
    """41, 42(1): the same bytes for a visitor and for whoever signed in; CSAF 2.0 that our own reader takes in."""
    visitor, jp = Visitor(server), holder("JP_COORD")
    page = whole(visitor.get("/advisories"))
    told = [x for x in page.links() if re.fullmatch(r"/advisories/[0-9a-f-]{36}", x)]
    equal(len(told), behind_the_gate("SELECT count(*) FROM s_notice WHERE published_at IS NOT NULL")[0][0], page.main())
    assert told and page.seen() is None, page.main()
    one = whole(visitor.get(told[0]))
    title, sentences = behind_the_gate("SELECT p.title, p.sentences FROM s_notice n JOIN s_product p ON p.id = n.product WHERE n.id = '%s'" % told[0][12:])[0]
    assert html.escape(title) in page.main() and html.escape(title) in one.main()
    for s in json.loads(sentences):
        assert html.escape(s["text"]) in one.main(), one.main()
    for path in ("/advisories", told[0]):
        equal(jp.get(path).main(), visitor.get(path).main(), path)
    csaf = json.loads(visitor.get(told[0] + "/csaf.json").text)
    document, tracking = csaf["document"], csaf["document"]["tracking"]
    equal((document["csaf_version"], document["title"], tracking["status"], tracking["version"]), ("2.0", title, "final", tracking["revision_history"][-1]["number"]))
    assert [json.loads(sentences)[0]["text"] in n["text"] for n in document["notes"]][0], document["notes"]
    path = os.path.join(server.top, "advisory.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(csaf, f)
    counted = server.tobuhi("import", "csaf", path)
    assert "in 1 = accepted 1 + unchanged 0 + rejected 0" in counted, counted
    # what is decided and not yet published, and what is not decided, is on no public page, though who may read it does
    product, = behind_the_gate("SELECT product FROM s_notice WHERE published_at IS NOT NULL")[0]
    whole(done_by(jp, "notice.draft", {"product": product, "basis": "GL7", "at.d": "2027-05-01", "at.t": "09:00", "channels": "秘めた公表の場所"}))
    draft, = behind_the_gate("SELECT id FROM s_notice WHERE published_at IS NULL")[0]
    assert "秘めた公表の場所" in whole(jp.get("/item/notice/" + draft)).main()
    for who in (visitor, jp):
        equal(who.get("/advisories/" + draft).status, 404)
        equal(who.get("/advisories/%s/csaf.json" % draft).status, 404)
        equal(len([x for x in whole(who.get("/advisories")).links() if x.startswith("/advisories/")]), len(told))


def after_all_of_it_the_ledger_is_sound():
    verified = json.loads(server.tobuhi("ledger", "verify", "--json"))
    assert verified["ok"], verified
    replayed = json.loads(server.tobuhi("ledger", "replay", "--json"))
    equal(replayed["differences"], [])


def the_server_ends_when_asked():
    equal(server.stop(), 0)


run([a_visitor_is_led_to_the_choice_of_a_person, people_are_found_by_words_and_the_list_ends, choosing_nobody_is_a_fault, who_leaves_is_a_visitor_again,
     every_screen_of_every_role_answers, lists_of_every_kind_answer_whoever_asks, the_pages_of_a_list_follow_one_another, a_view_is_sealed_by_its_read_leaf_before_it_is_shown,
     markup_that_was_typed_is_shown_as_text, a_form_without_its_token_changes_nothing, another_method_is_refused, what_is_forbidden_answers_like_what_is_absent,
     a_fault_names_every_field_and_keeps_what_was_typed, a_text_that_is_too_long_says_how_long_it_may_be, the_same_key_acts_once, what_may_not_be_done_has_no_form_and_says_why,
     what_waits_for_an_input_is_not_refused_before_it, a_list_is_narrowed_and_nothing_is_lost, the_table_of_recipients_names_articles_as_people_read_them, a_fingerprint_is_found_only_as_it_was_asked_for, a_refusal_lists_its_reasons_and_the_way_out,
     the_story_is_played_to_its_end_by_its_buttons, recipients_do_not_see_one_another, numbers_say_no_more_than_the_rows_they_are_made_of,
     a_proof_that_a_page_hands_out_is_checked_offline_and_with_a_flipped_byte_it_is_not, a_proof_is_given_of_what_may_be_seen_and_of_nothing_else, the_way_of_a_judgment_is_drawn_and_a_no_goes_on_being_asked,
     the_matrix_counts_what_its_reader_may_open_and_a_cell_opens_it, a_change_is_filed_put_right_and_asked_about_by_forms_alone, what_is_told_to_operators_is_told_to_one_of_them,
     what_a_publication_still_wants_is_said_condition_by_condition, a_shift_is_handed_over_by_one_and_taken_over_by_another,
     words_are_found_in_what_a_reader_may_read_and_nothing_is_said_of_the_rest, what_is_public_is_read_by_anybody_and_nothing_else_is, after_all_of_it_the_ledger_is_sound, the_server_ends_when_asked])
