#!/usr/bin/env python3
"""Make exercise/vuln/CVE-*.json, exercise/kev.json and exercise/epss.csv from the data pack beside the repository.

usage: make_vulns.py [PACK] [OUT]        PACK defaults to ../shared/data/vuln, OUT to exercise/, both of this repository

One CVE JSON 5.1 record a file. The version ranges are the source's, unchanged: an anchore override (NVD 2.0) or an
NVD 1.1 item becomes containers.cna.cpeApplicability; a record that only vulnrichment has keeps its affected[].
x_tobuhi_source in the container names file, repository and commit. Precedence: override, NVD 1.1, vulnrichment.
"""
import collections
import json
import os
import re
import sys

import sources as src

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
MITRE = ("8254265b-2729-46b6-b9e3-3dfca2d5bfca", "mitre")
REFERENCES = 5
TAGS = {
    "Vendor Advisory": "vendor-advisory", "Patch": "patch", "Third Party Advisory": "third-party-advisory",
    "US Government Resource": "government-resource", "Mitigation": "mitigation", "Release Notes": "release-notes",
    "Technical Description": "technical-description", "Issue Tracking": "issue-tracking", "Product": "product",
    "Mailing List": "mailing-list", "VDB Entry": "vdb-entry", "Broken Link": "broken-link",
    "Permissions Required": "permissions-required", "Press/Media Coverage": "media-coverage",
}
TAG_ORDER = ("vendor-advisory", "patch", "government-resource", "mitigation")


def chosen():
    with open(os.path.join(HERE, "vulns.txt"), encoding="utf-8") as f:
        return [line.strip() for line in f if line.startswith("CVE-")]


def write_json(path, value):
    """Indented by one space, but a CPE match, a version entry or a reference on one line: a diff shows one range a line."""
    def flat(v):
        return json.dumps(v, ensure_ascii=False, separators=(", ", ": "))

    def put(v, pad):
        small = isinstance(v, dict) and not any(isinstance(x, (dict, list)) and x for x in v.values())
        if not isinstance(v, (dict, list)) or not v or small or (isinstance(v, list) and len(flat(v)) < 100):
            return flat(v)
        inner = pad + " "
        if isinstance(v, dict):
            rows = ["%s%s: %s" % (inner, json.dumps(k), put(x, inner)) for k, x in v.items()]
            return "{\n" + ",\n".join(rows) + "\n" + pad + "}"
        return "[\n" + ",\n".join(inner + put(x, inner) for x in v) + "\n" + pad + "]"

    with open(path, "w", encoding="utf-8", newline="\n") as f:
        f.write(put(value, "") + "\n")


def stamp(text):
    """NVD 1.1 writes 2021-03-03T00:15Z; CVE 5.1 wants seconds."""
    return text[:-1] + ":00Z" if text.endswith("Z") and len(text) == 17 else text


def unquoted(component):
    out, i = [], 0
    while i < len(component):
        i += component[i] == "\\"
        out.append(component[i:i + 1])
        i += 1
    return "".join(out)


def split_cpe(cpe):
    """The components after cpe:2.3, still quoted."""
    out, cur, i = [], "", 8
    while i < len(cpe):
        if cpe[i] == "\\":
            cur += cpe[i:i + 2]
            i += 2
        elif cpe[i] == ":":
            out.append(cur)
            cur = ""
            i += 1
        else:
            cur += cpe[i]
            i += 1
    return out + [cur]


def affected_names(configurations):
    """affected[] is required; the ranges stand in cpeApplicability, so here are names alone, with no claim on versions."""
    names = {}
    for conf in configurations:
        for node in conf["nodes"]:
            for match in node["cpeMatch"]:
                if match["vulnerable"]:
                    part = split_cpe(match["criteria"])
                    names[(unquoted(part[1]), unquoted(part[2]))] = True
    return [{"vendor": v, "product": p, "defaultStatus": "unknown"} for v, p in names]


