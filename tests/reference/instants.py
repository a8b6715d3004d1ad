"""Instants, London days, periods and ages for the reference evaluator.

Decides what a date or a period in a document means. Does not decide which dates matter.
From the rules (docs/rules.md, part 1) (“Intervals are half-open ...”) and 2.3 (“A date stands for ...”).
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
PERIOD = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


def start_of_day(day: date) -> datetime:
    """“A date stands for the start of that day in Europe/London.” Always given in UTC, so that it compares
    safely.
    """
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


@lru_cache(maxsize=100_000)
def instant(text: str) -> datetime:
    """The UTC instant of “2026-03-02” or “2026-03-02T09:30:00Z”."""
    if len(text) == len("2026-03-02"):
        return start_of_day(date.fromisoformat(text))
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text}: an instant needs its offset from UTC")
    return moment.astimezone(UTC)


@lru_cache(maxsize=100_000)
def london_day(moment: datetime) -> date:
    """“Days are days in Europe/London.”"""
    return moment.astimezone(LONDON).date()


def day(text: str) -> date:
    """The London day of a written date or instant."""
    return london_day(instant(text))


def within(at: datetime, start: str | None, end: str | None) -> bool:
    """“Intervals are half-open `[from, until)`.” Either end may be open."""
    return (start is None or instant(start) <= at) and (end is None or at < instant(end))


def within_interval(at: datetime, interval: dict[str, Any]) -> bool:
    """The same for a mapping with `from` and `until`, both optional."""
    return within(at, interval.get("from"), interval.get("until"))


@lru_cache(maxsize=10_000)
def period(text: str) -> tuple[int, int, int]:
    """(months, days, minutes) of an ISO 8601 period such as P2Y, P1Y6M, P10D or PT24H."""
    found = PERIOD.fullmatch(text)
    if found is None or text in ("P", "PT"):
        raise ValueError(f"{text}: not a period")
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in found.groups())
    return 12 * years + months, 7 * weeks + days, 60 * hours + minutes


def add_months(start: date, months: int) -> date:
    """“Adding months clamps to the month's end.”"""
    count = start.year * 12 + start.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


@lru_cache(maxsize=100_000)
def day_after(start: date, text: str) -> date:
    """The day a period after `start`: its years and months first, then its days."""
    months, days, _ = period(text)
    return add_months(start, months) + timedelta(days=days)


@lru_cache(maxsize=100_000)
def day_before(end: date, text: str) -> date:
    """The day a period before `end`: its years and months first, then its days."""
    months, days, _ = period(text)
    return add_months(end, -months) - timedelta(days=days)


def instant_after(start: datetime, text: str) -> datetime:
    """The instant a period after `start`; days keep the London clock time, hours and minutes are elapsed."""
    local = start.astimezone(LONDON)
    moved = datetime.combine(day_after(local.date(), text), local.time(), tzinfo=LONDON)
    return moved.astimezone(UTC) + timedelta(minutes=period(text)[2])


def birthday_in(year: int, born: date) -> date:
    """“Someone born on 29 February comes of age on 1 March” (in a year without a 29 February)."""
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 3, 1)
    return date(year, born.month, born.day)


def age(born: str | None, at: datetime) -> int | None:
    """“Age in whole years, unborn counting as 0”; None when the birth is unknown."""
    if born is None:
        return None
    birth, today = day(born), london_day(at)
    return max(0, today.year - birth.year - (today < birthday_in(today.year, birth)))
