"""AES-256-CMAC of many messages of the form C ‖ C at once, with `cryptography` and NumPy only.

Decides nothing about identifiers. CBC-MAC chains the blocks of one message, but many messages are independent:
AES in ECB over a buffer that holds block j of every message is step j of all of them (RFC 4493, figure 2.3). The
messages are whole blocks, so only the subkey K1 is ever needed.

Work is done a few thousand rows at a time in buffers that are made once and stay in a core's second-level cache:
memory traffic, not AES, is what a straightforward version spends its time on.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import ECB
from numpy.typing import NDArray

from broker.pseudonyms.construction import BLOCK_BYTES

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]

ROWS_AT_A_TIME = 8192
_SPARE = BLOCK_BYTES - 1
"""`update_into` demands this much room behind the output, and never writes to it in ECB."""

Fill = Callable[[int, int, Bytes], None]
"""fill(start, stop, blocks): write C of rows start … stop - 1 into `blocks`, (block count, stop - start, 16)
uint8, which holds what the last call left there."""


def first_subkey(encrypted_zero_block: bytes) -> bytes:
    """K1 of SP 800-38B from AES(0): doubled in GF(2^128)."""
    number = int.from_bytes(encrypted_zero_block, "big")
    doubled = (number << 1) & ((1 << 128) - 1)
    return (doubled ^ (0x87 if number >> 127 else 0)).to_bytes(BLOCK_BYTES, "big")


class CmacLanes:
    """Working memory and key schedule for one thread, one key and one block count.

    `secret`: 32 bytes. `blocks`: how many 16-byte blocks C has. Not to be shared between threads.
    """

    def __init__(self, secret: bytes, blocks: int, rows_at_a_time: int = ROWS_AT_A_TIME) -> None:
        # ECB is the raw block function here, the chaining is done below: no message is ever encrypted with it.
        self._encryptor = Cipher(AES256(secret), ECB()).encryptor()  # noqa: S305  # the CBC-MAC step
        self._rows = rows_at_a_time
        self._blocks = np.zeros((blocks, rows_at_a_time, BLOCK_BYTES), np.uint8)
        self._state = np.empty(rows_at_a_time * BLOCK_BYTES + _SPARE, np.uint8)
        subkey = np.frombuffer(first_subkey(self._encryptor.update(bytes(BLOCK_BYTES))), np.uint64)
        # Repeated for every row: a contiguous XOR is many times faster than one that broadcasts two words.
        self._subkeys: Words = np.tile(subkey, rows_at_a_time)

    def run(self, fill: Fill, start: int, stop: int, out: Bytes) -> None:
        """MACs of rows start … stop - 1. `out`: flat uint8 with room for (stop - start) × 16 bytes + 15."""
        for first in range(start, stop, self._rows):
            count = min(self._rows, stop - first)
            self._run_chunk(fill, first, count, out[(first - start) * BLOCK_BYTES :])

    def _run_chunk(self, fill: Fill, first: int, count: int, out: Bytes) -> None:
        size = count * BLOCK_BYTES
        blocks = self._blocks[:, :count]
        fill(first, first + count, blocks)
        state = self._state[:size]
        words = state.view(np.uint64)
        encrypt = self._encryptor.update_into
        # C ‖ C: the blocks of C once, then all of them again.
        encrypt(blocks[0].reshape(-1).data, self._state.data)
        for block in (*blocks[1:], *blocks[:-1]):
            np.bitwise_xor(words, block.reshape(-1).view(np.uint64), out=words)
            encrypt(state.data, self._state.data)
        np.bitwise_xor(words, blocks[-1].reshape(-1).view(np.uint64), out=words)
        np.bitwise_xor(words, self._subkeys[: words.size], out=words)
        encrypt(state.data, out[: size + _SPARE].data)
