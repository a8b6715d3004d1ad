"""What the signed door remembers.

Decides that a nonce is taken in the act that lets its request in, so that of many requests that bear the same one
exactly one is let in, whichever worker each came to; that a request let in leaves its evidence; and that an act
under an idempotency key leaves the id of what was done, in its own transaction. From docs/security.md section 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, delete, select

from broker.audit.entry import AuditEntry
from broker.http_signatures.message import SignedRequest
from broker.store.session import Act, Store, View
from broker.store.tables.base import table_of
from broker.store.tables.door import IdempotentAct, RequestNonce, SignedRequestRow

NONCES: Final = table_of(RequestNonce)
REQUESTS: Final = table_of(SignedRequestRow)
DONE: Final = table_of(IdempotentAct)


@dataclass(frozen=True, slots=True)
class Done:
    """What was asked under an idempotency key, by digest, and the id of what was done."""

    asked_digest: bytes
    id: str


def take_nonce(act: Act, request: SignedRequest, until_at: datetime, *, entry: AuditEntry) -> bool:
    """Whether this was the first time; the act must be undone where it was not."""
    row = {"key_id": request.key_id, "nonce": request.nonce, "until_at": until_at}
    return _is_new(act, NONCES, row, entry)


def keep_request(act: Act, request: SignedRequest, *, entry: AuditEntry) -> None:
    """Keeps what was signed."""
    row = {
        "request_digest": request.digest,
        "key_id": request.key_id,
        "base": request.base,
        "signature": request.signature,
        "recorded_at": act.at,
    }
    act.write_rows(entry, REQUESTS, [row])


def find_done(view: View, act_digest: bytes, at: datetime) -> Done | None:
    """What was done under an idempotency key, while that is remembered."""
    rows = view.read(select(DONE).where(DONE.c.act_digest == act_digest, DONE.c.until_at > at))
    return Done(rows[0].asked_digest, rows[0].done_id) if rows else None


def keep_done(
    act: Act, act_digest: bytes, organisation: str, done: Done, until_at: datetime, *, entry: AuditEntry
) -> bool:
    """Keeps what was done. Whether this was the first time; the act must be undone where it was not. What need not
    be remembered any longer makes way, whether or not it was swept: else this act would go unremembered."""
    act.write(entry, delete(DONE).where(DONE.c.act_digest == act_digest, DONE.c.until_at <= act.at))
    row = {
        "act_digest": act_digest,
        "asked_digest": done.asked_digest,
        "organisation_code": organisation,
        "done_id": done.id,
        "until_at": until_at,
    }
    return _is_new(act, DONE, row, entry)


def forget_door(store: Store, at: datetime) -> int:
    """Takes away nonces that no request in time can bear any more, and acts that need not be remembered; returns
    how many."""
    with store.keep_house() as house:
        gone = house.write(delete(NONCES).where(NONCES.c.until_at < at))
        return gone + house.write(delete(DONE).where(DONE.c.until_at < at))


def _is_new(act: Act, table: Table, row: dict[str, Any], entry: AuditEntry) -> bool:
    """Inserts the row unless one like it is there, or comes to be there by an act that this one waits for."""
    insertion = act.insert_unless_there(table).values(row).returning(next(iter(table.primary_key.columns)))
    return len(act.write(entry, insertion).all()) == 1
