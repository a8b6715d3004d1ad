"""Relationships between people, and care orders of authorities. Versions are kept: what was believed at the time
of a past decision can be read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from broker.audit.entry import AuditEntry
from broker.people import Relationship, RelationshipKind
from broker.store import codec
from broker.store.kinds import VersionedKind
from broker.store.sealing import among, as_known, known, latest, open_fact, person_token, person_tokens, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.people import RelationshipVersion

RELATIONSHIPS: Final = table_of(RelationshipVersion)
_FROM_OR_TO: Final = known(
    select(RELATIONSHIPS).where(or_(among(RELATIONSHIPS.c.from_token), among(RELATIONSHIPS.c.to_token))),
    RELATIONSHIPS,
)
_BY_ID: Final = known(select(RELATIONSHIPS).where(among(RELATIONSHIPS.c.relationship_token)), RELATIONSHIPS)


def record_relationships(
    act: Act,
    relationships: Sequence[tuple[str, Relationship]],
    *,
    entry: AuditEntry,
    retract: bool = False,
) -> None:
    """Records relationships, each under its own id: the same id again records what is now known of it. With
    `retract`, that they never were (an end is recorded as an interval's end instead)."""
    people = {found.to_id for _, found in relationships}
    # An authority under a care order is nobody's version: it would make one row that every act waits for.
    people |= {found.from_id for _, found in relationships if found.kind is not RelationshipKind.CARE_ORDER}
    act.bump(entry, VersionedKind.PERSON, people)
    rows = []
    for relationship_id, found in relationships:
        row = act.new_row()
        token = act.keys.token("relationship", relationship_id)
        body = {**codec.relationship_body(found), "retracted": retract}
        rows.append(
            {
                "row_id": row,
                "relationship_token": token,
                "from_token": person_token(act, RELATIONSHIPS, found.from_id),
                "to_token": person_token(act, RELATIONSHIPS, found.to_id),
                "effective_at": found.interval.from_at or act.at,
                "recorded_at": act.at,
                "relationship": seal_fact(act, RELATIONSHIPS, "relationship", row, token, body),
            }
        )
    act.write_rows(entry, RELATIONSHIPS, rows)


def find_relationship(view: View, relationship_id: str) -> Relationship | None:
    """What is now known of the relationship with this id; None where there is none, or never was."""
    token = view.keys.token("relationship", relationship_id)
    rows = view.read(_BY_ID, as_known(None, relationship_token=(token,)))
    for row in latest(rows, "relationship_token").values():
        body = open_fact(view, RELATIONSHIPS, "relationship", row.row_id, token, row.relationship)
        return None if body["retracted"] else codec.relationship_from(body)
    return None


def find_relationships(
    view: View, person_ids: Iterable[str], known_at: datetime | None = None
) -> tuple[Relationship, ...]:
    """Every relationship from or to any of these people, ended ones included: a past one still makes a conflict of
    interest."""
    tokens = person_tokens(view, RELATIONSHIPS, person_ids)
    rows = view.read(_FROM_OR_TO, as_known(known_at, from_token=tokens, to_token=tokens))
    found = []
    for token, row in latest(rows, "relationship_token").items():
        body = open_fact(view, RELATIONSHIPS, "relationship", row.row_id, token, row.relationship)
        if not body["retracted"]:
            found.append(codec.relationship_from(body))
    return tuple(found)
