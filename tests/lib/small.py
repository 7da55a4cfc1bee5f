"""small.py EXERCISE OUT [STAMP] - the exercise cut down to what its story needs: 7 operators, 24 machines, a dozen records.

Everything in it is a row of the exercise, unchanged; TOBUHI_DATA=OUT seeds a home from it in a second or two."""
import csv
import json
import os
import sys

OPERATORS = ["OP007", "OP094", "OP116", "OP136", "OP203", "OP006", "OP034"]
MACHINES = 24
RECORDS = 12
# Offices that neither the story nor the seeding calls on.
LEFT_OUT = {"npa", "mod", "kagari", "hoshikuzu", "tsukishiro", "amane", "ibuki", "watatsumi"}


def rows(path, keep):
    with open(path, encoding="utf-8", newline="") as f:
        head, *body = csv.reader(f)
    return [head] + [r for r in body if keep(dict(zip(head, r)))]


def write_csv(path, table):
    with open(path, "w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows(table)


def machines(path, story):
    wanted = {(x["op"], x["op_ref"]) for part in (story["expect"], story["published"]["expect"])
              for level in part.values() for x in level}
    with open(path, encoding="utf-8") as f:
        mine = [line for line in f if json.loads(line)["op"] in OPERATORS]
    named = [x for x in mine if (json.loads(x)["op"], json.loads(x)["op_ref"]) in wanted]
    return named + [x for x in mine if x not in named][: MACHINES - len(named)]


def main(src, out):
    os.makedirs(os.path.join(out, "vuln"), exist_ok=True)
    with open(os.path.join(src, "story.json"), encoding="utf-8") as f:
        story = json.load(f)

    def copy(name, text):
        with open(os.path.join(out, name), "w", encoding="utf-8") as f:
            f.write(text)

    def of(name):
        return os.path.join(src, name)

    copy("story.json", json.dumps(story, ensure_ascii=False))
    copy("assets.jsonl", "".join(machines(of("assets.jsonl"), story)))
    for name, keep in {
        "bodies.csv": lambda r: r["key"] not in LEFT_OUT,
        "ministries.csv": lambda r: True,
        "facilities.csv": lambda r: True,
        "aliases.csv": lambda r: True,
        "operators.csv": lambda r: r["key"] in OPERATORS,
        "people.csv": lambda r: r["org"] not in LEFT_OUT and (not r["org"].startswith("OP") or r["org"] in OPERATORS),
    }.items():
        write_csv(os.path.join(out, name), rows(of(name), keep))
    with open(of("kev.json"), encoding="utf-8") as f:
        kev = json.load(f)
    names = sorted(os.listdir(of("vuln")))
    listed = {v["cveID"] for v in kev["vulnerabilities"]}
    cves = [story["published"]["cve"]]
    cves += [n[: -len(".json")] for n in names if n[: -len(".json")] in listed and n[: -len(".json")] not in cves][: RECORDS - 1]
    for cve in cves:
        with open(of("vuln/" + cve + ".json"), encoding="utf-8") as f:
            copy("vuln/" + cve + ".json", f.read())
    kev["vulnerabilities"] = [v for v in kev["vulnerabilities"] if v["cveID"] in cves]
    kev["count"] = len(kev["vulnerabilities"])
    copy("kev.json", json.dumps(kev, ensure_ascii=False))
    with open(of("epss.csv"), encoding="utf-8") as f:
        copy("epss.csv", "".join(x for i, x in enumerate(f) if i < 2 or x.split(",")[0] in cves))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
    if len(sys.argv) > 3:
        open(sys.argv[3], "w").close()
