"""The unit of work, and the only commit.

Decides that nothing changes without an audit entry: `Act.write` is the one way to change a table, and it takes the
entry. The entry is inserted in the act's own transaction, just before the commit; where that fails, nothing
happened. `View` reads one moment of the database. What is *not* decided here: what may be done (use cases) and the
entry's place in the tree (`broker.store.audit`). From docs/security.md section 3, points 1 and 3.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Delete, Engine, Insert, Row, Select, Table, Update, select

from broker.audit.entry import AuditEntry, entry_bytes
from broker.audit.tree import leaf_hash
from broker.clock import Clock
from broker.errors import SystemFailed
from broker.store.dialect import (
    DATABASE_ERRORS,
    Params,
    append_entries,
    for_reading,
    for_writing,
    insert_or_add,
    insert_unless_there,
    kind_of,
    latest_entry_at,
    share_locked,
)
from broker.store.ids import RandomBytes, opaque_id, row_key
from broker.store.kinds import VersionedKind
from broker.store.seals import Keys
from broker.store.tables.base import table_of
from broker.store.tables.disclosures import FactVersion

_VERSIONS: Final = table_of(FactVersion)
_MICROSECOND: Final = timedelta(microseconds=1)

Change = Insert | Update | Delete
HOUSEKEEPING: Final[Mapping[str, tuple[type[Change], ...]]] = {
    "audit_leaf": (Insert,),
    "audit_node": (Insert,),
    "audit_tree": (Insert, Update),
    "notice": (Update,),
}
"""What follows from entries committed already and needs none of its own: their place in the tree, and that a
notice was tried."""

Versions = dict[tuple[VersionedKind, str], int]
"""The count of each version row that was there, by kind and key."""


class View:
    """One moment of the database, to read from."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self.keys: Final = keys

    def read(self, statement: Select[Any], params: Params | None = None) -> Sequence[Row[Any]]:
        """The rows. Raises TypeError for a statement that is no SELECT."""
        if not isinstance(statement, Select):
            raise TypeError("a view reads; changes are written by an act, with their audit entry")
        return self._connection.execute(statement, params).all()


