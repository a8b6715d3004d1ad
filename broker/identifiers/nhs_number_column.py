"""Check digits of many NHS numbers at once.

Decides the two shapes that nearly every real column has: ten digits, and ten digits spaced or hyphenated 3-3-4.
Everything else it hands back undecided. Same rule as `nhs_number.find_mod_11_fault`, which stays the authority.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from broker.identifiers.nhs_number import LENGTH, WEIGHTS
from broker.identifiers.text_column import Bytes, Rows, TextColumn

CHUNK = 8192
"""Rows checked at a time: the working buffers then stay inside a core's second-level cache."""

_NOT_DIGITS = 0x2000
"""What a pair of characters adds to the sum when they are not both digits: more than any sum of digits (at most
495), and five of them still fit in 16 bits."""

_SPACED_LENGTH = 12
_MARKS = (3, 7)
"""Where the two spaces or hyphens of the 3-3-4 spacing stand."""


@dataclass(frozen=True, slots=True, eq=False)
class CheckedRows:
    """What the vectorised check found. All rows are of the column, counted from 0, and rising.

    `rows`: (accepted,) with `values`: (accepted, 10) uint8, ASCII digits. `wrong_sum` and `repeated` are ten
    digits with that fault. `undecided` have another shape, or characters that are not digits, or are missing.
    """

    row_count: int
    rows: Rows
    values: Bytes
    wrong_sum: Rows
    repeated: Rows
    undecided: Rows


@functools.cache
def _pair_sums() -> tuple[NDArray[np.uint16], ...]:
    """For each of the five pairs of characters, what the pair adds to the weighted sum, indexed by the pair read
    as one little-endian 16-bit number; `_NOT_DIGITS` where either character is not an ASCII digit."""
    digits = np.arange(10)
    places = (48 + digits)[:, None] + ((48 + digits)[None, :] << 8)
    tables = []
    for pair in range(LENGTH // 2):
        table = np.full(1 << 16, _NOT_DIGITS, np.uint16)
        table[places] = digits[:, None] * WEIGHTS[2 * pair] + digits[None, :] * WEIGHTS[2 * pair + 1]
        tables.append(table)
    return tuple(tables)


def weighted_sums(numbers: Bytes) -> NDArray[np.uint16]:
    """(n, 10) uint8, C-contiguous → (n,) uint16: the weighted sum with the check digit, a multiple of 11 when
    the number is valid; `_NOT_DIGITS` or more when some character is not a digit."""
    tables = _pair_sums()
    sums = np.empty(len(numbers), np.uint16)
    part = np.empty(min(CHUNK, len(numbers)), np.uint16)
    pairs = numbers.view("<u2")
    for start in range(0, len(numbers), CHUNK):
        chunk = pairs[start : start + CHUNK]
        total, scratch = sums[start : start + len(chunk)], part[: len(chunk)]
        # "clip" only spares NumPy a check: a 16-bit index cannot leave a table of 65,536.
        np.take(tables[0], chunk[:, 0], out=total, mode="clip")
        for pair in range(1, LENGTH // 2):
            np.take(tables[pair], chunk[:, pair], out=scratch, mode="clip")
            total += scratch
    return sums


def _is_one_digit_repeated(numbers: Bytes) -> NDArray[np.bool_]:
    """(n, 10) → (n,): whether all ten characters are the same. The two overlapping 8-byte words at 0 and 1 agree
    when the first nine characters do; only then is the last one looked at."""
    count = len(numbers)
    if not count:
        return np.zeros(0, np.bool_)
    words = [np.ndarray((count,), "<u8", numbers.data, offset=offset, strides=(LENGTH,)) for offset in (0, 1)]
    repeated: NDArray[np.bool_] = np.equal(words[0], words[1])
    if repeated.any():
        repeated &= numbers[:, 8] == numbers[:, 9]
    return repeated


def _candidates(column: TextColumn) -> tuple[Rows, Bytes, Rows]:
    """The rows that have one of the two shapes, rising, with their ten characters; and the other rows."""
    lengths, starts = column.lengths, column.offsets[:-1]
    data = column.data[column.offsets[0] : column.offsets[-1]]
    fits = lengths == LENGTH
    if column.missing is not None:
        fits &= ~column.missing
    if fits.all():
        return np.arange(len(column), dtype=np.int64), data.reshape(-1, LENGTH), lengths[:0]
    spaced = lengths == _SPACED_LENGTH
    if column.missing is not None:
        spaced &= ~column.missing
    spaced_rows = np.flatnonzero(spaced)
    first_marks, second_marks = (starts[spaced_rows] - column.offsets[0] + place for place in _MARKS)
    marks = data[first_marks]
    well_spaced = (marks == data[second_marks]) & ((marks == ord(" ")) | (marks == ord("-")))
    fits[spaced_rows[well_spaced]] = True
    # Strike out the marks and whatever has another shape: ten characters a row are left, still in order.
    kept = np.ones(data.size, np.bool_) if fits.all() else np.repeat(fits, lengths)
    kept[first_marks] = kept[second_marks] = False
    return np.flatnonzero(fits), data[kept].reshape(-1, LENGTH), np.flatnonzero(~fits)


def check_nhs_rows(column: TextColumn) -> CheckedRows:
    """The rows of `column` sorted into well-formed, wrong, and undecided."""
    rows, values, undecided = _candidates(column)
    sums = weighted_sums(values)
    are_digits = sums < _NOT_DIGITS
    valid = sums // np.uint16(11) * np.uint16(11) == sums
    valid &= are_digits
    repeated = _is_one_digit_repeated(values)
    if valid.all() and not repeated.any():
        return CheckedRows(len(column), rows, values, undecided[:0], undecided[:0], undecided)
    accepted = np.flatnonzero(valid & ~repeated)
    return CheckedRows(
        len(column),
        rows[accepted],
        values.take(accepted, axis=0),
        rows[are_digits & ~valid],
        rows[are_digits & repeated],
        np.sort(np.concatenate([undecided, rows[~are_digits]])),
    )


def nhs_numbers_as_text(numbers: NDArray[np.uint64]) -> Bytes:
    """(n,) uint64 → (n, 10) uint8 ASCII digits, leading zeros kept. Raises ValueError above 9,999,999,999."""
    if numbers.size and int(numbers.max()) >= 10**LENGTH:
        raise ValueError("NHS numbers: a number has more than ten digits")
    digits = np.arange(10)
    two_digits = ((48 + digits)[:, None] + ((48 + digits)[None, :] << 8)).astype("<u2").ravel()
    text = np.empty((numbers.size, LENGTH), np.uint8)
    pairs = text.view("<u2")
    rest = numbers.astype(np.uint64, copy=True)
    for pair in range(LENGTH // 2 - 1, -1, -1):
        shorter = rest // np.uint64(100)
        pairs[:, pair] = two_digits[rest - shorter * np.uint64(100)]
        rest = shorter
    return text
