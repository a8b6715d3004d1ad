"""The closed register of verbs: everything a role may be allowed to do.

A verb that a rule names and that does not stand here stops the broker from starting; a verb that no rule names is
refused to everybody.
"""

from __future__ import annotations

from enum import StrEnum, unique


@unique
class Verb(StrEnum):
    """A verb of the system; codes are those of `policies/access/policy.csv`."""

    AGREEMENT_APPROVE = "agreement.approve"
    AGREEMENT_DIFF = "agreement.diff"
    AGREEMENT_DRAFT = "agreement.draft"
    AGREEMENT_IMPACT = "agreement.impact"
    AGREEMENT_PUBLISH = "agreement.publish"
    AGREEMENT_READ = "agreement.read"
    AGREEMENT_RENEW = "agreement.renew"
    AGREEMENT_SIGN = "agreement.sign"
    AGREEMENT_TEST = "agreement.test"
    AUDIT_EXPORT = "audit.export"
    AUDIT_PROVE = "audit.prove"
    AUDIT_READ = "audit.read"
    AUDIT_VERIFY = "audit.verify"
    BREACH_DECIDE = "breach.decide"
    BREACH_RECORD = "breach.record"
    CONSENT_READ = "consent.read"
    CONSENT_RECORD = "consent.record"
    CONSENT_WITHDRAW = "consent.withdraw"
    CONTACT_RECORD = "contact.record"
    DATABASE_MIGRATE = "database.migrate"
    DISCLOSURE_READ = "disclosure.read"
    DISCLOSURE_RECALL = "disclosure.recall"
    EXPIRY_READ = "expiry.read"
    HARM_ASSESS = "harm.assess"
    FEED_PROMISE = "feed.promise"
    FEED_READ = "feed.read"
    HOLDER_DECIDE = "holder.decide"
    INGEST_RUN = "ingest.run"
    KEYS_ENROL = "keys.enrol"
    KEYS_REVOKE = "keys.revoke"
    LINK_DISPUTE = "link.dispute"
    LINK_REVIEW = "link.review"
    LINK_RUN = "link.run"
    LINK_UNMERGE = "link.unmerge"
    OVERRIDE_APPROVE = "override.approve"
    OVERRIDE_REQUEST = "override.request"
    OVERRIDE_REVIEW = "override.review"
    PERSON_SEARCH = "person.search"
    PROFILE_REQUEST = "profile.request"
    RECORD_CORRECT = "record.correct"
    RIGHTS_ANSWER = "rights.answer"
    RIGHTS_RECORD = "rights.record"
    RIGHTS_REVIEW = "rights.review"
    SHARE_ASK = "share.ask"
    STATISTICS_READ = "statistics.read"
    TEAM_CLOSE = "team.close"
    TEAM_JOIN = "team.join"
    TEAM_LEAVE = "team.leave"
    TEAM_OPEN = "team.open"
    TEAM_READ = "team.read"
