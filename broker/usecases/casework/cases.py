"""Opening a case, joining it, leaving it, closing it: access follows membership to the minute.

Decides who may be put into a case (staff in post) and that whoever opens one is in it from that instant. One
module, because the four are transitions of one thing: a case as it now is, recorded with the entry that says what
changed. From docs/policies.md, and docs/rules.md ("the request as a whole").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from broker.access import Verb
from broker.audit.entry import instant_text
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Membership, Staff
from broker.casework.front_door import contact_of
from broker.casework.moves import CloseReason
from broker.dates import Interval
from broker.decision.protection import without_protected
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.cases import find_cases, record_case
from broker.store.gather import gather_facts
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.store.steps import find_steps
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import require_no_tie
from broker.usecases.casework.waiting import require_nothing_waits
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to open. `about` are person ids, `members` staff ids besides whoever opens it."""

    kind: CaseKind
    level: int
    purposes: frozenset[str]
    about: frozenset[str]
    members: frozenset[str] = frozenset()
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class CaseNow:
    """The case as it is after the act, and the act's instant."""

    case: Case
    at: datetime

    def members_now(self) -> tuple[str, ...]:
        """The staff ids of those in it at that instant."""
        return tuple(sorted({one.staff for one in self.case.members if one.interval.covers(self.at)}))


def open_case(world: World, acting: Acting, new: NewCase) -> CaseNow:
    """Opens a case with whoever opens it as a member. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> CaseNow:
        _require_fit(world, act, new)
        require_no_tie(act, staff, new.about, "case")
        members = sorted({staff.id, *new.members})
        require_in_post(act, new.members)
        case = Case(
            act.new_id("k-"),
            new.kind,
            new.level,
            new.purposes,
            new.about,
            act.at,
            None,
            new.restricted,
            tuple(Membership(one, Interval(act.at, None)) for one in members),
            # Several begin at one instant: whoever opens it leads, until they hand that over.
            staff.id if len(members) > 1 else None,
        )
        details = {
            "case": case.id,
            "kind": new.kind.value,
            "purposes": sorted(new.purposes),
            "level": new.level,
        }
        entry = entry_of(act, staff, Event.CASE_OPENED, details, about=new.about)
        record_case(act, case, entry=entry)
        for one in members:
            if one != staff.id:
                joined = {"case": case.id, "member": one}
                act.record(entry_of(act, staff, Event.TEAM_JOINED, joined, about=new.about))
        return CaseNow(case, act.at)

    return perform(world, acting, Verb.TEAM_OPEN, work)


def join_team(
    world: World, acting: Acting, case_id: str, member: str, until_at: datetime | None = None
) -> CaseNow:
    """Puts a member of staff into a case from now on. Whoever does it is in the case already. Raises NotAllowed,
    CallWrong."""

    def change(act: Act, _: Staff, case: Case) -> Case:
        require_in_post(act, [member])
        if until_at is not None and until_at <= act.at:
            raise CallWrong("until", "ends before it begins; name a later instant")
        if case.has_member(member, act.at):
            raise CallWrong(f"`{member}`", f"is in the case `{case.id}` already")
        return replace(case, members=(*case.members, Membership(member, Interval(act.at, until_at))))

    details = {"member": member, "until": instant_text(until_at) if until_at is not None else None}
    return _changed(world, acting, Verb.TEAM_JOIN, case_id, Event.TEAM_JOINED, details, change)


def leave_team(world: World, acting: Acting, case_id: str, member: str) -> CaseNow:
    """Takes a member of staff out of a case as of now. Raises NotAllowed, CallWrong."""

    def change(act: Act, _: Staff, case: Case) -> Case:
        if not case.has_member(member, act.at):
            raise CallWrong(f"`{member}`", f"is not in the case `{case.id}`")
        return replace(case, members=tuple(_ended(one, member, act.at) for one in case.members))

    return _changed(world, acting, Verb.TEAM_LEAVE, case_id, Event.TEAM_LEFT, {"member": member}, change)


def close_case(world: World, acting: Acting, case_id: str, reason: CloseReason | None = None) -> CaseNow:
    """Closes a case: from now on nobody's access rests on it, and each agency keeps its own. Raises NotAllowed,
    and CallWrong for a contact, which is closed at the front door once it was decided, and while something waits
    (`broker.usecases.casework.waiting`)."""

    def change(act: Act, staff: Staff, case: Case) -> Case:
        require_nothing_waits(act, staff, case, explained=reason is not None)
        contact = contact_of(case_id, find_steps(act, [case_id]).get(case_id, ()))
        if contact is not None and contact.closed_at is None:
            raise CallWrong(f"case `{case_id}`", "is a contact; it is closed with `broker contact close`")
        return replace(case, closed_at=act.at)

    details = {"reason": reason.value if reason is not None else None}
    return _changed(world, acting, Verb.TEAM_CLOSE, case_id, Event.CASE_CLOSED, details, change)


def require_member(act: Act, staff: Staff, case_id: str) -> Case:
    """The open case, of which the member of staff is a member. Raises NotAllowed, in the same words for a case
    that is not there and one that is somebody else's: its number tells nothing; CallWrong where it is closed."""
    case = find_cases(act, [case_id]).get(case_id)
    if case is None or not case.has_member(staff.id, act.at):
        raise NotAllowed(f"case `{case_id}`", "is not one you are a member of; ask its lead practitioner")
    if not case.is_open(act.at):
        raise CallWrong(f"case `{case_id}`", "is closed; open a new one")
    return case


def _changed(
    world: World,
    acting: Acting,
    verb: Verb,
    case_id: str,
    event: Event,
    details: dict[str, str | None],
    change: Callable[[Act, Staff, Case], Case],
) -> CaseNow:
    def work(act: Act, staff: Staff) -> CaseNow:
        case = require_member(act, staff, case_id)
        changed = change(act, staff, case)
        entry = entry_of(act, staff, event, {"case": case_id, **details}, about=case.about)
        record_case(act, changed, entry=entry)
        return CaseNow(changed, act.at)

    return perform(world, acting, verb, work)


def _ended(membership: Membership, member: str, at: datetime) -> Membership:
    if membership.staff != member or not membership.interval.covers(at):
        return membership
    return replace(membership, interval=Interval(membership.interval.from_at, at))


def _require_fit(world: World, act: Act, new: NewCase) -> None:
    known = world.partnership.vocabulary.purposes
    for code in sorted(new.purposes - known.keys()):
        raise CallWrong("purpose", f"`{code}` is not known{did_you_mean(code, known)}")
    if not new.purposes or not new.about:
        raise CallWrong("case", "needs at least one purpose and one person it is about")
    if not 1 <= new.level <= 4:
        raise CallWrong("level", "is a level of need from 1 to 4")
    facts, _ = without_protected(gather_facts(act, new.about))
    for person_id in sorted(new.about - facts.people.keys()):
        raise CallWrong("about", f"nobody here has the id `{person_id}`; find or add the person first")


def require_in_post(act: Act, staff_ids: Iterable[str]) -> None:
    """Raises CallWrong unless everybody named is in post."""
    wanted = sorted(set(staff_ids))
    found = find_staff(act, wanted)
    for one in wanted:
        member = found.get(one)
        if member is None or (member.posts_until_at is not None and member.posts_until_at <= act.at):
            raise CallWrong(f"`{one}`", "is nobody in post here; check the staff id")
