"""What scripts rely on: addresses, exit codes, the shape of answers, where state lies."""
import json
import os
import re
import shutil
import time

from served import FILED, KIND, TOBUHI, Client, Home, Server, asset, equal, filer, note, run, wait_until

home = Home()
played = []


def files(top):
    return sorted(os.path.join(d, f)[len(top) + 1:] for d, _, names in os.walk(top) for f in names)


def outside():
    """Files that a program may have left where they do not belong."""
    seen = []
    for top in ("/tmp", os.path.expanduser("~"), os.getcwd(), "/var/tmp"):
        with os.scandir(top) as it:
            seen += [(e.path) for e in it if "tobuhi" in e.name.lower()]
    return set(seen)


def the_exercise_is_made_in_its_home_and_nowhere_else():
    before = outside()
    home.seed()
    with Server(home) as s:
        Client(s, filer).do("asset.record", **asset("C-0"))
    equal(outside() - before, set(), "files outside of TOBUHI_HOME")
    names = files(home.path)
    equal([n for n in names if n.endswith(".db")], ["partners.db"] if KIND == "sqlite" else [], "databases")
    assert any("/entries/" in "/" + n for n in names), names
    assert any(n.startswith("keys/") for n in names), names
    for n in names:
        assert n.endswith(".pub") or os.stat(os.path.join(home.path, n)).st_mode & 0o007 == 0, n
    equal(os.stat(home.path).st_mode & 0o077, 0, "the home is its owner's alone")


def a_second_exercise_in_the_same_home_is_refused():
    r = home.tobuhi("exercise", "init", check=3)
    assert home.path in r.stderr, r.stderr


def the_database_is_created_with_bytewise_order():
    if KIND == "sqlite":
        equal(home.sql("SELECT count(*) FROM pragma_collation_list WHERE name = 'BINARY'"), [("1",)])
        return
    got = home.psql("SELECT datname, datcollate, datctype, pg_encoding_to_char(encoding) FROM pg_database WHERE datname LIKE '%s%%'" % home.name, "postgres")
    equal(got, [(home.name + "_partners", "C", "C", "UTF8")])  # custody and committee come with the chapters that use them


def health_and_the_first_page():
    with Server(home) as s:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", s.url), s.url
        status, _, body = Client(s).call("GET", "/healthz")
        equal((status, body.strip()), (200, b"ok"))
        path, c = "/", Client(s)
        for _ in range(5):
            status, head, body = c.call("GET", path)
            if status not in (301, 302, 303, 307):
                break
            path = head["Location"]
        page = body.decode()
        equal(status, 200)
        assert head["Content-Type"].startswith("text/html"), head["Content-Type"]
        assert 'lang="ja"' in page and "演習" in page, page[:500]


def the_story_is_played_over_the_api_one_line_an_act():
    played.extend(home.play())
    assert len(played) >= 30, len(played)
    for line in played:
        assert isinstance(line["leaf"], int) and line["leaf"] >= 0, line
        assert "act" in line and "subject" in line, line
    leaves = [x["leaf"] for x in played]
    equal(leaves, sorted(set(leaves)), "leaves")
    acts = {r[0]: r[1] for r in home.sql("SELECT idx, act FROM leaf WHERE ok = 1")}
    for line in played:
        equal(acts[str(line["leaf"])], line["act"])
    equal(home.play(), [], "at the story's end nothing is played")


def the_ledger_says_size_root_ok_first_bad():
    v = home.verify()
    equal(sorted(v), ["first_bad", "ok", "root", "size"])
    equal((v["ok"], v["first_bad"]), (True, None))
    assert re.fullmatch("[0-9a-f]{64}", v["root"])
    equal(v["size"], int(home.sql("SELECT count(*) FROM leaf")[0][0]))
    r = home.replay()
    equal(sorted(r), ["acts", "differences", "erased"])
    equal((r["acts"], r["erased"], r["differences"]), (v["size"], 0, []))


def replay_answers_one_when_it_finds_something():
    (case, title), = home.sql("SELECT id, title FROM s_case WHERE state = 'TOLD'")
    home.sql("UPDATE s_case SET title = 'x' WHERE id = '%s'" % case)
    found = home.replay(1)["differences"]
    equal([(d["table"], d["key"]) for d in found], [("s_case", case)])
    assert isinstance(found[0]["leaf"], int)
    home.sql("UPDATE s_case SET title = '%s' WHERE id = '%s'" % (title, case))
    home.clean()


