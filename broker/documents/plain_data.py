"""Documents from values already in memory, for tests and programs that build a situation rather than write it.

Lines are those of the same value printed as JSON with one item a line, so that a finding still points somewhere.
The limits of a file hold here too: depth, numbers, characters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from broker.documents.findings import Findings
from broker.documents.limits import MAX_DEPTH, MAX_INTEGER, UNREADABLE, shortened
from broker.documents.nodes import Document, Entry, Node, Scalar, Sequence, Table


def document_from_plain(value: object, file: str, findings: Findings, index: int = 0) -> Document:
    """The document that `value` is; what a file could not hold is reported."""
    return Document(file, _Builder(file, findings).node(value, 1), index)


class _Builder:
    def __init__(self, file: str, findings: Findings) -> None:
        self._file = file
        self._findings = findings
        self._line = 1

    def _refuse(self, message: str) -> Scalar:
        self._findings.error(self._file, self._line, message)
        return Scalar(None, self._line)

    def node(self, value: object, depth: int) -> Node:
        line = self._line
        if value is None or isinstance(value, bool):
            return Scalar(value, line)
        if isinstance(value, str):
            found = UNREADABLE.search(value) or ("\r" in value)
            return (
                self._refuse("text holds a character that cannot be seen: take it out")
                if found
                else Scalar(value, line)
            )
        if isinstance(value, int):
            if abs(value) > MAX_INTEGER:
                return self._refuse("too large a whole number: write it as text if it is a reference")
            return Scalar(value, line)
        if isinstance(value, float):
            return Scalar(value, line) if math.isfinite(value) else self._refuse("write a finite number")
        if depth > MAX_DEPTH:
            return self._refuse(f"deeper than {MAX_DEPTH} lists and mappings: make it flatter")
        if isinstance(value, Mapping):
            return self._table(value, depth, line)
        if isinstance(value, list | tuple):
            items = []
            for item in value:
                self._line += 1
                items.append(self.node(item, depth + 1))
            self._line += bool(value)
            return Sequence(tuple(items), line)
        return self._refuse(f"a value of type `{type(value).__name__}` cannot stand in a document")

    def _table(self, value: Mapping[object, object], depth: int, line: int) -> Table:
        entries: dict[str, Entry] = {}
        for key, item in value.items():
            self._line += 1
            at = self._line
            if isinstance(key, str):
                entries[key] = Entry(key, self.node(item, depth + 1), at)
            else:
                self._refuse(f"the key `{shortened(repr(key))}` is not text: make it text")
        self._line += bool(value)
        return Table(entries, line)
