"""Stepping up, stepping down and reviewing a case, and what is due in one's own cases.

Decides that a move needs its reason and the names of those who go on: everybody else's access ends that instant.
A contact goes on as an enquiry or a team only once it was decided about. From docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Membership, Staff
from broker.casework.clocks import review_due
from broker.casework.cover import ended
from broker.casework.front_door import contact_of, purposes_after, require_step
from broker.casework.moves import Move, require_move
from broker.casework.steps import Step, StepKind
from broker.dates import Interval
from broker.errors import CallWrong
from broker.store.cases import find_cases_of, record_case
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.staff import find_members
from broker.store.steps import append_step, find_steps, open_words
from broker.store.work_items import finish_work
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.cases import require_in_post, require_member
from broker.usecases.casework.front_door import is_about_protected, is_protected, require_unconnected
from broker.usecases.casework.write_down import write_down
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Moved:
    """The case as it now is, and what was done."""

    case: Case
    move: Move
    at: datetime


@dataclass(frozen=True, slots=True)
class DueCase:
    """An open case of one's own and when it is to be reviewed; None where its kind is not."""

    case: Case
    review_due_at: datetime | None
    overdue: bool


@dataclass(frozen=True, slots=True, repr=False)
class CaseShown:
    """A case with its steps, and the reasons of those that have one, by row."""

    case: Case
    at: datetime
    steps: tuple[Step, ...]
    reasons: Mapping[bytes, str]
    staff_names: Mapping[str, str]
    """How its members and those who took the steps are called, by staff id."""


def move_case(
    world: World,
    acting: Acting,
    case_id: str,
    kind: CaseKind,
    level: int,
    members: frozenset[str],
    reason: str,
) -> Moved:
    """Moves a case to another kind or level; `members` (staff ids) go on with it and nobody else does. Raises
    NotAllowed, CallWrong."""
    _require_reason(reason)

    def work(act: Act, staff: Staff) -> Moved:
        case = require_member(act, staff, case_id)
        move = require_move(case.kind, case.level, kind, level)
        contact = contact_of(case_id, find_steps(act, [case_id]).get(case_id, ()))
        purposes = case.purposes
        if case.kind is CaseKind.CONTACT and contact is not None:
            require_step(contact, StepKind.MOVED)
            purposes = purposes_after(contact, purposes)
        if not members:
            raise CallWrong("member", "is missing: name at least one person who goes on with it")
        require_in_post(act, members)
        leaving = {one.staff for one in case.members} - members
        joining = sorted(one for one in members if not case.has_member(one, act.at))
        changed = ended(case, leaving, act.at)
        places = (Membership(one, Interval(act.at, None)) for one in joining)
        changed = replace(changed, kind=kind, level=level, purposes=purposes, members=(*changed.members, *places))
        details = {"case": case_id, "from": case.kind.value, "to": kind.value, "level": level}
        entry = entry_of(act, staff, Event.CASE_MOVED, details, about=case.about)
        record_case(act, changed, entry=entry)
        for one in joining:
            joined = {"case": case_id, "member": one}
            act.record(entry_of(act, staff, Event.TEAM_JOINED, joined, about=case.about))
        for one in sorted(one for one in leaving if case.has_member(one, act.at)):
            left = {"case": case_id, "member": one}
            act.record(entry_of(act, staff, Event.TEAM_LEFT, left, about=case.about))
        facts = {"before": case.kind.value, "after": kind.value, "level": level}
        words = {"reason": reason.strip()}
        append_step(act, case_id, StepKind.MOVED, staff.id, facts, entry=entry, words=words, about=case.about)
        if contact is not None:
            finish_work(act, [case_id, *(check.id for check in contact.checks)], entry=entry)
            # What became of it later is no part of what stays of the contact.
            if case.kind is CaseKind.CONTACT:
                write_down(world, act, staff, case, contact)
        return Moved(changed, move, act.at)

    return perform(world, acting, Verb.CASE_MOVE, work)


def review_case(world: World, acting: Acting, case_id: str, reason: str) -> DueCase:
    """Writes down that a case was reviewed, with what came of it; the next review is due from now. Raises
    NotAllowed, CallWrong."""
    _require_reason(reason)

    def work(act: Act, staff: Staff) -> DueCase:
        case = require_member(act, staff, case_id)
        entry = entry_of(act, staff, Event.CASE_CHANGED, {"case": case_id, "change": "reviewed"}, about=case.about)
        words = {"reason": reason.strip()}
        step = append_step(
            act, case_id, StepKind.REVIEWED, staff.id, {}, entry=entry, words=words, about=case.about
        )
        return due_of(world, staff, case, (*find_steps(act, [case_id]).get(case_id, ()), step), act.at)

    return perform(world, acting, Verb.CASE_REVIEW, work)


def list_due(world: World, acting: Acting) -> tuple[DueCase, ...]:
    """One's own open cases, those due for review first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[DueCase, ...]:
        cases = [
            one
            for one in find_cases_of(act, staff.id).values()
            if one.is_open(act.at) and one.has_member(staff.id, act.at)
        ]
        steps = find_steps(act, [one.id for one in cases])
        rows = [due_of(world, staff, one, steps.get(one.id, ()), act.at) for one in cases]
        rows.sort(key=lambda row: (row.review_due_at is None, row.review_due_at or act.at, row.case.id))
        details = {"report": "cases-due", "rows": len(rows)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        return tuple(rows)

    return perform(world, acting, Verb.CASE_REVIEW, work)


def show_case(world: World, acting: Acting, case_id: str) -> CaseShown:
    """A case of one's own with everything that was done in it. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> CaseShown:
        case = require_member(act, staff, case_id)
        require_unconnected(act, staff, case)
        act.record(entry_of(act, staff, Event.CASE_SHOWN, {"case": case_id}, about=case.about))
        steps = find_steps(act, [case_id]).get(case_id, ())
        people = find_people(act, case.about)
        # What was said may be of somebody who was protected since.
        said = [] if is_about_protected(case, people) else [step.row for step in steps]
        words = open_words(act, said)
        reasons = {row: str(found["reason"]) for row, found in words.items() if "reason" in found}
        shown = frozenset(one for one in case.about if not is_protected(people.get(one)))
        colleagues = find_members(act, {one.staff for one in case.members} | {step.by for step in steps})
        called = {staff_id: one.name for staff_id, one in colleagues.items()}
        return CaseShown(replace(case, about=shown), act.at, steps, reasons, called)

    return perform(world, acting, Verb.CASE_REVIEW, work)


def due_of(world: World, staff: Staff, case: Case, steps: tuple[Step, ...], at: datetime) -> DueCase:
    """When a case is to be reviewed next, from its steps, by the clocks of the area of whoever looks."""
    vocabulary = world.partnership.vocabulary
    front_door = vocabulary.front_doors.get(vocabulary.organisations[staff.organisation].area)
    clock = front_door.reviews.get(case.kind.value) if front_door is not None else None
    if clock is None:
        return DueCase(case, None, overdue=False)
    # A case is reviewed from when it became what it is.
    since = max((step.at for step in steps if step.kind is StepKind.MOVED), default=case.opened_at)
    held = [step.at for step in steps if step.kind is StepKind.REVIEWED and step.at >= since]
    due = review_due(clock, since, held)
    return DueCase(case, due, overdue=due <= at)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why")