def a_proof_of_one_leaf_and_the_leaf_itself_are_shown():
    r = home.tobuhi("ledger", "show", "0", check=0)
    equal(json.loads(r.stdout)["act"], "store.found")
    assert "tlog-proof" in home.tobuhi("ledger", "proof", "3", check=0).stdout
    home.tobuhi("ledger", "show", "99999999", check=1)


def a_key_of_the_other_world_is_refused_and_both_are_named():
    key, away = os.path.join(home.path, "keys", "partners.key"), os.path.join(home.path, "keys", "away.key")
    for end in ("", ".pub"):
        os.rename(key + end, away + end)
    home.tobuhi("ledger", "key", key, "tobuhi/partners", check=0)
    said = home.tobuhi("serve", check=3).stderr
    assert "この鍵は tobuhi/partners のもの" in said and "この台帳は tobuhi.exercise/partners です" in said and key in said, said
    for end in ("", ".pub"):
        os.replace(away + end, key + end)
    real = Home()
    os.makedirs(os.path.join(real.path, "keys"), 0o700)
    paper = os.path.join(real.path, "founding.json")
    with open(paper, "w", encoding="utf-8") as f:
        f.write("{}")
    for end in ("", ".pub"):
        shutil.copy(key + end, os.path.join(real.path, "keys"))
    said = real.tobuhi("ledger", "found", paper, check=3).stderr
    assert "この鍵は tobuhi.exercise/partners のもの" in said and "この台帳は tobuhi/partners です" in said, said
    home.clean()


def exit_codes_tell_usage_from_failure():
    for args in (["nonsense"], ["import"], ["import", "stix", "x"], ["ledger"], ["ledger", "verfy"], ["law", "--yaml"], ["serve", "x"], ["act", "no.such"], []):
        equal(home.tobuhi(*args).returncode, 2, " ".join(args))
    for verb in ("serve", "exercise", "import", "match", "law", "ledger", "act"):
        r = home.tobuhi(verb, "--help", check=0)
        assert verb in r.stdout, r.stdout
    bad = dict(TOBUHI_DB="mysql:///x")
    equal(home.tobuhi("ledger", "verify", env=bad).returncode, 3)
    equal(home.tobuhi("serve", env={"TOBUHI_LISTEN": "nowhere"}).returncode, 3)


def an_empty_home_is_told_and_stays_empty():
    empty = Home()
    r = empty.tobuhi("serve", check=3)
    assert "exercise init" in r.stderr, r.stderr
    empty.tobuhi("ledger", "replay", "--json", check=3)  # no ledger is no clean ledger
    empty.tobuhi("ledger", "verify", "--json", check=3)
    empty.tobuhi("import", "kev", "x", check=3)
    empty.seed()  # what was tried before does not stand in the way
    empty.clean()


def messages_follow_the_locale():
    ja = home.tobuhi("nonsense", env={"LC_ALL": "ja_JP.UTF-8"}).stderr
    en = home.tobuhi("nonsense", env={"LC_ALL": "en_US.UTF-8"}).stderr
    assert re.search("[ぁ-ん]", ja) and not re.search("[ぁ-ん]", en), (ja, en)


def the_law_has_its_tables():
    law = json.loads(home.tobuhi("law", "--json", check=0).stdout)
    for key in ("acts", "clocks", "classes", "recipients", "gates"):
        assert law[key], key
    for act in law["acts"]:
        for key in ("name", "title", "by", "on", "from", "to"):
            assert key in act, (act, key)
        assert act.get("article") or act.get("basis"), act
    equal(len({a["name"] for a in law["acts"]}), len(law["acts"]))
    with Server(home) as s:
        status, served = Client(s).json("GET", "/api/v1/law")
    equal(status, 200)
    equal([a["name"] for a in served["acts"]], [a["name"] for a in law["acts"]])


