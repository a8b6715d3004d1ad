"""What one person proposes and another, with authority, allows: a change of purpose, and lifting a restriction.

Decides that nobody allows what they proposed, and only whoever was asked; that a proposal is settled once; and
that a restriction bites at once and is confirmed afterwards, because it only ever narrows. Who has authority is
access (`policies/access/`, `case.authorise`). Source: docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from broker.casework.steps import Step, StepKind
from broker.errors import CallWrong


class ProposalKind(StrEnum):
    """What is proposed."""

    PURPOSE = "purpose"
    RESTRICT = "restrict"
    LIFT = "lift"


class Settled(StrEnum):
    """How a proposal ended."""

    AUTHORISED = "authorised"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed in a case: `by` whom, to which `manager` (staff ids). `before` and `after` are purposes
    where a purpose is to change; `row` is where the reason is kept."""

    id: str
    kind: ProposalKind
    by: str
    at: datetime
    manager: str
    before: str | None = None
    after: str | None = None
    settled: Settled | None = None
    row: bytes = b""


def proposals_of(steps: Iterable[Step]) -> tuple[Proposal, ...]:
    """Every proposal made in a case, in order, as it stands."""
    found: dict[str, Proposal] = {}
    for step in steps:
        proposal_id = step.text("proposal") or ""
        if step.kind is StepKind.PROPOSED:
            found[proposal_id] = Proposal(
                proposal_id,
                ProposalKind(str(step.facts["what"])),
                step.by,
                step.at,
                str(step.facts["manager"]),
                step.text("before"),
                step.text("after"),
                row=step.row,
            )
        elif step.kind is StepKind.SETTLED and proposal_id in found:
            settled = Settled(str(step.facts["settled"]))
            found[proposal_id] = replace(found[proposal_id], settled=settled)
    return tuple(found.values())


def require_open(proposal: Proposal, staff_id: str) -> None:
    """Raises CallWrong where the proposal was settled.

    INVARIANT: nobody settles what they proposed themselves.
    """
    if proposal.by == staff_id:
        raise CallWrong(f"`{proposal.id}`", "is your own; somebody else with authority settles it")
    if proposal.settled is not None:
        raise CallWrong(f"`{proposal.id}`", f"was {proposal.settled.value} already")


def require_no_other(proposals: Iterable[Proposal], kind: ProposalKind) -> None:
    """Raises CallWrong while another of the kind is open: two managers must not be asked at once."""
    if any(one.kind is kind and one.settled is None for one in proposals):
        raise CallWrong("proposal", "is open already for this; wait until it is settled")
