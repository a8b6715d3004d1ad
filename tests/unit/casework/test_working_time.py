"""Working days and hours in England: reviews, inboxes and screening run by them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.casework.bank_holidays import BANK_HOLIDAYS, LAST_YEAR
from broker.casework.working_time import (
    OFFICE_HOURS,
    WorkingHours,
    add_working_days,
    add_working_time,
    due_at,
    end_of_working_days,
    is_working_day,
    next_working_day,
    working_time_between,
)
from broker.dates import london_day, start_of_day

INSTANTS = st.dates(date(2025, 1, 1), date(2029, 12, 31)).flatmap(
    lambda day: st.timedeltas(timedelta(), timedelta(hours=23)).map(lambda length: start_of_day(day) + length)
)
FEW = st.integers(0, 15)
LENGTHS = st.timedeltas(timedelta(), timedelta(hours=60))
ONE_DAY = timedelta(days=1)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def easter(year: int) -> date:
    """Easter Sunday by the anonymous Gregorian computation."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114, 31)
    return date(year, month, day + 1)


def weekday_of(year: int, month: int, *, last: bool) -> date:
    """The first or last Monday of the month."""
    days = [date(year, month, day) for day in range(1, 32 if month in (5, 8) else 31)]
    mondays = [day for day in days if day.weekday() == 0]
    return mondays[-1 if last else 0]


def by_statute(year: int) -> set[date]:
    """The holidays as the Act and the usual proclamations give them, worked out and not looked up."""
    sunday = easter(year)
    found = {sunday - 2 * ONE_DAY, sunday + ONE_DAY}
    found |= {weekday_of(year, 5, last=False), weekday_of(year, 5, last=True), weekday_of(year, 8, last=True)}
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        while day.weekday() > 4 or day in found:
            day += ONE_DAY
        found.add(day)
    return found


@pytest.mark.parametrize("year", range(2025, LAST_YEAR + 1))
def test_the_table_is_what_the_act_and_the_usual_proclamations_give(year: int) -> None:
    assert {day for day in BANK_HOLIDAYS if day.year == year} == by_statute(year)


def test_a_day_the_table_does_not_know_is_worked_so_that_a_clock_ends_earlier() -> None:
    assert is_working_day(date(LAST_YEAR + 1, 12, 25))
    assert not is_working_day(date(LAST_YEAR + 1, 12, 29))  # but a Saturday never is


@pytest.mark.parametrize(
    ("at", "days", "ends"),
    [
        ("2026-03-02T09:30:00+00:00", 2, "2026-03-05T00:00:00+00:00"),  # Monday: Tuesday, Wednesday
        ("2026-03-06T16:59:00+00:00", 2, "2026-03-11T00:00:00+00:00"),  # Friday: over the weekend
        ("2026-03-07T03:00:00+00:00", 2, "2026-03-11T00:00:00+00:00"),  # Saturday night: Monday, Tuesday
        (
            "2026-04-02T12:00:00+01:00",
            2,
            "2026-04-09T00:00:00+01:00",
        ),  # Maundy Thursday: Good Friday, Easter Monday
        ("2026-12-24T12:00:00+00:00", 2, "2026-12-31T00:00:00+00:00"),  # Christmas, and Boxing Day given on Monday
        ("2026-06-30T23:30:00+00:00", 1, "2026-07-03T00:00:00+01:00"),  # half past midnight on 1 July in London
        ("2026-03-02T09:30:00+00:00", 0, "2026-03-03T00:00:00+00:00"),
    ],
)
def test_working_days_end_with_the_last_of_them(at: str, days: int, ends: str) -> None:
    assert end_of_working_days(instant(at), days) == instant(ends)


@given(st.dates(date(2025, 1, 1), date(2029, 1, 1)), FEW, FEW)
def test_counting_on_is_counting_once(day: date, first: int, more: int) -> None:
    assert add_working_days(add_working_days(day, first), more) == add_working_days(day, first + more)


@given(st.dates(date(2025, 1, 1), date(2029, 1, 1)), st.integers(1, 15))
def test_the_day_reached_is_a_working_day_and_so_many_lie_on_the_way(day: date, days: int) -> None:
    reached = add_working_days(day, days)
    on_the_way = [day + n * ONE_DAY for n in range(1, (reached - day).days + 1)]
    assert is_working_day(reached)
    assert sum(map(is_working_day, on_the_way)) == days


def test_working_days_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="forwards"):
        add_working_days(date(2026, 3, 2), -1)
    with pytest.raises(ValueError, match="forwards"):
        add_working_time(instant("2026-03-02T09:30:00+00:00"), timedelta(hours=-1))


