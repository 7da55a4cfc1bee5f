"""Homes and servers for the tests that drive the whole program: `Home` makes or copies a state directory (and its
database), `Server` runs `tobuhi serve` on it, `Client` is a person at the API.

Every test program takes: TOBUHI (the program), the folder of the small exercise, and sqlite or pg. With pg it runs under
tests/lib/pg.sh."""
import contextlib
import http.client
import json
import os
import pwd
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback

from contract import Contract

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TOBUHI = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ""
SMALL = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else ""
KIND = sys.argv[3] if len(sys.argv) > 3 else "sqlite"
PLACE = tempfile.mkdtemp(prefix="tbe2e.", dir="/tmp")
CONTRACT = None  # of the program under test; its description is asked for once
FAILED = []  # names of the tests that did
_names = 0


class Skip(Exception):
    """Says which privilege or feature is missing."""


def run(tests):
    """Runs functions whose names are sentences, and says so in TAP."""
    failed = 0
    try:
        print("1..%d" % len(tests))
        for n, test in enumerate(tests, 1):
            name = "%s_on_%s" % (test.__name__.strip("_"), KIND)
            try:
                test()
                print("ok %d - %s" % (n, name), flush=True)
            except Skip as why:
                print("ok %d - %s # SKIP skipped: %s" % (n, name, why), flush=True)
            except Exception:  # noqa: BLE001 - whatever it is, it is reported
                failed += 1
                FAILED.append(name)
                print("not ok %d - %s" % (n, name))
                for line in traceback.format_exc().rstrip().split("\n"):
                    print("# " + line, flush=True)
    finally:
        shutil.rmtree(PLACE, ignore_errors=True)
    sys.exit(1 if failed else 0)


def equal(got, want, what=""):
    if got != want:
        raise AssertionError("%s: got %r, want %r" % (what, got, want))


def note(text):
    """A line of the log that is no result."""
    print("# " + text, flush=True)


def progress(text):
    """A note that whoever waits for a long run sees at once (tools/long.sh shows it)."""
    note(text)
    if "TOBUHI_LONG_PROGRESS" in os.environ:
        with open(os.environ["TOBUHI_LONG_PROGRESS"], "a", encoding="utf-8") as f:
            f.write("%s %s: %s\n" % (time.strftime("%H:%M:%S"), KIND, text))


def figures(name, counts, seconds):
    """What a set has counted; docs/long.md is made of it."""
    told = ", ".join("%s %d" % c for c in counts.items())
    progress("%s: %s; %.0f s" % (name, told, seconds))
    if "TOBUHI_LONG_FIGURES" in os.environ:
        with open(os.environ["TOBUHI_LONG_FIGURES"], "a", encoding="utf-8") as f:
            f.write(json.dumps({"set": name, "db": KIND, "counts": counts, "seconds": round(seconds, 1)}, ensure_ascii=False) + "\n")


def seeded_dice():
    """Dice that fall as before when TOBUHI_SEED is the number they told."""
    seed = int(os.environ.get("TOBUHI_SEED") or random.SystemRandom().randrange(1 << 32))
    progress("seed %d (TOBUHI_SEED sets it)" % seed)
    return random.Random(seed)


def how_many(usual):
    """The size of a set: the last word of the command, or the one for every day."""
    return int(sys.argv[-1]) if sys.argv[-1].isdigit() else usual


def another_name():
    global _names
    _names += 1
    return "e%d_%d" % (os.getpid(), _names)


def contract():
    """The program's own description of its API, against which every answer is held."""
    global CONTRACT
    if CONTRACT is None:
        CONTRACT = Contract(json.loads(subprocess.run([TOBUHI, "law", "--openapi"], capture_output=True, check=True).stdout))
    return CONTRACT


