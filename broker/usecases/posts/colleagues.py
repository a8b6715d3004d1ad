"""My colleagues: who works where I do, by name, for choosing one of them.

Decides that a list of names is of one's own organisation alone: who works elsewhere, and what they hold there, is
not told to anybody. From docs/security.md section 4.
"""

from __future__ import annotations

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.store.session import Act
from broker.store.staff import find_staff_at
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.world import World


def list_colleagues(
    world: World, acting: Acting, choosing: Verb, able: Verb | None = None
) -> tuple[StaffMember, ...]:
    """Those in post at one's organisation now, by name: for a verb that one has oneself (`choosing`), and those
    alone who have the verb `able` where it is given. Whoever asks is not among them. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[StaffMember, ...]:
        found = [
            member
            for member in find_staff_at(act, [staff.organisation]).values()
            if member.staff.id != staff.id
            and member.staff.is_in_post(act.at)
            and (able is None or world.access.find_role(member.staff.roles, able) is not None)
        ]
        details = {"report": "colleagues", "rows": len(found)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        return tuple(sorted(found, key=lambda one: (one.name, one.staff.id)))

    return perform(world, acting, choosing, work)
