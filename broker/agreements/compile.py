"""Documents to terms: what a decision tests of an agreement and of the duties.

Decides when an agreement lapses and in which intervals each party's signature stands. Expects a document that
`check` found no error in. Source: docs/formats.md ("An agreement"): on the day `review_by + grace` it lapses.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from broker.agreements.document import Agreement, Duties
from broker.dates import ALWAYS, Interval
from broker.decision.terms import Terms

Signatures = Mapping[str, tuple[Interval, ...]]
"""By party, when its signature stands; a party that is not in it has not signed."""


def signed_by_all(agreement: Agreement) -> Signatures:
    """Every party's signature, since always: what a scenario means by `signed: all`."""
    return dict.fromkeys(agreement.parties, (ALWAYS,))


def compile_agreement(agreement: Agreement, signatures: Signatures, ended_at: datetime | None = None) -> Terms:
    """The terms of one version of an agreement, `ended_at` an instant before its time where it was. Signatures of
    others than its parties count for nothing."""
    ends = [at for at in (agreement.in_force.until_at, ended_at) if at is not None]
    return Terms(
        reference=agreement.reference,
        version=agreement.version,
        grants=agreement.clauses.grants,
        prohibitions=agreement.clauses.prohibitions,
        parties=frozenset(agreement.parties),
        begins_at=agreement.in_force.from_at,
        ends_at=min(ends, default=None),
        lapses_at=agreement.in_force.lapses_at,
        signatures={party: signatures[party] for party in agreement.parties if party in signatures},
        title=agreement.title,
    )


def compile_duties(duties: Duties) -> Terms:
    """The terms of the duties, which have neither parties nor signatures; their clauses are dated one by one."""
    return Terms(
        reference=duties.reference,
        version=duties.version,
        grants=duties.clauses.grants,
        prohibitions=duties.clauses.prohibitions,
    )
