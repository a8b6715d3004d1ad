"""Who is in a case, post by post, and who leads: for somebody who is in it.

Decides that a case that was never opened, one that is closed, one that is somebody else's and one about somebody
whom the reader knows otherwise than from work are one answer; and that whoever works where merely being known is
the secret is shown to colleagues there alone, the lead not excepted. From docs/casework.md and docs/rules.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, Staff
from broker.store.cases import find_cases
from broker.store.session import Act
from broker.store.staff import find_members
from broker.usecases.acting import Acting, AlertingRefusal, entry_of, perform
from broker.usecases.casework.front_door import require_unconnected
from broker.usecases.partners.not_here import HiddenHere, NotHere
from broker.usecases.world import World
from broker.vocabulary.codes import Tier


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a case now: their post is the organisation and the roles they hold there. `cover_for` is the
    staff id of the colleague in whose stead; `until_at` None is open."""

    staff_id: str
    name: str
    organisation: str
    roles: tuple[str, ...]
    phone: str
    since_at: datetime | None
    until_at: datetime | None
    cover_for: str | None


@dataclass(frozen=True, slots=True)
class Team:
    """The case and those in it, the one longest in it first; they lead."""

    case: Case
    at: datetime
    members: tuple[Member, ...]

    @property
    def lead(self) -> Member | None:
        """Whoever leads; None where nobody in post is shown."""
        return self.members[0] if self.members else None


def show_team(world: World, acting: Acting, case_id: str) -> Team:
    """The team. Raises NotAllowed, and NotHere for a case that is not one of theirs."""

    def work(act: Act, staff: Staff) -> Team:
        case = find_cases(act, [case_id]).get(case_id)
        if case is None or not case.is_open(act.at) or not case.has_member(staff.id, act.at):
            raise NotHere(f"case `{case_id}`", "is not one you are a member of")
        try:
            require_unconnected(act, staff, case)
        except AlertingRefusal as refused:
            raise HiddenHere(refused.where, refused.message, refused.notices) from None
        act.record(entry_of(act, staff, Event.CASE_SHOWN, {"case": case_id}, about=case.about))
        return Team(case, act.at, _members(world, act, staff, case))

    return perform(world, acting, Verb.TEAM_READ, work)


def _members(world: World, act: Act, reader: Staff, case: Case) -> tuple[Member, ...]:
    organisations = world.partnership.vocabulary.organisations
    places = {one.staff: one for one in case.members if one.interval.covers(act.at)}
    found = []
    for staff_id, member in find_members(act, places).items():
        staff, place = member.staff, places[staff_id]
        if not staff.is_in_post(act.at):
            continue
        if organisations[staff.organisation].tier >= Tier.T4 and staff.organisation != reader.organisation:
            continue
        held = {*staff.roles, *(one.role for one in staff.covers)}
        found.append(
            Member(
                staff_id,
                member.name,
                staff.organisation,
                tuple(sorted(role for role in held if staff.holds(role, act.at))),
                member.phone,
                place.interval.from_at,
                place.interval.until_at,
                place.cover_for,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.since_at is not None, one.since_at, one.staff_id)))
