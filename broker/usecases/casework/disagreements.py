"""Disagreements between professionals: raised, found by those of either side who may see them, and shown.

Decides that a disagreement is about something whoever raises it was told of (the threshold decision on their
own referral, a holder's withholding they were told of, a closed case they were in), in the same words whatever
is amiss; that it is seen by the two sides' parties and by whoever stands for the stage it has reached, and by
nobody else. What is said is sealed under the keys of those it is about. From docs/how-to-disagreement.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from broker.access import Verb
from broker.audit.entry import AuditEntry, instant_text
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.disagreement import (
    Disagreement,
    Subject,
    disagreement_of,
    require_other_side,
    stage_due,
)
from broker.casework.front_door import contact_of
from broker.casework.question import AskerState
from broker.casework.steps import StepKind
from broker.errors import CallWrong, NotAllowed
from broker.store.cases import find_cases
from broker.store.notices import NewNotice, queue_notices
from broker.store.people import find_people
from broker.store.session import Act, View
from broker.store.staff import find_members, find_staff, staff_behind
from broker.store.steps import append_step, find_steps, open_words
from broker.store.work_items import Work, WorkKind, add_work, find_every, find_work, find_work_item
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import is_protected, require_no_tie
from broker.usecases.holders.questions import find_questions
from broker.usecases.world import World
from broker.vocabulary.inboxes import Stage

RAISED: Final = "disagreement"
LATE: Final = "disagreement-late"
"""Topics of the notices: to whoever is disagreed with, and to both sides' governance when a stage takes too
long."""
_HEIGHTS: Final = (
    (Verb.DISAGREEMENT_MANAGE, Stage.MANAGER),
    (Verb.DISAGREEMENT_LEAD, Stage.LEAD),
    (Verb.DISAGREEMENT_SETTLE, Stage.PARTNERSHIP),
)


@dataclass(frozen=True, slots=True)
class NewDisagreement:
    """What is disagreed about: a case's reference, or a question's; `other` names the other side where the case
    does not say it."""

    subject: Subject
    reference: str
    grounds: str
    other: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DisagreementShown:
    """A disagreement with what was said, step by step (none once erased), and how those are called who took part.
    `may_settle` says whether whoever looks may propose or accept how it ends; `is_own_proposal` that the proposal
    which waits is of their own side. Printing it shows nothing."""

    disagreement: Disagreement
    said: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str]
    may_settle: bool
    is_own_proposal: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class _Sides:
    """The other side, who there made the decision, whom it is about, and the case or question."""

    other: str
    others: tuple[str, ...]
    people: tuple[str, ...]
    case: str | None = None
    question: str | None = None


def raise_disagreement(world: World, acting: Acting, new: NewDisagreement) -> Disagreement:
    """Raises a disagreement. Raises NotAllowed, CallWrong."""
    if not new.grounds.strip():
        raise CallWrong("grounds", "are missing: say in a sentence what you see differently, and why")

    def work(act: Act, staff: Staff) -> Disagreement:
        disagreement_id = act.new_id("g-")
        sides = _sides(act, staff, new)
        people = find_people(act, sides.people)
        if any(is_protected(people.get(one)) for one in sides.people):
            raise _no_part(new)
        require_no_tie(act, staff, sides.people, f"`{new.reference}`")
        if any(_same(one, sides, new.subject) for one in _of(act, staff.organisation, every=False)):
            raise CallWrong(f"`{new.reference}`", "is disagreed about already; see `broker disagreement list`")
        due = stage_due(world.partnership.vocabulary.stages, Stage.PRACTITIONER, act.at)
        details = {
            "disagreement": disagreement_id,
            "about": new.subject.value,
            "with": sides.other,
            "case": sides.case,
            "question": sides.question,
            "due_at": instant_text(due),
        }
        entry = entry_of(act, staff, Event.DISAGREEMENT_RAISED, details, about=sides.people)
        for number, organisation in enumerate(sorted({staff.organisation, sides.other})):
            item = Work(f"{disagreement_id}.{number}", WorkKind.DISAGREEMENT, organisation, disagreement_id)
            add_work(act, item, entry=entry)
        told = [
            NewNotice(RAISED, sides.other, act.at, {"to": one, "disagreement": disagreement_id})
            for one in sides.others
        ]
        queue_notices(act, told, entry=entry)
        facts = {
            "subject": new.subject.value,
            "case": sides.case,
            "question": sides.question,
            "organisation": staff.organisation,
            "other": sides.other,
            "others": list(sides.others),
            "people": list(sides.people),
            "due_at": due,
            "notices": list(warn(act, disagreement_id, {staff.organisation, sides.other}, due, entry=entry)),
        }
        step = append_step(
            act,
            disagreement_id,
            StepKind.DISAGREED,
            staff.id,
            facts,
            entry=entry,
            words={"grounds": new.grounds.strip()},
            about=sides.people,
        )
        return _certain(disagreement_of(disagreement_id, [step]))

    return perform(world, acting, Verb.DISAGREEMENT_RAISE, work)


def list_disagreements(world: World, acting: Acting, *, every: bool = False) -> tuple[Disagreement, ...]:
    """Those that whoever looks may see: the open ones, or `every` one; the first due first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[Disagreement, ...]:
        height = height_of(world, acting)
        found = [one for one in _of(act, staff.organisation, every=every) if one.is_seen_by(staff, height)]
        people = find_people(act, {person for one in found for person in one.people})
        shown = [one for one in found if not any(is_protected(people.get(person)) for person in one.people)]
        shown.sort(key=lambda one: (one.resolved_at is not None, one.due_at, one.id))
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "disagreements", "rows": len(shown)}))
        return tuple(shown)

    return perform(world, acting, Verb.DISAGREEMENT_RAISE, work)


