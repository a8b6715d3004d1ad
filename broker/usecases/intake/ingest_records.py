"""From what an agency sent to records as the store keeps them: refs become people, nothing else changes.

Decides nothing about content. A field the category does not declare is a fault of the adapter and stops the batch:
nothing undeclared is ever stored. Source: docs/formats.md ("undeclared record fields" are refused).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broker.agencies import IncomingRecord, Involvement
from broker.errors import SystemFailed, did_you_mean
from broker.store.records import NewRecord
from broker.vocabulary.codes import Category, FieldKind, Vocabulary


def record_to_store(record: IncomingRecord, people: Mapping[str, str], vocabulary: Vocabulary) -> NewRecord:
    """The record with whom its refs mean. Raises SystemFailed for a category or a field that nobody declared."""
    category = vocabulary.categories.get(record.category_code)
    if category is None:
        raise SystemFailed("adapter", f"`{record.category_code}` is not a category of the standing rules")
    persons = _person_fields(category)
    fields: dict[str, Any] = {}
    named = set()
    for name, value in record.fields.items():
        if name in persons:
            fields[name] = people[str(value)]
            named.add(fields[name])
        else:
            fields[name] = value
    _require_declared(category, fields)
    about = frozenset(people[ref] for ref in record.refs(Involvement.ABOUT))
    mentions = frozenset(people[ref] for ref in record.refs(Involvement.MENTIONS))
    return NewRecord(
        source_key=record.source_key,
        category=record.category_code,
        about=about,
        # Not stated: the sender listed people but cannot say that the free text names nobody else, so the decision
        # leaves free text out (rule 1.1, "fields").
        mentions=(mentions - about) if record.mentions_stated else None,
        occurred_on=record.occurred_on,
        fields=fields,
        named=frozenset(named),
    )


def _person_fields(category: Category) -> frozenset[str]:
    return frozenset(spec.name for spec in category.fields if spec.kind is FieldKind.PERSON)


def _require_declared(category: Category, fields: Mapping[str, Any]) -> None:
    declared = [spec.name for spec in category.fields]
    for name in fields:
        if name not in declared:
            raise SystemFailed(
                "adapter",
                f"field `{name}` is not declared by category `{category.code}`{did_you_mean(name, declared)}",
            )
