"""The closed register of reasons: every answer other than a permit is one of these, and nothing else.

Each reason knows the test it comes from (its depth in the ordered list a to h), whether it refers the cell to its
holder, and what a requester may be told instead (rule 1.2: "a sheet on a kitchen table must not tell an abuser
more"). Wordings live beside it for the three readers: officer, professional and, where silent, nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Test(IntEnum):
    """The ordered tests of a naming grant; a later test is a grant that got further."""

    __test__ = False  # the name is the domain's; pytest must not collect it

    IN_FORCE = 1
    SIGNED = 2
    NOT_PROHIBITED = 3
    GATEWAY = 4
    CONDITION = 5
    CONSENT = 6
    OBJECTION = 7
    HOLDER = 8


class Effect(StrEnum):
    """What happens to a cell."""

    PERMIT = "permit"
    REFER = "refer"
    DENY = "deny"


class Refusal(StrEnum):
    """Why a request as a whole is refused, in the order they are looked at."""

    NOT_AUTHORISED = "not-authorised"
    POST_ENDED = "post-ended"
    TRAINING_LAPSED = "training-lapsed"
    CASE_REQUIRED = "case-required"
    CASE_CLOSED = "case-closed"
    PURPOSE_NOT_IN_CASE = "purpose-not-in-case"
    NOT_IN_TEAM = "not-in-team"
    SUBJECT_NOT_IN_CASE = "subject-not-in-case"
    CONFLICT_OF_INTEREST = "conflict-of-interest"


NOT_AVAILABLE = "not-available"
"""All a requester is told where the refusal depends on people."""

DEPENDS_ON_PEOPLE = frozenset({Refusal.SUBJECT_NOT_IN_CASE, Refusal.CONFLICT_OF_INTEREST})


def told_refusal(refusal: Refusal) -> str:
    """What the requester is told of a refusal."""
    return NOT_AVAILABLE if refusal in DEPENDS_ON_PEOPLE else refusal.value


class Reason(StrEnum):
    """Why a cell is referred or denied."""

    HARD_STOP = "hard-stop"
    PROHIBITED = "prohibited"
    OPT_OUT = "opt-out"
    HOLDER_WITHHELD = "holder-withheld"
    NO_CLAUSE = "no-clause"
    AGREEMENT_NOT_IN_FORCE = "agreement-not-in-force"
    PARTY_NOT_SIGNED = "party-not-signed"
    GATEWAY_NOT_IN_FORCE = "gateway-not-in-force"
    CONDITION_NOT_MET = "condition-not-met"
    CONSENT_UNSAFE = "consent-unsafe"
    CONSENT_DISPUTED = "consent-disputed"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    CONSENT_REFUSED = "consent-refused"
    CONSENT_EXPIRED = "consent-expired"
    CONSENT_BEST_INTERESTS = "consent-best-interests"
    CONSENT_LAPSED = "consent-lapsed"
    CONSENT_NO_STANDING = "consent-no-standing"
    CONSENT_ABSENT = "consent-absent"
    OBJECTION_STOPS = "objection-stops"
    OBJECTION = "objection"
    HOLDER_DECIDES = "holder-decides"
    OVERRIDE = "override"


class RecordReason(StrEnum):
    """Why a record is withheld although its own cell does not say so."""

    BEYOND_LOOK_BACK = "beyond-look-back"
    THIRD_PARTY = "third-party"
    BEYOND_RETENTION = "beyond-retention"


class Told(StrEnum):
    """What a requester may be told of a cell not shared, in the order in which the first that applies is said."""

    CONSENT_NEEDED = "consent-needed"
    CONSENT_NOT_GIVEN = "consent-not-given"
    HOLDER_DECIDES = "holder-decides"
    CONDITION_NOT_MET = "condition-not-met"
    GATEWAY_NOT_IN_FORCE = "gateway-not-in-force"
    PARTY_NOT_SIGNED = "party-not-signed"
    AGREEMENT_NOT_IN_FORCE = "agreement-not-in-force"
    PROHIBITED = "prohibited"
    OPT_OUT = "opt-out"


class CoverageState(StrEnum):
    """What silence means for a controller and category; never depends on any person."""

    COVERED = "covered"
    LATE = "late"
    AGREEMENT_NOT_IN_FORCE = "agreement-not-in-force"
    PARTY_NOT_SIGNED = "party-not-signed"
    PROHIBITED = "prohibited"
    GATEWAY_NOT_IN_FORCE = "gateway-not-in-force"
    ASK_THE_HOLDER = "ask-the-holder"


REFER_REASONS = frozenset(
    {
        Reason.CONSENT_DISPUTED,
        Reason.CONSENT_UNSAFE,
        Reason.CONSENT_BEST_INTERESTS,
        Reason.OBJECTION,
        Reason.HOLDER_DECIDES,
    }
)
"""These put the cell before its holder instead of denying it."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A reason in words: `officer` exact, `professional` plain; `told` is what the requester may hear, None for
    never anything."""

    officer: str
    professional: str
    told: Told | None


WORDINGS: dict[Reason, Wording] = {
    Reason.HARD_STOP: Wording(
        "a hard stop: the law forbids this disclosure whatever anybody agrees (tier T5)", "", None
    ),
    Reason.PROHIBITED: Wording(
        "a prohibition covers this",
        "the agreement or the law forbids sharing this for this purpose",
        Told.PROHIBITED,
    ),
    Reason.OPT_OUT: Wording(
        "the person has opted out of secondary uses", "the person has opted out of this kind of use", Told.OPT_OUT
    ),
    Reason.HOLDER_WITHHELD: Wording(
        "the holder has decided to withhold", "the organisation that holds this decides", Told.HOLDER_DECIDES
    ),
    Reason.NO_CLAUSE: Wording("no clause of any agreement names this", "", None),
    Reason.AGREEMENT_NOT_IN_FORCE: Wording(
        "the agreement has not begun, has ended, or has lapsed past its review",
        "the agreement is not in force today",
        Told.AGREEMENT_NOT_IN_FORCE,
    ),
    Reason.PARTY_NOT_SIGNED: Wording(
        "the discloser or the recipient is not a party whose signature stands",
        "one of the organisations is not in the agreement, or has not signed it",
        Told.PARTY_NOT_SIGNED,
    ),
    Reason.GATEWAY_NOT_IN_FORCE: Wording(
        "the gateway is not in force for this discloser, recipient and purpose",
        "the legal power to share does not apply here today",
        Told.GATEWAY_NOT_IN_FORCE,
    ),
    Reason.CONDITION_NOT_MET: Wording(
        "the clause's condition on age or case is not met",
        "the agreement does not reach this person or this kind of case",
        Told.CONDITION_NOT_MET,
    ),
    Reason.CONSENT_UNSAFE: Wording(
        "a consent event is marked unsafe to rely on", "agreement has not been given", Told.CONSENT_NOT_GIVEN
    ),
    Reason.CONSENT_DISPUTED: Wording(
        "one who can decide agrees and another does not", "agreement has not been given", Told.CONSENT_NOT_GIVEN
    ),
    Reason.CONSENT_WITHDRAWN: Wording(
        "consent was withdrawn", "agreement has not been given", Told.CONSENT_NOT_GIVEN
    ),
    Reason.CONSENT_REFUSED: Wording("consent was refused", "agreement has not been given", Told.CONSENT_NOT_GIVEN),
    Reason.CONSENT_EXPIRED: Wording("consent has expired", "agreement is needed", Told.CONSENT_NEEDED),
    Reason.CONSENT_BEST_INTERESTS: Wording(
        "the person lacks capacity and nobody can decide for them: a best-interests decision is needed",
        "the organisation that holds this decides",
        Told.HOLDER_DECIDES,
    ),
    Reason.CONSENT_LAPSED: Wording(
        "whoever decided then can no longer decide", "agreement is needed", Told.CONSENT_NEEDED
    ),
    Reason.CONSENT_NO_STANDING: Wording(
        "whoever decided had no standing to decide", "agreement is needed", Told.CONSENT_NEEDED
    ),
    Reason.CONSENT_ABSENT: Wording("nobody has been asked", "agreement is needed", Told.CONSENT_NEEDED),
    Reason.OBJECTION_STOPS: Wording(
        "an objection stands, and under this gateway an objection stops sharing",
        "the organisation that holds this decides",
        Told.HOLDER_DECIDES,
    ),
    Reason.OBJECTION: Wording(
        "an objection stands and its holder must weigh it",
        "the organisation that holds this decides",
        Told.HOLDER_DECIDES,
    ),
    Reason.HOLDER_DECIDES: Wording(
        "the clause leaves this to its holder", "the organisation that holds this decides", Told.HOLDER_DECIDES
    ),
    Reason.OVERRIDE: Wording("released by emergency access", "released by emergency access", None),
}

_TOLD_ORDER = {told: position for position, told in enumerate(Told)}


def told_reason(reasons: frozenset[Reason]) -> Told | None:
    """The one thing a requester is told where these reasons apply to an explained cell; None is nothing."""
    candidates = [told for reason in reasons if (told := WORDINGS[reason].told) is not None]
    return min(candidates, key=_TOLD_ORDER.__getitem__, default=None)
