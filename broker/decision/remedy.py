"""What would permit a cell that is denied or referred: the minimal sets of changes, each of them something that
somebody may do.

A party signs an agreement; an agreement is renewed; somebody with standing agrees; the holder decides to release;
the member of staff joins the team; a clause is added where none names the cell. Applying a remedy at the request's
instant permits the cell (or answers the request), and no proper subset does. There is none for what only time, the
law or a free choice can change: hard stops, prohibitions, gateways, conditions of age and case, opt-outs, and
objections that stop. Nor is one offered that needs somebody marked `unsafe-to-approach`.

Source: rule 1.2, remedies (docs/rules.md, part 3). Computed when asked for, never by `evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property

from broker.casework import Membership
from broker.dates import ALWAYS
from broker.decision.admission import find_refusal
from broker.decision.changes import (
    ActorJoins,
    AgreementRenewed,
    Changes,
    ClauseAdded,
    ConsentGiven,
    HolderReleases,
    PartySigns,
    Remedy,
    minimal,
    weight,
)
from broker.decision.decision import Decision, PersonRuling
from broker.decision.outlook import PersonOutlook
from broker.decision.papers import Paper, papers_of
from broker.decision.reasons import Effect, Refusal
from broker.people import ProtectionMarker
from broker.vocabulary.codes import ObjectionEffect


class Remedies:
    """The remedies of one decision. Nothing is worked out before it is asked for. `papers` are those of its plan,
    where the caller has them already: several decisions of one kind of request share them."""

    def __init__(self, decision: Decision, papers: tuple[Paper, ...] | None = None) -> None:
        self._decision = decision
        self._given = papers
        self._unsafe = frozenset(
            person.id
            for person in decision.facts.people.values()
            if ProtectionMarker.UNSAFE_TO_APPROACH in person.markers
        )
        self._people: dict[str, PersonOutlook] = {}

    @cached_property
    def papers(self) -> tuple[Paper, ...]:
        """How every clause that concerns the request stands on paper; empty where it was refused."""
        decision = self._decision
        plan = decision.plan
        if self._given is not None:
            return self._given
        return () if plan is None else papers_of(decision.table, plan, decision.request.at)

    def of_request(self) -> tuple[Remedy, ...]:
        """What would have the request answered that was refused as a whole."""
        decision = self._decision
        request, facts = decision.request, decision.facts
        case = facts.cases.get(request.case or "")
        if decision.refusal is not Refusal.NOT_IN_TEAM or case is None:
            return ()
        joined = replace(case, members=(*case.members, Membership(request.by, ALWAYS)))
        then = replace(facts, cases={**facts.cases, case.id: joined})
        left = find_refusal(decision.table.vocabulary, then, request, emergency=decision.emergency is not None)
        return ((ActorJoins(request.by, case.id),),) if left is None else ()

    def of_cell(self, person: str, category: str, controller: str) -> tuple[Remedy, ...]:
        """The remedies of one cell: smallest first; none where it is permitted, or where there is no such cell."""
        ruling = self._decision.find_ruling(person)
        bit = None if ruling is None else ruling.plan.universe.find_bit(controller, category)
        if ruling is None or bit is None or ruling.outcome(bit).effect is Effect.PERMIT:
            return ()
        found = minimal(self._sets(ruling, bit, category, controller))
        if not self._person(ruling).may_be_released(category, controller):
            found = [one for one in found if HolderReleases(controller) not in one]
        safe = (tuple(sorted(one, key=weight)) for one in found if not self._points_to_unsafe(one))
        return tuple(sorted(safe, key=lambda remedy: (len(remedy), [weight(change) for change in remedy])))

    def _points_to_unsafe(self, changes: Changes) -> bool:
        return any(isinstance(change, ConsentGiven) and change.by in self._unsafe for change in changes)

    def _sets(self, ruling: PersonRuling, bit: int, category: str, controller: str) -> Iterator[Changes]:
        """Sets that permit the cell, every minimal one among them: what each naming clause lacks."""
        plan = ruling.plan
        if (plan.hard_stop | plan.prohibited | ruling.opted_out) >> bit & 1:
            return
        release: Changes = frozenset() if ruling.released >> bit & 1 else frozenset((HolderReleases(controller),))
        withheld = release if ruling.withheld >> bit & 1 else frozenset()
        person = self._person(ruling)
        if not plan.named >> bit & 1:
            added = ClauseAdded(controller, plan.recipient.code, plan.role, plan.purpose.code, category)
            # Whatever its gateway will say of objections, one that stands is weighed at the least.
            asks_holder = person.objected_to_a_new_clause >> bit & 1
            yield frozenset((added,)) | (release if asks_holder else withheld)
            return
        for paper in self.papers:
            if not paper.cells >> bit & 1:
                continue
            on_paper = self._on_paper(paper, bit, controller)
            if on_paper is None or not person.meets_condition(paper):
                continue
            objection = person.objections >> bit & 1
            if objection and paper.demand.objection is ObjectionEffect.STOPS:
                continue
            weighed = objection and paper.demand.objection is ObjectionEffect.WEIGH
            for agreed, refers in person.agreeing(paper, bit, category):
                needed = on_paper | withheld | agreed
                yield needed | release if refers or weighed or paper.demand.holder else needed

    def _on_paper(self, paper: Paper, bit: int, controller: str) -> Changes | None:
        """What the tests a to d lack; None where nobody can change it."""
        decision, terms = self._decision, paper.terms
        lacking: set[AgreementRenewed | PartySigns] = set()
        if not paper.in_force:
            if terms.parties is None or paper.begins_after(decision.request.at) is not None:
                return None
            lacking.add(AgreementRenewed(terms.reference, terms.version))
        for body in paper.unsigned(controller, _recipient(decision)):
            if body not in (terms.parties or ()):
                return None
            lacking.add(PartySigns(body, terms.reference, terms.version))
        return None if (paper.prohibited | paper.gateway_fails) >> bit & 1 else frozenset(lacking)

    def _person(self, ruling: PersonRuling) -> PersonOutlook:
        found = self._people.get(ruling.person.id)
        if found is None:
            found = self._people[ruling.person.id] = PersonOutlook(self._decision, ruling)
        return found


def _recipient(decision: Decision) -> str:
    return decision.facts.staff[decision.request.by].organisation
