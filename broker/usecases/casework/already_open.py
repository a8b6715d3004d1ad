"""Which of the contacts that wait are about a family somebody leads work with already: for a whole queue at once.

Decides, contact by contact, as asking who leads would (`broker.usecases.casework.find_lead`): the request of
whoever looks, for the front door's purpose, in the contact's case, about everybody it is about. Facts are read
once for all of them and no record is touched; every contact takes the same work, whatever there is. What was told
of stands in the queue's own entry. From docs/casework.md ("Already open").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeVar

from broker.access import Verb
from broker.casework import Case
from broker.consent.record import ConsentRecord
from broker.decision.evaluate import evaluate
from broker.decision.facts import Facts, HolderDecision
from broker.decision.request import Request
from broker.errors import CallWrong
from broker.people import Household, Relationship
from broker.release.disclosure import permitted_in
from broker.store.consents import find_consents
from broker.store.holder_decisions import find_rulings
from broker.store.households import find_households
from broker.store.people import PeopleRead, find_people
from broker.store.relationships import find_relationships
from broker.store.session import Act
from broker.store.staff import find_staff, staff_fact
from broker.usecases.acting import Acting
from broker.usecases.casework.front_door import Seen
from broker.usecases.casework.leads import LEAST, Asking, Lead, Led
from broker.usecases.kinds import VersionedKind
from broker.usecases.rules.rules import RULES, Rules, current_rules
from broker.usecases.world import World
from broker.vocabulary.clocks import FrontDoor

T = TypeVar("T")

_REASON: Final = "the front-door queue"


@dataclass(frozen=True, slots=True)
class Open:
    """The leads that may be told of, by contact, and the digests of what was decided by; a contact of which there
    is nothing to tell is not there."""

    leads: Mapping[str, tuple[Lead, ...]]
    agreements_digest: str | None = None
    policies_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Nearby:
    """The rules, and the facts about everybody that some contacts are about. `rules` None where those deployed
    are not those in force: then nothing is told, and the queue stands as ever. `people` are those of the facts,
    read under their versions."""

    rules: Rules | None
    facts: Facts
    led: Led
    people: PeopleRead


def rest_on(act: Act, world: World, acting: Acting, cases: Mapping[str, Case]) -> Nearby:
    """Locks and reads what the answers about these contacts rest on. Call it before the act's instant is asked."""
    asked = sorted({one for case in cases.values() for one in case.about})
    act.share([RULES, staff_fact(acting.by), *((VersionedKind.PERSON, one) for one in asked)])
    rules: Rules | None
    try:
        rules = current_rules(act, world)
    except CallWrong:
        rules = None
    relationships, consents = find_relationships(act, asked), find_consents(act, asked)
    households, rulings = find_households(act, asked), tuple(find_rulings(act, asked).values())
    staff = find_staff(act, {acting.by, *(one.by for one in rulings)})
    near = {one for found in relationships for one in (found.from_id, found.to_id)}
    near.update(consent.signatory for consent in consents)
    near.update(chain.from_iterable(household.members for household in households))
    near.update(member.person for member in staff.values() if member.person is not None)
    act.share((VersionedKind.PERSON, one) for one in near.difference(asked))
    everybody = near.union(asked)
    people = PeopleRead(frozenset(everybody), find_people(act, everybody))
    led = Led.around(act, asked, cases, people)
    facts = Facts(people.found, relationships, households, staff, {}, consents, rulings)
    return Nearby(rules, facts, led, people)


def already_open(
    act: Act, world: World, acting: Acting, front_door: FrontDoor, nearby: Nearby, seen: Mapping[str, Seen]
) -> Open:
    """The leads of open cases about those whom each contact is about; none for a role that may not ask."""
    rules = nearby.rules
    if rules is None or world.access.find_role([acting.role], Verb.PROFILE_REQUEST) is None:
        return Open({})
    index = _Index(nearby.facts)
    found = {}
    for case_id, contact in seen.items():
        about = tuple(contact.people)
        request = Request(act.at, acting.by, acting.role, front_door.purpose, about, case_id, _REASON)
        decision = evaluate(rules.table, index.around(contact.case, about), request)
        told = {
            (person, controller)
            for person, controller, outcome in permitted_in(decision, front_door.lead_category)
            if outcome.detail is not None and outcome.detail >= LEAST
        }
        asking = Asking(acting.by, case_id, front_door, act.at)
        leads = tuple(nearby.led.leads(about, asking, told))
        if leads:
            found[case_id] = leads
    return Open(found, rules.table.digest, rules.policies_digest)


class _Index:
    """What concerns each person, so that no decision walks through the facts of the others."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._relationships: dict[str, list[Relationship]] = {}
        self._consents: dict[str, list[ConsentRecord]] = {}
        self._households: dict[str, list[Household]] = {}
        self._rulings: dict[str, list[HolderDecision]] = {}
        for tie in facts.relationships:
            for one in {tie.from_id, tie.to_id}:
                self._relationships.setdefault(one, []).append(tie)
        for consent in facts.consents:
            self._consents.setdefault(consent.about, []).append(consent)
        for household in facts.households:
            for one in household.members:
                self._households.setdefault(one, []).append(household)
        for ruling in facts.holder_decisions:
            self._rulings.setdefault(ruling.about, []).append(ruling)

    def around(self, case: Case, about: Iterable[str]) -> Facts:
        """The facts of one request about these people in this case."""
        asked = tuple(about)
        relationships = _of(self._relationships, asked)
        consents, households = _of(self._consents, asked), _of(self._households, asked)
        near = {*asked, *case.about, *(one.signatory for one in consents)}
        near.update(one for tie in relationships for one in (tie.from_id, tie.to_id))
        near.update(chain.from_iterable(household.members for household in households))
        near.update(member.person for member in self._facts.staff.values() if member.person is not None)
        people = {one: self._facts.people[one] for one in near if one in self._facts.people}
        return Facts(
            people,
            relationships,
            households,
            self._facts.staff,
            {case.id: case},
            consents,
            _of(self._rulings, asked),
        )


def _of(index: Mapping[str, list[T]], person_ids: Iterable[str]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(index.get(one, ()) for one in person_ids)))
