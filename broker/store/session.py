"""The unit of work, and the only commit.

Decides that nothing changes without an audit entry: `Act.write` is the one way to change a table, and it takes the
entry. The entry is inserted in the act's own transaction, just before the commit; where that fails, nothing
happened. Decides too that an act's instant comes after everything it waited for (`LockFirst`). What is *not*
decided here: how one reads (`broker.store.view`), what may be done (use cases), which rows are held and how
(`broker.store.locks`) and the entry's place in the tree (`broker.store.audit`). From docs/security.md section 3,
points 1 and 3, and section 6.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, CursorResult, Delete, Engine, Insert, Table, Update

from broker.audit.entry import AuditEntry, entry_bytes
from broker.audit.tree import leaf_hash
from broker.clock import Clock
from broker.errors import SystemFailed
from broker.store.dialect import (
    LATEST_ENTRY,
    Params,
    for_one_question,
    for_reading,
    for_writing,
    insert_unless_there,
    is_serial,
    latest_entry_at,
)
from broker.store.failures import committing, ending, explained
from broker.store.housekeeping import Change, Housekeeping
from broker.store.ids import RandomBytes, opaque_id, row_key
from broker.store.inserts import Rows, add_rows, append_entries, insert_rows
from broker.store.kinds import VersionedKind
from broker.store.locks import MOST_AT_ONCE, THESE, VERSIONS, Fact, LockFirst, Locks
from broker.store.seals import Keys
from broker.store.view import Glance
from broker.store.view import View as View  # one moment of the database: the first of the units of work

_MICROSECOND: Final = timedelta(microseconds=1)
MOST_TRIES: Final = 8
"""How often work is done before it fails: each time it can have found out about one more thing."""

T = TypeVar("T")

Versions = dict[tuple[VersionedKind, str], int]
"""The count of each version row that was there, by kind and key."""


class Act(View):
    """One act: what it reads, what it changes and the entries that say so, committed together or not at all."""

    def __init__(
        self,
        connection: Connection,
        keys: Keys,
        clock: Clock,
        random_bytes: RandomBytes,
        locks: Locks,
    ) -> None:
        super().__init__(connection, keys)
        self._locks = locks
        self._clock = clock
        self._random_bytes = random_bytes
        self._at: datetime | None = None
        self._rows = 0
        self._changed = False
        self._taken: dict[int, tuple[AuditEntry, bytes]] = {}
        self._entries: dict[bytes, None] = {}  # a set that keeps the order
        self._moved: dict[tuple[str, bytes], int] = {}

    @property
    def at(self) -> datetime:
        """The act's one instant, taken when it is first asked for; lock what the act rests on before.

        INVARIANT: later than every act committed before it was asked, whatever the clocks of several machines say,
        so that "as it was known then" has one answer: an act in conflict with this one had committed by then, or
        waits for this one.
        """
        if self._at is None:
            latest = latest_entry_at(self._connection, self._locks.settle_and_ask(LATEST_ENTRY))
            now = self._clock.now()
            self._at = now if latest is None or now > latest else latest + _MICROSECOND
        return self._at

    def record(self, entry: AuditEntry) -> bytes:
        """Takes the entry into this act and returns its leaf hash, 32 bytes, for the receipt. The same entry given
        to several mutators of one act is one entry."""
        taken = self._taken.get(id(entry))
        if not isinstance(entry, AuditEntry):
            raise TypeError("a change needs the audit entry that says what was done")
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
        if not isinstance(change, Insert | Update | Delete):
            raise TypeError("an act writes INSERT, UPDATE and DELETE only")
        self.record(entry)
        self._changed = True
        return self._connection.execute(change, params)

    def write_rows(self, entry: AuditEntry, table: Table, rows: Rows, *, unless_there: bool = False) -> None:
        """Inserts rows of the same columns; none is fine. `unless_there` leaves an existing row as it is."""
        self.record(entry)
        if rows:
            self._changed = True
            insert_rows(self._connection, table, rows, unless_there=unless_there)

    def insert_unless_there(self, table: Table) -> Insert:
        """An insert, for `write`, that leaves an existing row as it is."""
        return insert_unless_there(self._connection.dialect, table)

    def lock(self, kinds_and_keys: Iterable[tuple[VersionedKind, str]]) -> Versions:
        """Locks these versions for this act alone, until it ends, and returns the counts of those that are there.

        A use case that knows what it will change locks it first; one that does not is done twice on a database
        with several writers (`Store.perform`). Raises LockFirst when the act's instant was asked already.
        """
        return self._hold(kinds_and_keys, alone=True)

    def share(self, kinds_and_keys: Iterable[tuple[VersionedKind, str]]) -> Versions:
        """Rests the act on these versions and returns their counts: read what they stand for after this. All that
        is shared is locked against change in one order when the instant is asked, or by `settle`, and until the
        act ends; the act is done again where any has moved on by then. What has no version was never written and
        is left out. Raises LockFirst when the act's instant was asked already."""
        return self._hold(kinds_and_keys, alone=False)

    def sharing(self, kinds_and_keys: Iterable[tuple[VersionedKind, str]]) -> Callable[[View], Versions]:
        """The same as a reader, for `together`: put it before those that read what the versions stand for."""
        wanted = {(kind.value, self._fact(kind, key)): (kind, key) for kind, key in kinds_and_keys}
        self._move_on()

        def read(view: View) -> Versions:
            fresh = self._locks.unseen(wanted)
            if self._at is not None or len(fresh) > MOST_AT_ONCE or self._locks.serial:
                return self.share(wanted.values()) if view is self else {}
            if fresh:
                rows = view.read(THESE, {"facts": fresh})
                if view is not self:
                    return {}
                self._locks.saw(fresh, {(row.kind_code, row.fact_token): row.version for row in rows})
            return {wanted[fact]: version for fact, version in self._locks.seen(wanted).items()}

        return read

    def settle(self) -> None:
        """Locks what is shared so far now: for whoever remembers what was read beyond the act. Raises LockFirst
        where something has moved on since it was shared."""
        self._locks.settle()

    def bump(self, entry: AuditEntry, kind: VersionedKind, keys: Iterable[str]) -> None:
        """Moves on the version of each fact that this act writes, in sorted order. A mutator calls it before it
        asks for the act's instant: whoever waited here comes after the act it waited for. Raises LockFirst where
        the instant was asked before and another act could have come between."""
        facts = sorted({(kind.value, self._fact(kind, key)) for key in set(keys)})
        self.record(entry)
        if not facts or self._locks.rehearsing:
            return
        for fact in facts:
            self._moved[fact] = self._moved.get(fact, 0) + 1
        # Where writers are serial nobody sees a version before the act ends: all of them are written together.
        if not is_serial(self._connection):
            self._locks.settle()
            self._locks.take(facts, alone=True, late=self._at is not None)
            self._move_on()
            self._locks.made(facts)

    def _move_on(self) -> None:
        """Writes the versions that were moved on since it was last done."""
        moved, self._moved = self._moved, {}
        if moved:
            self._changed = True
            rows = [
                {"kind_code": kind, "fact_token": token, "version": count}
                for (kind, token), count in sorted(moved.items())
            ]
            add_rows(self._connection, VERSIONS, rows, ("kind_code", "fact_token"), "version")

    def _hold(self, kinds_and_keys: Iterable[tuple[VersionedKind, str]], *, alone: bool) -> Versions:
        wanted = {(kind.value, self._fact(kind, key)): (kind, key) for kind, key in kinds_and_keys}
        self._move_on()
        late = self._at is not None
        if alone or late:
            self._locks.settle()
            found = self._locks.take(wanted.keys(), alone=alone, late=late)
        else:
            found = self._locks.watch(wanted.keys())
        return {wanted[fact]: version for fact, version in found.items()}

    @property
    def leaves(self) -> tuple[bytes, ...]:
        """The leaf hashes of the entries taken so far, in their order, 32 bytes each."""
        return tuple(leaf_hash(data) for data in self._entries)

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
        self._locks.settle()
        self._move_on()
        # INVARIANT: no change without an entry. `write` sees to it; this is the belt to its braces.
        if self._changed and not self._entries:
            raise SystemFailed("act", "would change the database without an audit entry; nothing was changed")
        if self._entries:
            append_entries(self._connection, self._entries, self.at)


