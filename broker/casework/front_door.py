"""A contact on its way through the front door: its states, and which step leads from which to which.

Decides that a step that does not fit the state is refused, that a decision needs somebody who looked, and that
nothing closes without a decision or without being passed to whoever leads already. The transitions are data; the
picture in docs/casework.md is made from them. Who may take a step is access (`policies/access/`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from broker.casework.checks import Check
from broker.casework.clocks import Rated
from broker.casework.contact import FamilyKnows, SourceKind
from broker.casework.steps import Step, StepKind
from broker.casework.threshold import ThresholdDecision
from broker.errors import CallWrong
from broker.vocabulary.clocks import Rating


class ContactState(StrEnum):
    """Where a contact stands."""

    WAITING = "waiting"
    SCREENING = "screening"
    CHECKING = "checking"
    DECIDED = "decided"
    CLOSED = "closed"

    @property
    def in_words(self) -> str:
        """As a screen says it."""
        return _WORDS[self]


_WORDS = {
    ContactState.WAITING: "waiting to be taken",
    ContactState.SCREENING: "being screened",
    ContactState.CHECKING: "being screened, checks asked",
    ContactState.DECIDED: "decided",
    ContactState.CLOSED: "closed",
}


@dataclass(frozen=True, slots=True)
class Transition:
    """A step from one state to the next; `says` when it is taken, where the step alone does not say it."""

    step: StepKind
    before: ContactState | None
    after: ContactState
    says: str = ""


_W, _S, _C = ContactState.WAITING, ContactState.SCREENING, ContactState.CHECKING
_D, _X = ContactState.DECIDED, ContactState.CLOSED

TRANSITIONS: Final = (
    Transition(StepKind.RECORDED, None, _W, "somebody is worried"),
    Transition(StepKind.RATED, _W, _W),
    Transition(StepKind.TAKEN, _W, _S),
    Transition(StepKind.PASSED_ON, _W, _X, "already open: to its lead"),
    Transition(StepKind.PUT_BACK, _S, _W),
    Transition(StepKind.TAKEN, _S, _S, "handed over"),
    Transition(StepKind.RATED, _S, _S),
    Transition(StepKind.CHECK_ASKED, _S, _C),
    Transition(StepKind.PASSED_ON, _S, _X, "already open: to its lead"),
    Transition(StepKind.DECIDED, _S, _D),
    Transition(StepKind.TAKEN, _C, _C, "handed over"),
    Transition(StepKind.RATED, _C, _C),
    Transition(StepKind.CHECK_ASKED, _C, _C),
    Transition(StepKind.CHECK_ANSWERED, _C, _C, "others still to come"),
    Transition(StepKind.CHECK_ANSWERED, _C, _S, "the last of them"),
    Transition(StepKind.PASSED_ON, _C, _X, "already open: to its lead"),
    Transition(StepKind.DECIDED, _C, _D, "not waiting for the rest"),
    Transition(StepKind.CHECK_ANSWERED, _D, _D),
    Transition(StepKind.TOLD, _D, _D),
    Transition(StepKind.DECIDED, _D, _D, "again, on new information"),
    Transition(StepKind.CLOSED, _D, _X),
    Transition(StepKind.MOVED, _D, _X, "goes on as an enquiry or a team"),
)
"""Every step there is from every state; anything else is refused."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as it stands. `organisation` is whose front door it is, `source_code` the organisation that told,
    `holder` the staff id of whoever has it now; `stopped_at` is when its clock stopped: with the first decision,
    or when it was passed on; `decided_for` is the purpose that ends when it goes on."""

    case_id: str
    organisation: str
    state: ContactState
    received_at: datetime
    recorded_at: datetime
    recorded_by: str
    source: SourceKind
    source_code: str | None
    danger: bool
    family_knows: FamilyKnows
    words_row: bytes
    holder: str | None = None
    ratings: tuple[Rated, ...] = ()
    checks: tuple[Check, ...] = ()
    decision: ThresholdDecision | None = None
    stopped_at: datetime | None = None
    told_at: datetime | None = None
    passed_to: str | None = None
    closed_at: datetime | None = None
    decided_for: str | None = None

    @property
    def rating(self) -> Rating | None:
        """The colour it has now."""
        return self.ratings[-1].rating if self.ratings else None

    def checks_out(self) -> tuple[Check, ...]:
        """Those nobody has answered."""
        return tuple(check for check in self.checks if check.answer is None)


def next_state(state: ContactState, kind: StepKind, *, still_out: int = 0) -> ContactState | None:
    """The state after a step, or None where it does not fit. `still_out` is how many checks are unanswered after
    it."""
    fitting = [one for one in TRANSITIONS if one.step is kind and one.before is state]
    if kind is StepKind.CHECK_ANSWERED and state is ContactState.CHECKING:
        return ContactState.CHECKING if still_out else ContactState.SCREENING
    return fitting[0].after if fitting else None


def require_step(contact: Contact, kind: StepKind) -> None:
    """Raises CallWrong where the step does not fit where the contact stands."""
    if next_state(contact.state, kind) is None:
        fits = sorted({one.before.in_words for one in TRANSITIONS if one.step is kind and one.before is not None})
        raise CallWrong(
            f"contact `{contact.case_id}`",
            f"is {contact.state.in_words}; this can be done while a contact is {' or '.join(fits)}",
        )


def purposes_after(contact: Contact, purposes: frozenset[str]) -> frozenset[str]:
    """What a contact's case is for once it goes on: the purpose its decision was made for has ended. It never goes
    on for nothing."""
    left = purposes - {contact.decided_for}
    return left or purposes


def contact_of(case_id: str, steps: Iterable[Step]) -> Contact | None:
    """The contact after its steps, in order; None where it was never recorded as one. Steps that are not the
    front door's are passed over."""
    contact: Contact | None = None
    for step in steps:
        if step.kind is StepKind.RECORDED:
            contact = _recorded(case_id, step)
        elif contact is not None:
            contact = _after(contact, step)
    return contact


