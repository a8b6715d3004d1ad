"""Consent events: appended, never edited. State is a fold over them (`broker.consent`), so a withdrawal bites with
the commit that appends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.consent.record import ConsentRecord
from broker.store import codec
from broker.store.kinds import VersionedKind
from broker.store.sealing import among, as_known, known, open_fact, person_token, person_tokens, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.consents import ConsentEvent

CONSENTS: Final = table_of(ConsentEvent)
_ABOUT: Final = known(
    select(CONSENTS).where(among(CONSENTS.c.about_token)).order_by(CONSENTS.c.effective_at, CONSENTS.c.consent_id),
    CONSENTS,
)


def append_consents(act: Act, consents: Iterable[ConsentRecord], *, entry: AuditEntry) -> None:
    """Appends consent events; ids from `act.new_id("c-")`. Raises SystemFailed for an id that is taken."""
    events = tuple(consents)
    act.bump(entry, VersionedKind.PERSON, {event.about for event in events})
    rows = []
    for event in events:
        token = person_token(act, CONSENTS, event.about)
        row = event.id.encode()
        rows.append(
            {
                "consent_id": event.id,
                "about_token": token,
                "signatory_token": act.keys.token("signatory", event.signatory),
                "effective_at": event.at,
                "recorded_at": act.at,
                "consent": seal_fact(act, CONSENTS, "consent", row, token, codec.consent_body(event)),
            }
        )
    act.write_rows(entry, CONSENTS, rows)


def find_consents(view: View, about: Iterable[str], known_at: datetime | None = None) -> tuple[ConsentRecord, ...]:
    """Every consent event about these people, in the order of their instants."""
    tokens = person_tokens(view, CONSENTS, about)
    found = [
        codec.consent_from(
            row.consent_id,
            row.effective_at,
            open_fact(view, CONSENTS, "consent", row.consent_id.encode(), row.about_token, row.consent),
        )
        for row in view.read(_ABOUT, as_known(known_at, about_token=tokens))
    ]
    return tuple(found)


def find_consent(view: View, consent_id: str) -> ConsentRecord | None:
    """The event with this id."""
    for row in view.read(select(CONSENTS).where(CONSENTS.c.consent_id == consent_id)):
        body = open_fact(view, CONSENTS, "consent", consent_id.encode(), row.about_token, row.consent)
        return codec.consent_from(consent_id, row.effective_at, body)
    return None
