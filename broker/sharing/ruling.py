"""What the decision says about people in general, for one holder, recipient, role and purpose.

Decides nothing about a cell: `evaluate` does, in each situation that the clauses can tell apart; once as things
are, once as if everybody had agreed, once as if the holder had released, and once as both. What none of them
permits is explained by the decision's own remedies. INVARIANT: a yes is a cell that `evaluate` permits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from broker.consent.record import ConsentKind
from broker.consent.standing import Kinship, standing
from broker.decision.changes import ClauseAdded, ConsentGiven, HolderReleases, Remedy
from broker.decision.conditions import age_met, case_met
from broker.decision.decision import Decision, PersonRuling
from broker.decision.evaluate import evaluate
from broker.decision.outcome import Outcome
from broker.decision.papers import Paper, papers_of
from broker.decision.plan import Plan, prohibited_cells
from broker.decision.reasons import Reason, Refusal, told_reason
from broker.decision.remedy import Remedies
from broker.decision.table import DecisionTable
from broker.decision.terms import Prohibition, Terms
from broker.release.next_step import ToldSteps
from broker.sharing.answer import Answer, Ban, Cited, Decider, Line, Question, Verdict
from broker.sharing.lines import ages_of, better_of, kinds_of, missing_of
from broker.sharing.worlds import PARENT, Band, World, worlds
from broker.vocabulary.codes import Detail


@dataclass(frozen=True, slots=True)
class _Situation:
    """One person of one age in one case, decided four times; `decision` is that of things as they are."""

    band: Band
    world: World
    decision: Decision
    remedies: Remedies
    bare: PersonRuling
    agreed: PersonRuling
    released: PersonRuling
    both: PersonRuling


class Sharing:
    """What may be shared by one holder with one organisation in one role for one purpose, about anybody, at `at`.
    Codes must be known. Nothing is worked out before it is asked for."""

    def __init__(
        self, table: DecisionTable, at: datetime, controller: str, recipient: str, role: str, purpose: str
    ) -> None:
        self.table = table
        self.at = at
        self.controller = controller
        self.recipient = recipient
        self.role = role
        self.purpose = purpose

    @cached_property
    def plan(self) -> Plan:
        """The plan of such a request, with the holder's cells in it."""
        plan = self.table.plan(self.purpose, self.recipient, self.role, self.at)
        if self.controller in plan.named_controllers:
            return plan
        return self.table.plan(self.purpose, self.recipient, self.role, self.at, (self.controller,))

    @cached_property
    def papers(self) -> tuple[Paper, ...]:
        """The clauses that name something of this holder's."""
        own = self.plan.universe.of_controllers([self.controller])
        return tuple(paper for paper in self._all_papers if paper.cells & own)

    @cached_property
    def _all_papers(self) -> tuple[Paper, ...]:
        return papers_of(self.table, self.plan, self.at)

    @cached_property
    def _worlds(self) -> tuple[World, ...]:
        return worlds(
            self.table.vocabulary,
            self.papers,
            controller=self.controller,
            recipient=self.recipient,
            role=self.role,
            purpose=self.purpose,
            at=self.at,
        )

    @cached_property
    def refusal(self) -> Refusal | None:
        """Why such a request would be refused as a whole; None where it would be looked at."""
        world = self._worlds[0]
        return evaluate(self.table, world.facts, world.request).refusal

    @cached_property
    def _situations(self) -> tuple[_Situation, ...]:
        return tuple(one for world in self._worlds for one in self._decided(world))

    def _decided(self, world: World) -> Iterator[_Situation]:
        known = self.table.vocabulary
        agreed = world.agreed(known)
        bare, given, released, both = (
            evaluate(self.table, one.facts, one.request)
            for one in (
                world,
                agreed,
                world.released(known, self.controller),
                agreed.released(known, self.controller),
            )
        )
        remedies = Remedies(bare, self._all_papers)
        found = zip(world.bands, bare.rulings, given.rulings, released.rulings, both.rulings, strict=True)
        for band, *rulings in found:
            yield _Situation(band, world, bare, remedies, *rulings)

    @cached_property
    def _emergency(self) -> tuple[int, Detail] | None:
        """The cells emergency access would open, and how far."""
        reasons = sorted(self.table.vocabulary.override.reasons)
        if not reasons:
            return None
        world = self._worlds[0].in_an_emergency(reasons[0])
        decision = evaluate(self.table, world.facts, world.request)
        if decision.emergency is None or not decision.rulings:
            return None
        ruling = decision.rulings[0]
        return ruling.permit | ruling.overridden, decision.emergency.detail

    def answer(self, category: str) -> Answer:
        """The answer about one kind of information, whose code must be known."""
        question = Question(self.controller, self.recipient, self.role, self.purpose, category)
        answer = Answer(question, self.at, self.table.digest, (Line(Verdict.NO, ()),), refusal=self.refusal)
        if self.refusal is not None:
            return answer
        bit = self.plan.universe.bit(self.controller, category)
        lines = self.lines(category)
        emergency = self._emergency
        opened = emergency[1] if emergency is not None and emergency[0] >> bit & 1 else None
        return replace(answer, lines=lines, emergency=opened, step=self._step(lines[0], category))

    def lines(self, category: str) -> tuple[Line, ...]:
        """For each band of ages the best its cases allow; bands with the same answer are one line."""
        bit = self.plan.universe.bit(self.controller, category)
        best: dict[Band, Line] = {}
        for find in (self._permitted, self._hindered):
            open_bands = {one.band for one in self._situations} - best.keys()
            for situation in self._situations:
                line = find(situation, bit, category) if situation.band in open_bands else None
                if line is not None:
                    known = best.get(situation.band)
                    best[situation.band] = line if known is None else better_of(known, line)
        merged: dict[Line, list[Band]] = {}
        deciders: dict[Line, frozenset[Decider]] = {}
        for band, line in best.items():
            alike = replace(line, deciders=frozenset())
            merged.setdefault(alike, []).append(band)
            deciders[alike] = deciders.get(alike, frozenset()) | line.deciders
        lines = [
            replace(line, ages=ages_of(bands) if len(merged) > 1 else (), deciders=deciders[line])
            for line, bands in merged.items()
        ]
        return tuple(sorted(lines, key=lambda line: line.verdict.rank))

    def _permitted(self, situation: _Situation, bit: int, category: str) -> Line | None:
        """The answer where the cell is permitted as things are, or once it is agreed to, decided or both.
        INVARIANT: never made of a cell that `evaluate` does not permit then."""
        bare, agreed, released, both = (
            ruling.permit >> bit & 1
            for ruling in (situation.bare, situation.agreed, situation.released, situation.both)
        )
        if bare:
            return self._line(Verdict.YES, situation.bare.outcome(bit))
        if agreed:
            line = self._line(Verdict.IF_AGREED, situation.agreed.outcome(bit))
        elif released or both:
            ruling = situation.released if released else situation.both
            line = replace(self._line(Verdict.ASK_HOLDER, ruling.outcome(bit)), holder=True)
        else:
            return None
        kinds = frozenset() if released and not agreed else kinds_of(line.cited)
        deciders = self._deciders(situation, category) if kinds else frozenset()
        return replace(line, consents=kinds, deciders=deciders)

    def _line(self, verdict: Verdict, outcome: Outcome) -> Line:
        """By every clause that permits, and no more detail than each of them gives once something must be asked
        for."""
        named = {paper.clause: paper for paper in self.papers}
        cited = tuple(
            Cited(passing.clause, named[passing.clause].terms, passing.grant)
            for passing in outcome.passing
            if passing.grant is not None
        )
        detail = outcome.detail if verdict is Verdict.YES else min(one.grant.detail for one in cited)
        return Line(verdict, (), detail=detail, cited=cited)

    def _hindered(self, situation: _Situation, bit: int, category: str) -> Line:
        """The answer where nothing that a family or a holder may do permits the cell."""
        remedies = situation.remedies.of_cell(situation.band.person, category, self.controller)
        on_paper = next((one for one in remedies if not any(isinstance(x, ClauseAdded) for x in one)), None)
        if on_paper is not None:
            return self._not_yet(situation, bit, on_paper, self._deciders(situation, category))
        reasons = situation.bare.outcome(bit).reasons
        return Line(Verdict.NO, (), reasons=reasons, bans=tuple(self._bans(bit, reasons)))

    def _deciders(self, situation: _Situation, category: str) -> frozenset[Decider]:
        facts, person = situation.world.facts, situation.bare.person
        kinship = Kinship.of(facts.people, facts.relationships)
        ages = self.table.vocabulary.standing
        return frozenset(
            Decider.PARENT if one == PARENT else Decider.PERSON
            for one in standing(kinship, ages, person, category, self.at)
        )

    def _not_yet(self, situation: _Situation, bit: int, remedy: Remedy, deciders: frozenset[Decider]) -> Line:
        consents = frozenset(one.kind for one in remedy if isinstance(one, ConsentGiven))
        holder = any(isinstance(one, HolderReleases) for one in remedy)
        return Line(
            Verdict.NOT_YET,
            (),
            cited=tuple(self._would_permit(situation, bit, remedy, consents, holder=holder)),
            consents=consents,
            deciders=deciders if consents else frozenset(),
            holder=holder,
            missing=missing_of(remedy),
        )

    def _would_permit(
        self, situation: _Situation, bit: int, remedy: Remedy, consents: frozenset[ConsentKind], *, holder: bool
    ) -> Iterator[Cited]:
        """The clauses of the agreements the remedy is about that then permit."""
        named = {(one.agreement, one.version) for one in missing_of(remedy)}
        case = situation.decision.facts.cases.get(situation.decision.request.case or "")
        protective = self.plan.purpose.protective
        for paper in self.papers:
            if not paper.cells >> bit & 1 or (paper.terms.reference, paper.terms.version) not in named:
                continue
            asked = frozenset() if paper.demand.consent is None else frozenset({paper.demand.consent})
            if (asked, paper.demand.holder) == (consents, holder) and (
                age_met(paper.demand.age, situation.band.from_age, protective=protective)
                and case_met(paper.demand.case, case)
                and not (paper.prohibited | paper.gateway_fails) >> bit & 1
            ):
                yield Cited(paper.clause, paper.terms, paper.grant)

    def _bans(self, bit: int, reasons: Iterable[Reason]) -> Iterator[Ban]:
        """The prohibitions that cover the cell: the duties' own, and those of agreements with a clause for it."""
        if Reason.PROHIBITED not in reasons:
            return
        owners: dict[str, Terms] = {"": self.table.duties}
        owners |= {
            f"{paper.terms.reference}@{paper.terms.version}": paper.terms
            for paper in self.papers
            if paper.cells >> bit & 1 and paper.terms.parties is not None
        }
        for terms in owners.values():
            for one in terms.prohibitions:
                if self._covers(one, bit):
                    yield Ban(terms.clause_reference(one.clause), terms, one)

    def _covers(self, ban: Prohibition, bit: int) -> bool:
        plan = self.plan
        known = self.table.vocabulary
        found = prohibited_cells(
            known, plan.universe, (ban,), plan.purpose.code, plan.recipient, plan.role, self.at
        )
        return bool(found >> bit & 1)

    def _step(self, line: Line, category: str) -> str:
        """The next step that a requester would be told, which rests on the rules alone."""
        told = told_reason(frozenset(line.reasons)) if line.verdict is Verdict.NO else None
        if told is None or not self.plan.named >> self.plan.universe.bit(self.controller, category) & 1:
            return ""
        return ToldSteps(self.table, self.plan, self.at).of(told, category, self.controller)
