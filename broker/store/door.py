"""Nonces of signed requests: each counts once for each key.

Decides that a nonce is taken by a short commit of its own, so that of many requests that bear the same one exactly
one is let in, whichever worker each came to. From docs/security.md section 1 ("Nonces").
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import delete

from broker.store.dialect import insert_unless_there
from broker.store.session import Store
from broker.store.tables.base import table_of
from broker.store.tables.door import RequestNonce

NONCES: Final = table_of(RequestNonce)


def take_nonce(store: Store, key_id: str, nonce: str, until_at: datetime) -> bool:
    """Whether this was the first time; on the disk when it returns. Raises SystemFailed when it cannot be kept:
    then nobody is let in."""
    with store.keep_house() as house:
        row = {"key_id": key_id, "nonce": nonce, "until_at": until_at}
        return house.write(insert_unless_there(house.connection, NONCES).values(row)) == 1


def forget_nonces(store: Store, at: datetime) -> int:
    """Takes away what no request in time can bear any more; returns how many."""
    with store.keep_house() as house:
        return house.write(delete(NONCES).where(NONCES.c.until_at < at))
