"""Screening: taking a contact, handing it over, putting it back, and saying how soon it must be looked at.

Decides that a contact is held by one person, whose access rests on holding it: whoever had it before leaves its
case the same instant, unless the case is restricted and was given its members by name. From docs/casework.md.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, Membership, Staff
from broker.casework.cover import ended
from broker.casework.front_door import Contact, require_step
from broker.casework.steps import StepKind
from broker.dates import Interval
from broker.errors import CallWrong
from broker.store.cases import record_case
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.store.steps import append_step
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import Seen, front_door_of, look, require_seen, then
from broker.usecases.world import World
from broker.vocabulary.clocks import Rating


def take_contact(
    world: World, acting: Acting, case_id: str, holder: str | None = None, *, unless_held: bool = False
) -> Contact:
    """Takes a contact, or hands it to a colleague (`holder`, a staff id) of the same front door whose role may
    take one; with `unless_held` not where somebody else took it meanwhile. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Contact:
        seen = require_seen(act, staff, case_id)
        require_step(seen.contact, StepKind.TAKEN)
        to = holder or staff.id
        if to == seen.contact.holder:
            raise CallWrong(f"contact `{case_id}`", "is held by them already")
        if unless_held and seen.contact.holder is not None:
            raise CallWrong(f"contact `{case_id}`", "was taken by a colleague a moment ago; take the next one")
        if to != staff.id:
            _require_colleague(act, world, staff, to, case_id)
        case = _held_by(seen, to, act.at)
        details = {"case": case_id, "change": "taken", "member": to}
        entry = entry_of(act, staff, Event.CASE_CHANGED, details, about=seen.case.about)
        record_case(act, case, entry=entry)
        step = append_step(act, case_id, StepKind.TAKEN, staff.id, {"holder": to}, entry=entry)
        return then(seen, step)

    return perform(world, acting, Verb.CONTACT_TAKE, work)


def put_back(world: World, acting: Acting, case_id: str, reason: str) -> Contact:
    """Puts a contact back for somebody else to take. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Contact:
        seen = require_seen(act, staff, case_id)
        require_step(seen.contact, StepKind.PUT_BACK)
        if seen.contact.holder != staff.id:
            raise CallWrong(f"contact `{case_id}`", "is held by somebody else; only they put it back")
        if seen.case.restricted:
            raise CallWrong(f"contact `{case_id}`", "is restricted; hand it to another of its members")
        details = {"case": case_id, "change": "put-back"}
        entry = entry_of(act, staff, Event.CASE_CHANGED, details, about=seen.case.about)
        words = {"reason": _reason(reason)}
        record_case(act, ended(seen.case, [staff.id], act.at), entry=entry)
        step = append_step(
            act, case_id, StepKind.PUT_BACK, staff.id, {}, entry=entry, words=words, about=seen.case.about
        )
        return then(seen, step)

    return perform(world, acting, Verb.CONTACT_TAKE, work)


def rate_contact(
    world: World, acting: Acting, case_id: str, rating: Rating, reason: str, level: int | None = None
) -> Contact:
    """Gives a contact its colour, and says at which level it looks if `level` is given. Raises NotAllowed,
    CallWrong (for a colour the area does not use, too)."""

    def work(act: Act, staff: Staff) -> Contact:
        seen = require_seen(act, staff, case_id)
        require_step(seen.contact, StepKind.RATED)
        used = front_door_of(world, staff.organisation).ratings
        if rating not in used:
            listed = ", ".join(f"`{one.value}`" for one in used)
            raise CallWrong("rating", f"`{rating.value}` is not used here; used are {listed}")
        if level is not None and not 1 <= level <= 4:
            raise CallWrong("level", "is a level of need from 1 to 4")
        details = {"case": case_id, "change": "rated", "rating": rating.value, "level": level}
        entry = entry_of(act, staff, Event.CASE_CHANGED, details, about=seen.case.about)
        if level is not None and level != seen.case.level:
            record_case(act, replace(seen.case, level=level), entry=entry)
        facts: dict[str, Any] = {"rating": rating.value, "level": level}
        words = {"reason": _reason(reason)}
        step = append_step(
            act, case_id, StepKind.RATED, staff.id, facts, entry=entry, words=words, about=seen.case.about
        )
        return then(seen, step)

    return perform(world, acting, Verb.CONTACT_TAKE, work)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why")
    return reason.strip()


def _require_colleague(act: Act, world: World, staff: Staff, other_id: str, case_id: str) -> None:
    """Somebody in post at the same front door whose role may take a contact, and who may see this one. One answer
    for whatever is wrong: why somebody is unsuitable may be about the family."""
    other = find_staff(act, [other_id]).get(other_id)
    unsuitable = CallWrong(f"`{other_id}`", "cannot take this contact; ask another colleague")
    if other is None or other.organisation != staff.organisation:
        raise unsuitable
    if not other.is_in_post(act.at):
        raise unsuitable
    if world.access.find_role(other.roles, Verb.CONTACT_TAKE) is None:
        raise unsuitable
    if case_id not in look(act, other, [case_id]).seen:
        raise unsuitable


def _held_by(seen: Seen, holder: str, at: datetime) -> Case:
    """The case with this holder in it. A restricted case keeps the members it was given by name."""
    case = seen.case
    left = seen.contact.holder or seen.contact.recorded_by
    members = list(case.members)
    if not case.restricted and left != holder:
        members = list(ended(case, [left], at).members)
    if not case.has_member(holder, at):
        members.append(Membership(holder, Interval(at, None)))
    return replace(case, members=tuple(members))
