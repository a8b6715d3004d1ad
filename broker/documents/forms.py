"""Mappings with declared keys, as data: which keys, of what shape, and what they are built into.

Decides that an unknown key is refused with the nearest known one, that a missing key is named, and that every
part is read even where another part was refused. `null` is not a way to leave a key out: a key that somebody
meant to fill must not quietly count as "any" or "none".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from broker.documents.limits import shortened
from broker.documents.nodes import Node, Scalar, Table
from broker.documents.reading import Reading
from broker.documents.shapes import REFUSED, Definitions, Json, Refused, Shape, kind_of
from broker.errors import did_you_mean

T = TypeVar("T")
D = TypeVar("D")
K = TypeVar("K")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Key(Generic[T_co]):
    """One key of a form. `default` is what leaving it out means; it only counts where `required` is false."""

    name: str
    shape: Shape[Any]
    required: bool
    default: T_co | None
    says: str


def required(name: str, shape: Shape[T], says: str = "") -> Key[T]:
    """A key that must be there. `says` describes it in the published schema."""
    return Key(name, shape, True, None, says)


def optional(name: str, shape: Shape[T], default: D, says: str = "") -> Key[T | D]:
    """A key that may be left out, which then means `default`."""
    return Key(name, shape, False, default, says)


class Fields:
    """The values of a form that was read, by key, and the lines they stand on."""

    def __init__(self, table: Table, values: Mapping[str, object], complete: bool) -> None:
        self._values = values
        self.table = table
        self.complete = complete
        self.line = table.line

    def __getitem__(self, key: Key[T]) -> T:
        """The value of the key, or what leaving it out means."""
        return cast(T, self._values[key.name])

    def part(self, key: Key[T]) -> T | Refused:
        """The value of the key, or REFUSED where it was refused or is lacking: for forms read in parts."""
        return cast("T | Refused", self._values.get(key.name, REFUSED))

    def states(self, key: Key[Any]) -> bool:
        """Whether the key is written."""
        return key.name in self.table.entries

    def line_of(self, key: Key[Any]) -> int:
        """The line of the key, or of the mapping where it was left out."""
        entry = self.table.entries.get(key.name)
        return self.table.line if entry is None else entry.line


@dataclass(frozen=True, slots=True)
class Form(Shape[T]):
    """A mapping with these keys, built into a T. `build` may report further problems and answer REFUSED.

    `name` is what messages and the schema's definitions call it, with its article.
    """

    name: str
    keys: tuple[Key[Any], ...]
    build: Callable[[Fields, Reading], T | Refused]
    says: str = ""

    def read(self, node: Node, reading: Reading, what: str) -> T | Refused:
        fields = self.read_parts(node, reading, what)
        if fields is REFUSED or not fields.complete:
            return REFUSED
        return self.build(fields, reading)

    def read_parts(self, node: Node, reading: Reading, what: str) -> Fields | Refused:
        """The values of the keys, those that could be read; REFUSED only where the node is no mapping."""
        if not isinstance(node, Table):
            reading.error(node, f"{what} must be a mapping of keys and values, but is {kind_of(node)}")
            return REFUSED
        known = {key.name for key in self.keys}
        complete = True
        for name, entry in node.entries.items():
            if name not in known:
                hint = did_you_mean(name, known - node.entries.keys() or known)
                reading.error(entry.line, f"`{shortened(name)}` is not a key of {self.name}{hint}")
                complete = False
        values: dict[str, object] = {}
        for key in self.keys:
            found = node.entries.get(key.name)
            if found is not None:
                values[key.name] = key.shape.read(found.value, reading, f"`{key.name}`")
                complete = complete and values[key.name] is not REFUSED
            elif key.required:
                reading.error(node, f"{self.name} lacks `{key.name}`: add it")
                complete = False
            else:
                values[key.name] = key.default
        return Fields(node, values, complete)

    def schema(self, definitions: Definitions) -> Json:
        place = self.name.removeprefix("an ").removeprefix("a ").removeprefix("the ").replace(" ", "-")
        if place not in definitions:
            definitions[place] = {}
            properties: Json = {}
            for key in self.keys:
                schema = key.shape.schema(definitions)
                properties[key.name] = {**schema, "description": key.says} if key.says else schema
            definitions[place] = {
                "type": "object",
                "properties": properties,
                "required": [key.name for key in self.keys if key.required],
                "additionalProperties": False,
                **({"description": self.says} if self.says else {}),
            }
        return {"$ref": f"#/$defs/{place}"}


@dataclass(frozen=True, slots=True)
class Mapped(Shape[Mapping[K, T]], Generic[K, T]):
    """A mapping whose keys the writer chooses; `key` says which are allowed."""

    key: Shape[K]
    value: Shape[T]

    def read(self, node: Node, reading: Reading, what: str) -> Mapping[K, T] | Refused:
        if not isinstance(node, Table):
            reading.error(node, f"{what} must be a mapping, but is {kind_of(node)}")
            return REFUSED
        values: dict[K, T] = {}
        complete = True
        for name, entry in node.entries.items():
            key = self.key.read(Scalar(name, entry.line), reading, what)
            value = self.value.read(entry.value, reading, f"`{shortened(name)}` in {what}")
            if key is REFUSED or value is REFUSED:
                complete = False
            else:
                values[key] = value
        return values if complete else REFUSED

    def schema(self, definitions: Definitions) -> Json:
        return {
            "type": "object",
            "propertyNames": self.key.schema(definitions),
            "additionalProperties": self.value.schema(definitions),
        }
