"""Full disks, in a mount namespace of its own: one for the home (with SQLite's database, the ledger's files and the log),
one for PostgreSQL's. Full at many byte counts and in each phase: acts, import, backup, start, the ledger's tiles, the log.
The error says so, nothing that was acknowledged is missing, and with room again the same thing goes on. The last word is
how many byte counts for each phase (1)."""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

from served import FAILED, FILED, KIND, PLACE, ROOT, TOBUHI, Client, Home, Server, Skip, asset, equal, figures, filer, how_many, progress, run, seeded_dice, wait_until

CLIENTS = sys.argv[4] if len(sys.argv) > 4 else ""
MANY = how_many(1)
SPACE = "TOBUHI_TEST_SPACE" in os.environ
disk, rows = os.path.join(PLACE, "disk"), os.path.join(PLACE, "rows")
counted = {}
began = time.monotonic()
base = None
server = None  # PostgreSQL on the small disk
dice = seeded_dice() if SPACE else None


def mounted(path, size, mode):
    os.mkdir(path)
    r = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%s,mode=%s" % (size, mode), "tmpfs", path], capture_output=True, text=True, check=False)
    if r.returncode:
        raise Skip("the right to mount a tmpfs")


def prepared():
    """The disks, and a home on them that every phase copies."""
    global base, server
    if base:
        return
    os.chmod(PLACE, 0o755)  # PostgreSQL's user passes through
    mounted(disk, "48m", "0755")
    if KIND == "pg":
        mounted(rows, "256m", "0755")
        server = subprocess.Popen([os.path.join(ROOT, "tests/lib/pg.sh")], env=dict(os.environ, TOBUHI_TEST_PG_AT=rows), stdout=subprocess.PIPE, text=True)
        url = server.stdout.readline().strip()
        if not url.startswith("postgresql:"):
            raise Skip("a PostgreSQL of its own (an unprivileged user)")
        os.environ["TOBUHI_TEST_PG"] = url
    base = Home(path=os.path.join(disk, "base")).seed()
    if KIND == "pg":  # its log is to stay small, or it would be what fills the disk
        for setting in ("max_wal_size = '48MB'", "min_wal_size = '48MB'", "checkpoint_timeout = '30s'"):
            base.psql("ALTER SYSTEM SET " + setting)
        base.psql("SELECT pg_reload_conf()")


def another():
    return Home(path=os.path.join(disk, "h%d" % time.monotonic_ns()), base=base)


@contextlib.contextmanager
def full(leave, where=None):
    """All but `leave` bytes of the database's disk (or another) are taken meanwhile."""
    where = where or (rows if KIND == "pg" else disk)
    if KIND == "pg":
        base.psql("CHECKPOINT")  # what it has of its log is used again
    ballast = os.path.join(where, "ballast")
    free = os.statvfs(where)
    try:
        with open(ballast, "wb", buffering=0) as f, contextlib.suppress(OSError):  # a server beside it may be quicker
            f.write(b"x" * max(0, free.f_bavail * free.f_frsize - leave))
        yield
    finally:
        os.unlink(ballast)


def counts(most):
    """None, one page, and others of every order of size."""
    return ([0, 4096] + [round(4096 * (most / 4096) ** dice.random()) for _ in range(MANY)])[2 if MANY == 1 else 0:][:MANY]


def count(what, n=1):
    counted[what] = counted.get(what, 0) + n


def says_full(text):
    assert "full" in text or "No space" in text or "extend file" in text or "could not write" in text, text


def told(process, seconds):
    """What the clients have had acknowledged; they end at the first error."""
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, _ = process.communicate()
    return [tuple(x.split()) for x in out.splitlines() if len(x.split()) == 3]


def nothing_lost(home, acked):
    there = set(home.sql("SELECT idx, subject, act FROM leaf WHERE ok = 1"))
    equal([a for a in acked if a not in there], [], "acknowledged and lost")
    count("acknowledged", len(acked))


def goes_on(home, c, acked, n):
    """With room again the same server does everything, and its files catch up."""
    made = c.do("asset.record", **asset("G-%d" % n))
    acked.append((str(made["leaf"]), made["subject"], made["act"]))
    out = c.do("asset.notify", made["subject"], **FILED)
    acked.append((str(out["leaf"]), out["subject"], out["act"]))
    nothing_lost(home, acked)
    wait_until(lambda: home.verify().get("pending", 0) == 0, what="the files' catching up")


def refused_for_the_disk(c, acked):
    """Acts until one finds no room: what it is told."""
    for n in range(400):
        status, out = c.act("asset.record", **asset("F-%d" % n))
        if status not in (200, 201):
            equal((status, out["code"]), (500, "io"), out)
            says_full(out["detail"])
            count("refused")
            return
        acked.append((str(out["leaf"]), out["subject"], out["act"]))
    count("not_reached")


def acts_on_a_full_disk_lose_nothing_that_was_acknowledged():
    prepared()
    home = another()
    logs = disk if KIND == "sqlite" else None  # the log is on it too
    with Server(home, logs=logs) as s:
        c = Client(s, filer)
        people = [p["id"] for p in c.people() if filer(p)]
        for n, leave in enumerate(counts(2 << 20)):
            with full(leave):
                acked = told(subprocess.Popen([CLIENTS, "file", str(s.port), *people], stdout=subprocess.PIPE, text=True), 40)
                assert s.alive(), s.said()
                refused_for_the_disk(c, acked)
                equal(c.json("GET", "/api/v1/people")[0], 200, "reading goes on")
            goes_on(home, c, acked, n)
            count("full")
    home.clean()
    home.drop()
    progress("acts: %s" % counted)
    assert counted.get("refused", 0) > 0, counted


