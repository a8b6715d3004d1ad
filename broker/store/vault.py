"""The identity vault: who people are, sealed under their own keys and found by keyed tokens.

Decides what an identity holds and by what it can be searched: an identifier, a birth date with a name (by sound)
or a postcode, a family name with a postcode, or both names of somebody born between two days. One attribute alone
finds nobody: that is a fishing trip,
and a token for every `Smith` would betray itself by its frequency. Does not decide who is a match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from sqlalchemy import bindparam, delete, select

from broker.audit.entry import AuditEntry
from broker.errors import CallWrong
from broker.store import codec
from broker.store.kinds import VersionedKind
from broker.store.people import KnownKeys, get_keys
from broker.store.phonetic import sound_of
from broker.store.sealing import among, as_known, chunks, known, latest
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.identity import IdentityToken, IdentityVersion

K = TypeVar("K")

IDENTITIES: Final = table_of(IdentityVersion)
TOKENS: Final = table_of(IdentityToken)
_OWNERS_OF: Final = select(TOKENS.c.token, TOKENS.c.person_id).where(
    TOKENS.c.kind_code == bindparam("kind_code"), among(TOKENS.c.token)
)
_VERSIONS_OF: Final = known(select(IDENTITIES).where(among(IDENTITIES.c.person_id)), IDENTITIES)


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Who somebody is. `identifiers` maps a type's code to canonical values, `unusable` values as reported that
    were refused. Printing it shows nothing."""

    family_name: str = ""
    given_names: str = ""
    other_names: tuple[str, ...] = ()
    born_on: date | None = None
    sex_code: str = ""
    address: tuple[str, ...] = ()
    postcode: str = ""
    uprn: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unusable: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Identity(…)"

    def full_name(self) -> str:
        """Given names and family name, for a screen."""
        return f"{self.given_names} {self.family_name}".strip()


@dataclass(frozen=True, slots=True, repr=False)
class Sought:
    """What is known of somebody looked for. Printing it shows nothing."""

    family_name: str = ""
    given_names: str = ""
    born_on: date | None = None
    postcode: str = ""
    identifiers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Sought(…)"


def put_identities(
    act: Act, identities: Mapping[str, Identity], *, entry: AuditEntry, effective_at: datetime | None = None
) -> None:
    """Records who people (by id) are now, and makes them findable by that and no longer by what was before.
    Raises CallWrong for somebody who is not known or was erased."""
    act.bump(entry, VersionedKind.PERSON, identities)
    for some in chunks(sorted(identities)):
        act.write(entry, delete(TOKENS).where(TOKENS.c.person_id.in_(some)))
    keys = get_keys(act, identities)
    if len(keys) != len(identities):
        raise CallWrong("identity", "belongs to somebody who is not known or was erased; make them known first")
    versions, tokens = [], []
    for person_id, identity in identities.items():
        row = act.new_row()
        sealer = act.keys.person({person_id: keys[person_id]})
        data = codec.to_bytes(_body(identity))
        versions.append(
            {
                "row_id": row,
                "person_id": person_id,
                "effective_at": effective_at or act.at,
                "recorded_at": act.at,
                "identity": sealer.seal(IDENTITIES.name, "identity", row, person_id, data),
            }
        )
        tokens += [
            {"kind_code": kind, "token": token, "person_id": person_id} for kind, token in _tokens(act, identity)
        ]
    act.write_rows(entry, IDENTITIES, versions)
    act.write_rows(entry, TOKENS, tokens, unless_there=True)


def find_identities(
    view: View, person_ids: Iterable[str], known_at: datetime | None = None, keys: KnownKeys | None = None
) -> dict[str, Identity]:
    """Who these people are; who was erased or never identified is not there."""
    wanted = sorted(set(person_ids))
    rows = latest(view.read(_VERSIONS_OF, as_known(known_at, person_id=tuple(wanted))), "person_id")
    wrapped = (keys or KnownKeys(())).of(view, rows)
    found = {}
    for person_id, row in rows.items():
        if person_id in wrapped:
            sealer = view.keys.person({person_id: wrapped[person_id]})
            data = sealer.open(IDENTITIES.name, "identity", row.row_id, person_id, row.identity)
            found[person_id] = _identity(codec.from_bytes(data))
    return found


def find_by_identifier(view: View, type_code: str, canonical: str) -> tuple[str, ...]:
    """The ids of people with this identifier: none, one, or several who were given the same by mistake."""
    token = _token(view, "identifier", type_code, canonical)
    return _owners(view, [("identifier", token)])


