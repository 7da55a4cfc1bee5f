"""The public window, as a browser without JavaScript uses it: a report is filed without an account, its receipt opens
it again, and nothing else does."""
import html
import http.client
import re
import urllib.parse

from served import Client, Home, Server, equal, run

REPORT = {"maker": "丙製作所", "product": "門番", "description": "認証の前に命令を実行できます。", "version": "1.2"}


class Browser:
    """Cookies and forms; redirects are followed."""

    def __init__(self, server):
        self.port, self.cookie, self.page, self.status, self.path = server.port, "", "", 0, ""

    def go(self, method, path, body=None, times=5):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        head = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        if self.cookie:
            head["Cookie"] = self.cookie
        c.request(method, path, body, head)
        r = c.getresponse()
        self.page, self.status, self.path, self.answer = r.read().decode(), r.status, path, r.headers
        for x in r.headers.get_all("Set-Cookie") or []:
            self.cookie = x.split(";")[0]
        c.close()
        return self.go("GET", r.headers["Location"], times=times - 1) if r.status == 303 and times else self

    def get(self, path):
        return self.go("GET", path)

    def post(self, path, **fields):
        """With the token and the hidden fields of the form that stands here; token="" sends none."""
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', self.page))
        return self.go("POST", path, urllib.parse.urlencode({**hidden, **fields}))

    def text(self):
        return html.unescape(re.sub(r"<[^>]+>", "", self.page))


def file(server, **more):
    b = Browser(server).get("/report")
    equal(b.status, 200)
    b.post("/report", **{**REPORT, **more})
    equal((b.status, b.path), (200, "/receipt/issued"))
    serial = re.search(r'id="serial">([^<]+)<', b.page).group(1)
    key = re.search(r'id="key">([^<]+)<', b.page).group(1)
    return b, serial, key


def opened(server, serial, key):
    return Browser(server).get("/receipt").post("/receipt", serial=serial, key=key)


def a_report_without_an_account_is_opened_added_to_asked_about_and_withdrawn_by_its_receipt():
    home = Home().seed()
    with Server(home) as s:
        b, serial, key = file(s, finder_name="ほたる")
        equal(len(key), 39)
        assert "<script" not in b.page
        b.get("/receipt/issued")  # the key is shown once
        assert key not in b.page and b.path == "/finder", b.path

        b = opened(s, serial, key.replace("-", "").upper())  # as people type
        equal(b.status, 200)
        assert b.path.startswith("/finder/") and serial in b.page and "受け付けました" in b.page
        mine = b.path
        b.get(re.search(r'href="(/act/vulreport.add[^"]*)"', b.page).group(1).replace("&amp;", "&"))
        b.post("/act/vulreport.add", text="版1.3でも同じです。")
        equal(b.status, 200)
        b.get(mine)
        assert "版1.3でも同じです。" in b.page
        b.get(re.search(r'href="(/act/inquiry.ask[^"]*)"', b.page).group(1).replace("&amp;", "&"))
        equal(b.status, 200)
        report = mine.rsplit("/", 1)[1]
        b.post("/act/inquiry.ask", report=report, question="受理されましたか。")
        equal(b.status, 200)
        b.get(mine)
        assert "受理されましたか。" in b.page and "IPAが確かめて、お答えします" in b.page

        desk = Client(s, lambda p: p["roles"] == "IPA_DESK")
        inquiry = home.sql("SELECT id FROM s_inquiry")[0][0]
        desk.do("inquiry.answer", inquiry, answer="確かめています。")
        b.get(mine)
        assert "確かめています。" in b.page
        b.get(re.search(r'href="(/act/vulreport.withdraw[^"]*)"', b.page).group(1).replace("&amp;", "&"))
        b.post("/act/vulreport.withdraw", withdraw_reason="都合により")
        b.get(mine)
        assert "取り下げられました" in b.page
        # nothing of the key stands in the store but its fingerprint
        plain = key.replace("-", "")
        for table, column in (("leaf_body", "body"), ("leaf", "entry"), ("s_person", "receipt_hash")):
            for (value,) in home.sql("SELECT %s FROM %s WHERE %s IS NOT NULL" % (column, table, column)):
                assert plain not in value and key not in value, table
        # nobody enters by choosing the receipt's finder
        person = home.sql("SELECT finder FROM s_vulreport WHERE serial = '%s'" % serial)[0][0]
        c = Client(s)
        assert person not in [p["id"] for p in c.people()]
        status, _, _ = c.patiently("POST", "/api/v1/session", {"person": person})
        assert status in (403, 422), status
    home.clean()
    home.drop()


def what_does_not_fit_is_answered_alike_and_opens_nothing():
    home = Home().seed()
    with Server(home) as s:
        _, serial, key = file(s)
        _, other, _ = file(s, product="別物")
        named = home.sql("SELECT serial FROM s_vulreport WHERE serial NOT IN ('%s', '%s')" % (serial, other))[0][0]
        wrong = "0" + key[1:] if key[0] != "0" else "1" + key[1:]
        said = set()
        for number, word in ((serial, wrong), (other, key), ("2026-999999", key), (named, key), (serial, ""), ("", ""),
                             ("' OR 1=1 --", key), (serial, key[:-1]), ("あ" * 200, "い" * 200)):
            b = opened(s, number, word)
            equal((b.status, b.path), (403, "/receipt"), number)
            cleaned = re.sub(r'value="[0-9a-f]{64}"|datetime="[^"]*">[^<]*<', "", b.page)
            said.add(cleaned)
            equal(b.get("/finder").path, "/start", "signed in by a wrong receipt")
        equal(len(said), 1, "different answers")
        equal(opened(s, serial, key).status, 200, "the right one (else the others prove nothing)")
    home.clean()
    home.drop()


def often(ask, said):
    """Answered as long as it is not too often: the more slowly the machine asks, the longer."""
    first = ask()
    equal(first, said)
    for _ in range(120):
        status = ask()
        if status == 429:
            return
        equal(status, said)
    raise AssertionError("never too often")


def bad_input_is_shown_where_it_is_and_too_much_or_too_often_is_refused():
    home = Home().seed()
    with Server(home) as s:
        before = home.sql("SELECT count(*) FROM s_person")[0]
        b = Browser(s).get("/report").post("/report", **{**REPORT, "product": "", "description": "説明"})
        equal(b.status, 422)
        assert 'href="#f-product"' in b.page and "説明" in b.page, b.page
        b = Browser(s).get("/report").post("/report", **{**REPORT, "description": "あ" * 5000})
        equal(b.status, 422)
        assert 'href="#f-description"' in b.page
        b = Browser(s).get("/report").post("/report", **{**REPORT, "description": "a" * 9000000})
        equal(b.status, 413)
        b = Browser(s).get("/report")
        b.page = re.sub(r'value="[0-9a-f]{64}"', 'value="%s"' % ("0" * 64), b.page)
        equal(b.post("/report", **REPORT).status, 403, "a stale or foreign form")
        equal(home.sql("SELECT count(*) FROM s_person")[0], before, "nobody came about")
        often(lambda: Browser(s).get("/report").post("/report", **REPORT).status, 200)
        often(lambda: opened(s, "2026-1", "0").status, 403)
    home.clean()
    home.drop()


run([a_report_without_an_account_is_opened_added_to_asked_about_and_withdrawn_by_its_receipt,
     what_does_not_fit_is_answered_alike_and_opens_nothing,
     bad_input_is_shown_where_it_is_and_too_much_or_too_often_is_refused])
