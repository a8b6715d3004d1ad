"""What only several writers and broken connections can show: entries settle, and failures are told as they are."""

from __future__ import annotations

import importlib.util
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event

from broker.audit.entry import entry_bytes
from broker.audit.tree import leaf_hash, root_of
from broker.clock import SystemClock
from broker.errors import SystemFailed
from broker.people import DataSubject
from broker.store import audit, pooled
from broker.store.audit import count_waiting, find_entries, find_tree_head, integrate_entries
from broker.store.kinds import VersionedKind
from broker.store.people import add_people, record_people
from broker.store.session import Act
from tests import databases
from tests.databases import NoServer, server
from tests.unit.store.small_store import SmallStore, entry

WRITERS, ACTS = 8, 25
MUM, DAD = (VersionedKind.PERSON, "mum"), (VersionedKind.PERSON, "dad")
ON_SERVER = pytest.mark.only_on("postgresql")


@pytest.fixture
def small(tmp_path: Path, database: str) -> Iterator[SmallStore]:
    made = SmallStore(tmp_path, database)
    with made.act() as act:
        add_people(act, [DataSubject("mum", None), DataSubject("dad", None)], entry=entry())
    yield made
    made.close()


def integrate_all(small: SmallStore) -> int:
    total = 0
    while placed := integrate_entries(small.store, small.clock):
        total += placed
    return total


def sound(small: SmallStore, written: set[bytes]) -> None:
    """Every entry has one place, the places are dense and the root is theirs."""
    with small.store.look() as view:
        head = find_tree_head(view)
        found = find_entries(view, 0, head.frontier.size)
        assert count_waiting(view) == 0
    assert len(found) == len(set(found)) == small.count("audit_entry") == small.count("audit_leaf")
    assert set(found) >= written
    assert head.frontier.root == root_of([leaf_hash(data) for data in found])


