"""How long an entry waits between its commit and a published checkpoint over it, under eight writers.

Run: `python -m tests.performance.audit_sequencing`. Prints one JSON line. Eight processes write as fast as they
can, each act durable, on a server of this run's own that waits for the disk; the sequencer runs in a process of
its own and the signer in another, as in production. Latencies are taken by one clock, from the return of each
commit to the return of the transaction that published a checkpoint of a size that covers it. Target: a second, at
the 99th percentile. The peer of the same run is the bare pace: the sequencer with one writer that waits between
acts.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import make_url

from broker.audit.entry import entry_bytes
from broker.audit.tree import leaf_hash
from broker.clock import SystemClock
from broker.settings import Settings
from broker.store.audit import count_waiting, find_leaf_index
from broker.usecases.log import sequencer
from broker.usecases.log.publish_log import LogState
from broker.usecases.log.sequencer import follow_log
from broker.usecases.log.signer_process import serve_signer
from broker.wiring import migrate, open_broker
from tests.databases import APP, NoServer, as_role, text_of
from tests.performance.audit_append_postgresql import FORK, durable_server
from tests.performance.machine import machine
from tests.unit.store.small_store import entry

WRITERS = 8
TARGET = 1.0
ORIGIN = "broker.example/log"


def write_each(settings: Settings, acts: int, pause: float, ready: Barrier, found: Any) -> None:
    """One act an entry, as a worker does; tells when each commit had returned."""
    with open_broker(settings) as world:
        entries = [entry() for _ in range(acts)]
        times = []
        with world.store.look() as view:
            count_waiting(view)
        ready.wait()
        for one in entries:
            with world.store.act(SystemClock()) as act:
                act.record(one)
            times.append((leaf_hash(entry_bytes(one)), time.monotonic()))
            time.sleep(pause)
    found.put(times)


def follow(settings: Settings, stop: Event, found: Any) -> None:
    """The sequencer as it is; tells when each size was published."""
    told: list[tuple[float, int]] = []
    real = sequencer.sequence_once

    def once(*given: Any) -> LogState:
        state = real(*given)
        told.append((time.monotonic(), state.published))
        return state

    sequencer.sequence_once = once
    ends = threading.Event()
    with open_broker(settings) as world:
        thread = threading.Thread(target=follow_log, args=(world, ends))
        thread.start()
        stop.wait()
        ends.set()
        thread.join()
    found.put(told)


def latencies(settings: Settings, writers: int, acts: int, pause: float) -> tuple[list[float], float]:
    """Seconds that each entry waited, and entries a second meanwhile."""
    stop, told, times = FORK.Event(), FORK.Queue(), FORK.Queue()
    ready = FORK.Barrier(writers + 1)
    following = FORK.Process(target=follow, args=(settings, stop, told))
    following.start()
    writing = [FORK.Process(target=write_each, args=(settings, acts, pause, ready, times)) for _ in range(writers)]
    for one in writing:
        one.start()
    ready.wait()
    began = time.monotonic()
    committed = [one for _ in writing for one in times.get()]
    rate = len(committed) / (max(at for _, at in committed) - began)
    with open_broker(settings) as world:
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            with world.store.look() as view:
                if not count_waiting(view):
                    break
            time.sleep(0.1)
        time.sleep(2 * sequencer.PACE + 0.2)
        stop.set()
        published = told.get()
        with world.store.look() as view:
            places = {leaf: find_leaf_index(view, leaf) for leaf, _ in committed}
    for one in (*writing, following):
        one.join()
    waited = []
    for leaf, at in committed:
        place = places[leaf]
        assert place is not None
        waited.append(next(when for when, size in published if size > place) - at)
    return sorted(waited), rate


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """Nothing where there is no PostgreSQL."""
    try:
        found = durable_server()
    except NoServer as why:
        print(f"audit_sequencing_postgres_8_writers: {why}", file=sys.stderr)
        return
    url = found.make()
    with tempfile.TemporaryDirectory(prefix="broker-bench-") as name:
        folder = Path(name)
        owner = Settings.model_validate(
            {"data_dir": folder / "data", "database_url": text_of(url), "log_origin": ORIGIN}
        )
        migrate(owner, grant=APP)
        app = Settings.model_validate(
            {
                "data_dir": folder / "data",
                "database_url": text_of(as_role(make_url(text_of(url)), APP)),
                "log_origin": ORIGIN,
                "log_signer": folder / "socket",
            }
        )
        signer = FORK.Process(target=serve_signer, args=(folder / "signer", ORIGIN, folder / "socket"))
        signer.start()
        while not (folder / "socket").exists():
            time.sleep(0.01)
        calm, _ = latencies(app, 1, 10 if quick else 50, 0.05)
        loaded, rate = latencies(app, WRITERS, 50 if quick else 500, 0.0)
        signer.terminate()
        signer.join()
    found.drop(url)
    p99 = loaded[int(len(loaded) * 0.99)]
    yield {
        "name": "audit_sequencing_postgres_8_writers",
        "unit": "s from commit to published, 99th percentile",
        "value": round(p99, 3),
        "target": TARGET,
        "median": round(statistics.median(loaded), 3),
        "longest": round(loaded[-1], 3),
        "entries_per_s": round(rate),
        "entries": len(loaded),
        "peers": {"one_writer_20_a_second_median": round(statistics.median(calm), 3)},
        "machine": machine(),
    }


if __name__ == "__main__":
    for line in measure(quick="--quick" in sys.argv[1:]):
        print(json.dumps(line))
