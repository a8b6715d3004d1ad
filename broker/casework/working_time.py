"""Working days and working hours in England: how the clocks of reviews, inboxes and screening run.

A working day is Monday to Friday in Europe/London and no bank holiday of England and Wales. Days are counted from
the day after the one on which something happened, and end with the last of them (half-open: at the start of the
next day it is late). Working hours are a window of each working day, by the clock on the wall, so that a day on
which the clocks change is as long as any other. What is not known never buys time: a holiday missing from the
table is counted as worked, and a clock ends earlier. Knows no clock: every function takes the instant it is asked
about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from broker.casework.bank_holidays import BANK_HOLIDAYS
from broker.dates import LONDON, Period, london_day, shift, start_of_day

_ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5
_HOURS = re.compile(r"(?=[0-9])(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?")
_COUNTED: Final = 366  # more days than these are counted by the calendar, which ends earlier


def is_working_day(day: date) -> bool:
    """Whether `day` is Monday to Friday and no bank holiday of England and Wales."""
    return day.weekday() < _SATURDAY and day not in BANK_HOLIDAYS


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    day += _ONE_DAY
    while not is_working_day(day):
        day += _ONE_DAY
    return day


def add_working_days(day: date, days: int) -> date:
    """The working day that is the `days`th after `day`, which itself is not counted; `day` where none are to pass.
    Raises ValueError for fewer than none."""
    if days < 0:
        raise ValueError("working days are counted forwards")
    for _ in range(days):
        day = next_working_day(day)
    return day


def end_of_working_days(at: datetime, days: int) -> datetime:
    """The instant at which so many working days after the day of `at` have ended: the start of the day after."""
    return start_of_day(add_working_days(london_day(at), days) + _ONE_DAY)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The hours of a working day, by the clock in Europe/London; half-open, and both within one day."""

    from_time: time = time(9)
    until_time: time = time(17)

    def __post_init__(self) -> None:
        if self.from_time.tzinfo or self.until_time.tzinfo or not self.from_time < self.until_time:
            raise ValueError("working hours begin before they end, as a clock on the wall shows them")

    def of(self, day: date) -> tuple[datetime, datetime]:
        """The window of this day, in UTC."""
        begin, end = (datetime.combine(day, one, LONDON) for one in (self.from_time, self.until_time))
        return begin.astimezone(UTC), end.astimezone(UTC)

    def cover(self, at: datetime) -> bool:
        """Whether `at` lies in the hours of a working day."""
        day = london_day(at)
        begin, end = self.of(day)
        return is_working_day(day) and begin <= at < end


OFFICE_HOURS: Final = WorkingHours()
"""Nine to five, where nobody says otherwise."""


def add_working_time(at: datetime, length: timedelta, hours: WorkingHours = OFFICE_HOURS) -> datetime:
    """The instant at which `length` of working hours has passed since `at`. Raises ValueError for a negative one.

    Time outside the hours does not count. A length that is used up exactly at the day's end is over then.
    """
    if length < timedelta():
        raise ValueError("working time is counted forwards")
    day, left = london_day(at), length
    while True:
        if is_working_day(day):
            begin, end = hours.of(day)
            begin = max(begin, at)
            if begin < end and left <= end - begin:
                return begin + left
            left -= max(end - begin, timedelta())
        day += _ONE_DAY


def working_time_between(from_at: datetime, until_at: datetime, hours: WorkingHours = OFFICE_HOURS) -> timedelta:
    """How much of the working hours lies in `[from_at, until_at)`; none where it ends before it begins."""
    found, day, last = timedelta(), london_day(from_at), london_day(until_at)
    while day <= last:
        if is_working_day(day):
            begin, end = hours.of(day)
            found += max(min(end, until_at) - max(begin, from_at), timedelta())
        day += _ONE_DAY
    return found


def due_at(at: datetime, length: str) -> datetime | None:
    """When a length, as the partnership's standing rules write it, has run out; None for a text that is none.

    `PT24H` is hours by the clock, nights and weekends too. `P2D` is the end of the second working day after that
    of `at`. Years and months are those of the calendar, and the days beside them working days. Where a length has
    both days and hours (`P1DT4H`) the days are counted first.
    """
    days, separator, hours = length.partition("T")
    period, time_of_day = Period.parse(days), _HOURS.fullmatch(hours)
    if (separator and time_of_day is None) or (period is None and (days != "P" or not separator)):
        return None
    found = at
    if period is not None:
        day = shift(london_day(at), Period(period.years, period.months))
        few = period.days <= _COUNTED
        day = add_working_days(day, period.days) if few else shift(day, Period(days=period.days))
        found = start_of_day(day + _ONE_DAY)
    if time_of_day is not None:
        found += timedelta(hours=int(time_of_day[1] or 0), minutes=int(time_of_day[2] or 0))
    return found
