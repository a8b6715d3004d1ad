"""The front door in plain English: one home for how screens and commands name its colours, steps and outcomes.

Decides wording only. Source: docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from broker.casework.checks import CheckAnswer, CheckState, DeclineReason
from broker.casework.contact import FamilyKnows, SourceKind
from broker.casework.front_door import Contact
from broker.casework.steps import StepKind
from broker.casework.threshold import ThresholdOutcome
from broker.vocabulary.clocks import Rating
from broker.vocabulary.codes import Vocabulary

RATING_IN_WORDS: Final[Mapping[Rating, str]] = {
    Rating.RED: "Red",
    Rating.AMBER: "Amber",
    Rating.GREEN: "Green",
    Rating.BLUE: "Blue",
}
SOURCE_IN_WORDS: Final[Mapping[SourceKind, str]] = {
    SourceKind.ORGANISATION: "an organisation",
    SourceKind.FAMILY: "the family",
    SourceKind.PUBLIC: "a member of the public",
    SourceKind.ANONYMOUS: "somebody unnamed",
}
KNOWS_AS_ASKED: Final[Mapping[FamilyKnows, str]] = {
    FamilyKnows.YES: "Yes",
    FamilyKnows.NO: "Not yet",
    FamilyKnows.NOT_SAFE: "No, and telling them may put somebody at risk",
    FamilyKnows.UNKNOWN: "Nobody asked",
}
CHECK_IN_WORDS: Final[Mapping[CheckState, str]] = {
    CheckState.WAITING: "not answered yet",
    CheckState.OVERDUE: "overdue",
    CheckState.ANSWERED: "answered",
    CheckState.DECLINED: "declined",
}
ANSWER_IN_WORDS: Final[Mapping[CheckAnswer, str]] = {
    CheckAnswer.ANSWERED: "Answered: what we may tell is on record",
    CheckAnswer.NOTHING_RELEVANT: "Answered: we have nothing to add",
    CheckAnswer.DECLINED: "We decline this request",
}
DECLINED_IN_WORDS: Final[Mapping[DeclineReason, str]] = {
    DeclineReason.NOT_PROPORTIONATE: "it asks for more than the worry needs",
    DeclineReason.NO_POWER: "we have no power to share for this",
    DeclineReason.NO_CAPACITY: "we cannot do it in time",
    DeclineReason.ASK_ELSEWHERE: "somebody else is the right one to ask",
}
OUTCOME_IN_WORDS: Final[Mapping[ThresholdOutcome, str]] = {
    ThresholdOutcome.ADVICE: "Advice and information",
    ThresholdOutcome.EARLY_HELP: "Early help by one service",
    ThresholdOutcome.TAF: "A team around the family",
    ThresholdOutcome.FAMILY_SOLUTIONS: "Family Solutions",
    ThresholdOutcome.SECTION_17: "Assessment of a child in need (section 17)",
    ThresholdOutcome.SECTION_47: "Child protection enquiry (section 47)",
    ThresholdOutcome.NO_FURTHER_ACTION: "No further action",
    ThresholdOutcome.ALREADY_OPEN: "Open already: to whoever leads",
}
LEVEL_IN_WORDS: Final[Mapping[int, str]] = {
    1: "Level 1: universal services meet the need",
    2: "Level 2: some additional help",
    3: "Level 3: several agencies together",
    4: "Level 4: statutory, a social worker",
}
STEP_IN_WORDS: Final[Mapping[StepKind, str]] = {
    StepKind.RECORDED: "Written down",
    StepKind.TAKEN: "Taken",
    StepKind.PUT_BACK: "Put back",
    StepKind.RATED: "Given a colour",
    StepKind.CHECK_ASKED: "Check asked",
    StepKind.CHECK_ANSWERED: "Check answered",
    StepKind.DECIDED: "Decided",
    StepKind.TOLD: "Referrer told",
    StepKind.PASSED_ON: "Passed to whoever leads already",
    StepKind.CLOSED: "Closed",
    StepKind.MOVED: "Went on",
    StepKind.PROPOSED: "Manager asked",
    StepKind.SETTLED: "Manager answered",
}


def told_by(contact: Contact, vocabulary: Vocabulary) -> str:
    """Who told, in words."""
    if contact.source_code is not None:
        return vocabulary.organisations[contact.source_code].name
    return SOURCE_IN_WORDS[contact.source]


def step_in_words(kind: StepKind) -> str:
    """What was done; a step of some other part of the work by its code."""
    return STEP_IN_WORDS.get(kind, kind.value.replace("-", " ").capitalize())
