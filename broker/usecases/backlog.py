"""What waits: counts for whoever runs the broker.

Decides that they are counts of everything together, never of an organisation, a case or a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.store.audit import count_waiting
from broker.store.notices import count_due
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Backlog:
    """Entries committed and not yet in the tree; notices due and not yet closed by whom they are for."""

    entries: int
    notices: int


def read_backlog(world: World) -> Backlog:
    """Counts. Raises SystemFailed when the database fails."""
    with world.store.look() as view:
        return Backlog(count_waiting(view), count_due(view, world.clock.now()))
