"""One moment of the database, to read from: what every act and every look is.

Decides that a view reads and nothing else. Questions are Core statements, the same on both databases; the few that
are asked too often for that are worded by `broker.store.dialect` for each.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select

from broker.store.dialect import Params
from broker.store.seals import Keys, RememberedKeys
from broker.store.together import Question, ask_alone, ask_together, can_ask_together, in_one_round, key_of

W = TypeVar("W")
T = TypeVar("T")


class View:
    """One moment of the database, to read from."""

    def __init__(self, connection: Connection, keys: Keys) -> None:
        self._connection = connection
        self.keys: Keys = RememberedKeys(keys)
        self._ahead: dict[Hashable, list[Any]] = {}

    def together(self, *readers: Callable[[View], Any]) -> tuple[Any, ...]:
        """What these readers find, whose first questions are asked in one round where the database takes them so
        (`broker.store.together`). A reader only reads: where it does, it is run twice."""
        if can_ask_together(self._connection):
            asked = _Asked(self)
            for reader in readers:
                reader(asked)
            self._ahead = ask_together(self._connection, asked.questions)
        try:
            return tuple(reader(self) for reader in readers)
        finally:
            # INVARIANT: an answer is of its own moment; none is kept for a later question.
            self._ahead = {}

    def one_round(self) -> AbstractContextManager[None]:
        """What is written meanwhile, of which the database makes up no value, goes in one round."""
        return in_one_round(self._connection)

    def read(self, statement: Select[Any], params: Params | None = None) -> Sequence[Row[Any]]:
        """The rows. Raises TypeError for a statement that is no SELECT."""
        if not isinstance(statement, Select):
            raise TypeError("a view reads; changes are written by an act, with their audit entry")
        if isinstance(params, Mapping):
            found = self._ahead.pop(key_of(statement, params), None) if self._ahead else None
            if found is None:
                found = ask_alone(self._connection, statement, params)
            if found is not None:
                return found
        return self._connection.execute(statement, params).all()

    def ask(self, question: Callable[[Connection, W], T], wanted: W) -> T:
        """The answer to a question that `broker.store.dialect` words for each database."""
        return question(self._connection, wanted)


class _Asked(View):
    """Sees what a reader asks and answers with nothing."""

    def __init__(self, view: View) -> None:
        super().__init__(view._connection, view.keys)
        self.keys = view.keys
        self.questions: list[Question] = []

    def read(self, statement: Select[Any], params: Params | None = None) -> Sequence[Row[Any]]:
        """No rows. What is asked with none, or with values of many rows, is left to be asked as ever."""
        if isinstance(params, Mapping):
            self.questions.append((statement, params))
        return ()


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
