"""The closed register of what may be said, and what each sentence must be filled in with."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Message(StrEnum):
    """Keys of sentences. Those that start with `officer` are for officers alone; the rest may be told to anybody
    and name no person."""

    CONSENT_NEEDED = "consent-needed"
    CONSENT_NEEDED_NAMED = "consent-needed-named"
    CONSENT_NOT_GIVEN = "consent-not-given"
    HOLDER_DECIDES = "holder-decides"
    CONDITION_NOT_MET = "condition-not-met"
    GATEWAY_BEGINS = "gateway-begins"
    GATEWAY_UNAPPOINTED = "gateway-unappointed"
    GATEWAY_ELSEWHERE = "gateway-elsewhere"
    PARTY_TO_SIGN = "party-to-sign"
    PARTY_TO_JOIN = "party-to-join"
    AGREEMENT_BEGINS = "agreement-begins"
    AGREEMENT_LAPSED = "agreement-lapsed"
    AGREEMENT_ENDED = "agreement-ended"
    DUTY_ENDED = "duty-ended"
    PROHIBITED = "prohibited"
    OPT_OUT = "opt-out"

    NOT_AUTHORISED = "not-authorised"
    POST_ENDED = "post-ended"
    TRAINING_LAPSED = "training-lapsed"
    CASE_REQUIRED = "case-required"
    CASE_CLOSED = "case-closed"
    PURPOSE_NOT_IN_CASE = "purpose-not-in-case"
    NOT_IN_TEAM = "not-in-team"
    NOT_AVAILABLE = "not-available"

    OFFICER_HARD_STOP = "officer-hard-stop"
    OFFICER_HOLDER_WITHHELD = "officer-holder-withheld"
    OFFICER_NO_CLAUSE = "officer-no-clause"
    OFFICER_CONSENT = "officer-consent"
    OFFICER_CONSENT_NOBODY = "officer-consent-nobody"
    OFFICER_SAID_NO = "officer-said-no"
    OFFICER_SAID_NO_NOBODY = "officer-said-no-nobody"
    OFFICER_DISPUTED = "officer-disputed"
    OFFICER_UNSAFE = "officer-unsafe"
    OFFICER_BEST_INTERESTS = "officer-best-interests"
    OFFICER_OBJECTION = "officer-objection"
    OFFICER_OBJECTION_STOPS = "officer-objection-stops"
    OFFICER_HOLDER_DECIDES = "officer-holder-decides"
    OFFICER_SUBJECT_NOT_IN_CASE = "officer-subject-not-in-case"
    OFFICER_CONFLICT_OF_INTEREST = "officer-conflict-of-interest"

    AGREEMENT = "agreement"
    DUTIES = "duties"
    TITLED = "titled"
    TITLED_DUTIES = "titled-duties"
    CLAUSE = "clause"
    JUDGEMENT = "judgement"

    REMEDY = "remedy"
    REMEDY_ELSE = "remedy-else"
    CHANGE_HOLDER = "change-holder"
    CHANGE_SIGN = "change-sign"
    CHANGE_CONSENT = "change-consent"
    CHANGE_RENEW = "change-renew"
    CHANGE_CLAUSE = "change-clause"
    CHANGE_TEAM = "change-team"
    ANY_CONSENT = "any-consent"
    CONSENT_ENGAGEMENT = "consent-engagement"
    CONSENT_CONFIDENTIALITY = "consent-confidentiality"
    CONSENT_DATA_PROTECTION = "consent-data-protection"
    CONSENT_STATUTORY = "consent-statutory"
    CONSENT_OBJECTION = "consent-objection"
    CONSENT_OPT_OUT = "consent-opt-out"
    EITHER = "either"
    EVERY = "every"


PLACES: Final[Mapping[Message, frozenset[str]]] = {
    message: frozenset(places)
    for message, places in {
        Message.CONSENT_NEEDED: ("consent",),
        Message.CONSENT_NEEDED_NAMED: ("consent", "category"),
        Message.HOLDER_DECIDES: ("controller",),
        Message.GATEWAY_BEGINS: ("provision", "day"),
        Message.GATEWAY_UNAPPOINTED: ("provision",),
        Message.PARTY_TO_SIGN: ("agreement", "bodies"),
        Message.PARTY_TO_JOIN: ("agreement", "bodies"),
        Message.AGREEMENT_BEGINS: ("agreement", "day"),
        Message.AGREEMENT_LAPSED: ("agreement", "day"),
        Message.AGREEMENT_ENDED: ("agreement", "day"),
        Message.OFFICER_HOLDER_WITHHELD: ("controller",),
        Message.OFFICER_NO_CLAUSE: ("controller",),
        Message.OFFICER_CONSENT: ("consent", "category", "who"),
        Message.OFFICER_CONSENT_NOBODY: ("consent",),
        Message.OFFICER_SAID_NO: ("consent", "who"),
        Message.OFFICER_SAID_NO_NOBODY: ("consent",),
        Message.OFFICER_DISPUTED: ("controller",),
        Message.OFFICER_UNSAFE: ("controller",),
        Message.OFFICER_BEST_INTERESTS: ("controller",),
        Message.OFFICER_OBJECTION: ("controller",),
        Message.OFFICER_HOLDER_DECIDES: ("controller",),
        Message.AGREEMENT: ("title", "version"),
        Message.TITLED: ("title", "version"),
        Message.TITLED_DUTIES: ("version",),
        Message.CLAUSE: ("clause", "document"),
        Message.REMEDY: ("changes",),
        Message.REMEDY_ELSE: ("changes",),
        Message.CHANGE_HOLDER: ("controller",),
        Message.CHANGE_SIGN: ("party", "agreement"),
        Message.CHANGE_CONSENT: ("who", "consent"),
        Message.CHANGE_RENEW: ("agreement",),
        Message.CHANGE_CLAUSE: ("controller", "recipient"),
        Message.CHANGE_TEAM: ("staff", "case"),
        Message.EITHER: ("some", "last"),
        Message.EVERY: ("some", "last"),
    }.items()
}
"""What a sentence must be filled in with; one that stands nowhere here is said as it is."""
