"""Batches as they came in and the lines that were refused. The lines themselves are sealed: a refused line is
still somebody's data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.store.sealing import open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.records import IngestBatch, IngestRejection

BATCHES: Final = table_of(IngestBatch)
REJECTIONS: Final = table_of(IngestRejection)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch of a controller: which adapter read it, the digest of its bytes, when it was received and what
    became of its lines."""

    id: str
    controller: str
    adapter: str
    digest: str
    received_at: datetime
    accepted: int
    refused: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refused line, counted from 1, why, and what it said. Printing it does not show what it said."""

    line: int
    reason_code: str
    received: Any = field(repr=False)


def record_batch(act: Act, batch: Batch, rejections: Iterable[Rejection] = (), *, entry: AuditEntry) -> None:
    """Records a batch and its refused lines; ids from `act.new_id("b-")`. A controller's batch is recorded once:
    look with `find_batch` first. Raises SystemFailed when it is there already."""
    row = {
        "batch_id": batch.id,
        "controller_code": batch.controller,
        "adapter_code": batch.adapter,
        "batch_digest": batch.digest,
        "accepted": batch.accepted,
        "refused": batch.refused,
        "repeated": batch.repeated,
        "effective_at": batch.received_at,
        "recorded_at": act.at,
    }
    act.write_rows(entry, BATCHES, [row])
    rows = []
    for rejection in rejections:
        key = act.new_row()
        rows.append(
            {
                "row_id": key,
                "batch_id": batch.id,
                "line": rejection.line,
                "reason_code": rejection.reason_code,
                "recorded_at": act.at,
                "received": seal_fact(act, REJECTIONS, "received", key, batch.id.encode(), rejection.received),
            }
        )
    act.write_rows(entry, REJECTIONS, rows)


def find_batch(view: View, controller: str, digest: str) -> Batch | None:
    """The controller's batch with these bytes, where it was received before."""
    statement = select(BATCHES).where(BATCHES.c.controller_code == controller, BATCHES.c.batch_digest == digest)
    return next((_batch(row) for row in view.read(statement)), None)


def find_latest_batch(view: View, controller: str, adapter: str) -> Batch | None:
    """The controller's batch of a list that was received last."""
    statement = select(BATCHES).where(BATCHES.c.controller_code == controller, BATCHES.c.adapter_code == adapter)
    ordered = statement.order_by(BATCHES.c.effective_at.desc(), BATCHES.c.batch_id).limit(1)
    return next((_batch(row) for row in view.read(ordered)), None)


def _batch(row: Any) -> Batch:
    return Batch(
        row.batch_id,
        row.controller_code,
        row.adapter_code,
        row.batch_digest,
        row.effective_at,
        row.accepted,
        row.refused,
        row.repeated,
    )


def find_rejections(view: View, batch_id: str) -> tuple[Rejection, ...]:
    """The refused lines of a batch, in their order."""
    statement = select(REJECTIONS).where(REJECTIONS.c.batch_id == batch_id).order_by(REJECTIONS.c.line)
    return tuple(
        Rejection(
            row.line,
            row.reason_code,
            open_fact(view, REJECTIONS, "received", row.row_id, batch_id.encode(), row.received),
        )
        for row in view.read(statement)
    )
