"""Numbered versions of the standing rules: as proposed, and what became of each.

Decides nothing about who may propose or approve, nor what the files mean. What decisions are made by stands in
`broker.store.agreements` (`adopt_policies`); a version approved here is adopted there in the same act.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.canonical import canonical_json
from broker.store import codec
from broker.store.kinds import RulesEventKind, VersionedKind
from broker.store.sealing import open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.lifecycle import RulesEventRow, RulesVersion

VERSIONS: Final = table_of(RulesVersion)
EVENTS: Final = table_of(RulesEventRow)
RULES_VERSIONS_KEY: Final = "rules-versions"
"""The key, beside those of agreements, whose version moves with every proposal and what becomes of it."""
_IN_FORCE: Final = (
    select(VERSIONS.c.version, VERSIONS.c.policies_digest, VERSIONS.c.access_digest, EVENTS.c.recorded_at)
    .join(EVENTS, EVENTS.c.version == VERSIONS.c.version)
    .where(EVENTS.c.event_code.in_([RulesEventKind.BEGUN.value, RulesEventKind.APPROVED.value]))
    .order_by(EVENTS.c.row_id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class NewRulesVersion:
    """A version as proposed: digests of the rules and of the access rules, the files by name, by whom and why, and
    upon which version in force (None: none was)."""

    version: int
    policies_digest: str
    access_digest: str
    files: Mapping[str, str]
    by: str
    note: str
    base: int | None


@dataclass(frozen=True, slots=True)
class RulesEvent:
    """What became of a version: approved, begun or rejected, when, by whom, and in which words."""

    kind: RulesEventKind
    at: datetime
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class StoredRulesVersion:
    """A version with what became of it; `files` are not read with it (`find_rules_files`)."""

    version: int
    policies_digest: str
    access_digest: str
    proposed_at: datetime
    by: str
    note: str
    base: int | None
    event: RulesEvent | None


@dataclass(frozen=True, slots=True)
class RulesInForce:
    """Which version is in force, since when, and its digests."""

    version: int
    policies_digest: str
    access_digest: str
    since: datetime


def propose_rules(act: Act, new: NewRulesVersion, *, entry: AuditEntry) -> None:
    """Keeps a proposed version."""
    act.bump(entry, VersionedKind.AGREEMENT, [RULES_VERSIONS_KEY])
    row_id = _row_id(new.version)
    body = {"by": new.by, "note": new.note, "base": new.base}
    row = {
        "version": new.version,
        "policies_digest": new.policies_digest,
        "access_digest": new.access_digest,
        "files": canonical_json(dict(new.files)),
        "recorded_at": act.at,
        "proposal": seal_fact(act, VERSIONS, "proposal", row_id, row_id, body),
    }
    act.write_rows(entry, VERSIONS, [row])


def append_rules_event(
    act: Act, version: int, kind: RulesEventKind, by: str, note: str = "", *, entry: AuditEntry
) -> None:
    """Appends what became of a version."""
    act.bump(entry, VersionedKind.AGREEMENT, [RULES_VERSIONS_KEY])
    row_id = act.new_row()
    row = {
        "row_id": row_id,
        "version": version,
        "event_code": kind.value,
        "recorded_at": act.at,
        "event": seal_fact(act, EVENTS, "event", row_id, _row_id(version), {"by": by, "note": note}),
    }
    act.write_rows(entry, EVENTS, [row])


def find_rules_in_force(view: View) -> RulesInForce | None:
    """The version last begun or approved; None before there was any."""
    for row in view.read(_IN_FORCE):
        return RulesInForce(row.version, row.policies_digest, row.access_digest, row.recorded_at)
    return None


def find_rules_versions(view: View) -> tuple[StoredRulesVersion, ...]:
    """Every version, in the order proposed."""
    events: dict[int, RulesEvent] = {}
    for row in view.read(select(EVENTS).order_by(EVENTS.c.row_id)):
        body = open_fact(view, EVENTS, "event", row.row_id, _row_id(row.version), row.event)
        events[row.version] = RulesEvent(RulesEventKind(row.event_code), row.recorded_at, body["by"], body["note"])
    columns = [column for column in VERSIONS.c if column.name != "files"]
    return tuple(_stored(view, row, events) for row in view.read(select(*columns).order_by(VERSIONS.c.version)))


def find_rules_files(view: View, version: int) -> dict[str, bytes] | None:
    """The bytes of a version's files by name, those of the access rules as `access/…`; None where none is."""
    for row in view.read(select(VERSIONS.c.files).where(VERSIONS.c.version == version)):
        found: dict[str, str] = codec.from_bytes(row.files)
        return {name: text.encode("utf-8") for name, text in found.items()}
    return None


def _stored(view: View, row: Any, events: Mapping[int, RulesEvent]) -> StoredRulesVersion:
    body = open_fact(view, VERSIONS, "proposal", _row_id(row.version), _row_id(row.version), row.proposal)
    return StoredRulesVersion(
        row.version,
        row.policies_digest,
        row.access_digest,
        row.recorded_at,
        body["by"],
        body["note"],
        body["base"],
        events.get(row.version),
    )


def _row_id(version: int) -> bytes:
    return f"{version}".encode()
