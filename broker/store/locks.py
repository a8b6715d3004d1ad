"""Which version rows an act holds, and in which order it takes them.

Decides that on a database with several writers every row is taken in one order (kind, then token), so that no two
acts wait for each other, and before the act asks for its instant, so that whoever waited comes after whom it
waited for. An act that finds out too late what it rests on is undone and done again with that locked first
(`LockFirst`): use cases need not know beforehand. A row that nobody wrote yet needs no lock; two acts that make
the same one are told apart afterwards. On SQLite writers are serial and nothing is locked. From docs/security.md
section 6.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, Row, Select, select

from broker.errors import SystemFailed
from broker.store.dialect import is_serial, locked, share_locked
from broker.store.tables.base import table_of
from broker.store.tables.disclosures import FactVersion

VERSIONS: Final = table_of(FactVersion)
MOST_AT_ONCE: Final = 500
"""Rows in one statement."""

Fact = tuple[str, bytes]
"""A version row's key: its kind's code and its token. Rows are taken in the order of these."""


class LockFirst(SystemFailed):
    """What the act touches was not held when it asked its instant; `wanted` is what to lock first when it is done
    again, True for alone. Raised to `Store.perform`; an act opened by hand must lock first (`Act.lock`)."""

    def __init__(self, wanted: Mapping[Fact, bool]) -> None:
        super().__init__(
            "database", "the act was not done: what it touches must be locked before its instant is asked"
        )
        self.wanted: Final = dict(wanted)


class Locks:
    """What one act holds: True alone, False shared."""

    def __init__(self, connection: Connection, *, rehearsing: bool = False) -> None:
        """`rehearsing` says that the act is undone whatever it does: it holds nothing and waits for nobody."""
        self._connection = connection
        self.rehearsing: Final = rehearsing
        self._none = rehearsing or is_serial(connection)
        self._held: dict[Fact, bool] = {}

    @property
    def count(self) -> int:
        """How many rows are held."""
        return len(self._held)

    def take_first(self, wanted: Mapping[Fact, bool]) -> None:
        """Takes everything at once, at the act's beginning; of one kind all alone where any is wanted alone."""
        for kind in sorted({kind for kind, _ in wanted}):
            facts = [fact for fact in wanted if fact[0] == kind]
            self.take(facts, alone=any(wanted[fact] for fact in facts), late=False)

    def take(self, facts: Collection[Fact], *, alone: bool, late: bool) -> dict[Fact, int]:
        """Holds these rows until the act ends and returns the versions of those that are there. `late` says that
        the act has asked its instant. Raises LockFirst where one cannot be taken any more."""
        if self._none:
            return self._versions(facts)
        missing = [fact for fact in facts if fact not in self._held or (alone and not self._held[fact])]
        stronger = any(fact in self._held for fact in missing)
        out_of_order = bool(missing and self._held) and min(missing) < max(self._held)
        if missing and (late or stronger or out_of_order):
            there = self._versions(missing)
            if there:
                raise LockFirst({**self._held, **dict.fromkeys(there, alone)})
            return self._versions(facts)
        found = self._versions(facts, alone=alone if missing else None)
        self._held.update({fact: alone for fact in missing if fact in found})
        return found

    def made(self, facts: Collection[Fact]) -> None:
        """Holds the rows this act has just inserted or moved on. Raises LockFirst where another act had made one
        since this one looked: then it waited here after it had asked its instant."""
        if self._none:
            return
        fresh = [fact for fact in facts if not self._held.get(fact, False)]
        overtaken = [fact for fact, version in self._versions(fresh).items() if version > 1]
        if overtaken:
            raise LockFirst({**self._held, **dict.fromkeys(overtaken, True)})
        self._held.update(dict.fromkeys(fresh, True))

    def _versions(self, facts: Iterable[Fact], *, alone: bool | None = None) -> dict[Fact, int]:
        """The versions that are there; `alone` None locks nothing."""
        found: dict[Fact, int] = {}
        wanted = sorted(facts)
        for kind in dict.fromkeys(kind for kind, _ in wanted):
            tokens = [token for one, token in wanted if one == kind]
            for start in range(0, len(tokens), MOST_AT_ONCE):
                for row in self._read(kind, tokens[start : start + MOST_AT_ONCE], alone=alone):
                    found[row.kind_code, row.fact_token] = row.version
        return found

    def _read(
        self, kind: str, tokens: list[bytes], *, alone: bool | None
    ) -> Iterable[Row[tuple[str, bytes, int]]]:
        statement: Select[tuple[str, bytes, int]] = (
            select(VERSIONS.c.kind_code, VERSIONS.c.fact_token, VERSIONS.c.version)
            .where(VERSIONS.c.kind_code == kind, VERSIONS.c.fact_token.in_(tokens))
            .order_by(VERSIONS.c.fact_token)
        )
        if alone is not None:
            locking = locked if alone else share_locked
            statement = locking(self._connection, statement)
        return self._connection.execute(statement).all()
