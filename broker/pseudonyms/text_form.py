"""The text form of many pseudonyms at once, as a column of texts.

Decides nothing: every row equals `str(Pseudonym)`. Source: security profile, section 2; RFC 4648 section 6.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from broker.identifiers.text_column import TextColumn
from broker.pseudonyms.domains import PseudonymDomain
from broker.pseudonyms.pseudonym import BASE32_CHARACTERS, PSEUDONYM_BYTES

ROWS_AT_A_TIME = 8192
_ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)
_WORD = 8
_GROUP_BYTES = 5
"""Five bytes are forty bits, which are eight characters: one 64-bit word of text."""

_ONES = 0x0101010101010101
_SPREAD = ((20, 32, 0x00000000_000FFFFF), (10, 16, 0x000003FF_000003FF), (5, 8, 0x001F001F_001F001F))
"""(bits, shift, mask): halving forty bits into two lanes of 20, four of 10, eight of 5, first bits lowest."""


@functools.cache
def _last_two() -> NDArray[np.uint16]:
    """(256,): the two characters of the last byte and the two zero bits behind it, first character first."""
    value = np.arange(256)
    return np.stack([_ALPHABET[value >> 3], _ALPHABET[value << 2 & 31]], axis=1).view("<u2").ravel()


def _eight_characters(forty_bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """(n,) uint64, of which the low forty bits count → (n,) words whose eight bytes, lowest first, are the
    characters. Overwrites its argument."""
    word = forty_bits
    for bits, shift, mask in _SPREAD:
        low = word & np.uint64(mask)
        low <<= np.uint64(shift)
        word >>= np.uint64(bits)
        word &= np.uint64(mask)
        word |= low
    # Each byte is now 0 … 31: 0 … 25 become a … z, and 26 … 31 become 2 … 7, which lie 73 lower.
    digit = word + np.uint64(_ONES * (128 - 26))
    digit >>= np.uint64(7)
    digit &= np.uint64(_ONES)
    digit *= np.uint64(ord("a") + 26 - ord("2"))
    word += np.uint64(_ONES * ord("a"))
    word -= digit
    return word


def write_base32(digests: NDArray[np.uint8], text: NDArray[np.uint8], column: int) -> None:
    """(n, 16) uint8 → lower-case base32 in `text[:, column:column + 26]`; `text` is (n, width), C-contiguous."""
    count, width = text.shape
    for start in range(0, count, ROWS_AT_A_TIME):
        rows = min(ROWS_AT_A_TIME, count - start)
        for group in range(PSEUDONYM_BYTES // _GROUP_BYTES):
            # A big-endian word that holds the group's five bytes and does not reach past the digest.
            begins = group * _GROUP_BYTES
            read_from = min(begins, PSEUDONYM_BYTES - _WORD)
            offset = start * PSEUDONYM_BYTES + read_from
            word = np.ndarray((rows,), ">u8", digests.data, offset, (PSEUDONYM_BYTES,)).astype(np.uint64)
            word >>= np.uint64(8 * (_WORD - _GROUP_BYTES - (begins - read_from)))
            place = start * width + column + group * _WORD
            np.ndarray((rows,), "<u8", text.data, place, (width,))[:] = _eight_characters(word)
        place = start * width + column + BASE32_CHARACTERS - 2
        last = np.ndarray((rows,), "<u2", text.data, place, (width,))
        last[:] = _last_two()[digests[start : start + rows, -1]]


def texts_of(
    domain: PseudonymDomain, digests: NDArray[np.uint8], rows: NDArray[np.int64], row_count: int
) -> TextColumn:
    """The texts of `digests`, (m, 16), as rows `rows` of a column of `row_count`; every other row is missing."""
    prefix = np.frombuffer(domain.prefix.encode("ascii"), np.uint8)
    width = prefix.size + BASE32_CHARACTERS
    text = np.empty((len(digests), width), np.uint8)
    text[:, : prefix.size] = prefix
    write_base32(np.ascontiguousarray(digests), text, prefix.size)
    if len(rows) == row_count:
        return TextColumn(text.reshape(-1), np.arange(row_count + 1, dtype=np.int64) * width)
    present = np.zeros(row_count, np.bool_)
    present[rows] = True
    offsets = np.zeros(row_count + 1, np.int64)
    np.cumsum(present * width, out=offsets[1:])
    return TextColumn(text.reshape(-1), offsets, ~present)
