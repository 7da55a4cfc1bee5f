"""Feeds as their publishers ship them, into a store that two holders have founded: the accounts are exact, a second run
accepts nothing, memory stays small; and what happens with files that are not whole.

With `whole` as the last word: all that lies in ../shared/data/vuln; otherwise a part of it, cut here."""
import gzip
import io
import json
import multiprocessing
import os
import re
import subprocess
import sys
import tarfile
import time

from served import KIND, PLACE, ROOT, TOBUHI, Home, Skip, equal, note, run

WHOLE = sys.argv[-1] == "whole"
RSS_MAX = 300 << 10  # KiB
DATA = os.path.join(os.path.dirname(ROOT), "shared/data/vuln")
CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}")


def shared():
    if not os.path.isdir(DATA):
        raise Skip("no ../shared")


def founded():
    """A store that is no exercise: founded as docs/operations.md says, and empty of feeds."""
    h = Home()
    os.makedirs(h.path, mode=0o700)
    doc = os.path.join(PLACE, "founding.json")
    cao, number = "11111111-1111-4111-8111-111111111111", "7000012010039"  # with its check digit
    people = ["22222222-2222-4222-8222-22222222222%d" % i for i in range(2)]
    holders = []
    for i in range(2):
        key = os.path.join(PLACE, "holder-%d" % i)
        if not os.path.exists(key):
            h.tobuhi("ledger", "key", key, "holder-%d" % i, check=0)
        with open(key + ".pub", encoding="utf-8") as f:
            holders.append(f.read().strip())
    with open(doc, "w", encoding="utf-8") as f:
        json.dump({"name": "取込みの試験", "holders": holders, "orgs": [{"id": cao, "number": number, "name": "内閣府", "org_kind": "CABINET"}],
                   "persons": [{"id": p, "org": cao, "name": "登録官%d" % i, "acks": "8_2"} for i, p in enumerate(people)], "grants": []}, f)
    h.tobuhi("ledger", "found", doc, check=3)  # nobody has signed
    for i in range(2):
        h.tobuhi("ledger", "sign", doc, os.path.join(PLACE, "holder-%d" % i), check=0)
    h.tobuhi("ledger", "found", doc, check=0)
    return h


def imported(home, form, paths, code=0):
    """The account, and the peak of the process's memory in KiB."""
    t = time.monotonic()
    out = os.path.join(PLACE, "account")
    with open(out, "w", encoding="utf-8") as f:
        p = subprocess.Popen([TOBUHI, "import", form, *paths, "--json"], env=home.env, stdout=f, stderr=subprocess.PIPE)
        said = p.stderr.read().decode("utf-8", "replace")
        _, status, used = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    equal(p.returncode, code, "import %s: %s" % (form, said[-1000:]))
    with open(out, encoding="utf-8") as f:
        got = json.loads(f.read().splitlines()[-1])
    equal(sorted(got), ["accepted", "files", "format", "in", "rejected", "rejects", "unchanged", "unresolved"])
    equal(got["format"], form)
    equal(got["in"], got["accepted"] + got["unchanged"] + got["rejected"], form)
    note("%s: %d files, %d in, %d accepted, %d unchanged, %d rejected; %.1f s, %d MiB" % (
        form, got["files"], got["in"], got["accepted"], got["unchanged"], got["rejected"], time.monotonic() - t, used.ru_maxrss >> 10))
    assert used.ru_maxrss <= RSS_MAX, used.ru_maxrss
    return got


# --- counting with nothing of ours ---
def plain(path):
    """A stream of the file's content."""
    if path.endswith(".zst"):
        return subprocess.Popen(["zstd", "-dcq", "--long=27", path], stdout=subprocess.PIPE).stdout
    return gzip.open(path) if path.endswith(".gz") else open(path, "rb")


def ids_of_tar(path, find):
    with plain(path) as f, tarfile.open(fileobj=f, mode="r|") as tar:
        for entry in tar:
            if entry.isfile() and entry.name.endswith(".json"):
                yield find(json.load(tar.extractfile(entry)))


def ids_of_json(path, find):
    with plain(path) as f:
        yield from find(json.load(f))


def ids_of_csv(path):
    with plain(path) as f:
        for line in io.TextIOWrapper(f, encoding="utf-8"):
            first = re.split("[,;]", line.strip())[0]
            if first and not first.startswith("#") and first != "cve":
                yield first


