"""Everything in which SQLite and PostgreSQL differ, in one file, but for how rows go to the driver (`inserts`).

Decides how a connection is prepared, how a writer begins, how a release locks what it rests on, how "insert unless
there" is said and how a table is made append-only. Everything else in the store is the same SQL on both.

SQLite has one writer: a writer begins with BEGIN IMMEDIATE, so acts are serial and need no other lock; WAL keeps
readers going, `synchronous=FULL` makes a commit durable, `secure_delete` overwrites what is deleted
(docs/security.md section 6, docs/storage.md). PostgreSQL locks version rows instead, in sorted order so that no
two acts wait for each other.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, cast

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Insert,
    LargeBinary,
    Row,
    Select,
    Table,
    create_engine,
    event,
    func,
    literal,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError

from broker.errors import CallWrong, SystemFailed
from broker.store.pooled import ask_those_put_by
from broker.store.tables.audit import AuditEntryRow
from broker.store.tables.base import Instant, table_of
from broker.store.together import ask_alone

BUSY_MILLISECONDS: Final = 10_000
IDLE_MILLISECONDS: Final = 60_000
OLDEST_SQLITE: Final = (3, 35)  # ON CONFLICT with RETURNING, and dropping columns in later migrations
_BEGIN: Final = "broker_begin"
_LAST_ENTRY: Final = select(func.max(table_of(AuditEntryRow).c.entry_id))
_WRITING_ENTRIES: Final = (
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = 'audit_entry'::regclass"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()"
)
LONGEST_SETTLING: Final = 0.25
"""Seconds for which giving entries their place waits for commits that are under way."""
LATEST_ENTRY: Final = select(func.max(table_of(AuditEntryRow).c.written_at))
_NODES: Final = (
    "SELECT n.level, n.node_index, n.node_hash FROM unnest(%s::integer[], %s::bigint[]) AS w (level, node_index)"
    " JOIN audit_node n ON n.level = w.level AND n.node_index = w.node_index"
)
_ROW: Final = (
    "SELECT node_index, node_hash FROM audit_node"
    " WHERE level = {} AND node_index >= {} AND node_index < {} ORDER BY node_index"
)
_LEAF: Final = "SELECT node_index FROM audit_node WHERE level = 0 AND node_hash = "
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA temp_store=MEMORY",  # no sealed value is spilled to a temporary file
)

_SETTINGS: Final = (
    "SET synchronous_commit = on",  # what was acknowledged is on the disk, whatever the server's own default
    f"SET lock_timeout = {BUSY_MILLISECONDS}",
    f"SET idle_in_transaction_session_timeout = {IDLE_MILLISECONDS}",  # a worker that hangs lets its locks go
    "SET timezone = 'UTC'",
)


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://…`.

    Raises CallWrong for any other address, SystemFailed when this SQLite is too old. No message repeats the
    address: it may hold a password.
    """
    try:
        parsed: URL = make_url(url)
    except ArgumentError:
        raise CallWrong("database_url", "is not a database address; write `sqlite:///broker.db`") from None
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    if parsed.drivername == "postgresql+psycopg":
        return _open_postgresql(parsed)
    raise CallWrong(
        "database_url", f"`{parsed.drivername}` is not supported; use `sqlite` or `postgresql+psycopg`"
    )


