"""Sealing one fact of one row, and finding the latest of several versions of one.

A fact is bound to its table, column and row and to the token by which it is found, so that a sealed value moved to
another row or another person's token does not open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, Select, Table

from broker.store import codec
from broker.store.session import View


def seal_fact(view: View, table: Table, column: str, row: bytes, token: bytes, body: Any) -> bytes:
    """The body sealed under the table's facts key."""
    return view.keys.facts(table.name).seal(table.name, column, row, token.hex(), codec.to_bytes(body))


def open_fact(view: View, table: Table, column: str, row: bytes, token: bytes, sealed: bytes) -> Any:
    """The body. Raises SystemFailed when it was changed or moved."""
    return codec.from_bytes(view.keys.facts(table.name).open(table.name, column, row, token.hex(), sealed))


def person_token(view: View, table: Table, person_id: str) -> bytes:
    """The token a person (or an organisation that signs or stands for one) has in one table and no other."""
    return view.keys.token(f"person/{table.name}", person_id)


def person_tokens(view: View, table: Table, person_ids: Iterable[str]) -> dict[bytes, str]:
    """The tokens of several people, back to their ids."""
    return {person_token(view, table, one): one for one in set(person_ids)}


def known(statement: Select[Any], table: FromClause, known_at: datetime | None) -> Select[Any]:
    """The statement, over what had been recorded by `known_at` (None: by now)."""
    if known_at is None:
        return statement
    recorded: ColumnElement[datetime] = table.c.recorded_at
    return statement.where(recorded <= known_at)


def latest(rows: Iterable[Row[Any]], column: str) -> Mapping[Any, Row[Any]]:
    """Of the rows with one value in `column`, the last recorded. Row keys are in the order of recording."""
    found: dict[Any, Row[Any]] = {}
    for row in rows:
        key = row._mapping[column]
        if key not in found or found[key].row_id < row.row_id:
            found[key] = row
    return found
