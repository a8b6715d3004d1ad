"""Clocks of the law: months clamp to the month's end and end with the day; hours are plain hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from broker.dates import start_of_day
from broker.rights.clocks import Clock, months_from, next_due


@pytest.mark.parametrize(
    ("received", "months", "last_day"),
    [
        (datetime(2026, 9, 3, 10, tzinfo=UTC), 1, date(2026, 10, 3)),
        (datetime(2026, 1, 31, 10, tzinfo=UTC), 1, date(2026, 2, 28)),
        (datetime(2028, 1, 31, 10, tzinfo=UTC), 1, date(2028, 2, 29)),
        (datetime(2026, 11, 30, 10, tzinfo=UTC), 3, date(2027, 2, 28)),
        # Half past eleven in UTC is the next day in a London summer.
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 1, date(2026, 8, 1)),
    ],
)
def test_a_month_ends_with_the_same_day_of_the_next_or_its_last(
    received: datetime, months: int, last_day: date
) -> None:
    assert months_from(received, months) == start_of_day(last_day + timedelta(days=1))


def test_time_spent_waiting_for_who_they_are_is_added() -> None:
    received = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert months_from(received, 1, timedelta(days=5)) == start_of_day(date(2026, 4, 8))


def test_a_clock_is_overdue_from_the_instant_it_ends_until_it_is_done() -> None:
    due = datetime(2026, 3, 2, 10, tzinfo=UTC)
    clock = Clock("authority", due)
    assert not clock.is_overdue(due - timedelta(microseconds=1))
    assert clock.is_overdue(due)
    assert not Clock("authority", due, due + timedelta(days=1)).is_overdue(due + timedelta(days=2))
    assert next_due((clock, Clock("partners", due - timedelta(hours=1)))) == due - timedelta(hours=1)
    assert next_due((Clock("authority", due, due),)) is None
