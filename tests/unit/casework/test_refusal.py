"""A no to help opens a question and nothing else, and is never evidence of harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.casework.family_told import line_of, require_put_off, told_of
from broker.casework.refusal import (
    A_RIGHT,
    NEXT_STEP,
    RefusalFinding,
    check_finding,
    open_review_of,
    refusal_due,
    reviews_of,
)
from broker.casework.steps import Step, StepKind
from broker.errors import CallWrong

AT = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)  # a Friday
OPENED = Step(
    StepKind.REFUSAL_OPENED, AT, "kim", {"review": "w-1", "about": "p-1", "due_at": AT + timedelta(days=4)}
)


def test_the_words_say_that_a_no_is_a_right() -> None:
    assert "never evidence of harm" in A_RIGHT
    assert "right" in A_RIGHT
    for said in NEXT_STEP.values():
        for blaming in ("refuses to", "failed", "non-complian", "disengag", "uncooperative"):
            assert blaming not in said.lower()


def test_nothing_but_a_finding_ends_a_review() -> None:
    others = [Step(kind, AT, "kim", {"review": "w-1"}) for kind in StepKind if kind not in _REVIEW]
    (review,) = reviews_of("k-1", [OPENED, *others])
    assert review.finding is None
    assert review.is_overdue(AT + timedelta(days=4))
    assert not review.is_overdue(AT + timedelta(days=3))


_REVIEW = {StepKind.REFUSAL_OPENED, StepKind.REFUSAL_REVIEWED, StepKind.FAMILY_TOLD, StepKind.FAMILY_NOT_TOLD}


def test_a_second_no_opens_no_second_review() -> None:
    reviews = reviews_of("k-1", [OPENED])
    assert open_review_of(reviews, "p-1") is not None
    assert open_review_of(reviews, "p-2") is None


def test_a_no_after_the_first_was_answered_is_looked_at_anew() -> None:
    answer = {"review": "w-1", "finding": RefusalFinding.CLOSE_WITH_ADVICE.value}
    answered = Step(StepKind.REFUSAL_REVIEWED, AT + timedelta(days=1), "pat", answer)
    assert open_review_of(reviews_of("k-1", [OPENED, answered]), "p-1") is None


@given(reason=st.text(), apart=st.text())
def test_stepping_up_needs_something_apart_from_the_no(reason: str, apart: str) -> None:
    found = list(check_finding(RefusalFinding.STEP_UP, reason, apart, None))
    assert bool(found) == (not reason.strip() or not apart.strip())


def test_going_on_needs_a_power_and_nothing_else_names_one() -> None:
    assert list(check_finding(RefusalFinding.GO_ON, "why", "", None))
    assert not list(check_finding(RefusalFinding.GO_ON, "why", "", "ca89-47"))
    assert list(check_finding(RefusalFinding.CLOSE_WITH_ADVICE, "why", "", "ca89-47"))


def test_two_working_days_from_a_friday_end_on_tuesday() -> None:
    assert refusal_due("P2D", AT) == datetime(2026, 3, 11, tzinfo=UTC)


# Does the family know?


def told(about: str) -> Step:
    return Step(StepKind.FAMILY_TOLD, AT, "kim", {"about": about, "how": "in-person", "told_at": AT})


def not_told(about: str) -> Step:
    facts = {"about": about, "because": "could-harm", "look_again_at": AT + timedelta(days=30)}
    return Step(StepKind.FAMILY_NOT_TOLD, AT, "kim", facts)


def test_the_latest_word_stands_and_what_nobody_wrote_down_is_not_told() -> None:
    names = {"p-1": "Mum", "p-2": "Sam"}
    assert (
        line_of(told_of([not_told("p-1"), told("p-1")]), {"p-1": "Mum"})
        == "Told of this sharing: Mum on 6 March 2026."
    )
    both = line_of(told_of([told("p-1")]), names)
    assert "Not told, as far as is written down: Sam." in both
    assert line_of({}, names).startswith("Not told, as far as is written down: Mum, Sam.")


def test_the_line_never_says_why_somebody_is_not_told() -> None:
    assert line_of(told_of([not_told("p-1")]), {"p-1": "Mum"}) == line_of({}, {"p-1": "Mum"})


def test_not_telling_needs_a_reason_and_a_day_within_half_a_year() -> None:
    for words, day in (("", AT + timedelta(days=1)), ("why", AT), ("why", AT + timedelta(days=200))):
        with pytest.raises(CallWrong):
            require_put_off(words, day, AT)
    require_put_off("she fears him", AT + timedelta(days=90), AT)
    assert told_of([not_told("p-1")])["p-1"].is_due(AT + timedelta(days=30))