def an_act_is_done_from_the_command_line():
    with Server(home) as s:
        who = Client(s, filer).who["id"]
        words = ["%s=%s" % (k, 1 if v is True else v) for k, v in asset("C-1").items()]
        r = home.tobuhi("act", "asset.record", "--as", who, *words, "--json", check=0, env=s.env)
        first = json.loads(r.stdout)
        assert first["leaf"] > 0 and first["state"] == "DUE", first
        r = home.tobuhi("act", "asset.record", "--as", who, *words, "--json", check=1, env=s.env)
        assert "no_live_twin" in r.stdout, r.stdout
        r = home.tobuhi("act", "asset.notify", first["subject"], "--as", who, *["%s=%s" % x for x in FILED.items()], check=0, env=s.env)
        assert first["subject"] in r.stdout
    home.tobuhi("act", "asset.record", "--as", "だれか", "op_ref=x", check=3)


def a_bulk_filing_answers_row_by_row():
    """4①; each row as if it had come alone."""
    keys = ["op_ref", "asset_kind", "connection", "facility_class", "object", "product", "maker", "introduced_on", "facility_existed", "contact", "form_ver"]
    good = {k: str(int(v) if v is True else v) for k, v in {**asset("x"), **FILED}.items()}
    rows = [dict(good, op_ref="R-%d" % i) for i in range(450)]
    rows[7]["introduced_on"] = "きのう"
    rows[300]["op_ref"] = "R-5"  # a twin of an earlier batch
    rows[449]["op_ref"] = "R-448"  # … and of the same
    text = ",".join(keys) + "\n" + "".join(",".join(r[k] for k in keys) + "\n" for r in rows) + "too,few\n"
    with Server(home) as s:
        c = Client(s, filer)
        status, _, out = c.call("POST", "/api/v1/asset/bulk", text, "text/csv")
        got = json.loads(out)
        equal(status, 200, out[:300])
        equal((got["rows"], got["accepted"], got["refused"]), (451, 447, 4))
        bad = [(r["line"], r["op_ref"]) for r in got["results"] if not r["ok"]]
        equal(bad, [(9, "R-7"), (302, "R-5"), (451, "R-448"), (452, "")])
        assert all(r["reason"] for r in got["results"] if not r["ok"])
        assert all(r["leaf"] >= 0 and r["asset"] for r in got["results"] if r["ok"])
        envelope = got["leaf"]
        many = ",".join(keys) + "\n" + "".join("M-%d\n" % i for i in range(10001))
        equal(c.call("POST", "/api/v1/asset/bulk", many, "text/csv")[0], 413)
        lines = "\n".join(json.dumps(dict(good, op_ref="J-%d" % i)) for i in range(3)) + "\n{\n"
        got = json.loads(c.call("POST", "/api/v1/asset/bulk", lines, "application/x-ndjson")[2])
        equal((got["rows"], got["accepted"], got["refused"]), (4, 3, 1))
    equal(home.sql("SELECT act FROM leaf WHERE idx = %d" % envelope), [("bulk.receive",)])
    equal(home.sql("SELECT count(*) FROM s_asset WHERE op_ref LIKE 'R-%' AND state = 'FILED'"), [("447",)])
    equal(home.sql("SELECT count(*) FROM s_asset WHERE op_ref LIKE 'M-%'"), [("0",)])
    home.clean()


def nothing_protected_goes_out_without_its_leaf():
    """acts.md §4.23: the read is recorded first; if that cannot be, there is no answer."""
    secret = "秘密の制御機"
    with Server(home) as s:
        c = Client(s, filer)
        made = c.do("asset.record", **dict(asset("C-9"), product=secret))["subject"]
        c.do("asset.notify", made, **FILED)
        before = int(home.sql("SELECT count(*) FROM leaf")[0][0])
        status, head, body = c.call("GET", "/api/v1/asset/" + made)
        equal(status, 200)
        assert secret.encode() in body
        equal(int(head["X-Tobuhi-Leaf"]), before)
        home.sql("ALTER TABLE leaf_body RENAME TO leaf_body_gone")
        for path in ("/api/v1/asset/" + made, "/api/v1/asset"):
            status, head, body = c.call("GET", path)
            assert status >= 500, (path, status)
            assert secret.encode() not in body and b"C-9" not in body, body
        home.sql("ALTER TABLE leaf_body_gone RENAME TO leaf_body")
        equal(c.call("GET", "/api/v1/asset/" + made)[0], 200, "and afterwards it goes on")
        other = Client(s, lambda p: filer(p) and p["org"] != c.who["org"])
        nobody = "00000000-0000-4000-8000-000000000000"
        hidden, none = other.call("GET", "/api/v1/asset/" + made), other.call("GET", "/api/v1/asset/" + nobody)
        equal((hidden[0], hidden[2].replace(made.encode(), b"")), (none[0], none[2].replace(nobody.encode(), b"")), "hidden and absent")
    home.clean()


