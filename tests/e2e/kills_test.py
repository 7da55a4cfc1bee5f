"""The server is killed at a system call that the dice choose, while eight clients file, or while it starts and recovers
from the kill before; the import likewise; PostgreSQL's own processes too. Whatever was acknowledged is there after the
next start, the files catch up, and everything replays. The last word is how many kills (10)."""
import json
import os
import signal
import subprocess
import sys
import threading
import time

from served import (KIND, PLACE, TOBUHI, Client, Home, Server, can_strace, equal, figures, filer, how_many, progress, run,
    seeded_dice, strace, wait_for_writer)

CLIENTS = sys.argv[4] if len(sys.argv) > 4 else ""
KILLS = how_many(10)
# How often one thread of a busy server makes the call in the first seconds. They are those of different threads: the
# database's of the writer and of readers, fdatasync, rename and unlink of the publisher too, sendmsg of whoever answers.
CALLS = {
    "sqlite": {"pwrite64": 2000, "fdatasync": 60, "fsync": 60, "write": 60, "openat": 80, "unlink": 25, "sendmsg": 30, "rename": 6},
    "pg": {"sendto": 2500, "recvfrom": 2500, "fdatasync": 60, "fsync": 60, "write": 60, "openat": 80, "unlink": 25, "sendmsg": 30},
}[KIND]
# And until it listens, when it finds what the kill before has left.
STARTING = {
    "sqlite": {"pwrite64": 12, "pread64": 60, "fdatasync": 8, "fsync": 8, "openat": 30, "unlink": 4, "rename": 2, "mmap": 60},
    "pg": {"sendto": 40, "recvfrom": 40, "fdatasync": 6, "fsync": 8, "openat": 40, "unlink": 4, "rename": 2, "mmap": 60},
}[KIND]
dice = seeded_dice() if TOBUHI else None


def started(home, before):
    """A server, or None when it was killed while it started; after a kill the database may take a moment to see that
    its client is gone, or to recover itself."""
    for _ in range(100):
        s = Server(home, before=before)
        if s.url:
            return s
        said = s.said()
        s.kill()
        if s.process.returncode == -9 and "strace" in before:
            return None
        if "writer" not in said and "cannot connect" not in said:
            raise AssertionError(said)
        time.sleep(0.1)
    raise AssertionError("the killed server is still the writer")


def acknowledged_are_there(home, acked):
    """Every (leaf, subject, act) that a client has been told."""
    rows = {(idx, subject, act) for idx, subject, act in home.sql("SELECT idx, subject, act FROM leaf WHERE ok = 1 AND act LIKE 'asset.%'")}
    lost = [a for a in acked if a not in rows]
    equal(lost, [], "acknowledged and lost")


def chosen(calls):
    """Few and many alike: as often between 2 and 4 as between 512 and 1,024."""
    call = dice.choice(sorted(calls))
    return call, round(calls[call] ** dice.random())


def kill_backend(home, after, met):
    """One of PostgreSQL's processes that serve this home, whereupon it ends them all and recovers."""
    time.sleep(after)
    pids = home.psql("SELECT pid FROM pg_stat_activity WHERE application_name = 'tobuhi' AND datname = '%s_partners' ORDER BY pid" % home.name)
    if pids:
        os.kill(int(dice.choice(pids)[0]), signal.SIGKILL)
        met.append(1)


def filed_until(s, people, seconds, hand=None):
    """What the clients were told until it died or stopped answering; True if they still went on after `seconds`."""
    clients = subprocess.Popen([CLIENTS, "file", str(s.port), *people], stdout=subprocess.PIPE, text=True)
    if hand:
        hand.start()
    late = False
    try:
        out, _ = clients.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        late = True
        s.kill()
        out, _ = clients.communicate(timeout=60)
    else:
        s.kill()
    if hand:
        hand.join()
    return [tuple(x.split()) for x in out.splitlines() if len(x.split()) == 3], late


class Kills:
    """The kills of one home, and what its clients have been told."""

    def __init__(self, home, people):
        self.home, self.people = home, people
        self.acked, self.by = [], {"filing": 0, "starting": 0, "by_hand": 0, "backend": 0}

    def one(self):
        way = dice.choices(["filing", "starting", "backend"], [6, 2, 2 if KIND == "pg" else 0])[0]
        call, n = chosen(STARTING if way == "starting" else CALLS)
        met = []
        s = started(self.home, ["env"] if way == "backend" else strace(call, n))
        if not s:
            self.by["starting"] += 1
            return
        acknowledged_are_there(self.home, self.acked)
        hand = threading.Thread(target=kill_backend, args=(self.home, dice.uniform(0.02, 1.0), met)) if way == "backend" else None
        told, late = filed_until(s, self.people, 8, hand)
        self.acked.extend(told)
        self.by["backend" if met else "by_hand" if late or way == "backend" else "filing"] += 1

    def sound(self):
        """After a start of its own, as after any of the kills."""
        s = started(self.home, ["env"])
        acknowledged_are_there(self.home, self.acked)
        equal(s.stop(), 0)
        v = self.home.verify()
        equal((v["ok"], v.get("pending", 0)), (True, 0), "files after %s" % self.by)


