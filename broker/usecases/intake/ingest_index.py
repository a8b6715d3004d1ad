"""Where an ingest looks for people who are known already: the vault by its keyed tokens, a controller's own
numbers by the decisions made about them, and whoever the present act is making known.

Decides nothing about who is a match (`broker.linkage`). An identity is enough to judge by, because nothing that
contradicts it was ever linked to it: one birth date, one given name, every number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from broker.identifiers import NhsNumber, Upn, normal_name
from broker.linkage import IdentityClaims, KnownPerson, ReportedIdentifier
from broker.store.links import find_source_people
from broker.store.session import View
from broker.store.vault import Identity, Sought, find_candidates_of, find_identities

Numbers = Mapping[str, tuple[str, ...]]
LINKED: Final = "linked"
POSSIBLE: Final = "possible"
_FAMILY_BORN: Final = "family-born"


def number_id(agency_id: str) -> str:
    """What stands for a controller's own number among its keys for people."""
    return f"number:{agency_id}"


def identity_of(claims: IdentityClaims) -> Identity:
    """The claims as an identity; what was refused is kept as it was reported."""
    good: dict[str, tuple[str, ...]] = {}
    bad: dict[str, tuple[str, ...]] = {}
    for reported in claims.identifiers():
        if reported.canonical is None:
            bad[reported.type_code] = (reported.reported,)
        elif reported.type_code in (NhsNumber.type_code, Upn.type_code):
            good[reported.type_code] = (reported.canonical,)
    return Identity(
        family_name=claims.family_name or "",
        given_names=claims.given_name or "",
        born_on=claims.born_on,
        sex_code=claims.sex_code or "",
        address=(claims.address,) if claims.address else (),
        postcode=_canonical(claims.postcode),
        uprn=_canonical(claims.uprn),
        identifiers=good,
        unusable=bad,
    )


def completed(known: Identity, claims: IdentityClaims) -> Identity:
    """What is known, with what the claims add: gaps are filled, other family names and numbers kept beside. What
    was said first stays first; which of two addresses is the newer a list does not say."""
    said = identity_of(claims)
    names = {normal_name(name) for name in (known.family_name, *known.other_names)}
    is_new_name = bool(known.family_name and said.family_name) and normal_name(said.family_name) not in names
    return replace(
        known,
        family_name=known.family_name or said.family_name,
        given_names=known.given_names or said.given_names,
        other_names=(*known.other_names, said.family_name) if is_new_name else known.other_names,
        born_on=known.born_on or said.born_on,
        sex_code=known.sex_code or said.sex_code,
        address=known.address or said.address,
        postcode=known.postcode or said.postcode,
        uprn=known.uprn or said.uprn,
        identifiers=_joined(known.identifiers, said.identifiers),
        unusable=_joined(known.unusable, said.unusable),
    )


