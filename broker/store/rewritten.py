"""Records rewritten by the partnership itself: corrected by their holder, or moved from one person to another.

Decides that both are new versions beside the old, sealed under the keys of everybody they are about, and that a
correction is not undone by a list that still says what it said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.errors import CallWrong
from broker.store import codec
from broker.store.headers import RECORDS, header_body
from broker.store.kinds import VersionedKind
from broker.store.records import VERSIONS_OF, NewRecord, open_contents, put_version
from broker.store.sealing import as_known, latest
from broker.store.session import Act


def correct_record(act: Act, record_id: str, fields: Mapping[str, Any], *, entry: AuditEntry) -> None:
    """A new version of a record with other fields, everything else as it was. It keeps the mark of the version
    it corrects: when its controller's list says the same as before again, the correction stands. Raises
    CallWrong for a record that is not there, was taken back or is about somebody erased."""
    _rewrite(act, record_id, fields, {}, entry=entry)


def move_records(
    act: Act, record_ids: Iterable[str], from_id: str, to_id: str, *, entry: AuditEntry
) -> frozenset[str]:
    """New versions of these records in which one person takes another's place, content sealed anew, and the ids of
    those that changed. Raises CallWrong for somebody who is not known or was erased."""
    contents = open_contents(act, record_ids)
    moved = set()
    for record_id, fields in sorted(contents.items()):
        changed = {name: to_id if value == from_id else value for name, value in fields.items()}
        if _rewrite(act, record_id, changed, {from_id: to_id}, entry=entry):
            moved.add(record_id)
    return frozenset(moved)


def _rewrite(
    act: Act, record_id: str, fields: Mapping[str, Any], swap: Mapping[str, str], *, entry: AuditEntry
) -> bool:
    """Whether a new version was made: not where somebody is swapped who is not in the record."""
    rows = latest(act.read(VERSIONS_OF, as_known(None, record_id=(record_id,))), "record_id")
    controllers = act.read(select(RECORDS.c.controller_code).where(RECORDS.c.record_id == record_id))
    body = header_body(act, record_id, rows[record_id]) if rows else None
    if body is None or body["retracted"]:
        raise CallWrong("record", f"`{record_id}` is not there; copy its id from what you were shown")
    mentions = codec.codes(body["mentions"])
    everybody = {*body["about"], *(mentions or ()), *body["named"]}
    if swap and everybody.isdisjoint(swap):
        return False
    record = NewRecord(
        "",
        body["category"],
        _swapped(body["about"], swap),
        None if mentions is None else _swapped(mentions, swap) - _swapped(body["about"], swap),
        date.fromisoformat(body["occurred"]),
        fields,
        _swapped(body["named"], swap),
        codec.certain_instant(body["recorded"]),
    )
    act.bump(entry, VersionedKind.PERSON, body["about"])
    mark = None if swap else rows[record_id].content_mark
    put_version(act, controllers[0].controller_code, record_id, record, mark, entry=entry)
    return True


def _swapped(people: Iterable[str], swap: Mapping[str, str]) -> frozenset[str]:
    return frozenset(swap.get(one, one) for one in people)
