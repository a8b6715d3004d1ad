"""How a database is opened: durable, private, and only those that are known."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from broker.errors import CallWrong
from broker.store.dialect import (
    for_reading,
    for_writing,
    insert_or_add,
    insert_unless_there,
    is_serial,
    locked,
    open_engine,
)
from broker.store.tables.base import table_of
from broker.store.tables.disclosures import FactVersion
from broker.store.tables.records import RecordPerson
from tests.unit.store.small_store import SmallStore

VERSIONS = table_of(FactVersion)


class OnPostgresql:
    """A connection as far as the dialect's functions look at it."""

    dialect = postgresql.dialect()

    def __init__(self) -> None:
        self.options: dict[str, object] = {}

    def execution_options(self, **options: object) -> OnPostgresql:
        """Remembers them."""
        self.options = options
        return self


def _said(statement: object) -> str:
    return str(statement.compile(dialect=postgresql.dialect()))  # type: ignore[attr-defined]  # every statement has it


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 10_000),
    ],
)
def test_sqlite_is_opened_to_last(small: SmallStore, pragma: str, value: object) -> None:
    engine = open_engine(small.url)  # as the broker opens it; the small store does not wait for the disk
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value
    engine.dispose()


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("synchronous_commit", "on"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "1min"),
        ("timezone", "UTC"),
    ],
)
def test_postgresql_is_opened_to_last(small: SmallStore, setting: str, value: object) -> None:
    engine = open_engine(small.url)  # as the broker opens it; the small store does not wait for the disk
    with engine.connect() as connection:
        assert connection.exec_driver_sql(f"SHOW {setting}").scalar_one() == value
    engine.dispose()


@pytest.mark.parametrize("url", ["mysql://someone:hunter2@db/broker", "postgresql://root:hunter2@db/broker"])
def test_other_databases_are_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(CallWrong) as caught:
        open_engine(url)
    assert "hunter2" not in str(caught.value)
    assert "postgresql+psycopg" in str(caught.value)


def test_what_is_no_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(CallWrong) as caught:
        open_engine("hunter2")
    assert "hunter2" not in str(caught.value)


def test_postgresql_locks_rows_where_several_may_write() -> None:
    connection = OnPostgresql()
    rows = select(VERSIONS).order_by(VERSIONS.c.fact_token)
    assert _said(locked(connection, rows)).endswith("FOR UPDATE")  # type: ignore[arg-type]  # see the class
    assert not is_serial(connection)  # type: ignore[arg-type]  # see the class


def test_postgresql_has_its_own_isolation_for_writers_and_readers() -> None:
    writer, reader = OnPostgresql(), OnPostgresql()
    for_writing(writer)  # type: ignore[arg-type]  # see the class
    for_reading(reader)  # type: ignore[arg-type]  # see the class
    assert writer.options == {"isolation_level": "READ COMMITTED"}
    assert reader.options == {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@pytest.mark.only_on("sqlite")
def test_upserts_are_said_in_each_databases_words(small: SmallStore) -> None:
    with small.engine.connect() as sqlite_connection:
        connections: tuple[Connection, ...] = (sqlite_connection, OnPostgresql())  # type: ignore[assignment]  # see the class
        for connection in connections:
            words = str(insert_unless_there(connection.dialect, VERSIONS).compile(dialect=connection.dialect))
            assert words.endswith("ON CONFLICT DO NOTHING")
            adding = insert_or_add(connection.dialect, VERSIONS, ("kind_code", "fact_token"), "version")
            words = str(adding.compile(dialect=connection.dialect))
            assert "ON CONFLICT (kind_code, fact_token) DO UPDATE SET version" in words


def test_foreign_keys_hold(small: SmallStore) -> None:
    orphan = {"pseudonym": bytes(16), "record_id": "r", "part_code": "about"}
    with small.engine.begin() as connection, pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        connection.execute(insert(table_of(RecordPerson)), orphan)
