"""JSON is YAML too, and read here directly: programs write it by the megabyte, and YAML readers stumble over its
tabs and surrogate pairs.

Decides nothing that YAML would not: the result for JSON text is what `strict_yaml` gives, with the same limits and
complaints. Anything that is not JSON to the letter is left to the YAML reader. Source: RFC 8259; YAML 1.2.2
section 1.3 ("every JSON file is also a valid YAML file").
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from broker.documents.limits import MAX_DEPTH, UNREADABLE, Unusable, resolve_plain, shortened
from broker.documents.nodes import Entry, Node, Scalar, Sequence, Table

_SEPARATOR: Final = re.compile(r"^---[ \t]*(?:\r\n|\n|\Z)", re.MULTILINE)
_BLANK: Final = re.compile(r"[ \t\r\n]*")
_LITERAL: Final = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_AFTER_VALUE: Final = frozenset({"", " ", "\t", "\r", "\n", ",", "]", "}"})
_STRING: Final = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')


class NotJson(Exception):
    """The text is not JSON, or is something only YAML allows."""


class _TooDeep(Exception):
    """Deeper than is allowed; reported already."""


Problem = tuple[int, str]


def read_json_documents(text: str) -> tuple[list[Node], list[Problem]]:
    """The documents of JSON texts with `---` between them, and what is wrong with them by line.

    Raises NotJson, having reported nothing, for anything else.
    """
    if not text.lstrip(" \t\r\n").startswith(("{", "[", "---")) or "\r" in text.replace("\r\n", ""):
        raise NotJson
    reader = _Reader(text)
    return list(reader.documents()), reader.problems


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self.problems: list[Problem] = []

    def documents(self) -> Iterator[Node]:
        """Each document in turn. Raises NotJson where YAML must have a look."""
        self._skip()
        first = True
        while self._at < len(self._text):
            separator = _SEPARATOR.match(self._text, self._at)
            if separator is not None:
                self._at = separator.end()
                self._line += separator.group().count("\n")
                self._skip()
            elif not first:
                raise NotJson
            if self._text[self._at : self._at + 1] not in ("{", "["):
                raise NotJson
            try:
                yield self._value(1)
            except _TooDeep:
                return
            self._skip()
            first = False

    def _skip(self) -> None:
        match = _BLANK.match(self._text, self._at)
        if match is not None and match.end() > self._at:
            self._line += self._text.count("\n", self._at, match.end())
            self._at = match.end()

    def _expect(self, character: str) -> None:
        if self._text[self._at : self._at + 1] != character:
            raise NotJson
        self._at += 1

    def _value(self, depth: int) -> Node:
        character = self._text[self._at : self._at + 1]
        if character == '"':
            return Scalar(self._string(), self._line)
        if character in ("{", "["):
            if depth > MAX_DEPTH:
                self.problems.append((self._line, f"deeper than {MAX_DEPTH} lists and mappings: make it flatter"))
                raise _TooDeep
            return self._table(depth) if character == "{" else self._sequence(depth)
        match = _LITERAL.match(self._text, self._at)
        if match is None or self._text[match.end() : match.end() + 1] not in _AFTER_VALUE:
            raise NotJson
        self._at = match.end()
        try:
            return Scalar(resolve_plain(match.group()), self._line)
        except Unusable as unusable:
            self.problems.append((self._line, str(unusable)))
            return Scalar(None, self._line)

    def _string(self) -> str:
        match = _STRING.match(self._text, self._at)
        if match is None:
            raise NotJson
        self._at = match.end()
        written = match.group()
        if "\\" not in written:
            return written[1:-1]
        value = str(json.loads(written))
        escaped = UNREADABLE.search(value) or re.search(r"\r", value)
        if escaped is not None:
            character = f"U+{ord(escaped.group()):04X}"
            message = f"escapes the character {character}, which cannot be seen: take it out"
            self.problems.append((self._line, message))
        return value

    def _table(self, depth: int) -> Table:
        line = self._line
        entries: dict[str, Entry] = {}
        self._at += 1
        self._skip()
        while self._text[self._at : self._at + 1] != "}":
            if entries:
                self._expect(",")
                self._skip()
            if self._text[self._at : self._at + 1] != '"':
                raise NotJson
            key_line = self._line
            key = self._string()
            self._skip()
            self._expect(":")
            self._skip()
            value = self._value(depth + 1)
            self._skip()
            first = entries.get(key)
            if first is None:
                entries[key] = Entry(key, value, key_line)
            else:
                shown = f"`{shortened(key)}` is written twice, first on line {first.line}: keep one of them"
                self.problems.append((key_line, shown))
        self._at += 1
        return Table(entries, line)

    def _sequence(self, depth: int) -> Sequence:
        line = self._line
        items: list[Node] = []
        self._at += 1
        self._skip()
        while self._text[self._at : self._at + 1] != "]":
            if items:
                self._expect(",")
                self._skip()
            items.append(self._value(depth + 1))
            self._skip()
        self._at += 1
        return Sequence(tuple(items), line)
