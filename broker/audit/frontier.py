"""The frontier of a growing tree: the few hashes from which the root and every later root follow.

Decides nothing but arithmetic. A frontier is the complete subtrees of a log of `size` leaves, largest first: one
for each 1 bit of `size`. Appending a leaf costs O(log n) hashes at worst and one on average; the root costs
O(log n). It is what the sequencer and a witness store between runs (RFC 9162 section 2.1; "compact range").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from broker.audit.tree import HASH_BYTES, NodeAt, fold, node_hash
from broker.errors import SystemFailed

_SIZE_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Grown:
    """A larger frontier, and every node that became complete on the way, leaves included, in order of completion.

    Storing these nodes is enough to serve any proof at any later size.
    """

    frontier: Frontier
    completed: tuple[tuple[NodeAt, bytes], ...]


@dataclass(frozen=True, slots=True)
class Frontier:
    """`size` leaves and the hashes of their complete subtrees, largest first.

    INVARIANT: as many hashes as `size` has 1 bits, 32 bytes each. Raises SystemFailed otherwise.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise SystemFailed("audit frontier", f"{len(self.hashes)} hashes do not make {self.size} entries")
        if any(len(one) != HASH_BYTES for one in self.hashes):
            raise SystemFailed("audit frontier", f"every hash must be {HASH_BYTES} bytes")

    @property
    def root(self) -> bytes:
        """The root of the tree at this size; of the empty log, the hash of nothing."""
        return fold(self.hashes)

    def append(self, leaf: bytes) -> Frontier:
        """The frontier with one more leaf hash."""
        return self.extend((leaf,)).frontier

    def extend(self, leaves: Iterable[bytes]) -> Grown:
        """The frontier with more leaf hashes, in their order, and the nodes completed by them."""
        size, hashes, completed = self.size, list(self.hashes), []
        for leaf in leaves:
            found, level, index = leaf, 0, size
            completed.append((NodeAt(0, index), leaf))
            # Each trailing 1 bit of the size is a complete left sibling waiting for its right half.
            while index & 1:
                found = node_hash(hashes.pop(), found)
                level, index = level + 1, index >> 1
                completed.append((NodeAt(level, index), found))
            hashes.append(found)
            size += 1
        return Grown(Frontier(size, tuple(hashes)), tuple(completed))

    def to_bytes(self) -> bytes:
        """The frontier as stored: size in 8 bytes, big-endian, then its hashes."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """The frontier that `to_bytes` wrote. Raises SystemFailed when the bytes are not one."""
        size, rest = int.from_bytes(data[:_SIZE_BYTES], "big"), data[_SIZE_BYTES:]
        if len(data) < _SIZE_BYTES or len(rest) != size.bit_count() * HASH_BYTES:
            raise SystemFailed("audit frontier", "the stored state is cut short or too long")
        return cls(size, tuple(rest[i : i + HASH_BYTES] for i in range(0, len(rest), HASH_BYTES)))