def references_of(rows):
    """The few that help an officer: advisories first, exploit code never."""
    kept = [r for r in rows if r.get("url", "").startswith("http") and "exploit" not in r.get("tags", [])]
    kept.sort(key=lambda r: min([TAG_ORDER.index(t) for t in r.get("tags", []) if t in TAG_ORDER] or [9]))
    out, seen = [], set()
    for r in kept:
        tags = [t for t in r.get("tags", []) if t != "x_transferred" and not t.startswith("x_refsource")]
        if r["url"] not in seen and len(out) < REFERENCES:
            seen.add(r["url"])
            out.append({"url": r["url"], "tags": tags} if tags else {"url": r["url"]})
    return out


def references_of_nvd(item):
    rows = []
    for r in item["cve"]["references"]["reference_data"]:
        tags = ["exploit" if t == "Exploit" else TAGS.get(t) for t in r.get("tags", [])]
        rows.append({"url": r["url"], "tags": [t for t in tags if t]})
    return references_of(rows)


def english(descriptions):
    """Odd spaces (U+00A0, U+202F …) become one: they are accidents of editors, and few faces draw them."""
    return [{"lang": "en", "value": re.sub(r"[^\S\n]+", " ", d["value"]).strip()} for d in descriptions if d["lang"].startswith("en") and d["value"].strip()]


def metrics_of_nvd(item):
    impact = item.get("impact", {})
    v3 = impact.get("baseMetricV3", {}).get("cvssV3")
    v2 = impact.get("baseMetricV2", {}).get("cvssV2")
    if v3:
        return [{"format": "CVSS", "cvssV3_1" if v3["version"] == "3.1" else "cvssV3_0": v3}]
    return [{"format": "CVSS", "cvssV2_0": v2}] if v2 else []


def problems_of_nvd(item):
    rows = [d["value"] for p in item["cve"]["problemtype"]["problemtype_data"] for d in p["description"]]
    return [{"descriptions": [{"lang": "en", "description": c, "cweId": c, "type": "CWE"}]}
            for c in dict.fromkeys(rows) if c.startswith("CWE-")]


class Pack:
    """What the chosen records need of the pack, read once."""

    def __init__(self, path, ids):
        self.path = path
        self.ids = set(ids)
        self.cve5, self.cve5_name, org_by_cve = {}, {}, {}
        for name, rec in src.tar_members(os.path.join(path, src.CVE5_FILE)):
            meta = rec["cveMetadata"]
            org_by_cve[meta["cveId"]] = (meta["assignerOrgId"], meta.get("assignerShortName", ""))
            if meta["cveId"] in self.ids:
                self.cve5[meta["cveId"]], self.cve5_name[meta["cveId"]] = rec, name
        self.override, self.override_name = {}, {}
        for name, rec in src.tar_members(os.path.join(path, src.OVERRIDE_FILE)):
            if rec["_annotation"]["cve_id"] in self.ids:
                self.override[rec["_annotation"]["cve_id"]] = rec
                self.override_name[rec["_annotation"]["cve_id"]] = name
        self.nvd, votes = {}, collections.defaultdict(collections.Counter)
        for year in sorted({i[4:8] for i in ids} | {"2023", "2024"}):
            items = src.nvd_items(path, year)
            for i, item in items.items():
                if i in org_by_cve:
                    votes[item["cve"]["CVE_data_meta"].get("ASSIGNER", "").split("@")[-1]][org_by_cve[i]] += 1
                if i in self.ids:
                    self.nvd[i] = (year, item)
        # NVD 1.1 names the assigner by a mail address; the organisation's UUID is learnt from records in both feeds.
        self.org_by_domain = {d: c.most_common(1)[0][0] for d, c in votes.items()}
        self.org_by_short = {short: (org, short) for org, short in org_by_cve.values()}
        kev = json.loads(src.unzstd(os.path.join(path, src.KEV_FILE)))
        self.kev = kev
        self.kev_row = {v["cveID"]: v for v in kev["vulnerabilities"]}

    def assigner(self, cve):
        if cve in self.cve5:
            meta = self.cve5[cve]["cveMetadata"]
            return meta["assignerOrgId"], meta.get("assignerShortName", "")
        if cve in self.nvd:
            return self.org_by_domain.get(self.nvd[cve][1]["cve"]["CVE_data_meta"].get("ASSIGNER", "").split("@")[-1], MITRE)
        return self.org_by_short.get(self.override[cve]["_annotation"].get("cna", ""), MITRE)


