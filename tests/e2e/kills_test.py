"""The server is killed at a system call that the dice choose, while eight clients file; the import likewise. Whatever
was acknowledged is there after the next start, the files catch up, and everything replays."""
import json
import os
import random
import shutil
import subprocess
import sys
import time

from served import KIND, PLACE, TOBUHI, Client, Home, Server, Skip, equal, filer, note, run

CLIENTS = sys.argv[4] if len(sys.argv) > 4 else ""
KILLS = 10
# How often one thread of a busy server makes the call in the first seconds.
CALLS = {
    "sqlite": {"pwrite64": 2000, "fdatasync": 60, "fsync": 60, "write": 60, "openat": 80, "unlink": 25, "sendmsg": 30, "rename": 2},
    "pg": {"sendto": 2500, "recvfrom": 2500, "fdatasync": 60, "fsync": 60, "write": 60, "openat": 80, "unlink": 25, "sendmsg": 30},
}[KIND]
dice = random.Random()
seed = dice.randrange(1 << 32)
dice.seed(seed)


def strace(call, n):
    """Words before a command that kill it at the n-th such call of one of its threads."""
    return ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=" + call, "-e", "inject=%s:signal=KILL:when=%d+" % (call, n)]


def can_strace():
    if not shutil.which("strace"):
        raise Skip("strace")
    r = subprocess.run([*strace("write", 1), "sh", "-c", "echo"], capture_output=True, text=True, check=False)
    if r.returncode not in (137, -9):
        raise Skip("the right to trace a process (ptrace): " + r.stderr.strip()[:100])


def started(home):
    """A server; after a kill the database may take a moment to see that its client is gone."""
    for _ in range(100):
        s = Server(home, before=["env"])
        if s.url:
            return s
        said = s.said()
        s.kill()
        if "writer" not in said:
            raise AssertionError(said)
        time.sleep(0.1)
    raise AssertionError("the killed server is still the writer")


def acknowledged_are_there(home, acked):
    """Every (leaf, subject, act) that a client has been told."""
    rows = {(idx, subject, act) for idx, subject, act in home.sql("SELECT idx, subject, act FROM leaf WHERE ok = 1 AND act LIKE 'asset.%'")}
    lost = [a for a in acked if a not in rows]
    equal(lost, [], "acknowledged and lost")


def one_kill(home, people, acked):
    """How it died: at the call, or (when that was not reached) by hand."""
    call = dice.choice(sorted(CALLS))
    n = dice.randrange(1, CALLS[call] + 1)
    s = Server(home, before=strace(call, n))
    if not s.url:
        s.kill()
        return "%s %d, while it started" % (call, n)
    clients = subprocess.Popen([CLIENTS, "file", str(s.port), *people], stdout=subprocess.PIPE, text=True)
    late = 0
    try:
        out, _ = clients.communicate(timeout=8)
    except subprocess.TimeoutExpired:
        late = 1
        s.kill()
        out, _ = clients.communicate(timeout=60)
    else:
        s.kill()
    lines = [tuple(x.split()) for x in out.splitlines() if len(x.split()) == 3]
    acked.extend(lines)
    return "%s %d, after %d acts%s" % (call, n, len(lines), ", by hand" if late else "")


def ten_kills_at_random_system_calls_lose_nothing_that_was_acknowledged():
    can_strace()
    home, acked, ways = Home().seed(), [], []
    with Server(home) as s:
        people = [p["id"] for p in Client(s).people() if filer(p)]
    for _ in range(KILLS):
        ways.append(one_kill(home, people, acked))
        s = started(home)
        acknowledged_are_there(home, acked)
        equal(s.stop(), 0)
        v = home.verify()
        equal((v["ok"], v.get("pending", 0)), (True, 0), "files after " + ways[-1])
    home.clean()
    note("seed %d: %s; %d acts acknowledged" % (seed, "; ".join(ways), len(acked)))
    assert sum("by hand" in w for w in ways) <= KILLS // 2, ways
    assert len(acked) > 20, len(acked)
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


def a_killed_import_goes_on_where_it_stopped():
    can_strace()
    path = feed(os.path.join(PLACE, "many.csv"))
    filed = "SELECT count_in, accepted, unchanged, rejected FROM s_feed WHERE name = 'many.csv' AND state = 'DONE'"
    plain, home = Home().seed(), Home().seed()
    want = account(plain.tobuhi("import", "epss", path, "--json", check=0))
    equal(want, {"files": 1, "in": RECORDS, "accepted": RECORDS - 13, "unchanged": 0, "rejected": 13})
    calls = {"sqlite": ("fdatasync", 28), "pg": ("sendto", RECORDS * 2)}[KIND]
    killed, at = 0, [0]
    while not (done := home.sql(filed)):
        n = dice.randrange(calls[1] // 4, calls[1])
        before = strace(calls[0], n) if killed < 5 else []
        r = subprocess.run([*before, TOBUHI, "import", "epss", path, "--json"], env=home.env, capture_output=True, text=True, timeout=300, check=False)
        killed += r.returncode != 0
        wait_for_writer(home)
        if home.sql(filed):
            continue
        now = home.sql("SELECT c.seen FROM cache_feed c JOIN s_feed f ON f.id = c.feed WHERE f.state = 'RUNNING'")
        at.append(int(now[0][0]) if now else 0)
        assert at[-1] >= at[-2], at
        equal(home.sql("SELECT count(*) FROM p_vuln WHERE cve LIKE 'CVE-2026-%'"), [("0",)], "nothing of an incomplete file is used")
    assert killed >= 1 and (at[-1] > 0 or killed == 1), (killed, at)
    equal(done, [tuple(str(want[k]) for k in ("in", "accepted", "unchanged", "rejected"))], "after %d kills" % killed)
    same = "SELECT count(*), min(cve), max(cve), sum(epss) FROM p_vuln WHERE source = 'EPSS'"
    equal(home.sql(same), plain.sql(same))
    equal(home.sql("SELECT count(*) FROM s_feed WHERE state = 'RUNNING'"), [("0",)])
    again = account(home.tobuhi("import", "epss", path, "--json", check=0))
    equal((again["accepted"], again["in"]), (0, RECORDS), "a second run")
    home.clean()
    note("killed %d times, went on at %s" % (killed, at[1:]))
    plain.drop()
    home.drop()


def wait_for_writer(home):
    """Until PostgreSQL has seen that the killed writer is gone."""
    for _ in range(100):
        if KIND == "sqlite" or home.psql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [("0",)]:
            return
        time.sleep(0.1)
    raise AssertionError("the lock stays")


run([ten_kills_at_random_system_calls_lose_nothing_that_was_acknowledged, a_killed_import_goes_on_where_it_stopped] if TOBUHI else [])
