"""A template filled in: the text of a new agreement, byte for byte the template's but for what was filled in.

Decides how a blank is written out: as a code, a day or a reference where it stands alone, and in words inside a
sentence. In a list what names several bodies is repeated for each, and what names a body that there is none of is
left out; a clause of whose disclosers or recipients nobody is left goes with them, because a ban that lost whom it
binds would otherwise bind everybody. Comments and layout stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from broker.agreements.templates.template import BLANK, CLAUSE_LISTS, Template, places, root_of
from broker.agreements.templates.values import Values
from broker.dates import uk_date
from broker.documents.limits import Unusable, resolve_plain
from broker.vocabulary.codes import Organisation

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


@dataclass(frozen=True, slots=True)
class Filled:
    """The text of the agreement, and the clauses that were left out because nobody is left for them."""

    text: str
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def fill(
    template: Template,
    values: Values,
    organisations: Mapping[str, Organisation],
    *,
    reference: str,
    version: int = 1,
) -> Filled:
    """The template with its blanks filled in, as this version of the agreement `reference`."""
    return _Filling(template, values, organisations, {"agreement": reference, "version": str(version)}).done()


Bound = Mapping[str, str]
"""The one body that a blank stands for in this copy of a list's item."""


class _Filling:
    def __init__(
        self,
        template: Template,
        values: Values,
        organisations: Mapping[str, Organisation],
        named: Mapping[str, str],
    ) -> None:
        self._text = template.text
        self._root = root_of(template.text)
        self._values = values
        self._organisations = organisations
        self._named = named
        self._left_out: list[str] = []

    def done(self) -> Filled:
        edits = list(self._edits(self._root, {}))
        for key, value in self._root.value:
            if key.value in self._named:
                edits.append(
                    _Edit(*_span(value), _written(self._named[key.value], is_text=key.value != "version"))
                )
        return Filled(self._apply(0, len(self._text), edits), tuple(self._left_out))

    # --- the text

    def _apply(self, start: int, end: int, edits: list[_Edit]) -> str:
        parts: list[str] = []
        at = start
        for edit in sorted(edits, key=lambda one: one.start):
            parts += [self._text[at : edit.start], edit.text]
            at = edit.end
        return "".join([*parts, self._text[at:end]])

    def _render(self, node: Node, bound: Bound) -> str:
        start, end = _span(node)
        return self._apply(start, end, list(self._edits(node, bound)))

    def _edits(self, node: Node, bound: Bound) -> Iterator[_Edit]:
        if isinstance(node, ScalarNode):
            if BLANK.search(node.value):
                yield _Edit(*_span(node), self._scalar(node.value, bound))
        elif isinstance(node, SequenceNode):
            yield from self._sequence(node, bound)
        elif isinstance(node, MappingNode):
            for key, value in node.value:
                if key.value in CLAUSE_LISTS and isinstance(value, SequenceNode):
                    yield from self._clauses(key, value)
                else:
                    yield from self._edits(value, bound)

    def _scalar(self, text: str, bound: Bound) -> str:
        alone = BLANK.fullmatch(text)
        if alone is not None:
            return _written(bound.get(alone[1]) or self._values.written(alone[1])[0])
        return json.dumps(BLANK.sub(lambda found: self._in_words(found[1]), text), ensure_ascii=False)

    def _in_words(self, name: str) -> str:
        if name in self._values.dates:
            return uk_date(self._values.dates[name])
        if name in self._values.references:
            return self._values.references[name]
        return self._organisations[self._values.bodies[name][0]].name

    # --- lists

    def _copies(self, item: Node, bound: Bound) -> list[Bound]:
        """For which bodies an item of a list is written: once where it names none or one, for each of many, and
        not at all where there is none."""
        direct = [value for _, value in item.value] if isinstance(item, MappingNode) else [item]
        alone = [BLANK.fullmatch(one.value) for one in direct if isinstance(one, ScalarNode)]
        names = [
            one[1] for one in alone if one is not None and one[1] in self._values.bodies and one[1] not in bound
        ]
        copies: list[Bound] = [bound]
        for name in dict.fromkeys(names):
            copies = [{**one, name: code} for one in copies for code in self._values.bodies[name]]
        return copies

    def _sequence(self, node: SequenceNode, bound: Bound) -> Iterator[_Edit]:
        items = node.value
        if not any(True for item in items for _ in places(item)):
            return
        gaps = _gaps(self._text, items) if node.flow_style else _line_starts(self._text, items)
        written: list[str] = []
        text = ""
        for item, gap in zip(items, gaps, strict=True):
            for number, copy in enumerate(self._copies(item, bound)):
                rendered = self._render(item, copy)
                if rendered in written:
                    continue
                between = gap if number == 0 else _repeated(gap, flow=bool(node.flow_style))
                text += rendered if not written else between + rendered
                written.append(rendered)
        yield _Edit(_span(items[0])[0], _span(items[-1])[1], text)

    def _clauses(self, key: Node, node: SequenceNode) -> Iterator[_Edit]:
        empty = [clause for clause in node.value if self._is_empty(clause)]
        self._left_out += [
            next((value.value for name, value in clause.value if name.value == "clause"), "?") for clause in empty
        ]
        if empty and len(empty) == len(node.value):
            # Nobody is bound, so no list of bans; an agreement that grants nothing is told so by `broker check`.
            lines = (_lines_of(self._text, key)[0], _lines_of(self._text, node)[1])
            yield _Edit(*lines, "grants: []\n" if key.value == "grants" else "")
            return
        for clause in node.value:
            if clause in empty:
                yield _Edit(*_lines_of(self._text, clause), "")
            else:
                yield from self._edits(clause, {})

    def _is_empty(self, clause: Node) -> bool:
        """Whether some list of the clause that names bodies would be left without any."""
        lists = [value for _, value in clause.value] if isinstance(clause, MappingNode) else []
        return any(
            isinstance(one, SequenceNode) and one.value and not any(self._copies(item, {}) for item in one.value)
            for one in lists
        )


