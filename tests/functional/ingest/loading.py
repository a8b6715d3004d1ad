"""A broker in a folder of its own and a county loaded into it, for tests; and how much its database then holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import NullPool, column, create_engine, make_url, select, text

from broker.agencies import get_adapter
from broker.clock import FrozenClock
from broker.settings import Settings
from broker.store.households import find_households
from broker.synth import county, write_county
from broker.usecases.intake.ingest import IngestCall, ingest_file
from broker.usecases.intake.ingest_result import IngestResult
from broker.wiring import Broker, migrate, open_broker
from tests.databases import APP, as_role, server, text_of
from tests.functional.usecases.office import ON_SERVER

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


DATABASE = ["sqlite"]
"""On which database `broker_in` makes a new broker: set by the fixture `on_each_database`."""


@contextmanager
def broker_in(folder: Path, clock: FrozenClock | None = None) -> Iterator[Broker]:
    """A migrated broker whose data lies in `folder`, its database there or on the PostgreSQL server."""
    settings = Settings(data_dir=folder, policies_dir=POLICIES)
    owner = _owner_url(folder)
    if owner is None:
        migrate(settings)
    else:
        migrate(settings.model_copy(update={"database_url": SecretStr(owner)}), grant=APP)
        app = text_of(as_role(make_url(owner), APP))
        settings = settings.model_copy(update={"database_url": SecretStr(app)})
    with open_broker(settings, clock or FrozenClock(RECEIVED_AT)) as broker:
        yield broker


def _owner_url(folder: Path) -> str | None:
    """The owner's address of the folder's database on the server, made at first; None for one in the folder. Other
    processes find it by the folder too."""
    told = folder / ON_SERVER
    if told.exists():
        return told.read_text("utf-8")
    if DATABASE[-1] == "sqlite":
        return None
    folder.mkdir(parents=True, exist_ok=True)
    told.write_text(text_of(server().make()), "utf-8")
    return told.read_text("utf-8")


@pytest.fixture
def on_each_database(database: str) -> Iterator[None]:
    """Brokers made in this test have their data on each kind of database in turn."""
    DATABASE.append(database)
    before = set(server().made) if database == "postgresql" else set()
    yield
    DATABASE.pop()
    for name in () if database == "sqlite" else set(server().made) - before:
        server().drop(server().admin.set(database=name))


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
    engine = create_engine(_owner_url(folder) or f"sqlite:///{folder / 'broker.db'}", poolclass=NullPool)
    with engine.connect() as database:
        return {
            name: database.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()  # noqa: S608 - names of our own
            for name in TABLES
        }


def household_sizes(broker: Broker) -> list[int]:
    """How many people live in each household there is: what ids and order of arrival do not change."""
    with broker.store.look() as view:
        people = view.read(select(column("person_id")).select_from(text("person")))
        return sorted(len(one.members) for one in find_households(view, [row.person_id for row in people]))
