"""The people emergency access was about are told, or it is recorded why not, by two.

Decides that reviewers do it, after the review; that putting it off is proposed by one and agreed by another, each
in an act of their own, with a reason and a day to look again. The person may be anybody the request named, known
here or not: whether they are must not show. From docs/security.md section 5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from broker.access import Verb
from broker.audit.entry import instant_text
from broker.audit.events import Event, Outcome
from broker.casework import Staff
from broker.casework.emergency_access import EmergencyAccess
from broker.casework.second_person import are_one_person
from broker.casework.telling import How, NotNow, PutOff, Telling, TellingState, check_put_off, told
from broker.errors import CallWrong, NotAllowed
from broker.store.gather import lock_facts
from broker.store.overrides import record_override
from broker.store.session import Act
from broker.store.staff import staff_behind
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.emergency.read_override import may_review, require_seen
from broker.usecases.world import World

_ABOUT_ACT = "override"


def tell_person(world: World, acting: Acting, override_id: str, about: str, how: How) -> EmergencyAccess:
    """Records that the person was told. Raises NotAllowed, CallWrong."""

    def change(act: Act, staff: Staff, telling: Telling) -> tuple[Telling, dict[str, str], Outcome]:
        if telling.state(act.at) is TellingState.TOLD:
            raise CallWrong("about", "is told already")
        return told(telling, staff.id, act.at, how), {"how": how.value}, Outcome.DONE

    return _changed(world, acting, override_id, about, change)


def put_off_telling(
    world: World, acting: Acting, override_id: str, about: str, reason: NotNow, words: str, look_again_at: datetime
) -> EmergencyAccess:
    """Proposes not to tell the person until a day; it stays due until another reviewer agrees. The words are kept
    sealed. Raises NotAllowed, CallWrong."""

    def change(act: Act, staff: Staff, telling: Telling) -> tuple[Telling, dict[str, str], Outcome]:
        problem = check_put_off(telling, words, look_again_at, act.at)
        if problem is not None:
            raise CallWrong("telling", problem)
        put_off = PutOff(staff.id, act.at, reason, words.strip(), look_again_at)
        details = {"reason": reason.value, "look_again_at": instant_text(look_again_at)}
        return replace(telling, put_off=put_off), details, Outcome.REFUSED

    return _changed(world, acting, override_id, about, change)


def agree_to_put_off(world: World, acting: Acting, override_id: str, about: str) -> EmergencyAccess:
    """Agrees, as the second person, not to tell until the day that was proposed. Raises NotAllowed for whoever
    proposed it, CallWrong when nothing was proposed."""

    def change(act: Act, staff: Staff, telling: Telling) -> tuple[Telling, dict[str, str], Outcome]:
        put_off = telling.put_off
        if put_off is None or telling.state(act.at) is not TellingState.PROPOSED:
            raise CallWrong("telling", "was not proposed to be put off; nothing is to be agreed")
        if are_one_person(staff_behind(act, put_off.by), staff):
            raise NotAllowed("telling", "is put off by two; somebody else has to agree")
        details = {
            "reason": put_off.reason.value,
            "look_again_at": instant_text(put_off.look_again_at),
            "second": staff.id,
        }
        return replace(telling, put_off=replace(put_off, agreed_by=staff.id)), details, Outcome.REFUSED

    return _changed(world, acting, override_id, about, change)


def _changed(
    world: World,
    acting: Acting,
    override_id: str,
    about: str,
    change: Callable[[Act, Staff, Telling], tuple[Telling, dict[str, str], Outcome]],
) -> EmergencyAccess:
    def work(act: Act, staff: Staff) -> EmergencyAccess:
        access = require_seen(act, world, acting, staff, override_id)
        if not may_review(act, world, acting, staff, access):
            raise NotAllowed(
                f"emergency access `{override_id}`",
                "is for somebody else to tell of: neither who asked for it nor who approved it",
            )
        if access.review is None:
            raise CallWrong(f"emergency access `{override_id}`", "is not reviewed yet; review it first")
        telling = next((one for one in access.tellings if one.about == about), None)
        if telling is None:
            raise CallWrong("about", f"`{about}` is nobody it was about; copy the id from it")
        after, details, outcome = change(act, staff, telling)
        details = {"about_act": _ABOUT_ACT, "override": access.id, **details}
        entry = entry_of(act, staff, Event.PERSON_INFORMED, details, about=[about], outcome=outcome)
        tellings = tuple(after if one is telling else one for one in access.tellings)
        changed = replace(access, tellings=tellings)
        record_override(act, changed, entry=entry)
        return changed

    return perform(
        world,
        acting,
        Verb.OVERRIDE_REVIEW,
        work,
        locking=lambda act: lock_facts(act, (), override_id=override_id),
    )
