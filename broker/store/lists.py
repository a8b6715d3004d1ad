"""What stands on a sender's list: which records came by which list, and which belong to one entry of it.

Decides nothing about what an absence means (that is the format's to say); keeps what is needed to see one. A
record is found by the token of the sender's own key, the list and the entry by tokens of their own, so that a row
tells no category and nobody. Standing on a list is bookkeeping and is struck off when the record ends: what was
told, and when it ended, are versions of the record (`broker.store.records`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import delete, select

from broker.audit.entry import AuditEntry
from broker.store.sealing import among, chunks
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.records import ListEntry

ENTRIES: Final = table_of(ListEntry)
_ON_LIST: Final = select(ENTRIES.c.source_token).where(among(ENTRIES.c.list_token))
_IN_GROUP: Final = select(ENTRIES.c.source_token).where(among(ENTRIES.c.group_token))


def record_token(view: View, controller: str, source_key: str) -> bytes:
    """What stands for the controller's own key of a record, 16 bytes."""
    return view.keys.token("record", controller, source_key)


def record_listed(
    act: Act, controller: str, list_code: str, groups: Mapping[str, str], *, entry: AuditEntry
) -> None:
    """Records that these records (source keys, each with the key of its entry) stand on a list of the controller;
    what stands there already stays."""
    on_list = _list_token(act, controller, list_code)
    rows = [
        {
            "source_token": record_token(act, controller, source_key),
            "list_token": on_list,
            "group_token": _group_token(act, controller, group_key),
        }
        for source_key, group_key in groups.items()
    ]
    act.write_rows(entry, ENTRIES, rows, unless_there=True)


def strike_off(act: Act, tokens: Iterable[bytes], *, entry: AuditEntry) -> None:
    """Records that these records stand on no list any more."""
    for some in chunks(sorted(set(tokens))):
        act.write(entry, delete(ENTRIES).where(ENTRIES.c.source_token.in_(some)))


def find_listed(view: View, controller: str, list_code: str) -> frozenset[bytes]:
    """The tokens of every record that stands on the list."""
    rows = view.read(_ON_LIST, {"list_token": [_list_token(view, controller, list_code)]})
    return frozenset(row.source_token for row in rows)


def find_of_entries(view: View, controller: str, group_keys: Iterable[str]) -> frozenset[bytes]:
    """The tokens of every record that stands on a list as part of these entries."""
    tokens = [_group_token(view, controller, one) for one in sorted(set(group_keys))]
    return frozenset(
        row.source_token for some in chunks(tokens) for row in view.read(_IN_GROUP, {"group_token": some})
    )


def _list_token(view: View, controller: str, list_code: str) -> bytes:
    return view.keys.token("list", controller, list_code)


def _group_token(view: View, controller: str, group_key: str) -> bytes:
    return view.keys.token("list-entry", controller, group_key)
