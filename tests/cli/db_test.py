"""tobuhi db: damage is found and named, a backup is a verified home, and a restored one goes on where it was."""
import json
import os
import shutil
import threading

from verbs import FILED, JA, KIND, PLACE, Client, Home, Server, another_name, asset, equal, filer, run

home = Home().seed()


def answer(h, *args, code=0):
    return json.loads(h.tobuhi("db", *args, "--json", check=code).stdout)


def place():
    return os.path.join(PLACE, another_name())


def flip(path, at):
    """One byte turned around."""
    with open(path, "r+b") as f:
        f.seek(at)
        byte = f.read(1)
        f.seek(at)
        f.write(bytes([byte[0] ^ 0xFF]))


def a_sound_database_is_said_to_be_so_even_under_a_server():
    with Server(home):
        got = answer(home, "check")
    equal((got["ok"], got["database"], got["ledger"]), (True, "", ""), "check")
    equal(got["size"], home.verify()["size"], "leaves")
    assert "データベースも台帳も正しい" in home.tobuhi("db", "check", check=0, env=JA).stdout


def a_damaged_ledger_is_no():
    h = Home(base=home)
    tile = sorted(os.path.join(d, f) for d, _, fs in os.walk(h.path + "/partners.ledger/tile/entries") for f in fs)[0]
    flip(tile, 100)
    got = answer(h, "check", code=1)
    equal(got["ok"], False)
    assert "leaf" in got["ledger"], got
    h.drop()


def a_damaged_page_of_the_database_is_no():
    h = Home(base=home)
    h.sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(h.path + "/partners.db", "rb") as f:
        page = int.from_bytes(f.read(18)[16:], "big")
    root = int(h.sql("SELECT rootpage FROM sqlite_schema WHERE name = 's_asset'")[0][0])
    for at in range(8):
        flip(h.path + "/partners.db", (root - 1) * page + at)
    got = answer(h, "check", code=1)
    equal(got["ok"], False)
    assert got["database"], got
    h.drop()


def a_backup_taken_while_others_file_is_restored_and_goes_on():
    done, stop = [], threading.Event()
    with Server(home) as s:

        def file_on():
            c = Client(s, filer)
            while not stop.is_set():
                done.append(c.do("asset.record", **asset("B-%d" % len(done)))["leaf"])

        filing = threading.Thread(target=file_on)
        filing.start()
        while not done:
            stop.wait(0.01)
        kept = place()
        try:
            got = answer(home, "backup", kept, "--with-key")
        finally:
            stop.set()
            filing.join()
    equal((got["ok"], got["place"]), (True, kept), "backup")
    assert not os.path.exists(kept + ".part")
    equal(os.stat(kept + "/keys/partners.key").st_mode & 0o777, 0o600, "mode of the key")
    new = Home()
    equal(answer(new, "restore", kept)["ok"], True, "restore")
    equal(os.stat(new.path + "/partners.db").st_mode & 0o777, 0o600, "mode of the database")
    size = new.clean()["size"]
    assert size >= got["size"] > 0
    assert set(x for x in done if x < got["size"]) <= set(int(x) for (x,) in new.sql("SELECT idx FROM leaf"))
    with Server(new) as s:
        c = Client(s, filer)
        c.do("asset.notify", c.do("asset.record", **asset("N-1"))["subject"], **FILED)
    assert new.clean()["size"] > size


def a_backup_without_the_key_asks_for_it():
    kept = place()
    equal(answer(home, "backup", kept)["ok"], True)
    assert not os.path.exists(kept + "/keys/partners.key")
    new = Home()
    r = new.tobuhi("db", "restore", kept, check=3, env=JA)
    assert "[keys/partners.key]" in r.stderr and "署名鍵はありません" in r.stderr, r.stderr
    assert not os.path.exists(new.path + "/partners.db")
    os.makedirs(new.path + "/keys", mode=0o700)
    shutil.copy(home.path + "/keys/partners.key", new.path + "/keys/partners.key")
    equal(answer(new, "restore", kept)["ok"], True)
    new.clean()


def a_damaged_backup_is_not_restored():
    kept = place()
    answer(home, "backup", kept, "--with-key")
    flip(sorted(os.path.join(d, f) for d, _, fs in os.walk(kept + "/partners.ledger/tile/0") for f in fs)[0], 5)
    new = Home()
    equal(answer(new, "restore", kept, code=1)["ok"], False)
    assert not os.path.exists(new.path + "/partners.db")


def nothing_is_written_over():
    kept = place()
    answer(home, "backup", kept, "--with-key")
    r = home.tobuhi("db", "backup", kept, check=3, env=JA)
    assert "もうあります" in r.stderr, r.stderr
    before = home.verify()
    r = home.tobuhi("db", "restore", kept, check=3, env=JA)
    assert "もう台帳があります" in r.stderr, r.stderr
    equal(home.verify(), before, "the ledger")


def what_is_not_there_is_not_made():
    new = Home()
    for args in (("check",), ("backup", place()), ("restore", place())):
        r = new.tobuhi("db", *args, check=3, env=JA)
        assert "データベース（partners.db）はありません" in r.stderr, (args, r.stderr)
        assert not os.path.exists(new.path), args
    assert "使い方: tobuhi db check" in home.tobuhi("db", "look", check=2, env=JA).stderr


def postgresql_is_backed_up_by_its_own_tools():
    for args in (("backup", place()), ("restore", place())):
        r = home.tobuhi("db", *args, check=3, env=JA)
        assert "[TOBUHI_DB]" in r.stderr and "pg_dump" in r.stderr, r.stderr


BOTH = [a_sound_database_is_said_to_be_so_even_under_a_server, a_damaged_ledger_is_no]
run(BOTH + ([postgresql_is_backed_up_by_its_own_tools] if KIND == "pg" else [
    a_damaged_page_of_the_database_is_no, a_backup_taken_while_others_file_is_restored_and_goes_on, a_backup_without_the_key_asks_for_it,
    a_damaged_backup_is_not_restored, nothing_is_written_over, what_is_not_there_is_not_made]))
