"""A disagreement goes up a stage at a time and never down, and ends when the other side accepts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.casework import Staff
from broker.casework.disagreement import (
    TRANSITIONS,
    Disagreement,
    DisagreementState,
    disagreement_of,
    next_stage,
    require_other_side,
    require_step,
    stage_due,
)
from broker.casework.steps import Step, StepKind
from broker.errors import CallWrong
from broker.vocabulary.inboxes import STAGE_WITHIN, Stage

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
RAISED: dict[str, Any] = {
    "subject": "threshold",
    "case": "k-1",
    "organisation": "oakdale-primary",
    "other": "ecc",
    "others": ["deb"],
    "people": ["p-1"],
    "due_at": AT + timedelta(days=2),
    "notices": [],
}
KINDS = [one.step for one in TRANSITIONS if one.before is not None]


def disagreement(*later: tuple[StepKind, str, str]) -> Disagreement:
    steps = [Step(StepKind.DISAGREED, AT, "dee", RAISED)]
    stages = iter([Stage.MANAGER, Stage.LEAD, Stage.PARTNERSHIP])
    for number, (kind, by, organisation) in enumerate(later, 1):
        facts: dict[str, Any] = {"organisation": organisation}
        if kind is StepKind.DISAGREEMENT_ESCALATED:
            facts |= {"stage": next(stages).value, "due_at": AT + timedelta(days=9), "notices": []}
        steps.append(Step(kind, AT + timedelta(minutes=number), by, facts))
    found = disagreement_of("g-1", steps)
    assert found is not None
    return found


UP = (StepKind.DISAGREEMENT_ESCALATED, "dee", "oakdale-primary")
PROPOSED = (StepKind.RESOLUTION_PROPOSED, "deb", "ecc")


@given(kinds=st.lists(st.sampled_from(KINDS), max_size=8))
def test_it_is_resolved_only_by_what_was_proposed_and_accepted(kinds: list[StepKind]) -> None:
    ups = 0
    kept = []
    for kind in kinds:
        ups += kind is StepKind.DISAGREEMENT_ESCALATED
        if ups <= 3:
            kept.append((kind, "deb", "ecc"))
    found = disagreement(*kept)
    state, resolved = DisagreementState.OPEN, False
    for kind, *_ in kept:
        fitting = [one for one in TRANSITIONS if one.step is kind and one.before is state]
        if fitting:
            resolved = resolved or (kind is StepKind.RESOLUTION_ACCEPTED)
            state = fitting[0].after
    assert (found.state is DisagreementState.RESOLVED) == resolved
    assert found.state is state


def test_it_goes_up_one_stage_at_a_time_and_no_higher_than_the_partnership() -> None:
    assert next_stage(disagreement()) is Stage.MANAGER
    top = disagreement(UP, UP, UP)
    assert top.stage is Stage.PARTNERSHIP
    with pytest.raises(CallWrong, match="goes no higher"):
        next_stage(top)


def test_one_side_never_settles_it_alone() -> None:
    proposed = disagreement(PROPOSED)
    deb = Staff("deb", "ecc", frozenset(), person="p-deb")
    at_school = Staff("deb-at-school", "oakdale-primary", frozenset(), person="p-deb")
    for same_side in (deb, Staff("dom", "ecc", frozenset()), at_school):
        with pytest.raises(CallWrong, match="the other side"):
            require_other_side(proposed, deb, same_side)
    require_other_side(proposed, deb, Staff("dee", "oakdale-primary", frozenset()))


def test_nothing_is_accepted_that_was_not_proposed() -> None:
    with pytest.raises(CallWrong, match="does not fit"):
        require_step(disagreement(), StepKind.RESOLUTION_ACCEPTED)


@pytest.mark.parametrize(
    ("staff_id", "organisation", "height", "sees"),
    [
        ("dee", "oakdale-primary", 0, True),
        ("deb", "ecc", 0, True),
        ("tom", "ecc", 0, False),
        ("pat", "ecc", 1, True),
        ("lea", "ecc", 2, False),
        ("sid", "ecc", 3, False),
        ("pat", "essex-police", 1, False),
    ],
)
def test_at_a_stage_the_parties_and_those_it_has_reached_see_it(
    staff_id: str, organisation: str, height: int, sees: bool
) -> None:
    assert disagreement(UP).is_seen_by(Staff(staff_id, organisation, frozenset()), height) is sees


def test_the_parties_settle_it_first_and_then_those_of_its_stage() -> None:
    dee = Staff("dee", "oakdale-primary", frozenset())
    assert disagreement().may_settle(dee, 0)
    assert not disagreement(UP).may_settle(dee, 0)
    assert disagreement(UP).may_settle(Staff("pat", "ecc", frozenset()), 1)


def test_stages_are_working_days_and_a_resolved_one_is_never_late() -> None:
    friday = datetime(2026, 3, 6, 16, tzinfo=UTC)
    assert stage_due(STAGE_WITHIN, Stage.PRACTITIONER, friday) == datetime(2026, 3, 11, tzinfo=UTC)
    assert disagreement().is_overdue(AT + timedelta(days=2))
    done = disagreement(PROPOSED, (StepKind.RESOLUTION_ACCEPTED, "dee", "oakdale-primary"))
    assert not done.is_overdue(AT + timedelta(days=90))
