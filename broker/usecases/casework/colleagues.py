"""Which colleagues somebody may name: those of the same organisation, in post now, whose role may use a verb.

Decides who is offered, never who is suitable: why somebody is unsuitable may be about a family, so that a list
which left them out would tell of it. From docs/casework.md ("Who sees a contact").
"""

from __future__ import annotations

from broker.access import Verb
from broker.casework import Staff
from broker.casework.second_person import are_one_person
from broker.casework.staff import StaffMember
from broker.store.session import View
from broker.store.staff import find_holders
from broker.usecases.world import World


def colleagues_of(
    view: View, world: World, staff: Staff, verb: Verb, *, with_self: bool = False
) -> tuple[StaffMember, ...]:
    """Everybody else of the organisation whose own role may use the verb, by name; with whoever looks, where they
    may be named too."""
    at = world.clock.now()
    found: dict[str, StaffMember] = {}
    for role in world.partnership.vocabulary.roles:
        if world.access.find_role([role], verb) is not None:
            found |= find_holders(view, staff.organisation, role)
    others = [
        one
        for one in found.values()
        if one.staff.is_in_post(at) and (with_self or not are_one_person(staff, one.staff))
    ]
    return tuple(sorted(others, key=lambda one: (one.name, one.staff.id)))
