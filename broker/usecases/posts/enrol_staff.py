"""Members of staff and their posts: made known, changed, ended.

The act of whoever sets the deployment up, who holds its keys: there is no role for it in the access rules. Decides
that a post is of an organisation and of roles the partnership knows, and that the end of a post, or a move to
another organisation, ends its places in cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from broker.audit.details import is_id
from broker.audit.events import Event
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, did_you_mean
from broker.store.session import Act
from broker.store.staff import find_members, record_staff, staff_fact
from broker.usecases.acting import AS_OPERATOR, entry_of
from broker.usecases.posts.leavers import end_places
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
    world.store.perform(world.clock, lambda act: _record(act, members))


def _record(act: Act, members: Sequence[StaffMember]) -> None:
    act.lock(staff_fact(member.staff.id) for member in members)
    known = find_members(act, [member.staff.id for member in members])
    for member in members:
        before = known.get(member.staff.id)
        details = {"member": member.staff.id, "change": "recorded"}
        entry = entry_of(act, AS_OPERATOR, Event.STAFF_CHANGED, details)
        record_staff(act, [_with_cover(member, before)], entry=entry)
        if before is not None and before.staff.organisation != member.staff.organisation:
            end_places(act, AS_OPERATOR, member.staff.id, act.at)
        elif member.staff.posts_until_at is not None:
            end_places(act, AS_OPERATOR, member.staff.id, max(member.staff.posts_until_at, act.at))


def _with_cover(member: StaffMember, before: StaffMember | None) -> StaffMember:
    """Cover arranged by others stays while the organisation does."""
    if before is None or before.staff.organisation != member.staff.organisation or member.staff.covers:
        return member
    return replace(member, staff=replace(member.staff, covers=before.staff.covers))
