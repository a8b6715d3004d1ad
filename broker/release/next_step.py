"""The one next step for what a requester may be told is not shared: which party has yet to sign, what agreement is
needed, whose decision, which day a power begins.

Decides which sentence applies; the sentences are in `release.messages`. INVARIANT: a step is made from the reason
that may be told, the cell's source and kind, and the papers. It is given no fact about any person, so it cannot
tell one consent reason from another, name anybody, or point to anybody. Source: rule 1.2, remedies (docs/rules.md,
part 3). What an officer is told is `release.officer_step`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Final

from broker.consent.record import ConsentKind
from broker.dates import london_day, uk_date
from broker.decision.papers import Paper, papers_of
from broker.decision.plan import Plan, gateway_fails
from broker.decision.reasons import Test, Told
from broker.decision.table import DecisionTable
from broker.release.messages import Message, consent_words, listed, say, sentence
from broker.vocabulary.codes import NO_DAY_APPOINTED, Tier


def refusal_step(told: str) -> str:
    """What to do about a request refused as a whole, by what its requester is told of it. Raises ValueError for
    what is never told."""
    return sentence(Message(told))


def words_of(kinds: set[ConsentKind]) -> str:
    """What a consent is called where it is one of these kinds: by its name if that is certain."""
    return consent_words(next(iter(kinds))) if len(kinds) == 1 else say(Message.ANY_CONSENT)


class ToldSteps:
    """The next steps of one kind of request at `at`: the same whoever is asked for."""

    def __init__(self, table: DecisionTable, plan: Plan, at: datetime) -> None:
        self.vocabulary = table.vocabulary
        self.plan = plan
        self.at = at
        self._table = table

    @cached_property
    def papers(self) -> tuple[Paper, ...]:
        """How the clauses stand; worked out only where a step depends on them."""
        return papers_of(self._table, self.plan, self.at)

    def of(self, told: Told, category: str, controller: str) -> str:
        """The step for a cell that is not shared for this reason.

        INVARIANT: a plan is of one stretch of time in which no version, date, signature, prohibition or power
        changes (`decision.table`), and a step rests on nothing else: it is the same until the next plan.
        """
        key = (told, self.plan.universe.bit(controller, category))
        step = self.plan.told.get(key)
        if step is None:
            step = self.plan.told[key] = STEPS[told](self, category, controller)
        return step

    def kinds(self, category: str, controller: str) -> set[ConsentKind]:
        """The kinds of consent that clauses in force and signed demand for these, whoever is asked for."""
        return {
            kind
            for paper in self._failing(None, category, controller)
            if (kind := paper.demand.consent) is not None
        }

    def _failing(self, test: Test | None, category: str, controller: str) -> list[Paper]:
        """The naming clauses whose first failure on paper is this test; None for those that pass all four."""
        bit = self.plan.universe.bit(controller, category)
        recipient = self.plan.recipient.code
        return [
            paper
            for paper in self.papers
            if paper.cells >> bit & 1 and paper.failure(bit, recipient, controller) is test
        ]

    def _consent_needed(self, category: str, controller: str) -> str:
        kind, source = self.vocabulary.categories[category], self.vocabulary.organisations[controller]
        consent = words_of(self.kinds(category, controller))
        if max(kind.tier, source.tier) >= Tier.T4:
            return sentence(Message.CONSENT_NEEDED_NAMED, consent=consent, category=kind.title)
        return sentence(Message.CONSENT_NEEDED, consent=consent)

    def _holder_decides(self, _category: str, controller: str) -> str:
        return sentence(Message.HOLDER_DECIDES, controller=self.vocabulary.organisations[controller].name)

    def _gateway(self, category: str, controller: str) -> str:
        """The first day on which a power begins that then covers this, else whom to ask."""
        failing = self._failing(Test.GATEWAY, category, controller)
        begins = [found for paper in failing for found in self._beginning(paper, category, controller)]
        if not begins:
            return sentence(Message.GATEWAY_ELSEWHERE)
        moment, provision = min(begins)
        if london_day(moment) >= NO_DAY_APPOINTED:
            return sentence(Message.GATEWAY_UNAPPOINTED, provision=provision)
        return sentence(Message.GATEWAY_BEGINS, provision=provision, day=_day(moment))

    def _beginning(self, paper: Paper, category: str, controller: str) -> Iterator[tuple[datetime, str]]:
        gateway = self.vocabulary.gateways[paper.grant.basis.gateway or ""]
        begins, plan = gateway.in_force.from_at, self.plan
        if begins is None or begins <= self.at:
            return
        failing = gateway_fails(
            self.vocabulary, plan.universe, paper.grant, plan.purpose.code, plan.recipient, begins
        )
        if not failing >> plan.universe.bit(controller, category) & 1:
            yield begins, gateway.provision

    def _signature(self, category: str, controller: str) -> str:
        """Of the clause nearest to being signed by both."""

        def lacking(paper: Paper) -> tuple[tuple[str, ...], tuple[str, ...]]:
            unsigned = paper.unsigned(controller, self.plan.recipient.code)
            return tuple(body for body in unsigned if body not in (paper.terms.parties or ())), unsigned

        paper = min(
            self._failing(Test.SIGNED, category, controller),
            key=lambda paper: (*map(len, lacking(paper)), paper.clause),
        )
        outside, unsigned = lacking(paper)
        bodies = sorted(self.vocabulary.organisations[body].name for body in outside or unsigned)
        message = Message.PARTY_TO_JOIN if outside else Message.PARTY_TO_SIGN
        return sentence(message, agreement=_name(paper), bodies=listed(Message.EVERY, bodies))

    def _in_force(self, category: str, controller: str) -> str:
        """The first day on which one of the clauses begins; else an agreement to renew."""
        failing = self._failing(Test.IN_FORCE, category, controller)
        coming = [(begins, paper.clause, paper) for paper in failing if (begins := paper.begins_after(self.at))]
        if coming:
            moment, _, paper = min(coming, key=lambda found: found[:2])
            return sentence(Message.AGREEMENT_BEGINS, agreement=_name(paper), day=_day(moment))
        for paper in failing:
            ends = (
                (paper.terms.ends_at, Message.AGREEMENT_ENDED),
                (paper.terms.lapses_at, Message.AGREEMENT_LAPSED),
            )
            over = [(end, message) for end, message in ends if end is not None and end <= self.at]
            if over:
                moment, message = min(over)
                return sentence(message, agreement=_name(paper), day=_day(moment))
        return sentence(Message.DUTY_ENDED)


def _fixed(message: Message) -> Callable[[ToldSteps, str, str], str]:
    return lambda _steps, _category, _controller: sentence(message)


STEPS: Final[Mapping[Told, Callable[[ToldSteps, str, str], str]]] = {
    Told.CONSENT_NEEDED: ToldSteps._consent_needed,
    Told.CONSENT_NOT_GIVEN: _fixed(Message.CONSENT_NOT_GIVEN),
    Told.HOLDER_DECIDES: ToldSteps._holder_decides,
    Told.CONDITION_NOT_MET: _fixed(Message.CONDITION_NOT_MET),
    Told.GATEWAY_NOT_IN_FORCE: ToldSteps._gateway,
    Told.PARTY_NOT_SIGNED: ToldSteps._signature,
    Told.AGREEMENT_NOT_IN_FORCE: ToldSteps._in_force,
    Told.PROHIBITED: _fixed(Message.PROHIBITED),
    Told.OPT_OUT: _fixed(Message.OPT_OUT),
}


def _name(paper: Paper) -> str:
    """`the agreement “Family support and team around the family” (version 1)`."""
    terms = paper.terms
    if terms.parties is None:
        return say(Message.DUTIES)
    return say(Message.AGREEMENT, title=terms.title or terms.reference, version=str(terms.version))


def _day(moment: datetime) -> str:
    return uk_date(london_day(moment))
