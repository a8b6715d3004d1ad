"""Partners' keys as they were handed in, and what happened to each since.

Decides nothing about whether a key counts (`broker.partner_keys`) or who may enrol one (`broker.usecases`).
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import bindparam, select

from broker.audit.entry import AuditEntry
from broker.errors import CallWrong
from broker.partner_keys import KeyEvent, KeyEventKind, KeyUse, PartnerKey
from broker.partner_keys.allowed import verbs_of, verbs_text
from broker.partner_keys.public_key import public_key_of
from broker.store.kinds import VersionedKind
from broker.store.sealing import open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.lifecycle import PartnerKeyEventRow, PartnerKeyRow

KEYS: Final = table_of(PartnerKeyRow)
EVENTS: Final = table_of(PartnerKeyEventRow)

_KEY_AND_EVENTS: Final = (
    select(KEYS, EVENTS.c.row_id, EVENTS.c.event_code, EVENTS.c.recorded_at.label("event_at"), EVENTS.c.event)
    .join_from(KEYS, EVENTS, EVENTS.c.key_id == KEYS.c.key_id, isouter=True)
    .where(KEYS.c.key_id == bindparam("key_id"))
    .order_by(EVENTS.c.row_id)
)


def keys_of(organisation: str) -> tuple[VersionedKind, str]:
    """The version that moves with every change to an organisation's keys; whoever relies on one shares it. No
    agreement is called like it, for `/` stands in no reference."""
    return VersionedKind.AGREEMENT, f"keys-of/{organisation}"


def propose_key(act: Act, key: PartnerKey, by: str, *, entry: AuditEntry) -> None:
    """Keeps a key with its proposal. Raises CallWrong for an id or a key that was ever there before."""
    act.bump(entry, VersionedKind.AGREEMENT, [keys_of(key.organisation)[1]])
    alike = (KEYS.c.key_id == key.id) | (KEYS.c.thumbprint == key.key.thumbprint)
    for there in act.read(select(KEYS).where(alike)):
        if there.key_id == key.id:
            raise CallWrong(f"key `{key.id}`", "is taken, and a name is never used twice; choose another")
        raise CallWrong("public key", f"was handed in before, as `{there.key_id}`; make a new key")
    row = {
        "key_id": key.id,
        "organisation_code": key.organisation,
        "algorithm_code": key.key.algorithm.value,
        "public_key": key.key.raw,
        "thumbprint": key.key.thumbprint,
        "use_code": key.use.value,
        "verbs": verbs_text(key.allows),
        "from_at": key.from_at,
        "until_at": key.until_at,
        "recorded_at": act.at,
    }
    act.write_rows(entry, KEYS, [row])
    append_key_event(act, key.id, key.organisation, KeyEventKind.PROPOSED, by, entry=entry)


def append_key_event(
    act: Act, key_id: str, organisation: str, kind: KeyEventKind, by: str, note: str = "", *, entry: AuditEntry
) -> None:
    """Appends what happened to a key, by whom; the note is kept sealed."""
    act.bump(entry, VersionedKind.AGREEMENT, [keys_of(organisation)[1]])
    row_id = act.new_row()
    body = {"by": by, "note": note}
    row = {
        "row_id": row_id,
        "key_id": key_id,
        "event_code": kind.value,
        "recorded_at": act.at,
        "event": seal_fact(act, EVENTS, "event", row_id, key_id.encode(), body),
    }
    act.write_rows(entry, EVENTS, [row])


def find_keys(view: View, key_id: str | None = None) -> dict[str, PartnerKey]:
    """One key, or all, by id, with everything that happened to each."""
    keys = select(KEYS).order_by(KEYS.c.key_id)
    events = select(EVENTS).order_by(EVENTS.c.row_id)
    if key_id is not None:
        keys, events = keys.where(KEYS.c.key_id == key_id), events.where(EVENTS.c.key_id == key_id)
    happened: dict[str, list[KeyEvent]] = {}
    for row in view.read(events):
        body = open_fact(view, EVENTS, "event", row.row_id, row.key_id.encode(), row.event)
        happened.setdefault(row.key_id, []).append(
            KeyEvent(KeyEventKind(row.event_code), row.recorded_at, body["by"])
        )
    return {row.key_id: _key(row, happened.get(row.key_id, [])) for row in view.read(keys)}


def find_key(view: View, key_id: str) -> PartnerKey | None:
    """One key with everything that happened to it, in one question."""
    rows = view.read(_KEY_AND_EVENTS, {"key_id": key_id})
    events = []
    for row in rows:
        if row.row_id is not None:
            body = open_fact(view, EVENTS, "event", row.row_id, key_id.encode(), row.event)
            events.append(KeyEvent(KeyEventKind(row.event_code), row.event_at, body["by"]))
    return _key(rows[0], events) if rows else None


def _key(row: Any, events: list[KeyEvent]) -> PartnerKey:
    return PartnerKey(
        row.key_id,
        row.organisation_code,
        public_key_of(row.public_key),
        row.until_at,
        tuple(events),
        KeyUse(row.use_code),
        verbs_of(row.verbs),
        row.from_at,
    )
