"""What was done in a case, step by step: appended, never edited; where a case stands is a fold over its steps. A
question to a holder is such a case too, under its own id.

Decides which steps there are and which codes and ids each carries. A step's words (a worry, a reason) are no part
of it: they are sealed beside it and opened only when they are shown. Source: docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Any


@unique
class StepKind(StrEnum):
    """Every step there is. Codes are stored for ever: a member is never renamed or reused."""

    RECORDED = "recorded"
    TAKEN = "taken"
    PUT_BACK = "put-back"
    RATED = "rated"
    CHECK_ASKED = "check-asked"
    CHECK_ANSWERED = "check-answered"
    DECIDED = "decided"
    TOLD = "referrer-told"
    PASSED_ON = "passed-on"
    CLOSED = "closed"
    MOVED = "moved"
    LEAD_HANDED_OVER = "lead-handed-over"
    LEAD_APPOINTED = "lead-appointed"
    REVIEWED = "reviewed"
    PLAN_WRITTEN = "plan-written"
    GOAL_SET = "goal-set"
    GOAL_ENDED = "goal-ended"
    PROPOSED = "proposed"
    SETTLED = "settled"
    INVITED = "invited"
    ACCEPTED = "accepted"
    QUESTION_ASKED = "question-asked"
    QUESTION_REFERRED = "question-referred"
    QUESTION_HANDED_OVER = "question-handed-over"
    QUESTION_ANSWERED = "question-answered"
    QUESTION_DROPPED = "question-dropped"
    ADHOC_RECORDED = "adhoc-recorded"
    ADHOC_FIRST = "adhoc-first"
    ADHOC_RELEASED = "adhoc-released"
    ADHOC_REFUSED = "adhoc-refused"
    ADHOC_ANSWERED = "adhoc-answered"
    REFUSAL_OPENED = "refusal-opened"
    REFUSAL_REVIEWED = "refusal-reviewed"
    FAMILY_TOLD = "family-told"
    FAMILY_NOT_TOLD = "family-not-told"
    DISAGREED = "disagreed"
    DISAGREEMENT_ANSWERED = "disagreement-answered"
    DISAGREEMENT_ESCALATED = "disagreement-escalated"
    RESOLUTION_PROPOSED = "resolution-proposed"
    RESOLUTION_ACCEPTED = "resolution-accepted"
    RESOLUTION_DECLINED = "resolution-declined"
    MARKED_PROTECTED = "marked-protected"
    LIFT_PROPOSED = "protection-lift-proposed"
    LIFT_AGREED = "protection-lift-agreed"
    LIFT_DECLINED = "protection-lift-declined"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what, when, by whom (a staff id) and with which codes, ids and instants. `row` is where its words
    are kept; empty for a step not stored yet."""

    kind: StepKind
    at: datetime
    by: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    row: bytes = b""

    def text(self, name: str) -> str | None:
        """A code or id of the step; None where it has none."""
        found = self.facts.get(name)
        return found if isinstance(found, str) else None
