"""A contact's way: every step fits where it stands, nothing is decided unseen, nothing closes undecided."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.casework.checks import CheckState
from broker.casework.contact import ContactWords, SafeContact, SourceKind
from broker.casework.front_door import (
    TRANSITIONS,
    Contact,
    ContactState,
    contact_of,
    next_state,
    purposes_after,
    require_step,
)
from broker.casework.steps import Step, StepKind
from broker.casework.threshold import LEVELS, ThresholdOutcome, feedback, require_threshold
from broker.cli.diagrams import DIAGRAMS, with_diagrams
from broker.errors import CallWrong

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DOCUMENT = Path(__file__).parents[3] / "docs/casework.md"
FRONT_DOOR_STEPS = [StepKind(kind) for kind in sorted({one.step for one in TRANSITIONS} - {StepKind.RECORDED})]
FACTS: dict[StepKind, dict[str, object]] = {
    StepKind.TAKEN: {"holder": "tri"},
    StepKind.RATED: {"rating": "amber"},
    StepKind.DECIDED: {"level": 2, "outcome": "taf", "checks_out": 0},
    StepKind.PASSED_ON: {"to": "k-other"},
}
RECORDED = Step(
    StepKind.RECORDED,
    AT,
    "tri",
    {
        "organisation": "ecc",
        "received_at": AT,
        "source": "organisation",
        "source_code": "oakdale-primary",
        "danger": False,
        "family_knows": "no",
    },
)


def step(kind: StepKind, number: int, asked: list[str]) -> Step:
    """A step that fits its kind; checks are asked one after the other and answered in their order."""
    at = AT + timedelta(minutes=number)
    facts = dict(FACTS.get(kind, {}))
    if kind is StepKind.CHECK_ASKED:
        asked.append(f"q-{number}")
        facts = {"check": asked[-1], "organisation": "essex-police", "due_at": at + timedelta(hours=1)}
    if kind is StepKind.CHECK_ANSWERED:
        facts = {"check": asked.pop(0) if asked else "q-none", "answer": "answered"}
    return Step(kind, at, "tri", facts)


def after(*kinds: StepKind) -> Contact:
    """A contact after these steps, each of which must fit."""
    asked: list[str] = []
    steps = [RECORDED]
    for number, kind in enumerate(kinds, 1):
        contact = contact_of("k-1", steps)
        assert contact is not None
        require_step(contact, kind)
        steps.append(step(kind, number, asked))
    contact = contact_of("k-1", steps)
    assert contact is not None
    return contact


def test_an_ordinary_contact_is_taken_checked_decided_told_and_closed() -> None:
    contact = after(
        StepKind.RATED, StepKind.TAKEN, StepKind.CHECK_ASKED, StepKind.CHECK_ASKED, StepKind.CHECK_ANSWERED
    )
    assert (contact.state, len(contact.checks_out())) == (ContactState.CHECKING, 1)
    answered = after(StepKind.TAKEN, StepKind.CHECK_ASKED, StepKind.CHECK_ANSWERED)
    assert answered.state is ContactState.SCREENING
    done = after(StepKind.TAKEN, StepKind.DECIDED, StepKind.TOLD, StepKind.CLOSED)
    assert (done.state, done.told_at is not None, done.closed_at is not None) == (ContactState.CLOSED, True, True)


def test_nobody_decides_about_a_worry_that_nobody_has_taken() -> None:
    with pytest.raises(CallWrong, match="is waiting to be taken; this can be done while a contact is"):
        after(StepKind.DECIDED)


def test_nothing_is_done_with_a_closed_contact() -> None:
    closed = after(StepKind.TAKEN, StepKind.DECIDED, StepKind.CLOSED)
    for kind in FRONT_DOOR_STEPS:
        with pytest.raises(CallWrong, match="is closed"):
            require_step(closed, kind)


def test_the_clock_stops_with_the_first_decision_and_is_not_started_again() -> None:
    contact = after(StepKind.TAKEN, StepKind.DECIDED, StepKind.DECIDED)
    assert contact.stopped_at == AT + timedelta(minutes=2)
    assert after(StepKind.TAKEN, StepKind.PASSED_ON).stopped_at == AT + timedelta(minutes=2)


@given(st.lists(st.sampled_from(FRONT_DOOR_STEPS), max_size=12))
def test_no_way_leads_to_closed_but_by_a_decision_or_by_being_passed_on(kinds: list[StepKind]) -> None:
    """Steps that do not fit are passed over, whatever order they come in."""
    asked: list[str] = []
    steps = [RECORDED, *(step(kind, number, asked) for number, kind in enumerate(kinds, 1))]
    contact = contact_of("k-1", steps)
    assert contact is not None
    if contact.state in (ContactState.CLOSED, ContactState.DECIDED):
        assert contact.decision is not None or contact.passed_to is not None
        assert contact.stopped_at is not None
    if contact.state is ContactState.CHECKING:
        assert contact.checks_out()


def test_every_state_but_the_last_has_a_way_out_and_every_step_a_place() -> None:
    left = {one.before for one in TRANSITIONS}
    assert left == {None, *ContactState} - {ContactState.CLOSED}
    for one in TRANSITIONS:
        if one.before is not None:
            assert next_state(one.before, one.step, still_out=1) is not None


def test_a_check_that_nobody_answered_in_time_is_overdue() -> None:
    check = after(StepKind.TAKEN, StepKind.CHECK_ASKED).checks[0]
    assert check.state(check.due_at - timedelta(seconds=1)) is CheckState.WAITING
    assert check.state(check.due_at) is CheckState.OVERDUE


@pytest.mark.parametrize("outcome", ThresholdOutcome)
def test_a_decision_needs_a_reason_and_an_outcome_its_level(outcome: ThresholdOutcome) -> None:
    with pytest.raises(CallWrong, match="reason: is missing"):
        require_threshold(min(LEVELS[outcome]), outcome, "  ")
    for level in range(1, 5):
        if level in LEVELS[outcome]:
            require_threshold(level, outcome, "because")
        else:
            with pytest.raises(CallWrong, match=f"does not go with `{outcome.value}`"):
                require_threshold(level, outcome, "because")


def test_a_neighbour_hears_the_same_whatever_was_decided_and_nobody_hears_of_the_family() -> None:
    for source in (SourceKind.PUBLIC, SourceKind.FAMILY):
        assert len({feedback(outcome, source) for outcome in ThresholdOutcome}) == 1
    assert {feedback(outcome, SourceKind.ANONYMOUS) for outcome in ThresholdOutcome} == {None}


def test_a_professional_cannot_tell_help_already_there_from_help_to_come() -> None:
    there = feedback(ThresholdOutcome.ALREADY_OPEN, SourceKind.ORGANISATION)
    assert there == feedback(ThresholdOutcome.EARLY_HELP, SourceKind.ORGANISATION)
    seventeen = feedback(ThresholdOutcome.SECTION_17, SourceKind.ORGANISATION)
    assert seventeen == feedback(ThresholdOutcome.SECTION_47, SourceKind.ORGANISATION)


def test_nothing_is_safe_that_was_not_said_to_be() -> None:
    assert SafeContact().in_words.startswith("No safe way")
    said = SafeContact("01632 960123", call=True, when="after 3 pm", code_word="bluebell").in_words
    assert said == (
        "Do not leave a voicemail. Safe to ring 01632 960123, after 3 pm. Say the code word `bluebell` first."
    )


def test_a_worry_in_one_line_is_one_line_and_a_person_prints_nothing() -> None:
    words = ContactWords("He said\nhe is hungry. " + "x" * 200, "Ann Teacher")
    assert len(words.line()) <= 90
    assert "\n" not in words.line()
    assert "Ann" not in repr(words)


def test_the_picture_in_the_document_is_current() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count("stateDiagram-v2") == len(DIAGRAMS)
    assert text == with_diagrams(text), "draw it again: python -m broker.cli.diagrams docs/casework.md"


def test_going_on_ends_what_the_decision_was_made_for_and_nothing_else() -> None:
    recorded = Step(StepKind.RECORDED, AT, "tri", {**RECORDED.facts, "decided_for": "threshold-decision"})
    both, before = contact_of("k-1", [recorded]), contact_of("k-1", [RECORDED])
    assert both is not None
    assert before is not None
    opened = frozenset({"front-door-screening", "threshold-decision"})
    assert purposes_after(both, opened) == {"front-door-screening"}
    assert purposes_after(both, frozenset({"section-47", "threshold-decision"})) == {"section-47"}
    # One recorded before the front door said what its decision is made for was opened for one purpose only.
    assert purposes_after(before, frozenset({"front-door-screening"})) == {"front-door-screening"}
