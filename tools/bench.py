#!/usr/bin/env python3
"""tools/bench.py PROGRAM HIGHEST - runs build/bench/measure and keeps what it says in docs/performance.md and .svg.

PROGRAM prints one line a measure and size: name, machines in the store, ours a second, the floor a second, the ratio
(the median of its rounds), and the ratio by processor time. Nothing here judges: a figure below its target is marked in the table and that is all.
"""

import datetime
import math
import os
import platform
import subprocess
import sys
import xml.sax.saxutils as sax

# name, unit, target, what is measured, its floor
MEASURES = [
    ("act-1", "acts/s", 0.3, "acts, one after another", "the rows of each act, one act to a transaction"),
    ("act-8", "acts/s", 0.3, "acts, 8 people at once", "the same rows, as many acts to a transaction as the gate put"),
    ("act-200", "acts/s", 0.3, "acts, 200 to a job", "the same rows, 200 acts to a transaction"),
    ("page", "pages/s", 0.4, "page without a label, 64 connections",
     "libmicrohttpd, one query, a template of the same bytes"),
    ("page-leaf", "pages/s", 0.3, "page with a labelled row, its leaf durable first, 64 connections",
     "the rows of those leaves, as many to a transaction"),
    ("import-nvd", "records/s", 0.7, "import of NVD 2.0", "zstd and jansson on the file, then the rows it wrote"),
    ("import-epss", "records/s", 0.7, "import of EPSS", "zstd on the file, then the rows it wrote"),
    ("verify", "leaves/s", None, "ledger verify",
     "SHA-256 alone (OpenSSL) over the same leaves and as many inner nodes"),
]

HEAD = """# How fast it is

Written by `make bench` (tools/bench.py); a hand that edits it is overwritten by the next run.

{date}, revision {revision}, {cores} cores ({cpu}), load average {load:.0f} when it began, SQLite in a file with
`synchronous = FULL`.

An absolute figure says more about the disk than about the program, so each stands beside a *floor* that was measured in the
same run on the same input, in turn with it ({rounds} rounds, medians): what the work would cost if it were done by nothing but
the library underneath. For everything that is written the floor is a copy of the very store, in the same schema with the
same indexes, into which SQLite alone puts the very rows that were written – the leaf, its body, the machine, the clock, the
pointers to desks – as many leaves to a transaction as the gate had put, with the same `fsync`. The gate
does besides what makes an act an act: who acts, what he may see, the facts, the decision, the labels, the commitment,
and the tiles and the signed checkpoint behind it.

In each cell: **the ratio**: ours / the floor, both a second; and last the ratio by processor time alone – what the program takes of
a core beside what the floor takes, waiting left out, which others on the machine disturb less.

"""

TAIL = """
![How each grows with the machines in the store](performance.svg)

The line is ours, the broken line its floor, both a second; machines in the store go to the right. A query that scans would
show as a line that falls by ten where the store grows by ten.

## To repeat it

`make bench` installs what it needs (section `[bench]` of `packages`), builds, and runs `build/bench/measure`. It makes a store under
`/tmp`, files machines of 20 operators through the gate until there are 10³, 10⁴ and 10⁵, stops at each size to measure, and
takes all of it away. `make bench BIG=1` goes on to 10⁶ (some 10 GB under `/tmp`). The load on the pages is `wrk` on the same
cores, so pages and their floor share them with it alike. Acts are measured last at each size, as they add machines of their
own (2 220 of them; they count towards the next size). The disk decides the absolute figures, and whatever else runs moves the
ratios too: on a machine that is not quiet look at the ratios of several runs.
"""


def revision():
    try:
        text = subprocess.run(["git", "describe", "--always", "--dirty", "--exclude", "*"], capture_output=True, text=True, check=True).stdout
        return text.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def cpu():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as f:
            for line in f:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def number(x):
    return f"{x:,.0f}".replace(",", " ")


def power(n):
    return "10" + str(len(str(n)) - 1).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


def run(program, highest, keep):
    """{name: {subjects: (ours, floor, ratio, by processor time)}}, each line shown as it comes."""
    got = {}
    with subprocess.Popen([program, str(highest)], stdout=subprocess.PIPE, text=True) as p:
        for line in p.stdout:
            name, subjects, ours, floor, ratio, cpu = line.split("\t")
            got.setdefault(name, {})[int(subjects)] = (float(ours), float(floor), float(ratio), float(cpu))
            print(f"{name:12} {int(subjects):>8} {float(ours):12.0f} /s {float(floor):12.0f} /s {float(ratio):8.2f} {float(cpu):8.2f}",
                  flush=True)
            keep(got)
    if p.returncode:
        sys.exit(f"bench.py: {program} ended with {p.returncode}")
    return got


