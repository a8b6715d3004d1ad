"""Professionals disagree: about a threshold decision, a withholding, or a case that was closed.

Decides how a disagreement stands from its steps, who may move it at which stage, and when a stage is late. It
goes up one stage at a time and never down, each with its clock; it ends when one side proposes how and the
other accepts. Disagreeing is part of the work and blames nobody. INVARIANT: nothing a disagreement does changes
a decision: whoever made it makes another, or does not. Source: docs/how-to-disagreement.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from broker.casework.second_person import are_one_person
from broker.casework.staff import Staff
from broker.casework.steps import Step, StepKind
from broker.casework.working_time import due_at
from broker.errors import CallWrong
from broker.vocabulary.inboxes import Stage, StageClock


@unique
class Subject(StrEnum):
    """What is disagreed about."""

    THRESHOLD = "threshold"
    WITHHELD = "withheld"
    CLOSED = "closed-case"


@unique
class DisagreementState(StrEnum):
    """Where it stands."""

    OPEN = "open"
    PROPOSED = "proposed"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Transition:
    """A step from one state to the next."""

    step: StepKind
    before: DisagreementState | None
    after: DisagreementState


_O, _P, _R = DisagreementState.OPEN, DisagreementState.PROPOSED, DisagreementState.RESOLVED
TRANSITIONS: Final = (
    Transition(StepKind.DISAGREED, None, _O),
    Transition(StepKind.DISAGREEMENT_ANSWERED, _O, _O),
    Transition(StepKind.DISAGREEMENT_ESCALATED, _O, _O),
    Transition(StepKind.RESOLUTION_PROPOSED, _O, _P),
    Transition(StepKind.RESOLUTION_DECLINED, _P, _O),
    Transition(StepKind.RESOLUTION_ACCEPTED, _P, _R),
)
"""Every step there is from every state; anything else is refused."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A disagreement as it stands. `organisation` raised it with `other`; `parties` are the staff ids of both
    sides' practitioners, and of whoever took part since; `people` are whom it is about; `rows` hold what was
    said."""

    id: str
    subject: Subject
    case_id: str | None
    question_id: str | None
    organisation: str
    other: str
    raised_by: str
    at: datetime
    people: tuple[str, ...]
    parties: frozenset[str]
    stage: Stage
    due_at: datetime
    notices: tuple[str, ...]
    rows: tuple[bytes, ...]
    state: DisagreementState = DisagreementState.OPEN
    proposed_by: str | None = None
    proposed_for: str | None = None
    resolved_at: datetime | None = None

    def is_overdue(self, at: datetime) -> bool:
        """Whether it has been at its stage for too long."""
        return self.state is not DisagreementState.RESOLVED and self.due_at <= at

    def is_seen_by(self, staff: Staff, height: int) -> bool:
        """Whether somebody of either side sees it: a party, or somebody whose stage it has reached. `height` is
        the highest stage that their role stands for, 0 for none."""
        if staff.organisation not in (self.organisation, self.other):
            return False
        return staff.id in self.parties or 0 < height <= self.stage.height

    def may_settle(self, staff: Staff, height: int) -> bool:
        """Whether somebody who sees it may propose or accept how it ends, at the stage it has reached."""
        if self.stage is Stage.PRACTITIONER:
            return staff.id in self.parties
        return height >= self.stage.height


def disagreement_of(disagreement_id: str, steps: Iterable[Step]) -> Disagreement | None:
    """The disagreement after its steps; None where it was never raised. A step that does not fit changes
    nothing."""
    found: Disagreement | None = None
    for step in steps:
        if step.kind is StepKind.DISAGREED and found is None:
            found = _raised(disagreement_id, step)
        elif found is not None and next_state(found.state, step.kind) is not None:
            found = _after(found, step)
    return found


def next_state(state: DisagreementState, kind: StepKind) -> DisagreementState | None:
    """The state after a step, or None where it does not fit."""
    return next((one.after for one in TRANSITIONS if one.step is kind and one.before is state), None)


def require_step(found: Disagreement, kind: StepKind) -> None:
    """Raises CallWrong where a step does not fit where it stands."""
    if next_state(found.state, kind) is None:
        raise CallWrong(f"disagreement `{found.id}`", f"is {found.state.value}, so this does not fit it")


def next_stage(found: Disagreement) -> Stage:
    """The stage above. Raises CallWrong at the highest."""
    stages = list(Stage)
    if found.stage is stages[-1]:
        raise CallWrong(
            f"disagreement `{found.id}`", "is with the partnership, and goes no higher; settle it there"
        )
    return stages[found.stage.height + 1]


def require_other_side(found: Disagreement, proposer: Staff, staff: Staff) -> None:
    """Raises CallWrong where whoever proposed how it ends would accept it; one side never settles it alone."""
    one_house = found.organisation == found.other
    if are_one_person(proposer, staff) or (not one_house and staff.organisation == found.proposed_for):
        raise CallWrong(
            f"disagreement `{found.id}`", "ends when the other side accepts; this was your own proposal"
        )


def stage_due(stages: Mapping[str, StageClock], stage: Stage, at: datetime) -> datetime:
    """Until when it may stay at a stage that it reaches now."""
    found = due_at(at, stages[stage.value].within)
    # INVARIANT: the loader accepts no other duration.
    if found is None:
        raise ValueError(f"`{stages[stage.value].within}` is no duration")
    return found


def _raised(disagreement_id: str, step: Step) -> Disagreement:
    facts = step.facts
    return Disagreement(
        disagreement_id,
        Subject(str(facts["subject"])),
        step.text("case"),
        step.text("question"),
        str(facts["organisation"]),
        str(facts["other"]),
        step.by,
        step.at,
        tuple(facts["people"]),
        frozenset({step.by, *(str(one) for one in facts["others"])}),
        Stage.PRACTITIONER,
        facts["due_at"],
        tuple(facts["notices"]),
        (step.row,),
    )


def _after(found: Disagreement, step: Step) -> Disagreement:
    after = next_state(found.state, step.kind)
    kept = replace(
        found, state=after or found.state, parties=found.parties | {step.by}, rows=(*found.rows, step.row)
    )
    match step.kind:
        case StepKind.DISAGREEMENT_ESCALATED:
            stage = Stage(str(step.facts["stage"]))
            return replace(kept, stage=stage, due_at=step.facts["due_at"], notices=tuple(step.facts["notices"]))
        case StepKind.RESOLUTION_PROPOSED:
            return replace(kept, proposed_by=step.by, proposed_for=step.text("organisation"))
        case StepKind.RESOLUTION_DECLINED:
            return replace(kept, proposed_by=None, proposed_for=None)
        case StepKind.RESOLUTION_ACCEPTED:
            return replace(kept, resolved_at=step.at)
        case _:
            return kept
