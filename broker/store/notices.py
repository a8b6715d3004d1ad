"""Notices to send: written with the act that causes them, sent afterwards by one worker.

Decides that a notice is never lost and may be sent twice: it is marked as sent in an act of its own once the
recipient has answered or somebody there has closed it. How it is sent is not decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, update

from broker.audit.entry import AuditEntry
from broker.store.housekeeping import Housekeeping
from broker.store.sealing import open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.disclosures import Notice

NOTICES: Final = table_of(Notice)


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice: its topic's code, the organisation that gets it, when it is due and what it says."""

    topic: str
    recipient: str
    due_at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice that is due, and how often it was tried in vain."""

    id: str
    notice: NewNotice
    attempts: int


def queue_notices(act: Act, notices: Sequence[NewNotice], *, entry: AuditEntry) -> tuple[str, ...]:
    """Queues notices in this act and returns their ids."""
    rows = []
    for notice in notices:
        notice_id = act.new_id("n-")
        token = act.keys.token("notice", notice_id)
        rows.append(
            {
                "notice_id": notice_id,
                "topic_code": notice.topic,
                "recipient_code": notice.recipient,
                "due_at": notice.due_at,
                "recorded_at": act.at,
                "attempts": 0,
                "body": seal_fact(act, NOTICES, "body", notice_id.encode(), token, notice.body),
            }
        )
    act.write_rows(entry, NOTICES, rows)
    return tuple(str(row["notice_id"]) for row in rows)


def find_due(view: View, at: datetime, most: int = 100) -> tuple[DueNotice, ...]:
    """Notices not yet sent that are due by `at`, the longest due first."""
    statement = (
        select(NOTICES)
        .where(NOTICES.c.sent_at.is_(None), NOTICES.c.due_at <= at)
        .order_by(NOTICES.c.due_at, NOTICES.c.notice_id)
        .limit(most)
    )
    return tuple(_due(view, row) for row in view.read(statement))


def count_due(view: View, at: datetime) -> int:
    """How many notices are due by `at` and not yet sent."""
    statement = (
        select(func.count()).select_from(NOTICES).where(NOTICES.c.sent_at.is_(None), NOTICES.c.due_at <= at)
    )
    return int(view.read(statement)[0][0])


def find_due_to(view: View, recipient: str, at: datetime) -> tuple[DueNotice, ...]:
    """An organisation's notices not yet sent that are due by `at`, the longest due first."""
    statement = (
        select(NOTICES)
        .where(NOTICES.c.recipient_code == recipient, NOTICES.c.sent_at.is_(None), NOTICES.c.due_at <= at)
        .order_by(NOTICES.c.due_at, NOTICES.c.notice_id)
    )
    return tuple(_due(view, row) for row in view.read(statement))


def find_notices_to(view: View, recipient: str) -> tuple[DueNotice, ...]:
    """Every notice to an organisation, sent or not, oldest first."""
    statement = select(NOTICES).where(NOTICES.c.recipient_code == recipient)
    return tuple(
        _due(view, row) for row in view.read(statement.order_by(NOTICES.c.recorded_at, NOTICES.c.notice_id))
    )


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A notice with the instants at which it was queued and at which it was closed (None: it waits)."""

    id: str
    notice: NewNotice
    recorded_at: datetime
    closed_at: datetime | None


def find_notices_since(
    view: View, recipient: str, topics: Iterable[str], from_at: datetime
) -> tuple[KeptNotice, ...]:
    """An organisation's notices on these topics queued from an instant on, closed or not, oldest first."""
    statement = select(NOTICES).where(
        NOTICES.c.recipient_code == recipient,
        NOTICES.c.topic_code.in_(sorted(set(topics))),
        NOTICES.c.recorded_at >= from_at,
    )
    rows = view.read(statement.order_by(NOTICES.c.recorded_at, NOTICES.c.notice_id))
    return tuple(kept_notice(view, row) for row in rows)


def kept_notice(view: View, row: Any) -> KeptNotice:
    """What a row of the table holds."""
    due = _due(view, row)
    return KeptNotice(due.id, due.notice, row.recorded_at, row.sent_at)


def mark_sent(act: Act, notice_id: str, *, entry: AuditEntry) -> None:
    """Records that the recipient has the notice."""
    act.write(
        entry,
        update(NOTICES)
        .where(NOTICES.c.notice_id == notice_id, NOTICES.c.sent_at.is_(None))
        .values(sent_at=act.at),
    )


def note_attempt(house: Housekeeping, notice_id: str, next_at: datetime) -> None:
    """Records that sending failed and when to try again."""
    again = {"attempts": NOTICES.c.attempts + 1, "due_at": next_at}
    house.write(update(NOTICES).where(NOTICES.c.notice_id == notice_id).values(again))


def _due(view: View, row: Any) -> DueNotice:
    token = view.keys.token("notice", row.notice_id)
    body = open_fact(view, NOTICES, "body", row.notice_id.encode(), token, row.body)
    return DueNotice(row.notice_id, NewNotice(row.topic_code, row.recipient_code, row.due_at, body), row.attempts)
