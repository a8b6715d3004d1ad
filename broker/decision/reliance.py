"""What a release rests on: the consent events, holder's decisions and clauses that permitted each cell.

Kept with every disclosure, so that a withdrawal finds at once what it taints and whom to tell.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.consent.record import ConsentRecord
from broker.consent.standing import Kinship
from broker.decision.consents import PersonConsents
from broker.decision.decision import Decision


@dataclass(frozen=True, slots=True)
class Reliance:
    """For one permitted cell: the clauses, and the consent events they demanded, sorted by id."""

    clauses: tuple[str, ...]
    consents: tuple[ConsentRecord, ...]


def reliance(decision: Decision, person: str, category: str, controller: str) -> Reliance:
    """What the permit of this cell rests on; empty where the cell is not permitted."""
    ruling = decision.find_ruling(person)
    outcome = decision.find_outcome(person, category, controller)
    if ruling is None or outcome is None or not outcome.passing:
        return Reliance((), ())
    kinds = {
        passing.grant.consent
        for passing in outcome.passing
        if passing.grant is not None and passing.grant.consent is not None
    }
    if not kinds:
        return Reliance(outcome.clauses, ())
    consents = PersonConsents(
        ruling.person,
        tuple(event for event in decision.facts.consents if event.about == person),
        None,
        Kinship.of(decision.facts.people, decision.facts.relationships),
        decision.table.vocabulary.standing,
        ruling.plan,
        decision.request.at,
    )
    events = {event.id: event for kind in kinds for event in consents.relied_on(kind, category, controller)}
    return Reliance(outcome.clauses, tuple(events[identifier] for identifier in sorted(events)))
