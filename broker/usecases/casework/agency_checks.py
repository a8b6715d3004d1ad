"""Checks asked of agencies: asked by a front door, seen and answered by the agency asked and nobody else's.

Decides that an agency sees its own checks only, that it is told whom a contact is about and how soon, and not what
was said: the names, like everything else, come through a profile. Of the answer whoever asked learns that it was
given, or that it was declined and for a reason about the request. What the agency has, it puts on record or
decides about as a holder, and the profile shows it. A service that nobody may know somebody is known to is never
asked. From docs/casework.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from broker.access import Verb
from broker.audit.entry import instant_text
from broker.audit.events import Event, Outcome
from broker.casework import Staff
from broker.casework.checks import Check, CheckAnswer, DeclineReason
from broker.casework.clocks import Due, Left, check_due, screening_due, time_left
from broker.casework.front_door import Contact, require_step
from broker.casework.steps import StepKind
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.session import Act
from broker.store.steps import append_step
from broker.store.work_items import Work, WorkKind, add_work, find_work, find_work_item, finish_work
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import Seen, front_door_of, look, require_seen, then
from broker.usecases.world import World
from broker.vocabulary.clocks import Rating
from broker.vocabulary.codes import Tier


@dataclass(frozen=True, slots=True)
class AskedOfUs:
    """A check asked of the reader's organisation: whose front door asks, about whom (ids) and how soon."""

    check: Check
    case_id: str
    front_door: str
    people: tuple[str, ...]
    rating: Rating | None
    left: Left


def ask_check(world: World, acting: Acting, case_id: str, organisation: str) -> tuple[Contact, Check]:
    """Asks an agency for a check of a contact. Raises NotAllowed, CallWrong."""
    _require_askable(world, organisation)

    def work(act: Act, staff: Staff) -> tuple[Contact, Check]:
        seen = require_seen(act, staff, case_id)
        contact = seen.contact
        require_step(contact, StepKind.CHECK_ASKED)
        if any(check.organisation == organisation for check in contact.checks_out()):
            raise CallWrong(f"`{organisation}`", "has been asked already and has not answered yet")
        front_door = front_door_of(world, staff.organisation)
        whole = screening_due(front_door, contact.received_at, contact.ratings)
        due = check_due(front_door, contact.rating, act.at, whole)
        check_id = act.new_id("q-")
        details = {"case": case_id, "check": check_id, "of": organisation, "due_at": instant_text(due)}
        entry = entry_of(act, staff, Event.CHECK_ASKED, details, about=seen.case.about)
        facts = {"check": check_id, "organisation": organisation, "due_at": due}
        step = append_step(act, case_id, StepKind.CHECK_ASKED, staff.id, facts, entry=entry)
        add_work(act, Work(check_id, WorkKind.CHECK, organisation, case_id), entry=entry)
        return then(seen, step), Check.of(step)

    return perform(world, acting, Verb.CHECK_ASK, work)


def list_checks(world: World, acting: Acting) -> tuple[AskedOfUs, ...]:
    """What is asked of the organisation of whoever asks and not answered yet, the first due first. Raises
    NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[AskedOfUs, ...]:
        waiting = {one.item_id: one.case_id for one in find_work(act, staff.organisation, WorkKind.CHECK)}
        seen = look(act, staff, waiting.values(), _asked_of(staff)).seen
        rows = [
            _row(act, world, seen[case_id], check)
            for check_id, case_id in waiting.items()
            if case_id in seen
            for check in seen[case_id].contact.checks
            if check.id == check_id
        ]
        rows.sort(key=lambda row: (row.check.due_at, row.check.id))
        about = {person for row in rows for person in row.people}
        details = {"report": "checks", "rows": len(rows)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=sorted(about)[:1000]))
        return tuple(rows)

    return perform(world, acting, Verb.CHECK_ANSWER, work)


def answer_check(
    world: World, acting: Acting, check_id: str, answer: CheckAnswer, declined: DeclineReason | None = None
) -> Check:
    """Answers a check asked of one's own organisation. Raises NotAllowed, in the same words for a check of
    somebody else's and one never asked, and CallWrong."""
    if (answer is CheckAnswer.DECLINED) != (declined is not None):
        raise CallWrong("declined", "goes with the answer `declined`, which needs it: a reason about the request")

    def work(act: Act, staff: Staff) -> Check:
        seen, check = _find(act, staff, check_id)
        if check.answer is not None:
            raise CallWrong(f"check `{check_id}`", "has been answered already")
        require_step(seen.contact, StepKind.CHECK_ANSWERED)
        # INVARIANT: the log tells no more of an answer than whoever asked may learn.
        details: dict[str, Any] = {
            "case": seen.case.id,
            "check": check_id,
            "reason": declined.value if declined is not None else None,
        }
        outcome = Outcome.REFUSED if declined is not None else Outcome.DONE
        entry = entry_of(act, staff, Event.CHECK_ANSWERED, details, about=seen.case.about, outcome=outcome)
        facts = {"check": check_id, "answer": answer.value, "declined": details["reason"]}
        step = append_step(act, seen.case.id, StepKind.CHECK_ANSWERED, staff.id, facts, entry=entry)
        finish_work(act, [check_id], entry=entry)
        return check.answered(step)

    return perform(world, acting, Verb.CHECK_ANSWER, work)


def _asked_of(staff: Staff) -> Any:
    return lambda contact: any(check.organisation == staff.organisation for check in contact.checks)


def _find(act: Act, staff: Staff, check_id: str) -> tuple[Seen, Check]:
    work = find_work_item(act, check_id)
    if work is not None and work.kind is WorkKind.CHECK and work.organisation == staff.organisation:
        seen = look(act, staff, [work.case_id], _asked_of(staff)).seen.get(work.case_id)
        for check in seen.contact.checks if seen is not None else ():
            if seen is not None and check.id == check_id:
                return seen, check
    raise NotAllowed(f"check `{check_id}`", "is not asked of your organisation; list those that are")


def _row(act: Act, world: World, seen: Seen, check: Check) -> AskedOfUs:
    contact = seen.contact
    left = time_left(front_door_of(world, contact.organisation), Due(check.due_at), act.at)
    return AskedOfUs(check, seen.case.id, contact.organisation, tuple(seen.people), contact.rating, left)


def _require_askable(world: World, organisation: str) -> None:
    known = world.partnership.vocabulary.organisations
    found = known.get(organisation)
    if found is None:
        raise CallWrong("of", f"`{organisation}` is not known{did_you_mean(organisation, known)}")
    if found.tier > Tier.T2:
        raise CallWrong(
            "of",
            f"`{organisation}` is a service that nobody may know somebody is known to, so it is never asked by a"
            " check; what it may tell comes in a profile",
        )
