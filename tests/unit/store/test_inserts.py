"""Rows given to the driver itself are stored as SQLAlchemy stores them, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Insert, insert, select
from sqlalchemy.exc import IntegrityError

from broker.store.dialect import insert_or_add, insert_unless_there
from broker.store.inserts import _FEW, add_rows, append_entries, insert_rows
from broker.store.tables.audit import AuditEntryRow
from broker.store.tables.base import table_of
from broker.store.tables.disclosures import FactVersion
from broker.store.tables.door import IdempotentAct
from tests.unit.store.small_store import NOON, SmallStore

ACTS = table_of(IdempotentAct)
VERSIONS = table_of(FactVersion)
ENTRIES = table_of(AuditEntryRow)
COUNTS = (1, 2, _FEW, _FEW + 1, 40)


@pytest.fixture
def connection(small: SmallStore) -> Iterator[Connection]:
    with small.engine.connect() as connection:
        yield connection
        connection.rollback()


def acts(count: int) -> list[dict[str, Any]]:
    """Rows with bytes, words and instants, several of them the same instant."""
    return [
        {
            "act_digest": bytes([number]) * 32,
            "asked_digest": bytes(range(32)),
            "organisation_code": "ecc",
            "done_id": f"c-{number}",
            "until_at": NOON + timedelta(microseconds=number // 2),
        }
        for number in range(count)
    ]


def stored(connection: Connection, put: Callable[[], object]) -> list[tuple[Any, ...]]:
    """What is there after it, and not any more after that."""
    with connection.begin_nested() as nested:
        put()
        found = [tuple(row) for row in connection.execute(select(ACTS).order_by(ACTS.c.done_id))]
        nested.rollback()
    return found


@pytest.mark.parametrize("count", COUNTS)
def test_rows_are_stored_as_sqlalchemy_stores_them(connection: Connection, count: int) -> None:
    rows = acts(count)
    ours = stored(connection, lambda: insert_rows(connection, ACTS, rows))
    assert ours == stored(connection, lambda: connection.execute(insert(ACTS), rows))
    assert len(ours) == count


@pytest.mark.parametrize("count", COUNTS)
def test_a_row_that_is_there_is_left_or_refused(connection: Connection, count: int) -> None:
    rows = acts(count)
    there = rows[count // 2] | {"done_id": "before"}
    insert_rows(connection, ACTS, [there])
    ours = stored(connection, lambda: insert_rows(connection, ACTS, rows, unless_there=True))
    words: Insert = insert_unless_there(connection.dialect, ACTS)
    assert ours == stored(connection, lambda: connection.execute(words, rows))
    assert "before" in {row[3] for row in ours}
    assert len(ours) == count
    with pytest.raises((IntegrityError, *_refusals(connection)), match=r"(?i)unique"):
        insert_rows(connection, ACTS, rows)


def _refusals(connection: Connection) -> tuple[type[Exception], ...]:
    """SQLite's driver is asked without anything between."""
    return (connection.dialect.loaded_dbapi.IntegrityError,) if connection.dialect.name == "sqlite" else ()


@pytest.mark.parametrize("count", COUNTS)
def test_counters_are_added_to(connection: Connection, count: int) -> None:
    rows = [{"kind_code": "person", "fact_token": bytes([one]) * 16, "version": one + 1} for one in range(count)]
    keys = ("kind_code", "fact_token")
    add_rows(connection, VERSIONS, rows, keys, "version")
    connection.execute(insert_or_add(connection.dialect, VERSIONS, keys, "version"), rows)
    add_rows(connection, VERSIONS, rows[:1], keys, "version")
    found = {row.fact_token: row.version for row in connection.execute(select(VERSIONS))}
    assert found == {row["fact_token"]: row["version"] * (3 if row is rows[0] else 2) for row in rows}


def test_entries_are_numbered_in_their_order(connection: Connection) -> None:
    entries = [f"entry {one}".encode() for one in range(_FEW)]
    append_entries(connection, entries, NOON)
    found = connection.execute(select(ENTRIES.c.entry, ENTRIES.c.written_at).order_by(ENTRIES.c.entry_id)).all()
    assert [tuple(row) for row in found] == [(entry, NOON) for entry in entries]


def test_none_is_fine_and_an_instant_has_an_offset(connection: Connection) -> None:
    insert_rows(connection, ACTS, [])
    add_rows(connection, VERSIONS, [], ("kind_code", "fact_token"), "version")
    (row,) = acts(1)
    with pytest.raises(TypeError, match="offset-naive"):
        insert_rows(connection, ACTS, [row | {"until_at": datetime(2026, 3, 2)}])  # noqa: DTZ001 - that is the point
