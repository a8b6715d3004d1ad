"""Whether the fields of a record are those its category declares, and hold what their kind says.

Decides nothing about who may see them. Format: docs/formats.md ("A scenario", records).
"""

from __future__ import annotations

from broker.dates import parse_moment
from broker.documents.nodes import Scalar, Table
from broker.documents.reading import Reading
from broker.errors import did_you_mean
from broker.vocabulary.codes import Category, FieldKind


def check_contents(fields: Table, category: Category, reading: Reading) -> None:
    """Reports every field that the category does not declare, or whose value is of another kind."""
    declared = {spec.name: spec.kind for spec in category.fields}
    for name, entry in fields.entries.items():
        kind = declared.get(name)
        if kind is None:
            hint = did_you_mean(name, declared)
            reading.error(entry.line, f"`{name}` is not a declared field of `{category.code}`{hint}")
        elif isinstance(entry.value, Scalar):
            _check_value(name, kind, entry.value, reading)


def _check_value(name: str, kind: FieldKind, node: Scalar, reading: Reading) -> None:
    value = node.value
    if kind is FieldKind.NUMBER:
        if isinstance(value, str):
            reading.error(node, f"`{name}` must be a number, but is text: write a number without quotes")
    elif not isinstance(value, str):
        reading.error(node, f"`{name}` must be text ({kind.value}), but is the number `{value}`: put it in quotes")
    elif kind is FieldKind.DATE and parse_moment(value) is None:
        reading.error(node, f"`{name}` must be a date such as `2026-03-02`, or an instant with its offset")
    elif kind is FieldKind.PERSON:
        reading.check_known("person", value, node, f"`{name}`")
