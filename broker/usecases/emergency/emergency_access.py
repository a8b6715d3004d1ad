"""Emergency access on its way into a release: whether there is an open window for it, and what the log says.

Decides that a release uses emergency access only through a window that its own requester opened, for this role,
purpose, case and these people, while it is open; and that whoever asked must still hold `override.request` and the
second person `override.approve`. Whether the override then holds is `broker.decision.emergency`'s to say. A
release that asks for one and does not get it leaves an entry that says why. From docs/rules.md 1.5 (emergency
access) and docs/security.md sections 3 (point 3) and 5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from broker.access import Access, Verb
from broker.audit.entry import instant_text
from broker.audit.events import Event, Outcome
from broker.casework.emergency_access import EmergencyAccess, Wanted
from broker.decision.decision import Decision
from broker.decision.facts import Facts
from broker.decision.request import Override, Request
from broker.store.notices import NewNotice, queue_notices
from broker.store.overrides import find_override, record_override
from broker.store.session import Act
from broker.usecases.acting import Signed, entry_of
from broker.usecases.kinds import BasisKind
from broker.usecases.release.alerts import EMERGENCY_ALONE
from broker.usecases.release.grounds import Ground, ground_text

REVIEW_LATE: Final = "override-review-late"


class OverrideRefused(StrEnum):
    """Why emergency access that was asked for was not used, as its entry says it."""

    NOT_AUTHORISED = "not-authorised"
    NO_WINDOW = "no-window"
    SECOND_NOT_AUTHORISED = "second-not-authorised"
    NOT_A_REASON = "not-a-reason"
    DOES_NOT_HOLD = "does-not-hold"
    REVIEW_OVERDUE = "review-overdue"
    BY_SECOND = "by-second"


@dataclass(frozen=True, slots=True)
class Wielded:
    """Emergency access that a request names. `access` is the caller's own by that id, or None; `bar` says why it
    is not used: a request with a bar is decided as without one."""

    access: EmergencyAccess | None
    bar: OverrideRefused | None

    def override(self) -> Override | None:
        """As the decision reads it."""
        return None if self.access is None else as_override(self.access)

    def usable(self) -> Override | None:
        """The same, unless something bars it."""
        return None if self.bar is not None else self.override()


def as_override(access: EmergencyAccess) -> Override:
    """The override the decision is asked with: the second person is whoever approved."""
    second = access.window.second if access.window is not None else None
    return Override(access.reason, access.justification, access.gateway, second)


def find_wielded(act: Act, override_id: str, by: str) -> EmergencyAccess | None:
    """The emergency access with this id, if it is the caller's own. An id never issued and somebody else's are the
    same."""
    found = find_override(act, override_id)
    return found if found is not None and found.by == by else None


def wield(access: Access, found: EmergencyAccess | None, request: Request, facts: Facts) -> Wielded:
    """Whether the emergency access serves this request, which is still without one. Looks at access and at the
    window, never at anybody's data; of the second person any role counts, because they approved once already."""
    if access.find_role([request.role], Verb.OVERRIDE_REQUEST) is None:
        return Wielded(found, OverrideRefused.NOT_AUTHORISED)
    actor = facts.staff.get(request.by)
    asked = Wanted(
        request.by,
        actor.organisation if actor is not None else "",
        request.role,
        request.purpose,
        request.case,
        frozenset(request.about),
    )
    if found is None or not found.serves(asked, request.at):
        return Wielded(found, OverrideRefused.NO_WINDOW)
    override = as_override(found)
    if override.second is not None:
        second = facts.staff.get(override.second)
        if second is None or access.find_role(second.roles, Verb.OVERRIDE_APPROVE) is None:
            return Wielded(found, OverrideRefused.SECOND_NOT_AUTHORISED)
    return Wielded(found, None)


def ground_of(access: EmergencyAccess) -> Ground:
    """What a release made with it rests on."""
    return BasisKind.OVERRIDE, access.id


def open_window(act: Act, signed: Signed, access: EmergencyAccess) -> EmergencyAccess:
    """Records the window that opens, under the name of whoever opens it: the second person, or the requester
    alone. From the instant at which its review is late a notice waits for those who govern the team."""
    window = access.window
    # INVARIANT: called only for emergency access whose window has just been made.
    if window is None:
        raise LookupError("no window to open")
    details: dict[str, Any] = {
        "override": access.id,
        "reason": access.reason,
        "minutes": access.minutes,
        "introduces": [ground_text(ground_of(access))],
        "until": instant_text(window.until_at),
        "alone": window.second is None,
        "gateway": access.gateway,
        "second": window.second,
        "case": access.case,
        "purpose": access.purpose,
        "review_due_at": instant_text(window.review_due_at),
    }
    entry = entry_of(act, signed, Event.OVERRIDE_OPENED, details, about=access.about, outcome=Outcome.PERMITTED)
    notices = [NewNotice(REVIEW_LATE, access.organisation, window.review_due_at, _body(access))]
    if window.second is None:
        notices.append(NewNotice(EMERGENCY_ALONE, access.organisation, act.at, _body(access)))
    opened = replace(access, clock=queue_notices(act, notices, entry=entry)[0])
    record_override(act, opened, entry=entry)
    return opened


def _body(access: EmergencyAccess) -> dict[str, Any]:
    second = access.window.second if access.window is not None else None
    return {"override": access.id, "by": access.by, "second": second}


def refuse_override(act: Act, signed: Signed, decision: Decision, wielded: Wielded) -> None:
    """The entry of emergency access that a request named and that was not used. An id that is not the caller's own
    is not repeated: whatever was typed may be about somebody."""
    override = wielded.override()
    known = override is None or override.reason in decision.table.vocabulary.override.reasons
    why = wielded.bar or (OverrideRefused.DOES_NOT_HOLD if known else OverrideRefused.NOT_A_REASON)
    override_id = wielded.access.id if wielded.access is not None else act.new_id("o-")
    details = {"override": override_id, "reason": why.value}
    about = decision.request.about
    act.record(entry_of(act, signed, Event.OVERRIDE_REFUSED, details, about=about, outcome=Outcome.REFUSED))
