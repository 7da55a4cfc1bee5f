"""tobuhi case and tobuhi asset: the same rows a person sees in the pages, with the leaf of the reading, and no others."""
import json

from verbs import FILED, JA, Client, Home, Server, asset, equal, filer, run

home = Home().seed()


def rows(s, *args, code=0):
    return json.loads(home.tobuhi(*args, "--json", check=code, env=s.env).stdout)


def other_filer(c):
    """A filer of another operator than c's."""
    return [p for p in c.people() if filer(p) and p["org"] != c.who["org"]][0]


def an_operator_lists_and_shows_what_it_reported():
    with Server(home) as s:
        c = Client(s, filer)
        one = c.do("asset.record", **asset("R-1"))["subject"]
        c.do("asset.notify", one, **FILED)
        listed = rows(s, "asset", "list", "--as", c.who["id"], "--limit", "500")
        equal(listed["kind"], "asset")
        mine = [x for x in listed["items"] if x["id"] == one]
        equal([(x["state"], x["op_ref"]) for x in mine], [("FILED", "R-1")], "the list")
        shown = rows(s, "asset", "show", one, "--as", c.who["id"])
        equal((shown["id"], shown["maker"], shown["contact"]), (one, "丙製作所", FILED["contact"]), "the item")
        text = home.tobuhi("asset", "show", one, "--as", c.who["id"], check=0, env={**s.env, **JA}).stdout
        for word in ("特定重要電子計算機 " + one, "届出済", "丙製作所"):
            assert word in text, (word, text)
        line = [x for x in home.tobuhi("asset", "list", "--as", c.who["id"], check=0, env={**s.env, **JA}).stdout.splitlines() if x.startswith(one)]
        assert len(line) == 1 and "届出済" in line[0] and "R-1" in line[0], line


def what_is_anothers_reads_like_what_is_not_there():
    with Server(home) as s:
        c = Client(s, filer)
        one = c.do("asset.record", **asset("R-2"))["subject"]
        stranger = other_filer(c)["id"]
        assert one not in [x["id"] for x in rows(s, "asset", "list", "--as", stranger)["items"]]
        theirs = home.tobuhi("asset", "show", one, "--as", stranger, check=1, env={**s.env, **JA})
        none = home.tobuhi("asset", "show", "00000000-0000-4000-8000-000000000000", "--as", stranger, check=1, env={**s.env, **JA})
        equal((theirs.stdout, theirs.stderr), (none.stdout, none.stderr), "the answer")
        assert "該当するものがありません" in none.stderr, none.stderr


def a_list_is_narrowed_and_goes_on_where_it_ended():
    with Server(home) as s:
        c = Client(s, filer)
        for n in range(3):
            c.do("asset.notify", c.do("asset.record", **asset("P-%d" % n))["subject"], **FILED)
        who = ("--as", c.who["id"])
        whole = [x["id"] for x in rows(s, "asset", "list", *who, "--state", "FILED")["items"]]
        assert len(whole) >= 3
        first = rows(s, "asset", "list", *who, "--state=FILED", "--limit", "2")
        then = rows(s, "asset", "list", *who, "--state", "FILED", "--before", str(first["next"]), "--limit", "2")
        equal([x["id"] for x in first["items"] + then["items"]], whole[:4], "in two parts")
        said = home.tobuhi("asset", "list", *who, "--state", "FILED", "--limit", "2", check=0, env={**s.env, **JA}).stderr
        assert "2件" in said and "--before %d" % first["next"] in said, said
        equal(rows(s, "asset", "list", *who, "--state", "EXEMPT")["items"], [], "none in that state")


def a_case_is_read_by_the_desk_that_handles_it_and_its_leaf_names_the_purpose():
    home.play()
    with Server(home) as s:
        c = Client(s, lambda p: "IPA_TRIAGE" in p["roles"])
        before = home.verify()["size"]
        listed = rows(s, "case", "list", "--as", c.who["id"], "--purpose", "夜勤の引継ぎ & 確認")["items"]
        assert listed, "the story has a case"
        one = listed[0]["id"]
        text = home.tobuhi("case", "show", one, "--as", c.who["id"], check=0, env={**s.env, **JA}).stdout
        assert text.startswith("脆弱性事案 " + one), text
        assert "件名: " in text, text
        operator = Client(s, filer)
        equal(rows(s, "case", "list", "--as", operator.who["id"])["items"], [], "an operator's cases")
    read = [x for (x,) in home.sql("SELECT body FROM leaf_body WHERE idx >= %d ORDER BY idx" % before) if "夜勤の引継ぎ & 確認" in x]
    equal(len(read), 1, "leaves that name the purpose")
    home.clean()


def whoever_asks_wrongly_is_told_what_is_wrong():
    with Server(home) as s:
        env = {**s.env, **JA}
        for args in (("asset", "list"), ("asset", "show", "--as", "x"), ("asset", "show", "R-1", "--as", "x"), ("case", "look", "--as", "x"),
                     ("case", "list", "more", "--as", "x")):
            r = home.tobuhi(*args, check=2, env=env)
            assert r.stderr.startswith("使い方: tobuhi %s list | show" % args[0]), r.stderr
        assert "その名の利用者はいません" in home.tobuhi("case", "list", "--as", "だれか", check=3, env=env).stderr
        c = Client(s, filer)
        assert "before は葉の番号" in home.tobuhi("asset", "list", "--as", c.who["id"], "--limit", "0", check=1, env=env).stderr
        assert "長すぎます" in home.tobuhi("asset", "list", "--as", c.who["id"], "--purpose", "長" * 200, check=3, env=env).stderr
    assert "サーバーが答えません" in home.tobuhi("case", "list", "--as", "だれか", check=3, env={**JA, "TOBUHI_LISTEN": "127.0.0.1:1"}).stderr


run([an_operator_lists_and_shows_what_it_reported, what_is_anothers_reads_like_what_is_not_there, a_list_is_narrowed_and_goes_on_where_it_ended,
     a_case_is_read_by_the_desk_that_handles_it_and_its_leaf_names_the_purpose, whoever_asks_wrongly_is_told_what_is_wrong])
