"""Ad hoc disclosure as a piece of work: asked for on the Information Commissioner's form, decided, and kept.

Decides the states of a request to us and of one of ours, who may decide (somebody else than whoever wrote it down,
but in an emergency; two for what nobody may be known to use), and that a refusal needs a reason about the request
and never about the person. Source: ICO data sharing code, Annex B (request form); docs/how-to-adhoc.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Any

from broker.casework.second_person import are_one_person
from broker.casework.staff import Staff
from broker.casework.steps import Step, StepKind
from broker.errors import CallWrong, NotAllowed
from broker.vocabulary.codes import Tier


@unique
class Direction(StrEnum):
    """Who asks: somebody asks us (`out`: data would go out), we ask somebody (`in`), or we told somebody
    already."""

    OUT = "out"
    IN = "in"
    TOLD = "told"


@unique
class AdhocState(StrEnum):
    """Where it stands."""

    OPEN = "open"
    SECOND_NEEDED = "second-needed"
    RELEASED = "released"
    REFUSED = "refused"
    ANSWERED = "answered"
    TOLD = "told"


@unique
class RefusedBecause(StrEnum):
    """Why a request is refused: about the request, never about anybody in it."""

    NO_POWER = "no-power"
    NOT_NECESSARY = "not-necessary"
    TOO_MUCH = "too-much"
    NOT_IDENTIFIED = "not-identified"
    NOT_SECURE = "not-secure"
    OTHER_ROUTE = "other-route"


@dataclass(frozen=True, slots=True)
class Adhoc:
    """A request as it stands. `body` is the name of the other body and `recipient` its code, or `outside`; `words`
    rows hold what was written. `first` are the terms of whoever decided first where two have to."""

    id: str
    direction: Direction
    organisation: str
    recorded_by: str
    at: datetime
    purpose: str
    categories: tuple[str, ...]
    about: tuple[str, ...]
    recipient: str
    emergency: bool
    needed_by_at: datetime | None
    row: bytes
    state: AdhocState = AdhocState.OPEN
    first: Mapping[str, Any] = field(default_factory=dict)
    first_by: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    because: RefusedBecause | None = None
    disclosure: str | None = None
    rows: tuple[bytes, ...] = ()


def adhoc_of(adhoc_id: str, steps: Iterable[Step]) -> Adhoc | None:
    """The request after its steps; None where it was never made."""
    found: Adhoc | None = None
    for step in steps:
        if step.kind is StepKind.ADHOC_RECORDED and found is None:
            found = _recorded(adhoc_id, step)
        elif found is not None and found.state in (AdhocState.OPEN, AdhocState.SECOND_NEEDED):
            found = _after(found, step)
    return found


def _recorded(adhoc_id: str, step: Step) -> Adhoc:
    facts = step.facts
    direction = Direction(str(facts["direction"]))
    return Adhoc(
        adhoc_id,
        direction,
        str(facts["organisation"]),
        step.by,
        step.at,
        str(facts["purpose"]),
        tuple(facts["categories"]),
        tuple(facts["about"]),
        str(facts["recipient"]),
        bool(facts["emergency"]),
        facts.get("needed_by_at"),
        step.row,
        AdhocState.TOLD if direction is Direction.TOLD else AdhocState.OPEN,
        disclosure=step.text("disclosure"),
        rows=(step.row,),
    )


def _after(found: Adhoc, step: Step) -> Adhoc:
    facts = step.facts
    kept = replace(found, rows=(*found.rows, step.row))
    match step.kind:
        case StepKind.ADHOC_FIRST:
            return replace(kept, state=AdhocState.SECOND_NEEDED, first=facts["terms"], first_by=step.by)
        case StepKind.ADHOC_RELEASED:
            done = replace(kept, state=AdhocState.RELEASED, disclosure=step.text("disclosure"))
        case StepKind.ADHOC_REFUSED:
            done = replace(kept, state=AdhocState.REFUSED, because=RefusedBecause(str(facts["because"])))
        case StepKind.ADHOC_ANSWERED:
            done = replace(kept, state=AdhocState.ANSWERED)
        case _:
            return found
    return replace(done, decided_by=step.by, decided_at=step.at)


def require_open(found: Adhoc, direction: Direction) -> None:
    """Raises CallWrong where nothing is left to decide, or where it goes the other way."""
    if found.direction is not direction:
        raise CallWrong(f"request `{found.id}`", f"goes {found.direction.value}, so this does not fit it")
    if found.state not in (AdhocState.OPEN, AdhocState.SECOND_NEEDED):
        raise CallWrong(f"request `{found.id}`", f"is {found.state.value} already")


def needs_second(found: Adhoc, writer: Staff, first: Staff | None, staff: Staff, tier: Tier) -> bool:
    """Whether somebody else has to decide the same before it goes: `writer` wrote the request down, `first`
    decided it before, `staff` decides now. Raises NotAllowed where the writer would decide it without an
    emergency.

    INVARIANT: what nobody may be known to use (T4) is never one person's decision, emergency or not.
    """
    if are_one_person(writer, staff) and not found.emergency:
        raise NotAllowed(f"request `{found.id}`", "is one that you wrote down; a colleague decides it")
    if tier < Tier.T4:
        return False
    if first is not None and are_one_person(first, staff):
        raise NotAllowed(f"request `{found.id}`", "waits for somebody else than you to decide the same")
    return first is None
