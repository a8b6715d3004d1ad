"""Members of staff and their posts: made known, changed, ended.

The act of whoever sets the deployment up, who holds its keys: there is no role for it in the access rules. Decides
that a post is of an organisation and of roles the partnership knows.
"""

from __future__ import annotations

from collections.abc import Sequence

from broker.audit.details import is_id
from broker.audit.events import Event
from broker.errors import CallWrong, did_you_mean
from broker.store.staff import StaffMember, record_staff
from broker.usecases.acting import AS_OPERATOR, entry_of
from broker.usecases.world import World


def enrol_staff(world: World, members: Sequence[StaffMember]) -> None:
    """Records members of staff as they now are. Raises CallWrong for unknown codes and unusable ids."""
    vocabulary = world.partnership.vocabulary
    for member in members:
        staff = member.staff
        if not is_id(staff.id):
            raise CallWrong("staff id", "has no spaces and is no identifier of a person; choose another")
        if staff.organisation not in vocabulary.organisations:
            hint = did_you_mean(staff.organisation, vocabulary.organisations)
            raise CallWrong("organisation", f"`{staff.organisation}` is not known{hint}")
        for role in sorted(staff.roles - vocabulary.roles.keys()):
            raise CallWrong("role", f"`{role}` is not known{did_you_mean(role, vocabulary.roles)}")
    with world.store.act(world.clock) as act:
        for member in members:
            details = {"member": member.staff.id, "change": "recorded"}
            record_staff(act, [member], entry=entry_of(act, AS_OPERATOR, Event.STAFF_CHANGED, details))
