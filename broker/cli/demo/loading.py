"""The county: made, and taken in through the real adapters as its agencies would send it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from broker.agencies import get_adapter
from broker.cli.demo.bars import Moved
from broker.cli.demo.stage import CURTAIN, Stage
from broker.dates import Period, london_day
from broker.synth import County, county, write_county
from broker.usecases.intake.ingest import IngestCall, ingest_file
from broker.usecases.intake.ingest_result import IngestResult, Tally

EVERY: Final = Period(days=7)
"""What each agency of the demo promises: the list again every week."""
NAMESAKES: Final = ("Daniel", "Smith", date(2017, 3, 14))
"""Two boys who share a name, a birthday and a postcode; only their NHS numbers differ. No family of the county has
these numbers: theirs are even before the check digit, or next to one that has none."""
_NAMESAKES: Final = (
    "DS-1,Daniel,Smith,a) Male,14/03/2017,9997770013,,CM1 1LX,,N,12/10/2026\r\n"
    "DS-2,Daniel,Smith,a) Male,14/03/2017,9997770056,,CM1 1LX,,N,13/10/2026\r\n"
)
_WHAT: Final = "making the county"


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


def make_county(folder: Path, families: int, seed: int, moved: Moved) -> County:
    """The county's files, written into `folder`; the council's list of children has two boys of one name more, for
    the story of a mistake."""
    moved(_WHAT, 0, None)
    made = county(seed, families, london_day(CURTAIN))
    written = 0

    def on_file(_path: str) -> None:
        nonlocal written
        written += 1
        moved(_WHAT, written, None)

    write_county(made, folder, on_file=on_file)
    with (folder / "ecc" / "child-index.csv").open("a", encoding="utf-8", newline="") as index:
        index.write(_NAMESAKES)
    moved(_WHAT, written, written)
    return made


def load_county(stage: Stage, folder: Path, moved: Moved) -> Loaded:
    """Every file of the county taken in, in the order of its manifest."""
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    loaded = Loaded()
    for file in manifest["files"]:
        call = IngestCall(folder / file["path"], get_adapter(file["adapter"]), file["organisation"], every=EVERY)

        def shown(done: int, total: int, path: str = file["path"]) -> None:
            moved(path, done, total)

        loaded.results.append(ingest_file(stage.broker, call, shown))
    return loaded
