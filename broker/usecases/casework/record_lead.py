"""Writing down that somebody else leads a case: one way for whoever hands it over and for whoever appoints.

Decides that everybody who was in the case or comes into it is told, whoever led before among them, but for the one
who did it; and that the notice says that somebody else leads and nothing of the family. Who may do it is the use
cases' beside this. From docs/casework.md ("Who leads").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.audit.events import Event
from broker.casework import Case, Staff
from broker.casework.leading import lead_of, led_by
from broker.casework.steps import StepKind
from broker.store.cases import record_case
from broker.store.notices import NewNotice, queue_notices
from broker.store.session import Act
from broker.store.staff import find_members, find_staff
from broker.store.steps import append_step
from broker.usecases.acting import entry_of
from broker.usecases.notices import TO

LED: Final = "team-lead"
"""The topic of the notice to those in a case that somebody else leads it now."""


@dataclass(frozen=True, slots=True)
class NextLead:
    """Who leads from now on and who led before (staff ids), whether the latter stays, and why."""

    to: str
    before: str
    stays: bool
    reason: str


def lead_now(act: Act, case: Case) -> Staff | None:
    """Whoever leads it now; None where nobody in it is in post."""
    return lead_of(case, find_staff(act, _there(case, act.at)), act.at)


def record_lead(act: Act, by: Staff, case: Case, lead: NextLead, event: Event, step: StepKind) -> Case:
    """The case as it now is, recorded with `event`; the reason stays with it in `step`, and everybody is told."""
    changed = led_by(case, lead.to, lead.before, act.at, stays=lead.stays)
    was, there = _there(case, act.at), _there(changed, act.at)
    details = {"case": case.id, "member": lead.to, "before": lead.before, "stays": lead.stays}
    entry = entry_of(act, by, event, details, about=case.about)
    record_case(act, changed, entry=entry)
    # Somebody who only covered may have a place of their own now, and so join, although they were there.
    joins = [lead.to] if len(changed.members) > len(case.members) else []
    for happened, who in ((Event.TEAM_JOINED, joins), (Event.TEAM_LEFT, sorted(was - there))):
        for one in who:
            act.record(entry_of(act, by, happened, {"case": case.id, "member": one}, about=case.about))
    facts = {"to": lead.to, "before": lead.before}
    words = {"reason": lead.reason.strip()}
    append_step(act, case.id, step, by.id, facts, entry=entry, words=words, about=case.about)
    told = find_members(act, (was | there) - {by.id})
    notices = [
        NewNotice(LED, told[one].staff.organisation, act.at, {TO: one, "case": case.id, "by": by.id})
        for one in sorted(told)
    ]
    queue_notices(act, notices, entry=entry)
    return changed


def _there(case: Case, at: datetime) -> set[str]:
    return {one.staff for one in case.members if one.interval.covers(at)}
