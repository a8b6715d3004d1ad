"""The contract of an adapter: it accounts for every column and every row of one agency's format.

Decides how rows are matched, read, counted and refused; an adapter says only what its columns mean. Does not
touch a database and does not decide who anybody is. INVARIANT: every row read comes out exactly once, as a
`Row`, a `Rejection` or a `BlankRow`; nothing but `FileRefused` is raised, whatever the bytes.
Source: architecture, "Ingest" (every field used, ignored or alerted; running a batch again is harmless).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import BinaryIO, Final

from broker.agencies.cells import Cells
from broker.agencies.columns import Column, Heading, match_heading
from broker.agencies.delimited import BrokenRow, DelimitedText, RawRow
from broker.agencies.findings import ColumnAlert, FileRefused, Flag, Rejection, RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord
from broker.agencies.limits import STANDARD, Limits
from broker.vocabulary.codes import Organisation


class Extent(StrEnum):
    """What a row says by not being there. In a whole list, that the entry is no more; in increments, nothing."""

    WHOLE_LIST = "whole-list"
    INCREMENTS = "increments"


WITHDRAWN: Final = Column("Withdrawn", optional=True, also=("Record Withdrawn", "Deleted"))
"""A column every format may have: Y takes the entry back, as sent in error or about somebody else."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent the file (`controller_code`), the day it was received in Europe/London, and what to call it in
    messages."""

    controller_code: str
    received_on: date
    where: str


@dataclass(frozen=True, slots=True)
class Row:
    """One or more of the sender's rows that were taken, and the records they became."""

    row_numbers: tuple[int, ...]
    records: tuple[IncomingRecord, ...]
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class BlankRow:
    """A row with nothing in it."""

    row_number: int


@dataclass(frozen=True, slots=True)
class HeadingRow:
    """The heading row as the sender wrote it; comes first."""

    cells: tuple[str, ...]


Item = HeadingRow | ColumnAlert | Row | Rejection | BlankRow


class Adapter(ABC):
    """One format of one kind of agency. Instances hold no state: `read` may be called again and again."""

    MAPPED: Final = "map:"
    """How the code of a format begins that a mapping file describes (`broker.agencies.mapping`)."""

    @property
    @abstractmethod
    def code(self) -> str:
        """The name it is chosen by."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What its rows are, for a screen."""

    @property
    @abstractmethod
    def source(self) -> str:
        """Which published or local format this is."""

    @property
    @abstractmethod
    def controller_types(self) -> frozenset[str]:
        """The organisation types that may send it; one in common is enough."""

    @property
    @abstractmethod
    def category_codes(self) -> frozenset[str]:
        """The categories its records have."""

    @property
    @abstractmethod
    def encoding(self) -> str:
        """`utf-8` (with or without a byte-order mark) or `cp1252`."""

    @property
    @abstractmethod
    def extent(self) -> Extent:
        """Whether a file holds every entry there is, or what is new."""

    @property
    @abstractmethod
    def columns(self) -> tuple[Column, ...]:
        """Its columns, `Withdrawn` apart."""

    @property
    def withdrawn(self) -> Column | None:
        """The column that takes an entry back, where the format may have one."""
        return WITHDRAWN

    def find_refusal(self, organisation: Organisation) -> str | None:
        """Why this organisation may not send the format; None where it may."""
        if organisation.types & self.controller_types:
            return None
        kinds = ", ".join(sorted(self.controller_types))
        return f"`{organisation.code}` may not send `{self.code}`; only organisations of type {kinds} may"

    def read(
        self,
        stream: BinaryIO,
        sender: Sender,
        limits: Limits = STANDARD,
        on_bytes: Callable[[bytes], None] | None = None,
    ) -> Iterator[Item]:
        """The heading, the alerts, then every row below the heading, in the sender's order.

        Raises `FileRefused` before the first row when the heading is wrong, and later when a limit of the whole
        file is passed: then nothing of the file may be kept. `on_bytes` sees the bytes as they are read.
        """
        rows = iter(DelimitedText(stream, self.encoding, sender.where, limits, on_bytes))
        first = next(rows, None)
        if first is None:
            raise FileRefused(sender.where, "the file is empty; send it with its heading row")
        if isinstance(first, BrokenRow):
            raise FileRefused(f"{sender.where}:1", f"the heading row cannot be read: {first.reason.sentence}")
        declared = self.columns if self.withdrawn is None else (*self.columns, self.withdrawn)
        heading = match_heading(first.cells, declared, sender.where)
        yield HeadingRow(first.cells)
        yield from heading.alerts
        yield from self.assemble(_sorted(rows, heading), sender)

    def assemble(self, rows: Iterator[Cells | Rejection | BlankRow], sender: Sender) -> Iterator[Item]:
        """One row at a time; a format whose entries run over several rows overrides this."""
        first_seen: dict[str, int] = {}
        for row in rows:
            if not isinstance(row, Cells):
                yield row
                continue
            try:
                records = self.understand(row, sender)
                if self.takes_back(row):
                    records = tuple(replace(record, withdrawn=True) for record in records)
            except RowRefused as refused:
                yield rejected(row, refused)
                continue
            key = records[0].group_key
            earlier = first_seen.setdefault(key, row.row_number)
            if earlier != row.row_number:
                yield rejected(row, RowRefused(RejectionReason.DUPLICATE, None, f"row {earlier}"))
                continue
            yield Row((row.row_number,), records, tuple(row.flags))

    def takes_back(self, cells: Cells) -> bool:
        """Whether the row takes its entry back. Raises `RowRefused` for anything but Y, N and nothing."""
        column = self.withdrawn
        if column is None or cells.find_text(column.heading) is None:
            return False
        return cells.get_yes_no(column.heading)

    @abstractmethod
    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """The records of one row, one at least, all with one `group_key`. Raises `RowRefused`."""


def _sorted(rows: Iterator[RawRow | BrokenRow], heading: Heading) -> Iterator[Cells | Rejection | BlankRow]:
    """Rows taken apart as `Cells`, the others as rejections and blanks."""
    width = heading.width
    for row in rows:
        if isinstance(row, BrokenRow):
            yield Rejection(row.row_number, row.reason, cells=(row.text,))
        elif row.blank:
            yield BlankRow(row.row_number)
        elif len(row.cells) < width or any(row.cells[width:]):
            note = f"{len(row.cells)} cells, {width} headings"
            yield Rejection(row.row_number, RejectionReason.WRONG_CELL_COUNT, None, note, row.cells)
        elif row.has_lines and _has_stray_line(row.cells, heading):
            yield Rejection(row.row_number, RejectionReason.LINE_BREAK, cells=row.cells)
        else:
            yield Cells(row.row_number, row.cells, heading.places)


def _has_stray_line(cells: tuple[str, ...], heading: Heading) -> bool:
    return any(
        ("\n" in cell or "\r" in cell) and place not in heading.with_lines for place, cell in enumerate(cells)
    )


def rejected(cells: Cells, refused: RowRefused) -> Rejection:
    """The rejection of a row that was taken apart."""
    return Rejection(cells.row_number, refused.reason, refused.column, refused.note, cells.raw)