def tiles_on_a_full_disk_wait_until_there_is_room():
    """The rows have room, the ledger's files not (PostgreSQL): acts are done, the log says that the files wait."""
    prepared()
    if KIND == "sqlite":
        raise Skip("two disks: SQLite's rows lie beside the ledger's files, and are full with them")
    home = another()
    with Server(home) as s:
        c = Client(s, filer)
        for n, leave in enumerate(counts(64 << 10)):
            acked, heard = [], s.said().count("ledger not published")
            with full(leave, disk):
                for k in range(300):
                    out = c.do("asset.record", **asset("T-%d-%d" % (n, k)))
                    acked.append((str(out["leaf"]), out["subject"], out["act"]))
                    if k > 20 and s.said().count("ledger not published") > heard:
                        count("refused")
                        break
                    if k > 20:
                        time.sleep(0.02)
                says_full(s.said())
                time.sleep(0.3)  # what was committed last has been refused too: nothing but a try of its own publishes it
            wait_until(lambda: home.verify().get("pending", 0) == 0, what="the files' catching up by themselves")
            goes_on(home, c, acked, 1000 + n)
            count("full")
    home.clean()
    home.drop()
    progress("tiles: %s" % counted)


def feed():
    path = os.path.join(PLACE, "few.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write("#model_version:v2025.03.14,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\n")
        f.writelines("CVE-2026-%d,0.%05d,0.5\n" % (10000 + i, i) for i in range(4000))
    return path


def an_import_on_a_full_disk_is_done_when_there_is_room():
    prepared()
    path, same = feed(), "SELECT count(*), min(cve), max(cve), sum(epss) FROM p_vuln WHERE source = 'EPSS'"
    plain = another()
    plain.tobuhi("import", "epss", path, "--json", check=0)
    want = plain.sql(same)
    plain.drop()
    for leave in counts(3 << 20):
        home = another()
        with full(leave):
            r = home.tobuhi("import", "epss", path, "--json")
        if r.returncode:
            assert r.returncode in (1, 3), (r.returncode, r.stderr)
            says_full(r.stdout + r.stderr)
            count("refused")
        home.tobuhi("import", "epss", path, "--json", check=0)
        equal(home.sql(same), want, "with %d bytes" % leave)
        home.clean()
        home.drop()
        count("full")
    progress("import: %s" % counted)


def a_backup_on_a_full_disk_is_no_backup():
    prepared()
    if KIND == "pg":
        raise Skip("a backup of PostgreSQL is made by its own tools")
    home, to = another(), os.path.join(disk, "kept")
    size = os.path.getsize(home.path + "/partners.db")
    for leave in counts(2 * size):
        with full(leave):
            r = home.tobuhi("db", "backup", to)
        if r.returncode:
            equal(r.returncode, 3, r.stderr)
            says_full(r.stderr)
            assert not os.path.exists(to), "a backup that is none"
            count("refused")
        shutil.rmtree(to, ignore_errors=True)
        shutil.rmtree(to + ".part", ignore_errors=True)
        equal(json.loads(home.tobuhi("db", "backup", to, "--json", check=0).stdout)["ok"], True, "with room again")
        shutil.rmtree(to)
        count("full")
    home.clean()
    home.drop()
    progress("backup: %s" % counted)


def a_server_that_starts_on_a_full_disk_says_so_or_serves():
    prepared()
    for leave in counts(256 << 10):
        home = another()
        with Server(home) as s:  # leaves that a kill has left in the WAL and not yet in the files
            c = Client(s, filer)
            acked = [(str(o["leaf"]), o["subject"], o["act"]) for o in (c.do("asset.record", **asset("S-%d" % n)) for n in range(5))]
            os.killpg(s.process.pid, signal.SIGKILL)
            s.process.wait()
            s.stop = lambda: 0
        with full(leave, disk):
            for _ in range(100):
                s = Server(home, before=["env"])
                if s.url or "writer" not in s.said():
                    break
                s.kill()
                time.sleep(0.1)
            if s.url:
                s.stop()
            else:
                says_full(s.said())
                equal(s.process.wait(30), 3)
                s.kill()
                count("refused")
        with Server(home) as s:
            goes_on(home, Client(s, filer), acked, 0)
        home.clean()
        home.drop()
        count("full")
    progress("start: %s" % counted)


def sum_up():
    prepared()
    if server:
        server.terminate()
        server.wait(60)
    equal(FAILED, [], "no figures of a set that failed")
    figures("full disks", {**counted, "lost": 0}, time.monotonic() - began)


if TOBUHI and not SPACE:
    for how in ("-m", "-rm"):
        if subprocess.run(["unshare", how, "true"], capture_output=True, check=False).returncode == 0:
            os.rmdir(PLACE)
            os.execvpe("unshare", ["unshare", how, sys.executable, *sys.argv], dict(os.environ, TOBUHI_TEST_SPACE="own"))
run([acts_on_a_full_disk_lose_nothing_that_was_acknowledged, tiles_on_a_full_disk_wait_until_there_is_room, an_import_on_a_full_disk_is_done_when_there_is_room,
     a_backup_on_a_full_disk_is_no_backup, a_server_that_starts_on_a_full_disk_says_so_or_serves, sum_up] if TOBUHI else [])