class VaultIndex:
    """`broker.linkage.LinkIndex` over one moment of the database. Printing it shows nothing."""

    def __init__(self, view: View, controller: str, claims: Iterable[IdentityClaims]) -> None:
        """`claims` are those that will be asked for: whoever they may be about is looked up at once."""
        self._view = view
        self._controller = controller
        self._identities: dict[str, Identity] = {}
        self._people: dict[str, KnownPerson] = {}
        self._added: dict[tuple[str, ...], list[str]] = {}
        claims = list(claims)
        numbers = {number_id(one.agency_id) for one in claims if one.agency_id}
        decided = find_source_people(view, controller, numbers)
        self._by_number = {key: found.person_id for key, found in decided.items()}
        self._stored = find_candidates_of(view, dict(_sought(claims)))
        self._load([*self._by_number.values(), *(one for found in self._stored.values() for one in found)])

    def __repr__(self) -> str:
        return "VaultIndex(…)"

    def add(self, person_id: str, identity: Identity) -> None:
        """Somebody whom the present act makes known, or of whom it learns more."""
        self._identities[person_id] = identity
        self._people.pop(person_id, None)
        for key in _keys(identity):
            owners = self._added.setdefault(key, [])
            if person_id not in owners:
                owners.append(person_id)

    def add_number(self, agency_id: str, person_id: str) -> None:
        """Says whom the controller means by this number."""
        self._by_number[number_id(agency_id)] = person_id

    def knows_number(self, agency_id: str) -> bool:
        """Whether it was decided whom the controller means by this number, and that somebody is still there."""
        person_id = self._by_number.get(number_id(agency_id))
        return person_id is not None and self.find_identity(person_id) is not None

    def find_identity(self, person_id: str) -> Identity | None:
        """Who this person is; None for somebody who was erased."""
        self._load([person_id])
        return self._identities.get(person_id)

    def find_by_agency_id(self, controller_code: str, agency_id: str) -> Sequence[KnownPerson]:
        """Whom this controller calls by this number: nobody, where the index was made for another."""
        if controller_code != self._controller:
            return []
        person_id = self._by_number.get(number_id(agency_id))
        return [] if person_id is None else self._known([person_id])

    def find_by_nhs(self, nhs_number: str) -> Sequence[KnownPerson]:
        """Those for whom somebody reported this NHS number."""
        return self._owners(NhsNumber.type_code, nhs_number)

    def find_by_upn(self, upn: str) -> Sequence[KnownPerson]:
        """Those for whom somebody reported this UPN."""
        return self._owners(Upn.type_code, upn)

    def find_by_name_dob_postcode(
        self, family_name: str, given_name: str, born_on: date, postcode: str
    ) -> Sequence[KnownPerson]:
        """Those who have all four; a family name they had elsewhere counts."""
        wanted = _four(family_name, given_name, born_on, postcode)
        found = self._find(_FAMILY_BORN, family_name, born_on.isoformat())
        people = [one for one in found if one in self._identities and wanted in _keys(self._identities[one])]
        return self._known([*people, *self._added.get(wanted, ())])

    def _owners(self, type_code: str, canonical: str) -> Sequence[KnownPerson]:
        return self._known([*self._find(type_code, canonical), *self._added.get((type_code, canonical), ())])

    def _find(self, *key: str) -> tuple[str, ...]:
        """Who is stored under a key. Raises KeyError for claims that the index was not made for."""
        return self._stored[key]

    def _known(self, person_ids: Iterable[str]) -> Sequence[KnownPerson]:
        wanted = sorted(set(person_ids))
        self._load(wanted)
        return [self._person(one) for one in wanted if one in self._identities]

    def _person(self, person_id: str) -> KnownPerson:
        found = self._people.get(person_id)
        if found is None:
            found = self._people[person_id] = _known(person_id, self._identities[person_id])
        return found

    def _load(self, person_ids: Iterable[str]) -> None:
        missing = sorted({one for one in person_ids if one not in self._identities})
        if missing:
            self._identities.update(find_identities(self._view, missing))


def _sought(claims: Iterable[IdentityClaims]) -> Iterator[tuple[tuple[str, ...], Sought]]:
    """What each of the claims will be looked for by (`broker.linkage.exact`), under the key it is then asked
    by."""
    for one in claims:
        for reported in (one.nhs_number, one.upn):
            if reported is not None and reported.canonical is not None:
                number = {reported.type_code: (reported.canonical,)}
                yield (reported.type_code, reported.canonical), Sought(identifiers=number)
        if one.family_name and one.given_name and one.born_on:
            family_name = normal_name(one.family_name)
            key = (_FAMILY_BORN, family_name, one.born_on.isoformat())
            yield key, Sought(family_name=family_name, born_on=one.born_on)


def _known(person_id: str, identity: Identity) -> KnownPerson:
    return KnownPerson(
        person_id,
        frozenset({identity.born_on} if identity.born_on else ()),
        frozenset({normal_name(identity.given_names)} if identity.given_names else ()),
        frozenset(identity.identifiers.get(NhsNumber.type_code, ())),
        frozenset(identity.identifiers.get(Upn.type_code, ())),
    )


def _keys(identity: Identity) -> set[tuple[str, ...]]:
    keys = {(code, value) for code, values in identity.identifiers.items() for value in values}
    four: set[tuple[str, ...]] = set()
    if identity.family_name and identity.given_names and identity.born_on and identity.postcode:
        given = normal_name(identity.given_names)
        for name in (identity.family_name, *identity.other_names):
            four.add(_four(normal_name(name), given, identity.born_on, identity.postcode))
    return four | keys


def _four(family_name: str, given_name: str, born_on: date, postcode: str) -> tuple[str, ...]:
    return ("name-dob-postcode", family_name, given_name, born_on.isoformat(), postcode)


def _canonical(reported: ReportedIdentifier | None) -> str:
    return (reported.canonical or "") if reported is not None else ""


def _joined(known: Numbers, said: Numbers) -> Numbers:
    return {code: tuple(dict.fromkeys((*known.get(code, ()), *said.get(code, ())))) for code in (*known, *said)}