class Home:
    """A state directory with its database. `path` and `env` are what a program needs to use it."""

    def __init__(self, path=None, data=None, base=None):
        self.path = path or os.path.join(PLACE, another_name())
        self.name = another_name()
        self.env = dict(os.environ, TOBUHI_HOME=self.path, LC_ALL="C.UTF-8", TOBUHI_DATA=data or SMALL)
        self.env.pop("TOBUHI_DB", None)
        if KIND == "pg":
            url = os.environ["TOBUHI_TEST_PG"]
            self.host = url[url.index("host=") + 5:]
            self.env["TOBUHI_DB"] = "postgresql:///%s?host=%s" % (self.name, self.host)
            # Or libpq asks the C library who runs it, whose name service ends by abort() when it has no memory.
            self.env["PGUSER"] = pwd.getpwuid(os.geteuid()).pw_name
        if base:
            self._copy(base)

    def _copy(self, base):
        shutil.copytree(base.path, self.path)
        if KIND == "pg":
            self.psql('CREATE DATABASE "%s_partners" TEMPLATE "%s_partners"' % (self.name, base.name), "postgres")

    def psql(self, sql, database=None):
        r = subprocess.run(["psql", "-XqAt", "-F", "\x1f", "-R", "\x1e", "-v", "ON_ERROR_STOP=1", "-h", self.host, "-d",
                            database or self.name + "_partners", "-f", "-"], input=sql, capture_output=True, text=True, check=False)
        if r.returncode:
            raise AssertionError("%s: %s" % (sql[:2000], r.stderr))
        out = r.stdout.rstrip("\n")
        return [tuple(x.split("\x1f")) for x in out.split("\x1e")] if out else []

    def sql(self, text):
        """SQL behind the gate's back; rows of text."""
        if KIND == "pg":
            return self.psql(text)
        with contextlib.closing(sqlite3.connect(os.path.join(self.path, "partners.db"), timeout=20, isolation_level=None)) as c:
            return [tuple("" if v is None else str(v) for v in row) for row in c.execute(text).fetchall()]

    def tobuhi(self, *args, check=None, env=None, timeout=600):
        """Runs a verb; `check` is the exit code it must have."""
        r = subprocess.run([TOBUHI, *args], env=dict(self.env, **(env or {})), capture_output=True, text=True, timeout=timeout, check=False)
        if check is not None and r.returncode != check:
            raise AssertionError("tobuhi %s: exit %d: %s%s" % (" ".join(args), r.returncode, r.stdout[-2000:], r.stderr[-2000:]))
        return r

    def seed(self):
        self.tobuhi("exercise", "init", check=0)
        return self

    def play(self):
        """The five-minute story, through the API of a server."""
        with Server(self) as s:
            return [json.loads(x) for x in self.tobuhi("exercise", "play", "--json", check=0, env=s.env).stdout.splitlines()]

    def verify(self, code=0):
        return json.loads(self.tobuhi("ledger", "verify", "--json", check=code).stdout)

    def replay(self, code=0):
        return json.loads(self.tobuhi("ledger", "replay", "--json", check=code).stdout)

    def clean(self):
        """Both proofs."""
        equal(self.replay()["differences"], [], "replay")
        v = self.verify()
        equal(v["ok"], True, "verify")
        return v

    def full(self):
        """The whole exercise instead of the small one; seeded once for all tests (tests/lib/home.sh)."""
        env = dict(self.env, TOBUHI_DATA=os.path.join(ROOT, "exercise"))
        cache = os.path.join(os.path.dirname(os.path.dirname(SMALL)), "home")
        subprocess.run([os.path.join(ROOT, "tests/lib/home.sh"), TOBUHI, cache, self.path], env=env, check=True, stdout=subprocess.DEVNULL)
        self.env = env
        return self

    def drop(self):
        shutil.rmtree(self.path, ignore_errors=True)
        if KIND == "pg":
            self.psql('DROP DATABASE IF EXISTS "%s_partners" WITH (FORCE)' % self.name, "postgres")


