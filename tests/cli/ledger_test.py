"""tobuhi ledger rebuild: the files again from the database's leaves, under the checkpoint that was signed, or not at all."""
import json
import os
import shutil

from verbs import JA, PLACE, Client, Home, Server, another_name, asset, equal, filer, run

home = Home().seed()


def tiles(h):
    """Every file of the ledger, with its bytes."""
    top = os.path.join(h.path, "partners.ledger")
    out = {}
    for folder, _, names in os.walk(top):
        for name in names:
            with open(os.path.join(folder, name), "rb") as f:
                out[os.path.relpath(os.path.join(folder, name), top)] = f.read()
    return out


def kept(h):
    """A copy of its checkpoint, elsewhere."""
    path = os.path.join(PLACE, another_name())
    shutil.copy(h.path + "/partners.ledger/checkpoint", path)
    return path


def lost_tiles_are_made_again_byte_for_byte_and_the_home_goes_on():
    h = Home(base=home)
    before = tiles(h)
    shutil.rmtree(h.path + "/partners.ledger/tile")
    h.verify(code=1)
    assert "see `ledger verify`" in h.tobuhi("serve", check=3, env={"TOBUHI_LISTEN": "127.0.0.1:0"}).stderr
    got = json.loads(h.tobuhi("ledger", "rebuild", "--json", check=0).stdout)
    equal((got["ok"], got["root"]), (True, home.verify()["root"]))
    equal(tiles(h), before)
    with Server(h) as s:
        Client(s, filer).do("asset.record", **asset("R-1"))
    h.clean()
    h.drop()


def without_a_checkpoint_one_that_was_kept_is_needed():
    h = Home(base=home)
    before, note = tiles(h), kept(h)
    shutil.rmtree(h.path + "/partners.ledger")
    said = h.tobuhi("ledger", "rebuild", check=3).stderr
    assert "there is no checkpoint" in said, said
    assert not os.path.exists(h.path + "/partners.ledger"), "nothing is written"
    h.tobuhi("ledger", "rebuild", note, check=0, env=JA)
    equal(tiles(h), before)
    h.clean()
    h.drop()


def rows_that_were_changed_do_not_get_files_that_hide_it():
    h = Home(base=home)
    before, note = tiles(h), kept(h)
    h.sql("UPDATE leaf SET entry = '{}' WHERE idx = 7")
    for args in ([], [note]):
        said = h.tobuhi("ledger", "rebuild", *args, check=3).stderr
        assert "do not give the root" in said, said
    equal(tiles(h), before)
    h.drop()


def a_checkpoint_of_another_ledger_or_a_later_one_is_refused():
    h, other = Home(base=home), Home().seed()
    said = h.tobuhi("ledger", "rebuild", kept(other), check=3).stderr
    assert "[" in said, said
    later = Home(base=home)
    with Server(later) as s:
        Client(s, filer).do("asset.record", **asset("R-2"))
    before = tiles(h)
    said = h.tobuhi("ledger", "rebuild", kept(later), check=3).stderr
    assert "do not give the root" in said, said
    equal(tiles(h), before)
    for x in (h, other, later):
        x.drop()


def nothing_is_rebuilt_under_a_running_server():
    h = Home(base=home)
    with Server(h):
        said = h.tobuhi("ledger", "rebuild", check=3).stderr
        assert "another process is the writer" in said, said
    h.drop()


run([lost_tiles_are_made_again_byte_for_byte_and_the_home_goes_on, without_a_checkpoint_one_that_was_kept_is_needed,
     rows_that_were_changed_do_not_get_files_that_hide_it, a_checkpoint_of_another_ledger_or_a_later_one_is_refused, nothing_is_rebuilt_under_a_running_server])
