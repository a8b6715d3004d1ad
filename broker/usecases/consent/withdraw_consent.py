"""Withdrawing a consent: it bites with the commit, and whoever already received something is told.

Decides that a withdrawal has the scope of what it withdraws unless a narrower one is named, and that anybody may
make one: it counts where they have standing. From docs/rules.md and docs/policies.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from broker.access import Verb
from broker.casework import Staff
from broker.consent.record import ConsentDecision, ConsentRecord
from broker.decision.protection import without_protected
from broker.errors import CallWrong
from broker.store.consents import find_consent
from broker.store.gather import gather_facts
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.consent.append_consent import ConsentAppended, Evidence, append_event
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What is withdrawn: the id of the consent (on its receipt), by whom (None: whoever gave it) and for which
    categories (None: all it covered)."""

    consent_id: str
    signatory: str | None = None
    categories: frozenset[str] | None = None
    unsafe: bool = False
    evidence: Evidence = field(default_factory=Evidence)


def withdraw_consent(world: World, acting: Acting, withdrawal: Withdrawal) -> ConsentAppended:
    """Appends the withdrawal, finds the disclosures it taints and queues the notices about them, one transaction.

    Raises NotAllowed, and CallWrong for an id that was never issued (or is of somebody protected).
    """

    def work(act: Act, staff: Staff) -> ConsentAppended:
        return append_event(act, world, staff, withdrawal_event(act, withdrawal), withdrawal.evidence)

    # An act of its own, and not one of several: whoever attends it learns which withdrawal was kept.
    return perform(world, acting, Verb.CONSENT_WITHDRAW, work)


def withdraw_together(
    world: World, acting: Acting, withdrawals: Sequence[Withdrawal]
) -> tuple[ConsentAppended, ...]:
    """The same for everything that is withdrawn at once: all of it or nothing, in one act. Raises NotAllowed,
    CallWrong."""
    if not withdrawals:
        raise CallWrong("consent", "is missing: give the reference that stands on the receipt")

    def work(act: Act, staff: Staff) -> tuple[ConsentAppended, ...]:
        return tuple(
            append_event(act, world, staff, withdrawal_event(act, one), one.evidence) for one in withdrawals
        )

    return perform(world, acting, Verb.CONSENT_WITHDRAW, work)


def withdrawal_event(act: Act, withdrawal: Withdrawal) -> ConsentRecord:
    """The event that a withdrawal is, as of this act. Raises CallWrong."""
    given = find_given(act, withdrawal.consent_id)
    # Left out, the withdrawal has the scope of what was given; `all` then reaches tier T4 too, which is less.
    return ConsentRecord(
        act.new_id("c-"),
        given.about,
        withdrawal.signatory or given.signatory,
        given.kind,
        ConsentDecision.WITHDRAWN,
        act.at,
        None,
        withdrawal.unsafe,
        given.purposes,
        withdrawal.categories if withdrawal.categories is not None else given.categories,
        given.controllers,
        given.recipients,
    )


def find_given(act: Act, consent_id: str) -> ConsentRecord:
    """The decision with this reference. Raises CallWrong, in the same words for one never issued and one of
    somebody protected."""
    given = find_consent(act, consent_id)
    if given is not None:
        facts, _ = without_protected(gather_facts(act, [given.about, given.signatory]))
        if given.about in facts.people:
            return given
    raise CallWrong("consent", f"no decision has the reference `{consent_id}`; it stands on the receipt")
