"""Whom to tell, and when: only a second person's agreement puts it off, and only until a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.casework.telling import (
    LONGEST_PUT_OFF,
    How,
    NotNow,
    PutOff,
    Telling,
    TellingState,
    check_put_off,
    tellings_of,
    told,
)
from broker.vocabulary.codes import TELL_AFTER

MONDAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LENGTHS = st.timedeltas(timedelta(days=-400), timedelta(days=400))


def put_off(until: datetime, agreed_by: str | None) -> PutOff:
    return PutOff("ola", MONDAY, NotNow.COULD_HARM, "why", until, agreed_by)


@given(LENGTHS, LENGTHS, st.sampled_from([None, "sid"]))
def test_it_is_put_off_while_two_agreed_and_the_day_has_not_come(
    after: timedelta, until: timedelta, agreed_by: str | None
) -> None:
    at = MONDAY + after
    telling = Telling("p-1", MONDAY, put_off=put_off(MONDAY + until, agreed_by))
    stands = at < MONDAY + until
    if stands:
        expected = TellingState.PUT_OFF if agreed_by else TellingState.PROPOSED
    else:
        expected = TellingState.DUE if at >= MONDAY else TellingState.NOT_YET
    assert telling.state(at) is expected
    assert told(telling, "ola", at, How.LETTER).state(at + until) is TellingState.TOLD


@given(LENGTHS)
def test_it_is_due_from_the_instant_it_falls_due(after: timedelta) -> None:
    due = Telling("p-1", MONDAY).state(MONDAY + after) is TellingState.DUE
    assert due == (after >= timedelta())


@given(LENGTHS)
def test_a_day_to_look_again_lies_ahead_and_within_a_year(after: timedelta) -> None:
    fits = check_put_off(Telling("p-1", MONDAY), "why", MONDAY + after, MONDAY) is None
    assert fits == (timedelta() < after <= LONGEST_PUT_OFF)


def test_what_stands_in_the_way_of_putting_off() -> None:
    telling, until = Telling("p-1", MONDAY), MONDAY + timedelta(days=9)
    assert check_put_off(telling, " ", until, MONDAY) is not None
    assert check_put_off(told(telling, "ola", MONDAY, How.PHONE), "why", until, MONDAY) is not None
    assert check_put_off(replace(telling, put_off=put_off(until, "sid")), "why", until, MONDAY) is not None
    assert check_put_off(replace(telling, put_off=put_off(until, None)), "why", until, MONDAY) is None


def test_everybody_is_to_be_told_after_five_working_days_or_as_the_partnership_says() -> None:
    first, second = tellings_of(("p-1", "p-2"), MONDAY, TELL_AFTER)
    assert first.due_at == second.due_at == datetime(2026, 3, 10, tzinfo=UTC)
    assert tellings_of(("p-1",), MONDAY, "P10D")[0].due_at == datetime(2026, 3, 17, tzinfo=UTC)
    assert tellings_of(("p-1",), MONDAY, "nonsense")[0].due_at == MONDAY
