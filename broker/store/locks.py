"""Which version rows an act holds, and in which order it takes them.

Decides that on a database with several writers every row is taken in one order (kind, then token), so that no two
acts wait for each other, and before the act asks for its instant, so that whoever waited comes after whom it
waited for. What an act only rests on is watched: its version is read, then the facts; when the instant is asked,
all of it is held in one order and must not have moved on since. So who is near need not be known before facts are
read. An act that finds out too late what it rests on, or that something moved on, is undone and done again with
that locked first (`LockFirst`): use cases need not know beforehand. A row that nobody wrote yet needs no lock; two
acts that make the same one are told apart afterwards. On SQLite writers are serial and nothing is locked. From
docs/security.md section 6.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, select, tuple_

from broker.errors import SystemFailed
from broker.store.dialect import is_serial
from broker.store.tables.base import table_of
from broker.store.tables.disclosures import FactVersion
from broker.store.together import Question, ask_alone, ask_together, key_of

VERSIONS: Final = table_of(FactVersion)
MOST_AT_ONCE: Final = 500
"""Rows in one statement."""

Fact = tuple[str, bytes]
"""A version row's key: its kind's code and its token. Rows are taken in the order of these."""

_KEY: Final = (VERSIONS.c.kind_code, VERSIONS.c.fact_token)
THESE: Final[Select[tuple[str, bytes, int]]] = (
    select(*_KEY, VERSIONS.c.version).where(tuple_(*_KEY).in_(bindparam("facts", expanding=True))).order_by(*_KEY)
)
"""The versions of these rows (`facts`: their keys), in the order of rows."""
_HELD: Final = {False: THESE.with_for_update(read=True), True: THESE.with_for_update()}


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
        self.serial: Final = rehearsing or is_serial(connection)
        """Nothing is held: the act is undone, or nobody writes beside it."""
        self._held: dict[Fact, bool] = {}
        self._watched: dict[Fact, int] = {}
        self._stand: dict[Fact, int] = {}
        """The versions of what is held and was not moved on by this act: nobody else can."""

    def take_first(self, wanted: Mapping[Fact, bool]) -> None:
        """Takes everything at once, at the act's beginning; of one kind all alone where any is wanted alone."""
        if wanted and not any(wanted.values()):
            self.take(wanted.keys(), alone=False, late=False)
            return
        for kind in sorted({kind for kind, _ in wanted}):
            facts = [fact for fact in wanted if fact[0] == kind]
            self.take(facts, alone=any(wanted[fact] for fact in facts), late=False)

    def watch(self, facts: Collection[Fact]) -> dict[Fact, int]:
        """The versions of those that are there. What they stand for is read after this, and `settle` sees to it
        that they have not moved on by then."""
        if self.serial:
            return self._versions(facts)
        fresh = self.unseen(facts)
        if fresh:
            self.saw(fresh, self._versions(fresh))
        return self.seen(facts)

    def unseen(self, facts: Collection[Fact]) -> list[Fact]:
        """Those whose versions were not read yet, in the order of rows."""
        return sorted(fact for fact in facts if fact not in self._watched and fact not in self._stand)

    def saw(self, facts: Collection[Fact], found: Mapping[Fact, int]) -> None:
        """Watches these, whose versions were just read; what they stand for is read after that."""
        self._watched.update({fact: found.get(fact, 0) for fact in facts})

    def seen(self, facts: Collection[Fact]) -> dict[Fact, int]:
        """The versions of those that are there, of what is watched or held."""
        both = {fact: self._stand.get(fact) or self._watched.get(fact, 0) for fact in facts}
        return {fact: version for fact, version in both.items() if version}

    def settle(self) -> None:
        """Holds all that was watched, in one order, until the act ends. Raises LockFirst where something moved on
        since it was watched, or would have to be taken out of order."""
        watched, self._watched = self._watched, {}
        if watched:
            self._require_unmoved(watched, self.take(watched.keys(), alone=False, late=False))

    def settle_and_ask(self, question: Select[Any]) -> list[Any] | None:
        """The same, and in the same round what is asked once all of it is held; None where that takes a round of
        its own, which is left to be asked."""
        watched = self._watched
        if not watched or self._held or self.serial or len(watched) > MOST_AT_ONCE:
            self.settle()
            return None
        self._watched = {}
        held = _HELD[False], {"facts": sorted(watched)}
        # What was not there may have come while the others were waited for.
        absent = THESE, {"facts": sorted(fact for fact, version in watched.items() if not version)}
        asked: list[Question] = [held, absent, (question, {})] if absent[1]["facts"] else [held, (question, {})]
        answers = ask_together(self._connection, asked)
        taken = _versions_in(answers[key_of(*held)])
        self._held.update(dict.fromkeys(taken, False))
        self._stand.update(taken)
        self._require_unmoved(watched, _versions_in(answers.get(key_of(*absent), ())) | taken)
        return answers[key_of(question, {})]

    def _require_unmoved(self, watched: Mapping[Fact, int], found: Mapping[Fact, int]) -> None:
        if any(found.get(fact, 0) != version for fact, version in watched.items()):
            raise LockFirst(self._held)

    def take(self, facts: Collection[Fact], *, alone: bool, late: bool) -> dict[Fact, int]:
        """Holds these rows until the act ends and returns the versions of those that are there. `late` says that
        the act has asked its instant. Raises LockFirst where one cannot be taken any more."""
        if self.serial:
            return self._versions(facts)
        missing = [fact for fact in facts if fact not in self._held or (alone and not self._held[fact])]
        stronger = any(fact in self._held for fact in missing)
        out_of_order = bool(missing and self._held) and min(missing) < max(self._held)
        if missing and (late or stronger or out_of_order):
            there = self._versions(missing)
            if there:
                raise LockFirst({**self._held, **dict.fromkeys(there, alone)})
            missing = []
        taken = self._versions(missing, alone=alone)
        self._held.update(dict.fromkeys(taken, alone))
        self._stand.update(taken)
        known = [fact for fact in facts if fact in self._stand]
        others = self._versions(fact for fact in facts if fact not in self._stand)
        return {fact: self._stand[fact] for fact in known} | others

    def made(self, facts: Collection[Fact]) -> None:
        """Holds the rows this act has just inserted or moved on. Raises LockFirst where another act had made one
        since this one looked: then it waited here after it had asked its instant."""
        if self.serial:
            return
        for fact in facts:
            self._stand.pop(fact, None)
        fresh = [fact for fact in facts if not self._held.get(fact, False)]
        overtaken = [fact for fact, version in self._versions(fresh).items() if version > 1]
        if overtaken:
            raise LockFirst({**self._held, **dict.fromkeys(overtaken, True)})
        self._held.update(dict.fromkeys(fresh, True))

    def _versions(self, facts: Iterable[Fact], *, alone: bool | None = None) -> dict[Fact, int]:
        """The versions that are there; `alone` None locks nothing."""
        wanted, found = sorted(facts), dict[Fact, int]()
        for start in range(0, len(wanted), MOST_AT_ONCE):
            found |= _versions_in(self._read(wanted[start : start + MOST_AT_ONCE], alone=alone))
        return found

    def _read(self, facts: list[Fact], *, alone: bool | None) -> Iterable[Row[tuple[str, bytes, int]]]:
        statement, values = THESE if alone is None else _HELD[alone], {"facts": facts}
        found = ask_alone(self._connection, statement, values)
        return self._connection.execute(statement, values).all() if found is None else found


def _versions_in(rows: Iterable[Row[tuple[str, bytes, int]]]) -> dict[Fact, int]:
    return {(row.kind_code, row.fact_token): row.version for row in rows}
