"""May I share this? Answered for everybody, by the agreements in force, and about nobody.

Decides nothing: `broker.sharing` asks the decision. There is no guard, because nothing here depends on any person
or says whether anything is held; the rules are the partnership's own and public. Leaves no entry for the same
reason. What was worked out is remembered for as long as the rules are the same and nothing in them begins or ends.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from broker.dates import london_day
from broker.decision.table import DecisionTable
from broker.errors import CallWrong, did_you_mean
from broker.sharing.answer import Answer, Question
from broker.sharing.instants import instants_of
from broker.sharing.matrix import Matrix, matrix_of
from broker.sharing.ruling import Sharing
from broker.usecases.rules.rules import read_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Vocabulary

T = TypeVar("T")
_KEPT: Final = 256


def can_share(world: World, question: Question) -> Answer:
    """The answer now. Raises CallWrong, with the name of the field, for a code nobody knows, and where the rules
    deployed were not adopted."""
    require_known(world.partnership.vocabulary, question)
    table, at = _table(world), world.clock.now()
    key = (question.controller, question.recipient, question.role, question.purpose)
    return _SHARING.get(table, at, key, lambda: Sharing(table, at, *key)).answer(question.category)


def can_share_anything(world: World, question: Question) -> tuple[Answer, ...]:
    """The answers for every kind of information, by code; `question.category` is left aside. Raises CallWrong."""
    require_known(world.partnership.vocabulary, question, category=False)
    table, at = _table(world), world.clock.now()
    key = (question.controller, question.recipient, question.role, question.purpose)
    sharing = _SHARING.get(table, at, key, lambda: Sharing(table, at, *key))
    return tuple(sharing.answer(category) for category in sorted(table.vocabulary.categories))


def share_matrix(world: World, controller: str, purpose: str) -> Matrix:
    """The matrix now. Raises CallWrong."""
    known = world.partnership.vocabulary
    _require("from", "organisation", controller, known.organisations)
    _require("purpose", "purpose", purpose, known.purposes)
    table, at = _table(world), world.clock.now()
    return _MATRICES.get(table, at, (controller, purpose), lambda: matrix_of(table, at, controller, purpose))


def require_known(known: Vocabulary, question: Question, *, category: bool = True) -> None:
    """Raises CallWrong for the first code that the partnership does not know; `where` is the field's name."""
    _require("from", "organisation", question.controller, known.organisations)
    if category:
        _require("category", "kind of information", question.category, known.categories)
    _require("role", "role", question.role, known.roles)
    _require("to", "organisation", question.recipient, known.organisations)
    _require("purpose", "purpose", question.purpose, known.purposes)


def _require(field: str, what: str, code: str, known: Any) -> None:
    if code not in known:
        said = f"no {what} is called `{code}`{did_you_mean(code, known)}" if code else "is missing: choose one"
        raise CallWrong(field, said)


def _table(world: World) -> DecisionTable:
    with world.store.look() as view:
        return read_rules(view, world.partnership).table


_INSTANTS: Final[dict[str, tuple[datetime, ...]]] = {}


def _instants(table: DecisionTable) -> tuple[datetime, ...]:
    known = _INSTANTS.get(table.digest)
    if known is None:
        known = instants_of(table)
        _INSTANTS.clear()
        _INSTANTS[table.digest] = known
    return known


class _Remembered(Generic[T]):
    """Answers by the rules' digest, the day and the question. INVARIANT: none outlives an instant at which
    something in the rules begins or ends."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def get(self, table: DecisionTable, at: datetime, question: Hashable, make: Callable[[], T]) -> T:
        """The answer known for this question, or the one made now."""
        key = (table.digest, london_day(at), bisect_right(_instants(table), at), question)
        with self._lock:
            known = self._kept.get(key)
            if known is not None:
                self._kept.move_to_end(key)
                return known
        made = make()
        with self._lock:
            self._kept[key] = made
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


_SHARING: Final[_Remembered[Sharing]] = _Remembered()
_MATRICES: Final[_Remembered[Matrix]] = _Remembered()
