"""The digest of compiled rules: the same terms, in any order, have the same digest, and any change has another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from broker.canonical import canonical_json, digest
from broker.dates import Period, instant_text
from broker.decision.terms import Terms


def plain(value: Any) -> Any:
    """A value made of dataclasses as JSON-compatible data; sets and the clauses of a document are sorted."""
    if isinstance(value, Period):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set | tuple | list):
        return sorted((plain(item) for item in value), key=canonical_json)
    return value


def terms_digest(vocabulary_digest: str, duties: Terms, agreements: Iterable[Terms]) -> str:
    """The digest of the whole: the vocabulary's digest, the duties and the agreements."""
    return digest([vocabulary_digest, plain(duties), plain(tuple(agreements))])
