"""`make install` under a DESTDIR: what is installed starts from there, with the data beside it and not with those it was
built from."""
import json
import os
import shutil
import subprocess
import sys

import served
from served import FILED, KIND, PLACE, SMALL, Client, Home, Server, Skip, asset, equal, filer, run

BUILD = os.path.abspath(sys.argv[6]) if len(sys.argv) > 6 else ""
dest = os.path.join(PLACE, "dest")
_prefix = []


def prefix():
    """Where the files of the prefix are under the DESTDIR; installs at the first call."""
    if not _prefix:
        r = subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", dest], capture_output=True, text=True, check=False)
        equal(r.returncode, 0, r.stdout + r.stderr)
        options = json.loads(subprocess.run(["meson", "introspect", "--buildoptions", BUILD], capture_output=True, text=True, check=True).stdout)
        _prefix.append(next(o["value"] for o in options if o["name"] == "prefix"))
    return dest + _prefix[0]


def an_installation_has_program_data_manual_and_unit():
    p = prefix()
    for path in ("bin/tobuhi", "share/tobuhi/exercise/story.json", "share/man/man1/tobuhi.1", "lib/systemd/system/tobuhi.service", "lib/sysusers.d/tobuhi.conf"):
        assert os.path.isfile(os.path.join(p, path)), path
    for d, _, files in os.walk(p):
        for f in files:
            path = os.path.join(d, f)
            if path.endswith("bin/tobuhi"):
                continue
            with open(path, "rb") as x:
                assert dest.encode() not in x.read(), "the DESTDIR is written into " + path


def the_unit_starts_the_installed_program():
    with open(os.path.join(prefix(), "lib/systemd/system/tobuhi.service"), encoding="utf-8") as f:
        unit = f.read()
    assert "ExecStart=%s/bin/tobuhi serve\n" % _prefix[0] in unit, unit
    if not shutil.which("systemd-analyze"):
        raise Skip("systemd-analyze")
    there = os.path.join(PLACE, "tobuhi.service")
    with open(there, "w", encoding="utf-8") as f:
        f.write(unit.replace("ExecStart=" + _prefix[0], "ExecStart=" + prefix()).replace("Documentation=man:tobuhi(1)\n", ""))
    r = subprocess.run(["systemd-analyze", "verify", "--recursive-errors=no", there], capture_output=True, text=True, check=False)
    said = [x for x in r.stderr.splitlines() if "tobuhi.service" in x]
    equal(said, [], "systemd-analyze verify")


def the_manual_names_every_verb():
    said = subprocess.run([os.path.join(prefix(), "bin/tobuhi"), "--help"], capture_output=True, text=True, check=True, env={"LC_ALL": "C.UTF-8"}).stdout
    verbs = [x.split()[1] for x in said.splitlines() if x.startswith("  tobuhi ")]
    with open(os.path.join(prefix(), "share/man/man1/tobuhi.1"), encoding="utf-8") as f:
        manual = f.read()
    assert len(verbs) > 5, said
    for v in verbs:
        assert any(line.split()[1:2] == [v] for line in manual.splitlines() if line.startswith((".BR ", ".BI "))), v


def the_installed_program_uses_the_data_beside_it_and_serves():
    data = os.path.join(prefix(), "share/tobuhi/exercise")
    shutil.rmtree(data)
    shutil.copytree(SMALL, data)
    served.TOBUHI = os.path.join(prefix(), "bin/tobuhi")
    home = Home()
    home.env.pop("TOBUHI_DATA")
    os.rename(data + "/operators.csv", data + "/away.csv")
    r = home.tobuhi("exercise", "init", check=3)
    assert data in r.stderr, r.stderr
    os.rename(data + "/away.csv", data + "/operators.csv")
    home.drop()
    home = Home()
    home.env.pop("TOBUHI_DATA")
    home.seed()
    with Server(home) as s:
        c = Client(s, filer)
        c.do("asset.notify", c.do("asset.record", **asset("I-1"))["subject"], **FILED)
    home.clean()


equal(KIND, "sqlite", "kind of database")
run([an_installation_has_program_data_manual_and_unit, the_unit_starts_the_installed_program, the_manual_names_every_verb,
     the_installed_program_uses_the_data_beside_it_and_serves])