class Act(View):
    """One act: what it reads, what it changes and the entries that say so, committed together or not at all."""

    def __init__(self, connection: Connection, keys: Keys, clock: Clock, random_bytes: RandomBytes) -> None:
        super().__init__(connection, keys)
        self._clock = clock
        self._random_bytes = random_bytes
        self._at: datetime | None = None
        self._rows = 0
        self._changed = False
        self._taken: dict[int, tuple[AuditEntry, bytes]] = {}
        self._entries: dict[bytes, None] = {}  # a set that keeps the order

    @property
    def at(self) -> datetime:
        """The act's one instant, taken when it is first asked for; lock what the act rests on before.

        INVARIANT: later than every act committed before it on a serial database, whatever the clock says, so that
        "as it was known then" has one answer.
        """
        if self._at is None:
            now, latest = self._clock.now(), latest_entry_at(self._connection)
            self._at = now if latest is None or now > latest else latest + _MICROSECOND
        return self._at

    def record(self, entry: AuditEntry) -> bytes:
        """Takes the entry into this act and returns its leaf hash, 32 bytes, for the receipt. The same entry given
        to several mutators of one act is one entry."""
        taken = self._taken.get(id(entry))
        if taken is None:
            data = entry_bytes(entry)
            # The entry is kept beside its leaf hash, so that no other entry can get its identity meanwhile.
            taken = self._taken[id(entry)] = (entry, leaf_hash(data))
            self._entries[data] = None
        return taken[1]

    def write(self, entry: AuditEntry, change: Change, params: Params | None = None) -> CursorResult[Any]:
        """Makes the change; the one way there is. An empty list of rows changes nothing.

        Raises TypeError for anything but INSERT, UPDATE or DELETE, and for a change without an entry.
        """
        if not isinstance(entry, AuditEntry):
            raise TypeError("a change needs the audit entry that says what was done")
        if not isinstance(change, Insert | Update | Delete):
            raise TypeError("an act writes INSERT, UPDATE and DELETE only")
        self.record(entry)
        self._changed = True
        return self._connection.execute(change, params)

    def write_rows(self, entry: AuditEntry, change: Insert, rows: Sequence[dict[str, Any]]) -> None:
        """Inserts many rows at once; none is fine."""
        self.record(entry)
        if rows:
            self.write(entry, change, rows)

    def insert_unless_there(self, table: Table) -> Insert:
        """An insert, for `write_rows`, that leaves an existing row as it is."""
        return insert_unless_there(self._connection, table)

    def bump(self, entry: AuditEntry, kind: VersionedKind, keys: Iterable[str]) -> None:
        """Moves on the version of each fact that this act writes, in sorted order. A mutator calls it before it
        asks for the act's instant: whoever waited here comes after the act it waited for."""
        rows = sorted(
            ({"kind_code": kind.value, "fact_token": self._fact(kind, key), "version": 1} for key in set(keys)),
            key=lambda row: row["fact_token"],
        )
        change = insert_or_add(self._connection, _VERSIONS, ("kind_code", "fact_token"), "version")
        self.write_rows(entry, change, rows)

    def share(self, kinds_and_keys: Iterable[tuple[VersionedKind, str]]) -> Versions:
        """Locks these versions against change until the act ends, in sorted order, and returns their counts. What
        has no version was never written and is left out."""
        wanted = {(kind.value, self._fact(kind, key)): (kind, key) for kind, key in kinds_and_keys}
        found: Versions = {}
        for kind in sorted({one for one, _ in wanted}):
            tokens = sorted(token for one, token in wanted if one == kind)
            statement = (
                select(_VERSIONS.c.kind_code, _VERSIONS.c.fact_token, _VERSIONS.c.version)
                .where(_VERSIONS.c.kind_code == kind, _VERSIONS.c.fact_token.in_(tokens))
                .order_by(_VERSIONS.c.fact_token)
            )
            for row in self.read(share_locked(self._connection, statement)):
                found[wanted[row.kind_code, row.fact_token]] = row.version
        return found

    def new_id(self, prefix: str) -> str:
        """A new opaque id."""
        return opaque_id(prefix, self._random_bytes)

    def new_row(self) -> bytes:
        """The key of the act's next row, greater than that of every row before it."""
        self._rows += 1
        return row_key(self.at, self._rows, self._random_bytes)

    def _fact(self, kind: VersionedKind, key: str) -> bytes:
        return self.keys.token("version", kind.value, key)

    def _finish(self) -> None:
        # INVARIANT: no change without an entry. `write` sees to it; this is the belt to its braces.
        if self._changed and not self._entries:
            raise SystemFailed("act", "would change the database without an audit entry; nothing was changed")
        if self._entries:
            append_entries(self._connection, self._entries, self.at)


class Housekeeping(View):
    """Work that follows from what is committed already: integrating entries. Touches no other table."""

    def write(self, change: Change, params: Params | None = None) -> None:
        """Makes the change. Raises TypeError for a table that needs an audit entry."""
        if not isinstance(change, HOUSEKEEPING.get(str(change.table), ())):
            raise TypeError("this table changes only in an act, with an audit entry")
        self._connection.execute(change, params)

    @property
    def connection(self) -> Connection:
        """For the few statements that differ between databases."""
        return self._connection


class Store:
    """The database and its keys."""

    def __init__(self, engine: Engine, keys: Keys, random_bytes: RandomBytes = secrets.token_bytes) -> None:
        self._engine = engine
        self._writer, self._reader = for_writing(engine), for_reading(engine)
        self._keys = keys
        self._random_bytes = random_bytes

    @contextmanager
    def act(self, clock: Clock) -> Iterator[Act]:
        """One act, committed when the block ends and undone when it raises.

        Raises SystemFailed when the database cannot take it (disk full, locked, gone): then nothing happened.
        """
        with _explained(), self._writer.begin() as connection:
            act = Act(connection, self._keys, clock, self._random_bytes)
            yield act
            act._finish()

    @contextmanager
    def look(self) -> Iterator[View]:
        """One moment of the database, to read from."""
        with _explained(), self._reader.begin() as connection:
            yield View(connection, self._keys)

    @contextmanager
    def keep_house(self) -> Iterator[Housekeeping]:
        """One transaction over what follows from the entries."""
        with _explained(), self._writer.begin() as connection:
            yield Housekeeping(connection, self._keys)

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()


@contextmanager
def _explained() -> Iterator[None]:
    """The database's failures as the broker's, without the statement: its values may be personal."""
    try:
        yield
    except DATABASE_ERRORS as error:
        kind = kind_of(error)
        raise SystemFailed(
            "database", f"the act was not done ({kind}); check disk space, locks and that `broker migrate` has run"
        ) from None
