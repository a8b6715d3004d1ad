"""How each clause that names something for a request stands on paper: tests a to d of rule 6, clause by clause.

The plan adds the clauses up; here each stands alone, which is asked only where it is told why something is not
shared and what would change that. INVARIANT: nothing here depends on any person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.decision.plan import (
    Demand,
    Plan,
    demand_of,
    disclosing_codes,
    gateway_fails,
    in_force,
    prohibited_cells,
    signed_parties,
)
from broker.decision.reasons import Test
from broker.decision.table import DecisionTable
from broker.decision.terms import Grant, Terms


@dataclass(frozen=True, slots=True)
class Paper:
    """One clause of a version that counts. Sets of cells are over the plan's grid: `cells` those it names,
    `prohibited` and `gateway_fails` those for which the tests c and d fail. `signed` are the parties whose
    signature stands, None where no signature is needed."""

    terms: Terms
    grant: Grant
    clause: str
    cells: int
    in_force: bool
    signed: frozenset[str] | None
    prohibited: int
    gateway_fails: int
    demand: Demand

    def unsigned(self, *bodies: str) -> tuple[str, ...]:
        """Those of these organisations that are not a party whose signature stands, each once."""
        return (
            () if self.signed is None else tuple(body for body in dict.fromkeys(bodies) if body not in self.signed)
        )

    def begins_after(self, at: datetime) -> datetime | None:
        """The instant at which it begins, where that is yet to come."""
        begins = (self.terms.begins_at, self.grant.in_force.from_at)
        return max((begin for begin in begins if begin is not None and begin > at), default=None)

    def failure(self, bit: int, recipient: str, controller: str) -> Test | None:
        """The first of the tests a to d that it fails for a cell it names; None where it passes all four."""
        if not self.in_force:
            return Test.IN_FORCE
        if self.unsigned(controller, recipient):
            return Test.SIGNED
        if self.prohibited >> bit & 1:
            return Test.NOT_PROHIBITED
        return Test.GATEWAY if self.gateway_fails >> bit & 1 else None


def papers_of(table: DecisionTable, plan: Plan, at: datetime) -> tuple[Paper, ...]:
    """Every clause that names something for the plan's purpose, recipient and role at `at`, sorted by clause."""
    vocabulary, universe, purpose = table.vocabulary, plan.universe, plan.purpose
    found = []
    for candidate in table.naming(purpose.code, plan.recipient.code, plan.role, at):
        terms, grant = candidate.terms, candidate.grant
        is_agreement = terms.parties is not None
        found.append(
            Paper(
                terms,
                grant,
                terms.clause_reference(grant.clause),
                universe.of_controllers(disclosing_codes(vocabulary, grant.disclosers))
                & universe.of_categories(grant.categories),
                in_force(terms, grant, at),
                signed_parties(terms, at) if is_agreement else None,
                prohibited_cells(
                    vocabulary, universe, terms.prohibitions, purpose.code, plan.recipient, plan.role, at
                )
                if is_agreement
                else 0,
                gateway_fails(vocabulary, universe, grant, purpose.code, plan.recipient, at),
                demand_of(vocabulary, grant, purpose),
            )
        )
    return tuple(sorted(found, key=lambda paper: paper.clause))