COUNT = {
    "kev": lambda p: ids_of_json(p, lambda o: [v.get("cveID") for v in o["vulnerabilities"]]),
    "epss": ids_of_csv,
    "nvd1": lambda p: ids_of_json(p, lambda o: [i["cve"]["CVE_data_meta"]["ID"] for i in o["CVE_Items"]]),
    "nvd2": lambda p: ids_of_json(p, lambda o: [v["cve"]["id"] for v in o["vulnerabilities"]]),
    "nvd-override": lambda p: ids_of_tar(p, lambda o: o["_annotation"]["cve_id"]),
    "csaf": lambda p: ids_of_tar(p, lambda o: o.get("document", {}).get("tracking", {}).get("id")),
    "cve5": lambda p: ids_of_tar(p, lambda o: o["cveMetadata"]["cveId"]),
}


def counted(form, paths):
    """How many records, how many of them with a proper id, how many different."""
    ids = [i for p in paths for i in COUNT[form](p)]
    good = [i for i in ids if isinstance(i, str) and (form == "csaf" or CVE.fullmatch(i))]
    return len(ids), len(good), len(set(good))


def aside(form, paths):
    """Counts in a process of its own: what this one had in memory would be held against the programs it starts."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(counted, (form, paths))


SOURCE = {"kev": "KEV", "epss": "EPSS", "nvd1": "NVD1", "nvd-override": "NVD_OVERRIDE", "cve5": "CVE5", "csaf": "CSAF"}


def files_of(folder):
    at = os.path.join(DATA, folder)
    return sorted(os.path.join(at, f) for f in os.listdir(at) if f.endswith(".zst") and not f.endswith(".csv.zst") or folder == "epss" and f.endswith(".zst"))


def cut_tar(path, out, many):
    with plain(path) as f, tarfile.open(fileobj=f, mode="r|") as tar, tarfile.open(out, "w") as new:
        for entry in tar:
            if entry.isfile():
                new.addfile(entry, tar.extractfile(entry))
                many -= 1
            if not many:
                return [out]
    return [out]


def cut_csv(path, out, many):
    with plain(path) as f, gzip.open(out, "wb") as new:
        for _ in range(many):
            new.write(f.readline())
    return [out]


def feeds():
    """Format and files."""
    if WHOLE:
        return [("kev", files_of("kev")), ("epss", files_of("epss")), ("nvd-override", files_of("nvd2-overrides")), ("cve5", files_of("cve5-vulnrichment")), ("nvd1", files_of("nvd")), ("csaf", files_of("csaf"))]
    return [("kev", files_of("kev")), ("epss", cut_csv(files_of("epss")[0], os.path.join(PLACE, "epss.csv.gz"), 15000)),
            ("nvd-override", cut_tar(files_of("nvd2-overrides")[0], os.path.join(PLACE, "override.tar"), 800)),
            ("cve5", cut_tar(files_of("cve5-vulnrichment")[0], os.path.join(PLACE, "cve5.tar"), 800)), ("nvd1", files_of("nvd")[:1]), ("csaf", files_of("csaf"))]


def accounts_are_those_of_an_independent_count_and_a_second_run_accepts_nothing():
    shared()
    home = founded()
    every = feeds()
    for form, paths in every:
        every_id, good, different = aside(form, paths)
        got = imported(home, form, paths)
        equal((got["files"], got["in"], got["rejected"]), (len(paths), every_id, every_id - good), form)
        assert got["accepted"] >= different, form
        equal(home.sql("SELECT count(*) FROM p_vuln WHERE source = '%s'" % SOURCE[form]), [(str(different),)], form)
        equal(home.sql("SELECT sum(count_in), sum(accepted), sum(unchanged), sum(rejected) FROM s_feed WHERE format = '%s'" % SOURCE[form]),
              [tuple(str(got[k]) for k in ("in", "accepted", "unchanged", "rejected"))], form)
        again = imported(home, form, paths)
        equal((again["in"], again["accepted"], again["unchanged"], again["rejected"]), (got["in"], 0, good, got["rejected"]), form + ", a second run")
    home.clean()
    home.drop()


# --- files that are not whole ---
def nvd2(path, many, bad=()):
    """An answer of NVD's API 2.0; the records of `bad` have no id."""
    items = [{"cve": {"id": "CVE-2026-%d" % (20000 + i) if i not in bad else "", "published": "2026-10-01T00:00:00.000", "lastModified": "2026-10-02T00:00:00.000", "vulnStatus": "Analyzed",
                      "descriptions": [{"lang": "en", "value": "text %d" % i}], "references": []}} for i in range(many)]
    whole = {"resultsPerPage": many, "startIndex": 0, "totalResults": many, "format": "NVD_CVE", "version": "2.0", "timestamp": "2026-11-20T00:00:00.000", "vulnerabilities": items}
    with gzip.open(path, "wt", encoding="utf-8") as f:
        json.dump(whole, f)
    return path


