"""How far each notice got to its recipient's system.

Decides that the notices themselves are what is to be sent: one that no delivery was begun for is found by its own
row, which was committed with the act it tells of, so that nothing can be committed and not sent. A worker claims a
notice for a time and holds no transaction while it sends; one that dies leaves a claim that runs out. From
docs/how-to-webhooks.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, exists, select, update

from broker.audit.entry import AuditEntry
from broker.store.dialect import insert_unless_there
from broker.store.housekeeping import Housekeeping
from broker.store.notices import NOTICES, KeptNotice, kept_notice
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.webhooks import NoticeDelivery

DELIVERIES: Final = table_of(NoticeDelivery)
_COUNTED: Final = {"preserve_rowcount": True}
"""An insert says how many rows it made only where it is asked to."""
_BEGUN: Final = exists().where(DELIVERIES.c.notice_id == NOTICES.c.notice_id)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a notice got: attempts that failed, when it is tried next, what the last attempt came to, when the
    system was told and when it acknowledged."""

    attempts: int
    next_at: datetime
    last_code: str | None
    delivered_at: datetime | None
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sending:
    """A notice to be sent; `delivery` None: no attempt was begun."""

    kept: KeptNotice
    delivery: Delivery | None

    @property
    def attempts(self) -> int:
        """How often it failed."""
        return 0 if self.delivery is None else self.delivery.attempts


def find_new(
    view: View, recipient: str, topics: Iterable[str], at: datetime, since: datetime | None, most: int
) -> tuple[Sending, ...]:
    """An organisation's notices on these topics that are due, that nobody has closed and for which no delivery was
    begun, oldest first; `since` leaves out what was queued before."""
    statement = select(NOTICES).where(
        NOTICES.c.recipient_code == recipient,
        NOTICES.c.topic_code.in_(sorted(topics)),
        NOTICES.c.sent_at.is_(None),
        NOTICES.c.due_at <= at,
        ~_BEGUN,
    )
    if since is not None:
        statement = statement.where(NOTICES.c.recorded_at >= since)
    rows = view.read(statement.order_by(NOTICES.c.recorded_at, NOTICES.c.notice_id).limit(most))
    return tuple(Sending(kept_notice(view, row), None) for row in rows)


def find_again(view: View, recipient: str, at: datetime, most: int) -> tuple[Sending, ...]:
    """An organisation's notices whose next attempt is due, the longest due first."""
    statement = _both().where(
        DELIVERIES.c.recipient_code == recipient,
        DELIVERIES.c.delivered_at.is_(None),
        DELIVERIES.c.next_at <= at,
    )
    rows = view.read(statement.order_by(DELIVERIES.c.next_at, DELIVERIES.c.notice_id).limit(most))
    return tuple(_sending(view, row) for row in rows)


def find_sending(view: View, notice_id: str) -> Sending | None:
    """A notice and how far it got."""
    rows = view.read(_both().where(NOTICES.c.notice_id == notice_id))
    return _sending(view, rows[0]) if rows else None


def claim_delivery(house: Housekeeping, sending: Sending, at: datetime, until: datetime) -> bool:
    """Whether this worker sends it, alone until `until`: of several that found it one does. Each waits for another
    that is claiming, and then sees what became of it."""
    if sending.delivery is None:
        row = {
            "notice_id": sending.kept.id,
            "recipient_code": sending.kept.notice.recipient,
            "attempts": 0,
            "next_at": until,
            "recorded_at": at,
        }
        return (
            house.write(
                insert_unless_there(house.connection.dialect, DELIVERIES).values(row).execution_options(**_COUNTED)
            )
            == 1
        )
    claim = update(DELIVERIES).where(
        DELIVERIES.c.notice_id == sending.kept.id,
        DELIVERIES.c.delivered_at.is_(None),
        DELIVERIES.c.next_at == sending.delivery.next_at,
    )
    return house.write(claim.values(next_at=until)) == 1


