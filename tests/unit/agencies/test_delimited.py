"""Rows out of any bytes: limits, quotes, character sets; each attack has a test named for it."""

from __future__ import annotations

import io

import pytest

from broker.agencies.delimited import BrokenRow, DelimitedText, RawRow
from broker.agencies.findings import FileRefused, RejectionReason
from broker.agencies.limits import Limits

SMALL = Limits(
    file_bytes=4_000, line_bytes=100, row_bytes=300, cell_characters=50, columns=5, rows=40, lines_in_row=4
)


def rows(data: bytes, encoding: str = "utf-8", limits: Limits = SMALL) -> list[RawRow | BrokenRow]:
    return list(DelimitedText(io.BytesIO(data), encoding, "file.csv", limits))


def outcome(data: bytes, encoding: str = "utf-8") -> list[object]:
    return [row.reason if isinstance(row, BrokenRow) else row.cells for row in rows(data, encoding)]


def test_cells_are_trimmed_composed_and_numbered_as_a_spreadsheet_would() -> None:
    read = rows('a, b \r\n\r\n"x\r\ny",Sia\u0302n\u00a0\n'.encode())
    assert [row.row_number for row in read] == [1, 2, 3]
    assert read[0] == RawRow(1, ("a", "b"))
    assert isinstance(read[1], RawRow)
    assert read[1].blank
    assert read[2] == RawRow(3, ("x\r\ny", "Siân"))


def test_a_utf_8_mark_is_taken_off_and_no_last_line_end_is_needed() -> None:
    assert outcome(b"\xef\xbb\xbfa,b") == [("a", "b")]


def test_windows_1252_is_read_where_it_is_declared_and_only_there() -> None:
    assert outcome(b"O\x92Neill,x\n", "cp1252") == [("O’Neill", "x")]
    assert outcome(b"O\x92Neill,x\nok,y\n") == [RejectionReason.NOT_TEXT, ("ok", "y")]
    with pytest.raises(FileRefused, match="marked as UTF-8"):
        outcome(b"\xef\xbb\xbfa,b\n", "cp1252")


@pytest.mark.parametrize(
    ("beginning", "what"),
    [
        (b"PK\x03\x04", "spreadsheet or zip"),
        (b"\x1f\x8b", "compressed"),
        (b"\xff\xfea\x00", "UTF-16"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_text_list_is_refused_with_advice(beginning: bytes, what: str) -> None:
    with pytest.raises(FileRefused, match=what):
        rows(beginning + b"rest")


@pytest.mark.parametrize("bad", [b"\x00", b"\x1b[31m", b"\x07", "\u202e".encode(), "\u2028".encode(), b"\xc2\x85"])
def test_control_characters_and_reordering_marks_cost_their_row_only(bad: bytes) -> None:
    assert outcome(b"a,b" + bad + b"\nc,d\n") == [RejectionReason.CONTROL_CHARACTER, ("c", "d")]


def test_a_quotation_mark_never_closed_makes_everything_below_doubtful() -> None:
    read = rows(b'a,b\nc,"d\ne,f\n\ng,h\n')
    assert [getattr(row, "reason", None) for row in read] == [
        None,
        RejectionReason.UNCLOSED_QUOTE,
        RejectionReason.AFTER_UNCLOSED_QUOTE,
        None,
        RejectionReason.AFTER_UNCLOSED_QUOTE,
    ]
    assert [row.row_number for row in read] == [1, 2, 3, 4, 5]


def test_a_quoted_cell_over_too_many_lines_is_not_waited_for() -> None:
    read = rows(b'a,"' + b"x\n" * 10 + b'"\n')
    assert read[0].row_number == 1
    assert isinstance(read[0], BrokenRow)
    assert len(read) == 11


def test_a_line_too_long_is_skipped_in_pieces_and_the_next_is_read() -> None:
    assert outcome(b"x" * 1_000 + b"\nc,d\n") == [RejectionReason.TOO_LONG, ("c", "d")]


def test_a_long_line_that_opens_a_quotation_mark_makes_the_rest_doubtful() -> None:
    assert outcome(b"x" * 500 + b'"' + b"x" * 500 + b"\nc,d\n") == [
        RejectionReason.TOO_LONG,
        RejectionReason.AFTER_UNCLOSED_QUOTE,
    ]


def test_too_many_cells_and_a_cell_too_long_cost_their_row() -> None:
    assert outcome(b",,,,,,\n" + b"x" * 60 + b"\na\n") == [
        RejectionReason.WRONG_CELL_COUNT,
        RejectionReason.TOO_LONG,
        ("a",),
    ]


@pytest.mark.parametrize("data", [b"a\n" * 41, (b"x" * 90 + b"\n") * 60])
def test_too_many_rows_or_bytes_refuse_the_file(data: bytes) -> None:
    with pytest.raises(FileRefused, match="split the file"):
        rows(data)


def test_characters_after_a_closing_quotation_mark_are_not_guessed_at() -> None:
    assert outcome(b'"a"b,c\nd,e\n') == [RejectionReason.BAD_QUOTES, ("d", "e")]


def test_a_lone_carriage_return_is_no_line_end() -> None:
    assert outcome(b"a\rb,c\nd,e\n") == [RejectionReason.BAD_QUOTES, ("d", "e")]


def test_nothing_read_is_shown_when_a_row_is_printed() -> None:
    assert "secret" not in repr(rows(b'secret,b\n"secret\n'))
