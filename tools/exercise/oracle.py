"""A slow, plain matcher over exercise/: which asset is hit by which vulnerability, confirmed or possible.

It shares no line with src/analyse: the tests of the exercise need a second opinion on what the story says.
Relations are those of NISTIR 7696 (criterion = source, asset = target); ranges use a generic version order.
Python 3 standard library only.
"""
import functools
import re

NO, POSSIBLE, CONFIRMED = 0, 1, 2
LEVEL = {POSSIBLE: "possible", CONFIRMED: "confirmed"}
BOUNDS = ("versionStartIncluding", "versionStartExcluding", "versionEndIncluding", "versionEndExcluding")
PRE_RELEASE = {"dev": 1, "snapshot": 1, "nightly": 1, "canary": 1, "ea": 2, "alpha": 3, "beta": 4, "milestone": 5,
               "pre": 6, "preview": 6, "prerelease": 6, "rc": 7, "cr": 7}
PRE_LETTER = {"a": 3, "b": 4, "m": 5}       # only glued between two numbers: 1.0a1
OPEN_VERSION = {"0", "*", "-", "", "unspecified", "n/a", "unknown", "all", "all versions", "any"}


# --- versions: token kinds in order: pre-release, end, letters, number ---
@functools.lru_cache(None)
def version_key(text):
    text = text.lower()
    if re.match(r"v\d", text):
        text = text[1:]
    found = list(re.finditer(r"\d+|[a-z]+|~", text))
    rows = []
    for i, m in enumerate(found):
        word = m.group()
        before = found[i - 1] if i else None
        after = found[i + 1] if i + 1 < len(found) else None
        glued = (before and after and before.group().isdigit() and after.group().isdigit()
                 and before.end() == m.start() and m.end() == after.start())
        if word == "~":
            rows.append((1, 0))
        elif word.isdigit():
            rows.append((4, int(word)))
        elif word in PRE_RELEASE:
            rows.append((1, PRE_RELEASE[word]))
        elif word in PRE_LETTER and glued:
            rows.append((1, PRE_LETTER[word]))
        else:
            rows.append((3, word))
    kept = []
    for row in rows + [(2, 0)]:             # trailing zeros say nothing: 1.0 = 1
        if row[0] != 4:
            while kept and kept[-1] == (4, 0):
                kept.pop()
        kept.append(row)
    return tuple(kept)


# --- CPE 2.3 ---
@functools.lru_cache(None)
def split(cpe):
    """The 11 attributes, still quoted, lower case. ValueError when malformed."""
    if not cpe.startswith("cpe:2.3:"):
        raise ValueError("not a CPE 2.3 name: " + cpe)
    part = re.findall(r"((?:\\.|[^\\:])*)(?::|$)", cpe[8:])[:-1] if not cpe.endswith(":") else []
    if len(part) != 11 or "" in part or part[0] not in ("a", "o", "h", "*", "-"):
        raise ValueError("malformed CPE: " + cpe)
    return tuple(p.lower() for p in part)


def plain(attr):
    return re.sub(r"\\(.)", r"\1", attr)


def quote(text):
    """A CPE attribute from a version or name as people write it."""
    return re.sub(r"([^a-z0-9._\-])", r"\\\1", text.lower().strip().replace(" ", "_")) if text else "*"


def wild(attr):
    return re.search(r"(?<!\\)[*?]", attr) is not None


def relate(source, target):
    """NISTIR 7696 table 6-2: CONFIRMED for EQUAL or SUPERSET, POSSIBLE for SUBSET, NO for DISJOINT."""
    if source == "*":
        return CONFIRMED
    if target == "*":
        return POSSIBLE
    if source == "-" or target == "-":
        return CONFIRMED if source == target else NO
    if wild(source):
        pattern = "".join("." if t == "?" else ".*" if t == "*" else re.escape(t[-1])
                          for t in re.findall(r"\\.|[^\\]", source))
        return CONFIRMED if re.fullmatch(pattern, plain(target)) else NO
    return CONFIRMED if plain(source) == plain(target) else NO


# --- one criterion against one asset ---
def leaf_level(criterion, bounds, asset):
    best = CONFIRMED
    for i in range(11):
        if i == 3 and any(bounds):
            continue
        best = min(best, relate(criterion[i], asset[i]))
        if best == NO:
            return NO
    if not any(bounds):
        return best
    if asset[3] == "*":
        return POSSIBLE
    if asset[3] == "-":
        return NO
    version = plain(asset[3]) + ("" if asset[4] in "*-" else "-" + plain(asset[4]))
    key = version_key(version)
    low, above, high, below = [version_key(b) if b else None for b in bounds]
    if low and key < low or above and key <= above or high and key > high or below and key >= below:
        return NO
    return best