@pytest.mark.parametrize(
    ("at", "hours", "ends"),
    [
        ("2026-03-02T09:30:00+00:00", 4, "2026-03-02T13:30:00+00:00"),
        ("2026-03-02T09:00:00+00:00", 8, "2026-03-02T17:00:00+00:00"),  # exactly the day: over at its end
        ("2026-03-02T15:00:00+00:00", 4, "2026-03-03T11:00:00+00:00"),
        ("2026-03-06T20:00:00+00:00", 1, "2026-03-09T10:00:00+00:00"),  # Friday evening waits for Monday
        ("2026-03-27T16:00:00+00:00", 2, "2026-03-30T10:00:00+01:00"),  # over the night the clocks go forward
        ("2026-10-23T16:00:00+01:00", 2, "2026-10-26T10:00:00+00:00"),  # and the night they go back
        ("2026-03-07T12:00:00+00:00", 0, "2026-03-09T09:00:00+00:00"),  # no time at all: when the office opens
    ],
)
def test_working_time_passes_in_working_hours_only(at: str, hours: int, ends: str) -> None:
    assert add_working_time(instant(at), timedelta(hours=hours)) == instant(ends)


@given(INSTANTS, LENGTHS)
def test_the_time_between_is_the_time_that_was_added(at: datetime, length: timedelta) -> None:
    assert working_time_between(at, add_working_time(at, length)) == length


@given(INSTANTS, LENGTHS, LENGTHS)
def test_more_time_never_ends_sooner(at: datetime, one: timedelta, more: timedelta) -> None:
    assert add_working_time(at, one) <= add_working_time(at, one + more)


@given(INSTANTS, INSTANTS)
def test_time_backwards_is_none(one: datetime, other: datetime) -> None:
    if one >= other:
        assert working_time_between(one, other) == timedelta()


@given(INSTANTS)
def test_hours_cover_an_instant_exactly_when_time_passes_in_it(at: datetime) -> None:
    passes = working_time_between(at, at + timedelta(microseconds=1)) > timedelta()
    assert OFFICE_HOURS.cover(at) is passes


def test_a_front_door_may_keep_longer_hours() -> None:
    hours = WorkingHours(time(8), time(20))
    assert hours.cover(instant("2026-03-02T19:59:00+00:00"))
    assert not hours.cover(instant("2026-03-02T20:00:00+00:00"))
    assert add_working_time(instant("2026-03-02T19:00:00+00:00"), timedelta(hours=2), hours) == instant(
        "2026-03-03T09:00:00+00:00"
    )


@pytest.mark.parametrize(
    ("begin", "end"), [(time(17), time(9)), (time(9), time(9)), (time(9, tzinfo=UTC), time(17))]
)
def test_hours_that_end_before_they_begin_are_refused(begin: time, end: time) -> None:
    with pytest.raises(ValueError, match="working hours"):
        WorkingHours(begin, end)


@pytest.mark.parametrize(
    ("length", "due"),
    [
        ("PT24H", "2026-04-04T10:00:00+00:00"),  # Good Friday to Saturday: a review of 24 hours knows no holiday
        ("PT90M", "2026-04-03T11:30:00+00:00"),
        ("P2D", "2026-04-09T00:00:00+01:00"),  # Tuesday and Wednesday after Easter
        ("P1DT4H", "2026-04-08T04:00:00+01:00"),
        ("P1M", "2026-05-04T00:00:00+01:00"),
        ("P1000D", "2028-12-29T00:00:00+00:00"),  # so many days go by the calendar
        ("24h", None),
        ("P1DT", None),
        ("P", None),
        ("PT", None),
        ("T4H", None),
    ],
)
def test_lengths_as_the_standing_rules_write_them(length: str, due: str | None) -> None:
    assert due_at(instant("2026-04-03T10:00:00+00:00"), length) == (instant(due) if due else None)


@given(INSTANTS, FEW)
def test_a_review_of_working_days_is_due_at_the_start_of_a_day_after_a_working_day(
    at: datetime, days: int
) -> None:
    due = due_at(at, f"P{days}D")
    assert due == end_of_working_days(at, days)
    assert due is not None
    assert due == start_of_day(london_day(due))
    assert due > at


def test_the_next_working_day_is_never_the_same_day() -> None:
    assert next_working_day(date(2026, 3, 2)) == date(2026, 3, 3)
    assert next_working_day(date(2026, 12, 24)) == date(2026, 12, 29)
