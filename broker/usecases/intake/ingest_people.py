"""Who the people of a batch are: decided once for the same words of the same controller, and kept.

Decides in which order evidence is looked at (what was decided before, then `broker.linkage`) and what is kept of a
doubt: somebody who is only possibly the same is made known apart, with the finding for an officer. Writes nothing.
INVARIANT: the same claims of the same controller are the same person in every later run, so that a batch can be
killed anywhere and sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from broker.agencies import IncomingRecord, PersonInvolved
from broker.agencies.incoming import key_of
from broker.linkage import IdentityClaims, LinkDecision, LinkOutcome, match
from broker.people import DataSubject, ProtectionMarker
from broker.store.links import SourceDecision, find_source_people
from broker.store.people import find_people
from broker.store.session import View
from broker.store.vault import Identity
from broker.usecases.intake.ingest_index import LINKED, POSSIBLE, VaultIndex, completed, identity_of, number_id


@dataclass(frozen=True, slots=True)
class Claimed:
    """Somebody whom a batch tells of, under the key by which the same words are known again. Printing it shows
    nothing that was claimed."""

    key: str = field(repr=False)
    claims: IdentityClaims
    markers: frozenset[ProtectionMarker]


@dataclass(slots=True)
class Resolution:
    """Who everybody in a part of a batch is, and what has to be stored so that it stays so.

    `person_ids` is by the key of `Claimed`. `linked` counts claims about people known before, `possible` those
    made known apart though they share something with somebody.
    """

    person_ids: dict[str, str] = field(default_factory=dict, repr=False)
    newcomers: dict[str, DataSubject] = field(default_factory=dict, repr=False)
    marked: dict[str, DataSubject] = field(default_factory=dict, repr=False)
    identities: dict[str, Identity] = field(default_factory=dict, repr=False)
    decisions: list[SourceDecision] = field(default_factory=list, repr=False)
    linked: int = 0
    possible: int = 0

    def markers_set(self) -> dict[ProtectionMarker, list[str]]:
        """Who is given which marker now, or was made known with it."""
        found: dict[ProtectionMarker, list[str]] = {}
        for person in (*self.newcomers.values(), *self.marked.values()):
            for marker in person.markers:
                found.setdefault(marker, []).append(person.id)
        return found

    def nothing_to_store(self) -> bool:
        """Whether everybody was known as they are."""
        return not (self.newcomers or self.marked or self.identities or self.decisions)


def claimed_key(record: IncomingRecord, person: PersonInvolved) -> str:
    """A short key of everything the sender says of this person.

    Where that is too little to tell them from others (no number, and not name, birth date and postcode together)
    the event is part of the key: the same bare name in two events is not the same person.
    """
    claims = person.claims
    numbers = [reported.canonical for reported in (claims.nhs_number, claims.upn) if reported is not None]
    postcode = claims.postcode.canonical if claims.postcode is not None else None
    four = claims.family_name and claims.given_name and claims.born_on and postcode
    alone = claims.agency_id or any(numbers) or four
    return "claims:" + key_of(
        "" if alone else f"{record.group_key}/{person.ref}",
        claims.agency_id or "",
        claims.family_name or "",
        claims.given_name or "",
        claims.born_on.isoformat() if claims.born_on else "",
        claims.sex_code or "",
        claims.address or "",
        *(f"{reported.type_code} {reported.reported}" for reported in claims.identifiers()),
    )


def resolve_people(
    view: View, controller: str, claimed: Sequence[Claimed], new_id: Callable[[], str]
) -> Resolution:
    """Decides who everybody is, in the order given. Reads, and writes nothing."""
    made = Resolution()
    unique = {one.key: one for one in claimed}
    before = _decided_before(view, controller, unique)
    index = VaultIndex(view, controller, [one.claims for key, one in unique.items() if key not in before])
    for key, one in unique.items():
        person_id = before.get(key)
        if person_id is not None:
            made.linked += 1
        else:
            person_id = _decide(one, controller, index, made, new_id)
        made.person_ids[key] = person_id
    _mark(view, claimed, made)
    return made


def _decided_before(view: View, controller: str, keys: Iterable[str]) -> dict[str, str]:
    decided = find_source_people(view, controller, keys)
    found = {key: one.person_id for key, one in decided.items() if one.decision_code == LINKED}
    # Somebody erased since is nobody now: their old key opens nothing, and what is sent again is somebody new.
    there = find_people(view, set(found.values()))
    return {key: person_id for key, person_id in found.items() if person_id in there}


def _decide(one: Claimed, controller: str, index: VaultIndex, made: Resolution, new_id: Callable[[], str]) -> str:
    decision = match(one.claims, index, controller)
    known = index.find_identity(decision.person_id) if decision.person_id is not None else None
    if decision.person_id is not None and known is not None:
        person_id, identity = decision.person_id, completed(known, one.claims)
        made.linked += 1
        if identity != known:
            made.identities[person_id] = identity
    else:
        person_id, identity = new_id(), identity_of(one.claims)
        made.newcomers[person_id] = DataSubject(person_id, one.claims.born_on)
        made.identities[person_id] = identity
        made.possible += decision.outcome is LinkOutcome.POSSIBLE
    index.add(person_id, identity)
    made.decisions += _decisions(one, controller, person_id, decision)
    number = one.claims.agency_id
    if number and not index.knows_number(number):
        index.add_number(number, person_id)
        made.decisions.append(SourceDecision(controller, number_id(number), person_id, LINKED))
    return person_id


def _decisions(one: Claimed, controller: str, person_id: str, decision: LinkDecision) -> list[SourceDecision]:
    """Whom the claims are about and by what, and with whom they share something and why that was not enough."""
    because = ", ".join(sorted(evidence.value for evidence in decision.evidence)) or decision.outcome.value
    found = [SourceDecision(controller, one.key, person_id, LINKED, because)]
    doubts: dict[str, set[str]] = {}
    for finding in decision.findings:
        words = doubts.setdefault(finding.person_id, set())
        words.add(f"{finding.evidence.value}: {', '.join(conflict.value for conflict in finding.conflicts)}")
    for other, words in sorted(doubts.items()):
        found.append(SourceDecision(controller, f"{one.key}/{other}", other, POSSIBLE, "; ".join(sorted(words))))
    return found


def _mark(view: View, claimed: Sequence[Claimed], made: Resolution) -> None:
    """Sets the markers that were asked for. One is never lifted here: that is an officer's act."""
    asked: dict[str, set[ProtectionMarker]] = {}
    for one in claimed:
        if one.markers:
            asked.setdefault(made.person_ids[one.key], set()).update(one.markers)
    there = find_people(view, asked.keys() - made.newcomers.keys())
    for person_id, markers in sorted(asked.items()):
        known = made.newcomers.get(person_id) or there[person_id]
        if not markers <= known.markers:
            changed = made.newcomers if person_id in made.newcomers else made.marked
            changed[person_id] = replace(known, markers=known.markers | markers)
