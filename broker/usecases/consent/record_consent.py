"""Recording what somebody decided about sharing: a yes, a no, an objection or an opt-out.

Decides that a decision is written down even where whoever made it cannot decide: it then changes nothing, and the
answer says whose signature would count. From docs/rules.md and docs/policies.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from broker.access import Verb
from broker.casework import Staff
from broker.consent.record import RAISED, ConsentDecision, ConsentKind, ConsentRecord
from broker.errors import CallWrong
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.consent.append_consent import ConsentAppended, Evidence, append_event
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class ConsentStatement:
    """What is to be written down. `about` and `signatory` are person ids (the signatory, under a care order, an
    organisation's code); each scope is a set of codes or None for all; `at` None is now; `unsafe` is the silent
    marker."""

    about: str
    signatory: str
    kind: ConsentKind
    decision: ConsentDecision = ConsentDecision.GIVEN
    purposes: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    controllers: frozenset[str] | None = None
    recipients: frozenset[str] | None = None
    at: datetime | None = None
    until_at: datetime | None = None
    unsafe: bool = False
    evidence: Evidence = field(default_factory=Evidence)


def record_consent(world: World, acting: Acting, statement: ConsentStatement) -> ConsentAppended:
    """Appends the event with its evidence and returns the receipt. Raises NotAllowed, CallWrong."""
    _require_no_withdrawal(statement)

    def work(act: Act, staff: Staff) -> ConsentAppended:
        return append_event(act, world, staff, _event(act, statement), statement.evidence)

    # An act of its own, and not one of several: whoever attends it learns which decision was kept.
    return perform(world, acting, Verb.CONSENT_RECORD, work)


def record_together(
    world: World, acting: Acting, statements: Sequence[ConsentStatement]
) -> tuple[ConsentAppended, ...]:
    """The same for everything that was decided at once: all of it or nothing, in one act. Raises NotAllowed,
    CallWrong."""
    if not statements:
        raise CallWrong("decision", "is missing: say what was decided")
    for one in statements:
        _require_no_withdrawal(one)

    def work(act: Act, staff: Staff) -> tuple[ConsentAppended, ...]:
        return tuple(
            append_event(act, world, staff, _event(act, statement), statement.evidence) for statement in statements
        )

    return perform(world, acting, Verb.CONSENT_RECORD, work)


def _require_no_withdrawal(statement: ConsentStatement) -> None:
    if statement.decision is ConsentDecision.WITHDRAWN and statement.kind not in RAISED:
        raise CallWrong("decision", "a withdrawal names what it withdraws; use `broker consent withdraw`")


def _event(act: Act, statement: ConsentStatement) -> ConsentRecord:
    at = statement.at or act.at
    if statement.until_at is not None and statement.until_at <= at:
        raise CallWrong("until", "ends before it begins; name a later day")
    return ConsentRecord(
        act.new_id("c-"),
        statement.about,
        statement.signatory,
        statement.kind,
        statement.decision,
        at,
        statement.until_at,
        statement.unsafe,
        statement.purposes,
        statement.categories,
        statement.controllers,
        statement.recipients,
    )