def a_file_that_breaks_off_is_not_used_and_is_told():
    home = founded()
    path = nvd2(os.path.join(PLACE, "n.json.gz"), 3000)
    size = os.path.getsize(path)
    broken = os.path.join(PLACE, "broken.json.gz")
    with open(path, "rb") as f, open(broken, "wb") as out:
        out.write(f.read(size // 2))
    first = imported(home, "nvd2", [broken], 1)
    assert 0 < first["accepted"] < 3000, first
    equal(len(first["rejects"]), 1)
    assert first["rejects"][0]["file"] == broken and first["rejects"][0]["reason"], first
    equal(home.sql("SELECT state FROM s_feed"), [("STOPPED",)])
    equal(home.sql("SELECT count(*) FROM p_vuln"), [("0",)], "nothing of it is used")
    again = imported(home, "nvd2", [broken], 1)  # it goes on where it stopped, and stops there again
    equal((again["in"], again["accepted"]), (first["in"], first["accepted"]))
    equal(home.sql("SELECT count(*) FROM s_feed"), [("1",)])
    home.clean()
    good = imported(home, "nvd2", [path])
    equal((good["in"], good["accepted"]), (3000, 3000))
    equal(home.sql("SELECT count(*) FROM p_vuln"), [("3000",)])
    home.clean()
    home.drop()


def a_bad_record_is_told_with_file_record_and_reason_and_stops_nothing():
    home = founded()
    path = nvd2(os.path.join(PLACE, "bad.json.gz"), 50, bad=(7, 31))
    got = imported(home, "nvd2", [path])
    equal((got["in"], got["accepted"], got["rejected"]), (50, 48, 2))
    equal([(r["file"], r["record"]) for r in got["rejects"]], [(path, "#7"), (path, "#31")])
    assert all(r["reason"] for r in got["rejects"])
    home.clean()
    home.drop()


def csaf(name, revision, versions, status="final"):
    """An advisory on one product with a CPE name."""
    path = os.path.join(PLACE, name)
    product = {"product_id": "1", "name": "P", "product_identification_helper": {"cpe": "cpe:2.3:a:v:p:*:*:*:*:*:*:*:*"}}
    with open(path, "w", encoding="utf-8") as f:
        json.dump({"document": {"csaf_version": "2.0", "title": "T", "tracking": {"id": "VA-1", "version": revision, "status": status}},
                   "product_tree": {"branches": [{"category": "product_version_range", "name": versions, "product": product}]},
                   "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": {"known_affected": ["1"]}}]}, f)
    return path


def a_later_revision_of_an_advisory_takes_the_place_of_the_earlier_and_a_draft_does_not():
    home = founded()
    current = "SELECT r.body FROM p_vuln v JOIN b_feed_record r ON r.feed = v.feed AND r.n = v.n"
    imported(home, "csaf", [csaf("one.json", "1", "vers:generic/<2")])
    got = imported(home, "csaf", [csaf("two.json", "2", "vers:generic/<3")])
    equal((got["accepted"], got["rejected"]), (1, 0))
    got = imported(home, "csaf", [csaf("three.json", "3", "vers:generic/<4", "draft")])
    equal((got["accepted"], got["rejected"], got["rejects"][0]["record"]), (0, 1, "csaf:VA-1"))
    (body,), = home.sql(current)
    equal((json.loads(body)["advisory"]["revision"], json.loads(body)["configs"][0]["m"][0][5]), ("2", "3"))
    home.clean()
    home.drop()


def one_file_that_cannot_be_had_does_not_stop_the_others():
    home = founded()
    good = nvd2(os.path.join(PLACE, "good.json.gz"), 10)
    empty, gone = os.path.join(PLACE, "empty.json"), os.path.join(PLACE, "gone.json")
    with open(empty, "w", encoding="utf-8"):
        pass
    got = imported(home, "nvd2", [gone, empty, good], 1)
    equal((got["in"], got["accepted"]), (10, 10))
    equal(sorted(r["file"] for r in got["rejects"]), sorted([gone, empty]))
    again = imported(home, "nvd2", [empty], 1)
    equal(again["in"], 0)
    home.clean()
    home.drop()


run([accounts_are_those_of_an_independent_count_and_a_second_run_accepts_nothing] if WHOLE else
    [accounts_are_those_of_an_independent_count_and_a_second_run_accepts_nothing, a_file_that_breaks_off_is_not_used_and_is_told,
     a_bad_record_is_told_with_file_record_and_reason_and_stops_nothing,
     a_later_revision_of_an_advisory_takes_the_place_of_the_earlier_and_a_draft_does_not, one_file_that_cannot_be_had_does_not_stop_the_others] if TOBUHI else [])