def meta_of(pack, cve):
    org, short = pack.assigner(cve)
    meta = {"cveId": cve, "assignerOrgId": org, "state": "PUBLISHED"}
    if short:
        meta["assignerShortName"] = short
    if cve in pack.cve5:
        old = pack.cve5[cve]["cveMetadata"]
        meta.update({k: old[k] for k in ("datePublished", "dateUpdated") if k in old})
    elif cve in pack.nvd:
        item = pack.nvd[cve][1]
        meta.update(datePublished=stamp(item["publishedDate"]), dateUpdated=stamp(item["lastModifiedDate"]))
    else:
        note = pack.override[cve]["_annotation"]
        meta.update({k: note[n].split(".")[0].split("+")[0] + "Z" for k, n in
                     (("datePublished", "published"), ("dateUpdated", "modified")) if note.get(n)})
    return meta


def source_of(pack, cve):
    """Where the version ranges come from, and where the prose does."""
    if cve in pack.override and pack.override[cve].get("cve", {}).get("configurations"):
        ranges = {"feed": "nvd-override", "file": src.OVERRIDE_FILE, "member": pack.override_name[cve],
                  "from": src.OVERRIDE_FROM, "licence": src.CC0}
    elif cve in pack.nvd and pack.nvd[cve][1]["configurations"]["nodes"]:
        year = pack.nvd[cve][0]
        ranges = {"feed": "nvd-1.1", "file": src.nvd_file(year), "from": src.NVD_FROM.get(year, src.NVD_FROM_DEFAULT),
                  "licence": src.NVD_LICENCE}
    else:
        ranges = {"feed": "cve5", "file": src.CVE5_FILE, "member": pack.cve5_name[cve], "from": src.CVE5_FROM,
                  "licence": src.CC0}
    return ranges


def prose_of(pack, cve, cna):
    """Description, references, scores: vulnrichment's record, else NVD's, else the override's annotation."""
    if cve in pack.cve5:
        old = pack.cve5[cve]["containers"]["cna"]
        cna["descriptions"] = english(old["descriptions"])
        cna["references"] = references_of(old["references"]) or [{"url": old["references"][0]["url"]}]
        for key in ("metrics", "problemTypes"):
            if key in old:
                cna[key] = old[key]
        if not any(k.startswith("cvss") for m in cna.get("metrics", []) for k in m) and cve in pack.nvd:
            cna["metrics"] = metrics_of_nvd(pack.nvd[cve][1])
        return src.CVE5_FROM
    if cve in pack.nvd:
        item = pack.nvd[cve][1]
        cna["descriptions"] = english(item["cve"]["description"]["description_data"])
        cna["references"] = references_of_nvd(item)
        for key, value in (("metrics", metrics_of_nvd(item)), ("problemTypes", problems_of_nvd(item))):
            if value:
                cna[key] = value
        return "NVD"
    note = pack.override[cve]["_annotation"]
    cna["descriptions"] = [{"lang": "en", "value": note["description"]}]
    cna["references"] = references_of([{"url": u} for u in note.get("references", [])])
    return src.OVERRIDE_FROM


