"""What one value of a document must look like, as data: read from a node, and published as JSON Schema.

Decides the form of single values (text, numbers, words, codes, dates, periods) and of lists. Mappings are in
`forms`. The same declaration reads a file and writes its schema, so the two cannot drift apart; what a schema
cannot express (a code that another file must declare) is the loader's alone. Format: docs/formats.md.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final, Generic, Literal, TypeAlias, TypeVar

from broker.dates import Period, parse_date, parse_instant, start_of_day
from broker.documents.limits import MAX_INTEGER, shortened
from broker.documents.nodes import Node, Scalar, Sequence, Table
from broker.documents.reading import Reading
from broker.errors import did_you_mean

T = TypeVar("T")
S = TypeVar("S")

Json: TypeAlias = dict[str, object]
Definitions: TypeAlias = dict[str, Json]


class _Refusal(Enum):
    REFUSED = "refused"


REFUSED: Final = _Refusal.REFUSED
"""What reading gives when the node was refused; the finding has been made."""

Refused: TypeAlias = Literal[_Refusal.REFUSED]

CODE_PATTERN: Final = r"[A-Za-z0-9_][A-Za-z0-9_.:()+-]*"
"""How codes and ids are written: no blanks, and none of `/`, `@` and `#`, which answers put between codes."""

_CODE = re.compile(CODE_PATTERN)


def kind_of(node: Node) -> str:
    """What a node is, in an officer's words."""
    if isinstance(node, Table):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    value = node.value
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"the number `{value}`"
    return f"the text `{shortened(value)}`"


class Shape(ABC, Generic[T]):
    """What a node must look like and what it is read as."""

    @abstractmethod
    def read(self, node: Node, reading: Reading, what: str) -> T | Refused:
        """The value, or REFUSED after reporting why. `what` names the place in messages, as "`detail`"."""

    @abstractmethod
    def schema(self, definitions: Definitions) -> Json:
        """The JSON Schema (draft 2020-12); shapes with a name put theirs into `definitions`."""


class Single(Shape[T]):
    """A shape of one value, whose schema needs no definitions."""

    @abstractmethod
    def own_schema(self) -> Json:
        """The JSON Schema of the value."""

    def schema(self, definitions: Definitions) -> Json:
        del definitions
        return self.own_schema()


def _wrong(node: Node, reading: Reading, what: str, wanted: str) -> Refused:
    reading.error(node, f"{what} must be {wanted}, but is {kind_of(node)}")
    return REFUSED


def read_text(node: Node, reading: Reading, what: str, wanted: str) -> str | Refused:
    """The text of a node; a number or true/false where text is wanted asks for quotes."""
    if isinstance(node, Scalar):
        if isinstance(node.value, str):
            return node.value
        if node.value is not None:
            return _wrong(node, reading, what, f"{wanted} (put it in quotes to make it text)")
    return _wrong(node, reading, what, wanted)


@dataclass(frozen=True, slots=True)
class Text(Single[str]):
    """Text that is not blank, unless `may_be_blank`."""

    may_be_blank: bool = False

    def read(self, node: Node, reading: Reading, what: str) -> str | Refused:
        text = read_text(node, reading, what, "text")
        if text is not REFUSED and not self.may_be_blank and not text.strip():
            reading.error(node, f"{what} is blank: write it out")
            return REFUSED
        return text

    def own_schema(self) -> Json:
        return {"type": "string"} if self.may_be_blank else {"type": "string", "pattern": r"\S"}


@dataclass(frozen=True, slots=True)
class NewCode(Single[str]):
    """A code or id that this document declares."""

    def read(self, node: Node, reading: Reading, what: str) -> str | Refused:
        text = read_text(node, reading, what, "a code")
        if text is not REFUSED and not _CODE.fullmatch(text):
            reading.error(
                node,
                f"{what} is `{shortened(text)}`: write a code of letters, digits and any of `_ . : ( ) + -`,"
                " beginning with a letter or digit",
            )
            return REFUSED
        return text

    def own_schema(self) -> Json:
        return {"type": "string", "pattern": f"^{CODE_PATTERN}$"}


@dataclass(frozen=True, slots=True)
class Matching(Single[str]):
    """Text of a fixed pattern; `wanted` says which in words."""

    pattern: str
    wanted: str

    def read(self, node: Node, reading: Reading, what: str) -> str | Refused:
        text = read_text(node, reading, what, self.wanted)
        if text is not REFUSED and not re.fullmatch(self.pattern, text):
            return _wrong(node, reading, what, self.wanted)
        return text

    def own_schema(self) -> Json:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$"}