def note_failure(house: Housekeeping, notice_id: str, next_at: datetime, code: str) -> None:
    """Notes that an attempt failed, how, and when the next is due."""
    failed = {"attempts": DELIVERIES.c.attempts + 1, "next_at": next_at, "last_code": code}
    waits = (DELIVERIES.c.notice_id == notice_id) & DELIVERIES.c.delivered_at.is_(None)
    house.write(update(DELIVERIES).where(waits).values(failed))


def mark_delivered(act: Act, notice_id: str, code: str, *, entry: AuditEntry) -> None:
    """Notes that the recipient's system was told."""
    told = {"delivered_at": act.at, "last_code": code, "attempts": DELIVERIES.c.attempts + 1}
    act.write(entry, update(DELIVERIES).where(DELIVERIES.c.notice_id == notice_id).values(told))


def mark_acknowledged(act: Act, sending: Sending, *, entry: AuditEntry) -> None:
    """Notes that the recipient's system says it has the notice, however it came to it."""
    if sending.delivery is None:
        row = _row(act, sending.kept) | {"delivered_at": act.at, "acknowledged_at": act.at}
        act.write_rows(entry, DELIVERIES, [row])
        return
    known = {"acknowledged_at": act.at}
    if sending.delivery.delivered_at is None:
        known["delivered_at"] = act.at
    act.write(entry, update(DELIVERIES).where(DELIVERIES.c.notice_id == sending.kept.id).values(known))


def send_again(act: Act, kept: Iterable[KeptNotice], *, entry: AuditEntry) -> None:
    """Lets these be sent once more, whatever became of them before."""
    for one in kept:
        anew = act.insert_unless_there(DELIVERIES).values(_row(act, one)).execution_options(**_COUNTED)
        if act.write(entry, anew).rowcount == 0:
            again = {"next_at": act.at, "delivered_at": None, "attempts": 0}
            act.write(entry, update(DELIVERIES).where(DELIVERIES.c.notice_id == one.id).values(again))


def find_waiting(
    view: View,
    recipient: str | None,
    topics: Iterable[str],
    at: datetime,
    after: tuple[datetime, str] | None = None,
    most: int | None = None,
) -> tuple[Sending, ...]:
    """Notices on these topics that are due and that the recipient's system has not acknowledged (an
    organisation's, or all), oldest first, after the instant and id where the page before ended. What somebody
    closed before any attempt was begun waits no more."""
    statement = _both().where(
        NOTICES.c.topic_code.in_(sorted(topics)),
        NOTICES.c.due_at <= at,
        DELIVERIES.c.acknowledged_at.is_(None),
        NOTICES.c.sent_at.is_(None) | DELIVERIES.c.notice_id.is_not(None),
    )
    if recipient is not None:
        statement = statement.where(NOTICES.c.recipient_code == recipient)
    if after is not None:
        when, last = after
        same = (NOTICES.c.recorded_at == when) & (NOTICES.c.notice_id > last)
        statement = statement.where((NOTICES.c.recorded_at > when) | same)
    statement = statement.order_by(NOTICES.c.recorded_at, NOTICES.c.notice_id)
    rows = view.read(statement if most is None else statement.limit(most))
    return tuple(_sending(view, row) for row in rows)


def _row(act: Act, kept: KeptNotice) -> dict[str, Any]:
    return {
        "notice_id": kept.id,
        "recipient_code": kept.notice.recipient,
        "attempts": 0,
        "next_at": act.at,
        "recorded_at": act.at,
    }


def _both() -> Select[Any]:
    told = (DELIVERIES.c[name] for name in ("attempts", "next_at", "last_code", "delivered_at", "acknowledged_at"))
    return select(NOTICES, *(column.label(f"told_{column.name}") for column in told)).select_from(
        NOTICES.outerjoin(DELIVERIES, DELIVERIES.c.notice_id == NOTICES.c.notice_id)
    )


def _sending(view: View, row: Any) -> Sending:
    kept = kept_notice(view, row)
    if row.told_next_at is None:
        return Sending(kept, None)
    told = row.told_attempts, row.told_next_at, row.told_last_code, row.told_delivered_at, row.told_acknowledged_at
    return Sending(kept, Delivery(*told))
