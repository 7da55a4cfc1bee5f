"""The n-th allocation of the process fails, whoever asks for it: the program, SQLite, jansson, libpq, libmicrohttpd,
libarchive, zlib. It never dies by a signal and never answers wrongly; it ends and says so, or goes on; and what was
acknowledged is there when it starts again. The last word is how many failures for each thing that is done (8)."""
import contextlib
import gzip
import http.client
import mmap
import os
import struct
import subprocess
import sys
import time

from served import FAILED, PLACE, TOBUHI, Client, Home, Server, asset, equal, figures, filer, how_many, progress, run, seeded_dice, wait_until

SHIM = os.path.abspath(sys.argv[6]) if len(sys.argv) > 6 else ""
MANY = how_many(8)
DEATHS = (OSError, http.client.HTTPException)  # what a client sees of a server that has ended
dice = seeded_dice() if TOBUHI else None
counted = {}
began = time.monotonic()


class Scarce:
    """The numbers shared with the shim."""

    def __init__(self):
        self.path = os.path.join(PLACE, "scarce")
        with open(self.path, "wb") as f:
            f.write(bytes(24))
        with open(self.path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 24)
        self.env = {"LD_PRELOAD": SHIM, "SCARCE": self.path}

    def arm(self, n, many=1):
        self.map[8:16] = struct.pack("q", many)
        self.map[:8] = struct.pack("q", n)

    def seen(self):
        return struct.unpack("q", self.map[16:24])[0]

    def rest(self):
        """No more of it; whether there was any."""
        failed = struct.unpack("q", self.map[8:16])[0] < self.asked
        self.map[:8] = bytes(8)
        return failed

    def fail(self, n):
        """One in three times memory does not come back."""
        self.asked = 1 if dice.random() < 0.67 else 1 << 40
        self.arm(n, self.asked)


scarce = Scarce() if TOBUHI else None


