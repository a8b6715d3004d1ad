"""What holders decided about their cells: appended, the latest governs (`broker.decision`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.decision.facts import HolderDecision
from broker.store import codec
from broker.store.kinds import VersionedKind
from broker.store.sealing import among, as_known, known, open_fact, person_token, person_tokens, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.consents import HolderRuling

RULINGS: Final = table_of(HolderRuling)
_ABOUT: Final = known(
    select(RULINGS).where(among(RULINGS.c.about_token)).order_by(RULINGS.c.effective_at, RULINGS.c.ruling_id),
    RULINGS,
)


def append_ruling(act: Act, ruling: HolderDecision, reason: str, *, entry: AuditEntry) -> str:
    """Appends a holder's decision with its reason (words, kept sealed) and returns its new id."""
    act.bump(entry, VersionedKind.PERSON, [ruling.about])
    ruling_id = act.new_id("h-")
    token = person_token(act, RULINGS, ruling.about)
    body = {**codec.ruling_body(ruling), "reason": reason}
    row = {
        "ruling_id": ruling_id,
        "about_token": token,
        "effective_at": ruling.at,
        "recorded_at": act.at,
        "ruling": seal_fact(act, RULINGS, "ruling", ruling_id.encode(), token, body),
    }
    act.write_rows(entry, RULINGS, [row])
    return ruling_id


def find_rulings(view: View, about: Iterable[str], known_at: datetime | None = None) -> dict[str, HolderDecision]:
    """Every holder's decision about these people, by id."""
    tokens = person_tokens(view, RULINGS, about)
    found = {}
    for row in view.read(_ABOUT, as_known(known_at, about_token=tokens)):
        body = open_fact(view, RULINGS, "ruling", row.ruling_id.encode(), row.about_token, row.ruling)
        found[row.ruling_id] = codec.ruling_from(row.effective_at, body)
    return found
