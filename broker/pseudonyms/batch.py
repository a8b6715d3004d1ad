"""Pseudonyms of whole columns.

Decides nothing that `construction` does not: every row equals the one-by-one pseudonym byte for byte, and every
row that is not a well-formed identifier comes back with its index and a reason. Deliberately has no default row
for a refused value: a column of zeros would join strangers to each other. Source: security profile, section 2.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from broker.errors import CallWrong
from broker.identifiers.canonical_column import CanonicalColumn, RowRefusal, canonicalise_column
from broker.identifiers.text_column import TextColumn
from broker.pseudonyms.blocks import fill_fixed_width, fill_ragged
from broker.pseudonyms.cmac_lanes import ROWS_AT_A_TIME, Bytes, CmacLanes, Fill
from broker.pseudonyms.construction import BLOCK_BYTES, block_count, padded
from broker.pseudonyms.domains import MacAlgorithm, PseudonymDomain, PseudonymKey
from broker.pseudonyms.pseudonym import PSEUDONYM_BYTES, Pseudonym
from broker.pseudonyms.text_form import texts_of

LONGEST_VALUE = 0xFFFF
"""Bytes in a canonical value, by the two bytes of its length prefix."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PseudonymColumn:
    """The pseudonyms of a column.

    `rows`: (accepted,) int64, rising: the input rows that have one. `digests`: (accepted, 16) uint8 in the same
    order. `refusals`: every other row, with its reason, in row order.
    """

    domain: PseudonymDomain
    row_count: int
    rows: NDArray[np.int64]
    digests: Bytes
    refusals: tuple[RowRefusal, ...]

    def __repr__(self) -> str:
        return f"PseudonymColumn({self.domain.name!r}, {len(self.rows)} of {self.row_count} rows)"

    def texts(self) -> TextColumn:
        """The text forms, aligned with the input: `row_count` rows, those refused marked missing."""
        return texts_of(self.domain, self.digests, self.rows, self.row_count)

    def values(self) -> list[Pseudonym | None]:
        """One `Pseudonym` for each input row, None where it was refused. For small columns."""
        found: list[Pseudonym | None] = [None] * self.row_count
        for row, digest in zip(self.rows.tolist(), self.digests, strict=True):
            found[row] = Pseudonym(self.domain.name, self.domain.epoch, digest.tobytes())
        return found


def pseudonymise_canonical(key: PseudonymKey, values: Bytes, *, threads: int = 1) -> Bytes:
    """(n, width) uint8 canonical values, all of one width → (n, 16) uint8 pseudonyms.

    INVARIANT: the caller vouches that the values are canonical identifiers of the key's type; nothing is checked
    here but the shape. Raises ValueError for another shape or type of array.
    """
    if values.ndim != 2 or values.dtype != np.uint8:
        raise ValueError("pseudonyms: canonical values must be (rows, width) of uint8")
    values = np.ascontiguousarray(values)
    if key.domain.algorithm is MacAlgorithm.HMAC_SHA_256:
        return _hmac_each(key, (row.tobytes() for row in values), len(values))
    return _cmac(key, fill_fixed_width(values), len(values), block_count(values.shape[1]), threads)


def pseudonymise_texts_canonical(key: PseudonymKey, values: TextColumn, *, threads: int = 1) -> Bytes:
    """Canonical values of differing lengths → (n, 16) uint8. Rows are grouped by how many blocks they take.

    INVARIANT: the caller vouches for the values, as in `pseudonymise_canonical`; a missing row is the caller's
    mistake. Raises ValueError for one, or for a value above 65,535 bytes.
    """
    if values.missing is not None and values.missing.any():
        raise ValueError("pseudonyms: a missing value has no pseudonym; leave the row out")
    if key.domain.algorithm is MacAlgorithm.HMAC_SHA_256:
        return _hmac_each(key, (values.raw(row) for row in range(len(values))), len(values))
    lengths = values.lengths
    if lengths.size and int(lengths.max()) > LONGEST_VALUE:
        raise ValueError("pseudonyms: a canonical value is too long")
    digests = np.empty((len(values), PSEUDONYM_BYTES), np.uint8)
    blocks_of_rows = -(-(lengths + 2) // BLOCK_BYTES)
    for blocks in np.unique(blocks_of_rows).tolist():
        rows = np.flatnonzero(blocks_of_rows == blocks)
        digests[rows] = _cmac(key, fill_ragged(values, rows, blocks), len(rows), blocks, threads)
    return digests


def pseudonymise_column(
    key: PseudonymKey, column: TextColumn | Sequence[str | None], *, threads: int = 1
) -> PseudonymColumn:
    """A column as it was received → its pseudonyms, canonicalised and checked first.

    Rows that are missing or refused are reported in `refusals`, never dropped and never given a pseudonym.
    """
    return pseudonymise_canonical_column(key, canonicalise_column(key.type_code, column), threads=threads)


def pseudonymise_canonical_column(
    key: PseudonymKey, column: CanonicalColumn, *, threads: int = 1
) -> PseudonymColumn:
    """A column that was already made canonical → its pseudonyms: one check of a column can serve many domains.

    Raises `CallWrong` when the column holds another identifier type than the key is for.
    """
    if column.type_code != key.type_code:
        raise CallWrong(
            f"pseudonym domain `{key.domain.name}`",
            f"the key is for `{key.type_code}` and the column holds `{column.type_code}`; derive its own key",
        )
    if isinstance(column.values, TextColumn):
        digests = pseudonymise_texts_canonical(key, column.values, threads=threads)
    else:
        digests = pseudonymise_canonical(key, column.values, threads=threads)
    return PseudonymColumn(key.domain, column.row_count, column.rows, digests, column.refusals)


def _hmac_each(key: PseudonymKey, values: Iterable[bytes], count: int) -> Bytes:
    keyed = hmac.new(key.secret, digestmod="sha256")
    digests = bytearray()
    for value in values:
        block = padded(value)
        mac = keyed.copy()
        mac.update(block + block)
        digests += mac.digest()[:PSEUDONYM_BYTES]
    return np.frombuffer(digests, np.uint8).reshape(count, PSEUDONYM_BYTES)


def _cmac(key: PseudonymKey, fill: Fill, count: int, blocks: int, threads: int) -> Bytes:
    """Rows split into one run of whole chunks for each thread; AES and NumPy let other threads work meanwhile."""
    if threads < 1:
        raise ValueError("pseudonyms: at least one thread does the work")
    out = np.empty(count * PSEUDONYM_BYTES + BLOCK_BYTES - 1, np.uint8)
    rows_at_a_time = max(1, min(ROWS_AT_A_TIME // blocks, count))
    share = -(-count // threads // rows_at_a_time) * rows_at_a_time if count else 1

    def run(start: int) -> None:
        lanes = CmacLanes(key.secret, blocks, rows_at_a_time)
        lanes.run(fill, start, min(start + share, count), out[start * PSEUDONYM_BYTES :])

    _for_each(run, range(0, count, share), threads)
    return out[: count * PSEUDONYM_BYTES].reshape(count, PSEUDONYM_BYTES)


def _for_each(run: Callable[[int], None], starts: Sequence[int], threads: int) -> None:
    if len(starts) < 2:
        for start in starts:
            run(start)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, starts))
