"""Versions of the standing rules: proposed by one person, approved by another, and only then in force.

Decides that a proposal loads as a whole and fits every published agreement, that it is made upon the version in
force and is the latest, and that whoever proposed it never approves it. Who may do either is decided by the rules
in force, never by those proposed (`rules_in_force`). From docs/how-to-policies.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from broker.access import Verb
from broker.agreements.rules_difference import RuleChange, rule_changes
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.second_person import require_two_people
from broker.errors import CallWrong
from broker.store.agreements import adopt_policies, find_policies, find_versions
from broker.store.rules_versions import (
    RULES_VERSIONS_KEY,
    NewRulesVersion,
    RulesInForce,
    StoredRulesVersion,
    append_rules_event,
    find_rules_files,
    find_rules_in_force,
    find_rules_versions,
    propose_rules,
)
from broker.store.session import Act, View
from broker.store.staff import staff_behind
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.kinds import RulesEventKind, VersionedKind
from broker.usecases.rules.access_difference import access_changes
from broker.usecases.rules.adopt_policies import adoption
from broker.usecases.rules.rules import RULES_KEY, compile_stored
from broker.usecases.rules.rules_in_force import ACCESS, RulesRead, read_files, read_in_force, world_in_force
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Difference:
    """What would change: against which version in force (None: against nothing), and whether anything would."""

    in_force: RulesInForce | None
    policies_digest: str
    access_digest: str
    changes: tuple[RuleChange, ...]

    @property
    def is_same(self) -> bool:
        """Whether these are the very files in force: other words with the same meaning are another version too."""
        return self.in_force is not None and self.is_of(self.in_force)

    def is_of(self, version: RulesInForce | StoredRulesVersion) -> bool:
        """Whether these are the very files of a version."""
        digests = (version.policies_digest, version.access_digest)
        return digests == (self.policies_digest, self.access_digest)


@dataclass(frozen=True, slots=True)
class RulesVersionNow:
    """A version and how it stands; `in_force` says that decisions are made by it."""

    stored: StoredRulesVersion
    in_force: bool
    state: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A version as proposed, and what it would change."""

    version: int
    difference: Difference


def compare_rules(world: World, acting: Acting, files: Mapping[str, bytes]) -> Difference:
    """What these files, by name as they are kept, would change. Raises NotAllowed, DocumentsRefused."""
    candidate = read_files(files, "policies")

    def work(act: Act, staff: Staff) -> Difference:
        del staff
        return _difference(act, candidate)

    return perform(world_in_force(world), acting, Verb.POLICIES_READ, work)


def propose_version(world: World, acting: Acting, files: Mapping[str, bytes], note: str) -> Proposed:
    """Proposes these files, by name as they are kept, and says why.

    Raises NotAllowed, CallWrong, and DocumentsRefused with every problem of the files and of every published
    agreement that would not fit them.
    """
    candidate = read_files(files, "policies")
    if not note.strip():
        raise CallWrong("note", "is missing: say why the rules are to change, in a sentence")

    def work(act: Act, staff: Staff) -> Proposed:
        compile_stored(candidate.partnership, find_versions(act), act.at)
        difference = _difference(act, candidate)
        if difference.is_same:
            raise CallWrong("standing rules", "are those in force already: there is nothing to propose")
        versions = find_rules_versions(act)
        last = versions[-1] if versions else None
        if last is not None and last.event is None and difference.is_of(last):
            raise CallWrong("standing rules", f"are proposed already, as version {last.version}")
        number = 1 + max((one.version for one in versions), default=0)
        details = {
            "version": number,
            "document_digest": difference.policies_digest,
            "access_digest": difference.access_digest,
        }
        entry = entry_of(act, staff, Event.POLICIES_PROPOSED, details)
        base = None if difference.in_force is None else difference.in_force.version
        texts = {name: data.decode("utf-8") for name, data in files.items()}
        new = NewRulesVersion(
            number, difference.policies_digest, difference.access_digest, texts, staff.id, note, base
        )
        propose_rules(act, new, entry=entry)
        return Proposed(number, difference)

    return perform(world_in_force(world), acting, Verb.POLICIES_PROPOSE, work, locking=_lock_versions)


def approve_version(world: World, acting: Acting, version: int) -> RulesVersionNow:
    """Brings a proposed version into force. Raises NotAllowed to whoever proposed it, CallWrong where it was
    decided already or the rules have moved on, DocumentsRefused where an agreement does not fit it any more."""

    def work(act: Act, staff: Staff) -> RulesVersionNow:
        stored = _open_version(act, version)
        require_two_people(staff_behind(act, stored.by), staff, "a change of the standing rules")
        files = find_rules_files(act, version) or {}
        candidate = read_files(files, f"version {version}")
        before = find_policies(act)
        rules = compile_stored(candidate.partnership, find_versions(act), act.at)
        details = {
            "version": version,
            "document_digest": stored.policies_digest,
            "access_digest": stored.access_digest,
            "proposer": stored.by,
        }
        approved = entry_of(act, staff, Event.POLICIES_APPROVED, details)
        entry = adoption(act, Signed.of(staff), rules, before)
        append_rules_event(act, version, RulesEventKind.APPROVED, staff.id, entry=approved)
        texts = {name: data.decode("utf-8") for name, data in files.items() if not name.startswith(ACCESS)}
        adopt_policies(act, texts, stored.policies_digest, entry=entry)
        act.bump(entry, VersionedKind.AGREEMENT, [RULES_KEY])
        return _now(act, version)

    return perform(world_in_force(world), acting, Verb.POLICIES_APPROVE, work, locking=_lock_all)


