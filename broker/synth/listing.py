"""A list as an agency's system exports it, with the mess that comes with it and a note of every bad row.

Decides which rows are spoilt, repeated, left blank or padded with spaces, and writes them; what the cells say is
`broker.synth.council`, `school` and `police`. INVARIANT: `spoilt` names exactly the rows that a correct reader
of the format must not take, and `who` every person row, by the row number a spreadsheet would show (the heading
is row 1).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

Who = Mapping[str, str]
"""Which person each ref of a row truly is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What belongs together in a list: one row, or an incident's several. `who` has one mapping a row."""

    rows: tuple[tuple[str, ...], ...]
    who: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A finished file: its bytes and the truth about its rows."""

    path: str
    organisation_code: str
    adapter_code: str
    data: bytes
    rows: int
    blank: int
    who: Mapping[int, Who]
    spoilt: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Spoiling:
    """How a format can be spoilt: for each kind, the column and what is written there (None: the row is cut)."""

    kind: str
    column: str | None
    text: str | None


class ListWriter:
    """Writes entries with mess into bytes."""

    def __init__(
        self,
        seed: int,
        path: str,
        organisation_code: str,
        adapter_code: str,
        headings: Sequence[str],
        spoilings: Sequence[Spoiling],
        encoding: str,
        line_end: str,
        least_spoilt: int = 0,
    ) -> None:
        self._rng = Random(f"{seed}/file/{path}")
        self._path = path
        self._organisation_code = organisation_code
        self._adapter_code = adapter_code
        self._headings = tuple(headings)
        self._spoilings = tuple(spoilings)
        self._encoding = encoding
        self._text = io.StringIO(newline="")
        self._line_end = line_end
        self._least_spoilt = least_spoilt
        self._writer = csv.writer(self._text, lineterminator=line_end)
        self._row = 0
        self._blank = 0
        self._who: dict[int, Who] = {}
        self._spoilt: dict[int, str] = {}

    def write(self, entries: Sequence[Entry]) -> Listing:
        """The file: entries in order; about one in sixty spoilt, one in eighty repeated, and a few blank rows."""
        self._put(self._headings, None)
        fates = self._fates(len(entries))
        for place, entry in enumerate(entries):
            fate = fates.get(place)
            if fate == "blank":
                self._put_blank()
            if isinstance(fate, Spoiling):
                self._put_spoilt(entry, fate)
                continue
            for row, who in zip(entry.rows, entry.who, strict=True):
                self._put(self._padded(row), who)
            if fate == "repeated":
                self._put(entry.rows[-1], entry.who[-1], "repeated")
        data = self._text.getvalue().encode(self._encoding)
        return Listing(
            self._path,
            self._organisation_code,
            self._adapter_code,
            data,
            self._row - 1,
            self._blank,
            self._who,
            self._spoilt,
        )

    def _fates(self, count: int) -> dict[int, Spoiling | str]:
        rng = self._rng
        places = rng.sample(range(count), count)
        spoilt = min(count // 6, max(len(self._spoilings), count // 60))
        spoilt = min(count, max(spoilt, self._least_spoilt))
        repeated = min(count // 6, count - spoilt, max(1, count // 80))
        blank = min(count // 6, max(2, count // 150))
        fates: dict[int, Spoiling | str] = {}
        for number in range(spoilt):
            fates[places.pop()] = self._spoilings[number % len(self._spoilings)]
        fates.update({places.pop(): "repeated" for _ in range(repeated)})
        fates.update({places.pop(): "blank" for _ in range(blank)})
        return fates

    def _put(self, row: Sequence[str], who: Who | None, spoilt: str | None = None) -> None:
        self._writer.writerow(row)
        self._row += 1
        if who is not None:
            self._who[self._row] = who
        if spoilt is not None:
            self._spoilt[self._row] = spoilt

    def _put_blank(self) -> None:
        # Some systems leave an empty line, others a row of empty cells.
        line = self._rng.choice(("", "," * (len(self._headings) - 1), "  ")) + self._line_end
        self._text.write(line)
        self._row += 1
        self._blank += 1

    def _put_spoilt(self, entry: Entry, spoiling: Spoiling) -> None:
        """One row of the entry spoilt; all of them are then lost to a reader who takes an entry whole or not at
        all."""
        bad = self._rng.randrange(len(entry.rows))
        for place, (row, who) in enumerate(zip(entry.rows, entry.who, strict=True)):
            cells = list(row)
            if place == bad:
                if spoiling.column is None or spoiling.text is None:
                    cells = cells[: len(cells) // 2]
                else:
                    cells[self._headings.index(spoiling.column)] = spoiling.text
            self._put(cells, who, spoiling.kind if place == bad else "with " + spoiling.kind)

    def _padded(self, row: Sequence[str]) -> tuple[str, ...]:
        rng = self._rng
        if rng.random() > 0.08:
            return tuple(row)
        at = rng.randrange(len(row))
        padding = rng.choice((" {}", "{} ", "  {} ", "{}\u00a0"))
        return tuple(padding.format(cell) if place == at and cell else cell for place, cell in enumerate(row))