def _open_sqlite(url: URL) -> Engine:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise SystemFailed("database", f"SQLite {sqlite3.sqlite_version} is too old; 3.35 or later is needed")
    engine = create_engine(url, hide_parameters=True)  # an error never quotes the values of a row

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        _raw(connection).execute(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


def _open_postgresql(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.autocommit = True
        with connection.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(setting)
        connection.autocommit = False

    ask_those_put_by(engine)
    return engine


def make_private(engine: Engine) -> None:
    """Makes the file of a new embedded database readable by its owner only; SQLite gives its companions the same
    rights. Raises SystemFailed when the folder does not take it."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise SystemFailed("database", f"its file cannot be made: {error.strerror}; check the folder") from None


def for_writing(engine: Engine) -> Engine:
    """The engine, whose transactions are a writer's."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
    return engine.execution_options(isolation_level="READ COMMITTED")


def for_reading(engine: Engine) -> Engine:
    """The engine, whose transactions see one moment of the database and write nothing."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_BEGIN: "BEGIN"})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def for_one_question(engine: Engine) -> Engine:
    """The engine, each of whose statements is a transaction of its own, where that spares two rounds."""
    if engine.dialect.name == "sqlite":
        return for_reading(engine)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def is_serial(connection: Connection) -> bool:
    """Whether writers run one after another, so that the order of ids is the order of commits."""
    return connection.dialect.name == "sqlite"


def locked(connection: Connection, statement: Select[Any]) -> Select[Any]:
    """The statement, holding its rows alone until the transaction ends."""
    return statement if is_serial(connection) else statement.with_for_update()


def insert_unless_there(dialect: Dialect, table: Table) -> Insert:
    """An insert that leaves an existing row as it is."""
    if dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def insert_or_add(dialect: Dialect, table: Table, keys: Sequence[str], counter: str) -> Insert:
    """An insert that adds the new row's `counter` to the one that is there, where one is."""
    maker = sqlite.insert if dialect.name == "sqlite" else postgresql.insert
    change = maker(table)
    return change.on_conflict_do_update(
        index_elements=list(keys), set_={counter: table.c[counter] + change.excluded[counter]}
    )


def name_of_database(url: str) -> str:
    """Where a database is, to be told in a message: the file, or the address without its password."""
    parsed = make_url(url)
    return str(parsed.database) if parsed.drivername.startswith("sqlite") else parsed.render_as_string()


def latest_entry_at(connection: Connection, asked: Sequence[Row[Any]] | None = None) -> datetime | None:
    """The latest instant among the entries committed by now; None for an empty log. `asked` is the answer to
    `LATEST_ENTRY` where that was asked with something else."""
    if not is_serial(connection):
        found = asked or ask_alone(connection, LATEST_ENTRY, {}) or connection.execute(LATEST_ENTRY).all()
        return cast(datetime | None, found[0][0])
    row = _raw(connection).execute("SELECT written_at FROM audit_entry ORDER BY entry_id DESC LIMIT 1").fetchone()
    return None if row is None else Instant().process_result_value(row[0], connection.dialect)


def find_tree_nodes(connection: Connection, wanted: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int, Any]]:
    """Level, place and stored hash of these nodes of the log's tree, where they are there, in one question.

    A proof needs one node on each level, and a Core statement for so many costs more than finding them: the driver
    is asked directly.
    """
    if not wanted:
        return ()
    if is_serial(connection):
        return _raw(connection).execute(_nodes(len(wanted)), [one for at in wanted for one in at]).fetchall()
    levels, places = zip(*wanted, strict=True)
    return (tuple(row) for row in connection.exec_driver_sql(_NODES, (list(levels), list(places))))


def find_nodes_between(connection: Connection, wanted: tuple[int, int, int]) -> Sequence[tuple[int, Any]]:
    """Place and stored hash of every node of a level (the first) from one place up to and without another, in
    order: what the verifier reads a whole tree by, so the driver is asked directly."""
    if is_serial(connection):
        return _raw(connection).execute(_ROW.format(*"???"), wanted).fetchall()
    return [(row[0], row[1]) for row in connection.exec_driver_sql(_ROW.format(*["%s"] * 3), wanted)]


@lru_cache(maxsize=64)
def _nodes(count: int) -> str:
    """SQLite's question for so many nodes. It is told to begin with what is wanted: of its own accord it reads the
    whole table for a list of pairs, and for a chain of ORs it makes a plan for each, every time."""
    rows = ", ".join(["(?, ?)"] * count)
    return (
        f"WITH w (at_level, at_index) AS (VALUES {rows}) SELECT level, node_index, node_hash FROM w"  # noqa: S608 - marks for values
        " CROSS JOIN audit_node ON level = at_level AND node_index = at_index"
    )


def find_leaf_place(connection: Connection, leaf: bytes) -> int | None:
    """The place of the leaf with this hash in the log's tree, or None: where every proof begins."""
    if is_serial(connection):
        row = _raw(connection).execute(f"{_LEAF}?", (leaf,)).fetchone()
    else:
        row = connection.exec_driver_sql(f"{_LEAF}%s", (leaf,)).first()
    return None if row is None else int(row[0])


def holds_bytes(connection: Connection, column: ColumnElement[Any], wanted: bytes) -> ColumnElement[bool]:
    """Whether these bytes stand somewhere in the column's."""
    if is_serial(connection):
        return func.instr(column, literal(wanted, LargeBinary)) > 0
    return func.position(literal(wanted, LargeBinary).op("IN")(column)) > 0


def find_settled_entry(connection: Connection) -> int | None:
    """The number up to which no entry can still turn up, where several write at once: every act that could hold a
    lower one has ended. 0 where one did not within `LONGEST_SETTLING`; None where writers are serial.

    An act writes its entries last, so that it holds the table for no longer than its commit. It takes its lock on
    the table before it takes a number: whoever holds none when a number is seen has none below it.
    """
    if is_serial(connection):
        return None
    last = connection.execute(_LAST_ENTRY).scalar_one()
    ends = time.monotonic() + LONGEST_SETTLING
    writing = set(connection.exec_driver_sql(_WRITING_ENTRIES).scalars())
    while writing:
        if time.monotonic() > ends:
            return 0
        time.sleep(0.002)
        writing &= set(connection.exec_driver_sql(_WRITING_ENTRIES).scalars())
    return int(last or 0)


def _raw(connection: Connection) -> sqlite3.Connection:
    return cast(sqlite3.Connection, connection.connection.driver_connection)


def append_only(dialect: str, table: str) -> tuple[str, ...]:
    """The statements that make a table refuse UPDATE and DELETE, for a migration.

    This stops mistakes and careless hands, not an owner of the database: against those stand the tree, the
    witnesses and the receipts (docs/security.md section 3).
    """
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER tr_{table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        )
    return (
        f"CREATE OR REPLACE FUNCTION refuse_change_of_{table}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER tr_{table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_change_of_{table}()",
        f"CREATE TRIGGER tr_{table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_{table}()",
    )


DATABASE_ERRORS: Final = (DBAPIError, sqlite3.Error)
"""What a database that failed raises, through SQLAlchemy or from the driver itself."""


def kind_of(error: Exception) -> str:
    """The failure's kind, for a message: its own words may quote values."""
    return type(getattr(error, "orig", None) or error).__name__


def was_cut_off(error: Exception) -> bool:
    """Whether the connection itself was lost, so that what the server did last is not known."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


Params = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""The values of one row or of many."""
