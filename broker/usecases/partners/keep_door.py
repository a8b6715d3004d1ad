"""Housekeeping of the door: what it need not remember any more is taken away.

Decides nothing but when: what is past, and that it harms nothing, is the store's to say (broker/store/door.py).
"""

from __future__ import annotations

from broker.logs import get_log
from broker.store.door import forget_door
from broker.usecases.world import World


def keep_door(world: World) -> int:
    """Takes away what is past and returns how much that was. Raises SystemFailed when the database fails."""
    gone = forget_door(world.store, world.clock.now())
    if gone:
        get_log().info("door.kept", count=gone)
    return gone
