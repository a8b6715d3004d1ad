"""People as the decision sees them: an opaque id, a key, and what is known about birth, death, capacity,
competence and protection. Who they are stands in the vault (`broker.store.vault`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update

from broker.audit.entry import AuditEntry
from broker.people import DataSubject
from broker.store import codec
from broker.store.kinds import VersionedKind
from broker.store.sealing import (
    among,
    as_known,
    chunks,
    known,
    latest,
    open_fact,
    person_token,
    person_tokens,
    seal_fact,
)
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.identity import IdentityToken, IdentityVersion, Person, PersonKey
from broker.store.tables.people import PersonState

PEOPLE: Final = table_of(Person)
KEYS: Final = table_of(PersonKey)
STATES: Final = table_of(PersonState)
_STATES_OF: Final = known(select(STATES).where(among(STATES.c.person_token)), STATES)
_KEYS_OF: Final = select(KEYS.c.person_id, KEYS.c.wrapped).where(
    among(KEYS.c.person_id), KEYS.c.wrapped.is_not(None)
)


def add_people(act: Act, people: Sequence[DataSubject], *, entry: AuditEntry) -> None:
    """Makes people known, each with a new key and what is known of them. Ids come from `act.new_id("p-")`, or from
    a rehearsal's file. Raises SystemFailed for an id that is taken."""
    act.bump(entry, VersionedKind.PERSON, [person.id for person in people])
    at = act.at
    act.write_rows(entry, PEOPLE, [{"person_id": person.id, "recorded_at": at} for person in people])
    keys = [{"person_id": person.id, "wrapped": act.keys.new_person_key(person.id)} for person in people]
    act.write_rows(entry, KEYS, keys)
    _insert_states(act, people, at, entry)


def record_people(
    act: Act, people: Sequence[DataSubject], *, entry: AuditEntry, effective_at: datetime | None = None
) -> None:
    """Records what is now known about people; what was known before stays on record. `effective_at` is since when
    it has been so (None: now)."""
    act.bump(entry, VersionedKind.PERSON, [person.id for person in people])
    _insert_states(act, people, effective_at or act.at, entry)


def _insert_states(act: Act, people: Sequence[DataSubject], effective_at: datetime, entry: AuditEntry) -> None:
    rows = []
    for person in people:
        row, token = act.new_row(), person_token(act, STATES, person.id)
        rows.append(
            {
                "row_id": row,
                "person_token": token,
                "effective_at": effective_at,
                "recorded_at": act.at,
                "state": seal_fact(act, STATES, "state", row, token, codec.person_body(person)),
            }
        )
    act.write_rows(entry, STATES, rows)


def find_people(view: View, person_ids: Iterable[str], known_at: datetime | None = None) -> dict[str, DataSubject]:
    """The people there are among these ids, as known at `known_at` (None: now). Organisations' codes and ids never
    issued are simply not there."""
    tokens = person_tokens(view, STATES, person_ids)
    found = {}
    for token, row in latest(
        view.read(_STATES_OF, as_known(known_at, person_token=tokens)), "person_token"
    ).items():
        body = open_fact(view, STATES, "state", row.row_id, token, row.state)
        found[tokens[token]] = codec.person_from(tokens[token], body)
    return found


@dataclass(frozen=True, slots=True)
class PeopleRead:
    """What one act read of some people whose versions it shares, for several who ask it of them: `found` are those
    there are among `asked`."""

    asked: frozenset[str] = frozenset()
    found: Mapping[str, DataSubject] = field(default_factory=dict)

    def with_others(self, view: View, person_ids: Iterable[str]) -> dict[str, DataSubject]:
        """As `find_people`, asking again for others alone; where there are none it asks too, so that a look costs
        as many questions whoever there is."""
        wanted = set(person_ids)
        there = {one: self.found[one] for one in wanted if one in self.found}
        return there | find_people(view, wanted - self.asked)


NOBODY_READ: Final = PeopleRead()


def get_keys(view: View, person_ids: Iterable[str]) -> Mapping[str, bytes]:
    """The wrapped data keys of those who have one: who was erased has none."""
    return {
        row.person_id: row.wrapped
        for some in chunks(sorted(set(person_ids)))
        for row in view.read(_KEYS_OF, {"person_id": some})
    }


class KnownKeys:
    """The wrapped data keys of some people, for several who open what was sealed with them: read in one round with
    what they read first (`View.together`)."""

    def __init__(self, people: Iterable[str]) -> None:
        self._people = frozenset(people)
        self._keys: Mapping[str, bytes] | None = None

    def read(self, view: View) -> None:
        """Reads them."""
        self._keys = get_keys(view, self._people)

    def of(self, view: View, person_ids: Iterable[str]) -> Mapping[str, bytes]:
        """As `get_keys`, asking again only for others."""
        wanted = set(person_ids)
        if self._keys is None or not wanted <= self._people:
            return get_keys(view, wanted)
        return {one: self._keys[one] for one in wanted if one in self._keys}


def erase_person(act: Act, person_id: str, *, entry: AuditEntry) -> None:
    """Erases a person: destroys their data key, with which every content about them and their identity were
    sealed, and removes identity, search tokens and what was known of birth, capacity and markers: to a decision
    they were never issued. Consents and headers without content stay, sealed under the facts key; the audit log
    stays and its proofs hold. Backups made before hold the old wrapped key: see
    docs/storage.md."""
    act.bump(entry, VersionedKind.PERSON, [person_id])
    tokens, identities = table_of(IdentityToken), table_of(IdentityVersion)
    act.write(entry, delete(tokens).where(tokens.c.person_id == person_id))
    act.write(entry, delete(identities).where(identities.c.person_id == person_id))
    act.write(entry, delete(STATES).where(STATES.c.person_token == person_token(act, STATES, person_id)))
    destroyed = {"wrapped": None, "destroyed_at": act.at}
    act.write(
        entry, update(KEYS).where(KEYS.c.person_id == person_id, KEYS.c.wrapped.is_not(None)).values(destroyed)
    )
    act.write(entry, update(PEOPLE).where(PEOPLE.c.person_id == person_id).values(erased_at=act.at))
