"""A family has said no to help: does that raise risk? A question somebody answers, by a clock, and nothing by
itself.

Decides that a refusal opens a review and does nothing else to the case, which outcomes a review has, and what
each needs: to step up, something that worries whoever decides apart from the no; to go on, a power that does
not rest on agreement. INVARIANT: a refusal is never evidence of harm. Source: docs/how-to-refusal.md; DfE
advice on information sharing (2024): agreeing to a service is not consent to share.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique

from broker.casework.steps import Step, StepKind
from broker.casework.working_time import due_at
from broker.errors import CallWrong

A_RIGHT = (
    "Saying no to help is a family's right. It is never evidence of harm, and nobody may be pressed to agree. Ask"
    " only what you know apart from the no, and what would help if nobody came."
)
"""Said wherever a review is listed or decided."""


@unique
class RefusalFinding(StrEnum):
    """What came of a review."""

    CLOSE_WITH_ADVICE = "close-with-advice"
    STEP_UP = "step-up"
    GO_ON = "go-on"


NEXT_STEP = {
    RefusalFinding.CLOSE_WITH_ADVICE: (
        "Tell the family what help there is and how to come back, then: broker team close {case} --reason"
        " consent-withdrawn …"
    ),
    RefusalFinding.STEP_UP: (
        "Ask a manager for the purpose it is now for: broker case purpose {case} …, or: broker case move {case} …"
    ),
    RefusalFinding.GO_ON: (
        "What rested on the agreement has stopped. Tell the family what goes on, by which right, and why."
    ),
}


@dataclass(frozen=True, slots=True)
class RefusalReview:
    """A review as it stands: whose no, in which case, due when. `notices` wait until it is answered."""

    id: str
    case_id: str
    about: str
    opened_at: datetime
    due_at: datetime
    notices: tuple[str, ...]
    finding: RefusalFinding | None = None
    power: str | None = None
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    row: bytes = b""

    def is_overdue(self, at: datetime) -> bool:
        """Whether it is open and its time has run out."""
        return self.finding is None and self.due_at <= at


def refusal_due(within: str, at: datetime) -> datetime:
    """When a review that opens now is due."""
    found = due_at(at, within)
    # INVARIANT: the loader accepts no other duration.
    if found is None:
        raise ValueError(f"`{within}` is no duration")
    return found


def reviews_of(case_id: str, steps: Iterable[Step]) -> tuple[RefusalReview, ...]:
    """Every review opened in a case, in order."""
    found: dict[str, RefusalReview] = {}
    for step in steps:
        review_id = step.text("review") or ""
        if step.kind is StepKind.REFUSAL_OPENED:
            notices = tuple(str(one) for one in step.facts.get("notices", ()))
            about = str(step.facts["about"])
            found[review_id] = RefusalReview(review_id, case_id, about, step.at, step.facts["due_at"], notices)
        elif step.kind is StepKind.REFUSAL_REVIEWED and review_id in found:
            found[review_id] = replace(
                found[review_id],
                finding=RefusalFinding(str(step.facts["finding"])),
                power=step.text("power"),
                reviewed_by=step.by,
                reviewed_at=step.at,
                row=step.row,
            )
    return tuple(found.values())


def open_review_of(reviews: Iterable[RefusalReview], about: str) -> RefusalReview | None:
    """The review of this person's no that is open already, where one is: a second no opens no second review."""
    return next((one for one in reviews if one.about == about and one.finding is None), None)


def check_finding(finding: RefusalFinding, reason: str, apart: str, power: str | None) -> Iterator[str]:
    """What the finding lacks, in words."""
    if not reason.strip():
        yield "needs a reason: say in a sentence why"
    if finding is RefusalFinding.STEP_UP and not apart.strip():
        yield "steps up only for what worries you apart from the no: say what that is (`--apart`)"
    if finding is RefusalFinding.GO_ON and power is None:
        yield "goes on only by a power that does not rest on agreement: name it (`--power`)"
    if finding is not RefusalFinding.GO_ON and power is not None:
        yield "names a power only to go on"


def require_unanswered(review: RefusalReview) -> None:
    """Raises CallWrong where it was answered."""
    if review.finding is not None:
        raise CallWrong(f"review `{review.id}`", f"was answered already: {review.finding.value}")
