"""Killed at any moment, the broker has lost no act it acknowledged and kept no half of one.

A process commits acts in a loop and says each on its standard output once the commit has returned; it is killed
with SIGKILL, and whoever opens the database next must find every act it said, each with its entry, and a sound
tree.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from broker.audit.entry import entry_bytes
from broker.audit.tree import leaf_hash, root_of
from broker.clock import SystemClock
from broker.keyring import Keyring
from broker.keyring.file_provider import FileProvider
from broker.people import DataSubject
from broker.store.audit import count_waiting, find_entries, find_tree_head, integrate_entries
from broker.store.dialect import open_engine
from broker.store.people import add_people, find_people, get_keys
from broker.store.session import Store
from tests.unit.store.small_store import SmallStore, entry

ROOT = Path(__file__).parents[2]
KILLS = int(os.environ.get("BROKER_TEST_KILLS", "4"))


def write_until_killed(folder: Path, url: str) -> None:
    """What the killed process runs."""
    clock = SystemClock()
    store = Store(open_engine(url), Keyring(FileProvider.load(folder / "keys")))
    number = 0
    while True:
        one = entry()
        with store.act(clock) as act:
            person_id = act.new_id("p-")
            add_people(act, [DataSubject(person_id, None)], entry=one)
        # Acknowledged only now: the commit has returned.
        print(person_id, leaf_hash(entry_bytes(one)).hex(), flush=True)
        number += 1
        if number % 3 == 0:
            integrate_entries(store, clock)


def killed_after(folder: Path, url: str, acts: int, pause: float) -> list[tuple[str, str]]:
    """Runs the writer, kills it a moment after it said so many acts, and returns everything it said."""
    code = (
        "import sys; from pathlib import Path;"
        "from tests.functional.test_store_crash import write_until_killed;"
        "write_until_killed(Path(sys.argv[1]), sys.argv[2])"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(folder), url],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ},
    )
    assert writer.stdout is not None
    said = [writer.stdout.readline() for _ in range(acts)]
    time.sleep(pause)
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate(timeout=60)
    lines = [*said, *rest.splitlines(keepends=True)]
    return [(line.split()[0], line.split()[1]) for line in lines if line.endswith("\n")]


@pytest.mark.parametrize("round_", range(KILLS))
def test_no_acknowledged_act_is_lost_and_no_half_is_kept(tmp_path: Path, database: str, round_: int) -> None:
    small = SmallStore(tmp_path, database)
    small.store.close()
    said = killed_after(tmp_path, small.url, acts=5 + round_, pause=round_ * 0.0017)
    engine = open_engine(small.url)
    store = Store(engine, small.keyring)
    while integrate_entries(store, SystemClock()):
        pass
    with store.look() as view:
        head = find_tree_head(view)
        leaves = [leaf_hash(data) for data in find_entries(view, 0, head.frontier.size)]
        people = [person_id for person_id, _ in said]
        assert set(find_people(view, people)) == set(people)
        assert set(get_keys(view, people)) == set(people)
        assert {leaf.hex() for leaf in leaves} >= {leaf for _, leaf in said}
        assert head.frontier.root == root_of(leaves)
        assert count_waiting(view) == 0
    with engine.connect() as connection:
        # An act makes one person and one entry: as many of one as of the other, and dense places.
        people_there = connection.exec_driver_sql("SELECT count(*) FROM person").scalar_one()
        places = connection.exec_driver_sql("SELECT leaf_index FROM audit_leaf ORDER BY leaf_index").all()
        assert people_there == len(leaves) >= len(said)
        assert [row[0] for row in places] == list(range(len(leaves)))
        if database == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    store.close()
    small.close()
