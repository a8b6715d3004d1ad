"""The receipts a partner keeps: the broker's promises that each act will be in the log.

Decides their file: one line each, in the form that `broker audit verify --receipts` reads, appended and on the
disk before the answer is handed on. A partner's receipts caught every simulated attack on the log by whoever runs
its database (docs/security.md section 3, point 4); they hold nothing personal.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from broker.audit.receipt import Receipt, parse_receipt
from broker.errors import SystemFailed


class KeptReceipts(Protocol):
    """Where receipts are kept."""

    def keep(self, receipt: Receipt) -> None:
        """Keeps one for good, or raises."""

    def all(self) -> Iterator[Receipt]:
        """Every one kept, oldest first."""


class MemoryReceipts:
    """For tests, and for those who keep them in a database of their own."""

    def __init__(self) -> None:
        self.kept: list[Receipt] = []

    def keep(self, receipt: Receipt) -> None:
        """Keeps one while the program runs."""
        self.kept.append(receipt)

    def all(self) -> Iterator[Receipt]:
        """Every one kept, oldest first."""
        yield from self.kept


class FileReceipts:
    """A file of receipts, for its owner alone; several processes may add to it. Raises SystemFailed where it
    cannot be written: no request is sent whose receipt could not be kept."""

    def __init__(self, path: Path) -> None:
        self.path = path
        append_line(path, b"")

    def keep(self, receipt: Receipt) -> None:
        """Appends one and waits for the disk."""
        append_line(self.path, receipt.to_line())

    def all(self) -> Iterator[Receipt]:
        """Every one kept, oldest first. Raises CallWrong for a line that is no receipt."""
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                yield parse_receipt(line)


def append_line(path: Path, line: bytes) -> None:
    """Appends to a file for its owner alone, and waits for the disk. Raises SystemFailed."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # One write: two processes that append do not mix.
            if os.write(handle, line) != len(line):
                raise SystemFailed(str(path), "the disk is full")
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise SystemFailed(str(path), f"cannot be written: {(error.strerror or 'unknown').lower()}") from None
