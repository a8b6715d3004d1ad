"""Handing over who leads a case: from one instant to the next, with everybody in it told.

Decides that nobody but whoever leads hands it over (where they left, whoever has been in it longest leads; where
they are away, a manager names another: `broker.usecases.casework.appoint_lead`); that the next lead is in post in
a role that may lead, and has access from that instant; and that whoever led before has none from that instant
unless they stay. From docs/casework.md ("Who leads").
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import CaseKind, Staff
from broker.casework.steps import StepKind
from broker.errors import CallWrong, NotAllowed
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.usecases.acting import Acting, perform
from broker.usecases.casework.cases import CaseNow, require_in_post, require_member
from broker.usecases.casework.front_door import require_unconnected
from broker.usecases.casework.record_lead import NextLead, lead_now, record_lead
from broker.usecases.world import World


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
        lead = lead_now(act, case)
        if lead is None or lead.id != staff.id:
            raise NotAllowed(f"case `{case_id}`", "is led by somebody else, who hands it over")
        require_in_post(act, [to])
        if to == staff.id:
            raise CallWrong(f"`{to}`", "leads it already")
        if world.access.find_role(find_staff(act, [to])[to].roles, Verb.TEAM_LEAD) is None:
            raise CallWrong(f"`{to}`", "holds no role that leads a case; name somebody who does")
        wanted = NextLead(to, staff.id, stays, reason)
        changed = record_lead(act, staff, case, wanted, Event.TEAM_LED, StepKind.LEAD_HANDED_OVER)
        return LeadHandedOver(CaseNow(changed, act.at), to, staff.id)

    return perform(world, acting, Verb.TEAM_LEAD, work)
