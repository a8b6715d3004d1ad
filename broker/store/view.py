"""One moment of the database, to read from: what every act and every look is.

Decides that a view reads and nothing else. Questions are Core statements, the same on both databases; the few that
are asked too often for that are worded by `broker.store.dialect` for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Row, Select

from broker.store.dialect import Params
from broker.store.seals import Keys, RememberedKeys

W = TypeVar("W")
T = TypeVar("T")


class View:
    """One moment of the database, to read from."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self.keys: Final[Keys] = RememberedKeys(keys)

    def read(self, statement: Select[Any], params: Params | None = None) -> Sequence[Row[Any]]:
        """The rows. Raises TypeError for a statement that is no SELECT."""
        if not isinstance(statement, Select):
            raise TypeError("a view reads; changes are written by an act, with their audit entry")
        return self._connection.execute(statement, params).all()

    def ask(self, question: Callable[[Connection, W], T], wanted: W) -> T:
        """The answer to a question that `broker.store.dialect` words for each database."""
        return question(self._connection, wanted)


class Glance(View):
    """The moment of one question."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        super().__init__(connection, keys)
        self._asked = False

    def read(self, statement: Select[Any], params: Params | None = None) -> Sequence[Row[Any]]:
        """The rows. Raises TypeError for a second question: its answer would be of another moment."""
        if self._asked:
            raise TypeError("a glance is one question; look, to ask several of one moment")
        self._asked = True
        return super().read(statement, params)
