"""What a release rests on: agreements, signatures, duties, consents, holders' decisions and emergency access.

Decides which grounds a permitted cell names, cell by cell, so that a withdrawal leads to everybody who received
something because of what was withdrawn. Cautious where it must choose: a holder's decision to release that stands
for a permitted cell is named even where the cell might have been permitted without it. From docs/security.md
section 3, point 6, and docs/rules.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from broker.consent.record import ConsentKind, ConsentRecord
from broker.consent.standing import Kinship
from broker.decision.consents import PersonConsents
from broker.decision.decision import Decision, PersonRuling
from broker.decision.facts import Facts, HolderDecision, HolderRuling
from broker.decision.outcome import Outcome
from broker.decision.universe import bits
from broker.store.session import View
from broker.usecases.release.grounds import (
    Ground,
    agreement_ground,
    consent_ground,
    duties_ground,
    narrowed_by,
    narrowed_rulings,
    ruling_ground,
    standing_signature,
)
from broker.usecases.rules.rules import Rules
from broker.vocabulary.codes import Vocabulary

Cell = tuple[str, str, str, Outcome]
"""Person, category, controller and the answer."""


def grounds_of(
    view: View, decision: Decision, raw: Facts, rules: Rules, cells: Iterable[Cell]
) -> frozenset[Ground]:
    """The grounds of these permitted cells (person, category, controller, outcome). `raw` are the facts as
    gathered, with protected people: what they refused still narrows what others gave."""
    if decision.plan is None:
        return frozenset()
    cells = tuple(cells)
    grounds: set[Ground] = set()
    cited = {(outcome.clauses, controller) for _, _, controller, outcome in cells}
    papers = {(clause.partition("#")[0], controller) for clauses, controller in cited for clause in clauses}
    grounds.update(_papers(decision, rules, papers))
    relied = {event.id: event for event in relied_on(decision, cells)}
    grounds.update(_consent_grounds(decision.table.vocabulary, raw, relied.values()))
    for person, category, controller, _ in cells if raw.holder_decisions else ():
        ruling = governing_ruling(raw, decision, person, category, controller)
        if ruling is not None:
            grounds.add(ruling_ground(view, ruling))
            grounds.update(
                ruling_ground(view, one) for one in raw.holder_decisions if narrowed_rulings(one, [ruling])
            )
    return frozenset(grounds)


def _papers(decision: Decision, rules: Rules, papers: Iterable[tuple[str, str]]) -> Iterator[Ground]:
    """The duties, or the agreement with the signatures of the controller and of the recipient."""
    duties = rules.table.duties
    recipient = decision.plan.recipient.code if decision.plan is not None else ""
    for name, controller in papers:
        reference, _, number = name.rpartition("@")
        version = int(number)
        stored = rules.stored.get((reference, version))
        if stored is None or (reference, version) == (duties.reference, duties.version):
            yield duties_ground(rules.policies_digest, rules.adopted_at)
            continue
        yield agreement_ground(reference, version)
        for party in {controller, recipient}:
            yield standing_signature(reference, version, stored.signatures, party)


def _consent_grounds(vocabulary: Vocabulary, raw: Facts, relied: Iterable[ConsentRecord]) -> Iterator[Ground]:
    for given in relied:
        yield consent_ground(given.id)
        for event in raw.consents:
            if narrowed_by(event, [given], vocabulary):
                yield consent_ground(event.id)


def governing_ruling(
    raw: Facts, decision: Decision, person: str, category: str, controller: str
) -> HolderDecision | None:
    """The holder's decision to release that stands for this cell, or None."""
    request = decision.request
    matching = [
        one
        for one in raw.holder_decisions
        if (one.about, one.category, one.controller, one.purpose)
        == (person, category, controller, request.purpose)
        and (one.case is None or one.case == request.case)
        and one.at <= request.at
    ]
    if not matching:
        return None
    latest = max(matching, key=lambda one: (one.at, one.ruling is HolderRuling.WITHHOLD))
    over = latest.until_at is not None and latest.until_at <= request.at
    return None if over or latest.ruling is HolderRuling.WITHHOLD else latest


def relied_on(decision: Decision, cells: Iterable[Cell]) -> Iterator[ConsentRecord]:
    """The consents relied on, person by person: for all the cells at once for which some passing grant demands one
    of a kind."""
    people: dict[str, list[Cell]] = {}
    for cell in cells:
        people.setdefault(cell[0], []).append(cell)
    kinship: Kinship | None = None
    for person, theirs in people.items():
        ruling = decision.find_ruling(person)
        # INVARIANT: only cells of requested people are permitted, and each has a ruling.
        if ruling is None:
            raise LookupError("a permitted cell of nobody asked for")
        demanded = _demanded(ruling, theirs)
        if not demanded:
            continue
        kinship = kinship or Kinship.of(decision.facts.people, decision.facts.relationships)
        consents = PersonConsents(
            ruling.person,
            tuple(event for event in decision.facts.consents if event.about == person),
            None,
            kinship,
            decision.table.vocabulary.standing,
            ruling.plan,
            decision.request.at,
        )
        for kind, wanted in demanded.items():
            yield from consents.relied_on_over(kind, wanted)


def _demanded(ruling: PersonRuling, cells: Sequence[Cell]) -> Mapping[ConsentKind, int]:
    """The cells for which some passing grant demands a consent, by its kind; of these, each permitted and named
    once."""
    by_all = ruling.once(_demanded_by_all)
    if len(cells) == ruling.permitted.bit_count():
        return by_all  # they are all there are
    universe, wanted = ruling.plan.universe, 0
    for _, category, controller, _ in cells:
        wanted |= 1 << universe.bit(controller, category)
    return {kind: demanding & wanted for kind, demanding in by_all.items() if demanding & wanted}


def _demanded_by_all(ruling: PersonRuling) -> Mapping[ConsentKind, int]:
    """The same of every cell that is permitted."""
    found: dict[ConsentKind, int] = {}
    outcomes = ruling.outcomes()
    for bit in bits(ruling.permitted):
        for passing in outcomes[bit].passing:
            if passing.grant is not None and passing.grant.consent is not None:
                found[passing.grant.consent] = found.get(passing.grant.consent, 0) | 1 << bit
    return found
