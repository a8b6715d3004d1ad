"""Adopting the standing rules: from now on decisions are made by them, and the log says so.

Decides that only rules under which every published agreement still compiles are adopted, and that adopting the
same again changes nothing. The act of whoever sets the deployment up: they hold its keys, and before the first
adoption there is no role to ask. From docs/formats.md, and docs/security.md section 3, point 6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.documents.findings import Findings
from broker.errors import CallWrong
from broker.store.agreements import StoredPolicies, adopt_policies, find_policies, find_versions
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, Signed, entry_of
from broker.usecases.grounds import duties_ground, ground_text
from broker.usecases.kinds import VersionedKind
from broker.usecases.rules import RULES_KEY, Rules, compile_stored
from broker.usecases.world import World
from broker.vocabulary.load import folder_documents


@dataclass(frozen=True, slots=True)
class Adopted:
    """The digest of the standing rules in force, and whether this act changed them."""

    policies_digest: str
    agreements_digest: str
    changed: bool


def adopt_standing_rules(world: World, files: Mapping[str, bytes]) -> Adopted:
    """Adopts the standing rules the broker was started with; `files` are their bytes by file name.

    Raises CallWrong when the files are not those rules, DocumentsRefused when a published agreement does not fit
    them.
    """
    digest = world.partnership.vocabulary.digest
    if folder_documents(files, "policies", Findings()).digest != digest:
        raise CallWrong("standing rules", "the files are not those this broker was started with; start it again")

    def work(act: Act) -> Adopted:
        # Two who adopt at once: the second sees what the first did.
        act.lock([(VersionedKind.AGREEMENT, RULES_KEY)])
        before = find_policies(act)
        adopted_at = act.at if before is None or before.digest != digest else before.adopted_at
        rules = compile_stored(world.partnership, find_versions(act), adopted_at)
        if before is not None and before.digest == digest:
            return Adopted(digest, rules.table.digest, changed=False)
        if before is None:
            origin = {"origin": world.settings.log_origin}
            act.record(entry_of(act, AS_OPERATOR, Event.LOG_STARTED, origin))
        entry = _adoption(act, rules, before)
        adopt_policies(act, {name: data.decode("utf-8") for name, data in files.items()}, digest, entry=entry)
        act.bump(entry, VersionedKind.AGREEMENT, [RULES_KEY])
        return Adopted(digest, rules.table.digest, changed=True)

    return world.store.perform(world.clock, work)


def _adoption(act: Act, rules: Rules, before: StoredPolicies | None) -> AuditEntry:
    details = {
        "introduces": [ground_text(duties_ground(rules.policies_digest, rules.adopted_at))],
        "ends": None if before is None else [ground_text(duties_ground(before.digest, before.adopted_at))],
    }
    return adoption_entry(act, AS_OPERATOR, rules, details)


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
