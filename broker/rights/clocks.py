"""Clocks of the law, as data: what is due when, and whether it was done.

Decides how a month is counted: to the day in the next month with the same number, else to that month's last day,
and over at the end of that day in Europe/London (UK GDPR Article 12(3), as the Information Commissioner counts
it). The Commissioner lets an end on a weekend or bank holiday move to the next working day; here it does not,
which is the earlier of the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.dates import Period, london_day, shift, start_of_day


@dataclass(frozen=True, slots=True)
class Clock:
    """Something that is due at an instant; `done_at` is when it was done or, where it was `spared`, when it was
    decided that it need not be."""

    name: str
    due_at: datetime
    done_at: datetime | None = None
    spared: bool = False

    def is_overdue(self, at: datetime) -> bool:
        """Whether it runs past its end at that instant, not done."""
        return self.done_at is None and self.due_at <= at


def months_from(received_at: datetime, months: int, paused: timedelta = timedelta()) -> datetime:
    """The instant at which so many months from receipt are over, moved on by the whole time the clock stood
    still."""
    last_day = shift(london_day(received_at + paused), Period(months=months))
    return start_of_day(shift(last_day, Period(days=1)))


def next_due(clocks: tuple[Clock, ...]) -> datetime | None:
    """When the first of the clocks that still run ends."""
    return min((clock.due_at for clock in clocks if clock.done_at is None), default=None)
