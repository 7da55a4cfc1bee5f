#!/usr/bin/env python3
"""A story of random facts, and of what each of them must do: re-open a watched case, end a hold, or nothing.

usage: facts.py SEED FACTS
What a standing query looks for is written here a second time, in another language, from 付録7 ※2 and ②: a watched case wakes
on new evidence, on a match, on KEV, and on EPSS at its value; a hold ends on KEV, an incident or a fact of exploitation.
"""
import os
import random
import sys

WATCHED, HELD = 6, 24


class Case:
    def __init__(self, name, cve):
        self.name, self.cve = name, cve
        self.kev, self.epss, self.at, self.open = False, 0, 100, True


def setting(out, watched, held):
    out.append("# 千の事実: 条件に触れるものだけが、監視中の事案を峻別に戻し、保留を終える（付録7 ※2、②）")
    out.append("day 2026-10-05 10:00")
    for name in ("cao", "ipa", "operators", "finder", "triage"):  # as `use` does; the story lies in another folder
        out += open(os.path.join(os.path.dirname(__file__), name + ".cast"), encoding="utf-8").read().splitlines()
    out.append("佐藤: asset.record op_ref=A-1 asset_kind=K1 connection=PART_OF facility_class=発電設備 object=OS product=門番"
               " maker=丙製作所 introduced_on=2026-10-05 facility_existed=no -> 甲の機器")
    out.append("佐藤: asset.notify 甲の機器 contact=本社電話 form_ver=様式第一")
    for c in watched + held:
        out.append(f"峻別係: case.open_own title={c.name} maker=丙製作所 product=門番 cve={c.cve} reason=認知 -> {c.name}")
        out.append(f"峻別係: case.add_evidence {c.name} +無関係")
        out.append(f"調整官: case.assist {c.name} jp_exploitation=NONE")
    out.append("matched")
    for c in held:
        out.append(f"matched 甲の機器 {c.name} CONFIRMED")
        out.append(f"峻別係: case.decide_notify {c.name} prong_a=NO prong_b=YES ssvc_exploitation=NONE ssvc_automatable=YES"
                   " ssvc_impact=TOTAL ssvc_mission=HIGH reason=影響が大きい")
        out.append(f"峻別係: case.notify_cao {c.name} summary=影響")
        out.append(f"当直: case.take {c.name}")
        out.append(f"分析官: hold.propose case={c.name} until=2027-01-03T10:00 ready_rule=FIX_READY finding=見込まれない"
                   f" reason=対策を先に -> {c.name}の保留")
        out.append(f"承認者: hold.decide {c.name}の保留 outcome=ACTIVE")
    for c in watched:
        watch(out, c)


def watch(out, c):
    """Back to being watched, with a value of EPSS that is not reached yet."""
    c.at = c.epss + 100 if c.epss <= 800 else 1000
    out.append(f"峻別係: case.propose_no {c.name} +否 watch_epss={c.at}")
    out.append(f"IPA長: case.confirm_no {c.name} outcome=WATCHED")


def fact(rng, out, watched, held):
    """One fact; the watched cases it wakes and the holds it ends."""
    kind = rng.choice(("kev", "epss", "epss", "epss", "cve5", "evidence", "match", "other"))
    c = rng.choice(watched + held)
    wakes, ends = [], []
    if kind == "kev":
        if rng.random() < 0.7:
            c = Case("", f"CVE-2026-{rng.randint(5000, 9999)}")
        out.append(f"feed KEV {c.cve}")
        wakes, ends = ([c] if c in watched and not c.kev else []), ([c] if c in held else [])
        c.kev = True
    elif kind == "epss":
        value = min(999, max(0, c.epss + rng.randint(-150, 110)))
        other = rng.randint(5000, 9999)
        out.append(f"feed EPSS {c.cve}=0.{value:03d} CVE-2026-{other}=0.950")
        c.epss = value
        wakes = [c] if c in watched and value >= c.at else []
    elif kind == "cve5":
        out.append(f"feed CVE5 {c.cve}=a:mon:ban")
    elif kind == "evidence":
        sort = rng.choice(("INCIDENT", "PRESS", "IPA_THREAT", "JP_EXPLOIT", "SSVC"))
        bad = rng.random() < 0.3
        out.append(f"峻別係: case.add_evidence {c.name} ev_kind={sort} exploited={'yes' if bad else 'no'} source=出典"
                   f" source_hash=sha:{rng.random()} text=事実")
        wakes = [c] if c in watched else []
        ends = [c] if c in held and (bad or sort == "INCIDENT") else []
    elif kind == "match":
        level = rng.choice(("CONFIRMED", "POSSIBLE", "NO"))
        if c in watched and level != "NO":
            level = "NO" if c.name in fact.matched else level
        if c in held:
            level = "CONFIRMED"
        out.append(f"matched 甲の機器 {c.name} {level}")
        if level != "NO" and c in watched:
            fact.matched.add(c.name)
            wakes = [c]
        elif c in watched:
            fact.matched.discard(c.name)
    else:
        out.append("matched")
    return wakes, [x for x in ends if x.open]


fact.matched = set()


def main(seed, facts):
    rng, out = random.Random(seed), []
    watched = [Case(f"監視{i}", f"CVE-2026-1{i:03d}") for i in range(WATCHED)]
    held = [Case(f"対応{i}", f"CVE-2026-2{i:03d}") for i in range(HELD)]
    setting(out, watched, held)
    out.insert(2, "with 無関係: ev_kind=IPA_THREAT exploited=no source=IPA source_hash=sha:脅威 text=悪用は見られない")
    for n in range(facts):
        if n % 40 == 0:
            out.append("after 1d")
        wakes, ends = fact(rng, out, watched, held)
        for c in watched:
            out.append(f"expect {c.name} state {'TRIAGE' if c in wakes else 'WATCHED'}")
        for c in ends:
            c.open = False
        for c in ends if n % 10 else held:  # all of them now and then: none may have ended without its fact
            out.append(f"expect {c.name}の保留 state {'ACTIVE' if c.open else 'RELEASED'}")
        for c in wakes:
            watch(out, c)
    print("\n".join(out))


main(int(sys.argv[1]), int(sys.argv[2]))
