"""The county: made, and taken in through the real adapters as its agencies would send it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from broker.agencies import get_adapter
from broker.cli.demo.stage import CURTAIN, Stage
from broker.dates import Period, london_day
from broker.synth import County, county, write_county
from broker.usecases.ingest import IngestCall, ingest_file
from broker.usecases.ingest_result import IngestResult, Tally

EVERY = Period(days=7)
"""What each agency of the demo promises: the list again every week."""


@dataclass(slots=True)
class Loaded:
    """What came of every file, and of all together."""

    results: list[IngestResult] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Rows read."""
        return sum(result.receipt.rows_read for result in self.results)

    @property
    def rejected(self) -> int:
        """Rows sent back."""
        return sum(result.receipt.rejected for result in self.results)

    @property
    def tally(self) -> Tally:
        """People and records."""
        total = Tally()
        for result in self.results:
            total.add(result.tally)
        return total


def make_county(folder: Path, families: int, seed: int) -> County:
    """The county's files, written into `folder`."""
    made = county(seed, families, london_day(CURTAIN))
    write_county(made, folder)
    return made


def load_county(stage: Stage, folder: Path, progress: Callable[[str, int, int], None]) -> Loaded:
    """Every file of the county taken in, in the order of its manifest."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    loaded = Loaded()
    for file in manifest["files"]:
        call = IngestCall(folder / file["path"], get_adapter(file["adapter"]), file["organisation"], every=EVERY)

        def moved(done: int, total: int, path: str = file["path"]) -> None:
            progress(path, done, total)

        loaded.results.append(ingest_file(stage.broker, call, moved))
    return loaded
