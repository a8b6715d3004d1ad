"""A sheet: what a page and a PDF say alike, as values; how it looks is theirs.

Decides what a sheet may be made of, and nothing about its words. All of it is text: there is no way to give a
sheet markup, so nobody's name can become any.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exact:
    """Text that counts letter by letter: an id, a digest, a clause as it was published. Lines are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a part of the sheet."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph, of words and what counts letter by letter."""

    parts: tuple[str | Exact, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns that have names. Raises ValueError for a row of another length, or for no column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | Exact, ...], ...]

    def __post_init__(self) -> None:
        if not self.columns or any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("a table has columns, and every row has one cell for each")


Block = Heading | Words | Table | Exact


@dataclass(frozen=True, slots=True)
class Sheet:
    """A title and what stands under it, in order."""

    title: str
    blocks: tuple[Block, ...]
    running: str = ""
    """What stands at the head of every page of paper, where anything does: who printed it, when and why."""


def words(*parts: str | Exact) -> Words:
    """A paragraph."""
    return Words(parts)
