"""A broker in a folder of its own and a county loaded into it, for tests; and how much its database then holds."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import column, select, text

from broker.agencies import get_adapter
from broker.clock import FrozenClock
from broker.settings import Settings
from broker.store.households import find_households
from broker.synth import county, write_county
from broker.usecases.ingest import IngestCall, ingest_file
from broker.usecases.ingest_result import IngestResult
from broker.wiring import Broker, migrate, open_broker

RECEIVED_AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
POLICIES = Path(__file__).resolve().parents[3] / "policies"
TABLES = (
    "person",
    "identity_version",
    "identity_token",
    "person_state",
    "relationship_version",
    "source_person",
    "link",
    "record",
    "record_version",
    "record_person",
    "ingest_batch",
    "ingest_rejection",
)
"""What a batch leaves behind, apart from the log."""


@contextmanager
def broker_in(folder: Path, clock: FrozenClock | None = None) -> Iterator[Broker]:
    """A migrated broker whose data lies in `folder`."""
    settings = Settings(data_dir=folder, policies_dir=POLICIES)
    migrate(settings)
    with open_broker(settings, clock or FrozenClock(RECEIVED_AT)) as broker:
        yield broker


def make_county(folder: Path, families: int = 30, seed: int = 1) -> Path:
    """The county's files in `folder`."""
    write_county(county(seed, families), folder)
    return folder


def calls(county_folder: Path, **options: Any) -> list[IngestCall]:
    """How to take in the county's files, in the order of its manifest."""
    manifest = json.loads((county_folder / "manifest.json").read_text("utf-8"))
    return [
        IngestCall(county_folder / file["path"], get_adapter(file["adapter"]), file["organisation"], **options)
        for file in manifest["files"]
    ]


def load(broker: Broker, county_folder: Path) -> list[IngestResult]:
    """Every file of the county taken in."""
    return [ingest_file(broker, call) for call in calls(county_folder)]


def counts(folder: Path) -> dict[str, int]:
    """How many rows each table holds."""
    with closing(sqlite3.connect(folder / "broker.db")) as database:
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}  # noqa: S608 # names of our own


def household_sizes(broker: Broker) -> list[int]:
    """How many people live in each household there is: what ids and order of arrival do not change."""
    with broker.store.look() as view:
        people = view.read(select(column("person_id")).select_from(text("person")))
        return sorted(len(one.members) for one in find_households(view, [row.person_id for row in people]))
