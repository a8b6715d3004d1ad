"""Handing over who leads a case: from one instant to the next, with everybody in it told.

Decides that nobody but whoever leads hands it over (where they left, whoever has been in it longest leads); that
the next lead is in post in a role that may lead, and has access from that instant; and that whoever led before has
none from that instant unless they stay. From docs/casework.md ("Who leads").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Membership, Staff
from broker.casework.cover import ended
from broker.casework.steps import StepKind
from broker.dates import Interval
from broker.errors import CallWrong, NotAllowed
from broker.store.cases import record_case
from broker.store.notices import NewNotice, queue_notices
from broker.store.session import Act
from broker.store.staff import find_members
from broker.store.steps import append_step
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.cases import CaseNow, require_in_post, require_member
from broker.usecases.casework.front_door import require_unconnected
from broker.usecases.notices import TO
from broker.usecases.world import World

LED: Final = "team-lead"
"""The topic of the notice to those in a case that somebody else leads it now."""


@dataclass(frozen=True, slots=True)
class LeadHandedOver:
    """The case as it now is, who leads it, and who led before (staff ids)."""

    now: CaseNow
    lead: str
    before: str


def hand_over_lead(
    world: World, acting: Acting, case_id: str, to: str, reason: str, *, stays: bool
) -> LeadHandedOver:
    """Lets somebody else (`to`, a staff id) lead a case from now on; `stays` says whether whoever led goes on in
    it. Raises NotAllowed, CallWrong."""
    if not reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why somebody else leads now")

    def work(act: Act, staff: Staff) -> LeadHandedOver:
        case = require_member(act, staff, case_id)
        require_unconnected(act, staff, case)
        if case.kind is CaseKind.CONTACT:
            raise CallWrong(f"case `{case_id}`", "is a contact; whoever holds it hands it over at the front door")
        before = staff.id
        if _leads_now(act, case) != before:
            raise NotAllowed(f"case `{case_id}`", "is led by somebody else, who hands it over")
        require_in_post(act, [to])
        if to == before:
            raise CallWrong(f"`{to}`", "leads it already")
        if world.access.find_role(find_members(act, [to])[to].staff.roles, Verb.TEAM_LEAD) is None:
            raise CallWrong(f"`{to}`", "holds no role that leads a case; name somebody who does")
        joins = not case.has_member(to, act.at)
        changed = replace(case, lead=to)
        if joins:
            place = Membership(to, Interval(act.at, None))
            changed = replace(changed, members=(*changed.members, place))
        if not stays:
            changed = ended(changed, [before], act.at)
        details = {"case": case_id, "member": to, "before": before, "stays": stays}
        entry = entry_of(act, staff, Event.TEAM_LED, details, about=case.about)
        record_case(act, changed, entry=entry)
        for event, one, wanted in ((Event.TEAM_JOINED, to, joins), (Event.TEAM_LEFT, before, not stays)):
            if wanted:
                act.record(entry_of(act, staff, event, {"case": case_id, "member": one}, about=case.about))
        facts = {"to": to, "before": before}
        words = {"reason": reason.strip()}
        append_step(
            act, case_id, StepKind.LEAD_HANDED_OVER, staff.id, facts, entry=entry, words=words, about=case.about
        )
        # The notice says that somebody else leads, and nothing of the family.
        there = {one.staff for one in changed.members if one.interval.covers(act.at)} - {staff.id}
        told = find_members(act, there)
        notices = [
            NewNotice(LED, told[one].staff.organisation, act.at, {TO: one, "case": case_id, "by": staff.id})
            for one in sorted(told)
        ]
        queue_notices(act, notices, entry=entry)
        return LeadHandedOver(CaseNow(changed, act.at), to, before)

    return perform(world, acting, Verb.TEAM_LEAD, work)


def _leads_now(act: Act, case: Case) -> str:
    """Whoever leads, in post: there is somebody, because whoever asks is in it."""
    places = [one for one in case.members if one.interval.covers(act.at)]
    members = find_members(act, {one.staff for one in places})
    in_post = [one for one in places if one.staff in members and members[one.staff].staff.is_in_post(act.at)]
    return min(in_post, key=case.leads_before).staff
