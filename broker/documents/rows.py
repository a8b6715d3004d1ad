"""Lists whose items each have a code or id of their own: read into a mapping, every code once.

Also tells which codes a document declares before its rows are read, so that a row with a mistake is still known to
those that refer to it and one mistake is not reported as many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from broker.documents.forms import Form
from broker.documents.limits import shortened
from broker.documents.nodes import Node, Scalar, Sequence, Table
from broker.documents.reading import Reading
from broker.documents.shapes import REFUSED, Definitions, Json, Refused, Shape, kind_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rows(Shape[Mapping[str, T]]):
    """A list of rows, read as a mapping by the text at `id_key` in the order written; a second row with the same
    one is refused.

    INVARIANT: a row that is left out was reported, so the document as a whole is refused. The rows that are right
    are handed on all the same, so that what refers to them is checked too and every problem is told at once.
    """

    row: Form[T]
    id_key: str = "code"

    def read(self, node: Node, reading: Reading, what: str) -> Mapping[str, T] | Refused:
        if not isinstance(node, Sequence):
            reading.error(node, f"{what} must be a list of rows, but is {kind_of(node)}")
            return REFUSED
        first: dict[str, int] = {}
        values: dict[str, T] = {}
        for item in node.items:
            value = self.row.read(item, reading, f"a row of {what}")
            id_node = item.find(self.id_key) if isinstance(item, Table) else None
            id_text = id_node.value if isinstance(id_node, Scalar) else None
            if not isinstance(id_text, str) or id_node is None:
                continue
            if id_text in first:
                reading.error(
                    id_node,
                    f"`{self.id_key}` `{shortened(id_text)}` is used twice, first on line {first[id_text]}:"
                    " give each row its own",
                )
                continue
            first[id_text] = id_node.line
            if value is not REFUSED:
                values[id_text] = value
        return values

    def schema(self, definitions: Definitions) -> Json:
        return {"type": "array", "items": self.row.schema(definitions)}


def declared(node: Node | None, key: str, id_key: str = "code") -> frozenset[str]:
    """The codes that the rows at `key` of a mapping declare, whether or not the rows are right otherwise."""
    rows = node.find(key) if isinstance(node, Table) else None
    if not isinstance(rows, Sequence):
        return frozenset()
    found = (item.find(id_key) for item in rows.items if isinstance(item, Table))
    return frozenset(value.value for value in found if isinstance(value, Scalar) and isinstance(value.value, str))
