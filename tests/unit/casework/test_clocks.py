"""The clocks of a front door: they start when a worry arrives, and rating never buys time."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.agreements.partnership import load_partnership
from broker.casework.case import CaseKind
from broker.casework.clocks import Due, Left, Rated, check_due, review_due, screening_due, time_left
from broker.errors import DocumentsRefused
from broker.vocabulary.clocks import REVIEWED_KINDS, FrontDoor, Rating

DOORS = load_partnership(Path(__file__).parents[3] / "policies").vocabulary.front_doors
MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FRIDAY_LATE = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
USED = st.sampled_from([Rating.RED, Rating.AMBER, Rating.GREEN])
doors = st.sampled_from(sorted(DOORS.values(), key=lambda door: door.area))
moments = st.integers(0, 60 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
histories = st.lists(st.tuples(USED, st.integers(0, 60 * 48)), max_size=5)


def rated(received_at: datetime, history: list[tuple[Rating, int]]) -> list[Rated]:
    return [Rated(rating, received_at + timedelta(minutes=after)) for rating, after in history]


def test_red_is_due_two_hours_after_it_arrived_and_not_after_it_was_rated() -> None:
    late = Rated(Rating.RED, MONDAY + HOUR)
    assert screening_due(DOORS["essex"], MONDAY, [late]).at == MONDAY + 2 * HOUR


def test_a_contact_nobody_rated_is_decided_by_the_end_of_the_next_working_day() -> None:
    assert screening_due(DOORS["essex"], FRIDAY_LATE, []).at == datetime(2026, 3, 10, tzinfo=UTC)


def test_a_colour_with_more_time_than_the_contact_itself_gives_no_more() -> None:
    green = screening_due(DOORS["thurrock"], MONDAY, [Rated(Rating.GREEN, MONDAY)])
    assert green == Due(datetime(2026, 3, 4, tzinfo=UTC)), "24 working hours would be Thursday"


def test_in_the_manner_of_luton_amber_stops_at_night_and_red_runs_on() -> None:
    amber = screening_due(DOORS["thurrock"], FRIDAY_LATE, [Rated(Rating.AMBER, FRIDAY_LATE)])
    assert amber == Due(datetime(2026, 3, 9, 16, 0, tzinfo=UTC), working=True), (
        "one hour on Friday, seven on Monday"
    )
    red = screening_due(DOORS["thurrock"], FRIDAY_LATE, [Rated(Rating.RED, FRIDAY_LATE)])
    assert red == Due(FRIDAY_LATE + 4 * HOUR)


def test_raised_on_new_information_it_gets_the_time_of_its_colour_from_then() -> None:
    history = [Rated(Rating.GREEN, MONDAY), Rated(Rating.RED, MONDAY + 5 * HOUR)]
    assert screening_due(DOORS["essex"], MONDAY, history).at == MONDAY + 7 * HOUR


@given(doors, moments, histories, USED, st.integers(0, 600))
def test_more_urgent_never_gives_more_time_and_less_urgent_never_takes_any(
    door: FrontDoor, received_at: datetime, history: list[tuple[Rating, int]], to: Rating, later: int
) -> None:
    before = sorted(rated(received_at, history), key=lambda one: one.at)
    at = (before[-1].at if before else received_at) + timedelta(minutes=later)
    due = screening_due(door, received_at, before)
    then = screening_due(door, received_at, [*before, Rated(to, at)])
    if not before or to.urgency < before[-1].rating.urgency:
        assert then.at <= due.at
    elif to.urgency > before[-1].rating.urgency:
        assert then.at >= due.at
    else:
        assert then.at == due.at


@given(doors, moments, histories)
def test_no_contact_is_due_after_its_own_time(
    door: FrontDoor, received_at: datetime, history: list[tuple[Rating, int]]
) -> None:
    own = screening_due(door, received_at, [])
    assert screening_due(door, received_at, rated(received_at, history)).at <= own.at


@given(doors, moments, USED, st.integers(0, 5000), st.integers(0, 5000))
def test_time_left_only_ever_shrinks(
    door: FrontDoor, received_at: datetime, rating: Rating, first: int, more: int
) -> None:
    due = screening_due(door, received_at, [Rated(rating, received_at)])
    earlier = time_left(door, due, received_at + timedelta(minutes=first))
    later = time_left(door, due, received_at + timedelta(minutes=first + more))
    assert later.time <= earlier.time
    assert later.is_overdue or not earlier.is_overdue


@given(doors, moments, USED, st.integers(0, 5000))
def test_overdue_is_at_the_instant_it_is_due_and_not_before(
    door: FrontDoor, received_at: datetime, rating: Rating, minutes: int
) -> None:
    due = screening_due(door, received_at, [Rated(rating, received_at)])
    at = received_at + timedelta(minutes=minutes)
    assert time_left(door, due, at).is_overdue == (at >= due.at)


def test_after_hours_what_is_due_at_midnight_is_not_overdue_yet() -> None:
    due = screening_due(DOORS["thurrock"], MONDAY, [Rated(Rating.GREEN, MONDAY)])
    evening = time_left(DOORS["thurrock"], due, datetime(2026, 3, 3, 21, 0, tzinfo=UTC))
    assert (evening.in_words, evening.is_overdue) == ("3 h left", False)


def test_a_check_is_due_with_its_colour_and_never_after_the_contact() -> None:
    asked = MONDAY + HOUR
    door = DOORS["essex"]
    assert check_due(door, Rating.AMBER, asked, Due(MONDAY + 24 * HOUR)) == asked + 6 * HOUR
    assert check_due(door, Rating.AMBER, asked, Due(MONDAY + 3 * HOUR)) == MONDAY + 3 * HOUR
    assert check_due(door, Rating.AMBER, asked, Due(MONDAY)) == asked + 6 * HOUR, (
        "a contact overdue gives no past date"
    )
    assert check_due(door, None, asked, Due(MONDAY + 24 * HOUR)) == asked + 2 * HOUR, "no colour counts as red"


@pytest.mark.parametrize(
    ("minutes", "working", "said"),
    [
        (70, False, "1 h 10 min left"),
        (-20, False, "overdue by 20 min"),
        (60 * 25, False, "1 day 1 h left"),
        (60 * 25, True, "25 h of working time left"),
        (0.5, False, "due now"),
        (0, False, "overdue by less than a minute"),
    ],
)
def test_time_left_is_said_in_words(minutes: float, working: bool, said: str) -> None:
    assert Left(timedelta(minutes=minutes), working).in_words == said


def test_a_team_is_reviewed_after_four_weeks_and_then_every_eight() -> None:
    clock = DOORS["essex"].reviews["team"]
    assert review_due(clock, MONDAY, []) == datetime(2026, 3, 29, 23, tzinfo=UTC), "30 March, in summer time"
    assert review_due(clock, MONDAY, [MONDAY]) == datetime(2026, 4, 26, 23, tzinfo=UTC)


def test_the_kinds_that_are_reviewed_are_those_there_are_but_contacts() -> None:
    assert {*REVIEWED_KINDS, CaseKind.CONTACT.value} == {kind.value for kind in CaseKind}


def test_a_decision_made_for_what_the_contact_is_opened_for_says_nothing_and_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(Path(__file__).parents[3] / "policies", folder)
    clocks = folder / "clocks.yaml"
    before = "decided_for: threshold-decision"
    clocks.write_text(clocks.read_text().replace(before, "decided_for: front-door-screening", 1))
    with pytest.raises(DocumentsRefused, match="leave it out"):
        load_partnership(folder)
