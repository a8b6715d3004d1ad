"""The checkpoint that was last published, as its signer signed it: the third state of the log.

One row, replaced by a larger one only. It decides nothing by itself: whoever is given the note verifies it with
the log's public key, and the signer's own memory lies elsewhere. From docs/security.md section 3, point 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from broker.store.dialect import insert_unless_there
from broker.store.housekeeping import Housekeeping
from broker.store.session import View
from broker.store.tables.audit import AuditPublished
from broker.store.tables.base import table_of

PUBLISHED: Final = table_of(AuditPublished)
_LAST: Final = select(PUBLISHED)


@dataclass(frozen=True, slots=True)
class Published:
    """A signed checkpoint: its size, its note exactly as signed, and since when it is published."""

    size: int
    note: str
    published_at: datetime


def put_published(house: Housekeeping, published: Published) -> None:
    """Publishes it, unless what is published covers as much."""
    row = {
        "tree_size": published.size,
        "note": published.note.encode(),
        "published_at": published.published_at,
    }
    house.write(insert_unless_there(house.connection.dialect, PUBLISHED), {"published_id": 1, **row})
    house.write(update(PUBLISHED).where(PUBLISHED.c.tree_size < published.size).values(row))


def find_published(view: View) -> Published | None:
    """What is published; None where nothing is yet."""
    for row in view.read(_LAST):
        return Published(row.tree_size, row.note.decode(), row.published_at)
    return None
