"""How many acts a second the store commits on SQLite, one by one, each durable before the next begins.

Run: `python -m tests.performance.audit_append [ACTS]`. Prints one JSON line. The peer of the same run is SQLite
alone (`sqlite3`, WAL, `synchronous=FULL`, BEGIN IMMEDIATE, one INSERT of the same bytes, COMMIT): what the disk
allows. Rounds alternate between the two, so that both meet the same weather; the figure is the median round.
`value_without_fsync` is the same act at `synchronous=OFF`: what the broker's own work costs when the disk is fast.
Target: 2,000 a second.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from broker.audit.entry import AuditEntry, entry_bytes
from broker.clock import SystemClock
from broker.store.audit import integrate_entries
from broker.store.dialect import open_engine
from broker.store.session import Store
from tests.performance.machine import machine
from tests.unit.store.small_store import SmallStore, entry

ROUNDS = 5
TARGET = 2000


def timed(work: Callable[[], object], count: int) -> float:
    """So many a second."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def bare_sqlite(path: Path) -> sqlite3.Connection:
    """The peer: nothing but the database."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE entry (id INTEGER PRIMARY KEY, entry BLOB NOT NULL, at INTEGER NOT NULL)")
    return connection


def insert_bare(connection: sqlite3.Connection, rows: list[bytes]) -> None:
    """One transaction a row."""
    for number, row in enumerate(rows):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO entry (entry, at) VALUES (?, ?)", (row, number))
        connection.execute("COMMIT")


def act_each(store: Store, entries: list[AuditEntry]) -> None:
    """One act an entry."""
    clock = SystemClock()
    for one in entries:
        with store.act(clock) as act:
            act.record(one)


def integrate_all(store: Store) -> int:
    """Runs the sequencer until nothing waits."""
    total = 0
    while done := integrate_entries(store, SystemClock()):
        total += done
    return total


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """Acts with one entry each, durable one by one, beside bare inserts into the same kind of database."""
    acts = 100 if quick else 400
    with tempfile.TemporaryDirectory(prefix="broker-bench-") as name:
        folder = Path(name)
        small = SmallStore(folder)
        bare = bare_sqlite(folder / "bare.db")
        ours, theirs = [], []
        for _ in range(ROUNDS):
            entries = [entry() for _ in range(acts)]
            rows = [entry_bytes(one) for one in entries]
            theirs.append(timed(lambda rows=rows: insert_bare(bare, rows), acts))
            ours.append(timed(lambda entries=entries: act_each(small.store, entries), acts))
        integrated = timed(lambda: integrate_all(small.store), acts * ROUNDS)
        bare.close()
        small.store.close()

        engine = open_engine(f"sqlite:///{small.path}")
        with engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")  # a pragma takes effect outside a transaction only
            connection.exec_driver_sql("PRAGMA synchronous=OFF")
            connection.exec_driver_sql("BEGIN")
        entries = [entry() for _ in range(acts)]
        store = Store(engine, small.keyring)
        unsynced = timed(lambda: act_each(store, entries), acts)
        store.close()
    value, peer = statistics.median(ours), statistics.median(theirs)
    yield {
        "name": "audit_append_sqlite",
        "unit": "entries/s",
        "value": round(value),
        "target": TARGET,
        "peers": {"sqlite3_insert_commit_full": round(peer)},
        "ratio_to_peer": round(value / peer, 3),
        "value_without_fsync": round(unsynced),
        "integrated_per_second": round(integrated),
        "acts": acts * ROUNDS,
        "machine": machine(),
    }


if __name__ == "__main__":
    for line in measure(quick="--quick" in sys.argv[1:]):
        print(json.dumps(line))
