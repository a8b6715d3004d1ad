"""A column of texts as two buffers, the layout of Apache Arrow: UTF-8 bytes end to end, and where each row starts.

Decides nothing about what the texts mean. It exists so that a column that an engine already holds can be checked
and pseudonymised without becoming a million Python strings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class TextColumn:
    """`length` texts.

    `data`: (bytes,) uint8, UTF-8. `offsets`: (length + 1,) integers, never falling, the last at most
    `len(data)`; row i is `data[offsets[i]:offsets[i + 1]]`. `missing`: (length,) bool, or None when no row is
    missing. Raises ValueError when the buffers do not fit together.
    """

    data: Bytes
    offsets: Rows
    missing: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.data.ndim != 1 or self.data.dtype != np.uint8:
            raise ValueError("text column: `data` must be one row of uint8")
        if self.offsets.ndim != 1 or not self.offsets.size or self.offsets.dtype != np.int64:
            raise ValueError("text column: `offsets` must be one row of int64 with one more than the texts")
        if self.offsets[0] < 0 or self.offsets[-1] > self.data.size or (np.diff(self.offsets) < 0).any():
            raise ValueError("text column: `offsets` must never fall and must lie inside `data`")
        if self.missing is not None and self.missing.shape != (self.offsets.size - 1,):
            raise ValueError("text column: `missing` must have one flag for each text")

    def __len__(self) -> int:
        return int(self.offsets.size) - 1

    def __repr__(self) -> str:
        return f"TextColumn({len(self)} texts)"

    @property
    def lengths(self) -> Rows:
        """(length,) int64: the bytes in each row."""
        return np.diff(self.offsets)

    def raw(self, row: int) -> bytes:
        """The bytes of one row."""
        return self.data[self.offsets[row] : self.offsets[row + 1]].tobytes()

    @classmethod
    def from_texts(cls, texts: Sequence[str | None]) -> TextColumn:
        """A column of Python strings; None is a missing row. A lone surrogate is kept as it is, so that the
        identifier's own check refuses it rather than this one failing the whole column."""
        missing: NDArray[np.bool_] | None = None
        try:
            joined = "\n".join(texts)  # type: ignore[arg-type]  # a None raises TypeError, which is handled next
            present: Sequence[str] = texts  # type: ignore[assignment]  # join has shown that all are strings
        except TypeError:
            missing = np.fromiter((text is None for text in texts), np.bool_, len(texts))
            present = [text or "" for text in texts]
            joined = "\n".join(present)
        buffer = np.frombuffer((joined + "\n").encode("utf-8", "surrogatepass"), np.uint8)
        is_end = buffer == ord("\n")
        if not present or np.count_nonzero(is_end) != len(present):
            return cls.from_raw([text.encode("utf-8", "surrogatepass") for text in present], missing)
        # As many line feeds as texts, so each text is what lies between two of them: much faster than asking a
        # million strings for their length.
        even = _even_rows(buffer, is_end, len(present))
        if even is not None:
            offsets = np.arange(len(present) + 1, dtype=np.int64) * (even.size // len(present))
            return cls(even, offsets, missing)
        offsets = np.zeros(len(present) + 1, np.int64)
        offsets[1:] = np.flatnonzero(is_end) - np.arange(len(present))
        return cls(buffer[~is_end], offsets, missing)

    @classmethod
    def from_raw(cls, rows: Sequence[bytes], missing: NDArray[np.bool_] | None = None) -> TextColumn:
        """A column of byte strings."""
        lengths = np.fromiter(map(len, rows), np.int64, len(rows))
        return cls(np.frombuffer(b"".join(rows), np.uint8), _offsets_of(lengths), missing)


def _offsets_of(lengths: Rows) -> Rows:
    offsets = np.zeros(lengths.size + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def _even_rows(buffer: Bytes, is_end: NDArray[np.bool_], count: int) -> Bytes | None:
    """The texts end to end when all have the same width of a byte or more, else None."""
    step, rest = divmod(buffer.size, count)
    if rest or step < 2 or not is_end[step - 1 :: step].all():
        return None
    rows = np.ndarray((count,), f"V{step - 1}", buffer.data, 0, (step,))
    return np.ascontiguousarray(rows).view(np.uint8)
