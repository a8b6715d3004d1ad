"""Every precondition of every grant matters: proved for each grant by taking each one away.

For a grant a small world is built in which it permits; then each precondition it states (dates, each signature,
the gateway, age, case, consent, the holder's decision) is taken away in turn, and the permit must go. A grant for
which no such world can be built can never permit, which is a warning; a precondition whose absence does not matter
would be a fault of the engine or of the document, and refuses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from broker.casework import Case, CaseKind, Membership, Staff
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.dates import ALWAYS, Interval, Period, london_day, shift
from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.facts import Facts, HolderDecision, HolderRuling
from broker.decision.reasons import Effect
from broker.decision.request import Request
from broker.decision.table import compile_table
from broker.decision.terms import AgeTerm, Grant, Terms
from broker.people import Competence, DataSubject
from broker.vocabulary.codes import ObjectionEffect, Organisation, Tier, Vocabulary

_PERSON, _ACTOR, _HOLDER, _CASE = "person", "actor", "holder", "case"
_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
_AGE_WITHOUT_TERM = 30


@dataclass(frozen=True, slots=True)
class World:
    """The smallest world in which one grant can permit one cell."""

    vocabulary: Vocabulary
    terms: Terms
    grant: Grant
    controller: str
    category: str
    facts: Facts
    request: Request

    def decision(self) -> Decision:
        """The decision with this grant and its document's prohibitions alone."""
        alone = replace(self.terms, grants=(self.grant,))
        nothing = Terms("no-duties", 1, ())
        if self.terms.parties is None:
            return evaluate(compile_table(self.vocabulary, alone, ()), self.facts, self.request)
        return evaluate(compile_table(self.vocabulary, nothing, (alone,)), self.facts, self.request)

    def permits(self) -> bool:
        """Whether the cell is permitted."""
        outcome = self.decision().find_outcome(_PERSON, self.category, self.controller)
        return outcome is not None and outcome.effect is Effect.PERMIT


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found for one grant. `world` is None when no world was found in which it permits; `idle` are the
    preconditions whose absence did not take the permit away; `tested` all that were taken away."""

    clause: str
    world: World | None
    tested: tuple[str, ...]
    idle: tuple[str, ...]


def prove(vocabulary: Vocabulary, terms: Terms) -> Iterator[Proof]:
    """Proves every grant of an agreement's version (as if signed by all) or of the duties."""
    if terms.parties is not None:
        terms = replace(terms, signatures=dict.fromkeys(terms.parties, (ALWAYS,)))
    for grant in terms.grants:
        world = find_world(vocabulary, terms, grant)
        if world is None:
            yield Proof(terms.clause_reference(grant.clause), None, (), ())
            continue
        tested: list[str] = []
        idle: list[str] = []
        for name, without in _without_each(world):
            tested.append(name)
            if without.permits():
                idle.append(name)
        yield Proof(terms.clause_reference(grant.clause), world, tuple(tested), tuple(idle))


def find_world(vocabulary: Vocabulary, terms: Terms, grant: Grant) -> World | None:
    """A world in which the grant permits some cell, or None when there is none to be found."""
    for recipient, role in _recipients(vocabulary, terms, grant):
        for controller in _controllers(vocabulary, terms, grant):
            for purpose in sorted(grant.purposes & vocabulary.roles[role].purposes):
                for at in _moments(vocabulary, terms, grant):
                    for category in sorted(grant.categories):
                        world = _world(
                            vocabulary, terms, grant, recipient, role, controller, purpose, category, at
                        )
                        if world.permits():
                            return world
    return None


def _recipients(vocabulary: Vocabulary, terms: Terms, grant: Grant) -> Iterator[tuple[Organisation, str]]:
    for organisation in vocabulary.organisations.values():
        if terms.parties is not None and organisation.code not in terms.parties:
            continue
        for role in vocabulary.roles.values():
            if role.purposes & grant.purposes and any(
                term.covers(organisation, role.code) for term in grant.recipients
            ):
                yield organisation, role.code
                break


def _controllers(vocabulary: Vocabulary, terms: Terms, grant: Grant) -> Iterator[str]:
    for organisation in vocabulary.organisations.values():
        is_party = terms.parties is None or organisation.code in terms.parties
        if is_party and any(discloser.covers(organisation) for discloser in grant.disclosers):
            yield organisation.code


