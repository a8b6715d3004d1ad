"""What waits for an organisation: contacts at its front door, checks and questions asked of it. Finds cases and
decides nothing; how each stands is a fold over the case's steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select, update

from broker.audit.entry import AuditEntry
from broker.store.sealing import chunks
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.steps import WorkItem

ITEMS: Final = table_of(WorkItem)


class WorkKind(StrEnum):
    """What waits."""

    CONTACT = "contact"
    CHECK = "check"
    PROPOSAL = "proposal"
    INVITATION = "invitation"
    QUESTION = "question"
    ASKED = "asked"
    ADHOC = "adhoc"
    DISAGREEMENT = "disagreement"


@dataclass(frozen=True, slots=True)
class Work:
    """Something that waits, in which case and for which organisation."""

    item_id: str
    kind: WorkKind
    organisation: str
    case_id: str


def add_work(act: Act, work: Work, *, entry: AuditEntry) -> None:
    """Lets something wait for an organisation."""
    act.write_rows(entry, ITEMS, [_row(act, work)])


def add_new_work(act: Act, items: Iterable[Work], *, entry: AuditEntry) -> None:
    """Lets these wait, where nothing with their id waits or waited already: two acts may do the same at once."""
    act.write_rows(entry, ITEMS, [_row(act, one) for one in items], unless_there=True)


def finish_work(act: Act, item_ids: Iterable[str], *, entry: AuditEntry) -> None:
    """Marks what waited as done; what is done already stays as it was."""
    for some in chunks(sorted(set(item_ids))):
        done = update(ITEMS).where(ITEMS.c.item_id.in_(some), ITEMS.c.done_at.is_(None))
        act.write(entry, done.values(done_at=act.at))


def find_work(view: View, organisation: str, kind: WorkKind) -> tuple[Work, ...]:
    """What waits for an organisation, in the order in which it came."""
    statement = (
        select(ITEMS)
        .where(
            ITEMS.c.organisation_code == organisation, ITEMS.c.kind_code == kind.value, ITEMS.c.done_at.is_(None)
        )
        .order_by(ITEMS.c.recorded_at, ITEMS.c.item_id)
    )
    return tuple(_work(row) for row in view.read(statement))


def find_every(view: View, organisation: str, kind: WorkKind) -> tuple[Work, ...]:
    """What waits or waited for an organisation, the newest first."""
    statement = (
        select(ITEMS)
        .where(ITEMS.c.organisation_code == organisation, ITEMS.c.kind_code == kind.value)
        .order_by(ITEMS.c.recorded_at.desc(), ITEMS.c.item_id)
    )
    return tuple(_work(row) for row in view.read(statement))


def find_finished(view: View, organisation: str, kind: WorkKind, since_at: datetime) -> tuple[str, ...]:
    """The cases in which something of this kind was done for an organisation since then."""
    statement = select(ITEMS.c.case_id).where(
        ITEMS.c.organisation_code == organisation, ITEMS.c.kind_code == kind.value, ITEMS.c.done_at >= since_at
    )
    return tuple(sorted({row.case_id for row in view.read(statement)}))


def find_work_item(view: View, item_id: str) -> Work | None:
    """One thing that waits or waited."""
    return next((_work(row) for row in view.read(select(ITEMS).where(ITEMS.c.item_id == item_id))), None)


def find_done(view: View, item_ids: Iterable[str]) -> dict[str, bool]:
    """Of these, those that wait or waited, and whether they are done."""
    found: dict[str, bool] = {}
    for some in chunks(sorted(set(item_ids))):
        statement = select(ITEMS.c.item_id, ITEMS.c.done_at).where(ITEMS.c.item_id.in_(some))
        found.update({row.item_id: row.done_at is not None for row in view.read(statement)})
    return found


def _row(act: Act, work: Work) -> dict[str, Any]:
    return {
        "item_id": work.item_id,
        "kind_code": work.kind.value,
        "organisation_code": work.organisation,
        "case_id": work.case_id,
        "recorded_at": act.at,
        "done_at": None,
    }


def _work(row: object) -> Work:
    values = row._mapping  # type: ignore[attr-defined]
    return Work(values["item_id"], WorkKind(values["kind_code"]), values["organisation_code"], values["case_id"])