@dataclass(frozen=True, slots=True)
class Known(Single[str]):
    """A code that one of these registers declares. The first register is the one messages speak of."""

    register: str
    also: tuple[str, ...] = ()

    def read(self, node: Node, reading: Reading, what: str) -> str | Refused:
        text = read_text(node, reading, what, f"the code of a known {self.register}")
        if text is REFUSED:
            return REFUSED
        for register in (self.register, *self.also):
            known = reading.registers.get(register)
            if known is None or text in known:
                return text
        return text if reading.check_known(self.register, shortened(text), node, what) else REFUSED

    def own_schema(self) -> Json:
        return {"type": "string", "$comment": f"a known {' or '.join((self.register, *self.also))}"}


@dataclass(frozen=True, slots=True)
class Word(Single[T]):
    """One of a closed list of words."""

    words: Mapping[str, T]

    def read(self, node: Node, reading: Reading, what: str) -> T | Refused:
        if isinstance(node, Scalar) and isinstance(node.value, str) and node.value in self.words:
            return self.words[node.value]
        text = read_text(node, reading, what, f"one of {', '.join(f'`{word}`' for word in self.words)}")
        if text is REFUSED:
            return REFUSED
        listed = ", ".join(f"`{word}`" for word in self.words)
        near = did_you_mean(text, self.words)
        hint = near if "did you mean" in near else ""
        closed = f"not one of {listed}" if len(self.words) > 1 else f"but as a word only {listed} may stand here"
        reading.error(node, f"{what} is `{shortened(text)}`, {closed}{hint}")
        return REFUSED

    def own_schema(self) -> Json:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Integer(Single[int]):
    """A whole number; `true` is none."""

    minimum: int = 0
    maximum: int = MAX_INTEGER

    def read(self, node: Node, reading: Reading, what: str) -> int | Refused:
        if not isinstance(node, Scalar) or isinstance(node.value, bool) or not isinstance(node.value, int):
            return _wrong(node, reading, what, "a whole number")
        if not self.minimum <= node.value <= self.maximum:
            upper = f" to {self.maximum}" if self.maximum != MAX_INTEGER else " or more"
            return _wrong(node, reading, what, f"{self.minimum}{upper}")
        return node.value

    def own_schema(self) -> Json:
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


@dataclass(frozen=True, slots=True)
class Boolean(Single[bool]):
    """`true` or `false`; YAML 1.2 reads `yes`, `no`, `on` and `off` as text."""

    def read(self, node: Node, reading: Reading, what: str) -> bool | Refused:
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        return _wrong(node, reading, what, "`true` or `false`")

    def own_schema(self) -> Json:
        return {"type": "boolean"}


_DATE_SCHEMA: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_MOMENT_SCHEMA: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$"
)


@dataclass(frozen=True, slots=True)
class Day(Single[date]):
    """A day, `YYYY-MM-DD`."""

    def read(self, node: Node, reading: Reading, what: str) -> date | Refused:
        text = read_text(node, reading, what, "a date such as `2026-03-02`")
        if text is REFUSED:
            return REFUSED
        day = parse_date(text)
        return day if day is not None else _wrong(node, reading, what, "a date such as `2026-03-02`")

    def own_schema(self) -> Json:
        return {"type": "string", "format": "date", "pattern": _DATE_SCHEMA}


@dataclass(frozen=True, slots=True)
class Moment(Single[datetime]):
    """An instant with its offset, or a date for the start of that day in Europe/London; read in UTC."""

    def read(self, node: Node, reading: Reading, what: str) -> datetime | Refused:
        wanted = "a date such as `2026-03-02` or an instant such as `2026-03-02T09:30:00Z`"
        text = read_text(node, reading, what, wanted)
        if text is REFUSED:
            return REFUSED
        day = parse_date(text)
        moment = start_of_day(day) if day is not None else parse_instant(text)
        return moment if moment is not None else _wrong(node, reading, what, wanted)

    def own_schema(self) -> Json:
        return {"type": "string", "pattern": _MOMENT_SCHEMA}


@dataclass(frozen=True, slots=True)
class Length(Single[Period]):
    """A period of years, months and days, as ISO 8601 writes it."""

    def read(self, node: Node, reading: Reading, what: str) -> Period | Refused:
        wanted = "a period of years, months and days such as `P1Y6M` or `P90D`"
        text = read_text(node, reading, what, wanted)
        if text is REFUSED:
            return REFUSED
        period = Period.parse(text)
        return period if period is not None else _wrong(node, reading, what, wanted)

    def own_schema(self) -> Json:
        return {
            "type": "string",
            "pattern": r"^P(?=[0-9])([0-9]{1,4}Y)?([0-9]{1,5}M)?([0-9]{1,6}D)?$",
        }