def _moments(vocabulary: Vocabulary, terms: Terms, grant: Grant) -> Iterator[datetime]:
    """Instants worth trying: the latest beginning among the dates that must hold."""
    begins = [terms.begins_at, grant.in_force.from_at]
    if grant.basis.gateway is not None:
        begins.append(vocabulary.gateways[grant.basis.gateway].in_force.from_at)
    known = [moment for moment in begins if moment is not None]
    yield max(known, default=datetime(2026, 1, 1, tzinfo=UTC))


def _world(
    vocabulary: Vocabulary,
    terms: Terms,
    grant: Grant,
    recipient: Organisation,
    role: str,
    controller: str,
    purpose: str,
    category: str,
    at: datetime,
) -> World:
    day = london_day(at)
    lowest = vocabulary.standing.adult_from
    age = _an_age(grant.age)
    people = {_PERSON: DataSubject(_PERSON, _born(day, age))}
    if age < min(lowest, vocabulary.standing.own_decision_from):
        # Below the age of deciding for themselves: assessed competent for every category, so that they can.
        people[_PERSON] = replace(people[_PERSON], competences=(Competence(ALWAYS),))
    staff = {
        _ACTOR: Staff(_ACTOR, recipient.code, frozenset({role})),
        _HOLDER: Staff(_HOLDER, controller, frozenset()),
    }
    case_term = grant.case
    kind = min(case_term.kinds) if case_term is not None and case_term.kinds else CaseKind.TEAM
    level = min(case_term.levels) if case_term is not None and case_term.levels else 2
    case = Case(
        _CASE,
        kind,
        level,
        frozenset({purpose}),
        frozenset({_PERSON}),
        _LONG_AGO,
        members=(Membership(_ACTOR, ALWAYS),),
    )
    consents = (
        (
            ConsentRecord(
                "consent",
                _PERSON,
                _PERSON,
                grant.consent,
                ConsentDecision.GIVEN,
                at,
                categories=frozenset({category}),
            ),
        )
        if grant.consent is not None
        else ()
    )
    rulings = (
        (HolderDecision(_PERSON, category, controller, purpose, HolderRuling.RELEASE, _HOLDER, at),)
        if grant.holder_decides
        else ()
    )
    facts = Facts(people, staff=staff, cases={_CASE: case}, consents=consents, holder_decisions=rulings)
    request = Request(at, _ACTOR, role, purpose, (_PERSON,), _CASE)
    return World(vocabulary, terms, grant, controller, category, facts, request)


def _an_age(term: AgeTerm | None) -> int:
    if term is None:
        return _AGE_WITHOUT_TERM
    if term.from_age is not None:
        return term.from_age
    return max((term.under or 1) - 1, 0)


def _born(day: date, age: int) -> date:
    return shift(day, Period(years=age), -1)


def _without_each(world: World) -> Iterator[tuple[str, World]]:
    """The world without each precondition its grant states, by name."""
    terms, grant = world.terms, world.grant
    if terms.begins_at is not None:
        yield "in_force.from", _at(world, terms.begins_at - timedelta(seconds=1))
    for name, end in (("in_force.until", terms.ends_at), ("in_force.review_by", terms.lapses_at)):
        if end is not None:
            yield name, _at(world, end)
    if grant.in_force.from_at is not None:
        yield "clause from", _at(world, grant.in_force.from_at - timedelta(seconds=1))
    if grant.in_force.until_at is not None:
        yield "clause until", _at(world, grant.in_force.until_at)
    yield from _without_signatures(world)
    yield from _without_gateway(world)
    yield from _without_condition(world)
    if grant.consent is not None:
        yield "consent", replace(world, facts=replace(world.facts, consents=()))
    if grant.holder_decides:
        yield "holder's decision", replace(world, facts=replace(world.facts, holder_decisions=()))
    yield from _objecting(world)
    yield from _elsewhere(world)


def _at(world: World, at: datetime) -> World:
    """The same at another instant; the person as old, the consent and the holder's decision as fresh."""
    age = _an_age(world.grant.age)
    people = {key: replace(person, born=_born(london_day(at), age)) for key, person in world.facts.people.items()}
    facts = replace(
        world.facts,
        people=people,
        consents=tuple(replace(event, at=at) for event in world.facts.consents),
        holder_decisions=tuple(replace(ruling, at=at) for ruling in world.facts.holder_decisions),
    )
    return replace(world, facts=facts, request=replace(world.request, at=at))


