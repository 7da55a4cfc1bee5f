"""The whole exercise, seeded and played to its end: both proofs find nothing, an independent verifier agrees, and one
byte, one row, one file or a tail that is not as it was is found where it is."""
import json
import os
import random
import shutil
import subprocess

from served import KIND, PLACE, ROOT, SMALL, TOBUHI, Home, Skip, equal, note, run

FLIPS = 30 if KIND == "sqlite" else 12
home = Home().full()
ledger = os.path.join(home.path, "partners.ledger")
dice = random.Random(KIND)


def the_story_is_played_to_its_end():
    played = home.play()
    assert len(played) >= 30, len(played)
    equal([a for (a,) in home.sql("SELECT act FROM leaf WHERE act = 'case.tell_finder' AND ok = 1")], ["case.tell_finder"])


def both_proofs_find_nothing():
    v = home.clean()
    assert v["size"] > 15000, v
    note("%d leaves" % v["size"])


def verifier():
    go = os.path.join(PLACE, "verify-go")
    if not shutil.which("go") or not os.path.isdir("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog"):
        raise Skip("go")
    build = subprocess.run(["go", "build", "-o", go, "."], cwd=os.path.join(ROOT, "tools/verify-go"), capture_output=True, text=True, check=False,
                           env=dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=os.path.join(os.path.dirname(os.path.dirname(SMALL)), "go"), GOFLAGS=""))
    equal(build.returncode, 0, build.stderr)
    return go


def an_independent_verifier_agrees_on_root_and_signature():
    go = verifier()
    words = [go, ledger, os.path.join(home.path, "keys/partners.key.pub")]
    theirs, ours = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout), home.verify()
    equal((theirs["size"], theirs["root"], theirs["ok"]), (ours["size"], ours["root"], True))
    flip(os.path.join(ledger, "checkpoint"), 40)
    try:
        equal(subprocess.run(words, capture_output=True, check=False).returncode, 1)
    finally:
        flip(os.path.join(ledger, "checkpoint"), 40)


def flip(path, at, bit=0):
    with open(path, "r+b") as f:
        f.seek(at)
        byte = f.read(1)[0]
        f.seek(at)
        f.write(bytes([byte ^ 1 << bit]))


def number(path):
    """N of tile/<L>/<N>[.p/<W>]: x001/234 is 1234."""
    parts = path.split("/")
    digits = "".join(p[1:] if p.startswith("x") else p.split(".")[0] for p in parts if not p.isdigit() or len(p) == 3)
    return int(digits)


def entry_at(path, offset):
    """Which entry of a bundle the byte lies in."""
    at = i = 0
    with open(path, "rb") as f:
        data = f.read()
    while True:
        at += 2 + int.from_bytes(data[at:at + 2], "big")
        if offset < at:
            return i
        i += 1


def files():
    """Every file of the ledger: path, level ('entries', a number, or None for the checkpoint), number of the tile."""
    out = [("checkpoint", None, 0)]
    for d, _, names in os.walk(os.path.join(ledger, "tile")):
        for name in names:
            rel = os.path.join(d, name)[len(ledger) + 1:]
            level, rest = rel.split("/", 2)[1:]
            out.append((rel, level, number(rest.replace(".p/" + name, "") if ".p/" in rest else rest)))
    return sorted(out)