def show_disagreement(world: World, acting: Acting, disagreement_id: str) -> DisagreementShown:
    """One with everything that was said. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> DisagreementShown:
        found = require_disagreement(act, world, acting, staff, disagreement_id)
        details = {"disagreement": disagreement_id}
        act.record(entry_of(act, staff, Event.DISAGREEMENT_SHOWN, details, about=found.people))
        words = open_words(act, found.rows)
        members = find_members(act, found.parties | {found.raised_by})
        return DisagreementShown(
            found,
            tuple(words[row] for row in found.rows if row in words),
            {one: member.name for one, member in members.items()},
            found.may_settle(staff, height_of(world, acting)),
            _is_own(act, found, staff),
            act.at,
        )

    return perform(world, acting, Verb.DISAGREEMENT_RAISE, work)


def _is_own(act: Act, found: Disagreement, staff: Staff) -> bool:
    if found.proposed_by is None:
        return False
    try:
        require_other_side(found, staff_behind(act, found.proposed_by), staff)
    except CallWrong:
        return True
    return False


def require_disagreement(
    act: Act, world: World, acting: Acting, staff: Staff, disagreement_id: str
) -> Disagreement:
    """One that the member of staff may see. Raises NotAllowed, in the same words for any other and for none."""
    found = find_disagreements(act, [disagreement_id]).get(disagreement_id)
    people = find_people(act, found.people) if found is not None else {}
    hidden = found is None or any(is_protected(people.get(one)) for one in found.people)
    if found is None or hidden or not found.is_seen_by(staff, height_of(world, acting)):
        raise NotAllowed(
            f"disagreement `{disagreement_id}`", "is none that you are a party to; list those you are"
        )
    require_no_tie(act, staff, found.people, f"disagreement `{disagreement_id}`")
    return found


def height_of(world: World, acting: Acting) -> int:
    """The highest stage for which a role stands; 0 for none."""
    return max(
        (stage.height for verb, stage in _HEIGHTS if world.access.find_role([acting.role], verb) is not None),
        default=0,
    )


def find_disagreements(view: View, ids: list[str]) -> dict[str, Disagreement]:
    """These as they stand."""
    steps = find_steps(view, ids)
    made = {one: disagreement_of(one, steps.get(one, ())) for one in ids}
    return {one: found for one, found in made.items() if found is not None}


def warn(act: Act, disagreement_id: str, sides: set[str], due_at: Any, *, entry: AuditEntry) -> tuple[str, ...]:
    """Queues the notices to both sides' governance that a stage takes too long, for when it does."""
    body = {"disagreement": disagreement_id}
    return queue_notices(act, [NewNotice(LATE, one, due_at, dict(body)) for one in sorted(sides)], entry=entry)


