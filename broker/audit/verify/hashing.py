"""The verifier's own Merkle tree: a running root over leaves that come 256 at a time.

Decides RFC 9162 hashing by another route than the writer: whole groups of 256 are reduced at once, and the groups
themselves again, as the tlog-tiles layout has it. Memory grows by one short list for every 256-fold of entries.
"""

from __future__ import annotations

from hashlib import sha256

GROUP = 256


def _join(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def _whole(hashes: list[bytes]) -> bytes:
    """The hash over a power of two of equal subtrees."""
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
    return hashes[0]


class RunningTree:
    """Groups at every level: `waiting[0]` leaves, `waiting[1]` hashes over 256 leaves each, and so on."""

    def __init__(self) -> None:
        self.waiting: list[list[bytes]] = [[]]

    def root_with(self, leaves: list[bytes]) -> bytes:
        """The root of everything taken so far and `leaves` (fewer than 257) after it."""
        root: bytes | None = None
        for level in (leaves, *self.waiting[1:]):
            end = len(level)
            while end:
                # The lowest 1 bit is the smallest complete subtree, furthest right.
                width = end & -end
                part = _whole(level[end - width : end])
                root = part if root is None else _join(part, root)
                end -= width
        return sha256(b"").digest() if root is None else root

    def take_group(self, leaves: list[bytes]) -> list[tuple[int, list[bytes]]]:
        """Take 256 leaves; the groups above them that this made full, as (level, hashes), lowest first."""
        full: list[tuple[int, list[bytes]]] = []
        group, level = leaves, 0
        while True:
            level += 1
            if level == len(self.waiting):
                self.waiting.append([])
            self.waiting[level].append(_whole(group))
            if len(self.waiting[level]) < GROUP:
                return full
            group, self.waiting[level] = self.waiting[level], []
            full.append((level, group))
