"""The erasable part of an audit entry: words and content that the log only commits to.

Kept under the key of the person it is about, with its blinding: destroying the key leaves a commitment that says
nothing, and every proof still holds (`broker.audit.commitment`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.errors import CallWrong
from broker.store.people import get_keys
from broker.store.sealing import chunks
from broker.store.session import Act, View
from broker.store.tables.audit import AuditPrivate
from broker.store.tables.base import table_of

PRIVATE: Final = table_of(AuditPrivate)


def put_private(act: Act, person_id: str, blinding: bytes, private: bytes, *, entry: AuditEntry) -> None:
    """Keeps what `entry.commitment` was made to. Raises CallWrong for an entry without one, and for somebody who
    is not known or was erased."""
    keys = get_keys(act, [person_id])
    if entry.commitment is None or not keys:
        raise CallWrong(
            "audit entry", "needs a commitment, and somebody known and not erased under whose key it is kept"
        )
    sealer = act.keys.person(keys)
    sealed = sealer.seal(PRIVATE.name, "private", entry.commitment, person_id, blinding + private)
    row = {
        "commitment": entry.commitment,
        "person_id": person_id,
        "recorded_at": act.at,
        "private": sealed,
    }
    act.write_rows(entry, PRIVATE, [row])


def find_private(view: View, commitment: bytes, blinding_size: int) -> tuple[bytes, bytes] | None:
    """Blinding and private bytes, or None when there were none or they were erased."""
    for row in view.read(select(PRIVATE).where(PRIVATE.c.commitment == commitment)):
        keys = get_keys(view, [row.person_id])
        if keys:
            data = view.keys.person(keys).open(PRIVATE.name, "private", commitment, row.person_id, row.private)
            return data[:blinding_size], data[blinding_size:]
    return None


def find_private_people(view: View, commitments: Iterable[bytes]) -> tuple[str, ...]:
    """Under whose keys these private parts are kept, by person id; nothing is opened."""
    found: set[str] = set()
    for some in chunks(sorted(set(commitments))):
        statement = select(PRIVATE.c.person_id).where(PRIVATE.c.commitment.in_(some))
        found.update(row.person_id for row in view.read(statement))
    return tuple(sorted(found))
