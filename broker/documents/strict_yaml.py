"""Bytes of a file to located documents, refusing everything that two readers could understand differently.

Decides what is a document at all: UTF-8, at most 1 MiB, at most 32 deep, no duplicate keys, anchors, aliases,
tags, merge keys, directives or control characters, every key text. Does not decide what the keys mean: that is
`shapes`. Works on ruamel.yaml's events, so that nothing is expanded, merged or constructed before it was looked
at. Source: docs/formats.md ("Every file"), docs/security.md section 6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from broker.documents.json_text import NotJson, read_json_documents
from broker.documents.limits import MAX_BYTES, MAX_DEPTH, UNREADABLE, Unusable, resolve_plain, shortened
from broker.documents.nodes import Document, Entry, Node, Scalar, Sequence, Table

Report = Callable[[int, str], None]
"""Called with a line, counted from 1, and what is wrong there."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_MAX_UNREADABLE_REPORTED = 20


def read_documents(data: bytes, file: str, report: Report) -> tuple[Document, ...]:
    """Every document in `data`, each problem reported with its line.

    A file that is too large, or is UTF-16, gives no documents; one whose syntax breaks gives those that were
    complete. What holds unreadable bytes or characters is reported and read on, so that all else is told too.
    Never raises for any `data`.
    """
    text = _decoded(data, report)
    if text is None:
        return ()
    try:
        roots, problems = read_json_documents(text)
    except NotJson:
        return compose_yaml(text, file, report)
    for line, problem in problems:
        report(line, problem)
    return tuple(Document(file, root, index, root.line) for index, root in enumerate(roots))


def compose_yaml(text: str, file: str, report: Report) -> tuple[Document, ...]:
    """Every document of a text by way of YAML's own events, whether or not it is JSON too."""
    return tuple(_Composer(text, file, report).documents())


def _decoded(data: bytes, report: Report) -> str | None:
    if len(data) > MAX_BYTES:
        report(1, f"larger than 1 MiB ({MAX_BYTES} bytes): split it into several files")
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")):
        report(1, "written in UTF-16 or UTF-32: save it as UTF-8")
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.findall(data[: error.start].decode("utf-8"))) + 1
        report(line, f"byte 0x{data[error.start]:02x} is not UTF-8: save it as UTF-8")
        text = data.decode("utf-8", errors="replace")
    # Some Windows editors begin a UTF-8 file with a byte order mark; YAML 1.2.2 section 5.2 allows it there.
    text = text.removeprefix("\ufeff")
    found = list(UNREADABLE.finditer(text))
    for match in found[:_MAX_UNREADABLE_REPORTED]:
        line = len(_LINE_END.findall(text, 0, match.start())) + 1
        report(line, f"holds the character U+{ord(match.group()):04X}, which cannot be seen: take it out")
    # What was reported refuses the file; the rest is read all the same, so that every problem is told at once.
    return UNREADABLE.sub("x", text) if found else text


@dataclass
class _Open:
    """A list or mapping whose end has not come yet."""

    line: int
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    key: str | None = None
    key_line: int = 0
    awaits_value: bool = False