def whom_a_vulnerability_hurts_is_told_only_to_whoever_sees_the_match():
    """law.md: a match is REPORTED. The proposal of recipients names no operator whose match the reader may not see."""
    case = home.sql("SELECT substr(vuln, 6) FROM s_match WHERE vuln LIKE 'case:%' AND level <> 'NO' LIMIT 1")[0][0]
    told = {}
    with Server(home) as s:
        for role in ("CAO_ANALYST", "CAO_APPR", "IPA_DESK", "JP_COORD"):
            c = Client(s, lambda p, r=role: r in re.split(r"[ ,]+", p["roles"]))
            status, answer = c.json("GET", "/api/v1/case/%s/recipients" % case)[:2]
            told[role] = {r["recipient"] for r in answer["recipients"]} if status == 200 else set()
            assert c.json("GET", "/api/v1/match")[1]["items"] or not told[role], (role, told[role])
    assert told["CAO_ANALYST"], told
    equal(told["JP_COORD"], set())
    home.clean()


def a_second_server_on_the_same_home_is_refused_and_the_first_goes_on():
    with Server(home) as s:
        t = time.monotonic()
        r = home.tobuhi("serve", check=3)
        assert time.monotonic() - t < 10
        assert "writer" in r.stderr and r.stdout == "", r.stderr
        equal(Client(s).call("GET", "/healthz")[0], 200)


def a_port_that_is_taken_is_told():
    with Server(home) as s:
        r = Home().seed().tobuhi("serve", check=3, env=s.env)
        assert str(s.port) in r.stderr, r.stderr


def an_import_while_the_server_runs_is_handed_to_it():
    with Server(home) as s:
        r = home.tobuhi("import", "kev", os.path.join(home.env["TOBUHI_DATA"], "kev.json"), "--json", check=0)
        got = json.loads(r.stdout.splitlines()[-1])
        equal(got["in"], got["accepted"] + got["unchanged"] + got["rejected"])
        equal((got["accepted"], got["rejected"]), (0, 0))
        assert s.alive()
    home.clean()


def the_simulated_date_moves_and_stays():
    with Server(home) as s:
        r = home.tobuhi("exercise", "advance", "200", "--json", check=0, env=s.env)
        first = json.loads(r.stdout)["today"]
    now = json.loads(home.tobuhi("exercise", "status", "--json", check=0).stdout)["legal_now"]
    equal(now[:10], first[:10])
    assert int(home.sql("SELECT count(*) FROM leaf WHERE act = 'clock.lapse'")[0][0]) > 0
    home.clean()


def a_server_ends_when_it_is_asked_to():
    s = Server(home)
    c = Client(s, filer)
    c.do("asset.record", **asset("C-99"))
    t = time.monotonic()
    equal(s.stop(), 0)
    note("the server ended in %.1f s" % (time.monotonic() - t))
    home.clean()
    wait_until(lambda: not s.alive())


run([the_exercise_is_made_in_its_home_and_nowhere_else, a_second_exercise_in_the_same_home_is_refused, the_database_is_created_with_bytewise_order,
     health_and_the_first_page, the_story_is_played_over_the_api_one_line_an_act, the_ledger_says_size_root_ok_first_bad,
     replay_answers_one_when_it_finds_something, a_proof_of_one_leaf_and_the_leaf_itself_are_shown, a_key_of_the_other_world_is_refused_and_both_are_named, exit_codes_tell_usage_from_failure, an_empty_home_is_told_and_stays_empty,
     messages_follow_the_locale, the_law_has_its_tables, an_act_is_done_from_the_command_line, a_bulk_filing_answers_row_by_row,
     nothing_protected_goes_out_without_its_leaf,
     whom_a_vulnerability_hurts_is_told_only_to_whoever_sees_the_match, a_second_server_on_the_same_home_is_refused_and_the_first_goes_on, a_port_that_is_taken_is_told,
     an_import_while_the_server_runs_is_handed_to_it, the_simulated_date_moves_and_stays,
     a_server_ends_when_it_is_asked_to] if TOBUHI else [])
