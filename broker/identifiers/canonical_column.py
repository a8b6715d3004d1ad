"""A whole column of identifiers made canonical: the rows that are well-formed, and a reason for each that is not.

Decides exactly what `Identifier.parse` decides, row by row; NHS numbers take a vectorised path that must agree
with it (a test compares the two over generated columns). Never drops a row silently.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from broker.identifiers.identifier import Identifier, IdentifierRefused, RefusalReason
from broker.identifiers.nhs_number import NhsNumber
from broker.identifiers.nhs_number_column import check_nhs_rows
from broker.identifiers.register import get_identifier_type
from broker.identifiers.text_column import Bytes, Rows, TextColumn


@dataclass(frozen=True, slots=True)
class RowRefusal:
    """Row `row` (counted from 0) was refused; the value itself stays with whoever sent it."""

    row: int
    reason: RefusalReason


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CanonicalColumn:
    """The canonical values of a column.

    `rows`: (accepted,) int64, rising: which rows of the input they are. `values`: either (accepted, width) uint8,
    all of one width, or a `TextColumn` of as many texts. `refusals` are in row order.

    INVARIANT: every input row is in `rows` or in `refusals`, and in one of them only.
    """

    type_code: str
    row_count: int
    rows: Rows
    values: Bytes | TextColumn
    refusals: tuple[RowRefusal, ...]

    def __repr__(self) -> str:
        return f"CanonicalColumn({self.type_code}, {len(self.rows)} of {self.row_count} rows accepted)"


def canonicalise_column(type_code: str, column: TextColumn | Sequence[str | None]) -> CanonicalColumn:
    """Every row of `column` read as an identifier of `type_code`.

    Raises `IdentifierTypeUnknown`; a bad row is a `RowRefusal`, not an error.
    """
    kind = get_identifier_type(type_code)
    texts = column if isinstance(column, TextColumn) else TextColumn.from_texts(column)
    return _nhs_column(texts) if kind is NhsNumber else _column_one_by_one(kind, texts)


def _read_row(kind: type[Identifier], texts: TextColumn, row: int) -> str | RefusalReason:
    if texts.missing is not None and texts.missing[row]:
        return RefusalReason.MISSING
    try:
        return kind.parse(texts.raw(row).decode("utf-8", "surrogatepass")).canonical
    except UnicodeDecodeError:
        return RefusalReason.WRONG_CHARACTERS
    except IdentifierRefused as refused:
        return refused.reason


def _column_one_by_one(kind: type[Identifier], texts: TextColumn) -> CanonicalColumn:
    rows: list[int] = []
    accepted: list[bytes] = []
    refusals: list[RowRefusal] = []
    for row in range(len(texts)):
        outcome = _read_row(kind, texts, row)
        if isinstance(outcome, RefusalReason):
            refusals.append(RowRefusal(row, outcome))
        else:
            rows.append(row)
            accepted.append(outcome.encode("utf-8"))
    return CanonicalColumn(
        kind.type_code,
        len(texts),
        np.array(rows, np.int64),
        TextColumn.from_raw(accepted),
        tuple(refusals),
    )


def _without_blank(texts: TextColumn, rows: Rows) -> tuple[Rows, list[RowRefusal]]:
    """`rows` without those that hold nothing, and the refusals of those: a column of mostly blanks is common."""
    empty = texts.offsets[rows] == texts.offsets[rows + 1]
    missing = np.zeros(len(rows), np.bool_) if texts.missing is None else texts.missing[rows]
    blank = [RowRefusal(row, RefusalReason.EMPTY) for row in rows[empty & ~missing].tolist()]
    blank += [RowRefusal(row, RefusalReason.MISSING) for row in rows[missing].tolist()]
    return rows[~(empty | missing)], blank


def _nhs_column(texts: TextColumn) -> CanonicalColumn:
    """The common shapes checked together; whatever is neither plainly right nor plainly wrong is read by
    `NhsNumber.parse`, so that there is one authority for the rest."""
    checked = check_nhs_rows(texts)
    refusals = [RowRefusal(row, RefusalReason.CHECK_DIGIT) for row in checked.wrong_sum.tolist()]
    refusals += [RowRefusal(row, RefusalReason.REPEATED_DIGIT) for row in checked.repeated.tolist()]
    late_rows: list[int] = []
    late_values: list[str] = []
    undecided, blank = _without_blank(texts, checked.undecided)
    refusals += blank
    for row in undecided.tolist():
        outcome = _read_row(NhsNumber, texts, row)
        if isinstance(outcome, RefusalReason):
            refusals.append(RowRefusal(row, outcome))
        else:
            late_rows.append(row)
            late_values.append(outcome)
    rows, values = checked.rows, checked.values
    if late_rows:
        late = np.frombuffer("".join(late_values).encode("ascii"), np.uint8).reshape(len(late_rows), -1)
        rows = np.concatenate([rows, np.array(late_rows, np.int64)])
        order = np.argsort(rows, kind="stable")
        rows, values = rows[order], np.concatenate([values, late])[order]
    refusals.sort(key=lambda refusal: refusal.row)
    return CanonicalColumn(NhsNumber.type_code, len(texts), rows, values, tuple(refusals))
