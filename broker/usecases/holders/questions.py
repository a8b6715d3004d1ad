"""Questions to holders: which an organisation sees, and what a decision does to those it answers.

Decides that a question reaches a holder's staff only where the holder knows the person here: a question about
somebody unknown to it, protected or erased, or about a case that is closed, is not there and not counted, and
neither is one about somebody to whom whoever looks has a personal connection. Nothing of that shows to whoever
asked. From docs/how-to-holder.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from broker.audit.entry import AuditEntry
from broker.casework import Staff
from broker.casework.question import Matter, Question, QuestionState, question_of, require_other, settles
from broker.casework.steps import StepKind
from broker.decision.admission import has_personal_connection
from broker.decision.facts import HolderDecision
from broker.errors import NotAllowed
from broker.store.cases import find_cases
from broker.store.links import find_links
from broker.store.notices import NewNotice, mark_sent
from broker.store.people import find_people
from broker.store.session import Act, View
from broker.store.staff import staff_behind
from broker.store.steps import append_step, find_steps
from broker.store.work_items import WorkKind, find_work, find_work_item, finish_work
from broker.usecases.acting import AlertingRefusal
from broker.usecases.casework.front_door import is_protected, nearby
from broker.usecases.release.alerts import CONFLICT


@dataclass(frozen=True, slots=True)
class Inbox:
    """The open questions somebody may see, by id, and those hidden from them for a personal connection."""

    seen: Mapping[str, Question]
    connected: Mapping[str, Question]


def find_questions(view: View, question_ids: Iterable[str]) -> dict[str, Question]:
    """These questions as they stand."""
    found = find_steps(view, question_ids)
    made = {one: question_of(one, steps) for one, steps in found.items()}
    return {one: question for one, question in made.items() if question is not None}


def open_questions(view: View, organisation: str) -> dict[str, Question]:
    """Every open question addressed to an organisation, whether its staff may see it or not."""
    waiting = [one.item_id for one in find_work(view, organisation, WorkKind.QUESTION)]
    found = find_questions(view, waiting)
    return {one: found[one] for one in waiting if one in found and found[one].state is QuestionState.OPEN}


def look_in(act: Act, staff: Staff, questions: Mapping[str, Question]) -> Inbox:
    """Those of these questions that the member of staff of their holder may see now."""
    about = {one.matter.about for one in questions.values()}
    people = find_people(act, about)
    known = {link.person_id for link in find_links(act, about) if link.controller == staff.organisation}
    cases = find_cases(act, {one.matter.case for one in questions.values() if one.matter.case is not None})
    own = nearby(act, staff)
    seen: dict[str, Question] = {}
    connected: dict[str, Question] = {}
    for question_id, question in questions.items():
        person_id, case_id = question.matter.about, question.matter.case
        person = people.get(person_id)
        if person is None or is_protected(person) or person_id not in known:
            continue
        if case_id is not None and (case_id not in cases or not cases[case_id].is_open(act.at)):
            continue
        tied = has_personal_connection(own, staff, frozenset({person_id}))
        (connected if tied else seen)[question_id] = question
    return Inbox(seen, connected)


def require_question(act: Act, staff: Staff, question_id: str) -> Question:
    """An open question to the organisation of the member of staff. Raises NotAllowed, in the same words whether it
    was never asked, is another holder's, is over, or is hidden; a personal connection alerts."""
    work = find_work_item(act, question_id)
    inbox = Inbox({}, {})
    if work is not None and work.kind is WorkKind.QUESTION and work.organisation == staff.organisation:
        inbox = look_in(act, staff, find_questions(act, [question_id]))
    found = inbox.seen.get(question_id)
    if found is None or found.state is not QuestionState.OPEN:
        alerts = [
            NewNotice(CONFLICT, staff.organisation, act.at, {"about": [one.matter.about], "by": staff.id})
            for one in inbox.connected.values()
        ]
        raise AlertingRefusal(
            f"question `{question_id}`", "is not in your organisation's inbox; list what is", alerts
        )
    return found


def questions_about(act: Act, staff: Staff, ruling: HolderDecision) -> tuple[Question, ...]:
    """The open questions that a holder's decision answers. Raises NotAllowed where one was asked by whoever
    decides."""
    matter = Matter(ruling.about, ruling.category, ruling.controller, ruling.purpose, ruling.case)
    found = tuple(one for one in open_questions(act, ruling.controller).values() if settles(matter, one))
    for one in found:
        require_other(one, staff_behind(act, one.asked_by), staff)
    return found


def answer_questions(
    act: Act,
    staff: Staff,
    ruling: HolderDecision,
    ruling_id: str,
    questions: Sequence[Question],
    *,
    told: bool,
    entry: AuditEntry,
) -> None:
    """Answers these with a decision, in its act and under its entry."""
    facts = {"ruling": ruling.ruling.value, "ruling_id": ruling_id, "told": told}
    for one in questions:
        append_step(act, one.id, StepKind.QUESTION_ANSWERED, staff.id, facts, entry=entry)
        close_question(act, one, entry=entry)


def close_question(act: Act, question: Question, *, entry: AuditEntry) -> None:
    """Takes a question, and the notice that it is overdue, from its holder's inbox."""
    finish_work(act, [question.id], entry=entry)
    if question.notice is not None:
        mark_sent(act, question.notice, entry=entry)


def not_yours(question_id: str) -> NotAllowed:
    """The answer to whoever names a question they did not ask, and one never asked."""
    return NotAllowed(f"question `{question_id}`", "is none that you asked; list those you did")
