"""Publishing a version of an agreement: checked as a whole, kept by its bytes, in the log with its digest.

Decides that only a document without errors that compiles beside every other published version is published. What
is published may be signed; it lets nothing flow before that. From docs/formats.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.access import Verb
from broker.agreements.document import Agreement
from broker.agreements.life import counting
from broker.agreements.reach import check_agreement_reach
from broker.agreements.terms_used import terms_digest, terms_used
from broker.audit.entry import instant_text
from broker.audit.events import Event
from broker.canonical import digest_bytes
from broker.casework import Staff
from broker.errors import Finding
from broker.store.agreements import publish_version
from broker.store.session import Act
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.agreements.lives import versions_of
from broker.usecases.kinds import VersionedKind
from broker.usecases.partners.tell_systems import tell_systems
from broker.usecases.release.grounds import agreement_ground, ground_text
from broker.usecases.rules.adopt_policies import adoption_entry
from broker.usecases.rules.rules import RULES_KEY, Rules, current_rules, lock_rules, read_rules, require_agreement
from broker.usecases.world import World
from broker.webhooks.topics import WebhookTopic


@dataclass(frozen=True, slots=True)
class Published:
    """The version as published, and the warnings its officers should look at."""

    agreement: Agreement
    document_digest: str
    changed: bool
    warnings: tuple[Finding, ...]
    supersedes: int | None = None
    """The version that counted until now and does not any more: this one has begun, signed or not."""


def publish_agreement(world: World, acting: Acting, document: bytes, shown: str) -> Published:
    """Publishes the document; `shown` is how findings call its file. The same bytes again change nothing.

    Raises DocumentsRefused with every problem, NotAllowed, CallWrong when the version is there with another text.
    """
    agreement, findings = require_agreement(document, shown, world.partnership)
    reach = check_agreement_reach(agreement, world.partnership.vocabulary, world.partnership.duties_document)
    warnings = (*findings.warnings, *reach)
    digest = digest_bytes(document)

    def work(act: Act, staff: Staff) -> Published:
        before = current_rules(act, world)
        there = before.stored.get((agreement.reference, agreement.version))
        if there is not None and there.document_digest == digest:
            return Published(agreement, digest, False, warnings)
        ends = [at for at in (agreement.in_force.until_at, agreement.in_force.lapses_at) if at is not None]
        details = {
            "agreement": agreement.name,
            "document_digest": digest,
            "introduces": [ground_text(agreement_ground(agreement.reference, agreement.version))],
            "from": instant_text(agreement.in_force.from_at),
            "until": instant_text(min(ends)) if ends else None,
            "terms_digest": terms_digest(terms_used(agreement, world.partnership.vocabulary)),
        }
        entry = entry_of(act, staff, Event.AGREEMENT_PUBLISHED, details)
        publish_version(act, agreement.reference, agreement.version, document, entry=entry)
        body = {"agreement": agreement.name}
        tell_systems(act, WebhookTopic.AGREEMENT_PUBLISHED, agreement.parties, body, entry=entry)
        counted = versions_of(before).get(agreement.reference, [])
        after = versions_of(rules_changed(act, world, Signed.of(staff)))[agreement.reference]
        was, now = counting(counted, act.at) if counted else None, counting(after, act.at)
        replaced = was.number if was is not None and was.number < now.number == agreement.version else None
        return Published(agreement, digest, True, warnings, replaced)

    return perform(
        world, acting, Verb.AGREEMENT_PUBLISH, work, locking=lambda act: lock_rules(act, agreement.reference)
    )


def rules_changed(act: Act, world: World, signed: Signed) -> Rules:
    """Brings the changed agreements into force in the log: an entry with the new digests, in this same act; the
    rules as they are from now on.

    Raises DocumentsRefused when the agreements do not compile together; then nothing was changed.
    """
    rules = read_rules(act, world.partnership)
    entry = adoption_entry(act, signed, rules, {})
    act.record(entry)
    act.bump(entry, VersionedKind.AGREEMENT, [RULES_KEY])
    return rules
