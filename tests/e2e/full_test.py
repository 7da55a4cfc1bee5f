"""A disk that is full under a running server, on a little file system in a mount namespace of its own: acts are
answered with an error, nothing that was acknowledged is missing, and with room again the same server goes on."""
import os
import subprocess
import sys

from served import FILED, KIND, PLACE, TOBUHI, Client, Home, Server, Skip, asset, equal, filer, note, run, wait_until

CLIENTS = sys.argv[4] if len(sys.argv) > 4 else ""
disk = os.path.join(PLACE, "disk")


def mounted():
    os.mkdir(disk)
    r = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs", disk], capture_output=True, text=True, check=False)
    if r.returncode:
        raise Skip("the right to mount a tmpfs")


def fill(leave):
    """Takes all but `leave` bytes."""
    free = os.statvfs(disk)
    with open(os.path.join(disk, "ballast"), "wb") as f:
        f.write(b"x" * max(0, free.f_bavail * free.f_frsize - leave))


def told(process, seconds):
    """What the clients have had acknowledged; they end at the first error."""
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, _ = process.communicate()
    return [tuple(x.split()) for x in out.splitlines() if len(x.split()) == 3]


def a_full_disk_loses_nothing_that_was_acknowledged():
    mounted()
    home = Home(path=os.path.join(disk, "home")).seed()
    with Server(home) as s:
        c = Client(s, filer)
        fill((2 << 20) if KIND == "sqlite" else 300 << 10)
        people = [p["id"] for p in c.people() if filer(p)]
        acked = told(subprocess.Popen([CLIENTS, "file", str(s.port), *people], stdout=subprocess.PIPE, text=True), 60 if KIND == "sqlite" else 10)
        note("%d acts acknowledged until the disk was full" % len(acked))
        assert acked
        assert s.alive()
        if KIND == "sqlite":
            for n in range(20):  # the last bytes of free space may still take an act
                status, out = c.act("asset.record", **asset("F-%d" % n))
                if status not in (200, 201):
                    break
                acked.append((str(out["leaf"]), out["subject"], out["act"]))
            equal((status, out["code"]), (500, "io"), out)
            assert "full" in out["detail"], out
            equal(c.json("GET", "/api/v1/people")[0], 200, "reading goes on")
        else:  # the rows are on another disk; the files of the ledger wait
            wait_until(lambda: "ledger not published" in s.said(), what="the log's word of it")
        os.unlink(os.path.join(disk, "ballast"))
        made = c.do("asset.record", **asset("G-1"))
        acked.append((str(made["leaf"]), made["subject"], made["act"]))
        out = c.do("asset.notify", made["subject"], **FILED)
        acked.append((str(out["leaf"]), out["subject"], out["act"]))
        rows = set(home.sql("SELECT idx, subject, act FROM leaf WHERE ok = 1"))
        equal([a for a in acked if a not in rows], [], "acknowledged and lost")
        wait_until(lambda: home.verify().get("pending", 0) == 0, what="the files' catching up")
    home.clean()
    home.drop()


if TOBUHI and "TOBUHI_TEST_SPACE" not in os.environ:
    for how in ("-m", "-rm"):
        if subprocess.run(["unshare", how, "true"], capture_output=True, check=False).returncode == 0:
            os.rmdir(PLACE)
            os.execvpe("unshare", ["unshare", how, sys.executable, *sys.argv], dict(os.environ, TOBUHI_TEST_SPACE="own"))
run([a_full_disk_loses_nothing_that_was_acknowledged] if TOBUHI else [])