def reject_version(world: World, acting: Acting, version: int, reason: str) -> RulesVersionNow:
    """Turns a proposed version down, with the reason. Raises NotAllowed, CallWrong."""
    if not reason.strip():
        raise CallWrong("reason", "is missing: say why, in a sentence")

    def work(act: Act, staff: Staff) -> RulesVersionNow:
        stored = _open_version(act, version, latest=False)
        details = {
            "version": version,
            "document_digest": stored.policies_digest,
            "access_digest": stored.access_digest,
        }
        entry = entry_of(act, staff, Event.POLICIES_REJECTED, details)
        append_rules_event(act, version, RulesEventKind.REJECTED, staff.id, reason, entry=entry)
        return _now(act, version)

    return perform(world_in_force(world), acting, Verb.POLICIES_APPROVE, work, locking=_lock_versions)


def list_versions(world: World, acting: Acting) -> tuple[RulesVersionNow, ...]:
    """Every version, in the order proposed. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[RulesVersionNow, ...]:
        del staff
        return _every(act)

    return perform(world_in_force(world), acting, Verb.POLICIES_READ, work)


def show_version(world: World, acting: Acting, version: int) -> tuple[RulesVersionNow, Mapping[str, bytes]]:
    """A version and its files by name, those of the access rules as `access/…`. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> tuple[RulesVersionNow, Mapping[str, bytes]]:
        del staff
        return _now(act, version), find_rules_files(act, version) or {}

    return perform(world_in_force(world), acting, Verb.POLICIES_READ, work)


def _lock_versions(act: Act) -> object:
    return act.lock([(VersionedKind.AGREEMENT, RULES_VERSIONS_KEY)])


def _lock_all(act: Act) -> object:
    return act.lock([(VersionedKind.AGREEMENT, RULES_KEY), (VersionedKind.AGREEMENT, RULES_VERSIONS_KEY)])


def _difference(view: View, candidate: RulesRead) -> Difference:
    digests = (candidate.partnership.vocabulary.digest, candidate.access.digest)
    found = read_in_force(view)
    if found is None:
        return Difference(None, *digests, ())
    in_force, was = found
    compiled = compile_stored(was.partnership, find_versions(view), in_force.since)
    signed = [
        (document, sum(held[-1].until_at is None for held in compiled.stored[key].signatures.values() if held))
        for key, document in compiled.documents.items()
    ]
    rows = rule_changes(was.partnership, candidate.partnership, signed)
    return Difference(in_force, *digests, (*rows, *access_changes(was.access.rules, candidate.access.rules)))


def _open_version(act: Act, version: int, *, latest: bool = True) -> StoredRulesVersion:
    """A version that waits for a decision. Raises CallWrong where there is none, or (`latest`) another came after
    it or into force meanwhile."""
    versions = {one.version: one for one in find_rules_versions(act)}
    stored = versions.get(version)
    where = f"version {version}"
    if stored is None:
        raise CallWrong(where, f"of the standing rules is not known; there are {len(versions)}")
    if stored.event is not None:
        raise CallWrong(where, f"is decided already: {stored.event.kind.value}")
    in_force = find_rules_in_force(act)
    if latest and version != max(versions):
        raise CallWrong(where, f"is not the latest proposed: that is version {max(versions)}")
    if latest and stored.base != (None if in_force is None else in_force.version):
        raise CallWrong(where, "was proposed when other rules were in force; propose it again upon those of now")
    return stored


def _every(act: Act) -> tuple[RulesVersionNow, ...]:
    in_force = find_rules_in_force(act)
    number = None if in_force is None else in_force.version
    versions = find_rules_versions(act)
    return tuple(
        RulesVersionNow(one, one.version == number, _state(one, number, is_last=one is versions[-1]))
        for one in versions
    )


def _state(one: StoredRulesVersion, in_force: int | None, *, is_last: bool) -> str:
    if one.event is None:
        return "proposed" if is_last else "overtaken"
    if one.event.kind is RulesEventKind.REJECTED:
        return "rejected"
    return "in-force" if one.version == in_force else "replaced"


def _now(act: Act, version: int) -> RulesVersionNow:
    found = [one for one in _every(act) if one.stored.version == version]
    if not found:
        raise CallWrong(f"version {version}", "of the standing rules is not known; see `broker policies list`")
    return found[0]