def record_of(pack, cve):
    source = source_of(pack, cve)
    meta = meta_of(pack, cve)
    cna = {"providerMetadata": {"orgId": meta["assignerOrgId"]}}
    if meta.get("assignerShortName"):
        cna["providerMetadata"]["shortName"] = meta["assignerShortName"]
    title = pack.cve5.get(cve, {}).get("containers", {}).get("cna", {}).get("title")
    if not title and cve in pack.kev_row:
        title = pack.kev_row[cve]["vulnerabilityName"].strip()
    if title:
        cna["title"] = title
    source["prose"] = prose_of(pack, cve, cna)
    if not cna["references"]:
        cna["references"] = [{"url": "https://www.cve.org/CVERecord?id=" + cve}]
    adp = src.cisa_container(pack.cve5[cve]) if cve in pack.cve5 else None
    if source["feed"] == "cve5":
        cna["affected"] = pack.cve5[cve]["containers"]["cna"]["affected"]
    else:
        confs = (src.configurations_of_override(pack.override[cve]) if source["feed"] == "nvd-override"
                 else src.configurations_of_11(pack.nvd[cve][1]))
        cna["affected"] = affected_names(confs)
        cna["cpeApplicability"] = confs
    cna["x_tobuhi_source"] = source
    record = {"dataType": "CVE_RECORD", "dataVersion": "5.1", "cveMetadata": meta, "containers": {"cna": cna}}
    if adp:
        kept = {k: adp[k] for k in ("title", "providerMetadata", "metrics") if k in adp}
        if source["feed"] == "cve5" and "affected" in adp:
            kept["affected"] = adp["affected"]
        kept["x_tobuhi_source"] = {"feed": "cve5", "file": src.CVE5_FILE, "member": pack.cve5_name[cve],
                                   "from": src.CVE5_FROM, "licence": src.CC0}
        record["containers"]["adp"] = [kept]
    return record


def write_kev(pack, ids, path):
    rows = [v for v in pack.kev["vulnerabilities"] if v["cveID"] in ids]
    head = {k: v for k, v in pack.kev.items() if k not in ("vulnerabilities", "count")}
    write_json(path, dict(head, count=len(rows), vulnerabilities=rows))
    return len(rows)


def write_epss(pack, ids, path):
    """FIRST's form: a comment line, a header, five or more decimals. The mirror does not state the model's version."""
    rows = {}
    for line in src.unzstd(os.path.join(pack.path, src.EPSS_FILE)).decode().splitlines():
        cve, score, rank = line.split(";")
        if cve in ids:
            rows[cve] = (score.rstrip("0") or "0", rank.rstrip("0") or "0")
    with open(path, "w", encoding="utf-8", newline="\n") as f:
        f.write("#model_version:unstated,score_date:%sT00:00:00+0000\ncve,epss,percentile\n" % src.EPSS_DAY)
        for cve in sorted(rows, key=lambda c: (int(c[4:8]), int(c[9:]))):
            f.write("%s,%s,%s\n" % (cve, *(x + "0" if x.endswith(".") else x for x in rows[cve])))
    return len(rows)


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(ROOT), "shared", "data", "vuln")
    out = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "exercise")
    ids = chosen()
    if len(set(ids)) != len(ids):
        sys.exit("vulns.txt names a CVE twice")
    pack = Pack(path, ids)
    lost = [i for i in ids if not (i in pack.override or i in pack.nvd or i in pack.cve5)]
    if lost:
        sys.exit("not in the pack: " + " ".join(lost))
    os.makedirs(os.path.join(out, "vuln"), exist_ok=True)
    for old in os.listdir(os.path.join(out, "vuln")):
        if old[:-5] not in pack.ids:
            os.remove(os.path.join(out, "vuln", old))
    count = collections.Counter()
    for cve in ids:
        record = record_of(pack, cve)
        count[record["containers"]["cna"]["x_tobuhi_source"]["feed"]] += 1
        count["with ssvc"] += "adp" in record["containers"]
        write_json(os.path.join(out, "vuln", cve + ".json"), record)
    count["kev"] = write_kev(pack, pack.ids, os.path.join(out, "kev.json"))
    count["epss"] = write_epss(pack, pack.ids, os.path.join(out, "epss.csv"))
    print(len(ids), "records;", ", ".join("%s %d" % kv for kv in count.items()))


if __name__ == "__main__":
    main()
