"""How rows are put into a table: worded once for each kind of row, and given to the driver itself.

Every act ends with rows: its disclosure, whom that is about, what it rests on, its entries. Preparing each value
through a statement's types costs more than the insert. What is stored is the same, because instants are the only
values that are not stored as they are (`broker.store.tables.base`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Connection, Dialect, Insert, Table, insert

from broker.store.dialect import insert_or_add, insert_unless_there, is_serial
from broker.store.tables.audit import AuditEntryRow
from broker.store.tables.base import Instant, instant_as_stored, table_of
from broker.store.together import failing

Rows = Sequence[Mapping[str, Any]]
_ENTRIES: Final = table_of(AuditEntryRow)
_FEW: Final = 16
"""Rows that go to PostgreSQL in one statement, which is worded anew for each number of them."""


def insert_rows(connection: Connection, table: Table, rows: Rows, *, unless_there: bool = False) -> None:
    """Inserts rows that have the same columns, in their order; `unless_there` leaves an existing row as it is."""
    if rows:
        _put(connection, _Kind(table, tuple(rows[0]), unless_there), rows)


def add_rows(connection: Connection, table: Table, rows: Rows, keys: tuple[str, ...], counter: str) -> None:
    """The same; where there is a row with these `keys`, adds the new one's `counter` to its own."""
    if rows:
        _put(connection, _Kind(table, tuple(rows[0]), False, (keys, counter)), rows)


def append_entries(connection: Connection, entries: Iterable[bytes], at: datetime) -> None:
    """Inserts audit entries written at `at`, in their order."""
    insert_rows(connection, _ENTRIES, [{"entry": data, "written_at": at} for data in entries])


class _Kind(NamedTuple):
    """A kind of insert: into what, with which columns, and what is done with a row that is there."""

    table: Table
    names: tuple[str, ...]
    unless_there: bool
    adding: tuple[tuple[str, ...], str] | None = None

    def change(self, dialect: Dialect) -> Insert:
        """As SQLAlchemy has it. What the database makes up is not asked for."""
        if self.adding is not None:
            return insert_or_add(dialect, self.table, *self.adding)
        return insert_unless_there(dialect, self.table) if self.unless_there else insert(self.table).inline()

    @property
    def numbers(self) -> bool:
        """Whether the database numbers the rows. It promises no order of numbers within one statement."""
        return self.table.autoincrement_column is not None


class _AsStored(dict[datetime | None, int | None]):
    """Instants as numbers. The rows of one act share few, and each is written once."""

    def __missing__(self, at: datetime | None) -> int | None:
        self[at] = stored = instant_as_stored(at)
        return stored


class _Worded:
    """An insert of one row, or of `count` in one statement, as the driver takes it."""

    def __init__(self, dialect: Dialect, kind: _Kind, count: int | None) -> None:
        change, names = kind.change(dialect), list(kind.names)
        if count is not None:
            change = change.values([dict.fromkeys(names)] * count)
        compiled: Any = change.compile(dialect=dialect, column_keys=names)
        self.text: Final = str(compiled)
        # SQLite's values stand in the statement's order, PostgreSQL's by name.
        self._places: tuple[str, ...] | None = tuple(compiled.positiontup) if compiled.positional else None
        self._instants = {name for name in names if isinstance(kind.table.c[name].type, Instant)}

    def values(self, rows: Rows) -> list[Any]:
        """The driver's parameters for each row."""
        stored, instants, places = _AsStored(), self._instants, self._places
        if places is not None:
            return [[stored[row[one]] if one in instants else row[one] for one in places] for row in rows]
        return [{one: stored[row[one]] if one in instants else row[one] for one in row} for row in rows]

    def values_at_once(self, rows: Rows) -> dict[str, Any]:
        """The driver's parameters for all the rows of one statement."""
        numbered = enumerate(self.values(rows))
        return {f"{name}_m{number}": one for number, row in numbered for name, one in row.items()}


_worded = lru_cache(maxsize=512)(_Worded)


def _put(connection: Connection, kind: _Kind, rows: Rows) -> None:
    """Raises DBAPIError, and on SQLite what the driver raises."""
    dialect, driver = connection.dialect, cast(Any, connection.connection.driver_connection)
    if is_serial(connection):
        one = _worded(dialect, kind, None)
        driver.executemany(one.text, one.values(rows))
        return
    with failing(connection):
        if len(rows) == 1:
            one = _worded(dialect, kind, None)
            driver.execute(one.text, *one.values(rows))
        elif len(rows) <= _FEW and not kind.numbers:
            one = _worded(dialect, kind, len(rows))
            driver.execute(one.text, one.values_at_once(rows))
        else:
            one = _worded(dialect, kind, None)
            driver.cursor().executemany(one.text, one.values(rows))