class Store:
    """The database and its keys."""

    def __init__(self, engine: Engine, keys: Keys, random_bytes: RandomBytes = secrets.token_bytes) -> None:
        self._engine = engine
        self._writer, self._reader = for_writing(engine), for_reading(engine)
        self._asker = for_one_question(engine)
        self._keys = keys
        self._random_bytes = random_bytes
        self._attend: Callable[[Act, Any], None] | None = None
        self.whole: Store = self
        """The same store for every one whose work is attended: by it something is remembered of the database."""

    def attended(self, attend: Callable[[Act, Any], None]) -> Store:
        """The same store, whose work is attended in each act: after the work and with what it returned, the last
        to attend first. What `attend` raises undoes the act."""
        found, before = copy(self), self._attend

        def both(act: Act, done: Any) -> None:
            attend(act, done)
            if before is not None:
                before(act, done)

        found._attend = both
        return found

    def perform(self, clock: Clock, work: Callable[[Act], T]) -> T:
        """Does the work in one act and returns what it returned. Where several write at once, work that found out
        too late what it touches is undone and done again with that locked first: it must change nothing outside
        the act. What it raises undoes the act. Raises SystemFailed as `act` does."""
        first: dict[Fact, bool] = {}
        for _ in range(MOST_TRIES - 1):
            try:
                with self.act(clock, first) as act:
                    return self._attended(act, work(act))
            except LockFirst as late:
                first |= {fact: alone or first.get(fact, False) for fact, alone in late.wanted.items()}
        with self.act(clock, first) as act:
            return self._attended(act, work(act))

    def _attended(self, act: Act, found: T) -> T:
        if self._attend is not None:
            self._attend(act, found)
        return found

    @contextmanager
    def act(self, clock: Clock, first: Mapping[Fact, bool] = MappingProxyType({})) -> Iterator[Act]:
        """One act, committed when the block ends and undone when it raises; `first` is locked at its beginning.
        For work that locks what it touches before it asks the instant; any other is for `perform`.

        Raises SystemFailed when the database cannot take it (disk full, locked, gone): then nothing happened, and
        where that is not certain it says so.
        """
        with explained(), self._writer.begin() as connection:
            locks = Locks(connection)
            locks.take_first(first)
            act = Act(connection, self._keys, clock, self._random_bytes, locks)
            yield act
            act._finish()
            with committing(connection):
                connection.commit()

    @contextmanager
    def rehearse(self, clock: Clock) -> Iterator[Act]:
        """An act that is undone when the block ends, whatever it did: a dry run. It waits for no other."""
        with explained(), self._writer.begin() as connection:
            yield Act(connection, self._keys, clock, self._random_bytes, Locks(connection, rehearsing=True))
            connection.rollback()

    @contextmanager
    def look(self) -> Iterator[View]:
        """One moment of the database, to read from."""
        with explained(), self._reader.begin() as connection:
            yield View(connection, self._keys)
            with ending(connection):
                connection.commit()

    @contextmanager
    def glance(self) -> Iterator[View]:
        """The moment of one question, to ask it and no more: two would be of two moments."""
        with explained(), self._asker.begin() as connection:
            yield Glance(connection, self._keys)
            with ending(connection):
                connection.commit()

    @contextmanager
    def keep_house(self) -> Iterator[Housekeeping]:
        """One transaction over what follows from the entries."""
        with explained(), self._writer.begin() as connection:
            yield Housekeeping(connection, self._keys)
            with committing(connection):
                connection.commit()

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()
