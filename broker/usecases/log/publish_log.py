"""One run of the sequencer: what was committed is given its place, and a signed checkpoint over it is published.

Decides that nothing is signed while nothing is new. Safe to repeat, to run twice at once and to kill anywhere: the
tree's row serialises integration, the signer serialises signing, and what is published only grows. From
docs/security.md section 3, point 2.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.store.audit import count_waiting, find_tree_head, integrate_entries
from broker.store.published import Published, find_published, put_published
from broker.usecases.log.export_log import sign_head
from broker.usecases.log.signing import CheckpointSigner
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


def sequence_once(world: World, signer: CheckpointSigner) -> LogState:
    """Integrates what waited, a batch at most, publishes it, and returns how far the log is then.

    Raises EntryLost, NoteRefused or ProofRefused where the stored log is not what was signed before; SystemFailed.
    """
    found = find_state(world)
    if found.waiting:
        # One batch, not until nothing waits: while many write that would be never, and nothing would be published.
        integrate_entries(world.store, world.clock)
    elif found.integrated <= found.published:
        return found
    with world.store.look() as view:
        frontier, note = sign_head(world, view, signer)
    with world.store.keep_house() as house:
        put_published(house, Published(frontier.size, note, world.clock.now()))
    return find_state(world)