def test_many_writers_and_two_sequencers_lose_nothing_and_place_nothing_twice(small: SmallStore) -> None:
    written: set[bytes] = set()
    failed: list[Exception] = []
    done = threading.Event()

    def write(number: int) -> None:
        try:
            for turn in range(ACTS):
                one = entry(f"s-{number}-{turn}")
                with small.store.act(SystemClock()) as act:
                    act.record(one)
                written.add(entry_bytes(one))
        except Exception as error:  # told below
            failed.append(error)

    def place() -> None:
        try:
            while not done.wait(0.005):
                integrate_entries(small.store, SystemClock(), 40)
        except Exception as error:  # told below
            failed.append(error)

    placers = [threading.Thread(target=place) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for thread in (*placers, *writers):
        thread.start()
    for thread in writers:
        thread.join(120)
    done.set()
    for thread in placers:
        thread.join(120)
    assert failed == []
    integrate_all(small)
    assert len(written) == WRITERS * ACTS
    sound(small, written)


@contextmanager
def slow_commit(small: SmallStore) -> Iterator[list[bytes]]:
    """An act that has its number and has not committed yet; commits at the end."""
    data = entry_bytes(entry("s-slow"))
    engine = create_engine(small.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO audit_entry (entry, written_at) VALUES (%s, 0)", (data,))
        yield [data]
    engine.dispose()


@ON_SERVER
def test_an_entry_that_commits_after_one_with_a_higher_number_is_not_passed_by(small: SmallStore) -> None:
    integrate_all(small)
    with slow_commit(small) as slow:
        for _ in range(3):
            with small.act() as act:
                act.record(entry())
        assert integrate_all(small) == 3, "nobody waits for it"
    assert integrate_all(small) == 1
    sound(small, set(slow))


@ON_SERVER
def test_passing_it_by_would_be_seen(small: SmallStore, monkeypatch: pytest.MonkeyPatch) -> None:
    integrate_all(small)
    monkeypatch.setattr(audit, "find_settled_entry", lambda _connection: None)
    with slow_commit(small) as slow:
        with small.act() as act:
            act.record(entry())
        integrate_all(small)
    integrate_all(small)
    with pytest.raises(AssertionError):
        sound(small, set(slow))


@ON_SERVER
def test_what_has_settled_is_not_looked_at_again(small: SmallStore) -> None:
    for _ in range(3):
        with small.act() as act:
            act.record(entry())
        integrate_all(small)
    with small.owner.connect() as connection:
        swept = connection.exec_driver_sql("SELECT swept_id FROM audit_tree").scalar_one()
        assert swept == connection.exec_driver_sql("SELECT max(entry_id) FROM audit_entry").scalar_one()


def cut(connection: Any) -> None:
    """Ends a connection from outside, as a server that stops does."""
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    server().run(f"SELECT pg_terminate_backend({pid}, 5000)")


@ON_SERVER
def test_a_connection_that_is_cut_undoes_the_act_and_the_next_one_works(small: SmallStore) -> None:
    before = small.count("audit_entry")

    def work(act: Act) -> None:
        record_people(act, [DataSubject("mum", None)], entry=entry())
        cut(act._connection)
        act.share([DAD])

    with pytest.raises(SystemFailed, match="the act was not done") as caught:
        small.store.perform(small.clock, work)
    assert "AdminShutdown" in str(caught.value)
    assert small.count("audit_entry") == before
    small.store.perform(small.clock, lambda act: record_people(act, [DataSubject("mum", None)], entry=entry()))
    assert small.count("audit_entry") == before + 1


@ON_SERVER
def test_a_connection_that_was_cut_while_nobody_used_it_troubles_nobody(
    small: SmallStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small.act() as act:
        act.record(entry())
        cut_later = act._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    server().run(f"SELECT pg_terminate_backend({cut_later}, 5000)")
    monkeypatch.setattr(pooled, "FRESH_SECONDS", -1.0)  # as if it had been long ago
    with small.act() as act:
        act.record(entry())
        assert act._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != cut_later


@ON_SERVER
def test_of_a_connection_cut_during_the_commit_nothing_is_claimed(small: SmallStore) -> None:
    def cutting(connection: Any) -> None:
        cut(connection)

    event.listen(small.engine, "commit", cutting)
    with pytest.raises(SystemFailed, match="may have been done or not"), small.act() as act:
        act.record(entry())
    event.remove(small.engine, "commit", cutting)
    with small.act() as act:
        act.record(entry())


@ON_SERVER
def test_whoever_waits_too_long_is_told_and_nothing_is_done(small: SmallStore) -> None:
    before = small.count("audit_entry")

    def hurried(act: Act) -> None:
        act._connection.exec_driver_sql("SET LOCAL lock_timeout = 50")
        record_people(act, [DataSubject("mum", None)], entry=entry())

    with small.act() as holding:
        holding.lock([MUM])
        with pytest.raises(SystemFailed, match="LockNotAvailable"):
            small.store.perform(small.clock, hurried)
    assert small.count("audit_entry") == before


@ON_SERVER
def test_a_deadlock_that_somebody_else_makes_undoes_one_and_says_so(small: SmallStore) -> None:
    """No two acts lock in different orders; somebody at a prompt may."""
    version = "SELECT 1 FROM fact_version WHERE fact_token = %s FOR UPDATE"
    mum, dad = (small.keyring.token("version", "person", one) for one in ("mum", "dad"))
    first, second = sorted((mum, dad))
    held, failed = threading.Event(), []

    def at_a_prompt() -> None:
        engine = create_engine(small.owner_url)
        with engine.connect() as connection:
            connection.exec_driver_sql(version, (second,))
            held.set()
            try:
                connection.exec_driver_sql(version, (first,))
            except Exception as error:  # one of the two is undone
                failed.append(type(error).__name__)
        engine.dispose()

    def work(act: Act) -> None:
        act.lock([MUM] if first == mum else [DAD])
        thread.start()
        held.wait(30)
        act.lock([MUM, DAD])
        act.record(entry())

    thread = threading.Thread(target=at_a_prompt)
    try:
        small.store.perform(small.clock, work)
    except SystemFailed as error:
        failed.append(str(error))
    thread.join(30)
    assert len(failed) == 1, "one of the two, and not both"
    assert "DeadlockDetected" in failed[0] or failed == ["OperationalError"]


def test_where_there_is_no_server_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BROKER_TEST_PG_URL", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(databases, "_server", databases._server.__wrapped__)
    with pytest.raises(NoServer, match="install the wheel"):
        databases.server()
