"""Naming who leads a case whose lead is away: by a manager where the lead works, who sees nothing of the case.

Decides that a manager does it for a case that somebody of their own organisation leads now, and never for one
that is kept to its members; that they name somebody who is in it, or a colleague of theirs, in a role that may
lead, and never themself; and that neither they nor whoever they name has a personal connection to the family.
Whatever hides a case is one answer, and so is whatever is amiss with who was named. Whoever led stays unless it is
said otherwise. From docs/casework.md ("Who leads").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Staff
from broker.casework.second_person import are_one_person
from broker.casework.steps import StepKind
from broker.decision.admission import has_personal_connection
from broker.errors import CallWrong, NotAllowed
from broker.store.cases import find_cases
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.usecases.acting import Acting, AlertingRefusal, perform
from broker.usecases.casework.front_door import nearby, require_unconnected
from broker.usecases.casework.record_lead import NextLead, lead_now, record_lead
from broker.usecases.casework.show_team import may_be_named
from broker.usecases.world import World

_NOT_HERE: Final = "is not led from where you work; check its reference with somebody in it"


@dataclass(frozen=True, slots=True)
class LeadAppointed:
    """The case (its reference), who leads it since when (a staff id), and whether whoever led stays in it. Who
    that was and who else is in it, a manager is not told."""

    case_id: str
    lead: str
    at: datetime
    stays: bool


def appoint_lead(
    world: World, acting: Acting, case_id: str, to: str, reason: str, *, stays: bool = True
) -> LeadAppointed:
    """Lets `to` (a staff id) lead a case from now on in place of a colleague who cannot hand it over. Raises
    NotAllowed, in the same words for a case of another organisation, one that is closed, a contact, one kept to
    its members, one about somebody whom the manager knows otherwise than from work (which alerts silently) and
    one never opened; and CallWrong, in the same words for whoever may not be named."""
    if not reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why somebody else leads now")

    def work(act: Act, staff: Staff) -> LeadAppointed:
        case, before = _require_led_here(act, staff, case_id)
        if are_one_person(staff, before):
            raise CallWrong(f"case `{case_id}`", "is led by you; hand it over with `broker team lead`")
        if not _may_lead(world, act, staff, case, before, to):
            said = "cannot lead this; name somebody else who is in it, or a colleague of yours whose role may lead"
            raise CallWrong(f"`{to}`", said)
        lead = NextLead(to, before.id, stays, reason)
        record_lead(act, staff, case, lead, Event.LEAD_APPOINTED, StepKind.LEAD_APPOINTED)
        return LeadAppointed(case_id, to, act.at, stays)

    return perform(world, acting, Verb.LEAD_APPOINT, work)


def _require_led_here(act: Act, staff: Staff, case_id: str) -> tuple[Case, Staff]:
    """The case, and whoever leads it. That somebody in it is protected changes nothing: an answer of its own would
    tell that they are there."""
    where = f"case `{case_id}`"
    case = find_cases(act, [case_id]).get(case_id)
    shown = case is not None and case.is_open(act.at) and not case.restricted and case.kind is not CaseKind.CONTACT
    lead = lead_now(act, case) if case is not None and shown else None
    if case is None or lead is None or lead.organisation != staff.organisation:
        raise NotAllowed(where, _NOT_HERE)
    try:
        require_unconnected(act, staff, case)
    except AlertingRefusal as refused:
        raise AlertingRefusal(where, _NOT_HERE, refused.notices) from None
    return case, lead


def _may_lead(world: World, act: Act, staff: Staff, case: Case, before: Staff, to: str) -> bool:
    named = find_staff(act, [to]).get(to)
    if named is None or named.id == before.id or are_one_person(staff, named) or not named.is_in_post(act.at):
        return False
    if world.access.find_role(named.roles, Verb.TEAM_LEAD) is None:
        return False
    # Of somebody elsewhere whose being known is itself the secret, no answer tells that they are in it.
    inside = case.has_member(to, act.at) and may_be_named(world, staff, named)
    if not inside and named.organisation != staff.organisation:
        return False
    return not has_personal_connection(nearby(act, named), named, case.about)
