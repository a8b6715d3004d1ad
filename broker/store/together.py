"""Questions asked of the driver itself, several in one round of the connection, where the database takes them so.

Decides nothing about what is asked: readers of the store (`find_…`) say so themselves. They are run once to see
what each asks first, all of that is asked at once, and when they are run for good the answers are there. Where
they ask more, or anything else, it is asked as ever: a question too many costs a round, never an answer.
Questions are answered one after another, each of its own moment, exactly as if they had been asked one by one.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any, Final, cast

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError

Question = tuple[Select[Any], Mapping[str, Any]]
_LISTED: Final = (list, tuple)


def key_of(statement: Select[Any], params: Mapping[str, Any]) -> Hashable:
    """What makes two questions the same: the statement and its values, in any order within a list."""
    values = ((name, tuple(sorted(one)) if isinstance(one, _LISTED) else one) for name, one in params.items())
    return id(statement), tuple(sorted(values))


def can_ask_together(connection: Connection) -> bool:
    """Whether the connection takes several questions in one round."""
    return connection.dialect.driver == "psycopg"


def ask_together(connection: Connection, questions: Sequence[Question]) -> dict[Hashable, list[Any]]:
    """The answers, by `key_of`, to those that can be asked so. Rows have their columns as attributes, as
    SQLAlchemy's have. Raises DBAPIError."""
    driver = cast(Any, connection.connection.driver_connection)
    asking = []
    for statement, params in questions:
        one = _prepared(connection.dialect, statement, _sizes(params))
        if one.takes == params.keys():
            asking.append((key_of(statement, params), one, params))
    cursors = [driver.cursor() for _ in asking]
    with in_one_round(connection):
        for cursor, (_, one, params) in zip(cursors, asking, strict=True):
            cursor.execute(one.text, one.values(params))
    return {key: one.rows(cursor) for cursor, (key, one, _) in zip(cursors, asking, strict=True)}


def ask_alone(connection: Connection, statement: Select[Any], params: Mapping[str, Any]) -> list[Any] | None:
    """The answer to one question, worded once for all and asked of the driver: SQLAlchemy costs more than the
    answer. None where it cannot be asked so. Raises DBAPIError."""
    if not can_ask_together(connection):
        return None
    one = _prepared(connection.dialect, statement, _sizes(params))
    if one.takes != params.keys():
        return None
    with failing(connection), cast(Any, connection.connection.driver_connection).cursor() as cursor:
        cursor.execute(one.text, one.values(params))
        return one.rows(cursor)


@contextmanager
def in_one_round(connection: Connection) -> Iterator[None]:
    """What is sent meanwhile is answered at the end, where the connection can do that. Raises DBAPIError for what
    failed among it."""
    if not can_ask_together(connection):
        yield
        return
    with failing(connection), cast(Any, connection.connection.driver_connection).pipeline():
        yield


@contextmanager
def failing(connection: Connection) -> Iterator[None]:
    """What the driver raises, as SQLAlchemy would raise it."""
    driver, failures = cast(Any, connection.connection.driver_connection), connection.dialect.loaded_dbapi.Error
    try:
        yield
    except failures as error:
        cut = bool(driver.closed)
        if cut:
            connection.invalidate()
        raise DBAPIError.instance(
            None, None, error, failures, hide_parameters=True, connection_invalidated=cut
        ) from None


def _sizes(params: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((name, len(one)) for name, one in params.items() if isinstance(one, _LISTED)))


class _Prepared:
    """A statement as the driver takes it, for lists of these lengths."""

    def __init__(self, dialect: Dialect, statement: Select[Any], sizes: tuple[tuple[str, int], ...]) -> None:
        compiled, lengths = cast(Any, statement.compile(dialect=dialect)), dict(sizes)
        params, binds = compiled.params, compiled.binds
        pairs = {name for name in lengths if name in params and binds[name].type._is_tuple_type}
        state = compiled.construct_expanded_state(
            {
                name: [(None,) * len(binds[name].type.types) if name in pairs else None] * lengths[name]
                if name in lengths
                else None
                for name in params
            }
        )
        self.text: str = state.statement
        self._write: Mapping[str, Callable[[Any], Any]] = {**compiled._bind_processors, **state.processors}
        # What the statement itself fixes is not among the values asked with.
        self._fixed = {name: self._written(name, value) for name, value in params.items() if value is not None}
        self.takes = params.keys() - self._fixed.keys()
        """The names of the values asked with."""
        self._places: Mapping[str, str | tuple[str, ...]] = {
            name: tuple(state.parameter_expansion.get(name, ())) if name in lengths else name
            for name in self.takes
        }
        self._pairs = frozenset(pairs)
        columns = [(column.keyname, column.type) for column in compiled._result_columns]
        self._row: Any = namedtuple("_row", [name for name, _ in columns])  # type: ignore[misc]  # the statement's
        readers = [kind._cached_result_processor(dialect, None) for _, kind in columns]
        self._read = [(place, read) for place, read in enumerate(readers) if read is not None]

    def values(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The driver's parameters."""
        found = dict(self._fixed)
        for name, places in self._places.items():
            if isinstance(places, str):
                found[places] = self._written(places, params[name])
            else:
                values = chain.from_iterable(params[name]) if name in self._pairs else params[name]
                for place, one in zip(places, values, strict=True):
                    found[place] = self._written(place, one)
        return found

    def _written(self, place: str, value: Any) -> Any:
        write = self._write.get(place)
        return value if write is None else write(value)

    def rows(self, cursor: Any) -> list[Any]:
        """The rows as the store reads them."""
        found, make = [], self._row._make
        for row in cursor.fetchall():
            values = list(row)
            for place, read in self._read:
                values[place] = read(values[place])
            found.append(make(values))
        return found


_prepared = lru_cache(maxsize=512)(_Prepared)
