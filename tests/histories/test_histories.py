"""Withdrawals against releases on both databases: nothing withdrawn leaves, nothing leaves unlogged, nobody goes
untold.

`make scorecard` runs ten thousand of these histories on each database.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from broker.store import session
from broker.store.dialect import is_serial
from broker.store.gather import gather_facts
from broker.store.locks import Locks
from broker.store.staff import find_members
from broker.usecases.release import release_profile
from tests.histories.checker import check
from tests.histories.histories import open_desk, run_history

HISTORIES = 20
TO_KILL = 60
"""Histories in which a broken broker must have been found out."""


def test_no_history_breaks_a_promise(database: str, tmp_path: Path) -> None:
    with open_desk(tmp_path / "desk", database) as desk:
        histories = [run_history(desk, seed) for seed in range(HISTORIES)]
        assert check(desk, histories) == []
    releases = [one for history in histories for one in history.operations if one.kind == "release"]
    shown = sum(one.shown for one in releases)
    assert len(releases) // 10 < shown < len(releases) * 9 // 10, "some were withheld, and some were not"


def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is held against change, and an instant is asked whenever it is."""

    def take(self: Any, facts: Any, *, alone: bool, late: bool) -> Any:
        del alone, late
        return self._versions(facts)

    monkeypatch.setattr(Locks, "take", take)
    monkeypatch.setattr(Locks, "settle_and_ask", _settled_by_itself)
    monkeypatch.setattr(Locks, "made", lambda *_: None)


def without_the_share_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release reads the versions it rests on and holds none of them."""
    real: Callable[..., Any] = Locks.take

    def take(self: Any, facts: Any, *, alone: bool, late: bool) -> Any:
        return real(self, facts, alone=alone, late=late) if alone else self._versions(facts)

    monkeypatch.setattr(Locks, "take", take)
    monkeypatch.setattr(Locks, "settle_and_ask", _settled_by_itself)


def _settled_by_itself(locks: Any, _question: Any) -> None:
    """What is held is taken by `take`, and the question left to be asked after it."""
    locks.settle()


def without_those_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release holds whom it asks about, and nobody near them."""

    def gather(act: Any, person_ids: Any, *, beside: Any = (), **others: Any) -> Any:
        return (
            act.share(beside),
            gather_facts(act, person_ids, **others),
            find_members(act, others.get("staff_ids", ())),
        )

    monkeypatch.setattr(release_profile, "gather_locked", gather)


def with_the_workers_own_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """An instant is what the worker's clock says."""
    monkeypatch.setattr(session, "latest_entry_at", lambda _connection, _asked: None)


def with_entries_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every seventh act's entries are lost."""
    real, count = session.append_entries, iter(range(10_000_000))

    def append(connection: Any, entries: Any, at: Any) -> None:
        if next(count) % 7 != 6:
            real(connection, entries, at)

    monkeypatch.setattr(session, "append_entries", append)


MUTANTS = {
    without_locks: "postgresql",
    without_the_share_lock: "postgresql",
    without_those_near: "postgresql",
    with_the_workers_own_clock: "both",
    with_entries_forgotten: "both",
}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_broker_broken_in_one_place_is_found_out(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mutant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    with open_desk(tmp_path / "desk", database) as desk:
        with desk.office.broker.store.look() as view:
            serial = is_serial(view._connection)
        mutant(monkeypatch)
        problems: list[str] = []
        for first in range(0, TO_KILL if MUTANTS[mutant] == "both" or not serial else 10, 10):
            problems += check(desk, [run_history(desk, seed) for seed in range(first, first + 10)])
            if problems:
                break
    # Where writers are serial there is nothing to lock, and a broker without locks is whole.
    assert bool(problems) == (MUTANTS[mutant] == "both" or not serial)
