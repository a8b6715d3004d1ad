"""One file from one organisation, opened for an ingest: rows to take, rejections to send back, and the count.

Decides that an organisation may only send formats of its own kind, and what counts as having read the whole
file. Does not store anything. INVARIANT: a `BatchReceipt` exists only for a file read to its end, and in it
accepted + rejected + blank = rows read.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from broker.agencies.contract import Adapter, BlankRow, HeadingRow, Row, Sender
from broker.agencies.findings import ColumnAlert, FileRefused, Rejection
from broker.agencies.limits import STANDARD, Limits
from broker.errors import CallWrong
from broker.vocabulary.codes import Organisation


@dataclass(frozen=True, slots=True)
class BatchReceipt:
    """What became of a file read to its end. `file_digest` is `sha256:` and the digest of its bytes; counts are
    of rows below the heading."""

    adapter_code: str
    controller_code: str
    file_digest: str
    rows_read: int
    accepted: int
    rejected: int
    blank: int
    flagged: int
    alerts: tuple[ColumnAlert, ...]


class Batch(AbstractContextManager["Batch"]):
    """Iterate it once: `Row`, `Rejection` and `ColumnAlert` in the sender's order. Blank rows are only counted.

    Raises `FileRefused` while it is iterated: roll back whatever was begun. Then ask for `receipt()`.
    """

    def __init__(self, stream: BinaryIO, adapter: Adapter, sender: Sender, limits: Limits = STANDARD) -> None:
        self.adapter = adapter
        self.sender = sender
        self.headings: tuple[str, ...] = ()
        self._stream = stream
        self._limits = limits
        self._digest = hashlib.sha256()
        self._alerts: list[ColumnAlert] = []
        self._accepted = self._rejected = self._blank = self._flagged = 0
        self._begun = self._finished = False

    def __iter__(self) -> Iterator[Row | Rejection | ColumnAlert]:
        if self._begun:
            raise CallWrong(self.sender.where, "this batch was read already; open the file again")
        self._begun = True
        for item in self.adapter.read(self._stream, self.sender, self._limits, self._digest.update):
            match item:
                case HeadingRow(cells):
                    self.headings = cells
                    continue
                case BlankRow():
                    self._blank += 1
                    continue
                case ColumnAlert():
                    self._alerts.append(item)
                case Rejection():
                    self._rejected += 1
                case Row():
                    self._accepted += len(item.row_numbers)
                    self._flagged += len({flag.row_number for flag in item.flags})
            yield item
        self._finished = True

    def receipt(self) -> BatchReceipt:
        """The counts. Raises CallWrong while the file has not been read to its end."""
        if not self._finished:
            raise CallWrong(self.sender.where, "the file was not read to its end; there is no receipt for a part")
        return BatchReceipt(
            self.adapter.code,
            self.sender.controller_code,
            "sha256:" + self._digest.hexdigest(),
            self._accepted + self._rejected + self._blank,
            self._accepted,
            self._rejected,
            self._blank,
            self._flagged,
            tuple(self._alerts),
        )

    def close(self) -> None:
        """Closes the file; closing twice is harmless."""
        self._stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_batch(
    path: Path, adapter: Adapter, organisation: Organisation, received_on: date, limits: Limits = STANDARD
) -> Batch:
    """The batch in the file at `path`; close it, or use it with `with`.

    `received_on` is the day in Europe/London on which it arrived: later days cannot have happened yet.
    Raises CallWrong when the organisation is not of a kind that sends this format or the file cannot be opened,
    `FileRefused` when the file is too large or not a plain file.
    """
    refusal = adapter.find_refusal(organisation)
    if refusal is not None:
        raise CallWrong(path.name, refusal)
    try:
        # Looked at before it is opened: a pipe would wait for ever for somebody to write.
        if not stat.S_ISREG(path.stat().st_mode):
            raise FileRefused(path.name, "is not a plain file; name the file itself")
        stream = path.open("rb")
    except OSError as error:
        raise CallWrong(path.name, f"cannot be opened: {error.strerror}; check its name and rights") from None
    if os.fstat(stream.fileno()).st_size > limits.file_bytes:
        stream.close()
        raise FileRefused(path.name, f"larger than {limits.file_bytes} bytes; split the file and send the parts")
    return Batch(stream, adapter, Sender(organisation.code, received_on, path.name), limits)