def places(most):
    """The first few, and as many again of every order of size."""
    first = list(range(1, MANY // 4 + 1))
    return first + [max(1, round(most ** dice.random())) for _ in range(MANY - len(first))]


def count(what, n=1):
    counted[what] = counted.get(what, 0) + n


def ended_clearly(code, said, what):
    """Not by a signal, and not without a word."""
    assert code >= 0, "%s died by signal %d: %s" % (what, -code, said[-1000:])
    if code == 3 and ("記憶が足りない" in said or "memory" in said.lower()):
        count("said_so")
    assert code == 0 or len(said.strip()) > 20, "%s ended with %d and said nothing: %r" % (what, code, said)
    assert "impossible" not in said, said


def tried(home, *args, **more):
    """A verb that may lack memory."""
    r = subprocess.run([TOBUHI, *args], env=dict(home.env, **scarce.env), capture_output=True, timeout=300, check=False, **more)
    failed = scarce.rest()
    count("failures" if failed else "not_reached")
    return failed, r.returncode, r.stdout.decode("utf-8", "replace"), r.stderr.decode("utf-8", "replace")


def allocations(home, *args):
    """How many the verb makes when it has all it wants."""
    before = scarce.seen()
    r = subprocess.run([TOBUHI, *args], env=dict(home.env, **scarce.env), capture_output=True, check=False)
    equal(r.returncode, 0, r.stderr)
    return scarce.seen() - before


def questions_are_answered_rightly_or_not_at_all():
    """Verbs that only read: the answer is the one of plenty, or there is none."""
    home = Home().seed()
    for args in (["ledger", "verify", "--json"], ["ledger", "replay", "--json"], ["ledger", "show", "0"], ["law", "--openapi"], ["db", "check", "--json"]):
        most, right = allocations(home, *args), home.tobuhi(*args, check=0).stdout
        for n in places(most):
            scarce.fail(n)
            failed, code, out, said = tried(home, *args)
            ended_clearly(code, said, "%s, allocation %d" % (" ".join(args), n))
            if code == 0:
                equal(out, right, "%s, allocation %d of %d" % (" ".join(args), n, most))
            else:
                assert failed and code in (1, 3), (args, n, code, said)
                assert code == 3, "%s, allocation %d: 'no' where the answer is yes: %s %s" % (" ".join(args), n, out, said)
        progress("%s: %d allocations, %d of them failed" % (" ".join(args), most, MANY))
    home.clean()
    home.drop()


def an_import_without_memory_is_done_by_the_next():
    base = Home().seed()
    path = os.path.join(PLACE, "few.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write("#model_version:v2025.03.14,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\n")
        f.writelines("CVE-2026-%d,0.%05d,0.5\n" % (10000 + i, i) for i in range(600))
    with open(path, "rb") as f, gzip.open(path + ".gz", "wb") as out:
        out.write(f.read())
    plain = Home(base=base)
    most = allocations(plain, "import", "epss", path + ".gz", "--json")
    same = "SELECT count(*), min(cve), max(cve), sum(epss) FROM p_vuln WHERE source = 'EPSS'"
    home, used = Home(base=base), 0
    for n in places(most):
        scarce.fail(n)
        _, code, _, said = tried(home, "import", "epss", path + ".gz", "--json")
        ended_clearly(code, said, "import, allocation %d of %d" % (n, most))
        used += 1
        if home.sql("SELECT state FROM s_feed WHERE state = 'DONE'") or used % 10 == 0:
            home.tobuhi("import", "epss", path + ".gz", "--json", check=0)
            equal(home.sql(same), plain.sql(same), "after allocation %d" % n)
            home.clean()
            home.drop()
            home = Home(base=base)
    progress("import: %d allocations, %d of them failed" % (most, MANY))
    for h in (home, plain, base):
        h.drop()


def a_server_without_memory_while_it_starts_starts_the_next_time():
    home = Home().seed()
    before = scarce.seen()
    with Server(Beside(home, scarce.env)):
        most = scarce.seen() - before
    for n in places(most):
        scarce.fail(n)
        s = Server(Beside(home, scarce.env), before=["env"])
        failed = scarce.rest()
        count("failures" if failed else "not_reached")
        code = s.stop() if s.url else s.process.wait(60)
        ended_clearly(code, s.said() if not s.log.closed else "it started, and ended when it was told to", "start, allocation %d of %d" % (n, most))
    progress("start: %d allocations, %d of them failed" % (most, MANY))
    with Server(home) as s:
        Client(s, filer).do("asset.record", **asset("M-0"))
    home.clean()
    home.drop()


class Beside:
    """A home with more in its environment."""

    def __init__(self, home, env):
        self.home, self.env = home, dict(home.env, **env)


class Living:
    """A server that is started again whenever it has ended."""

    def __init__(self, home):
        self.home, self.server, self.client, self.ends = home, None, None, 0

    def up(self):
        if self.server and self.server.alive():
            return self.client
        if self.server:
            self.gone()
        for _ in range(100):
            self.server = Server(Beside(self.home, scarce.env), before=["env"])
            if self.server.url:
                break
            said = self.server.said()
            self.server.kill()
            assert "writer" in said, said
            time.sleep(0.1)
        self.client = Client(self.server, filer, timeout=20)
        return self.client

    def gone(self):
        """It has ended, or is ending: how?"""
        code = self.server.process.wait(30)
        ended_clearly(code, self.server.said(), "the server")
        equal(code, 3, self.server.said())
        self.server.kill()
        self.ends += 1
        self.server = None

    def dead_soon(self):
        """Whoever was not answered: has it ended?"""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.server.process.wait(2)
        return not self.server.alive()


def acts_and_pages_without_memory_lose_nothing_and_are_never_wrong():
    home = Home().seed()
    live, acked = Living(home), []
    live.up()
    before = scarce.seen()
    first = live.client.do("asset.record", **asset("M-first"))
    most = 2 * (scarce.seen() - before)
    right = live.client.json("GET", "/api/v1/asset/%s" % first["subject"])
    equal(right[0], 200)
    acked.append((str(first["leaf"]), first["subject"]))
    for k, n in enumerate(places(most)):
        c = live.up()
        scarce.fail(n)
        try:
            status, out = c.act("asset.record", **asset("M-%d" % k))
            if status in (200, 201):
                acked.append((str(out["leaf"]), out["subject"]))
            else:
                assert status in (500, 503), (status, out)
        except DEATHS:
            live.dead_soon()
        count("failures" if scarce.rest() else "not_reached")
    progress("acts: %d failed allocations, the server ended %d times, %d acts acknowledged" % (MANY, live.ends, len(acked)))
    c = live.up()
    before = scarce.seen()
    equal(c.call("GET", "/inbox")[0], 200)
    most = 2 * (scarce.seen() - before)
    for n in places(most):
        c = live.up()
        scarce.fail(n)
        try:
            status, _, out = c.call("GET", "/inbox")
            assert status == 200 and out.rstrip().endswith(b"</html>") or status in (500, 503), (status, out[-200:])
            got = c.json("GET", "/api/v1/asset/%s" % first["subject"])
            assert got == right or got[0] in (500, 503), got
        except DEATHS:
            live.dead_soon()
        count("failures" if scarce.rest() else "not_reached")
    live.up()
    rows = set(home.sql("SELECT idx, subject FROM leaf WHERE ok = 1"))
    equal([a for a in acked if a not in rows], [], "acknowledged and lost")
    wait_until(lambda: home.verify().get("pending", 0) == 0, what="the files' catching up")
    equal(live.server.stop(), 0)
    count("ends_of_the_server", live.ends)
    home.clean()
    home.drop()


def sum_up():
    equal(FAILED, [], "no figures of a set that failed")
    figures("memory", {**counted, "by_signal": 0, "wrong": 0, "lost": 0}, time.monotonic() - began)
    assert counted.get("said_so", 0) > MANY, counted


run([questions_are_answered_rightly_or_not_at_all, an_import_without_memory_is_done_by_the_next, a_server_without_memory_while_it_starts_starts_the_next_time,
     acts_and_pages_without_memory_lose_nothing_and_are_never_wrong, sum_up] if TOBUHI else [])
