"""The closed register of why something may be left out of an answer to somebody who asks for their own data.

Decides which provision each reason is, which classes of information it may be used for and whether it needs the
opinion of a named professional. The person reads none of this: every answer says the same one sentence, so that
it never tells whether anything was left out. Source: Data Protection Act 2018 Schedules 2 to 4.   # IG lawyer to
sign off
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, unique
from typing import Final

from broker.vocabulary.codes import RightsClass

OPINION_LASTS: Final = timedelta(days=182)
"""An opinion on serious harm is relied on for six months (DPA 2018 Schedule 3 paragraph 6(2)); 182 days is never
longer than that."""

NEUTRAL_SENTENCE: Final = (
    "This answer holds the information about you that the law entitles you to from this organisation. Some of what"
    " is held can be left out where the law says so, to protect other people or for other reasons. We say this in"
    " every answer, whether or not anything was left out. If you think something is missing, tell us, or complain"
    " to the Information Commissioner."
)
"""What the person is told of what is left out. INVARIANT: the same words in every answer."""

NOT_SEARCHED: Final = (
    "Only records about this person were searched. Records about somebody else that name or mention them were not:"
    " look at those by hand."
)
"""What the officer is told wherever a right is used. INVARIANT: the same words whether or not there are any."""

NOT_SEARCHED_FOR_YOU: Final = (
    "We looked in the records that are about you. Records about somebody else in which you are only named are not"
    " found that way; ask us if you think there are some."
)
"""What the person is told of it. INVARIANT: the same words in every answer."""


@unique
class Exemption(StrEnum):
    """Why an item is left out."""

    HARD_STOP = "hard-stop"
    PROTECTED_PERSON = "protected-person"
    NO_STANDING = "no-standing"
    SENSITIVE_TO_REQUESTER = "sensitive-to-requester"
    NOT_CLASSED = "not-classed"
    DOMESTIC_ABUSE = "domestic-abuse"
    THIRD_PARTY = "third-party"
    SERIOUS_HARM = "serious-harm"
    CHILD_ABUSE = "child-abuse"
    CRIME = "crime"
    IMMIGRATION = "immigration"
    LEGAL_PRIVILEGE = "legal-privilege"
    LEGAL_PROCEEDINGS = "legal-proceedings"
    REGULATORY = "regulatory"
    NEGOTIATIONS = "negotiations"
    CONFIDENTIAL_REFERENCE = "confidential-reference"
    ADOPTION_RECORD = "adoption-record"
    COURT_REPORT = "court-report"
    STATEMENT_OF_NEEDS = "statement-of-needs"


@dataclass(frozen=True, slots=True)
class ExemptionRow:
    """The provision and its words for the officer. `by_hand` says that an officer may choose it; the others follow
    from what is recorded. `classes` None is any kind of information."""

    provision: str
    words: str
    by_hand: bool = True
    classes: frozenset[RightsClass] | None = None


_HARM_CLASSES: Final = frozenset({RightsClass.HEALTH, RightsClass.SOCIAL_WORK, RightsClass.EDUCATION})
_SCH = "Data Protection Act 2018 Schedule"

EXEMPTIONS: Final[Mapping[Exemption, ExemptionRow]] = {
    Exemption.HARD_STOP: ExemptionRow(
        "partnership's hard stops, docs/rules.md 1.2",
        "never leaves through the broker; its holder answers by hand",
        by_hand=False,
    ),
    Exemption.PROTECTED_PERSON: ExemptionRow(
        "Serious Organised Crime and Police Act 2005 ss.86, 88", "is about somebody protected", by_hand=False
    ),
    Exemption.NO_STANDING: ExemptionRow(
        "UK GDPR Article 15; Children Act 1989 s.3; Mental Capacity Act 2005",
        "whoever asks cannot decide for the person about this kind of information",
        by_hand=False,
    ),
    Exemption.SENSITIVE_TO_REQUESTER: ExemptionRow(
        f"{_SCH} 3 paragraphs 4 and 10; common law duty of confidence",
        "is from a sensitive service and was asked for by somebody else than the person",
        by_hand=False,
    ),
    Exemption.NOT_CLASSED: ExemptionRow(
        "policies/rights.yaml", "its kind is in no class there, so nobody knows which test it needs", by_hand=False
    ),
    Exemption.DOMESTIC_ABUSE: ExemptionRow(
        f"{_SCH} 2 paragraphs 2 and 16",
        "is domestic-abuse information that is not about the person alone",
        by_hand=False,
    ),
    Exemption.THIRD_PARTY: ExemptionRow(
        f"{_SCH} 2 paragraph 16", "is about somebody else too, who has not agreed and whose part cannot be hidden"
    ),
    Exemption.SERIOUS_HARM: ExemptionRow(
        f"{_SCH} 3 paragraphs 5, 11 and 19",
        "would be likely to cause serious harm, in the opinion of a named professional",
        by_hand=False,
        classes=_HARM_CLASSES,
    ),
    Exemption.CHILD_ABUSE: ExemptionRow(
        f"{_SCH} 3 paragraph 21",
        "tells whether a child is or may be abused and was asked for by somebody else than the child",
        classes=frozenset({RightsClass.CHILD_ABUSE}),
    ),
    Exemption.CRIME: ExemptionRow(
        f"{_SCH} 2 paragraph 2", "would be likely to prejudice preventing or detecting crime"
    ),
    Exemption.IMMIGRATION: ExemptionRow(
        f"{_SCH} 2 paragraph 4", "would be likely to prejudice immigration control"
    ),
    Exemption.LEGAL_PROCEEDINGS: ExemptionRow(
        f"{_SCH} 2 paragraph 5", "is needed for legal proceedings or advice"
    ),
    Exemption.REGULATORY: ExemptionRow(
        f"{_SCH} 2 paragraph 7", "would prejudice protecting the public by a regulator"
    ),
    Exemption.LEGAL_PRIVILEGE: ExemptionRow(f"{_SCH} 2 paragraph 19", "is legally privileged"),
    Exemption.NEGOTIATIONS: ExemptionRow(f"{_SCH} 2 paragraph 23", "would prejudice negotiations with the person"),
    Exemption.CONFIDENTIAL_REFERENCE: ExemptionRow(f"{_SCH} 2 paragraph 24", "is a reference given in confidence"),
    Exemption.ADOPTION_RECORD: ExemptionRow(f"{_SCH} 4 paragraph 3", "is an adoption record or report"),
    Exemption.COURT_REPORT: ExemptionRow(
        f"{_SCH} 3 paragraphs 3, 9 and 18", "was given to a court, whose rules withhold it", classes=_HARM_CLASSES
    ),
    Exemption.STATEMENT_OF_NEEDS: ExemptionRow(
        f"{_SCH} 4 paragraph 4",
        "is part of a statement of special educational needs",
        classes=frozenset({RightsClass.EDUCATION}),
    ),
}
"""INVARIANT: one row for each member (a test walks both)."""
