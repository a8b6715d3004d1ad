"""What outsiders are shown of the log: the checkpoint published, and proofs under it.

Decides that nothing is shown which is not published: an entry without a signed checkpoint over it is not there
yet, and looks exactly like one that never was. Signs nothing and changes nothing, so that whoever serves it needs
no key. From docs/security.md section 3, points 2 and 4; RFC 9162 section 2.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.audit.checkpoint import Checkpoint, parse_checkpoint
from broker.audit.note import parse_note
from broker.audit.tree import HASH_BYTES
from broker.errors import CallWrong
from broker.store.audit import find_leaf_index
from broker.store.published import Published, find_published
from broker.store.session import View
from broker.usecases.log.stored_proofs import stored_consistency, stored_inclusion
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class PublishedCheckpoint:
    """The log's name, size and root (32 bytes), its signed note exactly as signed, and since when it is
    published."""

    origin: str
    size: int
    root: bytes
    note: str
    published_at: datetime

    @property
    def signed(self) -> Checkpoint:
        """What the note says."""
        return Checkpoint(self.origin, self.size, self.root)


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Where an entry stands in the log of `size` entries: `hashes` (32 bytes each) lead from its leaf hash to the
    root of that size; `checkpoint` is what is published."""

    leaf_hash: bytes
    index: int
    size: int
    hashes: tuple[bytes, ...]
    checkpoint: PublishedCheckpoint


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the log of `old_size` entries is how the log of `size` entries began."""

    old_size: int
    size: int
    hashes: tuple[bytes, ...]
    checkpoint: PublishedCheckpoint


def find_checkpoint(world: World) -> PublishedCheckpoint | None:
    """The checkpoint published; None where nothing is yet."""
    with world.store.look() as view:
        found = find_published(view)
    return None if found is None else _read(found)


def find_inclusion(world: World, leaf_hash: bytes, size: int | None = None) -> InclusionProof | None:
    """The proof for the entry with this leaf hash (32 bytes) in the log of `size` entries (None: as published).

    None where no such entry is among them. Raises CallWrong for what is no leaf hash and a size that is not
    published, EntryLost or ProofRefused where the stored tree gives no proof that leads to the root published.
    """
    if len(leaf_hash) != HASH_BYTES:
        raise CallWrong("leaf_hash", f"is {HASH_BYTES} bytes, as the receipt has it")
    with world.store.look() as view:
        checkpoint = _published(view)
        if checkpoint is None:
            return None
        end = _within("size", checkpoint.size if size is None else size, checkpoint.size)
        index = find_leaf_index(view, leaf_hash)
        if index is None or index >= end:
            return None
        proof = stored_inclusion(world, view, index, end, leaf_hash, checkpoint.signed)
        return InclusionProof(leaf_hash, index, end, proof, checkpoint)


def find_consistency(world: World, old_size: int, size: int | None = None) -> ConsistencyProof | None:
    """The proof that the log of `size` entries (None: as published) extends the one of `old_size`.

    None where nothing is published. Raises CallWrong for sizes that are not published or not in order, EntryLost,
    ProofRefused.
    """
    with world.store.look() as view:
        checkpoint = _published(view)
        if checkpoint is None:
            return None
        end = _within("size", checkpoint.size if size is None else size, checkpoint.size)
        begin = _within("since", old_size, end)
        proof = stored_consistency(world, view, begin, end, checkpoint.signed)
        return ConsistencyProof(begin, end, proof, checkpoint)


def _within(name: str, size: int, most: int) -> int:
    if not 0 < size <= most:
        raise CallWrong(name, f"is a number of entries from 1 to {most}")
    return size


def _published(view: View) -> PublishedCheckpoint | None:
    found = find_published(view)
    return None if found is None else _read(found)


def _read(found: Published) -> PublishedCheckpoint:
    checkpoint = parse_checkpoint(parse_note(found.note).text)
    return PublishedCheckpoint(checkpoint.origin, checkpoint.size, checkpoint.root, found.note, found.published_at)
