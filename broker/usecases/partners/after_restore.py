"""After a restore the nonces of the time between are lost: what was let in then must not be let in again.

Decides when the door is closed for a while: where whoever starts the server says that a backup was restored, and
where the stored log does not extend what its signer remembers, which is how an older database shows. Until the
window has passed, whatever was created before is refused. From docs/security.md section 1 ("Nonces").
"""

from __future__ import annotations

from datetime import datetime

from broker.errors import BrokerError
from broker.http_signatures.profile import AHEAD, LONGEST
from broker.usecases.log.export_log import integrate_log, sign_head
from broker.usecases.log.signing import open_signer
from broker.usecases.world import World


def closed_until(world: World, *, restored: bool) -> datetime | None:
    """Requests must have been created at this instant or later; None where nothing was restored."""
    if restored or not _extends(world):
        return world.clock.now() + LONGEST + AHEAD
    return None


def _extends(world: World) -> bool:
    """Whether the stored log extends what was signed before. Where that cannot be said it is taken not to."""
    try:
        integrate_log(world)
        signer = open_signer(world.settings)
        with world.store.look() as view:
            sign_head(world, view, signer)
    except BrokerError:
        return False
    return True
