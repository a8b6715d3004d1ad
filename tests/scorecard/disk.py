"""The disk is full, or fails, at any statement or commit of a request for a release: nothing leaves unlogged, and
whoever asked is told, signed, that the broker cannot work.

A fault is the database driver's own error, raised in place of a statement, in place of a commit (as when the disk
does not take it), or after a commit that was done and could not be acknowledged; or the database's own limit:
SQLite is given no further page, a trigger on PostgreSQL refuses every row. Each function takes seeds and returns
counts, among them `bad`, which must stay at nought.
"""

from __future__ import annotations

import io
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from broker.audit.events import Event
from broker.http_signatures import MessageRefused
from broker.logs import set_up_logs
from tests.functional.api.door import Got, Partner, asked
from tests.functional.usecases.office import full_disk
from tests.scorecard.replays import log_of
from tests.scorecard.serving import council

ERRORS: Final[dict[str, tuple[Callable[[], Exception], ...]]] = {
    "sqlite": (
        lambda: sqlite3.OperationalError("database or disk is full"),
        lambda: sqlite3.OperationalError("disk I/O error"),
    ),
    "postgresql": (
        lambda: psycopg.errors.DiskFull("could not extend file: No space left on device"),
        lambda: psycopg.errors.IoError("could not fsync file: Input/output error"),
    ),
}
"""ENOSPC and EIO as each driver tells them."""
TABLES: Final = ("audit_entry", "disclosure", "request_nonce", "signed_request", "idempotent_act")
FAULTS: Final = ("statement", "statements", "commit", "commit-done", "limit")
RELEASED: Final = 200
CANNOT: Final = 503


class _Faults:
    """What goes wrong at an office's database, once it is armed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.seen = self.commits = 0
        self._at: Callable[[int], bool] = lambda _: False
        self._error: Callable[[], Exception] = ERRORS["sqlite"][0]
        event.listen(engine, "before_cursor_execute", self._statement)

    def _statement(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.seen += 1
        if self._at(self.seen):
            raise OperationalError(statement, None, self._error())

    @contextmanager
    def statements(self, at: Callable[[int], bool], error: Callable[[], Exception]) -> Iterator[None]:
        """While it lasts, statements fail of whose number, counted from 1, `at` says so."""
        self.seen, self._at, self._error = 0, at, error
        try:
            yield
        finally:
            self._at = lambda _: False

    @contextmanager
    def commit(self, number: int, error: Callable[[], Exception], *, done: bool) -> Iterator[None]:
        """While it lasts, the commit of this number fails, and nothing was done; or it was `done`."""
        real, self.commits = self._engine.dialect.do_commit, 0

        def commit(connection: Any) -> None:
            self.commits += 1
            if self.commits != number or done:
                real(connection)
            if self.commits == number:
                raise error()

        self._engine.dialect.do_commit = commit  # type: ignore[method-assign]
        try:
            yield
        finally:
            self._engine.dialect.do_commit = real  # type: ignore[method-assign]

    @contextmanager
    def no_further_page(self) -> Iterator[None]:
        """While it lasts, SQLite's file may not grow."""

        def limit(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute("PRAGMA max_page_count = 1").close()  # no less than there are

        self._engine.dispose()
        event.listen(self._engine, "connect", limit)
        try:
            yield
        finally:
            event.remove(self._engine, "connect", limit)
            self._engine.dispose()


def failing_disk(one: Partner, seeds: range) -> dict[str, int]:
    """Answers that are no release in the log and no 503, releases unlogged or done twice, after faults; each
    request is sent once more under its key when the disk works again."""
    office, value = one.office, asked(one)
    engine = office.broker.store._engine
    kind, faults = engine.dialect.name, _Faults(engine)
    with faults.statements(lambda _: False, ERRORS[kind][0]), faults.commit(0, ERRORS[kind][0], done=True):
        _send(one, value, "before")
    statements, commits = faults.seen, faults.commits
    before = _ids(one, Event.PROFILE_RELEASED)
    statuses: Counter[int] = Counter()
    answered: dict[str, set[str]] = {}
    bad = 0
    for seed in seeds:
        dice, key = Random(seed), f"disk-{seed}"
        fault, error = dice.choice(FAULTS), dice.choice(ERRORS[kind])
        number = dice.randint(1, statements)
        if fault == "statement":
            broken = faults.statements(lambda seen, number=number: seen == number, error)
        elif fault == "statements":
            broken = faults.statements(lambda seen, number=number: seen >= number, error)
        elif fault == "limit":
            broken = faults.no_further_page() if kind == "sqlite" else full_disk(office, dice.choice(TABLES))
        else:
            broken = faults.commit(dice.randint(1, commits), error, done=fault == "commit-done")
        answered[key] = set()
        with broken:
            first = _send(one, value, key)
        statuses[first.status if first else 0] += 1
        later = _send(one, value, key)
        bad += later is None or later.status != RELEASED
        for got in (first, later):
            if got is not None and got.status == RELEASED:
                answered[key].add(got.json["disclosure"])
    released, again = (_ids(one, event) for event in (Event.PROFILE_RELEASED, Event.PROFILE_REPEATED))
    released -= before
    unlogged = sum(ids != ids & released.keys() for ids in answered.values())
    doubles = sum(len(ids) > 1 for ids in answered.values()) + abs(released.total() - len(answered))
    strange = statuses.total() - statuses[RELEASED] - statuses[CANNOT]
    return {
        "bad": bad + unlogged + doubles + strange,
        "unlogged": unlogged,
        "doubles": doubles,
        "said_503": statuses[CANNOT],
        "done_and_not_told": sum(again[one] > 0 for one in released),
        "released_all_the_same": statuses[RELEASED],
    }


def _send(one: Partner, value: Any, key: str) -> Got | None:
    """What was answered; None where the answer is not signed."""
    one.office.step()
    try:
        return one.send("POST", "/v1/profiles", value, idempotency_key=key)
    except MessageRefused:
        return None


def _ids(one: Partner, about: Event) -> Counter[str]:
    """The releases of which an entry says this."""
    return Counter(str(one.details["disclosure"]) for one in log_of(one.office) if one.event is about)


def disk_full_sqlite(seeds: range) -> dict[str, int]:
    """See `failing_disk`."""
    return _quietly("sqlite", seeds)


def disk_full_postgresql(seeds: range) -> dict[str, int]:
    """See `failing_disk`."""
    return _quietly("postgresql", seeds)


def _quietly(database: str, seeds: range) -> dict[str, int]:
    with council(database) as one:
        set_up_logs(one.office.clock, "error", io.StringIO())
        return failing_disk(one, seeds)
