"""An index in dictionaries, for tests: what a store answers from keyed search tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from broker.identifiers import normal_name
from broker.linkage import IdentityClaims, KnownPerson


class DictIndex:
    """Everything that was said of everybody, by each way of finding them."""

    def __init__(self) -> None:
        self._people: dict[str, KnownPerson] = {}
        self._ids: defaultdict[object, dict[str, None]] = defaultdict(dict)

    def add(self, person_id: str, claims: IdentityClaims, controller_code: str) -> None:
        """Keeps what the claims say of that person."""
        person = self._people.get(person_id, KnownPerson(person_id))
        given = normal_name(claims.given_name) if claims.given_name else None
        nhs = claims.nhs_number.canonical if claims.nhs_number else None
        upn = claims.upn.canonical if claims.upn else None
        postcode = claims.postcode.canonical if claims.postcode else None
        self._people[person_id] = replace(
            person,
            born_on=person.born_on | ({claims.born_on} if claims.born_on else frozenset()),
            given_names=person.given_names | ({given} if given else frozenset()),
            nhs_numbers=person.nhs_numbers | ({nhs} if nhs else frozenset()),
            upns=person.upns | ({upn} if upn else frozenset()),
        )
        keys: list[object] = [("agency", controller_code, claims.agency_id), ("nhs", nhs), ("upn", upn)]
        if claims.family_name and given and claims.born_on and postcode:
            keys.append(("name", normal_name(claims.family_name), given, claims.born_on, postcode))
        for key in keys:
            if None not in key:
                self._ids[key][person_id] = None

    def _find(self, *key: object) -> Sequence[KnownPerson]:
        return [self._people[person_id] for person_id in self._ids.get(key, ())]

    def find_by_agency_id(self, controller_code: str, agency_id: str) -> Sequence[KnownPerson]:
        return self._find("agency", controller_code, agency_id)

    def find_by_nhs(self, nhs_number: str) -> Sequence[KnownPerson]:
        return self._find("nhs", nhs_number)

    def find_by_upn(self, upn: str) -> Sequence[KnownPerson]:
        return self._find("upn", upn)

    def find_by_name_dob_postcode(
        self, family_name: str, given_name: str, born_on: date, postcode: str
    ) -> Sequence[KnownPerson]:
        return self._find("name", family_name, given_name, born_on, postcode)
