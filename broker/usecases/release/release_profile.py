"""The release: one transaction from the guard to the audit entry, and only then does the view leave.

Lock and gather what it rests on → ask the instant → evaluate every cell before any content is opened → open
what was released and nothing else → arrange → disclosure, entry, alerts, what is referred lands with its holder →
commit. A refused request takes the same way and leaves the same: one disclosure, one entry (one more where
emergency access was named and not used). From broker/README.md ("Request"), docs/security.md sections 3 (point 3)
and 4, and docs/storage.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from broker.access import Verb
from broker.audit.details import is_id
from broker.audit.entry import AuditEntry
from broker.audit.events import Event, Outcome
from broker.audit.receipt import receipt_for
from broker.casework.emergency_access import EmergencyAccess
from broker.casework.staff import StaffMember
from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.facts import Facts
from broker.decision.reasons import Refusal, told_refusal
from broker.decision.records import RecordRuling, record_rulings
from broker.decision.request import Request
from broker.errors import CallWrong
from broker.release.disclosure import (
    Disclosure,
    decision_digest,
    permitted_cells,
    statements_of,
)
from broker.release.profile import Profile, make_profile
from broker.store.disclosures import ReleasedCell, StoredDisclosure, record_disclosure
from broker.store.gather import gather_locked, lock_facts
from broker.store.records import open_contents
from broker.store.session import Act, Versions
from broker.store.staff import find_members
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, Signed, entry_of, find_undeployed
from broker.usecases.consent.tell_family import told_line
from broker.usecases.emergency.emergency_access import (
    OverrideRefused,
    Wielded,
    as_override,
    find_wielded,
    ground_of,
    refuse_override,
    wield,
)
from broker.usecases.holders.land_referred import land_referred
from broker.usecases.kinds import DisclosureOutcome
from broker.usecases.release.access_ends import access_until
from broker.usecases.release.alerts import raise_alerts
from broker.usecases.release.grounds import Ground, ground_text
from broker.usecases.release.resting import grounds_of
from broker.usecases.rules.rules import Rules, current_rules, lock_rules
from broker.usecases.world import World

MOST_PEOPLE: Final = 50
"""People in one request: a large family with everybody around it, and far from a list."""
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


Along = Callable[[Act, Disclosure, tuple[ReleasedCell, ...]], None]
"""What else is done in the act of a release that was answered, with the cells it permitted; it may be done twice
(`Store.perform`)."""


def release_profile(world: World, acting: Acting, asked: Asked, along: Along | None = None) -> Disclosure:
    """Decides the request, records it and returns what its requester may see. A refusal is a result, not an error:
    look at `outcome`.

    Raises CallWrong for a request without a person or a reason, and where the rules deployed are not those in
    force; SystemFailed when nothing could be recorded (then nothing was released).
    """
    about = tuple(dict.fromkeys(asked.about))
    if not 0 < len(about) <= MOST_PEOPLE:
        raise CallWrong("about", f"names one person or more, at most {MOST_PEOPLE}")
    if not asked.reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why you need this")
    may_ask = world.access.find_role([acting.role], Verb.PROFILE_REQUEST) is not None

    def work(act: Act) -> Disclosure:
        versions = lock_rules(act)
        versions |= lock_facts(act, about, case_id=asked.case, override_id=asked.override, staff_ids=[acting.by])
        rules = current_rules(act, world)
        undeployed = find_undeployed(act, world)
        if undeployed is not None:
            raise CallWrong("access rules", undeployed)
        found = find_wielded(act, asked.override, acting.by) if asked.override is not None else None
        second = as_override(found).second if found is not None else None
        staff_ids = [one for one in (acting.by, second) if one]
        near, facts = gather_locked(act, about, case_id=asked.case, staff_ids=staff_ids)
        versions |= near
        request = Request(act.at, acting.by, acting.role, asked.purpose, about, asked.case, asked.reason)
        wielded = wield(world.access, found, request, facts) if asked.override is not None else None
        if wielded is not None:
            request = replace(request, override=wielded.usable())
        decision = evaluate(rules.table, facts, request)
        allowed = may_ask and (wielded is None or wielded.bar is not OverrideRefused.NOT_AUTHORISED)
        refusal = decision.refusal if allowed else Refusal.NOT_AUTHORISED
        member = find_members(act, [acting.by]).get(acting.by)
        release = _Release(act, world, rules, decision, member, wielded)
        if refusal is not None:
            return release.refuse(refusal, asked, versions, facts)
        permitted = tuple(cell for cell in permitted_cells(decision) if _wanted(asked, cell[1]))
        grounds = grounds_of(act, decision, facts, rules, permitted)
        released = [
            ruling
            for ruling in record_rulings(decision)
            if ruling.released and _wanted(asked, ruling.header.category)
        ]
        # INVARIANT: no content is opened before this line, and none but that of released records after it.
        contents = open_contents(act, [ruling.header.id for ruling in released])
        names = find_identities(act, _named(decision, released))
        profile = make_profile(
            decision,
            lambda record_id: contents.get(record_id, {}),
            lambda person_id: (names[person_id].full_name() if person_id in names else "") or person_id,
            asked.categories,
        )
        details = {ruling.header.id: ruling.detail.code for ruling in released if ruling.detail is not None}
        cells = tuple(
            ReleasedCell(person, category, controller, outcome.detail.code)
            for person, category, controller, outcome in permitted
            if outcome.detail is not None
        )
        made = release.answer(profile, asked, versions, cells, details, grounds)
        raise_alerts(act, decision, facts, made.disclosure.id, entry=made.entry)
        if asked.categories is None:
            land_referred(act, decision, facts, entry=made.entry)
        if along is not None:
            along(act, made.disclosure, cells)
        return made.disclosure

    return world.store.perform(world.clock, work)


def _wanted(asked: Asked, category: str) -> bool:
    return asked.categories is None or category in asked.categories


def _named(decision: Decision, released: Iterable[RecordRuling]) -> list[str]:
    """Whose names are shown: of those asked for, whom the case that is named is about, or about whom something is
    released. Of anybody else only the id as it was typed: an id alone never buys a name. For a secondary purpose
    nobody's: an evaluation never needs to know who somebody is (docs/policies.md)."""
    if decision.plan is not None and decision.plan.purpose.secondary:
        return []
    case = decision.facts.cases.get(decision.request.case or "")
    about = case.about if case is not None else frozenset()
    shown = about.union(*(ruling.cleared for ruling in released))
    return [ruling.person.id for ruling in decision.rulings if ruling.person.id in shown]


@dataclass(frozen=True, slots=True)
class _Made:
    disclosure: Disclosure
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class _Release:
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
    ) -> _Made:
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
        disclosure = Disclosure(
            disclosure_id,
            self.decision.request.at,
            self._name(),
            None,
            profile,
            statements_of(profile, disclosure_id),
            receipt_for(self.world.settings.log_origin, entry),
            access_until(self.decision, self._used()),
            told_line(self.act, self.decision, profile.people),
        )
        return _Made(disclosure, entry)

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
        record_disclosure(self.act, stored, entry=entry)
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
