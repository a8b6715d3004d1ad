"""The file that goes back to the sender: every rejected row, why, and the row as it was sent.

Decides its form and that it is whole or absent: written beside its place, flushed to disk, then renamed. A cell
that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection; security profile,
section 6). It holds personal data: only its owner may read it, and it goes to nobody but the sender.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from broker.agencies.findings import Rejection
from broker.errors import SystemFailed

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, in half and full width."""


def escape_formula(cell: str) -> str:
    """The cell, made harmless for a spreadsheet."""
    return "'" + cell if cell.lstrip(" \u00a0").startswith(FORMULA_STARTS) else cell


class RejectsFile(AbstractContextManager["RejectsFile"]):
    """A CSV with `row`, `column`, `reason`, `what to do` and the original columns; appears when the block ends
    without an error and at least one rejection was written.

    UTF-8 with a byte-order mark, because it will be opened in a spreadsheet. Raises `SystemFailed` when the disk
    refuses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        try:
            descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        except OSError as error:
            raise SystemFailed(path.name, f"cannot write beside it: {error.strerror}; check the folder") from None
        self._part = Path(name)
        self._file = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, lineterminator="\r\n")

    def write(self, rejection: Rejection, headings: Sequence[str] = ()) -> None:
        """Adds one rejection; `headings` are the sender's own and are written with the first."""
        if self.count == 0:
            self._put(["row", "column", "reason", "what to do", *map(escape_formula, headings)])
        self.count += 1
        self._put(
            [
                str(rejection.row_number),
                rejection.column or "",
                rejection.reason.value,
                escape_formula(rejection.message),
                *map(escape_formula, rejection.cells),
            ]
        )

    def _put(self, cells: Sequence[str]) -> None:
        try:
            self._writer.writerow(cells)
        except OSError as failure:
            raise self._failed(failure) from None

    def _failed(self, failure: OSError) -> SystemFailed:
        return SystemFailed(self.path.name, f"cannot be written: {failure.strerror}; check the disk")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            if kind is None and self.count:
                self._part.replace(self.path)
        except OSError as failure:
            raise self._failed(failure) from None
        finally:
            # Closing flushes once more, and a full disk would say so once more.
            with suppress(OSError):
                self._file.close()
            self._part.unlink(missing_ok=True)
