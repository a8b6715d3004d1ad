"""What a set of scenarios has exercised: clauses, reasons, refusals and record reasons.

A grant is exercised when it permits a cell in some scenario, a prohibition when a cell it covers is denied as
prohibited. Counted are the clauses of every agreement a scenario reads from a file, and of the duties in force.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from broker.decision.decision import Decision
from broker.decision.plan import prohibited_cells
from broker.decision.reasons import Reason, RecordReason, Refusal
from broker.decision.records import record_rulings
from broker.decision.terms import Terms
from broker.rehearsal.run import Rehearsal


@dataclass(slots=True)
class Exercised:
    """Filled run by run. Values are how many scenarios exercised each."""

    clauses: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, Reason), 0))
    refusals: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, Refusal), 0))
    record_reasons: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, RecordReason), 0))

    def add(self, rehearsal: Rehearsal) -> None:
        """Counts what one scenario exercised."""
        decision, counted = rehearsal.decision, _from_files(rehearsal)
        for terms in (decision.table.duties, *decision.table.agreements):
            if terms is decision.table.duties or (terms.reference, terms.version) in counted:
                numbers = [grant.clause for grant in terms.grants]
                numbers += [prohibition.clause for prohibition in terms.prohibitions]
                for number in numbers:
                    self.clauses.setdefault(terms.clause_reference(number), 0)
        if decision.refusal is not None:
            self.refusals[decision.refusal.value] += 1
        clauses, reasons = _seen(decision)
        for clause in clauses & self.clauses.keys():
            self.clauses[clause] += 1
        for reason in reasons:
            self.reasons[reason.value] += 1
        seen = {reason for ruling in record_rulings(decision) for reason in ruling.reasons}
        for record_reason in seen & self.record_reasons.keys():
            self.record_reasons[record_reason] += 1

    @property
    def percent(self) -> float:
        """How many of a hundred clauses were exercised; 100 where there are none."""
        if not self.clauses:
            return 100.0
        return 100.0 * sum(1 for count in self.clauses.values() if count) / len(self.clauses)

    def missing(self) -> dict[str, list[str]]:
        """What nothing exercised, by kind."""
        kinds = {
            "clauses": self.clauses,
            "reasons": self.reasons,
            "refusals": self.refusals,
            "record_reasons": self.record_reasons,
        }
        return {
            kind: sorted(code for code, count in counts.items() if not count) for kind, counts in kinds.items()
        }

    def as_json(self) -> dict[str, Any]:
        """Everything counted, sorted."""
        return {
            "percent": round(self.percent, 1),
            "clauses": dict(sorted(self.clauses.items())),
            "reasons": self.reasons,
            "refusals": self.refusals,
            "record_reasons": self.record_reasons,
        }


def exercised(rehearsals: Iterable[Rehearsal]) -> Exercised:
    """What these runs exercised together."""
    total = Exercised()
    for rehearsal in rehearsals:
        total.add(rehearsal)
    return total


def _from_files(rehearsal: Rehearsal) -> set[tuple[str, int]]:
    """The agreements a scenario reads from files; one written inside a scenario is a prop of that scenario."""
    own_file = rehearsal.scenario.where.rpartition(":")[0]
    return {
        (agreement.reference, agreement.version)
        for agreement in rehearsal.scenario.agreements
        if agreement.clauses.file != own_file
    }


def _seen(decision: Decision) -> tuple[set[str], set[Reason]]:
    clauses: set[str] = set()
    reasons: set[Reason] = set()
    prohibited = 0
    for _, category, controller, outcome in decision.cells():
        clauses.update(outcome.clauses)
        reasons.update(outcome.reasons)
        if Reason.PROHIBITED in outcome.reasons and decision.plan is not None:
            prohibited |= 1 << decision.plan.universe.bit(controller, category)
    if prohibited:
        clauses |= _prohibiting(decision, prohibited)
    return clauses, reasons


def _prohibiting(decision: Decision, cells: int) -> set[str]:
    """The prohibitions in force that cover some of these cells."""
    plan = decision.plan
    if plan is None:
        return set()

    def covering(terms: Terms) -> Iterable[str]:
        for prohibition in terms.prohibitions:
            covered = prohibited_cells(
                decision.table.vocabulary,
                plan.universe,
                (prohibition,),
                plan.purpose.code,
                plan.recipient,
                plan.role,
                decision.request.at,
            )
            if covered & cells:
                yield terms.clause_reference(prohibition.clause)

    return {clause for terms in (decision.table.duties, *decision.table.agreements) for clause in covering(terms)}
