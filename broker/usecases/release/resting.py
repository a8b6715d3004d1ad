"""What a release rests on: agreements, signatures, duties, consents, holders' decisions and emergency access.

Decides which grounds a permitted cell names, cell by cell, so that a withdrawal leads to everybody who received
something because of what was withdrawn. Cautious where it must choose: a holder's decision to release that stands
for a permitted cell is named even where the cell might have been permitted without it. From docs/security.md
section 3, point 6, and docs/rules.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from broker.consent.record import ConsentKind, ConsentRecord
from broker.consent.standing import Kinship
from broker.decision.consents import PersonConsents
from broker.decision.decision import Decision
from broker.decision.facts import Facts, HolderDecision, HolderRuling
from broker.decision.outcome import Outcome
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
from broker.vocabulary.codes import Tier, Vocabulary


def grounds_of(
    view: View, decision: Decision, raw: Facts, rules: Rules, cells: Iterable[tuple[str, str, str, Outcome]]
) -> frozenset[Ground]:
    """The grounds of these permitted cells (person, category, controller, outcome). `raw` are the facts as
    gathered, with protected people: what they refused still narrows what others gave."""
    if decision.plan is None:
        return frozenset()
    consents = _Consents(decision)
    grounds: set[Ground] = set()
    papers: set[tuple[str, str]] = set()
    relied: dict[str, ConsentRecord] = {}
    for person, category, controller, outcome in cells:
        papers.update((clause.partition("#")[0], controller) for clause in outcome.clauses)
        for event in consents.relied_on(person, category, controller, outcome):
            relied[event.id] = event
        ruling = governing_ruling(raw, decision, person, category, controller) if raw.holder_decisions else None
        if ruling is not None:
            grounds.add(ruling_ground(view, ruling))
            grounds.update(
                ruling_ground(view, one) for one in raw.holder_decisions if narrowed_rulings(one, [ruling])
            )
    grounds.update(_papers(decision, rules, papers))
    grounds.update(_consent_grounds(decision.table.vocabulary, raw, relied.values()))
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


@dataclass(slots=True)
class _Consents:
    """The consents relied on, worked out once for all cells that the same events cover."""

    decision: Decision
    _kinship: Kinship | None = None
    _people: dict[str, PersonConsents] = field(default_factory=dict)
    _known: dict[tuple[object, ...], tuple[ConsentRecord, ...]] = field(default_factory=dict)

    def relied_on(self, person: str, category: str, controller: str, outcome: Outcome) -> Iterator[ConsentRecord]:
        kinds = {
            passing.grant.consent
            for passing in outcome.passing
            if passing.grant is not None and passing.grant.consent is not None
        }
        for kind in sorted(kinds):
            yield from self._of(person, category, controller, kind)

    def _of(self, person: str, category: str, controller: str, kind: ConsentKind) -> tuple[ConsentRecord, ...]:
        consents = self._consents(person)
        vocabulary = self.decision.table.vocabulary
        tier = max(vocabulary.categories[category].tier, vocabulary.organisations[controller].tier)
        covering = tuple(
            event.id
            for event in consents.events
            if event.kind is kind
            and (event.categories is None or category in event.categories)
            and (event.controllers is None or controller in event.controllers)
        )
        # Competence may be assessed for some categories only, and then who has standing differs by category.
        apart = category if consents.person.competences else ""
        key = (person, kind, tier >= Tier.T4, covering, apart)
        if key not in self._known:
            self._known[key] = consents.relied_on(kind, category, controller)
        return self._known[key]

    def _consents(self, person: str) -> PersonConsents:
        known = self._people.get(person)
        if known is None:
            decision, ruling = self.decision, self.decision.find_ruling(person)
            # INVARIANT: only cells of requested people are permitted, and each has a ruling.
            if ruling is None:
                raise LookupError("a permitted cell of nobody asked for")
            if self._kinship is None:
                self._kinship = Kinship.of(decision.facts.people, decision.facts.relationships)
            known = self._people[person] = PersonConsents(
                ruling.person,
                tuple(event for event in decision.facts.consents if event.about == person),
                None,
                self._kinship,
                decision.table.vocabulary.standing,
                ruling.plan,
                decision.request.at,
            )
        return known