DURATION_PATTERN: Final = (
    r"P(?=[0-9T])([0-9]{1,4}Y)?([0-9]{1,5}M)?([0-9]{1,6}D)?(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,6}M)?)?"
)
_DURATION = re.compile(DURATION_PATTERN)


@dataclass(frozen=True, slots=True)
class Duration(Single[str]):
    """How soon something must be done: a period, or hours and minutes; kept as written."""

    def read(self, node: Node, reading: Reading, what: str) -> str | Refused:
        text = read_text(node, reading, what, "a duration such as `PT24H` or `P2D`")
        if text is not REFUSED and not _DURATION.fullmatch(text):
            return _wrong(node, reading, what, "a duration such as `PT24H` or `P2D`")
        return text

    def own_schema(self) -> Json:
        return {"type": "string", "pattern": f"^{DURATION_PATTERN}$"}


@dataclass(frozen=True, slots=True)
class Nullable(Shape[T | None]):
    """The shape, or null."""

    shape: Shape[T]

    def read(self, node: Node, reading: Reading, what: str) -> T | Refused | None:
        if isinstance(node, Scalar) and node.value is None:
            return None
        return self.shape.read(node, reading, what)

    def schema(self, definitions: Definitions) -> Json:
        return {"anyOf": [self.shape.schema(definitions), {"type": "null"}]}


@dataclass(frozen=True, slots=True)
class ListOf(Shape[tuple[T, ...]]):
    """A list; `empty_says` is the complaint about an empty one where that makes no sense. It refuses, or where an
    empty list can do no harm (`empty_refused` False) only warns."""

    item: Shape[T]
    empty_says: str | None = None
    empty_refused: bool = True

    def read(self, node: Node, reading: Reading, what: str) -> tuple[T, ...] | Refused:
        if not isinstance(node, Sequence):
            return _wrong(node, reading, what, "a list, written in `[` and `]` or one item a line")
        if self.empty_says is not None and not node.items:
            if not self.empty_refused:
                reading.warning(node, f"{what} is an empty list: {self.empty_says}")
                return ()
            reading.error(node, f"{what} is an empty list: {self.empty_says}")
            return REFUSED
        values = [self.item.read(item, reading, what) for item in node.items]
        kept = tuple(value for value in values if value is not REFUSED)
        return kept if len(kept) == len(values) else REFUSED

    def schema(self, definitions: Definitions) -> Json:
        schema: Json = {"type": "array", "items": self.item.schema(definitions)}
        if self.empty_says is not None and self.empty_refused:
            schema["minItems"] = 1
        return schema


@dataclass(frozen=True, slots=True)
class Converted(Shape[T], Generic[S, T]):
    """A shape whose value is turned into another."""

    shape: Shape[S]
    convert: Callable[[S], T]

    def read(self, node: Node, reading: Reading, what: str) -> T | Refused:
        value = self.shape.read(node, reading, what)
        return REFUSED if value is REFUSED else self.convert(value)

    def schema(self, definitions: Definitions) -> Json:
        return self.shape.schema(definitions)


def set_of(item: Shape[T], empty_says: str | None = None, *, empty_refused: bool = True) -> Shape[frozenset[T]]:
    """A list whose order and duplicates never matter."""
    return Converted(ListOf(item, empty_says, empty_refused), frozenset)


@dataclass(frozen=True, slots=True)
class ByForm(Shape[T]):
    """One shape when the value is written as text, another when it is a mapping or a list."""

    text: Shape[T]
    other: Shape[T]

    def read(self, node: Node, reading: Reading, what: str) -> T | Refused:
        is_text = isinstance(node, Scalar)
        return (self.text if is_text else self.other).read(node, reading, what)

    def schema(self, definitions: Definitions) -> Json:
        return {"anyOf": [self.text.schema(definitions), self.other.schema(definitions)]}


def all_or(shape: Shape[frozenset[str]]) -> Shape[frozenset[str] | None]:
    """A list of codes, or the word `all`, read as None."""
    every: Shape[frozenset[str] | None] = Word({"all": None})
    listed: Shape[frozenset[str] | None] = Converted(shape, _widen)
    return ByForm(every, listed)


def _widen(codes: frozenset[str]) -> frozenset[str] | None:
    return codes
