"""The second person answers, in an act of their own: approves, which opens the window, or refuses.

Decides that only somebody of the organisation that was asked may, from another line, trained, in a role that may
approve and ask for the purpose; never the requester. Whom it is about is not looked at: where the second person is
close to them the window opens and the decision lets nothing through it. From docs/rules.md 1.5 and
docs/security.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from broker.access import Verb
from broker.audit.events import Event, Outcome
from broker.casework import Staff
from broker.casework.emergency_access import (
    AccessState,
    EmergencyAccess,
    Refused,
    SecondBar,
    bar_to_second,
    window_of,
)
from broker.errors import CallWrong, NotAllowed
from broker.store.gather import lock_facts
from broker.store.overrides import find_override, record_override
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.emergency.emergency_access import OverrideRefused, open_window
from broker.usecases.emergency.request_override import AccessNow, find_block, review_overdue
from broker.usecases.rules.rules import current_rules
from broker.usecases.world import World

_TOLD = {
    SecondBar.SAME_PERSON: "is yours; somebody else approves it",
    SecondBar.SAME_LINE: "was asked for in a role that you hold too; somebody from another line approves it",
    SecondBar.PURPOSE: "is for a purpose that your role may not ask for; somebody whose role may approves it",
    SecondBar.TRAINING: "waits for somebody whose training has not lapsed",
}


def approve_override(world: World, acting: Acting, override_id: str) -> AccessNow:
    """Approves and so opens the window, from now. Raises NotAllowed, and CallWrong when it no longer waits."""

    def work(act: Act, staff: Staff, access: EmergencyAccess, requester: Staff) -> AccessNow | None:
        if find_block(act, requester):
            details = {"override": access.id, "reason": OverrideRefused.REVIEW_OVERDUE.value}
            refused = entry_of(
                act, staff, Event.OVERRIDE_REFUSED, details, about=access.about, outcome=Outcome.REFUSED
            )
            act.record(refused)
            return None
        terms = current_rules(act, world).table.vocabulary.override
        opened = replace(access, window=window_of(terms, act.at, access.minutes, staff.id))
        return AccessNow(open_window(act, Signed.of(staff), opened), act.at)

    return _answered(world, acting, override_id, work)


def refuse_override(world: World, acting: Acting, override_id: str, words: str) -> AccessNow:
    """Says no, with the reason in words, which are kept sealed. Raises NotAllowed, and CallWrong when it no longer
    waits or no reason is given."""
    if not words.strip():
        raise CallWrong("reason", "is missing: say in a sentence why not")

    def work(act: Act, staff: Staff, access: EmergencyAccess, _requester: Staff) -> AccessNow:
        details = {"override": access.id, "reason": OverrideRefused.BY_SECOND.value}
        entry = entry_of(act, staff, Event.OVERRIDE_REFUSED, details, about=access.about, outcome=Outcome.REFUSED)
        refused = replace(access, refused=Refused(staff.id, act.at, words.strip()))
        record_override(act, refused, entry=entry)
        return AccessNow(refused, act.at)

    return _answered(world, acting, override_id, work)


def _answered(
    world: World,
    acting: Acting,
    override_id: str,
    work: Callable[[Act, Staff, EmergencyAccess, Staff], AccessNow | None],
) -> AccessNow:
    def answer(act: Act, staff: Staff) -> AccessNow | None:
        access = find_override(act, override_id)
        requester = find_staff(act, [access.by])[access.by] if access is not None else staff
        # One answer for an id never issued and for what was asked of another organisation.
        if access is None or (access.second_from != staff.organisation and staff.id != access.by):
            raise NotAllowed(f"`{override_id}`", "is no emergency access that waits for your organisation")
        role = world.partnership.vocabulary.roles[acting.role]
        bar = bar_to_second(access, requester, staff, role, act.at)
        if bar is not None:
            raise NotAllowed(f"emergency access `{override_id}`", _TOLD.get(bar, "is not yours to approve"))
        if access.state(act.at) is not AccessState.WAITING:
            raise CallWrong(f"emergency access `{override_id}`", "waits no more; whoever needs it asks again")
        return work(act, staff, access, requester)

    found = perform(
        world,
        acting,
        Verb.OVERRIDE_APPROVE,
        answer,
        locking=lambda act: lock_facts(act, (), override_id=override_id),
    )
    if found is None:
        raise review_overdue()
    return found
