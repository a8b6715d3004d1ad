"""An ingest killed again and again, then finished, leaves what an undisturbed one leaves."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.ingest.loading import broker_in, counts, household_sizes, load, make_county

pytestmark = pytest.mark.usefixtures("on_each_database")

ROOT = Path(__file__).resolve().parents[3]
DEADLY_WRITES = (2, 13, 40, 90, 7)
"""In the first people, in the first records, further on each time; the last in whatever is left."""


def test_killed_anywhere_and_finished_it_is_as_if_nothing_had_happened(tmp_path: Path) -> None:
    county = make_county(tmp_path / "county", families=30)
    with broker_in(tmp_path / "undisturbed") as broker:
        load(broker, county)
        homes = household_sizes(broker)
    with broker_in(tmp_path / "killed"):
        pass  # the database is made here, where it is dropped again
    ended = []
    for write in DEADLY_WRITES:
        command = [sys.executable, "-m", "tests.functional.ingest.killed", tmp_path / "killed", county, str(write)]
        ended.append(subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode)
    assert ended == [-signal.SIGKILL] * len(DEADLY_WRITES)
    with broker_in(tmp_path / "killed") as broker:
        halfway = counts(tmp_path / "killed")
        load(broker, county)
        finished = counts(tmp_path / "killed")
        assert household_sizes(broker) == homes
        load(broker, county)
    undisturbed = counts(tmp_path / "undisturbed")
    assert halfway["person"] > 0
    assert halfway["record"] < undisturbed["record"]
    assert finished == undisturbed
    assert counts(tmp_path / "killed") == finished