def _recorded(case_id: str, step: Step) -> Contact:
    facts = step.facts
    return Contact(
        case_id,
        str(facts["organisation"]),
        ContactState.WAITING,
        facts["received_at"],
        step.at,
        step.by,
        SourceKind(str(facts["source"])),
        step.text("source_code"),
        bool(facts["danger"]),
        FamilyKnows(str(facts["family_knows"])),
        step.row,
        decided_for=step.text("decided_for"),
    )


def _after(contact: Contact, step: Step) -> Contact:
    changed = _with(contact, step)
    state = next_state(contact.state, step.kind, still_out=len(changed.checks_out()))
    return contact if state is None else replace(changed, state=state)


def _with(contact: Contact, step: Step) -> Contact:
    match step.kind:
        case StepKind.TAKEN:
            return replace(contact, holder=step.text("holder"))
        case StepKind.PUT_BACK:
            return replace(contact, holder=None)
        case StepKind.RATED:
            rated = Rated(Rating(str(step.facts["rating"])), step.at)
            return replace(contact, ratings=(*contact.ratings, rated))
        case StepKind.CHECK_ASKED:
            return replace(contact, checks=(*contact.checks, Check.of(step)))
        case StepKind.CHECK_ANSWERED:
            answered = step.text("check")
            checks = tuple(one.answered(step) if one.id == answered else one for one in contact.checks)
            return replace(contact, checks=checks)
        case StepKind.DECIDED:
            return replace(contact, decision=ThresholdDecision.of(step), stopped_at=contact.stopped_at or step.at)
        case StepKind.TOLD:
            return replace(contact, told_at=step.at)
        case StepKind.PASSED_ON:
            return replace(contact, passed_to=step.text("to"), closed_at=step.at, stopped_at=step.at)
        case StepKind.CLOSED | StepKind.MOVED:
            return replace(contact, closed_at=step.at)
        case _:
            return contact