def _written(text: str, *, is_text: bool = True) -> str:
    """The text as a YAML scalar that reads back as this very text; as a number where it is none."""
    if not is_text:
        return text
    try:
        is_plain = _PLAIN.fullmatch(text) is not None and resolve_plain(text) == text
    except Unusable:
        is_plain = False
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _span(node: Node) -> tuple[int, int]:
    """Where the node begins and ends: a block list or mapping with the last thing in it, not with what follows."""
    start = node.start_mark.index
    if not isinstance(node, MappingNode | SequenceNode) or node.flow_style or not node.value:
        end: int = node.end_mark.index
        return start, end
    last = node.value[-1]
    return start, _span(last[1] if isinstance(node, MappingNode) else last)[1]


def _gaps(text: str, items: list[Node]) -> list[str]:
    """What stands before each item of a list in brackets: nothing before the first."""
    spans = [_span(item) for item in items]
    return ["", *(text[before[1] : after[0]] for before, after in pairwise(spans))]


def _line_starts(text: str, items: list[Node]) -> list[str]:
    """The same where each item has a line of its own."""
    first = text[text.rfind("\n", 0, items[0].start_mark.index) + 1 : items[0].start_mark.index]
    gaps = _gaps(text, items)
    return [f"\n{first}", *gaps[1:]]


def _repeated(gap: str, *, flow: bool) -> str:
    return ", " if flow else "\n" + gap.rpartition("\n")[2]


def _lines_of(text: str, node: Node) -> tuple[int, int]:
    """The whole lines of a clause or key, with the comment that stands directly above it."""
    start, end = _span(node)
    start = text.rfind("\n", 0, start) + 1
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        if not text[above:start].strip().startswith("#"):
            break
        start = above
    newline = text.find("\n", end)
    return start, len(text) if newline < 0 else newline + 1
