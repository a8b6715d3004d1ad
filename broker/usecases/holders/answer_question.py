"""Answering a question in the holder's inbox, and handing it over to whoever covers.

Decides that the answer is the holder's decision itself, made in the same act, for the case it was asked for and
for no other; that a release ends (by the partnership's own length where nobody names a day); that nobody
answers what they asked; and that a question is handed to a colleague who may decide and never past its clock.
From docs/how-to-holder.md and docs/rules.md ("holder's decision").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.question import Question, require_other
from broker.casework.second_person import are_one_person
from broker.casework.steps import StepKind
from broker.decision.admission import has_personal_connection
from broker.decision.facts import HolderRuling
from broker.errors import CallWrong
from broker.store.notices import NewNotice, queue_notices
from broker.store.session import Act
from broker.store.staff import find_staff, staff_behind
from broker.store.steps import append_step
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import nearby
from broker.usecases.holders.decide_as_holder import HolderDecided, HolderRules, decide
from broker.usecases.holders.holder_inbox import stands_until
from broker.usecases.holders.questions import require_question
from broker.usecases.kinds import VersionedKind
from broker.usecases.world import World

HANDED_OVER = "holder-handed-over"
"""The topic of the notice to whoever is to see to a question."""


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """The answer. `until_at` None: a release stands as long as the partnership says, a withholding until the next
    decision. `tell` tells those who asked that it is withheld."""

    ruling: HolderRuling
    reason: str
    until_at: datetime | None = None
    tell: bool = False


def answer_question(world: World, acting: Acting, question_id: str, answer: NewAnswer) -> HolderDecided:
    """Decides a question. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> HolderDecided:
        question = require_question(act, staff, question_id)
        require_other(question, staff_behind(act, question.asked_by), staff)
        matter = question.matter
        until_at = answer.until_at
        if until_at is None and answer.ruling is HolderRuling.RELEASE:
            until_at = stands_until(world, question, act.at)
        rules = HolderRules(
            matter.about,
            matter.controller,
            matter.category,
            matter.purpose,
            answer.ruling,
            answer.reason,
            matter.case,
            until_at,
            answer.tell,
        )
        return decide(act, world, staff, rules)

    return perform(world, acting, Verb.HOLDER_DECIDE, work, locking=_locked(question_id))


def hand_over(world: World, acting: Acting, question_id: str, to: str) -> Question:
    """Hands a question to a colleague. Raises NotAllowed, and CallWrong, in the same words whatever bars them."""

    def work(act: Act, staff: Staff) -> Question:
        question = require_question(act, staff, question_id)
        colleague = find_staff(act, [to]).get(to)
        if colleague is None or not _may_take(act, world, staff, colleague, question):
            raise CallWrong(f"`{to}`", "cannot take this one; name another colleague who decides here")
        details = {"question": question_id, "change": "handed-over", "to": to}
        entry = entry_of(act, staff, Event.QUESTION_CHANGED, details, about=[question.matter.about])
        append_step(act, question_id, StepKind.QUESTION_HANDED_OVER, staff.id, {"to": to}, entry=entry)
        notice = NewNotice(HANDED_OVER, staff.organisation, act.at, {"to": to, "question": question_id})
        queue_notices(act, [notice], entry=entry)
        return replace(question, handed_to=to)

    return perform(world, acting, Verb.HOLDER_DECIDE, work, locking=_locked(question_id))


def _may_take(act: Act, world: World, staff: Staff, colleague: Staff, question: Question) -> bool:
    lent = {one.role for one in colleague.covers if one.interval.covers(act.at)}
    return (
        colleague.organisation == staff.organisation
        and colleague.is_in_post(act.at)
        and not are_one_person(staff_behind(act, question.asked_by), colleague)
        and world.access.find_role(colleague.roles | lent, Verb.HOLDER_DECIDE) is not None
        and not has_personal_connection(nearby(act, colleague), colleague, frozenset({question.matter.about}))
    )


def _locked(question_id: str) -> Callable[[Act], object]:
    return lambda act: act.lock([(VersionedKind.CASE, question_id)])
