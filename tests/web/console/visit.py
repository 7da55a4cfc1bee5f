"""A visitor of the console without a browser: pages, forms as they stand in the page, and the button that sends them."""
import html
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.parse
from html.parser import HTMLParser

TOBUHI = os.path.abspath(sys.argv[1])
CACHE = sys.argv[2]
HOME_SH = os.path.join(os.path.dirname(__file__), "../../lib/home.sh")


class Server:
    """The exercise, seeded once for a build, served from a home of its own."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="tbpages.")
        self.home = os.path.join(self.top, "home")
        subprocess.run([HOME_SH, TOBUHI, CACHE, self.home], check=True)
        self.env = dict(os.environ, TOBUHI_HOME=self.home, TOBUHI_LISTEN="127.0.0.1:0", LC_ALL="C.UTF-8")
        self.process = subprocess.Popen([TOBUHI, "serve"], env=self.env, stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.port = int(self.url.rsplit(":", 1)[1])

    def tobuhi(self, *args):
        return subprocess.run([TOBUHI, *args], env=self.env, check=True, capture_output=True, text=True).stdout

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        shutil.rmtree(self.top)
        return code


class Forms(HTMLParser):
    """Every form of a page: where it goes, and what it would send; each button with the value it adds."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.form, self.select, self.area, self.option = [], None, None, None, None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.form = {"action": a["action"], "method": a["method"], "fields": [], "buttons": []}
            self.forms.append(self.form)
        if not self.form:
            return
        name, value = a.get("name"), a.get("value") or ""
        if tag == "input" and name and a.get("type") != "file" and (a.get("type") not in ("radio", "checkbox") or "checked" in a):
            self.form["fields"].append((name, value))
        if tag == "button":
            self.form["buttons"].append((name, value))
        if tag == "select":
            self.select, self.option = name, None
        if tag == "option" and self.select and (self.option is None or "selected" in a):
            self.option = value
        if tag == "textarea":
            self.area = [name, ""]

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        if tag == "select" and self.form and self.select:
            self.form["fields"].append((self.select, self.option or ""))
            self.select = None
        if tag == "textarea" and self.form and self.area:
            self.form["fields"].append((self.area[0], self.area[1].removeprefix("\n")))
            self.area = None


class Answer:
    def __init__(self, status, head, text):
        self.status, self.head, self.text = status, head, text

    def forms(self, action=""):
        return [f for f in Forms(self.text).forms if f["action"].startswith(action)]

    def form(self, action):
        got = self.forms(action)
        assert got, "no form to %s in %s" % (action, self.text[-3000:])
        return got[0]

    def links(self):
        return [html.unescape(x) for x in re.findall(r'<a[^>]*\shref="(/[^"]*)"', self.text)]

    def main(self):
        return self.text.split("<main", 1)[-1].split("</main>")[0]

    def seen(self):
        """The read leaf in the foot, or None."""
        m = re.search(r"監査記録に残ります：<span class=\"hash\">葉 (\d+)<", self.text)
        return int(m.group(1)) if m else None


class Visitor:
    def __init__(self, server, name=None):
        self.server, self.cookie, self.at = server, "", "/"
        if name:
            self.become(name)

    def call(self, method, path, body=None, type_="application/x-www-form-urlencoded"):
        c = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        head = {"Cookie": self.cookie} if self.cookie else {}
        if body is not None:
            head["Content-Type"] = type_
        c.request(method, path, body=body, headers=head)
        r = c.getresponse()
        text = r.read().decode()
        for k, v in r.getheaders():
            if k.lower() == "set-cookie":
                self.cookie = v.split(";")[0]
        c.close()
        self.at = path
        return Answer(r.status, r.headers, text)

    def get(self, path):
        return self.call("GET", path)

    def follow(self, a):
        for _ in range(5):
            if a.status != 303:
                return a
            a = self.get(a.head["Location"])
        raise AssertionError("redirected without end")

    def open(self, path):
        return self.follow(self.get(path))

    def send(self, form, change=None, button=None):
        """Sends a form of a page with some fields changed (None: left out, a list: several)."""
        fields = [(k, v) for k, v in form["fields"] if k not in (change or {})]
        for k, v in (change or {}).items():
            fields += [(k, x) for x in (v if isinstance(v, list) else [v] if v is not None else [])]
        if button:
            fields.append(button)
        if form["method"] == "get":
            return self.get(form["action"] + "?" + urllib.parse.urlencode(fields))
        return self.call("POST", form["action"], urllib.parse.urlencode(fields))

    def send_file(self, form, name, data, change):
        """As multipart, with one file."""
        fields = [(k, v) for k, v in form["fields"] if k not in change] + list(change.items())
        mark = "----tb7f3a"
        parts = ['--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (mark, k, v) for k, v in fields]
        parts.append('--%s\r\nContent-Disposition: form-data; name="%s"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n' % (mark, name))
        body = "".join(parts).encode() + data + ("\r\n--%s--\r\n" % mark).encode()
        return self.call("POST", form["action"], body, "multipart/form-data; boundary=" + mark)

    def become(self, name):
        page = self.get("/start?" + urllib.parse.urlencode({"q": name}))
        for f in reversed(page.forms("/start")):
            for button in f["buttons"]:
                if button[0] == "person":
                    a = self.send(f, button=button)
                    assert a.status == 303, a.text
                    return
        raise AssertionError("nobody is called %s" % name)
