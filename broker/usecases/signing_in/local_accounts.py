"""The accounts of the local provider: for the demonstration, everybody in post."""

from __future__ import annotations

from broker.casework.staff import StaffMember
from broker.store.staff import find_staff_at
from broker.usecases.world import World


def list_local_accounts(world: World) -> list[StaffMember]:
    """Everybody in post now, by organisation and name."""
    at = world.clock.now()
    with world.store.look() as view:
        found = find_staff_at(view, world.partnership.vocabulary.organisations)
    return sorted(
        (one for one in found.values() if one.staff.is_in_post(at)),
        key=lambda one: (one.staff.organisation, one.name),
    )
