"""Checks asked of agencies: each is asked by when, and has answered or not.

Decides what whoever asked learns of an answer: that the agency has answered, or that it declined and for a reason
about the request. Never whether it had anything: "nothing relevant" and "answered" are one and the same to them,
because that somebody is known to an agency is itself information, and it flows as every other does, through the
agency's records and decisions and the profile that rests on them. Source: docs/casework.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from broker.casework.steps import Step


class CheckAnswer(StrEnum):
    """What the agency says of a check; only `declined` is told apart to whoever asked."""

    ANSWERED = "answered"
    NOTHING_RELEVANT = "nothing-relevant"
    DECLINED = "declined"


class DeclineReason(StrEnum):
    """Why an agency declines: about the request, never about anybody in it."""

    NOT_PROPORTIONATE = "not-proportionate"
    NO_POWER = "no-power"
    NO_CAPACITY = "no-capacity"
    ASK_ELSEWHERE = "ask-elsewhere"


class CheckState(StrEnum):
    """How a check stands for whoever asked."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Check:
    """A check asked of an organisation. `answer` is the agency's own; `declined` the reason where it declined."""

    id: str
    organisation: str
    asked_by: str
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None = None
    answer: CheckAnswer | None = None
    declined: DeclineReason | None = None

    def state(self, at: datetime) -> CheckState:
        """How it stands for whoever asked."""
        if self.answer is CheckAnswer.DECLINED:
            return CheckState.DECLINED
        if self.answer is not None:
            return CheckState.ANSWERED
        return CheckState.OVERDUE if self.due_at <= at else CheckState.WAITING

    @classmethod
    def of(cls, step: Step) -> Check:
        """The check that a step asked for."""
        facts = step.facts
        return cls(str(facts["check"]), str(facts["organisation"]), step.by, step.at, facts["due_at"])

    def answered(self, step: Step) -> Check:
        """The check with the answer that a step gave."""
        declined = step.text("declined")
        return replace(
            self,
            answered_at=step.at,
            answer=CheckAnswer(str(step.facts["answer"])),
            declined=DeclineReason(declined) if declined is not None else None,
        )
