"""What an opened record shows, field by field, once the decision has released it.

Free text cannot be masked safely, so it goes as a whole or not at all; a person who is not cleared is `another
person`; where somebody lives is left out when anyone concerned is address-protected. Source: rule 1.1, "fields".
Works on one record's content at a time and never on a withheld one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broker.decision.records import Clearances, RecordRuling
from broker.vocabulary.codes import Category, Detail, FieldKind

ANOTHER_PERSON = "another person"
_WHEREABOUTS = frozenset({FieldKind.ADDRESS, FieldKind.PLACE, FieldKind.NARRATIVE})


def redact(clearances: Clearances, ruling: RecordRuling, content: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a released record that may be shown, in the category's order.

    Raises ValueError when the ruling withholds the record: its content must not have been opened.
    """
    if ruling.detail is None:
        raise ValueError("a withheld record is never redacted: its content must not be opened")
    header, category = ruling.header, ruling.category
    named = _people_named(category, content)
    mentioned = header.mentions or frozenset()
    uncleared = {person for person in named | mentioned if not clearances.of(person, header).cleared}
    narrative_hidden = bool(ruling.masked) or header.mentions is None or bool(uncleared)
    concerned = header.about | mentioned | named
    whereabouts_hidden = not clearances.address_protected.isdisjoint(concerned) and not _may_show_whereabouts(
        clearances, ruling, concerned
    )
    shown: dict[str, Any] = {}
    for spec in category.fields:
        if spec.name not in content or spec.level > ruling.detail:
            continue
        if spec.kind is FieldKind.NARRATIVE and narrative_hidden:
            continue
        if spec.kind in _WHEREABOUTS and whereabouts_hidden:
            continue
        value = content[spec.name]
        if spec.kind is FieldKind.PERSON and value in uncleared:
            value = ANOTHER_PERSON
        shown[spec.name] = value
    return shown


def _people_named(category: Category, content: Mapping[str, Any]) -> frozenset[str]:
    """Everybody a `person` field of the record names, shown or not."""
    return frozenset(
        content[spec.name]
        for spec in category.fields
        if spec.kind is FieldKind.PERSON and spec.name in content and content[spec.name] is not None
    )


def _may_show_whereabouts(clearances: Clearances, ruling: RecordRuling, concerned: frozenset[str]) -> bool:
    """Whether every grant of a cleared person that reaches the record and gives at least the detail released says
    that protected addresses may be shown. Emergency access never says so."""
    detail = ruling.detail or Detail.FLAG
    deciding = [
        passing
        for person in concerned
        for passing in clearances.of(person, ruling.header).reaching
        if passing.detail >= detail
    ]
    return bool(deciding) and all(passing.protected_address for passing in deciding)
