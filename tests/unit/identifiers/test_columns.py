"""A column says of every row exactly what reading it alone says, and forgets none."""

from __future__ import annotations

import string
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.identifiers import IDENTIFIER_TYPES, Identifier, RefusalReason, read_identifier
from broker.identifiers.canonical_column import CanonicalColumn, RowRefusal, canonicalise_column
from broker.identifiers.identifier import IdentifierRefusal
from broker.identifiers.nhs_number_column import nhs_numbers_as_text
from broker.identifiers.text_column import TextColumn

VALID = ["9990000018", "9990000026", "9990000034", "9995260182", "9991590838"]
EXAMPLES = [
    text
    for kind in IDENTIFIER_TYPES.values()
    for texts in (kind.good_examples, kind.bad_examples)
    for text in texts
]
NHS_LIKE = st.one_of(
    st.sampled_from(VALID),
    st.sampled_from(VALID).map(lambda number: f"{number[:3]} {number[3:6]} {number[6:]}"),
    st.sampled_from(VALID).map(lambda number: f"{number[:3]}-{number[3:6]} {number[6:]}"),
    st.text(alphabet=string.digits, min_size=10, max_size=10),
    st.text(alphabet=string.digits + " -", min_size=12, max_size=12),
    st.sampled_from(string.digits).map(lambda digit: digit * 10),
    st.sampled_from(string.digits).map(lambda digit: f"{digit * 3} {digit * 3} {digit * 4}"),
    st.text(alphabet=string.digits + " -\n８é\ud800", max_size=14),
    st.none(),
)


def _values(column: CanonicalColumn) -> list[str]:
    if isinstance(column.values, TextColumn):
        return [column.values.raw(row).decode() for row in range(len(column.values))]
    return [row.tobytes().decode() for row in column.values]


def _one_by_one(type_code: str, texts: Sequence[str | None]) -> tuple[list[int], list[str], list[RowRefusal]]:
    rows, values, refusals = [], [], []
    for row, text in enumerate(texts):
        outcome = read_identifier(type_code, text)
        if isinstance(outcome, IdentifierRefusal):
            refusals.append(RowRefusal(row, outcome.reason))
        else:
            assert isinstance(outcome, Identifier)
            rows.append(row)
            values.append(outcome.canonical)
    return rows, values, refusals


def _check(type_code: str, texts: Sequence[str | None]) -> None:
    column = canonicalise_column(type_code, texts)
    rows, values, refusals = _one_by_one(type_code, texts)
    assert column.rows.tolist() == rows
    assert _values(column) == values
    assert list(column.refusals) == refusals
    assert column.row_count == len(texts) == len(rows) + len(refusals)


@given(st.lists(NHS_LIKE, max_size=40))
def test_a_column_of_nhs_numbers_equals_its_rows(texts: list[str | None]) -> None:
    _check("nhs-number", texts)


@given(st.lists(st.sampled_from(VALID), min_size=1, max_size=40))
def test_a_clean_column_equals_its_rows(texts: list[str]) -> None:
    _check("nhs-number", texts)


@given(st.lists(st.text(alphabet=string.digits, min_size=10, max_size=10), max_size=40))
def test_a_column_of_ten_digits_equals_its_rows(texts: list[str]) -> None:
    _check("nhs-number", texts)


@pytest.mark.parametrize("type_code", sorted(IDENTIFIER_TYPES))
def test_a_column_of_every_example_equals_its_rows(type_code: str) -> None:
    _check(type_code, [*EXAMPLES, None])


def test_a_long_column_is_checked_past_the_end_of_a_chunk() -> None:
    texts = [VALID[row % len(VALID)] for row in range(20_000)]
    for row in (0, 8191, 8192, 16383, 19_999):
        texts[row] = "9990000000"
    refused = canonicalise_column("nhs-number", texts).refusals
    assert [refusal.row for refusal in refused] == [0, 8191, 8192, 16383, 19_999]
    assert {refusal.reason for refusal in refused} == {RefusalReason.CHECK_DIGIT}


