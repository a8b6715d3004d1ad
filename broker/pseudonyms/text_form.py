"""The text form of many pseudonyms at once, as a column of texts.

Decides nothing: every row equals `str(Pseudonym)`. Source: security profile, section 2; RFC 4648 section 6.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from broker.identifiers import TextColumn
from broker.pseudonyms.domains import PseudonymDomain
from broker.pseudonyms.pseudonym import BASE32_CHARACTERS, PSEUDONYM_BYTES

ROWS_AT_A_TIME = 8192
_ALPHABET = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", np.uint8)
_BITS_A_PAIR = 10


@functools.cache
def _pairs() -> NDArray[np.uint16]:
    """(1024,): the two characters of each ten bits, first character first in memory."""
    return np.stack([np.repeat(_ALPHABET, 32), np.tile(_ALPHABET, 32)], axis=1).view("<u2").ravel()


def base32_of(digests: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(n, 16) uint8 → (n, 26) uint8: lower-case base32, ten bits at a time."""
    text = np.empty((len(digests), BASE32_CHARACTERS), np.uint8)
    for start in range(0, len(digests), ROWS_AT_A_TIME):
        _base32_chunk(digests[start : start + ROWS_AT_A_TIME], text[start : start + ROWS_AT_A_TIME])
    return text


def _base32_chunk(digests: NDArray[np.uint8], text: NDArray[np.uint8]) -> None:
    out = text.view("<u2")
    columns = np.zeros((PSEUDONYM_BYTES + 1, len(digests)), np.uint16)  # one zero byte behind: 26 × 5 = 130 bits
    columns[:PSEUDONYM_BYTES] = digests.T
    for pair in range(BASE32_CHARACTERS // 2):
        byte, bit = divmod(pair * _BITS_A_PAIR, 8)
        # Ten bits that begin at an even bit always lie in two bytes.
        two_bytes = (columns[byte] << np.uint16(8)) | columns[byte + 1]
        ten_bits = (two_bytes >> np.uint16(6 - bit)) & np.uint16(0x3FF)
        np.take(_pairs(), ten_bits, out=out[:, pair], mode="clip")


def texts_of(
    domain: PseudonymDomain, digests: NDArray[np.uint8], rows: NDArray[np.int64], row_count: int
) -> TextColumn:
    """The texts of `digests`, (m, 16), as rows `rows` of a column of `row_count`; every other row is missing."""
    prefix = np.frombuffer(domain.prefix.encode("ascii"), np.uint8)
    width = prefix.size + BASE32_CHARACTERS
    text = np.empty((len(digests), width), np.uint8)
    text[:, : prefix.size] = prefix
    text[:, prefix.size :] = base32_of(digests)
    if len(rows) == row_count:
        return TextColumn(text.reshape(-1), np.arange(row_count + 1, dtype=np.int64) * width)
    present = np.zeros(row_count, np.bool_)
    present[rows] = True
    offsets = np.zeros(row_count + 1, np.int64)
    np.cumsum(present * width, out=offsets[1:])
    return TextColumn(text.reshape(-1), offsets, ~present)
