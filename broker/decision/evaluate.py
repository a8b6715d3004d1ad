"""Evaluate(request, facts, rules) -> decision: every cell of a family in one call.

Pure. The ordered tests of rule 1.1 run over sets of cells, an integer a person and a test, so that a test costs
one operation for all cells it touches; `tests/reference/` says the same cell by cell, from the document. The
decision answers for cells lazily: building reasons for every cell is asked for separately.

INVARIANT: default deny. A cell is permitted only where some grant's bit survives every test, or an override that
holds reaches it; every path that forgets a cell leaves it denied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from broker.casework import Case
from broker.consent.effect import ConsentEffect
from broker.consent.record import ConsentKind, ConsentRecord
from broker.consent.standing import Kinship
from broker.dates import age_on, london_day
from broker.decision.admission import find_refusal
from broker.decision.conditions import age_met, case_met
from broker.decision.consents import PersonConsents
from broker.decision.decision import Decision, PersonRuling
from broker.decision.emergency import Emergency, emergency_of
from broker.decision.facts import Facts, HolderDecision, HolderRuling
from broker.decision.plan import ANYBODY, Plan
from broker.decision.protection import Silenced, without_protected
from broker.decision.reasons import REFER_REASONS, Reason, Refusal, Test
from broker.decision.request import Request
from broker.decision.table import DecisionTable
from broker.people import DataSubject
from broker.vocabulary.codes import ObjectionEffect

_REASON_OF_EFFECT = {effect: Reason(effect.value) for effect in ConsentEffect if effect is not ConsentEffect.GIVEN}
_REFERRED = frozenset(effect for effect, reason in _REASON_OF_EFFECT.items() if reason in REFER_REASONS)
_FAILING = {effect: (Test.CONSENT, reason) for effect, reason in _REASON_OF_EFFECT.items()}

_CONDITION = (Test.CONDITION, Reason.CONDITION_NOT_MET)
_STOPPED = (Test.OBJECTION, Reason.OBJECTION_STOPS)


def evaluate(table: DecisionTable, facts: Facts, request: Request) -> Decision:
    """Decides the request. Codes in the request need not be known: an unknown role, purpose or member of staff is
    refused as not authorised, an unknown person has no cells."""
    known, silenced = without_protected(facts)
    named_protected = silenced is not None and not silenced.ids.isdisjoint(request.about)
    if request.by not in known.staff or request.purpose not in table.vocabulary.purposes:
        return Decision(table, request, known, Refusal.NOT_AUTHORISED, None, None, (), named_protected, silenced)
    emergency = emergency_of(table.vocabulary, known, request)
    refusal = find_refusal(table.vocabulary, known, request, emergency=emergency is not None)
    if refusal is not None:
        return Decision(table, request, known, refusal, None, emergency, (), named_protected, silenced)
    requested = [known.people[person] for person in dict.fromkeys(request.about) if person in known.people]
    plan = _plan(table, known, request, frozenset(person.id for person in requested))
    evaluation = _Evaluation(table, plan, known, silenced, request, emergency)
    rulings = tuple(evaluation.person(person) for person in requested)
    return Decision(table, request, known, None, plan, emergency, rulings, named_protected, silenced)


def _plan(table: DecisionTable, facts: Facts, request: Request, requested: frozenset[str]) -> Plan:
    """The plan over one set of controllers for all: those some grant names, and those that hold a record, recorded
    by now, about a requested person."""
    holding = {
        record.controller
        for record in facts.records
        if record.recorded_at <= request.at and not requested.isdisjoint(record.about)
    }
    organisation = facts.staff[request.by].organisation
    plan = table.plan(request.purpose, organisation, request.role, request.at)
    extra = holding - plan.named_controllers
    return table.plan(request.purpose, organisation, request.role, request.at, extra) if extra else plan


class _Asked:
    """One kind of consent of one person: where it lets a demand pass (given, or referred and released by its
    holder), and the cells for which it was demanded so far."""

    __slots__ = ("demanded", "effects", "passing")

    def __init__(self, effects: Mapping[ConsentEffect, int], released: int) -> None:
        self.effects = effects
        self.demanded = 0
        self.passing = effects.get(ConsentEffect.GIVEN, 0)
        for effect in _REFERRED & effects.keys():
            self.passing |= effects[effect] & released

    def explain(self, released: int, refers: dict[Reason, int], fails: dict[tuple[Test, Reason], int]) -> None:
        """Adds, reason by reason, the cells for which it was demanded and did not let pass."""
        for effect, having in self.effects.items():
            if effect in _REFERRED:
                reason = _REASON_OF_EFFECT[effect]
                refers[reason] = refers.get(reason, 0) | self.demanded & having & ~released
            elif effect is not ConsentEffect.GIVEN:
                key = _FAILING[effect]
                fails[key] = fails.get(key, 0) | self.demanded & having


@dataclass(slots=True)
class _Evaluation:
    """One run over the requested people; what depends on the request alone is worked out once."""

    table: DecisionTable
    plan: Plan
    facts: Facts
    silenced: Silenced | None
    request: Request
    emergency: Emergency | None
    case: Case | None = None
    kinship: Kinship = field(init=False)
    case_fails: tuple[bool, ...] = field(init=False)
    events: dict[str, list[ConsentRecord]] = field(init=False)
    decisions: dict[str, list[HolderDecision]] = field(init=False)
    emergency_cells: int = 0

    def __post_init__(self) -> None:
        self.case = self.facts.cases.get(self.request.case) if self.request.case is not None else None
        self.kinship = Kinship.of(self.facts.people, self.facts.relationships)
        self.case_fails = tuple(not case_met(group.demand.case, self.case) for group in self.plan.groups)
        self.events = {}
        for event in self.facts.consents:
            self.events.setdefault(event.about, []).append(event)
        self.decisions = {}
        for decision in self.facts.holder_decisions:
            self.decisions.setdefault(decision.about, []).append(decision)
        if self.emergency is not None:
            self.emergency_cells = (
                self.emergency.cells(self.table.vocabulary, self.plan.universe)
                & ~self.plan.hard_stop
                & ~self.plan.prohibited
            )

    def person(self, person: DataSubject) -> PersonRuling:
        """Runs every test over every cell of one person."""
        plan, at = self.plan, self.request.at
        consents = PersonConsents(
            person,
            tuple(self.events.get(person.id, ())),
            self.silenced,
            self.kinship,
            self.table.vocabulary.standing,
            plan,
            at,
        )
        withheld, released = self._holder_decisions(person.id)
        everything = plan.universe.everything
        opted_out = consents.raised(ConsentKind.OPT_OUT, everything) if plan.purpose.secondary else 0
        age = age_on(person.born, london_day(at)) if person.born is not None else None
        objections: int | None = None
        asked: dict[ConsentKind, _Asked] = {}
        passes: list[int] = []
        permit = unmet = stops = weighed = held = 0
        protective = plan.purpose.protective
        for group, case_fails in zip(plan.groups, self.case_fails, strict=True):
            demand, met = group.demand, everything
            if demand is ANYBODY:
                passes.append(met)
                permit |= group.cells
                continue
            if case_fails or (demand.age is not None and not age_met(demand.age, age, protective=protective)):
                unmet |= group.cells
                passes.append(0)
                continue
            if (kind := demand.consent) is not None:
                consent = asked.get(kind)
                if consent is None:
                    consent = asked[kind] = _Asked(consents.effects(kind, plan.demanding[kind]), released)
                consent.demanded |= group.cells
                met = consent.passing
            if demand.objection is not ObjectionEffect.NONE:
                if objections is None:
                    objections = consents.raised(ConsentKind.OBJECTION, everything)
                if demand.objection is ObjectionEffect.STOPS:
                    stops |= group.cells & met & objections
                    met &= ~objections
                else:
                    weighed |= group.cells & met & objections & ~released
                    met &= ~objections | released
            if demand.holder:
                held |= group.cells & met & ~released
                met &= released
            passes.append(met)
            permit |= group.cells & met
        refers = {Reason.OBJECTION: weighed, Reason.HOLDER_DECIDES: held}
        fails = {_CONDITION: unmet, _STOPPED: stops}
        for consent in asked.values():
            consent.explain(released, refers, fails)
        stopped = plan.hard_stop | plan.prohibited | opted_out | withheld
        permit &= ~stopped
        overridden = self.emergency_cells & ~permit
        return PersonRuling(
            person,
            plan,
            opted_out,
            withheld,
            released,
            permit,
            overridden,
            tuple(passes),
            refers,
            fails,
            self.emergency,
        )

    def _holder_decisions(self, person: str) -> tuple[int, int]:
        """The cells that a holder's decision now withholds, and those it now releases. Of the decisions that match
        and were made by now the latest governs (at one instant, withhold); once it has ended, none stands."""
        governing: dict[int, HolderDecision] = {}
        for decision in self.decisions.get(person, ()):
            if decision.purpose != self.request.purpose or decision.at > self.request.at:
                continue
            if decision.case is not None and decision.case != self.request.case:
                continue
            bit = self.plan.universe.find_bit(decision.controller, decision.category)
            if bit is None:
                continue
            known = governing.get(bit)
            if known is None or _weight(decision) > _weight(known):
                governing[bit] = decision
        withheld = released = 0
        for bit, decision in governing.items():
            if decision.until_at is not None and decision.until_at <= self.request.at:
                continue
            if decision.ruling is HolderRuling.WITHHOLD:
                withheld |= 1 << bit
            else:
                released |= 1 << bit
        return withheld, released


def _weight(decision: HolderDecision) -> tuple[object, ...]:
    """Latest first; at one instant withhold; then, of two withholdings, the one that lasts longer, and of two
    releases, the one that ends first: the one that releases less."""
    withhold = decision.ruling is HolderRuling.WITHHOLD
    forever = float("inf")
    ends = decision.until_at.timestamp() if decision.until_at is not None else forever
    return decision.at, withhold, ends if withhold else -ends
