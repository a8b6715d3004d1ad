"""Proofs made of the stored tree, each checked against the published root before anybody is given it.

Decides that a stored hash is believed in nothing: a proof that does not lead to the root that was signed is not
handed out, and the message says which log it is, how that comes about and what to do. From docs/audit.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from broker.audit.checkpoint import Checkpoint
from broker.audit.export import EntryLost
from broker.audit.tree import (
    ProofRefused,
    Range,
    complete_subtrees,
    consistency_ranges,
    inclusion_ranges,
    proof_from,
    verify_consistency,
    verify_inclusion,
)
from broker.errors import BrokerError
from broker.store.audit import find_nodes
from broker.store.dialect import name_of_database
from broker.store.session import View
from broker.usecases.world import World

WHAT_TO_DO: Final = (
    "stop serving, keep the database as it is, and run `broker audit verify`, which says where"
    " (docs/how-to-audit.md, `When the log is not what was signed`)"
)
WHY: Final = "an older backup was restored, or rows of the log were changed by hand"


def name_of_log(world: World) -> str:
    """Which log, in which database, as a message begins; without the database's password."""
    return f"audit log `{world.settings.log_origin}` in `{name_of_database(world.settings.database())}`"


def not_as_signed(what: str, cause: BrokerError | None = None) -> str:
    """What is wrong with a log that is not what was signed, the likely causes, and what to do."""
    told = "" if cause is None else f" ({cause})"
    return f"{what}{told}. Most likely {WHY}; {WHAT_TO_DO}"


def stored_proof(world: World, view: View, ranges: Iterable[Range]) -> tuple[bytes, ...]:
    """The proof whose hashes fold from these ranges of the stored tree, as it is: whoever is given it checks it.
    Raises EntryLost where they are gone."""
    wanted = tuple(ranges)
    try:
        return proof_from(wanted, find_nodes(view, {at for one in wanted for at in one}))
    except KeyError:
        raise EntryLost(
            name_of_log(world), not_as_signed("hashes of its tree are missing from the store")
        ) from None


def stored_inclusion(
    world: World, view: View, index: int, size: int, leaf: bytes, published: Checkpoint
) -> tuple[bytes, ...]:
    """The proof that the entry with this leaf hash stands at `index` of the log of `size` entries, how the one
    published began. Raises EntryLost, and ProofRefused where it does not lead to the root."""
    root = _root_at(world, view, size, published)
    proof = stored_proof(world, view, inclusion_ranges(index, size))
    try:
        verify_inclusion(index, size, leaf, proof, root)
    except ProofRefused as refused:
        raise _leads_nowhere(world, f"the proof of entry {index}", refused) from None
    return proof


def stored_consistency(
    world: World, view: View, old_size: int, size: int, published: Checkpoint
) -> tuple[bytes, ...]:
    """The proof that the log of `size` entries extends that of `old_size`. Raises as `stored_inclusion` does."""
    root = _root_at(world, view, size, published)
    proof = stored_proof(world, view, consistency_ranges(old_size, size))
    [old_root] = stored_proof(world, view, [complete_subtrees(0, old_size)])
    try:
        verify_consistency(old_size, size, proof, old_root, root)
    except ProofRefused as refused:
        raise _leads_nowhere(world, f"the proof from {old_size} to {size} entries", refused) from None
    return proof


def _root_at(world: World, view: View, size: int, published: Checkpoint) -> bytes:
    """The root at a size that is published: the one that was signed, or one from which that follows."""
    if size == published.size:
        return published.root
    [root] = stored_proof(world, view, [complete_subtrees(0, size)])
    proof = stored_proof(world, view, consistency_ranges(size, published.size))
    try:
        verify_consistency(size, published.size, proof, root, published.root)
    except ProofRefused as refused:
        raise _leads_nowhere(world, f"the root of {size} entries", refused) from None
    return root


def _leads_nowhere(world: World, what: str, refused: ProofRefused) -> ProofRefused:
    told = f"{what} does not lead to the root that was signed, so it is not handed out: a stored hash is wrong"
    return ProofRefused(name_of_log(world), not_as_signed(told, refused))
