"""Which events this verifier knows, in version 1.

Decides which entries it can judge; one it does not know makes the answer "cannot say", never "sound", because an
event with a new name might be a release. Kept apart from the writer's register on purpose; a test compares both.
"""

from __future__ import annotations

from typing import Final

RELEASES: Final = frozenset({"profile.released"})
"""Events by which data leaves."""

KNOWN_EVENTS: Final = RELEASES | {
    "log.started",
    "rules.adopted",
    "agreement.published",
    "agreement.signed",
    "agreement.signature-withdrawn",
    "agreement.ended",
    "impact.replayed",
    "consent.given",
    "consent.refused",
    "consent.withdrawn",
    "consent.marked-unsafe",
    "objection.raised",
    "objection.withdrawn",
    "standing.changed",
    "marker.set",
    "marker.lifted",
    "holder-decision.made",
    "profile.refused",
    "disclosure.recalled",
    "person.searched",
    "person.reidentified",
    "person.erased",
    "people.linked",
    "people.merged",
    "people.unmerged",
    "records.ingested",
    "record.corrected",
    "rights.requested",
    "rights.changed",
    "rights.answered",
    "link.reviewed",
    "breach.recorded",
    "breach.changed",
    "record.ended",
    "feed.promised",
    "feed.nil-return",
    "feed.ended",
    "case.opened",
    "case.changed",
    "case.closed",
    "team.joined",
    "team.left",
    "override.requested",
    "override.opened",
    "override.refused",
    "override.closed",
    "override.reviewed",
    "person.informed",
    "alert.raised",
    "alert.closed",
    "session.started",
    "session.refused",
    "session.stepped-up",
    "session.ended",
    "access.refused",
    "staff.changed",
    "key.enrolled",
    "key.revoked",
    "audit.searched",
    "audit.exported",
    "report.produced",
    "extract.pseudonymised",
}
