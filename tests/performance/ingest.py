"""How fast files are taken in, beside merely reading them and beside the database's own bulk load.

    python tests/performance/ingest.py [--families N]

Prints one JSON object: `value` is rows a second of the first ingest into an empty database (SQLite, durable), with
everybody recognised, sealed and logged. `again` is the same rows in another file (everybody known, nothing new).
Peers, from the same run: reading the rows with Python's csv module, and inserting the same number of rows of the
same size into SQLite with `executemany`. Nothing is asserted: a figure is for people to read.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from broker.agencies import get_adapter
from broker.settings import Settings
from broker.synth import county, write_county
from broker.usecases.intake.ingest import IngestCall, ingest_file
from broker.wiring import Broker, migrate, open_broker
from tests.performance.machine import machine

QUICK, THOROUGH = 200, 1000
BULK_TARGET = 0.25
"""Of the database's own bulk-load speed."""


@contextmanager
def _empty_broker(folder: Path) -> Iterator[Broker]:
    policies = Path(__file__).resolve().parents[2] / "policies"
    settings = Settings(data_dir=folder, policies_dir=policies)
    migrate(settings)
    with open_broker(settings) as broker:
        yield broker


def _timed(work: Callable[[], int]) -> tuple[int, float]:
    began = time.perf_counter()
    done = work()
    return done, time.perf_counter() - began


def _files(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    return found


def _take_in(broker: Broker, folder: Path, files: list[dict[str, Any]]) -> int:
    return sum(
        ingest_file(
            broker, IngestCall(folder / file["path"], get_adapter(file["adapter"]), file["organisation"])
        ).receipt.rows_read
        for file in files
    )


def _read_only(folder: Path, files: list[dict[str, Any]]) -> int:
    rows = 0
    for file in files:
        encoding = get_adapter(file["adapter"]).encoding
        with (folder / file["path"]).open(encoding=encoding, newline="") as stream:
            rows += sum(1 for _ in csv.reader(stream)) - 1
    return rows


def _bulk_load(path: Path, rows: int, size: int) -> int:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE loaded (row_id BLOB PRIMARY KEY, content BLOB NOT NULL)")
        content = os.urandom(size)
        database.execute("BEGIN IMMEDIATE")
        database.executemany(
            "INSERT INTO loaded VALUES (?, ?)", ((number.to_bytes(16, "big"), content) for number in range(rows))
        )
        database.execute("COMMIT")
    return rows


def _stored(path: Path) -> tuple[int, int]:
    """Rows in all tables, and the bytes of the file."""
    with closing(sqlite3.connect(path)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = sum(database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names)  # noqa: S608 - the catalogue's own names
        pages, size = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return rows, pages * size


def measure_families(families: int) -> dict[str, Any]:
    """The figure: name, value, unit, target, peers, machine."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_county(county(1, families), folder / "county")
        files = _files(folder / "county")
        with _empty_broker(folder / "data") as broker:
            rows, first = _timed(lambda: _take_in(broker, folder / "county", files))
            for file in files:
                path = folder / "county" / file["path"]
                path.write_bytes(path.read_bytes() + b"\r\n")
            _, again = _timed(lambda: _take_in(broker, folder / "county", files))
        _, reading = _timed(lambda: _read_only(folder / "county", files))
        stored, size = _stored(folder / "data" / "broker.db")
        _, loading = _timed(lambda: _bulk_load(folder / "bulk.db", stored, max(1, size // stored)))
    return {
        "name": "ingest_rows",
        "value": round(rows / first, 1),
        "unit": "rows/s",
        "target": None,
        "rows": rows,
        "again": round(rows / again, 1),
        "stored_rows": stored,
        "stored_rows_per_second": round(stored / first, 1),
        "share_of_bulk_load": round(loading / first, 4),
        "share_of_bulk_load_target": BULK_TARGET,
        "peers": {
            "csv_read_only": {"value": round(rows / reading, 1), "unit": "rows/s"},
            "sqlite_bulk_load": {"value": round(stored / loading, 1), "unit": "stored rows/s"},
        },
        "machine": machine(),
    }


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """The figure of a small county when quick, else of a thorough one."""
    yield measure_families(QUICK if quick else THOROUGH)


def main() -> None:
    """Prints the figure as one JSON object on one line."""
    parser = argparse.ArgumentParser(description="Measure an ingest beside its peers.")
    parser.add_argument("--families", type=int, default=THOROUGH, help="how many families the county has")
    parser.add_argument("--quick", action="store_true", help="a small county, for a first look")
    chosen = parser.parse_args()
    print(json.dumps(measure_families(QUICK if chosen.quick else chosen.families), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
