"""Sealing one fact of one row, and finding the latest of several versions of one.

A fact is bound to its table, column and row and to the token by which it is found, so that a sealed value moved to
another row or another person's token does not open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Row, Select, Table, bindparam

from broker.store import codec
from broker.store.session import View
from broker.store.tables.base import Instant

_END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)
_MOST_IN: Final = 500
_MANY: Final = (set, frozenset, dict, tuple)


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


def known(statement: Select[Any], table: FromClause) -> Select[Any]:
    """The statement, over what had been recorded by the instant that `as_known` names. Statements are built once,
    when their module is loaded: building one costs more than running it."""
    recorded: ColumnElement[datetime] = table.c.recorded_at
    return statement.where(recorded <= bindparam("known_at", type_=Instant()))


def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """That the column holds one of the values named like it in the parameters."""
    return column.in_(bindparam(column.key, expanding=True))


def as_known(known_at: datetime | None, **values: Any) -> dict[str, Any]:
    """The parameters of a statement over what was known at an instant (None: now, whatever the clocks say)."""
    listed = {name: list(value) if isinstance(value, _MANY) else value for name, value in values.items()}
    return {"known_at": known_at or _END_OF_TIME, **listed}


def chunks(values: Sequence[Any]) -> Iterator[list[Any]]:
    """The values in lists short enough for one IN: every database has a limit on parameters."""
    for start in range(0, len(values), _MOST_IN):
        yield list(values[start : start + _MOST_IN])


def latest(rows: Iterable[Row[Any]], column: str) -> Mapping[Any, Row[Any]]:
    """Of the rows with one value in `column`, the last recorded. Row keys are in the order of recording."""
    found: dict[Any, Row[Any]] = {}
    for row in rows:
        key = getattr(row, column)
        if key not in found or found[key].row_id < row.row_id:
            found[key] = row
    return found
