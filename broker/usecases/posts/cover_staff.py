"""Cover for a colleague in a post, and its end: access by cover has its last minute written down from the start.

Decides who may arrange it: the colleague themself, with somebody who holds the role already; anybody else's cover,
and lending somebody a role they do not hold, only a manager. From docs/casework.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from broker.access import Verb
from broker.audit.entry import AuditEntry, instant_text
from broker.audit.events import Event
from broker.casework import Case, CoveredPost, Staff
from broker.casework.cover import covered, earlier, ended
from broker.casework.staff import StaffMember
from broker.dates import Interval
from broker.errors import CallWrong, NotAllowed
from broker.store.cases import find_cases_of, record_case
from broker.store.session import Act
from broker.store.staff import find_members, record_staff
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Cover:
    """Who covers whom in which role, and when."""

    colleague: str
    cover: str
    role: str
    until_at: datetime
    from_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CoverArranged:
    """The cover, in how many cases it gives a place, and whether it lends the role."""

    cover: Cover
    cases: int
    lends_role: bool


def arrange_cover(world: World, acting: Acting, wanted: Cover) -> CoverArranged:
    """Arranges cover. Raises NotAllowed where only a manager may, and CallWrong."""

    def work(act: Act, staff: Staff) -> CoverArranged:
        from_at = wanted.from_at or act.at
        if from_at < act.at:
            raise CallWrong("from", "lies in the past; cover begins now or later")
        if wanted.until_at <= from_at:
            raise CallWrong("until", "ends before it begins; name a later instant")
        colleague, cover = _both(act, staff, wanted)
        manages = world.access.find_role([acting.role], Verb.COVER_ARRANGE) is not None
        lends = wanted.role not in cover.staff.roles
        if not manages and (staff.id != wanted.colleague or lends):
            raise NotAllowed("cover", "for others, or by somebody without the role, is arranged by a manager")
        interval = Interval(from_at, earlier(wanted.until_at, colleague.staff.posts_until_at))
        cases = [
            found
            for one in find_cases_of(act, wanted.colleague).values()
            if (found := covered(one, wanted.colleague, wanted.cover, interval)) is not None
        ]
        details = {
            "member": wanted.cover,
            "covering": wanted.colleague,
            "role": wanted.role,
            "from": instant_text(from_at),
            "until": instant_text(wanted.until_at),
            "cases": len(cases),
        }
        entry = entry_of(act, staff, Event.COVER_ARRANGED, details)
        if lends:
            post = CoveredPost(wanted.role, wanted.colleague, interval)
            covers = (*cover.staff.covers, post)
            record_staff(act, [replace(cover, staff=replace(cover.staff, covers=covers))], entry=entry)
        for case in cases:
            _record(act, staff, case, Event.TEAM_JOINED, wanted)
        return CoverArranged(wanted, len(cases), lends)

    return perform(world, acting, Verb.COVER_OWN, work)


def end_cover(world: World, acting: Acting, colleague_id: str, cover_id: str) -> int:
    """Ends somebody's cover of a colleague now, and returns in how many cases. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> int:
        manages = world.access.find_role([acting.role], Verb.COVER_ARRANGE) is not None
        if not manages and staff.id not in (colleague_id, cover_id):
            raise NotAllowed("cover", "of others is ended by a manager")
        member = find_members(act, [cover_id]).get(cover_id)
        if member is None or member.staff.organisation != staff.organisation:
            raise CallWrong(f"`{cover_id}`", "covers nobody here")
        cases = []
        for case in find_cases_of(act, cover_id).values():
            changed = ended(case, [cover_id], act.at, only_cover_for=colleague_id)
            if changed != case:
                cases.append(changed)
        posts = tuple(_ended(one, colleague_id, act.at) for one in member.staff.covers)
        if not cases and posts == member.staff.covers:
            raise CallWrong(f"`{cover_id}`", f"covers `{colleague_id}` no more")
        details = {"member": cover_id, "covering": colleague_id, "cases": len(cases)}
        entry = entry_of(act, staff, Event.COVER_ENDED, details)
        record_staff(act, [replace(member, staff=replace(member.staff, covers=posts))], entry=entry)
        for case in cases:
            _record(act, staff, case, Event.TEAM_LEFT, Cover(colleague_id, cover_id, "", act.at))
        return len(cases)

    return perform(world, acting, Verb.COVER_OWN, work)


def _record(act: Act, staff: Staff, case: Case, event: Event, cover: Cover) -> AuditEntry:
    details = {"case": case.id, "member": cover.cover}
    if event is Event.TEAM_JOINED:
        until = case.members[-1].interval.until_at
        details |= {"until": instant_text(until or cover.until_at), "cover_for": cover.colleague}
    entry = entry_of(act, staff, event, details, about=case.about)
    record_case(act, case, entry=entry)
    return entry


def _both(act: Act, staff: Staff, wanted: Cover) -> tuple[StaffMember, StaffMember]:
    """Both in post in the organisation of whoever arranges it, two different people."""
    found = find_members(act, [wanted.colleague, wanted.cover])
    for one in (wanted.colleague, wanted.cover):
        member = found.get(one)
        if member is None or member.staff.organisation != staff.organisation:
            raise CallWrong(f"`{one}`", "is nobody in post here; check the staff id")
    colleague, cover = found[wanted.colleague], found[wanted.cover]
    if wanted.colleague == wanted.cover:
        raise CallWrong("cover", "is somebody else")
    if not cover.staff.is_in_post(act.at):
        raise CallWrong(f"`{wanted.cover}`", "is nobody in post here; check the staff id")
    if wanted.role not in colleague.staff.roles:
        raise CallWrong("role", f"`{wanted.role}` is not held by `{wanted.colleague}`")
    return colleague, cover


def _ended(post: CoveredPost, colleague_id: str, at: datetime) -> CoveredPost:
    if post.colleague != colleague_id or (post.interval.until_at is not None and post.interval.until_at <= at):
        return post
    return replace(post, interval=Interval(earlier(post.interval.from_at, at), at))