def find_candidates(view: View, sought: Sought) -> tuple[str, ...]:
    """The ids of everybody who shares an identifier, or two of the other attributes, with what is sought."""
    return _owners(view, tuple(_tokens(view, sought)))


def find_named_between(view: View, sought: Sought, first: date, last: date) -> tuple[str, ...]:
    """The ids of everybody whose family name and given name both sound like these and who was born on one of these
    days, both ends included. Nobody where either name is missing. What is asked never depends on who there is."""
    family, given = sound_of(sought.family_name), sound_of(sought.given_names.partition(" ")[0])
    if not family or not given:
        return ()
    days = [codec.day_text(first + timedelta(days=one)) or "" for one in range((last - first).days + 1)]
    both: set[str] | None = None
    for kind, name in (("family-born", family), ("given-born", given)):
        found: set[str] = set()
        for some in chunks([_token(view, kind, name, one) for one in days]):
            found.update(row.person_id for row in view.read(_OWNERS_OF, {"kind_code": kind, "token": some}))
        both = found if both is None else both & found
    return tuple(sorted(both or ()))


def can_be_found_by(sought: Sought) -> bool:
    """Whether this is enough to find anybody by, whoever there is."""
    return bool(sought.identifiers) or any(one and other for _, one, other in _pairs(sought))


def find_candidates_of(view: View, sought: Mapping[K, Sought]) -> dict[K, tuple[str, ...]]:
    """For each of many that are sought what `find_candidates` finds, in as few statements as there can be."""
    wanted: dict[tuple[str, bytes], list[K]] = {}
    for key, one in sought.items():
        for token in _tokens(view, one):
            wanted.setdefault(token, []).append(key)
    found: dict[K, set[str]] = {key: set() for key in sought}
    for kind in sorted({kind for kind, _ in wanted}):
        tokens = sorted(token for one, token in wanted if one == kind)
        for some in chunks(tokens):
            for row in view.read(_OWNERS_OF, {"kind_code": kind, "token": some}):
                for key in wanted[kind, row.token]:
                    found[key].add(row.person_id)
    return {key: tuple(sorted(owners)) for key, owners in found.items()}


def _owners(view: View, tokens: Sequence[tuple[str, bytes]]) -> tuple[str, ...]:
    found: set[str] = set()
    for kind, token in tokens:
        statement = select(TOKENS.c.person_id).where(TOKENS.c.kind_code == kind, TOKENS.c.token == token)
        found.update(row.person_id for row in view.read(statement))
    return tuple(sorted(found))


def _tokens(view: View, person: Identity | Sought) -> Iterator[tuple[str, bytes]]:
    for type_code, values in person.identifiers.items():
        for value in values:
            yield "identifier", _token(view, "identifier", type_code, value)
    for kind, one, other in _pairs(person):
        if one and other:
            yield kind, _token(view, kind, one, other)


def _pairs(person: Identity | Sought) -> tuple[tuple[str, str, str], ...]:
    family, given = sound_of(person.family_name), sound_of(person.given_names.partition(" ")[0])
    born, postcode = codec.day_text(person.born_on) or "", person.postcode.replace(" ", "").upper()
    return (
        ("family-born", family, born),
        ("given-born", given, born),
        ("family-postcode", family, postcode),
        ("born-postcode", born, postcode),
    )


def _token(view: View, kind: str, *parts: str) -> bytes:
    return view.keys.token(f"identity/{kind}", *parts)


def _body(identity: Identity) -> codec.Body:
    return {
        "family": identity.family_name,
        "given": identity.given_names,
        "other": list(identity.other_names),
        "born": codec.day_text(identity.born_on),
        "sex": identity.sex_code,
        "address": list(identity.address),
        "postcode": identity.postcode,
        "uprn": identity.uprn,
        "phones": list(identity.phones),
        "emails": list(identity.emails),
        "identifiers": {code: list(values) for code, values in identity.identifiers.items()},
        "unusable": {code: list(values) for code, values in identity.unusable.items()},
    }


def _identity(body: codec.Body) -> Identity:
    return Identity(
        body["family"],
        body["given"],
        tuple(body["other"]),
        codec.day(body["born"]),
        body["sex"],
        tuple(body["address"]),
        body["postcode"],
        body["uprn"],
        tuple(body["phones"]),
        tuple(body["emails"]),
        {code: tuple(values) for code, values in body["identifiers"].items()},
        {code: tuple(values) for code, values in body["unusable"].items()},
    )