def _without_signatures(world: World) -> Iterator[tuple[str, World]]:
    terms = world.terms
    if terms.parties is None or terms.signatures is None:
        return
    recipient = world.facts.staff[_ACTOR].organisation
    for party in sorted({world.controller, recipient}):
        signatures = {key: intervals for key, intervals in terms.signatures.items() if key != party}
        yield f"signature of {party}", replace(world, terms=replace(terms, signatures=signatures))


def _without_gateway(world: World) -> Iterator[tuple[str, World]]:
    code = world.grant.basis.gateway
    if code is None:
        return
    gateway = world.vocabulary.gateways[code]
    nobody: frozenset[str] = frozenset()
    shut = Interval(until_at=world.request.at)
    changes = [("gateway in force", replace(gateway, in_force=shut))]
    if gateway.disclosers is not None:
        changes.append(("gateway's disclosers", replace(gateway, disclosers=nobody)))
    if gateway.recipients is not None:
        changes.append(("gateway's recipients", replace(gateway, recipients=nobody)))
    if gateway.purposes is not None:
        changes.append(("gateway's purposes", replace(gateway, purposes=nobody)))
    if gateway.areas is not None:
        changes.append(("gateway's areas", replace(gateway, areas=nobody)))
    for name, changed in changes:
        gateways = {**world.vocabulary.gateways, code: changed}
        yield name, replace(world, vocabulary=replace(world.vocabulary, gateways=gateways))


def _without_condition(world: World) -> Iterator[tuple[str, World]]:
    grant, facts = world.grant, world.facts
    day = london_day(world.request.at)

    def aged(age: int) -> World:
        person = replace(facts.people[_PERSON], born=_born(day, age))
        return replace(world, facts=replace(facts, people={_PERSON: person}))

    if grant.age is not None and grant.age.under is not None:
        yield "subject.under", aged(grant.age.under)
    if grant.age is not None and grant.age.from_age:
        yield "subject.from", aged(grant.age.from_age - 1)
    if grant.case is None:
        return
    case = facts.cases[_CASE]
    others = [kind for kind in CaseKind if grant.case.kinds is not None and kind not in grant.case.kinds]
    if others:
        changed = replace(case, kind=others[0])
        yield "case.kinds", replace(world, facts=replace(facts, cases={_CASE: changed}))
    levels = [n for n in (1, 2, 3, 4) if grant.case.levels is not None and n not in grant.case.levels]
    if levels:
        changed = replace(case, level=levels[0])
        yield "case.levels", replace(world, facts=replace(facts, cases={_CASE: changed}))
    yield "a case", replace(world, request=replace(world.request, case=None))


def _objecting(world: World) -> Iterator[tuple[str, World]]:
    """Where the gateway says that an objection stops, an objection stops."""
    code = world.grant.basis.gateway
    if code is None or world.vocabulary.gateways[code].objection is not ObjectionEffect.STOPS:
        return
    objection = ConsentRecord(
        "objection", _PERSON, _PERSON, ConsentKind.OBJECTION, ConsentDecision.GIVEN, world.request.at
    )
    consents = (*world.facts.consents, objection)
    yield "no objection", replace(world, facts=replace(world.facts, consents=consents))


def _elsewhere(world: World) -> Iterator[tuple[str, World]]:
    """The clause reaches no other discloser, recipient, role or category than it names."""
    vocabulary, grant = world.vocabulary, world.grant
    actor = world.facts.staff[_ACTOR]
    for organisation in vocabulary.organisations.values():
        if not any(discloser.covers(organisation) for discloser in grant.disclosers):
            yield "from", replace(world, controller=organisation.code)
            break
    for organisation in vocabulary.organisations.values():
        if not any(term.covers(organisation, world.request.role) for term in grant.recipients):
            staff = {**world.facts.staff, _ACTOR: replace(actor, organisation=organisation.code)}
            yield "to", replace(world, facts=replace(world.facts, staff=staff))
            break
    for category in sorted(vocabulary.categories):
        if category not in grant.categories and vocabulary.categories[category].tier < Tier.T5:
            yield "categories", replace(world, category=category)
            break