def leaf_of(rel, level, n, offset):
    if level is None:
        return None
    if level == "entries":
        return n * 256 + entry_at(os.path.join(ledger, rel), offset)
    return (n * 256 + offset // 32) << 8 * int(level)


def bad(first, what):
    v = home.verify(1)
    equal((v["ok"], v["first_bad"]), (False, first), what)
    assert v["what"], v


def one_flipped_byte_of_a_file_is_found_where_it_is():
    kinds = {}
    for f in files():
        kinds.setdefault(f[1], []).append(f)
    assert {None, "entries", "0", "1"} <= set(kinds), kinds
    for i in range(FLIPS):
        rel, level, n = dice.choice(kinds[dice.choice(sorted(kinds, key=str))])
        path = os.path.join(ledger, rel)
        offset, bit = dice.randrange(os.path.getsize(path)), dice.randrange(8)
        first = leaf_of(rel, level, n, offset)
        flip(path, offset, bit)
        try:
            bad(first, "%d: byte %d of %s" % (i, offset, rel))
        finally:
            flip(path, offset, bit)
    home.verify()


def one_changed_character_of_a_row_is_found_where_it_is():
    size = home.verify()["size"]
    for idx in [0, size - 1] + [dice.randrange(size) for _ in range(8)]:
        (entry,), = home.sql("SELECT entry FROM leaf WHERE idx = %d" % idx)
        at = dice.choice([i for i, c in enumerate(entry) if c.isalnum() and c.isascii()])
        other = entry[:at] + ("0" if entry[at] != "0" else "1") + entry[at + 1:]
        home.sql("UPDATE leaf SET entry = '%s' WHERE idx = %d" % (other, idx))
        bad(idx, "row %d" % idx)
        home.sql("UPDATE leaf SET entry = '%s' WHERE idx = %d" % (entry, idx))
    home.verify()


def kept(sql, test):
    """Runs a test after a deletion, and puts the rows back."""
    rows = home.sql("SELECT idx, at, act, subject, person, ok, entry FROM leaf WHERE " + sql)
    home.sql("DELETE FROM leaf WHERE " + sql)
    try:
        test()
    finally:
        for r in rows:
            home.sql("INSERT INTO leaf VALUES (%s, %s, '%s', '%s', '%s', %s, '%s')" % r)


def one_dropped_row_is_found():
    size = home.verify()["size"]
    for idx in (0, 300, size - 1):
        kept("idx = %d" % idx, lambda i=idx: bad(i, "row %d" % i))
    home.verify()


def a_cut_tail_of_the_rows_is_found_at_its_first_leaf():
    size = home.verify()["size"]
    kept("idx >= %d" % (size - 40), lambda: bad(size - 40, "rows"))
    home.verify()


def away(rel, test):
    path, aside = os.path.join(ledger, rel), os.path.join(PLACE, "aside")
    shutil.move(path, aside)
    try:
        test()
    finally:
        shutil.move(aside, path)


def a_lost_file_is_found_at_its_first_leaf():
    for level, factor in (("entries", 256), ("0", 256), ("1", 65536)):
        rel, _, n = dice.choice([f for f in files() if f[1] == level])
        away(rel, lambda r=rel, first=n * factor: bad(first, r))
    away("checkpoint", lambda: bad(None, "checkpoint"))
    home.verify()


def a_cut_tail_of_a_file_is_found():
    rel, _, n = max((f for f in files() if f[1] == "entries"), key=lambda f: f[2])
    path = os.path.join(ledger, rel)
    with open(path, "rb") as f:
        whole = f.read()
    for cut in (1, len(whole) // 2, len(whole)):
        first = n * 256 + entry_at(path, len(whole) - cut)
        with open(path, "wb") as f:
            f.write(whole[:len(whole) - cut])
        bad(first, "%d bytes less of %s" % (cut, rel))
        with open(path, "wb") as f:
            f.write(whole)
    home.verify()


def a_server_does_not_start_on_rows_that_were_lost():
    size = home.verify()["size"]
    kept("idx >= %d" % (size - 5), lambda: equal(home.tobuhi("serve").returncode, 3))
    home.clean()


def replay_names_three_records_that_were_changed_behind_the_gate():
    for table, column, where in (("s_asset", "product", "state = 'FORWARDED'"), ("s_grant", "until", "state = 'ACTIVE'"), ("s_provision", "extract", "state = 'SETTLED'")):
        key, old = dice.choice(home.sql('SELECT id, "%s" FROM %s WHERE %s ORDER BY id' % (column, table, where)))
        new = str(int(old) + 1) if old.isdigit() else old[:-1] + ("x" if old[-1] != "x" else "y")
        home.sql("UPDATE %s SET \"%s\" = '%s' WHERE id = '%s'" % (table, column, new, key))
        equal([(d["table"], d["key"]) for d in home.replay(1)["differences"]], [(table, key)])
        home.sql("UPDATE %s SET \"%s\" = '%s' WHERE id = '%s'" % (table, column, old, key))
    home.clean()


run([the_story_is_played_to_its_end, both_proofs_find_nothing, an_independent_verifier_agrees_on_root_and_signature, one_flipped_byte_of_a_file_is_found_where_it_is,
     one_changed_character_of_a_row_is_found_where_it_is, one_dropped_row_is_found, a_cut_tail_of_the_rows_is_found_at_its_first_leaf, a_lost_file_is_found_at_its_first_leaf,
     a_cut_tail_of_a_file_is_found, a_server_does_not_start_on_rows_that_were_lost, replay_names_three_records_that_were_changed_behind_the_gate] if TOBUHI else [])
