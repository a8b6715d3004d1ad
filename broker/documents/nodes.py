"""The located tree a document becomes: text, numbers, lists and mappings, each with the line it began on.

Decides nothing about meaning. A node is immutable, so a tree read once may be shared by everybody who reads the
same bytes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

ScalarValue: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: text, a whole number, a finite number, true or false, or null. `line` counts from 1."""

    value: ScalarValue
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping and its value; `line` is the key's."""

    key: str
    value: Node
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping in the order it was written; every key is text and occurs once."""

    entries: Mapping[str, Entry]
    line: int

    def find(self, key: str) -> Node | None:
        """The value at `key`, or None where the key is not written."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value


Node: TypeAlias = Scalar | Sequence | Table


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document of a file. `file` is the name findings show; `index` counts from 0 within the file; `line`
    is where the document begins, its `---` included."""

    file: str
    root: Node
    index: int = 0
    line: int = 1


def plain(node: Node) -> object:
    """The node as ordinary values: dictionaries, lists, text, numbers."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(entry.value) for key, entry in node.entries.items()}
