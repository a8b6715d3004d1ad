"""Holds: a person or a record of whom nothing is found while somebody looks whether it is the right person's.

Decides that a hold works where headers are read, so that it holds back every release, emergency access and answer
alike, and that a past decision is recomputed with the holds of its own time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, or_, select, update

from broker.audit.entry import AuditEntry
from broker.store.kinds import VersionedKind
from broker.store.sealing import among, as_known, chunks, known
from broker.store.session import Act, View
from broker.store.tables.base import Instant, table_of
from broker.store.tables.holds import Hold

HOLDS: Final = table_of(Hold)
_STANDING: Final = known(
    select(HOLDS.c.held_token)
    .where(among(HOLDS.c.held_token))
    .where(or_(HOLDS.c.lifted_at.is_(None), HOLDS.c.lifted_at > bindparam("known_at", type_=Instant()))),
    HOLDS,
)


def place_hold(
    act: Act,
    hold_id: str,
    *,
    record_ids: Iterable[str] = (),
    person_ids: Iterable[str] = (),
    concerned: Iterable[str] = (),
    entry: AuditEntry,
) -> None:
    """Holds these records, and everything about these people. `concerned` are the people the records are about:
    releases about them are ordered against the hold."""
    people = sorted(set(person_ids))
    act.bump(entry, VersionedKind.PERSON, {*people, *concerned})
    tokens = [_of_person(act, one) for one in people] + [_of_record(act, one) for one in sorted(set(record_ids))]
    rows = [{"held_token": token, "hold_id": hold_id, "recorded_at": act.at} for token in tokens]
    act.write_rows(entry, HOLDS, rows)


def lift_hold(act: Act, hold_id: str, *, concerned: Iterable[str], entry: AuditEntry) -> None:
    """Lifts a hold with everything it holds."""
    act.bump(entry, VersionedKind.PERSON, concerned)
    standing = (HOLDS.c.hold_id == hold_id) & HOLDS.c.lifted_at.is_(None)
    act.write(entry, update(HOLDS).where(standing).values(lifted_at=act.at))


def find_held(
    view: View, record_ids: Iterable[str], person_ids: Iterable[str], known_at: datetime | None = None
) -> frozenset[str]:
    """Those of the records and people that are held."""
    tokens = {_of_record(view, one): one for one in record_ids}
    tokens.update({_of_person(view, one): one for one in person_ids})
    rows: list[Any] = []
    for some in chunks(sorted(tokens)):
        rows += view.read(_STANDING, as_known(known_at, held_token=some))
    return frozenset(tokens[row.held_token] for row in rows)


def _of_person(view: View, person_id: str) -> bytes:
    return view.keys.token("hold", "person", person_id)


def _of_record(view: View, record_id: str) -> bytes:
    return view.keys.token("hold", "record", record_id)
