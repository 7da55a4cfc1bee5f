"""When a filing under 4条 is due: 民法140–143, 行政機関の休日に関する法律2条, 附則4, 命令2条3項 and 附則2.

A second reading of what src/law decides, written from the law alone, so that the exercise's own data can be checked.
"""
import datetime

IN_FORCE = datetime.date(2026, 10, 1)
WINDOW_END = datetime.date(2026, 11, 30)    # 命令附則2: two months, day one counted
LAST_DAY = datetime.date(2027, 3, 31)       # 附則4: six months, day one counted
# Holidays that a deadline of the exercise can meet (国民の祝日に関する法律): 2026-10 to 2027-06.
HOLIDAYS = {datetime.date.fromisoformat(d) for d in (
    "2026-10-12", "2026-11-03", "2026-11-23", "2027-01-01", "2027-01-11", "2027-02-11", "2027-02-23", "2027-03-21",
    "2027-03-22", "2027-04-29", "2027-05-03", "2027-05-04", "2027-05-05")}


def day(text):
    return datetime.date.fromisoformat(text)


def months_after(start, n):
    """Last day of n months counted from the day after start: the day before the corresponding day, or the month's end."""
    first = start + datetime.timedelta(days=1)
    y, m = divmod(first.month - 1 + n, 12)
    y, m = first.year + y, m + 1
    try:
        return datetime.date(y, m, first.day) - datetime.timedelta(days=1)
    except ValueError:                      # no such day: the month's end
        return datetime.date(y + m // 12, m % 12 + 1, 1) - datetime.timedelta(days=1)


def working(d):
    shut = d.weekday() >= 5 or d in HOLIDAYS or (d.month, d.day) >= (12, 29) or (d.month, d.day) <= (1, 3)
    return not shut


def roll(d):
    while not working(d):
        d += datetime.timedelta(days=1)
    return d


def due(operator, introduced, facility_existed):
    """(due basis, last day) of a machine; operator is a row of operators.csv."""
    designated, succession = day(operator["designated_on"]), operator["by_succession"] == "1"
    changed = day(operator["list_changed_on"]) if operator["list_changed_on"] else None
    if designated <= IN_FORCE and introduced <= IN_FORCE:
        return "EXISTING_6M", roll(LAST_DAY)
    if designated <= IN_FORCE and facility_existed and introduced <= WINDOW_END:
        return "EXISTING_FACILITY_NEW_6M", roll(LAST_DAY)
    if designated > IN_FORCE and not succession and introduced <= months_after(designated, 2):
        return "DESIGNATION_6M", roll(months_after(designated, 6))
    if changed and changed <= introduced <= months_after(changed, 2):
        return "LISTCHANGE_6M", roll(months_after(changed, 6))
    return "INTRO_4M", roll(months_after(introduced, 4))


def change_due(operator, changed_on):
    changed = day(operator["list_changed_on"]) if operator["list_changed_on"] else None
    if changed and changed <= changed_on <= months_after(changed, 2):
        return "LISTCHANGE_6M", roll(months_after(changed, 6))
    return "CHANGE_4M", roll(months_after(changed_on, 4))
