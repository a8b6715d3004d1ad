"""A decided request on its way into the log: what is recorded of a release or a refusal, and what is handed on.

Decides what the entry and the stored disclosure say, never whether anything is released. From broker/README.md
("Request") and docs/security.md section 3 (point 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from broker.audit.details import is_id
from broker.audit.entry import AuditEntry
from broker.audit.events import Event, Outcome
from broker.audit.receipt import receipt_for
from broker.casework.emergency_access import EmergencyAccess
from broker.casework.family_told import Told
from broker.casework.staff import StaffMember
from broker.decision.decision import Decision
from broker.decision.facts import Facts
from broker.decision.reasons import Refusal, told_refusal
from broker.decision.request import Request
from broker.release.disclosure import (
    Disclosure,
    decision_digest,
    statements_of,
)
from broker.release.profile import Profile
from broker.store.disclosures import ReleasedCell, StoredDisclosure, record_disclosure
from broker.store.session import Act, Versions
from broker.usecases.acting import Signed, entry_of
from broker.usecases.consent.tell_family import told_line
from broker.usecases.emergency.emergency_access import (
    Wielded,
    ground_of,
    refuse_override,
)
from broker.usecases.kinds import DisclosureOutcome
from broker.usecases.release.access_ends import access_until
from broker.usecases.release.alerts import raise_alerts
from broker.usecases.release.copies import CopyFor
from broker.usecases.release.grounds import Ground, ground_text
from broker.usecases.rules.rules import Rules
from broker.usecases.world import World

NOBODY: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `about` are person ids in the order to show them; `override` the id of emergency access
    with an open window; `channel` says by which door."""

    purpose: str
    about: tuple[str, ...]
    reason: str
    case: str | None = None
    override: str | None = None
    channel: str = "command-line"
    categories: frozenset[str] | None = None
    """Where named, nothing but these is opened, released or rested on: a narrow question gets a narrow answer."""
    copy: CopyFor | None = None
    """Where named, nothing but what the copy's readers may see as well is opened, released or rested on."""


