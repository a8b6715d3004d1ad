"""One cell's decision told test by test, in the order of rule 1.1: what was asked, what passed, what decided.

Decides nothing: it asks the same questions of the same parts (`papers`, `conditions`, `consents`) one clause at a
time, so that a decision can be read out, and says what they come to. Worked out only when asked for; that it comes
to what `evaluate` found is a law of its own (tests/generative/test_trace.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from broker.consent.effect import ConsentEffect
from broker.consent.record import ConsentKind
from broker.consent.standing import Kinship
from broker.dates import age_on, london_day
from broker.decision.conditions import age_met, case_met
from broker.decision.consents import PersonConsents
from broker.decision.decision import Decision, PersonRuling
from broker.decision.outcome import Outcome, denied, referred
from broker.decision.papers import Paper, papers_of
from broker.decision.reasons import REFER_REASONS, Effect, Reason, Test
from broker.decision.terms import Grant
from broker.vocabulary.codes import ObjectionEffect

_ON_PAPER = {
    Test.IN_FORCE: Reason.AGREEMENT_NOT_IN_FORCE,
    Test.SIGNED: Reason.PARTY_NOT_SIGNED,
    Test.NOT_PROHIBITED: Reason.PROHIBITED,
    Test.GATEWAY: Reason.GATEWAY_NOT_IN_FORCE,
}


class Before(StrEnum):
    """What is looked at before any clause, in this order."""

    HARD_STOP = "hard-stop"
    PROHIBITED = "prohibited"
    OPT_OUT = "opt-out"
    HOLDER_WITHHELD = "holder-withheld"
    NAMED = "named"


_BEFORE = {
    Before.HARD_STOP: Reason.HARD_STOP,
    Before.PROHIBITED: Reason.PROHIBITED,
    Before.OPT_OUT: Reason.OPT_OUT,
    Before.HOLDER_WITHHELD: Reason.HOLDER_WITHHELD,
    Before.NAMED: Reason.NO_CLAUSE,
}


@dataclass(frozen=True, slots=True)
class ClauseTrace:
    """A clause that names the cell and how far it got: `failed` is the first test it fails and why, None where it
    passes all; `released` are the tests that only a holder's decision to release lets it pass."""

    clause: str
    grant: Grant
    failed: tuple[Test, Reason] | None
    released: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """One cell: `stopped` is the first thing before any clause that decides, None where the clauses do. `reached`
    is whether emergency access permits what they do not. `outcome` is the decision's own."""

    stopped: Before | None
    clauses: tuple[ClauseTrace, ...]
    overridden: bool
    outcome: Outcome

    @property
    def deciding(self) -> tuple[ClauseTrace, ...]:
        """The clauses that decide: those that pass; else those that refer; else those that got furthest."""
        passing = tuple(one for one in self.clauses if one.failed is None)
        if self.stopped is not None or passing:
            return () if self.stopped is not None else passing
        failing = [(one, one.failed) for one in self.clauses if one.failed is not None]
        referring = tuple(one for one, (_, reason) in failing if reason in REFER_REASONS)
        furthest = max((test for _, (test, _) in failing), default=None)
        return referring or tuple(one for one, (test, _) in failing if test is furthest)

    @property
    def comes_to(self) -> tuple[Effect, tuple[Reason, ...]]:
        """What the tests come to, emergency access aside."""
        if self.stopped is not None:
            return Effect.DENY, (_BEFORE[self.stopped],)
        reasons = tuple(sorted({one.failed[1] for one in self.deciding if one.failed is not None}))
        if not reasons:
            return Effect.PERMIT, ()
        found = referred(*reasons) if REFER_REASONS.issuperset(reasons) else denied(*reasons)
        return found.effect, found.reasons


