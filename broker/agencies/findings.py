"""What can be wrong with a sender's file, column or row, in words that never carry personal data.

Decides the closed list of reasons and their wording. `FileRefused` refuses the whole file; a `Rejection` refuses
one row and keeps it for the sender; a `ColumnAlert` says that a column arrived that nobody declared; a `Flag`
is a doubt about a row that was accepted. INVARIANT: messages name rows, columns and reasons, never a cell's
text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from broker.errors import CallWrong


class FileRefused(CallWrong):
    """The file cannot be read as what it was said to be; nothing of it may be kept."""


class RejectionReason(StrEnum):
    """Why a row was not taken. Stored and compared by its code."""

    TOO_LONG = "too-long"
    NOT_TEXT = "not-text"
    NOT_JSON = "not-json"
    CONTROL_CHARACTER = "control-character"
    LINE_BREAK = "line-break"
    UNCLOSED_QUOTE = "unclosed-quote"
    AFTER_UNCLOSED_QUOTE = "after-unclosed-quote"
    BAD_QUOTES = "bad-quotes"
    WRONG_CELL_COUNT = "wrong-cell-count"
    MISSING = "missing"
    BAD_DATE = "bad-date"
    IMPOSSIBLE_DATE = "impossible-date"
    BAD_NUMBER = "bad-number"
    BAD_VALUE = "bad-value"
    UNKNOWN_CODE = "unknown-code"
    INCONSISTENT = "inconsistent"
    DUPLICATE = "duplicate"
    INCOMPLETE_GROUP = "incomplete-group"

    @property
    def sentence(self) -> str:
        """The reason in plain English, with what to do."""
        return _SENTENCES[self]


_SENTENCES = {
    RejectionReason.TOO_LONG: "the row or one of its cells is far too long; shorten it and send it again",
    RejectionReason.NOT_TEXT: "the row is not in the character set this file declares; save it in that one",
    RejectionReason.NOT_JSON: "the line is not one JSON object; write one object on each line",
    RejectionReason.CONTROL_CHARACTER: "the row holds invisible control characters; retype the cell",
    RejectionReason.LINE_BREAK: "a line break stands where none belongs; look for a missing quotation mark",
    RejectionReason.UNCLOSED_QUOTE: "a quotation mark is opened and never closed; close it and send again",
    RejectionReason.AFTER_UNCLOSED_QUOTE: "not read: a quotation mark above is never closed; close that one",
    RejectionReason.BAD_QUOTES: "the quotation marks do not fit together; double each one inside a quoted cell",
    RejectionReason.WRONG_CELL_COUNT: "the row has more or fewer cells than the heading; look for a stray comma",
    RejectionReason.MISSING: "a cell that must be filled is empty; fill it",
    RejectionReason.BAD_DATE: "not a date in a form this system sends; write it that way",
    RejectionReason.IMPOSSIBLE_DATE: "the date cannot be right; check it",
    RejectionReason.BAD_NUMBER: "not a whole number in the range that makes sense; check it",
    RejectionReason.BAD_VALUE: "not what this column holds; check it",
    RejectionReason.UNKNOWN_CODE: "not one of the codes this column may hold; use a declared code",
    RejectionReason.INCONSISTENT: "the cells of this row contradict each other; check them",
    RejectionReason.DUPLICATE: "the same entry stands further up; remove one of the two",
    RejectionReason.INCOMPLETE_GROUP: "other rows of this entry are missing or were rejected; send all together",
}


class RowRefused(Exception):
    """Raised while a row is being read, and turned into a `Rejection`; never leaves the adapter."""

    def __init__(self, reason: RejectionReason, column: str | None = None, note: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column
        self.note = note


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that was not taken. `row_number` is as the sender sees it (the heading is row 1); `cells` is the row
    as it was read, or one text where it could not be taken apart. `column` and `note` are declared words only."""

    row_number: int
    reason: RejectionReason
    column: str | None = None
    note: str = ""
    cells: tuple[str, ...] = field(default=(), repr=False)

    @property
    def message(self) -> str:
        """Where, what and what to do; safe to log."""
        where = f"row {self.row_number}: " + (f"`{self.column}`: " if self.column else "")
        return where + self.reason.sentence + (f" ({self.note})" if self.note else "")


@dataclass(frozen=True, slots=True)
class ColumnAlert:
    """A column nobody declared: its cells were dropped unread, and somebody should decide what it is."""

    position: int
    heading: str

    @property
    def message(self) -> str:
        """Where, what and what to do."""
        return (
            f"column {self.position} `{self.heading}`: not declared by this adapter, its cells were not read; "
            "ask the sender what it is, then declare it used or ignored"
        )


@dataclass(frozen=True, slots=True)
class Flag:
    """A doubt about an accepted row: an identifier kept as reported that is not well formed, for instance."""

    row_number: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"row {self.row_number}: `{self.column}`: {self.message}"