class Server:
    """`tobuhi serve` on a home, at a port of its own; `before` are words in front of the command (strace …)."""

    def __init__(self, home, before=(), args=(), wait=True, port=0, logs=None):
        self.home = home
        self.log = open(os.path.join(logs or PLACE, another_name() + ".log"), "w+", encoding="utf-8")
        env = dict(home.env, TOBUHI_LISTEN="127.0.0.1:%d" % port)
        self.process = subprocess.Popen([*before, TOBUHI, "serve", *args], env=env, stdout=subprocess.PIPE, stderr=self.log, text=True, start_new_session=True)
        self.url = self.process.stdout.readline().strip() if wait else ""
        self.port = int(self.url.rsplit(":", 1)[1]) if self.url else 0
        self.env = {"TOBUHI_LISTEN": "127.0.0.1:%d" % self.port}
        if wait and not self.url and not before:
            raise AssertionError("the server did not start: " + self.said())

    def said(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8", errors="replace") as f:
            return f.read()[-3000:]

    def alive(self):
        return self.process.poll() is None

    def stop(self, timeout=60):
        """Ends it as a person would; the exit code."""
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout)
        self.process.stdout.close()
        self.log.close()
        return code

    def kill(self):
        """Ends everything of its process group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)
        self.process.stdout.close()
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind:
            note("the server said: " + self.said().replace("\n", "\n# "))
            self.kill()
        else:
            equal(self.stop(), 0, "exit of the server")


class Client:
    """One person's session at the API of a server."""

    def __init__(self, server, name=None, timeout=60):
        self.port = server.port if isinstance(server, Server) else server
        self.timeout = timeout
        self.connection = None
        self.used = 0
        self.head = {}
        if name:
            self.sign_in(name)

    def call(self, method, path, body=None, kind="application/json", head=None):
        """Status, headers, body; a dead server raises OSError or HTTPException."""
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode() if body is not None else b""
        if self.connection and time.monotonic() - self.used > 5:  # the server may be closing it at this moment
            self.connection.close()
            self.connection = None
        self.used = time.monotonic()
        if not self.connection:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self.connection.request(method, path, data if method != "GET" else None, {"Content-Type": kind, **self.head, **(head or {})})
            r = self.connection.getresponse()
            out = r.read()
        except BaseException:
            self.connection.close()
            self.connection = None
            raise
        if r.headers.get("Connection", "").lower() == "close":
            self.connection.close()
            self.connection = None
        if path.startswith("/api/"):
            contract().check(method, path, kind, data, r.status, r.headers, out)
        return r.status, r.headers, out

    def patiently(self, method, path, body=None):
        """`call`; whoever is too quick waits, as he is told to."""
        while (answer := self.call(method, path, body))[0] == 429:
            time.sleep(0.1)
        return answer

    def json(self, method, path, body=None):
        status, _, out = self.patiently(method, path, body)
        return status, json.loads(out) if out else None

    def people(self):
        return self.json("GET", "/api/v1/people")[1]

    def sign_in(self, name):
        """By name, or by a function of the people's rows."""
        who = [p for p in self.people() if (name(p) if callable(name) else p["name"] == name)][0]
        status, head, out = self.patiently("POST", "/api/v1/session", {"person": who["id"]})
        equal(status, 201, "sign-in of %s" % who["name"])
        self.who = who
        self.head = {"Cookie": head["Set-Cookie"].split(";")[0], "X-Tobuhi-Token": json.loads(out)["token"]}
        return self

    def act(self, name, subject=None, **values):
        """Status and answer of one act; outcome and inputs by name."""
        kind, verb = name.split(".")
        return self.json("POST", "/api/v1/%s/%s%s" % (kind, subject + "/" if subject else "", verb), values)

    def do(self, name, subject=None, **values):
        status, out = self.act(name, subject, **values)
        if status not in (200, 201):
            raise AssertionError("%s: %d %s" % (name, status, out))
        return out


def asset(ref):
    """The inputs of asset.record for one machine."""
    return {"op_ref": ref, "asset_kind": "K1", "connection": "PART_OF", "facility_class": "F0103", "object": "OS", "product": "制御機", "maker": "丙製作所",
            "introduced_on": "2026-11-01", "facility_existed": True}


FILED = {"contact": "情報システム部", "form_ver": "様式第一"}


def filer(person):
    return person["roles"] == "OP_FILER"


def wait_until(true, seconds=20, what="it"):
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError("%s did not come true in %d s" % (what, seconds))
        time.sleep(0.05)


# --- killing ---
def strace(call, n):
    """Words before a command that kill it at the n-th such call of one of its threads."""
    return ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=" + call, "-e", "inject=%s:signal=KILL:when=%d+" % (call, n)]


def can_strace():
    if not shutil.which("strace"):
        raise Skip("strace")
    r = subprocess.run([*strace("write", 1), "sh", "-c", "echo"], capture_output=True, text=True, check=False)
    if r.returncode not in (137, -9):
        raise Skip("the right to trace a process (ptrace): " + r.stderr.strip()[:100])


def wait_for_writer(home):
    """Until PostgreSQL has seen that the killed writer is gone."""
    for _ in range(100):
        if KIND == "sqlite" or home.psql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [("0",)]:
            return
        time.sleep(0.1)
    raise AssertionError("the lock stays")
