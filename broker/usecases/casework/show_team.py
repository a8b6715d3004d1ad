"""Who is in a case, post by post, and who leads: for somebody who is in it.

Decides that a case that was never opened, one that is closed, one that is somebody else's and one about somebody
whom the reader knows otherwise than from work are one answer; and that whoever works where merely being known is
the secret is shown to colleagues there alone, the lead not excepted. From docs/casework.md and docs/rules.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, Staff
from broker.casework.cover import earlier
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
    staff id of the colleague in whose stead; `until_at` None is open, `post_until_at` is when the post ends."""

    staff_id: str
    name: str
    organisation: str
    roles: tuple[str, ...]
    phone: str
    since_at: datetime | None
    until_at: datetime | None
    cover_for: str | None
    post_until_at: datetime | None = None

    @property
    def access_until_at(self) -> datetime | None:
        """Until when they have access through the case: their place, or their post where that ends first."""
        return earlier(self.until_at, self.post_until_at)


@dataclass(frozen=True, slots=True)
class Team:
    """The case and those in it, whoever leads first: who was named to, or else who has been in it longest."""

    case: Case
    at: datetime
    members: tuple[Member, ...]

    @property
    def lead(self) -> Member | None:
        """Whoever leads; None where nobody in post is shown."""
        return self.members[0] if self.members else None


def show_team(world: World, acting: Acting, case_id: str) -> Team:
    """The team. Raises NotAllowed, and NotHere for a case that is not one of theirs."""

    return perform(world, acting, Verb.TEAM_READ, lambda act, staff: read_team(world, act, staff, case_id))


def read_team(world: World, act: Act, staff: Staff, case_id: str) -> Team:
    """The team, in this act and with its entry. Raises NotHere."""
    case = find_cases(act, [case_id]).get(case_id)
    if case is None or not case.is_open(act.at) or not case.has_member(staff.id, act.at):
        raise NotHere(f"case `{case_id}`", "is not one you are a member of")
    try:
        require_unconnected(act, staff, case)
    except AlertingRefusal as refused:
        raise HiddenHere(refused.where, refused.message, refused.notices) from None
    act.record(entry_of(act, staff, Event.CASE_SHOWN, {"case": case_id}, about=case.about))
    return Team(case, act.at, members_of(world, act, staff, case))


def names_shown(world: World, act: Act, reader: Staff, staff_ids: Iterable[str]) -> dict[str, str]:
    """How colleagues are called, by staff id, whether they are in the case still or not; whoever works where
    merely being known is the secret is not there for anybody elsewhere."""
    return {
        staff_id: member.name
        for staff_id, member in find_members(act, staff_ids).items()
        if may_be_named(world, reader, member.staff)
    }


def may_be_named(world: World, reader: Staff, staff: Staff) -> bool:
    """Whether the reader may know where somebody works: not where merely being known there is the secret, but to
    colleagues."""
    tier = world.partnership.vocabulary.organisations[staff.organisation].tier
    return tier < Tier.T4 or staff.organisation == reader.organisation


def members_of(world: World, act: Act, reader: Staff, case: Case) -> tuple[Member, ...]:
    """Those in it now, whoever leads first, as far as the reader may know of them."""
    places = {one.staff: one for one in case.members if one.interval.covers(act.at)}
    found = []
    for staff_id, member in find_members(act, places).items():
        staff, place = member.staff, places[staff_id]
        if not staff.is_in_post(act.at) or not may_be_named(world, reader, staff):
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
                staff.posts_until_at,
            )
        )
    return tuple(sorted(found, key=lambda one: case.leads_before(places[one.staff_id])))
