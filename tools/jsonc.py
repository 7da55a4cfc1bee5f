#!/usr/bin/env python3
"""Packs one JSON file into the program as a string.

  jsonc.py NAME IN.json OUT.c OUT.h

The file is read first: a mistake in it ends the build with its line, and not the program at run time.
"""
import json
import sys


def once(pairs):
    keys = [k for k, _ in pairs]
    for k in keys:
        if keys.count(k) > 1:
            raise ValueError("the key %r stands twice in one object" % k)
    return dict(pairs)


def main():
    name, path, c, h = sys.argv[1:]
    with open(path, encoding="utf-8") as f:
        try:
            text = json.dumps(json.load(f, object_pairs_hook=once), ensure_ascii=False, separators=(",", ":"))
        except ValueError as e:
            sys.exit("%s: error: %s" % (path, e))
    data = text.encode() + b"\0"
    rows = [", ".join("0x%02x" % b for b in data[i:i + 20]) for i in range(0, len(data), 20)]
    with open(h, "w", encoding="utf-8") as f:
        f.write("/* Written by tools/jsonc.py. */\nextern const char %s[];\n" % name)
    with open(c, "w", encoding="utf-8") as f:
        f.write('/* Written by tools/jsonc.py. */\n#include "%s"\n\nconst char %s[] = {\n' % (h.rsplit("/", 1)[-1], name))
        f.write("".join("    (char)%s,\n" % r.replace(", 0x", ", (char)0x") for r in rows) + "};\n")


main()
