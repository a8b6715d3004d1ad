"""That the key of the broker's answers was replaced: an act of whoever holds the deployment's keys, and an entry.

Decides nothing about the key itself (`broker.keyring.answer_keys`). From docs/how-to-keys.md.
"""

from __future__ import annotations

from broker.audit.events import Event
from broker.partner_keys import Algorithm
from broker.usecases.acting import AS_OPERATOR, entry_of
from broker.usecases.world import World


def log_rotation(world: World, key_id: str) -> None:
    """Writes down which key signs answers from now on."""
    with world.store.act(world.clock) as act:
        details = {"key": key_id, "algorithm": Algorithm.ED25519.value}
        act.record(entry_of(act, AS_OPERATOR, Event.KEY_ENROLLED, details))
