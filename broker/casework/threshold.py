"""The threshold decision: which level of need, and what is done about it, with the reason written down.

Decides which outcomes fit which level, and what the referrer is told: no more than what becomes of their worry,
never anything about the family. Levels are those of Essex's windscreen: 1 universal, 2 additional, 3 several
agencies together, 4 statutory. Source: docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from broker.casework.contact import SourceKind
from broker.casework.steps import Step
from broker.errors import CallWrong


class ThresholdOutcome(StrEnum):
    """What is done about a worry."""

    ADVICE = "advice"
    EARLY_HELP = "early-help"
    TAF = "taf"
    FAMILY_SOLUTIONS = "family-solutions"
    SECTION_17 = "section-17"
    SECTION_47 = "section-47"
    NO_FURTHER_ACTION = "nfa"
    ALREADY_OPEN = "already-open"


LEVELS: Final[Mapping[ThresholdOutcome, frozenset[int]]] = {
    ThresholdOutcome.ADVICE: frozenset({1, 2}),
    ThresholdOutcome.EARLY_HELP: frozenset({2}),
    ThresholdOutcome.TAF: frozenset({2, 3}),
    ThresholdOutcome.FAMILY_SOLUTIONS: frozenset({3}),
    ThresholdOutcome.SECTION_17: frozenset({4}),
    ThresholdOutcome.SECTION_47: frozenset({4}),
    ThresholdOutcome.NO_FURTHER_ACTION: frozenset({1, 2}),
    ThresholdOutcome.ALREADY_OPEN: frozenset({1, 2, 3, 4}),
}
"""The levels at which an outcome makes sense."""


@dataclass(frozen=True, slots=True)
class ThresholdDecision:
    """What was decided, by whom and when; the reason is kept sealed. `checks_out` is how many checks nobody had
    answered then."""

    level: int
    outcome: ThresholdOutcome
    by: str
    at: datetime
    checks_out: int = 0

    @classmethod
    def of(cls, step: Step) -> ThresholdDecision:
        """The decision a step made."""
        facts = step.facts
        outcome = ThresholdOutcome(str(facts["outcome"]))
        return cls(int(facts["level"]), outcome, step.by, step.at, int(facts["checks_out"]))


def require_threshold(level: int, outcome: ThresholdOutcome, reason: str) -> None:
    """Raises CallWrong for an outcome that does not fit the level, and for a decision without its reason.

    INVARIANT: there is no decision without a reason.
    """
    if not reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why this level and this outcome")
    fitting = LEVELS[outcome]
    if level not in fitting:
        levels = " or ".join(str(one) for one in sorted(fitting))
        raise CallWrong("level", f"`{level}` does not go with `{outcome.value}`, which is for level {levels}")


_THANKS: Final = "Thank you for telling us about your worry."
_NO_MORE: Final = (
    "We have looked at it and decided what to do. We cannot tell you more, because it is somebody's private life."
)
_HELP: Final = "It has gone to the people who can help. Somebody will be in touch if they need you."
_SOCIAL_WORK: Final = "A social worker will look into it and be in touch if they need you."
_TO_PROFESSIONALS: Final[Mapping[ThresholdOutcome, str]] = {
    ThresholdOutcome.ADVICE: "Please go on with what you are doing, and tell us if things change.",
    ThresholdOutcome.EARLY_HELP: _HELP,
    ThresholdOutcome.TAF: _HELP,
    ThresholdOutcome.FAMILY_SOLUTIONS: _HELP,
    ThresholdOutcome.SECTION_17: _SOCIAL_WORK,
    ThresholdOutcome.SECTION_47: _SOCIAL_WORK,
    ThresholdOutcome.NO_FURTHER_ACTION: "We will take no further action now. Please tell us if things change.",
    ThresholdOutcome.ALREADY_OPEN: _HELP,
}
"""One text for several outcomes where the difference would tell of the family: that they have help already is told
like that they will."""


def feedback(outcome: ThresholdOutcome, source: SourceKind) -> str | None:
    """What the referrer may be told; None for somebody nobody can tell.

    Only an organisation hears what becomes of it. A neighbour and a relative hear one and the same whatever was
    decided.
    """
    if source is SourceKind.ANONYMOUS:
        return None
    told = _TO_PROFESSIONALS[outcome] if source is SourceKind.ORGANISATION else _NO_MORE
    return f"{_THANKS} {told}"
