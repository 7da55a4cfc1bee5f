"""The server keeps in whoever runs code of his own inside it (tests/e2e/intruder.c): no connection but to the database,
no program started, no process looked into. Each try is made before the door is shut too, and must succeed there."""
import contextlib
import errno
import os
import signal
import socket
import sys

from served import FILED, KIND, PLACE, Client, Home, Server, another_name, asset, equal, filer, note, run, wait_until

INTRUDER = os.path.abspath(sys.argv[5]) if len(sys.argv) > 5 else ""
_home = []


def home():
    """Seeded once, without the intruder."""
    if not _home:
        _home.append(Home().seed())
    return _home[0]


@contextlib.contextmanager
def intruded(do=None):
    """A server with the intruder in it, and what he finds out."""
    found = os.path.join(PLACE, another_name())
    os.mkdir(found)
    h = home()
    kept = dict(h.env)
    with socket.create_server(("127.0.0.1", 0), backlog=20) as listener:
        h.env.update(LD_PRELOAD=INTRUDER, INTRUDER=found, INTRUDER_PORT=str(listener.getsockname()[1]))
        if do:
            h.env["INTRUDER_DO"] = do
        server = Server(h)
        h.env.clear()
        h.env.update(kept)
        yield server, found


def told(path):
    """Errno of each try, once all have been made."""
    wait_until(lambda: os.path.exists(path) and open(path, encoding="utf-8").read().count("\n") == 6, what=path)
    with open(path, encoding="utf-8") as f:
        return {k: int(v) for k, v in (line.split() for line in f)}


def landlock_knows_tcp(server):
    return "no Landlock" not in server.said()


def whoever_breaks_in_reaches_nothing_but_the_database():
    with intruded() as (s, found), s:
        equal(told(found + "/before"), dict.fromkeys(("inet", "kept", "fastopen", "unix", "netlink", "bind"), 0), "open")
        after = told(found + "/after")
        local = 0 if KIND == "pg" else errno.EPERM
        kept = after.pop("kept")
        equal(after, {"inet": errno.EPERM, "fastopen": errno.EPERM, "unix": local, "netlink": errno.EPERM, "bind": errno.EPERM}, "shut")
        if KIND == "sqlite":
            equal(kept, errno.EPERM, "a socket from before")
        elif landlock_knows_tcp(s):
            equal(kept, errno.EACCES, "a socket from before")
        else:
            note("this kernel has no Landlock for TCP: a socket from before still connects")


def every_thread_of_the_server_is_kept_in_and_its_work_goes_on():
    with Server(home()) as s:
        c = Client(s, filer)
        c.do("asset.notify", c.do("asset.record", **asset("C-1"))["subject"], **FILED)
        for _ in range(12):  # each thread of the pool opens its own reader, after the door is shut
            equal(Client(s, filer).json("GET", "/api/v1/asset")[0], 200, "reading")
        place = "/proc/%d/task" % s.process.pid
        threads = os.listdir(place)
        for t in threads:
            with open("%s/%s/status" % (place, t), encoding="utf-8") as f:
                lines = dict(x.rstrip("\n").split(":\t", 1) for x in f if ":\t" in x)
            equal((lines["Seccomp"], lines["NoNewPrivs"]), ("2", "1"), "thread " + t)
        assert len(threads) > 2, threads
    home().clean()


def dies_of(what):
    with intruded(what) as (s, found):
        told(found + "/before")
        told(found + "/after")
        equal(s.process.wait(20), -signal.SIGSYS, what)
        s.kill()
    home().clean()


def a_program_started_inside_ends_the_server_and_the_ledger_is_sound():
    dies_of("exec")


def being_traced_ends_the_server():
    dies_of("ptrace")


def reading_a_process_memory_ends_the_server():
    dies_of("readv")


def a_database_on_another_machine_is_refused_by_the_server_in_words():
    for url, env, where in (("postgresql:///tobuhi?host=db.example", {}, "TOBUHI_DB"), ("postgresql://db.example/tobuhi", {}, "TOBUHI_DB"),
                            ("postgresql:///tobuhi?hostaddr=192.0.2.1", {}, "TOBUHI_DB"), ("postgresql:///tobuhi", {"PGHOST": "db.example"}, "PGHOST"),
                            ("postgresql:///tobuhi", {"PGHOSTADDR": "192.0.2.1"}, "PGHOSTADDR")):
        r = Home().tobuhi("serve", check=3, env={"TOBUHI_DB": url, "LC_ALL": "ja_JP.UTF-8", **env})
        assert "[%s]" % where in r.stderr and "postgresql:///NAME?host=DIR" in r.stderr, (url, r.stderr)


run([whoever_breaks_in_reaches_nothing_but_the_database, every_thread_of_the_server_is_kept_in_and_its_work_goes_on,
     a_program_started_inside_ends_the_server_and_the_ledger_is_sound, being_traced_ends_the_server,
     reading_a_process_memory_ends_the_server, a_database_on_another_machine_is_refused_by_the_server_in_words])
