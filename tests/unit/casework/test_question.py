"""A question to a holder: time alone moves it for whoever asked, unless the holder chose to tell them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.casework import Staff
from broker.casework.question import (
    AskerState,
    Matter,
    Question,
    QuestionState,
    question_due,
    question_of,
    require_open,
    require_other,
    settles,
)
from broker.casework.steps import Step, StepKind
from broker.dates import Period
from broker.errors import CallWrong, NotAllowed
from broker.vocabulary.inboxes import Counting, InboxClock

AT = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)  # a Friday, an hour before five
CLOCK = InboxClock("family-support", "P5D", "PT4H", Counting.WORKING, Period(months=6), referred=True)
MATTER = Matter("p-1", "attendance", "oakdale-primary", "family-support", "k-1")
ASKED: dict[str, Any] = {
    "about": "p-1",
    "category": "attendance",
    "controller": "oakdale-primary",
    "purpose": "family-support",
    "case": "k-1",
    "role": "lead-practitioner",
    "asker": "ecc",
    "due_at": AT + timedelta(days=2),
    "working": False,
    "urgent": False,
}
LATER = st.lists(
    st.sampled_from(
        [
            (StepKind.QUESTION_HANDED_OVER, {"to": "don"}),
            (StepKind.QUESTION_ANSWERED, {"ruling": "release", "ruling_id": "h-1", "told": False}),
            (StepKind.QUESTION_ANSWERED, {"ruling": "withhold", "ruling_id": "h-2", "told": False}),
            (StepKind.TAKEN, {"holder": "tri"}),
        ]
    ),
    max_size=5,
)


def question(*later: tuple[StepKind, dict[str, Any]]) -> Question:
    steps = [Step(StepKind.QUESTION_ASKED, AT, "kim", ASKED)]
    steps += [
        Step(kind, AT + timedelta(minutes=number), "dee", facts) for number, (kind, facts) in enumerate(later, 1)
    ]
    found = question_of("q-1", steps)
    assert found is not None
    return found


def answered(ruling: str, *, told: bool) -> Question:
    return question((StepKind.QUESTION_ANSWERED, {"ruling": ruling, "ruling_id": "h-1", "told": told}))


@given(later=LATER, hours=st.integers(0, 200))
def test_what_the_holder_does_and_does_not_tell_changes_nothing_for_whoever_asked(
    later: list[tuple[StepKind, dict[str, Any]]], hours: int
) -> None:
    at = AT + timedelta(hours=hours)
    assert question(*later).for_asker(at) is question().for_asker(at)


@given(hours=st.integers(0, 2000))
def test_silence_is_never_a_release(hours: int) -> None:
    assert question().for_asker(AT + timedelta(hours=hours)) in (AskerState.WAITING, AskerState.OVERDUE)
    assert question().answer is None


def test_what_the_holder_tells_is_told() -> None:
    assert answered("release", told=True).for_asker(AT) is AskerState.RELEASED
    assert answered("withhold", told=True).for_asker(AT) is AskerState.WITHHELD


def test_the_first_answer_stands() -> None:
    again = question(
        (StepKind.QUESTION_ANSWERED, {"ruling": "withhold", "ruling_id": "h-1", "told": True}),
        (StepKind.QUESTION_ANSWERED, {"ruling": "release", "ruling_id": "h-2", "told": True}),
        (StepKind.QUESTION_DROPPED, {}),
    )
    assert again.answer is not None
    assert (again.answer.ruling_id, again.state) == ("h-1", QuestionState.ANSWERED)
    with pytest.raises(CallWrong, match="answered already"):
        require_open(again)


def test_a_question_taken_back_waits_for_nobody() -> None:
    dropped = question((StepKind.QUESTION_DROPPED, {}))
    assert dropped.state is QuestionState.DROPPED
    assert dropped.for_asker(AT) is AskerState.DROPPED
    assert not dropped.is_overdue(AT + timedelta(days=90))


def test_nobody_answers_what_they_asked_whichever_post_they_asked_it_in() -> None:
    kim = Staff("kim", "ecc", frozenset(), person="p-kim")
    for again in (kim, Staff("kim-at-school", "oakdale-primary", frozenset(), person="p-kim")):
        with pytest.raises(NotAllowed, match="you asked"):
            require_other(question(), kim, again)
    require_other(question(), kim, Staff("dee", "oakdale-primary", frozenset()))


def test_days_are_working_days_and_urgent_hours_are_office_hours() -> None:
    assert question_due(CLOCK, AT, urgent=False).at == datetime(2026, 3, 14, tzinfo=UTC)
    urgent = question_due(CLOCK, AT, urgent=True)
    assert (urgent.at, urgent.working) == (datetime(2026, 3, 9, 12, tzinfo=UTC), True), (
        "an hour today, three on Monday"
    )


def test_a_question_is_overdue_at_the_instant_it_is_due() -> None:
    due = question().due.at
    assert not question().is_overdue(due - timedelta(microseconds=1))
    assert question().is_overdue(due)
    assert question().for_asker(due) is AskerState.OVERDUE


@pytest.mark.parametrize(
    ("matter", "answers"),
    [
        (MATTER, True),
        (Matter("p-1", "attendance", "oakdale-primary", "family-support", None), True),
        (Matter("p-1", "attendance", "oakdale-primary", "family-support", "k-2"), False),
        (Matter("p-2", "attendance", "oakdale-primary", "family-support", "k-1"), False),
        (Matter("p-1", "exclusions", "oakdale-primary", "family-support", "k-1"), False),
        (Matter("p-1", "attendance", "oakdale-primary", "section-47", "k-1"), False),
    ],
)
def test_a_decision_answers_what_is_asked_about_the_same_and_for_no_case_of_every_case(
    matter: Matter, answers: bool
) -> None:
    assert settles(matter, question()) is answers


def test_steps_of_another_kind_begin_no_question() -> None:
    assert question_of("q-1", [Step(StepKind.TAKEN, AT, "tri", {"holder": "tri"})]) is None
