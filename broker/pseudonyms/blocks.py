"""Laying canonical values out as the blocks of C, many at a time.

Decides only where bytes go: two bytes of length, the value, zeros (security profile, section 2). Must agree with
`construction.padded`. Everything here is little-endian on purpose and says so in its data types.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from broker.identifiers.text_column import TextColumn
from broker.pseudonyms.cmac_lanes import Bytes, Fill
from broker.pseudonyms.construction import BLOCK_BYTES

_PREFIX = 2
_IN_FIRST_BLOCK = BLOCK_BYTES - _PREFIX
_WORD = 8


def fill_fixed_width(values: Bytes) -> Fill:
    """C of values that all have one width: (n, width) uint8, C-contiguous."""
    width = values.shape[1]
    return _fill_two_words(values) if _WORD <= width <= _IN_FIRST_BLOCK else _fill_by_bytes(values)


def _fill_two_words(values: Bytes) -> Fill:
    """Widths 8 to 14, where C is one block: built as two 64-bit words instead of a byte at a time.

    Word 0 is the length and bytes 0 … 5, word 1 is bytes 6 … width - 1; both come from 8-byte words of the
    value that need not be aligned, shifted into place.
    """
    count, width = values.shape
    if not count:
        return _fill_by_bytes(values)
    length = np.uint64(width << _WORD)  # big-endian 00 0a in the first two bytes of a little-endian word
    head_shift = np.uint64(8 * _PREFIX)
    tail_shift = np.uint64(8 * (_IN_FIRST_BLOCK - width))
    heads, tails = (np.ndarray((count,), "<u8", values.data, offset, (width,)) for offset in (0, width - _WORD))

    def fill(start: int, stop: int, blocks: Bytes) -> None:
        words = blocks[0].view("<u8")
        # Copied first: arithmetic on words that are not aligned is slower than the copy and the arithmetic.
        word = heads[start:stop].copy()
        word <<= head_shift
        np.bitwise_or(word, length, out=words[:, 0])
        word[:] = tails[start:stop]
        np.right_shift(word, tail_shift, out=words[:, 1])

    return fill


def _fill_by_bytes(values: Bytes) -> Fill:
    width = values.shape[1]

    def fill(start: int, stop: int, blocks: Bytes) -> None:
        blocks[0, :, 0] = width >> 8
        blocks[0, :, 1] = width & 0xFF
        rows = values[start:stop]
        first = min(width, _IN_FIRST_BLOCK)
        blocks[0, :, _PREFIX : _PREFIX + first] = rows[:, :first]
        for block in range(1, len(blocks)):
            place = block * BLOCK_BYTES - _PREFIX
            part = rows[:, place : place + BLOCK_BYTES]
            blocks[block, :, : part.shape[1]] = part

    return fill


def fill_ragged(column: TextColumn, rows: NDArray[np.int64], blocks_of_each: int) -> Fill:
    """C of the given rows of a column of texts; all of them have `blocks_of_each` blocks."""
    room = blocks_of_each * BLOCK_BYTES - _PREFIX
    starts, lengths = column.offsets[rows], column.lengths[rows]
    places = np.arange(room)

    def fill(start: int, stop: int, blocks: Bytes) -> None:
        size = lengths[start:stop]
        # Reading past the end of the last text is clipped, and zeroed like everything past a text's end.
        laid = column.data.take(starts[start:stop, None] + places, mode="clip") if column.data.size else 0
        message = np.zeros((stop - start, blocks_of_each * BLOCK_BYTES), np.uint8)
        message[:, 0] = size >> 8
        message[:, 1] = size & 0xFF
        message[:, _PREFIX:] = laid * (places < size[:, None])
        blocks[:] = message.reshape(stop - start, blocks_of_each, BLOCK_BYTES).swapaxes(0, 1)

    return fill