def items_of(view: View, found: Disagreement) -> list[str]:
    """The ids under which it waits for the two sides."""
    candidates = [f"{found.id}.{number}" for number in (0, 1)]
    return [one for one in candidates if find_work_item(view, one) is not None]


def _of(view: View, organisation: str, *, every: bool) -> list[Disagreement]:
    finder = find_every if every else find_work
    ids = [one.case_id for one in finder(view, organisation, WorkKind.DISAGREEMENT)]
    return list(find_disagreements(view, ids).values())


def _same(one: Disagreement, sides: _Sides, subject: Subject) -> bool:
    return (one.subject, one.case_id, one.question_id) == (subject, sides.case, sides.question)


def _sides(act: Act, staff: Staff, new: NewDisagreement) -> _Sides:
    match new.subject:
        case Subject.WITHHELD:
            return _withheld(act, staff, new)
        case Subject.THRESHOLD:
            return _threshold(act, staff, new)
        case Subject.CLOSED:
            return _closed(act, staff, new)


def _withheld(act: Act, staff: Staff, new: NewDisagreement) -> _Sides:
    """INVARIANT: only what whoever asked was told of is disagreed about, so that disagreeing finds out nothing."""
    question = find_questions(act, [new.reference]).get(new.reference)
    if question is None or question.asked_by != staff.id or question.for_asker(act.at) is not AskerState.WITHHELD:
        raise _no_part(new)
    others = (question.answer.by,) if question.answer is not None else ()
    return _Sides(question.matter.controller, others, (question.matter.about,), question=question.id)


def _threshold(act: Act, staff: Staff, new: NewDisagreement) -> _Sides:
    case = find_cases(act, [new.reference]).get(new.reference)
    contact = contact_of(new.reference, find_steps(act, [new.reference]).get(new.reference, ()))
    if case is None or contact is None or contact.decision is None:
        raise _no_part(new)
    was_in = any(one.staff == staff.id for one in case.members)
    if not was_in and (case.restricted or contact.source_code != staff.organisation):
        raise _no_part(new)
    if contact.decision.by == staff.id:
        raise CallWrong(f"`{new.reference}`", "was decided by you; decide again instead")
    return _Sides(contact.organisation, (contact.decision.by,), tuple(sorted(case.about)), case.id)


def _closed(act: Act, staff: Staff, new: NewDisagreement) -> _Sides:
    case = find_cases(act, [new.reference]).get(new.reference)
    if case is None or case.is_open(act.at) or not any(one.staff == staff.id for one in case.members):
        raise _no_part(new)
    members = find_staff(act, {one.staff for one in case.members})
    other = new.other or staff.organisation
    others = tuple(sorted(one.id for one in members.values() if one.organisation == other and one.id != staff.id))
    if not others:
        raise CallWrong("with", "names nobody who was in this case with you; name one of its organisations")
    return _Sides(other, others, tuple(sorted(case.about)), case.id)


def _no_part(new: NewDisagreement) -> NotAllowed:
    return NotAllowed(f"`{new.reference}`", "is nothing of this kind that you were told of, or were in")


def _certain(found: Disagreement | None) -> Disagreement:
    # INVARIANT: the step that raises begins a disagreement.
    if found is None:
        raise LookupError("a disagreement that was raised is one")
    return found
