"""Adopting the first standing rules of a deployment: from now on decisions are made by them, and the log says so.

The act of whoever sets the deployment up: they hold its keys, and before the first adoption there is no role to
ask. Decides that it is only theirs for as long as nobody is in post who may approve rules: after that a change
takes two people (`rules_versions`). Only rules under which every published agreement still compiles are adopted,
and adopting the same again changes nothing. From docs/how-to-policies.md, and docs/security.md section 3, point 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from broker.access import Verb
from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.documents.findings import Findings
from broker.errors import CallWrong, DocumentsRefused, NotAllowed
from broker.store.agreements import StoredPolicies, adopt_policies, find_policies, find_versions
from broker.store.rules_versions import (
    RULES_VERSIONS_KEY,
    NewRulesVersion,
    append_rules_event,
    find_rules_in_force,
    find_rules_versions,
    propose_rules,
)
from broker.store.session import Act
from broker.store.staff import find_in_post
from broker.usecases.acting import AS_OPERATOR, OPERATOR, Signed, entry_of
from broker.usecases.kinds import RulesEventKind, VersionedKind
from broker.usecases.release.grounds import duties_ground, ground_text
from broker.usecases.rules.rules import RULES_KEY, Rules, compile_stored
from broker.usecases.rules.rules_in_force import kept_files, read_in_force
from broker.usecases.world import World
from broker.vocabulary.load import folder_documents

FIRST: Final = "adopted by whoever set the deployment up, before there was anybody to approve"
"""The note of a version that nobody proposed."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The digests of the rules in force, their version's number, and whether this act changed them."""

    policies_digest: str
    agreements_digest: str
    access_digest: str
    version: int
    changed: bool


def adopt_standing_rules(world: World, files: Mapping[str, bytes]) -> Adopted:
    """Adopts the standing rules, and the access rules, the broker was started with; `files` are the bytes of the
    former by file name.

    Raises CallWrong when the files are not those rules, NotAllowed once somebody is in post who may approve a
    change, DocumentsRefused when a published agreement does not fit them.
    """
    digest = world.partnership.vocabulary.digest
    if folder_documents(files, "policies", Findings()).digest != digest:
        raise CallWrong("standing rules", "the files are not those this broker was started with; start it again")

    def work(act: Act) -> Adopted:
        # Two who adopt at once: the second sees what the first did.
        act.lock([(VersionedKind.AGREEMENT, RULES_KEY), (VersionedKind.AGREEMENT, RULES_VERSIONS_KEY)])
        before, in_force = find_policies(act), find_rules_in_force(act)
        same = before is not None and before.digest == digest
        adopted_at = before.adopted_at if before is not None and same else act.at
        rules = compile_stored(world.partnership, find_versions(act), adopted_at)
        if same and in_force is not None and in_force.access_digest == world.access.digest:
            return Adopted(digest, rules.table.digest, in_force.access_digest, in_force.version, changed=False)
        if in_force is not None:
            _require_nobody_to_ask(act, world)
        if before is None:
            origin = {"origin": world.settings.log_origin}
            act.record(entry_of(act, AS_OPERATOR, Event.LOG_STARTED, origin))
        entry = adoption(act, AS_OPERATOR, rules, None if same else before, again=same)
        version = _keep_version(act, world, files, None if in_force is None else in_force.version, entry)
        if not same:
            adopt_policies(act, {name: data.decode("utf-8") for name, data in files.items()}, digest, entry=entry)
        act.bump(entry, VersionedKind.AGREEMENT, [RULES_KEY])
        return Adopted(digest, rules.table.digest, world.access.digest, version, changed=True)

    return world.store.perform(world.clock, work)


def _require_nobody_to_ask(act: Act, world: World) -> None:
    """Raises NotAllowed once anybody is in post who may approve rules, by the access rules in force."""
    try:
        found = read_in_force(act)
    except DocumentsRefused:
        # This release cannot read the rules in force any more, so nobody can be asked by them.
        return
    access, roles = (
        (world.access, world.partnership.vocabulary.roles)
        if found is None
        else (found[1].access, found[1].partnership.vocabulary.roles)
    )
    approving = [role for role in roles if access.find_role([role], Verb.POLICIES_APPROVE) is not None]
    if find_in_post(act, approving, act.at):
        raise NotAllowed(
            "standing rules",
            "a change takes two people, now that there is somebody to approve it: `broker policies propose`, then"
            " `broker policies approve`",
        )


def _keep_version(act: Act, world: World, files: Mapping[str, bytes], base: int | None, entry: AuditEntry) -> int:
    versions = find_rules_versions(act)
    number = 1 + max((one.version for one in versions), default=0)
    new = NewRulesVersion(
        number,
        world.partnership.vocabulary.digest,
        world.access.digest,
        kept_files(files, world.access.texts),
        OPERATOR,
        FIRST,
        base,
    )
    propose_rules(act, new, entry=entry)
    append_rules_event(act, number, RulesEventKind.BEGUN, OPERATOR, entry=entry)
    return number


def adoption(
    act: Act, signed: Signed, rules: Rules, before: StoredPolicies | None, *, again: bool = False
) -> AuditEntry:
    """The entry by which these rules come into force in place of those before; `again`: the duties are the same
    ones still, and releases go on resting on them."""
    details: dict[str, object] = {}
    if not again:
        details["introduces"] = [ground_text(duties_ground(rules.policies_digest, rules.adopted_at))]
    if before is not None:
        details["ends"] = [ground_text(duties_ground(before.digest, before.adopted_at))]
    return adoption_entry(act, signed, rules, details)


def adoption_entry(act: Act, signed: Signed, rules: Rules, details: Mapping[str, object]) -> AuditEntry:
    """The entry by which rules come into force: every release after it names these two digests."""
    return entry_of(
        act,
        signed,
        Event.RULES_ADOPTED,
        details,
        agreements_digest=rules.table.digest,
        policies_digest=rules.policies_digest,
    )