def kills_at_random_system_calls_lose_nothing_that_was_acknowledged():
    can_strace()
    began, home = time.monotonic(), Home().seed()
    with Server(home) as s:
        people = [p["id"] for p in Client(s).people() if filer(p)]
    k = Kills(home, people)
    n = 0
    while n < KILLS or (len(k.acked) <= KILLS and n < 10 * KILLS):  # dice may kill it ten times before it has begun
        n += 1
        k.one()
        if n % 10 == 0 or KILLS <= 10:
            k.sound()
            progress("%d kills (%s), %d acts acknowledged" % (n, ", ".join("%s %d" % x for x in k.by.items()), len(k.acked)))
    k.sound()
    home.clean()
    figures("kills", {"kills": sum(k.by.values()), **k.by, "acknowledged": len(k.acked), "lost": 0}, time.monotonic() - began)
    assert k.by["by_hand"] <= n // 2, k.by
    assert len(k.acked) > KILLS, len(k.acked)
    home.drop()


# --- the import ---
RECORDS = 12000


def feed(path):
    """EPSS as FIRST publishes it, with some lines that are none."""
    with open(path, "w", encoding="utf-8") as f:
        f.write("#model_version:v2025.03.14,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\n")
        for i in range(RECORDS):
            f.write("CVE-2026-%d,%s,0.5\n" % (10000 + i, "nan" if i % 997 == 0 else "0.%05d" % (i % 100000)))
    return path


def account(r):
    got = json.loads(r.stdout.splitlines()[-1])
    equal(got["in"], got["accepted"] + got["unchanged"] + got["rejected"])
    return {k: got[k] for k in ("files", "in", "accepted", "unchanged", "rejected")}


def killed_imports(home, path, filed, want, most):
    """Imports until it is done, killed up to `most` times; (kills, where it went on)."""
    calls = ("clone3", 28)  # each chunk of 400 records is written by a thread of its own; calls are counted by thread
    others = {"sqlite": {"fdatasync": 2, "pwrite64": 40}, "pg": {"sendto": 800}}[KIND]
    killed, at = 0, [0]
    while not (done := home.sql(filed)):
        # The first one far enough that something stands; the others anywhere, the beginning and the end included.
        call, n = (calls[0], dice.randrange(calls[1] // 4, calls[1])) if killed == 0 else chosen({calls[0]: calls[1], "openat": 40, "mmap": 60, "write": 4, **others})
        before = strace(call, n) if killed < most else []
        r = subprocess.run([*before, TOBUHI, "import", "epss", path, "--json"], env=home.env, capture_output=True, text=True, timeout=300, check=False)
        killed += r.returncode in (-9, 137)
        assert r.returncode in (0, -9, 137), r.stderr
        wait_for_writer(home)
        if home.sql(filed):
            continue
        now = home.sql("SELECT c.seen FROM cache_feed c JOIN s_feed f ON f.id = c.feed WHERE f.state = 'RUNNING'")
        at.append(int(now[0][0]) if now else 0)
        assert at[-1] >= at[-2], at
        equal(home.sql("SELECT count(*) FROM p_vuln WHERE cve LIKE 'CVE-2026-%'"), [("0",)], "nothing of an incomplete file is used")
    assert killed >= 1 and (at[-1] > 0 or killed == 1), (killed, at)
    equal(done, [tuple(str(want[k]) for k in ("in", "accepted", "unchanged", "rejected"))], "after %d kills" % killed)
    return killed, at


def a_killed_import_goes_on_where_it_stopped():
    can_strace()
    began, kills, base = time.monotonic(), 0, Home().seed()
    path = feed(os.path.join(PLACE, "many.csv"))
    filed = "SELECT count_in, accepted, unchanged, rejected FROM s_feed WHERE name = 'many.csv' AND state = 'DONE'"
    same = "SELECT count(*), min(cve), max(cve), sum(epss) FROM p_vuln WHERE source = 'EPSS'"
    plain = Home(base=base)
    want = account(plain.tobuhi("import", "epss", path, "--json", check=0))
    equal(want, {"files": 1, "in": RECORDS, "accepted": RECORDS - 13, "unchanged": 0, "rejected": 13})
    while kills < KILLS // 10:
        home = Home(base=base)
        killed, at = killed_imports(home, path, filed, want, 8)
        kills += killed
        equal(home.sql(same), plain.sql(same))
        equal(home.sql("SELECT count(*) FROM s_feed WHERE state = 'RUNNING'"), [("0",)])
        again = account(home.tobuhi("import", "epss", path, "--json", check=0))
        equal((again["accepted"], again["in"]), (0, RECORDS), "a second run")
        home.clean()
        progress("an import killed %d times went on at %s" % (killed, at[1:]))
        home.drop()
    figures("kills of imports", {"kills": kills, "lost": 0}, time.monotonic() - began)
    plain.drop()
    base.drop()


run([kills_at_random_system_calls_lose_nothing_that_was_acknowledged, a_killed_import_goes_on_where_it_stopped] if TOBUHI else [])
