"""The Merkle tree of RFC 9162 section 2.1 (the same tree as RFC 6962): hashes, proofs and their verification.

Decides how leaves and nodes are hashed and which nodes prove what. Keeps nothing: nodes are asked for by
coordinates, so that a database can fetch the few that a proof needs (about 2 log2 n) in one query. The verifier in
`broker.audit.verify` has its own hashing and does not use this module.

Node (level, place) is the root of the complete subtree over leaves [place·2^level, (place+1)·2^level).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from broker.errors import BrokerError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()

CONSISTENCY: Final = "consistency proof"
"""How a refusal begins that says of two states of one log that the one does not extend the other."""

_sha256 = hashlib.sha256


class ProofRefused(BrokerError):
    """A proof does not show what it is offered for."""

    exit_code = 1


class NodeAt(NamedTuple):
    """Coordinates of a complete subtree: `level` 0 is the leaves."""

    level: int
    place: int


Range = tuple[NodeAt, ...]
"""Complete subtrees, left to right, that fold into one hash."""


def leaf_hash(data: bytes) -> bytes:
    """H(0x00 ‖ data), 32 bytes."""
    return _sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """H(0x01 ‖ left ‖ right), 32 bytes."""
    return _sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees given left to right, larger before smaller; of none, the empty root."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def complete_subtrees(start: int, end: int) -> Range:
    """The complete subtrees of leaves [start, end), left to right.

    INVARIANT: `start` is a multiple of the largest power of two below the length, as in every range that a proof
    needs (RFC 9162 splits at it), so the subtrees only get smaller and `fold` gives the range's hash.
    """
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append(NodeAt(level, start >> level))
        start += 1 << level
    return tuple(nodes)


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """MTH over leaf hashes, level by level; the empty root for none."""
    level = list(leaf_hashes)
    if not level:
        return EMPTY_ROOT
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        # An odd node is promoted unhashed: the right edge of RFC 9162's tree.
        level = paired + level[len(level) & ~1 :]
    return level[0]


def _split(length: int) -> int:
    """The largest power of two below `length` (2 or more)."""
    return 1 << ((length - 1).bit_length() - 1)


def inclusion_ranges(index: int, size: int) -> tuple[Range, ...]:
    """For each hash of the inclusion proof of leaf `index` in the tree of `size` leaves, leaf end first, the nodes
    that fold into it (RFC 9162 section 2.1.3.1).

    Raises ProofRefused when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ProofRefused("inclusion proof", f"index {index} is not in a log of {size} entries")
    start, end, ranges = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append(complete_subtrees(middle, end))
            end = middle
        else:
            ranges.append(complete_subtrees(start, middle))
            start = middle
    return tuple(reversed(ranges))


def consistency_ranges(old_size: int, size: int) -> tuple[Range, ...]:
    """For each hash of the consistency proof between two sizes of one log, the nodes that fold into it
    (RFC 9162 section 2.1.4.1); none when the sizes are equal.

    Raises ProofRefused unless 0 < old_size <= size: a proof from the empty log shows nothing.
    """
    if not 0 < old_size <= size:
        raise ProofRefused("consistency proof", f"there is none from {old_size} to {size} entries")
    start, end, ranges, whole = 0, size, [], True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            ranges.append(complete_subtrees(middle, end))
            end = middle
        else:
            ranges.append(complete_subtrees(start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append(complete_subtrees(start, end))
    return tuple(reversed(ranges))


def proof_from(ranges: Iterable[Range], nodes: Mapping[NodeAt, bytes]) -> tuple[bytes, ...]:
    """The proof whose hashes fold from the ranges. `nodes` must hold every coordinate named (KeyError if not)."""
    return tuple(fold([nodes[at] for at in one]) for one in ranges)


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raise ProofRefused unless `proof` shows that the leaf hash `leaf` stands at `index` in the tree of `size`
    leaves with this root (RFC 9162 section 2.1.3.2)."""
    where = "inclusion proof"
    if not 0 <= index < size:
        raise ProofRefused(where, f"index {index} is not in a log of {size} entries")
    if any(len(one) != HASH_BYTES for one in (leaf, *proof)):
        raise ProofRefused(where, f"every hash must be {HASH_BYTES} bytes")
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofRefused(where, "has more hashes than the tree has levels")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofRefused(where, "has fewer hashes than the tree has levels")
    if not hmac.compare_digest(found, root):
        raise ProofRefused(where, "leads to another root")


def verify_consistency(old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Raise ProofRefused unless `proof` shows that the tree of `old_size` leaves with `old_root` is how the tree
    of `size` leaves with `root` began (RFC 9162 section 2.1.4.2). Nothing is consistent with size 0."""
    where = CONSISTENCY
    if not 0 < old_size <= size:
        shorter = ": the log is shorter than it was" if size < old_size else ""
        raise ProofRefused(where, f"there is none from {old_size} to {size} entries{shorter}")
    if old_size == size:
        if proof:
            raise ProofRefused(where, "must be empty for one size")
        if not hmac.compare_digest(old_root, root):
            raise ProofRefused(where, "two roots for one size: the log was forked")
        return
    if any(len(one) != HASH_BYTES for one in proof):
        raise ProofRefused(where, f"every hash must be {HASH_BYTES} bytes")
    # A complete old tree is its own first node, so the proof leaves it out.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if len(path) < 2:
        raise ProofRefused(where, "has fewer hashes than the tree has levels")
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_found = found = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofRefused(where, "has more hashes than the tree has levels")
        if place & 1 or place == last:
            old_found, found = node_hash(sibling, old_found), node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofRefused(where, "has fewer hashes than the tree has levels")
    if not hmac.compare_digest(old_found, old_root) or not hmac.compare_digest(found, root):
        raise ProofRefused(where, "leads to other roots: the log is not an extension of the older one")
