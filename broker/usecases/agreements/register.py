"""What the public may read of the agreements: the register, and the record of processing that the law asks for.

Decides that the register needs nobody to sign in, because it holds nothing of anybody: what was agreed between
organisations is public, who signed by name is not. From the UK GDPR, Article 30(1), and the Data Sharing Code of
Practice of the Information Commissioner ("transparency").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.agreements.document import Agreement
from broker.agreements.life import counting, signed_in_words, state_in_words
from broker.casework import Staff
from broker.decision.terms import Grant
from broker.release.article_30 import Processing, processing_of
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.agreements.lives import versions_of
from broker.usecases.rules.rules import current_rules, lock_rules
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Registered:
    """The version of an agreement that counts, as the public reads it."""

    agreement: Agreement
    state: str
    signed: str
    published_at: datetime
    document_digest: str


def read_register(world: World) -> tuple[Registered, ...]:
    """The agreements that count now, by title. Writes nothing down: nobody is looked at."""

    def work(act: Act) -> tuple[Registered, ...]:
        rules = current_rules(act, world)
        found = []
        for reference, versions in versions_of(rules).items():
            one = counting(versions, act.at)
            stored = rules.stored[reference, one.number]
            found.append(
                Registered(
                    one.agreement,
                    state_in_words(one, versions, act.at),
                    signed_in_words(one, act.at),
                    stored.recorded_at,
                    stored.document_digest,
                )
            )
        return tuple(sorted(found, key=lambda one: one.agreement.title))

    return world.store.perform(world.clock, work)


def read_processing(world: World, acting: Acting, organisation: str) -> tuple[Processing, ...]:
    """What one organisation processes under the agreements that count and the duties, purpose by purpose: its part
    of the record of Article 30. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[Processing, ...]:
        del staff
        rules = current_rules(act, world)
        grants: list[tuple[str, Grant]] = [
            (rules.table.duties.clause_reference(grant.clause), grant) for grant in rules.table.duties.grants
        ]
        for versions in versions_of(rules).values():
            one = counting(versions, act.at)
            if one.has_begun(act.at) and not one.is_over(act.at):
                grants += [
                    (f"{one.agreement.name}#{grant.clause}", grant) for grant in one.agreement.clauses.grants
                ]
        return processing_of(organisation, grants, world.partnership.vocabulary)

    return perform(world, acting, Verb.AGREEMENT_READ, work, locking=lock_rules)