class _Composer:
    """Builds nodes from events; holds the stack of open collections of one document."""

    def __init__(self, text: str, file: str, report: Report) -> None:
        self._text = text
        self._file = file
        self._report = report
        self._line = 1

    def _events(self) -> Iterator[Event]:
        """The parser's events until the text ends or its syntax breaks, which is reported."""
        try:
            for event in YAML(typ="safe", pure=True).parse(self._text):
                if event.start_mark is not None:
                    self._line = event.start_mark.line + 1
                yield event
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = self._line if mark is None else mark.line + 1
            problem = shortened(str(error.problem or error.context or "cannot be read"), 120)
            self._report(line, f"not YAML: {problem}: correct the text here or just above")
        except Exception:
            # INVARIANT: hostile text never becomes anything but a finding. The parser raises bare ValueError,
            # IndexError and others on some input (`"\UFFFFFFFF"`), all of which mean: this is not YAML.
            self._report(self._line, "not YAML: cannot be read: correct the text here or just below")

    def documents(self) -> Iterator[Document]:
        """The documents that are complete. A document with a problem is kept, so that the rest of it can be
        checked too: whoever loads refuses all once anything was reported."""
        index, begins = 0, 1
        stack: list[_Open] = []
        root: Node | None = None
        for event in self._events():
            if isinstance(event, DocumentStartEvent):
                stack, root, begins = [], None, self._line
                if event.version or event.tags:
                    self._report(
                        self._directive_line(), "has a `%` directive: take it out; every file is YAML 1.2"
                    )
            elif isinstance(event, DocumentEndEvent):
                if root is not None:
                    yield Document(self._file, root, index, begins)
                index += 1
            elif isinstance(event, MappingEndEvent | SequenceEndEvent):
                opened = stack.pop()
                node: Node = (
                    Table(opened.entries, opened.line)
                    if opened.is_mapping
                    else Sequence(tuple(opened.items), opened.line)
                )
                root = self._place(stack, node) or root
            elif isinstance(event, NodeEvent):
                self._check_decorations(event)
                if isinstance(event, MappingStartEvent | SequenceStartEvent):
                    stack.append(_Open(self._line, isinstance(event, MappingStartEvent)))
                    if len(stack) > MAX_DEPTH:
                        self._report(self._line, f"deeper than {MAX_DEPTH} lists and mappings: make it flatter")
                        return
                else:
                    root = self._place(stack, self._scalar(event), event) or root

    def _check_decorations(self, event: NodeEvent) -> None:
        if isinstance(event, AliasEvent):
            self._report(self._line, f"uses the alias `*{shortened(event.anchor)}`: write the value out")
            return
        if event.anchor is not None:
            self._report(self._line, f"sets the anchor `&{shortened(event.anchor)}`: take it out")
        tag = getattr(event, "tag", None)
        if tag is not None:
            shown = shortened(str(tag).replace("tag:yaml.org,2002:", "!!"))
            self._report(self._line, f"has the tag `{shown}`: take it out; quote a value to make it text")

    def _scalar(self, event: NodeEvent) -> Scalar:
        if not isinstance(event, ScalarEvent):
            return Scalar(None, self._line)  # an alias, reported already
        value = event.value
        if event.style is None:
            try:
                return Scalar(resolve_plain(value), self._line)
            except Unusable as unusable:
                self._report(self._line, str(unusable))
                return Scalar(None, self._line)
        escaped = UNREADABLE.search(value) or re.search(r"\r", value)
        if escaped is not None:
            character = f"U+{ord(escaped.group()):04X}"
            self._report(self._line, f"escapes the character {character}, which cannot be seen: take it out")
        return Scalar(value, self._line)

    def _directive_line(self) -> int:
        """The nearest line before the document's `---` that begins with `%`."""
        lines = _LINE_END.split(self._text)[: self._line]
        return max((number for number, line in enumerate(lines, 1) if line.startswith("%")), default=self._line)

    def _place(self, stack: list[_Open], node: Node, event: Event | None = None) -> Node | None:
        """Puts a finished node where it belongs; returns it when it is the whole document."""
        if not stack:
            return node
        parent = stack[-1]
        if not parent.is_mapping:
            parent.items.append(node)
        elif not parent.awaits_value:
            parent.key = self._key(node, event)
            parent.key_line = node.line
            parent.awaits_value = True
        else:
            parent.awaits_value = False
            key = parent.key
            first = None if key is None else parent.entries.get(key)
            if first is not None:
                self._report(
                    parent.key_line,
                    f"`{shortened(first.key)}` is written twice, first on line {first.line}: keep one of them",
                )
            elif key is not None:
                if isinstance(node, Scalar) and node.value is None:
                    node = Scalar(None, parent.key_line)  # nothing has no line of its own
                parent.entries[key] = Entry(key, node, parent.key_line)
        return None

    def _key(self, node: Node, event: Event | None) -> str | None:
        if isinstance(node, Scalar) and isinstance(node.value, str):
            if node.value == "<<" and isinstance(event, ScalarEvent) and event.style is None:
                self._report(node.line, "uses the merge key `<<`: write the keys out")
                return None
            return node.value
        if isinstance(event, AliasEvent):
            return None
        if isinstance(node, Scalar):
            written = event.value if isinstance(event, ScalarEvent) else ""
            self._report(node.line, f"the key `{shortened(written)}` is not text: put it in quotes")
        else:
            self._report(node.line, "a list or mapping stands where a key must be: use a word as the key")
        return None
