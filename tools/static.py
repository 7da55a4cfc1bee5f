#!/usr/bin/env python3
"""Packs the console's static files into the program.

  static.py --c OUT.c --h OUT.h --css OUT.css FILE...

Each file is served under a name that holds a hash of its content, so a browser may keep it for good. The style sheets
are joined in the order given into one, "console.css"; url("NAME") in them must name another of the files and becomes
its hashed name. OUT.h has a macro with the path for each: STATIC_console_css. The bytes are drawn in by the assembler
(.incbin): three megabytes of C arrays would cost more to compile than all the rest.
"""
import argparse
import hashlib
import os
import re
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


def hashed(name, data):
    stem, ext = os.path.splitext(name)
    return "%s.%s%s" % (stem, hashlib.sha256(data).hexdigest()[:12], ext)


def join_css(paths, names):
    out = []
    for path in paths:
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for n, line in enumerate(text.split("\n"), 1):
            for url in re.findall(r'url\(([^)]*)\)', line):
                if url.strip('"') not in names:
                    sys.exit("%s:%d: error: url(%s) is none of the static files" % (path, n, url))
        out.append(re.sub(r'url\("([^"]+)"\)', lambda m: 'url("%s")' % names[m.group(1)], text))
    return "".join(out)


def main(argv=None):
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--c", required=True)
    ap.add_argument("--h", required=True)
    ap.add_argument("--css", required=True)
    ap.add_argument("files", nargs="+")
    arg = ap.parse_args(argv)
    css = [p for p in arg.files if p.endswith(".css")]
    files = {}
    for path in arg.files:
        if path in css:
            continue
        with open(path, "rb") as f:
            files[os.path.basename(path)] = (path, f.read())
    names = {name: hashed(name, data) for name, (_, data) in files.items()}
    sheet = join_css(css, names)
    with open(arg.css, "w", encoding="utf-8") as f:
        f.write(sheet)
    files["console.css"] = (arg.css, sheet.encode())
    names["console.css"] = hashed("console.css", files["console.css"][1])

    head = ["/* Written by tools/static.py. */", "#ifndef TB_STATIC_GEN_H", "#define TB_STATIC_GEN_H", ""]
    body = ["/* Written by tools/static.py. */", '#include "web/static.h"', ""]
    rows = []
    for i, (name, (path, data)) in enumerate(sorted(files.items())):
        ext = os.path.splitext(name)[1]
        if ext not in TYPES:
            sys.exit("%s: error: no media type is known for %s" % (path, ext))
        head.append('#define STATIC_%s "/static/%s"' % (re.sub(r"\W", "_", name), names[name]))
        body += ["__asm__(\".section .rodata,\\\"a\\\",@progbits\\n\"",
                 "        \".balign 16\\n.hidden static_bytes_%d\\n.globl static_bytes_%d\\nstatic_bytes_%d:\\n\"" % (i, i, i),
                 "        \".incbin \\\"%s\\\"\\n.byte 0\\n.previous\\n\");" % os.path.abspath(path),
                 "extern const char static_bytes_%d[];" % i, ""]
        rows.append('    {"%s", "%s", static_bytes_%d, %d},' % (names[name], TYPES[ext], i, len(data)))
    body += ["const struct static_file static_files[] = {"] + rows + ["};", "const size_t static_files_n = %d;" % len(rows), ""]
    head += ["", "#endif", ""]
    for path, lines in ((arg.c, body), (arg.h, head)):
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(lines))


if __name__ == "__main__":
    main()