class Traces:
    """The traces of one decision that was not refused as a whole."""

    def __init__(self, decision: Decision) -> None:
        plan = decision.plan
        if plan is None:
            raise ValueError("a request that was refused as a whole has no cells")
        self._decision = decision
        self.papers = papers_of(decision.table, plan, decision.request.at)
        self._consents: dict[str, PersonConsents] = {}

    def of(self, person: str, category: str, controller: str) -> Trace:
        """The trace of one cell of the decision. Raises KeyError for any other."""
        ruling = self._decision.find_ruling(person)
        if ruling is None:
            raise KeyError(person)
        bit = ruling.plan.universe.bit(controller, category)
        clauses = tuple(self._clauses(ruling, bit, controller))
        return Trace(
            next(_stops(ruling, bit), None), clauses, bool(ruling.overridden >> bit & 1), ruling.outcome(bit)
        )

    def _clauses(self, ruling: PersonRuling, bit: int, controller: str) -> Iterator[ClauseTrace]:
        for paper in self.papers:
            if not paper.cells >> bit & 1:
                continue
            on_paper = paper.failure(bit, ruling.plan.recipient.code, controller)
            if on_paper is not None:
                yield ClauseTrace(paper.clause, paper.grant, (on_paper, _ON_PAPER[on_paper]), ())
                continue
            released: list[Test] = []
            failed = None
            for test, reason in self._fails(ruling, paper, bit):
                if reason in REFER_REASONS and ruling.released >> bit & 1:
                    released.append(test)
                    continue
                failed = (test, reason)
                break
            yield ClauseTrace(paper.clause, paper.grant, failed, tuple(released))

    def _fails(self, ruling: PersonRuling, paper: Paper, bit: int) -> Iterator[tuple[Test, Reason]]:
        """The tests e to h that it does not pass by itself, in their order."""
        decision, demand, plan = self._decision, paper.demand, ruling.plan
        request, person = decision.request, ruling.person
        age = None if person.born is None else age_on(person.born, london_day(request.at))
        case = decision.facts.cases.get(request.case or "")
        if not case_met(demand.case, case) or not age_met(demand.age, age, protective=plan.purpose.protective):
            yield Test.CONDITION, Reason.CONDITION_NOT_MET
        consents = self._consents_of(ruling)
        if demand.consent is not None:
            effects = consents.effects(demand.consent, plan.demanding[demand.consent])
            effect = next(found for found, cells in effects.items() if cells >> bit & 1)
            if effect is not ConsentEffect.GIVEN:
                yield Test.CONSENT, Reason(effect.value)
        if demand.objection is not ObjectionEffect.NONE:
            raised = consents.raised(ConsentKind.OBJECTION, plan.universe.everything)
            if raised >> bit & 1:
                stops = demand.objection is ObjectionEffect.STOPS
                yield Test.OBJECTION, Reason.OBJECTION_STOPS if stops else Reason.OBJECTION
        if demand.holder:
            yield Test.HOLDER, Reason.HOLDER_DECIDES

    def _consents_of(self, ruling: PersonRuling) -> PersonConsents:
        found = self._consents.get(ruling.person.id)
        if found is None:
            decision = self._decision
            facts = decision.facts
            found = self._consents[ruling.person.id] = PersonConsents(
                ruling.person,
                tuple(event for event in facts.consents if event.about == ruling.person.id),
                decision.silenced,
                Kinship.of(facts.people, facts.relationships),
                decision.table.vocabulary.standing,
                ruling.plan,
                decision.request.at,
            )
        return found


def _stops(ruling: PersonRuling, bit: int) -> Iterator[Before]:
    """What decides before any clause is looked at, in order."""
    plan = ruling.plan
    for before, cells in (
        (Before.HARD_STOP, plan.hard_stop),
        (Before.PROHIBITED, plan.prohibited),
        (Before.OPT_OUT, ruling.opted_out),
        (Before.HOLDER_WITHHELD, ruling.withheld),
        (Before.NAMED, ~plan.named),
    ):
        if cells >> bit & 1:
            yield before
