"""From a stream of bytes to numbered rows of text, whatever the bytes are.

Decides where a row ends, when a row or the whole file cannot be read, and how much is ever held in memory (one
row). Does not know what a column means. The quoting is RFC 4180's, read strictly: a quotation mark that is
never closed makes everything below it doubtful, so it is rejected row by row and never guessed at. A row is
what a spreadsheet would number: blank rows count, a quoted line break does not start a new one.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from broker.agencies.findings import FileRefused, RejectionReason
from broker.agencies.limits import STANDARD, Limits

UTF_8_MARK = b"\xef\xbb\xbf"
_NOT_CSV = {
    b"PK\x03\x04": "a spreadsheet or zip archive",
    b"\x1f\x8b": "a compressed file",
    b"\xd0\xcf\x11\xe0": "an old spreadsheet",
    b"%PDF": "a PDF",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"PAR1": "a Parquet file",
}
# C0 without tab and line ends, DEL, C1, line and paragraph separators, and the marks that reorder what is shown.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_EDGES = " \t\r\n\u00a0\u200b\ufeff"
SHOWN = 2_000
"""Characters kept of a row that could not be taken apart."""


def has_control(text: str) -> bool:
    """Whether the text holds a character that is not seen or that reorders what is shown."""
    return _CONTROL.search(text) is not None


def trimmed(text: str) -> str:
    """The text in Unicode normal form C without the spaces around it."""
    return (text if text.isascii() else unicodedata.normalize("NFC", text)).strip(_EDGES)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row taken apart: trimmed cells in Unicode normal form C. `has_lines` when some cell has a line break."""

    row_number: int
    cells: tuple[str, ...] = field(repr=False)
    has_lines: bool = field(default=False, compare=False)

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that could not be taken apart, and the beginning of its text."""

    row_number: int
    reason: RejectionReason
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Line:
    data: bytes
    quotes: int
    cut: bool


class DelimitedText:
    """The rows of a comma-separated stream, read once. Raises `FileRefused` for what is no such file at all."""

    def __init__(
        self,
        stream: BinaryIO,
        encoding: str,
        where: str,
        limits: Limits = STANDARD,
        on_bytes: Callable[[bytes], None] | None = None,
    ) -> None:
        self._stream = stream
        self._encoding = encoding
        self._where = where
        self._limits = limits
        self._on_bytes = on_bytes
        self._bytes_read = 0
        self._row_number = 0
        self._waiting: deque[_Line] = deque()
        self._first = True
        self._doubtful = False

    def __iter__(self) -> Iterator[RawRow | BrokenRow]:
        while (line := self._next_line()) is not None:
            self._row_number += 1
            if self._row_number > self._limits.rows:
                raise FileRefused(
                    self._where, f"more than {self._limits.rows} rows; split the file and send the parts"
                )
            yield self._doubted(line) if self._doubtful else self._row(line)

    def _row(self, line: _Line) -> RawRow | BrokenRow:
        if line.cut:
            # The part skipped may have opened a quoted cell that reaches into the lines below.
            self._doubtful = line.quotes % 2 == 1
            return self._broken(RejectionReason.TOO_LONG, line.data)
        data = line.data
        if line.quotes % 2:
            joined = self._join(line)
            if joined is None:
                self._doubtful = True
                return self._broken(RejectionReason.UNCLOSED_QUOTE, line.data)
            data = joined
        return self._taken_apart(data)

    def _join(self, first: _Line) -> bytes | None:
        """The row that `first` begins, up to the line that closes its quotation mark; None when none does, and
        then every line looked at waits to be read again as a line of its own."""
        lines = [first]
        size = len(first.data)
        closed = False
        while not closed and len(lines) < self._limits.lines_in_row:
            line = self._next_line()
            if line is None:
                break
            lines.append(line)
            size += len(line.data)
            if line.cut or size > self._limits.row_bytes:
                break
            closed = line.quotes % 2 == 1
        if closed:
            return b"".join(line.data for line in lines)
        self._waiting.extendleft(reversed(lines[1:]))
        return None

    def _doubted(self, line: _Line) -> RawRow | BrokenRow:
        if not line.data.strip():
            return RawRow(self._row_number, ())
        return self._broken(RejectionReason.AFTER_UNCLOSED_QUOTE, line.data)

    def _taken_apart(self, data: bytes) -> RawRow | BrokenRow:
        try:
            text = data.decode(self._encoding)
        except UnicodeDecodeError:
            return self._broken(RejectionReason.NOT_TEXT, data)
        if has_control(text):
            return self._broken(RejectionReason.CONTROL_CHARACTER, data)
        try:
            cells = next(csv.reader([text], strict=True), [])
        except csv.Error:
            return self._broken(RejectionReason.BAD_QUOTES, data)
        if len(cells) > self._limits.columns:
            return self._broken(RejectionReason.WRONG_CELL_COUNT, data)
        if len(text) > self._limits.cell_characters and max(map(len, cells)) > self._limits.cell_characters:
            return self._broken(RejectionReason.TOO_LONG, data)
        if not text.isascii():
            cells = [unicodedata.normalize("NFC", cell) for cell in cells]
        has_lines = "\n" in text[:-2] or "\r" in text[:-2]
        return RawRow(self._row_number, tuple([cell.strip(_EDGES) for cell in cells]), has_lines)

    def _broken(self, reason: RejectionReason, data: bytes) -> BrokenRow:
        text = data[: SHOWN * 4].decode(self._encoding, errors="replace")[:SHOWN].rstrip("\r\n")
        return BrokenRow(self._row_number, reason, text)

    def _next_line(self) -> _Line | None:
        if self._waiting:
            return self._waiting.popleft()
        limit = self._limits.line_bytes
        data = self._read(limit + 1)
        if self._first:
            self._first = False
            data = self._check_beginning(data)
        if not data:
            return None
        quotes = data.count(b'"')
        if data.endswith(b"\n") or len(data) <= limit:
            return _Line(data, quotes, cut=False)
        while (rest := self._read(limit)) and not rest.endswith(b"\n"):
            quotes += rest.count(b'"')
        return _Line(data, quotes + rest.count(b'"'), cut=True)

    def _read(self, size: int) -> bytes:
        data = self._stream.readline(size)
        self._bytes_read += len(data)
        if self._bytes_read > self._limits.file_bytes:
            raise FileRefused(
                self._where, f"larger than {self._limits.file_bytes} bytes; split the file and send the parts"
            )
        if data and self._on_bytes is not None:
            self._on_bytes(data)
        return data

    def _check_beginning(self, data: bytes) -> bytes:
        for beginning, what in _NOT_CSV.items():
            if data.startswith(beginning):
                raise FileRefused(self._where, f"this is {what}; save it as comma-separated text and send that")
        if data.startswith(UTF_8_MARK):
            if self._encoding != "utf-8":
                raise FileRefused(
                    self._where, f"declared as {self._encoding}, but marked as UTF-8; save it as {self._encoding}"
                )
            return data[len(UTF_8_MARK) :]
        return data