class Leaf:
    """A criterion with four bounds; `unless` are ranges (as bounds) that its source calls unaffected."""

    def __init__(self, vulnerable, cpe, bounds, unless=()):
        self.vulnerable, self.cpe, self.bounds, self.unless = vulnerable, split(cpe), bounds, unless

    def level(self, asset):
        best = leaf_level(self.cpe, self.bounds, asset)
        if best == NO or not self.unless:
            return best
        if asset[3] == "*":
            return POSSIBLE
        return NO if any(leaf_level(self.cpe, b, asset) != NO for b in self.unless) else best


class Tree:
    def __init__(self, op, negate, leaves, children):
        self.op, self.negate, self.leaves, self.children = op, negate, leaves, children

    def all_leaves(self):
        return self.leaves + [leaf for c in self.children for leaf in c.all_leaves()]


def tree_of_configuration(conf):
    nodes = []
    for node in conf["nodes"]:
        leaves = []
        for match in node["cpeMatch"]:
            leaves.append(Leaf(match["vulnerable"], match["criteria"], tuple(match.get(b, "") for b in BOUNDS)))
        nodes.append(Tree(node.get("operator", "OR"), node.get("negate", False), leaves, []))
    return Tree(conf.get("operator", "OR"), conf.get("negate", False), [], nodes)


def bounds_of_version(v):
    """One entry of versions[]: a range, or a single version as a range of one."""
    low = "" if v["version"].lower() in OPEN_VERSION else v["version"]
    below, high = v.get("lessThan", ""), v.get("lessThanOrEqual", "")
    if not (below or high):
        high = low
    return (low, "", "" if high == "*" else high, "" if below == "*" else below)


def leaves_of_affected(row):
    """CVE 5 cpes × versions; a CPE that names a version stands for itself."""
    out = []
    for cpe in row.get("cpes", []):
        part = list(split(cpe))
        if part[3] not in "*-":
            out.append(Leaf(True, cpe, ("",) * 4))
            continue
        head, tail = ":".join(["cpe:2.3"] + part[:3]), ":".join(part[4:])
        if not row.get("versions") and row.get("defaultStatus") == "affected":
            out.append(Leaf(True, cpe, ("",) * 4))
        fine = tuple(bounds_of_version(v) for v in row.get("versions", []) if v["status"] == "unaffected")
        if fine and row.get("defaultStatus") == "affected":
            out.append(Leaf(True, cpe, ("",) * 4, fine))
        for v in row.get("versions", []):
            if v["status"] != "affected":
                continue
            low = "" if v["version"].lower() in OPEN_VERSION else v["version"]
            if v.get("lessThan") or v.get("lessThanOrEqual"):
                out.append(Leaf(True, "%s:*:%s" % (head, tail), bounds_of_version(v)))
            elif not low or re.fullmatch(r"[A-Za-z0-9._~-]+", low):
                out.append(Leaf(True, "%s:%s:%s" % (head, quote(low), tail), ("",) * 4))
    return out


def trees_of_record(record):
    """The configurations of one CVE 5 record: cpeApplicability where it stands, else affected[]."""
    cna = record["containers"]["cna"]
    if "cpeApplicability" in cna:
        return [tree_of_configuration(c) for c in cna["cpeApplicability"]]
    leaves = [leaf for box in [cna] + record["containers"].get("adp", [])
              for row in box.get("affected", []) for leaf in leaves_of_affected(row)]
    return [Tree("OR", False, leaves, [])] if leaves else []


# --- inventories ---
class Inventory:
    """Assets as dicts with id, system and cpe (CPE 2.3 or empty: then nothing is known and nothing matches)."""

    def __init__(self, assets):
        self.by_product, self.by_system, self.cpe = {}, {}, {}
        for asset in assets:
            if asset["cpe"]:
                cpe = split(asset["cpe"])
                self.cpe[asset["id"]] = (cpe, asset["system"])
                self.by_product.setdefault(cpe[:3], []).append(asset["id"])
                self.by_system.setdefault(asset["system"], []).append(cpe)

    def tree_level(self, tree, system):
        levels = []
        for leaf in tree.leaves:
            best = max((leaf.level(a) for a in self.by_system[system]), default=NO)
            if best == NO and not leaf.vulnerable:
                best = POSSIBLE             # inventories are incomplete: an unlisted platform may be there
            levels.append(best)
        levels += [x for x in (self.tree_level(c, system) for c in tree.children) if x is not None]
        if not levels:
            return None
        level = min(levels) if tree.op == "AND" else max(levels)
        return CONFIRMED - level if tree.negate else level

    def match(self, trees):
        """{asset id: level} of every asset above NO."""
        found = {}
        for tree in trees:
            own = {}
            for leaf in tree.all_leaves():
                if not leaf.vulnerable:
                    continue
                pool = self.cpe if any(p in "*-" or wild(p) for p in leaf.cpe[:3]) else self.by_product.get(leaf.cpe[:3], ())
                for asset in pool:
                    level = leaf.level(self.cpe[asset][0])
                    if level > own.get(asset, NO):
                        own[asset] = level
            for asset, level in own.items():
                whole = self.tree_level(tree, self.cpe[asset][1])
                level = min(level, NO if whole is None else whole)
                if level > found.get(asset, NO):
                    found[asset] = level
        return found
