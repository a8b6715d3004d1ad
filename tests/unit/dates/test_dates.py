"""Days, periods and ages as agreements count them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.dates import (
    Interval,
    Period,
    age_on,
    instant_text,
    london_day,
    of_age_at,
    parse_date,
    parse_instant,
    parse_moment,
    shift,
    start_of_day,
)

BIRTHS = st.dates(date(1920, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2010, 6, 1), date(2026, 5, 31), 15),
        (date(2010, 6, 1), date(2026, 6, 1), 16),
        (date(2027, 1, 1), date(2026, 6, 1), 0),
    ],
)
def test_age_in_whole_years(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@given(BIRTHS, st.integers(1, 30))
def test_coming_of_age_is_the_first_day_of_that_age(born: date, years: int) -> None:
    day = london_day(of_age_at(born, years))
    assert age_on(born, day) == years
    assert age_on(born, day - timedelta(days=1)) == years - 1


@pytest.mark.parametrize(
    ("day", "period", "sign", "moved"),
    [
        (date(2026, 1, 31), Period(months=1), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), Period(months=1), -1, date(2026, 2, 28)),
        (date(2024, 2, 29), Period(years=1), 1, date(2025, 2, 28)),
        (date(2026, 10, 25), Period(days=1), 1, date(2026, 10, 26)),
        (date(2026, 1, 31), Period(1, 1, 1), 1, date(2027, 3, 1)),
        (date(9999, 12, 1), Period(years=1), 1, date.max),
        (date(1, 1, 1), Period(days=1), -1, date.min),
    ],
)
def test_adding_months_clamps_to_the_months_end(day: date, period: Period, sign: int, moved: date) -> None:
    assert shift(day, period, sign) == moved


def test_a_day_begins_in_london_in_summer_and_in_winter() -> None:
    assert start_of_day(date(2026, 7, 1)) == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert start_of_day(date(2026, 1, 1)) == datetime(2026, 1, 1, tzinfo=UTC)
    assert london_day(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_the_start_of_a_day_lies_on_that_day(day: date) -> None:
    assert london_day(start_of_day(day)) == day
    assert london_day(start_of_day(day) - timedelta(microseconds=1)) == day - timedelta(days=1)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-2-3", "20260203", "2026-02-03T10:00:00", "noon", ""])
def test_what_is_neither_a_date_nor_an_instant_is_none(text: str) -> None:
    assert parse_moment(text) is None


def test_an_instant_needs_an_offset_and_a_date_stands_for_its_start() -> None:
    assert parse_instant("2026-03-02T09:30:00Z") == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert parse_instant("2026-03-02T09:30:00+01:00") == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert parse_moment("2026-07-01") == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert parse_date("2026-07-01") == date(2026, 7, 1)


@pytest.mark.parametrize("text", ["P2Y", "P3M", "P10D", "P1Y6M", "P1Y2M3D"])
def test_periods_are_written_as_they_were_read(text: str) -> None:
    assert str(Period.parse(text)) == text


@pytest.mark.parametrize("text", ["P", "2Y", "P1W", "PT1H", "P1D1Y", "P-1D", "p1y", "P1.5Y"])
def test_what_is_no_period_is_none(text: str) -> None:
    assert Period.parse(text) is None


def test_intervals_are_half_open() -> None:
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    interval = Interval(first, last)
    assert interval.covers(first)
    assert not interval.covers(last)
    assert Interval().covers(first)


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_is_read_back_as_it_was_written(at: datetime) -> None:
    assert parse_instant(instant_text(at)) == at


def test_a_period_reads_as_people_say_it() -> None:
    said = [Period(1).in_words, Period(2, 6).in_words, Period(days=1).in_words, Period().in_words]
    assert said == ["1 year", "2 years and 6 months", "1 day", ""]
