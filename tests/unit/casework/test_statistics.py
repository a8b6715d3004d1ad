"""A front door in numbers: nothing small is told, and every contact stands in the week in which it arrived."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.casework.front_door import contact_of
from broker.casework.statistics import FEWER, LEAST, Counted, monday_of, tell, weeks_of
from broker.casework.steps import Step, StepKind

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def counted(
    number: int, at: datetime, about: str = "", hours: float | None = None, outcome: str = "taf"
) -> Counted:
    """A contact that arrived at `at`, decided after `hours`."""
    recorded = {
        "organisation": "ecc",
        "received_at": at,
        "source": "public",
        "danger": False,
        "family_knows": "no",
    }
    steps = [Step(StepKind.RECORDED, at, "tri", recorded), Step(StepKind.TAKEN, at, "tri", {"holder": "tri"})]
    if hours is not None:
        decided = {"level": 2, "outcome": outcome, "checks_out": 1}
        steps.append(Step(StepKind.DECIDED, at + hours * HOUR, "deb", decided))
    contact = contact_of(f"k-{number}", steps)
    assert contact is not None
    return Counted(contact, frozenset({about or f"p-{number}"}), steps)


@given(st.integers(0, 40))
def test_a_small_count_is_one_text_whatever_it_is(count: int) -> None:
    assert tell(count) == (count if count >= LEAST else FEWER)


def test_five_are_told_and_four_are_not() -> None:
    five = weeks_of([counted(one, AT, hours=one + 1) for one in range(5)], AT.date(), AT.date())[0].told()
    assert (five["received"], five["median_hours_to_outcome"], five["checks_out"]) == (5, 3.0, 5)
    assert (five["repeats"], five["undecided"]) == (FEWER, FEWER)
    four = weeks_of([counted(one, AT, hours=1) for one in range(4)], AT.date(), AT.date())[0].told()
    none = weeks_of([], AT.date(), AT.date())[0].told()
    assert four == none, "four and none look the same"


def test_a_median_of_few_is_not_told_although_many_arrived() -> None:
    ones = [counted(one, AT, hours=1 if one < 4 else None) for one in range(10)]
    told = weeks_of(ones, AT.date(), AT.date())[0].told()
    assert (told["received"], told["undecided"], told["median_hours_to_outcome"]) == (10, 6, FEWER)


@pytest.mark.parametrize(("after", "repeats"), [(1, 1), (365, 1), (366, 0)])
def test_a_repeat_is_about_somebody_of_another_contact_in_the_year_before(after: int, repeats: int) -> None:
    ones = [counted(1, AT, "p-x"), counted(2, AT + timedelta(days=after), "p-x"), counted(3, AT, "p-y")]
    weeks = weeks_of(ones, AT.date(), (AT + timedelta(days=after)).date())
    assert sum(week.repeats for week in weeks) == repeats


@given(st.lists(st.integers(0, 24 * 7 * 8), max_size=30))
def test_every_contact_stands_in_one_week_and_every_week_is_there(after: list[int]) -> None:
    ones = [counted(number, AT + hours * HOUR) for number, hours in enumerate(after)]
    weeks = weeks_of(ones, AT.date(), AT.date() + timedelta(weeks=9))
    assert sum(week.received for week in weeks) == len(ones)
    assert [week.begins_on.weekday() for week in weeks] == [0] * 10


def test_a_week_begins_on_monday_in_london() -> None:
    late_on_sunday = datetime(2026, 7, 5, 23, 30, tzinfo=UTC)  # already Monday in London
    weeks = weeks_of([counted(1, late_on_sunday)], date(2026, 7, 6), date(2026, 7, 6))
    assert [(week.begins_on, week.received) for week in weeks] == [(date(2026, 7, 6), 1)]
    assert monday_of(date(2026, 7, 12)) == date(2026, 7, 6)


def test_what_need_not_have_come_to_a_front_door_is_counted_by_how_it_ended() -> None:
    ended = ["advice"] * 3 + ["nfa"] * 2 + ["already-open"] * 5 + ["taf"]
    ones = [counted(number, AT, hours=1, outcome=outcome) for number, outcome in enumerate(ended)]
    told = weeks_of(ones, AT.date(), AT.date())[0].told()
    assert (told["advice_only"], told["already_open"]) == (5, 5)
