"""Lifting `protected`: proposed by one person, agreed to by another of another organisation, in two acts.

Decides which proposals about somebody are open and who may agree to one. A proposal lapses after five days; one
that was agreed to or declined is over, and so is everything proposed before the person was marked again, because
it was not about the danger there is now. At least one of the two is of an organisation that answers for the
person: two strangers to somebody show them to nobody. From docs/rules.md 1.5 and docs/how-to-person.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.casework.second_person import are_one_person
from broker.casework.staff import Staff
from broker.casework.steps import Step, StepKind

LAPSES_AFTER: Final = timedelta(days=5)
"""How long a proposal can be agreed to: over a weekend, and not once everybody has forgotten why."""


@dataclass(frozen=True, slots=True)
class LiftProposal:
    """A proposal to lift `protected`: its id, who made it (a staff id) and when."""

    id: str
    by: str
    at: datetime

    @property
    def lapses_at(self) -> datetime:
        """From when nobody can agree to it."""
        return self.at + LAPSES_AFTER


def open_proposals(steps: Iterable[Step], at: datetime) -> dict[str, LiftProposal]:
    """The proposals about one person that can be agreed to at `at`, by id; `steps` in order."""
    found: dict[str, LiftProposal] = {}
    for step in steps:
        match step.kind:
            case StepKind.LIFT_PROPOSED:
                proposal = LiftProposal(step.text("proposal") or "", step.by, step.at)
                found[proposal.id] = proposal
            case StepKind.LIFT_DECLINED:
                found.pop(step.text("proposal") or "", None)
            case StepKind.MARKED_PROTECTED | StepKind.LIFT_AGREED:
                found.clear()
    return {one.id: one for one in found.values() if at < one.lapses_at}


def marked_by(steps: Iterable[Step]) -> str | None:
    """The organisation that last marked the person; None where that is not on record."""
    found = None
    for step in steps:
        if step.kind is StepKind.MARKED_PROTECTED:
            found = step.text("organisation")
    return found


def may_agree(proposer: Staff, second: Staff, custodians: Collection[str], at: datetime) -> bool:
    """Whether the second can agree to what the proposer proposed: both in post, two people of two organisations,
    one of which answers for the person."""
    return (
        proposer.is_in_post(at)
        and second.is_in_post(at)
        and not are_one_person(proposer, second)
        and proposer.organisation != second.organisation
        and (proposer.organisation in custodians or second.organisation in custodians)
    )
