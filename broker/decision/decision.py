"""The decision: what `evaluate` found, and the answer for any cell on demand.

Holds no content and prints none. A decision keeps the digest of the rules it was made by, so that it can be
recomputed exactly as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from broker.decision.emergency import Emergency
from broker.decision.facts import Facts
from broker.decision.outcome import OVERRIDE_CLAUSE, Outcome, Passing, denied, permitted
from broker.decision.plan import Plan
from broker.decision.reasons import Effect, Reason, Refusal, Test
from broker.decision.request import Request
from broker.decision.table import DecisionTable
from broker.people import DataSubject

_STATIC_REASONS = (
    (Test.GATEWAY, Reason.GATEWAY_NOT_IN_FORCE),
    (Test.NOT_PROHIBITED, Reason.PROHIBITED),
    (Test.SIGNED, Reason.PARTY_NOT_SIGNED),
    (Test.IN_FORCE, Reason.AGREEMENT_NOT_IN_FORCE),
)
_HARD_STOP = denied(Reason.HARD_STOP)
_PROHIBITED = denied(Reason.PROHIBITED)
_OPT_OUT = denied(Reason.OPT_OUT)
_WITHHELD = denied(Reason.HOLDER_WITHHELD)
_NO_CLAUSE = denied(Reason.NO_CLAUSE)
_STATIC_OUTCOMES = tuple((test, denied(reason)) for test, reason in _STATIC_REASONS)


@dataclass(frozen=True, slots=True)
class PersonRuling:
    """The result of the tests for one person, as sets of cells over the plan's grid.

    `permit` are the cells some grant permits, `overridden` those that emergency access permits instead; `passes`
    are, group by group, the cells that passed every test of that group.
    """

    person: DataSubject
    plan: Plan
    opted_out: int
    withheld: int
    permit: int
    overridden: int
    passes: tuple[int, ...]
    refers: dict[Reason, int]
    fails: dict[tuple[Test, Reason], int]
    emergency: Emergency | None

    def outcome(self, bit: int) -> Outcome:
        """The answer for one cell, in the order of rule 1.1."""
        cell = 1 << bit
        if self.overridden & cell:
            return self._override()
        if self.permit & cell:
            return self._permit(bit)
        plan = self.plan
        if plan.hard_stop & cell:
            return _HARD_STOP
        if plan.prohibited & cell:
            return _PROHIBITED
        if self.opted_out & cell:
            return _OPT_OUT
        if self.withheld & cell:
            return _WITHHELD
        if not plan.named & cell:
            return _NO_CLAUSE
        return self._not_permitted(cell)

    def _permit(self, bit: int) -> Outcome:
        passing = 0
        for number in self.plan.groups_at(bit):
            if self.passes[number] >> bit & 1:
                passing |= 1 << number
        key = (bit, passing)
        outcome = self.plan.outcomes.get(key)
        if outcome is None:
            outcome = self.plan.outcomes[key] = permitted(
                tuple(
                    sorted(
                        (
                            Passing(
                                planned.clause,
                                planned.detail,
                                planned.look_back,
                                planned.protected_address,
                                planned.grant,
                            )
                            for number, group in enumerate(self.plan.groups)
                            if passing >> number & 1
                            for planned in group.grants
                            if planned.cells >> bit & 1
                        ),
                        key=lambda found: found.clause,
                    )
                )
            )
        return outcome

    def _override(self) -> Outcome:
        # INVARIANT: `overridden` is never set without an emergency that holds.
        if self.emergency is None:
            return _NO_CLAUSE
        detail = self.emergency.detail
        return Outcome(
            Effect.PERMIT,
            detail,
            (Reason.OVERRIDE,),
            (Passing(OVERRIDE_CLAUSE, detail, None, protected_address=False, grant=None),),
        )

    def _not_permitted(self, cell: int) -> Outcome:
        """Rules 8 and 9: refer by the refer reasons, else deny by the reasons of the grants that got furthest."""
        referring = tuple(sorted(reason for reason, cells in self.refers.items() if cells & cell))
        if referring:
            return Outcome(Effect.REFER, None, referring)
        reached: Test | None = None
        reasons: list[Reason] = []
        for (test, reason), cells in self.fails.items():
            if cells & cell:
                if reached is None or test > reached:
                    reached, reasons = test, [reason]
                elif test is reached:
                    reasons.append(reason)
        if reasons:
            return denied(*reasons)
        for test, outcome in _STATIC_OUTCOMES:
            if self.plan.failed[test] & cell:
                return outcome
        return _NO_CLAUSE


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on one request. `plan` and `rulings` are empty when the request as a whole is refused;
    `facts` are those it rested on, already without protected persons; `named_protected` says that the request
    named somebody protected, which alerts their custodian and shows nowhere else."""

    table: DecisionTable
    request: Request
    facts: Facts
    refusal: Refusal | None
    plan: Plan | None
    emergency: Emergency | None
    rulings: tuple[PersonRuling, ...]
    named_protected: bool

    def find_ruling(self, person: str) -> PersonRuling | None:
        """The ruling for a requested person, or None for anybody else."""
        return next((ruling for ruling in self.rulings if ruling.person.id == person), None)

    def find_outcome(self, person: str, category: str, controller: str) -> Outcome | None:
        """The answer for one cell; None when there is no such cell."""
        ruling = self.find_ruling(person)
        if ruling is None:
            return None
        bit = ruling.plan.universe.find_bit(controller, category)
        return None if bit is None else ruling.outcome(bit)

    def cells(self) -> Iterator[tuple[str, str, str, Outcome]]:
        """Every cell as (person, category, controller, outcome): people in the order asked, then by controller and
        category."""
        if self.plan is None:
            return
        universe = self.plan.universe
        pairs = [universe.pair(bit) for bit in range(len(universe.controllers) * len(universe.categories))]
        for ruling in self.rulings:
            person, outcome = ruling.person.id, ruling.outcome
            for bit, (controller, category) in enumerate(pairs):
                yield person, category, controller, outcome(bit)
