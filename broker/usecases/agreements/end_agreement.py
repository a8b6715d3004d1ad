"""Ending an agreement before its time: from now on nothing flows under it.

Decides that its owner does so, and that ending a version ends every lower one that has not ended: a version that
was superseded must not come back to life because what replaced it is gone (docs/rules.md, step 5). A party that
wants to leave alone takes its signature back (`sign_agreement`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.agreements import end_version
from broker.store.session import Act
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.agreements.lives import versions_of
from broker.usecases.agreements.publish_agreement import rules_changed
from broker.usecases.partners.tell_systems import tell_systems
from broker.usecases.release.grounds import agreement_ground, ground_text
from broker.usecases.rules.rules import current_rules, lock_rules
from broker.usecases.world import World
from broker.webhooks.topics import WebhookTopic


@dataclass(frozen=True, slots=True)
class Ended:
    """Which versions ended, and when."""

    reference: str
    versions: tuple[int, ...]
    at: datetime


def end_agreement(world: World, acting: Acting, reference: str, version: int, reason: str) -> Ended:
    """Ends a version, and every lower one that has not ended. Raises NotAllowed, CallWrong."""
    if not reason.strip():
        raise CallWrong("reason", "is missing: say why it ends before its time, in a sentence")

    def work(act: Act, staff: Staff) -> Ended:
        versions = versions_of(current_rules(act, world)).get(reference, [])
        named = next((one for one in versions if one.number == version), None)
        if named is None:
            names = [one.agreement.name for one in versions]
            raise CallWrong(
                f"agreement `{reference}@{version}`",
                f"is not published{did_you_mean(f'{reference}@{version}', names)}",
            )
        owner = named.agreement.owner
        if staff.organisation != owner:
            raise NotAllowed(
                f"`{owner}`",
                f"ends its agreement; you act for `{staff.organisation}`, which takes its signature back with"
                " `broker agreement unsign`",
            )
        if named.is_over(act.at):
            raise CallWrong(f"agreement `{named.agreement.name}`", "has ended already")
        ending = [one.number for one in versions if one.number <= version and not one.is_over(act.at)]
        details = {
            "agreement": named.agreement.name,
            "ends": sorted(ground_text(agreement_ground(reference, number)) for number in ending),
        }
        entry = entry_of(act, staff, Event.AGREEMENT_ENDED, details)
        for number in ending:
            end_version(act, reference, number, staff.id, reason, entry=entry)
        body = {"agreement": named.agreement.name}
        tell_systems(act, WebhookTopic.AGREEMENT_ENDED, named.agreement.parties, body, entry=entry)
        rules_changed(act, world, Signed.of(staff))
        return Ended(reference, tuple(ending), act.at)

    return perform(world, acting, Verb.AGREEMENT_END, work, locking=lambda act: lock_rules(act, reference))
