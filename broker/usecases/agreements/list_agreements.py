"""The agreements there are, each with its state in words: is it alive, until when, and who has not signed.

Decides only words; whether something is in force is the decision's to say. From docs/how-to-agreement.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.access import Verb
from broker.agreements.life import Superseded, counting, signed_in_words, state_in_words, superseded
from broker.casework import Staff
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.agreements.lives import changed_since_signed, versions_of
from broker.usecases.rules.rules import current_rules, lock_rules
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class AgreementState:
    """One version. `counts` says that of its versions this one counts now; `state` is a few sentences;
    `terms_changed` how many rows of the standing rules changed since it was signed."""

    reference: str
    version: int
    title: str
    owner: str
    document_digest: str
    parties: tuple[str, ...]
    unsigned: tuple[str, ...]
    counts: bool
    superseded: Superseded | None
    terms_changed: int
    state: str
    clauses: tuple[tuple[str, str], ...]


def list_agreements(world: World, acting: Acting) -> tuple[AgreementState, ...]:
    """Every published version, by reference and version. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[AgreementState, ...]:
        del staff
        rules = current_rules(act, world)
        changed = changed_since_signed(act, world, rules)
        found = []
        for reference, versions in versions_of(rules).items():
            counts = counting(versions, act.at)
            for one in versions:
                document = one.agreement
                grants = [(grant.clause, grant.text) for grant in document.clauses.grants]
                prohibitions = [(ban.clause, ban.text) for ban in document.clauses.prohibitions]
                rows = len(changed.get((reference, one.number), ()))
                words = f"{state_in_words(one, versions, act.at)} {signed_in_words(one, act.at)}"
                if rows:
                    words += f" {rows} of the terms it uses changed since it was signed."
                found.append(
                    AgreementState(
                        reference,
                        one.number,
                        document.title,
                        document.owner,
                        rules.stored[reference, one.number].document_digest,
                        document.parties,
                        one.unsigned(act.at),
                        one is counts,
                        superseded(one, versions, act.at),
                        rows,
                        words,
                        tuple(sorted(grants + prohibitions)),
                    )
                )
        return tuple(found)

    return perform(world, acting, Verb.AGREEMENT_READ, work, locking=lock_rules)