@dataclass(frozen=True, slots=True)
class Made:
    disclosure: Disclosure
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class DecidedRequest:
    """One decided request on its way into the log."""

    act: Act
    world: World
    rules: Rules
    decision: Decision
    member: StaffMember | None
    wielded: Wielded | None

    @property
    def signed(self) -> Signed:
        if self.member is not None:
            return Signed.of(self.member.staff)
        by = self.decision.request.by
        return Signed(by if is_id(by) else NOBODY, NOBODY)

    def refuse(self, refusal: Refusal, asked: Asked, versions: Versions, raw: Facts) -> Disclosure:
        """Records the refusal and returns what the requester is told of it."""
        vocabulary = self.rules.table.vocabulary
        details: dict[str, Any] = {
            "reason": refusal.value,
            "purpose": asked.purpose if asked.purpose in vocabulary.purposes else None,
            "role": self.decision.request.role if self.decision.request.role in vocabulary.roles else None,
            "case": asked.case if asked.case is not None and is_id(asked.case) else None,
            "channel": asked.channel,
        }
        if self.wielded is not None:
            refuse_override(self.act, self.signed, self.decision, self.wielded)
        entry = self._entry(Event.PROFILE_REFUSED, details, Outcome.REFUSED)
        made = self._keep(entry, DisclosureOutcome.REFUSED, versions, refused_because=refusal.value)
        raise_alerts(self.act, self.decision, raw, made.id, entry=entry)
        return Disclosure(
            made.id,
            self.decision.request.at,
            self._name(),
            told_refusal(refusal),
            None,
            None,
            receipt_for(self.world.settings.log_origin, entry),
        )

    def answer(
        self,
        profile: Profile,
        asked: Asked,
        versions: Versions,
        cells: tuple[ReleasedCell, ...],
        records: dict[str, str],
        grounds: frozenset[Ground],
        told: Mapping[str, Told] | None,
    ) -> Made:
        """Records the release and returns it with its entry."""
        disclosure_id = self.act.new_id("d-")
        used = self._used()
        if used is not None:
            grounds = grounds | {ground_of(used)}
        elif self.wielded is not None:
            refuse_override(self.act, self.signed, self.decision, self.wielded)
        clauses = sorted({clause for item in profile.items for clause in item.papers.clauses})
        # INVARIANT: nothing in the entry depends on what was withheld; its hash is the requester's receipt.
        details: dict[str, Any] = {
            "disclosure": disclosure_id,
            "purpose": asked.purpose,
            "role": self.decision.request.role,
            "case": asked.case if asked.case is not None and is_id(asked.case) else None,
            "permitted": len(cells),
            "records": len(records),
            "rests_on": sorted(ground_text(one) for one in grounds),
            "clauses": clauses,
            "override": used.id if used is not None else None,
            "channel": asked.channel,
        }
        entry = self._entry(Event.PROFILE_RELEASED, details, Outcome.PERMITTED)
        self._keep(
            entry,
            DisclosureOutcome.ANSWERED,
            versions,
            disclosure_id=disclosure_id,
            cells=cells,
            records=tuple(sorted(records.items())),
            grounds=grounds,
        )
        return Made(self._answered(profile, disclosure_id, entry, told), entry)

    def copied(self, disclosure_id: str, wanted: CopyFor) -> None:
        """Records for whom a copy was made."""
        request = self.decision.request
        details: dict[str, Any] = {
            "disclosure": disclosure_id,
            "copy": wanted.copy.value,
            "case": request.case,
            "readers": sorted(wanted.members) or None,
        }
        about = [wanted.person] if wanted.person is not None else request.about
        self.act.record(entry_of(self.act, self.signed, Event.PROFILE_COPIED, details, about=about))

    def repeat(
        self,
        profile: Profile,
        stored: StoredDisclosure,
        grounds: frozenset[Ground],
        told: Mapping[str, Told] | None,
    ) -> Disclosure:
        """Records that a release is handed on again, unchanged, and returns it as it is now."""
        request = self.decision.request
        details: dict[str, Any] = {
            "disclosure": stored.id,
            "purpose": request.purpose,
            "role": request.role,
            "case": request.case if request.case is not None and is_id(request.case) else None,
            "rests_on": sorted(ground_text(one) for one in grounds),
        }
        entry = self._entry(Event.PROFILE_REPEATED, details, Outcome.PERMITTED)
        self.act.record(entry)
        return self._answered(profile, stored.id, entry, told)

    def _answered(
        self, profile: Profile, disclosure_id: str, entry: AuditEntry, told: Mapping[str, Told] | None
    ) -> Disclosure:
        return Disclosure(
            disclosure_id,
            self.decision.request.at,
            self._name(),
            None,
            profile,
            statements_of(profile, disclosure_id),
            receipt_for(self.world.settings.log_origin, entry),
            access_until(self.decision, self._used()),
            told_line(told, self.decision, profile.people),
        )

    def _entry(self, event: Event, details: dict[str, Any], outcome: Outcome) -> AuditEntry:
        return entry_of(
            self.act,
            self.signed,
            event,
            details,
            about=self.decision.request.about,
            outcome=outcome,
            agreements_digest=self.rules.table.digest,
            policies_digest=self.rules.policies_digest,
        )

    def _keep(
        self,
        entry: AuditEntry,
        outcome: DisclosureOutcome,
        versions: Versions,
        *,
        disclosure_id: str | None = None,
        cells: tuple[ReleasedCell, ...] = (),
        records: tuple[tuple[str, str], ...] = (),
        grounds: Iterable[Ground] = (),
        refused_because: str | None = None,
    ) -> StoredDisclosure:
        stored = StoredDisclosure(
            disclosure_id or self.act.new_id("d-"),
            outcome,
            self._as_stored(),
            self.signed.organisation,
            decision_digest(self.decision),
            self.rules.table.digest,
            self.rules.policies_digest,
            cells,
            records,
            frozenset(grounds),
            tuple(sorted((kind, key, count) for (kind, key), count in versions.items())),
            refused_because,
            self.wielded.bar.value if self.wielded is not None and self.wielded.bar is not None else None,
            self.wielded.access.id if self.wielded is not None and self.wielded.access is not None else None,
        )
        case = self.decision.request.case
        known = case if outcome is DisclosureOutcome.ANSWERED and case in self.decision.facts.cases else None
        record_disclosure(self.act, stored, entry=entry, for_case=known)
        return stored

    def _as_stored(self) -> Request:
        """The request as asked. Who asked and for what stand unsealed beside the account, so they are an id and a
        code of the register, or `unknown`: anything else that was typed may be about somebody."""
        request = self.decision.request
        purpose = request.purpose if request.purpose in self.rules.table.vocabulary.purposes else NOBODY
        override = self.wielded.override() if self.wielded is not None else None
        return replace(request, by=self.signed.actor, purpose=purpose, override=override)

    def _used(self) -> EmergencyAccess | None:
        """The emergency access this release was made with."""
        return self.wielded.access if self.wielded is not None and self.decision.emergency is not None else None

    def _name(self) -> str:
        return self.member.name if self.member is not None else self.decision.request.by
