"""The agreements there are, each with its state in words: is it alive, until when, and who has not signed.

Decides only words; whether something is in force is the decision's to say. From pages ("Agreement page").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.agreements.document import Agreement
from broker.casework import Staff
from broker.dates import LONDON, start_of_day
from broker.decision.table import counting_version
from broker.release.profile import uk_date
from broker.store.agreements import StoredVersion
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.rules import current_rules
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class AgreementState:
    """One version. `counts` says that of its versions this one counts now; `state` is one or two sentences."""

    reference: str
    version: int
    title: str
    owner: str
    document_digest: str
    parties: tuple[str, ...]
    unsigned: tuple[str, ...]
    counts: bool
    state: str
    clauses: tuple[tuple[str, str], ...]


def list_agreements(world: World, acting: Acting) -> tuple[AgreementState, ...]:
    """Every published version, by reference and version. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[AgreementState, ...]:
        del staff
        rules = current_rules(act, world)
        found = []
        for key, stored in sorted(rules.stored.items()):
            document = rules.documents[key]
            terms = [one for one in rules.table.agreements if one.reference == document.reference]
            counting = counting_version(terms, act.at).version
            found.append(_state(document, stored, act.at, counts=counting == document.version))
        return tuple(found)

    return perform(world, acting, Verb.AGREEMENT_READ, work)


def _state(document: Agreement, stored: StoredVersion, at: datetime, *, counts: bool) -> AgreementState:
    unsigned = tuple(
        party
        for party in document.parties
        if not any(interval.covers(at) for interval in stored.signatures.get(party, ()))
    )
    grants = [(grant.clause, grant.text) for grant in document.clauses.grants]
    prohibitions = [(one.clause, one.text) for one in document.clauses.prohibitions]
    return AgreementState(
        document.reference,
        document.version,
        document.title,
        document.owner,
        stored.document_digest,
        document.parties,
        unsigned,
        counts,
        f"{_in_words(document, at, counts=counts)} {_signed(document, unsigned)}",
        tuple(sorted(grants + prohibitions)),
    )


def _in_words(document: Agreement, at: datetime, *, counts: bool) -> str:
    validity = document.in_force
    if at < validity.from_at:
        return f"Not yet in force: begins on {_day(validity.from_at)}."
    if validity.until_at is not None and validity.until_at <= at:
        return f"Ended on {_day(validity.until_at)}."
    if validity.lapses_at is not None and validity.lapses_at <= at:
        return f"Lapsed on {_day(validity.lapses_at)}, because it was not reviewed."
    if not counts:
        return "Replaced by a later version."
    if validity.review_by is None:
        return "In force."
    if start_of_day(validity.review_by) <= at and validity.lapses_at is not None:
        return f"In force, but its review is overdue; it lapses on {_day(validity.lapses_at)}."
    return f"In force. Review by {uk_date(validity.review_by)}."


def _signed(document: Agreement, unsigned: tuple[str, ...]) -> str:
    total = len(document.parties)
    if not unsigned:
        return f"All {total} have signed."
    return f"{len(unsigned)} of {total} have not signed: {', '.join(unsigned)}."


def _day(at: datetime) -> str:
    return uk_date(at.astimezone(LONDON).date())
