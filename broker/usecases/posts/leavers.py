"""Joiners and leavers: when a post ends its places in cases end with it, and a successor is invited.

Decides that the end of a post ends every place in every case at the same instant, restricted ones too, and that a
successor is invited and not put in: access begins when they accept. A restricted case is handed on only where
nobody else would be left in it, and never shows in what the manager is told. From docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from broker.access import Verb
from broker.audit.entry import instant_text
from broker.audit.events import Event
from broker.casework import Case, Membership, Staff
from broker.casework.cover import earlier, ended
from broker.casework.staff import StaffMember
from broker.casework.steps import StepKind
from broker.dates import Interval
from broker.errors import CallWrong, NotAllowed
from broker.store.cases import find_cases, find_cases_of, record_case
from broker.store.session import Act
from broker.store.staff import find_holders, find_members, record_staff
from broker.store.steps import append_step, find_steps
from broker.store.work_items import Work, WorkKind, add_work, find_work, finish_work
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.casework.cases import CaseNow
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class PostEnded:
    """Whose post ends and when; the unrestricted cases they were in, and who was invited to them."""

    staff_id: str
    at: datetime
    cases: tuple[str, ...]
    successor: str | None


def end_post(
    world: World, acting: Acting, staff_id: str, at: datetime | None = None, successor: str | None = None
) -> PostEnded:
    """Ends a colleague's post (now, or at an instant to come) and invites a successor to their cases. Raises
    NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> PostEnded:
        until = at or act.at
        if until < act.at:
            raise CallWrong("on", "lies in the past; a post ends now or later")
        leaver = _colleague(act, staff, staff_id)
        if not leaver.staff.is_in_post(act.at):
            raise CallWrong(f"`{staff_id}`", "has left this post already")
        if successor is not None:
            if successor == staff_id:
                raise CallWrong("successor", "is somebody else")
            _colleague(act, staff, successor)
        cases = _open_cases(act, staff_id)
        details = {"member": staff_id, "change": "post-ends"}
        entry = entry_of(act, staff, Event.STAFF_CHANGED, details)
        ends = replace(leaver.staff, posts_until_at=earlier(leaver.staff.posts_until_at, until))
        record_staff(act, [replace(leaver, staff=ends)], entry=entry)
        _end_lent(act, staff, leaver.staff, until)
        for case in cases:
            remaining = end_place(act, staff, case, staff_id, until)
            if successor is not None and (not case.restricted or not remaining):
                _invite(act, staff, case, successor)
        shown = tuple(sorted(case.id for case in cases if not case.restricted))
        return PostEnded(staff_id, until, shown, successor)

    return perform(world, acting, Verb.POST_END, work)


def list_invitations(world: World, acting: Acting) -> tuple[str, ...]:
    """The cases to which whoever asks is invited, by reference. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[str, ...]:
        found = tuple(_invited(act, staff))
        details = {"report": "invitations", "rows": len(found)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        return tuple(sorted({case_id for _, case_id in found}))

    return perform(world, acting, Verb.TEAM_JOIN, work)


def accept_invitation(world: World, acting: Acting, case_id: str) -> CaseNow:
    """Joins a case one was invited to: access begins now. Raises NotAllowed, in the same words for a case one was
    not invited to and one never opened."""

    def work(act: Act, staff: Staff) -> CaseNow:
        items = [item for item, one in _invited(act, staff) if one == case_id]
        case = find_cases(act, [case_id]).get(case_id)
        if not items or case is None or not case.is_open(act.at):
            raise NotAllowed(f"case `{case_id}`", "is not one you are invited to")
        details = {"case": case_id, "member": staff.id}
        entry = entry_of(act, staff, Event.TEAM_JOINED, details, about=case.about)
        if not case.has_member(staff.id, act.at):
            case = replace(case, members=(*case.members, Membership(staff.id, Interval(act.at, None))))
            record_case(act, case, entry=entry)
        append_step(act, case_id, StepKind.ACCEPTED, staff.id, {"member": staff.id}, entry=entry)
        finish_work(act, items, entry=entry)
        return CaseNow(case, act.at)

    return perform(world, acting, Verb.TEAM_JOIN, work)


def end_places(act: Act, signed: Signed | Staff, staff_id: str, until: datetime) -> None:
    """Ends somebody's place in every open case at an instant: their post there ends."""
    for case in _open_cases(act, staff_id):
        end_place(act, signed, case, staff_id, until)


def end_place(act: Act, signed: Signed | Staff, case: Case, staff_id: str, until: datetime) -> frozenset[str]:
    """Ends one place, and what covers it, and returns who is left in the case then."""
    covers = {one.staff for one in case.members if one.cover_for == staff_id}
    changed = ended(ended(case, [staff_id], until), covers, until, only_cover_for=staff_id)
    details = {"case": case.id, "member": staff_id, "until": instant_text(until)}
    entry = entry_of(act, signed, Event.TEAM_LEFT, details, about=case.about)
    record_case(act, changed, entry=entry)
    return frozenset(one.staff for one in changed.members if one.interval.covers(until))


def _open_cases(act: Act, staff_id: str) -> list[Case]:
    return [
        case
        for case in find_cases_of(act, staff_id).values()
        if case.is_open(act.at) and any(_lasts(one, staff_id, act.at) for one in case.members)
    ]


def _lasts(one: Membership, staff_id: str, at: datetime) -> bool:
    return one.staff == staff_id and (one.interval.until_at is None or one.interval.until_at > at)


def _end_lent(act: Act, signed: Signed | Staff, leaver: Staff, until: datetime) -> None:
    """Ends the roles that others were lent in the leaver's stead."""
    for role in sorted(leaver.roles):
        for member in find_holders(act, leaver.organisation, role, act.at).values():
            posts = tuple(
                replace(one, interval=Interval(one.interval.from_at, earlier(one.interval.until_at, until)))
                if one.colleague == leaver.id
                else one
                for one in member.staff.covers
            )
            if posts != member.staff.covers:
                details = {"member": member.staff.id, "covering": leaver.id}
                entry = entry_of(act, signed, Event.COVER_ENDED, details)
                record_staff(act, [replace(member, staff=replace(member.staff, covers=posts))], entry=entry)


def _colleague(act: Act, staff: Staff, staff_id: str) -> StaffMember:
    found = find_members(act, [staff_id]).get(staff_id)
    if found is None or found.staff.organisation != staff.organisation:
        raise CallWrong(f"`{staff_id}`", "is nobody in post here; check the staff id")
    return found


def _invite(act: Act, staff: Staff, case: Case, successor: str) -> None:
    details = {"case": case.id, "change": "invited", "member": successor}
    entry = entry_of(act, staff, Event.CASE_CHANGED, details, about=case.about)
    work = Work(act.new_id("w-"), WorkKind.INVITATION, staff.organisation, case.id)
    facts = {"member": successor, "invitation": work.item_id}
    append_step(act, case.id, StepKind.INVITED, staff.id, facts, entry=entry)
    add_work(act, work, entry=entry)


def _invited(act: Act, staff: Staff) -> Iterable[tuple[str, str]]:
    """The work items and cases to which this member of staff is invited and has not come."""
    waiting = find_work(act, staff.organisation, WorkKind.INVITATION)
    steps = find_steps(act, {one.case_id for one in waiting})
    for one in waiting:
        for step in steps.get(one.case_id, ()):
            invites = step.kind is StepKind.INVITED and step.text("invitation") == one.item_id
            if invites and step.text("member") == staff.id:
                yield one.item_id, one.case_id
