"""The few instants and days a world uses, all near the instant of its request so that boundaries are met exactly.

Decides which dates occur, not what they mean. Dates and instants are written as strings, as in YAML's core schema.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.generative.worlds_dice import Dice, chance, pick

LONDON = ZoneInfo("Europe/London")
MOMENTS = (
    "2026-03-02T09:30:00Z",
    "2026-03-02",  # the start of a day in winter
    "2026-07-01",  # the start of a day in summer: 23:00 UTC the day before
    "2026-06-30T22:59:59Z",
    "2026-06-30T23:00:00Z",
    "2026-03-28T23:30:00Z",
    "2026-03-29T00:30:00Z",  # half an hour before the clocks go forward
    "2026-03-29T23:30:00Z",  # 00:30 on the 30th in London
    "2026-10-25T00:30:00Z",  # 01:30, the first of the two
    "2026-10-25T01:30:00Z",
    "2026-03-31T12:00:00+01:00",
    "2028-02-29T12:00:00Z",
    "2026-02-28T23:59:59Z",  # the last second before one born on 29 February 2008 comes of age
    "2026-03-01",
)
NEAR_DAYS = (0, -1, 1)
PAST_DAYS = (-2, -30, -31, -45, -200, -365, -366, -700)
FUTURE_DAYS = (2, 30, 400)


def written(moment: datetime) -> str:
    """An instant as a document writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def start_of(day: date) -> datetime:
    """The start of a London day in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def parsed(text: str) -> datetime:
    """The instant a document writes."""
    return start_of(date.fromisoformat(text)) if len(text) == 10 else datetime.fromisoformat(text).astimezone(UTC)


def years_before(day: date, years: int) -> date:
    """The same day some years earlier; 1 March stands in for a 29 February that is not there."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return date(day.year - years, 3, 1)


@dataclass(frozen=True)
class Calendar:
    """The request's instant, its London day, and the pools drawn from: lists of strings."""

    at: str
    day: date
    near: tuple[str, ...]
    past: tuple[str, ...]
    future: tuple[str, ...]

    def moment(self, dice: Dice, past: int, near: int) -> str:
        """Mostly past, sometimes at the boundary, otherwise in the future: percentages."""
        roll = dice.integer(0, 99)
        return pick(dice, self.past if roll < past else self.near if roll < past + near else self.future)

    def before(self, dice: Dice) -> str:
        """A moment well past."""
        return pick(dice, self.past)

    def boundary(self, dice: Dice) -> str:
        """A moment at or next to the request's instant."""
        return pick(dice, self.near)

    def days_ago(self, days: int) -> str:
        """The date so many days before the request's day (after, when negative)."""
        return (self.day - timedelta(days=days)).isoformat()

    def born(self, dice: Dice, years: tuple[int, ...]) -> str:
        """A date of birth some years ago, often on or next to the birthday."""
        if chance(dice, 8):
            return pick(dice, ("2008-02-29", "2012-02-29", "1988-02-29"))
        day = years_before(self.day, pick(dice, years))
        offset = pick(dice, (100, 0, -1, 1, 3)) if chance(dice, 40) else 60
        return (day - timedelta(days=offset)).isoformat()

    def end(self, dice: Dice, start: str) -> str | None:
        """An end after `start`: mostly at the boundary or later; None where it would come before the beginning."""
        end = self.moment(dice, 25, 45)
        return end if parsed(end) > parsed(start) else None

    def day_near(self, dice: Dice, past: int, near: int) -> str:
        """The same as `moment`, for what is written as a date."""
        return self.moment(dice, past, near)[:10]

    def last_day(self, dice: Dice, start: str) -> str | None:
        """The same as `end`, for what is written as a date."""
        end = self.day_near(dice, 25, 45)
        return end if parsed(end) > parsed(start) else None


def calendar_of(dice: Dice) -> Calendar:
    """A calendar around one of the moments."""
    at = pick(dice, MOMENTS)
    moment = parsed(at)
    day = moment.astimezone(LONDON).date()
    second, hour = timedelta(seconds=1), timedelta(hours=1)
    near = [written(moment + step) for step in (0 * second, -second, second, -hour, hour)]
    near += [(day + timedelta(days=step)).isoformat() for step in NEAR_DAYS]
    past = [(day + timedelta(days=step)).isoformat() for step in PAST_DAYS]
    past += [written(moment + timedelta(days=step)) for step in PAST_DAYS[:4]]
    future = [(day + timedelta(days=step)).isoformat() for step in FUTURE_DAYS]
    return Calendar(at, day, tuple(near), tuple(past), tuple(future))
