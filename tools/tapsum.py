#!/usr/bin/env python3
"""tapsum.py [--failed WHAT] [--status WHO] LOG.json... - counts the TAP cases in meson's test logs; the last line is
the sum.

A program that crashed, ran out of time, fell short of its plan or printed no case is one more failed case: silence is
never a pass. --failed WHAT is a failed case that no log has (a build); --status WHO says that WHO reported a failure,
and counts only if the logs show none."""
import argparse
import json
import re
import sys

CASE = re.compile(r"^(not )?ok\b\s*(\d+)?\s*-?\s*(.*)$")
PLAN = re.compile(r"^1\.\.(\d+)\s*(?:#\s*(skip\S*)\s*(.*))?$", re.I)
SKIP = re.compile(r"#\s*skip\S*\s*(.*)$", re.I)


WORDS = 6  # lines of what a failed case has said that are repeated at the end


def gist(said):
    """Those that end with the error; without one, the first."""
    at = max((n for n, line in enumerate(said) if "Error" in line or "error" in line), default=None)
    return said[:WORDS] if at is None else said[max(0, at + 1 - WORDS):at + 1]


class Sum:
    def __init__(self):
        self.passed, self.failed, self.skipped, self.why = 0, [], [], {}

    def said(self, line):
        """A line of comment belongs to the case that failed just before it."""
        if self.failed:
            self.why.setdefault(len(self.failed) - 1, []).append(line)


def count_tap(name, text, total):
    """Adds the cases of one program; returns (cases seen, cases planned or None)."""
    seen, plan, bad = 0, None, False
    for line in text.splitlines():
        case, planned = CASE.match(line), PLAN.match(line)
        if planned:
            plan = int(planned.group(1))
            if plan == 0 and planned.group(2):
                total.skipped.append(f"{name}: {planned.group(3) or 'no reason given'}")
        elif line.startswith("Bail out!"):
            total.failed.append(f"{name}: {line}")
        elif case:
            seen += 1
            bad = bool(case.group(1))
            what = f"{name}: {case.group(3) or case.group(2)}"
            if case.group(1):
                total.failed.append(what)
            elif SKIP.search(line):
                total.skipped.append(what)
            else:
                total.passed += 1
        elif bad and line.startswith("#"):
            total.said(line)
    return seen, plan


def count_program(run, label, total):
    name = f"{label}/{run['name'].removeprefix('tobuhi:')}"
    text = run.get("stdout") or ""
    bad_before = len(total.failed)
    skipped_before = len(total.skipped)
    seen, plan = count_tap(name, text, total)
    if len(total.failed) > bad_before:
        return  # each has said why
    if run["result"] not in ("OK", "SKIP"):
        total.failed.append(f"{name}: {run['result']}, exit status {run.get('returncode')}")
    elif plan is not None and seen != plan:
        total.failed.append(f"{name}: {plan} cases planned, {seen} reported")
    elif seen == 0 and len(total.skipped) == skipped_before:
        total.failed.append(f"{name}: no case reported")
    if len(total.failed) > bad_before:
        for line in (run.get("stderr") or "").splitlines():
            total.said(line)


def main():
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--failed", action="append", default=[])
    args.add_argument("--status", action="append", default=[])
    args.add_argument("logs", nargs="*")
    args = args.parse_args()
    total = Sum()
    total.failed += args.failed
    for log in args.logs:
        label = log.rsplit("/", 1)[-1].removesuffix(".json")
        try:
            with open(log, encoding="utf-8") as f:
                runs = [json.loads(line) for line in f]
        except (OSError, ValueError) as e:
            total.failed.append(f"{label}: no log: {e}")
            continue
        if not runs:
            total.failed.append(f"{label}: no test was run")
        for run in runs:
            count_program(run, label, total)
    if not total.failed:
        total.failed += args.status
    for what in total.skipped:
        print(f"skipped: {what}")
    for n, what in enumerate(total.failed):
        print(f"failed: {what}")
        for line in gist(total.why.get(n, [])):
            print(f"    {line}")
    line = f"{total.passed} passed, {len(total.failed)} failed"
    print(line + (f", {len(total.skipped)} skipped" if total.skipped else ""))
    sys.exit(1 if total.failed else 0)


main()
