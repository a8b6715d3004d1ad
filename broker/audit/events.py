"""The closed register of what the audit log can say, and of the details each event may carry.

Decides which events exist, how each may end (`Outcome`) and which details it needs or may have.
A new event is one member here, one row in `EVENT_FORMS` (those of casework, partners and records stand in
`casework_forms`, `partner_forms` and `record_forms`), one frozen sample under `tests/unit/audit/samples/` and one
word in the verifier's own list; a test walks all four. From docs/security.md section 3.

Four details relate entries to each other; the verifier reads them in all events:

- `introduces`: grounds that exist from this entry on (a consent, an agreement in force, an override window);
- `ends`: grounds that no release after this entry may rest on;
- `narrows`: grounds that still stand in part; a release that rests on one must also rest on what narrowed it;
- `rests_on`: grounds that a release relied on.

A ground is written `kind:id`, see `GROUND_KINDS`. `until` ends what the same entry introduces at an instant.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final

from broker.audit.casework_forms import CASEWORK_FORMS
from broker.audit.event_form import EventForm, Kind, Outcome
from broker.audit.event_form import form_of as _form
from broker.audit.partner_forms import PARTNER_FORMS
from broker.audit.record_forms import RECORD_FORMS

__all__ = ["EVENT_FORMS", "GROUND_KINDS", "Event", "EventForm", "Kind", "Outcome"]


GROUND_KINDS: Final = frozenset({"agreement", "consent", "duties", "holder-decision", "override", "signature"})
"""What a release can rest on; `agreement:family-support@2`, `signature:family-support@2/ecc`, `consent:c-17`."""


@unique
class Event(StrEnum):
    """Everything that leaves an entry. Codes are stored for ever: a member is never renamed or reused."""

    LOG_STARTED = "log.started"
    RULES_ADOPTED = "rules.adopted"
    AGREEMENT_PUBLISHED = "agreement.published"
    AGREEMENT_SIGNED = "agreement.signed"
    AGREEMENT_SIGNATURE_WITHDRAWN = "agreement.signature-withdrawn"
    AGREEMENT_ENDED = "agreement.ended"
    AUTHORISATION_RECORDED = "authorisation.recorded"
    AUTHORISATION_WITHDRAWN = "authorisation.withdrawn"
    POLICIES_PROPOSED = "policies.proposed"
    POLICIES_APPROVED = "policies.approved"
    POLICIES_REJECTED = "policies.rejected"
    IMPACT_REPLAYED = "impact.replayed"
    CONSENT_GIVEN = "consent.given"
    CONSENT_REFUSED = "consent.refused"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    CONSENT_MARKED_UNSAFE = "consent.marked-unsafe"
    OBJECTION_RAISED = "objection.raised"
    OBJECTION_WITHDRAWN = "objection.withdrawn"
    STANDING_CHANGED = "standing.changed"
    MARKER_SET = "marker.set"
    MARKER_LIFTED = "marker.lifted"
    HOLDER_DECISION_MADE = "holder-decision.made"
    HOLDER_ASKED = "holder.asked"
    QUESTION_SHOWN = "question.shown"
    QUESTION_CHANGED = "question.changed"
    ADHOC_RECORDED = "adhoc.recorded"
    ADHOC_DECIDED = "adhoc.decided"
    ADHOC_RELEASED = "adhoc.released"
    ADHOC_SHOWN = "adhoc.shown"
    PROFILE_RELEASED = "profile.released"
    PROFILE_REFUSED = "profile.refused"
    DISCLOSURE_RECALLED = "disclosure.recalled"
    PROFILE_REPEATED = "profile.repeated"
    PROFILE_COPIED = "profile.copied"
    PARTNER_ADMITTED = "partner.admitted"
    PARTNER_ANSWERED = "partner.answered"
    PERSON_SEARCHED = "person.searched"
    WORK_HANDED = "work.handed"
    PERSON_REIDENTIFIED = "person.reidentified"
    PERSON_ERASED = "person.erased"
    PEOPLE_LINKED = "people.linked"
    PEOPLE_MERGED = "people.merged"
    PEOPLE_UNMERGED = "people.unmerged"
    RECORDS_INGESTED = "records.ingested"
    RECORD_CORRECTED = "record.corrected"
    RIGHTS_REQUESTED = "rights.requested"
    RIGHTS_CHANGED = "rights.changed"
    RIGHTS_ANSWERED = "rights.answered"
    LINK_REVIEWED = "link.reviewed"
    BREACH_RECORDED = "breach.recorded"
    BREACH_CHANGED = "breach.changed"
    RECORD_ENDED = "record.ended"
    FEED_PROMISED = "feed.promised"
    FEED_NIL_RETURN = "feed.nil-return"
    FEED_ENDED = "feed.ended"
    CASE_OPENED = "case.opened"
    CASE_CHANGED = "case.changed"
    CASE_CLOSED = "case.closed"
    CASE_SHOWN = "case.shown"
    CASE_MOVED = "case.moved"
    PURPOSE_CHANGED = "purpose.changed"
    COVER_ARRANGED = "cover.arranged"
    COVER_ENDED = "cover.ended"
    TEAM_JOINED = "team.joined"
    TEAM_LEFT = "team.left"
    TEAM_LED = "team.led"
    LEAD_APPOINTED = "lead.appointed"
    CONTACT_RECORDED = "contact.recorded"
    CONTACT_SHOWN = "contact.shown"
    CONTACT_PASSED = "contact.passed"
    CHECK_ASKED = "check.asked"
    CHECK_ANSWERED = "check.answered"
    LEAD_ANSWERED = "lead.answered"
    THRESHOLD_DECIDED = "threshold.decided"
    REFUSAL_REVIEWED = "refusal.reviewed"
    DISAGREEMENT_RAISED = "disagreement.raised"
    DISAGREEMENT_CHANGED = "disagreement.changed"
    DISAGREEMENT_SHOWN = "disagreement.shown"
    OVERRIDE_REQUESTED = "override.requested"
    OVERRIDE_OPENED = "override.opened"
    OVERRIDE_REFUSED = "override.refused"
    OVERRIDE_CLOSED = "override.closed"
    OVERRIDE_REVIEWED = "override.reviewed"
    PERSON_INFORMED = "person.informed"
    WATCH_CHANGED = "watch.changed"
    ALERT_RAISED = "alert.raised"
    ALERT_CLOSED = "alert.closed"
    SESSION_STARTED = "session.started"
    SESSION_REFUSED = "session.refused"
    SESSION_STEPPED_UP = "session.stepped-up"
    SESSION_ENDED = "session.ended"
    ACCESS_REFUSED = "access.refused"
    STAFF_CHANGED = "staff.changed"
    KEY_PROPOSED = "key.proposed"
    KEY_ENROLLED = "key.enrolled"
    KEY_REVOKED = "key.revoked"
    WEBHOOK_PROPOSED = "webhook.proposed"
    WEBHOOK_APPROVED = "webhook.approved"
    WEBHOOK_STOPPED = "webhook.stopped"
    NOTICE_DELIVERED = "notice.delivered"
    NOTICE_ACKNOWLEDGED = "notice.acknowledged"
    NOTICES_REPLAYED = "notices.replayed"
    AUDIT_SEARCHED = "audit.searched"
    AUDIT_EXPORTED = "audit.exported"
    AUDIT_VERIFIED = "audit.verified"
    AUDIT_COSIGNED = "audit.cosigned"
    EVIDENCE_PACKED = "evidence.packed"
    REPORT_PRODUCED = "report.produced"
    EXTRACT_PSEUDONYMISED = "extract.pseudonymised"


_C, _CS, _I, _IS, _N = Kind.CODE, Kind.CODES, Kind.ID, Kind.IDS, Kind.COUNT
_F, _AT, _D, _G = Kind.FLAG, Kind.INSTANT, Kind.DIGEST, Kind.GROUNDS

_CONSENT: Final = {"purposes": _CS, "categories": _CS, "controllers": _CS, "recipients": _CS, "until": _AT}

EVENT_FORMS: Final[Mapping[Event, EventForm]] = MappingProxyType(
    {
        Event.LOG_STARTED: _form(needed={"origin": _I}),
        Event.RULES_ADOPTED: _form(may_have={"introduces": _G, "ends": _G}, names_rules=True),
        Event.AGREEMENT_PUBLISHED: _form(
            needed={"agreement": _I, "document_digest": _D, "introduces": _G},
            may_have={"from": _AT, "until": _AT, "ends": _G, "terms_digest": _D},
        ),
        Event.AGREEMENT_SIGNED: _form(
            needed={"agreement": _I, "document_digest": _D, "party": _C, "introduces": _G},
            may_have={"until": _AT, "terms_digest": _D, "key": _I, "signed_at": _AT, "authorisation": _I},
        ),
        Event.AGREEMENT_SIGNATURE_WITHDRAWN: _form(needed={"agreement": _I, "party": _C, "ends": _G}),
        Event.AGREEMENT_ENDED: _form(needed={"agreement": _I, "ends": _G}),
        Event.AUTHORISATION_RECORDED: _form(
            needed={"authorisation": _I, "party": _C, "body": _C},
            may_have={"agreement": _I, "from": _AT, "until": _AT},
        ),
        Event.AUTHORISATION_WITHDRAWN: _form(needed={"authorisation": _I, "party": _C, "body": _C}),
        Event.POLICIES_PROPOSED: _form(needed={"version": _N, "document_digest": _D, "access_digest": _D}),
        Event.POLICIES_APPROVED: _form(
            needed={"version": _N, "document_digest": _D, "access_digest": _D, "proposer": _I}
        ),
        Event.POLICIES_REJECTED: _form(needed={"version": _N, "document_digest": _D, "access_digest": _D}),
        Event.IMPACT_REPLAYED: _form(
            needed={"agreement": _I, "document_digest": _D, "decisions": _N, "gained": _N, "lost": _N}
        ),
        Event.CONSENT_GIVEN: _form(
            needed={"kind": _C, "introduces": _G}, may_have={**_CONSENT, "ends": _G, "narrows": _G}
        ),
        Event.CONSENT_REFUSED: _form(
            needed={"kind": _C}, may_have={**_CONSENT, "introduces": _G, "ends": _G, "narrows": _G}
        ),
        Event.CONSENT_WITHDRAWN: _form(
            needed={"kind": _C}, may_have={**_CONSENT, "introduces": _G, "ends": _G, "narrows": _G}
        ),
        Event.CONSENT_MARKED_UNSAFE: _form(needed={"kind": _C, "ends": _G}),
        Event.OBJECTION_RAISED: _form(
            needed={"kind": _C}, may_have={**_CONSENT, "introduces": _G, "ends": _G, "narrows": _G}
        ),
        Event.OBJECTION_WITHDRAWN: _form(needed={"kind": _C}, may_have={"ends": _G}),
        Event.STANDING_CHANGED: _form(needed={"change": _C}, may_have={"ends": _G, "narrows": _G, "proposal": _I}),
        Event.MARKER_SET: _form(needed={"marker": _C}, may_have={"ends": _G, "narrows": _G}),
        Event.MARKER_LIFTED: _form(needed={"marker": _C}, may_have={"proposal": _I, "proposed_by": _I}),
        Event.HOLDER_DECISION_MADE: _form(
            Outcome.PERMITTED,
            Outcome.REFUSED,
            needed={"controller": _C, "category": _C, "purpose": _C},
            may_have={"case": _I, "introduces": _G, "ends": _G, "narrows": _G, "until": _AT, "answers": _IS},
        ),
        Event.PROFILE_RELEASED: _form(
            Outcome.PERMITTED,
            needed={"disclosure": _I, "purpose": _C, "permitted": _N, "records": _N, "rests_on": _G},
            may_have={
                "role": _C,
                "case": _I,
                "referred": _N,
                "denied": _N,
                "withheld": _N,
                "masked": _N,
                "clauses": _IS,
                "override": _I,
                "channel": _C,
            },
            names_rules=True,
        ),
        Event.PROFILE_REFUSED: _form(
            Outcome.REFUSED,
            needed={"reason": _C},
            may_have={"purpose": _C, "role": _C, "case": _I, "channel": _C},
        ),
        Event.PROFILE_REPEATED: _form(
            Outcome.PERMITTED,
            needed={"disclosure": _I, "purpose": _C, "rests_on": _G},
            may_have={"role": _C, "case": _I, "channel": _C},
            names_rules=True,
        ),
        Event.PROFILE_COPIED: _form(needed={"disclosure": _I, "copy": _C}, may_have={"case": _I, "readers": _IS}),
        Event.DISCLOSURE_RECALLED: _form(needed={"disclosure": _I, "because": _C, "recipient": _C}),
        Event.PERSON_SEARCHED: _form(needed={"found": _N}, may_have={"purpose": _C, "case": _I, "by": _CS}),
        Event.WORK_HANDED: _form(needed={"what": _C, "to": _I}),
        Event.PERSON_REIDENTIFIED: _form(
            Outcome.PERMITTED, Outcome.REFUSED, needed={"reason": _C, "second": _I}, may_have={"case": _I}
        ),
        **{Event(code): form for code, form in {**CASEWORK_FORMS, **PARTNER_FORMS, **RECORD_FORMS}.items()},
        Event.OVERRIDE_REQUESTED: _form(
            needed={"override": _I, "reason": _C, "purpose": _C}, may_have={"gateway": _C, "case": _I}
        ),
        Event.OVERRIDE_OPENED: _form(
            Outcome.PERMITTED,
            needed={"override": _I, "reason": _C, "minutes": _N, "introduces": _G, "until": _AT, "alone": _F},
            may_have={"gateway": _C, "second": _I, "case": _I, "purpose": _C, "review_due_at": _AT},
        ),
        Event.OVERRIDE_REFUSED: _form(Outcome.REFUSED, needed={"override": _I, "reason": _C}),
        Event.OVERRIDE_CLOSED: _form(needed={"override": _I, "ends": _G}),
        Event.OVERRIDE_REVIEWED: _form(needed={"override": _I, "finding": _C}),
        Event.PERSON_INFORMED: _form(
            Outcome.DONE,
            Outcome.REFUSED,
            needed={"about_act": _C},
            may_have={"reason": _C, "second": _I, "override": _I, "how": _C, "look_again_at": _AT, "case": _I},
        ),
        Event.WATCH_CHANGED: _form(needed={"change": _C}),
        Event.ALERT_RAISED: _form(needed={"alert": _I, "kind": _C}),
        Event.ALERT_CLOSED: _form(needed={"alert": _I, "finding": _C}),
        Event.SESSION_STARTED: _form(needed={"session": _I}, may_have={"provider": _C}),
        Event.SESSION_REFUSED: _form(Outcome.REFUSED, needed={"reason": _C}),
        Event.SESSION_STEPPED_UP: _form(needed={"session": _I}),
        Event.SESSION_ENDED: _form(needed={"session": _I}, may_have={"reason": _C}),
        Event.ACCESS_REFUSED: _form(Outcome.REFUSED, needed={"verb": _C, "reason": _C}),
        Event.STAFF_CHANGED: _form(needed={"member": _I, "change": _C}),
        Event.AUDIT_SEARCHED: _form(needed={"found": _N}, may_have={"reason": _C}),
        Event.AUDIT_EXPORTED: _form(needed={"size": _N, "root_digest": _D}),
        Event.AUDIT_VERIFIED: _form(needed={"verdict": _C}, may_have={"size": _N, "bad_index": _N}),
        Event.AUDIT_COSIGNED: _form(
            needed={"witness": _I, "key_digest": _D, "size": _N, "root_digest": _D, "cosigned_at": _AT}
        ),
        Event.EVIDENCE_PACKED: _form(
            needed={"size": _N, "root_digest": _D, "entries": _N}, may_have={"disclosure": _I}
        ),
        Event.REPORT_PRODUCED: _form(needed={"report": _C}, may_have={"rows": _N, "already_open": _IS}),
        Event.EXTRACT_PSEUDONYMISED: _form(needed={"domain": _C, "rows": _N}, may_have={"epoch": _C}),
    }
)
"""INVARIANT: one form for each member of `Event` (a test walks both)."""
