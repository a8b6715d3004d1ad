"""That one body may sign for another: recorded, and withdrawn.

Decides nothing about whether an authorisation stands (`broker.agreements.signing`) or who may record one.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from broker.agreements.signing import Authorisation
from broker.audit.entry import AuditEntry
from broker.dates import Interval
from broker.store.kinds import VersionedKind
from broker.store.sealing import open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.lifecycle import AuthorisationEnd, AuthorisationRow

AUTHORISATIONS: Final = table_of(AuthorisationRow)
ENDS: Final = table_of(AuthorisationEnd)


def authorisations_of(party: str) -> tuple[VersionedKind, str]:
    """The version that moves with every change to a party's authorisations; whoever relies on one shares it."""
    return VersionedKind.AGREEMENT, f"authorisations-of/{party}"


def record_authorisation(act: Act, authorisation: Authorisation, evidence: str, *, entry: AuditEntry) -> None:
    """Keeps an authorisation with its evidence, sealed."""
    act.bump(entry, VersionedKind.AGREEMENT, [authorisations_of(authorisation.party)[1]])
    row_id = authorisation.id.encode()
    body = {"by": authorisation.recorded_by, "evidence": evidence}
    row = {
        "authorisation_id": authorisation.id,
        "party_code": authorisation.party,
        "body_code": authorisation.body,
        "reference": authorisation.reference,
        "effective_at": authorisation.interval.from_at or act.at,
        "until_at": authorisation.interval.until_at,
        "recorded_at": act.at,
        "evidence": seal_fact(act, AUTHORISATIONS, "evidence", row_id, authorisation.party.encode(), body),
    }
    act.write_rows(entry, AUTHORISATIONS, [row])


def end_authorisation(act: Act, authorisation: Authorisation, by: str, reason: str, *, entry: AuditEntry) -> None:
    """Withdraws an authorisation as of now; the reason is kept sealed."""
    act.bump(entry, VersionedKind.AGREEMENT, [authorisations_of(authorisation.party)[1]])
    row_id = authorisation.id.encode()
    row = {
        "authorisation_id": authorisation.id,
        "recorded_at": act.at,
        "evidence": seal_fact(
            act, ENDS, "evidence", row_id, authorisation.party.encode(), {"by": by, "reason": reason}
        ),
    }
    act.write_rows(entry, ENDS, [row])


def find_authorisations(view: View, party: str | None = None) -> tuple[Authorisation, ...]:
    """Those of one party, or all, in the order they were recorded, withdrawn ones too."""
    statement = (
        select(AUTHORISATIONS, ENDS.c.recorded_at.label("withdrawn_at"))
        .join(ENDS, ENDS.c.authorisation_id == AUTHORISATIONS.c.authorisation_id, isouter=True)
        .order_by(AUTHORISATIONS.c.recorded_at, AUTHORISATIONS.c.authorisation_id)
    )
    if party is not None:
        statement = statement.where(AUTHORISATIONS.c.party_code == party)
    return tuple(_authorisation(view, row) for row in view.read(statement))


def _authorisation(view: View, row: Any) -> Authorisation:
    return Authorisation(
        row.authorisation_id,
        row.party_code,
        row.body_code,
        row.reference,
        Interval(row.effective_at, row.until_at),
        row.recorded_at,
        _opened(view, row)["by"],
        row.withdrawn_at,
    )


def _opened(view: View, row: Any) -> Any:
    row_id, token = row.authorisation_id.encode(), row.party_code.encode()
    return open_fact(view, AUTHORISATIONS, "evidence", row_id, token, row.evidence)
