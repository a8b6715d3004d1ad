"""One run of the sequencer: what was committed is given its place, and a signed checkpoint over it is published.

Decides that nothing is signed while nothing is new. Safe to repeat, to run twice at once and to kill anywhere: the
tree's row serialises integration, the signer serialises signing, and what is published only grows. From
docs/security.md section 3, point 2.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.audit.checkpoint import parse_checkpoint
from broker.audit.note import parse_note
from broker.audit.tree import ProofRefused
from broker.store.audit import count_waiting, find_tree_head, integrate_entries
from broker.store.published import Published, find_published, put_published
from broker.usecases.log.export_log import sign_head
from broker.usecases.log.signing import CheckpointSigner
from broker.usecases.log.stored_proofs import name_of_log, not_as_signed
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class LogState:
    """How far the log is: entries committed and without a place, with one, and covered by what is published."""

    waiting: int
    integrated: int
    published: int


def find_state(world: World) -> LogState:
    """How far the log is now."""
    with world.store.look() as view:
        found = find_published(view)
        size = 0 if found is None else found.size
        return LogState(count_waiting(view), find_tree_head(view).frontier.size, size)


def _require_as_published(world: World) -> None:
    """Raises ProofRefused where the tree is no longer the one that the checkpoint published is over: what is
    signed is not shown on while the log under it is another."""
    with world.store.look() as view:
        found, frontier = find_published(view), find_tree_head(view).frontier
    if found is None:
        return
    checkpoint = parse_checkpoint(parse_note(found.note).text)
    if frontier.size < checkpoint.size:
        raise _shorter(world, frontier.size, checkpoint.size)
    if frontier.size == checkpoint.size and frontier.root != checkpoint.root:
        told = f"its root at {frontier.size} entries is not the one that is published"
        raise ProofRefused(name_of_log(world), not_as_signed(told))


def _shorter(world: World, held: int, published: int) -> ProofRefused:
    told = f"it holds {held} entries, and a checkpoint over {published} is published"
    return ProofRefused(name_of_log(world), not_as_signed(told))


def sequence_once(world: World, signer: CheckpointSigner) -> LogState:
    """Integrates what waited, a batch at most, publishes it, and returns how far the log is then.

    Raises EntryLost, NoteRefused or ProofRefused where the stored log is not what was signed before; SystemFailed.
    """
    found = find_state(world)
    if found.waiting:
        # One batch, not until nothing waits: while many write that would be never, and nothing would be published.
        integrate_entries(world.store, world.clock)
    elif found.integrated == found.published:
        _require_as_published(world)
        return found
    if found.integrated < found.published:
        raise _shorter(world, found.integrated, found.published)
    with world.store.look() as view:
        frontier, note = sign_head(world, view, signer)
    with world.store.keep_house() as house:
        put_published(house, Published(frontier.size, note, world.clock.now()))
    return find_state(world)
