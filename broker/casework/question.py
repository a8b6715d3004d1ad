"""A question to a holder: may this organisation have this kind of information about this person, for this?

Decides how a question stands from its steps, when it is due, whom it may be handed to, and what whoever asked it
learns. INVARIANT: to them a question stands as time alone makes it stand, unless the holder chose to tell them: an
answer, the lack of one and a question that reached nobody look the same, so that asking never finds out whether
anything is held. Silence never releases: nothing here does, only a holder's decision. Knows no clock. Source:
docs/how-to-holder.md, docs/rules.md ("holder's decision").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from broker.casework.clocks import Due
from broker.casework.second_person import are_one_person
from broker.casework.staff import Staff
from broker.casework.steps import Step, StepKind
from broker.casework.working_time import OFFICE_HOURS, add_working_time, due_at
from broker.errors import CallWrong, NotAllowed
from broker.vocabulary.inboxes import Counting, InboxClock


class Origin(StrEnum):
    """How a question came to be: somebody asked it, or a profile referred something to its holder."""

    ASKED = "asked"
    REFERRED = "referred"


class QuestionState(StrEnum):
    """Where a question stands for its holder."""

    OPEN = "open"
    ANSWERED = "answered"
    DROPPED = "dropped"


class AskerState(StrEnum):
    """How a question stands for whoever asked it."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    RELEASED = "released"
    WITHHELD = "withheld"
    DROPPED = "dropped"

    @property
    def in_words(self) -> str:
        """As a screen says it."""
        return _IN_WORDS[self]


_IN_WORDS = {
    AskerState.WAITING: "not answered yet",
    AskerState.OVERDUE: "not answered yet, and overdue: ring them",
    AskerState.RELEASED: "they decided to release: ask for the profile again",
    AskerState.WITHHELD: "they decided to withhold",
    AskerState.DROPPED: "taken back",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a question is about, in ids and codes. `case` None is no case."""

    about: str
    category: str
    controller: str
    purpose: str
    case: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """The holder's answer: `ruling` is `release` or `withhold`; `told` says that whoever asked is told of it."""

    ruling: str
    by: str
    at: datetime
    ruling_id: str
    told: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it stands. `asked_by` (a staff id) acted in `role` for `asker`; `row` is where its reason is
    kept, `notice` the notice that it is overdue, `handed_to` who was asked to see to it."""

    id: str
    origin: Origin
    matter: Matter
    asked_by: str
    role: str
    asker: str
    asked_at: datetime
    due: Due
    urgent: bool
    row: bytes
    notice: str | None = None
    handed_to: str | None = None
    answer: Answer | None = None
    dropped_at: datetime | None = None

    @property
    def state(self) -> QuestionState:
        """Where it stands for its holder."""
        if self.answer is not None:
            return QuestionState.ANSWERED
        return QuestionState.DROPPED if self.dropped_at is not None else QuestionState.OPEN

    def is_overdue(self, at: datetime) -> bool:
        """Whether it is open and its time has run out at `at`."""
        return self.state is QuestionState.OPEN and self.due.at <= at

    def for_asker(self, at: datetime) -> AskerState:
        """How it stands for whoever asked: an answer they were not told of changes nothing."""
        if self.dropped_at is not None:
            return AskerState.DROPPED
        if self.answer is not None and self.answer.told:
            return AskerState.RELEASED if self.answer.ruling == "release" else AskerState.WITHHELD
        return AskerState.OVERDUE if self.due.at <= at else AskerState.WAITING


def question_due(clock: InboxClock, asked_at: datetime, *, urgent: bool) -> Due:
    """When an answer is due."""
    length = clock.urgent if urgent else clock.within
    due = due_at(asked_at, length)
    # INVARIANT: the loader accepts no other duration.
    if due is None:
        raise ValueError(f"`{length}` is no duration")
    if clock.counts is Counting.WORKING and length.startswith("PT"):
        return Due(add_working_time(asked_at, due - asked_at, OFFICE_HOURS), working=True)
    return Due(due)


def question_of(question_id: str, steps: Iterable[Step]) -> Question | None:
    """The question after its steps, in order; None where it was never asked. A step that does not fit where it
    stands changes nothing."""
    question: Question | None = None
    for step in steps:
        if question is None:
            question = _begun(question_id, step)
        elif question.state is QuestionState.OPEN:
            question = _after(question, step)
    return question


def _begun(question_id: str, step: Step) -> Question | None:
    origins = {StepKind.QUESTION_ASKED: Origin.ASKED, StepKind.QUESTION_REFERRED: Origin.REFERRED}
    if step.kind not in origins:
        return None
    facts = step.facts
    return Question(
        question_id,
        origins[step.kind],
        Matter(
            str(facts["about"]),
            str(facts["category"]),
            str(facts["controller"]),
            str(facts["purpose"]),
            step.text("case"),
        ),
        step.by,
        str(facts["role"]),
        str(facts["asker"]),
        step.at,
        Due(facts["due_at"], bool(facts["working"])),
        bool(facts["urgent"]),
        step.row,
        step.text("notice"),
    )


def _after(question: Question, step: Step) -> Question:
    match step.kind:
        case StepKind.QUESTION_HANDED_OVER:
            return replace(question, handed_to=step.text("to"))
        case StepKind.QUESTION_ANSWERED:
            answer = Answer(
                str(step.facts["ruling"]), step.by, step.at, str(step.facts["ruling_id"]), bool(step.facts["told"])
            )
            return replace(question, answer=answer)
        case StepKind.QUESTION_DROPPED:
            return replace(question, dropped_at=step.at)
        case _:
            return question


def require_open(question: Question) -> None:
    """Raises CallWrong where nothing is left to decide."""
    if question.state is not QuestionState.OPEN:
        raise CallWrong(f"question `{question.id}`", f"is {question.state.value} already")


def require_other(question: Question, asker: Staff, staff: Staff) -> None:
    """Raises NotAllowed where somebody would answer what they asked themselves. `asker` is who asked it."""
    if are_one_person(asker, staff):
        raise NotAllowed(f"question `{question.id}`", "is one that you asked; a colleague decides it")


def settles(matter: Matter, question: Question) -> bool:
    """Whether a decision about `matter` answers the question; one for no case answers those of every case."""
    same = (matter.about, matter.category, matter.controller, matter.purpose)
    asked = question.matter
    if same != (asked.about, asked.category, asked.controller, asked.purpose):
        return False
    return matter.case is None or matter.case == asked.case
