"""The decision: what `evaluate` found, and the answer for any cell on demand.

Holds no content and prints none. A decision keeps the digest of the rules it was made by, so that it can be
recomputed exactly as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, repeat
from typing import Any, TypeVar

from broker.decision.emergency import Emergency
from broker.decision.facts import Facts
from broker.decision.outcome import OVERRIDE_CLAUSE, Outcome, Passing, denied, permitted, referred
from broker.decision.plan import Plan
from broker.decision.protection import Silenced
from broker.decision.reasons import Effect, Reason, Refusal, Test
from broker.decision.request import Request
from broker.decision.table import DecisionTable
from broker.decision.universe import bits, split
from broker.people import DataSubject

_STATIC_REASONS = (
    (Test.GATEWAY, Reason.GATEWAY_NOT_IN_FORCE),
    (Test.NOT_PROHIBITED, Reason.PROHIBITED),
    (Test.SIGNED, Reason.PARTY_NOT_SIGNED),
    (Test.IN_FORCE, Reason.AGREEMENT_NOT_IN_FORCE),
)
_OUTCOMES_KEPT = 65536
"""Outcomes of permitted cells remembered by a plan at most."""
_HARD_STOP = denied(Reason.HARD_STOP)
_PROHIBITED = denied(Reason.PROHIBITED)
_OPT_OUT = denied(Reason.OPT_OUT)
_WITHHELD = denied(Reason.HOLDER_WITHHELD)
_NO_CLAUSE = denied(Reason.NO_CLAUSE)
_STATIC_OUTCOMES = tuple((test, denied(reason)) for test, reason in _STATIC_REASONS)
_ANYBODY = DataSubject("", None)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PersonRuling:
    """The result of the tests for one person, as sets of cells over the plan's grid.

    `withheld` and `released` are the cells for which a holder's decision stands, `permit` those some grant
    permits, `overridden` those that emergency access permits instead; `passes` are, group by group, the cells of
    the grid, whether its grants name them or not, for which what it demands is met.
    """

    person: DataSubject
    plan: Plan
    opted_out: int
    withheld: int
    released: int
    permit: int
    overridden: int
    passes: tuple[int, ...]
    refers: dict[Reason, int]
    fails: dict[tuple[Test, Reason], int]
    emergency: Emergency | None
    _made: list[Outcome] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def permitted(self) -> int:
        """The cells that are permitted, by a grant or by emergency access."""
        return self.permit | self.overridden

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

    def outcomes(self) -> Sequence[Outcome]:
        """The answer for every cell, by bit; worked out once."""
        if not self._made:
            self._made.extend(self._outcomes())
        return self._made

    def once(self, work: Callable[..., T], *given: Any) -> T:
        """What the work makes of the answers, worked out once for everybody for whom the tests came out the same.
        `work` is a function of a module; what it is `given` besides is the same wherever the plan is.

        INVARIANT: it is not given whom the ruling is about, nor anything else that is theirs alone.
        """
        how = (
            work,
            self.opted_out,
            self.withheld,
            self.permit,
            self.overridden,
            self.passes,
            tuple(self.refers.items()),
            tuple(self.fails.items()),
            self.emergency.detail if self.emergency is not None and self.overridden else None,
        )
        return self.plan.once(how, lambda: work(replace(self, person=_ANYBODY, released=0), *given))

    def _outcomes(self) -> list[Outcome]:
        """Only cells where something about this person matters are worked out; the others have the answer the plan
        gives to anybody for whom every demand is met."""
        plan, permit = self.plan, self.permit
        made = _baseline(plan).copy()
        affected = 0
        for group, met in zip(plan.groups, self.passes, strict=True):
            affected |= group.cells & ~met
        for part in _parts(affected & permit, set(self.passes)):
            known = self._known(part)
            for bit in bits(part):
                made[bit] = known.get(bit) or self._permit(bit)
        stopped = plan.hard_stop | plan.prohibited
        personal = (self.opted_out | self.withheld) & ~stopped
        for part in self._alike(affected & ~permit & ~stopped & ~personal):
            outcome = self._not_permitted(part)
            for bit in bits(part):
                made[bit] = outcome
        for bit in bits(personal | self.overridden):
            made[bit] = self.outcome(bit)
        return made

    def _alike(self, cells: int) -> list[int]:
        """The cells in parts within which the same reasons apply."""
        return _parts(cells, (*self.refers.values(), *self.fails.values()))

    def _known(self, part: int) -> dict[int, Outcome]:
        """The outcomes the plan remembers, by bit, of cells for which the same demands are met as for all of this
        part."""
        failing = 0
        for number, met in enumerate(self.passes):
            if not met & part:
                failing |= 1 << number
        outcomes = self.plan.outcomes
        known = outcomes.get(failing)
        if known is None:
            if len(outcomes) * self.plan.universe.size >= _OUTCOMES_KEPT:
                outcomes.clear()
            known = outcomes[failing] = {}
        return known

    def _permit(self, bit: int) -> Outcome:
        known = self._known(1 << bit)
        outcome = known.get(bit)
        if outcome is None:
            outcome = known[bit] = permitted(self._passing(bit))
        return outcome

    def _passing(self, bit: int) -> tuple[Passing, ...]:
        """The grants that pass every test for the cell, by clause."""
        found = [
            Passing(planned.clause, planned.detail, planned.look_back, planned.protected_address, planned.grant)
            for group, passed in zip(self.plan.groups, self.passes, strict=True)
            if passed >> bit & 1
            for planned in group.grants
            if planned.cells >> bit & 1
        ]
        return tuple(sorted(found, key=lambda passing: passing.clause))

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
        """For a cell, or cells to which the same reasons apply. Rules 8 and 9: refer by the refer reasons, else
        deny by the reasons of the grants that got furthest."""
        referring = [reason for reason, cells in self.refers.items() if cells & cell]
        if referring:
            return referred(*referring)
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


def _parts(cells: int, by: Iterable[int]) -> list[int]:
    """The cells in parts that lie each wholly inside or wholly outside every one of these sets."""
    parts = [cells] if cells else []
    for those in by:
        parts = [part for whole in parts for part, _ in split(whole, those)]
    return parts


def _baseline(plan: Plan) -> list[Outcome]:
    """The answers, by bit, for somebody for whom every group's demand is met and nothing else is known."""
    if not plan.baseline:
        anybody = PersonRuling(
            _ANYBODY,
            plan,
            0,
            0,
            0,
            plan.passed & ~(plan.hard_stop | plan.prohibited),
            0,
            tuple(plan.universe.everything for _ in plan.groups),
            {},
            {},
            None,
        )
        # Set at once: another thread may be asking for the same.
        plan.baseline[:] = [anybody.outcome(bit) for bit in range(plan.universe.size)]
    return plan.baseline


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on one request. `plan` and `rulings` are empty when the request as a whole is refused;
    `facts` are those it rested on, already without protected persons; `named_protected` says that the request
    named somebody protected, which alerts their custodian and shows nowhere else. `silenced` is what protected
    people had decided about others, kept so that no remedy promises what it would hold back."""

    table: DecisionTable
    request: Request
    facts: Facts
    refusal: Refusal | None
    plan: Plan | None
    emergency: Emergency | None
    rulings: tuple[PersonRuling, ...]
    named_protected: bool
    silenced: Silenced | None = field(default=None, repr=False)
    ruled: list[Any] = field(default_factory=list, init=False, repr=False, compare=False)
    """The answers for its records, once they have been asked for (`decision.records`)."""

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
            return iter(())
        universe = self.plan.universe
        # Chained, not looped over: every cell of every request comes through here.
        return chain.from_iterable(
            zip(
                repeat(ruling.person.id, universe.size),
                universe.category_of,
                universe.controller_of,
                ruling.outcomes(),
                strict=True,
            )
            for ruling in self.rulings
        )
