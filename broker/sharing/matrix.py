"""The whole matrix on one page: what one holder may share for one purpose, kind by kind, recipient by recipient.

Decides only what stands beside what: recipients in one role with the same word in every row share a column, and a
kind that nobody may be given is not a row. Each word is `Sharing`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.decision.plan import disclosing_codes
from broker.decision.table import DecisionTable
from broker.sharing.answer import Verdict
from broker.sharing.ruling import Sharing


@dataclass(frozen=True, slots=True)
class Square:
    """The word in a square; `by_age` says that it is another for people of other ages."""

    verdict: Verdict
    by_age: bool


@dataclass(frozen=True, slots=True)
class Column:
    """Recipients in one role for whom every word is the same: organisations' codes, sorted."""

    role: str
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A kind of information and its squares, in the order of the columns."""

    category: str
    squares: tuple[Square, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """`others` are the kinds of information for which the word is no everywhere. Recipients in no column are given
    nothing."""

    controller: str
    purpose: str
    at: datetime
    rules_digest: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    others: tuple[str, ...]


def matrix_of(table: DecisionTable, at: datetime, controller: str, purpose: str) -> Matrix:
    """The matrix at `at`. Codes must be known."""
    categories = sorted(table.vocabulary.categories)
    alike: dict[tuple[str, tuple[Square, ...]], list[str]] = {}
    for recipient, role in _receiving(table, controller, purpose):
        sharing = Sharing(table, at, controller, recipient, role, purpose)
        if not sharing.papers or sharing.refusal is not None:
            continue
        words = tuple(_square(sharing, category) for category in categories)
        if any(word.verdict is not Verdict.NO for word in words):
            alike.setdefault((role, words), []).append(recipient)
    ordered = sorted(alike.items(), key=lambda found: (found[0][0], found[1]))
    columns = tuple(Column(role, tuple(sorted(who))) for (role, _), who in ordered)
    rows, others = [], []
    for number, category in enumerate(categories):
        squares = tuple(words[number] for (_, words), _ in ordered)
        if any(square.verdict is not Verdict.NO for square in squares):
            rows.append(Row(category, squares))
        else:
            others.append(category)
    return Matrix(controller, purpose, at, table.digest, columns, tuple(rows), tuple(others))


def _receiving(table: DecisionTable, controller: str, purpose: str) -> list[tuple[str, str]]:
    """Organisations and roles that some clause of any version names for this holder and purpose, in force or
    not."""
    known = table.vocabulary
    asking = [role.code for role in known.roles.values() if purpose in role.purposes]
    terms = {
        term
        for document in (table.duties, *table.agreements)
        for grant in document.grants
        if purpose in grant.purposes and controller in disclosing_codes(known, grant.disclosers)
        for term in grant.recipients
    }
    return sorted(
        (organisation.code, role)
        for organisation in known.organisations.values()
        for role in asking
        if any(term.covers(organisation, role) for term in terms)
    )


def _square(sharing: Sharing, category: str) -> Square:
    """A kind that no clause names is denied by the decision whoever it is about (rule 5)."""
    plan = sharing.plan
    if not plan.named >> plan.universe.bit(sharing.controller, category) & 1:
        return Square(Verdict.NO, by_age=False)
    lines = sharing.lines(category)
    return Square(lines[0].verdict, by_age=len(lines) > 1)
