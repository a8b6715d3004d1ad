"""What is done with the log itself, written down in it: by whoever may verify it, or by the holder of the keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, Acting, Signed, entry_of, perform
from broker.usecases.world import World


def write_down(world: World, acting: Acting | None, event: Event, details: Mapping[str, Any]) -> None:
    """One entry. `acting` None is whoever holds the deployment's keys. Raises NotAllowed."""

    def write(act: Act, signed: Signed | Staff) -> None:
        act.record(entry_of(act, signed, event, details))

    if acting is None:
        world.store.perform(world.clock, lambda act: write(act, AS_OPERATOR))
    else:
        perform(world, acting, Verb.AUDIT_VERIFY, write)
