"""Readers of the data pack beside the repository (../shared/data/vuln): NVD 1.1 feeds, NVD 2.0 override files,
vulnrichment's CVE 5 records, KEV and EPSS. Used by make_vulns.py and by tests/exercise/ranges_test.py, so that
what ships is compared with the pack by the same reading of it. Python 3 standard library and the zstd program.
"""
import json
import subprocess
import tarfile

BOUNDS = ("versionStartIncluding", "versionStartExcluding", "versionEndIncluding", "versionEndExcluding")

# Provenance as the pack's own README states it: file name pattern -> (repository and commit, licence).
NVD_LICENCE = "US Government work, public domain (NVD)"
NVD_FROM = {
    "2018": "Appropriate-Solutions-Inc/nvd-data c91dc2d",
    "2019": "NVD modified and recent feeds in public git history, newest version of each CVE",
    "2020": "NVD modified and recent feeds in public git history, newest version of each CVE",
    "2021": "exein-io/kepler 28d7b8b and later modified feeds",
    "2022": "NVD modified and recent feeds in public git history, newest version of each CVE",
    "2023": "Appropriate-Solutions-Inc/nvd-data history and later modified feeds",
    "2024": "NVD modified and recent feeds in public git history, newest version of each CVE",
}
NVD_FROM_DEFAULT = "jeffpound/NVD-JSON-Feeds c1ae97b"
OVERRIDE_FILE = "nvd2-overrides/nvd-data-overrides-2026-08-21.tar.zst"
OVERRIDE_FROM = "anchore/nvd-data-overrides 29c755f"
CVE5_FILE = "cve5-vulnrichment/vulnrichment-2024-10-24.tar.zst"
CVE5_FROM = "cisagov/vulnrichment b0ed758"
KEV_FILE = "kev/known_exploited_vulnerabilities.json.zst"
KEV_FROM = "cisagov/kev-data eacf03e"
EPSS_FILE = "epss/epss-2026-08-16.csv.zst"
EPSS_DAY = "2026-08-16"
CC0 = "CC0-1.0"


def unzstd(path):
    """The whole file, decompressed (the pack uses 27-bit windows)."""
    return subprocess.run(["zstd", "-q", "-dc", "--long=27", path], capture_output=True, check=True).stdout


def tar_members(path):
    """(name, parsed JSON) of every .json in a zstd-compressed tar, in order."""
    proc = subprocess.Popen(["zstd", "-q", "-dc", "--long=27", path], stdout=subprocess.PIPE)
    with tarfile.open(fileobj=proc.stdout, mode="r|") as tar:
        for info in tar:
            if info.name.endswith(".json"):
                yield info.name, json.load(tar.extractfile(info))
    proc.stdout.close()
    if proc.wait():
        raise OSError("zstd failed on " + path)


def nvd_file(year):
    return "nvd/nvdcve-1.1-%s.json.zst" % year


def nvd_items(pack, year):
    """{CVE id: item} of one yearly feed, or {} where the pack has none (2016)."""
    try:
        data = json.loads(unzstd("%s/%s" % (pack, nvd_file(year))))
    except subprocess.CalledProcessError:
        return {}
    return {item["cve"]["CVE_data_meta"]["ID"]: item for item in data["CVE_Items"]}


def match_of_11(match):
    """A cpe_match of NVD 1.1 in the names of NVD 2.0 and CVE 5.1; the values are untouched."""
    out = {"vulnerable": bool(match["vulnerable"]), "criteria": match["cpe23Uri"]}
    out.update({bound: match[bound] for bound in BOUNDS if match.get(bound)})
    return out


def node_of_11(node):
    """A node with no children, or one whose only child says it all."""
    children, matches = node.get("children", []), node.get("cpe_match", [])
    if len(children) == 1 and not matches and not node.get("negate"):
        return node_of_11(children[0])
    if children:
        raise ValueError("deeper than two levels")
    return {"operator": node.get("operator", "OR"), "negate": bool(node.get("negate")),
            "cpeMatch": [match_of_11(m) for m in matches]}


def configuration_of_11(tree):
    """One root node of NVD 1.1 = one configuration: an operator over nodes, each an operator over matches."""
    if not tree.get("children"):
        return {"nodes": [node_of_11(tree)]}
    nodes = [node_of_11(child) for child in tree["children"]]
    if tree.get("cpe_match"):
        nodes.append({"operator": tree.get("operator", "OR"), "negate": False,
                      "cpeMatch": [match_of_11(m) for m in tree["cpe_match"]]})
    return {"operator": tree.get("operator", "OR"), "negate": bool(tree.get("negate")), "nodes": nodes}


def configurations_of_11(item):
    return [configuration_of_11(tree) for tree in item["configurations"]["nodes"]]


def configurations_of_override(record):
    """As they stand; only what CVE 5.1 requires and the file leaves to its default is written out."""
    out = []
    for conf in record.get("cve", {}).get("configurations", []):
        nodes = [{"operator": n.get("operator", "OR"), "negate": bool(n.get("negate")), "cpeMatch": n["cpeMatch"]}
                 for n in conf["nodes"]]
        new = {"nodes": nodes}
        if "operator" in conf or conf.get("negate"):
            new = {"operator": conf.get("operator", "OR"), "negate": bool(conf.get("negate")), "nodes": nodes}
        out.append(new)
    return out


def cisa_container(record):
    """The CISA ADP container (SSVC, KEV, CPE) of a CVE 5 record, or None."""
    for adp in record["containers"].get("adp", []):
        if adp.get("title") == "CISA ADP Vulnrichment":
            return adp
    return None


def bare_range(versions):
    """A versions[] of CVE 5, each entry as it stands."""
    return [dict(sorted(v.items())) for v in versions or []]


def affected_ranges(container):
    """What an affected[] says about versions, comparable: (vendor, product, default, cpes, versions)."""
    return [(a.get("vendor"), a.get("product"), a.get("defaultStatus"), a.get("cpes", []), bare_range(a.get("versions")))
            for a in (container or {}).get("affected", [])]
