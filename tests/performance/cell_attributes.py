"""What a general policy engine must be told of each cell, worked out by the broker and not counted in its time.

Neither peer knows standing, scopes of consent or holder's decisions; each is given their result for every cell,
and is left with what it is made for: matching clauses and their conditions.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.consent.effect import ConsentEffect
from broker.consent.record import ConsentKind
from broker.consent.standing import Kinship
from broker.dates import age_on, london_day
from broker.decision.consents import PersonConsents
from broker.decision.decision import Decision
from broker.decision.reasons import Effect


@dataclass(frozen=True)
class CellAttributes:
    """One cell as a policy engine sees it."""

    person: str
    controller: str
    category: str
    age: int
    given: frozenset[str]
    objected: bool
    released: bool
    stopped: bool
    permitted: bool
    """What the broker answers, to check the peer's policies against."""


def cell_attributes(decision: Decision) -> list[CellAttributes]:
    """Every cell of an answered decision."""
    plan, request = decision.plan, decision.request
    assert plan is not None
    everything = plan.universe.everything
    made = []
    for ruling in decision.rulings:
        consents = PersonConsents(
            ruling.person,
            tuple(event for event in decision.facts.consents if event.about == ruling.person.id),
            None,
            Kinship.of(decision.facts.people, decision.facts.relationships),
            decision.table.vocabulary.standing,
            plan,
            request.at,
        )
        given = {
            kind.value: consents.effects(kind, everything).get(ConsentEffect.GIVEN, 0) for kind in ConsentKind
        }
        objected = consents.raised(ConsentKind.OBJECTION, everything)
        released = {
            (d.controller, d.category)
            for d in decision.facts.holder_decisions
            if d.about == ruling.person.id and d.ruling.value == "release"
        }
        stopped = plan.hard_stop | plan.prohibited | ruling.withheld
        born = ruling.person.born
        for bit, outcome in enumerate(ruling.outcomes()):
            controller, category = plan.universe.pair(bit)
            made.append(
                CellAttributes(
                    ruling.person.id,
                    controller,
                    category,
                    age_on(born, london_day(request.at)) if born is not None else -1,
                    frozenset(kind for kind, cells in given.items() if cells >> bit & 1),
                    bool(objected >> bit & 1),
                    (controller, category) in released,
                    bool(stopped >> bit & 1),
                    outcome.effect is Effect.PERMIT,
                )
            )
    return made
