"""Finding entries of the log: by the day, by what their bytes say, newest first.

Decides nothing about who may search. An entry's bytes are canonical JSON, so that a field and its value have one
spelling, and the database looks for it as it stands; what is found is parsed and compared again, because the same
letters may stand elsewhere. Entries that have no place in the tree yet are found too. From docs/audit.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, select

from broker.audit.tree import leaf_hash
from broker.store.dialect import find_leaf_place, holds_bytes
from broker.store.session import View
from broker.store.tables.audit import AuditEntryRow, AuditLeaf
from broker.store.tables.base import table_of

ENTRIES: Final = table_of(AuditEntryRow)
LEAVES: Final = table_of(AuditLeaf)
_UNPLACED: Final = 1000
"""Newest entries among which one without a place is looked for."""
_SLACK: Final = timedelta(minutes=5)
"""Where several write at once, numbers and instants may stand in another order for as long as acts last."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Entries from one instant up to the other; None is any. `event` is a whole event or, ending in a dot, the
    beginning of several; `about` a pseudonym of the log; `before` the number where the page before ended."""

    from_at: datetime
    until_at: datetime
    organisation: str | None = None
    actor: str | None = None
    event: str | None = None
    about: str | None = None
    disclosure: str | None = None
    before: int | None = None
    most: int = 50


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry as it stands: its number in the database, its place in the log (None: none yet) and its fields."""

    number: int
    index: int | None
    value: Mapping[str, Any]


def find_logged(view: View, wanted: Wanted) -> list[FoundEntry]:
    """The entries, newest first, `most` at most."""
    return view.ask(_find, wanted)


def find_receipted(view: View, leaf: bytes, wanted: Wanted) -> list[FoundEntry]:
    """The entry with this leaf hash, on whichever day, if it fits what else is wanted; none otherwise."""
    return view.ask(_find_leaf, (leaf, wanted))


def _find_leaf(connection: Connection, sought: tuple[bytes, Wanted]) -> list[FoundEntry]:
    leaf, wanted = sought
    statement = select(ENTRIES.c.entry_id, ENTRIES.c.entry, LEAVES.c.leaf_index).join(
        LEAVES, LEAVES.c.entry_id == ENTRIES.c.entry_id, isouter=True
    )
    place = find_leaf_place(connection, leaf)
    # What has no place yet has no hash in the tree either: these are the last moments' entries.
    newest = select(ENTRIES.c.entry_id).order_by(ENTRIES.c.entry_id.desc()).limit(_UNPLACED)
    among = LEAVES.c.leaf_index.is_(None) & ENTRIES.c.entry_id.in_(newest)
    rows = connection.execute(statement.where(among if place is None else LEAVES.c.leaf_index == place)).all()
    found = [
        FoundEntry(row.entry_id, row.leaf_index, json.loads(row.entry))
        for row in rows
        if leaf_hash(row.entry) == leaf
    ]
    return [one for one in found if _matches(one.value, wanted)]


def _find(connection: Connection, wanted: Wanted) -> list[FoundEntry]:
    first = _number_at(connection, wanted.from_at - _SLACK)
    statement = (
        select(ENTRIES.c.entry_id, ENTRIES.c.entry, LEAVES.c.leaf_index)
        .join(LEAVES, LEAVES.c.entry_id == ENTRIES.c.entry_id, isouter=True)
        .where(ENTRIES.c.entry_id >= first)
        .where(ENTRIES.c.written_at >= wanted.from_at, ENTRIES.c.written_at < wanted.until_at)
        .order_by(ENTRIES.c.entry_id.desc())
        .limit(wanted.most)
    )
    for needle in _needles(wanted):
        statement = statement.where(holds_bytes(connection, ENTRIES.c.entry, needle))
    found: list[FoundEntry] = []
    before = wanted.before
    while len(found) < wanted.most:
        page = statement if before is None else statement.where(ENTRIES.c.entry_id < before)
        rows = connection.execute(page).all()
        for row in rows:
            value = json.loads(row.entry)
            if _matches(value, wanted):
                found.append(FoundEntry(row.entry_id, row.leaf_index, value))
        if len(rows) < wanted.most:
            break
        before = rows[-1].entry_id
    return found[: wanted.most]


def _needles(wanted: Wanted) -> list[bytes]:
    said = [
        f'"{name}":{json.dumps(value)}'
        for name, value in (
            ("organisation", wanted.organisation),
            ("actor", wanted.actor),
            ("disclosure", wanted.disclosure),
        )
        if value is not None
    ]
    if wanted.about is not None:
        said.append(json.dumps(wanted.about))
    if wanted.event is not None:
        whole = json.dumps(wanted.event)
        said.append(f'"event":{whole[:-1] if wanted.event.endswith(".") else whole}')
    return [one.encode() for one in said]


def _matches(value: Mapping[str, Any], wanted: Wanted) -> bool:
    event = str(value["event"])
    return (
        (wanted.organisation is None or value["organisation"] == wanted.organisation)
        and (wanted.actor is None or value["actor"] == wanted.actor)
        and (wanted.about is None or wanted.about in value["about"])
        and (wanted.disclosure is None or value["details"].get("disclosure") == wanted.disclosure)
        and (
            wanted.event is None
            or event == wanted.event
            or (wanted.event.endswith(".") and event.startswith(wanted.event))
        )
    )


def _number_at(connection: Connection, at: datetime) -> int:
    """The number of about the first entry written at this instant or later: by halving, for an instant has no
    index of its own."""
    low, high = 0, int(connection.execute(select(func.max(ENTRIES.c.entry_id))).scalar() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            select(ENTRIES.c.written_at).where(ENTRIES.c.entry_id >= middle).order_by(ENTRIES.c.entry_id).limit(1)
        ).first()
        if row is None or row.written_at >= at:
            high = middle
        else:
            low = middle + 1
    return low
