"""Codes of the store that its callers use: what has a version, what a disclosure rests on, how it ended."""

from __future__ import annotations

from enum import StrEnum


class VersionedKind(StrEnum):
    """What has a version row: a release rests on these and is ordered against whoever changes them."""

    PERSON = "person"
    CASE = "case"
    AGREEMENT = "agreement"


class BasisKind(StrEnum):
    """What a disclosure can rest on; the codes are those of grounds in the audit log (a test compares them)."""

    AGREEMENT = "agreement"
    CONSENT = "consent"
    DUTIES = "duties"
    HOLDER_DECISION = "holder-decision"
    OVERRIDE = "override"
    SIGNATURE = "signature"


class DisclosureOutcome(StrEnum):
    """How a request ended."""

    ANSWERED = "answered"
    REFUSED = "refused"


class MatterKind(StrEnum):
    """What an officer may have open: each kind has its own states and clocks (`broker.rights`)."""

    SUBJECT_ACCESS = "subject-access"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    COMPLAINT = "complaint"
    NOT_THIS_PERSON = "not-this-person"
    LINK_REVIEW = "link-review"
    MERGE = "merge"
    RECALL = "recall"
    BREACH = "breach"


class RecordPart(StrEnum):
    """What somebody is to a record."""

    ABOUT = "about"
    MENTION = "mention"


class FeedNews(StrEnum):
    """What a version of a feed tells."""

    PROMISED = "promised"
    RECEIVED = "received"
    NIL_RETURN = "nil-return"
    ENDED = "ended"


class OverrideStage(StrEnum):
    """How far emergency access has come, as recorded: what is due at an instant follows from the sealed rest."""

    REQUESTED = "requested"
    REFUSED = "refused"
    OPENED = "opened"
    REVIEWED = "reviewed"
    SETTLED = "settled"


class RulesEventKind(StrEnum):
    """What can happen to a proposed version of the standing rules. `begun` is the first of a deployment, taken
    into force by whoever set it up, before there was anybody to approve."""

    BEGUN = "begun"
    APPROVED = "approved"
    REJECTED = "rejected"
