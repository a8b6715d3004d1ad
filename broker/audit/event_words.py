"""What each event of the log is called in a sentence, for somebody who will never read the log itself.

Decides wording only. A sentence says what happened and leaves who did it, when, and about whom to the columns
beside it; its places are names of details that every entry of the event has. In one register, so that another
language can follow. Where they are read: docs/how-to-evidence.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from broker.audit.events import Event, Outcome

EVENT_WORDS: Final[Mapping[Event, str]] = MappingProxyType(
    {
        Event.LOG_STARTED: "The log was started.",
        Event.RULES_ADOPTED: "The partnership’s rules came into force as they then stood.",
        Event.AGREEMENT_PUBLISHED: "The agreement {agreement} was published.",
        Event.AGREEMENT_SIGNED: "The agreement {agreement} was signed for {party}.",
        Event.AGREEMENT_SIGNATURE_WITHDRAWN: "The signature of {party} under {agreement} was taken back.",
        Event.AGREEMENT_ENDED: "The agreement {agreement} was ended.",
        Event.AUTHORISATION_RECORDED: "{body} was authorised to sign for {party}.",
        Event.AUTHORISATION_WITHDRAWN: "The authority of {body} to sign for {party} was taken back.",
        Event.POLICIES_PROPOSED: "Changed standing rules were proposed.",
        Event.POLICIES_APPROVED: "A second person approved the changed standing rules.",
        Event.POLICIES_REJECTED: "A second person rejected the changed standing rules.",
        Event.IMPACT_REPLAYED: "Past decisions were replayed against a draft of the agreement {agreement}.",
        Event.CONSENT_GIVEN: "Consent was given ({kind}).",
        Event.CONSENT_REFUSED: "Consent was refused ({kind}).",
        Event.CONSENT_WITHDRAWN: "Consent was withdrawn ({kind}).",
        Event.CONSENT_MARKED_UNSAFE: "A consent was marked as unsafe to rely on ({kind}).",
        Event.OBJECTION_RAISED: "An objection was raised ({kind}).",
        Event.OBJECTION_WITHDRAWN: "An objection was taken back ({kind}).",
        Event.STANDING_CHANGED: "Who may decide for somebody changed, or what that rests on ({change}).",
        Event.MARKER_SET: "A protection was set ({marker}).",
        Event.MARKER_LIFTED: "A protection was lifted ({marker}).",
        Event.HOLDER_DECISION_MADE: "The holder, {controller}, decided about: {category}; for: {purpose}.",
        Event.HOLDER_ASKED: "The holder, {controller}, was asked to decide about: {category}; for: {purpose}.",
        Event.QUESTION_SHOWN: "A question to a holder was looked at.",
        Event.QUESTION_CHANGED: "A question to a holder moved on ({change}).",
        Event.ADHOC_RECORDED: "A request outside the agreements was recorded; for: {purpose}.",
        Event.ADHOC_DECIDED: "A request outside the agreements moved on ({change}).",
        Event.ADHOC_RELEASED: "Information was released outside the agreements ({disclosure}); for: {purpose}.",
        Event.ADHOC_SHOWN: "A request outside the agreements was looked at.",
        Event.PROFILE_RELEASED: "Information was released ({disclosure}); for: {purpose}.",
        Event.PROFILE_REFUSED: "Information was asked for, and nothing was released.",
        Event.PROFILE_REPEATED: "A release was shown again to who had received it ({disclosure}); for: {purpose}.",
        Event.DISCLOSURE_RECALLED: "{recipient} was told that what it had received changed since ({because}).",
        Event.PARTNER_ADMITTED: "A partner’s signed request was let in.",
        Event.PARTNER_ANSWERED: "A partner’s signed request was answered.",
        Event.PERSON_SEARCHED: "Somebody was searched for.",
        Event.WORK_HANDED: "What somebody had begun was handed to a colleague, who was asked to take it ({what}).",
        Event.PERSON_REIDENTIFIED: "A pseudonym was asked to be turned back into a person ({reason}).",
        Event.PERSON_ERASED: "A person’s data was erased ({reason}).",
        Event.PEOPLE_LINKED: "Records of several organisations were compared, to find which are about one person.",
        Event.PEOPLE_MERGED: "Two records were joined as being about one person.",
        Event.PEOPLE_UNMERGED: "Two records that had been joined were parted again ({reason}).",
        Event.RECORDS_INGESTED: "Records of {controller} came in.",
        Event.RECORD_CORRECTED: "A record of {controller} was corrected: {category}.",
        Event.RIGHTS_REQUESTED: "Somebody used a right they have about their data ({kind}).",
        Event.RIGHTS_CHANGED: "Work on somebody’s right about their data moved on ({change}).",
        Event.RIGHTS_ANSWERED: "Somebody’s right about their data was answered ({kind}).",
        Event.LINK_REVIEWED: "A possible match between two records was looked into ({finding}).",
        Event.BREACH_RECORDED: "A breach of data protection was recorded ({kind}).",
        Event.BREACH_CHANGED: "Work on a breach of data protection moved on ({change}).",
        Event.RECORD_ENDED: "A record of {controller} was ended: {category} ({because}).",
        Event.FEED_PROMISED: "{controller} promised how often its records come.",
        Event.FEED_NIL_RETURN: "{controller} said that there was nothing new to send.",
        Event.FEED_ENDED: "{controller} stopped sending records.",
        Event.CASE_OPENED: "A case was opened ({kind}); for: {purposes}.",
        Event.CASE_CHANGED: "A case was changed ({change}).",
        Event.CASE_CLOSED: "A case was closed.",
        Event.CASE_SHOWN: "A case was looked at.",
        Event.CASE_MOVED: "A case moved from {from} to {to}, at level {level}.",
        Event.PURPOSE_CHANGED: "What a case is for was changed from “{from}” to “{to}”.",
        Event.COVER_ARRANGED: "Cover was arranged for a member of a team.",
        Event.COVER_ENDED: "Cover for a member of a team ended.",
        Event.TEAM_JOINED: "{member} joined a team.",
        Event.TEAM_LEFT: "{member} left a team.",
        Event.CONTACT_RECORDED: "A worry was recorded ({source}).",
        Event.CONTACT_SHOWN: "A recorded worry was looked at.",
        Event.CONTACT_PASSED: "A recorded worry was passed on.",
        Event.CHECK_ASKED: "{of} was asked for a check.",
        Event.CHECK_ANSWERED: "A check was answered.",
        Event.LEAD_ANSWERED: "It was asked who leads the work already under way.",
        Event.THRESHOLD_DECIDED: "The level of help was decided: level {level} ({decided}).",
        Event.REFUSAL_REVIEWED: "What to do after a refusal of consent was decided ({finding}).",
        Event.DISAGREEMENT_RAISED: "A professional disagreement was raised with {with} ({about}).",
        Event.DISAGREEMENT_CHANGED: "A professional disagreement moved on ({change}).",
        Event.DISAGREEMENT_SHOWN: "A professional disagreement was looked at.",
        Event.OVERRIDE_REQUESTED: "Emergency access was asked for ({reason}); for: {purpose}.",
        Event.OVERRIDE_OPENED: "Emergency access was opened for {minutes} minutes ({reason}).",
        Event.OVERRIDE_REFUSED: "Emergency access was refused ({reason}).",
        Event.OVERRIDE_CLOSED: "Emergency access was closed.",
        Event.OVERRIDE_REVIEWED: "Emergency access was reviewed ({finding}).",
        Event.PERSON_INFORMED: "Whether to tell somebody was dealt with ({about_act}).",
        Event.WATCH_CHANGED: "Who is watched for unusual looks was changed ({change}).",
        Event.ALERT_RAISED: "A look was marked for somebody to ask about ({kind}).",
        Event.ALERT_CLOSED: "A marked look was dealt with ({finding}).",
        Event.SESSION_STARTED: "Somebody signed in.",
        Event.SESSION_REFUSED: "A sign-in was refused ({reason}).",
        Event.SESSION_STEPPED_UP: "Somebody signed in again for a sensitive act.",
        Event.SESSION_ENDED: "Somebody signed out.",
        Event.ACCESS_REFUSED: "Somebody tried what they may not do ({verb}), and was refused.",
        Event.STAFF_CHANGED: "What a member of staff may do, or their post, changed ({change}).",
        Event.KEY_PROPOSED: "A key was proposed for a partner.",
        Event.KEY_ENROLLED: "A second person approved a partner’s key.",
        Event.KEY_REVOKED: "A partner’s key was revoked ({reason}).",
        Event.WEBHOOK_PROPOSED: "An address for notices to {organisation} was proposed.",
        Event.WEBHOOK_APPROVED: "A second person approved an address for notices to {organisation}.",
        Event.WEBHOOK_STOPPED: "Notices to an address of {organisation} were stopped ({reason}).",
        Event.NOTICE_DELIVERED: "A notice was delivered to {recipient} ({topic}).",
        Event.NOTICE_ACKNOWLEDGED: "{recipient} acknowledged a notice ({topic}).",
        Event.NOTICES_REPLAYED: "{recipient} asked for its notices again.",
        Event.AUDIT_SEARCHED: "The log was searched.",
        Event.AUDIT_EXPORTED: "The log was exported.",
        Event.EVIDENCE_PACKED: "A pack of evidence like this one was made.",
        Event.REPORT_PRODUCED: "A report was made ({report}).",
        Event.EXTRACT_PSEUDONYMISED: "A list was pseudonymised.",
    }
)
"""INVARIANT: one sentence for each member of `Event` (a test walks both)."""

OUTCOME_WORDS: Final[Mapping[Outcome, str]] = MappingProxyType(
    {Outcome.DONE: "", Outcome.PERMITTED: " Outcome: permitted.", Outcome.REFUSED: " Outcome: refused."}
)
"""What follows the sentence, where the act decided something."""