def table(got):
    sizes = sorted({n for by in got.values() for n in by})
    out = ["| what, and its floor | target | " + " | ".join(power(n) + " machines" for n in sizes) + " |",
           "|---|---|" + "---|" * len(sizes)]
    for name, unit, target, what, floor in MEASURES:
        if name not in got:
            continue
        cells = []
        for n in sizes:
            if n not in got[name]:
                cells.append("")
                continue
            ours, bare, ratio, cpu = got[name][n]
            low = " (below)" if target and ratio < target else ""
            cells.append(f"**{ratio:.2f}**{low}: {number(ours)} / {number(bare)}; {cpu:.2f}")
        goal = f"≥ {target}" if target else ""
        out.append(f"| {what} ÷ {floor} ({unit}) | {goal} | " + " | ".join(cells) + " |")
    return "\n".join(out) + "\n"


# --- the plot: one small square a measure, both axes in powers of ten ---
W, H, GAP, LEFT, TOP, ACROSS = 200, 130, 70, 60, 50, 4


def exponent(x):
    return math.log10(max(x, 1e-9))


def points(values, x0, y0, low, high, sizes):
    first, last = exponent(sizes[0]), exponent(sizes[-1])
    out = []
    for n, v in values:
        x = x0 + (exponent(n) - first) / max(last - first, 1e-9) * W
        y = y0 + H - (exponent(v) - low) / (high - low) * H
        out.append((round(x, 1), round(y, 1)))
    return out


def panel(by, name, unit, x0, y0):
    sizes = sorted(by)
    all_values = [v for n in sizes for v in by[n][:2]]
    low = int(exponent(min(all_values)) // 1)
    high = max(int(-(-exponent(max(all_values)) // 1)), low + 1)
    out = [f'<text class="t" x="{x0}" y="{y0 - 12}">{sax.escape(name)} ({sax.escape(unit)})</text>',
           f'<rect class="box" x="{x0}" y="{y0}" width="{W}" height="{H}"/>']
    for k in range(low, high + 1):
        y = y0 + H - (k - low) / (high - low) * H
        out.append(f'<line class="grid" x1="{x0}" x2="{x0 + W}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.append(f'<text class="end" x="{x0 - 6}" y="{y + 4:.1f}">10{power(10 ** k)[2:] if k else "⁰"}</text>')
    for which, css in ((1, "floor"), (0, "ours")):
        at = points([(n, by[n][which]) for n in sizes], x0, y0, low, high, sizes)
        out.append(f'<polyline class="{css}" points="' + " ".join(f"{x},{y}" for x, y in at) + '"/>')
        for (x, y), n in zip(at, sizes):
            out.append(f'<circle class="{css}" cx="{x}" cy="{y}" r="3"><title>{power(n)}: {number(by[n][which])} {unit}</title>'
                       "</circle>")
            if which == 0:
                out.append(f'<text class="mid" x="{x}" y="{y0 + H + 16}">{power(n)}</text>')
    return out


def plot(got):
    shown = [m for m in MEASURES if m[0] in got]
    rows = -(-len(shown) // ACROSS)
    width, height = LEFT + ACROSS * (W + GAP), TOP + rows * (H + 70)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
           "<title>Figures a second by machines in the store: ours and its floor</title>",
           "<style>text{font:12px sans-serif;fill:#333}.t{font-weight:bold}.end{text-anchor:end}.mid{text-anchor:middle}"
           ".box{fill:#fff;stroke:#999}.grid{stroke:#ddd}polyline{fill:none;stroke-width:2}"
           "polyline.ours,circle.ours{stroke:#0017c1}circle.ours{fill:#0017c1}"
           "polyline.floor,circle.floor{stroke:#767676}polyline.floor{stroke-dasharray:5 4}circle.floor{fill:#fff}</style>",
           f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for i, (name, unit, *_rest) in enumerate(shown):
        out += panel(got[name], name, unit, LEFT + i % ACROSS * (W + GAP), TOP + i // ACROSS * (H + 70))
    return "\n".join(out + ["</svg>"]) + "\n"


def main():
    program, highest = sys.argv[1], int(sys.argv[2])
    began, of = datetime.datetime.now(datetime.timezone.utc), revision()
    docs = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "docs")
    head = HEAD.format(date=began.strftime("%Y-%m-%d"), revision=of, cores=os.cpu_count(), cpu=cpu(),
                       load=os.getloadavg()[0], rounds=3)

    def keep(got):  # after each line: a run that is cut short has what it has measured
        with open(os.path.join(docs, "performance.md"), "w", encoding="utf-8") as f:
            f.write(head + table(got) + TAIL)
        with open(os.path.join(docs, "performance.svg"), "w", encoding="utf-8") as f:
            f.write(plot(got))

    run(program, highest, keep)
    print("written: docs/performance.md, docs/performance.svg")


if __name__ == "__main__":
    main()