def test_bytes_that_are_no_text_are_refused_in_their_row() -> None:
    column = TextColumn.from_raw([b"9990000018", b"999000001\xff", b"\xff", b"999 000\xff0018"])
    outcome = canonicalise_column("nhs-number", column)
    assert outcome.rows.tolist() == [0]
    assert [refusal.row for refusal in outcome.refusals] == [1, 2, 3]
    assert {refusal.reason for refusal in outcome.refusals} == {RefusalReason.WRONG_CHARACTERS}


def test_a_slice_of_a_bigger_buffer_is_read_from_where_it_begins() -> None:
    data = np.frombuffer(b"xxx99900000189990000026yyy", np.uint8)
    column = TextColumn(data, np.array([3, 13, 23], np.int64))
    assert _values(canonicalise_column("nhs-number", column)) == ["9990000018", "9990000026"]


def test_missing_rows_are_refused_as_missing_whatever_their_bytes() -> None:
    column = TextColumn.from_raw([b"9990000018", b"9990000026"], np.array([False, True]))
    outcome = canonicalise_column("nhs-number", column)
    assert outcome.rows.tolist() == [0]
    assert outcome.refusals == (RowRefusal(1, RefusalReason.MISSING),)


@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), max_size=20))
def test_a_text_column_keeps_every_text(texts: list[str | None]) -> None:
    column = TextColumn.from_texts(texts)
    assert len(column) == len(texts)
    missing = [False] * len(texts) if column.missing is None else column.missing.tolist()
    assert missing == [text is None for text in texts]
    for row, text in enumerate(texts):
        assert column.raw(row) == (text or "").encode("utf-8", "surrogatepass")


@given(st.lists(st.text(alphabet="ab\n", min_size=3, max_size=3), max_size=20))
def test_a_line_feed_inside_a_text_is_not_taken_for_its_end(texts: list[str]) -> None:
    column = TextColumn.from_texts(texts)
    assert [column.raw(row).decode() for row in range(len(column))] == texts


@pytest.mark.parametrize(
    ("data", "offsets", "missing"),
    [
        (np.zeros(4, np.int8), np.array([0, 4], np.int64), None),
        (np.zeros(4, np.uint8), np.array([], np.int64), None),
        (np.zeros(4, np.uint8), np.array([0, 4], np.int32), None),
        (np.zeros(4, np.uint8), np.array([0, 5], np.int64), None),
        (np.zeros(4, np.uint8), np.array([-1, 4], np.int64), None),
        (np.zeros(4, np.uint8), np.array([0, 3, 2], np.int64), None),
        (np.zeros(4, np.uint8), np.array([0, 4], np.int64), np.array([True, False])),
    ],
)
def test_buffers_that_do_not_fit_together_are_refused(
    data: np.ndarray, offsets: np.ndarray, missing: np.ndarray | None
) -> None:
    with pytest.raises(ValueError, match="text column"):
        TextColumn(data, offsets, missing)


def test_a_column_shows_how_long_it_is_and_nothing_else() -> None:
    column = TextColumn.from_texts(VALID)
    assert repr(column) == "TextColumn(5 texts)"
    assert repr(canonicalise_column("nhs-number", column)) == "CanonicalColumn(nhs-number, 5 of 5 rows accepted)"


@given(st.lists(st.integers(0, 9_999_999_999), max_size=20))
def test_numbers_are_written_with_their_leading_zeros(numbers: list[int]) -> None:
    text = nhs_numbers_as_text(np.array(numbers, np.uint64))
    assert [row.tobytes().decode() for row in text] == [f"{number:010d}" for number in numbers]


def test_a_number_of_eleven_digits_is_refused() -> None:
    with pytest.raises(ValueError, match="more than ten digits"):
        nhs_numbers_as_text(np.array([10_000_000_000], np.uint64))
