"""Giving committed entries their place: the pure half of the sequencer.

Decides indexes, leaf hashes, the new frontier and root for a batch of committed entries. Does not decide the order
in which they come (the store's: commit order of acts that touch one fact), nor when a batch runs, nor who signs.
From docs/security.md section 3, point 2: written → integrated → published.

- *written*: the entry committed with its act; it will be integrated.
- *integrated*: it has an index and its nodes are stored; it will never have another index.
- *published*: a signed checkpoint covers it; anybody can be shown a proof.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from broker.audit.frontier import Frontier
from broker.audit.tree import NodeAt, leaf_hash


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """An entry's bytes, its index in the log (from 0) and its leaf hash."""

    index: int
    entry_bytes: bytes
    leaf_hash: bytes


@dataclass(frozen=True, slots=True)
class IntegratedBatch:
    """What one run of the sequencer stores, all in one transaction.

    INVARIANT: indexes are dense, from the old frontier's size to the new one's.
    """

    placed: tuple[PlacedEntry, ...]
    completed: tuple[tuple[NodeAt, bytes], ...]
    frontier: Frontier

    @property
    def root(self) -> bytes:
        """The root after the batch."""
        return self.frontier.root


def integrate(frontier: Frontier, entries: Iterable[bytes]) -> IntegratedBatch:
    """Place committed entries, in the order given, after what the frontier holds.

    An entry is hashed as the bytes stored, never as a re-encoding of them. An empty batch changes nothing.
    """
    placed = tuple(
        PlacedEntry(index, data, leaf_hash(data)) for index, data in enumerate(entries, start=frontier.size)
    )
    grown = frontier.extend(one.leaf_hash for one in placed)
    return IntegratedBatch(placed, grown.completed, grown.frontier)
