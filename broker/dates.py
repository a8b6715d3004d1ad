"""Days, instants, periods and ages as the agreements count them.

Days are days in Europe/London and a date stands for the start of its day there; intervals are half-open
`[from, until)`; adding months clamps to the month's end; ages are whole years, and somebody born on 29 February
comes of age on 1 March. Knows no clock: every function takes the moment it is asked about.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_PERIOD = re.compile(r"P(?=[0-9])(?:([0-9]{1,4})Y)?(?:([0-9]{1,5})M)?(?:([0-9]{1,6})D)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


@lru_cache(maxsize=65536)
def start_of_day(day: date) -> datetime:
    """The instant at which `day` begins in Europe/London, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


@lru_cache(maxsize=65536)
def london_day(at: datetime) -> date:
    """The day in Europe/London on which the instant `at` falls."""
    return at.astimezone(LONDON).date()


def parse_date(text: str) -> date | None:
    """The day that `YYYY-MM-DD` names, or None when the text is not one."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_instant(text: str) -> datetime | None:
    """The instant, in UTC, that an ISO 8601 text with an offset names; None when it is not one.

    A time without an offset is not an instant: whose clock it was is not known.
    """
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_moment(text: str) -> datetime | None:
    """An instant, or the start of the day in Europe/London that a date names; None when it is neither."""
    day = parse_date(text)
    return start_of_day(day) if day is not None else parse_instant(text)


def instant_text(at: datetime) -> str:
    """The instant in UTC as `2026-03-02T09:30:00Z`, with microseconds only where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def uk_date(day: date) -> str:
    """`3 March 2026`."""
    return f"{day.day} {day:%B %Y}"


def uk_time(at: datetime) -> str:
    """`4:40 pm`, as clocks in England show it then."""
    local = at.astimezone(LONDON)
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


@dataclass(frozen=True, slots=True)
class Period:
    """A length in years, months and days, as ISO 8601 writes it (`P2Y`, `P1Y6M`, `P90D`)."""

    years: int = 0
    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> Period | None:
        """The period the text names, or None: weeks and times are not used here."""
        match = _PERIOD.fullmatch(text)
        if match is None or not any(match.groups()):
            return None
        years, months, days = (int(group) if group else 0 for group in match.groups())
        return cls(years, months, days)

    def __str__(self) -> str:
        parts = [f"{n}{unit}" for n, unit in ((self.years, "Y"), (self.months, "M"), (self.days, "D")) if n]
        return "P" + ("".join(parts) or "0D")

    @property
    def in_words(self) -> str:
        """`1 year and 6 months`; empty for no time at all."""
        parts = ((self.years, "year"), (self.months, "month"), (self.days, "day"))
        return " and ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count)


def shift(day: date, period: Period, sign: int = 1) -> date:
    """`day` plus (or, with `sign=-1`, minus) the period: years and months first, clamped to the month's end,
    then days. A day beyond the calendar is the calendar's first or last day."""
    month_index = day.year * 12 + (day.month - 1) + sign * (period.years * 12 + period.months)
    year, month = divmod(month_index, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    moved = date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    ordinal = moved.toordinal() + sign * period.days
    return date.fromordinal(max(date.min.toordinal(), min(date.max.toordinal(), ordinal)))


def age_on(born: date, day: date) -> int:
    """Age in whole years on `day`; somebody not yet born counts as 0 (product rule 6e)."""
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return max(years, 0)


@lru_cache(maxsize=65536)
def of_age_at(born: date, years: int) -> datetime:
    """The instant from which somebody is `years` old in whole years: `age_on` from the other side. An unborn child
    counts as 0, so at no years everybody is of age."""
    if years <= 0:
        return datetime.min.replace(tzinfo=UTC)
    try:
        birthday = born.replace(year=born.year + years)
    except ValueError:
        # Born on 29 February, and not a leap year (or past the calendar's end, which nobody reaches).
        birthday = date(born.year + years, 3, 1) if born.year + years <= date.max.year else date.max
    return start_of_day(birthday)


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-open `[from_at, until_at)`; None is an open end."""

    from_at: datetime | None = None
    until_at: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether `at` lies in the interval."""
        return (self.from_at is None or self.from_at <= at) and (self.until_at is None or at < self.until_at)


ALWAYS = Interval()
