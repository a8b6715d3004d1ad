"""Who acts where a partner system asks: the key's organisation vouches for its own staff and for nobody else's."""

from __future__ import annotations

from typing import Final

from broker.store.staff import find_staff
from broker.usecases.acting import Acting
from broker.usecases.world import World

SOMEBODY_ELSES: Final = "unknown"
"""By whom it is asked where the organisation named somebody who is not its own: nobody has this id."""


def vouched(world: World, organisation: str, by: str, role: str) -> Acting:
    """Somebody of the organisation in one of their roles. Somebody else's staff is nobody, told apart from
    somebody unknown by nothing."""
    with world.store.glance() as view:
        staff = find_staff(view, [by]).get(by)
    own = staff is not None and staff.organisation == organisation
    return Acting(by if own else SOMEBODY_ELSES, role)
